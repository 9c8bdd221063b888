/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Holds positions and accounts, and applies fills: whole or not at all, each movement checked against its own sum. */
#include "pst-portfolio-private.h"

G_DEFINE_FINAL_TYPE (PstPortfolio, pst_portfolio, G_TYPE_OBJECT)

enum
{
  SIGNAL_FILL_APPLIED,
  SIGNAL_POSITION_CHANGED,
  N_SIGNALS
};

/* Interned ids of the type's signals: written once, by class_init. */
static guint signals[N_SIGNALS];

static void
asset_free (PstAsset *asset)
{
  if (asset == NULL)
    return;
  g_ptr_array_unref (asset->holdings);
  g_free (asset);
}

static void
book_free (PstHoldings *book)
{
  if (book == NULL)
    return;
  g_ptr_array_unref (book->holdings);
  g_array_unref (book->earnings);
  g_free (book);
}

static void
account_free (PstAccount *account)
{
  g_clear_pointer (&account, pst_account_free);
}

static void
pst_portfolio_finalize (GObject *object)
{
  PstPortfolio *portfolio = PST_PORTFOLIO (object);

  g_ptr_array_unref (portfolio->assets);
  g_ptr_array_unref (portfolio->books);
  g_ptr_array_unref (portfolio->accounts);
  g_array_unref (portfolio->purses);
  g_free (portfolio->changed);
  g_clear_pointer (&portfolio->rates, pst_rates_free);
  g_clear_pointer (&portfolio->instruments, pst_instrument_table_unref);
  G_OBJECT_CLASS (pst_portfolio_parent_class)->finalize (object);
}

