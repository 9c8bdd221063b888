/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Longer bars from shorter ones, by the clock of a market. */
#pragma once

#include "pst-data-check.h"
#include "pst-data-rows.h"

G_BEGIN_DECLS

/**
 * PstDataResampled:
 * @n_bars: bars that were made
 * @n_partial: bars at the begin or the end of the data that lack a part of their period
 * @n_off_session: bars that were left out because the market was closed
 *
 * What resampling did.
 */
typedef struct
{
  gsize n_bars, n_partial, n_off_session;
} PstDataResampled;

/* Adds to @rows (bars) what @bars come to in bars of @period_ns, a day at most. With @hours a day is a session, and shorter bars begin with it; the
 * last of a session ends with it. PST_OPTION_ERROR_RANGE when @from_period_ns does not divide @period_ns; PST_VALUE_ERROR_OVERFLOW. */
gboolean pst_data_resample (const PstBarColumns *bars, const gint64 *label_ns, gint64 from_period_ns, gint64 period_ns, const PstDataHours *hours,
                            gboolean keep_partial, PstDataRows *rows, PstDataResampled *done, GError **error);

G_END_DECLS
