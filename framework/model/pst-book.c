/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Books. A side's blocks hold up to 64 levels; a full block splits in two, an empty one goes. Search looks at the last block first, where the
 * touch is, then by halves. With the touch at the end of its block an insertion there moves the few levels that are better. */

#include "pst-book.h"

#include <string.h>

#define BLOCKS_FIRST 8

G_DEFINE_BOXED_TYPE (PstBook, pst_book, pst_book_copy, pst_book_free)

/* ---- one side ---- */

typedef struct
{
  guint block;
  guint level;
  gboolean found;
} Place;

static inline gint64
key_of (const PstBookSide *side, gint64 price)
{
  return price * side->sign;
}

static void
side_insert_block (PstBookSide *side, guint position, PstBookBlock *block)
{
  if (side->n_blocks == side->n_allocated)
    {
      side->n_allocated = MAX (BLOCKS_FIRST, side->n_allocated * 2);
      side->blocks = g_renew (PstBookBlock *, side->blocks, side->n_allocated);
    }
  memmove (side->blocks + position + 1, side->blocks + position, (side->n_blocks - position) * sizeof *side->blocks);
  side->blocks[position] = block;
  side->n_blocks++;
}

static void
side_remove_block (PstBookSide *side, guint position)
{
  g_free (side->blocks[position]);
  side->n_blocks--;
  memmove (side->blocks + position, side->blocks + position + 1, (side->n_blocks - position) * sizeof *side->blocks);
}

static void
side_clear (PstBookSide *side)
{
  for (guint i = 0; i < side->n_blocks; i++)
    g_free (side->blocks[i]);
  side->n_blocks = side->n_levels = 0;
}

/* The block in which @key stands or would stand: the last whose first key is not above it. */
static guint
side_find_block (const PstBookSide *side, gint64 key)
{
  guint low = 0, high = side->n_blocks;

  if (key >= key_of (side, side->blocks[high - 1]->levels[0].price))
    return high - 1;
  while (high - low > 1)
    {
      guint middle = low + (high - low) / 2;

      if (key >= key_of (side, side->blocks[middle]->levels[0].price))
        low = middle;
      else
        high = middle;
    }
  return low;
}

/* From the end, where the touch is, a few steps; then by halves. */
static Place
side_find (const PstBookSide *side, gint64 price)
{
  gint64 key = key_of (side, price);
  Place place = { 0 };
  const PstBookBlock *block;
  guint low = 0, high;

  if (side->n_blocks == 0)
    return place;
  place.block = side_find_block (side, key);
  block = side->blocks[place.block];
  high = block->n_levels;
  for (guint i = 0; i < 4 && high > 0; i++, high--)
    {
      gint64 here = key_of (side, block->levels[high - 1].price);

      if (here > key)
        continue;
      place.found = here == key;
      place.level = here == key ? high - 1 : high;
      return place;
    }
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (key_of (side, block->levels[middle].price) < key)
        low = middle + 1;
      else
        high = middle;
    }
  place.level = low;
  place.found = low < block->n_levels && block->levels[low].price == price;
  return place;
}

static void
side_split (PstBookSide *side, Place *place)
{
  PstBookBlock *full = side->blocks[place->block], *better = g_new (PstBookBlock, 1);
  guint half = PST_BOOK_BLOCK_LEVELS / 2;

  better->n_levels = full->n_levels - half;
  memcpy (better->levels, full->levels + half, better->n_levels * sizeof *full->levels);
  full->n_levels = half;
  side_insert_block (side, place->block + 1, better);
  if (place->level > half)
    {
      place->block++;
      place->level -= half;
    }
}

static void
side_insert (PstBookSide *side, Place place, const PstBookLevel *level)
{
  PstBookBlock *block;

  if (side->n_blocks == 0)
    {
      block = g_new (PstBookBlock, 1);
      block->n_levels = 0;
      side_insert_block (side, 0, block);
    }
  else if (side->blocks[place.block]->n_levels == PST_BOOK_BLOCK_LEVELS)
    {
      side_split (side, &place);
    }
  block = side->blocks[place.block];
  memmove (block->levels + place.level + 1, block->levels + place.level, (block->n_levels - place.level) * sizeof *block->levels);
  block->levels[place.level] = *level;
  block->n_levels++;
  side->n_levels++;
}

