/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A frame goes as in a run: the venue meets it first (open, then stops, then limits, orders by their arrival), what could not be paid is tried again
 * at its end, marks move, strategies see it, and what they ask for is checked and sent. What rests changes only between frames. */
#include "pst-fill-walk.h"

#include "pst-fill-walk-private.h"

/* Up to this, what is held and what is there can be added up. */
#define BETWEEN_MAX (G_MAXINT64 / 4)

static gint
sign_of (gint64 quantity)
{
  return (quantity > 0) - (quantity < 0);
}

static PstSide
exit_side (const PstExits *exits)
{
  return exits->sign > 0 ? PST_SIDE_SELL : PST_SIDE_BUY;
}

/* What the gate and the venue say of an order's form; market orders are judged by the mark. */
static gboolean
may_order (const PstVenuePlace *place, gint64 quantity, gint64 price)
{
  const PstInstrument *instrument = place->columns->instrument;
  gint64 notional;

  if (quantity <= 0 || !pst_instrument_size_on_grid (instrument, quantity) || quantity < instrument->size_min
      || (instrument->size_max != 0 && quantity > instrument->size_max))
    return FALSE;
  return pst_instrument_notional (instrument, price, quantity, PST_ROUND_HALF_EVEN, &notional) && notional >= instrument->notional_min;
}

static gboolean
may_sell (const PstFillWalk *walk, const PstVenuePlace *place, PstSide side, gint64 quantity)
{
  return side == PST_SIDE_BUY || walk->plan->rules.short_selling != PST_SHORT_SELLING_NEVER || place->net.quantity >= quantity;
}

static gint64
get_free (const PstFillWalk *walk)
{
  __int128 amount = (__int128)walk->cash - (__int128)2 * walk->shorts;

  return (gint64)CLAMP (amount, G_MININT64, G_MAXINT64);
}

/* The exits of what is held now; they reach the venue when the frame is over. */
static void
protect (PstFillWalk *walk, PstVenuePlace *place, PstLane *lane, gboolean is_new)
{
  const PstSignalRules *rules = lane->rules;
  const PstInstrument *instrument = place->columns->instrument;
  gint sign = sign_of (lane->position.quantity);
  gint64 size = ABS (lane->position.quantity), price, stop, target;

  if (sign == 0 || !pst_signal_rules_have_exits (rules))
    return;
  price = pst_position_average_price (&lane->position, instrument);
  if (is_new)
    lane->best = price;
  stop = pst_signal_rules_stop (rules, instrument, sign, price, lane->best);
  target = pst_signal_rules_target (rules, instrument, sign, price);
  lane->want.sign = sign;
  if (stop != 0 && may_order (place, size, stop))
    {
      lane->want.stop_price = stop;
      lane->want.stop_size = size;
    }
  if (target != 0 && may_order (place, size, target))
    {
      lane->want.target_price = target;
      lane->want.target_size = size;
    }
  walk->n_touched += !lane->touched;
  lane->touched = TRUE;
}

static void
revalue (PstFillWalk *walk, PstVenuePlace *place)
{
  gint64 value = 0;

  if (place->net.quantity != 0 && !pst_position_value (&place->net, place->columns->instrument, place->mark, &value))
    {
      walk->overflowed = TRUE;
      return;
    }
  walk->value += (__int128)value - place->value;
  walk->exposure += (__int128)ABS (value) - ABS (place->value);
  place->value = value;
}

