/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: a strategy's bars that hold a price of the next hour, a session's last bar that runs into the night, or half an hour that
 * passes for a whole one. */
#include "pst-data-resample.h"

#include <string.h>

#include "data-kit.h"

#define MINUTE (60 * PST_NS_PER_SECOND)

static void
assert_row (const PstDataRows *rows, gsize row, const gint64 *expected)
{
  for (guint c = 0; c < 7; c++)
    g_assert_cmpint (rows->columns[c][row], ==, expected[c]);
}

/* Eight minutes from 00:02 into bars of five: the first lacks two, the last is whole; of the next nothing is there but a part. */
static void
test_minutes (void)
{
  gint64 labels[9], prices[] = { 5, 9, 4, 7, 1, 8, 6, 3, 2 };
  DataKitBars bars;

  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    labels[i] = (2 + (gint64)i) * MINUTE;
  data_kit_bars_init (&bars, labels, prices, G_N_ELEMENTS (labels), MINUTE);
  for (guint keep = 0; keep < 2; keep++)
    {
      g_autoptr (PstDataRows) rows = pst_data_rows_new (bars.instrument, PST_SERIES_KIND_BARS);
      PstDataResampled done = { 0 };
      GError *error = NULL;
      guint i = keep;

      g_assert_true (pst_data_resample (&bars.bars, bars.label, MINUTE, 5 * MINUTE, NULL, keep == 1, rows, &done, &error));
      g_assert_cmpuint (done.n_partial, ==, 2);
      g_assert_cmpuint (rows->n_rows, ==, keep == 1 ? 3 : 1);
      g_assert_cmpint (rows->columns[0][i], ==, 10 * MINUTE);
      g_assert_cmpint (rows->columns[1][i], ==, 5 * MINUTE);
      g_assert_cmpint (rows->columns[2][i], ==, 7);
      g_assert_cmpint (rows->columns[3][i], ==, 8);
      g_assert_cmpint (rows->columns[4][i], ==, 1);
      g_assert_cmpint (rows->columns[5][i], ==, 3);
      g_assert_cmpint (rows->columns[6][i], ==, 25);
      g_assert_false (pst_data_resample (&bars.bars, bars.label, MINUTE, 90 * PST_NS_PER_SECOND, NULL, FALSE, rows, &done, &error));
      g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE);
      g_clear_error (&error);
    }
  data_kit_bars_clear (&bars);
}

/* Resamples bars of a minute, and expects it to succeed. */
static PstDataRows *
resample (DataKitBars *bars, gint64 period_ns, const PstDataHours *hours, gboolean keep_partial, PstDataResampled *done)
{
  g_autoptr (GError) error = NULL;
  PstDataRows *rows = pst_data_rows_new (bars->instrument, PST_SERIES_KIND_BARS);

  *done = (PstDataResampled){ 0 };
  pst_data_resample (&bars->bars, bars->label, MINUTE, period_ns, hours, keep_partial, rows, done, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (done->n_bars, ==, rows->n_rows);
  return rows;
}

/* With a calendar hours begin with the session at 14:30, the last ends with it, and what was traded before and behind it is left out and counted. */
static void
test_sessions (void)
{
  const gint64 open = data_kit_day (2015, 1, 6) + (14 * 60 + 30) * MINUTE, close = open + 390 * MINUTE;
  const gint64 labels[] = { open - MINUTE, open, open + 59 * MINUTE, open + 60 * MINUTE, close - 31 * MINUTE, close - MINUTE, close };
  const gint64 prices[] = { 99, 10, 14, 12, 11, 17, 98 };
  const gint64 hours_expected[][7] = { { open + 60 * MINUTE, open, 10, 14, 10, 14, 10 },
                                       { open + 120 * MINUTE, open + 60 * MINUTE, 12, 12, 12, 12, 5 },
                                       { close - 30 * MINUTE, close - 90 * MINUTE, 11, 11, 11, 11, 5 },
                                       { close, close - 30 * MINUTE, 17, 17, 17, 17, 5 } };
  const gint64 day_expected[] = { close, open, 10, 17, 10, 17, 25 };
  g_auto (DataKitBars) bars = { 0 };
  g_autoptr (PstDataRows) hourly = NULL, daily = NULL;
  g_autoptr (GError) error = NULL;
  PstDataResampled done;
  PstDataHours hours;

  data_kit_bars_init (&bars, labels, prices, G_N_ELEMENTS (labels), MINUTE);
  g_assert_true (pst_data_hours_init (&hours, "nyse", data_kit_day (2015, 1, 5), data_kit_day (2015, 1, 8), &error));
  hourly = resample (&bars, 60 * MINUTE, &hours, FALSE, &done);
  g_assert_cmpuint (done.n_off_session, ==, 2);
  g_assert_cmpuint (done.n_partial, ==, 0);
  g_assert_cmpuint (hourly->n_rows, ==, 4);
  for (guint i = 0; i < 4; i++)
    assert_row (hourly, i, hours_expected[i]);
  daily = resample (&bars, PST_NS_PER_DAY, &hours, FALSE, &done);
  g_assert_cmpuint (daily->n_rows, ==, 1);
  assert_row (daily, 0, day_expected);
  pst_data_hours_clear (&hours);
}

/* A gap makes no bar of nothing, and what stands beside it is whole: only the ends of the data may be cut. */
static void
test_gap (void)
{
  const gint64 labels[] = { 0, 4 * MINUTE, 21 * MINUTE, 28 * MINUTE, 29 * MINUTE }, prices[] = { 3, 4, 5, 6, 7 };
  const gint64 expected[][7]
      = { { 5 * MINUTE, 0, 3, 4, 3, 4, 10 }, { 25 * MINUTE, 20 * MINUTE, 5, 5, 5, 5, 5 }, { 30 * MINUTE, 25 * MINUTE, 6, 7, 6, 7, 10 } };
  g_auto (DataKitBars) bars = { 0 };
  g_autoptr (PstDataRows) rows = NULL;
  PstDataResampled done;

  data_kit_bars_init (&bars, labels, prices, G_N_ELEMENTS (labels), MINUTE);
  rows = resample (&bars, 5 * MINUTE, NULL, FALSE, &done);
  g_assert_cmpuint (done.n_partial, ==, 0);
  g_assert_cmpuint (rows->n_rows, ==, 3);
  for (guint i = 0; i < 3; i++)
    assert_row (rows, i, expected[i]);
}

/* A bar that is labelled with its end belongs where it began: the one of 10:05 to the five minutes before. Times before 1970 are times too. */
static void
test_labels_at_the_end (void)
{
  const gint64 labels[] = { -5 * MINUTE, -4 * MINUTE, -3 * MINUTE, -2 * MINUTE, -MINUTE }, prices[] = { 1, 2, 3, 4, 5 };
  const gint64 expected[] = { 0, -5 * MINUTE, 1, 5, 1, 5, 25 };
  g_auto (DataKitBars) bars = { 0 };
  PstDataResampled done;

  data_kit_bars_init (&bars, labels, prices, G_N_ELEMENTS (labels), MINUTE);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (PstDataRows) rows = resample (&bars, 5 * MINUTE, NULL, FALSE, &done);

      g_assert_cmpuint (rows->n_rows, ==, 1);
      assert_row (rows, 0, expected);
      memcpy (bars.label, bars.time, sizeof bars.label);
    }
}

