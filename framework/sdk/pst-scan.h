/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A strict pull scanner for JSON (RFC 8259) of known shape: the base of every hot venue parser. It allocates nothing and builds no tree, the
 * caller asks for what must come next. Numbers come as their text: they go straight into mantissas and keep the decimals that checksums need.
 * A failure is sticky and moves the scanner to the end of the bytes, so that loops end by themselves and a caller looks once, at the end.
 * Hot functions are inline; bytes need no padding and no final NUL. */
#pragma once

#include <string.h>

#include "../model/pst-macros.h"

G_BEGIN_DECLS

/* Arrays and objects that may be open at a time. */
#define PST_SCAN_DEPTH_MAX 64

/**
 * PstScanKind:
 * @PST_SCAN_NOTHING: no value can begin here, or the scanner has failed
 * @PST_SCAN_OBJECT: an object
 * @PST_SCAN_ARRAY: an array
 * @PST_SCAN_STRING: a string
 * @PST_SCAN_NUMBER: a number
 * @PST_SCAN_BOOLEAN: true or false
 * @PST_SCAN_NULL: null
 *
 * What the next value is, by its first byte.
 */
typedef enum /*< prefix=PST_SCAN >*/
{
  PST_SCAN_NOTHING,
  PST_SCAN_OBJECT,
  PST_SCAN_ARRAY,
  PST_SCAN_STRING,
  PST_SCAN_NUMBER,
  PST_SCAN_BOOLEAN,
  PST_SCAN_NULL,
} PstScanKind;

/**
 * PstScan: (skip)
 * @at: the next byte; @end after a failure
 * @end: behind the last byte
 * @start: the first byte
 * @failure: (nullable): what was wrong, first; static text. For reading only
 * @failure_offset: bytes before the place where it was wrong
 * @depth: arrays and objects that are open
 * @fresh: whether an array or object was begun and nothing in it was read yet
 * @escaped: whether the key or string that was read last has escapes in its text
 *
 * A scanner, by value, over bytes that are borrowed. One thread at a time.
 */
typedef struct
{
  const char *at;
  const char *end;
  const char *start;
  const char *failure;
  gsize failure_offset;
  guint depth;
  gboolean fresh;
  gboolean escaped;
} PstScan;

/**
 * PstScanWord: (skip)
 * @text: (nullable): of a string what pst_scan_string() gives, of anything else the value as it stands there; %NULL when there was none
 * @length: bytes of @text
 * @kind: what it is; %PST_SCAN_NOTHING when there was none
 *
 * The value of one member of an object.
 */
typedef struct
{
  const char *text;
  gsize length;
  PstScanKind kind;
} PstScanWord;

PST_API void pst_scan_init (PstScan *scan, const char *bytes, gsize length);
PST_API gboolean pst_scan_fail (PstScan *scan, const char *at, const char *failure);
PST_API gboolean pst_scan_fail_value (PstScan *scan, const char *at, PstScanKind expected);
PST_API gboolean pst_scan_skip (PstScan *scan);
PST_API gboolean pst_scan_value (PstScan *scan, const char **text, gsize *length);
PST_API gboolean pst_scan_words (PstScan *scan, const char *const *names, guint n_names, PstScanWord *words);
PST_API gboolean pst_scan_unescape (const char *text, gsize length, char *buffer, gsize size, gsize *written);
PST_API gboolean pst_scan_finish (PstScan *scan);
PST_API void pst_scan_set_error (const PstScan *scan, GError **error);
PST_API const char *pst_scan_blanks (PstScan *scan);
PST_API gboolean pst_scan_string_rest (PstScan *scan, const char *from, const char *at, const char **text, gsize *length);

#ifndef __GI_SCANNER__

/* The next byte that is not white space; end when there is none. */
static inline const char *
pst_scan_next (PstScan *scan)
{
  if (G_LIKELY (scan->at < scan->end && (guchar)*scan->at > ' '))
    return scan->at;
  return pst_scan_blanks (scan);
}

