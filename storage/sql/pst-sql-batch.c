/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One statement a table, however many rows. */
#include "pst-sql-batch.h"

#include "pst-sql-audit.h"

static const PstSqlStatement statements[PST_SQL_N_TABLES] = {
  [PST_SQL_TABLE_CURRENCY] = PST_SQL_INSERT_CURRENCIES,
  [PST_SQL_TABLE_RUN] = PST_SQL_INSERT_RUN,
  [PST_SQL_TABLE_COMPONENT] = PST_SQL_INSERT_COMPONENTS,
  [PST_SQL_TABLE_INSTRUMENT] = PST_SQL_INSERT_INSTRUMENTS,
  [PST_SQL_TABLE_CASH] = PST_SQL_INSERT_CASH,
  [PST_SQL_TABLE_RUN_START] = PST_SQL_START_RUN,
  [PST_SQL_TABLE_NEW_ORDER] = PST_SQL_INSERT_ORDERS,
  [PST_SQL_TABLE_ORDER] = PST_SQL_WRITE_ORDERS,
  [PST_SQL_TABLE_TRADE] = PST_SQL_INSERT_TRADES,
  [PST_SQL_TABLE_POSITION] = PST_SQL_WRITE_POSITIONS,
  [PST_SQL_TABLE_TICK] = PST_SQL_INSERT_TICKS,
  [PST_SQL_TABLE_OPPORTUNITY] = PST_SQL_INSERT_OPPORTUNITIES,
  [PST_SQL_TABLE_EVENT] = PST_SQL_INSERT_EVENTS,
  [PST_SQL_TABLE_AUDIT] = PST_SQL_INSERT_AUDIT,
  [PST_SQL_TABLE_SNAPSHOT] = PST_SQL_WRITE_SNAPSHOTS,
  [PST_SQL_TABLE_STATE] = PST_SQL_WRITE_RUNTIME_STATE,
  [PST_SQL_TABLE_ENGINE_STATE] = PST_SQL_INSERT_ENGINE_STATE,
  [PST_SQL_TABLE_ENGINE_STATUS] = PST_SQL_WRITE_ENGINE_STATUS,
  [PST_SQL_TABLE_RUN_END] = PST_SQL_END_RUN,
};

PstSqlStatement
pst_sql_batch_get_statement (PstSqlTable table)
{
  return statements[table];
}

/* The tables with most rows. */
static gboolean
is_long (PstSqlTable table)
{
  return table == PST_SQL_TABLE_NEW_ORDER || table == PST_SQL_TABLE_ORDER || table == PST_SQL_TABLE_EVENT;
}

PstSqlBatch *
pst_sql_batch_new (const PstSqlBackend *backend, const char *user_id, const char *run_id)
{
  PstSqlBatch *batch = g_new0 (PstSqlBatch, 1);

  g_strlcpy (batch->user_id, user_id, sizeof batch->user_id);
  g_strlcpy (batch->run_id, run_id, sizeof batch->run_id);
  for (guint i = 0; i < PST_SQL_N_TABLES; i++)
    pst_sql_rows_init (&batch->tables[i], backend->has_records && is_long (i) ? PST_SQL_ROWS_RECORDS : PST_SQL_ROWS_JSON);
  return batch;
}

void
pst_sql_batch_free (PstSqlBatch *batch)
{
  if (batch == NULL)
    return;
  for (guint i = 0; i < PST_SQL_N_TABLES; i++)
    pst_sql_rows_clear (&batch->tables[i]);
  g_clear_error (&batch->failure);
  g_free (batch);
}

void
pst_sql_batch_seal (PstSqlBatch *batch)
{
  for (guint i = 0; i < PST_SQL_N_TABLES; i++)
    {
      pst_sql_rows_finish (&batch->tables[i]);
      batch->n_bytes += batch->tables[i].text->len;
      batch->n_rows += batch->tables[i].n_rows;
    }
}

