/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A journal has no market data: round trips have neither excursions nor bars, what is open is valued at its last fill, and exposure is what the ticks
 * say that all positions are worth together. An instrument whose quote is another currency than the run's has fills, but no round trips: its profit
 * is not known in the run's money. */
#include "pst-result-recorder.h"

#include <string.h>

#include "pst-trip-book.h"

struct _PstResultRecorder
{
  PstBacktestResult *result;
  GArray *strategies; /* guint by component index: place in the result's strategies plus 1 */
  GPtrArray *names;   /* plugins of strategies */
  GPtrArray *plugins; /* of all components */
  PstTripBook *trips;
  gboolean has_run;
  gboolean has_other_cash; /* the initial equity is not cash of one currency */
  gboolean overflowed;
};

PstResultRecorder *
pst_result_recorder_new (void)
{
  PstResultRecorder *recorder = g_new0 (PstResultRecorder, 1);

  recorder->result = pst_backtest_result_new ();
  recorder->strategies = g_array_new (FALSE, TRUE, sizeof (guint));
  recorder->names = g_ptr_array_new_with_free_func (g_free);
  recorder->plugins = g_ptr_array_new_with_free_func (g_free);
  recorder->trips = pst_trip_book_new ();
  return recorder;
}

void
pst_result_recorder_free (PstResultRecorder *recorder)
{
  pst_trip_book_free (recorder->trips);
  g_clear_pointer (&recorder->result, pst_backtest_result_unref);
  g_array_unref (recorder->strategies);
  g_ptr_array_unref (recorder->names);
  g_ptr_array_unref (recorder->plugins);
  g_free (recorder);
}

static void
take_component (PstResultRecorder *recorder, const PstComponentRecord *component)
{
  guint place;

  g_ptr_array_add (recorder->plugins, g_strdup (component->plugin));
  if (component->kind != PST_COMPONENT_KIND_STRATEGY)
    return;
  g_ptr_array_add (recorder->names, g_strdup (component->plugin));
  place = recorder->names->len;
  if (recorder->strategies->len <= component->index)
    g_array_set_size (recorder->strategies, component->index + 1);
  g_array_index (recorder->strategies, guint, component->index) = place;
}

static void
take_instrument (PstResultRecorder *recorder, const PstInstrumentRecord *record)
{
  const char *point = strrchr (record->id, '.');
  g_autofree char *symbol = g_strndup (record->id, point != NULL ? (gsize)(point - record->id) : strlen (record->id));
  PstInstrument draft = { .id = (char *)record->id,
                          .symbol = symbol,
                          .venue = (char *)(point != NULL ? point + 1 : "-"),
                          .base = record->base,
                          .quote = record->quote,
                          .settlement = record->settlement,
                          .price_scale = record->price_scale,
                          .size_scale = record->size_scale };
  PstInstrument *instrument = pst_instrument_new (&draft, NULL);

  if (instrument != NULL && record->index == recorder->result->instruments->len)
    g_ptr_array_add (recorder->result->instruments, instrument);
  else if (instrument != NULL)
    pst_instrument_unref (instrument);
}

static void
take_fill (PstResultRecorder *recorder, const PstFill *fill)
{
  guint place = fill->strategy < recorder->strategies->len ? g_array_index (recorder->strategies, guint, fill->strategy) : 0;
  const PstInstrument *instrument
      = fill->instrument < recorder->result->instruments->len ? recorder->result->instruments->pdata[fill->instrument] : NULL;
  gboolean is_own = fill->fee_currency == NULL || fill->fee_currency == recorder->result->currency;
  PstFill plain = *fill;
  PstBacktestFill own = { .time_ns = fill->time_ns,
                          .instrument = fill->instrument,
                          .side = (guint16)fill->side,
                          .strategy = (guint16)(place > 0 ? place - 1 : 0),
                          .price = fill->price,
                          .size = fill->quantity,
                          .fee = is_own ? fill->fee : 0 };

  if (instrument == NULL)
    return;
  g_array_append_val (recorder->result->fills, own);
  plain.fee = own.fee;
  if (instrument->quote == recorder->result->currency)
    recorder->overflowed |= !pst_trip_book_add_fill (recorder->trips, instrument, own.strategy, &plain);
}

static void
take_tick (PstResultRecorder *recorder, gint64 time_ns, const PstTickRecord *tick)
{
  PstEquityPoint point = { .time_ns = time_ns, .equity = tick->equity, .cash = tick->cash, .exposure = ABS (tick->mark_to_market) };

  g_array_append_val (recorder->result->equity, point);
}

