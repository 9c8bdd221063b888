/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: a venue's broken message taken for a price, a good one refused in mid-session, a read beyond the message's bytes, or a
 * number without the zeros that its checksum needs. */
#include "pst-scan.h"

#include <penstock.h>

#include "pst-test-json.h"

#define N_DOCUMENTS 3000
#define N_TORN 60

/* Text that a message is not, with the place and the sentence. */
typedef struct
{
  const char *json;
  gsize offset;
  const char *failure;
} Refused;

/* In memory of exactly its size, so that a sanitizer sees what is read behind it. */
static gboolean
accepts (const char *json, gsize length, PstScan *scan)
{
  g_autofree char *copy = g_memdup2 (json, length);
  g_autoptr (GString) trace = g_string_new (NULL);
  gboolean good = test_json_accepts (length ? copy : "", length, trace);

  pst_scan_init (scan, length ? copy : "", length);
  pst_scan_skip (scan);
  pst_scan_finish (scan);
  return good;
}

static void
test_accepts (void)
{
  static const char *const documents[] = {
    "0",
    "-0",
    "-0.0",
    "1e5",
    "1E-05",
    "12345678901234567890.000000000000000000000001",
    "\"\"",
    "\"plain\"",
    "\"a string that is longer than two blocks of sixteen\"",
    "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u0000\"",
    "\"\\ud83d\\ude00\"",
    "\"\x7f\"",
    "\"\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\"",
    "true",
    "false",
    "null",
    "[]",
    "{}",
    " \t\r\n[ \t\r\n] \t\r\n",
    "{ \"a\" : 1 , \"a\" : [ 1 , { } ] }",
    "[[[[{\"\":{\"\":[]}}]]],null]",
  };

  for (guint i = 0; i < G_N_ELEMENTS (documents); i++)
    {
      PstScan scan;

      if (!accepts (documents[i], strlen (documents[i]), &scan))
        g_error ("refused: %s: %s", documents[i], scan.failure);
      g_assert_null (scan.failure);
    }
}

static void
assert_refused (const Refused *cases, guint n_cases)
{
  for (guint i = 0; i < n_cases; i++)
    {
      PstScan scan;

      if (accepts (cases[i].json, strlen (cases[i].json), &scan))
        g_error ("accepted: %s", cases[i].json);
      g_assert_cmpstr (scan.failure, ==, cases[i].failure);
      g_assert_cmpuint (scan.failure_offset, ==, cases[i].offset);
    }
}

static void
test_refuses_structure (void)
{
  static const Refused cases[] = {
    { "", 0, "expected a value" },
    { "  ", 2, "expected a value" },
    { "[", 1, "expected \",\" or \"]\"" },
    { "]", 0, "expected a value" },
    { "[1", 2, "expected \",\" or \"]\"" },
    { "[1,", 3, "expected a value" },
    { "[1,]", 3, "expected a value" },
    { "[,1]", 1, "expected a value" },
    { "[1 2]", 3, "expected \",\" or \"]\"" },
    { "[1}", 2, "expected \",\" or \"]\"" },
    { "{\"a\":1]", 6, "expected \",\" or \"}\"" },
    { "{", 1, "expected \",\" or \"}\"" },
    { "{1:2}", 1, "expected a name in quotation marks" },
    { "{\"a\"}", 4, "expected \":\"" },
    { "{\"a\" 1}", 5, "expected \":\"" },
    { "{\"a\":}", 5, "expected a value" },
    { "{\"a\":1,}", 7, "expected a name in quotation marks" },
    { "{,}", 1, "expected a name in quotation marks" },
    { "{a:1}", 1, "expected a name in quotation marks" },
    { "{'a':1}", 1, "expected a name in quotation marks" },
    { "1 2", 2, "something follows the value" },
    { "{}x", 2, "something follows the value" },
    { "[]]", 2, "something follows the value" },
    { "[]\v", 2, "something follows the value" },
    { "/**/1", 0, "expected a value" },
    { "[1]//", 3, "something follows the value" },
    { "\xef\xbb\xbf[]", 0, "expected a value" },
    { "tru", 0, "expected true or false" },
    { "True", 0, "expected a value" },
    { "truex", 4, "something follows the value" },
    { "nul", 0, "expected null" },
    { "NaN", 0, "expected a value" },
    { "Infinity", 0, "expected a value" },
    { "undefined", 0, "expected a value" },
  };

  assert_refused (cases, G_N_ELEMENTS (cases));
}

