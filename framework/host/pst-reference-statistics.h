/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One page of the reference: the statistics of a backtest. */
#pragma once

#include "pst-catalogue.h"

G_BEGIN_DECLS

void pst_reference_append_statistics (PstCatalogue *catalogue, GString *text);

G_END_DECLS
