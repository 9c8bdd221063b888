/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the guard is told to watch. A limit of 0 switches its condition off. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

typedef struct
{
  gint64 latency_limit_ns;
  guint latency_samples;
  gint64 latency_window_ns;
  guint failures_limit;
  gint64 stale_limit_ns; /* how long a book may not be LIVE */
  gint64 age_limit_ns;   /* how long a LIVE book may go without an update */
  char **watch;          /* instruments' ids; NULL: all that have a book */
  guint reconnect_limit;
  gint64 reconnect_window_ns;
  char *state_file;
} PstStopConditionsOptions;

void pst_stop_conditions_options_install (GObjectClass *object_class);
/* FALSE: there is no such option. */
gboolean pst_stop_conditions_options_get (const PstStopConditionsOptions *options, guint property_id, GValue *value);
gboolean pst_stop_conditions_options_set (PstStopConditionsOptions *options, guint property_id, const GValue *value);
void pst_stop_conditions_options_clear (PstStopConditionsOptions *options);

G_END_DECLS
