/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One mutex a run, held for as long as it takes to copy a record in or a list out. Everything is bounded: what is open by the run's own limits, what
 * is over by the newest N. */

#include "pst-host-view-private.h"

/* Changes of options whose outcome is remembered for who waits for it. */
#define CHANGES_MAX 64

static void
option_free (gpointer data)
{
  PstHostOption *option = data;

  g_param_spec_unref (option->option);
  g_free (option->value);
  g_free (option);
}

static void
component_free (gpointer data)
{
  PstHostComponent *component = data;

  g_ptr_array_unref (component->options);
  g_strfreev (component->actions);
  g_hash_table_unref (component->state);
  g_free (component);
}

static void
change_free (gpointer data)
{
  g_free (((PstHostChange *)data)->refusal);
  g_free (data);
}

/**
 * pst_host_view_new:
 * @list_max: how many closed orders, fills, points of equity and alerts are kept, of each the newest
 *
 * Returns: (transfer full): an empty view
 */
PstHostView *
pst_host_view_new (guint list_max)
{
  PstHostView *view = g_atomic_rc_box_new0 (PstHostView);

  g_mutex_init (&view->lock);
  g_cond_init (&view->changed);
  view->components = g_ptr_array_new_with_free_func (component_free);
  view->instruments = g_array_new (FALSE, TRUE, sizeof (PstInstrumentRecord));
  view->orders = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, (GDestroyNotify)pst_order_free);
  view->positions = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  pst_host_ring_init (&view->closed, sizeof (guint64), list_max);
  pst_host_ring_init (&view->fills, sizeof (PstFill), list_max);
  pst_host_ring_init (&view->points, sizeof (PstHostPoint), list_max);
  pst_host_ring_init (&view->alerts, sizeof (PstHostAlert), list_max);
  view->trading = PST_TRADING_STATE_ACTIVE;
  return view;
}

static void
view_clear (gpointer data)
{
  PstHostView *view = data;

  g_ptr_array_unref (view->components);
  g_array_unref (view->instruments);
  g_hash_table_unref (view->orders);
  g_hash_table_unref (view->positions);
  pst_host_ring_clear (&view->closed);
  pst_host_ring_clear (&view->fills);
  pst_host_ring_clear (&view->points);
  pst_host_ring_clear (&view->alerts);
  g_queue_clear_full (&view->changes, change_free);
  g_cond_clear (&view->changed);
  g_mutex_clear (&view->lock);
}

PstHostView *
pst_host_view_ref (PstHostView *view)
{
  return g_atomic_rc_box_acquire (view);
}

void
pst_host_view_unref (PstHostView *view)
{
  g_atomic_rc_box_release_full (view, view_clear);
}

/* (transfer full): signals with G_SIGNAL_ACTION of its type. */
static char **
list_actions (PstComponent *component)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint n_ids;

  for (GType type = G_OBJECT_TYPE (component); type != PST_TYPE_COMPONENT && type != G_TYPE_OBJECT; type = g_type_parent (type))
    {
      g_autofree guint *ids = g_signal_list_ids (type, &n_ids);

      for (guint i = 0; i < n_ids; i++)
        if (pst_component_has_action (component, g_signal_name (ids[i])))
          g_strv_builder_add (builder, g_signal_name (ids[i]));
    }
  return g_strv_builder_end (builder);
}

/**
 * pst_host_view_add_component:
 * @view: a view
 * @component: the next component of the run, in order of index
 *
 * Takes down a component. On the thread that built the run.
 */
void
pst_host_view_add_component (PstHostView *view, PstComponent *component)
{
  PstHostComponent *kept = g_new0 (PstHostComponent, 1);

  kept->name = g_intern_string (pst_component_get_name (component));
  kept->plugin = g_intern_string (pst_component_get_plugin (component));
  kept->kind = pst_component_get_kind (component);
  kept->options = g_ptr_array_new_with_free_func (option_free);
  kept->actions = list_actions (component);
  kept->state = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_mutex_lock (&view->lock);
  g_ptr_array_add (view->components, kept);
  g_mutex_unlock (&view->lock);
}

/**
 * pst_host_view_set_option:
 * @view: a view
 * @component: index of a component
 * @option: one of its options
 * @value: (nullable): as it is shown; %NULL when it must not be
 *
 * Takes down what an option is set to. Any thread.
 */
