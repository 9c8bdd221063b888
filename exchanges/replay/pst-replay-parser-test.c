/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parser alone, on bytes that no one would write. What would be lost: a crash, a read beyond the buffer, a row that is neither an event nor
 * counted, or an answer that depends on how the bytes were cut into blocks. */
#include "pst-replay-parser.h"
#include "pst-replay-scan.h"

typedef struct
{
  GArray *events;
  GString *bad;
  guint64 n_rows, n_rejected, n_left_out, line;
} Result;

static void
result_clear (Result *result)
{
  g_array_unref (result->events);
  g_string_free (result->bad, TRUE);
}

static PstReplaySettings
plain_settings (void)
{
  return (PstReplaySettings){
    .delimiter = ',',
    .price = { .unit = 1, .scale = 4 },
    .size = { .unit = 1, .scale = 2 },
    .volume = { .unit = 1, .scale = 2, .round = TRUE },
    .price_step = 1,
    .period_ns = PST_NS_PER_SECOND,
    .zero_volume = PST_REPLAY_ZERO_VOLUME_NAME,
    .from_ns = G_MININT64,
    .to_ns = G_MAXINT64,
    .row_bytes_max = 200,
  };
}

/* Parses whole rows in pieces of at most @piece rows and batches of @batch events; each piece has memory of its own, so that a sanitizer sees
 * what is read behind it. */
static Result
parse (const PstReplayFormat *format, const char *text, guint piece, guint batch)
{
  g_autoptr (PstReplaySymbols) symbols = pst_replay_symbols_new ();
  guint32 fixed = pst_replay_symbols_add (symbols, "X", 1, 0, PST_REPLAY_SYMBOL_WANTED);
  Result result = { .events = g_array_new (FALSE, FALSE, sizeof (PstEvent)), .bad = g_string_new (NULL) };
  g_autofree PstEvent *events = g_new0 (PstEvent, batch);
  g_autofree guint64 *lines = g_new0 (guint64, batch);
  PstReplayParser parser;

  pst_replay_parser_init (&parser, format, symbols, fixed);
  while (*text != '\0')
    {
      const char *stop = text;
      g_autofree char *memory = NULL;
      char *copy;
      const char *cursor, *end;
      PstReplayParse status;

      for (guint i = 0; i < piece && *stop != '\0'; i++)
        stop = strchr (stop, '\n') + 1;
      memory = g_malloc0 ((gsize)(stop - text) + 2 * PST_REPLAY_PADDING);
      copy = memory + PST_REPLAY_PADDING;
      memcpy (copy, text, (gsize)(stop - text));
      cursor = copy;
      end = copy + (stop - text);
      do
        {
          guint n = 0;

          status = pst_replay_parser_run (&parser, &cursor, end, events, lines, batch, &n);
          g_assert_true (cursor >= copy && cursor <= end);
          g_assert_cmpuint (n, <=, batch);
          g_array_append_vals (result.events, events, n);
          if (status == PST_REPLAY_PARSE_BAD || status == PST_REPLAY_PARSE_NOTICE)
            g_string_append_printf (result.bad, "%" G_GUINT64_FORMAT ":%u %s %s\n", parser.bad.line, parser.bad.column,
                                    pst_replay_reason_to_word (parser.bad.reason), parser.bad.text);
          else if (status == PST_REPLAY_PARSE_SYMBOL && parser.symbol.length < 8)
            pst_replay_symbols_add (symbols, parser.symbol.text, parser.symbol.length, pst_replay_symbols_get_size (symbols),
                                    PST_REPLAY_SYMBOL_WANTED);
          else if (status == PST_REPLAY_PARSE_SYMBOL)
            pst_replay_parser_refuse_symbol (&parser, &cursor, end);
        }
      while (status != PST_REPLAY_PARSE_BYTES);
      text = stop;
    }
  result.n_rows = parser.n_rows;
  result.n_rejected = parser.n_rejected;
  result.n_left_out = parser.n_left_out;
  result.line = parser.line;
  pst_replay_parser_clear (&parser);
  return result;
}

