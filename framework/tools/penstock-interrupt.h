/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ctrl-C and SIGTERM end a run in order; a second one ends the process. SIGUSR1 halts trading and engages its kill switches; the run goes on. */
#pragma once

#include "../engine/pst-run.h"

G_BEGIN_DECLS

typedef struct _PenstockInterrupt PenstockInterrupt;

/* Watches SIGINT, SIGTERM and SIGUSR1 on a thread of its own until freed. */
PenstockInterrupt *penstock_interrupt_new (PstRun *run);
/* The same for what is no run: SIGINT and SIGTERM cancel @cancellable. */
PenstockInterrupt *penstock_interrupt_new_cancel (GCancellable *cancellable);
/* Whether a signal came. */
gboolean penstock_interrupt_was_caught (PenstockInterrupt *interrupt);
void penstock_interrupt_free (PenstockInterrupt *interrupt);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PenstockInterrupt, penstock_interrupt_free)

G_END_DECLS
