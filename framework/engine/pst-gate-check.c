/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One table of codes, from which the documents are made, and pure functions that look at a request. The first finding is the verdict. */
#include "pst-gate-check.h"

typedef struct
{
  const char *name;
  const char *sentence;
} Code;

static const Code codes[PST_GATE_CODE_LAST + 1] = {
  [PST_GATE_CODE_INSTRUMENT_UNKNOWN] = { "instrument_unknown", "The run has no instrument of that index." },
  [PST_GATE_CODE_SIDE_MISSING] = { "side_missing", "The order is neither a buy nor a sell." },
  [PST_GATE_CODE_TYPE_UNKNOWN] = { "type_unknown", "The order's type is none of market, limit, stop-market and stop-limit." },
  [PST_GATE_CODE_TIME_IN_FORCE_UNKNOWN] = { "time_in_force_unknown", "The time in force is none of GTC, IOC, FOK, DAY and GTD." },
  [PST_GATE_CODE_QUANTITY_NOT_POSITIVE] = { "quantity_not_positive", "The quantity is zero or less." },
  [PST_GATE_CODE_SIZE_OFF_GRID] = { "size_off_grid", "The quantity is no multiple of the instrument's size step." },
  [PST_GATE_CODE_SIZE_BELOW_MINIMUM] = { "size_below_minimum", "The quantity is less than the instrument's least size." },
  [PST_GATE_CODE_SIZE_ABOVE_MAXIMUM] = { "size_above_maximum", "The quantity is more than the instrument's largest size." },
  [PST_GATE_CODE_PRICE_MISSING] = { "price_missing", "A limit or stop-limit order needs a limit price above zero." },
  [PST_GATE_CODE_PRICE_OFF_GRID] = { "price_off_grid", "The limit or stop price is no multiple of the instrument's price step." },
  [PST_GATE_CODE_STOP_PRICE_MISSING] = { "stop_price_missing", "A stop-market or stop-limit order needs a stop price above zero." },
  [PST_GATE_CODE_NOTIONAL_OVERFLOW] = { "notional_overflow", "Price times quantity does not fit 64 bits." },
  [PST_GATE_CODE_NOTIONAL_BELOW_MINIMUM] = { "notional_below_minimum", "Price times quantity is less than the instrument's least notional; "
                                                                       "market orders are judged by the mark." },
  [PST_GATE_CODE_EXPIRE_TIME_IN_PAST] = { "expire_time_in_past", "A GTD order's expire time is not in the future." },
  [PST_GATE_CODE_POST_ONLY_NOT_LIMIT] = { "post_only_not_limit", "Only limit orders can be post-only." },
  [PST_GATE_CODE_POST_ONLY_IMMEDIATE] = { "post_only_immediate", "A post-only order cannot be IOC or FOK: it must rest." },
  [PST_GATE_CODE_TRADING_HALTED] = { "trading_halted", "The trading state is HALTED: only cancels and an operator's exit pass." },
  [PST_GATE_CODE_TRADING_STATE_REDUCING]
  = { "trading_state_reducing", "The trading state is REDUCING, and the order, with the other open orders of its side, "
                                "would not only lower the net position." },
  [PST_GATE_CODE_REDUCE_ONLY_WOULD_INCREASE]
  = { "reduce_only_would_increase", "The order is reduce-only, and with the strategy's other open orders of its side it would not only lower "
                                    "the strategy's position." },
  [PST_GATE_CODE_NO_EXECUTOR] = { "no_executor", "No exchange of the run executes orders in the instrument." },
  [PST_GATE_CODE_NO_GUARDS] = { "no_guards", "The run is on paper or live, has no guards, and its file does not say guards=none." },
  [PST_GATE_CODE_GUARD_FAILED] = { "guard_failed", "A guard gave no verdict." },
  [PST_GATE_CODE_OPEN_ORDERS_LIMIT] = { "open_orders_limit", "The run has as many open orders as it may have." },
  [PST_GATE_CODE_MODIFY_NOT_POSSIBLE] = { "modify_not_possible", "The order is not working, or another change of it is on its way." },
  [PST_GATE_CODE_QUANTITY_BELOW_FILLED] = { "quantity_below_filled", "A modification's quantity must be more than what is filled." },
};

