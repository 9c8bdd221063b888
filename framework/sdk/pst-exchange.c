/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The base of venues. What an adapter publishes passes the border here, once, and leaves as one signal a block. */

#include "pst-exchange-private.h"

#include "pst-border-private.h"
#include "pst-calendar-file.h"
#include "pst-enums.h"

/**
 * PstExchange:
 *
 * A venue: where market data come from, where orders go, or both.
 */

typedef struct
{
  PstBorder border;
  guint64 last_sequence;
  PstConnection connection;
  char *calendar_name;
  PstCalendar *calendar; /* of @calendar_name; NULL when that is not set */
} PstExchangePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (PstExchange, pst_exchange, PST_TYPE_COMPONENT)

enum
{
  SIGNAL_FRAME_RECEIVED,
  SIGNAL_EXECUTION_REPORTED,
  SIGNAL_CONNECTION_CHANGED,
  N_SIGNALS
};

/* Interned ids of the type's signals: written once, by class_init. */
static guint signals[N_SIGNALS];

static PstExchangePrivate *
private_of (PstExchange *exchange)
{
  return pst_exchange_get_instance_private (exchange);
}

enum
{
  PROP_CALENDAR = 1,
};

static void
pst_exchange_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  if (property_id == PROP_CALENDAR)
    g_value_set_string (value, private_of (PST_EXCHANGE (object))->calendar_name);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
pst_exchange_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  PstExchangePrivate *priv = private_of (PST_EXCHANGE (object));

  if (property_id != PROP_CALENDAR)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      return;
    }
  g_free (priv->calendar_name);
  priv->calendar_name = g_value_dup_string (value);
}

static void
pst_exchange_finalize (GObject *object)
{
  PstExchangePrivate *priv = private_of (PST_EXCHANGE (object));

  pst_border_clear (&priv->border);
  g_free (priv->calendar_name);
  g_clear_pointer (&priv->calendar, pst_calendar_unref);
  G_OBJECT_CLASS (pst_exchange_parent_class)->finalize (object);
}

static void
pst_exchange_class_init (PstExchangeClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->get_property = pst_exchange_get_property;
  G_OBJECT_CLASS (klass)->set_property = pst_exchange_set_property;
  G_OBJECT_CLASS (klass)->finalize = pst_exchange_finalize;
  /**
   * PstExchange:calendar:
   *
   * When its market is open.
   */
  g_object_class_install_property (
      G_OBJECT_CLASS (klass), PROP_CALENDAR,
      g_param_spec_string ("calendar", "Calendar",
                           "When its market is open: the name of a calendar (nyse, nse, always), or the path of one; not "
                           "set: as the exchange on whose market data it fills, otherwise always",
                           NULL, PST_OPTION_READWRITE));

  /**
   * PstExchange::frame-received:
   * @exchange: the venue
   * @block: (type PstFrameBlock): frames that passed the border; borrowed
   *
   * Market data came: one emission a frame live, one a block of frames in a backtest.
   */
  signals[SIGNAL_FRAME_RECEIVED] = g_signal_new ("frame-received", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                                 PST_TYPE_FRAME_BLOCK | G_SIGNAL_TYPE_STATIC_SCOPE);
  /**
   * PstExchange::execution-reported:
   * @exchange: the venue
   * @report: (type PstExecutionReport): one step of an order's life; borrowed
   *
   * An order's state changed at the venue.
   */
  signals[SIGNAL_EXECUTION_REPORTED] = g_signal_new ("execution-reported", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                                     PST_TYPE_EXECUTION_REPORT | G_SIGNAL_TYPE_STATIC_SCOPE);
  /**
   * PstExchange::connection-changed:
   * @exchange: the venue
   * @state: #PstConnection
   *
   * The connection to the venue changed.
   */
  signals[SIGNAL_CONNECTION_CHANGED]
      = g_signal_new ("connection-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, PST_TYPE_CONNECTION);
}

static void
pst_exchange_init (PstExchange *exchange)
{
  private_of (exchange)->border.last_frame_time_ns = G_MININT64;
}

static gboolean
not_supported (PstExchange *exchange, const char *what, GError **error)
{
  g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_SUPPORTED, "exchange \"%s\" cannot %s",
               pst_component_get_name (PST_COMPONENT (exchange)), what);
  return FALSE;
}

