/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The fill kernel: signals of many instruments and strategies to fills and equity, with one account, in the order in which a run would bring them
 * about. It is the gate, the simulated venue and the portfolio of the event engine for market orders and resting exits on bars, and has no other way
 * to do money than theirs. */
#pragma once

#include "pst-bar-set.h"
#include "pst-trip-book.h"

G_BEGIN_DECLS

/**
 * PstFillPlan:
 * @bars: what is traded on: those of the walk
 * @rules: how the venue fills
 * @currency: of all money
 * @cash: with which the account starts
 * @n_strategies: how many
 * @strategies: (array length=n_strategies): their rules of size and exits
 * @signals: of strategy s and the instrument at place i the entry s * instruments + i: #PstSignal of each bar, one byte a bar; %NULL: not traded
 * @n_signals: likewise: how many bars have one; fewer than there are when a sum overflowed
 *
 * What is to be filled.
 */
typedef struct
{
  PstBarSet *bars;
  PstFillRules rules;
  const PstCurrency *currency;
  gint64 cash;
  guint n_strategies;
  const PstSignalRules *strategies;
  const guint8 *const *signals;
  const gsize *n_signals;
} PstFillPlan;

/**
 * PstFillNeeds:
 * @PST_FILL_NEEDS_FILLS: fills, round trips without their excursions, and one point of equity at the end; all others have these too
 * @PST_FILL_NEEDS_EQUITY: a point of equity at each logical time
 * @PST_FILL_NEEDS_EXCURSIONS: how round trips stood at each bar
 * @PST_FILL_NEEDS_ALL: all
 *
 * What is asked for. Where nobody asks for what is between them, only bars are visited at which something happens.
 */
typedef enum /*< skip >*/
{
  PST_FILL_NEEDS_FILLS = 0,
  PST_FILL_NEEDS_EQUITY = 1 << 0,
  PST_FILL_NEEDS_EXCURSIONS = 1 << 1,
  PST_FILL_NEEDS_ALL = PST_FILL_NEEDS_EQUITY | PST_FILL_NEEDS_EXCURSIONS,
} PstFillNeeds;

typedef struct _PstFillWalk PstFillWalk;

/* What one walk needs and the next one uses again: no run after the first few allocates. @bars must outlive it. One thread's own. */
PstFillWalk *pst_fill_walk_new (PstBarSet *bars, guint n_strategies);
void pst_fill_walk_free (PstFillWalk *walk);
/* Adds fills, round trips and equity to @result. FALSE when an amount does not fit 64 bits. */
gboolean pst_fill_walk_run (PstFillWalk *walk, const PstFillPlan *plan, PstFillNeeds needs, PstBacktestResult *result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstFillWalk, pst_fill_walk_free)

G_END_DECLS
