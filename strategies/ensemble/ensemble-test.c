/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A vote that is counted wrong is a position nobody asked for. Members say what the bars' volume says; the score is reckoned anew in fractions of
 * whole numbers over the whole past. */
#include "pst-ensemble.h"

#include <penstock-check.h>

#include <string.h>

const PstPluginEntry *penstock_plugin_entry (void);

#define N_MEMBERS 3

/* Members and their direction, and weights and thresholds in thousandths. */
typedef struct
{
  PstDirection directions[N_MEMBERS];
  gint64 weights[N_MEMBERS];
  gint64 entry, stay;
  guint warm_up;
} Case;

static const guint shifts[N_MEMBERS] = { 0, 3, 5 };

/* The position of member @m after bars 0 to @n, from the last signal that concerns it. */
static gint
position_of (const Case *it, guint m, const PstBar *bars, gsize n)
{
  for (gsize i = n + 1; i-- > 0;)
    {
      guint said = (guint)(bars[i].volume >> shifts[m]) & 15;
      gboolean longs = it->directions[m] != PST_DIRECTION_SHORT, shorts = it->directions[m] != PST_DIRECTION_LONG;

      if (i < (m == 1 ? it->warm_up : 0))
        continue;
      if (longs && (said & PST_SIGNAL_ENTER_LONG))
        return 1;
      if (shorts && (said & PST_SIGNAL_ENTER_SHORT))
        return -1;
      if (!(said & (PST_SIGNAL_EXIT_LONG | PST_SIGNAL_EXIT_SHORT)))
        continue;
      /* An exit of both kinds leaves nothing; of one kind, what was not of that kind. */
      if ((said & PST_SIGNAL_EXIT_LONG) && (said & PST_SIGNAL_EXIT_SHORT))
        return 0;
      if (i == 0)
        return 0;
      return (said & PST_SIGNAL_EXIT_LONG) ? MIN (position_of (it, m, bars, i - 1), 0) : MAX (position_of (it, m, bars, i - 1), 0);
    }
  return 0;
}

typedef struct
{
  const Case *it;
  gint held; /* by the plain calculation, which is asked bar by bar */
} Plain;

static PstSignal
expect (const PstBar *bars, gsize n, gpointer user_data)
{
  Plain *plain = user_data;
  const Case *it = plain->it;
  gint64 score = 0, all = 0;
  gint before = plain->held, after = before;

  if (n < it->warm_up)
    return PST_SIGNAL_NONE;
  for (guint m = 0; m < N_MEMBERS; m++)
    {
      score += it->weights[m] * position_of (it, m, bars, n);
      all += it->weights[m];
    }
  if (before * score * 1000 < it->stay * all)
    after = 0;
  if (score * 1000 <= -it->entry * all)
    after = -1;
  if (score * 1000 >= it->entry * all)
    after = 1;
  plain->held = after;
  if (after == before)
    return PST_SIGNAL_NONE;
  return (PstSignal)((before == 1    ? PST_SIGNAL_EXIT_LONG
                      : before == -1 ? PST_SIGNAL_EXIT_SHORT
                                     : 0)
                     | (after == 1    ? PST_SIGNAL_ENTER_LONG
                        : after == -1 ? PST_SIGNAL_ENTER_SHORT
                                      : 0));
}

static const char *
name_direction (PstDirection direction)
{
  return direction == PST_DIRECTION_LONG ? "long" : direction == PST_DIRECTION_SHORT ? "short" : "both";
}

static char *
print_thousandths (gint64 number)
{
  return g_strdup_printf ("%s%d.%03d", number < 0 ? "-" : "", ABS ((int)number) / 1000, ABS ((int)number) % 1000);
}

static PstComponent *
add_members (PstHarness *harness, const Case *it)
{
  GString *weights = g_string_new (NULL);
  g_autofree char *entry = print_thousandths (it->entry), *stay = print_thousandths (it->stay), *list = NULL;

  for (guint m = 0; m < N_MEMBERS; m++)
    {
      g_autofree char *shift = g_strdup_printf ("%u", shifts[m]), *weight = print_thousandths (it->weights[m]);
      g_autofree char *warm_up = g_strdup_printf ("%u", m == 1 ? it->warm_up : 0), *name = g_strdup_printf ("m%u", m);

      pst_harness_add (harness, PST_TYPE_CHECK_SAYER, name, "shift", shift, "warm-up", warm_up, "direction", name_direction (it->directions[m]),
                       NULL);

      g_string_append_printf (weights, "%s%s", m > 0 ? ";" : "", weight);
    }
  list = g_string_free (weights, FALSE);
  return pst_harness_add (harness, PST_TYPE_ENSEMBLE, "vote", "members", "m0;m1;m2", "weights", list, "entry-threshold", entry, "exit-threshold",
                          stay, "direction", "both", "order-size", "1", NULL);
}

