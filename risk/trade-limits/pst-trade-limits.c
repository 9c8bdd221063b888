/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Three limits on what an order may open. What only reduces a position, or spends what its own trade has, always passes: a limit must never stand in
 * the way of an exit, nor leave a cycle between its legs. Whatever cannot be computed, for want of a price or of bits, is denied. */

#include "pst-limits-exposure.h"
#include "pst-limits-trades.h"

#define PST_TYPE_TRADE_LIMITS (pst_trade_limits_get_type ())
G_DECLARE_FINAL_TYPE (PstTradeLimits, pst_trade_limits, PST, TRADE_LIMITS, PstGuard)

/* A position by whose orders made it. */
typedef struct
{
  gint64 own;    /* of orders that are trades of their own */
  gint64 marked; /* of marked trades */
  guint64 met;   /* the last count that met the instrument */
} Holding;

struct _PstTradeLimits
{
  PstGuard parent_instance;

  guint concurrent_max; /* 0: no limit */
  PstMoney *exposure_max;
  PstMoney *capital_max;

  PstLimitsTrades trades;
  GArray *holdings; /* Holding by instrument */
  guint n_held;     /* instruments with a position that belongs to no marked trade */
  guint64 count;
};

G_DEFINE_FINAL_TYPE (PstTradeLimits, pst_trade_limits, PST_TYPE_GUARD)

PST_DEFINE_PLUGIN ("trade-limits", GUARD, PstTradeLimits, pst_trade_limits_get_type)

enum
{
  PROP_CONCURRENT_MAX = 1,
  PROP_EXPOSURE_MAX,
  PROP_CAPITAL_MAX,
};

static PstContext *
get_context (PstTradeLimits *self)
{
  return pst_component_get_context (PST_COMPONENT (self));
}

static Holding *
find_holding (PstTradeLimits *self, guint32 instrument)
{
  if (instrument >= self->holdings->len)
    g_array_set_size (self->holdings, instrument + 1);
  return &g_array_index (self->holdings, Holding, instrument);
}

static void
add_own (PstTradeLimits *self, Holding *holding, gint64 quantity)
{
  gboolean held = holding->own != 0;

  /* A position that does not fit has broken the run. */
  if (pst_add_checked (holding->own, quantity, &holding->own))
    self->n_held += (guint)(holding->own != 0) - (guint)held;
}

/* Counted as fills come, so that a review costs the open orders and not the instruments. An operator's exit closes what marked trades left first. */
static void
count_fill (PstTradeLimits *self, const PstOrder *order, gint64 quantity)
{
  Holding *holding = find_holding (self, order->request.instrument);
  gint64 signed_quantity = order->request.side == PST_SIDE_BUY ? quantity : -quantity, part = 0;

  if (order->request.trade != 0)
    part = signed_quantity;
  else if ((order->request.flags & PST_ORDER_FLAG_OPERATOR_EXIT) && (holding->marked < 0) == (signed_quantity > 0))
    part = signed_quantity > 0 ? MIN (signed_quantity, -holding->marked) : MAX (signed_quantity, -holding->marked);
  if (!pst_add_checked (holding->marked, part, &holding->marked))
    return;
  add_own (self, holding, signed_quantity - part);
}

static void
pst_trade_limits_on_sent (PstGuard *guard, const PstOrder *order)
{
  pst_limits_trades_take_sent (&PST_TRADE_LIMITS (guard)->trades, pst_component_get_context (PST_COMPONENT (guard)), order);
}

static void
pst_trade_limits_on_order (PstGuard *guard, const PstOrder *order, const PstExecutionReport *report)
{
  PstTradeLimits *self = PST_TRADE_LIMITS (guard);

  pst_limits_trades_take_order (&self->trades, get_context (self), order, report);
  if (report != NULL && report->kind == PST_REPORT_FILL)
    count_fill (self, order, report->quantity);
}

typedef struct
{
  PstTradeLimits *self;
  guint64 order_id; /* under review, not counted */
  guint n_opening;
} Count;

/* An order in an instrument without a position will open one; each such instrument counts once. */
static void
count_order (const PstOrder *order, gpointer user_data)
{
  Count *count = user_data;
  PstTradeLimits *self = count->self;
  guint32 instrument = order->request.instrument;
  Holding *holding;

  /* Not yet reviewed: it will be counted against this one, not this one against it. */
  if (order->id == count->order_id || order->state == PST_ORDER_STATE_INITIALIZED || order->request.trade != 0)
    return;
  holding = find_holding (self, instrument);
  if (holding->own != 0 || holding->met == self->count)
    return;
  holding->met = self->count;
  count->n_opening++;
}

