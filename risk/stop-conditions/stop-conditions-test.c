/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A strategy that trades on late prices, on a dead book or over a broken wire loses money until somebody looks; one that is stopped by every late
 * heartbeat is switched off by its operator, guard and all. */

#include <glib/gstdio.h>
#include <penstock-check.h>
#include <string.h>

const PstPluginEntry *penstock_plugin_entry (void);

#define MS (PST_NS_PER_SECOND / 1000)
#define LATENCY "source_latency_limit_breached"
#define FAILURES "consecutive_failures_limit_breached"

typedef struct
{
  PstHarness *harness;
  PstComponent *guard;
  guint32 btc, eth;
} Fixture;

static guint32
add_coin (PstHarness *harness, const char *base)
{
  g_autofree char *symbol = g_strdup_printf ("%s/USD", base);
  PstInstrument draft = { .symbol = symbol,
                          .venue = (char *)"TEST",
                          .base = pst_currency_get (base, NULL),
                          .quote = pst_currency_get ("USD", NULL),
                          .settlement = PST_SETTLEMENT_DELIVERY,
                          .price_scale = 2,
                          .size_scale = 8 };

  return pst_harness_add_instrument_like (harness, &draft);
}

/* @...: options, as pst_harness_add() takes them. */
static void
setup (Fixture *fixture, const char *option, const char *value, const char *option_2, const char *value_2)
{
  g_autoptr (GError) error = NULL;

  *fixture = (Fixture){ .harness = pst_harness_new () };
  pst_harness_set_mode (fixture->harness, PST_MODE_PAPER);
  fixture->btc = add_coin (fixture->harness, "BTC");
  fixture->eth = add_coin (fixture->harness, "ETH");
  fixture->guard = pst_harness_add (fixture->harness, penstock_plugin_entry ()->get_type (), "stop", NULL);
  pst_component_set_option (fixture->guard, option, value, &error);
  g_assert_no_error (error);
  if (option_2 != NULL)
    pst_component_set_option (fixture->guard, option_2, value_2, &error);
  g_assert_no_error (error);
}

static void
start (Fixture *fixture)
{
  pst_harness_start (fixture->harness, fixture->guard);
}

static gint64
now_ns (Fixture *fixture)
{
  return pst_context_now_ns (PST_CONTEXT (fixture->harness));
}

static void
check (Fixture *fixture, const char *code)
{
  const PstOrderRequest request = { .instrument = fixture->btc, .side = PST_SIDE_BUY, .type = PST_ORDER_TYPE_MARKET, .quantity = 1 };
  PstVerdict verdict = { 0 };

  pst_harness_review (fixture->harness, PST_GUARD (fixture->guard), &request, &verdict);
  g_assert_cmpstr (verdict.code, ==, code != NULL ? code : "");
  g_assert_cmpint (verdict.passed, ==, code == NULL);
  g_assert_cmpint (pst_context_get_trading_state (PST_CONTEXT (fixture->harness)), ==,
                   code != NULL ? PST_TRADING_STATE_HALTED : PST_TRADING_STATE_ACTIVE);
  if (code != NULL)
    g_assert_cmpstr (pst_harness_find_record (fixture->harness, PST_RECORD_TRADING_STATE)->trading_state.reason, ==, code);
}

static guint
count_alerts (Fixture *fixture, PstSeverity severity)
{
  guint n = 0;

  for (guint i = 0; i < pst_harness_get_n_records (fixture->harness); i++)
    {
      const PstRecord *record = pst_harness_get_record (fixture->harness, i);

      n += record->kind == PST_RECORD_ALERT && record->alert.severity == severity;
    }
  return n;
}

/* A message of one trade that took so long to come, a millisecond after the one before. */
static void
push_late (Fixture *fixture, gint64 latency_ns)
{
  gint64 time_ns = now_ns (fixture) + MS;
  PstEvent event = { .kind = PST_EVENT_TRADE, .instrument = fixture->btc, .venue_time_ns = time_ns - latency_ns, .receive_time_ns = time_ns };

  event.trade = (PstTrade){ .price = 100, .size = 1 };
  pst_harness_push_frame (fixture->harness, time_ns, &event, 1);
}

