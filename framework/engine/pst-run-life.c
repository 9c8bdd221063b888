/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a run begins and ends. Stores are opened first and closed last; the first block of data is read before guards and strategies start,
 * so that they find the clock at the first frame (in real time, at the present); nothing is recorded before all are started, so a run that cannot
 * start leaves no trace.
 *
 * The end is the same whatever the reason: orders cancelled, a last tick, the last RUN record, commit (END), components stopped in reverse.
 * What a component notes in its stop() comes too late to be recorded. */
#include "pst-run-history.h"

static gboolean
check_run_id (PstRun *run, GError **error)
{
  GPtrArray *stores = pst_pipeline_get_kind (run->pipeline, PST_COMPONENT_KIND_STORE);

  for (guint i = 0; i < stores->len; i++)
    {
      const char *name = pst_component_get_name (stores->pdata[i]);
      gboolean found = FALSE;

      if (!pst_store_has_run (stores->pdata[i], run->settings.user_id, run->settings.run_id, &found, error))
        {
          g_prefix_error (error, "[store %s]: ", name);
          return FALSE;
        }
      if (found)
        {
          g_set_error (error, PST_RUN_ERROR, PST_RUN_ERROR_STORE,
                       "store \"%s\" already has a run \"%s\" of user \"%s\"; choose another run-id, or leave it to auto", name, run->settings.run_id,
                       run->settings.user_id);
          return FALSE;
        }
    }
  return TRUE;
}

/* Every exchange that executes orders has an account. */
static gboolean
load_accounts (PstRun *run, GError **error)
{
  GPtrArray *exchanges = pst_pipeline_get_kind (run->pipeline, PST_COMPONENT_KIND_EXCHANGE);

  for (guint i = 0; i < exchanges->len; i++)
    {
      g_autoptr (PstAccount) account = NULL;

      if (!pst_exchange_can_execute (exchanges->pdata[i]))
        continue;
      account = pst_account_new ();
      if (!pst_exchange_load_account (exchanges->pdata[i], account, error)
          || !pst_portfolio_add_account (run->portfolio, pst_component_get_index (exchanges->pdata[i]), g_steal_pointer (&account), error))
        {
          g_prefix_error (error, "[exchange %s]: ", pst_component_get_name (exchanges->pdata[i]));
          return FALSE;
        }
    }
  return TRUE;
}

/* What the last run of this pipeline left holds before any guard or strategy starts. */
gboolean
pst_run_remember (PstRun *run, GError **error)
{
  PstRunMemoryLinks links = { PST_CLOCK (run->clock), run->gate, run->pipeline, run->portfolio, run->recorder, run->tally, &run->record };

  if (run->settings.snapshot_interval_ns > 0)
    {
      run->sampler
          = pst_snapshot_sampler_new (run->market, run->instruments, run->recorder, run->settings.snapshot_levels, run->settings.snapshots_max);
      run->next_snapshot_ns = G_MININT64;
    }
  if (run->settings.mode == PST_MODE_BACKTEST)
    return TRUE;
  run->memory = pst_run_memory_new (&links, run->state_file, run->settings.state_interval_ns);
  if (run->history != NULL)
    pst_run_memory_continue (run->memory, run->history->has_trading ? &run->history->trading : NULL,
                             run->history->has_trading ? run->history->trading_ns : run->history->start_ns, run->history->n_states);
  if (run->old_state_file != NULL)
    pst_run_memory_adopt (run->memory, run->old_state_file);
  return pst_run_memory_load (run->memory, run->release, error);
}

gboolean
pst_run_start_guards (PstRun *run, GError **error)
{
  if (!pst_pipeline_start (run->pipeline, PST_COMPONENT_KIND_GUARD, error))
    return FALSE;
  if (run->memory != NULL)
    pst_run_memory_restore_guards (run->memory);
  return TRUE;
}

/* A new live run has the account of the one before it, and so what its strategies did there. On paper a new run is a new beginning. */
gboolean
pst_run_start_strategies (PstRun *run, GError **error)
{
  if (!pst_pipeline_start (run->pipeline, PST_COMPONENT_KIND_STRATEGY, error))
    return FALSE;
  if (run->memory != NULL && run->settings.mode == PST_MODE_LIVE)
    pst_run_memory_restore_strategies (run->memory);
  return TRUE;
}

/* Stores, exchanges, the first data, and the accounts. */
gboolean
pst_run_start_venues (PstRun *run, GError **error)
{
  gint64 start_ns = 0;

  if (!pst_pipeline_start (run->pipeline, PST_COMPONENT_KIND_STORE, error) || !pst_pipeline_start (run->pipeline, PST_COMPONENT_KIND_EXCHANGE, error)
      || !pst_driver_prime (run->driver, &start_ns, error))
    return FALSE;
  if (!pst_simulated_clock_advance_to (run->clock, start_ns))
    {
      g_set_error_literal (error, PST_RUN_ERROR, PST_RUN_ERROR_DATA, "the first frame lies before the year 1824; check how the feed reads its times");
      return FALSE;
    }
  run->now_ns = start_ns;
  if (!load_accounts (run, error))
    return FALSE;
  pst_run_follow_instruments (run);
  pst_gate_open (run->gate);
  return TRUE;
}

