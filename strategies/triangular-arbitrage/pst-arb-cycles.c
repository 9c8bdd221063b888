/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A walk in depth from the base currency. The last step looks only at edges that lead home, so that the work is that of the cycles found and of the
 * open paths one shorter. Everything goes by index, so the same table gives the same cycles in the same order. */

#include "pst-arb-cycles.h"

#include <string.h>

/* A currency and the edges that leave it; those that lead to the base currency stand apart. */
typedef struct
{
  GArray *onward;
  GArray *home;
} Node;

typedef struct
{
  guint32 edge;
  guint32 to;
  guint32 executor;
} Step;

typedef struct
{
  GHashTable *numbers; /* currency to number of its node, plus one */
  GArray *nodes;
  guint length_max;
  guint cycles_max;
  guint32 path[PST_ARB_LEGS_MAX];
  guint32 passed[PST_ARB_LEGS_MAX];
  GArray *found;
} Search;

static guint32
number_of (Search *search, const PstCurrency *currency)
{
  guint32 number = GPOINTER_TO_UINT (g_hash_table_lookup (search->numbers, currency));
  Node node;

  if (number != 0)
    return number - 1;
  node.onward = g_array_new (FALSE, FALSE, sizeof (Step));
  node.home = g_array_new (FALSE, FALSE, sizeof (Step));
  g_array_append_val (search->nodes, node);
  g_hash_table_insert (search->numbers, (gpointer)currency, GUINT_TO_POINTER (search->nodes->len));
  return search->nodes->len - 1;
}

static void
add_step (Search *search, const PstInstrument *instrument, guint32 index, PstSide side, guint32 executor)
{
  guint32 from = number_of (search, pst_arb_edge_from (instrument, side)), to = number_of (search, pst_arb_edge_to (instrument, side));
  Step step = { pst_arb_edge (index, side), to, executor };
  Node *node = &g_array_index (search->nodes, Node, from);

  /* The base currency has number 0. */
  if (to == 0)
    g_array_append_val (node->home, step);
  else
    g_array_append_val (node->onward, step);
}

static void
keep (Search *search, guint n_legs)
{
  PstArbCycle cycle = { .n_legs = n_legs };

  memcpy (cycle.edges, search->path, n_legs * sizeof *cycle.edges);
  g_array_append_val (search->found, cycle);
}

static gboolean
is_passed (const Search *search, guint32 node, guint n_legs)
{
  for (guint i = 0; i < n_legs; i++)
    if (search->passed[i] == node)
      return TRUE;
  return FALSE;
}

/* @n_legs steps led to @node. FALSE when there are too many cycles. */
static gboolean
walk (Search *search, guint32 node, guint n_legs, guint32 executor)
{
  const GArray *home = g_array_index (search->nodes, Node, node).home, *onward = g_array_index (search->nodes, Node, node).onward;

  for (guint i = 0; n_legs + 1 >= PST_ARB_LEGS_MIN && i < home->len; i++)
    {
      const Step *step = &g_array_index (home, Step, i);

      if (step->executor != executor)
        continue;
      if (search->found->len == search->cycles_max)
        return FALSE;
      search->path[n_legs] = step->edge;
      keep (search, n_legs + 1);
    }
  for (guint i = 0; n_legs + 2 <= search->length_max && i < onward->len; i++)
    {
      const Step *step = &g_array_index (onward, Step, i);

      if ((n_legs > 0 && step->executor != executor) || is_passed (search, step->to, n_legs))
        continue;
      search->path[n_legs] = step->edge;
      search->passed[n_legs] = step->to;
      if (!walk (search, step->to, n_legs + 1, step->executor))
        return FALSE;
    }
  return TRUE;
}

static void
build_graph (Search *search, const PstInstrumentTable *table, const guint32 *executors, const PstCurrency *base)
{
  guint size = MIN (pst_instrument_table_get_size (table), PST_ARB_INSTRUMENTS_MAX);

  number_of (search, base);
  for (guint32 i = 0; i < size; i++)
    {
      const PstInstrument *instrument = pst_instrument_table_get (table, i);

      if (instrument->settlement != PST_SETTLEMENT_DELIVERY || executors[i] == G_MAXUINT32)
        continue;
      add_step (search, instrument, i, PST_SIDE_BUY, executors[i]);
      add_step (search, instrument, i, PST_SIDE_SELL, executors[i]);
    }
}