static void
push_level_at (Fixture *fixture, guint32 instrument, gint64 venue_time_ns, guint32 flags)
{
  gint64 time_ns = now_ns (fixture);
  PstEvent events[2] = { { .kind = PST_EVENT_LEVEL, .instrument = instrument, .venue_time_ns = venue_time_ns, .receive_time_ns = time_ns },
                         { .kind = PST_EVENT_LEVEL, .instrument = instrument, .venue_time_ns = venue_time_ns, .receive_time_ns = time_ns } };

  events[0].level = (PstLevel){ .price = 99, .size = 1, .side = PST_SIDE_BUY, .flags = flags };
  events[1].level = (PstLevel){ .price = 101, .size = 1, .side = PST_SIDE_SELL };
  pst_harness_push_frame (fixture->harness, time_ns, events, 2);
}

static void
push_level (Fixture *fixture, guint32 instrument)
{
  push_level_at (fixture, instrument, now_ns (fixture), 0);
}

static void
test_latency (void)
{
  Fixture fixture;

  setup (&fixture, "source-latency-limit", "500ms", "latency-samples", "4");
  start (&fixture);
  /* At the limit is not above it. */
  for (guint i = 0; i < 10; i++)
    push_late (&fixture, 500 * MS);
  check (&fixture, NULL);
  /* One late heartbeat, or two of four, stop nothing: the median stands. */
  push_late (&fixture, 10 * PST_NS_PER_SECOND);
  push_late (&fixture, 501 * MS);
  check (&fixture, NULL);
  push_late (&fixture, 501 * MS);
  check (&fixture, LATENCY);
  g_assert_cmpuint (count_alerts (&fixture, PST_SEVERITY_CRITICAL), ==, 1);
  push_late (&fixture, 501 * MS);
  g_assert_cmpuint (count_alerts (&fixture, PST_SEVERITY_CRITICAL), ==, 1);
  pst_harness_finish (fixture.harness);
}

static void
test_latency_needs_samples (void)
{
  Fixture fixture;

  setup (&fixture, "source-latency-limit", "500ms", "latency-samples", "4");
  start (&fixture);
  for (guint i = 0; i < 3; i++)
    push_late (&fixture, PST_NS_PER_SECOND);
  check (&fixture, NULL);
  push_late (&fixture, 0);
  check (&fixture, LATENCY);
  pst_harness_finish (fixture.harness);
}

/* What was late an hour ago says nothing of now. */
static void
test_latency_window (void)
{
  Fixture fixture;

  setup (&fixture, "source-latency-limit", "500ms", "latency-samples", "3");
  start (&fixture);
  push_late (&fixture, PST_NS_PER_SECOND);
  push_late (&fixture, PST_NS_PER_SECOND);
  pst_harness_advance (fixture.harness, 60 * PST_NS_PER_SECOND - 2 * MS);
  push_late (&fixture, PST_NS_PER_SECOND);
  check (&fixture, NULL);
  push_late (&fixture, 0);
  check (&fixture, NULL);
  pst_harness_finish (fixture.harness);
}

/* Snapshots and bars are old by nature, and a clock that runs ahead makes nobody late. */
static void
test_latency_leaves_out (void)
{
  Fixture fixture;
  gint64 hour_ns = 3600 * PST_NS_PER_SECOND;

  setup (&fixture, "source-latency-limit", "500ms", "latency-samples", "2");
  start (&fixture);
  for (guint i = 0; i < 5; i++)
    {
      pst_harness_advance (fixture.harness, MS);
      push_level_at (&fixture, fixture.btc, now_ns (&fixture) - hour_ns, PST_LEVEL_SNAPSHOT);
      push_late (&fixture, -hour_ns);
    }
  check (&fixture, NULL);
  pst_harness_finish (fixture.harness);
}

typedef enum
{
  FILLS,
  REJECTED,
  UNKNOWN,
  MISSES,
  EXPIRES,
} Outcome;

