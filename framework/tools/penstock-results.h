/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the actions of penstock results share. */
#pragma once

#include "../backtest/pst-statistic.h"
#include "penstock-json.h"
#include "penstock-result-store.h"
#include "penstock-table.h"
#include "penstock-verb.h"

G_BEGIN_DECLS

typedef struct
{
  const PenstockVerb *verb;
  PstCatalogue *catalogue;
  PstResultStore *store;
  char **keys; /* behind LEDGER */
  PstResultQuery query;
  /* as written */
  char *user, *strategy, *symbol, *since, *until, *where, *order, *older_than, *plugin_id;
  char *table, *format, *output;
  int limit, offset, keep;
  gboolean reverse, as_json, dry_run;
  char *statistic; /* of --where */
} PenstockResults;

int penstock_results_list (PenstockResults *results);
int penstock_results_show (PenstockResults *results);
int penstock_results_compare (PenstockResults *results);
int penstock_results_export (PenstockResults *results);
int penstock_results_prune (PenstockResults *results);

/* (transfer full): "12.34 %", as in the table of statistics; of a name that is not in it, the number. */
char *penstock_results_format (const char *name, double value);
/* "2020-03-01 17:05", UTC */
char *penstock_results_format_time (gint64 time_ns);
/* (transfer full): "AAPL, MSFT" or "AAPL and 41 more" */
char *penstock_results_join (char **texts);
char *penstock_results_join_symbols (const PstBacktestResult *result);
/* Adds the members of an object: all but the long parts. */
void penstock_results_to_json (const PstBacktestResult *result, JsonBuilder *json);
/* Prints them as an array of such objects. */
void penstock_results_print_json (const GPtrArray *results);
/* A text like that of penstock results show. */
char *penstock_results_to_text (const PstBacktestResult *result);

G_END_DECLS
