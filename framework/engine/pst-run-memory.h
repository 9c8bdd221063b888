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
/* The same run goes on: its journal says how trading stood, and how many snapshots it has. Before load; the tighter of this and the state file holds.
 */
void pst_run_memory_continue (PstRunMemory *memory, const PstTradingStateRecord *state, gint64 since_ns, guint64 n_snapshots);
/* What the journal says that a guard remembered, where the state file does not say it. After load. */
void pst_run_memory_add_state (PstRunMemory *memory, PstComponent *guard, PstStateFile *state);
/* Where it was kept by an older version, when nothing is at its path and that is not another pipeline's: it is moved there. Before load. */
void pst_run_memory_adopt (PstRunMemory *memory, const char *old_path);
/* Goes on where the last run stood: a state that cannot be read counts as HALTED. @release: (nullable): an operator lets trading go on, and why.
 * After the exchanges, before the guards start. */
gboolean pst_run_memory_load (PstRunMemory *memory, const char *release, GError **error);
/* After the guards have started. */
void pst_run_memory_restore_guards (PstRunMemory *memory);
/* After the strategies have started, when a new run has the account of the one before: live. */
void pst_run_memory_restore_strategies (PstRunMemory *memory);
/* Gives one started component back what it remembered. */
void pst_run_memory_restore_component (PstRunMemory *memory, PstComponent *component, PstStateFile *state);
/* A strategy asked for something or wrote a note: what it remembers is looked at when the tick ends. */
void pst_run_memory_touch (PstRunMemory *memory);
/* At the end of a tick. */
void pst_run_memory_tick (PstRunMemory *memory, gint64 time_ns);
/* At the run's end, before its last record. */
/* @recorded: and tells it to the stores. */
void pst_run_memory_close (PstRunMemory *memory, gboolean recorded);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstRunMemory, pst_run_memory_free)

G_END_DECLS
