/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The job that the house is for: years of daily bars of hundreds of shares, a strategy, guards, a ledger and a journal. Everything that the
 * ledger says is added up again by others; the same files give the same bytes; and what the ledger holds can be had from the journal. */

#include "../kit/test-host.h"
#include "house-run.h"
#include "ledger-audit.h"
#include "made-bars.h"

#include <string.h>

#define RECORDED "market-data/equities-daily/sp500-2015-2020.csv.zst"
#define CLEAN_SYMBOLS "market-data/equities-daily/sp500-2015-2020-clean-symbols.txt"
#define COLUMNS "columns=date,open,high,low,close,volume,-,symbol\nlayout=symbol\n"
#define SEED 20150112
/* Under sanitizers the same code sees fewer rows. */
#ifdef TEST_SANITIZED
#define N_SYMBOLS 8
#define N_DAYS 200
#define N_RECORDED 10
#else
#define N_SYMBOLS 40
#define N_DAYS 500
#define N_RECORDED 443
#endif

typedef struct
{
  TestFolder *first, *second, *third;
  HouseRun *run, *again, *other_seed;
} Headline;

static void
headline_clear (Headline *headline)
{
  house_run_free (headline->run);
  house_run_free (headline->again);
  house_run_free (headline->other_seed);
  test_folder_free (headline->first);
  test_folder_free (headline->second);
  test_folder_free (headline->third);
}

/* Guards that have something to say: more than a quarter of the shares at a time are too many. */
static char *
make_pipeline (const char *feed, guint n_symbols)
{
  return g_strdup_printf (HOUSE_DATA "%s" HOUSE_BROKER HOUSE_CROSS "[guard kill]\nplugin=kill-switch\n"
                                     "[guard limits]\nplugin=trade-limits\nmax-concurrent-trades=%u\n" HOUSE_STORES,
                          feed, n_symbols / 4);
}

static void
run_all (Headline *headline, const char *feed, guint n_symbols, void (*prepare) (const TestFolder *folder))
{
  g_autofree char *pipeline = make_pipeline (feed, n_symbols);

  headline->first = test_folder_new ();
  headline->second = test_folder_new ();
  headline->third = test_folder_new ();
  if (prepare != NULL)
    {
      prepare (headline->first);
      prepare (headline->second);
      prepare (headline->third);
    }
  headline->run = house_run (headline->first, pipeline, NULL);
  headline->again = house_run (headline->second, pipeline, NULL);
  headline->other_seed = house_run (headline->third, pipeline, "pipeline.seed=77", NULL);
}

/* The run's own row holds the seed; nothing else may differ, for nothing here is random. */
static void
check_seed (const Headline *headline)
{
  static const char *const tables[] = { "paper_order", "paper_trade", "paper_position", "mtm_ledger", "event_ledger", "paper_equity_curve" };

  test_assert_sql (headline->run->ledger, "SELECT seed FROM strategy_run", "1\n");
  test_assert_sql (headline->other_seed->ledger, "SELECT seed FROM strategy_run", "77\n");
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_autofree char *query = g_strdup_printf ("SELECT * FROM %s", tables[i]);
      g_autofree char *rows = test_sql (headline->run->ledger, query), *other_rows = test_sql (headline->other_seed->ledger, query);

      g_assert_true (g_str_equal (rows, other_rows));
    }
}

static void
check_rebuilt (const Headline *headline)
{
  g_autoptr (GPtrArray) records = test_host_read_journal (headline->run->journal);
  g_autofree char *path = test_folder_path (headline->first, "rebuilt.db");
  g_autofree char *rebuilt = test_host_rebuild_ledger (records, path), *dump = test_ledger_dump (headline->run->ledger);

  g_assert_cmpint (json_object_get_int_member (headline->run->summary, "records"), ==, records->len);
  g_assert_true (g_str_equal (rebuilt, dump));
}

/* What the command prints is what the ledger holds. */
static void
check_summary (const Headline *headline)
{
  g_autofree char *expected = g_strdup_printf ("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n",
                                               house_run_get_total (headline->run, "orders"), house_run_get_total (headline->run, "denied"),
                                               house_run_get_total (headline->run, "fills"), house_run_get_total (headline->run, "trades"));

  test_assert_sql (headline->run->ledger,
                   "SELECT (SELECT count (*) FROM paper_order), (SELECT count (*) FROM paper_order WHERE state = 'DENIED'),"
                   " (SELECT count (*) FROM paper_trade), (SELECT sum (n_trades) FROM paper_position)",
                   expected);
  g_assert_cmpint (house_run_get_total (headline->run, "denied"), >, 0);
  g_assert_cmpint (house_run_get_total (headline->run, "trades"), >, N_SYMBOLS / 2);
  test_assert_sql (headline->run->ledger, "SELECT DISTINCT component || ' ' || name FROM v_event_ledger WHERE kind = 'VERDICT'",
                   "limits max_concurrent_trades_exceeded\n");
}

