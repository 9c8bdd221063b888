/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Seeded random numbers (xoshiro256**, Blackman and Vigna 2018, seeded through splitmix64): the same seed gives the same
 * numbers on every machine. Each component draws from a stream of its own, made from the run's seed and its name. */
#pragma once

#include "../model/pst-macros.h"

G_BEGIN_DECLS

typedef struct
{
  guint64 state[4];
} PstRandom;

PST_API void pst_random_init (PstRandom *random, guint64 seed, const char *stream);
PST_API guint64 pst_random_next (PstRandom *random);
/* Uniform in [0, bound), without modulo bias; bound at least 1. */
PST_API guint64 pst_random_below (PstRandom *random, guint64 bound);
/* Uniform in [0, 1) with 53 bits; for statistics, never for money. */
PST_API double pst_random_double (PstRandom *random);

G_END_DECLS
