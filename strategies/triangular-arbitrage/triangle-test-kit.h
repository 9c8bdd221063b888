/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A harness with the three pairs of a triangle, for the tests of this folder. */
#pragma once

#include <penstock-check.h>

#include "pst-triangular-arbitrage.h"

G_BEGIN_DECLS

typedef struct
{
  PstHarness *harness;
  PstComponent *strategy;
  guint32 btc_usd, eth_btc, eth_usd;
  gint64 time_ns;
  guint64 n_executions;
} Triangle;

static inline guint32
triangle_add_pair (Triangle *t, const char *base, const char *quote, guint price_scale, gint64 fee)
{
  g_autofree char *symbol = g_strdup_printf ("%s/%s", base, quote);
  PstInstrument draft = { .symbol = symbol,
                          .venue = (char *)"TEST",
                          .base = pst_currency_get (base, NULL),
                          .quote = pst_currency_get (quote, NULL),
                          .settlement = PST_SETTLEMENT_DELIVERY,
                          .price_scale = (guint8)price_scale,
                          .size_scale = 4,
                          .maker_fee = fee,
                          .taker_fee = fee };

  return pst_harness_add_instrument_like (t->harness, &draft);
}

/* One frame that replaces the touch of a pair; "0" leaves a side empty. */
static inline void
triangle_push (Triangle *t, guint32 instrument, const char *bid, const char *bid_size, const char *ask, const char *ask_size)
{
  PstEvent events[2] = { { .instrument = instrument, .kind = PST_EVENT_LEVEL }, { .instrument = instrument, .kind = PST_EVENT_LEVEL } };
  guint n = 0;

  t->time_ns += PST_NS_PER_SECOND;
  for (guint i = 0; i < 2; i++)
    {
      PstLevel level = { .side = i == 0 ? PST_SIDE_BUY : PST_SIDE_SELL, .flags = n == 0 ? PST_LEVEL_SNAPSHOT : 0 };

      if (g_str_equal (i == 0 ? bid : ask, "0"))
        continue;
      level.price = pst_harness_price (t->harness, instrument, i == 0 ? bid : ask);
      level.size = pst_harness_size (t->harness, instrument, i == 0 ? bid_size : ask_size);
      events[n++].level = level;
    }
  pst_harness_push_frame (t->harness, t->time_ns, events, n);
}

/* Adds a level without a word about the others. */
static inline void
triangle_push_level (Triangle *t, guint32 instrument, PstSide side, const char *price, const char *size)
{
  PstEvent event = { .instrument = instrument, .kind = PST_EVENT_LEVEL };

  t->time_ns += PST_NS_PER_SECOND;
  event.level.side = side;
  event.level.price = pst_harness_price (t->harness, instrument, price);
  event.level.size = pst_harness_size (t->harness, instrument, size);
  pst_harness_push_frame (t->harness, t->time_ns, &event, 1);
}

/* Options are pairs of name and text, ended by NULL. The strategy is not started. */
static inline void
triangle_setup_unstarted (Triangle *t, gint64 fee, const char *first, va_list options)
{
  g_autoptr (GError) error = NULL;

  *t = (Triangle){ .harness = pst_harness_new () };
  t->time_ns = pst_context_now_ns (PST_CONTEXT (t->harness));
  t->btc_usd = triangle_add_pair (t, "BTC", "USD", 2, fee);
  t->eth_btc = triangle_add_pair (t, "ETH", "BTC", 5, fee);
  t->eth_usd = triangle_add_pair (t, "ETH", "USD", 2, fee);
  pst_harness_set_balance (t->harness, PST_HARNESS_DATA_INDEX, "100000 USD");
  t->strategy = pst_harness_add (t->harness, PST_TYPE_TRIANGULAR_ARBITRAGE, "arb", NULL);
  for (const char *name = first; name != NULL; name = va_arg (options, const char *))
    {
      pst_component_set_option (t->strategy, name, va_arg (options, const char *), &error);
      g_assert_no_error (error);
    }
}

G_GNUC_NULL_TERMINATED static inline void
triangle_setup (Triangle *t, const char *first, ...)
{
  va_list options;

  va_start (options, first);
  triangle_setup_unstarted (t, 0, first, options);
  va_end (options);
  pst_harness_start (t->harness, t->strategy);
}

G_GNUC_NULL_TERMINATED static inline void
triangle_setup_with_fee (Triangle *t, gint64 fee, const char *first, ...)
{
  va_list options;

  va_start (options, first);
  triangle_setup_unstarted (t, fee, first, options);
  va_end (options);
  pst_harness_start (t->harness, t->strategy);
}

static inline const PstOpportunity *
triangle_last (Triangle *t)
{
  const PstRecord *record = pst_harness_find_record (t->harness, PST_RECORD_OPPORTUNITY);

  return record != NULL ? &record->opportunity : NULL;
}

static inline guint
triangle_count (Triangle *t, PstRecordKind kind)
{
  guint n = 0;

  for (guint i = 0; i < pst_harness_get_n_records (t->harness); i++)
    n += pst_harness_get_record (t->harness, i)->kind == kind;
  return n;
}

static inline void
triangle_finish (Triangle *t)
{
  pst_harness_finish (t->harness);
}

G_END_DECLS
