/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Values by reference: an operator's secret is neither read from a file that others may read, nor told in a message. */

#include "pst-value-reference.h"

#include "pst-test-folder.h"

static void
assert_value (const char *text, const char *folder, gboolean is_secret, const char *expected, gboolean expected_reference)
{
  gboolean is_reference;
  g_autofree char *problem = NULL;
  g_autofree char *value = pst_value_reference_resolve (text, folder, is_secret, &is_reference, &problem);

  g_assert_cmpstr (problem, ==, NULL);
  g_assert_cmpstr (value, ==, expected);
  g_assert_cmpint (is_reference, ==, expected_reference);
}

static void
assert_problem (const char *text, const char *folder, gboolean is_secret, const char *part)
{
  gboolean is_reference;
  g_autofree char *problem = NULL;
  g_autofree char *value = pst_value_reference_resolve (text, folder, is_secret, &is_reference, &problem);

  g_assert_cmpstr (value, ==, NULL);
  if (problem == NULL || strstr (problem, part) == NULL)
    g_assert_cmpstr (problem, ==, part);
}

static void
test_literal (void)
{
  assert_value ("10", ".", FALSE, "10", FALSE);
  assert_value ("", ".", FALSE, "", FALSE);
  assert_value ("a@b", ".", FALSE, "a@b", FALSE);
  assert_value ("@@env:HOME", ".", FALSE, "@env:HOME", FALSE);
  assert_value ("@@@", ".", FALSE, "@@", FALSE);
}

static void
test_environment (void)
{
  g_setenv ("PENSTOCK_TEST_VALUE", "from outside", TRUE);
  assert_value ("@env:PENSTOCK_TEST_VALUE", ".", TRUE, "from outside", TRUE);
  g_setenv ("PENSTOCK_TEST_VALUE", "", TRUE);
  assert_value ("@env:PENSTOCK_TEST_VALUE", ".", FALSE, "", TRUE);
  g_setenv ("PENSTOCK_TEST_VALUE", "\xff", TRUE);
  assert_problem ("@env:PENSTOCK_TEST_VALUE", ".", FALSE, "the environment variable \"PENSTOCK_TEST_VALUE\" is not UTF-8 text");
  g_unsetenv ("PENSTOCK_TEST_VALUE");
  assert_problem ("@env:PENSTOCK_TEST_VALUE", ".", FALSE,
                  "the environment variable \"PENSTOCK_TEST_VALUE\" is not set; set it, or refer to another one");
  assert_problem ("@env:", ".", FALSE, "the environment variable \"\" is not set");
  assert_problem ("@env:A=B", ".", FALSE, "the environment variable \"A=B\" is not set");
}

static void
test_unknown (void)
{
  assert_problem ("@home", ".", FALSE, "\"@home\" is not a reference; write @env:NAME or @file:PATH, or @@ for a value that begins with @");
  assert_problem ("@hunter2", ".", TRUE, "the (hidden) value is not a reference");
  assert_problem ("@", ".", FALSE, "\"@\" is not a reference");
}

static void
test_file (void)
{
  g_autoptr (PstTestFolder) folder = pst_test_folder_new ();

  g_free (pst_test_folder_write (folder, "one", "value\n", -1, 0600));
  assert_value ("@file:one", folder, TRUE, "value", TRUE);
  g_free (pst_test_folder_write (folder, "two", "value\n\n", -1, 0600));
  assert_value ("@file:two", folder, TRUE, "value\n", TRUE);
  g_free (pst_test_folder_write (folder, "dos", "value\r\n", -1, 0600));
  assert_value ("@file:dos", folder, TRUE, "value", TRUE);
  g_free (pst_test_folder_write (folder, "none", "value", -1, 0600));
  assert_value ("@file:none", folder, TRUE, "value", TRUE);
  g_free (pst_test_folder_write (folder, "empty", "", 0, 0600));
  assert_value ("@file:empty", folder, TRUE, "", TRUE);
  g_free (pst_test_folder_write (folder, "binary", "a\0b", 3, 0600));
  assert_problem ("@file:binary", folder, FALSE, "is not UTF-8 text");
  assert_problem ("@file:gone", folder, FALSE, "No such file or directory; name a regular file of at most 64 KiB");
  assert_problem ("@file:.", folder, FALSE, "not a regular file");
  assert_problem ("@file:", folder, FALSE, "@file: names no file; write @file:PATH");
}

