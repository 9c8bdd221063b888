/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The border: what passes here is believed by everyone behind it, so every rule is shown from both sides. */

#include <penstock-check.h>

#include <string.h>

/* An exchange that can do nothing, and one whose every function is there. */
#define TEST_TYPE_BARE (test_bare_get_type ())
G_DECLARE_FINAL_TYPE (TestBare, test_bare, TEST, BARE, PstExchange)
struct _TestBare
{
  PstExchange parent_instance;
};
G_DEFINE_FINAL_TYPE (TestBare, test_bare, PST_TYPE_EXCHANGE)

static void
test_bare_class_init (TestBareClass *klass)
{
}

static void
test_bare_init (TestBare *bare)
{
}

typedef struct
{
  PstHarness *harness;
  PstExchange *exchange;
  guint32 stock; /* prices in steps of 0.05 */
  guint32 coin;  /* on every price */
  guint32 other; /* another exchange's */
  guint n_blocks, n_frames;
  guint64 last_sequence;
} Fixture;

static void
on_frame_received (PstExchange *exchange, const PstFrameBlock *block, Fixture *fixture)
{
  fixture->n_blocks++;
  for (guint i = 0; i < block->n_frames; i++)
    {
      fixture->n_frames++;
      g_assert_cmpuint (block->frames[i].sequence, ==, fixture->last_sequence + 1);
      g_assert_cmpuint (block->frames[i].exchange, ==, pst_component_get_index (PST_COMPONENT (exchange)));
      fixture->last_sequence++;
    }
}