static void
side_remove (PstBookSide *side, Place place)
{
  PstBookBlock *block = side->blocks[place.block];

  block->n_levels--;
  side->n_levels--;
  memmove (block->levels + place.level, block->levels + place.level + 1, (block->n_levels - place.level) * sizeof *block->levels);
  if (block->n_levels == 0)
    side_remove_block (side, place.block);
}

static void
side_copy (PstBookSide *to, const PstBookSide *from)
{
  *to = *from;
  to->n_allocated = from->n_blocks;
  to->blocks = g_new (PstBookBlock *, from->n_blocks);
  for (guint i = 0; i < from->n_blocks; i++)
    to->blocks[i] = g_memdup2 (from->blocks[i], sizeof *from->blocks[i]);
}

/* ---- the book ---- */

/**
 * pst_book_new:
 * @depth: levels a side that the venue maintains, to which pst_book_settle() cuts; 0 for all
 *
 * Any thread.
 *
 * Returns: (transfer full): an empty book, SYNCING
 */
PstBook *
pst_book_new (guint depth)
{
  PstBook *book = g_new0 (PstBook, 1);

  book->bids.sign = 1;
  book->asks.sign = -1;
  book->depth = depth;
  book->state = PST_BOOK_SYNCING;
  return book;
}

/**
 * pst_book_copy:
 * @book: a book
 *
 * The thread that uses @book.
 *
 * Returns: (transfer full): another book with the same levels
 */
PstBook *
pst_book_copy (const PstBook *book)
{
  PstBook *copy = g_memdup2 (book, sizeof *book);

  side_copy (&copy->bids, &book->bids);
  side_copy (&copy->asks, &book->asks);
  return copy;
}

/**
 * pst_book_free:
 * @book: (nullable) (transfer full): a book
 *
 * The thread that uses @book.
 */
void
pst_book_free (PstBook *book)
{
  if (book == NULL)
    return;
  side_clear (&book->bids);
  side_clear (&book->asks);
  g_free (book->bids.blocks);
  g_free (book->asks.blocks);
  g_free (book);
}

/**
 * pst_book_clear:
 * @book: a book
 *
 * Removes all levels; the book is SYNCING. The thread that uses @book.
 */
void
pst_book_clear (PstBook *book)
{
  side_clear (&book->bids);
  side_clear (&book->asks);
  book->state = PST_BOOK_SYNCING;
  book->n_changes++;
}

/**
 * pst_book_set_level:
 * @book: a book
 * @side: %PST_SIDE_BUY for bids, %PST_SIDE_SELL for asks
 * @level: price above 0 at the price scale; size at the size scale, absolute, 0 to remove; the decimals of the venue's text
 *
 * O(1) near the touch, otherwise a search by halves and at most one block of levels. The thread that uses @book.
 *
 * Returns: what happened
 */
PstBookChange
pst_book_set_level (PstBook *book, PstSide side, const PstBookLevel *level)
{
  PstBookSide *levels = side == PST_SIDE_BUY ? &book->bids : &book->asks;
  Place place;

  g_return_val_if_fail (level->price > 0 && level->size >= 0, PST_BOOK_UNCHANGED);
  place = side_find (levels, level->price);
  if (place.found)
    {
      PstBookLevel *there = &levels->blocks[place.block]->levels[place.level];

      if (level->size == 0)
        side_remove (levels, place);
      else if (there->size == level->size && there->price_decimals == level->price_decimals && there->size_decimals == level->size_decimals)
        return PST_BOOK_UNCHANGED;
      else
        *there = *level;
      book->n_changes++;
      return level->size == 0 ? PST_BOOK_REMOVED : PST_BOOK_CHANGED;
    }
  if (level->size == 0)
    return PST_BOOK_UNCHANGED;
  if (levels->n_levels >= PST_BOOK_LEVELS_MAX)
    return PST_BOOK_FULL;
  side_insert (levels, place, level);
  book->n_changes++;
  return PST_BOOK_ADDED;
}

/**
 * pst_book_set:
 * @book: a book
 * @side: %PST_SIDE_BUY for bids, %PST_SIDE_SELL for asks
 * @price: mantissa at the price scale, above 0
 * @size: mantissa at the size scale, absolute; 0 removes the level
 *
 * pst_book_set_level() for venues whose checksums need no text. The thread that uses @book.
 *
 * Returns: what happened
 */
