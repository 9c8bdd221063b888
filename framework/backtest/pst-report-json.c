/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The document: the operator's guide names its members. Money of single facts is text with all its digits; curves and statistics are numbers.
 * Written by hand, since a curve has a million points and a node for each would be gigabytes. */
#include "pst-report-private.h"

#include <math.h>
#include <string.h>

/* Days of the rolling Sharpe ratio: a quarter. */
#define ROLLING_DAYS 63

static void
put_string (GString *text, const char *value)
{
  if (value == NULL)
    {
      g_string_append (text, "null");
      return;
    }
  g_string_append_c (text, '"');
  for (const char *next; *value != '\0'; value = next)
    {
      gunichar c = g_utf8_get_char_validated (value, -1);

      next = c == (gunichar)-1 || c == (gunichar)-2 ? value + 1 : g_utf8_next_char (value);
      if (next == value + 1 && (guchar)*value >= 0x80)
        g_string_append (text, "\\ufffd");
      else if (c < 0x20 || c == 0x7f || strchr ("\"\\<>&'", (int)(c < 0x80 ? c : 'a')) != NULL || c == 0x2028 || c == 0x2029)
        g_string_append_printf (text, "\\u%04x", c);
      else
        g_string_append_len (text, value, next - value);
    }
  g_string_append_c (text, '"');
}

static void
put_key (GString *text, const char *key)
{
  char last = text->str[text->len - 1];

  if (last != '{' && last != '[')
    g_string_append_c (text, ',');
  put_string (text, key);
  g_string_append_c (text, ':');
}

static void
put_comma (GString *text)
{
  if (text->str[text->len - 1] != '[')
    g_string_append_c (text, ',');
}

void
pst_report_put_number (GString *text, double value, const char *format)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append (text, isfinite (value) ? g_ascii_formatd (buffer, sizeof buffer, format, value) : "null");
}

static void
put_number (GString *text, double value)
{
  put_comma (text);
  /* JSON has no infinity; null would say that it is not known. */
  if (isinf (value))
    put_string (text, value > 0 ? "infinite" : "-infinite");
  else
    pst_report_put_number (text, value, "%.10g");
}

void
pst_report_put_mantissa (GString *text, gint64 mantissa, guint scale)
{
  char buffer[PST_DECIMAL_TEXT_SIZE];

  pst_mantissa_print (mantissa, scale, buffer);
  g_string_append (text, buffer);
}

void
pst_report_put_time (GString *text, gint64 time_ns)
{
  char buffer[PST_TIME_TEXT_SIZE];

  pst_time_print (time_ns, buffer);
  g_string_append (text, buffer);
}

static void
put_quoted_money (GString *text, gint64 mantissa, guint scale)
{
  put_comma (text);
  g_string_append_c (text, '"');
  pst_report_put_mantissa (text, mantissa, scale);
  g_string_append_c (text, '"');
}

static void
put_text_member (GString *text, const char *key, const char *value)
{
  put_key (text, key);
  put_string (text, value);
}

static void
put_time_member (GString *text, const char *key, gint64 time_ns)
{
  g_autofree char *time = time_ns != 0 ? pst_time_to_string (time_ns) : NULL;

  put_text_member (text, key, time);
}

static void
put_integer_member (GString *text, const char *key, guint64 value)
{
  put_key (text, key);
  g_string_append_printf (text, "%" G_GUINT64_FORMAT, value);
}

static void
put_strings_member (GString *text, const char *key, char **strings)
{
  put_key (text, key);
  g_string_append_c (text, '[');
  for (guint i = 0; strings != NULL && strings[i] != NULL; i++)
    {
      put_comma (text);
      put_string (text, strings[i]);
    }
  g_string_append_c (text, ']');
}

static void
put_head (GString *text, const PstReport *report)
{
  const PstBacktestResult *result = report->result;
  guint scale = pst_report_get_money_scale (report);
  gint64 final = pst_report_get_final_equity (report);

  put_integer_member (text, "penstock_report", 1);
  put_text_member (text, "name", result->name);
  put_text_member (text, "key", result->key);
  put_text_member (text, "user", result->user_id);
  put_text_member (text, "engine", result->engine);
  put_time_member (text, "created", result->created_ns);
  put_time_member (text, "from", result->from_ns);
  put_time_member (text, "to", result->to_ns);
  put_integer_member (text, "bars", result->n_bars);
  put_integer_member (text, "sets", report->n_sets);
  put_integer_member (text, "took_us", (guint64)MAX (result->took_ns, 0) / 1000);
  put_text_member (text, "data_hash", result->data_hash);
  put_text_member (text, "currency", result->currency != NULL ? result->currency->code : NULL);
  put_key (text, "money_scale");
  g_string_append_printf (text, "%u", scale);
  put_key (text, "initial_equity");
  g_string_append_c (text, '"');
  pst_report_put_mantissa (text, result->initial_equity, scale);
  g_string_append (text, "\"");
  put_key (text, "final_equity");
  g_string_append_c (text, '"');
  pst_report_put_mantissa (text, final, scale);
  g_string_append_c (text, '"');
  put_key (text, "periods_per_year");
  pst_report_put_number (text, report->periods_per_year, "%.10g");
  put_strings_member (text, "strategies", result->strategies);
  put_strings_member (text, "parameters", result->parameters);
  put_strings_member (text, "plugins", result->plugins);
}