static void
report (Fixture *fixture, guint64 id, PstReportKind kind)
{
  const PstExecutionReport told = { .order_id = id, .kind = kind, .time_ns = now_ns (fixture), .reason = "the venue's word" };

  pst_harness_report (fixture->harness, &told);
}

static guint64
send_order (Fixture *fixture, guint32 trade, PstTimeInForce time_in_force)
{
  const PstOrderRequest request = { .instrument = fixture->btc,
                                    .side = PST_SIDE_BUY,
                                    .type = PST_ORDER_TYPE_LIMIT,
                                    .time_in_force = time_in_force,
                                    .trade = trade,
                                    .quantity = 10,
                                    .limit_price = 100 };

  return pst_harness_place (fixture->harness, &request);
}

static guint64
execute (Fixture *fixture, guint32 trade, Outcome outcome)
{
  guint64 id = send_order (fixture, trade, PST_TIME_IN_FORCE_IOC);

  pst_harness_accept (fixture->harness, id);
  if (outcome == REJECTED || outcome == UNKNOWN)
    report (fixture, id, outcome == REJECTED ? PST_REPORT_REJECTED : PST_REPORT_UNKNOWN);
  else if (outcome == FILLS)
    pst_harness_fill (fixture->harness, id, "1.00", NULL);
  else
    report (fixture, id, outcome == MISSES ? PST_REPORT_CANCELED : PST_REPORT_EXPIRED);
  return id;
}

static void
setup_failures (Fixture *fixture)
{
  setup (fixture, "consecutive-failures-limit", "2", NULL, NULL);
  start (fixture);
}

/* Halt after two failed executions, whatever made them fail. */
static void
test_failures (void)
{
  static const Outcome failing[] = { REJECTED, UNKNOWN, MISSES, EXPIRES };

  for (guint i = 0; i < G_N_ELEMENTS (failing); i++)
    {
      Fixture fixture;

      setup_failures (&fixture);
      execute (&fixture, 0, failing[i]);
      check (&fixture, NULL);
      execute (&fixture, 0, FILLS);
      execute (&fixture, 0, failing[i]);
      check (&fixture, NULL);
      execute (&fixture, 0, failing[i]);
      check (&fixture, FAILURES);
      pst_harness_finish (fixture.harness);
    }
}

/* What did not fail: a resting order that is cancelled, an IOC that filled some, a denial, and an unknown order's second word. */
static void
test_no_failures (void)
{
  Fixture fixture;
  guint64 id;

  setup_failures (&fixture);
  for (guint i = 0; i < 3; i++)
    {
      id = send_order (&fixture, 0, PST_TIME_IN_FORCE_GTC);
      pst_harness_accept (fixture.harness, id);
      pst_harness_cancel (fixture.harness, id, "operator");
      id = send_order (&fixture, 0, PST_TIME_IN_FORCE_IOC);
      pst_harness_accept (fixture.harness, id);
      pst_harness_fill (fixture.harness, id, "1.00", "0.00000001");
      pst_harness_cancel (fixture.harness, id, "ioc");
      id = pst_harness_place (fixture.harness, &(PstOrderRequest){ .instrument = fixture.btc, .side = PST_SIDE_BUY, .quantity = 1 });
      pst_harness_deny (fixture.harness, id, "trading_halted");
    }
  id = execute (&fixture, 0, UNKNOWN);
  report (&fixture, id, PST_REPORT_CANCELED);
  check (&fixture, NULL);
  pst_harness_finish (fixture.harness);
}

/* A cycle whose second leg misses has failed, though its first leg filled and so does the order that unwinds it; and it failed once. */
static void
test_failed_cycles (void)
{
  Fixture fixture;

  setup_failures (&fixture);
  execute (&fixture, 1, FILLS);
  execute (&fixture, 1, MISSES);
  execute (&fixture, 1, MISSES);
  execute (&fixture, 1, FILLS);
  check (&fixture, NULL);
  execute (&fixture, 2, FILLS);
  check (&fixture, NULL);
  execute (&fixture, 2, REJECTED);
  check (&fixture, FAILURES);
  pst_harness_finish (fixture.harness);
}

