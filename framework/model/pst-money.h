/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Currencies (interned, never freed) and amounts of them. Every currency has one scale in the process,
 * 8 unless set before first use; an amount is a mantissa at that scale. */
#pragma once

#include "pst-decimal.h"

G_BEGIN_DECLS

#define PST_CURRENCY_SCALE_DEFAULT 8
#define PST_CURRENCY_CODE_SIZE 16

/**
 * PstCurrency:
 * @code: the code, "USD" or "BTC": 1 to 15 characters of A-Z, 0-9, '.', '_' and '-'
 * @scale: decimals of an amount
 *
 * A currency or asset in which cash is held. Compare by pointer: a code is interned once a process.
 */
typedef struct
{
  char code[PST_CURRENCY_CODE_SIZE];
  guint8 scale;
} PstCurrency;

/* (transfer none) NULL with PST_VALUE_ERROR_SYNTAX for an impossible code. Any thread. */
PST_API const PstCurrency *pst_currency_get (const char *code, GError **error);
/* Sets the scale of a code that was not used before; an error when it was, with another scale. */
PST_API const PstCurrency *pst_currency_define (const char *code, guint scale, GError **error);

#define PST_TYPE_MONEY (pst_money_get_type ())

/**
 * PstMoney:
 * @currency: (nullable): the currency; %NULL only in an amount that was never set
 * @amount: mantissa at the currency's scale
 *
 * An amount of one currency. Text form: "50 USD", "-0.1 BTC" (printed without superfluous zeros).
 */
typedef struct
{
  const PstCurrency *currency;
  gint64 amount;
} PstMoney;

PST_API GType pst_money_get_type (void);
PST_API PstMoney *pst_money_copy (const PstMoney *money);
PST_API void pst_money_free (PstMoney *money);
PST_API gboolean pst_money_parse (const char *text, PstMoney *money, GError **error);
PST_API char *pst_money_to_string (const PstMoney *money);
PST_API gboolean pst_money_add (const PstMoney *a, const PstMoney *b, PstMoney *sum, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstMoney, pst_money_free)

G_END_DECLS
