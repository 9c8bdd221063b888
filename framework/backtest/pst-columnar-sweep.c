/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sets of options to statistics. Each worker has strategies of its own, like the pipeline's in all but the options that vary. Sets of crossing
 * averages over one instrument go through the kernel for those, many at once; all others one by one, over indicators that all sets and workers share,
 * and in memory that the worker uses again. What overflows is a set that failed; the others go on. */
#include "pst-columnar-private.h"
#include "pst-cross-kernel.h"
#include "pst-statistics.h"
#include "pst-sweep-file.h"

#include <math.h>

/* Longer periods go one by one. */
#define PERIOD_MAX 4096
/* Of indicators that nobody uses at the moment. */
#define INDICATOR_BYTES_MAX ((gsize)256 << 20)

/* One option that varies. */
typedef struct
{
  guint strategy;     /* in the worker's order: those that give orders, then their members */
  const char *option; /* the part behind the dot */
  gboolean is_silent; /* sizes and exits: no signal depends on it */
} Vary;

struct _PstColumnarSweep
{
  gatomicrefcount ref_count;
  PstColumnar *columnar;
  char **options;
  Vary *vary;
  guint n_options;
  PstStatisticId *ids;
  guint n_statistics;
  gboolean is_direct; /* nothing is asked for that needs a result */
  gboolean is_single; /* one strategy and one instrument without bounds of its sizes */
  PstFillNeeds needs;
  guint place; /* of the only instrument that has bars */
  PstCrossKernel *kernel;
  PstCrossShort quick;
  gboolean is_quick;
  gint64 size_max; /* up to which the kernel is to be believed */
  PstIndicatorStore *store;
};

struct _PstColumnarWorker
{
  PstColumnarSweep *sweep;
  GPtrArray *strategies; /* PstSignalStrategy: in the engine's order those that give orders, then members */
  char **texts;          /* values that are set; NULL: not known */
  PstColumnarScratch *scratch;
  PstBacktestResult *result;
  gboolean has_signals; /* the scratch has those of the values that are set */
  GArray *lanes;        /* PstCrossLane */
  GArray *rows;         /* guint: of each lane its set */
};

static const PstStatisticId direct[] = { PST_STATISTIC_TOTAL_RETURN, PST_STATISTIC_NET_PROFIT, PST_STATISTIC_TRADES,
                                         PST_STATISTIC_OPEN_TRADES,  PST_STATISTIC_FILLS,      PST_STATISTIC_FEES };

static gboolean
is_direct (PstStatisticId id)
{
  for (guint i = 0; i < G_N_ELEMENTS (direct); i++)
    if (direct[i] == id)
      return TRUE;
  return FALSE;
}

/**
 * pst_columnar_sweep_is_direct:
 * @statistic: a name
 *
 * Any thread.
 *
 * Returns: whether it can be told without making a result
 */
gboolean
pst_columnar_sweep_is_direct (const char *statistic)
{
  PstStatisticId id;

  return pst_statistic_find (statistic, &id, NULL) && is_direct (id);
}

static PstComponent *
nth_strategy (const PstColumnar *columnar, guint n)
{
  return n < columnar->strategies->len ? columnar->strategies->pdata[n] : columnar->members->pdata[n - columnar->strategies->len];
}

static guint
count_strategies (const PstColumnar *columnar)
{
  return columnar->strategies->len + columnar->members->len;
}

static gboolean
find_option (PstColumnarSweep *sweep, const char *name, Vary *vary, GError **error)
{
  const char *dot = strchr (name, '.');

  for (guint i = 0; dot != NULL && i < count_strategies (sweep->columnar); i++)
    {
      PstComponent *strategy = nth_strategy (sweep->columnar, i);
      const char *component = pst_component_get_name (strategy);
      GParamSpec *spec;

      if (strlen (component) != (gsize)(dot - name) || strncmp (component, name, dot - name) != 0)
        continue;
      spec = g_object_class_find_property (G_OBJECT_GET_CLASS (strategy), dot + 1);
      if (spec == NULL)
        break;
      /* How a member trades is what its owner hears. */
      *vary
          = (Vary){ i, dot + 1,
                    i < sweep->columnar->strategies->len && spec->owner_type == PST_TYPE_SIGNAL_STRATEGY && strcmp (spec->name, "instruments") != 0 };
      return TRUE;
    }
  g_set_error (error, PST_COLUMNAR_ERROR, PST_COLUMNAR_ERROR_OPTION,
               "\"%s\" is no option of a strategy that gives orders, and only those vary over columns; name one as cross.fast, or use --engine event",
               name);
  return FALSE;
}

