/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A run's name: the one that the file says, or the first that no store has. */
#pragma once

#include "pst-component-spec.h"
#include "pst-pipeline-options.h"

G_BEGIN_DECLS

#define PST_RUN_ID_MAX 100000

/* (transfer full): @specs (element-type PstComponentSpec) have components; the options of stores are set with the id that is returned.
 */
char *pst_run_id_choose (const PstPipelineOptions *options, GPtrArray *specs, GError **error);

G_END_DECLS
