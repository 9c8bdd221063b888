/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: a level read wrongly, a message refused because the venue writes its names in another order, or a broken message that
 * changes a book. json-glib reads the same bytes as an oracle. */
#include <json-glib/json-glib.h>

#include "coinbase-test-kit.h"

#define SEED 11

static gboolean
parse (TestParser *test, const char *text)
{
  g_autofree char *copy = g_memdup2 (text, strlen (text)); /* of exactly its size, so that a sanitizer sees what is read behind it */

  return pst_coinbase_parser_read (&test->parser, copy, strlen (text));
}

static void
test_book (void)
{
  TestParser test;
  const PstCoinbaseParser *parser = &test.parser;

  test_parser_init (&test);
  g_assert_true (parse (&test, TEST_BOOK ("13", "snapshot", "BTC-USD",
                                          TEST_LEVEL ("bid", "65083.66", "0.20371215") "," TEST_LEVEL ("offer", "65083.670",
                                                                                                       "1") "," TEST_LEVEL ("offer", "65090", "0"))));
  g_assert_cmpint (parser->channel, ==, PST_COINBASE_CHANNEL_BOOK);
  g_assert_true (parser->has_sequence);
  g_assert_cmpuint (parser->sequence, ==, 13);
  g_assert_cmpint (parser->time_ns, ==, 1786309548483587501);
  g_assert_cmpuint (parser->n_events, ==, 1);
  g_assert_true (parser->events[0].listing == &test.listings[0]);
  g_assert_true (parser->events[0].is_snapshot);
  g_assert_cmpuint (parser->events[0].n, ==, 3);
  g_assert_cmpint (parser->levels[0].side, ==, PST_SIDE_BUY);
  g_assert_cmpint (parser->levels[0].level.price, ==, 6508366);
  g_assert_cmpint (parser->levels[0].level.size, ==, 20371215);
  g_assert_cmpint (parser->levels[0].time_ns, ==, 1786309548170326000);
  g_assert_cmpint (parser->levels[1].side, ==, PST_SIDE_SELL);
  g_assert_cmpint (parser->levels[1].level.price_decimals, ==, 3);
  g_assert_cmpint (parser->levels[1].level.size, ==, 100000000);
  g_assert_cmpint (parser->levels[2].level.size, ==, 0);
  pst_coinbase_parser_clear (&test.parser);
}

/* Two products in one message, and one of nobody's between them. */
static void
test_several_events (void)
{
  TestParser test;
  const PstCoinbaseParser *parser = &test.parser;

  test_parser_init (&test);
  g_assert_true (parse (
      &test,
      TEST_MESSAGE ("l2_data", "5",
                    "{\"type\":\"update\",\"product_id\":\"ETH-USD\",\"updates\":[" TEST_LEVEL (
                        "bid", "1919.44", "1") "]},"
                                               "{\"type\":\"update\",\"product_id\":\"SOL-USD\",\"updates\":[" TEST_LEVEL (
                                                   "bid", "x", "y") "]},"
                                                                    "{\"type\":\"update\",\"product_id\":\"BTC-USD\",\"updates\":[" TEST_LEVEL (
                                                                        "bid", "2", "3") "," TEST_LEVEL ("offer", "4", "5") "]}")));
  g_assert_cmpuint (parser->n_events, ==, 3);
  g_assert_true (parser->events[0].listing == &test.listings[1]);
  g_assert_null (parser->events[1].listing);
  g_assert_cmpuint (parser->events[1].n, ==, 0);
  g_assert_true (parser->events[2].listing == &test.listings[0]);
  g_assert_cmpuint (parser->events[2].first, ==, 1);
  g_assert_cmpuint (parser->events[2].n, ==, 2);
  g_assert_cmpint (parser->levels[2].level.price, ==, 400);
  pst_coinbase_parser_clear (&test.parser);
}

