/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a hosted run is made of, so that it can be made again after a crash: the pipeline's text as it was, and what was set instead of it. */
#pragma once

#include "pst-pipeline-file.h"

G_BEGIN_DECLS

/* Assignments of one run, in all: they stand in its registry file. */
#define PST_HOST_ASSIGNMENTS_MAX 200
#define PST_HOST_ASSIGNMENTS_BYTES_MAX 16384

/**
 * PstHostSource:
 * @path: of the pipeline file: relative paths start in its folder, messages name it
 * @text: (array length=length): what it said
 * @assignments: (array zero-terminated): GROUP.OPTION=VALUE each
 * @privileged: whether the assignments may name files, secrets and plugins
 * @digest: SHA-256 of @text, in hexadecimal digits
 *
 * Not changed after it was made; any thread.
 */
typedef struct
{
  char *path;
  char *text;
  gsize length;
  char **assignments;
  gboolean privileged;
  char digest[65];
} PstHostSource;

/* (transfer full): PST_PIPELINE_ERROR when the assignments are too long, are none, or set what only the host sets. */
PstHostSource *pst_host_source_new (const char *path, const char *text, gsize length, const char *const *assignments, gboolean privileged,
                                    GError **error);
PstHostSource *pst_host_source_ref (PstHostSource *source);
void pst_host_source_unref (PstHostSource *source);
/* (transfer full): a run that is not prepared, to be executed on this thread. @run_id NULL: the file's, or the first that is free. @resume: whether
 * it goes on with the run of that name. */
PstRun *pst_host_source_build (const PstHostSource *source, PstCatalogue *catalogue, const char *user, const char *run_id, PstResume resume,
                               GError **error);
/* Whether the component's option has its value from a file or the environment, so that it must not be shown. */
gboolean pst_host_source_hides (const PstHostSource *source, PstComponentKind kind, const char *name, const char *option);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstHostSource, pst_host_source_unref)

G_END_DECLS
