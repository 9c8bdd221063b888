/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A recorded session of a venue through everything: its adapter, detection, execution on paper against its books, guards, journal and ledger. Of the
 * recording the brute-force test beside the adapter (exchanges/gemini) knows how many states pay; here they have to arrive in the ledger, be traded,
 * and the money agree. A session that the test writes itself goes the same way where the recording is absent. */

#include "scenario.h"

#include "../kit/test-data.h"

#define HOUSE "[pipeline]\nname=gemini\nmode=paper\nrun-id=first\n"
#define VENUE \
  "[exchange gemini]\nplugin=gemini\ninstruments=BTC/USD, ETH/USD, ETH/BTC\nassume-price-scale=5\nassume-size-scale=8\nmaker-fee=0\ntaker-fee=0\n"
#define REST                                                                     \
  "[exchange broker]\nplugin=sim\nfeed=gemini\ncash=100000 USD\n"                \
  "[guard kill]\nplugin=kill-switch\n"                                           \
  "[guard limits]\nplugin=trade-limits\nmax-concurrent-trades=1\n"               \
  "[guard stop]\nplugin=stop-conditions\nconsecutive-failures-limit=10\n"        \
  "[strategy arbitrage]\nplugin=triangular-arbitrage\ntrade-capital=10000 USD\n" \
  "min-net-pct=0\nrecord-interval=0s\ncool-down=0s\n"

/* What the trades moved of each currency, in its smallest unit. */
#define FLOWS                                                                                                                            \
  "WITH fill AS (SELECT i.base, i.quote, iif (t.side = 'BUY', 1, -1) AS sign, t.quantity, t.notional, t.fee FROM paper_trade t "         \
  "JOIN instrument i USING (user_id, run_id, instrument)), flow AS (SELECT base AS code, sign * quantity AS amount FROM fill UNION ALL " \
  "SELECT quote, - sign * notional - fee FROM fill) SELECT code, sum (amount) FROM flow GROUP BY code ORDER BY code"

static void
play (Scenario *run, const char *capture)
{
  g_autofree char *pipeline = g_strconcat (HOUSE VENUE, capture, REST, NULL);

  scenario_run (run, pipeline);
  g_assert_no_error (run->error);
  scenario_assert_denials (run, "");
  scenario_assert_states (run, "");
}

/* Six states return more than they take, before fees; each is found, once, and tried. The venue's best offer of ether is taken by the first cycle, so
 * that the others find what is left of it or nothing, as long as the venue shows the same offer. */
static void
test_recording_of_gemini (void)
{
  g_autofree char *socket = test_recording ("market-data/triangle/gemini-20210417/GEMINI.ws.36.0");
  g_autofree char *replies = socket != NULL ? test_recording ("market-data/triangle/gemini-20210417/GEMINI.0") : NULL;
  g_autofree char *capture = g_strdup_printf ("capture=%s\ncapture-replies=%s\n", socket, replies);
  g_autofree char *pipeline = g_strconcat (HOUSE VENUE, capture, REST, NULL);
  g_autoptr (Scenario) run = scenario_new ();
  g_autoptr (TestOutcome) outcome = NULL;

  if (socket == NULL || replies == NULL)
    return;
  play (run, capture);
  test_assert_sql (run->ledger, "SELECT number, cycle, updated_pair, executed, gross_rate FROM v_opportunities ORDER BY number",
                   "1 USD->ETH->BTC->USD BTC/USD.GEMINI 1 1.000015823986\n2 USD->ETH->BTC->USD ETH/USD.GEMINI 1 1.000015823986\n3 USD->ETH->BTC->USD "
                   "BTC/USD.GEMINI 1 1.000015988598\n4 USD->ETH->BTC->USD ETH/USD.GEMINI 1 1.000015988598\n5 USD->ETH->BTC->USD BTC/USD.GEMINI 1 "
                   "1.000015823986\n6 USD->ETH->BTC->USD ETH/USD.GEMINI 1 1.000015823986\n");
  test_assert_sql (run->ledger, "SELECT count (*) FROM opportunities WHERE gross_rate > 1000000000000", "6\n");
  test_assert_sql (run->ledger, "SELECT order_id, side, instrument, price, quantity FROM v_paper_trade ORDER BY sequence",
                   "1 BUY ETH/USD.GEMINI 2369.82000 0.00998808\n2 SELL ETH/BTC.GEMINI 0.03901 0.00998808\n3 SELL BTC/USD.GEMINI 60750.00000 "
                   "0.00038964\n4 BUY ETH/USD.GEMINI 2369.82000 0.00000292\n5 SELL ETH/USD.GEMINI 2369.75000 0.00000292\n");
  test_assert_sql (run->ledger, "SELECT name, detail FROM v_event_ledger WHERE kind = 'NOTE' AND name LIKE 'CYCLE%' ORDER BY sequence",
                   "CYCLE_COMPLETED opportunity=1 cycle=USD->ETH->BTC->USD profit=0.00067825 USD spent=23.66995175 USD returned=23.67063 USD\n"
                   "CYCLE_UNWOUND opportunity=2 cycle=USD->ETH->BTC->USD profit=-0.0000002 USD spent=0.00691987 USD returned=0.00691967 USD "
                   "reason=leg=2 market_moved\n"
                   "CYCLE_FAILED opportunity=3 cycle=USD->ETH->BTC->USD profit=0 USD spent=0 USD returned=0 USD reason=leg=1 not_filled ioc_rest\n"
                   "CYCLE_FAILED opportunity=4 cycle=USD->ETH->BTC->USD profit=0 USD spent=0 USD returned=0 USD reason=leg=1 not_filled ioc_rest\n"
                   "CYCLE_FAILED opportunity=5 cycle=USD->ETH->BTC->USD profit=0 USD spent=0 USD returned=0 USD reason=leg=1 not_filled ioc_rest\n"
                   "CYCLE_FAILED opportunity=6 cycle=USD->ETH->BTC->USD profit=0 USD spent=0 USD returned=0 USD reason=leg=1 not_filled ioc_rest\n");
  test_assert_sql (run->ledger, FLOWS, "BTC 0\nETH 0\nUSD 67805\n");
  test_assert_sql (run->ledger, "SELECT cash, equity FROM v_mtm_ledger ORDER BY tick DESC LIMIT 1", "100000.00067805 100000.00067805\n");
  test_folder_write (run->folder, "gemini.pipeline", pipeline);
  outcome = test_penstock (run->folder, "run", "gemini.pipeline", NULL);
  test_assert_exit (outcome, 0);
  test_assert_contains (outcome->output, "6 opportunities");
}

