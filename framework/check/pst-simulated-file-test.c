/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A faulty file that did not fail where it should would let every store's test pass for nothing. */

#include <penstock-check.h>

#define BYTES(text) ((const guint8 *)(text)), (sizeof (text) - 1)

static void
assert_contents (PstSimulatedFile *file, const char *text)
{
  gsize length;
  const guint8 *bytes = pst_simulated_file_get_bytes (file, &length);

  g_assert_cmpmem (bytes, length, text, strlen (text));
}

static void
test_works (void)
{
  g_autoptr (PstSimulatedFile) file = pst_simulated_file_new ();
  guint8 buffer[8];

  g_assert_true (pst_file_append (PST_FILE (file), BYTES ("hello"), NULL));
  g_assert_true (pst_file_sync (PST_FILE (file), NULL));
  g_assert_cmpuint (pst_file_get_length (PST_FILE (file)), ==, 5);
  g_assert_cmpint (pst_file_read (PST_FILE (file), 3, buffer, sizeof buffer, NULL), ==, 2);
  g_assert_cmpmem (buffer, 2, "lo", 2);
  g_assert_cmpint (pst_file_read (PST_FILE (file), 5, buffer, sizeof buffer, NULL), ==, 0);
  g_assert_true (pst_file_truncate (PST_FILE (file), 4, NULL));
  g_assert_false (pst_file_truncate (PST_FILE (file), 5, NULL));
  assert_contents (file, "hell");
  g_assert_cmpuint (pst_simulated_file_get_n_syncs (file), ==, 1);
  g_assert_cmpuint (pst_simulated_file_get_n_operations (file), ==, 6);
}

static void
test_fails_nth (void)
{
  for (guint nth = 1; nth <= 4; nth++)
    {
      g_autoptr (PstSimulatedFile) file = pst_simulated_file_new_from_bytes (BYTES ("seed"));
      g_autoptr (GError) error = NULL;
      guint8 byte;
      gboolean done[4];

      pst_simulated_file_fail_nth (file, nth, PST_STORE_ERROR_FULL);
      done[0] = pst_file_append (PST_FILE (file), BYTES ("more"), error == NULL ? &error : NULL);
      done[1] = pst_file_sync (PST_FILE (file), error == NULL ? &error : NULL);
      done[2] = pst_file_read (PST_FILE (file), 0, &byte, 1, error == NULL ? &error : NULL) == 1;
      done[3] = pst_file_truncate (PST_FILE (file), 1, error == NULL ? &error : NULL);
      g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_FULL);
      for (guint i = 0; i < 4; i++)
        g_assert_cmpint (done[i], ==, i + 1 != nth);
    }
}

static void
test_tears (void)
{
  g_autoptr (PstSimulatedFile) file = pst_simulated_file_new ();
  g_autoptr (GError) error = NULL;

  pst_simulated_file_tear_nth (file, 2, 3, PST_STORE_ERROR_IO);
  g_assert_true (pst_file_append (PST_FILE (file), BYTES ("one"), &error));
  g_assert_false (pst_file_append (PST_FILE (file), BYTES ("two and more"), &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO);
  assert_contents (file, "onetwo");
}

static void
test_fills_up (void)
{
  g_autoptr (PstSimulatedFile) file = pst_simulated_file_new ();
  g_autoptr (GError) error = NULL;

  pst_simulated_file_set_space (file, 4);
  g_assert_false (pst_file_append (PST_FILE (file), BYTES ("hello"), &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_FULL);
  assert_contents (file, "hell");
  pst_simulated_file_set_space (file, 0);
  g_assert_true (pst_file_append (PST_FILE (file), BYTES ("o"), NULL));
}

static void
test_loses_what_was_not_synced (void)
{
  g_autoptr (PstSimulatedFile) file = pst_simulated_file_new ();
  g_autoptr (PstSimulatedFile) next = NULL;
  g_autoptr (PstSimulatedFile) third = NULL;

  g_assert_true (pst_file_append (PST_FILE (file), BYTES ("safe"), NULL));
  g_assert_true (pst_file_sync (PST_FILE (file), NULL));
  g_assert_true (pst_file_truncate (PST_FILE (file), 1, NULL));
  g_assert_true (pst_file_append (PST_FILE (file), BYTES ("oft"), NULL));
  pst_simulated_file_cut_power (file, 100);
  g_assert_false (pst_file_append (PST_FILE (file), BYTES ("x"), NULL));
  next = pst_simulated_file_reopen (file);
  assert_contents (next, "safe");

  g_assert_true (pst_file_append (PST_FILE (next), BYTES ("lost"), NULL));
  pst_simulated_file_cut_power (next, 2);
  third = pst_simulated_file_reopen (next);
  assert_contents (third, "safelo");
  pst_simulated_file_flip (third, 0, 1);
  assert_contents (third, "rafelo");
  pst_simulated_file_kill (third);
  g_assert_false (pst_file_sync (PST_FILE (third), NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/check/simulated-file/works", test_works);
  g_test_add_func ("/check/simulated-file/fails-nth", test_fails_nth);
  g_test_add_func ("/check/simulated-file/tears", test_tears);
  g_test_add_func ("/check/simulated-file/fills-up", test_fills_up);
  g_test_add_func ("/check/simulated-file/loses-what-was-not-synced", test_loses_what_was_not_synced);
  return g_test_run ();
}
