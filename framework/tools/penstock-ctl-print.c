/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What verbs tell, for people in columns and for programs as JSON. */

#include "penstock-ctl.h"

#include "penstock-json.h"
#include "penstock-table.h"

#include <string.h>

static char *
join (GVariant *list)
{
  g_autoptr (GString) text = g_string_new (NULL);
  GVariantIter iter;
  GVariant *child;

  g_variant_iter_init (&iter, list);
  while ((child = g_variant_iter_next_value (&iter)) != NULL)
    {
      g_autoptr (GVariant) owned = child;
      g_autofree char *part = ctl_value_to_string (child);

      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", part);
    }
  return g_strdup (text->str);
}

char *
ctl_value_to_string (GVariant *value)
{
  g_autoptr (GVariant) inner = NULL, key = NULL;

  if (g_variant_is_of_type (value, G_VARIANT_TYPE_VARIANT))
    {
      inner = g_variant_get_variant (value);
      return ctl_value_to_string (inner);
    }
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    return g_strdup (g_variant_get_string (value, NULL));
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    return g_strdup (g_variant_get_boolean (value) ? "yes" : "no");
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_DICT_ENTRY))
    {
      g_autofree char *name = NULL, *text = NULL;

      key = g_variant_get_child_value (value, 0);
      inner = g_variant_get_child_value (value, 1);
      name = ctl_value_to_string (key);
      text = ctl_value_to_string (inner);
      return g_strdup_printf ("%s=%s", name, text);
    }
  return g_variant_is_container (value) ? join (value) : g_variant_print (value, FALSE);
}

/* A terminal is not commanded by what a venue wrote into a reason. */
static char *
clean_cell (GVariant *value)
{
  char *text = ctl_value_to_string (value);

  for (char *p = text; *p != '\0'; p++)
    if ((guchar)*p < ' ' || *p == 127)
      *p = ' ';
  return text;
}

/* Nobody reads nanoseconds, nor zeros behind cents; --json has every digit. */
char *
ctl_shorten (char *text)
{
  gsize length = strlen (text), n_digits = strspn (text, "-0123456789");
  const char *point = text[n_digits] == '.' ? text + n_digits : NULL;

  if (length == 30 && text[10] == 'T' && text[19] == '.' && text[29] == 'Z')
    {
      text[10] = ' ';
      text[19] = '\0';
    }
  else if (point != NULL && n_digits > 0 && strspn (point + 1, "0123456789") == length - n_digits - 1)
    while (length > n_digits + 3 && text[length - 1] == '0')
      text[--length] = '\0';
  return text;
}

static gboolean
is_number (const char *text)
{
  gsize n = strspn (text, "-0123456789.");

  return n > 0 && text[n] == '\0';
}

static void
print_one (GVariant *facts, const char *indent, GString *text)
{
  g_autoptr (PenstockTable) table = penstock_table_new ("ll");
  GVariantIter iter;
  const char *key;
  GVariant *value;

  g_variant_iter_init (&iter, facts);
  while (g_variant_iter_next (&iter, "{&sv}", &key, &value))
    {
      g_autoptr (GVariant) owned = value;

      penstock_table_add (table, key);
      penstock_table_take (table, ctl_shorten (clean_cell (value)));
    }
  penstock_table_print (table, indent, text);
}

/* Every key that a row has something for, in the order of the first row that has it. */
static GPtrArray *
collect_keys (GVariant *rows)
{
  GPtrArray *keys = g_ptr_array_new_with_free_func (g_free);
  GVariantIter iter;
  GVariant *row;

  g_variant_iter_init (&iter, rows);
  while ((row = g_variant_iter_next_value (&iter)) != NULL)
    {
      g_autoptr (GVariant) owned = row;
      GVariantIter facts;
      const char *key;
      GVariant *value;

      g_variant_iter_init (&facts, row);
      while (g_variant_iter_next (&facts, "{&sv}", &key, &value))
        {
          g_autoptr (GVariant) kept = value;
          g_autofree char *cell = clean_cell (value);

          if (cell[0] != '\0' && !g_ptr_array_find_with_equal_func (keys, key, g_str_equal, NULL))
            g_ptr_array_add (keys, g_strdup (key));
        }
    }
  return keys;
}

static char *
get_cell (GVariant *row, const char *key)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (row, key, NULL);

  return value != NULL ? ctl_shorten (clean_cell (value)) : g_strdup ("");
}

/* Columns of numbers stand to the right. */
static char *
choose_alignment (GVariant *rows, GPtrArray *keys)
{
  GString *alignment = g_string_new (NULL);

  for (guint i = 0; i < keys->len; i++)
    {
      gboolean numbers = TRUE;

      for (gsize n = 0; numbers && n < g_variant_n_children (rows); n++)
        {
          g_autoptr (GVariant) row = g_variant_get_child_value (rows, n);
          g_autofree char *cell = get_cell (row, keys->pdata[i]);

          numbers = cell[0] == '\0' || is_number (cell);
        }
      g_string_append_c (alignment, numbers ? 'r' : 'l');
    }
  return g_string_free (alignment, FALSE);
}

static void
print_list (GVariant *rows, GString *text)
{
  g_autoptr (GPtrArray) keys = collect_keys (rows);
  g_autofree char *alignment = choose_alignment (rows, keys);
  g_autoptr (PenstockTable) table = penstock_table_new (alignment);

  if (keys->len == 0)
    {
      g_string_append (text, "None.\n");
      return;
    }
  for (guint i = 0; i < keys->len; i++)
    penstock_table_take (table, g_ascii_strup (keys->pdata[i], -1));
  for (gsize n = 0; n < g_variant_n_children (rows); n++)
    {
      g_autoptr (GVariant) row = g_variant_get_child_value (rows, n);

      for (guint i = 0; i < keys->len; i++)
        penstock_table_take (table, get_cell (row, keys->pdata[i]));
    }
  penstock_table_print (table, "", text);
}

static void
print_json (GVariant *result)
{
  g_autoptr (JsonNode) root = json_gvariant_serialize (result);
  g_autofree char *text = json_to_string (root, TRUE);

  g_print ("%s\n", text);
}

void
ctl_print (GVariant *result, gboolean as_json)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (as_json)
    {
      print_json (result);
      return;
    }
  if (g_variant_is_of_type (result, G_VARIANT_TYPE_VARDICT))
    print_one (result, "", text);
  else
    print_list (result, text);
  g_print ("%s", text->str);
}
