/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whole ticks of one run on their way into the ledger: made on the run's thread, written by the writer's, all or nothing. */
#pragma once

#include "pst-sql-rows.h"
#include "pst-sql-session.h"

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
  PST_SQL_TABLE_NEW_ORDER,
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
  guint64 first_sequence; /* of the records that it tells; 0: of none */
  gsize n_bytes;          /* of its texts; since it was sealed */
  guint n_rows;
  /* the writer's */
  gpointer lane;
  gint64 handed_over_us;
  gint64 run_number; /* of the run when it is claimed already, else 0 */
  gint64 claimed;    /* number of the run that it started; 0 for none */
  GError *failure;
} PstSqlBatch;

/* Its rows are written as @backend reads them fastest. */
PstSqlBatch *pst_sql_batch_new (const PstSqlBackend *backend, const char *user_id, const char *run_id);
void pst_sql_batch_free (PstSqlBatch *batch);
/* What writes a table's rows. */
PstSqlStatement pst_sql_batch_get_statement (PstSqlTable table);
/* Nothing can be added any more. */
void pst_sql_batch_seal (PstSqlBatch *batch);
/* Within the caller's transaction. A run that starts is claimed: on a failure, and when the transaction fails, pst_sql_batch_give_up(). */
gboolean pst_sql_batch_write (PstSqlBatch *batch, PstSqlSession *session, GError **error);
/* Lets go of the run that it claimed. */
void pst_sql_batch_give_up (PstSqlBatch *batch, PstSqlSession *session);
/* Whether the ledger has it: what is there is there whole. */
gboolean pst_sql_batch_is_there (PstSqlBatch *batch, PstSqlSession *session, gboolean *there, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstSqlBatch, pst_sql_batch_free)

G_END_DECLS
