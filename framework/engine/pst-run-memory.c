/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A trading state is on the disk when the call that changed it returns; everything else goes there soon, on the writer's thread. What cannot be read
 * counts as HALTED: nobody knows whether it was. */
#include "pst-run-memory.h"

#include <glib/gstdio.h>
#include <string.h>

#include "pst-state-writer.h"

#define GROUP "run"
#define UNREADABLE "state_unreadable"

/* Since the state file was begun, over all runs. */
enum
{
  COUNTER_RUNS,
  COUNTER_TICKS,
  COUNTER_ORDERS,
  COUNTER_DENIED,
  COUNTER_REJECTED,
  COUNTER_FILLS,
  N_COUNTERS
};

static const char *const counter_names[N_COUNTERS] = { "runs", "ticks", "orders", "denied", "rejected", "fills" };
static const char *const state_names[] = { "", "ACTIVE", "REDUCING", "HALTED" };

/* Kinds of components that remember something, and what their keys begin with in the file. */
static const struct
{
  PstComponentKind kind;
  const char *prefix;
} kinds[] = { { PST_COMPONENT_KIND_GUARD, "guard." }, { PST_COMPONENT_KIND_STRATEGY, "strategy." } };

struct _PstRunMemory
{
  PstRunMemoryLinks links;
  char *path;
  gint64 interval_ns;
  gint64 next_ns;
  PstStateWriter *writer;
  PstStateFile *loaded; /* what components remembered */
  GHashTable *recorded; /* strategy -> what was recorded last, as text */
  gboolean touched;     /* a strategy may remember something else since the last tick */
  gulong handler, order_handler;
  gint64 before[N_COUNTERS];
  guint64 n_fills;  /* when it was last kept */
  guint64 n_orders; /* likewise */
  guint64 number;   /* of the last snapshot */
  char by[PST_NAME_SIZE];
  char reason[PST_REASON_SIZE];
  gint64 since_ns;
  gboolean continued; /* the same run goes on */
  char *release;      /* why an operator lets the guards go on too */
};

/**
 * pst_run_memory_new:
 * @links: what it works with
 * @path: (nullable): the state file
 * @interval_ns: between two snapshots of the state; 0: only one, at the end
 *
 * Returns: (transfer full): a memory that remembers nothing yet
 */
PstRunMemory *
pst_run_memory_new (const PstRunMemoryLinks *links, const char *path, gint64 interval_ns)
{
  PstRunMemory *memory = g_new0 (PstRunMemory, 1);

  memory->links = *links;
  memory->path = g_strdup (path);
  memory->interval_ns = interval_ns;
  memory->next_ns = G_MAXINT64;
  memory->writer = pst_state_writer_new ();
  memory->recorded = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  return memory;
}

static void
forget_guards (PstRunMemory *memory)
{
  GPtrArray *guards = pst_pipeline_get_kind (memory->links.pipeline, PST_COMPONENT_KIND_GUARD);

  for (guint i = 0; i < guards->len; i++)
    g_signal_handlers_disconnect_by_data (guards->pdata[i], memory);
}

/**
 * pst_run_memory_free:
 * @memory: (nullable) (transfer full): a memory
 */
void
pst_run_memory_free (PstRunMemory *memory)
{
  if (memory == NULL)
    return;
  if (memory->handler != 0)
    {
      g_clear_signal_handler (&memory->handler, memory->links.gate);
      g_clear_signal_handler (&memory->order_handler, memory->links.gate);
    }
  forget_guards (memory);
  g_clear_pointer (&memory->writer, pst_state_writer_free);
  g_clear_object (&memory->loaded);
  g_hash_table_unref (memory->recorded);
  g_free (memory->path);
  g_free (memory->release);
  g_free (memory);
}