static void
test_refuses_numbers (void)
{
  static const Refused cases[] = {
    { "01", 0, "a number begins with a superfluous zero" },
    { "-01", 1, "a number begins with a superfluous zero" },
    { "00.5", 0, "a number begins with a superfluous zero" },
    { "+1", 0, "expected a value" },
    { "-", 0, "expected a number" },
    { "--1", 0, "expected a number" },
    { "-a", 0, "expected a number" },
    { ".5", 0, "expected a value" },
    { "1.", 2, "expected a digit behind the point" },
    { "1.e5", 2, "expected a digit behind the point" },
    { "1e", 2, "expected a digit in the exponent" },
    { "1e+", 3, "expected a digit in the exponent" },
    { "1e5.5", 3, "something follows the value" },
    { "0x10", 1, "something follows the value" },
    { "1_000", 1, "something follows the value" },
    { "1,5", 1, "something follows the value" },
    { "-Infinity", 0, "expected a number" },
  };

  assert_refused (cases, G_N_ELEMENTS (cases));
}

static void
test_refuses_strings (void)
{
  static const Refused cases[] = {
    { "\"", 1, "a string does not end" },
    { "\"abc", 4, "a string does not end" },
    { "\"abcdefghijklmnopqrstuvwxyz", 27, "a string does not end" },
    { "\"\\", 1, "a string does not end" },
    { "\"\\\"", 3, "a string does not end" },
    { "\"a\nb\"", 2, "a string has a control character; it must be escaped" },
    { "\"0123456789abcdef\x1f\"", 17, "a string has a control character; it must be escaped" },
    { "\"\\a\"", 1, "a backslash stands before something that is no escape" },
    { "\"\\'\"", 1, "a backslash stands before something that is no escape" },
    { "\"\\U0041\"", 1, "a backslash stands before something that is no escape" },
    { "\"\\u004\"", 1, "an escape needs four hexadecimal digits" },
    { "\"\\u00g0\"", 1, "an escape needs four hexadecimal digits" },
    { "\"\\u", 1, "an escape needs four hexadecimal digits" },
    { "\"\\ud800\"", 1, "an escape is half a surrogate pair" },
    { "\"\\udc00\\ud800\"", 1, "an escape is half a surrogate pair" },
    { "\"\\ud800\\u0041\"", 1, "an escape is half a surrogate pair" },
    { "\"\\ud800abcdef\"", 1, "an escape is half a surrogate pair" },
    { "\"\\ud800\\ud800\"", 1, "an escape is half a surrogate pair" },
    { "\"\x80\"", 1, "a string is not valid UTF-8" },
    { "\"\xc0\x80\"", 1, "a string is not valid UTF-8" },
    { "\"\xc1\xbf\"", 1, "a string is not valid UTF-8" },
    { "\"\xc2\"", 1, "a string is not valid UTF-8" },
    { "\"\xc2", 1, "a string is not valid UTF-8" },
    { "\"\xe0\x9f\xbf\"", 1, "a string is not valid UTF-8" },
    { "\"\xed\xa0\x80\"", 1, "a string is not valid UTF-8" },
    { "\"\xe2\x82\"", 1, "a string is not valid UTF-8" },
    { "\"\xf0\x8f\xbf\xbf\"", 1, "a string is not valid UTF-8" },
    { "\"\xf4\x90\x80\x80\"", 1, "a string is not valid UTF-8" },
    { "\"\xf5\x80\x80\x80\"", 1, "a string is not valid UTF-8" },
    { "\"\xff\"", 1, "a string is not valid UTF-8" },
    { "{\"\x01\":1}", 2, "a string has a control character; it must be escaped" },
    { "{\"\\x\":1}", 2, "a backslash stands before something that is no escape" },
  };

  assert_refused (cases, G_N_ELEMENTS (cases));
}

/* Every control character, on both sides of the fast way. */
static void
test_refuses_controls (void)
{
  for (guint at = 1; at < 40; at++)
    for (guint control = 0; control < ' '; control++)
      {
        char json[43];
        PstScan scan;

        memset (json, 'a', sizeof json);
        json[0] = json[40] = '"';
        json[at] = (char)control;
        g_assert_false (accepts (json, 41, &scan));
        g_assert_cmpuint (scan.failure_offset, ==, at);
        json[at] = '\x7f';
        g_assert_true (accepts (json, 41, &scan));
      }
}

