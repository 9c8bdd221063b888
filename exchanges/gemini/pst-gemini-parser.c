/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A message is one flat object. Its levels and trades are read where they stand when the symbol came before them, as it does, and afterwards when it
 * did not. A level is ["buy","2368.64","0.275036"]. */
#include "pst-gemini-parser.h"

enum
{
  SEEN_TYPE = 1,
  SEEN_SYMBOL = 2,
  SEEN_CHANGES = 4,
  SEEN_TRADES = 8,
  SEEN_RESULT = 16,
  SEEN_REASON = 32,
};

/* The members of a trade that are wanted. */
enum
{
  ID,
  TIME,
  PRICE,
  SIZE,
  SIDE,
  N_WORDS
};

static const struct
{
  const char *name;
  PstGeminiKind kind;
} kinds[] = {
  { "l2_updates", PST_GEMINI_KIND_BOOK },          { "trade", PST_GEMINI_KIND_TRADE },
  { "heartbeat", PST_GEMINI_KIND_HEARTBEAT },      { "subscription_ack", PST_GEMINI_KIND_OTHER },
  { "auction_indicative", PST_GEMINI_KIND_OTHER }, { "auction_result", PST_GEMINI_KIND_OTHER },
  { "auction_open", PST_GEMINI_KIND_OTHER },       { "block_trade", PST_GEMINI_KIND_OTHER },
};

void
pst_gemini_parser_init (PstGeminiParser *self, PstGeminiFindFunc find, gpointer user_data)
{
  *self = (PstGeminiParser){ .find = find, .user_data = user_data };
}

void
pst_gemini_parser_clear (PstGeminiParser *self)
{
  g_free (self->levels);
  g_free (self->trades);
  *self = (PstGeminiParser){ 0 };
}

static gboolean
read_side (const char *text, gsize length, PstSide *side)
{
  *side = pst_scan_equal (text, length, "buy") ? PST_SIDE_BUY : PST_SIDE_SELL;
  return *side == PST_SIDE_BUY || pst_scan_equal (text, length, "sell");
}

static PstGeminiLevel *
add_level (PstGeminiParser *self)
{
  if (G_UNLIKELY (self->n_levels == self->levels_size))
    {
      self->levels_size = MAX (256, self->levels_size * 2);
      self->levels = g_renew (PstGeminiLevel, self->levels, self->levels_size);
    }
  return &self->levels[self->n_levels++];
}

static PstGeminiTrade *
add_trade (PstGeminiParser *self)
{
  if (self->n_trades == self->trades_size)
    {
      self->trades_size = MAX (64, self->trades_size * 2);
      self->trades = g_renew (PstGeminiTrade, self->trades, self->trades_size);
    }
  return &self->trades[self->n_trades++];
}

static inline gboolean
read_level (PstGeminiParser *self, PstScan *scan)
{
  PstScanWord words[3];
  PstGeminiLevel *level;

  if (!pst_scan_begin_array (scan))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (!pst_scan_next_element (scan) || !pst_scan_string (scan, &words[i].text, &words[i].length))
      return pst_scan_fail (scan, scan->at, "a change is not [side, price, quantity]");
  if (pst_scan_next_element (scan))
    return pst_scan_fail (scan, scan->at, "a change is not [side, price, quantity]");
  level = add_level (self);
  if (G_UNLIKELY (!read_side (words[0].text, words[0].length, &level->side)))
    return pst_scan_fail (scan, words[0].text, "a change's side is neither buy nor sell");
  if (G_UNLIKELY (
          !pst_venue_read_number (words[1].text, words[1].length, self->listing->price_scale, &level->level.price, &level->level.price_decimals)
          || level->level.price <= 0))
    return pst_scan_fail (scan, words[1].text, "a change's price is no decimal above zero, or finer than the instrument's");
  if (G_UNLIKELY (
          !pst_venue_read_number (words[2].text, words[2].length, self->listing->size_scale, &level->level.size, &level->level.size_decimals)))
    return pst_scan_fail (scan, words[2].text, "a change's quantity is no decimal, or finer than the instrument's");
  return TRUE;
}

static gboolean
read_levels (PstGeminiParser *self, PstScan *scan)
{
  pst_scan_begin_array (scan);
  while (pst_scan_next_element (scan))
    read_level (self, scan);
  return scan->failure == NULL;
}

static gboolean
read_integer (const PstScanWord *word, gint64 *value)
{
  guint8 decimals;

  return word->kind == PST_SCAN_NUMBER && pst_venue_read_number (word->text, word->length, 0, value, &decimals) && decimals == 0;
}