/* A whole cycle ends the row; a leg that a guard denies in its midst is a failure. */
static void
test_whole_cycles (void)
{
  Fixture fixture;
  guint64 id;

  setup_failures (&fixture);
  execute (&fixture, 1, MISSES);
  for (guint i = 0; i < 3; i++)
    execute (&fixture, 2, FILLS);
  execute (&fixture, 3, MISSES);
  check (&fixture, NULL);
  execute (&fixture, 4, FILLS);
  id = pst_harness_place (fixture.harness, &(PstOrderRequest){ .instrument = fixture.btc, .side = PST_SIDE_BUY, .trade = 4, .quantity = 1 });
  pst_harness_deny (fixture.harness, id, "price_collar_exceeded");
  check (&fixture, FAILURES);
  pst_harness_finish (fixture.harness);
}

/* Silence is noticed at the nanosecond, though nothing comes that could be looked at. */
static void
test_book_age (void)
{
  Fixture fixture;

  setup (&fixture, "book-age-limit", "5s", NULL, NULL);
  start (&fixture);
  pst_harness_advance (fixture.harness, 3600 * PST_NS_PER_SECOND);
  push_level (&fixture, fixture.btc);
  pst_harness_advance (fixture.harness, 3 * PST_NS_PER_SECOND);
  push_level (&fixture, fixture.eth);
  pst_harness_advance (fixture.harness, PST_NS_PER_SECOND);
  push_level (&fixture, fixture.btc);
  pst_harness_advance (fixture.harness, 4 * PST_NS_PER_SECOND - 1);
  check (&fixture, NULL);
  pst_harness_advance (fixture.harness, 1);
  check (&fixture, "stale_book");
  g_assert_nonnull (strstr (pst_harness_find_record (fixture.harness, PST_RECORD_ALERT)->alert.message, "instrument=ETH/USD.TEST age_ns=5000000000"));
  pst_harness_finish (fixture.harness);
}

/* At night a book may be silent; from the open on it may not. */
static void
test_book_at_night (void)
{
  Fixture fixture;
  gint64 time_ns;

  setup (&fixture, "book-age-limit", "5s", NULL, NULL);
  pst_harness_set_calendar (fixture.harness, "nyse");
  start (&fixture);
  g_assert_true (pst_time_parse ("2020-01-02T20:59:57Z", -1, &time_ns, NULL));
  pst_harness_advance_to (fixture.harness, time_ns);
  push_level (&fixture, fixture.btc);
  g_assert_true (pst_time_parse ("2020-01-03T14:30:05Z", -1, &time_ns, NULL));
  pst_harness_advance_to (fixture.harness, time_ns - 1);
  check (&fixture, NULL);
  pst_harness_advance (fixture.harness, 1);
  check (&fixture, "stale_book");
  pst_harness_finish (fixture.harness);
}

/* A book that resynchronises in time stops nothing; one that does not, does; and the watch list says whose counts. */
static void
test_book_stale (void)
{
  Fixture fixture;

  setup (&fixture, "book-stale-limit", "2s", "watch", "BTC/USD.TEST");
  start (&fixture);
  push_level (&fixture, fixture.btc);
  push_level (&fixture, fixture.eth);
  pst_harness_push_status (fixture.harness, fixture.eth, now_ns (&fixture), PST_INSTRUMENT_STATUS_STALE);
  pst_harness_push_status (fixture.harness, fixture.btc, now_ns (&fixture), PST_INSTRUMENT_STATUS_STALE);
  pst_harness_advance (fixture.harness, 2 * PST_NS_PER_SECOND - 1);
  push_level (&fixture, fixture.btc);
  pst_harness_advance (fixture.harness, 10 * PST_NS_PER_SECOND);
  check (&fixture, NULL);
  pst_harness_push_status (fixture.harness, fixture.btc, now_ns (&fixture), PST_INSTRUMENT_STATUS_STALE);
  pst_harness_advance (fixture.harness, PST_NS_PER_SECOND);
  pst_harness_push_status (fixture.harness, fixture.btc, now_ns (&fixture), PST_INSTRUMENT_STATUS_STALE);
  pst_harness_advance (fixture.harness, PST_NS_PER_SECOND - 1);
  check (&fixture, NULL);
  pst_harness_advance (fixture.harness, 1);
  check (&fixture, "stale_book");
  pst_harness_finish (fixture.harness);
}

