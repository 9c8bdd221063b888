/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: orders refused by the venue because a grid or minimum was read wrongly, or trading in what cannot be traded. */
#include "pst-coinbase-products.h"

#include "coinbase-test-kit.h"

typedef struct
{
  PstListing listings[2];
  PstCoinbaseProduct products[2];
  guint n_products;
} Test;

static PstListing *
find (gpointer user_data, const char *product, gsize length)
{
  Test *test = user_data;

  for (guint i = 0; i < G_N_ELEMENTS (test->listings); i++)
    if (strlen (test->listings[i].symbol) == length && memcmp (test->listings[i].symbol, product, length) == 0)
      return &test->listings[i];
  return NULL;
}

static gboolean
take (const PstCoinbaseProduct *product, gpointer user_data, GError **error)
{
  Test *test = user_data;

  test->products[test->n_products++] = *product;
  return TRUE;
}

static gboolean
parse (Test *test, const char *text, GError **error)
{
  *test = (Test){ .listings = { { .symbol = "BTC-USD", .base = "BTC", .quote = "USD" }, { .symbol = "SOL-USDC", .base = "SOL", .quote = "USDC" } } };
  return pst_coinbase_products_read (text, strlen (text), find, take, test, error);
}

#define PRODUCT(id, more)                                                                                                                      \
  "{\"product_id\":\"" id "\",\"price\":\"65086.18\",\"base_increment\":\"0.00000001\",\"quote_increment\":\"0.01\",\"quote_min_size\":\"1\"," \
  "\"base_min_size\":\"0.0000001\",\"base_max_size\":\"3400\",\"base_name\":\"Bit\\\"coin\",\"fcm\":null" more "}"
#define ONLINE ",\"status\":\"online\",\"price_increment\":\"0.10\",\"trading_disabled\":false"

static void
test_reads (void)
{
  g_autoptr (GError) error = NULL;
  const PstCoinbaseProduct *product;
  Test test;

  g_assert_true (parse (&test,
                        "{\"num_products\":3,\"products\":[" PRODUCT ("ETH-USD", "") "," PRODUCT ("BTC-USD", ONLINE) "," PRODUCT (
                            "SOL-USDC", ",\"status\":\"online\",\"alias\":\"SOL-USD\",\"cancel_only\":true") "]}",
                        &error));
  g_assert_no_error (error);
  g_assert_cmpuint (test.n_products, ==, 2);
  product = &test.products[0];
  g_assert_true (product->listing == &test.listings[0]);
  g_assert_cmpint (product->draft.price_scale, ==, 1);
  g_assert_cmpint (product->draft.price_step, ==, 1);
  g_assert_cmpint (product->draft.size_scale, ==, 8);
  g_assert_cmpint (product->draft.size_step, ==, 1);
  g_assert_cmpint (product->draft.size_min, ==, 10);
  g_assert_cmpint (product->draft.size_max, ==, G_GINT64_CONSTANT (340000000000));
  g_assert_cmpint (product->draft.notional_min, ==, pst_power_of_ten (pst_currency_get ("USD", NULL)->scale));
  g_assert_cmpint (product->status, ==, PST_INSTRUMENT_STATUS_TRADING);
  g_assert_cmpuint (product->alias_length, ==, 0);
  product = &test.products[1];
  g_assert_cmpint (product->draft.price_scale, ==, 2); /* price_increment is missing: quote_increment */
  g_assert_cmpint (product->status, ==, PST_INSTRUMENT_STATUS_CANCEL_ONLY);
  g_assert_cmpmem (product->alias, product->alias_length, "SOL-USD", 7);
}

