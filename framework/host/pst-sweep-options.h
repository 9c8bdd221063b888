/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The options of the [sweep] group: what is searched for, and how. What is varied stands there too, as COMPONENT.OPTION=VALUES. "penstock run" passes
 * the group over. */
#pragma once

#include "../backtest/pst-parameter-space.h"

G_BEGIN_DECLS

/**
 * PstSweepGoal:
 * @PST_SWEEP_GOAL_AUTO: what the objective is good for: a Sharpe ratio large, a drawdown small
 * @PST_SWEEP_GOAL_MAXIMISE: the largest
 * @PST_SWEEP_GOAL_MINIMISE: the least
 *
 * Which value of the objective is the best.
 */
typedef enum
{
  PST_SWEEP_GOAL_AUTO,
  PST_SWEEP_GOAL_MAXIMISE,
  PST_SWEEP_GOAL_MINIMISE,
} PstSweepGoal;

/**
 * PstSweepWalk:
 * @PST_SWEEP_WALK_NONE: one sweep over all data
 * @PST_SWEEP_WALK_ROLLING: the in-sample window moves along
 * @PST_SWEEP_WALK_ANCHORED: the in-sample window begins with the data and grows
 *
 * Whether and how a sweep walks forward.
 */
typedef enum
{
  PST_SWEEP_WALK_NONE,
  PST_SWEEP_WALK_ROLLING,
  PST_SWEEP_WALK_ANCHORED,
} PstSweepWalk;

#define PST_TYPE_SWEEP_OPTIONS (pst_sweep_options_get_type ())
G_DECLARE_FINAL_TYPE (PstSweepOptions, pst_sweep_options, PST, SWEEP_OPTIONS, PstComponent)

struct _PstSweepOptions
{
  PstComponent parent_instance;

  char **vary; /* "cross.fast=2..101"; no option itself */
  int method;  /* PstParameterMethod */
  guint64 samples;
  guint64 seed;
  char *objective;
  int goal; /* PstSweepGoal */
  char **statistics;
  guint top;
  char *results; /* nullable */
  int walk;      /* PstSweepWalk */
  char *in_sample, *out_of_sample;
  guint simulations;
  double block;
};

PstSweepOptions *pst_sweep_options_new (void);

G_END_DECLS
