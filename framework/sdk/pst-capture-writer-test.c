/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was recorded live must come back to the byte and the nanosecond: it is the only witness of what the venue said. */

#include <glib/gstdio.h>
#include <penstock.h>

static PstFile *
open_new (char **path)
{
  g_autoptr (GError) error = NULL;
  PstFile *file;
  gint fd = g_file_open_tmp ("penstock-capture-XXXXXX", path, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
  file = pst_file_open (*path, &error);
  g_assert_no_error (error);
  return file;
}

static const PstCaptureItem items[] = {
  { PST_CAPTURE_CONNECT, 1700000000000000001, "ws.1", "wss://a.test/\"x\"", "", 0, 200, 2 },
  { PST_CAPTURE_SENT, 1700000000000000001, "ws.1", "wss://a.test", "{\"a\":\"\\\"\"}", 10, 200, 3 },
  { PST_CAPTURE_RECEIVED, 1700000000999999999, "ws.1", "", "tab\t nul\0 é \x7f", 14, 200, 4 },
  { PST_CAPTURE_HTTP, 1700000001000000000, "http.1", "https://a.test/?q=1", "", 0, 429, 5 },
  { PST_CAPTURE_HTTP, 1700000001000000000, "http.1", "https://a.test/?q=1", "[]", 2, 200, 6 },
};

static void
test_round_trip (void)
{
  g_autofree char *path = NULL;
  g_autoptr (PstFile) file = open_new (&path);
  g_autoptr (GError) error = NULL;
  g_autoptr (PstCaptureWriter) writer = pst_capture_writer_new (file, "KRAKEN", 1700000000000000000, &error);
  g_autoptr (PstCapture) capture = NULL;
  PstCaptureItem item;

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    g_assert_true (pst_capture_writer_add (writer, &items[i], &error));

  capture = pst_capture_open (path, &error);
  g_assert_true (pst_capture_next (capture, &item, &error));
  g_assert_cmpint (item.kind, ==, PST_CAPTURE_HEADER);
  g_assert_nonnull (strstr (item.text, "\"exchange\":\"KRAKEN\""));
  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    {
      g_assert_true (pst_capture_next (capture, &item, &error));
      g_assert_no_error (error);
      g_assert_cmpint (item.kind, ==, items[i].kind);
      g_assert_cmpint (item.time_ns, ==, items[i].time_ns);
      g_assert_cmpstr (item.connection, ==, items[i].connection);
      g_assert_cmpstr (item.address, ==, items[i].address);
      g_assert_cmpmem (item.text, item.length, items[i].text, items[i].length);
      g_assert_cmpuint (item.status, ==, items[i].status);
      g_assert_cmpuint (item.line, ==, items[i].line);
    }
  g_assert_false (pst_capture_next (capture, &item, &error));
  g_assert_no_error (error);
  g_unlink (path);
}

static void
test_refused (void)
{
  g_autofree char *path = NULL;
  g_autoptr (PstFile) file = open_new (&path);
  g_autoptr (PstCaptureWriter) writer = pst_capture_writer_new (file, "K", 1000, NULL);
  const PstCaptureItem bad[] = {
    { PST_CAPTURE_HEADER, 2000, "", "", "", 0, 200, 0 },       { PST_CAPTURE_RECEIVED, 999, "", "", "", 0, 200, 0 },
    { PST_CAPTURE_RECEIVED, 2000, "", "", "\xff", 1, 200, 0 }, { PST_CAPTURE_RECEIVED, 2000, "", "", "a\0\xff", 3, 200, 0 },
    { PST_CAPTURE_RECEIVED, 2000, "\xff", "", "", 0, 200, 0 }, { PST_CAPTURE_HTTP, 2000, "", "", "", 0, 0, 0 },
  };
  guint64 length = pst_file_get_length (file);
  g_autoptr (GError) again = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (pst_capture_writer_add (writer, &bad[i], &error));
      g_assert_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA);
    }
  g_assert_cmpuint (pst_file_get_length (file), ==, length);
  g_assert_null (pst_capture_writer_new (file, "K", 1000, &again));
  g_assert_error (again, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA);
  g_unlink (path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sdk/capture-writer/round-trip", test_round_trip);
  g_test_add_func ("/sdk/capture-writer/refused", test_refused);
  return g_test_run ();
}
