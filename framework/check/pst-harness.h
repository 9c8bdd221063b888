/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A run for one component alone: a simulated clock, instruments, marks, positions and cash that the test sets, and a memory of everything
 * that the component asked for. Nothing happens that the test did not say: an order that a strategy asks for waits until the test denies,
 * reports or sends it.
 *
 *   g_autoptr (PstHarness) harness = pst_harness_new ();
 *   guint32 aapl = pst_harness_add_instrument (harness, "AAPL");
 *   PstComponent *cross = pst_harness_add (harness, PST_TYPE_SMA_CROSS, "cross", "fast", "2", "slow", "3", NULL);
 *   pst_harness_start (harness, cross);
 *   pst_harness_push_bar (harness, aapl, day, "10.00", "10.50", "9.80", "10.20", "1000");
 *   g_assert_cmpuint (pst_harness_get_n_orders (harness), ==, 1);
 *
 * Numbers are text, "10.20", read at the instrument's scales: tests use no doubles for money either. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

#define PST_TYPE_HARNESS (pst_harness_get_type ())
PST_API
G_DECLARE_FINAL_TYPE (PstHarness, pst_harness, PST, HARNESS, PstContext)

/* The name and index of the harness's own exchange, to which pst_harness_add_instrument() adds: what a simulated venue names as its feed. */
#define PST_HARNESS_DATA "data"
#define PST_HARNESS_DATA_INDEX 0u

/* A backtest of user "local", run "check-1", pipeline "check", seed 1, currency USD, at 2020-01-01T00:00:00Z. */
PST_API PstHarness *pst_harness_new (void);
/* Stops and drops all components, asserts that each is really gone (nothing else holds it) and left neither a signal handler nor a timer
 * behind, and drops the harness. */
PST_API void pst_harness_finish (PstHarness *harness);

/* Before a component is prepared. */
PST_API void pst_harness_set_mode (PstHarness *harness, PstMode mode);
PST_API void pst_harness_set_seed (PstHarness *harness, guint64 seed);
PST_API void pst_harness_set_currency (PstHarness *harness, const char *code);

/* What pst_context_create_transport() gives: a simulated or recorded transport on pst_context_get_clock(). */
PST_API void pst_harness_set_transport (PstHarness *harness, PstTransport *transport);

/* Components. (transfer none): the harness owns it. Options are pairs of name and text; a refused one ends the test. */
PST_API PstComponent *pst_harness_add (PstHarness *harness, GType type, const char *name, ...) G_GNUC_NULL_TERMINATED;
/* The same for a component that the test made. Takes a reference. */
PST_API void pst_harness_adopt (PstHarness *harness, PstComponent *component, const char *name);
/* Prepares when that was not done, and starts; loads an exchange's account. A failure ends the test. */
PST_API void pst_harness_start (PstHarness *harness, PstComponent *component);
/* The same, but FALSE with the component's error. */
PST_API gboolean pst_harness_try_start (PstHarness *harness, PstComponent *component, GError **error);
PST_API void pst_harness_stop (PstHarness *harness, PstComponent *component);

/* Time. */
PST_API void pst_harness_advance_to (PstHarness *harness, gint64 time_ns);
PST_API void pst_harness_advance (PstHarness *harness, gint64 duration_ns);

/* Instruments of the harness's own feed: "AAPL" becomes AAPL.TEST, a share in USD, prices in cents, whole sizes. */
PST_API guint32 pst_harness_add_instrument (PstHarness *harness, const char *symbol);
/* The same with every field of the draft. */
PST_API guint32 pst_harness_add_instrument_like (PstHarness *harness, const PstInstrument *draft);
PST_API gint64 pst_harness_price (PstHarness *harness, guint32 instrument, const char *text);
PST_API gint64 pst_harness_size (PstHarness *harness, guint32 instrument, const char *text);

/* When the market of the harness's own feed is open: the name of a calendar. Always, when nobody says. */
PST_API void pst_harness_set_calendar (PstHarness *harness, const char *name);

/* What the connection of the harness's own feed does; guards are told. Of an exchange under test: pst_exchange_set_connection(). */
PST_API void pst_harness_set_connection (PstHarness *harness, PstConnection state);

/* Market data of the harness's own feed, one frame a call. Time moves to @time_ns; started exchanges that fill on the feed see the frame first,
 * then marks follow, then guards and strategies see it. */
PST_API void pst_harness_push_bar (PstHarness *harness, guint32 instrument, gint64 time_ns, const char *open, const char *high, const char *low,
                                   const char *close, const char *volume);
