/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading files from outside never hangs, never takes more than the limit. */

#include "pst-text-file.h"

#include "pst-test-folder.h"

static void
test_limit (void)
{
  g_autoptr (PstTestFolder) folder = pst_test_folder_new ();
  g_autofree char *path = pst_test_folder_write (folder, "f", "0123456789", -1, 0640);
  g_autoptr (GError) error = NULL;
  g_autofree char *bytes = NULL;
  struct stat status;
  gsize length = 0;

  bytes = pst_text_file_read (path, 10, &length, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (bytes, ==, "0123456789");
  g_assert_cmpuint (length, ==, 10);
  g_assert_cmpint (status.st_mode & 0777, ==, 0640);
  g_assert_null (pst_text_file_read (path, 9, &length, NULL, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL);
}

/* /proc files say that they are empty and are not. */
static void
test_size_unknown (void)
{
  g_autoptr (GError) error = NULL;
  gsize length = 0;

  g_assert_null (pst_text_file_read ("/proc/self/mountinfo", 0, &length, NULL, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL);
}

static void
test_not_a_file (void)
{
  g_autoptr (PstTestFolder) folder = pst_test_folder_new ();
  g_autofree char *fifo = g_build_filename (folder, "fifo", NULL);
  g_autofree char *gone = g_build_filename (folder, "gone", NULL);
  g_autoptr (GError) error = NULL;
  gsize length;

  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  g_assert_null (pst_text_file_read (fifo, 10, &length, NULL, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL);
  g_clear_error (&error);
  g_assert_null (pst_text_file_read (folder, 10, &length, NULL, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL);
  g_clear_error (&error);
  g_assert_null (pst_text_file_read ("/dev/zero", 10, &length, NULL, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL);
  g_clear_error (&error);
  g_assert_null (pst_text_file_read (gone, 10, &length, NULL, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

/* A file whose bytes cannot be read although it can be opened: the host must say so, not go on with half of it. */
static void
test_read_fails (void)
{
  g_autoptr (GError) error = NULL;
  gsize length;

  g_assert_null (pst_text_file_read ("/proc/self/mem", 10, &length, NULL, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_IO);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text-file/limit", test_limit);
  g_test_add_func ("/text-file/size-unknown", test_size_unknown);
  g_test_add_func ("/text-file/not-a-file", test_not_a_file);
  g_test_add_func ("/text-file/read-fails", test_read_fails);
  return g_test_run ();
}
