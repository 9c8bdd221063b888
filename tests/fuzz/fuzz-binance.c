/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What Binance sends, a message a line, the last one exchangeInfo when it begins so: what is accepted is JSON whose texts lie inside the message, and
 * however diffs and snapshots come, a joined book has every change once and in order. */

#include "fuzz.h"
#include "pst-binance-info.h"
#include "pst-binance-join.h"
#include "pst-binance-parser.h"

#define BYTES_MAX 2048

typedef struct
{
  PstBinanceParser parser;
  PstBinanceJoin *join;
  gint64 now_ns;
} Session;

static void
assert_inside (const char *line, gsize length, const char *text, gsize text_length)
{
  g_assert_true (text == NULL || (text >= line && text + text_length <= line + length));
}

static void
assert_levels (const PstBinanceParser *parser, const PstBinanceSide *side, const char *line, gsize length)
{
  g_assert_cmpuint (side->first + side->n, <=, parser->n_levels);
  for (guint i = side->first; i < side->first + side->n; i++)
    {
      const PstBinanceLevel *level = &parser->levels[i];
      gint64 mantissa;
      guint8 decimals;

      assert_inside (line, length, level->price, level->price_length);
      assert_inside (line, length, level->size, level->size_length);
      if (pst_venue_read_number (level->price, level->price_length, 8, &mantissa, &decimals))
        g_assert_cmpint (mantissa, >=, 0);
    }
}

/* Kept diffs are contiguous, and the first of those behind a snapshot that fits begins at or before its next change. */
static void
take_fit (Session *session)
{
  PstBinanceKept kept;
  gsize offset = 0;
  guint64 id = session->join->snapshot_id, next = 0;

  if (pst_binance_join_check (session->join, session->now_ns) != PST_BINANCE_FIT_PROVEN)
    return;
  while (pst_binance_join_next_kept (session->join, &offset, &kept))
    {
      g_assert_true (next == 0 ? kept.first_id <= id || kept.first_id - id == 1 : kept.first_id == next);
      g_assert_true (kept.last_id > id);
      g_assert_cmpint (kept.text[kept.length], ==, '\0');
      id = kept.last_id;
      next = id + 1;
    }
  pst_binance_join_complete (session->join);
  g_assert_cmpuint (session->join->id, ==, id);
}

static void
keep_diff (Session *session, const PstBinanceMessage *message, const char *line, gsize length)
{
  pst_binance_join_keep (session->join, message->first_id, message->last_id, line, length, session->now_ns);
  g_assert_cmpuint (session->join->kept->len, <=, BYTES_MAX);
  take_fit (session);
}

static void
take_diff (Session *session, const PstBinanceMessage *message, const char *line, gsize length)
{
  guint64 id = session->join->id;
  gboolean was_strict = session->join->is_strict;

  if (!session->join->is_joined)
    {
      keep_diff (session, message, line, length);
      return;
    }
  switch (pst_binance_join_judge (session->join, message->first_id, message->last_id, session->now_ns))
    {
    case PST_BINANCE_APPLY:
      g_assert_true (message->last_id > id && (message->first_id == id + 1 || (!was_strict && message->first_id <= id)));
      g_assert_cmpuint (session->join->id, ==, message->last_id);
      if (session->join->is_renewing)
        keep_diff (session, message, line, length);
      break;
    case PST_BINANCE_OLD:
      g_assert_true (message->last_id <= id);
      break;
    case PST_BINANCE_GAP:
      pst_binance_join_reset (session->join);
      break;
    }
}

static void
take_line (Session *session, const char *line, gsize length)
{
  PstBinanceMessage message;
  PstScan scan;

  session->now_ns += 300 * PST_NS_PER_MS;
  if (!pst_binance_parse (&session->parser, line, length, &message))
    {
      g_assert_nonnull (message.failure);
      g_assert_cmpuint (message.failure_offset, <=, length);
      return;
    }
  pst_scan_init (&scan, line, length);
  g_assert_true (pst_scan_skip (&scan) && pst_scan_finish (&scan));
  assert_inside (line, length, message.stream.text, message.stream.length);
  assert_inside (line, length, message.symbol.text, message.symbol.length);
  assert_inside (line, length, message.text.text, message.text.length);
  assert_levels (&session->parser, &message.bids, line, length);
  assert_levels (&session->parser, &message.asks, line, length);
  if (message.kind == PST_BINANCE_DEPTH)
    take_diff (session, &message, line, length);
  else if (message.kind == PST_BINANCE_ACK && session->join->is_joined)
    pst_binance_join_renew (session->join);
  else if (message.kind == PST_BINANCE_SNAPSHOT && (!session->join->is_joined || session->join->is_renewing)
           && pst_binance_join_offer (session->join, message.last_id, line, length, session->now_ns))
    take_fit (session);
}

static gboolean
take_symbol (const PstBinanceSymbol *symbol, gpointer user_data, GError **error)
{
  g_assert_true (symbol->symbol.text != NULL);
  if (symbol->failure != NULL)
    return TRUE;
  g_assert_cmpint (symbol->draft.price_step, >=, 0);
  g_assert_cmpint (symbol->draft.size_step, >=, 0);
  g_assert_cmpint (symbol->draft.size_min, >=, 0);
  g_assert_cmpuint (symbol->draft.price_scale, <=, PST_SCALE_MAX);
  g_assert_cmpuint (symbol->draft.size_scale, <=, PST_SCALE_MAX);
  g_assert_cmpint (symbol->notional_min.mantissa, >=, 0);
  return TRUE;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  Session session = { .join = pst_binance_join_new (BYTES_MAX, PST_NS_PER_SECOND, 10 * PST_NS_PER_SECOND) };
  const char *line = (const char *)data, *end = line + size;
  g_autoptr (GError) error = NULL;
  guint weight;

  if (!pst_binance_read_info (line, size, take_symbol, NULL, &weight, &error))
    g_assert_nonnull (error);
  while (line < end)
    {
      const char *stop = memchr (line, '\n', (gsize)(end - line));

      stop = stop != NULL ? stop : end;
      take_line (&session, line, (gsize)(stop - line));
      line = stop + 1;
    }
  pst_binance_join_free (session.join);
  pst_binance_parser_clear (&session.parser);
  return 0;
}
