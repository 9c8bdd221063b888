/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Daily bars of invented shares in the shape of the recordings: one CSV, grouped by symbol, every symbol on every working day. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bad rows of one kind that were put between good ones. */
typedef struct
{
  const char *reason; /* the word under which they are to be counted */
  const char *name;   /* what each one's sentence must hold */
  guint n_rows;
} MadeDirt;

/* (transfer full): header and rows; the seed says everything. */
GString *made_bars_new (guint64 seed, guint n_symbols, guint n_days);
/* (transfer full): the same good rows with bad ones between them; @n_kinds kinds are told. */
GString *made_bars_soil (const GString *bars, const MadeDirt **kinds, guint *n_kinds);

G_END_DECLS