/* The venue names the maker's side: who sold was hit by a buyer. */
static void
test_trades (void)
{
  TestParser test;
  const PstCoinbaseParser *parser = &test.parser;

  test_parser_init (&test);
  g_assert_true (parse (
      &test, TEST_MESSAGE ("market_trades", "9",
                           "{\"type\":\"update\",\"trades\":[" TEST_TRADE ("BTC-USD", "1068572092", "65083.66", "0.00171442", "BUY") "," TEST_TRADE (
                               "SOL-USD", "1", "65083.66", "0.00171442", "BUY") "," TEST_TRADE ("ETH-USD", "1068572091", "1919", "2", "SELL") "]}")));
  g_assert_cmpint (parser->channel, ==, PST_COINBASE_CHANNEL_TRADES);
  g_assert_cmpuint (parser->n_events, ==, 1);
  g_assert_false (parser->events[0].is_snapshot);
  g_assert_cmpuint (parser->n_trades, ==, 2);
  g_assert_cmpint (parser->trades[0].trade.aggressor, ==, PST_SIDE_SELL);
  g_assert_cmpint (parser->trades[0].trade.price, ==, 6508366);
  g_assert_cmpint (parser->trades[0].trade.size, ==, 171442);
  g_assert_cmpuint (parser->trades[0].trade.trade_id, ==, 1068572092);
  g_assert_cmpint (parser->trades[0].time_ns, ==, 1786309549205817000);
  g_assert_true (parser->trades[1].listing == &test.listings[1]);
  g_assert_cmpint (parser->trades[1].trade.aggressor, ==, PST_SIDE_BUY);
  pst_coinbase_parser_clear (&test.parser);
}

static void
test_ticker (void)
{
  TestParser test;

  test_parser_init (&test);
  g_assert_true (
      parse (&test, TEST_MESSAGE ("ticker", "6",
                                  "{\"type\":\"snapshot\",\"tickers\":[{\"type\":\"ticker\",\"product_id\":\"BTC-USD\",\"price\":\"65086.18\","
                                  "\"best_bid\":\"65083.66\",\"best_ask\":\"65083.67\",\"best_bid_quantity\":\"0.2\",\"best_ask_quantity\":"
                                  "\"0.25\"}]}")));
  g_assert_cmpuint (test.parser.n_quotes, ==, 1);
  g_assert_cmpint (test.parser.quotes[0].quote.bid_price, ==, 6508366);
  g_assert_cmpint (test.parser.quotes[0].quote.ask_size, ==, 25000000);
  pst_coinbase_parser_clear (&test.parser);
}

static void
test_other_messages (void)
{
  static const struct
  {
    const char *text;
    PstCoinbaseChannel channel;
  } cases[] = {
    { TEST_MESSAGE ("heartbeats", "35", "{\"current_time\":\"2026-08-09 21:05:48\",\"heartbeat_counter\":41691}"), PST_COINBASE_CHANNEL_HEARTBEATS },
    { TEST_MESSAGE ("heartbeats", "35", "{\"heartbeat_counter\":\"41691\"}"), PST_COINBASE_CHANNEL_HEARTBEATS },
    { TEST_MESSAGE ("subscriptions", "2", "{\"subscriptions\":{\"market_trades\":[\"BTC-USD\",\"ETH-USD\"]}}"), PST_COINBASE_CHANNEL_SUBSCRIPTIONS },
    { TEST_MESSAGE ("candles", "2", "{\"type\":\"snapshot\",\"candles\":[{\"start\":\"1786279500\"}]}"), PST_COINBASE_CHANNEL_OTHER },
    { TEST_MESSAGE ("weather", "2", "{\"sky\":\"blue\"}"), PST_COINBASE_CHANNEL_NONE },
    { "{\"type\":\"error\",\"message\":\"authentication failure\"}", PST_COINBASE_CHANNEL_ERROR },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TestParser test;

      test_parser_init (&test);
      g_assert_true (parse (&test, cases[i].text));
      g_assert_cmpint (test.parser.channel, ==, cases[i].channel);
      g_assert_cmpuint (test.parser.n_levels, ==, 0);
      pst_coinbase_parser_clear (&test.parser);
    }
}

/* A damaged name of a channel: whose it was is still known. */
static void
test_unknown_channel_names_its_product (void)
{
  TestParser test;

  test_parser_init (&test);
  g_assert_true (parse (&test, TEST_MESSAGE ("l7_data", "2", "{\"type\":\"update\",\"product_id\":\"ETH-USD\",\"updates\":[]}")));
  g_assert_cmpint (test.parser.channel, ==, PST_COINBASE_CHANNEL_NONE);
  g_assert_true (test.parser.events[0].listing == &test.listings[1]);
  pst_coinbase_parser_clear (&test.parser);
}

