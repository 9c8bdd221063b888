/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Strategies that are made of others: a member that traded on its own, or one that was somebody else's, would be money spent twice. The members of
 * the test say what the bar's volume says; their owner says what its first member says. */
#include <penstock-check.h>

#include <string.h>

#define MINUTE (60 * PST_NS_PER_SECOND)

#define TEST_TYPE_PART (test_part_get_type ())
G_DECLARE_FINAL_TYPE (TestPart, test_part, TEST, PART, PstSignalStrategy)

struct _TestPart
{
  PstSignalStrategy parent_instance;

  char **parts;
};

typedef struct
{
  PstSignalStrategy *member;
  gpointer member_state;
} State;

G_DEFINE_FINAL_TYPE (TestPart, test_part, PST_TYPE_SIGNAL_STRATEGY)

static void
test_part_init_state (PstSignalStrategy *strategy, gpointer data)
{
  State *state = data;

  state->member = pst_signal_strategy_get_member (strategy, 0);
  if (state->member != NULL)
    state->member_state = pst_signal_strategy_new_state (state->member);
}

static void
test_part_clear_state (PstSignalStrategy *strategy, gpointer data)
{
  State *state = data;

  if (state->member != NULL)
    pst_signal_strategy_free_state (state->member, state->member_state);
}

/* A volume of 16 is a sum that overflows. */
static gboolean
test_part_on_bar (PstSignalStrategy *strategy, gpointer data, const PstBar *bar, PstSignal *signal)
{
  State *state = data;

  if (state->member != NULL)
    return pst_signal_strategy_take_bar (state->member, state->member_state, bar, signal);
  *signal = (PstSignal)bar->volume;
  return bar->volume != 16;
}

static gboolean
test_part_get_member (PstSignalStrategy *strategy, guint index, const char **option, const char **name)
{
  char **parts = TEST_PART (strategy)->parts;

  if (parts == NULL || index >= g_strv_length (parts))
    return FALSE;
  *option = "parts";
  *name = parts[index];
  return TRUE;
}

static void
test_part_finalize (GObject *object)
{
  g_strfreev (TEST_PART (object)->parts);
  G_OBJECT_CLASS (test_part_parent_class)->finalize (object);
}

static void
test_part_class_init (TestPartClass *klass)
{
  PstSignalStrategyClass *signal_class = PST_SIGNAL_STRATEGY_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = test_part_finalize;
  signal_class->state_size = sizeof (State);
  signal_class->init_state = test_part_init_state;
  signal_class->clear_state = test_part_clear_state;
  signal_class->on_bar = test_part_on_bar;
  signal_class->get_member = test_part_get_member;
}

static void
test_part_init (TestPart *self)
{
}

#define TEST_TYPE_TRADER (test_trader_get_type ())
G_DECLARE_FINAL_TYPE (TestTrader, test_trader, TEST, TRADER, PstStrategy)

struct _TestTrader
{
  PstStrategy parent_instance;
};

G_DEFINE_FINAL_TYPE (TestTrader, test_trader, PST_TYPE_STRATEGY)

static void
test_trader_class_init (TestTraderClass *klass)
{
}

static void
test_trader_init (TestTrader *self)
{
}

static PstComponent *
add_part (PstHarness *harness, const char *name, const char *size, const char *parts)
{
  PstComponent *part = size != NULL ? pst_harness_add (harness, TEST_TYPE_PART, name, "order-size", size, NULL)
                                    : pst_harness_add (harness, TEST_TYPE_PART, name, NULL);

  if (parts != NULL)
    TEST_PART (part)->parts = g_strsplit (parts, ";", -1);
  return part;
}

static void
say (PstHarness *harness, guint32 instrument, guint signal)
{
  gint64 time_ns = pst_context_now_ns (PST_CONTEXT (harness)) + MINUTE;
  g_autofree char *volume = g_strdup_printf ("%u", signal);

  pst_harness_push_bar (harness, instrument, time_ns, "5.00", "5.00", "5.00", "5.00", volume);
}

