/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What can be done with a run from outside: only calls through. */

#include "pst-run-control.h"

/**
 * PstRunControl:
 *
 * What can be done with a run from outside. The host implements it.
 */

G_DEFINE_INTERFACE (PstRunControl, pst_run_control, G_TYPE_OBJECT)

static void
pst_run_control_default_init (PstRunControlInterface *iface)
{
}

/**
 * pst_run_control_get_run_state:
 * @control: a run control
 *
 * Tells where the run's life stands. Any thread.
 *
 * Returns: the state
 */
PstRunState
pst_run_control_get_run_state (PstRunControl *control)
{
  g_return_val_if_fail (PST_IS_RUN_CONTROL (control), PST_RUN_STATE_ERROR);

  return PST_RUN_CONTROL_GET_IFACE (control)->get_run_state (control);
}

/**
 * pst_run_control_set_trading_state:
 * @control: a run control
 * @state: ACTIVE, REDUCING or HALTED
 * @reason: why, for people and records
 * @error: return location
 *
 * Tightens or loosens trading: an operator may do both. On the run's context.
 *
 * Returns: %FALSE with %PST_RUN_ERROR_STATE when the run is not running
 */
gboolean
pst_run_control_set_trading_state (PstRunControl *control, PstTradingState state, const char *reason, GError **error)
{
  g_return_val_if_fail (PST_IS_RUN_CONTROL (control), FALSE);
  g_return_val_if_fail (reason != NULL, FALSE);

  return PST_RUN_CONTROL_GET_IFACE (control)->set_trading_state (control, state, reason, error);
}

/**
 * pst_run_control_flatten:
 * @control: a run control
 * @reason: why, for people and records
 * @error: return location
 *
 * Cancels every open order and closes every position with market orders; works under HALTED too. On the run's context.
 *
 * Returns: %FALSE with %PST_RUN_ERROR_STATE when the run is not running
 */
gboolean
pst_run_control_flatten (PstRunControl *control, const char *reason, GError **error)
{
  g_return_val_if_fail (PST_IS_RUN_CONTROL (control), FALSE);
  g_return_val_if_fail (reason != NULL, FALSE);

  return PST_RUN_CONTROL_GET_IFACE (control)->flatten (control, reason, error);
}

/**
 * pst_run_control_stop:
 * @control: a run control
 * @reason: why, for people and records
 * @error: return location
 *
 * Ends the run in order, at the next frame: orders cancelled, stores committed. Any thread.
 *
 * Returns: %FALSE with %PST_RUN_ERROR_STATE when the run is not running
 */
gboolean
pst_run_control_stop (PstRunControl *control, const char *reason, GError **error)
{
  g_return_val_if_fail (PST_IS_RUN_CONTROL (control), FALSE);
  g_return_val_if_fail (reason != NULL, FALSE);

  return PST_RUN_CONTROL_GET_IFACE (control)->stop (control, reason, error);
}

/**
 * pst_run_control_act:
 * @control: a run control
 * @kind: the component's kind
 * @name: its name in the pipeline file
 * @action: what it is to do: see pst_component_act()
 * @reason: why, and who wants it; for people and records
 * @error: return location
 *
 * Has a component do one of its actions, at the next frame when called from another thread. Any thread.
 *
 * Returns: %FALSE with %PST_RUN_ERROR_STATE when the run is not running, with %PST_OPTION_ERROR_UNKNOWN when there is no such component or action
 */
gboolean
pst_run_control_act (PstRunControl *control, PstComponentKind kind, const char *name, const char *action, const char *reason, GError **error)
{
  g_return_val_if_fail (PST_IS_RUN_CONTROL (control), FALSE);
  g_return_val_if_fail (name != NULL && action != NULL && reason != NULL, FALSE);

  if (PST_RUN_CONTROL_GET_IFACE (control)->act != NULL)
    return PST_RUN_CONTROL_GET_IFACE (control)->act (control, kind, name, action, reason, error);
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN, "this host cannot have components act");
  return FALSE;
}

/**
 * pst_run_control_set_option:
 * @control: a run control
 * @kind: the component's kind
 * @name: its name in the pipeline file
 * @option: the option's name
 * @text: its new value, as in a pipeline file
 * @reason: why, and who wants it; for people and records
 * @error: return location
 *
 * Changes an option while the run goes on; at the next frame when called from another thread. Option and value are checked at once, against the other
 * options when it takes effect: what those do not allow is noted as OPTION_REFUSED and changes nothing. Any thread.
 *
 * Returns: %FALSE with %PST_RUN_ERROR_STATE when the run is not running, with a %PST_OPTION_ERROR when there is no such component or option, when the
 * option cannot be changed while the run goes on (the sentence names those that can), or for the value
 */
gboolean
pst_run_control_set_option (PstRunControl *control, PstComponentKind kind, const char *name, const char *option, const char *text, const char *reason,
                            GError **error)
{
  g_return_val_if_fail (PST_IS_RUN_CONTROL (control), FALSE);
  g_return_val_if_fail (name != NULL && option != NULL && text != NULL && reason != NULL, FALSE);

  if (PST_RUN_CONTROL_GET_IFACE (control)->set_option != NULL)
    return PST_RUN_CONTROL_GET_IFACE (control)->set_option (control, kind, name, option, text, reason, error);
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, "this host cannot change options while a run goes on");
  return FALSE;
}
