/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The base of guards. A guard that does not answer denies: forgetting must never let an order through. */

#include "pst-guard.h"

#include <string.h>

/**
 * PstGuard:
 *
 * Judges each order before it is sent. The first denial wins.
 */

G_DEFINE_ABSTRACT_TYPE (PstGuard, pst_guard, PST_TYPE_COMPONENT)

enum
{
  SIGNAL_MEMORY_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
pst_guard_class_init (PstGuardClass *klass)
{
  /**
   * PstGuard::memory-changed:
   * @guard: the guard
   *
   * What it remembers over a restart is something else now. Emitted by pst_guard_remember(), on the run's context.
   */
  signals[SIGNAL_MEMORY_CHANGED] = g_signal_new ("memory-changed", PST_TYPE_GUARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
pst_guard_init (PstGuard *guard)
{
}

/**
 * pst_guard_review:
 * @guard: a started guard
 * @review: what it judges
 * @verdict: (out caller-allocates): what it says; what stood there before does not count
 *
 * Asks the guard. One that leaves the verdict untouched, or has no review, denies with the code guard_failed. On the run's context.
 */
void
pst_guard_review (PstGuard *guard, const PstReview *review, PstVerdict *verdict)
{
  g_return_if_fail (verdict != NULL);
  memset (verdict, 0, sizeof *verdict);
  g_return_if_fail (PST_IS_GUARD (guard));
  g_return_if_fail (review != NULL);

  if (PST_GUARD_GET_CLASS (guard)->review != NULL)
    PST_GUARD_GET_CLASS (guard)->review (guard, review, verdict);
  if (!verdict->passed && verdict->code[0] == '\0')
    pst_verdict_deny (verdict, "guard_failed", "guard=%s", pst_component_get_name (PST_COMPONENT (guard)));
}

/**
 * pst_guard_on_frame:
 * @guard: a started guard
 * @frame: a frame; borrowed
 *
 * Shows it a frame before the strategies see it. Without a type check: it is called at every one. On the run's context.
 */
void
pst_guard_on_frame (PstGuard *guard, const PstFrame *frame)
{
  PstGuardClass *klass = PST_GUARD_GET_CLASS (guard);

  if (klass->on_frame != NULL)
    klass->on_frame (guard, frame);
}

/**
 * pst_guard_on_order:
 * @guard: a guard
 * @order: the order as it is now; borrowed
 * @report: (nullable): what changed it; %NULL for a denial
 *
 * Tells it that an order changed. On the run's context.
 */
void
pst_guard_on_order (PstGuard *guard, const PstOrder *order, const PstExecutionReport *report)
{
  PstGuardClass *klass = PST_GUARD_GET_CLASS (guard);

  if (klass->on_order != NULL)
    klass->on_order (guard, order, report);
}

/**
 * pst_guard_on_fill:
 * @guard: a guard
 * @fill: a fill that was applied; borrowed
 *
 * Tells it of a fill. On the run's context.
 */
void
pst_guard_on_fill (PstGuard *guard, const PstFill *fill)
{
  PstGuardClass *klass = PST_GUARD_GET_CLASS (guard);

  if (klass->on_fill != NULL)
    klass->on_fill (guard, fill);
}

/**
 * pst_guard_on_sent:
 * @guard: a guard
 * @order: the order as it is now, SUBMITTED, PENDING_MODIFY or PENDING_CANCEL; borrowed
 *
 * Tells it that an order, a change or a cancel goes to its venue. On the run's context.
 */
void
pst_guard_on_sent (PstGuard *guard, const PstOrder *order)
{
  PstGuardClass *klass = PST_GUARD_GET_CLASS (guard);

  if (klass->on_sent != NULL)
    klass->on_sent (guard, order);
}

/**
 * pst_guard_on_connection:
 * @guard: a guard
 * @exchange: component index of the exchange
 * @state: its connection's new state
 *
 * Tells it that a connection changed. On the run's context.
 */
void
pst_guard_on_connection (PstGuard *guard, guint32 exchange, PstConnection state)
{
  PstGuardClass *klass = PST_GUARD_GET_CLASS (guard);

  if (klass->on_connection != NULL)
    klass->on_connection (guard, exchange, state);
}

/**
 * pst_guard_halt:
 * @guard: a started guard that found a reason to stop all trading
 * @reason: why; a code, for people and for programs
 *
 * Asks for HALTED and calls the action "engage" of every other guard that has one: each kill switch then blocks every order for that reason until an
 * operator releases it, over restarts too. The order is fixed: first the halt, so that its record comes first. On the run's context.
 *
 * Returns: how many kill switches there are
 */
guint
pst_guard_halt (PstGuard *guard, const char *reason)
{
  PstContext *context;
  PstComponent *component;
  guint n_switches = 0;

  g_return_val_if_fail (PST_IS_GUARD (guard), 0);
  g_return_val_if_fail (reason != NULL && reason[0] != '\0', 0);
  g_return_val_if_fail (pst_component_is_started (PST_COMPONENT (guard)), 0);

  context = pst_component_get_context (PST_COMPONENT (guard));
  pst_context_request_trading_state (context, PST_COMPONENT (guard), PST_TRADING_STATE_HALTED, reason);
  for (guint32 i = 0; (component = pst_context_get_component (context, i)) != NULL; i++)
    if (component != PST_COMPONENT (guard) && PST_IS_GUARD (component) && pst_component_has_action (component, "engage")
        && pst_component_act (component, "engage", reason, NULL))
      n_switches++;
  return n_switches;
}

/* (transfer full): "daily-loss-limit=50 USD" */
static char *
describe_option (PstGuard *guard, const char *option)
{
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (guard), option);
  g_auto (GValue) value = G_VALUE_INIT;
  g_autofree char *text = NULL;

  g_return_val_if_fail (pspec != NULL, g_strdup (option));
  g_value_init (&value, pspec->value_type);
  g_object_get_property (G_OBJECT (guard), option, &value);
  text = pst_option_to_string (pspec, &value);
  return g_strconcat (option, "=", text, NULL);
}

/**
 * pst_guard_audit_breach:
 * @guard: a started guard
 * @code: the code with which it denies from now on
 * @option: (nullable): the option that is the limit; %NULL when it stops for want of knowledge
 * @value: what was met
 *
 * Writes LIMIT_BREACHED into the run's audit chain: @code is the reason, the limit stands before it and @value after it. On the run's context.
 */
void
pst_guard_audit_breach (PstGuard *guard, const char *code, const char *option, const char *value)
{
  g_autofree char *limit = NULL;

  g_return_if_fail (PST_IS_GUARD (guard));
  g_return_if_fail (code != NULL && value != NULL);

  limit = option != NULL ? describe_option (guard, option) : NULL;
  pst_context_audit (pst_component_get_context (PST_COMPONENT (guard)), PST_COMPONENT (guard), "LIMIT_BREACHED", code, limit, value);
}

/**
 * pst_guard_remember:
 * @guard: a guard
 *
 * Has the run keep what save_state() says now. It blocks until that is on the disk: for what must not be lost and is rare, a latch or a breach. On
 * the run's context.
 */
void
pst_guard_remember (PstGuard *guard)
{
  g_return_if_fail (PST_IS_GUARD (guard));

  g_signal_emit (guard, signals[SIGNAL_MEMORY_CHANGED], 0);
}

/**
 * pst_review_only_reduces:
 * @review: what is judged
 *
 * Tells whether an order is an exit: the net position lies on the other side, and stays there or becomes flat even if every open order of the same
 * side fills too. A limit must never stand in the way of one. Any thread.
 *
 * Returns: whether it can do nothing but lower the net position
 */
gboolean
pst_review_only_reduces (const PstReview *review)
{
  gboolean sells;
  __int128 held, wanted;

  g_return_val_if_fail (review != NULL && review->order != NULL, FALSE);

  sells = review->order->request.side == PST_SIDE_SELL;
  held = sells ? review->net_quantity : -(__int128)review->net_quantity;
  wanted = (__int128)pst_order_get_open_quantity (review->order) + (sells ? review->open_sell_quantity : review->open_buy_quantity);
  return held > 0 && wanted <= held;
}
