/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* fast average above slow average: F / f > S / s, that is F * s - S * f > 0 with the sums F and S. With running sums P it is
 *
 *   P[i] * (s - f) - P[i - f] * s + P[i - s] * f > 0
 *
 * Every term is an integer below 2^53, so doubles compare it exactly, and four or eight bars go at once. */
#include "pst-cross-kernel.h"

#include <string.h>

#ifdef __x86_64__
#include <immintrin.h>
#endif

#define EXACT_MAX ((gint64)1 << 53)
/* That go over the bars together: with their tile they stay in the first cache. */
#define LANES 64

struct _PstCrossKernel
{
  double *sums; /* of the closes before a bar, less their first, so that the numbers stay small; n_bars + 1 of them */
  gsize n_bars;
};

/**
 * pst_cross_kernel_new: (skip)
 * @columns: bars of one instrument
 * @period_max: the longest period
 *
 * Any thread.
 *
 * Returns: (transfer full) (nullable): the kernel; %NULL when the series is too long, or its prices too large, for exact comparisons
 */
PstCrossKernel *
pst_cross_kernel_new (const PstBarColumns *columns, guint period_max)
{
  PstCrossKernel *kernel;
  g_autofree double *sums = g_new (double, columns->n_bars + 1);
  gint64 sum = 0, largest = 0;

  sums[0] = 0.0;
  for (gsize i = 0; i < columns->n_bars; i++)
    {
      gint64 offset;

      if (!pst_subtract_checked (columns->close[i], columns->close[0], &offset) || !pst_add_checked (sum, offset, &sum))
        return NULL;
      largest = MAX (largest, ABS (sum));
      if (largest > EXACT_MAX)
        return NULL;
      sums[i + 1] = (double)sum;
    }
  /* Three products, each at most the largest sum times the longest period. */
  if (largest > EXACT_MAX / 4 / MAX (period_max, 1))
    return NULL;
  kernel = g_new0 (PstCrossKernel, 1);
  kernel->sums = g_steal_pointer (&sums);
  kernel->n_bars = columns->n_bars;
  return kernel;
}

/**
 * pst_cross_kernel_free: (skip)
 * @kernel: (transfer full): a kernel
 */
void
pst_cross_kernel_free (PstCrossKernel *kernel)
{
  g_free (kernel->sums);
  g_free (kernel);
}

/* What a tile of one pair is compared with. */
typedef struct
{
  const double *now, *before_fast, *before_slow;
  double fast, slow;
} Pair;

typedef void (*CompareFunc) (const Pair *pair, guint n_words, guint64 *above, guint64 *below);

static void
compare_plain (const Pair *pair, guint n_words, guint64 *above, guint64 *below)
{
  for (guint w = 0; w < n_words; w++)
    {
      guint64 over = 0, under = 0;

      for (guint i = 0; i < 64; i++)
        {
          guint at = w * 64 + i;
          double difference = pair->now[at] * (pair->slow - pair->fast) - pair->before_fast[at] * pair->slow + pair->before_slow[at] * pair->fast;

          over |= (guint64)(difference > 0.0) << i;
          under |= (guint64)(difference < 0.0) << i;
        }
      above[w] = over;
      below[w] = under;
    }
}

#ifdef __x86_64__
__attribute__ ((target ("avx2"))) static void
compare_avx2 (const Pair *pair, guint n_words, guint64 *above, guint64 *below)
{
  const __m256d fast = _mm256_set1_pd (pair->fast), slow = _mm256_set1_pd (pair->slow), both = _mm256_set1_pd (pair->slow - pair->fast);
  const __m256d zero = _mm256_setzero_pd ();

  for (guint w = 0; w < n_words; w++)
    {
      guint64 over = 0, under = 0;

      for (guint i = 0; i < 64; i += 4)
        {
          guint at = w * 64 + i;
          __m256d difference = _mm256_sub_pd (_mm256_mul_pd (_mm256_loadu_pd (pair->now + at), both),
                                              _mm256_mul_pd (_mm256_loadu_pd (pair->before_fast + at), slow));

          difference = _mm256_add_pd (difference, _mm256_mul_pd (_mm256_loadu_pd (pair->before_slow + at), fast));
          over |= (guint64)(guint)_mm256_movemask_pd (_mm256_cmp_pd (difference, zero, _CMP_GT_OQ)) << i;
          under |= (guint64)(guint)_mm256_movemask_pd (_mm256_cmp_pd (difference, zero, _CMP_LT_OQ)) << i;
        }
      above[w] = over;
      below[w] = under;
    }
}

