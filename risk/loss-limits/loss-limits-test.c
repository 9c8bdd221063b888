/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A limit that is noticed one loss too late, or forgotten over night or over a restart, costs what it was there to save. */

#include <glib/gstdio.h>
#include <penstock-check.h>

const PstPluginEntry *penstock_plugin_entry (void);

#define DAILY "daily_loss_limit_breached"
#define CUMULATIVE "cumulative_loss_limit_breached"

typedef struct
{
  PstHarness *harness;
  PstComponent *guard;
  guint32 share;
  guint n_executions;
} Fixture;

static void
set (PstComponent *guard, const char *option, const char *value)
{
  g_autoptr (GError) error = NULL;

  if (value != NULL)
    pst_component_set_option (guard, option, value, &error);
  g_assert_no_error (error);
}

static void
setup_unstarted (Fixture *fixture, const char *daily, const char *cumulative)
{
  *fixture = (Fixture){ .harness = pst_harness_new () };
  pst_harness_set_mode (fixture->harness, PST_MODE_PAPER);
  fixture->share = pst_harness_add_instrument (fixture->harness, "A");
  pst_harness_set_mark (fixture->harness, fixture->share, "100.00");
  fixture->guard = pst_harness_add (fixture->harness, penstock_plugin_entry ()->get_type (), "loss", NULL);
  set (fixture->guard, "daily-loss-limit", daily);
  set (fixture->guard, "cumulative-loss-limit", cumulative);
}

static void
setup (Fixture *fixture, const char *daily, const char *cumulative)
{
  setup_unstarted (fixture, daily, cumulative);
  pst_harness_start (fixture->harness, fixture->guard);
}

static PstOrderRequest
market (guint32 instrument, PstSide side, gint64 quantity)
{
  return (PstOrderRequest){
    .instrument = instrument, .side = side, .type = PST_ORDER_TYPE_MARKET, .time_in_force = PST_TIME_IN_FORCE_GTC, .quantity = quantity
  };
}

static void
check_review (Fixture *fixture, PstSide side, gint64 quantity, const char *code)
{
  PstOrderRequest request = market (fixture->share, side, quantity);
  PstVerdict verdict = { 0 };

  pst_harness_review (fixture->harness, PST_GUARD (fixture->guard), &request, &verdict);
  g_assert_cmpstr (verdict.code, ==, code != NULL ? code : "");
  g_assert_cmpint (verdict.passed, ==, code == NULL);
}

static void
fill_request (Fixture *fixture, const PstOrderRequest *request, const char *price, const char *fee)
{
  guint64 id = pst_harness_place (fixture->harness, request);
  PstExecutionReport report = { .order_id = id, .kind = PST_REPORT_FILL, .quantity = request->quantity };
  PstMoney paid = { 0 };

  pst_harness_accept (fixture->harness, id);
  report.price = pst_harness_price (fixture->harness, request->instrument, price);
  if (fee != NULL)
    g_assert_true (pst_money_parse (fee, &paid, NULL));
  report.fee = paid.amount;
  report.fee_currency = paid.currency;
  g_snprintf (report.execution_id, sizeof report.execution_id, "E-%u", ++fixture->n_executions);
  pst_harness_report (fixture->harness, &report);
}

static void
fill (Fixture *fixture, guint32 instrument, PstSide side, gint64 quantity, const char *price, const char *fee)
{
  PstOrderRequest request = market (instrument, side, quantity);

  fill_request (fixture, &request, price, fee);
}

/* A round trip of one share that was bought at 1000.00. */
static void
realise (Fixture *fixture, const char *sold_at)
{
  fill (fixture, fixture->share, PST_SIDE_BUY, 1, "1000.00", NULL);
  fill (fixture, fixture->share, PST_SIDE_SELL, 1, sold_at, NULL);
}

static guint32
add_coin (Fixture *fixture, const char *symbol, const char *base, const char *quote)
{
  PstInstrument draft = { .symbol = (char *)symbol,
                          .venue = (char *)"TEST",
                          .base = pst_currency_get (base, NULL),
                          .quote = pst_currency_get (quote, NULL),
                          .settlement = PST_SETTLEMENT_DELIVERY,
                          .price_scale = 4,
                          .size_scale = 4 };

  return pst_harness_add_instrument_like (fixture->harness, &draft);
}

