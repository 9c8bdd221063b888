/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fees are what the exchange that executes says, which may have options of its own for them, and otherwise the instrument's. */

#include "pst-arb-market.h"

void
pst_arb_market_init (PstArbMarket *market, PstContext *context, gint64 age_max_ns)
{
  *market = (PstArbMarket){ .context = context, .age_max_ns = age_max_ns };
}

void
pst_arb_market_clear (PstArbMarket *market)
{
  g_clear_pointer (&market->pairs, g_free);
  market->n_pairs = 0;
}

/* A simulated venue may be told fees that are not the instrument's. */
static gint64
get_fee (PstComponent *executor, const char *option, gint64 of_instrument)
{
  GParamSpec *pspec = executor != NULL ? g_object_class_find_property (G_OBJECT_GET_CLASS (executor), option) : NULL;
  g_autoptr (PstDecimal) set = NULL;
  gint64 fee;

  if (pspec == NULL || !G_IS_PARAM_SPEC_BOXED (pspec) || pspec->value_type != PST_TYPE_DECIMAL)
    return of_instrument;
  g_object_get (executor, option, &set, NULL);
  return set != NULL && pst_decimal_rescale (set, PST_RATE_SCALE, PST_ROUND_CEILING, &fee, NULL) ? fee : of_instrument;
}

static void
add_pair (PstArbMarket *market, const PstInstrument *instrument, guint32 index)
{
  PstArbPair *pair = &market->pairs[index];
  PstComponent *executor;

  *pair = (PstArbPair){ .instrument = instrument, .updated_ns = G_MININT64 };
  /* The book may be there before we are. */
  if (pst_context_get_book (market->context, index) != NULL)
    pair->updated_ns = pst_context_get_mark (market->context, index)->time_ns;
  pair->executor = pst_context_find_executor (market->context, index);
  executor = pair->executor != G_MAXUINT32 ? pst_context_get_component (market->context, pair->executor) : NULL;
  pair->maker_fee = get_fee (executor, "maker-fee", instrument->maker_fee);
  pair->taker_fee = get_fee (executor, "taker-fee", instrument->taker_fee);
}

void
pst_arb_market_follow (PstArbMarket *market)
{
  const PstInstrumentTable *table = pst_context_get_instruments (market->context);
  guint size = pst_instrument_table_get_size (table);

  market->pairs = g_renew (PstArbPair, market->pairs, MAX (size, 1));
  for (; market->n_pairs < size; market->n_pairs++)
    add_pair (market, pst_instrument_table_get (table, market->n_pairs), market->n_pairs);
}

const PstBook *
pst_arb_market_get_book (const PstArbMarket *market, guint32 instrument)
{
  const PstBook *book = pst_context_get_book (market->context, instrument);

  if (book == NULL || pst_book_get_state (book) != PST_BOOK_LIVE || pst_book_is_crossed (book)
      || pst_context_get_mark (market->context, instrument)->status != PST_INSTRUMENT_STATUS_TRADING)
    return NULL;
  return book;
}

const char *
pst_arb_market_begin_leg (const PstArbMarket *market, guint32 edge, gint64 now_ns, PstArbLeg *leg)
{
  const PstArbPair *pair = &market->pairs[pst_arb_edge_instrument (edge)];
  const PstBook *book = pst_arb_market_get_book (market, pst_arb_edge_instrument (edge));

  if (book == NULL)
    return "book_not_live";
  if (market->age_max_ns > 0 && (pair->updated_ns == G_MININT64 || now_ns - pair->updated_ns > market->age_max_ns))
    return "book_too_old";
  if (!pst_arb_leg_init (leg, pair->instrument, pst_arb_edge_side (edge), pair->maker_fee, pair->taker_fee, book))
    return "instrument_not_usable";
  return pst_arb_leg_get_level (leg, 0) != NULL ? NULL : "book_empty";
}
