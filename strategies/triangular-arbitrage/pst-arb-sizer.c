/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How the best size is found. One leg, the one with the coarsest steps, is the reference: each of its sizes has a least input, calculated backwards
 * through the legs before it, and a largest result, calculated forwards through those behind it, both exact. So the profit is a function of one
 * integer. Between two ends of levels, of whichever leg, it is a straight line but for the roundings; at an end its slope falls, and it may fall
 * itself, never rise. So its peak is near the last end that is reached with a slope above zero, or near an end before it. All these ends are
 * calculated, and from the most promising ones on the sizes beside them, until the line has come down by more than all roundings together can add:
 * then nothing better is left. */

#include "pst-arb-sizer.h"

#include "pst-arb-product.h"

/* Between two ends of levels. */
typedef struct
{
  gint64 after;     /* its first size is one more */
  gint64 until;     /* its last size */
  gint64 centre;    /* where its best size is looked for, to both sides */
  gint64 slope;     /* log2 of what one more unit returns, not below the truth */
  gint64 profit;    /* at the centre */
  gint64 spent;     /* at the centre */
  gint64 surplus;   /* at the centre */
  gboolean clamped; /* least sizes keep the centre off the line */
  gboolean done;
} Segment;

#define SEGMENTS_MAX 256
/* By how much the logarithm of a product of four rates may be above the truth. */
#define SLOPE_SLACK 256

typedef struct
{
  PstArbLeg *legs;
  guint n_legs;
  const PstArbTerms *terms;
  guint reference;
  gint64 noise; /* what all roundings together can make of a profit, at most */
  gint64 end;   /* the largest size of the reference */
  gint64 least; /* log2 of what a unit must return, not above the truth */
  Segment segments[SEGMENTS_MAX];
  guint n_segments;
  PstArbPlan best;
  gboolean found;
  guint n_trials;
  gboolean proven;
} Search;

/* Multiplies the rates of prices into a fraction; fees are for others. */
static void
collect_rate (const PstInstrument *instrument, PstSide side, gint64 price, PstArbProduct *gain, PstArbProduct *cost, gint *exponent)
{
  pst_arb_product_multiply (side == PST_SIDE_SELL ? gain : cost, (guint64)price);
  *exponent += side == PST_SIDE_SELL ? -(gint)instrument->price_scale : instrument->price_scale;
}

static void
apply_exponent (PstArbProduct *gain, PstArbProduct *cost, gint exponent)
{
  pst_arb_product_scale (exponent > 0 ? gain : cost, (guint)ABS (exponent));
}

gint64
pst_arb_sizer_gross_rate (const PstInstrument *const *instruments, const PstSide *sides, const gint64 *prices, guint n_legs)
{
  PstArbProduct gain, cost;
  gint exponent = 0;

  pst_arb_product_init (&gain);
  pst_arb_product_init (&cost);
  for (guint i = 0; i < n_legs; i++)
    collect_rate (instruments[i], sides[i], prices[i], &gain, &cost, &exponent);
  apply_exponent (&gain, &cost, exponent);
  pst_arb_product_multiply (&gain, PST_RETURN_ONE);
  return pst_arb_product_divide (&gain, &cost);
}

gboolean
pst_arb_sizer_pays_at_touch (const PstArbLeg *legs, guint n_legs, gint64 net_least)
{
  PstArbProduct gain, cost;
  gint exponent = 0, order;

  pst_arb_product_init (&gain);
  pst_arb_product_init (&cost);
  for (guint i = 0; i < n_legs; i++)
    {
      gboolean sells = legs[i].side == PST_SIDE_SELL;

      collect_rate (legs[i].instrument, legs[i].side, legs[i].levels[0].price, &gain, &cost, &exponent);
      pst_arb_product_multiply (&gain, (guint64)(sells ? PST_RATE_ONE - legs[i].taker_fee : PST_RATE_ONE));
      pst_arb_product_multiply (&cost, (guint64)(sells ? PST_RATE_ONE : PST_RATE_ONE + legs[i].taker_fee));
    }
  apply_exponent (&gain, &cost, exponent);
  pst_arb_product_multiply (&gain, PST_RETURN_ONE);
  pst_arb_product_multiply (&cost, (guint64)(PST_RETURN_ONE + net_least));
  order = pst_arb_product_compare (&gain, &cost);
  return net_least > 0 ? order >= 0 : order > 0;
}

gint64
pst_arb_sizer_net_rate (gint64 spent, gint64 returned)
{
  gint64 rate;

  return pst_mantissa_multiply_divide (returned, PST_RETURN_ONE, spent, PST_ROUND_FLOOR, &rate) ? rate : G_MAXINT64;
}

