/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One trade of a cycle against one side of a book: what a size costs or brings, to the last unit, and the way back: the largest size for an amount,
 * the least size for a result. Sizes are counted in steps of the instrument's grid, amounts in the units of their currency.
 *
 * Each level gives one fill: its notional rounded half-even, its fee rounded up, as an execution books them. A buy needs what its limit price could
 * make it pay, which is what venues set aside; what it is spared there is left over. */
#pragma once

#include "pst-arb-cycles.h"
#include "pst-arb-log.h"

G_BEGIN_DECLS

/* Levels that are walked at most. */
#define PST_ARB_LEVELS_MAX 256

typedef struct
{
  gint64 price;
  gint64 before;        /* steps of all better levels */
  gint64 until;         /* and with this one */
  gint64 amount_before; /* what all better levels cost or bring, whole, fees included */
  gint64 amount_until;
  gint64 need_first; /* of a buy: what its first step needs with all better levels */
} PstArbLevel;

typedef struct
{
  const PstInstrument *instrument;
  PstSide side;
  gint64 taker_fee;
  gint64 reserve_fee; /* the dearer of both fees, at least 0 */
  gint64 unit;        /* what a step is of the base asset */
  gint64 constant;    /* of the logarithm of its rate */
  guint n_levels;
  gboolean exhausted; /* no further level is there, or can be counted with */
  PstBookIter iter;
  PstArbLevel levels[PST_ARB_LEVELS_MAX];
} PstArbLeg;

/* The book must not change while the leg is used. FALSE when the instrument cannot be traded on: fees of 100 % or more, steps that are no amount. */
gboolean pst_arb_leg_init (PstArbLeg *leg, const PstInstrument *instrument, PstSide side, gint64 maker_fee, gint64 taker_fee, const PstBook *book);
/* Level @n, loaded when it is not yet; NULL behind the last. */
const PstArbLevel *pst_arb_leg_get_level (PstArbLeg *leg, guint n);
/* The level in which the last of @steps lies; @steps must be above 0 and there. */
guint pst_arb_leg_find_level (PstArbLeg *leg, gint64 steps);
/* What @steps cost or bring in the quote currency. */
gint64 pst_arb_leg_get_amount (PstArbLeg *leg, gint64 steps);
/* What must be there for @steps: G_MAXINT64 for more than can be. */
gint64 pst_arb_leg_get_need (PstArbLeg *leg, gint64 steps);
/* What @steps really take of what must be there. */
gint64 pst_arb_leg_get_taken (PstArbLeg *leg, gint64 steps);
/* What @steps bring. */
gint64 pst_arb_leg_get_output (PstArbLeg *leg, gint64 steps);
/* The most steps that need no more than @available; 0 for none. */
gint64 pst_arb_leg_forward (PstArbLeg *leg, gint64 available);
/* The least steps that bring at least @wanted; 0 when the book does not have them. */
gint64 pst_arb_leg_backward (PstArbLeg *leg, gint64 wanted);
/* The most steps that an order with that limit may have to pay with @available, however many levels it meets; of a sale the most that are there.
 * Bounded by the venue's largest size; the book is not looked at. 0 when the venue takes no such order. */
gint64 pst_arb_leg_fit (const PstArbLeg *leg, gint64 limit_price, gint64 available);
/* The price of the last level that @steps reach: the limit of an order for them. */
gint64 pst_arb_leg_get_limit (PstArbLeg *leg, gint64 steps);
/* The least steps, no fewer than @steps, and the most, no more than @steps, that the venue takes by its least size and least notional, at the limit
 * price that they reach; 0 when there are none. Both need @steps to be above 0 and there. */
gint64 pst_arb_leg_raise (PstArbLeg *leg, gint64 steps);
gint64 pst_arb_leg_lower (PstArbLeg *leg, gint64 steps);

static inline gint64
pst_arb_leg_get_quantity (const PstArbLeg *leg, gint64 steps)
{
  return steps * leg->instrument->size_step;
}

G_END_DECLS
