/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A book of price levels (L2). Each side is a list of blocks of levels, sorted with the touch at the end: what happens at the touch, where
 * most things happen, moves a handful of bytes; what happens anywhere else costs a binary search and at most one block. */
#pragma once

#include "pst-event.h"

G_BEGIN_DECLS

/* Most levels a side, whatever the depth: a feed that never removes anything must not fill memory. */
#define PST_BOOK_LEVELS_MAX 100000u
#define PST_BOOK_BLOCK_LEVELS 64u

typedef enum /*< prefix=PST_BOOK >*/
{
  PST_BOOK_SYNCING = 1,
  PST_BOOK_LIVE,
  PST_BOOK_STALE,
} PstBookState;

/**
 * PstBookLevel:
 * @price: mantissa at the price scale
 * @size: mantissa at the size scale, above 0
 * @price_decimals: how many decimals the venue's text of the price had
 * @size_decimals: the same of the size
 *
 * One level. The decimals let a checksum see the venue's text, trailing zeros included, without keeping it.
 */
typedef struct
{
  gint64 price;
  gint64 size;
  guint8 price_decimals;
  guint8 size_decimals;
} PstBookLevel;

/*< private >*/
typedef struct
{
  guint n_levels;
  PstBookLevel levels[PST_BOOK_BLOCK_LEVELS]; /* the worst first */
} PstBookBlock;

/*< private >*/
typedef struct
{
  PstBookBlock **blocks; /* the worst first; none is empty */
  guint n_blocks;
  guint n_allocated;
  guint n_levels;
  gint64 sign; /* key = price * sign grows towards the touch: 1 for bids, -1 for asks */
} PstBookSide;

#define PST_TYPE_BOOK (pst_book_get_type ())

/**
 * PstBook:
 *
 * Bids and asks of one instrument. Fields are private; used on one thread at a time.
 */
typedef struct
{
  /*< private >*/
  PstBookSide bids;
  PstBookSide asks;
  guint depth; /* 0: all */
  PstBookState state;
  guint64 n_changes;
} PstBook;

/**
 * PstBookChange:
 * @PST_BOOK_UNCHANGED: the level was like that already, or was not there to remove: normal at some venues
 * @PST_BOOK_ADDED: a level came
 * @PST_BOOK_CHANGED: a level has another size
 * @PST_BOOK_REMOVED: a level went
 * @PST_BOOK_FULL: nothing happened: the side has PST_BOOK_LEVELS_MAX levels
 *
 * What pst_book_set() did.
 */
typedef enum
{
  PST_BOOK_UNCHANGED,
  PST_BOOK_ADDED,
  PST_BOOK_CHANGED,
  PST_BOOK_REMOVED,
  PST_BOOK_FULL,
} PstBookChange;

PST_API GType pst_book_get_type (void);
/* @depth: levels a side that the venue maintains, to which pst_book_settle() cuts; 0 for all. SYNCING and empty. */
PST_API PstBook *pst_book_new (guint depth);
PST_API PstBook *pst_book_copy (const PstBook *book);
PST_API void pst_book_free (PstBook *book);
/* Empties it; SYNCING. */
PST_API void pst_book_clear (PstBook *book);
/* Sets the size of a level, absolutely; 0 removes it. Prices above 0, sizes not below. */
PST_API PstBookChange pst_book_set (PstBook *book, PstSide side, gint64 price, gint64 size);
PST_API PstBookChange pst_book_set_level (PstBook *book, PstSide side, const PstBookLevel *level);
/* A LEVEL event: clears first when it carries PST_LEVEL_SNAPSHOT. */
PST_API PstBookChange pst_book_apply (PstBook *book, const PstLevel *level);
/* After all levels of a message: cuts to the depth. A book that is crossed becomes STALE; FALSE says so. */
PST_API gboolean pst_book_settle (PstBook *book);
PST_API PstBookState pst_book_get_state (const PstBook *book);
/* LIVE is refused with FALSE while the book is crossed. */
PST_API gboolean pst_book_set_state (PstBook *book, PstBookState state);
PST_API guint pst_book_get_n_levels (const PstBook *book, PstSide side);
/* @n 0 is the touch; NULL beyond the end. */
PST_API const PstBookLevel *pst_book_get_level (const PstBook *book, PstSide side, guint n);
/* NULL when there is no such level. */
PST_API const PstBookLevel *pst_book_find (const PstBook *book, PstSide side, gint64 price);
/* Counts every change that was made: equal counts of one book mean equal books. */
PST_API guint64 pst_book_get_n_changes (const PstBook *book);

static inline const PstBookSide *
pst_book_side (const PstBook *book, PstSide side)
{
  return side == PST_SIDE_BUY ? &book->bids : &book->asks;
}

/* The touch, or NULL. */
static inline const PstBookLevel *
pst_book_get_best (const PstBook *book, PstSide side)
{
  const PstBookSide *levels = pst_book_side (book, side);
  const PstBookBlock *block;

  if (levels->n_blocks == 0)
    return NULL;
  block = levels->blocks[levels->n_blocks - 1];
  return &block->levels[block->n_levels - 1];
}

static inline gboolean
pst_book_is_crossed (const PstBook *book)
{
  const PstBookLevel *bid = pst_book_get_best (book, PST_SIDE_BUY), *ask = pst_book_get_best (book, PST_SIDE_SELL);

  return bid != NULL && ask != NULL && bid->price >= ask->price;
}

/**
 * PstBookIter:
 *
 * Walks a side from the touch outwards. The book must not change meanwhile.
 */
typedef struct
{
  /*< private >*/
  const PstBookSide *side;
  guint block; /* one more than the index */
  guint level; /* one more than the index */
} PstBookIter;

static inline void
pst_book_iter_init (PstBookIter *iter, const PstBook *book, PstSide side)
{
  iter->side = pst_book_side (book, side);
  iter->block = iter->side->n_blocks;
  iter->level = iter->block ? iter->side->blocks[iter->block - 1]->n_levels : 0;
}

/* NULL at the end. */
static inline const PstBookLevel *
pst_book_iter_next (PstBookIter *iter)
{
  if (iter->level == 0)
    {
      if (iter->block <= 1)
        return NULL;
      iter->block--;
      iter->level = iter->side->blocks[iter->block - 1]->n_levels;
    }
  return &iter->side->blocks[iter->block - 1]->levels[--iter->level];
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstBook, pst_book_free)

G_END_DECLS
