/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An option that is read as something else than what was written trades something else than what was meant. */

#include <penstock.h>

#include <locale.h>

static GParamSpec *
int_spec (void)
{
  return g_param_spec_int ("slow", "Slow", "Periods.", 2, 10000, 30, PST_OPTION_READWRITE);
}

/* Parses, prints, and compares; takes the spec. */
static void
assert_reads (GParamSpec *pspec, const char *text, const char *printed)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_auto (GValue) again = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;
  g_autofree char *found = NULL;
  g_autofree char *twice = NULL;

  g_param_spec_ref_sink (pspec);
  pst_option_parse (pspec, text, &value, &error);
  g_assert_no_error (error);
  found = pst_option_to_string (pspec, &value);
  g_assert_cmpstr (found, ==, printed);
  pst_option_parse (pspec, found, &again, &error);
  g_assert_no_error (error);
  twice = pst_option_to_string (pspec, &again);
  g_assert_cmpstr (twice, ==, printed);
  if (G_PARAM_SPEC_VALUE_TYPE (pspec) != G_TYPE_STRV) /* which GObject compares by address */
    g_assert_cmpint (g_param_values_cmp (pspec, &value, &again), ==, 0);
  g_param_spec_unref (pspec);
}

static void
assert_refuses (GParamSpec *pspec, const char *text, PstOptionError code, const char *message)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  g_param_spec_ref_sink (pspec);
  g_assert_false (pst_option_parse (pspec, text, &value, &error));
  g_assert_error (error, PST_OPTION_ERROR, (gint)code);
  if (message != NULL)
    g_assert_cmpstr (error->message, ==, message);
  g_assert_false (G_IS_VALUE (&value));
  g_param_spec_unref (pspec);
}

static void
assert_describes (GParamSpec *pspec, const char *allowed, const char *preset)
{
  g_autofree char *found_allowed = NULL;
  g_autofree char *found_preset = NULL;

  g_param_spec_ref_sink (pspec);
  found_allowed = pst_option_describe_allowed (pspec);
  found_preset = pst_option_describe_default (pspec);
  g_assert_cmpstr (found_allowed, ==, allowed);
  g_assert_cmpstr (found_preset, ==, preset);
  g_param_spec_unref (pspec);
}

static void
test_integers (void)
{
  assert_reads (int_spec (), "2", "2");
  assert_reads (int_spec (), " 10000\t", "10000");
  assert_refuses (int_spec (), "abc", PST_OPTION_ERROR_TYPE, "slow: \"abc\" is not an integer from 2 to 10000");
  assert_refuses (int_spec (), "12x", PST_OPTION_ERROR_TYPE, NULL);
  assert_refuses (int_spec (), "12.0", PST_OPTION_ERROR_TYPE, NULL);
  assert_refuses (int_spec (), "", PST_OPTION_ERROR_TYPE, NULL);
  assert_refuses (int_spec (), "1", PST_OPTION_ERROR_RANGE, "slow: \"1\" is not an integer from 2 to 10000");
  assert_refuses (int_spec (), "10001", PST_OPTION_ERROR_RANGE, NULL);
  assert_refuses (int_spec (), "99999999999999999999999", PST_OPTION_ERROR_RANGE, NULL);
  assert_reads (g_param_spec_int64 ("n", "N", "n", G_MININT64, G_MAXINT64, 0, PST_OPTION_READWRITE), "-9223372036854775808", "-9223372036854775808");
  assert_reads (g_param_spec_uint64 ("n", "N", "n", 0, G_MAXUINT64, 0, PST_OPTION_READWRITE), "18446744073709551615", "18446744073709551615");
  assert_reads (g_param_spec_uint ("n", "N", "n", 0, 7, 0, PST_OPTION_READWRITE), "7", "7");
  assert_refuses (g_param_spec_uint ("n", "N", "n", 0, 7, 0, PST_OPTION_READWRITE), "-1", PST_OPTION_ERROR_TYPE, NULL);
  assert_refuses (g_param_spec_uint ("n", "N", "n", 0, 7, 0, PST_OPTION_READWRITE), "8", PST_OPTION_ERROR_RANGE, NULL);

  assert_describes (int_spec (), "integer from 2 to 10000", "30");
  assert_describes (g_param_spec_int ("n", "N", "n", G_MININT, G_MAXINT, -3, PST_OPTION_READWRITE), "integer", "-3");
  assert_describes (g_param_spec_int64 ("n", "N", "n", 1, G_MAXINT64, 1, PST_OPTION_READWRITE), "integer of at least 1", "1");
  assert_describes (g_param_spec_int64 ("n", "N", "n", G_MININT64, 5, 1, PST_OPTION_READWRITE), "integer of at most 5", "1");
  assert_describes (g_param_spec_uint ("n", "N", "n", 0, G_MAXUINT, 4, PST_OPTION_READWRITE), "integer of at least 0", "4");
  assert_describes (g_param_spec_uint64 ("n", "N", "n", 1, 9, 4, PST_OPTION_READWRITE | PST_OPTION_REQUIRED), "integer from 1 to 9", "required");
}

