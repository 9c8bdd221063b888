/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a user would lose if this failed: exact prices, a dataset that survives a crash or a full disk, and columns that NumPy opens. */
#include <glib/gstdio.h>
#include <penstock-check.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

typedef struct
{
  char *root;
  char *path;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  (void)data;
  f->root = pst_check_folder_new ();
  f->path = g_build_filename (f->root, "set", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  (void)data;
  pst_check_folder_remove (f->root);
  g_free (f->root);
  g_free (f->path);
}

static PstInstrument *
make_instrument (const char *symbol)
{
  const PstInstrument draft = { .symbol = (char *)symbol, .venue = (char *)"US", .quote = pst_currency_get ("USD", NULL), .price_scale = 4 };

  return pst_instrument_new (&draft, NULL);
}

/* @n bars a day apart from the day @first; prices follow from @seed. */
static void
append_bars (PstDatasetWriter *writer, const char *symbol, gint64 first, gsize n, gint64 seed)
{
  g_autoptr (PstInstrument) instrument = make_instrument (symbol);
  const PstDatasetSeries draft = { .instrument = instrument, .kind = PST_SERIES_KIND_BARS, .period_ns = PST_NS_PER_DAY };
  guint series = pst_dataset_writer_create (writer, &draft);

  for (gsize i = 0; i < n; i++)
    {
      gint64 day = first + (gint64)i, price = 100000 + seed + (gint64)i * 7;
      const gint64 values[] = { (day + 1) * PST_NS_PER_DAY, day * PST_NS_PER_DAY, price, price + 50, price - 50, price + 10, 1000 + (gint64)i };
      const gint64 *columns[G_N_ELEMENTS (values)];

      for (guint c = 0; c < G_N_ELEMENTS (values); c++)
        columns[c] = &values[c];
      pst_dataset_writer_append (writer, series, columns, 1);
    }
}

static void
write_set (const char *path, const char *const *symbols, gsize n, gint64 seed)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstDatasetWriter) writer = pst_dataset_writer_new (path, &error);

  g_assert_no_error (error);
  for (guint i = 0; symbols[i] != NULL; i++)
    append_bars (writer, symbols[i], 16000 + i, n + i, seed + i * 1000);
  g_assert_true (pst_dataset_writer_finish (writer, NULL, &error));
  g_assert_no_error (error);
}

static const char *const three[] = { "CCC", "AAA", "BBB", NULL };

static void
test_round_trip (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstDataset) set = NULL;
  PstBarColumns bars;

  (void)data;
  write_set (f->path, three, 5, 0);
  set = pst_dataset_open (f->path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pst_dataset_get_n_series (set), ==, 3);
  g_assert_cmpstr (pst_dataset_get_series (set, 0)->instrument->id, ==, "CCC.US");
  g_assert_true (pst_dataset_get_bars (set, "BBB", &bars, &error));
  g_assert_cmpuint (bars.n_bars, ==, 7);
  g_assert_cmpint (pst_dataset_get_column (set, pst_dataset_find (set, PST_SERIES_KIND_BARS, "BBB.US", PST_NS_PER_DAY, NULL), 1)[0], ==,
                   16002 * PST_NS_PER_DAY);
  g_assert_cmpint (bars.time_ns[6], ==, 16009 * PST_NS_PER_DAY);
  g_assert_cmpint (bars.open[6], ==, 102042);
  g_assert_cmpint (bars.high[6], ==, 102092);
  g_assert_cmpint (bars.low[6], ==, 101992);
  g_assert_cmpint (bars.close[6], ==, 102052);
  g_assert_cmpint (bars.volume[6], ==, 1006);
  g_assert_cmpuint (bars.instrument->price_scale, ==, 4);
  g_assert_true (pst_dataset_verify (set, NULL, NULL));
  g_assert_false (pst_dataset_get_bars (set, "BBBB", &bars, &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN);
  g_assert_nonnull (strstr (error->message, "did you mean \"BBB\""));
}