void
pst_host_view_set_option (PstHostView *view, guint32 component, GParamSpec *option, const char *value)
{
  PstHostComponent *kept;
  PstHostOption *found = NULL;

  g_mutex_lock (&view->lock);
  kept = view->components->pdata[component];
  for (guint i = 0; i < kept->options->len && found == NULL; i++)
    if (((PstHostOption *)kept->options->pdata[i])->option == option)
      found = kept->options->pdata[i];
  if (found == NULL)
    {
      found = g_new0 (PstHostOption, 1);
      found->option = g_param_spec_ref (option);
      g_ptr_array_add (kept->options, found);
    }
  g_free (found->value);
  found->value = g_strdup (value);
  g_mutex_unlock (&view->lock);
}

/**
 * pst_host_view_dup_option:
 * @view: a view
 * @component: index of a component
 * @option: one of its options
 *
 * Returns: (transfer full) (nullable): its value as it is shown; %NULL when it must not be
 */
char *
pst_host_view_dup_option (PstHostView *view, guint32 component, GParamSpec *option)
{
  const PstHostComponent *kept;
  char *value = NULL;

  g_mutex_lock (&view->lock);
  kept = view->components->pdata[component];
  for (guint i = 0; i < kept->options->len; i++)
    if (((const PstHostOption *)kept->options->pdata[i])->option == option)
      value = g_strdup (((const PstHostOption *)kept->options->pdata[i])->value);
  g_mutex_unlock (&view->lock);
  return value;
}

guint64
pst_host_view_ask_change (PstHostView *view)
{
  guint64 number;

  g_mutex_lock (&view->lock);
  number = ++view->n_changes_asked;
  g_mutex_unlock (&view->lock);
  return number;
}

void
pst_host_view_unask_change (PstHostView *view)
{
  g_mutex_lock (&view->lock);
  view->n_changes_asked--;
  g_mutex_unlock (&view->lock);
}

/**
 * pst_host_view_take_change:
 * @view: a view
 * @refusal: (nullable): why it was not made
 *
 * The run takes changes in the order in which it was asked for them. On the run's thread.
 */
void
pst_host_view_take_change (PstHostView *view, const char *refusal)
{
  PstHostChange *change;

  g_mutex_lock (&view->lock);
  /* What a component of the run changed by itself nobody waits for. */
  if (view->n_changes_taken < view->n_changes_asked)
    {
      change = g_new (PstHostChange, 1);
      *change = (PstHostChange){ ++view->n_changes_taken, g_strdup (refusal) };
      g_queue_push_tail (&view->changes, change);
      if (g_queue_get_length (&view->changes) > CHANGES_MAX)
        change_free (g_queue_pop_head (&view->changes));
      g_cond_broadcast (&view->changed);
    }
  g_mutex_unlock (&view->lock);
}

/**
 * pst_host_view_wait_for_change:
 * @view: a view
 * @number: as pst_host_view_ask_change() said
 * @timeout_ns: for how long
 * @refusal: (out) (transfer full) (nullable): why it was not made
 *
 * Waits until the run has taken a change of an option. Any thread but the run's.
 *
 * Returns: %FALSE when it has not by then
 */
gboolean
pst_host_view_wait_for_change (PstHostView *view, guint64 number, gint64 timeout_ns, char **refusal)
{
  gint64 end_us = g_get_monotonic_time () + timeout_ns / 1000;
  gboolean taken;

  g_mutex_lock (&view->lock);
  while (view->n_changes_taken < number && view->run.state == PST_RUN_STATE_RUNNING)
    if (!g_cond_wait_until (&view->changed, &view->lock, end_us))
      break;
  taken = view->n_changes_taken >= number;
  for (GList *at = view->changes.head; at != NULL; at = at->next)
    if (((const PstHostChange *)at->data)->number == number)
      *refusal = g_strdup (((const PstHostChange *)at->data)->refusal);
  g_mutex_unlock (&view->lock);
  return taken;
}

static void
close_order (PstHostView *view, guint64 id)
{
  guint64 evicted;

  if (pst_host_ring_add (&view->closed, &id, &evicted))
    g_hash_table_remove (view->orders, &evicted);
}

