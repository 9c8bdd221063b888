/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Walking forward, and what the best set might have come to. */
#pragma once

#include <json-glib/json-glib.h>

#include "penstock-sweep.h"

G_BEGIN_DECLS

/* Searches each in-sample window, trades the next with its best set, and prints the windows and the curve that they make together. */
gboolean penstock_sweep_walk (PenstockSweep *sweep, GError **error);
/* Of a finished sweep's best set: the probabilistic and the deflated Sharpe ratio, and with --monte-carlo bands; text is appended to @text, JSON to
 * @json (one of them is NULL). */
gboolean penstock_sweep_judge (PenstockSweep *sweep, PstSweepFile *file, const PstSweepSummary *summary, GString *text, JsonBuilder *json,
                               GError **error);
/* Monte Carlo bands of one result, as text or JSON. */
void penstock_sweep_simulate (PenstockSweep *sweep, const PstBacktestResult *result, GString *text, JsonBuilder *json);

G_END_DECLS