/* Moves positions and cash, and tells who keeps account of it. */
static gboolean
book_fill (PstFillWalk *walk, PstVenuePlace *place, PstLane *lane, PstFill *fill)
{
  const PstInstrument *instrument = place->columns->instrument;
  gint64 short_before = place->net.quantity < 0 ? -place->net.cost : 0, short_after, moved;
  const PstBacktestFill told = { fill->time_ns, fill->instrument, (guint16)fill->side, lane->strategy, fill->price, fill->quantity, fill->fee };
  PstFill net = *fill;

  if (!pst_position_apply (&place->net, instrument, &net, NULL))
    return FALSE;
  if (walk->plan->n_strategies == 1)
    lane->position = place->net;
  else if (!pst_position_apply (&lane->position, instrument, fill, NULL))
    return FALSE;
  moved = fill->side == PST_SIDE_BUY ? -fill->notional : fill->notional;
  if (!pst_add_checked (walk->cash, moved, &walk->cash) || !pst_subtract_checked (walk->cash, fill->fee, &walk->cash))
    return FALSE;
  short_after = place->net.quantity < 0 ? -place->net.cost : 0;
  walk->shorts += short_after - short_before;
  revalue (walk, place);
  g_array_append_val (walk->result->fills, told);
  walk->is_too_big
      |= MAX (ABS (place->net.quantity), ABS (lane->position.quantity)) > place->size_max || walk->cash > BETWEEN_MAX || walk->cash < -BETWEEN_MAX;
  return pst_trip_book_add_fill (walk->trips, instrument, lane->strategy, fill);
}

static PstPayment
pay (PstFillWalk *walk, PstVenuePlace *place, PstLane *lane, PstSide side, gint64 quantity, gint64 price, PstLiquidity liquidity)
{
  const PstInstrument *instrument = place->columns->instrument;
  PstFill fill = { .strategy = lane->strategy,
                   .instrument = place->index,
                   .side = side,
                   .liquidity = liquidity,
                   .time_ns = walk->now_ns,
                   .price = price,
                   .quantity = quantity };
  gint64 need;

  if (!pst_instrument_notional (instrument, price, quantity, PST_ROUND_HALF_EVEN, &fill.notional)
      || !pst_fill_fee (&place->costs, instrument, fill.notional, liquidity, &fill.fee))
    return PST_PAYMENT_OVERFLOW;
  if (fill.fee != 0)
    fill.fee_currency = instrument->quote;
  if (!may_sell (walk, place, side, quantity))
    return PST_PAYMENT_LACKS;
  if (!pst_fill_need (instrument, place->net.quantity, place->net.cost, side, quantity, price, fill.fee, &need))
    return PST_PAYMENT_LACKS;
  if (walk->plan->rules.checks_cash && need > 0 && need > get_free (walk))
    return PST_PAYMENT_LACKS;
  return book_fill (walk, place, lane, &fill) ? PST_PAYMENT_DONE : PST_PAYMENT_OVERFLOW;
}

/* A stop or a target filled: the signal that opened the position is over too. */
static void
after_exit (PstFillWalk *walk, PstVenuePlace *place, PstLane *lane)
{
  lane->target = PST_SIGNAL_TARGET_NONE;
  if (place->net.quantity == 0)
    lane->work = (PstExits){ 0 };
  if (lane->position.quantity == 0)
    lane->want = (PstExits){ 0 };
  else
    protect (walk, place, lane, FALSE);
  walk->n_touched += !lane->touched;
  lane->touched = TRUE;
}

static gboolean
fill_exit (PstFillWalk *walk, PstVenuePlace *place, PstLane *lane, gint64 *price_field, gint64 *want_field, gint64 size, gint64 price,
           PstLiquidity liquidity)
{
  PstSide side = exit_side (&lane->work);
  gint64 reducible = MAX (side == PST_SIDE_BUY ? -place->net.quantity : place->net.quantity, 0);

  *price_field = *want_field = 0;
  if (reducible == 0)
    return TRUE;
  if (pay (walk, place, lane, side, MIN (size, reducible), price, liquidity) != PST_PAYMENT_DONE)
    return FALSE;
  after_exit (walk, place, lane);
  return TRUE;
}

static gboolean
fill_stop (PstFillWalk *walk, PstVenuePlace *place, PstLane *lane, gint64 price)
{
  return pst_fill_slip (place->columns->instrument, exit_side (&lane->work), price, place->costs.slippage, &price)
         && fill_exit (walk, place, lane, &lane->work.stop_price, &lane->want.stop_price, lane->work.stop_size, price, PST_LIQUIDITY_TAKER);
}

