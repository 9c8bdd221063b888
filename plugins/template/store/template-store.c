/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A store: every record as one line of JSON. Shows what a store owes the run: nothing is confirmed before commit() returns TRUE, and a
 * write that fails is an error at once. */

#include <penstock.h>

#include <string.h>

#define TEMPLATE_STORE_TYPE (template_store_get_type ())
G_DECLARE_FINAL_TYPE (TemplateStore, template_store, PLUGIN, TEMPLATE_STORE, PstStore)

struct _TemplateStore
{
  PstStore parent_instance;

  char *path;
  PstFile *file;
  GString *buffer; /* lines not yet written */
};

G_DEFINE_FINAL_TYPE (TemplateStore, template_store, PST_TYPE_STORE)

PST_DEFINE_PLUGIN ("template-store", STORE, TemplateStore, template_store_get_type)

enum
{
  PROP_PATH = 1,
  N_PROPS,
};

static gboolean
template_store_start (PstComponent *component, GError **error)
{
  TemplateStore *self = PLUGIN_TEMPLATE_STORE (component);

  if (!self->path || !*self->path)
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING, "path is not set; name the file to write");
      return FALSE;
    }
  self->file = pst_file_open (self->path, error);
  return self->file != NULL;
}

static void
template_store_stop (PstComponent *component)
{
  g_clear_object (&PLUGIN_TEMPLATE_STORE (component)->file);
}

/* One file is one run: a file with anything in it is taken. */
static gboolean
template_store_has_run (PstStore *store, const char *user_id, const char *run_id, gboolean *found, GError **error)
{
  TemplateStore *self = PLUGIN_TEMPLATE_STORE (store);
  g_autofree char *text = NULL;
  gsize length = 0;

  *found = self->path && g_file_get_contents (self->path, &text, &length, NULL) && length > 0;
  return TRUE;
}

static gboolean
template_store_append (PstStore *store, const PstRecord *record, GError **error)
{
  TemplateStore *self = PLUGIN_TEMPLATE_STORE (store);

  pst_record_to_json (record, self->buffer);
  g_string_append_c (self->buffer, '\n');
  return TRUE;
}

static gboolean
template_store_commit (PstStore *store, PstCommit why, GError **error)
{
  TemplateStore *self = PLUGIN_TEMPLATE_STORE (store);

  if (!pst_file_append (self->file, (const guint8 *)self->buffer->str, self->buffer->len, error))
    return FALSE;
  g_string_truncate (self->buffer, 0);
  return why != PST_COMMIT_END || pst_file_sync (self->file, error);
}

static void
template_store_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  if (property_id == PROP_PATH)
    g_value_set_string (value, PLUGIN_TEMPLATE_STORE (object)->path);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
template_store_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  TemplateStore *self = PLUGIN_TEMPLATE_STORE (object);

  if (property_id == PROP_PATH)
    {
      g_free (self->path);
      self->path = g_value_dup_string (value);
    }
  else
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
template_store_finalize (GObject *object)
{
  TemplateStore *self = PLUGIN_TEMPLATE_STORE (object);

  g_clear_object (&self->file);
  g_string_free (self->buffer, TRUE);
  g_free (self->path);
  G_OBJECT_CLASS (template_store_parent_class)->finalize (object);
}

static void
template_store_class_init (TemplateStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = template_store_get_property;
  object_class->set_property = template_store_set_property;
  object_class->finalize = template_store_finalize;
  PST_COMPONENT_CLASS (klass)->start = template_store_start;
  PST_COMPONENT_CLASS (klass)->stop = template_store_stop;
  PST_STORE_CLASS (klass)->has_run = template_store_has_run;
  PST_STORE_CLASS (klass)->append = template_store_append;
  PST_STORE_CLASS (klass)->commit = template_store_commit;

  g_object_class_install_property (object_class, PROP_PATH,
                                   g_param_spec_string ("path", "Path", "File to write; it is made when it is not there", NULL,
                                                        PST_OPTION_READWRITE | PST_OPTION_REQUIRED | PST_OPTION_PATH));
}

static void
template_store_init (TemplateStore *self)
{
  self->buffer = g_string_new (NULL);
}
