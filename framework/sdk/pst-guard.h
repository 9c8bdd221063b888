/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Vetoes. Guards stand in a chain in the file's order; the first denial wins; one that fails denies. */
#pragma once

#include "pst-exchange.h"

G_BEGIN_DECLS

/**
 * PstReview:
 * @order: the order as it would be
 * @before: (nullable): the order as it is now, when this is a modification
 * @mark: what the instrument is worth now
 * @net_quantity: net position in the instrument, all strategies, at the size scale
 * @open_buy_quantity: open quantity of all buy orders in the instrument, this one not counted
 * @open_sell_quantity: the same of sell orders
 * @n_open_orders: open orders of the run, this one not counted
 *
 * What a guard judges.
 */
typedef struct
{
  const PstOrder *order;
  const PstOrder *before;
  const PstInstrument *instrument;
  const PstMark *mark;
  gint64 net_quantity;
  gint64 open_buy_quantity;
  gint64 open_sell_quantity;
  guint n_open_orders;
} PstReview;

/* Signals of every guard:
 * memory-changed (): what save_state() would say is something else now, and must not be lost. */

#define PST_TYPE_GUARD (pst_guard_get_type ())
PST_API
G_DECLARE_DERIVABLE_TYPE (PstGuard, pst_guard, PST, GUARD, PstComponent)

/**
 * PstGuardClass:
 * @review: give a verdict: pst_verdict_pass() or pst_verdict_deny(). Leaving the verdict untouched denies
 * @on_frame: (nullable): see each frame before the strategies do: ages, prices
 * @on_order: (nullable): an order changed; @report is %NULL for a denial
 * @on_fill: (nullable): a fill was applied
 * @on_sent: (nullable): a message about an order goes to its venue now; the order's state says which: SUBMITTED, PENDING_MODIFY or PENDING_CANCEL
 * @on_connection: (nullable): the connection of an exchange, named by its component index, changed
 *
 * All on the run's context; none may block.
 */
struct _PstGuardClass
{
  PstComponentClass parent_class;

  void (*review) (PstGuard *guard, const PstReview *review, PstVerdict *verdict);
  void (*on_frame) (PstGuard *guard, const PstFrame *frame);
  void (*on_order) (PstGuard *guard, const PstOrder *order, const PstExecutionReport *report);
  void (*on_fill) (PstGuard *guard, const PstFill *fill);
  void (*on_sent) (PstGuard *guard, const PstOrder *order);
  void (*on_connection) (PstGuard *guard, guint32 exchange, PstConnection state);
  gpointer reserved[6];
};

PST_API void pst_guard_review (PstGuard *guard, const PstReview *review, PstVerdict *verdict);
PST_API void pst_guard_on_frame (PstGuard *guard, const PstFrame *frame);
PST_API void pst_guard_on_order (PstGuard *guard, const PstOrder *order, const PstExecutionReport *report);
PST_API void pst_guard_on_fill (PstGuard *guard, const PstFill *fill);
PST_API void pst_guard_on_sent (PstGuard *guard, const PstOrder *order);
PST_API void pst_guard_on_connection (PstGuard *guard, guint32 exchange, PstConnection state);

/* For guards: whether the order, even if all that already works on its side fills first, only brings the net position nearer to zero. */
PST_API gboolean pst_review_only_reduces (const PstReview *review);
/* For guards: asks for HALTED, and engages every kill switch of the run, both for the same reason. A kill switch is a guard that has the action
 * "engage". Returns how many there are. */
PST_API guint pst_guard_halt (PstGuard *guard, const char *reason);

/* For guards: writes LIMIT_BREACHED into the run's audit chain: @code why, @option (nullable) the limit, told with its value ("daily-loss-limit=50
 * USD"),
 * @value what was met ("daily=-60 USD"). For what stops a guard for longer than the order at hand: a denied order is in the chain without it. */
PST_API void pst_guard_audit_breach (PstGuard *guard, const char *code, const char *option, const char *value);
/* For guards: what the guard remembers is something else now, and is on the disk when this returns, where the run keeps a state. What changes with
 * every order needs no word. */
PST_API void pst_guard_remember (PstGuard *guard);

G_END_DECLS
