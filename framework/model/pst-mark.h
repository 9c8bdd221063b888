/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an instrument is worth now, as market events say it. Inline: every event of every run passes here. */
#pragma once

#include "pst-book.h"

G_BEGIN_DECLS

/**
 * PstMark:
 * @price: the price at which a holding is valued: the last trade or close; of quotes and books the middle, rounded half-even
 * @bid: best bid, 0 when unknown
 * @ask: best ask, 0 when unknown
 * @time_ns: when it was known
 * @status: #PstInstrumentStatus
 * @valid: FALSE until there was a price
 *
 * What an instrument is worth now.
 */
typedef struct
{
  gint64 price;
  gint64 bid;
  gint64 ask;
  gint64 time_ns;
  guint32 status;
  gboolean valid;
} PstMark;

/* Best bid and ask, 0 for a side that is absent. One side alone says what one could do, not what a holding is worth. */
static inline void
pst_mark_set_touch (PstMark *mark, gint64 bid, gint64 ask)
{
  mark->bid = bid;
  mark->ask = ask;
  if (bid > 0 && ask > 0)
    {
      /* Half-even; the sum of two prices may not fit 64 signed bits. */
      guint64 sum = (guint64)bid + (guint64)ask, half = sum >> 1;

      mark->price = (gint64)(half + (sum & half & 1));
      mark->valid = TRUE;
    }
}

/* Levels make books, not marks: see pst_mark_apply_book(). Returns whether the price changed. */
static inline gboolean
pst_mark_apply_event (PstMark *mark, const PstEvent *event)
{
  gint64 before = mark->price;

  switch (event->kind)
    {
    case PST_EVENT_BAR:
      mark->price = event->bar.close;
      mark->valid = TRUE;
      break;
    case PST_EVENT_QUOTE:
      pst_mark_set_touch (mark, event->quote.bid_size > 0 ? event->quote.bid_price : 0, event->quote.ask_size > 0 ? event->quote.ask_price : 0);
      break;
    case PST_EVENT_TRADE:
      mark->price = event->trade.price;
      mark->valid = TRUE;
      break;
    case PST_EVENT_STATUS:
      mark->status = event->status;
      return FALSE;
    default:
      return FALSE;
    }
  mark->time_ns = event->receive_time_ns;
  return mark->price != before;
}

/* After a frame's levels were applied to @book. Returns whether the price changed. */
static inline gboolean
pst_mark_apply_book (PstMark *mark, const PstBook *book, gint64 time_ns)
{
  const PstBookLevel *bid = pst_book_get_best (book, PST_SIDE_BUY), *ask = pst_book_get_best (book, PST_SIDE_SELL);
  gint64 before = mark->price;

  pst_mark_set_touch (mark, bid ? bid->price : 0, ask ? ask->price : 0);
  mark->time_ns = time_ns;
  return mark->price != before;
}

G_END_DECLS
