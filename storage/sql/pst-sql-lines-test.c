/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The lines of tests/ledger-matrix.txt that are about the ledger alone, one case each, on both databases, by plain SQL. What else the rules refuse
 * is in pst-sql-rules-test.c. */
#include <penstock-check.h>

#include "sql-test-kit.h"

#define N_RACES 1000

/* The ended one is longer. */
static void
set_up (TestLedger *ledger, gconstpointer data)
{
  test_ledger_set_up (ledger, data);
  test_ledger_write_two_runs (ledger, 16);
}

static void
set_up_postgres (TestLedger *ledger, gconstpointer data)
{
  test_ledger_set_up_postgres (ledger, data);
  test_ledger_write_two_runs (ledger, 16);
}

static gboolean
try_sql (TestLedger *ledger, const char *sql, char **why)
{
  g_autoptr (GError) error = NULL;

  if (ledger->postgres == NULL)
    pst_sql_backend_execute (test_ledger_connect (ledger), sql, &error);
  else
    g_free (pst_check_postgres_query (ledger->postgres, ledger->database, sql, &error));
  g_test_message ("%s -> %s", sql, error != NULL ? error->message : "accepted");
  if (error != NULL && why != NULL)
    *why = g_strdup (error->message);
  return error == NULL;
}

/* What must hold after every test, by the three queries. */
static void
check_invariants (TestLedger *ledger)
{
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM engine_state e LEFT JOIN strategy_run r ON r.user_id = e.user_id "
                                              "AND r.run_id = e.run_id WHERE r.run_id IS NULL"),
                   ==, 0);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM (SELECT user_id, run_id, logical_time FROM mtm_ledger "
                                              "GROUP BY user_id, run_id, logical_time HAVING count(*) > 1) twice"),
                   ==, 0);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM (SELECT user_id FROM strategy_run WHERE state = 'RUNNING' "
                                              "GROUP BY user_id HAVING count(*) > 1) two"),
                   ==, 0);
}

typedef struct
{
  const char *table;
  const char *sql;
} Row;

#define RUN "'local', 'check-2'"

/* One more row for each table that the lines name, as the engine might write it. */
static const Row rows[] = {
  { "paper_order", "INSERT INTO paper_order SELECT " RUN ", 901, strategy, exchange, instrument, 'c901', '', side, type, time_in_force, flags, "
                   "10, limit_price, stop_price, expire_time, 'FILLED', 10, 0, '', created_time, updated_time "
                   "FROM paper_order WHERE run_id = 'check-1' AND order_id = 1" },
  { "paper_trade", "INSERT INTO paper_trade SELECT " RUN ", 9001, logical_time, 901, strategy, exchange, instrument, side, liquidity, venue_time, "
                   "price, 1, notional, fee, fee_currency, realised_profit, 'y-9001' FROM paper_trade WHERE run_id = 'check-1' "
                   "AND order_id = 1 ORDER BY sequence LIMIT 1" },
  { "mtm_ledger", "INSERT INTO mtm_ledger SELECT " RUN ", 9, 100000, 99, currency, cash, mark_to_market, equity, n_unpriced, realised_profit, "
                  "fees FROM mtm_ledger WHERE run_id = 'check-1' AND tick = 1" },
  { "paper_equity_curve", "INSERT INTO paper_equity_curve SELECT " RUN ", 9, equity, equity, 0 FROM mtm_ledger WHERE run_id = 'check-1' "
                          "AND tick = 1" },
  { "event_ledger", "INSERT INTO event_ledger VALUES (" RUN ", 9003, 9, 'NOTE', 'X', NULL, NULL, NULL, NULL, NULL, '')" },
  { "engine_state", "INSERT INTO engine_state VALUES (" RUN ", 9, 9000, 99, 'ACTIVE', 0, 0, 0, 0)" },
  { "engine_status", "INSERT INTO engine_status SELECT user_id, run_id, 9, 9000, 99, 'ACTIVE', 0, 0, 0, 0 FROM engine_status "
                     "WHERE run_id = 'check-2' ON CONFLICT (user_id, run_id) DO UPDATE SET last_tick = excluded.last_tick" },
};

