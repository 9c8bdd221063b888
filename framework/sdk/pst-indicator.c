/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What cannot be inline of the indicators. */
#include "pst-indicator.h"

#include <math.h>

#include "../model/pst-decimal.h"

/* The square of such a sum fits 127 bits, and so does a sum of squares times the period. */
#define BANDS_SUM_MAX (G_GINT64_CONSTANT (1) << 62)

/**
 * pst_ema_init: (skip)
 * @ema: (out caller-allocates): it
 * @period: at least 1
 * @kind: how it begins
 *
 * Makes an exponential moving average of no values. Any thread.
 */
void
pst_ema_init (PstEma *ema, guint period, PstEmaKind kind)
{
  g_return_if_fail (ema != NULL && period > 0);

  *ema = (PstEma){ .alpha = 2.0 / (period + 1.0), .period = period, .kind = kind };
}

/**
 * pst_ema_seed: (skip)
 * @ema: an average
 * @value: its value
 *
 * Begins at a value. Any thread.
 */
void
pst_ema_seed (PstEma *ema, double value)
{
  ema->value = value;
  ema->weight = 1.0;
  ema->count = ema->period;
}

/* While the mean is made, or the first value is taken. */
static void
warm_up (PstEma *ema, double value)
{
  ema->count++;
  if (ema->kind == PST_EMA_MEAN)
    {
      ema->weight += value;
      ema->value = ema->weight / ema->count;
    }
  else
    ema->value = ema->count == 1 ? value : ema->value + ema->alpha * (value - ema->value);
}

/**
 * pst_ema_append: (skip)
 * @ema: an average
 * @value: the next value
 *
 * Takes a value. Any thread.
 *
 * Returns: whether it is ready, this value included
 */
gboolean
pst_ema_append (PstEma *ema, double value)
{
  if (ema->kind == PST_EMA_ADJUSTED)
    {
      double weight = ema->count == 0 ? 1.0 : 1.0 + (1.0 - ema->alpha) * ema->weight;

      ema->value += ema->count == 0 ? value : (value - ema->value) / weight;
      ema->weight = weight;
      ema->count += ema->count < ema->period;
    }
  else if (ema->count < ema->period)
    warm_up (ema, value);
  else
    ema->value += ema->alpha * (value - ema->value);
  return ema->count == ema->period;
}

/**
 * pst_window_init: (skip)
 * @window: (out caller-allocates): it
 * @capacity: at least 1
 *
 * Makes an empty window. Any thread.
 */
void
pst_window_init (PstWindow *window, guint capacity)
{
  g_return_if_fail (window != NULL && capacity > 0);

  *window = (PstWindow){ .values = g_new (gint64, capacity), .capacity = capacity };
}

/**
 * pst_window_clear: (skip)
 * @window: a window
 *
 * Frees what it holds. Any thread.
 */
void
pst_window_clear (PstWindow *window)
{
  g_clear_pointer (&window->values, g_free);
}

/**
 * pst_bands_init: (skip)
 * @bands: (out caller-allocates): them
 * @period: at least 1
 * @width: in population deviations
 *
 * Makes bands of no values. Any thread.
 */
void
pst_bands_init (PstBands *bands, guint period, double width)
{
  g_return_if_fail (bands != NULL && period > 0);

  *bands = (PstBands){ .width = width };
  pst_window_init (&bands->window, period);
}

/**
 * pst_bands_clear: (skip)
 * @bands: bands
 *
 * Frees what they hold. Any thread.
 */
void
pst_bands_clear (PstBands *bands)
{
  pst_window_clear (&bands->window);
}

static void
draw_bands (PstBands *bands)
{
  double n = bands->window.capacity;
  /* n times the sum of squares is never below the square of the sum, exactly; only the last step rounds. */
  __int128 scaled = (__int128)bands->sum_of_squares * bands->window.capacity - bands->sum * bands->sum;

  bands->mean = (double)bands->sum / n;
  bands->deviation = sqrt ((double)scaled) / n;
  bands->lower = bands->mean - bands->width * bands->deviation;
  bands->upper = bands->mean + bands->width * bands->deviation;
}

/**
 * pst_bands_append: (skip)
 * @bands: bands
 * @value: the next value, at most 2^62 / period away from 0
 * @ready: (out): whether they are there, this value included
 *
 * Takes a value. Any thread.
 *
 * Returns: %FALSE for a value that is too large; nothing changes then
 */
gboolean
pst_bands_append (PstBands *bands, gint64 value, gboolean *ready)
{
  const gint64 value_max = BANDS_SUM_MAX / bands->window.capacity;
  gint64 oldest;

  *ready = FALSE;
  if (value > value_max || value < -value_max)
    return FALSE;
  oldest = pst_window_push (&bands->window, value);
  bands->sum += value - oldest;
  bands->sum_of_squares += (__int128)value * value - (__int128)oldest * oldest;
  *ready = pst_window_is_full (&bands->window);
  if (*ready)
    draw_bands (bands);
  return TRUE;
}

/**
 * pst_rsi_init: (skip)
 * @rsi: (out caller-allocates): it
 * @period: at least 1
 * @kind: how gains and losses are averaged
 *
 * Makes an index of no values. Any thread.
 */
