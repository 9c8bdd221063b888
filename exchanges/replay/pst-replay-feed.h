/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Many files as one feed: merged by time, cut into frames and blocks. */
#pragma once

#include "pst-replay-cursor.h"

G_BEGIN_DECLS

/**
 * PstReplayFeed:
 *
 * Files in order of time; of files grouped by symbol, their rows.
 */
typedef struct _PstReplayFeed PstReplayFeed;

/* @shared is borrowed. @paths: files in the order that decides ties. @fixed: of each file its symbol, PST_REPLAY_SYMBOL_NONE when rows name theirs.
 */
PstReplayFeed *pst_replay_feed_new (const PstReplayShared *shared, const char *const *paths, const guint32 *fixed, guint open_files_max,
                                    guint64 rows_max);
void pst_replay_feed_free (PstReplayFeed *feed);
/* Looks into every file: with layout=symbol it reads all rows, with layout=time the first. */
gboolean pst_replay_feed_open (PstReplayFeed *feed, GError **error);
/* The next block of whole frames; valid until the next call. */
PstFeedStatus pst_replay_feed_next (PstReplayFeed *feed, PstFrameBlock *block, GError **error);
/* @n_rows: rows read from the files. @fraction: of the work, from 0 to 1. */
void pst_replay_feed_get_progress (PstReplayFeed *feed, guint64 *n_rows, double *fraction);

/* Bars whose volume lost digits. */
guint64 pst_replay_feed_get_n_rounded (PstReplayFeed *feed);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstReplayFeed, pst_replay_feed_free)

G_END_DECLS
