/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who asks first computes, others wait for it. A column that somebody uses stays; what nobody uses stands in a queue, the least recently used in
 * front, and leaves it from there when there is too much. */
#include "pst-indicator-columns.h"

#include <math.h>

#include "pst-indicator-columns-private.h"

typedef struct
{
  guint series;
  guint kind, a, b, c;
} Key;

typedef struct
{
  Key key;
  PstIndicatorColumn column;
  gpointer buffer;
  gsize n_allocated; /* values */
  guint n_users;
  gboolean is_ready;
  GList link; /* in the queue while nobody uses it */
} Entry;

struct _PstIndicatorStore
{
  gatomicrefcount ref_count;
  GMutex mutex;
  GCond ready;
  /* under the mutex: */
  GHashTable *entries; /* Entry by its key */
  GQueue unused;
  gsize n_bytes, bytes_max;
  guint64 n_computed;
};

struct _PstIndicatorColumns
{
  PstIndicatorStore *store;
  guint series;
  const PstBarColumns *bars;
  GPtrArray *held;    /* Entry */
  GPtrArray *scratch; /* guint8 *, all as large as the longest series so far */
  gsize scratch_size;
  guint n_scratch; /* that are given away */
};

static guint
hash_key (gconstpointer data)
{
  const Key *key = data;
  guint64 hash = key->series;

  hash = hash * 31 + key->kind;
  hash = hash * 1000003 + key->a;
  hash = hash * 1000003 + key->b;
  hash = hash * 1000003 + key->c;
  return (guint)(hash ^ (hash >> 32));
}

static gboolean
equal_keys (gconstpointer one, gconstpointer other)
{
  const Key *a = one, *b = other;

  return a->series == b->series && a->kind == b->kind && a->a == b->a && a->b == b->b && a->c == b->c;
}

static void
free_entry (gpointer data)
{
  g_free (((Entry *)data)->buffer);
  g_free (data);
}

/**
 * pst_indicator_store_new: (skip)
 * @bytes_max: what may be kept for later
 *
 * Any thread.
 *
 * Returns: (transfer full): an empty store
 */
PstIndicatorStore *
pst_indicator_store_new (gsize bytes_max)
{
  PstIndicatorStore *store = g_new0 (PstIndicatorStore, 1);

  g_atomic_ref_count_init (&store->ref_count);
  g_mutex_init (&store->mutex);
  g_cond_init (&store->ready);
  store->entries = g_hash_table_new_full (hash_key, equal_keys, NULL, free_entry);
  store->bytes_max = bytes_max;
  return store;
}

/**
 * pst_indicator_store_ref: (skip)
 * @store: a store
 *
 * Any thread.
 *
 * Returns: (transfer full): @store
 */
PstIndicatorStore *
pst_indicator_store_ref (PstIndicatorStore *store)
{
  g_atomic_ref_count_inc (&store->ref_count);
  return store;
}

/**
 * pst_indicator_store_unref: (skip)
 * @store: (transfer full): a store
 *
 * Any thread.
 */
void
pst_indicator_store_unref (PstIndicatorStore *store)
{
  if (!g_atomic_ref_count_dec (&store->ref_count))
    return;
  g_hash_table_unref (store->entries);
  g_mutex_clear (&store->mutex);
  g_cond_clear (&store->ready);
  g_free (store);
}

/**
 * pst_indicator_store_get_n_computed: (skip)
 * @store: a store
 *
 * Any thread.
 *
 * Returns: how many columns were computed so far
 */
guint64
pst_indicator_store_get_n_computed (PstIndicatorStore *store)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&store->mutex);

  return store->n_computed;
}

static gsize
bytes_of (const Entry *entry)
{
  return sizeof (Entry) + entry->n_allocated * sizeof (double);
}

/* Makes room for @n_values more; what leaves may be taken up by who comes when it is as large. */
static Entry *
make_room (PstIndicatorStore *store, gsize n_values)
{
  Entry *again = NULL;

  while (store->n_bytes + (again == NULL ? n_values * sizeof (double) : 0) > store->bytes_max && store->unused.head != NULL)
    {
      Entry *entry = store->unused.head->data;

      g_queue_unlink (&store->unused, &entry->link);
      g_hash_table_steal (store->entries, &entry->key);
      store->n_bytes -= bytes_of (entry);
      if (again == NULL && entry->n_allocated == n_values)
        again = entry;
      else
        free_entry (entry);
    }
  if (again != NULL)
    return again;
  again = g_new0 (Entry, 1);
  again->buffer = g_new (double, n_values);
  again->n_allocated = n_values;
  return again;
}

/* Found and waited for, or new and to be computed by the caller; used once more in either case. */
static Entry *
take_entry (PstIndicatorStore *store, const Key *key, gsize n_bars, gboolean *is_new)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&store->mutex);
  Entry *entry = g_hash_table_lookup (store->entries, key);

  *is_new = entry == NULL;
  if (entry != NULL)
    {
      if (entry->n_users++ == 0)
        g_queue_unlink (&store->unused, &entry->link);
      while (!entry->is_ready)
        g_cond_wait (&store->ready, &store->mutex);
      return entry;
    }
  entry = make_room (store, MAX (n_bars, 1));
  entry->key = *key;
  entry->n_users = 1;
  entry->is_ready = FALSE;
  entry->link = (GList){ .data = entry };
  g_hash_table_insert (store->entries, &entry->key, entry);
  store->n_bytes += bytes_of (entry);
  store->n_computed++;
  return entry;
}

