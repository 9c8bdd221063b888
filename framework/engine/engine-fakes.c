/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The engine's test components. */
#include "engine-fakes.h"

#include <string.h>

G_DEFINE_FINAL_TYPE (FakeFeed, fake_feed, PST_TYPE_EXCHANGE)
G_DEFINE_FINAL_TYPE (FakeBroker, fake_broker, PST_TYPE_EXCHANGE)
G_DEFINE_FINAL_TYPE (FakeStrategy, fake_strategy, PST_TYPE_STRATEGY)
G_DEFINE_FINAL_TYPE (FakeGuard, fake_guard, PST_TYPE_GUARD)
G_DEFINE_FINAL_TYPE (FakeService, fake_service, PST_TYPE_SERVICE)

/* Feed */

static gboolean
fake_feed_prepare (PstComponent *component, GError **error)
{
  FakeFeed *feed = FAKE_FEED (component);

  for (guint i = 0; i < feed->instruments->len; i++)
    if (pst_exchange_add_instrument (PST_EXCHANGE (feed), feed->instruments->pdata[i], error) == PST_INSTRUMENT_NONE)
      return FALSE;
  return TRUE;
}

static gboolean
fake_feed_start (PstComponent *component, GError **error)
{
  FakeFeed *feed = FAKE_FEED (component);

  if (feed->on_start != NULL)
    feed->on_start (feed);
  if (!feed->fail_start)
    return TRUE;
  g_set_error_literal (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_IO, "cannot open \"bars.csv\"");
  return FALSE;
}

PstFeedStatus
fake_feed_publish (FakeFeed *feed, GError **error)
{
  const PstEvent *events = (const PstEvent *)(gpointer)feed->events->data;
  PstFrameBlock block;

  if (feed->next == feed->events->len)
    return PST_FEED_END;
  pst_frame_buffer_clear (feed->buffer);
  for (guint n = 0; n < feed->frames_per_block && feed->next < feed->events->len; n++)
    {
      gint64 time_ns = events[feed->next].receive_time_ns;

      pst_frame_buffer_begin (feed->buffer, time_ns);
      while (feed->next < feed->events->len && events[feed->next].receive_time_ns == time_ns)
        *pst_frame_buffer_add (feed->buffer) = events[feed->next++];
      pst_frame_buffer_end (feed->buffer);
    }
  block = pst_frame_buffer_get_block (feed->buffer);
  return pst_exchange_publish (PST_EXCHANGE (feed), &block, error) ? PST_FEED_MORE : PST_FEED_ERROR;
}

static PstFeedStatus
fake_feed_pull (PstExchange *exchange, GError **error)
{
  FakeFeed *feed = FAKE_FEED (exchange);

  if (++feed->n_pulls == feed->fail_at_pull)
    {
      g_set_error_literal (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "bars.csv:7:3: price is not a number");
      return PST_FEED_ERROR;
    }
  if (feed->on_pull != NULL)
    feed->on_pull (feed);
  return fake_feed_publish (feed, error);
}

static gboolean
fake_feed_is_live (PstExchange *exchange)
{
  return FAKE_FEED (exchange)->live;
}

static void
fake_feed_get_progress (PstExchange *exchange, PstFeedCounts *counts, double *fraction)
{
  FakeFeed *feed = FAKE_FEED (exchange);

  counts->n_rows = counts->n_events = feed->next;
  *fraction = feed->events->len > 0 ? (double)feed->next / feed->events->len : 1;
}

static void
fake_feed_finalize (GObject *object)
{
  FakeFeed *feed = FAKE_FEED (object);

  pst_frame_buffer_free (feed->buffer);
  g_ptr_array_unref (feed->instruments);
  g_array_unref (feed->events);
  G_OBJECT_CLASS (fake_feed_parent_class)->finalize (object);
}

static void
fake_feed_class_init (FakeFeedClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_feed_finalize;
  PST_COMPONENT_CLASS (klass)->prepare = fake_feed_prepare;
  PST_COMPONENT_CLASS (klass)->start = fake_feed_start;
  PST_EXCHANGE_CLASS (klass)->pull = fake_feed_pull;
  PST_EXCHANGE_CLASS (klass)->is_live = fake_feed_is_live;
  PST_EXCHANGE_CLASS (klass)->get_progress = fake_feed_get_progress;
}

