/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a sink is spared: what is not grave enough, what it was told lately, and more than it may get. By the run's clock, so that the same run makes
 * the same choice. */
#pragma once

#include "pst-alert.h"

G_BEGIN_DECLS

/* Most different alerts that are remembered within a repeat window; more count as new. */
#define PST_ALERT_REPEATS_MAX 1000

typedef struct
{
  PstSeverity min_severity;
  guint max_alerts; /* in the window, and as many critical ones besides; 0: any number */
  gint64 window_ns;
  gint64 repeat_window_ns; /* 0: repeats are told */
} PstAlertFilterOptions;

typedef struct
{
  gint64 *times_ns;
  guint size, next, count;
} PstAlertBudget;

typedef struct
{
  PstAlertFilterOptions options;
  PstAlertBudget normal, critical;
  GHashTable *told; /* of char: what was told, to gint64: when; looked up only */
  GQueue order;     /* the same keys, the oldest first */
} PstAlertFilter;

typedef enum
{
  PST_ALERT_TOLD,
  PST_ALERT_SPARED,  /* not grave enough, or told lately */
  PST_ALERT_DROPPED, /* there were too many */
} PstAlertChoice;

void pst_alert_filter_init (PstAlertFilter *filter, const PstAlertFilterOptions *options);
void pst_alert_filter_clear (PstAlertFilter *filter);
PstAlertChoice pst_alert_filter_choose (PstAlertFilter *filter, const PstAlert *alert);

G_END_DECLS
