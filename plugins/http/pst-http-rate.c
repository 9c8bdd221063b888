/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Token buckets in integers: a level of one million is one request. */

#include "pst-http-rate.h"

#define ONE G_GINT64_CONSTANT (1000000)

typedef struct
{
  gint64 level;
  gint64 since_us;
} Bucket;

struct _PstHttpRate
{
  GHashTable *buckets; /* char, Bucket */
  guint per_second;
  gint64 capacity;
};

PstHttpRate *
pst_http_rate_new (guint per_second)
{
  PstHttpRate *rate = g_new0 (PstHttpRate, 1);

  rate->buckets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  rate->per_second = per_second;
  rate->capacity = 2 * (gint64)per_second * ONE;
  return rate;
}

void
pst_http_rate_free (PstHttpRate *rate)
{
  g_hash_table_unref (rate->buckets);
  g_free (rate);
}

static void
fill (PstHttpRate *rate, Bucket *bucket, gint64 now_us)
{
  /* Beyond two seconds it is full, whatever came before; this also keeps the product small. */
  gint64 elapsed_us = CLAMP (now_us - bucket->since_us, 0, 2 * G_USEC_PER_SEC + 1);

  bucket->level = MIN (rate->capacity, bucket->level + elapsed_us * rate->per_second);
  bucket->since_us = now_us;
}

static void
forget_full (PstHttpRate *rate, gint64 now_us)
{
  GHashTableIter iter;
  gpointer bucket;

  g_hash_table_iter_init (&iter, rate->buckets);
  while (g_hash_table_iter_next (&iter, NULL, &bucket))
    {
      fill (rate, bucket, now_us);
      if (((Bucket *)bucket)->level == rate->capacity)
        g_hash_table_iter_remove (&iter);
    }
}

static Bucket *
find (PstHttpRate *rate, const char *key, gint64 now_us)
{
  Bucket *bucket = g_hash_table_lookup (rate->buckets, key);

  if (bucket != NULL)
    return bucket;
  if (g_hash_table_size (rate->buckets) >= PST_HTTP_RATE_KEYS_MAX)
    forget_full (rate, now_us);
  if (g_hash_table_size (rate->buckets) >= PST_HTTP_RATE_KEYS_MAX)
    {
      key = "";
      bucket = g_hash_table_lookup (rate->buckets, key);
    }
  if (bucket == NULL)
    {
      bucket = g_new (Bucket, 1);
      *bucket = (Bucket){ rate->capacity, now_us };
      g_hash_table_insert (rate->buckets, g_strdup (key), bucket);
    }
  return bucket;
}

guint
pst_http_rate_take (PstHttpRate *rate, const char *key, guint cost, gint64 now_us)
{
  Bucket *bucket = find (rate, key, now_us);
  gint64 wanted = MIN (cost * ONE, rate->capacity), missing;

  fill (rate, bucket, now_us);
  missing = wanted - bucket->level;
  if (missing <= 0)
    {
      bucket->level -= wanted;
      return 0;
    }
  return (guint)(missing / ((gint64)rate->per_second * G_USEC_PER_SEC)) + 1;
}

guint
pst_http_rate_get_n_keys (PstHttpRate *rate)
{
  return g_hash_table_size (rate->buckets);
}
