/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Orders against books through the whole house, where the simulated venue, the market and the strategies each have their place in a frame's way:
 * which book an order meets, what of it is left for the next, and what the ledger says of it. */

#include "scenario.h"

#define PAIR "pair BTC/USD 2 8 fee 0.001\n"
#define HOUSE "[pipeline]\nname=house\n"
#define BROKER "[exchange broker]\nplugin=sim\nfeed=market\ncash=100000 USD\n"

static Scenario *
play (const char *market, const char *options, const char *script)
{
  Scenario *run = scenario_new ();
  g_autofree char *pipeline = g_strconcat (HOUSE BROKER, options, NULL);

  scenario_set_market (run, market);
  scenario_add_script (run, "script", script);
  scenario_run (run, pipeline);
  g_assert_no_error (run->error);
  return run;
}

/* 3 at up to 20010: 1 at 20000, 2 at 20010, each with a fee of a thousandth; what is worth 3 is worth the middle of the book. */
static void
test_walk (void)
{
  g_autoptr (Scenario) run = play (PAIR "09:00:00: BTC/USD new bid 19990 5 ask 20000 1 ask 20010 5\n", "",
                                   "1: buy 3 BTC/USD limit 20010 ioc\n"
                                   "1: buy 1 BTC/USD limit 20000 ioc\n");

  scenario_assert_fills (run, "01-02T09:00 1 BUY TAKER 20000.00 1.00000000 20.00000000\n"
                              "01-02T09:00 1 BUY TAKER 20010.00 2.00000000 40.02000000\n");
  scenario_assert_orders (run, "1 FILLED 3.00000000 3.00000000 \n2 CANCELED 1.00000000 0.00000000 ioc_rest\n");
  scenario_assert_equity (run, "01-02T09:00 39919.98000000 59985.00000000 99904.98000000\n");
}

/* A fill makes the strategy act inside the very frame that brought it: the venue has seen that frame then, and the market has not. What the frame
 * took away is not there, what it brought is, less what the fill took of it. */
static void
test_reaction_to_a_fill (void)
{
  g_autoptr (Scenario) run = play (PAIR "09:00:00: BTC/USD new bid 100 5 ask 101 5\n"
                                        "09:00:01: BTC/USD bid 100 0 ask 101 0 bid 99 5 ask 99.5 2 ask 102 5\n",
                                   "",
                                   "1: buy 1 BTC/USD limit 100\n"
                                   "1 FILLED: sell 1 BTC/USD limit 100 ioc\n"
                                   "2 CANCELED: buy 3 BTC/USD limit 101 ioc\n");

  scenario_assert_fills (run, "01-02T09:00 1 BUY MAKER 100.00 1.00000000 0.10000000\n01-02T09:00 3 BUY TAKER 99.50 1.00000000 0.09950000\n");
  scenario_assert_orders (run,
                          "1 FILLED 1.00000000 1.00000000 \n2 CANCELED 1.00000000 0.00000000 ioc_rest\n3 CANCELED 3.00000000 1.00000000 ioc_rest\n");
}

/* The order is on its way for a second and meets the book of its arrival, between two frames. */
static void
test_latency (void)
{
  g_autoptr (Scenario) run = play (PAIR "09:00:00: BTC/USD new bid 100 5 ask 101 5\n"
                                        "09:00:00.9: BTC/USD ask 101 1\n"
                                        "09:00:01.1: BTC/USD ask 101 0 ask 102 5\n",
                                   "latency=1s\n", "1: buy 3 BTC/USD limit 105 ioc\n");

  scenario_assert_fills (run, "01-02T09:00 1 BUY TAKER 101.00 1.00000000 0.10100000\n");
  scenario_assert_orders (run, "1 CANCELED 3.00000000 1.00000000 ioc_rest\n");
}

/* While the book is not to be trusted nothing fills: what cannot wait is rejected, what can waits. */
static void
test_stale_book (void)
{
  g_autoptr (Scenario) run = play (PAIR "09:00:00: BTC/USD new bid 100 5 ask 101 5\n"
                                        "09:00:01: BTC/USD stale\n"
                                        "09:00:02: BTC/USD ask 101 4\n"
                                        "09:00:03: BTC/USD trading new bid 100 5 ask 101 5\n",
                                   "",
                                   "2: buy 1 BTC/USD limit 101 ioc\n"
                                   "2: buy 1 BTC/USD limit 101\n");

  scenario_assert_fills (run, "01-02T09:00 2 BUY TAKER 101.00 1.00000000 0.10100000\n");
  scenario_assert_orders (run, "1 REJECTED 1.00000000 0.00000000 book_not_live\n2 FILLED 1.00000000 1.00000000 \n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scenario/books/walk", test_walk);
  g_test_add_func ("/scenario/books/reaction-to-a-fill", test_reaction_to_a_fill);
  g_test_add_func ("/scenario/books/latency", test_latency);
  g_test_add_func ("/scenario/books/stale", test_stale_book);
  return g_test_run ();
}
