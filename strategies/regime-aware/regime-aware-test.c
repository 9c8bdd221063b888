/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who acts, and what becomes of the position when that changes: a trend follower that goes on in a range loses what the trend gave. The indicator and
 * every rule are reckoned anew over the whole past. Members say what the bars' volume says. */
#include "pst-regime-aware.h"

#include <penstock-check.h>

#include <math.h>
#include <string.h>

const PstPluginEntry *penstock_plugin_entry (void);

#define PERIOD 10
#define TREND 0
#define RANGE 1

typedef struct
{
  const char *on_change;
  const char *indicator;
  double trend_above, range_below;
  PstDirection directions[2];
  /* The plain calculation, which is asked bar by bar: */
  gint regime, acting, held, members[2];
  double plus, minus, range, sum, adx;
} Plain;

static double
efficiency_at (const PstBar *bars, gsize n)
{
  double way = 0.0;

  for (gsize i = n + 1 - PERIOD; i <= n; i++)
    way += fabs ((double)bars[i].close - (double)bars[i - 1].close);
  return way > 0.0 ? 100.0 * fabs ((double)bars[n].close - (double)bars[n - PERIOD].close) / way : 0.0;
}

/* Asked of each bar in turn. */
static double
adx_at (Plain *plain, const PstBar *bars, gsize n)
{
  double up = (double)(bars[n].high - bars[n - 1].high), down = (double)(bars[n - 1].low - bars[n].low), direction;
  gint64 reach = MAX (bars[n].high - bars[n].low, MAX (ABS (bars[n].high - bars[n - 1].close), ABS (bars[n].low - bars[n - 1].close)));
  double keep = n < PERIOD ? 1.0 : 1.0 - 1.0 / PERIOD;

  plain->plus = plain->plus * keep + (up > down && up > 0.0 ? up : 0.0);
  plain->minus = plain->minus * keep + (down > up && down > 0.0 ? down : 0.0);
  plain->range = plain->range * keep + (double)reach;
  if (n < PERIOD)
    return 0.0;
  direction = 100.0 * fabs (plain->plus - plain->minus) / (plain->plus + plain->minus);
  plain->sum += direction;
  plain->adx = n < 2 * PERIOD ? plain->sum / PERIOD : (plain->adx * (PERIOD - 1.0) + direction) / PERIOD;
  return plain->adx;
}

static gint
act (gint held, PstDirection direction, guint said)
{
  if (direction != PST_DIRECTION_SHORT && (said & PST_SIGNAL_ENTER_LONG))
    return 1;
  if (direction != PST_DIRECTION_LONG && (said & PST_SIGNAL_ENTER_SHORT))
    return -1;
  if (held == 1 && direction != PST_DIRECTION_SHORT && (said & PST_SIGNAL_EXIT_LONG))
    return 0;
  return held == -1 && direction != PST_DIRECTION_LONG && (said & PST_SIGNAL_EXIT_SHORT) ? 0 : held;
}

static guint
heed (PstDirection direction, guint said)
{
  return said & (direction == PST_DIRECTION_LONG ? 3u : direction == PST_DIRECTION_SHORT ? 12u : 15u);
}

static PstSignal
expect (const PstBar *bars, gsize n, gpointer user_data)
{
  Plain *plain = user_data;
  gboolean adx = strcmp (plain->indicator, "adx") == 0;
  guint said[2] = { (guint)bars[n].volume & 15, (guint)(bars[n].volume >> 4) & 15 }, signal;
  double value = 0.0;

  if (adx && n > 0)
    value = adx_at (plain, bars, n);
  for (guint m = 0; m < 2; m++)
    plain->members[m] = act (plain->members[m], plain->directions[m], said[m]);
  if (n < (adx ? 2 * PERIOD - 1 : PERIOD))
    return PST_SIGNAL_NONE;
  if (!adx)
    value = efficiency_at (bars, n);
  if (value > plain->trend_above)
    plain->regime = TREND;
  else if (value < plain->range_below || plain->regime < 0)
    plain->regime = RANGE;
  signal = heed (plain->directions[plain->regime], said[plain->regime]);
  if (plain->regime != plain->acting)
    {
      gint to = strcmp (plain->on_change, "adopt") == 0 ? plain->members[plain->regime] : strcmp (plain->on_change, "close") == 0 ? 0 : plain->held;

      if (to != plain->held && plain->held != 0)
        signal |= plain->held > 0 ? PST_SIGNAL_EXIT_LONG : PST_SIGNAL_EXIT_SHORT;
      if (to != plain->held && to != 0)
        signal |= to > 0 ? PST_SIGNAL_ENTER_LONG : PST_SIGNAL_ENTER_SHORT;
    }
  plain->acting = plain->regime;
  plain->held = act (plain->held, PST_DIRECTION_BOTH, signal);
  return (PstSignal)signal;
}

static const char *
name_direction (PstDirection direction)
{
  return direction == PST_DIRECTION_LONG ? "long" : direction == PST_DIRECTION_SHORT ? "short" : "both";
}

