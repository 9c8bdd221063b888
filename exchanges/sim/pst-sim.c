/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The simulated venue as a component: its options, and the calls of the run handed on to PstSimVenue. It has no market data of its
 * own: it fills on those of the exchange that the option feed names. */

#include "pst-sim.h"

#include "pst-sim-venue.h"

/**
 * PstSim:
 *
 * Executes orders against the market data of another exchange of the pipeline.
 */
struct _PstSim
{
  PstExchange parent_instance;

  PstSimVenue venue;
  PstAccount *cash_loaded; /* of the option cash, checked */
  gboolean is_open;

  char *feed;
  char **cash;
  PstDecimal *maker_fee, *taker_fee, *slippage, *volume_share;
  PstMoney *fee_minimum, *fee_fixed;
  gint64 latency_ns;
  PstSimMarketFill market_fill;
  PstSimQueue queue;
  PstShortSelling short_selling;
  PstSimWhenClosed when_closed;
  gboolean cash_check;
  gboolean fill_on_touch;
};

G_DEFINE_FINAL_TYPE (PstSim, pst_sim, PST_TYPE_EXCHANGE)

enum
{
  PROP_0,
  PROP_FEED,
  PROP_CASH,
  PROP_MAKER_FEE,
  PROP_TAKER_FEE,
  PROP_FEE_MINIMUM,
  PROP_SLIPPAGE,
  PROP_LATENCY,
  PROP_VOLUME_SHARE,
  PROP_MARKET_FILL,
  PROP_FILL_ON_TOUCH,
  PROP_QUEUE,
  PROP_CASH_CHECK,
  PROP_SHORT_SELLING,
  PROP_WHEN_CLOSED,
  PROP_FEE_FIXED,
  N_PROPS
};

static GType
pst_sim_market_fill_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = { { PST_SIM_MARKET_FILL_NEXT_OPEN, "PST_SIM_MARKET_FILL_NEXT_OPEN", "next-open" },
                                       { PST_SIM_MARKET_FILL_CLOSE, "PST_SIM_MARKET_FILL_CLOSE", "close" },
                                       { 0 } };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("PstSimMarketFill", values));
  return type;
}

static GType
pst_sim_queue_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = { { PST_SIM_QUEUE_TRADE_THROUGH, "PST_SIM_QUEUE_TRADE_THROUGH", "trade-through" },
                                       { PST_SIM_QUEUE_VOLUME_AHEAD, "PST_SIM_QUEUE_VOLUME_AHEAD", "volume-ahead" },
                                       { 0 } };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("PstSimQueue", values));
  return type;
}

static GType
pst_sim_when_closed_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = { { PST_SIM_WHEN_CLOSED_QUEUE, "PST_SIM_WHEN_CLOSED_QUEUE", "queue" },
                                       { PST_SIM_WHEN_CLOSED_REJECT, "PST_SIM_WHEN_CLOSED_REJECT", "reject" },
                                       { 0 } };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("PstSimWhenClosed", values));
  return type;
}

