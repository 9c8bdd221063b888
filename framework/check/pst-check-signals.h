/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests of strategies of signals: a random walk of bars, and what a plain calculation says of each against what the strategy says. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* Bars of a walk with ties, runs and outliers in price and volume; the same seed gives the same bars. */
PST_API void pst_check_make_bars (guint64 seed, PstBar *bars, gsize n_bars);

/* What bar @n says, by a plain calculation over all bars up to it. */
typedef PstSignal (*PstCheckSignalFunc) (const PstBar *bars, gsize n, gpointer user_data);

/* Asserts that @strategy says of each of some thousand bars what @expected says, that each of the signals in @must_come came, that none came within
 * its warm-up, and that it says the same of the first bars alone: what comes later changes nothing. */
PST_API void pst_check_assert_signals (PstSignalStrategy *strategy, guint must_come, PstCheckSignalFunc expected, gpointer user_data);
/* For plain calculations. The mean close of the @period bars that end with bar @n. */
PST_API double pst_check_mean_close (const PstBar *bars, gsize n, guint period);
/* What a line says that was at @before and is at @now: above 0 now and not before is BUY, below 0 now and not before SELL. */
PST_API PstSignal pst_check_cross (double before, double now);
/* (transfer full): a strategy of @type with options, name and value each, NULL-terminated; asserts that they are right. */
PST_API PstSignalStrategy *pst_check_make_strategy (GType type, ...) G_GNUC_NULL_TERMINATED;

G_END_DECLS
