/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Currencies are interned once a process, so that the hot paths compare them by pointer, and amounts carry theirs, so that dollars
 * are never added to bitcoins. */
#include "pst-money.h"

#include <string.h>

/* Codes come from files and venues: the table cannot be made to grow without end. */
#define CURRENCIES_MAX 65536

G_DEFINE_BOXED_TYPE (PstMoney, pst_money, pst_money_copy, pst_money_free)

static GMutex currencies_lock;
static GHashTable *currencies; /* code to PstCurrency; interned for the life of the process */

static gboolean
check_code (const char *code, GError **error)
{
  gsize length = strspn (code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");
  g_autofree char *shown = NULL;
  g_autofree char *escaped = NULL;

  if (length > 0 && length < PST_CURRENCY_CODE_SIZE && code[length] == '\0')
    return TRUE;
  shown = g_strndup (code, PST_CURRENCY_CODE_SIZE * 2);
  escaped = g_strescape (shown, NULL);
  g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_SYNTAX,
               "\"%s\" is not a currency code; write 1 to %d characters of A-Z, 0-9, '.', '_' and '-', as in USD", escaped,
               PST_CURRENCY_CODE_SIZE - 1);
  return FALSE;
}

/* Under the lock. */
static const PstCurrency *
intern (const char *code, guint scale, GError **error)
{
  PstCurrency *currency;

  if (g_hash_table_size (currencies) >= CURRENCIES_MAX)
    {
      g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_RANGE,
                   "cannot add currency \"%s\": this process knows %d already, which is the limit; look for a damaged input", code, CURRENCIES_MAX);
      return NULL;
    }
  currency = g_new0 (PstCurrency, 1);
  g_strlcpy (currency->code, code, sizeof currency->code);
  currency->scale = scale;
  g_hash_table_insert (currencies, currency->code, currency);
  return currency;
}

/* @scale below 0: whatever the currency has. */
static const PstCurrency *
lookup (const char *code, gint scale, GError **error)
{
  const PstCurrency *currency;

  g_mutex_lock (&currencies_lock);
  if (currencies == NULL)
    currencies = g_hash_table_new (g_str_hash, g_str_equal);
  currency = g_hash_table_lookup (currencies, code);
  if (currency == NULL)
    currency = intern (code, scale < 0 ? PST_CURRENCY_SCALE_DEFAULT : scale, error);
  g_mutex_unlock (&currencies_lock);
  if (currency != NULL && scale >= 0 && currency->scale != scale)
    {
      g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_RANGE,
                   "currency %s has %d decimals in this process already, not %d; define it before its first use", code, currency->scale, scale);
      return NULL;
    }
  return currency;
}

/**
 * pst_currency_get:
 * @code: 1 to 15 characters of A-Z, 0-9, '.', '_' and '-'
 * @error: return location for a #PstValueError
 *
 * The one currency of that code. When it is new, it has %PST_CURRENCY_SCALE_DEFAULT decimals. Errors: %PST_VALUE_ERROR_SYNTAX for an
 * impossible code, %PST_VALUE_ERROR_RANGE when the process knows too many. Any thread.
 *
 * Returns: (transfer none) (nullable): the currency, valid for ever; %NULL on error
 */
const PstCurrency *
pst_currency_get (const char *code, GError **error)
{
  g_return_val_if_fail (code != NULL, NULL);
  if (!check_code (code, error))
    return NULL;
  return lookup (code, -1, error);
}

/**
 * pst_currency_define:
 * @code: as for pst_currency_get()
 * @scale: decimals of an amount, 0 to 18
 * @error: return location for a #PstValueError
 *
 * Gives a currency its scale before it is used. Defining it again with the same scale is no error; with another one it is
 * %PST_VALUE_ERROR_RANGE, for amounts at the old scale may exist. Any thread.
 *
 * Returns: (transfer none) (nullable): the currency, valid for ever; %NULL on error
 */
const PstCurrency *
pst_currency_define (const char *code, guint scale, GError **error)
{
  g_return_val_if_fail (code != NULL, NULL);
  if (!check_code (code, error))
    return NULL;
  if (scale > PST_SCALE_MAX)
    {
      g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_RANGE, "currency %s cannot have %u decimals; 0 to %d are possible", code, scale,
                   PST_SCALE_MAX);
      return NULL;
    }
  return lookup (code, scale, error);
}

