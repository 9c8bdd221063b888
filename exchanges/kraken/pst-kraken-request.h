/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is sent to the venue, in both protocols. */
#pragma once

#include "pst-kraken-message.h"

G_BEGIN_DECLS

/**
 * PstKrakenChannels:
 * @PST_KRAKEN_CHANNEL_BOOK: price levels
 * @PST_KRAKEN_CHANNEL_TRADE: trades
 * @PST_KRAKEN_CHANNEL_TICKER: best bid and ask
 * @PST_KRAKEN_CHANNEL_INSTRUMENT: of v2: what is traded; without symbols
 *
 * Channels; a set of them is their sum.
 */
typedef enum
{
  PST_KRAKEN_CHANNEL_BOOK = 1 << 0,
  PST_KRAKEN_CHANNEL_TRADE = 1 << 1,
  PST_KRAKEN_CHANNEL_TICKER = 1 << 2,
  PST_KRAKEN_CHANNEL_INSTRUMENT = 1 << 3,
} PstKrakenChannel;

/* (transfer full): a request for one channel of @symbols, which are separated by a comma and in quotation marks. */
char *pst_kraken_request (PstKrakenProtocol protocol, gboolean subscribe, PstKrakenChannel channel, const char *symbols, guint depth);
/* (transfer full): the venue's name of BASE/QUOTE. */
char *pst_kraken_symbol (PstKrakenProtocol protocol, const char *base, const char *quote);
/* (transfer full): the same of a name of v1: "XBT/USD". */
char *pst_kraken_symbol_from_v1 (PstKrakenProtocol protocol, const PstKrakenText *symbol);
/* Whether the venue has books of @depth levels a side. */
gboolean pst_kraken_depth_is_offered (guint depth);

G_END_DECLS
