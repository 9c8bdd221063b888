/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Executes cycles leg by leg: each leg only when the one before is over, for what that one really brought; what does not work out is traded back or
 * held; every execution ends in a named state, written into the run's records:
 *
 *   CYCLE_COMPLETED  every leg was traded; nothing is left but dust
 *   CYCLE_UNWOUND    something was traded back; nothing is left but dust
 *   CYCLE_HELD       something other than the base currency is left
 *   CYCLE_FAILED     nothing was traded, or what came back was impossible */
#pragma once

#include "pst-arb-execution.h"
#include "pst-triangular-arbitrage.h"

G_BEGIN_DECLS

typedef struct _PstArbSequencer PstArbSequencer;

/* An execution is over. */
typedef void (*PstArbEndedFunc) (const PstArbExecution *execution, gpointer user_data);

/* All borrowed. */
PstArbSequencer *pst_arb_sequencer_new (PstStrategy *strategy, const PstArbMarket *market, const PstArbOptions *options, PstArbEndedFunc ended,
                                        gpointer user_data);
/* Ends what still runs: CYCLE_HELD, or CYCLE_FAILED when nothing was traded. */
void pst_arb_sequencer_free (PstArbSequencer *sequencer);
/* Whether a cycle may begin now: trading is allowed, there is room, none that runs shares a currency but the base with it, and no exception came. */
gboolean pst_arb_sequencer_may_start (const PstArbSequencer *sequencer, const PstArbCycle *cycle);
/* What of the base currency may still go out for executions that run at that exchange. */
gint64 pst_arb_sequencer_get_committed (const PstArbSequencer *sequencer, guint32 exchange);
/* Sends the first leg. */
void pst_arb_sequencer_start (PstArbSequencer *sequencer, const PstArbCycle *cycle, const PstArbFinding *finding, guint64 number);
void pst_arb_sequencer_on_order (PstArbSequencer *sequencer, const PstOrder *order, const PstExecutionReport *report);
/* What runs now, so that it is known after a restart. */
void pst_arb_sequencer_save (const PstArbSequencer *sequencer, PstStateFile *state);
/* Of a sequencer that has begun nothing. When the same run goes on, so do its executions: an order that lives on is waited for, what is held
 * otherwise is dealt with by on-leg-failure. A new run does not trade what another left: it ends those with CYCLE_HELD. FALSE for what cannot be
 * understood. */
gboolean pst_arb_sequencer_load (PstArbSequencer *sequencer, PstStateFile *state, GError **error);
guint64 pst_arb_sequencer_get_n_started (const PstArbSequencer *sequencer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstArbSequencer, pst_arb_sequencer_free)

G_END_DECLS
