/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rules of the ledger, tried from outside with plain SQL as anyone with a client could: what must not be cannot be stored, and nothing
 * of the attempt stays. */
#include <penstock-check.h>

#include "sql-test-kit.h"

typedef struct
{
  const char *sql;
  const char *rule;       /* what the refusal says; NULL: accepted */
  const char *postgresql; /* what it says there, when that is another thing; SQLITE_ONLY when there is no such thing */
} Attempt;

#define SQLITE_ONLY ""

/* As a person with a client of the database would: on PostgreSQL with psql. */
static void
attempt (TestLedger *ledger, const char *sql, GError **error)
{
  if (ledger->postgres == NULL)
    pst_sql_backend_execute (test_ledger_connect (ledger), sql, error);
  else
    g_free (pst_check_postgres_query (ledger->postgres, ledger->database, sql, error));
}

static void
try_all (TestLedger *ledger, const Attempt *attempts, gsize n_attempts)
{
  g_autofree char *before = test_ledger_dump (ledger);

  for (gsize i = 0; i < n_attempts; i++)
    {
      g_autofree char *after = NULL;
      const char *rule = ledger->postgres != NULL && attempts[i].postgresql != NULL ? attempts[i].postgresql : attempts[i].rule;
      g_autoptr (GError) error = NULL;

      if (g_strcmp0 (rule, SQLITE_ONLY) == 0)
        continue;
      attempt (ledger, attempts[i].sql, &error);
      g_test_message ("%s -> %s", attempts[i].sql, error != NULL ? error->message : "accepted");
      after = test_ledger_dump (ledger);
      if (rule == NULL)
        {
          g_assert_no_error (error);
          g_assert_cmpstr (after, !=, before);
          g_free (before);
          before = g_steal_pointer (&after);
          continue;
        }
      g_assert_nonnull (error);
      g_assert_nonnull (strstr (error->message, rule));
      if (ledger->postgres == NULL)
        g_assert_cmpint (test_ledger_get_backend (ledger)->classify (error->message), ==, PST_STORE_ERROR_CONSTRAINT);
      g_assert_cmpstr (after, ==, before);
    }
}

#define ORDER(run, id, side, quantity, state, filled)                                                               \
  "INSERT INTO paper_order SELECT 'local', '" run "', " id ", strategy, exchange, instrument, 'c" id "', '', " side \
  ", type, time_in_force, flags, " quantity ", limit_price, stop_price, expire_time, '" state "', " filled          \
  ", 0, '', created_time, updated_time FROM paper_order WHERE run_id = 'check-2' AND order_id = 1"
#define TRADE(user, run, sequence, order, side, quantity, execution)                                                                   \
  "INSERT INTO paper_trade SELECT '" user "', '" run "', " sequence ", logical_time, " order ", strategy, exchange, instrument, " side \
  ", liquidity, venue_time, price, " quantity ", notional, fee, fee_currency, realised_profit, " execution                             \
  " FROM paper_trade WHERE run_id = 'check-2' ORDER BY sequence LIMIT 1"
#define TICK(user, run, time, equity)                                                                                  \
  "INSERT INTO mtm_ledger SELECT '" user "', '" run "', " time ", 100000, 99, currency, cash, mark_to_market, " equity \
  ", n_unpriced, realised_profit, fees FROM mtm_ledger WHERE run_id = 'check-2' AND tick = 1"
#define EVENT(user, run, sequence, kind, order, from, to) \
  "INSERT INTO event_ledger VALUES ('" user "', '" run "', " sequence ", 1, '" kind "', 'X', NULL, " order ", " from ", " to ", NULL, '')"

#define ORDER_OF(id, strategy, exchange, instrument, state)                                                                                   \
  "INSERT INTO paper_order SELECT 'local', 'check-2', " id ", " strategy ", " exchange ", " instrument ", 'c" id "', '', side, type, "        \
  "time_in_force, flags, 1, limit_price, stop_price, expire_time, '" state "', 0, 0, '', 1, 1 FROM paper_order WHERE run_id = 'check-2' AND " \
  "order_id = 1"
#define EVENT_OF(sequence, component, order)                                                                                           \
  "INSERT INTO event_ledger VALUES ('local', 'check-2', " sequence ", 1, 'VERDICT', 'X', " component ", " order ", NULL, NULL, NULL, " \
  "'')"