static gboolean
fill_target (PstFillWalk *walk, PstVenuePlace *place, PstLane *lane, gint64 price, PstLiquidity liquidity)
{
  return fill_exit (walk, place, lane, &lane->work.target_price, &lane->want.target_price, lane->work.target_size, price, liquidity);
}

static gboolean
reaches_stop (const PstExits *exits, gint64 price)
{
  return exits->stop_price != 0 && (exits->sign > 0 ? price <= exits->stop_price : price >= exits->stop_price);
}

static gboolean
beats_target (const PstFillWalk *walk, const PstExits *exits, gint64 price)
{
  if (exits->target_price == 0)
    return FALSE;
  if (price == exits->target_price)
    return walk->plan->rules.fill_on_touch;
  return exits->sign > 0 ? price > exits->target_price : price < exits->target_price;
}

/* The order for an amount of cash gets its size where it fills. */
static gboolean
fit_cash (PstFillWalk *walk, const PstVenuePlace *place, PstOrderAsked *order, gint64 price)
{
  const PstInstrument *instrument = place->columns->instrument;
  gint64 cash = order->cash_max, quantity;

  if (cash == 0)
    return TRUE;
  if (walk->plan->rules.checks_cash)
    cash = MIN (cash, get_free (walk));
  if (!pst_fill_size_for_cash (&place->costs, instrument, price, cash, &quantity))
    return FALSE;
  if (quantity >= MAX (instrument->size_min, 1))
    order->quantity = quantity;
  return TRUE;
}

/* Fills a market order at @price, before slippage. @defers: whether what cannot be paid waits for the end of the frame. */
static gboolean
fill_market (PstFillWalk *walk, PstVenuePlace *place, PstLane *lane, guint kind, gint64 price, gboolean defers)
{
  PstOrderAsked *order = &lane->orders[kind];
  gint64 slipped;
  PstPayment payment;

  if (!pst_fill_slip (place->columns->instrument, order->side, price, place->costs.slippage, &slipped) || !fit_cash (walk, place, order, slipped))
    return FALSE;
  payment = pay (walk, place, lane, order->side, order->quantity, slipped, PST_LIQUIDITY_TAKER);
  if (payment == PST_PAYMENT_OVERFLOW)
    return FALSE;
  if (payment == PST_PAYMENT_LACKS && defers)
    {
      const PstUnpaid unpaid = { place, lane, kind, price };

      g_array_append_val (walk->unpaid, unpaid);
      return TRUE;
    }
  order->quantity = 0;
  if (payment == PST_PAYMENT_LACKS)
    lane->target = PST_SIGNAL_TARGET_NONE;
  else if (kind == PST_LANE_OPENING && lane->orders[PST_LANE_CLOSING].quantity == 0)
    protect (walk, place, lane, lane->want.stop_price == 0);
  return TRUE;
}

static gboolean
match_open (PstFillWalk *walk, PstVenuePlace *place, PstLane *lane, gint64 open)
{
  if (reaches_stop (&lane->work, open) && !fill_stop (walk, place, lane, open))
    return FALSE;
  if (beats_target (walk, &lane->work, open) && !fill_target (walk, place, lane, open, PST_LIQUIDITY_TAKER))
    return FALSE;
  for (guint kind = 0; kind < PST_LANE_N_ORDERS; kind++)
    if (lane->orders[kind].quantity != 0 && !fill_market (walk, place, lane, kind, open, TRUE))
      return FALSE;
  return TRUE;
}

static gboolean
match_stop (PstFillWalk *walk, PstVenuePlace *place, PstLane *lane, gsize bar)
{
  gint64 extreme = lane->work.sign > 0 ? place->columns->low[bar] : place->columns->high[bar];

  return !reaches_stop (&lane->work, extreme) || fill_stop (walk, place, lane, lane->work.stop_price);
}

