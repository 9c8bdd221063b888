/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an execution leaves behind when a leg fails is the trader's money in a coin nobody wanted. Every failure at every leg, by both policies, with
 * and without fees: the end has a name, and what it says is what the account has. */

#include <string.h>

#include "triangle-test-kit.h"

typedef enum
{
  FAIL_DENIED,
  FAIL_REJECTED,
  FAIL_NOT_FILLED,
  FAIL_PARTIAL,
  FAIL_TIMED_OUT,
  FAIL_TIMED_OUT_PARTIAL,
  N_FAILURES,
} Failure;

static const char *const failure_words[N_FAILURES] = { "denied", "rejected", "not_filled", "partial", "timed_out", "timed_out" };

static gint64
balance (Triangle *t, const char *code)
{
  return pst_account_get_balance (pst_context_get_account (PST_CONTEXT (t->harness), PST_HARNESS_DATA_INDEX), pst_currency_get (code, NULL));
}

/* A fill as a venue tells it: the taker's fee in the quote currency. */
static void
fill_at (Triangle *t, const PstOrder *order, gint64 price, gint64 quantity)
{
  const PstInstrument *instrument = pst_instrument_table_get (pst_context_get_instruments (PST_CONTEXT (t->harness)), order->request.instrument);
  PstExecutionReport report = { .order_id = order->id, .kind = PST_REPORT_FILL, .quantity = quantity, .liquidity = PST_LIQUIDITY_TAKER };
  gint64 notional;

  if (order->state == PST_ORDER_STATE_INITIALIZED)
    pst_harness_accept (t->harness, order->id);
  report.price = price;
  g_assert_true (pst_instrument_notional (instrument, report.price, quantity, PST_ROUND_HALF_EVEN, &notional));
  g_assert_true (pst_instrument_fee (instrument, notional, instrument->taker_fee, &report.fee));
  report.fee_currency = report.fee != 0 ? instrument->quote : NULL;
  g_snprintf (report.execution_id, sizeof report.execution_id, "T-%" G_GUINT64_FORMAT, ++t->n_executions);
  pst_harness_report (t->harness, &report);
}

/* At its limit, or at the touch. */
static void
fill (Triangle *t, const PstOrder *order, gint64 quantity)
{
  const PstBook *book = pst_context_get_book (PST_CONTEXT (t->harness), order->request.instrument);
  PstSide other = order->request.side == PST_SIDE_BUY ? PST_SIDE_SELL : PST_SIDE_BUY;

  fill_at (t, order, order->request.type == PST_ORDER_TYPE_LIMIT ? order->request.limit_price : pst_book_get_best (book, other)->price, quantity);
}

static void
reject (Triangle *t, const PstOrder *order)
{
  PstExecutionReport report = { .order_id = order->id, .kind = PST_REPORT_REJECTED, .reason = "venue_says_no" };

  pst_harness_accept (t->harness, order->id);
  pst_harness_report (t->harness, &report);
}

static void
fail_order (Triangle *t, const PstOrder *order, Failure failure)
{
  g_autofree char *cancel = g_strdup_printf ("cancel %" G_GUINT64_FORMAT, order->id);

  switch (failure)
    {
    case FAIL_DENIED:
      pst_harness_deny (t->harness, order->id, "guard_says_no");
      return;
    case FAIL_REJECTED:
      reject (t, order);
      return;
    case FAIL_PARTIAL:
      fill (t, order, order->request.quantity / 2);
      break;
    case FAIL_TIMED_OUT_PARTIAL:
    case FAIL_TIMED_OUT:
      pst_harness_accept (t->harness, order->id);
      if (failure == FAIL_TIMED_OUT_PARTIAL)
        fill (t, order, order->request.quantity / 2);
      pst_harness_advance (t->harness, 2 * PST_NS_PER_SECOND - 1);
      g_assert_cmpuint (pst_harness_get_n_requests (t->harness), ==, 0);
      pst_harness_advance (t->harness, 1);
      g_assert_cmpstr (pst_harness_get_request (t->harness, 0), ==, cancel);
      break;
    case FAIL_NOT_FILLED:
    case N_FAILURES:
    default:
      break;
    }
  pst_harness_cancel (t->harness, order->id, "ioc_rest");
}

static gboolean
is_open (const PstOrder *order)
{
  return order != NULL && !pst_order_state_is_final (order->state);
}