/**
 * pst_scan_peek:
 * @scan: a scanner
 *
 * Says what the next value is without reading it. White space before it is passed over.
 *
 * Returns: its kind; %PST_SCAN_NOTHING is no failure yet, reading a value there is one
 */
static inline PstScanKind
pst_scan_peek (PstScan *scan)
{
  const char *at = pst_scan_next (scan);

  if (at == scan->end)
    return PST_SCAN_NOTHING;
  if (*at == '"')
    return PST_SCAN_STRING;
  if (*at == '-' || (guchar)(*at - '0') <= 9)
    return PST_SCAN_NUMBER;
  if (*at == '{')
    return PST_SCAN_OBJECT;
  if (*at == '[')
    return PST_SCAN_ARRAY;
  if (*at == 't' || *at == 'f')
    return PST_SCAN_BOOLEAN;
  return *at == 'n' ? PST_SCAN_NULL : PST_SCAN_NOTHING;
}

/* Opens what @bracket opens. */
static inline gboolean
pst_scan_begin (PstScan *scan, char bracket)
{
  const char *at = pst_scan_next (scan);

  if (G_UNLIKELY (at == scan->end || *at != bracket))
    return pst_scan_fail_value (scan, at, bracket == '{' ? PST_SCAN_OBJECT : PST_SCAN_ARRAY);
  if (G_UNLIKELY (scan->depth >= PST_SCAN_DEPTH_MAX))
    return pst_scan_fail (scan, at, "more than 64 arrays and objects are open");
  scan->at = at + 1;
  scan->depth++;
  scan->fresh = TRUE;
  return TRUE;
}

/**
 * pst_scan_begin_object:
 * @scan: a scanner
 *
 * Reads the opening brace of an object. Then call pst_scan_next_member() until it returns %FALSE.
 *
 * Returns: %FALSE on failure
 */
static inline gboolean
pst_scan_begin_object (PstScan *scan)
{
  return pst_scan_begin (scan, '{');
}

/**
 * pst_scan_begin_array:
 * @scan: a scanner
 *
 * Reads the opening bracket of an array. Then call pst_scan_next_element() until it returns %FALSE.
 *
 * Returns: %FALSE on failure
 */
static inline gboolean
pst_scan_begin_array (PstScan *scan)
{
  return pst_scan_begin (scan, '[');
}

/* The comma before a value, or what closes. */
static inline gboolean
pst_scan_separate (PstScan *scan, char bracket)
{
  const char *at = pst_scan_next (scan);
  gboolean fresh = scan->fresh;

  scan->fresh = FALSE;
  if (G_LIKELY (at < scan->end && scan->depth))
    {
      if (*at == ',' && !fresh)
        {
          scan->at = at + 1;
          return TRUE;
        }
      if (*at == bracket)
        {
          scan->at = at + 1;
          scan->depth--;
          return FALSE;
        }
      if (fresh)
        return TRUE;
    }
  return pst_scan_fail (scan, at, bracket == '}' ? "expected \",\" or \"}\"" : "expected \",\" or \"]\"");
}

/**
 * pst_scan_next_element:
 * @scan: a scanner in an array
 *
 * Goes to the array's next element; the caller must read exactly one value then, with pst_scan_skip() if it does not want it. At the array's
 * end its bracket is read.
 *
 * Returns: %FALSE at the end, and on failure
 */
static inline gboolean
pst_scan_next_element (PstScan *scan)
{
  return pst_scan_separate (scan, ']');
}

#if defined(__SSE2__)
#define PST_SCAN_BLOCK 16
typedef signed char PstScanBlock __attribute__ ((vector_size (PST_SCAN_BLOCK)));

/* One bit for each of 16 bytes at which a string's plain ASCII text ends: quotation marks, backslashes, and, being signed, both control
 * characters and what is not ASCII. */
