/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads its text when it is prepared, shows it frame by frame, and answers orders as it was told. A line that makes no sense ends the test. */

#include "scenario-market.h"

#include <string.h>

#define EVENTS_MAX 64

typedef struct
{
  gint64 time_ns;
  GArray *events; /* PstEvent */
} Moment;

struct _ScenarioMarket
{
  PstExchange parent_instance;

  char *text;
  char *cash;
  GArray *moments; /* Moment */
  GArray *answers; /* ScenarioAnswer */
  guint next;
  guint n_orders;
  guint n_executions;
  PstFrameBuffer *buffer;
  PstSimulatedClock *clock; /* in real time; not owned */
  GSource *source;
};

G_DEFINE_FINAL_TYPE (ScenarioMarket, scenario_market, PST_TYPE_EXCHANGE)

static gint64
read_mantissa (const char *text, guint scale)
{
  g_autoptr (GError) error = NULL;
  gint64 mantissa = 0;

  pst_mantissa_parse (text, -1, scale, &mantissa, &error);
  g_assert_no_error (error);
  return mantissa;
}

static guint
read_decimals (const char *text)
{
  return (guint)g_ascii_strtoull (text, NULL, 10);
}

static PstInstrumentTable *
table_of (ScenarioMarket *self)
{
  return pst_context_get_instruments (pst_component_get_context (PST_COMPONENT (self)));
}

/* "pair BTC/USD 2 8 fee 0.001" */
static void
add_pair (ScenarioMarket *self, char **words)
{
  g_auto (GStrv) codes = g_strsplit (words[1], "/", 2);
  PstInstrument draft = { .symbol = words[1],
                          .venue = (char *)"X",
                          .base = pst_currency_get (codes[0], NULL),
                          .quote = pst_currency_get (codes[1], NULL),
                          .settlement = PST_SETTLEMENT_DELIVERY,
                          .price_scale = read_decimals (words[2]),
                          .size_scale = read_decimals (words[3]) };
  g_autoptr (PstInstrument) instrument = NULL;
  g_autoptr (GError) error = NULL;

  if (words[4] != NULL)
    draft.maker_fee = draft.taker_fee = read_mantissa (words[5], PST_RATE_SCALE);
  instrument = pst_instrument_new (&draft, &error);
  g_assert_no_error (error);
  pst_exchange_add_instrument (PST_EXCHANGE (self), instrument, &error);
  g_assert_no_error (error);
}

static guint32
find_pair (ScenarioMarket *self, const char *symbol)
{
  for (guint32 i = 0; i < pst_instrument_table_get_size (table_of (self)); i++)
    if (strcmp (pst_instrument_table_get (table_of (self), i)->symbol, symbol) == 0)
      return i;
  g_error ("the market names \"%s\", which it does not have", symbol);
}

static guint32
read_status (const char *word)
{
  if (strcmp (word, "stale") == 0)
    return PST_INSTRUMENT_STATUS_STALE;
  if (strcmp (word, "halted") == 0)
    return PST_INSTRUMENT_STATUS_HALTED;
  if (strcmp (word, "trading") != 0)
    g_error ("the market says \"%s\"", word);
  return PST_INSTRUMENT_STATUS_TRADING;
}

/* Reads one "bid 10 1" or word; returns how many words it took. */
static guint
read_fact (const PstInstrument *instrument, char **words, gboolean *is_new, PstEvent *event)
{
  gboolean bids = strcmp (words[0], "bid") == 0;

  if (bids || strcmp (words[0], "ask") == 0)
    {
      event->kind = PST_EVENT_LEVEL;
      event->level.side = bids ? PST_SIDE_BUY : PST_SIDE_SELL;
      event->level.price = read_mantissa (words[1], instrument->price_scale);
      event->level.size = read_mantissa (words[2], instrument->size_scale);
      event->level.flags = *is_new ? PST_LEVEL_SNAPSHOT : 0;
      *is_new = FALSE;
      return 3;
    }
  if (strcmp (words[0], "trade") == 0)
    {
      event->kind = PST_EVENT_TRADE;
      event->trade.price = read_mantissa (words[1], instrument->price_scale);
      event->trade.size = read_mantissa (words[2], instrument->size_scale);
      return 3;
    }
  event->kind = PST_EVENT_STATUS;
  event->status = read_status (words[0]);
  return 1;
}

static void
read_part (ScenarioMarket *self, const char *part, gint64 venue_ns, gint64 time_ns, GArray *events)
{
  g_auto (GStrv) words = g_strsplit (part, " ", -1);
  guint32 index = find_pair (self, words[0]);
  gboolean is_new = FALSE;

  for (guint i = 1; words[i] != NULL;)
    {
      PstEvent event = { .venue_time_ns = venue_ns, .receive_time_ns = time_ns, .instrument = index };

      is_new |= strcmp (words[i], "new") == 0;
      if (strcmp (words[i], "new") == 0)
        {
          i++;
          continue;
        }
      i += read_fact (pst_instrument_table_get (table_of (self), index), words + i, &is_new, &event);
      g_array_append_val (events, event);
    }
}

