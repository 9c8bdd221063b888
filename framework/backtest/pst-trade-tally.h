/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What round trips and fills come to, in one pass, O(1) each and without allocation. */
#pragma once

#include "pst-equity-tally.h"

G_BEGIN_DECLS

/**
 * PstTradeTally:
 *
 * Plain data: all zero to begin with. Round trips come in order of their entry. Fields are for reading.
 */
typedef struct
{
  guint64 n, n_open, n_won;
  guint64 streak, win_streak, loss_streak;
  gboolean is_winning;
  double won, lost;
  gint64 largest_win, largest_loss;
  gint64 adverse_worst, favourable_best;
  double adverse, favourable, fees;
  double held_ns, bars;
  gint64 held_longest_ns;
} PstTradeTally;

/**
 * PstFillTally:
 *
 * Plain data: all zero to begin with.
 */
typedef struct
{
  guint64 n;
  double fees;
  double value; /* in units of the quote currency; NaN when one has another than the result's */
} PstFillTally;

void pst_trade_tally_add (PstTradeTally *tally, const PstRoundTrip *trip);
double pst_trade_tally_get (const PstTradeTally *tally, PstStatisticId id, const PstStatisticSettings *settings);
/* @currency: the result's. */
void pst_fill_tally_add (PstFillTally *tally, const PstBacktestFill *fill, const PstInstrument *instrument, const PstCurrency *currency);
/* @equity: of the same time, finished: turnover needs the mean equity and how long it took. */
double pst_fill_tally_get (const PstFillTally *tally, PstStatisticId id, const PstEquityTally *equity, const PstStatisticSettings *settings);

G_END_DECLS
