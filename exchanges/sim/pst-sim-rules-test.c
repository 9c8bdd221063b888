/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rules of filling on random bars and orders: what must hold whatever the numbers are. */

#include "pst-sim-rules.h"

#define MIRROR 2000 /* p becomes MIRROR - p: what is dear becomes cheap, a buy a sell */
#define N_ROUNDS 200000

static const PstOrderType types[] = { PST_ORDER_TYPE_MARKET, PST_ORDER_TYPE_LIMIT, PST_ORDER_TYPE_STOP_MARKET, PST_ORDER_TYPE_STOP_LIMIT };

static PstInstrument *
make_instrument (gint64 price_step)
{
  PstInstrument draft
      = { .symbol = (char *)"XYZ", .venue = (char *)"TEST", .quote = pst_currency_get ("USD", NULL), .price_scale = 2, .price_step = price_step };

  return pst_instrument_new (&draft, NULL);
}

/* Small numbers, so that equal prices are common. */
static gint64
make_price (PstRandom *random)
{
  return 990 + (gint64)pst_random_below (random, 21);
}

static PstEvent
make_bar (PstRandom *random)
{
  PstEvent event = { .kind = PST_EVENT_BAR };

  event.bar.open = make_price (random);
  event.bar.close = make_price (random);
  event.bar.high = MAX (event.bar.open, event.bar.close) + (gint64)pst_random_below (random, 6);
  event.bar.low = MIN (event.bar.open, event.bar.close) - (gint64)pst_random_below (random, 6);
  return event;
}

static PstSimOrder
make_order (PstRandom *random)
{
  PstSimOrder order = { .id = 1 };

  order.request.side = pst_random_below (random, 2) == 0 ? PST_SIDE_BUY : PST_SIDE_SELL;
  order.request.type = types[pst_random_below (random, G_N_ELEMENTS (types))];
  order.request.quantity = 1;
  if (order.request.type == PST_ORDER_TYPE_LIMIT || order.request.type == PST_ORDER_TYPE_STOP_LIMIT)
    order.request.limit_price = make_price (random);
  if (order.request.type == PST_ORDER_TYPE_STOP_MARKET || order.request.type == PST_ORDER_TYPE_STOP_LIMIT)
    order.request.stop_price = make_price (random);
  if (order.request.type == PST_ORDER_TYPE_LIMIT && pst_random_below (random, 3) == 0)
    order.request.flags = PST_ORDER_FLAG_POST_ONLY;
  order.armed = order.request.stop_price != 0;
  return order;
}

/* Walks the steps as the venue does; returns what came of it. */
static PstSimOutcome
walk (const PstFillRules *rules, const PstInstrument *instrument, PstSimOrder order, const PstEvent *event)
{
  PstSimOutcome outcome = { 0 };
  gboolean triggered = FALSE;

  for (guint step = 0; step < PST_SIM_N_STEPS && !outcome.fills; step++)
    {
      g_assert_true (pst_sim_rules_judge (rules, instrument, &order, event, (PstSimStep)step, &outcome));
      if (!outcome.triggers)
        continue;
      g_assert_true (order.armed);
      triggered = TRUE;
      order.armed = FALSE;
      order.inside = step != PST_SIM_STEP_OPEN;
    }
  outcome.triggers = triggered;
  return outcome;
}

static void
check_outcome (const PstSimOrder *order, const PstBar *bar, const PstSimOutcome *outcome)
{
  const PstOrderRequest *request = &order->request;
  gboolean buys = request->side == PST_SIDE_BUY;

  g_assert_cmpint (outcome->triggers, ==, request->stop_price != 0 && (buys ? bar->high >= request->stop_price : bar->low <= request->stop_price));
  if (!outcome->fills)
    {
      g_assert_true (request->type == PST_ORDER_TYPE_LIMIT || request->type == PST_ORDER_TYPE_STOP_LIMIT || !outcome->triggers);
      return;
    }
  /* A post-only order that a gap went over fills where it stood, which the bar need not have seen. */
  if ((request->flags & PST_ORDER_FLAG_POST_ONLY) == 0)
    {
      g_assert_cmpint (outcome->price, >=, bar->low);
      g_assert_cmpint (outcome->price, <=, bar->high);
    }
  if (request->limit_price != 0)
    g_assert_true (buys ? outcome->price <= request->limit_price : outcome->price >= request->limit_price);
  if (request->stop_price != 0 && request->limit_price == 0)
    g_assert_true (buys ? outcome->price >= request->stop_price : outcome->price <= request->stop_price);
  if (outcome->liquidity == PST_LIQUIDITY_MAKER)
    g_assert_cmpint (outcome->price, ==, request->limit_price);
  if ((request->flags & PST_ORDER_FLAG_POST_ONLY) != 0)
    g_assert_cmpint (outcome->liquidity, ==, PST_LIQUIDITY_MAKER);
}

