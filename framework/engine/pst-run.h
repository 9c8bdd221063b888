/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One execution of a pipeline: owns the wired components, the market, the gate, the portfolio and the recorder, drives them
 * frame by frame, and is what components see (PstContext) and what operators command (PstRunControl). */
#pragma once

#include <penstock.h>

#include "pst-audit-trail.h"
#include "pst-recorder.h"
#include "pst-summary.h"

G_BEGIN_DECLS

/**
 * PstRunSettings:
 * @user_id: whose run
 * @run_id: its name, unique for the user in every store
 * @pipeline: the pipeline's name
 * @mode: backtest, paper, live
 * @seed: of all random numbers
 * @currency: base currency of equity
 * @guards_none: the file says guards=none: an empty chain is meant
 * @cancel_on_halt: whether HALTED cancels resting orders
 * @flatten_on_end: whether positions are closed when the data end
 * @tick_interval_ns: least logical time between two TICK records; 0 records every tick
 * @audit: what goes into the audit chain
 * @snapshot_interval_ns: least logical time between two snapshots of a book; 0 takes none
 * @snapshot_levels: levels a side in a snapshot
 * @snapshots_max: snapshots of the run
 * @state_interval_ns: between two snapshots of the runtime state; 0 takes one at the end. None in a backtest
 *
 * What the [pipeline] group says.
 */
typedef struct
{
  char *user_id;
  char *run_id;
  char *pipeline;
  PstMode mode;
  guint64 seed;
  const PstCurrency *currency;
  gboolean guards_none;
  gboolean cancel_on_halt;
  gboolean flatten_on_end;
  gint64 tick_interval_ns;
  PstAuditLevel audit;
  gint64 snapshot_interval_ns;
  guint snapshot_levels;
  guint64 snapshots_max;
  gint64 state_interval_ns;
} PstRunSettings;

/**
 * PstResume:
 * @PST_RESUME_NONE: a new run
 * @PST_RESUME_CONTINUE: the run goes on where another process was cut off
 * @PST_RESUME_STOP: it goes on only to end in order: orders cancelled, STOPPED
 *
 * Whether a run is new.
 */
typedef enum
{
  PST_RESUME_NONE,
  PST_RESUME_CONTINUE,
  PST_RESUME_STOP,
} PstResume;

#define PST_TYPE_RUN (pst_run_get_type ())
G_DECLARE_FINAL_TYPE (PstRun, pst_run, PST, RUN, PstContext)

/* fraction below 0: not known. Called on the run's thread, at most about ten times a second of wall time. */
typedef void (*PstProgressFunc) (PstRun *run, const PstFeedCounts *counts, double fraction, gint64 time_ns, gpointer user_data);

/* Makes a connection to the outside on the run's context, whose time limits and stamps are @clock's; (transfer full), NULL with an error. */
typedef PstTransport *(*PstTransportFactory) (PstClock *clock, PstComponent *component, gpointer user_data, GError **error);

PstRun *pst_run_new (const PstRunSettings *settings);
/* (transfer none) */
const PstRunSettings *pst_run_get_settings (PstRun *run);
/* Adds a component in file order (its index is the order of adding) and attaches it. Before prepare. */
gboolean pst_run_add (PstRun *run, PstComponent *component, const char *plugin, const char *name, GError **error);
guint pst_run_get_n_components (PstRun *run);
/* (transfer none): in file order */
PstComponent *pst_run_get_component (PstRun *run, guint index);
void pst_run_set_progress (PstRun *run, PstProgressFunc func, gpointer user_data);
/* Who hosts the run hears its records, after stores and services. Before execute. */
void pst_run_set_listener (PstRun *run, PstRecordListener listener, gpointer user_data);
/* What components of a paper or live run are given to connect with. Before execute; without one nothing outside can be reached. */
void pst_run_set_transport_factory (PstRun *run, PstTransportFactory factory, gpointer user_data, GDestroyNotify destroy);
/* Real time for tests, instead of the machine's. Before prepare. */
void pst_run_set_clock (PstRun *run, PstClock *clock);
/* Where a paper or live run remembers its state over a restart; NULL or empty: nowhere. Before execute. */
void pst_run_set_state_file (PstRun *run, const char *path);
/* (nullable): where an older version kept it, from where it is moved once. */
void pst_run_set_old_state_file (PstRun *run, const char *path);
/* An operator lets trading go on that an earlier run left halted, kill switches included; @reason says why. Before execute. */
void pst_run_set_release (PstRun *run, const char *reason);
/* The run is not new: a process in which it was RUNNING was killed, and its journal says how far it got. Before prepare. Only on paper. */
void pst_run_set_resume (PstRun *run, PstResume resume);
/* Prepares every component and checks the wiring; nothing is opened or written. What penstock check does. */
gboolean pst_run_prepare (PstRun *run, GError **error);
/* Prepares when that was not done, starts, runs to the end of the data or to a stop (in real time there is no other end), stops. A run that is halted
 * by a guard and goes on to its end is STOPPED; FALSE means ERROR. */
gboolean pst_run_execute (PstRun *run, GError **error);
PstRunState pst_run_get_state (PstRun *run);
/* (nullable) why it ended, when not by the end of the data */
const char *pst_run_get_end_reason (PstRun *run);
/* Async-signal-safe and callable from any thread: ends the run in order at the next frame, in real time at once. */
void pst_run_interrupt (PstRun *run);
/* Async-signal-safe and callable from any thread: halts trading and engages every kill switch at the next frame. */
void pst_run_kill (PstRun *run);
/* (transfer full) After execute, or in mid-run from its thread. */
PstSummary *pst_run_get_summary (PstRun *run);

G_END_DECLS
