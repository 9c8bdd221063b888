/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The run as its components see it: only calls through. What is asked at every frame has no type check. */

#include "pst-context.h"

#include "pst-exchange.h"
#include "pst-strategy.h"
#include "pst-text-private.h"

/**
 * PstContext:
 *
 * The run as its components see it. All calls on the run's context (its thread).
 */

G_DEFINE_ABSTRACT_TYPE (PstContext, pst_context, G_TYPE_OBJECT)

static void
pst_context_class_init (PstContextClass *klass)
{
}

static void
pst_context_init (PstContext *context)
{
}

/**
 * pst_context_get_clock:
 * @context: the run
 *
 * Gives the run's only source of time.
 *
 * Returns: (transfer none): the clock
 */
PstClock *
pst_context_get_clock (PstContext *context)
{
  return PST_CONTEXT_GET_CLASS (context)->get_clock (context);
}

/**
 * pst_context_now_ns:
 * @context: the run
 *
 * Reads the run's clock.
 *
 * Returns: nanoseconds since the epoch, UTC
 */
gint64
pst_context_now_ns (PstContext *context)
{
  return pst_clock_now_ns (PST_CONTEXT_GET_CLASS (context)->get_clock (context));
}

/**
 * pst_context_get_mode:
 * @context: the run
 *
 * Tells whether it is a backtest, on paper or live.
 *
 * Returns: the mode
 */
PstMode
pst_context_get_mode (PstContext *context)
{
  g_return_val_if_fail (PST_IS_CONTEXT (context), PST_MODE_BACKTEST);

  return PST_CONTEXT_GET_CLASS (context)->get_mode (context);
}

/**
 * pst_context_get_run:
 * @context: the run
 *
 * Gives user, run id, pipeline, seed and base currency.
 *
 * Returns: (transfer none): the run as of now
 */
const PstRunRecord *
pst_context_get_run (PstContext *context)
{
  g_return_val_if_fail (PST_IS_CONTEXT (context), NULL);

  return PST_CONTEXT_GET_CLASS (context)->get_run (context);
}

/**
 * pst_context_init_random:
 * @context: the run
 * @component: whose stream
 * @random: (out caller-allocates): the generator
 *
 * Starts the component's own stream of random numbers, made from the run's seed and the component's kind and name: what one component
 * draws does not change what another gets.
 */
void
pst_context_init_random (PstContext *context, PstComponent *component, PstRandom *random)
{
  g_autofree char *stream = NULL;

  g_return_if_fail (PST_IS_CONTEXT (context));
  g_return_if_fail (PST_IS_COMPONENT (component));
  g_return_if_fail (random != NULL);

  stream = g_strdup_printf ("%d/%s", pst_component_get_kind (component), pst_component_get_name (component));
  pst_random_init (random, pst_context_get_run (context)->seed, stream);
}

/**
 * pst_context_get_instruments:
 * @context: the run
 *
 * Gives the run's instruments. The table only grows.
 *
 * Returns: (transfer none): the table
 */
PstInstrumentTable *
pst_context_get_instruments (PstContext *context)
{
  return PST_CONTEXT_GET_CLASS (context)->get_instruments (context);
}

/**
 * pst_context_get_mark:
 * @context: the run
 * @instrument: index of a known instrument
 *
 * Tells what an instrument is worth now.
 *
 * Returns: (transfer none): the mark, never %NULL for a known instrument; look at its valid
 */
const PstMark *
pst_context_get_mark (PstContext *context, guint32 instrument)
{
  return PST_CONTEXT_GET_CLASS (context)->get_mark (context, instrument);
}

/**
 * pst_context_get_book:
 * @context: the run
 * @instrument: index of a known instrument
 *
 * Gives the book of price levels as of the frame that is being seen. Only a book whose state is %PST_BOOK_LIVE is to be traded on.
 *
 * Returns: (transfer none) (nullable): the book, until the next frame; %NULL when no level of it came yet
 */
