/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: a level read wrongly, a message refused because its names come in another order, or a broken message that changes a book.
 * json-glib reads the same bytes as an oracle. */
#include "pst-gemini-parser.h"

#include "gemini-brute.h"

static PstListing listings[]
    = { { .symbol = "ETHUSD", .price_scale = 2, .size_scale = 6 }, { .symbol = "ETHBTC", .price_scale = 5, .size_scale = 6 } };

static PstListing *
find (gpointer user_data, const char *symbol, gsize length)
{
  for (guint i = 0; i < G_N_ELEMENTS (listings); i++)
    if (strlen (listings[i].symbol) == length && memcmp (listings[i].symbol, symbol, length) == 0)
      return &listings[i];
  return NULL;
}

static gboolean
parse (PstGeminiParser *parser, const char *text)
{
  g_autofree char *copy = g_memdup2 (text, strlen (text)); /* of exactly its size, so that a sanitizer sees what is read behind it */

  return pst_gemini_parser_read (parser, copy, strlen (text));
}

#define TRADE(symbol, id, price, side)                                                                               \
  "{\"type\":\"trade\",\"symbol\":\"" symbol "\",\"event_id\":" id ",\"timestamp\":1618677942606,\"price\":\"" price \
  "\",\"quantity\":\"0.25\",\"side\":\"" side "\"}"

/* The same message with its names in any order says the same. */
static void
test_book (void)
{
  static const char *const texts[] = {
    "{\"type\":\"l2_updates\",\"symbol\":\"ETHUSD\",\"changes\":[[\"buy\",\"2368.64\",\"0.275036\"],[\"sell\",\"2369\",\"0\"]],\"trades\":[" TRADE (
        "ETHUSD", "7", "2368.64", "sell") "],\"auction_events\":[]}",
    "{\"trades\":[" TRADE ("ETHUSD", "7", "2368.64", "sell") "], \"changes\" : [ [\"buy\" , \"2368.64\",\"0.275036\"],"
                                                             "[\"sell\",\"2369\",\"0\"]],\"symbol\":\"ETHUSD\",\"type\":\"l2_updates\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      PstGeminiParser parser;

      pst_gemini_parser_init (&parser, find, NULL);
      g_assert_true (parse (&parser, texts[i]));
      g_assert_cmpint (parser.kind, ==, PST_GEMINI_KIND_BOOK);
      g_assert_true (parser.listing == &listings[0]);
      g_assert_true (parser.has_trades);
      g_assert_cmpuint (parser.n_levels, ==, 2);
      g_assert_cmpint (parser.levels[0].side, ==, PST_SIDE_BUY);
      g_assert_cmpint (parser.levels[0].level.price, ==, 236864);
      g_assert_cmpint (parser.levels[0].level.size, ==, 275036);
      g_assert_cmpint (parser.levels[1].side, ==, PST_SIDE_SELL);
      g_assert_cmpint (parser.levels[1].level.price, ==, 236900);
      g_assert_cmpint (parser.levels[1].level.size, ==, 0);
      g_assert_cmpuint (parser.n_trades, ==, 1);
      g_assert_cmpint (parser.trades[0].trade.aggressor, ==, PST_SIDE_SELL);
      pst_gemini_parser_clear (&parser);
    }
}

static void
test_trade (void)
{
  PstGeminiParser parser;

  pst_gemini_parser_init (&parser, find, NULL);
  g_assert_true (parse (&parser, TRADE ("ETHBTC", "34359626684", "0.03905", "buy")));
  g_assert_cmpint (parser.kind, ==, PST_GEMINI_KIND_TRADE);
  g_assert_cmpuint (parser.n_trades, ==, 1);
  g_assert_cmpint (parser.trades[0].trade.price, ==, 3905);
  g_assert_cmpint (parser.trades[0].trade.size, ==, 250000);
  g_assert_cmpuint (parser.trades[0].trade.trade_id, ==, G_GUINT64_CONSTANT (34359626684));
  g_assert_cmpint (parser.trades[0].trade.aggressor, ==, PST_SIDE_BUY);
  g_assert_cmpint (parser.trades[0].time_ns, ==, G_GINT64_CONSTANT (1618677942606000000));
  g_assert_true (parse (&parser, TRADE ("XRPUSD", "1", "x", "buy")));
  g_assert_cmpuint (parser.n_trades, ==, 0);
  pst_gemini_parser_clear (&parser);
}

