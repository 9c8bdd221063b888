/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Feeds publish blocks ahead of the run, so their events wait here until the run's records say that their time has come: what was asked for at a time
 * fills after the bars of that time were seen, what was asked for before fills on the way to them. */
#include "pst-run-result.h"

#include "../backtest/pst-bar-hash.h"
#include "../backtest/pst-trip-book.h"
#include "pst-run-data.h"

struct _PstRunResult
{
  PstRun *run;
  PstBacktestResult *result;
  PstTripBook *trips;
  GArray *hashes;      /* PstBarHash, by instrument */
  GArray *waiting;     /* PstEvent that the run has not come to */
  guint next;          /* of those */
  GHashTable *created; /* when open orders were asked for */
  GArray *handlers;    /* gulong, one an exchange */
  char *sources;       /* (nullable): hash of the files before they were read */
  guint16 *strategies; /* by component: place among those that give orders */
  gboolean overflowed;
  gint64 start_us;
};

static PstComponent *
get_component (PstRunResult *self, guint index)
{
  return pst_run_get_component (self->run, index);
}

static gboolean
gives_orders (PstComponent *component)
{
  return PST_IS_STRATEGY (component) && !(PST_IS_SIGNAL_STRATEGY (component) && pst_signal_strategy_is_member (PST_SIGNAL_STRATEGY (component)));
}

static void
take_event (PstRunResult *self, const PstEvent *event)
{
  PstBarHash *hash;

  if (event->instrument >= self->hashes->len)
    g_array_set_size (self->hashes, event->instrument + 1);
  hash = &g_array_index (self->hashes, PstBarHash, event->instrument);
  if (event->kind != PST_EVENT_BAR)
    {
      const PstBar raw = { event->kind, event->quote.bid_price, event->quote.bid_size, event->quote.ask_price, event->quote.ask_size };

      pst_bar_hash_add (hash, event->receive_time_ns, &raw);
      return;
    }
  pst_bar_hash_add (hash, event->receive_time_ns, &event->bar);
  self->result->n_bars++;
  if (self->result->from_ns == 0)
    self->result->from_ns = event->receive_time_ns;
  self->result->to_ns = event->receive_time_ns;
  self->overflowed |= !pst_trip_book_add_bar (self->trips, event->instrument, event->receive_time_ns, &event->bar);
}

/* Everything before @end_ns. */
static void
take_until (PstRunResult *self, gint64 end_ns)
{
  for (; self->next < self->waiting->len; self->next++)
    {
      const PstEvent *event = &g_array_index (self->waiting, PstEvent, self->next);

      if (event->receive_time_ns >= end_ns)
        return;
      take_event (self, event);
    }
  g_array_set_size (self->waiting, 0);
  self->next = 0;
}

static void
on_block (PstExchange *feed, const PstFrameBlock *block, gpointer user_data)
{
  PstRunResult *self = user_data;

  for (guint f = 0; f < block->n_frames; f++)
    for (guint i = 0; i < block->frames[f].n_events; i++)
      {
        PstEvent event = block->frames[f].events[i];

        event.receive_time_ns = block->frames[f].time_ns;
        g_array_append_val (self->waiting, event);
      }
}

/* Which strategies give orders is known once all are prepared. */
static guint16
get_strategy (PstRunResult *self, guint32 index)
{
  guint n = pst_run_get_n_components (self->run);
  guint16 place = 0;

  if (self->strategies == NULL)
    {
      self->strategies = g_new0 (guint16, n);
      for (guint i = 0; i < n; i++)
        if (gives_orders (get_component (self, i)))
          self->strategies[i] = place++;
    }
  return self->strategies[index];
}

static void
take_fill (PstRunResult *self, const PstFill *fill, gint64 now_ns)
{
  PstInstrumentTable *table = pst_context_get_instruments (PST_CONTEXT (self->run));
  const gint64 *created = g_hash_table_lookup (self->created, &fill->order_id);
  guint16 strategy = get_strategy (self, fill->strategy);
  const PstBacktestFill told = { now_ns, fill->instrument, (guint16)fill->side, strategy, fill->price, fill->quantity, fill->fee };

  take_until (self, created != NULL && *created == now_ns ? now_ns + 1 : now_ns);
  g_array_append_val (self->result->fills, told);
  self->overflowed |= !pst_trip_book_add_fill (self->trips, pst_instrument_table_get (table, fill->instrument), strategy, fill);
}

