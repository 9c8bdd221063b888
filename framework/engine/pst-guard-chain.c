/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Vetoes are a chain: the first denial wins. That a guard which says nothing denies is settled where guards are called: pst_guard_review(). */
#include "pst-guard-chain.h"

#include <string.h>

struct _PstGuardChain
{
  GPtrArray *guards;
};

/**
 * pst_guard_chain_new:
 *
 * Returns: (transfer full): a chain without guards, which passes everything
 */
PstGuardChain *
pst_guard_chain_new (void)
{
  PstGuardChain *chain = g_new0 (PstGuardChain, 1);

  chain->guards = g_ptr_array_new_with_free_func (g_object_unref);
  return chain;
}

/**
 * pst_guard_chain_free:
 * @chain: (transfer full): a chain
 */
void
pst_guard_chain_free (PstGuardChain *chain)
{
  g_ptr_array_unref (chain->guards);
  g_free (chain);
}

/**
 * pst_guard_chain_add:
 * @chain: a chain
 * @guard: the guard that comes last from now on
 */
void
pst_guard_chain_add (PstGuardChain *chain, PstGuard *guard)
{
  g_ptr_array_add (chain->guards, g_object_ref (guard));
}

/**
 * pst_guard_chain_get_size:
 * @chain: a chain
 *
 * Returns: how many guards it has
 */
guint
pst_guard_chain_get_size (const PstGuardChain *chain)
{
  return chain->guards->len;
}

/**
 * pst_guard_chain_hears_fills:
 * @chain: a chain
 *
 * Returns: whether any of its guards wants to be told of fills
 */
gboolean
pst_guard_chain_hears_fills (const PstGuardChain *chain)
{
  for (guint i = 0; i < chain->guards->len; i++)
    if (PST_GUARD_GET_CLASS (chain->guards->pdata[i])->on_fill != NULL)
      return TRUE;
  return FALSE;
}

/**
 * pst_guard_chain_review:
 * @chain: a chain
 * @review: what is to be judged
 * @verdict: (out): the first denial, or the pass of all
 * @guard: (out): component index of the guard that denied; untouched when all passed
 *
 * Returns: whether every guard passed the order
 */
gboolean
pst_guard_chain_review (const PstGuardChain *chain, const PstReview *review, PstVerdict *verdict, guint32 *guard)
{
  for (guint i = 0; i < chain->guards->len; i++)
    {
      PstGuard *one = chain->guards->pdata[i];

      pst_guard_review (one, review, verdict);
      if (verdict->passed)
        continue;
      *guard = pst_component_get_index ((PstComponent *)one);
      return FALSE;
    }
  memset (verdict, 0, sizeof *verdict);
  pst_verdict_pass (verdict);
  return TRUE;
}

/**
 * pst_guard_chain_on_order:
 * @chain: a chain
 * @order: an order that changed
 * @report: (nullable): what its exchange told; %NULL for a denial
 *
 * Tells every guard, in order.
 */
void
pst_guard_chain_on_order (const PstGuardChain *chain, const PstOrder *order, const PstExecutionReport *report)
{
  for (guint i = 0; i < chain->guards->len; i++)
    pst_guard_on_order (chain->guards->pdata[i], order, report);
}

/**
 * pst_guard_chain_on_fill:
 * @chain: a chain
 * @fill: a fill that was applied
 *
 * Tells every guard, in order.
 */
void
pst_guard_chain_on_fill (const PstGuardChain *chain, const PstFill *fill)
{
  for (guint i = 0; i < chain->guards->len; i++)
    pst_guard_on_fill (chain->guards->pdata[i], fill);
}

/**
 * pst_guard_chain_on_sent:
 * @chain: a chain
 * @order: an order that is sent, changed or cancelled at its venue
 *
 * Tells every guard, in order.
 */
void
pst_guard_chain_on_sent (const PstGuardChain *chain, const PstOrder *order)
{
  for (guint i = 0; i < chain->guards->len; i++)
    pst_guard_on_sent (chain->guards->pdata[i], order);
}

/**
 * pst_guard_chain_on_connection:
 * @chain: a chain
 * @exchange: component index of an exchange
 * @state: its connection's new state
 *
 * Tells every guard, in order. One that is not started yet, or not any more, is not told: exchanges start first and stop last.
 */
void
pst_guard_chain_on_connection (const PstGuardChain *chain, guint32 exchange, PstConnection state)
{
  for (guint i = 0; i < chain->guards->len; i++)
    if (pst_component_is_started (chain->guards->pdata[i]))
      pst_guard_on_connection (chain->guards->pdata[i], exchange, state);
}
