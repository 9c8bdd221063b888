/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A tick that changed nothing costs two comparisons; one that changed something costs the strategies whose profit changed.
 *
 * The initial equity is what the deposits are worth when all of them have a price for the first time, as long as nothing was traded: a
 * deposit of coins is no profit of the run when their first price comes. */
#include "pst-tally.h"

#include <string.h>

/**
 * pst_tally_new:
 *
 * Returns: (transfer full): an empty tally
 */
PstTally *
pst_tally_new (void)
{
  PstTally *tally = g_new0 (PstTally, 1);

  tally->strategies = g_array_new (FALSE, TRUE, sizeof (PstStrategyTally));
  tally->places = g_array_new (FALSE, TRUE, sizeof (guint));
  tally->denials = g_array_new (FALSE, TRUE, sizeof (PstDenialTally));
  tally->alerts = g_array_new (FALSE, TRUE, sizeof (PstAlertTally));
  tally->day_end_ns = G_MININT64;
  return tally;
}

/**
 * pst_tally_free:
 * @tally: (transfer full): a tally
 */
void
pst_tally_free (PstTally *tally)
{
  g_array_unref (tally->strategies);
  g_array_unref (tally->places);
  g_array_unref (tally->denials);
  g_array_unref (tally->alerts);
  g_clear_pointer (&tally->profits, pst_trade_profits_free);
  g_free (tally);
}

/**
 * pst_tally_add_strategy:
 * @tally: a tally
 * @strategy: component index
 */
void
pst_tally_add_strategy (PstTally *tally, guint32 strategy)
{
  PstStrategyTally of = { .strategy = strategy };

  g_array_append_val (tally->strategies, of);
  if (strategy >= tally->places->len)
    g_array_set_size (tally->places, strategy + 1);
  g_array_index (tally->places, guint, strategy) = tally->strategies->len;
}

/**
 * pst_tally_get_strategy:
 * @tally: a tally
 * @strategy: component index
 *
 * Returns: (transfer none) (nullable): its tally
 */
PstStrategyTally *
pst_tally_get_strategy (PstTally *tally, guint32 strategy)
{
  guint place = strategy < tally->places->len ? g_array_index (tally->places, guint, strategy) : 0;

  return place > 0 ? &g_array_index (tally->strategies, PstStrategyTally, place - 1) : NULL;
}

/**
 * pst_tally_count_alert:
 * @tally: a tally
 * @alert: what was raised
 *
 * Counts alerts of one component, severity and title together.
 */
void
pst_tally_count_alert (PstTally *tally, const PstAlertRecord *alert)
{
  PstAlertTally of = { .component = alert->component, .severity = alert->severity, .n_alerts = 1 };

  for (guint i = 0; i < tally->alerts->len; i++)
    {
      PstAlertTally *known = &g_array_index (tally->alerts, PstAlertTally, i);

      if (known->component == alert->component && known->severity == alert->severity && strcmp (known->title, alert->title) == 0)
        {
          known->n_alerts++;
          return;
        }
    }
  if (tally->alerts->len >= PST_ALERT_KINDS_MAX)
    return;
  g_strlcpy (of.title, alert->title, sizeof of.title);
  g_strlcpy (of.message, alert->message, sizeof of.message);
  g_array_append_val (tally->alerts, of);
}

/**
 * pst_tally_count_leg:
 * @tally: a tally
 * @context: the run
 * @instrument: the fill's
 * @fill: a fill of a marked trade, applied
 * @before: the strategy's position in the instrument before it
 * @after: and now
 *
 * A cycle is a trade when its money came back, and a win when more came back than was given, after fees. What its legs did to positions of single
 * instruments counts as no trade: half of a cycle closes what the last one opened, by chance.
 */
void
pst_tally_count_leg (PstTally *tally, PstContext *context, const PstInstrument *instrument, const PstFill *fill, const PstPosition *before,
                     const PstPosition *after)
{
  PstStrategyTally *of = pst_tally_get_strategy (tally, fill->strategy);
  PstTradeGain gain;
  gint64 earlier;

  if (of == NULL || fill->trade == 0 || instrument->settlement != PST_SETTLEMENT_DELIVERY)
    return;
  of->n_leg_trades += after->n_trades - before->n_trades;
  of->n_leg_wins += after->n_wins - before->n_wins;
  if (tally->profits == NULL)
    tally->profits = pst_trade_profits_new (context);
  if (!pst_trade_profits_take (tally->profits, instrument, fill, &gain) || gain.n_returns == 0
      || !pst_subtract_checked (gain.total, gain.profit, &earlier))
    return;
  if (gain.returned && gain.n_returns == 1)
    {
      of->n_trades++;
      of->n_wins += gain.total > 0;
      return;
    }
  of->n_wins += gain.total > 0;
  of->n_wins -= earlier > 0;
}

/**
 * pst_tally_count_opportunity:
 * @tally: a tally
 * @opportunity: what a strategy found
 */
void
pst_tally_count_opportunity (PstTally *tally, const PstOpportunity *opportunity)
{
  PstStrategyTally *strategy = pst_tally_get_strategy (tally, opportunity->component);

  if (strategy == NULL)
    return;
  if (strategy->n_opportunities++ == 0 || opportunity->net_pct > strategy->best_net_pct)
    strategy->best_net_pct = opportunity->net_pct;
}

