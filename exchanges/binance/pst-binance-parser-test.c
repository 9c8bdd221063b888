/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parser on every kind of message. What would be lost: a trade of the wrong side, a level of the wrong price, a book changed by half a message,
 * or a process that a message ends. The messages are those of the venue's documentation, with its numbers. */
#include <json-glib/json-glib.h>
#include <string.h>

#include "pst-binance-parser.h"

#define DEPTH                                                                                                                                        \
  "{\"e\":\"depthUpdate\",\"E\":1672515782136,\"s\":\"BNBBTC\",\"U\":157,\"u\":160,\"b\":[[\"0.0024\",\"10\"],[\"0.0022\",\"0.00000000\"]],\"a\":[[" \
  "\"0.0026\",\"100\"]]}"
#define TRADE \
  "{\"e\":\"trade\",\"E\":1672515782136,\"s\":\"BNBBTC\",\"t\":12345,\"p\":\"0.001\",\"q\":\"100\",\"T\":1672515782135,\"m\":true,\"M\":true}"
#define OLD_TRADE \
  "{\"e\":\"trade\",\"E\":1,\"s\":\"BNBBTC\",\"t\":12345,\"p\":\"0.001\",\"q\":\"100\",\"b\":88,\"a\":50,\"T\":2,\"m\":false,\"M\":true}"
#define AGGREGATE                                                                                                                                \
  "{\"e\":\"aggTrade\",\"E\":1672515782136,\"s\":\"BNBBTC\",\"a\":164325,\"p\":\"0.001\",\"q\":\"100\",\"f\":100,\"l\":105,\"T\":1672515782135," \
  "\"m\":true,\"M\":true}"
#define TICKER "{\"u\":400900217,\"s\":\"BNBUSDT\",\"b\":\"25.35190000\",\"B\":\"31.21000000\",\"a\":\"25.36520000\",\"A\":\"40.66000000\"}"
#define SNAPSHOT "{\"lastUpdateId\":1027024,\"bids\":[[\"4.00000000\",\"431.00000000\"]],\"asks\":[[\"4.00000200\",\"12.00000000\"],[\"5\",\"1\"]]}"
#define WRAP(payload) "{\"stream\":\"bnbbtc@x\",\"data\":" payload "}"

typedef struct
{
  PstBinanceParser parser;
  PstBinanceMessage message;
} Fixture;

static gboolean
parse (Fixture *fixture, const char *text)
{
  return pst_binance_parse (&fixture->parser, text, strlen (text), &fixture->message);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  pst_binance_parser_clear (&fixture->parser);
}

#define assert_text(member, expected) g_assert_cmpmem ((member).text, (member).length, expected, strlen (expected))

static void
assert_level (Fixture *fixture, const PstBinanceSide *side, guint n, const char *price, const char *size)
{
  const PstBinanceLevel *level = &fixture->parser.levels[side->first + n];

  g_assert_cmpuint (n, <, side->n);
  g_assert_cmpmem (level->price, level->price_length, price, strlen (price));
  g_assert_cmpmem (level->size, level->size_length, size, strlen (size));
}

static void
test_depth (Fixture *fixture, gconstpointer data)
{
  const char *const texts[] = { DEPTH, WRAP (DEPTH) };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_assert_true (parse (fixture, texts[i]));
      g_assert_cmpint (fixture->message.kind, ==, PST_BINANCE_DEPTH);
      assert_text (fixture->message.symbol, "BNBBTC");
      g_assert_cmpuint (fixture->message.first_id, ==, 157);
      g_assert_cmpuint (fixture->message.last_id, ==, 160);
      g_assert_cmpuint (fixture->message.time_ms, ==, 1672515782136);
      g_assert_cmpuint (fixture->message.bids.n, ==, 2);
      g_assert_cmpuint (fixture->message.asks.n, ==, 1);
      assert_level (fixture, &fixture->message.bids, 0, "0.0024", "10");
      assert_level (fixture, &fixture->message.bids, 1, "0.0022", "0.00000000");
      assert_level (fixture, &fixture->message.asks, 0, "0.0026", "100");
    }
  assert_text (fixture->message.stream, "bnbbtc@x");
  g_assert_true (
      parse (fixture, " { \"a\" : [ ] , \"b\" : [ [ \"1\" , \"2\" ] ] , \"u\" : 7 , \"U\" : 7 , \"s\" : \"X\" , \"e\" : \"depthUpdate\" } "));
  assert_level (fixture, &fixture->message.bids, 0, "1", "2");
  g_assert_cmpuint (fixture->message.asks.n, ==, 0);
}

