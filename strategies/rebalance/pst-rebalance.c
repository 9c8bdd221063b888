/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* At each time of the schedule the portfolio is looked at; when it is to be rebalanced, what is too much is sold, and when all of that has come to an
 * end, what is too little is bought with the money that is there. One rebalance, one event. */
#include "pst-rebalance.h"

#include <string.h>

enum
{
  PROP_WEIGHTS = 1,
  PROP_DRIFT_BAND,
  PROP_DRIFT_RELATIVE,
  PROP_TRADE_MIN,
  PROP_CASH_BUFFER,
  PROP_ALLOCATION,
  PROP_HOLDINGS,
  PROP_SCHEDULE, /* and what else a scheduler has */
};

typedef enum
{
  HOLDINGS_OWN,
  HOLDINGS_ALL,
} Holdings;

/* What is bought when the sales are over. */
typedef struct
{
  guint32 instrument;
  gint64 size;
} Purchase;

struct _PstRebalance
{
  PstStrategy parent_instance;

  PstScheduler *scheduler;
  char **weight_texts;
  GArray *weights; /* PstWeight */
  PstDecimal *drift_band, *drift_relative, *cash_buffer, *allocation;
  PstMoney *trade_min;
  Holdings holdings;

  GArray *open;      /* guint64: its orders that are not over */
  GArray *purchases; /* Purchase: not asked for yet */
};

G_DEFINE_FINAL_TYPE (PstRebalance, pst_rebalance, PST_TYPE_STRATEGY)

PST_DEFINE_PLUGIN ("rebalance", STRATEGY, PstRebalance, pst_rebalance_get_type)

static GType
get_holdings_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[]
      = { { HOLDINGS_OWN, "PST_REBALANCE_HOLDINGS_OWN", "own" }, { HOLDINGS_ALL, "PST_REBALANCE_HOLDINGS_ALL", "all" }, { 0 } };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("PstRebalanceHoldings", values));
  return type;
}

static PstContext *
get_context (PstRebalance *self)
{
  return pst_component_get_context (PST_COMPONENT (self));
}

static gint64
to_rate (const PstDecimal *decimal, gint64 otherwise)
{
  gint64 rate;

  return decimal != NULL && pst_decimal_rescale (decimal, PST_RATE_SCALE, PST_ROUND_DOWN, &rate, NULL) ? rate : otherwise;
}

/* A part of the whole, to a hundredth of a point. */
static char *
print_part (gint64 rate)
{
  const PstDecimal exact = { rate, PST_RATE_SCALE };
  PstDecimal part = { 0, 4 };

  return pst_decimal_rescale (&exact, part.scale, PST_ROUND_HALF_EVEN, &part.mantissa, NULL) ? pst_decimal_to_string (&part) : g_strdup ("?");
}

static void
note_skipped (PstRebalance *self, gint64 scheduled_ns, const char *reason, gint64 drift)
{
  g_autofree char *scheduled = pst_time_to_string (scheduled_ns), *text = print_part (drift);

  pst_context_note (get_context (self), PST_COMPONENT (self), "REBALANCE_SKIPPED", "scheduled=%s reason=%s drift=%s", scheduled, reason, text);
}

static void
note_executed (PstRebalance *self, gint64 scheduled_ns, const PstRebalancePlan *plan)
{
  const PstCurrency *base = pst_context_get_run (get_context (self))->currency;
  const PstMoney total = { base, plan->total };
  g_autofree char *scheduled = pst_time_to_string (scheduled_ns), *value = pst_money_to_string (&total), *drift = print_part (plan->drift);

  pst_context_note (get_context (self), PST_COMPONENT (self), "REBALANCE_EXECUTED", "scheduled=%s total=%s drift=%s sells=%u buys=%u", scheduled,
                    value, drift, self->open->len, self->purchases->len);
}

static void
submit (PstRebalance *self, guint32 instrument, PstSide side, gint64 size)
{
  guint64 id = pst_strategy_submit_market (PST_STRATEGY (self), instrument, side, size);

  g_array_append_val (self->open, id);
}

