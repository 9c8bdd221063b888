/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Orders and the reports that tell their lives. Plain structures with value semantics: the gate owns the living ones,
 * everyone else reads or copies. States and legal transitions stand in one table (pst-order-state.c). */
#pragma once

#include "pst-event.h"

G_BEGIN_DECLS

typedef enum /*< prefix=PST_ORDER_TYPE >*/
{
  PST_ORDER_TYPE_MARKET = 1,
  PST_ORDER_TYPE_LIMIT,
  PST_ORDER_TYPE_STOP_MARKET,
  PST_ORDER_TYPE_STOP_LIMIT,
} PstOrderType;

/**
 * PstTimeInForce:
 * @PST_TIME_IN_FORCE_GTC: until cancelled
 * @PST_TIME_IN_FORCE_IOC: what fills at once; the rest is cancelled
 * @PST_TIME_IN_FORCE_FOK: all at once or nothing
 * @PST_TIME_IN_FORCE_DAY: until the session day ends (UTC midnight unless the venue has a calendar)
 * @PST_TIME_IN_FORCE_GTD: until the order's expire time
 *
 * How long an order works.
 */
typedef enum /*< prefix=PST_TIME_IN_FORCE >*/
{
  PST_TIME_IN_FORCE_GTC = 1,
  PST_TIME_IN_FORCE_IOC,
  PST_TIME_IN_FORCE_FOK,
  PST_TIME_IN_FORCE_DAY,
  PST_TIME_IN_FORCE_GTD,
} PstTimeInForce;

typedef enum /*< flags,prefix=PST_ORDER_FLAG >*/
{
  PST_ORDER_FLAG_NONE = 0,
  PST_ORDER_FLAG_POST_ONLY = 1 << 0,
  PST_ORDER_FLAG_REDUCE_ONLY = 1 << 1,
  PST_ORDER_FLAG_OPERATOR_EXIT = 1 << 2, /* passes HALTED; only the host sets it */
} PstOrderFlags;

/**
 * PstOrderState:
 * @PST_ORDER_STATE_INITIALIZED: asked for; the intent is being recorded
 * @PST_ORDER_STATE_DENIED: a guard or the gate refused it; it never left (final)
 * @PST_ORDER_STATE_SUBMITTED: sent; no answer yet
 * @PST_ORDER_STATE_ACCEPTED: working at the venue
 * @PST_ORDER_STATE_REJECTED: the venue refused it, on positive evidence (final)
 * @PST_ORDER_STATE_TRIGGERED: a stop whose price was reached, working
 * @PST_ORDER_STATE_PARTIALLY_FILLED: some filled, the rest working
 * @PST_ORDER_STATE_FILLED: all filled (final)
 * @PST_ORDER_STATE_PENDING_MODIFY: a modification was sent
 * @PST_ORDER_STATE_PENDING_CANCEL: a cancel was sent
 * @PST_ORDER_STATE_CANCELED: cancelled (final)
 * @PST_ORDER_STATE_EXPIRED: its time in force ended (final)
 * @PST_ORDER_STATE_UNKNOWN: the outcome is not known; its risk stays reserved until a query settles it
 *
 * As in FIX, plus what never reaches a venue (DENIED) and what FIX has no word for (UNKNOWN).
 * A partial fill while PENDING_MODIFY or PENDING_CANCEL keeps that state; when the request is settled the order goes back to PARTIALLY_FILLED,
 * TRIGGERED or ACCEPTED. A fill told after a final state moves money and the filled quantity, never the state.
 */
