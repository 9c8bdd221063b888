/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The type, for the plugin's entry point and for its tests. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

#define PST_TYPE_MOMENTUM (pst_momentum_get_type ())
G_DECLARE_FINAL_TYPE (PstMomentum, pst_momentum, PST, MOMENTUM, PstSignalStrategy)

G_END_DECLS
