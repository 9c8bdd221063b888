/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Market time through the whole house, as rows of the ledger: at night nothing, a plan's time once and never again, a rebalance one event. Then five
 * years of recorded days: a day that a calendar calls open has bars, one that it calls closed has none, and every monthly purchase is made at the
 * open of the day on which it had to be. */
#include "house-run.h"

#include <penstock-check.h>
#include <string.h>

typedef enum
{
  SQLITE,
  POSTGRESQL,
} Backend;

typedef struct
{
  Backend backend;
  TestFolder *folder;
  HouseRun *run;
  PstCheckPostgres *postgres; /* not owned */
  char *database;
  char *store; /* what the pipeline says of the ledger */
} Fixture;

/* FALSE: there is no such ledger here, and the test is skipped. */
static gboolean
prepare (Fixture *fixture, gconstpointer data)
{
  const char *why_not;

  *fixture = (Fixture){ .backend = (Backend)GPOINTER_TO_UINT (data) };
  if (fixture->backend == POSTGRESQL)
    {
      fixture->postgres = pst_check_postgres_get_default (&why_not);
      if (fixture->postgres == NULL)
        {
          g_test_skip (why_not);
          return FALSE;
        }
      fixture->database = pst_check_postgres_create_database (fixture->postgres);
      fixture->store = g_strdup_printf ("[store ledger]\nplugin=sql\ndatabase=postgresql:///%s?host=%s&user=" PST_CHECK_POSTGRES_USER "\n",
                                        fixture->database, pst_check_postgres_get_host (fixture->postgres));
    }
  else
    {
      fixture->store = g_strdup ("[store ledger]\nplugin=sql\npath=ledger.db\n");
    }
  fixture->folder = test_folder_new ();
  return TRUE;
}

/* (transfer full): a line for each row, columns with a blank between them, on both backends. */
static char *
ask (Fixture *fixture, const char *query)
{
  g_autofree char *rows = NULL;
  g_autoptr (GError) error = NULL;

  if (fixture->backend == SQLITE)
    return test_sql (fixture->run->ledger, query);
  rows = pst_check_postgres_query (fixture->postgres, fixture->database, query, &error);
  g_assert_no_error (error);
  return g_strconcat (g_strdelimit (rows, "|", ' '), *rows != '\0' ? "\n" : "", NULL);
}

/* What holds after every test, whatever it was about. */
static void
end (Fixture *fixture)
{
  static const char *const never[] = {
    "SELECT count(*) FROM engine_state e LEFT JOIN strategy_run r ON r.user_id = e.user_id AND r.run_id = e.run_id WHERE r.run_id IS NULL",
    "SELECT count(*) FROM (SELECT 1 FROM mtm_ledger GROUP BY user_id, run_id, logical_time HAVING count(*) > 1) AS twice",
    "SELECT count(*) FROM (SELECT 1 FROM strategy_run WHERE state = 'RUNNING' GROUP BY user_id HAVING count(*) > 1) AS twice",
    "SELECT count(*) FROM (SELECT 1 FROM event_ledger WHERE name IN ('SIP_EXECUTED', 'REBALANCE_EXECUTED') GROUP BY user_id, run_id, logical_time, "
    "name HAVING count(*) > 1) AS twice",
  };

  for (guint i = 0; i < G_N_ELEMENTS (never); i++)
    {
      g_autofree char *told = ask (fixture, never[i]);

      g_assert_cmpstr (told, ==, "0\n");
    }
  house_run_free (fixture->run);
  test_folder_free (fixture->folder);
  if (fixture->database != NULL)
    pst_check_postgres_drop_database (fixture->postgres, fixture->database);
  g_free (fixture->database);
  g_free (fixture->store);
}

#define MARKET                                                                                                                       \
  "[pipeline]\nname=plan\nuser=local\nrun-id=plan-1\n[exchange data]\nplugin=replay\npath=hours.csv\nbar-period=1h\nprice-scale=2\n" \
  "calendar=nyse\n[exchange broker]\nplugin=sim\nfeed=data\ncash=100000 USD\n"
#define GUARD "[guard kill]\nplugin=kill-switch\n"
#define SIP "[strategy plan]\nplugin=sip\namount=1000 USD\nweights=SPY:0.6;BND:0.4\n"
#define REBALANCE "[strategy keeper]\nplugin=rebalance\nweights=SPY:0.6;BND:0.4\n"

static gint64
at (const char *text)
{
  gint64 time_ns;

  g_assert_true (pst_time_parse (text, -1, &time_ns, NULL));
  return time_ns;
}

