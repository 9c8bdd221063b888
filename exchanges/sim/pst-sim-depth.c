/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Levels and what was taken of them. What was taken is a short list by price: an entry goes when its level changes, so that it holds at most the
 * levels that the client's own orders have met since. */

#include "pst-sim-depth.h"

PstSimDepth *
pst_sim_depth_new (const PstBook *levels, guint32 status)
{
  PstSimDepth *depth = g_new0 (PstSimDepth, 1);

  depth->status = status;
  depth->levels = levels != NULL ? pst_book_copy (levels) : pst_book_new (0);
  for (guint i = 0; i < G_N_ELEMENTS (depth->taken); i++)
    depth->taken[i] = g_array_new (FALSE, FALSE, sizeof (PstSimTaken));
  return depth;
}

void
pst_sim_depth_free (PstSimDepth *depth)
{
  pst_book_free (depth->levels);
  for (guint i = 0; i < G_N_ELEMENTS (depth->taken); i++)
    g_array_unref (depth->taken[i]);
  g_free (depth);
}

static GArray *
get_list (const PstSimDepth *depth, PstSide side)
{
  return depth->taken[side == PST_SIDE_SELL];
}

/* Where @price stands, or would. */
static guint
find_place (const GArray *list, gint64 price)
{
  guint low = 0, high = list->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (list, PstSimTaken, middle).price < price)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static PstSimTaken *
find_taken (const PstSimDepth *depth, PstSide side, gint64 price)
{
  GArray *list = get_list (depth, side);
  guint place = find_place (list, price);
  PstSimTaken *taken = place < list->len ? &g_array_index (list, PstSimTaken, place) : NULL;

  return taken != NULL && taken->price == price ? taken : NULL;
}

void
pst_sim_depth_apply (PstSimDepth *depth, const PstLevel *level)
{
  GArray *list = get_list (depth, (PstSide)level->side);
  guint place;

  pst_book_apply (depth->levels, level);
  depth->unsettled = TRUE;
  if ((level->flags & PST_LEVEL_SNAPSHOT) != 0)
    for (guint i = 0; i < G_N_ELEMENTS (depth->taken); i++)
      g_array_set_size (depth->taken[i], 0);
  if (G_LIKELY (list->len == 0))
    return;
  place = find_place (list, level->price);
  if (place < list->len && g_array_index (list, PstSimTaken, place).price == level->price
      && g_array_index (list, PstSimTaken, place).size != level->size)
    g_array_remove_index (list, place);
}

void
pst_sim_depth_set_status (PstSimDepth *depth, guint32 status)
{
  depth->status = status;
  if (status == PST_INSTRUMENT_STATUS_STALE)
    pst_book_set_state (depth->levels, PST_BOOK_STALE);
}

/* As the run's market judges a book: levels make it LIVE unless they cross or the instrument is stale. */
void
pst_sim_depth_settle (PstSimDepth *depth)
{
  if (depth->unsettled && pst_book_settle (depth->levels) && depth->status != PST_INSTRUMENT_STATUS_STALE)
    pst_book_set_state (depth->levels, PST_BOOK_LIVE);
  depth->unsettled = FALSE;
}

gint64
pst_sim_depth_get_available (const PstSimDepth *depth, PstSide side, const PstBookLevel *level, gint64 share, gint64 size_step)
{
  const PstSimTaken *taken = get_list (depth, side)->len > 0 ? find_taken (depth, side, level->price) : NULL;
  gint64 available = level->size;

  /* A share is at most one, so that the product fits. */
  if (share != 0 && !pst_mantissa_multiply (level->size, share, PST_RATE_SCALE, 0, PST_ROUND_DOWN, &available))
    return 0;
  if (taken != NULL)
    available -= taken->taken;
  return available > 0 ? available - available % size_step : 0;
}

void
pst_sim_depth_take (PstSimDepth *depth, PstSide side, const PstBookLevel *level, gint64 quantity)
{
  GArray *list = get_list (depth, side);
  guint place = find_place (list, level->price);

  if (place == list->len || g_array_index (list, PstSimTaken, place).price != level->price)
    {
      const PstSimTaken taken = { level->price, level->size, 0 };

      g_array_insert_val (list, place, taken);
    }
  g_array_index (list, PstSimTaken, place).taken += quantity;
}
