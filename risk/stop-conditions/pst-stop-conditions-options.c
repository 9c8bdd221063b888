/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The guard's options. */

#include "pst-stop-conditions-options.h"

enum
{
  PROP_LATENCY_LIMIT = 1,
  PROP_LATENCY_SAMPLES,
  PROP_LATENCY_WINDOW,
  PROP_FAILURES_LIMIT,
  PROP_STALE_LIMIT,
  PROP_AGE_LIMIT,
  PROP_WATCH,
  PROP_RECONNECT_LIMIT,
  PROP_RECONNECT_WINDOW,
  PROP_STATE_FILE,
};

gboolean
pst_stop_conditions_options_get (const PstStopConditionsOptions *options, guint property_id, GValue *value)
{
  if (property_id == PROP_LATENCY_LIMIT)
    g_value_set_int64 (value, options->latency_limit_ns);
  else if (property_id == PROP_LATENCY_SAMPLES)
    g_value_set_uint (value, options->latency_samples);
  else if (property_id == PROP_LATENCY_WINDOW)
    g_value_set_int64 (value, options->latency_window_ns);
  else if (property_id == PROP_FAILURES_LIMIT)
    g_value_set_uint (value, options->failures_limit);
  else if (property_id == PROP_STALE_LIMIT)
    g_value_set_int64 (value, options->stale_limit_ns);
  else if (property_id == PROP_AGE_LIMIT)
    g_value_set_int64 (value, options->age_limit_ns);
  else if (property_id == PROP_WATCH)
    g_value_set_boxed (value, options->watch);
  else if (property_id == PROP_RECONNECT_LIMIT)
    g_value_set_uint (value, options->reconnect_limit);
  else if (property_id == PROP_RECONNECT_WINDOW)
    g_value_set_int64 (value, options->reconnect_window_ns);
  else if (property_id == PROP_STATE_FILE)
    g_value_set_string (value, options->state_file);
  else
    return FALSE;
  return TRUE;
}

gboolean
pst_stop_conditions_options_set (PstStopConditionsOptions *options, guint property_id, const GValue *value)
{
  if (property_id == PROP_LATENCY_LIMIT)
    options->latency_limit_ns = g_value_get_int64 (value);
  else if (property_id == PROP_LATENCY_SAMPLES)
    options->latency_samples = g_value_get_uint (value);
  else if (property_id == PROP_LATENCY_WINDOW)
    options->latency_window_ns = g_value_get_int64 (value);
  else if (property_id == PROP_FAILURES_LIMIT)
    options->failures_limit = g_value_get_uint (value);
  else if (property_id == PROP_STALE_LIMIT)
    options->stale_limit_ns = g_value_get_int64 (value);
  else if (property_id == PROP_AGE_LIMIT)
    options->age_limit_ns = g_value_get_int64 (value);
  else if (property_id == PROP_WATCH)
    {
      g_strfreev (options->watch);
      options->watch = g_value_dup_boxed (value);
    }
  else if (property_id == PROP_RECONNECT_LIMIT)
    options->reconnect_limit = g_value_get_uint (value);
  else if (property_id == PROP_RECONNECT_WINDOW)
    options->reconnect_window_ns = g_value_get_int64 (value);
  else if (property_id == PROP_STATE_FILE)
    {
      g_free (options->state_file);
      options->state_file = g_value_dup_string (value);
    }
  else
    return FALSE;
  return TRUE;
}

void
pst_stop_conditions_options_clear (PstStopConditionsOptions *options)
{
  g_clear_pointer (&options->watch, g_strfreev);
  g_clear_pointer (&options->state_file, g_free);
}

static void
install_latency (GObjectClass *object_class)
{
  g_object_class_install_property (object_class, PROP_LATENCY_LIMIT,
                                   pst_param_spec_duration ("source-latency-limit", "Source latency",
                                                            "How late market data may come, by the venue's time; 0s for any", "0s", "1d", "0s",
                                                            PST_OPTION_READWRITE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (object_class, PROP_LATENCY_SAMPLES,
                                   g_param_spec_uint ("latency-samples", "Latency samples",
                                                      "How many of an exchange's last messages are judged; more than half of them must be late", 1,
                                                      10000, 20, PST_OPTION_READWRITE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (object_class, PROP_LATENCY_WINDOW,
                                   pst_param_spec_duration ("latency-window", "Latency window", "How far back these messages may lie", "1ms", "1d",
                                                            "1m", PST_OPTION_READWRITE | G_PARAM_CONSTRUCT));
}

static void
install_books (GObjectClass *object_class)
{
  g_object_class_install_property (object_class, PROP_STALE_LIMIT,
                                   pst_param_spec_duration ("book-stale-limit", "Stale book",
                                                            "How long a book may be stale or on its way to be live; 0s for ever", "0s", "1d", "0s",
                                                            PST_OPTION_READWRITE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (object_class, PROP_AGE_LIMIT,
                                   pst_param_spec_duration ("book-age-limit", "Age of a book",
                                                            "How long a live book may go without an update; 0s for ever", "0s", "7d", "0s",
                                                            PST_OPTION_READWRITE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (object_class, PROP_WATCH,
                                   g_param_spec_boxed ("watch", "Watched books",
                                                       "The instruments whose books count, by id; not set: all that have had a book", G_TYPE_STRV,
                                                       PST_OPTION_READWRITE));
}

void
pst_stop_conditions_options_install (GObjectClass *object_class)
{
  install_latency (object_class);
  g_object_class_install_property (object_class, PROP_FAILURES_LIMIT,
                                   g_param_spec_uint ("consecutive-failures-limit", "Consecutive failures",
                                                      "How many executions in a row may fail, the last of which stops; 0 for any", 0, 100000, 0,
                                                      PST_OPTION_READWRITE | G_PARAM_CONSTRUCT));
  install_books (object_class);
  g_object_class_install_property (object_class, PROP_RECONNECT_LIMIT,
                                   g_param_spec_uint ("reconnect-limit", "Reconnects",
                                                      "How many connections an exchange may lose in the window, the last of which stops; 0 for any",
                                                      0, 10000, 0, PST_OPTION_READWRITE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (object_class, PROP_RECONNECT_WINDOW,
                                   pst_param_spec_duration ("reconnect-window", "Reconnect window", "How far back lost connections count", "1s", "7d",
                                                            "10m", PST_OPTION_READWRITE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (object_class, PROP_STATE_FILE,
                                   g_param_spec_string ("state-file", "State file",
                                                        "Where a breach is remembered over a restart; nowhere when not set, and in a backtest", NULL,
                                                        PST_OPTION_READWRITE | PST_OPTION_PATH));
}
