/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Recordings are read where they lie and never copied into the tree. */

#include "test-data.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <zstd.h>

#define ZSTD_LEVEL 3

char *
test_recording (const char *name)
{
  g_autofree char *path = g_build_filename (g_getenv ("PENSTOCK_SOURCE_DIR"), "..", "shared", name, NULL);
  g_autofree char *reason = NULL;

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&path);
  reason = g_strdup_printf ("the recordings ../shared/%s are not here; put them beside the source tree", name);
  g_test_skip (reason);
  return NULL;
}

static void
write_bytes (const TestFolder *folder, const char *name, const void *data, gsize length)
{
  g_autofree char *path = test_folder_path (folder, name);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, data, (gssize)length, &error);
  g_assert_no_error (error);
}

static void
write_zstd (const TestFolder *folder, const char *name, const char *text, gsize text_length)
{
  gsize room = ZSTD_compressBound (text_length), length;
  g_autofree char *data = g_malloc (room);

  length = ZSTD_compress (data, room, text, text_length, ZSTD_LEVEL);
  g_assert_false (ZSTD_isError (length));
  write_bytes (folder, name, data, length);
}

static void
write_gzip (const TestFolder *folder, const char *name, const char *text, gsize text_length)
{
  g_autoptr (GZlibCompressor) compressor = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, -1);
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) stream = g_converter_output_stream_new (memory, G_CONVERTER (compressor));
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (stream, text, text_length, NULL, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_close (stream, NULL, &error);
  g_assert_no_error (error);
  write_bytes (folder, name, g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (memory)),
               g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (memory)));
}

static void
write_zip (const TestFolder *folder, const char *name, const char *text)
{
  g_autofree char *stem = g_strndup (name, strlen (name) - strlen (".zip")), *member = g_strconcat (stem, ".csv", NULL);
  g_autoptr (TestOutcome) outcome = NULL;
  g_autofree char *path = test_folder_path (folder, member);

  test_folder_write (folder, member, text);
  outcome = test_run (folder, NULL, "python3", "-m", "zipfile", "-c", name, member, NULL);
  test_assert_exit (outcome, 0);
  g_assert_cmpint (g_remove (path), ==, 0);
}

void
test_write_packed (const TestFolder *folder, const char *name, const char *text)
{
  if (g_str_has_suffix (name, ".zst"))
    write_zstd (folder, name, text, strlen (text));
  else if (g_str_has_suffix (name, ".gz"))
    write_gzip (folder, name, text, strlen (text));
  else if (g_str_has_suffix (name, ".zip"))
    write_zip (folder, name, text);
  else
    test_folder_write (folder, name, text);
}

char *
test_read_zstd (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *data = NULL, *text = NULL;
  unsigned long long size;
  gsize length;

  g_file_get_contents (path, &data, &length, &error);
  g_assert_no_error (error);
  size = ZSTD_getFrameContentSize (data, length);
  g_assert_cmpuint (size, <, 1024 * 1024 * 1024);
  text = g_malloc (size + 1);
  g_assert_cmpuint (ZSTD_decompress (text, size, data, length), ==, size);
  text[size] = '\0';
  return g_steal_pointer (&text);
}
