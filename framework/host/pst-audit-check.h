/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Looks for tampering: takes audit chains as they stand in a store, and names every record that was changed, taken out, put in or moved. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* Findings that are named one by one; what comes beyond is only counted. */
#define PST_AUDIT_FINDINGS_MAX 1000

/**
 * PstAuditFindingKind:
 * @PST_AUDIT_CHANGED: the record's content is not what its hash says
 * @PST_AUDIT_BROKEN: the record does not hang on the one before
 * @PST_AUDIT_MISSING: records are not there
 * @PST_AUDIT_INSERTED: a record stands where none belongs: put in, or moved
 * @PST_AUDIT_NO_END: the run has ended, its chain has not
 * @PST_AUDIT_HEAD: the chain's end is not the one that was noted
 * @PST_AUDIT_RUN_REMOVED: a run is gone whole
 * @PST_AUDIT_LINK: the chain of runs is broken
 *
 * What is wrong.
 */
typedef enum
{
  PST_AUDIT_CHANGED = 1,
  PST_AUDIT_BROKEN,
  PST_AUDIT_MISSING,
  PST_AUDIT_INSERTED,
  PST_AUDIT_NO_END,
  PST_AUDIT_HEAD,
  PST_AUDIT_RUN_REMOVED,
  PST_AUDIT_LINK,
} PstAuditFindingKind;

typedef struct
{
  PstAuditFindingKind kind;
  char *user_id, *run_id;
  guint64 number;   /* in the chain; of the first when there are several; 0 when it is not about a record */
  guint64 sequence; /* of the record, or of the one before the gap */
  char *text;       /* a sentence */
} PstAuditFinding;

/* What the store has of one run. */
typedef struct
{
  PstAuditRun run;
  guint64 n_records;
  PstAuditHead head; /* as it stands */
} PstAuditChain;

typedef struct
{
  GPtrArray *findings; /* PstAuditFinding */
  guint64 n_findings;
  GArray *chains; /* PstAuditChain */

  /*< private >*/
  gboolean in_run;
  PstAuditHead expected; /* what the next record must hang on */
  guint64 n_in_run;
  guint64 last_sequence;
  gboolean ended; /* the last record was RUN_ENDED */
  guint64 last_link_number;
  guint8 last_link[PST_AUDIT_HASH_SIZE];
} PstAuditCheck;

PstAuditCheck *pst_audit_check_new (void);
void pst_audit_check_free (PstAuditCheck *check);
/* A PstAuditFunc whose user data is the check. */
gboolean pst_audit_check_take (const PstAuditRun *run, const PstRecord *record, gpointer check, GError **error);
/* Whether the run has, as its record @number, one with this hash: what somebody noted of it earlier, or another store has. */
void pst_audit_check_compare (PstAuditCheck *check, const PstAuditChain *noted, const char *where);
/* "CHANGED" */
const char *pst_audit_finding_kind_to_string (PstAuditFindingKind kind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstAuditCheck, pst_audit_check_free)

G_END_DECLS
