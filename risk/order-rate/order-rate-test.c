/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A strategy gone wild is stopped by the count of its orders, or by the venue's ban, which takes the cancels too. */

#include <glib/gstdio.h>
#include <penstock-check.h>

const PstPluginEntry *penstock_plugin_entry (void);

typedef struct
{
  PstHarness *harness;
  PstComponent *guard;
  guint32 a, b;
} Fixture;

static void
setup (Fixture *fixture, const char *max, const char *reserve, const char *repeats, const char *state_file)
{
  g_autoptr (GError) error = NULL;

  fixture->harness = pst_harness_new ();
  pst_harness_set_mode (fixture->harness, PST_MODE_PAPER);
  fixture->a = pst_harness_add_instrument (fixture->harness, "A");
  fixture->b = pst_harness_add_instrument (fixture->harness, "B");
  fixture->guard = pst_harness_add (fixture->harness, penstock_plugin_entry ()->get_type (), "rate", "max-messages", max, "cancel-reserve", reserve,
                                    "max-repeats", repeats, NULL);
  if (state_file != NULL)
    pst_component_set_option (fixture->guard, "state-file", state_file, &error);
  g_assert_no_error (error);
  pst_harness_start (fixture->harness, fixture->guard);
}

static PstOrderRequest
request (guint32 instrument, PstSide side)
{
  return (PstOrderRequest){
    .instrument = instrument, .side = side, .type = PST_ORDER_TYPE_MARKET, .time_in_force = PST_TIME_IN_FORCE_GTC, .quantity = 1
  };
}

static void
check (Fixture *fixture, guint32 instrument, PstSide side, const char *code)
{
  PstOrderRequest asked = request (instrument, side);
  PstVerdict verdict = { 0 };

  pst_harness_review (fixture->harness, PST_GUARD (fixture->guard), &asked, &verdict);
  g_assert_cmpstr (verdict.code, ==, code != NULL ? code : "");
  g_assert_cmpint (verdict.passed, ==, code == NULL);
}

static guint64
send (Fixture *fixture, guint32 instrument, PstSide side)
{
  PstOrderRequest asked = request (instrument, side);
  guint64 id = pst_harness_place (fixture->harness, &asked);

  pst_harness_accept (fixture->harness, id);
  return id;
}

/* As the gate tells a guard of a cancel or a change that goes out. */
static void
send_about (Fixture *fixture, guint64 id, PstOrderState state)
{
  PstOrder order = *pst_harness_get_order (fixture->harness, (guint)id - 1);

  order.state = state;
  pst_guard_on_sent (PST_GUARD (fixture->guard), &order);
}

static void
test_messages (void)
{
  Fixture fixture;
  guint64 id;

  setup (&fixture, "5", "2", "0", NULL);
  id = send (&fixture, fixture.a, PST_SIDE_BUY);
  send (&fixture, fixture.b, PST_SIDE_SELL);
  check (&fixture, fixture.a, PST_SIDE_BUY, NULL);
  send_about (&fixture, id, PST_ORDER_STATE_PENDING_MODIFY);
  check (&fixture, fixture.a, PST_SIDE_BUY, "message_rate_exceeded");
  /* Cancels go beyond every limit, and count. */
  pst_harness_advance (fixture.harness, PST_NS_PER_SECOND / 2);
  for (guint i = 0; i < 10; i++)
    send_about (&fixture, id, PST_ORDER_STATE_PENDING_CANCEL);
  pst_harness_advance (fixture.harness, PST_NS_PER_SECOND / 2);
  check (&fixture, fixture.a, PST_SIDE_BUY, "message_rate_exceeded");
  pst_harness_advance (fixture.harness, PST_NS_PER_SECOND / 2 - 1);
  check (&fixture, fixture.a, PST_SIDE_BUY, "message_rate_exceeded");
  pst_harness_advance (fixture.harness, 1);
  check (&fixture, fixture.a, PST_SIDE_BUY, NULL);
  pst_harness_finish (fixture.harness);
}