static void
take_order (PstHostView *view, const PstOrder *order)
{
  PstOrder *known = g_hash_table_lookup (view->orders, &order->id);
  gboolean is_final = pst_order_state_is_final (order->state), was_final = known != NULL && pst_order_state_is_final (known->state);

  if (known == NULL)
    {
      PstOrder *copy = pst_order_copy (order);

      g_hash_table_insert (view->orders, &copy->id, copy);
      view->n_orders++;
      view->n_open += !is_final;
    }
  else
    {
      *known = *order;
      view->n_open += (guint)was_final - (guint)is_final;
    }
  if (is_final && !was_final)
    {
      view->n_denied += order->state == PST_ORDER_STATE_DENIED;
      view->n_rejected += order->state == PST_ORDER_STATE_REJECTED;
      close_order (view, order->id);
    }
}

static void
take_position (PstHostView *view, const PstPosition *position)
{
  gint64 key = (gint64)((guint64)position->strategy << 32 | position->instrument);
  PstHostPosition *known = g_hash_table_lookup (view->positions, &key);

  if (known == NULL)
    {
      known = g_new0 (PstHostPosition, 1);
      known->key = key;
      g_hash_table_insert (view->positions, &known->key, known);
    }
  known->position = *position;
}

static PstHostComponent *
find (PstHostView *view, guint32 index)
{
  return index < view->components->len ? view->components->pdata[index] : NULL;
}

static void
take_verdict (PstHostView *view, const PstVerdictRecord *verdict, gint64 time_ns)
{
  PstHostComponent *guard = find (view, verdict->component);

  if (guard == NULL || verdict->verdict.passed)
    return;
  guard->n_denied++;
  guard->denial = verdict->verdict;
  guard->denied_ns = time_ns;
}

static void
take_state (PstHostView *view, const PstStateRecord *state, gint64 time_ns)
{
  PstHostComponent *component = find (view, state->component);

  if (component == NULL)
    return;
  /* A new snapshot says all: what it does not say any more is forgotten. */
  if (component->state_number != state->number)
    g_hash_table_remove_all (component->state);
  component->state_number = state->number;
  component->state_ns = time_ns;
  g_hash_table_replace (component->state, g_strdup (state->key), g_strdup (state->value));
}

static void
take_instrument (PstHostView *view, const PstInstrumentRecord *instrument)
{
  if (instrument->index >= view->instruments->len)
    g_array_set_size (view->instruments, instrument->index + 1);
  g_array_index (view->instruments, PstInstrumentRecord, instrument->index) = *instrument;
}

static void
take_trading (PstHostView *view, const PstRecord *record)
{
  view->trading = record->trading_state.to;
  view->trading_record = record->trading_state;
  view->trading_ns = record->time_ns;
  g_cond_broadcast (&view->changed);
}

static void
take_rest (PstHostView *view, const PstRecord *record)
{
  if (record->kind == PST_RECORD_TICK)
    {
      PstHostPoint point = { record->time_ns, record->tick };

      pst_host_ring_add (&view->points, &point, NULL);
    }
  else if (record->kind == PST_RECORD_ALERT)
    {
      PstHostAlert alert = { record->time_ns, record->alert };

      pst_host_ring_add (&view->alerts, &alert, NULL);
    }
  else if (record->kind == PST_RECORD_RUN)
    {
      view->run = record->run;
      g_cond_broadcast (&view->changed);
    }
  else if (record->kind == PST_RECORD_INSTRUMENT)
    take_instrument (view, &record->instrument);
}

/**
 * pst_host_view_set_status:
 * @view: a view
 * @component: index of a store
 * @status: how it keeps up
 *
 * Takes down how a store keeps up. The run's thread.
 */
void
pst_host_view_set_status (PstHostView *view, guint32 component, const PstStoreStatus *status)
{
  PstHostComponent *store;

  g_mutex_lock (&view->lock);
  store = find (view, component);
  if (store != NULL)
    store->status = *status;
  g_mutex_unlock (&view->lock);
}

/**
 * pst_host_view_take:
 * @view: a view
 * @record: the run's next record
 *
 * Brings the view up to date. The run's thread.
 */
