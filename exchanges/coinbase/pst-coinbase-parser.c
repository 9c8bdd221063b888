/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The envelope of a message and its events. What a message is read into is reused and grows with the largest message, whose size the transport
 * limits. */
#include "pst-coinbase-parser.h"

/* Names that are told apart in the envelope; each may come once. */
enum
{
  SEEN_CHANNEL = 1,
  SEEN_TIMESTAMP = 2,
  SEEN_SEQUENCE = 4,
  SEEN_EVENTS = 8,
  SEEN_TYPE = 16,
  SEEN_MESSAGE = 32,
  /* of an event */
  SEEN_PRODUCT = 64,
  SEEN_UPDATES = 128,
};

static const struct
{
  const char *name;
  PstCoinbaseChannel channel;
} channels[] = {
  { "l2_data", PST_COINBASE_CHANNEL_BOOK },
  { "market_trades", PST_COINBASE_CHANNEL_TRADES },
  { "ticker", PST_COINBASE_CHANNEL_TICKER },
  { "heartbeats", PST_COINBASE_CHANNEL_HEARTBEATS },
  { "subscriptions", PST_COINBASE_CHANNEL_SUBSCRIPTIONS },
  { "candles", PST_COINBASE_CHANNEL_OTHER },
  { "ticker_batch", PST_COINBASE_CHANNEL_OTHER },
  { "status", PST_COINBASE_CHANNEL_OTHER },
  { "user", PST_COINBASE_CHANNEL_OTHER },
  { "futures_balance_summary", PST_COINBASE_CHANNEL_OTHER },
};

void
pst_coinbase_parser_init (PstCoinbaseParser *self, PstCoinbaseFindFunc find, gpointer user_data)
{
  *self = (PstCoinbaseParser){ .find = find, .user_data = user_data };
}

void
pst_coinbase_parser_clear (PstCoinbaseParser *self)
{
  g_free (self->events);
  g_free (self->levels);
  g_free (self->trades);
  g_free (self->quotes);
  *self = (PstCoinbaseParser){ 0 };
}

static void
note_failure (PstCoinbaseParser *self, const PstScan *scan)
{
  if (self->failure != NULL)
    return;
  self->failure = scan->failure;
  self->failure_offset = scan->failure_offset;
}

/* Of a message's time: RFC 3339, UTC. */
gboolean
pst_coinbase_read_time (const char *text, gsize length, gint64 *time_ns)
{
  return length >= 20 && text[length - 1] == 'Z' && pst_time_parse (text, (gssize)length, time_ns, NULL);
}