const PstBook *
pst_context_get_book (PstContext *context, guint32 instrument)
{
  PstContextClass *klass = PST_CONTEXT_GET_CLASS (context);

  return klass->get_book != NULL ? klass->get_book (context, instrument) : NULL;
}

/**
 * pst_context_get_position:
 * @context: the run
 * @strategy: index of the strategy component; %G_MAXUINT32 for the net of all
 * @instrument: index of a known instrument
 *
 * Tells what is held.
 *
 * Returns: (transfer none): the position, flat when there was no fill; valid until the next fill
 */
const PstPosition *
pst_context_get_position (PstContext *context, guint32 strategy, guint32 instrument)
{
  return PST_CONTEXT_GET_CLASS (context)->get_position (context, strategy, instrument);
}

/**
 * pst_context_get_account:
 * @context: the run
 * @exchange: index of the exchange component
 *
 * Gives the cash at one exchange.
 *
 * Returns: (transfer none) (nullable): the account; %NULL when that exchange has none
 */
const PstAccount *
pst_context_get_account (PstContext *context, guint32 exchange)
{
  return PST_CONTEXT_GET_CLASS (context)->get_account (context, exchange);
}

/**
 * pst_context_get_equity:
 * @context: the run
 * @n_unpriced: (out) (optional): holdings without a price, which are left out
 *
 * Values everything in the base currency: cash plus mark-to-market.
 *
 * Returns: the equity
 */
PstMoney
pst_context_get_equity (PstContext *context, guint *n_unpriced)
{
  guint ignored;

  return PST_CONTEXT_GET_CLASS (context)->get_equity (context, n_unpriced != NULL ? n_unpriced : &ignored);
}

/**
 * pst_context_get_trading_state:
 * @context: the run
 *
 * Tells what trading is allowed.
 *
 * Returns: ACTIVE, REDUCING or HALTED
 */
PstTradingState
pst_context_get_trading_state (PstContext *context)
{
  return PST_CONTEXT_GET_CLASS (context)->get_trading_state (context);
}

/**
 * pst_context_find_executor:
 * @context: the run
 * @instrument: index of a known instrument
 *
 * Finds the exchange that executes orders in an instrument.
 *
 * Returns: index of the exchange component; %G_MAXUINT32 for none
 */
guint32
pst_context_find_executor (PstContext *context, guint32 instrument)
{
  return PST_CONTEXT_GET_CLASS (context)->find_executor (context, instrument);
}

/**
 * pst_context_submit:
 * @context: the run
 * @strategy: who asks
 * @request: what for
 *
 * Takes down what a strategy asks for. Guards, sending and every outcome come later, told by on_order, a denial too. From start() to
 * stop().
 *
 * Returns: the order's number, above 0
 */
guint64
pst_context_submit (PstContext *context, PstStrategy *strategy, const PstOrderRequest *request)
{
  g_return_val_if_fail (PST_IS_CONTEXT (context), 0);
  g_return_val_if_fail (PST_IS_STRATEGY (strategy), 0);
  g_return_val_if_fail (request != NULL, 0);

  return PST_CONTEXT_GET_CLASS (context)->submit (context, strategy, request);
}

/**
 * pst_context_cancel:
 * @context: the run
 * @order_id: number of an open order
 * @error: return location
 *
 * Asks for a cancel. Cancels pass every guard and state; the outcome comes by on_order.
 *
 * Returns: %FALSE with %PST_EXCHANGE_ERROR_NOT_FOUND when no open order has that number
 */
gboolean
pst_context_cancel (PstContext *context, guint64 order_id, GError **error)
{
  g_return_val_if_fail (PST_IS_CONTEXT (context), FALSE);

  return PST_CONTEXT_GET_CLASS (context)->cancel (context, order_id, error);
}

