/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: a month in which nothing is bought, one in which it is bought twice, a purchase at night. The story of a strategy that only
 * writes down what it is told. */
#include <penstock-check.h>

#include <string.h>

#define TEST_TYPE_DIARY (test_diary_get_type ())
G_DECLARE_FINAL_TYPE (TestDiary, test_diary, TEST, DIARY, PstStrategy)
struct _TestDiary
{
  PstStrategy parent_instance;

  PstScheduler *scheduler;
  GString *story;
  guint32 instrument;
};
G_DEFINE_FINAL_TYPE (TestDiary, test_diary, PST_TYPE_STRATEGY)

static void
write_down (PstStrategy *strategy, const char *what, gint64 scheduled_ns, const char *more)
{
  TestDiary *diary = TEST_DIARY (strategy);
  g_autofree char *now = pst_time_to_string (pst_context_now_ns (pst_component_get_context (PST_COMPONENT (strategy))));
  g_autofree char *scheduled = pst_time_to_string (scheduled_ns);

  g_string_append_printf (diary->story, "%.16s %s %.16s%s%s\n", now, what, scheduled, more != NULL ? " " : "", more != NULL ? more : "");
}

static void
on_due (PstStrategy *strategy, gint64 scheduled_ns)
{
  write_down (strategy, "due", scheduled_ns, NULL);
}

static void
on_skipped (PstStrategy *strategy, gint64 scheduled_ns, const char *reason)
{
  write_down (strategy, "skipped", scheduled_ns, reason);
}

