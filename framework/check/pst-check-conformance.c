/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The conformance tests of a plugin: how they are added, and what concerns every kind: manifest, README, life. Options stand in
 * pst-check-conformance-options.c, what each kind must do in pst-check-conformance-kinds.c. */

#include "pst-check-conformance-private.h"

#include "host/pst-catalogue.h"
#include "pst-check-folder.h"
#include "pst-check-host-private.h"
#include "pst-check-ledger.h"
#include "pst-check-sayer.h"

#include <string.h>

#define DIR_MARK "@dir@"

static PstCatalogue *
make_catalogue (void)
{
  PstCatalogue *catalogue = pst_catalogue_new (NULL);

  pst_catalogue_scan (catalogue);
  return catalogue;
}

static char *
expand (PstCheckSubject *subject, const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, DIR_MARK, -1);

  return g_strjoinv (subject->folder, parts);
}

static gboolean
is_given (PstCheckSubject *subject, const char *option)
{
  for (guint i = 0; i < subject->options->len; i += 2)
    if (strcmp (subject->options->pdata[i], option) == 0)
      return TRUE;
  return FALSE;
}

static void
set_option (PstComponent *component, const char *option, const char *text)
{
  g_autoptr (GError) error = NULL;

  pst_component_set_option (component, option, text, &error);
  g_assert_no_error (error);
}

/* Of a strategy that is made of others: they are in the same run. */
static void
add_members (PstHarness *harness, PstComponent *component)
{
  PstSignalStrategyClass *klass = PST_IS_SIGNAL_STRATEGY (component) ? PST_SIGNAL_STRATEGY_GET_CLASS (component) : NULL;
  const char *option, *name;

  for (guint i = 0; klass != NULL && klass->get_member != NULL && klass->get_member (PST_SIGNAL_STRATEGY (component), i, &option, &name); i++)
    if (pst_context_find_component (PST_CONTEXT (harness), PST_COMPONENT_KIND_STRATEGY, name) == NULL)
      pst_harness_add (harness, PST_TYPE_CHECK_SAYER, name, "direction", "both", NULL);
}

PstComponent *
pst_check_subject_make (PstCheckSubject *subject, PstHarness *harness, const char *name)
{
  g_autoptr (PstComponent) component = g_object_new (subject->type, NULL);
  g_autofree GParamSpec **options = NULL;
  guint n_options;

  options = pst_option_list (subject->type, &n_options);
  for (guint i = 0; i < n_options; i++)
    {
      g_autofree char *example = NULL;

      if ((options[i]->flags & PST_OPTION_REQUIRED) == 0 || is_given (subject, options[i]->name))
        continue;
      example = pst_check_option_example (options[i], subject->folder);
      set_option (component, options[i]->name, example);
    }
  for (guint i = 0; i < subject->options->len; i += 2)
    {
      g_autofree char *text = expand (subject, subject->options->pdata[i + 1]);

      set_option (component, subject->options->pdata[i], text);
    }
  add_members (harness, component);
  /* One that lives beside a run does without; one that serves a host does not start without. */
  if (PST_IS_SERVICE (component))
    pst_service_set_controller (PST_SERVICE (component), subject->host);
  pst_harness_adopt (harness, component, name);
  return component;
}

PstComponent *
pst_check_subject_start (PstCheckSubject *subject, PstHarness *harness, const char *name)
{
  PstComponent *component = pst_check_subject_make (subject, harness, name);
  g_autoptr (GError) error = NULL;
  g_autofree char *reason = NULL;

  if (pst_harness_try_start (harness, component, &error))
    return component;
  g_assert_nonnull (error);
  g_assert_cmpuint (strlen (error->message), >, 10);
  g_assert_false (pst_component_is_started (component));
  if (subject->options->len > 0)
    g_assert_no_error (error);
  reason = g_strdup_printf ("it does not start with examples for its required options: %s", error->message);
  g_test_skip (reason);
  return NULL;
}

/* Test cases. */

