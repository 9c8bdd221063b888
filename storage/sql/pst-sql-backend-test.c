/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Connections of many threads at once: a daemon has a thread a run, and each opens a ledger of its own. What a user would lose is the daemon, by
 * a heap that one thread broke under another. */
#include <penstock-check.h>

#include "sql-test-kit.h"

#define N_THREADS 8
#define N_OPENINGS 12
#define N_QUESTIONS 4

static GdaConnection *
open_connection (TestLedger *ledger)
{
  const PstSqlTarget target = { .path = ledger->path, .create = TRUE };
  g_autoptr (GError) error = NULL;
  GdaConnection *connection = test_ledger_get_backend (ledger)->open (&target, &error);

  g_assert_no_error (error);
  return connection;
}

/* libgda keeps handlers by connection in a table of the provider, without a lock: connections that share it are a race. */
static void
test_own_provider (TestLedger *ledger, gconstpointer data)
{
  g_autoptr (GdaConnection) first = open_connection (ledger), second = open_connection (ledger);

  g_assert_nonnull (gda_connection_get_provider (first));
  g_assert_true (gda_connection_get_provider (first) != gda_connection_get_provider (second));
  g_assert_cmpstr (gda_connection_get_provider_name (first), ==, gda_connection_get_provider_name (second));
  gda_connection_close (first);
  g_assert_true (gda_connection_is_opened (second));
  gda_connection_close (second);
}

static void
ask (GdaConnection *connection, GdaStatement *statement, GdaSet *parameters, const char *text)
{
  GType types[] = { G_TYPE_INT64, G_TYPE_NONE };
  g_autoptr (GError) error = NULL;
  g_autoptr (GdaDataModel) model = NULL;
  const GValue *value;

  gda_set_set_holder_value (parameters, &error, "text", text);
  g_assert_no_error (error);
  model = gda_connection_statement_execute_select_full (connection, statement, parameters, GDA_STATEMENT_MODEL_RANDOM_ACCESS, types, &error);
  g_assert_no_error (error);
  value = gda_data_model_get_value_at (model, 0, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_value_get_int64 (value), ==, (gint64)strlen (text));
}

static gpointer
open_and_ask (gpointer data)
{
  PST_SQL_ENTER_LIBGDA ();
  for (guint i = 0; i < N_OPENINGS; i++)
    {
      g_autoptr (GdaConnection) connection = open_connection (data);
      g_autoptr (GError) error = NULL;
      GdaSet *parameters = NULL;
      g_autoptr (GdaStatement) statement = gda_connection_parse_sql_string (connection, "SELECT length (##text::string)", &parameters, &error);

      g_assert_no_error (error);
      for (guint k = 0; k < N_QUESTIONS; k++)
        ask (connection, statement, parameters, k % 2 == 0 ? "a text" : "another text");
      g_object_unref (parameters);
      gda_connection_close (connection);
    }
  PST_SQL_LEAVE_LIBGDA ();
  return NULL;
}

/* GLib says so, and that fails the test, when a table changes while it is walked through. */
static void
test_threads (TestLedger *ledger, gconstpointer data)
{
  GThread *threads[N_THREADS];

  gda_connection_close (test_ledger_connect (ledger));
  g_clear_object (&ledger->connection);
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("opener", open_and_ask, ledger);
  for (guint i = 0; i < N_THREADS; i++)
    g_assert_null (g_thread_join (threads[i]));
}

static void
test_no_provider (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (pst_sql_backend_connect ("NoSuchDatabase", "DB_NAME=ledger", &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, "NoSuchDatabase"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST_LEDGER_ADD ("/sql/backend/own-provider", NULL, test_own_provider);
  TEST_LEDGER_ADD ("/sql/backend/threads", NULL, test_threads);
  g_test_add_func ("/sql/backend/no-provider", test_no_provider);
  test_ledger_add_skip ("/sql/backend/postgresql");
  return g_test_run ();
}
