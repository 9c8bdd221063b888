/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: a report that runs code from a symbol's name, loads something, or says other numbers than the result has. */
#include "pst-report.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#define DAY_NS G_GINT64_CONSTANT (86400000000000)
#define START_NS (G_GINT64_CONSTANT (1704067200) * G_GINT64_CONSTANT (1000000000))
#define EVIL "</script><script>alert(1)</script>\"'&<!--"
/* Enough of Chart.js to be taken for it. */
#define LIBRARY "/*! Chart.js v3.9.1 */ var Chart = {};\n"

static PstBacktestResult *
make_result (const char *name, guint n_days)
{
  PstBacktestResult *result = pst_backtest_result_new ();
  PstInstrument draft
      = { .id = (char *)"AAA.XNYS", .symbol = (char *)"AAA", .venue = (char *)"XNYS", .price_scale = 2, .settlement = PST_SETTLEMENT_POSITION };
  const char *strategies[] = { name, NULL };
  gint64 unit;

  result->currency = draft.quote = pst_currency_get ("USD", NULL);
  unit = pst_power_of_ten (result->currency->scale);
  g_ptr_array_add (result->instruments, pst_instrument_new (&draft, NULL));
  result->name = g_strdup (name);
  result->strategies = g_strdupv ((char **)strategies);
  result->initial_equity = 1000 * unit;
  result->from_ns = START_NS + DAY_NS;
  result->to_ns = START_NS + n_days * DAY_NS;
  for (guint i = 0; i < n_days; i++)
    {
      PstEquityPoint point = { .time_ns = START_NS + (i + 1) * DAY_NS, .equity = (1000 + (i * 7) % 13 + i) * unit, .cash = 1000 * unit };
      PstRoundTrip trip = { .entry_time_ns = point.time_ns,
                            .exit_time_ns = point.time_ns + DAY_NS,
                            .direction = 1,
                            .n_bars = 1,
                            .size = 10,
                            .entry_price = 12345,
                            .exit_price = 12350,
                            .fees = unit / 4,
                            .profit = unit / 2 };
      PstBacktestFill fill = { .time_ns = point.time_ns, .side = PST_SIDE_BUY, .price = 12345, .size = 10, .fee = unit / 4 };

      g_array_append_val (result->equity, point);
      g_array_append_val (result->round_trips, trip);
      g_array_append_val (result->fills, fill);
    }
  return result;
}

static PstReport *
make_report (const char *name, guint n_days)
{
  g_autoptr (PstBacktestResult) result = make_result (name, n_days);

  return pst_report_new (result, NULL);
}

static JsonObject *
parse (JsonParser *parser, const char *text)
{
  g_autoptr (GError) error = NULL;

  json_parser_load_from_data (parser, text, -1, &error);
  g_assert_no_error (error);
  return json_node_get_object (json_parser_get_root (parser));
}

static void
test_json (void)
{
  g_autoptr (PstReport) report = make_report ("plain", 40);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  PstReportBar bar = { START_NS + DAY_NS, 12000, 12500, 11900, 12345, 1000 };
  JsonObject *document, *total, *equity;
  JsonArray *trade;

  pst_report_add_bar (report, 0, &bar);
  pst_report_append_json (report, text);
  document = parse (parser, text->str);
  total = json_object_get_object_member (json_object_get_object_member (document, "statistics"), "total");
  equity = json_object_get_object_member (document, "equity");
  g_assert_cmpuint (json_object_get_size (total), ==, PST_N_STATISTICS);
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (total, "sharpe"),
                                  pst_backtest_result_get_statistic (report->result, "total", "sharpe"), 1e-9);
  /* Not known is null, not 0. */
  g_assert_true (json_object_get_null_member (total, "beta"));
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (equity, "time")), ==, 40);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (json_object_get_object_member (document, "daily"), "day")), ==, 40);
  g_assert_cmpstr (json_array_get_string_element (json_object_get_array_member (json_object_get_object_member (document, "daily"), "day"), 0), ==,
                   "2024-01-01");
  trade = json_array_get_array_element (json_object_get_array_member (json_object_get_object_member (document, "trades"), "data"), 0);
  g_assert_cmpstr (json_array_get_string_element (trade, 8), ==, "123.45");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (document, "prices")), ==, 1);
}

/* What is left out of a long curve keeps its ends and extremes. */
static void
test_points (void)
{
  g_autoptr (PstReport) report = make_report ("long", 5000);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonArray *values;
  double most = 0, highest = 0;
  guint n;

  report->points_max = 200;
  for (guint i = 0; i < report->result->equity->len; i++)
    most = MAX (most, (double)g_array_index (report->result->equity, PstEquityPoint, i).equity);
  pst_report_append_json (report, text);
  values = json_object_get_array_member (json_object_get_object_member (parse (parser, text->str), "equity"), "equity");
  n = json_array_get_length (values);
  g_assert_cmpuint (n, <=, 201);
  for (guint i = 0; i < n; i++)
    highest = MAX (highest, json_array_get_double_element (values, i));
  g_assert_cmpfloat_with_epsilon (highest, most / (double)pst_power_of_ten (report->result->currency->scale), 1e-6);
  g_assert_cmpfloat_with_epsilon (
      json_array_get_double_element (values, n - 1),
      (double)g_array_index (report->result->equity, PstEquityPoint, 4999).equity / (double)pst_power_of_ten (report->result->currency->scale), 1e-6);
}

