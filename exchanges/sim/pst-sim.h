/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The simulated venue as a component. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

typedef enum
{
  PST_SIM_MARKET_FILL_NEXT_OPEN,
  PST_SIM_MARKET_FILL_CLOSE,
} PstSimMarketFill;

#define PST_TYPE_SIM (pst_sim_get_type ())
G_DECLARE_FINAL_TYPE (PstSim, pst_sim, PST, SIM, PstExchange)

G_END_DECLS
