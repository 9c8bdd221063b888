/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bars of one instrument, side by side in columns: what data folders hold, what is computed over, and what strategies see who have a form for
 * whole columns. */
#pragma once

#include "../model/pst-instrument.h"

G_BEGIN_DECLS

/**
 * PstBarColumns:
 * @instrument: what was traded
 * @n_bars: how many
 * @time_ns: when each bar is known, that is its end, nanoseconds since the epoch, UTC; strictly rising
 * @open: first price, mantissas at the instrument's price scale
 * @high: highest price
 * @low: lowest price
 * @close: last price
 * @volume: what was traded, mantissas at the size scale
 *
 * Columns of one instrument. The columns are not owned.
 */
typedef struct
{
  PstInstrument *instrument;
  gsize n_bars;
  const gint64 *time_ns, *open, *high, *low, *close, *volume;
} PstBarColumns;

G_END_DECLS
