/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a host is set up: the group [host] of its key file. Properties, as every component's options are, so that messages and the reference say the
 * same. */
#pragma once

#include <penstock.h>

#include "pst-key-text.h"

G_BEGIN_DECLS

/**
 * PstOnRestart:
 * @PST_ON_RESTART_RESUME: the run goes on where the crash cut it off
 * @PST_ON_RESTART_STOP: what was left open is cancelled, and the run ends in order
 *
 * What becomes of a run that was running when the host crashed.
 */
typedef enum
{
  PST_ON_RESTART_RESUME = 1,
  PST_ON_RESTART_STOP,
} PstOnRestart;

GType pst_on_restart_get_type (void);
/* "resume", "stop" */
const char *pst_on_restart_to_string (PstOnRestart policy);
/* FALSE for any other text. */
gboolean pst_on_restart_from_string (const char *text, PstOnRestart *policy);

#define PST_TYPE_HOST_SETTINGS (pst_host_settings_get_type ())
G_DECLARE_FINAL_TYPE (PstHostSettings, pst_host_settings, PST, HOST_SETTINGS, GObject)

struct _PstHostSettings
{
  GObject parent_instance;

  char *state_folder; /* the registry of runs; made when it is not there */
  char *pipelines;    /* folder of NAME.pipeline for everyone and USER/NAME.pipeline for one; NULL or empty: none have names */
  PstOnRestart on_restart;
  guint runs_max;              /* that have not ended */
  guint runs_per_user_max;     /* that have not ended, of one user */
  guint finished_per_user_max; /* that ended and are remembered, of one user */
  guint views_max;             /* runs that ended and whose lists are still there */
  guint list_max;              /* closed orders, fills, points of equity, alerts: of each so many a run */
  guint events_max;            /* that wait, of one run */
  guint events_per_second;     /* that are published, of one run */
  gint64 start_timeout_ns;     /* how long start waits for RUNNING */
  gint64 stop_timeout_ns;      /* how long stop and the host's end wait for a run */
  gint64 command_timeout_ns;   /* how long a command waits to be obeyed */
};

/* (transfer full): all at their defaults; no folders. */
PstHostSettings *pst_host_settings_new (void);
/* (transfer full): the group [host] of @text; what is wrong with it is added to @problems. @folder: relative paths start there. */
PstHostSettings *pst_host_settings_read (const PstKeyText *text, const char *folder, GPtrArray *problems);
/* (transfer container) (array length=n_options): in the order in which they are documented; free with g_free(). */
GParamSpec **pst_host_settings_list (guint *n_options);

G_END_DECLS
