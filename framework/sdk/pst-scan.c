/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of the scanner that are seldom run: white space, text that is not plain ASCII, values that nobody wants, and failures. */
#include "pst-scan.h"

#include "../model/pst-error.h"

#define SURROGATE_FIRST 0xd800
#define SURROGATE_LOW 0xdc00
#define SURROGATE_LAST 0xdfff
#define ESCAPE_SIZE 6 /* of \uXXXX */

/**
 * pst_scan_init:
 * @scan: (out caller-allocates): a scanner
 * @bytes: a JSON text in UTF-8 without byte order mark; borrowed, and so is all text that the scanner gives
 * @length: bytes of @bytes
 *
 * Begins at the first byte. Any thread; nothing has to be freed.
 */
void
pst_scan_init (PstScan *scan, const char *bytes, gsize length)
{
  *scan = (PstScan){ .at = bytes, .end = bytes + length, .start = bytes };
}

/**
 * pst_scan_fail:
 * @scan: a scanner
 * @at: where it is wrong, in its bytes
 * @failure: what is wrong there: static text, the end of a sentence that began with the place
 *
 * Fails; a parser can say so of what is JSON but not what it must be. The first failure stays. Everything that is read afterwards fails.
 *
 * Returns: %FALSE always
 */
gboolean
pst_scan_fail (PstScan *scan, const char *at, const char *failure)
{
  if (scan->failure == NULL)
    {
      scan->failure = failure;
      scan->failure_offset = (gsize)(at - scan->start);
    }
  scan->at = scan->end;
  return FALSE;
}

/**
 * pst_scan_fail_value:
 * @scan: a scanner
 * @at: where another value stands, or none
 * @expected: what had to come
 *
 * Fails because there is not what was asked for.
 *
 * Returns: %FALSE always
 */
gboolean
pst_scan_fail_value (PstScan *scan, const char *at, PstScanKind expected)
{
  static const char *const sentences[] = {
    [PST_SCAN_NOTHING] = "expected a value", [PST_SCAN_OBJECT] = "expected an object", [PST_SCAN_ARRAY] = "expected an array",
    [PST_SCAN_STRING] = "expected a string", [PST_SCAN_NUMBER] = "expected a number",  [PST_SCAN_BOOLEAN] = "expected true or false",
    [PST_SCAN_NULL] = "expected null",
  };

  return pst_scan_fail (scan, at, sentences[expected]);
}

/**
 * pst_scan_blanks:
 * @scan: a scanner
 *
 * Passes over white space.
 *
 * Returns: the next byte that is none, or the end
 */
const char *
pst_scan_blanks (PstScan *scan)
{
  while (scan->at < scan->end && (*scan->at == ' ' || *scan->at == '\n' || *scan->at == '\r' || *scan->at == '\t'))
    scan->at++;
  return scan->at;
}

/* The value of four hexadecimal digits, -1 when they are not that. */
static gint
read_hexadecimal (const char *at)
{
  gint value = 0;

  for (guint i = 0; i < 4; i++)
    {
      gint digit = g_ascii_xdigit_value (at[i]);

      if (digit < 0)
        return -1;
      value = value * 16 + digit;
    }
  return value;
}

/* A \uXXXX, or two of them that are one character: its value and behind its end. On failure NULL and what is wrong. */
static const char *
read_unicode_escape (const char *at, const char *end, gunichar *value, const char **failure)
{
  gint high, low;

  high = end - at < ESCAPE_SIZE ? -1 : read_hexadecimal (at + 2);
  *failure = "an escape needs four hexadecimal digits";
  if (high < 0)
    return NULL;
  *value = (gunichar)high;
  if (high < SURROGATE_FIRST || high > SURROGATE_LAST)
    return at + ESCAPE_SIZE;
  *failure = "an escape is half a surrogate pair";
  if (high >= SURROGATE_LOW || end - at < 2 * ESCAPE_SIZE || at[ESCAPE_SIZE] != '\\' || at[ESCAPE_SIZE + 1] != 'u')
    return NULL;
  low = read_hexadecimal (at + ESCAPE_SIZE + 2);
  if (low < SURROGATE_LOW || low > SURROGATE_LAST)
    return NULL;
  *value = 0x10000 + (((gunichar)high - SURROGATE_FIRST) << 10) + ((gunichar)low - SURROGATE_LOW);
  return at + 2 * ESCAPE_SIZE;
}