__attribute__ ((target ("avx512f"))) static void
compare_avx512 (const Pair *pair, guint n_words, guint64 *above, guint64 *below)
{
  const __m512d fast = _mm512_set1_pd (pair->fast), slow = _mm512_set1_pd (pair->slow), both = _mm512_set1_pd (pair->slow - pair->fast);
  const __m512d zero = _mm512_setzero_pd ();

  for (guint w = 0; w < n_words; w++)
    {
      guint64 over = 0, under = 0;

      for (guint i = 0; i < 64; i += 8)
        {
          guint at = w * 64 + i;
          __m512d difference
              = _mm512_fmsub_pd (_mm512_loadu_pd (pair->now + at), both, _mm512_mul_pd (_mm512_loadu_pd (pair->before_fast + at), slow));

          difference = _mm512_fmadd_pd (_mm512_loadu_pd (pair->before_slow + at), fast, difference);
          over |= (guint64)_mm512_cmp_pd_mask (difference, zero, _CMP_GT_OQ) << i;
          under |= (guint64)_mm512_cmp_pd_mask (difference, zero, _CMP_LT_OQ) << i;
        }
      above[w] = over;
      below[w] = under;
    }
}
#endif

/* All give the same bits: nothing is rounded. */
static CompareFunc
choose_compare (void)
{
#ifdef __x86_64__
  if (__builtin_cpu_supports ("avx512f"))
    return compare_avx512;
  if (__builtin_cpu_supports ("avx2"))
    return compare_avx2;
#endif
  return compare_plain;
}

/* The last bars that do not fill a word. */
static void
compare_rest (const PstCrossKernel *kernel, gsize first, guint n, double fast, double slow, guint64 *above, guint64 *below)
{
  const double *sums = kernel->sums + first + 1;

  *above = *below = 0;
  for (guint i = 0; i < n; i++)
    {
      const double *now = sums + i;
      double difference = now[0] * (slow - fast) - now[-(gssize)fast] * slow + now[-(gssize)slow] * fast;

      *above |= (guint64)(difference > 0.0) << i;
      *below |= (guint64)(difference < 0.0) << i;
    }
}

/* How the lanes of one call are filled. */
typedef struct
{
  const PstCrossMoney *money;
  CompareFunc compare;
  const PstCrossShort *quick; /* NULL: the general way only */
} Filler;

static const PstCrossShort *
choose_quick (const PstCrossMoney *money)
{
  return money->fills_at_close && money->size == 0 && money->takes_all && !money->checks_estimate ? money->quick : NULL;
}

/* Where an order of this bar fills; FALSE when there is no such bar any more. */
static inline gboolean
get_fill_price (const PstCrossMoney *money, gsize bar, gint64 *price)
{
  if (!money->fills_at_close && bar + 1 == money->columns->n_bars)
    return FALSE;
  *price = money->fills_at_close ? money->columns->close[bar] : money->columns->open[bar + 1];
  return TRUE;
}

/* As the strategy would ask: without an estimate above zero there is no order. */
static gboolean
has_estimate (const PstCrossMoney *money, gint64 cash, gsize bar)
{
  const PstInstrument *instrument = money->columns->instrument;
  const PstFillCosts costs = { .taker_fee = instrument->taker_fee };
  gint64 size;

  return !money->checks_estimate || (pst_fill_size_for_cash (&costs, instrument, money->columns->close[bar], cash, &size) && size > 0);
}

static inline gboolean
quote_size (const PstCrossMoney *money, gint64 price, PstFillQuote *quote)
{
  return pst_instrument_notional (money->columns->instrument, price, quote->size, PST_ROUND_HALF_EVEN, &quote->notional)
         && pst_fill_fee (&money->costs, money->columns->instrument, quote->notional, PST_LIQUIDITY_TAKER, &quote->fee);
}

static inline void
settle (PstCrossLane *lane, const PstFillQuote *quote, gint sign)
{
  if (!pst_subtract_checked (lane->cash, sign * quote->notional, &lane->cash) || !pst_subtract_checked (lane->cash, quote->fee, &lane->cash))
    lane->failed = TRUE;
  lane->fees += quote->fee;
  lane->n_fills++;
  lane->size = sign > 0 ? quote->size : 0;
}

