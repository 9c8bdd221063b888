/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The way of a frame. Everything here happens for every frame of every run, so: plain calls through pointers that were resolved once, no
 * allocation, no record unless someone gets it. The end of a tick that changed nothing costs a few comparisons. */
#include "pst-run-private.h"

/* People must hear of it at once, not when orders are cancelled and stores are closed. */
static void
raise_alarm (PstRun *run)
{
  PstRecord record = { .kind = PST_RECORD_ALERT };

  record.alert.severity = PST_SEVERITY_CRITICAL;
  record.alert.component = G_MAXUINT32;
  g_strlcpy (record.alert.category, "system", sizeof record.alert.category);
  g_strlcpy (record.alert.title, "Critical execution exception", sizeof record.alert.title);
  pst_copy_text (record.alert.message, sizeof record.alert.message, run->error->message);
  pst_tally_count_alert (run->tally, &record.alert);
  pst_recorder_append (run->recorder, &record);
}

/* The run is broken: nothing more is processed, and it ends in ERROR. The first error counts, and raises the one alert. Money that outgrows 64 bits
 * in mid-run is the run's failure; as an error of values it would be taken for one of the pipeline file's. */
void
pst_run_fail (PstRun *run, GError *error)
{
  run->ended = TRUE;
  if (run->error == NULL)
    {
      run->error = error->domain == PST_VALUE_ERROR ? g_error_new_literal (PST_RUN_ERROR, PST_RUN_ERROR_INVARIANT, error->message)
                                                    : g_steal_pointer (&error);
      raise_alarm (run);
    }
  g_clear_error (&error);
}

/* Someone wants the run to end in order. */
void
pst_run_end (PstRun *run, const char *reason)
{
  run->ended = TRUE;
  if (run->end_reason == NULL)
    run->end_reason = g_strdup (reason != NULL && reason[0] != '\0' ? reason : "stopped");
}

/* A store that failed ends the run: what cannot be recorded is not traded. */
gboolean
pst_run_check_recorder (PstRun *run)
{
  const GError *failure = pst_recorder_get_error (run->recorder);

  if (G_UNLIKELY (failure != NULL && run->error == NULL))
    pst_run_fail (run, g_error_copy (failure));
  return !run->ended;
}

gboolean
pst_run_drain (PstRun *run)
{
  GError *error = NULL;

  if (!pst_gate_drain (run->gate, &error))
    pst_run_fail (run, error);
  return !run->ended;
}

static void
record_tick (PstRun *run)
{
  const PstEquity *equity = pst_portfolio_get_equity (run->portfolio);
  PstRecord record = { .kind = PST_RECORD_TICK };

  record.tick.tick = run->tally->n_ticks;
  record.tick.currency = run->settings.currency;
  record.tick.cash = equity->cash;
  record.tick.mark_to_market = equity->mark_to_market;
  record.tick.equity = equity->equity;
  record.tick.n_unpriced = equity->n_unpriced;
  record.tick.realised_profit = equity->realised_profit;
  record.tick.fees = equity->fees;
  pst_recorder_append (run->recorder, &record);
  pst_recorder_commit (run->recorder, PST_COMMIT_TICK);
  run->last_tick_record_ns = run->now_ns;
  if (!pst_add_checked (run->now_ns, run->settings.tick_interval_ns, &run->next_tick_record_ns))
    run->next_tick_record_ns = G_MAXINT64;
}

static void
sample_books (PstRun *run)
{
  pst_snapshot_sampler_take_all (run->sampler);
  if (!pst_add_checked (run->now_ns, run->settings.snapshot_interval_ns, &run->next_snapshot_ns))
    run->next_snapshot_ns = G_MAXINT64;
}

/* All frames of the logical time are done. The @last one is recorded even when the interval between records is not over. What cannot be valued is not
 * recorded: a row with the books of before would be wrong. */
gboolean
pst_run_close_tick (PstRun *run, gboolean last)
{
  GError *error = NULL;

  if (pst_portfolio_needs_update (run->portfolio) && !pst_portfolio_update (run->portfolio, &error))
    {
      run->tick_open = FALSE;
      pst_run_fail (run, error);
      return FALSE;
    }
  if (run->tick_open)
    {
      run->tick_open = FALSE;
      pst_tally_tick (run->tally, run->now_ns, run->portfolio);
      if (G_UNLIKELY (run->now_ns >= run->next_snapshot_ns) && run->recording)
        sample_books (run);
      if (run->memory != NULL)
        pst_run_memory_tick (run->memory, run->now_ns);
    }
  if (!run->recording || run->tally->n_ticks == 0 || (last ? run->last_tick_record_ns == run->now_ns : run->now_ns < run->next_tick_record_ns))
    return TRUE;
  record_tick (run);
  return pst_run_check_recorder (run);
}

