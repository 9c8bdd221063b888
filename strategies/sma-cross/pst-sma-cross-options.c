/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The strategy's options as properties: range, default and blurb stand here. */

#include "pst-sma-cross.h"

enum
{
  PROP_FAST = 1,
  PROP_SLOW,
  PROP_DIRECTION,
  PROP_ORDER_VALUE,
  PROP_ORDER_SIZE,
  PROP_ORDER_FRACTION,
  PROP_INSTRUMENTS,
};

GType
pst_sma_cross_direction_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { PST_SMA_CROSS_LONG, "PST_SMA_CROSS_LONG", "long" },
    { PST_SMA_CROSS_SHORT, "PST_SMA_CROSS_SHORT", "short" },
    { PST_SMA_CROSS_BOTH, "PST_SMA_CROSS_BOTH", "both" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("PstSmaCrossDirection", values));
  return type;
}

static void
get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  const PstSmaCrossOptions *options = pst_sma_cross_get_options (PST_SMA_CROSS (object));

  switch (property_id)
    {
    case PROP_FAST:
      g_value_set_uint (value, options->fast);
      break;
    case PROP_SLOW:
      g_value_set_uint (value, options->slow);
      break;
    case PROP_DIRECTION:
      g_value_set_enum (value, (int)options->direction);
      break;
    case PROP_ORDER_VALUE:
      g_value_set_boxed (value, options->order_value);
      break;
    case PROP_ORDER_SIZE:
      g_value_set_boxed (value, options->order_size);
      break;
    case PROP_ORDER_FRACTION:
      g_value_set_boxed (value, options->order_fraction);
      break;
    case PROP_INSTRUMENTS:
      g_value_set_boxed (value, options->instruments);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  PstSmaCrossOptions *options = pst_sma_cross_get_options (PST_SMA_CROSS (object));

  switch (property_id)
    {
    case PROP_FAST:
      options->fast = g_value_get_uint (value);
      break;
    case PROP_SLOW:
      options->slow = g_value_get_uint (value);
      break;
    case PROP_DIRECTION:
      options->direction = (PstSmaCrossDirection)g_value_get_enum (value);
      break;
    case PROP_ORDER_VALUE:
      g_clear_pointer (&options->order_value, pst_money_free);
      options->order_value = g_value_dup_boxed (value);
      break;
    case PROP_ORDER_SIZE:
      g_clear_pointer (&options->order_size, pst_decimal_free);
      options->order_size = g_value_dup_boxed (value);
      break;
    case PROP_ORDER_FRACTION:
      g_clear_pointer (&options->order_fraction, pst_decimal_free);
      options->order_fraction = g_value_dup_boxed (value);
      break;
    case PROP_INSTRUMENTS:
      g_clear_pointer (&options->instruments, g_strfreev);
      options->instruments = g_value_dup_boxed (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

void
pst_sma_cross_options_install (GObjectClass *object_class)
{
  const GParamFlags with_default = PST_OPTION_READWRITE | G_PARAM_CONSTRUCT;

  object_class->get_property = get_property;
  object_class->set_property = set_property;
  g_object_class_install_property (object_class, PROP_FAST,
                                   g_param_spec_uint ("fast", "Fast period", "Bars in the fast average; below slow", 1, 100000, 10, with_default));
  g_object_class_install_property (object_class, PROP_SLOW,
                                   g_param_spec_uint ("slow", "Slow period", "Bars in the slow average", 2, 100000, 30, with_default));
  g_object_class_install_property (object_class, PROP_DIRECTION,
                                   g_param_spec_enum ("direction", "Direction",
                                                      "Whether to be long after a crossing up, short after a crossing down, or both",
                                                      pst_sma_cross_direction_get_type (), PST_SMA_CROSS_LONG, with_default));
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

void
pst_sma_cross_options_clear (PstSmaCrossOptions *options)
{
  g_clear_pointer (&options->order_value, pst_money_free);
  g_clear_pointer (&options->order_size, pst_decimal_free);
  g_clear_pointer (&options->order_fraction, pst_decimal_free);
  g_clear_pointer (&options->instruments, g_strfreev);
}

gboolean
pst_sma_cross_options_check (const PstSmaCrossOptions *options, GError **error)
{
  int n_sizes = (options->order_value != NULL) + (options->order_size != NULL) + (options->order_fraction != NULL);

  if (options->fast >= options->slow)
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, "fast is %u and slow is %u; fast must be below slow", options->fast,
                   options->slow);
      return FALSE;
    }
  if (n_sizes != 1)
    {
      g_set_error (error, PST_OPTION_ERROR, n_sizes ? PST_OPTION_ERROR_CONFLICT : PST_OPTION_ERROR_MISSING,
                   "%s of order-value, order-size and order-fraction %s set; set exactly one, for example order-value=10000 USD",
                   n_sizes ? "more than one" : "none", n_sizes ? "are" : "is");
      return FALSE;
    }
  if ((options->order_size && options->order_size->mantissa == 0) || (options->order_fraction && options->order_fraction->mantissa == 0))
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "%s is 0; it must be above 0",
                   options->order_size ? "order-size" : "order-fraction");
      return FALSE;
    }
  return TRUE;
}