static gboolean
match_target (PstFillWalk *walk, PstVenuePlace *place, PstLane *lane, gsize bar)
{
  gint64 extreme = lane->work.sign > 0 ? place->columns->high[bar] : place->columns->low[bar];

  return !beats_target (walk, &lane->work, extreme) || fill_target (walk, place, lane, lane->work.target_price, PST_LIQUIDITY_MAKER);
}

static gboolean
has_work (const PstLane *lane)
{
  return lane->orders[PST_LANE_CLOSING].quantity != 0 || lane->orders[PST_LANE_OPENING].quantity != 0 || lane->work.stop_price != 0
         || lane->work.target_price != 0;
}

static gboolean
match_bar (PstFillWalk *walk, PstVenuePlace *place)
{
  gsize bar = place->bar;

  for (guint s = 0; s < walk->plan->n_strategies; s++)
    {
      PstLane *lane = pst_fill_walk_lane (walk, s, place->index);

      if (has_work (lane) && !match_open (walk, place, lane, place->columns->open[bar]))
        return FALSE;
    }
  if (!walk->has_exits)
    return TRUE;
  /* Exits are those of one strategy. */
  return match_stop (walk, place, pst_fill_walk_lane (walk, 0, place->index), bar)
         && match_target (walk, place, pst_fill_walk_lane (walk, 0, place->index), bar);
}

static gboolean
settle_unpaid (PstFillWalk *walk)
{
  for (guint i = 0; i < walk->unpaid->len; i++)
    {
      PstUnpaid unpaid = g_array_index (walk->unpaid, PstUnpaid, i);

      if (!fill_market (walk, unpaid.place, unpaid.lane, unpaid.kind, unpaid.price, FALSE))
        return FALSE;
    }
  g_array_set_size (walk->unpaid, 0);
  return TRUE;
}

/* What strategies made of the frame's fills reaches the venue. */
static void
send_exits (PstFillWalk *walk, guint n_active)
{
  for (guint i = 0; i < n_active && walk->n_touched > 0; i++)
    for (guint s = 0; s < walk->plan->n_strategies; s++)
      {
        PstLane *lane = pst_fill_walk_lane (walk, s, walk->active[i]);

        if (!lane->touched)
          continue;
        lane->work = lane->want;
        lane->touched = FALSE;
        walk->n_touched--;
      }
}

static void
get_own_funds (const PstLane *lane, const PstVenuePlace *place, PstSignalFunds *funds)
{
  const PstPosition *position = &lane->position;
  gint64 value = 0;

  funds->currency = lane->rules->instrument_cash->currency;
  funds->cash = lane->rules->instrument_cash->amount - (position->cost - position->realised_profit) - position->fees;
  if (pst_position_value (position, place->columns->instrument, place->mark, &value))
    funds->equity = funds->cash + value;
}

/* As the strategy sizes in a run: on the close that it saw, with the account as it stands before the frame's orders. */
static void
ask_opening (PstFillWalk *walk, PstVenuePlace *place, PstLane *lane, gboolean closes)
{
  PstOrderAsked *order = &lane->orders[PST_LANE_OPENING];
  PstSignalFunds funds = { walk->plan->currency, walk->cash, (gint64)(walk->cash + walk->value) };
  gint64 held_value = 0;

  if (lane->rules->instrument_cash != NULL)
    get_own_funds (lane, place, &funds);
  if (closes && !pst_position_value (&lane->position, place->columns->instrument, place->mark, &held_value))
    return;
  order->side = lane->target == PST_SIGNAL_TARGET_LONG ? PST_SIDE_BUY : PST_SIDE_SELL;
  order->quantity = pst_signal_rules_size (lane->rules, place->columns->instrument, &funds, held_value, place->mark, &order->cash_max);
}

