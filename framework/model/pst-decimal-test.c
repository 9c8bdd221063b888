/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whoever trades on a wrongly read price loses money: text and arithmetic are held against a second, slow calculation on single decimal
 * digits, which shares nothing with the first. */
#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>

#include "pst-test-values.h"

#define ROUNDS 20000

/* The oracle: natural numbers as decimal digits, lowest first. */
#define DIGITS 96
typedef struct
{
  guint8 digit[DIGITS];
} Natural;

static Natural
natural_from (gint64 value)
{
  guint64 magnitude = value < 0 ? 0 - (guint64)value : (guint64)value;
  Natural n = { { 0 } };

  for (guint i = 0; magnitude != 0; i++, magnitude /= 10)
    n.digit[i] = magnitude % 10;
  return n;
}

static Natural
natural_shift (const Natural *a, guint places)
{
  Natural n = { { 0 } };

  memcpy (n.digit + places, a->digit, DIGITS - places);
  return n;
}

static Natural
natural_multiply (const Natural *a, const Natural *b)
{
  Natural n = { { 0 } };

  for (guint i = 0; i < DIGITS / 2; i++)
    {
      guint carry = 0;

      for (guint j = 0; i + j < DIGITS; j++)
        {
          guint sum = n.digit[i + j] + a->digit[i] * (j < DIGITS / 2 ? b->digit[j] : 0) + carry;

          n.digit[i + j] = sum % 10;
          carry = sum / 10;
        }
    }
  return n;
}

static gint
natural_compare (const Natural *a, const Natural *b)
{
  for (gint i = DIGITS - 1; i >= 0; i--)
    if (a->digit[i] != b->digit[i])
      return a->digit[i] < b->digit[i] ? -1 : 1;
  return 0;
}

static void
natural_subtract (Natural *a, const Natural *b)
{
  gint borrow = 0;

  for (guint i = 0; i < DIGITS; i++)
    {
      gint difference = a->digit[i] - b->digit[i] - borrow;

      borrow = difference < 0;
      a->digit[i] = difference + 10 * borrow;
    }
}

static Natural
natural_divide (const Natural *a, const Natural *b, Natural *rest)
{
  Natural quotient = { { 0 } };

  *rest = quotient;
  for (gint i = DIGITS - 1; i >= 0; i--)
    {
      *rest = natural_shift (rest, 1);
      rest->digit[0] = a->digit[i];
      for (; natural_compare (rest, b) >= 0; quotient.digit[i]++)
        natural_subtract (rest, b);
    }
  return quotient;
}

static void
natural_increment (Natural *a)
{
  guint i = 0;

  for (; a->digit[i] == 9; i++)
    a->digit[i] = 0;
  a->digit[i]++;
}

static gboolean
natural_to_int64 (const Natural *a, gboolean negative, gint64 *value)
{
  Natural limit = natural_from (negative ? G_MININT64 : G_MAXINT64);
  guint64 magnitude = 0;

  if (natural_compare (a, &limit) > 0)
    return FALSE;
  for (gint i = 19; i >= 0; i--)
    magnitude = magnitude * 10 + a->digit[i];
  *value = (gint64)(negative ? 0 - magnitude : magnitude);
  return TRUE;
}

/* a / b with the sign beside, rounded by the words of the documentation. */
static gboolean
oracle_divide (const Natural *a, const Natural *b, gboolean negative, PstRounding rounding, gint64 *value)
{
  static const Natural zero;
  Natural rest, quotient = natural_divide (a, b, &rest), other = *b;
  gboolean away = FALSE;

  if (natural_compare (&rest, &zero) != 0)
    {
      gint half;

      natural_subtract (&other, &rest);
      half = natural_compare (&rest, &other);
      if (rounding == PST_ROUND_EXACT)
        return FALSE;
      away = rounding == PST_ROUND_UP || (rounding == PST_ROUND_CEILING && !negative) || (rounding == PST_ROUND_FLOOR && negative)
             || (rounding == PST_ROUND_HALF_EVEN && (half > 0 || (half == 0 && quotient.digit[0] % 2 == 1)));
    }
  if (away)
    natural_increment (&quotient);
  return natural_to_int64 (&quotient, negative, value);
}

static PstRounding
random_rounding (void)
{
  return g_test_rand_int_range (PST_ROUND_HALF_EVEN, PST_ROUND_EXACT + 1);
}

