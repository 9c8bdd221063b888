/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Decides. Sees whole frames after books, marks and fills are up to date; asks for orders through the context. */
#pragma once

#include "pst-context.h"

G_BEGIN_DECLS

#define PST_TYPE_STRATEGY (pst_strategy_get_type ())
PST_API
G_DECLARE_DERIVABLE_TYPE (PstStrategy, pst_strategy, PST, STRATEGY, PstComponent)

/**
 * PstStrategyClass:
 * @on_frame: a frame of any exchange of the run
 * @on_order: one of its orders changed; @report is %NULL for a denial by the gate or a guard
 *
 * Both on the run's context; neither may block.
 */
struct _PstStrategyClass
{
  PstComponentClass parent_class;

  void (*on_frame) (PstStrategy *strategy, const PstFrame *frame);
  void (*on_order) (PstStrategy *strategy, const PstOrder *order, const PstExecutionReport *report);
  gpointer reserved[8];
};

PST_API void pst_strategy_on_frame (PstStrategy *strategy, const PstFrame *frame);
PST_API void pst_strategy_on_order (PstStrategy *strategy, const PstOrder *order, const PstExecutionReport *report);

/* For strategies: shorthands over the context. */
PST_API guint64 pst_strategy_submit (PstStrategy *strategy, const PstOrderRequest *request);
PST_API guint64 pst_strategy_submit_market (PstStrategy *strategy, guint32 instrument, PstSide side, gint64 quantity);
PST_API const PstPosition *pst_strategy_get_position (PstStrategy *strategy, guint32 instrument);

G_END_DECLS