static void
check_manifest (PstCheckSubject *subject)
{
  g_autoptr (PstCatalogue) catalogue = make_catalogue ();
  PstPlugin *plugin = pst_catalogue_find (catalogue, subject->id);
  g_autoptr (PstComponent) component = g_object_new (subject->type, NULL);

  if (plugin == NULL)
    {
      g_test_skip ("its manifest is not on PENSTOCK_PLUGIN_PATH: set that to the folder with manifest and module");
      return;
    }
  if (plugin->refusal != NULL && plugin->refusal->code != PST_REFUSAL_TYPE_TAKEN)
    g_assert_no_error (plugin->refusal);
  g_assert_nonnull (plugin->manifest);
  g_assert_cmpstr (plugin->manifest->id, ==, subject->id);
  g_assert_cmpint (plugin->manifest->kind, ==, pst_component_get_kind (component));
  g_assert_cmpuint (plugin->manifest->abi, ==, PST_ABI);
  g_assert_cmpuint (plugin->manifest->number_format, ==, PST_NUMBER_FORMAT);
  g_assert_true (plugin->manifest->name != NULL && plugin->manifest->name[0] != '\0');
  g_assert_true (plugin->manifest->description != NULL && plugin->manifest->description[0] != '\0');
  g_assert_true (plugin->manifest->version != NULL && plugin->manifest->version[0] != '\0');
  g_assert_true (plugin->manifest->authors != NULL && plugin->manifest->authors[0] != '\0');
  g_assert_true (plugin->manifest->license != NULL && plugin->manifest->license[0] != '\0');
}

static char *
existing (char *path)
{
  if (path != NULL && g_file_test (path, G_FILE_TEST_EXISTS))
    return path;
  g_free (path);
  return NULL;
}

/* The README of a plugin whose sources we can find: in our tree, in the folder that GLib calls the test's sources, or in the present one. */
static char *
find_readme (PstCheckSubject *subject)
{
  static const char *const places[] = { "exchanges", "strategies", "risk", "storage", "plugins" };
  const char *source = g_getenv ("PENSTOCK_SOURCE_DIR"), *test_sources = g_getenv ("G_TEST_SRCDIR");
  char *path = NULL;

  for (guint i = 0; path == NULL && source != NULL && i < G_N_ELEMENTS (places); i++)
    path = existing (g_build_filename (source, places[i], subject->id, "README.md", NULL));
  if (path == NULL && source != NULL && g_str_has_prefix (subject->id, "template-"))
    path = existing (g_build_filename (source, "plugins", "template", subject->id + strlen ("template-"), "README.md", NULL));
  if (path == NULL && test_sources != NULL)
    path = existing (g_build_filename (test_sources, "README.md", NULL));
  return path != NULL ? path : existing (g_strdup ("README.md"));
}

static void
check_readme (PstCheckSubject *subject)
{
  static const char *const headings[]
      = { "\n## Purpose\n", "\n## Options\n", "\n## External access\n", "\n## Behaviour on faults\n", "\n## Tests and where their data come from\n" };
  g_autofree char *path = find_readme (subject);
  g_autofree char *title = g_strdup_printf ("# %s\n", subject->id);
  g_autofree char *text = NULL;
  const char *rest;

  if (path == NULL)
    {
      g_test_skip ("its README.md was not found: set G_TEST_SRCDIR to the folder of its sources");
      return;
    }
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  if (!g_str_has_prefix (text, title))
    {
      g_test_skip ("the README.md that was found is another plugin's");
      return;
    }
  rest = text;
  for (guint i = 0; i < G_N_ELEMENTS (headings); i++)
    {
      rest = strstr (rest, headings[i]);
      if (rest == NULL)
        pst_check_fail ("%s lacks the heading%s(in this order: Purpose, Options, External access, Behaviour on faults, Tests and where their "
                        "data come from)",
                        path, headings[i]);
    }
}

static void
check_life (PstCheckSubject *subject)
{
  g_assert_finalize_object (g_object_new (subject->type, NULL));

  for (guint round = 0; round < 3; round++)
    {
      PstHarness *harness = pst_harness_new ();
      PstComponent *component;

      pst_harness_add_instrument (harness, "AAPL");
      component = pst_check_subject_start (subject, harness, "subject");
      /* The last round leaves the stopping to dispose. */
      if (component != NULL && round < 2)
        pst_harness_stop (harness, component);
      pst_harness_finish (harness);
      if (component == NULL)
        return;
    }
}

static void
check_prepare_only (PstCheckSubject *subject)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *component = pst_check_subject_make (subject, harness, "subject");
  g_autoptr (GError) error = NULL;

  if (!pst_component_prepare (component, &error))
    g_assert_nonnull (error);
  if (subject->options->len > 0)
    g_assert_no_error (error);
  g_assert_cmpuint (pst_harness_get_n_orders (harness), ==, 0);
  g_assert_cmpuint (pst_harness_get_n_frames (harness), ==, 0);
  pst_harness_finish (harness);
}

/* Adding. */

typedef struct
{
  PstCheckSubject *subject; /* a reference */
  void (*check) (PstCheckSubject *subject);
} Case;

