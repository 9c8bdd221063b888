/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A trading state is on the disk when the call that changed it returns; everything else goes there soon, on the writer's thread. What cannot be read
 * counts as HALTED: nobody knows whether it was. */
#include "pst-run-memory.h"

#include <string.h>

#include "pst-state-writer.h"

#define GROUP "run"
#define GUARD_PREFIX "guard."
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

struct _PstRunMemory
{
  PstRunMemoryLinks links;
  char *path;
  gint64 interval_ns;
  gint64 next_ns;
  PstStateWriter *writer;
  PstStateFile *loaded; /* until the guards have theirs */
  gulong handler;
  gint64 before[N_COUNTERS];
  guint64 n_fills;  /* when it was last kept */
  guint64 n_orders; /* likewise */
  guint64 number;   /* of the last snapshot */
  char by[PST_NAME_SIZE];
  char reason[PST_REASON_SIZE];
  gint64 since_ns;
  char *release; /* why an operator lets the guards go on too */
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
    g_clear_signal_handler (&memory->handler, memory->links.gate);
  forget_guards (memory);
  g_clear_pointer (&memory->writer, pst_state_writer_free);
  g_clear_object (&memory->loaded);
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
describe_guard (PstGuard *guard)
{
  PstGuardClass *klass = PST_GUARD_GET_CLASS (guard);
  PstStateFile *state;

  if (klass->save_state == NULL)
    return NULL;
  state = pst_state_file_new (NULL, pst_component_get_name (PST_COMPONENT (guard)));
  klass->save_state (guard, state);
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

static void
add_guard (PstStateFile *file, const char *name, PstStateFile *state)
{
  g_auto (GStrv) keys = pst_state_file_list_keys (state);

  for (char **key = keys; *key != NULL; key++)
    {
      g_autofree char *full = g_strconcat (GUARD_PREFIX, name, ".", *key, NULL), *value = NULL;

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

/* (transfer full): what is to be kept now; @recorded: and told to the stores. */
static PstStateFile *
describe (PstRunMemory *memory, gboolean recorded)
{
  GPtrArray *guards = pst_pipeline_get_kind (memory->links.pipeline, PST_COMPONENT_KIND_GUARD);
  PstStateFile *file = describe_run (memory, memory->path);

  memory->number += recorded;
  memory->n_fills = memory->links.tally->n_fills;
  memory->n_orders = count_orders (memory->links.tally);
  if (recorded)
    record_all (memory, file, G_MAXUINT32);
  for (guint i = 0; i < guards->len; i++)
    {
      g_autoptr (PstStateFile) state = describe_guard (guards->pdata[i]);

      if (state == NULL)
        continue;
      add_guard (file, pst_component_get_name (guards->pdata[i]), state);
      if (recorded)
        record_all (memory, state, pst_component_get_index (guards->pdata[i]));
    }
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

static gboolean
check_owner (PstRunMemory *memory, PstStateFile *file, GError **error)
{
  g_autofree char *user = NULL, *pipeline = NULL;

  if (!pst_state_file_get_string (file, "user", &user, NULL) || !pst_state_file_get_string (file, "pipeline", &pipeline, NULL)
      || (strcmp (user, memory->links.run->user_id) == 0 && strcmp (pipeline, memory->links.run->pipeline) == 0))
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
      memory->since_ns = pst_clock_now_ns (memory->links.clock);
      memory->by[0] = '\0';
      return;
    }
  if (state == PST_TRADING_STATE_ACTIVE)
    return;
  audit (memory, PST_AUDIT_ACTOR_SYSTEM, NULL, "STATE_RESUMED", memory->reason, "", was);
  pst_gate_set_trading_state (memory->links.gate, state, find_component (memory, memory->by), memory->reason);
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

  memory->since_ns = pst_clock_now_ns (memory->links.clock);
  if (pst_state_file_load (file, &unreadable) && !check_owner (memory, file, error))
    return FALSE;
  if (unreadable == NULL && !pst_state_file_is_empty (file))
    read_state (memory, file, &state, &unreadable);
  if (unreadable != NULL)
    {
      state = PST_TRADING_STATE_HALTED;
      g_strlcpy (memory->reason, UNREADABLE, sizeof memory->reason);
      memset (memory->before, 0, sizeof memory->before);
      raise_alert (memory, "The run's state cannot be read; trading is halted", unreadable->message);
    }
  find_release (memory, file, release);
  resume (memory, state);
  if (unreadable == NULL)
    memory->loaded = g_steal_pointer (&file);
  memory->handler = g_signal_connect (memory->links.gate, "trading-state-changed", G_CALLBACK (on_trading_state_changed), memory);
  if (memory->interval_ns > 0 && !pst_add_checked (pst_clock_now_ns (memory->links.clock), memory->interval_ns, &memory->next_ns))
    memory->next_ns = G_MAXINT64;
  return TRUE;
}

/* (transfer full): what the file says of a guard, under the guard's own keys. */
static PstStateFile *
extract_guard (PstRunMemory *memory, const char *name)
{
  g_autofree char *prefix = g_strconcat (GUARD_PREFIX, name, ".", NULL);
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

static void
restore_guard (PstRunMemory *memory, PstGuard *guard)
{
  PstComponent *component = PST_COMPONENT (guard);
  g_autoptr (PstStateFile) state = extract_guard (memory, pst_component_get_name (component));
  g_autoptr (GError) error = NULL;

  if (pst_state_file_is_empty (state) || PST_GUARD_GET_CLASS (guard)->load_state == NULL)
    return;
  if (PST_GUARD_GET_CLASS (guard)->load_state (guard, state, &error))
    {
      audit (memory, PST_AUDIT_ACTOR_COMPONENT, component, "GUARD_STATE_LOADED", "restart", "", "");
      return;
    }
  raise_alert (memory, "What a guard remembered cannot be read; trading is halted", error != NULL ? error->message : "it did not say why");
  pst_gate_set_trading_state (memory->links.gate, PST_TRADING_STATE_HALTED, pst_component_get_index (component), UNREADABLE);
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

  for (guint i = 0; memory->loaded != NULL && i < guards->len; i++)
    restore_guard (memory, guards->pdata[i]);
  for (guint i = 0; memory->release != NULL && i < guards->len; i++)
    if (pst_component_has_action (guards->pdata[i], "release"))
      pst_component_act (guards->pdata[i], "release", memory->release, NULL);
  g_clear_object (&memory->loaded);
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
 * pst_run_memory_tick:
 * @memory: a memory
 * @time_ns: of the tick that ends
 *
 * Takes a snapshot of the state when the interval is over, and keeps counters and guards when something was asked for or filled.
 */
void
pst_run_memory_tick (PstRunMemory *memory, gint64 time_ns)
{
  gboolean due = time_ns >= memory->next_ns;
  g_autoptr (GError) error = NULL;

  if (G_LIKELY (!due && memory->links.tally->n_fills == memory->n_fills && count_orders (memory->links.tally) == memory->n_orders))
    return;
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
 *
 * The run's last snapshot of its state.
 */
void
pst_run_memory_close (PstRunMemory *memory)
{
  g_autoptr (PstStateFile) file = describe (memory, TRUE);

  save_now (memory, file);
}
