/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A trade holds at most a few currencies, and few trades are under way at a time, so both stand in rows. */

#include "pst-trade-profits.h"

#define HOLDINGS_MAX 8u

typedef struct
{
  const PstCurrency *currency;
  gint64 amount;
  gint64 cost; /* in the trade's own currency */
} Holding;

typedef struct
{
  guint32 strategy;
  guint32 number;
  const PstCurrency *currency; /* with which it began */
  gint64 total;                /* realised so far */
  guint n_returns;
  Holding holdings[HOLDINGS_MAX];
  guint n_holdings;
} Trade;

/* What a fill gives and takes, its fee included. */
typedef struct
{
  PstMoney given;
  PstMoney taken;
  PstMoney fee; /* what neither of them pays */
} Exchange;

struct _PstTradeProfits
{
  PstContext *context;
  GArray *trades; /* Trade, the oldest first */
};

/**
 * pst_trade_profits_new: (skip)
 * @context: the run, whose marks are asked; not owned
 *
 * On the run's context.
 *
 * Returns: (transfer full): no trades yet
 */
PstTradeProfits *
pst_trade_profits_new (PstContext *context)
{
  PstTradeProfits *profits;

  g_return_val_if_fail (PST_IS_CONTEXT (context), NULL);

  profits = g_new0 (PstTradeProfits, 1);
  profits->context = context;
  profits->trades = g_array_new (FALSE, TRUE, sizeof (Trade));
  return profits;
}

/**
 * pst_trade_profits_free:
 * @profits: (nullable) (transfer full): trades
 */
void
pst_trade_profits_free (PstTradeProfits *profits)
{
  if (profits == NULL)
    return;
  g_array_unref (profits->trades);
  g_free (profits);
}

/**
 * pst_trade_profits_get_n_trades:
 * @profits: trades
 *
 * Returns: how many are known, those that are over among them
 */
guint
pst_trade_profits_get_n_trades (const PstTradeProfits *profits)
{
  g_return_val_if_fail (profits != NULL, 0);

  return profits->trades->len;
}

static gboolean
worth (PstContext *context, gint64 amount, const PstCurrency *from, const PstCurrency *to, gint64 *result)
{
  return pst_context_convert (context, amount, from, to, PST_ROUND_FLOOR, result);
}

static gboolean
read_exchange (const PstInstrument *instrument, const PstFill *fill, Exchange *exchange)
{
  gboolean buys = fill->side == PST_SIDE_BUY;
  gint64 delivered;

  if (!pst_mantissa_rescale (fill->quantity, instrument->size_scale, instrument->base->scale, PST_ROUND_EXACT, &delivered))
    return FALSE;
  exchange->given = buys ? (PstMoney){ instrument->quote, fill->notional } : (PstMoney){ instrument->base, delivered };
  exchange->taken = buys ? (PstMoney){ instrument->base, delivered } : (PstMoney){ instrument->quote, fill->notional };
  exchange->fee = (PstMoney){ NULL, 0 };
  if (fill->fee == 0)
    return TRUE;
  if (fill->fee_currency == exchange->given.currency)
    return pst_add_checked (exchange->given.amount, fill->fee, &exchange->given.amount);
  if (fill->fee_currency == exchange->taken.currency)
    return pst_subtract_checked (exchange->taken.amount, fill->fee, &exchange->taken.amount);
  exchange->fee = (PstMoney){ fill->fee_currency, fill->fee };
  return TRUE;
}

static Trade *
ensure_trade (PstTradeProfits *trades, const PstFill *fill, const PstCurrency *given)
{
  Trade trade = { .strategy = fill->strategy, .number = fill->trade, .currency = given };

  for (guint i = trades->trades->len; i > 0; i--)
    {
      Trade *known = &g_array_index (trades->trades, Trade, i - 1);

      if (known->strategy == fill->strategy && known->number == fill->trade)
        return known;
    }
  if (trades->trades->len >= PST_TRADE_PROFITS_MAX)
    g_array_remove_index (trades->trades, 0);
  g_array_append_val (trades->trades, trade);
  return &g_array_index (trades->trades, Trade, trades->trades->len - 1);
}

static Holding *
find_holding (Trade *trade, const PstCurrency *currency)
{
  for (guint i = 0; i < trade->n_holdings; i++)
    if (trade->holdings[i].currency == currency)
      return &trade->holdings[i];
  return NULL;
}

static Holding *
ensure_holding (Trade *trade, const PstCurrency *currency)
{
  Holding *holding = find_holding (trade, currency);

  if (holding != NULL || trade->n_holdings == HOLDINGS_MAX)
    return holding;
  trade->holdings[trade->n_holdings] = (Holding){ .currency = currency };
  return &trade->holdings[trade->n_holdings++];
}