static PstDenialTally *
find_denial (PstTally *tally, guint32 guard, const char *code)
{
  for (guint i = 0; i < tally->denials->len; i++)
    {
      PstDenialTally *denial = &g_array_index (tally->denials, PstDenialTally, i);

      if (denial->guard == guard && strcmp (denial->code, code) == 0)
        return denial;
    }
  return NULL;
}

/**
 * pst_tally_count_denial:
 * @tally: a tally
 * @guard: component index of the guard; %G_MAXUINT32 for the gate
 * @code: the verdict's code
 */
void
pst_tally_count_denial (PstTally *tally, guint32 guard, const char *code)
{
  PstDenialTally *denial = find_denial (tally, guard, code), new_denial = { .guard = guard };

  if (denial == NULL && tally->denials->len >= PST_DENIAL_KINDS_MAX)
    {
      new_denial.guard = guard = G_MAXUINT32;
      code = "other";
      denial = find_denial (tally, guard, code);
    }
  if (denial == NULL)
    {
      g_strlcpy (new_denial.code, code, sizeof new_denial.code);
      g_array_append_val (tally->denials, new_denial);
      denial = &g_array_index (tally->denials, PstDenialTally, tally->denials->len - 1);
    }
  denial->n_denials++;
}

static void
start_curves (PstTally *tally, gint64 equity)
{
  tally->initial_equity = equity;
  pst_curve_start (&tally->curve, equity);
  for (guint i = 0; i < tally->strategies->len; i++)
    pst_curve_start (&g_array_index (tally->strategies, PstStrategyTally, i).curve, equity);
}

/**
 * pst_tally_start:
 * @tally: a tally whose strategies are all added
 * @equity: the books before the first frame
 */
void
pst_tally_start (PstTally *tally, const PstEquity *equity)
{
  start_curves (tally, equity->equity);
  tally->settled = equity->n_unpriced == 0;
}

/**
 * pst_tally_restore:
 * @tally: a tally that was started
 * @time_ns: of a tick before the host was restarted
 * @tick: its record; records come in order
 *
 * Goes on behind it. What several strategies earned apart from each other is in no record: their curves begin again where they stand.
 */
void
pst_tally_restore (PstTally *tally, gint64 time_ns, const PstTickRecord *tick)
{
  tally->n_ticks = tick->tick;
  tally->last_time_ns = time_ns;
  if (time_ns >= tally->day_end_ns)
    pst_tally_turn_day (tally, time_ns);
  if (!tally->settled)
    {
      start_curves (tally, tick->equity);
      tally->settled = tick->n_unpriced == 0 || tally->n_fills > 0;
    }
  pst_curve_add (&tally->curve, tick->equity);
  if (tally->strategies->len == 1)
    pst_curve_add (&g_array_index (tally->strategies, PstStrategyTally, 0).curve, tick->equity);
}

/**
 * pst_tally_take:
 * @tally: a tally
 * @portfolio: the portfolio, up to date
 *
 * Takes what changed since the last time.
 */
void
pst_tally_take (PstTally *tally, PstPortfolio *portfolio)
{
  const PstEquity *equity = pst_portfolio_get_equity (portfolio);
  guint n_changed;
  const guint32 *changed = pst_portfolio_get_changed (portfolio, &n_changed);

  tally->version = pst_portfolio_get_version (portfolio);
  if (G_UNLIKELY (!tally->settled))
    {
      start_curves (tally, equity->equity);
      tally->settled = equity->n_unpriced == 0 || tally->n_fills > 0;
    }
  pst_curve_add (&tally->curve, equity->equity);
  for (guint i = 0; i < n_changed; i++)
    {
      PstStrategyTally *of = pst_tally_get_strategy (tally, changed[i]);
      gint64 own;

      /* Beyond 64 bits the statistic stands still; the money itself is checked where it is kept. */
      if (of != NULL && pst_add_checked (tally->initial_equity, pst_portfolio_get_profit (portfolio, changed[i])->net, &own))
        pst_curve_add (&of->curve, own);
    }
  pst_portfolio_clear_changed (portfolio);
}

/**
 * pst_tally_finish:
 * @tally: a tally
 *
 * The run is over: its last day has a return too.
 */
void
pst_tally_finish (PstTally *tally)
{
  if (tally->n_ticks == 0 || tally->day_end_ns == G_MAXINT64)
    return;
  pst_curve_end_day (&tally->curve);
  for (guint i = 0; i < tally->strategies->len; i++)
    pst_curve_end_day (&g_array_index (tally->strategies, PstStrategyTally, i).curve);
  tally->day_end_ns = G_MAXINT64;
}

/**
 * pst_tally_turn_day:
 * @tally: a tally
 * @time_ns: the first tick of a new UTC day
 */
void
pst_tally_turn_day (PstTally *tally, gint64 time_ns)
{
  gint64 day = pst_time_floor_day (time_ns);

  if (tally->day_end_ns != G_MININT64)
    {
      pst_curve_end_day (&tally->curve);
      for (guint i = 0; i < tally->strategies->len; i++)
        pst_curve_end_day (&g_array_index (tally->strategies, PstStrategyTally, i).curve);
    }
  else
    tally->first_time_ns = time_ns;
  if (!pst_add_checked (day, PST_NS_PER_DAY, &tally->day_end_ns))
    tally->day_end_ns = G_MAXINT64;
}
