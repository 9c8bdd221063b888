/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The common base of everything that a pipeline is made of: a name, options, a place in the run, a life.
 *
 * Life: constructed -> options set -> prepare() -> start() -> ... -> stop(). prepare() checks options against each other and reads what
 * the others need (instruments); start() may open files and sockets. stop() is called once for each successful start(). */
#pragma once

#include "../model/pst-record.h"
#include "pst-option.h"
#include "pst-state-file.h"

G_BEGIN_DECLS

typedef struct _PstContext PstContext;

#define PST_TYPE_COMPONENT (pst_component_get_type ())
PST_API
G_DECLARE_DERIVABLE_TYPE (PstComponent, pst_component, PST, COMPONENT, GObject)

/**
 * PstComponentClass:
 * @prepare: (nullable): check options against each other, and read what others need from it
 * @start: (nullable): begin; may open files and sockets
 * @stop: (nullable): undo start()
 * @save_state: (nullable): of a guard or strategy: set in @state what must be remembered over a restart. Called on paper and live for every snapshot
 * of the run's state, at the end of a tick in which something was asked for or filled, and of a strategy also when it wrote a note. One that keeps a
 * state file of its own tells the same here. All together have %PST_STATE_FILE_BYTES_MAX, so what can grow is bounded
 * @load_state: (nullable): after start(): take back what save_state() set. Guards get it whenever the pipeline runs again; strategies when the run
 * goes on after a crash, and live, where a new run has the account of the one before. One that keeps a state file of its own has read that and looks
 * at nothing here. %FALSE for what cannot be understood: the run is halted
 * @check_options: (nullable): of a started component: one of its options was changed: whether they go together, and what follows from them. %FALSE
 * with the reason takes the change back, and it is called again
 *
 * All on the run's context.
 */
struct _PstComponentClass
{
  GObjectClass parent_class;

  gboolean (*prepare) (PstComponent *component, GError **error);
  gboolean (*start) (PstComponent *component, GError **error);
  void (*stop) (PstComponent *component);
  void (*save_state) (PstComponent *component, PstStateFile *state);
  gboolean (*load_state) (PstComponent *component, PstStateFile *state, GError **error);
  gboolean (*check_options) (PstComponent *component, GError **error);
  gpointer reserved[3];
};

/* Signals of every component:
 * alert-raised (PstRecord *record): an ALERT record; the host numbers and records it. */

/* The name from the pipeline file, "cross" of [strategy cross]. */
PST_API const char *pst_component_get_name (PstComponent *component);
/* Index among all components of the run, in file order; what frames, orders and records carry. */
PST_API guint32 pst_component_get_index (PstComponent *component);
PST_API PstComponentKind pst_component_get_kind (PstComponent *component);
/* (transfer none) The plugin's id. */
PST_API const char *pst_component_get_plugin (PstComponent *component);
/* (transfer none): the run; valid from prepare() until the component is disposed. */
PST_API PstContext *pst_component_get_context (PstComponent *component);
/* The host's side: called once, before prepare(). The context is not owned. */
PST_API void pst_component_attach (PstComponent *component, PstContext *context, const char *plugin, const char *name, guint32 index);
PST_API void pst_component_detach (PstComponent *component);
PST_API gboolean pst_component_prepare (PstComponent *component, GError **error);
PST_API gboolean pst_component_start (PstComponent *component, GError **error);
PST_API void pst_component_stop (PstComponent *component);
PST_API gboolean pst_component_is_started (PstComponent *component);
/* Sets an option from text; errors name option, value, what is allowed and the nearest known name. */
PST_API gboolean pst_component_set_option (PstComponent *component, const char *option, const char *text, GError **error);
/* Whether the option can be set to @text now, as far as that can be said without the other options; changes nothing. Any thread. */
PST_API gboolean pst_component_check_option (PstComponent *component, const char *option, const char *text, GError **error);
/* What an operator or another component may have a started component do, by name: a signal with G_SIGNAL_ACTION of its type that takes one string,
 * the reason, and returns nothing. So whoever calls need not know the type. */
PST_API gboolean pst_component_has_action (PstComponent *component, const char *action);
/* Errors: PST_OPTION_ERROR_UNKNOWN with the actions that there are; PST_RUN_ERROR_STATE when it is not started. */
PST_API gboolean pst_component_act (PstComponent *component, const char *action, const char *reason, GError **error);
/* Emits alert-raised. */
PST_API void pst_component_raise_alert (PstComponent *component, PstSeverity severity, const char *category, const char *title, const char *format,
                                        ...) G_GNUC_PRINTF (5, 6);

G_END_DECLS
