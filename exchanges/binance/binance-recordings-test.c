/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two real sessions, of binance.com and binance.us, each with ten instruments and two minutes long. They hold an oracle that does not depend on us:
 * the venue's own bookTicker says what the touch was after a change, and a book that stands at that change must have the same. Reads
 * ../shared/market-data beside the source tree; skipped where it is absent. */
#include <json-glib/json-glib.h>

#include "binance-test-kit.h"
#include "pst-binance-join.h"
#include "pst-binance-parser.h"

typedef struct
{
  const char *path, *instruments, *rest_url, *site;
  guint n_diffs, n_tickers, n_trades;
  guint n_inside; /* diffs whose changes contain a ticker's */
  guint n_held;   /* diffs at whose end a ticker holds */
} Recording;

static const Recording recordings[] = {
  { "market-data/books/binance-20210405/BINANCE-b38f7c.0",
    "BTC/AUD;MANA/USDT;ETH/BRL;DENT/USDT;ZIL/USDT;RENBTC/ETH;BTCST/USDT;QTUM/ETH;AXS/BNB;NEO/USDC", "https://www.binance.com/api/v1", "com", 4709,
    5408, 1240, 2344, 4629 },
  { "market-data/books/binance-us-20210405/BINANCE_US-63b290.0",
    "ETH/BTC;MANA/USD;HNT/USD;QTUM/USDT;BCH/BTC;VTHO/USD;SOL/USD;MKR/USD;DOGE/USD;BTC/USD", "https://api.binance.us/api/v1", "us", 3196, 2624, 188,
    1505, 3139 },
};

static char *
find_recording (const Recording *recording)
{
  g_autofree char *path = g_build_filename (g_getenv ("PENSTOCK_SOURCE_DIR"), "..", "shared", recording->path, NULL);

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&path);
  g_test_skip ("the shared recordings are not beside the source tree: ../shared/market-data");
  return NULL;
}

static gint64
read_number (const PstBinanceText *text)
{
  gint64 mantissa;
  guint8 decimals;

  g_assert_true (pst_venue_read_number (text->text, text->length, TEST_SCALE, &mantissa, &decimals));
  return mantissa;
}

typedef struct
{
  guint64 id;
  PstQuote quote;
} Ticker;

/* By symbol, in order: GArray of Ticker. */
static GHashTable *
read_tickers (const char *path, guint *n_tickers)
{
  GHashTable *tickers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
  g_autoptr (GError) error = NULL;
  g_autoptr (PstCapture) capture = pst_capture_open (path, &error);
  PstBinanceParser parser = { 0 };
  PstCaptureItem item;

  g_assert_no_error (error);
  while (pst_capture_next (capture, &item, &error))
    {
      PstBinanceMessage message;
      g_autofree char *symbol = NULL;
      Ticker ticker;

      if (item.kind != PST_CAPTURE_RECEIVED)
        continue;
      g_assert_true (pst_binance_parse (&parser, item.text, item.length, &message));
      if (message.kind != PST_BINANCE_TICKER)
        continue;
      ticker.id = message.last_id;
      ticker.quote
          = (PstQuote){ read_number (&message.bid), read_number (&message.bid_size), read_number (&message.ask), read_number (&message.ask_size) };
      symbol = g_strndup (message.symbol.text, message.symbol.length);
      if (!g_hash_table_contains (tickers, symbol))
        g_hash_table_insert (tickers, g_strdup (symbol), g_array_new (FALSE, FALSE, sizeof (Ticker)));
      g_array_append_val ((GArray *)g_hash_table_lookup (tickers, symbol), ticker);
      *n_tickers += 1;
    }
  g_assert_no_error (error);
  pst_binance_parser_clear (&parser);
  return tickers;
}

typedef struct
{
  GHashTable *tickers;
  guint n_held, n_inside;
} Oracle;

/* The touch at a change is that of the last ticker up to it. */
static void
compare (Oracle *oracle, const char *symbol, guint64 first_id, guint64 last_id, const PstBook *book)
{
  GArray *tickers = g_hash_table_lookup (oracle->tickers, symbol);
  guint low = 0, high = tickers != NULL ? tickers->len : 0;
  const Ticker *ticker;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (tickers, Ticker, middle).id <= last_id)
        low = middle + 1;
      else
        high = middle;
    }
  if (low == 0)
    return;
  ticker = &g_array_index (tickers, Ticker, low - 1);
  oracle->n_held++;
  oracle->n_inside += ticker->id >= first_id;
  g_assert_cmpint (pst_book_get_best (book, PST_SIDE_BUY)->price, ==, ticker->quote.bid_price);
  g_assert_cmpint (pst_book_get_best (book, PST_SIDE_BUY)->size, ==, ticker->quote.bid_size);
  g_assert_cmpint (pst_book_get_best (book, PST_SIDE_SELL)->price, ==, ticker->quote.ask_price);
  g_assert_cmpint (pst_book_get_best (book, PST_SIDE_SELL)->size, ==, ticker->quote.ask_size);
}

