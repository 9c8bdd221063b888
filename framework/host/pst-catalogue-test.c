/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finding and loading plugins: an operator whose plugin is not found, or whose second copy silently counts, trades with something else than
 * he thinks. */

#include "pst-catalogue.h"

#include "../../tests/loader/loader-kit.h"

/* A module with another id and type name in its tag: same lengths, so that nothing moves. */
static void
add_renamed (const char *folder, const char *bytes, gsize length, guint number)
{
  static const guint8 magic[PST_PLUGIN_MAGIC_SIZE] = PST_PLUGIN_MAGIC;
  g_autofree char *copy = g_memdup2 (bytes, length);
  g_autofree char *id = g_strdup_printf ("bulk-%05u", number);
  g_autofree char *type_name = g_strdup_printf ("PstBulk%05u", number);
  g_autofree char *module_file = g_strconcat (id, ".so", NULL);
  g_autofree char *manifest_file = g_strconcat (id, ".plugin", NULL);
  g_autofree char *manifest
      = g_strdup_printf ("[Plugin]\nId=%s\nName=Number %u\nKind=guard\nVersion=1\nAbi=%d\nNumberFormat=%d\nDescription=One of many\n", id, number,
                         PST_ABI, PST_NUMBER_FORMAT);
  PstPluginTag *tag = memmem (copy, length, magic, sizeof magic);

  g_assert_nonnull (tag);
  g_strlcpy (tag->id, id, sizeof tag->id);
  g_strlcpy (tag->type_name, type_name, sizeof tag->type_name);
  g_free (pst_test_folder_write (folder, module_file, copy, (gssize)length, 0755));
  g_free (pst_test_folder_write (folder, manifest_file, manifest, -1, 0644));
}

/* Fifty plugins found, checked and described in under 20 ms: the best of ten tries, so that a busy machine does not decide. */
static void
test_fifty_plugins (void)
{
  g_autoptr (PstTestFolder) folder = pst_test_folder_new ();
  g_autofree char *path = g_build_filename (g_getenv ("PENSTOCK_BUILD_DIR"), "tests", "loader", "good-guard.so", NULL);
  g_autofree char *bytes = NULL;
  gint64 best_us = G_MAXINT64;
  gsize length;

  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  for (guint i = 0; i < 50; i++)
    add_renamed (folder, bytes, length, i);
  for (guint try = 0; try < 10; try++)
    {
      gint64 start_us = g_get_monotonic_time ();
      g_autoptr (PstCatalogue) catalogue = loader_kit_scan (folder);

      best_us = MIN (best_us, g_get_monotonic_time () - start_us);
      g_assert_cmpuint (pst_catalogue_get_plugins (catalogue)->len, ==, 50);
      for (guint i = 0; i < 50; i++)
        g_assert_no_error (((PstPlugin *)pst_catalogue_get_plugins (catalogue)->pdata[i])->refusal);
    }
  g_test_minimized_result ((double)best_us, "fifty plugins found in %.1f ms", (double)best_us / 1000);
#ifndef __SANITIZE_ADDRESS__
  g_assert_cmpint (best_us, <, 20000);
#endif
}

static void
test_found_in_folder_and_below (void)
{
  g_autoptr (PstTestFolder) folder = pst_test_folder_new ();
  g_autofree char *below = g_build_filename (folder, "below", NULL);
  g_autofree char *deep = g_build_filename (folder, "below", "deeper", NULL);
  g_autofree char *hidden = g_build_filename (folder, ".hidden", NULL);
  g_autoptr (PstCatalogue) catalogue = NULL;
  const PstPlugin *plugin;

  loader_kit_add_good (folder, "good-guard");
  loader_kit_add_good (below, "good-store");
  loader_kit_add_good (deep, "good-service");
  loader_kit_add_good (hidden, "good-strategy");
  catalogue = loader_kit_scan (folder);
  g_assert_cmpuint (pst_catalogue_get_plugins (catalogue)->len, ==, 2);
  g_assert_null (pst_catalogue_find (catalogue, "good-service"));
  plugin = pst_catalogue_find (catalogue, "good-store");
  g_assert_no_error (plugin->refusal);
  g_assert_cmpstr (plugin->manifest->name, ==, "A good store");
  g_assert_cmpstr (plugin->manifest->authors, ==, "The Penstock developers");
  g_assert_cmpint ((int)plugin->manifest->kind, ==, PST_COMPONENT_KIND_STORE);
  g_assert_cmpuint (plugin->type, ==, G_TYPE_INVALID);
}