static void
ask (PstFillWalk *walk, PstVenuePlace *place, PstLane *lane)
{
  gint64 held = lane->position.quantity;
  gint wanted = pst_signal_target_sign (lane->target);

  if (wanted == sign_of (held) && !(wanted != 0 && lane->rules->accumulate))
    return;
  if (wanted == sign_of (held))
    {
      ask_opening (walk, place, lane, FALSE);
      return;
    }
  if (held != 0)
    {
      lane->orders[PST_LANE_CLOSING] = (PstOrderAsked){ held > 0 ? PST_SIDE_SELL : PST_SIDE_BUY, ABS (held), 0 };
      lane->work = lane->want = (PstExits){ 0 };
    }
  if (wanted != 0)
    ask_opening (walk, place, lane, held != 0);
}

static void
trail (PstVenuePlace *place, PstLane *lane, gsize bar)
{
  gint sign = sign_of (lane->position.quantity);
  gint64 stop;

  if (sign == 0 || lane->rules->trailing_stop == 0)
    return;
  lane->best = sign > 0 ? MAX (lane->best, place->columns->high[bar]) : MIN (lane->best, place->columns->low[bar]);
  stop = pst_signal_rules_stop (lane->rules, place->columns->instrument, sign,
                                pst_position_average_price (&lane->position, place->columns->instrument), lane->best);
  if (stop != 0)
    lane->want.stop_price = lane->work.stop_price = stop;
}

static void
see_bar (PstFillWalk *walk, guint strategy, guint32 index)
{
  PstLane *lane = pst_fill_walk_lane (walk, strategy, index);
  PstVenuePlace *place = &walk->places[index];
  gsize bar = place->bar;
  PstSignalTarget target;

  if (lane->signals == NULL || bar >= lane->n_signals)
    return;
  if (lane->signals[bar] != PST_SIGNAL_NONE)
    {
      target = pst_signal_rules_aim (lane->rules->direction, lane->target, (PstSignal)lane->signals[bar]);
      if (target != PST_SIGNAL_TARGET_NONE)
        {
          lane->target = target;
          ask (walk, place, lane);
          for (guint kind = 0; kind < PST_LANE_N_ORDERS; kind++)
            if (lane->orders[kind].quantity != 0)
              {
                const PstUnpaid asked = { place, lane, kind, place->mark };

                g_array_append_val (walk->asked, asked);
              }
        }
    }
  if (lane->want.stop_price != 0)
    trail (place, lane, bar);
}

/* Checks what was asked for, and fills it where the venue fills at the close. */
static gboolean
send_orders (PstFillWalk *walk)
{
  for (guint i = 0; i < walk->asked->len; i++)
    {
      PstUnpaid asked = g_array_index (walk->asked, PstUnpaid, i);
      PstOrderAsked *order = &asked.lane->orders[asked.kind];

      if (!may_order (asked.place, order->quantity, asked.price) || !may_sell (walk, asked.place, order->side, order->quantity))
        {
          order->quantity = 0;
          asked.lane->target = PST_SIGNAL_TARGET_NONE;
        }
      else if (walk->plan->rules.fills_at_close && !fill_market (walk, asked.place, asked.lane, asked.kind, asked.price, FALSE))
        return FALSE;
    }
  g_array_set_size (walk->asked, 0);
  return TRUE;
}

static gboolean
close_tick (PstFillWalk *walk)
{
  __int128 equity = walk->cash + walk->value;
  const PstEquityPoint point = { walk->now_ns, (gint64)equity, walk->cash, (gint64)walk->exposure, 0 };

  if (walk->overflowed || equity != point.equity || walk->exposure != point.exposure)
    return FALSE;
  g_array_append_val (walk->result->equity, point);
  return TRUE;
}

static gboolean
add_bar (PstFillWalk *walk, const PstVenuePlace *place, gint64 time_ns, gsize bar)
{
  const PstBarColumns *c = place->columns;

  return pst_trip_book_add_bar (walk->trips, place->index, time_ns,
                                &(const PstBar){ c->open[bar], c->high[bar], c->low[bar], c->close[bar], c->volume[bar] });
}

