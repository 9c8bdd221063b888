/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the portfolio is worth. Sums are kept per currency and moved by differences, so that the end of a tick costs what changed; an
 * audit computes everything anew and must come to the same. */
#include "pst-portfolio-private.h"

/* price times quantity. Exact when money has at least as many decimals as both, which is the common case and needs no division. */
static inline gboolean
value_at (const PstAsset *asset, const PstPosition *position, gint64 price, gint64 *value)
{
  gint64 product;

  if (asset->up == 0)
    return pst_position_value (position, asset->instrument, price, value);
  return !__builtin_mul_overflow (position->quantity, price, &product) && !__builtin_mul_overflow (product, asset->up, value);
}

/* Sets the holding's value by the mark. FALSE on overflow. */
static inline gboolean
value_holding (PstHolding *holding, const PstAsset *asset, const PstMark *mark)
{
  holding->unpriced = holding->position.quantity != 0 && !mark->valid;
  holding->value = holding->open = 0;
  if (holding->position.quantity == 0 || holding->unpriced)
    return TRUE;
  return value_at (asset, &holding->position, mark->price, &holding->value)
         && pst_subtract_checked (holding->value, holding->position.cost, &holding->open);
}

static gboolean
revalue_net (PstPortfolio *portfolio, PstAsset *asset, const PstMark *mark)
{
  PstPurse *purse = pst_portfolio_purse (portfolio, asset->quote);
  gint64 before = asset->net.value;
  gboolean was_unpriced = asset->net.unpriced;

  if (!value_holding (&asset->net, asset, mark))
    return FALSE;
  /* Of delivered assets the balance is what is held. */
  if (asset->instrument->settlement == PST_SETTLEMENT_DELIVERY)
    return TRUE;
  purse->n_unpriced += (guint)asset->net.unpriced - (guint)was_unpriced;
  purse->changed = portfolio->stale = TRUE;
  return pst_subtract_checked (purse->value, before, &purse->value) && pst_add_checked (purse->value, asset->net.value, &purse->value);
}

/* Called when positions in the asset or its mark changed. */
gboolean
pst_portfolio_revalue (PstPortfolio *portfolio, PstAsset *asset, GError **error)
{
  const PstMark *mark = pst_market_get_mark (portfolio->market, asset->net.position.instrument);

  if (!revalue_net (portfolio, asset, mark))
    return pst_portfolio_overflow ("the value of all positions in", asset->instrument->id, error);
  for (guint i = 0; i < asset->holdings->len; i++)
    {
      PstHolding *holding = asset->holdings->pdata[i];
      PstHoldings *book = portfolio->books->pdata[holding->position.strategy];
      PstEarning *earning = pst_portfolio_earning (book, asset->quote);
      gint64 before = holding->open;

      if (!value_holding (holding, asset, mark) || !pst_subtract_checked (earning->open, before, &earning->open)
          || !pst_add_checked (earning->open, holding->open, &earning->open))
        return pst_portfolio_overflow ("the open profit in", asset->instrument->id, error);
      if (holding->open != before)
        pst_portfolio_touch_book (portfolio, book);
    }
  return TRUE;
}

/* A rate changed: what is kept in that currency is worth something else. */
static void
touch_rates (PstPortfolio *portfolio, guint32 instrument)
{
  for (guint slot = 1; slot < portfolio->purses->len; slot++)
    {
      if (!pst_rates_uses (portfolio->rates, slot, instrument))
        continue;
      pst_portfolio_purse (portfolio, slot)->changed = portfolio->stale = TRUE;
      for (guint i = 0; i < portfolio->books->len; i++)
        {
          PstHoldings *book = portfolio->books->pdata[i];

          if (book != NULL && slot < book->earnings->len)
            pst_portfolio_touch_book (portfolio, book);
        }
    }
}

static gboolean
take_changes (PstPortfolio *portfolio, GError **error)
{
  guint n_changes;
  const guint32 *changes = pst_market_get_changes (portfolio->market, &n_changes);

  for (guint i = 0; i < n_changes; i++)
    {
      PstAsset *asset = changes[i] < portfolio->assets->len ? portfolio->assets->pdata[changes[i]] : NULL;

      if (asset != NULL && asset->holdings->len > 0 && !pst_portfolio_revalue (portfolio, asset, error))
        return FALSE;
      if (portfolio->purses->len > 1)
        touch_rates (portfolio, changes[i]);
    }
  pst_market_clear_changes (portfolio->market);
  return TRUE;
}

static gboolean
convert_by_rate (PstPortfolio *portfolio, guint slot, gint64 amount, gint64 *result, gboolean *unpriced, GError **error)
{
  switch (pst_rates_convert (portfolio->rates, slot, amount, result))
    {
    case PST_CONVERSION_DONE:
      return TRUE;
    case PST_CONVERSION_UNPRICED:
      *unpriced = TRUE;
      return TRUE;
    case PST_CONVERSION_OVERFLOW:
    default:
      return pst_portfolio_overflow ("an amount in the base currency of", pst_rates_get_currency (portfolio->rates, slot)->code, error);
    }
}

