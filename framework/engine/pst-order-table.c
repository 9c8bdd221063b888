/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Orders stand in a list by number (numbers only grow, so adding at the end keeps the order) and in one list per instrument. Execution ids
 * of open orders are all known; when an order closes, its ids join a ring that forgets the oldest. */
#include "pst-order-table.h"

#include <string.h>

G_STATIC_ASSERT ((PST_CLOSED_ORDERS_REMEMBERED & (PST_CLOSED_ORDERS_REMEMBERED - 1)) == 0);

typedef struct _Execution Execution;
struct _Execution
{
  guint32 exchange;
  char id[PST_EXECUTION_ID_SIZE];
  Execution *next; /* of the same order, or in the ring */
};

typedef struct
{
  PstOpenOrder *first;
  PstOpenQuantity open;
} Instrument;

struct _PstOrderTable
{
  GHashTable *by_id; /* id -> PstOpenOrder */
  PstOpenOrder *first, *last;
  PstOpenOrder *unused; /* by next */
  Instrument *instruments;
  guint n_instruments;
  GHashTable *executions; /* (element-type Execution), the set owns them */
  Execution *ring_first, *ring_last;
  guint n_ring;
  PstOrder *closed; /* (nullable): until one is; id 0: empty */
};

static guint
execution_hash (gconstpointer key)
{
  const Execution *execution = key;

  return g_str_hash (execution->id) * 31 + execution->exchange;
}

static gboolean
execution_equal (gconstpointer a, gconstpointer b)
{
  const Execution *x = a, *y = b;

  return x->exchange == y->exchange && strcmp (x->id, y->id) == 0;
}

/**
 * pst_order_table_new:
 *
 * Returns: (transfer full): an empty table
 */
PstOrderTable *
pst_order_table_new (void)
{
  PstOrderTable *table = g_new0 (PstOrderTable, 1);

  table->by_id = g_hash_table_new (NULL, NULL);
  table->executions = g_hash_table_new_full (execution_hash, execution_equal, NULL, g_free);
  return table;
}

static void
free_list (PstOpenOrder *entry)
{
  while (entry != NULL)
    {
      PstOpenOrder *next = entry->next;

      g_free (entry);
      entry = next;
    }
}

/**
 * pst_order_table_free:
 * @table: (transfer full): a table
 */
void
pst_order_table_free (PstOrderTable *table)
{
  free_list (table->first);
  free_list (table->unused);
  g_hash_table_unref (table->by_id);
  g_hash_table_unref (table->executions);
  g_free (table->instruments);
  g_free (table->closed);
  g_free (table);
}

static Instrument *
ensure_instrument (PstOrderTable *table, guint32 instrument)
{
  if (instrument >= table->n_instruments)
    {
      guint size = MAX (instrument + 1, table->n_instruments * 2);

      table->instruments = g_renew (Instrument, table->instruments, size);
      memset (table->instruments + table->n_instruments, 0, (size - table->n_instruments) * sizeof (Instrument));
      table->n_instruments = size;
    }
  return &table->instruments[instrument];
}

static void
list_by_instrument (Instrument *of, PstOpenOrder *entry)
{
  entry->instrument_next = of->first;
  if (of->first != NULL)
    of->first->instrument_previous = entry;
  of->first = entry;
}

static void
unlist_by_instrument (Instrument *of, PstOpenOrder *entry)
{
  if (entry->instrument_previous != NULL)
    entry->instrument_previous->instrument_next = entry->instrument_next;
  else
    of->first = entry->instrument_next;
  if (entry->instrument_next != NULL)
    entry->instrument_next->instrument_previous = entry->instrument_previous;
}

/**
 * pst_order_table_add:
 * @table: a table
 * @id: the order's number, higher than any before
 * @instrument: index in the run's table, or %PST_INSTRUMENT_NONE: then it stands in the list by number only
 *
 * Returns: (transfer none): a new entry, zeroed but for number and instrument
 */
PstOpenOrder *
pst_order_table_add (PstOrderTable *table, guint64 id, guint32 instrument)
{
  PstOpenOrder *entry = table->unused;

  if (entry != NULL)
    table->unused = entry->next;
  else
    entry = g_new (PstOpenOrder, 1);
  memset (entry, 0, sizeof *entry);
  entry->order.id = id;
  entry->instrument = instrument;
  entry->previous = table->last;
  if (table->last != NULL)
    table->last->next = entry;
  else
    table->first = entry;
  table->last = entry;
  if (instrument != PST_INSTRUMENT_NONE)
    list_by_instrument (ensure_instrument (table, instrument), entry);
  g_hash_table_insert (table->by_id, GSIZE_TO_POINTER (id), entry);
  return entry;
}

/**
 * pst_order_table_find:
 * @table: a table
 * @id: an order's number
 *
 * Returns: (transfer none) (nullable): the order; %NULL when it is not open
 */
PstOpenOrder *
pst_order_table_find (PstOrderTable *table, guint64 id)
{
  return g_hash_table_lookup (table->by_id, GSIZE_TO_POINTER (id));
}

/**
 * pst_order_table_first:
 * @table: a table
 *
 * Returns: (transfer none) (nullable): the open order with the least number
 */
PstOpenOrder *
pst_order_table_first (PstOrderTable *table)
{
  return table->first;
}

/**
 * pst_order_table_next:
 * @entry: an open order
 *
 * Returns: (transfer none) (nullable): the one with the next higher number
 */
PstOpenOrder *
pst_order_table_next (PstOpenOrder *entry)
{
  return entry->next;
}

/**
 * pst_order_table_first_of:
 * @table: a table
 * @instrument: index in the run's table
 *
 * Returns: (transfer none) (nullable): an open order in @instrument, the newest
 */
