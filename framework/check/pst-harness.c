/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A run for one component alone: what components see of it. Market data stand in pst-harness-market.c, orders in pst-harness-orders.c. */

#include "pst-harness-private.h"
#include "pst-simulated-transport.h"

#include <string.h>

static void pst_harness_run_control_init (PstRunControlInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PstHarness, pst_harness, PST_TYPE_CONTEXT, G_IMPLEMENT_INTERFACE (PST_TYPE_RUN_CONTROL, pst_harness_run_control_init))

#define START_TIME "2020-01-01T00:00:00Z"

const PstInstrument *
pst_harness_instrument (PstHarness *harness, guint32 instrument)
{
  const PstInstrument *found = pst_instrument_table_get (harness->instruments, instrument);

  if (found == NULL)
    pst_check_fail ("the harness has no instrument %u; it has %u", instrument, pst_instrument_table_get_size (harness->instruments));
  return found;
}

PstMark *
pst_harness_mark (PstHarness *harness, guint32 instrument)
{
  pst_harness_instrument (harness, instrument);
  while (harness->marks->len <= instrument)
    g_ptr_array_add (harness->marks, g_new0 (PstMark, 1));
  return harness->marks->pdata[instrument];
}

PstBook *
pst_harness_book (PstHarness *harness, guint32 instrument)
{
  pst_harness_instrument (harness, instrument);
  while (harness->books->len <= instrument)
    g_ptr_array_add (harness->books, pst_book_new (0));
  return harness->books->pdata[instrument];
}

PstPosition *
pst_harness_position (PstHarness *harness, guint32 strategy, guint32 instrument)
{
  PstPosition *position;

  pst_harness_instrument (harness, instrument);
  for (guint i = 0; i < harness->positions->len; i++)
    {
      position = harness->positions->pdata[i];
      if (position->strategy == strategy && position->instrument == instrument)
        return position;
    }
  position = g_new0 (PstPosition, 1);
  position->strategy = strategy;
  position->instrument = instrument;
  g_ptr_array_add (harness->positions, position);
  return position;
}

PstAccount *
pst_harness_account (PstHarness *harness, guint32 exchange, gboolean make)
{
  if (exchange >= harness->accounts->len)
    {
      if (!make)
        return NULL;
      g_ptr_array_set_size (harness->accounts, exchange + 1);
    }
  if (harness->accounts->pdata[exchange] == NULL && make)
    harness->accounts->pdata[exchange] = pst_account_new ();
  return harness->accounts->pdata[exchange];
}

PstComponent *
pst_harness_component (PstHarness *harness, guint32 index)
{
  return index < harness->parts->len ? ((PstHarnessPart *)harness->parts->pdata[index])->component : NULL;
}

void
pst_harness_keep_record (PstHarness *harness, const PstRecord *record)
{
  PstRecord *kept = pst_record_copy (record);

  g_ptr_array_add (harness->records, kept);
  kept->sequence = harness->records->len;
  kept->time_ns = pst_clock_now_ns (harness->clock);
}

void
pst_harness_change_trading_state (PstHarness *harness, PstTradingState state, guint32 component, const char *reason)
{
  PstRecord record = { .kind = PST_RECORD_TRADING_STATE };

  record.trading_state.from = harness->trading_state;
  record.trading_state.to = state;
  record.trading_state.component = component;
  g_strlcpy (record.trading_state.reason, reason, sizeof record.trading_state.reason);
  harness->trading_state = state;
  pst_harness_keep_record (harness, &record);
}

/* The context. */

static PstClock *
harness_get_clock (PstContext *context)
{
  return PST_HARNESS (context)->clock;
}

static PstMode
harness_get_mode (PstContext *context)
{
  return PST_HARNESS (context)->run.mode;
}

static const PstRunRecord *
harness_get_run (PstContext *context)
{
  return &PST_HARNESS (context)->run;
}

static PstInstrumentTable *
harness_get_instruments (PstContext *context)
{
  return PST_HARNESS (context)->instruments;
}

static const PstBook *
harness_get_book (PstContext *context, guint32 instrument)
{
  PstHarness *harness = PST_HARNESS (context);

  return instrument < harness->books->len ? harness->books->pdata[instrument] : NULL;
}

static const PstMark *
harness_get_mark (PstContext *context, guint32 instrument)
{
  return pst_harness_mark (PST_HARNESS (context), instrument);
}

