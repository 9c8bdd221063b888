/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: a missing session that nobody names, or an alarm about a holiday. The expected numbers are counted by hand on the NYSE's
 * calendar of January 2015 (closed on the 1st and the 19th) and from 2009 to 2010, of which the calendar knows the latter alone. */
#include "pst-data-check.h"
#include "pst-data-resample.h"

#include <string.h>

typedef struct
{
  GString *text;
} Found;

static void
on_found (gsize row, gsize n_rows, const char *kind, const char *sentence, gpointer user_data)
{
  Found *found = user_data;

  (void)sentence;
  g_string_append_printf (found->text, "%" G_GSIZE_FORMAT "+%" G_GSIZE_FORMAT " %s; ", row, n_rows, kind);
}

#define BARS_MAX 32

typedef struct
{
  PstInstrument *instrument;
  PstBarColumns bars;
  gint64 time[BARS_MAX], label[BARS_MAX], price[BARS_MAX], volume[BARS_MAX];
} Bars;

/* Bars whose four prices are the same. */
static void
init_bars (Bars *self, const gint64 *labels, const gint64 *prices, gsize n, gint64 period_ns)
{
  const PstInstrument draft = { .id = (char *)"A.US", .quote = pst_currency_get ("USD", NULL) };

  self->instrument = pst_instrument_new (&draft, NULL);
  for (gsize i = 0; i < n; i++)
    {
      self->label[i] = labels[i];
      self->time[i] = labels[i] + period_ns;
      self->price[i] = prices != NULL ? prices[i] : 100;
      self->volume[i] = prices != NULL ? 5 : (gint64)i + 1;
    }
  self->bars = (PstBarColumns){ self->instrument, n, self->time, self->price, self->price, self->price, self->price, self->volume };
}

static void
assert_found (const Bars *bars, gint64 period_ns, const char *calendar, const char *expected)
{
  Found found = { g_string_new (NULL) };
  PstDataHours hours;
  GError *error = NULL;

  g_assert_true (pst_data_hours_init (&hours, calendar, bars->label[0] - PST_NS_PER_DAY, bars->time[bars->bars.n_bars - 1] + PST_NS_PER_DAY, &error));
  g_assert_no_error (error);
  pst_data_check_bars (&bars->bars, bars->label, period_ns, &hours, 3, on_found, &found);
  g_assert_cmpstr (found.text->str, ==, expected);
  g_string_free (found.text, TRUE);
  pst_data_hours_clear (&hours);
}

static gint64
day (gint year, guint month, guint date)
{
  return pst_time_days_from_civil (year, month, date) * PST_NS_PER_DAY;
}

static void
test_sessions (void)
{
  const gint64 whole[] = { day (2015, 1, 2), day (2015, 1, 5), day (2015, 1, 6), day (2015, 1, 7) };
  const gint64 holiday[] = { day (2015, 1, 16), day (2015, 1, 20) };
  const gint64 gap[] = { day (2015, 1, 2), day (2015, 1, 7), day (2015, 1, 10), day (2015, 1, 12) };
  Bars bars;

  init_bars (&bars, whole, NULL, 4, PST_NS_PER_DAY);
  assert_found (&bars, PST_NS_PER_DAY, "nyse", "");
  pst_instrument_unref (bars.instrument);
  init_bars (&bars, holiday, NULL, 2, PST_NS_PER_DAY);
  assert_found (&bars, PST_NS_PER_DAY, "nyse", "");
  /* Without the calendar, Monday the 19th is a weekday like others. */
  assert_found (&bars, PST_NS_PER_DAY, NULL, "1+0 gap; ");
  pst_instrument_unref (bars.instrument);
  /* The 5th and 6th are missing, the 8th and 9th too; the 10th was a Saturday. */
  init_bars (&bars, gap, NULL, 4, PST_NS_PER_DAY);
  assert_found (&bars, PST_NS_PER_DAY, "nyse", "1+0 gap; 2+0 gap; 2+1 off-session; ");
  pst_instrument_unref (bars.instrument);
}

