/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whoever rewrites the past must be found and the place be named: every record, every field, in every way. */
#include <string.h>

#include "pst-audit-check.h"

#define N 6

/* A run's chain as a store keeps it, and what a tamperer makes of it. */
typedef struct
{
  PstAuditRun run;
  GArray *records; /* PstRecord */
} Chain;

static void
chain_init (Chain *chain, const char *run_id, guint64 link_number, guint8 *link)
{
  PstAuditHead head;

  memset (chain, 0, sizeof *chain);
  g_strlcpy (chain->run.user_id, "anna", PST_NAME_SIZE);
  g_strlcpy (chain->run.run_id, run_id, PST_NAME_SIZE);
  chain->run.state = PST_RUN_STATE_STOPPED;
  chain->run.has_links = TRUE;
  chain->run.link_number = link_number;
  memcpy (chain->run.previous_link, link, PST_AUDIT_HASH_SIZE);
  pst_audit_link (link, "anna", run_id, link);
  memcpy (chain->run.link, link, PST_AUDIT_HASH_SIZE);
  chain->records = g_array_new (FALSE, TRUE, sizeof (PstRecord));
  pst_audit_genesis ("anna", run_id, &head);
  for (guint i = 1; i <= N; i++)
    {
      PstRecord record = { .kind = PST_RECORD_AUDIT, .sequence = 10 * i, .time_ns = 1000 * i };

      record.audit.actor_kind = PST_AUDIT_ACTOR_COMPONENT;
      record.audit.component = i;
      record.audit.order_id = 100 + i;
      g_snprintf (record.audit.actor, PST_NAME_SIZE, "guard-%u", i);
      g_strlcpy (record.audit.action, i == N ? "RUN_ENDED" : "ORDER_DENIED", PST_AUDIT_ACTION_SIZE);
      g_snprintf (record.audit.why, PST_AUDIT_WHY_SIZE, "reason-%u", i);
      g_snprintf (record.audit.before, PST_AUDIT_BEFORE_SIZE, "%u", i);
      g_snprintf (record.audit.after, PST_AUDIT_AFTER_SIZE, "%u", i + 1);
      pst_audit_seal (&record, &head);
      g_array_append_val (chain->records, record);
    }
  chain->run.has_head = TRUE;
  chain->run.head = head;
}

static void
chain_clear (Chain *chain)
{
  g_array_unref (chain->records);
}

static PstRecord *
nth (Chain *chain, guint n)
{
  return &g_array_index (chain->records, PstRecord, n);
}

static void
take (PstAuditCheck *check, Chain *chain)
{
  for (guint i = 0; i < chain->records->len; i++)
    g_assert_true (pst_audit_check_take (&chain->run, nth (chain, i), check, NULL));
  g_assert_true (pst_audit_check_take (&chain->run, NULL, check, NULL));
}

/* Asserts that something of the kind is found that names the record; NULL text: whatever it says. */
static void
assert_found (Chain *chain, PstAuditFindingKind kind, guint64 number)
{
  g_autoptr (PstAuditCheck) check = pst_audit_check_new ();
  gboolean found = FALSE;

  take (check, chain);
  for (guint i = 0; i < check->findings->len; i++)
    {
      const PstAuditFinding *finding = check->findings->pdata[i];

      g_test_message ("%s %s", pst_audit_finding_kind_to_string (finding->kind), finding->text);
      found |= finding->kind == kind && finding->number == number;
    }
  g_assert_true (found);
}

static void
test_sound (void)
{
  g_autoptr (PstAuditCheck) check = pst_audit_check_new ();
  guint8 link[PST_AUDIT_HASH_SIZE] = { 0 };
  Chain first, second;

  chain_init (&first, "run-1", 1, link);
  chain_init (&second, "run-2", 2, link);
  take (check, &first);
  take (check, &second);
  g_assert_cmpuint (check->n_findings, ==, 0);
  g_assert_cmpuint (check->chains->len, ==, 2);
  g_assert_cmpuint (g_array_index (check->chains, PstAuditChain, 1).n_records, ==, N);
  chain_clear (&first);
  chain_clear (&second);
}

#define CHANGE_TEXT(field) record->audit.field[0] ^= 1