static void
test_rows_of_running (TestLedger *ledger, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *before = test_ledger_dump (ledger), *after = NULL;

      g_assert_true (try_sql (ledger, rows[i].sql, NULL));
      after = test_ledger_dump (ledger);
      g_assert_cmpstr (before, !=, after);
    }
  check_invariants (ledger);
}

static void
refuse_rows (TestLedger *ledger, const char *state)
{
  g_autofree char *end = g_strdup_printf ("UPDATE strategy_run SET state = '%s', ended_time = 5 WHERE run_id = 'check-2'", state), *before = NULL;

  test_ledger_do (ledger, end);
  before = test_ledger_dump (ledger);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *after = NULL, *why = NULL;

      g_assert_false (try_sql (ledger, rows[i].sql, &why));
      after = test_ledger_dump (ledger);
      g_assert_cmpstr (before, ==, after);
    }
  check_invariants (ledger);
}

static void
test_rows_of_stopped (TestLedger *ledger, gconstpointer data)
{
  refuse_rows (ledger, "STOPPED");
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM strategy_run WHERE state = 'STOPPED'"), ==, 2);
}

static void
test_rows_of_error (TestLedger *ledger, gconstpointer data)
{
  refuse_rows (ledger, "ERROR");
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM strategy_run WHERE state = 'ERROR'"), ==, 1);
}

static void
test_revival (TestLedger *ledger, gconstpointer data)
{
  g_autofree char *why = NULL;

  test_ledger_do (ledger, "UPDATE strategy_run SET state = 'STOPPED' WHERE run_id = 'check-2'");
  g_assert_false (try_sql (ledger, "UPDATE strategy_run SET state = 'RUNNING' WHERE run_id = 'check-2'", &why));
  g_assert_nonnull (strstr (why, "run_transition"));
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM strategy_run WHERE state = 'RUNNING'"), ==, 0);
  check_invariants (ledger);
}

#define NEW_RUN "INSERT INTO strategy_run VALUES (9, 'local', 'new', 'p', 'PAPER', '1', 'USD', 'CREATED', 1, NULL, NULL, NULL)"

static void
test_second_running (TestLedger *ledger, gconstpointer data)
{
  g_autofree char *why = NULL;

  g_assert_true (try_sql (ledger, NEW_RUN, NULL));
  g_assert_false (try_sql (ledger, "UPDATE strategy_run SET state = 'RUNNING' WHERE run_id = 'new'", &why));
  g_assert_nonnull (strstr (why, ledger->postgres != NULL ? "one_running_run_of_a_user" : "UNIQUE constraint failed"));
  check_invariants (ledger);
}

/* User other is there, run check-2 is there; they do not belong together. */
static void
test_user_with_others_run (TestLedger *ledger, gconstpointer data)
{
  g_autofree char *before = NULL;

  g_assert_true (
      try_sql (ledger, "INSERT INTO strategy_run VALUES (10, 'other', 'own', 'p', 'PAPER', '1', 'USD', 'CREATED', 1, NULL, NULL, NULL)", NULL));
  g_assert_true (try_sql (ledger, "UPDATE strategy_run SET state = 'RUNNING' WHERE user_id = 'other'", NULL));
  before = test_ledger_dump (ledger);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (GStrv) parts = g_strsplit (rows[i].sql, RUN, 2);
      g_autofree char *sql = parts[1] != NULL ? g_strconcat (parts[0], "'other', 'check-2'", parts[1], NULL) : NULL, *after = NULL;

      /* The status is written over what is there, so that it cannot be another's. */
      if (sql == NULL)
        continue;
      g_assert_false (try_sql (ledger, sql, NULL));
      after = test_ledger_dump (ledger);
      g_assert_cmpstr (before, ==, after);
    }
  check_invariants (ledger);
}

/* A tick that comes again, whole: refused by its logical time, and nothing of it is there. */
static void
test_tick_twice (TestLedger *ledger, gconstpointer data)
{
  g_autofree char *once = NULL, *why = NULL, *twice = NULL;

  g_assert_true (try_sql (ledger, rows[2].sql, NULL));
  once = test_ledger_dump (ledger);
  g_assert_false (try_sql (ledger, rows[2].sql, &why));
  g_assert_nonnull (strstr (why, "logical_time_once"));
  twice = test_ledger_dump (ledger);
  g_assert_cmpstr (once, ==, twice);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM mtm_ledger WHERE run_id = 'check-2' AND logical_time = 9"), ==, 1);
  check_invariants (ledger);
}

