/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Makes one stream of frames in time order of the blocks that several historical feeds publish, each in its own order. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/**
 * PstFeedMerge:
 *
 * Holds one block a feed, in memory that is reused. Used on the run's context.
 */
typedef struct _PstFeedMerge PstFeedMerge;

PstFeedMerge *pst_feed_merge_new (guint n_feeds);
void pst_feed_merge_free (PstFeedMerge *merge);
void pst_feed_merge_push (PstFeedMerge *merge, guint feed, const PstFrameBlock *block);
gboolean pst_feed_merge_is_empty (const PstFeedMerge *merge, guint feed);
const PstFrame *pst_feed_merge_peek (const PstFeedMerge *merge, guint *feed);
void pst_feed_merge_pop (PstFeedMerge *merge, guint feed);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstFeedMerge, pst_feed_merge_free)

G_END_DECLS
