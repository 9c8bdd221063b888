/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finds manifests on the search path and keeps what the loader says of each. There is no cache: a stale one hides plugins, and reading
 * the manifests again costs less than a millisecond for ten of them. */

#include "pst-catalogue.h"

#include <stdlib.h>
#include <string.h>

#include "pst-kind.h"
#include "pst-loader.h"
#include "pst-problem.h"

#define MANIFEST_SUFFIX ".plugin"
#define FOLDERS_MAX 64
#define PLUGINS_MAX 1000

struct _PstCatalogue
{
  GObject parent_instance;

  char **folders;
  GPtrArray *plugins; /* PstPlugin, sorted by id, those of one id in the search path's order */
  GHashTable *by_id;  /* id to the first PstPlugin of that id */
  GHashTable *seen;   /* resolved manifest paths: a folder may be named twice */
  PstLoader *loader;
  GRecMutex lock;
};

G_DEFINE_FINAL_TYPE (PstCatalogue, pst_catalogue, G_TYPE_OBJECT)

static void
plugin_free (gpointer data)
{
  PstPlugin *plugin = data;

  pst_manifest_free (plugin->manifest);
  g_free (plugin->path);
  g_free (plugin->id);
  g_clear_error (&plugin->refusal);
  g_free (plugin);
}

static void
pst_catalogue_finalize (GObject *object)
{
  PstCatalogue *self = PST_CATALOGUE (object);

  g_rec_mutex_clear (&self->lock);
  g_clear_object (&self->loader);
  g_hash_table_unref (self->seen);
  g_hash_table_unref (self->by_id);
  g_ptr_array_unref (self->plugins);
  g_strfreev (self->folders);
  G_OBJECT_CLASS (pst_catalogue_parent_class)->finalize (object);
}

static void
pst_catalogue_class_init (PstCatalogueClass *class)
{
  G_OBJECT_CLASS (class)->finalize = pst_catalogue_finalize;
}

