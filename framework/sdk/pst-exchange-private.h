/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What all exchanges prepare, whatever they are. */
#pragma once

#include "pst-exchange.h"

G_BEGIN_DECLS

/* Reads the calendar that the option names. */
gboolean pst_exchange_prepare_calendar (PstExchange *exchange, GError **error);

G_END_DECLS