/* A cycle that pays 2 % without fees begins with the last of these. */
static void
open_books (Triangle *t)
{
  triangle_push (t, t->btc_usd, "99.00", "1000", "100.00", "1000");
  triangle_push (t, t->eth_btc, "0.04900", "20000", "0.05000", "20000");
  triangle_push (t, t->eth_usd, "5.10", "20000", "5.20", "20000");
}

static const PstNoteRecord *
find_end (Triangle *t)
{
  const PstNoteRecord *end = NULL;
  guint n = 0;

  for (guint i = 0; i < pst_harness_get_n_records (t->harness); i++)
    {
      const PstRecord *record = pst_harness_get_record (t->harness, i);

      if (record->kind != PST_RECORD_NOTE || !g_str_has_prefix (record->note.name, "CYCLE_"))
        continue;
      end = &record->note;
      n++;
    }
  g_assert_cmpuint (n, <=, 1);
  return end;
}

static guint
count_alerts (Triangle *t, PstSeverity severity)
{
  guint n = 0;

  for (guint i = 0; i < pst_harness_get_n_records (t->harness); i++)
    {
      const PstRecord *record = pst_harness_get_record (t->harness, i);

      n += record->kind == PST_RECORD_ALERT && record->alert.severity == severity;
    }
  return n;
}

static gboolean
says (const PstNoteRecord *note, const char *name, const char *code, gint64 amount)
{
  const PstMoney money = { pst_currency_get (code, NULL), amount };
  g_autofree char *text = pst_money_to_string (&money), *wanted = g_strdup_printf (" %s=%s", name, text);

  return strstr (note->detail, wanted) != NULL;
}

/* The ledger explains the end: the base currency changed by the profit, and what is held is in the account. */
static void
check_explained (Triangle *t, const PstNoteRecord *end)
{
  static const char *const others[] = { "BTC", "ETH" };

  g_assert_true (says (end, "profit", "USD", balance (t, "USD") - 100000 * PST_RATE_ONE));
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_cmpint (says (end, "held", others[i], balance (t, others[i])), ==, balance (t, others[i]) != 0);
}

/* What the end must be called. */
static const char *
name_expected (guint leg, Failure failure, gboolean hold)
{
  gboolean partial = failure == FAIL_PARTIAL || failure == FAIL_TIMED_OUT_PARTIAL;

  if (leg == 0)
    return partial ? "CYCLE_COMPLETED" : "CYCLE_FAILED";
  return hold ? "CYCLE_HELD" : "CYCLE_UNWOUND";
}

static void
check_failure (guint leg, Failure failure, gboolean hold, gint64 fee)
{
  Triangle t;
  const PstOrder *order;
  const PstNoteRecord *end;

  triangle_setup_with_fee (&t, fee, "trade-capital", "1000 USD", "leg-timeout", "2s", "on-leg-failure", hold ? "hold" : "unwind", NULL);
  open_books (&t);
  for (guint n = 0; is_open (order = pst_harness_get_last_order (t.harness)); n++)
    {
      g_assert_cmpuint (n, <, 10);
      g_assert_null (find_end (&t));
      if (n == leg)
        fail_order (&t, order, failure);
      else
        fill (&t, order, order->request.quantity);
    }
  end = find_end (&t);
  g_assert_nonnull (end);
  g_assert_cmpstr (end->name, ==, name_expected (leg, failure, hold));
  if (leg > 0 || !g_str_equal (end->name, "CYCLE_COMPLETED"))
    g_assert_nonnull (strstr (end->detail, failure_words[failure]));
  check_explained (&t, end);
  /* Dust is less than one step of the grid of sizes. */
  if (!hold)
    {
      g_assert_cmpint (balance (&t, "BTC"), <, PST_RATE_ONE / 10000);
      g_assert_cmpint (balance (&t, "ETH"), <, PST_RATE_ONE / 10000);
    }
  g_assert_cmpuint (count_alerts (&t, PST_SEVERITY_CRITICAL), ==, 0);
  g_assert_cmpuint (count_alerts (&t, PST_SEVERITY_WARNING), ==, g_str_equal (end->name, "CYCLE_HELD"));
  triangle_finish (&t);
}

