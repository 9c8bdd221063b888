/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A hash over bars that costs a few nanoseconds each, so that a run may have it in passing. It tells data apart, it does not protect against forgery.
 */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* Of one instrument; begins with zeros. */
typedef struct
{
  guint64 a, b, n_bars;
} PstBarHash;

static inline guint64
pst_bar_hash_mix (guint64 state, gint64 value, guint64 factor)
{
  state = (state ^ (guint64)value) * factor;
  return state ^ (state >> 29);
}

static inline void
pst_bar_hash_add (PstBarHash *hash, gint64 time_ns, const PstBar *bar)
{
  const gint64 values[] = { time_ns, bar->open, bar->high, bar->low, bar->close, bar->volume };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      hash->a = pst_bar_hash_mix (hash->a, values[i], G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));
      hash->b = pst_bar_hash_mix (hash->b + 1, values[i], G_GUINT64_CONSTANT (0xc2b2ae3d27d4eb4f));
    }
  hash->n_bars++;
}

/* Adds an instrument and its bars to the sum of all. */
static inline void
pst_bar_hash_sum (GChecksum *sum, const PstInstrument *instrument, const PstBarHash *hash)
{
  g_autofree char *line = NULL;

  if (hash->n_bars == 0)
    return;
  line = g_strdup_printf ("%s %s %u %u %016" G_GINT64_MODIFIER "x%016" G_GINT64_MODIFIER "x %" G_GUINT64_FORMAT "\n", instrument->id,
                          instrument->quote->code, instrument->price_scale, instrument->size_scale, hash->a, hash->b, hash->n_bars);
  g_checksum_update (sum, (const guchar *)line, -1);
}

G_END_DECLS
