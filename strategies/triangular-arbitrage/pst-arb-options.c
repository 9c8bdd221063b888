/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The strategy's options as properties: range, default and blurb stand here. */

#include "pst-triangular-arbitrage.h"

#include "pst-arb-cycles.h"

enum
{
  PROP_BASE_CURRENCY = 1,
  PROP_TRADE_CAPITAL,
  PROP_MAX_TRADE_CAPITAL,
  PROP_MIN_NET_PCT,
  PROP_CYCLE_LENGTH_MAX,
  PROP_CYCLES_MAX,
  PROP_COOL_DOWN,
  PROP_MAX_BOOK_AGE,
  PROP_RECORD_INTERVAL,
  PROP_SIZING_TRIALS,
  PROP_EXECUTE,
  PROP_CONCURRENT,
  PROP_LEG_ORDER,
  PROP_LEG_TIMEOUT,
  PROP_ON_LEG_FAILURE,
  PROP_UNWIND_ALLOWANCE,
  PROP_UNWIND_ATTEMPTS,
  PROP_UNWIND_MARKET,
};

G_DEFINE_ENUM_TYPE (PstArbLegOrder, pst_arb_leg_order, G_DEFINE_ENUM_VALUE (PST_ARB_LEG_ORDER_IOC, "ioc"),
                    G_DEFINE_ENUM_VALUE (PST_ARB_LEG_ORDER_FOK, "fok"), G_DEFINE_ENUM_VALUE (PST_ARB_LEG_ORDER_MARKET, "market"))

G_DEFINE_ENUM_TYPE (PstArbOnFailure, pst_arb_on_failure, G_DEFINE_ENUM_VALUE (PST_ARB_ON_FAILURE_UNWIND, "unwind"),
                    G_DEFINE_ENUM_VALUE (PST_ARB_ON_FAILURE_HOLD, "hold"))

/* The member behind a boxed option. */
static gpointer *
find_boxed (PstArbOptions *options, guint property_id, GType *type)
{
  *type = property_id == PROP_TRADE_CAPITAL || property_id == PROP_MAX_TRADE_CAPITAL ? PST_TYPE_MONEY : PST_TYPE_DECIMAL;
  switch (property_id)
    {
    case PROP_TRADE_CAPITAL:
      return (gpointer *)&options->trade_capital;
    case PROP_MAX_TRADE_CAPITAL:
      return (gpointer *)&options->max_trade_capital;
    case PROP_MIN_NET_PCT:
      return (gpointer *)&options->min_net_pct;
    case PROP_UNWIND_ALLOWANCE:
      return (gpointer *)&options->unwind_allowance;
    default:
      return NULL;
    }
}

static guint *
find_uint (PstArbOptions *options, guint property_id)
{
  switch (property_id)
    {
    case PROP_CYCLE_LENGTH_MAX:
      return &options->cycle_length_max;
    case PROP_CYCLES_MAX:
      return &options->cycles_max;
    case PROP_SIZING_TRIALS:
      return &options->sizing_trials;
    case PROP_CONCURRENT:
      return &options->concurrent;
    case PROP_UNWIND_ATTEMPTS:
      return &options->unwind_attempts;
    default:
      return NULL;
    }
}

static gint64 *
find_duration (PstArbOptions *options, guint property_id)
{
  switch (property_id)
    {
    case PROP_COOL_DOWN:
      return &options->cool_down_ns;
    case PROP_MAX_BOOK_AGE:
      return &options->max_book_age_ns;
    case PROP_RECORD_INTERVAL:
      return &options->record_interval_ns;
    case PROP_LEG_TIMEOUT:
      return &options->leg_timeout_ns;
    default:
      return NULL;
    }
}

static gboolean *
find_boolean (PstArbOptions *options, guint property_id)
{
  switch (property_id)
    {
    case PROP_EXECUTE:
      return &options->execute;
    case PROP_UNWIND_MARKET:
      return &options->unwind_market;
    default:
      return NULL;
    }
}

static void
get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  PstArbOptions *options = pst_triangular_arbitrage_get_options (PST_TRIANGULAR_ARBITRAGE (object));
  GType type;
  gpointer *boxed = find_boxed (options, property_id, &type);
  const guint *number = find_uint (options, property_id);
  const gint64 *duration = find_duration (options, property_id);
  const gboolean *boolean = find_boolean (options, property_id);

  if (boxed != NULL)
    g_value_set_boxed (value, *boxed);
  else if (number != NULL)
    g_value_set_uint (value, *number);
  else if (duration != NULL)
    g_value_set_int64 (value, *duration);
  else if (boolean != NULL)
    g_value_set_boolean (value, *boolean);
  else if (property_id == PROP_LEG_ORDER)
    g_value_set_enum (value, (gint)options->leg_order);
  else if (property_id == PROP_ON_LEG_FAILURE)
    g_value_set_enum (value, (gint)options->on_leg_failure);
  else if (property_id == PROP_BASE_CURRENCY)
    g_value_set_string (value, options->base_currency);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
