/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Streaming indicators: O(1) a bar, memory fixed at construction, the same code for the event engine and the columnar one, so that both see the same
 * numbers to the last bit. Values go in as mantissas; what comes out is a double in units of a mantissa (a price of scale 2 and value 101.5 is
 * 10150), but ratios, which have none. Sums are exact integers, so a window that has moved on forgets without drift.
 *
 * Each says when its warm-up is over; before, its values mean nothing. C only: there are 128 bit integers in it. */
#pragma once

#include "../model/pst-macros.h"

G_BEGIN_DECLS

#ifndef __GI_SCANNER__

/**
 * PstEmaKind:
 * @PST_EMA_MEAN: begins with the mean of the first period values, as TA-Lib does
 * @PST_EMA_FIRST: begins with the first value (pandas with adjust=False)
 * @PST_EMA_ADJUSTED: weights of the values so far always sum to one (pandas with adjust=True)
 *
 * How an exponential moving average begins. Its weight of the newest value is 2 / (period + 1).
 */
typedef enum /*< skip >*/
{
  PST_EMA_MEAN,
  PST_EMA_FIRST,
  PST_EMA_ADJUSTED,
} PstEmaKind;

/* Exponential moving average; ready from the period-th value on, whatever its kind. */
typedef struct
{
  double alpha;
  double value;
  double weight; /* adjusted: sum of the weights so far; mean: sum of the values so far */
  guint period;
  guint count; /* up to the period */
  PstEmaKind kind;
} PstEma;

PST_API void pst_ema_init (PstEma *ema, guint period, PstEmaKind kind);

static inline gboolean
pst_ema_is_ready (const PstEma *ema)
{
  return ema->count == ema->period;
}

/* Begins at a value that was found elsewhere, as if the warm-up were over. */
PST_API void pst_ema_seed (PstEma *ema, double value);
/* Whether it is ready, this value included. */
PST_API gboolean pst_ema_append (PstEma *ema, double value);

/* The last N values, oldest overwritten. */
typedef struct
{
  gint64 *values;
  guint capacity;
  guint count;
  guint next;
} PstWindow;

PST_API void pst_window_init (PstWindow *window, guint capacity);
PST_API void pst_window_clear (PstWindow *window);

static inline gboolean
pst_window_is_full (const PstWindow *window)
{
  return window->count == window->capacity;
}

/* The value that leaves for @value; 0 while there is room. */
static inline gint64
pst_window_push (PstWindow *window, gint64 value)
{
  gint64 oldest = window->count == window->capacity ? window->values[window->next] : 0;

  window->values[window->next] = value;
  window->next = window->next + 1 == window->capacity ? 0 : window->next + 1;
  window->count += window->count < window->capacity;
  return oldest;
}

/* @age 0 is the newest; below the count. */
static inline gint64
pst_window_get (const PstWindow *window, guint age)
{
  guint place = window->next + window->capacity - 1 - age;

  return window->values[place >= window->capacity ? place - window->capacity : place];
}

/* Mean, population deviation, and bands around the mean, over exact sums. Ready from the period-th value on. */
typedef struct
{
  PstWindow window;
  __int128 sum;
  unsigned __int128 sum_of_squares;
  double width; /* in deviations */
  double mean;
  double deviation;
  double lower;
  double upper;
} PstBands;

/* @period at least 1; values beyond 2^62 / period are refused by append. */
PST_API void pst_bands_init (PstBands *bands, guint period, double width);
PST_API void pst_bands_clear (PstBands *bands);
/* FALSE for a value that is too large; @ready: whether the bands are there. */
PST_API gboolean pst_bands_append (PstBands *bands, gint64 value, gboolean *ready);

/**
 * PstRsiKind:
 * @PST_RSI_WILDER: Wilder's smoothing: begins with the mean of the first period changes, then (period - 1) / period of what was and 1 / period of
 *   what comes
 * @PST_RSI_SIMPLE: plain means of the last period changes
 *
 * How gains and losses are averaged.
 */
typedef enum /*< skip >*/
{
  PST_RSI_WILDER,
  PST_RSI_SIMPLE,
} PstRsiKind;

/* Relative strength index, 0 to 100; 50 when nothing moved. Ready from the (period + 1)-th value on. */
typedef struct
{
  PstWindow changes; /* simple only */
  gint64 previous;
  gint64 sum_of_gains; /* simple, and the warm-up of Wilder's */
  gint64 sum_of_losses;
  double gain;
  double loss;
  double value;
  guint period;
  guint count; /* values so far, up to the period + 1 */
  PstRsiKind kind;
} PstRsi;