static gboolean
show_to_strategies (PstFillWalk *walk, const PstBarFrame *frame, const guint32 *order, guint n_active)
{
  for (guint s = 0; s < walk->plan->n_strategies; s++)
    for (guint i = 0; i < n_active; i++)
      see_bar (walk, s, walk->active[i]);
  if ((walk->needs & PST_FILL_NEEDS_EXCURSIONS) == 0)
    for (guint i = 0; i < n_active; i++)
      pst_trip_book_set_n_bars (walk->trips, walk->active[i], walk->places[walk->active[i]].bar + 1);
  else
    for (guint i = 0; i < frame->n_bars; i++)
      if (!add_bar (walk, &walk->places[order[i]], frame->time_ns, walk->places[order[i]].n_seen - 1))
        return FALSE;
  return TRUE;
}

static inline void
move_mark (PstFillWalk *walk, PstVenuePlace *place, gsize bar)
{
  place->mark = place->columns->close[bar];
  if (place->net.quantity != 0)
    revalue (walk, place);
}

static void
move_marks (PstFillWalk *walk, const PstBarFrame *frame, const guint32 *order, guint n_active)
{
  if (!walk->marks_all)
    for (guint i = 0; i < n_active; i++)
      move_mark (walk, &walk->places[walk->active[i]], walk->places[walk->active[i]].bar);
  else
    for (guint i = 0; i < frame->n_bars; i++)
      move_mark (walk, &walk->places[order[i]], walk->places[order[i]].n_seen++);
}

/* A lane with orders is looked at at each bar; one without when a signal would change something. */
static gsize
find_next_bar (const PstLane *lane, gsize from, gsize n_bars)
{
  gsize found;

  if (has_work (lane))
    return from;
  if (lane->signals == NULL)
    return n_bars;
  found = pst_signal_scan_find (lane->scan, (PstSignalTarget)lane->target, sign_of (lane->position.quantity), lane->signals, from, lane->n_signals);
  return found < lane->n_signals ? found : n_bars;
}

static void
look_ahead (PstFillWalk *walk, PstVenuePlace *place, gsize from)
{
  gsize n_bars = place->columns->n_bars, next = n_bars;

  for (guint s = 0; s < walk->plan->n_strategies && from < n_bars; s++)
    next = MIN (next, find_next_bar (pst_fill_walk_lane (walk, s, place->index), from, n_bars));
  if (next < n_bars)
    pst_fill_timeline_push (walk->timeline, place->index, next);
}

static gboolean
walk_frame (PstFillWalk *walk, gsize number, const PstBarFrame *frame, const guint32 *order)
{
  guint n_active = pst_fill_timeline_pop (walk->timeline, number, walk->active, walk->active_bars);

  walk->now_ns = frame->time_ns;
  for (guint i = 0; i < n_active; i++)
    {
      PstVenuePlace *place = &walk->places[walk->active[i]];

      place->bar = walk->active_bars[i];
      if ((walk->needs & PST_FILL_NEEDS_EXCURSIONS) == 0)
        pst_trip_book_set_n_bars (walk->trips, place->index, place->bar);
      if (!match_bar (walk, place))
        return FALSE;
    }
  if (!settle_unpaid (walk))
    return FALSE;
  send_exits (walk, n_active);
  move_marks (walk, frame, order, n_active);
  if (!show_to_strategies (walk, frame, order, n_active) || !send_orders (walk))
    return FALSE;
  send_exits (walk, n_active);
  for (guint i = 0; i < n_active; i++)
    look_ahead (walk, &walk->places[walk->active[i]], walk->places[walk->active[i]].bar + 1);
  return TRUE;
}

/**
 * pst_fill_walk_new: (skip)
 * @bars: what is to be walked over
 * @n_strategies: how many strategies a plan has
 *
 * Any thread; used by one.
 *
 * Returns: (transfer full): a walk
 */
