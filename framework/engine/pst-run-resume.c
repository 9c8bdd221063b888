/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A run that was cut off goes on as the same run.
 *
 * Its journal says what was: portfolio, orders and counters are there again before anything else happens, and other stores are told what they lack.
 * Historical feeds begin at their start again. Frames up to the cut are shown to the market, to simulated venues, on which nothing is open, and to
 * strategies, whose averages they warm; what these ask for then is not sent, and what they say is not recorded, for it was. At the cut's own logical
 * time guards and services start, a report that was broken off is applied, and strategies see the frames of that time; what they ask for there was
 * asked for before, unless the kill came first. Behind it the run is recorded again: RUN_RESUMED, the ends of the orders that died with the process,
 * then the rest of that tick. */
#include "pst-run-history.h"

#include <string.h>

/* Before anything is prepared. */
gboolean
pst_run_resume_prepare (PstRun *run, GError **error)
{
  if (run->settings.mode == PST_MODE_BACKTEST)
    {
      g_set_error_literal (error, PST_RUN_ERROR, PST_RUN_ERROR_STATE,
                           "a backtest does not go on where it was cut off: run it again under another run-id, it comes to the same");
      return FALSE;
    }
  if (run->settings.mode == PST_MODE_LIVE)
    {
      g_set_error_literal (
          error, PST_RUN_ERROR, PST_RUN_ERROR_STATE,
          "a live run cannot go on where it was cut off: what became of its orders meanwhile is not known before they are reconciled "
          "with the venue; look at the venue's open orders, then start a new run");
      return FALSE;
    }
  run->history = pst_run_history_new (run);
  return pst_run_history_open (run->history, error);
}

/* How far each store got; one that knows nothing of the run gets all of it, as a new one. Before they start. */
static guint64 *
ask_stores (PstRun *run, GError **error)
{
  GPtrArray *stores = pst_pipeline_get_kind (run->pipeline, PST_COMPONENT_KIND_STORE);
  const char *user_id = run->settings.user_id, *run_id = run->settings.run_id;
  g_autofree guint64 *last = g_new0 (guint64, stores->len);

  for (guint i = 0; i < stores->len; i++)
    {
      gboolean found = FALSE;

      if (!pst_store_has_run (stores->pdata[i], user_id, run_id, &found, error)
          || (found && !pst_store_resume (stores->pdata[i], user_id, run_id, &last[i], error)))
        {
          g_prefix_error (error, "[store %s]: ", pst_component_get_name (stores->pdata[i]));
          return NULL;
        }
    }
  return g_steal_pointer (&last);
}

static gboolean
tell_stores (PstRun *run, const guint64 *last, GError **error)
{
  GPtrArray *stores = pst_pipeline_get_kind (run->pipeline, PST_COMPONENT_KIND_STORE);

  for (guint i = 0; i < stores->len; i++)
    if (!pst_run_history_tell (run->history, stores->pdata[i], last[i], error))
      return FALSE;
  return TRUE;
}

/* Whether the journal has the run's end already, and there is nothing to run. */
gboolean
pst_run_resume_has_ended (PstRun *run)
{
  return run->history != NULL && run->history->ended;
}

static gboolean
settle_store (PstRun *run, PstStore *store, GError **error)
{
  gboolean found, ok;
  guint64 last;

  if (store == run->history->source || !pst_store_has_run (store, run->settings.user_id, run->settings.run_id, &found, NULL) || !found
      || !pst_store_resume (store, run->settings.user_id, run->settings.run_id, &last, NULL))
    return TRUE;
  if (!pst_component_start (PST_COMPONENT (store), error))
    return FALSE;
  ok = pst_run_history_tell (run->history, store, last, error) && pst_store_commit (store, PST_COMMIT_END, error);
  pst_component_stop (PST_COMPONENT (store));
  return ok;
}

