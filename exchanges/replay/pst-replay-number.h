/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Decimal numbers straight from the bytes of a row. The fast reader takes what almost every row holds, eight digits in one
 * step, and refuses anything else; the careful one says what is wrong. Where both answer, they agree. */
#pragma once

#include <string.h>

#include "pst-replay-types.h"

G_BEGIN_DECLS

/**
 * PstReplayScale:
 * @unit: whole part of the multiplier: 1 of 0.0001
 * @unit_scale: its decimals: 4 of 0.0001
 * @scale: decimals of the result
 * @round: digits beyond @scale are rounded half-even instead of refused
 *
 * How a number's text becomes a mantissa: text * unit / 10^unit_scale at @scale.
 */
typedef struct
{
  gint64 unit;
  guint8 unit_scale;
  guint8 scale;
  guint8 round;
} PstReplayScale;

/* The careful reader. PST_REPLAY_OK, EMPTY_FIELD, NOT_A_NUMBER, NOT_FINITE, DECIMALS or OVERFLOW. @rounded (nullable) is set to whether
 * digits were lost. */
PstReplayReason pst_replay_number_parse (const char *text, gsize length, const PstReplayScale *scale, gint64 *value, gboolean *rounded);

extern const gint64 pst_replay_powers[19];

static inline guint64
pst_replay_load (const char *p)
{
  guint64 word;

  memcpy (&word, p, sizeof word);
  return GUINT64_FROM_LE (word);
}

/* How many of the eight bytes, from the lowest, are digits before the first that is not: 0 to 8. */
static inline guint
pst_replay_count_digits (guint64 word)
{
  guint64 other = (word ^ G_GUINT64_CONSTANT (0x3030303030303030));

  /* A digit is now 0 to 9: adding 0x76 carries into the top bit for all else; bytes above 0x7f have it already. */
  other = ((other & G_GUINT64_CONSTANT (0x7f7f7f7f7f7f7f7f)) + G_GUINT64_CONSTANT (0x7676767676767676)) | other;
  other &= G_GUINT64_CONSTANT (0x8080808080808080);
  return other ? (guint)__builtin_ctzll (other) >> 3 : 8;
}

/* The value of the lowest @n bytes, all digits, 0 to 8 of them. */
static inline guint64
pst_replay_convert_digits (guint64 word, guint n)
{
  if (n == 0)
    return 0;
  word = (word - G_GUINT64_CONSTANT (0x3030303030303030)) << (64 - 8 * n);
  word = (word * 10) + (word >> 8);
  return (((word & G_GUINT64_CONSTANT (0x000000ff000000ff)) * G_GUINT64_CONSTANT (0x000f424000000064))
          + (((word >> 16) & G_GUINT64_CONSTANT (0x000000ff000000ff)) * G_GUINT64_CONSTANT (0x0000271000000001)))
         >> 32;
}

/* Up to 16 digits at *@cursor; the number of digits, 17 for more. */
G_ALWAYS_INLINE static inline guint
pst_replay_read_digits (const char **cursor, guint64 *value)
{
  guint64 word = pst_replay_load (*cursor);
  guint n = pst_replay_count_digits (word), more;

  if (G_LIKELY (n < 8))
    {
      *value = pst_replay_convert_digits (word, n);
      *cursor += n;
      return n;
    }
  *value = pst_replay_convert_digits (word, 8);
  word = pst_replay_load (*cursor + 8);
  more = pst_replay_count_digits (word);
  *value = *value * (guint64)pst_replay_powers[more] + pst_replay_convert_digits (word, more);
  *cursor += 8 + more;
  return more == 8 && g_ascii_isdigit (**cursor) ? 17 : 8 + more;
}

/**
 * pst_replay_number_fast:
 * @cursor: (inout): at the number's first byte; moved behind its last
 * @scale: decimals of the result
 * @value: (out): the mantissa
 *
 * Reads digits[.digits] with at most @scale decimals and 18 digits at that scale. Reads up to %PST_REPLAY_PADDING bytes past the number.
 *
 * Returns: %FALSE for everything else, which the careful reader must look at
 */
