/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Amounts are those that fills and fees really moved, by the rounding of the ledger: what the ledger says of the cycle's orders is what is held here.
 */

#include "pst-arb-execution.h"

#define TOO_SMALL "below_minimum"

void
pst_arb_execution_init (PstArbExecution *execution, const PstArbMarket *market, const PstArbCycle *cycle, guint64 number)
{
  *execution = (PstArbExecution){ .number = number, .cycle = *cycle };
  for (guint i = 0; i < cycle->n_legs; i++)
    {
      const PstArbPair *pair = &market->pairs[pst_arb_edge_instrument (cycle->edges[i])];

      execution->currencies[i] = pst_arb_edge_from (pair->instrument, pst_arb_edge_side (cycle->edges[i]));
      execution->exchange = pair->executor;
    }
  pst_arb_cycle_print (cycle, pst_context_get_instruments (market->context), execution->text, sizeof execution->text);
}

/* FALSE on overflow. */
static gboolean
move (PstArbExecution *execution, const PstCurrency *currency, gint64 amount)
{
  for (guint i = 0; i < execution->cycle.n_legs; i++)
    {
      if (execution->currencies[i] != currency)
        continue;
      if (i == 0
          && !(amount < 0 ? pst_subtract_checked (execution->spent, amount, &execution->spent)
                          : pst_add_checked (execution->returned, amount, &execution->returned)))
        return FALSE;
      return pst_add_checked (execution->held[i], amount, &execution->held[i]);
    }
  /* Fees alone can be in a currency of no leg. */
  execution->other_fees.currency = currency;
  return pst_subtract_checked (execution->other_fees.amount, amount, &execution->other_fees.amount);
}

static const char *
check_fill (const PstOrder *order, const PstExecutionReport *report)
{
  const PstOrderRequest *request = &order->request;

  if (report->quantity <= 0 || report->price <= 0)
    return "a fill without a size or a price";
  if (order->filled_quantity > request->quantity)
    return "more was filled than was ordered";
  if (request->type == PST_ORDER_TYPE_LIMIT
      && (request->side == PST_SIDE_BUY ? report->price > request->limit_price : report->price < request->limit_price))
    return "a fill at a price beyond the order's limit";
  if (report->fee != 0 && report->fee_currency == NULL)
    return "a fee without a currency";
  return NULL;
}

/* What the fill moves of the quote: with its fee, when that is taken there. */
static gboolean
find_quote_amount (const PstInstrument *instrument, const PstExecutionReport *report, gint64 sign, gint64 *amount)
{
  gint64 notional;

  return pst_instrument_notional (instrument, report->price, report->quantity, PST_ROUND_HALF_EVEN, &notional)
         && pst_subtract_checked (-sign * notional, report->fee_currency == instrument->quote ? report->fee : 0, amount);
}

const char *
pst_arb_execution_apply (PstArbExecution *execution, const PstArbMarket *market, const PstOrder *order, const PstExecutionReport *report)
{
  const PstInstrument *instrument = market->pairs[order->request.instrument].instrument;
  gint64 sign = order->request.side == PST_SIDE_BUY ? 1 : -1, paid, delivered;
  const char *impossible = check_fill (order, report);

  if (impossible != NULL)
    return impossible;
  execution->filled = TRUE;
  if (!find_quote_amount (instrument, report, sign, &paid)
      || !pst_mantissa_rescale (report->quantity, instrument->size_scale, instrument->base->scale, PST_ROUND_EXACT, &delivered)
      || !move (execution, instrument->quote, paid) || !move (execution, instrument->base, sign * delivered)
      || (report->fee != 0 && report->fee_currency != instrument->quote && !move (execution, report->fee_currency, -report->fee)))
    return "an amount of a fill does not fit 64 bits";
  return NULL;
}

static void
fill_request (PstOrderRequest *request, const PstArbOrderForm *form, guint32 edge, gint64 quantity, gint64 limit_price)
{
  *request = (PstOrderRequest){ .instrument = pst_arb_edge_instrument (edge),
                                .side = pst_arb_edge_side (edge),
                                .type = form->type,
                                .time_in_force = form->time_in_force,
                                .quantity = quantity,
                                .limit_price = form->type == PST_ORDER_TYPE_LIMIT ? limit_price : 0 };
}

/* What @amount becomes on a way of edges by the books of now; 0 when the way is not open. */
static gint64
follow (const PstArbMarket *market, const guint32 *edges, guint n_edges, gint64 amount, PstArbLeg *leg)
{
  gint64 now_ns = pst_context_now_ns (market->context);

  for (guint i = 0; i < n_edges; i++)
    {
      gint64 steps;

      if (pst_arb_market_begin_leg (market, edges[i], now_ns, leg) != NULL || (steps = pst_arb_leg_forward (leg, amount)) == 0
          || (steps = pst_arb_leg_lower (leg, steps)) == 0)
        return 0;
      amount = pst_arb_leg_get_output (leg, steps);
    }
  return amount;
}

