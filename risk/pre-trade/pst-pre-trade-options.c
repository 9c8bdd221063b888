/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The guard's options, and what its lists say. */

#include "pst-pre-trade-private.h"

#include <string.h>

enum
{
  PROP_MINIMUM_SIZE = 1,
  PROP_MAXIMUM_SIZE,
  PROP_MAX_ORDER_VALUE,
  PROP_PRICE_COLLAR,
  PROP_COLLAR_REFERENCE,
  PROP_MAX_OPEN_ORDERS,
  PROP_MAX_MARK_AGE,
  PROP_DUPLICATE_WINDOW,
  PROP_CHECK_BALANCE,
  PROP_ALLOW_SHORT,
  PROP_ALLOW_SELF_CROSS,
  PROP_MARKET_HOURS,
  PROP_FORBIDDEN,
  PROP_MAXIMUM_POSITION,
};

gboolean
pst_pre_trade_options_get (const PstPreTradeOptions *options, guint property_id, GValue *value)
{
  if (property_id == PROP_MINIMUM_SIZE)
    g_value_set_boxed (value, options->minimum_size);
  else if (property_id == PROP_MAXIMUM_SIZE)
    g_value_set_boxed (value, options->maximum_size);
  else if (property_id == PROP_MAX_ORDER_VALUE)
    g_value_set_boxed (value, options->max_order_value);
  else if (property_id == PROP_PRICE_COLLAR)
    g_value_set_boxed (value, options->price_collar);
  else if (property_id == PROP_COLLAR_REFERENCE)
    g_value_set_boxed (value, options->collar_reference);
  else if (property_id == PROP_MAX_OPEN_ORDERS)
    g_value_set_uint (value, options->max_open_orders);
  else if (property_id == PROP_MAX_MARK_AGE)
    g_value_set_int64 (value, options->max_mark_age_ns);
  else if (property_id == PROP_DUPLICATE_WINDOW)
    g_value_set_int64 (value, options->duplicate_window_ns);
  else if (property_id == PROP_CHECK_BALANCE)
    g_value_set_boolean (value, options->check_balance);
  else if (property_id == PROP_ALLOW_SHORT)
    g_value_set_boolean (value, options->allow_short);
  else if (property_id == PROP_ALLOW_SELF_CROSS)
    g_value_set_boolean (value, options->allow_self_cross);
  else if (property_id == PROP_MARKET_HOURS)
    g_value_set_boolean (value, options->market_hours);
  else if (property_id == PROP_FORBIDDEN)
    g_value_set_boxed (value, options->forbidden);
  else if (property_id == PROP_MAXIMUM_POSITION)
    g_value_set_boxed (value, options->maximum_position);
  else
    return FALSE;
  return TRUE;
}

static void
replace_list (char ***list, const GValue *value)
{
  g_strfreev (*list);
  *list = g_value_dup_boxed (value);
}

gboolean
pst_pre_trade_options_set (PstPreTradeOptions *options, guint property_id, const GValue *value)
{
  if (property_id == PROP_MINIMUM_SIZE)
    replace_list (&options->minimum_size, value);
  else if (property_id == PROP_MAXIMUM_SIZE)
    replace_list (&options->maximum_size, value);
  else if (property_id == PROP_COLLAR_REFERENCE)
    replace_list (&options->collar_reference, value);
  else if (property_id == PROP_FORBIDDEN)
    replace_list (&options->forbidden, value);
  else if (property_id == PROP_MAXIMUM_POSITION)
    replace_list (&options->maximum_position, value);
  else if (property_id == PROP_MAX_ORDER_VALUE)
    {
      g_clear_pointer (&options->max_order_value, pst_money_free);
      options->max_order_value = g_value_dup_boxed (value);
    }
  else if (property_id == PROP_PRICE_COLLAR)
    {
      g_clear_pointer (&options->price_collar, pst_decimal_free);
      options->price_collar = g_value_dup_boxed (value);
    }
  else if (property_id == PROP_MAX_OPEN_ORDERS)
    options->max_open_orders = g_value_get_uint (value);
  else if (property_id == PROP_MAX_MARK_AGE)
    options->max_mark_age_ns = g_value_get_int64 (value);
  else if (property_id == PROP_DUPLICATE_WINDOW)
    options->duplicate_window_ns = g_value_get_int64 (value);
  else if (property_id == PROP_CHECK_BALANCE)
    options->check_balance = g_value_get_boolean (value);
  else if (property_id == PROP_ALLOW_SHORT)
    options->allow_short = g_value_get_boolean (value);
  else if (property_id == PROP_ALLOW_SELF_CROSS)
    options->allow_self_cross = g_value_get_boolean (value);
  else if (property_id == PROP_MARKET_HOURS)
    options->market_hours = g_value_get_boolean (value);
  else
    return FALSE;
  return TRUE;
}

