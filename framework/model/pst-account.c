/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cash at one exchange. What a fill moves, it moves whole or not at all. */
#include "pst-account.h"

#include <string.h>

/* Quote, base and fee. */
#define MOVES_MAX 3

struct _PstAccount
{
  PstMoney *balances; /* in order of first use */
  guint n_balances;
  guint allocated;
};

G_DEFINE_BOXED_TYPE (PstAccount, pst_account, pst_account_copy, pst_account_free)

/**
 * pst_account_new:
 *
 * Returns: (transfer full): an account without balances
 */
PstAccount *
pst_account_new (void)
{
  return g_new0 (PstAccount, 1);
}

/**
 * pst_account_copy:
 * @account: an account
 *
 * On the run's context.
 *
 * Returns: (transfer full): a copy with the same balances in the same order
 */
PstAccount *
pst_account_copy (const PstAccount *account)
{
  PstAccount *copy = pst_account_new ();

  copy->balances = g_memdup2 (account->balances, sizeof (PstMoney) * account->n_balances);
  copy->n_balances = copy->allocated = account->n_balances;
  return copy;
}

/**
 * pst_account_free:
 * @account: (transfer full): an account
 */
void
pst_account_free (PstAccount *account)
{
  g_free (account->balances);
  g_free (account);
}

static PstMoney *
find (const PstAccount *account, const PstCurrency *currency)
{
  for (guint i = 0; i < account->n_balances; i++)
    if (account->balances[i].currency == currency)
      return &account->balances[i];
  return NULL;
}

/**
 * pst_account_add:
 * @account: an account
 * @currency: a currency
 * @amount: at its scale; below 0 takes away. A balance may go below zero: whether that is allowed is for guards to say
 * @error: return location for a #PstValueError
 *
 * Error: %PST_VALUE_ERROR_OVERFLOW; nothing has changed then. On the run's context.
 *
 * Returns: %TRUE on success
 */
gboolean
pst_account_add (PstAccount *account, const PstCurrency *currency, gint64 amount, GError **error)
{
  PstMoney *balance;
  gint64 sum;

  g_return_val_if_fail (account != NULL && currency != NULL, FALSE);
  balance = find (account, currency);
  if (balance == NULL)
    {
      if (account->n_balances == account->allocated)
        {
          account->allocated = MAX (4, account->allocated * 2);
          account->balances = g_renew (PstMoney, account->balances, account->allocated);
        }
      balance = &account->balances[account->n_balances++];
      *balance = (PstMoney){ currency, 0 };
    }
  if (!pst_add_checked (balance->amount, amount, &sum))
    {
      g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_OVERFLOW, "the balance of %s does not fit 64 bits with %d decimals", currency->code,
                   currency->scale);
      return FALSE;
    }
  balance->amount = sum;
  return TRUE;
}

/**
 * pst_account_get_balance:
 * @account: an account
 * @currency: a currency
 *
 * On the run's context.
 *
 * Returns: the balance at the currency's scale; 0 when it was never used
 */
gint64
pst_account_get_balance (const PstAccount *account, const PstCurrency *currency)
{
  const PstMoney *balance = find (account, currency);

  return balance != NULL ? balance->amount : 0;
}

/**
 * pst_account_get_n_balances:
 * @account: an account
 *
 * On the run's context.
 *
 * Returns: how many currencies were used
 */
guint
pst_account_get_n_balances (const PstAccount *account)
{
  return account->n_balances;
}

/**
 * pst_account_get_nth:
 * @account: an account
 * @n: from 0, in order of first use
 *
 * On the run's context.
 *
 * Returns: (transfer none): the balance; without a currency beyond the number of balances
 */
PstMoney
pst_account_get_nth (const PstAccount *account, guint n)
{
  return n < account->n_balances ? account->balances[n] : (PstMoney){ NULL, 0 };
}

/* What the fill moves, as amounts to be added. */
static gboolean
list_moves (const PstInstrument *instrument, const PstFill *fill, PstMoney *moves, guint *n_moves, GError **error)
{
  gboolean buys = fill->side == PST_SIDE_BUY;
  gint64 delivered;

  pst_invariant (buys || fill->side == PST_SIDE_SELL, error);
  pst_invariant (fill->quantity > 0, error);
  pst_invariant (fill->notional != G_MININT64 && fill->fee != G_MININT64, error);
  pst_invariant (fill->fee == 0 || fill->fee_currency != NULL, error);
  moves[(*n_moves)++] = (PstMoney){ instrument->quote, buys ? -fill->notional : fill->notional };
  if (instrument->settlement == PST_SETTLEMENT_DELIVERY)
    {
      if (!pst_mantissa_rescale (fill->quantity, instrument->size_scale, instrument->base->scale, PST_ROUND_EXACT, &delivered))
        {
          g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_INEXACT,
                       "the size of fill \"%s\" in %s cannot be held as an amount of %s with %d decimals; define that currency with another scale",
                       fill->execution_id, instrument->id, instrument->base->code, instrument->base->scale);
          return FALSE;
        }
      moves[(*n_moves)++] = (PstMoney){ instrument->base, buys ? delivered : -delivered };
    }
  if (fill->fee != 0)
    moves[(*n_moves)++] = (PstMoney){ fill->fee_currency, -fill->fee };
  return TRUE;
}

/**
 * pst_account_apply:
 * @account: the account at the exchange that executed
 * @instrument: the fill's instrument
 * @fill: a fill
 * @error: return location for a #GError
 *
 * Moves what the fill moves: the notional in the quote currency, with delivery the base asset the other way, and the fee in its currency.
 * Errors: %PST_VALUE_ERROR_OVERFLOW, %PST_VALUE_ERROR_INEXACT, %PST_RUN_ERROR_INVARIANT for a fill that contradicts itself; nothing has
 * changed then. On the run's context.
 *
 * Returns: %TRUE on success
 */
gboolean
pst_account_apply (PstAccount *account, const PstInstrument *instrument, const PstFill *fill, GError **error)
{
  PstMoney moves[MOVES_MAX];
  guint n_moves = 0, n_balances = account->n_balances;

  if (!list_moves (instrument, fill, moves, &n_moves, error))
    return FALSE;
  for (guint i = 0; i < n_moves; i++)
    if (!pst_account_add (account, moves[i].currency, moves[i].amount, error))
      {
        /* Back the way we came, which cannot overflow; balances that were new go. */
        while (i-- > 0)
          find (account, moves[i].currency)->amount -= moves[i].amount;
        account->n_balances = n_balances;
        return FALSE;
      }
  return TRUE;
}
