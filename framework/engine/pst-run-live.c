/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is different when data come in real time. The run's clock is the same logical one: it is moved to the present whenever the run's context
 * turns, so that timers, orders and records are those that a replay of the same frames would give, and nothing happens between turns.
 * A tick ends as soon as time has moved on, whether a frame follows or not. */
#include "pst-run-private.h"

#include "pst-historical-driver.h"
#include "pst-realtime-driver.h"

/* How often who watches is told, when nothing happens. */
#define PROGRESS_NS (PST_NS_PER_SECOND / 2)

/* Chooses by the exchanges, which know from prepare() on whether they are live. */
void
pst_run_make_driver (PstRun *run)
{
  GPtrArray *exchanges = pst_pipeline_get_kind (run->pipeline, PST_COMPONENT_KIND_EXCHANGE);
  gboolean live = FALSE;

  for (guint i = 0; i < exchanges->len; i++)
    live |= pst_exchange_is_live (exchanges->pdata[i]);
  if (!live)
    {
      run->driver = pst_historical_driver_new (exchanges);
      return;
    }
  run->driver = pst_realtime_driver_new (run->given_clock);
  run->real_clock = pst_driver_get_clock (run->driver);
  g_atomic_int_set (&run->wake_fd, pst_realtime_driver_get_wake_fd (PST_REALTIME_DRIVER (run->driver)));
}

/* What an operator commanded, and a halt in a silent market, outlives the process at once: no tick may follow that would commit it. */
static void
keep_halt (PstRun *run, gboolean commanded)
{
  PstTradingState state = pst_gate_get_trading_state (run->gate);

  if (commanded || state != run->kept_state)
    pst_recorder_commit (run->recorder, PST_COMMIT_INTENT);
  run->kept_state = state;
}

/* The present has come: the tick that was open is over, timers that are due fire, commands and reports that came outside of frames are
 * dealt with; when they changed what is owned or what it is worth, that is a tick of its own. */
static gboolean
wake (gint64 time_ns, gpointer user_data)
{
  PstRun *run = user_data;
  gint64 now_ns = MAX (time_ns, pst_clock_now_ns (PST_CLOCK (run->clock)));
  gboolean commanded = g_atomic_int_get (&run->attention) != 0;

  if (run->tick_open && now_ns > run->now_ns && !pst_run_close_tick (run, FALSE))
    return FALSE;
  if (!pst_run_advance (run, now_ns))
    return FALSE;
  pst_run_follow_instruments (run);
  if (commanded && !pst_run_attend (run))
    return FALSE;
  if (pst_gate_has_work (run->gate) && !pst_run_drain (run))
    return FALSE;
  if (now_ns > run->now_ns && pst_portfolio_needs_update (run->portfolio))
    {
      run->now_ns = now_ns;
      run->tick_open = TRUE;
    }
  keep_halt (run, commanded);
  return pst_run_check_recorder (run);
}

static gint64
get_due (gpointer user_data)
{
  PstRun *run = user_data;
  gint64 due_ns = pst_simulated_clock_next_due_ns (run->clock);

  if (g_atomic_int_get (&run->attention) != 0 || pst_gate_has_work (run->gate))
    return G_MININT64;
  if (run->progress != NULL)
    due_ns = MIN (due_ns, pst_clock_now_ns (PST_CLOCK (run->clock)) + PROGRESS_NS);
  return due_ns;
}

static gboolean
has_tick (gpointer user_data)
{
  return ((PstRun *)user_data)->tick_open;
}

static gboolean
attend (gpointer user_data)
{
  return pst_run_report_progress (user_data);
}

/* How a driver for real time sees the run. */
void
pst_run_get_live_sink (PstRun *run, PstDriverSink *sink)
{
  *sink = (PstDriverSink){ pst_run_take_block, attend, wake, get_due, has_tick, run };
}

/* The market goes on while the run leaves it: simulated venues fill on it, and what is owned has its price. */
static gboolean
take_leaving (const PstFrameBlock *block, gpointer user_data)
{
  PstRun *run = user_data;

  for (guint i = 0; i < block->n_frames && !run->ended; i++)
    {
      const PstFrame *frame = &block->frames[i];
      GError *error = NULL;

      if ((frame->time_ns != run->now_ns || !run->tick_open) && !pst_run_turn_to (run, frame->time_ns))
        return FALSE;
      run->n_frames++;
      run->n_events += frame->n_events;
      if (!pst_run_observe (run, frame))
        return FALSE;
      if (!pst_market_apply (run->market, frame, &error))
        pst_run_fail (run, error);
    }
  return !run->ended;
}

static gboolean
attend_leaving (gpointer user_data)
{
  PstRun *run = user_data;

  return pst_run_report_progress (run) && pst_gate_get_n_open_orders (run->gate) > 0
         && (pst_gate_has_work (run->gate) || pst_clock_now_ns (run->real_clock) < run->leave_limit_ns);
}

static gint64
get_due_leaving (gpointer user_data)
{
  return MIN (get_due (user_data), ((PstRun *)user_data)->leave_limit_ns);
}

/* Waits in real time, but not for ever, for venues to confirm what was asked at the end. */
void
pst_run_settle_live (PstRun *run)
{
  PstDriverSink sink = { take_leaving, attend_leaving, wake, get_due_leaving, has_tick, run };

  if (pst_add_checked (pst_clock_now_ns (run->real_clock), PST_RUN_SETTLE_LIVE_NS, &run->leave_limit_ns))
    pst_driver_drive (run->driver, &sink, NULL);
}

static void
refuse (PstComponent *component, const char *why, GError **error)
{
  g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_SUPPORTED, "\"%s\" cannot connect: %s", pst_component_get_name (component), why);
}

PstTransport *
pst_run_create_transport (PstContext *context, PstComponent *component, GError **error)
{
  PstRun *run = PST_RUN (context);

  if (run->settings.mode == PST_MODE_BACKTEST)
    refuse (component, "a backtest reaches nothing outside; set mode=paper or mode=live", error);
  else if (run->thread == NULL)
    refuse (component, "the run is not started; connect in start()", error);
  else if (run->real_clock == NULL)
    refuse (component, "the run is on historical data, in whose time nothing outside can answer", error);
  else if (run->transport_factory == NULL)
    refuse (component, "this host reaches nothing outside", error);
  else
    return run->transport_factory (run->real_clock, component, run->transport_data, error);
  return NULL;
}
