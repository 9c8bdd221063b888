/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: a row that lands in another column, or a finding that points at another line of the file than the one at fault. */
#include "pst-data-rows.h"

#include "data-kit.h"

static PstDataRows *
rows_of (PstSeriesKind kind)
{
  g_autoptr (PstInstrument) instrument = data_kit_instrument ();

  return pst_data_rows_new (instrument, kind);
}

static void
assert_values (const PstDataRows *rows, gsize row, const gint64 *expected, guint n)
{
  g_assert_cmpuint (rows->n_columns, ==, n);
  for (guint c = 0; c < n; c++)
    g_assert_cmpint (rows->columns[c][row], ==, expected[c]);
}

/* Each value where its kind's columns say that it is: time first, then what the source calls it. */
static void
test_events (void)
{
  PstEvent event = { .receive_time_ns = 20, .venue_time_ns = 10 };
  g_autoptr (PstDataRows) bars = rows_of (PST_SERIES_KIND_BARS), quotes = rows_of (PST_SERIES_KIND_QUOTES), trades = rows_of (PST_SERIES_KIND_TRADES);

  event.bar = (PstBar){ 1, 4, 0, 3, 99 };
  pst_data_rows_add (bars, &event, 2, 7);
  assert_values (bars, 0, (gint64[]){ 20, 10, 1, 4, 0, 3, 99 }, 7);
  g_assert_cmpuint (bars->files[0], ==, 2);
  g_assert_cmpuint (bars->lines[0], ==, 7);
  event.quote = (PstQuote){ 5, 6, 7, 8 };
  pst_data_rows_add (quotes, &event, 0, 1);
  assert_values (quotes, 0, (gint64[]){ 20, 10, 5, 6, 7, 8 }, 6);
  event.trade = (PstTrade){ .price = 5, .size = 6, .trade_id = 77, .aggressor = PST_SIDE_SELL };
  pst_data_rows_add (trades, &event, 0, 1);
  assert_values (trades, 0, (gint64[]){ 20, 10, 5, 6, 77, PST_SIDE_SELL }, 6);
}

static void
test_kind_of (void)
{
  PstSeriesKind kind;

  g_assert_true (pst_data_rows_kind_of (PST_EVENT_BAR, &kind));
  g_assert_cmpint (kind, ==, PST_SERIES_KIND_BARS);
  g_assert_true (pst_data_rows_kind_of (PST_EVENT_QUOTE, &kind));
  g_assert_cmpint (kind, ==, PST_SERIES_KIND_QUOTES);
  g_assert_true (pst_data_rows_kind_of (PST_EVENT_TRADE, &kind));
  g_assert_cmpint (kind, ==, PST_SERIES_KIND_TRADES);
  g_assert_false (pst_data_rows_kind_of (PST_EVENT_LEVEL, &kind));
  g_assert_false (pst_data_rows_kind_of (PST_EVENT_STATUS, &kind));
}

/* Arrays grow several times over, and no row of before is lost on the way. A line that no 32 bits hold is the last that they do. */
static void
test_growth (void)
{
  enum
  {
    N = 5000
  };
  g_autoptr (PstDataRows) rows = rows_of (PST_SERIES_KIND_FACTORS);

  for (gint64 i = 0; i < N; i++)
    pst_data_rows_add_values (rows, (gint64[]){ i, 3 * i, -i }, (guint32)(i / 100), i == N - 1 ? G_MAXUINT64 : (guint64)i + 1);
  g_assert_cmpuint (rows->n_rows, ==, N);
  for (gint64 i = 0; i < N; i++)
    {
      assert_values (rows, (gsize)i, (gint64[]){ i, 3 * i, -i }, 3);
      g_assert_cmpuint (rows->files[i], ==, i / 100);
      g_assert_cmpuint (rows->lines[i], ==, i == N - 1 ? G_MAXUINT32 : i + 1);
    }
}

/* Ticks of one time keep their order, which is the market's; each takes its place in the file along. */
static void
test_sort_is_stable (void)
{
  static const gint64 times[] = { 50, 20, 50, 10, 20, 50, 20, 10 }, expected[] = { 3, 7, 1, 4, 6, 0, 2, 5 };
  g_autoptr (PstDataRows) rows = rows_of (PST_SERIES_KIND_FACTORS);

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    pst_data_rows_add_values (rows, (gint64[]){ times[i], i, 100 + i }, i, 1000 + i);
  pst_data_rows_sort (rows);
  g_assert_cmpuint (rows->n_rows, ==, G_N_ELEMENTS (times));
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      assert_values (rows, i, (gint64[]){ times[expected[i]], expected[i], 100 + expected[i] }, 3);
      g_assert_cmpuint (rows->files[i], ==, expected[i]);
      g_assert_cmpuint (rows->lines[i], ==, 1000 + expected[i]);
    }
  /* What was sorted can still grow. */
  pst_data_rows_add_values (rows, (gint64[]){ 60, 8, 108 }, 8, 1008);
  assert_values (rows, 8, (gint64[]){ 60, 8, 108 }, 3);
}

static void
test_sort_of_none (void)
{
  g_autoptr (PstDataRows) rows = rows_of (PST_SERIES_KIND_TRADES);

  pst_data_rows_sort (rows);
  pst_data_rows_drop (rows, NULL);
  g_assert_cmpuint (rows->n_rows, ==, 0);
}

static void
test_drop (void)
{
  static const guint8 some[] = { 1, 0, 0, 1, 1, 0 }, all[] = { 1, 1, 1 };
  static const gint64 left[] = { 1, 2, 5 };
  g_autoptr (PstDataRows) rows = rows_of (PST_SERIES_KIND_FACTORS);

  for (gint64 i = 0; i < 6; i++)
    pst_data_rows_add_values (rows, (gint64[]){ i, 10 * i, -i }, (guint32)i, (guint64)i + 1);
  pst_data_rows_drop (rows, some);
  g_assert_cmpuint (rows->n_rows, ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      assert_values (rows, i, (gint64[]){ left[i], 10 * left[i], -left[i] }, 3);
      g_assert_cmpuint (rows->files[i], ==, left[i]);
      g_assert_cmpuint (rows->lines[i], ==, left[i] + 1);
    }
  pst_data_rows_drop (rows, all);
  g_assert_cmpuint (rows->n_rows, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/data-rows/events", test_events);
  g_test_add_func ("/data-rows/kind-of", test_kind_of);
  g_test_add_func ("/data-rows/growth", test_growth);
  g_test_add_func ("/data-rows/sort-is-stable", test_sort_is_stable);
  g_test_add_func ("/data-rows/sort-of-none", test_sort_of_none);
  g_test_add_func ("/data-rows/drop", test_drop);
  return g_test_run ();
}
