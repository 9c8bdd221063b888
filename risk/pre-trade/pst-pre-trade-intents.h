/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was asked for lately, so that it is not asked for twice, over a restart too. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* More orders than this within a duplicate window are denied; forgetting some would let duplicates through. */
#define PST_INTENTS_MAX 100000
/* So many of the last are kept over a restart. When there are more, everything counts as a duplicate until the others' window is over. */
#define PST_INTENTS_KEPT_MAX 200

typedef struct
{
  PstContext *context;
  const gint64 *window_ns; /* the option, which may change; 0: nothing is remembered */
  GHashTable *recent;      /* of Intent */
  GQueue order;            /* the same, oldest first */
  GHashTable *earlier;     /* text of what an earlier run was asked for, to when it was */
  GQueue texts;            /* the same texts, oldest first; not owned */
  gint64 lost_ns;          /* when the last of those was asked for that are not known any more; G_MININT64: none */
} PstIntents;

void pst_intents_init (PstIntents *intents);
void pst_intents_clear (PstIntents *intents);
/* Forgets everything. Neither @context nor @window_ns is owned. */
void pst_intents_start (PstIntents *intents, PstContext *context, const gint64 *window_ns);
/* FALSE with a denial when it is a duplicate, or when nobody can tell. */
gboolean pst_intents_check (PstIntents *intents, const PstOrderRequest *request, PstVerdict *verdict);
void pst_intents_add (PstIntents *intents, const PstOrderRequest *request);
void pst_intents_save (PstIntents *intents, PstStateFile *state);
gboolean pst_intents_load (PstIntents *intents, PstStateFile *state, GError **error);

G_END_DECLS
