/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Indicators of how much of a trend there is. */
#include <math.h>

#include "../model/pst-decimal.h"
#include "pst-indicator.h"

/**
 * pst_efficiency_init: (skip)
 * @efficiency: (out caller-allocates): it
 * @period: at least 1
 *
 * Makes a ratio of no values. Any thread.
 */
void
pst_efficiency_init (PstEfficiency *efficiency, guint period)
{
  g_return_if_fail (efficiency != NULL && period > 0);

  *efficiency = (PstEfficiency){ 0 };
  pst_window_init (&efficiency->changes, period);
}

/**
 * pst_efficiency_clear: (skip)
 * @efficiency: a ratio
 *
 * Frees what it holds. Any thread.
 */
void
pst_efficiency_clear (PstEfficiency *efficiency)
{
  pst_window_clear (&efficiency->changes);
}

/* What leaves was added before, so taking it off first cannot overflow. */
static gboolean
slide (PstEfficiency *efficiency, gint64 change)
{
  gint64 oldest = pst_window_push (&efficiency->changes, change);

  efficiency->way -= ABS (oldest);
  return pst_add_checked (efficiency->way, ABS (change), &efficiency->way) && pst_subtract_checked (efficiency->net, oldest, &efficiency->net)
         && pst_add_checked (efficiency->net, change, &efficiency->net);
}

/**
 * pst_efficiency_append: (skip)
 * @efficiency: a ratio
 * @value: the next value
 * @ready: (out): whether it is ready, this value included
 *
 * Takes a value. Any thread.
 *
 * Returns: %FALSE when a change or a sum does not fit 64 bits: the ratio is of no use any more
 */
gboolean
pst_efficiency_append (PstEfficiency *efficiency, gint64 value, gboolean *ready)
{
  gint64 change = 0;

  *ready = FALSE;
  if (efficiency->begun && (!pst_subtract_checked (value, efficiency->previous, &change) || change == G_MININT64 || !slide (efficiency, change)))
    return FALSE;
  efficiency->begun = TRUE;
  efficiency->previous = value;
  *ready = pst_window_is_full (&efficiency->changes);
  if (*ready)
    efficiency->value = efficiency->way > 0 ? fabs ((double)efficiency->net) / (double)efficiency->way : 0.0;
  return TRUE;
}

/**
 * pst_adx_init: (skip)
 * @adx: (out caller-allocates): it
 * @period: at least 2
 *
 * Makes an index of no bars. Any thread.
 */
void
pst_adx_init (PstAdx *adx, guint period)
{
  g_return_if_fail (adx != NULL && period > 1 && period < G_MAXUINT / 2);

  *adx = (PstAdx){ .period = period };
}

/* While the sums begin, nothing leaves them. */
static void
add_movement (PstAdx *adx, gint64 high, gint64 low)
{
  double up = (double)high - (double)adx->high, down = (double)adx->low - (double)low;
  double top = MAX ((double)high, (double)adx->close), bottom = MIN ((double)low, (double)adx->close);

  if (adx->count >= adx->period)
    {
      adx->plus -= adx->plus / adx->period;
      adx->minus -= adx->minus / adx->period;
      adx->range -= adx->range / adx->period;
    }
  if (down > 0.0 && down > up)
    adx->minus += down;
  else if (up > 0.0 && up > down)
    adx->plus += up;
  adx->range += top - bottom;
}

/* 100 x |+DI - -DI| / (+DI + -DI); FALSE when there was no movement. */
static gboolean
find_direction (const PstAdx *adx, double *direction)
{
  double plus, minus;

  if (adx->range <= 0.0)
    return FALSE;
  plus = 100.0 * (adx->plus / adx->range);
  minus = 100.0 * (adx->minus / adx->range);
  if (plus + minus <= 0.0)
    return FALSE;
  *direction = 100.0 * (fabs (plus - minus) / (plus + minus));
  return TRUE;
}

static void
smooth (PstAdx *adx)
{
  double direction = 0.0, n = adx->period;
  gboolean moved = find_direction (adx, &direction);

  if (adx->count < 2 * adx->period)
    adx->sum += direction;
  else if (moved)
    adx->value = (adx->value * (n - 1.0) + direction) / n;
  if (adx->count + 1 == 2 * adx->period)
    adx->value = adx->sum / n;
}

/**
 * pst_adx_append: (skip)
 * @adx: an index
 * @high: of the next bar
 * @low: of the bar
 * @close: of the bar
 *
 * Takes a bar. Any thread.
 *
 * Returns: whether it is ready, this bar included
 */
gboolean
pst_adx_append (PstAdx *adx, gint64 high, gint64 low, gint64 close)
{
  if (adx->count > 0)
    add_movement (adx, high, low);
  if (adx->count >= adx->period)
    smooth (adx);
  adx->count += adx->count < 2 * adx->period;
  adx->high = high;
  adx->low = low;
  adx->close = close;
  return adx->count == 2 * adx->period;
}
