/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Filters come in any order and with members of other filters' names; each is taken down whole, then judged by its type. A rule whose number is 0 is
 * off, by the venue's documentation of filters. */

#include "pst-binance-info.h"

#include <string.h>

/* The members that any of the filters of interest has. */
typedef struct
{
  PstBinanceText type;
  PstBinanceText min, max, step;
  PstBinanceText notional;
} Filter;

typedef struct
{
  PstScan scan;
  PstBinanceSymbolFunc func;
  gpointer user_data;
  guint weight_per_minute;
  gboolean has_symbols;
} Reader;

static void
read_text (PstScan *scan, PstBinanceText *text)
{
  if (pst_scan_peek (scan) == PST_SCAN_STRING)
    pst_scan_string (scan, &text->text, &text->length);
  else
    pst_scan_skip (scan);
}

static gboolean
is_text (const PstBinanceText *text, const char *constant)
{
  return text->text != NULL && pst_scan_equal (text->text, text->length, constant);
}

/* Into one with as few decimals as it needs. */
static gboolean
read_decimal (const PstBinanceText *text, PstDecimal *decimal)
{
  if (text->text == NULL || text->length == 0 || !g_ascii_isdigit (*text->text)
      || !pst_decimal_parse (text->text, (gssize)text->length, decimal, NULL) || decimal->mantissa < 0)
    return FALSE;
  while (decimal->scale > 0 && decimal->mantissa % 10 == 0)
    {
      decimal->mantissa /= 10;
      decimal->scale--;
    }
  return TRUE;
}

/* The grid x = min + n * step must be one through 0. */
static gboolean
is_multiple (const PstDecimal *value, const PstDecimal *step)
{
  gint64 mantissa;

  return pst_decimal_rescale (value, step->scale, PST_ROUND_EXACT, &mantissa, NULL) && mantissa % step->mantissa == 0;
}

static const char *
take_prices (PstBinanceSymbol *symbol, const Filter *filter)
{
  PstDecimal step, min = { 0 };

  if (!read_decimal (&filter->step, &step) || (filter->min.text != NULL && !read_decimal (&filter->min, &min)))
    return "its PRICE_FILTER has no tickSize or a minPrice that is no number";
  if (step.mantissa == 0)
    return NULL; /* off: any price of the quote's precision */
  if (!is_multiple (&min, &step))
    return "its minPrice is no multiple of its tickSize";
  symbol->draft.price_scale = step.scale;
  symbol->draft.price_step = step.mantissa;
  return NULL;
}

static const char *
take_sizes (PstBinanceSymbol *symbol, const Filter *filter)
{
  PstDecimal step, min, max;

  if (!read_decimal (&filter->step, &step) || !read_decimal (&filter->min, &min) || !read_decimal (&filter->max, &max))
    return "its LOT_SIZE has no stepSize, minQty or maxQty";
  if (step.mantissa == 0)
    return NULL;
  if (!is_multiple (&min, &step))
    return "its minQty is no multiple of its stepSize";
  symbol->draft.size_scale = step.scale;
  symbol->draft.size_step = step.mantissa;
  pst_decimal_rescale (&min, step.scale, PST_ROUND_EXACT, &symbol->draft.size_min, NULL);
  if (!pst_decimal_rescale (&max, step.scale, PST_ROUND_DOWN, &symbol->draft.size_max, NULL))
    symbol->draft.size_max = 0; /* beyond 64 bits: no limit that we could reach */
  return NULL;
}

static const char *
take_filter (PstBinanceSymbol *symbol, const Filter *filter)
{
  if (is_text (&filter->type, "PRICE_FILTER"))
    return take_prices (symbol, filter);
  if (is_text (&filter->type, "LOT_SIZE"))
    return take_sizes (symbol, filter);
  if (!is_text (&filter->type, "MIN_NOTIONAL") && !is_text (&filter->type, "NOTIONAL"))
    return NULL;
  return read_decimal (&filter->notional, &symbol->notional_min) ? NULL : "its NOTIONAL has no minNotional";
}

