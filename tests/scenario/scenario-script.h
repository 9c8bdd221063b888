/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A strategy that does what a test wrote down, and takes down what it is told.
 *
 * One action a line, "WHEN: WHAT". WHEN is the number of a frame, from 1 ("3"), or an order and the state that it reached ("1 FILLED").
 *
 *   buy|sell SIZE SYMBOL market|limit P|stop P|stop-limit STOP LIMIT [gtc|ioc|fok|day|gtd TIME] [post-only] [reduce-only]
 *   cancel ORDER                          modify ORDER SIZE LIMIT STOP      ("-" leaves it)
 *   closed ORDER                          cancel and modify of it must be refused
 *   state active|reducing|halted REASON   flatten REASON   stop REASON      (as an operator, through PstRunControl)
 *   tighten reducing|halted REASON        (as a component)
 *   set GUARD OPTION VALUE                act GUARD ACTION REASON */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

#define SCENARIO_TYPE_SCRIPT (scenario_script_get_type ())
G_DECLARE_FINAL_TYPE (ScenarioScript, scenario_script, SCENARIO, SCRIPT, PstStrategy)

ScenarioScript *scenario_script_new (const char *text);
/* What it was told, a line for each call: "FRAME: ORDER STATE [REASON]". */
const char *scenario_script_get_heard (ScenarioScript *script);
/* Actions that were not done: their time never came. */
guint scenario_script_get_n_left (ScenarioScript *script);

G_END_DECLS
