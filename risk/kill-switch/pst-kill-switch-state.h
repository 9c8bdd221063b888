/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the switch remembers over a restart. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

typedef struct
{
  gboolean active;
  gint64 since_ns; /* of the run's clock */
  char reason[PST_REASON_SIZE];
} PstKillSwitchState;

/* FALSE for what cannot be understood: the caller engages. */
gboolean pst_kill_switch_state_read (PstKillSwitchState *state, PstStateFile *file, GError **error);
void pst_kill_switch_state_write (const PstKillSwitchState *state, PstStateFile *file);
/* A file that is not there, or none, is a switch that was never engaged. Anything else that cannot be understood is an error: the caller engages. */
gboolean pst_kill_switch_state_load (const char *path, PstKillSwitchState *state, GError **error);
/* On the disk when it returns TRUE. */
gboolean pst_kill_switch_state_save (const char *path, const PstKillSwitchState *state, GError **error);

G_END_DECLS
