/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A module as a file. The tag must be found wherever it lies, once and only once: a module that hides a second one could pass the check as
 * one plugin and run as another. */

#include "pst-module-file.h"

#include "pst-test-folder.h"

/* Debian's "nobody". */
#define NOBODY 65534

static PstPluginTag
make_tag (const char *id)
{
  PstPluginTag tag = { PST_PLUGIN_MAGIC, PST_ABI, PST_NUMBER_FORMAT, PST_COMPONENT_KIND_GUARD, "", "PstSome" };

  g_strlcpy (tag.id, id, sizeof tag.id);
  return tag;
}

static PstModuleFile *
open_bytes (const char *folder, const guint8 *bytes, gsize length, GError **error)
{
  const char *folders[] = { folder, NULL };
  g_autofree char *path = pst_test_folder_write (folder, "m.so", (const char *)bytes, (gssize)length, 0755);

  return pst_module_file_open (path, folders, error);
}

/* The file is read in pieces of 128 KiB: around each seam, and at both ends. */
static void
test_tag_anywhere (void)
{
  g_autoptr (PstTestFolder) folder = pst_test_folder_new ();
  const gsize length = 400 * 1024;
  g_autofree guint8 *bytes = g_malloc0 (length);
  PstPluginTag tag = make_tag ("some");
  g_autoptr (GArray) offsets = g_array_new (FALSE, FALSE, sizeof (gsize));
  const gsize seams[] = { sizeof tag, 128 * 1024, 256 * 1024 - sizeof tag, 256 * 1024, 384 * 1024 - 2 * sizeof tag, length };

  for (guint i = 0; i < G_N_ELEMENTS (seams); i++)
    for (gsize offset = seams[i] - sizeof tag; offset <= seams[i] && offset + sizeof tag <= length; offset += 7)
      g_array_append_val (offsets, offset);
  for (guint i = 0; i < offsets->len; i++)
    {
      gsize offset = g_array_index (offsets, gsize, i);
      g_autoptr (GError) error = NULL;
      g_autoptr (PstModuleFile) file = NULL;

      memset (bytes, 0, length);
      memcpy (bytes + offset, &tag, sizeof tag);
      file = open_bytes (folder, bytes, length, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (file->tag.id, ==, "some");
      g_assert_cmpmem (&file->tag, sizeof tag, &tag, sizeof tag);
    }
}

static void
test_two_tags_far_apart (void)
{
  g_autoptr (PstTestFolder) folder = pst_test_folder_new ();
  const gsize length = 300 * 1024;
  g_autofree guint8 *bytes = g_malloc0 (length);
  PstPluginTag first = make_tag ("first");
  PstPluginTag second = make_tag ("second");
  g_autoptr (GError) error = NULL;

  memcpy (bytes, &first, sizeof first);
  memcpy (bytes + length - sizeof second, &second, sizeof second);
  g_assert_null (open_bytes (folder, bytes, length, &error));
  g_assert_error (error, PST_PLUGIN_ERROR, PST_REFUSAL_MODULE_FORMAT);
}

static void
test_cut_and_malformed (void)
{
  g_autoptr (PstTestFolder) folder = pst_test_folder_new ();
  PstPluginTag tag = make_tag ("some");
  g_autoptr (GError) error = NULL;

  g_assert_null (open_bytes (folder, (const guint8 *)&tag, sizeof tag - 1, &error));
  g_assert_error (error, PST_PLUGIN_ERROR, PST_REFUSAL_MODULE_FORMAT);
  g_clear_error (&error);
  g_assert_null (open_bytes (folder, (const guint8 *)"", 0, &error));
  g_assert_error (error, PST_PLUGIN_ERROR, PST_REFUSAL_MODULE_FORMAT);
  g_clear_error (&error);
  memset (tag.id, 'x', sizeof tag.id);
  g_assert_null (open_bytes (folder, (const guint8 *)&tag, sizeof tag, &error));
  g_assert_error (error, PST_PLUGIN_ERROR, PST_REFUSAL_MODULE_FORMAT);
  g_assert_nonnull (strstr (error->message, "malformed"));
}

/* A file that is put in the place of the one that was checked is noticed, whatever it is. */
static void
test_change_is_noticed (void)
{
  g_autoptr (PstTestFolder) folder = pst_test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "m.so", NULL);
  g_autofree char *aside = g_build_filename (folder, "aside", NULL);
  PstPluginTag tag = make_tag ("some");
  g_autoptr (GError) error = NULL;
  g_autoptr (PstModuleFile) file = open_bytes (folder, (const guint8 *)&tag, sizeof tag, &error);

  g_assert_no_error (error);
  g_assert_true (pst_module_file_is_unchanged (file));
  g_assert_cmpint (g_rename (path, aside), ==, 0);
  g_assert_false (pst_module_file_is_unchanged (file));
  g_assert_cmpint (symlink (aside, path), ==, 0);
  g_assert_false (pst_module_file_is_unchanged (file));
  g_free (pst_test_folder_write (folder, "m.so", (const char *)&tag, sizeof tag, 0755));
  g_assert_false (pst_module_file_is_unchanged (file));
  pst_module_file_free (NULL);
}

