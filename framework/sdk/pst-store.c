/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The base of stores: only calls through. append and commit stand in every order's way and have no type check. */

#include "pst-store.h"

#include <string.h>

/**
 * PstStore:
 *
 * Keeps what happened. A store that cannot write halts the run.
 */

G_DEFINE_ABSTRACT_TYPE (PstStore, pst_store, PST_TYPE_COMPONENT)

static void
pst_store_class_init (PstStoreClass *klass)
{
}

static void
pst_store_init (PstStore *store)
{
}

/**
 * pst_store_has_run:
 * @store: a started store
 * @user_id: whose run
 * @run_id: its name
 * @found: (out): whether it is there
 * @error: return location
 *
 * Tells whether the store already keeps a run. On the run's context.
 *
 * Returns: %FALSE with a %PST_STORE_ERROR when that could not be found out
 */
gboolean
pst_store_has_run (PstStore *store, const char *user_id, const char *run_id, gboolean *found, GError **error)
{
  g_return_val_if_fail (PST_IS_STORE (store), FALSE);
  g_return_val_if_fail (user_id != NULL && run_id != NULL && found != NULL, FALSE);

  *found = FALSE;
  return PST_STORE_GET_CLASS (store)->has_run == NULL || PST_STORE_GET_CLASS (store)->has_run (store, user_id, run_id, found, error);
}

/**
 * pst_store_append:
 * @store: a started store
 * @record: what happened
 * @error: return location
 *
 * Hands over a record, which may be buffered until the next commit. On the run's context.
 *
 * Returns: %FALSE with a %PST_STORE_ERROR when it cannot be kept: trading halts
 */
gboolean
pst_store_append (PstStore *store, const PstRecord *record, GError **error)
{
  return PST_STORE_GET_CLASS (store)->append (store, record, error);
}

/**
 * pst_store_commit:
 * @store: a started store
 * @why: to which degree
 * @error: return location
 *
 * Makes what was appended safe. On the run's context.
 *
 * Returns: %FALSE with a %PST_STORE_ERROR when it is not safe: trading halts
 */
gboolean
pst_store_commit (PstStore *store, PstCommit why, GError **error)
{
  return PST_STORE_GET_CLASS (store)->commit (store, why, error);
}

/**
 * pst_store_can_replay:
 * @store: a store
 *
 * Tells whether it can be read back. Any thread.
 *
 * Returns: %TRUE when it can
 */
gboolean
pst_store_can_replay (PstStore *store)
{
  g_return_val_if_fail (PST_IS_STORE (store), FALSE);

  return PST_STORE_GET_CLASS (store)->replay != NULL;
}

/**
 * pst_store_replay:
 * @store: a store; also before start()
 * @func: (scope call) (closure user_data): called for each record in order; %FALSE stops the reading
 * @user_data: passed to @func
 * @scan: (out caller-allocates) (optional): what was found
 * @error: return location
 *
 * Reads everything back and verifies it. Ask pst_store_can_replay() first. On the run's context.
 *
 * Returns: %FALSE with a %PST_STORE_ERROR, or with @func's error
 */
gboolean
pst_store_replay (PstStore *store, PstRecordFunc func, gpointer user_data, PstStoreScan *scan, GError **error)
{
  PstStoreScan ignored = { 0 };

  g_return_val_if_fail (PST_IS_STORE (store), FALSE);
  g_return_val_if_fail (func != NULL, FALSE);

  if (scan != NULL)
    *scan = ignored;
  if (PST_STORE_GET_CLASS (store)->replay != NULL)
    return PST_STORE_GET_CLASS (store)->replay (store, func, user_data, scan != NULL ? scan : &ignored, error);
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, "store \"%s\" of plugin \"%s\" cannot be read back",
               pst_component_get_name (PST_COMPONENT (store)), pst_component_get_plugin (PST_COMPONENT (store)));
  return FALSE;
}

typedef struct
{
  PstAuditRun run;
  gboolean any;
  PstAuditFunc func;
  gpointer user_data;
} AuditReading;

static gboolean
read_audit_record (const PstRecord *record, gpointer user_data, GError **error)
{
  AuditReading *reading = user_data;

  if (record->kind == PST_RECORD_AUDIT)
    return reading->func (&reading->run, record, reading->user_data, error);
  if (record->kind != PST_RECORD_RUN)
    return TRUE;
  reading->any = TRUE;
  reading->run.state = record->run.state;
  memcpy (reading->run.user_id, record->run.user_id, sizeof reading->run.user_id);
  memcpy (reading->run.run_id, record->run.run_id, sizeof reading->run.run_id);
  memcpy (reading->run.reason, record->run.reason, sizeof reading->run.reason);
  return TRUE;
}

