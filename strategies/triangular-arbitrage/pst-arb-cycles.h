/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* All simple cycles of trades that begin and end in one currency, and which of them an instrument is part of. Pure: made from a table of
 * instruments and who executes in them. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

#define PST_ARB_LEGS_MIN 3
#define PST_ARB_LEGS_MAX 4
/* A table may have more instruments; those beyond are part of no cycle. */
#define PST_ARB_INSTRUMENTS_MAX (1u << 30)

/* A trade in one direction: to buy an instrument leads from its quote to its base, to sell it leads back. An edge is instrument * 2 + (is a sale). */
static inline guint32
pst_arb_edge (guint32 instrument, PstSide side)
{
  return instrument * 2 + (side == PST_SIDE_SELL);
}

static inline guint32
pst_arb_edge_instrument (guint32 edge)
{
  return edge / 2;
}

static inline PstSide
pst_arb_edge_side (guint32 edge)
{
  return edge % 2 ? PST_SIDE_SELL : PST_SIDE_BUY;
}

typedef struct
{
  guint n_legs;
  guint32 edges[PST_ARB_LEGS_MAX]; /* in the order in which they are traded */
} PstArbCycle;

/* A cycle as one of its edges sees it: the others. A cycle of three has an edge that costs nothing for the fourth. */
typedef struct
{
  guint32 cycle;
  guint32 others[PST_ARB_LEGS_MAX - 1];
} PstArbMember;

typedef struct
{
  PstArbCycle *cycles;
  guint n_cycles;
  guint n_edges;         /* twice the instruments; the number of the edge that costs nothing */
  PstArbMember *members; /* of edge 0, of edge 1, ... */
  guint32 *first;        /* n_edges + 1 places in members */
} PstArbCycles;

/* @executors: for each instrument of the table the exchange that executes in it, G_MAXUINT32 for none. Only assets that are delivered can be traded
 * on, and only within one account: what one leg brings pays for the next. PST_OPTION_ERROR_RANGE when there are more than @cycles_max. */
PstArbCycles *pst_arb_cycles_new (const PstInstrumentTable *table, const guint32 *executors, const PstCurrency *base, guint length_max,
                                  guint cycles_max, GError **error);
void pst_arb_cycles_free (PstArbCycles *cycles);
/* The number of a cycle, G_MAXUINT32 when it is not there. */
guint32 pst_arb_cycles_find (const PstArbCycles *cycles, const PstArbCycle *cycle);
/* "USD->BTC->ETH->USD", cut when it does not fit. */
void pst_arb_cycle_print (const PstArbCycle *cycle, const PstInstrumentTable *table, char *text, gsize size);

static inline const PstArbMember *
pst_arb_cycles_get_members (const PstArbCycles *cycles, guint32 edge, guint *n_members)
{
  *n_members = cycles->first[edge + 1] - cycles->first[edge];
  return cycles->members + cycles->first[edge];
}

static inline const PstCurrency *
pst_arb_edge_from (const PstInstrument *instrument, PstSide side)
{
  return side == PST_SIDE_BUY ? instrument->quote : instrument->base;
}

static inline const PstCurrency *
pst_arb_edge_to (const PstInstrument *instrument, PstSide side)
{
  return side == PST_SIDE_BUY ? instrument->base : instrument->quote;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstArbCycles, pst_arb_cycles_free)

G_END_DECLS