static const PstPosition *
harness_get_position (PstContext *context, guint32 strategy, guint32 instrument)
{
  return pst_harness_position (PST_HARNESS (context), strategy, instrument);
}

static const PstAccount *
harness_get_account (PstContext *context, guint32 exchange)
{
  return pst_harness_account (PST_HARNESS (context), exchange, FALSE);
}

static void
add_cash (PstHarness *harness, PstMoney *equity)
{
  for (guint i = 0; i < harness->accounts->len; i++)
    if (harness->accounts->pdata[i] != NULL)
      equity->amount += pst_account_get_balance (harness->accounts->pdata[i], equity->currency);
}

static PstMoney
harness_get_equity (PstContext *context, guint *n_unpriced)
{
  PstHarness *harness = PST_HARNESS (context);
  PstMoney equity = { harness->run.currency, 0 };

  *n_unpriced = 0;
  if (harness->equity.currency != NULL)
    return harness->equity;
  add_cash (harness, &equity);
  for (guint i = 0; i < harness->positions->len; i++)
    {
      const PstPosition *position = harness->positions->pdata[i];
      const PstInstrument *instrument = pst_harness_instrument (harness, position->instrument);
      const PstMark *mark = pst_harness_mark (harness, position->instrument);
      gint64 value;

      if (position->strategy != G_MAXUINT32 || position->quantity == 0)
        continue;
      if (!mark->valid || instrument->quote != equity.currency || !pst_position_value (position, instrument, mark->price, &value))
        (*n_unpriced)++;
      else
        equity.amount += value;
    }
  return equity;
}

static PstTradingState
harness_get_trading_state (PstContext *context)
{
  return PST_HARNESS (context)->trading_state;
}

static guint32
harness_find_executor (PstContext *context, guint32 instrument)
{
  return pst_harness_find_executor (PST_HARNESS (context), instrument);
}

static guint64
harness_submit (PstContext *context, PstStrategy *strategy, const PstOrderRequest *request)
{
  return pst_harness_new_order (PST_HARNESS (context), pst_component_get_index (PST_COMPONENT (strategy)), request)->id;
}

static const PstOrder *
harness_get_order (PstContext *context, guint64 order_id)
{
  PstHarness *harness = PST_HARNESS (context);
  const PstOrder *order = order_id >= 1 && order_id <= harness->orders->len ? harness->orders->pdata[order_id - 1] : NULL;

  return order != NULL && !pst_order_state_is_final (order->state) ? order : NULL;
}

static gboolean
check_open (PstContext *context, guint64 order_id, GError **error)
{
  if (harness_get_order (context, order_id) != NULL)
    return TRUE;
  g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_FOUND, "no open order has the number %" G_GUINT64_FORMAT, order_id);
  return FALSE;
}

/* The exchange under test that has the order, if one has. */
static PstExchange *
venue_of (PstHarness *harness, const PstOrder *order)
{
  PstComponent *component = pst_harness_component (harness, order->exchange);

  if (component == NULL || !PST_IS_EXCHANGE (component) || order->state == PST_ORDER_STATE_INITIALIZED)
    return NULL;
  return pst_exchange_can_execute (PST_EXCHANGE (component)) ? PST_EXCHANGE (component) : NULL;
}

static gboolean
harness_cancel (PstContext *context, guint64 order_id, GError **error)
{
  PstHarness *harness = PST_HARNESS (context);
  PstExchange *venue;

  if (!check_open (context, order_id, error))
    return FALSE;
  g_ptr_array_add (harness->requests, g_strdup_printf ("cancel %" G_GUINT64_FORMAT, order_id));
  venue = venue_of (harness, pst_harness_order (harness, order_id));
  return venue == NULL || pst_exchange_cancel (venue, pst_harness_order (harness, order_id), error);
}

static gboolean
harness_modify (PstContext *context, guint64 order_id, gint64 quantity, gint64 limit_price, gint64 stop_price, GError **error)
{
  PstHarness *harness = PST_HARNESS (context);
  PstExchange *venue;

  if (!check_open (context, order_id, error))
    return FALSE;
  g_ptr_array_add (harness->requests, g_strdup_printf ("modify %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT,
                                                       order_id, quantity, limit_price, stop_price));
  venue = venue_of (harness, pst_harness_order (harness, order_id));
  return venue == NULL || pst_exchange_modify (venue, pst_harness_order (harness, order_id), quantity, limit_price, stop_price, error);
}