static void
test_failures (void)
{
  for (guint leg = 0; leg < 3; leg++)
    for (Failure failure = 0; failure < N_FAILURES; failure++)
      for (guint hold = 0; hold < 2; hold++)
        {
          g_test_message ("leg %u, %s, %s", leg + 1, failure_words[failure], hold ? "hold" : "unwind");
          check_failure (leg, failure, hold, 0);
          check_failure (leg, failure, hold, 100000);
        }
}

static void
check_order (Triangle *t, guint n, guint32 instrument, PstSide side, const char *quantity, const char *limit)
{
  const PstOrder *order = pst_harness_get_order (t->harness, n);

  g_assert_cmpuint (order->request.instrument, ==, instrument);
  g_assert_cmpint (order->request.side, ==, side);
  g_assert_cmpint (order->request.type, ==, PST_ORDER_TYPE_LIMIT);
  g_assert_cmpint (order->request.time_in_force, ==, PST_TIME_IN_FORCE_IOC);
  g_assert_cmpint (order->request.quantity, ==, pst_harness_size (t->harness, instrument, quantity));
  g_assert_cmpint (order->request.limit_price, ==, pst_harness_price (t->harness, instrument, limit));
}

/* Each leg waits for the one before, and takes what that one brought: to the last unit what was estimated. One more step of bitcoin would buy less
 * ether than it costs: what is left under the grid would grow. */
static void
test_completes (void)
{
  Triangle t;
  const PstOpportunity *found;

  triangle_setup_with_fee (&t, 100000, "trade-capital", "1000 USD", NULL);
  open_books (&t);
  g_assert_cmpuint (pst_harness_get_n_orders (t.harness), ==, 1);
  check_order (&t, 0, t.btc_usd, PST_SIDE_BUY, "9.9899", "100.00");
  fill (&t, pst_harness_get_order (t.harness, 0), pst_harness_size (t.harness, t.btc_usd, "4"));
  g_assert_cmpuint (pst_harness_get_n_orders (t.harness), ==, 1);
  fill (&t, pst_harness_get_order (t.harness, 0), pst_order_get_open_quantity (pst_harness_get_order (t.harness, 0)));
  g_assert_cmpuint (pst_harness_get_n_orders (t.harness), ==, 2);
  check_order (&t, 1, t.eth_btc, PST_SIDE_BUY, "199.5984", "0.05000");
  fill (&t, pst_harness_get_order (t.harness, 1), pst_harness_size (t.harness, t.eth_btc, "199.5984"));
  check_order (&t, 2, t.eth_usd, PST_SIDE_SELL, "199.5984", "5.10");
  fill (&t, pst_harness_get_order (t.harness, 2), pst_harness_size (t.harness, t.eth_usd, "199.5984"));
  g_assert_cmpuint (pst_harness_get_n_orders (t.harness), ==, 3);
  g_assert_cmpstr (find_end (&t)->name, ==, "CYCLE_COMPLETED");
  check_explained (&t, find_end (&t));
  found = triangle_last (&t);
  g_assert_true (found->executed);
  g_assert_cmpint (found->est_profit, ==, balance (&t, "USD") - 100000 * PST_RATE_ONE);
  triangle_finish (&t);
}

/* The market left while the first leg was on its way: the way back costs less than the way on. */
static void
test_market_moves (void)
{
  Triangle t;

  triangle_setup (&t, "trade-capital", "1000 USD", NULL);
  open_books (&t);
  triangle_push (&t, t.eth_usd, "4.00", "20000", "5.20", "20000");
  fill (&t, pst_harness_get_order (t.harness, 0), pst_harness_size (t.harness, t.btc_usd, "10"));
  check_order (&t, 1, t.btc_usd, PST_SIDE_SELL, "10", "98.01");
  fill (&t, pst_harness_get_order (t.harness, 1), pst_harness_size (t.harness, t.btc_usd, "10"));
  g_assert_cmpstr (find_end (&t)->name, ==, "CYCLE_UNWOUND");
  g_assert_nonnull (strstr (find_end (&t)->detail, "reason=leg=2 market_moved"));
  check_explained (&t, find_end (&t));
  triangle_finish (&t);
}

