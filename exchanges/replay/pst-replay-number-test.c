/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The fast reader and the careful one must say the same, and what the framework's decimals say. What would be lost: a price that is off by a
 * digit in one row of a million. */
#include "pst-replay-number.h"

#include <glib.h>

/* A number's text behind which anything may stand, padded as buffers are. */
typedef struct
{
  char bytes[128];
} Padded;

static Padded
padded (const char *text, char behind)
{
  Padded p;

  memset (p.bytes, '7', sizeof p.bytes);
  memcpy (p.bytes + sizeof p.bytes / 4, text, strlen (text));
  p.bytes[sizeof p.bytes / 4 + strlen (text)] = behind;
  return p;
}

static void
assert_fast (const char *text, guint scale, gboolean taken, gint64 expected)
{
  Padded p = padded (text, ',');
  const char *start = p.bytes + sizeof p.bytes / 4, *cursor = start;
  gint64 value = 0, between = 0;
  gboolean good = pst_replay_number_fast (&cursor, scale, &value) && *cursor == ',';

  g_assert_cmpint (good, ==, taken);
  if (taken)
    {
      g_assert_cmpint (value, ==, expected);
      g_assert_true (cursor == start + strlen (text));
      g_assert_true (pst_replay_number_between (start, cursor, scale, &between));
      g_assert_cmpint (between, ==, expected);
    }
  else
    g_assert_false (pst_replay_number_between (start, start + strlen (text), scale, &between));
}

static void
test_fast (void)
{
  assert_fast ("0", 0, TRUE, 0);
  assert_fast ("7", 2, TRUE, 700);
  assert_fast ("322.31", 8, TRUE, G_GINT64_CONSTANT (32231000000));
  assert_fast ("1.0000", 4, TRUE, 10000);
  assert_fast ("00012345678.5", 1, TRUE, 123456785);
  assert_fast ("1234567890123456", 0, TRUE, G_GINT64_CONSTANT (1234567890123456));
  assert_fast ("0.123456789012345678", 18, FALSE, 0);
  assert_fast ("12345678901234567", 0, FALSE, 0);
  assert_fast ("12345678.12345678", 8, TRUE, G_GINT64_CONSTANT (1234567812345678));
  assert_fast ("123456789012.5", 7, FALSE, 0);
  assert_fast ("1.00001", 4, FALSE, 0);
  assert_fast ("1.", 4, FALSE, 0);
  assert_fast (".5", 4, FALSE, 0);
  assert_fast ("", 4, FALSE, 0);
  assert_fast ("-1", 4, FALSE, 0);
  assert_fast ("1e5", 4, FALSE, 0);
  assert_fast ("1 ", 4, FALSE, 0);
  assert_fast ("1/2", 4, FALSE, 0);
  assert_fast ("1:2", 4, FALSE, 0);
  assert_fast ("\xb1\xb2", 4, FALSE, 0);
}

static void
assert_parse (const char *text, PstReplayScale scale, PstReplayReason reason, gint64 expected)
{
  gint64 value = 0;

  g_test_message ("%s", text);
  g_assert_cmpint (pst_replay_number_parse (text, strlen (text), &scale, &value, NULL), ==, reason);
  if (reason == PST_REPLAY_OK)
    g_assert_cmpint (value, ==, expected);
}

static void
test_careful (void)
{
  const PstReplayScale two = { .unit = 1, .scale = 2 }, zero = { .unit = 1 }, wide = { .unit = 1, .scale = 18 };

  assert_parse ("12.3", two, PST_REPLAY_OK, 1230);
  assert_parse ("+12.3", two, PST_REPLAY_OK, 1230);
  assert_parse ("-12.30", two, PST_REPLAY_OK, -1230);
  assert_parse ("1.5e2", two, PST_REPLAY_OK, 15000);
  assert_parse ("150e-2", two, PST_REPLAY_OK, 150);
  assert_parse ("0e999", two, PST_REPLAY_OK, 0);
  assert_parse ("12.3000000000000000000000000000", two, PST_REPLAY_OK, 1230);
  assert_parse ("9223372036854775807", zero, PST_REPLAY_OK, G_MAXINT64);
  assert_parse ("-9223372036854775807", zero, PST_REPLAY_OK, -G_MAXINT64);
  assert_parse ("92233720368547758.07", two, PST_REPLAY_OK, G_MAXINT64);
  assert_parse ("9.223372036854775807", wide, PST_REPLAY_OK, G_MAXINT64);
  assert_parse ("9223372036854775808", zero, PST_REPLAY_OVERFLOW, 0);
  assert_parse ("92233720368547758.08", two, PST_REPLAY_OVERFLOW, 0);
  assert_parse ("99999999999999999999999999999999999999999999", zero, PST_REPLAY_OVERFLOW, 0);
  assert_parse ("10000000000000000000000000000000000000000000", zero, PST_REPLAY_OVERFLOW, 0);
  assert_parse ("1e9999", zero, PST_REPLAY_OVERFLOW, 0);
  assert_parse ("1e-9999", zero, PST_REPLAY_DECIMALS, 0);
  assert_parse ("1e99999999999999999999", zero, PST_REPLAY_OVERFLOW, 0);
  assert_parse ("0.001", two, PST_REPLAY_DECIMALS, 0);
  assert_parse ("1.2345678901234567890123", two, PST_REPLAY_DECIMALS, 0);
  assert_parse ("", two, PST_REPLAY_EMPTY_FIELD, 0);
  assert_parse ("nan", two, PST_REPLAY_NOT_FINITE, 0);
  assert_parse ("+Infinity", two, PST_REPLAY_NOT_FINITE, 0);
  assert_parse ("infinite", two, PST_REPLAY_NOT_A_NUMBER, 0);
  assert_parse ("1..2", two, PST_REPLAY_NOT_A_NUMBER, 0);
  assert_parse ("1.2.3", two, PST_REPLAY_NOT_A_NUMBER, 0);
  assert_parse ("-", two, PST_REPLAY_NOT_A_NUMBER, 0);
  assert_parse ("1,5", two, PST_REPLAY_NOT_A_NUMBER, 0);
  assert_parse ("1e+", two, PST_REPLAY_NOT_A_NUMBER, 0);
}

