/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a path and --set arguments to a run. */
#pragma once

#include "../host/pst-pipeline-file.h"

G_BEGIN_DECLS

/* (transfer full) */
PstRun *penstock_pipeline_build (const char *path, const char *const *assignments, PstResume resume, PstCatalogue *catalogue, GError **error);

G_END_DECLS