static void
harness_foreach_open_order (PstContext *context, PstOrderFunc func, gpointer user_data)
{
  PstHarness *harness = PST_HARNESS (context);

  for (guint i = 0; i < harness->orders->len; i++)
    {
      const PstOrder *order = harness->orders->pdata[i];

      if (!pst_order_state_is_final (order->state))
        func (order, user_data);
    }
}

static void
harness_request_trading_state (PstContext *context, PstComponent *component, PstTradingState state, const char *reason)
{
  PstHarness *harness = PST_HARNESS (context);

  if (state > harness->trading_state)
    pst_harness_change_trading_state (harness, state, pst_component_get_index (component), reason);
}

static PstComponent *
harness_find_component (PstContext *context, PstComponentKind kind, const char *name)
{
  PstHarness *harness = PST_HARNESS (context);

  for (guint i = 0; i < harness->parts->len; i++)
    {
      PstComponent *component = pst_harness_component (harness, i);

      if (pst_component_get_kind (component) == kind && strcmp (pst_component_get_name (component), name) == 0)
        return component;
    }
  return NULL;
}

static PstComponent *
harness_get_component (PstContext *context, guint32 index)
{
  return pst_harness_component (PST_HARNESS (context), index);
}

static void
harness_note (PstContext *context, PstComponent *component, const char *name, const char *detail)
{
  PstRecord record = { .kind = PST_RECORD_NOTE };

  record.note.component = pst_component_get_index (component);
  g_strlcpy (record.note.name, name, sizeof record.note.name);
  g_strlcpy (record.note.detail, detail, sizeof record.note.detail);
  pst_harness_keep_record (PST_HARNESS (context), &record);
}

static void
harness_record (PstContext *context, PstComponent *component, const PstRecord *record)
{
  pst_harness_keep_record (PST_HARNESS (context), record);
}

static PstTransport *
harness_create_transport (PstContext *context, PstComponent *component, GError **error)
{
  PstHarness *harness = PST_HARNESS (context);

  return harness->transport != NULL ? g_object_ref (harness->transport)
                                    : PST_TRANSPORT (pst_simulated_transport_new (harness->clock, harness->run.seed));
}

/**
 * pst_harness_set_transport:
 * @harness: a harness
 * @transport: (nullable): what components that connect are given; a reference is taken
 *
 * Says over what components connect. Without it each gets a simulated one, whose peer takes connections, says nothing and answers requests with
 * 404. Drop it with %NULL before pst_harness_finish() when the test keeps its own reference.
 */
void
pst_harness_set_transport (PstHarness *harness, PstTransport *transport)
{
  g_return_if_fail (PST_IS_HARNESS (harness));

  g_set_object (&harness->transport, transport);
}

/* The control. */

static PstRunState
harness_get_run_state (PstRunControl *control)
{
  return PST_HARNESS (control)->run.state;
}

static gboolean
harness_set_trading_state (PstRunControl *control, PstTradingState state, const char *reason, GError **error)
{
  PstHarness *harness = PST_HARNESS (control);
  g_autofree char *name = NULL;
  g_autoptr (GEnumClass) states = g_type_class_ref (PST_TYPE_TRADING_STATE);

  name = g_strdup (g_enum_get_value (states, state)->value_nick);
  g_ptr_array_add (harness->commands, g_strdup_printf ("%s: %s", name, reason));
  pst_harness_change_trading_state (harness, state, G_MAXUINT32, reason);
  return TRUE;
}

static gboolean
harness_flatten (PstRunControl *control, const char *reason, GError **error)
{
  g_ptr_array_add (PST_HARNESS (control)->commands, g_strdup_printf ("flatten: %s", reason));
  return TRUE;
}

static gboolean
harness_stop (PstRunControl *control, const char *reason, GError **error)
{
  g_ptr_array_add (PST_HARNESS (control)->commands, g_strdup_printf ("stop: %s", reason));
  return TRUE;
}

static gboolean
harness_act (PstRunControl *control, PstComponentKind kind, const char *name, const char *action, const char *reason, GError **error)
{
  PstComponent *component = harness_find_component (PST_CONTEXT (control), kind, name);

  g_ptr_array_add (PST_HARNESS (control)->commands, g_strdup_printf ("%s %s: %s", name, action, reason));
  if (component != NULL)
    return pst_component_act (component, action, reason, error);
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN, "the harness has no component \"%s\" of that kind", name);
  return FALSE;
}

