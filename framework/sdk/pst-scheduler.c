/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One timer, for the nearer of the schedule's next time and the open to which one was deferred. What is remembered is the last time that is settled,
 * so that after a restart each time before now is either settled already or was missed. */
#include "pst-scheduler.h"

#include <string.h>

#include "pst-calendar-file.h"
#include "pst-enums.h"

/* Missed times that are told one by one after a restart; older ones are passed over. */
#define MISSED_MAX 1000
#define NO_TIME G_MININT64

typedef enum
{
  OPTION_SCHEDULE,
  OPTION_EVERY,
  OPTION_DAY_OF_MONTH,
  OPTION_WEEKDAY,
  OPTION_TIME,
  OPTION_ANCHOR,
  OPTION_CALENDAR,
  OPTION_ON_CLOSED,
} Option;

typedef enum
{
  ON_CLOSED_DEFER,
  ON_CLOSED_SKIP,
} OnClosed;

struct _PstScheduler
{
  PstStrategy *strategy; /* not owned: it owns us */
  PstSchedulerFuncs funcs;
  PstSchedule schedule;
  OnClosed on_closed;
  char *time;
  char *anchor;
  char *calendar_name;
  PstCalendar *calendar;
  gboolean started;
  guint timer;
  gint64 next_ns;         /* of the schedule; G_MAXINT64: none */
  gint64 settled_ns;      /* the last time that is settled or deferred */
  gint64 acted_ns;        /* when it acted last */
  gint64 deferred_for_ns; /* NO_TIME: none is deferred */
  gint64 deferred_until_ns;
};

static GType
get_weekday_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = { { 1, "PST_WEEKDAY_MONDAY", "monday" },       { 2, "PST_WEEKDAY_TUESDAY", "tuesday" },
                                       { 3, "PST_WEEKDAY_WEDNESDAY", "wednesday" }, { 4, "PST_WEEKDAY_THURSDAY", "thursday" },
                                       { 5, "PST_WEEKDAY_FRIDAY", "friday" },       { 6, "PST_WEEKDAY_SATURDAY", "saturday" },
                                       { 7, "PST_WEEKDAY_SUNDAY", "sunday" },       { 0 } };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("PstSchedulerWeekday", values));
  return type;
}

static GType
get_on_closed_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = { { ON_CLOSED_DEFER, "PST_ON_CLOSED_DEFER", "defer" }, { ON_CLOSED_SKIP, "PST_ON_CLOSED_SKIP", "skip" }, { 0 } };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("PstSchedulerOnClosed", values));
  return type;
}

/**
 * pst_scheduler_install_options:
 * @klass: a strategy's class
 * @first_id: number of the first property
 * @unit: the default of the option schedule
 *
 * Gives a class of strategies the options of a schedule, as properties numbered from @first_id on. In class_init.
 */
void
pst_scheduler_install_options (GObjectClass *klass, guint first_id, PstScheduleUnit unit)
{
  GParamSpec *const options[PST_SCHEDULER_N_OPTIONS] = {
    [OPTION_SCHEDULE] = g_param_spec_enum ("schedule", "Schedule", "How often it acts", PST_TYPE_SCHEDULE_UNIT, (gint)unit, PST_OPTION_READWRITE),
    [OPTION_EVERY]
    = g_param_spec_uint ("every", "Every", "Of how many days, weeks or months one counts, from the anchor's on", 1, 1000, 1, PST_OPTION_READWRITE),
    [OPTION_DAY_OF_MONTH] = g_param_spec_uint ("day-of-month", "Day of the month", "Of a monthly schedule; in a shorter month its last day", 1, 31, 1,
                                               PST_OPTION_READWRITE),
    [OPTION_WEEKDAY] = g_param_spec_enum ("weekday", "Day of the week", "Of a weekly schedule", get_weekday_type (), 1, PST_OPTION_READWRITE),
    [OPTION_TIME] = g_param_spec_string ("time", "Time", "Time of day by the market's own clock, as 10:00", "10:00", PST_OPTION_READWRITE),
    [OPTION_ANCHOR]
    = g_param_spec_string ("anchor", "Anchor", "The first day that may count, as 2024-01-31; needed with every above 1", NULL, PST_OPTION_READWRITE),
    [OPTION_CALENDAR]
    = g_param_spec_string ("calendar", "Calendar",
                           "When the market is open, and by whose clock times are meant; not set: the calendar of the first instrument's exchange",
                           NULL, PST_OPTION_READWRITE),
    [OPTION_ON_CLOSED]
    = g_param_spec_enum ("on-closed", "When closed", "What becomes of a time at which the market is closed: defer to the next open, or skip",
                         get_on_closed_type (), ON_CLOSED_DEFER, PST_OPTION_READWRITE),
  };

  for (guint i = 0; i < PST_SCHEDULER_N_OPTIONS; i++)
    g_object_class_install_property (klass, first_id + i, options[i]);
}

