/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The size at which a cycle returns most. Pure: legs in, a plan out. */
#pragma once

#include "pst-arb-leg.h"

G_BEGIN_DECLS

/**
 * PstArbPlan:
 * @n_legs: how many trades
 * @steps: of each leg, in steps of its instrument's grid
 * @spent: what is put in, at the base currency's scale
 * @returned: what comes back
 * @need: what must be there before the first leg
 * @clamped: whether the least size of a venue made a leg larger or smaller than the others need
 * @n_trials: sizes that were calculated
 * @proven: whether no other size returns more; %FALSE when the limit of trials ended the search
 *
 * What would be executed.
 */
typedef struct
{
  guint n_legs;
  gint64 steps[PST_ARB_LEGS_MAX];
  gint64 spent;
  gint64 returned;
  gint64 need;
  gboolean clamped;
  guint n_trials;
  gboolean proven;
} PstArbPlan;

typedef struct
{
  gint64 capital;   /* at most so much may be needed */
  gint64 net_least; /* least (returned / spent - 1) * 100, at PST_RETURN_PCT_SCALE; not below 0 */
  guint trials_max; /* sizes that may be calculated beside the ends of levels */
} PstArbTerms;

/* Product of the rates at @prices without fees, at PST_RETURN_SCALE, rounded down; G_MAXINT64 when it does not fit. */
gint64 pst_arb_sizer_gross_rate (const PstInstrument *const *instruments, const PstSide *sides, const gint64 *prices, guint n_legs);
/* Whether the rates at the touch less the fees return more than nothing, and at least @net_least: exact. What only roundings bring does not count. */
gboolean pst_arb_sizer_pays_at_touch (const PstArbLeg *legs, guint n_legs, gint64 net_least);
/* The size with the largest profit among those that return at least @net_least; of equal ones the one that takes less. FALSE when there is none. */
gboolean pst_arb_sizer_find (PstArbLeg *legs, guint n_legs, const PstArbTerms *terms, PstArbPlan *plan);
/* What a result for @spent returns, at PST_RETURN_SCALE, rounded down; G_MAXINT64 when it does not fit. */
gint64 pst_arb_sizer_net_rate (gint64 spent, gint64 returned);

G_END_DECLS