void
pst_rsi_init (PstRsi *rsi, guint period, PstRsiKind kind)
{
  g_return_if_fail (rsi != NULL && period > 0);

  *rsi = (PstRsi){ .period = period, .kind = kind };
  if (kind == PST_RSI_SIMPLE)
    pst_window_init (&rsi->changes, period);
}

/**
 * pst_rsi_clear: (skip)
 * @rsi: an index
 *
 * Frees what it holds. Any thread.
 */
void
pst_rsi_clear (PstRsi *rsi)
{
  pst_window_clear (&rsi->changes);
}

static gboolean
add_change (gint64 *sum, gint64 change)
{
  return pst_add_checked (*sum, change, sum);
}

static gboolean
sum_changes (PstRsi *rsi, gint64 change)
{
  gint64 oldest = rsi->kind == PST_RSI_SIMPLE ? pst_window_push (&rsi->changes, change) : 0;

  /* What left was added before, so taking it off cannot overflow. */
  rsi->sum_of_gains -= MAX (oldest, 0);
  rsi->sum_of_losses -= MAX (-oldest, 0);
  return add_change (change > 0 ? &rsi->sum_of_gains : &rsi->sum_of_losses, ABS (change));
}

static gboolean
average_changes (PstRsi *rsi, gint64 change)
{
  double n = rsi->period;
  gboolean smooth = rsi->kind == PST_RSI_WILDER && rsi->count > rsi->period;

  if (smooth)
    {
      rsi->gain = (rsi->gain * (n - 1.0) + (double)MAX (change, 0)) / n;
      rsi->loss = (rsi->loss * (n - 1.0) + (double)MAX (-change, 0)) / n;
      return TRUE;
    }
  if (!sum_changes (rsi, change))
    return FALSE;
  rsi->gain = (double)rsi->sum_of_gains / n;
  rsi->loss = (double)rsi->sum_of_losses / n;
  return TRUE;
}

/**
 * pst_rsi_append: (skip)
 * @rsi: an index
 * @value: the next value
 * @ready: (out): whether it is ready, this value included
 *
 * Takes a value. Any thread.
 *
 * Returns: %FALSE when a change or a sum does not fit 64 bits: the index is of no use any more
 */
gboolean
pst_rsi_append (PstRsi *rsi, gint64 value, gboolean *ready)
{
  gint64 change = 0;
  double moved;

  *ready = FALSE;
  if (rsi->count > 0 && (!pst_subtract_checked (value, rsi->previous, &change) || change == G_MININT64))
    return FALSE;
  if (rsi->count > 0 && !average_changes (rsi, change))
    return FALSE;
  rsi->previous = value;
  rsi->count += rsi->count <= rsi->period;
  if (rsi->count <= rsi->period)
    return TRUE;
  moved = rsi->gain + rsi->loss;
  rsi->value = moved > 0.0 ? 100.0 * (rsi->gain / moved) : 50.0;
  *ready = TRUE;
  return TRUE;
}

/**
 * pst_macd_init: (skip)
 * @macd: (out caller-allocates): it
 * @fast: period of the fast average, at least 1
 * @slow: period of the slow average, above @fast
 * @signal: period of the signal, at least 1
 * @kind: which averages
 *
 * Makes one of no values. Any thread.
 */
void
pst_macd_init (PstMacd *macd, guint fast, guint slow, guint signal, PstMacdKind kind)
{
  g_return_if_fail (macd != NULL && fast > 0 && slow > fast && signal > 0);

  *macd = (PstMacd){ .fast = fast, .slow = slow, .signal = signal, .kind = kind };
  pst_window_init (&macd->window, slow);
  pst_ema_init (&macd->fast_ema, fast, PST_EMA_MEAN);
  pst_ema_init (&macd->slow_ema, slow, PST_EMA_MEAN);
  pst_ema_init (&macd->signal_ema, signal, PST_EMA_MEAN);
  macd->differences = g_new0 (double, signal);
}

/**
 * pst_macd_clear: (skip)
 * @macd: it
 *
 * Frees what it holds. Any thread.
 */
void
pst_macd_clear (PstMacd *macd)
{
  pst_window_clear (&macd->window);
  g_clear_pointer (&macd->differences, g_free);
}

/* The exact sums of the last fast and slow values. */
static gboolean
slide (PstMacd *macd, gint64 value)
{
  gint64 leaving_fast = macd->window.count >= macd->fast ? pst_window_get (&macd->window, macd->fast - 1) : 0;
  gint64 leaving_slow = pst_window_push (&macd->window, value);

  return pst_add_checked (macd->fast_sum, value, &macd->fast_sum) && pst_subtract_checked (macd->fast_sum, leaving_fast, &macd->fast_sum)
         && pst_add_checked (macd->slow_sum, value, &macd->slow_sum) && pst_subtract_checked (macd->slow_sum, leaving_slow, &macd->slow_sum);
}