/**
 * pst_scheduler_new: (skip)
 * @strategy: who acts; not owned
 * @unit: as for pst_scheduler_install_options()
 * @funcs: what it does
 *
 * Returns: (transfer full): a scheduler that is not started
 */
PstScheduler *
pst_scheduler_new (PstStrategy *strategy, PstScheduleUnit unit, const PstSchedulerFuncs *funcs)
{
  PstScheduler *scheduler = g_new0 (PstScheduler, 1);

  scheduler->strategy = strategy;
  scheduler->funcs = *funcs;
  scheduler->schedule = (PstSchedule){ .unit = unit, .every = 1, .day_of_month = 1, .weekday = 1 };
  scheduler->time = g_strdup ("10:00");
  scheduler->settled_ns = scheduler->acted_ns = scheduler->deferred_for_ns = NO_TIME;
  return scheduler;
}

/**
 * pst_scheduler_free:
 * @scheduler: (transfer full): a scheduler that is stopped
 */
void
pst_scheduler_free (PstScheduler *scheduler)
{
  g_clear_pointer (&scheduler->calendar, pst_calendar_unref);
  g_free (scheduler->time);
  g_free (scheduler->anchor);
  g_free (scheduler->calendar_name);
  g_free (scheduler);
}

static void
set_text (char **field, const GValue *value)
{
  g_free (*field);
  *field = g_value_dup_string (value);
}

/**
 * pst_scheduler_set_option:
 * @scheduler: a scheduler
 * @n: which of its options, from 0
 * @value: what it is now
 *
 * For the strategy's set_property().
 *
 * Returns: whether there is such an option
 */
gboolean
pst_scheduler_set_option (PstScheduler *scheduler, guint n, const GValue *value)
{
  switch ((Option)n)
    {
    case OPTION_SCHEDULE:
      scheduler->schedule.unit = (PstScheduleUnit)g_value_get_enum (value);
      return TRUE;
    case OPTION_EVERY:
      scheduler->schedule.every = g_value_get_uint (value);
      return TRUE;
    case OPTION_DAY_OF_MONTH:
      scheduler->schedule.day_of_month = g_value_get_uint (value);
      return TRUE;
    case OPTION_WEEKDAY:
      scheduler->schedule.weekday = (guint)g_value_get_enum (value);
      return TRUE;
    case OPTION_TIME:
      set_text (&scheduler->time, value);
      return TRUE;
    case OPTION_ANCHOR:
      set_text (&scheduler->anchor, value);
      return TRUE;
    case OPTION_CALENDAR:
      set_text (&scheduler->calendar_name, value);
      return TRUE;
    case OPTION_ON_CLOSED:
      scheduler->on_closed = (OnClosed)g_value_get_enum (value);
      return TRUE;
    default:
      return FALSE;
    }
}

/**
 * pst_scheduler_get_option:
 * @scheduler: a scheduler
 * @n: which of its options, from 0
 * @value: where it goes
 *
 * For the strategy's get_property().
 *
 * Returns: whether there is such an option
 */
