/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sums over levels are kept as levels are loaded, so that a size costs one look-up and one rounding. Inverses are closed forms:
 *
 *   n + ceil (n * f) <= a          <=>  n <= a / (1 + f)
 *   n - ceil (n * f) >= a          <=>  n >= a / (1 - f)
 *   ceil (p * s) <= n              <=>  s <= n / p
 *   half_even (p * s) >= n         <=>  p * s >= n - 1/2, above it when n is odd
 *
 * with p in the quote's units. What could not be counted with is left out when its level is loaded, so that nothing overflows behind. */

#include "pst-arb-leg.h"

#define RATE ((__int128)PST_RATE_ONE)

static gint
get_exponent (const PstInstrument *instrument)
{
  return (gint)instrument->price_scale + instrument->size_scale - instrument->quote->scale;
}

static __int128
power_of_ten (guint exponent)
{
  guint low = MIN (exponent, PST_SCALE_MAX);

  return (__int128)pst_power_of_ten (low) * pst_power_of_ten (exponent - low);
}

/* What one base step is worth in base units: sizes have a grid that balances can hold, but perhaps more decimals. */
static gboolean
find_unit (const PstInstrument *instrument, gint64 *unit)
{
  return pst_mantissa_rescale (instrument->size_step, instrument->size_scale, instrument->base->scale, PST_ROUND_EXACT, unit);
}

gboolean
pst_arb_leg_init (PstArbLeg *leg, const PstInstrument *instrument, PstSide side, gint64 maker_fee, gint64 taker_fee, const PstBook *book)
{
  leg->instrument = instrument;
  leg->side = side;
  leg->taker_fee = taker_fee;
  leg->reserve_fee = MAX (MAX (maker_fee, taker_fee), 0);
  leg->n_levels = 0;
  leg->exhausted = FALSE;
  pst_book_iter_init (&leg->iter, book, side == PST_SIDE_BUY ? PST_SIDE_SELL : PST_SIDE_BUY);
  if (taker_fee <= -PST_RATE_ONE || taker_fee >= PST_RATE_ONE || !find_unit (instrument, &leg->unit))
    return FALSE;
  leg->constant = pst_arb_log_constant (instrument, side, taker_fee);
  return TRUE;
}

/* Notional of a fill less or plus its fee. FALSE on overflow. */
static gboolean
book_fill (const PstArbLeg *leg, gint64 price, gint64 steps, gint64 *amount)
{
  gint64 quantity, notional, fee;

  return !__builtin_mul_overflow (steps, leg->instrument->size_step, &quantity)
         && pst_instrument_notional (leg->instrument, price, quantity, PST_ROUND_HALF_EVEN, &notional)
         && pst_instrument_fee (leg->instrument, notional, leg->taker_fee, &fee)
         && (leg->side == PST_SIDE_BUY ? pst_add_checked (notional, fee, amount) : pst_subtract_checked (notional, fee, amount));
}

/* Fills at several levels each round for themselves: up to two units a level. */
static gint64
get_margin (guint n)
{
  return n > 0 ? 2 * ((gint64)n + 1) : 0;
}

/* What an order for @steps that reaches level @n may have to pay at its limit. */
static gboolean
find_reserve (const PstArbLeg *leg, guint n, gint64 price, gint64 steps, gint64 *need)
{
  gint64 quantity, notional, fee;

  return !__builtin_mul_overflow (steps, leg->instrument->size_step, &quantity)
         && pst_instrument_notional (leg->instrument, price, quantity, PST_ROUND_UP, &notional)
         && pst_instrument_fee (leg->instrument, notional, leg->reserve_fee, &fee) && pst_add_checked (notional, fee, need)
         && pst_add_checked (*need, get_margin (n), need);
}

/* The inverses multiply twice a notional by the power of ten: that must fit as well. */
static gboolean
has_inverse (const PstArbLeg *leg, gint64 reserve)
{
  gint exponent = get_exponent (leg->instrument);
  __int128 wide;

  return exponent <= 0 || !__builtin_mul_overflow (2 * (__int128)reserve + 2, power_of_ten ((guint)exponent), &wide);
}

static gint64
get_steps_max (const PstInstrument *instrument)
{
  return instrument->size_max > 0 ? instrument->size_max / instrument->size_step : G_MAXINT64 / instrument->size_step;
}

