/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A venue: where market data come from, where orders go, or both. Facts leave it as signals, commands reach it as calls. */
#pragma once

#include "../model/pst-calendar.h"
#include "pst-bar-columns.h"
#include "pst-context.h"
#include "pst-fill-rules.h"

G_BEGIN_DECLS

typedef enum /*< prefix=PST_CONNECTION >*/
{
  PST_CONNECTION_DISCONNECTED,
  PST_CONNECTION_CONNECTING,
  PST_CONNECTION_CONNECTED,
} PstConnection;

/**
 * PstFeedStatus:
 * @PST_FEED_MORE: a block was published; there may be more
 * @PST_FEED_END: the data are at their end; nothing was published
 * @PST_FEED_ERROR: the data failed; the error is set
 *
 * What pulling a historical feed gave.
 */
typedef enum /*< prefix=PST_FEED >*/
{
  PST_FEED_MORE,
  PST_FEED_END,
  PST_FEED_ERROR,
} PstFeedStatus;

/**
 * PstFeedCounts:
 * @n_rows: rows read
 * @n_events: events published
 * @n_rejected: rows refused
 *
 * What a feed read so far; shown in progress and summary.
 */
typedef struct
{
  guint64 n_rows;
  guint64 n_events;
  guint64 n_rejected;
} PstFeedCounts;

#define PST_TYPE_EXCHANGE (pst_exchange_get_type ())
PST_API
G_DECLARE_DERIVABLE_TYPE (PstExchange, pst_exchange, PST, EXCHANGE, PstComponent)

/**
 * PstExchangeClass:
 * @pull: of a historical feed: publish the next block of frames (pst_exchange_publish()), once. %NULL for live venues
 * @get_progress: of a historical feed: what was read, and how far from 0 to 1 (below 0: not known)
 * @get_feed: (nullable): name of the exchange component on whose market data this one fills; %NULL when it has its own
 * @observe_frame: of a simulated venue: see a frame before anyone else and fill on it
 * @load_account: add the balances with which the account starts
 * @submit: send an order. FALSE with an error means: certainly not sent. Outcomes are told by execution-reported, which may
 *   already happen inside the call
 * @cancel: ask for a cancel; the outcome is a report
 * @modify: ask for a change of quantity and prices; the outcome is a report
 * @is_live: (nullable): whether its market data come by themselves, in real time, once it is started; then it is not pulled. Known from prepare() on
 * @restore_fill: of a simulated venue, after start(), when its run goes on after a restart: take back a fill that it told before: move its own books
 * by it, and never give its execution id again. Called for each of its fills in order. A simulated venue without one cannot
 *   take part in a run that is resumed
 * @get_columns: (nullable): of a historical feed that tells nothing but bars and has them in columns: all of them, started, valid as long as it
 * lives. At one time it tells its instruments in this order
 * @get_fill_rules: (nullable): of a simulated venue: how it fills orders on bars. %FALSE with an error that names the option for what is not in the
 *   rules (latency, a share of the volume)
 * @restore_order: (nullable): of a simulated venue, like restore_fill: take back one step of an order's life; see pst_exchange_restore_order().
 * Orders of a venue without one end when its host is restarted
 *
 * What a venue implements; %NULL members mean that it cannot. Every exchange has the option calendar: when its market is open.
 */
struct _PstExchangeClass
{
  PstComponentClass parent_class;

  PstFeedStatus (*pull) (PstExchange *exchange, GError **error);
  void (*get_progress) (PstExchange *exchange, PstFeedCounts *counts, double *fraction);
  const char *(*get_feed) (PstExchange *exchange);
  gboolean (*observe_frame) (PstExchange *exchange, const PstFrame *frame, GError **error);
  gboolean (*load_account) (PstExchange *exchange, PstAccount *account, GError **error);
  gboolean (*submit) (PstExchange *exchange, const PstOrder *order, GError **error);
  gboolean (*cancel) (PstExchange *exchange, const PstOrder *order, GError **error);
  gboolean (*modify) (PstExchange *exchange, const PstOrder *order, gint64 quantity, gint64 limit_price, gint64 stop_price, GError **error);
  gboolean (*is_live) (PstExchange *exchange);
  gboolean (*restore_fill) (PstExchange *exchange, const PstFill *fill, GError **error);
  const PstBarColumns *(*get_columns) (PstExchange *exchange, guint *n_instruments);
  gboolean (*get_fill_rules) (PstExchange *exchange, PstFillRules *rules, GError **error);
  gboolean (*restore_order) (PstExchange *exchange, const PstOrder *order, const PstExecutionReport *report, GError **error);
  gpointer reserved[3];
};

