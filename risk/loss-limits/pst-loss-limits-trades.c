/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A trade holds at most a few currencies, and few trades are under way at a time, so both stand in rows. */

#include "pst-loss-limits-trades.h"

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

void
pst_loss_trades_init (PstLossTrades *trades)
{
  trades->trades = g_array_new (FALSE, TRUE, sizeof (Trade));
}

void
pst_loss_trades_clear (PstLossTrades *trades)
{
  g_clear_pointer (&trades->trades, g_array_unref);
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
ensure_trade (PstLossTrades *trades, const PstFill *fill, const PstCurrency *given)
{
  Trade trade = { .strategy = fill->strategy, .number = fill->trade, .currency = given };

  for (guint i = trades->trades->len; i > 0; i--)
    {
      Trade *known = &g_array_index (trades->trades, Trade, i - 1);

      if (known->strategy == fill->strategy && known->number == fill->trade)
        return known;
    }
  if (trades->trades->len >= PST_LOSS_TRADES_MAX)
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
give (Trade *trade, const PstMoney *given, PstLossWorthFunc worth, gpointer user_data, gint64 *cost)
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
  if (given->amount > had && !worth (user_data, had - given->amount, given->currency, trade->currency, &rest))
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

gboolean
pst_loss_trades_take (PstLossTrades *trades, const PstInstrument *instrument, const PstFill *fill, PstLossWorthFunc worth, gpointer user_data,
                      const PstCurrency **currency, gint64 *profit)
{
  Exchange exchange;
  Trade *trade;
  gint64 cost, fee = 0;

  if (!read_exchange (instrument, fill, &exchange))
    return FALSE;
  trade = ensure_trade (trades, fill, exchange.given.currency);
  *currency = trade->currency;
  if (!give (trade, &exchange.given, worth, user_data, &cost) || !take (trade, &exchange.taken, cost, profit))
    return FALSE;
  if (exchange.fee.amount == 0)
    return TRUE;
  return worth (user_data, -exchange.fee.amount, exchange.fee.currency, trade->currency, &fee) && pst_add_checked (*profit, fee, profit);
}

gboolean
pst_loss_trades_find_open_losses (const PstLossTrades *trades, PstLossWorthFunc worth, gpointer user_data, const PstCurrency *currency,
                                  gint64 *losses)
{
  for (guint i = 0; i < trades->trades->len; i++)
    {
      const Trade *trade = &g_array_index (trades->trades, Trade, i);

      for (guint k = 0; k < trade->n_holdings; k++)
        {
          const Holding *holding = &trade->holdings[k];
          gint64 value, loss;

          if (holding->amount == 0)
            continue;
          if (!worth (user_data, holding->amount, holding->currency, trade->currency, &value) || !pst_subtract_checked (value, holding->cost, &loss))
            return FALSE;
          if (loss < 0 && (!worth (user_data, loss, trade->currency, currency, &loss) || !pst_add_checked (*losses, loss, losses)))
            return FALSE;
        }
    }
  return TRUE;
}