/* What is returned over the least that has to be: not below 0 when enough is. In units of the base currency, rounded down. */
static gint64
get_surplus (const Search *search, const PstArbPlan *plan)
{
  __int128 least = (__int128)plan->spent * search->terms->net_least, profit = (__int128)(plan->returned - plan->spent) * PST_RETURN_ONE;
  __int128 surplus = profit - least;

  return (gint64)(surplus >= 0 ? surplus / PST_RETURN_ONE : -((-surplus + PST_RETURN_ONE - 1) / PST_RETURN_ONE));
}

/* The least size of leg @i that pays for the leg behind it. */
static gint64
step_back (PstArbLeg *legs, guint i, gint64 steps_behind, gboolean *clamped)
{
  gint64 steps = pst_arb_leg_backward (&legs[i], pst_arb_leg_get_need (&legs[i + 1], steps_behind)), raised;

  if (steps == 0)
    return 0;
  raised = pst_arb_leg_raise (&legs[i], steps);
  *clamped |= raised != steps;
  return raised;
}

/* The largest size of leg @i that the leg before it pays for. */
static gint64
step_on (PstArbLeg *legs, guint i, gint64 steps_before, gboolean *clamped)
{
  gint64 steps = pst_arb_leg_forward (&legs[i], pst_arb_leg_get_output (&legs[i - 1], steps_before)), lowered;

  if (steps == 0)
    return 0;
  lowered = pst_arb_leg_lower (&legs[i], steps);
  *clamped |= lowered != steps;
  return lowered;
}

/* The whole cycle for @size of the reference. FALSE when books, capital or venues do not have it. */
static gboolean
calculate (const Search *search, guint reference, gint64 size, PstArbPlan *plan)
{
  PstArbLeg *legs = search->legs;
  guint last = search->n_legs - 1;

  plan->n_legs = search->n_legs;
  plan->steps[reference] = size;
  plan->clamped = FALSE;
  for (guint i = reference; i-- > 0;)
    if ((plan->steps[i] = step_back (legs, i, plan->steps[i + 1], &plan->clamped)) == 0)
      return FALSE;
  for (guint i = reference + 1; i <= last; i++)
    if ((plan->steps[i] = step_on (legs, i, plan->steps[i - 1], &plan->clamped)) == 0)
      return FALSE;
  plan->need = pst_arb_leg_get_need (&legs[0], plan->steps[0]);
  plan->spent = pst_arb_leg_get_taken (&legs[0], plan->steps[0]);
  plan->returned = pst_arb_leg_get_output (&legs[last], plan->steps[last]);
  return plan->need <= search->terms->capital && plan->spent > 0;
}

static gboolean
is_better (const Search *search, const PstArbPlan *plan)
{
  gint64 profit = plan->returned - plan->spent, best = search->best.returned - search->best.spent;

  if (profit <= 0 || get_surplus (search, plan) < 0)
    return FALSE;
  return !search->found || profit > best || (profit == best && plan->spent < search->best.spent);
}

/* Calculates a size and keeps it when it is the best. */
static gboolean
try_size (Search *search, gint64 size, PstArbPlan *plan)
{
  search->n_trials++;
  if (pst_arb_leg_raise (&search->legs[search->reference], size) != size || !calculate (search, search->reference, size, plan))
    return FALSE;
  if (is_better (search, plan))
    {
      search->best = *plan;
      search->found = TRUE;
    }
  return TRUE;
}

/* The size of the reference up to which @steps of leg @i reach: G_MAXINT64 when it cannot be reached. */
static gint64
map_to_reference (const Search *search, guint i, gint64 steps)
{
  gboolean clamped = FALSE;

  for (; i < search->reference && steps > 0; i++)
    steps = step_on (search->legs, i + 1, steps, &clamped);
  for (; i > search->reference; i--)
    if ((steps = step_back (search->legs, i - 1, steps, &clamped)) == 0)
      return G_MAXINT64;
  return steps;
}

/* log2 of what a unit of an amount before leg @i is worth in units of the base currency at the touch. */
static gint64
log_value (const Search *search, guint i)
{
  const PstArbLeg *first = &search->legs[0];
  const PstCurrency *base = pst_arb_edge_from (first->instrument, first->side), *currency = base;
  gint64 log = 0;

  if (i < search->n_legs)
    currency = pst_arb_edge_from (search->legs[i].instrument, search->legs[i].side);
  for (guint k = i; k < search->n_legs; k++)
    log += pst_arb_log_rate (search->legs[k].side, search->legs[k].constant, search->legs[k].levels[0].price);
  if (base->scale >= currency->scale)
    return log + pst_arb_log_power_up (base->scale - currency->scale);
  return log - pst_arb_log_power_down (currency->scale - base->scale);
}

