/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Takes snapshots of order books: of each at most so often, only where it is LIVE and has changed, and no more than so many in a run. */
#pragma once

#include "pst-market.h"
#include "pst-recorder.h"

G_BEGIN_DECLS

/**
 * PstSnapshotSampler:
 *
 * Used on the run's context.
 */
typedef struct _PstSnapshotSampler PstSnapshotSampler;

/* What it works with outlives it. @n_levels a side, at most PST_SNAPSHOT_LEVELS_MAX; @n_max: of the run, then a note says that it was enough. */
PstSnapshotSampler *pst_snapshot_sampler_new (PstMarket *market, PstInstrumentTable *instruments, PstRecorder *recorder, guint n_levels,
                                              guint64 n_max);
void pst_snapshot_sampler_free (PstSnapshotSampler *sampler);
/* The run goes on, and has so many of this instrument already. */
void pst_snapshot_sampler_restore (PstSnapshotSampler *sampler, guint32 instrument, guint64 n_taken);
/* Of every book. */
void pst_snapshot_sampler_take_all (PstSnapshotSampler *sampler);
/* Of the books that the opportunity's cycle goes through. */
void pst_snapshot_sampler_take_cycle (PstSnapshotSampler *sampler, const PstOpportunity *opportunity);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstSnapshotSampler, pst_snapshot_sampler_free)

G_END_DECLS
