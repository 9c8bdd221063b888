/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an order of a signal strategy is a share of: the account's cash or equity, or the instrument's own. */
#include "pst-signal-size-private.h"

/* An instrument's own cash: what it was given, less what its fills cost. */
static gboolean
get_own_funds (const PstSignalRules *rules, const PstInstrument *instrument, const PstPosition *position, gint64 price, PstSignalFunds *funds)
{
  gint64 spent, value;

  funds->currency = rules->instrument_cash->currency;
  return funds->currency == instrument->quote && pst_subtract_checked (position->cost, position->realised_profit, &spent)
         && pst_add_checked (spent, position->fees, &spent) && pst_subtract_checked (rules->instrument_cash->amount, spent, &funds->cash)
         && pst_position_value (position, instrument, price, &value) && pst_add_checked (funds->cash, value, &funds->equity);
}

static void
get_account_funds (PstSignalStrategy *self, const PstSignalRules *rules, guint32 index, const PstInstrument *instrument, PstSignalFunds *funds)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (self));
  const PstAccount *account;
  guint n_unpriced;

  if (rules->order_fraction != NULL)
    {
      PstMoney equity = pst_context_get_equity (context, &n_unpriced);

      funds->currency = equity.currency;
      funds->equity = equity.amount;
      return;
    }
  account = pst_context_get_account (context, pst_context_find_executor (context, index));
  funds->currency = instrument->quote;
  funds->cash = account != NULL ? pst_account_get_balance (account, instrument->quote) : 0;
}

gint64
pst_signal_size_opening (PstSignalStrategy *self, guint32 index, gint64 price, gboolean closes, gint64 *cash_max)
{
  const PstInstrument *instrument = pst_instrument_table_get (pst_context_get_instruments (pst_component_get_context (PST_COMPONENT (self))), index);
  const PstPosition *position = pst_strategy_get_position (PST_STRATEGY (self), index);
  PstSignalFunds funds = { 0 };
  PstSignalRules rules;
  gint64 held_value = 0;

  pst_signal_strategy_get_rules (self, &rules);
  if (rules.instrument_cash != NULL)
    {
      if (!get_own_funds (&rules, instrument, position, price, &funds))
        return 0;
    }
  else if (rules.order_fraction != NULL || rules.order_cash != NULL)
    get_account_funds (self, &rules, index, instrument, &funds);
  if (closes && !pst_position_value (position, instrument, price, &held_value))
    return 0;
  return pst_signal_rules_size (&rules, instrument, &funds, held_value, price, cash_max);
}
