/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The run's object is made, executed and unmade on its thread; others see it through its view and its mailbox, under a lock that the run's thread
 * takes only where its life turns. What a state says has been kept by the registry before anyone sees it. docs/design/0016 says why each run has a
 * thread. */

#include "pst-host-past.h"
#include "pst-host-private.h"

#include <string.h>

#define TICKS_A_LOOK 16

struct _PstHostRun
{
  PstHostShared *shared;
  GMutex lock;
  GCond changed;
  PstHostEntry *entry;  /* its state, times and reason change under the lock */
  PstRunState state;    /* of the registry's, once it has it */
  gboolean active;      /* there is a thread that has not come to its end */
  gboolean was_running; /* in this process */
  gboolean restored;    /* its host crashed */
  gboolean stop_asked;
  char *stop_reason;
  PstRun *run; /* while it can be commanded; the thread's own */
  GThread *thread;
  PstHostView *view;
  PstHostFeed *feed;
};

static void
shared_clear (gpointer data)
{
  PstHostShared *shared = data;

  g_clear_object (&shared->catalogue);
  g_clear_object (&shared->clock);
  g_clear_object (&shared->settings);
  g_clear_pointer (&shared->registry, pst_host_registry_unref);
  g_clear_pointer (&shared->publisher, pst_host_publisher_unref);
}

PstHostShared *
pst_host_shared_ref (PstHostShared *shared)
{
  return g_atomic_rc_box_acquire (shared);
}

void
pst_host_shared_unref (PstHostShared *shared)
{
  g_atomic_rc_box_release_full (shared, shared_clear);
}

/**
 * pst_host_run_new:
 * @shared: what it uses of its host
 * @entry: (transfer full): how the registry has it
 *
 * Returns: (transfer full): a run that is not started
 */
PstHostRun *
pst_host_run_new (PstHostShared *shared, PstHostEntry *entry)
{
  PstHostRun *run = g_atomic_rc_box_new0 (PstHostRun);

  g_mutex_init (&run->lock);
  g_cond_init (&run->changed);
  run->shared = pst_host_shared_ref (shared);
  run->entry = entry;
  run->state = entry->state;
  if (run->state <= PST_RUN_STATE_RUNNING)
    run->view = pst_host_view_new (shared->settings->list_max);
  run->feed = pst_host_feed_new (shared->publisher, entry->user, entry->run_id, run->view);
  return run;
}

PstHostRun *
pst_host_run_ref (PstHostRun *run)
{
  return g_atomic_rc_box_acquire (run);
}

static void
run_clear (gpointer data)
{
  PstHostRun *run = data;

  if (run->thread == g_thread_self ())
    g_thread_unref (run->thread);
  else if (run->thread != NULL)
    g_thread_join (run->thread);
  g_clear_pointer (&run->feed, pst_host_feed_unref);
  g_clear_pointer (&run->view, pst_host_view_unref);
  g_clear_pointer (&run->entry, pst_host_entry_free);
  g_free (run->stop_reason);
  g_cond_clear (&run->changed);
  g_mutex_clear (&run->lock);
  pst_host_shared_unref (run->shared);
}

void
pst_host_run_unref (PstHostRun *run)
{
  g_atomic_rc_box_release_full (run, run_clear);
}

const char *
pst_host_run_get_user (PstHostRun *run)
{
  return run->entry->user;
}

const char *
pst_host_run_get_id (PstHostRun *run)
{
  return run->entry->run_id;
}

PstRunState
pst_host_run_get_state (PstHostRun *run)
{
  PstRunState state;

  g_mutex_lock (&run->lock);
  state = run->state;
  g_mutex_unlock (&run->lock);
  return state;
}

gboolean
pst_host_run_is_active (PstHostRun *run)
{
  gboolean active;

  g_mutex_lock (&run->lock);
  active = run->active;
  g_mutex_unlock (&run->lock);
  return active;
}

gint64
pst_host_run_get_created_ns (PstHostRun *run)
{
  return run->entry->created_ns;
}

gint64
pst_host_run_get_ended_ns (PstHostRun *run)
{
  gint64 ended_ns;

  g_mutex_lock (&run->lock);
  ended_ns = run->entry->ended_ns;
  g_mutex_unlock (&run->lock);
  return ended_ns;
}

/**
 * pst_host_run_dup_entry:
 * @run: a run
 *
 * Returns: (transfer full): how it stands
 */
