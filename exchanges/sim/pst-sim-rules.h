/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rules by which the simulated venue fills, as pure functions: what one order gets from one event. They hold no state, so that
 * every case of them can be tested as a table. The README states them for operators; this is the one place that decides. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* An event is walked in three steps; within a step orders go by their time of arrival. */
typedef enum
{
  PST_SIM_STEP_OPEN,   /* a bar's open, a trade's price, a quote: what is known to come first */
  PST_SIM_STEP_STOPS,  /* inside a bar: stops, because of two orders that could both fill the worse comes first */
  PST_SIM_STEP_LIMITS, /* resting limits */
} PstSimStep;

#define PST_SIM_N_STEPS (PST_SIM_STEP_LIMITS + 1)

/* A working order as the venue has it. */
typedef struct
{
  guint64 id;
  PstOrderRequest request; /* as modified since */
  gint64 filled;
  gint64 sent_ns;   /* when it was asked for, or last changed: a bar that began before shows prices that it cannot have */
  gint64 expiry_ns; /* G_MAXINT64: never */
  gint64 fee_due;   /* by the rate, of all fills */
  gint64 fee_paid;
  PstMoney locked; /* what is set aside for it */
  gboolean armed;  /* a stop that was not reached */
  gboolean fresh;  /* marketable when it came, and has met no event since: it takes */
  gboolean inside; /* triggered by the event at hand: what that event showed before no longer counts */
  gboolean unpaid; /* waits for the frame's end: what other orders bring may pay for it */
  gboolean closed; /* over; dropped when the event is done */
  gint64 ahead;    /* in a book, with volume-ahead: what has to trade at its price before it */
  gint64 credit;   /* by how much the level itself has shortened that: trades that the book showed first */
} PstSimOrder;

/* What an order gets in one step. */
typedef struct
{
  gboolean triggers;
  gboolean fills;
  gint64 price;
  PstLiquidity liquidity;
} PstSimOutcome;

/* Judges one order against one bar, trade or quote in one step. FALSE when a price overflows. */
gboolean pst_sim_rules_judge (const PstFillRules *rules, const PstInstrument *instrument, const PstSimOrder *order, const PstEvent *event,
                              PstSimStep step, PstSimOutcome *outcome);
/* Whether a limit order would take at once, with the market as @mark shows it. */
gboolean pst_sim_rules_would_take (const PstOrderRequest *request, const PstMark *mark);

static inline gint64
pst_sim_order_get_open (const PstSimOrder *order)
{
  return order->request.quantity - order->filled;
}

G_END_DECLS