/* Of a run that ended nothing can be added, changed or taken away, and it never lives again. */
static void
test_ended_run (TestLedger *ledger, gconstpointer data)
{
  static const Attempt attempts[] = {
    { ORDER ("check-1", "900", "side", "1", "INITIALIZED", "0"), "run_not_running" },
    { TRADE ("local", "check-1", "9000", "1", "side", "1", "'y'"), "run_not_running" },
    { TICK ("local", "check-1", "9", "equity"), "run_not_running" },
    { EVENT ("local", "check-1", "9000", "NOTE", "NULL", "NULL", "NULL"), "run_not_running" },
    { "INSERT INTO paper_equity_curve VALUES ('local', 'check-1', 9, 1, 1, 0)", "run_not_running", "equity_of_mtm_ledger" },
    { "INSERT INTO paper_position VALUES ('local', 'check-1', 2, 9, 1, 1, 0, 0, 1, 0, 0, 0, 1)", "run_not_running", "position_of_run" },
    { "INSERT INTO run_cash VALUES ('local', 'check-1', 9000, 1, 1, 'USD', 1, 'gift')", "run_not_running" },
    { "INSERT INTO component VALUES ('local', 'check-1', 77, 'GUARD', 'late', 'late')", "run_not_running" },
    { "INSERT INTO instrument VALUES ('local', 'check-1', 77, 'B.T', 2, 0, 'POSITION', NULL, 'USD')", "run_not_running" },
    { "INSERT INTO engine_state VALUES ('local', 'check-1', 9, 9000, 99, 'ACTIVE', 0, 0, 0, 0)", "run_not_running" },
    { "INSERT INTO engine_status VALUES ('local', 'check-1', 9, 9000, 99, 'ACTIVE', 0, 0, 0, 0)", "run_not_running", "status_once" },
    { "INSERT INTO engine_status SELECT user_id, run_id, 9, 9000, 99, 'ACTIVE', 0, 0, 0, 0 FROM engine_status WHERE run_id = 'check-1' "
      "ON CONFLICT (user_id, run_id) DO UPDATE SET last_tick = excluded.last_tick",
      "run_not_running" },
    { "UPDATE engine_status SET last_tick = last_tick + 1 WHERE run_id = 'check-1'", "run_not_running" },
    { "UPDATE paper_order SET reason = 'x' WHERE run_id = 'check-1'", "run_not_running" },
    { "UPDATE paper_position SET quantity = 7 WHERE run_id = 'check-1'", "run_not_running" },
    { "UPDATE strategy_run SET state = 'RUNNING' WHERE run_id = 'check-1'", "run_transition" },
    { "UPDATE strategy_run SET state = 'CREATED' WHERE run_id = 'check-1'", "run_transition" },
    { "UPDATE strategy_run SET state = 'ERROR' WHERE run_id = 'check-1'", "run_transition" },
    { "UPDATE strategy_run SET reason = 'it went well' WHERE run_id = 'check-1'", "run_transition" },
    { "DELETE FROM paper_trade WHERE run_id = 'check-1'", "append_only" },
    { "DELETE FROM event_ledger WHERE run_id = 'check-1'", "append_only" },
  };

  try_all (ledger, attempts, G_N_ELEMENTS (attempts));
}

static void
test_runs (TestLedger *ledger, gconstpointer data)
{
  static const Attempt attempts[] = {
    { "INSERT INTO strategy_run VALUES (9, 'local', 'new', 'p', 'PAPER', '1', 'USD', 'RUNNING', 1, NULL, NULL, NULL)", "run_transition" },
    { "INSERT INTO strategy_run VALUES (9, 'local', 'check-1', 'p', 'PAPER', '1', 'USD', 'CREATED', 1, NULL, NULL, NULL)", "run_once" },
    { "INSERT OR REPLACE INTO strategy_run VALUES (1, 'local', 'check-1', 'p', 'PAPER', '1', 'USD', 'CREATED', 1, NULL, NULL, NULL)", "run_once",
      SQLITE_ONLY },
    { "INSERT INTO strategy_run VALUES (9, '', 'new', 'p', 'PAPER', '1', 'USD', 'CREATED', 1, NULL, NULL, NULL)", "user_id_length" },
    { "INSERT INTO strategy_run VALUES (9, 'local', 'new', 'p', 'PLAY', '1', 'USD', 'CREATED', 1, NULL, NULL, NULL)", "run_mode" },
    { "INSERT INTO strategy_run VALUES (9, 'local', 'new', 'p', 'PAPER', '1', 'QQQ', 'CREATED', 1, NULL, NULL, NULL)", "FOREIGN KEY",
      "violates foreign key" },
    { "UPDATE strategy_run SET user_id = 'other', state = 'STOPPED' WHERE run_id = 'check-2'", "run_identity" },
    { "UPDATE strategy_run SET seed = '2', state = 'STOPPED' WHERE run_id = 'check-2'", "run_identity" },
    /* Of the same user one RUNNING run at a time; of another user any number of others. */
    { "INSERT INTO strategy_run VALUES (9, 'local', 'new', 'p', 'PAPER', '1', 'USD', 'CREATED', 1, NULL, NULL, NULL)", NULL },
    { "UPDATE strategy_run SET state = 'RUNNING' WHERE run_id = 'new'", "UNIQUE constraint failed", "one_running_run_of_a_user" },
    { "INSERT INTO strategy_run VALUES (10, 'other', 'new', 'p', 'PAPER', '1', 'USD', 'CREATED', 1, NULL, NULL, NULL)", NULL },
    { "UPDATE strategy_run SET state = 'RUNNING' WHERE user_id = 'other'", NULL },
    /* A user and a run that do not belong together, though both are there. */
    { TICK ("other", "check-2", "9", "equity"), "run_of_user" },
    { EVENT ("other", "check-2", "9000", "NOTE", "NULL", "NULL", "NULL"), "run_of_user" },
    { "UPDATE strategy_run SET state = 'STOPPED' WHERE run_id = 'check-2'", NULL },
  };

  try_all (ledger, attempts, G_N_ELEMENTS (attempts));
}