static gint64
read_time (const char *word)
{
  g_autofree char *text = g_strconcat ("2020-01-", strchr (word, 'T') != NULL ? "" : "02T", word, "Z", NULL);
  g_autoptr (GError) error = NULL;
  gint64 time_ns = 0;

  pst_time_parse (text, -1, &time_ns, &error);
  g_assert_no_error (error);
  return time_ns;
}

/* "09:00:00 late 3: BTC/USD bid 10 1; ETH/USD ask 5 1"; how late in seconds. */
static void
add_moment (ScenarioMarket *self, const char *line)
{
  g_auto (GStrv) halves = g_strsplit (line, ": ", 2);
  g_auto (GStrv) when = g_strsplit (halves[0], " late ", 2);
  g_auto (GStrv) parts = g_strsplit (halves[1], "; ", -1);
  Moment moment = { read_time (when[0]), g_array_new (FALSE, FALSE, sizeof (PstEvent)) };
  gint64 venue_ns = moment.time_ns;

  if (when[1] != NULL)
    venue_ns -= (gint64)read_decimals (when[1]) * PST_NS_PER_SECOND;
  for (guint i = 0; parts[i] != NULL; i++)
    read_part (self, parts[i], venue_ns, moment.time_ns, moment.events);
  g_array_append_val (self->moments, moment);
}

static gboolean
scenario_market_prepare (PstComponent *component, GError **error)
{
  ScenarioMarket *self = SCENARIO_MARKET (component);
  g_auto (GStrv) lines = g_strsplit (self->text, "\n", -1);

  g_array_set_size (self->moments, 0);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], " ", -1);

      if (g_str_has_prefix (lines[i], "pair "))
        add_pair (self, words);
      else if (lines[i][0] != '\0')
        add_moment (self, lines[i]);
    }
  return TRUE;
}

static PstFeedStatus
show_next (ScenarioMarket *self, GError **error)
{
  const Moment *moment;
  PstFrameBlock block;

  if (self->next == self->moments->len)
    return PST_FEED_END;
  moment = &g_array_index (self->moments, Moment, self->next++);
  pst_frame_buffer_clear (self->buffer);
  pst_frame_buffer_begin (self->buffer, moment->time_ns);
  for (guint i = 0; i < moment->events->len; i++)
    *pst_frame_buffer_add (self->buffer) = g_array_index (moment->events, PstEvent, i);
  pst_frame_buffer_end (self->buffer);
  block = pst_frame_buffer_get_block (self->buffer);
  return pst_exchange_publish (PST_EXCHANGE (self), &block, error) ? PST_FEED_MORE : PST_FEED_ERROR;
}

static PstFeedStatus
scenario_market_pull (PstExchange *exchange, GError **error)
{
  return show_next (SCENARIO_MARKET (exchange), error);
}

/* A turn of the run's context: time comes to the next line, and the line with it. */
static gboolean
on_turn (gpointer user_data)
{
  ScenarioMarket *self = user_data;
  g_autoptr (GError) error = NULL;

  if (self->next < self->moments->len)
    {
      pst_simulated_clock_advance_to (self->clock, g_array_index (self->moments, Moment, self->next).time_ns);
      show_next (self, &error);
      g_assert_no_error (error);
      return G_SOURCE_CONTINUE;
    }
  pst_run_control_stop (PST_RUN_CONTROL (pst_component_get_context (PST_COMPONENT (self))), "shown all", NULL);
  return G_SOURCE_REMOVE;
}

static gboolean
scenario_market_start (PstComponent *component, GError **error)
{
  ScenarioMarket *self = SCENARIO_MARKET (component);
  g_autoptr (GMainContext) context = NULL;

  pst_exchange_set_connection (PST_EXCHANGE (self), PST_CONNECTION_CONNECTED);
  if (self->clock == NULL)
    return TRUE;
  context = g_main_context_ref_thread_default ();
  self->source = g_idle_source_new ();
  g_source_set_callback (self->source, on_turn, self, NULL);
  g_source_attach (self->source, context);
  return TRUE;
}

static void
scenario_market_stop (PstComponent *component)
{
  ScenarioMarket *self = SCENARIO_MARKET (component);

  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  pst_exchange_set_connection (PST_EXCHANGE (self), PST_CONNECTION_DISCONNECTED);
}

static gboolean
scenario_market_is_live (PstExchange *exchange)
{
  return SCENARIO_MARKET (exchange)->clock != NULL;
}