/* What of a walk a statistic follows from. */
static PstFillNeeds
needs_of (PstStatisticId id)
{
  switch ((int)id)
    {
    case PST_STATISTIC_TOTAL_RETURN:
    case PST_STATISTIC_NET_PROFIT:
      return PST_FILL_NEEDS_FILLS;
    case PST_STATISTIC_MAE_AVERAGE:
    case PST_STATISTIC_MAE_WORST:
    case PST_STATISTIC_MFE_AVERAGE:
    case PST_STATISTIC_MFE_BEST:
      return PST_FILL_NEEDS_EXCURSIONS;
    default:
      return (pst_statistic_list ()[id].needs & PST_STATISTIC_NEEDS_EQUITY) != 0 ? PST_FILL_NEEDS_EQUITY : PST_FILL_NEEDS_FILLS;
    }
}

static gboolean
read_names (PstColumnarSweep *sweep, const char *const *statistics, GError **error)
{
  sweep->n_options = g_strv_length (sweep->options);
  sweep->vary = g_new0 (Vary, sweep->n_options);
  for (guint i = 0; i < sweep->n_options; i++)
    if (!find_option (sweep, sweep->options[i], &sweep->vary[i], error))
      return FALSE;
  sweep->n_statistics = g_strv_length ((char **)statistics);
  sweep->ids = g_new0 (PstStatisticId, sweep->n_statistics);
  sweep->is_direct = TRUE;
  for (guint i = 0; i < sweep->n_statistics; i++)
    {
      if (!pst_statistic_find (statistics[i], &sweep->ids[i], error))
        return FALSE;
      sweep->is_direct &= is_direct (sweep->ids[i]);
      sweep->needs |= needs_of (sweep->ids[i]);
    }
  return TRUE;
}

/* What fills of all sets share. */
static void
open_money (PstColumnarSweep *sweep, const PstBarColumns *columns)
{
  gint64 highest = 1;
  PstFillCosts costs;

  for (gsize i = 0; i < columns->n_bars; i++)
    highest = MAX (highest, columns->high[i]);
  if (!pst_instrument_size_for (columns->instrument, PST_CROSS_WIDE_MAX / 2, highest, &sweep->size_max))
    sweep->size_max = PST_CROSS_WIDE_MAX / 2;
  /* 0 would say that it is not looked at. */
  sweep->size_max = MAX (sweep->size_max, 1);
  pst_fill_rules_get_costs (&sweep->columnar->rules, columns->instrument, &costs);
  sweep->is_quick = pst_cross_short_init (&sweep->quick, &costs, columns->instrument, columns->close, columns->n_bars);
}

/* Whether sets of crossing averages can go at once: one strategy of that kind, one instrument without bounds of its sizes. */
static void
open_kernel (PstColumnarSweep *sweep)
{
  PstColumnar *columnar = sweep->columnar;
  guint n_full = 0;
  const PstInstrument *instrument;

  for (guint i = 0; i < pst_bar_set_get_n_instruments (columnar->bars); i++)
    if (pst_bar_set_get_columns (columnar->bars, i)->n_bars > 0)
      {
        sweep->place = i;
        n_full++;
      }
  if (!sweep->is_direct || n_full != 1 || columnar->strategies->len != 1)
    return;
  instrument = pst_bar_set_get_columns (columnar->bars, sweep->place)->instrument;
  if (instrument->size_min > 1 || instrument->size_max != 0 || instrument->notional_min != 0 || !columnar->rules.checks_cash
      || !pst_signal_strategy_trades (columnar->strategies->pdata[0], instrument))
    return;
  sweep->is_single = TRUE;
  if (PST_SIGNAL_STRATEGY_GET_CLASS (columnar->strategies->pdata[0])->get_sma_cross != NULL)
    sweep->kernel = pst_cross_kernel_new (pst_bar_set_get_columns (columnar->bars, sweep->place), PERIOD_MAX);
  open_money (sweep, pst_bar_set_get_columns (columnar->bars, sweep->place));
}

