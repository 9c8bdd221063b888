/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Numbers, times, durations and money from text. The first byte is the scale. What is read is printed and read again, and two ways to read a number
 * agree. */

#include <penstock.h>

#include "fuzz.h"

static void
check_mantissa (const char *text, gsize length, guint scale)
{
  gint64 mantissa, again, rescaled;
  char buffer[PST_DECIMAL_TEXT_SIZE];
  PstDecimal decimal;
  gsize n;

  if (!pst_mantissa_parse (text, (gssize)length, scale, &mantissa, NULL))
    return;
  n = pst_mantissa_print (mantissa, scale, buffer);
  g_assert_cmpuint (n, <, sizeof buffer);
  g_assert_true (pst_mantissa_parse (buffer, (gssize)n, scale, &again, NULL));
  g_assert_cmpint (again, ==, mantissa);
  g_assert_true (pst_decimal_parse (text, (gssize)length, &decimal, NULL));
  g_assert_true (pst_decimal_rescale (&decimal, scale, PST_ROUND_EXACT, &rescaled, NULL));
  g_assert_cmpint (rescaled, ==, mantissa);
}

static void
check_decimal (const char *text, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *printed = NULL;
  PstDecimal decimal, again;
  const char *number = NULL;
  gsize number_length = 0;
  gboolean json;
  PstScan scan;

  pst_scan_init (&scan, text, length);
  json = pst_scan_number (&scan, &number, &number_length) && number == text && number_length == length;
  if (!pst_decimal_parse (text, (gssize)length, &decimal, &error))
    {
      /* A number of JSON is a number here, if too large or too fine. */
      g_assert_true (error->domain == PST_VALUE_ERROR);
      g_assert_false (json && error->code == PST_VALUE_ERROR_SYNTAX);
      return;
    }
  printed = pst_decimal_to_string (&decimal);
  g_assert_true (pst_decimal_parse (printed, -1, &again, NULL));
  g_assert_cmpint (again.mantissa, ==, decimal.mantissa);
  g_assert_cmpuint (again.scale, ==, decimal.scale);
}

static void
check_time (const char *text, gsize length)
{
  gint64 time_ns, again;
  char buffer[PST_TIME_TEXT_SIZE];
  gsize n;

  if (!pst_time_parse (text, (gssize)length, &time_ns, NULL))
    return;
  n = pst_time_print (time_ns, buffer);
  g_assert_cmpuint (n, <, sizeof buffer);
  g_assert_true (pst_time_parse (buffer, (gssize)n, &again, NULL));
  g_assert_cmpint (again, ==, time_ns);
}

static void
check_terminated (const char *text)
{
  gint64 duration_ns;
  PstMoney money, again;

  if (pst_duration_parse (text, &duration_ns, NULL))
    g_assert_cmpint (duration_ns, >=, 0);
  if (pst_money_parse (text, &money, NULL))
    {
      g_autofree char *printed = pst_money_to_string (&money);

      g_assert_true (pst_money_parse (printed, &again, NULL));
      g_assert_true (again.currency == money.currency && again.amount == money.amount);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *terminated = NULL;
  const char *text;

  if (size == 0)
    return 0;
  text = (const char *)data + 1;
  check_mantissa (text, size - 1, data[0] % (PST_SCALE_MAX + 1));
  check_decimal (text, size - 1);
  check_time (text, size - 1);
  terminated = g_strndup (text, size - 1);
  check_terminated (terminated);
  return 0;
}