static void
test_orders (TestLedger *ledger, gconstpointer data)
{
  static const Attempt attempts[] = {
    { ORDER ("check-2", "900", "side", "10", "INITIALIZED", "0"), NULL },
    { "UPDATE paper_order SET state = 'SUBMITTED' WHERE order_id = 900", NULL },
    { "UPDATE paper_order SET state = 'INITIALIZED' WHERE order_id = 900", "order_transition" },
    { "UPDATE paper_order SET state = 'DENIED' WHERE order_id = 900", "order_transition" },
    { "UPDATE paper_order SET state = 'DREAMING' WHERE order_id = 900", "order_transition" },
    { ORDER ("check-2", "900", "side", "10", "INITIALIZED", "0"), "order_transition", "order_once" },
    { ORDER ("check-2", "900", "side", "10", "INITIALIZED", "0") " ON CONFLICT (user_id, run_id, order_id) DO UPDATE SET state = excluded.state",
      "order_transition" },
    { "UPDATE paper_order SET side = 'SELL' WHERE order_id = 900", "order_identity" },
    { "INSERT OR REPLACE INTO paper_order SELECT user_id, run_id, order_id, strategy, exchange, instrument, 'other', venue_id, side, type, "
      "time_in_force, flags, quantity, limit_price, stop_price, expire_time, state, filled_quantity, filled_notional, reason, created_time, "
      "updated_time FROM paper_order WHERE order_id = 900",
      "order_identity", SQLITE_ONLY },
    { "INSERT INTO paper_order SELECT 'local', 'check-2', 903, 77, exchange, instrument, 'c', '', side, type, time_in_force, flags, 1, "
      "limit_price, stop_price, expire_time, 'INITIALIZED', 0, 0, '', 1, 1 FROM paper_order WHERE run_id = 'check-2' AND order_id = 1",
      "order_of_run" },
    { "UPDATE paper_order SET instrument = 5 WHERE order_id = 900", "order_identity" },
    { "UPDATE paper_order SET filled_quantity = 11 WHERE order_id = 900", "order_filled_within_quantity" },
    { "UPDATE paper_order SET filled_quantity = -1 WHERE order_id = 900", "order_unfilled", "order_filled_within_quantity" },
    { "UPDATE paper_order SET state = 'FILLED', filled_quantity = 9 WHERE order_id = 900", "order_filled_whole" },
    { "UPDATE paper_order SET state = 'PARTIALLY_FILLED', filled_quantity = 4 WHERE order_id = 900", NULL },
    { "UPDATE paper_order SET filled_quantity = 3 WHERE order_id = 900", "order_unfilled" },
    { "UPDATE paper_order SET state = 'CANCELED' WHERE order_id = 900", NULL },
    { "UPDATE paper_order SET state = 'PARTIALLY_FILLED' WHERE order_id = 900", "order_transition" },
    { "UPDATE paper_order SET quantity = 20 WHERE order_id = 900", "order_final" },
    /* A fill may be told after the end. */
    { "UPDATE paper_order SET filled_quantity = 5 WHERE order_id = 900", NULL },
    /* What cannot be is recorded, and gets no further than its refusal. */
    { ORDER ("check-2", "901", "side", "0", "SUBMITTED", "0"), "order_quantity_positive" },
    { ORDER ("check-2", "901", "NULL", "1", "SUBMITTED", "0"), "order_complete" },
    { ORDER ("check-2", "901", "'BOTH'", "1", "INITIALIZED", "0"), "order_side" },
    { ORDER ("check-2", "901", "NULL", "-1", "DENIED", "0"), NULL },
    { "UPDATE paper_order SET quantity = 'much' WHERE order_id = 901", "cannot store TEXT value", "invalid input syntax for type bigint" },
    { "UPDATE paper_order SET exchange = 77 WHERE order_id = 900", "order_of_run" },
    { ORDER ("check-2", "904", "side", "10", "INITIALIZED", "0"), NULL },
    { "UPDATE paper_order SET type = 'MARKETABLE' WHERE order_id = 904", "order_identity" },
    { "UPDATE paper_order SET time_in_force = 'GTX' WHERE order_id = 904", "order_time_in_force" },
    { "UPDATE paper_order SET time_in_force = 'GTD' WHERE order_id = 904", NULL },
    { "DELETE FROM paper_order WHERE order_id = 901", "append_only" },
    { "DELETE FROM order_state WHERE state = 'CANCELED'", "append_only" },
    { "UPDATE order_state SET is_final = 0 WHERE state = 'CANCELED'", "append_only" },
    { "DELETE FROM order_transition", "append_only" },
    { "UPDATE order_transition SET to_state = 'FILLED' WHERE from_state = 'INITIALIZED' AND to_state = 'DENIED'", "append_only" },
    { "DELETE FROM order_reach WHERE from_state = 'INITIALIZED'", "append_only" },
  };

  try_all (ledger, attempts, G_N_ELEMENTS (attempts));
}