gboolean
pst_exchange_prepare_calendar (PstExchange *exchange, GError **error)
{
  PstExchangePrivate *priv = private_of (exchange);

  g_autoptr (PstCalendar) calendar = NULL;

  if (priv->calendar_name == NULL || *priv->calendar_name == '\0')
    return TRUE;
  calendar = pst_calendar_load (priv->calendar_name, error);
  if (calendar == NULL)
    {
      g_prefix_error (error, "option \"calendar\": ");
      return FALSE;
    }
  pst_exchange_set_calendar (exchange, calendar);
  return TRUE;
}

/**
 * pst_exchange_set_calendar:
 * @exchange: an exchange
 * @calendar: when its market is open
 *
 * For adapters that know it. The option calendar overrules it. On the run's context, before start().
 */
void
pst_exchange_set_calendar (PstExchange *exchange, PstCalendar *calendar)
{
  PstExchangePrivate *priv;

  g_return_if_fail (PST_IS_EXCHANGE (exchange));
  g_return_if_fail (calendar != NULL);

  priv = private_of (exchange);
  pst_calendar_ref (calendar);
  g_clear_pointer (&priv->calendar, pst_calendar_unref);
  priv->calendar = calendar;
}

/**
 * pst_exchange_get_calendar:
 * @exchange: an exchange
 *
 * Tells when its market is open. On the run's context, when all exchanges are prepared.
 *
 * Returns: (transfer none): that of the option calendar; when it is not set, that of the exchange on whose market data it fills, otherwise one that
 * is always open
 */
PstCalendar *
pst_exchange_get_calendar (PstExchange *exchange)
{
  PstContext *context;
  const char *feed;
  PstComponent *source = NULL;

  g_return_val_if_fail (PST_IS_EXCHANGE (exchange), NULL);
  if (private_of (exchange)->calendar != NULL)
    return private_of (exchange)->calendar;
  context = pst_component_get_context (PST_COMPONENT (exchange));
  feed = pst_exchange_get_feed (exchange);
  if (context != NULL && feed != NULL)
    source = pst_context_find_component (context, PST_COMPONENT_KIND_EXCHANGE, feed);
  /* One that fills on its own data, or on those of one that fills on others', is followed one step only. */
  if (source == NULL || source == PST_COMPONENT (exchange) || private_of (PST_EXCHANGE (source))->calendar == NULL)
    return pst_calendar_get_always ();
  return private_of (PST_EXCHANGE (source))->calendar;
}

/**
 * pst_exchange_pull:
 * @exchange: a historical feed
 * @error: return location
 *
 * Has the feed publish its next block. On the run's context.
 *
 * Returns: whether a block was published, the data are at their end, or failed
 */
PstFeedStatus
pst_exchange_pull (PstExchange *exchange, GError **error)
{
  PstExchangeClass *klass = PST_EXCHANGE_GET_CLASS (exchange);

  if (klass->pull != NULL)
    return klass->pull (exchange, error);
  not_supported (exchange, "be pulled: it is no historical feed", error);
  return PST_FEED_ERROR;
}

/**
 * pst_exchange_is_feed:
 * @exchange: an exchange
 *
 * Tells whether it is a historical feed, which is pulled. Any thread.
 *
 * Returns: %TRUE when it is
 */
gboolean
pst_exchange_is_feed (PstExchange *exchange)
{
  g_return_val_if_fail (PST_IS_EXCHANGE (exchange), FALSE);

  return PST_EXCHANGE_GET_CLASS (exchange)->pull != NULL && !pst_exchange_is_live (exchange);
}

/**
 * pst_exchange_is_live:
 * @exchange: an exchange
 *
 * Tells whether its market data come by themselves, in real time. From prepare() on.
 *
 * Returns: %TRUE when they do
 */
gboolean
pst_exchange_is_live (PstExchange *exchange)
{
  PstExchangeClass *klass;

  g_return_val_if_fail (PST_IS_EXCHANGE (exchange), FALSE);

  klass = PST_EXCHANGE_GET_CLASS (exchange);
  return klass->is_live != NULL && klass->is_live (exchange);
}

