/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Marks from bars, quotes, trades and status. The list of changes holds watched instruments only: closing a tick then costs
 * what changed among what is held, however many instruments the feed has. */
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
  g_free (market->entries);
  g_free (market->changes);
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
      memset (market->entries + market->n_entries, 0, (size - market->n_entries) * sizeof *market->entries);
      market->n_entries = size;
    }
  return instrument < market->n_entries;
}

/* The middle of a quote, half-even; the sum of two prices may not fit 64 signed bits. */
static inline gint64
middle (gint64 bid, gint64 ask)
{
  guint64 sum = (guint64)bid + (guint64)ask;
  guint64 half = sum >> 1;

  return (gint64)(half + (sum & half & 1));
}

static inline void
apply_quote (PstMark *mark, const PstQuote *quote)
{
  mark->bid = quote->bid_size > 0 ? quote->bid_price : 0;
  mark->ask = quote->ask_size > 0 ? quote->ask_price : 0;
  /* One side alone says what one could do, not what a holding is worth. */
  if (mark->bid > 0 && mark->ask > 0)
    {
      mark->price = middle (mark->bid, mark->ask);
      mark->valid = TRUE;
    }
}

/* Whether the price changed. */
static inline gboolean
apply_event (PstMark *mark, const PstEvent *event)
{
  gint64 before = mark->price;

  switch (event->kind)
    {
    case PST_EVENT_BAR:
      mark->price = event->bar.close;
      mark->valid = TRUE;
      break;
    case PST_EVENT_QUOTE:
      apply_quote (mark, &event->quote);
      break;
    case PST_EVENT_TRADE:
      mark->price = event->trade.price;
      mark->valid = TRUE;
      break;
    case PST_EVENT_STATUS:
      mark->status = event->status;
      return FALSE;
    default:
      return FALSE; /* levels make books, not marks */
    }
  mark->time_ns = event->receive_time_ns;
  return mark->price != before;
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
      if (apply_event (&entry->mark, event) && entry->watched && !entry->changed)
        {
          entry->changed = TRUE;
          market->changes[market->n_changes++] = event->instrument;
        }
    }
  return TRUE;
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
