/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the base of strategies of signals can be told. What follows from it stands in pst-signal-rules.c. */
#include "pst-signal-options-private.h"

#include "pst-enums.h"

enum
{
  PROP_DIRECTION = 1,
  PROP_ORDER_VALUE,
  PROP_ORDER_SIZE,
  PROP_ORDER_FRACTION,
  PROP_INSTRUMENTS,
  PROP_ORDER_CASH,
  PROP_INSTRUMENT_CASH,
  PROP_STOP_LOSS,
  PROP_TAKE_PROFIT,
  PROP_TRAILING_STOP,
  PROP_ACCUMULATE,
};

/* The field of an option that is a boxed value. */
static gpointer *
boxed_field (PstSignalOptions *options, guint property_id)
{
  switch (property_id)
    {
    case PROP_ORDER_VALUE:
      return (gpointer *)&options->order_value;
    case PROP_ORDER_SIZE:
      return (gpointer *)&options->order_size;
    case PROP_ORDER_FRACTION:
      return (gpointer *)&options->order_fraction;
    case PROP_INSTRUMENTS:
      return (gpointer *)&options->instruments;
    case PROP_ORDER_CASH:
      return (gpointer *)&options->order_cash;
    case PROP_INSTRUMENT_CASH:
      return (gpointer *)&options->instrument_cash;
    case PROP_STOP_LOSS:
      return (gpointer *)&options->stop_loss;
    case PROP_TAKE_PROFIT:
      return (gpointer *)&options->take_profit;
    case PROP_TRAILING_STOP:
      return (gpointer *)&options->trailing_stop;
    default:
      return NULL;
    }
}

gboolean
pst_signal_options_get (PstSignalOptions *options, guint property_id, GValue *value)
{
  gpointer *field = boxed_field (options, property_id);

  if (field != NULL)
    g_value_set_boxed (value, *field);
  else if (property_id == PROP_DIRECTION)
    g_value_set_enum (value, (int)options->direction);
  else if (property_id == PROP_ACCUMULATE)
    g_value_set_boolean (value, options->accumulate);
  else
    return FALSE;
  return TRUE;
}

gboolean
pst_signal_options_set (PstSignalOptions *options, guint property_id, const GValue *value)
{
  gpointer *field = boxed_field (options, property_id);

  if (field != NULL)
    {
      if (*field != NULL)
        g_boxed_free (G_VALUE_TYPE (value), *field);
      *field = g_value_dup_boxed (value);
    }
  else if (property_id == PROP_DIRECTION)
    options->direction = (PstDirection)g_value_get_enum (value);
  else if (property_id == PROP_ACCUMULATE)
    options->accumulate = g_value_get_boolean (value);
  else
    return FALSE;
  return TRUE;
}

void
pst_signal_options_clear (PstSignalOptions *options)
{
  g_clear_pointer (&options->order_value, pst_money_free);
  g_clear_pointer (&options->order_size, pst_decimal_free);
  g_clear_pointer (&options->order_fraction, pst_decimal_free);
  g_clear_pointer (&options->order_cash, pst_decimal_free);
  g_clear_pointer (&options->instrument_cash, pst_money_free);
  g_clear_pointer (&options->stop_loss, pst_decimal_free);
  g_clear_pointer (&options->take_profit, pst_decimal_free);
  g_clear_pointer (&options->trailing_stop, pst_decimal_free);
  g_clear_pointer (&options->instruments, g_strfreev);
}

static guint
count_sizes (const PstSignalOptions *options)
{
  return (options->order_value != NULL) + (options->order_size != NULL) + (options->order_fraction != NULL) + (options->order_cash != NULL);
}

gboolean
pst_signal_options_have_size (const PstSignalOptions *options)
{
  return count_sizes (options) > 0;
}

static gboolean
is_zero (const PstDecimal *decimal)
{
  return decimal != NULL && decimal->mantissa == 0;
}

