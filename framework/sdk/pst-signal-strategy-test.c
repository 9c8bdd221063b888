/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a signal leads to: every strategy that is made over this base trades by it. The strategy of the test says what the bar's volume says. */
#include <penstock-check.h>

#include <string.h>

#define MINUTE (60 * PST_NS_PER_SECOND)

#define TEST_TYPE_SAYER (test_sayer_get_type ())
G_DECLARE_FINAL_TYPE (TestSayer, test_sayer, TEST, SAYER, PstSignalStrategy)

struct _TestSayer
{
  PstSignalStrategy parent_instance;

  guint n_states;
};

typedef struct
{
  __int128 total; /* must be aligned */
  guint n_bars;
} State;

G_DEFINE_FINAL_TYPE (TestSayer, test_sayer, PST_TYPE_SIGNAL_STRATEGY)

static void
test_sayer_init_state (PstSignalStrategy *strategy, gpointer data)
{
  State *state = data;

  g_assert_cmpuint (GPOINTER_TO_SIZE (state) % 16, ==, 0);
  g_assert_true (state->total == 0 && state->n_bars == 0);
  TEST_SAYER (strategy)->n_states++;
}

static void
test_sayer_clear_state (PstSignalStrategy *strategy, gpointer data)
{
  TEST_SAYER (strategy)->n_states--;
}

/* A volume of 16 is a sum that overflows. */
static gboolean
test_sayer_on_bar (PstSignalStrategy *strategy, gpointer data, const PstBar *bar, PstSignal *signal)
{
  State *state = data;

  state->total += bar->volume;
  state->n_bars++;
  *signal = (PstSignal)bar->volume;
  return bar->volume != 16;
}

static guint
test_sayer_get_warm_up (PstSignalStrategy *strategy)
{
  return 7;
}

static void
test_sayer_class_init (TestSayerClass *klass)
{
  PstSignalStrategyClass *signal_class = PST_SIGNAL_STRATEGY_CLASS (klass);

  signal_class->state_size = sizeof (State);
  signal_class->init_state = test_sayer_init_state;
  signal_class->clear_state = test_sayer_clear_state;
  signal_class->on_bar = test_sayer_on_bar;
  signal_class->get_warm_up = test_sayer_get_warm_up;
}

static void
test_sayer_init (TestSayer *self)
{
}

static PstComponent *
setup (PstHarness *harness, const char *direction)
{
  PstComponent *sayer = pst_harness_add (harness, TEST_TYPE_SAYER, "sayer", "order-size", "10", "direction", direction, NULL);

  pst_harness_start (harness, sayer);
  return sayer;
}

static void
say (PstHarness *harness, guint32 instrument, guint signal)
{
  gint64 time_ns = pst_context_now_ns (PST_CONTEXT (harness)) + MINUTE;
  g_autofree char *volume = g_strdup_printf ("%u", signal);

  pst_harness_push_bar (harness, instrument, time_ns, "5.00", "5.00", "5.00", "5.00", volume);
}

/* What is held after each signal, by direction; orders are filled at once. */
static void
test_positions (void)
{
  static const struct
  {
    guint signal;
    gint held_long, held_short, held_both;
  } steps[] = {
    { PST_SIGNAL_EXIT_LONG, 0, 0, 0 },
    { PST_SIGNAL_ENTER_LONG, 10, 0, 10 },
    { PST_SIGNAL_ENTER_LONG, 10, 0, 10 },
    { PST_SIGNAL_EXIT_SHORT, 10, 0, 10 },
    { PST_SIGNAL_ENTER_SHORT, 10, -10, -10 },
    { PST_SIGNAL_EXIT_LONG, 0, -10, -10 },
    { PST_SIGNAL_EXIT_SHORT, 0, 0, 0 },
    { PST_SIGNAL_BUY, 10, 0, 10 },
    { PST_SIGNAL_SELL, 0, -10, -10 },
    { PST_SIGNAL_NONE, 0, -10, -10 },
    { PST_SIGNAL_BUY, 10, 0, 10 },
    { PST_SIGNAL_EXIT_LONG, 0, 0, 0 },
  };
  static const char *const directions[] = { "long", "short", "both" };

  for (guint d = 0; d < G_N_ELEMENTS (directions); d++)
    {
      PstHarness *harness = pst_harness_new ();
      guint32 instrument = pst_harness_add_instrument (harness, "AAPL");
      PstComponent *sayer = setup (harness, directions[d]);
      guint n_filled = 0;

      g_assert_cmpuint (pst_signal_strategy_get_warm_up (PST_SIGNAL_STRATEGY (sayer)), ==, 7);
      g_assert_cmpint (pst_signal_strategy_get_direction (PST_SIGNAL_STRATEGY (sayer)), ==, (int)d + 1);
      for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
        {
          const gint held[] = { steps[i].held_long, steps[i].held_short, steps[i].held_both };

          say (harness, instrument, steps[i].signal);
          for (; n_filled < pst_harness_get_n_orders (harness); n_filled++)
            pst_harness_fill (harness, n_filled + 1, "5.00", "10");
          g_assert_cmpint (pst_strategy_get_position (PST_STRATEGY (sayer), instrument)->quantity, ==, held[d]);
        }
      pst_harness_finish (harness);
    }
}

