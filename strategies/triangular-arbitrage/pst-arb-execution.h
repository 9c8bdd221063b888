/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One cycle as it is executed: what it holds of each currency after each fill, and what the next order would be, forward or back. It sends nothing
 * itself: that is the sequencer's. */
#pragma once

#include "pst-arb-detector.h"

G_BEGIN_DECLS

/**
 * PstArbExecution:
 * @number: of its opportunity
 * @text: "USD->BTC->ETH->USD"
 * @currencies: what goes into each leg; the first is the base
 * @held: what is held of each of them by this cycle; of the base what was gained, below 0 what is out
 * @spent: base currency that went out
 * @returned: base currency that came back
 * @other_fees: fees in a currency that is not of the cycle
 * @leg: the leg that is traded, or would be next; the number of legs when all are done
 * @filled: whether there was a fill
 * @traded_back: whether something was traded back
 * @given_up: by currency: what is held of it stays
 * @reason: why not all went as planned; empty otherwise
 *
 * One execution.
 */
typedef struct
{
  guint64 number;
  char text[PST_CYCLE_SIZE];
  PstArbCycle cycle;
  guint32 exchange;
  const PstCurrency *currencies[PST_ARB_LEGS_MAX];
  gint64 held[PST_ARB_LEGS_MAX];
  gint64 spent;
  gint64 returned;
  PstMoney other_fees;
  guint leg;
  gboolean filled;
  gboolean traded_back;
  gboolean given_up[PST_ARB_LEGS_MAX];
  char reason[PST_REASON_SIZE];
} PstArbExecution;

typedef struct
{
  PstOrderType type;
  PstTimeInForce time_in_force;
} PstArbOrderForm;

void pst_arb_execution_init (PstArbExecution *execution, const PstArbMarket *market, const PstArbCycle *cycle, guint64 number);
/* Books a fill of one of its orders. NULL, or what of it cannot be. */
const char *pst_arb_execution_apply (PstArbExecution *execution, const PstArbMarket *market, const PstOrder *order, const PstExecutionReport *report);
/* The order of the next leg, for all that is held before it. NULL, or why there is none. @unless_back: also when trading back would return more now.
 */
const char *pst_arb_execution_plan_leg (const PstArbExecution *execution, const PstArbMarket *market, PstArbLeg *legs, gboolean unless_back,
                                        const PstArbOrderForm *form, PstOrderRequest *request);
/* The order that trades what is held before leg @position back into the currency before it, at most @allowance (at PST_RATE_SCALE) worse than the
 * touch. NULL, or why there is none. */
const char *pst_arb_execution_plan_back (const PstArbExecution *execution, const PstArbMarket *market, PstArbLeg *leg, guint position,
                                         gint64 allowance, gboolean at_market, PstOrderRequest *request);
/* Whether the reason of pst_arb_execution_plan_back() is that it is too little for any order: dust. */
gboolean pst_arb_execution_is_dust (const char *reason);
void pst_arb_execution_set_reason (PstArbExecution *execution, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* What must be known of it to go on after a restart, in keys that begin with @prefix. */
void pst_arb_execution_save (const PstArbExecution *execution, const PstArbMarket *market, const char *prefix, PstStateFile *state);
/* FALSE when it cannot be understood, or an instrument is not there any more. */
gboolean pst_arb_execution_load (PstArbExecution *execution, const PstArbMarket *market, const char *prefix, PstStateFile *state, GError **error);
/* (transfer full): "BUY BTC/USD.KRAKEN"; names its instruments, whose indexes may be others after a restart. */
char *pst_arb_edge_to_text (const PstArbMarket *market, guint32 edge);
/* FALSE when there is no such instrument. */
gboolean pst_arb_edge_from_text (const PstArbMarket *market, const char *text, guint32 *edge, GError **error);
/* (transfer full): "opportunity=3 cycle=... profit=1.2 USD ...". */
char *pst_arb_execution_describe (const PstArbExecution *execution);

G_END_DECLS