static void
fake_feed_init (FakeFeed *feed)
{
  feed->buffer = pst_frame_buffer_new (100000);
  feed->instruments = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_instrument_unref);
  feed->events = g_array_new (FALSE, FALSE, sizeof (PstEvent));
  feed->frames_per_block = 3;
}

/* Broker */

void
fake_broker_tell (FakeBroker *broker, guint64 order_id, PstReportKind kind)
{
  PstExecutionReport report = { .order_id = order_id, .kind = kind };

  report.time_ns = pst_context_now_ns (pst_component_get_context (PST_COMPONENT (broker)));
  pst_exchange_report (PST_EXCHANGE (broker), &report);
}

void
fake_broker_fill (FakeBroker *broker, const PstOrder *order, gint64 price, gint64 quantity)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (broker));
  PstExecutionReport report
      = { .order_id = order->id, .kind = PST_REPORT_FILL, .liquidity = PST_LIQUIDITY_TAKER, .price = price, .quantity = quantity };

  report.time_ns = pst_context_now_ns (context);
  report.fee = broker->fee;
  if (broker->fee != 0)
    report.fee_currency = broker->fee_currency != NULL
                              ? broker->fee_currency
                              : pst_instrument_table_get (pst_context_get_instruments (context), order->request.instrument)->quote;
  g_snprintf (report.execution_id, sizeof report.execution_id, "%s-%u", pst_component_get_name (PST_COMPONENT (broker)), ++broker->n_executions);
  g_snprintf (report.venue_order_id, sizeof report.venue_order_id, "V%" G_GUINT64_FORMAT, order->id);
  pst_exchange_report (PST_EXCHANGE (broker), &report);
}

typedef struct
{
  FakeBroker *broker;
  PstOrder order;
  PstReportKind kind;
} Later;

static void
answer (FakeBroker *broker, const PstOrder *order, PstReportKind kind)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (broker));

  fake_broker_tell (broker, order->id, kind);
  if (kind == PST_REPORT_ACCEPTED && !broker->rests)
    fake_broker_fill (broker, order, pst_context_get_mark (context, order->request.instrument)->price, pst_order_get_open_quantity (order));
}

static void
answer_later (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  Later *later = user_data;

  answer (later->broker, &later->order, later->kind);
}

static void
answer_in_time (FakeBroker *broker, const PstOrder *order, PstReportKind kind)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (broker));
  Later *later;

  if (broker->latency_ns == 0)
    {
      answer (broker, order, kind);
      return;
    }
  later = g_new0 (Later, 1);
  *later = (Later){ broker, *order, kind };
  pst_clock_add_timer (pst_context_get_clock (context), pst_context_now_ns (context) + broker->latency_ns, answer_later, later, g_free);
}

static gboolean
fake_broker_submit (PstExchange *exchange, const PstOrder *order, GError **error)
{
  FakeBroker *broker = FAKE_BROKER (exchange);

  if (broker->on_submit != NULL)
    return broker->on_submit (broker, order, error);
  answer_in_time (broker, order, PST_REPORT_ACCEPTED);
  return TRUE;
}

static gboolean
fake_broker_cancel (PstExchange *exchange, const PstOrder *order, GError **error)
{
  FakeBroker *broker = FAKE_BROKER (exchange);

  if (broker->on_cancel != NULL)
    return broker->on_cancel (broker, order, error);
  if (!broker->mute)
    answer_in_time (broker, order, PST_REPORT_CANCELED);
  return TRUE;
}

static gboolean
fake_broker_modify (PstExchange *exchange, const PstOrder *order, gint64 quantity, gint64 limit_price, gint64 stop_price, GError **error)
{
  FakeBroker *broker = FAKE_BROKER (exchange);
  PstExecutionReport report
      = { .order_id = order->id, .kind = PST_REPORT_MODIFIED, .quantity = quantity, .price = limit_price, .stop_price = stop_price };

  if (broker->on_modify != NULL)
    return broker->on_modify (broker, order, quantity, limit_price, stop_price, error);
  pst_exchange_report (exchange, &report);
  return TRUE;
}