G_ALWAYS_INLINE static inline gboolean
pst_replay_number_fast (const char **cursor, guint scale, gint64 *value)
{
  guint64 whole, part = 0;
  guint n_whole = pst_replay_read_digits (cursor, &whole), n_part = 0;

  if (**cursor == '.')
    {
      ++*cursor;
      n_part = pst_replay_read_digits (cursor, &part);
      if (G_UNLIKELY (n_part == 0 || n_part > 16))
        return FALSE;
    }
  if (G_UNLIKELY (n_whole == 0 || n_whole > 16 || n_part > scale || n_whole + scale > 18))
    return FALSE;
  *value = (gint64)whole * pst_replay_powers[scale] + (gint64)part * pst_replay_powers[scale - n_part];
  return TRUE;
}

#define PST_REPLAY_ZEROS G_GUINT64_CONSTANT (0x3030303030303030)

/* Eight digits. */
static inline guint64
pst_replay_convert_eight (guint64 word)
{
  word -= PST_REPLAY_ZEROS;
  word = (word * 10) + (word >> 8);
  return (((word & G_GUINT64_CONSTANT (0x000000ff000000ff)) * G_GUINT64_CONSTANT (0x000f424000000064))
          + (((word >> 16) & G_GUINT64_CONSTANT (0x000000ff000000ff)) * G_GUINT64_CONSTANT (0x0000271000000001)))
         >> 32;
}

static inline gboolean
pst_replay_all_digits (guint64 word)
{
  guint64 other = word ^ PST_REPLAY_ZEROS;

  return ((((other & G_GUINT64_CONSTANT (0x7f7f7f7f7f7f7f7f)) + G_GUINT64_CONSTANT (0x7676767676767676)) | other)
          & G_GUINT64_CONSTANT (0x8080808080808080))
         == 0;
}

/* The last @n of the eight bytes before @end, 1 to 8, with zeros in front of them. */
static inline guint64
pst_replay_load_before (const char *end, guint n)
{
  guint64 keep = ~G_GUINT64_CONSTANT (0) << (64 - 8 * n);

  return (pst_replay_load (end - 8) & keep) | (PST_REPLAY_ZEROS & ~keep);
}

/**
 * pst_replay_number_between:
 * @start: the field's first byte
 * @end: behind its last
 * @scale: decimals of the result
 * @value: (out): the mantissa
 *
 * The same as pst_replay_number_fast() for a field whose end is known: up to eight bytes are converted in one step. Reads 8 bytes before @end.
 *
 * Returns: %FALSE for everything that the careful reader must look at
 */
G_ALWAYS_INLINE static inline gboolean
pst_replay_number_between (const char *start, const char *end, guint scale, gint64 *value)
{
  guint length = (guint)(end - start), n_part = 0;
  guint64 word, dots;

  if (G_UNLIKELY (length - 1 > 7 || scale > 10))
    return pst_replay_number_fast (&start, scale, value) && start == end;
  word = pst_replay_load_before (end, length);
  dots = word ^ G_GUINT64_CONSTANT (0x2e2e2e2e2e2e2e2e);
  dots = (dots - G_GUINT64_CONSTANT (0x0101010101010101)) & ~dots & G_GUINT64_CONSTANT (0x8080808080808080);
  if (dots != 0)
    {
      /* The digits in front of the point move up to those behind it. */
      guint at = (guint)__builtin_ctzll (dots) >> 3;
      guint64 below = (G_GUINT64_CONSTANT (1) << (8 * at)) - 1;

      if (G_UNLIKELY (at == 7 || at <= 8 - length))
        return FALSE;
      n_part = 7 - at;
      word = ((word & below) << 8) | (word & (~below << 8)) | '0';
    }
  if (G_UNLIKELY (!pst_replay_all_digits (word) || n_part > scale))
    return FALSE;
  *value = (gint64)pst_replay_convert_eight (word) * pst_replay_powers[scale - n_part];
  return TRUE;
}

G_END_DECLS