static const char *const headers[] = {
  "time,open,high,low,close,volume",
  "time,symbol,bid,bid-size,ask,ask-size",
  "note,time,price,size,side,trade-id,symbol",
};

static PstReplayFormat
make_format (const PstReplaySettings *settings, const char *header)
{
  g_autoptr (GError) error = NULL;
  PstReplayFormat format;

  g_assert_true (pst_replay_format_init (&format, settings, "x", header, strlen (header), &error));
  g_assert_no_error (error);
  g_assert_true (pst_replay_format_guess_time (&format, "2020-01-01,2020-01-01", 21, &error));
  return format;
}

/* Mostly good rows, with bytes changed here and there. */
static char *
random_rows (GRand *rand, guint kind)
{
  static const char junk[] = "0123456789..,,,,--+eE\"\" \r\n\nxN:TZ\x01\xff";
  GString *text = g_string_new (NULL);
  guint n = (guint)g_rand_int_range (rand, 1, 40);

  for (guint i = 0; i < n; i++)
    {
      gsize start = text->len;
      guint low = (guint)g_rand_int_range (rand, 100, 200), high = low + (guint)g_rand_int_range (rand, 1, 50);

      if (kind == 0)
        g_string_append_printf (text, "2020-01-01T00:00:%02u,%u,%u.5,%u,%u,%u\n", i, low, high, low, low, low % 7);
      else if (kind == 1)
        g_string_append_printf (text, "2020-01-01 00:00:%02u,S%u,%u,1,%u.25,%u\n", i, low % 4, low, high, low % 3);
      else
        g_string_append_printf (text, "word,2020-01-01T00:00:%02uZ,%u.0625,%u,%s,%u,S%u\n", i, low, high, low % 2 ? "buy" : "", low, low % 5);
      if (g_rand_int_range (rand, 0, 3) == 0)
        text->str[start + (gsize)g_rand_int_range (rand, 0, (gint32)(text->len - start))] = junk[g_rand_int_range (rand, 0, sizeof junk - 1)];
    }
  if (text->str[text->len - 1] != '\n')
    g_string_append_c (text, '\n');
  return g_string_free (text, FALSE);
}

static void
assert_same (const Result *a, const Result *b)
{
  g_assert_cmpstr (a->bad->str, ==, b->bad->str);
  g_assert_cmpuint (a->n_rows, ==, b->n_rows);
  g_assert_cmpuint (a->n_rejected, ==, b->n_rejected);
  g_assert_cmpuint (a->line, ==, b->line);
  g_assert_cmpuint (a->events->len, ==, b->events->len);
  for (guint i = 0; i < a->events->len; i++)
    {
      const PstEvent *x = &g_array_index (a->events, PstEvent, i), *y = &g_array_index (b->events, PstEvent, i);

      g_assert_cmpint (x->venue_time_ns, ==, y->venue_time_ns);
      g_assert_cmpuint (x->instrument, ==, y->instrument);
      g_assert_cmpint (x->bar.open, ==, y->bar.open);
      g_assert_cmpint (x->bar.high, ==, y->bar.high);
    }
}

static void
test_any_bytes (void)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  PstReplaySettings settings = plain_settings ();
  guint64 n_events = 0, n_rejected = 0;

  g_test_message ("seed %u", seed);
  for (guint i = 0; i < 3000; i++)
    {
      guint kind = i % G_N_ELEMENTS (headers);
      PstReplayFormat format = make_format (&settings, headers[kind]);
      g_autofree char *text = random_rows (rand, kind);
      Result whole = parse (&format, text, G_MAXUINT, 64), pieces = parse (&format, text, 1 + i % 5, 1 + i % 3);

      assert_same (&whole, &pieces);
      /* Nothing is lost without a trace. */
      g_assert_cmpuint (whole.n_rows, ==, whole.events->len + whole.n_rejected + whole.n_left_out);
      n_events += whole.events->len;
      n_rejected += whole.n_rejected;
      result_clear (&whole);
      result_clear (&pieces);
    }
  g_assert_cmpuint (n_rejected, >, 1000);
  g_assert_cmpuint (n_events, >, n_rejected);
}

