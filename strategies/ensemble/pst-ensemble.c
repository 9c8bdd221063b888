/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Members vote with the position that each would hold if it acted alone. Weights and thresholds are decimals, scores and limits integers at one
 * scale, so that a tie is a tie in every engine. */
#include "pst-ensemble.h"

#define MEMBERS_MAX 64
#define WEIGHT_SCALE 6
#define WEIGHT_MAX (G_GINT64_CONSTANT (1000000) * G_GINT64_CONSTANT (1000000)) /* at the scale */

struct _PstEnsemble
{
  PstSignalStrategy parent_instance;

  char **members;
  char **weights;
  PstDecimal *entry_threshold;
  PstDecimal *exit_threshold; /* nullable: as the other one */

  guint n_members;
  gint64 votes[MEMBERS_MAX]; /* weights at the scale */
};

typedef struct
{
  gpointer state;
  gint8 position;
  PstDirection direction;
} Member;

typedef struct
{
  Member *members;
  gint64 entry; /* least score of a position long; of a short one it is turned round */
  gint64 stay;  /* least score with which it is kept */
  guint warm_up;
  guint n_bars; /* up to the warm-up */
  gint8 position;
} State;

G_DEFINE_FINAL_TYPE (PstEnsemble, pst_ensemble, PST_TYPE_SIGNAL_STRATEGY)

PST_DEFINE_PLUGIN ("ensemble", STRATEGY, PstEnsemble, pst_ensemble_get_type)

static gint64
sum_votes (const PstEnsemble *self)
{
  gint64 sum = 0;

  for (guint i = 0; i < self->n_members; i++)
    sum += self->votes[i];
  return sum;
}

/* The least score that is @threshold of all votes or more; exact. */
static gint64
find_limit (const PstEnsemble *self, const PstDecimal *threshold)
{
  __int128 product = (__int128)sum_votes (self) * threshold->mantissa, one = pst_power_of_ten (threshold->scale);
  __int128 floor = product / one - (product % one < 0);

  return (gint64)(floor + (product - floor * one > 0));
}

static void
set_limits (const PstEnsemble *self, State *state)
{
  state->entry = find_limit (self, self->entry_threshold);
  state->stay = self->exit_threshold != NULL ? find_limit (self, self->exit_threshold) : state->entry;
}

static void
pst_ensemble_init_state (PstSignalStrategy *strategy, gpointer data)
{
  PstEnsemble *self = PST_ENSEMBLE (strategy);
  State *state = data;

  state->members = g_new0 (Member, self->n_members);
  for (guint i = 0; i < self->n_members; i++)
    {
      PstSignalStrategy *member = pst_signal_strategy_get_member (strategy, i);

      state->members[i].state = pst_signal_strategy_new_state (member);
      state->members[i].direction = pst_signal_strategy_get_direction (member);
    }
  set_limits (self, state);
  state->warm_up = pst_signal_strategy_get_warm_up (strategy);
}

static void
pst_ensemble_clear_state (PstSignalStrategy *strategy, gpointer data)
{
  PstEnsemble *self = PST_ENSEMBLE (strategy);
  State *state = data;

  for (guint i = 0; i < self->n_members; i++)
    pst_signal_strategy_free_state (pst_signal_strategy_get_member (strategy, i), state->members[i].state);
  g_clear_pointer (&state->members, g_free);
}

/* FALSE when a sum of a member overflowed. */
static gboolean
count_votes (PstEnsemble *self, State *state, const PstBar *bar, gint64 *score)
{
  *score = 0;
  for (guint i = 0; i < self->n_members; i++)
    {
      Member *member = &state->members[i];
      PstSignal signal;

      if (!pst_signal_strategy_take_bar (pst_signal_strategy_get_member (PST_SIGNAL_STRATEGY (self), i), member->state, bar, &signal))
        return FALSE;
      if (signal != PST_SIGNAL_NONE)
        member->position = (gint8)pst_signal_follow (member->position, pst_signal_heed (member->direction, signal));
      *score += member->position * self->votes[i];
    }
  return TRUE;
}

static gint
decide (const State *state, gint64 score)
{
  if (score >= state->entry)
    return 1;
  if (-score >= state->entry)
    return -1;
  return state->position * score >= state->stay ? state->position : 0;
}