static void
test_refused_periods (void)
{
  static const struct
  {
    gint64 from_ns, to_ns;
    const char *part;
  } cases[] = { { MINUTE, 90 * PST_NS_PER_SECOND, "multiple" },
                { MINUTE, MINUTE, "multiple" },
                { 5 * MINUTE, MINUTE, "multiple" },
                { 0, 5 * MINUTE, "bar-period" },
                { MINUTE, 7 * PST_NS_PER_DAY, "days (1d)" } };
  const gint64 labels[] = { 0, MINUTE };
  g_auto (DataKitBars) bars = { 0 };

  data_kit_bars_init (&bars, labels, NULL, 2, MINUTE);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PstDataRows) rows = pst_data_rows_new (bars.instrument, PST_SERIES_KIND_BARS);
      g_autoptr (GError) error = NULL;
      PstDataResampled done = { 0 };

      g_assert_false (pst_data_resample (&bars.bars, bars.label, cases[i].from_ns, cases[i].to_ns, NULL, TRUE, rows, &done, &error));
      g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE);
      if (strstr (error->message, cases[i].part) == NULL)
        g_error ("\"%s\" lacks \"%s\"", error->message, cases[i].part);
      g_assert_cmpuint (rows->n_rows, ==, 0);
    }
}

/* A sum that 64 bits do not hold is refused, not wrapped into a small volume. */
static void
test_volumes_that_do_not_fit (void)
{
  const gint64 labels[] = { 0, MINUTE }, prices[] = { 1, 1 };
  g_auto (DataKitBars) bars = { 0 };
  g_autoptr (PstDataRows) rows = NULL;
  g_autoptr (GError) error = NULL;
  PstDataResampled done = { 0 };

  data_kit_bars_init (&bars, labels, prices, 2, MINUTE);
  bars.volume[0] = G_MAXINT64 - 4;
  rows = pst_data_rows_new (bars.instrument, PST_SERIES_KIND_BARS);
  g_assert_false (pst_data_resample (&bars.bars, bars.label, MINUTE, 5 * MINUTE, NULL, TRUE, rows, &done, &error));
  g_assert_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_OVERFLOW);
  bars.volume[0]--;
  g_clear_error (&error);
  g_assert_true (pst_data_resample (&bars.bars, bars.label, MINUTE, 5 * MINUTE, NULL, TRUE, rows, &done, &error));
  g_assert_cmpint (rows->columns[6][0], ==, G_MAXINT64);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/data-resample/minutes", test_minutes);
  g_test_add_func ("/data-resample/sessions", test_sessions);
  g_test_add_func ("/data-resample/gap", test_gap);
  g_test_add_func ("/data-resample/labels-at-the-end", test_labels_at_the_end);
  g_test_add_func ("/data-resample/refused-periods", test_refused_periods);
  g_test_add_func ("/data-resample/volumes-that-do-not-fit", test_volumes_that_do_not_fit);
  return g_test_run ();
}
