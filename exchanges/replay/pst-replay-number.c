/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The careful reader of numbers: signs, exponents, many digits, multipliers and rounding, and a reason for every refusal. */
#include "pst-replay-number.h"

const gint64 pst_replay_powers[19] = {
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

typedef unsigned __int128 Wide;

/* Digits are kept up to about here, so that a product with the unit stays below 2^127; of what follows only whether it is zero. */
#define WIDE_MAX ((Wide)G_GUINT64_CONSTANT (9223372036854775807))

typedef struct
{
  Wide digits;
  gint decimals;   /* of @digits; below 0 for digits that were dropped before the point */
  gboolean sticky; /* a digit other than 0 was dropped */
  gboolean negative;
} Scan;

static gboolean
is_not_finite (const char *text, gsize length)
{
  static const char *const words[] = { "nan", "inf", "infinity", "-nan", "-inf", "-infinity", "+nan", "+inf", "+infinity" };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (strlen (words[i]) == length && g_ascii_strncasecmp (words[i], text, length) == 0)
      return TRUE;
  return FALSE;
}

static void
take_digit (Scan *scan, guint digit, gboolean behind_point)
{
  if (scan->digits <= WIDE_MAX / 10)
    {
      scan->digits = scan->digits * 10 + digit;
      scan->decimals += behind_point;
      return;
    }
  scan->sticky |= digit != 0;
  scan->decimals -= !behind_point;
}

static gboolean
scan_exponent (const char *p, const char *end, Scan *scan)
{
  gboolean negative;
  gint exponent = 0;

  if (p == end)
    return TRUE;
  if (*p != 'e' && *p != 'E')
    return FALSE;
  p++;
  negative = p < end && *p == '-';
  if (p < end && (*p == '-' || *p == '+'))
    p++;
  if (p == end)
    return FALSE;
  for (; p < end; p++)
    {
      if (!g_ascii_isdigit (*p))
        return FALSE;
      /* Beyond this it only says zero or too much. */
      exponent = MIN (exponent * 10 + (*p - '0'), 100000);
    }
  scan->decimals += negative ? exponent : -exponent;
  return TRUE;
}

static gboolean
scan_number (const char *text, gsize length, Scan *scan)
{
  const char *p = text, *end = text + length;
  gboolean behind_point = FALSE;
  guint n_digits = 0;

  scan->negative = p < end && *p == '-';
  if (p < end && (*p == '-' || *p == '+'))
    p++;
  for (; p < end; p++)
    {
      if (*p == '.' && !behind_point)
        {
          behind_point = TRUE;
          /* "1." is refused like "." is: the canonical form has digits on both sides. */
          if (n_digits == 0 || p + 1 == end || !g_ascii_isdigit (p[1]))
            return FALSE;
          continue;
        }
      if (!g_ascii_isdigit (*p))
        break;
      take_digit (scan, (guint)(*p - '0'), behind_point);
      n_digits++;
    }
  return n_digits > 0 && scan_exponent (p, end, scan);
}

/* product / 10^shift, exact or half-even. */
static PstReplayReason
scale_down (Wide product, gint shift, gboolean sticky, gboolean round, Wide *result, gboolean *rounded)
{
  Wide rest, divisor = 1;

  for (; shift > 0 && divisor <= ~(Wide)0 / 10; shift--)
    divisor *= 10;
  /* A product below 2^127 is less than a half of 10^38 times ten. */
  *result = shift > 0 ? 0 : product / divisor;
  rest = shift > 0 ? MIN (product, 1) : product % divisor;
  if (rest == 0 && !sticky)
    return PST_REPLAY_OK;
  /* Without a digit to round by, what was dropped from a number of 19 digits cannot be rounded. */
  if (!round || divisor == 1)
    return PST_REPLAY_DECIMALS;
  *rounded = TRUE;
  if (rest > divisor - rest || (rest == divisor - rest && (sticky || (*result & 1))))
    ++*result;
  return PST_REPLAY_OK;
}

PstReplayReason
pst_replay_number_parse (const char *text, gsize length, const PstReplayScale *scale, gint64 *value, gboolean *rounded)
{
  Scan scan = { 0 };
  Wide result;
  gint shift;
  gboolean lost = FALSE;

  if (length == 0)
    return PST_REPLAY_EMPTY_FIELD;
  if (!scan_number (text, length, &scan))
    return is_not_finite (text, length) ? PST_REPLAY_NOT_FINITE : PST_REPLAY_NOT_A_NUMBER;

  result = scan.digits * (Wide)scale->unit;
  shift = scan.decimals + scale->unit_scale - scale->scale;
  if (shift >= 0)
    {
      PstReplayReason reason = scale_down (result, shift, scan.sticky, scale->round, &result, &lost);

      if (reason != PST_REPLAY_OK)
        return reason;
    }
  else
    {
      /* Digits were dropped only when there were more than 18: with a shift up they cannot fit. */
      if (scan.sticky)
        return PST_REPLAY_OVERFLOW;
      for (; shift < 0 && result != 0; shift++)
        {
          if (result > (Wide)G_MAXINT64)
            return PST_REPLAY_OVERFLOW;
          result *= 10;
        }
    }
  if (result > (Wide)G_MAXINT64)
    return PST_REPLAY_OVERFLOW;
  *value = scan.negative ? -(gint64)result : (gint64)result;
  if (rounded != NULL)
    *rounded = lost;
  return PST_REPLAY_OK;
}
