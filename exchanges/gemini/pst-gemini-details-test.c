/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: orders refused by the venue because a grid or minimum was read wrongly, or trading in what cannot be traded. */
#include "pst-gemini-details.h"

#define DETAILS(tick, increment, minimum, status)                                                                                     \
  "{\"symbol\":\"BTCUSD\",\"base_currency\":\"BTC\",\"quote_currency\":\"USD\",\"tick_size\":" tick ",\"quote_increment\":" increment \
  ",\"min_order_size\":" minimum ",\"status\":" status ",\"wrap_enabled\":false}"

static gboolean
read_details (const char *text, PstInstrument *draft, PstInstrumentStatus *status, GError **error)
{
  return pst_gemini_details_read (text, strlen (text), "BTCUSD", draft, status, error);
}

static void
test_reads (void)
{
  static const struct
  {
    const char *text;
    PstInstrumentStatus status;
  } cases[] = {
    { DETAILS ("1E-8", "0.01", "\"0.00001\"", "\"open\""), PST_INSTRUMENT_STATUS_TRADING },
    { DETAILS ("0.00000001", "\"0.010\"", "0.00001", "\"limit_only\""), PST_INSTRUMENT_STATUS_TRADING },
    { DETAILS ("1e-8", "1E-2", "\"1E-5\"", "\"post_only\""), PST_INSTRUMENT_STATUS_POST_ONLY },
    { DETAILS ("1E-8", "0.01", "\"0.00001\"", "\"cancel_only\""), PST_INSTRUMENT_STATUS_CANCEL_ONLY },
    { DETAILS ("1E-8", "0.01", "\"0.00001\"", "\"closed\""), PST_INSTRUMENT_STATUS_HALTED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      PstInstrumentStatus status;
      PstInstrument draft;

      g_assert_true (read_details (cases[i].text, &draft, &status, &error));
      g_assert_no_error (error);
      g_assert_cmpint (draft.price_scale, ==, 2);
      g_assert_cmpint (draft.price_step, ==, 1);
      g_assert_cmpint (draft.size_scale, ==, 8);
      g_assert_cmpint (draft.size_step, ==, 1);
      g_assert_cmpint (draft.size_min, ==, 1000);
      g_assert_cmpint (status, ==, cases[i].status);
    }
}

static void
test_refuses (void)
{
  static const char *const texts[] = {
    "",
    "{}",
    "{\"symbol\":\"ETHUSD\",\"tick_size\":1E-8,\"quote_increment\":0.01,\"min_order_size\":\"1\",\"status\":\"open\"}",
    DETAILS ("0", "0.01", "\"0.00001\"", "\"open\""),
    DETAILS ("1E-8", "-1", "\"0.00001\"", "\"open\""),
    DETAILS ("1E-8", "null", "\"0.00001\"", "\"open\""),
    DETAILS ("1E-8", "0.01", "\"x\"", "\"open\""),
    DETAILS ("1E-8", "0.01", "\"0.00001\"", "\"asleep\""),
    DETAILS ("1E-8", "0.01", "\"0.00001\"", "7"),
    "{\"result\":\"error\",\"reason\":\"InvalidSymbol\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      PstInstrumentStatus status;
      PstInstrument draft;

      g_assert_false (read_details (texts[i], &draft, &status, &error));
      g_assert_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gemini/details/reads", test_reads);
  g_test_add_func ("/gemini/details/refuses", test_refuses);
  return g_test_run ();
}