static void
test_booleans (void)
{
  static const char *const words[] = { "true", "YES", "on", "false", "no", "Off" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    assert_reads (g_param_spec_boolean ("b", "B", "b", FALSE, PST_OPTION_READWRITE), words[i], i < 3 ? "true" : "false");
  assert_refuses (g_param_spec_boolean ("b", "B", "b", FALSE, PST_OPTION_READWRITE), "1", PST_OPTION_ERROR_TYPE, "b: \"1\" is not true or false");
  assert_describes (g_param_spec_boolean ("b", "B", "b", TRUE, PST_OPTION_READWRITE), "true or false", "true");
}

static GParamSpec *
double_spec (void)
{
  return g_param_spec_double ("d", "D", "d", -1.5, 2.5, 0.1, PST_OPTION_READWRITE);
}

static void
test_doubles (void)
{
  static const char *const malformed[] = { "", "abc", "1,5", "0x1", "nan", "inf", "1e", "1.5.5", "--1" };

  assert_reads (double_spec (), "0.1", "0.1");
  assert_reads (double_spec (), "0.30000000000000004", "0.30000000000000004");
  assert_reads (double_spec (), "-1.5e0", "-1.5");
  for (guint i = 0; i < G_N_ELEMENTS (malformed); i++)
    assert_refuses (double_spec (), malformed[i], PST_OPTION_ERROR_TYPE, NULL);
  assert_refuses (double_spec (), "2.6", PST_OPTION_ERROR_RANGE, "d: \"2.6\" is not a number from -1.5 to 2.5");
  assert_refuses (double_spec (), "1e999", PST_OPTION_ERROR_RANGE, NULL);
  assert_describes (double_spec (), "number from -1.5 to 2.5", "0.1");
  assert_describes (g_param_spec_double ("d", "D", "d", -G_MAXDOUBLE, G_MAXDOUBLE, 0, PST_OPTION_READWRITE), "number", "0");
}

static void
test_text (void)
{
  GParamSpec *secret = g_param_spec_string ("key", "Key", "k", NULL, PST_OPTION_READWRITE | PST_OPTION_SECRET);
  GParamSpec *number = g_param_spec_int ("pin", "Pin", "p", 1, 9, 1, PST_OPTION_READWRITE | PST_OPTION_SECRET);
  g_auto (GValue) value = G_VALUE_INIT;
  g_autofree char *shown = NULL;

  assert_reads (g_param_spec_string ("s", "S", "s", NULL, PST_OPTION_READWRITE), " as it is ", " as it is ");
  assert_reads (g_param_spec_string ("s", "S", "s", NULL, PST_OPTION_READWRITE), "", "");
  assert_refuses (g_param_spec_string ("s", "S", "s", NULL, PST_OPTION_READWRITE), "\xff", PST_OPTION_ERROR_TYPE, "s: the value is not valid UTF-8");
  assert_describes (g_param_spec_string ("s", "S", "s", NULL, PST_OPTION_READWRITE), "text", "not set");
  assert_describes (g_param_spec_string ("s", "S", "s", "x", PST_OPTION_READWRITE | PST_OPTION_PATH), "file's path", "x");

  g_assert_true (pst_option_parse (secret, "hunter2", &value, NULL));
  shown = pst_option_to_string (secret, &value);
  g_assert_cmpstr (shown, ==, "(hidden)");
  assert_describes (secret, "text", "not set");
  assert_refuses (number, "1234", PST_OPTION_ERROR_RANGE, "pin: the (hidden) value is not an integer from 1 to 9");
}

static void
test_enums (void)
{
  assert_reads (g_param_spec_enum ("tif", "T", "t", PST_TYPE_TIME_IN_FORCE, PST_TIME_IN_FORCE_GTC, PST_OPTION_READWRITE), "fok", "fok");
  assert_refuses (g_param_spec_enum ("tif", "T", "t", PST_TYPE_TIME_IN_FORCE, PST_TIME_IN_FORCE_GTC, PST_OPTION_READWRITE), "gtx",
                  PST_OPTION_ERROR_TYPE, "tif: \"gtx\" is not one of gtc, ioc, fok, day, gtd; did you mean \"gtc\"?");
  assert_refuses (g_param_spec_enum ("tif", "T", "t", PST_TYPE_TIME_IN_FORCE, PST_TIME_IN_FORCE_GTC, PST_OPTION_READWRITE), "nothing like it",
                  PST_OPTION_ERROR_TYPE, "tif: \"nothing like it\" is not one of gtc, ioc, fok, day, gtd");
  assert_describes (g_param_spec_enum ("tif", "T", "t", PST_TYPE_TIME_IN_FORCE, PST_TIME_IN_FORCE_GTC, PST_OPTION_READWRITE),
                    "one of gtc, ioc, fok, day, gtd", "gtc");
}

static GParamSpec *
list_spec (void)
{
  return g_param_spec_boxed ("columns", "C", "c", G_TYPE_STRV, PST_OPTION_READWRITE);
}

static void
test_lists (void)
{
  GParamSpec *pspec = g_param_spec_ref_sink (list_spec ());
  g_auto (GValue) value = G_VALUE_INIT;
  char **words;

  assert_reads (list_spec (), "", "");
  g_assert_true (pst_option_parse (pspec, " date, open;a\\,b ;c\\\\;\\;d; ", &value, NULL));
  words = g_value_get_boxed (&value);
  g_assert_cmpuint (g_strv_length (words), ==, 5);
  g_assert_cmpstr (words[0], ==, "date");
  g_assert_cmpstr (words[1], ==, "open");
  g_assert_cmpstr (words[2], ==, "a,b");
  g_assert_cmpstr (words[3], ==, "c\\");
  g_assert_cmpstr (words[4], ==, ";d");
  assert_refuses (list_spec (), "a,,b", PST_OPTION_ERROR_TYPE, "columns: \"a,,b\" is not a list of words separated by ',' or ';'");
  assert_refuses (list_spec (), ";", PST_OPTION_ERROR_TYPE, NULL);
  assert_describes (list_spec (), "list of words separated by ',' or ';'", "not set");
  g_param_spec_unref (pspec);
}

/* Lists of any words survive printing and reading. */
static void
test_lists_survive (void)
{
  GParamSpec *pspec = g_param_spec_ref_sink (list_spec ());
  static const char letters[] = "ab ,;\\-\xc3\xa4";
  PstRandom random;
  guint32 seed = g_test_rand_int ();

  g_test_message ("seed %u", seed);
  pst_random_init (&random, seed, NULL);
  for (guint round = 0; round < 500; round++)
    {
      g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
      g_auto (GStrv) words = NULL;
      g_auto (GValue) value = G_VALUE_INIT;
      g_auto (GValue) again = G_VALUE_INIT;
      g_autofree char *text = NULL;
      guint n = pst_random_below (&random, 5);

      for (guint i = 0; i < n; i++)
        {
          g_autoptr (GString) word = g_string_new ("w");

          for (guint k = pst_random_below (&random, 6); k > 0; k--)
            g_string_append_c (word, letters[pst_random_below (&random, 7)]);
          g_string_append_c (word, 'z');
          g_strv_builder_add (builder, word->str);
        }
      words = g_strv_builder_end (builder);
      g_value_init (&value, G_TYPE_STRV);
      g_value_set_boxed (&value, words);
      text = pst_option_to_string (pspec, &value);
      g_assert_true (pst_option_parse (pspec, text, &again, NULL));
      g_assert_cmpstrv ((char **)g_value_get_boxed (&again), words);
    }
  g_param_spec_unref (pspec);
}

static GParamSpec *
decimal_spec (void)
{
  return pst_param_spec_decimal ("fee", "F", "f", "0", "0.5", "0.0010", PST_OPTION_READWRITE | PST_OPTION_RATE);
}

static void
test_decimals (void)
{
  GParamSpec *pspec = g_param_spec_ref_sink (decimal_spec ());
  g_auto (GValue) value = G_VALUE_INIT;
  PstDecimal wrong = { 6, 1 };

  assert_reads (decimal_spec (), "0.50", "0.50");
  assert_reads (decimal_spec (), "1e-3", "0.001");
  assert_refuses (decimal_spec (), "0.51", PST_OPTION_ERROR_RANGE, "fee: \"0.51\" is not a fraction of one from 0 to 0.5");
  assert_refuses (decimal_spec (), "-0.1", PST_OPTION_ERROR_RANGE, NULL);
  assert_refuses (decimal_spec (), "0,1", PST_OPTION_ERROR_TYPE, NULL);
  assert_refuses (decimal_spec (), "99999999999999999999", PST_OPTION_ERROR_RANGE, NULL);
  assert_describes (decimal_spec (), "fraction of one from 0 to 0.5", "0.0010");
  assert_describes (pst_param_spec_decimal ("x", "X", "x", "-1", "1", NULL, PST_OPTION_READWRITE), "decimal number from -1 to 1", "not set");

  g_value_init (&value, PST_TYPE_DECIMAL);
  g_value_set_boxed (&value, &wrong);
  g_assert_true (g_param_value_validate (pspec, &value));
  g_assert_cmpint (((PstDecimal *)g_value_get_boxed (&value))->mantissa, ==, 5);
  wrong.mantissa = -1;
  g_value_set_boxed (&value, &wrong);
  g_assert_true (g_param_value_validate (pspec, &value));
  g_assert_cmpint (((PstDecimal *)g_value_get_boxed (&value))->mantissa, ==, 0);
  g_value_set_boxed (&value, NULL);
  g_assert_true (g_param_value_validate (pspec, &value));
  g_assert_true (g_param_value_defaults (pspec, &value));
  g_param_spec_unref (pspec);
}

static GParamSpec *
money_spec (gboolean positive)
{
  return pst_param_spec_money ("loss", "L", "l", positive, PST_OPTION_READWRITE);
}

static void
test_money (void)
{
  GParamSpec *pspec = g_param_spec_ref_sink (money_spec (TRUE));
  g_auto (GValue) value = G_VALUE_INIT;
  g_auto (GValue) other = G_VALUE_INIT;
  PstMoney nothing = { pst_currency_get ("USD", NULL), 0 }, euro = { pst_currency_get ("EUR", NULL), 5 };

  assert_reads (money_spec (TRUE), "50 USD", "50 USD");
  assert_reads (money_spec (FALSE), "-0.1 BTC", "-0.1 BTC");
  assert_refuses (money_spec (TRUE), "0 USD", PST_OPTION_ERROR_RANGE,
                  "loss: \"0 USD\" is not an amount above zero and its currency, like \"50 USD\"");
  assert_refuses (money_spec (TRUE), "-1 USD", PST_OPTION_ERROR_RANGE, NULL);
  assert_refuses (money_spec (TRUE), "50", PST_OPTION_ERROR_TYPE, NULL);
  assert_refuses (money_spec (TRUE), "", PST_OPTION_ERROR_TYPE, NULL);
  assert_describes (money_spec (FALSE), "amount and its currency, like \"50 USD\"", "not set");

  g_value_init (&value, PST_TYPE_MONEY);
  g_value_init (&other, PST_TYPE_MONEY);
  g_assert_false (g_param_value_validate (pspec, &value));
  g_value_set_boxed (&value, &nothing);
  g_assert_cmpint (g_param_values_cmp (pspec, &value, &other), >, 0);
  g_value_set_boxed (&other, &euro);
  g_assert_cmpint (g_param_values_cmp (pspec, &value, &other), >, 0);
  g_assert_true (g_param_value_validate (pspec, &value));
  g_assert_null (g_value_get_boxed (&value));
  g_param_spec_unref (pspec);
}

static GParamSpec *
duration_spec (const char *maximum)
{
  return pst_param_spec_duration ("wait", "W", "w", "0s", maximum, "5s", PST_OPTION_READWRITE);
}

static void
test_durations (void)
{
  static const char *const texts[] = { "0s", "1us", "250ms", "5s", "90s", "2m", "1h", "36h", "2d" };
  GParamSpec *pspec = g_param_spec_ref_sink (duration_spec ("1d"));
  g_auto (GValue) value = G_VALUE_INIT;
  g_autofree char *odd = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    assert_reads (duration_spec ("3d"), texts[i], texts[i]);
  assert_reads (duration_spec ("3d"), "1000ms", "1s");
  assert_refuses (duration_spec ("1d"), "5", PST_OPTION_ERROR_TYPE,
                  "wait: \"5\" is not a duration from 0s to 1d (a number and us, ms, s, m, h or d)");
  assert_refuses (duration_spec ("1d"), "25h", PST_OPTION_ERROR_RANGE, NULL);
  assert_refuses (duration_spec ("1d"), "9999999d", PST_OPTION_ERROR_RANGE, NULL);
  assert_describes (duration_spec ("1d"), "duration from 0s to 1d (a number and us, ms, s, m, h or d)", "5s");

  g_value_init (&value, G_TYPE_INT64);
  g_value_set_int64 (&value, 2 * PST_NS_PER_DAY);
  g_assert_true (g_param_value_validate (pspec, &value));
  g_assert_cmpint (g_value_get_int64 (&value), ==, PST_NS_PER_DAY);
  g_value_set_int64 (&value, 1500);
  odd = pst_option_to_string (pspec, &value);
  g_assert_cmpstr (odd, ==, "1500ns");
  g_param_spec_unref (pspec);
}

/* A German decimal comma in the environment must not change what a file means. */
static void
test_locale (void)
{
  if (setlocale (LC_NUMERIC, "de_DE.UTF-8") == NULL)
    {
      g_test_skip ("the locale de_DE.UTF-8 is not installed; install the package locales-all");
      return;
    }
  test_doubles ();
  test_decimals ();
  g_assert_nonnull (setlocale (LC_NUMERIC, "C"));
}

static void
test_not_understood (void)
{
  assert_refuses (g_param_spec_object ("o", "O", "o", G_TYPE_OBJECT, PST_OPTION_READWRITE), "x", PST_OPTION_ERROR_TYPE,
                  "o: \"x\" is not a value that text can give (it is a GObject)");
  assert_describes (g_param_spec_object ("o", "O", "o", G_TYPE_OBJECT, PST_OPTION_READWRITE), "value that text can give (it is a GObject)",
                    "not set");
}

static void
test_malformed_specs (void)
{
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_CRITICAL, "*minimum*");
  g_assert_null (pst_param_spec_decimal ("x", "X", "x", "zero", "1", "0", PST_OPTION_READWRITE));
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_CRITICAL, "*preset*");
  g_assert_null (pst_param_spec_decimal ("x", "X", "x", "0", "1", "2", PST_OPTION_READWRITE));
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_CRITICAL, "*preset*");
  g_assert_null (pst_param_spec_duration ("x", "X", "x", "1s", "2s", "3s", PST_OPTION_READWRITE));
  g_test_assert_expected_messages ();
}

