/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Makes a run of its parts, and answers the host. The run owns everything that it is made of; components hold it weakly. */
#include "pst-run-private.h"

#include <string.h>

G_DEFINE_FINAL_TYPE_WITH_CODE (PstRun, pst_run, PST_TYPE_CONTEXT, G_IMPLEMENT_INTERFACE (PST_TYPE_RUN_CONTROL, pst_run_commands_init))

enum
{
  SIGNAL_STATE_CHANGED,
  N_SIGNALS
};

/* Interned ids of the type's signals: written once, by class_init. */
static guint signals[N_SIGNALS];

static void
pst_run_dispose (GObject *object)
{
  PstRun *run = PST_RUN (object);

  if (run->portfolio != NULL && run->fill_handler != 0)
    g_clear_signal_handler (&run->fill_handler, run->portfolio);
  /* It listens to guards. */
  g_clear_pointer (&run->memory, pst_run_memory_free);
  if (run->pipeline != NULL)
    g_object_run_dispose (G_OBJECT (run->pipeline));
  g_clear_object (&run->pipeline);
  G_OBJECT_CLASS (pst_run_parent_class)->dispose (object);
}

static void
pst_run_finalize (GObject *object)
{
  PstRun *run = PST_RUN (object);

  g_clear_object (&run->driver);
  g_clear_object (&run->given_clock);
  if (run->transport_destroy != NULL)
    run->transport_destroy (run->transport_data);
  g_clear_pointer (&run->history, pst_run_history_free);
  g_clear_pointer (&run->sampler, pst_snapshot_sampler_free);
  g_clear_object (&run->gate);
  g_clear_object (&run->portfolio);
  g_clear_pointer (&run->tally, pst_tally_free);
  g_clear_pointer (&run->recorder, pst_recorder_free);
  g_clear_pointer (&run->guards, pst_guard_chain_free);
  g_clear_pointer (&run->market, pst_market_free);
  g_clear_pointer (&run->instruments, pst_instrument_table_unref);
  g_clear_object (&run->clock);
  g_queue_clear_full (&run->mail, (GDestroyNotify)pst_command_free);
  g_mutex_clear (&run->mail_lock);
  g_clear_error (&run->error);
  g_free (run->end_reason);
  g_free (run->state_file);
  g_free (run->old_state_file);
  g_free (run->release);
  g_free (run->settings.user_id);
  g_free (run->settings.run_id);
  g_free (run->settings.pipeline);
  G_OBJECT_CLASS (pst_run_parent_class)->finalize (object);
}

