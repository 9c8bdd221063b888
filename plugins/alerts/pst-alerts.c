/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Brings the run's alerts to people. What is slow or dead out there delays nobody here: each sink has a bounded queue and, but for the webhook, which
 * is never waited for, a thread of its own. What it loses is counted and told with the next alert that arrives. */

#include "pst-alert-desktop.h"
#include "pst-alert-log.h"
#include "pst-alert-mail.h"
#include "pst-alert-webhook.h"
#include "pst-alerts-options.h"

#include <string.h>

#define PST_TYPE_ALERTS (pst_alerts_get_type ())
G_DECLARE_FINAL_TYPE (PstAlerts, pst_alerts, PST, ALERTS, PstService)

/* One of worker and webhook. Neither: the sink is off. */
typedef struct
{
  PstAlertFilter filter;
  PstAlertWorker *worker;
  PstAlertWebhook *webhook;
} Sink;

struct _PstAlerts
{
  PstService parent_instance;

  PstAlertsOptions options;
  gboolean enabled[PST_ALERTS_N_SINKS];
  Sink sinks[PST_ALERTS_N_SINKS];
};

G_DEFINE_FINAL_TYPE (PstAlerts, pst_alerts, PST_TYPE_SERVICE)

PST_DEFINE_PLUGIN ("alerts", SERVICE, PstAlerts, pst_alerts_get_type)

#define CATEGORY "alerts"
#define FAILED "Alert sink failed: "

static PstContext *
get_context (PstAlerts *self)
{
  return pst_component_get_context (PST_COMPONENT (self));
}

static void
push (Sink *sink, const PstAlert *alert)
{
  if (sink->worker != NULL)
    pst_alert_worker_push (sink->worker, alert);
  else
    pst_alert_webhook_push (sink->webhook, alert);
}

static void
drop (Sink *sink)
{
  if (sink->worker != NULL)
    pst_alert_worker_drop (sink->worker);
  else
    pst_alert_webhook_drop (sink->webhook);
}

static const char *
name_component (PstAlerts *self, guint32 index)
{
  PstComponent *component = pst_context_get_component (get_context (self), index);

  return component != NULL ? pst_component_get_name (component) : "engine";
}

/* That a sink failed is for the others to tell. */
static gboolean
is_about (PstAlerts *self, const PstRecord *record, guint sink)
{
  const char *title = record->alert.title;

  return record->alert.component == pst_component_get_index (PST_COMPONENT (self)) && g_str_has_prefix (title, FAILED)
         && g_str_equal (title + strlen (FAILED), pst_alerts_sink_to_string (sink));
}

static void
tell (PstAlerts *self, const PstRecord *record)
{
  g_autoptr (PstAlert) alert = pst_alert_new (record, pst_context_get_run (get_context (self)), name_component (self, record->alert.component));

  for (guint i = 0; i < PST_ALERTS_N_SINKS; i++)
    {
      Sink *sink = &self->sinks[i];
      PstAlertChoice choice;

      if ((sink->worker == NULL && sink->webhook == NULL) || is_about (self, record, i))
        continue;
      choice = pst_alert_filter_choose (&sink->filter, alert);
      if (choice == PST_ALERT_TOLD)
        push (sink, alert);
      else if (choice == PST_ALERT_DROPPED)
        drop (sink);
    }
}

static void
raise_failure (PstAlerts *self, guint sink, const char *why)
{
  g_autofree char *title = g_strconcat (FAILED, pst_alerts_sink_to_string (sink), NULL);

  pst_component_raise_alert (PST_COMPONENT (self), PST_SEVERITY_WARNING, CATEGORY, title, "%s", why);
}

/* Threads cannot raise alerts; what failed there is looked up when something is told anyway. */
static void
look_for_failures (PstAlerts *self)
{
  for (guint i = 0; i < PST_ALERTS_N_SINKS; i++)
    {
      g_autofree char *why = NULL;

      if (self->sinks[i].worker != NULL && pst_alert_worker_take_failure (self->sinks[i].worker, &why))
        raise_failure (self, i, why);
    }
}

static void
on_webhook_failed (const char *why, gpointer user_data)
{
  raise_failure (user_data, PST_ALERTS_WEBHOOK, why);
}

static void
pst_alerts_on_record (PstService *service, const PstRecord *record)
{
  PstAlerts *self = PST_ALERTS (service);

  if (record->kind == PST_RECORD_ALERT)
    tell (self, record);
  if (record->kind == PST_RECORD_ALERT || record->kind == PST_RECORD_TICK)
    look_for_failures (self);
}

static PstAlertWebhookOptions
get_webhook_options (PstAlerts *self)
{
  return (PstAlertWebhookOptions){ .url = self->options.webhook_url,
                                   .authorization = self->options.webhook_authorization,
                                   .chat = self->options.webhook_chat,
                                   .format = self->options.webhook_format,
                                   .timeout_ns = self->options.timeout_ns,
                                   .queue_max = self->options.queue_max };
}

/* Settings are right or wrong before anything is opened, in a backtest too: the same file is to run live. */
static gboolean
pst_alerts_prepare (PstComponent *component, GError **error)
{
  PstAlerts *self = PST_ALERTS (component);
  const PstAlertsOptions *options = &self->options;
  PstAlertWebhookOptions webhook = get_webhook_options (self);

  if (!pst_alerts_options_read_sinks (options, self->enabled, error))
    return FALSE;
  return (!self->enabled[PST_ALERTS_WEBHOOK] || pst_alert_webhook_check (&webhook, error))
         && (!self->enabled[PST_ALERTS_DESKTOP] || pst_alert_desktop_check (options->desktop_bus, error))
         && (!self->enabled[PST_ALERTS_EMAIL] || pst_alert_mail_check (options->sendmail, options->email_from, options->email_to, error));
}

