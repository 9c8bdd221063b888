/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A service: keeps a small status file of the run, rewritten whole so that a reader never sees half of it. Shows how a service hears
 * facts without ever standing in their way: it looks, remembers, and writes on the run's own time. */

#include <penstock.h>

#define TEMPLATE_SERVICE_TYPE (template_service_get_type ())
G_DECLARE_FINAL_TYPE (TemplateService, template_service, PLUGIN, TEMPLATE_SERVICE, PstService)

struct _TemplateService
{
  PstService parent_instance;

  char *path;
  gint64 interval_ns;
  gint64 written_ns; /* logical time of the last write */
  guint64 n_fills;
  guint64 n_denials;
  PstMoney equity;
  PstRunState state;
  gboolean failed; /* said once */
};

G_DEFINE_FINAL_TYPE (TemplateService, template_service, PST_TYPE_SERVICE)

PST_DEFINE_PLUGIN ("template-service", SERVICE, TemplateService, template_service_get_type)

enum
{
  PROP_PATH = 1,
  PROP_INTERVAL,
  N_PROPS,
};

/* A status that cannot be written is worth an alert, once, and never a reason to stop trading. */
static void
write_status (TemplateService *self, gint64 time_ns)
{
  g_autofree char *when = pst_time_to_string (time_ns);
  g_autofree char *equity = self->equity.currency ? pst_money_to_string (&self->equity) : g_strdup ("unknown");
  g_autofree char *text = g_strdup_printf ("time=%s\nstate=%s\nequity=%s\nfills=%" G_GUINT64_FORMAT "\ndenials=%" G_GUINT64_FORMAT "\n", when,
                                           self->state == PST_RUN_STATE_RUNNING ? "running" : "ended", equity, self->n_fills, self->n_denials);
  g_autoptr (GError) error = NULL;

  self->written_ns = time_ns;
  if (g_file_set_contents (self->path, text, -1, &error) || self->failed)
    return;
  self->failed = TRUE;
  pst_component_raise_alert (PST_COMPONENT (self), PST_SEVERITY_WARNING, "service", "Status file cannot be written", "%s", error->message);
}

static void
template_service_on_record (PstService *service, const PstRecord *record)
{
  TemplateService *self = PLUGIN_TEMPLATE_SERVICE (service);

  if (record->kind == PST_RECORD_FILL)
    self->n_fills++;
  else if (record->kind == PST_RECORD_VERDICT)
    self->n_denials++;
  else if (record->kind == PST_RECORD_TICK)
    self->equity = (PstMoney){ record->tick.currency, record->tick.equity };
  else if (record->kind == PST_RECORD_RUN)
    self->state = record->run.state;
  if (record->kind == PST_RECORD_RUN || (record->kind == PST_RECORD_TICK && record->time_ns - self->written_ns >= self->interval_ns))
    write_status (self, record->time_ns);
}

static gboolean
template_service_start (PstComponent *component, GError **error)
{
  TemplateService *self = PLUGIN_TEMPLATE_SERVICE (component);

  if (self->path && *self->path)
    return TRUE;
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING, "path is not set; name the status file");
  return FALSE;
}

static void
template_service_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  TemplateService *self = PLUGIN_TEMPLATE_SERVICE (object);

  if (property_id == PROP_PATH)
    g_value_set_string (value, self->path);
  else if (property_id == PROP_INTERVAL)
    g_value_set_int64 (value, self->interval_ns);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
template_service_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  TemplateService *self = PLUGIN_TEMPLATE_SERVICE (object);

  if (property_id == PROP_PATH)
    {
      g_free (self->path);
      self->path = g_value_dup_string (value);
    }
  else if (property_id == PROP_INTERVAL)
    {
      self->interval_ns = g_value_get_int64 (value);
    }
  else
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
template_service_finalize (GObject *object)
{
  g_free (PLUGIN_TEMPLATE_SERVICE (object)->path);
  G_OBJECT_CLASS (template_service_parent_class)->finalize (object);
}

static void
template_service_class_init (TemplateServiceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = template_service_get_property;
  object_class->set_property = template_service_set_property;
  object_class->finalize = template_service_finalize;
  PST_COMPONENT_CLASS (klass)->start = template_service_start;
  PST_SERVICE_CLASS (klass)->on_record = template_service_on_record;

  g_object_class_install_property (
      object_class, PROP_PATH,
      g_param_spec_string ("path", "Path", "The status file", NULL, PST_OPTION_READWRITE | PST_OPTION_REQUIRED | PST_OPTION_PATH));
  g_object_class_install_property (object_class, PROP_INTERVAL,
                                   pst_param_spec_duration ("interval", "Interval", "Least time of the run between two writes", "0s", "365d", "1h",
                                                            PST_OPTION_READWRITE | G_PARAM_CONSTRUCT));
}

static void
template_service_init (TemplateService *self)
{
  self->written_ns = G_MININT64 / 2;
}