static void
test_trades (Fixture *fixture, gconstpointer data)
{
  g_assert_true (parse (fixture, WRAP (TRADE)));
  g_assert_cmpint (fixture->message.kind, ==, PST_BINANCE_TRADE);
  assert_text (fixture->message.price, "0.001");
  assert_text (fixture->message.size, "100");
  g_assert_cmpuint (fixture->message.trade_id, ==, 12345);
  g_assert_cmpuint (fixture->message.trade_time_ms, ==, 1672515782135);
  g_assert_true (fixture->message.buyer_is_maker);
  g_assert_true (parse (fixture, OLD_TRADE));
  g_assert_cmpint (fixture->message.kind, ==, PST_BINANCE_TRADE);
  g_assert_cmpuint (fixture->message.trade_id, ==, 12345);
  g_assert_false (fixture->message.buyer_is_maker);
  g_assert_true (parse (fixture, AGGREGATE));
  g_assert_cmpint (fixture->message.kind, ==, PST_BINANCE_AGGREGATE_TRADE);
  g_assert_cmpuint (fixture->message.trade_id, ==, 164325);
}

static void
test_ticker (Fixture *fixture, gconstpointer data)
{
  g_assert_true (parse (fixture, WRAP (TICKER)));
  g_assert_cmpint (fixture->message.kind, ==, PST_BINANCE_TICKER);
  g_assert_cmpuint (fixture->message.last_id, ==, 400900217);
  assert_text (fixture->message.symbol, "BNBUSDT");
  assert_text (fixture->message.bid, "25.35190000");
  assert_text (fixture->message.bid_size, "31.21000000");
  assert_text (fixture->message.ask, "25.36520000");
  assert_text (fixture->message.ask_size, "40.66000000");
}

static void
test_snapshot (Fixture *fixture, gconstpointer data)
{
  g_assert_true (parse (fixture, SNAPSHOT));
  g_assert_cmpint (fixture->message.kind, ==, PST_BINANCE_SNAPSHOT);
  g_assert_cmpuint (fixture->message.last_id, ==, 1027024);
  g_assert_cmpuint (fixture->message.asks.n, ==, 2);
  assert_level (fixture, &fixture->message.asks, 0, "4.00000200", "12.00000000");
  assert_level (fixture, &fixture->message.bids, 0, "4.00000000", "431.00000000");
}

static void
test_others (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *text;
    PstBinanceKind kind;
  } rows[] = {
    { "{\"result\":null,\"id\":3}", PST_BINANCE_ACK },
    { "{\"id\":3,\"result\":[\"btcusdt@trade\"]}", PST_BINANCE_ACK },
    { "{\"code\":2,\"msg\":\"Invalid request: unknown variant\"}", PST_BINANCE_ERROR },
    { "{\"code\":-1121,\"msg\":\"Invalid symbol.\"}", PST_BINANCE_ERROR },
    { "{\"error\":{\"code\":2,\"msg\":\"no\"},\"id\":3}", PST_BINANCE_ERROR },
    { "{\"e\":\"serverShutdown\",\"E\":1770123456789}", PST_BINANCE_SHUTDOWN },
    { "{\"event\":{\"e\":\"serverShutdown\",\"E\":1770123456789}}", PST_BINANCE_SHUTDOWN },
    { WRAP ("{\"e\":\"serverShutdown\",\"E\":1770123456789}"), PST_BINANCE_SHUTDOWN },
    { WRAP ("{\"e\":\"24hrTicker\",\"p\":\"1\",\"b\":\"2\",\"k\":{\"e\":\"depthUpdate\"}}"), PST_BINANCE_OTHER },
    { WRAP ("[{\"e\":\"24hrTicker\"}]"), PST_BINANCE_MALFORMED },
    { "{}", PST_BINANCE_OTHER },
    { "{\"e\":\"kline\",\"k\":{},\"b\":null,\"a\":{},\"m\":1,\"u\":\"7\",\"T\":false}", PST_BINANCE_OTHER },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s", rows[i].text);
      parse (fixture, rows[i].text);
      g_assert_cmpint (fixture->message.kind, ==, rows[i].kind);
    }
  parse (fixture, rows[3].text);
  g_assert_cmpint (fixture->message.code, ==, -1121);
  assert_text (fixture->message.text, "Invalid symbol.");
  parse (fixture, rows[4].text);
  g_assert_cmpuint (fixture->message.id, ==, 3);
}

