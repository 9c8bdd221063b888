/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Times read fast, read with care and read by the framework are the same instant. What would be lost: bars an hour off on the day the clocks
 * change, or a day off at the end of a February. */
#include "pst-replay-time.h"

static gint64
instant (const char *text)
{
  gint64 time_ns = 0;

  g_assert_true (pst_time_parse (text, -1, &time_ns, NULL));
  return time_ns;
}

static gboolean
read_fast (PstReplayTimes *times, PstReplayTimeFormat format, const char *text, gint64 *time_ns)
{
  char bytes[128];
  const char *start = bytes + 32, *cursor = start;
  gsize length = strlen (text);
  gint64 between = 0;
  gboolean good;

  memset (bytes, '0', sizeof bytes);
  memcpy (bytes + 32, text, length);
  bytes[32 + length] = ',';
  good = pst_replay_time_fast (times, format, &cursor, time_ns) && cursor == start + length;
  g_assert_cmpint (pst_replay_time_between (times, format, start, start + length, &between), ==, good);
  if (good)
    g_assert_cmpint (between, ==, *time_ns);
  return good;
}

static void
assert_time (const char *zone_name, PstReplayTimeFormat format, const char *text, const char *expected)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (zone_name);
  PstReplayTimes times;
  gint64 careful = 0, fast = 0;
  gboolean good;

  g_assert_nonnull (zone);
  pst_replay_times_init (&times, zone, instant ("2013-10-07"));
  good = pst_replay_time_parse (&times, format, text, strlen (text), &careful);
  g_test_message ("%s %s", zone_name, text);
  g_assert_cmpint (good, ==, expected != NULL);
  if (expected != NULL)
    g_assert_cmpint (careful, ==, instant (expected));
  if (read_fast (&times, format, text, &fast))
    {
      g_assert_true (good);
      g_assert_cmpint (fast, ==, careful);
    }
}

static void
test_formats (void)
{
  assert_time ("UTC", PST_REPLAY_TIME_ISO, "2015-01-12", "2015-01-12");
  assert_time ("UTC", PST_REPLAY_TIME_ISO, "2015-01-12T09:30:15", "2015-01-12T09:30:15Z");
  assert_time ("UTC", PST_REPLAY_TIME_ISO, "2015-01-12 09:30:15.123456789", "2015-01-12T09:30:15.123456789Z");
  assert_time ("UTC", PST_REPLAY_TIME_ISO, "2015-01-12 09:30:15.5Z", "2015-01-12T09:30:15.500Z");
  assert_time ("UTC", PST_REPLAY_TIME_ISO, "2015-01-12T09:30:15+01:30", "2015-01-12T08:00:15Z");
  assert_time ("UTC", PST_REPLAY_TIME_ISO, "1969-12-31", "1969-12-31");
  assert_time ("UTC", PST_REPLAY_TIME_YYYYMMDD, "20150112 09:30", "2015-01-12T09:30:00Z");
  assert_time ("UTC", PST_REPLAY_TIME_S, "1421055015", "2015-01-12T09:30:15Z");
  assert_time ("UTC", PST_REPLAY_TIME_S, "1421055015.000000001", "2015-01-12T09:30:15.000000001Z");
  assert_time ("UTC", PST_REPLAY_TIME_S, "-1", "1969-12-31T23:59:59Z");
  assert_time ("UTC", PST_REPLAY_TIME_MS, "1421055015123", "2015-01-12T09:30:15.123Z");
  assert_time ("UTC", PST_REPLAY_TIME_MS, "1421055015123.456", "2015-01-12T09:30:15.123456Z");
  assert_time ("UTC", PST_REPLAY_TIME_US, "1421055015123456", "2015-01-12T09:30:15.123456Z");
  assert_time ("UTC", PST_REPLAY_TIME_NS, "1421055015123456789", "2015-01-12T09:30:15.123456789Z");
  assert_time ("America/New_York", PST_REPLAY_TIME_MS_OF_DAY, "34200000", "2013-10-07T13:30:00Z");
  assert_time ("UTC", PST_REPLAY_TIME_MS_OF_DAY, "0", "2013-10-07");
}