static void
change_field (PstRecord *record, guint field)
{
  switch (field)
    {
    case 0:
      record->sequence++;
      break;
    case 1:
      record->time_ns++;
      break;
    case 2:
      record->audit.order_id++;
      break;
    case 3:
      record->audit.actor_kind = PST_AUDIT_ACTOR_OPERATOR;
      break;
    case 4:
      record->audit.component++;
      break;
    case 5:
      CHANGE_TEXT (actor);
      break;
    case 6:
      CHANGE_TEXT (action);
      break;
    case 7:
      CHANGE_TEXT (why);
      break;
    case 8:
      CHANGE_TEXT (before);
      break;
    case 9:
      CHANGE_TEXT (after);
      break;
    case 10:
      record->audit.previous[7] ^= 1;
      break;
    default:
      record->audit.hash[7] ^= 1;
    }
}

static void
test_changed (void)
{
  for (guint i = 0; i < N; i++)
    for (guint field = 0; field < 12; field++)
      {
        guint8 link[PST_AUDIT_HASH_SIZE] = { 0 };
        Chain chain;

        chain_init (&chain, "run-1", 1, link);
        change_field (nth (&chain, i), field);
        assert_found (&chain, PST_AUDIT_CHANGED, i + 1);
        chain_clear (&chain);
      }
}

/* The tamperer computes the changed record's own hash anew: then the next one does not hang on it, or the end is another. */
static void
test_changed_and_hashed (void)
{
  for (guint i = 0; i < N; i++)
    {
      guint8 link[PST_AUDIT_HASH_SIZE] = { 0 };
      Chain chain;

      chain_init (&chain, "run-1", 1, link);
      change_field (nth (&chain, i), 7);
      pst_audit_hash (nth (&chain, i), nth (&chain, i)->audit.hash);
      assert_found (&chain, i + 1 < N ? PST_AUDIT_BROKEN : PST_AUDIT_HEAD, i + 1 < N ? i + 2 : N);
      chain_clear (&chain);
    }
}

static void
test_missing (void)
{
  for (guint i = 0; i < N; i++)
    for (guint n = 1; i + n <= N; n++)
      {
        guint8 link[PST_AUDIT_HASH_SIZE] = { 0 };
        Chain chain;

        chain_init (&chain, "run-1", 1, link);
        g_array_remove_range (chain.records, i, n);
        assert_found (&chain, PST_AUDIT_MISSING, i + 1);
        /* Without a head that is kept elsewhere, the end of the run is missed when it is gone; not when all is. */
        chain.run.has_head = FALSE;
        chain.run.link_number = 0;
        if (i + n == N && i > 0)
          assert_found (&chain, PST_AUDIT_NO_END, i);
        chain_clear (&chain);
      }
}

static void
test_inserted (void)
{
  for (guint i = 0; i <= N; i++)
    {
      guint8 link[PST_AUDIT_HASH_SIZE] = { 0 };
      PstRecord copy;
      Chain chain;

      chain_init (&chain, "run-1", 1, link);
      copy = *nth (&chain, i < N ? i : N - 1);
      /* A double; and one that hangs rightly on the one before it, in whose place the next one stands then. */
      g_array_insert_val (chain.records, i, copy);
      assert_found (&chain, PST_AUDIT_INSERTED, i < N ? i + 1 : N);
      if (i < N && i > 0)
        {
          PstAuditHead head = { .number = i };

          memcpy (head.hash, nth (&chain, i - 1)->audit.hash, PST_AUDIT_HASH_SIZE);
          g_strlcpy (nth (&chain, i)->audit.why, "forged", PST_AUDIT_WHY_SIZE);
          pst_audit_seal (nth (&chain, i), &head);
          assert_found (&chain, PST_AUDIT_INSERTED, i + 1);
        }
      chain_clear (&chain);
    }
}

/* Behind the end, hanging rightly. */
static void
test_appended (void)
{
  guint8 link[PST_AUDIT_HASH_SIZE] = { 0 };
  PstAuditHead head;
  PstRecord copy;
  Chain chain;

  chain_init (&chain, "run-1", 1, link);
  head = chain.run.head;
  copy = *nth (&chain, N - 1);
  copy.sequence++;
  pst_audit_seal (&copy, &head);
  g_array_append_val (chain.records, copy);
  assert_found (&chain, PST_AUDIT_INSERTED, N + 1);
  chain_clear (&chain);
}

static void
test_swapped (void)
{
  for (guint i = 0; i < N; i++)
    for (guint k = i + 1; k < N; k++)
      {
        guint8 link[PST_AUDIT_HASH_SIZE] = { 0 };
        PstRecord other;
        Chain chain;

        chain_init (&chain, "run-1", 1, link);
        other = *nth (&chain, i);
        *nth (&chain, i) = *nth (&chain, k);
        *nth (&chain, k) = other;
        assert_found (&chain, PST_AUDIT_INSERTED, i + 1);
        chain_clear (&chain);
      }
}

