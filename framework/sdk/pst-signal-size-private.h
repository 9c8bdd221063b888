/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sizes of a signal strategy's orders in a run. Not installed. */
#pragma once

#include "pst-signal-strategy.h"

G_BEGIN_DECLS

/* 0 when nothing can be bought. @closes: whether what is held is closed first; @cash_max: see #PstOrderRequest. */
gint64 pst_signal_size_opening (PstSignalStrategy *self, guint32 index, gint64 price, gboolean closes, gint64 *cash_max);

G_END_DECLS
