/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Marks from bars, quotes, trades, books and status; books from levels, settled when the frame is whole. The list of changes holds watched
 * instruments only: closing a tick then costs what changed among what is held, however many instruments the feed has. */
#include "pst-market.h"

#include <string.h>

/**
 * pst_market_new:
 * @instruments: the run's table
 *
 * Returns: (transfer full): a market in which nothing has a price yet
 */
PstMarket *
pst_market_new (PstInstrumentTable *instruments)
{
  PstMarket *market = g_new0 (PstMarket, 1);

  market->instruments = pst_instrument_table_ref (instruments);
  return market;
}

/**
 * pst_market_free:
 * @market: (transfer full): a market
 */
void
pst_market_free (PstMarket *market)
{
  pst_instrument_table_unref (market->instruments);
  for (guint i = 0; i < market->n_entries; i++)
    g_clear_pointer (&market->entries[i].book, pst_book_free);
  g_free (market->entries);
  g_free (market->changes);
  g_free (market->unsettled);
  g_free (market);
}

/* Follows the instrument table, which only grows. FALSE when @instrument is not in it. */
static gboolean
pst_market_follow (PstMarket *market, guint32 instrument)
{
  guint size = pst_instrument_table_get_size (market->instruments);

  if (size > market->n_entries)
    {
      market->entries = g_renew (PstMarketEntry, market->entries, size);
      market->changes = g_renew (guint32, market->changes, size);
      market->unsettled = g_renew (guint32, market->unsettled, size);
      memset (market->entries + market->n_entries, 0, (size - market->n_entries) * sizeof *market->entries);
      market->n_entries = size;
    }
  return instrument < market->n_entries;
}

static inline void
note_change (PstMarket *market, PstMarketEntry *entry, guint32 instrument)
{
  if (entry->watched && !entry->changed)
    {
      entry->changed = TRUE;
      market->changes[market->n_changes++] = instrument;
    }
}

static void
apply_level (PstMarket *market, PstMarketEntry *entry, const PstEvent *event)
{
  if (entry->book == NULL)
    entry->book = pst_book_new (0);
  pst_book_apply (entry->book, &event->level);
  if (!entry->unsettled)
    {
      entry->unsettled = TRUE;
      market->unsettled[market->n_unsettled++] = event->instrument;
    }
}

/* A book is judged when the frame is whole: half of a message may cross it. */
static void
settle_books (PstMarket *market, gint64 time_ns)
{
  for (guint i = 0; i < market->n_unsettled; i++)
    {
      guint32 instrument = market->unsettled[i];
      PstMarketEntry *entry = &market->entries[instrument];

      entry->unsettled = FALSE;
      if (!pst_book_settle (entry->book))
        continue;
      if (entry->mark.status != PST_INSTRUMENT_STATUS_STALE)
        pst_book_set_state (entry->book, PST_BOOK_LIVE);
      if (pst_mark_apply_book (&entry->mark, entry->book, time_ns))
        note_change (market, entry, instrument);
    }
  market->n_unsettled = 0;
}

static void
apply_status (PstMarketEntry *entry, guint32 status)
{
  if (entry->book != NULL && status == PST_INSTRUMENT_STATUS_STALE)
    pst_book_set_state (entry->book, PST_BOOK_STALE);
}

/**
 * pst_market_apply:
 * @market: a market
 * @frame: what happened
 * @error: return location for an error
 *
 * Errors: %PST_RUN_ERROR_DATA when an event names an instrument that the table does not have.
 *
 * Returns: whether the whole frame was applied
 */
gboolean
pst_market_apply (PstMarket *market, const PstFrame *frame, GError **error)
{
  for (guint i = 0; i < frame->n_events; i++)
    {
      const PstEvent *event = &frame->events[i];
      PstMarketEntry *entry;

      if (G_UNLIKELY (event->instrument >= market->n_entries) && !pst_market_follow (market, event->instrument))
        {
          g_set_error (error, PST_RUN_ERROR, PST_RUN_ERROR_DATA,
                       "event %u of frame %" G_GUINT64_FORMAT " names instrument %u, but the run has only %u; the exchange must add it first", i,
                       frame->sequence, event->instrument, market->n_entries);
          return FALSE;
        }
      entry = &market->entries[event->instrument];
      if (G_UNLIKELY (event->kind == PST_EVENT_LEVEL))
        apply_level (market, entry, event);
      else if (pst_mark_apply_event (&entry->mark, event))
        note_change (market, entry, event->instrument);
      if (G_UNLIKELY (event->kind == PST_EVENT_STATUS))
        apply_status (entry, event->status);
    }
  if (G_UNLIKELY (market->n_unsettled > 0))
    settle_books (market, frame->time_ns);
  return TRUE;
}

/**
 * pst_market_restore_price:
 * @market: a market
 * @instrument: index in the run's table
 * @price: what was last paid for it before the host was restarted
 * @time_ns: when
 *
 * Until the feed says better a holding is worth what was last paid: without any price it would count as nothing, and look like a loss.
 */
void
pst_market_restore_price (PstMarket *market, guint32 instrument, gint64 price, gint64 time_ns)
{
  PstMarketEntry *entry;

  if (!pst_market_follow (market, instrument))
    return;
  entry = &market->entries[instrument];
  entry->mark.price = price;
  entry->mark.time_ns = time_ns;
  entry->mark.valid = TRUE;
  note_change (market, entry, instrument);
}

/**
 * pst_market_get_mark:
 * @market: a market
 * @instrument: index in the run's table
 *
 * Returns: (transfer none) (nullable): the mark, valid until the table grows; %NULL for an unknown instrument
 */
const PstMark *
pst_market_get_mark (PstMarket *market, guint32 instrument)
{
  if (G_UNLIKELY (instrument >= market->n_entries) && !pst_market_follow (market, instrument))
    return NULL;
  return &market->entries[instrument].mark;
}

/**
 * pst_market_get_book:
 * @market: a market
 * @instrument: index in the run's table
 *
 * Returns: (transfer none) (nullable): the book, valid until the next frame; %NULL when no level came, or for an unknown instrument
 */
const PstBook *
pst_market_get_book (PstMarket *market, guint32 instrument)
{
  return instrument < market->n_entries ? market->entries[instrument].book : NULL;
}

/**
 * pst_market_watch:
 * @market: a market
 * @instrument: index in the run's table
 *
 * From now on price changes of @instrument are listed. It counts as changed at once.
 */
void
pst_market_watch (PstMarket *market, guint32 instrument)
{
  PstMarketEntry *entry;

  if (!pst_market_follow (market, instrument))
    return;
  entry = &market->entries[instrument];
  if (entry->watched)
    return;
  entry->watched = TRUE;
  if (!entry->changed)
    {
      entry->changed = TRUE;
      market->changes[market->n_changes++] = instrument;
    }
}

/**
 * pst_market_get_changes:
 * @market: a market
 * @n_changes: (out): how many
 *
 * Returns: (transfer none) (array length=n_changes): watched instruments whose price changed since the last
 *   pst_market_clear_changes(), each once, in the order of first change
 */
const guint32 *
pst_market_get_changes (const PstMarket *market, guint *n_changes)
{
  *n_changes = market->n_changes;
  return market->changes;
}

/**
 * pst_market_clear_changes:
 * @market: a market
 *
 * Says that the listed changes have been dealt with.
 */
void
pst_market_clear_changes (PstMarket *market)
{
  for (guint i = 0; i < market->n_changes; i++)
    market->entries[market->changes[i]].changed = FALSE;
  market->n_changes = 0;
}
