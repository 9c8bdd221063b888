/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A currency's route to the base currency is one instrument: base/quote first, then the inverse, each in table order, the first
 * that has a price. Chosen once, so that a balance is not valued by two venues in turn. No route: the amount is not valued at all,
 * and the caller counts it. */
#include "pst-rates.h"

typedef struct
{
  const PstCurrency *currency;
  guint32 instrument; /* the route; PST_INSTRUMENT_NONE so far */
  gboolean inverse;
} PstRoute;

struct _PstRates
{
  PstMarket *market;
  PstInstrumentTable *instruments;
  GArray *routes; /* PstRoute; 0 is the base currency */
  guint n_watched;
};

/**
 * pst_rates_new:
 * @market: (transfer none): the marks; outlives the rates
 * @instruments: (transfer none): the run's table; outlives the rates
 * @base: the base currency
 *
 * Returns: (transfer full): rates that know the base currency only
 */
PstRates *
pst_rates_new (PstMarket *market, PstInstrumentTable *instruments, const PstCurrency *base)
{
  PstRates *rates = g_new0 (PstRates, 1);

  rates->market = market;
  rates->instruments = instruments;
  rates->routes = g_array_new (FALSE, FALSE, sizeof (PstRoute));
  pst_rates_get_slot (rates, base);
  return rates;
}

/**
 * pst_rates_free:
 * @rates: (transfer full): rates
 */
void
pst_rates_free (PstRates *rates)
{
  g_array_unref (rates->routes);
  g_free (rates);
}

/**
 * pst_rates_get_slot:
 * @rates: rates
 * @currency: a currency
 *
 * Returns: the number of @currency in this run, given on first use
 */
guint
pst_rates_get_slot (PstRates *rates, const PstCurrency *currency)
{
  PstRoute route = { currency, PST_INSTRUMENT_NONE, FALSE };

  for (guint i = 0; i < rates->routes->len; i++)
    if (g_array_index (rates->routes, PstRoute, i).currency == currency)
      return i;
  g_array_append_val (rates->routes, route);
  rates->n_watched = 0; /* look at all instruments again */
  pst_rates_follow (rates);
  return rates->routes->len - 1;
}

/**
 * pst_rates_get_n_slots:
 * @rates: rates
 *
 * Returns: how many currencies were used so far, at least 1
 */
guint
pst_rates_get_n_slots (const PstRates *rates)
{
  return rates->routes->len;
}

/**
 * pst_rates_get_currency:
 * @rates: rates
 * @slot: number of a currency, below pst_rates_get_n_slots()
 *
 * Returns: (transfer none): the currency
 */
const PstCurrency *
pst_rates_get_currency (const PstRates *rates, guint slot)
{
  return g_array_index (rates->routes, PstRoute, slot).currency;
}

static gboolean
instrument_trades (const PstInstrument *instrument, const PstCurrency *base, const PstCurrency *quote)
{
  return instrument->base == base && instrument->quote == quote;
}

/**
 * pst_rates_follow:
 * @rates: rates
 *
 * To be called when the instrument table grew: every instrument between a used currency and the base may become a route, so its changes
 * must be listed.
 */
void
pst_rates_follow (PstRates *rates)
{
  const PstCurrency *base = pst_rates_get_currency (rates, 0);
  guint size = pst_instrument_table_get_size (rates->instruments);

  for (guint i = rates->n_watched; i < size; i++)
    {
      const PstInstrument *instrument = pst_instrument_table_get (rates->instruments, i);

      for (guint slot = 1; slot < rates->routes->len; slot++)
        {
          const PstCurrency *currency = pst_rates_get_currency (rates, slot);

          if (instrument_trades (instrument, currency, base) || instrument_trades (instrument, base, currency))
            pst_market_watch (rates->market, i);
        }
    }
  rates->n_watched = size;
}