static void
put_instruments (GString *text, const PstBacktestResult *result)
{
  put_key (text, "instruments");
  g_string_append_c (text, '[');
  for (guint i = 0; i < result->instruments->len; i++)
    {
      const PstInstrument *instrument = result->instruments->pdata[i];

      put_comma (text);
      g_string_append_c (text, '{');
      put_text_member (text, "id", instrument->id);
      put_text_member (text, "quote", instrument->quote != NULL ? instrument->quote->code : NULL);
      put_integer_member (text, "price_scale", instrument->price_scale);
      put_integer_member (text, "size_scale", instrument->size_scale);
      g_string_append_c (text, '}');
    }
  g_string_append_c (text, ']');
}

static void
put_definitions (GString *text)
{
  static const char *const units[] = {
    [PST_STATISTIC_UNIT_RATIO] = "ratio", [PST_STATISTIC_UNIT_FRACTION] = "fraction", [PST_STATISTIC_UNIT_MONEY] = "money",
    [PST_STATISTIC_UNIT_COUNT] = "count", [PST_STATISTIC_UNIT_DAYS] = "days",         [PST_STATISTIC_UNIT_TIME] = "time",
  };
  const PstStatisticInfo *list = pst_statistic_list ();

  put_key (text, "definitions");
  g_string_append_c (text, '[');
  for (guint i = 0; i < PST_N_STATISTICS; i++)
    {
      put_comma (text);
      g_string_append_c (text, '{');
      put_text_member (text, "name", list[i].name);
      put_text_member (text, "title", list[i].title);
      put_text_member (text, "meaning", list[i].blurb);
      put_text_member (text, "formula", list[i].formula);
      put_text_member (text, "unit", units[list[i].unit]);
      put_key (text, "better");
      g_string_append_printf (text, "%d", list[i].better);
      g_string_append_c (text, '}');
    }
  g_string_append_c (text, ']');
}

/* Statistics of a group follow each other. */
static void
put_statistics (GString *text, const PstBacktestResult *result)
{
  const char *group = NULL;

  put_key (text, "statistics");
  g_string_append_c (text, '{');
  for (guint i = 0; i < result->statistics->len; i++)
    {
      const PstStatistic *statistic = result->statistics->pdata[i];

      if (group == NULL || strcmp (group, statistic->group) != 0)
        {
          if (group != NULL)
            g_string_append_c (text, '}');
          put_key (text, statistic->group);
          g_string_append_c (text, '{');
          group = statistic->group;
        }
      put_key (text, statistic->name);
      if (isinf (statistic->value))
        put_string (text, statistic->value > 0 ? "infinite" : "-infinite");
      else
        pst_report_put_number (text, statistic->value, "%.12g");
    }
  g_string_append (text, group != NULL ? "}}" : "}");
}

typedef double (*PointFunc) (const PstReport *report, guint index, gpointer user_data);

static void
put_column (GString *text, const PstReport *report, const char *key, const GArray *indices, PointFunc func, gpointer user_data)
{
  put_key (text, key);
  g_string_append_c (text, '[');
  for (guint i = 0; i < indices->len; i++)
    put_number (text, func (report, g_array_index (indices, guint, i), user_data));
  g_string_append_c (text, ']');
}

static const PstEquityPoint *
point_at (const PstReport *report, guint index)
{
  return &g_array_index (report->result->equity, PstEquityPoint, index);
}

static double
point_time (const PstReport *report, guint index, gpointer user_data)
{
  return (double)(point_at (report, index)->time_ns / 1000000) / 1e3;
}

static double
point_equity (const PstReport *report, guint index, gpointer user_data)
{
  return (double)point_at (report, index)->equity / *(double *)user_data;
}

static double
point_exposure (const PstReport *report, guint index, gpointer user_data)
{
  return (double)point_at (report, index)->exposure / *(double *)user_data;
}

