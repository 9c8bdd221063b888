/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The session against a venue that the test plays. */

#include "kraken-test-kit.h"
#include "pst-kraken.h"

const PstPluginEntry *penstock_plugin_entry (void);

static void
assert_refused (const char *option, const char *value, const char *part)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *kraken = pst_harness_add (harness, PST_TYPE_KRAKEN, "kraken", "instruments", "BTC/USD", option, value, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (pst_harness_try_start (harness, kraken, &error));
  g_assert_nonnull (strstr (error->message, part));
  pst_harness_finish (harness);
}

static void
test_options (void)
{
  assert_refused ("depth", "30", "10, 25, 100, 500 or 1000");
  assert_refused ("channels", "book;trades", "did you mean \"trade\"?");
  assert_refused ("instruments", "BTCUSD", "BASE/QUOTE");
  /* Two names of one thing. */
  assert_refused ("instruments", "BTC/USD;XBT/USD", "twice");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kraken/session/options", test_options);
  pst_check_conformance_add (penstock_plugin_entry (), "instruments", "BTC/USD", NULL);
  return g_test_run ();
}
