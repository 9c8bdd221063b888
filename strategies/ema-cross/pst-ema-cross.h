/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The type, for the plugin's entry point and for its tests. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

#define PST_TYPE_EMA_CROSS (pst_ema_cross_get_type ())
G_DECLARE_FINAL_TYPE (PstEmaCross, pst_ema_cross, PST, EMA_CROSS, PstSignalStrategy)

G_END_DECLS
