/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The switch's state and its text. */

#include "pst-kill-switch-state.h"

#define GROUP "kill-switch"

gboolean
pst_kill_switch_state_read (PstKillSwitchState *state, PstStateFile *file, GError **error)
{
  g_autofree char *reason = NULL;

  if (!pst_state_file_get_boolean (file, "active", &state->active, error) || !pst_state_file_get_time (file, "since", &state->since_ns, error)
      || !pst_state_file_get_string (file, "reason", &reason, error))
    return FALSE;
  g_strlcpy (state->reason, reason, sizeof state->reason);
  return TRUE;
}

void
pst_kill_switch_state_write (const PstKillSwitchState *state, PstStateFile *file)
{
  pst_state_file_set_boolean (file, "active", state->active);
  pst_state_file_set_time (file, "since", state->since_ns);
  pst_state_file_set_string (file, "reason", state->reason);
}

gboolean
pst_kill_switch_state_load (const char *path, PstKillSwitchState *state, GError **error)
{
  g_autoptr (PstStateFile) file = pst_state_file_new (path, GROUP);

  *state = (PstKillSwitchState){ 0 };
  return pst_state_file_load (file, error) && (pst_state_file_is_empty (file) || pst_kill_switch_state_read (state, file, error));
}

gboolean
pst_kill_switch_state_save (const char *path, const PstKillSwitchState *state, GError **error)
{
  g_autoptr (PstStateFile) file = pst_state_file_new (path, GROUP);

  pst_kill_switch_state_write (state, file);
  return pst_state_file_save (file, error);
}