/* Members in any order, with white space and members that nobody knows. */
static void
append_members (GString *json, PstRandom *random, char **members, guint n)
{
  for (guint i = n; i > 1; i--)
    {
      guint other = (guint)pst_random_below (random, i);
      char *member = members[i - 1];

      members[i - 1] = members[other];
      members[other] = member;
    }
  g_string_append_c (json, '{');
  for (guint i = 0; i < n; i++)
    g_string_append_printf (json, "%s%s%s", i > 0 ? "," : "", pst_random_below (random, 3) ? "" : " \n\t", members[i]);
  g_string_append (json, pst_random_below (random, 2) ? ",\"new\":{\"side\":[1,{}],\"a\":null}}" : " }");
  for (guint i = 0; i < n; i++)
    g_free (members[i]);
}

static char *
make_level (PstRandom *random, const PstCoinbaseLevel *level)
{
  g_autoptr (GString) json = g_string_new (NULL);
  char *members[] = {
    g_strdup_printf ("\"side\":\"%s\"", level->side == PST_SIDE_BUY ? "bid" : "offer"),
    g_strdup_printf ("\"event_time\" : \"2026-08-09T21:05:48.%09dZ\"", (int)(level->time_ns % PST_NS_PER_SECOND)),
    g_strdup_printf ("\"price_level\":\"%" G_GINT64_FORMAT ".%02d\"", level->level.price / 100, (int)(level->level.price % 100)),
    g_strdup_printf ("\"new_quantity\":\"%" G_GINT64_FORMAT ".%08d\"", level->level.size / 100000000, (int)(level->level.size % 100000000)),
  };

  append_members (json, random, members, G_N_ELEMENTS (members));
  return g_string_free (g_steal_pointer (&json), FALSE);
}

static void
assert_shuffled (PstRandom *random)
{
  g_autoptr (GString) levels = g_string_new (NULL), event = g_string_new (NULL), message = g_string_new (NULL);
  PstCoinbaseLevel expected[5];
  TestParser test;

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autofree char *text = NULL;

      expected[i] = (PstCoinbaseLevel){ .side = pst_random_below (random, 2) ? PST_SIDE_BUY : PST_SIDE_SELL,
                                        .level = { .price = 1 + (gint64)pst_random_below (random, 10000000),
                                                   .size = (gint64)pst_random_below (random, 1000000000) },
                                        .time_ns = 1786309548 * PST_NS_PER_SECOND + (gint64)pst_random_below (random, 3) };
      text = make_level (random, &expected[i]);
      g_string_append_printf (levels, "%s%s", i > 0 ? "," : "", text);
    }
  {
    char *members[]
        = { g_strdup ("\"type\":\"update\""), g_strdup ("\"product_id\":\"ETH-USD\""), g_strdup_printf ("\"updates\":[%s]", levels->str) };

    append_members (event, random, members, G_N_ELEMENTS (members));
  }
  {
    char *members[] = { g_strdup ("\"channel\":\"l2_data\""), g_strdup ("\"timestamp\":\"2026-08-09T21:05:48Z\""), g_strdup ("\"sequence_num\":77"),
                        g_strdup_printf ("\"events\":[%s]", event->str), g_strdup ("\"client_id\":\"\"") };

    append_members (message, random, members, G_N_ELEMENTS (members));
  }
  test_parser_init (&test);
  if (!parse (&test, message->str))
    g_error ("refused: %s: %s", test.parser.failure, message->str);
  g_assert_cmpuint (test.parser.sequence, ==, 77);
  g_assert_cmpuint (test.parser.n_levels, ==, G_N_ELEMENTS (expected));
  g_assert_true (test.parser.events[0].listing == &test.listings[1]);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      const PstCoinbaseLevel *level = &test.parser.levels[i];

      g_assert_cmpint (level->side, ==, expected[i].side);
      g_assert_cmpint (level->level.price, ==, expected[i].level.price);
      g_assert_cmpint (level->level.size, ==, expected[i].level.size);
      g_assert_cmpint (level->time_ns, ==, expected[i].time_ns);
    }
  pst_coinbase_parser_clear (&test.parser);
}