/* Bars of every hour of every day and night from @from, so that only a calendar knows when the market is open. SPY rises by a cent an hour. */
static char *
make_hours (const char *from, guint n_hours)
{
  GString *text = g_string_new ("time,open,high,low,close,volume,symbol\n");

  for (guint i = 0; i < n_hours; i++)
    {
      g_autofree char *time = pst_time_to_string (at (from) + (gint64)i * 3600 * PST_NS_PER_SECOND);
      guint cents = 10000 + i;

      g_string_append_printf (text, "%s,%u.%02u,%u.%02u,%u.%02u,%u.%02u,100,SPY\n", time, cents / 100, cents % 100, cents / 100, cents % 100,
                              cents / 100, cents % 100, cents / 100, cents % 100);
      g_string_append_printf (text, "%s,50,50,50,50,100,BND\n", time);
    }
  return g_string_free (text, FALSE);
}

static gboolean
begin (Fixture *fixture, gconstpointer data, const char *from, guint n_hours, const char *strategy)
{
  g_autofree char *hours = make_hours (from, n_hours), *pipeline = NULL;

  if (!prepare (fixture, data))
    return FALSE;
  pipeline = g_strconcat (MARKET, strategy, GUARD, fixture->store, NULL);
  test_folder_write (fixture->folder, "hours.csv", hours);
  fixture->run = house_run (fixture->folder, pipeline, NULL);
  if (fixture->run->outcome->exit_code != 0)
    g_error ("%s", fixture->run->outcome->errors);
  return TRUE;
}

static void
expect (Fixture *fixture, const char *query, const char *expected)
{
  g_autofree char *told = ask (fixture, query);

  g_assert_cmpstr (told, ==, expected);
}

/* What became of the schedule's times: "2024-06-01T14:00 SIP_SKIPPED". */
static void
expect_events (Fixture *fixture, const char *expected)
{
  g_autofree char *told = ask (fixture, "SELECT logical_time, name FROM event_ledger WHERE kind = 'NOTE' AND (name LIKE 'SIP%' OR name LIKE "
                                        "'REBALANCE%') ORDER BY sequence");
  g_auto (GStrv) rows = g_strsplit (told, "\n", -1);
  GString *events = g_string_new (NULL);

  for (char **row = rows; *row != NULL && **row != '\0'; row++)
    {
      char *name;
      g_autofree char *time = pst_time_to_string (g_ascii_strtoll (*row, &name, 10));

      g_string_append_printf (events, "%.16s%s\n", time, name);
    }
  g_assert_cmpstr (events->str, ==, expected);
  g_string_free (events, TRUE);
}

#define N_ORDERS "SELECT count(*) FROM paper_order"
#define N_TRADES "SELECT count(*) FROM paper_trade"
/* MT-01: a weekend of bars, and a plan that is due on Saturday: no order, no trade, and one row that says why. */
static void
test_closed (gconstpointer data)
{
  Fixture fixture;

  if (!begin (&fixture, data, "2024-06-01T00:00:00Z", 48, SIP "on-closed=skip\n"))
    return;
  expect (&fixture, N_ORDERS, "0\n");
  expect (&fixture, N_TRADES, "0\n");
  expect (&fixture, "SELECT count(*) FROM paper_position", "0\n");
  expect_events (&fixture, "2024-06-01T14:00 SIP_SKIPPED\n");
  end (&fixture);
  if (!begin (&fixture, data, "2024-06-01T00:00:00Z", 48, SIP))
    return;
  expect (&fixture, N_ORDERS, "0\n");
  expect_events (&fixture, "2024-06-01T14:00 SIP_DEFERRED\n");
  end (&fixture);
}

/* MT-02: two working days and a plan that is due on the first: once, with its orders filled. */
static void
test_once (gconstpointer data)
{
  Fixture fixture;

  if (!begin (&fixture, data, "2024-07-01T00:00:00Z", 48, SIP))
    return;
  expect_events (&fixture, "2024-07-01T14:00 SIP_EXECUTED\n");
  /* 600 and 400 USD at 100.12 and 50; filled at the open of the hour that began then, not of the one before. */
  expect (&fixture, "SELECT order_id, side, quantity, state FROM paper_order ORDER BY order_id", "1 BUY 5 FILLED\n2 BUY 8 FILLED\n");
  expect (&fixture, "SELECT price FROM paper_trade ORDER BY order_id", "10014\n5000\n");
  expect (&fixture, "SELECT count(*) FROM paper_position WHERE quantity > 0 AND strategy IS NOT NULL", "2\n");
  expect (&fixture, "SELECT detail FROM event_ledger WHERE name = 'SIP_EXECUTED'",
          "scheduled=2024-07-01T14:00:00Z budget=1000 USD ordered=900.6 USD left=99.4 USD orders=1..2 unpriced=0\n");
  end (&fixture);
}

