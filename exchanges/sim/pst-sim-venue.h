/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The simulated venue itself: working orders by instrument, commands on their way to it, and the client's funds. PstSim wraps it
 * as a component. pst-sim-venue.c holds the life of orders, pst-sim-match.c what bars, trades and quotes do to them, pst-sim-walk.c what
 * books do, pst-sim-restore.c how orders live on when the host was restarted. */
#pragma once

#include "pst-sim-depth.h"
#include "pst-sim-funds.h"
#include "pst-sim-hours.h"
#include "pst-sim-rules.h"

G_BEGIN_DECLS

/* When an order that rests in a book fills. */
typedef enum
{
  PST_SIM_QUEUE_TRADE_THROUGH, /* last of all at its price: when the market goes through it */
  PST_SIM_QUEUE_VOLUME_AHEAD,  /* behind what stood there when it came: when as much has traded */
} PstSimQueue;

typedef struct
{
  PstFillRules rules;
  PstSimQueue queue;
  gint64 latency_ns;
  gint64 volume_share; /* at PST_RATE_SCALE */
  gboolean is_share_limited;
  PstSimWhenClosed when_closed;
} PstSimSettings;

/* One instrument at the venue. */
typedef struct
{
  const PstInstrument *instrument;
  GPtrArray *orders; /* PstSimOrder, by arrival */
  PstPosition position;
  guint32 status; /* PstInstrumentStatus */
  PstFillCosts costs;
  gboolean has_fees;
} PstSimBook;

/* A fill that the account could not pay for when it came up. */
typedef struct
{
  PstSimBook *book;
  PstSimOrder *order;
  gint64 price;
  gint64 quantity;
  PstLiquidity liquidity;
} PstSimUnpaid;

typedef struct
{
  PstExchange *exchange; /* not owned: it owns us */
  PstContext *context;   /* not owned */
  PstCalendar *calendar; /* not owned; NULL: always open */
  PstSimSettings settings;
  PstSimFunds funds;
  PstSimBook **books; /* by instrument; NULL where no order ever came */
  guint n_books;
  PstSimDepth **depths; /* by instrument; NULL where there was no price level */
  guint n_depths;
  GArray *touched; /* guint32: instruments whose levels the frame at hand changed */
  guint n_open;    /* working orders in all books */
  GQueue commands; /* on their way, by time of arrival */
  GError *failure; /* of a command that arrived */
  gint64 next_expiry_ns;
  gint64 last_frame_ns;
  guint64 n_executions;
  gboolean matching; /* orders must not be dropped: someone walks them */
  GArray *unpaid;    /* PstSimUnpaid of the frame at hand, in order of their fills */
} PstSimVenue;

typedef enum
{
  PST_SIM_COMMAND_SUBMIT,
  PST_SIM_COMMAND_CANCEL,
  PST_SIM_COMMAND_MODIFY,
} PstSimCommandKind;

/* Something on its way to the venue. */
typedef struct
{
  PstSimCommandKind kind;
  guint timer;
  guint64 order_id;
  gint64 sent_ns;
  PstOrderRequest request; /* of a modification: instrument, and the new quantity and prices */
} PstSimCommand;

/* How much of an event may still fill. */
typedef struct
{
  gint64 buy;
  gint64 sell;
  gboolean shared; /* a bar's or trade's volume has no side */
} PstSimBudget;

void pst_sim_venue_init (PstSimVenue *venue, PstExchange *exchange, const PstSimSettings *settings, const PstAccount *balances);
void pst_sim_venue_clear (PstSimVenue *venue);
/* Has a command arrive at @arrival_ns, behind those that came before. */
void pst_sim_venue_dispatch (PstSimVenue *venue, const PstSimCommand *command, gint64 arrival_ns);
/* (nullable): NULL when the run has no such instrument. */
PstSimBook *pst_sim_venue_get_book (PstSimVenue *venue, guint32 instrument);
void pst_sim_venue_settle_fees (PstSimVenue *venue, PstSimBook *book);
/* (nullable): the levels, kept from now on where there are any. */
PstSimDepth *pst_sim_venue_get_depth (PstSimVenue *venue, guint32 instrument);
/* (nullable): the open order. */
PstSimOrder *pst_sim_venue_find_order (PstSimBook *book, guint64 id);
gboolean pst_sim_venue_is_fresh (PstSimVenue *venue, const PstOrderRequest *request);

/* pst-sim-restore.c: what was before the host was restarted, step by step. */
gboolean pst_sim_venue_restore_fill (PstSimVenue *venue, const PstFill *fill, GError **error);
gboolean pst_sim_venue_restore_command (PstSimVenue *venue, const PstOrder *order, GError **error);
gboolean pst_sim_venue_restore_report (PstSimVenue *venue, const PstOrder *order, const PstExecutionReport *report, GError **error);
gboolean pst_sim_venue_submit (PstSimVenue *venue, const PstOrder *order, GError **error);
gboolean pst_sim_venue_cancel (PstSimVenue *venue, const PstOrder *order, GError **error);
gboolean pst_sim_venue_modify (PstSimVenue *venue, const PstOrder *order, gint64 quantity, gint64 limit_price, gint64 stop_price, GError **error);

