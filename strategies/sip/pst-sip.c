/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each time of the schedule becomes one plan: what is bought of each instrument at the marks of that moment, in whole steps of its size. The plan is
 * carried out whole or not at all, and leaves one note that says which. What no whole step could be bought for waits for the next time. */
#include "pst-sip.h"

enum
{
  PROP_AMOUNT = 1,
  PROP_WEIGHTS,
  PROP_CARRY_OVER,
  PROP_SCHEDULE, /* and what else a scheduler has */
};

/* What is bought of one instrument. */
typedef struct
{
  const PstInstrument *instrument;
  guint32 index;
  guint32 executor;
  gint64 size;
  gint64 notional; /* at the quote's scale */
} Purchase;

typedef struct
{
  GArray *purchases;
  gint64 budget;    /* amount and what was left over, at the amount's scale */
  gint64 ordered;   /* what the purchases are worth, at the amount's scale */
  guint n_unpriced; /* instruments that nobody can say the price of */
} Plan;

struct _PstSip
{
  PstStrategy parent_instance;

  PstScheduler *scheduler;
  PstMoney *amount;
  char **weight_texts;
  GArray *weights; /* PstWeight */
  gboolean carry_over;
  gint64 carried; /* at the amount's scale */
};

G_DEFINE_FINAL_TYPE (PstSip, pst_sip, PST_TYPE_STRATEGY)

PST_DEFINE_PLUGIN ("sip", STRATEGY, PstSip, pst_sip_get_type)

static PstContext *
get_context (PstSip *self)
{
  return pst_component_get_context (PST_COMPONENT (self));
}

static char *
print_amount (PstSip *self, gint64 amount)
{
  const PstMoney money = { self->amount->currency, amount };

  return pst_money_to_string (&money);
}

/* The largest size that @share, at the amount's scale, buys at the price that a buyer pays; 0 for none. FALSE: nobody can say the price. */
static gboolean
find_size (PstSip *self, const PstInstrument *instrument, const PstMark *mark, gint64 share, Purchase *purchase)
{
  gint64 price = mark->ask != 0 ? mark->ask : mark->price, value;

  if (!mark->valid || price <= 0
      || !pst_context_convert (get_context (self), share, self->amount->currency, instrument->quote, PST_ROUND_DOWN, &value))
    return FALSE;
  if (!pst_instrument_size_for (instrument, value, price, &purchase->size)
      || !pst_instrument_notional (instrument, price, purchase->size, PST_ROUND_UP, &purchase->notional))
    return FALSE;
  if (instrument->size_max != 0 && purchase->size > instrument->size_max)
    return FALSE;
  if (purchase->size < instrument->size_min || purchase->notional < instrument->notional_min)
    purchase->size = 0;
  return TRUE;
}

/* Adds what is bought of one instrument, if anything is. */
static void
plan_purchase (PstSip *self, const PstWeight *weight, Plan *plan)
{
  PstContext *context = get_context (self);
  Purchase purchase = { .index = weight->instrument };
  gint64 share, cost, ordered;

  if (weight->instrument != PST_INSTRUMENT_NONE)
    purchase.instrument = pst_instrument_table_get (pst_context_get_instruments (context), weight->instrument);
  if (purchase.instrument == NULL || !pst_mantissa_multiply_divide (plan->budget, weight->rate, PST_RATE_ONE, PST_ROUND_DOWN, &share)
      || !find_size (self, purchase.instrument, pst_context_get_mark (context, weight->instrument), share, &purchase))
    {
      plan->n_unpriced++;
      return;
    }
  if (purchase.size == 0)
    return;
  purchase.executor = pst_context_find_executor (context, weight->instrument);
  if (!pst_context_convert (context, purchase.notional, purchase.instrument->quote, self->amount->currency, PST_ROUND_UP, &cost)
      || !pst_add_checked (plan->ordered, cost, &ordered))
    {
      plan->n_unpriced++;
      return;
    }
  plan->ordered = ordered;
  g_array_append_val (plan->purchases, purchase);
}