static void
test_trades (TestLedger *ledger, gconstpointer data)
{
  static const Attempt attempts[] = {
    { ORDER ("check-2", "900", "'BUY'", "10", "PARTIALLY_FILLED", "6"), NULL },
    { TRADE ("local", "check-2", "9000", "900", "'BUY'", "4", "'y1'"), NULL },
    { TRADE ("local", "check-2", "9001", "900", "'BUY'", "1", "'y1'"), "execution_once" },
    { TRADE ("local", "check-2", "9001", "900", "'BUY'", "1", "'check-2-x1'"), "execution_once" },
    { "INSERT OR REPLACE INTO paper_trade SELECT * FROM paper_trade WHERE execution_id = 'y1'", "execution_once", SQLITE_ONLY },
    { TRADE ("local", "check-2", "9000", "900", "'BUY'", "1", "'y2'"), "record_once" },
    { TRADE ("local", "check-2", "9001", "900", "'BUY'", "3", "'y2'"), "trade_within_order" },
    { TRADE ("local", "check-2", "9001", "900", "'SELL'", "1", "'y2'"), "trade_of_order" },
    { TRADE ("local", "check-2", "9001", "900", "'BUY'", "0", "'y2'"), "trade_quantity_positive" },
    { TRADE ("local", "check-2", "9001", "900", "'BUY'", "1", "''"), "trade_execution_id" },
    { TRADE ("local", "check-2", "9001", "12345", "'BUY'", "1", "'y2'"), "trade_of_order" },
    { TRADE ("other", "check-2", "9001", "900", "'BUY'", "1", "'y2'"), "run_of_user", "trade_of_order" },
    { TRADE ("local", "check-2", "9001", "900", "'BUY'", "2", "'y2'"), NULL },
    { "UPDATE paper_trade SET price = 1 WHERE execution_id = 'y2'", "append_only" },
    { "DELETE FROM paper_trade WHERE execution_id = 'y2'", "append_only" },
    { "UPDATE paper_position SET n_fills = n_fills - 1 WHERE run_id = 'check-2'", "position_identity" },
    { "UPDATE paper_position SET strategy = 1 WHERE run_id = 'check-2'", "position_identity" },
    { "INSERT OR REPLACE INTO paper_position SELECT user_id, run_id, strategy, instrument, 0, 0, 0, 0, 0, 0, 0, 0, 1 FROM paper_position "
      "WHERE run_id = 'check-2'",
      "position_identity", SQLITE_ONLY },
    { "INSERT INTO paper_position VALUES ('local', 'check-2', 2, 77, 1, 1, 0, 0, 1, 0, 0, 0, 1)", "position_of_run" },
    { "UPDATE paper_position SET n_wins = n_trades + 1 WHERE run_id = 'check-2'", "position_counts" },
    { "DELETE FROM paper_position", "append_only" },
  };

  try_all (ledger, attempts, G_N_ELEMENTS (attempts));
}

static void
test_ticks (TestLedger *ledger, gconstpointer data)
{
  static const Attempt attempts[] = {
    { TICK ("local", "check-2", "logical_time", "equity"), "logical_time_once" },
    { "INSERT OR REPLACE INTO mtm_ledger SELECT * FROM mtm_ledger WHERE run_id = 'check-2'", "logical_time_once", SQLITE_ONLY },
    { TICK ("local", "check-2", "9", "equity + 1"), "equity_is_cash_plus_mark_to_market" },
    { TICK ("local", "check-2", "9", "equity"), NULL },
    { "INSERT INTO paper_equity_curve VALUES ('local', 'check-2', 9, 1, 1, 0)", "equity_of_mtm_ledger" },
    { "INSERT INTO paper_equity_curve SELECT user_id, run_id, 9, equity, peak, 1 FROM paper_equity_curve WHERE run_id = 'check-2' LIMIT 1",
      "drawdown_is_peak_less_equity" },
    { "INSERT INTO paper_equity_curve VALUES ('local', 'check-2', 10, 1, 1, 0)", "equity_of_mtm_ledger" },
    { "INSERT INTO paper_equity_curve SELECT user_id, run_id, 9, equity, peak, 0 FROM paper_equity_curve WHERE run_id = 'check-2' LIMIT 1", NULL },
    { "INSERT OR REPLACE INTO paper_equity_curve SELECT * FROM paper_equity_curve WHERE run_id = 'check-2'", "logical_time_once", SQLITE_ONLY },
    { "UPDATE mtm_ledger SET cash = cash + 1, equity = equity + 1", "append_only" },
    { "UPDATE paper_equity_curve SET equity = equity + 1", "append_only" },
    { "DELETE FROM mtm_ledger", "append_only", "equity_of_mtm_ledger" },
    { "DELETE FROM paper_equity_curve", "append_only" },
  };

  try_all (ledger, attempts, G_N_ELEMENTS (attempts));
}

static void
test_events (TestLedger *ledger, gconstpointer data)
{
  static const Attempt attempts[] = {
    { EVENT ("local", "check-2", "9000", "ORDER", "1", "'FILLED'", "'SUBMITTED'"), "order_transition" },
    { EVENT ("local", "check-2", "9000", "ORDER", "1", "'INITIALIZED'", "'FILLED'"), "order_transition" },
    { EVENT ("local", "check-2", "9000", "ORDER", "NULL", "NULL", "NULL"), "event_of_order" },
    { EVENT ("local", "check-2", "9000", "ORDER", "12345", "NULL", "NULL"), "event_of_order" },
    { EVENT ("local", "check-2", "9000", "RUMOUR", "NULL", "NULL", "NULL"), "event_kind" },
    { EVENT ("local", "check-2", "1", "NOTE", "NULL", "NULL", "NULL"), "record_once" },
    { "INSERT INTO event_ledger VALUES ('local', 'check-2', 9000, 1, 'NOTE', 'X', 77, NULL, NULL, NULL, NULL, '')", "event_of_component" },
    { "INSERT INTO event_ledger VALUES ('local', 'check-2', 9000, 1, 'ALERT', 'X', NULL, NULL, NULL, NULL, 'LOUD', '')", "event_severity" },
    { "INSERT INTO event_ledger SELECT 'local', 'check-2', 9000 + n, 1, 'NOTE', 'X', NULL, n, NULL, NULL, NULL, '' "
      "FROM (SELECT 1 AS n UNION ALL SELECT 12345) s",
      "event_of_order" },
    { "INSERT INTO event_ledger SELECT 'local', 'check-2', 9000 + n, 1, 'NOTE', 'X', NULL, n, NULL, NULL, NULL, '' "
      "FROM (SELECT 12345 AS n UNION ALL SELECT 12346) s",
      "event_of_order" },
    { EVENT ("local", "check-2", "9000", "NOTE", "NULL", "NULL", "NULL"), NULL },
    { "UPDATE event_ledger SET name = 'Y'", "append_only" },
    { "DELETE FROM event_ledger", "append_only" },
    { "UPDATE currency SET scale = 2", "currency_scale_is_kept" },
    { "INSERT INTO currency VALUES ('USD', 2)", "currency_scale_is_kept" },
    { "INSERT INTO currency VALUES ('EUR', 19)", "FOREIGN KEY", "violates foreign key" },
    { "UPDATE instrument SET price_scale = 4", "append_only" },
    { "UPDATE component SET name = 'x'", "append_only" },
    { "UPDATE run_cash SET amount = amount * 2", "append_only" },
    { "DELETE FROM run_cash", "append_only" },
    { "DELETE FROM component WHERE component = 4", "append_only" },
    { "DELETE FROM instrument", "append_only", "position_of_run" },
  };

  try_all (ledger, attempts, G_N_ELEMENTS (attempts));
}

