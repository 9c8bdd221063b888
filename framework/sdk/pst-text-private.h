/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text into the fixed fields of records. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Copies as much of @text as fits @size bytes with the final NUL, never half a character; what is not UTF-8 becomes '?'. */
void pst_text_copy (char *buffer, gsize size, const char *text);

G_END_DECLS
