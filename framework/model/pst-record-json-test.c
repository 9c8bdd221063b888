/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Scripts read dumps: the keys and their order are a promise, and no number may lose a digit on its way into a reader's double. */
#include <json-glib/json-glib.h>
#include <string.h>

#include "pst-test-values.h"

static char *
to_json (const PstRecord *record, const PstInstrumentRecord *instrument)
{
  GString *json = g_string_new (NULL);
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();

  pst_record_to_json_scaled (record, instrument, json);
  g_assert_true (json_parser_load_from_data (parser, json->str, json->len, NULL));
  g_assert_null (strchr (json->str, '\n'));
  return g_string_free (json, FALSE);
}

#define HEAD(kind) "{\"sequence\":7,\"time\":\"2015-01-12T00:00:00Z\",\"kind\":\"" kind "\","

static PstRecord
new_record (PstRecordKind kind)
{
  return (PstRecord){ .kind = kind, .sequence = 7, .time_ns = G_GINT64_CONSTANT (1421020800000000000) };
}

static PstInstrumentRecord
coin_record (void)
{
  PstInstrumentRecord instrument = { .index = 1, .price_scale = 1, .size_scale = 8, .settlement = PST_SETTLEMENT_DELIVERY, .id = "BTC/USD.TEST" };

  instrument.base = pst_currency_get ("BTC", NULL);
  instrument.quote = pst_currency_get ("USD", NULL);
  return instrument;
}

static void
assert_json (const PstRecord *record, const PstInstrumentRecord *instrument, const char *want)
{
  g_autofree char *json = to_json (record, instrument);

  g_assert_cmpstr (json, ==, want);
}

static void
test_run (void)
{
  PstRecord record = new_record (PST_RECORD_RUN);

  record.run = (PstRunRecord){ PST_RUN_STATE_CREATED, PST_MODE_BACKTEST, 1, pst_currency_get ("USD", NULL), "local", "sma-1", "sma", "" };
  assert_json (&record, NULL,
               HEAD ("RUN") "\"state\":\"CREATED\",\"mode\":\"BACKTEST\",\"user_id\":\"local\",\"run_id\":\"sma-1\",\"pipeline\":\"sma\",\"seed\":1,"
                            "\"currency\":\"USD\",\"reason\":\"\"}");
}

static void
test_component (void)
{
  PstRecord record = new_record (PST_RECORD_COMPONENT);

  record.component = (PstComponentRecord){ 2, PST_COMPONENT_KIND_STRATEGY, "cross", "sma-cross" };
  assert_json (&record, NULL, HEAD ("COMPONENT") "\"index\":2,\"component_kind\":\"STRATEGY\",\"name\":\"cross\",\"plugin\":\"sma-cross\"}");
}

static void
test_instrument (void)
{
  PstRecord record = new_record (PST_RECORD_INSTRUMENT);

  record.instrument = coin_record ();
  assert_json (
      &record, NULL,
      HEAD ("INSTRUMENT") "\"index\":1,\"id\":\"BTC/USD.TEST\",\"base\":\"BTC\",\"quote\":\"USD\",\"settlement\":\"DELIVERY\",\"price_scale\":1,"
                          "\"size_scale\":8}");
  record.instrument.base = NULL;
  record.instrument.settlement = PST_SETTLEMENT_POSITION;
  {
    g_autofree char *json = to_json (&record, NULL);

    g_assert_nonnull (strstr (json, "\"base\":null,"));
  }
}