static gboolean
check_concurrent (PstTradeLimits *self, const PstReview *review, PstVerdict *verdict)
{
  const PstOrder *order = review->order;
  Count count = { self, order->id, 0 };
  Holding *holding = find_holding (self, order->request.instrument);
  guint n_trades;

  if (self->concurrent_max == 0 || (order->request.trade == 0 && holding->own != 0))
    return TRUE;
  self->count++;
  pst_context_foreach_open_order (get_context (self), count_order, &count);
  n_trades = self->n_held + count.n_opening + pst_limits_trades_count_others (&self->trades, get_context (self), order);
  if ((order->request.trade == 0 && find_holding (self, order->request.instrument)->met == self->count) || n_trades < self->concurrent_max)
    return TRUE;
  pst_verdict_deny (verdict, "max_concurrent_trades_exceeded", "trades=%u max=%u", n_trades, self->concurrent_max);
  return FALSE;
}

/* The dearest price at which the order may fill, as far as it can be known now; 0 when nothing is known of the market. */
static gint64
worst_price (const PstReview *review)
{
  const PstMark *mark = review->mark;
  gint64 price = mark->valid ? MAX (mark->price, MAX (mark->bid, mark->ask)) : 0;

  return price > 0 ? MAX (price, MAX (review->order->request.limit_price, review->order->request.stop_price)) : 0;
}

/* Open orders of the order's side in its instrument. */
typedef struct
{
  const PstOrder *reviewed;
  gint64 price;      /* the dearest of them */
  gint64 own;        /* open quantity of those of the same strategy */
  gboolean overflow; /* of own */
} Resting;

static void
add_resting (const PstOrder *order, gpointer user_data)
{
  Resting *resting = user_data;
  const PstOrder *reviewed = resting->reviewed;

  if (order->id == reviewed->id || order->state == PST_ORDER_STATE_INITIALIZED || order->request.instrument != reviewed->request.instrument
      || order->request.side != reviewed->request.side)
    return;
  resting->price = MAX (resting->price, MAX (order->request.limit_price, order->request.stop_price));
  if (order->strategy == reviewed->strategy && !pst_add_checked (resting->own, pst_order_get_open_quantity (order), &resting->own))
    resting->overflow = TRUE;
}

static Resting
find_resting (PstTradeLimits *self, const PstReview *review)
{
  Resting resting = { .reviewed = review->order };

  if ((review->order->request.side == PST_SIDE_BUY ? review->open_buy_quantity : review->open_sell_quantity) != 0)
    pst_context_foreach_open_order (get_context (self), add_resting, &resting);
  return resting;
}

static void
deny_amount (PstVerdict *verdict, const char *code, const PstCurrency *currency, gint64 amount, const PstMoney *limit)
{
  const PstMoney money = { currency, amount };
  g_autofree char *asked = pst_money_to_string (&money), *allowed = pst_money_to_string (limit);

  pst_verdict_deny (verdict, code, "amount=%s max=%s", asked, allowed);
}

static gboolean
check_limit (const PstMoney *limit, gint64 amount, const char *code, PstVerdict *verdict)
{
  if (amount <= limit->amount)
    return TRUE;
  deny_amount (verdict, code, limit->currency, amount, limit);
  return FALSE;
}

static gboolean
deny_overflow (const char *code, PstVerdict *verdict)
{
  pst_verdict_deny (verdict, code, "amount=overflow");
  return FALSE;
}

/* An amount in the limit's currency; FALSE with a denial when nothing says what it is worth there. */
static gboolean
convert (PstTradeLimits *self, const PstCurrency *from, const PstMoney *limit, gint64 *amount, PstVerdict *verdict)
{
  if (pst_context_convert (get_context (self), *amount, from, limit->currency, PST_ROUND_UP, amount))
    return TRUE;
  pst_verdict_deny (verdict, "currency_mismatch", "quote=%s limit=%s", from->code, limit->currency->code);
  return FALSE;
}

static gboolean
check_quantity (PstTradeLimits *self, const PstReview *review, const PstMoney *limit, gint64 quantity, gint64 price, const char *code,
                PstVerdict *verdict)
{
  const PstInstrument *instrument = review->instrument;
  gint64 amount;

  if (price <= 0)
    {
      pst_verdict_deny (verdict, "price_unknown", "instrument=%s", instrument->id);
      return FALSE;
    }
  if (!pst_instrument_notional (instrument, price, quantity, PST_ROUND_UP, &amount))
    return deny_overflow (code, verdict);
  return convert (self, instrument->quote, limit, &amount, verdict) && check_limit (limit, amount, code, verdict);
}

