/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A size that is not the best leaves money at the table; one whose return is not what execution brings loses it. Every size of every leg of random
 * small books is tried, with arithmetic that shares nothing with what is tested. */

#include <penstock-check.h>
#include <math.h>
#include <string.h>

#include "pst-arb-product.h"
#include "pst-arb-sizer.h"

#define LEGS_MAX PST_ARB_LEGS_MAX
#define LEVELS_MAX 4

/* A leg as plain numbers: prices and sizes in whole units of the grid, amounts in units of their currency. */
typedef struct
{
  gboolean buys;
  gint64 price[LEVELS_MAX];
  gint64 steps[LEVELS_MAX];
  guint n_levels;
  gint64 fee;
  gint64 size_min, size_max, notional_min; /* in steps */
  gint64 size_step;
  gint64 divisor; /* price * steps * size_step / divisor is an amount of the quote currency */
  gint64 unit;
} Simple;

typedef struct
{
  Simple simple[LEGS_MAX];
  PstInstrument *instruments[LEGS_MAX];
  PstBook *books[LEGS_MAX];
  PstArbLeg legs[LEGS_MAX];
  guint n_legs;
  gint64 steps_max; /* of a level */
  PstArbTerms terms;
} Case;

static gint64
round_half_even (__int128 numerator, gint64 divisor)
{
  gint64 whole = (gint64)(numerator / divisor);
  __int128 twice = 2 * (numerator % divisor);

  return whole + (twice > divisor || (twice == divisor && whole % 2 != 0));
}

static gint64
round_up (__int128 numerator, gint64 divisor)
{
  return (gint64)(numerator >= 0 ? (numerator + divisor - 1) / divisor : -(-numerator / divisor));
}

/* What an order for @steps pays or gets, fill by fill; -1 when the book does not have them. @limit: the last price. */
static gint64
simple_amount (const Simple *leg, gint64 steps, gint64 *limit, guint *n_fills)
{
  gint64 amount = 0;

  *n_fills = 0;
  for (guint i = 0; i < leg->n_levels && steps > 0; i++)
    {
      gint64 taken = MIN (steps, leg->steps[i]), notional = round_half_even ((__int128)leg->price[i] * taken * leg->size_step, leg->divisor);
      gint64 fee = round_up ((__int128)notional * leg->fee, PST_RATE_ONE);

      amount += leg->buys ? notional + fee : notional - fee;
      steps -= taken;
      *limit = leg->price[i];
      (*n_fills)++;
    }
  return steps > 0 ? -1 : amount;
}

/* FALSE when the order cannot be: too small, too large, not there. */
static gboolean
simple_trade (const Simple *leg, gint64 steps, gint64 *need, gint64 *taken, gint64 *output)
{
  guint n_fills;
  gint64 limit = 0, amount = simple_amount (leg, steps, &limit, &n_fills), notional;

  if (amount < 0 || steps < leg->size_min || (leg->size_max > 0 && steps > leg->size_max))
    return FALSE;
  if (round_half_even ((__int128)limit * steps * leg->size_step, leg->divisor) < leg->notional_min)
    return FALSE;
  if (!leg->buys)
    {
      *need = *taken = steps * leg->unit;
      *output = amount;
      return TRUE;
    }
  notional = round_up ((__int128)limit * steps * leg->size_step, leg->divisor);
  *need = notional + round_up ((__int128)notional * MAX (leg->fee, 0), PST_RATE_ONE) + (n_fills > 1 ? 2 * n_fills : 0);
  *taken = amount;
  *output = steps * leg->unit;
  return TRUE;
}

typedef struct
{
  gboolean found;
  gint64 spent, returned;
} Best;

static void
judge (const Case *this, gint64 spent, gint64 returned, Best *best)
{
  gint64 profit = returned - spent;

  if (spent <= 0 || profit <= 0 || (__int128)profit * PST_RETURN_ONE < (__int128)spent * this->terms.net_least)
    return;
  if (!best->found || profit > best->returned - best->spent || (profit == best->returned - best->spent && spent < best->spent))
    *best = (Best){ TRUE, spent, returned };
}

/* Every size of every leg, not only those that take all that the leg before brings. */
static void
try_all (const Case *this, guint leg, gint64 available, gint64 spent, Best *best)
{
  for (gint64 steps = 1; steps <= LEVELS_MAX * this->steps_max; steps++)
    {
      gint64 need, taken, output;

      if (!simple_trade (&this->simple[leg], steps, &need, &taken, &output) || need > available)
        continue;
      if (leg == 0)
        spent = taken;
      if (leg + 1 < this->n_legs)
        try_all (this, leg + 1, output, spent, best);
      else
        judge (this, spent, output, best);
    }
}

