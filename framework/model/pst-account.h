/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cash per currency at one exchange. Few currencies, so a small array in first-use order: iteration is deterministic. */
#pragma once

#include "pst-order.h"

G_BEGIN_DECLS

#define PST_TYPE_ACCOUNT (pst_account_get_type ())

/**
 * PstAccount:
 *
 * Balances by currency. Used on the run's context.
 */
typedef struct _PstAccount PstAccount;

PST_API GType pst_account_get_type (void);
PST_API PstAccount *pst_account_new (void);
PST_API PstAccount *pst_account_copy (const PstAccount *account);
PST_API void pst_account_free (PstAccount *account);
/* Adds @amount (may be negative). On overflow nothing has changed. */
PST_API gboolean pst_account_add (PstAccount *account, const PstCurrency *currency, gint64 amount, GError **error);
PST_API gint64 pst_account_get_balance (const PstAccount *account, const PstCurrency *currency);
PST_API guint pst_account_get_n_balances (const PstAccount *account);
PST_API PstMoney pst_account_get_nth (const PstAccount *account, guint n);
/* Moves what a fill moves: quote against notional, fee, and with DELIVERY settlement the base asset. All or nothing. */
PST_API gboolean pst_account_apply (PstAccount *account, const PstInstrument *instrument, const PstFill *fill, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstAccount, pst_account_free)

G_END_DECLS
