/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a manifest to a type. Every check that needs no code of the plugin comes first.
 *
 * Check and use of the file: the checks hold one descriptor open, and the path is compared with it (device, inode, size, time of change)
 * right before and right after the dynamic linker read it. The linker gets the resolved path and not /proc/self/fd/N, because a debugger, a
 * core dump and $ORIGIN need the real name, and because the linker takes a file of the same name for the one that it has. What remains: in
 * the microseconds between comparison and dlopen() somebody could put another file there. The module and its folder belong to root or to
 * ourselves and nobody else may write them (that was checked), so this somebody is root, ourselves, or who may rename a folder further up;
 * the comparison afterwards finds it and refuses the plugin, but constructors of the other file have run by then. The libraries that a module
 * needs are found by the dynamic linker by its own rules and are not checked here.
 *
 * Modules stay: types, quarks and interned strings of a module must outlive it, so nothing is ever unloaded. */

#include "pst-loader.h"

#include <stdlib.h>
#include <string.h>

#include <gmodule.h>

#include "../engine/pst-run.h"
#include "pst-kind.h"
#include "pst-module-file.h"

struct _PstLoader
{
  GObject parent_instance;

  char **folders; /* resolved */
};

G_DEFINE_FINAL_TYPE (PstLoader, pst_loader, G_TYPE_OBJECT)

/* Which file a type came from, kept with the type: a second catalogue in the process finds the same plugin loaded already. */
typedef struct
{
  guint64 device, inode;
  gint64 changed_ns;
} TypeOrigin;

static GQuark
type_origin_quark (void)
{
  return g_quark_from_static_string ("pst-loader-type-origin");
}

static void
pst_loader_finalize (GObject *object)
{
  PstLoader *self = PST_LOADER (object);

  g_strfreev (self->folders);
  G_OBJECT_CLASS (pst_loader_parent_class)->finalize (object);
}

static void
pst_loader_class_init (PstLoaderClass *class)
{
  G_OBJECT_CLASS (class)->finalize = pst_loader_finalize;
}

static void
pst_loader_init (PstLoader *self)
{
}

/**
 * pst_loader_new:
 * @folders: (array zero-terminated=1): the search path; folders that do not exist are left out
 *
 * A loader that opens modules below @folders only.
 *
 * Returns: (transfer full): the loader
 */
PstLoader *
pst_loader_new (const char *const *folders)
{
  PstLoader *self = g_object_new (PST_TYPE_LOADER, NULL);
  g_autoptr (GPtrArray) resolved = g_ptr_array_new ();

  pst_kind_register_sdk_types ();
  g_type_ensure (PST_TYPE_RUN); /* so that no plugin takes its name */
  for (guint i = 0; folders[i] != NULL; i++)
    {
      char *path = realpath (folders[i], NULL);

      if (path != NULL)
        g_ptr_array_add (resolved, g_strdup (path));
      free (path);
    }
  g_ptr_array_add (resolved, NULL);
  self->folders = (char **)g_ptr_array_steal (resolved, NULL);
  return self;
}

static gboolean
check_numbers (const char *what, const char *path, guint abi, guint number_format, GError **error)
{
  if (abi != PST_ABI)
    {
      g_set_error (error, PST_PLUGIN_ERROR, PST_REFUSAL_ABI,
                   "%s \"%s\" is for ABI %u, this host has ABI %d; build the plugin again with this host's SDK", what, path, abi, PST_ABI);
      return FALSE;
    }
  if (number_format != PST_NUMBER_FORMAT)
    {
      g_set_error (error, PST_PLUGIN_ERROR, PST_REFUSAL_NUMBER_FORMAT,
                   "%s \"%s\" is for number format %u, this host has number format %d; build the plugin again with this host's SDK", what, path,
                   number_format, PST_NUMBER_FORMAT);
      return FALSE;
    }
  return TRUE;
}

static gboolean
came_from (GType type, const PstModuleFile *file)
{
  const TypeOrigin *origin = g_type_get_qdata (type, type_origin_quark ());

  return origin != NULL && origin->device == file->device && origin->inode == file->inode && origin->changed_ns == file->changed_ns;
}