/* Fruitless attempts are made one after the other, with time between them, then at market when that is allowed. */
static void
check_attempts (gboolean at_market)
{
  Triangle t;

  triangle_setup (&t, "trade-capital", "1000 USD", "leg-timeout", "2s", "unwind-attempts", "2", "unwind-market", at_market ? "true" : "false", NULL);
  open_books (&t);
  fill (&t, pst_harness_get_order (t.harness, 0), pst_harness_size (t.harness, t.btc_usd, "10"));
  pst_harness_deny (t.harness, 2, "guard_says_no");
  pst_harness_cancel (t.harness, 3, "ioc_rest");
  g_assert_cmpuint (pst_harness_get_n_orders (t.harness), ==, 3);
  pst_harness_advance (t.harness, 2 * PST_NS_PER_SECOND);
  g_assert_cmpuint (pst_harness_get_n_orders (t.harness), ==, 4);
  fill (&t, pst_harness_get_order (t.harness, 3), pst_harness_size (t.harness, t.btc_usd, "4"));
  pst_harness_cancel (t.harness, 4, "ioc_rest");
  if (at_market)
    {
      g_assert_cmpuint (pst_harness_get_n_orders (t.harness), ==, 5);
      g_assert_cmpint (pst_harness_get_order (t.harness, 4)->request.type, ==, PST_ORDER_TYPE_MARKET);
      fill (&t, pst_harness_get_order (t.harness, 4), pst_harness_size (t.harness, t.btc_usd, "6"));
    }
  g_assert_cmpuint (pst_harness_get_n_orders (t.harness), ==, at_market ? 5 : 4);
  g_assert_cmpstr (find_end (&t)->name, ==, at_market ? "CYCLE_UNWOUND" : "CYCLE_HELD");
  check_explained (&t, find_end (&t));
  triangle_finish (&t);
}

static void
test_attempts (void)
{
  check_attempts (FALSE);
  check_attempts (TRUE);
}

/* An order of unknown fate is waited for, and its late end still counts. */
static void
test_unknown (void)
{
  Triangle t;
  PstExecutionReport unknown = { .order_id = 2, .kind = PST_REPORT_UNKNOWN };

  triangle_setup (&t, "trade-capital", "1000 USD", "leg-timeout", "2s", "cool-down", "0s", NULL);
  open_books (&t);
  fill (&t, pst_harness_get_order (t.harness, 0), pst_harness_size (t.harness, t.btc_usd, "10"));
  pst_harness_accept (t.harness, 2);
  pst_harness_report (t.harness, &unknown);
  pst_harness_advance (t.harness, 10 * PST_NS_PER_SECOND);
  g_assert_cmpuint (count_alerts (&t, PST_SEVERITY_ERROR), ==, 1);
  g_assert_cmpuint (pst_harness_get_n_orders (t.harness), ==, 2);
  g_assert_null (find_end (&t));
  t.time_ns = pst_context_now_ns (PST_CONTEXT (t.harness));
  open_books (&t);
  fill (&t, pst_harness_get_order (t.harness, 1), pst_harness_size (t.harness, t.eth_btc, "200"));
  fill (&t, pst_harness_get_order (t.harness, 2), pst_harness_size (t.harness, t.eth_usd, "200"));
  g_assert_cmpstr (find_end (&t)->name, ==, "CYCLE_COMPLETED");
  check_explained (&t, find_end (&t));
  triangle_finish (&t);
}

/* A venue that fills beyond the limit price is not to be traded with: one critical alert, and no further execution. */
static void
test_exception (void)
{
  Triangle t;
  const PstRecord *alert;

  triangle_setup (&t, "trade-capital", "1000 USD", "cool-down", "0s", NULL);
  open_books (&t);
  pst_harness_fill (t.harness, 1, "100.01", NULL);
  g_assert_cmpuint (count_alerts (&t, PST_SEVERITY_CRITICAL), ==, 1);
  alert = pst_harness_find_record (t.harness, PST_RECORD_ALERT);
  g_assert_cmpstr (alert->alert.category, ==, "system");
  g_assert_cmpstr (alert->alert.title, ==, "Critical execution exception");
  g_assert_cmpstr (find_end (&t)->name, ==, "CYCLE_FAILED");
  g_assert_nonnull (strstr (find_end (&t)->detail, "execution_exception"));
  triangle_push (&t, t.eth_usd, "5.50", "20000", "5.60", "20000");
  g_assert_cmpuint (pst_harness_get_n_orders (t.harness), ==, 1);
  g_assert_false (triangle_last (&t)->executed);
  g_assert_cmpuint (count_alerts (&t, PST_SEVERITY_CRITICAL), ==, 1);
  triangle_finish (&t);
}