static void
fill_leg (Fixture *fixture, guint32 trade, guint32 instrument, PstSide side, const char *quantity, const char *price, const char *fee)
{
  PstOrderRequest request = market (instrument, side, pst_harness_size (fixture->harness, instrument, quantity));

  request.trade = trade;
  fill_request (fixture, &request, price, fee);
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

static PstTradingState
trading_state (Fixture *fixture)
{
  return pst_context_get_trading_state (PST_CONTEXT (fixture->harness));
}

/* A cycle closes no position of any instrument; it gains or loses all the same. What the coins did between two cycles is nobody's loss. */
static void
test_cycles (void)
{
  Fixture fixture;
  guint32 btc_usd, eth_btc, eth_usd;

  setup_unstarted (&fixture, "100 USD", NULL);
  btc_usd = add_coin (&fixture, "BTC/USD", "BTC", "USD");
  eth_btc = add_coin (&fixture, "ETH/BTC", "ETH", "BTC");
  eth_usd = add_coin (&fixture, "ETH/USD", "ETH", "USD");
  pst_harness_start (fixture.harness, fixture.guard);
  /* 10,000 USD, 1 BTC, 20 ETH, 10,060 USD less 20 of fee. */
  fill_leg (&fixture, 1, btc_usd, PST_SIDE_BUY, "1", "10000", NULL);
  fill_leg (&fixture, 1, eth_btc, PST_SIDE_BUY, "20", "0.05", NULL);
  fill_leg (&fixture, 1, eth_usd, PST_SIDE_SELL, "20", "503", "20 USD");
  check_review (&fixture, PST_SIDE_BUY, 1, NULL);
  /* Prices fall by half; the way back loses 40 + 60: by 20 of fee on the first leg, and 80 on the last. */
  fill_leg (&fixture, 2, eth_usd, PST_SIDE_BUY, "20", "250", "20 USD");
  fill_leg (&fixture, 2, eth_btc, PST_SIDE_SELL, "20", "0.05", NULL);
  g_assert_cmpint (trading_state (&fixture), ==, PST_TRADING_STATE_ACTIVE);
  fill_leg (&fixture, 2, btc_usd, PST_SIDE_SELL, "1", "4880.01", NULL);
  g_assert_cmpint (trading_state (&fixture), ==, PST_TRADING_STATE_ACTIVE); /* 40 - 139.99 */
  fill_leg (&fixture, 3, btc_usd, PST_SIDE_BUY, "0.1", "5000", NULL);
  fill_leg (&fixture, 3, btc_usd, PST_SIDE_SELL, "0.1", "4999.9", NULL);
  g_assert_cmpint (trading_state (&fixture), ==, PST_TRADING_STATE_HALTED); /* a cent more: 100 */
  check_review (&fixture, PST_SIDE_BUY, 1, DAILY);
  pst_harness_finish (fixture.harness);
}

/* -60 under a limit of 50: the first of two losses ends it. */
static void
test_daily (void)
{
  Fixture fixture;

  setup (&fixture, "50 USD", NULL);
  check_review (&fixture, PST_SIDE_BUY, 1, NULL);
  realise (&fixture, "940.00");
  check_review (&fixture, PST_SIDE_BUY, 1, DAILY);
  g_assert_cmpint (trading_state (&fixture), ==, PST_TRADING_STATE_HALTED);
  g_assert_cmpstr (pst_harness_find_record (fixture.harness, PST_RECORD_TRADING_STATE)->trading_state.reason, ==, DAILY);
  g_assert_cmpuint (count_alerts (&fixture, PST_SEVERITY_CRITICAL), ==, 1);
  realise (&fixture, "940.00");
  g_assert_cmpuint (count_alerts (&fixture, PST_SEVERITY_CRITICAL), ==, 1);
  pst_harness_finish (fixture.harness);
}

/* -40, -15 under a limit of 50: the second ends it. */
static void
test_cumulative (void)
{
  Fixture fixture;

  setup (&fixture, NULL, "50 USD");
  realise (&fixture, "960.00");
  check_review (&fixture, PST_SIDE_BUY, 1, NULL);
  g_assert_cmpint (trading_state (&fixture), ==, PST_TRADING_STATE_ACTIVE);
  pst_harness_advance (fixture.harness, PST_NS_PER_DAY);
  realise (&fixture, "985.00");
  check_review (&fixture, PST_SIDE_BUY, 1, CUMULATIVE);
  g_assert_cmpint (trading_state (&fixture), ==, PST_TRADING_STATE_HALTED);
  pst_harness_advance (fixture.harness, PST_NS_PER_DAY);
  check_review (&fixture, PST_SIDE_BUY, 1, CUMULATIVE);
  pst_harness_finish (fixture.harness);
}

static void
test_bounds (void)
{
  static const char *const sold[] = { "950.01", "950.00", "949.99" };

  for (guint i = 0; i < G_N_ELEMENTS (sold); i++)
    {
      Fixture fixture;

      setup (&fixture, "50 USD", "50 USD");
      realise (&fixture, sold[i]);
      check_review (&fixture, PST_SIDE_BUY, 1, i == 0 ? NULL : CUMULATIVE);
      pst_harness_finish (fixture.harness);
    }
}

static void
test_profit_then_loss (void)
{
  Fixture fixture;

  setup (&fixture, "50 USD", NULL);
  realise (&fixture, "1030.00");
  realise (&fixture, "921.00");
  check_review (&fixture, PST_SIDE_BUY, 1, NULL);
  realise (&fixture, "999.00");
  check_review (&fixture, PST_SIDE_BUY, 1, DAILY);
  /* A profit that comes later does not undo it. */
  realise (&fixture, "2000.00");
  check_review (&fixture, PST_SIDE_BUY, 1, DAILY);
  pst_harness_finish (fixture.harness);
}

static void
test_fees_count (void)
{
  Fixture fixture;

  setup (&fixture, "50 USD", NULL);
  fill (&fixture, fixture.share, PST_SIDE_BUY, 1, "1000.00", "25 USD");
  check_review (&fixture, PST_SIDE_BUY, 1, NULL);
  fill (&fixture, fixture.share, PST_SIDE_SELL, 1, "1000.00", "25 USD");
  check_review (&fixture, PST_SIDE_BUY, 1, DAILY);
  pst_harness_finish (fixture.harness);
}

static void
test_exits_pass (void)
{
  Fixture fixture;

  setup (&fixture, "50 USD", NULL);
  fill (&fixture, fixture.share, PST_SIDE_BUY, 10, "1000.00", NULL);
  fill (&fixture, fixture.share, PST_SIDE_SELL, 5, "900.00", NULL);
  check_review (&fixture, PST_SIDE_SELL, 5, NULL);
  check_review (&fixture, PST_SIDE_SELL, 6, DAILY);
  check_review (&fixture, PST_SIDE_BUY, 1, DAILY);
  pst_harness_finish (fixture.harness);
}

static void
test_on_breach (void)
{
  static const struct
  {
    const char *option;
    PstTradingState state;
  } cases[] = { { "halt", PST_TRADING_STATE_HALTED }, { "reduce", PST_TRADING_STATE_REDUCING }, { "deny", PST_TRADING_STATE_ACTIVE } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Fixture fixture;

      setup_unstarted (&fixture, "50 USD", NULL);
      set (fixture.guard, "on-breach", cases[i].option);
      pst_harness_start (fixture.harness, fixture.guard);
      realise (&fixture, "900.00");
      g_assert_cmpint (trading_state (&fixture), ==, cases[i].state);
      check_review (&fixture, PST_SIDE_BUY, 1, DAILY);
      pst_harness_finish (fixture.harness);
    }
}

static void
move_to (Fixture *fixture, const char *time)
{
  gint64 time_ns;

  g_assert_true (pst_time_parse (time, -1, &time_ns, NULL));
  pst_harness_advance_to (fixture->harness, time_ns);
}

/* A loss just before a day's end counts for that day alone; both changes of clocks are among them. */
static void
test_days (void)
{
  static const struct
  {
    const char *zone, *start, *loss, *before, *after;
  } cases[] = {
    { "UTC", "00:00", "2020-03-28T12:00:00Z", "2020-03-28T23:59:59.999999999Z", "2020-03-29T00:00:00Z" },
    { "Europe/Berlin", "00:00", "2020-03-28T23:00:00Z", "2020-03-29T21:59:59.999999999Z", "2020-03-29T22:00:00Z" }, /* 23 hours */
    { "Europe/Berlin", "00:00", "2020-10-24T22:00:00Z", "2020-10-25T22:59:59.999999999Z", "2020-10-25T23:00:00Z" }, /* 25 hours */
    { "America/New_York", "17:00", "2020-03-07T22:00:00Z", "2020-03-08T20:59:59.999999999Z", "2020-03-08T21:00:00Z" },
    /* The day begins at 02:30, which comes twice; it does not begin twice. */
    { "Europe/Berlin", "02:30", "2020-10-25T00:30:00Z", "2020-10-25T01:10:00Z", "2020-10-26T01:30:00Z" },
    { "Asia/Kolkata", "00:00", "2020-01-01T18:30:00Z", "2020-01-02T18:29:59Z", "2020-01-02T18:30:00Z" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Fixture fixture;

      setup_unstarted (&fixture, "50 USD", "1000 USD");
      set (fixture.guard, "time-zone", cases[i].zone);
      set (fixture.guard, "day-start", cases[i].start);
      pst_harness_start (fixture.harness, fixture.guard);
      move_to (&fixture, cases[i].loss);
      realise (&fixture, "940.00");
      move_to (&fixture, cases[i].before);
      check_review (&fixture, PST_SIDE_BUY, 1, DAILY);
      move_to (&fixture, cases[i].after);
      check_review (&fixture, PST_SIDE_BUY, 1, NULL);
      pst_harness_finish (fixture.harness);
    }
}

static void
check_unstartable (const char *option, const char *value, int code)
{
  Fixture fixture;
  g_autoptr (GError) error = NULL;

  setup_unstarted (&fixture, "50 USD", NULL);
  set (fixture.guard, option, value);
  g_assert_false (pst_harness_try_start (fixture.harness, fixture.guard, &error));
  g_assert_error (error, PST_OPTION_ERROR, code);
  g_assert_nonnull (strstr (error->message, option));
  pst_harness_finish (fixture.harness);
}

static void
test_bad_options (void)
{
  check_unstartable ("time-zone", "Europe/Atlantis", PST_OPTION_ERROR_RANGE);
  check_unstartable ("time-zone", "", PST_OPTION_ERROR_RANGE);
  check_unstartable ("calendar", "nowhere", PST_OPTION_ERROR_RANGE);
  check_unstartable ("day-start", "24:00", PST_OPTION_ERROR_RANGE);
  check_unstartable ("day-start", "7:00", PST_OPTION_ERROR_RANGE);
  check_unstartable ("day-start", "07:60", PST_OPTION_ERROR_RANGE);
  check_unstartable ("cumulative-loss-limit", "50 EUR", PST_OPTION_ERROR_CONFLICT);
}

static guint32
add_pair (Fixture *fixture, const char *symbol, const char *base, const char *quote, const char *price)
{
  PstInstrument draft = { .symbol = (char *)symbol, .venue = (char *)"TEST", .price_scale = 2, .size_scale = 0 };
  guint32 index;

  draft.base = pst_currency_get (base, NULL);
  draft.quote = pst_currency_get (quote, NULL);
  index = pst_harness_add_instrument_like (fixture->harness, &draft);
  if (price != NULL)
    pst_harness_set_mark (fixture->harness, index, price);
  return index;
}

/* A loss in euros under limits in dollars, and fees in coins. */
static void
test_conversion (void)
{
  Fixture fixture;
  guint32 euro_share;

  setup (&fixture, "50 USD", NULL);
  add_pair (&fixture, "EUR/USD", "EUR", "USD", "1.25");
  euro_share = add_pair (&fixture, "X", "XX", "EUR", "10.00");
  fill (&fixture, euro_share, PST_SIDE_BUY, 1, "1000.00", NULL);
  fill (&fixture, euro_share, PST_SIDE_SELL, 1, "960.01", NULL); /* -39.99 EUR = -49.9875 USD */
  check_review (&fixture, PST_SIDE_BUY, 1, NULL);
  fill (&fixture, fixture.share, PST_SIDE_BUY, 1, "10.00", "0.01 EUR");
  check_review (&fixture, PST_SIDE_BUY, 1, DAILY);
  pst_harness_finish (fixture.harness);

  setup (&fixture, "50 USD", NULL);
  add_pair (&fixture, "USD/JPY", "USD", "JPY", "100.00");
  euro_share = add_pair (&fixture, "Y", "YY", "JPY", "10.00");
  fill (&fixture, euro_share, PST_SIDE_BUY, 1, "10000.00", NULL);
  fill (&fixture, euro_share, PST_SIDE_SELL, 1, "5000.01", NULL);
  check_review (&fixture, PST_SIDE_BUY, 1, NULL);
  fill (&fixture, fixture.share, PST_SIDE_BUY, 1, "10.00", "0.01 JPY");
  check_review (&fixture, PST_SIDE_BUY, 1, DAILY);
  pst_harness_finish (fixture.harness);
}

static void
test_unknown_denies (void)
{
  Fixture fixture;
  guint32 other;

  setup (&fixture, "50 USD", NULL);
  add_pair (&fixture, "EUR/USD", "EUR", "USD", NULL);
  other = add_pair (&fixture, "X", "XX", "EUR", "10.00");
  fill (&fixture, other, PST_SIDE_BUY, 1, "10.00", NULL);
  check_review (&fixture, PST_SIDE_BUY, 1, NULL);
  fill (&fixture, other, PST_SIDE_SELL, 1, "11.00", NULL); /* even a profit */
  check_review (&fixture, PST_SIDE_BUY, 1, "loss_unknown");
  g_assert_cmpint (trading_state (&fixture), ==, PST_TRADING_STATE_HALTED);
  g_signal_emit_by_name (fixture.guard, "release", "counted by hand");
  check_review (&fixture, PST_SIDE_BUY, 1, NULL);
  pst_harness_finish (fixture.harness);
}

static void
test_open_losses (void)
{
  Fixture fixture;
  gint64 now_ns;

  setup_unstarted (&fixture, "50 USD", NULL);
  set (fixture.guard, "include-open-losses", "true");
  pst_harness_set_position (fixture.harness, G_MAXUINT32, fixture.share, "10", "100.00");
  pst_harness_start (fixture.harness, fixture.guard);
  now_ns = pst_context_now_ns (PST_CONTEXT (fixture.harness));
  pst_harness_push_bar (fixture.harness, fixture.share, now_ns + 1, "200.00", "200.00", "200.00", "200.00", "1");
  pst_harness_push_bar (fixture.harness, fixture.share, now_ns + 2, "95.01", "95.01", "95.01", "95.01", "1");
  check_review (&fixture, PST_SIDE_BUY, 1, NULL);
  pst_harness_push_bar (fixture.harness, fixture.share, now_ns + 3, "95.00", "95.00", "95.00", "95.00", "1");
  g_assert_cmpint (trading_state (&fixture), ==, PST_TRADING_STATE_HALTED);
  check_review (&fixture, PST_SIDE_BUY, 1, DAILY);
  check_review (&fixture, PST_SIDE_SELL, 10, NULL);
  pst_harness_finish (fixture.harness);
}

static void
restart (const char *state_file, const char *code, gint64 later_ns)
{
  Fixture fixture;

  setup_unstarted (&fixture, "50 USD", "100 USD");
  set (fixture.guard, "state-file", state_file);
  pst_harness_advance (fixture.harness, later_ns);
  pst_harness_start (fixture.harness, fixture.guard);
  check_review (&fixture, PST_SIDE_BUY, 1, code);
  pst_harness_push_bar (fixture.harness, fixture.share, pst_context_now_ns (PST_CONTEXT (fixture.harness)) + 1, "1.00", "1.00", "1.00", "1.00", "1");
  g_assert_cmpint (trading_state (&fixture), ==, code != NULL ? PST_TRADING_STATE_HALTED : PST_TRADING_STATE_ACTIVE);
  pst_harness_finish (fixture.harness);
}

static void
lose (const char *state_file, const char *sold_at)
{
  Fixture fixture;

  setup_unstarted (&fixture, "50 USD", "100 USD");
  set (fixture.guard, "state-file", state_file);
  pst_harness_start (fixture.harness, fixture.guard);
  realise (&fixture, sold_at);
  pst_harness_finish (fixture.harness);
}

static void
test_restart (void)
{
  g_autofree char *folder = g_dir_make_tmp ("penstock-loss-XXXXXX", NULL);
  g_autofree char *state_file = g_build_filename (folder, "loss.state", NULL);
  Fixture fixture;

  lose (state_file, "970.00");
  restart (state_file, NULL, 0);
  lose (state_file, "970.00");
  restart (state_file, DAILY, 0);
  restart (state_file, NULL, PST_NS_PER_DAY);
  lose (state_file, "960.00");
  restart (state_file, CUMULATIVE, 0);
  restart (state_file, CUMULATIVE, 30 * PST_NS_PER_DAY);

  setup_unstarted (&fixture, "50 USD", "100 USD");
  set (fixture.guard, "state-file", state_file);
  pst_harness_start (fixture.harness, fixture.guard);
  g_signal_emit_by_name (fixture.guard, "release", "new month");
  pst_harness_finish (fixture.harness);
  restart (state_file, NULL, 0);
  g_unlink (state_file);
  g_rmdir (folder);
}

static void
test_damaged_state (void)
{
  static const char *const damaged[]
      = { "", "[kill-switch]\nactive=false\n",
          "[loss-limits]\nday=2020-01-01\ndaily=0 USD\ncumulative=0 USD\ndaily-breached=false\ncumulative-breached=false\n",
          "[loss-limits]\nday=2020-01-01\ndaily=0 EUR\ncumulative=0 EUR\ndaily-breached=false\ncumulative-breached=false\nunknown=false\n",
          "[loss-limits]\nday=soon\ndaily=0 USD\ncumulative=0 USD\ndaily-breached=false\ncumulative-breached=false\nunknown=false\n" };
  g_autofree char *folder = g_dir_make_tmp ("penstock-loss-XXXXXX", NULL);
  g_autofree char *state_file = g_build_filename (folder, "loss.state", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (damaged); i++)
    {
      g_autofree char *left = NULL;

      g_assert_true (g_file_set_contents (state_file, damaged[i], -1, NULL));
      restart (state_file, "state_unreadable", 0);
      lose (state_file, "990.00");
      /* What could not be understood stays for a person to look at. */
      g_assert_true (g_file_get_contents (state_file, &left, NULL, NULL));
      g_assert_cmpstr (left, ==, damaged[i]);
    }
  g_unlink (state_file);
  g_rmdir (folder);
}

static void
test_unwritable_state (void)
{
  g_autofree char *folder = g_dir_make_tmp ("penstock-loss-XXXXXX", NULL);
  g_autofree char *state_file = g_build_filename (folder, "sub", "loss.state", NULL);
  g_autofree char *sub = g_path_get_dirname (state_file);
  Fixture fixture;

  setup_unstarted (&fixture, "50 USD", NULL);
  set (fixture.guard, "state-file", state_file);
  g_assert_cmpint (g_mkdir (sub, 0700), ==, 0);
  pst_harness_start (fixture.harness, fixture.guard);
  /* The folder goes away under the guard's feet. */
  g_assert_cmpint (g_rmdir (sub), ==, 0);
  realise (&fixture, "999.00");
  realise (&fixture, "999.00");
  check_review (&fixture, PST_SIDE_BUY, 1, "state_unwritable");
  g_assert_cmpuint (count_alerts (&fixture, PST_SEVERITY_CRITICAL), ==, 1);
  g_assert_cmpint (g_mkdir (sub, 0700), ==, 0);
  check_review (&fixture, PST_SIDE_BUY, 1, NULL);
  pst_harness_finish (fixture.harness);
  g_unlink (state_file);
  g_rmdir (sub);
  g_rmdir (folder);
}

static void
test_backtest_keeps_no_state (void)
{
  g_autofree char *folder = g_dir_make_tmp ("penstock-loss-XXXXXX", NULL);
  g_autofree char *state_file = g_build_filename (folder, "loss.state", NULL);
  Fixture fixture;

  setup_unstarted (&fixture, "50 USD", NULL);
  pst_harness_set_mode (fixture.harness, PST_MODE_BACKTEST);
  set (fixture.guard, "state-file", state_file);
  pst_harness_start (fixture.harness, fixture.guard);
  realise (&fixture, "900.00");
  check_review (&fixture, PST_SIDE_BUY, 1, DAILY);
  pst_harness_finish (fixture.harness);
  g_assert_false (g_file_test (state_file, G_FILE_TEST_EXISTS));
  g_rmdir (folder);
}

/* Sums of rebates that do not fit are no reason to think that nothing is lost. */
static void
test_overflow (void)
{
  Fixture fixture;

  setup (&fixture, "50 USD", NULL);
  add_pair (&fixture, "EUR/USD", "EUR", "USD", "1.25");
  fill (&fixture, fixture.share, PST_SIDE_BUY, 1, "10.00", "-70000000000 EUR");
  check_review (&fixture, PST_SIDE_BUY, 1, NULL);
  fill (&fixture, fixture.share, PST_SIDE_BUY, 1, "10.00", "-70000000000 EUR");
  check_review (&fixture, PST_SIDE_BUY, 1, "loss_unknown");
  pst_harness_finish (fixture.harness);
}

static void
test_no_limits (void)
{
  Fixture fixture;

  setup (&fixture, NULL, NULL);
  realise (&fixture, "1.00");
  g_signal_emit_by_name (fixture.guard, "release", NULL);
  check_review (&fixture, PST_SIDE_BUY, 1, NULL);
  g_assert_cmpuint (pst_harness_get_n_records (fixture.harness), ==, 0);
  pst_harness_finish (fixture.harness);
}

/* The day of a market: it turns with the close, not at midnight, and a weekend is no day. */
static void
test_calendar (void)
{
  static const struct
  {
    const char *time;
    const char *code;
  } cases[] = { { "2020-01-03T20:59:59Z", DAILY }, { "2020-01-03T21:00:00Z", NULL } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Fixture fixture;

      setup_unstarted (&fixture, "50 USD", NULL);
      set (fixture.guard, "calendar", "nyse");
      move_to (&fixture, "2020-01-02T22:00:00Z");
      pst_harness_start (fixture.harness, fixture.guard);
      realise (&fixture, "940.00");
      /* Midnight of UTC is nothing to New York. */
      move_to (&fixture, "2020-01-03T00:00:00Z");
      check_review (&fixture, PST_SIDE_BUY, 1, DAILY);
      move_to (&fixture, cases[i].time);
      check_review (&fixture, PST_SIDE_BUY, 1, cases[i].code);
      pst_harness_finish (fixture.harness);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/loss-limits/cycles", test_cycles);
  g_test_add_func ("/loss-limits/daily", test_daily);
  g_test_add_func ("/loss-limits/cumulative", test_cumulative);
  g_test_add_func ("/loss-limits/bounds", test_bounds);
  g_test_add_func ("/loss-limits/profit-then-loss", test_profit_then_loss);
  g_test_add_func ("/loss-limits/fees-count", test_fees_count);
  g_test_add_func ("/loss-limits/exits-pass", test_exits_pass);
  g_test_add_func ("/loss-limits/on-breach", test_on_breach);
  g_test_add_func ("/loss-limits/days", test_days);
  g_test_add_func ("/loss-limits/bad-options", test_bad_options);
  g_test_add_func ("/loss-limits/conversion", test_conversion);
  g_test_add_func ("/loss-limits/unknown-denies", test_unknown_denies);
  g_test_add_func ("/loss-limits/open-losses", test_open_losses);
  g_test_add_func ("/loss-limits/restart", test_restart);
  g_test_add_func ("/loss-limits/damaged-state", test_damaged_state);
  g_test_add_func ("/loss-limits/unwritable-state", test_unwritable_state);
  g_test_add_func ("/loss-limits/backtest-keeps-no-state", test_backtest_keeps_no_state);
  g_test_add_func ("/loss-limits/overflow", test_overflow);
  g_test_add_func ("/loss-limits/no-limits", test_no_limits);
  pst_check_conformance_add (penstock_plugin_entry (), "daily-loss-limit", "50 USD", NULL);
  g_test_add_func ("/loss-limits/calendar", test_calendar);
  return g_test_run ();
}
