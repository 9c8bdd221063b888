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
  PstExchange *venue;
  PstFillRules rules;
  const PstCurrency *currency;
  gint64 cash;
  char *name, *user_id;
};

/* Refuses what only the event engine can do with these rules. */
gboolean pst_columnar_check_rules (PstSignalStrategy *const *strategies, guint n_strategies, GError **error);
/* One backtest of @strategies instead of the pipeline's own. */
PstBacktestResult *pst_columnar_run_with (PstColumnar *columnar, PstSignalStrategy *const *strategies, GError **error);

G_END_DECLS