/* What belongs to one run of a user is never taken for the other's: check-1 has orders that check-2 has not. */
static void
test_two_runs (TestLedger *ledger, gconstpointer data)
{
  g_autofree char *only = test_ledger_ask (ledger, "SELECT min (order_id) FROM paper_order WHERE run_id = 'check-1' AND order_id NOT IN "
                                                   "(SELECT order_id FROM paper_order WHERE run_id = 'check-2')");
  g_autofree char *event = g_strdup_printf ("INSERT INTO event_ledger VALUES (" RUN ", 9003, 9, 'ORDER', 'X', NULL, %s, NULL, NULL, NULL, '')", only);
  g_autofree char *trade = g_strdup_printf ("INSERT INTO paper_trade SELECT " RUN ", 9001, logical_time, %s, strategy, exchange, instrument, side, "
                                            "liquidity, venue_time, price, 1, notional, fee, fee_currency, realised_profit, 'y-9001' "
                                            "FROM paper_trade WHERE run_id = 'check-1' ORDER BY sequence LIMIT 1",
                                            only);
  g_autofree char *before = test_ledger_dump (ledger), *after = NULL;

  g_assert_cmpint (g_ascii_strtoll (only, NULL, 10), >, 0);
  g_assert_false (try_sql (ledger, event, NULL));
  g_assert_false (try_sql (ledger, trade, NULL));
  after = test_ledger_dump (ledger);
  g_assert_cmpstr (before, ==, after);
  /* Each told the same story; the longer one has more of it, and neither has the other's. */
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM mtm_ledger WHERE run_id = 'check-1'"), ==, 16);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM mtm_ledger WHERE run_id = 'check-2'"), ==, 8);
  check_invariants (ledger);
}

/* Races on SQLite: two connections, each with its own transaction, as two processes have them. On PostgreSQL: pst-sql-postgresql-test.c. */

typedef struct
{
  GdaConnection *connection;
  const char *const *sql;
  gint *ready;
  char *why; /* NULL: committed */
} Racer;

static gpointer
race (gpointer data)
{
  Racer *racer = data;
  g_autoptr (GError) error = NULL;

  g_atomic_int_inc (racer->ready);
  while (g_atomic_int_get (racer->ready) < 2)
    g_thread_yield ();
  for (guint i = 0; error == NULL && racer->sql[i] != NULL; i++)
    pst_sql_backend_execute (racer->connection, racer->sql[i], &error);
  if (error != NULL)
    {
      racer->why = g_strdup (error->message);
      pst_sql_backend_execute (racer->connection, "ROLLBACK", NULL);
    }
  return NULL;
}

static void
race_both (TestLedger *ledger, GdaConnection *const connections[2], const char *const *one, const char *const *other, char *why[2])
{
  gint ready = 0;
  Racer racers[] = { { .connection = connections[0], .sql = one, .ready = &ready }, { .connection = connections[1], .sql = other, .ready = &ready } };
  GThread *thread = g_thread_new ("racer", race, &racers[1]);

  race (&racers[0]);
  g_thread_join (thread);
  why[0] = racers[0].why;
  why[1] = racers[1].why;
}

static void
open_both (TestLedger *ledger, GdaConnection *connections[2])
{
  PstSqlTarget target = { .path = ledger->path, .create = TRUE, .busy_timeout_ns = 30 * PST_NS_PER_SECOND };

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;

      connections[i] = test_ledger_get_backend (ledger)->open (&target, &error);
      g_assert_no_error (error);
    }
}

/* Every race has a run of its own, of a user of its own. */
static void
make_race_runs (TestLedger *ledger, guint n_races)
{
  g_autofree char *make = g_strdup_printf ("INSERT INTO strategy_run WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < %u) "
                                           "SELECT 1000 + i, 'u' || i, 'race', 'p', 'PAPER', '1', 'USD', 'CREATED', 1, NULL, NULL, NULL FROM n",
                                           n_races - 1);

  test_ledger_do (ledger, make);
  test_ledger_do (ledger, "UPDATE strategy_run SET state = 'RUNNING' WHERE run_id = 'race'");
}

