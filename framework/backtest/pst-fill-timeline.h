/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where each bar of an instrument stands in the order of a run, and which instrument is to be looked at next: so that a walk visits bars at which
 * something happens, and passes over the others. */
#pragma once

#include "pst-bar-set.h"

G_BEGIN_DECLS

typedef struct _PstFillTimeline PstFillTimeline;

/* @bars must outlive it. One thread's own: it has the queue. */
PstFillTimeline *pst_fill_timeline_new (PstBarSet *bars);
void pst_fill_timeline_free (PstFillTimeline *timeline);
/* Nothing is to be looked at any more. */
void pst_fill_timeline_reset (PstFillTimeline *timeline);
/* The instrument at @place, which is not in the queue, is to be looked at at its bar @bar. */
void pst_fill_timeline_push (PstFillTimeline *timeline, guint32 place, gsize bar);
/* The frame of what comes next; FALSE when there is nothing. */
gboolean pst_fill_timeline_peek (const PstFillTimeline *timeline, gsize *frame);
/* Takes those of @frame out, in the frame's order. @places and @bars: room for all instruments. Returns how many. */
guint pst_fill_timeline_pop (PstFillTimeline *timeline, gsize frame, guint32 *places, gsize *bars);

G_END_DECLS
