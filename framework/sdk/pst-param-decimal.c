/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Decimal options: GObject knows integers and doubles, but a fee of 0.0010 is neither. */

#include "pst-option.h"

static PstParamSpecDecimal *
spec_of (GParamSpec *pspec)
{
  return (PstParamSpecDecimal *)pspec;
}

static void
param_decimal_init (GParamSpec *pspec)
{
  spec_of (pspec)->minimum = (PstDecimal){ .mantissa = G_MININT64 };
  spec_of (pspec)->maximum = (PstDecimal){ .mantissa = G_MAXINT64 };
}

static void
param_decimal_set_default (GParamSpec *pspec, GValue *value)
{
  g_value_set_boxed (value, spec_of (pspec)->has_default ? &spec_of (pspec)->default_value : NULL);
}

static gboolean
param_decimal_validate (GParamSpec *pspec, GValue *value)
{
  const PstDecimal *decimal = g_value_get_boxed (value);

  if (decimal == NULL && !spec_of (pspec)->has_default)
    return FALSE;
  if (decimal == NULL)
    param_decimal_set_default (pspec, value);
  else if (pst_decimal_compare (decimal, &spec_of (pspec)->minimum) < 0)
    g_value_set_boxed (value, &spec_of (pspec)->minimum);
  else if (pst_decimal_compare (decimal, &spec_of (pspec)->maximum) > 0)
    g_value_set_boxed (value, &spec_of (pspec)->maximum);
  else
    return FALSE;
  return TRUE;
}

static gint
param_decimal_compare (GParamSpec *pspec, const GValue *a, const GValue *b)
{
  const PstDecimal *left = g_value_get_boxed (a), *right = g_value_get_boxed (b);

  if (left == NULL || right == NULL)
    return (left != NULL) - (right != NULL);
  return pst_decimal_compare (left, right);
}

GType
pst_param_decimal_get_type (void)
{
  static gsize type = 0;

  if (g_once_init_enter (&type))
    {
      const GParamSpecTypeInfo info = {
        .instance_size = sizeof (PstParamSpecDecimal),
        .instance_init = param_decimal_init,
        .value_type = PST_TYPE_DECIMAL,
        .value_set_default = param_decimal_set_default,
        .value_validate = param_decimal_validate,
        .values_cmp = param_decimal_compare,
      };

      g_once_init_leave (&type, g_param_type_register_static ("PstParamDecimal", &info));
    }
  return type;
}

/**
 * pst_param_spec_decimal: (skip)
 * @name: the option's name
 * @nick: what people call it
 * @blurb: a sentence
 * @minimum: least value as decimal text
 * @maximum: greatest value as decimal text
 * @default_value: (nullable): default as decimal text; %NULL for an option that is not set unless someone sets it
 * @flags: %PST_OPTION_READWRITE and more
 *
 * Describes a decimal option; the property's value is a boxed #PstDecimal. A malformed or disordered text is a programmer's error.
 *
 * Returns: (transfer full) (nullable): the description
 */
GParamSpec *
pst_param_spec_decimal (const char *name, const char *nick, const char *blurb, const char *minimum, const char *maximum, const char *default_value,
                        GParamFlags flags)
{
  PstDecimal least, greatest, preset = { 0 };
  PstParamSpecDecimal *spec;

  g_return_val_if_fail (pst_decimal_parse (minimum, -1, &least, NULL), NULL);
  g_return_val_if_fail (pst_decimal_parse (maximum, -1, &greatest, NULL), NULL);
  g_return_val_if_fail (default_value == NULL || pst_decimal_parse (default_value, -1, &preset, NULL), NULL);
  g_return_val_if_fail (pst_decimal_compare (&least, &greatest) <= 0, NULL);
  g_return_val_if_fail (default_value == NULL || (pst_decimal_compare (&least, &preset) <= 0 && pst_decimal_compare (&preset, &greatest) <= 0), NULL);

  spec = g_param_spec_internal (PST_TYPE_PARAM_DECIMAL, name, nick, blurb, flags);
  spec->minimum = least;
  spec->maximum = greatest;
  spec->default_value = preset;
  spec->has_default = default_value != NULL;
  return (GParamSpec *)spec;
}
