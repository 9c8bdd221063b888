/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A ledger as a store of results, for the verbs that keep and show them. */
#pragma once

#include "../host/pst-catalogue.h"

G_BEGIN_DECLS

/* (transfer full) (nullable): of a file or a URI; @plugin_id: (nullable): which store, "sql" when NULL. Nothing is opened yet. */
PstResultStore *penstock_result_store_open (PstCatalogue *catalogue, const char *plugin_id, const char *place, GError **error);
/* Makes the ledger, or brings it up to date: it can be written. */
gboolean penstock_result_store_make (PstResultStore *store, GError **error);
/* (transfer full) (nullable): the result of a user (NULL: anybody) whose key begins so; an error that lists them when there are several. */
PstBacktestResult *penstock_result_store_get (PstResultStore *store, const char *user_id, const char *key, gboolean whole, GError **error);

G_END_DECLS
