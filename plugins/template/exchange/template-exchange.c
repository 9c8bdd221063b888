/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An exchange: a venue of its own with one instrument, whose price walks at random from the run's seed, and which fills market orders at
 * the last price. Shows both halves: market data by pull(), orders by submit(). */

#include <penstock.h>

#define TEMPLATE_EXCHANGE_TYPE (template_exchange_get_type ())
G_DECLARE_FINAL_TYPE (TemplateExchange, template_exchange, PLUGIN, TEMPLATE_EXCHANGE, PstExchange)

#define FRAMES_PER_BLOCK 256
#define PRICE_SCALE 2
#define PRICE_START 10000
#define PRICE_MIN 100
#define START_NS (G_GINT64_CONSTANT (1577836800) * PST_NS_PER_SECOND) /* 2020-01-01 */

struct _TemplateExchange
{
  PstExchange parent_instance;

  char *symbol;
  guint64 n_bars;
  PstMoney *cash;
  guint32 instrument;
  guint64 next; /* bar to make */
  gint64 price; /* last close */
  guint64 n_executions;
  PstRandom random;
  PstFrameBuffer *buffer;
};

G_DEFINE_FINAL_TYPE (TemplateExchange, template_exchange, PST_TYPE_EXCHANGE)

PST_DEFINE_PLUGIN ("template-exchange", EXCHANGE, TemplateExchange, template_exchange_get_type)

enum
{
  PROP_SYMBOL = 1,
  PROP_BARS,
  PROP_CASH,
  N_PROPS,
};

static gboolean
template_exchange_prepare (PstComponent *component, GError **error)
{
  TemplateExchange *self = PLUGIN_TEMPLATE_EXCHANGE (component);
  const PstInstrument draft = {
    .symbol = self->symbol,
    .venue = (char *)"WALK",
    .quote = pst_currency_get ("USD", NULL),
    .price_scale = PRICE_SCALE,
  };
  g_autoptr (PstInstrument) instrument = pst_instrument_new (&draft, error);

  if (!instrument)
    return FALSE;
  self->instrument = pst_exchange_add_instrument (PST_EXCHANGE (self), instrument, error);
  return self->instrument != PST_INSTRUMENT_NONE;
}

static gboolean
template_exchange_start (PstComponent *component, GError **error)
{
  TemplateExchange *self = PLUGIN_TEMPLATE_EXCHANGE (component);

  pst_context_init_random (pst_component_get_context (component), component, &self->random);
  self->next = 0;
  self->price = PRICE_START;
  return TRUE;
}

static void
make_bar (TemplateExchange *self, PstBar *bar)
{
  gint64 step = (gint64)pst_random_below (&self->random, 201) - 100;

  bar->open = self->price;
  bar->close = MAX (self->price + step, PRICE_MIN);
  bar->high = MAX (bar->open, bar->close) + (gint64)pst_random_below (&self->random, 50);
  bar->low = MAX (MIN (bar->open, bar->close) - (gint64)pst_random_below (&self->random, 50), 1);
  bar->volume = 1 + (gint64)pst_random_below (&self->random, 10000);
  self->price = bar->close;
}

static PstFeedStatus
template_exchange_pull (PstExchange *exchange, GError **error)
{
  TemplateExchange *self = PLUGIN_TEMPLATE_EXCHANGE (exchange);
  PstFrameBlock block;

  if (self->next == self->n_bars)
    return PST_FEED_END;
  pst_frame_buffer_clear (self->buffer);
  for (guint i = 0; i < FRAMES_PER_BLOCK && self->next < self->n_bars; i++, self->next++)
    {
      gint64 time_ns = START_NS + (gint64)self->next * 60 * PST_NS_PER_SECOND;
      PstEvent *event;

      pst_frame_buffer_begin (self->buffer, time_ns);
      event = pst_frame_buffer_add (self->buffer);
      event->kind = PST_EVENT_BAR;
      event->instrument = self->instrument;
      event->venue_time_ns = event->receive_time_ns = time_ns;
      make_bar (self, &event->bar);
      pst_frame_buffer_end (self->buffer);
    }
  block = pst_frame_buffer_get_block (self->buffer);
  return pst_exchange_publish (exchange, &block, error) ? PST_FEED_MORE : PST_FEED_ERROR;
}

static void
template_exchange_get_progress (PstExchange *exchange, PstFeedCounts *counts, double *fraction)
{
  TemplateExchange *self = PLUGIN_TEMPLATE_EXCHANGE (exchange);

  counts->n_rows = counts->n_events = self->next;
  counts->n_rejected = 0;
  *fraction = self->n_bars ? (double)self->next / (double)self->n_bars : 1;
}