static void
test_refused (void)
{
  static const struct
  {
    PstReplayTimeFormat format;
    const char *text;
  } cases[] = {
    { PST_REPLAY_TIME_ISO, "2015-02-29" },
    { PST_REPLAY_TIME_ISO, "2015-00-10" },
    { PST_REPLAY_TIME_ISO, "2015-13-10" },
    { PST_REPLAY_TIME_ISO, "2015-01-00" },
    { PST_REPLAY_TIME_ISO, "2015-01-3" },
    { PST_REPLAY_TIME_ISO, "2015/01/03" },
    { PST_REPLAY_TIME_ISO, "2015-01-12T" },
    { PST_REPLAY_TIME_ISO, "2015-01-12T24:00:00" },
    { PST_REPLAY_TIME_ISO, "2015-01-12T09:60:00" },
    { PST_REPLAY_TIME_ISO, "2015-01-12T09:30:60" },
    { PST_REPLAY_TIME_ISO, "2015-01-12T09:30:00." },
    { PST_REPLAY_TIME_ISO, "2015-01-12T09:30:00.1234567890" },
    { PST_REPLAY_TIME_ISO, "2015-01-12T09:30:00.12x" },
    { PST_REPLAY_TIME_ISO, "2015-01-12T09:30:00+19:00" },
    { PST_REPLAY_TIME_ISO, "2015-01-12x09:30:00" },
    { PST_REPLAY_TIME_ISO, "2500-01-12" },
    { PST_REPLAY_TIME_ISO, "1600-01-12" },
    { PST_REPLAY_TIME_ISO, "" },
    { PST_REPLAY_TIME_YYYYMMDD, "2015-01-12" },
    { PST_REPLAY_TIME_YYYYMMDD, "20150229" },
    { PST_REPLAY_TIME_S, "9300000000" },
    { PST_REPLAY_TIME_S, "99999999999999999999" },
    { PST_REPLAY_TIME_S, "142105501x" },
    { PST_REPLAY_TIME_S, "1421055015.0000000001" },
    { PST_REPLAY_TIME_NS, "9223372036854775807" },
    { PST_REPLAY_TIME_NS, "1421055015123456789.5" },
    { PST_REPLAY_TIME_MS_OF_DAY, "86400000" },
    { PST_REPLAY_TIME_MS_OF_DAY, "-1" },
    { PST_REPLAY_TIME_AUTO, "2015-01-12" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_time ("UTC", cases[i].format, cases[i].text, NULL);
}

/* Clocks go forward on 2020-03-08 at two and back on 2020-11-01 at two. */
static void
test_clock_changes (void)
{
  const char *zone = "America/New_York";

  assert_time (zone, PST_REPLAY_TIME_ISO, "2020-03-08 01:59:59", "2020-03-08T06:59:59Z");
  assert_time (zone, PST_REPLAY_TIME_ISO, "2020-03-08 03:00:00", "2020-03-08T07:00:00Z");
  assert_time (zone, PST_REPLAY_TIME_ISO, "2020-03-08 02:30:00", "2020-03-08T07:00:00Z");
  assert_time (zone, PST_REPLAY_TIME_ISO, "2020-03-08", "2020-03-08T05:00:00Z");
  assert_time (zone, PST_REPLAY_TIME_ISO, "2020-03-09", "2020-03-09T04:00:00Z");
  assert_time (zone, PST_REPLAY_TIME_ISO, "2020-11-01 00:30:00", "2020-11-01T04:30:00Z");
  assert_time (zone, PST_REPLAY_TIME_ISO, "2020-11-01 01:30:00", "2020-11-01T05:30:00Z");
  assert_time (zone, PST_REPLAY_TIME_ISO, "2020-11-01 02:00:00", "2020-11-01T07:00:00Z");
  assert_time ("Asia/Kolkata", PST_REPLAY_TIME_ISO, "2020-11-01 09:15:00", "2020-11-01T03:45:00Z");
}

static void
test_guess (void)
{
  static const struct
  {
    const char *text;
    PstReplayTimeFormat format;
  } cases[] = {
    { "2015-01-12", PST_REPLAY_TIME_ISO },
    { "2015-01-12 09:30", PST_REPLAY_TIME_ISO },
    { "20150112", PST_REPLAY_TIME_YYYYMMDD },
    { "20150112 00:00", PST_REPLAY_TIME_YYYYMMDD },
    { "1421055015", PST_REPLAY_TIME_S },
    { "1421055015123", PST_REPLAY_TIME_MS },
    { "1421055015123456", PST_REPLAY_TIME_US },
    { "1421055015123456789", PST_REPLAY_TIME_NS },
    { "34200000", PST_REPLAY_TIME_AUTO },
    { "20151312", PST_REPLAY_TIME_AUTO },
    { "", PST_REPLAY_TIME_AUTO },
    { "x", PST_REPLAY_TIME_AUTO },
    { "1421055015.5", PST_REPLAY_TIME_S },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].text);
      g_assert_cmpint (pst_replay_time_guess (cases[i].text, strlen (cases[i].text)), ==, cases[i].format);
    }
}

/* Every day of two centuries, in order and at random, with the state that the rows before left. */
static void
test_all_days (void)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  PstReplayTimes times;
  gint64 first = pst_time_days_from_civil (1900, 1, 1), last = pst_time_days_from_civil (2100, 1, 1);

  g_test_message ("seed %u", seed);
  pst_replay_times_init (&times, NULL, 0);
  for (gint64 i = 0; i < 2 * (last - first); i++)
    {
      gint64 day = i < last - first ? first + i : g_rand_int_range (rand, (gint32)first, (gint32)last);
      gint64 expected = day * PST_NS_PER_DAY + (gint64)g_rand_int_range (rand, 0, 86400) * PST_NS_PER_SECOND, fast = 0;
      char text[PST_TIME_TEXT_SIZE];

      pst_time_print (expected, text);
      g_assert_true (read_fast (&times, PST_REPLAY_TIME_ISO, text, &fast));
      g_assert_cmpint (fast, ==, expected);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/replay/time/formats", test_formats);
  g_test_add_func ("/replay/time/refused", test_refused);
  g_test_add_func ("/replay/time/clock-changes", test_clock_changes);
  g_test_add_func ("/replay/time/guess", test_guess);
  g_test_add_func ("/replay/time/all-days", test_all_days);
  return g_test_run ();
}
