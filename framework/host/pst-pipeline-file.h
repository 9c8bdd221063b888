/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pipeline files: key files that compose a run. Every error of a file is found in one go. */
#pragma once

#include "../engine/pst-run.h"
#include "pst-catalogue.h"
#include "pst-sweep-options.h"

G_BEGIN_DECLS

#define PST_PIPELINE_ERROR (pst_pipeline_error_quark ())
GQuark pst_pipeline_error_quark (void);

typedef enum /*< prefix=PST_PIPELINE_ERROR >*/
{
  PST_PIPELINE_ERROR_READ,    /* the file cannot be read */
  PST_PIPELINE_ERROR_SYNTAX,  /* not a key file; the line is named */
  PST_PIPELINE_ERROR_INVALID, /* one or more errors: one line each in the message, "FILE: [group] key: ..." */
  PST_PIPELINE_ERROR_DENIED,  /* an override that only an administrator may make */
} PstPipelineError;

#define PST_TYPE_PIPELINE_FILE (pst_pipeline_file_get_type ())
G_DECLARE_FINAL_TYPE (PstPipelineFile, pst_pipeline_file, PST, PIPELINE_FILE, GObject)

PstPipelineFile *pst_pipeline_file_load (const char *path, GError **error);
PstPipelineFile *pst_pipeline_file_new_from_data (const char *data, gssize length, const char *path_for_messages, GError **error);
/* "GROUP.OPTION=VALUE": GROUP is "pipeline" or a component's name ("cross") or kind and name ("strategy cross"). */
gboolean pst_pipeline_file_override (PstPipelineFile *file, const char *assignment, GError **error);
/* From now on the overrides count as made by somebody who may trade, but not choose files, secrets or plugins: build fails with DENIED for those. */
void pst_pipeline_file_restrict (PstPipelineFile *file);
/* The run that is built is not new: the one of the file's run-id goes on, or ends in order. See pst_run_set_resume(). */
void pst_pipeline_file_set_resume (PstPipelineFile *file, PstResume resume);
/* (transfer full) Components made, options set, added to a run that is not prepared. All errors at once. */
PstRun *pst_pipeline_file_build (PstPipelineFile *file, PstCatalogue *catalogue, GError **error);
/* What is built is only evaluated, by sweeps and checks: its stores and services are checked, and left out of the run. */
void pst_pipeline_file_set_bare (PstPipelineFile *file);
/* (transfer none) (nullable): what the file and the overrides of "sweep" say about a sweep; NULL before a build that succeeded. */
PstSweepOptions *pst_pipeline_file_get_sweep (PstPipelineFile *file);

G_END_DECLS