static void
asset_size_clear (PstAssetSize *entry)
{
  g_free (entry->asset);
}

static gboolean
fail (GError **error, const char *option, const char *entry, const char *what)
{
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "%s \"%s\" is not %s", option, entry, what);
  return FALSE;
}

static gboolean
read_sizes (GArray *sizes, const char *option, char **list, GError **error)
{
  g_array_set_size (sizes, 0);
  for (guint i = 0; list != NULL && list[i] != NULL; i++)
    {
      const char *colon = strrchr (list[i], ':');
      PstAssetSize entry = { 0 };

      if (colon == NULL || colon == list[i] || !pst_decimal_parse (colon + 1, -1, &entry.size, NULL) || entry.size.mantissa <= 0)
        return fail (error, option, list[i], "ASSET:SIZE with a size above zero, like BTC:0.0001");
      entry.asset = g_strndup (list[i], (gsize)(colon - list[i]));
      g_array_append_val (sizes, entry);
    }
  return TRUE;
}

static gboolean
read_references (PstPreTradeOptions *options, GError **error)
{
  g_hash_table_remove_all (options->references);
  for (guint i = 0; options->collar_reference != NULL && options->collar_reference[i] != NULL; i++)
    {
      const char *entry = options->collar_reference[i], *colon = strchr (entry, ':');

      if (colon == NULL || colon == entry || colon[1] == '\0')
        return fail (error, "collar-reference", entry, "INSTRUMENT:INSTRUMENT, like BTC/USD.KRAKEN:BTC/USD.COINBASE");
      g_hash_table_replace (options->references, g_strndup (entry, (gsize)(colon - entry)), g_strdup (colon + 1));
    }
  return TRUE;
}

gboolean
pst_pre_trade_options_read (PstPreTradeOptions *options, GError **error)
{
  options->collar = -1;
  if (options->price_collar != NULL && !pst_decimal_rescale (options->price_collar, PST_RATE_SCALE, PST_ROUND_EXACT, &options->collar, NULL))
    {
      g_set_error_literal (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "price-collar has more than 8 decimals");
      return FALSE;
    }
  return read_sizes (options->minima, "minimum-size", options->minimum_size, error)
         && read_sizes (options->maxima, "maximum-size", options->maximum_size, error)
         && read_sizes (options->positions, "maximum-position", options->maximum_position, error) && read_references (options, error);
}

