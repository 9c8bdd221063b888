/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One pass over the file; means and variances by Welford's recurrence, the best in a sorted array. */
#include "pst-sweep-summary.h"

#include <math.h>
#include <string.h>

#include "pst-sweep.h"

typedef struct
{
  PstSweepSummary *summary;
  guint n_statistics, objective, n_best;
  gboolean minimise;
} Reader;

static void
clear_best (gpointer data)
{
  g_free (((PstSweepBest *)data)->statistics);
}

static void
add_to_spread (PstSweepSpread *spread, double value)
{
  double delta = value - spread->mean;

  if (!isfinite (value))
    return;
  spread->minimum = spread->n ? MIN (spread->minimum, value) : value;
  spread->maximum = spread->n ? MAX (spread->maximum, value) : value;
  spread->n++;
  spread->mean += delta / (double)spread->n;
  spread->variance += delta * (value - spread->mean); /* the sum of squares until the end */
}

static void
add_to_best (Reader *reader, guint64 set, const double *statistics)
{
  GArray *best = reader->summary->best;
  PstSweepBest entry = { .set = set };
  guint low = 0, high = best->len;

  /* Sets come in order, so an equal one stands before. */
  while (low < high)
    {
      guint middle = (low + high) / 2;
      double other = g_array_index (best, PstSweepBest, middle).statistics[reader->objective];

      if (pst_sweep_is_better (statistics[reader->objective], other, reader->minimise))
        high = middle;
      else
        low = middle + 1;
    }
  if (low >= reader->n_best)
    return;
  if (best->len == reader->n_best)
    g_array_set_size (best, best->len - 1);
  entry.statistics = g_memdup2 (statistics, reader->n_statistics * sizeof *statistics);
  g_array_insert_val (best, low, entry);
}

static void
add_set (Reader *reader, guint64 set, PstSweepState state, const double *statistics)
{
  PstSweepSummary *summary = reader->summary;

  if (state == PST_SWEEP_STATE_REFUSED)
    summary->n_refused++;
  else if (state == PST_SWEEP_STATE_OVERFLOW)
    summary->n_failed++;
  else if (state != PST_SWEEP_STATE_DONE)
    summary->n_open++;
  else
    {
      summary->n_done++;
      for (guint i = 0; i < reader->n_statistics; i++)
        add_to_spread (&summary->spreads[i], statistics[i]);
      if (isnan (statistics[reader->objective]))
        summary->n_undefined++;
      else
        add_to_best (reader, set, statistics);
    }
}

/**
 * pst_sweep_summary_read:
 * @file: a results file
 * @objective: which statistic sets are ranked by
 * @minimise: whether less is better
 * @n_best: how many of the best to tell
 * @error: where to say why not
 *
 * Reads what came of a sweep, whether it is done or not. Any thread; blocks on the disk.
 *
 * Returns: (transfer full) (nullable): the summary; %NULL with %PST_STORE_ERROR_IO
 */
PstSweepSummary *
pst_sweep_summary_read (PstSweepFile *file, guint objective, gboolean minimise, guint n_best, GError **error)
{
  const PstSweepHeader *header = pst_sweep_file_get_header (file);
  g_autoptr (PstSweepSummary) summary = g_new0 (PstSweepSummary, 1);
  Reader reader = { summary, g_strv_length (header->statistics), objective, MIN (n_best, PST_SWEEP_TOP_MAX), minimise };
  g_autofree double *statistics = g_new (double, (gsize)PST_SWEEP_BLOCK_MAX *reader.n_statistics);
  guint8 states[PST_SWEEP_BLOCK_MAX];

  g_return_val_if_fail (objective < reader.n_statistics, NULL);

  summary->n_sets = header->n_sets;
  summary->spreads = g_new0 (PstSweepSpread, reader.n_statistics);
  summary->best = g_array_new (FALSE, FALSE, sizeof (PstSweepBest));
  g_array_set_clear_func (summary->best, clear_best);
  for (guint64 block = 0; block < pst_sweep_header_get_n_blocks (header); block++)
    {
      guint64 first;
      guint n_sets = pst_sweep_header_get_block (header, block, &first);

      if (!pst_sweep_file_read_block (file, block, states, statistics, error))
        return NULL;
      for (guint i = 0; i < n_sets; i++)
        add_set (&reader, first + i, states[i], statistics + (gsize)i * reader.n_statistics);
    }
  for (guint i = 0; i < reader.n_statistics; i++)
    {
      PstSweepSpread *spread = &summary->spreads[i];

      spread->variance = spread->n > 1 ? spread->variance / (double)(spread->n - 1) : 0;
    }
  return g_steal_pointer (&summary);
}

void
pst_sweep_summary_free (PstSweepSummary *summary)
{
  if (summary == NULL)
    return;
  g_clear_pointer (&summary->best, g_array_unref);
  g_free (summary->spreads);
  g_free (summary);
}
