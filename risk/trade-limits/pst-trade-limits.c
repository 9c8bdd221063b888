/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Three limits on what an order may open. What only reduces a position always passes: a limit must never stand in the way of an exit. Whatever cannot
 * be computed, for want of a price or of bits, is denied. */

#include <penstock.h>

#define PST_TYPE_TRADE_LIMITS (pst_trade_limits_get_type ())
G_DECLARE_FINAL_TYPE (PstTradeLimits, pst_trade_limits, PST, TRADE_LIMITS, PstGuard)

struct _PstTradeLimits
{
  PstGuard parent_instance;

  guint concurrent_max; /* 0: no limit */
  PstMoney *exposure_max;
  PstMoney *capital_max;

  GArray *held;   /* gboolean by instrument: a position is open */
  guint n_held;   /* of these, how many */
  GArray *marked; /* guint64 by instrument: the last count that met it */
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

static void
grow (PstTradeLimits *self, guint32 instrument)
{
  if (instrument < self->held->len)
    return;
  g_array_set_size (self->held, instrument + 1);
  g_array_set_size (self->marked, instrument + 1);
}

/* Counted as fills come, so that a review costs the open orders and not the instruments. */
static void
pst_trade_limits_on_fill (PstGuard *guard, const PstFill *fill)
{
  PstTradeLimits *self = PST_TRADE_LIMITS (guard);
  PstContext *context = pst_component_get_context (PST_COMPONENT (guard));
  gboolean holds = pst_context_get_position (context, G_MAXUINT32, fill->instrument)->quantity != 0;
  gboolean *held;

  grow (self, fill->instrument);
  held = &g_array_index (self->held, gboolean, fill->instrument);
  self->n_held += (guint)holds - (guint)*held;
  *held = holds;
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

  /* Not yet reviewed: it will be counted against this one, not this one against it. */
  if (order->id == count->order_id || order->state == PST_ORDER_STATE_INITIALIZED)
    return;
  grow (self, instrument);
  if (g_array_index (self->held, gboolean, instrument) || g_array_index (self->marked, guint64, instrument) == self->count)
    return;
  g_array_index (self->marked, guint64, instrument) = self->count;
  count->n_opening++;
}

static gboolean
check_concurrent (PstTradeLimits *self, const PstReview *review, PstVerdict *verdict)
{
  guint32 instrument = review->order->request.instrument;
  Count count = { self, review->order->id, 0 };
  guint n_trades;

  if (!self->concurrent_max)
    return TRUE;
  grow (self, instrument);
  if (g_array_index (self->held, gboolean, instrument))
    return TRUE;
  self->count++;
  pst_context_foreach_open_order (pst_component_get_context (PST_COMPONENT (self)), count_order, &count);
  n_trades = self->n_held + count.n_opening;
  if (g_array_index (self->marked, guint64, instrument) == self->count || n_trades < self->concurrent_max)
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
    pst_context_foreach_open_order (pst_component_get_context (PST_COMPONENT (self)), add_resting, &resting);
  return resting;
}

static gboolean
worst_quantity (const PstReview *review, gint64 *quantity)
{
  gint64 open = pst_order_get_open_quantity (review->order), sum;
  gboolean buys = review->order->request.side == PST_SIDE_BUY;
  gint64 resting = buys ? review->open_buy_quantity : review->open_sell_quantity;
  gint64 held = buys ? review->net_quantity : -review->net_quantity;

  return held != G_MININT64 && pst_add_checked (open, resting, &sum) && pst_add_checked (sum, held, quantity);
}

static void
deny_amount (PstVerdict *verdict, const char *code, const PstCurrency *currency, gint64 amount, const PstMoney *limit)
{
  const PstMoney money = { currency, amount };
  g_autofree char *asked = pst_money_to_string (&money), *allowed = pst_money_to_string (limit);

  pst_verdict_deny (verdict, code, "amount=%s max=%s", asked, allowed);
}

static gboolean
check_amount (const PstReview *review, const PstMoney *limit, gint64 quantity, gint64 price, const char *code, PstVerdict *verdict)
{
  const PstInstrument *instrument = review->instrument;
  gint64 amount;

  if (limit->currency != instrument->quote)
    {
      pst_verdict_deny (verdict, "currency_mismatch", "quote=%s limit=%s", instrument->quote->code, limit->currency->code);
      return FALSE;
    }
  if (price <= 0)
    {
      pst_verdict_deny (verdict, "price_unknown", "instrument=%s", instrument->id);
      return FALSE;
    }
  if (!pst_instrument_notional (instrument, price, quantity, PST_ROUND_UP, &amount))
    {
      pst_verdict_deny (verdict, code, "amount=overflow");
      return FALSE;
    }
  if (amount <= limit->amount)
    return TRUE;
  deny_amount (verdict, code, instrument->quote, amount, limit);
  return FALSE;
}

/* Everything at the dearest price of all: the mark, this order's, those of the orders that rest. */
static gboolean
check_exposure (PstTradeLimits *self, const PstReview *review, const Resting *resting, PstVerdict *verdict)
{
  gint64 quantity, price = worst_price (review);

  if (!self->exposure_max)
    return TRUE;
  if (worst_quantity (review, &quantity))
    return quantity <= 0
           || check_amount (review, self->exposure_max, quantity, price > 0 ? MAX (price, resting->price) : 0, "max_exposure_per_asset_exceeded",
                            verdict);
  pst_verdict_deny (verdict, "max_exposure_per_asset_exceeded", "amount=overflow");
  return FALSE;
}

static gboolean
check_capital (PstTradeLimits *self, const PstReview *review, gint64 opening, PstVerdict *verdict)
{
  return !self->capital_max || check_amount (review, self->capital_max, opening, worst_price (review), "max_capital_per_trade_exceeded", verdict);
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
  const PstPosition *position
      = pst_context_get_position (pst_component_get_context (PST_COMPONENT (self)), order->strategy, order->request.instrument);
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

static void
pst_trade_limits_review (PstGuard *guard, const PstReview *review, PstVerdict *verdict)
{
  PstTradeLimits *self = PST_TRADE_LIMITS (guard);
  Resting resting = find_resting (self, review);
  gint64 opening = measure_opening (self, review, &resting);

  if (opening == 0 || is_smaller (review)
      || (check_concurrent (self, review, verdict) && check_exposure (self, review, &resting, verdict)
          && check_capital (self, review, opening, verdict)))
    pst_verdict_pass (verdict);
}

static gboolean
pst_trade_limits_start (PstComponent *component, GError **error)
{
  PstTradeLimits *self = PST_TRADE_LIMITS (component);

  g_array_set_size (self->held, 0);
  g_array_set_size (self->marked, 0);
  self->n_held = 0;
  self->count = 0;
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

  g_array_unref (self->held);
  g_array_unref (self->marked);
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
  PST_GUARD_CLASS (klass)->on_fill = pst_trade_limits_on_fill;

  g_object_class_install_property (object_class, PROP_CONCURRENT_MAX,
                                   g_param_spec_uint ("max-concurrent-trades", "Concurrent trades",
                                                      "Most instruments with a position or an order that opens one; 0 for no limit", 0, 1000000, 0,
                                                      PST_OPTION_READWRITE | PST_OPTION_LIVE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (object_class, PROP_EXPOSURE_MAX,
                                   pst_param_spec_money ("max-exposure-per-asset", "Exposure per asset",
                                                         "Most that the position in an instrument may be worth if all its open orders fill", TRUE,
                                                         PST_OPTION_READWRITE | PST_OPTION_LIVE));
  g_object_class_install_property (object_class, PROP_CAPITAL_MAX,
                                   pst_param_spec_money ("max-capital-per-trade", "Capital per trade", "Most that one order may be worth", TRUE,
                                                         PST_OPTION_READWRITE | PST_OPTION_LIVE));
}

static void
pst_trade_limits_init (PstTradeLimits *self)
{
  self->held = g_array_new (FALSE, TRUE, sizeof (gboolean));
  self->marked = g_array_new (FALSE, TRUE, sizeof (guint64));
}
