/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One alert as people get it: made on the run's context, then only read, so that any thread may deliver it. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

typedef struct
{
  PstSeverity severity;
  gint64 time_ns;
  guint64 sequence; /* of its record in the run */
  char *category;
  char *title;
  char *message;
  char *component; /* who raised it; "engine" for the run itself */
  char *user;
  char *run;
  char *pipeline;
  PstMode mode;
  guint n_dropped; /* alerts that this sink lost before this one */
} PstAlert;

/* Texts are made valid UTF-8. */
PstAlert *pst_alert_new (const PstRecord *record, const PstRunRecord *run, const char *component);
PstAlert *pst_alert_copy (const PstAlert *alert);
void pst_alert_free (PstAlert *alert);
const char *pst_alert_severity_to_string (PstSeverity severity);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstAlert, pst_alert_free)

G_END_DECLS
