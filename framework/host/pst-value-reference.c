/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a value of a pipeline file stands for. Nothing here ever puts a value that came from elsewhere into a message. */

#include "pst-value-reference.h"

#include <string.h>
#include <unistd.h>

#include "pst-problem.h"
#include "pst-text-file.h"

#define ENV_PREFIX "@env:"
#define FILE_PREFIX "@file:"

static char *
resolve_environment (const char *name, char **problem)
{
  const char *value = *name != '\0' && strchr (name, '=') == NULL ? g_getenv (name) : NULL;
  g_autofree char *quoted = NULL;

  if (value != NULL && g_utf8_validate (value, -1, NULL))
    return g_strdup (value);
  quoted = pst_problem_quote (name);
  if (value != NULL)
    *problem = g_strdup_printf ("the environment variable %s is not UTF-8 text; set it to plain text", quoted);
  else
    *problem = g_strdup_printf ("the environment variable %s is not set; set it, or refer to another one", quoted);
  return NULL;
}

/* A secret that others may read is none. */
static char *
check_secrecy (const struct stat *status, const char *path)
{
  if (status->st_uid != 0 && status->st_uid != geteuid ())
    return g_strdup_printf ("the file %s belongs to user %u, who is neither root nor the host's user; chown it", path, (guint)status->st_uid);
  if ((status->st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return g_strdup_printf ("the file %s holds a secret and is open to group or others; run chmod go= on it", path);
  return NULL;
}

static void
remove_line_end (char *bytes, gsize *length)
{
  if (*length > 0 && bytes[*length - 1] == '\n')
    bytes[--*length] = '\0';
  if (*length > 0 && bytes[*length - 1] == '\r')
    bytes[--*length] = '\0';
}

static char *
resolve_file (const char *path, const char *folder, gboolean is_secret, char **problem)
{
  g_autofree char *resolved = pst_value_path_resolve (path, folder);
  g_autofree char *quoted = pst_problem_quote (resolved);
  g_autofree char *bytes = NULL;
  g_autoptr (GError) error = NULL;
  struct stat status;
  gsize length;

  if (*path == '\0')
    {
      *problem = g_strdup ("@file: names no file; write @file:PATH");
      return NULL;
    }
  bytes = pst_text_file_read (resolved, PST_VALUE_FILE_SIZE_MAX, &length, &status, &error);
  if (bytes == NULL)
    {
      *problem = g_strdup_printf ("the file %s: %s; name a regular file of at most 64 KiB that the host may read", quoted, error->message);
      return NULL;
    }
  if (is_secret && (*problem = check_secrecy (&status, quoted)) != NULL)
    return NULL;
  remove_line_end (bytes, &length);
  if (!g_utf8_validate_len (bytes, length, NULL))
    {
      *problem = g_strdup_printf ("the file %s is not UTF-8 text; save the value as plain text", quoted);
      return NULL;
    }
  return g_steal_pointer (&bytes);
}

/**
 * pst_value_reference_resolve:
 * @text: a value as it stands in the file
 * @folder: the pipeline file's folder
 * @is_secret: whether the option is a secret
 * @is_reference: (out): whether the value came from elsewhere
 * @problem: (out) (transfer full): what is wrong, when %NULL is returned
 *
 * Fetches what a value stands for. Any thread; blocks on the disk.
 *
 * Returns: (transfer full) (nullable): the value
 */
char *
pst_value_reference_resolve (const char *text, const char *folder, gboolean is_secret, gboolean *is_reference, char **problem)
{
  g_autofree char *quoted = NULL;

  *problem = NULL;
  *is_reference = FALSE;
  if (*text != '@')
    return g_strdup (text);
  if (text[1] == '@')
    return g_strdup (text + 1);
  *is_reference = TRUE;
  if (g_str_has_prefix (text, ENV_PREFIX))
    return resolve_environment (text + strlen (ENV_PREFIX), problem);
  if (g_str_has_prefix (text, FILE_PREFIX))
    return resolve_file (text + strlen (FILE_PREFIX), folder, is_secret, problem);
  quoted = pst_problem_quote (text);
  *problem = g_strdup_printf ("%s is not a reference; write @env:NAME or @file:PATH, or @@ for a value that begins with @",
                              is_secret ? "the (hidden) value" : quoted);
  return NULL;
}

char *
pst_value_path_resolve (const char *path, const char *folder)
{
  if (*path == '\0' || g_path_is_absolute (path) || strcmp (folder, ".") == 0)
    return g_strdup (path);
  return g_build_filename (folder, path, NULL);
}

/**
 * pst_placeholders_expand:
 * @values: what the placeholders stand for
 * @text: a text
 *
 * Replaces {user}, {run} and {pipeline}. Values are not expanded again. Any thread.
 *
 * Returns: (transfer full): the text
 */
char *
pst_placeholders_expand (const PstPlaceholders *values, const char *text)
{
  const char *const names[] = { "{user}", "{run}", "{pipeline}" };
  const char *const replacements[] = { values->user, values->run, values->pipeline };
  GString *expanded = g_string_new (NULL);

  while (*text != '\0')
    {
      guint i = 0;

      while (i < G_N_ELEMENTS (names) && !g_str_has_prefix (text, names[i]))
        i++;
      if (i < G_N_ELEMENTS (names))
        {
          g_string_append (expanded, replacements[i]);
          text += strlen (names[i]);
        }
      else
        g_string_append_c (expanded, *text++);
    }
  return g_string_free (expanded, FALSE);
}
