/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The service's options. Each sink has the same four, under its own name. */
#pragma once

#include "pst-alert-filter.h"
#include "pst-alert-text.h"

G_BEGIN_DECLS

typedef enum
{
  PST_ALERTS_LOG,
  PST_ALERTS_WEBHOOK,
  PST_ALERTS_DESKTOP,
  PST_ALERTS_EMAIL,
  PST_ALERTS_N_SINKS,
} PstAlertsSink;

typedef struct
{
  char **sinks;
  char *log_path;
  char *webhook_url;
  char *webhook_authorization;
  PstAlertFormat webhook_format;
  char *webhook_chat;
  char *desktop_bus;
  char **email_to;
  char *email_from;
  char *sendmail;
  guint queue_max;
  gint64 timeout_ns;
  gint64 stop_timeout_ns;
  PstAlertFilterOptions filters[PST_ALERTS_N_SINKS];
} PstAlertsOptions;

const char *pst_alerts_sink_to_string (PstAlertsSink sink);
/* Which of the sinks are on; FALSE with an error for a name that is none. */
gboolean pst_alerts_options_read_sinks (const PstAlertsOptions *options, gboolean *enabled, GError **error);
void pst_alerts_options_install (GObjectClass *object_class);
/* FALSE: there is no such option. */
gboolean pst_alerts_options_get (const PstAlertsOptions *options, guint property_id, GValue *value);
gboolean pst_alerts_options_set (PstAlertsOptions *options, guint property_id, const GValue *value);
void pst_alerts_options_clear (PstAlertsOptions *options);

G_END_DECLS