static gint64
add_saturated (gint64 a, gint64 b)
{
  gint64 sum;

  return pst_add_checked (a, b, &sum) ? MIN (sum, G_MAXINT64 / 8) : G_MAXINT64 / 8;
}

/* Chooses the leg whose steps are worth most, and adds up what roundings can do: each leg may leave or take a step more than it should, and each of
 * its fills may round a notional and a fee. */
static void
choose_reference (Search *search)
{
  gint64 most = G_MININT64;

  for (guint i = 0; i < search->n_legs; i++)
    {
      const PstArbLeg *leg = &search->legs[i];
      guint base = leg->side == PST_SIDE_BUY ? i + 1 : i, quote = leg->side == PST_SIDE_BUY ? i : i + 1;
      gint64 step = log_value (search, base) + pst_arb_log_up ((guint64)leg->unit);

      if (step > most)
        {
          most = step;
          search->reference = i;
        }
      search->noise = add_saturated (search->noise, pst_arb_log_raise_up (step));
      for (guint k = 0; k < 4; k++)
        search->noise = add_saturated (search->noise, pst_arb_log_raise_up (log_value (search, quote)));
    }
}

/* Further levels can round as well. */
static void
add_level_noise (Search *search, guint i)
{
  gint64 unit = pst_arb_log_raise_up (log_value (search, search->legs[i].side == PST_SIDE_BUY ? i : i + 1));

  search->noise = add_saturated (search->noise, add_saturated (unit, unit));
}

/* A part of the segment, which is a straight line but for roundings, returns enough: where the line says that it ends. */
static gint64
find_crossing (Search *search, const Segment *segment, gint64 surplus_at_end)
{
  PstArbPlan plan;
  gint64 surplus, first = segment->after + 1;

  if (!calculate (search, search->reference, first, &plan) || (surplus = get_surplus (search, &plan)) < 0)
    return segment->after;
  return first + (gint64)((__int128)(segment->until - first) * surplus / ((__int128)surplus - surplus_at_end));
}

static void
add_segment (Search *search, gint64 after, gint64 until, gint64 slope)
{
  Segment segment = { .after = after, .until = until, .centre = until, .slope = slope };
  PstArbPlan plan = { 0 };
  gint64 surplus;

  if (search->n_segments == SEGMENTS_MAX)
    {
      search->proven = FALSE;
      return;
    }
  if (slope < 0)
    segment.centre = after;
  else if (calculate (search, search->reference, until, &plan) && (surplus = get_surplus (search, &plan)) < 0)
    segment.centre = find_crossing (search, &segment, surplus);
  if (segment.centre > 0)
    {
      segment.clamped = !try_size (search, segment.centre, &plan) || plan.clamped;
      segment.profit = plan.returned - plan.spent;
      segment.spent = plan.spent;
      segment.surplus = get_surplus (search, &plan);
    }
  search->segments[search->n_segments++] = segment;
}

/* Where each leg stands, and up to which size its level reaches there. */
typedef struct
{
  guint level[PST_ARB_LEGS_MAX];
  gint64 until[PST_ARB_LEGS_MAX];
} Walk;

/* FALSE when a leg has no further level. */
static gboolean
look (Search *search, Walk *walk, gint64 *slope)
{
  *slope = 0;
  for (guint i = 0; i < search->n_legs; i++)
    {
      const PstArbLevel *level = pst_arb_leg_get_level (&search->legs[i], walk->level[i]);

      if (level == NULL)
        return FALSE;
      *slope += pst_arb_log_rate (search->legs[i].side, search->legs[i].constant, level->price);
      if (walk->until[i] == 0)
        walk->until[i] = MAX (map_to_reference (search, i, level->until), 1);
    }
  return TRUE;
}

/* All three or four books at once, level by level, as long as one more unit brings more than it costs. Behind that only roundings can help. */
static void
walk_books (Search *search)
{
  Walk walk = { 0 };
  gint64 after = 0, slope, until;

  while (after < search->end && look (search, &walk, &slope))
    {
      until = search->end;
      for (guint i = 0; i < search->n_legs; i++)
        until = MIN (until, walk.until[i]);
      if (until > after)
        add_segment (search, after, slope < 0 ? search->end : until, slope);
      if (slope < 0)
        return;
      after = MAX (after, until);
      for (guint i = 0; i < search->n_legs; i++)
        if (walk.until[i] <= until)
          {
            walk.level[i]++;
            walk.until[i] = 0;
            add_level_noise (search, i);
          }
    }
}