static inline guint
pst_scan_stops (const char *at)
{
  PstScanBlock block;

  memcpy (&block, at, sizeof block);
  block = (PstScanBlock)((block == '"') | (block == '\\') | (block < ' '));
  return (guint)__builtin_ia32_pmovmskb128 ((__attribute__ ((vector_size (PST_SCAN_BLOCK))) char)block);
}

static inline guint
pst_scan_first_stop (guint stops)
{
  return (guint)__builtin_ctz (stops);
}
#else
#define PST_SCAN_BLOCK 8

/* The same for eight bytes, one mark in the highest bit of each; the first mark in the order of the bytes is right. */
static inline guint64
pst_scan_stops (const char *at)
{
  const guint64 ones = G_GUINT64_CONSTANT (0x0101010101010101), high = ones << 7;
  guint64 word, quotes, slashes;

  memcpy (&word, at, sizeof word);
  word = GUINT64_FROM_LE (word);
  quotes = word ^ (ones * '"');
  slashes = word ^ (ones * '\\');
  return (((quotes - ones) & ~quotes) | ((slashes - ones) & ~slashes) | ((word - ones * ' ') & ~word) | word) & high;
}

static inline guint
pst_scan_first_stop (guint64 stops)
{
  return (guint)__builtin_ctzll (stops) / 8;
}
#endif

/* The text of a string that begins at @from, behind its quotation mark. */
static inline gboolean
pst_scan_text (PstScan *scan, const char *from, const char **text, gsize *length)
{
  const char *at = from;

  while (G_LIKELY (scan->end - at >= PST_SCAN_BLOCK))
    {
      __typeof__ (pst_scan_stops (at)) stops = pst_scan_stops (at);

      if (stops == 0)
        {
          at += PST_SCAN_BLOCK;
          continue;
        }
      at += pst_scan_first_stop (stops);
      if (G_UNLIKELY (*at != '"'))
        break;
      *text = from;
      *length = (gsize)(at - from);
      scan->at = at + 1;
      scan->escaped = FALSE;
      return TRUE;
    }
  return pst_scan_string_rest (scan, from, at, text, length);
}

/**
 * pst_scan_string:
 * @scan: a scanner
 * @text: (out): the bytes between the quotation marks as they stand there: valid UTF-8, not NUL-terminated, with their escapes
 * @length: (out): bytes of @text
 *
 * Reads a string. The scanner's escaped member then says whether the text has escapes; pst_scan_unescape() resolves them.
 *
 * Returns: %FALSE on failure; @text and @length are unchanged then
 */
static inline gboolean
pst_scan_string (PstScan *scan, const char **text, gsize *length)
{
  const char *at = pst_scan_next (scan);

  if (G_UNLIKELY (at == scan->end || *at != '"'))
    return pst_scan_fail_value (scan, at, PST_SCAN_STRING);
  return pst_scan_text (scan, at + 1, text, length);
}

/**
 * pst_scan_next_member:
 * @scan: a scanner in an object
 * @key: (out): the member's name, as pst_scan_string() gives it
 * @length: (out): bytes of @key
 *
 * Reads the name of the object's next member and the colon; the caller must read exactly one value then, with pst_scan_skip() if it does not
 * want it. At the object's end its brace is read. A name that comes twice is given twice: RFC 8259 leaves its meaning open, the caller
 * refuses it or not. A name with escapes equals no plain name for pst_scan_equal().
 *
 * Returns: %FALSE at the end, and on failure
 */
static inline gboolean
pst_scan_next_member (PstScan *scan, const char **key, gsize *length)
{
  const char *at;

  if (!pst_scan_separate (scan, '}'))
    return FALSE;
  at = pst_scan_next (scan);
  if (G_UNLIKELY (at == scan->end || *at != '"'))
    return pst_scan_fail (scan, at, "expected a name in quotation marks");
  if (G_UNLIKELY (!pst_scan_text (scan, at + 1, key, length)))
    return FALSE;
  at = pst_scan_next (scan);
  if (G_UNLIKELY (at == scan->end || *at != ':'))
    return pst_scan_fail (scan, at, "expected \":\"");
  scan->at = at + 1;
  return TRUE;
}

