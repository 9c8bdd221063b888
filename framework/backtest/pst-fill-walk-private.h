/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the walk keeps of each instrument and of each strategy's share in it. */
#pragma once

#include "pst-fill-timeline.h"
#include "pst-fill-walk.h"
#include "pst-signal-scan.h"

G_BEGIN_DECLS

enum
{
  PST_LANE_CLOSING,
  PST_LANE_OPENING,
  PST_LANE_N_ORDERS
};

/* A market order; quantity 0: none. */
typedef struct
{
  PstSide side;
  gint64 quantity, cash_max;
} PstOrderAsked;

/* Orders that rest while a position is held; price 0: none. */
typedef struct
{
  gint sign; /* of the position */
  gint64 stop_price, stop_size, target_price, target_size;
} PstExits;

/* One strategy in one instrument. */
typedef struct
{
  const PstSignalRules *rules;
  const PstSignalScan *scan;
  const guint8 *signals;
  gsize n_signals;
  PstPosition position;
  PstOrderAsked orders[PST_LANE_N_ORDERS];
  PstExits work; /* at the venue */
  PstExits want; /* as the strategy has it: it hears of fills when the venue is done with the frame */
  gint64 best;
  guint16 strategy;
  guint8 target; /* PstSignalTarget */
  guint8 touched;
} PstLane;

/* One instrument at the venue. */
typedef struct
{
  guint32 index;
  const PstBarColumns *columns;
  gsize bar;    /* of the frame at hand, when it is looked at */
  gsize n_seen; /* bars whose close was the mark, where all frames are visited */
  gint64 mark, value;
  gint64 size_max; /* up to which nothing between two fills can overflow */
  PstPosition net;
  PstFillCosts costs;
} PstVenuePlace;

typedef struct
{
  PstVenuePlace *place;
  PstLane *lane;
  guint kind;
  gint64 price;
} PstUnpaid;

typedef enum
{
  PST_PAYMENT_DONE,
  PST_PAYMENT_LACKS,
  PST_PAYMENT_OVERFLOW,
} PstPayment;

struct _PstFillWalk
{
  const PstFillPlan *plan;
  PstFillNeeds needs;
  PstBacktestResult *result;
  PstTripBook *trips;
  PstVenuePlace *places;
  PstLane *lanes; /* by strategy, then instrument */
  guint n_places;
  GArray *unpaid; /* PstUnpaid of the frame at hand */
  GArray *asked;  /* likewise: what strategies asked for */
  gint64 now_ns;
  gint64 cash, shorts;
  __int128 value, exposure;
  guint n_touched;
  gboolean has_exits;
  gboolean overflowed;
  gboolean marks_all;  /* all frames are visited, and all marks move */
  gboolean is_too_big; /* what was passed over could have overflowed */

  PstBarSet *bars;
  guint n_strategies;
  PstFillTimeline *timeline;
  PstSignalScan *scans; /* of each strategy */
  guint32 *active;      /* places that the frame at hand is about */
  gsize *active_bars;
  gint64 *highest; /* price of each instrument */
};

static inline PstLane *
pst_fill_walk_lane (PstFillWalk *walk, guint strategy, guint32 place)
{
  return &walk->lanes[(gsize)strategy * walk->n_places + place];
}

G_END_DECLS
