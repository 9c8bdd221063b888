/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The one way from a strategy's wish to a venue, and from a venue's word back: intents are recorded and committed, reviewed, sent; reports
 * are applied in order, each exactly once. */
#pragma once

#include "pst-guard-chain.h"
#include "pst-order-table.h"
#include "pst-pipeline.h"
#include "pst-portfolio.h"
#include "pst-recorder.h"
#include "pst-tally.h"

G_BEGIN_DECLS

/* Orders, changes and reports that one instant may bring forth. A strategy and a venue that answer each other without end reach it, and
 * the run ends in ERROR. */
#define PST_GATE_STEPS_MAX 1000000

/**
 * PstGateLinks:
 *
 * What the gate works with. All outlive it; none is owned.
 */
typedef struct
{
  PstClock *clock;
  PstInstrumentTable *instruments;
  PstMarket *market;
  PstPortfolio *portfolio;
  PstRecorder *recorder;
  PstPipeline *pipeline;
  PstGuardChain *guards;
  PstTally *tally;
} PstGateLinks;

/**
 * PstGateSettings:
 * @run_id: makes the client order ids
 * @guards_required: whether an empty chain denies everything
 * @cancel_on_halt: whether HALTED cancels resting orders
 * @currency: base currency of the run
 * @steps_max: normally %PST_GATE_STEPS_MAX
 */
typedef struct
{
  const char *run_id;
  gboolean guards_required;
  gboolean cancel_on_halt;
  const PstCurrency *currency;
  guint steps_max;
} PstGateSettings;

#define PST_TYPE_GATE (pst_gate_get_type ())
G_DECLARE_FINAL_TYPE (PstGate, pst_gate, PST, GATE, GObject)

/* Signals: order-changed (PstOrder *order); trading-state-changed (PstRecord *record). */

PstGate *pst_gate_new (const PstGateLinks *links, const PstGateSettings *settings);
void pst_gate_open (PstGate *gate);
void pst_gate_close (PstGate *gate);
guint64 pst_gate_submit (PstGate *gate, guint32 strategy, const PstOrderRequest *request);
gboolean pst_gate_cancel (PstGate *gate, guint64 order_id, GError **error);
gboolean pst_gate_modify (PstGate *gate, guint64 order_id, gint64 quantity, gint64 limit_price, gint64 stop_price, GError **error);
void pst_gate_cancel_all (PstGate *gate);
void pst_gate_flatten (PstGate *gate);
guint pst_gate_count_exits (PstGate *gate);
void pst_gate_report (PstGate *gate, guint32 exchange, const PstExecutionReport *report);
gboolean pst_gate_has_work (PstGate *gate);
gboolean pst_gate_drain (PstGate *gate, GError **error);
void pst_gate_abandon (PstGate *gate);
const PstOrder *pst_gate_get_order (PstGate *gate, guint64 order_id);
void pst_gate_foreach_open_order (PstGate *gate, PstOrderFunc func, gpointer user_data);
guint pst_gate_get_n_open_orders (PstGate *gate);
PstTradingState pst_gate_get_trading_state (PstGate *gate);
void pst_gate_set_trading_state (PstGate *gate, PstTradingState state, guint32 component, const char *reason);
guint64 pst_gate_get_n_duplicates (PstGate *gate);

/* A run that goes on after a restart: pst-gate-restore.c. */
void pst_gate_restore_order (PstGate *gate, const PstOrder *order);
void pst_gate_restore_change (PstGate *gate, guint64 order_id, gint64 quantity, gint64 limit_price, gint64 stop_price);
void pst_gate_restore_execution (PstGate *gate, guint64 order_id, guint32 exchange, const char *execution_id);
void pst_gate_restore_trading_state (PstGate *gate, PstTradingState state);
const PstOrder *pst_gate_find_order (PstGate *gate, guint64 order_id);
gboolean pst_gate_complete_report (PstGate *gate, guint32 exchange, const PstExecutionReport *report, guint n_written, GError **error);
/* Whether an order ends with its host. */
typedef gboolean (*PstOrderPredicate) (const PstOrder *order, gpointer user_data);
gboolean pst_gate_end_orders (PstGate *gate, PstOrderPredicate ends, gpointer user_data, const char *reason, GError **error);
/* Does once more what was commanded in a tick that is done again. */
gboolean pst_gate_repeat_commands (PstGate *gate, GError **error);

G_END_DECLS
