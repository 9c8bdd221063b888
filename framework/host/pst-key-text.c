/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The scanner goes line by line and never stops at the first problem: whoever mends a file wants to see all of them. */

#include "pst-key-text.h"

#include <string.h>

typedef struct
{
  PstKeyText *text;
  PstKeyGroup *group; /* NULL before the first header, or after a malformed one */
  gboolean lost;      /* the last header was malformed: its keys belong nowhere, and saying so for each helps nobody */
  guint line;
} Scanner;

static void
entry_free (gpointer data)
{
  PstKeyEntry *entry = data;

  g_free (entry->key);
  g_free (entry->value);
  g_free (entry);
}

static void
group_free (gpointer data)
{
  PstKeyGroup *group = data;

  g_hash_table_unref (group->index);
  g_ptr_array_unref (group->entries);
  g_free (group->name);
  g_free (group);
}

static PstKeyGroup *
add_group (PstKeyText *text, const char *name, guint line)
{
  PstKeyGroup *group = g_new0 (PstKeyGroup, 1);

  group->line = line;
  group->name = g_strdup (name);
  group->entries = g_ptr_array_new_with_free_func (entry_free);
  group->index = g_hash_table_new (g_str_hash, g_str_equal);
  g_ptr_array_add (text->groups, group);
  g_hash_table_insert (text->index, group->name, group);
  return group;
}

static void
scan_header (Scanner *scanner, char *header)
{
  PstPlace place = { .line = scanner->line };
  gsize length = strlen (header);
  PstKeyGroup *group;

  scanner->group = NULL;
  scanner->lost = TRUE;
  if (header[length - 1] != ']' || length < 3 || strpbrk (header + 1, "[\t") != NULL || strchr (header, ']') != header + length - 1)
    {
      g_autofree char *quoted = pst_problem_quote (header);

      pst_problem_add (scanner->text->problems, &place, "%s is not a group; write [GROUP] on a line of its own", quoted);
      return;
    }
  header[length - 1] = '\0';
  header++;
  if (g_ascii_isspace (header[0]) || g_ascii_isspace (header[length - 3]))
    {
      pst_problem_add (scanner->text->problems, &place, "white space at the ends of a group's name; write [%s]", g_strstrip (header));
      return;
    }
  group = g_hash_table_lookup (scanner->text->index, header);
  place.group = header;
  if (group != NULL)
    pst_problem_add (scanner->text->problems, &place, "the group stands already in line %u; join the two", group->line);
  else
    group = add_group (scanner->text, header, scanner->line);
  scanner->group = group;
  scanner->lost = FALSE;
}

static gboolean
key_is_valid (const char *key)
{
  for (const char *p = key; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && *p != '-' && *p != '.')
      return FALSE;
  return *key != '\0';
}

/* In place; the escapes of key files. NULL, or what is wrong. */
static const char *
unescape (char *value)
{
  static const char from[] = "sntr\\";
  static const char to[] = " \n\t\r\\";
  char *out = value;

  for (const char *in = value; *in != '\0'; in++)
    {
      const char *known;

      if (*in != '\\')
        {
          *out++ = *in;
          continue;
        }
      known = in[1] != '\0' ? strchr (from, in[1]) : NULL;
      if (known == NULL)
        return "a backslash begins an escape: \\s, \\n, \\t, \\r or \\\\; write \\\\ for a backslash";
      *out++ = to[known - from];
      in++;
    }
  *out = '\0';
  return NULL;
}

static void
add_entry (Scanner *scanner, const char *key, char *value)
{
  PstPlace place = { .line = scanner->line, .group = scanner->group->name, .key = key };
  const char *wrong = unescape (value);
  PstKeyEntry *entry = g_hash_table_lookup (scanner->group->index, key);

  if (wrong != NULL)
    pst_problem_add (scanner->text->problems, &place, "%s", wrong);
  /* GKeyFile takes it for what it says in the first group, and refuses the file. */
  if (scanner->group == scanner->text->groups->pdata[0] && strcmp (key, "Encoding") == 0)
    pst_problem_add (scanner->text->problems, &place, "key files are UTF-8 and have no other encoding; remove the key");
  if (entry != NULL)
    {
      pst_problem_add (scanner->text->problems, &place, "the key stands already in line %u; remove one", entry->line);
      return;
    }
  entry = g_new0 (PstKeyEntry, 1);
  entry->line = scanner->line;
  entry->key = g_strdup (key);
  entry->value = g_strdup (wrong == NULL ? value : "");
  entry->broken = wrong != NULL;
  g_ptr_array_add (scanner->group->entries, entry);
  g_hash_table_insert (scanner->group->index, entry->key, entry);
}

