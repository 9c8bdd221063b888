/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every number that money depends on comes in, is calculated and goes out here. Text never passes through a double or a
 * locale; each result is rounded once, in a stated direction, and an overflow is told, never wrapped. */
#include "pst-decimal.h"

#include <string.h>

#include "pst-decimal-private.h"

/* An exponent beyond this is an overflow or a loss whatever the digits are, unless they are all zero. */
#define EXPONENT_LIMIT 1000000
#define SHORT_TEXT_MAX 18
#define MESSAGE_TEXT_MAX 48

G_DEFINE_BOXED_TYPE (PstDecimal, pst_decimal, pst_decimal_copy, pst_decimal_free)

/* Number text taken apart: value = significand * 10^zeros / 10^decimals * 10^exponent; the significand ends in a digit other than 0. */
typedef struct
{
  guint64 significand;
  gboolean too_long; /* the significand needs more than 64 bits */
  gboolean negative;
  gint64 zeros;
  gint64 decimals;
  gint64 exponent;
} Parts;

/**
 * pst_power_of_ten:
 * @exponent: 0 to 18
 *
 * Any thread.
 *
 * Returns: 10 to the power of @exponent
 */
gint64
pst_power_of_ten (guint exponent)
{
  static const gint64 powers[PST_SCALE_MAX + 1] = {
    G_GINT64_CONSTANT (1),
    G_GINT64_CONSTANT (10),
    G_GINT64_CONSTANT (100),
    G_GINT64_CONSTANT (1000),
    G_GINT64_CONSTANT (10000),
    G_GINT64_CONSTANT (100000),
    G_GINT64_CONSTANT (1000000),
    G_GINT64_CONSTANT (10000000),
    G_GINT64_CONSTANT (100000000),
    G_GINT64_CONSTANT (1000000000),
    G_GINT64_CONSTANT (10000000000),
    G_GINT64_CONSTANT (100000000000),
    G_GINT64_CONSTANT (1000000000000),
    G_GINT64_CONSTANT (10000000000000),
    G_GINT64_CONSTANT (100000000000000),
    G_GINT64_CONSTANT (1000000000000000),
    G_GINT64_CONSTANT (10000000000000000),
    G_GINT64_CONSTANT (100000000000000000),
    G_GINT64_CONSTANT (1000000000000000000),
  };

  g_return_val_if_fail (exponent <= PST_SCALE_MAX, 0);
  return powers[exponent];
}

/**
 * pst_decimal_copy:
 * @decimal: a decimal
 *
 * Any thread.
 *
 * Returns: (transfer full): a copy
 */
PstDecimal *
pst_decimal_copy (const PstDecimal *decimal)
{
  return g_memdup2 (decimal, sizeof *decimal);
}

/**
 * pst_decimal_free:
 * @decimal: (nullable) (transfer full): a decimal
 *
 * Any thread.
 */
void
pst_decimal_free (PstDecimal *decimal)
{
  g_free (decimal);
}

static gboolean
fail (GError **error, PstValueError code, const char *text, gsize length, const char *what)
{
  g_autofree char *shown = NULL;
  g_autofree char *escaped = NULL;

  if (error == NULL)
    return FALSE;
  shown = g_strndup (text, MIN (length, MESSAGE_TEXT_MAX));
  escaped = g_strescape (shown, NULL);
  g_set_error (error, PST_VALUE_ERROR, code, "\"%s%s\" %s", escaped, length > MESSAGE_TEXT_MAX ? "..." : "", what);
  return FALSE;
}

static gboolean
fail_syntax (GError **error, const char *text, gsize length)
{
  return fail (error, PST_VALUE_ERROR_SYNTAX, text, length, "is not a decimal number; write digits with an optional point, as in 12.50");
}

static gboolean
fail_overflow (GError **error, const char *text, gsize length, guint scale)
{
  g_autofree char *what = g_strdup_printf ("does not fit 64 bits with %u decimals", scale);

  return fail (error, PST_VALUE_ERROR_OVERFLOW, text, length, what);
}