/* What a sale brings is exposure too, unless it is what limits, or the run's books, are counted in. */
static gboolean
check_quote_exposure (PstTradeLimits *self, const PstReview *review, PstVerdict *verdict)
{
  static const char code[] = "max_exposure_per_asset_exceeded";
  const PstCurrency *quote = review->instrument->quote;
  gint64 amount;

  if (quote == self->exposure_max->currency || quote == pst_context_get_run (get_context (self))->currency
      || review->instrument->settlement != PST_SETTLEMENT_DELIVERY)
    return TRUE;
  if (!pst_limits_find_quote_after (get_context (self), review, &amount))
    return deny_overflow (code, verdict);
  return amount <= 0 || (convert (self, quote, self->exposure_max, &amount, verdict) && check_limit (self->exposure_max, amount, code, verdict));
}

/* Everything at the dearest price of all: the mark, this order's, those of the orders that rest. */
static gboolean
check_exposure (PstTradeLimits *self, const PstReview *review, const Resting *resting, PstVerdict *verdict)
{
  static const char code[] = "max_exposure_per_asset_exceeded";
  gint64 quantity, price = worst_price (review);

  if (!self->exposure_max)
    return TRUE;
  if (!pst_limits_find_base_after (get_context (self), review, &quantity))
    return deny_overflow (code, verdict);
  return (quantity <= 0 || check_quantity (self, review, self->exposure_max, quantity, price > 0 ? MAX (price, resting->price) : 0, code, verdict))
         && check_quote_exposure (self, review, verdict);
}

static gboolean
check_capital (PstTradeLimits *self, const PstReview *review, gint64 opening, PstVerdict *verdict)
{
  return !self->capital_max
         || check_quantity (self, review, self->capital_max, opening, worst_price (review), "max_capital_per_trade_exceeded", verdict);
}

/* Of an order that continues a marked trade: what the trade is given in all. */
static gboolean
check_new_capital (PstTradeLimits *self, const PstCurrency *currency, gint64 amount, PstVerdict *verdict)
{
  return !self->capital_max
         || (convert (self, currency, self->capital_max, &amount, verdict)
             && check_limit (self->capital_max, amount, "max_capital_per_trade_exceeded", verdict));
}

/* What of the order is left to open a position when it has closed what is @held on the other side and not @resting orders' to close. */
static gint64
opening_quantity (gint64 open, gint64 held, gint64 resting)
{
  gint64 closable;

  if (held <= 0 || !pst_subtract_checked (held, resting, &closable) || closable <= 0)
    return open;
  return open > closable ? open - closable : 0;
}

/* The lesser of what it opens for the run and for its strategy: another strategy's position must not keep this one in its own. */
static gint64
measure_opening (PstTradeLimits *self, const PstReview *review, const Resting *resting)
{
  const PstOrder *order = review->order;
  const PstPosition *position = pst_context_get_position (get_context (self), order->strategy, order->request.instrument);
  gboolean sells = order->request.side == PST_SIDE_SELL;
  gint64 open = pst_order_get_open_quantity (order), net, own;

  if (review->net_quantity == G_MININT64 || position->quantity == G_MININT64)
    return open;
  net = opening_quantity (open, sells ? review->net_quantity : -review->net_quantity, sells ? review->open_sell_quantity : review->open_buy_quantity);
  own = resting->overflow ? open : opening_quantity (open, sells ? position->quantity : -position->quantity, resting->own);
  return MIN (net, own);
}

/* A change that asks for no more, at no higher a price. */
static gboolean
is_smaller (const PstReview *review)
{
  const PstOrder *before = review->before, *order = review->order;

  return before && pst_order_get_open_quantity (order) <= pst_order_get_open_quantity (before)
         && order->request.limit_price <= before->request.limit_price && order->request.stop_price <= before->request.stop_price;
}

/* An order of a marked trade that is under way. Positions in instruments say nothing of it: a cycle opens one in each and closes none. */
static void
review_continuation (PstTradeLimits *self, const PstReview *review, const PstLimitsTrade *trade, PstVerdict *verdict)
{
  Resting resting = find_resting (self, review);
  const PstCurrency *currency;
  gint64 amount;

  if (is_smaller (review))
    pst_verdict_pass (verdict);
  else if (!pst_limits_trade_find_new_capital (trade, get_context (self), review->order, &currency, &amount))
    pst_verdict_deny (verdict, "price_unknown", "instrument=%s", review->instrument->id);
  else if (amount == 0
           || (check_concurrent (self, review, verdict) && check_exposure (self, review, &resting, verdict)
               && check_new_capital (self, currency, amount, verdict)))
    pst_verdict_pass (verdict);
}

