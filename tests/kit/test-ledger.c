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

/* Stands before the rows of each view. */
#define VIEW_MARK "\001"

/* Every view in one program: each would read the whole schema again. */
static char *
ask_views (const char *ledger, char **views)
{
  g_autoptr (GString) query = g_string_new ("PRAGMA integrity_check; PRAGMA foreign_key_check;");

  for (guint i = 0; views[i] != NULL; i++)
    g_string_append_printf (query, " SELECT '" VIEW_MARK "%s'; SELECT * FROM %s LIMIT 20;", views[i], views[i]);
  return test_sql (ledger, query->str);
}

guint
test_ledger_check_at (const char *ledger, const char *function, int line)
{
  g_autofree char *names = test_sql (ledger, "SELECT name FROM sqlite_master WHERE type = 'view' AND name LIKE 'check_%' ORDER BY name");
  g_auto (GStrv) views = g_strsplit (g_strstrip (names), "\n", -1), parts = NULL;
  g_autofree char *rows = ask_views (ledger, views);

  parts = g_strsplit (rows, VIEW_MARK, -1);
  if (strcmp (parts[0], "ok\n") != 0)
    g_assertion_message (G_LOG_DOMAIN, __FILE__, line, function, parts[0]);
  g_assert_cmpuint (g_strv_length (parts), ==, 1 + g_strv_length (views));
  for (guint i = 0; views[i] != NULL; i++)
    {
      g_autofree char *nothing = g_strconcat (views[i], "\n", NULL);

      if (strcmp (parts[1 + i], nothing) == 0)
        continue;
      g_test_message ("%s has rows:\n%s", views[i], parts[1 + i]);
      g_assertion_message (G_LOG_DOMAIN, __FILE__, line, function, "the ledger contradicts itself; see the rows above");
    }
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
