/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a paper broker does with an order, seen as its user sees it: whole pipelines on paper, and what stands in the ledger by SQL. Each case has the
 * id of its line in tests/ledger-matrix.txt and the backend in its path. */

#include "../kit/test-command.h"
#include "../kit/test-host.h"
#include "../kit/test-ledger.h"
#include "ledger-audit.h"
#include "made-bars.h"

#include <penstock-check.h>
#include <string.h>

/* Ten bars at 100.00 and ten at 110.00, of two shares. */
#define N_BARS 20

/* Orders fill at the close that is the mark, without fees, so that every number can be told beforehand: money has
 * eight decimals, prices four. */
#define PIPELINE                                                                                            \
  "[pipeline]\nname=paper\nmode=paper\nrun-id=r1\n"                                                         \
  "[exchange data]\nplugin=replay\npath=bars.csv\ncolumns=date,open,high,low,close,volume,symbol\n"         \
  "[exchange broker]\nplugin=sim\nfeed=data\nmarket-fill=close\ntaker-fee=0\nmaker-fee=0\ncash=10000 USD\n" \
  "[guard checks]\nplugin=pre-trade\nforbidden=BBB\nmaximum-position=AAA:50\n"                              \
  "[store journal]\nplugin=journal\npath=r1.journal\n"

typedef enum
{
  SQLITE,
  POSTGRESQL,
} Backend;

typedef struct _Case Case;

/* A strategy that asks for what the case says, bar by bar. */
#define TAKER_TYPE (taker_get_type ())
G_DECLARE_FINAL_TYPE (Taker, taker, TAKER, TAKER, PstStrategy)

struct _Taker
{
  PstStrategy parent_instance;

  Case *of;
  guint n_bars;
};

G_DEFINE_FINAL_TYPE (Taker, taker, PST_TYPE_STRATEGY)

struct _Case
{
  Backend backend;
  TestFolder *folder;
  char *ledger;               /* of SQLite */
  PstCheckPostgres *postgres; /* not owned */
  char *database;
  char *store; /* what the pipeline says of the ledger */
  PstRun *run;
  void (*on_bar) (Case *of, Taker *taker, guint n);
};

/* (transfer full): a line for each row, columns with a blank between them. */
static char *
query_rows (Case *of, const char *query)
{
  g_autofree char *rows = NULL;
  g_autoptr (GError) error = NULL;

  if (of->backend == SQLITE)
    return g_strchomp (test_sql (of->ledger, query));
  rows = pst_check_postgres_query (of->postgres, of->database, query, &error);
  g_assert_no_error (error);
  return g_strdup (g_strchomp (g_strdelimit (rows, "|", ' ')));
}

static void
assert_rows (Case *of, const char *query, const char *rows)
{
  g_autofree char *told = query_rows (of, query), *expected = g_strchomp (g_strdup (rows));

  /* An empty last column leaves a blank behind, or not. */
  g_assert_cmpstr (told, ==, expected);
}

static void
taker_on_frame (PstStrategy *strategy, const PstFrame *frame)
{
  Taker *taker = TAKER_TAKER (strategy);

  taker->of->on_bar (taker->of, taker, ++taker->n_bars);
}

static void
taker_class_init (TakerClass *klass)
{
  PST_STRATEGY_CLASS (klass)->on_frame = taker_on_frame;
}

static void
taker_init (Taker *taker)
{
}

static void
ask (Taker *taker, const char *symbol, PstSide side, gint64 quantity, gint64 limit_price)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (taker));
  g_autofree char *id = g_strconcat (symbol, ".DATA", NULL);
  PstOrderRequest request = { .instrument = pst_instrument_table_find (pst_context_get_instruments (context), id),
                              .side = side,
                              .type = limit_price != 0 ? PST_ORDER_TYPE_LIMIT : PST_ORDER_TYPE_MARKET,
                              .quantity = quantity,
                              .limit_price = limit_price };

  g_assert_cmpuint (request.instrument, !=, PST_INSTRUMENT_NONE);
  pst_strategy_submit (PST_STRATEGY (taker), &request);
}

static void
write_bars (const TestFolder *folder)
{
  g_autoptr (GString) bars = g_string_new ("date,open,high,low,close,volume,symbol\n");

  for (guint i = 1; i <= N_BARS; i++)
    for (guint k = 0; k < 2; k++)
      {
        const char *price = i <= N_BARS / 2 ? "100.00" : "110.00";

        g_string_append_printf (bars, "2024-01-%02u,%s,%s,%s,%s,100000,%s\n", i, price, price, price, price, k == 0 ? "AAA" : "BBB");
      }
  test_folder_write (folder, "bars.csv", bars->str);
}

