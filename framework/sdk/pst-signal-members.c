/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Strategies that are made of others. The owner names them as the pipeline file does; being named makes a strategy a member: it gives signals and no
 * orders. Each owner keeps a member's state of its own, so one strategy can be a member of several, and what it says still follows from bars alone.
 */
#include "pst-signal-members-private.h"

#include <string.h>

static gboolean
name_member (PstSignalStrategy *strategy, guint index, const char **option, const char **name)
{
  PstSignalStrategyClass *klass = PST_SIGNAL_STRATEGY_GET_CLASS (strategy);

  return klass->get_member != NULL && klass->get_member (strategy, index, option, name);
}

static gboolean
names (PstSignalStrategy *strategy, const char *wanted)
{
  const char *option, *name;

  for (guint i = 0; name_member (strategy, i, &option, &name); i++)
    if (strcmp (name, wanted) == 0)
      return TRUE;
  return FALSE;
}

PstSignalStrategy *
pst_signal_members_find_owner (PstSignalStrategy *strategy)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (strategy));
  const char *name = pst_component_get_name (PST_COMPONENT (strategy));
  PstComponent *other;

  for (guint32 i = 0; (other = pst_context_get_component (context, i)) != NULL; i++)
    if (other != PST_COMPONENT (strategy) && PST_IS_SIGNAL_STRATEGY (other) && names (PST_SIGNAL_STRATEGY (other), name))
      return PST_SIGNAL_STRATEGY (other);
  return NULL;
}

/* "; did you mean ...; strategies that give signals: cross, rsi" */
static char *
describe_choice (PstSignalStrategy *strategy, const char *wanted)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (strategy));
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  g_autofree char *joined = NULL;
  const char *nearest;
  PstComponent *other;

  for (guint32 i = 0; (other = pst_context_get_component (context, i)) != NULL; i++)
    if (other != PST_COMPONENT (strategy) && PST_IS_SIGNAL_STRATEGY (other))
      g_ptr_array_add (list, (gpointer)pst_component_get_name (other));
  if (list->len == 0)
    return g_strdup ("the pipeline has no other strategy that gives signals; add a group such as [strategy cross] with plugin=sma-cross");
  g_ptr_array_add (list, NULL);
  nearest = pst_nearest_name (wanted, (const char *const *)list->pdata);
  joined = g_strjoinv (", ", (char **)list->pdata);
  return g_strdup_printf ("%s%s%sstrategies that give signals: %s", nearest != NULL ? "did you mean \"" : "", nearest != NULL ? nearest : "",
                          nearest != NULL ? "\"? " : "", joined);
}

static PstSignalStrategy *
find_member (PstSignalStrategy *strategy, const char *option, const char *name, GError **error)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (strategy));
  PstComponent *found = pst_context_find_component (context, PST_COMPONENT_KIND_STRATEGY, name);
  g_autofree char *choice = NULL;

  if (found != NULL && PST_IS_SIGNAL_STRATEGY (found))
    return PST_SIGNAL_STRATEGY (found);
  choice = describe_choice (strategy, name);
  if (found == NULL)
    g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN, "option \"%s\": there is no [strategy %s]; %s", option, name, choice);
  else
    g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "option \"%s\": [strategy %s] is a %s, which gives orders and no signals; %s",
                 option, name, pst_component_get_plugin (found), choice);
  return NULL;
}

/* Whether @from is made of @goal, over however many steps; @path becomes the names on the way. */
static gboolean
leads_to (PstSignalStrategy *from, PstSignalStrategy *goal, GHashTable *seen, GPtrArray *path)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (goal));
  const char *option, *name;

  if (from == goal)
    return TRUE;
  if (!g_hash_table_add (seen, from))
    return FALSE;
  for (guint i = 0; name_member (from, i, &option, &name); i++)
    {
      PstComponent *member = pst_context_find_component (context, PST_COMPONENT_KIND_STRATEGY, name);

      if (member == NULL || !PST_IS_SIGNAL_STRATEGY (member))
        continue;
      g_ptr_array_add (path, (gpointer)name);
      if (leads_to (PST_SIGNAL_STRATEGY (member), goal, seen, path))
        return TRUE;
      g_ptr_array_set_size (path, (int)path->len - 1);
    }
  return FALSE;
}