static gboolean
pst_ensemble_on_bar (PstSignalStrategy *strategy, gpointer data, const PstBar *bar, PstSignal *signal)
{
  State *state = data;
  gint64 score;
  gint position;

  if (G_UNLIKELY (!count_votes ((PstEnsemble *)strategy, state, bar, &score)))
    return FALSE;
  if (state->n_bars < state->warm_up)
    {
      state->n_bars++;
      return TRUE;
    }
  position = decide (state, score);
  *signal = pst_signal_between (state->position, position);
  state->position = (gint8)position;
  return TRUE;
}

/* What members say, each over all bars; fewer bars when a sum of one overflowed. */
static gsize
ask_members (PstSignalStrategy *strategy, PstIndicatorColumns *columns, const guint8 **said)
{
  gsize n = pst_indicator_columns_get_bars (columns)->n_bars;

  for (guint k = 0; k < PST_ENSEMBLE (strategy)->n_members; k++)
    {
      guint8 *signals = pst_indicator_columns_get_scratch (columns);

      n = MIN (n, pst_signal_strategy_evaluate_columns (pst_signal_strategy_get_member (strategy, k), columns, signals));
      said[k] = signals;
    }
  return n;
}

static gsize
pst_ensemble_on_columns (PstSignalStrategy *strategy, PstIndicatorColumns *columns, guint8 *signals)
{
  PstEnsemble *self = PST_ENSEMBLE (strategy);
  const guint8 *said[MEMBERS_MAX];
  PstDirection directions[MEMBERS_MAX];
  gint8 positions[MEMBERS_MAX] = { 0 };
  gsize n = ask_members (strategy, columns, said);
  State state = { .warm_up = pst_signal_strategy_get_warm_up (strategy) };
  gint64 score = 0;

  set_limits (self, &state);
  for (guint k = 0; k < self->n_members; k++)
    directions[k] = pst_signal_strategy_get_direction (pst_signal_strategy_get_member (strategy, k));
  for (gsize i = 0; i < n; i++)
    {
      gint position;

      for (guint k = 0; k < self->n_members; k++)
        if (said[k][i] != PST_SIGNAL_NONE)
          {
            gint8 after = (gint8)pst_signal_follow (positions[k], pst_signal_heed (directions[k], (PstSignal)said[k][i]));

            score += (after - positions[k]) * self->votes[k];
            positions[k] = after;
          }
      signals[i] = PST_SIGNAL_NONE;
      if (i < state.warm_up)
        continue;
      position = decide (&state, score);
      signals[i] = (guint8)pst_signal_between (state.position, position);
      state.position = (gint8)position;
    }
  return n;
}

/* Nobody is outvoted by one who has seen too little to vote. */
static guint
pst_ensemble_get_warm_up (PstSignalStrategy *strategy)
{
  PstSignalStrategy *member;
  guint longest = 0;

  for (guint i = 0; (member = pst_signal_strategy_get_member (strategy, i)) != NULL; i++)
    longest = MAX (longest, pst_signal_strategy_get_warm_up (member));
  return longest;
}

static gboolean
pst_ensemble_get_member (PstSignalStrategy *strategy, guint index, const char **option, const char **name)
{
  char **members = PST_ENSEMBLE (strategy)->members;
  guint i = 0;

  while (members != NULL && members[i] != NULL && i < index)
    i++;
  if (members == NULL || members[i] == NULL)
    return FALSE;
  *option = "members";
  *name = members[i];
  return TRUE;
}

static gboolean
parse_weight (const char *text, gint64 *weight, GError **error)
{
  PstDecimal decimal;

  if (pst_decimal_parse (text, -1, &decimal, NULL) && pst_decimal_rescale (&decimal, WEIGHT_SCALE, PST_ROUND_EXACT, weight, NULL) && *weight > 0
      && *weight <= WEIGHT_MAX)
    return TRUE;
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE,
               "option \"weights\": \"%s\" is no weight; allowed are decimal numbers above 0, up to 1000000 and with up to %d decimals", text,
               WEIGHT_SCALE);
  return FALSE;
}

static gboolean
read_weights (PstEnsemble *self, GError **error)
{
  guint n_weights = self->weights != NULL ? g_strv_length (self->weights) : 0;

  self->n_members = self->members != NULL ? g_strv_length (self->members) : 0;
  if (self->n_members == 0 || self->n_members > MEMBERS_MAX)
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE,
                   "option \"members\" names %u strategies; name 1 to %d of this pipeline's, for example members=cross;rsi", self->n_members,
                   MEMBERS_MAX);
      return FALSE;
    }
  if (n_weights != 0 && n_weights != self->n_members)
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT,
                   "option \"weights\" has %u numbers and \"members\" %u names; give each member one, or none at all when all weigh the same",
                   n_weights, self->n_members);
      return FALSE;
    }
  for (guint i = 0; i < self->n_members; i++)
    if (n_weights == 0)
      self->votes[i] = 1;
    else if (!parse_weight (self->weights[i], &self->votes[i], error))
      return FALSE;
  return TRUE;
}