#define OPPORTUNITY(user, run, sequence, component, pair, executed, net_pct)                                                                     \
  "INSERT INTO opportunities SELECT '" user "', '" run "', " sequence ", detected_at, number, " component ", cycle, " pair ", n_legs, " executed \
  ", currency, gross_rate, net_rate, gross_pct, " net_pct ", est_profit, allocated_capital FROM opportunities "                                  \
  "WHERE run_id = 'check-2' AND number = 1"

/* What was found cannot be embellished afterwards. */
static void
test_opportunities (TestLedger *ledger, gconstpointer data)
{
  static const Attempt attempts[] = {
    { OPPORTUNITY ("local", "check-1", "9000", "2", "0", "1", "net_pct"), "run_not_running" },
    { OPPORTUNITY ("other", "check-2", "9000", "2", "0", "1", "net_pct"), "run_of_user" },
    { OPPORTUNITY ("local", "check-2", "9000", "77", "0", "1", "net_pct"), "opportunity_of_run" },
    { OPPORTUNITY ("local", "check-2", "9000", "2", "77", "1", "net_pct"), "opportunity_of_run" },
    { OPPORTUNITY ("local", "check-2", "9000", "2", "0", "2", "net_pct"), "opportunity_executed" },
    { OPPORTUNITY ("local", "check-2", "9000", "2", "0", "1", "net_pct + 1"), "opportunity_pct_of_rate" },
    { OPPORTUNITY ("local", "check-2", "sequence", "2", "0", "1", "net_pct"), "record_once" },
    { "INSERT OR REPLACE INTO opportunities SELECT * FROM opportunities WHERE run_id = 'check-2'", "record_once", SQLITE_ONLY },
    { OPPORTUNITY ("local", "check-2", "9000", "2", "NULL", "1", "net_pct"), NULL },
    { "UPDATE opportunities SET est_profit = est_profit * 2", "append_only" },
    { "DELETE FROM opportunities", "append_only" },
  };

  try_all (ledger, attempts, G_N_ELEMENTS (attempts));
}

#define AUDIT(user, run, number, sequence, previous)                                                                               \
  "INSERT INTO audit SELECT '" user "', '" run "', " number ", " sequence                                                          \
  ", logical_time, actor_kind, component, actor, action, order_id, why, before_value, after_value, " previous ", hash FROM audit " \
  "WHERE run_id = 'check-2' AND number = 4"
#define LAST "(SELECT hash FROM audit WHERE run_id = 'check-2' ORDER BY number DESC LIMIT 1)"

/* The chain goes on at its end only, and nothing of it changes or goes. */
static void
test_audit (TestLedger *ledger, gconstpointer data)
{
  static const Attempt attempts[] = {
    { AUDIT ("local", "check-1", "6", "9000", "previous_hash"), "run_not_running" },
    { AUDIT ("other", "check-2", "6", "9000", "previous_hash"), "run_of_user" },
    { AUDIT ("local", "check-2", "7", "9000", "hash"), "audit_chain" },
    { AUDIT ("local", "check-2", "5", "9000", "previous_hash"), "audit_chain" },
    { AUDIT ("local", "check-2", "6", "9000", "previous_hash"), "audit_chain" },
    { AUDIT ("local", "check-2", "6", "sequence", LAST), "UNIQUE", "audit_sequence_once" },
    { "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE run_id = 'check-2'", "audit_chain", SQLITE_ONLY },
    { AUDIT ("local", "check-2", "6", "9000", "'short'"), "audit_chain", "audit_previous_hash" },
    { AUDIT ("local", "check-2", "6", "9000", LAST), NULL },
    { "UPDATE audit SET why = 'it was not me'", "append_only" },
    { "DELETE FROM audit WHERE run_id = 'check-2' AND number = 5", "append_only" },
    { "UPDATE audit_chain SET n_records = 5 WHERE run_id = 'check-2'", "audit_chain" },
    { "UPDATE audit_chain SET n_records = 6, head = 'x' WHERE run_id = 'check-2'", "audit_chain" },
    { "UPDATE audit_chain SET link = previous_link, n_records = 6 WHERE run_id = 'check-2'", "audit_chain" },
    { "UPDATE audit_chain SET n_records = 6, head = " LAST " WHERE run_id = 'check-2'", NULL },
    { "UPDATE audit_chain SET n_records = 6 WHERE run_id = 'check-1'", "run_not_running" },
    { "DELETE FROM audit_chain", "append_only" },
    { "INSERT INTO audit_chain SELECT 9, user_id, run_id, previous_link, link, 0, '' FROM audit_chain WHERE link_number = 2", "audit_chain" },
    { "INSERT INTO audit_chain SELECT 3, user_id, run_id, previous_link, link, 0, '' FROM audit_chain WHERE link_number = 2", "audit_chain" },
    { "INSERT INTO audit_chain SELECT 3, 'other', run_id, link, link, 0, '' FROM audit_chain WHERE link_number = 2", "run_of_user" },
  };

  try_all (ledger, attempts, G_N_ELEMENTS (attempts));
}

