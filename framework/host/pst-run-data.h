/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a run's feeds read, as the hash that its result is keyed by; and the question whether a result is kept already, which needs no row read when
 * the feeds play files. */
#pragma once

#include "pst-pipeline-file.h"
#include "pst-run-result.h"

G_BEGIN_DECLS

/* (transfer full) (nullable): of the bytes of all files that the feeds' options name; NULL when a feed reads something else, and then only its rows
 * tell. Of a run that has its components. */
char *pst_run_hash_sources (PstRun *run);
/* (transfer full) (nullable): the bars of a prepared run's feeds. @hash: (out) (transfer full): of its data, equal to that which the event engine's
 * result has. */
PstBarSet *pst_run_load_data (PstRun *run, char **hash, GError **error);
/* What @store has of the backtest that @file describes. @whole: with fills, round trips and equity. @kept: (out) (transfer full) (nullable).
 * FALSE with an error when the pipeline is wrong or the store fails; what is wrong with data is no error here, for the run tells it better. */
gboolean pst_run_find_kept (PstPipelineFile *file, PstCatalogue *catalogue, PstResultStore *store, gboolean whole, PstBacktestResult **kept,
                            GError **error);

G_END_DECLS