static void
set_option (Fixture *fixture, const char *option, const char *text, const char *refusal)
{
  g_autoptr (GError) error = NULL;

  if (pst_component_set_option (PST_COMPONENT (fixture->guard), option, text, &error))
    g_assert_null (refusal);
  else
    g_assert_nonnull (strstr (error->message, refusal != NULL ? refusal : error->message + strlen (error->message)));
  g_assert_true ((error == NULL) == (refusal == NULL));
}

/* Changed while orders go out, the limit is the new one at once; what was sent before is not forgotten. */
static void
test_limit_changes (void)
{
  Fixture fixture;
  guint64 id = 0;

  setup (&fixture, "5", "2", "0", NULL);
  for (guint i = 0; i < 3; i++)
    id = send (&fixture, fixture.a, PST_SIDE_BUY);
  check (&fixture, fixture.a, PST_SIDE_BUY, "message_rate_exceeded");
  set_option (&fixture, "max-messages", "6", NULL);
  check (&fixture, fixture.a, PST_SIDE_BUY, NULL);
  send (&fixture, fixture.a, PST_SIDE_BUY);
  check (&fixture, fixture.a, PST_SIDE_BUY, "message_rate_exceeded");
  set_option (&fixture, "max-messages", "2", "leaves nothing for orders");
  check (&fixture, fixture.a, PST_SIDE_BUY, "message_rate_exceeded");
  set_option (&fixture, "max-messages", "4", NULL);
  pst_harness_advance (fixture.harness, PST_NS_PER_SECOND - 1);
  check (&fixture, fixture.a, PST_SIDE_BUY, "message_rate_exceeded");
  /* Cancels went beyond the limit: how many is not known any more, so a higher one counts only when they are out of the window. */
  for (guint i = 0; i < 20; i++)
    send_about (&fixture, id, PST_ORDER_STATE_PENDING_CANCEL);
  set_option (&fixture, "max-messages", "20", NULL);
  check (&fixture, fixture.a, PST_SIDE_BUY, "message_rate_exceeded");
  pst_harness_advance (fixture.harness, PST_NS_PER_SECOND);
  for (guint i = 0; i < 18; i++)
    {
      check (&fixture, fixture.a, PST_SIDE_BUY, NULL);
      send (&fixture, fixture.a, PST_SIDE_BUY);
    }
  check (&fixture, fixture.a, PST_SIDE_BUY, "message_rate_exceeded");
  set_option (&fixture, "max-messages", "30", NULL);
  check (&fixture, fixture.a, PST_SIDE_BUY, NULL);
  pst_harness_finish (fixture.harness);
}

/* The window slides: what was sent leaves it one by one. */
static void
test_window_slides (void)
{
  Fixture fixture;

  setup (&fixture, "3", "0", "0", NULL);
  for (guint i = 0; i < 3; i++)
    {
      check (&fixture, fixture.a, PST_SIDE_BUY, NULL);
      send (&fixture, fixture.a, PST_SIDE_BUY);
      pst_harness_advance (fixture.harness, PST_NS_PER_SECOND / 10);
    }
  for (guint i = 0; i < 20; i++)
    {
      check (&fixture, fixture.a, PST_SIDE_BUY, "message_rate_exceeded");
      pst_harness_advance (fixture.harness, (i == 0 ? 7 : i % 3 == 0 ? 8 : 1) * PST_NS_PER_SECOND / 10 - 1);
      check (&fixture, fixture.a, PST_SIDE_BUY, "message_rate_exceeded");
      pst_harness_advance (fixture.harness, 1);
      check (&fixture, fixture.a, PST_SIDE_BUY, NULL);
      send (&fixture, fixture.a, PST_SIDE_BUY);
    }
  pst_harness_finish (fixture.harness);
}

/* Asked for and denied elsewhere is not sent. */
static void
test_denied_does_not_count (void)
{
  Fixture fixture;

  setup (&fixture, "2", "0", "1", NULL);
  for (guint i = 0; i < 10; i++)
    {
      PstOrderRequest asked = request (fixture.a, PST_SIDE_BUY);

      check (&fixture, fixture.a, PST_SIDE_BUY, NULL);
      pst_harness_deny (fixture.harness, pst_harness_place (fixture.harness, &asked), "other");
    }
  pst_harness_finish (fixture.harness);
}