static void
read_filter (PstScan *scan, PstBinanceSymbol *symbol)
{
  Filter filter = { 0 };
  const char *key, *failure;
  gsize length;

  pst_scan_begin_object (scan);
  while (pst_scan_next_member (scan, &key, &length))
    if (pst_scan_equal (key, length, "filterType"))
      read_text (scan, &filter.type);
    else if (pst_scan_equal (key, length, "minPrice") || pst_scan_equal (key, length, "minQty"))
      read_text (scan, &filter.min);
    else if (pst_scan_equal (key, length, "maxQty"))
      read_text (scan, &filter.max);
    else if (pst_scan_equal (key, length, "tickSize") || pst_scan_equal (key, length, "stepSize"))
      read_text (scan, &filter.step);
    else if (pst_scan_equal (key, length, "minNotional"))
      read_text (scan, &filter.notional);
    else
      pst_scan_skip (scan);
  failure = take_filter (symbol, &filter);
  if (symbol->failure == NULL)
    symbol->failure = failure;
}

/* Without a filter's grid the precision counts; a filter replaces it. */
static void
read_precision (PstScan *scan, guint8 *scale)
{
  const char *text = NULL;
  gsize length = 0;
  gint64 value;

  if (pst_scan_peek (scan) != PST_SCAN_NUMBER)
    pst_scan_skip (scan);
  else if (pst_scan_number (scan, &text, &length) && pst_mantissa_parse (text, (gssize)length, 0, &value, NULL) && value >= 0
           && value <= PST_SCALE_MAX)
    *scale = (guint8)value;
}

static gboolean
read_filters (PstScan *scan, PstBinanceSymbol *symbol)
{
  if (pst_scan_peek (scan) != PST_SCAN_ARRAY)
    return pst_scan_skip (scan);
  pst_scan_begin_array (scan);
  while (pst_scan_next_element (scan))
    read_filter (scan, symbol);
  return scan->failure == NULL;
}

static gboolean
read_symbol (Reader *reader, GError **error)
{
  PstScan *scan = &reader->scan;
  PstBinanceSymbol symbol = { 0 };
  guint8 price_scale = 8, size_scale = 8;
  const char *key;
  gsize length;

  pst_scan_begin_object (scan);
  while (pst_scan_next_member (scan, &key, &length))
    if (pst_scan_equal (key, length, "symbol"))
      read_text (scan, &symbol.symbol);
    else if (pst_scan_equal (key, length, "baseAsset"))
      read_text (scan, &symbol.base);
    else if (pst_scan_equal (key, length, "quoteAsset"))
      read_text (scan, &symbol.quote);
    else if (pst_scan_equal (key, length, "status"))
      read_text (scan, &symbol.status);
    else if (pst_scan_equal (key, length, "quotePrecision") || pst_scan_equal (key, length, "quoteAssetPrecision"))
      read_precision (scan, &price_scale);
    else if (pst_scan_equal (key, length, "baseAssetPrecision"))
      read_precision (scan, &size_scale);
    else if (pst_scan_equal (key, length, "filters"))
      read_filters (scan, &symbol);
    else
      pst_scan_skip (scan);
  if (scan->failure != NULL)
    return FALSE;
  if (symbol.draft.price_step == 0)
    symbol.draft.price_scale = price_scale;
  if (symbol.draft.size_step == 0)
    symbol.draft.size_scale = size_scale;
  return symbol.symbol.text == NULL || reader->func (&symbol, reader->user_data, error);
}

static gboolean
read_symbols (Reader *reader, GError **error)
{
  reader->has_symbols = TRUE;
  pst_scan_begin_array (&reader->scan);
  while (pst_scan_next_element (&reader->scan))
    if (!read_symbol (reader, error))
      return FALSE;
  return reader->scan.failure == NULL;
}

