/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The service's options. */

#include "pst-alerts-options.h"

#include <string.h>

enum
{
  PROP_SINKS = 1,
  PROP_LOG_PATH,
  PROP_WEBHOOK_URL,
  PROP_WEBHOOK_AUTHORIZATION,
  PROP_WEBHOOK_FORMAT,
  PROP_WEBHOOK_CHAT,
  PROP_DESKTOP_BUS,
  PROP_EMAIL_TO,
  PROP_EMAIL_FROM,
  PROP_SENDMAIL,
  PROP_QUEUE_MAX,
  PROP_TIMEOUT,
  PROP_STOP_TIMEOUT,
  PROP_FILTERS, /* four for each sink */
};

enum
{
  FILTER_MIN_SEVERITY,
  FILTER_MAX_ALERTS,
  FILTER_WINDOW,
  FILTER_REPEAT_WINDOW,
  N_FILTERS,
};

typedef struct
{
  const char *name;
  const char *options[N_FILTERS];
  PstSeverity min_severity;
} Sink;

#define SINK(name, severity)                                                                            \
  {                                                                                                     \
    name, { name "-min-severity", name "-max-alerts", name "-window", name "-repeat-window" }, severity \
  }

static const Sink sinks[PST_ALERTS_N_SINKS] = {
  [PST_ALERTS_LOG] = SINK ("log", PST_SEVERITY_INFO),
  [PST_ALERTS_WEBHOOK] = SINK ("webhook", PST_SEVERITY_WARNING),
  [PST_ALERTS_DESKTOP] = SINK ("desktop", PST_SEVERITY_WARNING),
  [PST_ALERTS_EMAIL] = SINK ("email", PST_SEVERITY_ERROR),
};

static GType format_get_type (void);
G_DEFINE_ENUM_TYPE (PstAlertFormat, format, G_DEFINE_ENUM_VALUE (PST_ALERT_FORMAT_GENERIC, "generic"),
                    G_DEFINE_ENUM_VALUE (PST_ALERT_FORMAT_SLACK, "slack"), G_DEFINE_ENUM_VALUE (PST_ALERT_FORMAT_DISCORD, "discord"),
                    G_DEFINE_ENUM_VALUE (PST_ALERT_FORMAT_TELEGRAM, "telegram"))

const char *
pst_alerts_sink_to_string (PstAlertsSink sink)
{
  return sinks[sink].name;
}

