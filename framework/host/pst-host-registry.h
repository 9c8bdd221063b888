/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The host's memory of its runs on the disk: what is needed to make each again, and how it stood. */
#pragma once

#include "pst-host-settings.h"
#include "pst-host-source.h"

G_BEGIN_DECLS

/**
 * PstHostEntry:
 * @user: whose run
 * @run_id: its name
 * @pipeline: its pipeline's name
 * @mode: its mode; 0 when it is not known
 * @source: (nullable): what it is made of; %NULL when that is damaged
 * @state: as it was last kept
 * @on_restart: what becomes of it after a crash
 * @created_ns: when
 * @started_ns: when; 0 when it was not
 * @ended_ns: when; 0 when it has not
 * @reason: (nullable): why it ended
 *
 * What is kept of one run.
 */
typedef struct
{
  char user[PST_NAME_SIZE];
  char run_id[PST_NAME_SIZE];
  char pipeline[PST_NAME_SIZE];
  PstMode mode;
  PstHostSource *source;
  PstRunState state;
  PstOnRestart on_restart;
  gint64 created_ns, started_ns, ended_ns;
  char *reason;
} PstHostEntry;

typedef struct _PstHostRegistry PstHostRegistry;

/* (transfer full): makes what is missing of the folder, with mode 0700. PST_STORE_ERROR_LOCKED when another host uses it. */
PstHostRegistry *pst_host_registry_open (const char *folder, GError **error);
PstHostRegistry *pst_host_registry_ref (PstHostRegistry *registry);
void pst_host_registry_unref (PstHostRegistry *registry);
/* A new run; on the disk when it returns TRUE. PST_STORE_ERROR_EXISTS when the user has a run of this id. */
gboolean pst_host_registry_add (PstHostRegistry *registry, const PstHostEntry *entry, GError **error);
/* How it stands now; on the disk when it returns TRUE. */
gboolean pst_host_registry_save (PstHostRegistry *registry, const PstHostEntry *entry, GError **error);
gboolean pst_host_registry_remove (PstHostRegistry *registry, const char *user, const char *run_id, GError **error);
/* (transfer full) (element-type PstHostEntry): all runs. What is damaged is there in the state ERROR, with the reason. */
GPtrArray *pst_host_registry_load (PstHostRegistry *registry, GError **error);

PstHostEntry *pst_host_entry_copy (const PstHostEntry *entry);
void pst_host_entry_free (PstHostEntry *entry);
/* "RUNNING" */
const char *pst_run_state_to_string (PstRunState state);
gboolean pst_run_state_from_string (const char *text, PstRunState *state);
/* Letters, digits and a few signs, the first a letter or digit: never a path. */
gboolean pst_host_user_is_valid (const char *user);
gboolean pst_host_run_id_is_valid (const char *run_id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstHostRegistry, pst_host_registry_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstHostEntry, pst_host_entry_free)

G_END_DECLS
