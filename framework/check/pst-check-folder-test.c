/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A test leaves nothing behind, and takes nothing away that is not its own. */
#include <glib/gstdio.h>
#include <penstock-check.h>
#include <unistd.h>

static void
test_remove (void)
{
  g_autofree char *path = pst_check_folder_new (), *other = pst_check_folder_new ();
  g_autofree char *closed = g_build_filename (path, "closed", NULL), *file = g_build_filename (closed, "file", NULL);
  g_autofree char *link = g_build_filename (path, "link", NULL), *kept = g_build_filename (other, "kept", NULL);

  g_assert_cmpstr (path, !=, other);
  g_assert_no_errno (g_mkdir (closed, 0700));
  g_assert_true (g_file_set_contents (file, "text", -1, NULL));
  g_assert_no_errno (g_chmod (closed, 0));
  g_assert_true (g_file_set_contents (kept, "text", -1, NULL));
  g_assert_no_errno (symlink (other, link));
  pst_check_folder_remove (path);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (kept, G_FILE_TEST_EXISTS));
  pst_check_folder_remove (other);
  g_assert_false (g_file_test (other, G_FILE_TEST_EXISTS));
  pst_check_folder_remove (other);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/check/folder/remove", test_remove);
  return g_test_run ();
}
