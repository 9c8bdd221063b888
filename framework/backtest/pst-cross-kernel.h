/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Crossings of two moving averages over one series, for very many pairs: sums are differences of one column of running sums, comparisons are exact
 * and come out as bits, and money is touched only where something fills. */
#pragma once

#include "pst-cross-money.h"

G_BEGIN_DECLS

/* Bars of a tile: what it reads stays in the first cache. */
#define PST_CROSS_TILE 1024
#define PST_CROSS_WORDS (PST_CROSS_TILE / 64)

typedef struct _PstCrossKernel PstCrossKernel;

/* (nullable): NULL when sums up to @period_max could not be compared exactly. */
PstCrossKernel *pst_cross_kernel_new (const PstBarColumns *columns, guint period_max);
void pst_cross_kernel_free (PstCrossKernel *kernel);

/* One pair that is being filled: long or flat, all by a share of the cash. */
typedef struct
{
  guint fast, slow;
  gint64 cash, size;
  guint64 n_fills;
  gint64 fees;
  guint8 was_above, was_below; /* of the bar before the tile */
  guint8 is_ready;
  guint8 failed; /* an amount did not fit 64 bits, or might not have */
} PstCrossLane;

/**
 * PstCrossMoney:
 * @columns: bars of one instrument
 * @costs: what fills cost
 * @share: share of the cash that an order is for
 * @size: quantity of each order instead, 0: none
 * @takes_all: whether the share is all
 * @fills_at_close: at the signal's close, otherwise at the next open
 * @checks_estimate: whether an order may come to nothing because of its estimated size
 * @size_max: a lane that holds more counts as failed, because something between two fills might overflow; 0: not looked at
 * @quick: (nullable): the short way for these closes, costs and instrument; used where it may be
 *
 * How lanes fill.
 */
typedef struct
{
  const PstBarColumns *columns;
  PstFillCosts costs;
  const PstDecimal *share;
  gint64 size;
  gboolean takes_all;
  gboolean fills_at_close;
  gboolean checks_estimate;
  gint64 size_max;
  const PstCrossShort *quick;
} PstCrossMoney;

/* Takes all lanes over all bars, tile by tile. */
void pst_cross_kernel_run (const PstCrossKernel *kernel, const PstCrossMoney *money, PstCrossLane *lanes, guint n_lanes);
/* The same for signals that are there already: bit b of word w is of bar w * 64 + b. Entries while long and exits while flat are passed over. */
void pst_cross_lane_fill (const PstCrossMoney *money, PstCrossLane *lane, const guint64 *entries, const guint64 *exits, gsize n_words);
/* The same for signals of one instrument, one byte a bar; an entry comes before an exit. */
void pst_cross_lane_follow (const PstCrossMoney *money, PstCrossLane *lane, const guint8 *signals, gsize n_bars);
/* Takes one lane bar by bar, in integers: what the other must agree with. */
void pst_cross_kernel_run_plain (const PstCrossMoney *money, PstCrossLane *lane);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstCrossKernel, pst_cross_kernel_free)

G_END_DECLS