/* Time moves on: timers that are due fire, each with the clock at its time, and what they bring is dealt with before the next. */
gboolean
pst_run_advance (PstRun *run, gint64 time_ns)
{
  gint64 due_ns;

  while (G_UNLIKELY ((due_ns = pst_simulated_clock_next_due_ns (run->clock)) <= time_ns))
    {
      pst_simulated_clock_advance_to (run->clock, MAX (due_ns, pst_clock_now_ns (PST_CLOCK (run->clock))));
      if ((pst_gate_has_work (run->gate) && !pst_run_drain (run)) || !pst_run_attend (run))
        return FALSE;
    }
  if (G_LIKELY (pst_simulated_clock_advance_to (run->clock, time_ns)))
    return TRUE;
  pst_run_fail (run, g_error_new (PST_RUN_ERROR, PST_RUN_ERROR_DATA, "a frame lies before the run's time; frames of an exchange must be in order"));
  return FALSE;
}

/* Ends the tick that is open, moves on, opens the next. */
gboolean
pst_run_turn_to (PstRun *run, gint64 time_ns)
{
  if ((run->tick_open && !pst_run_close_tick (run, FALSE)) || !pst_run_advance (run, time_ns))
    return FALSE;
  run->now_ns = time_ns;
  run->tick_open = TRUE;
  return TRUE;
}

/* Simulated venues fill on a frame before anyone can react to it. */
gboolean
pst_run_observe (PstRun *run, const PstFrame *frame)
{
  for (guint i = 0; i < run->n_observers; i++)
    {
      const PstObserver *observer = &run->observers[i];
      GError *error = NULL;

      if (observer->feed != frame->exchange || observer->call (observer->exchange, frame, &error))
        continue;
      pst_run_fail (run, g_error_new (PST_RUN_ERROR, PST_RUN_ERROR_COMPONENT, "[exchange %s]: %s",
                                      pst_component_get_name (PST_COMPONENT (observer->exchange)), error != NULL ? error->message : "failed"));
      g_clear_error (&error);
      return FALSE;
    }
  return !pst_gate_has_work (run->gate) || pst_run_drain (run);
}

static inline gboolean
process_frame (PstRun *run, const PstFrame *frame)
{
  GError *error = NULL;

  if (G_UNLIKELY (run->history != NULL))
    {
      PstRunShown shown = pst_run_resume_show (run, frame);

      if (shown != PST_RUN_SHOWN_NOT)
        return shown == PST_RUN_SHOWN;
    }
  if (G_UNLIKELY (frame->time_ns <= run->dropped_until_ns))
    return TRUE;
  if (G_UNLIKELY (g_atomic_int_get (&run->attention) != 0) && !pst_run_attend (run))
    return FALSE;
  if ((frame->time_ns != run->now_ns || !run->tick_open) && !pst_run_turn_to (run, frame->time_ns))
    return FALSE;
  run->n_frames++;
  run->n_events += frame->n_events;
  if (run->n_observers > 0 && !pst_run_observe (run, frame))
    return FALSE;
  if (G_UNLIKELY (!pst_market_apply (run->market, frame, &error)))
    {
      pst_run_fail (run, error);
      return FALSE;
    }
  for (guint i = 0; i < run->n_frame_guards; i++)
    run->frame_guards[i].call (run->frame_guards[i].guard, frame);
  for (guint i = 0; i < run->n_frame_strategies; i++)
    run->frame_strategies[i].call (run->frame_strategies[i].strategy, frame);
  if (pst_gate_has_work (run->gate) && !pst_run_drain (run))
    return FALSE;
  return !run->recording || pst_run_check_recorder (run);
}

/* New instruments may make a balance worth something. */
void
pst_run_follow_instruments (PstRun *run)
{
  guint size = pst_instrument_table_get_size (run->instruments);

  if (G_LIKELY (size == run->n_instruments))
    return;
  run->n_instruments = size;
  pst_portfolio_follow (run->portfolio);
}

gboolean
pst_run_take_block (const PstFrameBlock *block, gpointer user_data)
{
  PstRun *run = user_data;

  pst_run_follow_instruments (run);
  for (guint i = 0; i < block->n_frames && !run->ended; i++)
    if (!process_frame (run, &block->frames[i]))
      return FALSE;
  return !run->ended;
}

/* Tells who watches, now and then, how far it is. FALSE when the run is to end. */
gboolean
pst_run_report_progress (PstRun *run)
{
  gint64 now_us;

  if (run->progress != NULL && (now_us = g_get_monotonic_time ()) >= run->next_progress_us)
    {
      PstFeedCounts counts;
      double fraction;

      run->next_progress_us = now_us + G_USEC_PER_SEC / 10;
      pst_run_get_feed_counts (run, &counts, &fraction);
      run->progress (run, &counts, fraction, pst_clock_now_ns (PST_CLOCK (run->clock)), run->progress_data);
    }
  return !run->ended;
}

gboolean
pst_run_between_blocks (gpointer user_data)
{
  PstRun *run = user_data;
  int attention = g_atomic_int_get (&run->attention);

  if (attention != 0 && !pst_run_attend (run))
    return FALSE;
  return pst_run_report_progress (run);
}
