/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a store hands over must be on the disk as it is, or the store must hear that it is not. */

#include <penstock.h>

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define BYTES(text) ((const guint8 *)(text)), (sizeof (text) - 1)

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("penstock-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->folder, "file", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->path);
  g_free (fixture->folder);
}

static PstFile *
open_file (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  PstFile *file = pst_file_open (fixture->path, &error);

  g_assert_no_error (error);
  return file;
}

static void
test_append_and_read (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PstFile) file = open_file (fixture);
  g_autofree char *contents = NULL;
  guint8 buffer[16];
  struct stat status;

  g_assert_cmpuint (pst_file_get_length (file), ==, 0);
  g_assert_true (pst_file_append (file, BYTES ("hello "), NULL));
  g_assert_true (pst_file_append (file, BYTES ("world"), NULL));
  g_assert_true (pst_file_append (file, (const guint8 *)"", 0, NULL));
  g_assert_true (pst_file_sync (file, NULL));
  g_assert_cmpuint (pst_file_get_length (file), ==, 11);
  g_assert_cmpint (pst_file_read (file, 6, buffer, sizeof buffer, NULL), ==, 5);
  g_assert_cmpmem (buffer, 5, "world", 5);
  g_assert_cmpint (pst_file_read (file, 11, buffer, sizeof buffer, NULL), ==, 0);
  g_assert_cmpint (g_stat (fixture->path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
  g_clear_object (&file);

  file = open_file (fixture);
  g_assert_cmpuint (pst_file_get_length (file), ==, 11);
  g_assert_true (pst_file_truncate (file, 5, NULL));
  g_assert_true (pst_file_append (file, BYTES ("!"), NULL));
  g_assert_true (g_file_get_contents (fixture->path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "hello!");
}

static void
test_refuses_to_lengthen (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PstFile) file = open_file (fixture);
  g_autoptr (GError) error = NULL;

  g_assert_false (pst_file_truncate (file, 1, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO);
}

static void
test_lock (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PstFile) file = open_file (fixture);
  g_autoptr (PstFile) reader = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (pst_file_open (fixture->path, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_LOCKED);
  g_assert_nonnull (strstr (error->message, fixture->path));
  reader = pst_file_open_readonly (fixture->path, NULL);
  g_assert_nonnull (reader);
  g_clear_object (&reader); /* must not take the lock away */
  g_clear_error (&error);
  g_assert_null (pst_file_open (fixture->path, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_LOCKED);
  g_clear_object (&file);
  file = open_file (fixture);
}

static void
test_readonly (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PstFile) file = open_file (fixture);
  g_autoptr (PstFile) reader = pst_file_open_readonly (fixture->path, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (pst_file_append (file, BYTES ("grows"), NULL));
  g_assert_cmpuint (pst_file_get_length (reader), ==, 5);
  g_assert_false (pst_file_append (reader, BYTES ("x"), &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO);
  g_assert_false (pst_file_sync (reader, NULL));
  g_assert_false (pst_file_truncate (reader, 0, NULL));
}

static void
test_open_errors (Fixture *fixture, gconstpointer data)
{
  g_autofree char *nowhere = g_build_filename (fixture->folder, "no", "file", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (pst_file_open_readonly (fixture->path, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO);
  g_clear_error (&error);
  g_assert_null (pst_file_open (nowhere, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO);
  g_assert_nonnull (strstr (error->message, "make its folder"));
  g_clear_error (&error);
  g_assert_null (pst_file_open (fixture->folder, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO);
  g_clear_error (&error);

  g_assert_cmpint (mkfifo (fixture->path, 0600), ==, 0);
  g_assert_null (pst_file_open (fixture->path, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO);
  g_assert_nonnull (strstr (error->message, "not a regular file"));
}

/* The device that is always full. */
static void
test_full_device (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!g_file_test ("/dev/full", G_FILE_TEST_EXISTS))
    {
      g_test_skip ("there is no /dev/full on this machine");
      return;
    }
  g_assert_null (pst_file_open ("/dev/full", &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO);
}

/* A write that only fits in part is short first and an error then. */
static void
test_full (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PstFile) file = open_file (fixture);
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bytes = g_malloc0 (8192);
  struct rlimit before, limit;
  gboolean appended;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  limit = before;
  limit.rlim_cur = 5000;
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  appended = pst_file_append (file, bytes, 8192, &error);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  signal (SIGXFSZ, SIG_DFL);

  g_assert_false (appended);
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_FULL);
  g_assert_nonnull (strstr (error->message, "free space"));
  g_assert_cmpuint (pst_file_get_length (file), ==, 5000);
  g_assert_true (pst_file_truncate (file, 0, NULL));
  g_assert_true (pst_file_append (file, bytes, 8192, NULL));
  g_assert_cmpuint (pst_file_get_length (file), ==, 8192);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/sdk/file/append-and-read", Fixture, NULL, set_up, test_append_and_read, tear_down);
  g_test_add ("/sdk/file/refuses-to-lengthen", Fixture, NULL, set_up, test_refuses_to_lengthen, tear_down);
  g_test_add ("/sdk/file/lock", Fixture, NULL, set_up, test_lock, tear_down);
  g_test_add ("/sdk/file/readonly", Fixture, NULL, set_up, test_readonly, tear_down);
  g_test_add ("/sdk/file/open-errors", Fixture, NULL, set_up, test_open_errors, tear_down);
  g_test_add ("/sdk/file/full-device", Fixture, NULL, set_up, test_full_device, tear_down);
  g_test_add ("/sdk/file/full", Fixture, NULL, set_up, test_full, tear_down);
  return g_test_run ();
}