static guint32
add (Fixture *fixture, const char *symbol, gint64 step)
{
  PstInstrument draft
      = { .symbol = (char *)symbol, .venue = (char *)"TEST", .quote = pst_currency_get ("USD", NULL), .price_scale = 2, .price_step = step };
  g_autoptr (PstInstrument) instrument = pst_instrument_new (&draft, NULL);
  g_autoptr (GError) error = NULL;
  guint32 index = pst_exchange_add_instrument (fixture->exchange, instrument, &error);

  g_assert_no_error (error);
  g_assert_true (pst_exchange_owns_instrument (fixture->exchange, index));
  return index;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->harness = pst_harness_new ();
  fixture->exchange = PST_EXCHANGE (pst_harness_add (fixture->harness, TEST_TYPE_BARE, "venue", NULL));
  fixture->stock = add (fixture, "STOCK", 5);
  fixture->other = pst_harness_add_instrument (fixture->harness, "OTHER");
  fixture->coin = add (fixture, "COIN", 1);
  g_assert_false (pst_exchange_owns_instrument (fixture->exchange, fixture->other));
  g_assert_false (pst_exchange_owns_instrument (fixture->exchange, 99));
  g_signal_connect (fixture->exchange, "frame-received", G_CALLBACK (on_frame_received), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  pst_harness_finish (fixture->harness);
}

static PstEvent
bar_of (Fixture *fixture)
{
  return (PstEvent){ .receive_time_ns = 100, .instrument = fixture->stock, .kind = PST_EVENT_BAR, .bar = { 1000, 1050, 950, 1005, 7 } };
}

static PstEvent
quote_of (Fixture *fixture)
{
  return (PstEvent){ .receive_time_ns = 100, .instrument = fixture->stock, .kind = PST_EVENT_QUOTE, .quote = { 1000, 5, 1005, 5 } };
}

static PstEvent
trade_of (Fixture *fixture)
{
  return (PstEvent){ .receive_time_ns = 100, .instrument = fixture->stock, .kind = PST_EVENT_TRADE, .trade = { 1000, 5, 0, PST_SIDE_BUY, 0 } };
}

static PstEvent
level_of (Fixture *fixture)
{
  return (PstEvent){ .receive_time_ns = 100, .instrument = fixture->stock, .kind = PST_EVENT_LEVEL, .level = { 1000, 5, 1, PST_SIDE_SELL, 0 } };
}

static void
assert_refused (Fixture *fixture, const PstEvent *event, const char *word)
{
  const char *refusal = pst_exchange_check_event (fixture->exchange, event);

  g_assert_nonnull (refusal);
  if (strstr (refusal, word) == NULL)
    g_test_fail_printf ("\"%s\" does not say \"%s\"", refusal, word);
}

#define ASSERT_PASSES(make, change)                                                   \
  G_STMT_START                                                                        \
  {                                                                                   \
    PstEvent event = make (fixture);                                                  \
    change;                                                                           \
    g_assert_cmpstr (pst_exchange_check_event (fixture->exchange, &event), ==, NULL); \
  }                                                                                   \
  G_STMT_END

#define ASSERT_REFUSED(make, change, word)  \
  G_STMT_START                              \
  {                                         \
    PstEvent event = make (fixture);        \
    change;                                 \
    assert_refused (fixture, &event, word); \
  }                                         \
  G_STMT_END

static void
test_bars (Fixture *fixture, gconstpointer data)
{
  ASSERT_PASSES (bar_of, (void)0);
  ASSERT_PASSES (bar_of, event.bar.volume = 0);
  ASSERT_PASSES (bar_of, (event.bar = (PstBar){ 1000, 1000, 1000, 1000, 0 }));
  ASSERT_PASSES (bar_of, (event.instrument = fixture->coin, event.bar.open = 1001));
  ASSERT_REFUSED (bar_of, event.bar.low = 0, "zero or negative");
  ASSERT_REFUSED (bar_of, event.bar.low = -5, "zero or negative");
  ASSERT_REFUSED (bar_of, event.bar.high = 940, "high is below its low");
  ASSERT_REFUSED (bar_of, event.bar.open = 945, "open lies outside");
  ASSERT_REFUSED (bar_of, event.bar.open = 1055, "open lies outside");
  ASSERT_REFUSED (bar_of, event.bar.close = 945, "close lies outside");
  ASSERT_REFUSED (bar_of, event.bar.close = 1055, "close lies outside");
  ASSERT_REFUSED (bar_of, event.bar.volume = -1, "volume is negative");
  ASSERT_REFUSED (bar_of, event.bar.open = 1001, "off the instrument's grid");
  ASSERT_REFUSED (bar_of, event.bar.high = 1051, "off the instrument's grid");
  ASSERT_REFUSED (bar_of, event.bar.low = 949, "off the instrument's grid");
  ASSERT_REFUSED (bar_of, event.bar.close = 1001, "off the instrument's grid");
}

static void
test_quotes (Fixture *fixture, gconstpointer data)
{
  ASSERT_PASSES (quote_of, (void)0);
  ASSERT_PASSES (quote_of, (event.quote = (PstQuote){ 1000, 5, 0, 0 }));
  ASSERT_PASSES (quote_of, (event.quote = (PstQuote){ 1000, 0, 990, 5 }));
  ASSERT_REFUSED (quote_of, event.quote.bid_size = -1, "size of the quote is negative");
  ASSERT_REFUSED (quote_of, event.quote.ask_size = -1, "size of the quote is negative");
  ASSERT_REFUSED (quote_of, event.quote.bid_price = 0, "zero or negative");
  ASSERT_REFUSED (quote_of, event.quote.ask_price = 0, "zero or negative");
  ASSERT_REFUSED (quote_of, event.quote.ask_price = -5, "zero or negative");
  ASSERT_REFUSED (quote_of, event.quote.bid_price = 1005, "bid is not below its ask");
  ASSERT_REFUSED (quote_of, event.quote.bid_price = 1010, "bid is not below its ask");
  ASSERT_REFUSED (quote_of, event.quote.bid_price = 1001, "off the instrument's grid");
  ASSERT_REFUSED (quote_of, event.quote.ask_price = 1006, "off the instrument's grid");
}

static void
test_others (Fixture *fixture, gconstpointer data)
{
  ASSERT_PASSES (trade_of, (void)0);
  ASSERT_PASSES (trade_of, event.trade.aggressor = PST_SIDE_NONE);
  ASSERT_REFUSED (trade_of, event.trade.price = 0, "zero or negative");
  ASSERT_REFUSED (trade_of, event.trade.size = -1, "size is negative");
  ASSERT_REFUSED (trade_of, event.trade.aggressor = 3, "no side");
  ASSERT_REFUSED (trade_of, event.trade.price = 1001, "off the instrument's grid");
  ASSERT_PASSES (level_of, event.level.size = 0);
  ASSERT_REFUSED (level_of, event.level.price = -1000, "zero or negative");
  ASSERT_REFUSED (level_of, event.level.size = -1, "size is negative");
  ASSERT_REFUSED (level_of, event.level.side = PST_SIDE_NONE, "neither bid nor ask");
  ASSERT_REFUSED (level_of, event.level.price = 1001, "off the instrument's grid");
  ASSERT_PASSES (level_of, (event.kind = PST_EVENT_STATUS, event.status = PST_INSTRUMENT_STATUS_STALE));
  ASSERT_REFUSED (level_of, (event.kind = PST_EVENT_STATUS, event.status = 99), "none that is known");
  ASSERT_REFUSED (level_of, event.kind = 0, "no known kind");
  ASSERT_REFUSED (level_of, event.kind = 77, "no known kind");
  ASSERT_REFUSED (level_of, event.instrument = fixture->other, "another exchange's");
  ASSERT_REFUSED (level_of, event.instrument = 99, "another exchange's");
}

static gboolean
publish (Fixture *fixture, gint64 time_ns, const PstEvent *events, guint n_events, GError **error)
{
  PstFrame frames[2] = { { .events = events, .n_events = n_events, .time_ns = time_ns } };
  PstFrameBlock block = { frames, 1 };

  return pst_exchange_publish (fixture->exchange, &block, error);
}

static void
test_publish (Fixture *fixture, gconstpointer data)
{
  PstEvent events[2] = { bar_of (fixture), bar_of (fixture) };
  PstFrame frames[3] = { { .events = events, .n_events = 1, .time_ns = 100 },
                         { .events = events, .n_events = 2, .time_ns = 100 },
                         { .events = events + 1, .n_events = 1, .time_ns = 200 } };
  PstFrameBlock block = { frames, 3 }, empty = { frames, 0 };
  g_autoptr (GError) error = NULL;

  events[1].instrument = fixture->coin;
  g_assert_true (pst_exchange_publish (fixture->exchange, &block, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (fixture->n_blocks, ==, 1);
  g_assert_cmpuint (fixture->n_frames, ==, 3);
  g_assert_true (pst_exchange_publish (fixture->exchange, &empty, &error));
  g_assert_cmpuint (fixture->n_blocks, ==, 1);
  g_assert_true (publish (fixture, 200, events, 2, &error));
  g_assert_cmpuint (fixture->last_sequence, ==, 4);
}

static void
test_time (Fixture *fixture, gconstpointer data)
{
  PstEvent events[3] = { bar_of (fixture), bar_of (fixture), bar_of (fixture) };
  g_autoptr (GError) error = NULL;

  g_assert_true (publish (fixture, 100, events, 1, NULL));
  g_assert_false (publish (fixture, 99, events, 1, &error));
  g_assert_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_BORDER);
  g_clear_error (&error);
  events[0].receive_time_ns = 99;
  g_assert_false (publish (fixture, 100, events, 1, &error));
  g_assert_cmpstr (error->message, ==,
                   "exchange \"venue\": frame 1 of 1 at 1970-01-01T00:00:00.000000100Z, event 1 (STOCK.TEST): the instrument's time goes backwards");
  g_clear_error (&error);
  /* One that is from after its frame would be a look into the future. */
  events[0].receive_time_ns = 101;
  g_assert_false (publish (fixture, 100, events, 1, &error));
  g_assert_nonnull (strstr (error->message, "after its frame's time"));
  g_clear_error (&error);
  g_assert_false (publish (fixture, 100, events, 0, &error));
  g_assert_nonnull (strstr (error->message, "(no instrument): the frame is empty"));
  g_clear_error (&error);

  /* Nothing of a refused block is remembered: neither times nor numbers. */
  events[0].receive_time_ns = 150;
  events[1].receive_time_ns = 170;
  events[2].receive_time_ns = 160;
  g_assert_false (publish (fixture, 200, events, 3, &error));
  g_assert_nonnull (strstr (error->message, "event 3"));
  g_assert_cmpuint (fixture->last_sequence, ==, 1);
  events[0].receive_time_ns = 120;
  g_assert_true (publish (fixture, 120, events, 1, NULL));
  g_assert_cmpuint (fixture->last_sequence, ==, 2);
}

static void
test_many_instruments (Fixture *fixture, gconstpointer data)
{
  PstEvent event = bar_of (fixture);

  for (guint i = 0; i < 300; i++)
    {
      g_autofree char *symbol = g_strdup_printf ("S%u", i);

      event.instrument = add (fixture, symbol, 1);
      g_assert_true (publish (fixture, 100 + i, &event, 1, NULL));
    }
  g_assert_cmpuint (fixture->n_frames, ==, 300);
}

static void
test_duplicate_instrument (Fixture *fixture, gconstpointer data)
{
  PstInstrument draft = { .symbol = (char *)"STOCK", .venue = (char *)"TEST", .quote = pst_currency_get ("USD", NULL), .price_scale = 2 };
  g_autoptr (PstInstrument) instrument = pst_instrument_new (&draft, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (pst_exchange_add_instrument (fixture->exchange, instrument, &error), ==, PST_INSTRUMENT_NONE);
  g_assert_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_RANGE);
}

static void
assert_not_supported (gboolean done, GError **error)
{
  g_assert_false (done);
  g_assert_error (*error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr ((*error)->message, "exchange \"venue\" cannot"));
  g_clear_error (error);
}

static void
test_bare (Fixture *fixture, gconstpointer data)
{
  PstExchange *exchange = fixture->exchange;
  g_autoptr (PstAccount) account = pst_account_new ();
  g_autoptr (GError) error = NULL;
  PstFeedCounts counts = { 1, 2, 3 };
  PstOrder order = { .id = 1 };
  PstFrame frame = { .n_events = 0 };
  double fraction = 5;

  g_assert_cmpint (pst_component_get_kind (PST_COMPONENT (exchange)), ==, PST_COMPONENT_KIND_EXCHANGE);
  g_assert_false (pst_exchange_is_feed (exchange));
  g_assert_false (pst_exchange_can_execute (exchange));
  g_assert_null (pst_exchange_get_feed (exchange));
  assert_not_supported (pst_exchange_pull (exchange, &error) != PST_FEED_ERROR, &error);
  assert_not_supported (pst_exchange_submit (exchange, &order, &error), &error);
  assert_not_supported (pst_exchange_cancel (exchange, &order, &error), &error);
  assert_not_supported (pst_exchange_modify (exchange, &order, 1, 0, 0, &error), &error);
  g_assert_true (pst_exchange_observe_frame (exchange, &frame, &error));
  g_assert_true (pst_exchange_load_account (exchange, account, &error));
  g_assert_cmpuint (pst_account_get_n_balances (account), ==, 0);
  pst_exchange_get_progress (exchange, &counts, &fraction);
  g_assert_cmpuint (counts.n_rows + counts.n_events + counts.n_rejected, ==, 0);
  g_assert_cmpfloat (fraction, <, 0);
}

static void
count_connection (PstExchange *exchange, PstConnection state, guint *n)
{
  g_assert_cmpint (state, ==, pst_exchange_get_connection (exchange));
  (*n)++;
}

static void
test_connection (Fixture *fixture, gconstpointer data)
{
  guint n = 0;

  g_signal_connect (fixture->exchange, "connection-changed", G_CALLBACK (count_connection), &n);
  g_assert_cmpint (pst_exchange_get_connection (fixture->exchange), ==, PST_CONNECTION_DISCONNECTED);
  pst_exchange_set_connection (fixture->exchange, PST_CONNECTION_DISCONNECTED);
  g_assert_cmpuint (n, ==, 0);
  pst_exchange_set_connection (fixture->exchange, PST_CONNECTION_CONNECTED);
  pst_exchange_set_connection (fixture->exchange, PST_CONNECTION_CONNECTED);
  g_assert_cmpuint (n, ==, 1);
}

/* Asked of an instrument: the calendar of who lists it. Of a venue that fills on another's data: that one's, until it has its own. */
static void
test_calendar (void)
{
  PstHarness *harness = pst_harness_new ();
  PstContext *context = PST_CONTEXT (harness);
  guint32 aapl = pst_harness_add_instrument (harness, "AAPL");
  PstComponent *bare = pst_harness_add (harness, test_bare_get_type (), "bare", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (pst_context_get_calendar (context, aapl) == pst_calendar_get_always ());
  g_assert_true (pst_context_get_calendar (context, 99) == pst_calendar_get_always ());
  pst_harness_set_calendar (harness, "nyse");
  g_assert_cmpstr (pst_calendar_get_name (pst_context_get_calendar (context, aapl)), ==, "nyse");
  g_assert_true (pst_component_set_option (bare, "calendar", "nsee", &error));
  g_assert_false (pst_harness_try_start (harness, bare, &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE);
  g_assert_nonnull (strstr (error->message, "option \"calendar\": there is no calendar \"nsee\" (did you mean"));
  g_clear_error (&error);
  g_assert_true (pst_component_set_option (bare, "calendar", "nse", &error));
  pst_harness_start (harness, bare);
  g_assert_cmpstr (pst_calendar_get_name (pst_exchange_get_calendar (PST_EXCHANGE (bare))), ==, "nse");
  pst_harness_finish (harness);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/sdk/exchange/border/bars", Fixture, NULL, set_up, test_bars, tear_down);
  g_test_add ("/sdk/exchange/border/quotes", Fixture, NULL, set_up, test_quotes, tear_down);
  g_test_add ("/sdk/exchange/border/others", Fixture, NULL, set_up, test_others, tear_down);
  g_test_add ("/sdk/exchange/publish", Fixture, NULL, set_up, test_publish, tear_down);
  g_test_add ("/sdk/exchange/time", Fixture, NULL, set_up, test_time, tear_down);
  g_test_add ("/sdk/exchange/many-instruments", Fixture, NULL, set_up, test_many_instruments, tear_down);
  g_test_add ("/sdk/exchange/duplicate-instrument", Fixture, NULL, set_up, test_duplicate_instrument, tear_down);
  g_test_add ("/sdk/exchange/bare", Fixture, NULL, set_up, test_bare, tear_down);
  g_test_add ("/sdk/exchange/connection", Fixture, NULL, set_up, test_connection, tear_down);
  g_test_add_func ("/sdk/exchange/calendar", test_calendar);
  return g_test_run ();
}