/* Whether all that may vote @side together reach the threshold. */
static gboolean
can_enter (PstEnsemble *self, gint side)
{
  gint64 score = 0;

  for (guint i = 0; i < self->n_members; i++)
    {
      PstDirection direction = pst_signal_strategy_get_direction (pst_signal_strategy_get_member (PST_SIGNAL_STRATEGY (self), i));

      if (direction != (side > 0 ? PST_DIRECTION_SHORT : PST_DIRECTION_LONG))
        score += self->votes[i];
    }
  return score >= find_limit (self, self->entry_threshold);
}

/* What could never happen is a mistake, most often members that are left at direction=long. */
static gboolean
check_directions (PstEnsemble *self, GError **error)
{
  PstDirection direction = pst_signal_strategy_get_direction (PST_SIGNAL_STRATEGY (self));
  gboolean never_long = direction != PST_DIRECTION_SHORT && !can_enter (self, 1);
  gboolean never_short = direction != PST_DIRECTION_LONG && !can_enter (self, -1);

  if (!never_long && !never_short)
    return TRUE;
  g_set_error (
      error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT,
      "the members that may be %s can never reach entry-threshold together; set direction=both in the groups of more members, or direction=%s "
      "here",
      never_long ? "long" : "short", never_long ? "short" : "long");
  return FALSE;
}

static gboolean
pst_ensemble_prepare (PstComponent *component, GError **error)
{
  PstEnsemble *self = PST_ENSEMBLE (component);

  if (self->entry_threshold->mantissa <= 0 || (self->exit_threshold != NULL && pst_decimal_compare (self->exit_threshold, self->entry_threshold) > 0))
    {
      g_autofree char *entry = pst_decimal_to_string (self->entry_threshold);
      g_autofree char *stay = self->exit_threshold != NULL ? pst_decimal_to_string (self->exit_threshold) : g_strdup ("not set");

      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT,
                   "entry-threshold is %s and exit-threshold is %s; entry-threshold must be above 0, and exit-threshold at most entry-threshold",
                   entry, stay);
      return FALSE;
    }
  return read_weights (self, error) && PST_COMPONENT_CLASS (pst_ensemble_parent_class)->prepare (component, error) && check_directions (self, error);
}

static void
pst_ensemble_class_init (PstEnsembleClass *klass)
{
  const GParamFlags with_default = PST_OPTION_READWRITE | G_PARAM_CONSTRUCT;
  PstSignalStrategyClass *signal_class = PST_SIGNAL_STRATEGY_CLASS (klass);

  PST_COMPONENT_CLASS (klass)->prepare = pst_ensemble_prepare;
  signal_class->state_size = sizeof (State);
  signal_class->init_state = pst_ensemble_init_state;
  signal_class->clear_state = pst_ensemble_clear_state;
  signal_class->on_bar = pst_ensemble_on_bar;
  signal_class->on_columns = pst_ensemble_on_columns;
  signal_class->get_warm_up = pst_ensemble_get_warm_up;
  signal_class->get_member = pst_ensemble_get_member;
  PST_OPTION_IN (klass,
                 g_param_spec_boxed ("members", "Members", "Strategies of this pipeline that vote, by name; they give no orders then", G_TYPE_STRV,
                                     PST_OPTION_READWRITE | PST_OPTION_REQUIRED),
                 PstEnsemble, members);
  PST_OPTION_IN (klass,
                 g_param_spec_boxed ("weights", "Weights", "Weight of each member, in their order; all weigh the same when not set", G_TYPE_STRV,
                                     PST_OPTION_READWRITE),
                 PstEnsemble, weights);
  PST_OPTION_IN (klass,
                 pst_param_spec_decimal ("entry-threshold", "Entry threshold", "Share of all weights, long less short, from which on to enter", "0",
                                         "1", "0.5", with_default),
                 PstEnsemble, entry_threshold);
  PST_OPTION_IN (klass,
                 pst_param_spec_decimal ("exit-threshold", "Exit threshold",
                                         "Share of all weights below which to exit, at most entry-threshold; when not set, the same", "-1", "1", NULL,
                                         PST_OPTION_READWRITE),
                 PstEnsemble, exit_threshold);
}

static void
pst_ensemble_init (PstEnsemble *self)
{
}
