/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the tests of kept results share: a result with something in every field, from a seed, and whether two are the same. */
#pragma once

#include "sql-test-kit.h"

#include <float.h>
#include <math.h>

G_BEGIN_DECLS

#define RESULT_DAY (G_GINT64_CONSTANT (86400) * PST_NS_PER_SECOND)
#define RESULT_START (G_GINT64_CONSTANT (1577836800) * PST_NS_PER_SECOND)

/* A key for tests: 64 digits of @number. */
static inline char *
test_result_make_key (guint number)
{
  return g_strdup_printf ("%08x%056x", number, number);
}

static inline void
test_result_add_instrument (PstBacktestResult *result, const char *symbol, const char *venue, const char *base, guint8 price_scale)
{
  const PstInstrument draft = { .symbol = (char *)symbol,
                                .venue = (char *)venue,
                                .base = base != NULL ? pst_currency_get (base, NULL) : NULL,
                                .quote = pst_currency_get ("USD", NULL),
                                .settlement = base != NULL ? PST_SETTLEMENT_DELIVERY : PST_SETTLEMENT_POSITION,
                                .price_scale = price_scale,
                                .size_scale = base != NULL ? 8 : 0,
                                .price_step = 5,
                                .size_step = 1,
                                .size_min = 1,
                                .size_max = 1000000,
                                .notional_min = 100000000,
                                .maker_fee = -10000,
                                .taker_fee = 50000 };
  g_autoptr (GError) error = NULL;
  PstInstrument *instrument = pst_instrument_new (&draft, &error);

  g_assert_no_error (error);
  g_ptr_array_add (result->instruments, instrument);
}

static inline void
test_result_add_statistics (PstBacktestResult *result, GRand *random)
{
  static const double values[]
      = { NAN, INFINITY, -INFINITY, 0, -0.0, DBL_MIN, DBL_TRUE_MIN, DBL_MAX, -DBL_MAX, 0.1, 1.0 / 3, 1e23, 9007199254740993.0 };

  pst_backtest_result_add_statistic (result, "total", "sharpe", g_rand_double_range (random, -3, 3));
  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autofree char *name = g_strdup_printf ("value-%" G_GSIZE_FORMAT, i);

      pst_backtest_result_add_statistic (result, "total", name, values[i]);
    }
  pst_backtest_result_add_statistic (result, "instrument BTC/USD.KRAKEN", "sharpe", 1.25);
  pst_backtest_result_add_statistic (result, "month 2020-01: \"a,b\" 'c' 3:4 \xe2\x82\xac", "sharpe", g_rand_double (random));
}

static inline void
test_result_add_fills (PstBacktestResult *result, GRand *random, guint n_trips)
{
  for (guint i = 0; i < n_trips; i++)
    {
      const guint instrument = i % 2, strategy = i % 2;
      const gint64 size = g_rand_int_range (random, 1, 1000000), price = g_rand_int_range (random, -1000, 100000);
      const gint64 at = RESULT_START + i * RESULT_DAY;
      const PstBacktestFill fills[] = {
        { .time_ns = at, .instrument = instrument, .strategy = strategy, .side = PST_SIDE_BUY, .price = price, .size = size, .fee = 7 },
        { .time_ns = at + 1, .instrument = instrument, .strategy = strategy, .side = PST_SIDE_SELL, .price = price + 1, .size = size, .fee = -3 },
      };
      const PstRoundTrip trip = { .entry_time_ns = at,
                                  .exit_time_ns = at + 1,
                                  .instrument = instrument,
                                  .strategy = strategy,
                                  .direction = i % 3 == 0 ? -1 : 1,
                                  .is_open = i + 1 == n_trips,
                                  .n_bars = i,
                                  .size = size,
                                  .entry_price = price,
                                  .exit_price = price + 1,
                                  .fees = 4,
                                  .profit = G_MAXINT64 / 4 - (gint64)g_rand_int (random),
                                  .adverse = -(gint64)i,
                                  .favourable = i };

      g_array_append_vals (result->fills, fills, 2);
      g_array_append_val (result->round_trips, trip);
    }
}