/* Nothing is run: stores that did not hear of the run's end are told. */
gboolean
pst_run_resume_settle (PstRun *run, GError **error)
{
  GPtrArray *stores = pst_pipeline_get_kind (run->pipeline, PST_COMPONENT_KIND_STORE);

  for (guint i = 0; i < stores->len; i++)
    if (!settle_store (run, stores->pdata[i], error))
      return FALSE;
  run->end_reason = g_strdup (run->history->end_reason[0] != '\0' ? run->history->end_reason : NULL);
  pst_run_announce (run, run->history->end_state);
  if (run->history->end_state == PST_RUN_STATE_STOPPED)
    return TRUE;
  g_set_error_literal (error, PST_RUN_ERROR, PST_RUN_ERROR_STATE, run->history->end_reason);
  return FALSE;
}

/* It was cut off while it began: nothing was traded, and what is missing of its first records comes now. */
static gboolean
begin_anew (PstRun *run, GError **error)
{
  if (!pst_run_remember (run, error) || !pst_run_start_guards (run, error) || !pst_run_start_strategies (run, error)
      || !pst_pipeline_start (run->pipeline, PST_COMPONENT_KIND_SERVICE, error))
    return FALSE;
  pst_recorder_open (run->recorder);
  pst_run_record_prologue (run, run->history->n_components, run->history->n_deposits);
  pst_recorder_release (run->recorder);
  g_clear_pointer (&run->history, pst_run_history_free);
  return TRUE;
}

/* Instead of a beginning. In real time there is no past to be shown again. */
gboolean
pst_run_resume_begin (PstRun *run, GError **error)
{
  g_autofree guint64 *last = ask_stores (run, error);
  gint64 start_ns;

  if (last == NULL || !pst_run_start_venues (run, error) || !pst_portfolio_update (run->portfolio, error))
    return FALSE;
  pst_tally_start (run->tally, pst_portfolio_get_equity (run->portfolio));
  pst_run_begin_frames (run);
  if (!pst_run_history_restore (run->history, error) || !tell_stores (run, last, error))
    return FALSE;
  if (!run->history->begun)
    return begin_anew (run, error);
  start_ns = pst_clock_now_ns (PST_CLOCK (run->clock));
  run->now_ns = start_ns;
  run->warming = TRUE;
  pst_recorder_set_quiet (run->recorder, TRUE);
  return pst_run_start_strategies (run, error);
}

static void
restore_state (PstRun *run, PstComponentKind kind)
{
  GPtrArray *components = pst_pipeline_get_kind (run->pipeline, kind);

  for (guint i = 0; i < components->len; i++)
    {
      PstRemembered *remembered = g_hash_table_lookup (run->history->remembered, GUINT_TO_POINTER (pst_component_get_index (components->pdata[i])));

      if (remembered == NULL)
        continue;
      if (kind == PST_COMPONENT_KIND_GUARD)
        pst_run_memory_add_state (run->memory, components->pdata[i], remembered->state);
      else
        pst_run_memory_restore_component (run->memory, components->pdata[i], remembered->state);
    }
}

/* What the venue told last, and what was only begun with it. The venue's own books get the fill that they lost. */
static gboolean
finish_report (PstRun *run, GError **error)
{
  PstRunHistory *history = run->history;
  const PstExecutionReport *report = &history->tail[0].report;
  const PstOrder *order = pst_gate_find_order (run->gate, report->order_id);
  const PstInstrument *instrument;
  PstExchange *exchange;
  PstFill fill;

  if (history->n_tail == 0 || order == NULL)
    return TRUE;
  exchange = PST_EXCHANGE (pst_pipeline_get_component (run->pipeline, order->exchange));
  instrument = pst_instrument_table_get (run->instruments, order->request.instrument);
  fill = (PstFill){ .order_id = order->id,
                    .strategy = order->strategy,
                    .exchange = order->exchange,
                    .instrument = order->request.instrument,
                    .side = order->request.side,
                    .liquidity = report->liquidity,
                    .time_ns = report->time_ns,
                    .price = report->price,
                    .quantity = report->quantity,
                    .fee = report->fee,
                    .fee_currency = report->fee_currency };
  memcpy (fill.execution_id, report->execution_id, sizeof fill.execution_id);
  if (!pst_gate_complete_report (run->gate, fill.exchange, report, history->n_tail, error))
    return FALSE;
  return report->kind != PST_REPORT_FILL
         || (pst_instrument_notional (instrument, fill.price, fill.quantity, PST_ROUND_HALF_EVEN, &fill.notional)
             && pst_exchange_restore_fill (exchange, &fill, error));
}