static gboolean
fail_inexact (GError **error, const char *text, gsize length, guint scale)
{
  g_autofree char *what = g_strdup_printf ("has more than the %u decimals that are allowed", scale);

  return fail (error, PST_VALUE_ERROR_INEXACT, text, length, what);
}

static inline guint
digit_of (char c)
{
  return (guint)(guchar)c - '0';
}

static void
parts_append_digit (Parts *parts, guint digit)
{
  if (digit == 0)
    {
      parts->zeros += parts->significand != 0 || parts->too_long;
      return;
    }
  for (; parts->zeros >= 0 && !parts->too_long; parts->zeros--)
    parts->too_long = __builtin_mul_overflow (parts->significand, 10, &parts->significand);
  parts->zeros = 0;
  if (!parts->too_long)
    parts->too_long = __builtin_add_overflow (parts->significand, digit, &parts->significand);
}

static const char *
parts_read_digits (Parts *parts, const char *text, const char *end)
{
  for (; text < end && digit_of (*text) <= 9; text++)
    parts_append_digit (parts, digit_of (*text));
  return text;
}

static const char *
read_exponent (const char *text, const char *end, gint64 *exponent)
{
  gboolean negative = FALSE;
  const char *start;

  if (text < end && (*text == '-' || *text == '+'))
    negative = *text++ == '-';
  for (start = text; text < end && digit_of (*text) <= 9; text++)
    *exponent = MIN (*exponent * 10 + digit_of (*text), EXPONENT_LIMIT);
  if (text == start)
    return NULL;
  if (negative)
    *exponent = -*exponent;
  return text;
}

static gboolean
parts_read (Parts *parts, const char *text, const char *end)
{
  const char *start;

  *parts = (Parts){ 0 };
  if (text < end && (*text == '-' || *text == '+'))
    parts->negative = *text++ == '-';
  start = text;
  text = parts_read_digits (parts, text, end);
  if (text == start)
    return FALSE;
  if (text < end && *text == '.')
    {
      start = ++text;
      text = parts_read_digits (parts, text, end);
      if (text == start)
        return FALSE;
      parts->decimals = text - start;
    }
  if (text < end && (*text == 'e' || *text == 'E'))
    text = read_exponent (text + 1, end, &parts->exponent);
  return text == end;
}

/* The parts as a mantissa; PST_VALUE_ERROR_OVERFLOW or _INEXACT in @code when it cannot be. */
static gboolean
parts_to_mantissa (const Parts *parts, guint scale, gint64 *mantissa, PstValueError *code)
{
  gint64 power = parts->zeros - parts->decimals + parts->exponent + scale;
  guint64 magnitude = parts->significand;
  guint64 limit = (guint64)G_MAXINT64 + parts->negative;

  if (magnitude == 0 && !parts->too_long)
    {
      *mantissa = 0;
      return TRUE;
    }
  *code = power < 0 ? PST_VALUE_ERROR_INEXACT : PST_VALUE_ERROR_OVERFLOW;
  if (parts->too_long || power < 0 || power > PST_SCALE_MAX)
    return FALSE;
  if (__builtin_mul_overflow (magnitude, (guint64)pst_power_of_ten (power), &magnitude) || magnitude > limit)
    return FALSE;
  *mantissa = parts->negative ? (gint64)(0 - magnitude) : (gint64)magnitude;
  return TRUE;
}

/**
 * pst_decimal_parse:
 * @text: (not nullable): `[+-]digits[.digits][e[+-]digits]`, nothing before or behind
 * @length: bytes of @text, or -1 when it ends with NUL
 * @decimal: (out caller-allocates): the number; unchanged on error
 * @error: return location for a #PstValueError
 *
 * Reads a decimal number exactly. Zeros at the end of the text count in the scale ("1.50" has scale 2) as far as scale and
 * mantissa can hold them. Errors: %PST_VALUE_ERROR_SYNTAX, %PST_VALUE_ERROR_OVERFLOW, %PST_VALUE_ERROR_INEXACT for more than 18
 * decimals that are not zero. Any thread.
 *
 * Returns: %TRUE on success
 */
