/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The type, for the plugin's entry point and for its tests. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

#define PST_TYPE_MEAN_REVERSION (pst_mean_reversion_get_type ())
G_DECLARE_FINAL_TYPE (PstMeanReversion, pst_mean_reversion, PST, MEAN_REVERSION, PstSignalStrategy)

G_END_DECLS