gboolean
pst_signal_options_check (const PstSignalOptions *options, GError **error)
{
  guint n_sizes = count_sizes (options);

  if (n_sizes != 1)
    {
      g_set_error (error, PST_OPTION_ERROR, n_sizes ? PST_OPTION_ERROR_CONFLICT : PST_OPTION_ERROR_MISSING,
                   "%s of order-value, order-size, order-fraction and order-cash %s set; set exactly one, for example order-value=10000 USD",
                   n_sizes ? "more than one" : "none", n_sizes ? "are" : "is");
      return FALSE;
    }
  if (is_zero (options->order_size) || is_zero (options->order_fraction) || is_zero (options->order_cash))
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "%s is 0; it must be above 0",
                   options->order_size       ? "order-size"
                   : options->order_fraction ? "order-fraction"
                                             : "order-cash");
      return FALSE;
    }
  return TRUE;
}

static void
install_sizes (GObjectClass *object_class)
{
  g_object_class_install_property (object_class, PROP_DIRECTION,
                                   g_param_spec_enum ("direction", "Direction",
                                                      "Whether to be long after a signal to buy, short after one to sell, or both",
                                                      PST_TYPE_DIRECTION, PST_DIRECTION_LONG, PST_OPTION_READWRITE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (
      object_class, PROP_ORDER_VALUE,
      pst_param_spec_money ("order-value", "Order value", "What a position is opened for, in the quote currency", TRUE, PST_OPTION_READWRITE));
  g_object_class_install_property (object_class, PROP_ORDER_SIZE,
                                   pst_param_spec_decimal ("order-size", "Order size",
                                                           "Quantity with which a position is opened; instead of order-value", "0", "1000000000",
                                                           NULL, PST_OPTION_READWRITE));
  g_object_class_install_property (object_class, PROP_ORDER_FRACTION,
                                   pst_param_spec_decimal ("order-fraction", "Order fraction",
                                                           "Share of the run's equity for which a position is opened; instead of order-value", "0",
                                                           "1", NULL, PST_OPTION_READWRITE | PST_OPTION_RATE));
  g_object_class_install_property (object_class, PROP_INSTRUMENTS,
                                   g_param_spec_boxed ("instruments", "Instruments", "Ids (AAPL.US) or symbols (AAPL) to trade; all when not set",
                                                       G_TYPE_STRV, PST_OPTION_READWRITE));
}

static void
install_rate (GObjectClass *object_class, guint id, const char *name, const char *nick, const char *blurb, const char *most)
{
  g_object_class_install_property (object_class, id,
                                   pst_param_spec_decimal (name, nick, blurb, "0", most, NULL, PST_OPTION_READWRITE | PST_OPTION_RATE));
}

static void
install_cash_and_exits (GObjectClass *object_class)
{
  install_rate (object_class, PROP_ORDER_CASH, "order-cash", "Order cash",
                "Share of the cash for which a position is opened, fees and slippage included, so that it can always be paid; instead of order-value",
                "1");
  g_object_class_install_property (
      object_class, PROP_INSTRUMENT_CASH,
      pst_param_spec_money ("instrument-cash", "Cash of each instrument",
                            "Each instrument has this much cash of its own and what its trades make of it; when not set all share the account", TRUE,
                            PST_OPTION_READWRITE));
  install_rate (object_class, PROP_STOP_LOSS, "stop-loss", "Stop-loss",
                "How far below its average price a position is stopped (above, when short), from the bar after its entry on; 0 or not set: never",
                "0.99");
  install_rate (object_class, PROP_TAKE_PROFIT, "take-profit", "Take-profit",
                "How far above its average price a position's profit is taken (below, when short), by a limit order; 0 or not set: never", "0.99");
  install_rate (object_class, PROP_TRAILING_STOP, "trailing-stop", "Trailing stop",
                "How far below the highest price since its entry a position is stopped (above the lowest, when short); 0 or not set: never", "0.99");
  g_object_class_install_property (object_class, PROP_ACCUMULATE,
                                   g_param_spec_boolean ("accumulate", "Accumulate",
                                                         "Whether an entry while in that position adds to it, by the same rule of size", FALSE,
                                                         PST_OPTION_READWRITE));
}

void
pst_signal_options_install (GObjectClass *object_class)
{
  install_sizes (object_class);
  install_cash_and_exits (object_class);
}