static void
pst_harness_run_control_init (PstRunControlInterface *iface)
{
  iface->get_run_state = harness_get_run_state;
  iface->set_trading_state = harness_set_trading_state;
  iface->flatten = harness_flatten;
  iface->stop = harness_stop;
  iface->act = harness_act;
}

/* Life. */

static void
part_disconnect (PstHarnessPart *part)
{
  if (pst_component_is_started (part->component))
    pst_component_stop (part->component);
  while (part->n_handlers > 0)
    g_signal_handler_disconnect (part->component, part->handlers[--part->n_handlers]);
}

static void
part_free (PstHarnessPart *part)
{
  part_disconnect (part);
  if (PST_IS_SERVICE (part->component))
    pst_service_set_run_control (PST_SERVICE (part->component), NULL);
  pst_component_detach (part->component);
  g_object_unref (part->component);
  g_free (part);
}

static void
account_free (gpointer account)
{
  if (account != NULL)
    pst_account_free (account);
}

static void
pst_harness_dispose (GObject *object)
{
  PstHarness *harness = PST_HARNESS (object);

  while (harness->parts->len > 0)
    g_ptr_array_set_size (harness->parts, harness->parts->len - 1);
  G_OBJECT_CLASS (pst_harness_parent_class)->dispose (object);
}

static void
pst_harness_finalize (GObject *object)
{
  PstHarness *harness = PST_HARNESS (object);
  GPtrArray **arrays[] = { &harness->parts,  &harness->marks,    &harness->books,   &harness->positions, &harness->accounts, &harness->orders,
                           &harness->frames, &harness->requests, &harness->reports, &harness->fills,     &harness->records,  &harness->commands };

  for (guint i = 0; i < G_N_ELEMENTS (arrays); i++)
    g_clear_pointer (arrays[i], g_ptr_array_unref);
  g_clear_object (&harness->transport);
  g_clear_object (&harness->clock);
  g_clear_pointer (&harness->instruments, pst_instrument_table_unref);
  G_OBJECT_CLASS (pst_harness_parent_class)->finalize (object);
}

static void
pst_harness_class_init (PstHarnessClass *klass)
{
  PstContextClass *context_class = PST_CONTEXT_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pst_harness_dispose;
  G_OBJECT_CLASS (klass)->finalize = pst_harness_finalize;
  context_class->get_clock = harness_get_clock;
  context_class->get_mode = harness_get_mode;
  context_class->get_run = harness_get_run;
  context_class->get_instruments = harness_get_instruments;
  context_class->get_mark = harness_get_mark;
  context_class->get_book = harness_get_book;
  context_class->get_position = harness_get_position;
  context_class->get_account = harness_get_account;
  context_class->get_equity = harness_get_equity;
  context_class->get_trading_state = harness_get_trading_state;
  context_class->find_executor = harness_find_executor;
  context_class->submit = harness_submit;
  context_class->cancel = harness_cancel;
  context_class->modify = harness_modify;
  context_class->get_order = harness_get_order;
  context_class->foreach_open_order = harness_foreach_open_order;
  context_class->request_trading_state = harness_request_trading_state;
  context_class->find_component = harness_find_component;
  context_class->note = harness_note;
  context_class->get_component = harness_get_component;
  context_class->record = harness_record;
  context_class->create_transport = harness_create_transport;
}

static void
pst_harness_init (PstHarness *harness)
{
  gint64 start_ns;

  if (!pst_time_parse (START_TIME, -1, &start_ns, NULL))
    g_assert_not_reached ();
  harness->clock = pst_simulated_clock_new (start_ns);
  harness->instruments = pst_instrument_table_new ();
  harness->run.state = PST_RUN_STATE_RUNNING;
  harness->run.mode = PST_MODE_BACKTEST;
  harness->run.seed = 1;
  harness->run.currency = pst_currency_get ("USD", NULL);
  g_strlcpy (harness->run.user_id, "local", PST_NAME_SIZE);
  g_strlcpy (harness->run.run_id, "check-1", PST_NAME_SIZE);
  g_strlcpy (harness->run.pipeline, "check", PST_NAME_SIZE);
  harness->trading_state = PST_TRADING_STATE_ACTIVE;
  harness->parts = g_ptr_array_new_with_free_func ((GDestroyNotify)part_free);
  harness->marks = g_ptr_array_new_with_free_func (g_free);
  harness->books = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_book_free);
  harness->positions = g_ptr_array_new_with_free_func (g_free);
  harness->accounts = g_ptr_array_new_with_free_func (account_free);
  harness->orders = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_order_free);
  harness->frames = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_frame_block_free);
  harness->requests = g_ptr_array_new_with_free_func (g_free);
  harness->reports = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_execution_report_free);
  harness->fills = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_fill_free);
  harness->records = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_record_free);
  harness->commands = g_ptr_array_new_with_free_func (g_free);
}

