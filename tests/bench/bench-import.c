/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an import costs: daily bars of some hundred symbols in a zstd CSV into columns, checked and hashed, beside a plain loop that unpacks the same
 * file, reads the numbers and writes the same columns, and does nothing else. */

#include "bench-kit.h"

#include "host/pst-data-import.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <penstock-check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zstd.h>

#define REPEATS 5
#define N_SYMBOLS 482
#define N_DAYS 1229
#define TARGET_S 1.5
#define COLUMNS 7

static void
must (gboolean good, GError *error)
{
  if (good)
    return;
  fprintf (stderr, "%s\n", error != NULL ? error->message : "failed");
  exit (1);
}

/* -- the file -- */

/* As many rows as the recorded file, of the same look. */
static char *
make_file (const char *folder)
{
  GString *text = g_string_new ("date,open,high,low,close,volume,adj_close,Name\n");
  char *path = g_build_filename (folder, "bars.csv.zst", NULL);
  gint64 first = pst_time_days_from_civil (2015, 1, 12);
  guint64 seed = 88172645463325252u;
  g_autofree char *packed = NULL;
  gsize length;

  for (guint s = 0; s < N_SYMBOLS; s++)
    {
      guint price = 2000 + s * 37;

      for (guint d = 0; d < N_DAYS; d++)
        {
          char time[PST_TIME_TEXT_SIZE];

          seed ^= seed << 13;
          seed ^= seed >> 7;
          seed ^= seed << 17;
          price = MAX (500, price + (guint)(seed % 81) - 40);
          pst_time_print ((first + d) * PST_NS_PER_DAY, time);
          g_string_append_printf (text, "%.10s,%u.%02u,%u.%02u,%u.%02u,%u.%02u,%u,%u.%02u,S%u\n", time, price / 100, price % 100, (price + 55) / 100,
                                  (price + 55) % 100, (price - 48) / 100, (price - 48) % 100, (price + 7) / 100, (price + 7) % 100,
                                  1000000 + (guint)(seed >> 40) % 9000000, price / 100, price % 100, s);
        }
    }
  packed = g_malloc (ZSTD_compressBound (text->len));
  length = ZSTD_compress (packed, ZSTD_compressBound (text->len), text->str, text->len, 3);
  must (!ZSTD_isError (length) && g_file_set_contents (path, packed, (gssize)length, NULL), NULL);
  g_string_free (text, TRUE);
  return path;
}

static char *
find_file (const char *folder)
{
  const char *source = g_getenv ("PENSTOCK_SOURCE_DIR");
  char *path = g_build_filename (source != NULL ? source : ".", "../shared/market-data/equities-daily/sp500-2015-2020.csv.zst", NULL);

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return path;
  g_free (path);
  return make_file (folder);
}

/* -- the plain loop -- */

static char *
unpack (const char *path, gsize *length)
{
  g_autofree char *packed = NULL;
  ZSTD_DCtx *context = ZSTD_createDCtx ();
  GString *text = g_string_sized_new (64 * 1024 * 1024);
  ZSTD_inBuffer in = { 0 };
  gsize n;

  must (g_file_get_contents (path, &packed, &n, NULL), NULL);
  in = (ZSTD_inBuffer){ packed, n, 0 };
  while (in.pos < in.size)
    {
      ZSTD_outBuffer out = { 0 };

      if (text->allocated_len - text->len < 1024 * 1024)
        {
          gsize used = text->len;

          g_string_set_size (text, used * 2 + 1024 * 1024);
          g_string_truncate (text, used);
        }
      out = (ZSTD_outBuffer){ text->str + text->len, text->allocated_len - text->len - 1, 0 };
      must (!ZSTD_isError (ZSTD_decompressStream (context, &out, &in)), NULL);
      text->len += out.pos;
    }
  ZSTD_freeDCtx (context);
  text->str[text->len] = '\0';
  *length = text->len;
  return g_string_free (text, FALSE);
}

static inline gint64
read_number (const char **at, guint scale)
{
  gint64 value = 0;
  guint decimals = 0;

  for (; *(*at) >= '0' && *(*at) <= '9'; ++*at)
    value = value * 10 + (**at - '0');
  if (**at == '.')
    for (++*at; **at >= '0' && **at <= '9'; ++*at, decimals++)
      value = value * 10 + (**at - '0');
  for (; decimals < scale; decimals++)
    value *= 10;
  while (**at != ',')
    ++*at;
  ++*at;
  return value;
}

