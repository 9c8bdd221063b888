/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The run as its components see it. */
#include "pst-run-private.h"

static PstClock *
get_clock (PstContext *context)
{
  return (PstClock *)((PstRun *)context)->clock;
}

static PstMode
get_mode (PstContext *context)
{
  return ((PstRun *)context)->settings.mode;
}

static const PstRunRecord *
get_run (PstContext *context)
{
  return &((PstRun *)context)->record;
}

static PstInstrumentTable *
get_instruments (PstContext *context)
{
  return ((PstRun *)context)->instruments;
}

static const PstBook *
get_book (PstContext *context, guint32 instrument)
{
  return pst_market_get_book (((PstRun *)context)->market, instrument);
}

static const PstMark *
get_mark (PstContext *context, guint32 instrument)
{
  return pst_market_get_mark (((PstRun *)context)->market, instrument);
}

static const PstPosition *
get_position (PstContext *context, guint32 strategy, guint32 instrument)
{
  return pst_portfolio_get_position (((PstRun *)context)->portfolio, strategy, instrument);
}

static const PstAccount *
get_account (PstContext *context, guint32 exchange)
{
  return pst_portfolio_get_account (((PstRun *)context)->portfolio, exchange);
}

/* An overflow ends the run; what is answered then are the books before it. */
static PstMoney
get_equity (PstContext *context, guint *n_unpriced)
{
  PstRun *run = (PstRun *)context;
  GError *error = NULL;
  const PstEquity *equity = pst_portfolio_get_equity (run->portfolio);

  if (pst_portfolio_needs_update (run->portfolio) && !pst_portfolio_update (run->portfolio, &error))
    pst_run_fail (run, error);
  *n_unpriced = equity->n_unpriced;
  return (PstMoney){ run->settings.currency, equity->equity };
}

static PstTradingState
get_trading_state (PstContext *context)
{
  return pst_gate_get_trading_state (((PstRun *)context)->gate);
}

static guint32
find_executor (PstContext *context, guint32 instrument)
{
  return pst_pipeline_find_executor (((PstRun *)context)->pipeline, instrument);
}

static guint64
submit (PstContext *context, PstStrategy *strategy, const PstOrderRequest *request)
{
  PstRun *run = (PstRun *)context;

  if (run->memory != NULL)
    pst_run_memory_touch (run->memory);
  if (G_UNLIKELY (run->warming))
    return 0;
  return pst_gate_submit (run->gate, pst_component_get_index (PST_COMPONENT (strategy)), request);
}

/* What was open at the cut is none of the past. */
static gboolean
refuse_past (GError **error)
{
  g_set_error_literal (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_FOUND, "the past is shown again: no order is open there");
  return FALSE;
}

static gboolean
cancel (PstContext *context, guint64 order_id, GError **error)
{
  PstRun *run = (PstRun *)context;

  return run->warming ? refuse_past (error) : pst_gate_cancel (run->gate, order_id, error);
}

static gboolean
modify (PstContext *context, guint64 order_id, gint64 quantity, gint64 limit_price, gint64 stop_price, GError **error)
{
  PstRun *run = (PstRun *)context;

  return run->warming ? refuse_past (error) : pst_gate_modify (run->gate, order_id, quantity, limit_price, stop_price, error);
}

static const PstOrder *
get_order (PstContext *context, guint64 order_id)
{
  PstRun *run = (PstRun *)context;

  return !run->warming ? pst_gate_get_order (run->gate, order_id) : NULL;
}

static void
foreach_open_order (PstContext *context, PstOrderFunc func, gpointer user_data)
{
  PstRun *run = (PstRun *)context;

  if (!run->warming)
    pst_gate_foreach_open_order (run->gate, func, user_data);
}

/* Components may tighten only. The states' numbers stand in that order. */
static void
request_trading_state (PstContext *context, PstComponent *component, PstTradingState state, const char *reason)
{
  PstRun *run = (PstRun *)context;

  if (state > pst_gate_get_trading_state (run->gate) && state <= PST_TRADING_STATE_HALTED)
    pst_gate_set_trading_state (run->gate, state, pst_component_get_index (component), reason);
}

static PstComponent *
find_component (PstContext *context, PstComponentKind kind, const char *name)
{
  return pst_pipeline_find (((PstRun *)context)->pipeline, kind, name);
}

static PstComponent *
get_component (PstContext *context, guint32 index)
{
  return pst_pipeline_get_component (((PstRun *)context)->pipeline, index);
}

static void
note (PstContext *context, PstComponent *component, const char *name, const char *detail)
{
  PstRun *run = (PstRun *)context;

  if (run->memory != NULL)
    pst_run_memory_touch (run->memory);
  if (G_UNLIKELY (run->warming))
    return;
  pst_recorder_note (run->recorder, pst_component_get_index (component), name, "%s", detail);
}

/* A strategy that started anew counts from 1 again. */
static void
number_opportunity (PstRun *run, PstOpportunity *opportunity)
{
  const PstStrategyTally *tally = pst_tally_get_strategy (run->tally, opportunity->component);

  if (tally != NULL)
    opportunity->number = tally->n_opportunities;
}

static void
record (PstContext *context, PstComponent *component, const PstRecord *record)
{
  PstRun *run = (PstRun *)context;
  PstRecord copy = *record;

  if (G_UNLIKELY (run->warming))
    return;
  if (record->kind == PST_RECORD_OPPORTUNITY)
    {
      pst_tally_count_opportunity (run->tally, &record->opportunity);
      if (run->resume != PST_RESUME_NONE)
        number_opportunity (run, &copy.opportunity);
    }
  pst_recorder_append (run->recorder, &copy);
  if (record->kind == PST_RECORD_OPPORTUNITY && run->sampler != NULL && run->recording)
    pst_snapshot_sampler_take_cycle (run->sampler, &record->opportunity);
}

void
pst_run_context_class_init (PstContextClass *klass)
{
  klass->get_clock = get_clock;
  klass->get_mode = get_mode;
  klass->get_run = get_run;
  klass->get_instruments = get_instruments;
  klass->get_mark = get_mark;
  klass->get_book = get_book;
  klass->get_position = get_position;
  klass->get_account = get_account;
  klass->get_equity = get_equity;
  klass->get_trading_state = get_trading_state;
  klass->find_executor = find_executor;
  klass->submit = submit;
  klass->cancel = cancel;
  klass->modify = modify;
  klass->get_order = get_order;
  klass->foreach_open_order = foreach_open_order;
  klass->request_trading_state = request_trading_state;
  klass->find_component = find_component;
  klass->note = note;
  klass->get_component = get_component;
  klass->record = record;
  klass->create_transport = pst_run_create_transport;
}
