/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* All statistics of a finished backtest: of the whole, each instrument, strategy, year and month. */
#pragma once

#include "pst-trade-tally.h"

G_BEGIN_DECLS

/* What was traded of an instrument on a UTC day, at its size scale; 0: not known. */
typedef gint64 (*PstDayVolumeFunc) (guint32 instrument, gint64 day_ns, gpointer user_data);

/**
 * PstStatisticsOptions:
 * @periods_per_year: days with a return a year; 0: 365 when Saturdays and Sundays are traded, else 252
 * @n_sets: how many parameter sets were tried; 0: as the result says
 * @sharpe_variance: variance of the annualised Sharpe ratios of all sets that were tried; 0: not known
 * @volume: (nullable): volumes; without there is no capacity
 * @volume_data: for @volume
 *
 * All zero is the usual.
 */
typedef struct
{
  double periods_per_year;
  guint64 n_sets;
  double sharpe_variance;
  PstDayVolumeFunc volume;
  gpointer volume_data;
} PstStatisticsOptions;

/* Replaces the result's statistics by all that can be told of it. Any thread, one at a time for a result. */
void pst_statistics_compute (PstBacktestResult *result, const PstStatisticsOptions *options);
/* Some of the whole, by id; what a search over parameters needs. */
void pst_statistics_measure (const PstBacktestResult *result, const PstStatisticId *ids, guint n_ids, const PstStatisticsOptions *options,
                             double *values);
/* Days a year by which the result's statistics are annualised. */
double pst_statistics_get_periods (const PstBacktestResult *result, const PstStatisticsOptions *options);

G_END_DECLS
