/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a host keeps; shared by its own files only: pst-host.c is its life, pst-host-verbs.c the table of verbs, pst-host-create.c makes runs,
 * pst-host-command.c commands them, pst-host-list.c tells of them. */
#pragma once

#include "pst-host-run.h"
#include "pst-host.h"

G_BEGIN_DECLS

typedef struct
{
  char *name;
  GHashTable *runs;    /* id to PstHostRun */
  PstHostRun *running; /* (nullable) not owned: the one that was begun last; active as long as it is */
} PstHostUser;

struct _PstHost
{
  GObject parent_instance;

  PstHostShared *shared;
  GMutex lock;
  GMutex create_lock; /* held while a new run is kept; taken before @lock */
  GHashTable *users;  /* name to PstHostUser */
  gboolean ending;
  gint64 started_ns;
  PstHostProgressFunc progress;
  gpointer progress_data;
};

typedef GVariant *(*PstHostVerbFunc) (PstHost *host, const PstCaller *caller, GVariant *parameters, GError **error);

/* (nullable): what does the verb. */
PstHostVerbFunc pst_host_find_verb (const char *name);

/* FALSE with an error of PST_CONTROLLER_ERROR. */
gboolean pst_host_fail (GError **error, PstControllerError code, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* Of an error of another domain, the code that clients are told. */
gboolean pst_host_translate (GError *cause, GError **error);
/* (transfer full): the run that the parameters "user" and "run-id" name; NOT_FOUND when there is none, or none that the caller may see. */
PstHostRun *pst_host_find_run (PstHost *host, const PstCaller *caller, GVariant *parameters, GError **error);
/* (transfer full) (nullable): under the host's lock */
PstHostUser *pst_host_get_user (PstHost *host, const char *name, gboolean make);
/* (transfer full) (element-type PstHostRun): of one user, or of all; the newest first */
GPtrArray *pst_host_collect_runs (PstHost *host, const char *user);
/* (transfer floating): "a{sv}" */
GVariant *pst_host_describe_run (PstHostRun *run);
/* Forgets what is too old: ended runs of @user, lists of anyone's. */
void pst_host_trim (PstHost *host, const char *user);
/* Forgets a run that ended. */
gboolean pst_host_forget (PstHost *host, PstHostRun *run, GError **error);

#define PST_HOST_VERB(name) GVariant *pst_host_##name (PstHost *host, const PstCaller *caller, GVariant *parameters, GError **error)

PST_HOST_VERB (get_host);
PST_HOST_VERB (list_users);
PST_HOST_VERB (list_plugins);
PST_HOST_VERB (list_pipelines);
PST_HOST_VERB (check);
PST_HOST_VERB (create);
PST_HOST_VERB (list_runs);
PST_HOST_VERB (get_run);
PST_HOST_VERB (start);
PST_HOST_VERB (stop);
PST_HOST_VERB (halt);
PST_HOST_VERB (reduce);
PST_HOST_VERB (resume);
PST_HOST_VERB (flatten);
PST_HOST_VERB (engage_kill_switch);
PST_HOST_VERB (release_kill_switch);
PST_HOST_VERB (act);
PST_HOST_VERB (list_orders);
PST_HOST_VERB (list_fills);
PST_HOST_VERB (list_positions);
PST_HOST_VERB (list_equity);
PST_HOST_VERB (list_guards);
PST_HOST_VERB (list_alerts);
PST_HOST_VERB (list_options);
PST_HOST_VERB (set_option);
PST_HOST_VERB (remove);

/* A pipeline of the host by its name. */
typedef struct
{
  char *name;
  char *path;
  gboolean own; /* the user's own, not everyone's */
} PstHostPipeline;

void pst_host_pipeline_free (PstHostPipeline *pipeline);
/* (transfer full) (element-type PstHostPipeline): that this user may run, by name; the user's own before everyone's */
GPtrArray *pst_host_list_pipeline_files (PstHost *host, const char *user);
/* Adds "mode" and "description" as its file says, or "problem". */
void pst_host_describe_pipeline (const PstHostPipeline *pipeline, GVariantBuilder *builder);
/* (transfer full): what is to be run: a pipeline by name, or a text; with the parameters "pipeline", "text" and "set". */
PstHostSource *pst_host_read_source (PstHost *host, const PstCaller *caller, const char *user, GVariant *parameters, GError **error);

G_END_DECLS
