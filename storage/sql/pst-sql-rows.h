/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows of a batch as one text: a JSON array of arrays, or PostgreSQL's text of an array of records. Integers stand in it digit by digit. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

typedef enum
{
  PST_SQL_ROWS_JSON,
  /* Whole rows of a table, as records of the table's own type, whose first two columns, user and run, are left out. */
  PST_SQL_ROWS_RECORDS
} PstSqlRowsForm;

typedef struct
{
  GString *text;
  guint n_rows;
  PstSqlRowsForm form;
} PstSqlRows;

void pst_sql_rows_init (PstSqlRows *rows, PstSqlRowsForm form);
void pst_sql_rows_clear (PstSqlRows *rows);
void pst_sql_rows_begin (PstSqlRows *rows);
void pst_sql_rows_end (PstSqlRows *rows);
void pst_sql_rows_add_integer (PstSqlRows *rows, gint64 value);
/* NULL and what is not UTF-8 included: the one becomes null, the other the replacement character. */
void pst_sql_rows_add_text (PstSqlRows *rows, const char *text);
void pst_sql_rows_add_null (PstSqlRows *rows);
/* null for 0 */
void pst_sql_rows_add_integer_or_null (PstSqlRows *rows, gint64 value);
/* null for G_MAXUINT32 */
void pst_sql_rows_add_index (PstSqlRows *rows, guint32 index);
/* The text, closed; nothing can be added any more. */
const char *pst_sql_rows_finish (PstSqlRows *rows);

G_END_DECLS
