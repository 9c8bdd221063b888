/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A plugin as it should be, for tests of the host: a store that knows its runs from a text file, a line "USER RUN" each. */

#include <penstock.h>

#include <string.h>

struct _PstGoodStore
{
  PstStore parent_instance;

  char *path;
};

G_DECLARE_FINAL_TYPE (PstGoodStore, pst_good_store, PST, GOOD_STORE, PstStore)
G_DEFINE_FINAL_TYPE (PstGoodStore, pst_good_store, PST_TYPE_STORE)

enum
{
  PROP_0,
  PROP_PATH,
};

static gboolean
has_run (PstStore *store, const char *user_id, const char *run_id, gboolean *found, GError **error)
{
  PstGoodStore *self = PST_GOOD_STORE (store);
  g_autofree char *line = g_strdup_printf ("%s %s\n", user_id, run_id);
  g_autofree char *text = NULL;

  *found = FALSE;
  if (!g_file_get_contents (self->path, &text, NULL, NULL))
    return TRUE;
  if (g_str_has_prefix (text, "damaged"))
    {
      g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT, "\"%s\" is damaged at offset 0", self->path);
      return FALSE;
    }
  *found = strstr (text, line) != NULL;
  return TRUE;
}

static gboolean
append (PstStore *store, const PstRecord *record, GError **error)
{
  return TRUE;
}

static gboolean
commit (PstStore *store, PstCommit why, GError **error)
{
  return TRUE;
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PstGoodStore *self = PST_GOOD_STORE (object);

  g_free (self->path);
  self->path = g_value_dup_string (value);
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_string (value, PST_GOOD_STORE (object)->path);
}

static void
finalize (GObject *object)
{
  g_free (PST_GOOD_STORE (object)->path);
  G_OBJECT_CLASS (pst_good_store_parent_class)->finalize (object);
}

static void
pst_good_store_class_init (PstGoodStoreClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  PstStoreClass *store_class = PST_STORE_CLASS (class);

  object_class->set_property = set_property;
  object_class->get_property = get_property;
  object_class->finalize = finalize;
  store_class->has_run = has_run;
  store_class->append = append;
  store_class->commit = commit;
  g_object_class_install_property (
      object_class, PROP_PATH,
      g_param_spec_string ("path", "Path", "Where the runs are", NULL, PST_OPTION_READWRITE | PST_OPTION_REQUIRED | PST_OPTION_PATH));
}

static void
pst_good_store_init (PstGoodStore *self)
{
}

PST_DEFINE_PLUGIN ("good-store", STORE, PstGoodStore, pst_good_store_get_type)
