/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keeps what happened. Every store of a run gets the same records in the same order. A store that cannot write halts the run. */
#pragma once

#include "pst-context.h"

G_BEGIN_DECLS

/**
 * PstCommit:
 * @PST_COMMIT_INTENT: intents of a frame are about to be sent: what was appended must outlive the process
 * @PST_COMMIT_TICK: a logical time is over: all its effects belong together
 * @PST_COMMIT_END: the run is over: everything must be safe
 *
 * Why the run asks for a commit.
 */
typedef enum /*< prefix=PST_COMMIT >*/
{
  PST_COMMIT_INTENT,
  PST_COMMIT_TICK,
  PST_COMMIT_END,
} PstCommit;

/**
 * PstStoreScan:
 * @n_records: whole records found
 * @n_bytes: bytes they take, headers included
 * @n_bytes_torn: bytes of a torn last record, cut off or ignored; 0 when there was none
 *
 * What reading a store back found.
 */
typedef struct
{
  guint64 n_records;
  guint64 n_bytes;
  guint64 n_bytes_torn;
} PstStoreScan;

/* FALSE stops the reading; set the error for a failure, leave it for enough. */
typedef gboolean (*PstRecordFunc) (const PstRecord *record, gpointer user_data, GError **error);

#define PST_TYPE_STORE (pst_store_get_type ())
PST_API
G_DECLARE_DERIVABLE_TYPE (PstStore, pst_store, PST, STORE, PstComponent)

/**
 * PstStoreClass:
 * @has_run: whether the store already keeps a run of this user by this id
 * @append: take a record; may buffer
 * @commit: make what was appended safe to the degree that @why asks. A tick is whole in the store or not there at all
 * @replay: (nullable): read everything back in order, verifying it; also before start()
 *
 * start() opens and verifies, stop() closes after a last commit.
 */
struct _PstStoreClass
{
  PstComponentClass parent_class;

  gboolean (*has_run) (PstStore *store, const char *user_id, const char *run_id, gboolean *found, GError **error);
  gboolean (*append) (PstStore *store, const PstRecord *record, GError **error);
  gboolean (*commit) (PstStore *store, PstCommit why, GError **error);
  gboolean (*replay) (PstStore *store, PstRecordFunc func, gpointer user_data, PstStoreScan *scan, GError **error);
  gpointer reserved[8];
};

PST_API gboolean pst_store_has_run (PstStore *store, const char *user_id, const char *run_id, gboolean *found, GError **error);
PST_API gboolean pst_store_append (PstStore *store, const PstRecord *record, GError **error);
PST_API gboolean pst_store_commit (PstStore *store, PstCommit why, GError **error);
PST_API gboolean pst_store_can_replay (PstStore *store);
PST_API gboolean pst_store_replay (PstStore *store, PstRecordFunc func, gpointer user_data, PstStoreScan *scan, GError **error);

G_END_DECLS
