/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A listing's book: what the join allows is applied and published, one frame a diff; snapshot and kept diffs are one frame, so that nobody sees a
 * book of the past. */

#include "pst-binance-private.h"

#include <string.h>

static void check (PstBinanceBook *book);

/* Makes a listing's part. */
PstBinanceBook *
pst_binance_book_new (PstBinance *self, PstListing *listing, const PstRandom *random)
{
  PstBinanceBook *book = g_new0 (PstBinanceBook, 1);
  PstBackOffLimits limits;

  pst_back_off_limits_init (&limits);
  limits.budget = 0;
  limits.stable_ms = 0;
  book->binance = self;
  book->listing = listing;
  book->join = pst_binance_join_new (PST_BINANCE_JOIN_BYTES_MAX, self->quiet_ns, PST_BINANCE_BEHIND_NS);
  book->back_off = pst_back_off_new (&limits, random);
  if ((self->channels & PST_BINANCE_TICKER_STREAM) != 0)
    book->proof = g_new0 (PstBinanceProof, 1);
  return book;
}

/* Frees it; timers are gone by then. */
void
pst_binance_book_free (gpointer data)
{
  PstBinanceBook *book = data;

  pst_binance_join_free (book->join);
  pst_back_off_free (book->back_off);
  g_free (book->proof);
  g_free (book);
}

static PstClock *
clock_of (PstBinanceBook *book)
{
  return pst_transport_get_clock (pst_venue_get_transport (PST_VENUE (book->binance)));
}

static void
clear_timer (PstBinanceBook *book)
{
  if (book->timer != 0)
    pst_clock_remove_timer (clock_of (book), book->timer);
  book->timer = 0;
}

static void
on_due (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  PstBinanceBook *book = user_data;

  book->timer = 0;
  if (book->stage == PST_BINANCE_STAGE_OFFERED)
    check (book);
  else
    pst_binance_snapshots_ask (book);
}

/* The stage changes; at @due_ns, unless it is G_MAXINT64, something is done about it. */
void
pst_binance_book_set_timer (PstBinanceBook *book, PstBinanceStage stage, gint64 due_ns)
{
  clear_timer (book);
  book->stage = stage;
  if (due_ns != G_MAXINT64)
    book->timer = pst_clock_add_timer (clock_of (book), due_ns, on_due, book, NULL);
}

/* The connection is gone: nothing of it counts. */
void
pst_binance_book_clear (PstBinanceBook *book)
{
  clear_timer (book);
  book->stage = PST_BINANCE_STAGE_IDLE;
  book->is_forgotten = book->is_under_way;
  book->trade_id = 0;
  pst_binance_join_reset (book->join);
  if (book->proof != NULL)
    pst_binance_proof_clear (book->proof);
}

/* Its stream is subscribed. */
void
pst_binance_book_begin (PstBinanceBook *book)
{
  PstBinance *self = book->binance;

  if (book->stage == PST_BINANCE_STAGE_IDLE && !book->join->is_joined)
    pst_binance_book_set_timer (book, PST_BINANCE_STAGE_FIRST, pst_venue_now_ns (PST_VENUE (self)) + self->quiet_ns);
}

/* The base wants a new book. Diffs that came since it was lost are kept already. */
void
pst_binance_book_resynchronise (PstVenue *venue, PstListing *listing)
{
  PstBinanceBook *book = pst_binance_book_of (listing);

  if (book->join->is_joined)
    pst_binance_join_reset (book->join);
  if (book->stage == PST_BINANCE_STAGE_IDLE)
    pst_binance_snapshots_ask (book);
}

/* Not to be trusted any more. While it is waited for there is nothing to lose: what was missed shows in what is kept. */
void
pst_binance_book_lose (PstBinanceBook *book, PstVenueLoss loss, const char *text)
{
  if (!book->join->is_joined)
    return;
  pst_binance_join_reset (book->join);
  pst_venue_lose (PST_VENUE (book->binance), book->listing, loss, text);
}

