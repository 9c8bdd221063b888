/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock run --rejected: names every row of market data that was refused, also when no store keeps the run's notes. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

#define PENSTOCK_TYPE_REJECTED (penstock_rejected_get_type ())
G_DECLARE_FINAL_TYPE (PenstockRejected, penstock_rejected, PENSTOCK, REJECTED, PstService)

G_END_DECLS
