/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Alerts of a run's components, and the connections of its live venues, told on the error stream. */
#pragma once

#include "penstock-progress.h"

G_BEGIN_DECLS

/* From now on until unwatched; the bar makes room for them. */
void penstock_alerts_watch (PstRun *run, PenstockProgress *progress);
void penstock_alerts_unwatch (PstRun *run, PenstockProgress *progress);

G_END_DECLS
