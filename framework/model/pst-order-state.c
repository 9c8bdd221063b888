/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The life of an order, in one table: the gate asks it, the ledgers' constraints and the documents are made from it.
 *
 * How to read it:
 * - What was never sent can only be denied, also when it is withdrawn before it was sent. Once SUBMITTED, nothing but evidence ends an
 *   order; a send that certainly failed is REJECTED.
 * - A modification needs an order that is known to work: not SUBMITTED, not UNKNOWN.
 * - A state that is its own successor can be told again with other values: another partial fill; a change by the venue itself; a partial
 *   fill while a modification or a cancel is on its way, which keeps the pending state (FIX ranks Pending Cancel and Pending Replace above
 *   Partially Filled). The filled quantity says how far it is.
 * - A refused modification or cancel, and a done modification, lead back to PARTIALLY_FILLED when there was a fill, else to TRIGGERED or
 *   ACCEPTED.
 * - The venue may be faster than a cancel: FILLED and PARTIALLY_FILLED follow PENDING_CANCEL.
 * - A venue may acknowledge first and refuse afterwards: REJECTED follows working states that had no fill.
 * - UNKNOWN is entered whenever the connection or the answer is lost, and left by evidence only. A cancel may be tried from it. Evidence
 *   that a venue never had the order is REJECTED.
 * - A fill that is told after a final state moves money and the filled quantity, never the state. */
#include "pst-order.h"

#define S(name) PST_ORDER_STATE_##name

typedef struct
{
  const char *name;
  PstOrderState next[PST_ORDER_STATE_LAST + 1]; /* ends with 0 */
} State;

static const State states[PST_ORDER_STATE_LAST + 1] = {
  [S (INITIALIZED)] = { "INITIALIZED", { S (DENIED), S (SUBMITTED) } },
  [S (DENIED)] = { "DENIED", { 0 } },
  [S (SUBMITTED)]
  = { "SUBMITTED",
      { S (ACCEPTED), S (REJECTED), S (TRIGGERED), S (PARTIALLY_FILLED), S (FILLED), S (PENDING_CANCEL), S (CANCELED), S (EXPIRED), S (UNKNOWN) } },
  [S (ACCEPTED)] = { "ACCEPTED",
                     { S (ACCEPTED), S (REJECTED), S (TRIGGERED), S (PARTIALLY_FILLED), S (FILLED), S (PENDING_MODIFY), S (PENDING_CANCEL),
                       S (CANCELED), S (EXPIRED), S (UNKNOWN) } },
  [S (REJECTED)] = { "REJECTED", { 0 } },
  [S (TRIGGERED)] = { "TRIGGERED",
                      { S (REJECTED), S (TRIGGERED), S (PARTIALLY_FILLED), S (FILLED), S (PENDING_MODIFY), S (PENDING_CANCEL), S (CANCELED),
                        S (EXPIRED), S (UNKNOWN) } },
  [S (PARTIALLY_FILLED)]
  = { "PARTIALLY_FILLED", { S (PARTIALLY_FILLED), S (FILLED), S (PENDING_MODIFY), S (PENDING_CANCEL), S (CANCELED), S (EXPIRED), S (UNKNOWN) } },
  [S (FILLED)] = { "FILLED", { 0 } },
  [S (PENDING_MODIFY)] = { "PENDING_MODIFY",
                           { S (ACCEPTED), S (REJECTED), S (TRIGGERED), S (PARTIALLY_FILLED), S (FILLED), S (PENDING_MODIFY), S (PENDING_CANCEL),
                             S (CANCELED), S (EXPIRED), S (UNKNOWN) } },
  [S (PENDING_CANCEL)]
  = { "PENDING_CANCEL",
      { S (ACCEPTED), S (REJECTED), S (TRIGGERED), S (PARTIALLY_FILLED), S (FILLED), S (PENDING_CANCEL), S (CANCELED), S (EXPIRED), S (UNKNOWN) } },
  [S (CANCELED)] = { "CANCELED", { 0 } },
  [S (EXPIRED)] = { "EXPIRED", { 0 } },
  [S (UNKNOWN)]
  = { "UNKNOWN",
      { S (ACCEPTED), S (REJECTED), S (TRIGGERED), S (PARTIALLY_FILLED), S (FILLED), S (PENDING_CANCEL), S (CANCELED), S (EXPIRED), S (UNKNOWN) } },
};

static inline gboolean
is_state (PstOrderState state)
{
  return state >= S (INITIALIZED) && state <= PST_ORDER_STATE_LAST;
}

/**
 * pst_order_state_can_change:
 * @from: a state
 * @to: a state
 *
 * Whether an order in @from may be told to be in @to next. Some states may follow themselves: the order's values changed. Any thread.
 *
 * Returns: %TRUE when the table has it; %FALSE also for numbers that are no states
 */
gboolean
pst_order_state_can_change (PstOrderState from, PstOrderState to)
{
  if (!is_state (from) || !is_state (to))
    return FALSE;
  for (const PstOrderState *next = states[from].next; *next != 0; next++)
    if (*next == to)
      return TRUE;
  return FALSE;
}

/**
 * pst_order_state_is_final:
 * @state: a state
 *
 * Any thread.
 *
 * Returns: whether nothing can follow it
 */
gboolean
pst_order_state_is_final (PstOrderState state)
{
  return is_state (state) && states[state].next[0] == 0;
}

/**
 * pst_order_state_get_next:
 * @from: a state
 *
 * Any thread.
 *
 * Returns: (transfer none) (array zero-terminated=1): the states that may follow, in their order of definition; empty for final ones
 */
const PstOrderState *
pst_order_state_get_next (PstOrderState from)
{
  return states[is_state (from) ? from : 0].next;
}

/**
 * pst_order_state_to_string:
 * @state: a state
 *
 * Any thread.
 *
 * Returns: (transfer none): "PARTIALLY_FILLED", as in ledgers and documents; "INVALID" for a number that is no state
 */
const char *
pst_order_state_to_string (PstOrderState state)
{
  return is_state (state) ? states[state].name : "INVALID";
}