/**
 * pst_exchange_can_execute:
 * @exchange: an exchange
 *
 * Tells whether orders can be sent there. Any thread.
 *
 * Returns: %TRUE when they can
 */
gboolean
pst_exchange_can_execute (PstExchange *exchange)
{
  g_return_val_if_fail (PST_IS_EXCHANGE (exchange), FALSE);

  return PST_EXCHANGE_GET_CLASS (exchange)->submit != NULL;
}

/**
 * pst_exchange_get_progress:
 * @exchange: an exchange
 * @counts: (out caller-allocates): what was read so far; zeros when it does not count
 * @fraction: (out): how far, from 0 to 1; below 0 when that is not known
 *
 * Tells how far a feed has come. On the run's context.
 */
void
pst_exchange_get_progress (PstExchange *exchange, PstFeedCounts *counts, double *fraction)
{
  g_return_if_fail (PST_IS_EXCHANGE (exchange));
  g_return_if_fail (counts != NULL && fraction != NULL);

  *counts = (PstFeedCounts){ 0 };
  *fraction = -1;
  if (PST_EXCHANGE_GET_CLASS (exchange)->get_progress != NULL)
    PST_EXCHANGE_GET_CLASS (exchange)->get_progress (exchange, counts, fraction);
}

/**
 * pst_exchange_get_feed:
 * @exchange: an exchange
 *
 * Names the exchange on whose market data a simulated venue fills. On the run's context.
 *
 * Returns: (transfer none) (nullable): that component's name; %NULL when it has market data of its own
 */
const char *
pst_exchange_get_feed (PstExchange *exchange)
{
  g_return_val_if_fail (PST_IS_EXCHANGE (exchange), NULL);

  return PST_EXCHANGE_GET_CLASS (exchange)->get_feed != NULL ? PST_EXCHANGE_GET_CLASS (exchange)->get_feed (exchange) : NULL;
}

/**
 * pst_exchange_observe_frame:
 * @exchange: a simulated venue
 * @frame: a frame of its feed
 * @error: return location
 *
 * Shows it a frame before anyone else sees it. On the run's context.
 *
 * Returns: %FALSE when the venue broke: the run ends
 */
gboolean
pst_exchange_observe_frame (PstExchange *exchange, const PstFrame *frame, GError **error)
{
  PstExchangeClass *klass = PST_EXCHANGE_GET_CLASS (exchange);

  return klass->observe_frame == NULL || klass->observe_frame (exchange, frame, error);
}

/**
 * pst_exchange_load_account:
 * @exchange: an exchange
 * @account: to which the balances are added
 * @error: return location
 *
 * Gets the balances with which the account starts. On the run's context.
 *
 * Returns: whether it succeeded
 */
gboolean
pst_exchange_load_account (PstExchange *exchange, PstAccount *account, GError **error)
{
  g_return_val_if_fail (PST_IS_EXCHANGE (exchange), FALSE);
  g_return_val_if_fail (account != NULL, FALSE);

  return PST_EXCHANGE_GET_CLASS (exchange)->load_account == NULL || PST_EXCHANGE_GET_CLASS (exchange)->load_account (exchange, account, error);
}

/**
 * pst_exchange_restore_fill:
 * @exchange: a simulated venue that was started
 * @fill: one that it told before its host was restarted
 * @error: return location
 *
 * Gives a fill back to the venue that told it, so that its books are those of the run. On the run's context.
 *
 * Returns: whether it took it
 */
gboolean
pst_exchange_restore_fill (PstExchange *exchange, const PstFill *fill, GError **error)
{
  g_return_val_if_fail (PST_IS_EXCHANGE (exchange), FALSE);
  g_return_val_if_fail (fill != NULL, FALSE);

  if (PST_EXCHANGE_GET_CLASS (exchange)->restore_fill == NULL)
    return not_supported (exchange, "take back what it filled before the host was restarted", error);
  return PST_EXCHANGE_GET_CLASS (exchange)->restore_fill (exchange, fill, error);
}

