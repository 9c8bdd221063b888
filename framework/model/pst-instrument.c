/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is traded: checked once when it is made, so that no one behind has to ask again whether a scale or a step makes sense. */
#include "pst-instrument.h"

#include <string.h>

#include "pst-decimal-private.h"

/* Records name instruments in fields of 64 bytes. */
#define ID_LENGTH_MAX 63

G_DEFINE_BOXED_TYPE (PstInstrument, pst_instrument, pst_instrument_ref, pst_instrument_unref)

static gboolean
is_graphic (const char *text)
{
  for (; *text != '\0'; text++)
    if (!g_ascii_isgraph (*text))
      return FALSE;
  return TRUE;
}

static gboolean
refuse (GError **error, const PstInstrument *instrument, PstValueError code, const char *what)
{
  g_set_error (error, PST_VALUE_ERROR, code, "instrument \"%s\": %s", instrument->id, what);
  return FALSE;
}

/* Fills id, symbol and venue from what the draft has of them. */
static gboolean
fill_names (PstInstrument *instrument, const PstInstrument *draft, GError **error)
{
  const char *dot = draft->id != NULL ? strrchr (draft->id, '.') : NULL;

  if (draft->symbol != NULL && draft->venue != NULL)
    {
      instrument->symbol = g_strdup (draft->symbol);
      instrument->venue = g_strdup (draft->venue);
    }
  else if (dot != NULL && draft->symbol == NULL && draft->venue == NULL)
    {
      instrument->symbol = g_strndup (draft->id, dot - draft->id);
      instrument->venue = g_strdup (dot + 1);
    }
  else
    {
      instrument->id = g_strescape (draft->id != NULL ? draft->id : draft->symbol != NULL ? draft->symbol : "", NULL);
      return refuse (error, instrument, PST_VALUE_ERROR_SYNTAX, "an instrument needs a symbol and a venue, as in BTC/USD.KRAKEN");
    }
  instrument->id = g_strconcat (instrument->symbol, ".", instrument->venue, NULL);
  if (*instrument->symbol == '\0' || *instrument->venue == '\0' || !is_graphic (instrument->id) || strchr (instrument->venue, '.') != NULL
      || strlen (instrument->id) > ID_LENGTH_MAX)
    {
      g_autofree char *raw = g_steal_pointer (&instrument->id);

      instrument->id = g_strescape (raw, NULL);
      return refuse (error, instrument, PST_VALUE_ERROR_SYNTAX,
                     "symbol and venue must be of printable ASCII without spaces, the venue without a dot, 63 characters together at most");
    }
  if (draft->id != NULL && strcmp (draft->id, instrument->id) != 0)
    return refuse (error, instrument, PST_VALUE_ERROR_RANGE, "the id must be symbol, dot, venue");
  return TRUE;
}

static gboolean
check_numbers (const PstInstrument *instrument, GError **error)
{
  if (instrument->price_scale > PST_SCALE_MAX || instrument->size_scale > PST_SCALE_MAX)
    return refuse (error, instrument, PST_VALUE_ERROR_RANGE, "price and size can have 0 to 18 decimals");
  if (instrument->price_step < 1 || instrument->size_step < 1)
    return refuse (error, instrument, PST_VALUE_ERROR_RANGE, "price step and size step must be above 0");
  if (instrument->size_min < 0 || instrument->size_max < 0 || instrument->notional_min < 0)
    return refuse (error, instrument, PST_VALUE_ERROR_RANGE, "least and largest size and least notional cannot be below 0; 0 means none");
  if (instrument->size_max != 0 && instrument->size_max < instrument->size_min)
    return refuse (error, instrument, PST_VALUE_ERROR_RANGE, "the largest size is below the least size");
  if (instrument->maker_fee < -PST_RATE_ONE || instrument->maker_fee > PST_RATE_ONE || instrument->taker_fee < -PST_RATE_ONE
      || instrument->taker_fee > PST_RATE_ONE)
    return refuse (error, instrument, PST_VALUE_ERROR_RANGE, "fee rates must lie between -1 and 1 (0.001 is a tenth of a percent)");
  return TRUE;
}

static gboolean
check_settlement (const PstInstrument *instrument, GError **error)
{
  gint64 step;

  if (instrument->quote == NULL)
    return refuse (error, instrument, PST_VALUE_ERROR_CURRENCY, "a quote currency is needed");
  if (instrument->settlement != PST_SETTLEMENT_POSITION && instrument->settlement != PST_SETTLEMENT_DELIVERY)
    return refuse (error, instrument, PST_VALUE_ERROR_RANGE, "settlement must be position or delivery");
  if (instrument->settlement == PST_SETTLEMENT_POSITION)
    return TRUE;
  if (instrument->base == NULL || instrument->base == instrument->quote)
    return refuse (error, instrument, PST_VALUE_ERROR_CURRENCY, "delivery needs a base asset that is not the quote currency");
  if (!pst_mantissa_rescale (instrument->size_step, instrument->size_scale, instrument->base->scale, PST_ROUND_EXACT, &step))
    return refuse (error, instrument, PST_VALUE_ERROR_INEXACT,
                   "its sizes have more decimals than amounts of its base asset; define that currency with a larger scale first");
  return TRUE;
}

static void
clear (gpointer data)
{
  PstInstrument *instrument = data;

  g_clear_pointer (&instrument->id, g_free);
  g_clear_pointer (&instrument->symbol, g_free);
  g_clear_pointer (&instrument->venue, g_free);
}