static void
test_cash (void)
{
  PstRecord record = new_record (PST_RECORD_CASH);

  record.cash = (PstCashRecord){ 1, pst_currency_get ("USD", NULL), G_GINT64_CONSTANT (100000050000000), "initial" };
  assert_json (&record, NULL, HEAD ("CASH") "\"exchange\":1,\"currency\":\"USD\",\"amount\":\"1000000.5\",\"reason\":\"initial\"}");
  record.cash.currency = NULL;
  assert_json (&record, NULL, HEAD ("CASH") "\"exchange\":1,\"currency\":null,\"amount_mantissa\":\"100000050000000\",\"reason\":\"initial\"}");
  record.cash.currency = pst_currency_define ("JPY", 0, NULL);
  record.cash.amount = 1000;
  assert_json (&record, NULL, HEAD ("CASH") "\"exchange\":1,\"currency\":\"JPY\",\"amount\":\"1000\",\"reason\":\"initial\"}");
}

#define ORDER_HEAD                                                                                                                                 \
  "\"order_id\":3,\"client_id\":\"sma-1-000003\",\"venue_id\":\"\",\"strategy\":2,\"exchange\":1,\"instrument\":1,\"state\":\"PARTIALLY_FILLED\"," \
  "\"side\":\"BUY\",\"type\":\"LIMIT\",\"time_in_force\":\"GTD\",\"post_only\":true,\"reduce_only\":false,\"operator_exit\":false,\"trade\":0,"
#define ORDER_TAIL "\"created_time\":\"1970-01-01T00:00:00Z\",\"updated_time\":\"1970-01-01T00:00:00.001Z\",\"reason\":\"\"}"

static void
test_order (void)
{
  PstRecord record = new_record (PST_RECORD_ORDER);
  PstInstrumentRecord coin = coin_record ();
  PstOrder *order = &record.order;

  order->id = 3;
  order->strategy = 2;
  order->exchange = order->request.instrument = 1;
  order->state = PST_ORDER_STATE_PARTIALLY_FILLED;
  order->request.side = PST_SIDE_BUY;
  order->request.type = PST_ORDER_TYPE_LIMIT;
  order->request.time_in_force = PST_TIME_IN_FORCE_GTD;
  order->request.flags = PST_ORDER_FLAG_POST_ONLY;
  order->request.quantity = 150000000;
  order->request.limit_price = 500001;
  order->request.expire_time_ns = PST_NS_PER_DAY;
  order->filled_quantity = 50000000;
  order->filled_notional = G_GINT64_CONSTANT (2500005000000);
  order->updated_time_ns = PST_NS_PER_MS;
  g_strlcpy (order->client_id, "sma-1-000003", sizeof order->client_id);
  assert_json (&record, &coin,
               HEAD ("ORDER") ORDER_HEAD
               "\"quantity\":\"1.50000000\",\"limit_price\":\"50000.1\",\"stop_price\":\"0.0\",\"expire_time\":\"1970-01-02T00:00:00Z\","
               "\"filled_quantity\":\"0.50000000\",\"filled_notional\":\"25000.05\"," ORDER_TAIL);
  record.kind = PST_RECORD_INTENT;
  order->request.expire_time_ns = 0;
  assert_json (&record, NULL,
               HEAD ("INTENT") ORDER_HEAD
               "\"quantity_mantissa\":\"150000000\",\"limit_price_mantissa\":\"500001\",\"stop_price_mantissa\":\"0\","
               "\"expire_time\":null,\"filled_quantity_mantissa\":\"50000000\",\"filled_notional_mantissa\":\"2500005000000\"," ORDER_TAIL);
}

static void
test_verdict (void)
{
  PstRecord record = new_record (PST_RECORD_VERDICT);

  record.verdict.order_id = 3;
  record.verdict.component = G_MAXUINT32;
  /* A guard that never answered. */
  assert_json (&record, NULL, HEAD ("VERDICT") "\"order_id\":3,\"component\":null,\"passed\":false,\"code\":\"guard_failed\",\"detail\":\"\"}");
  record.verdict.component = 4;
  pst_verdict_deny (&record.verdict.verdict, "too_large", "quantity=%d", 5);
  assert_json (&record, NULL, HEAD ("VERDICT") "\"order_id\":3,\"component\":4,\"passed\":false,\"code\":\"too_large\",\"detail\":\"quantity=5\"}");
  pst_verdict_pass (&record.verdict.verdict);
  assert_json (&record, NULL, HEAD ("VERDICT") "\"order_id\":3,\"component\":4,\"passed\":true,\"code\":\"\",\"detail\":\"\"}");
}