static void
test_bounds (void)
{
  g_autoptr (PstInstrument) instrument = make_instrument (1);
  const PstFillRules strict = { 0 }, touching = { .fill_on_touch = TRUE };
  PstRandom random;
  guint n_fills = 0;

  pst_random_init (&random, (guint64)g_test_rand_int (), "bounds");
  for (guint i = 0; i < N_ROUNDS; i++)
    {
      PstSimOrder order = make_order (&random);
      PstEvent event = make_bar (&random);
      PstSimOutcome outcome = walk (&strict, instrument, order, &event), touched = walk (&touching, instrument, order, &event);

      check_outcome (&order, &event.bar, &outcome);
      check_outcome (&order, &event.bar, &touched);
      g_assert_true (touched.fills || !outcome.fills);
      n_fills += (guint)outcome.fills;
    }
  g_assert_cmpuint (n_fills, >, N_ROUNDS / 10);
}

/* Buys and sells are treated alike. */
static void
test_mirror (void)
{
  g_autoptr (PstInstrument) instrument = make_instrument (1);
  PstRandom random;

  pst_random_init (&random, (guint64)g_test_rand_int (), "mirror");
  for (guint i = 0; i < N_ROUNDS; i++)
    {
      const PstFillRules rules = { .fill_on_touch = pst_random_below (&random, 2) == 0 };
      PstSimOrder order = make_order (&random), other = order;
      PstEvent event = make_bar (&random), mirrored = event;
      PstSimOutcome here, there;

      mirrored.bar = (PstBar){ MIRROR - event.bar.open, MIRROR - event.bar.low, MIRROR - event.bar.high, MIRROR - event.bar.close, 0 };
      other.request.side = order.request.side == PST_SIDE_BUY ? PST_SIDE_SELL : PST_SIDE_BUY;
      other.request.limit_price = order.request.limit_price != 0 ? MIRROR - order.request.limit_price : 0;
      other.request.stop_price = order.request.stop_price != 0 ? MIRROR - order.request.stop_price : 0;
      here = walk (&rules, instrument, order, &event);
      there = walk (&rules, instrument, other, &mirrored);
      g_assert_cmpint (here.fills, ==, there.fills);
      g_assert_cmpint (here.triggers, ==, there.triggers);
      g_assert_cmpint (here.liquidity, ==, there.liquidity);
      g_assert_cmpint (here.price, ==, here.fills ? MIRROR - there.price : there.price);
    }
}

static void
test_slippage (void)
{
  g_autoptr (PstInstrument) instrument = make_instrument (5);
  const PstFillRules none = { 0 }, some = { .slippage = PST_RATE_ONE / 1000 }, half = { .slippage = PST_RATE_ONE / 2 };
  gint64 price;

  g_assert_true (pst_fill_slip (instrument, PST_SIDE_BUY, 1000, none.slippage, &price));
  g_assert_cmpint (price, ==, 1000);
  /* One cent more is five on this grid. */
  g_assert_true (pst_fill_slip (instrument, PST_SIDE_BUY, 1000, some.slippage, &price));
  g_assert_cmpint (price, ==, 1005);
  g_assert_true (pst_fill_slip (instrument, PST_SIDE_SELL, 1000, some.slippage, &price));
  g_assert_cmpint (price, ==, 995);
  g_assert_true (pst_fill_slip (instrument, PST_SIDE_BUY, 5000, some.slippage, &price));
  g_assert_cmpint (price, ==, 5005);
  g_assert_true (pst_fill_slip (instrument, PST_SIDE_BUY, 5005, some.slippage, &price));
  g_assert_cmpint (price, ==, 5015);
  g_assert_true (pst_fill_slip (instrument, PST_SIDE_SELL, 5, half.slippage, &price));
  g_assert_cmpint (price, ==, 5);
  g_assert_false (pst_fill_slip (instrument, PST_SIDE_BUY, G_MAXINT64 - 10, some.slippage, &price));
  g_assert_false (pst_fill_slip (instrument, PST_SIDE_BUY, G_MAXINT64 - 2, half.slippage, &price));
}

static void
test_would_take (void)
{
  const PstOrderRequest buy = { .side = PST_SIDE_BUY, .limit_price = 1000 }, sell = { .side = PST_SIDE_SELL, .limit_price = 1000 };
  PstMark mark = { 0 };

  g_assert_false (pst_sim_rules_would_take (&buy, &mark));
  mark = (PstMark){ .valid = TRUE, .price = 1000 };
  g_assert_true (pst_sim_rules_would_take (&buy, &mark));
  g_assert_true (pst_sim_rules_would_take (&sell, &mark));
  mark.price = 1001;
  g_assert_false (pst_sim_rules_would_take (&buy, &mark));
  g_assert_true (pst_sim_rules_would_take (&sell, &mark));
  /* Where there is a quote, it decides. */
  mark = (PstMark){ .valid = TRUE, .price = 1000, .bid = 999, .ask = 1001 };
  g_assert_false (pst_sim_rules_would_take (&buy, &mark));
  g_assert_false (pst_sim_rules_would_take (&sell, &mark));
  mark.ask = 1000;
  g_assert_true (pst_sim_rules_would_take (&buy, &mark));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim/rules/bounds", test_bounds);
  g_test_add_func ("/sim/rules/mirror", test_mirror);
  g_test_add_func ("/sim/rules/slippage", test_slippage);
  g_test_add_func ("/sim/rules/would-take", test_would_take);
  return g_test_run ();
}