static void
subject_clear (gpointer data)
{
  PstCheckSubject *subject = data;

  g_free (subject->id);
  g_ptr_array_unref (subject->options);
}

static void
case_free (gpointer data)
{
  g_rc_box_release_full (((Case *)data)->subject, subject_clear);
  g_free (data);
}

static void
load (PstCheckSubject *subject)
{
  g_autoptr (PstCatalogue) catalogue = NULL;
  g_autoptr (GError) error = NULL;
  PstPlugin *plugin;

  if (subject->type != 0)
    return;
  catalogue = make_catalogue ();
  plugin = pst_catalogue_load (catalogue, subject->id, 0, &error);
  g_assert_no_error (error);
  subject->type = plugin->type;
}

static void
run_case (gconstpointer data)
{
  const Case *test = data;

  load (test->subject);
  test->subject->folder = pst_check_folder_new ();
  test->subject->host = pst_check_host_new ();
  test->check (test->subject);
  g_assert_finalize_object (g_steal_pointer (&test->subject->host));
  pst_check_ledger_assert_folder (test->subject->folder);
  pst_check_folder_remove (test->subject->folder);
  g_clear_pointer (&test->subject->folder, g_free);
}

typedef struct
{
  const char *name;
  void (*check) (PstCheckSubject *subject);
} NamedCheck;

static const NamedCheck cases[] = {
  { "manifest", check_manifest },         { "readme", check_readme }, { "options", pst_check_conform_options },
  { "prepare-only", check_prepare_only }, { "life", check_life },     { "kind", pst_check_conform_kind },
};

static PstCheckSubject *
subject_new (const char *id, GType type, va_list options)
{
  PstCheckSubject *subject = g_rc_box_new0 (PstCheckSubject);
  const char *text;

  subject->id = g_strdup (id);
  subject->type = type;
  subject->options = g_ptr_array_new_with_free_func (g_free);
  while ((text = va_arg (options, const char *)) != NULL)
    g_ptr_array_add (subject->options, g_strdup (text));
  g_assert_cmpuint (subject->options->len % 2, ==, 0);
  return subject;
}

static void
add_cases (const char *id, GType type, va_list options)
{
  PstCheckSubject *subject = subject_new (id, type, options);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/conformance/%s/%s", id, cases[i].name);
      Case *test = g_new (Case, 1);

      test->subject = g_rc_box_acquire (subject);
      test->check = cases[i].check;
      g_test_add_data_func_full (path, test, run_case, case_free);
    }
  g_rc_box_release_full (subject, subject_clear);
}

void
pst_check_conformance_run (const PstPluginEntry *entry, const char *name, ...)
{
  va_list options;
  Case test;

  va_start (options, name);
  test.subject = subject_new (entry->tag->id, entry->get_type (), options);
  va_end (options);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    if (strcmp (cases[i].name, name) == 0)
      {
        test.check = cases[i].check;
        run_case (&test);
      }
  g_rc_box_release_full (test.subject, subject_clear);
}

/**
 * pst_check_conformance_add: (skip)
 * @entry: the plugin that is linked into the test: penstock_plugin_entry()
 * @...: options, each as name and text, then %NULL
 *
 * Adds the conformance tests of a plugin.
 */
void
pst_check_conformance_add (const PstPluginEntry *entry, ...)
{
  va_list options;

  g_assert_nonnull (entry);
  va_start (options, entry);
  add_cases (entry->tag->id, entry->get_type (), options);
  va_end (options);
}

/**
 * pst_check_conformance_add_plugin: (skip)
 * @plugin_id: a plugin on PENSTOCK_PLUGIN_PATH
 * @...: options, each as name and text, then %NULL
 *
 * Adds the conformance tests of a plugin that is loaded as the host does.
 */
void
pst_check_conformance_add_plugin (const char *plugin_id, ...)
{
  va_list options;

  va_start (options, plugin_id);
  add_cases (plugin_id, 0, options);
  va_end (options);
}

/**
 * pst_check_list_plugins: (skip)
 *
 * Lists the plugins on PENSTOCK_PLUGIN_PATH that are not refused before loading.
 *
 * Returns: (transfer full) (array zero-terminated=1): their ids, sorted
 */
char **
pst_check_list_plugins (void)
{
  g_autoptr (PstCatalogue) catalogue = make_catalogue ();
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  GPtrArray *plugins = pst_catalogue_get_plugins (catalogue);

  for (guint i = 0; i < plugins->len; i++)
    {
      const PstPlugin *plugin = plugins->pdata[i];

      if (plugin->refusal == NULL)
        g_strv_builder_add (builder, plugin->id);
    }
  return g_strv_builder_end (builder);
}
