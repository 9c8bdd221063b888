/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Up to 16 us each has a bucket of its own; above, the four bits behind the leading one choose within the octave. */
#include "pst-sql-latency.h"

#define SUB_BITS 4
#define N_SUB (1 << SUB_BITS)

static guint
find_bucket (gint64 us)
{
  guint64 value = us > 0 ? (guint64)us : 0;
  guint octave, bucket;

  if (value < N_SUB)
    return (guint)value;
  octave = 63 - (guint)__builtin_clzll (value);
  bucket = (octave - SUB_BITS + 1) * N_SUB + (guint)((value >> (octave - SUB_BITS)) & (N_SUB - 1));
  return MIN (bucket, PST_SQL_LATENCY_BUCKETS - 1);
}

/* The largest value of a bucket. */
static gint64
get_end (guint bucket)
{
  guint shift = bucket / N_SUB;

  if (shift <= 1)
    return bucket;
  return ((gint64)(N_SUB + bucket % N_SUB + 1) << (shift - 1)) - 1;
}

void
pst_sql_latency_add (PstSqlLatency *latency, gint64 us)
{
  latency->n++;
  latency->max_us = MAX (latency->max_us, us);
  latency->counts[find_bucket (us)]++;
}

void
pst_sql_latency_merge (PstSqlLatency *latency, const PstSqlLatency *other)
{
  latency->n += other->n;
  latency->max_us = MAX (latency->max_us, other->max_us);
  for (guint i = 0; i < PST_SQL_LATENCY_BUCKETS; i++)
    latency->counts[i] += other->counts[i];
}

gint64
pst_sql_latency_get_us (const PstSqlLatency *latency, guint permille)
{
  guint64 wanted = (latency->n * permille + 999) / 1000, seen = 0;

  for (guint i = 0; i < PST_SQL_LATENCY_BUCKETS; i++)
    {
      seen += latency->counts[i];
      if (seen >= wanted && seen > 0)
        return MIN (get_end (i), latency->max_us);
    }
  return latency->max_us;
}