/* Whichever stands first in the file, and also when two are made of the same one. */
static void
test_only_the_owner_trades (void)
{
  PstHarness *harness = pst_harness_new ();
  guint32 instrument = pst_harness_add_instrument (harness, "AAPL");
  PstComponent *member = add_part (harness, "member", NULL, NULL);
  PstComponent *owner = add_part (harness, "owner", "10", "member");
  PstComponent *second = add_part (harness, "second", "3", "member");
  PstComponent *outer = add_part (harness, "outer", "7", "inner");
  PstComponent *inner = add_part (harness, "inner", NULL, "member");

  pst_harness_start (harness, outer);
  pst_harness_start (harness, member);
  pst_harness_start (harness, owner);
  pst_harness_start (harness, inner);
  pst_harness_start (harness, second);
  g_assert_true (pst_signal_strategy_is_member (PST_SIGNAL_STRATEGY (member)));
  g_assert_true (pst_signal_strategy_is_member (PST_SIGNAL_STRATEGY (inner)));
  g_assert_false (pst_signal_strategy_is_member (PST_SIGNAL_STRATEGY (outer)));
  g_assert_true (pst_signal_strategy_get_member (PST_SIGNAL_STRATEGY (owner), 0) == PST_SIGNAL_STRATEGY (member));
  g_assert_null (pst_signal_strategy_get_member (PST_SIGNAL_STRATEGY (owner), 1));
  say (harness, instrument, PST_SIGNAL_BUY);
  g_assert_cmpuint (pst_harness_get_n_orders (harness), ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      const PstOrder *order = pst_harness_get_order (harness, i);
      const char *name = pst_component_get_name (pst_context_get_component (PST_CONTEXT (harness), order->strategy));

      g_assert_cmpint (order->request.quantity, ==, name[0] == 's' ? 3 : strcmp (name, "owner") == 0 ? 10 : 7);
    }
  pst_harness_stop (harness, outer);
  pst_harness_finish (harness);
}

/* The owner's sums are those of its members. */
static void
test_overflow (void)
{
  PstHarness *harness = pst_harness_new ();
  guint32 instrument = pst_harness_add_instrument (harness, "AAPL");
  PstComponent *owner;

  add_part (harness, "member", NULL, NULL);
  owner = add_part (harness, "owner", "10", "member");
  pst_harness_start (harness, owner);
  say (harness, instrument, 16);
  say (harness, instrument, PST_SIGNAL_BUY);
  g_assert_cmpuint (pst_harness_get_n_orders (harness), ==, 0);
  g_assert_nonnull (strstr (pst_harness_find_record (harness, PST_RECORD_ALERT)->alert.message, "AAPL"));
  pst_harness_finish (harness);
}

static void
check_refused (PstHarness *harness, PstComponent *component, int code, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (pst_component_prepare (component, &error));
  g_assert_error (error, PST_OPTION_ERROR, code);
  if (strstr (error->message, words) == NULL)
    g_error ("\"%s\" lacks \"%s\"", error->message, words);
  pst_harness_finish (harness);
}