/**
 * pst_gate_code_to_string:
 * @code: a code
 *
 * Returns: (transfer none): its stable text, lower_case_words
 */
const char *
pst_gate_code_to_string (PstGateCode code)
{
  return codes[code].name;
}

/**
 * pst_gate_code_describe:
 * @code: a code
 *
 * Returns: (transfer none): what it means, for the documents
 */
const char *
pst_gate_code_describe (PstGateCode code)
{
  return codes[code].sentence;
}

#define DENY(verdict, CODE, ...)                                                 \
  G_STMT_START                                                                   \
  {                                                                              \
    pst_verdict_deny ((verdict), codes[PST_GATE_CODE_##CODE].name, __VA_ARGS__); \
    return FALSE;                                                                \
  }                                                                              \
  G_STMT_END

static gboolean
check_form (const PstOrderRequest *request, gint64 now_ns, PstVerdict *verdict)
{
  if (request->side != PST_SIDE_BUY && request->side != PST_SIDE_SELL)
    DENY (verdict, SIDE_MISSING, "side=%d", (int)request->side);
  if (request->type < PST_ORDER_TYPE_MARKET || request->type > PST_ORDER_TYPE_STOP_LIMIT)
    DENY (verdict, TYPE_UNKNOWN, "type=%d", (int)request->type);
  if (request->time_in_force < PST_TIME_IN_FORCE_GTC || request->time_in_force > PST_TIME_IN_FORCE_GTD)
    DENY (verdict, TIME_IN_FORCE_UNKNOWN, "time_in_force=%d", (int)request->time_in_force);
  if (request->quantity <= 0)
    DENY (verdict, QUANTITY_NOT_POSITIVE, "quantity=%" G_GINT64_FORMAT, request->quantity);
  if (request->time_in_force == PST_TIME_IN_FORCE_GTD && request->expire_time_ns <= now_ns)
    DENY (verdict, EXPIRE_TIME_IN_PAST, "expire_time_ns=%" G_GINT64_FORMAT " now_ns=%" G_GINT64_FORMAT, request->expire_time_ns, now_ns);
  if ((request->flags & PST_ORDER_FLAG_POST_ONLY) == 0)
    return TRUE;
  if (request->type != PST_ORDER_TYPE_LIMIT)
    DENY (verdict, POST_ONLY_NOT_LIMIT, "type=%d", (int)request->type);
  if (request->time_in_force == PST_TIME_IN_FORCE_IOC || request->time_in_force == PST_TIME_IN_FORCE_FOK)
    DENY (verdict, POST_ONLY_IMMEDIATE, "time_in_force=%d", (int)request->time_in_force);
  return TRUE;
}

static gboolean
check_size (const PstOrderRequest *request, const PstInstrument *instrument, PstVerdict *verdict)
{
  g_autofree char *size = NULL;

  if (pst_instrument_size_on_grid (instrument, request->quantity) && request->quantity >= instrument->size_min
      && (instrument->size_max == 0 || request->quantity <= instrument->size_max))
    return TRUE;
  size = pst_instrument_size_to_string (instrument, request->quantity);
  if (!pst_instrument_size_on_grid (instrument, request->quantity))
    {
      g_autofree char *step = pst_instrument_size_to_string (instrument, instrument->size_step);

      DENY (verdict, SIZE_OFF_GRID, "quantity=%s step=%s", size, step);
    }
  if (request->quantity < instrument->size_min)
    {
      g_autofree char *minimum = pst_instrument_size_to_string (instrument, instrument->size_min);

      DENY (verdict, SIZE_BELOW_MINIMUM, "quantity=%s minimum=%s", size, minimum);
    }
  else
    {
      g_autofree char *maximum = pst_instrument_size_to_string (instrument, instrument->size_max);

      DENY (verdict, SIZE_ABOVE_MAXIMUM, "quantity=%s maximum=%s", size, maximum);
    }
}

static gboolean
check_on_grid (gint64 price, const char *what, const PstInstrument *instrument, PstVerdict *verdict)
{
  g_autofree char *text = NULL, *step = NULL;

  if (pst_instrument_price_on_grid (instrument, price))
    return TRUE;
  text = pst_instrument_price_to_string (instrument, price);
  step = pst_instrument_price_to_string (instrument, instrument->price_step);
  DENY (verdict, PRICE_OFF_GRID, "%s=%s step=%s", what, text, step);
}

static gboolean
check_prices (const PstOrderRequest *request, const PstInstrument *instrument, PstVerdict *verdict)
{
  if (request->type == PST_ORDER_TYPE_LIMIT || request->type == PST_ORDER_TYPE_STOP_LIMIT)
    {
      if (request->limit_price <= 0)
        DENY (verdict, PRICE_MISSING, "limit_price=%" G_GINT64_FORMAT, request->limit_price);
      if (!check_on_grid (request->limit_price, "limit_price", instrument, verdict))
        return FALSE;
    }
  if (request->type == PST_ORDER_TYPE_STOP_MARKET || request->type == PST_ORDER_TYPE_STOP_LIMIT)
    {
      if (request->stop_price <= 0)
        DENY (verdict, STOP_PRICE_MISSING, "stop_price=%" G_GINT64_FORMAT, request->stop_price);
      return check_on_grid (request->stop_price, "stop_price", instrument, verdict);
    }
  return TRUE;
}

static gboolean
check_notional (const PstOrderRequest *request, const PstInstrument *instrument, const PstMark *mark, PstVerdict *verdict)
{
  gint64 price = mark->valid ? mark->price : 0, notional;

  if (request->type == PST_ORDER_TYPE_LIMIT || request->type == PST_ORDER_TYPE_STOP_LIMIT)
    price = request->limit_price;
  else if (request->type == PST_ORDER_TYPE_STOP_MARKET)
    price = request->stop_price;
  if (price <= 0)
    return TRUE;
  if (!pst_instrument_notional (instrument, price, request->quantity, PST_ROUND_HALF_EVEN, &notional))
    DENY (verdict, NOTIONAL_OVERFLOW, "quantity=%" G_GINT64_FORMAT " price=%" G_GINT64_FORMAT, request->quantity, price);
  if (notional < instrument->notional_min)
    {
      PstMoney is = { instrument->quote, notional }, minimum = { instrument->quote, instrument->notional_min };
      g_autofree char *is_text = pst_money_to_string (&is), *minimum_text = pst_money_to_string (&minimum);

      DENY (verdict, NOTIONAL_BELOW_MINIMUM, "notional=%s minimum=%s", is_text, minimum_text);
    }
  return TRUE;
}

/**
 * pst_gate_check_request:
 * @request: what is asked for, or what a modification would make of it
 * @instrument: what is to be traded
 * @mark: what it is worth now
 * @now_ns: the run's time
 * @verdict: (out): written for a denial only
 *
 * Looks at what can be judged by the request and its instrument alone.
 *
 * Returns: whether nothing speaks against it
 */
gboolean
pst_gate_check_request (const PstOrderRequest *request, const PstInstrument *instrument, const PstMark *mark, gint64 now_ns, PstVerdict *verdict)
{
  return check_form (request, now_ns, verdict) && check_size (request, instrument, verdict) && check_prices (request, instrument, verdict)
         && check_notional (request, instrument, mark, verdict);
}

/**
 * pst_gate_check_reduces:
 * @side: of the order
 * @quantity: open quantity of the order
 * @position: the position it is measured against, signed
 * @open_buy: open quantity of the other buy orders
 * @open_sell: open quantity of the other sell orders
 *
 * An order lowers exposure only when the position is on the other side, and stays there or becomes flat even if every open order of the
 * same side fills before it.
 *
 * Returns: whether the order can do nothing but lower the position
 */
gboolean
pst_gate_check_reduces (PstSide side, gint64 quantity, gint64 position, gint64 open_buy, gint64 open_sell)
{
  __int128 after = position;

  if (side == PST_SIDE_SELL)
    {
      after -= (__int128)open_sell + quantity;
      return position > 0 && after >= 0;
    }
  after += (__int128)open_buy + quantity;
  return position < 0 && after <= 0;
}