static void
pst_catalogue_init (PstCatalogue *self)
{
  g_rec_mutex_init (&self->lock);
  self->plugins = g_ptr_array_new_with_free_func (plugin_free);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  self->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * pst_catalogue_lock:
 * @catalogue: the catalogue
 *
 * Keeps other threads from loading plugins, until pst_catalogue_unlock(). Any thread; may be nested.
 */
void
pst_catalogue_lock (PstCatalogue *catalogue)
{
  g_rec_mutex_lock (&catalogue->lock);
}

void
pst_catalogue_unlock (PstCatalogue *catalogue)
{
  g_rec_mutex_unlock (&catalogue->lock);
}

static void
add_folders (GPtrArray *folders, const char *search_path)
{
  g_auto (GStrv) parts = g_strsplit (search_path, G_SEARCHPATH_SEPARATOR_S, FOLDERS_MAX + 1);

  for (guint i = 0; parts[i] != NULL && folders->len < FOLDERS_MAX; i++)
    if (*parts[i] != '\0')
      g_ptr_array_add (folders, g_canonicalize_filename (parts[i], NULL));
}

/**
 * pst_catalogue_new:
 * @search_path: (nullable): folders separated by ':'; %NULL: those of PENSTOCK_PLUGIN_PATH, then the installed folder. The first 64 count
 *
 * A catalogue that has not looked yet: pst_catalogue_scan().
 *
 * Returns: (transfer full): the catalogue
 */
PstCatalogue *
pst_catalogue_new (const char *search_path)
{
  PstCatalogue *self = g_object_new (PST_TYPE_CATALOGUE, NULL);
  g_autoptr (GPtrArray) folders = g_ptr_array_new ();
  const char *environment = g_getenv ("PENSTOCK_PLUGIN_PATH");

  if (search_path != NULL)
    add_folders (folders, search_path);
  else
    {
      if (environment != NULL)
        add_folders (folders, environment);
      add_folders (folders, PST_PLUGIN_DIR);
    }
  g_ptr_array_add (folders, NULL);
  self->folders = (char **)g_ptr_array_steal (folders, NULL);
  return self;
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* (transfer full): the sorted names in a folder; NULL when it cannot be read. Sorted, because a folder's own order is an accident. */
static GPtrArray *
list_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  GPtrArray *names;
  const char *name;

  if (dir == NULL)
    return NULL;
  names = g_ptr_array_new_with_free_func (g_free);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (*name != '.')
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  return names;
}

static void
check_plugin (PstCatalogue *self, PstPlugin *plugin)
{
  const PstPlugin *first = g_hash_table_lookup (self->by_id, plugin->id);

  if (first != NULL)
    {
      g_clear_error (&plugin->refusal);
      g_set_error (&plugin->refusal, PST_PLUGIN_ERROR, PST_REFUSAL_ID_DUPLICATE,
                   "plugin \"%s\" in \"%s\" has the id of \"%s\", which comes first on the search path; remove or rename one of them", plugin->id,
                   plugin->path, first->path);
      return;
    }
  g_hash_table_insert (self->by_id, plugin->id, plugin);
  if (plugin->refusal == NULL)
    pst_loader_check (self->loader, plugin->manifest, &plugin->refusal);
}

/* A file's name is from outside and ends up on terminals. */
static char *
printable_id (const char *name)
{
  char *id = g_utf8_make_valid (name, -1);

  for (char *p = id; *p != '\0'; p++)
    if (g_ascii_iscntrl (*p))
      *p = '?';
  return id;
}

static void
add_manifest (PstCatalogue *self, const char *path)
{
  char *resolved = realpath (path, NULL);
  g_autofree char *name = g_path_get_basename (path);
  PstPlugin *plugin;
  gboolean is_new = resolved == NULL || g_hash_table_add (self->seen, g_strdup (resolved));

  free (resolved);
  if (!is_new)
    return;
  plugin = g_new0 (PstPlugin, 1);
  plugin->path = g_strdup (path);
  name[strlen (name) - strlen (MANIFEST_SUFFIX)] = '\0';
  plugin->id = printable_id (name);
  if (self->plugins->len < PLUGINS_MAX)
    plugin->manifest = pst_manifest_load (path, &plugin->refusal);
  else
    g_set_error (&plugin->refusal, PST_PLUGIN_ERROR, PST_REFUSAL_MANIFEST_UNREADABLE,
                 "manifest \"%s\" was not read: the search path holds more than %d; shorten PENSTOCK_PLUGIN_PATH", path, PLUGINS_MAX);
  g_ptr_array_add (self->plugins, plugin);
  check_plugin (self, plugin);
}

static void
scan_folder (PstCatalogue *self, const char *folder, gboolean below)
{
  g_autoptr (GPtrArray) names = list_folder (folder);

  for (guint i = 0; names != NULL && i < names->len; i++)
    {
      g_autofree char *path = g_build_filename (folder, names->pdata[i], NULL);

      if (g_str_has_suffix (names->pdata[i], MANIFEST_SUFFIX) && strlen (names->pdata[i]) > strlen (MANIFEST_SUFFIX))
        add_manifest (self, path);
    }
  for (guint i = 0; below && names != NULL && i < names->len; i++)
    {
      g_autofree char *path = g_build_filename (folder, names->pdata[i], NULL);

      if (!g_str_has_suffix (names->pdata[i], MANIFEST_SUFFIX) && g_file_test (path, G_FILE_TEST_IS_DIR))
        scan_folder (self, path, FALSE);
    }
}

static gint
compare_ids (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(PstPlugin *const *)a)->id, (*(PstPlugin *const *)b)->id);
}

/**
 * pst_catalogue_scan:
 * @catalogue: the catalogue
 *
 * Reads every manifest of the search path anew and makes all checks that need no code of a plugin. Plugins of an earlier scan are
 * forgotten, though what was loaded stays loaded. The main thread; blocks on the disk.
 */