/* Any escape: the character and behind its end, or NULL and what is wrong. @at stands at the backslash. */
static const char *
read_escape (const char *at, const char *end, gunichar *value, const char **failure)
{
  static const char letters[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
  const char *letter;

  *failure = "a string does not end";
  if (end - at < 2)
    return NULL;
  if (at[1] == 'u')
    return read_unicode_escape (at, end, value, failure);
  letter = memchr (letters, at[1], sizeof letters - 1);
  *failure = "a backslash stands before something that is no escape";
  if (letter == NULL)
    return NULL;
  *value = (guchar)values[letter - letters];
  return at + 2;
}

/* Behind one character of UTF-8 that is not ASCII; NULL when it is not valid: cut off, too long, a surrogate, above U+10FFFF. */
static const char *
pass_wide (const char *at, const char *end)
{
  guchar first = (guchar)*at;
  guint n = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
  guchar low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  guchar high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;

  if (first < 0xc2 || first > 0xf4 || end - at <= n)
    return NULL;
  if ((guchar)at[1] < low || (guchar)at[1] > high)
    return NULL;
  for (guint i = 2; i <= n; i++)
    if (((guchar)at[i] & 0xc0) != 0x80)
      return NULL;
  return at + n + 1;
}

/**
 * pst_scan_string_rest:
 * @scan: a scanner
 * @from: the string's first byte
 * @at: the first that was not looked at
 * @text: (out): as in pst_scan_string()
 * @length: (out): as in pst_scan_string()
 *
 * Goes on with a string where it stops being plain ASCII, or where too few bytes follow to look at many at once.
 *
 * Returns: %FALSE on failure
 */
gboolean
pst_scan_string_rest (PstScan *scan, const char *from, const char *at, const char **text, gsize *length)
{
  gboolean escaped = FALSE;
  const char *end = scan->end, *next, *failure;
  gunichar value;

  for (; at < end; at = next)
    {
      next = at + 1;
      if (*at == '"')
        {
          *text = from;
          *length = (gsize)(at - from);
          scan->at = next;
          scan->escaped = escaped;
          return TRUE;
        }
      if (*at == '\\')
        {
          escaped = TRUE;
          next = read_escape (at, end, &value, &failure);
          if (next == NULL)
            return pst_scan_fail (scan, at, failure);
        }
      else if ((guchar)*at < ' ')
        return pst_scan_fail (scan, at, "a string has a control character; it must be escaped");
      else if ((guchar)*at >= 0x80)
        {
          next = pass_wide (at, end);
          if (next == NULL)
            return pst_scan_fail (scan, at, "a string is not valid UTF-8");
        }
    }
  return pst_scan_fail (scan, end, "a string does not end");
}

/**
 * pst_scan_unescape:
 * @text: the text of a string or name, as the scanner gave it
 * @length: bytes of @text
 * @buffer: (out caller-allocates) (array length=size): gets the text with its escapes resolved, in UTF-8, without a final NUL; a NUL in it is
 *   what the text says
 * @size: bytes of @buffer; @length is always enough
 * @written: (out): bytes that were written
 *
 * Resolves escapes. Any thread.
 *
 * Returns: %FALSE when @buffer is too small, or the text is none that the scanner would give
 */
gboolean
pst_scan_unescape (const char *text, gsize length, char *buffer, gsize size, gsize *written)
{
  const char *at = text, *end = text + length, *failure;
  gsize n = 0;

  while (at < end)
    {
      char utf8[6] = { *at };
      gsize n_bytes = 1;
      gunichar value;

      if (*at == '\\')
        {
          at = read_escape (at, end, &value, &failure);
          if (at == NULL)
            return FALSE;
          n_bytes = (gsize)g_unichar_to_utf8 (value, utf8);
        }
      else
        at++;
      if (size - n < n_bytes)
        return FALSE;
      memcpy (buffer + n, utf8, n_bytes);
      n += n_bytes;
    }
  *written = n;
  return TRUE;
}

/* Reads a value that opens nothing, or the bracket of one that does. */
static gboolean
skip_one (PstScan *scan, PstScanKind kind)
{
  const char *text;
  gsize length;
  gboolean value;

  switch (kind)
    {
    case PST_SCAN_OBJECT:
      return pst_scan_begin_object (scan);
    case PST_SCAN_ARRAY:
      return pst_scan_begin_array (scan);
    case PST_SCAN_STRING:
      return pst_scan_string (scan, &text, &length);
    case PST_SCAN_NUMBER:
      return pst_scan_number (scan, &text, &length);
    case PST_SCAN_BOOLEAN:
      return pst_scan_boolean (scan, &value);
    case PST_SCAN_NULL:
      return pst_scan_null (scan);
    case PST_SCAN_NOTHING:
    default:
      return pst_scan_fail_value (scan, scan->at, PST_SCAN_NOTHING);
    }
}

/**
 * pst_scan_skip:
 * @scan: a scanner
 *
 * Reads any one value with all that is in it, as strictly as if it were wanted. Does not recurse.
 *
 * Returns: %FALSE on failure
 */
gboolean
pst_scan_skip (PstScan *scan)
{
  guint outside = scan->depth;
  guint64 objects = 0; /* one bit for each level: whether it is an object */

  do
    {
      PstScanKind kind = pst_scan_peek (scan);
      const char *key;
      gsize length;

      if (!skip_one (scan, kind))
        return FALSE;
      if (kind == PST_SCAN_OBJECT || kind == PST_SCAN_ARRAY)
        objects = (objects << 1) | (kind == PST_SCAN_OBJECT);
      while (scan->depth > outside && !((objects & 1) ? pst_scan_next_member (scan, &key, &length) : pst_scan_next_element (scan)))
        {
          if (scan->failure != NULL)
            return FALSE;
          objects >>= 1;
        }
    }
  while (scan->depth > outside);
  return TRUE;
}

/**
 * pst_scan_value:
 * @scan: a scanner
 * @text: (out): the value as it stands there, brackets or quotation marks included; not NUL-terminated
 * @length: (out): bytes of @text
 *
 * Reads any one value as pst_scan_skip() does and says where it stands, to be scanned later or kept.
 *
 * Returns: %FALSE on failure; @text and @length are unchanged then
 */
gboolean
pst_scan_value (PstScan *scan, const char **text, gsize *length)
{
  const char *from = pst_scan_next (scan);

  if (!pst_scan_skip (scan))
    return FALSE;
  *text = from;
  *length = (gsize)(scan->at - from);
  return TRUE;
}

static gboolean
read_word (PstScan *scan, PstScanWord *word)
{
  PstScanKind kind = pst_scan_peek (scan);

  if (word->kind != PST_SCAN_NOTHING)
    return pst_scan_fail (scan, scan->at, "a name comes twice");
  word->kind = kind;
  return kind == PST_SCAN_STRING ? pst_scan_string (scan, &word->text, &word->length) : pst_scan_value (scan, &word->text, &word->length);
}

/**
 * pst_scan_words:
 * @scan: a scanner
 * @names: (array length=n_names): the members that are wanted
 * @n_names: how many
 * @words: (out caller-allocates) (array length=n_names): the value of each; of kind %PST_SCAN_NOTHING where the object has no such member
 *
 * Reads an object of which some members are wanted, in whatever order they come; the others are passed over. A wanted name that comes twice is
 * a failure: nobody could say which one is meant.
 *
 * Returns: %FALSE on failure
 */
gboolean
pst_scan_words (PstScan *scan, const char *const *names, guint n_names, PstScanWord *words)
{
  const char *key;
  gsize length;

  for (guint i = 0; i < n_names; i++)
    words[i] = (PstScanWord){ NULL, 0, PST_SCAN_NOTHING };
  pst_scan_begin_object (scan);
  while (pst_scan_next_member (scan, &key, &length))
    {
      guint n = 0;

      while (n < n_names && !pst_scan_equal (key, length, names[n]))
        n++;
      if (n < n_names)
        read_word (scan, &words[n]);
      else
        pst_scan_skip (scan);
    }
  return scan->failure == NULL;
}

/**
 * pst_scan_finish:
 * @scan: a scanner
 *
 * Ends the scan: all that was opened must be closed, and nothing but white space may follow.
 *
 * Returns: whether all of it succeeded
 */
gboolean
pst_scan_finish (PstScan *scan)
{
  if (scan->failure != NULL)
    return FALSE;
  if (scan->depth > 0)
    return pst_scan_fail (scan, scan->at, "an array or object is not closed");
  if (pst_scan_next (scan) < scan->end)
    return pst_scan_fail (scan, scan->at, "something follows the value");
  return TRUE;
}

/**
 * pst_scan_set_error:
 * @scan: a scanner that failed
 * @error: (nullable): where to say so
 *
 * Sets %PST_EXCHANGE_ERROR_DATA with the place and what is wrong there: "byte 17: expected a string". Bytes count from 1.
 */
void
pst_scan_set_error (const PstScan *scan, GError **error)
{
  g_return_if_fail (scan->failure != NULL);
  g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "byte %" G_GSIZE_FORMAT ": %s", scan->failure_offset + 1, scan->failure);
}