static void
pst_sim_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  PstSim *self = PST_SIM (object);
  PstDecimal **decimals[N_PROPS] = { [PROP_MAKER_FEE] = &self->maker_fee,
                                     [PROP_TAKER_FEE] = &self->taker_fee,
                                     [PROP_SLIPPAGE] = &self->slippage,
                                     [PROP_VOLUME_SHARE] = &self->volume_share };

  switch (property_id)
    {
    case PROP_FEED:
      g_free (self->feed);
      self->feed = g_value_dup_string (value);
      break;
    case PROP_CASH:
      g_strfreev (self->cash);
      self->cash = g_value_dup_boxed (value);
      break;
    case PROP_MAKER_FEE:
    case PROP_TAKER_FEE:
    case PROP_SLIPPAGE:
    case PROP_VOLUME_SHARE:
      g_clear_pointer (decimals[property_id], pst_decimal_free);
      *decimals[property_id] = g_value_dup_boxed (value);
      break;
    case PROP_FEE_MINIMUM:
      g_clear_pointer (&self->fee_minimum, pst_money_free);
      self->fee_minimum = g_value_dup_boxed (value);
      break;
    case PROP_FEE_FIXED:
      g_clear_pointer (&self->fee_fixed, pst_money_free);
      self->fee_fixed = g_value_dup_boxed (value);
      break;
    case PROP_LATENCY:
      self->latency_ns = g_value_get_int64 (value);
      break;
    case PROP_MARKET_FILL:
      self->market_fill = g_value_get_enum (value);
      break;
    case PROP_FILL_ON_TOUCH:
      self->fill_on_touch = g_value_get_boolean (value);
      break;
    case PROP_QUEUE:
      self->queue = g_value_get_enum (value);
      break;
    case PROP_CASH_CHECK:
      self->cash_check = g_value_get_boolean (value);
      break;
    case PROP_SHORT_SELLING:
      self->short_selling = g_value_get_enum (value);
      break;
    case PROP_WHEN_CLOSED:
      self->when_closed = g_value_get_enum (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
pst_sim_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  PstSim *self = PST_SIM (object);

  switch (property_id)
    {
    case PROP_FEED:
      g_value_set_string (value, self->feed);
      break;
    case PROP_CASH:
      g_value_set_boxed (value, self->cash);
      break;
    case PROP_MAKER_FEE:
      g_value_set_boxed (value, self->maker_fee);
      break;
    case PROP_TAKER_FEE:
      g_value_set_boxed (value, self->taker_fee);
      break;
    case PROP_FEE_MINIMUM:
      g_value_set_boxed (value, self->fee_minimum);
      break;
    case PROP_FEE_FIXED:
      g_value_set_boxed (value, self->fee_fixed);
      break;
    case PROP_SLIPPAGE:
      g_value_set_boxed (value, self->slippage);
      break;
    case PROP_LATENCY:
      g_value_set_int64 (value, self->latency_ns);
      break;
    case PROP_VOLUME_SHARE:
      g_value_set_boxed (value, self->volume_share);
      break;
    case PROP_MARKET_FILL:
      g_value_set_enum (value, self->market_fill);
      break;
    case PROP_FILL_ON_TOUCH:
      g_value_set_boolean (value, self->fill_on_touch);
      break;
    case PROP_QUEUE:
      g_value_set_enum (value, self->queue);
      break;
    case PROP_CASH_CHECK:
      g_value_set_boolean (value, self->cash_check);
      break;
    case PROP_SHORT_SELLING:
      g_value_set_enum (value, self->short_selling);
      break;
    case PROP_WHEN_CLOSED:
      g_value_set_enum (value, self->when_closed);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static gboolean
read_cash (PstSim *self, GError **error)
{
  g_autoptr (PstAccount) account = pst_account_new ();

  for (guint i = 0; self->cash != NULL && self->cash[i] != NULL; i++)
    {
      g_autoptr (GError) local_error = NULL;
      PstMoney money;

      if (!pst_money_parse (self->cash[i], &money, &local_error) || !pst_account_add (account, money.currency, money.amount, &local_error))
        {
          g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_TYPE, "option \"cash\": \"%s\": %s; write amounts as \"1000000 USD;2 BTC\"",
                       self->cash[i], local_error->message);
          return FALSE;
        }
      if (money.amount < 0)
        {
          g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "option \"cash\": \"%s\" is below zero; an account starts with what it has",
                       self->cash[i]);
          return FALSE;
        }
    }
  g_clear_pointer (&self->cash_loaded, pst_account_free);
  self->cash_loaded = g_steal_pointer (&account);
  return TRUE;
}

static gboolean
pst_sim_prepare (PstComponent *component, GError **error)
{
  PstSim *self = PST_SIM (component);

  if (self->feed == NULL || self->feed[0] == '\0')
    {
      g_set_error_literal (error, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING,
                           "option \"feed\" is empty; name the exchange of this pipeline on whose market data orders fill");
      return FALSE;
    }
  if (g_str_equal (self->feed, pst_component_get_name (component)))
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT,
                   "option \"feed\" names \"%s\" itself, which has no market data; name an exchange that has", self->feed);
      return FALSE;
    }
  if (self->market_fill == PST_SIM_MARKET_FILL_CLOSE && (self->latency_ns != 0 || self->volume_share->mantissa != 0))
    {
      g_set_error_literal (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT,
                           "option \"market-fill\" is close, which fills at once and in full; leave out \"latency\" and \"volume-share\", or "
                           "choose next-open");
      return FALSE;
    }
  return read_cash (self, error);
}

