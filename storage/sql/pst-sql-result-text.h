/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a statement puts together into one text, read piece by piece. A row of libgda costs three microseconds and some hundred bytes of memory; a
 * text of thousands of rows costs one of each. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "5:total6:sharpe3:1.5": each text with its bytes counted before it, whatever stands in it. (transfer full) (nullable): the next one; NULL at the
 * end and for what is no such text, which pst_sql_texts_is_end() tells apart. */
char *pst_sql_texts_next (const char **cursor);
gboolean pst_sql_texts_is_end (const char *cursor);
/* As above, "+text" or "-" for none: FALSE when there is none of this form. */
gboolean pst_sql_texts_next_optional (const char **cursor, char **text);
/* As pst_sql_double_print() writes it. */
gboolean pst_sql_texts_next_double (const char **cursor, double *value);
gboolean pst_sql_texts_next_integer (const char **cursor, gint64 *value);
/* "1,2" or "[[1,2],[3,4]]": @n integers, whatever brackets are around them. FALSE when there are fewer. */
gboolean pst_sql_integers_next (const char **cursor, gint64 *values, guint n);
/* Nothing but brackets is left. */
gboolean pst_sql_integers_is_end (const char *cursor);
/* A number so that the same is read back: at most 17 digits, "nan", "inf", "-inf". */
void pst_sql_double_print (double value, char text[32]);
gboolean pst_sql_double_parse (const char *text, double *value);

G_END_DECLS
