/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The harness's market: frames on their way to the components under test, in the engine's order, and marks. */

#include "pst-harness-private.h"

/**
 * pst_harness_advance_to:
 * @harness: a harness
 * @time_ns: nanoseconds since the epoch, UTC, not before now
 *
 * Moves time; timers fire.
 */
void
pst_harness_advance_to (PstHarness *harness, gint64 time_ns)
{
  g_assert_true (pst_simulated_clock_advance_to (PST_SIMULATED_CLOCK (harness->clock), time_ns));
}

/**
 * pst_harness_advance:
 * @harness: a harness
 * @duration_ns: how far, nanoseconds
 *
 * Moves time; timers fire.
 */
void
pst_harness_advance (PstHarness *harness, gint64 duration_ns)
{
  pst_harness_advance_to (harness, pst_clock_now_ns (harness->clock) + duration_ns);
}

/**
 * pst_harness_add_instrument:
 * @harness: a harness
 * @symbol: "AAPL"
 *
 * Adds a share in the base currency to the harness's own feed: AAPL.TEST, prices with two decimals, whole sizes.
 *
 * Returns: its index
 */
guint32
pst_harness_add_instrument (PstHarness *harness, const char *symbol)
{
  PstInstrument draft = {
    .symbol = (char *)symbol, .venue = (char *)"TEST", .quote = harness->run.currency, .settlement = PST_SETTLEMENT_POSITION, .price_scale = 2
  };

  return pst_harness_add_instrument_like (harness, &draft);
}

/**
 * pst_harness_add_instrument_like:
 * @harness: a harness
 * @draft: all that it is
 *
 * Adds an instrument to the harness's own feed.
 *
 * Returns: its index
 */
guint32
pst_harness_add_instrument_like (PstHarness *harness, const PstInstrument *draft)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstInstrument) instrument = pst_instrument_new (draft, &error);
  guint32 index;

  g_assert_no_error (error);
  index = pst_exchange_add_instrument (PST_EXCHANGE (pst_harness_component (harness, PST_HARNESS_DATA_INDEX)), instrument, &error);
  g_assert_no_error (error);
  return index;
}

static gint64
read_mantissa (const char *text, guint scale)
{
  g_autoptr (GError) error = NULL;
  gint64 mantissa = 0;

  pst_mantissa_parse (text, -1, scale, &mantissa, &error);
  g_assert_no_error (error);
  return mantissa;
}

/**
 * pst_harness_price:
 * @harness: a harness
 * @instrument: index
 * @text: "10.20"
 *
 * Reads a price.
 *
 * Returns: mantissa at the instrument's price scale
 */
gint64
pst_harness_price (PstHarness *harness, guint32 instrument, const char *text)
{
  return read_mantissa (text, pst_harness_instrument (harness, instrument)->price_scale);
}

/**
 * pst_harness_size:
 * @harness: a harness
 * @instrument: index
 * @text: "100"
 *
 * Reads a size.
 *
 * Returns: mantissa at the instrument's size scale
 */
gint64
pst_harness_size (PstHarness *harness, guint32 instrument, const char *text)
{
  return read_mantissa (text, pst_harness_instrument (harness, instrument)->size_scale);
}

static void
apply_event (PstHarness *harness, const PstEvent *event)
{
  if (event->kind == PST_EVENT_LEVEL)
    pst_book_apply (pst_harness_book (harness, event->instrument), &event->level);
  else
    pst_mark_apply_event (pst_harness_mark (harness, event->instrument), event);
  if (event->kind == PST_EVENT_STATUS && event->status == PST_INSTRUMENT_STATUS_STALE)
    pst_book_set_state (pst_harness_book (harness, event->instrument), PST_BOOK_STALE);
}

/* Books are judged when the frame is whole. */
static void
settle_books (PstHarness *harness, const PstFrame *frame)
{
  for (guint i = 0; i < frame->n_events; i++)
    {
      const PstEvent *event = &frame->events[i];
      PstBook *book;

      if (event->kind != PST_EVENT_LEVEL)
        continue;
      book = pst_harness_book (harness, event->instrument);
      if (!pst_book_settle (book))
        continue;
      pst_book_set_state (book, PST_BOOK_LIVE);
      pst_mark_apply_book (pst_harness_mark (harness, event->instrument), book, frame->time_ns);
    }
}