/* @n_trips round trips and @n_points of equity. */
static inline PstBacktestResult *
test_result_new (const char *user_id, guint number, guint n_trips, guint n_points)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (number);
  PstBacktestResult *result = pst_backtest_result_new ();

  result->key = test_result_make_key (number);
  result->name = g_strdup ("crossing \"averages\" \xe2\x82\xac");
  result->user_id = g_strdup (user_id);
  result->engine = g_strdup (number % 2 == 0 ? "event" : "columnar");
  result->data_hash = g_strdup ("0123456789abcdef");
  result->currency = pst_currency_get ("USD", NULL);
  result->strategies = g_strsplit (number % 2 == 0 ? "sma-cross|rsi" : "macd|macd", "|", -1);
  result->plugins = g_strsplit ("macd 1.2|odd|rsi 1.0 beta|sim 1.0", "|", -1);
  result->parameters = g_strsplit ("cross.fast=10|cross.note=a=b|cross.odd|cross.slow=|cross.why=\"x\\y\"", "|", -1);
  test_result_add_instrument (result, number % 3 == 0 ? "AAPL" : "MSFT", "US", NULL, 2);
  test_result_add_instrument (result, "BTC/USD", "KRAKEN", "BTC", 1);
  test_result_add_statistics (result, random);
  test_result_add_fills (result, random, n_trips);
  for (guint i = 0; i < n_points; i++)
    {
      const PstEquityPoint point = { .time_ns = RESULT_START + i * PST_NS_PER_SECOND,
                                     .equity = G_MAXINT64 - i,
                                     .cash = -(gint64)g_rand_int (random),
                                     .exposure = i,
                                     .benchmark = G_MININT64 + i };

      g_array_append_val (result->equity, point);
    }
  result->initial_equity = G_GINT64_CONSTANT (1000000000000000);
  result->n_sets = number + 1;
  result->n_bars = G_MAXINT64 - number;
  result->created_ns = RESULT_START + number * RESULT_DAY;
  result->from_ns = -5;
  result->to_ns = RESULT_START;
  result->took_ns = 12345;
  return result;
}

static inline void
test_result_assert_texts_equal (char **a, char **b)
{
  g_auto (GStrv) none = g_new0 (char *, 1);

  g_assert_true (g_strv_equal ((const char *const *)(a != NULL ? a : none), (const char *const *)(b != NULL ? b : none)));
}

static inline void
test_result_assert_instruments_equal (const PstBacktestResult *a, const PstBacktestResult *b)
{
  g_assert_cmpuint (a->instruments->len, ==, b->instruments->len);
  for (guint i = 0; i < a->instruments->len; i++)
    {
      const PstInstrument *x = a->instruments->pdata[i], *y = b->instruments->pdata[i];

      g_assert_cmpstr (x->id, ==, y->id);
      g_assert_cmpstr (x->symbol, ==, y->symbol);
      g_assert_cmpstr (x->venue, ==, y->venue);
      g_assert_true (x->base == y->base && x->quote == y->quote && x->settlement == y->settlement);
      g_assert_cmpuint (x->price_scale, ==, y->price_scale);
      g_assert_cmpuint (x->size_scale, ==, y->size_scale);
      g_assert_cmpint (x->price_step, ==, y->price_step);
      g_assert_cmpint (x->size_step, ==, y->size_step);
      g_assert_cmpint (x->size_min, ==, y->size_min);
      g_assert_cmpint (x->size_max, ==, y->size_max);
      g_assert_cmpint (x->notional_min, ==, y->notional_min);
      g_assert_cmpint (x->maker_fee, ==, y->maker_fee);
      g_assert_cmpint (x->taker_fee, ==, y->taker_fee);
    }
}

