/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Money options: an amount with its currency, or nothing. Nothing is not zero: a loss limit that is not set is no limit of zero. */

#include "pst-option.h"

static gboolean
param_money_validate (GParamSpec *pspec, GValue *value)
{
  const PstMoney *money = g_value_get_boxed (value);

  if (money == NULL || (money->currency != NULL && (money->amount > 0 || !((PstParamSpecMoney *)pspec)->positive)))
    return FALSE;
  g_value_set_boxed (value, NULL);
  return TRUE;
}

static gint
param_money_compare (GParamSpec *pspec, const GValue *a, const GValue *b)
{
  const PstMoney *left = g_value_get_boxed (a), *right = g_value_get_boxed (b);

  if (left == NULL || right == NULL)
    return (left != NULL) - (right != NULL);
  if (left->currency != right->currency)
    return g_strcmp0 (left->currency != NULL ? left->currency->code : NULL, right->currency != NULL ? right->currency->code : NULL);
  return (left->amount > right->amount) - (left->amount < right->amount);
}

GType
pst_param_money_get_type (void)
{
  static gsize type = 0;

  if (g_once_init_enter (&type))
    {
      const GParamSpecTypeInfo info = {
        .instance_size = sizeof (PstParamSpecMoney),
        .value_type = PST_TYPE_MONEY,
        .value_validate = param_money_validate,
        .values_cmp = param_money_compare,
      };

      g_once_init_leave (&type, g_param_type_register_static ("PstParamMoney", &info));
    }
  return type;
}

/**
 * pst_param_spec_money: (skip)
 * @name: the option's name
 * @nick: what people call it
 * @blurb: a sentence
 * @positive: whether only amounts above zero are allowed
 * @flags: %PST_OPTION_READWRITE and more
 *
 * Describes a money option; the property's value is a boxed #PstMoney, %NULL (the default) when not set.
 *
 * Returns: (transfer full): the description
 */
GParamSpec *
pst_param_spec_money (const char *name, const char *nick, const char *blurb, gboolean positive, GParamFlags flags)
{
  PstParamSpecMoney *spec = g_param_spec_internal (PST_TYPE_PARAM_MONEY, name, nick, blurb, flags);

  if (spec != NULL)
    spec->positive = positive;
  return (GParamSpec *)spec;
}
