/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock run as its user runs it: a pipeline with sma-cross, guards, ledger and journal, in a folder of its own. */
#pragma once

#include "../kit/test-command.h"
#include "../kit/test-data.h"
#include "../kit/test-ledger.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The pipeline's usual parts, to be put behind each other. HOUSE_DATA is followed by the feed's options. */
#define HOUSE_DATA "[pipeline]\nname=house\n[exchange data]\nplugin=replay\n"
#define HOUSE_BROKER "[exchange broker]\nplugin=sim\nfeed=data\ntaker-fee=0.0005\ncash=10000000 USD\n"
#define HOUSE_CROSS "[strategy cross]\nplugin=sma-cross\nfast=10\nslow=30\norder-value=20000 USD\n"
#define HOUSE_GUARDS                   \
  "[guard kill]\nplugin=kill-switch\n" \
  "[guard limits]\nplugin=trade-limits\nmax-capital-per-trade=25000 USD\n"
#define HOUSE_STORES                             \
  "[store ledger]\nplugin=sql\npath=ledger.db\n" \
  "[store journal]\nplugin=journal\npath=run.journal\n"
#define HOUSE_REST HOUSE_BROKER HOUSE_CROSS HOUSE_GUARDS HOUSE_STORES

typedef struct
{
  const TestFolder *folder; /* not owned */
  TestOutcome *outcome;
  JsonParser *parser;
  JsonObject *summary; /* NULL when the command printed none */
  char *ledger;
  char *journal;
} HouseRun;

/* Runs the pipeline, with assignments for --set up to NULL. */
HouseRun *house_run (const TestFolder *folder, const char *pipeline, ...) G_GNUC_NULL_TERMINATED;
void house_run_free (HouseRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HouseRun, house_run_free)

/* Of the only feed, "rows", "events", "rejected". */
gint64 house_run_get_feed_count (const HouseRun *run, const char *name);
/* Of all strategies together, "orders", "denied", "rejected", "fills", "trades". */
gint64 house_run_get_total (const HouseRun *run, const char *name);
/* Asserts that both runs left the same bytes. */
void house_run_assert_same (const HouseRun *run, const HouseRun *other);
/* (transfer full) */
GBytes *house_run_read_journal (const HouseRun *run);

G_END_DECLS
