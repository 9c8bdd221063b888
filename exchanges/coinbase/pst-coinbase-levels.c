/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The price levels of a message: nearly all of what the venue sends. One in the usual form,
 *
 *   {"side":"bid","event_time":"2026-08-09T21:05:48.170326Z","price_level":"65083.66","new_quantity":"0.20371215"}
 *
 * is read by comparing its fixed parts; any other is read by its names. Both end in take_level(), so that they cannot differ in what they accept as
 * a number. */
#include "pst-coinbase-parser.h"

static PstCoinbaseLevel *
add_level (PstCoinbaseParser *self)
{
  if (G_UNLIKELY (self->n_levels == self->levels_size))
    {
      self->levels_size = MAX (256, self->levels_size * 2);
      self->levels = g_renew (PstCoinbaseLevel, self->levels, self->levels_size);
    }
  return &self->levels[self->n_levels++];
}

/* The text of a time up to its quotation mark, which stands at @text[length]. */
static gboolean
take_time (PstCoinbaseParser *self, const char *text, gsize length, gint64 *time_ns)
{
  if (G_UNLIKELY (length != self->last_time_length || memcmp (text, self->last_time, length) != 0))
    {
      if (length >= sizeof self->last_time || !pst_coinbase_read_time (text, length, &self->last_time_ns))
        {
          self->last_time_length = 0;
          return FALSE;
        }
      memcpy (self->last_time, text, length);
      self->last_time_length = length;
    }
  *time_ns = self->last_time_ns;
  return TRUE;
}

static inline gboolean
take_level (PstCoinbaseParser *self, PstScan *scan, const PstListing *listing, PstSide side, gint64 time_ns, const PstScanWord *price,
            const PstScanWord *size)
{
  PstCoinbaseLevel *level = add_level (self);

  level->side = side;
  level->time_ns = time_ns;
  if (G_UNLIKELY (!pst_venue_read_number (price->text, price->length, listing->price_scale, &level->level.price, &level->level.price_decimals)
                  || level->level.price <= 0))
    return pst_scan_fail (scan, price->text, "a level's price is no decimal above zero, or finer than the instrument's");
  if (G_UNLIKELY (!pst_venue_read_number (size->text, size->length, listing->size_scale, &level->level.size, &level->level.size_decimals)))
    return pst_scan_fail (scan, size->text, "a level's quantity is no decimal, or finer than the instrument's");
  return TRUE;
}

/* Moves @at behind @constant; FALSE when something else stands there. */
static inline gboolean
pass (const char **at, const char *end, const char *constant, gsize length)
{
  if (G_UNLIKELY ((gsize)(end - *at) < length || memcmp (*at, constant, length) != 0))
    return FALSE;
  *at += length;
  return TRUE;
}

#define PASS(at, end, constant) pass (at, end, constant, sizeof constant - 1)

/* Passes over a level in the usual form and says where its words are. FALSE when it has another; nothing is read then. */
static inline gboolean
find_usual (PstScan *scan, PstSide *side, PstScanWord *time, PstScanWord *price, PstScanWord *size)
{
  PstScan ahead = *scan;

  if (PASS (&ahead.at, ahead.end, "{\"side\":\"bid\",\"event_time\":\""))
    *side = PST_SIDE_BUY;
  else if (PASS (&ahead.at, ahead.end, "{\"side\":\"offer\",\"event_time\":\""))
    *side = PST_SIDE_SELL;
  else
    return FALSE;
  if (!pst_scan_text (&ahead, ahead.at, &time->text, &time->length) || !PASS (&ahead.at, ahead.end, ",\"price_level\":\"")
      || !pst_scan_text (&ahead, ahead.at, &price->text, &price->length) || !PASS (&ahead.at, ahead.end, ",\"new_quantity\":\"")
      || !pst_scan_text (&ahead, ahead.at, &size->text, &size->length) || !PASS (&ahead.at, ahead.end, "}"))
    return FALSE;
  scan->at = ahead.at;
  return TRUE;
}

static gboolean
read_unusual (PstCoinbaseParser *self, PstScan *scan, const PstListing *listing)
{
  enum
  {
    SIDE,
    TIME,
    PRICE,
    SIZE,
    N_WORDS
  };
  static const char *const names[N_WORDS] = { "side", "event_time", "price_level", "new_quantity" };
  const char *from = pst_scan_next (scan);
  PstScanWord words[N_WORDS];
  gint64 time_ns = self->time_ns;
  PstSide side;

  if (!pst_scan_words (scan, names, N_WORDS, words))
    return FALSE;
  if (words[SIDE].kind != PST_SCAN_STRING || words[PRICE].kind != PST_SCAN_STRING || words[SIZE].kind != PST_SCAN_STRING)
    return pst_scan_fail (scan, from, "a level has no side, price_level or new_quantity, or they are no strings");
  if (pst_scan_equal (words[SIDE].text, words[SIDE].length, "bid"))
    side = PST_SIDE_BUY;
  else if (pst_scan_equal (words[SIDE].text, words[SIDE].length, "offer"))
    side = PST_SIDE_SELL;
  else
    return pst_scan_fail (scan, words[SIDE].text, "a level's side is neither bid nor offer");
  if (words[TIME].kind != PST_SCAN_NOTHING
      && (words[TIME].kind != PST_SCAN_STRING || !take_time (self, words[TIME].text, words[TIME].length, &time_ns)))
    return pst_scan_fail (scan, words[TIME].text, "a level's event_time is no time");
  return take_level (self, scan, listing, side, time_ns, &words[PRICE], &words[SIZE]);
}

static inline gboolean
read_level (PstCoinbaseParser *self, PstScan *scan, const PstListing *listing)
{
  PstScanWord time, price, size;
  gint64 time_ns;
  PstSide side;

  if (G_UNLIKELY (!find_usual (scan, &side, &time, &price, &size)))
    return read_unusual (self, scan, listing);
  if (G_UNLIKELY (!take_time (self, time.text, time.length, &time_ns)))
    return pst_scan_fail (scan, time.text, "a level's event_time is no time");
  return take_level (self, scan, listing, side, time_ns, &price, &size);
}

/* Reads the array "updates" of @listing. FALSE on failure. */
gboolean
pst_coinbase_read_levels (PstCoinbaseParser *self, PstScan *scan, const PstListing *listing)
{
  pst_scan_begin_array (scan);
  while (pst_scan_next_element (scan))
    read_level (self, scan, listing);
  return scan->failure == NULL;
}