static void
audit (PstRunMemory *memory, PstAuditActor kind, PstComponent *component, const char *action, const char *why, const char *before, const char *after)
{
  PstRecord record = { .kind = PST_RECORD_AUDIT, .audit = { .actor_kind = kind, .component = G_MAXUINT32 } };

  if (component != NULL)
    {
      pst_context_audit (pst_component_get_context (component), component, action, why, before, after);
      return;
    }
  if (kind == PST_AUDIT_ACTOR_OPERATOR)
    pst_copy_text (record.audit.actor, sizeof record.audit.actor, memory->links.run->user_id);
  pst_copy_text (record.audit.action, sizeof record.audit.action, action);
  pst_copy_text (record.audit.why, sizeof record.audit.why, why);
  pst_copy_text (record.audit.before, sizeof record.audit.before, before);
  pst_copy_text (record.audit.after, sizeof record.audit.after, after);
  pst_recorder_append (memory->links.recorder, &record);
}

static void
raise_alert (PstRunMemory *memory, const char *title, const char *message)
{
  PstRecord record = { .kind = PST_RECORD_ALERT, .alert = { .severity = PST_SEVERITY_CRITICAL, .component = G_MAXUINT32, .category = "system" } };

  pst_copy_text (record.alert.title, sizeof record.alert.title, title);
  pst_copy_text (record.alert.message, sizeof record.alert.message, message);
  pst_recorder_append (memory->links.recorder, &record);
}

static void
count (PstRunMemory *memory, gint64 counters[N_COUNTERS])
{
  const PstTally *tally = memory->links.tally;

  memcpy (counters, memory->before, sizeof memory->before);
  counters[COUNTER_RUNS]++;
  counters[COUNTER_TICKS] += (gint64)tally->n_ticks;
  counters[COUNTER_FILLS] += (gint64)tally->n_fills;
  for (guint i = 0; i < tally->strategies->len; i++)
    {
      const PstStrategyTally *strategy = &g_array_index (tally->strategies, PstStrategyTally, i);

      counters[COUNTER_ORDERS] += (gint64)strategy->n_orders;
      counters[COUNTER_DENIED] += (gint64)strategy->n_denied;
      counters[COUNTER_REJECTED] += (gint64)strategy->n_rejected;
    }
}

/* What the run itself remembers. */
static PstStateFile *
describe_run (PstRunMemory *memory, const char *path)
{
  PstStateFile *file = pst_state_file_new (path, GROUP);
  const PstEquity *equity = pst_portfolio_get_equity (memory->links.portfolio);
  PstMoney profit = { memory->links.run->currency, equity->realised_profit };
  gint64 counters[N_COUNTERS];

  pst_state_file_set_string (file, "user", memory->links.run->user_id);
  pst_state_file_set_string (file, "pipeline", memory->links.run->pipeline);
  pst_state_file_set_string (file, "run-id", memory->links.run->run_id);
  pst_state_file_set_time (file, "time", pst_clock_now_ns (memory->links.clock));
  pst_state_file_set_string (file, "trading-state", state_names[pst_gate_get_trading_state (memory->links.gate)]);
  pst_state_file_set_string (file, "reason", memory->reason);
  pst_state_file_set_string (file, "by", memory->by);
  pst_state_file_set_time (file, "since", memory->since_ns);
  count (memory, counters);
  for (guint i = 0; i < N_COUNTERS; i++)
    pst_state_file_set_int64 (file, counter_names[i], counters[i]);
  pst_state_file_set_money (file, "run-realised-profit", &profit);
  return file;
}

/* (transfer full) (nullable) */
static PstStateFile *
describe_component (PstComponent *component)
{
  PstComponentClass *klass = PST_COMPONENT_GET_CLASS (component);
  PstStateFile *state;

  if (klass->save_state == NULL)
    return NULL;
  state = pst_state_file_new (NULL, pst_component_get_name (component));
  klass->save_state (component, state);
  return state;
}

static void
record_all (PstRunMemory *memory, PstStateFile *state, guint32 component)
{
  g_auto (GStrv) keys = pst_state_file_list_keys (state);

  for (char **key = keys; *key != NULL; key++)
    {
      PstRecord record = { .kind = PST_RECORD_STATE, .state = { .number = memory->number, .component = component } };
      g_autofree char *value = NULL;

      if (!pst_state_file_get_string (state, *key, &value, NULL))
        continue;
      pst_copy_text (record.state.key, sizeof record.state.key, *key);
      pst_copy_text (record.state.value, sizeof record.state.value, value);
      pst_recorder_append (memory->links.recorder, &record);
    }
}