/* The same rows, forced onto the careful way by a blank before each field, give the same events. */
static void
test_two_ways (void)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  PstReplaySettings settings = plain_settings ();

  g_test_message ("seed %u", seed);
  for (guint i = 0; i < 1000; i++)
    {
      guint kind = i % G_N_ELEMENTS (headers);
      PstReplayFormat format = make_format (&settings, headers[kind]);
      g_autofree char *text = random_rows (rand, kind);
      g_auto (GStrv) parts = g_strsplit (text, ",", -1);
      g_autofree char *spaced = g_strjoinv (", ", parts);
      Result fast, careful;

      if (strchr (text, '"') != NULL || strstr (text, "\r,") != NULL)
        continue;
      fast = parse (&format, text, G_MAXUINT, 64);
      careful = parse (&format, spaced, G_MAXUINT, 64);
      g_assert_cmpuint (fast.n_rejected, ==, careful.n_rejected);
      g_assert_cmpuint (fast.events->len, ==, careful.events->len);
      for (guint j = 0; j < fast.events->len; j++)
        g_assert_cmpmem (&g_array_index (fast.events, PstEvent, j), sizeof (gint64) * 5, &g_array_index (careful.events, PstEvent, j),
                         sizeof (gint64) * 5);
      result_clear (&fast);
      result_clear (&careful);
    }
}

/* Every machine finds the same fields. */
static void
test_scan (void)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  for (guint i = 0; i < 20000; i++)
    {
      char bytes[64];
      PstReplayMasks a, b;

      for (guint j = 0; j < sizeof bytes; j++)
        bytes[j] = i % 2 ? (char)g_rand_int_range (rand, 0, 256) : "0,\n\"\0.\x8a\xac"[g_rand_int_range (rand, 0, 8)];
      a = pst_replay_scan (bytes, ',');
      b = pst_replay_scan_portable (bytes, ',');
      g_assert_cmphex (a.ends, ==, b.ends);
      g_assert_cmphex (a.newlines, ==, b.newlines);
      g_assert_cmphex (a.odd, ==, b.odd);
      for (guint j = 0; j < sizeof bytes; j++)
        {
          g_assert_cmpuint (a.newlines >> j & 1, ==, bytes[j] == '\n');
          g_assert_cmpuint (a.ends >> j & 1, ==, bytes[j] == '\n' || bytes[j] == ',');
          g_assert_cmpuint (a.odd >> j & 1, ==, bytes[j] == '"' || bytes[j] == '\0');
        }
    }
}

/* Rows longer than what is scanned at once, and too many or too few fields in them. */
static void
test_find_ends (void)
{
  char bytes[300];
  const char *ends[8];

  for (guint first = 0; first < 130; first++)
    for (guint second = first + 1; second < 190; second++)
      {
        memset (bytes, '7', sizeof bytes);
        bytes[first] = ',';
        bytes[second] = '\n';
        g_assert_true (pst_replay_find_ends (bytes, bytes + second + 1, ',', 2, 200, ends));
        g_assert_true (ends[0] == bytes + first && ends[1] == bytes + second);
        g_assert_false (pst_replay_find_ends (bytes, bytes + second + 1, ',', 1, 200, ends));
        g_assert_false (pst_replay_find_ends (bytes, bytes + second + 1, ',', 3, 200, ends));
        g_assert_false (pst_replay_find_ends (bytes, bytes + second + 1, ',', 2, second, ends));
      }
}

static void
test_split (void)
{
  PstReplayField fields[4];
  guint n;

  g_assert_true (pst_replay_split ("a, b ,\"c,d\",", 12, ',', fields, 4, &n));
  g_assert_cmpuint (n, ==, 4);
  g_assert_cmpmem (fields[1].text, fields[1].length, "b", 1);
  g_assert_cmpuint (fields[1].column, ==, 4);
  g_assert_cmpmem (fields[2].text, fields[2].length, "c,d", 3);
  g_assert_cmpuint (fields[3].length, ==, 0);
  g_assert_false (pst_replay_split ("a,b,c,d,e", 9, ',', fields, 4, &n));
  g_assert_true (pst_replay_split ("\"a\"\"b\",c", 8, ',', fields, 4, &n));
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpint (fields[0].text[0], ==, '"');
  g_assert_true (pst_replay_split ("\"never closed, at all", 21, ',', fields, 4, &n));
  g_assert_cmpuint (n, ==, 1);
}