static void
test_depth (void)
{
  g_autoptr (GString) json = g_string_new (NULL);
  PstScan scan;

  for (guint i = 0; i < PST_SCAN_DEPTH_MAX; i++)
    g_string_append (json, i % 2 ? "[" : "{\"a\":");
  g_string_append_c (json, '1');
  for (guint i = PST_SCAN_DEPTH_MAX; i > 0; i--)
    g_string_append_c (json, (i - 1) % 2 ? ']' : '}');
  g_assert_true (accepts (json->str, json->len, &scan));
  g_string_prepend_c (json, '[');
  g_string_append_c (json, ']');
  g_assert_false (accepts (json->str, json->len, &scan));
  g_assert_cmpstr (scan.failure, ==, "more than 64 arrays and objects are open");
  /* A venue that sends nothing but brackets costs no memory. */
  g_string_truncate (json, 0);
  for (guint i = 0; i < 1000000; i++)
    g_string_append_c (json, '[');
  g_assert_false (accepts (json->str, json->len, &scan));
  g_assert_cmpuint (scan.failure_offset, ==, PST_SCAN_DEPTH_MAX);
}

/* The shape of a venue's message, read as an adapter does. */
static void
test_reads_a_message (void)
{
  static const char json[] = "{\"channel\":\"book\",\"data\":[{\"symbol\":\"BTC\\/USD\",\"bids\":[{\"price\":45283.50,\"qty\":0.10000000}],"
                             "\"live\":true,\"more\":{\"x\":[1,\"y\"]},\"note\":null,\"checksum\":3310070434}]}";
  const char *key, *text, *more = NULL;
  gsize key_length, length, more_length = 0, written;
  gint64 price = 0, quantity = 0, checksum = 0;
  gboolean live = FALSE;
  char symbol[16];
  PstScan scan;

  pst_scan_init (&scan, json, strlen (json));
  g_assert_cmpint (pst_scan_peek (&scan), ==, PST_SCAN_OBJECT);
  g_assert_true (pst_scan_begin_object (&scan));
  g_assert_true (pst_scan_next_member (&scan, &key, &key_length));
  g_assert_true (pst_scan_equal (key, key_length, "channel"));
  g_assert_false (pst_scan_equal (key, key_length, "channe"));
  g_assert_true (pst_scan_string (&scan, &text, &length) && pst_scan_equal (text, length, "book"));
  g_assert_true (pst_scan_next_member (&scan, &key, &key_length) && pst_scan_begin_array (&scan) && pst_scan_next_element (&scan));
  g_assert_true (pst_scan_begin_object (&scan));
  while (pst_scan_next_member (&scan, &key, &key_length))
    if (pst_scan_equal (key, key_length, "symbol"))
      {
        g_assert_true (pst_scan_string (&scan, &text, &length) && scan.escaped);
        g_assert_true (pst_scan_unescape (text, length, symbol, sizeof symbol, &written));
        g_assert_true (pst_scan_equal (symbol, written, "BTC/USD"));
      }
    else if (pst_scan_equal (key, key_length, "bids"))
      {
        g_assert_true (pst_scan_begin_array (&scan) && pst_scan_next_element (&scan) && pst_scan_begin_object (&scan));
        g_assert_true (pst_scan_next_member (&scan, &key, &key_length) && pst_scan_number (&scan, &text, &length));
        g_assert_true (pst_scan_equal (text, length, "45283.50") && pst_mantissa_parse (text, (gssize)length, 1, &price, NULL));
        g_assert_true (pst_scan_next_member (&scan, &key, &key_length) && pst_scan_number (&scan, &text, &length));
        g_assert_true (pst_scan_equal (text, length, "0.10000000") && pst_mantissa_parse (text, (gssize)length, 8, &quantity, NULL));
        g_assert_false (pst_scan_next_member (&scan, &key, &key_length));
        g_assert_false (pst_scan_next_element (&scan));
      }
    else if (pst_scan_equal (key, key_length, "live"))
      g_assert_true (pst_scan_boolean (&scan, &live));
    else if (pst_scan_equal (key, key_length, "note"))
      g_assert_true (pst_scan_null (&scan));
    else if (pst_scan_equal (key, key_length, "checksum"))
      g_assert_true (pst_scan_number (&scan, &text, &length) && pst_mantissa_parse (text, (gssize)length, 0, &checksum, NULL));
    else
      g_assert_true (pst_scan_value (&scan, &more, &more_length));
  g_assert_false (pst_scan_next_element (&scan) || pst_scan_next_member (&scan, &key, &key_length));
  g_assert_true (pst_scan_finish (&scan));
  g_assert_true (pst_scan_equal (more, more_length, "{\"x\":[1,\"y\"]}"));
  g_assert_cmpint (price, ==, 452835);
  g_assert_cmpint (quantity, ==, 10000000);
  g_assert_cmpint (checksum, ==, 3310070434);
  g_assert_true (live);
}

