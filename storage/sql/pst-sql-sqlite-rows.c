/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SQLite's own json_each() writes each element out as a text of its own, and each column that is asked for looks it up from the front: a third of all
 * that writing an order took. This table reads the same text once, from left to right, and hands over what stands there.
 *
 * Only what pst-sql-rows writes is understood: an array of arrays of integers, texts and null. */
#include "pst-sql-sqlite-rows.h"

#include <sqlite3.h>
#include <string.h>

#define N_COLUMNS 24 /* no table has more */
#define HIDDEN N_COLUMNS

typedef enum
{
  CELL_NULL,
  CELL_INTEGER,
  CELL_TEXT
} CellKind;

typedef struct
{
  CellKind kind;
  int n_bytes;
  union
  {
    gint64 integer;
    const char *text;
  };
} Cell;

typedef struct
{
  sqlite3_vtab_cursor parent;
  char *text; /* a copy, in which texts are unescaped where they stand */
  gsize size; /* of the buffer */
  char *next; /* what is not read yet */
  gint64 row;
  gboolean at_end;
  guint n_cells;
  Cell cells[N_COLUMNS];
} Cursor;

static int
rows_connect (sqlite3 *database, void *data, int n_arguments, const char *const *arguments, sqlite3_vtab **table, char **error)
{
  GString *text = g_string_new ("CREATE TABLE ledger_rows (");
  int code;

  for (guint i = 0; i < N_COLUMNS; i++)
    g_string_append_printf (text, "c%u, ", i);
  g_string_append (text, "rows HIDDEN)");
  code = sqlite3_declare_vtab (database, text->str);
  g_string_free (text, TRUE);
  if (code == SQLITE_OK)
    *table = g_new0 (sqlite3_vtab, 1);
  return code;
}

static int
rows_disconnect (sqlite3_vtab *table)
{
  g_free (table);
  return SQLITE_OK;
}

/* The text must be given; there is one way to read it. */
static int
rows_best_index (sqlite3_vtab *table, sqlite3_index_info *info)
{
  for (int i = 0; i < info->nConstraint; i++)
    {
      if (info->aConstraint[i].iColumn != HIDDEN || info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ)
        continue;
      if (!info->aConstraint[i].usable)
        return SQLITE_CONSTRAINT;
      info->aConstraintUsage[i].argvIndex = 1;
      info->aConstraintUsage[i].omit = 1;
      info->estimatedCost = 1000;
      info->estimatedRows = 1000;
      return SQLITE_OK;
    }
  table->zErrMsg = sqlite3_mprintf ("ledger_rows needs its rows");
  return SQLITE_ERROR;
}

static int
rows_open (sqlite3_vtab *table, sqlite3_vtab_cursor **cursor)
{
  Cursor *made = g_new0 (Cursor, 1);

  *cursor = &made->parent;
  return SQLITE_OK;
}

static int
rows_close (sqlite3_vtab_cursor *base)
{
  Cursor *cursor = (Cursor *)base;

  g_free (cursor->text);
  g_free (cursor);
  return SQLITE_OK;
}

static int
fail (Cursor *cursor, const char *what)
{
  sqlite3_free (cursor->parent.pVtab->zErrMsg);
  cursor->parent.pVtab->zErrMsg = sqlite3_mprintf ("ledger_rows: %s in row %lld", what, (long long)cursor->row);
  return SQLITE_ERROR;
}

static gboolean
read_integer (char **next, gint64 *value)
{
  char *c = *next;
  gboolean negative = *c == '-';
  guint64 sum = 0;
  guint n_digits = 0;

  c += negative;
  for (; *c >= '0' && *c <= '9'; c++)
    {
      if (++n_digits > 19)
        return FALSE;
      sum = sum * 10 + (guint64)(*c - '0');
    }
  if (n_digits == 0 || sum > (guint64)G_MAXINT64 + negative)
    return FALSE;
  *value = (gint64)(negative ? -sum : sum);
  *next = c;
  return TRUE;
}

/* What stands behind a backslash. Returns where to go on, NULL when that is nothing that can stand there. */
static char *
read_escape (char *c, char **to)
{
  gunichar code = 0;

  if (*c == '"' || *c == '\\')
    {
      *(*to)++ = *c;
      return c + 1;
    }
  if (*c++ != 'u')
    return NULL;
  for (guint i = 0; i < 4; i++)
    {
      if (!g_ascii_isxdigit (c[i]))
        return NULL;
      code = code << 4 | (gunichar)g_ascii_xdigit_value (c[i]);
    }
  if (code == 0 || !g_unichar_validate (code))
    return NULL;
  *to += g_unichar_to_utf8 (code, *to);
  return c + 4;
}

