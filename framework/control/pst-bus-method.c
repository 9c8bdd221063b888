/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The one rule by which the table of verbs is the bus's methods. That the XML follows it is what the test checks. */

#include "pst-bus-method.h"

#include <string.h>

/**
 * pst_bus_method_name:
 * @verb: "list-orders"
 *
 * Names the method of a verb. Any thread.
 *
 * Returns: (transfer full): "ListOrders"
 */
char *
pst_bus_method_name (const char *verb)
{
  GString *name = g_string_new (NULL);
  gboolean begins = TRUE;

  for (; *verb != '\0'; verb++)
    {
      if (*verb != '-')
        g_string_append_c (name, begins ? g_ascii_toupper (*verb) : *verb);
      begins = *verb == '-';
    }
  return g_string_free (name, FALSE);
}

/**
 * pst_bus_verb_name:
 * @method: "ListOrders"
 *
 * Names the verb of a method, or a result's key of a property. Any thread.
 *
 * Returns: (transfer full): "list-orders"
 */
char *
pst_bus_verb_name (const char *method)
{
  GString *name = g_string_new (NULL);

  for (const char *c = method; *c != '\0'; c++)
    {
      if (c != method && g_ascii_isupper (*c))
        g_string_append_c (name, '-');
      g_string_append_c (name, g_ascii_tolower (*c));
    }
  return g_string_free (name, FALSE);
}

/**
 * pst_bus_method_find:
 * @method: "ListOrders"
 * @of_run: whether it was called of a run
 *
 * Finds the verb of a method. Any thread.
 *
 * Returns: (transfer none) (nullable): the verb
 */
const PstVerb *
pst_bus_method_find (const char *method, gboolean of_run)
{
  g_autofree char *name = pst_bus_verb_name (method);
  const PstVerb *verb = pst_verb_find (name);

  return verb != NULL && !verb->of_run == !of_run ? verb : NULL;
}

static gboolean
is_of_path (const PstVerb *verb, const char *name)
{
  return verb->of_run && (strcmp (name, "user") == 0 || strcmp (name, "run-id") == 0);
}

static gboolean
is_argument (const PstVerb *verb, const PstVerbParameter *parameter)
{
  return parameter->required && !is_of_path (verb, parameter->name);
}

/**
 * pst_bus_method_pack:
 * @verb: a verb
 * @parameters: a{sv} that pst_verb_check() found right; user and run-id are left out when they are the path's
 *
 * Makes the arguments of a call. Any thread.
 *
 * Returns: (transfer full): floating
 */
GVariant *
pst_bus_method_pack (const PstVerb *verb, GVariant *parameters)
{
  GVariantBuilder arguments;
  GVariantDict options;

  g_return_val_if_fail (verb != NULL && parameters != NULL, NULL);

  g_variant_builder_init (&arguments, G_VARIANT_TYPE_TUPLE);
  g_variant_dict_init (&options, NULL);
  for (guint i = 0; i < verb->n_parameters; i++)
    {
      const PstVerbParameter *parameter = &verb->parameters[i];
      g_autoptr (GVariant) value = g_variant_lookup_value (parameters, parameter->name, NULL);

      if (value == NULL || is_of_path (verb, parameter->name))
        continue;
      if (is_argument (verb, parameter))
        g_variant_builder_add_value (&arguments, value);
      else
        g_variant_dict_insert_value (&options, parameter->name, value);
    }
  g_variant_builder_add_value (&arguments, g_variant_dict_end (&options));
  return g_variant_builder_end (&arguments);
}

static gboolean
take_options (const PstVerb *verb, GVariant *options, GVariantDict *parameters, GError **error)
{
  GVariantIter iter;
  const char *name;
  GVariant *value;

  g_variant_iter_init (&iter, options);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &value))
    {
      g_autoptr (GVariant) owned = value;

      if (g_variant_dict_contains (parameters, name))
        {
          g_set_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_INVALID, "%s: \"%s\" is no option: it is given already", verb->name, name);
          return FALSE;
        }
      g_variant_dict_insert_value (parameters, name, value);
    }
  return TRUE;
}

/**
 * pst_bus_method_unpack:
 * @verb: a verb
 * @arguments: of the call, of the types that the interface has
 * @user_id: (nullable): whose run, of the path
 * @run_id: (nullable): which, of the path
 * @error: return location
 *
 * Makes parameters of a call's arguments. Any thread.
 *
 * Returns: (transfer full): a{sv}; or %NULL with %PST_CONTROLLER_ERROR_INVALID when an option stands for what is given already
 */
GVariant *
pst_bus_method_unpack (const PstVerb *verb, GVariant *arguments, const char *user_id, const char *run_id, GError **error)
{
  g_auto (GVariantDict) parameters = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) options = NULL;
  gsize n_taken = 0;

  g_return_val_if_fail (verb != NULL && arguments != NULL, NULL);

  if (verb->of_run)
    {
      g_variant_dict_insert (&parameters, "user", "s", user_id);
      g_variant_dict_insert (&parameters, "run-id", "s", run_id);
    }
  for (guint i = 0; i < verb->n_parameters; i++)
    if (is_argument (verb, &verb->parameters[i]))
      {
        g_autoptr (GVariant) value = g_variant_get_child_value (arguments, n_taken++);

        g_variant_dict_insert_value (&parameters, verb->parameters[i].name, value);
      }
  options = g_variant_get_child_value (arguments, n_taken);
  if (!take_options (verb, options, &parameters, error))
    return NULL;
  return g_variant_ref_sink (g_variant_dict_end (&parameters));
}