static double
point_benchmark (const PstReport *report, guint index, gpointer user_data)
{
  gint64 benchmark = point_at (report, index)->benchmark;

  return benchmark > 0 ? (double)benchmark / *(double *)user_data : (double)NAN;
}

static double
point_drawdown (const PstReport *report, guint index, gpointer user_data)
{
  return ((double *)user_data)[index];
}

static double *
make_drawdowns (const PstReport *report)
{
  guint n = report->result->equity->len;
  double *drawdowns = g_new (double, n + 1);
  gint64 peak = report->result->initial_equity;

  for (guint i = 0; i < n; i++)
    {
      gint64 equity = point_at (report, i)->equity;

      peak = MAX (peak, equity);
      drawdowns[i] = peak > 0 ? ((double)equity - (double)peak) / (double)peak : 0;
    }
  return drawdowns;
}

static void
put_equity (GString *text, const PstReport *report)
{
  g_autoptr (GArray) indices = pst_report_pick_points (report);
  g_autofree double *drawdowns = make_drawdowns (report);
  double unit = (double)pst_power_of_ten (pst_report_get_money_scale (report));
  gboolean has_benchmark = indices->len > 0 && point_at (report, indices->len > 1 ? report->result->equity->len - 1 : 0)->benchmark > 0;

  put_key (text, "equity");
  g_string_append_c (text, '{');
  put_column (text, report, "time", indices, point_time, NULL);
  put_column (text, report, "equity", indices, point_equity, &unit);
  put_column (text, report, "drawdown", indices, point_drawdown, drawdowns);
  put_column (text, report, "exposure", indices, point_exposure, &unit);
  if (has_benchmark)
    put_column (text, report, "benchmark", indices, point_benchmark, &unit);
  g_string_append_c (text, '}');
}

static void
put_daily (GString *text, const PstReport *report)
{
  g_autoptr (GArray) days = pst_report_list_days (report);

  put_key (text, "daily");
  g_string_append (text, "{\"day\":[");
  for (guint i = 0; i < days->len; i++)
    {
      g_autofree char *time = pst_time_to_string (g_array_index (days, PstReportDay, i).day_ns);

      put_comma (text);
      g_string_append_printf (text, "\"%.10s\"", time);
    }
  g_string_append (text, "],\"return\":[");
  for (guint i = 0; i < days->len; i++)
    put_number (text, g_array_index (days, PstReportDay, i).value);
  g_string_append_printf (text, "],\"rolling_days\":%u,\"rolling_sharpe\":[", ROLLING_DAYS);
  for (guint i = 0; i < days->len; i++)
    put_number (text, pst_report_get_rolling_sharpe (report, days, i, ROLLING_DAYS));
  g_string_append (text, "]}");
}

static const char *
instrument_id (const PstBacktestResult *result, guint32 instrument)
{
  return instrument < result->instruments->len ? ((PstInstrument *)result->instruments->pdata[instrument])->id : NULL;
}

static void
put_quoted_time (GString *text, gint64 time_ns)
{
  put_comma (text);
  g_string_append_c (text, '"');
  pst_report_put_time (text, time_ns);
  g_string_append_c (text, '"');
}

static void
put_text (GString *text, const char *value)
{
  put_comma (text);
  put_string (text, value);
}

static void
put_trip (GString *text, const PstReport *report, const PstRoundTrip *trip)
{
  const PstBacktestResult *result = report->result;
  PstReportScales scales = pst_report_get_scales (report, trip->instrument);

  put_comma (text);
  g_string_append_c (text, '[');
  put_text (text, instrument_id (result, trip->instrument));
  put_text (text, pst_report_get_strategy (report, trip->strategy));
  put_text (text, trip->direction < 0 ? "short" : "long");
  put_quoted_time (text, trip->entry_time_ns);
  put_quoted_time (text, trip->exit_time_ns);
  put_text (text, trip->is_open ? "open" : "closed");
  put_number (text, (double)trip->n_bars);
  put_quoted_money (text, trip->size, scales.size);
  put_quoted_money (text, trip->entry_price, scales.price);
  put_quoted_money (text, trip->exit_price, scales.price);
  put_quoted_money (text, trip->fees, scales.money);
  put_quoted_money (text, trip->profit, scales.money);
  put_quoted_money (text, trip->adverse, scales.money);
  put_quoted_money (text, trip->favourable, scales.money);
  g_string_append_c (text, ']');
}