static void
test_any_order (void)
{
  PstRandom random;

  g_test_message ("seed %d", SEED);
  pst_random_init (&random, SEED, "order");
  for (guint i = 0; i < 500; i++)
    assert_shuffled (&random);
}

/* What is wrong, and what it costs: nothing but the named product's book, or all. */
typedef struct
{
  const char *text;
  gboolean is_broken;
  gint listing; /* that the bad event names; -1 none */
} Bad;

static const Bad bad_messages[] = {
  { "", TRUE, -1 },
  { "null", TRUE, -1 },
  { "[]", TRUE, -1 },
  { "{}", TRUE, -1 },
  { "{\"channel\":\"l2_data\",\"sequence_num\":1}", TRUE, -1 },
  { "{\"channel\":\"l2_data\",\"events\":[]}", TRUE, -1 },
  { TEST_MESSAGE ("l2_data", "01", ""), TRUE, -1 },
  { TEST_MESSAGE ("l2_data", "-1", ""), TRUE, -1 },
  { TEST_MESSAGE ("l2_data", "1.5", ""), TRUE, -1 },
  { TEST_MESSAGE ("l2_data", "99999999999999999999", ""), TRUE, -1 },
  { TEST_MESSAGE ("l2_data", "\"1\"", ""), TRUE, -1 },
  { TEST_MESSAGE ("l2_data", "1,\"sequence_num\":2", ""), TRUE, -1 },
  { TEST_MESSAGE ("l2_data", "1", "") " ", FALSE, -2 },
  { TEST_MESSAGE ("l2_data", "1", "") "{", TRUE, -1 },
  { TEST_MESSAGE ("l2_data", "1", "{\"type\":\"update\",\"updates\":[]}"), TRUE, -1 },
  { TEST_MESSAGE ("l2_data", "1", "{\"type\":\"update\",\"product_id\":7,\"updates\":[]}"), TRUE, -1 },
  { TEST_MESSAGE ("l2_data", "1", "{\"type\":\"update\",\"product_id\":\"ETH\\u002dUSD\",\"updates\":[]}"), TRUE, -1 },
  { TEST_MESSAGE ("l2_data", "1", "{\"type\":\"update\",\"product_id\":\"ETH-USD\"}"), FALSE, 1 },
  { TEST_MESSAGE ("l2_data", "1", "{\"product_id\":\"ETH-USD\",\"updates\":[]}"), FALSE, 1 },
  { TEST_MESSAGE ("l2_data", "1", "{\"type\":\"upd\",\"product_id\":\"ETH-USD\",\"updates\":[]}"), FALSE, 1 },
  { TEST_MESSAGE ("l2_data", "1", "{\"updates\":[{}],\"type\":\"update\",\"product_id\":\"ETH-USD\"}"), FALSE, 1 },
  { TEST_MESSAGE ("l2_data", "1", "{\"type\":\"update\",\"product_id\":\"ETH-USD\",\"updates\":{}}"), FALSE, 1 },
  { TEST_MESSAGE ("l2_data", "1", "{\"type\":\"update\",\"product_id\":\"ETH-USD\",\"updates\":[],\"updates\":[]}"), FALSE, 1 },
  { TEST_MESSAGE ("l2_data", "1", "{\"type\":\"update\",\"type\":\"update\",\"product_id\":\"ETH-USD\",\"updates\":[]}"), FALSE, 1 },
  { TEST_BOOK ("1", "update", "BTC-USD", TEST_LEVEL ("ask", "1", "1")), FALSE, 0 },
  { "{\"channel\":\"l2_data\",\"timestamp\":\"2026-48-09T21:05:48Z\",\"sequence_num\":1,\"events\":[{\"type\":\"update\",\"product_id\":\"ETH-USD\","
    "\"updates\":[" TEST_LEVEL ("bid", "1", "1") "]}]}",
    FALSE, 1 },
  { TEST_BOOK ("1", "update", "BTC-USD", TEST_LEVEL ("bid", "1.001", "1")), FALSE, 0 },
  { TEST_BOOK ("1", "update", "BTC-USD", TEST_LEVEL ("bid", "1,5", "1")), FALSE, 0 },
  { TEST_BOOK ("1", "update", "BTC-USD", TEST_LEVEL ("bid", "0", "1")), FALSE, 0 },
  { TEST_BOOK ("1", "update", "BTC-USD", TEST_LEVEL ("bid", "-1", "1")), FALSE, 0 },
  { TEST_BOOK ("1", "update", "BTC-USD", TEST_LEVEL ("bid", "", "1")), FALSE, 0 },
  { TEST_BOOK ("1", "update", "BTC-USD", TEST_LEVEL ("bid", "1", "-1")), FALSE, 0 },
  { TEST_BOOK ("1", "update", "BTC-USD", TEST_LEVEL ("bid", "1", "0.000000001")), FALSE, 0 },
  { TEST_BOOK ("1", "update", "BTC-USD", TEST_LEVEL ("bid", "1", "1e5")), FALSE, 0 },
  { TEST_BOOK ("1", "update", "BTC-USD", TEST_LEVEL ("bid", "92233720368547758.08", "1")), FALSE, 0 },
  { TEST_BOOK ("1", "update", "BTC-USD", "{\"side\":\"bid\",\"event_time\":\"2026-08-09\",\"price_level\":\"1\",\"new_quantity\":\"1\"}"), FALSE, 0 },
  { TEST_BOOK ("1", "update", "BTC-USD", "{\"side\":\"bid\",\"event_time\":5,\"price_level\":\"1\",\"new_quantity\":\"1\"}"), FALSE, 0 },
  { TEST_BOOK ("1", "update", "BTC-USD", "{\"side\":\"bid\",\"price_level\":1,\"new_quantity\":\"1\"}"), FALSE, 0 },
  { TEST_BOOK ("1", "update", "BTC-USD", "{\"side\":\"bid\",\"price_level\":\"1\"}"), FALSE, 0 },
  { TEST_BOOK ("1", "update", "BTC-USD", "[]"), FALSE, 0 },
  { TEST_BOOK ("1", "update", "BTC-USD", TEST_LEVEL ("bid", "1\"", "1")), TRUE, 0 },
  { TEST_MESSAGE ("market_trades", "1", "{\"type\":\"update\",\"trades\":[" TEST_TRADE ("BTC-USD", "x", "1", "1", "BUY") "]}"), FALSE, -1 },
  { TEST_MESSAGE ("market_trades", "1", "{\"type\":\"update\",\"trades\":[" TEST_TRADE ("BTC-USD", "1", "1", "1", "buy") "]}"), FALSE, -1 },
  { TEST_MESSAGE ("market_trades", "1", "{\"type\":\"update\",\"trades\":[" TEST_TRADE ("BTC-USD", "1", "0", "1", "BUY") "]}"), FALSE, -1 },
  { TEST_MESSAGE ("ticker", "1", "{\"type\":\"update\",\"tickers\":[{\"product_id\":\"BTC-USD\"}]}"), FALSE, -1 },
  { TEST_MESSAGE ("heartbeats", "1", "{\"heartbeat_counter\":\"x\"}"), FALSE, -1 },
};

