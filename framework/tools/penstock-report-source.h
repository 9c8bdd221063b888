/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where the result of a report comes from. */
#pragma once

#include "../backtest/pst-report.h"
#include "penstock-verb.h"

G_BEGIN_DECLS

/**
 * PenstockReportSource:
 * @verb: whose errors these are
 * @name: a pipeline file, a run's journal, or with @ledger a result's key
 * @ledger: (nullable): file or URI of the ledger that keeps the result
 * @user_id: (nullable): whose result
 * @assignments: (nullable): --set
 * @benchmark: (nullable): id or symbol of an instrument, or "all"
 * @statistics: by what statistics are computed
 * @is_columnar: a pipeline is run by the columnar engine
 * @quiet: no progress bar
 *
 * What a report is asked to be of.
 */
typedef struct
{
  const PenstockVerb *verb;
  const char *name;
  const char *ledger, *user_id;
  const char *const *assignments;
  const char *benchmark;
  PstStatisticsOptions statistics;
  gboolean is_columnar, quiet;
} PenstockReportSource;

/* (transfer full) (nullable) */
PstReport *penstock_report_open (const PenstockReportSource *source, PstCatalogue *catalogue, GError **error);

G_END_DECLS