static gboolean
read_decimal (const PstScanWord *word, guint8 scale, gint64 *value)
{
  guint8 decimals;

  return word->kind == PST_SCAN_STRING && pst_venue_read_number (word->text, word->length, scale, value, &decimals);
}

/* Trades are told with more decimals than orders may have: what is beyond the instrument's is cut off. */
static gboolean
read_size (const PstScanWord *word, guint8 scale, gint64 *value)
{
  PstDecimal decimal;

  if (read_decimal (word, scale, value))
    return TRUE;
  return word->kind == PST_SCAN_STRING && pst_decimal_parse (word->text, (gssize)word->length, &decimal, NULL) && decimal.mantissa >= 0
         && pst_decimal_rescale (&decimal, scale, PST_ROUND_DOWN, value, NULL);
}

/* NULL, or what is wrong with it. */
static const char *
take_trade (const PstGeminiParser *self, const PstScanWord *words, PstGeminiTrade *trade)
{
  gint64 id, time_ms;
  PstSide side;

  if (!read_decimal (&words[PRICE], self->listing->price_scale, &trade->trade.price) || trade->trade.price <= 0
      || !read_size (&words[SIZE], self->listing->size_scale, &trade->trade.size))
    return "a trade's price or quantity is no decimal of the instrument's";
  if (!read_integer (&words[ID], &id) || !read_integer (&words[TIME], &time_ms) || time_ms > G_MAXINT64 / PST_NS_PER_MS)
    return "a trade's event_id or timestamp is no whole number";
  if (words[SIDE].kind != PST_SCAN_STRING || !read_side (words[SIDE].text, words[SIDE].length, &side))
    return "a trade's side is neither buy nor sell";
  trade->trade.trade_id = (guint64)id;
  trade->trade.aggressor = side;
  trade->time_ns = time_ms * PST_NS_PER_MS;
  return NULL;
}

/* {"type":"trade","symbol":"ETHBTC","event_id":34344227098,"timestamp":1618672876928,"price":"0.03905","quantity":"0.25","side":"sell"}. The side is
 * the taker's: in the recorded session buyers take the ask. One that is wrong is left out and named; it says nothing against the levels beside it. */
static gboolean
read_trade (PstGeminiParser *self, PstScan *scan)
{
  static const char *const names[N_WORDS] = { "event_id", "timestamp", "price", "quantity", "side" };
  PstScanWord words[N_WORDS];
  PstGeminiTrade *trade;
  const char *failure;

  if (!pst_scan_words (scan, names, N_WORDS, words))
    return FALSE;
  trade = add_trade (self);
  *trade = (PstGeminiTrade){ 0 };
  failure = take_trade (self, words, trade);
  if (failure == NULL)
    return TRUE;
  self->n_trades--;
  self->bad_trade = failure;
  return TRUE;
}

static gboolean
read_trades (PstGeminiParser *self, PstScan *scan)
{
  pst_scan_begin_array (scan);
  while (pst_scan_next_element (scan))
    read_trade (self, scan);
  return scan->failure == NULL;
}

static gboolean
read_type (PstGeminiParser *self, PstScan *scan)
{
  const char *text;
  gsize length;

  if (!pst_scan_string (scan, &text, &length))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (pst_scan_equal (text, length, kinds[i].name))
      self->kind = kinds[i].kind;
  if (length > 8 && memcmp (text, "candles_", 8) == 0)
    self->kind = PST_GEMINI_KIND_OTHER;
  return TRUE;
}

/* A symbol with escapes could hide one of ours. */
static gboolean
read_symbol (PstGeminiParser *self, PstScan *scan)
{
  const char *text;
  gsize length;

  if (!pst_scan_string (scan, &text, &length))
    return FALSE;
  if (scan->escaped || length == 0)
    return pst_scan_fail (scan, text, "a symbol is empty or has escapes");
  self->has_symbol = TRUE;
  self->listing = self->find (self->user_data, text, length);
  return TRUE;
}

static gboolean
read_result (PstGeminiParser *self, PstScan *scan)
{
  const char *text;
  gsize length;

  if (!pst_scan_value (scan, &text, &length))
    return FALSE;
  if (pst_scan_equal (text, length, "\"error\""))
    self->kind = PST_GEMINI_KIND_ERROR;
  return TRUE;
}

typedef struct
{
  guint seen;
  PstScan changes; /* where they stand, when they came before the symbol */
  PstScan trades;
} Envelope;

static gboolean
see (PstScan *scan, Envelope *envelope, guint bit)
{
  if (envelope->seen & bit)
    return pst_scan_fail (scan, scan->at, "a name comes twice");
  envelope->seen |= bit;
  return TRUE;
}

