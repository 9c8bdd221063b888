/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PostgreSQL: a database of a server, named by a URI as libpq's tools take it, without a password: that stands in ~/.pgpass or another file that
 * passfile= names. Runs that are alive are told from abandoned ones by advisory locks, which the server drops with the connection.
 *
 * libgda's provider puts the connection together from text without quoting, and loses the SQLSTATE of what fails: so values are quoted here, and
 * refusals are known by their text. */
#include "pst-sql-backend.h"

#include <string.h>

/* lock_timeout has 32 bits; 0 would wait for ever. */
#define LOCK_TIMEOUT_MAX_MS G_MAXINT32
/* jsonb as we use it. */
#define VERSION_MIN 130000

/* What a URI may say of the connection; the rest is ours, or a secret. */
static const char *const uri_options[] = { "host",
                                           "hostaddr",
                                           "port",
                                           "user",
                                           "sslmode",
                                           "sslrootcert",
                                           "sslcert",
                                           "sslkey",
                                           "sslcrl",
                                           "gssencmode",
                                           "passfile",
                                           "krbsrvname",
                                           "channel_binding",
                                           "connect_timeout",
                                           "target_session_attrs",
                                           "application_name",
                                           NULL };

static gboolean
fail (const char *uri, PstStoreError code, const char *what, GError **error)
{
  g_set_error (error, PST_STORE_ERROR, code, "cannot open ledger \"%s\": %s", uri, what);
  return FALSE;
}

/* Without the URI, which would show it. */
static gboolean
refuse_password (GError **error)
{
  g_set_error_literal (error, PST_STORE_ERROR, PST_STORE_ERROR_IO,
                       "the ledger's database is given with a password; it stands in ~/.pgpass, or in the file that passfile= names");
  return FALSE;
}

/* key='value', as libpq reads it. */
static void
add_quoted (GString *text, const char *key, const char *value)
{
  g_string_append_printf (text, "%s%s='", text->len > 0 ? " " : "", key);
  for (; *value != '\0'; value++)
    {
      if (*value == '\'' || *value == '\\')
        g_string_append_c (text, '\\');
      g_string_append_c (text, *value);
    }
  g_string_append_c (text, '\'');
}

static gboolean
add_uri_options (GString *text, const char *place, GUri *uri, GError **error)
{
  const char *query = g_uri_get_query (uri);
  g_autoptr (GHashTable) options = g_uri_parse_params (query != NULL ? query : "", -1, "&", G_URI_PARAMS_NONE, error);
  GHashTableIter iter;
  gpointer key, value;

  if (options == NULL)
    return FALSE;
  g_hash_table_iter_init (&iter, options);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      if (strstr (key, "password") != NULL)
        return refuse_password (error);
      if (!g_strv_contains (uri_options, key))
        {
          g_autofree char *what = g_strdup_printf ("\"%s\" cannot be said in the URI", (char *)key);

          return fail (place, PST_STORE_ERROR_IO, what, error);
        }
      add_quoted (text, key, value);
    }
  if (!g_hash_table_contains (options, "connect_timeout"))
    add_quoted (text, "connect_timeout", "10");
  if (!g_hash_table_contains (options, "application_name"))
    add_quoted (text, "application_name", "penstock");
  return TRUE;
}

/* What a session of ours needs whatever the server is set to. */
static void
add_settings (GString *text, const PstSqlTarget *target)
{
  gint64 wait_ms = CLAMP (target->busy_timeout_ns / PST_NS_PER_MS, 1, LOCK_TIMEOUT_MAX_MS);
  g_autofree char *settings = g_strdup_printf ("-c lock_timeout=%" G_GINT64_FORMAT
                                               " -c statement_timeout=0 -c idle_in_transaction_session_timeout=0 -c client_min_messages=warning"
                                               " -c standard_conforming_strings=on -c jit=off",
                                               wait_ms);

  add_quoted (text, "options", settings);
  /* A server that vanished is noticed within a minute. */
  add_quoted (text, "keepalives_idle", "20");
  add_quoted (text, "keepalives_interval", "10");
  add_quoted (text, "keepalives_count", "3");
  add_quoted (text, "tcp_user_timeout", "50000");
}

