/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The text of the ten best levels, remade as little as can be, and its CRC-32. The venue's text of a number is made from the mantissa and the
 * decimals that the text had: without point and leading zeros it is the mantissa's digits, with as many zeros more or less. */

#include "pst-kraken-checksum.h"

#include <libdeflate.h>
#include <string.h>

#define DIGITS_MAX 20u

static const char pairs[] = "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849"
                            "5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

static inline char *
write_digits (char *at, guint64 value)
{
  char digits[2 * DIGITS_MAX];
  char *from = digits + DIGITS_MAX;

  while (value >= 100)
    {
      from -= 2;
      memcpy (from, pairs + 2 * (value % 100), 2);
      value /= 100;
    }
  from -= 2;
  memcpy (from, pairs + 2 * value, 2);
  from += value < 10;
  /* More than there is: the rest is written over. */
  memcpy (at, from, DIGITS_MAX);
  return at + (digits + DIGITS_MAX - from);
}

static inline char *
write_number (char *at, gint64 mantissa, guint scale, guint decimals)
{
  if (G_UNLIKELY (decimals < scale))
    return write_digits (at, (guint64)(mantissa / pst_power_of_ten (scale - decimals)));
  at = write_digits (at, (guint64)mantissa);
  for (; G_UNLIKELY (decimals > scale); decimals--)
    *at++ = '0';
  return at;
}

static inline gboolean
same (const PstBookLevel *a, const PstBookLevel *b)
{
  return a->price == b->price && a->size == b->size && a->price_decimals == b->price_decimals && a->size_decimals == b->size_decimals;
}

/* In steps: behind both texts there is room for one. */
static inline void
copy (char *to, const char *from, guint length)
{
  for (guint i = 0; i < length; i += PST_KRAKEN_CHECKSUM_STEP)
    memcpy (to + i, from + i, PST_KRAKEN_CHECKSUM_STEP);
}

/* Makes the side's text again. Both the old and the new levels go from the touch outwards: runs of levels that are in both keep their text. A run
 * begins at the old level @run and has come to @i; its text is to stand at @at. */
static void
refresh (PstKrakenChecksumSide *side, const PstBook *book, PstSide which, guint price_scale, guint size_scale)
{
  const guint old = side->now, new = !side->now, n_old = side->n_levels;
  const PstBookLevel *const had = side->levels[old];
  const guint16 *const ends = side->ends[old];
  const gint64 sign = which == PST_SIDE_BUY ? 1 : -1;
  char *const text = side->texts[new], *at = text;
  const PstBookLevel *level;
  guint run = 0, i = 0, n = 0;
  PstBookIter iter;

  pst_book_iter_init (&iter, book, which);
  while (n < PST_KRAKEN_CHECKSUM_LEVELS && (level = pst_book_iter_next (&iter)) != NULL)
    {
      side->levels[new][n++] = *level;
      if (G_UNLIKELY (i == n_old || !same (&had[i], level)))
        {
          copy (at, side->texts[old] + ends[run], ends[i] - ends[run]);
          at += ends[i] - ends[run];
          while (i < n_old && had[i].price * sign > level->price * sign)
            i++;
          run = i;
          if (i == n_old || !same (&had[i], level))
            {
              at = write_number (at, level->price, price_scale, level->price_decimals);
              at = write_number (at, level->size, size_scale, level->size_decimals);
              i += i < n_old && had[i].price == level->price;
              run = i;
              side->ends[new][n] = (guint16)(at - text);
              continue;
            }
        }
      i++;
      side->ends[new][n] = (guint16)(at - text + ends[i] - ends[run]);
    }
  copy (at, side->texts[old] + ends[run], ends[i] - ends[run]);
  side->n_levels = n;
  side->now = (guint8) new;
  side->stale = FALSE;
}

static inline guint32
add_side (guint32 crc, const PstKrakenChecksumSide *side)
{
  return libdeflate_crc32 (crc, side->texts[side->now], side->ends[side->now][side->n_levels]);
}

/**
 * pst_kraken_checksum_reset:
 * @checksum: (out caller-allocates): what is kept of a book
 *
 * Forgets all. The thread that uses @checksum.
 */
void
pst_kraken_checksum_reset (PstKrakenChecksum *checksum)
{
  checksum->bids.n_levels = checksum->asks.n_levels = 0;
  checksum->bids.stale = checksum->asks.stale = TRUE;
}

/**
 * pst_kraken_checksum_get:
 * @checksum: what is kept of @book
 * @book: settled; every change since the last reset was noted
 * @price_scale: of its prices
 * @size_scale: of its sizes
 *
 * Calculates the checksum that the venue should send. The thread that uses @checksum.
 *
 * Returns: the CRC-32
 */
guint32
pst_kraken_checksum_get (PstKrakenChecksum *checksum, const PstBook *book, guint price_scale, guint size_scale)
{
  gboolean bids_stale = checksum->bids.stale;

  if (checksum->asks.stale)
    {
      refresh (&checksum->asks, book, PST_SIDE_SELL, price_scale, size_scale);
      checksum->asks_crc = add_side (0, &checksum->asks);
    }
  else if (!bids_stale)
    {
      return checksum->crc;
    }
  if (bids_stale)
    refresh (&checksum->bids, book, PST_SIDE_BUY, price_scale, size_scale);
  return checksum->crc = add_side (checksum->asks_crc, &checksum->bids);
}