/* Whether the accounts hold what the plan costs, currency by currency. */
static gboolean
is_affordable (PstSip *self, const Plan *plan)
{
  for (guint i = 0; i < plan->purchases->len; i++)
    {
      const Purchase *one = &g_array_index (plan->purchases, Purchase, i);
      const PstAccount *account = pst_context_get_account (get_context (self), one->executor);
      gint64 sum = 0;

      for (guint k = 0; k < plan->purchases->len; k++)
        {
          const Purchase *other = &g_array_index (plan->purchases, Purchase, k);

          if (other->executor == one->executor && other->instrument->quote == one->instrument->quote && !pst_add_checked (sum, other->notional, &sum))
            return FALSE;
        }
      if (account != NULL && sum > pst_account_get_balance (account, one->instrument->quote))
        return FALSE;
    }
  return TRUE;
}

static void
skip (PstSip *self, gint64 scheduled_ns, const char *reason)
{
  g_autofree char *scheduled = pst_time_to_string (scheduled_ns);
  g_autofree char *amount = print_amount (self, self->amount->amount);
  g_autofree char *carried = print_amount (self, self->carried);

  pst_context_note (get_context (self), PST_COMPONENT (self), "SIP_SKIPPED", "scheduled=%s reason=%s amount=%s carried=%s", scheduled, reason, amount,
                    carried);
}

static void
carry_out (PstSip *self, gint64 scheduled_ns, const Plan *plan)
{
  g_autofree char *scheduled = pst_time_to_string (scheduled_ns);
  g_autofree char *budget = print_amount (self, plan->budget);
  g_autofree char *ordered = print_amount (self, plan->ordered);
  g_autofree char *left = print_amount (self, plan->budget - plan->ordered);
  guint64 first = 0, last = 0;

  self->carried = self->carry_over ? plan->budget - plan->ordered : 0;
  for (guint i = 0; i < plan->purchases->len; i++)
    {
      const Purchase *purchase = &g_array_index (plan->purchases, Purchase, i);

      last = pst_strategy_submit_market (PST_STRATEGY (self), purchase->index, PST_SIDE_BUY, purchase->size);
      first = i == 0 ? last : first;
    }
  pst_context_note (get_context (self), PST_COMPONENT (self), "SIP_EXECUTED",
                    "scheduled=%s budget=%s ordered=%s left=%s orders=%" G_GUINT64_FORMAT "..%" G_GUINT64_FORMAT " unpriced=%u", scheduled, budget,
                    ordered, left, first, last, plan->n_unpriced);
}

static void
on_due (PstStrategy *strategy, gint64 scheduled_ns)
{
  PstSip *self = PST_SIP (strategy);
  g_autoptr (GArray) purchases = g_array_new (FALSE, FALSE, sizeof (Purchase));
  Plan plan = { .purchases = purchases };

  if (pst_context_get_trading_state (get_context (self)) != PST_TRADING_STATE_ACTIVE
      || !pst_add_checked (self->amount->amount, self->carried, &plan.budget))
    {
      skip (self, scheduled_ns, "trading_halted");
      return;
    }
  pst_weights_resolve (self->weights, get_context (self), NULL);
  for (guint i = 0; i < self->weights->len; i++)
    plan_purchase (self, &g_array_index (self->weights, PstWeight, i), &plan);
  if (purchases->len > 0 && is_affordable (self, &plan))
    carry_out (self, scheduled_ns, &plan);
  else if (purchases->len > 0)
    skip (self, scheduled_ns, "insufficient_cash");
  else if (plan.n_unpriced == self->weights->len)
    skip (self, scheduled_ns, "no_price");
  else
    {
      /* Small amounts add up until they buy something. */
      self->carried = self->carry_over ? plan.budget : 0;
      skip (self, scheduled_ns, "too_small");
    }
}

static void
on_skipped (PstStrategy *strategy, gint64 scheduled_ns, const char *reason)
{
  skip (PST_SIP (strategy), scheduled_ns, reason);
}