static void
tell_ready (PstIndicatorStore *store, Entry *entry)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&store->mutex);

  entry->is_ready = TRUE;
  g_cond_broadcast (&store->ready);
}

static void
give_back (PstIndicatorStore *store, GPtrArray *held)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&store->mutex);

  for (guint i = 0; i < held->len; i++)
    {
      Entry *entry = held->pdata[i];

      if (--entry->n_users == 0)
        g_queue_push_tail_link (&store->unused, &entry->link);
    }
  g_ptr_array_set_size (held, 0);
  while (store->n_bytes > store->bytes_max && store->unused.head != NULL)
    {
      Entry *entry = store->unused.head->data;

      g_queue_unlink (&store->unused, &entry->link);
      store->n_bytes -= bytes_of (entry);
      g_hash_table_remove (store->entries, &entry->key);
    }
}

/**
 * pst_indicator_columns_new: (skip)
 * @store: (nullable): where columns are shared; %NULL: with nobody
 *
 * Any thread; used by one.
 *
 * Returns: (transfer full): columns of no instrument yet
 */
PstIndicatorColumns *
pst_indicator_columns_new (PstIndicatorStore *store)
{
  PstIndicatorColumns *columns = g_new0 (PstIndicatorColumns, 1);

  columns->store = store != NULL ? pst_indicator_store_ref (store) : pst_indicator_store_new (0);
  columns->held = g_ptr_array_new ();
  columns->scratch = g_ptr_array_new_with_free_func (g_free);
  return columns;
}

/**
 * pst_indicator_columns_free: (skip)
 * @columns: (transfer full): columns
 */
void
pst_indicator_columns_free (PstIndicatorColumns *columns)
{
  give_back (columns->store, columns->held);
  g_ptr_array_unref (columns->held);
  g_ptr_array_unref (columns->scratch);
  pst_indicator_store_unref (columns->store);
  g_free (columns);
}

/**
 * pst_indicator_columns_begin: (skip)
 * @columns: columns
 * @series: the instrument's number: one and the same bars for all who share the store
 * @bars: (nullable): its bars; %NULL gives back what was got
 */
void
pst_indicator_columns_begin (PstIndicatorColumns *columns, guint series, const PstBarColumns *bars)
{
  if (columns->held->len > 0)
    give_back (columns->store, columns->held);
  columns->series = series;
  columns->bars = bars;
  columns->n_scratch = 0;
  if (bars == NULL || bars->n_bars <= columns->scratch_size)
    return;
  g_ptr_array_set_size (columns->scratch, 0);
  columns->scratch_size = bars->n_bars;
}

/**
 * pst_indicator_columns_get_bars: (skip)
 * @columns: columns
 *
 * Returns: (transfer none): the instrument's bars
 */
const PstBarColumns *
pst_indicator_columns_get_bars (const PstIndicatorColumns *columns)
{
  return columns->bars;
}

/**
 * pst_indicator_columns_get: (skip)
 * @columns: columns
 * @kind: which indicator
 * @a: first parameter, see #PstIndicatorKind
 * @b: second one; 0 where there is none
 * @c: third one; 0 where there is none
 *
 * Returns: (transfer none): the indicator over all bars; valid until the columns turn to another instrument
 */
const PstIndicatorColumn *
pst_indicator_columns_get (PstIndicatorColumns *columns, PstIndicatorKind kind, guint a, guint b, guint c)
{
  const Key key = { columns->series, kind, a, b, c };
  gboolean is_new;
  Entry *entry;

  for (guint i = 0; i < columns->held->len; i++)
    {
      entry = columns->held->pdata[i];
      if (equal_keys (&entry->key, &key))
        return &entry->column;
    }
  entry = take_entry (columns->store, &key, columns->bars->n_bars, &is_new);
  g_ptr_array_add (columns->held, entry);
  if (is_new)
    {
      entry->column = (PstIndicatorColumn){ .first = columns->bars->n_bars };
      pst_indicator_compute (columns->bars, kind, a, b, c, entry->buffer, &entry->column);
      tell_ready (columns->store, entry);
    }
  return &entry->column;
}

/**
 * pst_indicator_columns_get_scratch: (skip)
 * @columns: columns
 *
 * Returns: (transfer none): a byte a bar, of any content; valid until the columns turn to another instrument
 */
guint8 *
pst_indicator_columns_get_scratch (PstIndicatorColumns *columns)
{
  if (columns->n_scratch == columns->scratch->len)
    g_ptr_array_add (columns->scratch, g_malloc (columns->scratch_size + 1));
  return columns->scratch->pdata[columns->n_scratch++];
}