static gint64
get_exposure (PstRunResult *self)
{
  PstContext *context = PST_CONTEXT (self->run);
  PstInstrumentTable *table = pst_context_get_instruments (context);
  __int128 exposure = 0;

  for (guint i = 0; i < pst_instrument_table_get_size (table); i++)
    {
      const PstPosition *position = pst_context_get_position (context, G_MAXUINT32, i);
      const PstInstrument *instrument = pst_instrument_table_get (table, i);
      gint64 value;

      if (position->quantity == 0 || !pst_position_value (position, instrument, pst_context_get_mark (context, i)->price, &value)
          || !pst_context_convert (context, value, instrument->quote, pst_context_get_run (context)->currency, PST_ROUND_HALF_EVEN, &value))
        continue;
      exposure += ABS (value);
    }
  return (gint64)MIN (exposure, G_MAXINT64);
}

static void
take_tick (PstRunResult *self, const PstRecord *record)
{
  const PstEquityPoint point = { record->time_ns, record->tick.equity, record->tick.cash, get_exposure (self), 0 };

  take_until (self, record->time_ns + 1);
  g_array_append_val (self->result->equity, point);
}

static void
on_record (const PstRecord *record, gpointer user_data)
{
  PstRunResult *self = user_data;
  gint64 *times;

  switch ((guint)record->kind)
    {
    case PST_RECORD_INTENT:
      times = g_new (gint64, 2);
      times[0] = (gint64)record->order.id;
      times[1] = record->order.created_time_ns;
      g_hash_table_replace (self->created, &times[0], &times[1]);
      break;
    case PST_RECORD_FILL:
      take_fill (self, &record->fill, record->time_ns);
      break;
    case PST_RECORD_ORDER:
      if (pst_order_state_is_final (record->order.state) && record->order.state != PST_ORDER_STATE_FILLED)
        g_hash_table_remove (self->created, &record->order.id);
      break;
    case PST_RECORD_TICK:
      take_tick (self, record);
      break;
    default:
      break;
    }
}

/* Before the run connects itself, so that the events are here when their time comes. */
static void
watch_feeds (PstRunResult *self)
{
  for (guint i = 0; i < pst_run_get_n_components (self->run); i++)
    {
      PstComponent *component = get_component (self, i);
      gulong handler = 0;

      if (PST_IS_EXCHANGE (component) && pst_exchange_is_feed (PST_EXCHANGE (component)))
        handler = g_signal_connect (component, "frame-received", G_CALLBACK (on_block), self);
      g_array_append_val (self->handlers, handler);
    }
}

/* What the accounts of the run begin with, in its currency. */
static gint64
get_initial_cash (PstRun *run)
{
  const PstCurrency *currency = pst_context_get_run (PST_CONTEXT (run))->currency;
  gint64 sum = 0;

  for (guint i = 0; i < pst_run_get_n_components (run); i++)
    {
      PstComponent *component = pst_run_get_component (run, i);
      g_autoptr (PstAccount) account = pst_account_new ();

      if (PST_IS_EXCHANGE (component) && pst_exchange_load_account (PST_EXCHANGE (component), account, NULL))
        sum += pst_account_get_balance (account, currency);
    }
  return sum;
}

/**
 * pst_run_result_new:
 * @run: a run with all its components, not prepared yet
 *
 * Follows @run. On the run's context.
 *
 * Returns: (transfer full): what is to be asked for its result
 */
