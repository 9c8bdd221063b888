/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Wall time that never goes back and never stands still. A clock that is set back would else stop all stamps until it is where it was, and with them
 * everything that compares two of them: silence on a connection would never be noticed. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PstSteady:
 *
 * What was said last; all zero at first.
 */
typedef struct
{
  gint64 last_ns;
  gint64 anchor_ns;           /* when it was noticed that the wall clock is behind: what was said then, */
  gint64 anchor_monotonic_ns; /* and how long the machine ran */
  gboolean is_behind;
} PstSteady;

/* The time to say. While the wall clock is behind what was said, time passes at half its speed, until they meet. */
static inline gint64
pst_steady_read (PstSteady *steady, gint64 wall_ns, gint64 monotonic_ns)
{
  if (G_LIKELY (wall_ns > steady->last_ns))
    {
      steady->is_behind = FALSE;
      steady->last_ns = wall_ns;
    }
  else if (!steady->is_behind)
    {
      steady->is_behind = TRUE;
      steady->anchor_ns = steady->last_ns;
      steady->anchor_monotonic_ns = monotonic_ns;
    }
  else
    {
      steady->last_ns = MAX (steady->last_ns, steady->anchor_ns + (monotonic_ns - steady->anchor_monotonic_ns) / 2);
    }
  return steady->last_ns;
}

G_END_DECLS
