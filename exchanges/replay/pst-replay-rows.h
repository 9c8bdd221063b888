/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The files one after the other, row by row, for who imports them: no merge, no frames. */
#pragma once

#include "pst-replay-options.h"

G_BEGIN_DECLS

typedef struct _PstReplayRows PstReplayRows;

/* Everything is borrowed. @files: paths; @fixed: of each its symbol, PST_REPLAY_SYMBOL_NONE when rows name theirs. */
PstReplayRows *pst_replay_rows_new (const PstReplayShared *shared, GPtrArray *files, GArray *fixed);
void pst_replay_rows_free (PstReplayRows *rows);
PstFeedStatus pst_replay_rows_next (PstReplayRows *rows, PstRowBatch *batch, GError **error);
/* The next finding of the report. */
gboolean pst_replay_rows_next_finding (PstReplayRows *rows, PstRowFinding *finding);
/* Of the last file whose rows were bars. */
gint64 pst_replay_rows_get_bar_period (const PstReplayRows *rows);
guint64 pst_replay_rows_get_n_rows (const PstReplayRows *rows);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstReplayRows, pst_replay_rows_free)

G_END_DECLS