/* What a purchase may be at most, with the cash that is there; what was asked for before counts as spent. */
static gint64
limit_size (PstRebalance *self, const Purchase *purchase, GHashTable *spent)
{
  PstContext *context = get_context (self);
  const PstInstrument *instrument = pst_instrument_table_get (pst_context_get_instruments (context), purchase->instrument);
  const PstMark *mark = pst_context_get_mark (context, purchase->instrument);
  const PstAccount *account = pst_context_get_account (context, pst_context_find_executor (context, purchase->instrument));
  gint64 price = mark->ask != 0 ? mark->ask : mark->price, *used = g_hash_table_lookup (spent, instrument->quote), size = purchase->size, free_cash,
         most;
  gint64 cost;

  if (account != NULL)
    {
      free_cash = pst_account_get_balance (account, instrument->quote) - (used != NULL ? *used : 0);
      if (free_cash <= 0 || price <= 0 || !pst_instrument_size_for (instrument, free_cash, price, &most))
        return 0;
      size = MIN (size, most);
    }
  if (size < MAX (instrument->size_min, 1) || !pst_instrument_notional (instrument, price, size, PST_ROUND_UP, &cost)
      || cost < instrument->notional_min)
    return 0;
  if (used == NULL)
    g_hash_table_insert (spent, (gpointer)instrument->quote, used = g_new0 (gint64, 1));
  *used += cost;
  return size;
}

static void
buy (PstRebalance *self)
{
  g_autoptr (GArray) purchases = g_steal_pointer (&self->purchases);
  g_autoptr (GHashTable) spent = g_hash_table_new_full (NULL, NULL, NULL, g_free);

  self->purchases = g_array_new (FALSE, FALSE, sizeof (Purchase));
  for (guint i = 0; i < purchases->len; i++)
    {
      const Purchase *purchase = &g_array_index (purchases, Purchase, i);
      gint64 size = limit_size (self, purchase, spent);

      if (size > 0)
        submit (self, purchase->instrument, PST_SIDE_BUY, size);
    }
}

static void
carry_out (PstRebalance *self, gint64 scheduled_ns, const PstRebalancePlan *plan)
{
  for (guint i = 0; i < plan->trades->len; i++)
    {
      const PstRebalanceTrade *trade = &g_array_index (plan->trades, PstRebalanceTrade, i);
      const Purchase purchase = { trade->instrument, trade->size };

      if (trade->size > 0 && trade->side == PST_SIDE_SELL)
        submit (self, trade->instrument, PST_SIDE_SELL, trade->size);
      else if (trade->size > 0)
        g_array_append_val (self->purchases, purchase);
    }
  note_executed (self, scheduled_ns, plan);
  if (self->open->len == 0)
    buy (self);
}

static void
on_due (PstStrategy *strategy, gint64 scheduled_ns)
{
  PstRebalance *self = PST_REBALANCE (strategy);
  const PstRebalanceRules rules = { .weights = self->weights,
                                    .allocation = to_rate (self->allocation, PST_RATE_ONE),
                                    .cash_buffer = to_rate (self->cash_buffer, 0),
                                    .drift_band = to_rate (self->drift_band, -1),
                                    .drift_relative = to_rate (self->drift_relative, -1),
                                    .trade_min = self->trade_min,
                                    .strategy = self->holdings == HOLDINGS_ALL ? G_MAXUINT32 : pst_component_get_index (PST_COMPONENT (self)) };
  gboolean has_band = rules.drift_band >= 0 || rules.drift_relative >= 0;
  PstRebalancePlan plan = { 0 };
  const char *reason;

  if (pst_context_get_trading_state (get_context (self)) != PST_TRADING_STATE_ACTIVE)
    reason = "trading_halted";
  else if (self->open->len > 0 || self->purchases->len > 0)
    reason = "still_trading";
  else
    reason = pst_rebalance_plan_make (&rules, get_context (self), &plan);
  if (reason == NULL && has_band && !plan.is_out_of_band)
    reason = "within_band";
  if (reason == NULL && plan.n_trades == 0)
    reason = "nothing_to_trade";
  if (reason != NULL)
    note_skipped (self, scheduled_ns, reason, plan.drift);
  else
    carry_out (self, scheduled_ns, &plan);
  pst_rebalance_plan_clear (&plan);
}