static void
free_graph (Search *search)
{
  for (guint i = 0; i < search->nodes->len; i++)
    {
      g_array_unref (g_array_index (search->nodes, Node, i).onward);
      g_array_unref (g_array_index (search->nodes, Node, i).home);
    }
  g_array_unref (search->nodes);
  g_hash_table_unref (search->numbers);
}

/* Which cycles each edge is part of: counted, then placed. */
static void
build_index (PstArbCycles *cycles)
{
  g_autofree guint32 *next = NULL;

  cycles->first = g_new0 (guint32, cycles->n_edges + 1);
  for (guint i = 0; i < cycles->n_cycles; i++)
    for (guint k = 0; k < cycles->cycles[i].n_legs; k++)
      cycles->first[cycles->cycles[i].edges[k] + 1]++;
  for (guint i = 0; i < cycles->n_edges; i++)
    cycles->first[i + 1] += cycles->first[i];
  cycles->members = g_new (PstArbMember, MAX (cycles->first[cycles->n_edges], 1));
  next = g_memdup2 (cycles->first, (cycles->n_edges + 1) * sizeof *next);
  for (guint i = 0; i < cycles->n_cycles; i++)
    for (guint k = 0; k < cycles->cycles[i].n_legs; k++)
      {
        const PstArbCycle *cycle = &cycles->cycles[i];
        PstArbMember *member = &cycles->members[next[cycle->edges[k]]++];
        guint n = 0;

        member->cycle = i;
        for (guint j = 0; j < cycle->n_legs; j++)
          if (j != k)
            member->others[n++] = cycle->edges[j];
        while (n < G_N_ELEMENTS (member->others))
          member->others[n++] = cycles->n_edges;
      }
}

PstArbCycles *
pst_arb_cycles_new (const PstInstrumentTable *table, const guint32 *executors, const PstCurrency *base, guint length_max, guint cycles_max,
                    GError **error)
{
  Search search = { .length_max = length_max, .cycles_max = cycles_max };
  PstArbCycles *cycles;
  gboolean fits;

  search.numbers = g_hash_table_new (NULL, NULL);
  search.nodes = g_array_new (FALSE, FALSE, sizeof (Node));
  search.found = g_array_new (FALSE, FALSE, sizeof (PstArbCycle));
  build_graph (&search, table, executors, base);
  fits = walk (&search, 0, 0, G_MAXUINT32);
  free_graph (&search);
  if (!fits)
    {
      g_array_unref (search.found);
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE,
                   "there are more than %u cycles of up to %u trades from %s through the run's %u instruments; raise cycles-max, lower "
                   "cycle-length-max, or let the exchange list fewer instruments",
                   cycles_max, length_max, base->code, pst_instrument_table_get_size (table));
      return NULL;
    }
  cycles = g_new0 (PstArbCycles, 1);
  cycles->n_edges = 2 * MIN (pst_instrument_table_get_size (table), PST_ARB_INSTRUMENTS_MAX);
  cycles->n_cycles = search.found->len;
  cycles->cycles = (PstArbCycle *)(gpointer)g_array_free (search.found, FALSE);
  build_index (cycles);
  return cycles;
}

void
pst_arb_cycles_free (PstArbCycles *cycles)
{
  g_free (cycles->cycles);
  g_free (cycles->members);
  g_free (cycles->first);
  g_free (cycles);
}

guint32
pst_arb_cycles_find (const PstArbCycles *cycles, const PstArbCycle *cycle)
{
  const PstArbMember *members;
  guint n_members;

  if (cycle->edges[0] >= cycles->n_edges)
    return G_MAXUINT32;
  members = pst_arb_cycles_get_members (cycles, cycle->edges[0], &n_members);
  for (guint i = 0; i < n_members; i++)
    {
      const PstArbCycle *other = &cycles->cycles[members[i].cycle];

      if (other->n_legs == cycle->n_legs && memcmp (other->edges, cycle->edges, cycle->n_legs * sizeof *cycle->edges) == 0)
        return members[i].cycle;
    }
  return G_MAXUINT32;
}

void
pst_arb_cycle_print (const PstArbCycle *cycle, const PstInstrumentTable *table, char *text, gsize size)
{
  gsize length = 0;

  for (guint i = 0; i <= cycle->n_legs && length < size; i++)
    {
      guint32 edge = cycle->edges[i % cycle->n_legs];
      const PstInstrument *instrument = pst_instrument_table_get (table, pst_arb_edge_instrument (edge));

      length += (gsize)g_snprintf (text + length, size - length, "%s%s", i > 0 ? "->" : "",
                                   pst_arb_edge_from (instrument, pst_arb_edge_side (edge))->code);
    }
}
