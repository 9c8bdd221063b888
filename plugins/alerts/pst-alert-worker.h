/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Delivers alerts on a thread of its own, one by one, from a bounded queue: whoever puts one in never waits. */
#pragma once

#include <gio/gio.h>

#include "pst-alert.h"

G_BEGIN_DECLS

/* On the worker's thread. May block until @cancellable says otherwise. */
typedef gboolean (*PstAlertDeliver) (gpointer data, const PstAlert *alert, GCancellable *cancellable, GError **error);

typedef struct _PstAlertWorker PstAlertWorker;

/* @data is freed by @destroy when neither the worker nor its thread needs it any more. */
PstAlertWorker *pst_alert_worker_new (const char *name, guint queue_max, PstAlertDeliver deliver, gpointer data, GDestroyNotify destroy);
/* Takes a copy. When the queue is full the alert is dropped and counted; the next that is delivered says how many. */
void pst_alert_worker_push (PstAlertWorker *worker, const PstAlert *alert);
void pst_alert_worker_drop (PstAlertWorker *worker);
/* TRUE once for each time when delivery begins to fail; @why is what happened. */
gboolean pst_alert_worker_take_failure (PstAlertWorker *worker, char **why);
/* What was lost and not told yet. */
guint pst_alert_worker_get_n_dropped (PstAlertWorker *worker);
/* Delivers what waits, for @patience_us of real time at most, then gives up; never longer, whatever the sink does. Returns how many were lost. */
guint pst_alert_worker_stop (PstAlertWorker *worker, gint64 patience_us);

G_END_DECLS