static void
on_deferred (PstStrategy *strategy, gint64 scheduled_ns, gint64 until_ns)
{
  g_autofree char *until = pst_time_to_string (until_ns);

  until[16] = '\0';
  write_down (strategy, "deferred", scheduled_ns, until);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (!pst_scheduler_set_option (TEST_DIARY (object)->scheduler, id - 1, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (!pst_scheduler_get_option (TEST_DIARY (object)->scheduler, id - 1, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static gboolean
prepare (PstComponent *component, GError **error)
{
  return pst_scheduler_prepare (TEST_DIARY (component)->scheduler, error);
}

static gboolean
start (PstComponent *component, GError **error)
{
  pst_scheduler_start (TEST_DIARY (component)->scheduler, TEST_DIARY (component)->instrument);
  return TRUE;
}

static void
stop (PstComponent *component)
{
  pst_scheduler_stop (TEST_DIARY (component)->scheduler);
}

static void
finalize (GObject *object)
{
  pst_scheduler_free (TEST_DIARY (object)->scheduler);
  g_string_free (TEST_DIARY (object)->story, TRUE);
  G_OBJECT_CLASS (test_diary_parent_class)->finalize (object);
}

static void
test_diary_class_init (TestDiaryClass *klass)
{
  G_OBJECT_CLASS (klass)->set_property = set_property;
  G_OBJECT_CLASS (klass)->get_property = get_property;
  G_OBJECT_CLASS (klass)->finalize = finalize;
  PST_COMPONENT_CLASS (klass)->prepare = prepare;
  PST_COMPONENT_CLASS (klass)->start = start;
  PST_COMPONENT_CLASS (klass)->stop = stop;
  pst_scheduler_install_options (G_OBJECT_CLASS (klass), 1, PST_SCHEDULE_MONTHLY);
}

static void
test_diary_init (TestDiary *diary)
{
  const PstSchedulerFuncs funcs = { on_due, on_skipped, on_deferred };

  diary->scheduler = pst_scheduler_new (PST_STRATEGY (diary), PST_SCHEDULE_MONTHLY, &funcs);
  diary->story = g_string_new (NULL);
}

typedef struct
{
  PstHarness *harness;
  TestDiary *diary;
} Fixture;

/* @options: "name=value name=value" */
static void
begin (Fixture *fixture, const char *time, const char *options)
{
  g_auto (GStrv) words = g_strsplit (options, " ", -1);
  gint64 time_ns;

  fixture->harness = pst_harness_new ();
  fixture->diary = TEST_DIARY (pst_harness_add (fixture->harness, TEST_TYPE_DIARY, "diary", NULL));
  fixture->diary->instrument = pst_harness_add_instrument (fixture->harness, "SPY");
  for (char **word = words; *word != NULL && **word != '\0'; word++)
    {
      g_auto (GStrv) pair = g_strsplit (*word, "=", 2);
      g_autoptr (GError) error = NULL;

      pst_component_set_option (PST_COMPONENT (fixture->diary), pair[0], pair[1], &error);
      g_assert_no_error (error);
    }
  g_assert_true (pst_time_parse (time, -1, &time_ns, NULL));
  pst_harness_advance_to (fixture->harness, time_ns);
  pst_harness_start (fixture->harness, PST_COMPONENT (fixture->diary));
}

static void
go_to (Fixture *fixture, const char *time)
{
  gint64 time_ns;

  g_assert_true (pst_time_parse (time, -1, &time_ns, NULL));
  pst_harness_advance_to (fixture->harness, time_ns);
}

#define expect(fixture, text)                                 \
  G_STMT_START                                                \
  {                                                           \
    g_assert_cmpstr ((fixture)->diary->story->str, ==, text); \
    g_string_truncate ((fixture)->diary->story, 0);           \
  }                                                           \
  G_STMT_END

static void
end (Fixture *fixture)
{
  pst_harness_finish (fixture->harness);
}

/* The 1st of June 2024 is a Saturday, of September a Sunday before Labor Day. */
static void
test_defer (void)
{
  Fixture fixture;

  begin (&fixture, "2024-04-30T00:00:00Z", "calendar=nyse");
  go_to (&fixture, "2024-06-02T00:00:00Z");
  expect (&fixture, "2024-05-01T14:00 due 2024-05-01T14:00\n2024-06-01T14:00 deferred 2024-06-01T14:00 2024-06-03T13:30\n");
  go_to (&fixture, "2024-09-30T00:00:00Z");
  expect (&fixture, "2024-06-03T13:30 due 2024-06-01T14:00\n2024-07-01T14:00 due 2024-07-01T14:00\n2024-08-01T14:00 due 2024-08-01T14:00\n"
                    "2024-09-01T14:00 deferred 2024-09-01T14:00 2024-09-03T13:30\n2024-09-03T13:30 due 2024-09-01T14:00\n");
  end (&fixture);
}

static void
test_skip (void)
{
  Fixture fixture;

  begin (&fixture, "2024-05-31T00:00:00Z", "calendar=nyse on-closed=skip");
  go_to (&fixture, "2024-07-02T00:00:00Z");
  expect (&fixture, "2024-06-01T14:00 skipped 2024-06-01T14:00 market_closed\n2024-07-01T14:00 due 2024-07-01T14:00\n");
  end (&fixture);
}

/* After the close of half a day, and at the very open to which one was deferred. */
static void
test_half_day (void)
{
  Fixture fixture;

  begin (&fixture, "2024-07-03T00:00:00Z", "calendar=nyse schedule=daily time=13:00");
  go_to (&fixture, "2024-07-06T00:00:00Z");
  expect (&fixture, "2024-07-03T17:00 deferred 2024-07-03T17:00 2024-07-05T13:30\n2024-07-04T17:00 skipped 2024-07-04T17:00 already_deferred\n"
                    "2024-07-05T13:30 due 2024-07-03T17:00\n2024-07-05T17:00 due 2024-07-05T17:00\n");
  end (&fixture);
  begin (&fixture, "2024-07-05T21:00:00Z", "calendar=nyse schedule=daily time=09:30");
  go_to (&fixture, "2024-07-09T00:00:00Z");
  expect (&fixture, "2024-07-06T13:30 deferred 2024-07-06T13:30 2024-07-08T13:30\n2024-07-07T13:30 skipped 2024-07-07T13:30 already_deferred\n"
                    "2024-07-08T13:30 due 2024-07-06T13:30\n2024-07-08T13:30 skipped 2024-07-08T13:30 same_time\n");
  end (&fixture);
}

/* Ten o'clock stays ten o'clock. */
static void
test_summer_time (void)
{
  Fixture fixture;

  begin (&fixture, "2024-03-07T20:00:00Z", "calendar=nyse schedule=weekly weekday=friday");
  go_to (&fixture, "2024-03-16T00:00:00Z");
  expect (&fixture, "2024-03-08T15:00 due 2024-03-08T15:00\n2024-03-15T14:00 due 2024-03-15T14:00\n");
  end (&fixture);
}

/* The instrument's market counts when no calendar is named; a time that is now counts. */
static void
test_instrument (void)
{
  Fixture fixture;

  begin (&fixture, "2024-06-01T10:00:00Z", "");
  expect (&fixture, "");
  go_to (&fixture, "2024-06-01T10:00:00.000000001Z");
  expect (&fixture, "2024-06-01T10:00 due 2024-06-01T10:00\n");
  end (&fixture);
}

/* After a restart what was settled is not due again, what was deferred still is, and what was missed is told. */
static void
test_restart (void)
{
  g_autoptr (PstStateFile) state = pst_state_file_new (NULL, "diary");
  g_autoptr (GError) error = NULL;
  Fixture fixture;

  begin (&fixture, "2024-05-31T00:00:00Z", "calendar=nyse");
  go_to (&fixture, "2024-06-02T00:00:00Z");
  expect (&fixture, "2024-06-01T14:00 deferred 2024-06-01T14:00 2024-06-03T13:30\n");
  pst_scheduler_save_state (fixture.diary->scheduler, state);
  end (&fixture);
  /* Down over the open: it is deferred again; on a day on which the market is open it is due at once. */
  begin (&fixture, "2024-06-04T12:00:00Z", "calendar=nyse");
  g_assert_true (pst_scheduler_load_state (fixture.diary->scheduler, state, &error));
  go_to (&fixture, "2024-06-05T00:00:00Z");
  expect (&fixture, "2024-06-04T12:00 deferred 2024-06-01T14:00 2024-06-04T13:30\n2024-06-04T13:30 due 2024-06-01T14:00\n");
  g_clear_object (&state);
  state = pst_state_file_new (NULL, "diary");
  pst_scheduler_save_state (fixture.diary->scheduler, state);
  end (&fixture);
  begin (&fixture, "2024-09-01T00:00:00Z", "calendar=nyse");
  g_assert_true (pst_scheduler_load_state (fixture.diary->scheduler, state, &error));
  expect (&fixture, "2024-09-01T00:00 skipped 2024-07-01T14:00 not_running\n2024-09-01T00:00 skipped 2024-08-01T14:00 not_running\n");
  go_to (&fixture, "2024-09-04T00:00:00Z");
  expect (&fixture, "2024-09-01T14:00 deferred 2024-09-01T14:00 2024-09-03T13:30\n2024-09-03T13:30 due 2024-09-01T14:00\n");
  /* The same once more, at a time that is settled: nothing new. */
  g_clear_object (&state);
  state = pst_state_file_new (NULL, "diary");
  pst_scheduler_save_state (fixture.diary->scheduler, state);
  g_assert_true (pst_scheduler_load_state (fixture.diary->scheduler, state, &error));
  go_to (&fixture, "2024-09-30T00:00:00Z");
  expect (&fixture, "");
  pst_state_file_set_string (state, "schedule-settled", "soon");
  g_assert_false (pst_scheduler_load_state (fixture.diary->scheduler, state, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT);
  end (&fixture);
}

/* Beyond the years that the calendar knows nothing is done, and someone hears of it. */
static void
test_end_of_years (void)
{
  Fixture fixture;

  begin (&fixture, "2025-12-02T00:00:00Z", "calendar=nse schedule=monthly day-of-month=2");
  go_to (&fixture, "2026-03-05T00:00:00Z");
  expect (&fixture, "2025-12-02T04:30 due 2025-12-02T04:30\n2026-01-02T04:30 skipped 2026-01-02T04:30 calendar_unknown\n");
  g_assert_cmpint (pst_harness_find_record (fixture.harness, PST_RECORD_ALERT)->alert.severity, ==, PST_SEVERITY_CRITICAL);
  end (&fixture);
}

static void
test_options (void)
{
  static const char *const cases[] = { "time=24:00", "anchor=yesterday", "every=2", "calendar=nowhere" };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PstHarness *harness = pst_harness_new ();
      PstComponent *diary = pst_harness_add (harness, TEST_TYPE_DIARY, "diary", NULL);
      g_auto (GStrv) pair = g_strsplit (cases[i], "=", 2);
      g_autoptr (GError) error = NULL;

      g_assert_true (pst_component_set_option (diary, pair[0], pair[1], &error));
      g_assert_false (pst_harness_try_start (harness, diary, &error));
      g_assert_true (error->domain == PST_OPTION_ERROR);
      g_assert_nonnull (strstr (error->message, pair[0]));
      pst_harness_finish (harness);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scheduler/defer", test_defer);
  g_test_add_func ("/scheduler/skip", test_skip);
  g_test_add_func ("/scheduler/half-day", test_half_day);
  g_test_add_func ("/scheduler/summer-time", test_summer_time);
  g_test_add_func ("/scheduler/instrument", test_instrument);
  g_test_add_func ("/scheduler/restart", test_restart);
  g_test_add_func ("/scheduler/end-of-years", test_end_of_years);
  g_test_add_func ("/scheduler/options", test_options);
  return g_test_run ();
}
