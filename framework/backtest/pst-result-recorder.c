/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Equity is that of the ticks; round trips are made of the fills, a strategy's in an instrument from flat to flat. An instrument whose quote is
 * another currency than the run's has fills, but no round trips here: its profit is not known in the run's money. */
#include "pst-result-recorder.h"

#include <string.h>

typedef struct
{
  gint64 time_ns;
  gint64 high, low, close;
} Bar;

/* A strategy's holding of an instrument. */
typedef struct
{
  gint64 quantity;              /* signed */
  gint64 flow;                  /* money out less money in of the round trip, before fees */
  gint64 entered, left;         /* quantities */
  gint64 entry_flow, exit_flow; /* notionals, absolute */
  guint trip;                   /* place in the result's round trips, when quantity is not 0 */
} Holding;

struct _PstResultRecorder
{
  PstBacktestResult *result;
  GArray *strategies;   /* guint by component index: place in the result's strategies plus 1 */
  GPtrArray *names;     /* plugins of strategies */
  GPtrArray *plugins;   /* of all components */
  GHashTable *holdings; /* strategy << 32 | instrument -> Holding */
  GPtrArray *bars;      /* GArray of Bar by instrument, or NULL */
  GArray *next_bar;     /* guint by instrument: the first that is not before the last tick */
  GArray *prices;       /* gint64 by instrument: last known */
  gboolean has_run;
  gboolean has_other_cash; /* the initial equity is not cash of one currency */
};

PstResultRecorder *
pst_result_recorder_new (void)
{
  PstResultRecorder *recorder = g_new0 (PstResultRecorder, 1);

  recorder->result = pst_backtest_result_new ();
  recorder->strategies = g_array_new (FALSE, TRUE, sizeof (guint));
  recorder->names = g_ptr_array_new_with_free_func (g_free);
  recorder->plugins = g_ptr_array_new_with_free_func (g_free);
  recorder->holdings = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  recorder->bars = g_ptr_array_new_with_free_func ((GDestroyNotify)g_array_unref);
  recorder->next_bar = g_array_new (FALSE, TRUE, sizeof (guint));
  recorder->prices = g_array_new (FALSE, TRUE, sizeof (gint64));
  return recorder;
}