static void
test_other (void)
{
  static const struct
  {
    const char *text;
    PstGeminiKind kind;
  } cases[] = {
    { "{\"type\":\"heartbeat\",\"timestamp\":1618677942928}", PST_GEMINI_KIND_HEARTBEAT },
    { "{\"type\":\"candles_1m_updates\",\"symbol\":\"ETHUSD\",\"changes\":[[1618677900000,1,2,3,4,5]]}", PST_GEMINI_KIND_OTHER },
    { "{\"type\":\"auction_indicative\",\"symbol\":\"ETHUSD\"}", PST_GEMINI_KIND_OTHER },
    { "{\"type\":\"l3_updates\",\"symbol\":\"ETHUSD\",\"changes\":[]}", PST_GEMINI_KIND_UNKNOWN },
    { "{\"result\":\"error\",\"reason\":\"InvalidJson\"}", PST_GEMINI_KIND_ERROR },
    { "{\"type\":\"l2_updates\",\"symbol\":\"XRPUSD\",\"changes\":[[\"hold\",\"x\",\"y\"]]}", PST_GEMINI_KIND_BOOK },
    { "{}", PST_GEMINI_KIND_UNKNOWN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PstGeminiParser parser;

      pst_gemini_parser_init (&parser, find, NULL);
      g_assert_true (parse (&parser, cases[i].text));
      g_assert_cmpint (parser.kind, ==, cases[i].kind);
      g_assert_cmpuint (parser.n_levels + parser.n_trades, ==, 0);
      pst_gemini_parser_clear (&parser);
    }
}

#define CHANGES(changes) "{\"type\":\"l2_updates\",\"symbol\":\"ETHUSD\",\"changes\":[" changes "]}"

static void
test_bad (void)
{
  static const struct
  {
    const char *text;
    gboolean is_ours; /* whether it still says whose it is */
  } cases[] = {
    { "", FALSE },
    { "null", FALSE },
    { "{\"type\":\"l2_updates\",\"changes\":[]}", FALSE },
    { "{\"type\":\"l2_updates\",\"symbol\":\"ETH\\u0055SD\",\"changes\":[]}", FALSE },
    { "{\"type\":\"l2_updates\",\"symbol\":\"\",\"changes\":[]}", FALSE },
    { "{\"type\":\"l2_updates\",\"symbol\":\"ETHUSD\"}", TRUE },
    { "{\"type\":\"l2_updates\",\"symbol\":\"ETHUSD\",\"changes\":[],\"changes\":[]}", TRUE },
    { "{\"type\":\"l2_updates\",\"symbol\":\"ETHUSD\",\"changes\":{}}", TRUE },
    { "{\"changes\":[[\"buy\",\"x\",\"1\"]],\"type\":\"l2_updates\",\"symbol\":\"ETHUSD\"}", TRUE },
    { CHANGES ("[\"buy\",\"1\"]"), TRUE },
    { CHANGES ("[\"buy\",\"1\",\"1\",\"1\"]"), TRUE },
    { CHANGES ("[]"), TRUE },
    { CHANGES ("{}"), TRUE },
    { CHANGES ("[\"bid\",\"1\",\"1\"]"), TRUE },
    { CHANGES ("[\"buy\",1,\"1\"]"), TRUE },
    { CHANGES ("[\"buy\",\"0\",\"1\"]"), TRUE },
    { CHANGES ("[\"buy\",\"-1\",\"1\"]"), TRUE },
    { CHANGES ("[\"buy\",\"1.001\",\"1\"]"), TRUE },
    { CHANGES ("[\"buy\",\"1\",\"0.0000001\"]"), TRUE },
    { CHANGES ("[\"buy\",\"1\",\"1\"],[\"buy\",\"1\",\"\"]"), TRUE },
    { CHANGES ("[\"buy\",\"1\",\"1\"]") "x", TRUE },
    { TRADE ("ETHUSD", "1.5", "1", "buy"), TRUE },
    { TRADE ("ETHUSD", "-1", "1", "buy"), TRUE },
    { TRADE ("ETHUSD", "1", "0", "buy"), TRUE },
    { TRADE ("ETHUSD", "1", "1", "BUY"), TRUE },
    { "{\"type\":\"trade\"}", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PstGeminiParser parser;

      pst_gemini_parser_init (&parser, find, NULL);
      if (parse (&parser, cases[i].text))
        g_error ("accepted: %s", cases[i].text);
      g_assert_nonnull (parser.failure);
      g_assert_cmpuint (parser.failure_offset, <=, strlen (cases[i].text));
      g_assert_cmpuint (parser.n_levels + parser.n_trades, ==, 0);
      g_assert_cmpint (parser.listing != NULL, ==, cases[i].is_ours);
      pst_gemini_parser_clear (&parser);
    }
}

static void
test_torn (void)
{
  static const char text[] = CHANGES ("[\"buy\",\"2368.64\",\"0.275036\"],[\"sell\",\"2369\",\"0\"]");
  PstGeminiParser parser;

  pst_gemini_parser_init (&parser, find, NULL);
  for (gsize n = 0; n < strlen (text); n++)
    {
      g_autofree char *part = g_strndup (text, n);

      g_assert_false (parse (&parser, part));
    }
  g_assert_true (parse (&parser, text));
  pst_gemini_parser_clear (&parser);
}

static gint64
mantissa (const char *text, guint scale)
{
  gint64 value = 0;

  g_assert_true (pst_mantissa_parse (text, -1, scale, &value, NULL));
  return value;
}

static void
assert_same (PstGeminiParser *parser, JsonObject *message, guint *n_levels, guint *n_trades)
{
  JsonArray *changes = json_object_has_member (message, "changes") ? json_object_get_array_member (message, "changes") : NULL;
  JsonArray *trades = json_object_has_member (message, "trades") ? json_object_get_array_member (message, "trades") : NULL;

  g_assert_cmpuint (parser->n_levels, ==, changes != NULL ? json_array_get_length (changes) : 0);
  for (guint i = 0; i < parser->n_levels; i++)
    {
      JsonArray *change = json_array_get_array_element (changes, i);

      g_assert_cmpint (parser->levels[i].side == PST_SIDE_BUY, ==, strcmp (json_array_get_string_element (change, 0), "buy") == 0);
      g_assert_cmpint (parser->levels[i].level.price, ==, mantissa (json_array_get_string_element (change, 1), parser->listing->price_scale));
      g_assert_cmpint (parser->levels[i].level.size, ==, mantissa (json_array_get_string_element (change, 2), parser->listing->size_scale));
    }
  for (guint i = 0; i < parser->n_trades; i++)
    {
      JsonObject *trade = trades != NULL ? json_array_get_object_element (trades, i) : message;

      g_assert_cmpuint (parser->trades[i].trade.trade_id, ==, (guint64)json_object_get_int_member (trade, "event_id"));
      g_assert_cmpint (parser->trades[i].trade.price, ==, mantissa (json_object_get_string_member (trade, "price"), parser->listing->price_scale));
      g_assert_cmpint (parser->trades[i].time_ns, ==, json_object_get_int_member (trade, "timestamp") * PST_NS_PER_MS);
    }
  *n_levels += parser->n_levels;
  *n_trades += parser->n_trades;
}

static void
test_as_json_glib (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("PENSTOCK_SOURCE_DIR"), "..", "shared", GEMINI_CAPTURE, NULL);
  g_autoptr (PstCapture) capture = NULL;
  g_autoptr (GError) error = NULL;
  guint n_messages = 0, n_levels = 0, n_trades = 0;
  PstGeminiParser parser;
  PstCaptureItem item;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_test_skip ("the shared recordings are not beside the source tree: ../shared/market-data");
      return;
    }
  capture = pst_capture_open (path, &error);
  g_assert_no_error (error);
  pst_gemini_parser_init (&parser, find, NULL);
  while (pst_capture_next (capture, &item, &error))
    {
      g_autoptr (JsonParser) json = json_parser_new ();

      if (item.kind != PST_CAPTURE_RECEIVED)
        continue;
      g_assert_true (json_parser_load_from_data (json, item.text, (gssize)item.length, NULL));
      g_assert_true (pst_gemini_parser_read (&parser, item.text, item.length));
      if (parser.listing != NULL)
        assert_same (&parser, json_node_get_object (json_parser_get_root (json)), &n_levels, &n_trades);
      n_messages++;
    }
  g_assert_no_error (error);
  g_assert_cmpuint (n_messages, ==, 993);
  g_test_message ("%u levels and %u trades of two symbols", n_levels, n_trades);
  g_assert_cmpuint (n_levels, >, 3000);
  g_assert_cmpuint (n_trades, >, 100);
  pst_gemini_parser_clear (&parser);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gemini/parser/book", test_book);
  g_test_add_func ("/gemini/parser/trade", test_trade);
  g_test_add_func ("/gemini/parser/other", test_other);
  g_test_add_func ("/gemini/parser/bad", test_bad);
  g_test_add_func ("/gemini/parser/torn", test_torn);
  g_test_add_func ("/gemini/parser/json-glib", test_as_json_glib);
  return g_test_run ();
}