static gboolean
template_exchange_load_account (PstExchange *exchange, PstAccount *account, GError **error)
{
  TemplateExchange *self = PLUGIN_TEMPLATE_EXCHANGE (exchange);

  return !self->cash || pst_account_add (account, self->cash->currency, self->cash->amount, error);
}

static void
report (TemplateExchange *self, const PstOrder *order, PstReportKind kind, const char *reason)
{
  PstExecutionReport told = { .order_id = order->id, .kind = kind, .time_ns = order->created_time_ns };

  g_snprintf (told.venue_order_id, sizeof told.venue_order_id, "WALK-%" G_GUINT64_FORMAT, order->id);
  if (reason)
    g_strlcpy (told.reason, reason, sizeof told.reason);
  if (kind == PST_REPORT_FILL)
    {
      told.price = self->price;
      told.quantity = order->request.quantity;
      told.liquidity = PST_LIQUIDITY_TAKER;
      g_snprintf (told.execution_id, sizeof told.execution_id, "WALK-%" G_GUINT64_FORMAT, ++self->n_executions);
    }
  pst_exchange_report (PST_EXCHANGE (self), &told);
}

/* What the venue refuses is a report, not an error: an error here means that the order was certainly not sent. */
static gboolean
template_exchange_submit (PstExchange *exchange, const PstOrder *order, GError **error)
{
  TemplateExchange *self = PLUGIN_TEMPLATE_EXCHANGE (exchange);

  if (order->request.type != PST_ORDER_TYPE_MARKET)
    {
      report (self, order, PST_REPORT_REJECTED, "order_type_not_supported");
      return TRUE;
    }
  report (self, order, PST_REPORT_ACCEPTED, NULL);
  report (self, order, PST_REPORT_FILL, NULL);
  return TRUE;
}

static void
template_exchange_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  TemplateExchange *self = PLUGIN_TEMPLATE_EXCHANGE (object);

  if (property_id == PROP_SYMBOL)
    g_value_set_string (value, self->symbol);
  else if (property_id == PROP_BARS)
    g_value_set_uint64 (value, self->n_bars);
  else if (property_id == PROP_CASH)
    g_value_set_boxed (value, self->cash);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
template_exchange_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  TemplateExchange *self = PLUGIN_TEMPLATE_EXCHANGE (object);

  if (property_id == PROP_SYMBOL)
    {
      g_free (self->symbol);
      self->symbol = g_value_dup_string (value);
    }
  else if (property_id == PROP_BARS)
    {
      self->n_bars = g_value_get_uint64 (value);
    }
  else if (property_id == PROP_CASH)
    {
      g_clear_pointer (&self->cash, pst_money_free);
      self->cash = g_value_dup_boxed (value);
    }
  else
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
template_exchange_finalize (GObject *object)
{
  TemplateExchange *self = PLUGIN_TEMPLATE_EXCHANGE (object);

  g_free (self->symbol);
  g_clear_pointer (&self->cash, pst_money_free);
  pst_frame_buffer_free (self->buffer);
  G_OBJECT_CLASS (template_exchange_parent_class)->finalize (object);
}

static void
install_options (GObjectClass *object_class)
{
  g_object_class_install_property (object_class, PROP_SYMBOL,
                                   g_param_spec_string ("symbol", "Symbol", "What is traded", "WALK", PST_OPTION_READWRITE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (
      object_class, PROP_BARS,
      g_param_spec_uint64 ("bars", "Bars", "How many minute bars there are", 0, 100000000, 1000, PST_OPTION_READWRITE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (
      object_class, PROP_CASH, pst_param_spec_money ("cash", "Cash", "What the account starts with; none when not set", TRUE, PST_OPTION_READWRITE));
}

static void
template_exchange_class_init (TemplateExchangeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  PstExchangeClass *exchange_class = PST_EXCHANGE_CLASS (klass);

  object_class->get_property = template_exchange_get_property;
  object_class->set_property = template_exchange_set_property;
  object_class->finalize = template_exchange_finalize;
  PST_COMPONENT_CLASS (klass)->prepare = template_exchange_prepare;
  PST_COMPONENT_CLASS (klass)->start = template_exchange_start;
  exchange_class->pull = template_exchange_pull;
  exchange_class->get_progress = template_exchange_get_progress;
  exchange_class->load_account = template_exchange_load_account;
  exchange_class->submit = template_exchange_submit;
  install_options (object_class);
}

static void
template_exchange_init (TemplateExchange *self)
{
  self->buffer = pst_frame_buffer_new (FRAMES_PER_BLOCK);
}