void
pst_result_recorder_free (PstResultRecorder *recorder)
{
  g_clear_pointer (&recorder->result, pst_backtest_result_unref);
  g_array_unref (recorder->strategies);
  g_ptr_array_unref (recorder->names);
  g_ptr_array_unref (recorder->plugins);
  g_hash_table_unref (recorder->holdings);
  for (guint i = 0; i < recorder->bars->len; i++)
    if (recorder->bars->pdata[i] == NULL)
      recorder->bars->pdata[i] = g_array_new (FALSE, FALSE, 1);
  g_ptr_array_unref (recorder->bars);
  g_array_unref (recorder->next_bar);
  g_array_unref (recorder->prices);
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

static Holding *
find_holding (PstResultRecorder *recorder, guint strategy, guint32 instrument)
{
  gint64 key = (gint64)(((guint64)strategy << 32) | instrument);
  Holding *holding = g_hash_table_lookup (recorder->holdings, &key);

  if (holding == NULL)
    g_hash_table_insert (recorder->holdings, g_memdup2 (&key, sizeof key), holding = g_new0 (Holding, 1));
  return holding;
}

static PstRoundTrip *
trip_of (PstResultRecorder *recorder, const Holding *holding)
{
  return &g_array_index (recorder->result->round_trips, PstRoundTrip, holding->trip);
}

/* Notional over quantity at the price scale: average price. */
static gint64
average_price (const PstInstrument *instrument, gint64 notional, gint64 quantity)
{
  PstPosition position = { .quantity = quantity, .cost = notional };

  return quantity > 0 ? pst_position_average_price (&position, instrument) : 0;
}

static void
open_trip (PstResultRecorder *recorder, Holding *holding, const PstFill *fill, guint strategy)
{
  PstRoundTrip trip = { .entry_time_ns = fill->time_ns,
                        .exit_time_ns = fill->time_ns,
                        .instrument = fill->instrument,
                        .strategy = (guint16)strategy,
                        .direction = fill->side == PST_SIDE_BUY ? 1 : -1,
                        .is_open = TRUE };

  *holding = (Holding){ .trip = recorder->result->round_trips->len };
  g_array_append_val (recorder->result->round_trips, trip);
}

/* @quantity of the fill, which only raises or only lowers the holding. */
static void
apply_part (PstResultRecorder *recorder, Holding *holding, const PstInstrument *instrument, const PstFill *fill, gint64 quantity, gint64 notional,
            gint64 fee)
{
  gint64 sign = fill->side == PST_SIDE_BUY ? 1 : -1;
  PstRoundTrip *trip = trip_of (recorder, holding);
  gboolean raises = trip->direction == sign;

  holding->quantity += sign * quantity;
  holding->flow -= sign * notional;
  *(raises ? &holding->entered : &holding->left) += quantity;
  *(raises ? &holding->entry_flow : &holding->exit_flow) += notional;
  trip->fees += fee;
  trip->size = MAX (trip->size, ABS (holding->quantity));
  trip->exit_time_ns = fill->time_ns;
  trip->entry_price = average_price (instrument, holding->entry_flow, holding->entered);
  if (holding->quantity != 0)
    return;
  trip->is_open = FALSE;
  trip->exit_price = average_price (instrument, holding->exit_flow, holding->left);
  trip->profit = holding->flow - trip->fees;
}

static void
apply_fill (PstResultRecorder *recorder, const PstFill *fill, guint strategy)
{
  const PstInstrument *instrument = recorder->result->instruments->pdata[fill->instrument];
  Holding *holding = find_holding (recorder, strategy, fill->instrument);
  gint64 fee = fill->fee_currency == recorder->result->currency ? fill->fee : 0, closed = fill->quantity, notional = fill->notional, part = fee;
  gint64 sign = fill->side == PST_SIDE_BUY ? 1 : -1;

  if (instrument->quote != recorder->result->currency)
    return;
  if (holding->quantity == 0)
    open_trip (recorder, holding, fill, strategy);
  /* Through zero: the old round trip ends here, the rest begins the next; the fee is shared by quantity. */
  if (holding->quantity * sign < 0 && fill->quantity > ABS (holding->quantity))
    {
      closed = ABS (holding->quantity);
      pst_mantissa_multiply_divide (fill->notional, closed, fill->quantity, PST_ROUND_HALF_EVEN, &notional);
      pst_mantissa_multiply_divide (fee, closed, fill->quantity, PST_ROUND_HALF_EVEN, &part);
    }
  apply_part (recorder, holding, instrument, fill, closed, notional, part);
  if (closed == fill->quantity)
    return;
  open_trip (recorder, holding, fill, strategy);
  apply_part (recorder, holding, instrument, fill, fill->quantity - closed, fill->notional - notional, fee - part);
}

static void
set_price (PstResultRecorder *recorder, guint32 instrument, gint64 price)
{
  if (recorder->prices->len <= instrument)
    g_array_set_size (recorder->prices, instrument + 1);
  g_array_index (recorder->prices, gint64, instrument) = price;
}

static void
take_fill (PstResultRecorder *recorder, const PstFill *fill)
{
  guint place = fill->strategy < recorder->strategies->len ? g_array_index (recorder->strategies, guint, fill->strategy) : 0;
  PstBacktestFill own = { .time_ns = fill->time_ns,
                          .instrument = fill->instrument,
                          .side = (guint16)fill->side,
                          .strategy = (guint16)(place > 0 ? place - 1 : 0),
                          .price = fill->price,
                          .size = fill->quantity,
                          .fee = fill->fee_currency == recorder->result->currency ? fill->fee : 0 };

  if (fill->instrument >= recorder->result->instruments->len)
    return;
  g_array_append_val (recorder->result->fills, own);
  set_price (recorder, fill->instrument, fill->price);
  apply_fill (recorder, fill, own.strategy);
}

/* Bars up to @time_ns give the prices. */
static void
move_prices (PstResultRecorder *recorder, gint64 time_ns)
{
  for (guint i = 0; i < recorder->bars->len; i++)
    {
      const GArray *bars = recorder->bars->pdata[i];
      guint *next = &g_array_index (recorder->next_bar, guint, i);
      guint from = *next;

      while (bars != NULL && *next < bars->len && g_array_index (bars, Bar, *next).time_ns <= time_ns)
        (*next)++;
      if (*next > from)
        set_price (recorder, i, g_array_index (bars, Bar, *next - 1).close);
    }
}

static gint64
value_at (const PstInstrument *instrument, gint64 quantity, gint64 price)
{
  PstPosition position = { .quantity = quantity };
  gint64 value = 0;

  return pst_position_value (&position, instrument, price, &value) ? value : 0;
}

static gint64
sum_exposure (PstResultRecorder *recorder)
{
  GHashTableIter iter;
  gpointer key, value;
  gint64 exposure = 0;

  g_hash_table_iter_init (&iter, recorder->holdings);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const Holding *holding = value;
      guint32 instrument = (guint32)(*(gint64 *)key & G_MAXUINT32);

      if (holding->quantity != 0)
        exposure += ABS (
            value_at (recorder->result->instruments->pdata[instrument], holding->quantity, g_array_index (recorder->prices, gint64, instrument)));
    }
  return exposure;
}

