/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an earlier part of a run left in its journal: read back to go on behind it. */
#pragma once

#include "pst-run-private.h"

G_BEGIN_DECLS

/* A change of an order that was asked for and not reviewed yet. */
typedef struct
{
  guint64 order_id;
  gint64 quantity, limit_price, stop_price;
} PstAskedChange;

/* What a component remembered last. */
typedef struct
{
  guint64 number; /* of the snapshot */
  PstStateFile *state;
} PstRemembered;

/**
 * PstRunHistory:
 * @source: the journal
 * @n_records: how many it has: the number of the last
 * @cut_ns: logical time of the last record: where the run was cut off
 * @begun: whether it was RUNNING
 * @start_ns: logical time at which it became RUNNING
 * @tick_ns: logical time of the last tick that was over; %G_MININT64: none
 * @n_settled: number of the record of that tick, or of the one that made the run RUNNING; behind it stands what was broken off
 * @repeats: whether what was broken off is done again, as if it were the first time
 * @n_components: recorded
 * @n_deposits: recorded
 * @tail: a report that was not wholly applied, and what of it is recorded
 * @n_tail: 0: nothing was broken off
 * @asked: (element-type PstAskedChange): changes of orders that were asked for and not reviewed yet
 * @expected: (nullable): what was broken off, when it is done again
 * @remembered: component index to #PstRemembered
 * @n_states: number of the last snapshot of the state
 * @trading: the last change of the trading state, made at @trading_ns; valid when @has_trading
 * @settled_trading: the trading state at @n_settled; valid when @repeats_trading: it changed in what is done again
 * @recorded: the run is recorded again
 * @snapshots: instrument to the number of its last snapshot
 * @ended: the journal has the run's end, as @end_state because of @end_reason, but another store has not
 * @ending: the run was about to say that it ended as @end_state because of @end_reason
 *
 * The earlier part of the run.
 */
struct _PstRunHistory
{
  PstRun *run;
  PstStore *source;
  guint64 n_records;
  gint64 cut_ns;
  gboolean begun;
  gint64 start_ns;
  gint64 tick_ns;
  guint64 n_settled;
  gboolean repeats;
  guint n_components;
  guint n_deposits;
  PstRecord tail[4];
  guint n_tail;
  GArray *asked;
  PstExpected *expected;
  GHashTable *remembered;
  guint64 n_states;
  gboolean has_trading;
  PstTradingStateRecord trading;
  gint64 trading_ns;
  PstTradingState settled_trading;
  gboolean repeats_trading;
  gboolean recorded;
  GHashTable *snapshots;
  gboolean ended;
  gboolean ending;
  PstRunState end_state;
  char end_reason[PST_REASON_SIZE];
  GString *differences; /* between the pipeline then and now */
};

PstRunHistory *pst_run_history_new (PstRun *run);
/* Before the pipeline is prepared: finds the journal, checks that the run is the same and did not end, and gives instruments the indexes they had. */
gboolean pst_run_history_open (PstRunHistory *history, GError **error);
/* With accounts as deposited, before anything moves: puts portfolio, orders, tally and recorder where the run was cut off. */
gboolean pst_run_history_restore (PstRunHistory *history, GError **error);
/* Tells a started store what it does not keep behind @last. */
gboolean pst_run_history_tell (PstRunHistory *history, PstStore *store, guint64 last, GError **error);
/* Before anything moves: gives venues back what they told, and what they were sent, up to where the run goes on. */
gboolean pst_run_history_give (PstRunHistory *history, GError **error);
/* Gives it one report that is not wholly recorded. */
gboolean pst_run_history_give_report (PstRunHistory *history, const PstExecutionReport *report, const PstOrder *order, GError **error);

/* Whether the tick of the cut was over. */
static inline gboolean
pst_run_history_is_whole (const PstRunHistory *history)
{
  return history->tick_ns == history->cut_ns;
}

G_END_DECLS
