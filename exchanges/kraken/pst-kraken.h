/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Kraken's spot market data as a component. */
#pragma once

#include "pst-kraken-parser.h"

G_BEGIN_DECLS

#define PST_TYPE_KRAKEN (pst_kraken_get_type ())
G_DECLARE_FINAL_TYPE (PstKraken, pst_kraken, PST, KRAKEN, PstVenue)

G_END_DECLS
