/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a run came to, for people and for programs. */
#pragma once

#include "../engine/pst-summary.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* (transfer full) text with a final newline */
char *penstock_summary_to_text (const PstSummary *summary);
/* Adds one object. */
void penstock_summary_to_json (const PstSummary *summary, JsonBuilder *json);

G_END_DECLS
