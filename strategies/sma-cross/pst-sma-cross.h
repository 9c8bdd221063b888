/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The type, for the plugin's entry point and for its tests. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

#define PST_TYPE_SMA_CROSS (pst_sma_cross_get_type ())
G_DECLARE_FINAL_TYPE (PstSmaCross, pst_sma_cross, PST, SMA_CROSS, PstSignalStrategy)

G_END_DECLS