/* A watched book that never comes is not live either. */
static void
test_book_never_comes (void)
{
  Fixture fixture;

  setup (&fixture, "book-stale-limit", "2s", "watch", "SOL/USD.TEST");
  start (&fixture);
  pst_harness_advance (fixture.harness, 2 * PST_NS_PER_SECOND - 1);
  check (&fixture, NULL);
  pst_harness_advance (fixture.harness, 1);
  check (&fixture, "stale_book");
  pst_harness_finish (fixture.harness);
}

static void
test_book_comes_late (void)
{
  Fixture fixture;

  setup (&fixture, "book-stale-limit", "2s", "watch", "SOL/USD.TEST");
  start (&fixture);
  pst_harness_advance (fixture.harness, PST_NS_PER_SECOND);
  push_level (&fixture, add_coin (fixture.harness, "SOL"));
  pst_harness_advance (fixture.harness, 10 * PST_NS_PER_SECOND);
  check (&fixture, NULL);
  pst_harness_finish (fixture.harness);
}

static void
lose (Fixture *fixture)
{
  pst_harness_set_connection (fixture->harness, PST_CONNECTION_CONNECTED);
  pst_harness_set_connection (fixture->harness, PST_CONNECTION_DISCONNECTED);
  pst_harness_set_connection (fixture->harness, PST_CONNECTION_CONNECTING);
}

static void
test_reconnect_storm (void)
{
  Fixture fixture;

  setup (&fixture, "reconnect-limit", "3", "reconnect-window", "10s");
  /* Connected before the guard starts: its loss counts. */
  pst_harness_set_connection (fixture.harness, PST_CONNECTION_CONNECTED);
  start (&fixture);
  lose (&fixture);
  pst_harness_advance (fixture.harness, 5 * PST_NS_PER_SECOND);
  lose (&fixture);
  /* Attempts that never stood are no losses. */
  pst_harness_set_connection (fixture.harness, PST_CONNECTION_DISCONNECTED);
  pst_harness_set_connection (fixture.harness, PST_CONNECTION_CONNECTING);
  pst_harness_advance (fixture.harness, 5 * PST_NS_PER_SECOND);
  lose (&fixture);
  check (&fixture, NULL);
  pst_harness_advance (fixture.harness, 5 * PST_NS_PER_SECOND - 1);
  lose (&fixture);
  check (&fixture, "reconnect_storm");
  pst_harness_finish (fixture.harness);
}

/* Exits pass, so that REDUCING is of use after a breach; a release counts anew. */
static void
test_release (void)
{
  Fixture fixture;
  PstOrderRequest exit = { .side = PST_SIDE_SELL, .type = PST_ORDER_TYPE_MARKET, .quantity = 5 };
  PstVerdict verdict = { 0 };

  setup_failures (&fixture);
  exit.instrument = fixture.btc;
  pst_harness_set_position (fixture.harness, G_MAXUINT32, fixture.btc, "0.00000005", "1.00");
  execute (&fixture, 0, REJECTED);
  execute (&fixture, 0, REJECTED);
  check (&fixture, FAILURES);
  pst_harness_review (fixture.harness, PST_GUARD (fixture.guard), &exit, &verdict);
  g_assert_true (verdict.passed);
  pst_harness_set_trading_state (fixture.harness, PST_TRADING_STATE_ACTIVE);
  pst_component_act (fixture.guard, "release", "looked at it", NULL);
  check (&fixture, NULL);
  g_assert_cmpuint (count_alerts (&fixture, PST_SEVERITY_WARNING), ==, 1);
  execute (&fixture, 0, REJECTED);
  check (&fixture, NULL);
  execute (&fixture, 0, REJECTED);
  check (&fixture, FAILURES);
  pst_harness_finish (fixture.harness);
}

