/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the tests of loader, catalogue and pipeline files share. */

#include "loader-kit.h"

char *
loader_kit_replace (const char *text, const char *what, const char *with)
{
  g_auto (GStrv) parts = g_strsplit (text, what, -1);

  return g_strjoinv (with, parts);
}

static char *
read_source (const char *folder, const char *name)
{
  g_autofree char *file = g_strconcat (name, ".plugin.in", NULL);
  g_autofree char *path = g_build_filename (g_getenv ("PENSTOCK_SOURCE_DIR"), "tests", "loader", folder, file, NULL);
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
}

char *
loader_kit_add_manifest (const char *folder, const char *name)
{
  g_autofree char *broken = read_source ("broken", name);
  g_autofree char *text = broken ? g_steal_pointer (&broken) : read_source ("good", name);
  g_autofree char *file = g_strconcat (name, ".plugin", NULL);
  g_autofree char *abi = g_strdup_printf ("%d", PST_ABI);
  g_autofree char *number_format = g_strdup_printf ("%d", PST_NUMBER_FORMAT);
  g_autofree char *with_abi = NULL;
  g_autofree char *with_format = NULL;
  g_autofree char *finished = NULL;

  g_assert_nonnull (text);
  with_abi = loader_kit_replace (text, "@ABI@", abi);
  with_format = loader_kit_replace (with_abi, "@NUMBER_FORMAT@", number_format);
  finished = loader_kit_replace (with_format, "@VERSION@", g_getenv ("PENSTOCK_TEST_VERSION"));
  return pst_test_folder_write (folder, file, finished, -1, 0644);
}

char *
loader_kit_add_module (const char *folder, const char *module, const char *file)
{
  g_autofree char *built = g_strconcat (module, ".so", NULL);
  g_autofree char *path = g_build_filename (g_getenv ("PENSTOCK_BUILD_DIR"), "tests", "loader", built, NULL);
  g_autofree char *bytes = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  g_file_get_contents (path, &bytes, &length, &error);
  g_assert_no_error (error);
  return pst_test_folder_write (folder, file, bytes, (gssize)length, 0755);
}

void
loader_kit_add_good (const char *folder, const char *id)
{
  g_autofree char *file = g_strconcat (id, ".so", NULL);
  g_autofree char *manifest = loader_kit_add_manifest (folder, id);
  g_autofree char *module = loader_kit_add_module (folder, id, file);
}

void
loader_kit_add_all_good (const char *folder)
{
  loader_kit_add_good (folder, "good-exchange");
  loader_kit_add_good (folder, "good-strategy");
  loader_kit_add_good (folder, "good-guard");
  loader_kit_add_good (folder, "good-store");
  loader_kit_add_good (folder, "good-service");
}

PstCatalogue *
loader_kit_scan (const char *search_path)
{
  PstCatalogue *catalogue = pst_catalogue_new (search_path);

  pst_catalogue_scan (catalogue);
  return catalogue;
}

void
loader_kit_assert_message (const GError *error, GQuark domain, int code, const char *expected, const char *folder)
{
  g_autofree char *message = loader_kit_replace (expected, "@DIR@", folder);

  g_auto (GStrv) told = NULL;
  g_auto (GStrv) wanted = NULL;

  g_assert_error (error, domain, code);
  told = g_strsplit (error->message, "\n", -1);
  wanted = g_strsplit (message, "\n", -1);
  for (guint i = 0; told[i] != NULL && wanted[i] != NULL; i++)
    g_assert_cmpstr (told[i], ==, wanted[i]);
  g_assert_cmpuint (g_strv_length (told), ==, g_strv_length (wanted));
}