/* FALSE: there is no such ledger here, and the test is skipped. */
static gboolean
case_prepare (Case *of, gconstpointer data)
{
  const char *why_not;

  of->backend = (Backend)GPOINTER_TO_UINT (data);
  of->store = g_strdup ("[store ledger]\nplugin=sql\npath=ledger.db\n");
  if (of->backend == POSTGRESQL)
    {
      g_free (g_steal_pointer (&of->store));
      of->postgres = pst_check_postgres_get_default (&why_not);
      if (of->postgres == NULL)
        {
          g_test_skip (why_not);
          return FALSE;
        }
      of->database = pst_check_postgres_create_database (of->postgres);
      of->store = g_strdup_printf ("[store ledger]\nplugin=sql\ndatabase=postgresql:///%s?host=%s&user=" PST_CHECK_POSTGRES_USER "\n", of->database,
                                   pst_check_postgres_get_host (of->postgres));
    }
  of->folder = test_folder_new ();
  of->ledger = test_folder_path (of->folder, "ledger.db");
  return TRUE;
}

/* Runs the pipeline to its end, which is an operator's stop where the case asks for one. */
static gboolean
case_play (Case *of, gconstpointer data, const char *text, void (*on_bar) (Case *of, Taker *taker, guint n))
{
  g_autoptr (PstComponent) taker = g_object_new (TAKER_TYPE, NULL);
  g_autofree char *path = NULL, *pipeline = NULL;
  g_autoptr (GError) error = NULL;

  if (!case_prepare (of, data))
    return FALSE;
  of->on_bar = on_bar;
  write_bars (of->folder);
  path = test_folder_path (of->folder, "paper.pipeline");
  pipeline = g_strconcat (text, of->store, NULL);
  of->run = test_host_build (pipeline, path);
  TAKER_TAKER (taker)->of = of;
  pst_run_add (of->run, taker, "test", "taker", &error);
  g_assert_no_error (error);
  pst_run_execute (of->run, &error);
  g_assert_no_error (error);
  if (of->backend == SQLITE)
    test_ledger_check (of->ledger);
  return TRUE;
}

static void
case_clear (Case *of)
{
  g_clear_object (&of->run);
  test_folder_free (of->folder);
  if (of->database != NULL)
    pst_check_postgres_drop_database (of->postgres, of->database);
  g_free (of->database);
  g_free (of->store);
  g_free (of->ledger);
}

#define ORDERS \
  "SELECT o.order_id, o.state, s.status, o.filled_quantity, o.reason FROM paper_order o JOIN order_state s USING (state) ORDER BY order_id"

/* Refused, by whom ever, with its code, and without any trade or position. */
static void
assert_refused (Case *of, const char *order)
{
  assert_rows (of, ORDERS, order);
  assert_rows (of, "SELECT count(*) FROM paper_trade", "0");
  assert_rows (of, "SELECT count(*) FROM paper_position", "0");
  assert_rows (of, "SELECT count(*), min(equity), max(equity) FROM mtm_ledger", "20 1000000000000 1000000000000");
}

static void
buy_ten (Case *of, Taker *taker, guint n)
{
  if (n == 2)
    ask (taker, "AAA", PST_SIDE_BUY, 10, 0);
}

static void
test_market_buy (gconstpointer data)
{
  Case of = { 0 };

  if (!case_play (&of, data, PIPELINE, buy_ten))
    return;
  assert_rows (&of, ORDERS, "1 FILLED FILLED 10 ");
  assert_rows (&of, "SELECT order_id, side, quantity, price, notional, fee FROM paper_trade", "1 BUY 10 1000000 100000000000 0");
  assert_rows (&of, "SELECT quantity, cost, realised_profit, n_fills FROM paper_position", "10 100000000000 0 1");
  /* Bought at the mark of its own tick: worth what it cost, until the price moves. */
  assert_rows (&of, "SELECT cash, mark_to_market, equity FROM mtm_ledger WHERE tick = 2", "900000000000 100000000000 1000000000000");
  assert_rows (&of, "SELECT cash, mark_to_market, equity FROM mtm_ledger WHERE tick = 20", "900000000000 110000000000 1010000000000");
  assert_rows (&of, "SELECT count(*), max(equity) FROM paper_equity_curve", "20 1010000000000");
  case_clear (&of);
}

