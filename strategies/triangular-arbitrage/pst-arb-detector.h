/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From frames to opportunities: what changed, which cycles that concerns, which of them may pay, and at which size they pay most. It knows nothing of
 * orders and records. */
#pragma once

#include "pst-arb-market.h"
#include "pst-arb-screen.h"
#include "pst-arb-sizer.h"

G_BEGIN_DECLS

typedef struct
{
  const PstCurrency *base;
  guint length_max;
  guint cycles_max;
  gint64 net_least; /* at PST_RETURN_PCT_SCALE */
  gint64 age_max_ns;
} PstArbDetectorSettings;

typedef struct
{
  PstArbHit hit;
  PstArbPlan plan;
  gint64 touch[PST_ARB_LEGS_MAX]; /* best price of each leg */
  gint64 quantity[PST_ARB_LEGS_MAX];
  gint64 limit_price[PST_ARB_LEGS_MAX];
} PstArbFinding;

typedef struct
{
  PstArbDetectorSettings settings;
  PstArbMarket market;
  PstArbScreen screen;
  gint64 *constants; /* of an edge's logarithm */
  GArray *touched;   /* guint32: instruments that the frame concerns */
  GArray *hits;      /* PstArbHit */
  guint64 n_frames;
  guint64 n_evaluated;
  PstArbLeg legs[PST_ARB_LEGS_MAX];
} PstArbDetector;

void pst_arb_detector_init (PstArbDetector *detector, PstContext *context, const PstArbDetectorSettings *settings);
void pst_arb_detector_clear (PstArbDetector *detector);
/* Follows the instruments, which only grow, and finds their cycles. PST_OPTION_ERROR_RANGE for too many: those found before stay. */
gboolean pst_arb_detector_follow (PstArbDetector *detector, GError **error);
gboolean pst_arb_detector_is_behind (const PstArbDetector *detector);
/* The cycles that the frame concerns and that may pay: hits, each once. */
const GArray *pst_arb_detector_look (PstArbDetector *detector, const PstFrame *frame);
/* FALSE when the cycle does not pay after all. @trials_max: sizes beside the ends of levels that may be calculated. */
gboolean pst_arb_detector_evaluate (PstArbDetector *detector, const PstArbHit *hit, gint64 capital, guint trials_max, gint64 now_ns,
                                    PstArbFinding *finding);
/* Product of the rates at the touch without fees, at PST_RETURN_SCALE, rounded down. */
gint64 pst_arb_detector_get_gross_rate (const PstArbDetector *detector, const PstArbFinding *finding);

static inline const PstArbCycle *
pst_arb_detector_get_cycle (const PstArbDetector *detector, guint32 cycle)
{
  return &detector->screen.cycles->cycles[cycle];
}

G_END_DECLS
