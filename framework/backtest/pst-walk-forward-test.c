/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A window that overlaps what chose its parameters shows profits that nobody would have made. */
#include "pst-walk-forward.h"

#define DAY PST_NS_PER_DAY

typedef struct
{
  gint64 in_from, in_to, out_from, out_to; /* days */
} Expected;

static GArray *
windows_of (const char *in_sample, const char *out_of_sample, gboolean is_anchored, const gint64 *times, gsize n, GError **error)
{
  PstWalkLength in, out;

  g_assert_true (pst_walk_length_parse ("in-sample", in_sample, &in, NULL));
  g_assert_true (pst_walk_length_parse ("out-of-sample", out_of_sample, &out, NULL));
  return pst_walk_windows (times, n, is_anchored, &in, &out, error);
}

static void
check (GArray *windows, const Expected *expected, guint n_expected)
{
  g_assert_cmpuint (windows->len, ==, n_expected);
  for (guint i = 0; i < n_expected; i++)
    {
      const PstWalkWindow *window = &g_array_index (windows, PstWalkWindow, i);

      g_assert_cmpint (window->in_from_ns / DAY, ==, expected[i].in_from);
      g_assert_cmpint (window->in_to_ns / DAY, ==, expected[i].in_to);
      g_assert_cmpint (window->out_from_ns / DAY, ==, expected[i].out_from);
      g_assert_cmpint (window->out_to_ns / DAY, ==, expected[i].out_to);
    }
}

static void
fill_days (gint64 *times, gsize n)
{
  for (gsize i = 0; i < n; i++)
    times[i] = (gint64)i * DAY;
}

static void
test_rolling (void)
{
  static const Expected expected[] = { { 0, 9, 10, 13 }, { 4, 13, 14, 17 }, { 8, 17, 18, 20 } };
  gint64 times[21];
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) by_bars = NULL, by_days = NULL;

  fill_days (times, 21);
  by_bars = windows_of ("10", "4", FALSE, times, 21, &error);
  by_days = windows_of ("10d", "4d", FALSE, times, 21, &error);
  check (by_bars, expected, G_N_ELEMENTS (expected));
  check (by_days, expected, G_N_ELEMENTS (expected));
}

static void
test_anchored (void)
{
  static const Expected expected[] = { { 0, 9, 10, 14 }, { 0, 14, 15, 19 } };
  gint64 times[20];
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) windows = NULL;

  fill_days (times, 20);
  windows = windows_of ("10", "5", TRUE, times, 20, &error);
  check (windows, expected, G_N_ELEMENTS (expected));
}

/* Weekends and a closed month make no empty windows and no overlap. */
static void
test_gaps (void)
{
  gint64 times[300];
  gsize n = 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) windows = NULL;

  for (gint64 day = 0; n < 300; day++)
    if (day % 7 < 5 && (day < 150 || day > 180))
      times[n++] = day * DAY;
  windows = windows_of ("90d", "30d", FALSE, times, n, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (windows->len, >, 8);
  for (guint i = 0; i < windows->len; i++)
    {
      const PstWalkWindow *window = &g_array_index (windows, PstWalkWindow, i);

      g_assert_cmpint (window->in_from_ns, <=, window->in_to_ns);
      g_assert_cmpint (window->in_to_ns, <, window->out_from_ns);
      g_assert_cmpint (window->out_from_ns, <=, window->out_to_ns);
      g_assert_cmpint (times[window->out_first], ==, window->out_from_ns);
      if (i > 0)
        g_assert_cmpint (window->in_to_ns, ==, g_array_index (windows, PstWalkWindow, i - 1).out_to_ns);
    }
  g_assert_cmpint (g_array_index (windows, PstWalkWindow, windows->len - 1).out_to_ns, ==, times[n - 1]);
}

static void
test_too_short (void)
{
  gint64 times[20];
  g_autoptr (GError) error = NULL, none = NULL, bad = NULL, missing = NULL;
  PstWalkLength length;

  fill_days (times, 20);
  g_assert_null (windows_of ("20", "5", FALSE, times, 20, &error));
  g_assert_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_RANGE);
  g_assert_null (windows_of ("20", "5", FALSE, times, 0, &none));
  g_assert_error (none, PST_VALUE_ERROR, PST_VALUE_ERROR_RANGE);
  g_assert_false (pst_walk_length_parse ("in-sample", "5 apples", &length, &bad));
  g_assert_error (bad, PST_VALUE_ERROR, PST_VALUE_ERROR_SYNTAX);
  g_assert_false (pst_walk_length_parse ("in-sample", NULL, &length, &missing));
  g_assert_error (missing, PST_VALUE_ERROR, PST_VALUE_ERROR_SYNTAX);
}

static PstBacktestResult *
result_of (gint64 initial, gint64 first_day, const gint64 *equity, guint n)
{
  PstBacktestResult *result = pst_backtest_result_new ();

  result->initial_equity = initial;
  for (guint i = 0; i < n; i++)
    {
      PstEquityPoint point = { .time_ns = (first_day + i) * DAY, .equity = equity[i], .cash = equity[i] };

      g_array_append_val (result->equity, point);
    }
  return result;
}

/* Ten up, then ten down, of what there is then: the second window begins with the first one's gains. */
static void
test_joined_curve (void)
{
  const gint64 up[] = { 1000, 1000, 1050, 1100 }, down[] = { 1000, 1000, 900 };
  g_autoptr (PstBacktestResult) first = result_of (1000, 8, up, 4), second = result_of (1000, 11, down, 3);
  const PstWalkWindow windows[] = { { .out_from_ns = 10 * DAY, .out_to_ns = 11 * DAY }, { .out_from_ns = 12 * DAY, .out_to_ns = 13 * DAY } };
  g_autoptr (GArray) curve = g_array_new (FALSE, FALSE, sizeof (PstEquityPoint));
  const gint64 expected[] = { 1050, 1100, 1100, 990 };

  g_assert_true (pst_walk_join (curve, first, &windows[0], 1000));
  g_assert_true (pst_walk_join (curve, second, &windows[1], 1000));
  g_assert_cmpuint (curve->len, ==, 4);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpint (g_array_index (curve, PstEquityPoint, i).equity, ==, expected[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/walk-forward/rolling", test_rolling);
  g_test_add_func ("/walk-forward/anchored", test_anchored);
  g_test_add_func ("/walk-forward/gaps", test_gaps);
  g_test_add_func ("/walk-forward/too-short", test_too_short);
  g_test_add_func ("/walk-forward/joined-curve", test_joined_curve);
  return g_test_run ();
}