static void
buy_nothing (Case *of, Taker *taker, guint n)
{
  if (n == 2)
    ask (taker, "AAA", PST_SIDE_BUY, 0, 0);
}

static void
test_zero (gconstpointer data)
{
  Case of = { 0 };

  if (!case_play (&of, data, PIPELINE, buy_nothing))
    return;
  assert_refused (&of, "1 DENIED REJECTED 0 quantity_not_positive");
  case_clear (&of);
}

static void
buy_less_than_nothing (Case *of, Taker *taker, guint n)
{
  if (n == 2)
    ask (taker, "AAA", PST_SIDE_BUY, -5, 0);
}

static void
test_negative (gconstpointer data)
{
  Case of = { 0 };

  if (!case_play (&of, data, PIPELINE, buy_less_than_nothing))
    return;
  assert_refused (&of, "1 DENIED REJECTED 0 quantity_not_positive");
  case_clear (&of);
}

static void
buy_too_much (Case *of, Taker *taker, guint n)
{
  if (n == 2)
    ask (taker, "AAA", PST_SIDE_BUY, 101, 0);
}

/* Nobody looks before the venue does. */
static void
test_cash_at_venue (gconstpointer data)
{
  g_autofree char *text = g_strdup (PIPELINE);
  char *guard = strstr (text, "maximum-position=AAA:50\n");
  Case of = { 0 };

  memcpy (guard, "check-balance=false    \n", strlen ("maximum-position=AAA:50\n"));
  if (!case_play (&of, data, text, buy_too_much))
    return;
  assert_refused (&of, "1 REJECTED REJECTED 0 insufficient_cash: needs 10100 USD, free are 10000 USD");
  case_clear (&of);
}

/* The guard looks before anything is sent. */
static void
test_cash_at_guard (gconstpointer data)
{
  g_autofree char *text = g_strdup (PIPELINE);
  char *guard = strstr (text, "maximum-position=AAA:50\n");
  Case of = { 0 };

  memcpy (guard, "check-balance=true     \n", strlen ("maximum-position=AAA:50\n"));
  if (!case_play (&of, data, text, buy_too_much))
    return;
  assert_refused (&of, "1 DENIED REJECTED 0 insufficient_balance");
  assert_rows (&of, "SELECT name FROM event_ledger WHERE kind = 'VERDICT'", "insufficient_balance");
  case_clear (&of);
}

static void
rest_below (Case *of, Taker *taker, guint n)
{
  PstComponent *ledger = pst_context_find_component (PST_CONTEXT (of->run), PST_COMPONENT_KIND_STORE, "ledger");

  if (n == 2)
    ask (taker, "AAA", PST_SIDE_BUY, 10, 900000);
  if (n != N_BARS - 1)
    return;
  /* What others see in mid-run. */
  g_assert_true (pst_store_commit (PST_STORE (ledger), PST_COMMIT_END, NULL));
  assert_rows (of, ORDERS, "1 ACCEPTED PENDING 0 ");
  assert_rows (of, "SELECT count(*) FROM paper_trade", "0");
  pst_run_control_stop (PST_RUN_CONTROL (of->run), "enough", NULL);
}

static void
test_limit_below (gconstpointer data)
{
  Case of = { 0 };

  if (!case_play (&of, data, PIPELINE, rest_below))
    return;
  case_clear (&of);
}

static void
test_stop_cancels (gconstpointer data)
{
  Case of = { 0 };

  if (!case_play (&of, data, PIPELINE, rest_below))
    return;
  assert_rows (&of, ORDERS, "1 CANCELED CANCELED 0 ");
  assert_rows (&of, "SELECT state, reason FROM strategy_run", "STOPPED enough");
  assert_rows (&of, "SELECT count(*) FROM paper_trade", "0");
  case_clear (&of);
}

static void
buy_up_to_the_limit (Case *of, Taker *taker, guint n)
{
  if (n == 2)
    ask (taker, "AAA", PST_SIDE_BUY, 30, 0);
  if (n == 3)
    ask (taker, "AAA", PST_SIDE_BUY, 21, 0);
  if (n == 4)
    ask (taker, "AAA", PST_SIDE_BUY, 20, 0);
  if (n == 5)
    ask (taker, "AAA", PST_SIDE_BUY, 1, 0);
  if (n == 6)
    ask (taker, "AAA", PST_SIDE_SELL, 50, 0);
}

