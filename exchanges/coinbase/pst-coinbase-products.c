/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* {"products":[{"product_id":"BTC-USD","base_increment":"0.00000001","price_increment":"0.01",...},...]}: some 900 products of 50 members. */
#include "pst-coinbase-products.h"

enum
{
  ID,
  BASE_INCREMENT,
  PRICE_INCREMENT,
  QUOTE_INCREMENT,
  BASE_MIN,
  BASE_MAX,
  QUOTE_MIN,
  STATUS,
  TRADING_DISABLED,
  IS_DISABLED,
  CANCEL_ONLY,
  POST_ONLY,
  AUCTION_MODE,
  ALIAS,
  N_WORDS
};

static const char *const names[N_WORDS] = {
  [ID] = "product_id",
  [BASE_INCREMENT] = "base_increment",
  [PRICE_INCREMENT] = "price_increment",
  [QUOTE_INCREMENT] = "quote_increment",
  [BASE_MIN] = "base_min_size",
  [BASE_MAX] = "base_max_size",
  [QUOTE_MIN] = "quote_min_size",
  [STATUS] = "status",
  [TRADING_DISABLED] = "trading_disabled",
  [IS_DISABLED] = "is_disabled",
  [CANCEL_ONLY] = "cancel_only",
  [POST_ONLY] = "post_only",
  [AUCTION_MODE] = "auction_mode",
  [ALIAS] = "alias",
};

static gboolean
is_true (const PstScanWord *word)
{
  return word->kind == PST_SCAN_BOOLEAN && *word->text == 't';
}

static gboolean
set_data_error (const PstScanWord *words, guint word, GError **error)
{
  g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "product %.*s: %s is missing, or no decimal that can be: \"%.*s\"",
               (int)MIN (words[ID].length, 40), words[ID].text, names[word], (int)MIN (words[word].length, 40),
               words[word].text != NULL ? words[word].text : "");
  return FALSE;
}

/* An increment gives the scale: as many decimals as it needs. */
static gboolean
read_increment (const PstScanWord *words, guint word, guint8 *scale, gint64 *step, GError **error)
{
  PstDecimal value;

  if (words[word].kind != PST_SCAN_STRING || !pst_decimal_parse (words[word].text, (gssize)words[word].length, &value, NULL) || value.mantissa <= 0)
    return set_data_error (words, word, error);
  for (; value.scale > 0 && value.mantissa % 10 == 0; value.scale--)
    value.mantissa /= 10;
  *scale = value.scale;
  *step = value.mantissa;
  return TRUE;
}

/* A limit at @scale, rounded to the safe side; 0, for none, when the product does not say. */
static gboolean
read_limit (const PstScanWord *words, guint word, guint scale, PstRounding rounding, gint64 *limit, GError **error)
{
  PstDecimal value;

  *limit = 0;
  if (words[word].kind == PST_SCAN_NOTHING || (words[word].kind == PST_SCAN_STRING && words[word].length == 0))
    return TRUE;
  if (words[word].kind != PST_SCAN_STRING || !pst_decimal_parse (words[word].text, (gssize)words[word].length, &value, NULL) || value.mantissa < 0
      || !pst_decimal_rescale (&value, scale, rounding, limit, NULL))
    return set_data_error (words, word, error);
  return TRUE;
}

/* An auction has no continuous trading: what is sent then is not what the strategy meant. */
static PstInstrumentStatus
read_status (const PstScanWord *words)
{
  if (is_true (&words[TRADING_DISABLED]) || is_true (&words[IS_DISABLED]) || is_true (&words[AUCTION_MODE])
      || !pst_scan_equal (words[STATUS].text, words[STATUS].length, "online"))
    return PST_INSTRUMENT_STATUS_HALTED;
  if (is_true (&words[CANCEL_ONLY]))
    return PST_INSTRUMENT_STATUS_CANCEL_ONLY;
  return is_true (&words[POST_ONLY]) ? PST_INSTRUMENT_STATUS_POST_ONLY : PST_INSTRUMENT_STATUS_TRADING;
}

static gboolean
make_product (PstCoinbaseProduct *product, PstListing *listing, const PstScanWord *words, GError **error)
{
  const PstCurrency *quote = pst_currency_get (listing->quote, error);
  guint price = words[PRICE_INCREMENT].kind == PST_SCAN_STRING && words[PRICE_INCREMENT].length > 0 ? PRICE_INCREMENT : QUOTE_INCREMENT;
  PstInstrument *draft = &product->draft;

  *product = (PstCoinbaseProduct){ .listing = listing };
  if (quote == NULL || !read_increment (words, price, &draft->price_scale, &draft->price_step, error)
      || !read_increment (words, BASE_INCREMENT, &draft->size_scale, &draft->size_step, error)
      || !read_limit (words, BASE_MIN, draft->size_scale, PST_ROUND_CEILING, &draft->size_min, error)
      || !read_limit (words, BASE_MAX, draft->size_scale, PST_ROUND_FLOOR, &draft->size_max, error)
      || !read_limit (words, QUOTE_MIN, quote->scale, PST_ROUND_CEILING, &draft->notional_min, error))
    return FALSE;
  if (words[STATUS].kind != PST_SCAN_STRING)
    return set_data_error (words, STATUS, error);
  product->status = read_status (words);
  product->is_delisted = pst_scan_equal (words[STATUS].text, words[STATUS].length, "delisted");
  if (words[ALIAS].kind == PST_SCAN_STRING)
    {
      product->alias = words[ALIAS].text;
      product->alias_length = words[ALIAS].length;
    }
  return TRUE;
}

/**
 * pst_coinbase_products_read:
 * @text: (array length=length): the answer to GET /api/v3/brokerage/market/products
 * @length: its bytes
 * @wanted: says which products are
 * @take: called for each that is
 * @user_data: for both
 * @error: return location for an error
 *
 * Source: Coinbase's documents of "List Public Products", and a recorded answer.
 *
 * Errors: %PST_EXCHANGE_ERROR_DATA; those of @take.
 *
 * Returns: whether all of it could be read
 */
gboolean
pst_coinbase_products_read (const char *text, gsize length, PstCoinbaseWantedFunc wanted, PstCoinbaseProductFunc take, gpointer user_data,
                            GError **error)
{
  static const char *const list[] = { "products" };
  PstScanWord products, words[N_WORDS];
  PstCoinbaseProduct product;
  PstListing *listing;
  PstScan scan;

  pst_scan_init (&scan, text, length);
  if (pst_scan_words (&scan, list, 1, &products) && pst_scan_finish (&scan) && products.kind != PST_SCAN_ARRAY)
    pst_scan_fail (&scan, scan.start, "there is no array \"products\"");
  if (scan.failure == NULL)
    pst_scan_init (&scan, products.text, products.length);
  pst_scan_begin_array (&scan);
  while (pst_scan_next_element (&scan) && pst_scan_words (&scan, names, N_WORDS, words))
    {
      listing = words[ID].kind == PST_SCAN_STRING ? wanted (user_data, words[ID].text, words[ID].length) : NULL;
      if (listing != NULL && (!make_product (&product, listing, words, error) || !take (&product, user_data, error)))
        return FALSE;
    }
  if (scan.failure == NULL)
    return TRUE;
  pst_scan_set_error (&scan, error);
  return FALSE;
}
