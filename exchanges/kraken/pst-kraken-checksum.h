/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The venue's checksum of a book: CRC-32 (IEEE 802.3) over the ten best asks, the lowest first, and the ten best bids, the highest first; of each
 * level the price and then the size as the venue wrote them, trailing zeros included, without point and leading zeros. Source:
 * docs.kraken.com/api/docs/guides/spot-ws-book-v2; v1 is the same.
 *
 * A change beyond the ten best costs a comparison, one among them a walk over ten levels, of which those that stayed keep their text. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* Levels a side that the checksum covers. What lies below is not verified by the venue. */
#define PST_KRAKEN_CHECKSUM_LEVELS 10u
/* Bytes of a level's text: two mantissas, and the zeros of 40 decimals each. */
#define PST_KRAKEN_CHECKSUM_TEXT_MAX 128u
/* Bytes of text that are copied at a time. */
#define PST_KRAKEN_CHECKSUM_STEP 32u

/*< private >*/
typedef struct
{
  char texts[2][PST_KRAKEN_CHECKSUM_LEVELS * PST_KRAKEN_CHECKSUM_TEXT_MAX + PST_KRAKEN_CHECKSUM_STEP];
  PstBookLevel levels[2][PST_KRAKEN_CHECKSUM_LEVELS];
  guint16 ends[2][PST_KRAKEN_CHECKSUM_LEVELS + 1]; /* in the text, of the level before: the first is 0 */
  guint n_levels;
  guint8 now; /* which of the two is the last one's */
  guint8 stale;
} PstKrakenChecksumSide;

/**
 * PstKrakenChecksum:
 *
 * What is kept of one book for its next checksum. By value; one thread at a time.
 */
typedef struct
{
  /*< private >*/
  PstKrakenChecksumSide bids;
  PstKrakenChecksumSide asks;
  guint32 asks_crc;
  guint32 crc;
} PstKrakenChecksum;

/* Forgets the book: call it whenever the book was changed by other means than levels that were noted. */
void pst_kraken_checksum_reset (PstKrakenChecksum *checksum);
/* The checksum of @book, whose every change since the last reset was noted. */
guint32 pst_kraken_checksum_get (PstKrakenChecksum *checksum, const PstBook *book, guint price_scale, guint size_scale);

/* A level at @price was set or removed. */
static inline void
pst_kraken_checksum_note (PstKrakenChecksum *checksum, PstSide side, gint64 price)
{
  PstKrakenChecksumSide *levels = side == PST_SIDE_BUY ? &checksum->bids : &checksum->asks;
  gint64 last = levels->levels[levels->now][PST_KRAKEN_CHECKSUM_LEVELS - 1].price;

  levels->stale |= levels->n_levels < PST_KRAKEN_CHECKSUM_LEVELS || (side == PST_SIDE_BUY ? price >= last : price <= last);
}

G_END_DECLS