/* Signals:
 * frame-received (PstFrameBlock *block): market data passed the border
 * execution-reported (PstExecutionReport *report)
 * connection-changed (PstConnection state) */

PST_API PstFeedStatus pst_exchange_pull (PstExchange *exchange, GError **error);
PST_API gboolean pst_exchange_is_feed (PstExchange *exchange);
PST_API gboolean pst_exchange_is_live (PstExchange *exchange);
PST_API gboolean pst_exchange_can_execute (PstExchange *exchange);
PST_API void pst_exchange_get_progress (PstExchange *exchange, PstFeedCounts *counts, double *fraction);
PST_API const char *pst_exchange_get_feed (PstExchange *exchange);
PST_API gboolean pst_exchange_observe_frame (PstExchange *exchange, const PstFrame *frame, GError **error);
PST_API gboolean pst_exchange_load_account (PstExchange *exchange, PstAccount *account, GError **error);
PST_API gboolean pst_exchange_restore_fill (PstExchange *exchange, const PstFill *fill, GError **error);
/* NULL when it has none; see the class. */
PST_API const PstBarColumns *pst_exchange_get_columns (PstExchange *exchange, guint *n_instruments);
/* Errors: PST_EXCHANGE_ERROR_NOT_SUPPORTED. */
PST_API gboolean pst_exchange_get_fill_rules (PstExchange *exchange, PstFillRules *rules, GError **error);
PST_API gboolean pst_exchange_can_restore_orders (PstExchange *exchange);
PST_API gboolean pst_exchange_restore_order (PstExchange *exchange, const PstOrder *order, const PstExecutionReport *report, GError **error);
PST_API gboolean pst_exchange_submit (PstExchange *exchange, const PstOrder *order, GError **error);
PST_API gboolean pst_exchange_cancel (PstExchange *exchange, const PstOrder *order, GError **error);
PST_API gboolean pst_exchange_modify (PstExchange *exchange, const PstOrder *order, gint64 quantity, gint64 limit_price, gint64 stop_price,
                                      GError **error);

/* For adapters. Adds to the run's table and makes this component the instrument's source. From prepare() on. */
PST_API guint32 pst_exchange_add_instrument (PstExchange *exchange, PstInstrument *instrument, GError **error);
PST_API gboolean pst_exchange_owns_instrument (PstExchange *exchange, guint32 instrument);
/* For adapters that know when their market is open; the option overrules it. Before start(). */
PST_API void pst_exchange_set_calendar (PstExchange *exchange, PstCalendar *calendar);
/* (transfer none): when its market is open: of the option calendar; of the exchange on whose market data it fills; or always. From start() on. */
PST_API PstCalendar *pst_exchange_get_calendar (PstExchange *exchange);
/* The border: numbers the frames, checks every event (instrument known and own, price above zero and on the grid, sizes not negative,
 * high and low around open and close, bid below ask, time not backwards), then emits frame-received. Nothing of a bad block is emitted;
 * the error names frame, event and what is wrong. */
PST_API gboolean pst_exchange_publish (PstExchange *exchange, PstFrameBlock *block, GError **error);
/* What publish would say of one event; for feeds that skip bad rows. Returns NULL or a static sentence. */
PST_API const char *pst_exchange_check_event (PstExchange *exchange, const PstEvent *event);
PST_API void pst_exchange_report (PstExchange *exchange, const PstExecutionReport *report);
PST_API void pst_exchange_set_connection (PstExchange *exchange, PstConnection state);
PST_API PstConnection pst_exchange_get_connection (PstExchange *exchange);

G_END_DECLS
