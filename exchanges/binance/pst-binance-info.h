/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the venue tells of its instruments and of its limits: GET exchangeInfo. Pure. Grids are read as integers: "0.00100000" is a step of 1 at three
 * decimals. A rule of the venue that an instrument here cannot say is an error of that symbol, never a guess. */
#pragma once

#include "pst-binance-parser.h"

G_BEGIN_DECLS

/**
 * PstBinanceSymbol:
 * @symbol: "BTCUSDT"
 * @base: "BTC"
 * @quote: "USDT"
 * @status: "TRADING", "HALT", "BREAK" ...
 * @draft: scales, steps, size_min and size_max of what is traded; notional_min is 0
 * @notional_min: the least price times size, as the venue writes it
 * @failure: (nullable): what of its rules cannot be said here; static text
 *
 * One instrument, borrowed during the call that hands it over.
 */
typedef struct
{
  PstBinanceText symbol;
  PstBinanceText base;
  PstBinanceText quote;
  PstBinanceText status;
  PstInstrument draft;
  PstDecimal notional_min;
  const char *failure;
} PstBinanceSymbol;

/* FALSE with an error ends the reading. */
typedef gboolean (*PstBinanceSymbolFunc) (const PstBinanceSymbol *symbol, gpointer user_data, GError **error);

/* @weight_per_minute: how much weight the venue allows an address in a minute, 0 when it does not say. */
gboolean pst_binance_read_info (const char *text, gsize length, PstBinanceSymbolFunc func, gpointer user_data, guint *weight_per_minute,
                                GError **error);
PstInstrumentStatus pst_binance_status (const PstBinanceText *status);

G_END_DECLS