/**
 * pst_exchange_get_columns: (skip)
 * @exchange: a historical feed
 * @n_instruments: (out): how many instruments
 *
 * On the run's context, while it is started.
 *
 * Returns: (transfer none) (nullable): all its bars; %NULL when it has to be pulled
 */
const PstBarColumns *
pst_exchange_get_columns (PstExchange *exchange, guint *n_instruments)
{
  g_return_val_if_fail (PST_IS_EXCHANGE (exchange), NULL);

  *n_instruments = 0;
  if (PST_EXCHANGE_GET_CLASS (exchange)->get_columns == NULL)
    return NULL;
  return PST_EXCHANGE_GET_CLASS (exchange)->get_columns (exchange, n_instruments);
}

/**
 * pst_exchange_get_fill_rules: (skip)
 * @exchange: a simulated venue
 * @rules: (out caller-allocates): how it fills orders on bars; valid until an option is set
 * @error: return location for an error
 *
 * Errors: %PST_EXCHANGE_ERROR_NOT_SUPPORTED when it does more than the rules can say. From prepare() on.
 *
 * Returns: whether the rules say all
 */
gboolean
pst_exchange_get_fill_rules (PstExchange *exchange, PstFillRules *rules, GError **error)
{
  g_return_val_if_fail (PST_IS_EXCHANGE (exchange), FALSE);

  if (PST_EXCHANGE_GET_CLASS (exchange)->get_fill_rules != NULL)
    return PST_EXCHANGE_GET_CLASS (exchange)->get_fill_rules (exchange, rules, error);
  g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_SUPPORTED,
               "exchange \"%s\" does not say how it fills orders on bars; use plugin=sim", pst_component_get_name (PST_COMPONENT (exchange)));
  return FALSE;
}

/**
 * pst_exchange_can_restore_orders:
 * @exchange: an exchange
 *
 * Returns: whether orders that were open at it when its host was restarted live on
 */
gboolean
pst_exchange_can_restore_orders (PstExchange *exchange)
{
  g_return_val_if_fail (PST_IS_EXCHANGE (exchange), FALSE);

  return PST_EXCHANGE_GET_CLASS (exchange)->restore_order != NULL;
}

/**
 * pst_exchange_restore_order:
 * @exchange: a simulated venue that was started
 * @order: the order as this step left it
 * @report: (nullable): what the venue told; %NULL: something was sent to it
 * @error: return location
 *
 * Gives one step of an order's life back to the venue where it happened, in the order in which they happened, so that what is open at the end works
 * on there: with its place in time, what is filled of it, and what is still on its way. Without a report the order's state says what was sent at its
 * updated_time_ns: the order itself (SUBMITTED), a cancel (PENDING_CANCEL) or a change (PENDING_MODIFY: its request is what it is to become). The
 * money of a fill is moved by pst_exchange_restore_fill() before. Nothing is to be told again. On the run's context.
 *
 * Returns: whether it took it
 */
gboolean
pst_exchange_restore_order (PstExchange *exchange, const PstOrder *order, const PstExecutionReport *report, GError **error)
{
  g_return_val_if_fail (PST_IS_EXCHANGE (exchange), FALSE);
  g_return_val_if_fail (order != NULL, FALSE);

  if (PST_EXCHANGE_GET_CLASS (exchange)->restore_order == NULL)
    return not_supported (exchange, "take back orders that were open when the host was restarted", error);
  return PST_EXCHANGE_GET_CLASS (exchange)->restore_order (exchange, order, report, error);
}

/**
 * pst_exchange_submit:
 * @exchange: an exchange
 * @order: what to send
 * @error: return location
 *
 * Sends an order. Outcomes are told by #PstExchange::execution-reported, which may already happen inside this call. On the run's context.
 *
 * Returns: %FALSE with an error when it was certainly not sent
 */
gboolean
pst_exchange_submit (PstExchange *exchange, const PstOrder *order, GError **error)
{
  g_return_val_if_fail (PST_IS_EXCHANGE (exchange), FALSE);
  g_return_val_if_fail (order != NULL, FALSE);

  if (PST_EXCHANGE_GET_CLASS (exchange)->submit == NULL)
    return not_supported (exchange, "execute orders", error);
  return PST_EXCHANGE_GET_CLASS (exchange)->submit (exchange, order, error);
}

