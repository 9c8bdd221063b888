/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The switch's state file. Written to a temporary file, synced and renamed, so that a crash leaves the old state or the new one. */

#include "pst-kill-switch-state.h"

#include <errno.h>
#include <glib/gstdio.h>

#define GROUP "kill-switch"
#define FILE_BYTES_MAX 4096

static gboolean
fail (GError **error, const char *path, const char *what)
{
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT, "state file \"%s\" %s", path, what);
  return FALSE;
}

static gboolean
parse (const char *path, const char *text, gsize length, PstKillSwitchState *state, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *active = NULL, *since = NULL, *reason = NULL;

  if (!g_key_file_load_from_data (file, text, length, G_KEY_FILE_NONE, NULL))
    return fail (error, path, "is not a key file");
  active = g_key_file_get_string (file, GROUP, "active", NULL);
  since = g_key_file_get_string (file, GROUP, "since", NULL);
  reason = g_key_file_get_string (file, GROUP, "reason", NULL);
  if (!active || !since || !reason)
    return fail (error, path, "lacks active, since or reason");
  if (!g_str_equal (active, "true") && !g_str_equal (active, "false"))
    return fail (error, path, "says neither active=true nor active=false");
  if (!pst_time_parse (since, -1, &state->since_ns, NULL))
    return fail (error, path, "has a time in since that cannot be read");
  state->active = g_str_equal (active, "true");
  g_strlcpy (state->reason, reason, sizeof state->reason);
  return TRUE;
}

gboolean
pst_kill_switch_state_load (const char *path, PstKillSwitchState *state, GError **error)
{
  g_autofree char *text = NULL;
  gsize length;
  GStatBuf status;

  *state = (PstKillSwitchState){ 0 };
  if (g_stat (path, &status) != 0 && errno == ENOENT)
    return TRUE;
  if (!g_file_get_contents (path, &text, &length, NULL))
    return fail (error, path, "cannot be read");
  if (length > FILE_BYTES_MAX)
    return fail (error, path, "is larger than 4096 bytes");
  return parse (path, text, length, state, error);
}

gboolean
pst_kill_switch_state_save (const char *path, const PstKillSwitchState *state, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) failure = NULL;
  g_autofree char *text = NULL;
  char since[PST_TIME_TEXT_SIZE];
  gsize length;

  pst_time_print (state->since_ns, since);
  g_key_file_set_string (file, GROUP, "active", state->active ? "true" : "false");
  g_key_file_set_string (file, GROUP, "since", since);
  g_key_file_set_string (file, GROUP, "reason", state->reason);
  text = g_key_file_to_data (file, &length, NULL);
  if (g_file_set_contents_full (path, text, (gssize)length, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, &failure))
    return TRUE;
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, "cannot keep the state of the kill switch: %s", failure->message);
  return FALSE;
}
