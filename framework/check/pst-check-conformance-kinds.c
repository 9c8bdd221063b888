/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a plugin of each kind must do, shown on the harness with a market that a seed makes. Everything is done twice: what a component asks
 * for must follow from its inputs alone. */

#include "pst-check-conformance-private.h"
#include "pst-check-host-private.h"
#include "pst-check-records.h"

#include <string.h>

#define N_DAYS 120
#define MARKET_SEED 20200101

typedef struct
{
  PstHarness *harness;
  PstRandom random;
  guint32 instruments[2];
  gint64 prices[2]; /* in cents */
  gint64 time_ns;
  GString *log; /* everything that was asked for */
} Market;

static void
market_init (Market *market, PstHarness *harness)
{
  market->harness = harness;
  pst_random_init (&market->random, MARKET_SEED, "conformance");
  market->instruments[0] = pst_harness_add_instrument (harness, "AAPL");
  market->instruments[1] = pst_harness_add_instrument (harness, "IBM");
  market->prices[0] = market->prices[1] = 10000;
  market->time_ns = pst_context_now_ns (PST_CONTEXT (harness));
  market->log = g_string_new (NULL);
}

static PstEvent
market_bar (Market *market, guint which)
{
  PstEvent event = { .instrument = market->instruments[which], .kind = PST_EVENT_BAR };
  gint64 open = market->prices[which], close = MAX (open - 300 + (gint64)pst_random_below (&market->random, 601), 500);

  event.bar.open = open;
  event.bar.close = market->prices[which] = close;
  event.bar.high = MAX (open, close) + (gint64)pst_random_below (&market->random, 50);
  event.bar.low = MIN (open, close) - (gint64)pst_random_below (&market->random, 50);
  event.bar.volume = 1000 + (gint64)pst_random_below (&market->random, 1000);
  return event;
}

/* A day: bars of both together, sometimes a quote, a trade or a halt besides. */
static void
market_day (Market *market, guint day)
{
  PstEvent bars[2] = { market_bar (market, 0), market_bar (market, 1) };

  market->time_ns += PST_NS_PER_DAY;
  pst_harness_push_frame (market->harness, market->time_ns, bars, day % 5 == 4 ? 1 : 2);
  if (day % 6 == 5)
    pst_harness_push_quote (market->harness, market->instruments[0], market->time_ns + 1, "99.90", "100", "100.10", "100");
  if (day % 7 == 6)
    pst_harness_push_trade (market->harness, market->instruments[1], market->time_ns + 2, "100.00", "10", PST_SIDE_BUY);
  if (day % 40 == 39)
    pst_harness_push_status (market->harness, market->instruments[1], market->time_ns + 3, PST_INSTRUMENT_STATUS_HALTED);
  if (day % 40 == 0)
    pst_harness_push_status (market->harness, market->instruments[1], market->time_ns + 3, PST_INSTRUMENT_STATUS_TRADING);
}

static void
log_order (Market *market, const PstOrder *order)
{
  const PstOrderRequest *request = &order->request;

  g_string_append_printf (market->log, "%u %d %d %d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n", request->instrument,
                          request->side, request->type, request->time_in_force, request->quantity, request->limit_price, request->stop_price);
  g_assert_cmpint (request->quantity, >, 0);
  g_assert_true (request->side == PST_SIDE_BUY || request->side == PST_SIDE_SELL);
  g_assert_true (request->type >= PST_ORDER_TYPE_MARKET && request->type <= PST_ORDER_TYPE_STOP_LIMIT);
}

/* Each thing that can happen to an order happens to some. */
static void
settle_order (Market *market, const PstOrder *order)
{
  g_autofree char *price = g_strdup_printf ("%" G_GINT64_FORMAT ".%02d", market->prices[order->request.instrument] / 100,
                                            (gint)(market->prices[order->request.instrument] % 100));

  if (order->id % 5 == 4)
    pst_harness_deny (market->harness, order->id, "conformance");
  else if (order->id % 5 == 3)
    pst_harness_cancel (market->harness, order->id, "conformance");
  else if (order->id % 5 == 2 && order->request.quantity > 1)
    {
      pst_harness_fill (market->harness, order->id, price, "1");
      pst_harness_fill (market->harness, order->id, price, NULL);
    }
  else
    pst_harness_fill (market->harness, order->id, price, NULL);
}

