/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the engine refuses, and with which words; what it computes is shown in tests/integration. */
#include "pst-columnar.h"

#include <penstock-check.h>
#include <string.h>

#include "backtest-kit.h"

static void
expect (PstBarSet *bars, PstComponent *const *components, guint n, const char *words)
{
  PstRunRecord run = { .currency = pst_currency_get ("USD", NULL), .pipeline = "t", .user_id = "u" };
  g_autoptr (GError) error = NULL;
  g_autoptr (PstColumnar) columnar = pst_columnar_new (bars, components, n, &run, &error);

  g_assert_null (columnar);
  g_assert_error (error, PST_COLUMNAR_ERROR, PST_COLUMNAR_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (error->message, words));
}

/* A pipeline without a venue. */
static void
test_refused (void)
{
  g_autofree TestSeries *series = g_new0 (TestSeries, 1);
  g_autoptr (PstBarSet) bars = NULL;

  test_series_init (series, "A", 10, 1, 5);
  bars = pst_bar_set_new (&series->columns, 1, NULL);
  expect (bars, NULL, 0, "plugin=sim");
  test_series_clear (series);
}

static void
test_direct (void)
{
  g_assert_true (pst_columnar_sweep_is_direct ("total_return"));
  g_assert_true (pst_columnar_sweep_is_direct ("trades"));
  g_assert_false (pst_columnar_sweep_is_direct ("sharpe"));
  g_assert_false (pst_columnar_sweep_is_direct ("sharp"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/columnar/refused", test_refused);
  g_test_add_func ("/columnar/direct", test_direct);
  return g_test_run ();
}