PST_API void pst_harness_push_quote (PstHarness *harness, guint32 instrument, gint64 time_ns, const char *bid, const char *bid_size, const char *ask,
                                     const char *ask_size);
PST_API void pst_harness_push_trade (PstHarness *harness, guint32 instrument, gint64 time_ns, const char *price, const char *size, PstSide aggressor);
PST_API void pst_harness_push_status (PstHarness *harness, guint32 instrument, gint64 time_ns, PstInstrumentStatus status);
PST_API void pst_harness_push_frame (PstHarness *harness, gint64 time_ns, const PstEvent *events, guint n_events);
/* Pulls a feed under test to its end. FALSE with the feed's error. Its frames go the same way. */
PST_API gboolean pst_harness_pull_all (PstHarness *harness, PstExchange *feed, GError **error);
/* All frames that any exchange published, as deep copies. */
PST_API guint pst_harness_get_n_frames (PstHarness *harness);
PST_API const PstFrame *pst_harness_get_frame (PstHarness *harness, guint n);

/* What components see. */
PST_API void pst_harness_set_mark (PstHarness *harness, guint32 instrument, const char *price);
PST_API void pst_harness_set_position (PstHarness *harness, guint32 strategy, guint32 instrument, const char *quantity, const char *price);
PST_API void pst_harness_set_balance (PstHarness *harness, guint32 exchange, const char *money);
/* NULL: calculated again from balances, positions and marks in the base currency (the default). */
PST_API void pst_harness_set_equity (PstHarness *harness, const char *money);
PST_API void pst_harness_set_trading_state (PstHarness *harness, PstTradingState state);

/* Orders that strategies asked for, and those that the test places. */
PST_API guint pst_harness_get_n_orders (PstHarness *harness);
PST_API const PstOrder *pst_harness_get_order (PstHarness *harness, guint n);
PST_API const PstOrder *pst_harness_get_last_order (PstHarness *harness);
/* Makes an order of nobody's. */
PST_API guint64 pst_harness_place (PstHarness *harness, const PstOrderRequest *request);
/* Hands an order to an exchange under test; its reports are applied as they come. */
PST_API gboolean pst_harness_send (PstHarness *harness, guint64 order_id, PstExchange *exchange, GError **error);
/* Cancels and modifications that were asked for, in order: "cancel 3", "modify 3 100 0 0". */
PST_API guint pst_harness_get_n_requests (PstHarness *harness);
PST_API const char *pst_harness_get_request (PstHarness *harness, guint n);

/* What a venue or gate would tell. All go to the order's strategy and to the guards, fills change position and cash. */
PST_API void pst_harness_deny (PstHarness *harness, guint64 order_id, const char *code);
PST_API void pst_harness_accept (PstHarness *harness, guint64 order_id);
/* @quantity NULL: all that is open. */
PST_API void pst_harness_fill (PstHarness *harness, guint64 order_id, const char *price, const char *quantity);
PST_API void pst_harness_cancel (PstHarness *harness, guint64 order_id, const char *reason);
PST_API void pst_harness_report (PstHarness *harness, const PstExecutionReport *report);
/* Reports that exchanges under test and the calls above made, in order. */
PST_API guint pst_harness_get_n_reports (PstHarness *harness);
PST_API const PstExecutionReport *pst_harness_get_report (PstHarness *harness, guint n);
PST_API guint pst_harness_get_n_fills (PstHarness *harness);
PST_API const PstFill *pst_harness_get_fill (PstHarness *harness, guint n);

/* Asks a guard about an order as the gate would. */
PST_API void pst_harness_review (PstHarness *harness, PstGuard *guard, const PstOrderRequest *request, PstVerdict *verdict);
PST_API void pst_harness_review_modify (PstHarness *harness, PstGuard *guard, guint64 order_id, gint64 quantity, gint64 limit_price,
                                        gint64 stop_price, PstVerdict *verdict);

/* ALERT, NOTE and TRADING_STATE records that components caused. */
PST_API guint pst_harness_get_n_records (PstHarness *harness);
PST_API const PstRecord *pst_harness_get_record (PstHarness *harness, guint n);
/* The last record of a kind, NULL when there is none. */
PST_API const PstRecord *pst_harness_find_record (PstHarness *harness, PstRecordKind kind);

/* Commands that a service gave to its control (the harness), in order: "stop: REASON", "halted: REASON", "flatten: REASON",
 * "kill release: REASON". */
PST_API guint pst_harness_get_n_commands (PstHarness *harness);
PST_API const char *pst_harness_get_command (PstHarness *harness, guint n);

G_END_DECLS