PstBookChange
pst_book_set (PstBook *book, PstSide side, gint64 price, gint64 size)
{
  const PstBookLevel level = { .price = price, .size = size };

  return pst_book_set_level (book, side, &level);
}

/**
 * pst_book_apply:
 * @book: a book
 * @level: what a LEVEL event says; it passed the border
 *
 * Clears the book first when the event carries %PST_LEVEL_SNAPSHOT. The thread that uses @book.
 *
 * Returns: what happened
 */
PstBookChange
pst_book_apply (PstBook *book, const PstLevel *level)
{
  if ((level->flags & PST_LEVEL_SNAPSHOT) != 0)
    pst_book_clear (book);
  return pst_book_set (book, (PstSide)level->side, level->price, level->size);
}

static void
cut (PstBook *book, PstBookSide *side)
{
  while (side->n_levels > book->depth)
    {
      PstBookBlock *worst = side->blocks[0];
      guint n = MIN (side->n_levels - book->depth, worst->n_levels);

      worst->n_levels -= n;
      side->n_levels -= n;
      memmove (worst->levels, worst->levels + n, worst->n_levels * sizeof *worst->levels);
      if (worst->n_levels == 0)
        side_remove_block (side, 0);
      book->n_changes++;
    }
}

/**
 * pst_book_settle:
 * @book: a book to which all levels of a message were applied
 *
 * Cuts each side to the depth: venues send no removal for levels that leave their scope. A crossed book becomes STALE: a message of
 * it was lost. The thread that uses @book.
 *
 * Returns: %FALSE when the book is crossed
 */
gboolean
pst_book_settle (PstBook *book)
{
  if (book->depth != 0)
    {
      cut (book, &book->bids);
      cut (book, &book->asks);
    }
  if (G_LIKELY (!pst_book_is_crossed (book)))
    return TRUE;
  book->state = PST_BOOK_STALE;
  return FALSE;
}

/**
 * pst_book_get_state:
 * @book: a book
 *
 * The thread that uses @book.
 *
 * Returns: whether its levels can be trusted
 */
PstBookState
pst_book_get_state (const PstBook *book)
{
  return book->state;
}

/**
 * pst_book_set_state:
 * @book: a book
 * @state: what its owner knows of it
 *
 * The thread that uses @book.
 *
 * Returns: %FALSE when a crossed book should become LIVE: it stays as it is
 */
gboolean
pst_book_set_state (PstBook *book, PstBookState state)
{
  if (state == PST_BOOK_LIVE && pst_book_is_crossed (book))
    return FALSE;
  book->state = state;
  return TRUE;
}

/**
 * pst_book_get_n_levels:
 * @book: a book
 * @side: which side
 *
 * The thread that uses @book.
 *
 * Returns: how many levels the side has
 */
guint
pst_book_get_n_levels (const PstBook *book, PstSide side)
{
  return pst_book_side (book, side)->n_levels;
}

/**
 * pst_book_get_level:
 * @book: a book
 * @side: which side
 * @n: 0 is the touch
 *
 * Costs a step for each 64 levels on the way; to walk a side use #PstBookIter. The thread that uses @book.
 *
 * Returns: (transfer none) (nullable): the level, until the book changes; %NULL beyond the end
 */
const PstBookLevel *
pst_book_get_level (const PstBook *book, PstSide side, guint n)
{
  const PstBookSide *levels = pst_book_side (book, side);

  for (guint i = levels->n_blocks; i > 0; i--)
    {
      const PstBookBlock *block = levels->blocks[i - 1];

      if (n < block->n_levels)
        return &block->levels[block->n_levels - 1 - n];
      n -= block->n_levels;
    }
  return NULL;
}

/**
 * pst_book_find:
 * @book: a book
 * @side: which side
 * @price: mantissa at the price scale
 *
 * The thread that uses @book.
 *
 * Returns: (transfer none) (nullable): the level at that price, until the book changes; %NULL when there is none
 */
const PstBookLevel *
pst_book_find (const PstBook *book, PstSide side, gint64 price)
{
  const PstBookSide *levels = pst_book_side (book, side);
  Place place = side_find (levels, price);

  return place.found ? &levels->blocks[place.block]->levels[place.level] : NULL;
}

/**
 * pst_book_get_n_changes:
 * @book: a book
 *
 * The thread that uses @book.
 *
 * Returns: a count that grows whenever the levels change
 */
guint64
pst_book_get_n_changes (const PstBook *book)
{
  return book->n_changes;
}