static void
assert_parses (const char *text, gint64 mantissa, guint scale)
{
  g_autoptr (GError) error = NULL;
  PstDecimal decimal = { 0 };

  g_assert_true (pst_decimal_parse (text, -1, &decimal, &error));
  g_assert_no_error (error);
  g_assert_cmpint (decimal.mantissa, ==, mantissa);
  g_assert_cmpuint (decimal.scale, ==, scale);
}

static void
assert_refuses (const char *text, gint code)
{
  g_autoptr (GError) error = NULL;
  PstDecimal decimal = { 42, 7 };

  g_autofree char *shown = g_strescape (text, NULL);

  g_test_message ("\"%s\"", shown);
  g_assert_false (pst_decimal_parse (text, -1, &decimal, &error));
  g_assert_error (error, PST_VALUE_ERROR, code);
  g_assert_cmpint (decimal.mantissa, ==, 42);
  g_assert_false (pst_decimal_parse (text, -1, &decimal, NULL));
}

static void
test_parse (void)
{
  assert_parses ("0", 0, 0);
  assert_parses ("-0.00", 0, 2);
  assert_parses ("+7", 7, 0);
  assert_parses ("007.10", 710, 2);
  assert_parses ("1.50", 150, 2);
  assert_parses ("-0.05", -5, 2);
  assert_parses ("1e3", 1000, 0);
  assert_parses ("1.25e1", 125, 1);
  assert_parses ("1e-05", 1, 5);
  assert_parses ("2.50E-3", 250, 5);
  assert_parses ("0e999999999999999999999", 0, 0);
  assert_parses ("0e-99", 0, 18);
  assert_parses ("9223372036854775807", G_MAXINT64, 0);
  assert_parses ("-9223372036854775808", G_MININT64, 0);
  assert_parses ("-9.223372036854775808", G_MININT64, 18);
  assert_parses ("0.000000000000000001", 1, 18);
  assert_parses ("-0.000000000000000001", -1, 18);
  /* Zeros that scale or mantissa cannot hold are dropped, never a digit. */
  assert_parses ("1.00000000000000000000000", G_GINT64_CONSTANT (1000000000000000000), 18);
  assert_parses ("12345678901.0000000000000000", G_GINT64_CONSTANT (1234567890100000000), 8);
  assert_parses ("0000000000000000000000000000001", 1, 0);
  assert_parses ("1000000000000000000000e-20", G_GINT64_CONSTANT (1000000000000000000), 17);
}