static guint
count_alerts (Fixture *fixture)
{
  guint n = 0;

  for (guint i = 0; i < pst_harness_get_n_records (fixture->harness); i++)
    n += pst_harness_get_record (fixture->harness, i)->kind == PST_RECORD_ALERT;
  return n;
}

static void
test_repeats_latch (void)
{
  Fixture fixture;

  setup (&fixture, "50", "10", "3", NULL);
  for (guint i = 0; i < 3; i++)
    {
      check (&fixture, fixture.a, PST_SIDE_BUY, NULL);
      send (&fixture, fixture.a, PST_SIDE_BUY);
    }
  /* The other side and other instruments are other things to do. */
  check (&fixture, fixture.a, PST_SIDE_SELL, NULL);
  check (&fixture, fixture.b, PST_SIDE_BUY, NULL);
  check (&fixture, fixture.a, PST_SIDE_BUY, "repeat_limit_latched");
  check (&fixture, fixture.b, PST_SIDE_BUY, "repeat_limit_latched");
  g_assert_cmpuint (count_alerts (&fixture), ==, 1);
  pst_harness_advance (fixture.harness, PST_NS_PER_DAY);
  check (&fixture, fixture.b, PST_SIDE_BUY, "repeat_limit_latched");
  pst_harness_set_position (fixture.harness, G_MAXUINT32, fixture.b, "1", "10.00");
  check (&fixture, fixture.b, PST_SIDE_SELL, NULL);
  g_signal_emit_by_name (fixture.guard, "release", "looked at it");
  check (&fixture, fixture.a, PST_SIDE_BUY, NULL);
  pst_harness_finish (fixture.harness);
}

static void
test_repeats_are_forgotten (void)
{
  Fixture fixture;

  setup (&fixture, "50", "10", "2", NULL);
  for (guint i = 0; i < 5; i++)
    {
      check (&fixture, fixture.a, PST_SIDE_BUY, NULL);
      send (&fixture, fixture.a, PST_SIDE_BUY);
      pst_harness_advance (fixture.harness, 30 * PST_NS_PER_SECOND);
    }
  send (&fixture, fixture.a, PST_SIDE_BUY);
  pst_harness_advance (fixture.harness, 30 * PST_NS_PER_SECOND - 1);
  check (&fixture, fixture.a, PST_SIDE_BUY, "repeat_limit_latched");
  pst_harness_finish (fixture.harness);
}

static void
restart (const char *state_file, const char *code)
{
  Fixture fixture;

  setup (&fixture, "50", "10", "1", state_file);
  check (&fixture, fixture.a, PST_SIDE_BUY, code);
  pst_harness_finish (fixture.harness);
}

static void
test_restart (void)
{
  static const char *const damaged[] = { "", "[order-rate]\nlatched=no\nsince=2020-01-01\nreason=\n", "[other]\nlatched=false\n" };
  g_autofree char *folder = g_dir_make_tmp ("penstock-rate-XXXXXX", NULL);
  g_autofree char *state_file = g_build_filename (folder, "rate.state", NULL);
  Fixture fixture;

  restart (state_file, NULL);
  setup (&fixture, "50", "10", "1", state_file);
  send (&fixture, fixture.a, PST_SIDE_BUY);
  check (&fixture, fixture.a, PST_SIDE_BUY, "repeat_limit_latched");
  pst_harness_finish (fixture.harness);
  restart (state_file, "repeat_limit_latched");

  setup (&fixture, "50", "10", "1", state_file);
  g_signal_emit_by_name (fixture.guard, "release", NULL);
  pst_harness_finish (fixture.harness);
  restart (state_file, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (damaged); i++)
    {
      g_assert_true (g_file_set_contents (state_file, damaged[i], -1, NULL));
      restart (state_file, "repeat_limit_latched");
    }
  g_unlink (state_file);
  g_rmdir (folder);
}