PstFillWalk *
pst_fill_walk_new (PstBarSet *bars, guint n_strategies)
{
  PstFillWalk *walk = g_new0 (PstFillWalk, 1);
  guint n = pst_bar_set_get_n_instruments (bars);

  walk->bars = bars;
  walk->n_places = n;
  walk->n_strategies = n_strategies;
  walk->places = g_new0 (PstVenuePlace, n);
  walk->lanes = g_new0 (PstLane, (gsize)n * n_strategies);
  walk->scans = g_new0 (PstSignalScan, n_strategies);
  walk->unpaid = g_array_new (FALSE, FALSE, sizeof (PstUnpaid));
  walk->asked = g_array_new (FALSE, FALSE, sizeof (PstUnpaid));
  walk->active = g_new (guint32, n);
  walk->active_bars = g_new (gsize, n);
  walk->highest = g_new0 (gint64, n);
  walk->trips = pst_trip_book_new ();
  walk->timeline = pst_fill_timeline_new (bars);
  for (guint i = 0; i < n; i++)
    {
      const PstBarColumns *columns = pst_bar_set_get_columns (bars, i);

      for (gsize b = 0; b < columns->n_bars; b++)
        walk->highest[i] = MAX (walk->highest[i], columns->high[b]);
    }
  return walk;
}

/**
 * pst_fill_walk_free: (skip)
 * @walk: (transfer full): a walk
 */
void
pst_fill_walk_free (PstFillWalk *walk)
{
  g_free (walk->places);
  g_free (walk->lanes);
  g_free (walk->scans);
  g_free (walk->active);
  g_free (walk->active_bars);
  g_free (walk->highest);
  g_array_unref (walk->unpaid);
  g_array_unref (walk->asked);
  pst_trip_book_free (walk->trips);
  pst_fill_timeline_free (walk->timeline);
  g_free (walk);
}

static void
begin_place (PstFillWalk *walk, guint number)
{
  PstVenuePlace *place = &walk->places[number];

  *place = (PstVenuePlace){ .index = number, .columns = pst_bar_set_get_columns (walk->bars, number) };
  place->net = (PstPosition){ .strategy = G_MAXUINT32, .instrument = number };
  pst_fill_rules_get_costs (&walk->plan->rules, place->columns->instrument, &place->costs);
  if (walk->highest[number] > 0
      && !pst_instrument_size_for (place->columns->instrument, BETWEEN_MAX / walk->n_places, walk->highest[number], &place->size_max))
    place->size_max = BETWEEN_MAX;
}

static void
begin (PstFillWalk *walk, const PstFillPlan *plan, PstFillNeeds needs, PstBacktestResult *result)
{
  guint n = walk->n_places;

  walk->plan = plan;
  walk->needs = needs;
  walk->result = result;
  walk->cash = plan->cash;
  walk->shorts = 0;
  walk->value = walk->exposure = 0;
  walk->n_touched = 0;
  walk->has_exits = walk->overflowed = walk->is_too_big = FALSE;
  walk->marks_all = needs != PST_FILL_NEEDS_FILLS;
  g_array_set_size (walk->unpaid, 0);
  g_array_set_size (walk->asked, 0);
  pst_trip_book_reset (walk->trips);
  pst_fill_timeline_reset (walk->timeline);
  for (guint i = 0; i < n; i++)
    begin_place (walk, i);
  for (guint s = 0; s < plan->n_strategies; s++)
    {
      const PstSignalRules *rules = &plan->strategies[s];

      walk->has_exits |= pst_signal_rules_have_exits (rules);
      /* A share of the equity is a share of what all is worth at that time. */
      walk->marks_all |= rules->order_fraction != NULL;
      pst_signal_scan_init (&walk->scans[s], rules->direction, rules->accumulate);
      for (guint i = 0; i < n; i++)
        {
          gsize at = (gsize)s * n + i;

          walk->lanes[at] = (PstLane){ .rules = rules,
                                       .scan = &walk->scans[s],
                                       .signals = plan->signals[at],
                                       .n_signals = plan->n_signals[at],
                                       .strategy = (guint16)s,
                                       .position = { .strategy = s, .instrument = i } };
        }
    }
  for (guint i = 0; i < n; i++)
    look_ahead (walk, &walk->places[i], 0);
}

