/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whoever changes the past must be found out: every byte of a record counts, and the bytes that are hashed stay what they are for good. */
#include <string.h>

#include "pst-audit.h"
#include "pst-time.h"

static PstRecord
new_event (guint64 sequence)
{
  PstRecord record = { .kind = PST_RECORD_AUDIT, .sequence = sequence, .time_ns = 1577836800 * PST_NS_PER_SECOND };

  record.audit.actor_kind = PST_AUDIT_ACTOR_COMPONENT;
  record.audit.component = 3;
  record.audit.order_id = 7;
  g_strlcpy (record.audit.actor, "limits", sizeof record.audit.actor);
  g_strlcpy (record.audit.action, "ORDER_DENIED", sizeof record.audit.action);
  g_strlcpy (record.audit.why, "quantity_max", sizeof record.audit.why);
  g_strlcpy (record.audit.before, "5", sizeof record.audit.before);
  g_strlcpy (record.audit.after, "6", sizeof record.audit.after);
  return record;
}

/* A chain that was written today must be provable by any later version: computed independently of this code. */
static void
test_known_hashes (void)
{
  PstAuditHead head;
  char text[PST_AUDIT_HASH_TEXT_SIZE];
  guint8 link[PST_AUDIT_HASH_SIZE] = { 0 };
  PstRecord record = new_event (12);

  pst_audit_genesis ("local", "sma-1", &head);
  g_assert_cmpuint (head.number, ==, 0);
  pst_audit_hash_print (head.hash, text);
  g_assert_cmpstr (text, ==, "426c3046bcb32fa0c7021b7840bae38d7f7660012145ef0ebc6df05c0432856d");
  pst_audit_seal (&record, &head);
  pst_audit_hash_print (head.hash, text);
  g_assert_cmpstr (text, ==, "0a899b63c7a193c4a2c34775386295df38a65db1dce0a5d7e199d93d9a10df6c");
  pst_audit_link (link, "local", "sma-1", link);
  pst_audit_hash_print (link, text);
  g_assert_cmpstr (text, ==, "05d05a20c4ce328886c63fb1bff5912be052e15914c054ff55c31805862bc0d3");
}

static void
test_chain (void)
{
  PstAuditHead head, genesis;
  PstRecord first = new_event (1), second = new_event (2);
  guint8 hash[PST_AUDIT_HASH_SIZE];

  pst_audit_genesis ("local", "sma-1", &genesis);
  head = genesis;
  pst_audit_seal (&first, &head);
  pst_audit_seal (&second, &head);
  g_assert_cmpuint (first.audit.number, ==, 1);
  g_assert_cmpuint (second.audit.number, ==, 2);
  g_assert_cmpuint (head.number, ==, 2);
  g_assert_cmpmem (first.audit.previous, PST_AUDIT_HASH_SIZE, genesis.hash, PST_AUDIT_HASH_SIZE);
  g_assert_cmpmem (second.audit.previous, PST_AUDIT_HASH_SIZE, first.audit.hash, PST_AUDIT_HASH_SIZE);
  pst_audit_hash (&second, hash);
  g_assert_cmpmem (hash, sizeof hash, second.audit.hash, sizeof hash);
  g_assert_cmpmem (hash, sizeof hash, head.hash, sizeof hash);
}

/* Names that run into each other are still two chains. */
static void
test_genesis_differs (void)
{
  static const char *const names[][2] = { { "a", "bc" }, { "ab", "c" }, { "", "abc" }, { "abc", "" }, { "A", "bc" } };
  PstAuditHead heads[G_N_ELEMENTS (names)];

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      pst_audit_genesis (names[i][0], names[i][1], &heads[i]);
      for (gsize k = 0; k < i; k++)
        g_assert_cmpint (memcmp (heads[i].hash, heads[k].hash, PST_AUDIT_HASH_SIZE), !=, 0);
    }
}

/* Every bit of the encoded record but its own hash changes the hash. */
static void
test_every_bit_counts (void)
{
  PstAuditHead head;
  PstRecord record = new_event (1), other;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint n_read = 0;

  pst_audit_genesis ("local", "sma-1", &head);
  pst_audit_seal (&record, &head);
  pst_record_encode (&record, bytes);
  for (guint bit = 0; bit < (bytes->len - PST_AUDIT_HASH_SIZE) * 8; bit++)
    {
      guint8 hash[PST_AUDIT_HASH_SIZE];

      bytes->data[bit / 8] ^= 1 << bit % 8;
      if (pst_record_decode (bytes->data, bytes->len, &other, NULL) && other.kind == PST_RECORD_AUDIT)
        {
          n_read++;
          pst_audit_hash (&other, hash);
          g_assert_cmpint (memcmp (hash, record.audit.hash, sizeof hash), !=, 0);
        }
      bytes->data[bit / 8] ^= 1 << bit % 8;
    }
  g_assert_cmpuint (n_read, >, 500);
}

static void
test_hash_text (void)
{
  static const char *const bad[]
      = { "", "00", "g000000000000000000000000000000000000000000000000000000000000000",
          "AB00000000000000000000000000000000000000000000000000000000000000", "00000000000000000000000000000000000000000000000000000000000000000" };
  guint8 hash[PST_AUDIT_HASH_SIZE], again[PST_AUDIT_HASH_SIZE], zero[PST_AUDIT_HASH_SIZE] = { 0 };
  char text[PST_AUDIT_HASH_TEXT_SIZE];

  for (guint i = 0; i < sizeof hash; i++)
    hash[i] = (guint8)(i * 37);
  pst_audit_hash_print (hash, text);
  g_assert_true (pst_audit_hash_parse (text, again));
  g_assert_cmpmem (again, sizeof again, hash, sizeof hash);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_false (pst_audit_hash_parse (bad[i], again));
      g_assert_cmpmem (again, sizeof again, zero, sizeof zero);
    }
  g_assert_false (pst_audit_hash_parse (NULL, again));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/audit/known-hashes", test_known_hashes);
  g_test_add_func ("/audit/chain", test_chain);
  g_test_add_func ("/audit/genesis-differs", test_genesis_differs);
  g_test_add_func ("/audit/every-bit-counts", test_every_bit_counts);
  g_test_add_func ("/audit/hash-text", test_hash_text);
  return g_test_run ();
}
