/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the tests of the simulated venue share: orders, market data and what came of them as short texts, so that a test reads like the
 * story that it tells. */
#pragma once

#include "pst-sim.h"

#include <penstock-check.h>
#include <string.h>

#define MINUTE (60 * PST_NS_PER_SECOND)

typedef struct
{
  PstHarness *harness;
  PstComponent *sim;
  guint32 share; /* AAPL.TEST: prices in cents, whole sizes, USD */
  guint32 coin;  /* BTC/USD.TEST: delivered, sizes to 8 decimals, 0.1 % and 0.2 % fees */
  guint n_seen;  /* reports told already */
} SimFixture;

static inline void
sim_fixture_option (SimFixture *fixture, const char *name, const char *text)
{
  g_autoptr (GError) error = NULL;

  pst_component_set_option (fixture->sim, name, text, &error);
  g_assert_no_error (error);
}

static inline guint32
sim_fixture_add_coin (PstHarness *harness)
{
  PstInstrument draft = { .symbol = (char *)"BTC/USD",
                          .venue = (char *)"TEST",
                          .base = pst_currency_get ("BTC", NULL),
                          .quote = pst_currency_get ("USD", NULL),
                          .settlement = PST_SETTLEMENT_DELIVERY,
                          .price_scale = 2,
                          .size_scale = 8,
                          .size_min = 1000,
                          .maker_fee = PST_RATE_ONE / 1000,
                          .taker_fee = PST_RATE_ONE / 500 };

  return pst_harness_add_instrument_like (harness, &draft);
}

/* @options: "name=value name=value", without blanks in values ('_' stands for one). */
static inline void
sim_fixture_begin (SimFixture *fixture, const char *options)
{
  g_auto (GStrv) words = g_strsplit (options, " ", -1);

  *fixture = (SimFixture){ .harness = pst_harness_new () };
  fixture->share = pst_harness_add_instrument (fixture->harness, "AAPL");
  fixture->coin = sim_fixture_add_coin (fixture->harness);
  fixture->sim = pst_harness_add (fixture->harness, PST_TYPE_SIM, "broker", "feed", PST_HARNESS_DATA, "cash", "100000 USD;2 BTC", NULL);
  for (guint i = 0; words[i] != NULL && words[i][0] != '\0'; i++)
    {
      char *value = strchr (words[i], '=');

      *value++ = '\0';
      g_strdelimit (value, "_", ' ');
      sim_fixture_option (fixture, words[i], value);
    }
  pst_harness_start (fixture->harness, fixture->sim);
}

static inline void
sim_fixture_end (SimFixture *fixture)
{
  pst_harness_finish (fixture->harness);
}

static inline gint64
sim_fixture_now (SimFixture *fixture)
{
  return pst_context_now_ns (PST_CONTEXT (fixture->harness));
}

/* "10.00 10.50 9.80 10.20 [1000]" or one price for all four, a minute later. */
static inline void
sim_fixture_bar_of (SimFixture *fixture, guint32 instrument, const char *text)
{
  g_auto (GStrv) n = g_strsplit (text, " ", -1);
  gint64 time_ns = sim_fixture_now (fixture) + MINUTE;

  if (n[1] == NULL)
    pst_harness_push_bar (fixture->harness, instrument, time_ns, n[0], n[0], n[0], n[0], "1000");
  else
    pst_harness_push_bar (fixture->harness, instrument, time_ns, n[0], n[1], n[2], n[3], n[4] != NULL ? n[4] : "1000");
}

static inline void
sim_fixture_bar (SimFixture *fixture, const char *text)
{
  sim_fixture_bar_of (fixture, fixture->share, text);
}

/* "10.00 100 10.02 200": bid and ask with sizes, a second later. */
static inline void
sim_fixture_quote (SimFixture *fixture, const char *text)
{
  g_auto (GStrv) n = g_strsplit (text, " ", -1);

  pst_harness_push_quote (fixture->harness, fixture->share, sim_fixture_now (fixture) + PST_NS_PER_SECOND, n[0], n[1], n[2], n[3]);
}

/* "10.00 100", a second later. */
static inline void
sim_fixture_trade (SimFixture *fixture, const char *text)
{
  g_auto (GStrv) n = g_strsplit (text, " ", -1);

  pst_harness_push_trade (fixture->harness, fixture->share, sim_fixture_now (fixture) + PST_NS_PER_SECOND, n[0], n[1], PST_SIDE_NONE);
}

static inline void
sim_fixture_read_word (SimFixture *fixture, PstOrderRequest *request, const char *word, const char *value)
{
  static const char *const times[] = { "gtc", "ioc", "fok", "day", "gtd" };

  if (g_str_equal (word, "limit"))
    request->limit_price = pst_harness_price (fixture->harness, request->instrument, value);
  else if (g_str_equal (word, "stop"))
    request->stop_price = pst_harness_price (fixture->harness, request->instrument, value);
  else if (g_str_equal (word, "post-only"))
    request->flags |= PST_ORDER_FLAG_POST_ONLY;
  else if (g_str_equal (word, "reduce-only"))
    request->flags |= PST_ORDER_FLAG_REDUCE_ONLY;
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    if (g_str_equal (word, times[i]))
      request->time_in_force = PST_TIME_IN_FORCE_GTC + i;
  if (g_str_equal (word, "gtd"))
    request->expire_time_ns = sim_fixture_now (fixture) + g_ascii_strtoll (value, NULL, 10) * PST_NS_PER_SECOND;
}

