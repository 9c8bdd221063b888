/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tables of a report for spreadsheets and scripts: RFC 4180 with "\n", a header line, no thousands, times in UTC. What is not known is empty. */
#include "pst-report-private.h"

#include <math.h>
#include <string.h>

static const char *const table_names[] = { "statistics", "trades", "fills", "equity", "daily", NULL };

const char *
pst_report_table_to_string (PstReportTable table)
{
  return table <= PST_REPORT_TABLE_LAST ? table_names[table] : NULL;
}

gboolean
pst_report_table_from_string (const char *name, PstReportTable *table, GError **error)
{
  for (guint i = 0; table_names[i] != NULL; i++)
    if (strcmp (table_names[i], name) == 0)
      {
        *table = (PstReportTable)i;
        return TRUE;
      }
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN, "there is no table \"%s\"; statistics, trades, fills, equity and daily there are",
               name);
  return FALSE;
}

/* Quotes where RFC 4180 asks for them. What a spreadsheet would take for a formula gets an apostrophe: names come from data. */
static void
put_text (GString *text, const char *value)
{
  gboolean is_formula = value != NULL && *value != '\0' && strchr ("=+-@\t\r", *value) != NULL;

  if (value == NULL)
    return;
  if (!is_formula && strpbrk (value, ",\"\r\n") == NULL)
    {
      g_string_append (text, value);
      return;
    }
  g_string_append (text, is_formula ? "\"'" : "\"");
  for (; *value != '\0'; value++)
    g_string_append_len (text, *value == '"' ? "\"\"" : value, *value == '"' ? 2 : 1);
  g_string_append_c (text, '"');
}

static void
put_value (GString *text, double value)
{
  if (isinf (value))
    g_string_append (text, value > 0 ? "inf" : "-inf");
  else if (!isnan (value))
    pst_report_put_number (text, value, "%.15g");
}

static void
put_header (GString *text, const char *const *columns)
{
  for (guint i = 0; columns[i] != NULL; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "," : "", columns[i]);
  g_string_append_c (text, '\n');
}

static void
append_statistics (const PstReport *report, GString *text)
{
  static const char *const columns[] = { "group", "name", "value", NULL };

  put_header (text, columns);
  for (guint i = 0; i < report->result->statistics->len; i++)
    {
      const PstStatistic *statistic = report->result->statistics->pdata[i];

      put_text (text, statistic->group);
      g_string_append_c (text, ',');
      put_text (text, statistic->name);
      g_string_append_c (text, ',');
      put_value (text, statistic->value);
      g_string_append_c (text, '\n');
    }
}

static void
put_instrument (GString *text, const PstReport *report, guint32 instrument)
{
  if (instrument < report->result->instruments->len)
    put_text (text, ((PstInstrument *)report->result->instruments->pdata[instrument])->id);
}

static void
put_scaled (GString *text, gint64 mantissa, guint scale)
{
  g_string_append_c (text, ',');
  pst_report_put_mantissa (text, mantissa, scale);
}

static void
append_trades (const PstReport *report, GString *text)
{
  const GArray *trips = report->result->round_trips;

  put_header (text, pst_report_trade_columns);
  for (guint i = 0; i < trips->len; i++)
    {
      const PstRoundTrip *trip = &g_array_index (trips, PstRoundTrip, i);
      PstReportScales scales = pst_report_get_scales (report, trip->instrument);

      put_instrument (text, report, trip->instrument);
      g_string_append_c (text, ',');
      put_text (text, pst_report_get_strategy (report, trip->strategy));
      g_string_append (text, trip->direction < 0 ? ",short," : ",long,");
      pst_report_put_time (text, trip->entry_time_ns);
      g_string_append_c (text, ',');
      pst_report_put_time (text, trip->exit_time_ns);
      g_string_append_printf (text, ",%s,%" G_GUINT64_FORMAT, trip->is_open ? "open" : "closed", trip->n_bars);
      put_scaled (text, trip->size, scales.size);
      put_scaled (text, trip->entry_price, scales.price);
      put_scaled (text, trip->exit_price, scales.price);
      put_scaled (text, trip->fees, scales.money);
      put_scaled (text, trip->profit, scales.money);
      put_scaled (text, trip->adverse, scales.money);
      put_scaled (text, trip->favourable, scales.money);
      g_string_append_c (text, '\n');
    }
}

static void
append_fills (const PstReport *report, GString *text)
{
  const GArray *fills = report->result->fills;

  put_header (text, pst_report_fill_columns);
  for (guint i = 0; i < fills->len; i++)
    {
      const PstBacktestFill *fill = &g_array_index (fills, PstBacktestFill, i);
      PstReportScales scales = pst_report_get_scales (report, fill->instrument);

      pst_report_put_time (text, fill->time_ns);
      g_string_append_c (text, ',');
      put_instrument (text, report, fill->instrument);
      g_string_append_c (text, ',');
      put_text (text, pst_report_get_strategy (report, fill->strategy));
      g_string_append (text, fill->side == PST_SIDE_BUY ? ",buy" : ",sell");
      put_scaled (text, fill->price, scales.price);
      put_scaled (text, fill->size, scales.size);
      put_scaled (text, fill->fee, scales.money);
      g_string_append_c (text, '\n');
    }
}

static void
append_equity (const PstReport *report, GString *text)
{
  static const char *const columns[] = { "time", "equity", "cash", "exposure", "benchmark", NULL };
  g_autoptr (GArray) indices = pst_report_pick_points (report);
  guint scale = pst_report_get_money_scale (report);

  put_header (text, columns);
  for (guint i = 0; i < indices->len; i++)
    {
      const PstEquityPoint *point = &g_array_index (report->result->equity, PstEquityPoint, g_array_index (indices, guint, i));

      pst_report_put_time (text, point->time_ns);
      put_scaled (text, point->equity, scale);
      put_scaled (text, point->cash, scale);
      put_scaled (text, point->exposure, scale);
      if (point->benchmark > 0)
        put_scaled (text, point->benchmark, scale);
      else
        g_string_append_c (text, ',');
      g_string_append_c (text, '\n');
    }
}

static void
append_daily (const PstReport *report, GString *text)
{
  static const char *const columns[] = { "day", "equity", "return", NULL };
  g_autoptr (GArray) days = pst_report_list_days (report);

  put_header (text, columns);
  for (guint i = 0; i < days->len; i++)
    {
      const PstReportDay *day = &g_array_index (days, PstReportDay, i);
      g_autofree char *time = pst_time_to_string (day->day_ns);

      g_string_append_printf (text, "%.10s", time);
      put_scaled (text, day->equity, pst_report_get_money_scale (report));
      g_string_append_c (text, ',');
      put_value (text, day->value);
      g_string_append_c (text, '\n');
    }
}

void
pst_report_append_csv (const PstReport *report, PstReportTable table, GString *text)
{
  static void (*const tables[]) (const PstReport *report, GString *text)
      = { append_statistics, append_trades, append_fills, append_equity, append_daily };

  g_return_if_fail (table <= PST_REPORT_TABLE_LAST);

  tables[table](report, text);
}
