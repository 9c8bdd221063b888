/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Folders that a test makes and leaves nothing of. */

#include "pst-check-folder.h"

#include <glib/gstdio.h>

/**
 * pst_check_folder_new: (skip)
 *
 * Makes a new folder where temporary files go.
 *
 * Returns: (transfer full): its path
 */
char *
pst_check_folder_new (void)
{
  g_autoptr (GError) error = NULL;
  char *path = g_dir_make_tmp ("penstock-check-XXXXXX", &error);

  g_assert_no_error (error);
  return path;
}

/**
 * pst_check_folder_remove: (skip)
 * @path: a folder or a file
 *
 * Removes @path with all that is in it, also what the test has forbidden to write. Links are removed, not followed.
 */
void
pst_check_folder_remove (const char *path)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    {
      g_autoptr (GDir) dir = NULL;
      const char *name;

      g_chmod (path, 0700);
      dir = g_dir_open (path, 0, NULL);
      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *child = g_build_filename (path, name, NULL);

          pst_check_folder_remove (child);
        }
    }
  g_remove (path);
}