static void
test_against_plain_calculation (void)
{
  static const Case cases[] = {
    { { PST_DIRECTION_BOTH, PST_DIRECTION_BOTH, PST_DIRECTION_BOTH }, { 1000, 1000, 1000 }, 500, 500, 0 },
    { { PST_DIRECTION_BOTH, PST_DIRECTION_BOTH, PST_DIRECTION_BOTH }, { 2000, 1000, 1500 }, 600, 0, 7 },
    { { PST_DIRECTION_LONG, PST_DIRECTION_BOTH, PST_DIRECTION_SHORT }, { 1, 1000, 999 }, 500, -250, 3 },
    { { PST_DIRECTION_BOTH, PST_DIRECTION_LONG, PST_DIRECTION_BOTH }, { 333, 333, 334 }, 666, 333, 100 },
    { { PST_DIRECTION_BOTH, PST_DIRECTION_BOTH, PST_DIRECTION_BOTH }, { 3000, 7000, 11000 }, 1000, 333, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PstHarness *harness = pst_harness_new ();
      PstComponent *vote = add_members (harness, &cases[i]);
      Plain plain = { &cases[i], 0 };

      pst_harness_start (harness, vote);
      g_assert_cmpuint (pst_signal_strategy_get_warm_up (PST_SIGNAL_STRATEGY (vote)), ==, cases[i].warm_up);
      pst_check_assert_signals (PST_SIGNAL_STRATEGY (vote), PST_SIGNAL_BUY | PST_SIGNAL_SELL, expect, &plain);
      pst_harness_finish (harness);
    }
}

/* 0.1 + 0.2 of 0.3 is all of it, whatever binary fractions say; and one millionth less is not. */
static void
test_thresholds_are_exact (void)
{
  static const struct
  {
    const char *weights, *entry;
    gboolean enters;
  } cases[] = { { "0.1;0.2;0.7", "0.3", TRUE },
                { "0.1;0.199999;0.7", "0.3", FALSE },
                { "1;1;4", "0.333333", TRUE },
                { "1;1;4", "0.333334", FALSE },
                { "1000000;1000000;1000000", "0.666666666666666666", TRUE },
                { "1000000;1000000;1000000", "0.666666666666666667", FALSE } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PstHarness *harness = pst_harness_new ();
      static const PstBar bar = { .volume = PST_SIGNAL_ENTER_LONG | PST_SIGNAL_ENTER_LONG << 4 };
      PstComponent *vote;
      guint8 signal = 99;

      pst_harness_add (harness, PST_TYPE_CHECK_SAYER, "a", NULL);
      pst_harness_add (harness, PST_TYPE_CHECK_SAYER, "b", "shift", "4", NULL);
      pst_harness_add (harness, PST_TYPE_CHECK_SAYER, "c", "shift", "8", NULL);
      vote = pst_harness_add (harness, PST_TYPE_ENSEMBLE, "vote", "members", "a;b;c", "weights", cases[i].weights, "entry-threshold", cases[i].entry,
                              "exit-threshold", "0", "order-size", "1", NULL);
      pst_harness_start (harness, vote);
      g_assert_cmpuint (pst_signal_strategy_evaluate (PST_SIGNAL_STRATEGY (vote), &bar, 1, &signal), ==, 1);
      g_assert_cmpuint (signal, ==, cases[i].enters ? PST_SIGNAL_ENTER_LONG : PST_SIGNAL_NONE);
      pst_harness_finish (harness);
    }
}

static void
check_refused (const char *members, const char *weights, const char *entry, const char *stay, const char *direction, int code, const char *words)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *vote;
  g_autoptr (GError) error = NULL;

  pst_harness_add (harness, PST_TYPE_CHECK_SAYER, "a", NULL);
  pst_harness_add (harness, PST_TYPE_CHECK_SAYER, "b", "direction", "both", NULL);
  vote = pst_harness_add (harness, PST_TYPE_ENSEMBLE, "vote", "members", members, "weights", weights, "entry-threshold", entry, "exit-threshold",
                          stay, "direction", direction, "order-size", "1", NULL);
  g_assert_false (pst_component_prepare (vote, &error));
  g_assert_error (error, PST_OPTION_ERROR, code);
  if (strstr (error->message, words) == NULL)
    g_error ("\"%s\" lacks \"%s\"", error->message, words);
  pst_harness_finish (harness);
}

