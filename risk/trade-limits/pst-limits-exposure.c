/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Exposure by asset. A coin is one asset whatever it is paid with, and what accounts hold of it counts; a share is told by its symbol. */

#include "pst-limits-exposure.h"

typedef struct
{
  PstContext *context;
  const PstOrder *order;
  const PstCurrency *currency; /* the asset; NULL: the shares of that symbol */
  const char *symbol;
  guint scale;
  gint sign; /* of what the order does to it */
  gint64 sum;
  gboolean failed;
} Asset;

/* Of what an instrument trades. */
static gboolean
is_base (const Asset *asset, const PstInstrument *instrument)
{
  return asset->currency != NULL ? instrument->base == asset->currency : instrument->base == NULL && g_str_equal (instrument->symbol, asset->symbol);
}

static void
add (Asset *asset, gint64 amount, guint scale, gboolean negative)
{
  gint64 scaled;

  if (!pst_mantissa_rescale (amount, scale, asset->scale, PST_ROUND_UP, &scaled)
      || !(negative ? pst_subtract_checked (asset->sum, scaled, &asset->sum) : pst_add_checked (asset->sum, scaled, &asset->sum)))
    asset->failed = TRUE;
}

/* Balances, where there are accounts; coins of which nothing is delivered, and shares, are positions. */
static void
add_holdings (Asset *asset)
{
  PstInstrumentTable *table = pst_context_get_instruments (asset->context);
  gboolean accounts = FALSE;

  for (guint32 i = 0; asset->currency != NULL && pst_context_get_component (asset->context, i) != NULL; i++)
    {
      const PstAccount *account = pst_context_get_account (asset->context, i);

      if (account == NULL)
        continue;
      accounts = TRUE;
      add (asset, pst_account_get_balance (account, asset->currency), asset->currency->scale, asset->sign < 0);
    }
  for (guint32 i = 0; i < pst_instrument_table_get_size (table); i++)
    {
      const PstInstrument *instrument = pst_instrument_table_get (table, i);

      if (is_base (asset, instrument) && !(accounts && instrument->settlement == PST_SETTLEMENT_DELIVERY))
        add (asset, pst_context_get_position (asset->context, G_MAXUINT32, i)->quantity, instrument->size_scale, asset->sign < 0);
    }
}

/* The dearest at which a limit or stop order may fill, or what the market says. */
static gint64
find_price (PstContext *context, const PstOrder *order)
{
  const PstMark *mark = pst_context_get_mark (context, order->request.instrument);
  gint64 price = MAX (order->request.limit_price, order->request.stop_price);

  return price > 0 || !mark->valid ? price : MAX (mark->price, MAX (mark->bid, mark->ask));
}

/* What an order does to the asset, when that goes the same way. */
static void
add_order (Asset *asset, const PstOrder *order)
{
  const PstInstrument *instrument = pst_instrument_table_get (pst_context_get_instruments (asset->context), order->request.instrument);
  gint64 quantity = pst_order_get_open_quantity (order), notional;
  gint sign = order->request.side == PST_SIDE_BUY ? 1 : -1;

  if (is_base (asset, instrument) && sign == asset->sign)
    add (asset, quantity, instrument->size_scale, FALSE);
  if (asset->currency == NULL || instrument->quote != asset->currency || -sign != asset->sign)
    return;
  if (find_price (asset->context, order) <= 0
      || !pst_instrument_notional (instrument, find_price (asset->context, order), quantity, PST_ROUND_UP, &notional))
    asset->failed = TRUE;
  else
    add (asset, notional, instrument->quote->scale, FALSE);
}

static void
add_open (const PstOrder *order, gpointer user_data)
{
  Asset *asset = user_data;

  /* What is not yet reviewed will be held against this one, not this one against it. */
  if (order->id != asset->order->id && order->state != PST_ORDER_STATE_INITIALIZED)
    add_order (asset, order);
}

static gboolean
sum_up (Asset *asset, gint64 *sum)
{
  add_holdings (asset);
  pst_context_foreach_open_order (asset->context, add_open, asset);
  add_order (asset, asset->order);
  *sum = asset->sum;
  return !asset->failed;
}

gboolean
pst_limits_find_base_after (PstContext *context, const PstReview *review, gint64 *quantity)
{
  Asset asset = { .context = context,
                  .order = review->order,
                  .currency = review->instrument->base,
                  .symbol = review->instrument->symbol,
                  .scale = review->instrument->size_scale,
                  .sign = review->order->request.side == PST_SIDE_BUY ? 1 : -1 };

  return sum_up (&asset, quantity);
}

gboolean
pst_limits_find_quote_after (PstContext *context, const PstReview *review, gint64 *amount)
{
  Asset asset = { .context = context,
                  .order = review->order,
                  .currency = review->instrument->quote,
                  .scale = review->instrument->quote->scale,
                  .sign = review->order->request.side == PST_SIDE_BUY ? -1 : 1 };

  return sum_up (&asset, amount);
}