/* The same data give the same hash, other data another. */
static void
test_hash (Fixture *f, gconstpointer data)
{
  static const char *const sorted[] = { "AAA", NULL };
  g_autofree char *other_path = g_build_filename (f->root, "other", NULL);
  g_autoptr (PstDataset) one = NULL, other = NULL, changed = NULL;

  (void)data;
  write_set (f->path, sorted, 5, 0);
  write_set (other_path, sorted, 5, 0);
  one = pst_dataset_open (f->path, NULL);
  other = pst_dataset_open (other_path, NULL);
  g_assert_cmpstr (pst_dataset_get_hash (one), ==, pst_dataset_get_hash (other));
  write_set (other_path, sorted, 5, 1);
  changed = pst_dataset_open (other_path, NULL);
  g_assert_cmpstr (pst_dataset_get_hash (one), !=, pst_dataset_get_hash (changed));
}

static void
test_idempotent (Fixture *f, gconstpointer data)
{
  g_autofree char *index = g_build_filename (f->path, "index", NULL);
  g_autofree char *before = NULL, *after = NULL;
  gboolean changed = TRUE;

  (void)data;
  write_set (f->path, three, 5, 0);
  g_assert_true (g_file_get_contents (index, &before, NULL, NULL));
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (PstDatasetWriter) writer = pst_dataset_writer_new (f->path, NULL);

      if (i == 1)
        append_bars (writer, "CCC", 16000, 5, 0);
      g_assert_true (pst_dataset_writer_finish (writer, &changed, NULL));
      g_assert_false (changed);
    }
  g_assert_true (g_file_get_contents (index, &after, NULL, NULL));
  g_assert_cmpstr (before, ==, after);
}

/* Who has the old columns open keeps them; the old files are gone for others. */
static void
test_replace (Fixture *f, gconstpointer data)
{
  g_autoptr (PstDataset) old = NULL, now = NULL;
  g_autofree char *old_folder = NULL;
  PstBarColumns bars;

  (void)data;
  write_set (f->path, three, 5, 0);
  old = pst_dataset_open (f->path, NULL);
  old_folder = g_build_filename (f->path, pst_dataset_get_folder (old, pst_dataset_get_series (old, 0), NULL), NULL);
  g_assert_true (g_file_test (old_folder, G_FILE_TEST_IS_DIR));
  write_set (f->path, three, 9, 3);
  g_assert_false (g_file_test (old_folder, G_FILE_TEST_EXISTS));
  g_assert_true (pst_dataset_get_bars (old, "CCC", &bars, NULL));
  g_assert_cmpuint (bars.n_bars, ==, 5);
  g_assert_cmpint (bars.open[0], ==, 100000);
  now = pst_dataset_open (f->path, NULL);
  g_assert_true (pst_dataset_get_bars (now, "CCC", &bars, NULL));
  g_assert_cmpuint (bars.n_bars, ==, 9);
  g_assert_cmpint (bars.open[0], ==, 100003);
}

/* Killed before the index was written: the old dataset is there, and the next writer clears up. */
static void
test_crash (Fixture *f, gconstpointer data)
{
  g_autofree char *left = g_build_filename (f->path, "bars-1d.2", NULL), *column = g_build_filename (left, "time.npy", NULL);
  g_autoptr (PstDataset) set = NULL;
  g_autoptr (GError) error = NULL;

  (void)data;
  write_set (f->path, three, 5, 0);
  g_assert_cmpint (g_mkdir (left, 0777), ==, 0);
  g_assert_true (g_file_set_contents (column, "half", -1, NULL));
  set = pst_dataset_open (f->path, &error);
  g_assert_no_error (error);
  g_assert_true (pst_dataset_verify (set, NULL, NULL));
  write_set (f->path, three, 6, 0);
  g_clear_pointer (&set, pst_dataset_unref);
  set = pst_dataset_open (f->path, &error);
  g_assert_no_error (error);
  g_assert_true (pst_dataset_verify (set, NULL, NULL));
  g_assert_cmpuint (pst_dataset_get_series (set, 0)->n_rows, ==, 6);
}

