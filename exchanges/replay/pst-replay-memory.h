/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows of files that are grouped by symbol, kept until they can be played in order of time: 48 bytes a row, no text. */
#pragma once

#include "pst-replay-types.h"

G_BEGIN_DECLS

/**
 * PstReplayMemory:
 *
 * Rows in runs: each run is one instrument's, in order of time.
 */
typedef struct _PstReplayMemory PstReplayMemory;

PstReplayMemory *pst_replay_memory_new (guint64 rows_max);
void pst_replay_memory_free (PstReplayMemory *memory);
/* What follows belongs to another file: its runs are its own. */
void pst_replay_memory_begin_file (PstReplayMemory *memory, guint32 file);
/* The file that a run came from. */
guint32 pst_replay_memory_get_file (const PstReplayMemory *memory, guint run);
/* Copies events; each run's in order of time. PST_EXCHANGE_ERROR_DATA beyond rows_max. */
gboolean pst_replay_memory_append (PstReplayMemory *memory, const PstEvent *events, guint n_events, GError **error);
guint64 pst_replay_memory_get_n_rows (const PstReplayMemory *memory);
guint pst_replay_memory_get_n_runs (const PstReplayMemory *memory);
/* Writes the current row of a run as the event it was; FALSE when the run is at its end. */
gboolean pst_replay_memory_get (const PstReplayMemory *memory, guint run, PstEvent *event);
gint64 pst_replay_memory_get_time (const PstReplayMemory *memory, guint run);
/* Goes on to the next row; FALSE at the run's end. */
gboolean pst_replay_memory_advance (PstReplayMemory *memory, guint run);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstReplayMemory, pst_replay_memory_free)

G_END_DECLS