/* A fixed size is filled when it can be paid. */
static void
enter_size (const PstCrossMoney *money, PstCrossLane *lane, gint64 price)
{
  PstFillQuote quote = { .size = money->size };
  gint64 need;

  if (!quote_size (money, price, &quote))
    lane->failed = TRUE;
  else if (pst_fill_need (money->columns->instrument, 0, 0, PST_SIDE_BUY, quote.size, price, quote.fee, &need) && need <= lane->cash)
    settle (lane, &quote, 1);
}

static void
enter (const PstCrossMoney *money, PstCrossLane *lane, gsize bar)
{
  const PstInstrument *instrument = money->columns->instrument;
  gint64 price, cash = lane->cash;
  PstFillQuote quote;

  if (lane->cash <= 0 || !get_fill_price (money, bar, &price))
    return;
  if (money->costs.slippage != 0 && !pst_fill_slip (instrument, PST_SIDE_BUY, price, money->costs.slippage, &price))
    lane->failed = TRUE;
  else if (money->size != 0)
    enter_size (money, lane, price);
  else if (!money->takes_all && !pst_mantissa_multiply (lane->cash, money->share->mantissa, money->share->scale, 0, PST_ROUND_DOWN, &cash))
    lane->failed = TRUE;
  else if (!has_estimate (money, cash, bar))
    return;
  else if (!pst_fill_quote_for_cash (&money->costs, instrument, price, cash, &quote))
    lane->failed = TRUE;
  else if (quote.size > 0)
    settle (lane, &quote, 1);
}

static void
leave (const PstCrossMoney *money, PstCrossLane *lane, gsize bar)
{
  PstFillQuote quote = { .size = lane->size };
  gint64 price;

  if (!get_fill_price (money, bar, &price))
    return;
  if ((money->costs.slippage == 0 || pst_fill_slip (money->columns->instrument, PST_SIDE_SELL, price, money->costs.slippage, &price))
      && quote_size (money, price, &quote))
    settle (lane, &quote, -1);
  else
    lane->failed = TRUE;
}

/* What a run would only find out between two fills. */
static inline gboolean
is_doubtful (const PstCrossMoney *money, gint64 size, gint64 cash)
{
  return money->size_max != 0 && ((size > money->size_max) | (cash > PST_CROSS_WIDE_MAX / 2));
}

/* One fill in the general way. */
static void
fill_general (const PstCrossMoney *money, PstCrossLane *lane, gsize bar)
{
  if (lane->size == 0)
    enter (money, lane, bar);
  else
    leave (money, lane, bar);
  if (is_doubtful (money, lane->size, lane->cash))
    lane->failed = TRUE;
}

/* One fill in the short way, on what the caller has in registers. FALSE: nothing has changed. */
static inline gboolean
fill_quickly (const Filler *filler, gsize bar, gint64 *cash, gint64 *size, gint64 *fees)
{
  gint64 price = filler->money->columns->close[bar], after;
  PstFillQuote quote = { .size = *size };

  if (*size == 0)
    {
      if (*cash <= 0 || !pst_cross_short_enter (filler->quick, bar, price, *cash, &quote))
        return FALSE;
      *cash -= quote.notional + quote.fee;
      *size = quote.size;
    }
  else
    {
      if (!pst_cross_short_quote (filler->quick, price, &quote) || !pst_add_checked (*cash, quote.notional - quote.fee, &after))
        return FALSE;
      *cash = after;
      *size = 0;
    }
  *fees += quote.fee;
  return TRUE;
}

static inline guint64
bits_behind (guint at)
{
  return at == 63 ? 0 : ~G_GUINT64_CONSTANT (0) << (at + 1);
}

/* Entries and exits of one word from @first on; only the one that changes something is looked for. */
static void
fill_word_general (const Filler *filler, PstCrossLane *lane, gsize first, guint64 entries, guint64 exits)
{
  guint64 bits;

  while (!lane->failed && (bits = lane->size == 0 ? entries : exits) != 0)
    {
      guint at = (guint)__builtin_ctzll (bits);

      fill_general (filler->money, lane, first + at);
      entries &= bits_behind (at);
      exits &= bits_behind (at);
    }
}