static void
restart_and_check (const char *state_file, const char *code)
{
  Fixture fixture;

  setup (&fixture, "state-file", state_file, NULL, NULL);
  start (&fixture);
  push_level (&fixture, fixture.btc);
  check (&fixture, code);
  pst_harness_finish (fixture.harness);
}

static void
test_survives_restart (void)
{
  g_autofree char *folder = g_dir_make_tmp ("penstock-stop-XXXXXX", NULL);
  g_autofree char *state_file = g_build_filename (folder, "stop.state", NULL);
  static const char *const damaged[] = {
    "",
    "[stop-conditions]\nbreached=perhaps\nsince=2020-01-01T00:00:00Z\nreason=x\ndetail=y\n",
    "[stop-conditions]\nbreached=true\nsince=2020-01-01T00:00:00Z\nreason=\ndetail=y\n",
    "[stop-conditions]\nbreached=false\n",
    "[kill-switch]\nactive=false\n",
  };
  Fixture fixture;

  setup (&fixture, "state-file", state_file, "consecutive-failures-limit", "1");
  start (&fixture);
  execute (&fixture, 0, REJECTED);
  pst_harness_finish (fixture.harness);
  restart_and_check (state_file, FAILURES);

  setup (&fixture, "state-file", state_file, NULL, NULL);
  start (&fixture);
  pst_component_act (fixture.guard, "release", "looked at it", NULL);
  pst_harness_finish (fixture.harness);
  restart_and_check (state_file, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (damaged); i++)
    {
      g_assert_true (g_file_set_contents (state_file, damaged[i], -1, NULL));
      restart_and_check (state_file, "state_unreadable");
    }
  g_unlink (state_file);
  g_rmdir (folder);
}

static void
test_unwritable_state_holds (void)
{
  g_autofree char *folder = g_dir_make_tmp ("penstock-stop-XXXXXX", NULL);
  g_autofree char *state_file = g_build_filename (folder, "stop.state", NULL);
  Fixture fixture;

  setup (&fixture, "state-file", state_file, "consecutive-failures-limit", "1");
  start (&fixture);
  g_rmdir (folder);
  execute (&fixture, 0, REJECTED);
  check (&fixture, FAILURES);
  g_assert_cmpuint (count_alerts (&fixture, PST_SEVERITY_CRITICAL), ==, 2);
  pst_harness_finish (fixture.harness);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stop-conditions/latency", test_latency);
  g_test_add_func ("/stop-conditions/latency-needs-samples", test_latency_needs_samples);
  g_test_add_func ("/stop-conditions/latency-window", test_latency_window);
  g_test_add_func ("/stop-conditions/latency-leaves-out", test_latency_leaves_out);
  g_test_add_func ("/stop-conditions/failures", test_failures);
  g_test_add_func ("/stop-conditions/no-failures", test_no_failures);
  g_test_add_func ("/stop-conditions/failed-cycles", test_failed_cycles);
  g_test_add_func ("/stop-conditions/whole-cycles", test_whole_cycles);
  g_test_add_func ("/stop-conditions/book-age", test_book_age);
  g_test_add_func ("/stop-conditions/book-at-night", test_book_at_night);
  g_test_add_func ("/stop-conditions/book-stale", test_book_stale);
  g_test_add_func ("/stop-conditions/book-never-comes", test_book_never_comes);
  g_test_add_func ("/stop-conditions/book-comes-late", test_book_comes_late);
  g_test_add_func ("/stop-conditions/reconnect-storm", test_reconnect_storm);
  g_test_add_func ("/stop-conditions/release", test_release);
  g_test_add_func ("/stop-conditions/survives-restart", test_survives_restart);
  g_test_add_func ("/stop-conditions/unwritable-state-holds", test_unwritable_state_holds);
  pst_check_conformance_add (penstock_plugin_entry (), NULL);
  return g_test_run ();
}