static void
show_venues (PstHarness *harness, PstExchange *exchange, const PstFrame *frame)
{
  const char *name = pst_component_get_name (PST_COMPONENT (exchange));

  for (guint i = 0; i < harness->parts->len; i++)
    {
      PstComponent *component = pst_harness_component (harness, i);
      g_autoptr (GError) error = NULL;

      if (!PST_IS_EXCHANGE (component) || !pst_component_is_started (component)
          || g_strcmp0 (pst_exchange_get_feed (PST_EXCHANGE (component)), name) != 0)
        continue;
      pst_exchange_observe_frame (PST_EXCHANGE (component), frame, &error);
      g_assert_no_error (error);
    }
}

static void
show_kind (PstHarness *harness, PstComponentKind kind, const PstFrame *frame)
{
  for (guint i = 0; i < harness->parts->len; i++)
    {
      PstComponent *component = pst_harness_component (harness, i);

      if (pst_component_get_kind (component) != kind || !pst_component_is_started (component))
        continue;
      if (kind == PST_COMPONENT_KIND_GUARD)
        pst_guard_on_frame (PST_GUARD (component), frame);
      else
        pst_strategy_on_frame (PST_STRATEGY (component), frame);
    }
}

void
pst_harness_apply_block (PstHarness *harness, PstExchange *exchange, const PstFrameBlock *block)
{
  for (guint i = 0; i < block->n_frames; i++)
    {
      const PstFrame *frame = &block->frames[i];
      PstFrameBlock single = { frame, 1 };

      g_ptr_array_add (harness->frames, pst_frame_block_copy (&single));
      if (frame->time_ns > pst_clock_now_ns (harness->clock))
        pst_harness_advance_to (harness, frame->time_ns);
      show_venues (harness, exchange, frame);
      for (guint k = 0; k < frame->n_events; k++)
        apply_event (harness, &frame->events[k]);
      settle_books (harness, frame);
      show_kind (harness, PST_COMPONENT_KIND_GUARD, frame);
      show_kind (harness, PST_COMPONENT_KIND_STRATEGY, frame);
    }
}

/**
 * pst_harness_push_frame:
 * @harness: a harness
 * @time_ns: the frame's time, nanoseconds since the epoch, UTC
 * @events: (array length=n_events): its events; times of 0 become @time_ns
 * @n_events: how many
 *
 * Publishes a frame from the harness's own feed. What the border refuses ends the test.
 */
void
pst_harness_push_frame (PstHarness *harness, gint64 time_ns, const PstEvent *events, guint n_events)
{
  g_autoptr (PstFrameBuffer) buffer = pst_frame_buffer_new (MAX (n_events, 1));
  g_autoptr (GError) error = NULL;
  PstFrameBlock block;

  pst_frame_buffer_begin (buffer, time_ns);
  for (guint i = 0; i < n_events; i++)
    {
      PstEvent *event = pst_frame_buffer_add (buffer);

      *event = events[i];
      if (event->venue_time_ns == 0)
        event->venue_time_ns = time_ns;
      if (event->receive_time_ns == 0)
        event->receive_time_ns = time_ns;
    }
  pst_frame_buffer_end (buffer);
  block = pst_frame_buffer_get_block (buffer);
  pst_exchange_publish (PST_EXCHANGE (pst_harness_component (harness, PST_HARNESS_DATA_INDEX)), &block, &error);
  g_assert_no_error (error);
}

/**
 * pst_harness_push_bar:
 * @harness: a harness
 * @instrument: index
 * @time_ns: end of its period, nanoseconds since the epoch, UTC
 * @open: price
 * @high: price
 * @low: price
 * @close: price
 * @volume: size
 *
 * Publishes a frame of one bar.
 */
void
pst_harness_push_bar (PstHarness *harness, guint32 instrument, gint64 time_ns, const char *open, const char *high, const char *low, const char *close,
                      const char *volume)
{
  PstEvent event = { .instrument = instrument, .kind = PST_EVENT_BAR };

  event.bar.open = pst_harness_price (harness, instrument, open);
  event.bar.high = pst_harness_price (harness, instrument, high);
  event.bar.low = pst_harness_price (harness, instrument, low);
  event.bar.close = pst_harness_price (harness, instrument, close);
  event.bar.volume = pst_harness_size (harness, instrument, volume);
  pst_harness_push_frame (harness, time_ns, &event, 1);
}