static void
check_all (const Headline *headline, gint64 n_events, const char *bars)
{
  test_assert_exit (headline->run->outcome, 0);
  test_assert_exit (headline->other_seed->outcome, 0);
  g_assert_cmpstr (headline->run->outcome->errors, ==, "");
  g_assert_cmpint (house_run_get_feed_count (headline->run, "events"), ==, n_events);
  g_assert_cmpint (house_run_get_feed_count (headline->run, "rejected"), ==, 0);
  ledger_audit_sums (headline->run->ledger);
  ledger_audit_prices (headline->run->ledger, 4, 5);
  ledger_audit_marks (headline->run->ledger, bars);
  house_run_assert_same (headline->run, headline->again);
  check_seed (headline);
  check_rebuilt (headline);
  check_summary (headline);
}

static void
write_made_bars (const TestFolder *folder)
{
  GString *bars = made_bars_new (SEED, N_SYMBOLS, N_DAYS);

  test_write_packed (folder, "bars.csv.zst", bars->str);
  g_string_free (bars, TRUE);
}

static void
test_made (void)
{
  Headline headline;
  GString *bars = made_bars_new (SEED, N_SYMBOLS, N_DAYS);

  g_test_message ("seed %d", SEED);
  run_all (&headline, "path=bars.csv.zst\n" COLUMNS, N_SYMBOLS, write_made_bars);
  check_all (&headline, N_SYMBOLS * N_DAYS, bars->str);
  g_string_free (bars, TRUE);
  headline_clear (&headline);
}

/* Everything at once that makes a fill more than a price: both directions, orders that travel for most of a day, a hundredth of a bar's volume,
 * slippage, a least fee, money that runs short. The sums must hold all the same. */
static void
test_rough (void)
{
  static const char rest[] = "[exchange broker]\nplugin=sim\nfeed=data\ntaker-fee=0.0005\nfee-minimum=1.5 USD\ncash=60000 USD\nslippage=0.0013\n"
                             "latency=20h\nvolume-share=0.0001\n"
                             "[strategy cross]\nplugin=sma-cross\nfast=3\nslow=8\norder-value=9000 USD\ndirection=both\n"
                             "[strategy slow]\nplugin=sma-cross\nfast=5\nslow=20\norder-fraction=0.2\n" HOUSE_GUARDS HOUSE_STORES;
  g_autofree char *pipeline = g_strconcat (HOUSE_DATA "path=bars.csv.zst\n" COLUMNS, rest, NULL);
  Headline headline = { test_folder_new (), test_folder_new (), NULL };
  GString *bars = made_bars_new (SEED, N_SYMBOLS, N_DAYS);

  write_made_bars (headline.first);
  write_made_bars (headline.second);
  headline.run = house_run (headline.first, pipeline, NULL);
  headline.again = house_run (headline.second, pipeline, NULL);
  test_assert_exit (headline.run->outcome, 0);
  ledger_audit_sums (headline.run->ledger);
  ledger_audit_marks (headline.run->ledger, bars->str);
  house_run_assert_same (headline.run, headline.again);
  check_rebuilt (&headline);
  test_assert_sql (headline.run->ledger,
                   "SELECT (SELECT count (*) > 20 FROM paper_trade),"
                   " (SELECT count (*) > 0 FROM paper_order WHERE state = 'REJECTED'),"
                   " (SELECT count (*) > 0 FROM paper_position WHERE quantity < 0 OR n_trades > 0),"
                   " (SELECT count (*) > 0 FROM (SELECT 1 FROM paper_trade GROUP BY order_id HAVING count (*) > 1))",
                   "1 1 1 1\n");
  g_string_free (bars, TRUE);
  house_run_free (headline.run);
  house_run_free (headline.again);
  test_folder_free (headline.first);
  test_folder_free (headline.second);
}

/* The clean symbols, or the first of them: "A,AAL,AAP". */
static char *
list_symbols (const char *path)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) symbols = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  symbols = g_strsplit (g_strchomp (text), "\n", -1);
  g_assert_cmpuint (g_strv_length (symbols), ==, 443);
  for (guint i = N_RECORDED; i < 443; i++)
    g_clear_pointer (&symbols[i], g_free);
  return g_strjoinv (",", symbols);
}

static void
test_recorded (void)
{
  g_autofree char *path = test_recording (RECORDED), *list = path != NULL ? test_recording (CLEAN_SYMBOLS) : NULL;
  g_autofree char *symbols = NULL, *feed = NULL, *bars = NULL;
  Headline headline;

  if (list == NULL)
    return;
  symbols = list_symbols (list);
  feed = g_strdup_printf ("path=%s\nsymbols=%s\n" COLUMNS, path, symbols);
  bars = test_read_zstd (path);
  run_all (&headline, feed, N_RECORDED, NULL);
  check_all (&headline, N_RECORDED * G_GINT64_CONSTANT (1259), bars);
  headline_clear (&headline);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/integration/headline/made", test_made);
  g_test_add_func ("/integration/headline/rough", test_rough);
  g_test_add_func ("/integration/headline/recorded", test_recorded);
  return g_test_run ();
}