static void
test_status (void)
{
  static const struct
  {
    const char *text;
    PstInstrumentStatus status;
    gboolean is_delisted;
  } cases[] = {
    { PRODUCT ("BTC-USD", ",\"status\":\"online\""), PST_INSTRUMENT_STATUS_TRADING, FALSE },
    { PRODUCT ("BTC-USD", ",\"status\":\"online\",\"limit_only\":true"), PST_INSTRUMENT_STATUS_TRADING, FALSE },
    { PRODUCT ("BTC-USD", ",\"status\":\"online\",\"post_only\":true"), PST_INSTRUMENT_STATUS_POST_ONLY, FALSE },
    { PRODUCT ("BTC-USD", ",\"status\":\"online\",\"post_only\":true,\"cancel_only\":true"), PST_INSTRUMENT_STATUS_CANCEL_ONLY, FALSE },
    { PRODUCT ("BTC-USD", ",\"status\":\"online\",\"trading_disabled\":true"), PST_INSTRUMENT_STATUS_HALTED, FALSE },
    { PRODUCT ("BTC-USD", ",\"status\":\"online\",\"is_disabled\":true"), PST_INSTRUMENT_STATUS_HALTED, FALSE },
    { PRODUCT ("BTC-USD", ",\"status\":\"online\",\"auction_mode\":true"), PST_INSTRUMENT_STATUS_HALTED, FALSE },
    { PRODUCT ("BTC-USD", ",\"status\":\"offline\""), PST_INSTRUMENT_STATUS_HALTED, FALSE },
    { PRODUCT ("BTC-USD", ",\"status\":\"delisted\""), PST_INSTRUMENT_STATUS_HALTED, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"products\":[%s]}", cases[i].text);
      g_autoptr (GError) error = NULL;
      Test test;

      g_assert_true (parse (&test, text, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (test.n_products, ==, 1);
      g_assert_cmpint (test.products[0].status, ==, cases[i].status);
      g_assert_cmpint (test.products[0].is_delisted, ==, cases[i].is_delisted);
    }
}

static void
test_refuses (void)
{
  static const char *const texts[] = {
    "",
    "{}",
    "[]",
    "{\"products\":{}}",
    "{\"products\":[1]}",
    "{\"products\":[]",
    "{\"products\":[" PRODUCT ("BTC-USD", "") "]}",
    "{\"products\":[{\"product_id\":\"BTC-USD\",\"status\":\"online\"}]}",
    "{\"products\":[{\"product_id\":\"BTC-USD\",\"status\":\"online\",\"price_increment\":\"0\",\"base_increment\":\"1\"}]}",
    "{\"products\":[{\"product_id\":\"BTC-USD\",\"status\":\"online\",\"price_increment\":\"-1\",\"base_increment\":\"1\"}]}",
    "{\"products\":[{\"product_id\":\"BTC-USD\",\"status\":\"online\",\"price_increment\":\"1\",\"base_increment\":\"x\"}]}",
    "{\"products\":[{\"product_id\":\"BTC-USD\",\"status\":\"online\",\"price_increment\":\"1\",\"base_increment\":\"1\",\"base_min_size\":\"-1\"}]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      Test test;

      if (parse (&test, texts[i], &error))
        g_error ("accepted: %s", texts[i]);
      g_assert_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA);
      g_assert_cmpuint (test.n_products, ==, 0);
    }
}

static void
test_capture (void)
{
  g_autofree char *path = test_path (TEST_CAPTURE);
  g_autoptr (PstCapture) capture = NULL;
  g_autoptr (GError) error = NULL;
  gboolean found = FALSE;
  PstCaptureItem item;
  Test test;

  if (path == NULL)
    return;
  capture = pst_capture_open (path, &error);
  g_assert_no_error (error);
  while (!found && pst_capture_next (capture, &item, &error))
    found = item.kind == PST_CAPTURE_HTTP;
  g_assert_true (found);
  g_assert_true (parse (&test, item.text, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (test.n_products, ==, 2);
  g_assert_cmpint (test.products[0].draft.price_scale, ==, 2);
  g_assert_cmpint (test.products[0].draft.size_min, ==, 1);
  g_assert_cmpint (test.products[0].status, ==, PST_INSTRUMENT_STATUS_TRADING);
  g_assert_true (test.products[1].alias_length > 0 || test.products[0].alias_length > 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/coinbase/products/reads", test_reads);
  g_test_add_func ("/coinbase/products/status", test_status);
  g_test_add_func ("/coinbase/products/refuses", test_refuses);
  g_test_add_func ("/coinbase/products/capture", test_capture);
  return g_test_run ();
}
