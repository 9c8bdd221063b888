/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A real ledger in the hands of someone who takes its triggers away and rewrites it with sqlite3: every record, every column. And the command that an
 * operator finds it with. */
#include "../kit/test-command.h"
#include "../kit/test-host.h"
#include "../kit/test-ledger.h"
#include "host/pst-audit-check.h"
#include "host/pst-catalogue.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <penstock-check.h>
#include <string.h>

#define N_TICKS 8
#define NO_RULES                                                                                                       \
  "DROP TRIGGER audit_insert; DROP TRIGGER audit_update; DROP TRIGGER audit_delete; DROP TRIGGER audit_chain_update; " \
  "DROP TRIGGER audit_chain_delete; DROP TRIGGER strategy_run_transition; PRAGMA ignore_check_constraints = ON; "

typedef struct
{
  TestFolder *folder;
  char *sound, *path; /* of the ledger, and of a copy to tamper with */
  PstCatalogue *catalogue;
  guint n_records;
  gboolean tampered;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) records = pst_check_make_records ("check-1", N_TICKS);
  g_autofree char *dump = NULL;

  fixture->folder = test_folder_new ();
  fixture->sound = test_folder_path (fixture->folder, "sound.db");
  fixture->path = test_folder_path (fixture->folder, "ledger.db");
  fixture->catalogue = pst_catalogue_new (NULL);
  pst_catalogue_scan (fixture->catalogue);
  dump = test_host_rebuild_ledger (records, fixture->sound);
  for (guint i = 0; i < records->len; i++)
    fixture->n_records += ((PstRecord *)records->pdata[i])->kind == PST_RECORD_AUDIT;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->catalogue);
  if (fixture->tampered)
    g_assert_cmpint (g_remove (fixture->path), ==, 0); /* no ledger that the look at all of them should find sound */
  g_free (fixture->sound);
  g_free (fixture->path);
  test_folder_free (fixture->folder);
}

static void
tamper (Fixture *fixture, const char *sql)
{
  g_autoptr (GFile) from = g_file_new_for_path (fixture->sound), to = g_file_new_for_path (fixture->path);
  g_autofree char *all = g_strconcat (NO_RULES, sql, NULL), *refusal = NULL;
  const char *argv[] = { "sqlite3", "-batch", "-bail", fixture->path, all, NULL };
  g_autoptr (GError) error = NULL;
  int status;

  g_file_copy (from, to, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, &refusal, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (refusal, ==, "");
  fixture->tampered = TRUE;
}

static PstAuditCheck *
verify (Fixture *fixture, const char *path)
{
  PstAuditCheck *check = pst_audit_check_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (PstComponent) store = g_object_new (pst_catalogue_load (fixture->catalogue, "sql", PST_COMPONENT_KIND_STORE, &error)->type, NULL);

  pst_component_set_option (store, "path", path, &error);
  g_assert_no_error (error);
  pst_store_read_audit (PST_STORE (store), pst_audit_check_take, check, &error);
  g_assert_no_error (error);
  return check;
}

/* Tampers, and asserts that it is found and that a finding of the kind names the record. */
static void
assert_found (Fixture *fixture, const char *sql, PstAuditFindingKind kind, guint64 number)
{
  g_autoptr (PstAuditCheck) check = NULL;
  gboolean found = FALSE;

  tamper (fixture, sql);
  check = verify (fixture, fixture->path);
  for (guint i = 0; i < check->findings->len; i++)
    {
      const PstAuditFinding *finding = check->findings->pdata[i];

      found |= finding->kind == kind && finding->number == number;
    }
  if (!found)
    g_test_message ("%s", sql);
  g_assert_true (found);
}

static void
test_sound (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PstAuditCheck) check = verify (fixture, fixture->sound);

  g_assert_cmpuint (check->n_findings, ==, 0);
  g_assert_cmpuint (check->chains->len, ==, 1);
  g_assert_cmpuint (g_array_index (check->chains, PstAuditChain, 0).n_records, ==, fixture->n_records);
}

