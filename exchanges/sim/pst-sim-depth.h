/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One instrument's price levels as the simulated venue has them, and what its client has taken of each. The market's own book stays as the
 * recording shows it: a recording does not know of our fills. So what was taken is remembered here, until the level itself says something new. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

typedef struct
{
  gint64 price;
  gint64 size; /* of the level when it was taken from */
  gint64 taken;
} PstSimTaken;

typedef struct
{
  PstBook *levels;
  GArray *taken[2];   /* PstSimTaken of bids and asks, by price */
  guint32 status;     /* PstInstrumentStatus */
  gboolean touched;   /* its instrument stands in the venue's list: the frame concerns it */
  gboolean unsettled; /* the frame changed its levels */
} PstSimDepth;

/* @levels: (nullable): what the market has of it so far. */
PstSimDepth *pst_sim_depth_new (const PstBook *levels, guint32 status);
void pst_sim_depth_free (PstSimDepth *depth);
/* A level changed: what was taken of it counts no more, unless its size is the same as before. A snapshot makes all levels new. */
void pst_sim_depth_apply (PstSimDepth *depth, const PstLevel *level);
void pst_sim_depth_set_status (PstSimDepth *depth, guint32 status);
/* The frame is whole. */
void pst_sim_depth_settle (PstSimDepth *depth);
/* What is left of a level for the client, on the grid of sizes; never below 0. @share: at PST_RATE_SCALE, 0 for all. */
gint64 pst_sim_depth_get_available (const PstSimDepth *depth, PstSide side, const PstBookLevel *level, gint64 share, gint64 size_step);
void pst_sim_depth_take (PstSimDepth *depth, PstSide side, const PstBookLevel *level, gint64 quantity);

static inline gboolean
pst_sim_depth_is_live (const PstSimDepth *depth)
{
  return pst_book_get_state (depth->levels) == PST_BOOK_LIVE;
}

static inline gboolean
pst_sim_depth_is_trading (const PstSimDepth *depth)
{
  return depth->status == PST_INSTRUMENT_STATUS_TRADING || depth->status == PST_INSTRUMENT_STATUS_POST_ONLY;
}

/* Whether a level of @side is there for an order of the other side with this limit; 0 is any price. */
static inline gboolean
pst_sim_depth_is_within (PstSide side, gint64 price, gint64 limit_price)
{
  return limit_price == 0 || (side == PST_SIDE_SELL ? price <= limit_price : price >= limit_price);
}

G_END_DECLS
