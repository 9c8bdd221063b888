/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a report holds. The statistics are computed here when the result has none; a store may have kept only those of the whole. */
#include "pst-report.h"

#include <math.h>
#include <string.h>

static void
prices_free (PstReportPrices *prices)
{
  g_array_unref (prices->bars);
  g_free (prices);
}

/* Statistics that came with the result stand: they may follow from more than it holds, as the deflated Sharpe ratio does. */
static void
complete_statistics (PstBacktestResult *result, const PstStatisticsOptions *options)
{
  g_autoptr (GPtrArray) kept = g_steal_pointer (&result->statistics);

  result->statistics = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_statistic_free);
  pst_statistics_compute (result, options);
  for (guint i = 0; i < kept->len; i++)
    {
      const PstStatistic *statistic = kept->pdata[i];
      PstStatistic *place = NULL;

      for (guint j = 0; j < result->statistics->len && j < PST_N_STATISTICS && place == NULL; j++)
        {
          PstStatistic *own = result->statistics->pdata[j];

          if (strcmp (own->group, statistic->group) == 0 && strcmp (own->name, statistic->name) == 0)
            place = own;
        }
      if (place != NULL && !isnan (statistic->value))
        place->value = statistic->value;
    }
}

/**
 * pst_report_new:
 * @result: what is reported
 * @options: (nullable): by what its statistics are computed
 *
 * Returns: (transfer full): a report without prices and sweep
 */
PstReport *
pst_report_new (PstBacktestResult *result, const PstStatisticsOptions *options)
{
  PstReport *report = g_new0 (PstReport, 1);

  report->result = pst_backtest_result_ref (result);
  report->prices = g_ptr_array_new_with_free_func ((GDestroyNotify)prices_free);
  report->periods_per_year = pst_statistics_get_periods (result, options);
  complete_statistics (result, options);
  report->n_sets = options != NULL && options->n_sets > 0 ? options->n_sets : result->n_sets;
  return report;
}

void
pst_report_free (PstReport *report)
{
  pst_backtest_result_unref (report->result);
  g_ptr_array_unref (report->prices);
  g_clear_pointer (&report->sweep, pst_report_sweep_free);
  g_free (report);
}

static PstReportPrices *
find_prices (const PstReport *report, guint32 instrument)
{
  for (guint i = 0; i < report->prices->len; i++)
    if (((PstReportPrices *)report->prices->pdata[i])->instrument == instrument)
      return report->prices->pdata[i];
  return NULL;
}

void
pst_report_add_bar (PstReport *report, guint32 instrument, const PstReportBar *bar)
{
  PstReportPrices *prices = find_prices (report, instrument);

  if (prices == NULL)
    {
      prices = g_new (PstReportPrices, 1);
      *prices = (PstReportPrices){ instrument, g_array_new (FALSE, FALSE, sizeof (PstReportBar)) };
      g_ptr_array_add (report->prices, prices);
    }
  g_array_append_vals (prices->bars, bar, 1);
}

gint64
pst_report_get_day_volume (guint32 instrument, gint64 day_ns, gpointer user_data)
{
  const PstReportPrices *prices = find_prices (user_data, instrument);
  guint low = 0, high = prices != NULL ? prices->bars->len : 0;
  gint64 volume = 0;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (g_array_index (prices->bars, PstReportBar, middle).time_ns < day_ns)
        low = middle + 1;
      else
        high = middle;
    }
  for (; prices != NULL && low < prices->bars->len; low++)
    {
      const PstReportBar *bar = &g_array_index (prices->bars, PstReportBar, low);

      if (pst_time_floor_day (bar->time_ns) != day_ns || !pst_add_checked (volume, bar->volume, &volume))
        break;
    }
  return volume;
}

/* Value of one unit of money that was put into each instrument at its first bar, times a million. */
#define BENCHMARK_UNIT 1000000.0

static void
add_holding (PstReport *report, const PstReportPrices *prices, double *values)
{
  const GArray *points = report->result->equity;
  double first = (double)g_array_index (prices->bars, PstReportBar, 0).close, value = 1;
  guint next = 0;

  for (guint i = 0; i < points->len; i++)
    {
      gint64 time_ns = g_array_index (points, PstEquityPoint, i).time_ns;

      while (next < prices->bars->len && g_array_index (prices->bars, PstReportBar, next).time_ns <= time_ns)
        value = (double)g_array_index (prices->bars, PstReportBar, next++).close / first;
      values[i] += value;
    }
}

static gboolean
is_named (const PstReport *report, const PstReportPrices *prices, const char *name)
{
  const PstInstrument *instrument = report->result->instruments->pdata[prices->instrument];

  return strcmp (name, "all") == 0 || strcmp (instrument->id, name) == 0 || strcmp (instrument->symbol, name) == 0;
}

static void
fail_benchmark (const PstReport *report, const char *benchmark, GError **error)
{
  g_autofree const char **names = g_new0 (const char *, report->prices->len + 2);
  const char *nearest;

  for (guint i = 0; i < report->prices->len; i++)
    names[i] = ((PstInstrument *)report->result->instruments->pdata[((PstReportPrices *)report->prices->pdata[i])->instrument])->id;
  nearest = pst_nearest_name (benchmark, names);
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN, "benchmark: no bars of an instrument \"%s\" came with the result%s%s%s", benchmark,
               nearest != NULL ? "; did you mean \"" : "", nearest != NULL ? nearest : "", nearest != NULL ? "\"?" : "");
}

gboolean
pst_report_set_benchmark (PstReport *report, const char *benchmark, GError **error)
{
  GArray *points = report->result->equity;
  g_autofree double *values = g_new0 (double, points->len + 1);
  guint n = 0;

  for (guint i = 0; i < report->prices->len; i++)
    {
      const PstReportPrices *prices = report->prices->pdata[i];

      if (prices->instrument >= report->result->instruments->len || !is_named (report, prices, benchmark))
        continue;
      add_holding (report, prices, values);
      n++;
    }
  if (n == 0)
    {
      fail_benchmark (report, benchmark, error);
      return FALSE;
    }
  for (guint i = 0; i < points->len; i++)
    g_array_index (points, PstEquityPoint, i).benchmark = (gint64)(values[i] / n * BENCHMARK_UNIT);
  return TRUE;
}