/* What @given cost the trade; of what it did not have, what that is worth now. */
static gboolean
give (PstContext *context, Trade *trade, const PstMoney *given, gint64 *cost)
{
  Holding *holding;
  gint64 had, part = 0, rest = 0;

  *cost = given->amount;
  if (given->currency == trade->currency)
    return TRUE;
  holding = ensure_holding (trade, given->currency);
  if (holding == NULL)
    return FALSE;
  had = MIN (holding->amount, given->amount);
  if (had == holding->amount)
    part = holding->cost;
  else if (had > 0 && !pst_mantissa_multiply_divide (holding->cost, had, holding->amount, PST_ROUND_HALF_EVEN, &part))
    return FALSE;
  /* Below zero, so that rounding towards the loss makes it dearer. */
  if (given->amount > had && !worth (context, had - given->amount, given->currency, trade->currency, &rest))
    return FALSE;
  holding->amount -= had;
  holding->cost -= part;
  return pst_subtract_checked (part, rest, cost);
}

/* What came back of the trade's own currency, less what was given for it; anything else carries what was given. */
static gboolean
take (Trade *trade, const PstMoney *taken, gint64 cost, gint64 *profit)
{
  Holding *holding;

  *profit = 0;
  if (taken->currency == trade->currency)
    return pst_subtract_checked (taken->amount, cost, profit);
  holding = ensure_holding (trade, taken->currency);
  return holding != NULL && pst_add_checked (holding->amount, taken->amount, &holding->amount)
         && pst_add_checked (holding->cost, cost, &holding->cost);
}

static gboolean
realise (PstContext *context, Trade *trade, const Exchange *exchange, gint64 *profit)
{
  gint64 cost, fee = 0;

  if (!give (context, trade, &exchange->given, &cost) || !take (trade, &exchange->taken, cost, profit))
    return FALSE;
  if (exchange->fee.amount == 0)
    return TRUE;
  return worth (context, -exchange->fee.amount, exchange->fee.currency, trade->currency, &fee) && pst_add_checked (*profit, fee, profit);
}

/**
 * pst_trade_profits_take:
 * @profits: trades
 * @instrument: the fill's
 * @fill: a fill of a marked trade; the instrument is delivered
 * @gain: (out caller-allocates): what it did to its trade
 *
 * On the run's context.
 *
 * Returns: %FALSE when it cannot be told what it realised: something was sold that the trade did not have and that has no price, or it does not fit
 */
gboolean
pst_trade_profits_take (PstTradeProfits *profits, const PstInstrument *instrument, const PstFill *fill, PstTradeGain *gain)
{
  Exchange exchange;
  Trade *trade;

  g_return_val_if_fail (profits != NULL && instrument != NULL && fill != NULL && gain != NULL, FALSE);
  g_return_val_if_fail (instrument->base != NULL, FALSE);

  if (!read_exchange (instrument, fill, &exchange))
    return FALSE;
  trade = ensure_trade (profits, fill, exchange.given.currency);
  *gain = (PstTradeGain){ .currency = trade->currency, .returned = exchange.taken.currency == trade->currency };
  if (!realise (profits->context, trade, &exchange, &gain->profit) || !pst_add_checked (trade->total, gain->profit, &trade->total))
    return FALSE;
  trade->n_returns += gain->returned != FALSE;
  gain->total = trade->total;
  gain->n_returns = trade->n_returns;
  return TRUE;
}

/**
 * pst_trade_profits_find_open_losses:
 * @profits: trades
 * @currency: in which they are told
 * @losses: (inout): each loss is added, at most 0
 *
 * What trades hold that is worth less than was given for it. On the run's context.
 *
 * Returns: %FALSE when it cannot be told
 */
gboolean
pst_trade_profits_find_open_losses (const PstTradeProfits *profits, const PstCurrency *currency, gint64 *losses)
{
  g_return_val_if_fail (profits != NULL && currency != NULL && losses != NULL, FALSE);

  for (guint i = 0; i < profits->trades->len; i++)
    {
      const Trade *trade = &g_array_index (profits->trades, Trade, i);

      for (guint k = 0; k < trade->n_holdings; k++)
        {
          const Holding *holding = &trade->holdings[k];
          gint64 value, loss;

          if (holding->amount == 0)
            continue;
          if (!worth (profits->context, holding->amount, holding->currency, trade->currency, &value)
              || !pst_subtract_checked (value, holding->cost, &loss))
            return FALSE;
          if (loss < 0 && (!worth (profits->context, loss, trade->currency, currency, &loss) || !pst_add_checked (*losses, loss, losses)))
            return FALSE;
        }
    }
  return TRUE;
}
