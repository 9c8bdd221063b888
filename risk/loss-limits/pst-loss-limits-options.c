/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The guard's options. */

#include "pst-loss-limits-private.h"

enum
{
  PROP_DAILY_LIMIT = 1,
  PROP_CUMULATIVE_LIMIT,
  PROP_INCLUDE_OPEN_LOSSES,
  PROP_TIME_ZONE,
  PROP_DAY_START,
  PROP_ON_BREACH,
  PROP_STATE_FILE,
  PROP_CALENDAR,
};

static GType breach_get_type (void);
G_DEFINE_ENUM_TYPE (PstLossLimitsBreach, breach, G_DEFINE_ENUM_VALUE (PST_LOSS_LIMITS_HALT, "halt"),
                    G_DEFINE_ENUM_VALUE (PST_LOSS_LIMITS_REDUCE, "reduce"), G_DEFINE_ENUM_VALUE (PST_LOSS_LIMITS_DENY, "deny"),
                    G_DEFINE_ENUM_VALUE (PST_LOSS_LIMITS_KILL, "kill"))

gboolean
pst_loss_limits_options_get (const PstLossLimitsOptions *options, guint property_id, GValue *value)
{
  if (property_id == PROP_DAILY_LIMIT)
    g_value_set_boxed (value, options->daily_limit);
  else if (property_id == PROP_CUMULATIVE_LIMIT)
    g_value_set_boxed (value, options->cumulative_limit);
  else if (property_id == PROP_INCLUDE_OPEN_LOSSES)
    g_value_set_boolean (value, options->include_open_losses);
  else if (property_id == PROP_TIME_ZONE)
    g_value_set_string (value, options->time_zone);
  else if (property_id == PROP_DAY_START)
    g_value_set_string (value, options->day_start);
  else if (property_id == PROP_CALENDAR)
    g_value_set_string (value, options->calendar);
  else if (property_id == PROP_ON_BREACH)
    g_value_set_enum (value, options->on_breach);
  else if (property_id == PROP_STATE_FILE)
    g_value_set_string (value, options->state_file);
  else
    return FALSE;
  return TRUE;
}

static void
replace_money (PstMoney **money, const GValue *value)
{
  g_clear_pointer (money, pst_money_free);
  *money = g_value_dup_boxed (value);
}

static void
replace_string (char **string, const GValue *value)
{
  g_free (*string);
  *string = g_value_dup_string (value);
}

gboolean
pst_loss_limits_options_set (PstLossLimitsOptions *options, guint property_id, const GValue *value)
{
  if (property_id == PROP_DAILY_LIMIT)
    replace_money (&options->daily_limit, value);
  else if (property_id == PROP_CUMULATIVE_LIMIT)
    replace_money (&options->cumulative_limit, value);
  else if (property_id == PROP_INCLUDE_OPEN_LOSSES)
    options->include_open_losses = g_value_get_boolean (value);
  else if (property_id == PROP_TIME_ZONE)
    replace_string (&options->time_zone, value);
  else if (property_id == PROP_DAY_START)
    replace_string (&options->day_start, value);
  else if (property_id == PROP_CALENDAR)
    replace_string (&options->calendar, value);
  else if (property_id == PROP_ON_BREACH)
    options->on_breach = g_value_get_enum (value);
  else if (property_id == PROP_STATE_FILE)
    replace_string (&options->state_file, value);
  else
    return FALSE;
  return TRUE;
}

void
pst_loss_limits_options_clear (PstLossLimitsOptions *options)
{
  g_clear_pointer (&options->daily_limit, pst_money_free);
  g_clear_pointer (&options->cumulative_limit, pst_money_free);
  g_clear_pointer (&options->time_zone, g_free);
  g_clear_pointer (&options->day_start, g_free);
  g_clear_pointer (&options->calendar, g_free);
  g_clear_pointer (&options->state_file, g_free);
}

void
pst_loss_limits_options_install (GObjectClass *object_class)
{
  g_object_class_install_property (object_class, PROP_DAILY_LIMIT,
                                   pst_param_spec_money ("daily-loss-limit", "Daily loss limit", "The loss of a session day that ends trading", TRUE,
                                                         PST_OPTION_READWRITE | PST_OPTION_LIVE));
  g_object_class_install_property (object_class, PROP_CUMULATIVE_LIMIT,
                                   pst_param_spec_money ("cumulative-loss-limit", "Cumulative loss limit",
                                                         "The loss since the state began that ends trading", TRUE,
                                                         PST_OPTION_READWRITE | PST_OPTION_LIVE));
  g_object_class_install_property (object_class, PROP_INCLUDE_OPEN_LOSSES,
                                   g_param_spec_boolean ("include-open-losses", "Include open losses",
                                                         "Whether positions that are worth less than they cost count as lost", FALSE,
                                                         PST_OPTION_READWRITE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (object_class, PROP_TIME_ZONE,
                                   g_param_spec_string ("time-zone", "Time zone", "IANA name of the zone whose days are session days", "UTC",
                                                        PST_OPTION_READWRITE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (object_class, PROP_DAY_START,
                                   g_param_spec_string ("day-start", "Start of the day", "When a session day begins there, HH:MM", "00:00",
                                                        PST_OPTION_READWRITE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (object_class, PROP_CALENDAR,
                                   g_param_spec_string ("calendar", "Calendar",
                                                        "Name or path of a calendar whose days of trading are session days, instead of time-zone and "
                                                        "day-start: a day begins when the last session of the day before is over",
                                                        NULL, PST_OPTION_READWRITE));
  g_object_class_install_property (object_class, PROP_ON_BREACH,
                                   g_param_spec_enum ("on-breach", "On breach", "What is asked for besides denying what does not only reduce",
                                                      breach_get_type (), PST_LOSS_LIMITS_HALT, PST_OPTION_READWRITE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (object_class, PROP_STATE_FILE,
                                   g_param_spec_string ("state-file", "State file",
                                                        "Where the losses are remembered over a restart; nowhere when not set, and in a backtest",
                                                        NULL, PST_OPTION_READWRITE | PST_OPTION_PATH));
}
