/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Many runs of many users in one process: what every face (D-Bus, HTTP, the command line) reaches through PstController. */
#pragma once

#include "pst-catalogue.h"
#include "pst-host-settings.h"

G_BEGIN_DECLS

/* The title of the alert about each run that pst_host_shutdown() could not wait for. */
#define PST_HOST_ALERT_LEFT "A run did not end in time"

#define PST_TYPE_HOST (pst_host_get_type ())
G_DECLARE_FINAL_TYPE (PstHost, pst_host, PST, HOST, GObject)

/* What the host does when it starts and ends, for a status line: @n_done of @n_all. In the thread that called. */
typedef void (*PstHostProgressFunc) (PstHost *host, const char *what, guint n_done, guint n_all, gpointer user_data);

/* (transfer full): with the registry open; no run goes on yet. @catalogue: scanned. The thread's default context is where events are published.
 * PST_STORE_ERROR when the state folder cannot be used, or another host uses it. */
PstHost *pst_host_new (PstHostSettings *settings, PstCatalogue *catalogue, GError **error);
void pst_host_set_progress (PstHost *host, PstHostProgressFunc func, gpointer user_data);
/* Takes up the runs that the registry has; those that a crash cut off go on or are ended, as each says. Once, after new. */
gboolean pst_host_restore (PstHost *host, GError **error);
/* Ends all runs in order and begins no more; waits for them, not for ever. Returns how many had not ended by then. */
guint pst_host_shutdown (PstHost *host, const char *reason);
guint pst_host_count_runs (PstHost *host);
guint pst_host_count_running (PstHost *host);

G_END_DECLS
