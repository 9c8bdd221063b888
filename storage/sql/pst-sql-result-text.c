/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A ledger may have been tampered with: nothing here reads behind the end of a text, and every overflow is told. */
#include "pst-sql-result-text.h"

#include <math.h>
#include <string.h>

/* No text of a result is longer. */
#define TEXT_MAX ((gsize)1 << 28)

/* Where the next text begins: NULL when there is none. */
static const char *
next_span (const char **cursor, gsize *length)
{
  const char *c = *cursor;

  *length = 0;
  if (!g_ascii_isdigit (*c))
    return NULL;
  for (; g_ascii_isdigit (*c); c++)
    {
      *length = *length * 10 + (gsize)(*c - '0');
      if (*length > TEXT_MAX)
        return NULL;
    }
  if (*c != ':' || memchr (c + 1, '\0', *length) != NULL)
    return NULL;
  *cursor = c + 1 + *length;
  return c + 1;
}

char *
pst_sql_texts_next (const char **cursor)
{
  gsize length;
  const char *text = next_span (cursor, &length);

  return text != NULL ? g_strndup (text, length) : NULL;
}

gboolean
pst_sql_texts_next_double (const char **cursor, double *value)
{
  gsize length;
  const char *text = next_span (cursor, &length);
  char exact[32];

  if (text == NULL || length >= sizeof exact)
    return FALSE;
  memcpy (exact, text, length);
  exact[length] = '\0';
  return pst_sql_double_parse (exact, value);
}

gboolean
pst_sql_texts_is_end (const char *cursor)
{
  return *cursor == '\0';
}

gboolean
pst_sql_texts_next_optional (const char **cursor, char **text)
{
  g_autofree char *marked = pst_sql_texts_next (cursor);

  *text = NULL;
  if (marked == NULL || (*marked != '+' && strcmp (marked, "-") != 0))
    return FALSE;
  if (*marked == '+')
    *text = g_strdup (marked + 1);
  return TRUE;
}

static gboolean
read_integer (const char **cursor, gint64 *value)
{
  const char *c = *cursor;
  gboolean negative = *c == '-';
  guint64 limit = negative ? (guint64)G_MAXINT64 + 1 : (guint64)G_MAXINT64, n = 0;

  c += negative;
  if (!g_ascii_isdigit (*c))
    return FALSE;
  for (; g_ascii_isdigit (*c); c++)
    {
      guint64 digit = (guint64)(*c - '0');

      if (n > (limit - digit) / 10)
        return FALSE;
      n = n * 10 + digit;
    }
  *value = negative ? (gint64)(0 - n) : (gint64)n;
  *cursor = c;
  return TRUE;
}

gboolean
pst_sql_texts_next_integer (const char **cursor, gint64 *value)
{
  g_autofree char *text = pst_sql_texts_next (cursor);
  const char *c = text;

  return text != NULL && read_integer (&c, value) && *c == '\0';
}

static const char *
skip_brackets (const char *c)
{
  while (*c == ',' || *c == '[' || *c == ']' || *c == ' ' || *c == '\n')
    c++;
  return c;
}

gboolean
pst_sql_integers_next (const char **cursor, gint64 *values, guint n)
{
  const char *c = *cursor;

  for (guint i = 0; i < n; i++)
    {
      c = skip_brackets (c);
      if (!read_integer (&c, &values[i]))
        return FALSE;
    }
  *cursor = c;
  return TRUE;
}

gboolean
pst_sql_integers_is_end (const char *cursor)
{
  return *skip_brackets (cursor) == '\0';
}

void
pst_sql_double_print (double value, char text[32])
{
  static const char *const formats[] = { "%.15g", "%.16g", "%.17g" };

  if (isnan (value))
    g_strlcpy (text, "nan", 32);
  else if (isinf (value))
    g_strlcpy (text, value > 0 ? "inf" : "-inf", 32);
  else
    for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
      {
        g_ascii_formatd (text, 32, formats[i], value);
        if (g_ascii_strtod (text, NULL) == value)
          return;
      }
}

gboolean
pst_sql_double_parse (const char *text, double *value)
{
  char *end;

  if (!g_ascii_isdigit (*text) && *text != '-' && strcmp (text, "inf") != 0 && strcmp (text, "nan") != 0)
    return FALSE;
  *value = g_ascii_strtod (text, &end);
  return end != text && *end == '\0';
}
