/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What gets a run out of the market. A position of shares is closed in its instrument. Of what is delivered, coins, a position of an instrument says
 * little: a cycle USD->BTC->ETH->USD leaves three of them and no coin. So what each strategy's fills moved of every currency is summed first. A
 * position is closed in its own instrument as far as the coin is really there and its quote is wanted back; what is left of coins then goes to the
 * base currency of the run, where an instrument leads there. */
#include "pst-gate-private.h"

typedef struct
{
  const PstCurrency *currency;
  gint64 amount;      /* that the strategy's fills moved */
  gboolean is_bought; /* it is the base of an instrument: a coin, not what coins are paid with alone */
} Net;

typedef struct
{
  PstGate *gate;
  GArray *exits; /* PstExit */
  GArray *nets;  /* Net */
} Sums;

static Net *
net_of (Sums *sums, const PstCurrency *currency)
{
  Net net = { .currency = currency };

  for (guint i = 0; i < sums->nets->len; i++)
    if (g_array_index (sums->nets, Net, i).currency == currency)
      return &g_array_index (sums->nets, Net, i);
  g_array_append_val (sums->nets, net);
  return &g_array_index (sums->nets, Net, sums->nets->len - 1);
}

/* Beyond 64 bits the sum stays where it is: what was summed before was checked where money is kept. */
static void
add_net (Sums *sums, const PstCurrency *currency, gint64 amount)
{
  Net *net = net_of (sums, currency);

  if (!pst_add_checked (net->amount, amount, &net->amount))
    net->amount = amount > 0 ? G_MAXINT64 : -G_MAXINT64;
}

static void
add_exit (Sums *sums, guint32 strategy, guint32 instrument, gint64 quantity)
{
  PstExit exit = { .strategy = strategy };

  exit.request.instrument = instrument;
  exit.request.type = PST_ORDER_TYPE_MARKET;
  exit.request.flags = PST_ORDER_FLAG_OPERATOR_EXIT;
  exit.request.side = quantity > 0 ? PST_SIDE_SELL : PST_SIDE_BUY;
  exit.request.quantity = ABS (quantity);
  g_array_append_val (sums->exits, exit);
}

static const PstInstrument *
instrument_of (Sums *sums, guint32 instrument)
{
  return pst_instrument_table_get (sums->gate->links.instruments, instrument);
}

static void
sum_position (const PstPosition *position, gpointer user_data)
{
  Sums *sums = user_data;
  const PstInstrument *instrument = instrument_of (sums, position->instrument);
  gint64 bought, paid;

  if (instrument->settlement != PST_SETTLEMENT_DELIVERY)
    {
      if (position->quantity != 0)
        add_exit (sums, position->strategy, position->instrument, position->quantity);
      return;
    }
  net_of (sums, instrument->base)->is_bought = TRUE;
  if (pst_mantissa_rescale (position->quantity, instrument->size_scale, instrument->base->scale, PST_ROUND_HALF_EVEN, &bought))
    add_net (sums, instrument->base, bought);
  if (pst_subtract_checked (position->realised_profit, position->cost, &paid) && pst_subtract_checked (paid, position->fees, &paid))
    add_net (sums, instrument->quote, paid);
}

/* @amount at the currency's scale as a size of the instrument, on its grid; 0 when that is too little for an order. */
static gint64
size_of (const PstInstrument *instrument, gint64 amount)
{
  gint64 size;

  if (!pst_mantissa_rescale (amount, instrument->base->scale, instrument->size_scale, PST_ROUND_DOWN, &size))
    return 0;
  size -= size % instrument->size_step;
  return ABS (size) >= instrument->size_min ? size : 0;
}

static gboolean
same_sign (gint64 a, gint64 b)
{
  return (a > 0 && b > 0) || (a < 0 && b < 0);
}