void
pst_catalogue_scan (PstCatalogue *catalogue)
{
  g_hash_table_remove_all (catalogue->by_id);
  g_hash_table_remove_all (catalogue->seen);
  g_ptr_array_set_size (catalogue->plugins, 0);
  g_clear_object (&catalogue->loader);
  catalogue->loader = pst_loader_new ((const char *const *)catalogue->folders);
  for (guint i = 0; catalogue->folders[i] != NULL; i++)
    scan_folder (catalogue, catalogue->folders[i], TRUE);
  g_ptr_array_sort (catalogue->plugins, compare_ids); /* stable: of one id, the one that counts comes first */
}

/**
 * pst_catalogue_get_plugins:
 * @catalogue: the catalogue
 *
 * All plugins found, refused ones too.
 *
 * Returns: (transfer none) (element-type PstPlugin): sorted by id; until the next scan
 */
GPtrArray *
pst_catalogue_get_plugins (PstCatalogue *catalogue)
{
  return catalogue->plugins;
}

/**
 * pst_catalogue_find:
 * @catalogue: the catalogue
 * @id: a plugin's id
 *
 * Looks a plugin up without loading it.
 *
 * Returns: (transfer none) (nullable): the plugin that comes first on the search path; look at its refusal
 */
PstPlugin *
pst_catalogue_find (PstCatalogue *catalogue, const char *id)
{
  return g_hash_table_lookup (catalogue->by_id, id);
}

static const char *
nearest_id (PstCatalogue *self, const char *id)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  for (guint i = 0; i < self->plugins->len; i++)
    g_ptr_array_add (ids, ((const PstPlugin *)self->plugins->pdata[i])->id);
  g_ptr_array_add (ids, NULL);
  return pst_nearest_name (id, (const char *const *)ids->pdata);
}

static void
fail_not_found (PstCatalogue *self, const char *id, GError **error)
{
  g_autofree char *quoted = pst_problem_quote (id);
  g_autoptr (GString) text = g_string_new (NULL);
  const char *nearest = nearest_id (self, id);

  g_string_append_printf (text, "no plugin %s on the search path", quoted);
  for (guint i = 0; self->folders[i] != NULL; i++)
    g_string_append_printf (text, "%s \"%s\"%s", i > 0 ? "," : "", self->folders[i],
                            g_file_test (self->folders[i], G_FILE_TEST_IS_DIR) ? "" : " (which is not there)");
  if (nearest != NULL)
    g_string_append_printf (text, "; did you mean \"%s\"?", nearest);
  else
    g_string_append (text, "; check the id, or add the plugin's folder to PENSTOCK_PLUGIN_PATH");
  g_set_error_literal (error, PST_PLUGIN_ERROR, PST_REFUSAL_NOT_FOUND, text->str);
}

/**
 * pst_catalogue_load:
 * @catalogue: the catalogue, after a scan
 * @id: a plugin's id
 * @kind: which kind it must be; 0 for any
 * @error: where to say why not: a %PST_PLUGIN_ERROR
 *
 * Loads a plugin's module when that was not done. What refuses it is kept with the plugin; that it is not of the kind that was asked for is
 * not. One thread at a time, see pst_catalogue_lock(); blocks on the disk.
 *
 * Returns: (transfer none) (nullable): the plugin, with its type
 */
PstPlugin *
pst_catalogue_load (PstCatalogue *catalogue, const char *id, PstComponentKind kind, GError **error)
{
  PstPlugin *plugin = pst_catalogue_find (catalogue, id);

  if (plugin == NULL)
    {
      fail_not_found (catalogue, id, error);
      return NULL;
    }
  if (plugin->refusal == NULL && kind != 0 && plugin->manifest->kind != kind)
    {
      g_set_error (error, PST_PLUGIN_ERROR, PST_REFUSAL_KIND_MISMATCH, "plugin \"%s\" is %s, not %s; choose another plugin or another kind of group",
                   id, pst_kind_with_article (plugin->manifest->kind), pst_kind_with_article (kind));
      return NULL;
    }
  if (plugin->refusal == NULL && plugin->type == G_TYPE_INVALID)
    plugin->type = pst_loader_load (catalogue->loader, plugin->manifest, &plugin->refusal);
  if (plugin->refusal != NULL)
    {
      if (error != NULL)
        *error = g_error_copy (plugin->refusal);
      return NULL;
    }
  return plugin;
}
