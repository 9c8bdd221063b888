/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finds and loads the module that connects to real sockets, when it is first needed: what most commands never do costs them nothing. */
#pragma once

#include "../engine/pst-run.h"

G_BEGIN_DECLS

/* A PstTransportFactory; @user_data is not used. Errors: PST_EXCHANGE_ERROR_NOT_SUPPORTED when the module or a library of it is missing. */
PstTransport *pst_transport_module_create (PstClock *clock, PstComponent *component, gpointer user_data, GError **error);

G_END_DECLS
