/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What every instrument is worth now. State first, then those who read it: the run applies a frame here before any guard
 * or strategy sees it. The one loop that every event of every run goes through, so: plain structs, no allocation. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/**
 * PstMarketEntry:
 * @mark: what the instrument is worth
 * @book: (nullable): its price levels; %NULL until the first came
 * @watched: whether somebody values a holding by it, so that changes must be listed
 * @changed: whether it stands in the list of changes
 * @unsettled: whether it stands in the list of books that this frame touched
 */
typedef struct
{
  PstMark mark;
  PstBook *book;
  guint8 watched;
  guint8 changed;
  guint8 unsettled;
} PstMarketEntry;

/**
 * PstMarket:
 *
 * Marks and books by instrument, and the list of watched ones that changed. Used on the run's context.
 */
typedef struct
{
  PstInstrumentTable *instruments;
  PstMarketEntry *entries;
  guint32 *changes;
  guint32 *unsettled;
  guint n_entries;
  guint n_changes;
  guint n_unsettled;
} PstMarket;

PstMarket *pst_market_new (PstInstrumentTable *instruments);
void pst_market_free (PstMarket *market);
gboolean pst_market_apply (PstMarket *market, const PstFrame *frame, GError **error);
void pst_market_restore_price (PstMarket *market, guint32 instrument, gint64 price, gint64 time_ns);
const PstMark *pst_market_get_mark (PstMarket *market, guint32 instrument);
const PstBook *pst_market_get_book (PstMarket *market, guint32 instrument);
void pst_market_watch (PstMarket *market, guint32 instrument);
const guint32 *pst_market_get_changes (const PstMarket *market, guint *n_changes);
void pst_market_clear_changes (PstMarket *market);

static inline gboolean
pst_market_has_changes (const PstMarket *market)
{
  return market->n_changes > 0;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstMarket, pst_market_free)

G_END_DECLS
