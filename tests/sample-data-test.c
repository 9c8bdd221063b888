/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The sample data are the first thing that a newcomer runs on: they must be the same on every machine and under every locale, and sound,
 * or "./dev run" shows everyone something else, or a refusal. */
#include <penstock.h>
#include <gio/gio.h>

static char *
generate (const char *locale, const char *const *arguments, gboolean expect_success)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autofree char *program = g_build_filename (g_getenv ("PENSTOCK_BUILD_DIR"), "data", "penstock-sample-data", NULL);
  g_autoptr (GPtrArray) command = g_ptr_array_new ();
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  char *output = NULL;
  g_autofree char *complaint = NULL;

  g_ptr_array_add (command, program);
  for (int i = 0; arguments[i] != NULL; i++)
    g_ptr_array_add (command, (char *)arguments[i]);
  g_ptr_array_add (command, NULL);
  g_subprocess_launcher_setenv (launcher, "LC_ALL", locale, TRUE);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *)command->pdata, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &output, &complaint, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_subprocess_get_successful (process), ==, expect_success);
  if (!expect_success)
    g_assert_cmpstr (complaint, !=, "");
  return output;
}

static void
test_same_everywhere (void)
{
  const char *const arguments[] = { NULL };
  g_autofree char *plain = generate ("C", arguments, TRUE);
  g_autofree char *again = generate ("C", arguments, TRUE);
  g_autofree char *comma = generate ("de_DE.UTF-8", arguments, TRUE);
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, plain, -1);

  g_assert_cmpstr (plain, ==, again);
  g_assert_cmpstr (plain, ==, comma);
  /* The bytes that the guides' figures were taken from. */
  g_assert_cmpstr (sum, ==, "2e29075c7cd8e943484d01fb13bff67d4d1026dffe63cee6b94e913d4f657193");
}

static void
test_seed_matters (void)
{
  const char *const first[] = { "--seed=1", "--bars=10", NULL }, *const second[] = { "--seed=2", "--bars=10", NULL };
  g_autofree char *one = generate ("C", first, TRUE);
  g_autofree char *two = generate ("C", second, TRUE);

  g_assert_cmpstr (one, !=, two);
}

/* High and low hold the others, prices are above zero, time does not go back. */
static void
test_bars_are_sound (void)
{
  const char *const arguments[] = { "--bars=2000", "--volatility=1000", "--symbols=3", "--period=1m", NULL };
  g_autofree char *text = generate ("C", arguments, TRUE);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint n_lines = g_strv_length (lines);
  gint64 last_ns = G_MININT64;

  g_assert_cmpstr (lines[0], ==, "date,open,high,low,close,volume,symbol");
  g_assert_cmpuint (n_lines, ==, 1 + 2000 * 3 + 1);
  for (guint n = 1; n < n_lines - 1; n++)
    {
      g_auto (GStrv) fields = g_strsplit (lines[n], ",", -1);
      gint64 price[4], time_ns;

      g_assert_cmpuint (g_strv_length (fields), ==, 7);
      g_assert_true (pst_time_parse (fields[0], -1, &time_ns, NULL));
      g_assert_cmpint (time_ns, >=, last_ns);
      last_ns = time_ns;
      for (int i = 0; i < 4; i++)
        g_assert_true (pst_mantissa_parse (fields[1 + i], -1, 2, &price[i], NULL));
      g_assert_cmpint (price[2], >, 0);
      g_assert_cmpint (price[1], >=, MAX (price[0], price[3]));
      g_assert_cmpint (price[2], <=, MIN (price[0], price[3]));
    }
}

static void
test_bad_arguments (void)
{
  const char *const bad[][2] = { { "--bars=0" },      { "--bars=x" },       { "--symbols=-1" },       { "--period=10" }, { "--period=8d" },
                                 { "--start=never" }, { "--volatility=2" }, { "--start=2261-01-01" }, { "--output=" } };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *output = generate ("C", bad[i], FALSE);

      g_assert_cmpstr (output, ==, "");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sample-data/same-everywhere", test_same_everywhere);
  g_test_add_func ("/sample-data/seed-matters", test_seed_matters);
  g_test_add_func ("/sample-data/bars-are-sound", test_bars_are_sound);
  g_test_add_func ("/sample-data/bad-arguments", test_bad_arguments);
  return g_test_run ();
}
