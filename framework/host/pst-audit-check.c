/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each record is looked at by itself (its content against its hash), against the one before (number and hash), and the end against what was noted of
 * it elsewhere. After a break it goes on from the record as it stands, so that one wrong record is not taken for many. */
#include "pst-audit-check.h"

#include <string.h>

static void
finding_free (PstAuditFinding *finding)
{
  g_free (finding->user_id);
  g_free (finding->run_id);
  g_free (finding->text);
  g_free (finding);
}

/**
 * pst_audit_check_new:
 *
 * Returns: (transfer full): a check that has seen nothing
 */
PstAuditCheck *
pst_audit_check_new (void)
{
  PstAuditCheck *check = g_new0 (PstAuditCheck, 1);

  check->findings = g_ptr_array_new_with_free_func ((GDestroyNotify)finding_free);
  check->chains = g_array_new (FALSE, TRUE, sizeof (PstAuditChain));
  return check;
}

/**
 * pst_audit_check_free:
 * @check: (nullable) (transfer full): a check
 */
void
pst_audit_check_free (PstAuditCheck *check)
{
  if (check == NULL)
    return;
  g_ptr_array_unref (check->findings);
  g_array_unref (check->chains);
  g_free (check);
}

static void find (PstAuditCheck *check, PstAuditFindingKind kind, const PstAuditRun *run, guint64 number, guint64 sequence, const char *format, ...)
    G_GNUC_PRINTF (6, 7);

static void
find (PstAuditCheck *check, PstAuditFindingKind kind, const PstAuditRun *run, guint64 number, guint64 sequence, const char *format, ...)
{
  PstAuditFinding *finding;
  va_list arguments;

  if (check->n_findings++ >= PST_AUDIT_FINDINGS_MAX)
    return;
  finding = g_new0 (PstAuditFinding, 1);
  finding->kind = kind;
  finding->user_id = g_utf8_make_valid (run->user_id, -1);
  finding->run_id = g_utf8_make_valid (run->run_id, -1);
  finding->number = number;
  finding->sequence = sequence;
  va_start (arguments, format);
  finding->text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_ptr_array_add (check->findings, finding);
}

#define U64 "%" G_GUINT64_FORMAT

static void
begin_run (PstAuditCheck *check, const PstAuditRun *run)
{
  if (check->in_run)
    return;
  check->in_run = TRUE;
  check->ended = FALSE;
  check->n_in_run = check->last_sequence = 0;
  pst_audit_genesis (run->user_id, run->run_id, &check->expected);
}

static void
check_place (PstAuditCheck *check, const PstAuditRun *run, const PstRecord *record)
{
  const PstAuditRecord *audit = &record->audit;
  guint64 expected = check->expected.number + 1;

  if (audit->number > expected)
    find (check, PST_AUDIT_MISSING, run, expected, check->last_sequence,
          "audit records " U64 " to " U64 " are missing, between the records with sequence numbers " U64 " and " U64, expected, audit->number - 1,
          check->last_sequence, record->sequence);
  else if (audit->number < expected)
    find (check, PST_AUDIT_INSERTED, run, audit->number, record->sequence,
          "an audit record with number " U64 " (sequence number " U64 ") stands behind number " U64 ": it was put in or moved", audit->number,
          record->sequence, check->expected.number);
  else if (memcmp (audit->previous, check->expected.hash, PST_AUDIT_HASH_SIZE) != 0)
    find (check, PST_AUDIT_BROKEN, run, audit->number, record->sequence,
          expected == 1 ? "audit record " U64 " (sequence number " U64 ") does not hang on the beginning of this run's chain: it is another run's"
                        : "audit record " U64 " (sequence number " U64 ") does not hang on the one before it: one of the two was replaced",
          audit->number, record->sequence);
}

static void
take_record (PstAuditCheck *check, const PstAuditRun *run, const PstRecord *record)
{
  guint8 hash[PST_AUDIT_HASH_SIZE];

  check_place (check, run, record);
  pst_audit_hash (record, hash);
  if (memcmp (hash, record->audit.hash, sizeof hash) != 0)
    find (check, PST_AUDIT_CHANGED, run, record->audit.number, record->sequence,
          "audit record " U64 " (sequence number " U64 ") was changed: its content does not have its hash", record->audit.number, record->sequence);
  check->expected.number = record->audit.number;
  memcpy (check->expected.hash, record->audit.hash, PST_AUDIT_HASH_SIZE);
  check->last_sequence = record->sequence;
  check->n_in_run++;
  check->ended = strcmp (record->audit.action, "RUN_ENDED") == 0;
}

static void
check_head (PstAuditCheck *check, const PstAuditRun *run)
{
  const PstAuditHead *head = &run->head, *found = &check->expected;

  if (found->number < head->number)
    find (check, PST_AUDIT_MISSING, run, found->number + 1, check->last_sequence,
          "audit records " U64 " to " U64 " are missing at the end, behind sequence number " U64, found->number + 1, head->number,
          check->last_sequence);
  else if (found->number > head->number)
    find (check, PST_AUDIT_INSERTED, run, head->number + 1, check->last_sequence,
          "audit records " U64 " to " U64 " stand behind the end of the chain, which is " U64 ": they were put in", head->number + 1, found->number,
          head->number);
  else if (head->number > 0 && memcmp (found->hash, head->hash, PST_AUDIT_HASH_SIZE) != 0)
    find (check, PST_AUDIT_HEAD, run, found->number, check->last_sequence,
          "the last audit record (number " U64 ", sequence number " U64 ") is not the one whose hash was noted as the end", found->number,
          check->last_sequence);
}