/* (transfer full): to see whether it is the same again. */
static char *
write_state (PstStateFile *state)
{
  g_auto (GStrv) keys = pst_state_file_list_keys (state);
  GString *text = g_string_new (NULL);

  for (char **key = keys; *key != NULL; key++)
    {
      g_autofree char *value = NULL;

      if (pst_state_file_get_string (state, *key, &value, NULL))
        g_string_append_printf (text, "%s=%s\n", *key, value);
    }
  return g_string_free (text, FALSE);
}

static void
add_component (PstStateFile *file, const char *prefix, const char *name, PstStateFile *state)
{
  g_auto (GStrv) keys = pst_state_file_list_keys (state);

  for (char **key = keys; *key != NULL; key++)
    {
      g_autofree char *full = g_strconcat (prefix, name, ".", *key, NULL), *value = NULL;

      if (pst_state_file_get_string (state, *key, &value, NULL))
        pst_state_file_set_string (file, full, value);
    }
}

static guint64
count_orders (const PstTally *tally)
{
  guint64 n_orders = 0;

  for (guint i = 0; i < tally->strategies->len; i++)
    n_orders += g_array_index (tally->strategies, PstStrategyTally, i).n_orders;
  return n_orders;
}

static void
add_kind (PstRunMemory *memory, PstStateFile *file, guint which, gboolean recorded)
{
  GPtrArray *components = pst_pipeline_get_kind (memory->links.pipeline, kinds[which].kind);

  for (guint i = 0; i < components->len; i++)
    {
      g_autoptr (PstStateFile) state = describe_component (components->pdata[i]);

      if (state == NULL)
        continue;
      add_component (file, kinds[which].prefix, pst_component_get_name (components->pdata[i]), state);
      if (recorded)
        record_all (memory, state, pst_component_get_index (components->pdata[i]));
    }
}

/* (transfer full): what is to be kept now; @recorded: and told to the stores. */
static PstStateFile *
describe (PstRunMemory *memory, gboolean recorded)
{
  PstStateFile *file = describe_run (memory, memory->path);

  memory->number += recorded;
  memory->n_fills = memory->links.tally->n_fills;
  memory->n_orders = count_orders (memory->links.tally);
  if (recorded)
    record_all (memory, file, G_MAXUINT32);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    add_kind (memory, file, i, recorded);
  return file;
}

static void
save_now (PstRunMemory *memory, PstStateFile *file)
{
  g_autoptr (GError) error = NULL;

  if (!pst_state_writer_save (memory->writer, file, &error))
    raise_alert (memory, "The run's state cannot be kept", error->message);
}

static void
on_trading_state_changed (PstGate *gate, const PstRecord *record, gpointer user_data)
{
  PstRunMemory *memory = user_data;
  PstComponent *component = pst_pipeline_get_component (memory->links.pipeline, record->trading_state.component);
  g_autoptr (PstStateFile) file = NULL;

  pst_copy_text (memory->by, sizeof memory->by, component != NULL ? pst_component_get_name (component) : "");
  pst_copy_text (memory->reason, sizeof memory->reason, record->trading_state.reason);
  memory->since_ns = pst_clock_now_ns (memory->links.clock);
  file = describe (memory, FALSE);
  save_now (memory, file);
}

/* An order that ends without a fill changes what its strategy waits for. */
static void
on_order_changed (PstGate *gate, const PstOrder *order, gpointer user_data)
{
  if (pst_order_state_is_final (order->state))
    pst_run_memory_touch (user_data);
}

static void
on_memory_changed (PstGuard *guard, gpointer user_data)
{
  PstRunMemory *memory = user_data;
  g_autoptr (PstStateFile) file = describe (memory, FALSE);

  save_now (memory, file);
}

static guint32
find_component (PstRunMemory *memory, const char *name)
{
  for (guint i = 0; i < pst_pipeline_get_n_components (memory->links.pipeline); i++)
    if (strcmp (pst_component_get_name (pst_pipeline_get_component (memory->links.pipeline, i)), name) == 0)
      return i;
  return G_MAXUINT32;
}