/* @next: behind the opening quote. Most texts have no escape and stay where they are. */
static gboolean
read_text (char **next, Cell *cell)
{
  char *c = *next, *to;

  cell->text = c;
  while (*c != '"' && *c != '\\' && *c != '\0')
    c++;
  to = c;
  while (*c != '"')
    {
      if (*c == '\0')
        return FALSE;
      if (*c != '\\')
        *to++ = *c++;
      else if ((c = read_escape (c + 1, &to)) == NULL)
        return FALSE;
    }
  cell->n_bytes = (int)(to - cell->text);
  *next = c + 1;
  return TRUE;
}

static gboolean
read_cell (char **next, Cell *cell)
{
  if (**next == '"')
    {
      (*next)++;
      cell->kind = CELL_TEXT;
      return read_text (next, cell);
    }
  if (strncmp (*next, "null", 4) == 0)
    {
      *next += 4;
      cell->kind = CELL_NULL;
      return TRUE;
    }
  cell->kind = CELL_INTEGER;
  return read_integer (next, &cell->integer);
}

/* A row, and the comma or the bracket behind it. */
static int
read_row (Cursor *cursor)
{
  char *c = cursor->next;

  cursor->n_cells = 0;
  if (*c++ != '[')
    return fail (cursor, "no array");
  while (*c != ']')
    {
      if (cursor->n_cells > 0 && *c++ != ',')
        return fail (cursor, "no comma between two values");
      if (cursor->n_cells == N_COLUMNS)
        return fail (cursor, "too many values");
      if (!read_cell (&c, &cursor->cells[cursor->n_cells++]))
        return fail (cursor, "a value that is neither integer nor text nor null");
    }
  if (*++c != ',' && *c != ']')
    return fail (cursor, "no end");
  cursor->next = c;
  return SQLITE_OK;
}

static int
rows_next (sqlite3_vtab_cursor *base)
{
  Cursor *cursor = (Cursor *)base;

  cursor->at_end = *cursor->next == ']';
  if (cursor->at_end)
    return SQLITE_OK;
  cursor->next++;
  cursor->row++;
  return read_row (cursor);
}

static int
rows_filter (sqlite3_vtab_cursor *base, int index, const char *index_name, int n_values, sqlite3_value **values)
{
  Cursor *cursor = (Cursor *)base;
  const unsigned char *text = sqlite3_value_text (values[0]);
  gsize length = (gsize)sqlite3_value_bytes (values[0]);

  cursor->row = 0;
  cursor->at_end = text == NULL;
  if (text == NULL)
    return SQLITE_OK;
  if (length + 1 > cursor->size)
    {
      g_free (cursor->text);
      cursor->text = g_malloc (length + 1);
      cursor->size = length + 1;
    }
  memcpy (cursor->text, text, length);
  cursor->text[length] = '\0';
  cursor->next = cursor->text;
  if (strcmp (cursor->text, "[]") == 0)
    cursor->next++;
  else if (*cursor->text != '[')
    return fail (cursor, "no array");
  return rows_next (base);
}

static int
rows_eof (sqlite3_vtab_cursor *base)
{
  return ((Cursor *)base)->at_end;
}

static int
rows_column (sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
  const Cursor *cursor = (const Cursor *)base;
  const Cell *cell = &cursor->cells[column];

  if ((guint)column >= cursor->n_cells || cell->kind == CELL_NULL)
    sqlite3_result_null (context);
  else if (cell->kind == CELL_INTEGER)
    sqlite3_result_int64 (context, cell->integer);
  else
    sqlite3_result_text (context, cell->text, cell->n_bytes, SQLITE_TRANSIENT);
  return SQLITE_OK;
}

static int
rows_row_id (sqlite3_vtab_cursor *base, sqlite3_int64 *row_id)
{
  *row_id = ((Cursor *)base)->row;
  return SQLITE_OK;
}

/* Without a way to be created it is there by its name alone, in no database. */
static const sqlite3_module rows_module = {
  .xConnect = rows_connect,
  .xBestIndex = rows_best_index,
  .xDisconnect = rows_disconnect,
  .xOpen = rows_open,
  .xClose = rows_close,
  .xFilter = rows_filter,
  .xNext = rows_next,
  .xEof = rows_eof,
  .xColumn = rows_column,
  .xRowid = rows_row_id,
};

static int
add_module (sqlite3 *database, char **error, const struct sqlite3_api_routines *api)
{
  return sqlite3_create_module (database, "ledger_rows", &rows_module, NULL);
}

void
pst_sql_sqlite_rows_register (void)
{
  /* The type of an extension's entry is told by no declaration: SQLite asks for a function that takes nothing. */
  sqlite3_auto_extension ((void (*) (void))add_module);
}