/* Another guard that knows what the first one said, so much later. */
static void
hand_over (Fixture *before, Fixture *after, const char *max, const char *reserve, const char *repeats, gint64 later_ns)
{
  g_autoptr (PstStateFile) state = pst_state_file_new (NULL, "rate");
  g_autoptr (GError) error = NULL;
  gint64 now_ns = pst_context_now_ns (PST_CONTEXT (before->harness));

  PST_COMPONENT_GET_CLASS (before->guard)->save_state (PST_COMPONENT (before->guard), state);
  setup (after, max, reserve, repeats, NULL);
  pst_harness_advance_to (after->harness, now_ns + later_ns);
  g_assert_true (PST_COMPONENT_GET_CLASS (after->guard)->load_state (PST_COMPONENT (after->guard), state, &error));
  g_assert_no_error (error);
  pst_harness_finish (before->harness);
}

/* A restart is no way to send more in a second than the venue takes. */
static void
test_messages_after_a_restart (void)
{
  Fixture before, after;

  setup (&before, "5", "2", "0", NULL);
  send (&before, before.a, PST_SIDE_BUY);
  pst_harness_advance (before.harness, PST_NS_PER_SECOND / 2);
  send (&before, before.b, PST_SIDE_SELL);
  hand_over (&before, &after, "5", "2", "0", PST_NS_PER_SECOND / 4);
  check (&after, after.a, PST_SIDE_BUY, NULL);
  send (&after, after.a, PST_SIDE_BUY);
  check (&after, after.a, PST_SIDE_BUY, "message_rate_exceeded");
  pst_harness_advance (after.harness, PST_NS_PER_SECOND / 4);
  check (&after, after.a, PST_SIDE_BUY, NULL);
  pst_harness_finish (after.harness);
}

/* A burst of more than is told apart counts in full, and longer rather than shorter. */
static void
test_many_messages_after_a_restart (void)
{
  Fixture before, after;

  setup (&before, "1000", "0", "0", NULL);
  for (guint i = 0; i < 1000; i++)
    {
      send (&before, before.a, PST_SIDE_BUY);
      pst_harness_advance (before.harness, 100);
    }
  hand_over (&before, &after, "1000", "0", "0", 0);
  check (&after, after.a, PST_SIDE_BUY, "message_rate_exceeded");
  pst_harness_advance (after.harness, PST_NS_PER_SECOND - 100000 + 2499 - 100);
  check (&after, after.a, PST_SIDE_BUY, "message_rate_exceeded");
  pst_harness_advance (after.harness, 101);
  check (&after, after.a, PST_SIDE_BUY, NULL);
  pst_harness_finish (after.harness);
}

/* What a strategy repeats is counted on; what it does elsewhere is not. A latch comes along. */
static void
test_repeats_after_a_restart (void)
{
  Fixture before, after;

  setup (&before, "50", "10", "3", NULL);
  send (&before, before.a, PST_SIDE_BUY);
  send (&before, before.a, PST_SIDE_BUY);
  send (&before, before.b, PST_SIDE_BUY);
  hand_over (&before, &after, "50", "10", "3", 30 * PST_NS_PER_SECOND);
  check (&after, after.a, PST_SIDE_BUY, NULL);
  send (&after, after.a, PST_SIDE_BUY);
  check (&after, after.a, PST_SIDE_SELL, NULL);
  hand_over (&after, &before, "50", "10", "3", 0);
  check (&before, before.b, PST_SIDE_BUY, NULL);
  check (&before, before.a, PST_SIDE_BUY, "repeat_limit_latched");
  hand_over (&before, &after, "50", "10", "3", PST_NS_PER_DAY);
  check (&after, after.b, PST_SIDE_SELL, "repeat_limit_latched");
  pst_harness_finish (after.harness);
}

