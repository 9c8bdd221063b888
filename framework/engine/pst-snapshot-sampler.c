/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Books change thousands of times a second; what is kept of them is bounded three times: by the interval, by the changes, and by a number for
 * the whole run. */
#include "pst-snapshot-sampler.h"

#include <string.h>

/* Of one instrument. */
typedef struct
{
  guint64 number;    /* of its last snapshot; 0: none yet */
  guint64 n_changes; /* of its book then */
} Sample;

struct _PstSnapshotSampler
{
  PstMarket *market;
  PstInstrumentTable *instruments;
  PstRecorder *recorder;
  GArray *samples; /* Sample by instrument */
  guint n_levels;
  guint64 n_left;
  gboolean told;
};

/**
 * pst_snapshot_sampler_new:
 * @market: whose books
 * @instruments: the run's table
 * @recorder: where they are recorded
 * @n_levels: levels a side, 1 to %PST_SNAPSHOT_LEVELS_MAX
 * @n_max: snapshots of the run
 *
 * Returns: (transfer full): a sampler
 */
PstSnapshotSampler *
pst_snapshot_sampler_new (PstMarket *market, PstInstrumentTable *instruments, PstRecorder *recorder, guint n_levels, guint64 n_max)
{
  PstSnapshotSampler *sampler = g_new0 (PstSnapshotSampler, 1);

  sampler->market = market;
  sampler->instruments = instruments;
  sampler->recorder = recorder;
  sampler->samples = g_array_new (FALSE, TRUE, sizeof (Sample));
  sampler->n_levels = CLAMP (n_levels, 1, PST_SNAPSHOT_LEVELS_MAX);
  sampler->n_left = n_max;
  return sampler;
}

/**
 * pst_snapshot_sampler_free:
 * @sampler: (nullable) (transfer full): a sampler
 */
void
pst_snapshot_sampler_free (PstSnapshotSampler *sampler)
{
  if (sampler == NULL)
    return;
  g_array_unref (sampler->samples);
  g_free (sampler);
}

static guint8
copy_side (PstSnapshotSampler *sampler, const PstBook *book, PstSide side, PstSnapshotLevel *levels)
{
  const PstBookLevel *level;
  PstBookIter iter;
  guint8 n = 0;

  pst_book_iter_init (&iter, book, side);
  while (n < sampler->n_levels && (level = pst_book_iter_next (&iter)) != NULL)
    levels[n++] = (PstSnapshotLevel){ level->price, level->size };
  return n;
}

static gboolean
may_take (PstSnapshotSampler *sampler)
{
  if (sampler->n_left > 0)
    return TRUE;
  if (!sampler->told)
    pst_recorder_note (sampler->recorder, G_MAXUINT32, "SNAPSHOTS_ENOUGH", "the run has as many snapshots of books as it may have");
  sampler->told = TRUE;
  return FALSE;
}

static void
take (PstSnapshotSampler *sampler, guint32 instrument, PstSnapshotCause cause)
{
  const PstBook *book = pst_market_get_book (sampler->market, instrument);
  PstRecord record = { .kind = PST_RECORD_SNAPSHOT };
  Sample *sample;

  if (book == NULL || pst_book_get_state (book) != PST_BOOK_LIVE)
    return;
  if (sampler->samples->len <= instrument)
    g_array_set_size (sampler->samples, instrument + 1);
  sample = &g_array_index (sampler->samples, Sample, instrument);
  if ((sample->number > 0 && sample->n_changes == pst_book_get_n_changes (book)) || !may_take (sampler))
    return;
  record.snapshot.n_bids = copy_side (sampler, book, PST_SIDE_BUY, record.snapshot.bids);
  record.snapshot.n_asks = copy_side (sampler, book, PST_SIDE_SELL, record.snapshot.asks);
  if (record.snapshot.n_bids + record.snapshot.n_asks == 0)
    return;
  sample->n_changes = pst_book_get_n_changes (book);
  sampler->n_left--;
  record.snapshot.instrument = instrument;
  record.snapshot.cause = cause;
  record.snapshot.number = ++sample->number;
  pst_recorder_append (sampler->recorder, &record);
}

/**
 * pst_snapshot_sampler_restore:
 * @sampler: a sampler that has taken nothing
 * @instrument: whose snapshots
 * @n_taken: how many the run has of it already
 *
 * Goes on with the next number.
 */
void
pst_snapshot_sampler_restore (PstSnapshotSampler *sampler, guint32 instrument, guint64 n_taken)
{
  if (sampler->samples->len <= instrument)
    g_array_set_size (sampler->samples, instrument + 1);
  g_array_index (sampler->samples, Sample, instrument).number = n_taken;
  sampler->n_left -= MIN (n_taken, sampler->n_left);
}

/**
 * pst_snapshot_sampler_take_all:
 * @sampler: a sampler
 *
 * One snapshot of every book that is LIVE and has changed since its last.
 */
void
pst_snapshot_sampler_take_all (PstSnapshotSampler *sampler)
{
  guint size = pst_instrument_table_get_size (sampler->instruments);

  for (guint32 i = 0; i < size; i++)
    take (sampler, i, PST_SNAPSHOT_INTERVAL);
}

static gboolean
is_currency (const PstCurrency *currency, const char *code, gsize length)
{
  return currency != NULL && strlen (currency->code) == length && memcmp (currency->code, code, length) == 0;
}

static void
take_pair (PstSnapshotSampler *sampler, const char *one, gsize one_length, const char *other, gsize other_length)
{
  guint size = pst_instrument_table_get_size (sampler->instruments);

  for (guint32 i = 0; i < size; i++)
    {
      const PstInstrument *instrument = pst_instrument_table_get (sampler->instruments, i);

      if ((is_currency (instrument->base, one, one_length) && is_currency (instrument->quote, other, other_length))
          || (is_currency (instrument->quote, one, one_length) && is_currency (instrument->base, other, other_length)))
        take (sampler, i, PST_SNAPSHOT_OPPORTUNITY);
    }
}

/**
 * pst_snapshot_sampler_take_cycle:
 * @sampler: a sampler
 * @opportunity: what was found
 *
 * One snapshot of the book that brought it, and of every book that trades two currencies which follow each other in its cycle; each where it is LIVE
 * and has changed since its last.
 */
void
pst_snapshot_sampler_take_cycle (PstSnapshotSampler *sampler, const PstOpportunity *opportunity)
{
  const char *from = opportunity->cycle, *arrow, *next;

  if (opportunity->updated_pair < pst_instrument_table_get_size (sampler->instruments))
    take (sampler, opportunity->updated_pair, PST_SNAPSHOT_OPPORTUNITY);
  while ((arrow = strstr (from, "->")) != NULL)
    {
      next = strstr (arrow + 2, "->");
      take_pair (sampler, from, arrow - from, arrow + 2, next != NULL ? (gsize)(next - arrow - 2) : strlen (arrow + 2));
      from = arrow + 2;
    }
}
