/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The type, for the plugin's entry point and for its tests. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

#define PST_TYPE_MACD_STRATEGY (pst_macd_strategy_get_type ())
G_DECLARE_FINAL_TYPE (PstMacdStrategy, pst_macd_strategy, PST, MACD_STRATEGY, PstSignalStrategy)

G_END_DECLS
