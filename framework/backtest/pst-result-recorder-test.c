/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: a report of a journal that forgets a fill, takes money that was paid in later for profit, or fails on what is no run. */
#include "pst-result-recorder.h"

#include <string.h>

#define HOUR_NS G_GINT64_CONSTANT (3600000000000)

static PstRecord
make_record (PstRecordKind kind, gint64 time_ns)
{
  PstRecord record;

  memset (&record, 0, sizeof record);
  record.kind = kind;
  record.time_ns = time_ns;
  return record;
}

static void
take_start (PstResultRecorder *recorder, const PstCurrency *usd)
{
  PstRecord record = make_record (PST_RECORD_RUN, 0);

  record.run.currency = usd;
  g_strlcpy (record.run.pipeline, "walk", sizeof record.run.pipeline);
  pst_result_recorder_take (recorder, &record);
  record = make_record (PST_RECORD_COMPONENT, 0);
  record.component.index = 3;
  record.component.kind = PST_COMPONENT_KIND_STRATEGY;
  g_strlcpy (record.component.plugin, "sma-cross", sizeof record.component.plugin);
  pst_result_recorder_take (recorder, &record);
  record = make_record (PST_RECORD_INSTRUMENT, 0);
  record.instrument.price_scale = 2;
  record.instrument.settlement = PST_SETTLEMENT_POSITION;
  record.instrument.quote = usd;
  g_strlcpy (record.instrument.id, "AAA.XNYS", sizeof record.instrument.id);
  pst_result_recorder_take (recorder, &record);
}

static void
take_cash (PstResultRecorder *recorder, const PstCurrency *currency, gint64 amount)
{
  PstRecord record = make_record (PST_RECORD_CASH, 0);

  record.cash.currency = currency;
  record.cash.amount = amount;
  pst_result_recorder_take (recorder, &record);
}

static void
take_fill (PstResultRecorder *recorder, const PstCurrency *usd, gint64 time_ns, PstSide side, gint64 price, gint64 size)
{
  PstRecord record = make_record (PST_RECORD_FILL, time_ns);

  record.fill = (PstFill){ .strategy = 3, .side = side, .time_ns = time_ns, .price = price, .quantity = size, .fee = 7, .fee_currency = usd };
  record.fill.notional = price * size * (pst_power_of_ten (usd->scale) / 100);
  pst_result_recorder_take (recorder, &record);
}

static void
take_tick (PstResultRecorder *recorder, gint64 time_ns, gint64 equity)
{
  PstRecord record = make_record (PST_RECORD_TICK, time_ns);

  record.tick.equity = equity;
  record.tick.mark_to_market = -40;
  pst_result_recorder_take (recorder, &record);
}

static void
test_round_trips (void)
{
  g_autoptr (PstResultRecorder) recorder = pst_result_recorder_new ();
  const PstCurrency *usd = pst_currency_get ("USD", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PstBacktestResult) result = NULL;
  gint64 cent = pst_power_of_ten (usd->scale) / 100;
  const PstRoundTrip *trips;

  take_start (recorder, usd);
  take_cash (recorder, usd, 5000);
  take_fill (recorder, usd, HOUR_NS, PST_SIDE_BUY, 1000, 10);
  take_tick (recorder, HOUR_NS, 4990);
  take_cash (recorder, usd, 999);
  take_fill (recorder, usd, 3 * HOUR_NS, PST_SIDE_SELL, 1100, 10);
  take_fill (recorder, usd, 4 * HOUR_NS, PST_SIDE_BUY, 1200, 5);
  take_tick (recorder, 5 * HOUR_NS, 5100);
  result = pst_result_recorder_finish (recorder, &error);
  g_assert_no_error (error);
  g_assert_cmpint (result->initial_equity, ==, 5000);
  g_assert_cmpuint (result->fills->len, ==, 3);
  g_assert_cmpuint (result->equity->len, ==, 2);
  g_assert_cmpint (g_array_index (result->equity, PstEquityPoint, 1).exposure, ==, 40);
  g_assert_cmpstr (result->strategies[0], ==, "sma-cross");
  g_assert_cmpuint (result->round_trips->len, ==, 2);
  trips = (const PstRoundTrip *)result->round_trips->data;
  g_assert_cmpint (trips[0].profit, ==, 1000 * cent - 14);
  g_assert_cmpint (trips[0].exit_time_ns, ==, 3 * HOUR_NS);
  /* Open: at its own price, without bars and excursions. */
  g_assert_true (trips[1].is_open);
  g_assert_cmpint (trips[1].exit_price, ==, 1200);
  g_assert_cmpint (trips[1].profit, ==, -7);
  g_assert_cmpuint (trips[1].n_bars, ==, 0);
}

static void
test_no_run (void)
{
  g_autoptr (PstResultRecorder) recorder = pst_result_recorder_new ();
  g_autoptr (GError) error = NULL;

  take_fill (recorder, pst_currency_get ("USD", NULL), HOUR_NS, PST_SIDE_BUY, 1000, 10);
  g_assert_null (pst_result_recorder_finish (recorder, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/result-recorder/round-trips", test_round_trips);
  g_test_add_func ("/result-recorder/no-run", test_no_run);
  return g_test_run ();
}