static void
test_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_messages); i++)
    {
      const Bad *bad = &bad_messages[i];
      TestParser test;
      gboolean good;

      test_parser_init (&test);
      good = parse (&test, bad->text);
      if (good != (bad->listing == -2) || test.parser.is_broken != bad->is_broken)
        g_error ("%s: %s", test.parser.failure, bad->text);
      g_assert_cmpuint (test.parser.n_levels + test.parser.n_trades + test.parser.n_quotes, ==, 0);
      g_assert_cmpuint (test.parser.failure_offset, <=, strlen (bad->text));
      if (bad->listing >= 0 && !bad->is_broken)
        g_assert_true (test.parser.events[0].listing == &test.listings[bad->listing]);
      pst_coinbase_parser_clear (&test.parser);
    }
}

/* One bad event among good ones costs itself alone. */
static void
test_bad_among_good (void)
{
  TestParser test;

  test_parser_init (&test);
  g_assert_false (parse (
      &test, TEST_MESSAGE ("l2_data", "5",
                           "{\"type\":\"update\",\"product_id\":\"ETH-USD\",\"updates\":[" TEST_LEVEL ("bid", "1", "1") "," TEST_LEVEL (
                               "bid", "x", "1") "]},"
                                                "{\"type\":\"update\",\"product_id\":\"BTC-USD\",\"updates\":[" TEST_LEVEL ("bid", "2", "3") "]}")));
  g_assert_false (test.parser.is_broken);
  g_assert_cmpuint (test.parser.n_events, ==, 2);
  g_assert_true (test.parser.events[0].is_bad);
  g_assert_true (test.parser.events[0].listing == &test.listings[1]);
  g_assert_false (test.parser.events[1].is_bad);
  g_assert_cmpuint (test.parser.events[1].first, ==, 0);
  g_assert_cmpuint (test.parser.n_levels, ==, 1);
  g_assert_cmpint (test.parser.levels[0].level.price, ==, 200);
  pst_coinbase_parser_clear (&test.parser);
}