gboolean
pst_scheduler_get_option (PstScheduler *scheduler, guint n, GValue *value)
{
  switch ((Option)n)
    {
    case OPTION_SCHEDULE:
      g_value_set_enum (value, (gint)scheduler->schedule.unit);
      return TRUE;
    case OPTION_EVERY:
      g_value_set_uint (value, scheduler->schedule.every);
      return TRUE;
    case OPTION_DAY_OF_MONTH:
      g_value_set_uint (value, scheduler->schedule.day_of_month);
      return TRUE;
    case OPTION_WEEKDAY:
      g_value_set_enum (value, (gint)scheduler->schedule.weekday);
      return TRUE;
    case OPTION_TIME:
      g_value_set_string (value, scheduler->time);
      return TRUE;
    case OPTION_ANCHOR:
      g_value_set_string (value, scheduler->anchor);
      return TRUE;
    case OPTION_CALENDAR:
      g_value_set_string (value, scheduler->calendar_name);
      return TRUE;
    case OPTION_ON_CLOSED:
      g_value_set_enum (value, (gint)scheduler->on_closed);
      return TRUE;
    default:
      return FALSE;
    }
}

/**
 * pst_scheduler_prepare:
 * @scheduler: a scheduler
 * @error: return location
 *
 * Checks the options against each other and reads the calendar that they name. In the strategy's prepare().
 *
 * Returns: whether they are good; otherwise a #PstOptionError
 */
gboolean
pst_scheduler_prepare (PstScheduler *scheduler, GError **error)
{
  gint64 anchor_ns = 0;

  if (scheduler->time == NULL || !pst_schedule_parse_time (scheduler->time, &scheduler->schedule.seconds))
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "option \"time\": \"%s\" is not a time from 00:00 to 23:59",
                   scheduler->time != NULL ? scheduler->time : "");
      return FALSE;
    }
  scheduler->schedule.has_anchor = scheduler->anchor != NULL && *scheduler->anchor != '\0';
  if (scheduler->schedule.has_anchor && (strlen (scheduler->anchor) != 10 || !pst_time_parse (scheduler->anchor, -1, &anchor_ns, NULL)))
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_TYPE, "option \"anchor\": \"%s\" is no date; write 2024-01-31", scheduler->anchor);
      return FALSE;
    }
  scheduler->schedule.anchor = anchor_ns / PST_NS_PER_DAY - (anchor_ns % PST_NS_PER_DAY < 0);
  if (scheduler->schedule.every > 1 && !scheduler->schedule.has_anchor)
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING,
                   "option \"every\" is %u: set \"anchor\" too, to a day from which they are counted, as 2024-01-31", scheduler->schedule.every);
      return FALSE;
    }
  if (scheduler->calendar_name == NULL || *scheduler->calendar_name == '\0')
    return TRUE;
  g_clear_pointer (&scheduler->calendar, pst_calendar_unref);
  scheduler->calendar = pst_calendar_load (scheduler->calendar_name, error);
  g_prefix_error (error, "option \"calendar\": ");
  return scheduler->calendar != NULL;
}

static PstContext *
get_context (PstScheduler *scheduler)
{
  return pst_component_get_context (PST_COMPONENT (scheduler->strategy));
}

static void
find_next (PstScheduler *scheduler, gint64 after_ns)
{
  if (!pst_schedule_get_next (&scheduler->schedule, scheduler->calendar, after_ns, &scheduler->next_ns))
    scheduler->next_ns = G_MAXINT64;
}

/* Nobody can say when the market is open: what would be done might be done at night. */
static void
give_up (PstScheduler *scheduler, gint64 scheduled_ns, const GError *error)
{
  scheduler->funcs.skipped (scheduler->strategy, scheduled_ns, "calendar_unknown");
  scheduler->next_ns = G_MAXINT64;
  scheduler->deferred_for_ns = NO_TIME;
  pst_component_raise_alert (PST_COMPONENT (scheduler->strategy), PST_SEVERITY_CRITICAL, "strategy", "The schedule has come to its end", "%s",
                             error->message);
}

