/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The scanner beside json-glib, and over every frame of the recorded sessions. What would be lost: a message that other software reads in another
 * way, or one that a venue really sends and the scanner refuses. */
#include <json-glib/json-glib.h>

#include "pst-test-frames.h"
#include "pst-test-json.h"

#define N_DOCUMENTS 1500
#define N_MUTATIONS 40
/* json-glib holds integers of this many digits exactly. */
#define EXACT_DIGITS 18

/* json-glib's reading of a number is a long long or a double; made from the text both must be the same. */
static void
assert_number (const char *text, gsize length, JsonNode *node)
{
  g_autofree char *number = g_strndup (text, length);

  if (strpbrk (number, ".eE") == NULL && length <= EXACT_DIGITS)
    g_assert_cmpint (json_node_get_int (node), ==, g_ascii_strtoll (number, NULL, 10));
  else
    g_assert_cmpfloat (json_node_get_double (node), ==, g_ascii_strtod (number, NULL));
}

static void
assert_string (const char *text, gsize length, const char *other)
{
  g_autofree char *plain = g_malloc (length + 1);
  gsize written = 0;

  g_assert_true (pst_scan_unescape (text, length, plain, length, &written));
  g_assert_cmpmem (plain, written, other, strlen (other));
}

static void
assert_same (PstScan *scan, JsonNode *node)
{
  const char *text = NULL;
  gsize length = 0;
  gboolean value = FALSE;
  guint n = 0;

  switch (pst_scan_peek (scan))
    {
    case PST_SCAN_OBJECT:
      {
        g_autoptr (GList) names = json_object_get_members (json_node_get_object (node));

        g_assert_true (pst_scan_begin_object (scan));
        for (; pst_scan_next_member (scan, &text, &length); n++)
          {
            const char *name = g_list_nth_data (names, n);

            assert_string (text, length, name);
            assert_same (scan, json_object_get_member (json_node_get_object (node), name));
          }
        g_assert_cmpuint (n, ==, g_list_length (names));
        break;
      }
    case PST_SCAN_ARRAY:
      g_assert_true (pst_scan_begin_array (scan));
      for (; pst_scan_next_element (scan); n++)
        assert_same (scan, json_array_get_element (json_node_get_array (node), n));
      g_assert_cmpuint (n, ==, json_array_get_length (json_node_get_array (node)));
      break;
    case PST_SCAN_STRING:
      g_assert_true (pst_scan_string (scan, &text, &length));
      assert_string (text, length, json_node_get_string (node));
      break;
    case PST_SCAN_NUMBER:
      g_assert_true (pst_scan_number (scan, &text, &length));
      assert_number (text, length, node);
      break;
    case PST_SCAN_BOOLEAN:
      g_assert_true (pst_scan_boolean (scan, &value));
      g_assert_cmpint (json_node_get_boolean (node), ==, value);
      break;
    case PST_SCAN_NULL:
      g_assert_true (pst_scan_null (scan));
      g_assert_true (JSON_NODE_HOLDS_NULL (node));
      break;
    case PST_SCAN_NOTHING:
    default:
      g_assert_not_reached ();
    }
}

