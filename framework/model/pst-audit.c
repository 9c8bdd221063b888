/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each record's hash covers the record before it, so that nothing in the chain can be changed, taken out or put in without changing all that
 * follows. The hashes need no key: they make tampering visible to whoever knows a later hash, they do not hinder who rewrites all of it. */
#include "pst-audit.h"

#include <string.h>

/* Texts are hashed with their final zero, so that "ab" and "c" are not "a" and "bc". */
static void
update_text (GChecksum *sum, const char *text)
{
  g_checksum_update (sum, (const guchar *)text, (gssize)strlen (text) + 1);
}

static void
finish (GChecksum *sum, guint8 *hash)
{
  gsize length = PST_AUDIT_HASH_SIZE;

  g_checksum_get_digest (sum, hash, &length);
  g_checksum_free (sum);
}

/**
 * pst_audit_genesis:
 * @user_id: whose run
 * @run_id: its name
 * @head: (out caller-allocates): the head of a chain without records
 *
 * SHA-256 of "penstock-audit-1", the user and the run, each with a zero byte behind it. Any thread.
 */
void
pst_audit_genesis (const char *user_id, const char *run_id, PstAuditHead *head)
{
  GChecksum *sum;

  g_return_if_fail (user_id != NULL && run_id != NULL && head != NULL);
  sum = g_checksum_new (G_CHECKSUM_SHA256);
  update_text (sum, "penstock-audit-1");
  update_text (sum, user_id);
  update_text (sum, run_id);
  head->number = 0;
  finish (sum, head->hash);
}

/**
 * pst_audit_hash:
 * @record: an AUDIT record
 * @hash: (out caller-allocates) (array fixed-size=32): its hash, whatever it says itself
 *
 * Covers every field: the record's sequence number and time, its number in the chain, actor, action, texts and the hash before. Any thread.
 */
void
pst_audit_hash (const PstRecord *record, guint8 *hash)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  GChecksum *sum;

  g_return_if_fail (record != NULL && record->kind == PST_RECORD_AUDIT && hash != NULL);
  pst_record_encode (record, bytes);
  sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_checksum_update (sum, bytes->data, (gssize)bytes->len - PST_AUDIT_HASH_SIZE);
  finish (sum, hash);
}

/**
 * pst_audit_seal:
 * @record: (inout): an AUDIT record, complete but for its number and hashes
 * @head: (inout): the chain's end; moves to @record
 *
 * Numbers the record and hangs it on the chain. Any thread.
 */
void
pst_audit_seal (PstRecord *record, PstAuditHead *head)
{
  g_return_if_fail (record != NULL && record->kind == PST_RECORD_AUDIT && head != NULL);
  record->audit.number = ++head->number;
  memcpy (record->audit.previous, head->hash, PST_AUDIT_HASH_SIZE);
  pst_audit_hash (record, head->hash);
  memcpy (record->audit.hash, head->hash, PST_AUDIT_HASH_SIZE);
}

/**
 * pst_audit_link:
 * @previous: (array fixed-size=32): the link before; all zero for the first
 * @user_id: whose run
 * @run_id: its name
 * @link: (out caller-allocates) (array fixed-size=32): the run's link; may be @previous
 *
 * Hangs a run on the runs that a store took before it, so that a run which was taken out whole is missed. Any thread.
 */
void
pst_audit_link (const guint8 *previous, const char *user_id, const char *run_id, guint8 *link)
{
  GChecksum *sum;

  g_return_if_fail (previous != NULL && user_id != NULL && run_id != NULL && link != NULL);
  sum = g_checksum_new (G_CHECKSUM_SHA256);
  update_text (sum, "penstock-audit-link-1");
  g_checksum_update (sum, previous, PST_AUDIT_HASH_SIZE);
  update_text (sum, user_id);
  update_text (sum, run_id);
  finish (sum, link);
}

/**
 * pst_audit_hash_print:
 * @hash: (array fixed-size=32): a hash
 * @text: (out caller-allocates): room for %PST_AUDIT_HASH_TEXT_SIZE bytes
 *
 * Prints a hash as 64 hexadecimal digits. Any thread.
 */
void
pst_audit_hash_print (const guint8 *hash, char *text)
{
  static const char digits[] = "0123456789abcdef";

  for (guint i = 0; i < PST_AUDIT_HASH_SIZE; i++)
    {
      text[2 * i] = digits[hash[i] >> 4];
      text[2 * i + 1] = digits[hash[i] & 15];
    }
  text[2 * PST_AUDIT_HASH_SIZE] = '\0';
}

/**
 * pst_audit_hash_parse:
 * @text: (nullable): 64 of 0-9 and a-f
 * @hash: (out caller-allocates) (array fixed-size=32): the hash; all zero when @text is none
 *
 * Reads what pst_audit_hash_print() printed. Any thread.
 *
 * Returns: whether @text is a hash
 */
gboolean
pst_audit_hash_parse (const char *text, guint8 *hash)
{
  memset (hash, 0, PST_AUDIT_HASH_SIZE);
  if (text == NULL || strlen (text) != 2 * PST_AUDIT_HASH_SIZE || strspn (text, "0123456789abcdef") != 2 * PST_AUDIT_HASH_SIZE)
    return FALSE;
  for (guint i = 0; i < PST_AUDIT_HASH_SIZE; i++)
    hash[i] = (guint8)(g_ascii_xdigit_value (text[2 * i]) << 4 | g_ascii_xdigit_value (text[2 * i + 1]));
  return TRUE;
}
