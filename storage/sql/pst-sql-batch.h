/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whole ticks on their way into the ledger: made on the run's thread, written by the writer's, in one transaction. */
#pragma once

#include "pst-sql-connection.h"
#include "pst-sql-rows.h"

G_BEGIN_DECLS

/* In the order in which they are written: what is referred to comes first; a run's end comes last, for nothing may follow it. */
typedef enum
{
  PST_SQL_TABLE_CURRENCY,
  PST_SQL_TABLE_RUN,
  PST_SQL_TABLE_COMPONENT,
  PST_SQL_TABLE_INSTRUMENT,
  PST_SQL_TABLE_CASH,
  PST_SQL_TABLE_RUN_START,
  PST_SQL_TABLE_ORDER,
  PST_SQL_TABLE_TRADE,
  PST_SQL_TABLE_POSITION,
  PST_SQL_TABLE_TICK,
  PST_SQL_TABLE_OPPORTUNITY,
  PST_SQL_TABLE_EVENT,
  PST_SQL_TABLE_AUDIT,
  PST_SQL_TABLE_SNAPSHOT,
  PST_SQL_TABLE_STATE,
  PST_SQL_TABLE_ENGINE_STATE,
  PST_SQL_TABLE_ENGINE_STATUS,
  PST_SQL_TABLE_RUN_END,
  PST_SQL_N_TABLES
} PstSqlTable;

typedef struct
{
  PstSqlRows tables[PST_SQL_N_TABLES];
  char user_id[PST_NAME_SIZE];
  char run_id[PST_NAME_SIZE];
} PstSqlBatch;

PstSqlBatch *pst_sql_batch_new (const char *user_id, const char *run_id);
void pst_sql_batch_free (PstSqlBatch *batch);
/* One transaction, all or nothing. @claims: what holds a run that starts. */
gboolean pst_sql_batch_write (PstSqlBatch *batch, PstSqlConnection *connection, gpointer claims, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstSqlBatch, pst_sql_batch_free)

G_END_DECLS
