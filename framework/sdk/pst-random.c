/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The only random numbers of a run. The generator is public knowledge (xoshiro256**, prng.di.unimi.it), written here because the same
 * seed must give the same ledger on every machine and with every version of the libraries. */

#include "pst-random.h"

static guint64
rotate_left (guint64 value, guint by)
{
  return (value << by) | (value >> (64 - by));
}

static guint64
splitmix64_next (guint64 *state)
{
  guint64 z = (*state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

/* FNV-1a, 64 bits. */
static guint64
hash_text (const char *text)
{
  guint64 hash = G_GUINT64_CONSTANT (0xcbf29ce484222325);

  for (; *text != '\0'; text++)
    hash = (hash ^ (guint8)*text) * G_GUINT64_CONSTANT (0x100000001b3);
  return hash;
}

/**
 * pst_random_init:
 * @random: (out caller-allocates): the generator
 * @seed: the run's seed
 * @stream: (nullable): name of the stream; %NULL for the seed alone
 *
 * Starts a stream. Streams of one seed by different names are independent of each other, so that a component that draws more
 * numbers does not change what another draws.
 */
void
pst_random_init (PstRandom *random, guint64 seed, const char *stream)
{
  guint64 state = seed;

  g_return_if_fail (random != NULL);

  if (stream != NULL)
    state = splitmix64_next (&state) ^ hash_text (stream);
  for (guint i = 0; i < G_N_ELEMENTS (random->state); i++)
    random->state[i] = splitmix64_next (&state);
}

/**
 * pst_random_next:
 * @random: a generator
 *
 * Draws 64 random bits.
 *
 * Returns: a number from 0 to 2^64-1
 */
guint64
pst_random_next (PstRandom *random)
{
  guint64 *s = random->state;
  guint64 result = rotate_left (s[1] * 5, 7) * 9;
  guint64 t = s[1] << 17;

  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotate_left (s[3], 45);
  return result;
}

/**
 * pst_random_below:
 * @random: a generator
 * @bound: at least 1
 *
 * Draws evenly, without modulo bias (Lemire 2019: multiply, and draw again in the rare uneven rest).
 *
 * Returns: a number from 0 to @bound - 1
 */
guint64
pst_random_below (PstRandom *random, guint64 bound)
{
  unsigned __int128 product;

  g_return_val_if_fail (bound > 0, 0);

  product = (unsigned __int128)pst_random_next (random) * bound;
  if ((guint64)product < bound)
    {
      guint64 threshold = -bound % bound;

      while ((guint64)product < threshold)
        product = (unsigned __int128)pst_random_next (random) * bound;
    }
  return (guint64)(product >> 64);
}

/**
 * pst_random_double:
 * @random: a generator
 *
 * Draws evenly with 53 bits. For statistics, never for money.
 *
 * Returns: a number from 0 to below 1
 */
double
pst_random_double (PstRandom *random)
{
  return (pst_random_next (random) >> 11) * 0x1.0p-53;
}