static void
pst_run_class_init (PstRunClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pst_run_dispose;
  G_OBJECT_CLASS (klass)->finalize = pst_run_finalize;
  pst_run_context_class_init (PST_CONTEXT_CLASS (klass));
  /**
   * PstRun::state-changed:
   * @run: the run
   * @record: (type PstRecord): a RUN record with the new state; borrowed
   *
   * The run was created, runs, stopped, or broke.
   */
  signals[SIGNAL_STATE_CHANGED] = g_signal_new ("state-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                                PST_TYPE_RECORD | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
pst_run_init (PstRun *run)
{
  run->wake_fd = -1;
  g_mutex_init (&run->mail_lock);
  g_queue_init (&run->mail);
  run->instruments = pst_instrument_table_new ();
  run->clock = PST_SIMULATED_CLOCK (pst_simulated_clock_new (PST_RUN_TIME_UNKNOWN_NS));
  run->market = pst_market_new (run->instruments);
  run->guards = pst_guard_chain_new ();
  run->tally = pst_tally_new ();
  run->pipeline = pst_pipeline_new ();
  run->recorder = pst_recorder_new (PST_CLOCK (run->clock), run->instruments);
}

static void
fill_record (PstRun *run)
{
  PstRunRecord *record = &run->record;

  record->state = PST_RUN_STATE_CREATED;
  record->mode = run->settings.mode;
  record->seed = run->settings.seed;
  record->currency = run->settings.currency;
  g_strlcpy (record->user_id, run->settings.user_id, sizeof record->user_id);
  g_strlcpy (record->run_id, run->settings.run_id, sizeof record->run_id);
  g_strlcpy (record->pipeline, run->settings.pipeline, sizeof record->pipeline);
  g_atomic_int_set (&run->state, PST_RUN_STATE_CREATED);
}

/**
 * pst_run_new:
 * @settings: what the [pipeline] group says; copied. Names are at most 63 bytes long
 *
 * Returns: (transfer full): a run without components
 */
PstRun *
pst_run_new (const PstRunSettings *settings)
{
  PstRun *run = g_object_new (PST_TYPE_RUN, NULL);
  PstGateSettings gate = { .guards_required = settings->mode != PST_MODE_BACKTEST && !settings->guards_none,
                           .cancel_on_halt = settings->cancel_on_halt,
                           .currency = settings->currency,
                           .steps_max = PST_GATE_STEPS_MAX };
  PstGateLinks links;

  run->settings = *settings;
  run->settings.user_id = g_strdup (settings->user_id);
  run->settings.run_id = g_strdup (settings->run_id);
  run->settings.pipeline = g_strdup (settings->pipeline);
  fill_record (run);
  run->portfolio = pst_portfolio_new (run->market, run->instruments, settings->currency);
  links = (PstGateLinks){
    PST_CLOCK (run->clock), run->instruments, run->market, run->portfolio, run->recorder, run->pipeline, run->guards, run->tally
  };
  gate.run_id = run->settings.run_id;
  run->gate = pst_gate_new (&links, &gate);
  pst_recorder_set_audit (run->recorder, settings->audit, settings->user_id, settings->run_id);
  run->next_snapshot_ns = G_MAXINT64;
  return run;
}

/**
 * pst_run_add:
 * @run: a run that is not prepared
 * @component: a component that belongs to no run; a reference is taken
 * @plugin: its plugin's id
 * @name: its name, unique among its kind
 * @error: return location for an error
 *
 * Errors: %PST_RUN_ERROR_STATE after prepare; %PST_RUN_ERROR_WIRING when the name is taken, empty or longer than 63 bytes.
 *
 * Returns: whether it was added
 */
gboolean
pst_run_add (PstRun *run, PstComponent *component, const char *plugin, const char *name, GError **error)
{
  g_return_val_if_fail (PST_IS_RUN (run), FALSE);
  g_return_val_if_fail (PST_IS_COMPONENT (component), FALSE);

  if (run->prepared || run->thread != NULL)
    g_set_error (error, PST_RUN_ERROR, PST_RUN_ERROR_STATE, "component \"%s\" comes too late: the run is prepared", name);
  else if (name[0] == '\0' || strlen (name) >= PST_NAME_SIZE || strlen (plugin) >= PST_NAME_SIZE)
    g_set_error (error, PST_RUN_ERROR, PST_RUN_ERROR_WIRING, "the name of component \"%s\" must have 1 to %d bytes", name, PST_NAME_SIZE - 1);
  else if (pst_pipeline_find (run->pipeline, pst_component_get_kind (component), name) != NULL)
    g_set_error (error, PST_RUN_ERROR, PST_RUN_ERROR_WIRING, "two components of one kind are named \"%s\"; names must differ", name);
  else if (pst_component_get_context (component) != NULL)
    g_set_error (error, PST_RUN_ERROR, PST_RUN_ERROR_WIRING, "component \"%s\" belongs to a run already", name);
  else
    {
      pst_component_attach (component, PST_CONTEXT (run), plugin, name, pst_pipeline_get_n_components (run->pipeline));
      pst_pipeline_add (run->pipeline, component);
      return TRUE;
    }
  return FALSE;
}

/**
 * pst_run_get_n_components:
 * @run: a run
 *
 * Returns: how many components were added
 */
guint
pst_run_get_n_components (PstRun *run)
{
  return pst_pipeline_get_n_components (run->pipeline);
}

/**
 * pst_run_get_component:
 * @run: a run
 * @index: a component's index, in file order
 *
 * Returns: (transfer none) (nullable): the component
 */
PstComponent *
pst_run_get_component (PstRun *run, guint index)
{
  return pst_pipeline_get_component (run->pipeline, index);
}

/**
 * pst_run_set_progress:
 * @run: a run that is not executed yet
 * @func: (nullable): called about ten times a second of wall time, on the run's thread
 * @user_data: for @func
 */
void
pst_run_set_progress (PstRun *run, PstProgressFunc func, gpointer user_data)
{
  run->progress = func;
  run->progress_data = user_data;
}

/**
 * pst_run_get_settings:
 * @run: a run
 *
 * Any thread.
 *
 * Returns: (transfer none): what the [pipeline] group says
 */
const PstRunSettings *
pst_run_get_settings (PstRun *run)
{
  return &run->settings;
}

/**
 * pst_run_set_listener:
 * @run: a run that is not executed yet
 * @listener: (nullable): called with every record on the run's thread, after stores and services; must not block
 * @user_data: for @listener
 *
 * Lets who hosts the run hear what happens without being a component of it: the records do not tell that anyone listens.
 */
void
pst_run_set_listener (PstRun *run, PstRecordListener listener, gpointer user_data)
{
  pst_recorder_set_listener (run->recorder, listener, user_data);
}

/**
 * pst_run_set_transport_factory:
 * @run: a run that is not executed yet
 * @factory: (nullable) (scope notified) (closure user_data) (destroy destroy): makes what pst_context_create_transport() gives
 * @user_data: for @factory
 * @destroy: (nullable): for @user_data
 *
 * Lets components reach the outside. A run on historical data never asks it.
 */
void
pst_run_set_transport_factory (PstRun *run, PstTransportFactory factory, gpointer user_data, GDestroyNotify destroy)
{
  if (run->transport_destroy != NULL)
    run->transport_destroy (run->transport_data);
  run->transport_factory = factory;
  run->transport_data = user_data;
  run->transport_destroy = destroy;
}

/**
 * pst_run_set_clock:
 * @run: a run that is not prepared yet
 * @clock: (nullable): real time; %NULL for the machine's
 *
 * For tests of runs in real time. Runs on historical data have no use for it.
 */
void
pst_run_set_clock (PstRun *run, PstClock *clock)
{
  g_set_object (&run->given_clock, clock);
}

/**
 * pst_run_set_state_file:
 * @run: a run that is not executed yet
 * @path: (nullable): where it remembers its state over a restart; %NULL or empty for nowhere
 *
 * A backtest remembers nothing, and reads nothing.
 */
void
pst_run_set_state_file (PstRun *run, const char *path)
{
  g_free (run->state_file);
  run->state_file = g_strdup (path);
}

/**
 * pst_run_set_old_state_file:
 * @run: a run that is not executed yet
 * @path: (nullable): where an older version kept the state
 *
 * When nothing is where the state belongs, what is there and is this pipeline's is moved.
 */
void
pst_run_set_old_state_file (PstRun *run, const char *path)
{
  g_free (run->old_state_file);
  run->old_state_file = g_strdup (path);
}

/**
 * pst_run_set_release:
 * @run: a run that is not executed yet
 * @reason: (nullable): why an operator lets trading go on
 *
 * Trading begins ACTIVE, whatever an earlier run left, and guards that have the action "release" are told to release.
 */
void
pst_run_set_release (PstRun *run, const char *reason)
{
  g_free (run->release);
  run->release = g_strdup (reason);
}

/**
 * pst_run_set_resume:
 * @run: a run that is not prepared
 * @resume: whether it goes on where another process was cut off, and to what end
 *
 * A run under the same user and run id, of the same pipeline, that was RUNNING when its process ended: its journal is read back, and it goes on
 * behind the last record. Orders that were open live on at a simulated venue. prepare() fails with
 * %PST_RUN_ERROR_STATE for a backtest and for a live run, with %PST_RUN_ERROR_WIRING for another pipeline than then or one without a journal, and
 * with the store's %PST_STORE_ERROR when there is no such run, or it ended.
 */
void
pst_run_set_resume (PstRun *run, PstResume resume)
{
  run->resume = resume;
}

static void
on_frame_received (PstExchange *exchange, const PstFrameBlock *block, gpointer user_data)
{
  PstRun *run = user_data;

  /* A frame of a prepare() comes before anyone knows whether the pipeline may run at all. */
  if (G_LIKELY (run->driver != NULL))
    pst_driver_receive (run->driver, exchange, block);
}

static void
on_execution_reported (PstExchange *exchange, const PstExecutionReport *report, gpointer user_data)
{
  PstRun *run = user_data;

  pst_gate_report (run->gate, pst_component_get_index ((PstComponent *)exchange), report);
}

static void
on_connection_changed (PstExchange *exchange, PstConnection state, gpointer user_data)
{
  static const char *const names[] = { "DISCONNECTED", "CONNECTING", "CONNECTED" };
  PstRun *run = user_data;

  pst_recorder_note (run->recorder, pst_component_get_index (PST_COMPONENT (exchange)), "CONNECTION_CHANGED", "state=%s",
                     state < G_N_ELEMENTS (names) ? names[state] : "INVALID");
  pst_guard_chain_on_connection (run->guards, pst_component_get_index (PST_COMPONENT (exchange)), state);
}

static void
on_alert_raised (PstComponent *component, const PstRecord *record, gpointer user_data)
{
  PstRun *run = user_data;
  PstRecord copy = *record;

  if (run->warming)
    return;
  copy.kind = PST_RECORD_ALERT;
  copy.alert.severity = CLAMP (copy.alert.severity, PST_SEVERITY_INFO, PST_SEVERITY_CRITICAL);
  pst_tally_count_alert (run->tally, &copy.alert);
  pst_recorder_append (run->recorder, &copy);
}

static void
on_fill_applied (PstPortfolio *portfolio, const PstFill *fill, gpointer user_data)
{
  PstRun *run = user_data;

  pst_guard_chain_on_fill (run->guards, fill);
}

static void
wire (PstRun *run)
{
  static const PstPipelineHandlers handlers = { on_frame_received, on_execution_reported, on_connection_changed, on_alert_raised };
  GPtrArray *guards = pst_pipeline_get_kind (run->pipeline, PST_COMPONENT_KIND_GUARD);
  GPtrArray *strategies = pst_pipeline_get_kind (run->pipeline, PST_COMPONENT_KIND_STRATEGY);
  GPtrArray *stores = pst_pipeline_get_kind (run->pipeline, PST_COMPONENT_KIND_STORE);
  GPtrArray *services = pst_pipeline_get_kind (run->pipeline, PST_COMPONENT_KIND_SERVICE);

  for (guint i = 0; i < guards->len; i++)
    pst_guard_chain_add (run->guards, guards->pdata[i]);
  for (guint i = 0; i < strategies->len; i++)
    pst_tally_add_strategy (run->tally, pst_component_get_index (strategies->pdata[i]));
  for (guint i = 0; i < stores->len; i++)
    pst_recorder_add_store (run->recorder, stores->pdata[i]);
  for (guint i = 0; i < services->len; i++)
    {
      pst_recorder_add_service (run->recorder, services->pdata[i]);
      pst_service_set_run_control (services->pdata[i], PST_RUN_CONTROL (run));
    }
  pst_pipeline_connect (run->pipeline, &handlers, run);
  if (pst_guard_chain_hears_fills (run->guards))
    run->fill_handler = g_signal_connect (run->portfolio, "fill-applied", G_CALLBACK (on_fill_applied), run);
}

/**
 * pst_run_prepare:
 * @run: a run with all its components
 * @error: return location for an error
 *
 * Prepares every component and checks the wiring; nothing is opened or written. Errors: a component's own, with its group in front;
 * %PST_RUN_ERROR_WIRING; %PST_RUN_ERROR_STATE when it was done already.
 *
 * Returns: whether the run can be executed
 */
gboolean
pst_run_prepare (PstRun *run, GError **error)
{
  g_return_val_if_fail (PST_IS_RUN (run), FALSE);

  if (run->prepared || run->state != PST_RUN_STATE_CREATED)
    {
      g_set_error_literal (error, PST_RUN_ERROR, PST_RUN_ERROR_STATE, "the run was prepared already");
      return FALSE;
    }
  wire (run);
  if ((run->resume == PST_RESUME_NONE || pst_run_resume_prepare (run, error)) && pst_pipeline_prepare (run->pipeline, error)
      && pst_pipeline_check (run->pipeline, run->settings.mode, run->settings.guards_none, error))
    {
      pst_run_make_driver (run);
      run->prepared = TRUE;
      return TRUE;
    }
  pst_run_set_state (run, PST_RUN_STATE_ERROR, "it could not be prepared");
  run->end_reason = g_strdup (error != NULL && *error != NULL ? (*error)->message : "it could not be prepared");
  return FALSE;
}

static void
change_state (PstRun *run, PstRunState state, const char *reason, gboolean recorded)
{
  PstRecord record = { .kind = PST_RECORD_RUN };

  run->record.state = state;
  pst_copy_text (run->record.reason, sizeof run->record.reason, reason);
  g_atomic_int_set (&run->state, (int)state);
  record.run = run->record;
  record.time_ns = pst_clock_now_ns (PST_CLOCK (run->clock));
  if (recorded)
    pst_recorder_append (run->recorder, &record);
  g_signal_emit (run, signals[SIGNAL_STATE_CHANGED], 0, &record);
}

/* Records the new state and tells everyone. */
void
pst_run_set_state (PstRun *run, PstRunState state, const char *reason)
{
  change_state (run, state, reason, TRUE);
}

/* Tells everyone of a state that is recorded already. */
void
pst_run_announce (PstRun *run, PstRunState state)
{
  change_state (run, state, "", FALSE);
}

/**
 * pst_run_get_state:
 * @run: a run
 *
 * Any thread.
 *
 * Returns: where its life stands
 */
PstRunState
pst_run_get_state (PstRun *run)
{
  return (PstRunState)g_atomic_int_get (&run->state);
}

/**
 * pst_run_get_end_reason:
 * @run: a run
 *
 * Returns: (transfer none) (nullable): why it ended; %NULL when it has not, or when the data were at their end
 */
const char *
pst_run_get_end_reason (PstRun *run)
{
  return run->end_reason;
}

/* Sums what the feeds read; the fraction is their mean, below 0 when one of them does not know. */
void
pst_run_get_feed_counts (PstRun *run, PstFeedCounts *counts, double *fraction)
{
  GPtrArray *exchanges = pst_pipeline_get_kind (run->pipeline, PST_COMPONENT_KIND_EXCHANGE);
  guint n_feeds = 0;

  *counts = (PstFeedCounts){ 0 };
  *fraction = 0;
  for (guint i = 0; i < exchanges->len; i++)
    {
      PstFeedCounts one;
      double part;

      if (!pst_exchange_is_feed (exchanges->pdata[i]) && !pst_exchange_is_live (exchanges->pdata[i]))
        continue;
      pst_exchange_get_progress (exchanges->pdata[i], &one, &part);
      counts->n_rows += one.n_rows;
      counts->n_events += one.n_events;
      counts->n_rejected += one.n_rejected;
      *fraction = part < 0 || *fraction < 0 ? -1 : *fraction + part;
      n_feeds++;
    }
  if (n_feeds > 0 && *fraction > 0)
    *fraction /= n_feeds;
}
