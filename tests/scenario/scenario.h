/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One small run through the whole house: CSV, pipeline file, plugins as they are installed, ledger and journal. Scripts trade in it.
 *
 * Every scenario is run twice, in two folders, and must leave the same bytes; the ledger must not contradict itself, and a ledger
 * that is made from the journal must be the same. That is checked by scenario_run(); a test adds what it expects. */
#pragma once

#include "../kit/test-command.h"
#include "../kit/test-ledger.h"
#include "engine/pst-run.h"
#include "scenario-market.h"
#include "scenario-script.h"

G_BEGIN_DECLS

/* Hourly bars in bars.csv (columns time, open, high, low, close, volume, symbol), prices in cents, whole shares, 100000 USD. */
#define SCENARIO_PIPELINE "[pipeline]\nname=house\n"
#define SCENARIO_BARS "[exchange data]\nplugin=replay\npath=bars.csv\nbar-period=1h\nprice-scale=2\nvenue=X\n"
#define SCENARIO_BROKER "[exchange broker]\nplugin=sim\nfeed=data\ncash=100000 USD\n"
#define SCENARIO_HEADER "time,open,high,low,close,volume,symbol\n"

typedef struct
{
  TestFolder *folder;
  GPtrArray *files;   /* pairs of name and text */
  GPtrArray *scripts; /* pairs of name and text */
  char *market;       /* text of a scripted market, [exchange market]; NULL for none */
  char *answers;      /* how it executes; NULL: in full */
  char *cash;         /* of an account at it; NULL for none */
  gboolean live;      /* whether it is in real time */
  guint n_restarts;
  guint n_submitted;  /* orders that came to it */
  GPtrArray *records; /* PstRecord: the journal, read back */
  GPtrArray *heard;   /* char*: what each script was told, in the order they were added */
  PstSummary *summary;
  GError *error; /* how the run failed; NULL when it did not */
  char *ledger;
} Scenario;

Scenario *scenario_new (void);
void scenario_free (Scenario *scenario);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scenario, scenario_free)

/* A file beside the pipeline file, packed as its name says (test_write_packed()). */
void scenario_add_file (Scenario *scenario, const char *name, const char *text);
/* A strategy, [strategy NAME], behind the components of the file. */
void scenario_add_script (Scenario *scenario, const char *name, const char *text);
/* An exchange, [exchange market]; see scenario-market.h. */
void scenario_set_market (Scenario *scenario, const char *text);
/* It is in real time, and executes itself: an account with @cash, and @answers to orders. */
void scenario_set_live (Scenario *scenario, const char *cash, const char *answers);
/* Runs the pipeline; a store for ledger and one for the journal are added to @pipeline. */
void scenario_run (Scenario *scenario, const char *pipeline);
/* Runs another pipeline in the folder of the last run, with another market and script, NULL for none: a restart. Ledger and journal hold both runs
 * then. */
void scenario_restart (Scenario *scenario, const char *pipeline, const char *market, const char *script);
/* The commonest: bars and one script, with more options of the broker (lines of the file). */
Scenario *scenario_play (const char *bars, const char *broker_options, const char *script);

/* How many records of a kind the journal holds. */
guint scenario_count_records (const Scenario *scenario, PstRecordKind kind);
/* (transfer full): the kinds of all records of one logical time of the journal, in order, "INTENT ORDER REPORT ..."; NULL: of all. */
char *scenario_list_records (const Scenario *scenario, const char *time);

/* Each fill: time, order, side, liquidity, price, size, fee. */
#define scenario_assert_fills(scenario, expected)                                                                                                    \
  test_assert_sql ((scenario)->ledger,                                                                                                               \
                   "SELECT substr (logical_time, 6, 11) AS t, order_id, side, liquidity, price, quantity, fee FROM v_paper_trade ORDER BY sequence", \
                   expected)
/* Each order as it ended: number, state, size, filled, reason. */
#define scenario_assert_orders(scenario, expected) \
  test_assert_sql ((scenario)->ledger, "SELECT order_id, state, quantity, filled_quantity, reason FROM v_paper_order ORDER BY order_id", expected)
/* Each tick: time, cash, mark to market, equity. */
#define scenario_assert_equity(scenario, expected)                                                                                               \
  test_assert_sql ((scenario)->ledger, "SELECT substr (logical_time, 6, 11) AS t, cash, mark_to_market, equity FROM v_mtm_ledger ORDER BY tick", \
                   expected)
/* Each position: strategy, instrument, quantity, cost, realised profit, fees. */
#define scenario_assert_positions(scenario, expected)                                                                                        \
  test_assert_sql ((scenario)->ledger,                                                                                                       \
                   "SELECT strategy, instrument, quantity, cost, realised_profit, fees FROM v_paper_position ORDER BY strategy, instrument", \
                   expected)
/* Each denial: order, guard, code. */
#define scenario_assert_denials(scenario, expected) \
  test_assert_sql ((scenario)->ledger,              \
                   "SELECT order_id, ifnull (component, 'gate'), name FROM v_event_ledger WHERE kind = 'VERDICT' ORDER BY sequence", expected)
/* Each change of the trading state: time, who, what to, why. */
#define scenario_assert_states(scenario, expected)                                                                          \
  test_assert_sql ((scenario)->ledger,                                                                                      \
                   "SELECT substr (logical_time, 6, 11), ifnull (component, 'operator'), name, detail FROM v_event_ledger " \
                   "WHERE kind = 'TRADING_STATE' ORDER BY sequence",                                                        \
                   expected)
/* Each alert: who, severity, category. */
#define scenario_assert_alerts(scenario, expected) \
  test_assert_sql ((scenario)->ledger,             \
                   "SELECT ifnull (component, 'run'), severity, name FROM v_event_ledger WHERE kind = 'ALERT' ORDER BY sequence", expected)

G_END_DECLS
