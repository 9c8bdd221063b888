/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock db and penstock audit by their command line, on both databases: after a real run, on an empty database, and given what is wrong. A script
 * goes by the exit code, its owner by the sentence. */
#include "../kit/test-command.h"
#include "../kit/test-ledger.h"

#include <penstock-check.h>
#include <string.h>
#include <unistd.h>

#define WALK                   \
  "[pipeline]\n"               \
  "name=walk\n"                \
  "mode=paper\n"               \
  "[exchange walk]\n"          \
  "plugin=template-exchange\n" \
  "cash=100000 USD\n"          \
  "bars=200\n"                 \
  "[strategy streak]\n"        \
  "plugin=template-strategy\n" \
  "order-value=5000 USD\n"     \
  "[guard limit]\n"            \
  "plugin=template-guard\n"    \
  "quantity-max=48\n"          \
  "[store journal]\n"          \
  "plugin=journal\n"           \
  "path={run}.journal\n"       \
  "[store ledger]\n"           \
  "plugin=sql\n"

static const char *const verbs[][2] = {
  { "db", "migrate" }, { "db", "status" }, { "db", "check" }, { "db", "export" }, { "audit", "verify" }, { "audit", "show" },
};

typedef struct
{
  TestFolder *folder;
  PstCheckPostgres *postgres; /* NULL: SQLite */
  char *database;
  char *place; /* as an operator writes it */
  gboolean skipped;
} Fixture;

/* (transfer full) */
static char *
make_uri (Fixture *fixture, const char *user, const char *database)
{
  g_autofree char *host = g_uri_escape_string (pst_check_postgres_get_host (fixture->postgres), NULL, FALSE);

  return g_strdup_printf ("postgresql://%s@/%s?host=%s", user, database, host);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const char *why_not = NULL;

  fixture->folder = test_folder_new ();
  fixture->place = g_strdup ("ledger.db");
  if (strcmp (data, "postgresql") != 0)
    return;
  fixture->postgres = pst_check_postgres_get_default (&why_not);
  fixture->skipped = fixture->postgres == NULL;
  if (fixture->skipped)
    {
      g_test_skip (why_not);
      return;
    }
  fixture->database = pst_check_postgres_create_database (fixture->postgres);
  g_free (fixture->place);
  fixture->place = make_uri (fixture, PST_CHECK_POSTGRES_USER, fixture->database);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->database != NULL)
    pst_check_postgres_drop_database (fixture->postgres, fixture->database);
  test_folder_free (fixture->folder);
  g_free (fixture->database);
  g_free (fixture->place);
}

/* With the database's own program, as its owner. */
static void
do_sql (Fixture *fixture, const char *sql)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *answer = NULL, *path = NULL;

  if (fixture->postgres == NULL)
    {
      path = test_folder_path (fixture->folder, fixture->place);
      answer = test_sql_refusal (path, sql);
      g_assert_cmpstr (answer, ==, NULL);
      return;
    }
  answer = pst_check_postgres_query (fixture->postgres, fixture->database, sql, &error);
  g_assert_no_error (error);
}

static void
run_walk (Fixture *fixture)
{
  g_autofree char *text = g_strdup_printf (WALK "%s=%s\n", fixture->postgres != NULL ? "database" : "path", fixture->place);
  g_autoptr (TestOutcome) run = NULL;

  test_folder_write (fixture->folder, "walk.pipeline", text);
  run = test_penstock (fixture->folder, "run", "walk.pipeline", NULL);
  test_assert_exit (run, 0);
}

static guint
count_lines (const char *text)
{
  guint n = 0;

  for (; *text != '\0'; text++)
    n += *text == '\n';
  return n;
}

/* The arguments behind "penstock"; fails the test when it ends otherwise. (transfer full): what it prints. */
static char *
get_output (Fixture *fixture, int exit_code, const char *verb, const char *action, const char *place, const char *option, const char *value)
{
  g_autoptr (TestOutcome) outcome = test_penstock (fixture->folder, verb, action, place, option, value, NULL);

  test_assert_exit (outcome, exit_code);
  if (exit_code == 0)
    g_assert_cmpstr (outcome->errors, ==, "");
  return g_steal_pointer (&outcome->output);
}

