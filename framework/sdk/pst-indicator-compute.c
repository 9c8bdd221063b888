/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The streaming indicators, told one bar after the other: what a strategy sees in a run, to the last bit. */
#include <math.h>

#include "../model/pst-series.h"
#include "pst-indicator-columns-private.h"
#include "pst-indicator.h"

typedef struct
{
  const PstBarColumns *bars;
  guint a, b, c;
  double *values;
  gint64 *integers;
  PstIndicatorColumn *column;
} Task;

/* The value of bar @i, or that there is none. */
static inline void
put (const Task *task, gsize i, gboolean ready, double value)
{
  task->values[i] = ready ? value : NAN;
  if (ready && task->column->first > i)
    task->column->first = i;
}

static void
compute_sum (const Task *task, const gint64 *of)
{
  PstSma sma;
  gsize i = 0;

  pst_sma_init (&sma, task->a);
  while (i < task->bars->n_bars && pst_sma_append (&sma, of[i]))
    task->integers[i++] = sma.sum;
  task->column->n_bars = i;
  task->column->first = MIN (task->a - 1, i);
  pst_sma_clear (&sma);
}

static void
compute_extreme (const Task *task, const gint64 *of, gboolean largest)
{
  PstExtreme extreme;

  pst_extreme_init (&extreme, task->a, largest);
  for (gsize i = 0; i < task->bars->n_bars; i++)
    {
      pst_extreme_append (&extreme, of[i]);
      task->integers[i] = pst_extreme_get (&extreme);
    }
  task->column->n_bars = task->bars->n_bars;
  task->column->first = MIN (task->a - 1, task->bars->n_bars);
  pst_extreme_clear (&extreme);
}

static void
compute_bands (const Task *task, gboolean deviation)
{
  PstBands bands;
  gboolean ready;
  gsize i = 0;

  pst_bands_init (&bands, task->a, 0.0);
  for (; i < task->bars->n_bars && pst_bands_append (&bands, task->bars->close[i], &ready); i++)
    put (task, i, ready, deviation ? bands.deviation : bands.mean);
  task->column->n_bars = i;
  pst_bands_clear (&bands);
}

static void
compute_ema (const Task *task)
{
  PstEma ema;

  pst_ema_init (&ema, task->a, (PstEmaKind)task->b);
  for (gsize i = 0; i < task->bars->n_bars; i++)
    {
      gboolean ready = pst_ema_append (&ema, (double)task->bars->close[i]);

      put (task, i, ready, ema.value);
    }
  task->column->n_bars = task->bars->n_bars;
}

static void
compute_rsi (const Task *task)
{
  PstRsi rsi;
  gboolean ready;
  gsize i = 0;

  pst_rsi_init (&rsi, task->a, (PstRsiKind)task->b);
  for (; i < task->bars->n_bars && pst_rsi_append (&rsi, task->bars->close[i], &ready); i++)
    put (task, i, ready, rsi.value);
  task->column->n_bars = i;
  pst_rsi_clear (&rsi);
}

/* With a signal of one value it is ready as soon as it has a value itself. */
static void
compute_macd (const Task *task)
{
  PstMacd macd;
  gboolean ready;
  gsize i = 0;

  pst_macd_init (&macd, task->a, task->b, 1, (PstMacdKind)task->c);
  for (; i < task->bars->n_bars && pst_macd_append (&macd, task->bars->close[i], &ready); i++)
    put (task, i, ready, macd.value);
  task->column->n_bars = i;
  pst_macd_clear (&macd);
}

static void
compute_return (const Task *task)
{
  PstReturn change;

  pst_return_init (&change, task->a);
  for (gsize i = 0; i < task->bars->n_bars; i++)
    {
      gboolean ready = pst_return_append (&change, task->bars->close[i]);

      put (task, i, ready, change.value);
    }
  task->column->n_bars = task->bars->n_bars;
  pst_return_clear (&change);
}

static void
compute_efficiency (const Task *task)
{
  PstEfficiency efficiency;
  gboolean ready;
  gsize i = 0;

  pst_efficiency_init (&efficiency, task->a);
  for (; i < task->bars->n_bars && pst_efficiency_append (&efficiency, task->bars->close[i], &ready); i++)
    put (task, i, ready, efficiency.value);
  task->column->n_bars = i;
  pst_efficiency_clear (&efficiency);
}

static void
compute_adx (const Task *task)
{
  const PstBarColumns *bars = task->bars;
  PstAdx adx;

  pst_adx_init (&adx, task->a);
  for (gsize i = 0; i < bars->n_bars; i++)
    {
      gboolean ready = pst_adx_append (&adx, bars->high[i], bars->low[i], bars->close[i]);

      put (task, i, ready, adx.value);
    }
  task->column->n_bars = bars->n_bars;
}

void
pst_indicator_compute (const PstBarColumns *bars, PstIndicatorKind kind, guint a, guint b, guint c, gpointer buffer, PstIndicatorColumn *column)
{
  const Task task = { bars, a, b, c, buffer, buffer, column };

  if (kind <= PST_INDICATOR_LOWEST)
    column->integers = buffer;
  else
    column->values = buffer;
  switch (kind)
    {
    case PST_INDICATOR_CLOSE_SUM:
      compute_sum (&task, bars->close);
      break;
    case PST_INDICATOR_VOLUME_SUM:
      compute_sum (&task, bars->volume);
      break;
    case PST_INDICATOR_HIGHEST:
      compute_extreme (&task, bars->high, TRUE);
      break;
    case PST_INDICATOR_LOWEST:
      compute_extreme (&task, bars->low, FALSE);
      break;
    case PST_INDICATOR_MEAN:
    case PST_INDICATOR_DEVIATION:
      compute_bands (&task, kind == PST_INDICATOR_DEVIATION);
      break;
    case PST_INDICATOR_EMA:
      compute_ema (&task);
      break;
    case PST_INDICATOR_RSI:
      compute_rsi (&task);
      break;
    case PST_INDICATOR_MACD:
      compute_macd (&task);
      break;
    case PST_INDICATOR_RETURN:
      compute_return (&task);
      break;
    case PST_INDICATOR_EFFICIENCY:
      compute_efficiency (&task);
      break;
    case PST_INDICATOR_ADX:
      compute_adx (&task);
      break;
    case PST_N_INDICATORS:
    default:
      g_assert_not_reached ();
    }
}
