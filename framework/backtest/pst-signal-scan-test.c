/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A bar that is passed over though its signal changes something is a trade that a sweep never makes, and an event run does. */
#include "pst-signal-scan.h"

#define LONG_IN PST_SIGNAL_ENTER_LONG
#define LONG_OUT PST_SIGNAL_EXIT_LONG
#define SHORT_IN PST_SIGNAL_ENTER_SHORT
#define SHORT_OUT PST_SIGNAL_EXIT_SHORT

/* Whether a bar with this signal is stopped at. */
static gboolean
acts (PstDirection direction, gboolean accumulate, PstSignalTarget target, gint sign, guint8 signal)
{
  PstSignalScan scan;

  pst_signal_scan_init (&scan, direction, accumulate);
  return pst_signal_scan_find (&scan, target, sign, &signal, 0, 1) == 0;
}

/* By hand: what each signal means to one who may only be long. */
static void
test_long_only (void)
{
  const PstDirection d = PST_DIRECTION_LONG;

  g_assert_true (acts (d, FALSE, PST_SIGNAL_TARGET_NONE, 0, LONG_IN));
  g_assert_false (acts (d, FALSE, PST_SIGNAL_TARGET_NONE, 0, PST_SIGNAL_NONE));
  g_assert_false (acts (d, FALSE, PST_SIGNAL_TARGET_NONE, 0, SHORT_IN | SHORT_OUT));
  /* In it: to enter again is nothing, unless that adds; to leave is something. */
  g_assert_false (acts (d, FALSE, PST_SIGNAL_TARGET_LONG, 1, LONG_IN));
  g_assert_true (acts (d, TRUE, PST_SIGNAL_TARGET_LONG, 1, LONG_IN));
  g_assert_true (acts (d, FALSE, PST_SIGNAL_TARGET_LONG, 1, LONG_OUT));
  g_assert_false (acts (d, FALSE, PST_SIGNAL_TARGET_LONG, 1, LONG_IN | LONG_OUT));
  /* A stop closed what was meant to be long: the next entry counts. */
  g_assert_true (acts (d, FALSE, PST_SIGNAL_TARGET_LONG, 0, LONG_IN));
  /* Out of it, to leave again is nothing. */
  g_assert_false (acts (d, FALSE, PST_SIGNAL_TARGET_FLAT, 0, LONG_OUT));
  g_assert_true (acts (d, FALSE, PST_SIGNAL_TARGET_FLAT, 0, LONG_IN));
  /* An exit that was not filled yet is asked for again. */
  g_assert_true (acts (d, FALSE, PST_SIGNAL_TARGET_FLAT, 1, LONG_OUT));
}

static void
test_both_ways (void)
{
  const PstDirection d = PST_DIRECTION_BOTH;

  g_assert_true (acts (d, FALSE, PST_SIGNAL_TARGET_LONG, 1, SHORT_IN));
  g_assert_false (acts (d, FALSE, PST_SIGNAL_TARGET_LONG, 1, SHORT_OUT));
  g_assert_true (acts (d, FALSE, PST_SIGNAL_TARGET_SHORT, -1, LONG_IN));
  g_assert_false (acts (d, FALSE, PST_SIGNAL_TARGET_SHORT, -1, LONG_OUT));
  g_assert_true (acts (d, FALSE, PST_SIGNAL_TARGET_SHORT, -1, SHORT_OUT));
  g_assert_false (acts (d, FALSE, PST_SIGNAL_TARGET_SHORT, -1, SHORT_IN));
  g_assert_true (acts (d, TRUE, PST_SIGNAL_TARGET_SHORT, -1, SHORT_IN));
  g_assert_false (acts (PST_DIRECTION_SHORT, FALSE, PST_SIGNAL_TARGET_SHORT, -1, LONG_IN));
}

/* The one bar that counts is found wherever it stands among those that do not, before, in and behind a stretch of 32, and none behind the end is. */
static void
test_every_place (void)
{
  enum
  {
    N_MAX = 100
  };
  PstSignalScan scan;

  pst_signal_scan_init (&scan, PST_DIRECTION_LONG, FALSE);
  for (gsize n = 0; n <= N_MAX; n++)
    for (gsize at = 0; at < n + 3 && at < N_MAX; at++)
      {
        /* Behind the end each would count. */
        guint8 signals[N_MAX + 64];

        for (gsize i = 0; i < sizeof signals; i++)
          signals[i] = i >= n || i == at ? LONG_OUT : i % 3 == 0 ? PST_SIGNAL_NONE : i % 3 == 1 ? LONG_IN : SHORT_IN;
        for (gsize from = 0; from <= n; from += 1 + from / 5)
          g_assert_cmpuint (pst_signal_scan_find (&scan, PST_SIGNAL_TARGET_LONG, 1, signals, from, n), ==, at >= from && at < n ? at : n);
        g_assert_cmpuint (pst_signal_scan_find (&scan, PST_SIGNAL_TARGET_LONG, 1, signals, n + 2, n), ==, n);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/signal-scan/long-only", test_long_only);
  g_test_add_func ("/signal-scan/both-ways", test_both_ways);
  g_test_add_func ("/signal-scan/every-place", test_every_place);
  return g_test_run ();
}