/* MT-03: whoever plays the same run again finds it done: nothing new. And two times that fall on one moment are one purchase. */
static void
test_again (gconstpointer data)
{
  g_autofree char *before = NULL, *after = NULL, *pipeline = NULL;
  const char *everything = "SELECT (SELECT count(*) FROM paper_order), (SELECT count(*) FROM paper_trade), (SELECT count(*) FROM event_ledger), "
                           "(SELECT count(*) FROM mtm_ledger), (SELECT count(*) FROM paper_equity_curve)";
  HouseRun *again;
  Fixture fixture;

  if (!begin (&fixture, data, "2024-07-01T00:00:00Z", 48, SIP))
    return;
  pipeline = g_strconcat (MARKET, SIP, GUARD, fixture.store, NULL);
  before = ask (&fixture, everything);
  again = house_run (fixture.folder, pipeline, NULL);
  g_assert_cmpint (again->outcome->exit_code, !=, 0);
  after = ask (&fixture, everything);
  g_assert_cmpstr (after, ==, before);
  house_run_free (again);
  end (&fixture);
  /* Sunday's is deferred to Monday's open, at which Monday's own is due. */
  if (!begin (&fixture, data, "2024-06-09T00:00:00Z", 48, SIP "schedule=daily\ntime=09:30\n"))
    return;
  expect_events (&fixture, "2024-06-09T13:30 SIP_DEFERRED\n2024-06-10T13:30 SIP_EXECUTED\n2024-06-10T13:30 SIP_SKIPPED\n");
  expect (&fixture, N_ORDERS, "2\n");
  end (&fixture);
}

/* MT-04: from cash to sixty and forty of a hundred, and back to it after a week in which one rose: one event each, sales before purchases. */
static void
test_rebalance (gconstpointer data)
{
  Fixture fixture;

  if (!begin (&fixture, data, "2024-06-10T00:00:00Z", 9 * 24, REBALANCE "schedule=weekly\nmin-trade-value=50 USD\n"))
    return;
  expect_events (&fixture, "2024-06-10T14:00 REBALANCE_EXECUTED\n2024-06-17T14:00 REBALANCE_EXECUTED\n");
  expect (&fixture, "SELECT order_id, side, state FROM paper_order ORDER BY order_id", "1 BUY FILLED\n2 BUY FILLED\n3 SELL FILLED\n4 BUY FILLED\n");
  expect (&fixture, "SELECT count(*) FROM paper_trade b, paper_trade s WHERE b.order_id = 4 AND s.order_id = 3 AND b.logical_time > s.logical_time",
          "1\n");
  end (&fixture);
}

/* A year of days at the ends of months, across both changes of the clock and half a day: each has its purchase, at ten in New York or when the market
 * next opens. 31 March 2024 is Easter, 30 November a Saturday after half a day. */
static void
test_year (gconstpointer data)
{
  Fixture fixture;

  if (!begin (&fixture, data, "2024-02-01T00:00:00Z", 336 * 24, SIP "day-of-month=31\n"))
    return;
  expect_events (&fixture,
                 "2024-02-29T15:00 SIP_EXECUTED\n2024-03-31T14:00 SIP_DEFERRED\n2024-04-01T13:30 SIP_EXECUTED\n2024-04-30T14:00 SIP_EXECUTED\n"
                 "2024-05-31T14:00 SIP_EXECUTED\n2024-06-30T14:00 SIP_DEFERRED\n2024-07-01T13:30 SIP_EXECUTED\n2024-07-31T14:00 SIP_EXECUTED\n"
                 "2024-08-31T14:00 SIP_DEFERRED\n2024-09-03T13:30 SIP_EXECUTED\n2024-09-30T14:00 SIP_EXECUTED\n2024-10-31T14:00 SIP_EXECUTED\n"
                 "2024-11-30T15:00 SIP_DEFERRED\n2024-12-02T14:30 SIP_EXECUTED\n2024-12-31T15:00 SIP_EXECUTED\n");
  expect (&fixture, "SELECT count(*) FROM paper_order WHERE state <> 'FILLED'", "0\n");
  end (&fixture);
}

/* Date of a CSV's row, in days since 1970. */
static gint64
read_day (const char *line)
{
  gint64 time_ns;

  g_assert_true (pst_time_parse (line, 10, &time_ns, NULL));
  return time_ns / PST_NS_PER_DAY;
}