static void
test_loaded_once (void)
{
  g_autoptr (PstTestFolder) folder = pst_test_folder_new ();
  g_autoptr (PstCatalogue) first = NULL;
  g_autoptr (PstCatalogue) second = NULL;
  g_autoptr (PstComponent) component = NULL;
  g_autoptr (GError) error = NULL;
  const PstPlugin *plugin;
  GType type;

  loader_kit_add_all_good (folder);
  first = loader_kit_scan (folder);
  plugin = pst_catalogue_load (first, "good-guard", PST_COMPONENT_KIND_GUARD, &error);
  g_assert_no_error (error);
  type = plugin->type;
  g_assert_true (g_type_is_a (type, PST_TYPE_GUARD));
  component = g_object_new (type, NULL);
  g_assert_true (PST_IS_GUARD (component));
  g_assert_true (pst_catalogue_load (first, "good-guard", 0, &error) == plugin);

  /* A second catalogue finds it loaded, and a scan forgets nothing that counts. */
  second = loader_kit_scan (folder);
  plugin = pst_catalogue_load (second, "good-guard", 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (plugin->type, ==, type);
  pst_catalogue_scan (first);
  plugin = pst_catalogue_load (first, "good-guard", 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (plugin->type, ==, type);
}

/* The old code is what would run: better to be told. */
static void
test_rebuilt_while_loaded (void)
{
  g_autoptr (PstTestFolder) folder = pst_test_folder_new ();
  g_autoptr (PstCatalogue) catalogue = NULL;
  g_autoptr (GError) error = NULL;

  loader_kit_add_good (folder, "good-guard"); /* another copy than the one that the test before loaded */
  catalogue = loader_kit_scan (folder);
  g_assert_null (pst_catalogue_load (catalogue, "good-guard", 0, &error));
  g_assert_error (error, PST_PLUGIN_ERROR, PST_REFUSAL_TYPE_TAKEN);
}

static void
test_duplicate (void)
{
  g_autoptr (PstTestFolder) root = pst_test_folder_new ();
  g_autofree char *first = g_build_filename (root, "first", NULL);
  g_autofree char *second = g_build_filename (root, "second", NULL);
  g_autofree char *link = g_build_filename (root, "link", NULL);
  g_autofree char *search_path = g_strjoin (":", first, second, first, link, NULL);
  g_autoptr (PstCatalogue) catalogue = NULL;
  GPtrArray *plugins;
  const PstPlugin *kept, *refused;

  loader_kit_add_good (first, "good-exchange");
  loader_kit_add_good (second, "good-exchange");
  g_assert_cmpint (symlink (first, link), ==, 0);
  catalogue = loader_kit_scan (search_path);
  plugins = pst_catalogue_get_plugins (catalogue);
  g_assert_cmpuint (plugins->len, ==, 2); /* a folder named twice, or by a link, is one folder */
  kept = plugins->pdata[0];
  refused = plugins->pdata[1];
  g_assert_true (pst_catalogue_find (catalogue, "good-exchange") == kept);
  g_assert_no_error (kept->refusal);
  g_assert_true (g_str_has_prefix (kept->path, first));
  loader_kit_assert_message (
      refused->refusal, PST_PLUGIN_ERROR, PST_REFUSAL_ID_DUPLICATE,
      "plugin \"good-exchange\" in \"@DIR@/second/good-exchange.plugin\" has the id of \"@DIR@/first/good-exchange.plugin\", which comes "
      "first on the search path; remove or rename one of them",
      root);
}

/* A broken plugin that comes first is not passed over for another of its name: that would be a way to run what nobody chose. */
static void
test_broken_first (void)
{
  g_autoptr (PstTestFolder) root = pst_test_folder_new ();
  g_autofree char *first = g_build_filename (root, "first", NULL);
  g_autofree char *second = g_build_filename (root, "second", NULL);
  g_autofree char *search_path = g_strjoin (":", first, second, NULL);
  g_autoptr (PstCatalogue) catalogue = NULL;
  g_autoptr (GError) error = NULL;

  g_free (loader_kit_add_manifest (first, "good-exchange"));
  loader_kit_add_good (second, "good-exchange");
  catalogue = loader_kit_scan (search_path);
  g_assert_null (pst_catalogue_load (catalogue, "good-exchange", 0, &error));
  g_assert_error (error, PST_PLUGIN_ERROR, PST_REFUSAL_MODULE_MISSING);
}

/* A module without a manifest is no plugin. */
static void
test_not_found (void)
{
  g_autoptr (PstTestFolder) root = pst_test_folder_new ();
  g_autofree char *folder = g_build_filename (root, "plugins", NULL);
  g_autofree char *search_path = g_strdup_printf ("%s:%s/gone", folder, root);
  g_autofree char *module = NULL;
  g_autoptr (PstCatalogue) catalogue = NULL;
  g_autoptr (GError) error = NULL;

  loader_kit_add_good (folder, "good-store");
  module = loader_kit_add_module (folder, "good-guard", "lonely.so");
  catalogue = loader_kit_scan (search_path);
  g_assert_null (pst_catalogue_load (catalogue, "good-stroe", 0, &error));
  loader_kit_assert_message (
      error, PST_PLUGIN_ERROR, PST_REFUSAL_NOT_FOUND,
      "no plugin \"good-stroe\" on the search path \"@DIR@/plugins\", \"@DIR@/gone\" (which is not there); did you mean \"good-store\"?", root);
  g_clear_error (&error);
  g_assert_null (pst_catalogue_load (catalogue, "lonely", 0, &error));
  loader_kit_assert_message (
      error, PST_PLUGIN_ERROR, PST_REFUSAL_NOT_FOUND,
      "no plugin \"lonely\" on the search path \"@DIR@/plugins\", \"@DIR@/gone\" (which is not there); check the id, or add the plugin's "
      "folder to PENSTOCK_PLUGIN_PATH",
      root);
}

/* Asking for the wrong kind is the asker's mistake: the plugin stays usable. */
static void
test_other_kind (void)
{
  g_autoptr (PstTestFolder) folder = pst_test_folder_new ();
  g_autoptr (PstCatalogue) catalogue = NULL;
  g_autoptr (GError) error = NULL;

  loader_kit_add_good (folder, "good-store");
  catalogue = loader_kit_scan (folder);
  g_assert_null (pst_catalogue_load (catalogue, "good-store", PST_COMPONENT_KIND_EXCHANGE, &error));
  loader_kit_assert_message (error, PST_PLUGIN_ERROR, PST_REFUSAL_KIND_MISMATCH,
                             "plugin \"good-store\" is a store, not an exchange; choose another plugin or another kind of group", folder);
  g_assert_no_error (pst_catalogue_find (catalogue, "good-store")->refusal);
  g_clear_error (&error);
  g_assert_nonnull (pst_catalogue_load (catalogue, "good-store", PST_COMPONENT_KIND_STORE, &error));
  g_assert_no_error (error);
}

static void
test_search_path_from_environment (void)
{
  g_autoptr (PstTestFolder) folder = pst_test_folder_new ();
  g_autofree char *before = g_strdup (g_getenv ("PENSTOCK_PLUGIN_PATH"));
  g_autofree char *search_path = g_strconcat (folder, "::", NULL);
  g_autoptr (PstCatalogue) catalogue = NULL;

  loader_kit_add_good (folder, "good-store");
  g_setenv ("PENSTOCK_PLUGIN_PATH", search_path, TRUE);
  catalogue = loader_kit_scan (NULL);
  g_assert_nonnull (pst_catalogue_find (catalogue, "good-store"));
  if (before != NULL)
    g_setenv ("PENSTOCK_PLUGIN_PATH", before, TRUE);
  else
    g_unsetenv ("PENSTOCK_PLUGIN_PATH");
}

/* More manifests than the limit: those beyond are listed as refused, so that nobody wonders where they are. */
static void
test_too_many (void)
{
  g_autoptr (PstTestFolder) folder = pst_test_folder_new ();
  g_autoptr (PstCatalogue) catalogue = NULL;
  GPtrArray *plugins;

  for (guint i = 0; i <= 1000; i++)
    {
      g_autofree char *file = g_strdup_printf ("many-%04u.plugin", i);

      g_free (pst_test_folder_write (folder, file, "", 0, 0644));
    }
  catalogue = loader_kit_scan (folder);
  plugins = pst_catalogue_get_plugins (catalogue);
  g_assert_cmpuint (plugins->len, ==, 1001);
  g_assert_error (((PstPlugin *)plugins->pdata[999])->refusal, PST_PLUGIN_ERROR, PST_REFUSAL_MANIFEST_SYNTAX);
  g_assert_error (((PstPlugin *)plugins->pdata[1000])->refusal, PST_PLUGIN_ERROR, PST_REFUSAL_MANIFEST_UNREADABLE);
  g_assert_nonnull (strstr (((PstPlugin *)plugins->pdata[1000])->refusal->message, "more than 1000"));
}

/* Names of files reach terminals: no control characters in ids. */
static void
test_file_name_is_made_printable (void)
{
  g_autoptr (PstTestFolder) folder = pst_test_folder_new ();
  g_autoptr (PstCatalogue) catalogue = NULL;
  const PstPlugin *plugin;

  g_free (pst_test_folder_write (folder, "evil\033[2J\xff.plugin", "", 0, 0644));
  catalogue = loader_kit_scan (folder);
  plugin = pst_catalogue_get_plugins (catalogue)->pdata[0];
  g_assert_cmpstr (plugin->id, ==, "evil?[2J\xef\xbf\xbd");
  g_assert_error (plugin->refusal, PST_PLUGIN_ERROR, PST_REFUSAL_MANIFEST_SYNTAX);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/catalogue/fifty-plugins", test_fifty_plugins);
  g_test_add_func ("/catalogue/found-in-folder-and-below", test_found_in_folder_and_below);
  g_test_add_func ("/catalogue/loaded-once", test_loaded_once);
  g_test_add_func ("/catalogue/rebuilt-while-loaded", test_rebuilt_while_loaded);
  g_test_add_func ("/catalogue/duplicate", test_duplicate);
  g_test_add_func ("/catalogue/broken-first", test_broken_first);
  g_test_add_func ("/catalogue/not-found", test_not_found);
  g_test_add_func ("/catalogue/other-kind", test_other_kind);
  g_test_add_func ("/catalogue/search-path-from-environment", test_search_path_from_environment);
  g_test_add_func ("/catalogue/too-many", test_too_many);
  g_test_add_func ("/catalogue/file-name-is-made-printable", test_file_name_is_made_printable);
  return g_test_run ();
}