static void
test_stop (void)
{
  Triangle t;

  triangle_setup (&t, "trade-capital", "1000 USD", NULL);
  open_books (&t);
  fill (&t, pst_harness_get_order (t.harness, 0), pst_harness_size (t.harness, t.btc_usd, "10"));
  pst_harness_stop (t.harness, t.strategy);
  g_assert_cmpstr (find_end (&t)->name, ==, "CYCLE_HELD");
  g_assert_nonnull (strstr (find_end (&t)->detail, "run_stopped"));
  triangle_finish (&t);
}

/* One at a time, then none for the cool-down, none while trading is halted. */
static void
test_pauses (void)
{
  Triangle t;

  triangle_setup (&t, "trade-capital", "1000 USD", "cool-down", "10s", NULL);
  open_books (&t);
  triangle_push (&t, t.eth_usd, "5.11", "20000", "5.20", "20000");
  g_assert_cmpuint (pst_harness_get_n_orders (t.harness), ==, 1);
  g_assert_false (triangle_last (&t)->executed);
  pst_harness_cancel (t.harness, 1, "ioc_rest");
  g_assert_cmpstr (find_end (&t)->name, ==, "CYCLE_FAILED");
  for (guint i = 0; i < 9; i++)
    triangle_push (&t, t.eth_usd, i % 2 ? "5.12" : "5.13", "20000", "5.20", "20000");
  g_assert_cmpuint (pst_harness_get_n_orders (t.harness), ==, 1);
  open_books (&t);
  g_assert_cmpuint (pst_harness_get_n_orders (t.harness), ==, 2);
  pst_harness_deny (t.harness, 2, "guard_says_no");
  pst_harness_advance (t.harness, 20 * PST_NS_PER_SECOND);
  t.time_ns = pst_context_now_ns (PST_CONTEXT (t.harness));
  pst_harness_set_trading_state (t.harness, PST_TRADING_STATE_HALTED);
  open_books (&t);
  g_assert_cmpuint (pst_harness_get_n_orders (t.harness), ==, 2);
  g_assert_false (triangle_last (&t)->executed);
  triangle_finish (&t);
}

/* What venues set aside for a limit order must be there before it fills. */
static void
check_affordable (Triangle *t, const PstOrder *order)
{
  const PstInstrument *instrument = pst_instrument_table_get (pst_context_get_instruments (PST_CONTEXT (t->harness)), order->request.instrument);
  gint64 notional, fee;

  if (order->request.side == PST_SIDE_SELL)
    {
      g_assert_cmpint (order->request.quantity * 10000, <=, balance (t, instrument->base->code));
      return;
    }
  g_assert_true (pst_instrument_notional (instrument, order->request.limit_price, order->request.quantity, PST_ROUND_UP, &notional));
  g_assert_true (pst_instrument_fee (instrument, notional, instrument->taker_fee, &fee));
  g_assert_cmpint (notional + fee, <=, balance (t, instrument->quote->code));
}

/* A venue that walks its book, one fill a level. */
static void
walk (Triangle *t, const PstOrder *order)
{
  const PstBook *book = pst_context_get_book (PST_CONTEXT (t->harness), order->request.instrument);
  gboolean buys = order->request.side == PST_SIDE_BUY;
  gint64 left = order->request.quantity, limit_price = order->request.limit_price;
  const PstBookLevel *level;
  PstBookIter iter;

  check_affordable (t, order);
  pst_book_iter_init (&iter, book, buys ? PST_SIDE_SELL : PST_SIDE_BUY);
  while (left > 0 && (level = pst_book_iter_next (&iter)) != NULL && (buys ? level->price <= limit_price : level->price >= limit_price))
    {
      gint64 quantity = MIN (left, level->size);

      left -= quantity;
      fill_at (t, order, level->price, quantity);
    }
  g_assert_cmpint (left, ==, 0);
}