static void
test_report (void)
{
  PstRecord record = new_record (PST_RECORD_REPORT);
  PstInstrumentRecord coin = coin_record ();

  record.report = (PstExecutionReport){
    .order_id = 3, .kind = PST_REPORT_MODIFY_REJECTED, .liquidity = PST_LIQUIDITY_MAKER, .price = 5, .quantity = 6, .fee = -1
  };
  g_strlcpy (record.report.execution_id, "E\"1\\", sizeof record.report.execution_id);
  assert_json (
      &record, &coin,
      HEAD ("REPORT") "\"order_id\":3,\"report\":\"MODIFY_REJECTED\",\"venue_time\":\"1970-01-01T00:00:00Z\",\"price\":\"0.5\",\"quantity\":\"0."
                      "00000006\","
                      "\"stop_price\":\"0.0\",\"fee_mantissa\":\"-1\",\"fee_currency\":null,\"liquidity\":\"MAKER\",\"execution_id\":\"E\\\"1\\\\\","
                      "\"venue_order_id\":\"\",\"reason\":\"\"}");
}

static void
test_fill_record (void)
{
  PstRecord record = new_record (PST_RECORD_FILL);
  PstInstrumentRecord coin = coin_record ();
  PstFill *fill = &record.fill;

  *fill = (PstFill){ .order_id = 3, .strategy = 2, .exchange = 1, .instrument = 1, .side = PST_SIDE_SELL, .liquidity = PST_LIQUIDITY_TAKER };
  fill->price = G_MAXINT64;
  fill->quantity = 100000000;
  fill->notional = G_MININT64;
  fill->fee = 100000000;
  fill->fee_currency = coin.quote;
  fill->realised_profit = -50000000;
  assert_json (&record, &coin,
               HEAD ("FILL") "\"order_id\":3,\"strategy\":2,\"exchange\":1,\"instrument\":1,\"side\":\"SELL\",\"fill_time\":\"1970-01-01T00:00:00Z\","
                             "\"price\":\"922337203685477580.7\",\"quantity\":\"1.00000000\",\"notional\":\"-92233720368.54775808\",\"fee\":\"1\","
                             "\"fee_currency\":\"USD\",\"realised_profit\":\"-0.5\",\"liquidity\":\"TAKER\",\"execution_id\":\"\"}");
}

static void
test_position (void)
{
  PstRecord record = new_record (PST_RECORD_POSITION);
  PstInstrumentRecord coin = coin_record ();

  record.position = (PstPosition){ G_MAXUINT32, 1, -50000000, -100000000, 5, 6, 1, 2, 3, 4 };
  assert_json (&record, &coin,
               HEAD ("POSITION") "\"strategy\":null,\"instrument\":1,\"quantity\":\"-0.50000000\",\"cost\":\"-1\",\"realised_profit\":\"0.00000005\","
                                 "\"fees\":\"0.00000006\",\"n_fills\":1,\"n_trades\":2,\"n_wins\":3,\"trade_profit\":\"0.00000004\"}");
}

static void
test_tick (void)
{
  PstRecord record = new_record (PST_RECORD_TICK);

  record.tick = (PstTickRecord){ 1, pst_currency_get ("USD", NULL), 100000000, -50000000, 50000000, 2, 0, 0, 1 };
  assert_json (&record, NULL,
               HEAD ("TICK") "\"tick\":1,\"currency\":\"USD\",\"cash\":\"1\",\"mark_to_market\":\"-0.5\",\"equity\":\"0.5\",\"n_unpriced\":2,"
                             "\"realised_profit\":\"0\",\"fees\":\"0.00000001\"}");
}