PstRunResult *
pst_run_result_new (PstRun *run)
{
  PstRunResult *self = g_new0 (PstRunResult, 1);

  self->run = g_object_ref (run);
  self->result = pst_backtest_result_new ();
  self->trips = pst_trip_book_new ();
  self->hashes = g_array_new (FALSE, TRUE, sizeof (PstBarHash));
  self->waiting = g_array_new (FALSE, FALSE, sizeof (PstEvent));
  self->handlers = g_array_new (FALSE, FALSE, sizeof (gulong));
  /* Key and value lie in one piece of memory, which begins with the key. */
  self->created = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->start_us = g_get_monotonic_time ();
  self->sources = pst_run_hash_sources (run);
  watch_feeds (self);
  pst_run_set_listener (run, on_record, self);
  return self;
}

/**
 * pst_run_result_free:
 * @result: (transfer full): what followed a run
 *
 * On the run's context.
 */
void
pst_run_result_free (PstRunResult *result)
{
  pst_run_set_listener (result->run, NULL, NULL);
  for (guint i = 0; i < result->handlers->len; i++)
    if (g_array_index (result->handlers, gulong, i) != 0)
      g_signal_handler_disconnect (get_component (result, i), g_array_index (result->handlers, gulong, i));
  g_array_unref (result->handlers);
  g_array_unref (result->hashes);
  g_array_unref (result->waiting);
  g_hash_table_unref (result->created);
  g_free (result->strategies);
  g_free (result->sources);
  pst_trip_book_free (result->trips);
  pst_backtest_result_unref (result->result);
  g_object_unref (result->run);
  g_free (result);
}

/* Of the files that the feeds played. When they changed meanwhile, or there are none, of the events that were seen, by which nobody will ask. */
static void
tell_data (PstRunResult *self, GChecksum *events, PstBacktestResult *result)
{
  g_autofree char *sources = self->sources != NULL ? pst_run_hash_sources (self->run) : NULL;

  result->data_hash = g_strdup (g_strcmp0 (sources, self->sources) == 0 && sources != NULL ? sources : g_checksum_get_string (events));
}

static void
describe (PstRunResult *self, PstBacktestResult *result)
{
  PstInstrumentTable *table = pst_context_get_instruments (PST_CONTEXT (self->run));
  const PstRunRecord *run = pst_context_get_run (PST_CONTEXT (self->run));
  g_autoptr (GStrvBuilder) plugins = g_strv_builder_new ();
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);

  for (guint i = 0; i < pst_run_get_n_components (self->run); i++)
    if (gives_orders (get_component (self, i)))
      g_strv_builder_add (plugins, pst_component_get_plugin (get_component (self, i)));
  for (guint i = 0; i < pst_instrument_table_get_size (table); i++)
    {
      const PstInstrument *instrument = pst_instrument_table_get (table, i);

      g_ptr_array_add (result->instruments, pst_instrument_ref ((PstInstrument *)instrument));
      if (i < self->hashes->len)
        pst_bar_hash_sum (sum, instrument, &g_array_index (self->hashes, PstBarHash, i));
    }
  result->strategies = g_strv_builder_end (plugins);
  result->name = g_strdup (run->pipeline);
  result->user_id = g_strdup (run->user_id);
  result->engine = g_strdup ("event");
  result->currency = run->currency;
  result->initial_equity = get_initial_cash (self->run);
  tell_data (self, sum, result);
  result->n_sets = 1;
  result->took_ns = (g_get_monotonic_time () - self->start_us) * 1000;
}

/**
 * pst_run_result_finish:
 * @result: what followed a run, which has ended
 * @error: return location for an error
 *
 * Errors: %PST_VALUE_ERROR_OVERFLOW. On the run's context.
 *
 * Returns: (transfer full) (nullable): the result, without parameters, plugins and key; see pst_run_describe()
 */
PstBacktestResult *
pst_run_result_finish (PstRunResult *result, GError **error)
{
  g_autoptr (PstBacktestResult) made = pst_backtest_result_ref (result->result);

  take_until (result, G_MAXINT64);
  if (result->overflowed || !pst_trip_book_finish (result->trips, made->round_trips))
    {
      g_set_error_literal (error, PST_VALUE_ERROR, PST_VALUE_ERROR_OVERFLOW,
                           "a round trip's amounts do not fit 64 bits; use smaller amounts, or give the currency fewer decimals");
      return NULL;
    }
  describe (result, made);
  return g_steal_pointer (&made);
}
