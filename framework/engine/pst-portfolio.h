/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who holds what, and what it is worth: positions per strategy and net, accounts per exchange, equity in the base currency.
 *
 * Equity = cash in the base currency + mark-to-market; mark-to-market = positions of POSITION instruments at their marks, and balances of
 * other currencies, both converted. What has no price is counted and left out. */
#pragma once

#include "pst-rates.h"

G_BEGIN_DECLS

/**
 * PstEquity:
 * @cash: balances of the base currency
 * @mark_to_market: everything else
 * @equity: the sum of both
 * @realised_profit: of closed quantities since the start, without fees
 * @fees: since the start
 * @n_unpriced: holdings that are left out
 *
 * The books, all at the base currency's scale.
 */
typedef struct
{
  gint64 cash;
  gint64 mark_to_market;
  gint64 equity;
  gint64 realised_profit;
  gint64 fees;
  guint n_unpriced;
} PstEquity;

/**
 * PstProfit:
 * @gross: realised and open profit before fees
 * @fees: paid
 * @net: gross less fees
 *
 * What one strategy earned since the start, at the base currency's scale. Open quantities without a price are left out.
 */
typedef struct
{
  gint64 gross;
  gint64 fees;
  gint64 net;
} PstProfit;

typedef void (*PstPositionFunc) (const PstPosition *position, gpointer user_data);

#define PST_TYPE_PORTFOLIO (pst_portfolio_get_type ())
G_DECLARE_FINAL_TYPE (PstPortfolio, pst_portfolio, PST, PORTFOLIO, GObject)

/* Signals: fill-applied (PstFill *fill), position-changed (PstPosition *position). */

PstPortfolio *pst_portfolio_new (PstMarket *market, PstInstrumentTable *instruments, const PstCurrency *base);
gboolean pst_portfolio_add_account (PstPortfolio *portfolio, guint32 exchange, PstAccount *account, GError **error);
void pst_portfolio_follow (PstPortfolio *portfolio);
const PstAccount *pst_portfolio_get_account (PstPortfolio *portfolio, guint32 exchange);
const PstPosition *pst_portfolio_get_position (PstPortfolio *portfolio, guint32 strategy, guint32 instrument);
gboolean pst_portfolio_apply (PstPortfolio *portfolio, PstFill *fill, GError **error);
void pst_portfolio_publish (PstPortfolio *portfolio, const PstFill *fill);
gboolean pst_portfolio_needs_update (PstPortfolio *portfolio);
gboolean pst_portfolio_update (PstPortfolio *portfolio, GError **error);
const PstEquity *pst_portfolio_get_equity (PstPortfolio *portfolio);
guint64 pst_portfolio_get_version (PstPortfolio *portfolio);
const guint32 *pst_portfolio_get_changed (PstPortfolio *portfolio, guint *n_changed);
void pst_portfolio_clear_changed (PstPortfolio *portfolio);
const PstProfit *pst_portfolio_get_profit (PstPortfolio *portfolio, guint32 strategy);
void pst_portfolio_foreach_position (PstPortfolio *portfolio, guint32 strategy, PstPositionFunc func, gpointer user_data);
gboolean pst_portfolio_audit (PstPortfolio *portfolio, GError **error);

G_END_DECLS
