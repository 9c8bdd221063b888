/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The loop over an edge's cycles is the hot one: sixteen bytes a cycle in a row, three loads of weights, no branch that is taken. A change that
 * leaves an edge's touch as it is costs nothing unless one of its cycles passes. */

#include "pst-arb-screen.h"

void
pst_arb_screen_init (PstArbScreen *screen, PstArbCycles *cycles, gint64 net_least)
{
  *screen = (PstArbScreen){ .cycles = cycles };
  screen->weights = g_new (gint64, cycles->n_edges + 1);
  for (guint i = 0; i < cycles->n_edges; i++)
    screen->weights[i] = PST_ARB_LOG_NEVER;
  screen->weights[cycles->n_edges] = 0;
  screen->n_passed = g_new0 (guint32, MAX (cycles->n_edges, 1));
  screen->passes = g_new0 (guint8, MAX (cycles->n_cycles, 1));
  screen->n_ends = g_new0 (guint32, MAX (cycles->n_cycles, 1));
  screen->frames = g_new0 (guint64, MAX (cycles->n_cycles, 1));
  screen->least = pst_arb_log_down ((guint64)(PST_RETURN_ONE + net_least)) - pst_arb_log_up ((guint64)PST_RETURN_ONE);
}

void
pst_arb_screen_clear (PstArbScreen *screen)
{
  g_clear_pointer (&screen->cycles, pst_arb_cycles_free);
  g_clear_pointer (&screen->weights, g_free);
  g_clear_pointer (&screen->n_passed, g_free);
  g_clear_pointer (&screen->passes, g_free);
  g_clear_pointer (&screen->n_ends, g_free);
  g_clear_pointer (&screen->frames, g_free);
}

static void
turn (PstArbScreen *screen, guint32 number, gboolean passes)
{
  const PstArbCycle *cycle = &screen->cycles->cycles[number];

  screen->passes[number] = passes;
  screen->n_ends[number] += !passes;
  for (guint i = 0; i < cycle->n_legs; i++)
    screen->n_passed[cycle->edges[i]] += passes ? 1 : -1;
}

static inline gint64
sum (const PstArbScreen *screen, const PstArbMember *member, gint64 weight)
{
  return weight + screen->weights[member->others[0]] + screen->weights[member->others[1]] + screen->weights[member->others[2]];
}

static void
hit (PstArbScreen *screen, guint32 cycle, guint32 edge, gint64 log, guint64 frame, GArray *hits)
{
  const PstArbHit found = { cycle, pst_arb_edge_instrument (edge), log };

  if (screen->frames[cycle] == frame)
    return;
  screen->frames[cycle] = frame;
  g_array_append_val (hits, found);
}

void
pst_arb_screen_update (PstArbScreen *screen, guint32 edge, gint64 weight, guint64 frame, GArray *hits)
{
  const PstArbMember *members;
  guint n_members;

  if (weight == screen->weights[edge] && screen->n_passed[edge] == 0)
    return;
  screen->weights[edge] = weight;
  members = pst_arb_cycles_get_members (screen->cycles, edge, &n_members);
  screen->n_sums += n_members;
  for (guint i = 0; i < n_members; i++)
    {
      gint64 log = sum (screen, &members[i], weight);
      gboolean passes = log >= screen->least;

      if (G_LIKELY (!passes && screen->n_passed[edge] == 0))
        continue;
      if (passes != screen->passes[members[i].cycle])
        turn (screen, members[i].cycle, passes);
      if (passes)
        hit (screen, members[i].cycle, edge, log, frame, hits);
    }
}
