/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The component: options, life, and when a batch goes to the writer. A tick is in the ledger whole or not at all, for batches end where ticks
 * end. Intents are the journal's business: a commit of them does nothing here. */
#include "pst-sql.h"

#include "pst-sql-audit.h"
#include "pst-sql-maintenance.h"
#include "pst-sql-migration.h"
#include "pst-sql-opening.h"
#include "pst-sql-results.h"
#include "pst-sql-resume.h"
#include "pst-sql-writer.h"

#include <string.h>

#define COMMIT_ROWS_DEFAULT 10000
#define COMMIT_ROWS_MAX 1000000
#define SNAPSHOT_ROWS_DEFAULT 10000
#define SNAPSHOT_ROWS_MAX 100000000
/* The migration that brought the audit chain. */
#define AUDIT_VERSION 4
/* Of one tick. Above it something is wrong, and memory is not the place to find out. */
#define TICK_ROWS_MAX 4000000

struct _PstSql
{
  PstStore parent_instance;

  char *path;
  char *database;
  guint commit_rows;
  guint snapshot_rows;
  gint64 busy_timeout_ns;

  char *open_path;
  PstSqlLane *lane;
  PstSqlLedger *ledger;
  gboolean every_tick;
  gboolean in_tick; /* something was added since the last tick's end */
  guint fail_nth;
  PstStoreError fail_code;
  gint64 resumed; /* number of the run that is to go on; 0 for a new one */
  guint64 resumed_at;

  PstSqlConnection *probe; /* for what is asked before start */
  char *probe_path;
  PstSqlResults *results; /* once one is asked for */
};

static void pst_sql_result_store_init (PstResultStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PstSql, pst_sql, PST_TYPE_STORE, G_IMPLEMENT_INTERFACE (PST_TYPE_RESULT_STORE, pst_sql_result_store_init))

PST_DEFINE_PLUGIN ("sql", STORE, PstSql, pst_sql_get_type)

typedef enum
{
  PROP_PATH = 1,
  PROP_COMMIT_ROWS,
  PROP_BUSY_TIMEOUT,
  PROP_SNAPSHOT_ROWS,
  PROP_DATABASE,
  N_PROPS
} PstSqlProperty;

static gboolean
is_set (const char *option)
{
  return option != NULL && *option != '\0';
}

/* The path with {run} replaced, when the host left that to us; or the URI. */
static char *
make_path (PstSql *self, const char *run_id, GError **error)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (self));
  g_autoptr (GString) path = NULL;

  if (is_set (self->path) == is_set (self->database))
    {
      g_set_error_literal (error, PST_OPTION_ERROR, is_set (self->path) ? PST_OPTION_ERROR_CONFLICT : PST_OPTION_ERROR_MISSING,
                           is_set (self->path) ? "the ledger is either a file or a server's database; set one of the options path and database"
                                               : "the ledger has no path and no database; set one, for example path=ledger.db");
      return NULL;
    }
  if (is_set (self->database) && pst_sql_backend_find (self->database) == pst_sql_sqlite_get_backend ())
    {
      g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO,
                   "ledger \"%s\" cannot be opened: a database is given as postgresql://USER@HOST:PORT/DATABASE, a file by the option path",
                   self->database);
      return NULL;
    }
  if (is_set (self->database))
    return g_strdup (self->database);
  path = g_string_new (self->path);
  if (strstr (path->str, "{run}") == NULL)
    return g_strdup (path->str);
  if (run_id == NULL && context != NULL)
    run_id = pst_context_get_run (context)->run_id;
  if (run_id == NULL)
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, "the ledger's path \"%s\" needs a run to stand for {run}", self->path);
      return NULL;
    }
  g_string_replace (path, "{run}", run_id, 0);
  return g_strdup (path->str);
}

static void
close_probe (PstSql *self)
{
  g_clear_pointer (&self->probe, pst_sql_connection_free);
  g_clear_pointer (&self->probe_path, g_free);
}