/* The mean of the last differences: summed anew each time, so that doubles do not drift; a signal's period is short. */
static gboolean
average_differences (PstMacd *macd)
{
  double sum = 0.0;

  macd->differences[macd->next_difference] = macd->value;
  macd->next_difference = (macd->next_difference + 1) % macd->signal;
  macd->n_differences += macd->n_differences < macd->signal;
  for (guint i = 0; i < macd->signal; i++)
    sum += macd->differences[(macd->next_difference + i) % macd->signal];
  macd->signal_value = sum / macd->signal;
  return macd->n_differences == macd->signal;
}

static gboolean
follow (PstMacd *macd, gint64 value)
{
  if (macd->kind == PST_MACD_SIMPLE)
    {
      macd->value = (double)macd->fast_sum / macd->fast - (double)macd->slow_sum / macd->slow;
      return average_differences (macd);
    }
  if (!pst_ema_is_ready (&macd->slow_ema))
    {
      pst_ema_seed (&macd->fast_ema, (double)macd->fast_sum / macd->fast);
      pst_ema_seed (&macd->slow_ema, (double)macd->slow_sum / macd->slow);
    }
  else
    {
      pst_ema_append (&macd->fast_ema, (double)value);
      pst_ema_append (&macd->slow_ema, (double)value);
    }
  macd->value = macd->fast_ema.value - macd->slow_ema.value;
  pst_ema_append (&macd->signal_ema, macd->value);
  macd->signal_value = macd->signal_ema.value;
  return pst_ema_is_ready (&macd->signal_ema);
}

/**
 * pst_macd_append: (skip)
 * @macd: it
 * @value: the next value
 * @ready: (out): whether it is ready, this value included
 *
 * Takes a value. Any thread.
 *
 * Returns: %FALSE when a sum does not fit 64 bits: it is of no use any more
 */
gboolean
pst_macd_append (PstMacd *macd, gint64 value, gboolean *ready)
{
  *ready = FALSE;
  if (!slide (macd, value))
    return FALSE;
  if (!pst_window_is_full (&macd->window))
    return TRUE;
  *ready = follow (macd, value);
  macd->histogram = macd->value - macd->signal_value;
  return TRUE;
}

/**
 * pst_extreme_init: (skip)
 * @extreme: (out caller-allocates): it
 * @period: at least 1
 * @largest: the largest, or the smallest
 *
 * Makes one of no values. Any thread.
 */
void
pst_extreme_init (PstExtreme *extreme, guint period, gboolean largest)
{
  g_return_if_fail (extreme != NULL && period > 0);

  *extreme = (PstExtreme){ .period = period, .largest = largest };
  extreme->values = g_new (gint64, period);
  extreme->numbers = g_new (guint64, period);
}

/**
 * pst_extreme_clear: (skip)
 * @extreme: it
 *
 * Frees what it holds. Any thread.
 */
void
pst_extreme_clear (PstExtreme *extreme)
{
  g_clear_pointer (&extreme->values, g_free);
  g_clear_pointer (&extreme->numbers, g_free);
}

static guint
place_of (const PstExtreme *extreme, guint n)
{
  guint place = extreme->head + n;

  return place >= extreme->period ? place - extreme->period : place;
}

/**
 * pst_extreme_append: (skip)
 * @extreme: it
 * @value: the next value
 *
 * Takes a value. Any thread.
 *
 * Returns: whether it is ready, this value included
 */
gboolean
pst_extreme_append (PstExtreme *extreme, gint64 value)
{
  guint place;

  if (extreme->length > 0 && extreme->numbers[extreme->head] + extreme->period <= extreme->count)
    {
      extreme->head = place_of (extreme, 1);
      extreme->length--;
    }
  /* What can never be the extreme again leaves at the back. */
  while (extreme->length > 0)
    {
      gint64 last = extreme->values[place_of (extreme, extreme->length - 1)];

      if (extreme->largest ? last > value : last < value)
        break;
      extreme->length--;
    }
  place = place_of (extreme, extreme->length);
  extreme->values[place] = value;
  extreme->numbers[place] = extreme->count;
  extreme->length++;
  extreme->count++;
  return extreme->count >= extreme->period;
}

/**
 * pst_return_init: (skip)
 * @change: (out caller-allocates): it
 * @period: at least 1
 *
 * Makes one of no values. Any thread.
 */
void
pst_return_init (PstReturn *change, guint period)
{
  g_return_if_fail (change != NULL && period > 0 && period < G_MAXUINT);

  *change = (PstReturn){ 0 };
  pst_window_init (&change->window, period);
}

/**
 * pst_return_clear: (skip)
 * @change: it
 *
 * Frees what it holds. Any thread.
 */
void
pst_return_clear (PstReturn *change)
{
  pst_window_clear (&change->window);
}

/**
 * pst_return_append: (skip)
 * @change: it
 * @value: the next value
 *
 * Takes a value. Any thread.
 *
 * Returns: whether it is ready, this value included
 */
gboolean
pst_return_append (PstReturn *change, gint64 value)
{
  gboolean full = pst_window_is_full (&change->window);
  gint64 then = pst_window_push (&change->window, value);

  if (!full || then <= 0)
    return FALSE;
  change->value = (double)value / (double)then - 1.0;
  return TRUE;
}