static void
close_venue (PstSim *self)
{
  if (self->is_open)
    pst_sim_venue_clear (&self->venue);
  self->is_open = FALSE;
}

/* Rounded so that what does not fit a rate's 8 decimals is never in the trader's favour. */
static gint64
to_rate (const PstDecimal *decimal, PstRounding rounding)
{
  gint64 rate;

  return pst_decimal_rescale (decimal, PST_RATE_SCALE, rounding, &rate, NULL) ? rate : 0;
}

static PstFillRules
make_rules (PstSim *self)
{
  return (PstFillRules){ .fills_at_close = self->market_fill == PST_SIM_MARKET_FILL_CLOSE,
                         .fill_on_touch = self->fill_on_touch,
                         .checks_cash = self->cash_check,
                         .short_selling = self->short_selling,
                         .maker_fee = self->maker_fee,
                         .taker_fee = self->taker_fee,
                         .fee_fixed = self->fee_fixed,
                         .fee_minimum = self->fee_minimum,
                         .slippage = to_rate (self->slippage, PST_ROUND_CEILING) };
}

static gboolean
pst_sim_start (PstComponent *component, GError **error)
{
  PstSim *self = PST_SIM (component);
  const PstSimSettings settings = {
    .rules = make_rules (self),
    .queue = self->queue,
    .latency_ns = self->latency_ns,
    .volume_share = to_rate (self->volume_share, PST_ROUND_FLOOR),
    .is_share_limited = self->volume_share->mantissa != 0,
    .when_closed = self->when_closed,
  };

  close_venue (self);
  pst_sim_venue_init (&self->venue, PST_EXCHANGE (self), &settings, self->cash_loaded);
  self->is_open = TRUE;
  pst_exchange_set_connection (PST_EXCHANGE (self), PST_CONNECTION_CONNECTED);
  return TRUE;
}

static void
pst_sim_stop (PstComponent *component)
{
  pst_exchange_set_connection (PST_EXCHANGE (component), PST_CONNECTION_DISCONNECTED);
  close_venue (PST_SIM (component));
}

static const char *
pst_sim_get_feed (PstExchange *exchange)
{
  return PST_SIM (exchange)->feed;
}

