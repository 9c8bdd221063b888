/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Read anew each time: a host runs for months, and next year's holidays are added to a file while it does. */
#include "pst-calendar-file.h"

#include <dlfcn.h>
#include <string.h>

#include "pst-file.h"
#include "pst-option.h"

#define SUFFIX ".calendar"

/* In the tree in which it was built, calendars lie in data/ beside the library's folder. */
static char *
find_build_folder (void)
{
  Dl_info info = { 0 };
  g_autofree char *folder = NULL;

  if (dladdr ((gpointer)pst_calendar_load, &info) == 0 || info.dli_fname == NULL)
    return NULL;
  folder = g_path_get_dirname (info.dli_fname);
  return g_build_filename (folder, "..", "data", "calendars", NULL);
}

static GPtrArray *
list_folders (void)
{
  GPtrArray *folders = g_ptr_array_new_with_free_func (g_free);
  const char *path = g_getenv ("PENSTOCK_CALENDAR_PATH");
  g_auto (GStrv) parts = g_strsplit (path != NULL ? path : "", G_SEARCHPATH_SEPARATOR_S, -1);
  char *build = find_build_folder ();

  for (char **part = parts; *part != NULL; part++)
    if (**part != '\0')
      g_ptr_array_add (folders, g_strdup (*part));
  if (build != NULL)
    g_ptr_array_add (folders, build);
  g_ptr_array_add (folders, g_strdup (PST_CALENDAR_DIR));
  return folders;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/**
 * pst_calendar_list_names:
 *
 * Looks into the folders in which calendars may lie. Any thread; blocks on the disk.
 *
 * Returns: (transfer full): the names of all calendars that can be found, in order
 */
char **
pst_calendar_list_names (void)
{
  g_autoptr (GPtrArray) folders = list_folders ();
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < folders->len; i++)
    {
      g_autoptr (GDir) dir = g_dir_open (folders->pdata[i], 0, NULL);
      const char *file;

      while (dir != NULL && (file = g_dir_read_name (dir)) != NULL)
        {
          char *name = g_str_has_suffix (file, SUFFIX) ? g_strndup (file, strlen (file) - strlen (SUFFIX)) : NULL;

          if (name != NULL && !g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
            g_ptr_array_add (names, g_steal_pointer (&name));
          g_free (name);
        }
    }
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (char **)g_ptr_array_free (names, FALSE);
}

static char *
find_file (const char *name)
{
  g_autoptr (GPtrArray) folders = list_folders ();
  g_autofree char *file = g_strconcat (name, SUFFIX, NULL);

  if (strchr (name, G_DIR_SEPARATOR) != NULL)
    return g_strdup (name);
  for (guint i = 0; i < folders->len; i++)
    {
      g_autofree char *path = g_build_filename (folders->pdata[i], file, NULL);

      if (g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&path);
    }
  return NULL;
}

static gboolean
fail_unknown (const char *name, GError **error)
{
  g_auto (GStrv) names = pst_calendar_list_names ();
  g_autofree char *all = g_strjoinv (", ", names);
  const char *nearest = pst_nearest_name (name, (const char *const *)names);

  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "there is no calendar \"%s\"%s%s%s; there are: %s", name,
               nearest != NULL ? " (did you mean \"" : "", nearest != NULL ? nearest : "", nearest != NULL ? "\"?)" : "",
               *all != '\0' ? all : "none, set PENSTOCK_CALENDAR_PATH to the folder in which they lie");
  return FALSE;
}

static char *
read_text (const char *path, gsize *length, GError **error)
{
  g_autoptr (PstFile) file = pst_file_open_readonly (path, error);
  g_autofree guint8 *bytes = g_malloc (PST_CALENDAR_BYTES_MAX + 1);
  gssize n = file != NULL ? pst_file_read (file, 0, bytes, PST_CALENDAR_BYTES_MAX + 1, error) : -1;

  if (n < 0)
    return NULL;
  *length = (gsize)n;
  return (char *)g_steal_pointer (&bytes);
}

/**
 * pst_calendar_load:
 * @name: (nullable): a calendar's name, or the path of a file; %NULL or empty for the one that is always open
 * @error: return location
 *
 * Reads a calendar. Any thread; blocks on the disk.
 *
 * Returns: (transfer full) (nullable): the calendar
 */
PstCalendar *
pst_calendar_load (const char *name, GError **error)
{
  g_autofree char *path = NULL, *text = NULL;
  g_autoptr (GError) cause = NULL;
  PstCalendar *calendar = NULL;
  gsize length = 0;

  if (name == NULL || *name == '\0')
    return pst_calendar_ref (pst_calendar_get_always ());
  path = find_file (name);
  if (path == NULL)
    {
      fail_unknown (name, error);
      return NULL;
    }
  text = read_text (path, &length, &cause);
  if (text != NULL)
    calendar = pst_calendar_new_from_text (text, (gssize)length, &cause);
  if (calendar == NULL)
    g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_TYPE, "calendar file \"%s\": %s", path, cause->message);
  return calendar;
}
