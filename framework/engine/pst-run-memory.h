/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a paper or live run remembers over a restart: its trading state with the reason, counters, and what its guards remember. Kept in a state file,
 * and told to the stores as snapshots. */
#pragma once

#include "pst-gate.h"

G_BEGIN_DECLS

/**
 * PstRunMemoryLinks:
 *
 * What the memory works with. All outlive it; none is owned.
 */
typedef struct
{
  PstClock *clock;
  PstGate *gate;
  PstPipeline *pipeline;
  PstPortfolio *portfolio;
  PstRecorder *recorder;
  PstTally *tally;
  const PstRunRecord *run;
} PstRunMemoryLinks;

/**
 * PstRunMemory:
 *
 * Used on the run's context.
 */
typedef struct _PstRunMemory PstRunMemory;

/* @path: (nullable): of the state file; NULL or empty: nothing outlives the process. @interval_ns: between two snapshots of the state. */
PstRunMemory *pst_run_memory_new (const PstRunMemoryLinks *links, const char *path, gint64 interval_ns);
void pst_run_memory_free (PstRunMemory *memory);
/* Goes on where the last run stood: a state that cannot be read counts as HALTED. @release: (nullable): an operator lets trading go on, and why.
 * After the exchanges, before the guards start. */
gboolean pst_run_memory_load (PstRunMemory *memory, const char *release, GError **error);
/* After the guards have started. */
void pst_run_memory_restore_guards (PstRunMemory *memory);
/* At the end of a tick. */
void pst_run_memory_tick (PstRunMemory *memory, gint64 time_ns);
/* At the run's end, before its last record. */
void pst_run_memory_close (PstRunMemory *memory);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstRunMemory, pst_run_memory_free)

G_END_DECLS
