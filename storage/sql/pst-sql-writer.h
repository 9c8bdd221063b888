/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A ledger has one writer in a process: a thread with a connection, which takes what all runs have waiting and commits it together. A run has a lane
 * at it, a bounded queue: when that is full the run waits, and nobody else. Lanes are served in turn, a batch each. */
#pragma once

#include "pst-sql-group.h"
#include "pst-sql-latency.h"

G_BEGIN_DECLS

typedef struct _PstSqlLane PstSqlLane;

/* On the writer's thread, between two groups. */
typedef gboolean (*PstSqlCall) (PstSqlSession *session, gpointer data, GError **error);

/* A lane at the writer of this ledger, which is made when there is none. Settings that belong to the connection are the first lane's. */
PstSqlLane *pst_sql_lane_new (const PstSqlBackend *backend, const PstSqlTarget *target);
/* Waits until its batches are written and lets its run go. The last lane of a writer ends it. */
void pst_sql_lane_free (PstSqlLane *lane);
/* Calls and waits. */
gboolean pst_sql_lane_call (PstSqlLane *lane, PstSqlCall func, gpointer data, GError **error);
/* The run that this lane holds from now on. For a run that goes on; one that starts is claimed by its batch. On the writer's thread. */
void pst_sql_lane_set_run (PstSqlLane *lane, gint64 run_number);
/* @batch (transfer full), sealed. FALSE with the first failure of any batch of this lane: from then on nothing of it is written. */
gboolean pst_sql_lane_push (PstSqlLane *lane, PstSqlBatch *batch, GError **error);
/* Waits until everything is written. */
gboolean pst_sql_lane_drain (PstSqlLane *lane, GError **error);
/* FALSE with the first failure so far. Does not wait. */
gboolean pst_sql_lane_check (PstSqlLane *lane, GError **error);
/* From handed over to committed, of this lane's batches so far; how many batches wait. */
void pst_sql_lane_get_latency (PstSqlLane *lane, PstSqlLatency *latency, guint *n_waiting);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstSqlLane, pst_sql_lane_free)

G_END_DECLS