/* What was found, to the last digit: rates and percentages with all their decimals, money as decimals of its currency. */
static void
test_opportunity (void)
{
  PstRecord record = new_record (PST_RECORD_OPPORTUNITY);
  PstOpportunity *found = &record.opportunity;

  *found = (PstOpportunity){ .number = 4, .component = 2, .updated_pair = 1, .n_legs = 3, .executed = TRUE, .cycle = "USD->BTC->ETH->USD" };
  found->detected_at_ns = PST_NS_PER_MS;
  found->currency = pst_currency_get ("USD", NULL);
  found->gross_rate = G_GINT64_CONSTANT (1000016000000);
  found->net_rate = G_GINT64_CONSTANT (999999999999);
  found->gross_pct = 16000000;
  found->net_pct = -1;
  found->est_profit = -1;
  found->allocated_capital = G_GINT64_CONSTANT (100050000000);
  assert_json (&record, NULL,
               HEAD ("OPPORTUNITY") "\"number\":4,\"detected_at\":\"1970-01-01T00:00:00.001Z\",\"component\":2,\"cycle\":\"USD->BTC->ETH->USD\","
                                    "\"updated_pair\":1,\"n_legs\":3,\"executed\":true,\"currency\":\"USD\",\"gross_rate\":\"1.000016000000\","
                                    "\"net_rate\":\"0.999999999999\",\"gross_pct\":\"0.0016000000\",\"net_pct\":\"-0.0000000001\","
                                    "\"est_profit\":\"-0.00000001\",\"allocated_capital\":\"1000.5\"}");
}

static void
test_snapshot (void)
{
  PstRecord record = new_record (PST_RECORD_SNAPSHOT);
  PstInstrumentRecord coin = coin_record ();

  record.snapshot = (PstSnapshotRecord){ .instrument = 1, .cause = PST_SNAPSHOT_INTERVAL, .number = 3, .n_bids = 2 };
  record.snapshot.bids[0] = (PstSnapshotLevel){ 500001, 1 };
  record.snapshot.bids[1] = (PstSnapshotLevel){ 500000, 150000000 };
  assert_json (&record, &coin,
               HEAD ("SNAPSHOT") "\"instrument\":1,\"cause\":\"INTERVAL\",\"number\":3,\"bids\":[{\"price\":\"50000.1\",\"size\":\"0.00000001\"},"
                                 "{\"price\":\"50000.0\",\"size\":\"1.50000000\"}],\"asks\":[]}");
  g_assert_cmpuint (pst_record_get_instrument (&record), ==, 1);
}

#define ZEROS "00000000000000000000000000000000000000000000000000000000000000"

static void
test_audit_and_state (void)
{
  PstRecord record = new_record (PST_RECORD_AUDIT);

  record.audit = (PstAuditRecord){ .number = 2, .actor_kind = PST_AUDIT_ACTOR_COMPONENT, .component = 3, .actor = "limits" };
  g_strlcpy (record.audit.action, "LIMIT_BREACHED", sizeof record.audit.action);
  g_strlcpy (record.audit.why, "daily_loss_limit_breached", sizeof record.audit.why);
  g_strlcpy (record.audit.before, "-40 USD", sizeof record.audit.before);
  g_strlcpy (record.audit.after, "-60 USD", sizeof record.audit.after);
  record.audit.previous[0] = 0xab;
  record.audit.hash[31] = 0x0c;
  assert_json (&record, NULL,
               HEAD ("AUDIT") "\"number\":2,\"actor_kind\":\"COMPONENT\",\"component\":3,\"actor\":\"limits\",\"action\":\"LIMIT_BREACHED\","
                              "\"order_id\":null,\"why\":\"daily_loss_limit_breached\",\"before\":\"-40 USD\",\"after\":\"-60 USD\","
                              "\"previous_hash\":\"ab" ZEROS "\",\"hash\":\"" ZEROS "0c\"}");
  record = new_record (PST_RECORD_STATE);
  record.state = (PstStateRecord){ .number = 1, .component = G_MAXUINT32, .key = "trading-state", .value = "HALTED" };
  assert_json (&record, NULL, HEAD ("STATE") "\"number\":1,\"component\":null,\"key\":\"trading-state\",\"value\":\"HALTED\"}");
}