/**
 * pst_harness_push_quote:
 * @harness: a harness
 * @instrument: index
 * @time_ns: nanoseconds since the epoch, UTC
 * @bid: price
 * @bid_size: size, "0" for none
 * @ask: price
 * @ask_size: size, "0" for none
 *
 * Publishes a frame of one quote.
 */
void
pst_harness_push_quote (PstHarness *harness, guint32 instrument, gint64 time_ns, const char *bid, const char *bid_size, const char *ask,
                        const char *ask_size)
{
  PstEvent event = { .instrument = instrument, .kind = PST_EVENT_QUOTE };

  event.quote.bid_price = pst_harness_price (harness, instrument, bid);
  event.quote.bid_size = pst_harness_size (harness, instrument, bid_size);
  event.quote.ask_price = pst_harness_price (harness, instrument, ask);
  event.quote.ask_size = pst_harness_size (harness, instrument, ask_size);
  pst_harness_push_frame (harness, time_ns, &event, 1);
}

/**
 * pst_harness_push_trade:
 * @harness: a harness
 * @instrument: index
 * @time_ns: nanoseconds since the epoch, UTC
 * @price: price
 * @size: size
 * @aggressor: who crossed the spread
 *
 * Publishes a frame of one trade.
 */
void
pst_harness_push_trade (PstHarness *harness, guint32 instrument, gint64 time_ns, const char *price, const char *size, PstSide aggressor)
{
  PstEvent event = { .instrument = instrument, .kind = PST_EVENT_TRADE };

  event.trade.price = pst_harness_price (harness, instrument, price);
  event.trade.size = pst_harness_size (harness, instrument, size);
  event.trade.aggressor = aggressor;
  pst_harness_push_frame (harness, time_ns, &event, 1);
}

/**
 * pst_harness_push_status:
 * @harness: a harness
 * @instrument: index
 * @time_ns: nanoseconds since the epoch, UTC
 * @status: what can be done with it from now on
 *
 * Publishes a frame of one change of status.
 */
void
pst_harness_push_status (PstHarness *harness, guint32 instrument, gint64 time_ns, PstInstrumentStatus status)
{
  PstEvent event = { .instrument = instrument, .kind = PST_EVENT_STATUS, .status = status };

  pst_harness_push_frame (harness, time_ns, &event, 1);
}

/**
 * pst_harness_pull_all:
 * @harness: a harness
 * @feed: a started historical feed of the harness
 * @error: return location
 *
 * Pulls a feed to its end.
 *
 * Returns: %FALSE with the feed's error
 */
gboolean
pst_harness_pull_all (PstHarness *harness, PstExchange *feed, GError **error)
{
  for (;;)
    {
      guint n_frames = harness->frames->len;
      PstFeedStatus status = pst_exchange_pull (feed, error);

      if (status == PST_FEED_ERROR)
        return FALSE;
      if (status == PST_FEED_END)
        {
          g_assert_cmpuint (harness->frames->len, ==, n_frames);
          return TRUE;
        }
      g_assert_cmpuint (harness->frames->len, >, n_frames);
    }
}

/**
 * pst_harness_get_n_frames:
 * @harness: a harness
 *
 * Counts the frames that any exchange published.
 *
 * Returns: how many
 */
guint
pst_harness_get_n_frames (PstHarness *harness)
{
  return harness->frames->len;
}

/**
 * pst_harness_get_frame:
 * @harness: a harness
 * @n: from 0
 *
 * Gives a frame that was published.
 *
 * Returns: (transfer none): a copy that lives as long as the harness
 */
const PstFrame *
pst_harness_get_frame (PstHarness *harness, guint n)
{
  g_assert_cmpuint (n, <, harness->frames->len);
  return ((PstFrameBlock *)harness->frames->pdata[n])->frames;
}

/**
 * pst_harness_set_mark:
 * @harness: a harness
 * @instrument: index
 * @price: (nullable): price; %NULL for none
 *
 * Says what an instrument is worth now.
 */