/* Many ids may be asked for one after the other, so the connection is kept. */
static gboolean
open_probe (PstSql *self, const char *path, gboolean *present, GError **error)
{
  PstSqlTarget target = { .path = path, .busy_timeout_ns = self->busy_timeout_ns };

  *present = TRUE;
  if (self->probe != NULL && g_strcmp0 (self->probe_path, path) == 0)
    return TRUE;
  close_probe (self);
  *present = is_set (self->database) || g_file_test (path, G_FILE_TEST_EXISTS);
  if (!*present)
    return TRUE;
  self->probe = pst_sql_connection_open (pst_sql_backend_find (path), &target, error);
  self->probe_path = g_strdup (path);
  if (self->probe != NULL && pst_sql_migration_check (self->probe, path, present, error) && *present)
    return TRUE;
  if (self->probe != NULL && !*present && (error == NULL || *error == NULL))
    {
      close_probe (self);
      return TRUE;
    }
  close_probe (self);
  return FALSE;
}

static gboolean
pst_sql_has_run (PstStore *store, const char *user_id, const char *run_id, gboolean *found, GError **error)
{
  PstSql *self = PST_SQL (store);
  g_autofree char *path = make_path (self, run_id, error);
  gboolean present;
  gint64 count = 0;

  *found = FALSE;
  if (path == NULL || !open_probe (self, path, &present, error))
    return FALSE;
  if (present && !pst_sql_connection_query (self->probe, PST_SQL_HAS_RUN, user_id, run_id, NULL, &count, NULL, error))
    return FALSE;
  *found = count > 0;
  return TRUE;
}

static gboolean
check_run_is_new (PstSql *self, PstSqlConnection *connection, GError **error)
{
  const PstRunRecord *run = pst_context_get_run (pst_component_get_context (PST_COMPONENT (self)));
  gint64 count;

  if (!pst_sql_connection_query (connection, PST_SQL_HAS_RUN, run->user_id, run->run_id, NULL, &count, NULL, error))
    return FALSE;
  if (count == 0)
    return TRUE;
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_EXISTS,
               "ledger \"%s\" keeps run \"%s\" of user \"%s\" already; choose another run-id (auto finds a free one)", self->open_path, run->run_id,
               run->user_id);
  return FALSE;
}

/* On the writer's thread. */
static gboolean
open_ledger (PstSqlSession *session, gpointer data, GError **error)
{
  PstSql *self = data;
  PstContext *context = pst_component_get_context (PST_COMPONENT (self));
  const PstRunRecord *run = pst_context_get_run (context);

  if (!pst_sql_session_open (session, error) || !pst_sql_session_prepare (session, pst_context_get_mode (context) == PST_MODE_LIVE, error))
    return FALSE;
  if (self->resumed != 0)
    return pst_sql_resume_take (session, run, self->resumed, self->resumed_at, self->ledger, error);
  return pst_sql_opening_end_abandoned_runs (session, run->user_id, error)
         && check_run_is_new (self, pst_sql_session_get_connection (session), error);
}

static gboolean
arm_failure (PstSqlSession *session, gpointer data, GError **error)
{
  PstSql *self = data;

  pst_sql_connection_fail_nth (pst_sql_session_get_connection (session), self->fail_nth, self->fail_code);
  return TRUE;
}

static void
close_ledger (PstSql *self)
{
  g_clear_pointer (&self->lane, pst_sql_lane_free);
  g_clear_pointer (&self->ledger, pst_sql_ledger_free);
  g_clear_pointer (&self->open_path, g_free);
  self->resumed = 0;
}

static gboolean
pst_sql_prepare (PstComponent *component, GError **error)
{
  g_autofree char *path = make_path (PST_SQL (component), NULL, error);

  return path != NULL;
}

static gboolean
pst_sql_start (PstComponent *component, GError **error)
{
  PstSql *self = PST_SQL (component);
  PstSqlTarget target = { .create = TRUE, .busy_timeout_ns = self->busy_timeout_ns };

  close_probe (self);
  self->every_tick = pst_context_get_mode (pst_component_get_context (component)) != PST_MODE_BACKTEST;
  self->in_tick = FALSE;
  self->open_path = make_path (self, NULL, error);
  if (self->open_path == NULL)
    return FALSE;
  target.path = self->open_path;
  self->ledger = pst_sql_ledger_new (pst_sql_backend_find (self->open_path), self->snapshot_rows);
  self->lane = pst_sql_lane_new (pst_sql_backend_find (self->open_path), &target);
  if (pst_sql_lane_call (self->lane, open_ledger, self, error))
    {
      if (self->resumed != 0)
        pst_sql_lane_set_run (self->lane, self->resumed);
      if (self->fail_nth > 0)
        pst_sql_lane_call (self->lane, arm_failure, self, NULL);
      return TRUE;
    }
  close_ledger (self);
  return FALSE;
}