/* The first failure stays, and nothing can be read behind it. */
static void
test_failure_is_sticky (void)
{
  static const char json[] = "[\"1\",2]";
  g_autoptr (GError) error = NULL;
  const char *text = "unchanged";
  gsize length = 9;
  gboolean value = 7;
  PstScan scan;

  pst_scan_init (&scan, json, strlen (json));
  g_assert_true (pst_scan_begin_array (&scan) && pst_scan_next_element (&scan));
  g_assert_false (pst_scan_number (&scan, &text, &length));
  g_assert_false (pst_scan_next_element (&scan));
  g_assert_false (pst_scan_next_member (&scan, &text, &length));
  g_assert_false (pst_scan_string (&scan, &text, &length));
  g_assert_false (pst_scan_value (&scan, &text, &length));
  g_assert_false (pst_scan_boolean (&scan, &value));
  g_assert_false (pst_scan_null (&scan));
  g_assert_false (pst_scan_begin_object (&scan));
  g_assert_cmpint (pst_scan_peek (&scan), ==, PST_SCAN_NOTHING);
  g_assert_false (pst_scan_finish (&scan));
  g_assert_cmpstr (text, ==, "unchanged");
  g_assert_cmpuint (length, ==, 9);
  g_assert_cmpint (value, ==, 7);
  pst_scan_set_error (&scan, &error);
  g_assert_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA);
  g_assert_cmpstr (error->message, ==, "byte 2: expected a number");
}

/* A parser's own refusal, and what is left open. */
static void
test_fails_for_its_parser (void)
{
  PstScan scan;

  pst_scan_init (&scan, "[1]", 3);
  g_assert_true (pst_scan_begin_array (&scan));
  g_assert_false (pst_scan_finish (&scan));
  g_assert_cmpstr (scan.failure, ==, "an array or object is not closed");
  pst_scan_init (&scan, "[1]", 3);
  g_assert_false (pst_scan_next_element (&scan));
  g_assert_cmpuint (scan.failure_offset, ==, 0);
  pst_scan_init (&scan, "{}", 2);
  g_assert_true (pst_scan_skip (&scan));
  g_assert_false (pst_scan_fail (&scan, scan.at, "the symbol is missing"));
  g_assert_false (pst_scan_finish (&scan));
  g_assert_cmpstr (scan.failure, ==, "the symbol is missing");
  g_assert_cmpuint (scan.failure_offset, ==, 2);
}

static void
test_unescape_bounds (void)
{
  static const char text[] = "a\\n\\u00e9\\ud83d\\ude00";
  static const char plain[] = "a\n\xc3\xa9\xf0\x9f\x98\x80";
  gsize written = 77;

  for (gsize size = 0; size < strlen (plain); size++)
    {
      g_autofree char *buffer = g_malloc (size + 1);

      g_assert_false (pst_scan_unescape (text, strlen (text), buffer, size, &written));
      g_assert_cmpuint (written, ==, 77);
    }
  for (gsize cut = 1; cut < 6; cut++)
    {
      char buffer[64];

      g_assert_false (pst_scan_unescape (text, strlen (text) - cut, buffer, sizeof buffer, &written));
    }
  {
    char buffer[8];

    g_assert_true (pst_scan_unescape (text, strlen (text), buffer, sizeof buffer, &written));
    g_assert_cmpmem (buffer, written, plain, strlen (plain));
  }
}

