/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Executions that failed in a row. An execution is an order, or all orders of one trade: a cycle whose second leg fails has failed, whatever its
 * first leg and the orders that unwind it did. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

typedef struct
{
  guint n_failures;
  GHashTable *trades; /* strategy to its present trade; looked up only */
  guint64 last_failed_id;
} PstStopFailures;

void pst_stop_failures_init (PstStopFailures *failures);
void pst_stop_failures_clear (PstStopFailures *failures);
void pst_stop_failures_reset (PstStopFailures *failures);
/* An order goes to its venue: when it begins another trade, the one before is over. */
void pst_stop_failures_take_sent (PstStopFailures *failures, const PstOrder *order);
/* What became of it. TRUE when that made one more failure. */
gboolean pst_stop_failures_take_order (PstStopFailures *failures, const PstOrder *order, const PstExecutionReport *report);

G_END_DECLS
