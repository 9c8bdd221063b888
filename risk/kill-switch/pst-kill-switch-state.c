/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The switch's state and its text. */

#include "pst-kill-switch-state.h"

#define GROUP "kill-switch"

gboolean
pst_kill_switch_state_load (const char *path, PstKillSwitchState *state, GError **error)
{
  g_autoptr (PstStateFile) file = pst_state_file_new (path, GROUP);
  g_autofree char *reason = NULL;

  *state = (PstKillSwitchState){ 0 };
  if (!pst_state_file_load (file, error))
    return FALSE;
  if (pst_state_file_is_empty (file))
    return TRUE;
  if (!pst_state_file_get_boolean (file, "active", &state->active, error) || !pst_state_file_get_time (file, "since", &state->since_ns, error)
      || !pst_state_file_get_string (file, "reason", &reason, error))
    return FALSE;
  g_strlcpy (state->reason, reason, sizeof state->reason);
  return TRUE;
}

gboolean
pst_kill_switch_state_save (const char *path, const PstKillSwitchState *state, GError **error)
{
  g_autoptr (PstStateFile) file = pst_state_file_new (path, GROUP);

  pst_state_file_set_boolean (file, "active", state->active);
  pst_state_file_set_time (file, "since", state->since_ns);
  pst_state_file_set_string (file, "reason", state->reason);
  return pst_state_file_save (file, error);
}