static void
test_every_column (Fixture *fixture, gconstpointer data)
{
  static const char *const changes[] = {
    "sequence = sequence + 1",
    "logical_time = logical_time - 1",
    "actor_kind = CASE actor_kind WHEN 'SYSTEM' THEN 'OPERATOR' ELSE 'SYSTEM' END",
    "component = ifnull (component, 0) + 1",
    "actor = actor || 'x'",
    "action = 'NOTHING'",
    "order_id = ifnull (order_id, 0) + 1",
    "why = 'it was not me'",
    "before_value = 'x'",
    "after_value = after_value || ' '",
    "previous_hash = replace (previous_hash, substr (previous_hash, 9, 1), 'e') || 'x'",
    "hash = 'f' || substr (hash, 2) || 'x'",
    "why = printf ('%.*c', 5000, 'x')",
  };

  for (guint n = 1; n <= fixture->n_records; n++)
    for (gsize i = 0; i < G_N_ELEMENTS (changes); i++)
      {
        g_autofree char *sql = g_strdup_printf ("UPDATE audit SET %s WHERE number = %u", changes[i], n);

        assert_found (fixture, sql, PST_AUDIT_CHANGED, n);
      }
}

static void
test_deleted_inserted_swapped (Fixture *fixture, gconstpointer data)
{
  for (guint n = 1; n <= fixture->n_records; n++)
    {
      g_autofree char *delete = g_strdup_printf ("DELETE FROM audit WHERE number = %u", n);
      g_autofree char *tail = g_strdup_printf ("DELETE FROM audit WHERE number >= %u", n);
      g_autofree char *insert = g_strdup_printf (
          "UPDATE audit SET number = -number - 1, sequence = sequence + 1 WHERE number > %u; UPDATE audit SET number = -number WHERE "
          "number < 0; INSERT INTO audit SELECT user_id, run_id, %u, sequence + 1, logical_time, actor_kind, component, actor, "
          "action, order_id, 'forged', before_value, after_value, hash, hash FROM audit WHERE number = %u",
          n, n + 1, n);
      g_autofree char *swap = g_strdup_printf ("UPDATE audit SET number = 900 WHERE number = %u; UPDATE audit SET number = %u WHERE number = %u; "
                                               "UPDATE audit SET number = %u WHERE number = 900",
                                               n, n, n + 1, n + 1);

      assert_found (fixture, delete, PST_AUDIT_MISSING, n);
      assert_found (fixture, tail, PST_AUDIT_MISSING, n);
      assert_found (fixture, insert, PST_AUDIT_CHANGED, n + 1);
      if (n < fixture->n_records)
        assert_found (fixture, swap, PST_AUDIT_CHANGED, n);
    }
}

static void
test_runs (Fixture *fixture, gconstpointer data)
{
  assert_found (fixture, "DELETE FROM strategy_run", PST_AUDIT_RUN_REMOVED, 0);
  assert_found (fixture, "DELETE FROM audit_chain", PST_AUDIT_LINK, 0);
}

static void
test_links (Fixture *fixture, gconstpointer data)
{
  assert_found (fixture, "UPDATE audit_chain SET link = replace (link, 'a', 'b')", PST_AUDIT_LINK, 0);
  assert_found (fixture, "UPDATE audit_chain SET link_number = 2", PST_AUDIT_LINK, 0);
  assert_found (fixture, "UPDATE audit_chain SET n_records = n_records - 1", PST_AUDIT_INSERTED, fixture->n_records);
  assert_found (fixture, "UPDATE audit_chain SET head = replace (head, '1', '2')", PST_AUDIT_HEAD, fixture->n_records);
}

static guint
count_lines (const char *text)
{
  guint n = 0;

  for (const char *c = text; *c != '\0'; c++)
    n += *c == '\n';
  return n;
}

/* What happened between two times, the first of which counts. Five records, the second at 2020-01-05. */
static void
test_show_between (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestOutcome) all = test_penstock (fixture->folder, "audit", "show", "sound.db", NULL);
  g_autoptr (TestOutcome) since = test_penstock (fixture->folder, "audit", "show", "sound.db", "--since", "2020-01-05", NULL);
  g_autoptr (TestOutcome) until = test_penstock (fixture->folder, "audit", "show", "sound.db", "--until", "2020-01-05", NULL);
  g_autoptr (TestOutcome) day
      = test_penstock (fixture->folder, "audit", "show", "sound.db", "--since", "2020-01-05", "--until", "2020-01-05T01:00:00+01:00", "--json", NULL);
  g_autoptr (TestOutcome) wrong = test_penstock (fixture->folder, "audit", "show", "sound.db", "--since", "yesterday", NULL);

  test_assert_exit (since, 0);
  test_assert_exit (until, 0);
  g_assert_cmpuint (count_lines (all->output), ==, 5);
  g_assert_cmpuint (count_lines (since->output) + count_lines (until->output), ==, 5);
  test_assert_contains (since->output, "2020-01-05T00:00:00Z");
  g_assert_null (strstr (until->output, "2020-01-05T00:00:00Z"));
  g_assert_cmpstr (day->output, ==, "");
  test_assert_exit (wrong, 2);
  test_assert_contains (wrong->errors, "--since yesterday");
}