/**
 * pst_money_copy:
 * @money: an amount
 *
 * Any thread.
 *
 * Returns: (transfer full): a copy
 */
PstMoney *
pst_money_copy (const PstMoney *money)
{
  return g_memdup2 (money, sizeof *money);
}

/**
 * pst_money_free:
 * @money: (nullable) (transfer full): an amount
 *
 * Any thread.
 */
void
pst_money_free (PstMoney *money)
{
  g_free (money);
}

/**
 * pst_money_parse:
 * @text: a number, spaces, a currency code: "50 USD"
 * @money: (out caller-allocates): the amount; unchanged on error
 * @error: return location for a #PstValueError
 *
 * Errors: %PST_VALUE_ERROR_SYNTAX, %PST_VALUE_ERROR_INEXACT for more decimals than the currency has, %PST_VALUE_ERROR_OVERFLOW. Any thread.
 *
 * Returns: %TRUE on success
 */
gboolean
pst_money_parse (const char *text, PstMoney *money, GError **error)
{
  const char *space, *code;
  const PstCurrency *currency;
  PstDecimal number;

  g_return_val_if_fail (text != NULL && money != NULL, FALSE);
  space = strchr (text, ' ');
  if (space == NULL || space == text)
    {
      g_autofree char *shown = g_strndup (text, 48);
      g_autofree char *escaped = g_strescape (shown, NULL);

      g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_SYNTAX,
                   "\"%s\" is not an amount of money; write a number, a space and a currency, as in \"50 USD\"", escaped);
      return FALSE;
    }
  for (code = space; *code == ' '; code++)
    ;
  /* The number first: a mistyped line must not intern a currency. */
  if (!pst_decimal_parse (text, space - text, &number, error))
    return FALSE;
  currency = pst_currency_get (code, error);
  if (currency == NULL || !pst_mantissa_parse (text, space - text, currency->scale, &money->amount, error))
    return FALSE;
  money->currency = currency;
  return TRUE;
}

/**
 * pst_money_to_string:
 * @money: an amount
 *
 * Any thread.
 *
 * Returns: (transfer full): "50 USD", "-0.1 BTC": no superfluous zeros; pst_money_parse() gives the same amount back. "unset" without a
 *   currency
 */
char *
pst_money_to_string (const PstMoney *money)
{
  char text[PST_DECIMAL_TEXT_SIZE + PST_CURRENCY_CODE_SIZE + 1];
  gsize length;

  g_return_val_if_fail (money != NULL, NULL);
  if (money->currency == NULL)
    return g_strdup ("unset");
  length = pst_mantissa_print (money->amount, money->currency->scale, text);
  if (money->currency->scale > 0)
    {
      while (text[length - 1] == '0')
        length--;
      if (text[length - 1] == '.')
        length--;
    }
  text[length++] = ' ';
  g_strlcpy (text + length, money->currency->code, sizeof text - length);
  return g_strdup (text);
}

/**
 * pst_money_add:
 * @a: an amount
 * @b: an amount of the same currency
 * @sum: (out caller-allocates): their sum; may be @a or @b; unchanged on error
 * @error: return location for a #PstValueError
 *
 * Errors: %PST_VALUE_ERROR_CURRENCY for two currencies, or none; %PST_VALUE_ERROR_OVERFLOW. Any thread.
 *
 * Returns: %TRUE on success
 */
gboolean
pst_money_add (const PstMoney *a, const PstMoney *b, PstMoney *sum, GError **error)
{
  g_autofree char *left = NULL;
  g_autofree char *right = NULL;
  gint64 amount;

  g_return_val_if_fail (a != NULL && b != NULL && sum != NULL, FALSE);
  if (a->currency != NULL && a->currency == b->currency && pst_add_checked (a->amount, b->amount, &amount))
    {
      sum->currency = a->currency;
      sum->amount = amount;
      return TRUE;
    }
  left = pst_money_to_string (a);
  right = pst_money_to_string (b);
  if (a->currency == NULL || a->currency != b->currency)
    g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_CURRENCY, "cannot add %s and %s: convert one of them first", left, right);
  else
    g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_OVERFLOW, "%s and %s together do not fit 64 bits with %d decimals", left, right,
                 a->currency->scale);
  return FALSE;
}