/* FALSE when the level, or a part of it, is the last that counts. */
static gboolean
load (PstArbLeg *leg, const PstBookLevel *from)
{
  const PstArbLevel *last = leg->n_levels > 0 ? &leg->levels[leg->n_levels - 1] : NULL;
  PstArbLevel *level = &leg->levels[leg->n_levels];
  gint64 steps = from->size / leg->instrument->size_step, reserve, amount, base, most = get_steps_max (leg->instrument);
  gboolean whole;

  *level = (PstArbLevel){ .price = from->price, .before = last != NULL ? last->until : 0, .amount_before = last != NULL ? last->amount_until : 0 };
  whole = steps <= most - level->before;
  steps = MIN (steps, most - level->before);
  if (steps == 0)
    return whole;
  level->until = level->before + steps;
  if (__builtin_mul_overflow (level->until, leg->unit, &base) || !book_fill (leg, from->price, steps, &amount)
      || !pst_add_checked (level->amount_before, amount, &level->amount_until)
      || !find_reserve (leg, leg->n_levels, from->price, level->until, &reserve) || !has_inverse (leg, reserve)
      || !find_reserve (leg, leg->n_levels, from->price, level->before + 1, &level->need_first))
    return FALSE;
  leg->n_levels++;
  return whole;
}

const PstArbLevel *
pst_arb_leg_get_level (PstArbLeg *leg, guint n)
{
  while (n >= leg->n_levels)
    {
      const PstBookLevel *from = !leg->exhausted && leg->n_levels < PST_ARB_LEVELS_MAX ? pst_book_iter_next (&leg->iter) : NULL;

      if (from == NULL)
        leg->exhausted = TRUE;
      if (leg->exhausted)
        return NULL;
      leg->exhausted = !load (leg, from);
    }
  return &leg->levels[n];
}