static void
test_abandoned (Fixture *f, gconstpointer data)
{
  PstDatasetWriter *writer = pst_dataset_writer_new (f->path, NULL);
  g_autoptr (PstDataset) set = NULL;
  g_autoptr (GError) error = NULL;

  (void)data;
  append_bars (writer, "AAA", 16000, 5, 0);
  g_assert_null (pst_dataset_writer_new (f->path, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_LOCKED);
  g_clear_error (&error);
  pst_dataset_writer_free (writer);
  set = pst_dataset_open (f->path, &error);
  g_assert_null (set);
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT);
}

/* No room at every size up to what is needed: nothing of the old is lost, nothing of the new is left. */
static void
test_full_disk (Fixture *f, gconstpointer data)
{
  struct rlimit before, limit;
  gboolean done = FALSE;

  (void)data;
  write_set (f->path, three, 5, 0);
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  for (limit = before, limit.rlim_cur = 64; !done; limit.rlim_cur += 640)
    {
      g_autoptr (GError) error = NULL;
      PstDatasetWriter *writer = pst_dataset_writer_new (f->path, NULL);
      PstBarColumns bars;

      append_bars (writer, "AAA", 16000, 300, 5);
      g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
      done = pst_dataset_writer_finish (writer, NULL, &error);
      g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
      pst_dataset_writer_free (writer);
      if (!done)
        {
          g_autoptr (PstDataset) set = pst_dataset_open (f->path, NULL);
          g_autofree char *fresh = g_build_filename (f->path, "bars-1d.2", NULL);

          g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_FULL);
          g_assert_true (pst_dataset_get_bars (set, "AAA", &bars, NULL));
          g_assert_cmpuint (bars.n_bars, ==, 6);
          g_assert_false (g_file_test (fresh, G_FILE_TEST_EXISTS));
        }
    }
  g_assert_cmpuint (limit.rlim_cur, >, 2400);
}

/* Another program, which the kernel kills when a file grows beyond the limit. */
static int
write_until_killed (const char *path, const char *limit_text)
{
  const struct rlimit none = { 0, 0 };
  struct rlimit limit;

  limit.rlim_cur = limit.rlim_max = (rlim_t)g_ascii_strtoull (limit_text, NULL, 10);
  g_assert_cmpint (setrlimit (RLIMIT_CORE, &none), ==, 0);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  write_set (path, three, 60, 5);
  return 0;
}

static void
reset_signal (gpointer data)
{
  (void)data;
  signal (SIGXFSZ, SIG_DFL);
}

static gboolean
runs_to_its_end (const char *path, guint limit)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL), *text = g_strdup_printf ("%u", limit);
  const char *argv[] = { program, "--write-until-killed", path, text, NULL };
  int status;

  g_assert_true (g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, reset_signal, NULL, NULL, NULL, &status, NULL));
  return status == 0;
}

/* Killed within any file that it writes, the index among them: what was there is there, whole, and the next import clears up. */
static void
test_killed (Fixture *f, gconstpointer data)
{
  guint n_killed = 0;

  (void)data;
  write_set (f->path, three, 5, 0);
  for (guint limit = 100;; limit += 400)
    {
      gboolean done = runs_to_its_end (f->path, limit);
      g_autoptr (PstDataset) set = NULL;
      g_autoptr (GError) error = NULL;

      set = pst_dataset_open (f->path, &error);
      g_assert_no_error (error);
      g_assert_true (pst_dataset_verify (set, NULL, NULL));
      g_assert_cmpuint (pst_dataset_get_series (set, 0)->n_rows, ==, done ? 60 : 5);
      if (done)
        break;
      n_killed++;
    }
  g_assert_cmpuint (n_killed, >, 3);
}