static gboolean
push (PstSql *self, GError **error)
{
  PstSqlBatch *batch = pst_sql_ledger_take (self->ledger);

  return batch == NULL || pst_sql_lane_push (self->lane, batch, error);
}

/* What stands between two ticks when the run broke off is left out: a tick is in the ledger whole or not at all. */
static void
pst_sql_stop (PstComponent *component)
{
  PstSql *self = PST_SQL (component);
  g_autoptr (GError) error = NULL;

  if (self->lane != NULL && ((!self->in_tick && !push (self, &error)) || !pst_sql_lane_drain (self->lane, &error)))
    pst_component_raise_alert (component, PST_SEVERITY_CRITICAL, "ledger", "last commit failed", "%s", error->message);
  close_ledger (self);
}

static gboolean
check_open (PstSql *self, GError **error)
{
  if (G_LIKELY (self->lane != NULL))
    return pst_sql_lane_check (self->lane, error);
  g_set_error_literal (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, "the ledger is not open; it takes records from start to stop");
  return FALSE;
}

static gboolean
pst_sql_append (PstStore *store, const PstRecord *record, GError **error)
{
  PstSql *self = PST_SQL (store);

  if (!check_open (self, error) || !pst_sql_ledger_add (self->ledger, record, error))
    return FALSE;
  self->in_tick = TRUE;
  if (G_UNLIKELY (pst_sql_ledger_get_n_rows (self->ledger) > TICK_ROWS_MAX))
    {
      g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CONSTRAINT, "one tick has more than %u rows; that is no run's work", TICK_ROWS_MAX);
      return FALSE;
    }
  if (record->kind != PST_RECORD_RUN || record->run.state != PST_RUN_STATE_RUNNING)
    return TRUE;
  /* Now, so that a run that may not be fails before it trades, and others see it from its beginning. */
  self->in_tick = FALSE;
  return push (self, error) && pst_sql_lane_drain (self->lane, error);
}

static gboolean
pst_sql_commit (PstStore *store, PstCommit why, GError **error)
{
  PstSql *self = PST_SQL (store);

  if (!check_open (self, error))
    return FALSE;
  if (why == PST_COMMIT_INTENT)
    return TRUE;
  self->in_tick = FALSE;
  if (why == PST_COMMIT_END)
    return push (self, error) && pst_sql_lane_drain (self->lane, error);
  return (!self->every_tick && pst_sql_ledger_get_n_rows (self->ledger) < self->commit_rows) || push (self, error);
}

static gboolean
pst_sql_read_audit (PstStore *store, PstAuditFunc func, gpointer user_data, GError **error)
{
  PstSql *self = PST_SQL (store);
  g_autofree char *path = make_path (self, NULL, error);
  gboolean present;
  gint64 version;

  if (path == NULL || !open_probe (self, path, &present, error))
    return FALSE;
  if (!present)
    {
      g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, "there is no ledger \"%s\"", path);
      return FALSE;
    }
  if (!pst_sql_connection_query (self->probe, PST_SQL_MIGRATION_VERSION, NULL, NULL, NULL, &version, NULL, error))
    return FALSE;
  if (version >= AUDIT_VERSION)
    return pst_sql_audit_read (self->probe, func, user_data, error);
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_VERSION,
               "ledger \"%s\" was made before there were audit chains; the next run that writes it brings it up to date, for the runs to come", path);
  return FALSE;
}

static gboolean
pst_sql_resume (PstStore *store, const char *user_id, const char *run_id, guint64 *last_sequence, GError **error)
{
  PstSql *self = PST_SQL (store);
  g_autofree char *path = make_path (self, run_id, error);
  PstSqlTarget target = { .busy_timeout_ns = self->busy_timeout_ns };
  gboolean present;
  gint64 run_number;
  guint64 position;

  if (path == NULL || !open_probe (self, path, &present, error))
    return FALSE;
  if (!present)
    {
      g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CONSTRAINT, "there is no ledger \"%s\" with a run to go on with", path);
      return FALSE;
    }
  target.path = path;
  if (!pst_sql_resume_find (self->probe, &target, user_id, run_id, &run_number, &position, error))
    return FALSE;
  self->resumed = run_number;
  self->resumed_at = *last_sequence = position;
  return TRUE;
}