static void
test_maximum_position (gconstpointer data)
{
  Case of = { 0 };

  if (!case_play (&of, data, PIPELINE, buy_up_to_the_limit))
    return;
  assert_rows (&of, ORDERS,
               "1 FILLED FILLED 30 \n2 DENIED REJECTED 0 max_position_exceeded\n3 FILLED FILLED 20 \n4 DENIED REJECTED 0 max_position_exceeded\n"
               "5 FILLED FILLED 50 ");
  assert_rows (&of, "SELECT count(*) FROM paper_trade WHERE order_id IN (2, 4)", "0");
  assert_rows (&of, "SELECT quantity, realised_profit, n_trades FROM paper_position", "0 0 1");
  case_clear (&of);
}

static void
buy_forbidden (Case *of, Taker *taker, guint n)
{
  if (n == 2)
    ask (taker, "BBB", PST_SIDE_BUY, 1, 0);
}

static void
test_forbidden (gconstpointer data)
{
  Case of = { 0 };

  if (!case_play (&of, data, PIPELINE, buy_forbidden))
    return;
  assert_refused (&of, "1 DENIED REJECTED 0 instrument_forbidden");
  case_clear (&of);
}

static void
trade_much (Case *of, Taker *taker, guint n)
{
  ask (taker, n % 5 == 0 ? "BBB" : "AAA", n % 3 == 0 ? PST_SIDE_SELL : PST_SIDE_BUY, n % 7, n % 4 == 0 ? 1050000 : 0);
}

/* From the order to its trades to the position, by counts and sums that no view of ours makes. */
static void
test_consistent (gconstpointer data)
{
  Case of = { 0 };

  if (!case_play (&of, data, PIPELINE, trade_much))
    return;
  assert_rows (&of, "SELECT CASE WHEN count(*) > 5 AND (SELECT count(*) FROM paper_order) > 10 THEN 1 ELSE 0 END FROM paper_trade", "1");
  assert_rows (&of,
               "SELECT count(*) FROM paper_order o WHERE o.filled_quantity <> "
               "(SELECT coalesce (sum (t.quantity), 0) FROM paper_trade t WHERE t.order_id = o.order_id)",
               "0");
  assert_rows (&of, "SELECT count(*) FROM paper_trade t LEFT JOIN paper_order o USING (order_id) WHERE o.order_id IS NULL", "0");
  assert_rows (&of,
               "SELECT count(*) FROM paper_position p WHERE p.quantity <> (SELECT sum (CASE side WHEN 'BUY' THEN quantity ELSE -quantity END) "
               "FROM paper_trade t WHERE t.strategy = p.strategy AND t.instrument = p.instrument) OR p.n_fills <> "
               "(SELECT count(*) FROM paper_trade t WHERE t.strategy = p.strategy AND t.instrument = p.instrument)",
               "0");
  assert_rows (&of, "SELECT count(*) FROM paper_order o JOIN order_state s USING (state) WHERE s.status = 'REJECTED' AND o.filled_quantity > 0", "0");
  case_clear (&of);
}

static void
test_equity (gconstpointer data)
{
  Case of = { 0 };

  if (!case_play (&of, data, PIPELINE, trade_much))
    return;
  assert_rows (&of, "SELECT count(*), count (CASE WHEN equity <> cash + mark_to_market THEN 1 END) FROM mtm_ledger", "20 0");
  if (of.backend == SQLITE)
    ledger_audit_sums (of.ledger);
  case_clear (&of);
}

/* Names of what a run has that is not another's, or made of these. */
#define OWN "('run_id', 'run_number', 'client_id', 'previous_hash', 'hash', 'before_value')"

static const struct
{
  const char *tables, *columns;
} catalogues[] = {
  [SQLITE]
  = { "SELECT m.name FROM sqlite_master m JOIN pragma_table_info (m.name) c WHERE m.type = 'table' AND c.name = 'run_id' AND m.name NOT LIKE "
      "'audit_%' ORDER BY m.name",
      "SELECT group_concat (name) FROM pragma_table_info ('%s') WHERE name NOT IN " OWN },
  [POSTGRESQL]
  = { "SELECT c.table_name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name) WHERE "
      "t.table_type = 'BASE TABLE' AND c.column_name = 'run_id' AND c.table_schema = 'public' AND c.table_name NOT LIKE 'audit\\_%' ORDER BY 1",
      "SELECT string_agg (column_name, ',') FROM information_schema.columns WHERE table_name = '%s' AND table_schema = 'public' AND "
      "column_name NOT IN " OWN },
};

