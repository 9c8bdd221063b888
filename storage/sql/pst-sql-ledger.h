/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Turns the records of a run into rows, and says how many wait. */
#pragma once

#include "pst-sql-batch.h"

G_BEGIN_DECLS

typedef struct _PstSqlLedger PstSqlLedger;

/* The engine as engine_state and engine_status show it. */
typedef struct
{
  gboolean is_running; /* there is a status to keep */
  gint64 time_ns;      /* of the last tick, or of the start */
  gint64 last_sequence;
  gint64 last_tick;
  PstTradingState trading_state;
  gint64 n_orders;
  gint64 n_open_orders;
  gint64 n_denials;
  gint64 n_fills;
} PstSqlEngine;

/* What is to be known of a run that goes on. */
typedef struct
{
  guint32 n_components, n_instruments;
  gboolean has_peak; /* there was a tick */
  gint64 peak;       /* of its equity */
  PstSqlEngine engine;
} PstSqlShape;

/* @snapshot_rows: how many snapshots of each instrument are kept, 1 at least. */
PstSqlLedger *pst_sql_ledger_new (const PstSqlBackend *backend, guint snapshot_rows);
void pst_sql_ledger_free (PstSqlLedger *ledger);
/* CONSTRAINT for a record that no ledger can take: numbers beyond 63 bits, records of a run before its first. */
gboolean pst_sql_ledger_add (PstSqlLedger *ledger, const PstRecord *record, GError **error);
/* Goes on with a run of which the ledger has so much. */
void pst_sql_ledger_resume (PstSqlLedger *ledger, const PstRunRecord *run, const PstSqlShape *shape);
/* An order of that run that is open. */
void pst_sql_ledger_resume_order (PstSqlLedger *ledger, guint64 order_id, PstOrderState state);
guint pst_sql_ledger_get_n_rows (PstSqlLedger *ledger);
/* (transfer full) (nullable): everything that was added since the last time, sealed; NULL when that is nothing. */
PstSqlBatch *pst_sql_ledger_take (PstSqlLedger *ledger);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstSqlLedger, pst_sql_ledger_free)

G_END_DECLS