/**
 * pst_columnar_sweep_new:
 * @columnar: the engine
 * @options: (array zero-terminated=1): options that vary, "cross.fast"
 * @statistics: (array zero-terminated=1): names of what is asked for
 * @error: return location for an error
 *
 * Errors: %PST_COLUMNAR_ERROR_OPTION, %PST_OPTION_ERROR_UNKNOWN for a statistic. On the run's context.
 *
 * Returns: (transfer full) (nullable): the sweep
 */
PstColumnarSweep *
pst_columnar_sweep_new (PstColumnar *columnar, const char *const *options, const char *const *statistics, GError **error)
{
  g_autoptr (PstColumnarSweep) sweep = g_new0 (PstColumnarSweep, 1);

  g_atomic_ref_count_init (&sweep->ref_count);
  sweep->columnar = g_object_ref (columnar);
  sweep->options = g_strdupv ((char **)options);
  if (!read_names (sweep, statistics, error))
    return NULL;
  open_kernel (sweep);
  sweep->store = pst_indicator_store_new (INDICATOR_BYTES_MAX);
  return g_steal_pointer (&sweep);
}

/**
 * pst_columnar_sweep_ref:
 * @sweep: a sweep
 *
 * Any thread.
 *
 * Returns: (transfer full): @sweep
 */
PstColumnarSweep *
pst_columnar_sweep_ref (PstColumnarSweep *sweep)
{
  g_atomic_ref_count_inc (&sweep->ref_count);
  return sweep;
}

/**
 * pst_columnar_sweep_unref:
 * @sweep: (transfer full): a sweep
 *
 * Any thread.
 */
void
pst_columnar_sweep_unref (PstColumnarSweep *sweep)
{
  if (!g_atomic_ref_count_dec (&sweep->ref_count))
    return;
  g_clear_pointer (&sweep->kernel, pst_cross_kernel_free);
  pst_cross_short_clear (&sweep->quick);
  g_clear_pointer (&sweep->store, pst_indicator_store_unref);
  g_object_unref (sweep->columnar);
  g_strfreev (sweep->options);
  g_free (sweep->vary);
  g_free (sweep->ids);
  g_free (sweep);
}

/* The same strategy again, with the same options, beside the one of the run. */
static PstSignalStrategy *
copy_strategy (PstComponent *original)
{
  PstComponent *copy = g_object_new (G_OBJECT_TYPE (original), NULL);
  guint n_options;
  g_autofree GParamSpec **options = pst_option_list (G_OBJECT_TYPE (original), &n_options);

  for (guint i = 0; i < n_options; i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;

      if ((options[i]->flags & G_PARAM_READWRITE) != G_PARAM_READWRITE)
        continue;
      g_value_init (&value, G_PARAM_SPEC_VALUE_TYPE (options[i]));
      g_object_get_property (G_OBJECT (original), options[i]->name, &value);
      g_object_set_property (G_OBJECT (copy), options[i]->name, &value);
    }
  pst_component_attach (copy, pst_component_get_context (original), pst_component_get_plugin (original), pst_component_get_name (original),
                        pst_component_get_index (original));
  return PST_SIGNAL_STRATEGY (copy);
}

/**
 * pst_columnar_worker_new:
 * @sweep: a sweep
 *
 * Any thread; it is used by one.
 *
 * Returns: (transfer full): a worker
 */
