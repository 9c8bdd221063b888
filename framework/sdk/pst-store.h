/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keeps what happened. Every store of a run gets the same records in the same order. A store that cannot write halts the run. */
#pragma once

#include "../model/pst-audit.h"
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

/**
 * PstMaintenance:
 * @PST_MAINTENANCE_MIGRATE: brings the store's form up to this program's; tells what STATUS does
 * @PST_MAINTENANCE_STATUS: tells a row for each step of its form: version, migration, state (applied, pending)
 * @PST_MAINTENANCE_CHECK: tells each row that contradicts another, under the name of the check; none in a store that is sound
 * @PST_MAINTENANCE_EXPORT: tells everything, money, prices and sizes as decimals
 *
 * What an operator does with a store as a whole.
 */
typedef enum /*< prefix=PST_MAINTENANCE >*/
{
  PST_MAINTENANCE_MIGRATE = 1,
  PST_MAINTENANCE_STATUS,
  PST_MAINTENANCE_CHECK,
  PST_MAINTENANCE_EXPORT,
} PstMaintenance;

/* A row of @table: names and values, each ended by NULL behind the last name; a value may be NULL. FALSE with @error stops. */
typedef gboolean (*PstRowFunc) (const char *table, const char *const *columns, const char *const *values, gpointer user_data, GError **error);

/**
 * PstStoreStatus:
 * @n_commits: commits so far: what was handed over together counts once
 * @n_waiting: how many wait to be written
 * @commit_p50_ns: half of the commits took no longer, from handed over to safe
 * @commit_p99_ns: all but a hundredth took no longer
 * @commit_max_ns: the longest
 *
 * How a started store keeps up. All zero for one that does not count.
 */
typedef struct
{
  guint64 n_commits;
  guint n_waiting;
  gint64 commit_p50_ns, commit_p99_ns, commit_max_ns;
} PstStoreStatus;

/* FALSE stops the reading; set the error for a failure, leave it for enough. */
typedef gboolean (*PstRecordFunc) (const PstRecord *record, gpointer user_data, GError **error);

/**
 * PstAuditRun:
 * @user_id: whose run
 * @run_id: its name
 * @state: as the store keeps it; 0 when the run is gone and only its link is left
 * @reason: why it ended
 * @has_head: whether the store keeps the end of the chain apart from the chain: @head
 * @head: number and hash of what should be the last record
 * @has_links: whether the store chains its runs
 * @link_number: the run's place in the store's chain of runs, from 1; 0 when it has no link
 * @previous_link: the link before
 * @link: the run's link
 *
 * A run's audit chain in a store.
 */
typedef struct
{
  char user_id[PST_NAME_SIZE];
  char run_id[PST_NAME_SIZE];
  PstRunState state;
  char reason[PST_REASON_SIZE];
  gboolean has_head;
  PstAuditHead head;
  gboolean has_links;
  guint64 link_number;
  guint8 previous_link[PST_AUDIT_HASH_SIZE];
  guint8 link[PST_AUDIT_HASH_SIZE];
} PstAuditRun;

/* @record: the next audit record of the run as it stands in the store; NULL behind the last one: what @run says is complete then. FALSE stops the
 * reading; set the error for a failure, leave it for enough. */
typedef gboolean (*PstAuditFunc) (const PstAuditRun *run, const PstRecord *record, gpointer user_data, GError **error);

#define PST_TYPE_STORE (pst_store_get_type ())
PST_API
G_DECLARE_DERIVABLE_TYPE (PstStore, pst_store, PST, STORE, PstComponent)

/**
 * PstStoreClass:
 * @has_run: whether the store already keeps a run of this user by this id
 * @append: take a record; may buffer
 * @commit: make what was appended safe to the degree that @why asks. A tick is whole in the store or not there at all
 * @replay: (nullable): read everything back in order, verifying it; also before start()
 * @resume: (nullable): before start(): the store is to go on with a run that it keeps and that did not end, and says how far it got. A store
 *   without one cannot take part in a run that is resumed
 * @get_status: (nullable): how it keeps up; @status is all zero
 * @maintain: (nullable): what an operator does with it, without a run
 * @read_audit: (nullable): read the audit chains back as they stand, verifying nothing; also before start(). A store with @replay needs none
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
  gboolean (*read_audit) (PstStore *store, PstAuditFunc func, gpointer user_data, GError **error);
  gboolean (*resume) (PstStore *store, const char *user_id, const char *run_id, guint64 *last_sequence, GError **error);
  void (*get_status) (PstStore *store, PstStoreStatus *status);
  gboolean (*maintain) (PstStore *store, PstMaintenance what, const char *user_id, const char *run_id, PstRowFunc func, gpointer user_data,
                        GError **error);
  gpointer reserved[4];
};

PST_API gboolean pst_store_has_run (PstStore *store, const char *user_id, const char *run_id, gboolean *found, GError **error);
PST_API gboolean pst_store_append (PstStore *store, const PstRecord *record, GError **error);
PST_API gboolean pst_store_commit (PstStore *store, PstCommit why, GError **error);
PST_API gboolean pst_store_can_replay (PstStore *store);
PST_API gboolean pst_store_replay (PstStore *store, PstRecordFunc func, gpointer user_data, PstStoreScan *scan, GError **error);
/* Before start(): the run is not new, it goes on where a crash cut it off. @last_sequence: of the last record that the store keeps of it, whole
 * ticks only where the store keeps ticks; what comes behind is told again by append(). PST_STORE_ERROR_IO when it cannot be read,
 * PST_STORE_ERROR_CONSTRAINT when the run ended, is not there, or is alive in another process. */
PST_API gboolean pst_store_resume (PstStore *store, const char *user_id, const char *run_id, guint64 *last_sequence, GError **error);
/* How it keeps up, from start() to stop(). On the run's context. */
PST_API void pst_store_get_status (PstStore *store, PstStoreStatus *status);
/* Without a run, from any thread: the options that say where it is are enough. @user_id, @run_id: (nullable): of EXPORT, whose rows.
 * PST_STORE_ERROR_IO for a store that has no such thing. */
PST_API gboolean pst_store_maintain (PstStore *store, PstMaintenance what, const char *user_id, const char *run_id, PstRowFunc func,
                                     gpointer user_data, GError **error);
/* Every run's audit chain, as it stands in the store; what it should be is for the caller to find out. Also before start(). PST_STORE_ERROR_IO when
 * the store cannot be read back. */
PST_API gboolean pst_store_read_audit (PstStore *store, PstAuditFunc func, gpointer user_data, GError **error);

G_END_DECLS