/* Returns of the touch with its fees against what is asked, as a plain fraction: small numbers need no more than 128 bits. */
static gboolean
simple_pays (const Case *this)
{
  long double rate = 1, least = 1 + (long double)this->terms.net_least / PST_RETURN_ONE;

  for (guint i = 0; i < this->n_legs; i++)
    {
      const Simple *leg = &this->simple[i];
      long double price = (long double)leg->price[0] / powl (10, this->instruments[i]->price_scale), fee = (long double)leg->fee / PST_RATE_ONE;

      rate *= leg->buys ? 1 / (price * (1 + fee)) : price * (1 - fee);
    }
  if (fabsl (rate - least) < 1e-15L)
    return pst_arb_sizer_pays_at_touch (this->legs, this->n_legs, this->terms.net_least);
  return rate > least;
}

static gint64
random_between (PstRandom *random, gint64 low, gint64 high)
{
  return low + (gint64)pst_random_below (random, (guint64)(high - low + 1));
}

static void
make_levels (PstRandom *random, Simple *leg, gint64 price, gint64 steps_max)
{
  leg->n_levels = (guint)random_between (random, 1, LEVELS_MAX);
  for (guint i = 0; i < leg->n_levels; i++)
    {
      leg->price[i] = MAX (price, 1);
      leg->steps[i] = random_between (random, 1, steps_max);
      price += (leg->buys ? 1 : -1) * random_between (random, 1, MAX (price / 50, 1));
      if (price <= 0)
        leg->n_levels = i + 1;
    }
}

static const PstCurrency *
make_currency (guint place, guint scale)
{
  g_autofree char *code = g_strdup_printf ("C%uS%u", place, scale);

  return pst_currency_define (code, scale, NULL);
}

static void
make_leg (PstRandom *random, Case *this, guint i, const PstCurrency *from, const PstCurrency *to)
{
  Simple *leg = &this->simple[i];
  gint64 price;
  PstInstrument draft = { .venue = (char *)"TEST", .settlement = PST_SETTLEMENT_DELIVERY };
  g_autofree char *symbol = g_strdup_printf ("P%u", i);
  g_autoptr (GError) error = NULL;
  guint exponent;

  memset (leg, 0, sizeof *leg);
  leg->buys = pst_random_below (random, 2) == 0;
  price = leg->buys ? random_between (random, 80, 105) : random_between (random, 95, 120);
  draft.symbol = symbol;
  draft.base = leg->buys ? to : from;
  draft.quote = leg->buys ? from : to;
  draft.price_scale = 2;
  draft.size_scale = (guint8)random_between (random, 0, draft.base->scale);
  while (draft.price_scale + draft.size_scale < draft.quote->scale)
    draft.price_scale++, price *= 10;
  draft.size_step = leg->size_step = random_between (random, 1, 3);
  leg->fee = pst_random_below (random, 3) == 0 ? 0 : random_between (random, -100000, 300000);
  draft.taker_fee = draft.maker_fee = leg->fee;
  make_levels (random, leg, price, this->steps_max);
  leg->size_min = pst_random_below (random, 3) == 0 ? random_between (random, 1, 6) : 0;
  leg->size_max = pst_random_below (random, 4) == 0 ? random_between (random, 6, 30) : 0;
  exponent = (guint)draft.price_scale + draft.size_scale - draft.quote->scale;
  leg->divisor = pst_power_of_ten (exponent);
  leg->unit = leg->size_step * pst_power_of_ten (draft.base->scale - draft.size_scale);
  if (pst_random_below (random, 3) == 0)
    leg->notional_min = round_half_even ((__int128)leg->price[0] * leg->size_step * random_between (random, 1, 8), leg->divisor);
  draft.size_min = leg->size_min * leg->size_step;
  draft.size_max = leg->size_max * leg->size_step;
  draft.notional_min = leg->notional_min;
  this->instruments[i] = pst_instrument_new (&draft, &error);
  g_assert_no_error (error);
  this->books[i] = pst_book_new (0);
  for (guint k = 0; k < leg->n_levels; k++)
    pst_book_set (this->books[i], leg->buys ? PST_SIDE_SELL : PST_SIDE_BUY, leg->price[k], leg->steps[k] * leg->size_step);
}

static void
make_case (PstRandom *random, Case *this, gint64 steps_max)
{
  const PstCurrency *currencies[LEGS_MAX];

  this->n_legs = (guint)random_between (random, 3, 3 + (pst_random_below (random, 8) == 0));
  this->steps_max = steps_max;
  for (guint i = 0; i < this->n_legs; i++)
    currencies[i] = make_currency (i, (guint)random_between (random, 1, 3));
  for (guint i = 0; i < this->n_legs; i++)
    make_leg (random, this, i, currencies[i], currencies[(i + 1) % this->n_legs]);
  this->terms.capital = random_between (random, 1, 3000) * pst_power_of_ten ((guint)random_between (random, 0, currencies[0]->scale));
  this->terms.net_least = pst_random_below (random, 2) == 0 ? 0 : random_between (random, 0, 40) * (PST_RETURN_ONE / 100);
  this->terms.trials_max = G_MAXUINT / 2;
}