static void
push_random (Triangle *t, PstRandom *random, guint32 instrument, gint64 bid, gint64 size)
{
  PstEvent events[16];

  t->time_ns += PST_NS_PER_MS;
  for (guint i = 0; i < G_N_ELEMENTS (events); i++)
    {
      gboolean asks = i % 2 == 1;
      gint64 away = (gint64)(i / 2) * (1 + (gint64)pst_random_below (random, 3));

      events[i] = (PstEvent){ .instrument = instrument, .kind = PST_EVENT_LEVEL };
      events[i].level.side = asks ? PST_SIDE_SELL : PST_SIDE_BUY;
      events[i].level.flags = i == 0 ? PST_LEVEL_SNAPSHOT : 0;
      events[i].level.price = asks ? bid + 1 + away : bid - away;
      events[i].level.size = 1 + (gint64)pst_random_below (random, (guint64)size);
    }
  pst_harness_push_frame (t->harness, t->time_ns, events, G_N_ELEMENTS (events));
}

/* To the last unit: what was estimated is what a venue that walks those books returns, dust and all. */
static void
test_estimate (void)
{
  const guint64 seed = 1001;
  PstRandom random;
  guint n_executed = 0;
  gint64 before;
  Triangle t;

  g_test_message ("seed %" G_GUINT64_FORMAT, seed);
  pst_random_init (&random, seed, "estimate");
  triangle_setup_with_fee (&t, 50000, "trade-capital", "20000 USD", "min-net-pct", "0", "cool-down", "0s", NULL);
  for (guint i = 0; i < 600; i++)
    {
      guint n_orders = pst_harness_get_n_orders (t.harness);

      before = balance (&t, "USD");
      pst_harness_set_balance (t.harness, PST_HARNESS_DATA_INDEX, "0 BTC");
      pst_harness_set_balance (t.harness, PST_HARNESS_DATA_INDEX, "0 ETH");
      push_random (&t, &random, t.btc_usd, 10000 + (gint64)pst_random_below (&random, 100), 500000);
      if (pst_harness_get_n_orders (t.harness) == n_orders)
        push_random (&t, &random, t.eth_btc, 5000 + (gint64)pst_random_below (&random, 50), 10000000);
      if (pst_harness_get_n_orders (t.harness) == n_orders)
        push_random (&t, &random, t.eth_usd, 500 + (gint64)pst_random_below (&random, 6), 10000000);
      if (pst_harness_get_n_orders (t.harness) == n_orders)
        continue;
      while (is_open (pst_harness_get_last_order (t.harness)))
        walk (&t, pst_harness_get_last_order (t.harness));
      g_assert_cmpuint (pst_harness_get_n_orders (t.harness), ==, n_orders + 3);
      g_assert_true (triangle_last (&t)->executed);
      g_assert_cmpint (balance (&t, "USD") - before, ==, triangle_last (&t)->est_profit);
      g_assert_cmpstr (pst_harness_find_record (t.harness, PST_RECORD_NOTE)->note.name, ==, "CYCLE_COMPLETED");
      n_executed++;
    }
  g_test_message ("%u executed", n_executed);
  g_assert_cmpuint (n_executed, >, 50);
  triangle_finish (&t);
}

/* Over a restart */

/* What it remembers, before the process is killed: what it would do at an end in order does not happen. */
static PstStateFile *
remember (Triangle *t)
{
  PstStateFile *state = pst_state_file_new (NULL, "arb");

  PST_COMPONENT_GET_CLASS (t->strategy)->save_state (t->strategy, state);
  pst_harness_stop (t->harness, t->strategy);
  return state;
}

static void
come_back (Triangle *t, PstStateFile *state)
{
  g_autoptr (GError) error = NULL;

  pst_harness_start (t->harness, t->strategy);
  PST_COMPONENT_GET_CLASS (t->strategy)->load_state (t->strategy, state, &error);
  g_assert_no_error (error);
}

/* The last end of a cycle behind the first @n_before records. */
static const PstNoteRecord *
find_end_behind (Triangle *t, guint n_before)
{
  const PstNoteRecord *end = NULL;

  for (guint i = n_before; i < pst_harness_get_n_records (t->harness); i++)
    {
      const PstRecord *record = pst_harness_get_record (t->harness, i);

      if (record->kind == PST_RECORD_NOTE && g_str_has_prefix (record->note.name, "CYCLE_"))
        end = &record->note;
    }
  return end;
}

static void
begin_cycle (Triangle *t, gboolean hold)
{
  triangle_setup_with_fee (t, 100000, "trade-capital", "1000 USD", "leg-timeout", "2s", "on-leg-failure", hold ? "hold" : "unwind", NULL);
  open_books (t);
}