typedef enum /*< prefix=PST_ORDER_STATE >*/
{
  PST_ORDER_STATE_INITIALIZED = 1,
  PST_ORDER_STATE_DENIED,
  PST_ORDER_STATE_SUBMITTED,
  PST_ORDER_STATE_ACCEPTED,
  PST_ORDER_STATE_REJECTED,
  PST_ORDER_STATE_TRIGGERED,
  PST_ORDER_STATE_PARTIALLY_FILLED,
  PST_ORDER_STATE_FILLED,
  PST_ORDER_STATE_PENDING_MODIFY,
  PST_ORDER_STATE_PENDING_CANCEL,
  PST_ORDER_STATE_CANCELED,
  PST_ORDER_STATE_EXPIRED,
  PST_ORDER_STATE_UNKNOWN,
} PstOrderState;

#define PST_ORDER_STATE_LAST PST_ORDER_STATE_UNKNOWN

PST_API gboolean pst_order_state_can_change (PstOrderState from, PstOrderState to);
PST_API gboolean pst_order_state_is_final (PstOrderState state);
/* (array zero-terminated): the states that may follow, in table order; ends with 0. For docs and ledgers. */
PST_API const PstOrderState *pst_order_state_get_next (PstOrderState from);
PST_API const char *pst_order_state_to_string (PstOrderState state);

#define PST_ORDER_ID_SIZE 40
#define PST_EXECUTION_ID_SIZE 40
#define PST_REASON_SIZE 96

/**
 * PstOrderRequest:
 * @instrument: index in the run's table
 * @side: buy or sell
 * @type: market, limit, stop-market, stop-limit
 * @time_in_force: how long; 0 means GTC
 * @flags: post-only, reduce-only
 * @trade: which of its strategy's trades it belongs to, a number of the strategy's choice: the legs of a cycle and what unwinds them are one; 0: it
 *   is a trade of its own
 * @quantity: mantissa at the size scale, above 0
 * @limit_price: for limit and stop-limit
 * @stop_price: for stop-market and stop-limit
 * @expire_time_ns: for GTD
 * @cash_max: of a market order: what it may cost, fees and slippage included, at the quote's scale: @quantity is an estimate, and a simulated venue
 *   fills what this and its free cash pay for at the price at which it fills. 0: @quantity is what counts. Venues that cannot fill the estimate. Not
 *   recorded: what it came to is told as a change of the order's quantity
 *
 * What a strategy asks for.
 */
typedef struct
{
  guint32 instrument;
  PstSide side;
  PstOrderType type;
  PstTimeInForce time_in_force;
  PstOrderFlags flags;
  guint32 trade;
  gint64 quantity;
  gint64 limit_price;
  gint64 stop_price;
  gint64 expire_time_ns;
  gint64 cash_max;
} PstOrderRequest;

#define PST_TYPE_ORDER (pst_order_get_type ())

/**
 * PstOrder:
 * @id: number of the order in its run, from 1
 * @strategy: index of the strategy component
 * @exchange: index of the executing exchange component
 * @request: what was asked, as modified since
 * @state: where its life stands
 * @filled_quantity: sum of its fills
 * @filled_notional: sum of price times size of its fills, at the quote's scale
 * @created_time_ns: when it was asked for
 * @updated_time_ns: when it last changed
 * @client_id: "RUN-000001": what the venue is told
 * @venue_id: what the venue calls it; empty before it says
 * @reason: code of the denial, rejection or cancel; empty otherwise
 *
 * One order's present state.
 */
typedef struct
{
  guint64 id;
  guint32 strategy;
  guint32 exchange;
  PstOrderRequest request;
  PstOrderState state;
  guint32 reserved;
  gint64 filled_quantity;
  gint64 filled_notional;
  gint64 created_time_ns;
  gint64 updated_time_ns;
  char client_id[PST_ORDER_ID_SIZE];
  char venue_id[PST_ORDER_ID_SIZE];
  char reason[PST_REASON_SIZE];
} PstOrder;

PST_API GType pst_order_get_type (void);
PST_API PstOrder *pst_order_copy (const PstOrder *order);
PST_API void pst_order_free (PstOrder *order);

static inline gint64
pst_order_get_open_quantity (const PstOrder *order)
{
  return order->request.quantity - order->filled_quantity;
}

