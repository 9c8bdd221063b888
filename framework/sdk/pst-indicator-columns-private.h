/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From bars to one indicator's column; apart from who keeps and shares it. */
#pragma once

#include "pst-indicator-columns.h"

G_BEGIN_DECLS

/* @buffer: room for 64 bits a bar; @column: with first at the end and all else zero. */
void pst_indicator_compute (const PstBarColumns *bars, PstIndicatorKind kind, guint a, guint b, guint c, gpointer buffer, PstIndicatorColumn *column);

G_END_DECLS