/* What an operator types, and what scripts read. */
static void
test_command (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestOutcome) sound = test_penstock (fixture->folder, "audit", "verify", "sound.db", NULL);
  g_autoptr (TestOutcome) shown = test_penstock (fixture->folder, "audit", "show", "sound.db", "--action", "ORDER_DENIED", NULL);
  g_autoptr (TestOutcome) other_run = test_penstock (fixture->folder, "audit", "show", "sound.db", "--run", "no-such-run", NULL);
  g_autoptr (TestOutcome) changed = NULL, json = NULL, head = NULL, bad_head = NULL, against = NULL, usage = NULL, nothing = NULL;

  test_assert_exit (sound, 0);
  test_assert_contains (sound->output, "check-1 of user local: 5 audit records, end 5:");
  test_assert_exit (shown, 0);
  test_assert_contains (shown->output, "check-1 2020-01-05T00:00:00Z 2 limits ORDER_DENIED order=3 (quantity_max)");
  g_assert_cmpstr (other_run->output, ==, "");
  tamper (fixture, "UPDATE audit SET why = 'none' WHERE number = 2");
  changed = test_penstock (fixture->folder, "audit", "verify", "ledger.db", NULL);
  test_assert_exit (changed, 6);
  test_assert_contains (changed->output, "CHANGED: check-1 of user local: audit record 2 (sequence number ");
  json = test_penstock (fixture->folder, "audit", "verify", "ledger.db", "--json", NULL);
  test_assert_exit (json, 6);
  test_assert_contains (json->output, "\"kind\" : \"CHANGED\"");
  head = test_penstock (fixture->folder, "audit", "verify", "sound.db", "--run", "check-1", "--head",
                        "5:0000000000000000000000000000000000000000000000000000000000000000", NULL);
  test_assert_exit (head, 6);
  test_assert_contains (head->output, "HEAD: check-1 of user local: ");
  bad_head = test_penstock (fixture->folder, "audit", "verify", "sound.db", "--run", "check-1", "--head", "5:xyz", NULL);
  test_assert_exit (bad_head, 2);
  against = test_penstock (fixture->folder, "audit", "verify", "sound.db", "--against", "ledger.db", NULL);
  test_assert_exit (against, 0);
  usage = test_penstock (fixture->folder, "audit", "praise", "sound.db", NULL);
  test_assert_exit (usage, 2);
  nothing = test_penstock (fixture->folder, "audit", "verify", "nothing.db", NULL);
  test_assert_exit (nothing, 6);
}

#define PIPELINE                                                                                                                             \
  "[pipeline]\nname=walk\nmode=paper\n[exchange walk]\nplugin=template-exchange\ncash=100000 USD\nbars=200\n[strategy streak]\n"             \
  "plugin=template-strategy\norder-value=5000 USD\n[guard limit]\nplugin=template-guard\nquantity-max=48\n[store journal]\nplugin=journal\n" \
  "path={run}.journal\n[store ledger]\nplugin=sql\npath=ledger.db\n"

