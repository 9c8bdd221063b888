/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The type, for the plugin's entry point and for its tests. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

#define PST_TYPE_VOLUME_MOMENTUM (pst_volume_momentum_get_type ())
G_DECLARE_FINAL_TYPE (PstVolumeMomentum, pst_volume_momentum, PST, VOLUME_MOMENTUM, PstSignalStrategy)

G_END_DECLS