static void
test_same_as_json_glib (void)
{
  g_autoptr (GString) json = g_string_new (NULL), trace = g_string_new (NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  PstRandom random;
  TestJson made = { &random, json, trace, 6, TRUE };

  g_test_message ("seed 3");
  pst_random_init (&random, 3, "json");
  for (guint i = 0; i < N_DOCUMENTS; i++)
    {
      g_autoptr (GError) error = NULL;
      PstScan scan;

      test_json_make (&made);
      json_parser_load_from_data (parser, json->str, (gssize)json->len, &error);
      g_assert_no_error (error);
      pst_scan_init (&scan, json->str, json->len);
      assert_same (&scan, json_parser_get_root (parser));
      g_assert_true (pst_scan_finish (&scan));
    }
}

/* Changes some bytes into others that mean something in JSON. */
static void
mutate (PstRandom *random, GString *json)
{
  static const char bytes[] = "{}[]\",:\\0123456789.eE+-truefalsn \n/*'u";

  for (guint n = 1 + (guint)pst_random_below (random, 3); n > 0 && json->len > 0; n--)
    {
      gsize at = pst_random_below (random, json->len);
      char byte = bytes[pst_random_below (random, sizeof bytes - 1)];

      switch (pst_random_below (random, 3))
        {
        case 0:
          json->str[at] = byte;
          break;
        case 1:
          g_string_insert_c (json, (gssize)at, byte);
          break;
        default:
          g_string_erase (json, (gssize)at, 1);
        }
    }
}

/* Compared in the plain build only: json-glib loses what it had read of a document that it then refuses, and a leak check cannot tell whose that is.
 */
static void
test_no_more_than_json_glib (void)
{
  g_autoptr (GString) json = g_string_new (NULL), trace = g_string_new (NULL), changed = g_string_new (NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  PstRandom random;
  TestJson made = { &random, json, trace, 4, TRUE };
  guint n_accepted = 0, n_refused = 0, n_lenient = 0;

#ifdef __SANITIZE_ADDRESS__
  g_test_skip ("json-glib leaks what it had read of a document that it refuses; the plain build compares");
  return;
#endif
  g_test_message ("seed 4");
  pst_random_init (&random, 4, "json");
  for (guint i = 0; i < N_DOCUMENTS * N_MUTATIONS / 10; i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean other;

      if (i % N_MUTATIONS == 0)
        test_json_make (&made);
      g_string_assign (changed, json->str);
      mutate (&random, changed);
      other = json_parser_load_from_data (parser, changed->str, (gssize)changed->len, &error);
      if (test_json_accepts (changed->str, changed->len, trace))
        {
          if (!other)
            g_error ("json-glib refuses what the scanner accepts: %s: %s", error->message, changed->str);
          n_accepted++;
        }
      else
        {
          n_refused++;
          n_lenient += other;
        }
    }
  g_test_message ("accepted by both %u, refused by the scanner %u, of these accepted by json-glib %u", n_accepted, n_refused, n_lenient);
  g_assert_cmpuint (n_accepted, >, 0);
  g_assert_cmpuint (n_refused, >, n_accepted / 4);
}

/* What a recording has, counted when it was taken. */
typedef struct
{
  const char *name;
  guint n_frames;
  const char *member; /* a name that stands in every message of one kind, or in every level */
  guint n_members;
  const char *text; /* a string that names a kind of message */
  guint n_texts;
} Recording;

static void
count (PstScan *scan, const Recording *recording, guint *n_members, guint *n_texts)
{
  const char *text;
  gsize length;

  switch (pst_scan_peek (scan))
    {
    case PST_SCAN_OBJECT:
      pst_scan_begin_object (scan);
      while (pst_scan_next_member (scan, &text, &length))
        {
          *n_members += pst_scan_equal (text, length, recording->member);
          count (scan, recording, n_members, n_texts);
        }
      break;
    case PST_SCAN_ARRAY:
      pst_scan_begin_array (scan);
      while (pst_scan_next_element (scan))
        count (scan, recording, n_members, n_texts);
      break;
    case PST_SCAN_STRING:
      if (pst_scan_string (scan, &text, &length))
        *n_texts += pst_scan_equal (text, length, recording->text);
      break;
    case PST_SCAN_NUMBER:
    case PST_SCAN_BOOLEAN:
    case PST_SCAN_NULL:
    case PST_SCAN_NOTHING:
    default:
      pst_scan_skip (scan);
    }
}

static void
test_recording (gconstpointer data)
{
  const Recording *recording = data;
  g_autoptr (GString) trace = g_string_new (NULL);
  guint n_members = 0, n_texts = 0;
  TestFrames frames;

  test_frames_init (&frames);
  if (!test_frames_load (&frames, recording->name))
    {
      g_autofree char *reason = g_strdup_printf ("the recording ../shared/%s is not here; put it beside the source tree", recording->name);

      g_assert_cmpuint (frames.frames->len, ==, 0);
      g_test_skip (reason);
      test_frames_clear (&frames);
      return;
    }
  for (guint i = 0; i < frames.frames->len; i++)
    {
      TestFrame *frame = &g_array_index (frames.frames, TestFrame, i);
      PstScan scan;

      pst_scan_init (&scan, frame->bytes, frame->length);
      count (&scan, recording, &n_members, &n_texts);
      if (!pst_scan_finish (&scan))
        g_error ("frame %u, byte %" G_GSIZE_FORMAT ": %s", i, scan.failure_offset + 1, scan.failure);
      g_assert_true (test_json_accepts (frame->bytes, frame->length, trace));
    }
  g_test_message ("%u frames, %" G_GSIZE_FORMAT " bytes", frames.frames->len, frames.n_bytes);
  g_assert_cmpuint (frames.frames->len, ==, recording->n_frames);
  g_assert_cmpuint (n_members, ==, recording->n_members);
  g_assert_cmpuint (n_texts, ==, recording->n_texts);
  test_frames_clear (&frames);
}

/* Kraken's answers to ten subscriptions name the channel too. */
static const Recording recordings[] = {
  { "market-data/books/kraken-v1-20210405/KRAKEN-c197c0.0", 14636, "c", 14496, "book-1000", 14506 + 10 },
  { "market-data/books/kraken-v1-20210405/KRAKEN-4b7396.0", 152, "h", 22, "ticker", 42 },
  { "market-data/books/kraken-v1-20210405/KRAKEN-82ac16.0", 142, "status", 11, "trade", 32 },
  { "market-data/books/kraken-v2-20260816/kraken_minagbp_d25_20260816.ndjson", 92, "checksum", 30, "book", 31 },
  { "market-data/books/coinbase-advanced-20260809/COINBASE.jsonl", 1030, "price_level", 74193, "l2_data", 775 },
  { "market-data/books/binance-20210405/BINANCE-b38f7c.0", 11357, "U", 4709, "depthUpdate", 4709 },
  { "market-data/books/binance-us-20210405/BINANCE_US-63b290.0", 6008, "U", 3196, "depthUpdate", 3196 },
  { "market-data/triangle/gemini-20210417/GEMINI.ws.36.0", 993, "changes", 935, "l2_updates", 935 },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scan/json-glib/same", test_same_as_json_glib);
  g_test_add_func ("/scan/json-glib/no-more", test_no_more_than_json_glib);
  for (guint i = 0; i < G_N_ELEMENTS (recordings); i++)
    {
      g_autofree char *name = g_path_get_basename (recordings[i].name);
      g_autofree char *path = g_strconcat ("/scan/recording/", name, NULL);

      g_test_add_data_func (path, &recordings[i], test_recording);
    }
  return g_test_run ();
}