gboolean
pst_alerts_options_read_sinks (const PstAlertsOptions *options, gboolean *enabled, GError **error)
{
  memset (enabled, 0, PST_ALERTS_N_SINKS * sizeof *enabled);
  for (guint i = 0; options->sinks != NULL && options->sinks[i] != NULL; i++)
    {
      gboolean known = FALSE;

      for (guint sink = 0; sink < PST_ALERTS_N_SINKS; sink++)
        if (g_str_equal (options->sinks[i], sinks[sink].name))
          known = enabled[sink] = TRUE;
      if (!known)
        {
          g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "sinks \"%s\" is none of log, webhook, desktop, email", options->sinks[i]);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
get_filter (const PstAlertsOptions *options, guint property_id, GValue *value)
{
  guint index = property_id - PROP_FILTERS;
  const PstAlertFilterOptions *filter;

  if (property_id < PROP_FILTERS || index >= PST_ALERTS_N_SINKS * N_FILTERS)
    return FALSE;
  filter = &options->filters[index / N_FILTERS];
  if (index % N_FILTERS == FILTER_MIN_SEVERITY)
    g_value_set_enum (value, (int)filter->min_severity);
  else if (index % N_FILTERS == FILTER_MAX_ALERTS)
    g_value_set_uint (value, filter->max_alerts);
  else
    g_value_set_int64 (value, index % N_FILTERS == FILTER_WINDOW ? filter->window_ns : filter->repeat_window_ns);
  return TRUE;
}

static gboolean
set_filter (PstAlertsOptions *options, guint property_id, const GValue *value)
{
  guint index = property_id - PROP_FILTERS;
  PstAlertFilterOptions *filter;

  if (property_id < PROP_FILTERS || index >= PST_ALERTS_N_SINKS * N_FILTERS)
    return FALSE;
  filter = &options->filters[index / N_FILTERS];
  if (index % N_FILTERS == FILTER_MIN_SEVERITY)
    filter->min_severity = (PstSeverity)g_value_get_enum (value);
  else if (index % N_FILTERS == FILTER_MAX_ALERTS)
    filter->max_alerts = g_value_get_uint (value);
  else if (index % N_FILTERS == FILTER_WINDOW)
    filter->window_ns = g_value_get_int64 (value);
  else
    filter->repeat_window_ns = g_value_get_int64 (value);
  return TRUE;
}

/* Where a text option is kept. */
static char **
find_text (PstAlertsOptions *options, guint property_id)
{
  switch (property_id)
    {
    case PROP_LOG_PATH:
      return &options->log_path;
    case PROP_WEBHOOK_URL:
      return &options->webhook_url;
    case PROP_WEBHOOK_AUTHORIZATION:
      return &options->webhook_authorization;
    case PROP_WEBHOOK_CHAT:
      return &options->webhook_chat;
    case PROP_DESKTOP_BUS:
      return &options->desktop_bus;
    case PROP_EMAIL_FROM:
      return &options->email_from;
    case PROP_SENDMAIL:
      return &options->sendmail;
    default:
      return NULL;
    }
}

gboolean
pst_alerts_options_get (const PstAlertsOptions *options, guint property_id, GValue *value)
{
  char **text = find_text ((PstAlertsOptions *)options, property_id);

  if (text != NULL)
    g_value_set_string (value, *text);
  else if (property_id == PROP_SINKS)
    g_value_set_boxed (value, options->sinks);
  else if (property_id == PROP_EMAIL_TO)
    g_value_set_boxed (value, options->email_to);
  else if (property_id == PROP_WEBHOOK_FORMAT)
    g_value_set_enum (value, options->webhook_format);
  else if (property_id == PROP_QUEUE_MAX)
    g_value_set_uint (value, options->queue_max);
  else if (property_id == PROP_TIMEOUT)
    g_value_set_int64 (value, options->timeout_ns);
  else if (property_id == PROP_STOP_TIMEOUT)
    g_value_set_int64 (value, options->stop_timeout_ns);
  else
    return get_filter (options, property_id, value);
  return TRUE;
}

static void
replace_list (char ***list, const GValue *value)
{
  g_strfreev (*list);
  *list = g_value_dup_boxed (value);
}

gboolean
pst_alerts_options_set (PstAlertsOptions *options, guint property_id, const GValue *value)
{
  char **text = find_text (options, property_id);

  if (text != NULL)
    {
      g_free (*text);
      *text = g_value_dup_string (value);
    }
  else if (property_id == PROP_SINKS)
    replace_list (&options->sinks, value);
  else if (property_id == PROP_EMAIL_TO)
    replace_list (&options->email_to, value);
  else if (property_id == PROP_WEBHOOK_FORMAT)
    options->webhook_format = (PstAlertFormat)g_value_get_enum (value);
  else if (property_id == PROP_QUEUE_MAX)
    options->queue_max = g_value_get_uint (value);
  else if (property_id == PROP_TIMEOUT)
    options->timeout_ns = g_value_get_int64 (value);
  else if (property_id == PROP_STOP_TIMEOUT)
    options->stop_timeout_ns = g_value_get_int64 (value);
  else
    return set_filter (options, property_id, value);
  return TRUE;
}

void
pst_alerts_options_clear (PstAlertsOptions *options)
{
  g_clear_pointer (&options->sinks, g_strfreev);
  g_clear_pointer (&options->email_to, g_strfreev);
  for (guint id = PROP_SINKS; id < PROP_FILTERS; id++)
    if (find_text (options, id) != NULL)
      g_clear_pointer (find_text (options, id), g_free);
}

static void
install_text (GObjectClass *object_class, guint id, const char *name, const char *nick, const char *blurb, const char *standard, GParamFlags flags)
{
  g_object_class_install_property (object_class, id,
                                   g_param_spec_string (name, nick, blurb, standard, PST_OPTION_READWRITE | G_PARAM_CONSTRUCT | flags));
}

static void
install_filters (GObjectClass *object_class, guint sink)
{
  const char *const *names = sinks[sink].options;
  guint id = PROP_FILTERS + sink * N_FILTERS;

  g_object_class_install_property (object_class, id + FILTER_MIN_SEVERITY,
                                   g_param_spec_enum (names[FILTER_MIN_SEVERITY], "Least severity", "What is less grave is not told there",
                                                      PST_TYPE_SEVERITY, (int)sinks[sink].min_severity, PST_OPTION_READWRITE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (object_class, id + FILTER_MAX_ALERTS,
                                   g_param_spec_uint (names[FILTER_MAX_ALERTS], "Most alerts",
                                                      "Most alerts within the window, and as many critical ones besides; 0 for any number", 0, 10000,
                                                      20, PST_OPTION_READWRITE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (object_class, id + FILTER_WINDOW,
                                   pst_param_spec_duration (names[FILTER_WINDOW], "Window", "How far back alerts count", "1s", "1d", "1m",
                                                            PST_OPTION_READWRITE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (object_class, id + FILTER_REPEAT_WINDOW,
                                   pst_param_spec_duration (names[FILTER_REPEAT_WINDOW], "Repeat window",
                                                            "How long the same alert is not told again; 0s tells it every time", "0s", "7d", "5m",
                                                            PST_OPTION_READWRITE | G_PARAM_CONSTRUCT));
}

void
pst_alerts_options_install (GObjectClass *object_class)
{
  g_object_class_install_property (object_class, PROP_SINKS,
                                   g_param_spec_boxed ("sinks", "Sinks", "Where alerts go: log, webhook, desktop, email", G_TYPE_STRV,
                                                       PST_OPTION_READWRITE | PST_OPTION_REQUIRED));
  install_text (object_class, PROP_LOG_PATH, "log-path", "Log", "The log's file, appended to; standard error when not set", NULL, PST_OPTION_PATH);
  install_text (object_class, PROP_WEBHOOK_URL, "webhook-url", "Webhook", "Where alerts are posted; https, or http on this machine", NULL,
                PST_OPTION_SECRET);
  install_text (object_class, PROP_WEBHOOK_AUTHORIZATION, "webhook-authorization", "Authorization", "The header Authorization of what is posted",
                NULL, PST_OPTION_SECRET);
  g_object_class_install_property (object_class, PROP_WEBHOOK_FORMAT,
                                   g_param_spec_enum ("webhook-format", "Webhook's format", "Whose JSON is posted", format_get_type (),
                                                      PST_ALERT_FORMAT_GENERIC, PST_OPTION_READWRITE | G_PARAM_CONSTRUCT));
  install_text (object_class, PROP_WEBHOOK_CHAT, "webhook-chat", "Chat", "The id of the chat, for telegram", NULL, 0);
  install_text (object_class, PROP_DESKTOP_BUS, "desktop-bus", "Bus of the desktop", "D-Bus address of the desktop; the session's bus when not set",
                NULL, 0);
  g_object_class_install_property (
      object_class, PROP_EMAIL_TO,
      g_param_spec_boxed ("email-to", "Recipients", "Who gets e-mail: user@host, ...", G_TYPE_STRV, PST_OPTION_READWRITE));
  install_text (object_class, PROP_EMAIL_FROM, "email-from", "Sender", "Whom e-mail comes from; who runs the program when not set", NULL, 0);
  install_text (object_class, PROP_SENDMAIL, "sendmail", "Program for e-mail", "The machine's sendmail, by its whole path", "/usr/sbin/sendmail", 0);
  g_object_class_install_property (object_class, PROP_QUEUE_MAX,
                                   g_param_spec_uint ("queue-max", "Queue", "Most alerts that wait for a sink; more are dropped and counted", 1,
                                                      10000, 100, PST_OPTION_READWRITE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (object_class, PROP_TIMEOUT,
                                   pst_param_spec_duration ("timeout", "Timeout", "How long one delivery may take", "100ms", "10m", "10s",
                                                            PST_OPTION_READWRITE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (object_class, PROP_STOP_TIMEOUT,
                                   pst_param_spec_duration ("stop-timeout", "Timeout at the end",
                                                            "How long the end of a run waits for each sink to take what is left", "0s", "1m", "5s",
                                                            PST_OPTION_READWRITE | G_PARAM_CONSTRUCT));
  for (guint sink = 0; sink < PST_ALERTS_N_SINKS; sink++)
    install_filters (object_class, sink);
}