PstHostEntry *
pst_host_run_dup_entry (PstHostRun *run)
{
  PstHostEntry *entry;

  g_mutex_lock (&run->lock);
  entry = pst_host_entry_copy (run->entry);
  entry->state = run->state;
  /* While its end is written down it has not ended yet. */
  if (run->active)
    {
      entry->ended_ns = 0;
      g_clear_pointer (&entry->reason, g_free);
    }
  g_mutex_unlock (&run->lock);
  return entry;
}

PstHostView *
pst_host_run_dup_view (PstHostRun *run)
{
  PstHostView *view;

  g_mutex_lock (&run->lock);
  view = run->view != NULL ? pst_host_view_ref (run->view) : NULL;
  g_mutex_unlock (&run->lock);
  return view;
}

void
pst_host_run_drop_view (PstHostRun *run)
{
  PstHostView *view = NULL;
  PstHostFeed *feed = NULL;

  g_mutex_lock (&run->lock);
  if (!run->active && run->state > PST_RUN_STATE_RUNNING)
    {
      view = g_steal_pointer (&run->view);
      feed = g_steal_pointer (&run->feed);
    }
  g_mutex_unlock (&run->lock);
  g_clear_pointer (&view, pst_host_view_unref);
  g_clear_pointer (&feed, pst_host_feed_unref);
}

static void
tell_state (PstHostRun *run, PstHostFeed *feed, const char *state, const char *reason)
{
  GVariantBuilder builder;
  char time[PST_TIME_TEXT_SIZE];

  pst_time_print (pst_clock_now_ns (run->shared->clock), time);
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&builder, "{sv}", "state", g_variant_new_string (state));
  g_variant_builder_add (&builder, "{sv}", "reason", g_variant_new_string (reason != NULL ? reason : ""));
  g_variant_builder_add (&builder, "{sv}", "time", g_variant_new_string (time));
  pst_host_feed_tell (feed, "run-state", g_variant_builder_end (&builder));
}

/**
 * pst_host_run_announce:
 * @run: a run
 * @state: "CREATED" or "REMOVED"
 *
 * Publishes that a run is there, or is no more. Any thread.
 */
void
pst_host_run_announce (PstHostRun *run, const char *state)
{
  /* One of its own: what ended has none any more. */
  g_autoptr (PstHostFeed) feed = pst_host_feed_new (run->shared->publisher, run->entry->user, run->entry->run_id, NULL);

  tell_state (run, feed, state, NULL);
}

/* The run's thread: everyone may know now what the registry has known since before. */
static void
set_running (PstHostRun *run)
{
  g_mutex_lock (&run->lock);
  run->state = PST_RUN_STATE_RUNNING;
  run->was_running = TRUE;
  g_cond_broadcast (&run->changed);
  g_mutex_unlock (&run->lock);
  tell_state (run, run->feed, pst_run_state_to_string (PST_RUN_STATE_RUNNING), NULL);
}

/* How the stores keep up, which they tell on the run's thread only: every second or so of a run with ten ticks a second, and at its end. */
static void
look_at_stores (PstHostRun *run)
{
  for (guint i = 0; i < pst_run_get_n_components (run->run); i++)
    {
      PstComponent *component = pst_run_get_component (run->run, i);
      PstStoreStatus status;

      if (!PST_IS_STORE (component))
        continue;
      pst_store_get_status (PST_STORE (component), &status);
      pst_host_view_set_status (run->view, i, &status);
    }
}

static void
add_options (PstHostRun *run, PstComponent *component)
{
  guint n_options;
  g_autofree GParamSpec **options = pst_option_list (G_OBJECT_TYPE (component), &n_options);

  for (guint i = 0; i < n_options; i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;
      g_autofree char *text = NULL;

      if ((options[i]->flags & PST_OPTION_SECRET) == 0
          && !pst_host_source_hides (run->entry->source, pst_component_get_kind (component), pst_component_get_name (component), options[i]->name))
        {
          g_value_init (&value, G_PARAM_SPEC_VALUE_TYPE (options[i]));
          g_object_get_property (G_OBJECT (component), options[i]->name, &value);
          text = pst_option_to_string (options[i], &value);
        }
      pst_host_view_set_option (run->view, pst_component_get_index (component), options[i], text);
    }
}

