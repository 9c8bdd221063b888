/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The best of a million sets is only worth something when it is the same on every machine, and survives whatever interrupts the search. */
#include "pst-sweep.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pst-sweep-summary.h"
#include "sweep-kit.h"

/* A hill with many equal tops; combinations with a >= b are refused. Fails, cancels or dies after a number of sets. */
typedef struct
{
  gint n_left; /* atomic */
  gboolean dies;
  GCancellable *cancellable;
  GError *error;
} Land;

static gboolean
evaluate (gpointer worker, guint n_sets, const guint64 *choices, guint8 *states, double *statistics, GError **error)
{
  Land *land = worker;

  for (guint i = 0; i < n_sets; i++)
    {
      guint64 a = choices[2 * i] + 1, b = choices[2 * i + 1] + 1;

      if (land != NULL && g_atomic_int_dec_and_test (&land->n_left))
        {
          if (land->dies)
            kill (getpid (), SIGKILL);
          if (land->error != NULL)
            {
              g_propagate_error (error, g_error_copy (land->error));
              return FALSE;
            }
          g_cancellable_cancel (land->cancellable);
        }
      if (a >= b)
        states[i] = PST_SWEEP_STATE_REFUSED;
      else if (a % 10 != 0)
        {
          statistics[2 * i] = (double)(a * b % 97);
          statistics[2 * i + 1] = -(double)a;
        }
    }
  return TRUE;
}

static gboolean
run (PstSweepFile *file, guint n_workers, Land *land, GError **error)
{
  gpointer workers[16];
  PstSweepPlan plan = { .file = file, .evaluate = evaluate, .workers = workers, .n_workers = n_workers };

  for (guint i = 0; i < n_workers; i++)
    workers[i] = land;
  plan.cancellable = land ? land->cancellable : NULL;
  return pst_sweep_run (&plan, error);
}

static char *
read_all (const char *path, gsize *length)
{
  char *bytes;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &bytes, length, &error);
  g_assert_no_error (error);
  return bytes;
}

/* (transfer full): the bytes of a sweep that nothing disturbed. */
static char *
reference (SweepKitFile *fixture, gsize *length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstSweepFile) file = pst_sweep_file_create (fixture->path, sweep_kit_header (120, 90), &error);
  char *bytes;

  g_assert_no_error (error);
  run (file, 1, NULL, &error);
  g_assert_no_error (error);
  bytes = read_all (fixture->path, length);
  g_unlink (fixture->path);
  return bytes;
}

static void
check_equals (SweepKitFile *fixture, const char *expected, gsize n_expected)
{
  gsize length;
  g_autofree char *bytes = read_all (fixture->path, &length);

  g_assert_cmpmem (bytes, length, expected, n_expected);
}

static void
test_any_number_of_threads (SweepKitFile *fixture, gconstpointer data)
{
  static const guint counts[] = { 2, 3, 8, 16 };
  gsize length;
  g_autofree char *expected = reference (fixture, &length);

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PstSweepFile) file = pst_sweep_file_create (fixture->path, sweep_kit_header (120, 90), &error);

      run (file, counts[i], NULL, &error);
      g_assert_no_error (error);
      check_equals (fixture, expected, length);
      g_unlink (fixture->path);
    }
}

static void
test_summary (SweepKitFile *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstSweepFile) file = pst_sweep_file_create (fixture->path, sweep_kit_header (120, 90), &error);
  g_autoptr (PstSweepSummary) summary = NULL, least = NULL;
  guint64 before = 0, n_valid = 0, n_refused = 0, n_undefined = 0;
  double sum = 0, squares = 0;

  run (file, 4, NULL, &error);
  g_assert_no_error (error);
  summary = pst_sweep_summary_read (file, 0, FALSE, 25, &error);
  g_assert_no_error (error);
  for (guint a = 1; a <= 120; a++)
    for (guint b = 1; b <= 90; b++)
      {
        n_refused += a >= b;
        n_undefined += a < b && a % 10 == 0;
        if (a >= b || a % 10 == 0)
          continue;
        n_valid++;
        sum += a * b % 97;
        squares += (double)(a * b % 97) * (a * b % 97);
      }
  g_assert_cmpuint (summary->n_refused, ==, n_refused);
  g_assert_cmpuint (summary->n_undefined, ==, n_undefined);
  g_assert_cmpuint (summary->n_open, ==, 0);
  g_assert_cmpuint (summary->spreads[0].n, ==, n_valid);
  g_assert_cmpfloat_with_epsilon (summary->spreads[0].mean, sum / n_valid, 1e-9);
  g_assert_cmpfloat_with_epsilon (summary->spreads[0].variance, (squares - sum * sum / n_valid) / (n_valid - 1), 1e-6);
  g_assert_cmpuint (summary->best->len, ==, 25);
  for (guint i = 0; i < 25; i++)
    {
      const PstSweepBest *best = &g_array_index (summary->best, PstSweepBest, i);

      g_assert_cmpfloat (best->statistics[0], ==, 96);
      g_assert_cmpuint (best->set, >=, before + (i > 0));
      before = best->set;
    }
  least = pst_sweep_summary_read (file, 1, TRUE, 3, &error);
  g_assert_cmpfloat (g_array_index (least->best, PstSweepBest, 0).statistics[1], ==, -89);
}