static void
assert_up_to_date (Fixture *fixture)
{
  g_autofree char *status = get_output (fixture, 0, "db", "status", fixture->place, NULL, NULL);
  g_autofree char *json = get_output (fixture, 0, "db", "status", fixture->place, "--json", NULL);

  g_assert_cmpuint (count_lines (status), >, 5);
  g_assert_cmpuint (count_lines (status), ==, count_lines (json));
  test_assert_contains (status, "   1  applied  0001-");
  g_assert_null (strstr (status, "pending"));
  test_assert_contains (json, "{\"table\":\"schema_migration\",\"version\":\"1\",\"migration\":\"0001-");
}

static void
test_db_after_run (Fixture *fixture, gconstpointer data)
{
  g_autofree char *check = NULL, *runs = NULL, *csv = NULL, *mine = NULL, *others = NULL, *all = NULL, *again = NULL, *files = NULL, *file = NULL;

  if (fixture->skipped)
    return;
  run_walk (fixture);
  assert_up_to_date (fixture);
  check = get_output (fixture, 0, "db", "check", fixture->place, NULL, NULL);
  g_assert_cmpstr (check, ==, "");
  runs = get_output (fixture, 0, "db", "export", fixture->place, "--table", "strategy_run");
  g_assert_cmpuint (count_lines (runs), ==, 1);
  test_assert_contains (runs, "\"run_id\":\"walk-1\"");
  test_assert_contains (runs, "\"state\":\"STOPPED\"");
  mine = get_output (fixture, 0, "db", "export", fixture->place, "--user", "local");
  others = get_output (fixture, 0, "db", "export", fixture->place, "--user", "bob");
  all = get_output (fixture, 0, "db", "export", fixture->place, NULL, NULL);
  test_assert_contains (mine, "{\"table\":\"paper_trade\",");
  g_assert_null (strstr (others, "walk-1"));
  again = get_output (fixture, 0, "db", "migrate", fixture->place, NULL, NULL);
  test_assert_contains (again, "applied");
  csv = get_output (fixture, 0, "db", "export", fixture->place, NULL, NULL);
  g_assert_cmpstr (csv, ==, all); /* to migrate what is up to date changes nothing */
  files = get_output (fixture, 0, "db", "export", fixture->place, "--output", "tables");
  g_assert_cmpstr (files, ==, "");
  file = test_folder_read (fixture->folder, "tables/paper_trade.jsonl");
  g_assert_nonnull (strstr (all, file));
}

static void
test_audit_after_run (Fixture *fixture, gconstpointer data)
{
  static const char *const tamper[] = {
    "DROP TRIGGER audit_update; UPDATE audit SET why = 'it was not me' WHERE number = 1",
    "SET session_replication_role = replica; UPDATE audit SET why = 'it was not me' WHERE number = 1",
  };
  g_autofree char *verified = NULL, *against = NULL, *journal = NULL, *shown = NULL, *from_journal = NULL, *json = NULL, *nobody = NULL;
  g_autofree char *changed = NULL, *changed_against = NULL;

  if (fixture->skipped)
    return;
  run_walk (fixture);
  verified = get_output (fixture, 0, "audit", "verify", fixture->place, NULL, NULL);
  test_assert_contains (verified, "walk-1 of user local: ");
  test_assert_contains (verified, " audit records, end ");
  against = get_output (fixture, 0, "audit", "verify", fixture->place, "--against", "walk-1.journal");
  g_assert_cmpstr (against, ==, verified);
  journal = get_output (fixture, 0, "audit", "verify", "walk-1.journal", "--against", fixture->place);
  g_assert_cmpstr (journal, ==, verified);
  shown = get_output (fixture, 0, "audit", "show", fixture->place, NULL, NULL);
  from_journal = get_output (fixture, 0, "audit", "show", "walk-1.journal", NULL, NULL);
  g_assert_cmpuint (count_lines (shown), >, 1);
  g_assert_cmpstr (shown, ==, from_journal);
  json = get_output (fixture, 0, "audit", "show", fixture->place, "--json", NULL);
  g_assert_cmpuint (count_lines (json), ==, count_lines (shown));
  nobody = get_output (fixture, 0, "audit", "show", fixture->place, "--user", "bob");
  g_assert_cmpstr (nobody, ==, "");

  do_sql (fixture, tamper[fixture->postgres != NULL]);
  changed = get_output (fixture, 6, "audit", "verify", fixture->place, NULL, NULL);
  test_assert_contains (changed, "CHANGED: walk-1 of user local: audit record 1 ");
}