static void
test_file_size (void)
{
  g_autoptr (PstTestFolder) folder = pst_test_folder_new ();
  g_autofree char *bytes = g_strnfill (PST_VALUE_FILE_SIZE_MAX + 1, 'x');

  g_free (pst_test_folder_write (folder, "above", bytes, -1, 0600));
  assert_problem ("@file:above", folder, FALSE, "larger than 64 KiB");
  bytes[PST_VALUE_FILE_SIZE_MAX] = '\0';
  g_free (pst_test_folder_write (folder, "limit", bytes, -1, 0600));
  assert_value ("@file:limit", folder, FALSE, bytes, TRUE);
}

static void
test_secret_modes (void)
{
  g_autoptr (PstTestFolder) folder = pst_test_folder_new ();
  g_autofree char *path = pst_test_folder_write (folder, "token", "hunter2\n", -1, 0640);
  g_autofree char *absolute = g_strconcat ("@file:", path, NULL);

  assert_problem ("@file:token", folder, TRUE, "holds a secret and is open to group or others; run chmod go= on it");
  assert_value ("@file:token", folder, FALSE, "hunter2", TRUE);
  g_assert_cmpint (chmod (path, 0604), ==, 0);
  assert_problem ("@file:token", folder, TRUE, "open to group or others");
  g_assert_cmpint (chmod (path, 0620), ==, 0);
  assert_problem ("@file:token", folder, TRUE, "open to group or others");
  g_assert_cmpint (chmod (path, 0400), ==, 0);
  assert_value (absolute, "/nonexistent", TRUE, "hunter2", TRUE);
  if (geteuid () == 0)
    {
      g_assert_cmpint (chown (path, 65534, (gid_t)-1), ==, 0);
      assert_problem ("@file:token", folder, TRUE, "belongs to user 65534");
    }
}

static void
test_paths (void)
{
  g_autofree char *below = pst_value_path_resolve ("data/x.csv", "/etc/penstock");
  g_autofree char *absolute = pst_value_path_resolve ("/x.csv", "/etc/penstock");
  g_autofree char *here = pst_value_path_resolve ("x.csv", ".");
  g_autofree char *empty = pst_value_path_resolve ("", "/etc/penstock");

  g_assert_cmpstr (below, ==, "/etc/penstock/data/x.csv");
  g_assert_cmpstr (absolute, ==, "/x.csv");
  g_assert_cmpstr (here, ==, "x.csv");
  g_assert_cmpstr (empty, ==, "");
}

static void
test_placeholders (void)
{
  const PstPlaceholders values = { .user = "ann{run}", .run = "sma-1", .pipeline = "sma" };
  g_autofree char *all = pst_placeholders_expand (&values, "{pipeline}/{user}-{run}.db {symbol} {ru {} {run");

  g_assert_cmpstr (all, ==, "sma/ann{run}-sma-1.db {symbol} {ru {} {run");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/value-reference/literal", test_literal);
  g_test_add_func ("/value-reference/environment", test_environment);
  g_test_add_func ("/value-reference/unknown", test_unknown);
  g_test_add_func ("/value-reference/file", test_file);
  g_test_add_func ("/value-reference/file-size", test_file_size);
  g_test_add_func ("/value-reference/secret-modes", test_secret_modes);
  g_test_add_func ("/value-reference/paths", test_paths);
  g_test_add_func ("/value-reference/placeholders", test_placeholders);
  return g_test_run ();
}
