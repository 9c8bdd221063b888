/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* {"symbol":"BTCUSD","base_currency":"BTC","quote_currency":"USD","tick_size":1E-8,"quote_increment":0.01,"min_order_size":"0.00001",
 * "status":"open",...}: tick_size is the grid of sizes, quote_increment that of prices. */
#include "pst-gemini-details.h"

enum
{
  SYMBOL,
  TICK_SIZE,
  QUOTE_INCREMENT,
  MIN_ORDER_SIZE,
  STATUS,
  N_WORDS
};

static const char *const names[N_WORDS] = {
  [SYMBOL] = "symbol", [TICK_SIZE] = "tick_size", [QUOTE_INCREMENT] = "quote_increment", [MIN_ORDER_SIZE] = "min_order_size", [STATUS] = "status",
};

static gboolean
set_data_error (const PstScanWord *words, guint word, const char *symbol, GError **error)
{
  g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "details of %s: %s is missing, or not what it must be: \"%.*s\"", symbol,
               names[word], (int)MIN (words[word].length, 40), words[word].text != NULL ? words[word].text : "");
  return FALSE;
}

/* A number or a string with one; "1E-8" is such a number. */
static gboolean
read_decimal (const PstScanWord *word, PstDecimal *value)
{
  return (word->kind == PST_SCAN_NUMBER || word->kind == PST_SCAN_STRING) && pst_decimal_parse (word->text, (gssize)word->length, value, NULL);
}

static gboolean
read_increment (const PstScanWord *words, guint word, const char *symbol, guint8 *scale, gint64 *step, GError **error)
{
  PstDecimal value;

  if (!read_decimal (&words[word], &value) || value.mantissa <= 0)
    return set_data_error (words, word, symbol, error);
  for (; value.scale > 0 && value.mantissa % 10 == 0; value.scale--)
    value.mantissa /= 10;
  *scale = value.scale;
  *step = value.mantissa;
  return TRUE;
}

static gboolean
read_status (const PstScanWord *words, const char *symbol, PstInstrumentStatus *status, GError **error)
{
  static const struct
  {
    const char *name;
    PstInstrumentStatus status;
  } statuses[] = {
    { "open", PST_INSTRUMENT_STATUS_TRADING },
    { "limit_only", PST_INSTRUMENT_STATUS_TRADING },
    { "cancel_only", PST_INSTRUMENT_STATUS_CANCEL_ONLY },
    { "post_only", PST_INSTRUMENT_STATUS_POST_ONLY },
    { "closed", PST_INSTRUMENT_STATUS_HALTED },
  };

  for (guint i = 0; words[STATUS].kind == PST_SCAN_STRING && i < G_N_ELEMENTS (statuses); i++)
    if (pst_scan_equal (words[STATUS].text, words[STATUS].length, statuses[i].name))
      {
        *status = statuses[i].status;
        return TRUE;
      }
  return set_data_error (words, STATUS, symbol, error);
}

/**
 * pst_gemini_details_read:
 * @text: (array length=length): the answer to GET /v1/symbols/details/SYMBOL
 * @length: its bytes
 * @symbol: what was asked for
 * @draft: (out): scales, steps and minima
 * @status: (out): what may be done
 * @error: return location for an error
 *
 * Source: Gemini's documents of "Symbol Details".
 *
 * Errors: %PST_EXCHANGE_ERROR_DATA
 *
 * Returns: whether all of it could be read
 */
gboolean
pst_gemini_details_read (const char *text, gsize length, const char *symbol, PstInstrument *draft, PstInstrumentStatus *status, GError **error)
{
  PstScanWord words[N_WORDS];
  PstDecimal minimum;
  PstScan scan;

  pst_scan_init (&scan, text, length);
  if (!pst_scan_words (&scan, names, N_WORDS, words) || !pst_scan_finish (&scan))
    {
      pst_scan_set_error (&scan, error);
      return FALSE;
    }
  *draft = (PstInstrument){ 0 };
  if (words[SYMBOL].kind != PST_SCAN_STRING || words[SYMBOL].length != strlen (symbol)
      || g_ascii_strncasecmp (words[SYMBOL].text, symbol, words[SYMBOL].length) != 0)
    return set_data_error (words, SYMBOL, symbol, error);
  if (!read_increment (words, QUOTE_INCREMENT, symbol, &draft->price_scale, &draft->price_step, error)
      || !read_increment (words, TICK_SIZE, symbol, &draft->size_scale, &draft->size_step, error))
    return FALSE;
  if (!read_decimal (&words[MIN_ORDER_SIZE], &minimum) || minimum.mantissa < 0
      || !pst_decimal_rescale (&minimum, draft->size_scale, PST_ROUND_CEILING, &draft->size_min, NULL))
    return set_data_error (words, MIN_ORDER_SIZE, symbol, error);
  return read_status (words, symbol, status, error);
}