static void
test_parse_bad (void)
{
  static const char *const bad[] = { "",
                                     " ",
                                     "-",
                                     "+",
                                     ".",
                                     ".5",
                                     "5.",
                                     "1.2.3",
                                     "1,5",
                                     "1 ",
                                     " 1",
                                     "1_000",
                                     "0x10",
                                     "NaN",
                                     "nan",
                                     "inf",
                                     "-inf",
                                     "1e",
                                     "1e+",
                                     "e5",
                                     "--1",
                                     "+-1",
                                     "1-",
                                     "1e5.5",
                                     "1e5x",
                                     "12x",
                                     "\n1",
                                     "1\n",
                                     "1.\n",
                                     "1.-5",
                                     "$1",
                                     "1%",
                                     "1e--5",
                                     "٣",
                                     "\xff\xfe"
                                     "1",
                                     "1\xe2\x80",
                                     "1.5e 3",
                                     "'1'",
                                     "1'000" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    assert_refuses (bad[i], PST_VALUE_ERROR_SYNTAX);
  assert_refuses ("9223372036854775808", PST_VALUE_ERROR_OVERFLOW);
  assert_refuses ("-9223372036854775809", PST_VALUE_ERROR_OVERFLOW);
  assert_refuses ("18446744073709551617", PST_VALUE_ERROR_OVERFLOW);
  assert_refuses ("99999999999999999999999999999999999999999999", PST_VALUE_ERROR_OVERFLOW);
  assert_refuses ("1e19", PST_VALUE_ERROR_OVERFLOW);
  assert_refuses ("1e99999999999999999999", PST_VALUE_ERROR_OVERFLOW);
  assert_refuses ("92233720368547758.08000000000000000001", PST_VALUE_ERROR_INEXACT);
  assert_refuses ("0.0000000000000000001", PST_VALUE_ERROR_INEXACT);
  assert_refuses ("1e-19", PST_VALUE_ERROR_INEXACT);
  assert_refuses ("1e-99999999999999999999", PST_VALUE_ERROR_INEXACT);
}

static void
test_parse_length (void)
{
  PstDecimal decimal;
  gint64 mantissa;

  /* A field inside a line: what stands behind it is not read. */
  g_assert_true (pst_decimal_parse ("12.5,99", 4, &decimal, NULL));
  g_assert_cmpint (decimal.mantissa, ==, 125);
  g_assert_true (pst_mantissa_parse ("12.5,99", 4, 2, &mantissa, NULL));
  g_assert_cmpint (mantissa, ==, 1250);
  g_assert_false (pst_mantissa_parse ("12.5,99", 5, 2, &mantissa, NULL));
  g_assert_false (pst_mantissa_parse ("12", 0, 2, &mantissa, NULL));
  g_assert_false (pst_mantissa_parse ("1\0002", 3, 2, &mantissa, NULL));
}

static void
test_mantissa_parse (void)
{
  static const struct
  {
    const char *text;
    guint scale;
    gint64 mantissa;
  } good[] = {
    { "40.61", 2, 4061 },
    { "40.61", 8, G_GINT64_CONSTANT (4061000000) },
    { "40.6100", 2, 4061 },
    { "40.00000000000000000000", 0, 40 },
    { "+1", 3, 1000 },
    { "-1.5", 1, -15 },
    { "-0", 4, 0 },
    { "1e-05", 5, 1 },
    { "1.5e3", 0, 1500 },
    { "92233720368547758.07", 2, G_MAXINT64 },
    { "-92233720368547758.08", 2, G_MININT64 },
    { "-92233720368547758.080000", 2, G_MININT64 },
    { "9.223372036854775807", 18, G_MAXINT64 },
    { "0.000000000000000000000000000000", 0, 0 },
  };
  static const struct
  {
    const char *text;
    guint scale;
    gint code;
  } bad[] = {
    { "40.615", 2, PST_VALUE_ERROR_INEXACT },
    { "0.1", 0, PST_VALUE_ERROR_INEXACT },
    { "1e-05", 4, PST_VALUE_ERROR_INEXACT },
    { "92233720368547758.08", 2, PST_VALUE_ERROR_OVERFLOW },
    { "100000000000000000", 2, PST_VALUE_ERROR_OVERFLOW },
    { "10", 18, PST_VALUE_ERROR_OVERFLOW },
    { "-10", 18, PST_VALUE_ERROR_OVERFLOW },
    { "40,61", 2, PST_VALUE_ERROR_SYNTAX },
    { "", 2, PST_VALUE_ERROR_SYNTAX },
    { "-", 2, PST_VALUE_ERROR_SYNTAX },
    { "1.", 2, PST_VALUE_ERROR_SYNTAX },
    { "40.61 USD", 2, PST_VALUE_ERROR_SYNTAX },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      gint64 mantissa = -99;

      g_assert_true (pst_mantissa_parse (good[i].text, -1, good[i].scale, &mantissa, NULL));
      g_assert_cmpint (mantissa, ==, good[i].mantissa);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 mantissa = -99;

      g_assert_false (pst_mantissa_parse (bad[i].text, -1, bad[i].scale, &mantissa, &error));
      g_assert_error (error, PST_VALUE_ERROR, bad[i].code);
      g_assert_cmpint (mantissa, ==, -99);
    }
}

static void
test_messages (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strnfill (10000, 'x');
  gint64 mantissa;

  /* The operator reads which text was wrong and what would be right, and no wall of garbage. */
  g_assert_false (pst_mantissa_parse ("40.615", -1, 2, &mantissa, &error));
  g_assert_cmpstr (error->message, ==, "\"40.615\" has more than the 2 decimals that are allowed");
  g_clear_error (&error);
  g_assert_false (pst_mantissa_parse ("\x1b[2J\xff", -1, 2, &mantissa, &error));
  g_assert_true (g_str_is_ascii (error->message));
  g_clear_error (&error);
  g_assert_false (pst_mantissa_parse (text, -1, 2, &mantissa, &error));
  g_assert_cmpuint (strlen (error->message), <, 200);
}

static void
test_print (void)
{
  char buffer[PST_DECIMAL_TEXT_SIZE];

  g_assert_cmpuint (pst_mantissa_print (G_MININT64, 0, buffer), ==, 20);
  g_assert_cmpstr (buffer, ==, "-9223372036854775808");
  g_assert_cmpuint (pst_mantissa_print (G_MININT64, 18, buffer), ==, 21);
  g_assert_cmpstr (buffer, ==, "-9.223372036854775808");
  pst_mantissa_print (-1, 18, buffer);
  g_assert_cmpstr (buffer, ==, "-0.000000000000000001");
  pst_mantissa_print (0, 0, buffer);
  g_assert_cmpstr (buffer, ==, "0");
  pst_mantissa_print (0, 2, buffer);
  g_assert_cmpstr (buffer, ==, "0.00");
  pst_mantissa_print (-5, 2, buffer);
  g_assert_cmpstr (buffer, ==, "-0.05");
  pst_mantissa_print (4061, 2, buffer);
  g_assert_cmpstr (buffer, ==, "40.61");
}

static void
test_round_trip (void)
{
  for (guint i = 0; i < ROUNDS; i++)
    {
      PstDecimal decimal = { test_random_int64 (), g_test_rand_int_range (0, PST_SCALE_MAX + 1) }, again = { 0 };
      g_autofree char *text = pst_decimal_to_string (&decimal);
      gint64 mantissa = 0;

      g_assert_true (pst_decimal_parse (text, -1, &again, NULL));
      g_assert_cmpint (again.mantissa, ==, decimal.mantissa);
      g_assert_cmpuint (again.scale, ==, decimal.scale);
      g_assert_cmpint (pst_decimal_compare (&again, &decimal), ==, 0);
      g_assert_true (pst_mantissa_parse (text, -1, decimal.scale, &mantissa, NULL));
      g_assert_cmpint (mantissa, ==, decimal.mantissa);
    }
}

/* Random text of the alphabet of numbers: the fast and the careful reader must agree, and what is read must print back to the same value. */
static void
test_parsers_agree (void)
{
  static const char alphabet[] = "0001234567899..-+eE ,";
  guint n_good = 0;

  for (guint i = 0; i < ROUNDS * 5; i++)
    {
      char text[32] = "";
      guint length = g_test_rand_int_range (0, 24), scale = g_test_rand_int_range (0, PST_SCALE_MAX + 1);
      PstDecimal decimal;
      gint64 short_way = 0, long_way = 0;
      gboolean is_short, is_long;

      for (guint k = 0; k < length; k++)
        text[k] = alphabet[g_test_rand_int_range (0, k == 0 || g_test_rand_bit () ? sizeof alphabet - 1 : 15)];
      is_short = pst_mantissa_parse (text, -1, scale, &short_way, NULL);
      is_long
          = pst_decimal_parse (text, -1, &decimal, NULL) && pst_mantissa_rescale (decimal.mantissa, decimal.scale, scale, PST_ROUND_EXACT, &long_way);
      g_assert_cmpint (is_short, ==, is_long);
      g_assert_cmpint (short_way, ==, long_way);
      n_good += is_short;
    }
  g_assert_cmpuint (n_good, >, 1000);
}

static void
test_compare (void)
{
  const PstDecimal one = { 1, 0 }, also_one = { G_GINT64_CONSTANT (1000000000000000000), 18 }, more = { 15, 1 };
  const PstDecimal largest = { G_MAXINT64, 0 }, least = { G_MININT64, 0 }, small = { G_MININT64, 18 };

  g_assert_cmpint (pst_decimal_compare (&one, &also_one), ==, 0);
  g_assert_cmpint (pst_decimal_compare (&one, &more), ==, -1);
  g_assert_cmpint (pst_decimal_compare (&more, &also_one), ==, 1);
  g_assert_cmpint (pst_decimal_compare (&least, &largest), ==, -1);
  g_assert_cmpint (pst_decimal_compare (&small, &least), ==, 1);
  g_assert_cmpint (pst_decimal_compare (&small, &largest), ==, -1);
}

static void
test_rounding (void)
{
  /* value / 10 for each mode: half-even, up, down, ceiling, floor */
  static const gint64 table[][6] = {
    { 15, 2, 2, 1, 2, 1 },       { 25, 2, 3, 2, 3, 2 },       { 24, 2, 3, 2, 3, 2 },       { 26, 3, 3, 2, 3, 2 },
    { -15, -2, -2, -1, -1, -2 }, { -25, -2, -3, -2, -2, -3 }, { -24, -2, -3, -2, -2, -3 }, { -26, -3, -3, -2, -2, -3 },
    { 20, 2, 2, 2, 2, 2 },       { -1, 0, -1, 0, 0, -1 },     { 5, 0, 1, 0, 1, 0 },        { -5, 0, -1, 0, 0, -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    for (PstRounding rounding = PST_ROUND_HALF_EVEN; rounding < PST_ROUND_EXACT; rounding++)
      {
        gint64 value = -99;

        g_assert_true (pst_mantissa_rescale (table[i][0], 1, 0, rounding, &value));
        g_assert_cmpint (value, ==, table[i][1 + rounding]);
      }
}

static void
test_rescale (void)
{
  g_autoptr (GError) error = NULL;
  PstDecimal decimal = { 125, 2 };
  gint64 value = -99;

  for (guint i = 0; i < ROUNDS; i++)
    {
      gint64 a = test_random_int64 (), got = -99, want = -99;
      guint from = g_test_rand_int_range (0, PST_SCALE_MAX + 1), to = g_test_rand_int_range (0, PST_SCALE_MAX + 1);
      PstRounding rounding = random_rounding ();
      Natural one = natural_from (1), n = natural_from (a), d = natural_shift (&one, from);
      gboolean ok = pst_mantissa_rescale (a, from, to, rounding, &got);

      n = natural_shift (&n, to);
      g_assert_cmpint (ok, ==, oracle_divide (&n, &d, a < 0, rounding, &want));
      g_assert_cmpint (got, ==, want);
    }
  g_assert_true (pst_decimal_rescale (&decimal, 1, PST_ROUND_HALF_EVEN, &value, &error));
  g_assert_cmpint (value, ==, 12);
  g_assert_false (pst_decimal_rescale (&decimal, 1, PST_ROUND_EXACT, &value, &error));
  g_assert_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_INEXACT);
  g_clear_error (&error);
  decimal.mantissa = G_MAXINT64;
  g_assert_false (pst_decimal_rescale (&decimal, 3, PST_ROUND_HALF_EVEN, &value, &error));
  g_assert_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_OVERFLOW);
  g_assert_cmpint (value, ==, 12);
}

static void
test_multiply (void)
{
  for (guint i = 0; i < ROUNDS; i++)
    {
      gint64 a = test_random_int64 (), b = test_random_int64 (), got = -99, want = -99;
      guint scale_in = g_test_rand_int_range (0, 2 * PST_SCALE_MAX + 1), scale_out = g_test_rand_int_range (0, PST_SCALE_MAX + 1);
      PstRounding rounding = random_rounding ();
      Natural one = natural_from (1), x = natural_from (a), y = natural_from (b), n = natural_multiply (&x, &y);
      Natural d = natural_shift (&one, scale_in);
      gboolean ok = pst_mantissa_multiply (a, b, scale_in, scale_out, rounding, &got);

      n = natural_shift (&n, scale_out);
      g_assert_cmpint (ok, ==, oracle_divide (&n, &d, (a < 0) != (b < 0), rounding, &want));
      g_assert_cmpint (got, ==, want);
    }
}

static void
test_multiply_divide (void)
{
  gint64 value = -99;

  for (guint i = 0; i < ROUNDS; i++)
    {
      gint64 a = test_random_int64 (), b = test_random_int64 (), c = test_random_int64 (), got = -99, want = -99;
      PstRounding rounding = random_rounding ();
      Natural x = natural_from (a), y = natural_from (b), n = natural_multiply (&x, &y), d = natural_from (c);
      gboolean ok = pst_mantissa_multiply_divide (a, b, c, rounding, &got);

      if (c == 0)
        g_assert_false (ok);
      else
        g_assert_cmpint (ok, ==, oracle_divide (&n, &d, (a < 0) != ((b < 0) != (c < 0)), rounding, &want));
      g_assert_cmpint (got, ==, want);
    }
  g_assert_false (pst_mantissa_multiply_divide (1, 1, 0, PST_ROUND_DOWN, &value));
  g_assert_false (pst_mantissa_multiply_divide (G_MININT64, 1, -1, PST_ROUND_DOWN, &value));
  g_assert_true (pst_mantissa_multiply_divide (G_MININT64, G_MININT64, G_MININT64, PST_ROUND_DOWN, &value));
  g_assert_cmpint (value, ==, G_MININT64);
}

static void
test_checked (void)
{
  gint64 value = 0;

  g_assert_true (pst_add_checked (G_MAXINT64 - 1, 1, &value));
  g_assert_cmpint (value, ==, G_MAXINT64);
  g_assert_false (pst_add_checked (G_MAXINT64, 1, &value));
  g_assert_false (pst_subtract_checked (G_MININT64, 1, &value));
  g_assert_true (pst_subtract_checked (-1, G_MAXINT64, &value));
  g_assert_cmpint (value, ==, G_MININT64);
  for (guint i = 0; i <= PST_SCALE_MAX; i++)
    g_assert_cmpint (pst_power_of_ten (i), ==, i == 0 ? 1 : 10 * pst_power_of_ten (i - 1));
}

static void
test_boxed (void)
{
  PstDecimal decimal = { 15, 1 };
  g_autoptr (PstDecimal) copy = g_boxed_copy (PST_TYPE_DECIMAL, &decimal);

  g_assert_cmpint (copy->mantissa, ==, 15);
  g_assert_cmpuint (copy->scale, ==, 1);
}

/* Makes the German locale in a folder of our own, where the sources of locales are installed. */
static gboolean
make_locale (const char *folder)
{
  g_autofree char *target = g_build_filename (folder, "de_DE.UTF-8", NULL);
  const char *argv[] = { "localedef", "-i", "de_DE", "-f", "UTF-8", target, NULL };

  return g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL,
                       NULL, NULL, NULL)
         && g_setenv ("LOCPATH", folder, TRUE) && setlocale (LC_ALL, "de_DE.UTF-8") != NULL;
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        remove_folder (path);
      else
        g_assert_no_errno (g_unlink (path));
    }
  g_assert_no_errno (g_rmdir (folder));
}

