/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The one place where an error of a pipeline file gets its form. */

#include "pst-problem.h"

#include <penstock.h>

static void
problem_free (gpointer data)
{
  PstProblem *problem = data;

  g_free (problem->override);
  g_free (problem->group);
  g_free (problem->key);
  g_free (problem->text);
  g_free (problem);
}

GPtrArray *
pst_problem_list_new (void)
{
  return g_ptr_array_new_with_free_func (problem_free);
}

/**
 * pst_problem_add:
 * @problems: the list
 * @place: where it stands
 * @format: what is wrong; what is allowed
 *
 * Takes down one problem.
 *
 * Returns: (transfer none): the new problem
 */
PstProblem *
pst_problem_add (GPtrArray *problems, const PstPlace *place, const char *format, ...)
{
  PstProblem *problem = g_new0 (PstProblem, 1);
  va_list arguments;

  problem->line = place->line;
  problem->override = g_strdup (place->override);
  problem->group = g_strdup (place->group);
  problem->key = g_strdup (place->key);
  problem->refusal = -1;
  va_start (arguments, format);
  problem->text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_ptr_array_add (problems, problem);
  return problem;
}

static void
append_problem (GString *text, const PstProblem *problem, const char *path)
{
  if (problem->override != NULL)
    g_string_append (text, problem->override);
  else if (problem->line > 0)
    g_string_append_printf (text, "%s:%u", path, problem->line);
  else
    g_string_append (text, path);
  g_string_append (text, ": ");
  if (problem->group != NULL)
    g_string_append_printf (text, "[%s] ", problem->group);
  if (problem->key != NULL)
    g_string_append_printf (text, "%s: ", problem->key);
  g_string_append (text, problem->text);
}

static gint
compare_problems (gconstpointer a, gconstpointer b)
{
  const PstProblem *first = *(PstProblem *const *)a;
  const PstProblem *second = *(PstProblem *const *)b;

  if ((first->override == NULL) != (second->override == NULL))
    return first->override == NULL ? -1 : 1;
  if (first->override != NULL || first->line == second->line)
    return 0;
  return first->line < second->line ? -1 : 1;
}

/**
 * pst_problem_list_to_string:
 * @problems: the list; put into the file's order
 * @path: the file, for the messages
 *
 * Tells all problems, %PST_PROBLEM_MAX at most; how many more there are is said in a last line.
 *
 * Returns: (transfer full): one line each, without a final line feed
 */
char *
pst_problem_list_to_string (GPtrArray *problems, const char *path)
{
  GString *text = g_string_new (NULL);

  g_ptr_array_sort (problems, compare_problems); /* GLib's sort is stable */
  for (guint i = 0; i < problems->len && i < PST_PROBLEM_MAX; i++)
    {
      if (i > 0)
        g_string_append_c (text, '\n');
      append_problem (text, problems->pdata[i], path);
    }
  if (problems->len > PST_PROBLEM_MAX)
    g_string_append_printf (text, "\n%s: and %u errors more", path, problems->len - PST_PROBLEM_MAX);
  return g_string_free (text, FALSE);
}

/**
 * pst_problem_quote:
 * @value: text from outside
 *
 * Makes a text fit for a message and for a terminal: no control characters, not longer than %PST_PROBLEM_QUOTE_MAX characters.
 *
 * Returns: (transfer full): the text in double quotes
 */
char *
pst_problem_quote (const char *value)
{
  g_autofree char *valid = g_utf8_make_valid (value, -1);
  GString *text = g_string_new ("\"");
  guint n = 0;

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (n++ == PST_PROBLEM_QUOTE_MAX)
        {
          g_string_append (text, "...");
          break;
        }
      if (c == '\n')
        g_string_append (text, "\\n");
      else if (c == '\t')
        g_string_append (text, "\\t");
      else if (g_unichar_iscntrl (c))
        g_string_append_printf (text, "\\x%02x", c);
      else
        g_string_append_unichar (text, c);
    }
  g_string_append_c (text, '"');
  return g_string_free (text, FALSE);
}

void
pst_problem_append_nearest (GString *text, const char *name, const char *const *names)
{
  const char *nearest = pst_nearest_name (name, names);

  if (nearest != NULL)
    g_string_append_printf (text, "; did you mean \"%s\"?", nearest);
}
