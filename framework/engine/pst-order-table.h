/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The living orders of a run, and just enough memory of the dead: final orders leave, so that memory stays flat however long the run. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* Closed orders that are remembered, so that what a venue tells late or twice is known for what it is. A power of two. */
#define PST_CLOSED_ORDERS_REMEMBERED 4096
/* Execution ids of closed orders that are remembered; those of open orders are all remembered. */
#define PST_EXECUTIONS_REMEMBERED 16384
/* Open orders of a run; one more is denied. */
#define PST_OPEN_ORDERS_MAX 100000

/**
 * PstOpenOrder:
 * @order: as everyone sees it
 * @resting: the last state told by the venue: where a refused modification or cancel leads back to
 * @pending: what a modification under way asks for; its quantity is 0 when there is none
 * @reserved: open quantity that counts as exposure; 0 before it is sent
 * @instrument: index under which it stands; %PST_INSTRUMENT_NONE for an order that names an unknown one
 *
 * An order in the table. Its address is stable until it is closed.
 */
typedef struct _PstOpenOrder PstOpenOrder;
struct _PstOpenOrder
{
  PstOrder order;
  PstOrderState resting;
  PstOrderRequest pending;
  gint64 reserved;
  guint32 instrument;
  /*< private >*/
  PstOpenOrder *previous, *next;                       /* by number */
  PstOpenOrder *instrument_previous, *instrument_next; /* of the same instrument */
  gpointer executions;
};

/**
 * PstOpenQuantity:
 * @buy: of all buy orders
 * @sell: of all sell orders
 *
 * What is reserved in one instrument.
 */
typedef struct
{
  gint64 buy;
  gint64 sell;
} PstOpenQuantity;

/**
 * PstOrderTable:
 *
 * Orders by number. Used on the run's context.
 */
typedef struct _PstOrderTable PstOrderTable;

PstOrderTable *pst_order_table_new (void);
void pst_order_table_free (PstOrderTable *table);
PstOpenOrder *pst_order_table_add (PstOrderTable *table, guint64 id, guint32 instrument);
PstOpenOrder *pst_order_table_find (PstOrderTable *table, guint64 id);
PstOpenOrder *pst_order_table_first (PstOrderTable *table);
PstOpenOrder *pst_order_table_next (PstOpenOrder *entry);
PstOpenOrder *pst_order_table_first_of (PstOrderTable *table, guint32 instrument);
PstOpenOrder *pst_order_table_next_of (PstOpenOrder *entry);
guint pst_order_table_get_size (PstOrderTable *table);
gboolean pst_order_table_reserve (PstOrderTable *table, PstOpenOrder *entry, gint64 quantity);
PstOpenQuantity pst_order_table_get_open_quantity (PstOrderTable *table, guint32 instrument);
void pst_order_table_close (PstOrderTable *table, PstOpenOrder *entry);
PstOrder *pst_order_table_find_closed (PstOrderTable *table, guint64 id);
gboolean pst_order_table_knows_execution (PstOrderTable *table, guint32 exchange, const char *execution_id);
void pst_order_table_remember_execution (PstOrderTable *table, PstOpenOrder *entry, guint32 exchange, const char *execution_id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstOrderTable, pst_order_table_free)

G_END_DECLS