static gboolean
start_components (PstRun *run, GError **error)
{
  return pst_run_start_venues (run, error) && pst_run_remember (run, error) && pst_run_start_guards (run, error)
         && pst_run_start_strategies (run, error) && pst_pipeline_start (run->pipeline, PST_COMPONENT_KIND_SERVICE, error);
}

static void
record_components (PstRun *run, guint first)
{
  for (guint i = first; i < pst_pipeline_get_n_components (run->pipeline); i++)
    {
      PstComponent *component = pst_pipeline_get_component (run->pipeline, i);
      PstRecord record = { .kind = PST_RECORD_COMPONENT };

      record.component.index = i;
      record.component.kind = pst_component_get_kind (component);
      g_strlcpy (record.component.name, pst_component_get_name (component), sizeof record.component.name);
      g_strlcpy (record.component.plugin, pst_component_get_plugin (component), sizeof record.component.plugin);
      pst_recorder_append (run->recorder, &record);
    }
}

static void
record_deposits (PstRun *run, guint first)
{
  guint number = 0;

  for (guint i = 0; i < pst_pipeline_get_n_components (run->pipeline); i++)
    {
      const PstAccount *account = pst_portfolio_get_account (run->portfolio, i);

      for (guint n = 0; account != NULL && n < pst_account_get_n_balances (account); n++)
        {
          PstMoney balance = pst_account_get_nth (account, n);
          PstRecord record = { .kind = PST_RECORD_CASH };

          if (number++ < first)
            continue;
          record.cash.exchange = i;
          record.cash.currency = balance.currency;
          record.cash.amount = balance.amount;
          g_strlcpy (record.cash.reason, "deposit", sizeof record.cash.reason);
          pst_recorder_append (run->recorder, &record);
        }
    }
}

/* What is looked at for every frame. */
void
pst_run_begin_frames (PstRun *run)
{
  run->recording = pst_recorder_is_active (run->recorder);
  run->last_tick_record_ns = run->next_tick_record_ns = run->dropped_until_ns = G_MININT64;
  run->observers = pst_pipeline_get_observers (run->pipeline, &run->n_observers);
  run->frame_guards = pst_pipeline_get_frame_guards (run->pipeline, &run->n_frame_guards);
  run->frame_strategies = pst_pipeline_get_frame_strategies (run->pipeline, &run->n_frame_strategies);
}

/* The run's first records, behind CREATED; of components and deposits the first are there when an earlier beginning was cut off. */
void
pst_run_record_prologue (PstRun *run, guint n_components, guint n_deposits)
{
  record_components (run, n_components);
  pst_recorder_append_instruments (run->recorder);
  record_deposits (run, n_deposits);
  pst_run_set_state (run, PST_RUN_STATE_RUNNING, "");
}

static gboolean
begin (PstRun *run, GError **error)
{
  if (run->resume != PST_RESUME_NONE)
    return pst_run_resume_begin (run, error);
  if (!check_run_id (run, error) || !start_components (run, error) || !pst_portfolio_update (run->portfolio, error))
    return FALSE;
  pst_tally_start (run->tally, pst_portfolio_get_equity (run->portfolio));
  pst_run_begin_frames (run);
  pst_recorder_open (run->recorder);
  pst_run_set_state (run, PST_RUN_STATE_CREATED, "");
  pst_run_record_prologue (run, 0, 0);
  pst_recorder_release (run->recorder);
  return TRUE;
}

/* Gives venues that answer by timers a bounded logical time to confirm what was asked at the end. */
static void
settle (PstRun *run)
{
  gint64 limit_ns, due_ns;

  if (run->real_clock != NULL)
    {
      pst_run_settle_live (run);
      return;
    }
  if (!pst_add_checked (run->now_ns, PST_RUN_SETTLE_NS, &limit_ns))
    return;
  while (pst_gate_get_n_open_orders (run->gate) > 0 && (due_ns = pst_simulated_clock_next_due_ns (run->clock)) <= limit_ns)
    {
      if (due_ns > run->now_ns)
        {
          if (run->tick_open && !pst_run_close_tick (run, FALSE))
            return;
          run->now_ns = due_ns;
        }
      run->tick_open = TRUE;
      pst_simulated_clock_advance_to (run->clock, run->now_ns);
      if (!pst_gate_drain (run->gate, NULL))
        return;
    }
}

/* A venue that fills at the next bar's open has no next bar at the end of the data: what it could not close must be seen. */
static void
note_open_positions (PstRun *run)
{
  guint n_open = pst_gate_count_exits (run->gate);

  if (n_open > 0)
    pst_recorder_note (run->recorder, G_MAXUINT32, "POSITIONS_LEFT_OPEN", "positions=%u: their exchanges did not fill what was to close them",
                       n_open);
}