static inline const char *
pst_scan_digits (const char *at, const char *end)
{
  while (at < end && (guchar)(*at - '0') <= 9)
    at++;
  return at;
}

/**
 * pst_scan_number:
 * @scan: a scanner
 * @text: (out): the number as it stands there, with all its zeros; not NUL-terminated
 * @length: (out): bytes of @text
 *
 * Reads a number. pst_mantissa_parse() and pst_decimal_parse() accept every such text (and judge its size).
 *
 * Returns: %FALSE on failure; @text and @length are unchanged then
 */
static inline gboolean
pst_scan_number (PstScan *scan, const char **text, gsize *length)
{
  const char *from = pst_scan_next (scan), *at = from, *end = scan->end, *digits;

  at += at < end && *at == '-';
  digits = at;
  at = pst_scan_digits (at, end);
  if (G_UNLIKELY (at == digits))
    return pst_scan_fail_value (scan, from, PST_SCAN_NUMBER);
  if (G_UNLIKELY (*digits == '0' && at - digits > 1))
    return pst_scan_fail (scan, digits, "a number begins with a superfluous zero");
  if (at < end && *at == '.')
    {
      digits = at + 1;
      at = pst_scan_digits (digits, end);
      if (G_UNLIKELY (at == digits))
        return pst_scan_fail (scan, at, "expected a digit behind the point");
    }
  if (G_UNLIKELY (at < end && (*at == 'e' || *at == 'E')))
    {
      digits = at + 1;
      digits += digits < end && (*digits == '-' || *digits == '+');
      at = pst_scan_digits (digits, end);
      if (at == digits)
        return pst_scan_fail (scan, at, "expected a digit in the exponent");
    }
  *text = from;
  *length = (gsize)(at - from);
  scan->at = at;
  return TRUE;
}

/* Reads @word, which is a constant. */
static inline gboolean
pst_scan_word (PstScan *scan, const char *word)
{
  const char *at = pst_scan_next (scan);
  gsize length = strlen (word);

  if ((gsize)(scan->end - at) < length || memcmp (at, word, length) != 0)
    return FALSE;
  scan->at = at + length;
  return TRUE;
}

/**
 * pst_scan_boolean:
 * @scan: a scanner
 * @value: (out): the value
 *
 * Reads true or false.
 *
 * Returns: %FALSE on failure; @value is unchanged then
 */
static inline gboolean
pst_scan_boolean (PstScan *scan, gboolean *value)
{
  gboolean is_true = pst_scan_word (scan, "true");

  if (G_UNLIKELY (!is_true && !pst_scan_word (scan, "false")))
    return pst_scan_fail_value (scan, scan->at, PST_SCAN_BOOLEAN);
  *value = is_true;
  return TRUE;
}

/**
 * pst_scan_null:
 * @scan: a scanner
 *
 * Reads null.
 *
 * Returns: %FALSE on failure
 */
static inline gboolean
pst_scan_null (PstScan *scan)
{
  return G_LIKELY (pst_scan_word (scan, "null")) || pst_scan_fail_value (scan, scan->at, PST_SCAN_NULL);
}

/**
 * pst_scan_equal:
 * @text: a name or string as the scanner gives it
 * @length: bytes of @text
 * @constant: plain text, best a literal: then this is a comparison of a few words
 *
 * Returns: whether they are the same, byte by byte
 */
static inline gboolean
pst_scan_equal (const char *text, gsize length, const char *constant)
{
  return length == strlen (constant) && memcmp (text, constant, length) == 0;
}

#endif

G_END_DECLS
