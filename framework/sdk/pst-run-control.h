/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What can be done with a run from outside: each verb exists once, here. The host implements it; D-Bus, HTTP and the
 * command line are thin faces of it, so a service never reaches up into the host. */
#pragma once

#include "pst-context.h"

G_BEGIN_DECLS

#define PST_TYPE_RUN_CONTROL (pst_run_control_get_type ())
PST_API
G_DECLARE_INTERFACE (PstRunControl, pst_run_control, PST, RUN_CONTROL, GObject)

struct _PstRunControlInterface
{
  GTypeInterface parent_iface;

  PstRunState (*get_run_state) (PstRunControl *control);
  gboolean (*set_trading_state) (PstRunControl *control, PstTradingState state, const char *reason, GError **error);
  gboolean (*flatten) (PstRunControl *control, const char *reason, GError **error);
  gboolean (*stop) (PstRunControl *control, const char *reason, GError **error);
  gboolean (*act) (PstRunControl *control, PstComponentKind kind, const char *name, const char *action, const char *reason, GError **error);
  gboolean (*set_option) (PstRunControl *control, PstComponentKind kind, const char *name, const char *option, const char *text, const char *reason,
                          GError **error);
  gpointer reserved[10];
};

PST_API PstRunState pst_run_control_get_run_state (PstRunControl *control);
/* ACTIVE, REDUCING, HALTED: an operator may tighten and loosen. */
PST_API gboolean pst_run_control_set_trading_state (PstRunControl *control, PstTradingState state, const char *reason, GError **error);
/* Cancels every open order and closes every position with market orders; works under HALTED. */
PST_API gboolean pst_run_control_flatten (PstRunControl *control, const char *reason, GError **error);
/* Ends the run in order: orders cancelled, stores committed. Takes effect at the next frame. Any thread. */
PST_API gboolean pst_run_control_stop (PstRunControl *control, const char *reason, GError **error);
/* Has a component do one of its actions: "engage" of a kill switch, "release" of any guard that stopped. Any thread. */
PST_API gboolean pst_run_control_act (PstRunControl *control, PstComponentKind kind, const char *name, const char *action, const char *reason,
                                      GError **error);

/* Changes an option of a component while the run goes on, where the option allows it (PST_OPTION_LIVE); @text as in a pipeline file. Any thread. */
PST_API gboolean pst_run_control_set_option (PstRunControl *control, PstComponentKind kind, const char *name, const char *option, const char *text,
                                             const char *reason, GError **error);

G_END_DECLS
