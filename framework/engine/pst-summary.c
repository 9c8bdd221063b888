/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Puts together what a run came to, from what was counted on the way. */
#include "pst-run-private.h"

#include <math.h>

static void
strategy_summary_free (PstStrategySummary *summary)
{
  g_free (summary->name);
  g_free (summary);
}

static void
denial_summary_free (PstDenialSummary *summary)
{
  g_free (summary->guard);
  g_free (summary->code);
  g_free (summary);
}

static void
alert_summary_free (PstAlertSummary *summary)
{
  g_free (summary->component);
  g_free (summary->title);
  g_free (summary->message);
  g_free (summary);
}

static void
feed_summary_free (PstFeedSummary *summary)
{
  g_free (summary->exchange);
  g_free (summary);
}

/**
 * pst_summary_free:
 * @summary: (transfer full): a summary
 */
void
pst_summary_free (PstSummary *summary)
{
  g_ptr_array_unref (summary->strategies);
  g_ptr_array_unref (summary->denials);
  g_ptr_array_unref (summary->alerts);
  g_ptr_array_unref (summary->feeds);
  g_free (summary->total.name);
  g_free (summary);
}

static void
add_position (const PstPosition *position, gpointer user_data)
{
  PstStrategySummary *summary = user_data;

  summary->n_trades += position->n_trades;
  summary->n_wins += position->n_wins;
  summary->n_open_positions += (guint)(position->quantity != 0);
}

static void
set_ratios (PstStrategySummary *summary, const PstCurve *curve)
{
  summary->win_rate = summary->n_trades > 0 ? (double)summary->n_wins / (double)summary->n_trades : (double)NAN;
  summary->max_drawdown = pst_curve_get_max_drawdown (curve);
  summary->sharpe = pst_curve_get_sharpe (curve, PST_TRADING_DAYS_PER_YEAR);
}

static PstStrategySummary *
summarize_strategy (PstRun *run, const PstStrategyTally *tally)
{
  PstStrategySummary *summary = g_new0 (PstStrategySummary, 1);
  const PstProfit *profit = pst_portfolio_get_profit (run->portfolio, tally->strategy);
  const PstCurrency *currency = run->settings.currency;

  summary->name = g_strdup (pst_component_get_name (pst_pipeline_get_component (run->pipeline, tally->strategy)));
  summary->n_orders = tally->n_orders;
  summary->n_denied = tally->n_denied;
  summary->n_rejected = tally->n_rejected;
  summary->n_fills = tally->n_fills;
  summary->n_opportunities = tally->n_opportunities;
  summary->best_net_pct = tally->best_net_pct;
  summary->fees = (PstMoney){ currency, profit->fees };
  summary->gross_profit = (PstMoney){ currency, profit->gross };
  summary->net_profit = (PstMoney){ currency, profit->net };
  pst_portfolio_foreach_position (run->portfolio, tally->strategy, add_position, summary);
  summary->n_trades += tally->n_trades - tally->n_leg_trades;
  summary->n_wins += tally->n_wins - tally->n_leg_wins;
  set_ratios (summary, &tally->curve);
  return summary;
}

/* Sums of what strategies did. A sum beyond 64 bits stays at the limit: each part was checked where money is kept. */
static void
add_to_total (PstStrategySummary *total, const PstStrategySummary *part)
{
  total->n_orders += part->n_orders;
  total->n_denied += part->n_denied;
  total->n_rejected += part->n_rejected;
  total->n_fills += part->n_fills;
  if (part->n_opportunities > 0 && (total->n_opportunities == 0 || part->best_net_pct > total->best_net_pct))
    total->best_net_pct = part->best_net_pct;
  total->n_opportunities += part->n_opportunities;
  total->n_trades += part->n_trades;
  total->n_wins += part->n_wins;
  total->n_open_positions += part->n_open_positions;
  if (!pst_add_checked (total->fees.amount, part->fees.amount, &total->fees.amount))
    total->fees.amount = G_MAXINT64;
  if (!pst_add_checked (total->gross_profit.amount, part->gross_profit.amount, &total->gross_profit.amount))
    total->gross_profit.amount = part->gross_profit.amount > 0 ? G_MAXINT64 : G_MININT64;
  if (!pst_add_checked (total->net_profit.amount, part->net_profit.amount, &total->net_profit.amount))
    total->net_profit.amount = part->net_profit.amount > 0 ? G_MAXINT64 : G_MININT64;
}

