/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Severity, repeats, rate. Critical alerts have a budget of their own: a flood of warnings must not hide that trading stopped. */

#include "pst-alert-filter.h"

static void
budget_init (PstAlertBudget *budget, guint size)
{
  *budget = (PstAlertBudget){ .times_ns = g_new0 (gint64, MAX (size, 1)), .size = size };
}

static gboolean
budget_spend (PstAlertBudget *budget, gint64 now_ns, gint64 window_ns)
{
  if (budget->size == 0)
    return TRUE;
  if (budget->count == budget->size && now_ns - budget->times_ns[budget->next] < window_ns)
    return FALSE;
  budget->times_ns[budget->next] = now_ns;
  budget->next = budget->next + 1 == budget->size ? 0 : budget->next + 1;
  budget->count += budget->count < budget->size;
  return TRUE;
}

void
pst_alert_filter_init (PstAlertFilter *filter, const PstAlertFilterOptions *options)
{
  *filter = (PstAlertFilter){ .options = *options };
  budget_init (&filter->normal, options->max_alerts);
  budget_init (&filter->critical, options->max_alerts);
  filter->told = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  g_queue_init (&filter->order);
}

void
pst_alert_filter_clear (PstAlertFilter *filter)
{
  g_clear_pointer (&filter->normal.times_ns, g_free);
  g_clear_pointer (&filter->critical.times_ns, g_free);
  g_clear_pointer (&filter->told, g_hash_table_unref);
  g_queue_clear_full (&filter->order, g_free);
}

static void
forget_oldest (PstAlertFilter *filter)
{
  g_autofree char *key = g_queue_pop_head (&filter->order);

  g_hash_table_remove (filter->told, key);
}

static gint64
time_of (PstAlertFilter *filter, const char *key)
{
  return *(const gint64 *)g_hash_table_lookup (filter->told, key);
}

/* The same from the same component; numbers in the message make it another one. */
static gboolean
is_repeat (PstAlertFilter *filter, const PstAlert *alert)
{
  g_autofree char *key = NULL;
  const char *oldest;

  if (filter->options.repeat_window_ns == 0)
    return FALSE;
  while ((oldest = g_queue_peek_head (&filter->order)) != NULL
         && (alert->time_ns - time_of (filter, oldest) >= filter->options.repeat_window_ns
             || g_queue_get_length (&filter->order) >= PST_ALERT_REPEATS_MAX))
    forget_oldest (filter);
  key = g_strjoin ("\n", alert->component, alert->category, alert->title, alert->message, pst_alert_severity_to_string (alert->severity), NULL);
  if (g_hash_table_contains (filter->told, key))
    return TRUE;
  g_hash_table_insert (filter->told, key, g_memdup2 (&alert->time_ns, sizeof alert->time_ns));
  g_queue_push_tail (&filter->order, g_steal_pointer (&key));
  return FALSE;
}

PstAlertChoice
pst_alert_filter_choose (PstAlertFilter *filter, const PstAlert *alert)
{
  PstAlertBudget *budget = alert->severity == PST_SEVERITY_CRITICAL ? &filter->critical : &filter->normal;

  if (alert->severity < filter->options.min_severity || is_repeat (filter, alert))
    return PST_ALERT_SPARED;
  return budget_spend (budget, alert->time_ns, filter->options.window_ns) ? PST_ALERT_TOLD : PST_ALERT_DROPPED;
}