static inline void
fill_word (const Filler *filler, PstCrossLane *lane, gsize first, guint64 entries, guint64 exits)
{
  gint64 cash = lane->cash, size = lane->size, fees = lane->fees;
  guint64 bits, n_fills = 0;
  gboolean doubtful = lane->failed, was_quick = filler->quick != NULL;

  while (was_quick && (bits = size == 0 ? entries : exits) != 0)
    {
      guint at = (guint)__builtin_ctzll (bits);

      was_quick = fill_quickly (filler, first + at, &cash, &size, &fees);
      if (!was_quick)
        break;
      doubtful |= is_doubtful (filler->money, size, cash);
      n_fills++;
      entries &= bits_behind (at);
      exits &= bits_behind (at);
    }
  lane->cash = cash;
  lane->size = size;
  lane->fees = fees;
  lane->n_fills += n_fills;
  lane->failed = (guint8)doubtful;
  if (!was_quick)
    fill_word_general (filler, lane, first, entries, exits);
}

/* Crossings are where a bar is above and the one before was not. */
static inline void
take_word (const Filler *filler, PstCrossLane *lane, gsize first, guint64 above, guint64 below)
{
  guint64 up = above & ~(above << 1 | lane->was_above), down = below & ~(below << 1 | lane->was_below);

  lane->was_above = above >> 63;
  lane->was_below = below >> 63;
  fill_word (filler, lane, first, up, down);
}

/**
 * pst_cross_lane_fill: (skip)
 * @money: how it fills
 * @lane: a lane, with the cash it starts with and all else zero
 * @entries: (array length=n_words): bars that say: be long
 * @exits: (array length=n_words): bars that say: be flat
 * @n_words: words of 64 bars
 *
 * Any thread.
 */
void
pst_cross_lane_fill (const PstCrossMoney *money, PstCrossLane *lane, const guint64 *entries, const guint64 *exits, gsize n_words)
{
  const Filler filler = { .money = money, .quick = choose_quick (money) };

  for (gsize w = 0; w < n_words; w++)
    fill_word (&filler, lane, w * 64, entries[w], exits[w]);
}

typedef void (*SplitFunc) (const guint8 *signals, guint64 *entries, guint64 *exits);

/* 64 bars to a word of entries and one of exits. */
static void
split_plain (const guint8 *signals, guint64 *entries, guint64 *exits)
{
  *entries = *exits = 0;
  for (guint i = 0; i < 64; i++)
    {
      *entries |= (guint64)((signals[i] & PST_SIGNAL_ENTER_LONG) != 0) << i;
      *exits |= (guint64)((signals[i] & PST_SIGNAL_EXIT_LONG) != 0) << i;
    }
}

#ifdef __x86_64__
/* The bits are moved to where a mask is taken from. */
__attribute__ ((target ("avx2"))) static void
split_avx2 (const guint8 *signals, guint64 *entries, guint64 *exits)
{
  const __m256i low = _mm256_loadu_si256 ((const __m256i *)(gconstpointer)signals);
  const __m256i high = _mm256_loadu_si256 ((const __m256i *)(gconstpointer)(signals + 32));

  *entries
      = (guint64)(guint)_mm256_movemask_epi8 (_mm256_slli_epi16 (low, 7)) | (guint64)(guint)_mm256_movemask_epi8 (_mm256_slli_epi16 (high, 7)) << 32;
  *exits
      = (guint64)(guint)_mm256_movemask_epi8 (_mm256_slli_epi16 (low, 6)) | (guint64)(guint)_mm256_movemask_epi8 (_mm256_slli_epi16 (high, 6)) << 32;
}
#endif

static SplitFunc
choose_split (void)
{
#ifdef __x86_64__
  if (__builtin_cpu_supports ("avx2"))
    return split_avx2;
#endif
  return split_plain;
}

/**
 * pst_cross_lane_follow: (skip)
 * @money: how it fills
 * @lane: a lane, with the cash it starts with and all else zero
 * @signals: (array length=n_bars): #PstSignal of each bar
 * @n_bars: bars that have one
 *
 * Any thread.
 */
