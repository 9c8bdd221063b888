/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Folders that a test makes and leaves nothing of. */

#include "pst-check-folder-private.h"

#include <glib/gstdio.h>

char *
pst_check_folder_new (void)
{
  g_autoptr (GError) error = NULL;
  char *path = g_dir_make_tmp ("penstock-check-XXXXXX", &error);

  g_assert_no_error (error);
  return path;
}

void
pst_check_folder_remove (const char *path)
{
  g_autoptr (GDir) dir = NULL;

  if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    {
      const char *name;

      dir = g_dir_open (path, 0, NULL);
      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *child = g_build_filename (path, name, NULL);

          pst_check_folder_remove (child);
        }
    }
  g_remove (path);
}