/* A folder whose name merely begins like one of the search path's is not in it. */
static void
test_folder_with_same_beginning (void)
{
  g_autoptr (PstTestFolder) root = pst_test_folder_new ();
  g_autofree char *allowed = g_build_filename (root, "plug", NULL);
  const char *folders[] = { allowed, NULL };
  const char *everything[] = { "/", NULL };
  PstPluginTag tag = make_tag ("some");
  g_autofree char *path = pst_test_folder_write (root, "plugins/m.so", (const char *)&tag, sizeof tag, 0755);
  g_autoptr (GError) error = NULL;
  g_autoptr (PstModuleFile) file = NULL;

  g_assert_null (pst_module_file_open (path, folders, &error));
  g_assert_error (error, PST_PLUGIN_ERROR, PST_REFUSAL_MODULE_OUTSIDE);
  g_clear_error (&error);
  file = pst_module_file_open (path, everything, &error);
  g_assert_no_error (error);
}

static void
test_too_large (void)
{
  g_autoptr (PstTestFolder) folder = pst_test_folder_new ();
  const char *folders[] = { folder, NULL };
  g_autofree char *path = pst_test_folder_write (folder, "m.so", "", 0, 0755);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (truncate (path, G_GINT64_CONSTANT (256) * 1024 * 1024 + 1), ==, 0);
  g_assert_null (pst_module_file_open (path, folders, &error));
  g_assert_error (error, PST_PLUGIN_ERROR, PST_REFUSAL_MODULE_FORMAT);
}

/* Who runs the tests as root, as containers do, is somebody else while the file is opened. */
static void
test_unreadable (void)
{
  g_autoptr (PstTestFolder) folder = pst_test_folder_new ();
  const char *folders[] = { folder, NULL };
  g_autofree char *path = pst_test_folder_write (folder, "m.so", "", 0, 0000);
  g_autoptr (GError) error = NULL;
  PstModuleFile *file;
  uid_t user = geteuid ();

  g_assert_cmpint (chmod (folder, 0755), ==, 0);
  if (user == 0 && seteuid (NOBODY) != 0)
    {
      g_test_skip ("root may read every file, and may not become somebody else here");
      return;
    }
  file = pst_module_file_open (path, folders, &error);
  g_assert_cmpint (seteuid (user), ==, 0);
  g_assert_null (file);
  g_assert_error (error, PST_PLUGIN_ERROR, PST_REFUSAL_MODULE_MISSING);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/module-file/tag-anywhere", test_tag_anywhere);
  g_test_add_func ("/module-file/two-tags-far-apart", test_two_tags_far_apart);
  g_test_add_func ("/module-file/cut-and-malformed", test_cut_and_malformed);
  g_test_add_func ("/module-file/change-is-noticed", test_change_is_noticed);
  g_test_add_func ("/module-file/folder-with-same-beginning", test_folder_with_same_beginning);
  g_test_add_func ("/module-file/too-large", test_too_large);
  g_test_add_func ("/module-file/unreadable", test_unreadable);
  return g_test_run ();
}
