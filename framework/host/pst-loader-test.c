/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The loader alone. Every way in which it refuses a plugin is in tests/loader; here is what it does with good ones. */

#include "pst-loader.h"

#include "../../tests/loader/loader-kit.h"

static PstManifest *
load_manifest (const char *folder, const char *id)
{
  g_autofree char *file = g_strconcat (id, ".plugin", NULL);
  g_autofree char *path = g_build_filename (folder, file, NULL);
  g_autoptr (GError) error = NULL;
  PstManifest *manifest;

  loader_kit_add_good (folder, id);
  manifest = pst_manifest_load (path, &error);
  g_assert_no_error (error);
  return manifest;
}

/* The check runs no code: the type is there only after loading, once, whoever asks. */
static void
test_check_and_load (void)
{
  g_autoptr (PstTestFolder) folder = pst_test_folder_new ();
  const char *folders[] = { "/nonexistent/penstock", folder, NULL };
  g_autoptr (PstLoader) loader = pst_loader_new (folders);
  g_autoptr (PstLoader) other = pst_loader_new (folders);
  g_autoptr (PstManifest) manifest = load_manifest (folder, "good-strategy");
  g_autoptr (GError) error = NULL;
  GType type;

  g_assert_true (pst_loader_check (loader, manifest, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (g_type_from_name ("PstGoodStrategy"), ==, G_TYPE_INVALID);
  type = pst_loader_load (loader, manifest, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (g_type_name (type), ==, "PstGoodStrategy");
  g_assert_cmpuint (pst_loader_load (other, manifest, &error), ==, type);
  g_assert_no_error (error);
}

/* A loader without folders opens nothing. */
static void
test_no_folders (void)
{
  g_autoptr (PstTestFolder) folder = pst_test_folder_new ();
  const char *folders[] = { NULL };
  g_autoptr (PstLoader) loader = pst_loader_new (folders);
  g_autoptr (PstManifest) manifest = load_manifest (folder, "good-guard");
  g_autoptr (GError) error = NULL;

  g_assert_false (pst_loader_check (loader, manifest, &error));
  g_assert_error (error, PST_PLUGIN_ERROR, PST_REFUSAL_MODULE_OUTSIDE);
  g_assert_cmpuint (pst_loader_load (loader, manifest, NULL), ==, G_TYPE_INVALID);
  g_assert_cmpuint (g_type_from_name ("PstGoodGuard"), ==, G_TYPE_INVALID);
}

/* A module that was loaded and then changed on disk: its code in memory is the old one, and that is said. */
static void
test_changed_after_loading (void)
{
  g_autoptr (PstTestFolder) folder = pst_test_folder_new ();
  const char *folders[] = { folder, NULL };
  g_autoptr (PstLoader) loader = pst_loader_new (folders);
  g_autoptr (PstManifest) manifest = load_manifest (folder, "good-store");
  g_autoptr (PstManifest) again = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (pst_loader_load (loader, manifest, &error), !=, G_TYPE_INVALID);
  again = load_manifest (folder, "good-store"); /* written anew */
  g_assert_cmpuint (pst_loader_load (loader, again, &error), ==, G_TYPE_INVALID);
  g_assert_error (error, PST_PLUGIN_ERROR, PST_REFUSAL_TYPE_TAKEN);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/loader/check-and-load", test_check_and_load);
  g_test_add_func ("/loader/no-folders", test_no_folders);
  g_test_add_func ("/loader/changed-after-loading", test_changed_after_loading);
  return g_test_run ();
}
