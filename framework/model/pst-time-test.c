/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A bar at the wrong time is a trade at the wrong price. GDateTime is the second opinion. */
#include <string.h>

#include "pst-test-values.h"

static void
assert_time (const char *text, gint64 time_ns, const char *printed)
{
  char buffer[PST_TIME_TEXT_SIZE];
  gint64 got = -1;

  g_test_message ("%s", text);
  g_assert_true (pst_time_parse (text, -1, &got, NULL));
  g_assert_cmpint (got, ==, time_ns);
  g_assert_cmpuint (pst_time_print (got, buffer), ==, strlen (printed));
  g_assert_cmpstr (buffer, ==, printed);
}

static void
test_parse (void)
{
  assert_time ("1970-01-01", 0, "1970-01-01T00:00:00Z");
  assert_time ("2015-01-12", G_GINT64_CONSTANT (1421020800000000000), "2015-01-12T00:00:00Z");
  assert_time ("2015-01-12T09:30", G_GINT64_CONSTANT (1421055000000000000), "2015-01-12T09:30:00Z");
  assert_time ("2015-01-12 09:30:01", G_GINT64_CONSTANT (1421055001000000000), "2015-01-12T09:30:01Z");
  assert_time ("2015-01-12T09:30:01Z", G_GINT64_CONSTANT (1421055001000000000), "2015-01-12T09:30:01Z");
  assert_time ("2015-01-12T09:30:01.5Z", G_GINT64_CONSTANT (1421055001500000000), "2015-01-12T09:30:01.500Z");
  assert_time ("2015-01-12T09:30:01.000001", G_GINT64_CONSTANT (1421055001000001000), "2015-01-12T09:30:01.000001Z");
  assert_time ("2015-01-12T09:30:01.123456789Z", G_GINT64_CONSTANT (1421055001123456789), "2015-01-12T09:30:01.123456789Z");
  assert_time ("2015-01-12T09:30:00+01:00", G_GINT64_CONSTANT (1421051400000000000), "2015-01-12T08:30:00Z");
  assert_time ("2015-01-12 00:00:00-05:30", G_GINT64_CONSTANT (1421040600000000000), "2015-01-12T05:30:00Z");
  assert_time ("1969-12-31T23:59:59.999999999Z", -1, "1969-12-31T23:59:59.999999999Z");
  assert_time ("1969-12-31T23:59:59.999Z", -1000000, "1969-12-31T23:59:59.999Z");
  assert_time ("2000-02-29", G_GINT64_CONSTANT (951782400000000000), "2000-02-29T00:00:00Z");
  assert_time ("2016-02-29T23:59:59Z", G_GINT64_CONSTANT (1456790399000000000), "2016-02-29T23:59:59Z");
}

/* The ends of 64 bits, and a step beyond. */
static void
test_bounds (void)
{
  static const char *const outside[] = {
    "2262-04-11T23:47:16.854775808Z",     "2262-04-12", "9999-12-31", "1677-09-21T00:12:43.145224191Z", "1677-09-21", "0001-01-01", "0000-01-01",
    "2262-04-11T23:47:16.854775807-00:01"
  };
  gint64 time_ns = 7;

  assert_time ("2262-04-11T23:47:16.854775807Z", G_MAXINT64, "2262-04-11T23:47:16.854775807Z");
  assert_time ("1677-09-21T00:12:43.145224192Z", G_MININT64, "1677-09-21T00:12:43.145224192Z");
  assert_time ("1677-09-22", G_GINT64_CONSTANT (-9223286400000000000), "1677-09-22T00:00:00Z");
  for (gsize i = 0; i < G_N_ELEMENTS (outside); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (pst_time_parse (outside[i], -1, &time_ns, &error));
      g_assert_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_OVERFLOW);
      g_assert_cmpint (time_ns, ==, 7);
    }
}