static void
test_overflow (void)
{
  PstHarness *harness = pst_harness_new ();
  guint32 instrument = pst_harness_add_instrument (harness, "AAPL"), other = pst_harness_add_instrument (harness, "MSFT");

  setup (harness, "long");
  say (harness, instrument, 16);
  say (harness, instrument, PST_SIGNAL_ENTER_LONG);
  g_assert_cmpuint (pst_harness_get_n_orders (harness), ==, 0);
  say (harness, other, PST_SIGNAL_ENTER_LONG);
  g_assert_cmpuint (pst_harness_get_n_orders (harness), ==, 1);
  pst_harness_finish (harness);
}

/* The same that a run hears, without one. */
static void
test_evaluate (void)
{
  static const PstBar bars[] = { { .volume = PST_SIGNAL_BUY }, { .volume = 0 }, { .volume = PST_SIGNAL_SELL }, { .volume = 16 }, { .volume = 1 } };
  g_autoptr (TestSayer) sayer = g_object_new (TEST_TYPE_SAYER, NULL);
  guint8 signals[G_N_ELEMENTS (bars)] = { 9, 9, 9, 9, 9 };

  g_assert_cmpuint (pst_signal_strategy_evaluate (PST_SIGNAL_STRATEGY (sayer), bars, G_N_ELEMENTS (bars), signals), ==, 3);
  g_assert_cmpuint (signals[0], ==, PST_SIGNAL_BUY);
  g_assert_cmpuint (signals[1], ==, PST_SIGNAL_NONE);
  g_assert_cmpuint (signals[2], ==, PST_SIGNAL_SELL);
  g_assert_cmpuint (signals[3], ==, 9);
  g_assert_cmpuint (sayer->n_states, ==, 0);
}

/* A period longer than the data: the run says so at its end, and not when there is one bar more. */
static void
test_short_data (void)
{
  for (guint n_bars = 7; n_bars <= 8; n_bars++)
    {
      PstHarness *harness = pst_harness_new ();
      guint32 instrument = pst_harness_add_instrument (harness, "AAPL");
      PstComponent *sayer;

      pst_harness_add_instrument (harness, "NEVER");
      sayer = setup (harness, "long");
      for (guint i = 0; i < n_bars; i++)
        say (harness, instrument, PST_SIGNAL_NONE);
      pst_harness_stop (harness, sayer);
      if (n_bars == 8)
        g_assert_null (pst_harness_find_record (harness, PST_RECORD_ALERT));
      else
        g_assert_nonnull (strstr (pst_harness_find_record (harness, PST_RECORD_ALERT)->alert.message,
                                  "1 of 1 instruments could give no signal: the first comes after 7 bars at the earliest, and the longest of these, "
                                  "AAPL.TEST, has 7; give it more bars"));
      pst_harness_finish (harness);
    }
}

static void
test_cross (void)
{
  static const gint8 relations[] = { -1, 0, 1, 1, 0, -1, 1, 0, 1, -1 };
  static const PstSignal expected[] = { PST_SIGNAL_NONE, PST_SIGNAL_NONE, PST_SIGNAL_BUY,  PST_SIGNAL_NONE, PST_SIGNAL_NONE,
                                        PST_SIGNAL_SELL, PST_SIGNAL_BUY,  PST_SIGNAL_NONE, PST_SIGNAL_BUY,  PST_SIGNAL_SELL };
  gint8 before = PST_SIGNAL_UNKNOWN;

  for (guint i = 0; i < G_N_ELEMENTS (relations); i++)
    g_assert_cmpint (pst_signal_cross (&before, relations[i]), ==, expected[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sdk/signal-strategy/positions", test_positions);
  g_test_add_func ("/sdk/signal-strategy/overflow", test_overflow);
  g_test_add_func ("/sdk/signal-strategy/evaluate", test_evaluate);
  g_test_add_func ("/sdk/signal-strategy/short-data", test_short_data);
  g_test_add_func ("/sdk/signal-strategy/cross", test_cross);
  return g_test_run ();
}
