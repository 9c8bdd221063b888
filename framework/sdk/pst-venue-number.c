/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Numbers of venues, from text straight into mantissas. A price level has two or three of them, so that they are most of what reading a feed costs:
 * texts of 8 to 16 bytes, which nearly all are, are read eight digits at a time, without a branch on their digits or the place of the point. All
 * others are read digit by digit, and so is every text that the short way does not like: only the long way refuses. */
#include "pst-venue.h"

#include <string.h>

#define TEXT_MAX 40
#define USUAL_MIN 8
#define USUAL_MAX 16
#define SECONDS_LENGTH 17 /* "1616492376.594123" */
#define EACH_BYTE(byte) (G_GUINT64_CONSTANT (0x0101010101010101) * (byte))

typedef unsigned __int128 Word;

static const guint64 powers[] = {
  G_GUINT64_CONSTANT (1),
  G_GUINT64_CONSTANT (10),
  G_GUINT64_CONSTANT (100),
  G_GUINT64_CONSTANT (1000),
  G_GUINT64_CONSTANT (10000),
  G_GUINT64_CONSTANT (100000),
  G_GUINT64_CONSTANT (1000000),
  G_GUINT64_CONSTANT (10000000),
  G_GUINT64_CONSTANT (100000000),
  G_GUINT64_CONSTANT (1000000000),
  G_GUINT64_CONSTANT (10000000000),
  G_GUINT64_CONSTANT (100000000000),
  G_GUINT64_CONSTANT (1000000000000),
  G_GUINT64_CONSTANT (10000000000000),
  G_GUINT64_CONSTANT (100000000000000),
  G_GUINT64_CONSTANT (1000000000000000),
  G_GUINT64_CONSTANT (10000000000000000),
  G_GUINT64_CONSTANT (100000000000000000),
  G_GUINT64_CONSTANT (1000000000000000000),
};

G_STATIC_ASSERT (G_N_ELEMENTS (powers) == PST_SCALE_MAX + 1);

static inline guint64
load (const char *text)
{
  guint64 word;

  memcpy (&word, text, sizeof word);
  return GUINT64_FROM_LE (word);
}

/* Whether all eight bytes are digits: their high halves are 3, also after 6 was added. */
static inline gboolean
are_digits (guint64 word)
{
  return ((word & EACH_BYTE (0xf0)) | ((word + EACH_BYTE (0x06)) & EACH_BYTE (0xf0)) >> 4) == EACH_BYTE (0x33);
}

/* The value of eight digits, the first in the lowest byte: neighbours are joined to pairs, to fours, to all. */
static inline guint64
read_eight (guint64 word)
{
  word = (word & EACH_BYTE (0x0f)) * 2561 >> 8;
  word = (word & G_GUINT64_CONSTANT (0x00ff00ff00ff00ff)) * 6553601 >> 16;
  return (word & G_GUINT64_CONSTANT (0x0000ffff0000ffff)) * G_GUINT64_CONSTANT (42949672960001) >> 32;
}

/* The highest bit of bytes that are points; the lowest of them is right. */
static inline guint64
find_points (guint64 word)
{
  word ^= EACH_BYTE ('.');
  return (word - EACH_BYTE (0x01)) & ~word & EACH_BYTE (0x80);
}

/* A text of 8 to 16 bytes: moved to the end of 16 bytes, with zeros before it; the point is taken out, what stood before it moves up. FALSE: it is
 * not all digits with at most one point. */
static inline gboolean
read_usual (const char *text, gsize length, guint64 *value, guint *decimals)
{
  static const guint64 zeros[USUAL_MAX - USUAL_MIN + 1] = {
    0,
    G_GUINT64_CONSTANT (0x30),
    G_GUINT64_CONSTANT (0x3030),
    G_GUINT64_CONSTANT (0x303030),
    G_GUINT64_CONSTANT (0x30303030),
    G_GUINT64_CONSTANT (0x3030303030),
    G_GUINT64_CONSTANT (0x303030303030),
    G_GUINT64_CONSTANT (0x30303030303030),
    G_GUINT64_CONSTANT (0x3030303030303030),
  };
  const guint missing = (guint)(USUAL_MAX - length);
  Word word = (Word)load (text) | (Word)load (text + length - 8) << (length - 8) * 8;
  guint64 low, high, low_points, high_points;

  word = word << missing * 8 | zeros[missing];
  low_points = find_points ((guint64)word);
  high_points = find_points ((guint64)(word >> 64));
  *decimals = 0;
  if (G_LIKELY ((low_points | high_points) != 0))
    {
      guint at = (guint)__builtin_ctzll (low_points != 0 ? low_points : high_points) / 8 + (low_points != 0 ? 0 : 8);
      Word before = ((Word)1 << at * 8) - 1;

      *decimals = USUAL_MAX - 1 - at;
      word = (word & ~(before << 8 | 0xff)) | (word & before) << 8 | '0';
    }
  low = (guint64)word;
  high = (guint64)(word >> 64);
  *value = read_eight (low) * 100000000 + read_eight (high);
  return are_digits (low) & are_digits (high);
}