/* No beginning of a message is taken for the whole. */
static void
test_torn (void)
{
  static const char text[]
      = TEST_BOOK ("13", "update", "BTC-USD", TEST_LEVEL ("bid", "65083.66", "0.20371215") "," TEST_LEVEL ("offer", "65083.67", "1"));
  TestParser test;

  test_parser_init (&test);
  for (gsize n = 0; n < strlen (text); n++)
    {
      g_autofree char *part = g_strndup (text, n);

      g_assert_false (parse (&test, part));
      g_assert_true (test.parser.is_broken);
    }
  g_assert_true (parse (&test, text));
  pst_coinbase_parser_clear (&test.parser);
}

static gint64
mantissa (JsonObject *object, const char *name, guint scale)
{
  const char *text = json_object_get_string_member (object, name);
  g_autoptr (GError) error = NULL;
  gint64 value = 0;

  pst_mantissa_parse (text, -1, scale, &value, &error);
  g_assert_no_error (error);
  return value;
}

static void
assert_same_levels (const TestParser *test, const PstCoinbaseEvent *event, JsonObject *object)
{
  JsonArray *updates = json_object_get_array_member (object, "updates");
  const char *product = json_object_get_string_member (object, "product_id");

  g_assert_nonnull (event->listing);
  g_assert_cmpstr (event->listing->symbol, ==, product);
  g_assert_cmpint (event->is_snapshot, ==, strcmp (json_object_get_string_member (object, "type"), "snapshot") == 0);
  g_assert_cmpuint (event->n, ==, json_array_get_length (updates));
  for (guint i = 0; i < event->n; i++)
    {
      const PstCoinbaseLevel *level = &test->parser.levels[event->first + i];
      JsonObject *update = json_array_get_object_element (updates, i);
      gint64 time_ns;

      g_assert_cmpint (level->side == PST_SIDE_BUY, ==, strcmp (json_object_get_string_member (update, "side"), "bid") == 0);
      g_assert_cmpint (level->level.price, ==, mantissa (update, "price_level", 2));
      g_assert_cmpint (level->level.size, ==, mantissa (update, "new_quantity", 8));
      g_assert_true (pst_time_parse (json_object_get_string_member (update, "event_time"), -1, &time_ns, NULL));
      g_assert_cmpint (level->time_ns, ==, time_ns);
    }
}

static void
assert_same_trades (const TestParser *test, const PstCoinbaseEvent *event, JsonObject *object)
{
  JsonArray *trades = json_object_get_array_member (object, "trades");

  g_assert_cmpuint (event->n, ==, json_array_get_length (trades));
  for (guint i = 0; i < event->n; i++)
    {
      const PstCoinbaseTrade *trade = &test->parser.trades[event->first + i];
      JsonObject *other = json_array_get_object_element (trades, i);

      g_assert_cmpstr (trade->listing->symbol, ==, json_object_get_string_member (other, "product_id"));
      g_assert_cmpint (trade->trade.price, ==, mantissa (other, "price", 2));
      g_assert_cmpint (trade->trade.size, ==, mantissa (other, "size", 8));
      g_assert_cmpuint (trade->trade.trade_id, ==, g_ascii_strtoull (json_object_get_string_member (other, "trade_id"), NULL, 10));
      g_assert_cmpint (trade->trade.aggressor == PST_SIDE_SELL, ==, strcmp (json_object_get_string_member (other, "side"), "BUY") == 0);
    }
}