/* (transfer full) (nullable): the URI as libgda's provider wants it. It appends CONNECT_TIMEOUT as it stands, so all else can follow there. */
static char *
make_connection_text (const PstSqlTarget *target, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (target->path, G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED_QUERY, NULL);
  g_autoptr (GString) rest = g_string_new (NULL), name = g_string_new (NULL);
  g_autofree char *name_text = NULL, *rest_text = NULL, *port = NULL;
  const char *database = uri != NULL ? g_uri_get_path (uri) : "";

  if (uri == NULL || strlen (database) < 2 || strchr (database + 1, '/') != NULL)
    {
      fail (target->path, PST_STORE_ERROR_IO, "it is not of the form postgresql://USER@HOST:PORT/DATABASE?OPTION=VALUE", error);
      return NULL;
    }
  if (g_uri_get_password (uri) != NULL)
    {
      refuse_password (error);
      return NULL;
    }
  add_quoted (name, "", database + 1);
  if (g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0')
    add_quoted (rest, "host", g_uri_get_host (uri));
  if (g_uri_get_port (uri) > 0)
    {
      port = g_strdup_printf ("%d", g_uri_get_port (uri));
      add_quoted (rest, "port", port);
    }
  if (g_uri_get_user (uri) != NULL && *g_uri_get_user (uri) != '\0')
    add_quoted (rest, "user", g_uri_get_user (uri));
  if (!add_uri_options (rest, target->path, uri, error))
    return NULL;
  add_settings (rest, target);
  /* Without "='" before and "'" behind, which the provider adds. */
  g_string_truncate (name, name->len - 1);
  name_text = gda_rfc1738_encode (name->str + 2);
  g_string_prepend (rest, "10 ");
  rest_text = gda_rfc1738_encode (rest->str);
  return g_strdup_printf ("DB_NAME=%s;CONNECT_TIMEOUT=%s", name_text, rest_text);
}

/* libpq says "ERROR:  what\nDETAIL:  ..."; the severity is in the server's language. */
static const char *
skip_severity (const char *message)
{
  const char *colon = strstr (message, ":  ");

  return colon != NULL && colon - message < 32 ? colon + 3 : message;
}

static PstStoreError
classify (const char *message)
{
  static const struct
  {
    const char *text;
    PstStoreError code;
  } texts[] = {
    { "violates ", PST_STORE_ERROR_CONSTRAINT },         { "invalid input syntax for type ", PST_STORE_ERROR_CONSTRAINT },
    { " out of range", PST_STORE_ERROR_CONSTRAINT },     { "lock timeout", PST_STORE_ERROR_LOCKED },
    { "could not obtain lock", PST_STORE_ERROR_LOCKED }, { "could not serialize access", PST_STORE_ERROR_LOCKED },
    { "deadlock detected", PST_STORE_ERROR_LOCKED },     { "No space left on device", PST_STORE_ERROR_FULL },
    { "could not extend file", PST_STORE_ERROR_FULL },   { "invalid page in block", PST_STORE_ERROR_CORRUPT },
  };
  const char *what = skip_severity (message);
  gsize n_rule = strspn (what, "abcdefghijklmnopqrstuvwxyz_");

  /* "order_transition: ...": a rule of ours, told by a trigger. */
  if (memchr (what, '_', n_rule) != NULL && g_str_has_prefix (what + n_rule, ": "))
    return PST_STORE_ERROR_CONSTRAINT;
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      if (strstr (what, texts[i].text) != NULL)
        return texts[i].code;
    }
  return PST_STORE_ERROR_IO;
}

static gboolean
fail_to_connect (const char *place, const char *message, GError **error)
{
  static const struct
  {
    const char *text, *advice;
  } advices[] = {
    { "provider", "; install libgda's PostgreSQL provider (Debian: libgda-5.0-postgres)" },
    { "no password supplied", "; put the password into ~/.pgpass, or into the file that passfile= names" },
    { "password authentication failed", "; correct the password in ~/.pgpass, or in the file that passfile= names" },
    { "does not exist", "; create it (createdb, createuser), or correct the URI" },
    { "failed: ", "; is the server running there?" },
  };
  g_autofree char *line = g_strdelimit (g_strstrip (g_strdup (message)), "\n\t", ' '), *what = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (advices) && what == NULL; i++)
    {
      if (strstr (line, advices[i].text) != NULL)
        what = g_strconcat (line, advices[i].advice, NULL);
    }
  return fail (place, PST_STORE_ERROR_IO, what != NULL ? what : line, error);
}