static char *
run_strategy (PstCheckSubject *subject)
{
  PstHarness *harness = pst_harness_new ();
  Market market;
  PstComponent *strategy;
  guint n_settled = 0;

  market_init (&market, harness);
  pst_harness_set_balance (harness, PST_HARNESS_DATA_INDEX, "1000000 USD");
  strategy = pst_check_subject_start (subject, harness, "subject");
  for (guint day = 0; strategy != NULL && day < N_DAYS; day++)
    {
      market_day (&market, day);
      for (; n_settled < pst_harness_get_n_orders (harness); n_settled++)
        {
          const PstOrder *order = pst_harness_get_order (harness, n_settled);

          log_order (&market, order);
          if (!pst_order_state_is_final (order->state))
            settle_order (&market, order);
          g_assert_cmpuint (n_settled, <, 100 * N_DAYS); /* an order for every answer: it would never end */
        }
    }
  g_test_message ("%u orders", n_settled);
  pst_harness_finish (harness);
  return g_string_free (market.log, FALSE);
}

static void
check_code (const char *code)
{
  g_assert_cmpstr (code, !=, "");
  g_assert_cmpstr (code, !=, "guard_failed");
  for (const char *p = code; *p != '\0'; p++)
    if (!g_ascii_islower (*p) && !g_ascii_isdigit (*p) && *p != '_')
      pst_check_fail ("the denial's code \"%s\" is not in lower_case_words", code);
}

static void
review_all (Market *market, PstGuard *guard)
{
  static const gint64 quantities[] = { 1, 100, 100000, G_MAXINT64 / 4 };

  for (guint i = 0; i < 2 * 2 * 2 * G_N_ELEMENTS (quantities); i++)
    {
      PstOrderRequest request = { .instrument = market->instruments[i % 2], .side = i / 2 % 2 == 0 ? PST_SIDE_BUY : PST_SIDE_SELL };
      PstVerdict verdict;

      request.type = i / 4 % 2 == 0 ? PST_ORDER_TYPE_MARKET : PST_ORDER_TYPE_LIMIT;
      request.time_in_force = PST_TIME_IN_FORCE_GTC;
      request.quantity = quantities[i / 8];
      request.limit_price = request.type == PST_ORDER_TYPE_LIMIT ? 10000 : 0;
      pst_harness_review (market->harness, guard, &request, &verdict);
      g_string_append_printf (market->log, "%d %s %s\n", verdict.passed, verdict.code, verdict.detail);
      if (!verdict.passed)
        check_code (verdict.code);
      g_assert_true (g_utf8_validate (verdict.detail, -1, NULL));
    }
}

static char *
run_guard (PstCheckSubject *subject)
{
  PstHarness *harness = pst_harness_new ();
  PstOrderRequest request = { .side = PST_SIDE_BUY, .type = PST_ORDER_TYPE_MARKET, .quantity = 10 };
  Market market;
  PstGuard *guard;

  market_init (&market, harness);
  pst_harness_set_balance (harness, PST_HARNESS_DATA_INDEX, "1000000 USD");
  guard = (PstGuard *)pst_check_subject_start (subject, harness, "subject");
  if (guard != NULL)
    review_all (&market, guard); /* before there is a price */
  for (guint day = 0; guard != NULL && day < N_DAYS; day++)
    {
      market_day (&market, day);
      request.instrument = market.instruments[day % 2];
      request.side = day % 3 == 0 ? PST_SIDE_SELL : PST_SIDE_BUY;
      settle_order (&market, pst_harness_get_order (harness, pst_harness_place (harness, &request) - 1));
      if (day % 30 == 29)
        review_all (&market, guard);
    }
  pst_harness_finish (harness);
  return g_string_free (market.log, FALSE);
}