/* A number with @decimals at @scale. */
static inline gboolean
scale_usual (guint64 value, guint decimals, guint scale, gint64 *mantissa)
{
  guint64 scaled;

  if (G_UNLIKELY (decimals > scale))
    {
      *mantissa = (gint64)(value / powers[decimals - scale]);
      return value % powers[decimals - scale] == 0;
    }
  if (G_UNLIKELY (__builtin_mul_overflow (value, powers[scale - decimals], &scaled) || scaled > G_MAXINT64))
    return FALSE;
  *mantissa = (gint64)scaled;
  return TRUE;
}

static gboolean
read_any (const char *text, gsize length, guint8 scale, gint64 *mantissa, guint8 *decimals)
{
  const char *end = text + length;
  guint64 value = 0;
  guint n = 0, cut = 0;

  for (; text < end && *text != '.'; text++)
    {
      guint digit = (guint)(guchar)*text - '0';

      if (G_UNLIKELY (digit > 9 || value > (G_MAXINT64 - 9) / 10))
        return FALSE;
      value = value * 10 + digit;
    }
  if (text < end)
    for (text++; text < end; text++)
      {
        guint digit = (guint)(guchar)*text - '0';

        if (G_UNLIKELY (digit > 9))
          return FALSE;
        if (G_UNLIKELY (n >= scale))
          {
            if (digit != 0)
              return FALSE;
            cut++;
            continue;
          }
        if (G_UNLIKELY (value > (G_MAXINT64 - 9) / 10))
          return FALSE;
        value = value * 10 + digit;
        n++;
      }
  if (value > (guint64)G_MAXINT64 / powers[scale - n])
    return FALSE;
  *decimals = (guint8)(n + cut);
  *mantissa = (gint64)(value * powers[scale - n]);
  return TRUE;
}

/**
 * pst_venue_read_number: (skip)
 * @text: (array length=length): "45283.50000"
 * @length: its bytes
 * @scale: decimals of the mantissa, 0 to 18
 * @mantissa: (out): the number at that scale
 * @decimals: (out): how many decimals the text has
 *
 * Reads a plain decimal without sign or exponent. Hot.
 *
 * Returns: %FALSE when it is none, has digits other than 0 beyond the scale, or does not fit
 */
gboolean
pst_venue_read_number (const char *text, gsize length, guint8 scale, gint64 *mantissa, guint8 *decimals)
{
  guint64 value;
  guint n;

  if (G_UNLIKELY (length == 0 || length > TEXT_MAX || *text == '.' || text[length - 1] == '.'))
    return FALSE;
  if (G_LIKELY (length - USUAL_MIN <= USUAL_MAX - USUAL_MIN) && G_LIKELY (read_usual (text, length, &value, &n)))
    {
      *decimals = (guint8)n;
      return scale_usual (value, n, scale, mantissa);
    }
  return read_any (text, length, scale, mantissa, decimals);
}

/**
 * pst_venue_read_seconds: (skip)
 * @text: (array length=length): "1616492376.594123"
 * @length: its bytes
 * @time_ns: (out): nanoseconds
 *
 * Reads seconds since the epoch with up to nine decimals, exactly.
 *
 * Returns: %FALSE when it is no such number
 */
gboolean
pst_venue_read_seconds (const char *text, gsize length, gint64 *time_ns)
{
  guint8 decimals;

  if (G_LIKELY (length == SECONDS_LENGTH && text[10] == '.'))
    {
      /* Eight digits, two, and six behind the point. */
      guint64 first = load (text), last = (load (text + 9) & ~(guint64)0xffff) | 0x3030;
      guint tens = (guint)(guchar)text[8] - '0', units = (guint)(guchar)text[9] - '0';

      if (G_LIKELY (are_digits (first) && are_digits (last) && tens <= 9 && units <= 9 && text[0] < '9'))
        {
          *time_ns = (gint64)(((read_eight (first) * 10 + tens) * 10 + units) * 1000000000 + read_eight (last) * 1000);
          return TRUE;
        }
    }
  return pst_venue_read_number (text, length, 9, time_ns, &decimals);
}