static const PstOrder *
fill_legs (Triangle *t, guint n_legs)
{
  for (guint i = 0; i < n_legs; i++)
    fill (t, pst_harness_get_last_order (t->harness), pst_harness_get_last_order (t->harness)->request.quantity);
  g_assert_true (is_open (pst_harness_get_last_order (t->harness)));
  return pst_harness_get_last_order (t->harness);
}

/* The open leg lives on at its venue, filled in part or not: the cycle goes on with what it brings, to the same end. */
static void
check_goes_on (guint leg, gboolean partial)
{
  g_autoptr (PstStateFile) state = NULL;
  const PstOrder *order;
  guint n_records, n_orders;
  gint64 rest;
  Triangle t;

  begin_cycle (&t, FALSE);
  order = fill_legs (&t, leg);
  if (partial)
    fill (&t, order, order->request.quantity / 4);
  state = remember (&t);
  n_records = pst_harness_get_n_records (t.harness);
  n_orders = pst_harness_get_n_orders (t.harness);
  come_back (&t, state);
  /* No second cycle is begun beside it. */
  open_books (&t);
  g_assert_cmpuint (pst_harness_get_n_orders (t.harness), ==, n_orders);
  rest = pst_order_get_open_quantity (order);
  fill (&t, order, rest);
  for (guint i = leg + 1; i < 3; i++)
    {
      order = pst_harness_get_last_order (t.harness);
      fill (&t, order, order->request.quantity);
    }
  g_assert_nonnull (find_end_behind (&t, n_records));
  g_assert_cmpstr (find_end_behind (&t, n_records)->name, ==, "CYCLE_COMPLETED");
  check_explained (&t, find_end_behind (&t, n_records));
  triangle_finish (&t);
}

/* The open leg ended with its process: what the legs before it brought is traded back, or kept, as on-leg-failure says. */
static void
check_unwinds (guint leg, gboolean hold)
{
  g_autoptr (PstStateFile) state = NULL;
  const PstNoteRecord *end;
  const PstOrder *order;
  guint n_records;
  Triangle t;

  begin_cycle (&t, hold);
  order = fill_legs (&t, leg);
  pst_harness_accept (t.harness, order->id);
  state = remember (&t);
  n_records = pst_harness_get_n_records (t.harness);
  come_back (&t, state);
  open_books (&t);
  pst_harness_cancel (t.harness, order->id, "host_restarted");
  while (is_open (order = pst_harness_get_last_order (t.harness)))
    fill (&t, order, order->request.quantity);
  end = find_end_behind (&t, n_records);
  g_assert_nonnull (end);
  g_assert_cmpstr (end->name, ==, leg == 0 ? "CYCLE_FAILED" : hold ? "CYCLE_HELD" : "CYCLE_UNWOUND");
  g_assert_nonnull (strstr (end->detail, "host_restarted"));
  check_explained (&t, end);
  triangle_finish (&t);
}

static void
test_restart (void)
{
  for (guint leg = 0; leg < 3; leg++)
    {
      check_goes_on (leg, FALSE);
      check_goes_on (leg, TRUE);
      check_unwinds (leg, FALSE);
      check_unwinds (leg, TRUE);
    }
}

/* Between two fruitless attempts to go back: the next is made, and no more than were allowed. */
static void
test_restart_between_attempts (void)
{
  g_autoptr (PstStateFile) state = NULL;
  guint n_records;
  Triangle t;

  triangle_setup (&t, "trade-capital", "1000 USD", "leg-timeout", "2s", "unwind-attempts", "2", NULL);
  open_books (&t);
  fill (&t, pst_harness_get_order (t.harness, 0), pst_harness_size (t.harness, t.btc_usd, "10"));
  pst_harness_deny (t.harness, 2, "guard_says_no");
  pst_harness_cancel (t.harness, 3, "ioc_rest");
  state = remember (&t);
  n_records = pst_harness_get_n_records (t.harness);
  come_back (&t, state);
  g_assert_cmpuint (pst_harness_get_n_orders (t.harness), ==, 3);
  pst_harness_advance (t.harness, 2 * PST_NS_PER_SECOND);
  g_assert_cmpuint (pst_harness_get_n_orders (t.harness), ==, 4);
  pst_harness_cancel (t.harness, 4, "ioc_rest");
  pst_harness_advance (t.harness, 2 * PST_NS_PER_SECOND);
  g_assert_cmpuint (pst_harness_get_n_orders (t.harness), ==, 4);
  g_assert_cmpstr (find_end_behind (&t, n_records)->name, ==, "CYCLE_HELD");
  check_explained (&t, find_end_behind (&t, n_records));
  triangle_finish (&t);
}