static guint64
count_done (SweepKitFile *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstSweepFile) file = pst_sweep_file_open_readonly (fixture->path, &error);
  g_autoptr (PstSweepSummary) summary = pst_sweep_summary_read (file, 0, FALSE, 1, &error);

  g_assert_no_error (error);
  return summary->n_done + summary->n_refused;
}

static void
check_goes_on (SweepKitFile *fixture, const char *expected, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstSweepFile) file = pst_sweep_file_open (fixture->path, &error);

  g_assert_no_error (error);
  run (file, 3, NULL, &error);
  g_assert_no_error (error);
  check_equals (fixture, expected, length);
}

static void
test_interrupted (SweepKitFile *fixture, gconstpointer data)
{
  gsize length;
  g_autofree char *expected = reference (fixture, &length);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Land land = { .n_left = 3000, .cancellable = cancellable };
  g_autoptr (GError) error = NULL, cancelled = NULL;
  PstSweepFile *file = pst_sweep_file_create (fixture->path, sweep_kit_header (120, 90), &error);

  g_assert_false (run (file, 2, &land, &cancelled));
  g_assert_error (cancelled, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  pst_sweep_file_free (file);
  /* The blocks under way were ended. */
  g_assert_cmpuint (count_done (fixture), >=, 3000);
  g_assert_cmpuint (count_done (fixture), <, 3300);
  check_goes_on (fixture, expected, length);
}

static void
test_failed (SweepKitFile *fixture, gconstpointer data)
{
  gsize length;
  g_autofree char *expected = reference (fixture, &length);
  g_autoptr (GError) why = g_error_new_literal (PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_IO, "the data are gone");
  Land land = { .n_left = 2000, .error = why };
  g_autoptr (GError) error = NULL, failed = NULL;
  PstSweepFile *file = pst_sweep_file_create (fixture->path, sweep_kit_header (120, 90), &error);

  g_assert_false (run (file, 2, &land, &failed));
  g_assert_error (failed, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_IO);
  pst_sweep_file_free (file);
  g_assert_cmpuint (count_done (fixture), >=, 1900);
  check_goes_on (fixture, expected, length);
}

/* In a child, so that its death or its limits are not ours. */
static int
in_child (SweepKitFile *fixture, Land *land, rlim_t size_max)
{
  pid_t child = fork ();
  int status;

  if (child == 0)
    {
      g_autoptr (GError) error = NULL;
      struct rlimit limit = { size_max, size_max };
      PstSweepFile *file = pst_sweep_file_create (fixture->path, sweep_kit_header (120, 90), &error);

      signal (SIGXFSZ, SIG_IGN);
      if (size_max != RLIM_INFINITY)
        setrlimit (RLIMIT_FSIZE, &limit);
      if (run (file, 2, land, &error))
        _exit (0);
      _exit (g_error_matches (error, PST_STORE_ERROR, PST_STORE_ERROR_FULL) ? 28 : 1);
    }
  g_assert_cmpint (child, >, 0);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  return status;
}

static void
test_killed (SweepKitFile *fixture, gconstpointer data)
{
  gsize length;
  g_autofree char *expected = reference (fixture, &length);
  Land land = { .n_left = 5000, .dies = TRUE };
  int status = in_child (fixture, &land, RLIM_INFINITY);

  g_assert_true (WIFSIGNALED (status));
  g_assert_cmpuint (count_done (fixture), >=, 4800);
  check_goes_on (fixture, expected, length);
}

static void
test_full_disk (SweepKitFile *fixture, gconstpointer data)
{
  gsize length;
  g_autofree char *expected = reference (fixture, &length);
  int status = in_child (fixture, NULL, length / 2);

  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 28);
  g_assert_cmpuint (count_done (fixture), >=, 4800);
  check_goes_on (fixture, expected, length);
}

static void
on_progress (const PstSweepProgress *progress, gpointer user_data)
{
  *(PstSweepProgress *)user_data = *progress;
}

/* What the bar says at the end is what the summary says. */
static void
test_progress (SweepKitFile *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstSweepFile) file = pst_sweep_file_create (fixture->path, sweep_kit_header (120, 90), &error);
  g_autoptr (PstSweepSummary) summary = NULL;
  gpointer workers[3] = { NULL };
  PstSweepProgress last = { 0 };
  PstSweepPlan plan = { .file = file, .evaluate = evaluate, .workers = workers, .n_workers = 3, .progress = on_progress, .user_data = &last };

  g_assert_true (pst_sweep_run (&plan, &error));
  summary = pst_sweep_summary_read (file, 0, FALSE, 1, &error);
  g_assert_cmpuint (last.n_done, ==, 10800);
  g_assert_cmpuint (last.n_before, ==, 0);
  g_assert_cmpuint (last.n_refused, ==, summary->n_refused);
  g_assert_cmpuint (last.best_set, ==, g_array_index (summary->best, PstSweepBest, 0).set);
  g_assert_true (pst_sweep_run (&plan, &error));
  g_assert_cmpuint (last.n_before, ==, 10800);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/sweep/" name, SweepKitFile, NULL, sweep_kit_file_set_up, func, sweep_kit_file_tear_down)
  ADD ("any-number-of-threads", test_any_number_of_threads);
  ADD ("summary", test_summary);
  ADD ("interrupted", test_interrupted);
  ADD ("failed", test_failed);
  ADD ("killed", test_killed);
  ADD ("full-disk", test_full_disk);
  ADD ("progress", test_progress);
  return g_test_run ();
}