PstColumnarWorker *
pst_columnar_worker_new (PstColumnarSweep *sweep)
{
  PstColumnarWorker *worker = g_new0 (PstColumnarWorker, 1);

  worker->sweep = pst_columnar_sweep_ref (sweep);
  worker->strategies = g_ptr_array_new_with_free_func (g_object_unref);
  worker->lanes = g_array_new (FALSE, TRUE, sizeof (PstCrossLane));
  worker->rows = g_array_new (FALSE, FALSE, sizeof (guint));
  worker->texts = g_new0 (char *, sweep->n_options);
  for (guint i = 0; i < count_strategies (sweep->columnar); i++)
    g_ptr_array_add (worker->strategies, copy_strategy (nth_strategy (sweep->columnar, i)));
  for (guint i = 0; i < worker->strategies->len; i++)
    pst_signal_strategy_set_family (worker->strategies->pdata[i], worker->strategies);
  return worker;
}

/**
 * pst_columnar_worker_free:
 * @worker: (transfer full): a worker
 */
void
pst_columnar_worker_free (PstColumnarWorker *worker)
{
  for (guint i = 0; i < worker->sweep->n_options; i++)
    g_free (worker->texts[i]);
  g_free (worker->texts);
  g_clear_pointer (&worker->scratch, pst_columnar_scratch_free);
  g_clear_pointer (&worker->result, pst_backtest_result_unref);
  g_ptr_array_unref (worker->strategies);
  g_array_unref (worker->lanes);
  g_array_unref (worker->rows);
  pst_columnar_sweep_unref (worker->sweep);
  g_free (worker);
}

/* Options that have another value than in the set before. */
static gboolean
set_changed (PstColumnarWorker *worker, const char *const *values, GError **refusal)
{
  PstColumnarSweep *sweep = worker->sweep;

  for (guint i = 0; i < sweep->n_options; i++)
    {
      if (g_strcmp0 (worker->texts[i], values[i]) == 0)
        continue;
      worker->has_signals &= sweep->vary[i].is_silent;
      g_clear_pointer (&worker->texts[i], g_free);
      if (!pst_component_set_option (worker->strategies->pdata[sweep->vary[i].strategy], sweep->vary[i].option, values[i], refusal))
        return FALSE;
      worker->texts[i] = g_strdup (values[i]);
    }
  return TRUE;
}

/* FALSE with @refusal for a set that its strategies refuse, without for one that they take. */
static gboolean
set_options (PstColumnarWorker *worker, const char *const *values, GError **refusal)
{
  if (!set_changed (worker, values, refusal))
    return FALSE;
  for (guint i = 0; i < worker->strategies->len; i++)
    {
      PstComponentClass *klass = PST_COMPONENT_GET_CLASS (worker->strategies->pdata[i]);

      if (klass->prepare != NULL && !klass->prepare (worker->strategies->pdata[i], refusal))
        return FALSE;
    }
  return pst_columnar_check_rules ((PstSignalStrategy *const *)worker->strategies->pdata, worker->sweep->columnar->strategies->len, refusal);
}

/* Whether the set that the worker's strategy holds is one for a lane: long or flat, by a share of the cash. */
static gboolean
fits_lane (const PstColumnarWorker *worker, PstSignalRules *rules)
{
  if (!worker->sweep->is_single || worker->sweep->columnar->cash > PST_CROSS_WIDE_MAX / 2)
    return FALSE;
  pst_signal_strategy_get_rules (worker->strategies->pdata[0], rules);
  return rules->direction == PST_DIRECTION_LONG && rules->order_cash != NULL && rules->instrument_cash == NULL && !rules->accumulate
         && !pst_signal_rules_have_exits (rules);
}

/* And whether it can go with others over sums of closes. */
static gboolean
get_pair (const PstColumnarWorker *worker, PstCrossLane *lane)
{
  PstSignalStrategy *strategy = worker->strategies->pdata[0];
  PstSignalRules rules;

  *lane = (PstCrossLane){ .cash = worker->sweep->columnar->cash };
  return worker->sweep->kernel != NULL && fits_lane (worker, &rules)
         && PST_SIGNAL_STRATEGY_GET_CLASS (strategy)->get_sma_cross (strategy, &lane->fast, &lane->slow) && lane->slow <= PERIOD_MAX;
}