/* Samples and memories give way to newer ones only. */
static void
test_snapshots_and_state (TestLedger *ledger, gconstpointer data)
{
  static const Attempt attempts[] = {
    { "UPDATE snapshots SET bid_price = 1 WHERE run_id = 'check-1'", "run_not_running", "snapshot_newer" },
    { "UPDATE snapshots SET number = number + 9, sequence = sequence + 900 WHERE run_id = 'check-1'", "run_not_running" },
    { "UPDATE snapshots SET bid_price = 1 WHERE run_id = 'check-2'", "snapshot_newer" },
    { "UPDATE snapshots SET number = number + 9, sequence = sequence + 900, bid_price = ask_price WHERE run_id = 'check-2'", "snapshot_not_crossed" },
    { "INSERT INTO snapshots SELECT user_id, run_id, instrument, 9, 9, 9000, 1, 'WHIM', 1, 1, 2, 2, '[]', '[]' FROM snapshots LIMIT 1 OFFSET 2",
      "snapshot_cause" },
    { "INSERT INTO snapshots VALUES ('local', 'check-2', 77, 9, 9, 9000, 1, 'INTERVAL', 1, 1, 2, 2, '[]', '[]')", "snapshot_of_run" },
    { "INSERT INTO snapshots VALUES ('other', 'check-2', 0, 9, 9, 9000, 1, 'INTERVAL', 1, 1, 2, 2, '[]', '[]')", "run_of_user" },
    { "INSERT INTO snapshots VALUES ('local', 'check-2', 0, 9, 9, 9000, 1, 'INTERVAL', 1, 1, 2, 2, '[', '[]')", "snapshot_bids",
      "invalid input syntax for type json" },
    { "INSERT INTO snapshots VALUES ('local', 'check-2', 0, 9, 9, 9000, 1, 'INTERVAL', 1, 1, 2, 2, '{}', '[]')", SQLITE_ONLY, "snapshot_bids" },
    { "INSERT OR REPLACE INTO snapshots SELECT * FROM snapshots WHERE run_id = 'check-2'", "snapshot_newer", SQLITE_ONLY },
    { "INSERT INTO snapshots VALUES ('local', 'check-2', 0, 9, 9, 9000, 1, 'INTERVAL', 1, 1, NULL, NULL, '[[1,1]]', '[]')", NULL },
    { "DELETE FROM snapshots", "append_only" },
    { "UPDATE runtime_state SET value = 'ACTIVE' WHERE run_id = 'check-1'", "run_not_running" },
    { "UPDATE runtime_state SET number = number - 1 WHERE run_id = 'check-2'", "state_newer" },
    { "INSERT OR REPLACE INTO runtime_state SELECT user_id, run_id, component, key, value, 1, 1 FROM runtime_state WHERE run_id = 'check-2'",
      "state_newer", SQLITE_ONLY },
    { "INSERT INTO runtime_state VALUES ('local', 'check-2', 77, 'x', 'y', 9, 1)", "state_of_run" },
    { "INSERT INTO runtime_state VALUES ('other', 'check-2', 1, 'x', 'y', 9, 1)", "run_of_user" },
    { "INSERT INTO runtime_state VALUES ('local', 'check-2', 1, 'x', 'y', 9, 1)", NULL },
    { "DELETE FROM runtime_state", "append_only" },
  };

  try_all (ledger, attempts, G_N_ELEMENTS (attempts));
}

/* An order's references are looked up wherever it comes to lie: before all others of its run, behind one that has the same ones, or others; and
 * those of an event whether it is of an order or not. */
static void
test_references (TestLedger *ledger, gconstpointer data)
{
  static const Attempt attempts[] = {
    { ORDER_OF ("0", "77", "exchange", "instrument", "INITIALIZED"), "order_of_run" },
    { ORDER_OF ("0", "strategy", "77", "instrument", "INITIALIZED"), "order_of_run" },
    { ORDER_OF ("0", "strategy", "exchange", "77", "INITIALIZED"), "order_of_run" },
    { ORDER_OF ("0", "strategy", "exchange", "instrument", "DREAMING"), "order_transition" },
    { ORDER_OF ("0", "strategy", "exchange", "instrument", "INITIALIZED"), NULL },
    { ORDER_OF ("900", "77", "exchange", "instrument", "INITIALIZED"), "order_of_run" },
    { ORDER_OF ("900", "strategy", "77", "instrument", "INITIALIZED"), "order_of_run" },
    { ORDER_OF ("900", "strategy", "exchange", "77", "INITIALIZED"), "order_of_run" },
    { ORDER_OF ("900", "strategy", "exchange", "instrument", "DREAMING"), "order_transition" },
    { ORDER_OF ("900", "NULL", "NULL", "NULL", "INITIALIZED"), NULL },
    { ORDER_OF ("901", "strategy", "exchange", "77", "INITIALIZED"), "order_of_run" },
    { ORDER_OF ("901", "77", "exchange", "instrument", "INITIALIZED"), "order_of_run" },
    { ORDER_OF ("901", "strategy", "77", "instrument", "INITIALIZED"), "order_of_run" },
    { ORDER_OF ("901", "strategy", "exchange", "instrument", "ACCEPTED"), NULL },
    { ORDER_OF ("902", "strategy", "exchange", "instrument", "ACCEPTED"), NULL },
    { EVENT_OF ("9000", "77", "901"), "event_of_component" },
    { EVENT_OF ("9000", "77", "NULL"), "event_of_component", "event_of_order" },
    { EVENT_OF ("9000", "1", "12345"), "event_of_order" },
    { EVENT_OF ("9000", "1", "901"), NULL },
    { EVENT_OF ("9001", "NULL", "901"), NULL },
    { EVENT_OF ("9002", "(SELECT strategy FROM paper_order WHERE order_id = 901)", "901"), NULL },
    { "INSERT OR REPLACE INTO event_ledger SELECT user_id, run_id, sequence, 9, kind, name, component, order_id, from_state, to_state, severity, "
      "detail "
      "FROM event_ledger WHERE sequence = 9000",
      "record_once", SQLITE_ONLY },
  };

  try_all (ledger, attempts, G_N_ELEMENTS (attempts));
}