/**
 * pst_harness_new:
 *
 * Makes a run for one component alone.
 *
 * Returns: (transfer full): the harness
 */
PstHarness *
pst_harness_new (void)
{
  PstHarness *harness = g_object_new (PST_TYPE_HARNESS, NULL);
  g_autoptr (PstComponent) feed = g_object_new (PST_TYPE_HARNESS_FEED, NULL);

  pst_harness_adopt (harness, feed, PST_HARNESS_DATA);
  return harness;
}

/* Our own handlers are off: what is there now on the harness's own exchange is a component's that did not clean up. */
static void
check_handlers (PstHarnessPart *part)
{
  if (!PST_IS_HARNESS_FEED (part->component))
    return;
  for (GType type = G_OBJECT_TYPE (part->component); type != G_TYPE_OBJECT; type = g_type_parent (type))
    {
      g_autofree guint *ids = NULL;
      guint n_ids;

      ids = g_signal_list_ids (type, &n_ids);
      for (guint i = 0; i < n_ids; i++)
        if (g_signal_has_handler_pending (part->component, ids[i], 0, TRUE))
          pst_check_fail ("somebody left a handler of \"%s\" on component \"%s\"", g_signal_name (ids[i]), pst_component_get_name (part->component));
    }
}

static void
finish_last_part (PstHarness *harness)
{
  PstHarnessPart *part = harness->parts->pdata[harness->parts->len - 1];
  g_autofree char *name = g_strdup (pst_component_get_name (part->component));
  GWeakRef gone;
  g_autoptr (GObject) left = NULL;

  part_disconnect (part);
  check_handlers (part);
  g_weak_ref_init (&gone, part->component);
  g_ptr_array_set_size (harness->parts, harness->parts->len - 1);
  left = g_weak_ref_get (&gone);
  if (left != NULL)
    pst_check_fail ("component \"%s\" (%s) is still held by something: it leaks", name, G_OBJECT_TYPE_NAME (left));
  g_weak_ref_clear (&gone);
}

/**
 * pst_harness_finish:
 * @harness: (transfer full): a harness
 *
 * Stops and drops all components and the harness, and asserts that each is really gone and left neither a handler nor a timer behind.
 */
void
pst_harness_finish (PstHarness *harness)
{
  while (harness->parts->len > 0)
    finish_last_part (harness);
  if (pst_simulated_clock_next_due_ns (PST_SIMULATED_CLOCK (harness->clock)) != G_MAXINT64)
    pst_check_fail ("a component left a timer on the run's clock: remove it in stop()");
  g_assert_finalize_object (harness);
}

/**
 * pst_harness_set_mode:
 * @harness: a harness
 * @mode: backtest, paper or live
 *
 * Says what the run is.
 */
void
pst_harness_set_mode (PstHarness *harness, PstMode mode)
{
  harness->run.mode = mode;
}

/**
 * pst_harness_set_seed:
 * @harness: a harness
 * @seed: of all random numbers
 *
 * Says what random numbers are made from.
 */
void
pst_harness_set_seed (PstHarness *harness, guint64 seed)
{
  harness->run.seed = seed;
}

/**
 * pst_harness_set_currency:
 * @harness: a harness
 * @code: the base currency
 *
 * Says in what equity is counted.
 */
void
pst_harness_set_currency (PstHarness *harness, const char *code)
{
  g_autoptr (GError) error = NULL;

  harness->run.currency = pst_currency_get (code, &error);
  g_assert_no_error (error);
}

static void
on_alert_raised (PstComponent *component, const PstRecord *record, PstHarness *harness)
{
  pst_harness_keep_record (harness, record);
}

static void
on_execution_reported (PstExchange *exchange, const PstExecutionReport *report, PstHarness *harness)
{
  pst_harness_report (harness, report);
}