static void
test_minutes (void)
{
  const gint64 minute = 60 * PST_NS_PER_SECOND, open = day (2015, 1, 5) + (14 * 60 + 30) * minute;
  /* The last two of a session, the first of the next, and then the third: one is missing. */
  const gint64 labels[] = { open + 388 * minute, open + 389 * minute, open + PST_NS_PER_DAY, open + PST_NS_PER_DAY + 2 * minute };
  Bars bars;

  init_bars (&bars, labels, NULL, 4, minute);
  assert_found (&bars, minute, "nyse", "3+0 gap; ");
  /* The same bars, labelled with their ends. */
  memcpy (bars.label, bars.time, sizeof bars.label);
  assert_found (&bars, minute, "nyse", "3+0 gap; ");
  pst_instrument_unref (bars.instrument);
}

static void
test_unknown_years (void)
{
  const gint64 labels[] = { day (2009, 12, 29), day (2010, 1, 6) };
  Bars bars;

  init_bars (&bars, labels, NULL, 2, PST_NS_PER_DAY);
  assert_found (&bars, PST_NS_PER_DAY, "nyse", "1+0 gap; 0+0 unchecked; ");
  pst_instrument_unref (bars.instrument);
}

static void
test_prices (void)
{
  const gint64 labels[]
      = { day (2015, 1, 5), day (2015, 1, 6), day (2015, 1, 7), day (2015, 1, 8), day (2015, 1, 9), day (2015, 1, 12), day (2015, 1, 13) };
  const gint64 prices[] = { 700, 100, 100, 100, 100, 310, 120 };
  Bars bars;

  /* 7:1; three that repeat; 1:3.1; 2.58:1. */
  init_bars (&bars, labels, prices, 7, PST_NS_PER_DAY);
  assert_found (&bars, PST_NS_PER_DAY, "nyse", "2+3 frozen; 1+1 split-suspected; 5+1 split-suspected; 6+1 price-jump; ");
  pst_instrument_unref (bars.instrument);
}

/* Eight minutes from 00:02 into bars of five: the first lacks two, the last is whole; of the next nothing is there but a part. */
static void
test_resample (void)
{
  const gint64 minute = 60 * PST_NS_PER_SECOND;
  gint64 labels[9], prices[] = { 5, 9, 4, 7, 1, 8, 6, 3, 2 };
  Bars bars;

  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    labels[i] = (2 + (gint64)i) * minute;
  init_bars (&bars, labels, prices, G_N_ELEMENTS (labels), minute);
  for (guint keep = 0; keep < 2; keep++)
    {
      g_autoptr (PstDataRows) rows = pst_data_rows_new (bars.instrument, PST_SERIES_KIND_BARS);
      PstDataResampled done = { 0 };
      GError *error = NULL;
      guint i = keep;

      g_assert_true (pst_data_resample (&bars.bars, bars.label, minute, 5 * minute, NULL, keep == 1, rows, &done, &error));
      g_assert_cmpuint (done.n_partial, ==, 2);
      g_assert_cmpuint (rows->n_rows, ==, keep == 1 ? 3 : 1);
      g_assert_cmpint (rows->columns[0][i], ==, 10 * minute);
      g_assert_cmpint (rows->columns[1][i], ==, 5 * minute);
      g_assert_cmpint (rows->columns[2][i], ==, 7);
      g_assert_cmpint (rows->columns[3][i], ==, 8);
      g_assert_cmpint (rows->columns[4][i], ==, 1);
      g_assert_cmpint (rows->columns[5][i], ==, 3);
      g_assert_cmpint (rows->columns[6][i], ==, 25);
      g_assert_false (pst_data_resample (&bars.bars, bars.label, minute, 90 * PST_NS_PER_SECOND, NULL, FALSE, rows, &done, &error));
      g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE);
      g_clear_error (&error);
    }
  pst_instrument_unref (bars.instrument);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/data-check/sessions", test_sessions);
  g_test_add_func ("/data-check/minutes", test_minutes);
  g_test_add_func ("/data-check/unknown-years", test_unknown_years);
  g_test_add_func ("/data-check/prices", test_prices);
  g_test_add_func ("/data-check/resample", test_resample);
  return g_test_run ();
}
