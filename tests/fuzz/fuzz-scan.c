/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The JSON scanner: reading a value by its parts and passing over it as a whole find the same, and what is JSON is valid UTF-8. */

#include "fuzz.h"
#include "sdk/pst-test-json.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GString) trace = g_string_new (NULL);
  const char *bytes = size ? (const char *)data : "";

  /* Outside strings JSON is ASCII, and a NUL stands nowhere. */
  if (test_json_accepts (bytes, size, trace))
    g_assert_true (g_utf8_validate_len (bytes, size, NULL));
  return 0;
}
