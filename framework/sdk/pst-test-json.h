/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For tests of the JSON scanner: random documents with the trace that a right reader makes of them, and a walk that makes this trace. */
#pragma once

#include "pst-random.h"
#include "pst-scan.h"

G_BEGIN_DECLS

/* What every test's document may have. */
typedef struct
{
  PstRandom *random;
  GString *json;
  GString *trace; /* as test_json_trace() makes it */
  guint depth_max;
  gboolean ascii; /* nothing above U+007F, and no escape for U+0000 */
} TestJson;

static inline void
test_json_trace_text (GString *trace, char kind, const char *text, gsize length)
{
  g_string_append_printf (trace, "%c%" G_GSIZE_FORMAT ":", kind, length);
  g_string_append_len (trace, text, (gssize)length);
}

static inline void
test_json_blanks (TestJson *made)
{
  static const char blanks[] = " \t\r\n";

  while (pst_random_below (made->random, 8) == 0)
    g_string_append_c (made->json, blanks[pst_random_below (made->random, 4)]);
}

/* One character, written plainly or as an escape where there is one. */
static inline void
test_json_character (TestJson *made, GString *plain)
{
  static const char letters[] = "\"\\\b\f\n\r\t", escapes[] = "\"\\bfnrt";
  static const gunichar limits[] = { 0x7f, 0x7ff, 0xffff, 0x10ffff };
  gunichar value = (gunichar)pst_random_below (made->random, made->ascii ? 0x7f : limits[pst_random_below (made->random, 4)] + 1);
  const char *letter;

  if (value >= 0xd800 && value <= 0xdfff)
    value -= 0x800;
  if (made->ascii && value == 0)
    value = 'z';
  letter = value != 0 && value < 0x80 ? strchr (letters, (int)value) : NULL;
  g_string_append_unichar (plain, value);
  if (letter != NULL && pst_random_below (made->random, 2) == 0)
    g_string_append_printf (made->json, "\\%c", escapes[letter - letters]);
  else if (value > 0xffff && pst_random_below (made->random, 2) == 0)
    g_string_append_printf (made->json, "\\u%04x\\u%04X", 0xd800 + ((value - 0x10000) >> 10), 0xdc00 + ((value - 0x10000) & 0x3ff));
  else if (letter != NULL || value < ' ' || (value <= 0xffff && pst_random_below (made->random, 8) == 0))
    g_string_append_printf (made->json, pst_random_below (made->random, 2) ? "\\u%04x" : "\\u%04X", value);
  else
    g_string_append_unichar (made->json, value);
}

/* Quoted; lengths on both sides of what is looked at in one step. @number, unless negative, makes names differ. */
static inline void
test_json_string (TestJson *made, char kind, gint number)
{
  g_autoptr (GString) plain = g_string_new (NULL);
  guint n = (guint)pst_random_below (made->random, pst_random_below (made->random, 4) ? 12 : 80);
  gboolean simple = pst_random_below (made->random, 2) == 0;

  g_string_append_c (made->json, '"');
  if (number >= 0)
    {
      g_string_append_printf (plain, "%d", number);
      g_string_append (made->json, plain->str);
    }
  for (guint i = 0; i < n; i++)
    if (simple)
      {
        g_string_append_c (plain, 'a');
        g_string_append_c (made->json, 'a');
      }
    else
      test_json_character (made, plain);
  g_string_append_c (made->json, '"');
  test_json_trace_text (made->trace, kind, plain->str, plain->len);
}

static inline void
test_json_digits (TestJson *made, GString *number, guint n_max)
{
  for (guint i = 1 + (guint)pst_random_below (made->random, n_max); i > 0; i--)
    g_string_append_c (number, (char)('0' + pst_random_below (made->random, 10)));
}

static inline void
test_json_number (TestJson *made)
{
  g_autoptr (GString) number = g_string_new (pst_random_below (made->random, 3) ? "" : "-");

  g_string_append_c (number, (char)('0' + pst_random_below (made->random, 10)));
  if (number->str[number->len - 1] != '0' && pst_random_below (made->random, 2))
    test_json_digits (made, number, 16);
  if (pst_random_below (made->random, 2))
    {
      g_string_append_c (number, '.');
      test_json_digits (made, number, 12);
    }
  if (pst_random_below (made->random, 6) == 0)
    {
      static const char *const exponents[] = { "e", "E", "e+", "E-" };

      g_string_append (number, exponents[pst_random_below (made->random, 4)]);
      test_json_digits (made, number, 2);
    }
  g_string_append (made->json, number->str);
  test_json_trace_text (made->trace, '#', number->str, number->len);
}

