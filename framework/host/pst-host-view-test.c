/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a client sees of a run: bounded, the newest first, and money as it is, not as a binary fraction. */

#include "pst-host-view.h"

#include <string.h>

#define START_NS (1700000000 * PST_NS_PER_SECOND)
#define LIST_MAX 3

static void
take (PstHostView *view, const PstRecord *record)
{
  PstRecord timed = *record;

  timed.time_ns = START_NS + (gint64)record->sequence;
  pst_host_view_take (view, &timed);
}

static PstHostView *
make_view (void)
{
  PstHostView *view = pst_host_view_new (LIST_MAX);
  PstRecord record = { .sequence = 1, .kind = PST_RECORD_INSTRUMENT };

  record.instrument = (PstInstrumentRecord){ .price_scale = 2, .size_scale = 3, .quote = pst_currency_get ("USD", NULL), .id = "ACME.DATA" };
  g_assert_nonnull (record.instrument.quote);
  take (view, &record);
  return view;
}

static void
take_order (PstHostView *view, guint64 id, PstOrderState state)
{
  PstRecord record = { .sequence = id, .kind = PST_RECORD_ORDER };

  record.order.id = id;
  record.order.state = state;
  record.order.request.quantity = 1500;
  take (view, &record);
}

static void
take_fill (PstHostView *view, guint64 id)
{
  PstRecord record = { .sequence = id, .kind = PST_RECORD_FILL };

  record.fill = (PstFill){ .order_id = id, .side = PST_SIDE_BUY, .price = 10, .quantity = 1, .realised_profit = -5 };
  take (view, &record);
}

/* (transfer none): of the nth; lives as long as @list */
static const char *
text_at (GVariant *list, gsize nth, const char *key)
{
  g_autoptr (GVariant) dict = g_variant_get_child_value (list, nth);
  const char *text = "";

  g_variant_lookup (dict, key, "&s", &text);
  return g_intern_string (text);
}

static guint64
number_at (GVariant *list, gsize nth, const char *key)
{
  g_autoptr (GVariant) dict = g_variant_get_child_value (list, nth);
  guint64 number = G_MAXUINT64;

  g_variant_lookup (dict, key, "t", &number);
  return number;
}

static void
assert_newest (GVariant *floating, const char *key, guint64 newest, gsize n)
{
  g_autoptr (GVariant) list = g_variant_ref_sink (floating);

  g_assert_cmpuint (g_variant_n_children (list), ==, n);
  for (gsize i = 0; i < n; i++)
    g_assert_cmpuint (number_at (list, i, key), ==, newest - i);
}

static void
test_fills (void)
{
  g_autoptr (PstHostView) view = make_view ();

  assert_newest (pst_host_view_list_fills (view, 10), "order-id", 0, 0);
  for (guint64 id = 1; id <= 40; id++)
    {
      take_fill (view, id);
      assert_newest (pst_host_view_list_fills (view, 10), "order-id", id, MIN (id, LIST_MAX));
    }
  assert_newest (pst_host_view_list_fills (view, 2), "order-id", 40, 2);
  assert_newest (pst_host_view_list_fills (view, 0), "order-id", 40, 0);
}

static void
test_equity_and_alerts (void)
{
  g_autoptr (PstHostView) view = make_view ();
  g_autoptr (GVariant) points = NULL, alerts = NULL;

  for (guint64 i = 1; i <= 10; i++)
    {
      PstRecord tick = { .sequence = i, .kind = PST_RECORD_TICK }, alert = { .sequence = i, .kind = PST_RECORD_ALERT };

      tick.tick = (PstTickRecord){ .tick = i, .currency = pst_currency_get ("USD", NULL), .equity = -1 };
      alert.alert.severity = PST_SEVERITY_WARNING;
      g_snprintf (alert.alert.title, sizeof alert.alert.title, "%u", (guint)i);
      take (view, &tick);
      take (view, &alert);
    }
  assert_newest (pst_host_view_list_equity (view, 100), "tick", 10, LIST_MAX);
  points = g_variant_ref_sink (pst_host_view_list_equity (view, 1));
  g_assert_cmpstr (text_at (points, 0, "equity"), ==, "-0.00000001");
  alerts = g_variant_ref_sink (pst_host_view_list_alerts (view, 100));
  g_assert_cmpuint (g_variant_n_children (alerts), ==, LIST_MAX);
  g_assert_cmpstr (text_at (alerts, 0, "title"), ==, "10");
  g_assert_cmpstr (text_at (alerts, 2, "title"), ==, "8");
  g_assert_cmpstr (text_at (alerts, 0, "severity"), ==, "WARNING");
}

