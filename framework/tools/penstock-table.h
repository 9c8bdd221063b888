/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Columns that line up: for every verb that prints a table. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _PenstockTable PenstockTable;

/* @alignment: one character a column, 'l' or 'r'. */
PenstockTable *penstock_table_new (const char *alignment);
/* Takes the text. Cells fill rows from left to right. */
void penstock_table_take (PenstockTable *table, char *text);
void penstock_table_add (PenstockTable *table, const char *text);
void penstock_table_add_number (PenstockTable *table, guint64 number);
/* Appends the table, each line indented and without trailing blanks. */
void penstock_table_print (PenstockTable *table, const char *indent, GString *text);
void penstock_table_free (PenstockTable *table);
/* (transfer full) digits in groups of three: "1,234,567.89" from "1234567.89". For people only. */
char *penstock_group_digits (const char *number);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PenstockTable, penstock_table_free)

G_END_DECLS