void
pst_cross_lane_follow (const PstCrossMoney *money, PstCrossLane *lane, const guint8 *signals, gsize n_bars)
{
  const Filler filler = { .money = money, .quick = choose_quick (money) };
  SplitFunc split = choose_split ();
  guint64 entries, exits;
  guint8 rest[64] = { 0 };
  gsize first = 0;

  for (; first + 64 <= n_bars; first += 64)
    {
      split (signals + first, &entries, &exits);
      fill_word (&filler, lane, first, entries, exits & ~entries);
    }
  if (first == n_bars)
    return;
  memcpy (rest, signals + first, n_bars - first);
  split (rest, &entries, &exits);
  fill_word (&filler, lane, first, entries, exits & ~entries);
}

/* The first bar of which both averages are known says nothing of crossings. */
static void
begin (const PstCrossKernel *kernel, PstCrossLane *lane)
{
  gsize first = lane->slow - 1;
  guint64 above, below;

  compare_rest (kernel, first, 1, lane->fast, lane->slow, &above, &below);
  lane->was_above = (guint8)above;
  lane->was_below = (guint8)below;
  lane->is_ready = TRUE;
}

static void
take_tile (const PstCrossKernel *kernel, const Filler *filler, PstCrossLane *lane, gsize first, gsize end)
{
  guint64 above[PST_CROSS_WORDS], below[PST_CROSS_WORDS];
  const double *sums = kernel->sums + 1;
  guint n_words, rest;

  if (end <= lane->slow)
    return;
  if (!lane->is_ready)
    {
      begin (kernel, lane);
      first = MAX (first, lane->slow);
    }
  n_words = (guint)((end - first) / 64);
  filler->compare (&(const Pair){ sums + first, sums + first - lane->fast, sums + first - lane->slow, lane->fast, lane->slow }, n_words, above,
                   below);
  for (guint w = 0; w < n_words; w++)
    take_word (filler, lane, first + w * 64, above[w], below[w]);
  first += n_words * 64;
  rest = (guint)(end - first);
  if (rest == 0)
    return;
  compare_rest (kernel, first, rest, lane->fast, lane->slow, above, below);
  take_word (filler, lane, first, above[0], below[0]);
  lane->was_above = (above[0] >> (rest - 1)) & 1;
  lane->was_below = (below[0] >> (rest - 1)) & 1;
}

/**
 * pst_cross_kernel_run: (skip)
 * @kernel: sums of the series
 * @money: how lanes fill
 * @lanes: (array length=n_lanes): the pairs, with the cash they start with and all else zero
 * @n_lanes: how many
 *
 * Any thread; @kernel is only read.
 */
void
pst_cross_kernel_run (const PstCrossKernel *kernel, const PstCrossMoney *money, PstCrossLane *lanes, guint n_lanes)
{
  const Filler filler = { .money = money, .compare = choose_compare (), .quick = choose_quick (money) };

  for (guint block = 0; block < n_lanes; block += LANES)
    for (gsize first = 0; first < kernel->n_bars; first += PST_CROSS_TILE)
      for (guint i = block; i < MIN (block + LANES, n_lanes); i++)
        take_tile (kernel, &filler, &lanes[i], first, MIN (first + PST_CROSS_TILE, kernel->n_bars));
}

/**
 * pst_cross_kernel_run_plain: (skip)
 * @money: how the lane fills
 * @lane: a pair, with the cash it starts with and all else zero
 *
 * Any thread.
 */
void
pst_cross_kernel_run_plain (const PstCrossMoney *money, PstCrossLane *lane)
{
  const gint64 *close = money->columns->close;
  gint64 fast_sum = 0, slow_sum = 0;
  gint before = 0;

  for (gsize i = 0; i < money->columns->n_bars; i++)
    {
      __int128 left, right;
      gint relation;

      fast_sum += close[i] - (i >= lane->fast ? close[i - lane->fast] : 0);
      slow_sum += close[i] - (i >= lane->slow ? close[i - lane->slow] : 0);
      if (i + 1 < lane->slow)
        continue;
      left = (__int128)fast_sum * lane->slow;
      right = (__int128)slow_sum * lane->fast;
      relation = (left > right) - (left < right);
      if (i + 1 > lane->slow && relation > 0 && before <= 0 && lane->size == 0)
        enter (money, lane, i);
      else if (i + 1 > lane->slow && relation < 0 && before >= 0 && lane->size > 0)
        leave (money, lane, i);
      before = relation;
    }
}
