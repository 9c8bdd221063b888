/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether a strategy says of a bar what it could know then: its signals must not change when what comes later changes, nor from one time to the next,
 * nor by anything but the bars. And how many bars it needs before it says the same wherever it begins. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/**
 * PstLookaheadKind:
 * @PST_LOOKAHEAD_NONE: nothing was found
 * @PST_LOOKAHEAD_FUTURE: with other bars behind it, a bar has another signal
 * @PST_LOOKAHEAD_MEMORY: evaluated again over the same bars, a bar has another signal
 * @PST_LOOKAHEAD_FILES: it reads files while it is told bars
 * @PST_LOOKAHEAD_COLUMNS: over columns a bar has another signal than bar by bar
 *
 * How a strategy cheats.
 */
typedef enum /*< prefix=PST_LOOKAHEAD >*/
{
  PST_LOOKAHEAD_NONE,
  PST_LOOKAHEAD_FUTURE,
  PST_LOOKAHEAD_MEMORY,
  PST_LOOKAHEAD_FILES,
  PST_LOOKAHEAD_COLUMNS,
} PstLookaheadKind;

/**
 * PstLookahead:
 * @kind: what was found first
 * @n_points: at how many places the bars were cut
 * @n_signals: bars with a signal, in all of them
 * @cut: of what was found: bars before the cut
 * @bar: of what was found: the bar whose signal differs, from 0
 * @signal: what it says when all bars are there
 * @cut_signal: what it says otherwise
 *
 * What came of one instrument.
 */
typedef struct
{
  PstLookaheadKind kind;
  guint n_points;
  gsize n_signals;
  gsize cut, bar;
  guint8 signal, cut_signal;
} PstLookahead;

/**
 * PstWarmUp:
 * @stated: bars before the first signal, as the strategy says
 * @needed: bars after which all starts agreed for good; above @stated it says too little
 * @n_starts: how many starts were tried
 * @worst_start: the start that needed @needed
 * @n_signals: bars with a signal, from the first start
 * @n_compared: the fewest bars that were compared behind a start
 *
 * What came of one instrument.
 */
typedef struct
{
  guint stated;
  gsize needed;
  guint n_starts;
  gsize worst_start, n_signals, n_compared;
} PstWarmUp;

/* @n_points: places at which the bars are cut, spread over all of them. Any thread, one at a time for a strategy. */
void pst_lookahead_check (PstSignalStrategy *strategy, const PstBar *bars, gsize n_bars, guint n_points, PstLookahead *result);
/* @n_starts: where it begins, spread over the first half of the bars. */
void pst_warm_up_check (PstSignalStrategy *strategy, const PstBar *bars, gsize n_bars, guint n_starts, PstWarmUp *result);
/* "enter-long", "exit-long", "enter-long+exit-short", "none"; (transfer full) */
char *pst_signal_to_string (guint8 signal);

G_END_DECLS