static void
check_link (PstAuditCheck *check, const PstAuditRun *run)
{
  guint8 link[PST_AUDIT_HASH_SIZE];

  if (run->link_number > check->last_link_number + 1)
    find (check, PST_AUDIT_LINK, run, 0, 0, "links " U64 " to " U64 " of the chain of runs are missing: runs were taken out with their links",
          check->last_link_number + 1, run->link_number - 1);
  else if (memcmp (run->previous_link, check->last_link, PST_AUDIT_HASH_SIZE) != 0)
    find (check, PST_AUDIT_LINK, run, 0, 0, "link " U64 " of the chain of runs does not hang on the one before it: one of the two was replaced",
          run->link_number);
  pst_audit_link (run->previous_link, run->user_id, run->run_id, link);
  if (memcmp (link, run->link, sizeof link) != 0)
    find (check, PST_AUDIT_LINK, run, 0, 0, "link " U64 " of the chain of runs was changed: it is not this run's", run->link_number);
  check->last_link_number = run->link_number;
  memcpy (check->last_link, run->link, sizeof check->last_link);
}

static void
finish_run (PstAuditCheck *check, const PstAuditRun *run)
{
  PstAuditChain chain = { *run, check->n_in_run, check->expected };
  gboolean cut_off = g_str_has_prefix (run->reason, "abandoned");

  if (run->link_number > 0)
    check_link (check, run);
  else if (run->has_links && check->n_in_run > 0)
    find (check, PST_AUDIT_LINK, run, 0, 0, "the run has audit records and no link in the chain of runs: its link was taken out, or the run put in");
  if (run->state == 0 && run->link_number > 0)
    find (check, PST_AUDIT_RUN_REMOVED, run, 0, 0, "the run was taken out; it is link " U64 " of the chain of runs, and had " U64 " audit records",
          run->link_number, run->head.number);
  else if (run->has_head)
    check_head (check, run);
  if (run->state >= PST_RUN_STATE_STOPPED && check->n_in_run > 0 && !check->ended && !cut_off)
    find (check, PST_AUDIT_NO_END, run, check->expected.number, check->last_sequence,
          "the run has ended, but its chain does not end with RUN_ENDED: records behind number " U64 " (sequence number " U64 ") are missing",
          check->expected.number, check->last_sequence);
  g_array_append_val (check->chains, chain);
  check->in_run = FALSE;
}

/**
 * pst_audit_check_take:
 * @run: whose chain
 * @record: (nullable): its next record; %NULL behind the last
 * @check: a #PstAuditCheck
 * @error: never set
 *
 * For pst_store_read_audit().
 *
 * Returns: %TRUE
 */
gboolean
pst_audit_check_take (const PstAuditRun *run, const PstRecord *record, gpointer check, GError **error)
{
  begin_run (check, run);
  if (record != NULL)
    take_record (check, run, record);
  else
    finish_run (check, run);
  return TRUE;
}

/**
 * pst_audit_check_compare:
 * @check: a check that has seen a whole store
 * @noted: the end of a run's chain as it was noted elsewhere: user, run, and head
 * @where: where it was noted, for the sentence
 *
 * Looks whether the chain of that run still ends so.
 */
void
pst_audit_check_compare (PstAuditCheck *check, const PstAuditChain *noted, const char *where)
{
  for (guint i = 0; i < check->chains->len; i++)
    {
      const PstAuditChain *chain = &g_array_index (check->chains, PstAuditChain, i);

      if (strcmp (chain->run.user_id, noted->run.user_id) != 0 || strcmp (chain->run.run_id, noted->run.run_id) != 0 || chain->run.state == 0)
        continue;
      if (chain->head.number != noted->head.number || memcmp (chain->head.hash, noted->head.hash, PST_AUDIT_HASH_SIZE) != 0)
        find (check, PST_AUDIT_HEAD, &noted->run, MIN (chain->head.number, noted->head.number), 0,
              "the chain ends with number " U64 ", but %s it ends with number " U64 "%s", chain->head.number, where, noted->head.number,
              chain->head.number == noted->head.number ? " and another hash" : "");
      return;
    }
  find (check, PST_AUDIT_RUN_REMOVED, &noted->run, 0, 0, "the run is not there, but %s it has " U64 " audit records", where, noted->head.number);
}

/**
 * pst_audit_finding_kind_to_string:
 * @kind: what is wrong
 *
 * Returns: (transfer none): its name, "CHANGED"
 */
const char *
pst_audit_finding_kind_to_string (PstAuditFindingKind kind)
{
  static const char *const names[] = { "", "CHANGED", "BROKEN", "MISSING", "INSERTED", "NO_END", "HEAD", "RUN_REMOVED", "LINK" };

  return kind < G_N_ELEMENTS (names) ? names[kind] : "";
}
