/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One pipeline through both engines, and every difference between what comes of it. */
#pragma once

#include "host/pst-run-result.h"

G_BEGIN_DECLS

/* (transfer full): by the event engine; asserts that it succeeds. */
PstBacktestResult *parity_run_event (const char *pipeline);
/* (transfer full): by the columnar engine. */
PstBacktestResult *parity_run_columnar (const char *pipeline);
/* Asserts that both are the same to the last digit: fills, round trips, equity, data and key. */
void parity_compare (const PstBacktestResult *event, const PstBacktestResult *columnar);
/* (transfer full): a run that is not prepared; asserts that it can be built. */
PstRun *parity_build (const char *pipeline);
/* Both, compared; @rest stands behind the data. Prints a line of the table. (transfer full) */
PstBacktestResult *parity_check (const char *title, const char *pipeline);
/* (transfer full) (element-type utf8): ids of all plugins whose strategies give signals. */
GPtrArray *parity_list_strategies (void);
PstCatalogue *parity_get_catalogue (void);

G_END_DECLS
