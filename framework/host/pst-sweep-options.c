/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* [sweep], declared once. */
#include "pst-sweep-options.h"

G_DEFINE_FINAL_TYPE (PstSweepOptions, pst_sweep_options, PST_TYPE_COMPONENT)

static GType method_get_type (void);
G_DEFINE_ENUM_TYPE (PstSweepMethod, method, G_DEFINE_ENUM_VALUE (PST_PARAMETER_METHOD_GRID, "grid"),
                    G_DEFINE_ENUM_VALUE (PST_PARAMETER_METHOD_RANDOM, "random"),
                    G_DEFINE_ENUM_VALUE (PST_PARAMETER_METHOD_LATIN_HYPERCUBE, "latin-hypercube"))

static GType goal_get_type (void);
G_DEFINE_ENUM_TYPE (PstSweepGoal, goal, G_DEFINE_ENUM_VALUE (PST_SWEEP_GOAL_AUTO, "auto"), G_DEFINE_ENUM_VALUE (PST_SWEEP_GOAL_MAXIMISE, "maximise"),
                    G_DEFINE_ENUM_VALUE (PST_SWEEP_GOAL_MINIMISE, "minimise"))

static GType walk_get_type (void);
G_DEFINE_ENUM_TYPE (PstSweepWalk, walk, G_DEFINE_ENUM_VALUE (PST_SWEEP_WALK_NONE, "none"), G_DEFINE_ENUM_VALUE (PST_SWEEP_WALK_ROLLING, "rolling"),
                    G_DEFINE_ENUM_VALUE (PST_SWEEP_WALK_ANCHORED, "anchored"))

static void
pst_sweep_options_finalize (GObject *object)
{
  g_strfreev (PST_SWEEP_OPTIONS (object)->vary);
  G_OBJECT_CLASS (pst_sweep_options_parent_class)->finalize (object);
}

static void
install_search (PstSweepOptionsClass *klass, GParamFlags flags)
{
  PST_OPTION_IN (
      klass,
      g_param_spec_enum ("method", "Method", "Which combinations of the values are tried", method_get_type (), PST_PARAMETER_METHOD_GRID, flags),
      PstSweepOptions, method);
  PST_OPTION_IN (
      klass,
      g_param_spec_uint64 ("samples", "Samples", "How many sets are tried by method=random and latin-hypercube", 0, PST_PARAMETER_SETS_MAX, 0, flags),
      PstSweepOptions, samples);
  PST_OPTION_IN (klass, g_param_spec_uint64 ("seed", "Seed", "Of samples and simulations", 0, G_MAXUINT64, 1, flags), PstSweepOptions, seed);
  PST_OPTION_IN (klass, g_param_spec_string ("objective", "Objective", "The statistic that the best set has the best of", "sharpe", flags),
                 PstSweepOptions, objective);
  PST_OPTION_IN (klass,
                 g_param_spec_enum ("goal", "Goal", "Whether the objective is to be large or small; auto: what is good of that statistic",
                                    goal_get_type (), PST_SWEEP_GOAL_AUTO, flags),
                 PstSweepOptions, goal);
  PST_OPTION_IN (klass,
                 g_param_spec_boxed ("statistics", "Statistics", "Which statistics are kept of each set, beside the objective", G_TYPE_STRV,
                                     PST_OPTION_READWRITE),
                 PstSweepOptions, statistics);
  PST_OPTION_IN (klass, g_param_spec_uint ("top", "Top", "How many of the best sets are shown", 1, 10000, 10, flags), PstSweepOptions, top);
  PST_OPTION_IN (klass,
                 g_param_spec_string ("results", "Results", "The results file; NAME.sweep beside the pipeline file when it is not set", NULL,
                                      PST_OPTION_READWRITE | PST_OPTION_PATH),
                 PstSweepOptions, results);
}

static void
pst_sweep_options_class_init (PstSweepOptionsClass *klass)
{
  const GParamFlags flags = PST_OPTION_READWRITE | G_PARAM_CONSTRUCT;

  G_OBJECT_CLASS (klass)->finalize = pst_sweep_options_finalize;
  install_search (klass, flags);
  PST_OPTION_IN (klass,
                 g_param_spec_enum ("walk-forward", "Walk forward", "Search in one window, trade in the next, and so on", walk_get_type (),
                                    PST_SWEEP_WALK_NONE, flags),
                 PstSweepOptions, walk);
  PST_OPTION_IN (
      klass,
      g_param_spec_string ("in-sample", "In sample", "Length of a window that is searched: bars (500) or days (365d)", NULL, PST_OPTION_READWRITE),
      PstSweepOptions, in_sample);
  PST_OPTION_IN (klass,
                 g_param_spec_string ("out-of-sample", "Out of sample", "Length of a window that is traded: bars (125) or days (90d)", NULL,
                                      PST_OPTION_READWRITE),
                 PstSweepOptions, out_of_sample);
  PST_OPTION_IN (klass, g_param_spec_uint ("simulations", "Simulations", "Paths of a Monte Carlo simulation", 100, 1000000, 10000, flags),
                 PstSweepOptions, simulations);
  PST_OPTION_IN (klass,
                 g_param_spec_double ("block", "Block", "Mean length in days of the blocks in which returns are drawn; 0: by the number of returns",
                                      0, 100000, 0, flags),
                 PstSweepOptions, block);
}

static void
pst_sweep_options_init (PstSweepOptions *self)
{
}

PstSweepOptions *
pst_sweep_options_new (void)
{
  return g_object_new (PST_TYPE_SWEEP_OPTIONS, NULL);
}