static gboolean
start_webhook (PstAlerts *self, GError **error)
{
  PstAlertWebhookOptions options = get_webhook_options (self);
  g_autoptr (PstTransport) transport = pst_context_create_transport (get_context (self), PST_COMPONENT (self), error);

  if (transport == NULL)
    {
      g_prefix_error (error, "sinks lists webhook, which cannot be reached: ");
      return FALSE;
    }
  self->sinks[PST_ALERTS_WEBHOOK].webhook = pst_alert_webhook_new (transport, &options, on_webhook_failed, self);
  return TRUE;
}

static gboolean
start_sink (PstAlerts *self, guint sink, GError **error)
{
  const PstAlertsOptions *options = &self->options;
  PstAlertWorker **worker = &self->sinks[sink].worker;
  gint64 timeout_us = options->timeout_ns / 1000;

  if (sink == PST_ALERTS_WEBHOOK)
    return start_webhook (self, error);
  if (sink == PST_ALERTS_LOG)
    *worker = pst_alert_log_new (options->log_path, options->queue_max, error);
  else if (sink == PST_ALERTS_DESKTOP)
    *worker = pst_alert_desktop_new (options->desktop_bus, timeout_us, options->queue_max);
  else
    *worker = pst_alert_mail_new (options->sendmail, options->email_from, options->email_to, timeout_us, options->queue_max);
  return *worker != NULL;
}

static guint
get_n_dropped (const Sink *sink)
{
  return sink->worker != NULL ? pst_alert_worker_get_n_dropped (sink->worker) : pst_alert_webhook_get_n_dropped (sink->webhook);
}

/* What a sink lost and could not say yet. */
static void
tell_drops (PstAlerts *self, Sink *sink)
{
  PstRecord record = { .kind = PST_RECORD_ALERT, .time_ns = pst_context_now_ns (get_context (self)) };
  g_autoptr (PstAlert) alert = NULL;

  if (get_n_dropped (sink) == 0)
    return;
  record.alert.severity = PST_SEVERITY_WARNING;
  g_strlcpy (record.alert.category, CATEGORY, sizeof record.alert.category);
  g_strlcpy (record.alert.title, "Alerts were dropped", sizeof record.alert.title);
  g_snprintf (record.alert.message, sizeof record.alert.message, "%u alerts of this run were not told here; its records have them all",
              get_n_dropped (sink));
  alert = pst_alert_new (&record, pst_context_get_run (get_context (self)), pst_component_get_name (PST_COMPONENT (self)));
  push (sink, alert);
}

static void
pst_alerts_stop (PstComponent *component)
{
  PstAlerts *self = PST_ALERTS (component);

  for (guint i = 0; i < PST_ALERTS_N_SINKS; i++)
    if (self->sinks[i].worker != NULL || self->sinks[i].webhook != NULL)
      tell_drops (self, &self->sinks[i]);
  for (guint i = 0; i < PST_ALERTS_N_SINKS; i++)
    {
      Sink *sink = &self->sinks[i];

      if (sink->webhook != NULL)
        pst_alert_webhook_stop (g_steal_pointer (&sink->webhook), self->options.stop_timeout_ns / 1000);
      if (sink->worker != NULL)
        pst_alert_worker_stop (g_steal_pointer (&sink->worker), self->options.stop_timeout_ns / 1000);
      pst_alert_filter_clear (&sink->filter);
    }
}

/* A backtest tells nobody outside: what it does has happened to nobody. */
static gboolean
pst_alerts_start (PstComponent *component, GError **error)
{
  PstAlerts *self = PST_ALERTS (component);
  gboolean backtest = pst_context_get_mode (get_context (self)) == PST_MODE_BACKTEST;

  for (guint i = 0; i < PST_ALERTS_N_SINKS; i++)
    pst_alert_filter_init (&self->sinks[i].filter, &self->options.filters[i]);
  for (guint i = 0; i < PST_ALERTS_N_SINKS; i++)
    {
      if (!self->enabled[i])
        continue;
      if (backtest && i != PST_ALERTS_LOG)
        {
          pst_context_note (get_context (self), component, "ALERT_SINK_OFF", "sink=%s mode=backtest", pst_alerts_sink_to_string (i));
          continue;
        }
      if (!start_sink (self, i, error))
        {
          pst_alerts_stop (component);
          return FALSE;
        }
    }
  return TRUE;
}

static void
pst_alerts_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  if (!pst_alerts_options_get (&PST_ALERTS (object)->options, property_id, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
pst_alerts_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  if (!pst_alerts_options_set (&PST_ALERTS (object)->options, property_id, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
pst_alerts_finalize (GObject *object)
{
  pst_alerts_options_clear (&PST_ALERTS (object)->options);
  G_OBJECT_CLASS (pst_alerts_parent_class)->finalize (object);
}

static void
pst_alerts_class_init (PstAlertsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = pst_alerts_get_property;
  object_class->set_property = pst_alerts_set_property;
  object_class->finalize = pst_alerts_finalize;
  PST_COMPONENT_CLASS (klass)->prepare = pst_alerts_prepare;
  PST_COMPONENT_CLASS (klass)->start = pst_alerts_start;
  PST_COMPONENT_CLASS (klass)->stop = pst_alerts_stop;
  PST_SERVICE_CLASS (klass)->on_record = pst_alerts_on_record;
  pst_alerts_options_install (object_class);
}

static void
pst_alerts_init (PstAlerts *self)
{
}