/* What the engine says of itself: once a tick, and never backwards. */
static void
test_engine (TestLedger *ledger, gconstpointer data)
{
  static const Attempt attempts[] = {
    { "INSERT INTO engine_state VALUES ('other', 'check-2', 9, 9000, 99, 'ACTIVE', 0, 0, 0, 0)", "run_of_user" },
    { "INSERT INTO engine_state VALUES ('local', 'check-2', 9, 9000, 99, 'DREAMING', 0, 0, 0, 0)", "engine_trading_state" },
    { "INSERT INTO engine_state VALUES ('local', 'check-2', 9, 9000, 99, 'ACTIVE', 1, 2, 0, 0)", "engine_counts" },
    { "INSERT INTO engine_state SELECT user_id, run_id, logical_time, 9000, 99, 'ACTIVE', 0, 0, 0, 0 FROM engine_state WHERE run_id = 'check-2'",
      "logical_time_once" },
    { "INSERT INTO engine_state VALUES ('local', 'check-2', 9, 9000, 99, 'ACTIVE', 0, 0, 0, 0)", NULL },
    { "UPDATE engine_state SET n_fills = 0", "append_only" },
    { "DELETE FROM engine_state", "append_only" },
    { "INSERT INTO engine_status VALUES ('other', 'check-2', 9, 9000, 99, 'ACTIVE', 0, 0, 0, 0)", "run_of_user" },
    { "UPDATE engine_status SET last_sequence = last_sequence - 1 WHERE run_id = 'check-2'", "status_newer" },
    { "UPDATE engine_status SET last_tick = last_tick - 1 WHERE run_id = 'check-2'", "status_newer" },
    { "UPDATE engine_status SET n_open_orders = n_orders + 1 WHERE run_id = 'check-2'", "status_counts" },
    { "UPDATE engine_status SET last_tick = last_tick + 1 WHERE run_id = 'check-2'", NULL },
    { "DELETE FROM engine_status", "append_only" },
  };

  try_all (ledger, attempts, G_N_ELEMENTS (attempts));
}

/* The same with a client that does not ask SQLite to check foreign keys, as the sqlite3 shell does not. */
static void
test_without_foreign_keys (TestLedger *ledger, gconstpointer data)
{
  static const Attempt attempts[] = {
    { TICK ("other", "check-2", "9", "equity"), "run_of_user" },
    { TICK ("local", "check-3", "9", "equity"), "run_of_user" },
    { ORDER ("check-3", "900", "side", "1", "INITIALIZED", "0"), "run_of_user" },
    { TRADE ("local", "check-2", "9001", "12345", "side", "1", "'y2'"), "trade_of_order" },
    { EVENT ("local", "check-2", "9000", "ORDER", "12345", "NULL", "NULL"), "event_of_order" },
    { EVENT ("local", "check-2", "9000", "ORDER", "1", "NULL", "'FILLED'"), "order_transition" },
    { "INSERT INTO paper_equity_curve VALUES ('local', 'check-2', 10, 1, 1, 0)", "equity_of_mtm_ledger" },
    { "INSERT INTO component VALUES ('other', 'check-2', 77, 'GUARD', 'late', 'late')", "run_of_user" },
    { "INSERT INTO instrument VALUES ('other', 'check-2', 77, 'B.T', 2, 0, 'POSITION', NULL, 'USD')", "run_of_user" },
    { "INSERT INTO run_cash VALUES ('other', 'check-2', 9000, 1, 1, 'USD', 1, 'gift')", "run_of_user" },
    { "INSERT INTO paper_position VALUES ('other', 'check-2', 2, 0, 1, 1, 0, 0, 1, 0, 0, 0, 1)", "run_of_user" },
  };
  g_autofree char *ignored = test_ledger_ask (ledger, "PRAGMA foreign_keys = OFF");

  try_all (ledger, attempts, G_N_ELEMENTS (attempts));
}

/* A run goes with all its rows, and nothing of any other goes with it, whether foreign keys are checked or not. */
static void
test_delete_run (TestLedger *ledger, gconstpointer data)
{
  static const char *const tables[]
      = { "strategy_run",       "component",    "instrument",    "run_cash", "paper_order", "paper_trade",   "paper_position", "mtm_ledger",
          "paper_equity_curve", "event_ledger", "opportunities", "audit",    "snapshots",   "runtime_state", "engine_state",   "engine_status" };
  gint64 n_others[G_N_ELEMENTS (tables)];

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM %s WHERE run_id = 'check-2'", tables[i]);

      n_others[i] = test_ledger_count (ledger, sql);
      g_assert_cmpint (n_others[i], >, 0);
    }
  if (data != NULL)
    g_free (test_ledger_ask (ledger, data));
  test_ledger_do (ledger, "DELETE FROM strategy_run WHERE run_id = 'check-1'");
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM %s", tables[i]);

      g_assert_cmpint (test_ledger_count (ledger, sql), ==, n_others[i]);
    }
  test_ledger_assert_consistent (ledger);
}