static void
restore_snapshots (PstRun *run)
{
  GHashTableIter iter;
  gpointer instrument, number;

  g_hash_table_iter_init (&iter, run->history->snapshots);
  while (run->sampler != NULL && g_hash_table_iter_next (&iter, &instrument, &number))
    pst_snapshot_sampler_restore (run->sampler, GPOINTER_TO_UINT (instrument), *(const guint64 *)number);
}

/* The clock comes to the cut. What is said from here on waits for the records to go on. A strategy in a tick that was broken off has its memory of
 * before that tick when the tick's timers fire. */
static gboolean
reach_cut (PstRun *run, GError **error)
{
  PstRunHistory *history = run->history;

  pst_recorder_set_quiet (run->recorder, FALSE);
  if (!pst_run_remember (run, error))
    return FALSE;
  restore_snapshots (run);
  restore_state (run, PST_COMPONENT_KIND_GUARD);
  if (!pst_run_history_is_whole (history))
    restore_state (run, PST_COMPONENT_KIND_STRATEGY);
  run->at_cut = TRUE;
  pst_simulated_clock_advance_to (run->clock, MAX (history->cut_ns, pst_clock_now_ns (PST_CLOCK (run->clock))));
  run->now_ns = pst_clock_now_ns (PST_CLOCK (run->clock));
  return pst_run_start_guards (run, error) && pst_pipeline_start (run->pipeline, PST_COMPONENT_KIND_SERVICE, error) && finish_report (run, error);
}

static gboolean
note_resumption (PstRun *run, GError **error)
{
  PstRunHistory *history = run->history;
  char cut[PST_TIME_TEXT_SIZE];
  guint n_ended;

  pst_time_print (history->cut_ns, cut);
  pst_recorder_open (run->recorder);
  pst_run_announce (run, PST_RUN_STATE_RUNNING);
  pst_recorder_note (run->recorder, G_MAXUINT32, "RUN_RESUMED", "sequence=%" G_GUINT64_FORMAT " cut=%s policy=%s reason=%s", history->n_records, cut,
                     run->resume == PST_RESUME_STOP ? "stop" : "continue", PST_RUN_HOST_RESTARTED);
  pst_recorder_release (run->recorder);
  return pst_gate_end_orders (run->gate, history->last_order_id, PST_RUN_HOST_RESTARTED, &n_ended, error);
}

/* An end that was about to be told is told; and the policy may be to end. */
static void
end_as_told (PstRun *run)
{
  PstRunHistory *history = run->history;

  if (history->ending && history->end_state == PST_RUN_STATE_ERROR)
    pst_run_fail (run, g_error_new_literal (PST_RUN_ERROR, PST_RUN_ERROR_STATE, history->end_reason));
  else if (history->ending)
    pst_run_end (run, history->end_reason[0] != '\0' ? history->end_reason : "the data were at their end");
  else if (run->resume == PST_RESUME_STOP)
    pst_run_end (run, PST_RUN_HOST_RESTARTED);
}

