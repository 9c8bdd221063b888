/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Loading a pipeline file as the verbs do. */

#include "penstock-pipeline.h"

PstRun *
penstock_pipeline_build (const char *path, const char *const *assignments, PstResume resume, PstCatalogue *catalogue, GError **error)
{
  g_autoptr (PstPipelineFile) file = pst_pipeline_file_load (path, error);

  if (!file)
    return NULL;
  for (gsize i = 0; assignments && assignments[i]; i++)
    if (!pst_pipeline_file_override (file, assignments[i], error))
      return NULL;
  pst_pipeline_file_set_resume (file, resume);
  return pst_pipeline_file_build (file, catalogue, error);
}