static void
test_units_and_rounding (void)
{
  const PstReplayScale lean = { .unit = 1, .unit_scale = 4, .scale = 2 };
  const PstReplayScale quarter = { .unit = 25, .unit_scale = 2, .scale = 2 };
  const PstReplayScale round = { .unit = 1, .scale = 0, .round = TRUE };
  const PstReplayScale tiny = { .unit = G_MAXINT64, .unit_scale = 18, .scale = 0, .round = TRUE };

  assert_parse ("732500", lean, PST_REPLAY_OK, 7325);
  assert_parse ("732550", lean, PST_REPLAY_DECIMALS, 0);
  assert_parse ("3", quarter, PST_REPLAY_OK, 75);
  assert_parse ("0.01", quarter, PST_REPLAY_DECIMALS, 0);
  assert_parse ("2.5", round, PST_REPLAY_OK, 2);
  assert_parse ("3.5", round, PST_REPLAY_OK, 4);
  assert_parse ("2.5000000000000000000000001", round, PST_REPLAY_OK, 3);
  assert_parse ("-2.5", round, PST_REPLAY_OK, -2);
  assert_parse ("0.5", round, PST_REPLAY_OK, 0);
  assert_parse ("0.50001", round, PST_REPLAY_OK, 1);
  assert_parse ("1e-40", round, PST_REPLAY_OK, 0);
  assert_parse ("1e-9999", round, PST_REPLAY_OK, 0);
  assert_parse ("9223372036854775807.5", round, PST_REPLAY_DECIMALS, 0);
  assert_parse ("1000000000000000001", tiny, PST_REPLAY_OVERFLOW, 0);
  assert_parse ("1", tiny, PST_REPLAY_OK, 9);
}

static char *
random_number (GRand *rand)
{
  static const char alphabet[] = "0123456789012345678901234567890123456789.....--+eE ,";
  guint length = (guint)g_rand_int_range (rand, 1, 24);
  gboolean digits_only = g_rand_boolean (rand);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < length; i++)
    g_string_append_c (text, alphabet[g_rand_int_range (rand, 0, digits_only ? 42 : (gint32)sizeof alphabet - 1)]);
  return g_string_free (text, FALSE);
}

/* Three readers, one answer. */
static void
test_agreement (void)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  guint n_fast = 0, n_good = 0;

  g_test_message ("seed %u", seed);
  for (guint i = 0; i < 200000; i++)
    {
      g_autofree char *text = random_number (rand);
      guint scale = (guint)g_rand_int_range (rand, 0, 19);
      const PstReplayScale exact = { .unit = 1, .scale = (guint8)scale };
      Padded p = padded (text, '\n');
      const char *start = p.bytes + sizeof p.bytes / 4, *cursor = start;
      gint64 fast = 0, between = 0, careful = 0, framework = 0;
      gboolean is_fast = pst_replay_number_fast (&cursor, scale, &fast) && *cursor == '\n' && cursor == start + strlen (text);
      gboolean is_between = pst_replay_number_between (start, start + strlen (text), scale, &between);
      gboolean is_good = pst_replay_number_parse (text, strlen (text), &exact, &careful, NULL) == PST_REPLAY_OK;

      if (is_between)
        {
          g_assert_true (is_good);
          g_assert_cmpint (between, ==, careful);
        }
      if (is_fast)
        {
          g_assert_true (is_good);
          g_assert_cmpint (fast, ==, careful);
        }
      g_assert_cmpint (is_good, ==, pst_mantissa_parse (text, -1, scale, &framework, NULL));
      if (is_good)
        g_assert_cmpint (careful, ==, framework);
      n_fast += is_fast;
      n_good += is_good;
    }
  g_assert_cmpuint (n_fast, >, 1000);
  g_assert_cmpuint (n_good, >, n_fast);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/replay/number/fast", test_fast);
  g_test_add_func ("/replay/number/careful", test_careful);
  g_test_add_func ("/replay/number/units-and-rounding", test_units_and_rounding);
  g_test_add_func ("/replay/number/agreement", test_agreement);
  return g_test_run ();
}