static void
test_against_plain_calculation (void)
{
  static const Plain cases[] = {
    { "close", "efficiency", 30, 20, { PST_DIRECTION_BOTH, PST_DIRECTION_BOTH } },
    { "keep", "efficiency", 50, 50, { PST_DIRECTION_BOTH, PST_DIRECTION_BOTH } },
    { "adopt", "efficiency", 60, 10, { PST_DIRECTION_LONG, PST_DIRECTION_SHORT } },
    { "close", "adx", 25, 20, { PST_DIRECTION_LONG, PST_DIRECTION_SHORT } },
    { "keep", "adx", 30, 20, { PST_DIRECTION_BOTH, PST_DIRECTION_LONG } },
    { "adopt", "adx", 40, 25, { PST_DIRECTION_BOTH, PST_DIRECTION_BOTH } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PstHarness *harness = pst_harness_new ();
      Plain plain = cases[i];
      g_autofree char *above = g_strdup_printf ("%g", plain.trend_above), *below = g_strdup_printf ("%g", plain.range_below);
      PstComponent *it;

      plain.regime = plain.acting = -1;
      pst_harness_add (harness, PST_TYPE_CHECK_SAYER, "t", "direction", name_direction (plain.directions[TREND]), NULL);
      pst_harness_add (harness, PST_TYPE_CHECK_SAYER, "r", "shift", "4", "direction", name_direction (plain.directions[RANGE]), NULL);
      it = pst_harness_add (harness, PST_TYPE_REGIME_AWARE, "it", "trend-member", "t", "range-member", "r", "indicator", plain.indicator, "period",
                            "10", "trend-above", above, "range-below", below, "on-change", plain.on_change, "order-size", "1", "direction", "both",
                            NULL);
      pst_harness_start (harness, it);
      pst_check_assert_signals (PST_SIGNAL_STRATEGY (it), PST_SIGNAL_BUY | PST_SIGNAL_SELL, expect, &plain);
      pst_harness_finish (harness);
    }
}

/* Straight up, then to and fro: the trend's long position ends, stays, or becomes what the range's member holds. */
static void
test_change (void)
{
  static const struct
  {
    const char *on_change;
    guint signal;
  } cases[] = { { "close", PST_SIGNAL_EXIT_LONG }, { "keep", PST_SIGNAL_NONE }, { "adopt", PST_SIGNAL_SELL } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PstHarness *harness = pst_harness_new ();
      PstBar bars[12] = { { 0 } };
      guint8 signals[12] = { 0 };
      PstComponent *it;

      for (guint b = 0; b < 12; b++)
        bars[b].close = b < 6 ? 100 + b : 105 - b % 2;
      bars[4].volume = PST_SIGNAL_ENTER_LONG | PST_SIGNAL_ENTER_SHORT << 4;
      pst_harness_add (harness, PST_TYPE_CHECK_SAYER, "t", "direction", "both", NULL);
      pst_harness_add (harness, PST_TYPE_CHECK_SAYER, "r", "shift", "4", "direction", "both", NULL);
      it = pst_harness_add (harness, PST_TYPE_REGIME_AWARE, "it", "trend-member", "t", "range-member", "r", "period", "2", "on-change",
                            cases[i].on_change, "order-size", "1", NULL);
      pst_harness_start (harness, it);
      g_assert_cmpuint (pst_signal_strategy_evaluate (PST_SIGNAL_STRATEGY (it), bars, 12, signals), ==, 12);
      for (guint b = 0; b < 12; b++)
        g_assert_cmpuint (signals[b], ==, b == 4 ? PST_SIGNAL_ENTER_LONG : b == 8 ? cases[i].signal : PST_SIGNAL_NONE);
      pst_harness_finish (harness);
    }
}

static void
test_refusals (void)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *turned, *unknown, *twice;
  g_autoptr (GError) error = NULL;

  pst_harness_add (harness, PST_TYPE_CHECK_SAYER, "t", NULL);
  pst_harness_add (harness, PST_TYPE_CHECK_SAYER, "r", NULL);
  turned = pst_harness_add (harness, PST_TYPE_REGIME_AWARE, "turned", "trend-member", "t", "range-member", "r", "trend-above", "20", "range-below",
                            "30", "order-size", "1", NULL);
  unknown = pst_harness_add (harness, PST_TYPE_REGIME_AWARE, "unknown", "trend-member", "t", "range-member", "rr", "order-size", "1", NULL);
  twice = pst_harness_add (harness, PST_TYPE_REGIME_AWARE, "twice", "trend-member", "t", "range-member", "t", "order-size", "1", NULL);
  g_assert_false (pst_component_prepare (turned, &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT);
  g_assert_nonnull (strstr (error->message, "range-below must be at most trend-above"));
  g_clear_error (&error);
  g_assert_false (pst_component_prepare (unknown, &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN);
  g_assert_nonnull (strstr (error->message, "option \"range-member\": there is no [strategy rr]"));
  g_clear_error (&error);
  g_assert_false (pst_component_prepare (twice, &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT);
  pst_harness_finish (harness);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/regime-aware/against-plain-calculation", test_against_plain_calculation);
  g_test_add_func ("/regime-aware/change", test_change);
  g_test_add_func ("/regime-aware/refusals", test_refusals);
  pst_check_conformance_add (penstock_plugin_entry (), "trend-member", "t", "range-member", "r", "order-value", "100 USD", NULL);
  return g_test_run ();
}