/* More different things than are kept: of those that are not, all count as the worst of them. */
static void
test_more_repeats_than_are_kept (void)
{
  Fixture before, after;
  guint32 others[20], unseen;

  setup (&before, "500", "10", "3", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autofree char *symbol = g_strdup_printf ("C%u", i);

      others[i] = pst_harness_add_instrument (before.harness, symbol);
      send (&before, others[i], PST_SIDE_BUY);
      send (&before, others[i], PST_SIDE_SELL);
    }
  hand_over (&before, &after, "500", "10", "2", PST_NS_PER_SECOND);
  unseen = pst_harness_add_instrument (after.harness, "X");
  check (&after, unseen, PST_SIDE_BUY, NULL);
  send (&after, unseen, PST_SIDE_BUY);
  check (&after, unseen, PST_SIDE_BUY, "repeat_limit_latched");
  pst_harness_finish (after.harness);
}

static void
test_damaged_memory (void)
{
  static const char *const damaged[][2] = { { "latched", "perhaps" }, { "messages.0", "2*1 1*1" }, { "repeat.0.times.0", "x" }, { "since", "" } };

  for (guint i = 0; i < G_N_ELEMENTS (damaged); i++)
    {
      g_autoptr (PstStateFile) state = pst_state_file_new (NULL, "rate");
      g_autoptr (GError) error = NULL;
      Fixture fixture;

      setup (&fixture, "50", "10", "3", NULL);
      send (&fixture, fixture.a, PST_SIDE_BUY);
      PST_COMPONENT_GET_CLASS (fixture.guard)->save_state (PST_COMPONENT (fixture.guard), state);
      pst_state_file_set_string (state, damaged[i][0], damaged[i][1]);
      g_assert_false (PST_COMPONENT_GET_CLASS (fixture.guard)->load_state (PST_COMPONENT (fixture.guard), state, &error));
      g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT);
      check (&fixture, fixture.b, PST_SIDE_BUY, "repeat_limit_latched");
      pst_harness_finish (fixture.harness);
    }
}

static void
test_unwritable_state_holds (void)
{
  g_autofree char *folder = g_dir_make_tmp ("penstock-rate-XXXXXX", NULL);
  g_autofree char *state_file = g_build_filename (folder, "rate.state", NULL);
  Fixture fixture;

  setup (&fixture, "50", "10", "1", state_file);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  send (&fixture, fixture.a, PST_SIDE_BUY);
  check (&fixture, fixture.a, PST_SIDE_BUY, "repeat_limit_latched");
  check (&fixture, fixture.b, PST_SIDE_BUY, "repeat_limit_latched");
  g_assert_cmpuint (count_alerts (&fixture), ==, 2);
  pst_harness_finish (fixture.harness);
}

static void
test_reserve_leaves_nothing (void)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *guard = pst_harness_add (harness, penstock_plugin_entry ()->get_type (), "rate", "max-messages", "5", "cancel-reserve", "5", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (pst_harness_try_start (harness, guard, &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT);
  pst_harness_finish (harness);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/order-rate/messages", test_messages);
  g_test_add_func ("/order-rate/limit-changes", test_limit_changes);
  g_test_add_func ("/order-rate/window-slides", test_window_slides);
  g_test_add_func ("/order-rate/denied-does-not-count", test_denied_does_not_count);
  g_test_add_func ("/order-rate/repeats-latch", test_repeats_latch);
  g_test_add_func ("/order-rate/repeats-are-forgotten", test_repeats_are_forgotten);
  g_test_add_func ("/order-rate/restart", test_restart);
  g_test_add_func ("/order-rate/messages-after-a-restart", test_messages_after_a_restart);
  g_test_add_func ("/order-rate/many-messages-after-a-restart", test_many_messages_after_a_restart);
  g_test_add_func ("/order-rate/repeats-after-a-restart", test_repeats_after_a_restart);
  g_test_add_func ("/order-rate/more-repeats-than-are-kept", test_more_repeats_than_are_kept);
  g_test_add_func ("/order-rate/damaged-memory", test_damaged_memory);
  g_test_add_func ("/order-rate/unwritable-state-holds", test_unwritable_state_holds);
  g_test_add_func ("/order-rate/reserve-leaves-nothing", test_reserve_leaves_nothing);
  pst_check_conformance_add (penstock_plugin_entry (), "max-repeats", "20", "repeat-window", "7d", NULL);
  return g_test_run ();
}