static gboolean
check_no_cycle (PstSignalStrategy *strategy, PstSignalStrategy *member, const char *option, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  g_autoptr (GPtrArray) path = g_ptr_array_new ();
  g_autofree char *text = NULL;

  g_ptr_array_add (path, (gpointer)pst_component_get_name (PST_COMPONENT (strategy)));
  g_ptr_array_add (path, (gpointer)pst_component_get_name (PST_COMPONENT (member)));
  if (!leads_to (member, strategy, seen, path))
    return TRUE;
  g_ptr_array_add (path, NULL);
  text = g_strjoinv (" -> ", (char **)path->pdata);
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, "option \"%s\": a strategy cannot be made of itself: %s", option, text);
  return FALSE;
}

gboolean
pst_signal_members_resolve (PstSignalStrategy *strategy, GPtrArray *members, GError **error)
{
  const char *option, *name;

  g_ptr_array_set_size (members, 0);
  for (guint i = 0; name_member (strategy, i, &option, &name); i++)
    {
      PstSignalStrategy *member = find_member (strategy, option, name, error);

      if (member == NULL || !check_no_cycle (strategy, member, option, error))
        return FALSE;
      if (g_ptr_array_find (members, member, NULL))
        {
          g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, "option \"%s\": [strategy %s] is named twice; name it once", option, name);
          return FALSE;
        }
      g_ptr_array_add (members, member);
    }
  return TRUE;
}

void
pst_signal_members_replace (GPtrArray *members, GPtrArray *family)
{
  for (guint i = 0; i < members->len; i++)
    for (guint k = 0; k < family->len; k++)
      if (strcmp (pst_component_get_name (members->pdata[i]), pst_component_get_name (family->pdata[k])) == 0)
        members->pdata[i] = family->pdata[k];
}

char *
pst_signal_members_explain (PstSignalStrategy *strategy)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (strategy));
  PstComponent *other;

  for (guint32 i = 0; (other = pst_context_get_component (context, i)) != NULL; i++)
    {
      g_autoptr (GPtrArray) members = g_ptr_array_new ();
      g_autoptr (GError) error = NULL;

      if (other != PST_COMPONENT (strategy) && PST_IS_SIGNAL_STRATEGY (other)
          && !pst_signal_members_resolve (PST_SIGNAL_STRATEGY (other), members, &error))
        return g_strdup_printf ("[strategy %s] %s", pst_component_get_name (other), error->message);
    }
  return NULL;
}

gboolean
pst_signal_members_check_silent (PstSignalStrategy *strategy, PstSignalStrategy *owner, GError **error)
{
  guint n_options;
  g_autofree GParamSpec **options = pst_option_list (PST_TYPE_SIGNAL_STRATEGY, &n_options);

  for (guint i = 0; i < n_options; i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;

      if (options[i]->owner_type != PST_TYPE_SIGNAL_STRATEGY || strcmp (options[i]->name, "direction") == 0)
        continue;
      g_value_init (&value, G_PARAM_SPEC_VALUE_TYPE (options[i]));
      g_object_get_property (G_OBJECT (strategy), options[i]->name, &value);
      if (g_param_value_defaults (options[i], &value))
        continue;
      g_set_error (
          error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT,
          "option \"%s\" would do nothing: [strategy %s] is made of this strategy, which therefore gives no orders; set it there, and take it "
          "away here",
          options[i]->name, pst_component_get_name (PST_COMPONENT (owner)));
      return FALSE;
    }
  return TRUE;
}

/**
 * pst_signal_strategy_new_state: (skip)
 * @strategy: a prepared strategy
 *
 * Makes what it keeps of one instrument, before the first bar. Any thread, but one at a time.
 *
 * Returns: (transfer full): the state, for pst_signal_strategy_free_state()
 */