PstOpenOrder *
pst_order_table_first_of (PstOrderTable *table, guint32 instrument)
{
  return instrument < table->n_instruments ? table->instruments[instrument].first : NULL;
}

/**
 * pst_order_table_next_of:
 * @entry: an open order
 *
 * Returns: (transfer none) (nullable): the next older one in the same instrument
 */
PstOpenOrder *
pst_order_table_next_of (PstOpenOrder *entry)
{
  return entry->instrument_next;
}

/**
 * pst_order_table_get_size:
 * @table: a table
 *
 * Returns: how many orders are open
 */
guint
pst_order_table_get_size (PstOrderTable *table)
{
  return g_hash_table_size (table->by_id);
}

/**
 * pst_order_table_reserve:
 * @table: a table
 * @entry: an open order
 * @quantity: what of it counts as exposure from now on, at the size scale
 *
 * Returns: %FALSE when the sum of the instrument's open orders does not fit 64 bits; nothing has changed then
 */
gboolean
pst_order_table_reserve (PstOrderTable *table, PstOpenOrder *entry, gint64 quantity)
{
  PstOpenQuantity *open;
  gint64 *sum, result;

  if (entry->instrument == PST_INSTRUMENT_NONE)
    return TRUE;
  open = &table->instruments[entry->instrument].open;
  sum = entry->order.request.side == PST_SIDE_BUY ? &open->buy : &open->sell;
  if (!pst_add_checked (*sum - entry->reserved, quantity, &result))
    return FALSE;
  *sum = result;
  entry->reserved = quantity;
  return TRUE;
}

/**
 * pst_order_table_get_open_quantity:
 * @table: a table
 * @instrument: index in the run's table
 *
 * Returns: what all orders in @instrument reserve
 */
PstOpenQuantity
pst_order_table_get_open_quantity (PstOrderTable *table, guint32 instrument)
{
  return instrument < table->n_instruments ? table->instruments[instrument].open : (PstOpenQuantity){ 0, 0 };
}

/* The oldest ids of closed orders are forgotten first. */
static void
retire_executions (PstOrderTable *table, Execution *execution)
{
  while (execution != NULL)
    {
      Execution *next = execution->next;

      execution->next = NULL;
      if (table->ring_last != NULL)
        table->ring_last->next = execution;
      else
        table->ring_first = execution;
      table->ring_last = execution;
      table->n_ring++;
      execution = next;
    }
  while (table->n_ring > PST_EXECUTIONS_REMEMBERED)
    {
      Execution *oldest = table->ring_first;

      table->ring_first = oldest->next;
      table->n_ring--;
      g_hash_table_remove (table->executions, oldest);
    }
}

/**
 * pst_order_table_close:
 * @table: a table
 * @entry: (transfer full): an open order whose state is final
 *
 * Takes the order out. Its last state stays known for the next %PST_CLOSED_ORDERS_REMEMBERED orders.
 */
void
pst_order_table_close (PstOrderTable *table, PstOpenOrder *entry)
{
  pst_order_table_reserve (table, entry, 0);
  retire_executions (table, entry->executions);
  if (table->closed == NULL)
    table->closed = g_new0 (PstOrder, PST_CLOSED_ORDERS_REMEMBERED);
  table->closed[entry->order.id & (PST_CLOSED_ORDERS_REMEMBERED - 1)] = entry->order;
  g_hash_table_remove (table->by_id, GSIZE_TO_POINTER (entry->order.id));
  if (entry->previous != NULL)
    entry->previous->next = entry->next;
  else
    table->first = entry->next;
  if (entry->next != NULL)
    entry->next->previous = entry->previous;
  else
    table->last = entry->previous;
  if (entry->instrument != PST_INSTRUMENT_NONE)
    unlist_by_instrument (&table->instruments[entry->instrument], entry);
  entry->next = table->unused;
  table->unused = entry;
}

/**
 * pst_order_table_find_closed:
 * @table: a table
 * @id: an order's number
 *
 * Returns: (transfer none) (nullable): the order as it was closed; %NULL when it never was or is forgotten
 */
PstOrder *
pst_order_table_find_closed (PstOrderTable *table, guint64 id)
{
  PstOrder *closed = table->closed != NULL ? &table->closed[id & (PST_CLOSED_ORDERS_REMEMBERED - 1)] : NULL;

  return id != 0 && closed != NULL && closed->id == id ? closed : NULL;
}

/**
 * pst_order_table_knows_execution:
 * @table: a table
 * @exchange: index of the exchange component
 * @execution_id: its id of an execution
 *
 * Returns: whether that execution was remembered
 */
gboolean
pst_order_table_knows_execution (PstOrderTable *table, guint32 exchange, const char *execution_id)
{
  Execution key = { .exchange = exchange };

  g_strlcpy (key.id, execution_id, sizeof key.id);
  return g_hash_table_contains (table->executions, &key);
}

/**
 * pst_order_table_remember_execution:
 * @table: a table
 * @entry: (nullable): the open order it belongs to; %NULL when that is closed
 * @exchange: index of the exchange component
 * @execution_id: its id of an execution that is not remembered yet
 */
void
pst_order_table_remember_execution (PstOrderTable *table, PstOpenOrder *entry, guint32 exchange, const char *execution_id)
{
  Execution *execution = g_new0 (Execution, 1);

  execution->exchange = exchange;
  g_strlcpy (execution->id, execution_id, sizeof execution->id);
  g_hash_table_add (table->executions, execution);
  if (entry == NULL)
    {
      retire_executions (table, execution);
      return;
    }
  execution->next = entry->executions;
  entry->executions = execution;
}
