/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Series merged by time and cut into frames: the same frames that the replay feed makes of the files they came from. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/**
 * PstColumnsLane:
 * @instrument: index in the run's table
 * @kind: of the event: #PstEventKind
 * @columns: of the kind, in order
 * @next: the row that comes next
 * @end: behind the last row
 *
 * One series being played.
 */
typedef struct
{
  guint32 instrument;
  guint16 kind;
  const gint64 *columns[PST_DATASET_COLUMNS_MAX];
  gsize next, end;
} PstColumnsLane;

typedef struct _PstColumnsMerge PstColumnsMerge;

PstColumnsMerge *pst_columns_merge_new (void);
void pst_columns_merge_free (PstColumnsMerge *merge);
/* Before the first next. Of rows of one time, those of the lane that was added first come first. */
void pst_columns_merge_add (PstColumnsMerge *merge, const PstColumnsLane *lane);
/* The next block of whole frames; FALSE at the end. Valid until the next call. */
gboolean pst_columns_merge_next (PstColumnsMerge *merge, PstFrameBlock *block);
void pst_columns_merge_get_progress (const PstColumnsMerge *merge, guint64 *n_done, guint64 *n_rows);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstColumnsMerge, pst_columns_merge_free)

G_END_DECLS