static void
test_parse_bad (void)
{
  static const char *const bad[] = { "",
                                     "2015",
                                     "2015-1-12",
                                     "2015-01-1",
                                     "2015-01-123",
                                     "15-01-12",
                                     "2015/01/12",
                                     "2015-13-01",
                                     "2015-00-01",
                                     "2015-01-00",
                                     "2015-01-32",
                                     "2015-02-29",
                                     "1900-02-29",
                                     "2100-02-29",
                                     "2015-04-31",
                                     "2015-06-31",
                                     "2015-09-31",
                                     "2015-11-31",
                                     "2015-01-12T",
                                     "2015-01-12 ",
                                     "2015-01-12T9:30",
                                     "2015-01-12T24:00",
                                     "2015-01-12T23:60",
                                     "2015-01-12T23:59:60",
                                     "2015-01-12T23:59:5",
                                     "2015-01-12T23:59:",
                                     "2015-01-12T23:59:59.",
                                     "2015-01-12T23:59:59.1234567891",
                                     "2015-01-12T23:59:59,5",
                                     "2015-01-12T23:59.5",
                                     "2015-01-12T23:59:59z",
                                     "2015-01-12T23:59:59ZZ",
                                     "2015-01-12T23:59:59+1",
                                     "2015-01-12T23:59:59+0100",
                                     "2015-01-12T23:59:59+24:00",
                                     "2015-01-12T23:59:59+01:60",
                                     "2015-01-12t23:59:59",
                                     " 2015-01-12",
                                     "2015-01-12Z",
                                     "-015-01-12",
                                     "+015-01-12",
                                     "2015-01-12T23:59:59 Z",
                                     "1421020800",
                                     "2015-01-12T-1:00",
                                     "201\xff-01-12",
                                     "now" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 time_ns = 7;

      if (pst_time_parse (bad[i], -1, &time_ns, &error))
        g_error ("\"%s\" was taken for a time", bad[i]);
      g_assert_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_SYNTAX);
      g_assert_true (g_str_is_ascii (error->message));
      g_assert_cmpint (time_ns, ==, 7);
      g_assert_false (pst_time_parse (bad[i], -1, &time_ns, NULL));
    }
}

static void
test_length (void)
{
  gint64 time_ns;

  g_assert_true (pst_time_parse ("2015-01-12,40.61", 10, &time_ns, NULL));
  g_assert_cmpint (time_ns, ==, G_GINT64_CONSTANT (1421020800000000000));
  g_assert_false (pst_time_parse ("2015-01-12,40.61", 11, &time_ns, NULL));
  g_assert_false (pst_time_parse ("2015-01-12", 9, &time_ns, NULL));
}

static void
test_round_trip (void)
{
  for (guint i = 0; i < 20000; i++)
    {
      gint64 time_ns = test_random_int64 (), again;
      g_autofree char *text = NULL;

      if (i % 4 == 1)
        time_ns -= time_ns % PST_NS_PER_MS;
      text = pst_time_to_string (time_ns);
      g_assert_true (pst_time_parse (text, -1, &again, NULL));
      g_assert_cmpint (again, ==, time_ns);
      g_assert_cmpuint (strlen (text), <, PST_TIME_TEXT_SIZE);
    }
}

/* Every day that 64 bits hold, against GLib's calendar. */
static void
test_calendar (void)
{
  gint64 day = pst_time_days_from_civil (1677, 9, 22);
  GDate date;

  g_date_clear (&date, 1);
  for (g_date_set_dmy (&date, 22, 9, 1677); g_date_get_year (&date) < 2262; g_date_add_days (&date, 1), day++)
    {
      char text[PST_TIME_TEXT_SIZE];
      guint year = g_date_get_year (&date), month = g_date_get_month (&date), dom = g_date_get_day (&date);
      gint64 time_ns;

      g_assert_cmpint (pst_time_days_from_civil (year, month, dom), ==, day);
      pst_time_print (day * PST_NS_PER_DAY, text);
      g_assert_true (pst_time_parse (text, 10, &time_ns, NULL));
      g_assert_cmpint (time_ns, ==, day * PST_NS_PER_DAY);
      g_assert_cmpint ((text[5] - '0') * 10 + text[6] - '0', ==, month);
      g_assert_cmpint ((text[8] - '0') * 10 + text[9] - '0', ==, dom);
    }
  g_assert_cmpint (pst_time_days_from_civil (1970, 1, 1), ==, 0);
  g_assert_cmpint (pst_time_days_from_civil (0, 3, 1), ==, -719468);
  g_assert_cmpint (pst_time_days_from_civil (-1, 12, 31), ==, -719529);
}