/* One that does not say whose it is counts as ours. */
static gboolean
is_ours (PstRunMemory *memory, PstStateFile *file, char **user, char **pipeline)
{
  return !pst_state_file_get_string (file, "user", user, NULL) || !pst_state_file_get_string (file, "pipeline", pipeline, NULL)
         || (strcmp (*user, memory->links.run->user_id) == 0 && strcmp (*pipeline, memory->links.run->pipeline) == 0);
}

static gboolean
check_owner (PstRunMemory *memory, PstStateFile *file, GError **error)
{
  g_autofree char *user = NULL, *pipeline = NULL;

  if (is_ours (memory, file, &user, &pipeline))
    return TRUE;
  g_set_error (error, PST_RUN_ERROR, PST_RUN_ERROR_WIRING,
               "the state file \"%s\" is that of pipeline \"%s\" of user \"%s\"; give each pipeline a state-file of its own", memory->path, pipeline,
               user);
  return FALSE;
}

/* FALSE: it cannot be understood. */
static gboolean
read_state (PstRunMemory *memory, PstStateFile *file, PstTradingState *state, GError **error)
{
  g_autofree char *name = NULL, *reason = NULL, *by = NULL;

  if (!pst_state_file_get_string (file, "trading-state", &name, error) || !pst_state_file_get_string (file, "reason", &reason, error)
      || !pst_state_file_get_string (file, "by", &by, error) || !pst_state_file_get_time (file, "since", &memory->since_ns, error))
    return FALSE;
  for (guint i = 0; i < N_COUNTERS; i++)
    if (!pst_state_file_get_int64 (file, counter_names[i], &memory->before[i], error))
      return FALSE;
  pst_copy_text (memory->reason, sizeof memory->reason, reason);
  pst_copy_text (memory->by, sizeof memory->by, by);
  for (*state = PST_TRADING_STATE_ACTIVE; *state <= PST_TRADING_STATE_HALTED; (*state)++)
    if (strcmp (state_names[*state], name) == 0)
      return TRUE;
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT, "state file \"%s\" says that trading was %s, which is no state", memory->path, name);
  return FALSE;
}

/* Of the run's own journal and the state file the tighter holds: each may have been written without the other. */
static PstTradingState
read_tighter (PstRunMemory *memory, PstStateFile *file, GError **error)
{
  PstTradingState known = pst_gate_get_trading_state (memory->links.gate), state = PST_TRADING_STATE_ACTIVE;
  char by[PST_NAME_SIZE], reason[PST_REASON_SIZE];
  gint64 since_ns = memory->since_ns;

  memcpy (by, memory->by, sizeof by);
  memcpy (reason, memory->reason, sizeof reason);
  if (!pst_state_file_is_empty (file) && !read_state (memory, file, &state, error))
    return state;
  if (!memory->continued || state > known)
    return state;
  memcpy (memory->by, by, sizeof by);
  memcpy (memory->reason, reason, sizeof reason);
  memory->since_ns = since_ns;
  return known;
}

/* What the state file counted of this very run is counted by its tally again. */
static void
take_off_own_counts (PstRunMemory *memory)
{
  gint64 own[N_COUNTERS], before[N_COUNTERS];

  memcpy (before, memory->before, sizeof before);
  memset (memory->before, 0, sizeof memory->before);
  count (memory, own);
  for (guint i = 0; i < N_COUNTERS; i++)
    memory->before[i] = MAX (before[i] - own[i], 0);
}

/* What "penstock state release" left behind counts like a release at the start. */
static void
find_release (PstRunMemory *memory, PstStateFile *file, const char *release)
{
  g_autofree char *by = NULL, *reason = NULL;

  if (release != NULL)
    memory->release = g_strdup (release);
  else if (pst_state_file_get_string (file, "released-by", &by, NULL) && pst_state_file_get_string (file, "release-reason", &reason, NULL))
    memory->release = g_strdup_printf ("%s (by %s)", reason, by);
}