/* Closes a position as far as its coin is there, when that brings back what is not wanted elsewhere. */
static void
close_position (const PstPosition *position, gpointer user_data)
{
  Sums *sums = user_data;
  const PstInstrument *instrument = instrument_of (sums, position->instrument);
  gint64 quantity = position->quantity, closed, brought, amount;

  if (quantity == 0 || instrument->settlement != PST_SETTLEMENT_DELIVERY || !same_sign (quantity, net_of (sums, instrument->base)->amount))
    return;
  if (instrument->quote != sums->gate->currency && !same_sign (-quantity, net_of (sums, instrument->quote)->amount))
    return;
  closed = quantity;
  if (!pst_mantissa_rescale (quantity, instrument->size_scale, instrument->base->scale, PST_ROUND_HALF_EVEN, &amount))
    return;
  if (ABS (amount) > ABS (net_of (sums, instrument->base)->amount))
    closed = size_of (instrument, net_of (sums, instrument->base)->amount);
  if (closed == 0 || !pst_mantissa_multiply_divide (position->cost, closed, quantity, PST_ROUND_HALF_EVEN, &brought)
      || !pst_mantissa_rescale (closed, instrument->size_scale, instrument->base->scale, PST_ROUND_HALF_EVEN, &amount))
    return;
  add_exit (sums, position->strategy, position->instrument, closed);
  add_net (sums, instrument->base, -amount);
  add_net (sums, instrument->quote, brought);
}

/* Sends what is left of a coin to the run's base currency. */
static void
send_home (Sums *sums, guint32 strategy, const Net *net)
{
  guint n_instruments = pst_instrument_table_get_size (sums->gate->links.instruments);

  for (guint32 i = 0; i < n_instruments; i++)
    {
      const PstInstrument *instrument = instrument_of (sums, i);
      gint64 size;

      if (instrument->settlement != PST_SETTLEMENT_DELIVERY || instrument->base != net->currency || instrument->quote != sums->gate->currency
          || pst_pipeline_find_executor (sums->gate->links.pipeline, i) == PST_COMPONENT_NONE)
        continue;
      size = size_of (instrument, net->amount);
      if (size != 0)
        add_exit (sums, strategy, i, size);
      return;
    }
}

/* The orders that take every strategy out of the market; (transfer full). */
GArray *
pst_gate_list_exits (PstGate *gate)
{
  GPtrArray *strategies = pst_pipeline_get_kind (gate->links.pipeline, PST_COMPONENT_KIND_STRATEGY);
  Sums sums = { gate, g_array_new (FALSE, TRUE, sizeof (PstExit)), g_array_new (FALSE, TRUE, sizeof (Net)) };

  for (guint i = 0; i < strategies->len; i++)
    {
      guint32 strategy = pst_component_get_index (strategies->pdata[i]);

      g_array_set_size (sums.nets, 0);
      pst_portfolio_foreach_position (gate->links.portfolio, strategy, sum_position, &sums);
      pst_portfolio_foreach_position (gate->links.portfolio, strategy, close_position, &sums);
      for (guint k = 0; k < sums.nets->len; k++)
        {
          const Net *net = &g_array_index (sums.nets, Net, k);

          if (net->is_bought && net->currency != gate->currency && net->amount != 0)
            send_home (&sums, strategy, net);
        }
    }
  g_array_unref (sums.nets);
  return sums.exits;
}

/**
 * pst_gate_flatten:
 * @gate: a gate
 *
 * Asks for a cancel of every open order and for market orders, in its strategy's name each, that close every position and bring coins back to the
 * run's base currency. These pass HALTED and are not shown to the guards: no veto may keep an operator from getting out.
 */
void
pst_gate_flatten (PstGate *gate)
{
  g_autoptr (GArray) exits = NULL;

  pst_gate_cancel_all (gate);
  exits = pst_gate_list_exits (gate);
  for (guint i = 0; i < exits->len; i++)
    {
      const PstExit *exit = &g_array_index (exits, PstExit, i);

      pst_gate_take_down (gate, exit->strategy, &exit->request);
    }
}

/**
 * pst_gate_count_exits:
 * @gate: a gate
 *
 * Returns: how many orders pst_gate_flatten() would ask for now; 0: nothing is held
 */
guint
pst_gate_count_exits (PstGate *gate)
{
  g_autoptr (GArray) exits = pst_gate_list_exits (gate);

  return exits->len;
}
