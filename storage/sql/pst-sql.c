/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The component: options, life, and when a batch goes to the writer. A tick is in the ledger whole or not at all, for batches end where ticks
 * end. Intents are the journal's business: a commit of them does nothing here. */
#include "pst-sql.h"

#include "pst-sql-audit.h"
#include "pst-sql-migration.h"
#include "pst-sql-opening.h"

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
  guint commit_rows;
  guint snapshot_rows;
  gint64 busy_timeout_ns;

  char *open_path;
  PstSqlWriter *writer;
  PstSqlLedger *ledger;
  PstSqlConnection *connection; /* the writer's */
  gboolean every_tick;
  gboolean in_tick; /* something was added since the last tick's end */
  guint fail_nth;

  PstSqlConnection *probe; /* for has_run before start */
  char *probe_path;
};

G_DEFINE_FINAL_TYPE (PstSql, pst_sql, PST_TYPE_STORE)

PST_DEFINE_PLUGIN ("sql", STORE, PstSql, pst_sql_get_type)

typedef enum
{
  PROP_PATH = 1,
  PROP_COMMIT_ROWS,
  PROP_BUSY_TIMEOUT,
  PROP_SNAPSHOT_ROWS,
  N_PROPS
} PstSqlProperty;

/* The path with {run} replaced, when the host left that to us. */
static char *
make_path (PstSql *self, const char *run_id, GError **error)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (self));
  g_autoptr (GString) path = NULL;

  if (self->path == NULL || *self->path == '\0')
    {
      g_set_error_literal (error, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING,
                           "the ledger has no path; set the option path, for example path=ledger.db");
      return NULL;
    }
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
  *present = g_file_test (path, G_FILE_TEST_EXISTS);
  if (!*present)
    return TRUE;
  self->probe = pst_sql_connection_open (pst_sql_sqlite_get_backend (), &target, error);
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

static gboolean
open_ledger (PstSql *self, GError **error)
{
  PstMode mode = pst_context_get_mode (pst_component_get_context (PST_COMPONENT (self)));
  PstSqlTarget target = { .path = self->open_path, .create = TRUE, .power = mode == PST_MODE_LIVE, .busy_timeout_ns = self->busy_timeout_ns };
  const PstSqlBackend *backend = pst_sql_sqlite_get_backend ();
  g_autoptr (PstSqlConnection) connection = pst_sql_connection_open (backend, &target, error);
  gpointer claims;

  if (connection == NULL)
    return FALSE;
  claims = backend->claims_open (&target, error);
  if (claims == NULL)
    return FALSE;
  if (!pst_sql_opening_prepare (connection, &target, claims, error) || !check_run_is_new (self, connection, error))
    {
      backend->claims_free (claims);
      return FALSE;
    }
  if (self->fail_nth > 0)
    pst_sql_connection_fail_nth (connection, self->fail_nth);
  self->connection = connection;
  self->writer = pst_sql_writer_new (g_steal_pointer (&connection), claims);
  return TRUE;
}

static void
close_ledger (PstSql *self)
{
  g_clear_pointer (&self->writer, pst_sql_writer_free);
  self->connection = NULL;
  g_clear_pointer (&self->ledger, pst_sql_ledger_free);
  g_clear_pointer (&self->open_path, g_free);
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

  close_probe (self);
  self->every_tick = pst_context_get_mode (pst_component_get_context (component)) != PST_MODE_BACKTEST;
  self->in_tick = FALSE;
  self->open_path = make_path (self, NULL, error);
  if (self->open_path != NULL && open_ledger (self, error))
    {
      self->ledger = pst_sql_ledger_new (self->snapshot_rows);
      return TRUE;
    }
  close_ledger (self);
  return FALSE;
}

static gboolean
push (PstSql *self, GError **error)
{
  PstSqlBatch *batch = pst_sql_ledger_take (self->ledger);

  return batch == NULL || pst_sql_writer_push (self->writer, batch, error);
}

/* What stands between two ticks when the run broke off is left out: a tick is in the ledger whole or not at all. */
static void
pst_sql_stop (PstComponent *component)
{
  PstSql *self = PST_SQL (component);
  g_autoptr (GError) error = NULL;

  if (self->writer != NULL && ((!self->in_tick && !push (self, &error)) || !pst_sql_writer_drain (self->writer, &error)))
    pst_component_raise_alert (component, PST_SEVERITY_CRITICAL, "ledger", "last commit failed", "%s", error->message);
  close_ledger (self);
}

static gboolean
check_open (PstSql *self, GError **error)
{
  if (G_LIKELY (self->writer != NULL))
    return pst_sql_writer_check (self->writer, error);
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
  return push (self, error) && pst_sql_writer_drain (self->writer, error);
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
    return push (self, error) && pst_sql_writer_drain (self->writer, error);
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

void
pst_sql_fail_nth (PstSql *sql, guint nth)
{
  sql->fail_nth = nth;
}

void
pst_sql_limit_pages (PstSql *sql, guint n_pages)
{
  pst_sql_connection_limit_pages (sql->connection, n_pages);
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
  G_OBJECT_CLASS (pst_sql_parent_class)->dispose (object);
}

static void
pst_sql_finalize (GObject *object)
{
  g_free (PST_SQL (object)->path);
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

  g_object_class_install_property (
      object_class, PROP_PATH,
      g_param_spec_string ("path", "Path", "The ledger's file, made when there is none; many runs share it. {run} in it stands for the run's id",
                           NULL, PST_OPTION_READWRITE | PST_OPTION_REQUIRED | PST_OPTION_PATH));
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