/* Every day with recorded bars is open, and every open day between the first and the last has some. */
static void
test_recorded_days (void)
{
  g_autofree char *path = test_recording ("market-data/equities-daily/sp500-2015-2020.csv.zst"), *text = NULL;
  g_autoptr (GHashTable) days = g_hash_table_new (NULL, NULL);
  g_autoptr (PstCalendar) calendar = NULL;
  gint64 first = G_MAXINT64, last = 0;

  if (path == NULL)
    return;
  text = test_read_zstd (path);
  calendar = pst_calendar_load ("nyse", NULL);
  g_assert_nonnull (calendar);
  for (const char *line = strchr (text, '\n'); line != NULL && line[1] != '\0'; line = strchr (line + 1, '\n'))
    {
      gint64 day = read_day (line + 1);

      first = MIN (first, day);
      last = MAX (last, day);
      g_hash_table_add (days, GINT_TO_POINTER ((gint)day));
    }
  g_assert_cmpuint (g_hash_table_size (days), ==, 1259);
  for (gint64 day = first; day <= last; day++)
    {
      gboolean is_open;

      g_assert_true (pst_calendar_is_open (calendar, pst_calendar_from_local (calendar, day, 12 * 3600), &is_open, NULL));
      if (is_open != g_hash_table_contains (days, GINT_TO_POINTER ((gint)day)))
        g_error ("day %" G_GINT64_FORMAT " is said to be %s", day, is_open ? "open" : "closed");
    }
}

/* Five years of a plan on recorded days: sixty purchases, each filled at the open of the day it was made on. */
static void
test_recorded_plan (gconstpointer data)
{
  g_autofree char *path = test_recording ("market-data/equities-daily/sp500-2015-2020.csv.zst"), *pipeline = NULL;
  Fixture fixture;

  if (path == NULL || !prepare (&fixture, data))
    return;
  pipeline = g_strdup_printf ("[pipeline]\nname=plan\n[exchange data]\nplugin=replay\npath=%s\ncolumns=date,open,high,low,close,volume,-,symbol\n"
                              "layout=symbol\non-bad-row=skip\ntime-zone=America/New_York\nsymbols=AAPL,MSFT\ncalendar=nyse\n[exchange broker]\n"
                              "plugin=sim\nfeed=data\ncash=1000000 USD\n[strategy plan]\nplugin=sip\namount=1000 USD\nweights=AAPL:0.5;MSFT:0.5\n"
                              "day-of-month=31\ntime=09:30\n" GUARD "%s",
                              path, fixture.store);
  fixture.run = house_run (fixture.folder, pipeline, NULL);
  if (fixture.run->outcome->exit_code != 0)
    g_error ("%s", fixture.run->outcome->errors);
  /* 31 January 2015 to 31 December 2019. */
  expect (&fixture, "SELECT count(*) FROM event_ledger WHERE name = 'SIP_EXECUTED'", "60\n");
  expect (&fixture, "SELECT count(*) FROM event_ledger WHERE name = 'SIP_SKIPPED'", "0\n");
  expect (&fixture, "SELECT count(*) FROM paper_order WHERE state <> 'FILLED'", "0\n");
  expect (&fixture, "SELECT count(*) FROM paper_trade", "120\n");
  /* Asked for at the open, told with the bar that ends the following midnight: less than a day later. */
  expect (&fixture,
          "SELECT count(*) FROM paper_trade t JOIN paper_order o USING (user_id, run_id, order_id) WHERE t.logical_time - o.created_time "
          "NOT BETWEEN 1 AND 86400000000000",
          "0\n");
  end (&fixture);
}

static void
add (const char *backend, const char *name, Backend which, GTestDataFunc func)
{
  g_autofree char *path = g_strconcat ("/market-time/", backend, "/", name, NULL);

  g_test_add_data_func (path, GUINT_TO_POINTER (which), func);
}

int
main (int argc, char *argv[])
{
  static const char *const backends[] = { [SQLITE] = "sqlite", [POSTGRESQL] = "postgresql" };

  g_test_init (&argc, &argv, NULL);
  for (Backend which = SQLITE; which <= POSTGRESQL; which++)
    {
      add (backends[which], "mt-01-closed", which, test_closed);
      add (backends[which], "mt-02-once", which, test_once);
      add (backends[which], "mt-03-again", which, test_again);
      add (backends[which], "mt-04-rebalance", which, test_rebalance);
      add (backends[which], "year", which, test_year);
      add (backends[which], "recorded-plan", which, test_recorded_plan);
    }
  g_test_add_func ("/market-time/recorded-days", test_recorded_days);
  return g_test_run ();
}