void
pst_harness_set_mark (PstHarness *harness, guint32 instrument, const char *price)
{
  PstMark *mark = pst_harness_mark (harness, instrument);

  mark->valid = price != NULL;
  mark->price = price != NULL ? pst_harness_price (harness, instrument, price) : 0;
  mark->time_ns = pst_clock_now_ns (harness->clock);
}

static void
set_position (PstHarness *harness, guint32 strategy, guint32 instrument, gint64 quantity, gint64 price)
{
  PstPosition *position = pst_harness_position (harness, strategy, instrument);

  *position = (PstPosition){ .strategy = strategy, .instrument = instrument, .quantity = quantity, .n_fills = quantity != 0 };
  g_assert_true (pst_instrument_notional (pst_harness_instrument (harness, instrument), price, quantity, PST_ROUND_HALF_EVEN, &position->cost));
}

/**
 * pst_harness_set_position:
 * @harness: a harness
 * @strategy: index of the strategy component; %G_MAXUINT32 for the net alone
 * @instrument: index
 * @quantity: size, "-10" is short
 * @price: at which it was bought or sold
 *
 * Says what is held. The net of all strategies follows.
 */
void
pst_harness_set_position (PstHarness *harness, guint32 strategy, guint32 instrument, const char *quantity, const char *price)
{
  gint64 size = pst_harness_size (harness, instrument, quantity), at = pst_harness_price (harness, instrument, price), net;

  net = pst_harness_position (harness, G_MAXUINT32, instrument)->quantity;
  if (strategy == G_MAXUINT32)
    {
      set_position (harness, G_MAXUINT32, instrument, size, at);
      return;
    }
  net += size - pst_harness_position (harness, strategy, instrument)->quantity;
  set_position (harness, strategy, instrument, size, at);
  set_position (harness, G_MAXUINT32, instrument, net, at);
}

static PstMoney
read_money (const char *text)
{
  g_autoptr (GError) error = NULL;
  PstMoney money = { NULL, 0 };

  pst_money_parse (text, &money, &error);
  g_assert_no_error (error);
  return money;
}

/**
 * pst_harness_set_balance:
 * @harness: a harness
 * @exchange: index of the exchange component
 * @money: "1000 USD"
 *
 * Says what cash is at an exchange in that currency.
 */
void
pst_harness_set_balance (PstHarness *harness, guint32 exchange, const char *money)
{
  PstMoney balance = read_money (money);
  PstAccount *account = pst_harness_account (harness, exchange, TRUE);
  g_autoptr (GError) error = NULL;

  pst_account_add (account, balance.currency, balance.amount - pst_account_get_balance (account, balance.currency), &error);
  g_assert_no_error (error);
}

/**
 * pst_harness_set_equity:
 * @harness: a harness
 * @money: (nullable): "1000 USD"; %NULL to have it calculated from balances, positions and marks
 *
 * Says what everything is worth.
 */
void
pst_harness_set_equity (PstHarness *harness, const char *money)
{
  harness->equity = money != NULL ? read_money (money) : (PstMoney){ NULL, 0 };
}

/**
 * pst_harness_set_trading_state:
 * @harness: a harness
 * @state: ACTIVE, REDUCING or HALTED
 *
 * Says what trading is allowed, as an operator would; nothing is recorded.
 */
void
pst_harness_set_trading_state (PstHarness *harness, PstTradingState state)
{
  harness->trading_state = state;
}

/**
 * pst_harness_set_connection:
 * @harness: a harness
 * @state: the new state
 *
 * Lets the connection of the harness's own feed change.
 */
void
pst_harness_set_connection (PstHarness *harness, PstConnection state)
{
  pst_exchange_set_connection (PST_EXCHANGE (pst_harness_component (harness, PST_HARNESS_DATA_INDEX)), state);
}

/**
 * pst_harness_set_calendar:
 * @harness: a harness
 * @name: a calendar's name
 *
 * Says when the market of the harness's own feed is open.
 */
void
pst_harness_set_calendar (PstHarness *harness, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstCalendar) calendar = pst_calendar_load (name, &error);

  if (calendar == NULL)
    pst_check_fail ("%s", error->message);
  pst_exchange_set_calendar (PST_EXCHANGE (pst_harness_component (harness, PST_HARNESS_DATA_INDEX)), calendar);
}
