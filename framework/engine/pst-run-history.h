/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an earlier part of a run left in its journal: read back to go on behind it. */
#pragma once

#include "pst-run-private.h"

G_BEGIN_DECLS

/* An order that was asked for at the logical time of the cut. */
typedef struct
{
  guint64 id;
  guint32 strategy;
  PstOrderRequest request;
  gboolean died; /* it ended with the process, and nothing took its place yet */
  gboolean asked_again;
} PstCutOrder;

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
 * @tick_ns: logical time of the last tick that was over; %G_MININT64: none
 * @n_components: recorded
 * @n_deposits: recorded
 * @tail: a report that was not wholly applied, and what of it is recorded
 * @n_tail: 0: nothing was broken off
 * @last_order_id: the highest
 * @cut_orders: (element-type PstCutOrder): asked for at @cut_ns
 * @cut_notes: (element-type PstNoteRecord): noted at @cut_ns, since the last tick
 * @remembered: component index to #PstRemembered
 * @n_states: number of the last snapshot of the state
 * @trading: the last change of the trading state, made at @trading_ns; valid when @has_trading
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
  gint64 tick_ns;
  guint n_components;
  guint n_deposits;
  PstRecord tail[4];
  guint n_tail;
  guint64 last_order_id;
  GArray *cut_orders;
  GArray *cut_notes;
  GHashTable *remembered;
  guint64 n_states;
  gboolean has_trading;
  PstTradingStateRecord trading;
  gint64 trading_ns;
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
/* (nullable): the order that a strategy asks for once more. */
PstCutOrder *pst_run_history_find_order (PstRunHistory *history, guint32 strategy, const PstOrderRequest *request);

/* Whether the tick of the cut was over. */
static inline gboolean
pst_run_history_is_whole (const PstRunHistory *history)
{
  return history->tick_ns == history->cut_ns;
}

G_END_DECLS