static void
pst_sql_get_status (PstStore *store, PstStoreStatus *status)
{
  PstSql *self = PST_SQL (store);
  PstSqlLatency latency;

  if (self->lane == NULL)
    return;
  pst_sql_lane_get_latency (self->lane, &latency, &status->n_waiting);
  status->n_commits = latency.n;
  status->commit_p50_ns = pst_sql_latency_get_us (&latency, 500) * 1000;
  status->commit_p99_ns = pst_sql_latency_get_us (&latency, 990) * 1000;
  status->commit_max_ns = latency.max_us * 1000;
}

static gboolean
pst_sql_maintain (PstStore *store, PstMaintenance what, const char *user_id, const char *run_id, PstRowFunc func, gpointer user_data, GError **error)
{
  PstSql *self = PST_SQL (store);
  g_autofree char *path = make_path (self, run_id, error);
  PstSqlTarget target = { .path = path, .create = what == PST_MAINTENANCE_MIGRATE, .busy_timeout_ns = self->busy_timeout_ns };

  return path != NULL && pst_sql_maintenance_run (pst_sql_backend_find (path), &target, what, user_id, run_id, func, user_data, error);
}

/* (transfer none) (nullable): of what the options say now. */
static PstSqlResults *
get_results (PstResultStore *store, GError **error)
{
  PstSql *self = PST_SQL (store);
  g_autofree char *path = make_path (self, NULL, error);
  PstSqlTarget target = { .path = path, .busy_timeout_ns = self->busy_timeout_ns };

  if (path != NULL && self->results != NULL && strcmp (pst_sql_results_get_path (self->results), path) == 0)
    return self->results;
  g_clear_pointer (&self->results, pst_sql_results_free);
  if (path != NULL)
    self->results = pst_sql_results_new (pst_sql_backend_find (path), &target);
  return self->results;
}

static gboolean
pst_sql_save_result (PstResultStore *store, const PstBacktestResult *result, gboolean *added, GError **error)
{
  PstSqlResults *results = get_results (store, error);

  return results != NULL && pst_sql_results_save (results, result, added, error);
}

static gboolean
pst_sql_find_results (PstResultStore *store, const PstResultQuery *query, PstResultFunc func, gpointer user_data, GError **error)
{
  PstSqlResults *results = get_results (store, error);

  return results != NULL && pst_sql_results_find (results, query, func, user_data, error);
}

static gboolean
pst_sql_remove_results (PstResultStore *store, const PstResultQuery *query, guint64 *n_removed, GError **error)
{
  PstSqlResults *results = get_results (store, error);

  return results != NULL && pst_sql_results_remove (results, query, n_removed, error);
}

static void
pst_sql_result_store_init (PstResultStoreInterface *iface)
{
  iface->save_result = pst_sql_save_result;
  iface->find_results = pst_sql_find_results;
  iface->remove_results = pst_sql_remove_results;
}

void
pst_sql_fail_nth (PstSql *sql, guint nth, PstStoreError code)
{
  sql->fail_nth = nth;
  sql->fail_code = code;
}

static gboolean
ask_failed (PstSqlSession *session, gpointer data, GError **error)
{
  return pst_sql_connection_has_failed (pst_sql_session_get_connection (session));
}

gboolean
pst_sql_has_failed (PstSql *sql)
{
  return pst_sql_lane_call (sql->lane, ask_failed, NULL, NULL);
}

static gboolean
limit_pages (PstSqlSession *session, gpointer data, GError **error)
{
  pst_sql_connection_limit_pages (pst_sql_session_get_connection (session), GPOINTER_TO_UINT (data));
  return TRUE;
}

void
pst_sql_limit_pages (PstSql *sql, guint n_pages)
{
  pst_sql_lane_call (sql->lane, limit_pages, GUINT_TO_POINTER (n_pages), NULL);
}

