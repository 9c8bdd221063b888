/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The guards of a run in the file's order. Each order passes all of them or is denied by the first that says so. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/**
 * PstGuardChain:
 *
 * Guards in order. Used on the run's context.
 */
typedef struct _PstGuardChain PstGuardChain;

PstGuardChain *pst_guard_chain_new (void);
void pst_guard_chain_free (PstGuardChain *chain);
void pst_guard_chain_add (PstGuardChain *chain, PstGuard *guard);
guint pst_guard_chain_get_size (const PstGuardChain *chain);
gboolean pst_guard_chain_hears_fills (const PstGuardChain *chain);
gboolean pst_guard_chain_review (const PstGuardChain *chain, const PstReview *review, PstVerdict *verdict, guint32 *guard);
void pst_guard_chain_on_order (const PstGuardChain *chain, const PstOrder *order, const PstExecutionReport *report);
void pst_guard_chain_on_fill (const PstGuardChain *chain, const PstFill *fill);
void pst_guard_chain_on_sent (const PstGuardChain *chain, const PstOrder *order);
void pst_guard_chain_on_connection (const PstGuardChain *chain, guint32 exchange, PstConnection state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstGuardChain, pst_guard_chain_free)

G_END_DECLS