static void
on_skipped (PstStrategy *strategy, gint64 scheduled_ns, const char *reason)
{
  note_skipped (PST_REBALANCE (strategy), scheduled_ns, reason, 0);
}

static void
on_deferred (PstStrategy *strategy, gint64 scheduled_ns, gint64 until_ns)
{
  g_autofree char *scheduled = pst_time_to_string (scheduled_ns), *until = pst_time_to_string (until_ns);

  pst_context_note (pst_component_get_context (PST_COMPONENT (strategy)), PST_COMPONENT (strategy), "REBALANCE_DEFERRED", "scheduled=%s until=%s",
                    scheduled, until);
}

/* When the last sale is over, however it ended, purchases follow with the money that is there. */
static void
pst_rebalance_on_order (PstStrategy *strategy, const PstOrder *order, const PstExecutionReport *report)
{
  PstRebalance *self = PST_REBALANCE (strategy);

  if (!pst_order_state_is_final (order->state))
    return;
  for (guint i = 0; i < self->open->len; i++)
    if (g_array_index (self->open, guint64, i) == order->id)
      {
        g_array_remove_index (self->open, i);
        if (self->open->len == 0 && self->purchases->len > 0)
          buy (self);
        return;
      }
}

static void
begin (PstRebalance *self)
{
  pst_weights_resolve (self->weights, get_context (self), NULL);
  pst_scheduler_start (self->scheduler, g_array_index (self->weights, PstWeight, 0).instrument);
}

static void
pst_rebalance_on_frame (PstStrategy *strategy, const PstFrame *frame)
{
  PstRebalance *self = (PstRebalance *)strategy;

  if (G_UNLIKELY (!pst_scheduler_is_started (self->scheduler)))
    begin (self);
  /* After a restart: the sales may have come to their end meanwhile. */
  if (G_UNLIKELY (self->purchases->len > 0 && self->open->len == 0))
    buy (self);
}

static gboolean
pst_rebalance_prepare (PstComponent *component, GError **error)
{
  PstRebalance *self = PST_REBALANCE (component);
  gint64 sum;

  g_clear_pointer (&self->weights, g_array_unref);
  self->weights = pst_weights_parse (self->weight_texts, &sum, error);
  if (self->weights != NULL)
    return pst_scheduler_prepare (self->scheduler, error);
  g_prefix_error (error, "option \"weights\": ");
  return FALSE;
}

static gboolean
pst_rebalance_start (PstComponent *component, GError **error)
{
  PstRebalance *self = PST_REBALANCE (component);

  g_array_set_size (self->open, 0);
  g_array_set_size (self->purchases, 0);
  begin (self);
  return TRUE;
}

static void
pst_rebalance_stop (PstComponent *component)
{
  pst_scheduler_stop (PST_REBALANCE (component)->scheduler);
}

/* Purchases that wait for sales are remembered by the instruments' ids: "BND.US:40". */
static void
pst_rebalance_save_state (PstComponent *component, PstStateFile *state)
{
  PstRebalance *self = PST_REBALANCE (component);
  PstInstrumentTable *table = pst_context_get_instruments (get_context (self));

  pst_scheduler_save_state (self->scheduler, state);
  pst_state_file_set_int64 (state, "purchases", self->purchases->len);
  for (guint i = 0; i < self->purchases->len; i++)
    {
      const Purchase *purchase = &g_array_index (self->purchases, Purchase, i);
      g_autofree char *key = g_strdup_printf ("purchase-%u", i);
      g_autofree char *value = g_strdup_printf ("%s:%" G_GINT64_FORMAT, pst_instrument_table_get (table, purchase->instrument)->id, purchase->size);

      pst_state_file_set_string (state, key, value);
    }
}