void
pst_host_view_take (PstHostView *view, const PstRecord *record)
{
  g_mutex_lock (&view->lock);
  view->n_records++;
  view->last_ns = record->time_ns;
  if (record->kind == PST_RECORD_ORDER || record->kind == PST_RECORD_INTENT)
    take_order (view, &record->order);
  else if (record->kind == PST_RECORD_FILL)
    pst_host_ring_add (&view->fills, &record->fill, NULL);
  else if (record->kind == PST_RECORD_POSITION)
    take_position (view, &record->position);
  else if (record->kind == PST_RECORD_VERDICT)
    take_verdict (view, &record->verdict, record->time_ns);
  else if (record->kind == PST_RECORD_STATE)
    take_state (view, &record->state, record->time_ns);
  else if (record->kind == PST_RECORD_TRADING_STATE)
    take_trading (view, record);
  else
    take_rest (view, record);
  g_mutex_unlock (&view->lock);
}

PstTradingState
pst_host_view_get_trading_state (PstHostView *view)
{
  PstTradingState state;

  g_mutex_lock (&view->lock);
  state = view->trading;
  g_mutex_unlock (&view->lock);
  return state;
}

/**
 * pst_host_view_find_component:
 * @view: a view
 * @name: a component's name; names are unique in a run
 * @kind: (out): its kind
 *
 * Returns: (transfer none) (nullable): the name, interned
 */
const char *
pst_host_view_find_component (PstHostView *view, const char *name, PstComponentKind *kind)
{
  const char *found = NULL;

  g_mutex_lock (&view->lock);
  for (guint i = 0; i < view->components->len && found == NULL; i++)
    {
      const PstHostComponent *component = view->components->pdata[i];

      if (strcmp (component->name, name) != 0)
        continue;
      found = component->name;
      *kind = component->kind;
    }
  g_mutex_unlock (&view->lock);
  return found;
}

static GParamSpec *
find_option (const PstHostComponent *component, const char *name)
{
  for (guint i = 0; i < component->options->len; i++)
    {
      GParamSpec *option = ((const PstHostOption *)component->options->pdata[i])->option;

      if (strcmp (option->name, name) == 0)
        return g_param_spec_ref (option);
    }
  return NULL;
}

/**
 * pst_host_view_find_option:
 * @view: a view
 * @component: a component's name
 * @option: an option's
 * @index: (out): the component's
 *
 * Returns: (transfer full) (nullable): the option
 */
GParamSpec *
pst_host_view_find_option (PstHostView *view, const char *component, const char *option, guint32 *index)
{
  GParamSpec *found = NULL;

  g_mutex_lock (&view->lock);
  for (*index = 0; *index < view->components->len; (*index)++)
    if (strcmp (((const PstHostComponent *)view->components->pdata[*index])->name, component) == 0)
      {
        found = find_option (view->components->pdata[*index], option);
        break;
      }
  g_mutex_unlock (&view->lock);
  return found;
}

/**
 * pst_host_view_list_guards_with:
 * @view: a view
 * @action: an action
 *
 * Returns: (transfer full): names of the guards that have it
 */
char **
pst_host_view_list_guards_with (PstHostView *view, const char *action)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_mutex_lock (&view->lock);
  for (guint i = 0; i < view->components->len; i++)
    {
      const PstHostComponent *component = view->components->pdata[i];

      if (component->kind == PST_COMPONENT_KIND_GUARD && g_strv_contains ((const char *const *)component->actions, action))
        g_strv_builder_add (builder, component->name);
    }
  g_mutex_unlock (&view->lock);
  return g_strv_builder_end (builder);
}

/**
 * pst_host_view_wait_for_trading:
 * @view: a view
 * @state: what is waited for
 * @timeout_ns: for how long
 *
 * Waits until the run has told that trading is in @state. Any thread but the run's.
 *
 * Returns: %FALSE when it has not by then
 */
gboolean
pst_host_view_wait_for_trading (PstHostView *view, PstTradingState state, gint64 timeout_ns)
{
  gint64 end_us = g_get_monotonic_time () + timeout_ns / 1000;
  gboolean reached;

  g_mutex_lock (&view->lock);
  while (view->trading != state && view->run.state == PST_RUN_STATE_RUNNING)
    if (!g_cond_wait_until (&view->changed, &view->lock, end_us))
      break;
  reached = view->trading == state;
  g_mutex_unlock (&view->lock);
  return reached;
}
