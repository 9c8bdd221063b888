/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A guard that restarts must know what it knew. State that is half there, or somebody else's, must be seen as an error, never as "nothing happened".
 */

#include <glib/gstdio.h>
#include <penstock.h>
#include <string.h>

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
setup (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("penstock-state-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "guard.state", NULL);
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0); /* no temporary file was left */
  g_free (fixture->path);
  g_free (fixture->folder);
}

static void
save_all (const char *path)
{
  g_autoptr (PstStateFile) file = pst_state_file_new (path, "loss");
  const PstMoney money = { pst_currency_get ("USD", NULL), G_MININT64 + 1 };
  g_autoptr (GError) error = NULL;

  pst_state_file_set_string (file, "reason", " two\nlines = [x]; \xff \\s");
  pst_state_file_set_boolean (file, "active", TRUE);
  pst_state_file_set_int64 (file, "count", G_MININT64);
  pst_state_file_set_time (file, "since", G_GINT64_CONSTANT (1600000000123456789));
  pst_state_file_set_money (file, "lost", &money);
  g_assert_false (pst_state_file_is_empty (file));
  g_assert_true (pst_state_file_save (file, &error));
  g_assert_no_error (error);
}

static void
test_round_trip (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PstStateFile) file = pst_state_file_new (fixture->path, "loss");
  g_autoptr (GError) error = NULL;
  g_autofree char *reason = NULL;
  GStatBuf status;
  gboolean active;
  gint64 count, since;
  PstMoney lost;

  save_all (fixture->path);
  save_all (fixture->path);
  g_assert_cmpint (g_stat (fixture->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_assert_true (pst_state_file_load (file, &error));
  g_assert_true (pst_state_file_get_string (file, "reason", &reason, &error));
  g_assert_true (pst_state_file_get_boolean (file, "active", &active, &error));
  g_assert_true (pst_state_file_get_int64 (file, "count", &count, &error));
  g_assert_true (pst_state_file_get_time (file, "since", &since, &error));
  g_assert_true (pst_state_file_get_money (file, "lost", &lost, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (reason, ==, " two\nlines = [x]; \357\277\275 \\s");
  g_assert_true (active);
  g_assert_cmpint (count, ==, G_MININT64);
  g_assert_cmpint (since, ==, G_GINT64_CONSTANT (1600000000123456789));
  g_assert_cmpint (lost.amount, ==, G_MININT64 + 1);
  g_assert_true (lost.currency == pst_currency_get ("USD", NULL));
}

static void
test_nothing_there (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PstStateFile) file = pst_state_file_new (fixture->path, "loss");
  g_autoptr (PstStateFile) nowhere = pst_state_file_new ("", "loss");
  g_autoptr (GError) error = NULL;
  gint64 count;

  g_assert_true (pst_state_file_load (file, &error));
  g_assert_true (pst_state_file_is_empty (file));
  g_assert_false (pst_state_file_get_int64 (file, "count", &count, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT);
  g_clear_error (&error);
  pst_state_file_set_int64 (nowhere, "count", 1);
  g_assert_true (pst_state_file_save (nowhere, &error));
  g_assert_true (pst_state_file_load (nowhere, &error));
  g_assert_true (pst_state_file_is_empty (nowhere));
}

/* Whatever a crash, an editor or another component left there. */
static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  static const char *const damaged[]
      = { "", "\n", "count=1", "[loss", "[gain]\ncount=1\n", "[loss]\ncount=1\n[gain]\n", "[loss]\ncount=\xff\n", "\x01\x02" };
  g_autoptr (PstStateFile) file = pst_state_file_new (fixture->path, "loss");
  g_autofree char *large = g_strnfill (PST_STATE_FILE_BYTES_MAX + 1, '\n');

  for (gsize i = 0; i <= G_N_ELEMENTS (damaged) + 1; i++)
    {
      const char *text = i < G_N_ELEMENTS (damaged) ? damaged[i] : i == G_N_ELEMENTS (damaged) ? large : "[loss]\ncount=1\0\n";
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents (fixture->path, text, i > G_N_ELEMENTS (damaged) ? 16 : -1, NULL));
      g_assert_false (pst_state_file_load (file, &error));
      g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT);
      g_assert_nonnull (strstr (error->message, fixture->path));
      g_assert_true (pst_state_file_is_empty (file));
    }
}

static void
check_refused (PstStateFile *file, const char *key)
{
  GError *errors[4] = { NULL };
  gboolean boolean;
  gint64 number;
  PstMoney money;

  g_assert_false (pst_state_file_get_boolean (file, key, &boolean, &errors[0]));
  g_assert_false (pst_state_file_get_int64 (file, key, &number, &errors[1]));
  g_assert_false (pst_state_file_get_time (file, key, &number, &errors[2]));
  g_assert_false (pst_state_file_get_money (file, key, &money, &errors[3]));
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    {
      g_assert_error (errors[i], PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT);
      g_assert_nonnull (strstr (errors[i]->message, key));
      g_clear_error (&errors[i]);
    }
}

