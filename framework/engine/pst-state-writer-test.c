/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: the newest state under an older one, or a failure that nobody hears of. */
#include <glib/gstdio.h>

#include "pst-state-writer.h"

static PstStateFile *
new_state (const char *path, gint64 number)
{
  PstStateFile *file = pst_state_file_new (path, "run");

  pst_state_file_set_int64 (file, "number", number);
  return file;
}

static gint64
read_number (const char *path)
{
  g_autoptr (PstStateFile) file = pst_state_file_new (path, "run");
  gint64 number = 0;

  g_assert_true (pst_state_file_load (file, NULL));
  g_assert_true (pst_state_file_get_int64 (file, "number", &number, NULL));
  return number;
}

/* However many are put, the last one is what stays; and one that is saved at once is never overtaken by one that was put before. */
static void
test_newest_stays (void)
{
  g_autofree char *folder = g_dir_make_tmp ("penstock-state-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "run.state", NULL);
  PstStateWriter *writer = pst_state_writer_new ();

  for (gint64 round = 0; round < 20; round++)
    {
      g_autoptr (PstStateFile) now = new_state (path, 1000 + round);

      for (gint64 i = 0; i < 5; i++)
        pst_state_writer_put (writer, new_state (path, i));
      g_assert_true (pst_state_writer_save (writer, now, NULL));
      g_assert_cmpint (read_number (path), ==, 1000 + round);
    }
  pst_state_writer_put (writer, new_state (path, 7));
  pst_state_writer_free (writer);
  g_assert_cmpint (read_number (path), ==, 7);
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_failure (void)
{
  g_autofree char *folder = g_dir_make_tmp ("penstock-state-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "no", "run.state", NULL);
  PstStateWriter *writer = pst_state_writer_new ();
  g_autoptr (PstStateFile) now = new_state (path, 1);
  g_autoptr (GError) error = NULL, later = NULL;

  g_assert_false (pst_state_writer_save (writer, now, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO);
  pst_state_writer_put (writer, new_state (path, 1));
  while ((later = pst_state_writer_take_error (writer)) == NULL)
    g_thread_yield ();
  g_assert_error (later, PST_STORE_ERROR, PST_STORE_ERROR_IO);
  g_assert_null (pst_state_writer_take_error (writer));
  pst_state_writer_free (writer);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/state-writer/newest-stays", test_newest_stays);
  g_test_add_func ("/state-writer/failure", test_failure);
  return g_test_run ();
}
