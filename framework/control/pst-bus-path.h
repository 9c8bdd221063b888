/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where things stand on the bus, and back: /org/penstock/runs/USER/RUN. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PST_BUS_NAME "org.penstock.Host1"
#define PST_BUS_HOST_INTERFACE "org.penstock.Host1"
#define PST_BUS_RUN_INTERFACE "org.penstock.Run1"
/* The ObjectManager. */
#define PST_BUS_ROOT_PATH "/org/penstock"
#define PST_BUS_HOST_PATH "/org/penstock/Host1"
#define PST_BUS_RUNS_PATH "/org/penstock/runs"

/* (transfer full) */
char *pst_bus_run_path (const char *user_id, const char *run_id);
/* FALSE when the path is no run's. Both (transfer full). */
gboolean pst_bus_run_path_parse (const char *path, char **user_id, char **run_id);
/* GDBus serves a folder's children only, and a run stands two below: (transfer full): the path with both names in one, and back. What is no run's
 * path becomes one that is refused. */
char *pst_bus_run_path_fold (const char *path);
char *pst_bus_run_path_unfold (const char *folded);

G_END_DECLS