/* Whether it now returns more to go back the way one came. */
static gboolean
is_back_better (const PstArbExecution *execution, const PstArbMarket *market, PstArbLeg *leg)
{
  guint32 back[PST_ARB_LEGS_MAX];
  gint64 amount = execution->held[execution->leg];

  for (guint i = 0; i < execution->leg; i++)
    back[i] = execution->cycle.edges[execution->leg - 1 - i] ^ 1;
  return follow (market, back, execution->leg, amount, leg)
         > follow (market, execution->cycle.edges + execution->leg, execution->cycle.n_legs - execution->leg, amount, leg);
}

const char *
pst_arb_execution_plan_leg (const PstArbExecution *execution, const PstArbMarket *market, PstArbLeg *legs, gboolean unless_back,
                            const PstArbOrderForm *form, PstOrderRequest *request)
{
  guint32 edge = execution->cycle.edges[execution->leg];
  PstArbLeg *leg = &legs[0];
  const char *closed = pst_arb_market_begin_leg (market, edge, pst_context_now_ns (market->context), leg);
  gint64 steps;

  if (closed != NULL)
    return closed;
  steps = pst_arb_leg_forward (leg, execution->held[execution->leg]);
  if (steps == 0 || (steps = pst_arb_leg_lower (leg, steps)) == 0)
    return TOO_SMALL;
  if (unless_back && is_back_better (execution, market, &legs[1]))
    return "market_moved";
  fill_request (request, form, edge, pst_arb_leg_get_quantity (leg, steps), pst_arb_leg_get_limit (leg, steps));
  return NULL;
}

/* The touch with the allowance, on the grid, not beyond it. FALSE when there is no such price. */
static gboolean
find_limit (const PstInstrument *instrument, PstSide side, gint64 touch, gint64 allowance, gint64 *limit_price)
{
  gboolean buys = side == PST_SIDE_BUY;
  gint64 price;

  if (!pst_mantissa_multiply_divide (touch, buys ? PST_RATE_ONE + allowance : PST_RATE_ONE - allowance, PST_RATE_ONE,
                                     buys ? PST_ROUND_FLOOR : PST_ROUND_CEILING, &price))
    return FALSE;
  price -= price % instrument->price_step;
  if (!buys && price * (__int128)PST_RATE_ONE < (__int128)touch * (PST_RATE_ONE - allowance))
    price += instrument->price_step;
  *limit_price = price;
  return price > 0;
}

const char *
pst_arb_execution_plan_back (const PstArbExecution *execution, const PstArbMarket *market, PstArbLeg *leg, guint position, gint64 allowance,
                             gboolean at_market, PstOrderRequest *request)
{
  guint32 edge = execution->cycle.edges[position - 1] ^ 1;
  const PstArbPair *pair = &market->pairs[pst_arb_edge_instrument (edge)];
  const PstBook *book = pst_arb_market_get_book (market, pst_arb_edge_instrument (edge));
  PstSide side = pst_arb_edge_side (edge);
  const PstBookLevel *touch = book != NULL ? pst_book_get_best (book, side == PST_SIDE_BUY ? PST_SIDE_SELL : PST_SIDE_BUY) : NULL;
  const PstArbOrderForm form = { at_market ? PST_ORDER_TYPE_MARKET : PST_ORDER_TYPE_LIMIT, PST_TIME_IN_FORCE_IOC };
  gint64 limit_price, steps;

  if (touch == NULL)
    return "book_not_live";
  if (!pst_arb_leg_init (leg, pair->instrument, side, pair->maker_fee, pair->taker_fee, book)
      || !find_limit (pair->instrument, side, touch->price, allowance, &limit_price))
    return "instrument_not_usable";
  steps = pst_arb_leg_fit (leg, limit_price, execution->held[position]);
  if (steps == 0)
    return TOO_SMALL;
  fill_request (request, &form, edge, pst_arb_leg_get_quantity (leg, steps), limit_price);
  return NULL;
}

gboolean
pst_arb_execution_is_dust (const char *reason)
{
  return g_str_equal (reason, TOO_SMALL);
}

void
pst_arb_execution_set_reason (PstArbExecution *execution, const char *format, ...)
{
  va_list arguments;

  /* What came first led to the rest. */
  if (execution->reason[0] != '\0')
    return;
  va_start (arguments, format);
  g_vsnprintf (execution->reason, sizeof execution->reason, format, arguments);
  va_end (arguments);
}

static void
append_money (GString *text, const char *name, const PstCurrency *currency, gint64 amount)
{
  const PstMoney money = { currency, amount };
  g_autofree char *printed = pst_money_to_string (&money);

  g_string_append_printf (text, " %s=%s", name, printed);
}

char *
pst_arb_execution_describe (const PstArbExecution *execution)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "opportunity=%" G_GUINT64_FORMAT " cycle=%s", execution->number, execution->text);
  append_money (text, "profit", execution->currencies[0], execution->held[0]);
  append_money (text, "spent", execution->currencies[0], execution->spent);
  append_money (text, "returned", execution->currencies[0], execution->returned);
  for (guint i = 1; i < execution->cycle.n_legs; i++)
    if (execution->held[i] != 0)
      append_money (text, "held", execution->currencies[i], execution->held[i]);
  if (execution->other_fees.amount != 0)
    append_money (text, "other_fees", execution->other_fees.currency, execution->other_fees.amount);
  if (execution->reason[0] != '\0')
    g_string_append_printf (text, " reason=%s", execution->reason);
  return g_string_free (text, FALSE);
}