/* Gives the levels and trades of a frame that both read alike. */
static void
assert_same_as_json_glib (TestParser *test, const char *text, gsize length, guint *n_levels, guint *n_trades)
{
  g_autoptr (JsonParser) json = json_parser_new ();
  g_autoptr (GError) error = NULL;
  JsonObject *message;
  JsonArray *events;
  const char *channel;

  json_parser_load_from_data (json, text, (gssize)length, &error);
  g_assert_no_error (error);
  message = json_node_get_object (json_parser_get_root (json));
  events = json_object_get_array_member (message, "events");
  channel = json_object_get_string_member (message, "channel");
  g_assert_true (pst_coinbase_parser_read (&test->parser, text, length));
  g_assert_cmpuint (test->parser.sequence, ==, (guint64)json_object_get_int_member (message, "sequence_num"));
  g_assert_cmpuint (test->parser.n_events, ==, json_array_get_length (events));
  for (guint i = 0; i < test->parser.n_events; i++)
    if (strcmp (channel, "l2_data") == 0)
      assert_same_levels (test, &test->parser.events[i], json_array_get_object_element (events, i));
    else if (strcmp (channel, "market_trades") == 0)
      assert_same_trades (test, &test->parser.events[i], json_array_get_object_element (events, i));
  *n_levels += test->parser.n_levels;
  *n_trades += test->parser.n_trades;
}

static void
test_made_as_json_glib (void)
{
  static const char *const messages[] = {
    TEST_BOOK ("13", "snapshot", "BTC-USD", TEST_LEVEL ("bid", "65083.66", "0.20371215") "," TEST_LEVEL ("offer", "65083.67", "1")),
    TEST_BOOK ("14", "update", "ETH-USD", TEST_LEVEL ("offer", "1.10", "0") "," TEST_LEVEL ("bid", "0.01", "12345678.00000001")),
    TEST_MESSAGE ("market_trades", "15", "{\"type\":\"update\",\"trades\":[" TEST_TRADE ("BTC-USD", "1", "65083.66", "0.00171442", "BUY") "]}"),
  };
  guint n_levels = 0, n_trades = 0;
  TestParser test;

  test_parser_init (&test);
  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    assert_same_as_json_glib (&test, messages[i], strlen (messages[i]), &n_levels, &n_trades);
  g_assert_cmpuint (n_levels, ==, 4);
  g_assert_cmpuint (n_trades, ==, 1);
  pst_coinbase_parser_clear (&test.parser);
}

static void
test_capture_as_json_glib (void)
{
  g_autofree char *path = test_path (TEST_CAPTURE);
  g_autoptr (PstCapture) capture = NULL;
  g_autoptr (GError) error = NULL;
  guint n_frames = 0, n_levels = 0, n_trades = 0;
  PstCaptureItem item;
  TestParser test;

  if (path == NULL)
    return;
  capture = pst_capture_open (path, &error);
  g_assert_no_error (error);
  test_parser_init (&test);
  for (; pst_capture_next (capture, &item, &error);)
    if (item.kind == PST_CAPTURE_RECEIVED)
      {
        assert_same_as_json_glib (&test, item.text, item.length, &n_levels, &n_trades);
        n_frames++;
      }
  g_assert_no_error (error);
  g_assert_cmpuint (n_frames, ==, 1030);
  g_assert_cmpuint (n_levels, ==, 74193);
  g_assert_cmpuint (n_trades, ==, 279);
  pst_coinbase_parser_clear (&test.parser);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/coinbase/parser/book", test_book);
  g_test_add_func ("/coinbase/parser/several-events", test_several_events);
  g_test_add_func ("/coinbase/parser/trades", test_trades);
  g_test_add_func ("/coinbase/parser/ticker", test_ticker);
  g_test_add_func ("/coinbase/parser/other-messages", test_other_messages);
  g_test_add_func ("/coinbase/parser/unknown-channel", test_unknown_channel_names_its_product);
  g_test_add_func ("/coinbase/parser/any-order", test_any_order);
  g_test_add_func ("/coinbase/parser/bad", test_bad);
  g_test_add_func ("/coinbase/parser/bad-among-good", test_bad_among_good);
  g_test_add_func ("/coinbase/parser/torn", test_torn);
  g_test_add_func ("/coinbase/parser/json-glib/made", test_made_as_json_glib);
  g_test_add_func ("/coinbase/parser/json-glib/capture", test_capture_as_json_glib);
  return g_test_run ();
}
