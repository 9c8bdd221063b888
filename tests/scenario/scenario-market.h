/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A venue that shows what a test wrote down, in historical or in real time, and that can execute, well or badly.
 *
 * One line a frame, "TIME [late SECONDS]: PAIR WHAT...; PAIR WHAT...". TIME is "09:00:01.5" of 2020-01-02 or "03T09:00:00" of another day; a frame
 * that is late was sent by the venue so long before. WHAT is
 *
 *   new                          what follows is a whole new book
 *   bid PRICE SIZE, ask PRICE SIZE      a level, absolutely; size 0 removes it
 *   trade PRICE SIZE
 *   stale, trading, halted       the instrument's status
 *
 * Lines before the first frame: "pair BTC/USD PRICE-DECIMALS SIZE-DECIMALS [fee RATE]"; assets are delivered.
 *
 * In real time (live=true) it shows each line when the test's clock has been moved there, which it does itself, one line a turn of the run's main
 * context; then it stops the run. It executes when answers were given: each order gets the next of them, and all further ones the last. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

#define SCENARIO_TYPE_MARKET (scenario_market_get_type ())
G_DECLARE_FINAL_TYPE (ScenarioMarket, scenario_market, SCENARIO, MARKET, PstExchange)

typedef enum
{
  SCENARIO_ANSWER_FILL,   /* accepted, filled in full at its limit */
  SCENARIO_ANSWER_REJECT, /* rejected: venue_says_no */
  SCENARIO_ANSWER_EXCEED, /* accepted, and filled with more than was ordered */
} ScenarioAnswer;

ScenarioMarket *scenario_market_new (const char *text);
/* Before the run is prepared: moves @clock itself. */
void scenario_market_set_live (ScenarioMarket *market, PstSimulatedClock *clock);
/* "fill reject fill exceed". */
void scenario_market_set_answers (ScenarioMarket *market, const char *words);
void scenario_market_set_cash (ScenarioMarket *market, const char *cash);
guint scenario_market_get_n_orders (ScenarioMarket *market);

G_END_DECLS