static void
log_reports (Market *market)
{
  for (guint i = 0; i < pst_harness_get_n_reports (market->harness); i++)
    {
      const PstExecutionReport *report = pst_harness_get_report (market->harness, i);

      g_string_append_printf (market->log, "%" G_GUINT64_FORMAT " %d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s\n",
                              report->order_id, report->kind, report->price, report->quantity, report->fee, report->execution_id);
    }
}

static void
pull_feed (Market *market, PstExchange *feed)
{
  g_autoptr (GError) error = NULL;
  guint64 n_events = 0;
  PstFeedCounts counts;
  double fraction;

  pst_harness_pull_all (market->harness, feed, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pst_exchange_pull (feed, &error), ==, PST_FEED_END);
  for (guint i = 0; i < pst_harness_get_n_frames (market->harness); i++)
    {
      const PstFrame *frame = pst_harness_get_frame (market->harness, i);

      n_events += frame->n_events;
      g_string_append_printf (market->log, "%" G_GINT64_FORMAT " %u\n", frame->time_ns, frame->n_events);
    }
  pst_exchange_get_progress (feed, &counts, &fraction);
  g_assert_cmpfloat (fraction, <=, 1);
  if (counts.n_events > 0)
    g_assert_cmpuint (counts.n_events, ==, n_events);
}

static void
send_order (Market *market, PstExchange *exchange, PstOrderType type, guint which)
{
  PstOrderRequest request = { .instrument = market->instruments[which], .type = type, .time_in_force = PST_TIME_IN_FORCE_GTC, .quantity = 10 };
  g_autoptr (GError) error = NULL;

  request.side = pst_harness_get_n_orders (market->harness) % 2 == 0 ? PST_SIDE_BUY : PST_SIDE_SELL;
  request.limit_price = type == PST_ORDER_TYPE_LIMIT ? market->prices[which] : 0;
  if (!pst_harness_send (market->harness, pst_harness_place (market->harness, &request), exchange, &error))
    g_assert_true (error != NULL && error->domain == PST_EXCHANGE_ERROR);
}

static void
trade (Market *market, PstExchange *exchange)
{
  for (guint day = 0; day < N_DAYS; day++)
    {
      market_day (market, day);
      send_order (market, exchange, day % 2 == 0 ? PST_ORDER_TYPE_MARKET : PST_ORDER_TYPE_LIMIT, day % 2);
      if (day % 10 == 9)
        for (guint i = 0; i < pst_harness_get_n_orders (market->harness); i++)
          if (pst_context_get_order (PST_CONTEXT (market->harness), i + 1) != NULL)
            pst_context_cancel (PST_CONTEXT (market->harness), i + 1, NULL);
    }
  g_assert_cmpuint (pst_harness_get_n_reports (market->harness), >, 0);
}

static char *
run_exchange (PstCheckSubject *subject)
{
  PstHarness *harness = pst_harness_new ();
  Market market;
  PstExchange *exchange;

  market_init (&market, harness);
  exchange = (PstExchange *)pst_check_subject_start (subject, harness, "subject");
  if (exchange != NULL && pst_exchange_is_feed (exchange))
    pull_feed (&market, exchange);
  if (exchange != NULL && pst_exchange_can_execute (exchange) && g_strcmp0 (pst_exchange_get_feed (exchange), PST_HARNESS_DATA) == 0)
    trade (&market, exchange);
  log_reports (&market);
  pst_harness_finish (harness);
  return g_string_free (market.log, FALSE);
}

static gboolean
keep_going (const PstRecord *record, gpointer user_data, GError **error)
{
  g_string_append_printf (user_data, "%" G_GUINT64_FORMAT " %d\n", record->sequence, record->kind);
  return TRUE;
}

static gboolean
keeps_run (PstStore *store, const char *run_id)
{
  g_autoptr (GError) error = NULL;
  gboolean found = FALSE;

  g_assert_true (pst_store_has_run (store, "local", run_id, &found, &error));
  g_assert_no_error (error);
  return found;
}