/* What is shown is what the component has now, also when it was asked for something else. */
static void
take_change (PstHostRun *run, const PstNoteRecord *note)
{
  const char *reason = strstr (note->detail, "reason=");

  if (strcmp (note->name, "OPTION_CHANGED") == 0)
    {
      add_options (run, pst_run_get_component (run->run, note->component));
      pst_host_view_take_change (run->view, NULL);
    }
  else if (strcmp (note->name, "OPTION_REFUSED") == 0)
    pst_host_view_take_change (run->view, reason != NULL ? reason + strlen ("reason=") : note->detail);
}

static void
on_record (const PstRecord *record, gpointer user_data)
{
  PstHostRun *run = user_data;

  if (G_UNLIKELY ((record->kind == PST_RECORD_TICK && record->tick.tick % TICKS_A_LOOK == 0) || record->kind == PST_RECORD_RUN))
    look_at_stores (run);

  if (record->kind == PST_RECORD_NOTE)
    take_change (run, &record->note);
  pst_host_view_take (run->view, record);
  pst_host_feed_take (run->feed, record);
}

static void
on_state_changed (PstRun *built, const PstRecord *record, gpointer user_data)
{
  if (record->run.state == PST_RUN_STATE_RUNNING)
    set_running (user_data);
}

static PstRun *
build (PstHostRun *run, PstResume resume, GError **error)
{
  return pst_host_source_build (run->entry->source, run->shared->catalogue, run->entry->user, run->entry->run_id, resume, error);
}

static void
connect_to (PstHostRun *run, PstRun *built)
{
  for (guint i = 0; i < pst_run_get_n_components (built); i++)
    {
      pst_host_view_add_component (run->view, pst_run_get_component (built, i));
      add_options (run, pst_run_get_component (built, i));
    }
  pst_run_set_listener (built, on_record, run);
  g_signal_connect (built, "state-changed", G_CALLBACK (on_state_changed), run);
}

/* From now on, or no longer, others may command it. */
static void
offer (PstHostRun *run, PstRun *built)
{
  g_mutex_lock (&run->lock);
  run->run = built;
  if (built != NULL && run->stop_asked)
    pst_run_interrupt (built);
  g_mutex_unlock (&run->lock);
}

static gboolean
execute (PstHostRun *run, PstRun *built, GError **error)
{
  gboolean ended;

  connect_to (run, built);
  offer (run, built);
  ended = pst_run_prepare (built, error) && pst_run_execute (built, error);
  offer (run, NULL);
  pst_run_set_listener (built, NULL, NULL);
  g_signal_handlers_disconnect_by_data (built, run);
  return ended;
}

static PstRunState
live (PstHostRun *run, char **reason)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstRun) built = NULL;
  PstHostPast past = { 0 };

  if (run->restored && !pst_host_past_read (&past, run->entry, run->shared->catalogue, run->view, &error))
    {
      *reason = g_strdup_printf ("the host crashed: %s", error->message);
      return PST_RUN_STATE_ERROR;
    }
  if (past.has_ended)
    {
      *reason = g_strdup (past.reason);
      return past.state;
    }
  built = build (run, past.resume, &error);
  if (built != NULL && execute (run, built, &error))
    {
      *reason = g_strdup (pst_run_get_end_reason (built));
      return PST_RUN_STATE_STOPPED;
    }
  *reason = g_strdup_printf ("%s%s", past.resume != PST_RESUME_NONE ? "the host crashed: " : "", error->message);
  return PST_RUN_STATE_ERROR;
}

static void
tell_alert (PstHostRun *run, const char *title, const char *message)
{
  GVariantBuilder builder;
  char time[PST_TIME_TEXT_SIZE];
  const char *const pairs[] = { "severity", "CRITICAL", "component", "host", "category", "host", "title", title, "message", message, "time", time };

  pst_time_print (pst_clock_now_ns (run->shared->clock), time);
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i += 2)
    g_variant_builder_add (&builder, "{sv}", pairs[i], g_variant_new_string (pairs[i + 1]));
  pst_host_feed_tell (run->feed, "alert", g_variant_builder_end (&builder));
}

/* What cannot be kept is told: after a crash of the host the registry would say that the run was still going on. */
static void
keep_end (PstHostRun *run, PstRunState state, const char *reason)
{
  g_autoptr (PstHostEntry) entry = NULL;
  g_autoptr (GError) error = NULL;

  g_mutex_lock (&run->lock);
  run->entry->state = state;
  run->entry->ended_ns = pst_clock_now_ns (run->shared->clock);
  g_free (run->entry->reason);
  run->entry->reason = g_strdup (run->stop_asked && state == PST_RUN_STATE_STOPPED ? run->stop_reason : reason);
  entry = pst_host_entry_copy (run->entry);
  g_mutex_unlock (&run->lock);
  if (run->restored && state == PST_RUN_STATE_ERROR)
    tell_alert (run, "A run did not go on after the host's crash", entry->reason);
  if (!pst_host_registry_save (run->shared->registry, entry, &error))
    tell_alert (run, "The end of a run cannot be kept", error->message);
}