void
pst_pre_trade_options_init (PstPreTradeOptions *options)
{
  options->minima = g_array_new (FALSE, FALSE, sizeof (PstAssetSize));
  options->maxima = g_array_new (FALSE, FALSE, sizeof (PstAssetSize));
  options->positions = g_array_new (FALSE, FALSE, sizeof (PstAssetSize));
  g_array_set_clear_func (options->minima, (GDestroyNotify)asset_size_clear);
  g_array_set_clear_func (options->maxima, (GDestroyNotify)asset_size_clear);
  g_array_set_clear_func (options->positions, (GDestroyNotify)asset_size_clear);
  options->references = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

void
pst_pre_trade_options_clear (PstPreTradeOptions *options)
{
  g_clear_pointer (&options->minimum_size, g_strfreev);
  g_clear_pointer (&options->maximum_size, g_strfreev);
  g_clear_pointer (&options->collar_reference, g_strfreev);
  g_clear_pointer (&options->forbidden, g_strfreev);
  g_clear_pointer (&options->maximum_position, g_strfreev);
  g_clear_pointer (&options->max_order_value, pst_money_free);
  g_clear_pointer (&options->price_collar, pst_decimal_free);
  g_clear_pointer (&options->minima, g_array_unref);
  g_clear_pointer (&options->maxima, g_array_unref);
  g_clear_pointer (&options->positions, g_array_unref);
  g_clear_pointer (&options->references, g_hash_table_unref);
}

static void
install_sizes (GObjectClass *object_class)
{
  g_object_class_install_property (object_class, PROP_FORBIDDEN,
                                   g_param_spec_boxed ("forbidden", "Forbidden",
                                                       "What may not be traded, only got rid of: instruments' ids, symbols, or assets", G_TYPE_STRV,
                                                       PST_OPTION_READWRITE | PST_OPTION_LIVE));
  g_object_class_install_property (object_class, PROP_MAXIMUM_POSITION,
                                   g_param_spec_boxed ("maximum-position", "Maximum position",
                                                       "Largest position, long or short, by asset, with all that is open filled: ASSET:SIZE, ...",
                                                       G_TYPE_STRV, PST_OPTION_READWRITE | PST_OPTION_LIVE));
  g_object_class_install_property (object_class, PROP_MINIMUM_SIZE,
                                   g_param_spec_boxed ("minimum-size", "Minimum size", "Least size of an order by asset: ASSET:SIZE, ...",
                                                       G_TYPE_STRV, PST_OPTION_READWRITE | PST_OPTION_LIVE));
  g_object_class_install_property (object_class, PROP_MAXIMUM_SIZE,
                                   g_param_spec_boxed ("maximum-size", "Maximum size", "Largest size of an order by asset: ASSET:SIZE, ...",
                                                       G_TYPE_STRV, PST_OPTION_READWRITE | PST_OPTION_LIVE));
  g_object_class_install_property (
      object_class, PROP_MAX_ORDER_VALUE,
      pst_param_spec_money ("max-order-value", "Order value", "Most that an order may be worth", TRUE, PST_OPTION_READWRITE | PST_OPTION_LIVE));
  g_object_class_install_property (object_class, PROP_PRICE_COLLAR,
                                   pst_param_spec_decimal ("price-collar", "Price collar",
                                                           "How far above the reference a buy and below it a sell may be, as a fraction of it", "0",
                                                           "1", NULL, PST_OPTION_READWRITE | PST_OPTION_LIVE | PST_OPTION_RATE));
  g_object_class_install_property (
      object_class, PROP_COLLAR_REFERENCE,
      g_param_spec_boxed ("collar-reference", "Reference of the collar",
                          "Instruments whose marks are the references: INSTRUMENT:REFERENCE, ...; the own mark otherwise", G_TYPE_STRV,
                          PST_OPTION_READWRITE | PST_OPTION_LIVE));
}

static void
install_checks (GObjectClass *object_class)
{
  g_object_class_install_property (object_class, PROP_MAX_OPEN_ORDERS,
                                   g_param_spec_uint ("max-open-orders", "Open orders", "Most open orders of the run; 0 for no limit", 0, 1000000, 0,
                                                      PST_OPTION_READWRITE | PST_OPTION_LIVE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (object_class, PROP_MAX_MARK_AGE,
                                   pst_param_spec_duration ("max-mark-age", "Age of marks", "Oldest mark by which orders are judged; 0s for any age",
                                                            "0s", "365d", "0s", PST_OPTION_READWRITE | PST_OPTION_LIVE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (object_class, PROP_DUPLICATE_WINDOW,
                                   pst_param_spec_duration ("duplicate-window", "Duplicate window",
                                                            "How long the same order may not be asked for again; 0s for no limit", "0s", "1d", "0s",
                                                            PST_OPTION_READWRITE | PST_OPTION_LIVE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (object_class, PROP_CHECK_BALANCE,
                                   g_param_spec_boolean ("check-balance", "Check the balance", "Whether the account must be able to pay", TRUE,
                                                         PST_OPTION_READWRITE | PST_OPTION_LIVE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (object_class, PROP_ALLOW_SHORT,
                                   g_param_spec_boolean ("allow-short", "Allow short selling",
                                                         "Whether more shares may be sold than are held, as far as balances are checked", FALSE,
                                                         PST_OPTION_READWRITE | PST_OPTION_LIVE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (object_class, PROP_ALLOW_SELF_CROSS,
                                   g_param_spec_boolean ("allow-self-cross", "Allow self-crosses",
                                                         "Whether an order may meet the run's own resting orders", FALSE,
                                                         PST_OPTION_READWRITE | PST_OPTION_LIVE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (object_class, PROP_MARKET_HOURS,
                                   g_param_spec_boolean ("market-hours", "Market hours",
                                                         "Whether orders are denied while their market is closed by its exchange's calendar", FALSE,
                                                         PST_OPTION_READWRITE | PST_OPTION_LIVE | G_PARAM_CONSTRUCT));
}

void
pst_pre_trade_options_install (GObjectClass *object_class)
{
  install_sizes (object_class);
  install_checks (object_class);
}