static gboolean
fake_broker_observe (PstExchange *exchange, const PstFrame *frame, GError **error)
{
  FakeBroker *broker = FAKE_BROKER (exchange);

  return broker->on_observe == NULL || broker->on_observe (broker, frame, error);
}

static const char *
fake_broker_get_feed (PstExchange *exchange)
{
  return FAKE_BROKER (exchange)->feed;
}

static gboolean
fake_broker_load_account (PstExchange *exchange, PstAccount *account, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (FAKE_BROKER (exchange)->cash, ";", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      PstMoney money;

      if (!pst_money_parse (parts[i], &money, error) || !pst_account_add (account, money.currency, money.amount, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
fake_broker_restore_fill (PstExchange *exchange, const PstFill *fill, GError **error)
{
  FakeBroker *broker = FAKE_BROKER (exchange);

  broker->n_restored++;
  broker->n_executions = MAX (broker->n_executions, (guint)g_ascii_strtoull (strrchr (fill->execution_id, '-') + 1, NULL, 10));
  return TRUE;
}

/* It keeps no orders of its own: it looks at the run's. */
static gboolean
fake_broker_restore_order (PstExchange *exchange, const PstOrder *order, const PstExecutionReport *report, GError **error)
{
  return TRUE;
}

static void
fake_broker_finalize (GObject *object)
{
  FakeBroker *broker = FAKE_BROKER (object);

  g_free (broker->feed);
  g_free (broker->cash);
  G_OBJECT_CLASS (fake_broker_parent_class)->finalize (object);
}

static void
fake_broker_class_init (FakeBrokerClass *klass)
{
  PstExchangeClass *exchange_class = PST_EXCHANGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = fake_broker_finalize;
  exchange_class->submit = fake_broker_submit;
  exchange_class->cancel = fake_broker_cancel;
  exchange_class->modify = fake_broker_modify;
  exchange_class->observe_frame = fake_broker_observe;
  exchange_class->get_feed = fake_broker_get_feed;
  exchange_class->load_account = fake_broker_load_account;
  exchange_class->restore_fill = fake_broker_restore_fill;
  exchange_class->restore_order = fake_broker_restore_order;
}

static void
fake_broker_init (FakeBroker *broker)
{
  broker->feed = g_strdup ("data");
  broker->cash = g_strdup ("1000000 USD");
}

/* Strategy */

static gboolean
fake_strategy_start (PstComponent *component, GError **error)
{
  FakeStrategy *strategy = FAKE_STRATEGY (component);

  return strategy->on_start == NULL || strategy->on_start (strategy, error);
}

static void
fake_strategy_on_frame (PstStrategy *base, const PstFrame *frame)
{
  FakeStrategy *strategy = FAKE_STRATEGY (base);

  strategy->n_frames++;
  if (strategy->on_frame != NULL)
    strategy->on_frame (strategy, frame);
}

static void
fake_strategy_on_order (PstStrategy *base, const PstOrder *order, const PstExecutionReport *report)
{
  FakeStrategy *strategy = FAKE_STRATEGY (base);
  guint kind = report != NULL ? report->kind : 0;

  g_array_append_val (strategy->orders, *order);
  g_array_append_val (strategy->kinds, kind);
  if (strategy->on_order != NULL)
    strategy->on_order (strategy, order, report);
}

static void
fake_strategy_finalize (GObject *object)
{
  FakeStrategy *strategy = FAKE_STRATEGY (object);

  g_array_unref (strategy->orders);
  g_array_unref (strategy->kinds);
  G_OBJECT_CLASS (fake_strategy_parent_class)->finalize (object);
}

static void
fake_strategy_class_init (FakeStrategyClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_strategy_finalize;
  PST_COMPONENT_CLASS (klass)->start = fake_strategy_start;
  PST_STRATEGY_CLASS (klass)->on_frame = fake_strategy_on_frame;
  PST_STRATEGY_CLASS (klass)->on_order = fake_strategy_on_order;
}

static void
fake_strategy_init (FakeStrategy *strategy)
{
  strategy->orders = g_array_new (FALSE, FALSE, sizeof (PstOrder));
  strategy->kinds = g_array_new (FALSE, FALSE, sizeof (guint));
}

/* Guard */

static void
fake_guard_review (PstGuard *base, const PstReview *review, PstVerdict *verdict)
{
  FakeGuard *guard = FAKE_GUARD (base);

  guard->n_reviews++;
  guard->last = *review;
  if (guard->on_review != NULL)
    guard->on_review (guard, review, verdict);
  else
    pst_verdict_pass (verdict);
}

static void
fake_guard_on_frame (PstGuard *guard, const PstFrame *frame)
{
  FAKE_GUARD (guard)->n_frames++;
}

static void
fake_guard_on_order (PstGuard *guard, const PstOrder *order, const PstExecutionReport *report)
{
  FAKE_GUARD (guard)->n_orders++;
}

static void
fake_guard_on_fill (PstGuard *guard, const PstFill *fill)
{
  FAKE_GUARD (guard)->n_fills++;
}

static void
fake_guard_on_sent (PstGuard *guard, const PstOrder *order)
{
  FAKE_GUARD (guard)->n_sent++;
}

static void
fake_guard_on_connection (PstGuard *guard, guint32 exchange, PstConnection state)
{
  FAKE_GUARD (guard)->n_connections++;
}

static void
fake_guard_engage (FakeGuard *guard, const char *reason)
{
  g_free (guard->engaged);
  guard->engaged = g_strdup (reason);
}

static void
fake_guard_finalize (GObject *object)
{
  g_free (FAKE_GUARD (object)->engaged);
  G_OBJECT_CLASS (fake_guard_parent_class)->finalize (object);
}

enum
{
  PROP_CAP = 1,
  PROP_CEILING,
};

static void
fake_guard_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_uint (value, id == PROP_CAP ? FAKE_GUARD (object)->cap : FAKE_GUARD (object)->ceiling);
}

static void
fake_guard_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  *(id == PROP_CAP ? &FAKE_GUARD (object)->cap : &FAKE_GUARD (object)->ceiling) = g_value_get_uint (value);
}

static gboolean
fake_guard_check_options (PstComponent *component, GError **error)
{
  if (FAKE_GUARD (component)->cap <= FAKE_GUARD (component)->ceiling)
    return TRUE;
  g_set_error_literal (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, "cap is above ceiling");
  return FALSE;
}

static void
fake_guard_class_init (FakeGuardClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = fake_guard_get_property;
  G_OBJECT_CLASS (klass)->set_property = fake_guard_set_property;
  PST_COMPONENT_CLASS (klass)->check_options = fake_guard_check_options;
  g_object_class_install_property (G_OBJECT_CLASS (klass), PROP_CAP,
                                   g_param_spec_uint ("cap", "Cap", "Most", 0, 100, 5, PST_OPTION_READWRITE | PST_OPTION_LIVE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (G_OBJECT_CLASS (klass), PROP_CEILING,
                                   g_param_spec_uint ("ceiling", "Ceiling", "Most of cap", 0, 100, 50, PST_OPTION_READWRITE | G_PARAM_CONSTRUCT));
  G_OBJECT_CLASS (klass)->finalize = fake_guard_finalize;
  g_signal_new_class_handler ("engage", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, G_CALLBACK (fake_guard_engage), NULL, NULL,
                              NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  PST_GUARD_CLASS (klass)->review = fake_guard_review;
  PST_GUARD_CLASS (klass)->on_frame = fake_guard_on_frame;
  PST_GUARD_CLASS (klass)->on_order = fake_guard_on_order;
  PST_GUARD_CLASS (klass)->on_fill = fake_guard_on_fill;
  PST_GUARD_CLASS (klass)->on_sent = fake_guard_on_sent;
  PST_GUARD_CLASS (klass)->on_connection = fake_guard_on_connection;
}

static void
fake_guard_init (FakeGuard *guard)
{
}

/* Service */

static void
fake_service_on_record (PstService *base, const PstRecord *record)
{
  FakeService *service = FAKE_SERVICE (base);

  service->n_records++;
  if (service->on_record != NULL)
    service->on_record (service, record);
}

static void
fake_service_class_init (FakeServiceClass *klass)
{
  PST_SERVICE_CLASS (klass)->on_record = fake_service_on_record;
}

static void
fake_service_init (FakeService *service)
{
}