/* FALSE with what failed when a command arrived. */
gboolean pst_sim_venue_check (PstSimVenue *venue, GError **error);
/* Shows a frame to everything that is open: ends what is over, fills what it fills. */
gboolean pst_sim_venue_observe (PstSimVenue *venue, const PstFrame *frame, GError **error);
/* Ends orders whose time was over before @end_ns; told at @time_ns. */
gboolean pst_sim_venue_expire (PstSimVenue *venue, gint64 end_ns, gint64 time_ns, GError **error);
/* Ends one order: takes it off the book and reports. @reason may be NULL. */
gboolean pst_sim_venue_close (PstSimVenue *venue, PstSimBook *book, PstSimOrder *order, PstReportKind kind, const char *reason, gint64 time_ns,
                              GError **error);
void pst_sim_venue_report (PstSimVenue *venue, const PstSimOrder *order, PstReportKind kind, const char *reason, gint64 time_ns);
/* Sets aside what the rest of the order may cost. FALSE with the code and text of a refusal in @refusal, or with @error. */
gboolean pst_sim_venue_reserve (PstSimVenue *venue, PstSimBook *book, PstSimOrder *order, gboolean force, char *refusal, GError **error);
void pst_sim_venue_describe_lack (PstSimVenue *venue, const PstMoney *need, char *refusal);
/* Drops closed orders. */
void pst_sim_venue_sweep (PstSimBook *book);

/* Keeps the instrument's levels from now on, beside the market: the venue sees each frame before the market applies it, and an order that a
 * strategy gives because of a fill of that very frame must not meet the levels of before. */
PstSimDepth *pst_sim_venue_add_depth (PstSimVenue *venue, guint32 instrument);

/* NULL: no price level of the instrument came, and bars, quotes and trades decide. */
static inline PstSimDepth *
pst_sim_venue_find_depth (const PstSimVenue *venue, guint32 instrument)
{
  return instrument < venue->n_depths ? venue->depths[instrument] : NULL;
}

/* pst-sim-match.c */
/* What one more fill adds to the fee of an order by the rate: FALSE when it does not fit. */
gboolean pst_sim_match_get_fee (const PstSimBook *book, gint64 notional, PstLiquidity liquidity, gint64 *fee);
gboolean pst_sim_match_frame (PstSimVenue *venue, const PstFrame *frame, GError **error);
gboolean pst_sim_match_at_mark (PstSimVenue *venue, PstSimBook *book, PstSimOrder *order, gint64 time_ns, GError **error);
gint64 pst_sim_match_get_reducible (const PstSimBook *book, PstSide side);
/* Fills @quantity at @price, or ends the order that cannot pay for it. */
gboolean pst_sim_match_fill (PstSimVenue *venue, PstSimBook *book, PstSimOrder *order, gint64 price, gint64 quantity, PstLiquidity liquidity,
                             gint64 time_ns, GError **error);
/* What comes at the very instant at which an order expires comes too late. */
gboolean pst_sim_match_expire_at (PstSimVenue *venue, PstSimBook *book, PstSimOrder *order, gint64 time_ns, GError **error);
/* FALSE with an error: a fill of the order does not fit 64 bits. */
gboolean pst_sim_match_overflow (const PstSimBook *book, const PstSimOrder *order, GError **error);
/* Cancels what an IOC or FOK order could not fill at once. */
gboolean pst_sim_match_end_immediate (PstSimVenue *venue, PstSimBook *book, PstSimOrder *order, gint64 time_ns, GError **error);

/* pst-sim-walk.c */
/* An order meets the book as it stands: on arrival, and after each frame that changed it. */
gboolean pst_sim_walk_order (PstSimVenue *venue, PstSimBook *book, PstSimDepth *depth, PstSimOrder *order, gint64 time_ns, GError **error);
/* The same for all orders of the instrument. */
gboolean pst_sim_walk_levels (PstSimVenue *venue, PstSimBook *book, PstSimDepth *depth, gint64 time_ns, GError **error);
/* A trade was printed in an instrument with a book. */
gboolean pst_sim_walk_trade (PstSimVenue *venue, PstSimBook *book, const PstSimDepth *depth, const PstTrade *trade, gint64 time_ns, GError **error);
/* An operator's exit: in full, whatever is there. */
gboolean pst_sim_walk_exit (PstSimVenue *venue, PstSimBook *book, PstSimDepth *depth, PstSimOrder *order, gint64 time_ns, GError **error);
/* Whether an order would find anything to take. */
gboolean pst_sim_walk_would_take (const PstSimVenue *venue, const PstSimBook *book, const PstSimDepth *depth, const PstOrderRequest *request);
/* Puts an order at the end of the queue at its price. */
void pst_sim_walk_queue (const PstSimDepth *depth, PstSimOrder *order);

G_END_DECLS
