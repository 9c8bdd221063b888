/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Trades of several orders, as strategies mark them: the legs of a cycle and what unwinds them. Each keeps what it has of every currency by its own
 * fills, so that what it spends of that is told apart from new capital. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* Trades with nothing open that are remembered; the oldest gives way. */
#define PST_LIMITS_IDLE_MAX 256

typedef struct
{
  const PstCurrency *currency;
  gint64 amount; /* what its fills brought less what they took */
} PstLimitsHolding;

typedef struct
{
  guint32 strategy;
  guint32 number;
  guint n_open;            /* orders at venues */
  const PstCurrency *home; /* what its first order gave */
  GArray *holdings;        /* PstLimitsHolding */
  gboolean overflow;       /* of a holding: nothing is known of it any more */
} PstLimitsTrade;

typedef struct
{
  GPtrArray *trades; /* PstLimitsTrade, the oldest first */
} PstLimitsTrades;

void pst_limits_trades_init (PstLimitsTrades *trades);
void pst_limits_trades_clear (PstLimitsTrades *trades);
void pst_limits_trades_reset (PstLimitsTrades *trades);
void pst_limits_trades_take_sent (PstLimitsTrades *trades, PstContext *context, const PstOrder *order);
void pst_limits_trades_take_order (PstLimitsTrades *trades, PstContext *context, const PstOrder *order, const PstExecutionReport *report);
/* NULL: it has not begun. */
PstLimitsTrade *pst_limits_trades_find (PstLimitsTrades *trades, const PstOrder *order);
/* How many others are under way: with an order at a venue or on its way there, or with something left that could be sold. */
guint pst_limits_trades_count_others (PstLimitsTrades *trades, PstContext *context, const PstOrder *order);
/* What the order would take of its trade beyond what the trade has, in @currency, which it gives. FALSE when it cannot be told. */
gboolean pst_limits_trade_find_new_capital (const PstLimitsTrade *trade, PstContext *context, const PstOrder *order, const PstCurrency **currency,
                                            gint64 *amount);
gint64 pst_limits_trade_get (const PstLimitsTrade *trade, const PstCurrency *currency);

G_END_DECLS
