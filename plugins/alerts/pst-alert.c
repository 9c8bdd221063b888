/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One alert. */

#include "pst-alert.h"

PstAlert *
pst_alert_new (const PstRecord *record, const PstRunRecord *run, const char *component)
{
  PstAlert *alert = g_new0 (PstAlert, 1);

  alert->severity = record->alert.severity;
  alert->time_ns = record->time_ns;
  alert->sequence = record->sequence;
  alert->category = g_utf8_make_valid (record->alert.category, -1);
  alert->title = g_utf8_make_valid (record->alert.title, -1);
  alert->message = g_utf8_make_valid (record->alert.message, -1);
  alert->component = g_utf8_make_valid (component, -1);
  alert->user = g_utf8_make_valid (run->user_id, -1);
  alert->run = g_utf8_make_valid (run->run_id, -1);
  alert->pipeline = g_utf8_make_valid (run->pipeline, -1);
  alert->mode = run->mode;
  return alert;
}

PstAlert *
pst_alert_copy (const PstAlert *alert)
{
  PstAlert *copy = g_memdup2 (alert, sizeof *alert);

  copy->category = g_strdup (alert->category);
  copy->title = g_strdup (alert->title);
  copy->message = g_strdup (alert->message);
  copy->component = g_strdup (alert->component);
  copy->user = g_strdup (alert->user);
  copy->run = g_strdup (alert->run);
  copy->pipeline = g_strdup (alert->pipeline);
  return copy;
}

void
pst_alert_free (PstAlert *alert)
{
  g_free (alert->category);
  g_free (alert->title);
  g_free (alert->message);
  g_free (alert->component);
  g_free (alert->user);
  g_free (alert->run);
  g_free (alert->pipeline);
  g_free (alert);
}

const char *
pst_alert_severity_to_string (PstSeverity severity)
{
  static const char *const names[] = { "info", "warning", "error", "critical" };

  return severity >= PST_SEVERITY_INFO && severity <= PST_SEVERITY_CRITICAL ? names[severity - PST_SEVERITY_INFO] : "info";
}