/* With a comma as decimal point nothing may change. */
static void
test_locale (void)
{
  g_autofree char *folder = g_dir_make_tmp ("pst-locale-XXXXXX", NULL);
  gboolean found = setlocale (LC_ALL, "de_DE.UTF-8") != NULL || make_locale (folder);

  if (found)
    {
      g_assert_cmpstr (localeconv ()->decimal_point, ==, ",");
      test_parse ();
      test_parse_bad ();
      test_mantissa_parse ();
      test_print ();
      test_round_trip ();
      setlocale (LC_ALL, "C.UTF-8");
    }
  else
    g_test_skip ("no locale with a decimal comma can be had here; /decimal/source looks for locale functions instead");
  g_unsetenv ("LOCPATH");
  remove_folder (folder);
}

/* Nothing in the model may read or print a number by way of a double or a locale. */
static void
test_source (void)
{
  static const char *const banned[]
      = { "strtod", "strtof", "atof (", "sscanf", "localeconv", "setlocale", "strftime", "%f", "%g", "%.", "(double)", "gdouble", "  double " };
  const char *source = g_getenv ("PENSTOCK_SOURCE_DIR");
  g_autofree char *folder = source != NULL ? g_build_filename (source, "framework", "model", NULL) : NULL;
  g_autoptr (GDir) dir = folder != NULL ? g_dir_open (folder, 0, NULL) : NULL;
  const char *name;
  guint n_files = 0;

  if (dir == NULL)
    {
      g_test_skip ("PENSTOCK_SOURCE_DIR does not name the source tree");
      return;
    }
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *text = NULL;

      if (!g_str_has_suffix (name, ".c") || g_str_has_suffix (name, "-test.c") || !g_file_get_contents (path, &text, NULL, NULL))
        continue;
      n_files++;
      for (gsize i = 0; i < G_N_ELEMENTS (banned); i++)
        if (strstr (text, banned[i]) != NULL)
          g_test_fail_printf ("%s uses \"%s\": numbers must not depend on a locale or a double", name, banned[i]);
    }
  g_assert_cmpuint (n_files, >, 10);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/decimal/parse", test_parse);
  g_test_add_func ("/decimal/parse-bad", test_parse_bad);
  g_test_add_func ("/decimal/parse-length", test_parse_length);
  g_test_add_func ("/decimal/mantissa-parse", test_mantissa_parse);
  g_test_add_func ("/decimal/messages", test_messages);
  g_test_add_func ("/decimal/print", test_print);
  g_test_add_func ("/decimal/round-trip", test_round_trip);
  g_test_add_func ("/decimal/parsers-agree", test_parsers_agree);
  g_test_add_func ("/decimal/compare", test_compare);
  g_test_add_func ("/decimal/rounding", test_rounding);
  g_test_add_func ("/decimal/rescale", test_rescale);
  g_test_add_func ("/decimal/multiply", test_multiply);
  g_test_add_func ("/decimal/multiply-divide", test_multiply_divide);
  g_test_add_func ("/decimal/checked", test_checked);
  g_test_add_func ("/decimal/boxed", test_boxed);
  g_test_add_func ("/decimal/locale", test_locale);
  g_test_add_func ("/decimal/source", test_source);
  return g_test_run ();
}