set_boxed (gpointer *member, GType type, const GValue *value)
{
  if (*member != NULL)
    g_boxed_free (type, *member);
  *member = g_value_dup_boxed (value);
}

static void
set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  PstArbOptions *options = pst_triangular_arbitrage_get_options (PST_TRIANGULAR_ARBITRAGE (object));
  GType type;
  gpointer *boxed = find_boxed (options, property_id, &type);
  guint *number = find_uint (options, property_id);
  gint64 *duration = find_duration (options, property_id);
  gboolean *boolean = find_boolean (options, property_id);

  if (boxed != NULL)
    set_boxed (boxed, type, value);
  else if (number != NULL)
    *number = g_value_get_uint (value);
  else if (duration != NULL)
    *duration = g_value_get_int64 (value);
  else if (boolean != NULL)
    *boolean = g_value_get_boolean (value);
  else if (property_id == PROP_LEG_ORDER)
    options->leg_order = (PstArbLegOrder)g_value_get_enum (value);
  else if (property_id == PROP_ON_LEG_FAILURE)
    options->on_leg_failure = (PstArbOnFailure)g_value_get_enum (value);
  else if (property_id == PROP_BASE_CURRENCY)
    {
      g_free (options->base_currency);
      options->base_currency = g_value_dup_string (value);
    }
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
install_detection (GObjectClass *object_class, GParamFlags with_default)
{
  g_object_class_install_property (object_class, PROP_BASE_CURRENCY,
                                   g_param_spec_string ("base-currency", "Base currency",
                                                        "Currency in which cycles begin and end; when not set, the pipeline's", NULL,
                                                        PST_OPTION_READWRITE));
  g_object_class_install_property (object_class, PROP_TRADE_CAPITAL,
                                   pst_param_spec_money ("trade-capital", "Trade capital", "What one cycle is given at most, in the base currency",
                                                         TRUE, PST_OPTION_READWRITE | PST_OPTION_REQUIRED));
  g_object_class_install_property (object_class, PROP_MAX_TRADE_CAPITAL,
                                   pst_param_spec_money ("max-trade-capital", "Largest trade capital",
                                                         "Bound of trade-capital; the smaller of both counts", TRUE, PST_OPTION_READWRITE));
  g_object_class_install_property (object_class, PROP_MIN_NET_PCT,
                                   pst_param_spec_decimal ("min-net-pct", "Least net return",
                                                           "Percent that a cycle must return over what it takes, after everything", "0", "100",
                                                           "0.05", with_default));
  g_object_class_install_property (object_class, PROP_CYCLE_LENGTH_MAX,
                                   g_param_spec_uint ("cycle-length-max", "Longest cycle", "Trades in a cycle, at most", PST_ARB_LEGS_MIN,
                                                      PST_ARB_LEGS_MAX, PST_ARB_LEGS_MIN, with_default));
  g_object_class_install_property (
      object_class, PROP_CYCLES_MAX,
      g_param_spec_uint ("cycles-max", "Most cycles", "More than so many cycles are an error", 1, 10000000, 200000, with_default));
  g_object_class_install_property (object_class, PROP_MAX_BOOK_AGE,
                                   pst_param_spec_duration ("max-book-age", "Largest age of a book",
                                                            "A book whose last change is older is not traded on; 0s for any age", "0s", "1d", "10s",
                                                            with_default));
  g_object_class_install_property (object_class, PROP_RECORD_INTERVAL,
                                   pst_param_spec_duration ("record-interval", "Record interval",
                                                            "Least time between two records of one cycle's changing opportunity; 0s records every "
                                                            "change",
                                                            "0s", "1d", "100ms", with_default));
  g_object_class_install_property (object_class, PROP_SIZING_TRIALS,
                                   g_param_spec_uint ("sizing-trials", "Sizing trials",
                                                      "Sizes beside the ends of price levels that are tried for the last units of profit", 0, 1000000,
                                                      32, with_default));
}