/**
 * pst_store_resume:
 * @store: a store that is not started
 * @user_id: whose run
 * @run_id: its name
 * @last_sequence: (out): number of the last record of the run that the store keeps
 * @error: return location
 *
 * Says that the run is not new: the store goes on with what it keeps of it, from start() on. Records behind @last_sequence are told again by
 * pst_store_append(), from the run's journal. On the run's context.
 *
 * Returns: %FALSE with %PST_STORE_ERROR_CONSTRAINT when the store has no such run, or it ended, or lives; with another %PST_STORE_ERROR when
 *   that could not be found out
 */
gboolean
pst_store_resume (PstStore *store, const char *user_id, const char *run_id, guint64 *last_sequence, GError **error)
{
  g_return_val_if_fail (PST_IS_STORE (store), FALSE);
  g_return_val_if_fail (user_id != NULL && run_id != NULL && last_sequence != NULL, FALSE);

  *last_sequence = 0;
  if (PST_STORE_GET_CLASS (store)->resume != NULL)
    return PST_STORE_GET_CLASS (store)->resume (store, user_id, run_id, last_sequence, error);
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CONSTRAINT, "store \"%s\" of plugin \"%s\" cannot go on with a run",
               pst_component_get_name (PST_COMPONENT (store)), pst_component_get_plugin (PST_COMPONENT (store)));
  return FALSE;
}

/**
 * pst_store_get_status:
 * @store: a started store
 * @status: (out caller-allocates): how it keeps up
 *
 * Tells how long commits take and how many wait. All zero for a store that does not count. On the run's context.
 */
void
pst_store_get_status (PstStore *store, PstStoreStatus *status)
{
  g_return_if_fail (PST_IS_STORE (store));
  g_return_if_fail (status != NULL);

  *status = (PstStoreStatus){ 0 };
  if (PST_STORE_GET_CLASS (store)->get_status != NULL)
    PST_STORE_GET_CLASS (store)->get_status (store, status);
}

/**
 * pst_store_maintain:
 * @store: a store that is not started
 * @what: what to do with it
 * @user_id: (nullable): of %PST_MAINTENANCE_EXPORT, only this user's rows
 * @run_id: (nullable): of %PST_MAINTENANCE_EXPORT, only the rows of runs of this name
 * @func: (scope call) (closure user_data): called for each row; %FALSE stops
 * @user_data: passed to @func
 * @error: return location
 *
 * Does what an operator wants of a store as a whole. Any thread.
 *
 * Returns: %FALSE with a %PST_STORE_ERROR, or with @func's error
 */
gboolean
pst_store_maintain (PstStore *store, PstMaintenance what, const char *user_id, const char *run_id, PstRowFunc func, gpointer user_data,
                    GError **error)
{
  g_return_val_if_fail (PST_IS_STORE (store), FALSE);
  g_return_val_if_fail (func != NULL, FALSE);

  if (PST_STORE_GET_CLASS (store)->maintain != NULL)
    return PST_STORE_GET_CLASS (store)->maintain (store, what, user_id, run_id, func, user_data, error);
  g_set_error_literal (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, "this store has nothing to migrate, check or export");
  return FALSE;
}

/**
 * pst_store_read_audit:
 * @store: a store; also before start()
 * @func: (scope call) (closure user_data): called for each audit record of each run in the order in which they stand, and behind the last of each
 *   run with %NULL; %FALSE stops the reading
 * @user_data: passed to @func
 * @error: return location
 *
 * Reads the audit chains back as they stand: whoever looks for tampering must see what is there. Of a store that replays, whatever it verifies is
 * verified. On the run's context.
 *
 * Returns: %FALSE with a %PST_STORE_ERROR, or with @func's error, or when @func had enough
 */
gboolean
pst_store_read_audit (PstStore *store, PstAuditFunc func, gpointer user_data, GError **error)
{
  AuditReading reading = { .func = func, .user_data = user_data };
  gboolean done;

  g_return_val_if_fail (PST_IS_STORE (store), FALSE);
  g_return_val_if_fail (func != NULL, FALSE);

  if (PST_STORE_GET_CLASS (store)->read_audit != NULL)
    return PST_STORE_GET_CLASS (store)->read_audit (store, func, user_data, error);
  done = pst_store_replay (store, read_audit_record, &reading, NULL, error);
  /* Of a damaged journal too: what stands before the damage is told. */
  return (!reading.any || func (&reading.run, NULL, user_data, done ? error : NULL)) && done;
}