/**
 * pst_context_modify:
 * @context: the run
 * @order_id: number of an open order
 * @quantity: the new total quantity, mantissa at the size scale
 * @limit_price: mantissa at the price scale; 0 leaves it as it is
 * @stop_price: mantissa at the price scale; 0 leaves it as it is
 * @error: return location
 *
 * Asks for a change of an order. Reviewed by the guards like a new one; the outcome comes by on_order.
 *
 * Returns: %FALSE with %PST_EXCHANGE_ERROR_NOT_FOUND when no open order has that number
 */
gboolean
pst_context_modify (PstContext *context, guint64 order_id, gint64 quantity, gint64 limit_price, gint64 stop_price, GError **error)
{
  g_return_val_if_fail (PST_IS_CONTEXT (context), FALSE);

  return PST_CONTEXT_GET_CLASS (context)->modify (context, order_id, quantity, limit_price, stop_price, error);
}

/**
 * pst_context_get_order:
 * @context: the run
 * @order_id: number of an order
 *
 * Looks at an open order.
 *
 * Returns: (transfer none) (nullable): the order, borrowed until the next call; %NULL when it is not open
 */
const PstOrder *
pst_context_get_order (PstContext *context, guint64 order_id)
{
  return PST_CONTEXT_GET_CLASS (context)->get_order (context, order_id);
}

/**
 * pst_context_foreach_open_order:
 * @context: the run
 * @func: (scope call) (closure user_data): called for each; must not submit, cancel or modify
 * @user_data: passed to @func
 *
 * Looks at every open order, in order of number.
 */
void
pst_context_foreach_open_order (PstContext *context, PstOrderFunc func, gpointer user_data)
{
  g_return_if_fail (PST_IS_CONTEXT (context));
  g_return_if_fail (func != NULL);

  PST_CONTEXT_GET_CLASS (context)->foreach_open_order (context, func, user_data);
}

/**
 * pst_context_request_trading_state:
 * @context: the run
 * @component: who asks
 * @state: REDUCING or HALTED
 * @reason: why, for people
 *
 * Tightens the trading state. Loosening is an operator's act and is ignored here.
 */
void
pst_context_request_trading_state (PstContext *context, PstComponent *component, PstTradingState state, const char *reason)
{
  g_return_if_fail (PST_IS_CONTEXT (context));
  g_return_if_fail (PST_IS_COMPONENT (component));
  g_return_if_fail (reason != NULL);

  PST_CONTEXT_GET_CLASS (context)->request_trading_state (context, component, state, reason);
}

/**
 * pst_context_find_component:
 * @context: the run
 * @kind: of what kind
 * @name: name in the pipeline file
 *
 * Finds another component of the run.
 *
 * Returns: (transfer none) (nullable): the component; %NULL when there is none
 */