static void
test_reads_what_was_written (void)
{
  g_autoptr (GString) json = g_string_new (NULL), expected = g_string_new (NULL), trace = g_string_new (NULL);
  PstRandom random;
  TestJson made = { &random, json, expected, 6, FALSE };

  g_test_message ("seed 1");
  pst_random_init (&random, 1, "json");
  for (guint i = 0; i < N_DOCUMENTS; i++)
    {
      g_autofree char *copy = NULL;

      test_json_make (&made);
      copy = g_memdup2 (json->str, json->len);
      if (!test_json_accepts (copy, json->len, trace))
        g_error ("document %u was refused: %s", i, json->str);
      g_assert_cmpmem (trace->str, trace->len, expected->str, expected->len);
    }
}

/* No part of a message is a message, and no torn or changed one is read beyond its end. */
static void
test_torn (void)
{
  g_autoptr (GString) json = g_string_new (NULL), expected = g_string_new (NULL), trace = g_string_new (NULL);
  PstRandom random;
  TestJson made = { &random, json, expected, 4, FALSE };

  g_test_message ("seed 2");
  pst_random_init (&random, 2, "json");
  for (guint i = 0; i < N_TORN; i++)
    {
      gsize last;

      test_json_make (&made);
      for (last = json->len; strchr (" \t\r\n", json->str[last - 1]) != NULL;)
        last--;
      for (gsize n = 0; n < json->len; n++)
        {
          g_autofree char *copy = g_memdup2 (json->str, n);
          g_autofree char *flipped = g_memdup2 (json->str, json->len);

          g_assert_true (test_json_accepts (n ? copy : "", n, trace) == (n >= last));
          flipped[n] ^= (char)(1u << pst_random_below (&random, 8));
          test_json_accepts (flipped, json->len, trace);
        }
    }
}

static void
test_words (void)
{
  static const char *const names[] = { "price", "side", "open", "book", "gone" };
  static const char document[] = "{\"side\":\"bid\",\"more\":{\"price\":1},\"open\":true,\"book\":[1, 2],\"price\":0.50}";
  PstScanWord words[G_N_ELEMENTS (names)];
  PstScan scan;

  pst_scan_init (&scan, document, strlen (document));
  g_assert_true (pst_scan_words (&scan, names, G_N_ELEMENTS (names), words));
  g_assert_true (pst_scan_finish (&scan));
  g_assert_cmpmem (words[0].text, words[0].length, "0.50", 4);
  g_assert_cmpint (words[0].kind, ==, PST_SCAN_NUMBER);
  g_assert_cmpmem (words[1].text, words[1].length, "bid", 3);
  g_assert_cmpint (words[1].kind, ==, PST_SCAN_STRING);
  g_assert_cmpmem (words[2].text, words[2].length, "true", 4);
  g_assert_cmpmem (words[3].text, words[3].length, "[1, 2]", 6);
  g_assert_cmpint (words[3].kind, ==, PST_SCAN_ARRAY);
  g_assert_null (words[4].text);
  g_assert_cmpint (words[4].kind, ==, PST_SCAN_NOTHING);
}

static void
test_words_refused (void)
{
  static const char *const names[] = { "a" };
  static const char *const documents[] = { "{\"a\":1,\"a\":2}", "{\"a\":}", "{\"a\":1", "[]", "{\"b\":tru}" };
  PstScanWord words[G_N_ELEMENTS (names)];

  for (guint i = 0; i < G_N_ELEMENTS (documents); i++)
    {
      PstScan scan;

      pst_scan_init (&scan, documents[i], strlen (documents[i]));
      g_assert_false (pst_scan_words (&scan, names, G_N_ELEMENTS (names), words));
      g_assert_nonnull (scan.failure);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scan/accepts", test_accepts);
  g_test_add_func ("/scan/refuses/structure", test_refuses_structure);
  g_test_add_func ("/scan/refuses/numbers", test_refuses_numbers);
  g_test_add_func ("/scan/refuses/strings", test_refuses_strings);
  g_test_add_func ("/scan/refuses/controls", test_refuses_controls);
  g_test_add_func ("/scan/depth", test_depth);
  g_test_add_func ("/scan/message", test_reads_a_message);
  g_test_add_func ("/scan/sticky", test_failure_is_sticky);
  g_test_add_func ("/scan/parser-fails", test_fails_for_its_parser);
  g_test_add_func ("/scan/unescape-bounds", test_unescape_bounds);
  g_test_add_func ("/scan/reads-what-was-written", test_reads_what_was_written);
  g_test_add_func ("/scan/torn", test_torn);
  g_test_add_func ("/scan/words", test_words);
  g_test_add_func ("/scan/words-refused", test_words_refused);
  return g_test_run ();
}