static void
pst_trade_limits_review (PstGuard *guard, const PstReview *review, PstVerdict *verdict)
{
  PstTradeLimits *self = PST_TRADE_LIMITS (guard);
  const PstLimitsTrade *trade = review->order->request.trade != 0 ? pst_limits_trades_find (&self->trades, review->order) : NULL;
  Resting resting;
  gint64 opening;

  if (trade != NULL && review->instrument->base != NULL)
    {
      review_continuation (self, review, trade, verdict);
      return;
    }
  resting = find_resting (self, review);
  opening = measure_opening (self, review, &resting);
  if (review->order->request.trade != 0 && review->instrument->settlement == PST_SETTLEMENT_DELIVERY)
    opening = pst_order_get_open_quantity (review->order);
  if (opening == 0 || is_smaller (review)
      || (check_concurrent (self, review, verdict) && check_exposure (self, review, &resting, verdict)
          && check_capital (self, review, opening, verdict)))
    pst_verdict_pass (verdict);
}

static gboolean
pst_trade_limits_start (PstComponent *component, GError **error)
{
  PstTradeLimits *self = PST_TRADE_LIMITS (component);
  guint size = pst_instrument_table_get_size (pst_context_get_instruments (get_context (self)));

  g_array_set_size (self->holdings, 0);
  pst_limits_trades_reset (&self->trades);
  self->n_held = 0;
  self->count = 0;
  for (guint32 i = 0; i < size; i++)
    add_own (self, find_holding (self, i), pst_context_get_position (get_context (self), G_MAXUINT32, i)->quantity);
  return TRUE;
}

static void
pst_trade_limits_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  PstTradeLimits *self = PST_TRADE_LIMITS (object);

  if (property_id == PROP_CONCURRENT_MAX)
    g_value_set_uint (value, self->concurrent_max);
  else if (property_id == PROP_EXPOSURE_MAX)
    g_value_set_boxed (value, self->exposure_max);
  else if (property_id == PROP_CAPITAL_MAX)
    g_value_set_boxed (value, self->capital_max);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
replace_money (PstMoney **money, const GValue *value)
{
  g_clear_pointer (money, pst_money_free);
  *money = g_value_dup_boxed (value);
}

static void
pst_trade_limits_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  PstTradeLimits *self = PST_TRADE_LIMITS (object);

  if (property_id == PROP_CONCURRENT_MAX)
    self->concurrent_max = g_value_get_uint (value);
  else if (property_id == PROP_EXPOSURE_MAX)
    replace_money (&self->exposure_max, value);
  else if (property_id == PROP_CAPITAL_MAX)
    replace_money (&self->capital_max, value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
pst_trade_limits_finalize (GObject *object)
{
  PstTradeLimits *self = PST_TRADE_LIMITS (object);

  g_array_unref (self->holdings);
  pst_limits_trades_clear (&self->trades);
  g_clear_pointer (&self->exposure_max, pst_money_free);
  g_clear_pointer (&self->capital_max, pst_money_free);
  G_OBJECT_CLASS (pst_trade_limits_parent_class)->finalize (object);
}

static void
pst_trade_limits_class_init (PstTradeLimitsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = pst_trade_limits_get_property;
  object_class->set_property = pst_trade_limits_set_property;
  object_class->finalize = pst_trade_limits_finalize;
  PST_COMPONENT_CLASS (klass)->start = pst_trade_limits_start;
  PST_GUARD_CLASS (klass)->review = pst_trade_limits_review;
  PST_GUARD_CLASS (klass)->on_sent = pst_trade_limits_on_sent;
  PST_GUARD_CLASS (klass)->on_order = pst_trade_limits_on_order;

  g_object_class_install_property (object_class, PROP_CONCURRENT_MAX,
                                   g_param_spec_uint ("max-concurrent-trades", "Concurrent trades",
                                                      "Most positions and orders that open one, and cycles under way; 0 for no limit", 0, 1000000, 0,
                                                      PST_OPTION_READWRITE | PST_OPTION_LIVE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (object_class, PROP_EXPOSURE_MAX,
                                   pst_param_spec_money ("max-exposure-per-asset", "Exposure per asset",
                                                         "Most that the holding of an asset may be worth if all its open orders fill", TRUE,
                                                         PST_OPTION_READWRITE | PST_OPTION_LIVE));
  g_object_class_install_property (object_class, PROP_CAPITAL_MAX,
                                   pst_param_spec_money ("max-capital-per-trade", "Capital per trade",
                                                         "Most that an order, or all of a marked trade, may put in", TRUE,
                                                         PST_OPTION_READWRITE | PST_OPTION_LIVE));
}

static void
pst_trade_limits_init (PstTradeLimits *self)
{
  self->holdings = g_array_new (FALSE, TRUE, sizeof (Holding));
  pst_limits_trades_init (&self->trades);
}