static void
test_floor_day (void)
{
  g_assert_cmpint (pst_time_floor_day (0), ==, 0);
  g_assert_cmpint (pst_time_floor_day (PST_NS_PER_DAY - 1), ==, 0);
  g_assert_cmpint (pst_time_floor_day (PST_NS_PER_DAY), ==, PST_NS_PER_DAY);
  g_assert_cmpint (pst_time_floor_day (-1), ==, -PST_NS_PER_DAY);
  g_assert_cmpint (pst_time_floor_day (-PST_NS_PER_DAY), ==, -PST_NS_PER_DAY);
  g_assert_cmpint (pst_time_floor_day (G_MAXINT64), ==, G_GINT64_CONSTANT (9223286400000000000));
  g_assert_cmpint (pst_time_floor_day (G_MININT64), ==, G_MININT64);
  g_assert_cmpint (pst_time_floor_day (G_MININT64 + PST_NS_PER_DAY), ==, G_GINT64_CONSTANT (-9223286400000000000));
}

static void
test_duration (void)
{
  static const struct
  {
    const char *text;
    gint64 ns;
  } good[] = {
    { "0s", 0 },
    { "1ns", 1 },
    { "250us", 250000 },
    { "10ms", 10 * PST_NS_PER_MS },
    { "5s", 5 * PST_NS_PER_SECOND },
    { "1m", 60 * PST_NS_PER_SECOND },
    { "2h", 7200 * PST_NS_PER_SECOND },
    { "1d", PST_NS_PER_DAY },
    { "007s", 7 * PST_NS_PER_SECOND },
    { "106751d", 106751 * PST_NS_PER_DAY },
    { "9223372036854775807ns", G_MAXINT64 },
  };
  static const char *const bad[] = { "", "5", "s", "5 s", "-5s", "+5s", "1.5s", "5S", "5sec", "1h30m", "5s ", " 5s", "5m5", "µs", "1e3s", "ms5" };
  static const char *const large[] = { "106752d", "9223372036854775808ns", "99999999999999999999999999s", "9223372036855ms" };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      gint64 ns = -1;

      g_assert_true (pst_duration_parse (good[i].text, &ns, NULL));
      g_assert_cmpint (ns, ==, good[i].ns);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad) + G_N_ELEMENTS (large); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean is_large = i >= G_N_ELEMENTS (bad);
      gint64 ns = -1;

      g_assert_false (pst_duration_parse (is_large ? large[i - G_N_ELEMENTS (bad)] : bad[i], &ns, &error));
      g_assert_error (error, PST_VALUE_ERROR, (gint)(is_large ? PST_VALUE_ERROR_OVERFLOW : PST_VALUE_ERROR_SYNTAX));
      g_assert_cmpint (ns, ==, -1);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/time/parse", test_parse);
  g_test_add_func ("/time/bounds", test_bounds);
  g_test_add_func ("/time/parse-bad", test_parse_bad);
  g_test_add_func ("/time/length", test_length);
  g_test_add_func ("/time/round-trip", test_round_trip);
  g_test_add_func ("/time/calendar", test_calendar);
  g_test_add_func ("/time/floor-day", test_floor_day);
  g_test_add_func ("/time/duration", test_duration);
  return g_test_run ();
}