static void
on_deferred (PstStrategy *strategy, gint64 scheduled_ns, gint64 until_ns)
{
  PstSip *self = PST_SIP (strategy);
  g_autofree char *scheduled = pst_time_to_string (scheduled_ns);
  g_autofree char *until = pst_time_to_string (until_ns);
  g_autofree char *amount = print_amount (self, self->amount->amount);

  pst_context_note (get_context (self), PST_COMPONENT (self), "SIP_DEFERRED", "scheduled=%s until=%s amount=%s", scheduled, until, amount);
}

/* The clock that counts is that of the first instrument's market, which may become known with the data. */
static void
begin (PstSip *self)
{
  pst_weights_resolve (self->weights, get_context (self), NULL);
  pst_scheduler_start (self->scheduler, g_array_index (self->weights, PstWeight, 0).instrument);
}

static void
pst_sip_on_frame (PstStrategy *strategy, const PstFrame *frame)
{
  PstSip *self = (PstSip *)strategy;

  if (G_UNLIKELY (!pst_scheduler_is_started (self->scheduler)))
    begin (self);
}

/* An instalment that is not made is told, and stays in the account: a plan that makes up for it would buy more the next time than its owner said, and
 * after a year of denials a year's worth at once. */
static void
pst_sip_on_order (PstStrategy *strategy, const PstOrder *order, const PstExecutionReport *report)
{
  const PstInstrument *instrument;
  char wanted[PST_DECIMAL_TEXT_SIZE], filled[PST_DECIMAL_TEXT_SIZE];

  if (!pst_order_state_is_final (order->state) || order->state == PST_ORDER_STATE_FILLED)
    return;
  instrument
      = pst_instrument_table_get (pst_context_get_instruments (pst_component_get_context (PST_COMPONENT (strategy))), order->request.instrument);
  pst_mantissa_print (order->request.quantity, instrument->size_scale, wanted);
  pst_mantissa_print (order->filled_quantity, instrument->size_scale, filled);
  pst_component_raise_alert (PST_COMPONENT (strategy), PST_SEVERITY_WARNING, "strategy", "Instalment not made",
                             "order %" G_GUINT64_FORMAT " bought %s of %s %s: %s; the rest of its money is not invested, and not carried over",
                             order->id, filled, wanted, instrument->id, order->reason[0] != '\0' ? order->reason : "no reason was given");
}

static gboolean
pst_sip_prepare (PstComponent *component, GError **error)
{
  PstSip *self = PST_SIP (component);
  gint64 sum;

  g_clear_pointer (&self->weights, g_array_unref);
  self->weights = pst_weights_parse (self->weight_texts, &sum, error);
  if (self->weights == NULL)
    {
      g_prefix_error (error, "option \"weights\": ");
      return FALSE;
    }
  if (sum != PST_RATE_ONE)
    {
      g_set_error_literal (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT,
                           "option \"weights\": the shares add up to less than 1; name how all of the amount is invested");
      return FALSE;
    }
  return pst_scheduler_prepare (self->scheduler, error);
}

static gboolean
pst_sip_start (PstComponent *component, GError **error)
{
  begin (PST_SIP (component));
  return TRUE;
}

static void
pst_sip_stop (PstComponent *component)
{
  PstSip *self = PST_SIP (component);

  for (guint i = 0; i < self->weights->len; i++)
    {
      const PstWeight *weight = &g_array_index (self->weights, PstWeight, i);

      if (weight->instrument == PST_INSTRUMENT_NONE)
        pst_component_raise_alert (component, PST_SEVERITY_WARNING, "strategy", "Instrument not seen",
                                   "no exchange of the run lists \"%s\", which weights names; its share was never invested", weight->name);
    }
  pst_scheduler_stop (self->scheduler);
}

static void
pst_sip_save_state (PstComponent *component, PstStateFile *state)
{
  PstSip *self = PST_SIP (component);
  const PstMoney carried = { self->amount->currency, self->carried };

  pst_scheduler_save_state (self->scheduler, state);
  pst_state_file_set_money (state, "carried", &carried);
}

