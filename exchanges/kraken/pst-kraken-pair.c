/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the venue tells of its instruments: grids and minima, alike from the instrument channel of v2 and from AssetPairs, and statuses. */

#include "pst-kraken-listing.h"

static gboolean
fail (const PstListing *listing, const char *what, const PstKrakenText *text, GError **error)
{
  g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "the venue's %s of %s is \"%.*s\", which cannot be", what, listing->symbol,
               (int)MIN (text->length, 40), text->text != NULL ? text->text : "");
  return FALSE;
}

/* How many decimals: a whole number from 0 to 18. */
static gboolean
read_scale (const PstListing *listing, const char *what, const PstKrakenText *text, guint8 *scale, GError **error)
{
  gint64 value;

  if (text->length == 0 || !pst_mantissa_parse (text->text, (gssize)text->length, 0, &value, NULL) || value < 0 || value > PST_SCALE_MAX)
    return fail (listing, what, text, error);
  *scale = (guint8)value;
  return TRUE;
}

/* An amount at @scale, rounded up where it is finer, so that a minimum is never too small. Not told: 0. */
static gboolean
read_amount (const PstListing *listing, const char *what, const PstKrakenText *text, guint scale, gint64 *amount, GError **error)
{
  PstDecimal value;

  *amount = 0;
  if (text->length == 0)
    return TRUE;
  if (!pst_decimal_parse (text->text, (gssize)text->length, &value, NULL) || value.mantissa < 0
      || !pst_decimal_rescale (&value, scale, PST_ROUND_CEILING, amount, NULL))
    return fail (listing, what, text, error);
  return TRUE;
}

/* A grid. One that is finer than the decimals adds to them. */
static gboolean
read_step (const PstListing *listing, const char *what, const PstKrakenText *text, guint8 *scale, gint64 *step, GError **error)
{
  PstDecimal value;

  *step = 1;
  if (text->length == 0)
    return TRUE;
  if (!pst_decimal_parse (text->text, (gssize)text->length, &value, NULL) || value.mantissa <= 0)
    return fail (listing, what, text, error);
  while (value.scale > *scale && value.mantissa % 10 == 0)
    {
      value.mantissa /= 10;
      value.scale--;
    }
  *scale = MAX (*scale, value.scale);
  if (!pst_decimal_rescale (&value, *scale, PST_ROUND_EXACT, step, NULL))
    return fail (listing, what, text, error);
  return TRUE;
}

gboolean
pst_kraken_listing_take_pair (PstVenue *venue, PstListing *listing, const PstKrakenPair *pair, GError **error)
{
  const PstCurrency *quote = pst_currency_get (listing->quote, error);
  PstInstrument draft = { 0 };

  return quote != NULL && read_scale (listing, "decimals of prices", &pair->price_decimals, &draft.price_scale, error)
         && read_scale (listing, "decimals of sizes", &pair->size_decimals, &draft.size_scale, error)
         && read_step (listing, "price increment", &pair->price_increment, &draft.price_scale, &draft.price_step, error)
         && read_step (listing, "quantity increment", &pair->size_increment, &draft.size_scale, &draft.size_step, error)
         && read_amount (listing, "least quantity", &pair->size_min, draft.size_scale, &draft.size_min, error)
         && read_amount (listing, "least cost", &pair->cost_min, quote->scale, &draft.notional_min, error)
         && pst_venue_list (venue, listing, &draft, error);
}

/* Source: the instrument channel's reference, docs.kraken.com/api/docs/websocket-v2/instrument. A market with limit orders only trades, for the
 * orders that arbitrage sends are limits; one that only reduces margin positions takes no order of ours. */
PstInstrumentStatus
pst_kraken_status_of (const PstKrakenText *word, gboolean *known)
{
  static const struct
  {
    const char *word;
    PstInstrumentStatus status;
  } words[] = {
    { "online", PST_INSTRUMENT_STATUS_TRADING },          { "limit_only", PST_INSTRUMENT_STATUS_TRADING },
    { "post_only", PST_INSTRUMENT_STATUS_POST_ONLY },     { "cancel_only", PST_INSTRUMENT_STATUS_CANCEL_ONLY },
    { "reduce_only", PST_INSTRUMENT_STATUS_CANCEL_ONLY }, { "maintenance", PST_INSTRUMENT_STATUS_HALTED },
    { "work_in_progress", PST_INSTRUMENT_STATUS_HALTED }, { "delisted", PST_INSTRUMENT_STATUS_CLOSED },
  };

  *known = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (pst_kraken_text_is (word, words[i].word))
      return words[i].status;
  *known = FALSE;
  return PST_INSTRUMENT_STATUS_HALTED;
}

PstInstrumentStatus
pst_kraken_status_merge (PstInstrumentStatus a, PstInstrumentStatus b)
{
  static const PstInstrumentStatus strictest[]
      = { PST_INSTRUMENT_STATUS_CLOSED, PST_INSTRUMENT_STATUS_HALTED, PST_INSTRUMENT_STATUS_CANCEL_ONLY, PST_INSTRUMENT_STATUS_POST_ONLY };

  for (guint i = 0; i < G_N_ELEMENTS (strictest); i++)
    if (a == strictest[i] || b == strictest[i])
      return strictest[i];
  return PST_INSTRUMENT_STATUS_TRADING;
}
