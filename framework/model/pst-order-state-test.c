/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The whole matrix, written a second time by hand: a transition that slipped in could revive a dead order, one that got lost could stop a
 * run on a venue's lawful report. */
#include "pst-test-values.h"

#define LAST PST_ORDER_STATE_LAST

/* In order of the enumeration: INI DEN SUB ACC REJ TRI PAR FIL PMO PCA CAN EXP UNK */
static const char *const matrix[LAST + 1] = {
  [PST_ORDER_STATE_INITIALIZED] = ".xx..........",      [PST_ORDER_STATE_DENIED] = ".............",
  [PST_ORDER_STATE_SUBMITTED] = "...xxxxx.xxxx",        [PST_ORDER_STATE_ACCEPTED] = "...xxxxxxxxxx",
  [PST_ORDER_STATE_REJECTED] = ".............",         [PST_ORDER_STATE_TRIGGERED] = "....xxxxxxxxx",
  [PST_ORDER_STATE_PARTIALLY_FILLED] = "......xxxxxxx", [PST_ORDER_STATE_FILLED] = ".............",
  [PST_ORDER_STATE_PENDING_MODIFY] = "...xxxxxxxxxx",   [PST_ORDER_STATE_PENDING_CANCEL] = "...xxxxx.xxxx",
  [PST_ORDER_STATE_CANCELED] = ".............",         [PST_ORDER_STATE_EXPIRED] = ".............",
  [PST_ORDER_STATE_UNKNOWN] = "...xxxxx.xxxx",
};

static void
test_matrix (void)
{
  for (PstOrderState from = 1; from <= LAST; from++)
    for (PstOrderState to = 1; to <= LAST; to++)
      {
        gboolean listed = FALSE;

        for (const PstOrderState *next = pst_order_state_get_next (from); *next != 0; next++)
          listed = listed || *next == to;
        g_test_message ("%s to %s", pst_order_state_to_string (from), pst_order_state_to_string (to));
        g_assert_cmpint (pst_order_state_can_change (from, to), ==, matrix[from][to - 1] == 'x');
        g_assert_cmpint (listed, ==, matrix[from][to - 1] == 'x');
      }
}

static void
test_finals (void)
{
  static const PstOrderState finals[]
      = { PST_ORDER_STATE_DENIED, PST_ORDER_STATE_REJECTED, PST_ORDER_STATE_FILLED, PST_ORDER_STATE_CANCELED, PST_ORDER_STATE_EXPIRED };
  guint n_finals = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (finals); i++)
    {
      g_assert_true (pst_order_state_is_final (finals[i]));
      g_assert_cmpint (pst_order_state_get_next (finals[i])[0], ==, 0);
    }
  for (PstOrderState state = 1; state <= LAST; state++)
    n_finals += pst_order_state_is_final (state);
  g_assert_cmpuint (n_finals, ==, G_N_ELEMENTS (finals));
}

static void
visit (PstOrderState state, gboolean *seen)
{
  if (seen[state])
    return;
  seen[state] = TRUE;
  for (const PstOrderState *next = pst_order_state_get_next (state); *next != 0; next++)
    visit (*next, seen);
}

/* Every state can be reached from the first one, and from every state that is not final an end can be reached. */
static void
test_reachable (void)
{
  gboolean seen[LAST + 1] = { FALSE };

  visit (PST_ORDER_STATE_INITIALIZED, seen);
  for (PstOrderState state = 1; state <= LAST; state++)
    {
      gboolean onward[LAST + 1] = { FALSE };
      gboolean ends = FALSE;

      g_assert_true (seen[state]);
      visit (state, onward);
      for (PstOrderState end = 1; end <= LAST; end++)
        ends = ends || (onward[end] && pst_order_state_is_final (end));
      g_assert_true (ends);
    }
}

static void
test_names (void)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (PstOrderState state = 1; state <= LAST; state++)
    g_assert_true (g_hash_table_add (names, (gpointer)pst_order_state_to_string (state)));
  g_assert_cmpstr (pst_order_state_to_string (PST_ORDER_STATE_PARTIALLY_FILLED), ==, "PARTIALLY_FILLED");
  g_assert_cmpstr (pst_order_state_to_string (0), ==, "INVALID");
  g_assert_cmpstr (pst_order_state_to_string (LAST + 1), ==, "INVALID");
}

static void
test_no_states (void)
{
  static const PstOrderState strange[] = { 0, LAST + 1, 255, (PstOrderState)-1 };

  for (gsize i = 0; i < G_N_ELEMENTS (strange); i++)
    {
      g_assert_false (pst_order_state_is_final (strange[i]));
      g_assert_cmpint (pst_order_state_get_next (strange[i])[0], ==, 0);
      for (PstOrderState state = 0; state <= LAST + 1; state++)
        {
          g_assert_false (pst_order_state_can_change (strange[i], state));
          g_assert_false (pst_order_state_can_change (state, strange[i]));
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/order-state/matrix", test_matrix);
  g_test_add_func ("/order-state/finals", test_finals);
  g_test_add_func ("/order-state/reachable", test_reachable);
  g_test_add_func ("/order-state/names", test_names);
  g_test_add_func ("/order-state/no-states", test_no_states);
  return g_test_run ();
}