static void
test_malformed (Fixture *fixture, gconstpointer data)
{
  static const char *const texts[] = {
    "",
    "[]",
    "null",
    "{",
    DEPTH " x",
    "{\"e\":\"depthUpdate\",\"s\":\"X\",\"U\":9,\"u\":8,\"b\":[],\"a\":[]}",
    "{\"e\":\"depthUpdate\",\"s\":\"X\",\"U\":9,\"u\":9,\"b\":[]}",
    "{\"e\":\"depthUpdate\",\"s\":\"X\",\"U\":\"9\",\"u\":9,\"b\":[],\"a\":[]}",
    "{\"e\":\"depthUpdate\",\"s\":\"X\",\"U\":9,\"u\":9,\"b\":{},\"a\":[]}",
    "{\"e\":\"depthUpdate\",\"s\":\"X\",\"U\":9,\"u\":9,\"u\":9,\"b\":[],\"a\":[]}",
    "{\"e\":\"depthUpdate\",\"s\":\"X\",\"U\":9,\"u\":9,\"b\":[[\"1\"]],\"a\":[]}",
    "{\"e\":\"depthUpdate\",\"s\":\"X\",\"U\":9,\"u\":9,\"b\":[[]],\"a\":[]}",
    "{\"e\":\"depthUpdate\",\"s\":\"X\",\"U\":9,\"u\":9,\"b\":[[\"1\",\"2\",\"3\"]],\"a\":[]}",
    "{\"e\":\"depthUpdate\",\"s\":\"X\",\"U\":9,\"u\":9,\"b\":[[1,2]],\"a\":[]}",
    "{\"e\":\"depthUpdate\",\"s\":\"X\",\"U\":9,\"u\":9,\"b\":[\"1\",\"2\"],\"a\":[]}",
    "{\"e\":\"depthUpdate\",\"s\":\"X\",\"U\":1.5,\"u\":9,\"b\":[],\"a\":[]}",
    "{\"e\":\"depthUpdate\",\"s\":\"X\",\"U\":-1,\"u\":9,\"b\":[],\"a\":[]}",
    "{\"e\":\"depthUpdate\",\"s\":\"X\",\"U\":1e3,\"u\":1e4,\"b\":[],\"a\":[]}",
    "{\"e\":\"depthUpdate\",\"s\":\"X\",\"U\":9,\"u\":18446744073709551616,\"b\":[],\"a\":[]}",
    "{\"e\":\"depthUpdate\",\"s\":\"\\u0058\",\"U\":9,\"u\":9,\"b\":[],\"a\":[]}",
    "{\"e\":\"trade\",\"s\":\"X\",\"t\":1,\"p\":\"1\",\"q\":\"1\",\"T\":1}",
    "{\"e\":\"trade\",\"s\":\"X\",\"t\":1,\"p\":1,\"q\":\"1\",\"T\":1,\"m\":true}",
    "{\"e\":\"aggTrade\",\"s\":\"X\",\"t\":1,\"p\":\"1\",\"q\":\"1\",\"T\":1,\"m\":true}",
    "{\"lastUpdateId\":1,\"bids\":[]}",
    "{\"lastUpdateId\":1,\"bids\":[],\"asks\":null}",
    "{\"stream\":\"x@depth\"}",
    "{\"stream\":\"x@depth\",\"data\":null}",
    "{\"code\":1.5,\"msg\":\"x\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_test_message ("%s", texts[i]);
      g_assert_false (parse (fixture, texts[i]));
      g_assert_cmpint (fixture->message.kind, ==, PST_BINANCE_MALFORMED);
      g_assert_nonnull (fixture->message.failure);
      g_assert_cmpuint (fixture->message.failure_offset, <=, strlen (texts[i]));
    }
}

/* A message that ends anywhere is malformed, and never more. */
static void
test_truncated (Fixture *fixture, gconstpointer data)
{
  static const char *const texts[] = { WRAP (DEPTH), WRAP (TRADE), WRAP (AGGREGATE), WRAP (TICKER), SNAPSHOT };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    for (gsize length = 0; length < strlen (texts[i]); length++)
      {
        g_autofree char *copy = g_memdup2 (texts[i], MAX (length, 1)); /* no byte behind it */

        g_assert_false (pst_binance_parse (&fixture->parser, copy, length, &fixture->message));
      }
}

