/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The instruments of one run by dense index: events, orders and records carry the index, never the id. */
#pragma once

#include "pst-instrument.h"

G_BEGIN_DECLS

/**
 * PstInstrumentTable:
 *
 * The instruments of a run, numbered 0, 1, 2, ... in the order they were added. Only grows. Used on the run's context.
 */
typedef struct _PstInstrumentTable PstInstrumentTable;

#define PST_TYPE_INSTRUMENT_TABLE (pst_instrument_table_get_type ())

PST_API GType pst_instrument_table_get_type (void);
PST_API PstInstrumentTable *pst_instrument_table_new (void);
PST_API PstInstrumentTable *pst_instrument_table_ref (PstInstrumentTable *table);
PST_API void pst_instrument_table_unref (PstInstrumentTable *table);
/* Takes a reference; PST_VALUE_ERROR_RANGE when the id is already there. Returns the index or PST_INSTRUMENT_NONE. */
PST_API guint32 pst_instrument_table_add (PstInstrumentTable *table, PstInstrument *instrument, GError **error);
/* An instrument that an earlier part of the run knew keeps its index: what is known of it stands in until pst_instrument_table_add() brings the same
 * id, with the same scales and currencies, and all else. PST_VALUE_ERROR_RANGE when the id is already there. */
PST_API guint32 pst_instrument_table_expect (PstInstrumentTable *table, PstInstrument *instrument, GError **error);
PST_API guint32 pst_instrument_table_find (const PstInstrumentTable *table, const char *id);
PST_API guint pst_instrument_table_get_size (const PstInstrumentTable *table);
/* (transfer none) (nullable) */
PST_API const PstInstrument *pst_instrument_table_get (const PstInstrumentTable *table, guint32 index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstInstrumentTable, pst_instrument_table_unref)

G_END_DECLS