static void
get_money (const PstColumnarSweep *sweep, const PstSignalRules *rules, PstCrossMoney *money)
{
  static const PstDecimal one = { 1, 0 };

  *money = (PstCrossMoney){ .columns = pst_bar_set_get_columns (sweep->columnar->bars, sweep->place),
                            .fills_at_close = sweep->columnar->rules.fills_at_close };
  pst_fill_rules_get_costs (&sweep->columnar->rules, money->columns->instrument, &money->costs);
  money->share = rules->order_cash;
  money->takes_all = pst_decimal_compare (rules->order_cash, &one) == 0;
  money->size_max = sweep->size_max;
  money->quick = sweep->is_quick ? &sweep->quick : NULL;
  money->checks_estimate = !money->fills_at_close || money->columns->instrument->taker_fee > money->costs.taker_fee;
}

static void
tell_lane (const PstColumnarWorker *worker, const PstCrossMoney *money, PstCrossLane *lane, double *statistics)
{
  const PstColumnarSweep *sweep = worker->sweep;
  gint64 value = 0, equity = 0, initial = sweep->columnar->cash;
  double unit = (double)pst_power_of_ten (sweep->columnar->currency->scale);

  if (!pst_instrument_notional (money->columns->instrument, money->columns->close[money->columns->n_bars - 1], lane->size, PST_ROUND_HALF_EVEN,
                                &value)
      || !pst_add_checked (lane->cash, value, &equity))
    lane->failed = TRUE;
  for (guint i = 0; i < sweep->n_statistics; i++)
    switch ((int)sweep->ids[i])
      {
      case PST_STATISTIC_TOTAL_RETURN:
        statistics[i] = initial > 0 ? (double)equity / (double)initial - 1.0 : NAN;
        break;
      case PST_STATISTIC_NET_PROFIT:
        statistics[i] = ((double)equity - (double)initial) / unit;
        break;
      case PST_STATISTIC_TRADES:
        statistics[i] = (double)((lane->n_fills + 1) / 2);
        break;
      case PST_STATISTIC_OPEN_TRADES:
        statistics[i] = lane->size != 0;
        break;
      case PST_STATISTIC_FILLS:
        statistics[i] = (double)lane->n_fills;
        break;
      case PST_STATISTIC_FEES:
      default:
        statistics[i] = (double)lane->fees / unit;
        break;
      }
}

/* One set over its signals, without a result. FALSE when something may have overflowed. */
static gboolean
run_lane (PstColumnarWorker *worker, const PstSignalRules *rules, double *statistics)
{
  PstCrossLane lane = { .cash = worker->sweep->columnar->cash };
  PstCrossMoney money;
  const guint8 *signals;
  gsize n_signals;

  get_money (worker->sweep, rules, &money);
  signals = pst_columnar_scratch_get_signals (worker->scratch, worker->sweep->place, &n_signals);
  if (signals != NULL)
    pst_cross_lane_follow (&money, &lane, signals, n_signals);
  tell_lane (worker, &money, &lane, statistics);
  return !lane.failed;
}

static PstSweepState
run_walk (PstColumnarWorker *worker, double *statistics)
{
  const PstColumnarSweep *sweep = worker->sweep;

  for (guint i = 0; i < sweep->n_statistics; i++)
    statistics[i] = NAN;
  g_array_set_size (worker->result->fills, 0);
  g_array_set_size (worker->result->round_trips, 0);
  g_array_set_size (worker->result->equity, 0);
  if (!pst_columnar_scratch_walk (worker->scratch, sweep->needs, worker->result, NULL))
    return PST_SWEEP_STATE_OVERFLOW;
  pst_statistics_measure (worker->result, sweep->ids, sweep->n_statistics, &(const PstStatisticsOptions){ 0 }, statistics);
  return PST_SWEEP_STATE_DONE;
}