static gpointer
thread_main (gpointer data)
{
  PstHostRun *run = data;
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autofree char *reason = NULL, *reason_kept = NULL;
  g_autoptr (PstHostFeed) feed = NULL;
  PstRunState state;

  g_main_context_push_thread_default (context);
  state = live (run, &reason);
  g_main_context_pop_thread_default (context);
  keep_end (run, state, reason);
  feed = pst_host_feed_ref (run->feed);
  reason_kept = g_strdup (run->entry->reason);
  g_mutex_lock (&run->lock);
  run->state = state;
  run->active = FALSE;
  g_cond_broadcast (&run->changed);
  g_mutex_unlock (&run->lock);
  tell_state (run, feed, pst_run_state_to_string (state), reason_kept);
  pst_host_run_unref (run);
  return NULL;
}

static gboolean
refuse_state (PstHostRun *run, const char *what, GError **error)
{
  g_set_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_STATE, "run \"%s\" is %s%s: it cannot be %s", run->entry->run_id,
               pst_run_state_to_string (run->state), run->active && run->state == PST_RUN_STATE_CREATED ? " and being started" : "", what);
  return FALSE;
}

/**
 * pst_host_run_claim:
 * @run: a run
 * @error: return location
 *
 * Takes the one start that a run has. Any thread; does not wait.
 *
 * Returns: %FALSE with %PST_CONTROLLER_ERROR_STATE unless it is CREATED
 */
gboolean
pst_host_run_claim (PstHostRun *run, GError **error)
{
  gboolean claimed;

  g_mutex_lock (&run->lock);
  claimed = run->state == PST_RUN_STATE_CREATED && !run->active;
  if (claimed)
    run->active = TRUE;
  else
    refuse_state (run, "started", error);
  g_mutex_unlock (&run->lock);
  return claimed;
}

static gboolean
fail_start (PstHostRun *run, const GError *cause, GError **error)
{
  g_mutex_lock (&run->lock);
  run->active = FALSE;
  run->entry->started_ns = 0;
  run->entry->state = PST_RUN_STATE_CREATED;
  g_cond_broadcast (&run->changed);
  g_mutex_unlock (&run->lock);
  g_set_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_FAILED, "run \"%s\" cannot be started: %s", run->entry->run_id, cause->message);
  return FALSE;
}

/**
 * pst_host_run_begin:
 * @run: a run that was claimed
 * @error: return location
 *
 * Begins the run. That it is RUNNING is kept before anything of it happens, so that a crash right after leaves nobody in doubt. Any thread but a
 * run's; blocks on the disk.
 *
 * Returns: whether it has a thread now: see pst_host_run_wait_started()
 */
gboolean
pst_host_run_begin (PstHostRun *run, GError **error)
{
  g_autoptr (PstHostEntry) entry = NULL;
  g_autoptr (GError) cause = NULL;

  g_mutex_lock (&run->lock);
  run->entry->state = PST_RUN_STATE_RUNNING;
  run->entry->started_ns = pst_clock_now_ns (run->shared->clock);
  entry = pst_host_entry_copy (run->entry);
  g_mutex_unlock (&run->lock);
  if (!pst_host_registry_save (run->shared->registry, entry, &cause))
    return fail_start (run, cause, error);
  run->thread = g_thread_try_new ("pst-run", thread_main, pst_host_run_ref (run), &cause);
  if (run->thread != NULL)
    return TRUE;
  pst_host_run_unref (run);
  entry->state = PST_RUN_STATE_CREATED;
  entry->started_ns = 0;
  pst_host_registry_save (run->shared->registry, entry, NULL);
  return fail_start (run, cause, error);
}

/**
 * pst_host_run_go_on:
 * @run: a run that the registry has as RUNNING
 * @error: return location
 *
 * Takes up a run that a crash of the host cut off. Any thread but a run's; does not wait.
 *
 * Returns: whether it has a thread now: see pst_host_run_wait_started()
 */
