/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* That the bus offers every verb, by the table's names and types, and nothing beside: what is missing here could not be halted over D-Bus. */
#include "pst-bus-method.h"

#include "pst-bus-interfaces.h"

#include <string.h>

static GDBusInterfaceInfo *
interface_of (const PstVerb *verb)
{
  return verb->of_run ? pst_bus_run1_interface_info () : pst_bus_host1_interface_info ();
}

static void
assert_argument (GDBusArgInfo *argument, const char *name, const char *type)
{
  g_autofree char *wanted = g_strdelimit (g_strdup (name), "-", '_');

  g_assert_nonnull (argument);
  g_assert_cmpstr (argument->name, ==, wanted);
  g_assert_cmpstr (argument->signature, ==, type);
}

/* Each verb is a method whose arguments are what the verb must have, and "options". */
static void
test_verbs_are_methods (void)
{
  guint n_verbs;
  const PstVerb *verbs = pst_verb_list (&n_verbs);

  for (guint i = 0; i < n_verbs; i++)
    {
      const PstVerb *verb = &verbs[i];
      g_autofree char *name = pst_bus_method_name (verb->name), *back = pst_bus_verb_name (name);
      GDBusMethodInfo *method = g_dbus_interface_info_lookup_method (interface_of (verb), name);
      guint n_arguments = 0;

      g_test_message ("%s", verb->name);
      g_assert_cmpstr (back, ==, verb->name);
      g_assert_true (pst_bus_method_find (name, verb->of_run) == verb);
      g_assert_null (pst_bus_method_find (name, !verb->of_run));
      g_assert_nonnull (method);
      for (guint n = 0; n < verb->n_parameters; n++)
        {
          const PstVerbParameter *parameter = &verb->parameters[n];

          if (parameter->required && !(verb->of_run && strcmp (parameter->name, "run-id") == 0))
            assert_argument (method->in_args[n_arguments++], parameter->name, parameter->type);
        }
      assert_argument (method->in_args[n_arguments++], "options", "a{sv}");
      g_assert_null (method->in_args[n_arguments]);
      assert_argument (method->out_args[0], strcmp (verb->result_type, "a{sv}") == 0 ? "result" : "results", verb->result_type);
      g_assert_null (method->out_args[1]);
    }
}

/* Nothing can be called that is no verb, but what says who hears signals. */
static void
test_methods_are_verbs (void)
{
  GDBusInterfaceInfo *interfaces[] = { pst_bus_host1_interface_info (), pst_bus_run1_interface_info () };

  for (guint i = 0; i < G_N_ELEMENTS (interfaces); i++)
    for (GDBusMethodInfo **method = interfaces[i]->methods; *method != NULL; method++)
      {
        if (i == 0 && (strcmp ((*method)->name, "Subscribe") == 0 || strcmp ((*method)->name, "Unsubscribe") == 0))
          continue;
        g_test_message ("%s", (*method)->name);
        g_assert_nonnull (pst_bus_method_find ((*method)->name, i == 1));
      }
}

/* The documentation in the XML has each verb's and parameter's sentence as the table has it. */
static void
test_documentation (void)
{
  guint n_verbs;
  const PstVerb *verbs = pst_verb_list (&n_verbs);

  for (guint i = 0; i < n_verbs; i++)
    {
      g_autofree char *path = g_build_filename (g_getenv ("PENSTOCK_SOURCE_DIR"), "data", "dbus",
                                                verbs[i].of_run ? "org.penstock.Run1.xml" : "org.penstock.Host1.xml", NULL);
      g_autofree char *text = NULL, *name = pst_bus_method_name (verbs[i].name), *title = g_strdup_printf ("\n      %s:\n", name);
      char *comment, *end;

      g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
      comment = strstr (text, title);
      g_assert_nonnull (comment);
      end = strstr (comment, "-->");
      *end = '\0';
      g_assert_nonnull (strstr (comment, verbs[i].blurb));
      g_assert_nonnull (strstr (comment, pst_permission_to_string (verbs[i].permission)));
      for (guint n = 0; n < verbs[i].n_parameters; n++)
        if (!verbs[i].of_run || n >= 2)
          g_assert_nonnull (strstr (comment, verbs[i].parameters[n].blurb));
    }
}

static void
test_round_trip (void)
{
  const PstVerb *verb = pst_verb_find ("set-option"), *orders = pst_verb_find ("list-orders");
  g_autoptr (GVariant) given = g_variant_ref_sink (
      g_variant_new_parsed ("{'value': <'7'>, 'reason': <'try'>, 'component': <'cross'>, 'option': <'fast'>, 'user': <'ann'>, 'run-id': <'r-1'>}"));
  g_autoptr (GVariant) filter = g_variant_ref_sink (g_variant_new_parsed ("{'limit': <uint32 7>, 'run-id': <'r-1'>}"));
  g_autoptr (GVariant) packed = g_variant_ref_sink (pst_bus_method_pack (verb, given)), back = NULL;
  g_autoptr (GVariant) filtered = g_variant_ref_sink (pst_bus_method_pack (orders, filter));
  g_autofree char *text = g_variant_print (packed, FALSE), *options = g_variant_print (filtered, FALSE), *run_id = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (text, ==, "('cross', 'fast', '7', 'try', {})");
  g_assert_cmpstr (options, ==, "({'limit': <uint32 7>},)");
  back = pst_bus_method_unpack (verb, packed, "ann", "r-1", &error);
  g_assert_no_error (error);
  g_assert_true (pst_verb_check (verb, back, &error));
  g_assert_true (g_variant_lookup (back, "run-id", "s", &run_id));
  g_assert_cmpstr (run_id, ==, "r-1");
}

/* Whoever may halt their own run must not halt another's by an option. */
static void
test_path_stands (void)
{
  static const char *const options[] = { "('careful', {'user': <'bob'>})", "('careful', {'run-id': <'r-2'>})", "('careful', {'reason': <'x'>})" };

  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    {
      g_autoptr (GVariant) arguments = g_variant_ref_sink (g_variant_new_parsed (options[i]));
      g_autoptr (GError) error = NULL;

      g_assert_null (pst_bus_method_unpack (pst_verb_find ("halt"), arguments, "ann", "r-1", &error));
      g_assert_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_INVALID);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/control/bus-method/verbs-are-methods", test_verbs_are_methods);
  g_test_add_func ("/control/bus-method/methods-are-verbs", test_methods_are_verbs);
  g_test_add_func ("/control/bus-method/documentation", test_documentation);
  g_test_add_func ("/control/bus-method/round-trip", test_round_trip);
  g_test_add_func ("/control/bus-method/path-stands", test_path_stands);
  return g_test_run ();
}