/* To the last bit. */
static inline void
test_result_assert_equal (const PstBacktestResult *a, const PstBacktestResult *b)
{
  g_assert_cmpstr (a->key, ==, b->key);
  g_assert_cmpstr (a->name, ==, b->name);
  g_assert_cmpstr (a->user_id, ==, b->user_id);
  g_assert_cmpstr (a->engine, ==, b->engine);
  g_assert_cmpstr (a->data_hash, ==, b->data_hash);
  g_assert_true (a->currency == b->currency);
  test_result_assert_texts_equal (a->strategies, b->strategies);
  test_result_assert_texts_equal (a->parameters, b->parameters);
  test_result_assert_texts_equal (a->plugins, b->plugins);
  test_result_assert_instruments_equal (a, b);
  g_assert_cmpmem (a->fills->data, a->fills->len * sizeof (PstBacktestFill), b->fills->data, b->fills->len * sizeof (PstBacktestFill));
  g_assert_cmpmem (a->round_trips->data, a->round_trips->len * sizeof (PstRoundTrip), b->round_trips->data,
                   b->round_trips->len * sizeof (PstRoundTrip));
  g_assert_cmpmem (a->equity->data, a->equity->len * sizeof (PstEquityPoint), b->equity->data, b->equity->len * sizeof (PstEquityPoint));
  g_assert_cmpuint (a->statistics->len, ==, b->statistics->len);
  for (guint i = 0; i < a->statistics->len; i++)
    {
      const PstStatistic *x = a->statistics->pdata[i], *y = b->statistics->pdata[i];

      g_assert_cmpstr (x->group, ==, y->group);
      g_assert_cmpstr (x->name, ==, y->name);
      g_assert_true (isnan (x->value) ? isnan (y->value) : memcmp (&x->value, &y->value, sizeof (double)) == 0);
    }
  g_assert_cmpint (a->initial_equity, ==, b->initial_equity);
  g_assert_cmpuint (a->n_sets, ==, b->n_sets);
  g_assert_cmpuint (a->n_bars, ==, b->n_bars);
  g_assert_cmpint (a->created_ns, ==, b->created_ns);
  g_assert_cmpint (a->from_ns, ==, b->from_ns);
  g_assert_cmpint (a->to_ns, ==, b->to_ns);
  g_assert_cmpint (a->took_ns, ==, b->took_ns);
}

/* A store of results that is not started. */
static inline PstResultStore *
test_result_open (TestLedger *ledger)
{
  PstStore *store = g_object_new (PST_TYPE_SQL, NULL);
  g_autoptr (GError) error = NULL;

  pst_component_set_option (PST_COMPONENT (store), test_ledger_get_option (ledger), ledger->path, &error);
  g_assert_no_error (error);
  return PST_RESULT_STORE (store);
}

static inline gboolean
test_result_take (PstBacktestResult *result, gpointer user_data, GError **error)
{
  g_ptr_array_add (user_data, pst_backtest_result_ref (result));
  return TRUE;
}

static inline GPtrArray *
test_result_find (PstResultStore *store, const PstResultQuery *query)
{
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_backtest_result_unref);
  g_autoptr (GError) error = NULL;

  pst_result_store_find (store, query, test_result_take, found, &error);
  g_assert_no_error (error);
  return found;
}

static inline gboolean
test_result_save (PstResultStore *store, const PstBacktestResult *result)
{
  g_autoptr (GError) error = NULL;
  gboolean added = FALSE;

  pst_result_store_save (store, result, &added, &error);
  g_assert_no_error (error);
  return added;
}

/* Saves results 0 to @n - 1 of a user, with a few trades each. */
static inline void
test_result_save_some (PstResultStore *store, const char *user_id, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PstBacktestResult) result = test_result_new (user_id, i, 2, 3);

      g_assert_true (test_result_save (store, result));
    }
}

/* Statements behind the rules' back: "DROP TRIGGER backtest_run_update; UPDATE ...". */
static inline void
test_result_damage (TestLedger *ledger, const char *how)
{
  g_auto (GStrv) statements = g_strsplit (how, "; ", -1);

  for (char **sql = statements; *sql != NULL; sql++)
    {
      const char *trigger = g_str_has_prefix (*sql, "DROP TRIGGER ") ? *sql + strlen ("DROP TRIGGER ") : NULL;
      g_autofree char *table = trigger != NULL ? g_strndup (trigger, (gsize)(strrchr (trigger, '_') - trigger)) : NULL;
      g_autofree char *on_table = trigger != NULL && ledger->postgres != NULL ? g_strdup_printf ("%s ON %s", *sql, table) : g_strdup (*sql);

      test_ledger_do (ledger, on_table);
    }
}

G_END_DECLS