static void
store_run (PstStore *store, const char *run_id, gboolean first)
{
  g_autoptr (GPtrArray) records = pst_check_make_records (run_id, 20);
  g_autoptr (GError) error = NULL;
  gboolean taken = keeps_run (store, run_id);

  /* One that keeps a single run may say that every further one is there already. */
  if (taken && !first)
    return;
  g_assert_false (taken);
  pst_check_append_records (store, records, &error);
  g_assert_no_error (error);
  if (PST_STORE_GET_CLASS (store)->has_run != NULL)
    g_assert_true (keeps_run (store, run_id));
  if (first && pst_store_can_replay (store))
    pst_check_assert_replay (store, records);
}

/* What was stopped can be read again, by a store that is not started. */
static char *
read_back (PstCheckSubject *subject, PstHarness *harness)
{
  PstStore *reader = PST_STORE (pst_check_subject_make (subject, harness, "reader"));
  GString *log = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  if (pst_store_can_replay (reader))
    {
      pst_store_replay (reader, keep_going, log, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (log->len, >, 0);
    }
  return g_string_free (log, FALSE);
}

static char *
run_first (PstCheckSubject *subject)
{
  PstHarness *harness = pst_harness_new ();
  PstStore *store = (PstStore *)pst_check_subject_start (subject, harness, "subject");
  char *log = NULL;

  if (store != NULL)
    {
      store_run (store, "conform-1", TRUE);
      pst_harness_stop (harness, PST_COMPONENT (store));
      log = read_back (subject, harness);
    }
  pst_harness_finish (harness);
  return log;
}

/* A store that keeps one run only refuses the next one; it must not touch what it has. */
static char *
run_second (PstCheckSubject *subject)
{
  PstHarness *harness = pst_harness_new ();
  PstStore *store = PST_STORE (pst_check_subject_make (subject, harness, "subject"));
  g_autoptr (GError) error = NULL;
  char *log;

  if (pst_harness_try_start (harness, PST_COMPONENT (store), &error))
    {
      store_run (store, "conform-2", FALSE);
      pst_harness_stop (harness, PST_COMPONENT (store));
    }
  else
    {
      g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_EXISTS);
    }
  log = read_back (subject, harness);
  pst_harness_finish (harness);
  return log;
}

static void
check_store (PstCheckSubject *subject)
{
  g_autofree char *first = run_first (subject);
  g_autofree char *second = first != NULL ? run_second (subject) : NULL;

  if (first != NULL)
    g_assert_true (g_str_has_prefix (second, first));
}

static void
check_service (PstCheckSubject *subject)
{
  PstHarness *harness = pst_harness_new ();
  g_autoptr (GPtrArray) records = pst_check_make_records ("conform-1", 20);
  PstComponent *service = pst_check_subject_start (subject, harness, "subject");

  for (guint i = 0; service != NULL && i < records->len; i++)
    {
      const PstRecord *record = records->pdata[i];

      if (record->time_ns > pst_context_now_ns (PST_CONTEXT (harness)))
        pst_harness_advance_to (harness, record->time_ns);
      pst_service_on_record (PST_SERVICE (service), record);
    }
  pst_check_host_publish_all (subject->host);
  g_assert_true (service == NULL || pst_component_is_started (service));
  pst_harness_finish (harness);
}

static void
check_same (PstCheckSubject *subject, char *(*run) (PstCheckSubject *))
{
  g_autofree char *once = run (subject);
  g_autofree char *again = run (subject);

  if (strcmp (once, again) != 0)
    pst_check_fail ("the same inputs and seed gave other outputs:\n%s\nthen\n%s", once, again);
}

void
pst_check_conform_kind (PstCheckSubject *subject)
{
  if (g_type_is_a (subject->type, PST_TYPE_STRATEGY))
    check_same (subject, run_strategy);
  else if (g_type_is_a (subject->type, PST_TYPE_GUARD))
    check_same (subject, run_guard);
  else if (g_type_is_a (subject->type, PST_TYPE_EXCHANGE))
    check_same (subject, run_exchange);
  else if (g_type_is_a (subject->type, PST_TYPE_STORE))
    check_store (subject);
  else
    check_service (subject);
}
