/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For tests: series of one instrument in memory. */
#pragma once

#include "pst-bar-set.h"

G_BEGIN_DECLS

typedef struct
{
  PstBarColumns columns;
  gint64 values[6][2000];
} TestSeries;

/* A walk of @n bars, a minute each, that moves by at most @width; ties happen where that is small. */
static inline void
test_series_init (TestSeries *series, const char *symbol, gsize n, guint64 seed, guint width)
{
  gint64 price = 1000;
  PstRandom random;

  pst_random_init (&random, seed, symbol);
  for (gsize i = 0; i < n; i++)
    {
      gint64 next = MAX (price + (gint64)pst_random_below (&random, 2 * width + 1) - (gint64)width, 100);

      series->values[0][i] = ((gint64)i + 1) * 60 * PST_NS_PER_SECOND;
      series->values[1][i] = price;
      series->values[2][i] = MAX (price, next);
      series->values[3][i] = MIN (price, next);
      series->values[4][i] = price = next;
      series->values[5][i] = 1000;
    }
  series->columns = (PstBarColumns){
    pst_instrument_new (
        &(const PstInstrument){
            .symbol = (char *)symbol, .venue = (char *)"TEST", .quote = pst_currency_get ("USD", NULL), .price_scale = 2, .size_scale = 4 },
        NULL),
    n,
    series->values[0],
    series->values[1],
    series->values[2],
    series->values[3],
    series->values[4],
    series->values[5]
  };
}

static inline void
test_series_clear (TestSeries *series)
{
  pst_instrument_unref (series->columns.instrument);
}

G_END_DECLS