static inline PstOrderRequest
sim_fixture_read_order (SimFixture *fixture, guint32 instrument, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  PstOrderRequest request = { .instrument = instrument, .time_in_force = PST_TIME_IN_FORCE_GTC };

  request.side = g_str_equal (words[0], "buy") ? PST_SIDE_BUY : PST_SIDE_SELL;
  request.quantity = pst_harness_size (fixture->harness, instrument, words[1]);
  for (guint i = 2; words[i] != NULL; i++)
    sim_fixture_read_word (fixture, &request, words[i], words[i + 1]);
  request.type = PST_ORDER_TYPE_MARKET;
  if (request.limit_price != 0)
    request.type = request.stop_price != 0 ? PST_ORDER_TYPE_STOP_LIMIT : PST_ORDER_TYPE_LIMIT;
  else if (request.stop_price != 0)
    request.type = PST_ORDER_TYPE_STOP_MARKET;
  return request;
}

/* "buy 100 limit 10.20 stop 10.00 ioc|fok|day|gtd SECONDS post-only reduce-only" */
static inline guint64
sim_fixture_order_of (SimFixture *fixture, guint32 instrument, const char *text)
{
  PstOrderRequest request = sim_fixture_read_order (fixture, instrument, text);
  guint64 id = pst_harness_place (fixture->harness, &request);
  g_autoptr (GError) error = NULL;

  pst_harness_send (fixture->harness, id, PST_EXCHANGE (fixture->sim), &error);
  g_assert_no_error (error);
  return id;
}

static inline guint64
sim_fixture_order (SimFixture *fixture, const char *text)
{
  return sim_fixture_order_of (fixture, fixture->share, text);
}

static inline void
sim_fixture_cancel (SimFixture *fixture, guint64 id)
{
  g_autoptr (GError) error = NULL;

  pst_exchange_cancel (PST_EXCHANGE (fixture->sim), pst_harness_get_order (fixture->harness, id - 1), &error);
  g_assert_no_error (error);
}

/* "quantity limit stop", "0" for what stays. */
static inline void
sim_fixture_modify (SimFixture *fixture, guint64 id, const char *text)
{
  const PstOrder *order = pst_harness_get_order (fixture->harness, id - 1);
  g_auto (GStrv) n = g_strsplit (text, " ", -1);
  guint32 instrument = order->request.instrument;
  g_autoptr (GError) error = NULL;

  pst_exchange_modify (PST_EXCHANGE (fixture->sim), order, pst_harness_size (fixture->harness, instrument, n[0]),
                       pst_harness_price (fixture->harness, instrument, n[1]), pst_harness_price (fixture->harness, instrument, n[2]), &error);
  g_assert_no_error (error);
}

static inline void
sim_fixture_tell (SimFixture *fixture, const PstExecutionReport *report, GString *story)
{
  static const char *const kinds[]
      = { "", "accepted", "rejected", "triggered", "fill", "modified", "modify-rejected", "canceled", "cancel-rejected", "expired", "unknown" };
  const PstOrder *order = pst_harness_get_order (fixture->harness, report->order_id - 1);
  const PstInstrument *instrument
      = pst_instrument_table_get (pst_context_get_instruments (PST_CONTEXT (fixture->harness)), order->request.instrument);

  g_string_append_printf (story, "%s%" G_GUINT64_FORMAT " %s", story->len > 0 ? "; " : "", report->order_id, kinds[report->kind]);
  if (report->kind == PST_REPORT_FILL)
    {
      g_autofree char *size = pst_instrument_size_to_string (instrument, report->quantity);
      g_autofree char *price = pst_instrument_price_to_string (instrument, report->price);

      g_string_append_printf (story, " %s at %s %s", size, price, report->liquidity == PST_LIQUIDITY_MAKER ? "maker" : "taker");
    }
  else if (report->reason[0] != '\0')
    {
      g_string_append_printf (story, " %s", report->reason);
    }
}

/* What was reported since the last call: "1 accepted; 1 fill 100 at 10.20 taker". */
#define sim_fixture_expect(fixture, story)               \
  G_STMT_START                                           \
  {                                                      \
    g_autofree char *told = sim_fixture_story (fixture); \
    g_assert_cmpstr (told, ==, story);                   \
  }                                                      \
  G_STMT_END

static inline char *
sim_fixture_story (SimFixture *fixture)
{
  GString *story = g_string_new (NULL);

  for (; fixture->n_seen < pst_harness_get_n_reports (fixture->harness); fixture->n_seen++)
    sim_fixture_tell (fixture, pst_harness_get_report (fixture->harness, fixture->n_seen), story);
  return g_string_free (story, FALSE);
}

/* The run's account at the venue, as the run booked it. */
static inline char *
sim_fixture_balance (SimFixture *fixture, const char *code)
{
  const PstAccount *account = pst_context_get_account (PST_CONTEXT (fixture->harness), pst_component_get_index (fixture->sim));
  const PstCurrency *currency = pst_currency_get (code, NULL);
  const PstMoney money = { currency, pst_account_get_balance (account, currency) };

  return pst_money_to_string (&money);
}

#define sim_fixture_expect_balance(fixture, code, text)             \
  G_STMT_START                                                      \
  {                                                                 \
    g_autofree char *balance = sim_fixture_balance (fixture, code); \
    g_assert_cmpstr (balance, ==, text);                            \
  }                                                                 \
  G_STMT_END