static gboolean
load_purchase (PstRebalance *self, PstStateFile *state, guint n, GError **error)
{
  g_autofree char *key = g_strdup_printf ("purchase-%u", n), *value = NULL;
  Purchase purchase = { PST_INSTRUMENT_NONE, 0 };
  char *colon;

  if (!pst_state_file_get_string (state, key, &value, error))
    return FALSE;
  colon = strrchr (value, ':');
  if (colon != NULL && g_ascii_string_to_signed (colon + 1, 10, 1, G_MAXINT64, &purchase.size, NULL))
    {
      *colon = '\0';
      purchase.instrument = pst_instrument_table_find (pst_context_get_instruments (get_context (self)), value);
    }
  /* One that is no longer listed is bought at the next time, if at all. */
  if (purchase.instrument != PST_INSTRUMENT_NONE)
    g_array_append_val (self->purchases, purchase);
  return TRUE;
}

static void
take_order (const PstOrder *order, gpointer user_data)
{
  PstRebalance *self = user_data;

  if (order->strategy == pst_component_get_index (PST_COMPONENT (self)))
    g_array_append_val (self->open, order->id);
}

static gboolean
pst_rebalance_load_state (PstComponent *component, PstStateFile *state, GError **error)
{
  PstRebalance *self = PST_REBALANCE (component);
  gint64 n;

  if (!pst_state_file_get_int64 (state, "purchases", &n, error))
    return FALSE;
  g_array_set_size (self->open, 0);
  g_array_set_size (self->purchases, 0);
  for (gint64 i = 0; i < n; i++)
    if (!load_purchase (self, state, (guint)i, error))
      return FALSE;
  pst_context_foreach_open_order (get_context (self), take_order, self);
  return pst_scheduler_load_state (self->scheduler, state, error);
}

static void
set_decimal (PstDecimal **field, const GValue *value)
{
  g_clear_pointer (field, pst_decimal_free);
  *field = g_value_dup_boxed (value);
}

