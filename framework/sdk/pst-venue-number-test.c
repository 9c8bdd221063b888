/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A digit that is read wrong is a price that is wrong: the short way beside exact decimals, on texts of every length. */

#include <penstock.h>
#include <string.h>

#define N_TEXTS 200000

/* In memory of exactly its length, so that a sanitizer sees a byte read too much. */
static void
assert_same (const char *text, guint8 scale)
{
  gsize length = strlen (text);
  g_autofree char *exact = g_memdup2 (text, length);
  gint64 mantissa = -1, expected = -1;
  guint8 decimals = 0;
  gboolean plain = length > 0 && length <= 40 && strspn (text, "0123456789.") == length && text[0] != '.' && text[length - 1] != '.';
  gboolean good = plain && pst_mantissa_parse (text, -1, scale, &expected, NULL);
  gboolean read = pst_venue_read_number (exact, length, scale, &mantissa, &decimals);
  const char *point = strchr (text, '.');

  /* The last digit of 64 bits is left out. */
  if (good && !read && expected > G_MAXINT64 / 10)
    return;
  g_assert_cmpint (read, ==, good);
  if (!good)
    return;
  g_assert_cmpint (mantissa, ==, expected);
  g_assert_cmpuint (decimals, ==, point != NULL ? strlen (point + 1) : 0);
}

static void
test_any_text (void)
{
  static const char odd[] = "0123456789./:-+eE \x80";
  PstRandom random;

  g_test_message ("seed 1");
  pst_random_init (&random, 1, "numbers");
  for (guint i = 0; i < N_TEXTS; i++)
    {
      guint length = 1 + (guint)pst_random_below (&random, 20), point = (guint)pst_random_below (&random, length + 3);
      char text[64];

      for (guint k = 0; k < length; k++)
        text[k] = k == point ? '.' : (char)('0' + (pst_random_below (&random, 3) ? pst_random_below (&random, 10) : 0));
      text[length] = '\0';
      if (pst_random_below (&random, 8) == 0)
        text[pst_random_below (&random, length)] = odd[pst_random_below (&random, sizeof odd - 1)];
      assert_same (text, (guint8)pst_random_below (&random, PST_SCALE_MAX + 1));
    }
}

static void
test_seconds (void)
{
  static const struct
  {
    const char *text;
    gint64 time_ns;
  } rows[] = {
    { "1616492376.594123", G_GINT64_CONSTANT (1616492376594123000) },
    { "0000000000.000000", 0 },
    { "8999999999.999999", G_GINT64_CONSTANT (8999999999999999000) },
    { "9223372036.854775", G_GINT64_CONSTANT (9223372036854775000) },
    { "1616492376", G_GINT64_CONSTANT (1616492376000000000) },
    { "1616492376.5941234", G_GINT64_CONSTANT (1616492376594123400) },
    { "1616492376.59412345678", -1 },
    { "9999999999.999999", -1 },
    { "16164923760594123", -1 },
    { "1616492376.59412x", -1 },
    { "161649237a.594123", -1 },
    { "1616492:76.594123", -1 },
    { "1616492376.-94123", -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gsize length = strlen (rows[i].text);
      g_autofree char *exact = g_memdup2 (rows[i].text, length);
      gint64 time_ns = -1;

      g_test_message ("%s", rows[i].text);
      g_assert_cmpint (pst_venue_read_seconds (exact, length, &time_ns), ==, rows[i].time_ns >= 0);
      if (rows[i].time_ns >= 0)
        g_assert_cmpint (time_ns, ==, rows[i].time_ns);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/venue/number/any-text", test_any_text);
  g_test_add_func ("/venue/number/seconds", test_seconds);
  return g_test_run ();
}