PstComponent *
pst_context_find_component (PstContext *context, PstComponentKind kind, const char *name)
{
  g_return_val_if_fail (PST_IS_CONTEXT (context), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  return PST_CONTEXT_GET_CLASS (context)->find_component (context, kind, name);
}

/**
 * pst_context_get_component:
 * @context: the run
 * @index: index among all components, from 0 in file order
 *
 * Gives any component of the run: whose frame, order or record it is, or all of them by counting up to the first %NULL. On the run's context.
 *
 * Returns: (transfer none) (nullable): the component; %NULL beyond the last
 */
PstComponent *
pst_context_get_component (PstContext *context, guint32 index)
{
  g_return_val_if_fail (PST_IS_CONTEXT (context), NULL);

  return PST_CONTEXT_GET_CLASS (context)->get_component (context, index);
}

/**
 * pst_context_get_calendar:
 * @context: the run
 * @instrument: index in the run's table
 *
 * Tells when the market in which an instrument is traded is open. On the run's context, from start() on.
 *
 * Returns: (transfer none): the calendar of the exchange that lists it; one that is always open when no exchange does
 */
PstCalendar *
pst_context_get_calendar (PstContext *context, guint32 instrument)
{
  PstComponent *component;

  g_return_val_if_fail (PST_IS_CONTEXT (context), NULL);

  for (guint32 i = 0; (component = pst_context_get_component (context, i)) != NULL; i++)
    if (PST_IS_EXCHANGE (component) && pst_exchange_owns_instrument (PST_EXCHANGE (component), instrument))
      return pst_exchange_get_calendar (PST_EXCHANGE (component));
  return pst_calendar_get_always ();
}

/**
 * pst_context_note:
 * @context: the run
 * @component: whose fact
 * @name: UPPER_CASE_WORDS
 * @format: printf format of the detail
 * @...: its values
 *
 * Writes a fact of the component's own into the run's records. What is too long for the record is cut.
 */
void
pst_context_note (PstContext *context, PstComponent *component, const char *name, const char *format, ...)
{
  g_autofree char *text = NULL;
  char detail[PST_TEXT_SIZE];
  va_list arguments;

  g_return_if_fail (PST_IS_CONTEXT (context));
  g_return_if_fail (PST_IS_COMPONENT (component));
  g_return_if_fail (name != NULL && name[0] != '\0');

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  pst_text_copy (detail, sizeof detail, text);
  PST_CONTEXT_GET_CLASS (context)->note (context, component, name, detail);
}

/**
 * pst_context_create_transport:
 * @context: the run
 * @component: who wants to connect
 * @error: return location for an error
 *
 * Makes a connection to the outside that stands on the run's context. From start() on. Errors: %PST_EXCHANGE_ERROR_NOT_SUPPORTED where nothing
 * may be reached, in a backtest.
 *
 * Returns: (transfer full): a transport that is not open
 */
PstTransport *
pst_context_create_transport (PstContext *context, PstComponent *component, GError **error)
{
  PstContextClass *klass;

  g_return_val_if_fail (PST_IS_CONTEXT (context), NULL);
  g_return_val_if_fail (PST_IS_COMPONENT (component), NULL);

  klass = PST_CONTEXT_GET_CLASS (context);
  if (klass->create_transport != NULL)
    return klass->create_transport (context, component, error);
  g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_SUPPORTED, "\"%s\" cannot connect: this run reaches nothing outside",
               pst_component_get_name (component));
  return NULL;
}

/**
 * pst_context_record_opportunity:
 * @context: the run
 * @component: whose finding
 * @opportunity: what was found; its component and time are filled here
 *
 * Writes it into the run's records. On the run's context.
 */
void
pst_context_record_opportunity (PstContext *context, PstComponent *component, const PstOpportunity *opportunity)
{
  PstRecord record = { .kind = PST_RECORD_OPPORTUNITY };

  g_return_if_fail (PST_IS_CONTEXT (context));
  g_return_if_fail (PST_IS_COMPONENT (component));

  record.opportunity = *opportunity;
  record.opportunity.component = pst_component_get_index (component);
  record.opportunity.detected_at_ns = pst_context_now_ns (context);
  if (PST_CONTEXT_GET_CLASS (context)->record != NULL)
    PST_CONTEXT_GET_CLASS (context)->record (context, component, &record);
}

/* By the one instrument; FALSE when it does not trade the two against each other, has no price, or the amount does not fit. */
static gboolean
convert_by (PstContext *context, guint32 index, gint64 amount, const PstCurrency *from, const PstCurrency *to, PstRounding rounding, gint64 *result)
{
  const PstInstrument *instrument = pst_instrument_table_get (pst_context_get_instruments (context), index);
  const PstMark *mark = pst_context_get_mark (context, index);
  gint exponent = instrument->price_scale + to->scale - from->scale;

  if (!mark->valid || mark->price <= 0)
    return FALSE;
  if (instrument->base == from && instrument->quote == to)
    return pst_mantissa_multiply (amount, mark->price, from->scale + instrument->price_scale, to->scale, rounding, result);
  return instrument->base == to && instrument->quote == from && exponent >= 0 && exponent <= PST_SCALE_MAX
         && pst_mantissa_multiply_divide (amount, pst_power_of_ten ((guint)exponent), mark->price, rounding, result);
}

