/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Strategies that are made of others: what the base of strategies of signals asks for when it is prepared. Not part of the SDK. */
#pragma once

#include "pst-signal-strategy.h"

G_BEGIN_DECLS

/* (transfer none) (nullable): another strategy of the run that names this one. */
PstSignalStrategy *pst_signal_members_find_owner (PstSignalStrategy *strategy);
/* Fills @members (PstSignalStrategy, not owned) with those that it names. */
gboolean pst_signal_members_resolve (PstSignalStrategy *strategy, GPtrArray *members, GError **error);
/* Those of @members that have the name of one of @family become that one. */
void pst_signal_members_replace (GPtrArray *members, GPtrArray *family);
/* (transfer full) (nullable): when another strategy names one that is not there, and so maybe meant this one: what is wrong with it. */
char *pst_signal_members_explain (PstSignalStrategy *strategy);
/* Of one that gives no orders: an option of orders would do nothing. */
gboolean pst_signal_members_check_silent (PstSignalStrategy *strategy, PstSignalStrategy *owner, GError **error);

G_END_DECLS