static void
pst_sql_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PstSql *self = PST_SQL (object);

  switch ((PstSqlProperty)id)
    {
    case PROP_PATH:
      g_free (self->path);
      self->path = g_value_dup_string (value);
      break;
    case PROP_DATABASE:
      g_free (self->database);
      self->database = g_value_dup_string (value);
      break;
    case PROP_COMMIT_ROWS:
      self->commit_rows = g_value_get_uint (value);
      break;
    case PROP_BUSY_TIMEOUT:
      self->busy_timeout_ns = g_value_get_int64 (value);
      break;
    case PROP_SNAPSHOT_ROWS:
      self->snapshot_rows = g_value_get_uint (value);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pst_sql_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PstSql *self = PST_SQL (object);

  switch ((PstSqlProperty)id)
    {
    case PROP_PATH:
      g_value_set_string (value, self->path);
      break;
    case PROP_DATABASE:
      g_value_set_string (value, self->database);
      break;
    case PROP_COMMIT_ROWS:
      g_value_set_uint (value, self->commit_rows);
      break;
    case PROP_BUSY_TIMEOUT:
      g_value_set_int64 (value, self->busy_timeout_ns);
      break;
    case PROP_SNAPSHOT_ROWS:
      g_value_set_uint (value, self->snapshot_rows);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pst_sql_dispose (GObject *object)
{
  PstSql *self = PST_SQL (object);

  close_ledger (self);
  close_probe (self);
  g_clear_pointer (&self->results, pst_sql_results_free);
  G_OBJECT_CLASS (pst_sql_parent_class)->dispose (object);
}

static void
pst_sql_finalize (GObject *object)
{
  g_free (PST_SQL (object)->path);
  g_free (PST_SQL (object)->database);
  G_OBJECT_CLASS (pst_sql_parent_class)->finalize (object);
}

static void
pst_sql_class_init (PstSqlClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  PstComponentClass *component_class = PST_COMPONENT_CLASS (klass);
  PstStoreClass *store_class = PST_STORE_CLASS (klass);

  object_class->set_property = pst_sql_set_property;
  object_class->get_property = pst_sql_get_property;
  object_class->dispose = pst_sql_dispose;
  object_class->finalize = pst_sql_finalize;
  component_class->prepare = pst_sql_prepare;
  component_class->start = pst_sql_start;
  component_class->stop = pst_sql_stop;
  store_class->has_run = pst_sql_has_run;
  store_class->append = pst_sql_append;
  store_class->commit = pst_sql_commit;
  store_class->read_audit = pst_sql_read_audit;
  store_class->resume = pst_sql_resume;
  store_class->get_status = pst_sql_get_status;
  store_class->maintain = pst_sql_maintain;

  g_object_class_install_property (
      object_class, PROP_PATH,
      g_param_spec_string ("path", "Path", "The ledger's file, made when there is none; many runs share it. {run} in it stands for the run's id",
                           NULL, PST_OPTION_READWRITE | PST_OPTION_PATH));
  g_object_class_install_property (object_class, PROP_DATABASE,
                                   g_param_spec_string ("database", "Database",
                                                        "Instead of a file a database of a PostgreSQL server: "
                                                        "postgresql://USER@HOST/DATABASE; no password stands in it",
                                                        NULL, PST_OPTION_READWRITE));
  g_object_class_install_property (object_class, PROP_COMMIT_ROWS,
                                   g_param_spec_uint ("commit-rows", "Rows a commit",
                                                      "Rows after which a backtest's ticks are committed, at the next end of a tick; paper and live "
                                                      "commit every tick",
                                                      1, COMMIT_ROWS_MAX, COMMIT_ROWS_DEFAULT, PST_OPTION_READWRITE));
  g_object_class_install_property (object_class, PROP_BUSY_TIMEOUT,
                                   pst_param_spec_duration ("busy-timeout", "Busy timeout",
                                                            "How long to wait while another process writes the ledger", "0s", "10m", "5s",
                                                            PST_OPTION_READWRITE));
  g_object_class_install_property (object_class, PROP_SNAPSHOT_ROWS,
                                   g_param_spec_uint ("snapshot-rows", "Snapshot rows",
                                                      "Snapshots of order books that are kept for each instrument of a run: the newest takes the "
                                                      "place of the oldest",
                                                      1, SNAPSHOT_ROWS_MAX, SNAPSHOT_ROWS_DEFAULT, PST_OPTION_READWRITE));
}

static void
pst_sql_init (PstSql *self)
{
  self->commit_rows = COMMIT_ROWS_DEFAULT;
  self->snapshot_rows = SNAPSHOT_ROWS_DEFAULT;
  self->busy_timeout_ns = 5 * PST_NS_PER_SECOND;
}
