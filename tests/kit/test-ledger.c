/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Queries through the sqlite3 program. A ledger is opened for reading only, but where a statement is to be refused. */

#include "test-ledger.h"

#include <gio/gio.h>
#include <string.h>

static gboolean
run_sqlite (const char *const *argv, char **output, char **errors)
{
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, output, errors, &status, &error);
  g_assert_no_error (error);
  return g_spawn_check_wait_status (status, NULL);
}

char *
test_sql (const char *ledger, const char *query)
{
  const char *argv[] = { "sqlite3", "-batch", "-readonly", "-separator", " ", "-nullvalue", "-", ledger, query, NULL };
  g_autofree char *output = NULL, *errors = NULL;

  if (!run_sqlite (argv, &output, &errors))
    g_test_message ("%s: %s", query, errors);
  g_assert_cmpstr (errors, ==, "");
  return g_steal_pointer (&output);
}

char *
test_sql_refusal (const char *ledger, const char *statement)
{
  g_autofree char *with_references = g_strconcat ("PRAGMA foreign_keys = ON; ", statement, NULL);
  const char *argv[] = { "sqlite3", "-batch", "-bail", ledger, with_references, NULL };
  g_autofree char *output = NULL, *errors = NULL;

  return run_sqlite (argv, &output, &errors) ? NULL : g_steal_pointer (&errors);
}

char *
test_ledger_dump (const char *ledger)
{
  return test_sql (ledger, ".dump");
}

guint
test_ledger_check_at (const char *ledger, const char *function, int line)
{
  g_autofree char *names = test_sql (ledger, "SELECT name FROM sqlite_master WHERE type = 'view' AND name LIKE 'check_%' ORDER BY name");
  g_autofree char *damage = test_sql (ledger, "PRAGMA integrity_check; PRAGMA foreign_key_check");
  g_auto (GStrv) views = g_strsplit (g_strstrip (names), "\n", -1);

  for (guint i = 0; views[i] != NULL; i++)
    {
      g_autofree char *query = g_strdup_printf ("SELECT * FROM %s LIMIT 20", views[i]);
      g_autofree char *rows = test_sql (ledger, query);

      if (*rows == '\0')
        continue;
      g_test_message ("%s has rows:\n%s", views[i], rows);
      g_assertion_message (G_LOG_DOMAIN, __FILE__, line, function, "the ledger contradicts itself; see the rows above");
    }
  if (strcmp (damage, "ok\n") != 0)
    g_assertion_message (G_LOG_DOMAIN, __FILE__, line, function, damage);
  return g_strv_length (views);
}

void
test_assert_sql_at (const char *ledger, const char *query, const char *expected, const char *function, int line)
{
  g_autofree char *rows = test_sql (ledger, query);

  if (strcmp (rows, expected) == 0)
    return;
  g_test_message ("%s\nexpected:\n%sgot:\n%s", query, expected, rows);
  g_assertion_message (G_LOG_DOMAIN, __FILE__, line, function, "the ledger says something else; see above");
}
