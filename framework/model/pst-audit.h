/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The chain of audit records: what each is hashed over, and how one hangs on the other. Whoever makes the chain and whoever checks it use these. */
#pragma once

#include "pst-record.h"

G_BEGIN_DECLS

/* A hash as text: 64 of 0-9 and a-f, and the end. */
#define PST_AUDIT_HASH_TEXT_SIZE (2 * PST_AUDIT_HASH_SIZE + 1)

/**
 * PstAuditHead:
 * @number: number of the chain's last record; 0 when it has none
 * @hash: its hash; that of the genesis when it has none
 *
 * Where a chain ends.
 */
typedef struct
{
  guint64 number;
  guint8 hash[PST_AUDIT_HASH_SIZE];
} PstAuditHead;

/* What the first record of a run's chain hangs on: made of the user and the run, so that no chain passes for another run's. */
PST_API void pst_audit_genesis (const char *user_id, const char *run_id, PstAuditHead *head);
/* SHA-256 of the bytes of pst_record_encode() without the last 32, which are the hash itself. */
PST_API void pst_audit_hash (const PstRecord *record, guint8 *hash);
/* Hangs an AUDIT record, complete but for its number and hashes, on @head, which moves to it. */
PST_API void pst_audit_seal (PstRecord *record, PstAuditHead *head);
/* A run's link in a store's chain of runs: SHA-256 of the link before (all zero for the first), the user and the run. */
PST_API void pst_audit_link (const guint8 *previous, const char *user_id, const char *run_id, guint8 *link);
PST_API void pst_audit_hash_print (const guint8 *hash, char *text);
/* FALSE, and all zero, for what is not 64 of 0-9 and a-f. */
PST_API gboolean pst_audit_hash_parse (const char *text, guint8 *hash);

G_END_DECLS
