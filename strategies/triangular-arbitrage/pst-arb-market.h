/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the strategy knows of each instrument of the run beside its book: who executes, for which fees, and how old the book is. */
#pragma once

#include "pst-arb-leg.h"

G_BEGIN_DECLS

typedef struct
{
  const PstInstrument *instrument;
  guint32 executor; /* G_MAXUINT32: none */
  gint64 maker_fee;
  gint64 taker_fee;
  gint64 updated_ns; /* the older of the venue's time and ours of the last change of a level; G_MININT64: there was none */
  guint64 frame;     /* number of the last frame that concerned it */
} PstArbPair;

typedef struct
{
  PstContext *context;
  gint64 age_max_ns; /* 0: any age */
  PstArbPair *pairs;
  guint n_pairs;
} PstArbMarket;

void pst_arb_market_init (PstArbMarket *market, PstContext *context, gint64 age_max_ns);
void pst_arb_market_clear (PstArbMarket *market);
/* Follows the run's instruments, which only grow. */
void pst_arb_market_follow (PstArbMarket *market);
/* The book of an instrument that can be traded on now: LIVE, not crossed, its instrument open for trading. NULL otherwise. */
const PstBook *pst_arb_market_get_book (const PstArbMarket *market, guint32 instrument);
/* Prepares a walk of the side that @edge hits. NULL, or why it cannot be traded on, lower_case_words. */
const char *pst_arb_market_begin_leg (const PstArbMarket *market, guint32 edge, gint64 now_ns, PstArbLeg *leg);

G_END_DECLS