static void
install_execution (GObjectClass *object_class, GParamFlags with_default)
{
  g_object_class_install_property (
      object_class, PROP_EXECUTE,
      g_param_spec_boolean ("execute", "Execute", "Whether opportunities are traded, or only recorded", TRUE, with_default));
  g_object_class_install_property (object_class, PROP_CONCURRENT,
                                   g_param_spec_uint ("concurrent", "Concurrent executions",
                                                      "Cycles that may be executed at a time, with no currency but the base in common", 1, 32, 1,
                                                      with_default));
  g_object_class_install_property (object_class, PROP_COOL_DOWN,
                                   pst_param_spec_duration ("cool-down", "Cool-down", "How long a cycle is not executed again after its execution",
                                                            "0s", "1d", "1s", with_default));
  g_object_class_install_property (object_class, PROP_LEG_ORDER,
                                   g_param_spec_enum ("leg-order", "Order of a leg",
                                                      "Limit orders at the walked price, immediate or all-or-nothing, or market orders",
                                                      pst_arb_leg_order_get_type (), PST_ARB_LEG_ORDER_IOC, with_default));
  g_object_class_install_property (
      object_class, PROP_LEG_TIMEOUT,
      pst_param_spec_duration ("leg-timeout", "Leg timeout", "A leg that is not over by then is cancelled", "1ms", "1h", "5s", with_default));
  g_object_class_install_property (object_class, PROP_ON_LEG_FAILURE,
                                   g_param_spec_enum ("on-leg-failure", "On leg failure",
                                                      "Whether what is held after a leg that failed is traded back, or held",
                                                      pst_arb_on_failure_get_type (), PST_ARB_ON_FAILURE_UNWIND, with_default));
  g_object_class_install_property (object_class, PROP_UNWIND_ALLOWANCE,
                                   pst_param_spec_decimal ("unwind-allowance", "Unwind allowance",
                                                           "Fraction by which an order that trades back may be worse than the touch", "0", "0.5",
                                                           "0.01", with_default | PST_OPTION_RATE));
  g_object_class_install_property (object_class, PROP_UNWIND_ATTEMPTS,
                                   g_param_spec_uint ("unwind-attempts", "Unwind attempts",
                                                      "Limit orders with which one currency is tried to be traded back", 1, 100, 3, with_default));
  g_object_class_install_property (object_class, PROP_UNWIND_MARKET,
                                   g_param_spec_boolean ("unwind-market", "Unwind at market",
                                                         "Whether a market order follows when all limit orders left something", FALSE, with_default));
}

void
pst_arb_options_install (GObjectClass *object_class)
{
  GParamFlags with_default = PST_OPTION_READWRITE | G_PARAM_CONSTRUCT;

  object_class->get_property = get_property;
  object_class->set_property = set_property;
  install_detection (object_class, with_default);
  install_execution (object_class, with_default);
}

void
pst_arb_options_clear (PstArbOptions *options)
{
  g_clear_pointer (&options->base_currency, g_free);
  g_clear_pointer (&options->trade_capital, pst_money_free);
  g_clear_pointer (&options->max_trade_capital, pst_money_free);
  g_clear_pointer (&options->min_net_pct, pst_decimal_free);
  g_clear_pointer (&options->unwind_allowance, pst_decimal_free);
}

static gboolean
check_currency (const char *option, const PstMoney *money, const PstCurrency *base, GError **error)
{
  if (money == NULL || money->currency == base)
    return TRUE;
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT,
               "%s is in %s, but cycles begin and end in %s; write it in that currency, or set base-currency", option, money->currency->code,
               base->code);
  return FALSE;
}

gboolean
pst_arb_options_check (const PstArbOptions *options, const PstCurrency *run_currency, const PstCurrency **base, gint64 *capital, GError **error)
{
  gint64 net_least;

  *base = run_currency;
  if (options->base_currency != NULL && (*base = pst_currency_get (options->base_currency, error)) == NULL)
    return FALSE;
  if (options->trade_capital == NULL)
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING, "trade-capital is missing: what one cycle is given at most, as in 1000 %s",
                   (*base)->code);
      return FALSE;
    }
  if (!check_currency ("trade-capital", options->trade_capital, *base, error)
      || !check_currency ("max-trade-capital", options->max_trade_capital, *base, error))
    return FALSE;
  if (!pst_decimal_rescale (options->min_net_pct, PST_RETURN_PCT_SCALE, PST_ROUND_EXACT, &net_least, NULL))
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "min-net-pct can have %d decimals", PST_RETURN_PCT_SCALE);
      return FALSE;
    }
  *capital = options->trade_capital->amount;
  if (options->max_trade_capital != NULL)
    *capital = MIN (*capital, options->max_trade_capital->amount);
  return TRUE;
}