static PstSweepState
run_whole (PstColumnarWorker *worker, double *statistics)
{
  PstSignalStrategy *const *strategies = (PstSignalStrategy *const *)worker->strategies->pdata;
  const PstColumnarSweep *sweep = worker->sweep;
  PstSignalRules rules;

  if (worker->scratch == NULL)
    {
      worker->scratch = pst_columnar_scratch_new (sweep->columnar, sweep->store);
      worker->result = pst_backtest_result_new ();
      pst_columnar_describe (sweep->columnar, strategies, worker->result);
    }
  if (!pst_columnar_scratch_prepare (worker->scratch, strategies, worker->has_signals, NULL))
    return PST_SWEEP_STATE_REFUSED;
  worker->has_signals = TRUE;
  if (fits_lane (worker, &rules) && run_lane (worker, &rules, statistics))
    return PST_SWEEP_STATE_DONE;
  return run_walk (worker, statistics);
}

/* All pairs that were put aside, at once. What may have overflowed is looked at again, bar by bar. */
static void
run_lanes (PstColumnarWorker *worker, const char *const *values, guint8 *states, double *statistics)
{
  const PstColumnarSweep *sweep = worker->sweep;
  PstCrossLane *lanes = (PstCrossLane *)(gpointer)worker->lanes->data;
  PstSignalRules rules;
  PstCrossMoney money;

  if (worker->lanes->len == 0)
    return;
  pst_signal_strategy_get_rules (worker->strategies->pdata[0], &rules);
  get_money (sweep, &rules, &money);
  pst_cross_kernel_run (sweep->kernel, &money, lanes, worker->lanes->len);
  for (guint i = 0; i < worker->lanes->len; i++)
    {
      guint set = g_array_index (worker->rows, guint, i);
      double *row = statistics + (gsize)set * sweep->n_statistics;

      tell_lane (worker, &money, &lanes[i], row);
      if (!lanes[i].failed)
        continue;
      states[set] = set_options (worker, values + (gsize)set * sweep->n_options, NULL) ? run_whole (worker, row) : PST_SWEEP_STATE_REFUSED;
    }
}

/* Varying the share of the cash would need a share a lane; such sets are computed whole. */
static gboolean
shares_vary (const PstColumnarSweep *sweep)
{
  for (guint i = 0; i < sweep->n_options; i++)
    if (g_str_equal (sweep->vary[i].option, "order-cash"))
      return TRUE;
  return FALSE;
}

/**
 * pst_columnar_worker_evaluate:
 * @worker: a worker
 * @n_sets: how many sets
 * @values: @n_sets rows of one text an option
 * @states: (out caller-allocates): #PstSweepState of each set
 * @statistics: (out caller-allocates): @n_sets rows of one value a statistic; NaN of sets that are not done
 *
 * One thread at a time.
 */
void
pst_columnar_worker_evaluate (PstColumnarWorker *worker, guint n_sets, const char *const *values, guint8 *states, double *statistics)
{
  const PstColumnarSweep *sweep = worker->sweep;
  gboolean at_once = !shares_vary (sweep);

  g_array_set_size (worker->lanes, 0);
  g_array_set_size (worker->rows, 0);
  for (guint i = 0; i < n_sets; i++)
    {
      double *row = statistics + (gsize)i * sweep->n_statistics;
      PstCrossLane lane;

      for (guint k = 0; k < sweep->n_statistics; k++)
        row[k] = NAN;
      states[i] = PST_SWEEP_STATE_REFUSED;
      if (!set_options (worker, values + (gsize)i * sweep->n_options, NULL))
        continue;
      if (!at_once || !get_pair (worker, &lane))
        {
          states[i] = run_whole (worker, row);
          continue;
        }
      states[i] = PST_SWEEP_STATE_DONE;
      g_array_append_val (worker->lanes, lane);
      g_array_append_val (worker->rows, i);
    }
  run_lanes (worker, values, states, statistics);
}

/**
 * pst_columnar_worker_run:
 * @worker: a worker
 * @values: one text an option
 * @error: return location for an error
 *
 * The whole result of one set. Errors: #PstColumnarError, and what its strategies refuse. One thread at a time.
 *
 * Returns: (transfer full) (nullable): the result
 */
PstBacktestResult *
pst_columnar_worker_run (PstColumnarWorker *worker, const char *const *values, GError **error)
{
  if (!set_options (worker, values, error))
    return NULL;
  return pst_columnar_run_with (worker->sweep->columnar, (PstSignalStrategy *const *)worker->strategies->pdata, error);
}