/* The state of before holds from the first order on, and so does an operator's word. */
static void
resume (PstRunMemory *memory, PstTradingState state)
{
  g_autofree char *was = g_strdup_printf ("%s %s", state_names[state], memory->reason);

  if (memory->release != NULL)
    {
      if (state != PST_TRADING_STATE_ACTIVE)
        audit (memory, PST_AUDIT_ACTOR_OPERATOR, NULL, "TRADING_RELEASED", memory->release, was, "ACTIVE");
      pst_copy_text (memory->reason, sizeof memory->reason, state != PST_TRADING_STATE_ACTIVE ? memory->release : memory->reason);
      pst_gate_set_trading_state (memory->links.gate, PST_TRADING_STATE_ACTIVE, G_MAXUINT32, memory->release);
      memory->since_ns = pst_clock_now_ns (memory->links.clock);
      memory->by[0] = '\0';
      return;
    }
  if (state == PST_TRADING_STATE_ACTIVE)
    return;
  audit (memory, PST_AUDIT_ACTOR_SYSTEM, NULL, "STATE_RESUMED", memory->reason, "", was);
  pst_gate_set_trading_state (memory->links.gate, state, find_component (memory, memory->by), memory->reason);
}

/* (transfer full): what was loaded of a component, under its own keys. */
static PstStateFile *
extract_component (PstRunMemory *memory, const char *kind, const char *name)
{
  g_autofree char *prefix = g_strconcat (kind, name, ".", NULL);
  g_auto (GStrv) keys = pst_state_file_list_keys (memory->loaded);
  PstStateFile *state = pst_state_file_new (NULL, name);

  for (char **key = keys; *key != NULL; key++)
    {
      g_autofree char *value = NULL;

      if (g_str_has_prefix (*key, prefix) && pst_state_file_get_string (memory->loaded, *key, &value, NULL))
        pst_state_file_set_string (state, *key + strlen (prefix), value);
    }
  return state;
}

/**
 * pst_run_memory_continue:
 * @memory: a memory that is not loaded
 * @state: (nullable): the last change of the trading state in the run's journal
 * @since_ns: when that was
 * @n_snapshots: number of the last snapshot of the state there
 *
 * The same run goes on.
 */
void
pst_run_memory_continue (PstRunMemory *memory, const PstTradingStateRecord *state, gint64 since_ns, guint64 n_snapshots)
{
  PstComponent *component = state != NULL ? pst_pipeline_get_component (memory->links.pipeline, state->component) : NULL;

  memory->continued = TRUE;
  memory->number = n_snapshots;
  memory->since_ns = since_ns;
  if (state == NULL)
    return;
  pst_copy_text (memory->reason, sizeof memory->reason, state->reason);
  pst_copy_text (memory->by, sizeof memory->by, component != NULL ? pst_component_get_name (component) : "");
}

/**
 * pst_run_memory_add_state:
 * @memory: a memory that was loaded
 * @guard: a guard
 * @state: what the run's journal says that it remembered
 *
 * The state file is as new or newer, where there is one.
 */
void
pst_run_memory_add_state (PstRunMemory *memory, PstComponent *guard, PstStateFile *state)
{
  g_autoptr (PstStateFile) known = NULL;

  if (memory->loaded == NULL)
    memory->loaded = pst_state_file_new (NULL, GROUP);
  known = extract_component (memory, kinds[0].prefix, pst_component_get_name (guard));
  if (pst_state_file_is_empty (known))
    add_component (memory->loaded, kinds[0].prefix, pst_component_get_name (guard), state);
}

/**
 * pst_run_memory_adopt:
 * @memory: a memory that has not loaded
 * @old_path: where an older version kept it
 *
 * Moves the file of before to where it belongs now, once. One that cannot be understood is moved too: trading is halted then, as it would have been.
 */
