/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: orders that no venue takes, or that a trader would never have meant, on their way out. */
#include "engine-fakes.h"
#include "pst-gate-check.h"

static PstInstrument *
make_instrument (void)
{
  PstInstrument draft = { .symbol = (char *)"X", .venue = (char *)"DATA", .quote = pst_currency_get ("USD", NULL), .price_scale = 2 };

  draft.price_step = 5;
  draft.size_step = 10;
  draft.size_min = 20;
  draft.size_max = 1000000000000;
  draft.notional_min = fake_money ("50 USD");
  return pst_instrument_new (&draft, NULL);
}

typedef struct
{
  const char *code; /* NULL: passes */
  PstOrderRequest request;
} Case;

#define BUY .side = PST_SIDE_BUY
#define MARKET .type = PST_ORDER_TYPE_MARKET
#define LIMIT .type = PST_ORDER_TYPE_LIMIT
#define STOP .type = PST_ORDER_TYPE_STOP_MARKET
#define STOP_LIMIT .type = PST_ORDER_TYPE_STOP_LIMIT
#define GTC .time_in_force = PST_TIME_IN_FORCE_GTC

static const Case cases[] = {
  { NULL, { BUY, MARKET, GTC, .quantity = 20 } },
  { NULL, { BUY, LIMIT, GTC, .quantity = 20, .limit_price = 10000 } },
  { NULL, { BUY, STOP, GTC, .quantity = 20, .stop_price = 10000 } },
  { NULL, { BUY, STOP_LIMIT, GTC, .quantity = 20, .limit_price = 10005, .stop_price = 10000 } },
  { NULL, { BUY, LIMIT, GTC, .flags = PST_ORDER_FLAG_POST_ONLY, .quantity = 20, .limit_price = 10000 } },
  { NULL, { BUY, LIMIT, .time_in_force = PST_TIME_IN_FORCE_GTD, .expire_time_ns = T0 + 1, .quantity = 20, .limit_price = 10000 } },
  { "side_missing", { MARKET, GTC, .quantity = 20 } },
  { "side_missing", { .side = 3, MARKET, GTC, .quantity = 20 } },
  { "type_unknown", { BUY, GTC, .quantity = 20 } },
  { "type_unknown", { BUY, .type = 5, GTC, .quantity = 20 } },
  { "time_in_force_unknown", { BUY, MARKET, .quantity = 20 } },
  { "time_in_force_unknown", { BUY, MARKET, .time_in_force = 6, .quantity = 20 } },
  { "quantity_not_positive", { BUY, MARKET, GTC, .quantity = 0 } },
  { "quantity_not_positive", { BUY, MARKET, GTC, .quantity = -20 } },
  { "size_off_grid", { BUY, MARKET, GTC, .quantity = 25 } },
  { "size_below_minimum", { BUY, MARKET, GTC, .quantity = 10 } },
  { "size_above_maximum", { BUY, MARKET, GTC, .quantity = 1000000000010 } },
  { "price_missing", { BUY, LIMIT, GTC, .quantity = 20 } },
  { "price_missing", { BUY, STOP_LIMIT, GTC, .quantity = 20, .stop_price = 10000 } },
  { "price_missing", { BUY, LIMIT, GTC, .quantity = 20, .limit_price = -5 } },
  { "price_off_grid", { BUY, LIMIT, GTC, .quantity = 20, .limit_price = 10001 } },
  { "price_off_grid", { BUY, STOP, GTC, .quantity = 20, .stop_price = 10001 } },
  { "stop_price_missing", { BUY, STOP, GTC, .quantity = 20 } },
  { "stop_price_missing", { BUY, STOP_LIMIT, GTC, .quantity = 20, .limit_price = 10000 } },
  { "notional_overflow", { BUY, LIMIT, GTC, .quantity = 1000000000000, .limit_price = 1000000000000 } },
  { "notional_below_minimum", { BUY, LIMIT, GTC, .quantity = 20, .limit_price = 200 } },
  { "notional_below_minimum", { BUY, STOP, GTC, .quantity = 20, .stop_price = 200 } },
  { "expire_time_in_past", { BUY, LIMIT, .time_in_force = PST_TIME_IN_FORCE_GTD, .expire_time_ns = T0, .quantity = 20, .limit_price = 10000 } },
  { "post_only_not_limit", { BUY, MARKET, GTC, .flags = PST_ORDER_FLAG_POST_ONLY, .quantity = 20 } },
  { "post_only_immediate",
    { BUY, LIMIT, .time_in_force = PST_TIME_IN_FORCE_IOC, .flags = PST_ORDER_FLAG_POST_ONLY, .quantity = 20, .limit_price = 10000 } },
};