/* Gets out of the market. After an error only cancels are sent, and further errors do not matter. */
static void
leave_market (PstRun *run)
{
  run->ended = FALSE; /* the same functions serve the end */
  run->leaving = TRUE;
  if (run->error == NULL && run->settings.flatten_on_end)
    {
      pst_gate_flatten (run->gate);
      if (pst_run_drain (run))
        settle (run);
    }
  if (run->error == NULL)
    {
      pst_gate_close (run->gate);
      pst_gate_cancel_all (run->gate);
      pst_run_drain (run);
    }
  if (run->error != NULL)
    pst_gate_abandon (run->gate);
  settle (run);
  if (run->end_told)
    return;
  if (pst_gate_get_n_open_orders (run->gate) > 0)
    pst_recorder_note (run->recorder, G_MAXUINT32, "ORDERS_LEFT_OPEN", "orders=%u: their exchanges did not confirm a cancel",
                       pst_gate_get_n_open_orders (run->gate));
  if (run->settings.flatten_on_end)
    note_open_positions (run);
}

static void
finish (PstRun *run)
{
  GError *error = NULL;

  leave_market (run);
  pst_run_close_tick (run, TRUE);
  if (run->error == NULL && !pst_portfolio_audit (run->portfolio, &error))
    pst_run_fail (run, error);
  pst_tally_finish (run->tally);
  if (run->error != NULL)
    {
      g_free (run->end_reason);
      run->end_reason = g_strdup (run->error->message);
    }
  /* A run that could not go on remembers what it did: nothing. */
  if (run->memory != NULL && run->history == NULL)
    pst_run_memory_close (run->memory, !run->end_told);
  pst_pipeline_stop_strategies (run->pipeline);
  pst_run_set_state (run, run->error != NULL ? PST_RUN_STATE_ERROR : PST_RUN_STATE_STOPPED, run->end_reason);
  pst_recorder_commit (run->recorder, PST_COMMIT_END);
  pst_recorder_close (run->recorder);
  /* What a run's last record said cannot be taken back; but whoever waits for it must know that it may not be safe. */
  if (run->error == NULL && pst_recorder_get_error (run->recorder) != NULL)
    {
      run->error = g_error_copy (pst_recorder_get_error (run->recorder));
      g_free (run->end_reason);
      run->end_reason = g_strdup (run->error->message);
      pst_run_set_state (run, PST_RUN_STATE_ERROR, run->end_reason);
    }
}

static void
drive (PstRun *run)
{
  PstDriverSink sink = { .take = pst_run_take_block, .attend = pst_run_between_blocks, .user_data = run };
  GError *error = NULL;

  if (run->real_clock != NULL)
    {
      pst_run_get_live_sink (run, &sink);
      /* There is no past to be shown again. */
      if (!pst_run_resume_complete (run))
        return;
    }
  /* What strategies asked for in their start(). */
  if (pst_gate_has_work (run->gate) && !pst_run_drain (run))
    return;
  if (pst_recorder_get_error (run->recorder) != NULL)
    pst_run_fail (run, g_error_copy (pst_recorder_get_error (run->recorder)));
  else if (!pst_driver_drive (run->driver, &sink, &error))
    pst_run_fail (run, error);
  /* The data ended at the cut, or someone stopped the run before. */
  pst_run_resume_complete (run);
}

/**
 * pst_run_execute:
 * @run: a run that was not executed yet
 * @error: return location for an error
 *
 * Prepares when that was not done, starts, runs to the end of the data or to a stop, and stops. Blocks; everything happens on the calling
 * thread, for which the run's own main context is the default meanwhile when the data come in real time. Errors: a component's own when it cannot be
 * prepared or started; %PST_RUN_ERROR for what ends a run.
 *
 * Returns: %FALSE when the run ended in ERROR
 */
gboolean
pst_run_execute (PstRun *run, GError **error)
{
  g_return_val_if_fail (PST_IS_RUN (run), FALSE);

  if (run->thread != NULL)
    {
      g_set_error_literal (error, PST_RUN_ERROR, PST_RUN_ERROR_STATE, "a run can be executed once only; make a new one");
      return FALSE;
    }
  if (!run->prepared && !pst_run_prepare (run, error))
    return FALSE;
  run->thread = g_thread_self ();
  if (pst_run_resume_has_ended (run))
    return pst_run_resume_settle (run, error);
  pst_driver_enter (run->driver);
  if (begin (run, &run->error))
    {
      drive (run);
      finish (run);
    }
  else
    {
      run->end_reason = g_strdup (run->error != NULL ? run->error->message : "a component did not start");
      pst_run_set_state (run, PST_RUN_STATE_ERROR, run->end_reason);
      pst_gate_close (run->gate);
    }
  pst_pipeline_stop (run->pipeline);
  pst_driver_leave (run->driver);
  if (run->error == NULL)
    return TRUE;
  g_propagate_error (error, g_error_copy (run->error));
  return FALSE;
}