gboolean
pst_decimal_parse (const char *text, gssize length, PstDecimal *decimal, GError **error)
{
  gsize size;
  Parts parts;
  PstValueError code = PST_VALUE_ERROR_SYNTAX;
  gint64 mantissa = 0, scale;

  g_return_val_if_fail (text != NULL && decimal != NULL, FALSE);
  size = length < 0 ? strlen (text) : (gsize)length;
  if (!parts_read (&parts, text, text + size))
    return fail_syntax (error, text, size);
  scale = CLAMP (parts.decimals - parts.exponent, 0, PST_SCALE_MAX);
  while (!parts_to_mantissa (&parts, scale, &mantissa, &code))
    {
      if (code == PST_VALUE_ERROR_INEXACT)
        return fail_inexact (error, text, size, PST_SCALE_MAX);
      /* Only zeros may go: without them the digits are inexact at the next scale down. */
      if (scale == 0 || parts.zeros - parts.decimals + parts.exponent + scale <= 0)
        return fail_overflow (error, text, size, scale);
      scale--;
    }
  decimal->mantissa = mantissa;
  decimal->scale = scale;
  return TRUE;
}

/* The common case, at most 18 characters without exponent: no step can overflow before the padding. FALSE: look closer. */
static inline gboolean
parse_short (const char *text, gsize size, guint scale, gint64 *mantissa)
{
  const char *end = text + size;
  const char *start, *point;
  gint64 value = 0;
  gboolean negative;
  guint digit;
  gsize decimals = 0;

  if (size == 0 || size > SHORT_TEXT_MAX)
    return FALSE;
  negative = *text == '-';
  text += negative;
  for (start = text; text < end && (digit = digit_of (*text)) <= 9; text++)
    value = value * 10 + digit;
  if (text == start)
    return FALSE;
  if (text < end)
    {
      if (*text != '.')
        return FALSE;
      for (point = ++text; text < end && (digit = digit_of (*text)) <= 9; text++)
        value = value * 10 + digit;
      decimals = text - point;
      if (text != end || decimals == 0 || decimals > scale)
        return FALSE;
    }
  if (decimals < scale && __builtin_mul_overflow (value, pst_power_of_ten (scale - decimals), &value))
    return FALSE;
  *mantissa = negative ? -value : value;
  return TRUE;
}

/**
 * pst_mantissa_parse:
 * @text: (not nullable): a number as pst_decimal_parse() takes it
 * @length: bytes of @text, or -1 when it ends with NUL
 * @scale: decimals of the result, 0 to 18
 * @mantissa: (out): the number times 10^@scale; unchanged on error
 * @error: return location for a #PstValueError
 *
 * Reads text straight to a mantissa. Digits beyond @scale must be zero, else %PST_VALUE_ERROR_INEXACT. Allocates nothing on
 * success; a few nanoseconds for a price. Any thread.
 *
 * Returns: %TRUE on success
 */
gboolean
pst_mantissa_parse (const char *text, gssize length, guint scale, gint64 *mantissa, GError **error)
{
  gsize size;
  Parts parts;
  PstValueError code = PST_VALUE_ERROR_SYNTAX;

  g_return_val_if_fail (text != NULL && mantissa != NULL && scale <= PST_SCALE_MAX, FALSE);
  size = length < 0 ? strlen (text) : (gsize)length;
  if (G_LIKELY (parse_short (text, size, scale, mantissa)))
    return TRUE;
  if (!parts_read (&parts, text, text + size))
    return fail_syntax (error, text, size);
  if (parts_to_mantissa (&parts, scale, mantissa, &code))
    return TRUE;
  if (code == PST_VALUE_ERROR_INEXACT)
    return fail_inexact (error, text, size, scale);
  return fail_overflow (error, text, size, scale);
}

