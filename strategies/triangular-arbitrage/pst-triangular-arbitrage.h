/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The strategy's options, shared by its parts and their properties. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

typedef enum
{
  PST_ARB_LEG_ORDER_IOC = 1,
  PST_ARB_LEG_ORDER_FOK,
  PST_ARB_LEG_ORDER_MARKET,
} PstArbLegOrder;

typedef enum
{
  PST_ARB_ON_FAILURE_UNWIND = 1,
  PST_ARB_ON_FAILURE_HOLD,
} PstArbOnFailure;

GType pst_arb_leg_order_get_type (void);
GType pst_arb_on_failure_get_type (void);

typedef struct
{
  char *base_currency;         /* nullable: the run's */
  PstMoney *trade_capital;     /* required */
  PstMoney *max_trade_capital; /* nullable */
  PstDecimal *min_net_pct;
  guint cycle_length_max;
  guint cycles_max;
  gint64 cool_down_ns;
  gint64 max_book_age_ns;
  gint64 record_interval_ns;
  guint sizing_trials;
  gboolean execute;
  guint concurrent;
  PstArbLegOrder leg_order;
  gint64 leg_timeout_ns;
  PstArbOnFailure on_leg_failure;
  PstDecimal *unwind_allowance;
  guint unwind_attempts;
  gboolean unwind_market;
} PstArbOptions;

#define PST_TYPE_TRIANGULAR_ARBITRAGE (pst_triangular_arbitrage_get_type ())
G_DECLARE_FINAL_TYPE (PstTriangularArbitrage, pst_triangular_arbitrage, PST, TRIANGULAR_ARBITRAGE, PstStrategy)

PstArbOptions *pst_triangular_arbitrage_get_options (PstTriangularArbitrage *self);
void pst_arb_options_install (GObjectClass *object_class);
void pst_arb_options_clear (PstArbOptions *options);
/* Checks options against each other; @base is the currency of the cycles, @capital what may be put in, at its scale. */
gboolean pst_arb_options_check (const PstArbOptions *options, const PstCurrency *run_currency, const PstCurrency **base, gint64 *capital,
                                GError **error);

G_END_DECLS