/* An empty database, and a file without a byte, which may as well be a journal's. */
static void
test_empty (Fixture *fixture, gconstpointer data)
{
  g_autofree char *pending = NULL, *made = NULL, *check = NULL, *export = NULL, *verified = NULL, *shown = NULL;

  if (fixture->skipped)
    return;
  if (fixture->postgres == NULL)
    test_folder_write (fixture->folder, fixture->place, "");
  pending = get_output (fixture, 0, "db", "status", fixture->place, NULL, NULL);
  test_assert_contains (pending, "   1  pending  0001-");
  g_assert_null (strstr (pending, "applied"));
  for (gsize i = 2; i < G_N_ELEMENTS (verbs); i++)
    {
      g_autoptr (TestOutcome) refused = test_penstock (fixture->folder, verbs[i][0], verbs[i][1], fixture->place, "--plugin", "sql", NULL);

      test_assert_exit (refused, 6);
      test_assert_contains (refused->errors, fixture->place);
      test_assert_contains (refused->errors, i < 4 ? "is empty: no ledger was made there; penstock db migrate makes one" : "there is no ledger");
    }
  made = get_output (fixture, 0, "db", "migrate", fixture->place, NULL, NULL);
  g_assert_cmpuint (count_lines (made), ==, count_lines (pending));
  assert_up_to_date (fixture);
  check = get_output (fixture, 0, "db", "check", fixture->place, NULL, NULL);
  g_assert_cmpstr (check, ==, "");
  export = get_output (fixture, 0, "db", "export", fixture->place, "--user", "local");
  g_assert_null (strstr (export, "\"user_id\""));
  verified = get_output (fixture, 0, "audit", "verify", fixture->place, NULL, NULL);
  shown = get_output (fixture, 0, "audit", "show", fixture->place, NULL, NULL);
  g_assert_cmpstr (verified, ==, "");
  g_assert_cmpstr (shown, ==, "");
  run_walk (fixture);
}

/* Each verb from the @first on ends with 6, has one sentence that says @sentence, and prints nothing. */
static void
assert_refused (Fixture *fixture, gsize first, const char *place, const char *sentence)
{
  for (gsize i = first; i < G_N_ELEMENTS (verbs); i++)
    {
      g_autoptr (TestOutcome) outcome = test_penstock (fixture->folder, verbs[i][0], verbs[i][1], place, NULL);
      g_autofree char *start = g_strdup_printf ("penstock %s: ", verbs[i][0]);

      g_test_message ("%s %s %s: %d %s", verbs[i][0], verbs[i][1], place, outcome->exit_code, outcome->errors);
      test_assert_exit (outcome, 6);
      test_assert_contains (outcome->errors, sentence);
      g_assert_true (g_str_has_prefix (outcome->errors, start));
      g_assert_cmpuint (count_lines (outcome->errors), ==, 1);
      g_assert_cmpstr (outcome->output, ==, "");
      g_assert_null (strstr (outcome->errors, "secret"));
    }
}

static void
test_newer (Fixture *fixture, gconstpointer data)
{
  if (fixture->skipped)
    return;
  run_walk (fixture);
  do_sql (fixture, "INSERT INTO schema_migration (version, name, checksum) VALUES (9999, '9999-later.sql', 'none')");
  assert_refused (fixture, 0, fixture->place, "is of version 9999, this program knows up to ");
}

static void
test_no_ledger (Fixture *fixture, gconstpointer data)
{
  if (fixture->skipped)
    return;
  do_sql (fixture, "CREATE TABLE recipes (name text)");
  assert_refused (fixture, 0, fixture->place, "is a database but no ledger; choose another path");
}