static gboolean
find_route (PstRates *rates, PstRoute *route)
{
  const PstCurrency *base = pst_rates_get_currency (rates, 0);
  guint size = pst_instrument_table_get_size (rates->instruments);

  pst_rates_follow (rates);
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < size; i++)
      {
        const PstInstrument *instrument = pst_instrument_table_get (rates->instruments, i);
        gboolean trades = pass == 0 ? instrument_trades (instrument, route->currency, base) : instrument_trades (instrument, base, route->currency);

        if (!trades || !pst_market_get_mark (rates->market, i)->valid)
          continue;
        route->instrument = i;
        route->inverse = pass == 1;
        return TRUE;
      }
  return FALSE;
}

static gboolean
divide_half_even (__int128 numerator, __int128 denominator, gint64 *result)
{
  __int128 quotient = numerator / denominator, rest = numerator % denominator;
  __int128 twice = (rest < 0 ? -rest : rest) * 2;

  if (twice > denominator || (twice == denominator && (quotient & 1)))
    quotient += numerator < 0 ? -1 : 1;
  if (quotient > G_MAXINT64 || quotient < G_MININT64)
    return FALSE;
  *result = (gint64)quotient;
  return TRUE;
}

/* amount / price. Exponents that leave 128 bits are overflows: no such amount is money. */
static gboolean
divide_by_price (gint64 amount, gint64 price, gint exponent, gint64 *result)
{
  if (exponent > PST_SCALE_MAX || exponent < -PST_SCALE_MAX)
    return FALSE;
  if (exponent >= 0)
    return divide_half_even ((__int128)amount * pst_power_of_ten (exponent), price, result);
  return divide_half_even (amount, (__int128)price * pst_power_of_ten (-exponent), result);
}

/**
 * pst_rates_convert:
 * @rates: rates
 * @slot: number of the currency
 * @amount: at that currency's scale
 * @result: (out): at the base currency's scale, half-even; untouched when not done
 *
 * Returns: whether it could be converted
 */
PstConversion
pst_rates_convert (PstRates *rates, guint slot, gint64 amount, gint64 *result)
{
  PstRoute *route = &g_array_index (rates->routes, PstRoute, slot);
  const PstCurrency *base = pst_rates_get_currency (rates, 0);
  const PstInstrument *instrument;
  const PstMark *mark;
  gboolean done;

  if (slot == 0)
    {
      *result = amount;
      return PST_CONVERSION_DONE;
    }
  if (route->instrument == PST_INSTRUMENT_NONE && !find_route (rates, route))
    return PST_CONVERSION_UNPRICED;
  instrument = pst_instrument_table_get (rates->instruments, route->instrument);
  mark = pst_market_get_mark (rates->market, route->instrument);
  if (mark->price <= 0)
    return PST_CONVERSION_UNPRICED;
  if (route->inverse)
    done = divide_by_price (amount, mark->price, (gint)base->scale + instrument->price_scale - route->currency->scale, result);
  else
    done = pst_mantissa_multiply (amount, mark->price, route->currency->scale + instrument->price_scale, base->scale, PST_ROUND_HALF_EVEN, result);
  return done ? PST_CONVERSION_DONE : PST_CONVERSION_OVERFLOW;
}

/**
 * pst_rates_uses:
 * @rates: rates
 * @slot: number of a currency
 * @instrument: index in the run's table
 *
 * Returns: whether a change of @instrument's mark may change what @slot converts to
 */
gboolean
pst_rates_uses (PstRates *rates, guint slot, guint32 instrument)
{
  const PstRoute *route = &g_array_index (rates->routes, PstRoute, slot);
  const PstInstrument *traded = pst_instrument_table_get (rates->instruments, instrument);
  const PstCurrency *base = pst_rates_get_currency (rates, 0);

  if (slot == 0)
    return FALSE;
  if (route->instrument != PST_INSTRUMENT_NONE)
    return route->instrument == instrument;
  return instrument_trades (traded, route->currency, base) || instrument_trades (traded, base, route->currency);
}