static void
write_column (const char *folder, guint column, const gint64 *values, gsize n)
{
  g_autofree char *path = g_strdup_printf ("%s/plain-%u", folder, column);
  int fd = open (path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const char *at = (const char *)values;
  gsize left = n * sizeof (gint64);

  must (fd >= 0, NULL);
  while (left > 0)
    {
      gssize done = write (fd, at, left);

      must (done > 0, NULL);
      at += done;
      left -= (gsize)done;
    }
  must (fsync (fd) == 0, NULL);
  close (fd);
  g_unlink (path);
}

static gsize
import_plainly (const char *path, const char *folder)
{
  gsize length, n = 0, n_allocated = 1024 * 1024;
  g_autofree char *text = unpack (path, &length);
  gint64 *columns[COLUMNS];
  const char *at = strchr (text, '\n') + 1;

  for (guint c = 0; c < COLUMNS; c++)
    columns[c] = g_new (gint64, n_allocated);
  for (; at < text + length && n < n_allocated; n++)
    {
      gint year = (at[0] - '0') * 1000 + (at[1] - '0') * 100 + (at[2] - '0') * 10 + at[3] - '0';

      columns[1][n]
          = pst_time_days_from_civil (year, (guint)((at[5] - '0') * 10 + at[6] - '0'), (guint)((at[8] - '0') * 10 + at[9] - '0')) * PST_NS_PER_DAY;
      columns[0][n] = columns[1][n] + PST_NS_PER_DAY;
      at += 11;
      for (guint c = 2; c < 6; c++)
        columns[c][n] = read_number (&at, 4);
      columns[6][n] = read_number (&at, 0);
      at = (const char *)rawmemchr (at, '\n') + 1;
    }
  for (guint c = 0; c < COLUMNS; c++)
    {
      write_column (folder, c, columns[c], n);
      g_free (columns[c]);
    }
  return n;
}

/* -- -- */

static void
remove_set (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        remove_set (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

static double
cpu_seconds (void)
{
  return (double)clock () / CLOCKS_PER_SEC;
}

static double
import_once (PstCatalogue *catalogue, const char *file, const char *set, guint64 *n_rows)
{
  g_autofree char *path = g_strconcat ("path=", file, NULL);
  const char *assignments[] = { path, "columns=date,open,high,low,close,volume,-,symbol", "venue=US", "calendar=nyse", NULL };
  const PstDataImport what = { .folder = set, .assignments = assignments, .frozen_min = PST_DATA_FROZEN_MIN, .rows_max = PST_DATA_ROWS_MAX };
  PstDataImported imported;
  GError *error = NULL;
  double begin = bench_seconds (), took;
  gboolean good;

  good = pst_data_import (catalogue, &what, &imported, &error);
  must (good, error);
  took = bench_seconds () - begin;
  *n_rows = imported.n_rows;
  pst_data_imported_clear (&imported);
  return took;
}

static double
open_once (const char *set)
{
  GError *error = NULL;
  double begin = bench_seconds ();
  PstDataset *dataset = pst_dataset_open (set, &error);

  must (dataset != NULL, error);
  pst_dataset_unref (dataset);
  return bench_seconds () - begin;
}

int
main (void)
{
  g_autofree char *folder = g_dir_make_tmp ("bench-import-XXXXXX", NULL), *set = g_build_filename (folder, "set", NULL);
  g_autofree char *file = find_file (folder), *name = g_path_get_basename (file);
  g_autoptr (PstCatalogue) catalogue = pst_catalogue_new (g_getenv ("PENSTOCK_PLUGIN_PATH"));
  double ours[REPEATS], cpu[REPEATS], plain[REPEATS], plain_cpu[REPEATS], again[REPEATS], opened[REPEATS], median, bare;
  guint64 n_rows = 0;
  gsize n_plain = 0;

  pst_catalogue_scan (catalogue);
  for (guint i = 0; i < REPEATS; i++)
    {
      double begin = bench_seconds (), begin_cpu = cpu_seconds ();

      n_plain = import_plainly (file, folder);
      plain[i] = bench_seconds () - begin;
      plain_cpu[i] = cpu_seconds () - begin_cpu;
      remove_set (set);
      begin_cpu = cpu_seconds ();
      ours[i] = import_once (catalogue, file, set, &n_rows);
      cpu[i] = cpu_seconds () - begin_cpu;
      opened[i] = open_once (set);
      again[i] = import_once (catalogue, file, set, &(guint64){ 0 });
    }
  median = bench_median (ours, REPEATS);
  bare = bench_median (plain, REPEATS);
  printf ("import of %s: %" G_GUINT64_FORMAT " rows in %.3f s (median of %d, %.3f at best): %.0f rows/s; target under %.1f s: %s\n", name, n_rows,
          median, REPEATS, ours[0], (double)n_rows / median, TARGET_S, median < TARGET_S ? "met" : "MISSED");
  printf ("plain loop: unpack, read %" G_GSIZE_FORMAT " rows, write and sync: %.3f s; ratio %.2f\n", n_plain, bare, median / bare);
  printf ("time of processors: import %.3f s, plain loop %.3f s; ratio %.2f\n", bench_median (cpu, REPEATS), bench_median (plain_cpu, REPEATS),
          bench_median (cpu, REPEATS) / bench_median (plain_cpu, REPEATS));
  printf ("the same source again: %.1f ms; opening %d columns of %u series: %.2f ms; peak memory %.0f MiB\n", bench_median (again, REPEATS) * 1e3,
          COLUMNS, N_SYMBOLS, bench_median (opened, REPEATS) * 1e3, bench_peak_mib ());
  remove_set (folder);
  return 0;
}
