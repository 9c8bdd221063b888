/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A run that was cut off goes on as the same run.
 *
 * Its journal says what was: portfolio, orders and counters are there again before anything else happens, and other stores are told what they lack.
 * Historical feeds begin at their start again. Frames up to the cut are shown to the market, to simulated venues, on which nothing is open, and to
 * strategies, whose averages they warm; what these ask for then is not sent, and what they say is not recorded, for it was. Then venues get their
 * orders back, as they stood.
 *
 * On historical data what was broken off is done again: everything stands where it stood when the last recorded tick was over, and the same code
 * comes to the same. What the journal has of it is not recorded a second time, and the first record that it does not have is where the run goes on.
 * In real time, where frames do not come again, all stands as the journal leaves it: a report that was broken off is finished, and the run goes on
 * behind it. */
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

static gboolean repeat (PstRun *run, GError **error);

/* In real time frames do not come again, and what is to end, or did, is not begun again. */
static gboolean
is_repeated (PstRun *run)
{
  const PstRunHistory *history = run->history;

  return run->real_clock == NULL && run->resume == PST_RESUME_CONTINUE && history->begun && !history->ending;
}

/* Instead of a beginning. In real time there is no past to be shown again, and neither when the run was cut off before its first tick was over. */
gboolean
pst_run_resume_begin (PstRun *run, GError **error)
{
  g_autofree guint64 *last = ask_stores (run, error);

  if (last == NULL || !pst_run_start_venues (run, error) || !pst_portfolio_update (run->portfolio, error))
    return FALSE;
  pst_tally_start (run->tally, pst_portfolio_get_equity (run->portfolio));
  pst_run_begin_frames (run);
  run->history->repeats = is_repeated (run);
  if (!pst_run_history_restore (run->history, error) || !tell_stores (run, last, error))
    return FALSE;
  if (!run->history->begun)
    return begin_anew (run, error);
  run->now_ns = pst_clock_now_ns (PST_CLOCK (run->clock));
  if (run->history->repeats && run->history->tick_ns == G_MININT64)
    return repeat (run, error);
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

/* What the venue told last, and what was only begun with it. The venue's own books get what they lost. */
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
  if (report->kind == PST_REPORT_FILL
      && !(pst_instrument_notional (instrument, fill.price, fill.quantity, PST_ROUND_HALF_EVEN, &fill.notional)
           && pst_exchange_restore_fill (exchange, &fill, error)))
    return FALSE;
  order = pst_gate_find_order (run->gate, report->order_id);
  return order == NULL || pst_run_history_give_report (history, report, order, error);
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

/* Components begin to work where the records leave them. @begins: strategies, too, which did not see any past. What they say waits for the records to
 * go on. */
static gboolean
start_components (PstRun *run, gboolean begins, GError **error)
{
  PstRunHistory *history = run->history;

  pst_recorder_set_quiet (run->recorder, FALSE);
  if (!pst_run_remember (run, error))
    return FALSE;
  if (history->repeats_trading)
    pst_gate_restore_trading_state (run->gate, history->settled_trading);
  restore_snapshots (run);
  restore_state (run, PST_COMPONENT_KIND_GUARD);
  if (!pst_run_start_guards (run, error) || (begins && !pst_run_start_strategies (run, error)))
    return FALSE;
  restore_state (run, PST_COMPONENT_KIND_STRATEGY);
  return pst_pipeline_start (run->pipeline, PST_COMPONENT_KIND_SERVICE, error);
}

/* From here on the run is recorded again. */
static void
record_again (gpointer user_data)
{
  PstRun *run = user_data;
  char cut[PST_TIME_TEXT_SIZE];

  pst_recorder_set_news (run->recorder, NULL, NULL);
  pst_time_print (run->history->cut_ns, cut);
  pst_recorder_open (run->recorder);
  pst_run_announce (run, PST_RUN_STATE_RUNNING);
  pst_recorder_note (run->recorder, G_MAXUINT32, "RUN_RESUMED", "sequence=%" G_GUINT64_FORMAT " cut=%s policy=%s reason=%s", run->history->n_records,
                     cut, run->resume == PST_RESUME_STOP ? "stop" : "continue", PST_RUN_HOST_RESTARTED);
  pst_recorder_release (run->recorder);
  run->history->recorded = TRUE;
}

/* What comes now comes once more, up to the cut. */
static gboolean
repeat (PstRun *run, GError **error)
{
  PstRunHistory *history = run->history;
  gboolean begins = !run->warming;

  run->now_ns = pst_clock_now_ns (PST_CLOCK (run->clock));
  run->warming = FALSE;
  if (!pst_run_history_give (history, error))
    return FALSE;
  pst_recorder_expect (run->recorder, g_steal_pointer (&history->expected));
  if (!start_components (run, begins, error))
    return FALSE;
  pst_recorder_set_news (run->recorder, record_again, run);
  return TRUE;
}

/* All frames up to the cut were there. @ends: there are no frames behind it, either, and what the journal has of the end is going to be done again.
 */
static gboolean
leave_repeated (PstRun *run, gboolean ends, GError **error)
{
  /* What venues still told then was a tick of its own, see settle(). */
  if (ends && run->history->cut_ns > run->now_ns)
    {
      if (run->tick_open && !pst_run_close_tick (run, FALSE))
        return FALSE;
      run->now_ns = run->history->cut_ns;
      run->tick_open = TRUE;
    }
  if (!pst_run_advance (run, MAX (run->history->cut_ns, pst_clock_now_ns (PST_CLOCK (run->clock)))))
    return FALSE;
  if (!ends && !pst_gate_repeat_commands (run->gate, error))
    return FALSE;
  if (!run->history->recorded)
    record_again (run);
  g_clear_pointer (&run->history, pst_run_history_free);
  pst_recorder_commit (run->recorder, PST_COMMIT_INTENT);
  return TRUE;
}

/* An order that was not sent is not sent late. The others live on where they are, if their venue can. */
static gboolean
ends_with_host (const PstOrder *order, gpointer user_data)
{
  PstRun *run = user_data;
  PstComponent *venue = pst_pipeline_get_component (run->pipeline, order->exchange);

  if (run->history->ending)
    return FALSE; /* all that was to be done about it was done */
  return run->resume == PST_RESUME_STOP || order->state == PST_ORDER_STATE_INITIALIZED || venue == NULL
         || !pst_exchange_can_restore_orders (PST_EXCHANGE (venue));
}

/* An end that was about to be told is told; and the policy may be to end. */
static void
end_as_told (PstRun *run)
{
  PstRunHistory *history = run->history;

  run->end_told = history->ending;
  if (history->ending && history->end_state == PST_RUN_STATE_ERROR)
    pst_run_fail (run, g_error_new_literal (PST_RUN_ERROR, PST_RUN_ERROR_STATE, history->end_reason));
  else if (history->ending && history->end_reason[0] != '\0')
    pst_run_end (run, history->end_reason);
  else if (history->ending)
    run->ended = TRUE; /* the data were at their end, which is no reason */
  else if (run->resume == PST_RESUME_STOP)
    pst_run_end (run, PST_RUN_HOST_RESTARTED);
}

/* The run stands as the journal leaves it, and goes on behind the cut. */
static gboolean
leave_past (PstRun *run, GError **error)
{
  PstRunHistory *history = run->history;
  gboolean whole = pst_run_history_is_whole (history);

  pst_simulated_clock_advance_to (run->clock, MAX (history->cut_ns, pst_clock_now_ns (PST_CLOCK (run->clock))));
  run->now_ns = pst_clock_now_ns (PST_CLOCK (run->clock));
  if (!pst_run_history_give (history, error) || !start_components (run, FALSE, error) || !finish_report (run, error))
    return FALSE;
  run->warming = FALSE;
  record_again (run);
  if (!pst_gate_end_orders (run->gate, ends_with_host, run, PST_RUN_HOST_RESTARTED, error))
    return FALSE;
  run->tick_open = !whole;
  end_as_told (run);
  run->dropped_until_ns = history->cut_ns;
  g_clear_pointer (&run->history, pst_run_history_free);
  /* What was on its way to a venue and should have come. */
  return pst_run_advance (run, run->now_ns);
}

/* The run cannot go on: nothing is recorded of the attempt, and the journal stays as it is. */
static gboolean
give_up (PstRun *run, GError *error)
{
  run->warming = FALSE;
  if (error != NULL)
    pst_run_fail (run, error);
  return FALSE;
}

/* Nothing more comes that was there before. FALSE when the run is to end. */
gboolean
pst_run_resume_complete (PstRun *run)
{
  GError *error = NULL;

  if (run->history == NULL || run->error != NULL)
    return !run->ended;
  if (run->warming && !run->history->repeats)
    return leave_past (run, &error) ? !run->ended && pst_run_attend (run) && pst_run_drain (run) : give_up (run, error);
  if (!(run->warming ? repeat (run, &error) : TRUE) || !leave_repeated (run, TRUE, &error))
    return give_up (run, error);
  return !run->ended && pst_run_attend (run) && pst_run_drain (run);
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

/* TRUE: it is one of the past, and was shown. */
static gboolean
is_past (PstRun *run, const PstFrame *frame)
{
  const PstRunHistory *history = run->history;

  return run->warming && frame->time_ns <= (history->repeats ? history->tick_ns : history->cut_ns);
}

/* A frame before the run has gone on. */
PstRunShown
pst_run_resume_show (PstRun *run, const PstFrame *frame)
{
  GError *error = NULL;
  gboolean ok = TRUE;

  if (is_past (run, frame))
    {
      pst_simulated_clock_advance_to (run->clock, frame->time_ns);
      if (show (run, frame, &error))
        return PST_RUN_SHOWN;
      give_up (run, error);
      return PST_RUN_SHOWN_END;
    }
  if (run->warming && !run->history->repeats)
    return pst_run_resume_complete (run) ? PST_RUN_SHOWN_NOT : PST_RUN_SHOWN_END;
  if (run->warming)
    ok = repeat (run, &error);
  if (ok && frame->time_ns > run->history->cut_ns)
    ok = leave_repeated (run, FALSE, &error);
  if (!ok)
    give_up (run, error);
  return ok && !run->ended ? PST_RUN_SHOWN_NOT : PST_RUN_SHOWN_END;
}