static void
test_requests (void)
{
  g_autoptr (PstInstrument) instrument = make_instrument ();
  PstMark mark = { .price = 10000, .valid = TRUE };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PstVerdict verdict = { 0 };
      gboolean passed = pst_gate_check_request (&cases[i].request, instrument, &mark, T0, &verdict);

      g_test_message ("case %u", i);
      g_assert_cmpint (passed, ==, cases[i].code == NULL);
      g_assert_cmpstr (verdict.code, ==, cases[i].code != NULL ? cases[i].code : "");
    }
}

static void
test_market_by_mark (void)
{
  g_autoptr (PstInstrument) instrument = make_instrument ();
  PstOrderRequest request = { BUY, MARKET, GTC, .quantity = 20 };
  PstMark cheap = { .price = 5, .valid = TRUE }, unknown = { .price = 5, .valid = FALSE };
  PstVerdict verdict = { 0 };

  g_assert_false (pst_gate_check_request (&request, instrument, &cheap, T0, &verdict));
  g_assert_cmpstr (verdict.code, ==, "notional_below_minimum");
  g_assert_cmpstr (verdict.detail, ==, "notional=1 USD minimum=50 USD");
  g_assert_true (pst_gate_check_request (&request, instrument, &unknown, T0, &verdict));
}

static void
test_reduces (void)
{
  static const struct
  {
    PstSide side;
    gint64 quantity, position, open_buy, open_sell;
    gboolean reduces;
  } table[] = {
    { PST_SIDE_SELL, 10, 10, 0, 0, TRUE },
    { PST_SIDE_SELL, 11, 10, 0, 0, FALSE },
    { PST_SIDE_SELL, 5, 10, 0, 5, TRUE },
    { PST_SIDE_SELL, 6, 10, 0, 5, FALSE },
    { PST_SIDE_SELL, 5, 10, 99, 5, TRUE },
    { PST_SIDE_SELL, 1, 0, 0, 0, FALSE },
    { PST_SIDE_SELL, 1, -5, 0, 0, FALSE },
    { PST_SIDE_SELL, 1, 0, 50, 0, FALSE },
    { PST_SIDE_BUY, 10, -10, 0, 0, TRUE },
    { PST_SIDE_BUY, 11, -10, 0, 0, FALSE },
    { PST_SIDE_BUY, 6, -10, 5, 0, FALSE },
    { PST_SIDE_BUY, 5, -10, 5, 3, TRUE },
    { PST_SIDE_BUY, 1, 0, 0, 0, FALSE },
    { PST_SIDE_BUY, 1, 7, 0, 0, FALSE },
    { PST_SIDE_SELL, G_MAXINT64, G_MAXINT64, 0, 0, TRUE },
    { PST_SIDE_SELL, G_MAXINT64, G_MAXINT64, 0, G_MAXINT64, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_test_message ("case %u", i);
      g_assert_cmpint (pst_gate_check_reduces (table[i].side, table[i].quantity, table[i].position, table[i].open_buy, table[i].open_sell), ==,
                       table[i].reduces);
    }
}

/* The documents are made from the table: every code has a name that is stable text, and a sentence. */
static void
test_table (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint code = 0; code <= PST_GATE_CODE_LAST; code++)
    {
      const char *name = pst_gate_code_to_string (code);

      for (const char *c = name; *c != '\0'; c++)
        g_assert_true (g_ascii_islower (*c) || *c == '_');
      g_assert_true (g_hash_table_add (seen, (gpointer)name));
      g_assert_true (g_str_has_suffix (pst_gate_code_describe (code), "."));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gate-check/requests", test_requests);
  g_test_add_func ("/gate-check/market-by-mark", test_market_by_mark);
  g_test_add_func ("/gate-check/reduces", test_reduces);
  g_test_add_func ("/gate-check/table", test_table);
  return g_test_run ();
}