/* Milliseconds of the venue; FALSE when they are beyond what time is here. */
gboolean
pst_binance_read_time (guint64 time_ms, gint64 *time_ns)
{
  if (time_ms > G_MAXINT64 / PST_NS_PER_MS)
    return FALSE;
  *time_ns = (gint64)time_ms * PST_NS_PER_MS;
  return TRUE;
}

static gboolean
apply_side (PstBinanceBook *book, const PstBinanceLevel *levels, guint n, PstSide side, gint64 time_ns)
{
  PstVenue *venue = PST_VENUE (book->binance);
  PstListing *listing = book->listing;

  for (guint i = 0; i < n; i++)
    {
      PstBookLevel level;

      if (G_UNLIKELY (!pst_venue_read_number (levels[i].price, levels[i].price_length, listing->price_scale, &level.price, &level.price_decimals)
                      || !pst_venue_read_number (levels[i].size, levels[i].size_length, listing->size_scale, &level.size, &level.size_decimals)
                      || !pst_venue_level (venue, listing, side, &level, time_ns)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
apply (PstBinanceBook *book, const PstBinanceParser *parser, const PstBinanceMessage *message, gint64 time_ns)
{
  book->listing->sequence = message->last_id;
  return apply_side (book, parser->levels + message->bids.first, message->bids.n, PST_SIDE_BUY, time_ns)
         && apply_side (book, parser->levels + message->asks.first, message->asks.n, PST_SIDE_SELL, time_ns);
}

static void
refuse (PstBinanceBook *book, const char *kind, const char *text, gsize length)
{
  static const char why[] = "a price or size is no number of the instrument's grid";

  pst_venue_refuse (PST_VENUE (book->binance), kind, why, text, length);
  pst_binance_join_reset (book->join);
  pst_venue_lose (PST_VENUE (book->binance), book->listing, PST_VENUE_LOSS_MALFORMED, why);
}

static void
lose_crossed (PstBinanceBook *book)
{
  pst_binance_join_reset (book->join);
  pst_venue_lose (PST_VENUE (book->binance), book->listing, PST_VENUE_LOSS_CROSSED, "the best bid is not below the best ask");
}

/* FALSE: the venue's ticker says otherwise, and the book is lost. */
static gboolean
prove (PstBinanceBook *book)
{
  PstBinanceProofVerdict verdict
      = book->proof != NULL ? pst_binance_proof_check (book->proof, book->listing->book, book->join->id) : PST_BINANCE_PROOF_NONE;

  if (verdict == PST_BINANCE_PROOF_NONE)
    return TRUE;
  book->binance->counts.n_proofs++;
  if (verdict == PST_BINANCE_PROOF_EQUAL)
    {
      pst_venue_count_checksum (PST_VENUE (book->binance));
      return TRUE;
    }
  pst_binance_book_lose (book, PST_VENUE_LOSS_CHECKSUM, "best bid and ask are not those of the venue's bookTicker");
  return FALSE;
}

static gint64
distance (const PstBinanceBook *book, guint n)
{
  const PstBookLevel *best = pst_book_get_best (book->listing->book, n == 0 ? PST_SIDE_BUY : PST_SIDE_SELL);

  if (best == NULL)
    return 0;
  return n == 0 ? best->price - book->bounds[n] : book->bounds[n] - best->price;
}

/* A side with as many levels as were asked for has more behind them, which the stream tells only when they change. */
static void
take_bounds (PstBinanceBook *book, const PstBinanceMessage *snapshot)
{
  const guint n_levels[] = { snapshot->bids.n, snapshot->asks.n };

  for (guint n = 0; n < 2; n++)
    {
      PstSide side = n == 0 ? PST_SIDE_BUY : PST_SIDE_SELL;
      guint n_known = pst_book_get_n_levels (book->listing->book, side);

      book->bounds[n]
          = n_levels[n] >= book->binance->snapshot_limit && n_known > 0 ? pst_book_get_level (book->listing->book, side, n_known - 1)->price : 0;
      book->spans[n] = distance (book, n);
    }
}

/* When the price has come half-way to where the snapshot ended, levels that were never told are near: another snapshot takes its place, while the
 * book goes on. */
static void
renew_when_near (PstBinanceBook *book, gint64 now_ns)
{
  if (book->stage != PST_BINANCE_STAGE_IDLE || book->join->is_renewing || now_ns - book->joined_ns < PST_BINANCE_RENEW_NS)
    return;
  for (guint n = 0; n < 2; n++)
    if (book->bounds[n] != 0 && distance (book, n) < book->spans[n] / 2)
      {
        pst_binance_join_renew (book->join);
        pst_binance_snapshots_ask (book);
        return;
      }
}

/* Snapshot and kept diffs into the open frame. */
static gboolean
rebuild (PstBinanceBook *book, gint64 *time_ns)
{
  PstBinance *self = book->binance;
  PstBinanceMessage message;
  PstBinanceKept kept;
  gsize offset = 0;

  pst_venue_begin_book (PST_VENUE (self), book->listing);
  if (!pst_binance_parse (&self->kept_parser, book->join->snapshot, book->join->snapshot_length, &message)
      || !apply (book, &self->kept_parser, &message, 0))
    return FALSE;
  take_bounds (book, &message);
  while (pst_binance_join_next_kept (book->join, &offset, &kept))
    if (!pst_binance_parse (&self->kept_parser, kept.text, kept.length, &message) || !pst_binance_read_time (message.time_ms, time_ns)
        || !apply (book, &self->kept_parser, &message, *time_ns))
      return FALSE;
  return TRUE;
}

static void
complete (PstBinanceBook *book)
{
  PstVenue *venue = PST_VENUE (book->binance);
  gint64 time_ns = 0;

  pst_binance_book_set_timer (book, PST_BINANCE_STAGE_IDLE, G_MAXINT64);
  pst_venue_begin (venue, pst_venue_now_ns (venue));
  if (!rebuild (book, &time_ns))
    {
      refuse (book, "snapshot", book->join->snapshot, book->join->snapshot_length);
      return;
    }
  if (!pst_venue_settle (venue, book->listing, time_ns))
    {
      lose_crossed (book);
      return;
    }
  book->binance->counts.n_renewals += book->join->is_renewing;
  pst_binance_join_complete (book->join);
  book->joined_ns = pst_venue_now_ns (venue);
  if (!prove (book))
    return;
  pst_back_off_connected (book->back_off, pst_venue_now_ns (venue));
  book->binance->counts.n_joins++;
  pst_venue_complete_book (venue, book->listing, time_ns);
  pst_venue_end (venue);
}

/* Whether the snapshot can be believed by now. */
static void
check (PstBinanceBook *book)
{
  gint64 now_ns = pst_venue_now_ns (PST_VENUE (book->binance));

  switch (pst_binance_join_check (book->join, now_ns))
    {
    case PST_BINANCE_FIT_WAITING:
      break;
    case PST_BINANCE_FIT_UNPROVEN:
      pst_binance_book_set_timer (book, PST_BINANCE_STAGE_OFFERED, pst_binance_join_get_due_ns (book->join, now_ns));
      break;
    case PST_BINANCE_FIT_PROVEN:
      complete (book);
      break;
    case PST_BINANCE_FIT_TOO_OLD:
      book->binance->counts.n_too_old++;
      pst_binance_join_drop_snapshot (book->join);
      pst_binance_snapshots_retry (book, "it is older than the first diff that was kept");
      break;
    case PST_BINANCE_FIT_AHEAD:
      book->binance->counts.n_ahead++;
      pst_binance_join_drop_snapshot (book->join);
      pst_binance_snapshots_retry (book, "it claims changes that the stream does not bring");
      break;
    }
}

/* A snapshot came; its text was understood. */
void
pst_binance_book_offer (PstBinanceBook *book, guint64 id, const PstHttpReply *reply)
{
  if (!pst_binance_join_offer (book->join, id, reply->body, reply->length, pst_venue_now_ns (PST_VENUE (book->binance))))
    {
      pst_binance_snapshots_retry (book, "it is larger than 4 MiB");
      return;
    }
  book->stage = PST_BINANCE_STAGE_OFFERED;
  check (book);
}

static void
keep (PstBinanceBook *book, const PstBinanceMessage *diff, const PstMessage *message)
{
  if (!book->join->is_joined)
    pst_venue_count_ignored (PST_VENUE (book->binance), diff->bids.n + diff->asks.n);
  if (!pst_binance_join_keep (book->join, diff->first_id, diff->last_id, message->text, message->length, message->receive_time_ns))
    book->binance->counts.n_overflows++;
  if (book->stage == PST_BINANCE_STAGE_FIRST)
    pst_binance_snapshots_ask (book);
  else if (book->stage == PST_BINANCE_STAGE_OFFERED)
    check (book);
}

static void
publish (PstBinanceBook *book, const PstBinanceMessage *diff, const PstMessage *message, gint64 time_ns)
{
  PstVenue *venue = PST_VENUE (book->binance);

  pst_venue_begin (venue, message->receive_time_ns);
  if (G_UNLIKELY (!apply (book, &book->binance->parser, diff, time_ns)))
    refuse (book, "depthUpdate", message->text, message->length);
  else if (G_UNLIKELY (!pst_venue_settle (venue, book->listing, time_ns)))
    lose_crossed (book);
  else if (prove (book))
    {
      pst_venue_end (venue);
      renew_when_near (book, message->receive_time_ns);
    }
}

static void
lose_gap (PstBinanceBook *book, const PstBinanceMessage *diff)
{
  g_autofree char *text = g_strdup_printf ("changes %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT " came after %" G_GUINT64_FORMAT, diff->first_id,
                                           diff->last_id, book->join->id);

  pst_binance_book_lose (book, PST_VENUE_LOSS_GAP, text);
}

/* A diff came. */
void
pst_binance_book_take_diff (PstBinanceBook *book, const PstBinanceMessage *diff, const PstMessage *message)
{
  gboolean is_renewing;
  gint64 time_ns;

  if (G_UNLIKELY (!pst_binance_read_time (diff->time_ms, &time_ns)))
    {
      pst_venue_refuse (PST_VENUE (book->binance), "depthUpdate", "its time E is beyond all times", message->text, message->length);
      pst_binance_book_lose (book, PST_VENUE_LOSS_MALFORMED, "its time E is beyond all times");
      return;
    }
  if (G_UNLIKELY (!book->join->is_joined))
    {
      keep (book, diff, message);
      return;
    }
  switch (pst_binance_join_judge (book->join, diff->first_id, diff->last_id, time_ns))
    {
    case PST_BINANCE_APPLY:
      is_renewing = book->join->is_renewing;
      publish (book, diff, message, time_ns);
      if (G_UNLIKELY (is_renewing && book->join->is_joined))
        keep (book, diff, message);
      break;
    case PST_BINANCE_OLD:
      book->binance->counts.n_old++;
      pst_venue_count_ignored (PST_VENUE (book->binance), diff->bids.n + diff->asks.n);
      break;
    case PST_BINANCE_GAP:
      lose_gap (book, diff);
      keep (book, diff, message);
      break;
    }
}

/* A ticker came: it holds for books from its change on, and ends what the one before it held for. */
void
pst_binance_book_take_ticker (PstBinanceBook *book, guint64 id, const PstQuote *quote)
{
  if (book->proof == NULL)
    return;
  pst_binance_proof_add (book->proof, id, quote);
  if (book->join->is_joined)
    prove (book);
}