static void
defer (PstScheduler *scheduler, gint64 scheduled_ns, gint64 now_ns)
{
  g_autoptr (GError) error = NULL;

  if (!pst_calendar_get_next_open (scheduler->calendar, now_ns, &scheduler->deferred_until_ns, &error))
    {
      give_up (scheduler, scheduled_ns, error);
      return;
    }
  scheduler->deferred_for_ns = scheduled_ns;
  scheduler->funcs.deferred (scheduler->strategy, scheduled_ns, scheduler->deferred_until_ns);
}

static void
act (PstScheduler *scheduler, gint64 scheduled_ns, gint64 now_ns)
{
  scheduler->acted_ns = now_ns;
  scheduler->funcs.due (scheduler->strategy, scheduled_ns);
}

/* One time of the schedule has come. */
static void
settle (PstScheduler *scheduler, gint64 scheduled_ns, gint64 now_ns)
{
  gboolean is_open;
  g_autoptr (GError) error = NULL;

  scheduler->settled_ns = scheduled_ns;
  if (!pst_calendar_is_open (scheduler->calendar, now_ns, &is_open, &error))
    give_up (scheduler, scheduled_ns, error);
  else if (is_open && scheduler->acted_ns == now_ns)
    scheduler->funcs.skipped (scheduler->strategy, scheduled_ns, "same_time");
  else if (is_open)
    act (scheduler, scheduled_ns, now_ns);
  else if (scheduler->on_closed == ON_CLOSED_SKIP)
    scheduler->funcs.skipped (scheduler->strategy, scheduled_ns, "market_closed");
  else if (scheduler->deferred_for_ns != NO_TIME)
    scheduler->funcs.skipped (scheduler->strategy, scheduled_ns, "already_deferred");
  else
    defer (scheduler, scheduled_ns, now_ns);
}

/* The open to which a time was deferred has come. */
static void
settle_deferred (PstScheduler *scheduler, gint64 now_ns)
{
  gint64 scheduled_ns = scheduler->deferred_for_ns;
  gboolean is_open;
  g_autoptr (GError) error = NULL;

  scheduler->deferred_for_ns = NO_TIME;
  if (!pst_calendar_is_open (scheduler->calendar, now_ns, &is_open, &error))
    give_up (scheduler, scheduled_ns, error);
  else if (is_open)
    act (scheduler, scheduled_ns, now_ns);
  else
    defer (scheduler, scheduled_ns, now_ns);
}

static void arm (PstScheduler *scheduler);

static void
on_timer (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  PstScheduler *scheduler = user_data;
  gint64 now_ns = pst_clock_now_ns (clock);

  scheduler->timer = 0;
  if (scheduler->deferred_for_ns != NO_TIME && scheduler->deferred_until_ns <= now_ns)
    settle_deferred (scheduler, now_ns);
  if (scheduler->next_ns <= now_ns)
    {
      gint64 scheduled_ns = scheduler->next_ns;

      find_next (scheduler, scheduled_ns);
      settle (scheduler, scheduled_ns, now_ns);
    }
  arm (scheduler);
}

static void
disarm (PstScheduler *scheduler)
{
  PstContext *context = get_context (scheduler);

  if (scheduler->timer != 0 && context != NULL)
    pst_clock_remove_timer (pst_context_get_clock (context), scheduler->timer);
  scheduler->timer = 0;
}

static void
arm (PstScheduler *scheduler)
{
  gint64 due_ns = scheduler->next_ns;

  disarm (scheduler);
  if (scheduler->deferred_for_ns != NO_TIME)
    due_ns = MIN (due_ns, scheduler->deferred_until_ns);
  if (scheduler->started && due_ns != G_MAXINT64)
    scheduler->timer = pst_clock_add_timer (pst_context_get_clock (get_context (scheduler)), due_ns, on_timer, scheduler, NULL);
}

/* Times that came while nobody was there are told, the last ones. */
static void
pass_missed (PstScheduler *scheduler, gint64 now_ns)
{
  GArray *missed = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (find_next (scheduler, scheduler->settled_ns); scheduler->next_ns < now_ns; find_next (scheduler, scheduler->next_ns))
    {
      if (missed->len == MISSED_MAX)
        g_array_remove_index (missed, 0);
      g_array_append_val (missed, scheduler->next_ns);
    }
  for (guint i = 0; i < missed->len; i++)
    {
      scheduler->settled_ns = g_array_index (missed, gint64, i);
      scheduler->funcs.skipped (scheduler->strategy, scheduler->settled_ns, "not_running");
    }
  g_array_unref (missed);
}