/**
 * pst_mantissa_print:
 * @mantissa: a number times 10^@scale
 * @scale: decimals, 0 to 18
 * @buffer: (out caller-allocates): room for %PST_DECIMAL_TEXT_SIZE bytes
 *
 * Writes the canonical text: a minus sign below zero, no plus, no superfluous leading zero, exactly @scale decimals. Any thread.
 *
 * Returns: the length, without the final NUL
 */
gsize
pst_mantissa_print (gint64 mantissa, guint scale, char *buffer)
{
  char digits[PST_DECIMAL_TEXT_SIZE];
  char *start = digits + sizeof digits;
  guint64 magnitude = mantissa < 0 ? 0 - (guint64)mantissa : (guint64)mantissa;
  guint n_digits = 0;
  gsize length;

  g_return_val_if_fail (scale <= PST_SCALE_MAX, 0);
  while (magnitude != 0 || n_digits <= scale)
    {
      if (scale != 0 && n_digits == scale)
        *--start = '.';
      *--start = '0' + magnitude % 10;
      magnitude /= 10;
      n_digits++;
    }
  if (mantissa < 0)
    *--start = '-';
  length = digits + sizeof digits - start;
  memcpy (buffer, start, length);
  buffer[length] = '\0';
  return length;
}

/**
 * pst_decimal_to_string:
 * @decimal: a decimal
 *
 * Any thread.
 *
 * Returns: (transfer full): its canonical text; pst_decimal_parse() gives the same decimal back
 */
char *
pst_decimal_to_string (const PstDecimal *decimal)
{
  char buffer[PST_DECIMAL_TEXT_SIZE];
  gsize length;

  g_return_val_if_fail (decimal != NULL, NULL);
  length = pst_mantissa_print (decimal->mantissa, decimal->scale, buffer);
  return g_strndup (buffer, length);
}

/**
 * pst_decimal_compare:
 * @a: a decimal
 * @b: another
 *
 * Compares by value: 1.5 and 1.50 are equal. Any thread.
 *
 * Returns: -1, 0 or 1
 */
gint
pst_decimal_compare (const PstDecimal *a, const PstDecimal *b)
{
  __int128 left = (__int128)a->mantissa * (a->scale < b->scale ? pst_power_of_ten (b->scale - a->scale) : 1);
  __int128 right = (__int128)b->mantissa * (b->scale < a->scale ? pst_power_of_ten (a->scale - b->scale) : 1);

  return (left > right) - (left < right);
}

/**
 * pst_decimal_rescale:
 * @decimal: a decimal
 * @scale: the scale wanted, 0 to 18
 * @rounding: what to do with digits that do not fit
 * @mantissa: (out): the value at @scale; unchanged on error
 * @error: return location for a #PstValueError
 *
 * Errors: %PST_VALUE_ERROR_INEXACT for a remainder under %PST_ROUND_EXACT, %PST_VALUE_ERROR_OVERFLOW. Any thread.
 *
 * Returns: %TRUE on success
 */
gboolean
pst_decimal_rescale (const PstDecimal *decimal, guint scale, PstRounding rounding, gint64 *mantissa, GError **error)
{
  char text[PST_DECIMAL_TEXT_SIZE];
  gsize length;

  g_return_val_if_fail (decimal != NULL && mantissa != NULL && scale <= PST_SCALE_MAX, FALSE);
  if (pst_mantissa_rescale (decimal->mantissa, decimal->scale, scale, rounding, mantissa))
    return TRUE;
  length = pst_mantissa_print (decimal->mantissa, decimal->scale, text);
  if (scale < decimal->scale)
    return fail_inexact (error, text, length, scale);
  return fail_overflow (error, text, length, scale);
}