static void
pst_portfolio_class_init (PstPortfolioClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pst_portfolio_finalize;
  /**
   * PstPortfolio::fill-applied:
   * @portfolio: the portfolio
   * @fill: (type PstFill): the fill, its realised profit filled in; borrowed
   *
   * A fill moved money and a position.
   */
  signals[SIGNAL_FILL_APPLIED]
      = g_signal_new ("fill-applied", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, PST_TYPE_FILL | G_SIGNAL_TYPE_STATIC_SCOPE);
  /**
   * PstPortfolio::position-changed:
   * @portfolio: the portfolio
   * @position: (type PstPosition): the strategy's position after a fill; borrowed
   *
   * A strategy's position changed.
   */
  signals[SIGNAL_POSITION_CHANGED] = g_signal_new ("position-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                                   PST_TYPE_POSITION | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
pst_portfolio_init (PstPortfolio *portfolio)
{
  portfolio->assets = g_ptr_array_new_with_free_func ((GDestroyNotify)asset_free);
  portfolio->books = g_ptr_array_new_with_free_func ((GDestroyNotify)book_free);
  portfolio->accounts = g_ptr_array_new_with_free_func ((GDestroyNotify)account_free);
  portfolio->purses = g_array_new (FALSE, TRUE, sizeof (PstPurse));
}

/**
 * pst_portfolio_new:
 * @market: (transfer none): the marks; outlives the portfolio
 * @instruments: the run's table
 * @base: the currency of equity
 *
 * Returns: (transfer full): a portfolio without accounts or positions
 */
PstPortfolio *
pst_portfolio_new (PstMarket *market, PstInstrumentTable *instruments, const PstCurrency *base)
{
  PstPortfolio *portfolio = g_object_new (PST_TYPE_PORTFOLIO, NULL);

  portfolio->market = market;
  portfolio->instruments = pst_instrument_table_ref (instruments);
  portfolio->rates = pst_rates_new (market, instruments, base);
  g_array_set_size (portfolio->purses, 1);
  return portfolio;
}

gboolean
pst_portfolio_overflow (const char *what, const char *name, GError **error)
{
  g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_OVERFLOW,
               "%s %s does not fit 64 bits; use smaller amounts, or give the currency fewer decimals", what, name);
  return FALSE;
}

/* The number of a currency, with a purse behind it. */
guint
pst_portfolio_slot (PstPortfolio *portfolio, const PstCurrency *currency)
{
  guint slot = pst_rates_get_slot (portfolio->rates, currency);

  if (slot >= portfolio->purses->len)
    g_array_set_size (portfolio->purses, slot + 1);
  return slot;
}

static gpointer
get_nth (GPtrArray *array, guint32 index)
{
  return index < array->len ? array->pdata[index] : NULL;
}

static void
set_nth (GPtrArray *array, guint32 index, gpointer item)
{
  if (index >= array->len)
    g_ptr_array_set_size (array, (gint)index + 1);
  array->pdata[index] = item;
}

/* NULL for an unknown instrument. */
static PstAsset *
ensure_asset (PstPortfolio *portfolio, guint32 instrument)
{
  PstAsset *asset = get_nth (portfolio->assets, instrument);
  gint decimals;

  if (asset != NULL || instrument >= pst_instrument_table_get_size (portfolio->instruments))
    return asset;
  asset = g_new0 (PstAsset, 1);
  asset->instrument = pst_instrument_table_get (portfolio->instruments, instrument);
  asset->quote = pst_portfolio_slot (portfolio, asset->instrument->quote);
  decimals = (gint)asset->instrument->quote->scale - asset->instrument->price_scale - asset->instrument->size_scale;
  asset->up = decimals >= 0 ? pst_power_of_ten (decimals) : 0;
  asset->net.position.strategy = G_MAXUINT32;
  asset->net.position.instrument = instrument;
  asset->holdings = g_ptr_array_new ();
  set_nth (portfolio->assets, instrument, asset);
  return asset;
}

static PstHoldings *
ensure_book (PstPortfolio *portfolio, guint32 strategy)
{
  PstHoldings *book = get_nth (portfolio->books, strategy);

  if (book != NULL)
    return book;
  book = g_new0 (PstHoldings, 1);
  book->strategy = strategy;
  book->holdings = g_ptr_array_new_with_free_func (g_free);
  book->earnings = g_array_new (FALSE, TRUE, sizeof (PstEarning));
  set_nth (portfolio->books, strategy, book);
  portfolio->changed = g_renew (guint32, portfolio->changed, portfolio->books->len);
  return book;
}

static PstHolding *
ensure_holding (PstHoldings *book, guint32 instrument)
{
  PstHolding *holding = get_nth (book->holdings, instrument);

  if (holding != NULL)
    return holding;
  holding = g_new0 (PstHolding, 1);
  holding->position.strategy = book->strategy;
  holding->position.instrument = instrument;
  set_nth (book->holdings, instrument, holding);
  return holding;
}

static gboolean
add_to_purse (PstPortfolio *portfolio, const PstCurrency *currency, gint64 amount, GError **error)
{
  PstPurse *purse = pst_portfolio_purse (portfolio, pst_portfolio_slot (portfolio, currency));

  if (!pst_add_checked (purse->balance, amount, &purse->balance))
    return pst_portfolio_overflow ("the sum of all accounts in", currency->code, error);
  purse->changed = portfolio->stale = TRUE;
  return TRUE;
}

/**
 * pst_portfolio_add_account:
 * @portfolio: a portfolio
 * @exchange: index of the exchange component
 * @account: (transfer full): its balances
 * @error: return location for an error
 *
 * Errors: %PST_VALUE_ERROR_OVERFLOW when balances of several accounts do not sum up.
 *
 * Returns: whether it was added
 */
gboolean
pst_portfolio_add_account (PstPortfolio *portfolio, guint32 exchange, PstAccount *account, GError **error)
{
  g_return_val_if_fail (get_nth (portfolio->accounts, exchange) == NULL, FALSE);

  set_nth (portfolio->accounts, exchange, account);
  for (guint i = 0; i < pst_account_get_n_balances (account); i++)
    {
      PstMoney balance = pst_account_get_nth (account, i);

      if (!add_to_purse (portfolio, balance.currency, balance.amount, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * pst_portfolio_follow:
 * @portfolio: a portfolio
 *
 * To be called when the instrument table grew.
 */
void
pst_portfolio_follow (PstPortfolio *portfolio)
{
  pst_rates_follow (portfolio->rates);
}

/**
 * pst_portfolio_get_account:
 * @portfolio: a portfolio
 * @exchange: index of the exchange component
 *
 * Returns: (transfer none) (nullable): its account
 */
const PstAccount *
pst_portfolio_get_account (PstPortfolio *portfolio, guint32 exchange)
{
  return get_nth (portfolio->accounts, exchange);
}

/**
 * pst_portfolio_get_position:
 * @portfolio: a portfolio
 * @strategy: index of the strategy component, or %G_MAXUINT32 for the net of all
 * @instrument: index in the run's table
 *
 * Returns: (transfer none) (nullable): the position, flat when there was no fill; stays at its address; %NULL for an unknown instrument
 */
const PstPosition *
pst_portfolio_get_position (PstPortfolio *portfolio, guint32 strategy, guint32 instrument)
{
  PstHoldings *book = get_nth (portfolio->books, strategy);
  PstHolding *holding = book != NULL ? get_nth (book->holdings, instrument) : NULL;
  PstAsset *asset;

  if (G_LIKELY (holding != NULL))
    return &holding->position;
  asset = ensure_asset (portfolio, instrument);
  if (asset == NULL)
    return NULL;
  if (strategy == G_MAXUINT32)
    return &asset->net.position;
  return &ensure_holding (ensure_book (portfolio, strategy), instrument)->position;
}

/* What a fill must move, computed apart from the account that moves it. */
static gboolean
list_moves (const PstInstrument *instrument, const PstFill *fill, PstMoney *moves, GError **error)
{
  gint64 sign = fill->side == PST_SIDE_BUY ? 1 : -1, delivered;

  pst_invariant (fill->notional != G_MININT64 && fill->fee != G_MININT64, error);
  pst_invariant (fill->fee == 0 || fill->fee_currency != NULL, error);
  moves[0] = (PstMoney){ instrument->quote, -sign * fill->notional };
  moves[1] = (PstMoney){ instrument->quote, 0 };
  moves[2] = (PstMoney){ fill->fee != 0 ? fill->fee_currency : instrument->quote, -fill->fee };
  if (instrument->settlement != PST_SETTLEMENT_DELIVERY)
    return TRUE;
  if (!pst_mantissa_rescale (fill->quantity, instrument->size_scale, instrument->base->scale, PST_ROUND_EXACT, &delivered))
    {
      g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_INEXACT,
                   "a size of %s cannot be delivered with the %u decimals of %s; "
                   "define that currency with another scale",
                   instrument->id, instrument->base->scale, instrument->base->code);
      return FALSE;
    }
  moves[1] = (PstMoney){ instrument->base, sign * delivered };
  return TRUE;
}

/* Moves the account's cash and proves that what left one side reached the other: each balance differs by the sum of its moves. */
static gboolean
move_cash (PstPortfolio *portfolio, const PstInstrument *instrument, const PstFill *fill, GError **error)
{
  PstAccount *account = get_nth (portfolio->accounts, fill->exchange);
  gint64 before[3];
  PstMoney moves[3];

  pst_invariant (account != NULL, error);
  if (!list_moves (instrument, fill, moves, error))
    return FALSE;
  for (guint i = 0; i < 3; i++)
    before[i] = pst_account_get_balance (account, moves[i].currency);
  if (!pst_account_apply (account, instrument, fill, error))
    return FALSE;
  for (guint i = 0; i < 3; i++)
    {
      __int128 expected = before[i];

      for (guint j = 0; j < 3; j++)
        expected += moves[j].currency == moves[i].currency ? moves[j].amount : 0;
      pst_invariant (pst_account_get_balance (account, moves[i].currency) == expected, error);
    }
  for (guint i = 0; i < 3; i++)
    if (!add_to_purse (portfolio, moves[i].currency, moves[i].amount, error))
      return FALSE;
  return TRUE;
}

static gboolean
note_earning (PstPortfolio *portfolio, PstHoldings *book, const PstAsset *asset, const PstFill *fill, GError **error)
{
  guint fee_slot = fill->fee != 0 ? pst_portfolio_slot (portfolio, fill->fee_currency) : asset->quote;
  PstPurse *quote = pst_portfolio_purse (portfolio, asset->quote), *fee = pst_portfolio_purse (portfolio, fee_slot);
  PstEarning *earning = pst_portfolio_earning (book, asset->quote);

  if (!pst_add_checked (earning->realised, fill->realised_profit, &earning->realised)
      || !pst_add_checked (quote->realised, fill->realised_profit, &quote->realised))
    return pst_portfolio_overflow ("the realised profit in", asset->instrument->quote->code, error);
  earning = pst_portfolio_earning (book, fee_slot);
  if (!pst_add_checked (earning->fees, fill->fee, &earning->fees) || !pst_add_checked (fee->fees, fill->fee, &fee->fees))
    return pst_portfolio_overflow ("the sum of fees for", asset->instrument->id, error);
  quote->changed = fee->changed = TRUE;
  pst_portfolio_touch_book (portfolio, book);
  return TRUE;
}

/**
 * pst_portfolio_apply:
 * @portfolio: a portfolio
 * @fill: the fill; its realised profit is filled in
 * @error: return location for an error
 *
 * Moves the strategy's position, the net position and the exchange's account. Errors: %PST_RUN_ERROR_INVARIANT, %PST_VALUE_ERROR_OVERFLOW
 * and %PST_VALUE_ERROR_INEXACT; each of them ends the run.
 *
 * Returns: whether all of it was applied
 */
gboolean
pst_portfolio_apply (PstPortfolio *portfolio, PstFill *fill, GError **error)
{
  PstAsset *asset = ensure_asset (portfolio, fill->instrument);
  PstHoldings *book = ensure_book (portfolio, fill->strategy);
  PstFill net_fill = *fill;
  PstPosition position, net;
  PstHolding *holding;
  gint64 moved = fill->side == PST_SIDE_BUY ? fill->quantity : -fill->quantity;

  pst_invariant (asset != NULL, error);
  holding = ensure_holding (book, fill->instrument);
  position = holding->position;
  net = asset->net.position;
  if (!pst_position_apply (&position, asset->instrument, fill, error) || !pst_position_apply (&net, asset->instrument, &net_fill, error)
      || !move_cash (portfolio, asset->instrument, fill, error))
    return FALSE;
  pst_invariant ((__int128)position.quantity == (__int128)holding->position.quantity + moved, error);
  pst_invariant ((__int128)net.quantity == (__int128)asset->net.position.quantity + moved, error);
  if (holding->position.n_fills == 0)
    g_ptr_array_add (asset->holdings, holding);
  holding->position = position;
  asset->net.position = net;
  pst_market_watch (portfolio->market, fill->instrument);
  return note_earning (portfolio, book, asset, fill, error) && pst_portfolio_revalue (portfolio, asset, error);
}

/**
 * pst_portfolio_publish:
 * @portfolio: a portfolio
 * @fill: a fill that was applied
 *
 * Emits fill-applied and position-changed. Apart from pst_portfolio_apply(), so that records are written before anyone reacts.
 */
void
pst_portfolio_publish (PstPortfolio *portfolio, const PstFill *fill)
{
  g_signal_emit (portfolio, signals[SIGNAL_FILL_APPLIED], 0, fill);
  if (g_signal_has_handler_pending (portfolio, signals[SIGNAL_POSITION_CHANGED], 0, FALSE))
    g_signal_emit (portfolio, signals[SIGNAL_POSITION_CHANGED], 0, pst_portfolio_get_position (portfolio, fill->strategy, fill->instrument));
}

/**
 * pst_portfolio_foreach_position:
 * @portfolio: a portfolio
 * @strategy: index of the strategy component
 * @func: (scope call): called for each instrument that had a fill, in table order
 * @user_data: for @func
 */
void
pst_portfolio_foreach_position (PstPortfolio *portfolio, guint32 strategy, PstPositionFunc func, gpointer user_data)
{
  PstHoldings *book = get_nth (portfolio->books, strategy);

  for (guint i = 0; book != NULL && i < book->holdings->len; i++)
    {
      PstHolding *holding = book->holdings->pdata[i];

      if (holding != NULL && holding->position.n_fills > 0)
        func (&holding->position, user_data);
    }
}
