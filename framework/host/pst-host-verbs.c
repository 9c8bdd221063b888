/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of verbs as the host does them: each verb of pst_verb_list() has one function. Names, permissions and parameters were checked before. */

#include "pst-host-private.h"

#include <string.h>

static const struct
{
  const char *name;
  PstHostVerbFunc func;
} verbs[] = {
  { "get-host", pst_host_get_host },
  { "list-users", pst_host_list_users },
  { "list-plugins", pst_host_list_plugins },
  { "list-pipelines", pst_host_list_pipelines },
  { "check", pst_host_check },
  { "create", pst_host_create },
  { "list-runs", pst_host_list_runs },
  { "get-run", pst_host_get_run },
  { "start", pst_host_start },
  { "stop", pst_host_stop },
  { "halt", pst_host_halt },
  { "reduce", pst_host_reduce },
  { "resume", pst_host_resume },
  { "flatten", pst_host_flatten },
  { "engage-kill-switch", pst_host_engage_kill_switch },
  { "release-kill-switch", pst_host_release_kill_switch },
  { "act", pst_host_act },
  { "list-orders", pst_host_list_orders },
  { "list-fills", pst_host_list_fills },
  { "list-positions", pst_host_list_positions },
  { "list-equity", pst_host_list_equity },
  { "list-guards", pst_host_list_guards },
  { "list-alerts", pst_host_list_alerts },
  { "list-options", pst_host_list_options },
  { "set-option", pst_host_set_option },
  { "remove", pst_host_remove },
};

PstHostVerbFunc
pst_host_find_verb (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (strcmp (verbs[i].name, name) == 0)
      return verbs[i].func;
  return NULL;
}
