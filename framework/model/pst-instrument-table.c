/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An array for the hot way (index to instrument) and a hash table for the cold one (id to index). Grows only, so that an index means the
 * same for the whole run. */
#include "pst-instrument-table.h"

struct _PstInstrumentTable
{
  GPtrArray *instruments; /* PstInstrument, owned */
  GHashTable *indexes;    /* id (the instrument's) to index */
  GHashTable *expected;   /* (nullable): indexes of those that stand in for what an exchange will add */
};

G_DEFINE_BOXED_TYPE (PstInstrumentTable, pst_instrument_table, pst_instrument_table_ref, pst_instrument_table_unref)

/**
 * pst_instrument_table_new:
 *
 * Returns: (transfer full): an empty table
 */
PstInstrumentTable *
pst_instrument_table_new (void)
{
  PstInstrumentTable *table = g_atomic_rc_box_new0 (PstInstrumentTable);

  table->instruments = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_instrument_unref);
  table->indexes = g_hash_table_new (g_str_hash, g_str_equal);
  return table;
}

/**
 * pst_instrument_table_ref:
 * @table: a table
 *
 * Any thread.
 *
 * Returns: (transfer full): @table
 */
PstInstrumentTable *
pst_instrument_table_ref (PstInstrumentTable *table)
{
  return g_atomic_rc_box_acquire (table);
}

static void
clear (gpointer data)
{
  PstInstrumentTable *table = data;

  g_clear_pointer (&table->indexes, g_hash_table_unref);
  g_clear_pointer (&table->expected, g_hash_table_unref);
  g_clear_pointer (&table->instruments, g_ptr_array_unref);
}

/**
 * pst_instrument_table_unref:
 * @table: (transfer full): a table
 *
 * Any thread.
 */
void
pst_instrument_table_unref (PstInstrumentTable *table)
{
  g_atomic_rc_box_release_full (table, clear);
}

static guint32
append (PstInstrumentTable *table, PstInstrument *instrument)
{
  guint32 index = table->instruments->len;

  g_ptr_array_add (table->instruments, pst_instrument_ref (instrument));
  g_hash_table_insert (table->indexes, instrument->id, GUINT_TO_POINTER (index));
  return index;
}

/* Those who look at the instrument hold its address, so what was not known of it is filled in where it stands. */
static guint32
complete (PstInstrumentTable *table, guint32 index, const PstInstrument *instrument, GError **error)
{
  PstInstrument *known = table->instruments->pdata[index];

  if (known->price_scale != instrument->price_scale || known->size_scale != instrument->size_scale || known->settlement != instrument->settlement
      || known->base != instrument->base || known->quote != instrument->quote)
    {
      g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_RANGE,
                   "instrument \"%s\" had other scales or currencies when the run was cut off; its orders and positions would mean something else",
                   known->id);
      return PST_INSTRUMENT_NONE;
    }
  known->price_step = instrument->price_step;
  known->size_step = instrument->size_step;
  known->size_min = instrument->size_min;
  known->size_max = instrument->size_max;
  known->notional_min = instrument->notional_min;
  known->maker_fee = instrument->maker_fee;
  known->taker_fee = instrument->taker_fee;
  g_hash_table_remove (table->expected, GUINT_TO_POINTER (index));
  return index;
}

/**
 * pst_instrument_table_add:
 * @table: a table
 * @instrument: an instrument; the table takes a reference
 * @error: return location for a #PstValueError
 *
 * Error: %PST_VALUE_ERROR_RANGE when the id is there already and was not expected, or was with other scales. On the run's context.
 *
 * Returns: its index, or %PST_INSTRUMENT_NONE on error
 */
guint32
pst_instrument_table_add (PstInstrumentTable *table, PstInstrument *instrument, GError **error)
{
  guint32 index;

  g_return_val_if_fail (table != NULL && instrument != NULL, PST_INSTRUMENT_NONE);
  index = pst_instrument_table_find (table, instrument->id);
  if (index != PST_INSTRUMENT_NONE && table->expected != NULL && g_hash_table_contains (table->expected, GUINT_TO_POINTER (index)))
    return complete (table, index, instrument, error);
  if (index != PST_INSTRUMENT_NONE)
    {
      g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_RANGE,
                   "instrument \"%s\" is in this run already, with number %u; give one of the two another venue name", instrument->id, index);
      return PST_INSTRUMENT_NONE;
    }
  return append (table, instrument);
}

/**
 * pst_instrument_table_expect:
 * @table: a table
 * @instrument: what is known of an instrument that an exchange will add again; the table takes a reference, and nobody else may have one
 * @error: return location for a #PstValueError
 *
 * Gives an instrument its index before it is added. Error: %PST_VALUE_ERROR_RANGE when the id is there already. On the run's context.
 *
 * Returns: its index, or %PST_INSTRUMENT_NONE on error
 */
guint32
pst_instrument_table_expect (PstInstrumentTable *table, PstInstrument *instrument, GError **error)
{
  guint32 index;

  g_return_val_if_fail (table != NULL && instrument != NULL, PST_INSTRUMENT_NONE);
  if (pst_instrument_table_find (table, instrument->id) != PST_INSTRUMENT_NONE)
    {
      g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_RANGE, "instrument \"%s\" is in this run already", instrument->id);
      return PST_INSTRUMENT_NONE;
    }
  index = append (table, instrument);
  if (table->expected == NULL)
    table->expected = g_hash_table_new (NULL, NULL);
  g_hash_table_add (table->expected, GUINT_TO_POINTER (index));
  return index;
}

/**
 * pst_instrument_table_find:
 * @table: a table
 * @id: "BTC/USD.KRAKEN"
 *
 * On the run's context.
 *
 * Returns: the index, or %PST_INSTRUMENT_NONE
 */
guint32
pst_instrument_table_find (const PstInstrumentTable *table, const char *id)
{
  gpointer index;

  g_return_val_if_fail (table != NULL && id != NULL, PST_INSTRUMENT_NONE);
  if (!g_hash_table_lookup_extended (table->indexes, id, NULL, &index))
    return PST_INSTRUMENT_NONE;
  return GPOINTER_TO_UINT (index);
}

/**
 * pst_instrument_table_get_size:
 * @table: a table
 *
 * On the run's context.
 *
 * Returns: how many instruments there are; indexes run from 0 to one below
 */
guint
pst_instrument_table_get_size (const PstInstrumentTable *table)
{
  return table->instruments->len;
}

/**
 * pst_instrument_table_get:
 * @table: a table
 * @index: an index
 *
 * On the run's context; hot.
 *
 * Returns: (transfer none) (nullable): the instrument; %NULL beyond the size
 */
const PstInstrument *
pst_instrument_table_get (const PstInstrumentTable *table, guint32 index)
{
  return index < table->instruments->len ? g_ptr_array_index (table->instruments, index) : NULL;
}