static gboolean
scenario_market_load_account (PstExchange *exchange, PstAccount *account, GError **error)
{
  ScenarioMarket *self = SCENARIO_MARKET (exchange);
  PstMoney money;

  return self->cash == NULL || (pst_money_parse (self->cash, &money, error) && pst_account_add (account, money.currency, money.amount, error));
}

static void
report (ScenarioMarket *self, const PstOrder *order, PstReportKind kind, gint64 quantity)
{
  PstExecutionReport report = {
    .order_id = order->id, .kind = kind, .time_ns = pst_context_now_ns (pst_component_get_context (PST_COMPONENT (self))), .quantity = quantity
  };

  g_snprintf (report.venue_order_id, sizeof report.venue_order_id, "X-%u", self->n_orders);
  if (kind == PST_REPORT_REJECTED)
    g_strlcpy (report.reason, "venue_says_no", sizeof report.reason);
  if (kind == PST_REPORT_FILL)
    {
      report.price = order->request.limit_price;
      report.liquidity = PST_LIQUIDITY_TAKER;
      g_snprintf (report.execution_id, sizeof report.execution_id, "X-%u", ++self->n_executions);
    }
  pst_exchange_report (PST_EXCHANGE (self), &report);
}

static gboolean
scenario_market_submit (PstExchange *exchange, const PstOrder *order, GError **error)
{
  ScenarioMarket *self = SCENARIO_MARKET (exchange);
  guint last = self->answers->len - 1;
  ScenarioAnswer answer = g_array_index (self->answers, ScenarioAnswer, MIN (self->n_orders, last));

  self->n_orders++;
  if (answer == SCENARIO_ANSWER_REJECT)
    {
      report (self, order, PST_REPORT_REJECTED, 0);
      return TRUE;
    }
  report (self, order, PST_REPORT_ACCEPTED, 0);
  report (self, order, PST_REPORT_FILL, answer == SCENARIO_ANSWER_EXCEED ? 2 * order->request.quantity : order->request.quantity);
  return TRUE;
}

static void
moment_clear (gpointer data)
{
  g_array_unref (((Moment *)data)->events);
}

static void
scenario_market_finalize (GObject *object)
{
  ScenarioMarket *self = SCENARIO_MARKET (object);

  g_free (self->text);
  g_free (self->cash);
  g_array_unref (self->moments);
  g_array_unref (self->answers);
  pst_frame_buffer_free (self->buffer);
  G_OBJECT_CLASS (scenario_market_parent_class)->finalize (object);
}

static void
scenario_market_class_init (ScenarioMarketClass *klass)
{
  PstComponentClass *component_class = PST_COMPONENT_CLASS (klass);
  PstExchangeClass *exchange_class = PST_EXCHANGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = scenario_market_finalize;
  component_class->prepare = scenario_market_prepare;
  component_class->start = scenario_market_start;
  component_class->stop = scenario_market_stop;
  exchange_class->pull = scenario_market_pull;
  exchange_class->is_live = scenario_market_is_live;
  exchange_class->load_account = scenario_market_load_account;
  exchange_class->submit = scenario_market_submit;
}

static void
scenario_market_init (ScenarioMarket *self)
{
  const ScenarioAnswer fill = SCENARIO_ANSWER_FILL;

  self->moments = g_array_new (FALSE, FALSE, sizeof (Moment));
  g_array_set_clear_func (self->moments, moment_clear);
  self->answers = g_array_new (FALSE, FALSE, sizeof (ScenarioAnswer));
  g_array_append_val (self->answers, fill);
  self->buffer = pst_frame_buffer_new (EVENTS_MAX);
}

ScenarioMarket *
scenario_market_new (const char *text)
{
  ScenarioMarket *self = g_object_new (SCENARIO_TYPE_MARKET, NULL);

  self->text = g_strdup (text);
  return self;
}

void
scenario_market_set_live (ScenarioMarket *market, PstSimulatedClock *clock)
{
  market->clock = clock;
}

void
scenario_market_set_answers (ScenarioMarket *market, const char *words)
{
  g_auto (GStrv) list = g_strsplit (words, " ", -1);

  g_array_set_size (market->answers, 0);
  for (guint i = 0; list[i] != NULL; i++)
    {
      ScenarioAnswer answer = SCENARIO_ANSWER_FILL;

      if (strcmp (list[i], "reject") == 0)
        answer = SCENARIO_ANSWER_REJECT;
      else if (strcmp (list[i], "exceed") == 0)
        answer = SCENARIO_ANSWER_EXCEED;
      else
        g_assert_cmpstr (list[i], ==, "fill");
      g_array_append_val (market->answers, answer);
    }
}

void
scenario_market_set_cash (ScenarioMarket *market, const char *cash)
{
  market->cash = g_strdup (cash);
}

guint
scenario_market_get_n_orders (ScenarioMarket *market)
{
  return market->n_orders;
}
