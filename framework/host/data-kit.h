/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For tests of data: bars of one symbol, made of a few numbers. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

#define DATA_KIT_BARS_MAX 32

typedef struct
{
  PstInstrument *instrument;
  PstBarColumns bars;
  gint64 time[DATA_KIT_BARS_MAX], label[DATA_KIT_BARS_MAX], price[DATA_KIT_BARS_MAX], volume[DATA_KIT_BARS_MAX];
} DataKitBars;

static inline gint64
data_kit_day (gint year, guint month, guint date)
{
  return pst_time_days_from_civil (year, month, date) * PST_NS_PER_DAY;
}

static inline PstInstrument *
data_kit_instrument (void)
{
  const PstInstrument draft = { .id = (char *)"A.US", .quote = pst_currency_get ("USD", NULL) };

  return pst_instrument_new (&draft, NULL);
}

/* Bars whose four prices are the same, each labelled with its begin; without prices they stand at 100 and their volumes rise. */
static inline void
data_kit_bars_init (DataKitBars *self, const gint64 *labels, const gint64 *prices, gsize n, gint64 period_ns)
{
  g_assert_cmpuint (n, <=, DATA_KIT_BARS_MAX);
  self->instrument = data_kit_instrument ();
  for (gsize i = 0; i < n; i++)
    {
      self->label[i] = labels[i];
      self->time[i] = labels[i] + period_ns;
      self->price[i] = prices != NULL ? prices[i] : 100;
      self->volume[i] = prices != NULL ? 5 : (gint64)i + 1;
    }
  self->bars = (PstBarColumns){ self->instrument, n, self->time, self->price, self->price, self->price, self->price, self->volume };
}

static inline void
data_kit_bars_clear (DataKitBars *self)
{
  g_clear_pointer (&self->instrument, pst_instrument_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DataKitBars, data_kit_bars_clear)

G_END_DECLS