/* Runs of one feed and one seed, apart from their names: every table that a run has rows in. */
static void
assert_same_rows (Case *of, const char *one, const char *other)
{
  g_autofree char *tables = query_rows (of, catalogues[of->backend].tables);
  g_auto (GStrv) names = g_strsplit (tables, "\n", -1);
  guint n_rows = 0;

  for (char **name = names; *name != NULL; name++)
    {
      g_auto (GStrv) parts = g_strsplit (catalogues[of->backend].columns, "%s", 2);
      g_autofree char *list = g_strconcat (parts[0], *name, parts[1], NULL), *columns = query_rows (of, list);
      /* It says its own name. */
      const char *but = strcmp (*name, "runtime_state") == 0 ? "key <> 'run-id' AND" : "";
      g_autofree char *differing = g_strdup_printf ("SELECT count(*) FROM (SELECT %s FROM %s WHERE %s run_id = '%s' EXCEPT SELECT %s FROM "
                                                    "%s WHERE run_id = '%s') AS d",
                                                    columns, *name, but, one, columns, *name, other);
      g_autofree char *count = g_strdup_printf (
          "SELECT (SELECT count(*) FROM %s WHERE run_id = '%s') - (SELECT count(*) FROM %s WHERE run_id = '%s')", *name, one, *name, other);
      g_autofree char *all = g_strdup_printf ("SELECT count(*) FROM %s WHERE run_id = '%s'", *name, one), *rows = query_rows (of, all);

      g_test_message ("%s: %s", *name, rows);
      assert_rows (of, count, "0");
      if (strcmp (rows, "0") != 0)
        assert_rows (of, differing, "0");
      n_rows += (guint)g_ascii_strtoull (rows, NULL, 10);
    }
  g_assert_cmpuint (n_rows, >, 1000);
}

#define REPLAYED                                                                                                     \
  "[pipeline]\nname=p\nmode=paper\nseed=7\n"                                                                         \
  "[exchange data]\nplugin=replay\npath=bars.csv\ncolumns=date,open,high,low,close,volume,-,symbol\nlayout=symbol\n" \
  "[exchange broker]\nplugin=sim\nfeed=data\ntaker-fee=0.0005\nslippage=0.0002\ncash=1000000 USD\n"                  \
  "[strategy cross]\nplugin=sma-cross\nfast=5\nslow=20\norder-value=20000 USD\n"                                     \
  "[guard limits]\nplugin=trade-limits\nmax-concurrent-trades=4\n"

static void
test_replay_twice (gconstpointer data)
{
  Case of = { 0 };
  g_autofree char *pipeline = NULL;
  GString *bars;

  if (!case_prepare (&of, data))
    return;
  bars = made_bars_new ((guint64)g_test_rand_int (), 6, 250);
  pipeline = g_strconcat (REPLAYED, of.store, NULL);
  test_folder_write (of.folder, "bars.csv", bars->str);
  test_folder_write (of.folder, "p.pipeline", pipeline);
  for (guint i = 1; i <= 2; i++)
    {
      g_autofree char *run_id = g_strdup_printf ("r%u", i);
      g_autofree char *state = g_strdup_printf ("pipeline.state-file=%u.state", i);
      g_autoptr (TestOutcome) outcome = test_penstock (of.folder, "run", "p.pipeline", "--quiet", "--run-id", run_id, "--set", state, NULL);

      test_assert_exit (outcome, 0);
    }
  assert_same_rows (&of, "r1", "r2");
  g_string_free (bars, TRUE);
  case_clear (&of);
}

#define ADD(id, func)                                                                    \
  g_test_add_data_func ("/paper-broker/" id "/sqlite", GUINT_TO_POINTER (SQLITE), func); \
  g_test_add_data_func ("/paper-broker/" id "/postgresql", GUINT_TO_POINTER (POSTGRESQL), func)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("OR-01", test_market_buy);
  ADD ("OR-02", test_zero);
  ADD ("OR-03", test_negative);
  ADD ("OR-04", test_cash_at_venue);
  ADD ("OR-05", test_limit_below);
  ADD ("OR-06", test_stop_cancels);
  ADD ("RK-01", test_cash_at_guard);
  ADD ("RK-02", test_maximum_position);
  ADD ("RK-03", test_forbidden);
  ADD ("LG-01", test_consistent);
  ADD ("LG-02", test_equity);
  ADD ("DR-01", test_replay_twice);
  return g_test_run ();
}
