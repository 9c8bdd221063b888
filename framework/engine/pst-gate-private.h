/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the gate keeps; shared by its own files only: pst-gate.c asks and drains, pst-gate-send.c reviews and sends, pst-gate-report.c
 * applies what venues tell, pst-gate-exit.c gets out of the market, pst-gate-restore.c goes on after a restart. */
#pragma once

#include "pst-gate.h"

G_BEGIN_DECLS

typedef enum
{
  PST_ACTION_SUBMIT,
  PST_ACTION_MODIFY,
  PST_ACTION_CANCEL,
} PstActionKind;

/* What was asked for and is not done yet. */
typedef struct
{
  PstActionKind kind;
  guint64 order_id;
  gint64 quantity, limit_price, stop_price;
} PstAction;

/* What was told and is not applied yet. */
typedef struct
{
  guint32 exchange;
  PstExecutionReport report;
} PstTold;

struct _PstGate
{
  GObject parent_instance;

  PstGateLinks links;
  gboolean guards_required;
  gboolean cancel_on_halt;
  const PstCurrency *currency; /* base currency of the run */
  guint steps_max;
  char *client_prefix;
  gsize client_prefix_length;
  PstOrderTable *orders;
  GArray *actions; /* PstAction */
  guint next_action;
  guint n_recorded; /* of these, how many intents are recorded */
  GArray *told;     /* PstTold */
  guint next_told;
  guint64 last_order_id;
  guint n_sent; /* orders that were sent and live */
  guint n_steps;
  guint64 n_duplicates;
  guint n_written; /* of the report at hand, how many of its records stand in the journal already */
  PstTradingState trading_state;
  gboolean open;
  gboolean draining;
  gboolean overrun;
};

/* One order that takes a strategy out of the market. */
typedef struct
{
  guint32 strategy;
  PstOrderRequest request;
} PstExit;

static inline PstStrategyTally *
pst_gate_tally_of (PstGate *gate, const PstOrder *order)
{
  return pst_tally_get_strategy (gate->links.tally, order->strategy);
}

/* Whether the next record about a report was written before the host was restarted. */
static inline gboolean
pst_gate_is_written (PstGate *gate)
{
  if (G_LIKELY (gate->n_written == 0))
    return FALSE;
  gate->n_written--;
  return TRUE;
}

guint64 pst_gate_take_down (PstGate *gate, guint32 strategy, const PstOrderRequest *request);
GArray *pst_gate_list_exits (PstGate *gate);
gboolean pst_gate_change_state (PstGate *gate, PstOrder *order, PstOrderState to, GError **error);
void pst_gate_record_order (PstGate *gate, PstRecordKind kind, const PstOrder *order);
void pst_gate_tell (PstGate *gate, const PstOrder *order, const PstExecutionReport *report);
void pst_gate_record_intents (PstGate *gate, guint end);
gboolean pst_gate_deny (PstGate *gate, PstOpenOrder *entry, const char *code, const char *detail, GError **error);
gboolean pst_gate_perform (PstGate *gate, const PstAction *action, GError **error);
/* What operators and guards did to the trading state is done again where the journal has it. */
void pst_gate_repeat_trading_state (PstGate *gate);
gboolean pst_gate_apply_report (PstGate *gate, guint32 exchange, const PstExecutionReport *report, GError **error);

G_END_DECLS