/* Books that are wrong in a way that no single row shows are found by the checks. */
static void
test_checks_find (TestLedger *ledger, gconstpointer data)
{
  static const struct
  {
    const char *sql, *check;
  } wrongs[] = {
    { "UPDATE paper_position SET quantity = quantity + 1 WHERE run_id = 'check-2'", "check_position_is_sum_of_fills" },
    { "UPDATE paper_position SET realised_profit = realised_profit + 1 WHERE run_id = 'check-2'", "check_position_is_sum_of_fills" },
    { "UPDATE paper_position SET fees = fees + 1 WHERE run_id = 'check-2'", "check_position_fees" },
    { "INSERT INTO run_cash VALUES ('local', 'check-2', 30, 1, 1, 'USD', 1, 'gift')", "check_cash_is_initial_less_fills_less_fees" },
    { TICK ("local", "check-2", "9", "equity"), "check_equity_curve" },
    { ORDER ("check-2", "900", "side", "10", "PARTIALLY_FILLED", "4"), "check_order_is_sum_of_fills" },
    { EVENT ("local", "check-2", "9000", "ORDER", "1", "'ACCEPTED'", "'FILLED'"), "check_order_steps" },
    { "INSERT INTO engine_state VALUES ('local', 'check-2', 9, 9000, 99, 'ACTIVE', 0, 0, 0, 0)", "check_engine_state" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wrongs); i++)
    {
      g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM %s", wrongs[i].check);

      g_assert_cmpint (test_ledger_count (ledger, sql), ==, 0);
      test_ledger_do (ledger, ledger->postgres != NULL ? "BEGIN" : "BEGIN IMMEDIATE");
      test_ledger_do (ledger, wrongs[i].sql);
      g_test_message ("%s", wrongs[i].sql);
      g_assert_cmpint (test_ledger_count (ledger, sql), >, 0);
      test_ledger_do (ledger, "ROLLBACK");
    }
  test_ledger_assert_consistent (ledger);
}

/* What only PostgreSQL offers to get around rules: emptying a table, a table of one's own that stands before the ledger's. */
static void
test_ways_around (TestLedger *ledger, gconstpointer data)
{
  static const Attempt attempts[] = {
    { "TRUNCATE event_ledger", "append_only" },
    { "TRUNCATE strategy_run CASCADE", "append_only" },
    { "TRUNCATE audit_chain", "append_only" },
    { "CREATE TEMP TABLE strategy_run AS SELECT user_id, run_id, CAST ('RUNNING' AS text) AS state FROM public.strategy_run; "
      "INSERT INTO mtm_ledger SELECT user_id, 'check-1', 9, 100000, 99, currency, cash, mark_to_market, equity, n_unpriced, realised_profit, fees "
      "FROM mtm_ledger WHERE run_id = 'check-2' AND tick = 1",
      "run_not_running" },
    { "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; " TICK ("local", "check-1", "9", "equity"), "run_not_running" },
    { "UPDATE paper_order SET user_id = 'other' WHERE order_id = 1", "order_identity" },
    { "UPDATE paper_order SET order_id = order_id + 1000 WHERE run_id = 'check-2'", "order_identity" },
    { ORDER ("check-2", "900", "side", "10", "DREAMING", "0"), "order_transition" },
    { ORDER ("check-2", "1", "'SELL'", "10", "FILLED", "10") " ON CONFLICT (user_id, run_id, order_id) DO UPDATE SET side = excluded.side",
      "order_identity" },
  };

  try_all (ledger, attempts, G_N_ELEMENTS (attempts));
}

#define ADD(path, func) TEST_LEDGER_ADD_BOTH ("/sql/rules/" path, NULL, func, test_ledger_set_up_two_runs, test_ledger_set_up_two_runs_postgres)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_ledger_add_skip ("/sql/rules/postgresql");
  ADD ("ended-run", test_ended_run);
  ADD ("runs", test_runs);
  ADD ("orders", test_orders);
  ADD ("trades", test_trades);
  ADD ("ticks", test_ticks);
  ADD ("events", test_events);
  ADD ("opportunities", test_opportunities);
  ADD ("audit", test_audit);
  ADD ("snapshots-and-state", test_snapshots_and_state);
  ADD ("engine", test_engine);
  ADD ("references", test_references);
  g_test_add ("/sql/rules/without-foreign-keys", TestLedger, NULL, test_ledger_set_up_two_runs, test_without_foreign_keys, test_ledger_tear_down);
  if (pst_check_postgres_get_default (NULL) != NULL)
    g_test_add ("/sql/rules/ways-around-postgresql", TestLedger, NULL, test_ledger_set_up_two_runs_postgres, test_ways_around, test_ledger_tear_down);
  ADD ("RL-07/delete-run", test_delete_run);
  g_test_add ("/sql/rules/delete-run-without-foreign-keys", TestLedger, "PRAGMA foreign_keys = OFF", test_ledger_set_up_two_runs, test_delete_run,
              test_ledger_tear_down);
  ADD ("checks-find", test_checks_find);
  return g_test_run ();
}