static inline void test_json_value (TestJson *made, guint depth);

static inline void
test_json_container (TestJson *made, guint depth, gboolean object)
{
  guint n = (guint)pst_random_below (made->random, 6);

  g_string_append_c (made->json, object ? '{' : '[');
  g_string_append_c (made->trace, object ? '{' : '[');
  for (guint i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append_c (made->json, ',');
      test_json_blanks (made);
      if (object)
        {
          test_json_string (made, 'k', (gint)i);
          test_json_blanks (made);
          g_string_append_c (made->json, ':');
        }
      test_json_value (made, depth + 1);
    }
  test_json_blanks (made);
  g_string_append_c (made->json, object ? '}' : ']');
  g_string_append_c (made->trace, object ? '}' : ']');
}

static inline void
test_json_value (TestJson *made, guint depth)
{
  static const char *const words[] = { "true", "false", "null" };
  guint choice = depth == 0 ? 6 + (guint)pst_random_below (made->random, 4) : (guint)pst_random_below (made->random, 10);

  if (depth >= made->depth_max)
    choice %= 6;
  test_json_blanks (made);
  if (choice < 3)
    test_json_string (made, 's', -1);
  else if (choice < 5)
    test_json_number (made);
  else if (choice == 5)
    {
      const char *word = words[pst_random_below (made->random, 3)];

      g_string_append (made->json, word);
      g_string_append_c (made->trace, word[0]);
    }
  else
    test_json_container (made, depth, choice < 8);
  test_json_blanks (made);
}

/* Makes a document, an array or object, with its trace. */
static inline void
test_json_make (TestJson *made)
{
  g_string_truncate (made->json, 0);
  g_string_truncate (made->trace, 0);
  test_json_value (made, 0);
}

static inline void
test_json_trace_string (PstScan *scan, GString *trace, char kind, const char *text, gsize length)
{
  g_autofree char *buffer = g_malloc (length + 1);
  gsize written = 0;
  gboolean good = pst_scan_unescape (text, length, buffer, length, &written);

  g_assert_true (good);
  g_assert_true (scan->escaped || (written == length && memcmp (buffer, text, length) == 0));
  test_json_trace_text (trace, kind, buffer, written);
}

/* Walks one value with the scanner's functions; stops at a failure. */
static inline void
test_json_trace (PstScan *scan, GString *trace)
{
  PstScanKind kind = pst_scan_peek (scan);
  const char *text = NULL;
  gsize length = 0;
  gboolean value = FALSE;

  if (kind == PST_SCAN_OBJECT && pst_scan_begin_object (scan))
    {
      g_string_append_c (trace, '{');
      while (pst_scan_next_member (scan, &text, &length))
        {
          test_json_trace_string (scan, trace, 'k', text, length);
          test_json_trace (scan, trace);
        }
      g_string_append_c (trace, '}');
    }
  else if (kind == PST_SCAN_ARRAY && pst_scan_begin_array (scan))
    {
      g_string_append_c (trace, '[');
      while (pst_scan_next_element (scan))
        test_json_trace (scan, trace);
      g_string_append_c (trace, ']');
    }
  else if (kind == PST_SCAN_STRING && pst_scan_string (scan, &text, &length))
    test_json_trace_string (scan, trace, 's', text, length);
  else if (kind == PST_SCAN_NUMBER && pst_scan_number (scan, &text, &length))
    test_json_trace_text (trace, '#', text, length);
  else if (kind == PST_SCAN_BOOLEAN && pst_scan_boolean (scan, &value))
    g_string_append_c (trace, value ? 't' : 'f');
  else if (kind == PST_SCAN_NULL && pst_scan_null (scan))
    g_string_append_c (trace, 'n');
  else
    pst_scan_skip (scan);
}

/* Both ways to read a document agree on whether it is JSON. */
static inline gboolean
test_json_accepts (const char *bytes, gsize length, GString *trace)
{
  PstScan walked, skipped;
  gboolean good;

  g_string_truncate (trace, 0);
  pst_scan_init (&walked, bytes, length);
  test_json_trace (&walked, trace);
  good = pst_scan_finish (&walked);
  pst_scan_init (&skipped, bytes, length);
  g_assert_true ((pst_scan_skip (&skipped) && pst_scan_finish (&skipped)) == good);
  g_assert_cmpstr (walked.failure, ==, skipped.failure);
  g_assert_cmpuint (walked.failure_offset, ==, skipped.failure_offset);
  g_assert_cmpuint (walked.failure_offset, <=, length);
  return good;
}

G_END_DECLS
