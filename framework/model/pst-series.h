/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A rolling window over the last bars of one instrument, and streaming indicators on exact integers: O(1) a bar,
 * memory fixed at construction. */
#pragma once

#include "pst-event.h"

G_BEGIN_DECLS

/**
 * PstBarSeries:
 *
 * The last N bars of one instrument, oldest overwritten.
 */
typedef struct _PstBarSeries PstBarSeries;

PST_API PstBarSeries *pst_bar_series_new (guint capacity);
PST_API void pst_bar_series_free (PstBarSeries *series);
PST_API void pst_bar_series_append (PstBarSeries *series, const PstBar *bar, gint64 time_ns);
PST_API guint pst_bar_series_get_size (const PstBarSeries *series);
/* @age 0 is the newest; NULL beyond the size. */
PST_API const PstBar *pst_bar_series_get (const PstBarSeries *series, guint age);
PST_API gint64 pst_bar_series_get_time (const PstBarSeries *series, guint age);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstBarSeries, pst_bar_series_free)

/**
 * PstSma:
 *
 * Simple moving average of the last @period mantissas as an exact sum: the average is sum / period. Comparing two
 * averages cross-multiplies the sums, so a tie is a tie. Inline: it stands in every bar's way.
 */
typedef struct
{
  gint64 *window;
  gint64 sum;
  guint period;
  guint count;
  guint next;
} PstSma;

/* @period at least 1. */
PST_API void pst_sma_init (PstSma *sma, guint period);
PST_API void pst_sma_clear (PstSma *sma);

/* FALSE when the sum overflows. */
static inline gboolean
pst_sma_append (PstSma *sma, gint64 value)
{
  gint64 oldest = sma->count == sma->period ? sma->window[sma->next] : 0;
  gint64 sum;

  if (G_UNLIKELY (!pst_subtract_checked (sma->sum, oldest, &sum) || !pst_add_checked (sum, value, &sum)))
    return FALSE;
  sma->sum = sum;
  sma->window[sma->next] = value;
  sma->next = sma->next + 1 == sma->period ? 0 : sma->next + 1;
  sma->count += sma->count < sma->period;
  return TRUE;
}

static inline gboolean
pst_sma_is_ready (const PstSma *sma)
{
  return sma->count == sma->period;
}

#ifndef __GI_SCANNER__
/* -1, 0, 1: the order of two averages, exactly. Both ready. */
static inline gint
pst_sma_compare (const PstSma *a, const PstSma *b)
{
  __int128 left = (__int128)a->sum * b->period, right = (__int128)b->sum * a->period;

  return (left > right) - (left < right);
}
#endif

G_END_DECLS