/* By how much a line that has come down from its centre to where @spent is taken is lower there, at least: 1 - 2^-a >= a/2 up to a = 1, and
 * 2^a - 1 >= 11/16 a. */
static __int128
get_descent (const Search *search, const Segment *segment, gint64 spent, gint64 slope)
{
  __int128 distance = ABS (spent - segment->spent) - (__int128)search->noise;

  if (distance <= 0)
    return 0;
  if (slope < 0 && spent > segment->spent)
    return distance * MIN (-slope, PST_ARB_LOG_ONE) / (2 * PST_ARB_LOG_ONE);
  if (slope > SLOPE_SLACK && spent < segment->spent)
    return distance * 11 / 16 * MIN (slope - SLOPE_SLACK, PST_ARB_LOG_ONE) / PST_ARB_LOG_ONE;
  return 0;
}

/* Whether a size of the segment that takes @spent, or one behind it as seen from the centre, may be the best, whatever the roundings do. */
static gboolean
can_be_better (const Search *search, const Segment *segment, gint64 spent)
{
  __int128 noise = 3 * (__int128)search->noise;
  gint64 best = search->found ? search->best.returned - search->best.spent : 0;

  if (segment->clamped)
    return TRUE;
  if (segment->profit + noise - get_descent (search, segment, spent, segment->slope) < best)
    return FALSE;
  /* Behind the centre it must still return enough. */
  return spent <= segment->spent || segment->slope >= search->least
         || segment->surplus + noise - get_descent (search, segment, spent, segment->slope - search->least) >= 0;
}

/* From the centre in one direction to the segment's end. */
static void
explore_side (Search *search, const Segment *segment, gint step, guint trials_max)
{
  gint64 last = step < 0 ? segment->after + 1 : segment->until;
  PstArbPlan plan;

  for (gint64 size = segment->centre + step; step < 0 ? size >= last : size <= last; size += step)
    {
      if (search->n_trials >= trials_max)
        {
          search->proven = FALSE;
          return;
        }
      /* What a venue does not take is left out; behind it there may be more. */
      if (try_size (search, size, &plan) && !can_be_better (search, segment, plan.spent))
        return;
    }
}

static Segment *
find_most_promising (Search *search)
{
  Segment *most = NULL;

  for (guint i = 0; i < search->n_segments; i++)
    {
      Segment *segment = &search->segments[i];

      if (!segment->done && (most == NULL || segment->profit > most->profit))
        most = segment;
    }
  return most;
}

static void
explore (Search *search)
{
  guint trials_max = search->n_trials + search->terms->trials_max;
  Segment *segment;

  while ((segment = find_most_promising (search)) != NULL && can_be_better (search, segment, segment->spent))
    {
      segment->done = TRUE;
      if (segment->centre > segment->after)
        explore_side (search, segment, -1, segment->centre < segment->until ? (search->n_trials + trials_max) / 2 : trials_max);
      if (segment->centre < segment->until)
        explore_side (search, segment, 1, trials_max);
    }
}

/* The first leg as planned, every other one with all that the one before brings. */
static void
finish (Search *search, PstArbPlan *plan)
{
  PstArbPlan whole;

  if (calculate (search, 0, search->best.steps[0], &whole) && is_better (search, &whole))
    search->best = whole;
  *plan = search->best;
  plan->n_trials = search->n_trials;
  plan->proven = search->proven;
}

gboolean
pst_arb_sizer_find (PstArbLeg *legs, guint n_legs, const PstArbTerms *terms, PstArbPlan *plan)
{
  Search search;
  gint64 steps;

  for (guint i = 0; i < n_legs; i++)
    if (pst_arb_leg_get_level (&legs[i], 0) == NULL)
      return FALSE;
  /* Not as a whole: it has room for many segments. */
  search.legs = legs;
  search.n_legs = n_legs;
  search.terms = terms;
  search.reference = 0;
  search.noise = 0;
  search.n_segments = search.n_trials = 0;
  search.found = FALSE;
  search.proven = TRUE;
  search.least = pst_arb_log_down ((guint64)(PST_RETURN_ONE + terms->net_least)) - pst_arb_log_up (PST_RETURN_ONE);
  search.best = (PstArbPlan){ 0 };
  choose_reference (&search);
  steps = pst_arb_leg_forward (&legs[0], terms->capital);
  search.end = steps > 0 ? map_to_reference (&search, 0, steps) : 0;
  if (search.end == 0)
    return FALSE;
  walk_books (&search);
  explore (&search);
  if (search.found)
    finish (&search, plan);
  return search.found;
}
