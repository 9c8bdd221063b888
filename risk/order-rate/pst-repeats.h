/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What each strategy did lately on each side of each instrument, over a restart too. */
#pragma once

#include "pst-time-window.h"

G_BEGIN_DECLS

/* So many of them are kept over a restart, those that were repeated most; of all others is kept what the worst of them did. */
#define PST_REPEATS_KEPT_MAX 32

typedef struct
{
  PstContext *context;
  guint max;           /* of each, above 0 */
  GHashTable *windows; /* Repeated to PstTimeWindow */
  GHashTable *earlier; /* text of what was repeated in an earlier run, to PstTimeWindow, until it is again */
  GArray *others;      /* gint64: what everything else may have done in an earlier run */
} PstRepeats;

void pst_repeats_init (PstRepeats *repeats);
void pst_repeats_clear (PstRepeats *repeats);
void pst_repeats_start (PstRepeats *repeats, PstContext *context, guint max);
void pst_repeats_forget (PstRepeats *repeats);
/* (transfer none): the window of orders like this one. */
PstTimeWindow *pst_repeats_find (PstRepeats *repeats, const PstOrder *order);
void pst_repeats_save (PstRepeats *repeats, PstStateFile *state, gint64 now_ns, gint64 length_ns);
gboolean pst_repeats_load (PstRepeats *repeats, PstStateFile *state, gint64 now_ns, GError **error);

G_END_DECLS
