/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a columnar backtest and sweeps over it share. */
#pragma once

#include "pst-columnar.h"
#include "pst-fill-walk.h"

G_BEGIN_DECLS

struct _PstColumnar
{
  GObject parent_instance;

  PstBarSet *bars;
  GPtrArray *strategies; /* PstSignalStrategy that give orders, in file order */
  GPtrArray *members;    /* and those that these are made of */
  PstExchange *venue;
  PstFillRules rules;
  const PstCurrency *currency;
  gint64 cash;
  char *name, *user_id;
};

/* Refuses what only the event engine can do with these rules. */
gboolean pst_columnar_check_rules (PstSignalStrategy *const *strategies, guint n_strategies, GError **error);
/* Of a result all that does not depend on fills. */
void pst_columnar_describe (PstColumnar *columnar, PstSignalStrategy *const *strategies, PstBacktestResult *result);
/* One backtest of @strategies instead of the pipeline's own. */
PstBacktestResult *pst_columnar_run_with (PstColumnar *columnar, PstSignalStrategy *const *strategies, GError **error);

/* What backtests over the same bars use again, one after the other. One thread's own. */
typedef struct _PstColumnarScratch PstColumnarScratch;

PstColumnarScratch *pst_columnar_scratch_new (PstColumnar *columnar, PstIndicatorStore *store);
void pst_columnar_scratch_free (PstColumnarScratch *scratch);
/* Signals and rules of @strategies. */
gboolean pst_columnar_scratch_prepare (PstColumnarScratch *scratch, PstSignalStrategy *const *strategies, gboolean keeps_signals, GError **error);
const guint8 *pst_columnar_scratch_get_signals (PstColumnarScratch *scratch, guint place, gsize *n_signals);
/* What comes of them. */
gboolean pst_columnar_scratch_walk (PstColumnarScratch *scratch, PstFillNeeds needs, PstBacktestResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstColumnarScratch, pst_columnar_scratch_free)

G_END_DECLS