/* Without a threshold of its own an exit is where the entry is: of three votes one goes, and comes back. */
static void
test_exit_as_entry (void)
{
  enum
  {
    ALL = PST_SIGNAL_ENTER_LONG | PST_SIGNAL_ENTER_LONG << 4 | PST_SIGNAL_ENTER_LONG << 8
  };
  static const PstBar bars[] = { { .volume = ALL }, { .volume = PST_SIGNAL_EXIT_LONG }, { .volume = PST_SIGNAL_ENTER_LONG } };
  PstHarness *harness = pst_harness_new ();
  PstComponent *vote;
  guint8 signals[G_N_ELEMENTS (bars)];

  pst_harness_add (harness, PST_TYPE_CHECK_SAYER, "a", NULL);
  pst_harness_add (harness, PST_TYPE_CHECK_SAYER, "b", "shift", "4", NULL);
  pst_harness_add (harness, PST_TYPE_CHECK_SAYER, "c", "shift", "8", NULL);
  vote = pst_harness_add (harness, PST_TYPE_ENSEMBLE, "vote", "members", "a;b;c", "entry-threshold", "0.9", "order-size", "1", NULL);
  pst_harness_start (harness, vote);
  g_assert_cmpuint (pst_signal_strategy_evaluate (PST_SIGNAL_STRATEGY (vote), bars, G_N_ELEMENTS (bars), signals), ==, G_N_ELEMENTS (bars));
  g_assert_cmpuint (signals[0], ==, PST_SIGNAL_ENTER_LONG);
  g_assert_cmpuint (signals[1], ==, PST_SIGNAL_EXIT_LONG);
  g_assert_cmpuint (signals[2], ==, PST_SIGNAL_ENTER_LONG);
  pst_harness_finish (harness);
}

static void
test_refusals (void)
{
  check_refused ("a;c", "", "0.5", "0.5", "long", PST_OPTION_ERROR_UNKNOWN, "there is no [strategy c]");
  check_refused ("a;b", "1;2;3", "0.5", "0.5", "long", PST_OPTION_ERROR_CONFLICT, "has 3 numbers and \"members\" 2 names");
  check_refused ("a;b", "1;0", "0.5", "0.5", "long", PST_OPTION_ERROR_RANGE, "\"0\" is no weight");
  check_refused ("a;b", "1;-2", "0.5", "0.5", "long", PST_OPTION_ERROR_RANGE, "\"-2\" is no weight");
  check_refused ("a;b", "1;1.0000001", "0.5", "0.5", "long", PST_OPTION_ERROR_RANGE, "is no weight");
  check_refused ("a;b", "1;1000001", "0.5", "0.5", "long", PST_OPTION_ERROR_RANGE, "is no weight");
  check_refused ("a;b", "1;x", "0.5", "0.5", "long", PST_OPTION_ERROR_RANGE, "\"x\" is no weight");
  check_refused ("a;b", "", "0", "0", "long", PST_OPTION_ERROR_CONFLICT, "entry-threshold must be above 0");
  check_refused ("a;b", "", "0.5", "0.6", "long", PST_OPTION_ERROR_CONFLICT, "exit-threshold at most entry-threshold");
  check_refused ("a;b", "", "0.6", "0.5", "both", PST_OPTION_ERROR_CONFLICT, "may be short can never reach entry-threshold");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ensemble/against-plain-calculation", test_against_plain_calculation);
  g_test_add_func ("/ensemble/thresholds-are-exact", test_thresholds_are_exact);
  g_test_add_func ("/ensemble/exit-as-entry", test_exit_as_entry);
  g_test_add_func ("/ensemble/refusals", test_refusals);
  pst_check_conformance_add (penstock_plugin_entry (), "members", "m0;m1", "weights", "2;1", "order-value", "100 USD", NULL);
  return g_test_run ();
}