/* What is open is never forgotten, however much is over. */
static void
test_orders (void)
{
  g_autoptr (PstHostView) view = make_view ();
  g_autoptr (GVariant) open = NULL, all = NULL;

  take_order (view, 1, PST_ORDER_STATE_ACCEPTED);
  for (guint64 id = 2; id <= 20; id++)
    {
      take_order (view, id, PST_ORDER_STATE_ACCEPTED);
      take_order (view, id, PST_ORDER_STATE_FILLED);
    }
  open = g_variant_ref_sink (pst_host_view_list_orders (view, TRUE, 100));
  all = g_variant_ref_sink (pst_host_view_list_orders (view, FALSE, 100));
  g_assert_cmpuint (g_variant_n_children (open), ==, 1);
  g_assert_cmpuint (number_at (open, 0, "order-id"), ==, 1);
  g_assert_cmpuint (g_variant_n_children (all), ==, LIST_MAX + 1);
  g_assert_cmpuint (number_at (all, 0, "order-id"), ==, 20);
  g_assert_cmpuint (number_at (all, LIST_MAX, "order-id"), ==, 1);
  g_assert_cmpstr (text_at (all, 0, "state"), ==, "FILLED");
  g_assert_cmpstr (text_at (all, 0, "quantity"), ==, "1.500");
}

static void
test_decimals (void)
{
  g_autoptr (PstHostView) view = make_view ();
  g_autoptr (GVariant) fills = NULL;

  take_fill (view, 1);
  fills = g_variant_ref_sink (pst_host_view_list_fills (view, 1));
  g_assert_cmpstr (text_at (fills, 0, "instrument"), ==, "ACME.DATA");
  g_assert_cmpstr (text_at (fills, 0, "currency"), ==, "USD");
  g_assert_cmpstr (text_at (fills, 0, "price"), ==, "0.10");
  g_assert_cmpstr (text_at (fills, 0, "quantity"), ==, "0.001");
  g_assert_cmpstr (text_at (fills, 0, "realised-profit"), ==, "-0.00000005");
  g_assert_true (g_str_has_prefix (text_at (fills, 0, "side"), "BUY"));
}

static void
test_trading_state (void)
{
  g_autoptr (PstHostView) view = make_view ();
  PstRecord record = { .sequence = 1, .kind = PST_RECORD_TRADING_STATE };

  g_assert_cmpint (pst_host_view_get_trading_state (view), ==, PST_TRADING_STATE_ACTIVE);
  /* A run that does not run never tells: nobody waits for it. */
  g_assert_false (pst_host_view_wait_for_trading (view, PST_TRADING_STATE_HALTED, PST_NS_PER_SECOND * 3600));
  record.trading_state.to = PST_TRADING_STATE_HALTED;
  take (view, &record);
  g_assert_cmpint (pst_host_view_get_trading_state (view), ==, PST_TRADING_STATE_HALTED);
  g_assert_true (pst_host_view_wait_for_trading (view, PST_TRADING_STATE_HALTED, 0));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/host-view/fills", test_fills);
  g_test_add_func ("/host-view/equity-and-alerts", test_equity_and_alerts);
  g_test_add_func ("/host-view/orders", test_orders);
  g_test_add_func ("/host-view/decimals", test_decimals);
  g_test_add_func ("/host-view/trading-state", test_trading_state);
  return g_test_run ();
}