gboolean
pst_host_run_go_on (PstHostRun *run, GError **error)
{
  g_autoptr (GError) cause = NULL;

  run->restored = run->active = TRUE;
  run->thread = g_thread_try_new ("pst-run", thread_main, pst_host_run_ref (run), &cause);
  if (run->thread != NULL)
    return TRUE;
  pst_host_run_unref (run);
  run->active = FALSE;
  return pst_host_fail (error, PST_CONTROLLER_ERROR_FAILED, "run \"%s\" cannot go on: %s", run->entry->run_id, cause->message);
}

static gboolean
is_started (PstHostRun *run)
{
  return run->was_running || !run->active;
}

static gboolean
is_ended (PstHostRun *run)
{
  return !run->active;
}

static gboolean
wait (PstHostRun *run, gboolean (*reached) (PstHostRun *run), gint64 timeout_ns)
{
  gint64 end_us = g_get_monotonic_time () + timeout_ns / 1000;
  gboolean is_reached;

  g_mutex_lock (&run->lock);
  while (!(is_reached = reached (run)))
    if (!g_cond_wait_until (&run->changed, &run->lock, end_us))
      break;
  g_mutex_unlock (&run->lock);
  return is_reached;
}

gboolean
pst_host_run_wait_started (PstHostRun *run, gint64 timeout_ns)
{
  return wait (run, is_started, timeout_ns);
}

gboolean
pst_host_run_wait_ended (PstHostRun *run, gint64 timeout_ns)
{
  return wait (run, is_ended, timeout_ns);
}

gboolean
pst_host_run_has_failed (PstHostRun *run)
{
  gboolean failed;

  g_mutex_lock (&run->lock);
  failed = run->state == PST_RUN_STATE_ERROR && !run->was_running;
  g_mutex_unlock (&run->lock);
  return failed;
}

void
pst_host_run_join (PstHostRun *run)
{
  GThread *thread;

  g_mutex_lock (&run->lock);
  thread = g_steal_pointer (&run->thread);
  g_mutex_unlock (&run->lock);
  if (thread != NULL)
    g_thread_join (thread);
}

/**
 * pst_host_run_stop:
 * @run: a run
 * @reason: why
 * @error: return location
 *
 * Asks the run to end in order. Any thread; does not wait.
 *
 * Returns: %FALSE when it is not running
 */
gboolean
pst_host_run_stop (PstHostRun *run, const char *reason, GError **error)
{
  gboolean asked;

  g_mutex_lock (&run->lock);
  asked = run->active || refuse_state (run, "stopped", error);
  if (asked && !run->stop_asked)
    {
      run->stop_asked = TRUE;
      run->stop_reason = g_strdup (reason);
    }
  /* A full mailbox must not keep anyone from stopping a run; neither must one that is still being started. */
  if (asked && run->run != NULL && !pst_run_control_stop (PST_RUN_CONTROL (run->run), reason, NULL))
    pst_run_interrupt (run->run);
  g_mutex_unlock (&run->lock);
  return asked;
}

char *
pst_host_run_dup_stopping (PstHostRun *run)
{
  char *reason;

  g_mutex_lock (&run->lock);
  reason = run->active && run->stop_asked ? g_strdup (run->stop_reason) : NULL;
  g_mutex_unlock (&run->lock);
  return reason;
}

/**
 * pst_host_run_tell_left:
 * @run: a run that was asked to end
 *
 * Tells that it has not ended while the host could wait. The registry has it as RUNNING, so that the next start does with it what on-restart says.
 */
void
pst_host_run_tell_left (PstHostRun *run)
{
  tell_alert (run, PST_HOST_ALERT_LEFT,
              "it has not ended within stop-timeout; it is cut off where it is, as by a crash, and its on-restart decides at the next start: look at "
              "what is open at its venues");
}

/**
 * pst_host_run_command:
 * @run: a run
 * @func: commands it; must not wait for it
 * @user_data: for @func
 * @error: return location
 *
 * Commands a run that is RUNNING. Any thread but a run's.
 *
 * Returns: what @func returned; %FALSE with %PST_CONTROLLER_ERROR_STATE when the run is not RUNNING
 */
gboolean
pst_host_run_command (PstHostRun *run, PstHostCommand func, gpointer user_data, GError **error)
{
  gboolean done;

  g_mutex_lock (&run->lock);
  if (run->run != NULL && run->state == PST_RUN_STATE_RUNNING)
    done = func (PST_RUN_CONTROL (run->run), user_data, error);
  else
    done = refuse_state (run, "commanded", error);
  g_mutex_unlock (&run->lock);
  return done;
}