/* ---- parser, join and book alone, one diff at a time ---- */

typedef struct
{
  char *symbol;
  PstBinanceJoin *join;
  PstBook *book;
} Model;

static Model *
find_model (GPtrArray *models, const char *symbol, gsize length)
{
  Model *model;

  for (guint i = 0; i < models->len; i++)
    {
      model = models->pdata[i];
      if (strlen (model->symbol) == length && memcmp (model->symbol, symbol, length) == 0)
        return model;
    }
  model = g_new0 (Model, 1);
  model->symbol = g_strndup (symbol, length);
  model->join = pst_binance_join_new (1 << 20, PST_NS_PER_SECOND, 10 * PST_NS_PER_SECOND);
  model->book = pst_book_new (0);
  g_ptr_array_add (models, model);
  return model;
}

static void
model_free (gpointer data)
{
  Model *model = data;

  g_free (model->symbol);
  pst_binance_join_free (model->join);
  pst_book_free (model->book);
  g_free (model);
}

static void
apply_text (Model *model, const char *text, gsize length)
{
  PstBinanceParser parser = { 0 };
  PstBinanceMessage message;

  g_assert_true (pst_binance_parse (&parser, text, length, &message));
  for (guint i = 0; i < message.bids.n + message.asks.n; i++)
    {
      gboolean is_bid = i < message.bids.n;
      const PstBinanceLevel *level = &parser.levels[is_bid ? message.bids.first + i : message.asks.first + i - message.bids.n];
      const PstBinanceText price = { level->price, level->price_length }, size = { level->size, level->size_length };

      pst_book_set (model->book, is_bid ? PST_SIDE_BUY : PST_SIDE_SELL, read_number (&price), read_number (&size));
    }
  g_assert_true (pst_book_settle (model->book));
  pst_binance_parser_clear (&parser);
}

static void
try_join (Model *model, gint64 now_ns, Oracle *oracle)
{
  PstBinanceKept kept;
  gsize offset = 0;

  g_assert_cmpint (pst_binance_join_check (model->join, now_ns), !=, PST_BINANCE_FIT_TOO_OLD);
  g_assert_cmpint (pst_binance_join_check (model->join, now_ns), !=, PST_BINANCE_FIT_AHEAD);
  if (pst_binance_join_check (model->join, now_ns) != PST_BINANCE_FIT_PROVEN)
    return;
  apply_text (model, model->join->snapshot, model->join->snapshot_length);
  while (pst_binance_join_next_kept (model->join, &offset, &kept))
    {
      apply_text (model, kept.text, kept.length);
      compare (oracle, model->symbol, kept.first_id, kept.last_id, model->book);
    }
  pst_binance_join_complete (model->join);
}

static void
take_diff (Model *model, const PstBinanceMessage *diff, const PstCaptureItem *item, Oracle *oracle)
{
  if (!model->join->is_joined)
    {
      g_assert_true (pst_binance_join_keep (model->join, diff->first_id, diff->last_id, item->text, item->length, item->time_ns));
      try_join (model, item->time_ns, oracle);
      return;
    }
  g_assert_cmpint (pst_binance_join_judge (model->join, diff->first_id, diff->last_id, (gint64)diff->time_ms * PST_NS_PER_MS), ==, PST_BINANCE_APPLY);
  apply_text (model, item->text, item->length);
  compare (oracle, model->symbol, diff->first_id, diff->last_id, model->book);
}