/* "buy 19990 10, sell 20000 10" of a symbol, as the venue sends it; the first of a symbol comes with the last trades. */
static void
tell (GString *session, const char *time, const char *symbol, const char *changes, gboolean first)
{
  g_auto (GStrv) list = g_strsplit (changes, ", ", -1);

  g_string_append_printf (session, "%s: {\"type\":\"l2_updates\",\"symbol\":\"%s\",\"changes\":[", time, symbol);
  for (guint i = 0; list[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (list[i], " ", 3);

      g_string_append_printf (session, "%s[\"%s\",\"%s\",\"%s\"]", i > 0 ? "," : "", words[0], words[1], words[2]);
    }
  g_string_append_printf (session, "]%s}\n", first ? ",\"trades\":[],\"auction_events\":[]" : "");
}

/* 1 BTC for 20000, 20 ETH for it, 1010 for each: 10000 bring 10100. The offer of ether is for 8 of the 10 that this takes. */
static void
test_made (void)
{
  g_autoptr (GString) session = g_string_new ("wss://api.gemini.com/v2/marketdata/ <-> 1618677942.0\n");
  g_autoptr (Scenario) run = scenario_new ();

  tell (session, "1618677942.1", "BTCUSD", "buy 19990 10, sell 20000 10", TRUE);
  tell (session, "1618677942.2", "ETHUSD", "buy 1010 30, sell 1011 30", TRUE);
  tell (session, "1618677942.3", "ETHBTC", "buy 0.0499 30, sell 0.051 30", TRUE);
  tell (session, "1618677942.4", "ETHBTC", "sell 0.05 8", FALSE);
  tell (session, "1618677942.5", "ETHBTC", "sell 0.05 0", FALSE);
  scenario_add_file (run, "session.0", session->str);
  play (run, "capture=session.0\n");
  test_assert_sql (run->ledger, "SELECT number, cycle, updated_pair, executed, gross_rate, est_profit FROM v_opportunities ORDER BY number",
                   "1 USD->BTC->ETH->USD ETH/BTC.GEMINI 1 1.010000000000 80.00000000\n");
  test_assert_sql (
      run->ledger, "SELECT order_id, side, instrument, price, quantity FROM v_paper_trade ORDER BY sequence",
      "1 BUY BTC/USD.GEMINI 20000.00000 0.40000000\n2 BUY ETH/BTC.GEMINI 0.05000 8.00000000\n3 SELL ETH/USD.GEMINI 1010.00000 8.00000000\n");
  test_assert_sql (run->ledger, FLOWS, "BTC 0\nETH 0\nUSD 8000000000\n");
  test_assert_sql (run->ledger, "SELECT cash, equity FROM v_mtm_ledger ORDER BY tick DESC LIMIT 1", "100080.00000000 100080.00000000\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scenario/recording/gemini", test_recording_of_gemini);
  g_test_add_func ("/scenario/recording/made", test_made);
  return g_test_run ();
}
