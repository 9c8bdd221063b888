/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The ledger's sums, added up a second time by sqlite3 and from the market data: nothing here uses a view, a type or a function of ours. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Of one run in which one account in USD trades instruments quoted in USD: positions are sums of fills, cash on every row is deposits less fills
 * less fees, equity is cash plus mark-to-market on every row. */
void ledger_audit_sums (const char *ledger);
/* Where prices have @price_scale decimals and sizes are whole: every notional is price times size, and every fee @fee_bp hundredths of a per cent of
 * it, rounded up. */
void ledger_audit_prices (const char *ledger, guint price_scale, guint fee_bp);
/* Asserts that mark-to-market on every row is what the holdings then are worth at the closes of @bars, lines of "date,open,high,low,close,...,symbol"
 * with prices of up to four decimals: each date's bars are known at the end of it. */
void ledger_audit_marks (const char *ledger, const char *bars);

G_END_DECLS
