/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A run as a backtest's result: made from the event engine's records and bars while it runs, or by the columnar engine from the same components. Both
 * are described alike, so that equal backtests have equal keys. */
#pragma once

#include "../backtest/pst-columnar.h"
#include "../engine/pst-run.h"
#include "pst-catalogue.h"

G_BEGIN_DECLS

/* Follows one run of the event engine. */
typedef struct _PstRunResult PstRunResult;

/* For a run that has its components and is not prepared yet; becomes its listener. */
PstRunResult *pst_run_result_new (PstRun *run);
void pst_run_result_free (PstRunResult *result);
/* After the run: (transfer full); NULL with an error when an amount did not fit 64 bits. Once. */
PstBacktestResult *pst_run_result_finish (PstRunResult *result, GError **error);

/* The bars of a prepared run's feeds. */
PstBarSet *pst_run_load_bars (PstRun *run, GError **error);
/* The columnar engine for a prepared run's components; PST_COLUMNAR_ERROR for what it cannot do. */
PstColumnar *pst_run_make_columnar (PstRun *run, PstBarSet *bars, GError **error);
/* Fills in parameters, plugins with their versions, the data's hash (when it is known) and the key. @catalogue: (nullable): without, versions are
 * left out. */
void pst_run_describe (PstRun *run, PstCatalogue *catalogue, const char *data_hash, PstBacktestResult *result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstRunResult, pst_run_result_free)

G_END_DECLS
