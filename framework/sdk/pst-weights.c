/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What strategies that hold a portfolio share: who shall have how much. */
#include "pst-weights.h"

#include <string.h>

#include "../model/pst-decimal.h"

static void
weight_clear (gpointer data)
{
  g_free (((PstWeight *)data)->name);
}

static gboolean
is_named (GArray *weights, const char *name)
{
  for (guint i = 0; i < weights->len; i++)
    if (g_str_equal (g_array_index (weights, PstWeight, i).name, name))
      return TRUE;
  return FALSE;
}

static gboolean
parse_weight (const char *text, GArray *weights, GError **error)
{
  const char *colon = strrchr (text, ':');
  PstWeight weight = { .instrument = PST_INSTRUMENT_NONE };
  PstDecimal decimal;

  if (colon == NULL || colon == text || !pst_decimal_parse (colon + 1, -1, &decimal, NULL)
      || !pst_decimal_rescale (&decimal, PST_RATE_SCALE, PST_ROUND_EXACT, &weight.rate, NULL))
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_TYPE, "\"%s\" is no weight; write an instrument and its share, as SPY.US:0.6", text);
      return FALSE;
    }
  weight.name = g_strndup (text, (gsize)(colon - text));
  if (weight.rate <= 0 || weight.rate > PST_RATE_ONE || is_named (weights, weight.name))
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "\"%s\": %s", text,
                   is_named (weights, weight.name) ? "the instrument is named twice" : "a share is above 0 and at most 1");
      g_free (weight.name);
      return FALSE;
    }
  g_array_append_val (weights, weight);
  return TRUE;
}

/**
 * pst_weights_parse:
 * @texts: (nullable) (array zero-terminated): "SPY.US:0.6", ...
 * @sum: (out): what they add up to, at %PST_RATE_SCALE
 * @error: return location
 *
 * Reads an option that names shares. Errors: #PstOptionError. Any thread.
 *
 * Returns: (transfer full) (element-type PstWeight) (nullable): the shares, in their order
 */
GArray *
pst_weights_parse (char **texts, gint64 *sum, GError **error)
{
  g_autoptr (GArray) weights = g_array_new (FALSE, FALSE, sizeof (PstWeight));

  g_array_set_clear_func (weights, weight_clear);
  *sum = 0;
  for (guint i = 0; texts != NULL && texts[i] != NULL; i++)
    {
      if (!parse_weight (texts[i], weights, error))
        return NULL;
      *sum += g_array_index (weights, PstWeight, i).rate;
      if (*sum > PST_RATE_ONE)
        {
          g_set_error_literal (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, "the shares add up to more than 1");
          return NULL;
        }
    }
  if (weights->len == 0)
    {
      g_set_error_literal (error, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING, "no share is named; write SPY.US:0.6;BND.US:0.4");
      return NULL;
    }
  return g_steal_pointer (&weights);
}

static guint32
find_instrument (PstContext *context, const char *name)
{
  PstInstrumentTable *table = pst_context_get_instruments (context);
  guint32 found = pst_instrument_table_find (table, name);

  for (guint32 i = 0; found == PST_INSTRUMENT_NONE && i < pst_instrument_table_get_size (table); i++)
    if (g_str_equal (pst_instrument_table_get (table, i)->symbol, name))
      found = i;
  return found;
}

/**
 * pst_weights_resolve:
 * @weights: (element-type PstWeight): shares
 * @context: the run
 * @missing: (out) (nullable) (transfer none) (optional): the first name that stands for no instrument of the run yet
 *
 * Looks up the instruments that were not known before: by id, then by symbol. On the run's context.
 *
 * Returns: whether all are known
 */
gboolean
pst_weights_resolve (GArray *weights, PstContext *context, const char **missing)
{
  gboolean all = TRUE;

  for (guint i = 0; i < weights->len; i++)
    {
      PstWeight *weight = &g_array_index (weights, PstWeight, i);

      if (weight->instrument == PST_INSTRUMENT_NONE)
        weight->instrument = find_instrument (context, weight->name);
      if (weight->instrument == PST_INSTRUMENT_NONE && all && missing != NULL)
        *missing = weight->name;
      all = all && weight->instrument != PST_INSTRUMENT_NONE;
    }
  return all;
}