typedef enum /*< prefix=PST_REPORT >*/
{
  PST_REPORT_ACCEPTED = 1,
  PST_REPORT_REJECTED,
  PST_REPORT_TRIGGERED,
  PST_REPORT_FILL,
  PST_REPORT_MODIFIED,
  PST_REPORT_MODIFY_REJECTED,
  PST_REPORT_CANCELED,
  PST_REPORT_CANCEL_REJECTED,
  PST_REPORT_EXPIRED,
  PST_REPORT_UNKNOWN,
} PstReportKind;

typedef enum /*< prefix=PST_LIQUIDITY >*/
{
  PST_LIQUIDITY_NONE,
  PST_LIQUIDITY_MAKER,
  PST_LIQUIDITY_TAKER,
} PstLiquidity;

#define PST_TYPE_EXECUTION_REPORT (pst_execution_report_get_type ())

/**
 * PstExecutionReport:
 * @order_id: number of the order in its run
 * @kind: what happened
 * @time_ns: the venue's time
 * @price: of a fill; of MODIFIED the new limit price
 * @quantity: of a fill; of MODIFIED the new quantity
 * @stop_price: of MODIFIED the new stop price
 * @fee: of a fill, at @fee_currency's scale, positive is paid
 * @fee_currency: (nullable): %NULL when there is no fee
 * @liquidity: of a fill
 * @execution_id: unique at the venue and account; names a fill for ever
 * @venue_order_id: what the venue calls the order; may be empty
 * @reason: code and text of a rejection, cancel or expiry; may be empty
 *
 * One step of an order's life, told by its exchange.
 */
typedef struct
{
  guint64 order_id;
  PstReportKind kind;
  PstLiquidity liquidity;
  gint64 time_ns;
  gint64 price;
  gint64 quantity;
  gint64 stop_price;
  gint64 fee;
  const PstCurrency *fee_currency;
  char execution_id[PST_EXECUTION_ID_SIZE];
  char venue_order_id[PST_ORDER_ID_SIZE];
  char reason[PST_REASON_SIZE];
} PstExecutionReport;

PST_API GType pst_execution_report_get_type (void);
PST_API PstExecutionReport *pst_execution_report_copy (const PstExecutionReport *report);
PST_API void pst_execution_report_free (PstExecutionReport *report);

#define PST_TYPE_FILL (pst_fill_get_type ())

/**
 * PstFill:
 * @order_id: the order
 * @strategy: index of the strategy component
 * @exchange: index of the exchange component
 * @instrument: index in the run's table
 * @side: buy or sell
 * @liquidity: maker or taker
 * @trade: of which of its strategy's trades, as its order says; 0: of its own. Not recorded: the order's record has it
 * @time_ns: when
 * @price: mantissa at the price scale
 * @quantity: mantissa at the size scale, above 0
 * @notional: price times quantity at the quote's scale, rounded half-even
 * @fee: at the fee currency's scale
 * @fee_currency: (nullable): its currency
 * @realised_profit: what the strategy's position realised by it, without the fee, at the quote's scale
 * @execution_id: unique at the venue and account
 *
 * The report that moves money.
 */
typedef struct
{
  guint64 order_id;
  guint32 strategy;
  guint32 exchange;
  guint32 instrument;
  PstSide side;
  PstLiquidity liquidity;
  guint32 trade;
  gint64 time_ns;
  gint64 price;
  gint64 quantity;
  gint64 notional;
  gint64 fee;
  const PstCurrency *fee_currency;
  gint64 realised_profit;
  char execution_id[PST_EXECUTION_ID_SIZE];
} PstFill;

PST_API GType pst_fill_get_type (void);
PST_API PstFill *pst_fill_copy (const PstFill *fill);
PST_API void pst_fill_free (PstFill *fill);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstOrder, pst_order_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstExecutionReport, pst_execution_report_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstFill, pst_fill_free)

G_END_DECLS
