/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Market data as they come: some rows make no sense. An operator must be told each of them, and what the others gave must not depend on them. */

#include "house-run.h"
#include "ledger-audit.h"
#include "made-bars.h"

#include <string.h>

#define RECORDED "market-data/equities-daily/sp500-2015-2020.csv.zst"
#define COLUMNS "columns=date,open,high,low,close,volume,-,symbol\nlayout=symbol\n"
#define SEED 20200110
#define N_SYMBOLS 24
#define N_DAYS 300
/* Under sanitizers few of the recorded symbols are traded; all rows are read. */
#ifdef TEST_SANITIZED
#define TRADED "instruments=A,AAL,CBS,STI,VIAB,BHF\n"
#else
#define TRADED ""
#endif

static char *
describe_rejections (const HouseRun *run)
{
  return test_sql (run->ledger, "SELECT detail FROM v_event_ledger WHERE name = 'ROWS_REJECTED' AND component = 'data'");
}

static void
assert_number (const HouseRun *run, const char *query, gint64 expected)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT "\n", expected);

  test_assert_sql (run->ledger, query, text);
}

/* Each kind is counted by its word, and each row named by a sentence. */
static void
check_kind (const HouseRun *run, const MadeDirt *dirt, const char *all_rejections)
{
  g_autofree char *query
      = g_strdup_printf ("SELECT count (*) FROM event_ledger WHERE name = 'ROW_REJECTED' AND instr (detail, '%s') > 0", dirt->name);

  g_assert_nonnull (strstr (all_rejections, dirt->reason));
  assert_number (run, query, dirt->n_rows);
}

/* Rows of one reason may be of several kinds: "not-positive 12" are 7 zeros and 5 below. */
static char *
describe_expected (const MadeDirt *kinds, guint n_kinds, const char *reason)
{
  guint n = 0;

  for (guint i = 0; i < n_kinds; i++)
    n += strcmp (kinds[i].reason, reason) == 0 ? kinds[i].n_rows : 0;
  return g_strdup_printf ("%s %u", reason, n);
}

static void
check_named (const HouseRun *run, const MadeDirt *kinds, guint n_kinds)
{
  g_autofree char *all = describe_rejections (run);
  gint64 n_rejected = 0;

  for (guint i = 0; i < n_kinds; i++)
    {
      g_autofree char *expected = describe_expected (kinds, n_kinds, kinds[i].reason);

      test_assert_contains (all, expected);
      check_kind (run, &kinds[i], all);
      n_rejected += kinds[i].n_rows;
    }
  g_assert_cmpint (house_run_get_feed_count (run, "rejected"), ==, n_rejected);
  assert_number (run, "SELECT count (*) FROM event_ledger WHERE name = 'ROW_REJECTED'", n_rejected);
  /* File, line and column. */
  assert_number (run, "SELECT count (*) FROM event_ledger WHERE name = 'ROW_REJECTED' AND detail NOT GLOB 'bars.csv:[0-9]*:[0-9]*: *'", 0);
}

/* What was traded, but for record numbers: the notes of bad rows stand between. */
static void
assert_same_trades (const HouseRun *run, const HouseRun *other)
{
  static const char *const queries[]
      = { "SELECT logical_time, order_id, instrument, side, price, quantity, notional, fee FROM paper_trade ORDER BY sequence",
          "SELECT logical_time, cash, mark_to_market, equity, fees FROM mtm_ledger ORDER BY tick", "SELECT * FROM paper_position" };

  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      g_autofree char *rows = test_sql (run->ledger, queries[i]), *other_rows = test_sql (other->ledger, queries[i]);

      g_assert_true (g_str_equal (rows, other_rows));
      g_assert_cmpstr (rows, !=, "");
    }
}

static void
test_made (void)
{
  g_autoptr (TestFolder) clean_folder = test_folder_new (), soiled_folder = test_folder_new ();
  GString *bars = made_bars_new (SEED, N_SYMBOLS, N_DAYS), *soiled;
  g_autofree MadeDirt *kinds = NULL;
  g_autoptr (HouseRun) clean = NULL, dirty = NULL;
  guint n_kinds;

  g_test_message ("seed %d", SEED);
  soiled = made_bars_soil (bars, (const MadeDirt **)&kinds, &n_kinds);
  test_folder_write (clean_folder, "bars.csv", bars->str);
  test_folder_write (soiled_folder, "bars.csv", soiled->str);
  clean = house_run (clean_folder, HOUSE_DATA "path=bars.csv\n" COLUMNS HOUSE_REST, NULL);
  dirty = house_run (soiled_folder, HOUSE_DATA "path=bars.csv\non-bad-row=skip\n" COLUMNS HOUSE_REST, NULL);
  test_assert_exit (clean->outcome, 0);
  test_assert_exit (dirty->outcome, 0);
  test_assert_contains (dirty->outcome->errors, "rows rejected");
  g_assert_cmpint (house_run_get_feed_count (dirty, "events"), ==, N_SYMBOLS * N_DAYS);
  check_named (dirty, kinds, n_kinds);
  assert_same_trades (clean, dirty);
  ledger_audit_sums (dirty->ledger);
  ledger_audit_prices (dirty->ledger, 4, 5);
  ledger_audit_marks (dirty->ledger, bars->str);
  g_string_free (bars, TRUE);
  g_string_free (soiled, TRUE);
}

