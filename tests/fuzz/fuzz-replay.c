/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parser of replayed files: the first line is the header, the rest are rows. How many events fit at a time changes nothing, and every row is an
 * event, rejected or left out. */

#include "fuzz.h"
#include "pst-replay-parser.h"

#define BATCH_MAX 64
#define SYMBOL_MAX 8

typedef struct
{
  guint64 n_events, n_rows, n_rejected, n_left_out, line, hash;
} Outcome;

static PstReplaySettings
make_settings (guint8 choice)
{
  return (PstReplaySettings){
    .delimiter = choice & 1 ? ';' : ',',
    .price = { .unit = 1, .scale = choice & 2 ? 8 : 2 },
    .size = { .unit = 1, .scale = 2 },
    .volume = { .unit = 1, .scale = 2, .round = TRUE },
    .price_step = choice & 4 ? 5 : 1,
    .default_size = choice & 8 ? 100 : 0,
    .period_ns = PST_NS_PER_SECOND,
    .zero_volume = choice & 16 ? PST_REPLAY_ZERO_VOLUME_REJECT : PST_REPLAY_ZERO_VOLUME_NAME,
    .date_ns = G_MININT64,
    .from_ns = G_MININT64,
    .to_ns = G_MAXINT64,
    .row_bytes_max = 200,
  };
}

static void
take_event (Outcome *outcome, const PstEvent *event)
{
  const gint64 values[] = { event->venue_time_ns, event->receive_time_ns, event->instrument, event->kind, event->bar.open, event->bar.high };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    outcome->hash = (outcome->hash ^ (guint64)values[i]) * G_GUINT64_CONSTANT (0x100000001b3);
  outcome->n_events++;
}

static Outcome
parse (const PstReplayFormat *format, const char *rows, gsize length, guint batch)
{
  g_autoptr (PstReplaySymbols) symbols = pst_replay_symbols_new ();
  guint32 fixed = pst_replay_symbols_add (symbols, "X", 1, 0, PST_REPLAY_SYMBOL_WANTED);
  g_autofree char *memory = g_malloc0 (length + 2 * PST_REPLAY_PADDING);
  const char *cursor = memory + PST_REPLAY_PADDING, *end = cursor + length;
  Outcome outcome = { 0 };
  PstReplayParser parser;
  PstReplayParse status;

  memcpy (memory + PST_REPLAY_PADDING, rows, length);
  pst_replay_parser_init (&parser, format, symbols, fixed);
  do
    {
      PstEvent events[BATCH_MAX];
      guint64 lines[BATCH_MAX];
      guint n = 0;

      status = pst_replay_parser_run (&parser, &cursor, end, events, lines, batch, &n);
      g_assert_true (cursor >= memory + PST_REPLAY_PADDING && cursor <= end);
      g_assert_cmpuint (n, <=, batch);
      for (guint i = 0; i < n; i++)
        take_event (&outcome, &events[i]);
      if (status == PST_REPLAY_PARSE_SYMBOL && parser.symbol.length < SYMBOL_MAX)
        pst_replay_symbols_add (symbols, parser.symbol.text, parser.symbol.length, pst_replay_symbols_get_size (symbols), PST_REPLAY_SYMBOL_WANTED);
      else if (status == PST_REPLAY_PARSE_SYMBOL)
        pst_replay_parser_refuse_symbol (&parser, &cursor, end);
    }
  while (status != PST_REPLAY_PARSE_BYTES && status != PST_REPLAY_PARSE_PAST);
  outcome.n_rows = parser.n_rows;
  outcome.n_rejected = parser.n_rejected;
  outcome.n_left_out = parser.n_left_out;
  outcome.line = parser.line;
  pst_replay_parser_clear (&parser);
  return outcome;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  PstReplaySettings settings = make_settings (size ? data[0] : 0);
  const char *header = (const char *)data + 1, *feed = size > 1 ? memchr (header, '\n', size - 1) : NULL, *end;
  PstReplayFormat format;
  Outcome many, few;
  gsize rows_length;

  if (feed == NULL || !pst_replay_format_init (&format, &settings, "20200102_x", header, (gsize)(feed - header), NULL))
    return 0;
  rows_length = size - 1 - (gsize)(feed + 1 - header);
  end = rows_length ? memrchr (feed + 1, '\n', rows_length) : NULL;
  if (end == NULL)
    return 0;
  rows_length = (gsize)(end - feed);
  if (format.time_format == PST_REPLAY_TIME_AUTO
      && !pst_replay_format_guess_time (&format, feed + 1, (gsize)((const char *)memchr (feed + 1, '\n', rows_length) - feed - 1), NULL))
    return 0;
  many = parse (&format, feed + 1, rows_length, BATCH_MAX);
  few = parse (&format, feed + 1, rows_length, 3);
  g_assert_cmpuint (many.n_rows, ==, many.n_events + many.n_rejected + many.n_left_out);
  g_assert_cmpuint (many.n_rows, ==, few.n_rows);
  g_assert_cmpuint (many.n_rejected, ==, few.n_rejected);
  g_assert_cmpuint (many.line, ==, few.line);
  g_assert_true (many.hash == few.hash);
  return 0;
}