static void
on_connection_changed (PstExchange *exchange, PstConnection state, PstHarness *harness)
{
  for (guint i = 0; i < harness->parts->len; i++)
    {
      PstComponent *component = pst_harness_component (harness, i);

      if (PST_IS_GUARD (component) && pst_component_is_started (component))
        pst_guard_on_connection (PST_GUARD (component), pst_component_get_index (PST_COMPONENT (exchange)), state);
    }
}

static void
on_frame_received (PstExchange *exchange, const PstFrameBlock *block, PstHarness *harness)
{
  pst_harness_apply_block (harness, exchange, block);
}

/**
 * pst_harness_adopt:
 * @harness: a harness
 * @component: (transfer none): a component without a run
 * @name: its name
 *
 * Gives a component its place in the harness.
 */
void
pst_harness_adopt (PstHarness *harness, PstComponent *component, const char *name)
{
  PstHarnessPart *part = g_new0 (PstHarnessPart, 1);

  part->component = g_object_ref (component);
  pst_component_attach (component, PST_CONTEXT (harness), G_OBJECT_TYPE_NAME (component), name, harness->parts->len);
  g_ptr_array_add (harness->parts, part);
  part->handlers[part->n_handlers++] = g_signal_connect (component, "alert-raised", G_CALLBACK (on_alert_raised), harness);
  if (!PST_IS_EXCHANGE (component))
    return;
  part->handlers[part->n_handlers++] = g_signal_connect (component, "execution-reported", G_CALLBACK (on_execution_reported), harness);
  part->handlers[part->n_handlers++] = g_signal_connect (component, "frame-received", G_CALLBACK (on_frame_received), harness);
  part->handlers[part->n_handlers++] = g_signal_connect (component, "connection-changed", G_CALLBACK (on_connection_changed), harness);
}

/**
 * pst_harness_add:
 * @harness: a harness
 * @type: the component's type
 * @name: its name
 * @...: options, each as name and text, then %NULL
 *
 * Makes a component, sets its options and gives it its place in the harness.
 *
 * Returns: (transfer none): the component
 */
PstComponent *
pst_harness_add (PstHarness *harness, GType type, const char *name, ...)
{
  g_autoptr (PstComponent) component = g_object_new (type, NULL);
  const char *option;
  va_list pairs;

  va_start (pairs, name);
  while ((option = va_arg (pairs, const char *)) != NULL)
    {
      g_autoptr (GError) error = NULL;

      pst_component_set_option (component, option, va_arg (pairs, const char *), &error);
      g_assert_no_error (error);
    }
  va_end (pairs);
  pst_harness_adopt (harness, component, name);
  return component;
}

static PstHarnessPart *
part_of (PstHarness *harness, PstComponent *component)
{
  guint32 index = pst_component_get_index (component);

  g_assert_true (pst_harness_component (harness, index) == component);
  return harness->parts->pdata[index];
}

/**
 * pst_harness_try_start:
 * @harness: a harness
 * @component: one of its components
 * @error: return location
 *
 * Prepares it when that was not done, starts it, and loads an exchange's account.
 *
 * Returns: %FALSE with the component's error; it is not started then
 */
gboolean
pst_harness_try_start (PstHarness *harness, PstComponent *component, GError **error)
{
  PstHarnessPart *part = part_of (harness, component);

  if (PST_IS_SERVICE (component))
    pst_service_set_run_control (PST_SERVICE (component), PST_RUN_CONTROL (harness));
  if (!part->prepared)
    part->prepared = pst_component_prepare (component, error);
  if (!part->prepared || !pst_component_start (component, error))
    return FALSE;
  if (!PST_IS_EXCHANGE (component) || !pst_exchange_can_execute (PST_EXCHANGE (component)))
    return TRUE;
  return pst_exchange_load_account (PST_EXCHANGE (component), pst_harness_account (harness, pst_component_get_index (component), TRUE), error);
}

/**
 * pst_harness_start:
 * @harness: a harness
 * @component: one of its components
 *
 * Does pst_harness_try_start(). A failure ends the test.
 */
void
pst_harness_start (PstHarness *harness, PstComponent *component)
{
  g_autoptr (GError) error = NULL;

  pst_harness_try_start (harness, component, &error);
  g_assert_no_error (error);
}

/**
 * pst_harness_stop:
 * @harness: a harness
 * @component: one of its components, started
 *
 * Stops it.
 */
void
pst_harness_stop (PstHarness *harness, PstComponent *component)
{
  part_of (harness, component);
  pst_component_stop (component);
}
