/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One component's group: what its name says, which plugin it is, what it becomes. */

#include "pst-component-spec.h"

#include "../../tests/loader/loader-kit.h"

static PstComponentSpec *
read_group (PstCatalogue *catalogue, const char *group, const char *plugin, GPtrArray *problems)
{
  g_autoptr (GPtrArray) assignments = g_ptr_array_new ();
  PstAssignment assignment = { .place = { .line = 8, .group = group, .key = "plugin" }, .text = plugin };

  if (plugin != NULL)
    g_ptr_array_add (assignments, &assignment);
  return pst_component_spec_read (group, 7, assignments, catalogue, ".", problems);
}

static void
test_good (void)
{
  g_autoptr (PstCatalogue) catalogue = loader_kit_scan (g_getenv ("PENSTOCK_TEST_GOOD"));
  g_autoptr (GPtrArray) problems = pst_problem_list_new ();
  g_autoptr (PstComponentSpec) spec = read_group (catalogue, "guard kill", "good-guard", problems);

  g_assert_cmpuint (problems->len, ==, 0);
  g_assert_cmpint ((int)spec->kind, ==, PST_COMPONENT_KIND_GUARD);
  g_assert_cmpstr (spec->name, ==, "kill");
  g_assert_cmpstr (spec->plugin, ==, "good-guard");
  g_assert_null (spec->component);
  pst_component_spec_make (spec, catalogue);
  g_assert_true (PST_IS_GUARD (spec->component));
  pst_component_spec_free (NULL);
}

typedef struct
{
  const char *group;
  const char *plugin;
  const char *problem;
} Bad;

static const Bad bad[] = {
  { "kill", "good-guard",
    "f:7: [kill] unknown kind of group \"kill\"; allowed: pipeline, exchange NAME, strategy NAME, guard NAME, store NAME, service NAME" },
  { "guard  kill", "good-guard",
    "f:7: [guard  kill] bad component name \" kill\"; allowed: up to 63 of a-z, 0-9 and '-', beginning with a letter or digit" },
  { "guard pipeline", "good-guard", "f:7: [guard pipeline] the component name \"pipeline\" is reserved; choose another" },
  { "guard", "good-guard", "f:7: [guard] the component has no name; write [guard NAME]" },
  { "guard kill", NULL, "f:7: [guard kill] plugin: required, but not set; plugins of this kind: good-guard" },
  { "guard kill", "", "f:8: [guard kill] plugin: required, but not set; plugins of this kind: good-guard" },
  { "guard kill", "good-service",
    "f:8: [guard kill] plugin: plugin \"good-service\" is a service, not a guard; choose another plugin or another kind of group" },
};

static void
test_bad (void)
{
  g_autoptr (PstCatalogue) catalogue = loader_kit_scan (g_getenv ("PENSTOCK_TEST_GOOD"));

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GPtrArray) problems = pst_problem_list_new ();
      g_autoptr (PstComponentSpec) spec = read_group (catalogue, bad[i].group, bad[i].plugin, problems);
      g_autofree char *text = pst_problem_list_to_string (problems, "f");

      g_assert_cmpstr (text, ==, bad[i].problem);
    }
}

/* An operator who has many plugins still gets a line, one who has none is told so. */
static void
test_list_of_plugins (void)
{
  g_autoptr (PstTestFolder) folder = pst_test_folder_new ();
  g_autoptr (PstCatalogue) nothing = loader_kit_scan (folder);
  g_autoptr (GPtrArray) problems = pst_problem_list_new ();
  g_autoptr (PstComponentSpec) spec = read_group (nothing, "guard kill", NULL, problems);
  g_autofree char *text = pst_problem_list_to_string (problems, "f");

  g_assert_cmpstr (text, ==, "f:7: [guard kill] plugin: required, but not set; plugins of this kind: none is on the search path");
}

int
main (int argc, char **argv)
{
  g_autoptr (PstTestFolder) good = pst_test_folder_new ();

  g_test_init (&argc, &argv, NULL);
  loader_kit_add_all_good (good);
  g_setenv ("PENSTOCK_TEST_GOOD", good, TRUE);
  g_test_add_func ("/component-spec/good", test_good);
  g_test_add_func ("/component-spec/bad", test_bad);
  g_test_add_func ("/component-spec/list-of-plugins", test_list_of_plugins);
  return g_test_run ();
}
