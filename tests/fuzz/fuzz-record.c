/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A journal's records: whatever can be decoded is what encoding would have written, and can be told as JSON. */

#include <penstock.h>

#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  PstRecord record;
  PstScan scan;

  if (!pst_record_decode (data, size, &record, &error))
    {
      g_assert_true (error->domain == PST_STORE_ERROR);
      return 0;
    }
  pst_record_encode (&record, bytes);
  g_assert_cmpmem (bytes->data, bytes->len, data, size);
  pst_record_to_json (&record, json);
  pst_scan_init (&scan, json->str, json->len);
  g_assert_true (pst_scan_skip (&scan) && pst_scan_finish (&scan));
  return 0;
}