/* Behind the cut: the run is recorded again, and goes on with the tick that was broken off. */
static gboolean
leave_cut (PstRun *run, GError **error)
{
  gboolean whole = pst_run_history_is_whole (run->history);

  if (whole)
    restore_state (run, PST_COMPONENT_KIND_STRATEGY);
  run->warming = run->at_cut = FALSE;
  if (!note_resumption (run, error))
    return FALSE;
  run->tick_open = !whole;
  end_as_told (run);
  run->dropped_until_ns = run->history->cut_ns;
  g_clear_pointer (&run->history, pst_run_history_free);
  return TRUE;
}

/* Nothing more comes that was there before. FALSE when the run is to end. */
gboolean
pst_run_resume_complete (PstRun *run)
{
  GError *error = NULL;

  if (!run->warming)
    return !run->ended;
  if ((run->at_cut || reach_cut (run, &error)) && leave_cut (run, &error))
    return !run->ended && pst_run_attend (run) && pst_run_drain (run);
  run->warming = run->at_cut = FALSE;
  pst_recorder_set_quiet (run->recorder, FALSE);
  pst_run_fail (run, error);
  return FALSE;
}

static gboolean
show (PstRun *run, const PstFrame *frame, GError **error)
{
  run->n_frames++;
  run->n_events += frame->n_events;
  for (guint i = 0; i < run->n_observers; i++)
    if (run->observers[i].feed == frame->exchange && !run->observers[i].call (run->observers[i].exchange, frame, error))
      return FALSE;
  if (!pst_market_apply (run->market, frame, error))
    return FALSE;
  for (guint i = 0; i < run->n_frame_strategies; i++)
    run->frame_strategies[i].call (run->frame_strategies[i].strategy, frame);
  return TRUE;
}

/* A frame while the past is shown again. */
PstRunShown
pst_run_resume_show (PstRun *run, const PstFrame *frame)
{
  GError *error = NULL;

  if (frame->time_ns > run->history->cut_ns)
    return pst_run_resume_complete (run) ? PST_RUN_SHOWN_NOT : PST_RUN_SHOWN_END;
  if (frame->time_ns == run->history->cut_ns && !run->at_cut && !reach_cut (run, &error))
    {
      pst_run_fail (run, error);
      return PST_RUN_SHOWN_END;
    }
  if (!run->at_cut)
    pst_simulated_clock_advance_to (run->clock, frame->time_ns);
  if (show (run, frame, &error))
    return PST_RUN_SHOWN;
  pst_run_fail (run, error);
  return PST_RUN_SHOWN_END;
}

/* Before the cut nothing is sent. At its time the order that was asked for then is still there; or it died with its venue, or was never written down:
 * then it is asked for now. */
guint64
pst_run_resume_submit (PstRun *run, guint32 strategy, const PstOrderRequest *request)
{
  PstOrderRequest own = *request;
  PstCutOrder *cut;

  if (!run->at_cut || run->resume == PST_RESUME_STOP || run->history->ending)
    return 0;
  own.flags &= ~(guint)PST_ORDER_FLAG_OPERATOR_EXIT;
  if (own.time_in_force == 0)
    own.time_in_force = PST_TIME_IN_FORCE_GTC;
  cut = pst_run_history_find_order (run->history, strategy, &own);
  if (cut != NULL)
    cut->asked_again = TRUE;
  if (cut != NULL ? !cut->died : pst_run_history_is_whole (run->history))
    return cut != NULL ? cut->id : 0;
  return pst_gate_submit (run->gate, strategy, &own);
}

/* Whether a component's note is in the journal, or is of a time whose notes all are. */
gboolean
pst_run_resume_was_noted (PstRun *run, guint32 component, const char *name, const char *detail)
{
  if (!run->at_cut || pst_run_history_is_whole (run->history))
    return TRUE;
  for (guint i = 0; i < run->history->cut_notes->len; i++)
    {
      const PstNoteRecord *note = &g_array_index (run->history->cut_notes, PstNoteRecord, i);

      if (note->component == component && strcmp (note->name, name) == 0 && strncmp (note->detail, detail, sizeof note->detail - 1) == 0)
        return TRUE;
    }
  return FALSE;
}