/* Where a bad row is to end the run, it does: with the file, line and column, exit code 5, and a ledger that does not contradict itself and says
 * ERROR. Where it is to end the data, the run ends in order with what came before. In order of time here: what lies before the bad row was played. */
static void
test_fail_and_stop (void)
{
  static const char bars[] = "time,open,high,low,close,volume,symbol\n"
                             "2020-01-02T09:00:00Z,10.00,10.20,9.90,10.10,1000,AAA\n"
                             "2020-01-02T10:00:00Z,10.10,10.20,9.90,10.10,1000,AAA\n"
                             "2020-01-02T11:00:00Z,10.10,oops,9.90,10.10,1000,AAA\n"
                             "2020-01-02T12:00:00Z,10.10,10.20,9.90,10.10,1000,AAA\n";
  static const char feed[] = HOUSE_DATA "path=bars.csv\nbar-period=1h\n";
  g_autofree char *fail_pipeline = g_strconcat (feed, HOUSE_REST, NULL), *stop_pipeline = g_strconcat (feed, "on-bad-row=stop\n", HOUSE_REST, NULL);
  g_autoptr (TestFolder) fail_folder = test_folder_new (), stop_folder = test_folder_new ();
  g_autoptr (HouseRun) fail = NULL, stop = NULL;

  test_folder_write (fail_folder, "bars.csv", bars);
  test_folder_write (stop_folder, "bars.csv", bars);
  fail = house_run (fail_folder, fail_pipeline, NULL);
  stop = house_run (stop_folder, stop_pipeline, NULL);
  test_assert_exit (fail->outcome, 5);
  test_assert_contains (fail->outcome->errors, "bars.csv:4:28: high \"oops\" is not a number");
  test_assert_sql (fail->ledger, "SELECT state, reason <> '' FROM strategy_run", "ERROR 1\n");
  g_assert_cmpuint (test_ledger_check (fail->ledger), >=, 6);
  test_assert_exit (stop->outcome, 0);
  test_assert_sql (stop->ledger, "SELECT state FROM strategy_run", "STOPPED\n");
  test_assert_sql (stop->ledger, "SELECT count (*) FROM mtm_ledger", "2\n");
  g_assert_cmpint (house_run_get_feed_count (stop, "rejected"), ==, 1);
}

/* All 482 symbols: six rows are rejected (CBS opens at 0; three opens or closes are outside of high and low; two dates come twice), 434 bars without
 * volume are used and named. 592,358 rows in all. */
static void
test_recorded (void)
{
  g_autofree char *path = test_recording (RECORDED), *pipeline = NULL, *rejections = NULL, *odd = NULL;
  g_autoptr (TestFolder) folder = NULL;
  g_autoptr (HouseRun) run = NULL;

  if (path == NULL)
    return;
  folder = test_folder_new ();
  pipeline = g_strconcat (HOUSE_DATA "on-bad-row=skip\npath=", path, "\n" COLUMNS HOUSE_BROKER HOUSE_CROSS TRADED HOUSE_GUARDS HOUSE_STORES, NULL);
  run = house_run (folder, pipeline, NULL);
  test_assert_exit (run->outcome, 0);
  g_assert_cmpint (house_run_get_feed_count (run, "rows"), ==, 592358);
  g_assert_cmpint (house_run_get_feed_count (run, "events"), ==, 592352);
  g_assert_cmpint (house_run_get_feed_count (run, "rejected"), ==, 6);
  rejections = describe_rejections (run);
  g_assert_cmpstr (rejections, ==, "6 rows rejected: not-positive 1, high-low 3, time-duplicate 2\n");
  test_assert_sql (run->ledger, "SELECT substr (detail, 1, instr (detail, ' ') - 1) FROM event_ledger WHERE name = 'ROW_REJECTED' ORDER BY sequence",
                   "sp500-2015-2020.csv.zst:98308:12:\n"
                   "sp500-2015-2020.csv.zst:99542:12:\n"
                   "sp500-2015-2020.csv.zst:161307:12:\n"
                   "sp500-2015-2020.csv.zst:177269:29:\n"
                   "sp500-2015-2020.csv.zst:498591:1:\n"
                   "sp500-2015-2020.csv.zst:550926:1:\n");
  odd = test_sql (run->ledger, "SELECT count (*) FROM event_ledger WHERE name = 'ROW_ODD' AND detail LIKE '%: volume \"0\" is zero'");
  g_assert_cmpstr (odd, ==, "434\n");
  ledger_audit_sums (run->ledger);
  ledger_audit_prices (run->ledger, 4, 5);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/integration/dirt/made", test_made);
  g_test_add_func ("/integration/dirt/fail-and-stop", test_fail_and_stop);
  g_test_add_func ("/integration/dirt/recorded", test_recorded);
  return g_test_run ();
}