/* Only frames in which something happens. */
static gboolean
visit_active (PstFillWalk *walk, const PstBarFrame *frames, const guint32 *order)
{
  gsize f;

  while (pst_fill_timeline_peek (walk->timeline, &f) && !walk->is_too_big)
    if (!walk_frame (walk, f, &frames[f], order + frames[f].first))
      return FALSE;
  return TRUE;
}

static gboolean
visit_all (PstFillWalk *walk, const PstBarFrame *frames, gsize n_frames, const guint32 *order)
{
  gboolean wants_equity = (walk->needs & PST_FILL_NEEDS_EQUITY) != 0;

  for (gsize f = 0; f < n_frames; f++)
    {
      if (!walk_frame (walk, f, &frames[f], order + frames[f].first))
        return FALSE;
      if (wants_equity && (f + 1 == n_frames || frames[f + 1].time_ns != frames[f].time_ns) && !close_tick (walk))
        return FALSE;
    }
  return TRUE;
}

/* What is held at the end is worth what it was at the last bar. */
static gboolean
finish (PstFillWalk *walk, gint64 end_ns)
{
  if ((walk->needs & PST_FILL_NEEDS_EXCURSIONS) == 0)
    for (guint i = 0; i < walk->n_places; i++)
      {
        const PstBarColumns *columns = walk->places[i].columns;

        if (columns->n_bars > 0)
          pst_trip_book_set_last (walk->trips, i, columns->n_bars, columns->time_ns[columns->n_bars - 1], columns->close[columns->n_bars - 1]);
      }
  if ((walk->needs & PST_FILL_NEEDS_EQUITY) == 0)
    {
      for (guint i = 0; i < walk->n_places; i++)
        if (walk->places[i].net.quantity != 0)
          move_mark (walk, &walk->places[i], walk->places[i].columns->n_bars - 1);
      walk->now_ns = end_ns;
      if (!close_tick (walk))
        return FALSE;
    }
  return pst_trip_book_finish (walk->trips, walk->result->round_trips);
}

/**
 * pst_fill_walk_run: (skip)
 * @walk: a walk
 * @plan: what is to be filled
 * @needs: what of it is wanted
 * @result: gets fills, round trips and equity, behind those that it has
 *
 * Any thread, one at a time.
 *
 * Returns: %FALSE when an amount does not fit 64 bits; then @result is of no use
 */
gboolean
pst_fill_walk_run (PstFillWalk *walk, const PstFillPlan *plan, PstFillNeeds needs, PstBacktestResult *result)
{
  const guint32 *order = pst_bar_set_get_order (plan->bars);
  guint n_fills = result->fills->len, n_points = result->equity->len;
  gsize n_frames;
  const PstBarFrame *frames = pst_bar_set_get_frames (plan->bars, &n_frames);
  gboolean good;

  g_return_val_if_fail (plan->bars == walk->bars && plan->n_strategies == walk->n_strategies, FALSE);

  begin (walk, plan, needs, result);
  good = walk->marks_all ? visit_all (walk, frames, n_frames, order) : visit_active (walk, frames, order);
  if (walk->is_too_big && needs != PST_FILL_NEEDS_ALL)
    {
      /* Whether something overflows between two fills is only known by looking. */
      g_array_set_size (result->fills, n_fills);
      g_array_set_size (result->equity, n_points);
      begin (walk, plan, PST_FILL_NEEDS_ALL, result);
      good = visit_all (walk, frames, n_frames, order);
    }
  return good && finish (walk, frames[n_frames - 1].time_ns);
}
