/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The bars of a pipeline's feeds, for verbs that evaluate strategies without running them. */
#pragma once

#include "../backtest/pst-bar-set.h"
#include "../engine/pst-run.h"

G_BEGIN_DECLS

/* (transfer full) (nullable): all bars of the historical feeds of a run that is prepared and is not executed. */
PstBarSet *penstock_bars_load (PstRun *run, GError **error);
/* (transfer full): one instrument's bars in one array. */
PstBar *penstock_bars_gather (const PstBarColumns *columns);

G_END_DECLS