static void
expect_refusal (const char *path, PstStoreError code, const char *part)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (pst_dataset_open (path, &error));
  g_assert_error (error, PST_STORE_ERROR, (gint)code);
  if (strstr (error->message, part) == NULL)
    g_error ("\"%s\" does not say \"%s\"", error->message, part);
}

static void
replace_in_index (Fixture *f, const char *from, const char *to)
{
  g_autofree char *index = g_build_filename (f->path, "index", NULL), *text = NULL;
  GString *string;

  g_assert_true (g_file_get_contents (index, &text, NULL, NULL));
  string = g_string_new (text);
  g_assert_cmpuint (g_string_replace (string, from, to, 1), ==, 1);
  g_assert_true (g_file_set_contents (index, string->str, -1, NULL));
  g_string_free (string, TRUE);
}

static void
test_bad_folders (Fixture *f, gconstpointer data)
{
  g_autofree char *column = NULL, *bytes = NULL, *odd = g_build_filename (f->root, "letter.txt", NULL);
  g_autoptr (GError) error = NULL;
  gsize length;

  (void)data;
  expect_refusal (f->path, PST_STORE_ERROR_IO, "cannot open dataset");
  expect_refusal (f->root, PST_STORE_ERROR_CORRUPT, "is no dataset");
  g_assert_true (g_file_set_contents (odd, "dear", -1, NULL));
  g_assert_null (pst_dataset_writer_new (f->root, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_EXISTS);
  write_set (f->path, three, 5, 0);
  column = g_build_filename (f->path, "bars-1d.1", "close.npy", NULL);
  g_assert_true (g_file_get_contents (column, &bytes, &length, NULL));
  g_assert_true (g_file_set_contents (column, bytes, (gssize)length - 8, NULL));
  expect_refusal (f->path, PST_STORE_ERROR_CORRUPT, "its length is not what its header says");
  g_assert_true (g_file_set_contents (column, "", 0, NULL));
  expect_refusal (f->path, PST_STORE_ERROR_CORRUPT, "it is empty");
  g_unlink (column);
  expect_refusal (f->path, PST_STORE_ERROR_CORRUPT, "close.npy");
  g_assert_true (g_file_set_contents (column, bytes, (gssize)length, NULL));
  replace_in_index (f, "rows=18", "rows=17");
  expect_refusal (f->path, PST_STORE_ERROR_CORRUPT, "rows");
  replace_in_index (f, "rows=17", "rows=18");
  replace_in_index (f, "version=1", "version=2");
  expect_refusal (f->path, PST_STORE_ERROR_VERSION, "newer");
  replace_in_index (f, "version=2", "version=1");
  replace_in_index (f, "folder=bars-1d.1", "folder=../bars-1d.1");
  expect_refusal (f->path, PST_STORE_ERROR_CORRUPT, "folder");
}

static void
count (gpointer sentence, gpointer n)
{
  g_test_message ("%s", (const char *)sentence);
  ++*(guint *)n;
}

static void
test_flipped_bit (Fixture *f, gconstpointer data)
{
  g_autofree char *column = g_build_filename (f->path, "bars-1d.1", "close.npy", NULL), *bytes = NULL;
  g_autoptr (PstDataset) set = NULL;
  gsize length;
  guint n = 0;

  (void)data;
  write_set (f->path, three, 5, 0);
  g_assert_true (g_file_get_contents (column, &bytes, &length, NULL));
  bytes[length - 8] ^= 1;
  g_assert_true (g_file_set_contents (column, bytes, (gssize)length, NULL));
  set = pst_dataset_open (f->path, NULL);
  g_assert_false (pst_dataset_verify (set, count, &n));
  g_assert_cmpuint (n, ==, 1);
}

static void
test_falling_time (Fixture *f, gconstpointer data)
{
  g_autoptr (PstDatasetWriter) writer = pst_dataset_writer_new (f->path, NULL);
  g_autoptr (PstInstrument) instrument = make_instrument ("AAA");
  const PstDatasetSeries draft = { .instrument = instrument, .kind = PST_SERIES_KIND_TRADES };
  const gint64 times[] = { 5, 4 }, ones[] = { 1, 1 };
  const gint64 *columns[] = { times, times, ones, ones, ones, ones };
  g_autoptr (GError) error = NULL;

  (void)data;
  pst_dataset_writer_append (writer, pst_dataset_writer_create (writer, &draft), columns, 2);
  g_assert_false (pst_dataset_writer_finish (writer, NULL, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CONSTRAINT);
}

static void
append_factors (PstDatasetWriter *writer, const char *symbol)
{
  g_autoptr (PstInstrument) instrument = make_instrument (symbol);
  const PstDatasetSeries draft = { .instrument = instrument, .kind = PST_SERIES_KIND_FACTORS };
  const gint64 until[] = { 16002 * PST_NS_PER_DAY, 16004 * PST_NS_PER_DAY, 20000 * PST_NS_PER_DAY };
  const gint64 prices[] = { G_GINT64_CONSTANT (5000000000), G_GINT64_CONSTANT (9000000000), G_GINT64_CONSTANT (10000000000) };
  const gint64 splits[] = { G_GINT64_CONSTANT (2500000000), G_GINT64_CONSTANT (10000000000), G_GINT64_CONSTANT (10000000000) };
  const gint64 *columns[] = { until, prices, splits };

  pst_dataset_writer_append (writer, pst_dataset_writer_create (writer, &draft), columns, 3);
}

/* Worked by hand: rows 0 and 1 lie before the split 4:1 and a dividend of a half, rows 2 and 3 before one of a tenth, row 4 behind all. */
static void
test_adjust (Fixture *f, gconstpointer data)
{
  g_autoptr (PstDatasetWriter) writer = pst_dataset_writer_new (f->path, NULL);
  g_autoptr (PstDataset) set = NULL;
  g_autoptr (GError) error = NULL;
  const PstDatasetSeries *series;
  PstBarColumns bars, again;

  (void)data;
  append_bars (writer, "AAA", 16000, 5, 0);
  append_bars (writer, "BBB", 16000, 5, 0);
  append_factors (writer, "AAA");
  g_assert_true (pst_dataset_writer_finish (writer, NULL, &error));
  set = pst_dataset_open (f->path, &error);
  g_assert_no_error (error);
  series = pst_dataset_find (set, PST_SERIES_KIND_BARS, "AAA", -1, NULL);
  g_assert_true (pst_dataset_read_bars (set, series, PST_ADJUST_SPLITS, &bars, &error));
  /* 100000 / 4; 100007 / 4 = 25001.75; 100014 as it is. */
  g_assert_cmpint (bars.open[0], ==, 25000);
  g_assert_cmpint (bars.open[1], ==, 25002);
  g_assert_cmpint (bars.open[2], ==, 100014);
  g_assert_cmpint (bars.volume[1], ==, 4004);
  g_assert_cmpint (bars.volume[2], ==, 1002);
  g_assert_true (pst_dataset_read_bars (set, series, PST_ADJUST_ALL, &bars, &error));
  /* 100000 / 8; 100007 / 8 = 12500.875; low of row 0: 99950 / 8 = 12493.75; 100014 * 0.9 = 90012.6. */
  g_assert_cmpint (bars.open[0], ==, 12500);
  g_assert_cmpint (bars.open[1], ==, 12501);
  g_assert_cmpint (bars.low[0], ==, 12494);
  g_assert_cmpint (bars.open[2], ==, 90013);
  g_assert_cmpint (bars.open[4], ==, 100028);
  g_assert_true (pst_dataset_read_bars (set, series, PST_ADJUST_ALL, &again, &error));
  g_assert_true (again.open == bars.open);
  g_assert_true (pst_dataset_read_bars (set, series, PST_ADJUST_NONE, &bars, &error));
  g_assert_cmpint (bars.open[0], ==, 100000);
  series = pst_dataset_find (set, PST_SERIES_KIND_BARS, "BBB", -1, NULL);
  g_assert_false (pst_dataset_read_bars (set, series, PST_ADJUST_ALL, &bars, &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING);
}

/* The header byte for byte as NumPy's own format 1.0 describes it. */
static void
test_npy_header (Fixture *f, gconstpointer data)
{
  g_autofree char *column = g_build_filename (f->path, "bars-1d.1", "open.npy", NULL), *bytes = NULL;
  static const char dict[] = "{'descr': '<i8', 'fortran_order': False, 'shape': (18,), }";
  gsize length;

  (void)data;
  write_set (f->path, three, 5, 0);
  g_assert_true (g_file_get_contents (column, &bytes, &length, NULL));
  g_assert_cmpuint (length, ==, 128 + 18 * 8);
  g_assert_cmpmem (bytes, 8, "\x93NUMPY\x01\x00", 8);
  g_assert_cmpint (bytes[8], ==, 118);
  g_assert_cmpint (bytes[9], ==, 0);
  g_assert_cmpmem (bytes + 10, strlen (dict), dict, strlen (dict));
  for (gsize i = 10 + strlen (dict); i < 127; i++)
    g_assert_cmpint (bytes[i], ==, ' ');
  g_assert_cmpint (bytes[127], ==, '\n');
}

static void
test_numpy (Fixture *f, gconstpointer data)
{
  static const char script[] = "import sys, numpy\n"
                               "a = numpy.load(sys.argv[1], mmap_mode='r')\n"
                               "print(type(a).__name__, a.dtype, a.shape, a.flags.c_contiguous, int(a.sum()), int(a[0]), int(a[-1]))\n";
  g_autofree char *column = g_build_filename (f->path, "bars-1d.1", "open.npy", NULL), *out = NULL;
  const char *probe[] = { "/usr/bin/python3", "-c", "import numpy", NULL };
  const char *argv[] = { "/usr/bin/python3", "-c", script, column, NULL };
  int status;

  (void)data;
  if (!g_spawn_sync (NULL, (char **)probe, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL, NULL, &status, NULL) || status != 0)
    {
      g_test_skip ("python3-numpy is not installed");
      return;
    }
  write_set (f->path, three, 5, 0);
  g_assert_true (g_spawn_sync (NULL, (char **)argv, NULL, 0, NULL, NULL, &out, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
  /* CCC: 5 from 100000, AAA: 6 from 101000, BBB: 7 from 102000, each 7 more a day. */
  g_assert_cmpstr (out, ==, "memmap int64 (18,) True 1820322 100000 102042\n");
}

#define ADD(name, func) g_test_add ("/dataset/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  if (argc == 4 && strcmp (argv[1], "--write-until-killed") == 0)
    return write_until_killed (argv[2], argv[3]);
  g_test_init (&argc, &argv, NULL);
  ADD ("round-trip", test_round_trip);
  ADD ("hash", test_hash);
  ADD ("idempotent", test_idempotent);
  ADD ("replace", test_replace);
  ADD ("crash", test_crash);
  ADD ("abandoned", test_abandoned);
  ADD ("full-disk", test_full_disk);
  ADD ("killed", test_killed);
  ADD ("bad-folders", test_bad_folders);
  ADD ("flipped-bit", test_flipped_bit);
  ADD ("falling-time", test_falling_time);
  ADD ("adjust", test_adjust);
  ADD ("npy-header", test_npy_header);
  ADD ("numpy", test_numpy);
  return g_test_run ();
}
