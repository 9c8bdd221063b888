/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A whole pipeline in a test: the text of a pipeline file in, everything that was recorded out.
 *
 *   g_autoptr (PstCheckRun) run = pst_check_run_pipeline ("[pipeline]\nname=t\n...", "bars.csv", "date,...\n", NULL);
 *   g_assert_no_error (run->error);
 *   g_assert_cmpuint (pst_check_run_count (run, PST_RECORD_FILL), ==, 2); */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/**
 * PstCheckRun:
 * @state: where the run's life ended; 0 when it was not built
 * @error: (nullable): why it was not built or ended in ERROR
 * @end_reason: (nullable): why it ended, when not by the end of the data
 * @records: (element-type PstRecord): everything, in order
 * @folder: where its files are, until the structure is freed
 *
 * One execution of a pipeline.
 */
typedef struct
{
  PstRunState state;
  GError *error;
  char *end_reason;
  GPtrArray *records;
  char *folder;
} PstCheckRun;

/* Builds and executes @pipeline in a new folder that holds @... (pairs of file name and text, then NULL). A store named "check" is added
 * as the last component, which keeps the records. Never NULL. */
PST_API PstCheckRun *pst_check_run_pipeline (const char *pipeline, ...) G_GNUC_NULL_TERMINATED;
PST_API void pst_check_run_free (PstCheckRun *run);
PST_API guint pst_check_run_count (const PstCheckRun *run, PstRecordKind kind);
/* (transfer none) (nullable): the @nth record of a kind, from 0. */
PST_API const PstRecord *pst_check_run_find (const PstCheckRun *run, PstRecordKind kind, guint nth);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstCheckRun, pst_check_run_free)

G_END_DECLS