/* The claim is taken inside the transaction that makes the run RUNNING: whoever sees it run sees it claimed. */
static gboolean
claim (PstSqlBatch *batch, PstSqlSession *session, GError **error)
{
  gint64 run_number;

  if (!pst_sql_connection_query (pst_sql_session_get_connection (session), PST_SQL_RUN_NUMBER, batch->user_id, batch->run_id, NULL, &run_number, NULL,
                                 error)
      || !pst_sql_session_claim (session, run_number, error))
    return FALSE;
  batch->claimed = run_number;
  return TRUE;
}

/* The run's link in the chain of runs, in the transaction that brings the run. */
static gboolean
link_run (PstSqlBatch *batch, PstSqlConnection *connection, GError **error)
{
  gint64 number = 0;
  guint8 link[PST_AUDIT_HASH_SIZE] = { 0 };
  char text[PST_AUDIT_HASH_TEXT_SIZE];
  PstAuditHead head;
  PstSqlRows rows;
  gboolean done;

  if (!pst_sql_audit_get_last_link (connection, &number, link, error))
    return FALSE;
  pst_sql_rows_init (&rows, PST_SQL_ROWS_JSON);
  pst_sql_rows_begin (&rows);
  pst_sql_rows_add_integer (&rows, number + 1);
  pst_audit_hash_print (link, text);
  pst_sql_rows_add_text (&rows, text);
  pst_audit_link (link, batch->user_id, batch->run_id, link);
  pst_audit_hash_print (link, text);
  pst_sql_rows_add_text (&rows, text);
  pst_audit_genesis (batch->user_id, batch->run_id, &head);
  pst_audit_hash_print (head.hash, text);
  pst_sql_rows_add_text (&rows, text);
  pst_sql_rows_end (&rows);
  done = pst_sql_connection_execute (connection, PST_SQL_INSERT_LINK, batch->user_id, batch->run_id, pst_sql_rows_finish (&rows), error);
  pst_sql_rows_clear (&rows);
  return done;
}

static gboolean
write_table (PstSqlBatch *batch, PstSqlTable table, PstSqlSession *session, GError **error)
{
  PstSqlConnection *connection = pst_sql_session_get_connection (session);
  PstSqlRows *rows = &batch->tables[table];
  const char *text = rows->text->str;

  if (rows->n_rows == 0)
    return TRUE;
  if (!pst_sql_connection_execute (connection, statements[table], batch->user_id, batch->run_id, text, error))
    return FALSE;
  if (table == PST_SQL_TABLE_RUN)
    return link_run (batch, connection, error);
  if (table == PST_SQL_TABLE_AUDIT)
    return pst_sql_connection_execute (connection, PST_SQL_MOVE_AUDIT_HEAD, batch->user_id, batch->run_id, text, error);
  if (table == PST_SQL_TABLE_RUN_START)
    return claim (batch, session, error);
  /* The equity curve's columns stand at the end of the ticks' rows. */
  return table != PST_SQL_TABLE_TICK || pst_sql_connection_execute (connection, PST_SQL_INSERT_EQUITY, batch->user_id, batch->run_id, text, error);
}

gboolean
pst_sql_batch_write (PstSqlBatch *batch, PstSqlSession *session, GError **error)
{
  for (guint i = 0; i < PST_SQL_N_TABLES; i++)
    {
      if (!write_table (batch, i, session, error))
        return FALSE;
    }
  return TRUE;
}

void
pst_sql_batch_give_up (PstSqlBatch *batch, PstSqlSession *session)
{
  if (batch->claimed != 0)
    pst_sql_session_release (session, batch->claimed);
  batch->claimed = 0;
}

gboolean
pst_sql_batch_is_there (PstSqlBatch *batch, PstSqlSession *session, gboolean *there, GError **error)
{
  gint64 position;

  if (!pst_sql_connection_query (pst_sql_session_get_connection (session), PST_SQL_RUN_POSITION, batch->user_id, batch->run_id, NULL, &position, NULL,
                                 error))
    return FALSE;
  *there = batch->first_sequence > 0 && position >= (gint64)batch->first_sequence;
  return !*there || batch->tables[PST_SQL_TABLE_RUN_START].n_rows == 0 || claim (batch, session, error);
}