/**
 * pst_exchange_cancel:
 * @exchange: an exchange
 * @order: what to cancel
 * @error: return location
 *
 * Asks for a cancel; the outcome is a report. On the run's context.
 *
 * Returns: %FALSE with an error when it was certainly not sent
 */
gboolean
pst_exchange_cancel (PstExchange *exchange, const PstOrder *order, GError **error)
{
  g_return_val_if_fail (PST_IS_EXCHANGE (exchange), FALSE);
  g_return_val_if_fail (order != NULL, FALSE);

  if (PST_EXCHANGE_GET_CLASS (exchange)->cancel == NULL)
    return not_supported (exchange, "cancel orders", error);
  return PST_EXCHANGE_GET_CLASS (exchange)->cancel (exchange, order, error);
}

/**
 * pst_exchange_modify:
 * @exchange: an exchange
 * @order: what to change
 * @quantity: the new total quantity, mantissa at the size scale
 * @limit_price: the new limit price, mantissa at the price scale; 0 leaves it as it is
 * @stop_price: the new stop price, mantissa at the price scale; 0 leaves it as it is
 * @error: return location
 *
 * Asks for a change; the outcome is a report. On the run's context.
 *
 * Returns: %FALSE with an error when it was certainly not sent
 */
gboolean
pst_exchange_modify (PstExchange *exchange, const PstOrder *order, gint64 quantity, gint64 limit_price, gint64 stop_price, GError **error)
{
  g_return_val_if_fail (PST_IS_EXCHANGE (exchange), FALSE);
  g_return_val_if_fail (order != NULL, FALSE);

  if (PST_EXCHANGE_GET_CLASS (exchange)->modify == NULL)
    return not_supported (exchange, "modify orders", error);
  return PST_EXCHANGE_GET_CLASS (exchange)->modify (exchange, order, quantity, limit_price, stop_price, error);
}

/**
 * pst_exchange_add_instrument:
 * @exchange: an attached exchange
 * @instrument: (transfer none): what is traded there
 * @error: return location
 *
 * Adds to the run's table and makes this component the instrument's source. From prepare() on, on the run's context.
 *
 * Returns: the index; %PST_INSTRUMENT_NONE with %PST_VALUE_ERROR_RANGE when the id is already there
 */
guint32
pst_exchange_add_instrument (PstExchange *exchange, PstInstrument *instrument, GError **error)
{
  PstContext *context;
  guint32 index;

  g_return_val_if_fail (PST_IS_EXCHANGE (exchange), PST_INSTRUMENT_NONE);
  g_return_val_if_fail (instrument != NULL, PST_INSTRUMENT_NONE);
  context = pst_component_get_context (PST_COMPONENT (exchange));
  g_return_val_if_fail (context != NULL, PST_INSTRUMENT_NONE);

  index = pst_instrument_table_add (pst_context_get_instruments (context), instrument, error);
  if (index != PST_INSTRUMENT_NONE)
    pst_border_own (&private_of (exchange)->border, index, instrument->price_step);
  return index;
}

/**
 * pst_exchange_owns_instrument:
 * @exchange: an exchange
 * @instrument: index in the run's table
 *
 * Tells whether the instrument's market data come from this exchange. On the run's context.
 *
 * Returns: %TRUE when they do
 */
gboolean
pst_exchange_owns_instrument (PstExchange *exchange, guint32 instrument)
{
  g_return_val_if_fail (PST_IS_EXCHANGE (exchange), FALSE);

  return pst_border_owns (&private_of (exchange)->border, instrument);
}

static gboolean
refuse_block (PstExchange *exchange, const PstFrameBlock *block, guint frame, guint event, const char *refusal, GError **error)
{
  const PstFrame *bad = &block->frames[frame];
  const PstInstrument *instrument = NULL;
  PstContext *context = pst_component_get_context (PST_COMPONENT (exchange));
  char time[PST_TIME_TEXT_SIZE];

  if (context != NULL && event < bad->n_events)
    instrument = pst_instrument_table_get (pst_context_get_instruments (context), bad->events[event].instrument);
  pst_time_print (bad->time_ns, time);
  g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_BORDER, "exchange \"%s\": frame %u of %u at %s, event %u (%s): %s",
               pst_component_get_name (PST_COMPONENT (exchange)), frame + 1, block->n_frames, time, event + 1,
               instrument != NULL ? instrument->id : "no instrument", refusal);
  return FALSE;
}