/* Whether the magnitude of a quotient grows by one: @twice is the order of twice the remainder against the divisor. */
static inline gboolean
rounds_away (PstRounding rounding, gboolean negative, gint twice, gboolean odd)
{
  switch (rounding)
    {
    case PST_ROUND_UP:
      return TRUE;
    case PST_ROUND_DOWN:
      return FALSE;
    case PST_ROUND_CEILING:
      return !negative;
    case PST_ROUND_FLOOR:
      return negative;
    case PST_ROUND_HALF_EVEN:
    case PST_ROUND_EXACT:
    default:
      return twice > 0 || (twice == 0 && odd);
    }
}

static inline gboolean
divide_short (gint64 numerator, gint64 denominator, PstRounding rounding, gint64 *result)
{
  gint64 quotient = numerator / denominator, remainder = numerator % denominator;
  guint64 rest;

  if (remainder != 0)
    {
      if (rounding == PST_ROUND_EXACT)
        return FALSE;
      /* Below 2^63, so twice it does not wrap. */
      rest = remainder < 0 ? 0 - (guint64)remainder : (guint64)remainder;
      rest *= 2;
      if (rounds_away (rounding, numerator < 0, (rest > (guint64)denominator) - (rest < (guint64)denominator), quotient & 1))
        quotient += numerator < 0 ? -1 : 1; /* the denominator is 2 or more here: no overflow */
    }
  *result = quotient;
  return TRUE;
}

/* The processor divides by what it does not know in twenty cycles and more; by a constant it multiplies. */
static inline guint64
divide_by_power_of_ten (guint64 value, guint exponent)
{
#define DIVIDE(n, power) \
  case n:                \
    return value / G_GUINT64_CONSTANT (power)
  switch (exponent)
    {
      DIVIDE (1, 10);
      DIVIDE (2, 100);
      DIVIDE (3, 1000);
      DIVIDE (4, 10000);
      DIVIDE (5, 100000);
      DIVIDE (6, 1000000);
      DIVIDE (7, 10000000);
      DIVIDE (8, 100000000);
      DIVIDE (9, 1000000000);
      DIVIDE (10, 10000000000);
      DIVIDE (11, 100000000000);
      DIVIDE (12, 1000000000000);
    default:
      return value / (guint64)pst_power_of_ten (exponent);
    }
#undef DIVIDE
}

/* As divide_short(), by a power of ten above 1. */
static inline gboolean
divide_short_by_power (gint64 numerator, guint exponent, PstRounding rounding, gint64 *result)
{
  guint64 size = numerator < 0 ? 0 - (guint64)numerator : (guint64)numerator, power = (guint64)pst_power_of_ten (exponent);
  guint64 quotient = divide_by_power_of_ten (size, exponent), rest = size - quotient * power;

  if (rest != 0)
    {
      if (rounding == PST_ROUND_EXACT)
        return FALSE;
      rest *= 2;
      quotient += rounds_away (rounding, numerator < 0, (rest > power) - (rest < power), quotient & 1);
    }
  /* At most a tenth of 2^63. */
  *result = numerator < 0 ? -(gint64)quotient : (gint64)quotient;
  return TRUE;
}

gboolean
pst_wide_divide (__int128 numerator, __int128 denominator, PstRounding rounding, gint64 *result)
{
  __int128 quotient, rest;

  if (numerator == (gint64)numerator && denominator == (gint64)denominator)
    return divide_short (numerator, denominator, rounding, result);
  quotient = numerator / denominator;
  rest = numerator % denominator;
  if (rest != 0)
    {
      if (rounding == PST_ROUND_EXACT)
        return FALSE;
      /* Either the denominator is below 2^120 (10^36) or the numerator is below 2^64: twice the rest fits. */
      rest = rest < 0 ? -2 * rest : 2 * rest;
      if (rounds_away (rounding, numerator < 0, (rest > denominator) - (rest < denominator), quotient & 1))
        quotient += numerator < 0 ? -1 : 1;
    }
  if (quotient != (gint64)quotient)
    return FALSE;
  *result = quotient;
  return TRUE;
}