static gboolean
check_tag (const PstManifest *manifest, const PstModuleFile *file, GError **error)
{
  const PstPluginTag *tag = &file->tag;
  g_autofree char *id = g_utf8_make_valid (tag->id, -1);
  g_autofree char *type_name = g_utf8_make_valid (tag->type_name, -1);
  GType type;

  if (!check_numbers ("module", file->path, tag->abi, tag->number_format, error))
    return FALSE;
  if (tag->kind != (guint32)manifest->kind)
    {
      g_set_error (error, PST_PLUGIN_ERROR, PST_REFUSAL_KIND_MISMATCH,
                   "module \"%s\" is %s, its manifest says Kind=%s; mend the manifest or PST_DEFINE_PLUGIN", file->path,
                   pst_kind_with_article ((PstComponentKind)tag->kind), pst_kind_to_string (manifest->kind));
      return FALSE;
    }
  if (strcmp (tag->id, manifest->id) != 0)
    {
      g_set_error (error, PST_PLUGIN_ERROR, PST_REFUSAL_ID_MISMATCH, "module \"%s\" is plugin \"%s\", its manifest says Id=%s; give both the same id",
                   file->path, id, manifest->id);
      return FALSE;
    }
  type = g_type_from_name (tag->type_name);
  if (type != G_TYPE_INVALID && !came_from (type, file))
    {
      g_set_error (error, PST_PLUGIN_ERROR, PST_REFUSAL_TYPE_TAKEN,
                   "module \"%s\" would register the type %s, which is registered already; give its type a name of its own, or restart the host when "
                   "the module was rebuilt",
                   file->path, type_name);
      return FALSE;
    }
  return TRUE;
}

/* (transfer full) (nullable) */
static PstModuleFile *
check_all (PstLoader *self, const PstManifest *manifest, GError **error)
{
  g_autoptr (PstModuleFile) file = NULL;

  if (!check_numbers ("manifest", manifest->path, manifest->abi, manifest->number_format, error))
    return NULL;
  file = pst_module_file_open (manifest->module_path, (const char *const *)self->folders, error);
  if (file == NULL || !check_tag (manifest, file, error))
    return NULL;
  return g_steal_pointer (&file);
}

/**
 * pst_loader_check:
 * @loader: the loader
 * @manifest: the plugin's manifest
 * @error: where to say why it is refused: a %PST_PLUGIN_ERROR
 *
 * Makes all checks that need no code of the plugin. One thread at a time; blocks on the disk.
 *
 * Returns: whether pst_loader_load() would try to open the module
 */
gboolean
pst_loader_check (PstLoader *loader, const PstManifest *manifest, GError **error)
{
  g_autoptr (PstModuleFile) file = check_all (loader, manifest, error);

  return file != NULL;
}

static gboolean
fail_changed (const PstModuleFile *file, GError **error)
{
  g_set_error (error, PST_PLUGIN_ERROR, PST_REFUSAL_MODULE_OPEN,
               "module \"%s\" changed while it was being loaded; try again when nobody is installing", file->path);
  return FALSE;
}

/* Opens the module for good. Its constructors run here, before the entry point is looked at. */
static GModule *
open_module (const PstModuleFile *file, GError **error)
{
  g_autoptr (GError) cause = NULL;
  GModule *module;

  if (!pst_module_file_is_unchanged (file))
    return fail_changed (file, error), NULL;
  module = g_module_open_full (file->path, G_MODULE_BIND_LOCAL, &cause);
  if (module == NULL)
    {
      g_set_error (error, PST_PLUGIN_ERROR, PST_REFUSAL_MODULE_OPEN, "cannot open module \"%s\": %s; install what it needs or build it again",
                   file->path, cause->message);
      return NULL;
    }
  g_module_make_resident (module);
  if (!pst_module_file_is_unchanged (file))
    return fail_changed (file, error), NULL;
  return module;
}

