/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What all forms of a report are made from: points that are few enough to be drawn, days, scales. */
#include "pst-report-private.h"

#include <math.h>

const char *const pst_report_trade_columns[] = { "instrument",  "strategy",   "direction", "entry_time", "exit_time", "state",      "bars", "size",
                                                 "entry_price", "exit_price", "fees",      "profit",     "adverse",   "favourable", NULL };
const char *const pst_report_fill_columns[] = { "time", "instrument", "strategy", "side", "price", "size", "fee", NULL };

guint
pst_report_get_money_scale (const PstReport *report)
{
  return report->result->currency != NULL ? report->result->currency->scale : 0;
}

PstReportScales
pst_report_get_scales (const PstReport *report, guint32 instrument)
{
  PstReportScales scales = { .money = pst_report_get_money_scale (report) };

  if (instrument < report->result->instruments->len)
    {
      const PstInstrument *of = report->result->instruments->pdata[instrument];

      scales.price = of->price_scale;
      scales.size = of->size_scale;
    }
  return scales;
}

const char *
pst_report_get_strategy (const PstReport *report, guint strategy)
{
  char **strategies = report->result->strategies;

  return strategies != NULL && strategy < g_strv_length (strategies) ? strategies[strategy] : NULL;
}

gint64
pst_report_get_final_equity (const PstReport *report)
{
  const GArray *points = report->result->equity;

  return points->len > 0 ? g_array_index (points, PstEquityPoint, points->len - 1).equity : report->result->initial_equity;
}

/* Of each stretch its lowest and highest point, in their order: no drawdown and no peak is lost. */
static void
pick_of_stretch (const GArray *points, guint from, guint to, GArray *indices)
{
  guint low = from, high = from;

  for (guint i = from; i < to; i++)
    {
      gint64 equity = g_array_index (points, PstEquityPoint, i).equity;

      if (equity < g_array_index (points, PstEquityPoint, low).equity)
        low = i;
      if (equity > g_array_index (points, PstEquityPoint, high).equity)
        high = i;
    }
  from = MIN (low, high);
  to = MAX (low, high);
  g_array_append_val (indices, from);
  if (to != from)
    g_array_append_val (indices, to);
}

GArray *
pst_report_pick_points (const PstReport *report)
{
  const GArray *points = report->result->equity;
  GArray *indices = g_array_new (FALSE, FALSE, sizeof (guint));
  guint n_stretches = MAX (report->points_max / 2, 2), last = points->len - 1;

  if (report->points_max == 0 || points->len <= report->points_max)
    {
      for (guint i = 0; i < points->len; i++)
        g_array_append_val (indices, i);
      return indices;
    }
  for (guint i = 0; i < n_stretches; i++)
    pick_of_stretch (points, (guint)((guint64)points->len * i / n_stretches), (guint)((guint64)points->len * (i + 1) / n_stretches), indices);
  if (g_array_index (indices, guint, indices->len - 1) != last)
    g_array_append_val (indices, last);
  return indices;
}

GArray *
pst_report_merge_bars (const PstReport *report, const GArray *bars)
{
  GArray *merged = g_array_new (FALSE, FALSE, sizeof (PstReportBar));
  guint n = report->points_max == 0 ? bars->len : MIN (bars->len, report->points_max);

  for (guint i = 0; i < n; i++)
    {
      guint from = (guint)((guint64)bars->len * i / n), to = (guint)((guint64)bars->len * (i + 1) / n);
      PstReportBar bar = g_array_index (bars, PstReportBar, from);

      for (guint j = from + 1; j < to; j++)
        {
          const PstReportBar *next = &g_array_index (bars, PstReportBar, j);

          bar.high = MAX (bar.high, next->high);
          bar.low = MIN (bar.low, next->low);
          bar.close = next->close;
        }
      g_array_append_val (merged, bar);
    }
  return merged;
}

GArray *
pst_report_list_days (const PstReport *report)
{
  const GArray *points = report->result->equity;
  GArray *days = g_array_new (FALSE, FALSE, sizeof (PstReportDay));
  gint64 before = report->result->initial_equity;

  for (guint i = 0; i < points->len; i++)
    {
      const PstEquityPoint *point = &g_array_index (points, PstEquityPoint, i);
      PstReportDay day = { pst_time_floor_day (point->time_ns - 1), point->equity, NAN };

      /* The days of the statistics; a day of which there is midnight alone is shown as the one that it ends. */
      if (i + 1 < points->len && pst_time_floor_day (g_array_index (points, PstEquityPoint, i + 1).time_ns) == pst_time_floor_day (point->time_ns))
        continue;
      if (before > 0)
        day.value = (double)point->equity / (double)before - 1;
      before = point->equity;
      g_array_append_val (days, day);
    }
  return days;
}

double
pst_report_get_rolling_sharpe (const PstReport *report, const GArray *days, guint index, guint n_days)
{
  PstCurve curve;
  guint first = index + 1 - MIN (n_days, index + 1);

  if (index + 1 < n_days)
    return (double)NAN;
  pst_curve_start (&curve, first > 0 ? g_array_index (days, PstReportDay, first - 1).equity : report->result->initial_equity);
  for (guint i = first; i <= index; i++)
    {
      pst_curve_add (&curve, g_array_index (days, PstReportDay, i).equity);
      pst_curve_end_day (&curve);
    }
  return pst_curve_get_sharpe (&curve, report->periods_per_year);
}