static void
take_rate (Reader *reader, const PstBinanceText *type, const PstBinanceText *interval, gint64 n, gint64 limit)
{
  static const struct
  {
    const char *name;
    gint64 seconds;
  } intervals[] = { { "SECOND", 1 }, { "MINUTE", 60 }, { "HOUR", 3600 }, { "DAY", 86400 } };

  if (!is_text (type, "REQUEST_WEIGHT") || n <= 0 || n > 100000 || limit <= 0 || limit > G_MAXINT32)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (intervals); i++)
    if (is_text (interval, intervals[i].name))
      {
        gint64 weight = MIN (G_MAXINT32, MAX (1, limit * 60 / (n * intervals[i].seconds)));

        if (reader->weight_per_minute == 0 || weight < reader->weight_per_minute)
          reader->weight_per_minute = (guint)weight;
      }
}

static gint64
read_integer (PstScan *scan)
{
  const char *text = NULL;
  gsize length = 0;
  gint64 value = 0;

  if (pst_scan_peek (scan) != PST_SCAN_NUMBER)
    pst_scan_skip (scan);
  else if (!pst_scan_number (scan, &text, &length) || !pst_mantissa_parse (text, (gssize)length, 0, &value, NULL))
    return 0;
  return value;
}

static void
read_rate (Reader *reader)
{
  PstScan *scan = &reader->scan;
  PstBinanceText type = { 0 }, interval = { 0 };
  gint64 n = 0, limit = 0;
  const char *key;
  gsize length;

  pst_scan_begin_object (scan);
  while (pst_scan_next_member (scan, &key, &length))
    if (pst_scan_equal (key, length, "rateLimitType"))
      read_text (scan, &type);
    else if (pst_scan_equal (key, length, "interval"))
      read_text (scan, &interval);
    else if (pst_scan_equal (key, length, "intervalNum"))
      n = read_integer (scan);
    else if (pst_scan_equal (key, length, "limit"))
      limit = read_integer (scan);
    else
      pst_scan_skip (scan);
  take_rate (reader, &type, &interval, n, limit);
}

static void
read_rates (Reader *reader)
{
  pst_scan_begin_array (&reader->scan);
  while (pst_scan_next_element (&reader->scan))
    read_rate (reader);
}

/* Reads an answer to exchangeInfo, and hands over each symbol as it comes. */
gboolean
pst_binance_read_info (const char *text, gsize length, PstBinanceSymbolFunc func, gpointer user_data, guint *weight_per_minute, GError **error)
{
  Reader reader = { .func = func, .user_data = user_data };
  g_autoptr (GError) local = NULL;
  const char *key;
  gsize key_length;

  pst_scan_init (&reader.scan, text, length);
  pst_scan_begin_object (&reader.scan);
  while (local == NULL && pst_scan_next_member (&reader.scan, &key, &key_length))
    if (pst_scan_equal (key, key_length, "symbols"))
      read_symbols (&reader, &local);
    else if (pst_scan_equal (key, key_length, "rateLimits"))
      read_rates (&reader);
    else
      pst_scan_skip (&reader.scan);
  *weight_per_minute = reader.weight_per_minute;
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (!pst_scan_finish (&reader.scan))
    pst_scan_set_error (&reader.scan, error);
  else if (!reader.has_symbols)
    g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "exchangeInfo has no symbols: %.*s", (int)MIN (length, 200), text);
  else
    return TRUE;
  return FALSE;
}

/* What the venue's word means here. Those of auctions and breaks allow no trade. */
PstInstrumentStatus
pst_binance_status (const PstBinanceText *status)
{
  if (is_text (status, "TRADING"))
    return PST_INSTRUMENT_STATUS_TRADING;
  if (is_text (status, "CANCEL_ONLY"))
    return PST_INSTRUMENT_STATUS_CANCEL_ONLY;
  if (is_text (status, "END_OF_DAY") || is_text (status, "POST_TRADING") || is_text (status, "PRE_TRADING"))
    return PST_INSTRUMENT_STATUS_CLOSED;
  return PST_INSTRUMENT_STATUS_HALTED;
}