static void
scan_entry (Scanner *scanner, char *line)
{
  PstPlace place = { .line = scanner->line, .group = scanner->group ? scanner->group->name : NULL };
  char *equals = strchr (line, '=');
  g_autofree char *quoted = NULL;

  if (equals == NULL)
    {
      quoted = pst_problem_quote (line);
      pst_problem_add (scanner->text->problems, &place, "%s is neither a group, KEY=VALUE nor a comment (# at its start)", quoted);
      return;
    }
  *equals = '\0';
  g_strchomp (line);
  if (!key_is_valid (line))
    {
      quoted = pst_problem_quote (line);
      pst_problem_add (scanner->text->problems, &place, "%s is not a key; keys are letters, digits, '-' and '.'", quoted);
      return;
    }
  if (scanner->group != NULL)
    add_entry (scanner, line, g_strchug (equals + 1));
  else if (!scanner->lost)
    pst_problem_add (scanner->text->problems, &place, "\"%s\" stands before the first group; write [GROUP] above it", line);
}

static gboolean
has_control (const char *line)
{
  for (const guchar *p = (const guchar *)line; *p != '\0'; p++)
    if ((*p < ' ' && *p != '\t') || *p == 0x7f)
      return TRUE;
  return FALSE;
}

static void
scan_line (Scanner *scanner, char *line)
{
  PstPlace place = { .line = scanner->line };
  gsize length = strlen (line);
  gboolean control;

  if (length > 0 && line[length - 1] == '\r')
    line[length - 1] = '\0';
  /* Before white space goes: GKeyFile refuses some of what g_strstrip() takes away. */
  control = has_control (line);
  g_strstrip (line);
  if (*line == '#' || (*line == '\0' && !control))
    return;
  if (control)
    pst_problem_add (scanner->text->problems, &place, "a control character; the file must be plain text");
  else if (*line == '[')
    scan_header (scanner, line);
  else
    scan_entry (scanner, line);
}

/* Bytes that are no UTF-8 make everything after them doubtful: one problem, and nothing is read. */
static gboolean
check_encoding (PstKeyText *text, const char *data, gsize length)
{
  PstPlace place = { .line = 1 };
  const char *end;

  if (length >= 3 && memcmp (data, "\xef\xbb\xbf", 3) == 0)
    {
      pst_problem_add (text->problems, &place, "a byte order mark; save the file as UTF-8 without one");
      return FALSE;
    }
  if (g_utf8_validate_len (data, length, &end))
    return TRUE;
  for (const char *p = data; p < end; p++)
    place.line += *p == '\n';
  pst_problem_add (text->problems, &place, "not UTF-8 text; save the file as UTF-8");
  return FALSE;
}

/**
 * pst_key_text_parse:
 * @data: the text; need not end with NUL
 * @length: its bytes; the caller limits them
 *
 * Reads a key file's text. Any thread.
 *
 * Returns: (transfer full): groups and keys with their lines, and every problem of the syntax
 */
PstKeyText *
pst_key_text_parse (const char *data, gsize length)
{
  PstKeyText *text = g_new0 (PstKeyText, 1);
  Scanner scanner = { .text = text };

  text->groups = g_ptr_array_new_with_free_func (group_free);
  text->problems = pst_problem_list_new ();
  text->index = g_hash_table_new (g_str_hash, g_str_equal);
  if (!check_encoding (text, data, length))
    return text;
  for (const char *p = data, *end = data + length; p < end;)
    {
      const char *feed = memchr (p, '\n', (gsize)(end - p));
      g_autofree char *line = g_strndup (p, (gsize)((feed ? feed : end) - p));

      scanner.line++;
      scan_line (&scanner, line);
      p = feed ? feed + 1 : end;
    }
  return text;
}

void
pst_key_text_free (PstKeyText *text)
{
  if (text == NULL)
    return;
  g_hash_table_unref (text->index);
  g_ptr_array_unref (text->groups);
  g_ptr_array_unref (text->problems);
  g_free (text);
}

const PstKeyGroup *
pst_key_text_find (const PstKeyText *text, const char *group)
{
  return g_hash_table_lookup (text->index, group);
}

const PstKeyEntry *
pst_key_group_find (const PstKeyGroup *group, const char *key)
{
  return g_hash_table_lookup (group->index, key);
}