guint
pst_arb_leg_find_level (PstArbLeg *leg, gint64 steps)
{
  guint low = 0, high = leg->n_levels - 1;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (leg->levels[middle].until < steps)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* A part of a level that was loaded fits as the level does. */
gint64
pst_arb_leg_get_amount (PstArbLeg *leg, gint64 steps)
{
  const PstArbLevel *level;
  gint64 amount = 0;

  if (steps <= 0)
    return 0;
  level = &leg->levels[pst_arb_leg_find_level (leg, steps)];
  if (steps == level->until)
    return level->amount_until;
  book_fill (leg, level->price, steps - level->before, &amount);
  return level->amount_before + amount;
}

gint64
pst_arb_leg_get_need (PstArbLeg *leg, gint64 steps)
{
  gint64 need = G_MAXINT64;
  guint n;

  if (steps <= 0)
    return 0;
  if (leg->side == PST_SIDE_SELL)
    return steps * leg->unit;
  n = pst_arb_leg_find_level (leg, steps);
  find_reserve (leg, n, leg->levels[n].price, steps, &need);
  return need;
}

gint64
pst_arb_leg_get_taken (PstArbLeg *leg, gint64 steps)
{
  return leg->side == PST_SIDE_SELL ? steps * leg->unit : pst_arb_leg_get_amount (leg, steps);
}

gint64
pst_arb_leg_get_output (PstArbLeg *leg, gint64 steps)
{
  return leg->side == PST_SIDE_BUY ? steps * leg->unit : pst_arb_leg_get_amount (leg, steps);
}

/* The most steps whose notional at @price, rounded up, with the dearer fee is within @available. */
static gint64
afford (const PstArbLeg *leg, gint64 price, gint64 available)
{
  __int128 notional = (__int128)available * PST_RATE_ONE / (RATE + leg->reserve_fee), per_step = (__int128)price * leg->instrument->size_step, steps;
  gint exponent = get_exponent (leg->instrument);

  if (exponent >= 0)
    {
      if (__builtin_mul_overflow (notional, power_of_ten ((guint)exponent), &notional))
        return G_MAXINT64;
    }
  else if (__builtin_mul_overflow (per_step, power_of_ten ((guint)-exponent), &per_step))
    return 0;
  steps = notional / per_step;
  return steps > G_MAXINT64 ? G_MAXINT64 : (gint64)steps;
}

gint64
pst_arb_leg_forward (PstArbLeg *leg, gint64 available)
{
  const PstArbLevel *level = pst_arb_leg_get_level (leg, 0), *next;
  gint64 steps;
  guint n = 0;

  if (level == NULL || available <= 0)
    return 0;
  if (leg->side == PST_SIDE_SELL)
    {
      steps = available / leg->unit;
      for (; level->until < steps && (next = pst_arb_leg_get_level (leg, n + 1)) != NULL; n++)
        level = next;
      return MIN (steps, level->until);
    }
  for (; (next = pst_arb_leg_get_level (leg, n + 1)) != NULL && next->need_first <= available; n++)
    level = next;
  return MIN (afford (leg, level->price, available - get_margin (n)), level->until);
}

/* The least steps whose notional at @price, rounded half-even, is @notional. A whole level has it. */
static gint64
find_steps (const PstArbLeg *leg, gint64 price, __int128 notional)
{
  __int128 per_step = 2 * (__int128)price * leg->instrument->size_step, twice = 2 * notional;
  gint exponent = get_exponent (leg->instrument);

  /* p * s at n - 1/2 rounds to n when n is even. Nothing is rounded where the quote has as many decimals as the product. */
  if (exponent > 0)
    twice = (twice - 1) * power_of_ten ((guint)exponent) + (notional & 1);
  else
    per_step *= power_of_ten ((guint)-exponent);
  return (gint64)((twice + per_step - 1) / per_step);
}

/* The least steps of one level that bring @wanted, which the whole level does. */
static gint64
bring (const PstArbLeg *leg, const PstArbLevel *level, gint64 wanted)
{
  __int128 left = RATE - leg->taker_fee;

  return find_steps (leg, level->price, ((__int128)wanted * PST_RATE_ONE + left - 1) / left);
}

gint64
pst_arb_leg_backward (PstArbLeg *leg, gint64 wanted)
{
  const PstArbLevel *level = pst_arb_leg_get_level (leg, 0), *next;
  gint64 steps;

  if (level == NULL || wanted <= 0)
    return 0;
  if (leg->side == PST_SIDE_SELL)
    {
      for (guint n = 0; level->amount_until < wanted && (next = pst_arb_leg_get_level (leg, n + 1)) != NULL; n++)
        level = next;
      return level->amount_until < wanted ? 0 : level->before + bring (leg, level, wanted - level->amount_before);
    }
  steps = wanted / leg->unit + (wanted % leg->unit != 0);
  for (guint n = 0; level->until < steps && (next = pst_arb_leg_get_level (leg, n + 1)) != NULL; n++)
    level = next;
  return level->until < steps ? 0 : steps;
}

gint64
pst_arb_leg_get_limit (PstArbLeg *leg, gint64 steps)
{
  return leg->levels[pst_arb_leg_find_level (leg, steps)].price;
}

static gint64
get_steps_min (const PstInstrument *instrument)
{
  return instrument->size_min / instrument->size_step + (instrument->size_min % instrument->size_step != 0);
}

/* What an order that reaches @level must have at least; more than the level has when it cannot. */
static gint64
find_least (const PstArbLeg *leg, const PstArbLevel *level)
{
  const PstInstrument *instrument = leg->instrument;
  gint64 least = MAX (get_steps_min (instrument), level->before + 1), notional;

  if (instrument->notional_min == 0)
    return least;
  if (!pst_instrument_notional (instrument, level->price, level->until * instrument->size_step, PST_ROUND_HALF_EVEN, &notional)
      || notional < instrument->notional_min)
    return G_MAXINT64;
  return MAX (least, find_steps (leg, level->price, instrument->notional_min));
}

gint64
pst_arb_leg_raise (PstArbLeg *leg, gint64 steps)
{
  const PstArbLevel *level;

  for (guint n = pst_arb_leg_find_level (leg, steps); (level = pst_arb_leg_get_level (leg, n)) != NULL; n++)
    {
      gint64 least = MAX (find_least (leg, level), steps);

      if (least <= level->until)
        return least;
    }
  return 0;
}

gint64
pst_arb_leg_lower (PstArbLeg *leg, gint64 steps)
{
  for (guint n = pst_arb_leg_find_level (leg, steps) + 1; n-- > 0;)
    {
      const PstArbLevel *level = &leg->levels[n];
      gint64 most = MIN (steps, level->until);

      if (find_least (leg, level) <= most)
        return most;
    }
  return 0;
}

gint64
pst_arb_leg_fit (const PstArbLeg *leg, gint64 limit_price, gint64 available)
{
  const PstInstrument *instrument = leg->instrument;
  gint64 steps = leg->side == PST_SIDE_SELL ? available / leg->unit : afford (leg, limit_price, available - get_margin (PST_ARB_LEVELS_MAX)),
         notional;

  steps = MIN (MAX (steps, 0), get_steps_max (instrument));
  if (steps < MAX (get_steps_min (instrument), 1))
    return 0;
  if (instrument->notional_min > 0
      && (!pst_instrument_notional (instrument, limit_price, steps * instrument->size_step, PST_ROUND_HALF_EVEN, &notional)
          || notional < instrument->notional_min))
    return 0;
  return steps;
}
