/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What finding plugins costs, and the command's own start-up. Fifty plugins are copies of one real module, each with a manifest and an id
 * of its own. */

#include "bench-kit.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_PLUGINS 50
#define REPEATS 15
#define ORIGINAL "sma-cross"

static void
must_write (const char *path, const char *data, gsize length)
{
  g_autoptr (GError) error = NULL;

  if (g_file_set_contents_full (path, data, (gssize)length, G_FILE_SET_CONTENTS_NONE, 0644, &error))
    return;
  fprintf (stderr, "%s\n", error->message);
  exit (1);
}

/* The id stands in the module's tag, a field of fixed size. */
static void
rename_in_tag (char *module, gsize length, const char *id)
{
  static const guint8 magic[PST_PLUGIN_MAGIC_SIZE] = PST_PLUGIN_MAGIC;
  PstPluginTag *tag = (PstPluginTag *)memmem (module, length, magic, sizeof magic);

  g_assert (tag != NULL);
  memset (tag->id, 0, sizeof tag->id);
  g_strlcpy (tag->id, id, sizeof tag->id);
}

static void
make_plugins (const char *folder)
{
  const char *built = g_getenv ("PENSTOCK_PLUGIN_PATH");
  g_autofree char *module_path = g_build_filename (built, ORIGINAL ".so", NULL);
  g_autofree char *module = NULL;
  gsize length;

  if (!g_file_get_contents (module_path, &module, &length, NULL))
    {
      fprintf (stderr, "cannot read %s\n", module_path);
      exit (1);
    }
  for (guint i = 0; i < N_PLUGINS; i++)
    {
      g_autofree char *id = g_strdup_printf ("bench-%02u", i);
      g_autofree char *manifest = g_strdup_printf ("[Plugin]\nId=%s\nName=Copy %u\nKind=strategy\nVersion=0.1.0\nAbi=%d\nNumberFormat=%d\n"
                                                   "Description=A copy of a strategy\nAuthors=Nobody\nLicense=LGPL-2.1-or-later\n",
                                                   id, i, PST_ABI, PST_NUMBER_FORMAT);
      g_autofree char *so = g_strconcat (folder, "/", id, ".so", NULL);
      g_autofree char *plugin = g_strconcat (folder, "/", id, ".plugin", NULL);

      rename_in_tag (module, length, id);
      must_write (so, module, length);
      must_write (plugin, manifest, strlen (manifest));
    }
}

static double
time_scan (const char *folder)
{
  g_autoptr (PstCatalogue) catalogue = pst_catalogue_new (folder);
  double start = bench_seconds ();
  GPtrArray *plugins;
  guint n_good = 0;

  pst_catalogue_scan (catalogue);
  plugins = pst_catalogue_get_plugins (catalogue);
  for (guint i = 0; i < plugins->len; i++)
    {
      const PstPlugin *plugin = plugins->pdata[i];

      n_good += plugin->refusal == NULL && plugin->manifest != NULL && plugin->manifest->description != NULL;
    }
  start = bench_seconds () - start;
  if (n_good != N_PLUGINS)
    {
      fprintf (stderr, "%u of %d plugins are good\n", n_good, N_PLUGINS);
      exit (1);
    }
  return start * 1e3;
}

static double
time_command (char **argv)
{
  double start = bench_seconds ();
  int status;

  if (!g_spawn_sync (NULL, argv, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, NULL, &status, NULL) || status != 0)
    {
      fprintf (stderr, "%s failed\n", argv[0]);
      exit (1);
    }
  return (bench_seconds () - start) * 1e3;
}

static void
remove_plugins (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = g_dir_make_tmp ("penstock-bench-XXXXXX", NULL);
  g_autofree char *program = g_build_filename (g_getenv ("PENSTOCK_BUILD_DIR"), "framework", "tools", "penstock", NULL);
  char *version[] = { program, (char *)"version", NULL };
  char *list[] = { program, (char *)"plugins", NULL };
  char *nothing[] = { (char *)"/bin/true", NULL };
  double scan[REPEATS], start[REPEATS], plugins[REPEATS], bare[REPEATS];

  make_plugins (folder);
  for (guint i = 0; i < REPEATS; i++)
    {
      bare[i] = time_command (nothing);
      scan[i] = time_scan (folder);
      start[i] = time_command (version);
      g_setenv ("PENSTOCK_PLUGIN_PATH", folder, TRUE);
      plugins[i] = time_command (list);
    }
  remove_plugins (folder);
  printf ("plugins: medians of %d\n", REPEATS);
  printf ("  %-44s %7.2f ms (allowed 20)\n", "find and describe fifty plugins", bench_median (scan, REPEATS));
  printf ("  %-44s %7.2f ms\n", "a program that does nothing", bench_median (bare, REPEATS));
  printf ("  %-44s %7.2f ms (allowed 50)\n", "penstock version, whole process", bench_median (start, REPEATS));
  printf ("  %-44s %7.2f ms\n", "penstock plugins with fifty, whole process", bench_median (plugins, REPEATS));
  return 0;
}