/**
 * pst_exchange_publish:
 * @exchange: an exchange
 * @block: frames in order of time; their exchange and sequence are filled in here
 * @error: return location
 *
 * Takes market data over the border: checks every event (instrument known and own, prices above zero and on the grid, sizes not
 * negative, high and low around open and close, bid below ask, time not backwards), numbers the frames and emits
 * #PstExchange::frame-received. A block without frames is not emitted. On the run's context.
 *
 * Returns: %FALSE with %PST_EXCHANGE_ERROR_BORDER, naming frame, event and what is wrong; nothing of the block was emitted or
 *   remembered
 */
gboolean
pst_exchange_publish (PstExchange *exchange, PstFrameBlock *block, GError **error)
{
  PstExchangePrivate *priv = private_of (exchange);
  guint32 index = pst_component_get_index ((PstComponent *)exchange);
  PstFrame *frames;
  const char *refusal;
  guint frame, event;

  g_return_val_if_fail (block != NULL, FALSE);

  refusal = pst_border_check_block (&priv->border, block, &frame, &event);
  if (G_UNLIKELY (refusal != NULL))
    return refuse_block (exchange, block, frame, event, refusal, error);
  if (block->n_frames == 0)
    return TRUE;

  /* The block is the adapter's own memory; only readers get it as const. */
  frames = (PstFrame *)block->frames;
  for (guint i = 0; i < block->n_frames; i++)
    {
      frames[i].exchange = index;
      frames[i].sequence = ++priv->last_sequence;
    }
  g_signal_emit (exchange, signals[SIGNAL_FRAME_RECEIVED], 0, block);
  return TRUE;
}

/**
 * pst_exchange_check_event:
 * @exchange: an exchange
 * @event: an event that is not published yet
 *
 * Tells what pst_exchange_publish() would say of one event, compared with what was published before; for feeds that skip bad rows. On
 * the run's context.
 *
 * Returns: (transfer none) (nullable): %NULL when it is good, otherwise a static sentence
 */
const char *
pst_exchange_check_event (PstExchange *exchange, const PstEvent *event)
{
  return pst_border_check_event (&private_of (exchange)->border, event);
}

/**
 * pst_exchange_report:
 * @exchange: an exchange
 * @report: one step of an order's life
 *
 * Tells the run: emits #PstExchange::execution-reported. On the run's context.
 */
void
pst_exchange_report (PstExchange *exchange, const PstExecutionReport *report)
{
  g_return_if_fail (PST_IS_EXCHANGE (exchange));
  g_return_if_fail (report != NULL);

  g_signal_emit (exchange, signals[SIGNAL_EXECUTION_REPORTED], 0, report);
}

/**
 * pst_exchange_set_connection:
 * @exchange: an exchange
 * @state: how the connection stands
 *
 * Notes the connection's state and emits #PstExchange::connection-changed when it is another than before. On the run's context.
 */
void
pst_exchange_set_connection (PstExchange *exchange, PstConnection state)
{
  g_return_if_fail (PST_IS_EXCHANGE (exchange));

  if (private_of (exchange)->connection == state)
    return;
  private_of (exchange)->connection = state;
  g_signal_emit (exchange, signals[SIGNAL_CONNECTION_CHANGED], 0, state);
}

/**
 * pst_exchange_get_connection:
 * @exchange: an exchange
 *
 * Tells how the connection stands. On the run's context.
 *
 * Returns: the state; DISCONNECTED for an exchange that never said otherwise
 */
PstConnection
pst_exchange_get_connection (PstExchange *exchange)
{
  g_return_val_if_fail (PST_IS_EXCHANGE (exchange), PST_CONNECTION_DISCONNECTED);

  return private_of (exchange)->connection;
}