static void
test_rest (void)
{
  PstRecord record = new_record (PST_RECORD_TRADING_STATE);

  record.trading_state = (PstTradingStateRecord){ PST_TRADING_STATE_ACTIVE, PST_TRADING_STATE_HALTED, G_MAXUINT32, "loss limit" };
  assert_json (&record, NULL, HEAD ("TRADING_STATE") "\"from\":\"ACTIVE\",\"to\":\"HALTED\",\"component\":null,\"reason\":\"loss limit\"}");
  record = new_record (PST_RECORD_ALERT);
  record.alert = (PstAlertRecord){ PST_SEVERITY_CRITICAL, 3, "risk", "halted", "line\nbreak\x7f" };
  assert_json (
      &record, NULL,
      HEAD ("ALERT") "\"severity\":\"CRITICAL\",\"component\":3,\"category\":\"risk\",\"title\":\"halted\",\"message\":\"line\\u000abreak\\u007f\"}");
  record = new_record (PST_RECORD_NOTE);
  record.note = (PstNoteRecord){ 3, "ORDER_SPLIT", "\xc3\xa4\xff|\xc3" };
  assert_json (&record, NULL, HEAD ("NOTE") "\"component\":3,\"name\":\"ORDER_SPLIT\",\"detail\":\"\xc3\xa4\\ufffd|\\ufffd\"}");
  record = new_record (99);
  assert_json (&record, NULL, "{\"sequence\":7,\"time\":\"2015-01-12T00:00:00Z\",\"kind\":null}");
}

/* The short form, appended behind what is there. */
static void
test_append (void)
{
  g_autoptr (GString) json = g_string_new ("[");
  PstRecord record = new_record (PST_RECORD_POSITION);

  pst_record_to_json (&record, json);
  g_assert_true (g_str_has_prefix (json->str, "[{\"sequence\":7,"));
  g_assert_nonnull (strstr (json->str, "\"cost_mantissa\":\"0\""));
}

static void
test_get_instrument (void)
{
  PstRecord record = new_record (PST_RECORD_INTENT);

  record.order.request.instrument = 5;
  g_assert_cmpuint (pst_record_get_instrument (&record), ==, 5);
  record = new_record (PST_RECORD_FILL);
  record.fill.instrument = 6;
  g_assert_cmpuint (pst_record_get_instrument (&record), ==, 6);
  record = new_record (PST_RECORD_POSITION);
  record.position.instrument = 7;
  g_assert_cmpuint (pst_record_get_instrument (&record), ==, 7);
  record = new_record (PST_RECORD_REPORT);
  g_assert_cmpuint (pst_record_get_instrument (&record), ==, PST_INSTRUMENT_NONE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/record-json/run", test_run);
  g_test_add_func ("/record-json/component", test_component);
  g_test_add_func ("/record-json/instrument", test_instrument);
  g_test_add_func ("/record-json/cash", test_cash);
  g_test_add_func ("/record-json/order", test_order);
  g_test_add_func ("/record-json/verdict", test_verdict);
  g_test_add_func ("/record-json/report", test_report);
  g_test_add_func ("/record-json/fill", test_fill_record);
  g_test_add_func ("/record-json/position", test_position);
  g_test_add_func ("/record-json/tick", test_tick);
  g_test_add_func ("/record-json/opportunity", test_opportunity);
  g_test_add_func ("/record-json/snapshot", test_snapshot);
  g_test_add_func ("/record-json/audit-and-state", test_audit_and_state);
  g_test_add_func ("/record-json/rest", test_rest);
  g_test_add_func ("/record-json/append", test_append);
  g_test_add_func ("/record-json/get-instrument", test_get_instrument);
  return g_test_run ();
}