/* Bars come in blocks, before the ticks that they make. */
static void
take_tick (PstResultRecorder *recorder, gint64 time_ns, const PstTickRecord *tick)
{
  PstEquityPoint point = { .time_ns = time_ns, .equity = tick->equity, .cash = tick->cash };

  move_prices (recorder, time_ns);
  point.exposure = sum_exposure (recorder);
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

void
pst_result_recorder_take_bar (PstResultRecorder *recorder, guint32 instrument, gint64 time_ns, gint64 high, gint64 low, gint64 close)
{
  Bar bar = { time_ns, high, low, close };

  if (recorder->bars->len <= instrument)
    {
      g_ptr_array_set_size (recorder->bars, (int)instrument + 1);
      g_array_set_size (recorder->next_bar, instrument + 1);
    }
  if (recorder->bars->pdata[instrument] == NULL)
    recorder->bars->pdata[instrument] = g_array_new (FALSE, FALSE, sizeof (Bar));
  g_array_append_val (recorder->bars->pdata[instrument], bar);
}

static guint
first_bar_after (const GArray *bars, gint64 time_ns)
{
  guint low = 0, high = bars->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (g_array_index (bars, Bar, middle).time_ns <= time_ns)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* What it stood at on the extremes of the bars behind its entry, up to its exit. A position that was raised in between is taken at its largest. */
static void
measure_trip (PstResultRecorder *recorder, PstRoundTrip *trip)
{
  const PstInstrument *instrument = recorder->result->instruments->pdata[trip->instrument];
  const GArray *bars = trip->instrument < recorder->bars->len ? recorder->bars->pdata[trip->instrument] : NULL;
  gint64 quantity = trip->direction * trip->size, paid = value_at (instrument, quantity, trip->entry_price);

  if (bars == NULL)
    return;
  for (guint i = first_bar_after (bars, trip->entry_time_ns); i < bars->len; i++)
    {
      const Bar *bar = &g_array_index (bars, Bar, i);
      gint64 worst = trip->direction > 0 ? bar->low : bar->high, best = trip->direction > 0 ? bar->high : bar->low;

      if (bar->time_ns > trip->exit_time_ns)
        break;
      trip->n_bars++;
      trip->adverse = MIN (trip->adverse, value_at (instrument, quantity, worst) - paid);
      trip->favourable = MAX (trip->favourable, value_at (instrument, quantity, best) - paid);
    }
}

static void
value_open_trips (PstResultRecorder *recorder)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, recorder->holdings);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Holding *holding = value;
      PstRoundTrip *trip;

      if (holding->quantity == 0)
        continue;
      trip = trip_of (recorder, holding);
      trip->exit_time_ns = MAX (recorder->result->to_ns, trip->entry_time_ns);
      trip->exit_price = g_array_index (recorder->prices, gint64, trip->instrument);
      trip->profit
          = holding->flow + value_at (recorder->result->instruments->pdata[trip->instrument], holding->quantity, trip->exit_price) - trip->fees;
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
 * @error: PST_STORE_ERROR_CORRUPT when they are none of a run
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
  move_prices (recorder, G_MAXINT64);
  value_open_trips (recorder);
  for (guint i = 0; i < recorder->bars->len; i++)
    result->n_bars += recorder->bars->pdata[i] != NULL ? ((GArray *)recorder->bars->pdata[i])->len : 0;
  for (guint i = 0; i < result->round_trips->len; i++)
    measure_trip (recorder, &g_array_index (result->round_trips, PstRoundTrip, i));
  result->strategies = take_strings (recorder->names);
  result->plugins = take_strings (recorder->plugins);
  return g_steal_pointer (&recorder->result);
}