gpointer
pst_signal_strategy_new_state (PstSignalStrategy *strategy)
{
  PstSignalStrategyClass *klass;
  gpointer state;

  g_return_val_if_fail (PST_IS_SIGNAL_STRATEGY (strategy), NULL);

  klass = PST_SIGNAL_STRATEGY_GET_CLASS (strategy);
  state = g_malloc0 (MAX (klass->state_size, 1));
  klass->init_state (strategy, state);
  return state;
}

/**
 * pst_signal_strategy_free_state: (skip)
 * @strategy: whose it is
 * @state: (transfer full) (nullable): a state
 *
 * Frees it. Any thread, but one at a time.
 */
void
pst_signal_strategy_free_state (PstSignalStrategy *strategy, gpointer state)
{
  PstSignalStrategyClass *klass = PST_SIGNAL_STRATEGY_GET_CLASS (strategy);

  if (state != NULL && klass->clear_state != NULL)
    klass->clear_state (strategy, state);
  g_free (state);
}

/**
 * pst_signal_strategy_take_bar: (skip)
 * @strategy: whose state it is
 * @state: what it keeps of an instrument
 * @bar: the instrument's next bar
 * @signal: (out): what that says
 *
 * Shows it a bar. Without a type check: it is called at every one. Any thread, but one at a time.
 *
 * Returns: %FALSE when a sum overflowed
 */
gboolean
pst_signal_strategy_take_bar (PstSignalStrategy *strategy, gpointer state, const PstBar *bar, PstSignal *signal)
{
  *signal = PST_SIGNAL_NONE;
  return PST_SIGNAL_STRATEGY_GET_CLASS (strategy)->on_bar (strategy, state, bar, signal);
}

/**
 * pst_signal_heed:
 * @direction: which positions may be taken
 * @signal: what was said
 *
 * Leaves of a signal what concerns these positions. Any thread.
 *
 * Returns: the rest of it
 */
PstSignal
pst_signal_heed (PstDirection direction, PstSignal signal)
{
  guint mask = (direction != PST_DIRECTION_SHORT ? PST_SIGNAL_ENTER_LONG | PST_SIGNAL_EXIT_LONG : 0)
               | (direction != PST_DIRECTION_LONG ? PST_SIGNAL_ENTER_SHORT | PST_SIGNAL_EXIT_SHORT : 0);

  return (PstSignal)(signal & mask);
}

/**
 * pst_signal_follow:
 * @position: -1 (short), 0 or 1 (long)
 * @heeded: a signal of which all is heeded
 *
 * What the position becomes: an entry comes first, long before short; an exit ends only the position that it is about. Any thread.
 *
 * Returns: -1, 0 or 1
 */
gint
pst_signal_follow (gint position, PstSignal heeded)
{
  if (heeded & PST_SIGNAL_ENTER_LONG)
    return 1;
  if (heeded & PST_SIGNAL_ENTER_SHORT)
    return -1;
  if ((position > 0 && (heeded & PST_SIGNAL_EXIT_LONG)) || (position < 0 && (heeded & PST_SIGNAL_EXIT_SHORT)))
    return 0;
  return position;
}

/**
 * pst_signal_between:
 * @before: -1 (short), 0 or 1 (long)
 * @after: the same
 *
 * The signal that leads from one position to another. Any thread.
 *
 * Returns: the signal, of which all is news
 */
PstSignal
pst_signal_between (gint before, gint after)
{
  guint signal = PST_SIGNAL_NONE;

  if (before > 0 && after <= 0)
    signal |= PST_SIGNAL_EXIT_LONG;
  if (before < 0 && after >= 0)
    signal |= PST_SIGNAL_EXIT_SHORT;
  if (after > 0 && before <= 0)
    signal |= PST_SIGNAL_ENTER_LONG;
  if (after < 0 && before >= 0)
    signal |= PST_SIGNAL_ENTER_SHORT;
  return (PstSignal)signal;
}