static void
test_printable (void)
{
  char text[PST_REPLAY_TEXT_SIZE];
  char wide[200];

  pst_replay_printable ("a\tb\xff\0c\xc3\xa9", 8, text);
  g_assert_cmpstr (text, ==, "a\\x09b\\xff\\x00c\xc3\xa9");
  memset (wide, 'w', sizeof wide);
  pst_replay_printable (wide, sizeof wide, text);
  g_assert_cmpuint (strlen (text), ==, PST_REPLAY_TEXT_SIZE - 1);
  g_assert_true (g_str_has_suffix (text, "www..."));
  pst_replay_printable (wide, PST_REPLAY_TEXT_SIZE - 1, text);
  g_assert_cmpuint (strlen (text), ==, PST_REPLAY_TEXT_SIZE - 1);
  memset (wide, '\1', sizeof wide);
  pst_replay_printable (wide, sizeof wide, text);
  g_assert_true (g_str_has_suffix (text, "\\x01..."));
}

static void
test_symbols (void)
{
  g_autoptr (PstReplaySymbols) symbols = pst_replay_symbols_new ();

  for (guint i = 0; i < 5000; i++)
    {
      g_autofree char *text = g_strdup_printf ("S%u", i);

      g_assert_cmpuint (pst_replay_symbols_find (symbols, text, strlen (text)), ==, PST_REPLAY_SYMBOL_NONE);
      g_assert_cmpuint (pst_replay_symbols_add (symbols, text, strlen (text), i, PST_REPLAY_SYMBOL_WANTED), ==, i);
    }
  for (guint i = 0; i < 5000; i++)
    {
      g_autofree char *text = g_strdup_printf ("S%u", i);

      g_assert_cmpuint (pst_replay_symbols_find (symbols, text, strlen (text)), ==, i);
    }
  g_assert_cmpuint (pst_replay_symbols_find (symbols, "S12", 2), ==, 1);
  g_assert_cmpstr (pst_replay_symbols_nearest (symbols, "S100x", PST_REPLAY_SYMBOL_WANTED), ==, "S100");
  g_assert_null (pst_replay_symbols_nearest (symbols, "S100x", PST_REPLAY_SYMBOL_LEFT_OUT));
}

static void
test_names (void)
{
  gint64 time_ns;

  g_assert_true (pst_replay_date_from_name ("20131007_quote", &time_ns));
  g_assert_cmpint (time_ns, ==, pst_time_days_from_civil (2013, 10, 7) * PST_NS_PER_DAY);
  g_assert_true (pst_replay_date_from_name ("trades-2013-10-08-v2", &time_ns));
  g_assert_cmpint (time_ns, ==, pst_time_days_from_civil (2013, 10, 8) * PST_NS_PER_DAY);
  g_assert_false (pst_replay_date_from_name ("120131007", &time_ns));
  g_assert_false (pst_replay_date_from_name ("201310071", &time_ns));
  g_assert_false (pst_replay_date_from_name ("20131307", &time_ns));
  g_assert_false (pst_replay_date_from_name ("", &time_ns));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/replay/parser/any-bytes", test_any_bytes);
  g_test_add_func ("/replay/parser/two-ways", test_two_ways);
  g_test_add_func ("/replay/parser/scan", test_scan);
  g_test_add_func ("/replay/parser/find-ends", test_find_ends);
  g_test_add_func ("/replay/parser/split", test_split);
  g_test_add_func ("/replay/parser/printable", test_printable);
  g_test_add_func ("/replay/parser/symbols", test_symbols);
  g_test_add_func ("/replay/parser/names", test_names);
  return g_test_run ();
}