static gboolean
convert_directly (PstContext *context, gint64 amount, const PstCurrency *from, const PstCurrency *to, PstRounding rounding, gint64 *result)
{
  guint size = pst_instrument_table_get_size (pst_context_get_instruments (context));

  for (guint32 i = 0; i < size; i++)
    if (convert_by (context, i, amount, from, to, rounding, result))
      return TRUE;
  return FALSE;
}

/**
 * pst_context_convert:
 * @context: the run
 * @amount: mantissa at the scale of @from
 * @from: a currency
 * @to: another
 * @rounding: how each step rounds
 * @result: (out): mantissa at the scale of @to
 *
 * Values an amount at the mark of the first instrument of the run that trades the two currencies against each other, or else of the first two that do
 * so by way of a third currency. On the run's context.
 *
 * Returns: %FALSE when there is no such price, or when the result does not fit 64 bits
 */
gboolean
pst_context_convert (PstContext *context, gint64 amount, const PstCurrency *from, const PstCurrency *to, PstRounding rounding, gint64 *result)
{
  PstInstrumentTable *table;
  gint64 between;

  g_return_val_if_fail (PST_IS_CONTEXT (context), FALSE);
  g_return_val_if_fail (from != NULL && to != NULL && result != NULL, FALSE);

  *result = amount;
  if (amount == 0 || from == to || convert_directly (context, amount, from, to, rounding, result))
    return TRUE;
  table = pst_context_get_instruments (context);
  for (guint32 i = 0; i < pst_instrument_table_get_size (table); i++)
    {
      const PstInstrument *instrument = pst_instrument_table_get (table, i);
      const PstCurrency *third = instrument->base == from ? instrument->quote : instrument->quote == from ? instrument->base : NULL;

      if (third != NULL && convert_by (context, i, amount, from, third, rounding, &between)
          && convert_directly (context, between, third, to, rounding, result))
        return TRUE;
    }
  return FALSE;
}

/**
 * pst_context_audit:
 * @context: the run
 * @component: who acts
 * @action: what it does, UPPER_CASE_WORDS of at most 47 bytes: KILL_SWITCH_ENGAGED, LIMIT_BREACHED, GUARD_STATE_LOADED, CYCLE_STARTED
 * @why: (nullable): the reason, a code where there is one
 * @before: (nullable): what was
 * @after: (nullable): what is now
 *
 * Writes into the run's audit chain what a component did of its own accord. Orders, denials, trading states and alerts are there without it. What is
 * too long is cut. On the run's context.
 */
void
pst_context_audit (PstContext *context, PstComponent *component, const char *action, const char *why, const char *before, const char *after)
{
  PstRecord record = { .kind = PST_RECORD_AUDIT };

  g_return_if_fail (PST_IS_CONTEXT (context));
  g_return_if_fail (PST_IS_COMPONENT (component));
  g_return_if_fail (action != NULL && action[0] != '\0');

  record.audit.actor_kind = PST_AUDIT_ACTOR_COMPONENT;
  record.audit.component = pst_component_get_index (component);
  pst_text_copy (record.audit.actor, sizeof record.audit.actor, pst_component_get_name (component));
  pst_text_copy (record.audit.action, sizeof record.audit.action, action);
  pst_text_copy (record.audit.why, sizeof record.audit.why, why);
  pst_text_copy (record.audit.before, sizeof record.audit.before, before);
  pst_text_copy (record.audit.after, sizeof record.audit.after, after);
  if (PST_CONTEXT_GET_CLASS (context)->record != NULL)
    PST_CONTEXT_GET_CLASS (context)->record (context, component, &record);
}
