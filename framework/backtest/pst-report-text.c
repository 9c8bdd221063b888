/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The report in a terminal: what it was, the curve in one line, the statistics that people ask for first. */
#include "pst-report-private.h"

#include <math.h>
#include <string.h>

#define N_LEVELS 8
#define LABEL_WIDTH 24
#define VALUE_WIDTH 14

static const PstStatisticId shown[] = {
  PST_STATISTIC_TOTAL_RETURN,  PST_STATISTIC_ANNUAL_RETURN, PST_STATISTIC_VOLATILITY,       PST_STATISTIC_SHARPE,
  PST_STATISTIC_SORTINO,       PST_STATISTIC_CALMAR,        PST_STATISTIC_MAX_DRAWDOWN,     PST_STATISTIC_TIME_UNDER_WATER,
  PST_STATISTIC_VALUE_AT_RISK, PST_STATISTIC_TRADES,        PST_STATISTIC_WIN_RATE,         PST_STATISTIC_PROFIT_FACTOR,
  PST_STATISTIC_EXPECTANCY,    PST_STATISTIC_FEES,          PST_STATISTIC_EXPOSURE,         PST_STATISTIC_TURNOVER,
  PST_STATISTIC_ALPHA,         PST_STATISTIC_BETA,          PST_STATISTIC_BENCHMARK_RETURN, PST_STATISTIC_DEFLATED_SHARPE,
};

/* One character a stretch of the time, its last equity between the lowest and the highest. */
static void
append_sparkline (const PstReport *report, guint width, GString *text)
{
  static const char *const levels[N_LEVELS] = { "\u2581", "\u2582", "\u2583", "\u2584", "\u2585", "\u2586", "\u2587", "\u2588" };
  const GArray *points = report->result->equity;
  guint n = MIN (width, points->len);
  double low = INFINITY, high = -INFINITY;

  for (guint i = 0; i < points->len; i++)
    {
      double equity = (double)g_array_index (points, PstEquityPoint, i).equity;

      low = MIN (low, equity);
      high = MAX (high, equity);
    }
  for (guint i = 0; i < n; i++)
    {
      guint index = (guint)((guint64)points->len * (i + 1) / n) - 1;
      double equity = (double)g_array_index (points, PstEquityPoint, index).equity;
      double place = high > low ? (equity - low) / (high - low) : 0.5;

      g_string_append (text, levels[MIN ((guint)(place * N_LEVELS), N_LEVELS - 1)]);
    }
}

static void
append_money (GString *text, gint64 mantissa, guint scale)
{
  gint64 amount = mantissa;

  /* Two decimals, half-even; the other forms have every digit. */
  if (scale > 2 && pst_mantissa_rescale (mantissa, scale, 2, PST_ROUND_HALF_EVEN, &amount))
    scale = 2;
  pst_report_put_mantissa (text, amount, scale);
}

static void
append_head (const PstReport *report, GString *text)
{
  const PstBacktestResult *result = report->result;
  g_autofree char *from = pst_time_to_string (result->from_ns - 1), *to = pst_time_to_string (result->to_ns - 1);
  g_autofree char *strategies = result->strategies != NULL ? g_strjoinv (", ", result->strategies) : g_strdup ("");
  guint scale = pst_report_get_money_scale (report);

  g_string_append_printf (text, "%s%s%s%s%s\n", result->name != NULL ? result->name : "backtest", *strategies != '\0' ? ": " : "", strategies,
                          result->engine != NULL ? ", engine " : "", result->engine != NULL ? result->engine : "");
  if (result->equity->len > 0)
    g_string_append_printf (text, "%.10s to %.10s, %" G_GUINT64_FORMAT " bars of %u instruments, %u fills", from, to, result->n_bars,
                            result->instruments->len, result->fills->len);
  else
    g_string_append (text, "no data");
  if (report->n_sets > 1)
    g_string_append_printf (text, ", one of %" G_GUINT64_FORMAT " parameter sets that were tried", report->n_sets);
  g_string_append (text, "\n");
  append_money (text, result->initial_equity, scale);
  g_string_append (text, " to ");
  append_money (text, pst_report_get_final_equity (report), scale);
  g_string_append_printf (text, " %s\n", result->currency != NULL ? result->currency->code : "");
}

static void
append_padded (GString *text, const char *value, guint width, gboolean is_right)
{
  glong length = g_utf8_strlen (value, -1), padding = MAX ((glong)width - length, 0);

  if (!is_right)
    g_string_append (text, value);
  for (glong i = 0; i < padding; i++)
    g_string_append_c (text, ' ');
  if (is_right)
    g_string_append (text, value);
}

static void
append_statistics (const PstReport *report, GString *text)
{
  const PstStatisticInfo *list = pst_statistic_list ();
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (shown); i++)
    {
      double value = pst_backtest_result_get_statistic (report->result, "total", list[shown[i]].name);
      g_autofree char *formatted = pst_statistic_format (shown[i], value);

      /* Of a benchmark that is not there nothing is said. */
      if (isnan (value) && (list[shown[i]].needs & PST_STATISTIC_NEEDS_BENCHMARK) != 0)
        continue;
      append_padded (text, list[shown[i]].title, LABEL_WIDTH, FALSE);
      append_padded (text, formatted, VALUE_WIDTH, TRUE);
      g_string_append (text, ++n % 2 == 0 ? "\n" : "    ");
    }
  while (text->len > 0 && text->str[text->len - 1] == ' ')
    g_string_truncate (text, text->len - 1);
  if (n % 2 != 0)
    g_string_append_c (text, '\n');
}

void
pst_report_append_text (const PstReport *report, guint width, GString *text)
{
  append_head (report, text);
  if (report->result->equity->len > 0)
    {
      g_string_append_c (text, '\n');
      append_sparkline (report, width, text);
      g_string_append_c (text, '\n');
    }
  g_string_append_c (text, '\n');
  append_statistics (report, text);
  g_string_append_printf (text, "\nAnnualised by %.0f days a year.\n", report->periods_per_year);
}