static void
test_nearest (void)
{
  static const char *const names[]
      = { "fast", "slow", "on-bad-row", "path", "a-name-that-is-much-longer-than-any-name-of-an-option-has-ever-been-here", NULL };

  g_assert_cmpstr (pst_nearest_name ("slwo", names), ==, "slow");
  g_assert_cmpstr (pst_nearest_name ("fst", names), ==, "fast");
  g_assert_cmpstr (pst_nearest_name ("Fast", names), ==, "fast");
  g_assert_cmpstr (pst_nearest_name ("on_bad_rows", names), ==, "on-bad-row");
  g_assert_cmpstr (pst_nearest_name ("pathh", names), ==, "path");
  g_assert_null (pst_nearest_name ("volume", names));
  g_assert_null (pst_nearest_name ("", names));
  g_assert_null (pst_nearest_name ("x", (const char *const[]){ "y", NULL }));
  g_assert_null (pst_nearest_name (names[4], names));
}

static void
test_period (void)
{
  static const struct
  {
    const char *from, *to;
    gint64 from_ns, to_ns;
  } good[] = {
    { NULL, NULL, G_MININT64, G_MAXINT64 },
    { "", "1970-01-02", G_MININT64, PST_NS_PER_DAY },
    { "1970-01-02T00:00:00Z", "", PST_NS_PER_DAY, G_MAXINT64 },
    { "1970-01-02", "1970-01-02T00:00:01Z", PST_NS_PER_DAY, PST_NS_PER_DAY + PST_NS_PER_SECOND },
  };
  gint64 from_ns, to_ns;
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_assert_true (pst_option_parse_period (good[i].from, good[i].to, &from_ns, &to_ns, &error));
      g_assert_no_error (error);
      g_assert_cmpint (from_ns, ==, good[i].from_ns);
      g_assert_cmpint (to_ns, ==, good[i].to_ns);
    }
  g_assert_false (pst_option_parse_period ("1970-01-02", "1970-01-02", &from_ns, &to_ns, &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT);
  g_clear_error (&error);
  g_assert_false (pst_option_parse_period (NULL, "soon", &from_ns, &to_ns, &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_TYPE);
  g_assert_nonnull (strstr (error->message, "option \"to\""));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sdk/option/integers", test_integers);
  g_test_add_func ("/sdk/option/booleans", test_booleans);
  g_test_add_func ("/sdk/option/doubles", test_doubles);
  g_test_add_func ("/sdk/option/text", test_text);
  g_test_add_func ("/sdk/option/enums", test_enums);
  g_test_add_func ("/sdk/option/lists", test_lists);
  g_test_add_func ("/sdk/option/lists-survive", test_lists_survive);
  g_test_add_func ("/sdk/option/decimals", test_decimals);
  g_test_add_func ("/sdk/option/money", test_money);
  g_test_add_func ("/sdk/option/durations", test_durations);
  g_test_add_func ("/sdk/option/locale", test_locale);
  g_test_add_func ("/sdk/option/not-understood", test_not_understood);
  g_test_add_func ("/sdk/option/malformed-specs", test_malformed_specs);
  g_test_add_func ("/sdk/option/nearest-name", test_nearest);
  g_test_add_func ("/sdk/option/period", test_period);
  return g_test_run ();
}
