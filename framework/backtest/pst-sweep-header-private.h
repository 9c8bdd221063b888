/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The header's text, for the file that holds it. */
#pragma once

#include "pst-sweep-file.h"

G_BEGIN_DECLS

char *pst_sweep_header_to_string (const PstSweepHeader *header);
PstSweepHeader *pst_sweep_header_from_string (const char *data, GError **error);

G_END_DECLS
