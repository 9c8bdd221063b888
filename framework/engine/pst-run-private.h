/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a run keeps; shared by its own files only: pst-run.c makes it and answers the host, pst-run-life.c starts and ends it,
 * pst-run-resume.c goes on where another process was cut off, pst-run-frame.c is the way of a frame, pst-run-live.c what is different in real time,
 * pst-run-context.c what components see, pst-run-control.c what operators command. */
#pragma once

#include "pst-driver.h"
#include "pst-gate.h"
#include "pst-run-memory.h"
#include "pst-run.h"
#include "pst-snapshot-sampler.h"

G_BEGIN_DECLS

/* Commands of other threads that wait for the next frame, or in real time for the next turn; one more is refused. */
#define PST_RUN_MAIL_MAX 256
/* Logical time that venues get at the end of a run to confirm the last cancels; and real time, in a run that has it, while its operator waits. */
#define PST_RUN_SETTLE_NS (60 * PST_NS_PER_SECOND)
#define PST_RUN_SETTLE_LIVE_NS (10 * PST_NS_PER_SECOND)
/* Where the clock stands before the first frame is known: before any market data that anyone has (year 1823), so that it can be set. */
#define PST_RUN_TIME_UNKNOWN_NS (G_MININT64 / 2)

/* Why orders end, and runs stop, that lived in a process that is gone. */
#define PST_RUN_HOST_RESTARTED "host_restarted"

/* Bits of @attention. */
#define PST_RUN_ATTENTION_INTERRUPT 1
#define PST_RUN_ATTENTION_MAIL 2
#define PST_RUN_ATTENTION_KILL 4

typedef enum
{
  PST_COMMAND_TRADING_STATE,
  PST_COMMAND_FLATTEN,
  PST_COMMAND_STOP,
  PST_COMMAND_ACT,
  PST_COMMAND_OPTION,
} PstCommandKind;

typedef struct
{
  PstCommandKind kind;
  PstTradingState state;
  char *reason;
  guint32 component; /* of ACT and OPTION */
  char *action;      /* or option */
  char *text;        /* of OPTION: its value */
} PstCommand;

typedef struct _PstRunHistory PstRunHistory;

/* What became of a frame of a run that goes on. */
typedef enum
{
  PST_RUN_SHOWN,     /* it was one of the past */
  PST_RUN_SHOWN_NOT, /* it goes its way: it is new, or one of the tick that is done again */
  PST_RUN_SHOWN_END, /* the run is to end */
} PstRunShown;

struct _PstRun
{
  PstContext parent_instance;

  /* Looked at for every frame. */
  int attention;  /* atomic: interrupt and mail */
  gboolean ended; /* nothing more is to be processed: @error or @end_reason says why */
  gboolean recording;
  gboolean tick_open;
  gboolean leaving; /* the end has begun: venues still see frames, nobody else */
  gboolean warming; /* the past is shown again: nothing is sent */
  gint64 now_ns;    /* of the open tick, or the last one */
  guint64 n_frames, n_events;
  PstTradingState kept_state; /* in real time: the one that is certainly in the journal; 0 for none yet */
  const PstObserver *observers;
  const PstFrameGuard *frame_guards;
  const PstFrameStrategy *frame_strategies;
  guint n_observers, n_frame_guards, n_frame_strategies;
  PstSimulatedClock *clock;
  PstMarket *market;
  PstGate *gate;
  PstPortfolio *portfolio;
  PstTally *tally;
  PstRecorder *recorder;
  PstRunMemory *memory;        /* NULL in a backtest */
  PstSnapshotSampler *sampler; /* NULL when no books are sampled */
  gint64 next_snapshot_ns;

  PstRunSettings settings;
  PstRunRecord record;
  int state; /* atomic: PstRunState for other threads */
  PstInstrumentTable *instruments;
  guint n_instruments; /* that the portfolio knows of */
  PstPipeline *pipeline;
  PstGuardChain *guards;
  PstDriver *driver;     /* from prepare on */
  PstClock *given_clock; /* a test's instead of the machine's */
  PstClock *real_clock;  /* not owned; NULL without real time */
  int wake_fd;           /* atomic: makes a run in real time look at @attention; -1 without */
  gint64 leave_limit_ns;
  PstTransportFactory transport_factory;
  gpointer transport_data;
  GDestroyNotify transport_destroy;
  gulong fill_handler;
  char *state_file;
  char *old_state_file;
  char *release;
  PstResume resume;
  PstRunHistory *history;  /* until the run has gone on */
  gboolean end_told;       /* of its end all was recorded but the end itself */
  gint64 dropped_until_ns; /* frames up to this time were there before the cut */
  gboolean prepared;
  gint64 next_tick_record_ns;
  gint64 last_tick_record_ns;
  GThread *thread;
  GMutex mail_lock;
  GQueue mail; /* PstCommand */
  GError *error;
  char *end_reason;
  PstProgressFunc progress;
  gpointer progress_data;
  gint64 next_progress_us;
};

void pst_run_context_class_init (PstContextClass *klass);
void pst_run_commands_init (PstRunControlInterface *iface);
void pst_command_free (PstCommand *command);

void pst_run_set_state (PstRun *run, PstRunState state, const char *reason);
void pst_run_fail (PstRun *run, GError *error);
void pst_run_end (PstRun *run, const char *reason);
gboolean pst_run_attend (PstRun *run);
gboolean pst_run_take_block (const PstFrameBlock *block, gpointer user_data);
gboolean pst_run_between_blocks (gpointer user_data);
gboolean pst_run_report_progress (PstRun *run);
gboolean pst_run_observe (PstRun *run, const PstFrame *frame);
gboolean pst_run_turn_to (PstRun *run, gint64 time_ns);
gboolean pst_run_check_recorder (PstRun *run);
void pst_run_alarm (PstRun *run, int attention);
void pst_run_make_driver (PstRun *run);
PstTransport *pst_run_create_transport (PstContext *context, PstComponent *component, GError **error);
void pst_run_get_live_sink (PstRun *run, PstDriverSink *sink);
void pst_run_settle_live (PstRun *run);
gboolean pst_run_advance (PstRun *run, gint64 time_ns);
gboolean pst_run_close_tick (PstRun *run, gboolean last);
gboolean pst_run_drain (PstRun *run);
void pst_run_follow_instruments (PstRun *run);
gboolean pst_run_start_venues (PstRun *run, GError **error);
void pst_run_begin_frames (PstRun *run);
gboolean pst_run_remember (PstRun *run, GError **error);
gboolean pst_run_start_guards (PstRun *run, GError **error);
gboolean pst_run_start_strategies (PstRun *run, GError **error);
void pst_run_record_prologue (PstRun *run, guint n_components, guint n_deposits);
void pst_run_announce (PstRun *run, PstRunState state);
void pst_run_history_free (PstRunHistory *history);
gboolean pst_run_resume_prepare (PstRun *run, GError **error);
gboolean pst_run_resume_begin (PstRun *run, GError **error);
gboolean pst_run_resume_has_ended (PstRun *run);
gboolean pst_run_resume_settle (PstRun *run, GError **error);
gboolean pst_run_resume_complete (PstRun *run);
PstRunShown pst_run_resume_show (PstRun *run, const PstFrame *frame);
void pst_run_get_feed_counts (PstRun *run, PstFeedCounts *counts, double *fraction);

G_END_DECLS
