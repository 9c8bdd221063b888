/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What can be done with a run from outside: only calls through. */

#include "pst-controller.h"

/**
 * PstController:
 *
 * What can be done with a run from outside. The host implements it.
 */

G_DEFINE_INTERFACE (PstController, pst_controller, G_TYPE_OBJECT)

static void
pst_controller_default_init (PstControllerInterface *iface)
{
}

/**
 * pst_controller_get_run_state:
 * @controller: a controller
 *
 * Tells where the run's life stands. Any thread.
 *
 * Returns: the state
 */
PstRunState
pst_controller_get_run_state (PstController *controller)
{
  g_return_val_if_fail (PST_IS_CONTROLLER (controller), PST_RUN_STATE_ERROR);

  return PST_CONTROLLER_GET_IFACE (controller)->get_run_state (controller);
}

/**
 * pst_controller_set_trading_state:
 * @controller: a controller
 * @state: ACTIVE, REDUCING or HALTED
 * @reason: why, for people and records
 * @error: return location
 *
 * Tightens or loosens trading: an operator may do both. On the run's context.
 *
 * Returns: %FALSE with %PST_RUN_ERROR_STATE when the run is not running
 */
gboolean
pst_controller_set_trading_state (PstController *controller, PstTradingState state, const char *reason, GError **error)
{
  g_return_val_if_fail (PST_IS_CONTROLLER (controller), FALSE);
  g_return_val_if_fail (reason != NULL, FALSE);

  return PST_CONTROLLER_GET_IFACE (controller)->set_trading_state (controller, state, reason, error);
}

/**
 * pst_controller_flatten:
 * @controller: a controller
 * @reason: why, for people and records
 * @error: return location
 *
 * Cancels every open order and closes every position with market orders; works under HALTED too. On the run's context.
 *
 * Returns: %FALSE with %PST_RUN_ERROR_STATE when the run is not running
 */
gboolean
pst_controller_flatten (PstController *controller, const char *reason, GError **error)
{
  g_return_val_if_fail (PST_IS_CONTROLLER (controller), FALSE);
  g_return_val_if_fail (reason != NULL, FALSE);

  return PST_CONTROLLER_GET_IFACE (controller)->flatten (controller, reason, error);
}

/**
 * pst_controller_stop:
 * @controller: a controller
 * @reason: why, for people and records
 * @error: return location
 *
 * Ends the run in order, at the next frame: orders cancelled, stores committed. Any thread.
 *
 * Returns: %FALSE with %PST_RUN_ERROR_STATE when the run is not running
 */
gboolean
pst_controller_stop (PstController *controller, const char *reason, GError **error)
{
  g_return_val_if_fail (PST_IS_CONTROLLER (controller), FALSE);
  g_return_val_if_fail (reason != NULL, FALSE);

  return PST_CONTROLLER_GET_IFACE (controller)->stop (controller, reason, error);
}

/**
 * pst_controller_act:
 * @controller: a controller
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
pst_controller_act (PstController *controller, PstComponentKind kind, const char *name, const char *action, const char *reason, GError **error)
{
  g_return_val_if_fail (PST_IS_CONTROLLER (controller), FALSE);
  g_return_val_if_fail (name != NULL && action != NULL && reason != NULL, FALSE);

  if (PST_CONTROLLER_GET_IFACE (controller)->act != NULL)
    return PST_CONTROLLER_GET_IFACE (controller)->act (controller, kind, name, action, reason, error);
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN, "this host cannot have components act");
  return FALSE;
}