static void
pst_rebalance_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  PstRebalance *self = PST_REBALANCE (object);

  switch (property_id)
    {
    case PROP_WEIGHTS:
      g_strfreev (self->weight_texts);
      self->weight_texts = g_value_dup_boxed (value);
      break;
    case PROP_DRIFT_BAND:
      set_decimal (&self->drift_band, value);
      break;
    case PROP_DRIFT_RELATIVE:
      set_decimal (&self->drift_relative, value);
      break;
    case PROP_TRADE_MIN:
      g_clear_pointer (&self->trade_min, pst_money_free);
      self->trade_min = g_value_dup_boxed (value);
      break;
    case PROP_CASH_BUFFER:
      set_decimal (&self->cash_buffer, value);
      break;
    case PROP_ALLOCATION:
      set_decimal (&self->allocation, value);
      break;
    case PROP_HOLDINGS:
      self->holdings = (Holdings)g_value_get_enum (value);
      break;
    default:
      if (!pst_scheduler_set_option (self->scheduler, property_id - PROP_SCHEDULE, value))
        G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
pst_rebalance_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  PstRebalance *self = PST_REBALANCE (object);

  switch (property_id)
    {
    case PROP_WEIGHTS:
      g_value_set_boxed (value, self->weight_texts);
      break;
    case PROP_DRIFT_BAND:
      g_value_set_boxed (value, self->drift_band);
      break;
    case PROP_DRIFT_RELATIVE:
      g_value_set_boxed (value, self->drift_relative);
      break;
    case PROP_TRADE_MIN:
      g_value_set_boxed (value, self->trade_min);
      break;
    case PROP_CASH_BUFFER:
      g_value_set_boxed (value, self->cash_buffer);
      break;
    case PROP_ALLOCATION:
      g_value_set_boxed (value, self->allocation);
      break;
    case PROP_HOLDINGS:
      g_value_set_enum (value, (gint)self->holdings);
      break;
    default:
      if (!pst_scheduler_get_option (self->scheduler, property_id - PROP_SCHEDULE, value))
        G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
pst_rebalance_finalize (GObject *object)
{
  PstRebalance *self = PST_REBALANCE (object);

  g_clear_pointer (&self->scheduler, pst_scheduler_free);
  g_clear_pointer (&self->weights, g_array_unref);
  g_clear_pointer (&self->open, g_array_unref);
  g_clear_pointer (&self->purchases, g_array_unref);
  g_clear_pointer (&self->drift_band, pst_decimal_free);
  g_clear_pointer (&self->drift_relative, pst_decimal_free);
  g_clear_pointer (&self->cash_buffer, pst_decimal_free);
  g_clear_pointer (&self->allocation, pst_decimal_free);
  g_clear_pointer (&self->trade_min, pst_money_free);
  g_strfreev (self->weight_texts);
  G_OBJECT_CLASS (pst_rebalance_parent_class)->finalize (object);
}

static void
install_options (GObjectClass *klass)
{
  const GParamFlags rate = PST_OPTION_READWRITE | PST_OPTION_LIVE | PST_OPTION_RATE;

  g_object_class_install_property (
      klass, PROP_WEIGHTS,
      g_param_spec_boxed ("weights", "Weights",
                          "Instruments, by id or symbol, and their shares of the whole, as SPY.US:0.6;BND.US:0.4; what is "
                          "missing to 1 stays cash",
                          G_TYPE_STRV, PST_OPTION_READWRITE | PST_OPTION_REQUIRED));
  g_object_class_install_property (klass, PROP_DRIFT_BAND,
                                   pst_param_spec_decimal ("drift-band", "Drift band",
                                                           "Only when a share is off by more than this part of the whole; 0.05 is five points", "0",
                                                           "1", NULL, rate));
  g_object_class_install_property (
      klass, PROP_DRIFT_RELATIVE,
      pst_param_spec_decimal ("drift-relative", "Relative drift",
                              "Only when a share is off by more than this part of its target; with drift-band too, either", "0", "1", NULL, rate));
  g_object_class_install_property (
      klass, PROP_TRADE_MIN,
      pst_param_spec_money ("min-trade-value", "Least trade", "Smaller trades are left out", TRUE, PST_OPTION_READWRITE | PST_OPTION_LIVE));
  g_object_class_install_property (
      klass, PROP_CASH_BUFFER,
      pst_param_spec_decimal ("cash-buffer", "Cash buffer", "Part of the whole that stays cash, for fees and moves", "0", "1", "0", rate));
  g_object_class_install_property (
      klass, PROP_ALLOCATION,
      pst_param_spec_decimal ("allocation", "Allocation", "Which part of the run's equity is the whole", "0", "1", "1", rate));
  g_object_class_install_property (klass, PROP_HOLDINGS,
                                   g_param_spec_enum ("holdings", "Holdings",
                                                      "What counts as held: what this strategy bought (own), or what all of the run did (all)",
                                                      get_holdings_type (), HOLDINGS_OWN, PST_OPTION_READWRITE));
  pst_scheduler_install_options (klass, PROP_SCHEDULE, PST_SCHEDULE_MONTHLY);
}

static void
pst_rebalance_class_init (PstRebalanceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  PstComponentClass *component_class = PST_COMPONENT_CLASS (klass);

  object_class->set_property = pst_rebalance_set_property;
  object_class->get_property = pst_rebalance_get_property;
  object_class->finalize = pst_rebalance_finalize;
  component_class->prepare = pst_rebalance_prepare;
  component_class->start = pst_rebalance_start;
  component_class->stop = pst_rebalance_stop;
  component_class->save_state = pst_rebalance_save_state;
  component_class->load_state = pst_rebalance_load_state;
  PST_STRATEGY_CLASS (klass)->on_frame = pst_rebalance_on_frame;
  PST_STRATEGY_CLASS (klass)->on_order = pst_rebalance_on_order;
  install_options (object_class);
}

static void
pst_rebalance_init (PstRebalance *self)
{
  const PstSchedulerFuncs funcs = { on_due, on_skipped, on_deferred };

  self->scheduler = pst_scheduler_new (PST_STRATEGY (self), PST_SCHEDULE_MONTHLY, &funcs);
  self->open = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->purchases = g_array_new (FALSE, FALSE, sizeof (Purchase));
  self->cash_buffer = pst_decimal_copy (&(const PstDecimal){ 0, 0 });
  self->allocation = pst_decimal_copy (&(const PstDecimal){ 1, 0 });
}
