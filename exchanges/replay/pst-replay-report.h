/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was wrong with the data: every bad row is counted by reason, and named until there are too many. */
#pragma once

#include "pst-replay-types.h"

G_BEGIN_DECLS

/**
 * PstReplayReport:
 *
 * Counts by reason, and findings that wait to be noted in the run's records.
 */
typedef struct _PstReplayReport PstReplayReport;

/* @named_max: rows that are named; all are counted. */
PstReplayReport *pst_replay_report_new (guint named_max);
void pst_replay_report_free (PstReplayReport *report);
void pst_replay_report_set_named_max (PstReplayReport *report, guint named_max);
/* "bars.csv:17:23: close \"NaN\" is not a finite number" */
char *pst_replay_report_sentence (const char *file, const PstReplayBad *bad);
/* A rejected row. */
void pst_replay_report_reject (PstReplayReport *report, const char *file, const PstReplayBad *bad);
/* A row that is odd but became an event. */
void pst_replay_report_notice (PstReplayReport *report, const char *file, const PstReplayBad *bad);
guint64 pst_replay_report_get_n_rejected (const PstReplayReport *report);
guint64 pst_replay_report_get_count (const PstReplayReport *report, PstReplayReason reason);
guint64 pst_replay_report_get_n_notices (const PstReplayReport *report);
/* "435 rows rejected: not-positive 1, zero-volume 434": %NULL when there were none. */
char *pst_replay_report_summary (const PstReplayReport *report);
/* (transfer full): the next sentence that waits, in the order the rows were read; *@rejected says which kind. NULL for none. */
char *pst_replay_report_take (PstReplayReport *report, gboolean *rejected);
/* (transfer full): the same in parts: the file, and what was bad. */
char *pst_replay_report_take_bad (PstReplayReport *report, PstReplayBad *bad, gboolean *rejected);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstReplayReport, pst_replay_report_free)

G_END_DECLS