static const PstPluginEntry *
call_entry (GModule *module, const PstModuleFile *file, GError **error)
{
  gpointer symbol = NULL;
  const PstPluginEntry *entry;

  if (!g_module_symbol (module, PST_PLUGIN_ENTRY_SYMBOL, &symbol) || symbol == NULL)
    {
      g_set_error (error, PST_PLUGIN_ERROR, PST_REFUSAL_ENTRY_MISSING, "module \"%s\" has no symbol %s; use PST_DEFINE_PLUGIN, which makes it",
                   file->path, PST_PLUGIN_ENTRY_SYMBOL);
      return NULL;
    }
  entry = ((PstPluginEntryFunc)symbol) ();
  if (entry == NULL || entry->tag == NULL || entry->get_type == NULL)
    {
      g_set_error (error, PST_PLUGIN_ERROR, PST_REFUSAL_ENTRY_NOTHING,
                   "the entry point of module \"%s\" returned nothing; use PST_DEFINE_PLUGIN, which returns tag and type", file->path);
      return NULL;
    }
  if (memcmp (entry->tag, &file->tag, sizeof file->tag) != 0)
    {
      g_set_error (error, PST_PLUGIN_ERROR, PST_REFUSAL_MODULE_FORMAT,
                   "the entry point of module \"%s\" returned another tag than the one in its file; use PST_DEFINE_PLUGIN once", file->path);
      return NULL;
    }
  return entry;
}

static gboolean
check_type (GType type, const PstModuleFile *file, GError **error)
{
  PstComponentKind kind = (PstComponentKind)file->tag.kind;
  const char *name = type != G_TYPE_INVALID ? g_type_name (type) : NULL;
  g_autofree char *wrong = NULL;

  if (name == NULL || type == G_TYPE_NONE)
    wrong = g_strdup ("no type");
  else if (!g_type_is_a (type, pst_kind_get_type (kind)))
    wrong = g_strdup_printf ("the type %s, which is not %s", name, pst_kind_with_article (kind));
  else if (G_TYPE_IS_ABSTRACT (type))
    wrong = g_strdup_printf ("the type %s, which is abstract", name);
  else if (strcmp (name, file->tag.type_name) != 0)
    wrong = g_strdup_printf ("the type %s, its tag says %s", name, file->tag.type_name);
  else
    return TRUE;
  g_set_error (error, PST_PLUGIN_ERROR, PST_REFUSAL_TYPE_WRONG, "module \"%s\" registered %s; give PST_DEFINE_PLUGIN the component's own type",
               file->path, wrong);
  return FALSE;
}

static void
remember_origin (GType type, const PstModuleFile *file)
{
  TypeOrigin *origin = g_new0 (TypeOrigin, 1);

  origin->device = file->device;
  origin->inode = file->inode;
  origin->changed_ns = file->changed_ns;
  g_type_set_qdata (type, type_origin_quark (), origin); /* as long as the type: for ever */
}

/**
 * pst_loader_load:
 * @loader: the loader
 * @manifest: the plugin's manifest
 * @error: where to say why it is refused: a %PST_PLUGIN_ERROR
 *
 * Makes all checks, opens the module for the rest of the process's life, calls its entry point and checks the type that it registers. A
 * plugin that this process has loaded before is not opened again. One thread at a time; blocks on the disk.
 *
 * Returns: the component's type; %G_TYPE_INVALID when the plugin is refused
 */
GType
pst_loader_load (PstLoader *loader, const PstManifest *manifest, GError **error)
{
  g_autoptr (PstModuleFile) file = check_all (loader, manifest, error);
  const PstPluginEntry *entry;
  GModule *module;
  GType type;

  if (file == NULL)
    return G_TYPE_INVALID;
  type = g_type_from_name (file->tag.type_name);
  if (type != G_TYPE_INVALID)
    return type;
  module = open_module (file, error);
  entry = module ? call_entry (module, file, error) : NULL;
  if (entry == NULL)
    return G_TYPE_INVALID;
  type = entry->get_type ();
  if (!check_type (type, file, error))
    return G_TYPE_INVALID;
  remember_origin (type, file);
  return type;
}