/* Whole runs: both stores tell the same chain; what is halted stays so until it is released, and the audit says by whom. */
static void
test_whole_runs (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestOutcome) first = NULL, journal = NULL, ledger = NULL, second = NULL, released = NULL, third = NULL, shown = NULL;
  g_autofree char *state = NULL, *halted = NULL;

  test_folder_write (fixture->folder, "walk.pipeline", PIPELINE);
  first = test_penstock (fixture->folder, "run", "walk.pipeline", NULL);
  test_assert_exit (first, 0);
  journal = test_penstock (fixture->folder, "audit", "verify", "walk-1.journal", NULL);
  test_assert_exit (journal, 0);
  ledger = test_penstock (fixture->folder, "audit", "verify", "ledger.db", "--against", "walk-1.journal", NULL);
  test_assert_exit (ledger, 0);
  state = test_folder_read (fixture->folder, "walk@local.state");
  test_assert_contains (state, "trading-state=ACTIVE");
  halted = g_strdup (state);
  {
    g_auto (GStrv) parts = g_strsplit (state, "trading-state=ACTIVE\nreason=", 2);

    g_free (halted);
    halted = g_strjoinv ("trading-state=HALTED\nreason=drill", parts);
  }
  test_folder_write (fixture->folder, "walk@local.state", halted);
  second = test_penstock (fixture->folder, "run", "walk.pipeline", NULL);
  test_assert_exit (second, 0);
  test_assert_sql (fixture->path, "SELECT count (*) FROM paper_trade WHERE run_id = 'walk-2'", "0\n");
  test_assert_sql (fixture->path, "SELECT detail FROM event_ledger WHERE run_id = 'walk-2' AND name = 'TRADING_HALTED'", "drill\n");
  released = test_penstock (fixture->folder, "state", "release", "walk@local.state", "--reason", "looked at it", NULL);
  test_assert_exit (released, 0);
  third = test_penstock (fixture->folder, "run", "walk.pipeline", NULL);
  test_assert_exit (third, 0);
  test_assert_sql (fixture->path, "SELECT count (*) > 0 FROM paper_trade WHERE run_id = 'walk-3'", "1\n");
  shown = test_penstock (fixture->folder, "audit", "show", "ledger.db", "--run", "walk-3", "--action", "TRADING_RELEASED", NULL);
  test_assert_contains (shown->output, "local TRADING_RELEASED (looked at it (by ");
  test_assert_contains (shown->output, "HALTED drill -> ACTIVE");
}

/* User "a-b" with pipeline "c" and user "a" with "b-c" have a state each, and what an older version called "a-b-c.state" is its owner's. */
static void
test_state_names (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestOutcome) first = NULL, second = NULL, again = NULL, halted = NULL;
  g_autofree char *state = NULL, *old = test_folder_path (fixture->folder, "a-b-c.state"), *path = test_folder_path (fixture->folder, "b-c@a.state");
  g_autofree char *tight = NULL;
  g_auto (GStrv) parts = NULL;

  test_folder_write (fixture->folder, "walk.pipeline", PIPELINE);
  first = test_penstock (fixture->folder, "run", "walk.pipeline", "--set", "pipeline.user=a", "--set", "pipeline.name=b-c", NULL);
  test_assert_exit (first, 0);
  second = test_penstock (fixture->folder, "run", "walk.pipeline", "--set", "pipeline.user=a-b", "--set", "pipeline.name=c", NULL);
  test_assert_exit (second, 0);
  state = test_folder_read (fixture->folder, "b-c@a.state");
  parts = g_strsplit (state, "trading-state=ACTIVE\nreason=", 2);
  tight = g_strjoinv ("trading-state=HALTED\nreason=drill", parts);
  /* As an older version left it: the halt is a's, and is not forgotten; a-b's own is not touched by it. */
  test_folder_write (fixture->folder, "a-b-c.state", tight);
  g_assert_cmpint (g_unlink (path), ==, 0);
  {
    g_autofree char *others = test_folder_path (fixture->folder, "c@a-b.state");

    g_assert_cmpint (g_unlink (others), ==, 0);
  }
  again = test_penstock (fixture->folder, "run", "walk.pipeline", "--set", "pipeline.user=a-b", "--set", "pipeline.name=c", NULL);
  test_assert_exit (again, 0);
  g_assert_true (g_file_test (old, G_FILE_TEST_EXISTS));
  test_assert_sql (fixture->path, "SELECT count (*) > 0 FROM paper_trade WHERE user_id = 'a-b' AND run_id = 'c-2'", "1\n");
  halted = test_penstock (fixture->folder, "run", "walk.pipeline", "--set", "pipeline.user=a", "--set", "pipeline.name=b-c", NULL);
  test_assert_exit (halted, 0);
  g_assert_false (g_file_test (old, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  test_assert_sql (fixture->path, "SELECT count (*) FROM paper_trade WHERE user_id = 'a' AND run_id = 'b-c-2'", "0\n");
}

#define ADD(path, func) g_test_add ("/audit/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("sound", test_sound);
  ADD ("every-column", test_every_column);
  ADD ("deleted-inserted-swapped", test_deleted_inserted_swapped);
  ADD ("runs", test_runs);
  ADD ("links", test_links);
  ADD ("command", test_command);
  ADD ("show-between", test_show_between);
  ADD ("whole-runs", test_whole_runs);
  ADD ("state-names", test_state_names);
  return g_test_run ();
}