/**
 * pst_scheduler_start:
 * @scheduler: a scheduler that is prepared
 * @instrument: index of the strategy's first instrument; %PST_INSTRUMENT_NONE when it is not known yet
 *
 * Begins. Without a calendar of its own and without the instrument it cannot: then it is called again when that is known. A time that is now counts.
 */
void
pst_scheduler_start (PstScheduler *scheduler, guint32 instrument)
{
  PstContext *context = get_context (scheduler);
  gint64 now_ns;

  if (scheduler->started || (scheduler->calendar == NULL && instrument == PST_INSTRUMENT_NONE))
    return;
  if (scheduler->calendar == NULL)
    scheduler->calendar = pst_calendar_ref (pst_context_get_calendar (context, instrument));
  scheduler->started = TRUE;
  now_ns = pst_context_now_ns (context);
  if (scheduler->settled_ns == NO_TIME)
    find_next (scheduler, now_ns - 1);
  else
    pass_missed (scheduler, now_ns);
  arm (scheduler);
}

/**
 * pst_scheduler_is_started:
 * @scheduler: a scheduler
 *
 * Returns: whether it has begun
 */
gboolean
pst_scheduler_is_started (const PstScheduler *scheduler)
{
  return scheduler->started;
}

/**
 * pst_scheduler_stop:
 * @scheduler: a scheduler
 *
 * Nothing is due any more. It may be started again.
 */
void
pst_scheduler_stop (PstScheduler *scheduler)
{
  disarm (scheduler);
  scheduler->started = FALSE;
  if (scheduler->calendar_name == NULL || *scheduler->calendar_name == '\0')
    g_clear_pointer (&scheduler->calendar, pst_calendar_unref);
}

/**
 * pst_scheduler_save_state:
 * @scheduler: a scheduler
 * @state: where it goes
 *
 * Tells what must be known after a restart.
 */
void
pst_scheduler_save_state (const PstScheduler *scheduler, PstStateFile *state)
{
  if (scheduler->settled_ns != NO_TIME)
    pst_state_file_set_time (state, "schedule-settled", scheduler->settled_ns);
  if (scheduler->deferred_for_ns == NO_TIME)
    return;
  pst_state_file_set_time (state, "schedule-deferred-for", scheduler->deferred_for_ns);
  pst_state_file_set_time (state, "schedule-deferred-until", scheduler->deferred_until_ns);
}

static gboolean
has_key (PstStateFile *state, const char *key)
{
  g_auto (GStrv) keys = pst_state_file_list_keys (state);

  return g_strv_contains ((const char *const *)keys, key);
}

/**
 * pst_scheduler_load_state:
 * @scheduler: a scheduler, started or not
 * @state: what pst_scheduler_save_state() told
 * @error: return location
 *
 * Goes on from there: what was settled is not due again.
 *
 * Returns: whether it could be understood
 */
gboolean
pst_scheduler_load_state (PstScheduler *scheduler, PstStateFile *state, GError **error)
{
  scheduler->settled_ns = scheduler->deferred_for_ns = NO_TIME;
  if (has_key (state, "schedule-settled") && !pst_state_file_get_time (state, "schedule-settled", &scheduler->settled_ns, error))
    return FALSE;
  if (has_key (state, "schedule-deferred-for")
      && (!pst_state_file_get_time (state, "schedule-deferred-for", &scheduler->deferred_for_ns, error)
          || !pst_state_file_get_time (state, "schedule-deferred-until", &scheduler->deferred_until_ns, error)))
    return FALSE;
  if (!scheduler->started)
    return TRUE;
  if (scheduler->settled_ns == NO_TIME)
    find_next (scheduler, pst_context_now_ns (get_context (scheduler)) - 1);
  else
    pass_missed (scheduler, pst_context_now_ns (get_context (scheduler)));
  arm (scheduler);
  return TRUE;
}