static gboolean
read_later (PstScan *scan, PstScan *place)
{
  *place = *scan;
  return pst_scan_skip (scan);
}

static gboolean
read_member (PstGeminiParser *self, PstScan *scan, const char *key, gsize length, Envelope *envelope)
{
  if (pst_scan_equal (key, length, "type"))
    return see (scan, envelope, SEEN_TYPE) && read_type (self, scan);
  if (pst_scan_equal (key, length, "symbol"))
    return see (scan, envelope, SEEN_SYMBOL) && read_symbol (self, scan);
  if (pst_scan_equal (key, length, "result"))
    return see (scan, envelope, SEEN_RESULT) && read_result (self, scan);
  if (pst_scan_equal (key, length, "reason"))
    return see (scan, envelope, SEEN_REASON) && pst_scan_value (scan, &self->text, &self->text_length);
  if (pst_scan_equal (key, length, "changes"))
    {
      if (!see (scan, envelope, SEEN_CHANGES))
        return FALSE;
      return self->listing != NULL && self->kind == PST_GEMINI_KIND_BOOK ? read_levels (self, scan) : read_later (scan, &envelope->changes);
    }
  if (!pst_scan_equal (key, length, "trades"))
    return pst_scan_skip (scan);
  if (!see (scan, envelope, SEEN_TRADES))
    return FALSE;
  return self->listing != NULL && self->kind == PST_GEMINI_KIND_BOOK ? read_trades (self, scan) : read_later (scan, &envelope->trades);
}

/* Where a failure of @inner, over the same bytes, is one of @scan. */
static gboolean
take_over (PstScan *scan, const PstScan *inner)
{
  return inner->failure == NULL || pst_scan_fail (scan, scan->start + inner->failure_offset, inner->failure);
}

/* What could be read only when all of the envelope was known. */
static gboolean
read_rest (PstGeminiParser *self, PstScan *scan, Envelope *envelope)
{
  PstScan whole;

  if (self->kind == PST_GEMINI_KIND_BOOK && (!self->has_symbol || !(envelope->seen & SEEN_CHANGES)))
    return pst_scan_fail (scan, scan->start, "a message about a book has no symbol or no changes");
  if (self->kind == PST_GEMINI_KIND_TRADE && !self->has_symbol)
    return pst_scan_fail (scan, scan->start, "a trade has no symbol");
  if (self->listing == NULL)
    return TRUE;
  if (self->kind == PST_GEMINI_KIND_TRADE)
    {
      pst_scan_init (&whole, scan->start, (gsize)(scan->end - scan->start));
      read_trade (self, &whole);
      return take_over (scan, &whole) && (self->bad_trade == NULL || pst_scan_fail (scan, scan->start, self->bad_trade));
    }
  if (self->kind != PST_GEMINI_KIND_BOOK)
    return TRUE;
  self->has_trades = (envelope->seen & SEEN_TRADES) != 0;
  if (envelope->changes.start != NULL)
    read_levels (self, &envelope->changes);
  if (envelope->trades.start != NULL)
    read_trades (self, &envelope->trades);
  return take_over (scan, &envelope->changes) && take_over (scan, &envelope->trades);
}

/**
 * pst_gemini_parser_read:
 * @self: a parser
 * @text: (array length=length): one message; borrowed until the next call
 * @length: its bytes
 *
 * Reads a message. Source of its form: Gemini's documents of "Market Data Version 2", and a recorded session.
 *
 * Returns: %FALSE when anything is wrong
 */
gboolean
pst_gemini_parser_read (PstGeminiParser *self, const char *text, gsize length)
{
  Envelope envelope = { 0 };
  const char *key;
  gsize key_length;
  PstScan scan;

  self->kind = PST_GEMINI_KIND_UNKNOWN;
  self->listing = NULL;
  self->has_symbol = self->has_trades = FALSE;
  self->failure = self->text = self->bad_trade = NULL;
  self->failure_offset = self->text_length = 0;
  self->n_levels = self->n_trades = 0;

  pst_scan_init (&scan, text, length);
  pst_scan_begin_object (&scan);
  while (pst_scan_next_member (&scan, &key, &key_length))
    read_member (self, &scan, key, key_length, &envelope);
  if (pst_scan_finish (&scan))
    read_rest (self, &scan, &envelope);
  if (scan.failure == NULL)
    return TRUE;
  self->failure = scan.failure;
  self->failure_offset = scan.failure_offset;
  self->n_levels = self->n_trades = 0;
  return FALSE;
}
