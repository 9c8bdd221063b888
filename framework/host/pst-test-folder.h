/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For tests of the host: a folder of their own that is removed at the end. */
#pragma once

#include <glib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* (transfer full): resolved, so that paths in messages can be foretold. */
static inline char *
pst_test_folder_new (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_dir_make_tmp ("penstock-test-XXXXXX", &error);
  char *resolved;
  char *copy;

  g_assert_no_error (error);
  resolved = realpath (path, NULL);
  g_assert_nonnull (resolved);
  copy = g_strdup (resolved);
  free (resolved);
  return copy;
}

static inline void
pst_test_folder_remove (const char *path)
{
  struct stat status;

  if (lstat (path, &status) == 0 && S_ISDIR (status.st_mode))
    {
      GDir *dir;
      const char *name;

      g_assert_cmpint (chmod (path, 0700), ==, 0);
      dir = g_dir_open (path, 0, NULL);
      while ((name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *inner = g_build_filename (path, name, NULL);

          pst_test_folder_remove (inner);
        }
      g_dir_close (dir);
    }
  g_assert_cmpint (g_remove (path), ==, 0);
}

static inline void
pst_test_folder_free (char *path)
{
  pst_test_folder_remove (path);
  g_free (path);
}

/* (transfer full): the path. Folders between are made. */
static inline char *
pst_test_folder_write (const char *folder, const char *name, const char *bytes, gssize length, guint mode)
{
  g_autoptr (GError) error = NULL;
  char *path = g_build_filename (folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
  g_assert_true (g_file_set_contents (path, bytes, length, &error));
  g_assert_no_error (error);
  g_assert_cmpint (chmod (path, mode), ==, 0);
  return path;
}

typedef char PstTestFolder;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstTestFolder, pst_test_folder_free)