/* Converts @amount of the slot; what has no rate becomes 0 and makes @unpriced TRUE unless it is nothing. */
static inline gboolean
convert (PstPortfolio *portfolio, guint slot, gint64 amount, gint64 *result, gboolean *unpriced, GError **error)
{
  *result = slot == 0 ? amount : 0;
  return slot == 0 || amount == 0 || convert_by_rate (portfolio, slot, amount, result, unpriced, error);
}

static inline gboolean
convert_purse (PstPortfolio *portfolio, guint slot, GError **error)
{
  PstPurse *purse = pst_portfolio_purse (portfolio, slot);
  gboolean ignored = FALSE;
  gint64 sum = purse->value;

  purse->changed = FALSE;
  purse->unpriced = FALSE;
  /* The base currency's own balance is cash. */
  if (slot != 0 && !pst_add_checked (purse->balance, purse->value, &sum))
    return pst_portfolio_overflow ("the holdings in", pst_rates_get_currency (portfolio->rates, slot)->code, error);
  return convert (portfolio, slot, sum, &purse->converted, &purse->unpriced, error)
         && convert (portfolio, slot, purse->realised, &purse->realised_converted, &ignored, error)
         && convert (portfolio, slot, purse->fees, &purse->fees_converted, &ignored, error);
}

static gboolean
sum_purses (PstPortfolio *portfolio, GError **error)
{
  PstEquity equity = { .cash = pst_portfolio_purse (portfolio, 0)->balance };

  for (guint slot = 0; slot < portfolio->purses->len; slot++)
    {
      PstPurse *purse = pst_portfolio_purse (portfolio, slot);

      if (purse->changed && !convert_purse (portfolio, slot, error))
        return FALSE;
      equity.n_unpriced += purse->n_unpriced + (guint)purse->unpriced;
      if (!pst_add_checked (equity.mark_to_market, purse->converted, &equity.mark_to_market)
          || !pst_add_checked (equity.realised_profit, purse->realised_converted, &equity.realised_profit)
          || !pst_add_checked (equity.fees, purse->fees_converted, &equity.fees))
        return pst_portfolio_overflow ("the sum of holdings", "in the base currency", error);
    }
  if (!pst_add_checked (equity.cash, equity.mark_to_market, &equity.equity))
    return pst_portfolio_overflow ("the equity", "of the run", error);
  portfolio->equity = equity;
  return TRUE;
}

static gboolean
sum_book (PstPortfolio *portfolio, PstHoldings *book, GError **error)
{
  PstProfit profit = { 0 };
  gboolean ignored = FALSE;

  for (guint slot = 0; slot < book->earnings->len; slot++)
    {
      const PstEarning *earning = &g_array_index (book->earnings, PstEarning, slot);
      gint64 gross, fees;

      if (!pst_add_checked (earning->realised, earning->open, &gross) || !convert (portfolio, slot, gross, &gross, &ignored, error)
          || !convert (portfolio, slot, earning->fees, &fees, &ignored, error) || !pst_add_checked (profit.gross, gross, &profit.gross)
          || !pst_add_checked (profit.fees, fees, &profit.fees))
        return (error != NULL && *error != NULL) ? FALSE : pst_portfolio_overflow ("the profit", "of a strategy", error);
    }
  if (!pst_subtract_checked (profit.gross, profit.fees, &profit.net))
    return pst_portfolio_overflow ("the profit", "of a strategy", error);
  book->profit = profit;
  book->stale = FALSE;
  return TRUE;
}

/**
 * pst_portfolio_needs_update:
 * @portfolio: a portfolio
 *
 * Returns: whether anything changed since the last pst_portfolio_update()
 */
gboolean
pst_portfolio_needs_update (PstPortfolio *portfolio)
{
  return portfolio->stale || pst_market_has_changes (portfolio->market);
}

/**
 * pst_portfolio_update:
 * @portfolio: a portfolio
 * @error: return location for an error
 *
 * Brings equity and profits up to the marks. Costs what changed. Errors: %PST_VALUE_ERROR_OVERFLOW.
 *
 * Returns: whether all of it could be computed
 */
gboolean
pst_portfolio_update (PstPortfolio *portfolio, GError **error)
{
  if (!take_changes (portfolio, error))
    return FALSE;
  if (!portfolio->stale)
    return TRUE;
  if (!sum_purses (portfolio, error))
    return FALSE;
  pst_invariant ((__int128)portfolio->equity.cash + portfolio->equity.mark_to_market == portfolio->equity.equity, error);
  for (guint i = 0; i < portfolio->n_changed; i++)
    {
      PstHoldings *book = portfolio->books->pdata[portfolio->changed[i]];

      if (book->stale && !sum_book (portfolio, book, error))
        return FALSE;
    }
  portfolio->stale = FALSE;
  portfolio->version++;
  return TRUE;
}

/**
 * pst_portfolio_get_equity:
 * @portfolio: a portfolio
 *
 * Returns: (transfer none): the books as of the last pst_portfolio_update()
 */