#define TICK_SQL "INSERT INTO mtm_ledger VALUES ('u%u', 'race', 9, 100000, 99, 'USD', 1, 1, 2, 0, 0, 0)"
#define NOTE_SQL "INSERT INTO event_ledger VALUES ('u%u', 'race', 100001, 9, 'NOTE', 'TICK', NULL, NULL, NULL, NULL, NULL, '')"

static void
test_tick_against_stop (TestLedger *ledger, gconstpointer data)
{
  GdaConnection *connections[2];
  guint n_ticks = 0;

  make_race_runs (ledger, N_RACES);
  open_both (ledger, connections);
  for (guint i = 0; i < N_RACES; i++)
    {
      g_autofree char *tick = g_strdup_printf (TICK_SQL, i), *note = g_strdup_printf (NOTE_SQL, i);
      g_autofree char *stop = g_strdup_printf ("UPDATE strategy_run SET state = 'STOPPED' WHERE user_id = 'u%u'", i);
      const char *const ticks[] = { "BEGIN IMMEDIATE", tick, note, "COMMIT", NULL }, *const stops[] = { "BEGIN IMMEDIATE", stop, "COMMIT", NULL };
      char *why[2];

      /* Of four, one in which the tick has begun, one in which the stop has, and two that may go either way. */
      if (i % 4 < 2)
        pst_sql_backend_execute (connections[i % 4], "BEGIN IMMEDIATE", NULL);
      race_both (ledger, connections, ticks + (i % 4 == 0), stops + (i % 4 == 1), why);
      g_assert_null (why[1]);
      g_assert_true (why[0] == NULL || strstr (why[0], "run_not_running") != NULL);
      g_assert_true (i % 4 > 1 || (why[0] == NULL) == (i % 4 == 0));
      n_ticks += why[0] == NULL;
      g_free (why[0]);
    }
  g_test_message ("%u of %u ticks came before the stop", n_ticks, N_RACES);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM mtm_ledger WHERE run_id = 'race'"), ==, n_ticks);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM event_ledger WHERE run_id = 'race'"), ==, n_ticks);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM strategy_run WHERE run_id = 'race' AND state <> 'STOPPED'"), ==, 0);
  check_invariants (ledger);
  g_object_unref (connections[0]);
  g_object_unref (connections[1]);
}

static void
test_two_ticks (TestLedger *ledger, gconstpointer data)
{
  GdaConnection *connections[2];
  const guint n_races = 50;

  make_race_runs (ledger, n_races);
  open_both (ledger, connections);
  for (guint i = 0; i < n_races; i++)
    {
      g_autofree char *tick = g_strdup_printf (TICK_SQL, i), *note = g_strdup_printf (NOTE_SQL, i);
      const char *const ticks[] = { "BEGIN IMMEDIATE", tick, note, "COMMIT", NULL };
      char *why[2];

      race_both (ledger, connections, ticks, ticks, why);
      g_assert_true ((why[0] == NULL) != (why[1] == NULL));
      g_assert_nonnull (strstr (why[0] != NULL ? why[0] : why[1], "logical_time_once"));
      g_free (why[0]);
      g_free (why[1]);
    }
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM mtm_ledger WHERE run_id = 'race'"), ==, n_races);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM event_ledger WHERE run_id = 'race'"), ==, n_races);
  check_invariants (ledger);
  g_object_unref (connections[0]);
  g_object_unref (connections[1]);
}

#define ADD(path, func) TEST_LEDGER_ADD_BOTH ("/sql/lines/" path, NULL, func, set_up, set_up_postgres)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_ledger_add_skip ("/sql/lines/postgresql");
  ADD ("RL-01", test_rows_of_running);
  ADD ("RL-02", test_rows_of_stopped);
  ADD ("RL-03", test_rows_of_error);
  ADD ("RL-04", test_revival);
  ADD ("RL-05", test_second_running);
  ADD ("RL-06", test_user_with_others_run);
  ADD ("IR-01", test_tick_twice);
  ADD ("MU-02", test_two_runs);
  g_test_add ("/sql/lines/CC-01", TestLedger, NULL, set_up, test_tick_against_stop, test_ledger_tear_down);
  g_test_add ("/sql/lines/CC-02", TestLedger, NULL, set_up, test_two_ticks, test_ledger_tear_down);
  return g_test_run ();
}