static void
play_model (const char *path, Oracle *oracle, guint *n_diffs)
{
  g_autoptr (GPtrArray) models = g_ptr_array_new_with_free_func (model_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (PstCapture) capture = pst_capture_open (path, &error);
  PstBinanceParser parser = { 0 };
  PstCaptureItem item;

  while (pst_capture_next (capture, &item, &error))
    {
      PstBinanceMessage message;

      if (item.kind != PST_CAPTURE_RECEIVED && item.kind != PST_CAPTURE_HTTP)
        continue;
      g_assert_true (pst_binance_parse (&parser, item.text, item.length, &message));
      if (item.kind == PST_CAPTURE_HTTP)
        {
          const char *symbol = strstr (item.address, "symbol=") + strlen ("symbol=");
          Model *model = find_model (models, symbol, strcspn (symbol, "&"));

          g_assert_true (pst_binance_join_offer (model->join, message.last_id, item.text, item.length, item.time_ns));
          try_join (model, item.time_ns, oracle);
        }
      else if (message.kind == PST_BINANCE_DEPTH)
        {
          take_diff (find_model (models, message.symbol.text, message.symbol.length), &message, &item, oracle);
          *n_diffs += 1;
        }
    }
  g_assert_no_error (error);
  g_assert_cmpuint (models->len, ==, 10);
  for (guint i = 0; i < models->len; i++)
    g_assert_true (((Model *)models->pdata[i])->join->is_joined);
  pst_binance_parser_clear (&parser);
}

static void
test_model (gconstpointer data)
{
  const Recording *recording = data;
  g_autofree char *path = find_recording (recording);
  Oracle oracle = { 0 };
  guint n_tickers = 0, n_diffs = 0;

  if (path == NULL)
    return;
  oracle.tickers = read_tickers (path, &n_tickers);
  play_model (path, &oracle, &n_diffs);
  g_test_message ("%s: %u diffs joined without a gap; of %u tickers one is of a change of %u diffs, and one holds at the end of %u: all are equal",
                  recording->site, n_diffs, n_tickers, oracle.n_inside, oracle.n_held);
  g_assert_cmpuint (n_diffs, ==, recording->n_diffs);
  g_assert_cmpuint (n_tickers, ==, recording->n_tickers);
  g_assert_cmpuint (oracle.n_inside, ==, recording->n_inside);
  g_assert_cmpuint (oracle.n_held, ==, recording->n_held);
  g_hash_table_unref (oracle.tickers);
}

/* ---- the component ---- */

typedef struct
{
  PstHarness *harness;
  PstVenue *venue;
  Oracle oracle;
} Session;

static void
compare_frame (Session *session, GPtrArray *books, const PstFrame *frame)
{
  const PstEvent *last = &frame->events[frame->n_events - 1];

  for (guint i = 0; i < frame->n_events; i++)
    if (frame->events[i].kind == PST_EVENT_LEVEL)
      pst_book_apply (books->pdata[frame->events[i].instrument], &frame->events[i].level);
    else
      g_assert_false (frame->events[i].kind == PST_EVENT_STATUS);
  if (last->kind != PST_EVENT_LEVEL)
    return;
  for (guint n = 0; n < pst_venue_get_n_listings (session->venue); n++)
    if (pst_venue_get_listing (session->venue, n)->instrument == last->instrument)
      compare (&session->oracle, pst_venue_get_listing (session->venue, n)->symbol, 0, last->level.sequence, books->pdata[last->instrument]);
}

static void
compare_all (Session *session)
{
  g_autoptr (GPtrArray) books = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_book_free);

  for (guint i = 0; i < 32; i++)
    g_ptr_array_add (books, pst_book_new (0));
  for (guint i = 0; i < pst_harness_get_n_frames (session->harness); i++)
    compare_frame (session, books, pst_harness_get_frame (session->harness, i));
}

static void
test_session (gconstpointer data)
{
  const Recording *recording = data;
  g_autofree char *path = find_recording (recording);
  g_autoptr (GError) error = NULL;
  Session session = { 0 };
  const PstVenueCounts *counts;
  guint n_tickers = 0;

  if (path == NULL)
    return;
  session.oracle.tickers = read_tickers (path, &n_tickers);
  session.harness = pst_harness_new ();
  session.venue
      = PST_VENUE (pst_harness_add (session.harness, PST_TYPE_BINANCE, "binance", "instruments", recording->instruments, "capture", path, "rest-url",
                                    recording->rest_url, "site", recording->site, "channels", "depth;aggregate-trade;ticker", NULL));
  pst_harness_start (session.harness, PST_COMPONENT (session.venue));
  pst_harness_pull_all (session.harness, PST_EXCHANGE (session.venue), &error);
  g_assert_no_error (error);
  compare_all (&session);
  counts = pst_venue_get_counts (session.venue);
  g_test_message ("%s: %u books of %u frames are equal to a ticker; the session itself compared %u", recording->site, session.oracle.n_held,
                  (guint)counts->n_frames, (guint)counts->n_checksums);
  for (guint i = 0; i < PST_VENUE_LOSS_N; i++)
    g_assert_cmpuint (counts->n_losses[i], ==, 0);
  g_assert_cmpuint (counts->n_malformed + counts->n_unexpected, ==, 0);
  g_assert_cmpuint (counts->n_trades, ==, recording->n_trades);
  g_assert_cmpuint (pst_binance_get_counts (PST_BINANCE (session.venue))->n_joins, ==, 10);
  g_assert_cmpuint (pst_binance_get_counts (PST_BINANCE (session.venue))->n_snapshots, ==, 10);
  g_assert_cmpuint (session.oracle.n_held, >, recording->n_held * 95 / 100);
  g_assert_cmpuint (counts->n_checksums, >, recording->n_inside);
  g_hash_table_unref (session.oracle.tickers);
  pst_harness_finish (session.harness);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/binance/recordings/com/model", &recordings[0], test_model);
  g_test_add_data_func ("/binance/recordings/us/model", &recordings[1], test_model);
  g_test_add_data_func ("/binance/recordings/com/session", &recordings[0], test_session);
  g_test_add_data_func ("/binance/recordings/us/session", &recordings[1], test_session);
  return g_test_run ();
}