static void
clear_case (Case *this)
{
  for (guint i = 0; i < this->n_legs; i++)
    {
      pst_instrument_unref (this->instruments[i]);
      pst_book_free (this->books[i]);
    }
}

static void
init_legs (Case *this)
{
  for (guint i = 0; i < this->n_legs; i++)
    g_assert_true (pst_arb_leg_init (&this->legs[i], this->instruments[i], this->simple[i].buys ? PST_SIDE_BUY : PST_SIDE_SELL, this->simple[i].fee,
                                     this->simple[i].fee, this->books[i]));
}

/* What the plan says of itself, told again leg by leg. */
static void
check_plan (const Case *this, const PstArbPlan *plan)
{
  gint64 available = this->terms.capital, need, taken, output;

  for (guint i = 0; i < this->n_legs; i++)
    {
      g_assert_true (simple_trade (&this->simple[i], plan->steps[i], &need, &taken, &output));
      g_assert_cmpint (need, <=, available);
      if (i == 0)
        {
          g_assert_cmpint (plan->need, ==, need);
          g_assert_cmpint (plan->spent, ==, taken);
        }
      available = output;
    }
  g_assert_cmpint (plan->returned, ==, available);
}

static gboolean
pays (Case *this)
{
  for (guint i = 0; i < this->n_legs; i++)
    if (pst_arb_leg_get_level (&this->legs[i], 0) == NULL)
      return FALSE;
  return pst_arb_sizer_pays_at_touch (this->legs, this->n_legs, this->terms.net_least);
}

/* What a failure was about. */
static void
describe_case (const Case *this, const PstArbPlan *plan)
{
  g_test_message ("capital %" G_GINT64_FORMAT " least %" G_GINT64_FORMAT " plan %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT " with %" G_GINT64_FORMAT
                  " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT,
                  this->terms.capital, this->terms.net_least, plan->spent, plan->returned, plan->steps[0], plan->steps[1], plan->steps[2]);
  for (guint i = 0; i < this->n_legs; i++)
    {
      const Simple *leg = &this->simple[i];

      g_test_message ("%s fee %" G_GINT64_FORMAT " size %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT " notional %" G_GINT64_FORMAT
                      " step %" G_GINT64_FORMAT " divisor %" G_GINT64_FORMAT " unit %" G_GINT64_FORMAT,
                      leg->buys ? "buy" : "sell", leg->fee, leg->size_min, leg->size_max, leg->notional_min, leg->size_step, leg->divisor, leg->unit);
      for (guint k = 0; k < leg->n_levels; k++)
        g_test_message ("  %" G_GINT64_FORMAT " x %" G_GINT64_FORMAT, leg->price[k], leg->steps[k]);
    }
}

static gboolean
check_case (Case *this)
{
  Best best = { FALSE };
  PstArbPlan plan = { 0 };
  gboolean found, pays_at_touch;

  init_legs (this);
  pays_at_touch = pays (this);
  g_assert_cmpint (pays_at_touch, ==, simple_pays (this));
  if (!pays_at_touch)
    return FALSE;
  found = pst_arb_sizer_find (this->legs, this->n_legs, &this->terms, &plan);
  try_all (this, 0, this->terms.capital, 0, &best);
  if (found != best.found || (found && (plan.spent != best.spent || plan.returned != best.returned)))
    describe_case (this, &plan);
  g_assert_cmpint (found, ==, best.found);
  if (!found)
    return FALSE;
  g_assert_true (plan.proven);
  check_plan (this, &plan);
  g_assert_cmpint (plan.returned - plan.spent, ==, best.returned - best.spent);
  g_assert_cmpint (plan.spent, ==, best.spent);
  return TRUE;
}

static guint64
get_seed (void)
{
  const char *text = g_getenv ("PENSTOCK_TEST_SEED");
  guint64 seed = text != NULL ? g_ascii_strtoull (text, NULL, 10) : 20260815;

  g_test_message ("seed %" G_GUINT64_FORMAT, seed);
  return seed;
}

static void
check_cases (guint n_cases, gint64 steps_max, guint n_found_least)
{
  PstRandom random;
  guint n_found = 0;

  pst_random_init (&random, get_seed (), "sizer");
  for (guint i = 0; i < n_cases; i++)
    {
      Case this;

      make_case (&random, &this, steps_max);
      n_found += check_case (&this);
      clear_case (&this);
    }
  g_test_message ("%u of %u cycles pay", n_found, n_cases);
  g_assert_cmpuint (n_found, >, n_found_least);
}

static void
test_small_books (void)
{
  check_cases (6000, 14, 300);
}

static void
test_deeper_books (void)
{
  check_cases (60, 60, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/triangular-arbitrage/sizer/small-books", test_small_books);
  g_test_add_func ("/triangular-arbitrage/sizer/deeper-books", test_deeper_books);
  return g_test_run ();
}
