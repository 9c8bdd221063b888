/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tables of text. */

#include "penstock-table.h"

#include <string.h>

struct _PenstockTable
{
  char *alignment;
  GPtrArray *cells;
};

PenstockTable *
penstock_table_new (const char *alignment)
{
  PenstockTable *table = g_new0 (PenstockTable, 1);

  table->alignment = g_strdup (alignment);
  table->cells = g_ptr_array_new_with_free_func (g_free);
  return table;
}

void
penstock_table_free (PenstockTable *table)
{
  g_ptr_array_unref (table->cells);
  g_free (table->alignment);
  g_free (table);
}

void
penstock_table_take (PenstockTable *table, char *text)
{
  g_ptr_array_add (table->cells, text);
}

void
penstock_table_add (PenstockTable *table, const char *text)
{
  penstock_table_take (table, g_strdup (text ? text : ""));
}

void
penstock_table_add_number (PenstockTable *table, guint64 number)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, number);

  penstock_table_take (table, penstock_group_digits (text));
}

static void
append_cell (GString *text, const char *cell, gsize width, char alignment)
{
  gsize length = (gsize)g_utf8_strlen (cell, -1);

  if (alignment == 'l')
    g_string_append (text, cell);
  for (gsize i = length; i < width; i++)
    g_string_append_c (text, ' ');
  if (alignment != 'l')
    g_string_append (text, cell);
}

void
penstock_table_print (PenstockTable *table, const char *indent, GString *text)
{
  gsize n_columns = strlen (table->alignment);
  g_autofree gsize *widths = g_new0 (gsize, n_columns);

  for (guint i = 0; i < table->cells->len; i++)
    widths[i % n_columns] = MAX (widths[i % n_columns], (gsize)g_utf8_strlen (table->cells->pdata[i], -1));
  for (guint i = 0; i < table->cells->len; i++)
    {
      gsize column = i % n_columns;

      g_string_append (text, column == 0 ? indent : "  ");
      append_cell (text, table->cells->pdata[i], widths[column], table->alignment[column]);
      if (column + 1 < n_columns)
        continue;
      while (text->len && text->str[text->len - 1] == ' ')
        g_string_truncate (text, text->len - 1);
      g_string_append_c (text, '\n');
    }
}

char *
penstock_group_digits (const char *number)
{
  GString *text = g_string_new (NULL);
  gsize n_digits;

  if (*number == '-')
    g_string_append_c (text, *number++);
  n_digits = strspn (number, "0123456789");
  for (gsize i = 0; i < n_digits; i++)
    {
      if (i > 0 && (n_digits - i) % 3 == 0)
        g_string_append_c (text, ',');
      g_string_append_c (text, number[i]);
    }
  g_string_append (text, number + n_digits);
  return g_string_free (text, FALSE);
}
