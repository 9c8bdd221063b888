/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Counts and curves of a run and of each of its strategies, kept while it goes on. */
#pragma once

#include "pst-portfolio.h"

G_BEGIN_DECLS

/* Different pairs of guard and code that are counted apart; what comes beyond is counted under the code "other". */
#define PST_DENIAL_KINDS_MAX 1024
/* Different alerts that are counted apart; what comes beyond is not. */
#define PST_ALERT_KINDS_MAX 64

/**
 * PstStrategyTally:
 * @strategy: component index
 *
 * What one strategy did.
 */
typedef struct
{
  guint32 strategy;
  guint64 n_orders, n_denied, n_rejected, n_fills;
  guint64 n_trades, n_wins;         /* of several legs */
  guint64 n_leg_trades, n_leg_wins; /* what their legs did to positions, which is nobody's trade */
  guint64 n_opportunities;
  gint64 best_net_pct; /* of them, at PST_RETURN_PCT_SCALE */
  PstCurve curve;      /* of the initial equity and its own profit */
} PstStrategyTally;

typedef struct
{
  guint32 guard; /* component index; G_MAXUINT32: the gate itself */
  char code[PST_VERDICT_CODE_SIZE];
  guint64 n_denials;
} PstDenialTally;

typedef struct
{
  guint32 component; /* G_MAXUINT32: the run itself */
  PstSeverity severity;
  guint64 n_alerts;
  char title[PST_REASON_SIZE];
  char message[PST_TEXT_SIZE]; /* of the first */
} PstAlertTally;

/**
 * PstTally:
 *
 * Used on the run's context. Fields are for reading.
 */
typedef struct
{
  GArray *strategies;       /* PstStrategyTally */
  GArray *places;           /* guint by component index: place in strategies plus 1 */
  GArray *denials;          /* PstDenialTally in order of first appearance */
  GArray *alerts;           /* PstAlertTally in order of first appearance */
  PstTradeProfits *profits; /* NULL until there was a trade of several legs */
  PstCurve curve;           /* of the run's equity */
  gint64 initial_equity;
  gint64 day_end_ns; /* of the UTC day of the last tick */
  gint64 first_time_ns, last_time_ns;
  guint64 n_ticks;
  guint64 n_fills;
  guint64 version;  /* of the portfolio, when last looked at */
  gboolean settled; /* the initial equity is known */
} PstTally;

PstTally *pst_tally_new (void);
void pst_tally_free (PstTally *tally);
void pst_tally_add_strategy (PstTally *tally, guint32 strategy);
PstStrategyTally *pst_tally_get_strategy (PstTally *tally, guint32 strategy);
void pst_tally_count_denial (PstTally *tally, guint32 guard, const char *code);
void pst_tally_count_alert (PstTally *tally, const PstAlertRecord *alert);
/* A fill of a trade of several legs; @before and @after: the strategy's position in the instrument. */
void pst_tally_count_leg (PstTally *tally, PstContext *context, const PstInstrument *instrument, const PstFill *fill, const PstPosition *before,
                          const PstPosition *after);
void pst_tally_count_opportunity (PstTally *tally, const PstOpportunity *opportunity);
void pst_tally_start (PstTally *tally, const PstEquity *equity);
void pst_tally_restore (PstTally *tally, gint64 time_ns, const PstTickRecord *tick);
void pst_tally_take (PstTally *tally, PstPortfolio *portfolio);
void pst_tally_turn_day (PstTally *tally, gint64 time_ns);
void pst_tally_finish (PstTally *tally);

/* The end of a tick at @time_ns, the portfolio being up to date. */
static inline void
pst_tally_tick (PstTally *tally, gint64 time_ns, PstPortfolio *portfolio)
{
  tally->n_ticks++;
  tally->last_time_ns = time_ns;
  if (G_UNLIKELY (time_ns >= tally->day_end_ns))
    pst_tally_turn_day (tally, time_ns);
  if (pst_portfolio_get_version (portfolio) != tally->version)
    pst_tally_take (tally, portfolio);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstTally, pst_tally_free)

G_END_DECLS