gboolean
pst_wide_scale_divide (gint64 value, gint exponent, gint64 divisor, PstRounding rounding, gint64 *result)
{
  __int128 numerator = value, denominator = divisor;

  if (divisor == 0)
    return FALSE;
  if (divisor < 0)
    {
      numerator = -numerator;
      denominator = -denominator;
    }
  /* When the product needs more than 127 bits, the quotient needs more than 63: the divisor has at most 64. */
  if (exponent >= 0 && __builtin_mul_overflow (numerator, pst_wide_power_of_ten (exponent), &numerator))
    return FALSE;
  if (exponent < 0)
    denominator *= pst_wide_power_of_ten (-exponent);
  return pst_wide_divide (numerator, denominator, rounding, result);
}

/**
 * pst_mantissa_rescale:
 * @value: a mantissa
 * @from: its scale, 0 to 18
 * @to: the scale wanted, 0 to 18
 * @rounding: what to do with digits that do not fit
 * @result: (out): the mantissa at @to; unchanged when %FALSE
 *
 * Any thread; hot.
 *
 * Returns: %FALSE on overflow, or for a remainder under %PST_ROUND_EXACT
 */
gboolean
pst_mantissa_rescale (gint64 value, guint from, guint to, PstRounding rounding, gint64 *result)
{
  g_return_val_if_fail (from <= PST_SCALE_MAX && to <= PST_SCALE_MAX, FALSE);
  if (to >= from)
    {
      gint64 scaled;

      if (__builtin_mul_overflow (value, pst_power_of_ten (to - from), &scaled))
        return FALSE;
      *result = scaled;
      return TRUE;
    }
  return divide_short (value, pst_power_of_ten (from - to), rounding, result);
}

/**
 * pst_mantissa_multiply:
 * @a: a mantissa
 * @b: a mantissa
 * @scale_in: decimals of the product: the sum of both scales, 0 to 36
 * @scale_out: decimals wanted, 0 to 18
 * @rounding: how the product is rounded, once
 * @result: (out): the product at @scale_out; unchanged when %FALSE
 *
 * Any thread; hot.
 *
 * Returns: %FALSE on overflow, or for a remainder under %PST_ROUND_EXACT
 */
gboolean
pst_mantissa_multiply (gint64 a, gint64 b, guint scale_in, guint scale_out, PstRounding rounding, gint64 *result)
{
  __int128 product = (__int128)a * b;

  g_return_val_if_fail (scale_in <= 2 * PST_SCALE_MAX && scale_out <= PST_SCALE_MAX, FALSE);
  /* Nearly always: nothing is wider than 64 bits. */
  if (G_LIKELY (product == (gint64)product && scale_in > scale_out && scale_in - scale_out <= PST_SCALE_MAX))
    return divide_short_by_power ((gint64)product, scale_in - scale_out, rounding, result);
  if (scale_in > scale_out)
    return pst_wide_divide (product, pst_wide_power_of_ten (scale_in - scale_out), rounding, result);
  if (__builtin_mul_overflow (product, (__int128)pst_power_of_ten (scale_out - scale_in), &product) || product != (gint64)product)
    return FALSE;
  *result = product;
  return TRUE;
}

/**
 * pst_mantissa_multiply_divide:
 * @a: a factor
 * @b: a factor
 * @c: the divisor
 * @rounding: how the quotient is rounded, once
 * @result: (out): @a * @b / @c; unchanged when %FALSE
 *
 * Any thread; hot.
 *
 * Returns: %FALSE on overflow, for @c = 0, or for a remainder under %PST_ROUND_EXACT
 */
gboolean
pst_mantissa_multiply_divide (gint64 a, gint64 b, gint64 c, PstRounding rounding, gint64 *result)
{
  __int128 product = (__int128)a * b;

  if (c == 0)
    return FALSE;
  return c < 0 ? pst_wide_divide (-product, -(__int128)c, rounding, result) : pst_wide_divide (product, c, rounding, result);
}
