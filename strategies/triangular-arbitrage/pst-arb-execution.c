/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Amounts are those that fills and fees really moved, by the rounding of the ledger: what the ledger says of the cycle's orders is what is held here.
 */

#include "pst-arb-execution.h"

#include <string.h>

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

/* Over a restart */

char *
pst_arb_edge_to_text (const PstArbMarket *market, guint32 edge)
{
  return g_strdup_printf ("%s %s", pst_arb_edge_side (edge) == PST_SIDE_BUY ? "BUY" : "SELL",
                          market->pairs[pst_arb_edge_instrument (edge)].instrument->id);
}

gboolean
pst_arb_edge_from_text (const PstArbMarket *market, const char *text, guint32 *edge, GError **error)
{
  gboolean sells = g_str_has_prefix (text, "SELL "), known = sells || g_str_has_prefix (text, "BUY ");
  guint32 instrument
      = known ? pst_instrument_table_find (pst_context_get_instruments (market->context), strchr (text, ' ') + 1) : PST_INSTRUMENT_NONE;

  if (instrument == PST_INSTRUMENT_NONE || instrument >= market->n_pairs)
    {
      g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT, "a cycle was to trade \"%s\", which is not there", text);
      return FALSE;
    }
  *edge = pst_arb_edge (instrument, sells ? PST_SIDE_SELL : PST_SIDE_BUY);
  return TRUE;
}

/* (transfer full) */
static char *
make_key (const char *prefix, const char *name, guint leg)
{
  return g_strdup_printf ("%s%s.%u", prefix, name, leg);
}

static void
save_money (PstStateFile *state, const char *prefix, const char *name, const PstCurrency *currency, gint64 amount)
{
  const PstMoney money = { currency, amount };
  g_autofree char *key = g_strconcat (prefix, name, NULL);

  pst_state_file_set_money (state, key, &money);
}

static void
save_number (PstStateFile *state, const char *prefix, const char *name, gint64 number)
{
  g_autofree char *key = g_strconcat (prefix, name, NULL);

  pst_state_file_set_int64 (state, key, number);
}

void
pst_arb_execution_save (const PstArbExecution *execution, const PstArbMarket *market, const char *prefix, PstStateFile *state)
{
  g_autofree char *reason = g_strconcat (prefix, "reason", NULL);

  save_number (state, prefix, "number", (gint64)execution->number);
  save_number (state, prefix, "legs", execution->cycle.n_legs);
  save_number (state, prefix, "leg", execution->leg);
  save_number (state, prefix, "filled", execution->filled);
  save_number (state, prefix, "traded-back", execution->traded_back);
  save_money (state, prefix, "spent", execution->currencies[0], execution->spent);
  save_money (state, prefix, "returned", execution->currencies[0], execution->returned);
  if (execution->other_fees.currency != NULL)
    save_money (state, prefix, "other-fees", execution->other_fees.currency, execution->other_fees.amount);
  pst_state_file_set_string (state, reason, execution->reason);
  for (guint i = 0; i < execution->cycle.n_legs; i++)
    {
      g_autofree char *way = make_key (prefix, "way", i), *held = make_key ("", "held", i), *given_up = make_key ("", "given-up", i);
      g_autofree char *text = pst_arb_edge_to_text (market, execution->cycle.edges[i]);

      pst_state_file_set_string (state, way, text);
      save_money (state, prefix, held, execution->currencies[i], execution->held[i]);
      save_number (state, prefix, given_up, execution->given_up[i]);
    }
}

static gboolean
load_number (PstStateFile *state, const char *prefix, const char *name, gint64 most, gint64 *number, GError **error)
{
  g_autofree char *key = g_strconcat (prefix, name, NULL);

  if (!pst_state_file_get_int64 (state, key, number, error))
    return FALSE;
  if (*number >= 0 && *number <= most)
    return TRUE;
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT, "%s is out of range", key);
  return FALSE;
}

static gboolean
load_money (PstStateFile *state, const char *prefix, const char *name, const PstCurrency *currency, gint64 *amount, GError **error)
{
  g_autofree char *key = g_strconcat (prefix, name, NULL);
  PstMoney money;

  if (!pst_state_file_get_money (state, key, &money, error))
    return FALSE;
  *amount = money.amount;
  if (money.currency == currency)
    return TRUE;
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT, "%s is not in %s", key, currency->code);
  return FALSE;
}

static gboolean
load_ways (const PstArbMarket *market, const char *prefix, PstStateFile *state, PstArbCycle *cycle, GError **error)
{
  gint64 n_legs;

  if (!load_number (state, prefix, "legs", PST_ARB_LEGS_MAX, &n_legs, error))
    return FALSE;
  cycle->n_legs = (guint)n_legs;
  for (guint i = 0; i < cycle->n_legs; i++)
    {
      g_autofree char *key = make_key (prefix, "way", i), *text = NULL;

      if (!pst_state_file_get_string (state, key, &text, error) || !pst_arb_edge_from_text (market, text, &cycle->edges[i], error))
        return FALSE;
    }
  if (cycle->n_legs >= PST_ARB_LEGS_MIN)
    return TRUE;
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT, "%slegs is out of range", prefix);
  return FALSE;
}

static gboolean
load_amounts (PstArbExecution *execution, const char *prefix, PstStateFile *state, GError **error)
{
  g_autofree char *fees = g_strconcat (prefix, "other-fees", NULL);

  for (guint i = 0; i < execution->cycle.n_legs; i++)
    {
      g_autofree char *held = make_key ("", "held", i), *given_up = make_key ("", "given-up", i);
      gint64 flag;

      if (!load_money (state, prefix, held, execution->currencies[i], &execution->held[i], error)
          || !load_number (state, prefix, given_up, 1, &flag, error))
        return FALSE;
      execution->given_up[i] = flag != 0;
    }
  pst_state_file_get_money (state, fees, &execution->other_fees, NULL); /* where there were any */
  return load_money (state, prefix, "spent", execution->currencies[0], &execution->spent, error)
         && load_money (state, prefix, "returned", execution->currencies[0], &execution->returned, error);
}

gboolean
pst_arb_execution_load (PstArbExecution *execution, const PstArbMarket *market, const char *prefix, PstStateFile *state, GError **error)
{
  g_autofree char *key = g_strconcat (prefix, "reason", NULL), *reason = NULL;
  gint64 number, leg, filled, traded_back;
  PstArbCycle cycle = { 0 };

  if (!load_ways (market, prefix, state, &cycle, error) || !load_number (state, prefix, "number", G_MAXINT64, &number, error))
    return FALSE;
  pst_arb_execution_init (execution, market, &cycle, (guint64)number);
  if (!load_number (state, prefix, "leg", cycle.n_legs, &leg, error) || !load_number (state, prefix, "filled", 1, &filled, error)
      || !load_number (state, prefix, "traded-back", 1, &traded_back, error) || !pst_state_file_get_string (state, key, &reason, error)
      || !load_amounts (execution, prefix, state, error))
    return FALSE;
  execution->leg = (guint)leg;
  execution->filled = filled != 0;
  execution->traded_back = traded_back != 0;
  g_strlcpy (execution->reason, reason, sizeof execution->reason);
  return TRUE;
}