const PstEquity *
pst_portfolio_get_equity (PstPortfolio *portfolio)
{
  return &portfolio->equity;
}

/**
 * pst_portfolio_get_version:
 * @portfolio: a portfolio
 *
 * Returns: a number that changes whenever equity or profits were computed anew
 */
guint64
pst_portfolio_get_version (PstPortfolio *portfolio)
{
  return portfolio->version;
}

/**
 * pst_portfolio_get_changed:
 * @portfolio: a portfolio
 * @n_changed: (out): how many
 *
 * Returns: (transfer none) (array length=n_changed): component indexes of the strategies whose profit was computed anew since the last
 *   pst_portfolio_clear_changed()
 */
const guint32 *
pst_portfolio_get_changed (PstPortfolio *portfolio, guint *n_changed)
{
  *n_changed = portfolio->n_changed;
  return portfolio->changed;
}

/**
 * pst_portfolio_clear_changed:
 * @portfolio: a portfolio
 *
 * Says that the changed profits have been dealt with.
 */
void
pst_portfolio_clear_changed (PstPortfolio *portfolio)
{
  for (guint i = 0; i < portfolio->n_changed; i++)
    ((PstHoldings *)portfolio->books->pdata[portfolio->changed[i]])->changed = FALSE;
  portfolio->n_changed = 0;
}

/**
 * pst_portfolio_get_profit:
 * @portfolio: a portfolio
 * @strategy: index of the strategy component
 *
 * Returns: (transfer none): what it earned, as of the last pst_portfolio_update()
 */
const PstProfit *
pst_portfolio_get_profit (PstPortfolio *portfolio, guint32 strategy)
{
  static const PstProfit nothing = { 0, 0, 0 };
  PstHoldings *book = strategy < portfolio->books->len ? portfolio->books->pdata[strategy] : NULL;

  return book != NULL ? &book->profit : &nothing;
}

/* Of one instrument: the net position is the sum of the strategies', and its value what the mark says. */
static gboolean
audit_asset (PstPortfolio *portfolio, const PstAsset *asset, __int128 *values, GError **error)
{
  const PstMark *mark = pst_market_get_mark (portfolio->market, asset->net.position.instrument);
  PstHolding again = asset->net;
  __int128 quantity = 0;

  for (guint i = 0; i < asset->holdings->len; i++)
    quantity += ((PstHolding *)asset->holdings->pdata[i])->position.quantity;
  pst_invariant (quantity == asset->net.position.quantity, error);
  if (!value_holding (&again, asset, mark))
    return pst_portfolio_overflow ("the value of all positions in", asset->instrument->id, error);
  pst_invariant (again.value == asset->net.value, error);
  if (asset->instrument->settlement == PST_SETTLEMENT_POSITION)
    values[asset->quote] += again.value;
  return TRUE;
}

static gboolean
audit_purses (PstPortfolio *portfolio, const __int128 *values, GError **error)
{
  for (guint slot = 0; slot < portfolio->purses->len; slot++)
    {
      const PstCurrency *currency = pst_rates_get_currency (portfolio->rates, slot);
      __int128 balance = 0;

      for (guint i = 0; i < portfolio->accounts->len; i++)
        if (portfolio->accounts->pdata[i] != NULL)
          balance += pst_account_get_balance (portfolio->accounts->pdata[i], currency);
      pst_invariant (balance == pst_portfolio_purse (portfolio, slot)->balance, error);
      pst_invariant (values[slot] == pst_portfolio_purse (portfolio, slot)->value, error);
    }
  return TRUE;
}

/**
 * pst_portfolio_audit:
 * @portfolio: a portfolio
 * @error: return location for an error
 *
 * Computes every sum anew and compares it with the one that was kept: net positions, values, balances, equity. Costs everything that
 * is held: for the end of a run, and for tests. Errors: %PST_RUN_ERROR_INVARIANT.
 *
 * Returns: whether all of it agrees
 */
gboolean
pst_portfolio_audit (PstPortfolio *portfolio, GError **error)
{
  g_autofree __int128 *values = g_new0 (__int128, portfolio->purses->len);
  PstEquity before;

  if (!pst_portfolio_update (portfolio, error))
    return FALSE;
  before = portfolio->equity;
  for (guint i = 0; i < portfolio->assets->len; i++)
    if (portfolio->assets->pdata[i] != NULL && !audit_asset (portfolio, portfolio->assets->pdata[i], values, error))
      return FALSE;
  if (!audit_purses (portfolio, values, error))
    return FALSE;
  for (guint slot = 0; slot < portfolio->purses->len; slot++)
    pst_portfolio_purse (portfolio, slot)->changed = TRUE;
  if (!sum_purses (portfolio, error))
    return FALSE;
  pst_invariant (before.equity == portfolio->equity.equity && before.mark_to_market == portfolio->equity.mark_to_market, error);
  pst_invariant (before.n_unpriced == portfolio->equity.n_unpriced, error);
  return TRUE;
}