void
pst_run_memory_adopt (PstRunMemory *memory, const char *old_path)
{
  g_autoptr (PstStateFile) old = pst_state_file_new (old_path, GROUP);
  g_autofree char *user = NULL, *pipeline = NULL;

  if (memory->path == NULL || g_file_test (memory->path, G_FILE_TEST_EXISTS) || !g_file_test (old_path, G_FILE_TEST_EXISTS))
    return;
  if (pst_state_file_load (old, NULL) && !is_ours (memory, old, &user, &pipeline))
    return;
  /* What cannot be moved is read where it is, and kept there. */
  if (g_rename (old_path, memory->path) == 0)
    return;
  g_free (memory->path);
  memory->path = g_strdup (old_path);
}

/**
 * pst_run_memory_load:
 * @memory: a memory
 * @release: (nullable): an operator lets trading go on, and this is why
 * @error: return location
 *
 * Reads the state file, and sets the trading state that it says. Errors: %PST_RUN_ERROR_WIRING when the file is another pipeline's.
 *
 * Returns: whether the run may go on
 */
gboolean
pst_run_memory_load (PstRunMemory *memory, const char *release, GError **error)
{
  g_autoptr (PstStateFile) file = pst_state_file_new (memory->path, GROUP);
  PstTradingState state = PST_TRADING_STATE_ACTIVE;
  g_autoptr (GError) unreadable = NULL;

  if (!memory->continued)
    memory->since_ns = pst_clock_now_ns (memory->links.clock);
  if (pst_state_file_load (file, &unreadable) && !check_owner (memory, file, error))
    return FALSE;
  if (unreadable == NULL)
    state = read_tighter (memory, file, &unreadable);
  if (unreadable != NULL)
    {
      state = PST_TRADING_STATE_HALTED;
      g_strlcpy (memory->reason, UNREADABLE, sizeof memory->reason);
      memset (memory->before, 0, sizeof memory->before);
      raise_alert (memory, "The run's state cannot be read; trading is halted", unreadable->message);
    }
  if (memory->continued)
    take_off_own_counts (memory);
  find_release (memory, file, release);
  resume (memory, state);
  if (unreadable == NULL)
    memory->loaded = g_steal_pointer (&file);
  memory->handler = g_signal_connect (memory->links.gate, "trading-state-changed", G_CALLBACK (on_trading_state_changed), memory);
  memory->order_handler = g_signal_connect (memory->links.gate, "order-changed", G_CALLBACK (on_order_changed), memory);
  if (memory->interval_ns > 0 && !pst_add_checked (pst_clock_now_ns (memory->links.clock), memory->interval_ns, &memory->next_ns))
    memory->next_ns = G_MAXINT64;
  return TRUE;
}

/**
 * pst_run_memory_restore_component:
 * @memory: a memory
 * @component: a started component
 * @state: what it remembered; nothing happens when that is nothing
 *
 * Gives it back. One that cannot understand it halts the run.
 */
void
pst_run_memory_restore_component (PstRunMemory *memory, PstComponent *component, PstStateFile *state)
{
  PstComponentClass *klass = PST_COMPONENT_GET_CLASS (component);
  gboolean is_guard = pst_component_get_kind (component) == PST_COMPONENT_KIND_GUARD;
  g_autoptr (GError) error = NULL;

  if (pst_state_file_is_empty (state) || klass->load_state == NULL)
    return;
  if (klass->load_state (component, state, &error))
    {
      /* The journal has it: it is recorded when it is something else. */
      if (memory->continued && !is_guard)
        g_hash_table_insert (memory->recorded, component, write_state (state));
      audit (memory, PST_AUDIT_ACTOR_COMPONENT, component, is_guard ? "GUARD_STATE_LOADED" : "STRATEGY_STATE_LOADED", "restart", "", "");
      return;
    }
  raise_alert (
      memory, is_guard ? "What a guard remembered cannot be read; trading is halted" : "What a strategy remembered cannot be read; trading is halted",
      error != NULL ? error->message : "it did not say why");
  pst_gate_set_trading_state (memory->links.gate, PST_TRADING_STATE_HALTED, pst_component_get_index (component), UNREADABLE);
}

static void
restore_kind (PstRunMemory *memory, guint which)
{
  GPtrArray *components = pst_pipeline_get_kind (memory->links.pipeline, kinds[which].kind);

  for (guint i = 0; memory->loaded != NULL && i < components->len; i++)
    {
      PstComponent *component = components->pdata[i];
      g_autoptr (PstStateFile) state = extract_component (memory, kinds[which].prefix, pst_component_get_name (component));

      pst_run_memory_restore_component (memory, component, state);
    }
}