static gboolean
pst_sim_load_account (PstExchange *exchange, PstAccount *account, GError **error)
{
  PstSim *self = PST_SIM (exchange);

  if (self->cash_loaded == NULL && !read_cash (self, error))
    return FALSE;
  for (guint i = 0; i < pst_account_get_n_balances (self->cash_loaded); i++)
    {
      PstMoney money = pst_account_get_nth (self->cash_loaded, i);

      if (!pst_account_add (account, money.currency, money.amount, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
pst_sim_restore_fill (PstExchange *exchange, const PstFill *fill, GError **error)
{
  return pst_sim_venue_restore_fill (&PST_SIM (exchange)->venue, fill, error);
}

static gboolean
pst_sim_restore_order (PstExchange *exchange, const PstOrder *order, const PstExecutionReport *report, GError **error)
{
  PstSim *self = PST_SIM (exchange);

  return report != NULL ? pst_sim_venue_restore_report (&self->venue, order, report, error)
                        : pst_sim_venue_restore_command (&self->venue, order, error);
}

/* Called at every frame of the feed: without a type check, and nothing to do while nothing is open. */
static gboolean
pst_sim_observe_frame (PstExchange *exchange, const PstFrame *frame, GError **error)
{
  PstSimVenue *venue = &((PstSim *)exchange)->venue;

  venue->last_frame_ns = frame->time_ns;
  if (G_LIKELY (venue->n_open == 0 && venue->failure == NULL && venue->n_depths == 0))
    return TRUE;
  return pst_sim_venue_observe (venue, frame, error);
}

static gboolean
pst_sim_get_fill_rules (PstExchange *exchange, PstFillRules *rules, GError **error)
{
  PstSim *self = PST_SIM (exchange);
  const char *option = self->latency_ns != 0                                                 ? "latency"
                       : self->volume_share->mantissa != 0                                   ? "volume-share"
                       : self->when_closed != PST_SIM_WHEN_CLOSED_QUEUE                      ? "when-closed"
                       : !pst_calendar_is_always_open (pst_exchange_get_calendar (exchange)) ? "calendar"
                                                                                             : NULL;

  *rules = make_rules (self);
  if (option == NULL)
    return TRUE;
  g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_SUPPORTED,
               "exchange \"%s\": what option \"%s\" does cannot be said of bars alone; leave it out, or use the event engine",
               pst_component_get_name (PST_COMPONENT (exchange)), option);
  return FALSE;
}

static gboolean
refuse_closed (PstSim *self, GError **error)
{
  g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_SUPPORTED, "exchange \"%s\" is not started; orders are taken while the run runs",
               pst_component_get_name (PST_COMPONENT (self)));
  return FALSE;
}

static gboolean
pst_sim_submit (PstExchange *exchange, const PstOrder *order, GError **error)
{
  PstSim *self = PST_SIM (exchange);

  return self->is_open ? pst_sim_venue_submit (&self->venue, order, error) : refuse_closed (self, error);
}

static gboolean
pst_sim_cancel (PstExchange *exchange, const PstOrder *order, GError **error)
{
  PstSim *self = PST_SIM (exchange);

  return self->is_open ? pst_sim_venue_cancel (&self->venue, order, error) : refuse_closed (self, error);
}

static gboolean
pst_sim_modify (PstExchange *exchange, const PstOrder *order, gint64 quantity, gint64 limit_price, gint64 stop_price, GError **error)
{
  PstSim *self = PST_SIM (exchange);

  return self->is_open ? pst_sim_venue_modify (&self->venue, order, quantity, limit_price, stop_price, error) : refuse_closed (self, error);
}

static void
pst_sim_finalize (GObject *object)
{
  PstSim *self = PST_SIM (object);

  close_venue (self);
  g_clear_pointer (&self->cash_loaded, pst_account_free);
  g_clear_pointer (&self->feed, g_free);
  g_clear_pointer (&self->cash, g_strfreev);
  g_clear_pointer (&self->maker_fee, pst_decimal_free);
  g_clear_pointer (&self->taker_fee, pst_decimal_free);
  g_clear_pointer (&self->slippage, pst_decimal_free);
  g_clear_pointer (&self->volume_share, pst_decimal_free);
  g_clear_pointer (&self->fee_minimum, pst_money_free);
  g_clear_pointer (&self->fee_fixed, pst_money_free);
  G_OBJECT_CLASS (pst_sim_parent_class)->finalize (object);
}

static void
install_money_options (GParamSpec **props)
{
  props[PROP_FEED] = g_param_spec_string ("feed", "Feed", "Name of the exchange of this pipeline on whose market data orders fill", NULL,
                                          PST_OPTION_READWRITE | PST_OPTION_REQUIRED);
  props[PROP_CASH]
      = g_param_spec_boxed ("cash", "Cash", "Balances with which the account starts, as \"1000000 USD;2 BTC\"", G_TYPE_STRV, PST_OPTION_READWRITE);
  props[PROP_MAKER_FEE] = pst_param_spec_decimal ("maker-fee", "Maker fee",
                                                  "Fee of fills at an order's own resting limit, as a fraction of the notional; below zero is a "
                                                  "rebate; when not set, the instrument's",
                                                  "-0.1", "0.1", NULL, PST_OPTION_READWRITE | PST_OPTION_RATE);
  props[PROP_TAKER_FEE]
      = pst_param_spec_decimal ("taker-fee", "Taker fee", "Fee of all other fills, as a fraction of the notional; when not set, the instrument's",
                                "-0.1", "0.1", NULL, PST_OPTION_READWRITE | PST_OPTION_RATE);
  props[PROP_FEE_MINIMUM] = pst_param_spec_money (
      "fee-minimum", "Least fee", "What the fills of one order pay together at least; applies to instruments that are quoted in its currency", TRUE,
      PST_OPTION_READWRITE);
  props[PROP_FEE_FIXED] = pst_param_spec_money (
      "fee-fixed", "Fixed fee", "What each order that fills pays beside the rate; applies to instruments that are quoted in its currency", TRUE,
      PST_OPTION_READWRITE);
  props[PROP_CASH_CHECK] = g_param_spec_boolean (
      "cash-check", "Cash check", "Whether an order that the account cannot pay for is rejected (insufficient_cash)", TRUE, PST_OPTION_READWRITE);
  props[PROP_SHORT_SELLING] = g_param_spec_enum ("short-selling", "Short selling",
                                                 "Whether more can be sold than is there: auto allows it for shares and refuses it for assets that "
                                                 "are delivered",
                                                 PST_TYPE_SHORT_SELLING, PST_SHORT_SELLING_AUTO, PST_OPTION_READWRITE);
}

static void
install_fill_options (GParamSpec **props)
{
  props[PROP_SLIPPAGE] = pst_param_spec_decimal ("slippage", "Slippage",
                                                 "By what fraction market and stop-market orders fill at a worse price, rounded to the worse side "
                                                 "of the price grid",
                                                 "0", "0.5", "0", PST_OPTION_READWRITE | PST_OPTION_RATE);
  props[PROP_LATENCY] = pst_param_spec_duration (
      "latency", "Latency",
      "How long orders, changes and cancels travel: they act at the first event of the feed at or after their arrival, with a book at once", "0s",
      "1d", "0s", PST_OPTION_READWRITE);
  props[PROP_VOLUME_SHARE] = pst_param_spec_decimal (
      "volume-share", "Volume share",
      "At most this fraction of a bar's or trade's volume, or of a price level, fills at it, and at most a quote's size; 0 is "
      "without limit",
      "0", "1", "0", PST_OPTION_READWRITE | PST_OPTION_RATE);
  props[PROP_MARKET_FILL] = g_param_spec_enum ("market-fill", "Market fill",
                                               "Where market orders fill on bars: at the next bar's open, or at the close that the strategy just "
                                               "saw, which nobody can trade at (for comparisons with other engines)",
                                               pst_sim_market_fill_get_type (), PST_SIM_MARKET_FILL_NEXT_OPEN, PST_OPTION_READWRITE);
  props[PROP_FILL_ON_TOUCH] = g_param_spec_boolean ("fill-on-touch", "Fill on touch",
                                                    "Whether a bar or trade that only touches a limit fills it; otherwise it has to go through",
                                                    FALSE, PST_OPTION_READWRITE);
  props[PROP_QUEUE] = g_param_spec_enum ("queue", "Queue position",
                                         "When an order that rests in a book fills: when the market goes through its price, or also when what stood "
                                         "before it at its price has traded",
                                         pst_sim_queue_get_type (), PST_SIM_QUEUE_TRADE_THROUGH, PST_OPTION_READWRITE);
  props[PROP_WHEN_CLOSED] = g_param_spec_enum ("when-closed", "When closed",
                                               "What happens to an order that comes while the market is closed by the calendar: queue, it waits for "
                                               "the open; reject (market_closed)",
                                               pst_sim_when_closed_get_type (), PST_SIM_WHEN_CLOSED_QUEUE, PST_OPTION_READWRITE);
}

static void
pst_sim_class_init (PstSimClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  PstComponentClass *component_class = PST_COMPONENT_CLASS (klass);
  PstExchangeClass *exchange_class = PST_EXCHANGE_CLASS (klass);
  GParamSpec *props[N_PROPS] = { NULL };

  object_class->set_property = pst_sim_set_property;
  object_class->get_property = pst_sim_get_property;
  object_class->finalize = pst_sim_finalize;
  component_class->prepare = pst_sim_prepare;
  component_class->start = pst_sim_start;
  component_class->stop = pst_sim_stop;
  exchange_class->get_feed = pst_sim_get_feed;
  exchange_class->load_account = pst_sim_load_account;
  exchange_class->restore_fill = pst_sim_restore_fill;
  exchange_class->restore_order = pst_sim_restore_order;
  exchange_class->observe_frame = pst_sim_observe_frame;
  exchange_class->get_fill_rules = pst_sim_get_fill_rules;
  exchange_class->submit = pst_sim_submit;
  exchange_class->cancel = pst_sim_cancel;
  exchange_class->modify = pst_sim_modify;
  install_money_options (props);
  install_fill_options (props);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
pst_sim_init (PstSim *self)
{
  self->slippage = pst_decimal_copy (&(const PstDecimal){ 0, 0 });
  self->volume_share = pst_decimal_copy (&(const PstDecimal){ 0, 0 });
  self->cash_check = TRUE;
}

PST_DEFINE_PLUGIN ("sim", EXCHANGE, PstSim, pst_sim_get_type)
