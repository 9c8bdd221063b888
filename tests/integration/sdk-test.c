/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an author outside of this tree has: the installed files and nothing else. For each kind, penstock new makes a plugin, which must
 * build, pass its own tests, and be loaded by the installed command. */

#include "../kit/test-command.h"

#include <string.h>

typedef struct
{
  TestFolder *folder;
  char *prefix; /* the installed tree */
  char **variables;
} Installed;

static char *
find_below (const char *folder, const char *name)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *entry;

  while (dir && (entry = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (folder, entry, NULL);
      char *found;

      if (strcmp (entry, name) == 0)
        return g_steal_pointer (&path);
      if (g_file_test (path, G_FILE_TEST_IS_DIR) && (found = find_below (path, name)))
        return found;
    }
  return NULL;
}

/* Once for all kinds. */
static void
install (Installed *installed)
{
  const char *build = g_getenv ("PENSTOCK_BUILD_DIR");
  g_autofree char *destination = NULL, *pc = NULL, *pkgconfig = NULL, *libraries = NULL, *templates = NULL, *command = NULL, *bin = NULL;
  g_autofree char *path = NULL;
  g_autoptr (TestOutcome) outcome = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (installed->folder != NULL)
    return;
  installed->folder = test_folder_new ();
  destination = test_folder_path (installed->folder, "installed");
  outcome = test_run (installed->folder, NULL, "meson", "install", "-C", build, "--no-rebuild", "--quiet", "--destdir", destination, NULL);
  test_assert_exit (outcome, 0);
  pc = find_below (destination, "penstock-1.pc");
  command = find_below (destination, "bin");
  templates = find_below (destination, "templates");
  g_assert_nonnull (pc);
  g_assert_nonnull (command);
  g_assert_nonnull (templates);
  pkgconfig = g_path_get_dirname (pc);
  libraries = g_path_get_dirname (pkgconfig);
  installed->prefix = g_path_get_dirname (command);
  path = g_strconcat ("PATH=", command, ":", g_getenv ("PATH"), NULL);
  g_strv_builder_add (builder, path);
  bin = g_strconcat ("PKG_CONFIG_PATH=", pkgconfig, NULL);
  g_strv_builder_add (builder, bin);
  g_free (g_steal_pointer (&bin));
  bin = g_strconcat ("LD_LIBRARY_PATH=", libraries, NULL);
  g_strv_builder_add (builder, bin);
  g_free (g_steal_pointer (&bin));
  bin = g_strconcat ("PENSTOCK_TEMPLATE_PATH=", templates, NULL);
  g_strv_builder_add (builder, bin);
  installed->variables = g_strv_builder_end (builder);
}

static void
clear (Installed *installed)
{
  g_strfreev (installed->variables);
  g_free (installed->prefix);
  g_clear_pointer (&installed->folder, test_folder_free);
}

typedef struct
{
  const char *kind;
  Installed *installed;
} Author;

static void
test_author (gconstpointer data)
{
  const Author *author = data;
  const char *kind = author->kind;
  Installed *installed = author->installed;
  g_autofree char *id = g_strconcat ("my-own-", kind, NULL), *build = NULL, *plugin_path = NULL;
  g_autoptr (TestOutcome) made = NULL, set_up = NULL, tested = NULL, inspected = NULL;
  g_autoptr (GPtrArray) variables = NULL;

  install (installed);
  made = test_run (installed->folder, (const char *const *)installed->variables, "penstock", "new", kind, id, NULL);
  test_assert_exit (made, 0);
  build = g_build_filename (installed->folder->path, id, "build", NULL);
  set_up = test_run (installed->folder, (const char *const *)installed->variables, "meson", "setup", build, id, "--werror", NULL);
  test_assert_exit (set_up, 0);
  tested = test_run (installed->folder, (const char *const *)installed->variables, "meson", "test", "-C", build, "--print-errorlogs", NULL);
  test_assert_exit (tested, 0);
  test_assert_contains (tested->output, "Ok:                 1");

  variables = g_ptr_array_new ();
  for (gsize i = 0; installed->variables[i]; i++)
    g_ptr_array_add (variables, installed->variables[i]);
  plugin_path = g_strconcat ("PENSTOCK_PLUGIN_PATH=", build, NULL);
  g_ptr_array_add (variables, plugin_path);
  g_ptr_array_add (variables, NULL);
  inspected = test_run (installed->folder, (const char *const *)variables->pdata, "penstock", "inspect", id, NULL);
  test_assert_exit (inspected, 0);
  test_assert_contains (inspected->output, id);
  g_assert_null (strstr (inspected->output, "emplate"));
}

int
main (int argc, char **argv)
{
  static const char *const kinds[] = { "exchange", "strategy", "guard", "store", "service" };
  Installed installed = { 0 };
  Author authors[G_N_ELEMENTS (kinds)];
  int status;

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *path = g_strconcat ("/sdk/outside-the-tree/", kinds[i], NULL);

      authors[i] = (Author){ kinds[i], &installed };
      g_test_add_data_func (path, &authors[i], test_author);
    }
  status = g_test_run ();
  clear (&installed);
  return status;
}
