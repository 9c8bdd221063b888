/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What Gemini tells of one symbol by REST. Pure. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* @draft gets scales, steps and minima. Errors: PST_EXCHANGE_ERROR_DATA. */
gboolean pst_gemini_details_read (const char *text, gsize length, const char *symbol, PstInstrument *draft, PstInstrumentStatus *status,
                                  GError **error);

G_END_DECLS