/**
 * pst_instrument_new:
 * @draft: what it shall be; steps of 0 become 1. Either symbol and venue or the id may be %NULL
 * @error: return location for a #PstValueError
 *
 * Copies and checks @draft. Errors: %PST_VALUE_ERROR_SYNTAX for names, %PST_VALUE_ERROR_RANGE for numbers, %PST_VALUE_ERROR_CURRENCY for a
 * missing currency, %PST_VALUE_ERROR_INEXACT when balances of the base asset cannot hold its sizes. Any thread.
 *
 * Returns: (transfer full) (nullable): the instrument; %NULL on error
 */
PstInstrument *
pst_instrument_new (const PstInstrument *draft, GError **error)
{
  g_autoptr (PstInstrument) instrument = g_atomic_rc_box_new0 (PstInstrument);

  g_return_val_if_fail (draft != NULL, NULL);
  instrument->base = draft->base;
  instrument->quote = draft->quote;
  instrument->settlement = draft->settlement;
  instrument->price_scale = draft->price_scale;
  instrument->size_scale = draft->size_scale;
  instrument->price_step = draft->price_step == 0 ? 1 : draft->price_step;
  instrument->size_step = draft->size_step == 0 ? 1 : draft->size_step;
  instrument->size_min = draft->size_min;
  instrument->size_max = draft->size_max;
  instrument->notional_min = draft->notional_min;
  instrument->maker_fee = draft->maker_fee;
  instrument->taker_fee = draft->taker_fee;
  if (!fill_names (instrument, draft, error) || !check_numbers (instrument, error) || !check_settlement (instrument, error))
    return NULL;
  return g_steal_pointer (&instrument);
}

/**
 * pst_instrument_ref:
 * @instrument: an instrument that pst_instrument_new() made
 *
 * Any thread.
 *
 * Returns: (transfer full): @instrument
 */
PstInstrument *
pst_instrument_ref (PstInstrument *instrument)
{
  return g_atomic_rc_box_acquire (instrument);
}

/**
 * pst_instrument_unref:
 * @instrument: (transfer full): an instrument
 *
 * Any thread.
 */
void
pst_instrument_unref (PstInstrument *instrument)
{
  g_atomic_rc_box_release_full (instrument, clear);
}

/**
 * pst_instrument_notional:
 * @instrument: an instrument
 * @price: mantissa at its price scale
 * @size: mantissa at its size scale; signed
 * @rounding: how the product is rounded; %PST_ROUND_HALF_EVEN for cash
 * @notional: (out): price times size at the quote's scale; unchanged when %FALSE
 *
 * Any thread; hot.
 *
 * Returns: %FALSE on overflow, or for a remainder under %PST_ROUND_EXACT
 */
gboolean
pst_instrument_notional (const PstInstrument *instrument, gint64 price, gint64 size, PstRounding rounding, gint64 *notional)
{
  return pst_mantissa_multiply (price, size, (guint)instrument->price_scale + instrument->size_scale, instrument->quote->scale, rounding, notional);
}

/**
 * pst_instrument_fee:
 * @instrument: an instrument
 * @notional: what was traded, at the quote's scale; its sign does not matter
 * @rate: mantissa at %PST_RATE_SCALE; below 0 is a rebate
 * @fee: (out): what is paid, at the quote's scale, below 0 what is received; unchanged when %FALSE
 *
 * A fee is rounded away from zero and a rebate towards zero: never in the trader's favour. Any thread; hot.
 *
 * Returns: %FALSE on overflow
 */
gboolean
pst_instrument_fee (const PstInstrument *instrument, gint64 notional, gint64 rate, gint64 *fee)
{
  gint64 product;

  if (notional == G_MININT64)
    return FALSE;
  /* Nearly always; a division by a constant is a multiplication. Towards zero is up for a rebate. */
  if (!__builtin_mul_overflow (ABS (notional), rate, &product))
    {
      *fee = product / PST_RATE_ONE + (product > 0 && product % PST_RATE_ONE != 0);
      return TRUE;
    }
  return pst_mantissa_multiply_divide (ABS (notional), rate, PST_RATE_ONE, PST_ROUND_CEILING, fee);
}

/**
 * pst_instrument_size_for:
 * @instrument: an instrument
 * @notional: money at the quote's scale
 * @price: mantissa at the price scale, above 0
 * @size: (out): the largest size on the grid for which price times size is at most @notional; 0 when that is under the grid or
 *   @notional is not above 0; unchanged when %FALSE
 *
 * Exact: nothing is rounded but down to the grid. The least size and notional of the venue are not looked at. Any thread.
 *
 * Returns: %FALSE on overflow or a price that is not above 0
 */
gboolean
pst_instrument_size_for (const PstInstrument *instrument, gint64 notional, gint64 price, gint64 *size)
{
  gint exponent = (gint)instrument->price_scale + instrument->size_scale - instrument->quote->scale;
  gint64 exact;

  if (price <= 0)
    return FALSE;
  if (!pst_wide_scale_divide (MAX (notional, 0), exponent, price, PST_ROUND_DOWN, &exact))
    return FALSE;
  *size = instrument->size_step == 1 ? exact : exact - exact % instrument->size_step;
  return TRUE;
}

static char *
to_string (gint64 mantissa, guint scale)
{
  PstDecimal decimal = { mantissa, scale };

  return pst_decimal_to_string (&decimal);
}

/**
 * pst_instrument_price_to_string:
 * @instrument: an instrument
 * @price: mantissa at its price scale
 *
 * Any thread.
 *
 * Returns: (transfer full): decimal text
 */
char *
pst_instrument_price_to_string (const PstInstrument *instrument, gint64 price)
{
  return to_string (price, instrument->price_scale);
}

/**
 * pst_instrument_size_to_string:
 * @instrument: an instrument
 * @size: mantissa at its size scale
 *
 * Any thread.
 *
 * Returns: (transfer full): decimal text
 */
char *
pst_instrument_size_to_string (const PstInstrument *instrument, gint64 size)
{
  return to_string (size, instrument->size_scale);
}
