/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The run as its components see it. The engine's PstRun implements it, the test kit's PstHarness too: a plugin never
 * knows which. All calls on the run's context (its thread). */
#pragma once

#include "../model/pst-account.h"
#include "../model/pst-calendar.h"
#include "../model/pst-mark.h"
#include "pst-clock.h"
#include "pst-component.h"
#include "pst-random.h"
#include "pst-transport.h"

G_BEGIN_DECLS

typedef struct _PstStrategy PstStrategy;

#define PST_TYPE_CONTEXT (pst_context_get_type ())
PST_API G_DECLARE_DERIVABLE_TYPE (PstContext, pst_context, PST, CONTEXT, GObject)

    typedef void (*PstOrderFunc) (const PstOrder *order, gpointer user_data);

struct _PstContextClass
{
  GObjectClass parent_class;

  PstClock *(*get_clock) (PstContext *context);
  PstMode (*get_mode) (PstContext *context);
  const PstRunRecord *(*get_run) (PstContext *context);
  PstInstrumentTable *(*get_instruments) (PstContext *context);
  const PstMark *(*get_mark) (PstContext *context, guint32 instrument);
  const PstPosition *(*get_position) (PstContext *context, guint32 strategy, guint32 instrument);
  const PstAccount *(*get_account) (PstContext *context, guint32 exchange);
  PstMoney (*get_equity) (PstContext *context, guint *n_unpriced);
  PstTradingState (*get_trading_state) (PstContext *context);
  guint32 (*find_executor) (PstContext *context, guint32 instrument);
  guint64 (*submit) (PstContext *context, PstStrategy *strategy, const PstOrderRequest *request);
  gboolean (*cancel) (PstContext *context, guint64 order_id, GError **error);
  gboolean (*modify) (PstContext *context, guint64 order_id, gint64 quantity, gint64 limit_price, gint64 stop_price, GError **error);
  const PstOrder *(*get_order) (PstContext *context, guint64 order_id);
  void (*foreach_open_order) (PstContext *context, PstOrderFunc func, gpointer user_data);
  void (*request_trading_state) (PstContext *context, PstComponent *component, PstTradingState state, const char *reason);
  PstComponent *(*find_component) (PstContext *context, PstComponentKind kind, const char *name);
  void (*note) (PstContext *context, PstComponent *component, const char *name, const char *detail);
  const PstBook *(*get_book) (PstContext *context, guint32 instrument);
  PstComponent *(*get_component) (PstContext *context, guint32 index);
  PstTransport *(*create_transport) (PstContext *context, PstComponent *component, GError **error);
  void (*record) (PstContext *context, PstComponent *component, const PstRecord *record);
  gpointer reserved[4];
};

/* (transfer none) */
PST_API PstClock *pst_context_get_clock (PstContext *context);
PST_API gint64 pst_context_now_ns (PstContext *context);
PST_API PstMode pst_context_get_mode (PstContext *context);
/* User, run id, pipeline, seed, base currency. */
PST_API const PstRunRecord *pst_context_get_run (PstContext *context);
/* The component's own stream of random numbers. */
PST_API void pst_context_init_random (PstContext *context, PstComponent *component, PstRandom *random);
PST_API PstInstrumentTable *pst_context_get_instruments (PstContext *context);
/* Never NULL for a known instrument; look at valid. */
PST_API const PstMark *pst_context_get_mark (PstContext *context, guint32 instrument);
/* NULL until there was a price level. Look at its state: only a LIVE book is to be traded on. */
PST_API const PstBook *pst_context_get_book (PstContext *context, guint32 instrument);
/* (transfer none): when the market in which an instrument is traded is open: the calendar of the exchange that lists it. Never NULL. From start() on.
 */
PST_API PstCalendar *pst_context_get_calendar (PstContext *context, guint32 instrument);
/* @strategy G_MAXUINT32: the net of all strategies. Never NULL for a known instrument: flat when there was no fill. */
PST_API const PstPosition *pst_context_get_position (PstContext *context, guint32 strategy, guint32 instrument);
/* NULL when that exchange has no account. */
PST_API const PstAccount *pst_context_get_account (PstContext *context, guint32 exchange);
/* In the base currency; holdings without a price are counted in @n_unpriced and left out. */
PST_API PstMoney pst_context_get_equity (PstContext *context, guint *n_unpriced);
/* What an amount of one currency is worth in another, by the marks; FALSE when nothing says so, or when it does not fit 64 bits. */
PST_API gboolean pst_context_convert (PstContext *context, gint64 amount, const PstCurrency *from, const PstCurrency *to, PstRounding rounding,
                                      gint64 *result);
PST_API PstTradingState pst_context_get_trading_state (PstContext *context);
/* Index of the exchange component that executes orders in @instrument; G_MAXUINT32 for none. */
PST_API guint32 pst_context_find_executor (PstContext *context, guint32 instrument);
/* Takes down what a strategy asks for; returns the order's number. Guards, sending and every outcome come later, told by
 * PstStrategyClass.on_order, a denial too. From start() to stop(). */
PST_API guint64 pst_context_submit (PstContext *context, PstStrategy *strategy, const PstOrderRequest *request);
/* Errors: PST_EXCHANGE_ERROR_NOT_FOUND when no open order has that number. Cancels pass every guard and state. */
PST_API gboolean pst_context_cancel (PstContext *context, guint64 order_id, GError **error);
/* New total quantity and prices; 0 leaves a price as it is. Reviewed by the guards like a new order. */
PST_API gboolean pst_context_modify (PstContext *context, guint64 order_id, gint64 quantity, gint64 limit_price, gint64 stop_price, GError **error);
/* Open orders only; borrowed until the next call. */
PST_API const PstOrder *pst_context_get_order (PstContext *context, guint64 order_id);
/* In order of number. */
PST_API void pst_context_foreach_open_order (PstContext *context, PstOrderFunc func, gpointer user_data);
/* A guard or strategy may tighten (ACTIVE to REDUCING to HALTED); loosening is an operator's act and is ignored here. */
PST_API void pst_context_request_trading_state (PstContext *context, PstComponent *component, PstTradingState state, const char *reason);
/* (transfer none) (nullable) */
PST_API PstComponent *pst_context_find_component (PstContext *context, PstComponentKind kind, const char *name);
/* (transfer none) (nullable): by index, from 0 in file order; NULL beyond the last. */
PST_API PstComponent *pst_context_get_component (PstContext *context, guint32 index);
/* Writes a fact of the component's own into the run's records: name in UPPER_CASE_WORDS. */
PST_API void pst_context_note (PstContext *context, PstComponent *component, const char *name, const char *format, ...) G_GNUC_PRINTF (4, 5);

/* (transfer full): a connection to the outside on the run's context, with the system's clock; in a test, the one that the test gave. Not in a
 * backtest: PST_EXCHANGE_ERROR_NOT_SUPPORTED. From start() on. */
PST_API PstTransport *pst_context_create_transport (PstContext *context, PstComponent *component, GError **error);
/* Writes what a strategy found into the run's records; @component and @detected_at_ns are filled here. */
PST_API void pst_context_record_opportunity (PstContext *context, PstComponent *component, const PstOpportunity *opportunity);
/* Writes into the run's audit chain what @component did: @action in UPPER_CASE_WORDS, the reason, what was and what is now. */
PST_API void pst_context_audit (PstContext *context, PstComponent *component, const char *action, const char *why, const char *before,
                                const char *after);

G_END_DECLS
