/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One run of the host: CREATED, then a thread of its own from RUNNING to STOPPED or ERROR, once. */
#pragma once

#include "pst-host-events.h"
#include "pst-host-registry.h"

G_BEGIN_DECLS

/* What runs use of their host, which may be gone before a run that does not end. */
typedef struct
{
  PstCatalogue *catalogue;
  PstHostRegistry *registry;
  PstHostPublisher *publisher;
  PstClock *clock; /* for stamps: any thread */
  PstHostSettings *settings;
} PstHostShared;

PstHostShared *pst_host_shared_ref (PstHostShared *shared);
void pst_host_shared_unref (PstHostShared *shared);

typedef struct _PstHostRun PstHostRun;

/* (transfer full): a run as the registry has it; not started. @entry (transfer full). */
PstHostRun *pst_host_run_new (PstHostShared *shared, PstHostEntry *entry);
PstHostRun *pst_host_run_ref (PstHostRun *run);
void pst_host_run_unref (PstHostRun *run);

const char *pst_host_run_get_user (PstHostRun *run);
const char *pst_host_run_get_id (PstHostRun *run);
PstRunState pst_host_run_get_state (PstHostRun *run);
/* Publishes that it is there ("CREATED") or is no more ("REMOVED"); the states between are told by the run itself. */
void pst_host_run_announce (PstHostRun *run, const char *state);
/* Has a thread: it is being started, runs, or is about to end. */
gboolean pst_host_run_is_active (PstHostRun *run);
gint64 pst_host_run_get_created_ns (PstHostRun *run);
/* 0: not yet */
gint64 pst_host_run_get_ended_ns (PstHostRun *run);
/* (transfer full) */
PstHostEntry *pst_host_run_dup_entry (PstHostRun *run);
/* (transfer full) (nullable): NULL when what the run did is not kept any more */
PstHostView *pst_host_run_dup_view (PstHostRun *run);
/* Of a run that ended: forgets what it did. */
void pst_host_run_drop_view (PstHostRun *run);

/* Takes the one start that a run has: PST_CONTROLLER_ERROR_STATE unless it is CREATED. From now on it is active. Does not wait. */
gboolean pst_host_run_claim (PstHostRun *run, GError **error);
/* Begins a run that was claimed on a thread of its own. PST_CONTROLLER_ERROR_FAILED when it cannot be kept or there is no thread. */
gboolean pst_host_run_begin (PstHostRun *run, GError **error);
/* Takes up a run that the registry has as RUNNING, after a crash of the host, on a thread of its own: it goes on, or ends in order, as it says. */
gboolean pst_host_run_go_on (PstHostRun *run, GError **error);
/* Waits until it is RUNNING or ended. FALSE when it is neither by then. */
gboolean pst_host_run_wait_started (PstHostRun *run, gint64 timeout_ns);
/* Ended in ERROR without ever having been RUNNING. */
gboolean pst_host_run_has_failed (PstHostRun *run);
/* Asks it to end in order; takes effect also while it is being started. PST_CONTROLLER_ERROR_STATE when there is nothing to end. */
gboolean pst_host_run_stop (PstHostRun *run, const char *reason, GError **error);
/* Of a run that ended: its thread is gone, and with it what it used of the host. Not on the run's thread. */
void pst_host_run_join (PstHostRun *run);
/* (transfer full) (nullable): why it was asked to end, while it has not. */
char *pst_host_run_dup_stopping (PstHostRun *run);
/* Tells that it has not ended in the time that the host had for it. */
void pst_host_run_tell_left (PstHostRun *run);
/* FALSE when it has not ended by then. */
gboolean pst_host_run_wait_ended (PstHostRun *run, gint64 timeout_ns);

/* Calls @func with what commands the run, while it is RUNNING: PST_CONTROLLER_ERROR_STATE otherwise. Must not wait for the run. */
typedef gboolean (*PstHostCommand) (PstRunControl *control, gpointer user_data, GError **error);
gboolean pst_host_run_command (PstHostRun *run, PstHostCommand func, gpointer user_data, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstHostRun, pst_host_run_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstHostShared, pst_host_shared_unref)

G_END_DECLS
