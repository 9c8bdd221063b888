/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the guard's own files share. Each check says whether the order passes it, and writes the verdict only when it does not. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

typedef struct
{
  char **minimum_size; /* as written */
  char **maximum_size;
  char **collar_reference;
  char **forbidden;
  char **maximum_position;
  PstMoney *max_order_value;
  PstDecimal *price_collar;
  guint max_open_orders;
  gint64 max_mark_age_ns;
  gint64 duplicate_window_ns;
  gboolean check_balance;
  gboolean allow_short;
  gboolean allow_self_cross;
  gboolean market_hours;

  /* Read from the above by prepare(), and whenever one of them changes. */
  GArray *minima; /* PstAssetSize */
  GArray *maxima;
  GArray *positions;
  GHashTable *references; /* instrument id to instrument id */
  gint64 collar;          /* at PST_RATE_SCALE; below 0: none */
} PstPreTradeOptions;

typedef struct
{
  char *asset; /* an instrument's id, its symbol, or the code of what it trades */
  PstDecimal size;
} PstAssetSize;

void pst_pre_trade_options_init (PstPreTradeOptions *options);
void pst_pre_trade_options_install (GObjectClass *object_class);
gboolean pst_pre_trade_options_get (const PstPreTradeOptions *options, guint property_id, GValue *value);
gboolean pst_pre_trade_options_set (PstPreTradeOptions *options, guint property_id, const GValue *value);
gboolean pst_pre_trade_options_read (PstPreTradeOptions *options, GError **error);
void pst_pre_trade_options_clear (PstPreTradeOptions *options);

typedef struct
{
  const PstPreTradeOptions *options;
  PstContext *context;
  const PstReview *review;
  PstVerdict *verdict;
} PstPreTradeCheck;

/* Prices: pst-pre-trade-prices.c */
/* The dearest at which it may fill, as far as can be known; 0 when nothing is known. */
gint64 pst_pre_trade_worst_price (const PstOrderRequest *request, const PstMark *mark);
gboolean pst_pre_trade_check_tradable (const PstPreTradeCheck *check);
gboolean pst_pre_trade_check_hours (const PstPreTradeCheck *check);
gboolean pst_pre_trade_check_age (const PstPreTradeCheck *check);
gboolean pst_pre_trade_check_grid (const PstPreTradeCheck *check);
gboolean pst_pre_trade_check_collar (const PstPreTradeCheck *check);

/* Sizes, values and other orders: pst-pre-trade-orders.c */
gboolean pst_pre_trade_check_forbidden (const PstPreTradeCheck *check);
gboolean pst_pre_trade_check_position (const PstPreTradeCheck *check);
gboolean pst_pre_trade_check_minimum (const PstPreTradeCheck *check);
gboolean pst_pre_trade_check_maximum (const PstPreTradeCheck *check);
gboolean pst_pre_trade_check_value (const PstPreTradeCheck *check);
gboolean pst_pre_trade_check_self_cross (const PstPreTradeCheck *check);
gboolean pst_pre_trade_check_open_orders (const PstPreTradeCheck *check);

/* Money: pst-pre-trade-balance.c */
gboolean pst_pre_trade_check_balance (const PstPreTradeCheck *check);

static inline gboolean
pst_pre_trade_has_limit_price (const PstOrderRequest *request)
{
  return request->type == PST_ORDER_TYPE_LIMIT || request->type == PST_ORDER_TYPE_STOP_LIMIT;
}

G_END_DECLS
