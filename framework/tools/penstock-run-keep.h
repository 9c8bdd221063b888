/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock run --results: a backtest is asked for in a ledger before it is computed, and kept there afterwards. */
#pragma once

#include "../host/pst-run-result.h"

G_BEGIN_DECLS

typedef struct _PenstockRunKeep PenstockRunKeep;

/* Makes the ledger when there is none: who cannot keep a result hears of it before it is computed. */
PenstockRunKeep *penstock_run_keep_open (PstCatalogue *catalogue, const char *place, GError **error);
void penstock_run_keep_free (PenstockRunKeep *keep);
/* @kept: (out) (transfer full) (nullable): what the ledger has of the backtest that a pipeline file describes. */
gboolean penstock_run_keep_ask (PenstockRunKeep *keep, const char *path, const char *const *assignments, PstBacktestResult **kept, GError **error);
/* Of any engine, with its statistics. */
gboolean penstock_run_keep_save_result (PenstockRunKeep *keep, PstBacktestResult *result, GError **error);
/* After a run of the event engine. */
gboolean penstock_run_keep_save (PenstockRunKeep *keep, PstRun *run, PstRunResult *watch, GError **error);
void penstock_run_keep_print (const PstBacktestResult *kept, gboolean as_json, gboolean quiet);

G_END_DECLS
