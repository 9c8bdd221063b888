/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Turns amounts of other currencies into the base currency by the marks of instruments that trade the two against each other. */
#pragma once

#include "pst-market.h"

G_BEGIN_DECLS

/**
 * PstConversion:
 * @PST_CONVERSION_DONE: converted
 * @PST_CONVERSION_UNPRICED: no instrument with a price trades the two currencies
 * @PST_CONVERSION_OVERFLOW: the amount does not fit 64 bits
 */
typedef enum
{
  PST_CONVERSION_DONE,
  PST_CONVERSION_UNPRICED,
  PST_CONVERSION_OVERFLOW,
} PstConversion;

/**
 * PstRates:
 *
 * Currencies of a run, numbered from 0 (the base currency) in the order of first use. Used on the run's context.
 */
typedef struct _PstRates PstRates;

PstRates *pst_rates_new (PstMarket *market, PstInstrumentTable *instruments, const PstCurrency *base);
void pst_rates_free (PstRates *rates);
void pst_rates_follow (PstRates *rates);
guint pst_rates_get_slot (PstRates *rates, const PstCurrency *currency);
guint pst_rates_get_n_slots (const PstRates *rates);
const PstCurrency *pst_rates_get_currency (const PstRates *rates, guint slot);
PstConversion pst_rates_convert (PstRates *rates, guint slot, gint64 amount, gint64 *result);
gboolean pst_rates_uses (PstRates *rates, guint slot, guint32 instrument);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstRates, pst_rates_free)

G_END_DECLS
