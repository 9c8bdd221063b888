/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One name, one path: only the canonical form is read back, so that no two paths are the same run. */

#include "pst-bus-path.h"

#include <gio/gio.h>
#include <string.h>

/**
 * pst_bus_run_path:
 * @user_id: whose run
 * @run_id: its id
 *
 * Gives a run's object path: bytes that are no letters or digits become "_" and two hexadecimal digits. Any thread.
 *
 * Returns: (transfer full): the path
 */
char *
pst_bus_run_path (const char *user_id, const char *run_id)
{
  g_autofree char *user = g_dbus_escape_object_path (user_id), *run = g_dbus_escape_object_path (run_id);

  return g_strdup_printf (PST_BUS_RUNS_PATH "/%s/%s", user, run);
}

static char *
unescape (const char *part)
{
  g_autofree char *text = (char *)g_dbus_unescape_object_path (part), *again = NULL;

  if (text == NULL || text[0] == '\0' || !g_utf8_validate (text, -1, NULL))
    return NULL;
  again = g_dbus_escape_object_path (text);
  return strcmp (again, part) == 0 ? g_steal_pointer (&text) : NULL;
}

/**
 * pst_bus_run_path_parse:
 * @path: an object path
 * @user_id: (out) (transfer full): whose run
 * @run_id: (out) (transfer full): its id
 *
 * Reads a run's object path. Any thread.
 *
 * Returns: %FALSE when it is not in the form of pst_bus_run_path()
 */
gboolean
pst_bus_run_path_parse (const char *path, char **user_id, char **run_id)
{
  g_auto (GStrv) parts = NULL;
  g_autofree char *user = NULL, *run = NULL;

  if (!g_str_has_prefix (path, PST_BUS_RUNS_PATH "/"))
    return FALSE;
  parts = g_strsplit (path + strlen (PST_BUS_RUNS_PATH "/"), "/", -1);
  if (g_strv_length (parts) != 2)
    return FALSE;
  user = unescape (parts[0]);
  run = unescape (parts[1]);
  if (user == NULL || run == NULL)
    return FALSE;
  *user_id = g_steal_pointer (&user);
  *run_id = g_steal_pointer (&run);
  return TRUE;
}

/* Two of them stand in no name: after each come two digits. */
#define FOLD "__"
#define REFUSED PST_BUS_RUNS_PATH "/_"

/**
 * pst_bus_run_path_fold:
 * @path: an object path below that of the runs
 *
 * Makes one node of a run's two. Any thread.
 *
 * Returns: (transfer full): the path of the node
 */
char *
pst_bus_run_path_fold (const char *path)
{
  g_auto (GStrv) parts = g_strsplit (path + strlen (PST_BUS_RUNS_PATH "/"), "/", -1);

  if (g_strv_length (parts) != 2 || strstr (path, FOLD) != NULL)
    return g_strdup (REFUSED);
  return g_strdup_printf (PST_BUS_RUNS_PATH "/%s" FOLD "%s", parts[0], parts[1]);
}

/**
 * pst_bus_run_path_unfold:
 * @folded: what pst_bus_run_path_fold() gave, or any other path
 *
 * Makes a run's path of its node. Any thread.
 *
 * Returns: (transfer full): the path
 */
char *
pst_bus_run_path_unfold (const char *folded)
{
  const char *fold = g_str_has_prefix (folded, PST_BUS_RUNS_PATH "/") ? strstr (folded, FOLD) : NULL;

  if (fold == NULL)
    return g_strdup (folded);
  return g_strdup_printf ("%.*s/%s", (int)(fold - folded), folded, fold + strlen (FOLD));
}