/* Makes room for one more in an array of the parser. */
#define ADD(self, member)                                                                             \
  ({                                                                                                  \
    if ((self)->n_##member == (self)->member##_size)                                                  \
      {                                                                                               \
        (self)->member##_size = MAX (16, (self)->member##_size * 2);                                  \
        (self)->member = g_realloc_n ((self)->member, (self)->member##_size, sizeof *(self)->member); \
      }                                                                                               \
    &(self)->member[(self)->n_##member++];                                                            \
  })

/* A member that may come once. */
static gboolean
see (PstScan *scan, guint *seen, guint bit)
{
  if (*seen & bit)
    return pst_scan_fail (scan, scan->at, "a name comes twice");
  *seen |= bit;
  return TRUE;
}

/* A product's name; one with escapes could hide one of ours. */
static gboolean
read_product (PstCoinbaseParser *self, PstScan *scan, PstListing **listing)
{
  const char *text;
  gsize length;

  if (!pst_scan_string (scan, &text, &length))
    return FALSE;
  if (scan->escaped || length == 0)
    return pst_scan_fail (scan, text, "a product_id is empty or has escapes");
  *listing = self->find (self->user_data, text, length);
  return TRUE;
}

/* Whose event it is, of one that is wrong elsewhere: @scan stands at its beginning. FALSE when it does not say. */
static gboolean
find_product (PstCoinbaseParser *self, PstScan scan, PstListing **listing)
{
  static const char *const names[] = { "product_id" };
  PstScanWord word;

  if (!pst_scan_words (&scan, names, 1, &word) || word.kind != PST_SCAN_STRING || word.length == 0 || memchr (word.text, '\\', word.length) != NULL)
    return FALSE;
  *listing = self->find (self->user_data, word.text, word.length);
  return TRUE;
}

static gboolean
read_event_type (PstScan *scan, gboolean *is_snapshot)
{
  const char *text;
  gsize length;

  if (!pst_scan_string (scan, &text, &length))
    return FALSE;
  *is_snapshot = pst_scan_equal (text, length, "snapshot");
  return *is_snapshot || pst_scan_equal (text, length, "update") || pst_scan_fail (scan, text, "an event's type is neither snapshot nor update");
}

/* {"type":"update","product_id":"BTC-USD","updates":[...]} */
static gboolean
read_book_event (PstCoinbaseParser *self, PstScan *scan, PstCoinbaseEvent *event)
{
  PstScan levels = *scan; /* where they begin, when they come before the product */
  gboolean waiting = FALSE;
  const char *key, *from = pst_scan_next (scan);
  gsize length;
  guint seen = 0;

  pst_scan_begin_object (scan);
  while (pst_scan_next_member (scan, &key, &length))
    if (pst_scan_equal (key, length, "type") && see (scan, &seen, SEEN_TYPE))
      read_event_type (scan, &event->is_snapshot);
    else if (pst_scan_equal (key, length, "product_id") && see (scan, &seen, SEEN_PRODUCT))
      read_product (self, scan, &event->listing);
    else if (!pst_scan_equal (key, length, "updates"))
      pst_scan_skip (scan);
    else if (see (scan, &seen, SEEN_UPDATES) && event->listing != NULL)
      pst_coinbase_read_levels (self, scan, event->listing);
    else if (scan->failure == NULL)
      {
        levels = *scan;
        waiting = TRUE;
        pst_scan_skip (scan);
      }
  if (scan->failure != NULL)
    return FALSE;
  if ((seen & (SEEN_TYPE | SEEN_PRODUCT | SEEN_UPDATES)) != (SEEN_TYPE | SEEN_PRODUCT | SEEN_UPDATES))
    return pst_scan_fail (scan, from, "an event of a book has no type, product_id or updates");
  if (waiting && event->listing != NULL && !pst_coinbase_read_levels (self, &levels, event->listing))
    return pst_scan_fail (scan, scan->start + levels.failure_offset, levels.failure);
  return TRUE;
}

/* Gives a word as a mantissa; FALSE when it is no string with a decimal. */
static gboolean
read_decimal (const PstScanWord *word, guint8 scale, gint64 *mantissa)
{
  guint8 decimals;

  return word->kind == PST_SCAN_STRING && pst_venue_read_number (word->text, word->length, scale, mantissa, &decimals);
}

static gboolean
read_trade (PstCoinbaseParser *self, PstScan *scan)
{
  enum
  {
    PRODUCT,
    ID,
    PRICE,
    SIZE,
    TIME,
    SIDE,
    N_WORDS
  };
  static const char *const names[N_WORDS] = { "product_id", "trade_id", "price", "size", "time", "side" };
  const char *from = pst_scan_next (scan);
  PstScanWord words[N_WORDS];
  PstCoinbaseTrade *trade;
  PstListing *listing;
  gint64 id;

  if (!pst_scan_words (scan, names, N_WORDS, words))
    return FALSE;
  for (guint i = 0; i < N_WORDS; i++)
    if (words[i].kind != PST_SCAN_STRING)
      return pst_scan_fail (scan, from, "a trade lacks one of product_id, trade_id, price, size, time and side, or it is no string");
  listing = self->find (self->user_data, words[PRODUCT].text, words[PRODUCT].length);
  if (listing == NULL)
    return TRUE;
  trade = ADD (self, trades);
  *trade = (PstCoinbaseTrade){ .listing = listing };
  if (!read_decimal (&words[PRICE], listing->price_scale, &trade->trade.price) || trade->trade.price <= 0
      || !read_decimal (&words[SIZE], listing->size_scale, &trade->trade.size))
    return pst_scan_fail (scan, words[PRICE].text, "a trade's price or size is no decimal of the instrument's");
  if (!read_decimal (&words[ID], 0, &id) || !pst_coinbase_read_time (words[TIME].text, words[TIME].length, &trade->time_ns))
    return pst_scan_fail (scan, words[ID].text, "a trade's id is no number, or its time is none");
  trade->trade.trade_id = (guint64)id;
  if (pst_scan_equal (words[SIDE].text, words[SIDE].length, "BUY"))
    trade->trade.aggressor = PST_SIDE_SELL;
  else if (pst_scan_equal (words[SIDE].text, words[SIDE].length, "SELL"))
    trade->trade.aggressor = PST_SIDE_BUY;
  else
    return pst_scan_fail (scan, words[SIDE].text, "a trade's side is neither BUY nor SELL");
  return TRUE;
}

static gboolean
read_ticker (PstCoinbaseParser *self, PstScan *scan)
{
  enum
  {
    PRODUCT,
    BID,
    BID_SIZE,
    ASK,
    ASK_SIZE,
    N_WORDS
  };
  static const char *const names[N_WORDS] = { "product_id", "best_bid", "best_bid_quantity", "best_ask", "best_ask_quantity" };
  const char *from = pst_scan_next (scan);
  PstScanWord words[N_WORDS];
  PstCoinbaseQuote *quote;
  PstListing *listing;

  if (!pst_scan_words (scan, names, N_WORDS, words))
    return FALSE;
  if (words[PRODUCT].kind != PST_SCAN_STRING)
    return pst_scan_fail (scan, from, "a ticker has no product_id");
  listing = self->find (self->user_data, words[PRODUCT].text, words[PRODUCT].length);
  if (listing == NULL)
    return TRUE;
  quote = ADD (self, quotes);
  *quote = (PstCoinbaseQuote){ .listing = listing };
  if (!read_decimal (&words[BID], listing->price_scale, &quote->quote.bid_price)
      || !read_decimal (&words[BID_SIZE], listing->size_scale, &quote->quote.bid_size)
      || !read_decimal (&words[ASK], listing->price_scale, &quote->quote.ask_price)
      || !read_decimal (&words[ASK_SIZE], listing->size_scale, &quote->quote.ask_size))
    return pst_scan_fail (scan, from, "a ticker's best bid or ask is missing, or no decimal of the instrument's");
  return TRUE;
}

/* An event whose entries stand in the array @name: {"type":"update","trades":[...]}. */
static gboolean
read_entries (PstCoinbaseParser *self, PstScan *scan, PstCoinbaseEvent *event, const char *name,
              gboolean (*read_entry) (PstCoinbaseParser *self, PstScan *scan))
{
  const char *key, *from = pst_scan_next (scan);
  gsize length;
  guint seen = 0;

  pst_scan_begin_object (scan);
  while (pst_scan_next_member (scan, &key, &length))
    if (pst_scan_equal (key, length, "type") && see (scan, &seen, SEEN_TYPE))
      read_event_type (scan, &event->is_snapshot);
    else if (pst_scan_equal (key, length, name) && see (scan, &seen, SEEN_UPDATES) && pst_scan_begin_array (scan))
      while (pst_scan_next_element (scan))
        read_entry (self, scan);
    else
      pst_scan_skip (scan);
  if (scan->failure != NULL)
    return FALSE;
  return seen == (SEEN_TYPE | SEEN_UPDATES) || pst_scan_fail (scan, from, "an event has no type, or none of what its channel is about");
}

/* {"current_time":"...","heartbeat_counter":41691}; the documents show the counter as a string. */
static gboolean
read_heartbeat (PstScan *scan)
{
  static const char *const names[] = { "heartbeat_counter" };
  const char *from = pst_scan_next (scan);
  PstScanWord word;
  gint64 counter;
  guint8 decimals;

  if (!pst_scan_words (scan, names, 1, &word))
    return FALSE;
  return ((word.kind == PST_SCAN_STRING || word.kind == PST_SCAN_NUMBER) && pst_venue_read_number (word.text, word.length, 0, &counter, &decimals)
          && decimals == 0)
         || pst_scan_fail (scan, from, "a heartbeat has no counter");
}

/* One event by its channel. Of a channel that is not known, and of one that is of no interest, only whose it is. */
static gboolean
read_event (PstCoinbaseParser *self, PstScan *scan, PstCoinbaseEvent *event)
{
  switch (self->channel)
    {
    case PST_COINBASE_CHANNEL_BOOK:
      return read_book_event (self, scan, event);
    case PST_COINBASE_CHANNEL_TRADES:
      return read_entries (self, scan, event, "trades", read_trade);
    case PST_COINBASE_CHANNEL_TICKER:
      return read_entries (self, scan, event, "tickers", read_ticker);
    case PST_COINBASE_CHANNEL_HEARTBEATS:
      return read_heartbeat (scan);
    case PST_COINBASE_CHANNEL_NONE:
      find_product (self, *scan, &event->listing);
      return pst_scan_skip (scan);
    case PST_COINBASE_CHANNEL_SUBSCRIPTIONS:
    case PST_COINBASE_CHANNEL_OTHER:
    case PST_COINBASE_CHANNEL_ERROR:
    default:
      return pst_scan_skip (scan);
    }
}

static guint *
count_of (PstCoinbaseParser *self)
{
  return self->channel == PST_COINBASE_CHANNEL_TRADES   ? &self->n_trades
         : self->channel == PST_COINBASE_CHANNEL_TICKER ? &self->n_quotes
                                                        : &self->n_levels;
}

/* Goes on behind an event that is wrong, if that can be found: then only this one is lost. */
static gboolean
pass_bad_event (PstCoinbaseParser *self, PstScan *scan, const PstScan *before, PstCoinbaseEvent *event)
{
  note_failure (self, scan);
  event->is_bad = TRUE;
  event->listing = NULL;
  if (self->channel == PST_COINBASE_CHANNEL_BOOK && !find_product (self, *before, &event->listing))
    self->is_broken = TRUE;
  *scan = *before;
  return pst_scan_skip (scan);
}

static gboolean
read_events (PstCoinbaseParser *self, PstScan *scan)
{
  pst_scan_begin_array (scan);
  while (pst_scan_next_element (scan))
    {
      PstScan before = *scan;
      PstCoinbaseEvent event = { .first = *count_of (self) };

      if (!read_event (self, scan, &event))
        {
          *count_of (self) = event.first;
          pass_bad_event (self, scan, &before, &event);
        }
      event.n = *count_of (self) - event.first;
      *ADD (self, events) = event;
    }
  return scan->failure == NULL;
}

static gboolean
read_channel (PstCoinbaseParser *self, PstScan *scan)
{
  const char *text;
  gsize length;

  if (!pst_scan_string (scan, &text, &length))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (channels); i++)
    if (pst_scan_equal (text, length, channels[i].name))
      self->channel = channels[i].channel;
  return TRUE;
}

/* One that is no time makes the message doubtful, but its events still say whose they are. */
static gboolean
read_timestamp (PstCoinbaseParser *self, PstScan *scan)
{
  const char *text;
  gsize length;

  if (!pst_scan_string (scan, &text, &length))
    return FALSE;
  if (pst_coinbase_read_time (text, length, &self->time_ns))
    return TRUE;
  self->is_doubtful = TRUE;
  self->failure = "the timestamp is no time";
  self->failure_offset = (gsize)(text - scan->start);
  return TRUE;
}

static gboolean
read_sequence (PstCoinbaseParser *self, PstScan *scan)
{
  const char *text = NULL;
  gsize length = 0;
  gint64 sequence;
  guint8 decimals;

  if (!pst_scan_number (scan, &text, &length))
    return FALSE;
  if (!pst_venue_read_number (text, length, 0, &sequence, &decimals) || decimals != 0)
    return pst_scan_fail (scan, text, "the sequence_num is no whole number");
  self->sequence = (guint64)sequence;
  self->has_sequence = TRUE;
  return TRUE;
}

static gboolean
read_type (PstCoinbaseParser *self, PstScan *scan)
{
  const char *text;
  gsize length;

  if (!pst_scan_string (scan, &text, &length))
    return FALSE;
  if (pst_scan_equal (text, length, "error"))
    self->channel = PST_COINBASE_CHANNEL_ERROR;
  return TRUE;
}

/* One member of the envelope; the events wait when what comes before them in the usual order was not there yet. */
static gboolean
read_member (PstCoinbaseParser *self, PstScan *scan, const char *key, gsize length, guint *seen, PstScan *events)
{
  const guint before_events = SEEN_CHANNEL | SEEN_TIMESTAMP | SEEN_SEQUENCE;

  if (pst_scan_equal (key, length, "channel"))
    return see (scan, seen, SEEN_CHANNEL) && read_channel (self, scan);
  if (pst_scan_equal (key, length, "timestamp"))
    return see (scan, seen, SEEN_TIMESTAMP) && read_timestamp (self, scan);
  if (pst_scan_equal (key, length, "sequence_num"))
    return see (scan, seen, SEEN_SEQUENCE) && read_sequence (self, scan);
  if (pst_scan_equal (key, length, "type"))
    return see (scan, seen, SEEN_TYPE) && read_type (self, scan);
  if (pst_scan_equal (key, length, "message"))
    return see (scan, seen, SEEN_MESSAGE) && pst_scan_value (scan, &self->text, &self->text_length);
  if (!pst_scan_equal (key, length, "events"))
    return pst_scan_skip (scan);
  if (!see (scan, seen, SEEN_EVENTS))
    return FALSE;
  if ((*seen & before_events) == before_events)
    return read_events (self, scan);
  *events = *scan;
  return pst_scan_skip (scan);
}

/* Nothing of a doubtful message is to be applied. */
static void
doubt_events (PstCoinbaseParser *self)
{
  for (guint i = 0; i < self->n_events; i++)
    {
      self->events[i].is_bad = TRUE;
      self->events[i].first = self->events[i].n = 0;
    }
  self->n_levels = self->n_trades = self->n_quotes = 0;
}

/**
 * pst_coinbase_parser_read:
 * @self: a parser
 * @text: (array length=length): one message; borrowed until the next call
 * @length: its bytes
 *
 * Reads a message. Source of its form: Coinbase's documents of the Advanced Trade WebSocket, and a recorded session.
 *
 * Returns: %FALSE when anything is wrong; what could be read is there nevertheless
 */
gboolean
pst_coinbase_parser_read (PstCoinbaseParser *self, const char *text, gsize length)
{
  PstScan scan, events = { 0 };
  guint seen = 0;
  const char *key;
  gsize key_length;

  self->channel = PST_COINBASE_CHANNEL_NONE;
  self->time_ns = 0;
  self->sequence = 0;
  self->has_sequence = self->is_broken = self->is_doubtful = FALSE;
  self->failure = self->text = NULL;
  self->failure_offset = self->text_length = 0;
  self->n_events = self->n_levels = self->n_trades = self->n_quotes = 0;

  pst_scan_init (&scan, text, length);
  pst_scan_begin_object (&scan);
  while (pst_scan_next_member (&scan, &key, &key_length))
    read_member (self, &scan, key, key_length, &seen, &events);
  if (pst_scan_finish (&scan) && events.start != NULL)
    read_events (self, &events);
  if (scan.failure == NULL && self->channel != PST_COINBASE_CHANNEL_ERROR && (!self->has_sequence || !(seen & SEEN_EVENTS)))
    pst_scan_fail (&scan, scan.start, "a message has no sequence_num or no events");
  if (scan.failure != NULL)
    {
      note_failure (self, &scan);
      self->is_broken = TRUE;
    }
  if (self->is_doubtful)
    doubt_events (self);
  return self->failure == NULL;
}