static void
test_limits (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new ("{\"lastUpdateId\":1,\"asks\":[],\"bids\":[");
  g_autofree char *digits = g_strnfill (PST_BINANCE_NUMBER_MAX + 1, '1');
  g_autofree char *longer = g_strdup_printf ("{\"lastUpdateId\":1,\"asks\":[],\"bids\":[[\"%s\",\"1\"]]}", digits);

  for (guint i = 0; i < PST_BINANCE_LEVELS_MAX; i++)
    g_string_append (text, i ? ",[\"1\",\"2\"]" : "[\"1\",\"2\"]");
  g_string_append (text, "]}");
  g_assert_true (parse (fixture, text->str));
  g_assert_cmpuint (fixture->message.bids.n, ==, PST_BINANCE_LEVELS_MAX);
  g_string_truncate (text, text->len - 2);
  g_string_append (text, ",[\"1\",\"2\"]]}");
  g_assert_false (parse (fixture, text->str));
  g_assert_cmpuint (fixture->parser.n_allocated, <=, PST_BINANCE_LEVELS_MAX);
  g_assert_false (parse (fixture, longer));
}

static void
append_number (GString *text, PstRandom *random)
{
  g_string_append_printf (text, "%u.%08u", (guint)pst_random_below (random, 100000), (guint)pst_random_below (random, 100000000));
}

static void
append_levels (GString *text, const char *name, PstRandom *random)
{
  guint n = (guint)pst_random_below (random, 40);

  g_string_append_printf (text, ",\"%s\":[", name);
  for (guint i = 0; i < n; i++)
    {
      g_string_append (text, i ? ",[\"" : "[\"");
      append_number (text, random);
      g_string_append (text, "\",\"");
      append_number (text, random);
      g_string_append (text, "\"]");
    }
  g_string_append_c (text, ']');
}

static void
assert_same_levels (Fixture *fixture, const PstBinanceSide *side, JsonObject *object, const char *name)
{
  JsonArray *levels = json_object_get_array_member (object, name);

  g_assert_cmpuint (json_array_get_length (levels), ==, side->n);
  for (guint i = 0; i < side->n; i++)
    {
      JsonArray *level = json_array_get_array_element (levels, i);

      assert_level (fixture, side, i, json_array_get_string_element (level, 0), json_array_get_string_element (level, 1));
    }
}

/* Another reader of the same texts finds the same. */
static void
test_same_as_json_glib (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (JsonParser) other = json_parser_new ();
  g_autoptr (GError) error = NULL;
  PstRandom random;

  pst_random_init (&random, 5, "diffs");
  for (guint i = 0; i < 500; i++)
    {
      guint64 first = pst_random_below (&random, G_MAXINT32), last = first + pst_random_below (&random, 50);
      JsonObject *object;

      g_string_printf (text, "{\"e\":\"depthUpdate\",\"E\":%u,\"s\":\"BTCUSDT\",\"U\":%" G_GUINT64_FORMAT ",\"u\":%" G_GUINT64_FORMAT, i, first,
                       last);
      append_levels (text, "b", &random);
      append_levels (text, "a", &random);
      g_string_append_c (text, '}');
      json_parser_load_from_data (other, text->str, (gssize)text->len, &error);
      g_assert_no_error (error);
      object = json_node_get_object (json_parser_get_root (other));
      g_assert_true (parse (fixture, text->str));
      g_assert_cmpint ((gint64)fixture->message.first_id, ==, json_object_get_int_member (object, "U"));
      g_assert_cmpint ((gint64)fixture->message.last_id, ==, json_object_get_int_member (object, "u"));
      g_assert_cmpint ((gint64)fixture->message.time_ms, ==, json_object_get_int_member (object, "E"));
      assert_same_levels (fixture, &fixture->message.bids, object, "b");
      assert_same_levels (fixture, &fixture->message.asks, object, "a");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/binance/parser/depth", Fixture, NULL, NULL, test_depth, tear_down);
  g_test_add ("/binance/parser/trades", Fixture, NULL, NULL, test_trades, tear_down);
  g_test_add ("/binance/parser/ticker", Fixture, NULL, NULL, test_ticker, tear_down);
  g_test_add ("/binance/parser/snapshot", Fixture, NULL, NULL, test_snapshot, tear_down);
  g_test_add ("/binance/parser/others", Fixture, NULL, NULL, test_others, tear_down);
  g_test_add ("/binance/parser/malformed", Fixture, NULL, NULL, test_malformed, tear_down);
  g_test_add ("/binance/parser/truncated", Fixture, NULL, NULL, test_truncated, tear_down);
  g_test_add ("/binance/parser/limits", Fixture, NULL, NULL, test_limits, tear_down);
  g_test_add ("/binance/parser/same-as-json-glib", Fixture, NULL, NULL, test_same_as_json_glib, tear_down);
  return g_test_run ();
}