/* A whole chain from another run, or from another user's. */
static void
test_other_run (void)
{
  guint8 link[PST_AUDIT_HASH_SIZE] = { 0 };
  Chain chain;

  chain_init (&chain, "run-1", 1, link);
  g_strlcpy (chain.run.run_id, "run-9", PST_NAME_SIZE);
  assert_found (&chain, PST_AUDIT_BROKEN, 1);
  assert_found (&chain, PST_AUDIT_LINK, 0);
  chain_clear (&chain);
}

/* Of three runs one is taken out whole: with its link, or leaving it. */
static void
test_removed_run (void)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (PstAuditCheck) check = pst_audit_check_new ();
      guint8 link[PST_AUDIT_HASH_SIZE] = { 0 };
      const PstAuditFinding *finding;
      Chain chains[3];

      chain_init (&chains[0], "run-1", 1, link);
      chain_init (&chains[1], "run-2", 2, link);
      chain_init (&chains[2], "run-3", 3, link);
      take (check, &chains[0]);
      if (i == 0)
        {
          g_array_set_size (chains[1].records, 0);
          chains[1].run.state = 0;
          take (check, &chains[1]);
        }
      take (check, &chains[2]);
      g_assert_cmpuint (check->n_findings, ==, 1);
      finding = check->findings->pdata[0];
      g_assert_cmpint (finding->kind, ==, i == 0 ? PST_AUDIT_RUN_REMOVED : PST_AUDIT_LINK);
      g_assert_nonnull (strstr (finding->text, i == 0 ? "link 2" : "links 2 to 2"));
      for (guint k = 0; k < 3; k++)
        chain_clear (&chains[k]);
    }
}

/* Everything computed anew, links and head too: only who noted the end, or has another store, finds that. */
static void
test_compare (void)
{
  g_autoptr (PstAuditCheck) check = pst_audit_check_new ();
  guint8 link[PST_AUDIT_HASH_SIZE] = { 0 };
  PstAuditChain noted = { 0 };
  Chain chain;

  chain_init (&chain, "run-1", 1, link);
  noted.run = chain.run;
  noted.head = chain.run.head;
  pst_audit_genesis ("anna", "run-1", &chain.run.head);
  for (guint i = 0; i < N; i++)
    {
      g_strlcpy (nth (&chain, i)->audit.why, "all is well", PST_AUDIT_WHY_SIZE);
      pst_audit_seal (nth (&chain, i), &chain.run.head);
    }
  take (check, &chain);
  g_assert_cmpuint (check->n_findings, ==, 0);
  pst_audit_check_compare (check, &noted, "in the journal");
  g_assert_cmpuint (check->n_findings, ==, 1);
  g_assert_cmpint (((PstAuditFinding *)check->findings->pdata[0])->kind, ==, PST_AUDIT_HEAD);
  g_strlcpy (noted.run.run_id, "run-2", PST_NAME_SIZE);
  pst_audit_check_compare (check, &noted, "in the journal");
  g_assert_cmpuint (check->n_findings, ==, 2);
  chain_clear (&chain);
}

/* A run that was cut off has no end, and that is no one's doing. */
static void
test_cut_off (void)
{
  g_autoptr (PstAuditCheck) check = pst_audit_check_new ();
  guint8 link[PST_AUDIT_HASH_SIZE] = { 0 };
  Chain chain;

  chain_init (&chain, "run-1", 1, link);
  g_array_set_size (chain.records, 3);
  chain.run.head.number = 3;
  memcpy (chain.run.head.hash, nth (&chain, 2)->audit.hash, PST_AUDIT_HASH_SIZE);
  chain.run.state = PST_RUN_STATE_ERROR;
  g_strlcpy (chain.run.reason, "abandoned: its process ended without closing it", PST_REASON_SIZE);
  take (check, &chain);
  g_assert_cmpuint (check->n_findings, ==, 0);
  chain_clear (&chain);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/audit-check/sound", test_sound);
  g_test_add_func ("/audit-check/changed", test_changed);
  g_test_add_func ("/audit-check/changed-and-hashed", test_changed_and_hashed);
  g_test_add_func ("/audit-check/missing", test_missing);
  g_test_add_func ("/audit-check/inserted", test_inserted);
  g_test_add_func ("/audit-check/appended", test_appended);
  g_test_add_func ("/audit-check/swapped", test_swapped);
  g_test_add_func ("/audit-check/other-run", test_other_run);
  g_test_add_func ("/audit-check/removed-run", test_removed_run);
  g_test_add_func ("/audit-check/compare", test_compare);
  g_test_add_func ("/audit-check/cut-off", test_cut_off);
  return g_test_run ();
}
