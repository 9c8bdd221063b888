/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an event must be like to enter the house. */
#pragma once

#include "../model/pst-event.h"

G_BEGIN_DECLS

/* What the border knows of an instrument, side by side in one array: a check touches one line of it. */
typedef struct
{
  gint64 price_step;
  gint64 last_time_ns;  /* receive time of the last event that passed */
  gint64 saved_time_ns; /* last_time_ns before the block under check */
  guint32 block;        /* number of the block for which saved_time_ns was saved */
  gboolean owned;
} PstBorderFacts;

typedef struct
{
  PstBorderFacts *facts; /* by instrument index */
  guint n_facts;
  guint n_allocated;
  guint32 block;
  gint64 last_frame_time_ns;
} PstBorder;

void pst_border_clear (PstBorder *border);
void pst_border_own (PstBorder *border, guint32 instrument, gint64 price_step);
gboolean pst_border_owns (const PstBorder *border, guint32 instrument);
/* NULL or a static sentence. */
const char *pst_border_check_event (const PstBorder *border, const PstEvent *event);
/* Checks a whole block and remembers its times. On refusal nothing is remembered, and frame and event say where. */
const char *pst_border_check_block (PstBorder *border, const PstFrameBlock *block, guint *frame, guint *event);

G_END_DECLS
