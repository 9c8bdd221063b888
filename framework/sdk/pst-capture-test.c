/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A capture that is read wrongly makes a book that never was, and every test that stands on it proves nothing. */

#include <glib/gstdio.h>
#include <penstock.h>

static char *
write_file (const char *text, gssize length)
{
  g_autoptr (GError) error = NULL;
  char *path = NULL;
  gint fd = g_file_open_tmp ("penstock-capture-XXXXXX", &path, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, text, length, &error));
  return path;
}

typedef struct
{
  guint n[5];
  GString *told;
} Read;

static gboolean
read_all (const char *path, Read *read, GError **error)
{
  g_autoptr (PstCapture) capture = pst_capture_open (path, error);
  g_autoptr (GError) local = NULL;
  PstCaptureItem item;
  gint64 last_ns = 0;

  if (capture == NULL)
    return FALSE;
  while (pst_capture_next (capture, &item, &local))
    {
      read->n[item.kind]++;
      if (item.kind != PST_CAPTURE_HEADER)
        g_assert_cmpint (item.time_ns, >=, last_ns);
      last_ns = MAX (item.time_ns, last_ns);
      g_assert_cmpint (item.text[item.length], ==, '\0');
      if (read->told != NULL && item.kind != PST_CAPTURE_HEADER)
        g_string_append_printf (read->told, "%d %" G_GINT64_FORMAT " [%s] [%s] %u [%s]\n", item.kind, item.time_ns, item.connection, item.address,
                                item.status, item.text);
    }
  g_assert_false (pst_capture_next (capture, &item, NULL));
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* header, http, connect, sent, received; counted with another program. */
static const struct
{
  const char *path;
  guint n[5];
} recorded[] = {
  { "books/binance-20210405/BINANCE-b38f7c.0", { 1, 10, 1, 0, 11357 } },
  { "books/binance-us-20210405/BINANCE_US-63b290.0", { 1, 10, 1, 0, 6008 } },
  { "books/coinbase-advanced-20260809/COINBASE.jsonl", { 1, 1, 1, 5, 1030 } },
  { "books/kraken-v1-20210405/KRAKEN-4b7396.0", { 1, 0, 1, 1, 152 } },
  { "books/kraken-v1-20210405/KRAKEN-82ac16.0", { 1, 0, 1, 1, 142 } },
  { "books/kraken-v1-20210405/KRAKEN-c197c0.0", { 1, 0, 1, 1, 14636 } },
  { "books/kraken-v2-20260816/kraken_minagbp_d25_20260816.ndjson", { 1, 0, 1, 1, 92 } },
  { "triangle/gemini-20210417/GEMINI.0", { 1, 1, 0, 0, 0 } },
  { "triangle/gemini-20210417/GEMINI.ws.36.0", { 0, 0, 1, 1, 993 } },
};

static void
test_recorded (void)
{
  g_autofree char *top = g_build_filename (g_getenv ("PENSTOCK_SOURCE_DIR"), "..", "shared", "market-data", NULL);

  if (!g_file_test (top, G_FILE_TEST_IS_DIR))
    {
      g_test_skip ("the recorded sessions are not there: ../shared/market-data");
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (recorded); i++)
    {
      g_autofree char *path = g_build_filename (top, recorded[i].path, NULL);
      g_autoptr (GError) error = NULL;
      Read read = { { 0 }, NULL };

      g_assert_true (read_all (path, &read, &error));
      g_assert_no_error (error);
      for (guint kind = 0; kind < 5; kind++)
        g_assert_cmpuint (read.n[kind], ==, recorded[i].n[kind]);
    }
}

static void
assert_reads (const char *text, const char *expected)
{
  g_autofree char *path = write_file (text, -1);
  g_autoptr (GString) told = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  Read read = { { 0 }, told };

  g_assert_true (read_all (path, &read, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (told->str, ==, expected);
  g_unlink (path);
}

static void
test_forms (void)
{
  assert_reads ("configuration: {\"x\":1}\nwss://a.test/x?y=z@1 <-> 1.5\nwss://a.test/x?y=z@1 <- 1.5: {\"op\":\"sub\"}\n"
                "https://a.test/d -> 1.6: {\"a\": 1}\n2.000000001: [\"b: c\"]\n3: \n\n\n",
                "2 1500000000 [] [wss://a.test/x?y=z@1] 200 []\n3 1500000000 [] [wss://a.test/x?y=z@1] 200 [{\"op\":\"sub\"}]\n"
                "1 1600000000 [] [https://a.test/d] 200 [{\"a\": 1}]\n4 2000000001 [] [] 200 [[\"b: c\"]]\n4 3000000000 [] [] 200 []\n");
  assert_reads ("{\"t\":\"header\",\"format\":2}\n{\"t\":\"connect\",\"conn\":\"c.1\",\"ts\":1.25,\"addr\":\"wss://a.test\"}\n"
                "{\"data\":\"q\\\"\\u00e9\\n\",\"ts\":1.25,\"conn\":\"c.1\",\"t\":\"recv\",\"other\":[{}]}\n"
                "{\"t\":\"http\",\"ts\":2,\"url\":\"https://a.test\",\"data\":\"no\",\"status\":503}",
                "2 1250000000 [c.1] [wss://a.test] 200 []\n4 1250000000 [c.1] [] 200 [q\"é\n]\n1 2000000000 [] [https://a.test] 503 [no]\n");
  assert_reads ("{\"captured_at\":\"2026-01-01T00:00:00Z\",\"url\":\"wss://a.test\",\"subscribe\":\"{}\"}\n"
                "{\"rx_ns\": 500, \"dir\": \"tx\", \"frame\": {\"a\":1.50}}\n{\"rx_ns\": 507, \"frame\": [ 1 ]}\n",
                "2 1767225600000000000 [] [wss://a.test] 200 []\n3 1767225600000000000 [] [wss://a.test] 200 [{\"a\":1.50}]\n"
                "4 1767225600000000007 [] [wss://a.test] 200 [[ 1 ]]\n");
  assert_reads ("", "");
  assert_reads ("\n\n", "");
}

static void
test_malformed (void)
{
  const struct
  {
    const char *text;
    const char *line;
  } cases[] = {
    { "1: a\n\n2: b\n", " line 2: " },
    { "2: a\n1: b\n", " line 2: " },
    { "1: a\nhello\n", " line 2: " },
    { "1:a\n", " line 1: " },
    { "1\n", " line 1: " },
    { "1x: a\n", " line 1: " },
    { "1.0000000001: a\n", " line 1: " },
    { "99999999999: a\n", " line 1: " },
    { "wss://a <-> \n", " line 1: " },
    { "wss://a <-> 1: a\n", " line 1: " },
    { "wss://a <= 1: a\n", " line 1: " },
    { "a <- 1: a\n", " line 1: " },
    { "1: a\n2: \xff\n", " line 2: " },
    { "{\"t\":\"header\"}\n{\"t\":\"recv\",\"conn\":\"c\",\"ts\":1,\"data\":\"x\"\n", " line 2: " },
    { "{\"t\":\"header\"}\n{\"t\":\"recv\",\"conn\":\"c\",\"ts\":1}\n", " line 2: " },
    { "{\"t\":\"header\"}\n{\"t\":\"recv\",\"conn\":\"c\",\"ts\":\"1\",\"data\":\"x\"}\n", " line 2: " },
    { "{\"t\":\"header\"}\n{\"t\":\"recv\",\"conn\":\"c\",\"ts\":-1,\"data\":\"x\"}\n", " line 2: " },
    { "{\"t\":\"header\"}\n{\"t\":\"recv\",\"conn\":\"c\",\"ts\":1,\"ts\":1,\"data\":\"x\"}\n", " line 2: " },
    { "{\"t\":\"header\"}\n{\"t\":\"recv\",\"conn\":\"c\",\"ts\":1,\"data\":\"\\q\"}\n", " line 2: " },
    { "{\"t\":\"header\"}\n{\"t\":\"gone\",\"ts\":1}\n", " line 2: " },
    { "{\"t\":\"header\"}\n{\"t\":\"http\",\"ts\":1,\"url\":\"u\",\"data\":\"\",\"status\":99}\n", " line 2: " },
    { "{\"t\":\"header\"} {}\n", " line 1: " },
    { "{\"url\":\"wss://a\"}\n", " line 1: " },
    { "{\"captured_at\":\"yesterday\",\"url\":\"wss://a\"}\n", " line 1: " },
    { "{\"captured_at\":\"2026-01-01\",\"url\":\"wss://a\"}\n{\"rx_ns\":1}\n", " line 2: " },
    { "{\"captured_at\":\"2026-01-01\",\"url\":\"wss://a\"}\n{\"rx_ns\":1.5,\"frame\":1}\n", " line 2: " },
    { "{\"captured_at\":\"2026-01-01\",\"url\":\"wss://a\"}\n{\"rx_ns\":1,\"dir\":\"up\",\"frame\":1}\n", " line 2: " },
    { "{\"captured_at\":\"2026-01-01\",\"url\":\"wss://a\"}\n{\"rx_ns\":2,\"frame\":1}\n{\"rx_ns\":1,\"frame\":1}\n", " line 3: " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = write_file (cases[i].text, -1);
      g_autoptr (GError) error = NULL;
      Read read = { { 0 }, NULL };

      g_test_message ("%s", cases[i].text);
      g_assert_false (read_all (path, &read, &error));
      g_assert_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA);
      g_assert_nonnull (strstr (error->message, cases[i].line));
      g_assert_nonnull (strstr (error->message, path));
      g_unlink (path);
    }
}

static void
test_files (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (pst_capture_open ("/nonexistent/capture", &error));
  g_assert_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (pst_capture_open ("/dev/zero", &error));
  g_assert_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_IO);
}

/* Lines of every length around the buffer's size, with every byte where a read may end. */
static void
test_buffer (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *path = NULL;
  g_autoptr (PstCapture) capture = NULL;
  g_autoptr (GError) error = NULL;
  PstCaptureItem item;
  guint i = 0;

  for (guint length = 1; length < 700000; length = length * 3 + 1)
    {
      g_string_append_printf (text, "%u: ", length);
      for (guint j = 0; j < length; j++)
        g_string_append_c (text, (char)('a' + j % 26));
      g_string_append_c (text, '\n');
    }
  path = write_file (text->str, -1);
  capture = pst_capture_open (path, &error);
  for (guint length = 1; length < 700000; length = length * 3 + 1, i++)
    {
      g_assert_true (pst_capture_next (capture, &item, &error));
      g_assert_cmpuint (item.length, ==, length);
      g_assert_cmpuint (item.line, ==, i + 1);
      g_assert_cmpint (item.text[length - 1], ==, 'a' + (length - 1) % 26);
    }
  g_assert_false (pst_capture_next (capture, &item, &error));
  g_assert_no_error (error);
  g_unlink (path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sdk/capture/recorded", test_recorded);
  g_test_add_func ("/sdk/capture/forms", test_forms);
  g_test_add_func ("/sdk/capture/malformed", test_malformed);
  g_test_add_func ("/sdk/capture/files", test_files);
  g_test_add_func ("/sdk/capture/buffer", test_buffer);
  return g_test_run ();
}