static void
test_wrong_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestOutcome) left = NULL;

  test_folder_write (fixture->folder, "text.db",
                     "no database, and longer than the hundred bytes that a database's header has at the least; so it says.\n");
  assert_refused (fixture, 1, "nothing.db", "nothing.db");
  g_assert_false (g_file_test ("nothing.db", G_FILE_TEST_EXISTS));
  assert_refused (fixture, 0, "no-folder/ledger.db", "no-folder/ledger.db");
  assert_refused (fixture, 0, "text.db", "text.db");
  assert_refused (fixture, 0, ".", "cannot open ");
  assert_refused (fixture, 0, "mysql://localhost/ledger", "a database is given as postgresql://USER@HOST:PORT/DATABASE");
  left = test_run (fixture->folder, NULL, "ls", NULL);
  g_assert_cmpstr (left->output, ==, "text.db\n");
}

static void
test_wrong_uri (Fixture *fixture, gconstpointer data)
{
  static const char *const malformed[] = { "postgresql://", "postgresql:///", "postgresql://localhost", "postgresql:///a/b", "postgresql://[::1/a" };
  g_autofree char *no_database = NULL, *no_user = NULL, *option = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (malformed); i++)
    assert_refused (fixture, 0, malformed[i], "it is not of the form postgresql://USER@HOST:PORT/DATABASE?OPTION=VALUE");
  assert_refused (fixture, 0, "postgresql://ann:secret@localhost/ledger", "~/.pgpass");
  assert_refused (fixture, 0, "postgresql://ann@localhost/ledger?password=secret", "~/.pgpass");
  assert_refused (fixture, 0, "postgresql://ann@localhost/ledger?fsync=off", "\"fsync\" cannot be said in the URI");
  assert_refused (fixture, 0, "postgresql:///ledger?host=/nowhere", "is the server running there?");
  assert_refused (fixture, 0, "postgresql://127.0.0.1:1/ledger", "is the server running there?");
  if (fixture->skipped)
    return;
  no_database = make_uri (fixture, PST_CHECK_POSTGRES_USER, "no_such_database");
  assert_refused (fixture, 0, no_database, "database \"no_such_database\" does not exist; create it");
  no_user = make_uri (fixture, "nobody_here", fixture->database);
  assert_refused (fixture, 0, no_user, "\"nobody_here\" does not exist; create it");
}

/* A user of the server who was given nothing: neither to make a ledger nor to read another's. */
static void
test_no_rights (Fixture *fixture, gconstpointer data)
{
  g_autofree char *place = NULL;
  g_autoptr (TestOutcome) migrate = NULL;

  if (fixture->skipped)
    return;
  do_sql (fixture, "REVOKE CREATE ON SCHEMA public FROM PUBLIC; CREATE ROLE guest LOGIN");
  place = make_uri (fixture, "guest", fixture->database);
  migrate = test_penstock (fixture->folder, "db", "migrate", place, NULL);
  test_assert_exit (migrate, 6);
  test_assert_contains (migrate->errors, "permission denied for schema public");
  run_walk (fixture);
  assert_refused (fixture, 0, place, "permission denied for table schema_migration");
}

#define ADD(path, backend, func) g_test_add ("/command/ledger/" path "/" backend, Fixture, backend, set_up, func, tear_down)
#define ADD_BOTH(path, func)          \
  do                                  \
    {                                 \
      ADD (path, "sqlite", func);     \
      ADD (path, "postgresql", func); \
    }                                 \
  while (0)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_BOTH ("db", test_db_after_run);
  ADD_BOTH ("audit", test_audit_after_run);
  ADD_BOTH ("empty", test_empty);
  ADD_BOTH ("newer", test_newer);
  ADD_BOTH ("no-ledger", test_no_ledger);
  ADD ("wrong", "sqlite", test_wrong_file);
  ADD ("wrong", "postgresql", test_wrong_uri);
  ADD ("no-rights", "postgresql", test_no_rights);
  return g_test_run ();
}
