/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a journal record costs: in group commit beside a plain loop that writes as many bytes, and one durable record beside a bare write
 * and fdatasync of the same bytes. */

#include "bench-kit.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <penstock-check.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define N_RECORDS 1000000
#define RECORDS_PER_TICK 4
#define N_DURABLE 300
#define REPEATS 5

static void
must (gboolean good, GError *error)
{
  if (good)
    return;
  fprintf (stderr, "%s\n", error ? error->message : "failed");
  exit (1);
}

static void
fill_order (PstRecord *record, guint64 sequence)
{
  *record = (PstRecord){ .sequence = sequence, .time_ns = (gint64)sequence * 1000, .kind = sequence % 2 ? PST_RECORD_INTENT : PST_RECORD_ORDER };
  record->order = (PstOrder){ .id = sequence,
                              .request = { .instrument = 3,
                                           .side = PST_SIDE_BUY,
                                           .type = PST_ORDER_TYPE_LIMIT,
                                           .time_in_force = PST_TIME_IN_FORCE_GTC,
                                           .quantity = 1000 + (gint64)sequence,
                                           .limit_price = 5000000 + (gint64)sequence },
                              .state = PST_ORDER_STATE_INITIALIZED,
                              .created_time_ns = (gint64)sequence * 1000,
                              .updated_time_ns = (gint64)sequence * 1000 };
  g_snprintf (record->order.client_id, sizeof record->order.client_id, "bench-%" G_GUINT64_FORMAT, sequence);
}

static PstStore *
open_journal (PstCatalogue *catalogue, PstHarness *harness, const char *path, const char *durability)
{
  PstComponent *journal = bench_component (catalogue, "journal", "path", path, "durability", durability, NULL);
  GError *error = NULL;

  g_unlink (path);
  pst_component_attach (journal, PST_CONTEXT (harness), "journal", "journal", 0);
  must (pst_component_prepare (journal, &error), error);
  must (pst_component_start (journal, &error), error);
  return PST_STORE (journal);
}

static void
close_journal (PstStore *store)
{
  pst_component_stop (PST_COMPONENT (store));
  pst_component_detach (PST_COMPONENT (store));
  g_object_unref (store);
}

static double
time_group (PstStore *store)
{
  GError *error = NULL;
  double start = bench_seconds ();
  PstRecord record;

  fill_order (&record, 1);
  for (guint64 i = 1; i <= N_RECORDS; i++)
    {
      record.sequence = i;
      must (pst_store_append (store, &record, &error), error);
      if (i % RECORDS_PER_TICK == 0)
        must (pst_store_commit (store, PST_COMMIT_TICK, &error), error);
    }
  must (pst_store_commit (store, PST_COMMIT_END, &error), error);
  return bench_seconds () - start;
}

static double
time_plain (const char *path, gsize record_size)
{
  int fd = g_open (path, O_CREAT | O_TRUNC | O_WRONLY | O_APPEND, 0600);
  g_autofree guint8 *block = g_malloc0 (65536);
  gsize left = record_size * N_RECORDS;
  double start = bench_seconds ();

  while (left)
    {
      gsize n = MIN (left, 65536);

      must (write (fd, block, n) == (gssize)n, NULL);
      left -= n;
    }
  fdatasync (fd);
  start = bench_seconds () - start;
  close (fd);
  return start;
}

/* One journal record and one bare write in turn, so that both meet the same disk. */
static void
time_durable (PstStore *store, const char *bare_path, gsize record_size, double *journal, double *bare)
{
  int fd = g_open (bare_path, O_CREAT | O_TRUNC | O_WRONLY | O_APPEND, 0600);
  g_autofree guint8 *bytes = g_malloc0 (record_size);
  GError *error = NULL;
  PstRecord record;

  fill_order (&record, 1);
  for (guint i = 0; i < N_DURABLE; i++)
    {
      double start = bench_seconds ();

      must (write (fd, bytes, record_size) == (gssize)record_size && fdatasync (fd) == 0, NULL);
      bare[i] = bench_seconds () - start;
      start = bench_seconds ();
      record.sequence = i + 1;
      must (pst_store_append (store, &record, &error) && pst_store_commit (store, PST_COMMIT_INTENT, &error), error);
      journal[i] = bench_seconds () - start;
    }
  close (fd);
}

int
main (int argc, char **argv)
{
  g_autoptr (PstCatalogue) catalogue = pst_catalogue_new (NULL);
  g_autoptr (PstHarness) harness = pst_harness_new ();
  g_autofree char *folder = g_dir_make_tmp ("penstock-bench-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "bench.journal", NULL);
  g_autofree char *bare_path = g_build_filename (folder, "bare", NULL);
  double group[REPEATS], plain[REPEATS], journal[N_DURABLE], bare[N_DURABLE];
  gsize record_size = 0;
  PstStore *store;

  pst_catalogue_scan (catalogue);
  for (guint i = 0; i < REPEATS; i++)
    {
      GStatBuf status;

      store = open_journal (catalogue, harness, path, "process");
      group[i] = time_group (store);
      close_journal (store);
      must (g_stat (path, &status) == 0, NULL);
      record_size = (gsize)status.st_size / N_RECORDS;
      plain[i] = time_plain (bare_path, record_size);
    }
  store = open_journal (catalogue, harness, path, "power");
  time_durable (store, bare_path, record_size, journal, bare);
  close_journal (store);
  printf ("journal: %d records of %" G_GSIZE_FORMAT " bytes, medians of %d\n", N_RECORDS, record_size, REPEATS);
  printf ("  %-44s %7.2f M records/s (allowed: at least 1)\n", "append, a commit each 4 records", N_RECORDS / bench_median (group, REPEATS) / 1e6);
  printf ("  %-44s %7.2f x the time of plain writes of these bytes\n", "the same", bench_median (group, REPEATS) / bench_median (plain, REPEATS));
  printf ("  %-44s %7.1f us, bare write and fdatasync %.1f us, ratio %.2f (allowed 1.2)\n", "one durable record",
          bench_median (journal, N_DURABLE) * 1e6, bench_median (bare, N_DURABLE) * 1e6,
          bench_median (journal, N_DURABLE) / bench_median (bare, N_DURABLE));
  g_unlink (path);
  g_unlink (bare_path);
  g_rmdir (folder);
  return 0;
}