static gboolean
pst_sip_load_state (PstComponent *component, PstStateFile *state, GError **error)
{
  PstSip *self = PST_SIP (component);
  PstMoney carried;

  if (!pst_state_file_get_money (state, "carried", &carried, error))
    return FALSE;
  /* Another amount in another currency is another plan. */
  self->carried = carried.currency == self->amount->currency ? carried.amount : 0;
  return pst_scheduler_load_state (self->scheduler, state, error);
}

static void
pst_sip_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  PstSip *self = PST_SIP (object);

  switch (property_id)
    {
    case PROP_AMOUNT:
      g_clear_pointer (&self->amount, pst_money_free);
      self->amount = g_value_dup_boxed (value);
      break;
    case PROP_WEIGHTS:
      g_strfreev (self->weight_texts);
      self->weight_texts = g_value_dup_boxed (value);
      break;
    case PROP_CARRY_OVER:
      self->carry_over = g_value_get_boolean (value);
      break;
    default:
      if (!pst_scheduler_set_option (self->scheduler, property_id - PROP_SCHEDULE, value))
        G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
pst_sip_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  PstSip *self = PST_SIP (object);

  switch (property_id)
    {
    case PROP_AMOUNT:
      g_value_set_boxed (value, self->amount);
      break;
    case PROP_WEIGHTS:
      g_value_set_boxed (value, self->weight_texts);
      break;
    case PROP_CARRY_OVER:
      g_value_set_boolean (value, self->carry_over);
      break;
    default:
      if (!pst_scheduler_get_option (self->scheduler, property_id - PROP_SCHEDULE, value))
        G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
pst_sip_finalize (GObject *object)
{
  PstSip *self = PST_SIP (object);

  g_clear_pointer (&self->scheduler, pst_scheduler_free);
  g_clear_pointer (&self->amount, pst_money_free);
  g_clear_pointer (&self->weights, g_array_unref);
  g_strfreev (self->weight_texts);
  G_OBJECT_CLASS (pst_sip_parent_class)->finalize (object);
}

static void
pst_sip_class_init (PstSipClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  PstComponentClass *component_class = PST_COMPONENT_CLASS (klass);

  object_class->set_property = pst_sip_set_property;
  object_class->get_property = pst_sip_get_property;
  object_class->finalize = pst_sip_finalize;
  component_class->prepare = pst_sip_prepare;
  component_class->start = pst_sip_start;
  component_class->stop = pst_sip_stop;
  component_class->save_state = pst_sip_save_state;
  component_class->load_state = pst_sip_load_state;
  PST_STRATEGY_CLASS (klass)->on_frame = pst_sip_on_frame;
  PST_STRATEGY_CLASS (klass)->on_order = pst_sip_on_order;
  g_object_class_install_property (
      object_class, PROP_AMOUNT,
      pst_param_spec_money ("amount", "Amount", "What is invested at each time of the schedule", TRUE, PST_OPTION_READWRITE | PST_OPTION_REQUIRED));
  g_object_class_install_property (object_class, PROP_WEIGHTS,
                                   g_param_spec_boxed ("weights", "Weights",
                                                       "Instruments, by id or symbol, and their shares of the amount, as SPY.US:0.6;BND.US:0.4; "
                                                       "together 1",
                                                       G_TYPE_STRV, PST_OPTION_READWRITE | PST_OPTION_REQUIRED));
  g_object_class_install_property (object_class, PROP_CARRY_OVER,
                                   g_param_spec_boolean ("carry-over", "Carry over",
                                                         "Whether what no whole step of size could be bought for is added to the next amount", TRUE,
                                                         PST_OPTION_READWRITE | PST_OPTION_LIVE));
  pst_scheduler_install_options (object_class, PROP_SCHEDULE, PST_SCHEDULE_MONTHLY);
}

static void
pst_sip_init (PstSip *self)
{
  const PstSchedulerFuncs funcs = { on_due, on_skipped, on_deferred };

  self->scheduler = pst_scheduler_new (PST_STRATEGY (self), PST_SCHEDULE_MONTHLY, &funcs);
  self->carry_over = TRUE;
}