static void
test_html (void)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "penstock-report-test-chart.js", NULL);
  g_autoptr (PstReport) report = make_report (EVIL, 70);
  g_autoptr (GString) page = g_string_new (NULL), again = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  const char *data, *end;

  g_assert_true (g_file_set_contents (path, LIBRARY, -1, NULL));
  g_assert_true (pst_report_append_html (report, path, page, &error));
  g_assert_no_error (error);
  g_assert_true (pst_report_append_html (report, path, again, &error));
  g_unlink (path);
  g_assert_cmpstr (page->str, ==, again->str);
  g_assert_nonnull (strstr (page->str, "default-src 'none'; script-src 'sha256-"));
  g_assert_nonnull (strstr (page->str, "MIT License"));
  g_assert_null (strstr (page->str, "alert(1)</script>"));
  g_assert_null (strstr (page->str, "{{"));
  /* Nothing is named that could be loaded. */
  g_assert_null (strstr (page->str, "src="));
  g_assert_null (strstr (page->str, "href="));
  data = strstr (page->str, "id=\"data\">");
  end = strstr (data, "</script>");
  g_assert_null (g_strstr_len (data + 10, end - data - 10, "<"));
}

static void
test_library (void)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "penstock-report-test-other.js", NULL);
  g_autoptr (PstReport) report = make_report ("plain", 3);
  g_autoptr (GString) page = g_string_new (NULL);
  g_autoptr (GError) missing = NULL, other = NULL;

  g_assert_false (pst_report_append_html (report, "/nonexistent/chart.min.js", page, &missing));
  g_assert_error (missing, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE);
  g_assert_nonnull (strstr (missing->message, "libjs-chart.js"));
  g_assert_true (g_file_set_contents (path, "/*! Chart.js v3.9.1 */ '</script>'", -1, NULL));
  g_assert_false (pst_report_append_html (report, path, page, &other));
  g_unlink (path);
  g_assert_error (other, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE);
}

static void
test_csv (void)
{
  g_autoptr (PstReport) report = make_report ("=cmd()", 3);
  g_autoptr (GString) trades = g_string_new (NULL), statistics = g_string_new (NULL), daily = g_string_new (NULL);
  PstReportTable table;
  g_autoptr (GError) error = NULL;

  pst_report_append_csv (report, PST_REPORT_TABLE_TRADES, trades);
  /* A name that a spreadsheet would run as a formula is text. */
  g_assert_nonnull (strstr (trades->str, "AAA.XNYS,\"'=cmd()\",long,2024-01-02T00:00:00Z,2024-01-03T00:00:00Z,closed,1,10,123.45,123.50,0.25"));
  pst_report_append_csv (report, PST_REPORT_TABLE_STATISTICS, statistics);
  g_assert_true (g_str_has_prefix (statistics->str, "group,name,value\ntotal,total_return,"));
  g_assert_nonnull (strstr (statistics->str, "\ntotal,beta,\n"));
  g_assert_nonnull (strstr (statistics->str, "\ntotal,profit_factor,inf\n"));
  pst_report_append_csv (report, PST_REPORT_TABLE_DAILY, daily);
  g_assert_nonnull (strstr (daily->str, "\n2024-01-02,1008"));
  g_assert_true (pst_report_table_from_string ("equity", &table, &error));
  g_assert_false (pst_report_table_from_string ("equities", &table, &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN);
}

static void
test_text (void)
{
  g_autoptr (PstReport) report = make_report ("plain", 40), empty = make_report ("empty", 0);
  g_autoptr (GString) text = g_string_new (NULL), nothing = g_string_new (NULL);

  pst_report_append_text (report, 30, text);
  g_assert_nonnull (strstr (text->str, "2024-01-01 to 2024-02-09"));
  g_assert_nonnull (strstr (text->str, "\n\u2581"));
  g_assert_nonnull (strstr (text->str, "Sharpe ratio"));
  g_assert_null (strstr (text->str, "nan"));
  pst_report_append_text (empty, 30, nothing);
  g_assert_nonnull (strstr (nothing->str, "no data"));
  g_assert_nonnull (strstr (nothing->str, "n/a"));
}

static void
test_sweep (void)
{
  static const char *const bad[] = { "", "set,sharpe\n1,2\n", "set,cross.fast,sharpe\n1,2\n", "set,cross.fast,sharpe\n1,2,x\n", "a,b.c,d\n" };
  g_autoptr (GError) error = NULL;
  g_autoptr (PstReportSweep) sweep = pst_report_sweep_parse (
      "s.csv", "set,state,cross.fast,cross.slow,sharpe\n0,done,5,10,1.5\n1,done,5,20 USD,\n3,refused,9,9,\n2,done,6,yes,2.5\n", &error);
  PstStatisticsOptions options = { 0 };

  g_assert_no_error (error);
  g_assert_cmpuint (sweep->n_parameters, ==, 2);
  g_assert_cmpuint (sweep->values->len, ==, 12);
  g_assert_true (isnan (g_array_index (sweep->values, double, 7)));
  pst_report_sweep_measure (sweep, &options);
  g_assert_cmpuint (options.n_sets, ==, 3);
  g_assert_cmpfloat_with_epsilon (options.sharpe_variance, 0.5, 1e-12);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) why = NULL;

      g_assert_null (pst_report_sweep_parse ("s.csv", bad[i], &why));
      g_assert_error (why, PST_VALUE_ERROR, PST_VALUE_ERROR_SYNTAX);
      g_assert_true (g_str_has_prefix (why->message, "s.csv"));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report/json", test_json);
  g_test_add_func ("/report/points", test_points);
  g_test_add_func ("/report/html", test_html);
  g_test_add_func ("/report/library", test_library);
  g_test_add_func ("/report/csv", test_csv);
  g_test_add_func ("/report/text", test_text);
  g_test_add_func ("/report/sweep", test_sweep);
  return g_test_run ();
}