static void
summarize_strategies (PstRun *run, PstSummary *summary)
{
  summary->total.fees.currency = summary->total.gross_profit.currency = summary->total.net_profit.currency = run->settings.currency;
  for (guint i = 0; i < run->tally->strategies->len; i++)
    {
      PstStrategySummary *strategy = summarize_strategy (run, &g_array_index (run->tally->strategies, PstStrategyTally, i));

      add_to_total (&summary->total, strategy);
      g_ptr_array_add (summary->strategies, strategy);
    }
  set_ratios (&summary->total, &run->tally->curve);
}

static void
summarize_denials (PstRun *run, PstSummary *summary)
{
  for (guint i = 0; i < run->tally->denials->len; i++)
    {
      const PstDenialTally *tally = &g_array_index (run->tally->denials, PstDenialTally, i);
      PstComponent *guard = pst_pipeline_get_component (run->pipeline, tally->guard);
      PstDenialSummary *denial = g_new0 (PstDenialSummary, 1);

      denial->guard = g_strdup (guard != NULL ? pst_component_get_name (guard) : "gate");
      denial->code = g_strdup (tally->code);
      denial->n_denials = tally->n_denials;
      g_ptr_array_add (summary->denials, denial);
    }
}

static void
summarize_alerts (PstRun *run, PstSummary *summary)
{
  for (guint i = 0; i < run->tally->alerts->len; i++)
    {
      const PstAlertTally *tally = &g_array_index (run->tally->alerts, PstAlertTally, i);
      PstComponent *component = pst_pipeline_get_component (run->pipeline, tally->component);
      PstAlertSummary *alert = g_new0 (PstAlertSummary, 1);

      alert->component = g_strdup (component != NULL ? pst_component_get_name (component) : "run");
      alert->severity = tally->severity;
      alert->title = g_strdup (tally->title);
      alert->message = g_strdup (tally->message);
      alert->n_alerts = tally->n_alerts;
      g_ptr_array_add (summary->alerts, alert);
    }
}

static void
summarize_feeds (PstRun *run, PstSummary *summary)
{
  GPtrArray *exchanges = pst_pipeline_get_kind (run->pipeline, PST_COMPONENT_KIND_EXCHANGE);

  for (guint i = 0; i < exchanges->len; i++)
    {
      PstFeedSummary *feed;
      double ignored;

      if (!pst_exchange_is_feed (exchanges->pdata[i]) && !pst_exchange_is_live (exchanges->pdata[i]))
        continue;
      feed = g_new0 (PstFeedSummary, 1);
      feed->exchange = g_strdup (pst_component_get_name (exchanges->pdata[i]));
      pst_exchange_get_progress (exchanges->pdata[i], &feed->counts, &ignored);
      g_ptr_array_add (summary->feeds, feed);
    }
}

/**
 * pst_run_get_summary:
 * @run: a run
 *
 * After execute, or in mid-run from its thread. The first and last times are those of ticks; 0 when there was none.
 *
 * Returns: (transfer full): what it came to so far
 */
PstSummary *
pst_run_get_summary (PstRun *run)
{
  PstSummary *summary = g_new0 (PstSummary, 1);
  const PstEquity *equity = pst_portfolio_get_equity (run->portfolio);

  summary->run = run->record;
  summary->first_time_ns = run->tally->first_time_ns;
  summary->last_time_ns = run->tally->last_time_ns;
  summary->n_frames = run->n_frames;
  summary->n_events = run->n_events;
  summary->n_ticks = run->tally->n_ticks;
  summary->n_records = pst_recorder_get_n_records (run->recorder);
  summary->initial_equity = (PstMoney){ run->settings.currency, run->tally->initial_equity };
  summary->final_equity = (PstMoney){ run->settings.currency, equity->equity };
  summary->n_unpriced = equity->n_unpriced;
  summary->trading_state = pst_gate_get_trading_state (run->gate);
  summary->strategies = g_ptr_array_new_with_free_func ((GDestroyNotify)strategy_summary_free);
  summary->denials = g_ptr_array_new_with_free_func ((GDestroyNotify)denial_summary_free);
  summary->alerts = g_ptr_array_new_with_free_func ((GDestroyNotify)alert_summary_free);
  summary->feeds = g_ptr_array_new_with_free_func ((GDestroyNotify)feed_summary_free);
  summarize_strategies (run, summary);
  summarize_denials (run, summary);
  summarize_alerts (run, summary);
  summarize_feeds (run, summary);
  return summary;
}