/* What an order brought while nobody listened is not known here: nothing is traded a second time, and a person is told. So it is when another run
 * left it, whose orders are not ours. */
static void
check_unknown_left (gboolean other_run)
{
  g_autoptr (PstStateFile) state = NULL;
  const PstOrder *order;
  guint n_records, n_orders, n_alerts;
  Triangle t;

  begin_cycle (&t, FALSE);
  order = fill_legs (&t, 1);
  state = remember (&t);
  n_orders = pst_harness_get_n_orders (t.harness);
  if (other_run)
    pst_state_file_set_string (state, "run", "another");
  else
    fill (&t, order, order->request.quantity);
  n_alerts = count_alerts (&t, PST_SEVERITY_WARNING);
  n_records = pst_harness_get_n_records (t.harness);
  come_back (&t, state);
  pst_harness_advance (t.harness, 10 * PST_NS_PER_SECOND);
  g_assert_cmpuint (pst_harness_get_n_orders (t.harness), ==, n_orders);
  g_assert_cmpstr (find_end_behind (&t, n_records)->name, ==, "CYCLE_HELD");
  g_assert_nonnull (strstr (find_end_behind (&t, n_records)->detail, other_run ? "left by an earlier run" : "unknown outcome"));
  g_assert_cmpuint (count_alerts (&t, PST_SEVERITY_WARNING), ==, n_alerts + 1);
  triangle_finish (&t);
}

static void
test_restart_unknown (void)
{
  check_unknown_left (FALSE);
  check_unknown_left (TRUE);
}

/* A cycle that cools down does so over a restart; numbers of opportunities go on; a state that is damaged is not guessed at. */
static void
test_restart_cools (void)
{
  g_autoptr (PstStateFile) state = NULL;
  g_autoptr (GError) error = NULL;
  guint64 number;
  Triangle t;

  triangle_setup_with_fee (&t, 100000, "trade-capital", "1000 USD", "cool-down", "1h", NULL);
  open_books (&t);
  fill_legs (&t, 2);
  fill (&t, pst_harness_get_last_order (t.harness), pst_harness_get_last_order (t.harness)->request.quantity);
  number = triangle_last (&t)->number;
  state = remember (&t);
  come_back (&t, state);
  open_books (&t);
  g_assert_cmpuint (pst_harness_get_n_orders (t.harness), ==, 3);
  g_assert_cmpuint (triangle_last (&t)->number, >, number);
  pst_harness_stop (t.harness, t.strategy);
  pst_harness_start (t.harness, t.strategy);
  pst_state_file_set_string (state, "cooling.0.until", "soon");
  g_assert_false (PST_COMPONENT_GET_CLASS (t.strategy)->load_state (t.strategy, state, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT);
  triangle_finish (&t);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/triangular-arbitrage/sequencer/completes", test_completes);
  g_test_add_func ("/triangular-arbitrage/sequencer/estimate", test_estimate);
  g_test_add_func ("/triangular-arbitrage/sequencer/failures", test_failures);
  g_test_add_func ("/triangular-arbitrage/sequencer/market-moves", test_market_moves);
  g_test_add_func ("/triangular-arbitrage/sequencer/attempts", test_attempts);
  g_test_add_func ("/triangular-arbitrage/sequencer/unknown", test_unknown);
  g_test_add_func ("/triangular-arbitrage/sequencer/exception", test_exception);
  g_test_add_func ("/triangular-arbitrage/sequencer/stop", test_stop);
  g_test_add_func ("/triangular-arbitrage/sequencer/pauses", test_pauses);
  g_test_add_func ("/triangular-arbitrage/sequencer/restart", test_restart);
  g_test_add_func ("/triangular-arbitrage/sequencer/restart-between-attempts", test_restart_between_attempts);
  g_test_add_func ("/triangular-arbitrage/sequencer/restart-unknown", test_restart_unknown);
  g_test_add_func ("/triangular-arbitrage/sequencer/restart-cools", test_restart_cools);
  return g_test_run ();
}