static void
put_fill (GString *text, const PstReport *report, const PstBacktestFill *fill)
{
  PstReportScales scales = pst_report_get_scales (report, fill->instrument);

  put_comma (text);
  g_string_append_c (text, '[');
  put_quoted_time (text, fill->time_ns);
  put_text (text, instrument_id (report->result, fill->instrument));
  put_text (text, pst_report_get_strategy (report, fill->strategy));
  put_text (text, fill->side == PST_SIDE_BUY ? "buy" : "sell");
  put_quoted_money (text, fill->price, scales.price);
  put_quoted_money (text, fill->size, scales.size);
  put_quoted_money (text, fill->fee, scales.money);
  g_string_append_c (text, ']');
}

static void
put_tables (GString *text, const PstReport *report)
{
  const PstBacktestResult *result = report->result;

  put_key (text, "trades");
  g_string_append (text, "{\"columns\":[");
  for (guint i = 0; pst_report_trade_columns[i] != NULL; i++)
    put_text (text, pst_report_trade_columns[i]);
  g_string_append (text, "],\"data\":[");
  for (guint i = 0; i < result->round_trips->len; i++)
    put_trip (text, report, &g_array_index (result->round_trips, PstRoundTrip, i));
  g_string_append (text, "]}");
  put_key (text, "fills");
  g_string_append (text, "{\"columns\":[");
  for (guint i = 0; pst_report_fill_columns[i] != NULL; i++)
    put_text (text, pst_report_fill_columns[i]);
  g_string_append (text, "],\"data\":[");
  for (guint i = 0; i < result->fills->len; i++)
    put_fill (text, report, &g_array_index (result->fills, PstBacktestFill, i));
  g_string_append (text, "]}");
}

static void
put_bars (GString *text, const PstReport *report, const PstReportPrices *prices)
{
  static const struct
  {
    const char *key;
    gsize offset;
  } columns[] = {
    { "open", G_STRUCT_OFFSET (PstReportBar, open) },
    { "high", G_STRUCT_OFFSET (PstReportBar, high) },
    { "low", G_STRUCT_OFFSET (PstReportBar, low) },
    { "close", G_STRUCT_OFFSET (PstReportBar, close) },
  };
  g_autoptr (GArray) bars = pst_report_merge_bars (report, prices->bars);
  double unit = (double)pst_power_of_ten (pst_report_get_scales (report, prices->instrument).price);

  put_comma (text);
  g_string_append_c (text, '{');
  put_text_member (text, "instrument", instrument_id (report->result, prices->instrument));
  put_key (text, "time");
  g_string_append_c (text, '[');
  for (guint i = 0; i < bars->len; i++)
    put_number (text, (double)(g_array_index (bars, PstReportBar, i).time_ns / 1000000) / 1e3);
  g_string_append_c (text, ']');
  for (guint c = 0; c < G_N_ELEMENTS (columns); c++)
    {
      put_key (text, columns[c].key);
      g_string_append_c (text, '[');
      for (guint i = 0; i < bars->len; i++)
        put_number (text, (double)G_STRUCT_MEMBER (gint64, &g_array_index (bars, PstReportBar, i), columns[c].offset) / unit);
      g_string_append_c (text, ']');
    }
  g_string_append_c (text, '}');
}

static void
put_sweep (GString *text, const PstReportSweep *sweep)
{
  guint n_rows = sweep->n_columns > 0 ? sweep->values->len / sweep->n_columns : 0;

  put_key (text, "sweep");
  g_string_append_c (text, '{');
  put_text_member (text, "name", sweep->name);
  put_strings_member (text, "columns", sweep->columns);
  put_integer_member (text, "parameters", sweep->n_parameters);
  put_key (text, "data");
  g_string_append_c (text, '[');
  for (guint i = 0; i < n_rows; i++)
    {
      put_comma (text);
      g_string_append_c (text, '[');
      for (guint j = 0; j < sweep->n_columns; j++)
        put_number (text, g_array_index (sweep->values, double, i * sweep->n_columns + j));
      g_string_append_c (text, ']');
    }
  g_string_append (text, "]}");
}

void
pst_report_append_json (const PstReport *report, GString *text)
{
  g_string_append_c (text, '{');
  put_head (text, report);
  put_instruments (text, report->result);
  put_definitions (text);
  put_statistics (text, report->result);
  put_equity (text, report);
  put_daily (text, report);
  put_tables (text, report);
  put_key (text, "prices");
  g_string_append_c (text, '[');
  for (guint i = 0; i < report->prices->len; i++)
    put_bars (text, report, report->prices->pdata[i]);
  g_string_append_c (text, ']');
  if (report->sweep != NULL)
    put_sweep (text, report->sweep);
  g_string_append_c (text, '}');
}