/* Refusals are known by their English texts; who may not choose the language has those of our own rules, which are always English. */
static gboolean
configure (GdaConnection *connection, const char *place, GError **error)
{
  GError *local_error = NULL;
  g_autofree char *about = NULL, *what = NULL;
  g_auto (GStrv) facts = NULL;

  if (pst_sql_backend_execute (connection,
                               "DO $$ BEGIN PERFORM set_config ('lc_messages', 'C', false); EXCEPTION WHEN insufficient_privilege THEN NULL; END $$",
                               &local_error))
    about = pst_sql_backend_query (connection,
                                   "SELECT current_setting ('server_version_num') || ' ' || current_setting ('server_encoding') || ' ' || "
                                   "CASE WHEN pg_is_in_recovery () THEN 'standby' ELSE 'primary' END || ' ' || coalesce (current_schema (), '')",
                                   &local_error);
  if (local_error != NULL || about == NULL)
    {
      fail_to_connect (place, local_error != NULL ? local_error->message : "it does not say what it is", error);
      g_clear_error (&local_error);
      return FALSE;
    }
  facts = g_strsplit (about, " ", 4);
  if (g_ascii_strtoll (facts[0], NULL, 10) < VERSION_MIN)
    what = g_strdup_printf ("the server is older than PostgreSQL %d", VERSION_MIN / 10000);
  else if (!g_str_equal (facts[1], "UTF8"))
    what = g_strdup_printf ("the database has the encoding %s; make one with UTF8", facts[1]);
  else if (!g_str_equal (facts[2], "primary"))
    what = g_strdup ("the server is a standby, which cannot be written; name the primary (target_session_attrs=read-write finds it)");
  else if (*facts[3] == '\0')
    what = g_strdup ("there is no schema to write into; set search_path for this user");
  return what == NULL || fail (place, PST_STORE_ERROR_IO, what, error);
}

static GdaConnection *
open_database (const PstSqlTarget *target, GError **error)
{
  g_autofree char *text = make_connection_text (target, error);
  g_autoptr (GdaConnection) connection = NULL;
  g_autoptr (GError) local_error = NULL;

  if (text == NULL)
    return NULL;
  connection = pst_sql_backend_connect ("PostgreSQL", text, &local_error);
  if (connection == NULL)
    {
      fail_to_connect (target->path, local_error->message, error);
      return NULL;
    }
  return configure (connection, target->path, error) ? g_steal_pointer (&connection) : NULL;
}

static gboolean
settle (GdaConnection *connection, const PstSqlTarget *target, GError **error)
{
  return pst_sql_backend_execute (connection, target->power ? "SET synchronous_commit = on" : "SET synchronous_commit = off", error);
}

/* Claims: a session's advisory lock on the ledger and the run's number. */

#define LEDGER "CAST (CAST (CAST ('strategy_run' AS regclass) AS oid) AS bigint)"

typedef enum
{
  CLAIM_TAKE,
  CLAIM_RELEASE,
  CLAIM_IS_TAKEN,
  N_CLAIM_STATEMENTS
} ClaimStatement;

typedef struct
{
  GdaConnection *connection;
  char *place;
  GHashTable *held; /* a lock that is taken twice must be released twice */
  GdaStatement *statements[N_CLAIM_STATEMENTS];
  GdaSet *parameters[N_CLAIM_STATEMENTS];
} Claims;

static gboolean ask (Claims *claims, ClaimStatement which, gint64 run_number, gint64 *answer, GError **error);

static void
claims_free (gpointer data)
{
  Claims *claims = data;
  GHashTableIter iter;
  gpointer run_number;
  gint64 ignored;

  g_hash_table_iter_init (&iter, claims->held);
  while (g_hash_table_iter_next (&iter, &run_number, NULL))
    ask (claims, CLAIM_RELEASE, *(gint64 *)run_number, &ignored, NULL);
  for (guint i = 0; i < N_CLAIM_STATEMENTS; i++)
    {
      g_clear_object (&claims->statements[i]);
      g_clear_object (&claims->parameters[i]);
    }
  g_hash_table_unref (claims->held);
  g_object_unref (claims->connection);
  g_free (claims->place);
  g_free (claims);
}