/**
 * pst_run_memory_restore_guards:
 * @memory: a memory that was loaded
 *
 * Gives started guards back what they remembered, then lets kill switches go that an operator released.
 */
void
pst_run_memory_restore_guards (PstRunMemory *memory)
{
  GPtrArray *guards = pst_pipeline_get_kind (memory->links.pipeline, PST_COMPONENT_KIND_GUARD);

  restore_kind (memory, 0);
  for (guint i = 0; memory->release != NULL && i < guards->len; i++)
    if (pst_component_has_action (guards->pdata[i], "release"))
      pst_component_act (guards->pdata[i], "release", memory->release, NULL);
  for (guint i = 0; i < guards->len; i++)
    g_signal_connect (guards->pdata[i], "memory-changed", G_CALLBACK (on_memory_changed), memory);
  /* A release holds once: it is gone from the file before the first order. */
  if (memory->release != NULL)
    {
      g_autoptr (PstStateFile) file = describe (memory, FALSE);

      save_now (memory, file);
    }
}

/**
 * pst_run_memory_restore_strategies:
 * @memory: a memory that was loaded
 *
 * Gives started strategies back what they remembered when a new run has the account of the one before.
 */
void
pst_run_memory_restore_strategies (PstRunMemory *memory)
{
  restore_kind (memory, 1);
}

/**
 * pst_run_memory_touch:
 * @memory: a memory
 *
 * A strategy did something after which it may remember something else.
 */
void
pst_run_memory_touch (PstRunMemory *memory)
{
  memory->touched = TRUE;
}

/* What a strategy remembers belongs to what it did: it is recorded in the same tick, if it is not what was recorded last. */
static void
record_strategies (PstRunMemory *memory)
{
  GPtrArray *strategies = pst_pipeline_get_kind (memory->links.pipeline, PST_COMPONENT_KIND_STRATEGY);

  for (guint i = 0; i < strategies->len; i++)
    {
      g_autoptr (PstStateFile) state = describe_component (strategies->pdata[i]);
      g_autofree char *text = NULL;

      if (state == NULL)
        continue;
      text = write_state (state);
      if (g_strcmp0 (g_hash_table_lookup (memory->recorded, strategies->pdata[i]), text) == 0)
        continue;
      g_hash_table_insert (memory->recorded, strategies->pdata[i], g_steal_pointer (&text));
      memory->number++;
      record_all (memory, state, pst_component_get_index (strategies->pdata[i]));
    }
}

/**
 * pst_run_memory_tick:
 * @memory: a memory
 * @time_ns: of the tick that ends
 *
 * Takes a snapshot of the state when the interval is over, records what strategies remember when that is something else, and keeps counters and
 * guards when something was asked for or filled.
 */
void
pst_run_memory_tick (PstRunMemory *memory, gint64 time_ns)
{
  gboolean due = time_ns >= memory->next_ns;
  g_autoptr (GError) error = NULL;

  if (G_LIKELY (!due && !memory->touched && memory->links.tally->n_fills == memory->n_fills
                && count_orders (memory->links.tally) == memory->n_orders))
    return;
  memory->touched = FALSE;
  record_strategies (memory);
  if (due && !pst_add_checked (time_ns, memory->interval_ns, &memory->next_ns))
    memory->next_ns = G_MAXINT64;
  pst_state_writer_put (memory->writer, describe (memory, due));
  error = pst_state_writer_take_error (memory->writer);
  if (error != NULL)
    raise_alert (memory, "The run's state cannot be kept", error->message);
}

/**
 * pst_run_memory_close:
 * @memory: a memory
 * @recorded: whether stores are to be told; not when they were, and the host was restarted then
 *
 * The run's last snapshot of its state.
 */
void
pst_run_memory_close (PstRunMemory *memory, gboolean recorded)
{
  g_autoptr (PstStateFile) file = describe (memory, recorded);

  save_now (memory, file);
}