static void
test_refusals (void)
{
  PstHarness *harness = pst_harness_new ();

  add_part (harness, "cross", NULL, NULL);
  add_part (harness, "rsi", NULL, NULL);
  check_refused (harness, add_part (harness, "vote", "1", "cros;rsi"), PST_OPTION_ERROR_UNKNOWN,
                 "option \"parts\": there is no [strategy cros]; did you mean \"cross\"? strategies that give signals: cross, rsi");
  harness = pst_harness_new ();
  check_refused (harness, add_part (harness, "vote", "1", "cross"), PST_OPTION_ERROR_UNKNOWN, "no other strategy that gives signals; add a group");
  harness = pst_harness_new ();
  pst_harness_add (harness, TEST_TYPE_TRADER, "trader", NULL);
  add_part (harness, "cross", NULL, NULL);
  check_refused (harness, add_part (harness, "vote", "1", "trader"), PST_OPTION_ERROR_RANGE, "which gives orders and no signals; ");
  harness = pst_harness_new ();
  add_part (harness, "cross", NULL, NULL);
  check_refused (harness, add_part (harness, "vote", "1", "cross;cross"), PST_OPTION_ERROR_CONFLICT, "[strategy cross] is named twice");
  harness = pst_harness_new ();
  check_refused (harness, add_part (harness, "vote", "1", "vote"), PST_OPTION_ERROR_CONFLICT, "made of itself: vote -> vote");
  harness = pst_harness_new ();
  add_part (harness, "a", NULL, "c;b");
  add_part (harness, "b", NULL, "vote");
  add_part (harness, "c", NULL, NULL);
  check_refused (harness, add_part (harness, "vote", NULL, "a"), PST_OPTION_ERROR_CONFLICT, "made of itself: vote -> a -> b -> vote");
}

/* What looks like a size is none. */
static void
test_member_with_a_size (void)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *member = add_part (harness, "member", "10", NULL);

  add_part (harness, "vote", "1", "member");
  check_refused (harness, member, PST_OPTION_ERROR_CONFLICT, "option \"order-size\" would do nothing: [strategy vote] is made of this strategy");
}

/* All signals from all positions: what a signal between two positions leads to is the second, and nothing of it is superfluous. */
static void
test_positions (void)
{
  static const PstDirection directions[] = { PST_DIRECTION_LONG, PST_DIRECTION_SHORT, PST_DIRECTION_BOTH };

  for (gint before = -1; before <= 1; before++)
    for (gint after = -1; after <= 1; after++)
      {
        guint signal = pst_signal_between (before, after);

        g_assert_cmpint (pst_signal_follow (before, signal), ==, after);
        for (guint bit = 1; bit < 16; bit <<= 1)
          if (signal & bit)
            {
              gboolean entry = bit == PST_SIGNAL_ENTER_LONG || bit == PST_SIGNAL_ENTER_SHORT;

              g_assert_cmpint (entry ? after : before, ==, bit == PST_SIGNAL_ENTER_LONG || bit == PST_SIGNAL_EXIT_LONG ? 1 : -1);
            }
        g_assert_true ((signal == 0) == (before == after));
      }
  for (guint d = 0; d < G_N_ELEMENTS (directions); d++)
    for (guint signal = 0; signal < 16; signal++)
      for (gint before = -1; before <= 1; before++)
        {
          gint after = pst_signal_follow (before, pst_signal_heed (directions[d], signal));

          if (directions[d] == PST_DIRECTION_LONG && before >= 0)
            g_assert_cmpint (after, >=, 0);
          if (directions[d] == PST_DIRECTION_SHORT && before <= 0)
            g_assert_cmpint (after, <=, 0);
          if (directions[d] == PST_DIRECTION_BOTH)
            g_assert_cmpuint (pst_signal_heed (directions[d], signal), ==, signal);
        }
  g_assert_cmpint (pst_signal_follow (1, PST_SIGNAL_EXIT_SHORT), ==, 1);
  g_assert_cmpint (pst_signal_follow (-1, PST_SIGNAL_EXIT_LONG), ==, -1);
  g_assert_cmpint (pst_signal_follow (0, PST_SIGNAL_EXIT_LONG), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/signal-members/only-the-owner-trades", test_only_the_owner_trades);
  g_test_add_func ("/signal-members/overflow", test_overflow);
  g_test_add_func ("/signal-members/refusals", test_refusals);
  g_test_add_func ("/signal-members/member-with-a-size", test_member_with_a_size);
  g_test_add_func ("/signal-members/positions", test_positions);
  return g_test_run ();
}