static gpointer
claims_open (GdaConnection *connection, const PstSqlTarget *target, GError **error)
{
  static const char *const texts[] = {
    [CLAIM_TAKE] = "SELECT count(*) FROM (SELECT pg_try_advisory_lock ((" LEDGER " << 32) | ##number::gint64) AS done) l WHERE done",
    [CLAIM_RELEASE] = "SELECT count(*) FROM (SELECT pg_advisory_unlock ((" LEDGER " << 32) | ##number::gint64) AS done) l WHERE done",
    [CLAIM_IS_TAKEN]
    = "SELECT count(*) FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND pid <> pg_backend_pid ()"
      " AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database ())"
      " AND classid = CAST ('strategy_run' AS regclass) AND CAST (objid AS bigint) = ##number::gint64",
  };
  Claims *claims = g_new0 (Claims, 1);

  claims->connection = g_object_ref (connection);
  claims->place = g_strdup (target->path);
  claims->held = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  PST_SQL_ENTER_LIBGDA ();
  for (guint i = 0; i < N_CLAIM_STATEMENTS; i++)
    {
      claims->statements[i] = gda_connection_parse_sql_string (connection, texts[i], &claims->parameters[i], error);
      if (claims->statements[i] == NULL)
        {
          g_clear_pointer (&claims, claims_free);
          break;
        }
    }
  PST_SQL_LEAVE_LIBGDA ();
  return claims;
}

static gboolean
ask (Claims *claims, ClaimStatement which, gint64 run_number, gint64 *answer, GError **error)
{
  GType types[] = { G_TYPE_INT64, G_TYPE_NONE };
  g_autoptr (GdaDataModel) model = NULL;
  const GValue *value = NULL;

  *answer = 0;
  PST_SQL_ENTER_LIBGDA ();
  if (gda_set_set_holder_value (claims->parameters[which], error, "number", run_number))
    model = gda_connection_statement_execute_select_full (claims->connection, claims->statements[which], claims->parameters[which],
                                                          GDA_STATEMENT_MODEL_RANDOM_ACCESS, types, error);
  if (model != NULL)
    value = gda_data_model_get_value_at (model, 0, 0, error);
  PST_SQL_LEAVE_LIBGDA ();
  if (value == NULL || !G_VALUE_HOLDS_INT64 (value))
    return FALSE;
  *answer = g_value_get_int64 (value);
  return TRUE;
}

static gboolean
claims_take (gpointer data, gint64 run_number, GError **error)
{
  Claims *claims = data;
  g_autoptr (GError) local_error = NULL;
  gint64 done;

  if (g_hash_table_contains (claims->held, &run_number))
    return TRUE;
  if (!ask (claims, CLAIM_TAKE, run_number, &done, &local_error))
    g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, "ledger \"%s\" cannot hold run number %" G_GINT64_FORMAT ": %s", claims->place,
                 run_number, local_error != NULL ? local_error->message : "no answer");
  else if (done == 0)
    g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_LOCKED, "run number %" G_GINT64_FORMAT " of ledger \"%s\" is alive in another session",
                 run_number, claims->place);
  else
    return g_hash_table_add (claims->held, g_memdup2 (&run_number, sizeof run_number));
  return FALSE;
}

static void
claims_release (gpointer data, gint64 run_number)
{
  Claims *claims = data;
  gint64 ignored;

  if (g_hash_table_remove (claims->held, &run_number))
    ask (claims, CLAIM_RELEASE, run_number, &ignored, NULL);
}

/* When in doubt a run is alive: ending one that lives would be worse than waiting for one that does not. */
static gboolean
claims_is_taken (gpointer data, gint64 run_number)
{
  gint64 n;

  return !ask (data, CLAIM_IS_TAKEN, run_number, &n, NULL) || n > 0;
}

const PstSqlBackend *
pst_sql_postgresql_get_backend (void)
{
  static const PstSqlBackend backend = {
    .name = "postgresql",
    .has_records = TRUE,
    .open = open_database,
    .settle = settle,
    .classify = classify,
    .claims_open = claims_open,
    .claims_take = claims_take,
    .claims_release = claims_release,
    .claims_is_taken = claims_is_taken,
    .claims_free = claims_free,
  };

  return &backend;
}
