/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which cycles may pay: for each edge an upper bound of the logarithm of its rate at the touch, and for each changed edge one sum for each cycle
 * that it is part of. What does not pass cannot pay at any size; what passes is calculated exactly by others. */
#pragma once

#include "pst-arb-cycles.h"
#include "pst-arb-log.h"

G_BEGIN_DECLS

typedef struct
{
  guint32 cycle;
  guint32 instrument; /* whose change brought it */
  gint64 log;         /* of what a unit returns at the touch */
} PstArbHit;

typedef struct
{
  PstArbCycles *cycles;
  gint64 *weights;   /* by edge; one more for the edge that costs nothing */
  guint32 *n_passed; /* by edge: of its cycles those that pass now */
  guint8 *passes;    /* by cycle */
  guint32 *n_ends;   /* by cycle: how often it ceased to pass */
  guint64 *frames;   /* by cycle: the last frame in which it was a hit */
  gint64 least;      /* what a sum must reach */
  guint64 n_sums;
} PstArbScreen;

/* Takes the cycles. @net_least: (returned / spent - 1) * 100 at PST_RETURN_PCT_SCALE. */
void pst_arb_screen_init (PstArbScreen *screen, PstArbCycles *cycles, gint64 net_least);
void pst_arb_screen_clear (PstArbScreen *screen);
/* The instrument of @edge changed, whatever changed: @weight is pst_arb_log_rate() at the touch, PST_ARB_LOG_NEVER when it cannot be traded.
 * Adds the cycles of the edge that pass to @hits, each once in @frame. */
void pst_arb_screen_update (PstArbScreen *screen, guint32 edge, gint64 weight, guint64 frame, GArray *hits);

static inline gboolean
pst_arb_screen_passes (const PstArbScreen *screen, guint32 cycle)
{
  return screen->passes[cycle];
}

G_END_DECLS
