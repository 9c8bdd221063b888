/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A thread that writes batches, so that SQL stands in no frame's way. The queue is bounded: when it is full the run waits. */
#pragma once

#include "pst-sql-batch.h"

G_BEGIN_DECLS

typedef struct _PstSqlWriter PstSqlWriter;

/* Takes connection and claims (nullable), and frees both in the end. */
PstSqlWriter *pst_sql_writer_new (PstSqlConnection *connection, gpointer claims);
/* Writes what waits, ends the thread, closes the connection. */
void pst_sql_writer_free (PstSqlWriter *writer);
/* @batch (transfer full). FALSE with the first failure of any batch: from then on nothing is written. */
gboolean pst_sql_writer_push (PstSqlWriter *writer, PstSqlBatch *batch, GError **error);
/* Waits until everything is written. */
gboolean pst_sql_writer_drain (PstSqlWriter *writer, GError **error);
/* FALSE with the first failure so far. Does not wait. */
gboolean pst_sql_writer_check (PstSqlWriter *writer, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstSqlWriter, pst_sql_writer_free)

G_END_DECLS