PST_API void pst_rsi_init (PstRsi *rsi, guint period, PstRsiKind kind);
PST_API void pst_rsi_clear (PstRsi *rsi);
/* FALSE when a sum overflows. */
PST_API gboolean pst_rsi_append (PstRsi *rsi, gint64 value, gboolean *ready);

/**
 * PstMacdKind:
 * @PST_MACD_EXPONENTIAL: exponential averages, begun as TA-Lib begins them: both with means that end at the slow one's period-th value
 * @PST_MACD_SIMPLE: plain means
 *
 * Which averages it is made of.
 */
typedef enum /*< skip >*/
{
  PST_MACD_EXPONENTIAL,
  PST_MACD_SIMPLE,
} PstMacdKind;

/* Moving average convergence divergence: fast less slow average, and the average of that. Ready from value slow + signal - 1 on. */
typedef struct
{
  PstWindow window; /* the slow one's values, the newest of which are the fast one's */
  gint64 fast_sum;
  gint64 slow_sum;
  PstEma fast_ema;
  PstEma slow_ema;
  PstEma signal_ema;
  double *differences; /* simple: the signal's window */
  guint next_difference;
  guint n_differences;
  guint fast;
  guint slow;
  guint signal;
  PstMacdKind kind;
  double value;
  double signal_value;
  double histogram;
} PstMacd;

/* 0 < fast < slow, 0 < signal */
PST_API void pst_macd_init (PstMacd *macd, guint fast, guint slow, guint signal, PstMacdKind kind);
PST_API void pst_macd_clear (PstMacd *macd);
/* FALSE when a sum overflows. */
PST_API gboolean pst_macd_append (PstMacd *macd, gint64 value, gboolean *ready);

/* The largest or the smallest of the last N values: each value enters and leaves a queue once. Ready from the period-th value on. */
typedef struct
{
  gint64 *values;
  guint64 *numbers;
  guint64 count;
  guint period;
  guint head;
  guint length;
  gboolean largest;
} PstExtreme;

PST_API void pst_extreme_init (PstExtreme *extreme, guint period, gboolean largest);
PST_API void pst_extreme_clear (PstExtreme *extreme);
PST_API gboolean pst_extreme_append (PstExtreme *extreme, gint64 value);

static inline gint64
pst_extreme_get (const PstExtreme *extreme)
{
  return extreme->values[extreme->head];
}

/* The return over the last N values: the newest over the one N before it, less one. Ready from the (period + 1)-th value on. */
typedef struct
{
  PstWindow window;
  double value;
} PstReturn;

PST_API void pst_return_init (PstReturn *change, guint period);
PST_API void pst_return_clear (PstReturn *change);
/* Not ready while the value of then is not above zero. */
PST_API gboolean pst_return_append (PstReturn *change, gint64 value);

/* Efficiency ratio, 0 to 1: how far the last N changes led, over the way that they went; 1 is a straight line, 0 when it led nowhere or nothing
 * moved. Ready from the (period + 1)-th value on. */
typedef struct
{
  PstWindow changes;
  gint64 net;
  gint64 way;
  gint64 previous;
  gboolean begun;
  double value;
} PstEfficiency;

PST_API void pst_efficiency_init (PstEfficiency *efficiency, guint period);
PST_API void pst_efficiency_clear (PstEfficiency *efficiency);
/* FALSE when a sum overflows. */
PST_API gboolean pst_efficiency_append (PstEfficiency *efficiency, gint64 value, gboolean *ready);

/* Average directional index, 0 to 100: Wilder's smoothing, begun as TA-Lib begins it. The sums of directional movement and true range begin with
 * period - 1 bars; the index begins with the mean of the next period values of 100 x |+DI - -DI| / (+DI + -DI), and bars of no movement leave it.
 * Ready from bar 2 x period on. */
typedef struct
{
  double plus; /* smoothed sums */
  double minus;
  double range;
  double sum; /* of the first values */
  double value;
  gint64 high; /* of the bar before */
  gint64 low;
  gint64 close;
  guint period;
  guint count; /* bars so far, up to 2 x the period */
} PstAdx;

/* @period at least 2 */
PST_API void pst_adx_init (PstAdx *adx, guint period);
/* Whether it is ready, this bar included. */
PST_API gboolean pst_adx_append (PstAdx *adx, gint64 high, gint64 low, gint64 close);

#endif

G_END_DECLS