static void
take_run (PstResultRecorder *recorder, const PstRunRecord *run)
{
  if (recorder->has_run)
    return;
  recorder->has_run = TRUE;
  recorder->result->name = g_strdup (run->pipeline);
  recorder->result->user_id = g_strdup (run->user_id);
  recorder->result->engine = g_strdup ("event");
  recorder->result->currency = run->currency;
}

/* What the account begins with; what is paid in later is not. */
static void
take_cash (PstResultRecorder *recorder, const PstCashRecord *cash)
{
  if (recorder->result->equity->len > 0 || recorder->result->fills->len > 0)
    return;
  if (cash->currency == recorder->result->currency)
    recorder->result->initial_equity += cash->amount;
  else
    recorder->has_other_cash = TRUE;
}

/**
 * pst_result_recorder_take:
 * @recorder: a recorder
 * @record: the next record of the run
 */
void
pst_result_recorder_take (PstResultRecorder *recorder, const PstRecord *record)
{
  switch ((int)record->kind)
    {
    case PST_RECORD_RUN:
      take_run (recorder, &record->run);
      break;
    case PST_RECORD_COMPONENT:
      take_component (recorder, &record->component);
      break;
    case PST_RECORD_INSTRUMENT:
      take_instrument (recorder, &record->instrument);
      break;
    case PST_RECORD_CASH:
      take_cash (recorder, &record->cash);
      break;
    case PST_RECORD_FILL:
      take_fill (recorder, &record->fill);
      break;
    case PST_RECORD_TICK:
      take_tick (recorder, record->time_ns, &record->tick);
      break;
    default:
      break;
    }
}

/* The only mark that a journal has of what is open. */
static void
mark_at_last_fills (PstResultRecorder *recorder)
{
  const GArray *fills = recorder->result->fills;
  g_autofree gboolean *is_marked = g_new0 (gboolean, recorder->result->instruments->len + 1);

  for (guint i = fills->len; i-- > 0;)
    {
      const PstBacktestFill *fill = &g_array_index (fills, PstBacktestFill, i);
      const PstBar mark = { fill->price, fill->price, fill->price, fill->price, 0 };

      if (is_marked[fill->instrument])
        continue;
      is_marked[fill->instrument] = TRUE;
      recorder->overflowed |= !pst_trip_book_add_bar (recorder->trips, fill->instrument, MAX (recorder->result->to_ns, fill->time_ns), &mark);
    }
}

/* A mark is no bar. */
static void
forget_marks (GArray *trips)
{
  for (guint i = 0; i < trips->len; i++)
    {
      PstRoundTrip *trip = &g_array_index (trips, PstRoundTrip, i);

      trip->n_bars = 0;
      trip->adverse = trip->favourable = 0;
    }
}

static char **
take_strings (GPtrArray *strings)
{
  char **taken = g_new0 (char *, strings->len + 1);

  for (guint i = 0; i < strings->len; i++)
    taken[i] = g_strdup (strings->pdata[i]);
  return taken;
}

/**
 * pst_result_recorder_finish:
 * @recorder: a recorder that has heard all records
 * @error: PST_STORE_ERROR_CORRUPT when they are none of a run, PST_VALUE_ERROR_OVERFLOW
 *
 * Returns: (transfer full): the result, without statistics
 */
PstBacktestResult *
pst_result_recorder_finish (PstResultRecorder *recorder, GError **error)
{
  PstBacktestResult *result = recorder->result;
  const GArray *points = result->equity;

  if (!recorder->has_run)
    {
      g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT, "there is no run in these records");
      return NULL;
    }
  if (points->len > 0)
    {
      result->from_ns = g_array_index (points, PstEquityPoint, 0).time_ns;
      result->to_ns = g_array_index (points, PstEquityPoint, points->len - 1).time_ns;
      if (recorder->has_other_cash || result->initial_equity == 0)
        result->initial_equity = g_array_index (points, PstEquityPoint, 0).equity;
    }
  mark_at_last_fills (recorder);
  if (recorder->overflowed || !pst_trip_book_finish (recorder->trips, result->round_trips))
    {
      g_set_error_literal (error, PST_VALUE_ERROR, PST_VALUE_ERROR_OVERFLOW, "a round trip's amounts do not fit 64 bits");
      return NULL;
    }
  forget_marks (result->round_trips);
  result->strategies = take_strings (recorder->names);
  result->plugins = take_strings (recorder->plugins);
  return g_steal_pointer (&recorder->result);
}