static void
test_wrong_values (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PstStateFile) file = pst_state_file_new (fixture->path, "loss");
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (fixture->path, "[loss]\nempty=\nwords=TRUE or not\nlong=9223372036854775808\nhalf=12x\n", -1, NULL));
  g_assert_true (pst_state_file_load (file, &error));
  g_assert_no_error (error);
  check_refused (file, "empty");
  check_refused (file, "words");
  check_refused (file, "long");
  check_refused (file, "half");
  check_refused (file, "absent");
}

static void
test_unusable_paths (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PstStateFile) folder = pst_state_file_new (fixture->folder, "loss");
  g_autoptr (PstStateFile) nowhere = pst_state_file_new ("/nonexistent/guard.state", "loss");
  g_autoptr (GError) error = NULL;

  g_assert_false (pst_state_file_load (folder, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO);
  g_clear_error (&error);
  pst_state_file_set_int64 (nowhere, "count", 1);
  g_assert_false (pst_state_file_save (nowhere, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO);
  g_assert_nonnull (strstr (error->message, "/nonexistent/"));
}

/* What counts by these times must never count too little: up to the bound they are exact, beyond it groups count as late as their last. */
static void
test_times (Fixture *fixture, gconstpointer data)
{
  static const gint64 times[] = { -5, 1, 1, 7, 20, 21, 22, 23, 24, G_MAXINT64 };
  static const char *const wrong[] = { "1", "1*0", "1*x", "x*1", "1*11", "2*1 1*1", "1*1  2*1", "" };
  g_autoptr (PstStateFile) file = pst_state_file_new (NULL, "loss");
  g_autoptr (GArray) read = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GError) error = NULL;

  g_assert_true (pst_state_file_get_times (file, "none", read, 10, &error));
  g_assert_cmpuint (read->len, ==, 0);
  for (guint n = 0; n <= G_N_ELEMENTS (times); n++)
    for (guint groups = 1; groups <= G_N_ELEMENTS (times) + 1; groups++)
      {
        g_autofree char *key = g_strdup_printf ("%u-%u", n, groups);

        pst_state_file_set_times (file, key, times, n, groups);
        g_array_set_size (read, 0);
        g_assert_true (pst_state_file_get_times (file, key, read, G_N_ELEMENTS (times), &error));
        g_assert_cmpuint (read->len, ==, n);
        for (guint i = 0; i < n; i++)
          {
            g_assert_cmpint (g_array_index (read, gint64, i), >=, times[i]);
            if (n <= groups)
              g_assert_cmpint (g_array_index (read, gint64, i), ==, times[i]);
          }
        if (n > 0)
          g_assert_cmpint (g_array_index (read, gint64, n - 1), ==, times[n - 1]);
      }
  g_array_set_size (read, 1);
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      pst_state_file_set_string (file, "wrong.0", wrong[i]);
      g_assert_false (pst_state_file_get_times (file, "wrong", read, 10, &error));
      g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT);
      g_clear_error (&error);
      g_assert_cmpuint (read->len, ==, 1);
    }
}

/* Each value fits into a STATE record. */
static void
test_many_times (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PstStateFile) file = pst_state_file_new (NULL, "loss");
  g_autofree gint64 *times = g_new (gint64, 100000);
  g_auto (GStrv) keys = NULL;

  for (guint i = 0; i < 100000; i++)
    times[i] = G_GINT64_CONSTANT (1600000000123456789) + i;
  pst_state_file_set_times (file, "sent", times, 100000, 40);
  keys = pst_state_file_list_keys (file);
  g_assert_cmpuint (g_strv_length (keys), ==, 5);
  for (guint i = 0; keys[i] != NULL; i++)
    {
      g_autofree char *value = NULL;

      g_assert_true (pst_state_file_get_string (file, keys[i], &value, NULL));
      g_assert_cmpuint (strlen (value), <, PST_TEXT_SIZE);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/state-file/round-trip", Fixture, NULL, setup, test_round_trip, teardown);
  g_test_add ("/state-file/nothing-there", Fixture, NULL, setup, test_nothing_there, teardown);
  g_test_add ("/state-file/damaged", Fixture, NULL, setup, test_damaged, teardown);
  g_test_add ("/state-file/wrong-values", Fixture, NULL, setup, test_wrong_values, teardown);
  g_test_add ("/state-file/unusable-paths", Fixture, NULL, setup, test_unusable_paths, teardown);
  g_test_add ("/state-file/times", Fixture, NULL, setup, test_times, teardown);
  g_test_add ("/state-file/many-times", Fixture, NULL, setup, test_many_times, teardown);
  return g_test_run ();
}
