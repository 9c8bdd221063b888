/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Exact decimal numbers: a signed 64-bit mantissa and a scale (0 to 18), value = mantissa / 10^scale.
 * Text is locale-free and canonical: parse (print (x)) = x, scale included. Products go through __int128. */
#pragma once

#include "pst-error.h"

G_BEGIN_DECLS

#define PST_SCALE_MAX 18
/* Room for sign, 19 digits, point, a leading zero and the final NUL. */
#define PST_DECIMAL_TEXT_SIZE 24

/**
 * PstRounding:
 * @PST_ROUND_HALF_EVEN: to nearest, ties to the even digit; for cash
 * @PST_ROUND_UP: away from zero; for fees
 * @PST_ROUND_DOWN: towards zero; for sizes
 * @PST_ROUND_CEILING: towards plus infinity
 * @PST_ROUND_FLOOR: towards minus infinity
 * @PST_ROUND_EXACT: a remainder is an error
 *
 * How a result that does not fit its scale is rounded.
 */
typedef enum
{
  PST_ROUND_HALF_EVEN,
  PST_ROUND_UP,
  PST_ROUND_DOWN,
  PST_ROUND_CEILING,
  PST_ROUND_FLOOR,
  PST_ROUND_EXACT,
} PstRounding;

#define PST_TYPE_DECIMAL (pst_decimal_get_type ())

/**
 * PstDecimal:
 * @mantissa: all digits, as an integer
 * @scale: how many of them stand behind the point, 0 to 18
 *
 * An exact decimal number.
 */
typedef struct
{
  gint64 mantissa;
  guint8 scale;
} PstDecimal;

PST_API GType pst_decimal_get_type (void);
PST_API PstDecimal *pst_decimal_copy (const PstDecimal *decimal);
PST_API void pst_decimal_free (PstDecimal *decimal);
/* length < 0: NUL-terminated. Accepts [+-]digits[.digits][e[+-]digits]; keeps trailing zeros in the scale. */
PST_API gboolean pst_decimal_parse (const char *text, gssize length, PstDecimal *decimal, GError **error);
PST_API char *pst_decimal_to_string (const PstDecimal *decimal);
PST_API gint pst_decimal_compare (const PstDecimal *a, const PstDecimal *b);
PST_API gboolean pst_decimal_rescale (const PstDecimal *decimal, guint scale, PstRounding rounding, gint64 *mantissa, GError **error);

/* Reads text straight to a mantissa at @scale; digits beyond the scale must be zero (INEXACT otherwise). */
PST_API gboolean pst_mantissa_parse (const char *text, gssize length, guint scale, gint64 *mantissa, GError **error);
/* Writes at most PST_DECIMAL_TEXT_SIZE bytes, NUL included, always with exactly @scale decimals; returns the length. */
PST_API gsize pst_mantissa_print (gint64 mantissa, guint scale, char *buffer);
/* value at scale @from expressed at scale @to. FALSE on overflow, or a remainder under PST_ROUND_EXACT. No GError: hot. */
PST_API gboolean pst_mantissa_rescale (gint64 value, guint from, guint to, PstRounding rounding, gint64 *result);
/* (a * b) where the product has @scale_in decimals, expressed with @scale_out decimals. FALSE on overflow. */
PST_API gboolean pst_mantissa_multiply (gint64 a, gint64 b, guint scale_in, guint scale_out, PstRounding rounding, gint64 *result);
/* a * b / c with one rounding at the end. FALSE on overflow or c = 0. */
PST_API gboolean pst_mantissa_multiply_divide (gint64 a, gint64 b, gint64 c, PstRounding rounding, gint64 *result);
/* 10^exponent for exponents 0 to 18. */
PST_API gint64 pst_power_of_ten (guint exponent);

static inline gboolean
pst_add_checked (gint64 a, gint64 b, gint64 *result)
{
  return !__builtin_add_overflow (a, b, result);
}

static inline gboolean
pst_subtract_checked (gint64 a, gint64 b, gint64 *result)
{
  return !__builtin_sub_overflow (a, b, result);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstDecimal, pst_decimal_free)

G_END_DECLS
