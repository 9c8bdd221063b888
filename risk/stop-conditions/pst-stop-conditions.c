/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Stops for good when the ground under a strategy gives way: data come late, books go stale, connections break again and again, executions fail in a
 * row. The first condition that is met halts, engages the kill switches for the same reason, and is remembered until an operator releases it. */

#include "pst-stop-books.h"
#include "pst-stop-counters.h"
#include "pst-stop-failures.h"

#define GROUP "stop-conditions"
/* Whose lost connections are kept over a restart. */
#define EXCHANGES_KEPT_MAX 16

#define PST_TYPE_STOP_CONDITIONS (pst_stop_conditions_get_type ())
G_DECLARE_FINAL_TYPE (PstStopConditions, pst_stop_conditions, PST, STOP_CONDITIONS, PstGuard)

struct _PstStopConditions
{
  PstGuard parent_instance;

  PstStopConditionsOptions options;
  const char *path;     /* where the breach is kept in this run */
  GPtrArray *latencies; /* PstStopLatency by exchange, with holes */
  GPtrArray *losses;    /* PstStopLosses by exchange, with holes */
  PstStopFailures failures;
  PstStopBooks books;
  gboolean owes_halt; /* from before the run was under way */

  gboolean breached;
  gint64 since_ns;
  char *reason; /* the code */
  char *detail;
};

G_DEFINE_FINAL_TYPE (PstStopConditions, pst_stop_conditions, PST_TYPE_GUARD)

PST_DEFINE_PLUGIN ("stop-conditions", GUARD, PstStopConditions, pst_stop_conditions_get_type)

static PstContext *
get_context (PstStopConditions *self)
{
  return pst_component_get_context (PST_COMPONENT (self));
}

static void
write_breach (PstStopConditions *self, PstStateFile *state)
{
  pst_state_file_set_boolean (state, "breached", self->breached);
  pst_state_file_set_time (state, "since", self->since_ns);
  pst_state_file_set_string (state, "reason", self->reason);
  pst_state_file_set_string (state, "detail", self->detail);
}

static void
keep_state (PstStopConditions *self)
{
  g_autoptr (PstStateFile) file = pst_state_file_new (self->path, GROUP);
  g_autoptr (GError) error = NULL;

  pst_guard_remember (PST_GUARD (self));
  write_breach (self, file);
  if (!pst_state_file_save (file, &error))
    pst_component_raise_alert (PST_COMPONENT (self), PST_SEVERITY_CRITICAL, "risk", "Stop conditions state not saved", "%s", error->message);
}

static void
set_state (PstStopConditions *self, gboolean breached, const char *reason, const char *detail)
{
  self->breached = breached;
  self->since_ns = pst_context_now_ns (get_context (self));
  g_free (self->reason);
  g_free (self->detail);
  self->reason = g_strdup (reason);
  self->detail = g_strdup (detail);
}

/* The first one counts; what breaks afterwards is known already to be broken. */
static void
breach (PstStopConditions *self, const char *reason, const char *limit, const char *detail)
{
  if (self->breached)
    return;
  set_state (self, TRUE, reason, detail);
  keep_state (self);
  pst_guard_audit_breach (PST_GUARD (self), reason, limit, detail);
  pst_component_raise_alert (PST_COMPONENT (self), PST_SEVERITY_CRITICAL, "risk", "Stop condition met", "%s: %s", reason, detail);
  pst_guard_halt (PST_GUARD (self), reason);
}

static const char *
name_exchange (PstStopConditions *self, guint32 exchange)
{
  PstComponent *component = pst_context_get_component (get_context (self), exchange);

  return component != NULL ? pst_component_get_name (component) : "?";
}

static void
judge_latency (PstStopConditions *self, const PstFrame *frame)
{
  PstStopLatency **latency;
  g_autofree char *detail = NULL;
  gint64 latency_ns;

  if (self->options.latency_limit_ns == 0 || !pst_stop_latency_measure (frame, &latency_ns))
    return;
  if (frame->exchange >= self->latencies->len)
    g_ptr_array_set_size (self->latencies, (gint)frame->exchange + 1);
  latency = (PstStopLatency **)&self->latencies->pdata[frame->exchange];
  if (*latency == NULL)
    *latency = pst_stop_latency_new (self->options.latency_samples);
  if (!pst_stop_latency_add (*latency, frame->time_ns, latency_ns > self->options.latency_limit_ns, self->options.latency_window_ns))
    return;
  detail = g_strdup_printf ("exchange=%s latency_ns=%" G_GINT64_FORMAT " max_ns=%" G_GINT64_FORMAT " late=%u of=%u",
                            name_exchange (self, frame->exchange), latency_ns, self->options.latency_limit_ns, (*latency)->n_late, (*latency)->size);
  breach (self, "source_latency_limit_breached", "source-latency-limit", detail);
}

static void
pst_stop_conditions_on_frame (PstGuard *guard, const PstFrame *frame)
{
  PstStopConditions *self = (PstStopConditions *)guard;

  if (G_UNLIKELY (self->owes_halt))
    {
      self->owes_halt = FALSE;
      pst_guard_halt (guard, self->reason);
    }
  if (self->breached)
    return;
  judge_latency (self, frame);
  pst_stop_books_take_frame (&self->books, frame);
}

static void
on_stale_book (const char *instrument, gint64 age_ns, gboolean live, gpointer user_data)
{
  PstStopConditions *self = user_data;
  g_autofree char *detail = NULL;

  detail = g_strdup_printf ("instrument=%s %s=%" G_GINT64_FORMAT " max_ns=%" G_GINT64_FORMAT, instrument, live ? "age_ns" : "not_live_ns", age_ns,
                            live ? self->options.age_limit_ns : self->options.stale_limit_ns);
  breach (self, "stale_book", live ? "book-age-limit" : "book-stale-limit", detail);
}

static void
pst_stop_conditions_on_sent (PstGuard *guard, const PstOrder *order)
{
  pst_stop_failures_take_sent (&PST_STOP_CONDITIONS (guard)->failures, order);
}

static void
pst_stop_conditions_on_order (PstGuard *guard, const PstOrder *order, const PstExecutionReport *report)
{
  PstStopConditions *self = PST_STOP_CONDITIONS (guard);
  g_autofree char *detail = NULL;

  if (self->options.failures_limit == 0 || !pst_stop_failures_take_order (&self->failures, order, report)
      || self->failures.n_failures < self->options.failures_limit)
    return;
  detail
      = g_strdup_printf ("failures=%u max=%u last=%s %s", self->failures.n_failures, self->options.failures_limit, order->client_id, order->reason);
  breach (self, "consecutive_failures_limit_breached", "consecutive-failures-limit", detail);
}

static PstStopLosses *
find_losses (PstStopConditions *self, guint32 exchange)
{
  PstStopLosses **losses;

  if (exchange >= self->losses->len)
    g_ptr_array_set_size (self->losses, (gint)exchange + 1);
  losses = (PstStopLosses **)&self->losses->pdata[exchange];
  if (*losses == NULL)
    *losses = pst_stop_losses_new (self->options.reconnect_limit, FALSE);
  return *losses;
}

static void
pst_stop_conditions_on_connection (PstGuard *guard, guint32 exchange, PstConnection state)
{
  PstStopConditions *self = PST_STOP_CONDITIONS (guard);
  g_autofree char *detail = NULL;

  if (self->options.reconnect_limit == 0
      || !pst_stop_losses_take (find_losses (self, exchange), state, pst_context_now_ns (get_context (self)), self->options.reconnect_window_ns))
    return;
  detail = g_strdup_printf ("exchange=%s lost=%u window_ns=%" G_GINT64_FORMAT, name_exchange (self, exchange), self->options.reconnect_limit,
                            self->options.reconnect_window_ns);
  breach (self, "reconnect_storm", "reconnect-limit", detail);
}

static void
pst_stop_conditions_review (PstGuard *guard, const PstReview *review, PstVerdict *verdict)
{
  PstStopConditions *self = PST_STOP_CONDITIONS (guard);

  if (self->breached && !pst_review_only_reduces (review))
    pst_verdict_deny (verdict, self->reason, "%s", self->detail);
  else
    pst_verdict_pass (verdict);
}

/* Everything is counted anew. */
static void
begin (PstStopConditions *self)
{
  g_ptr_array_set_size (self->latencies, 0);
  for (guint i = 0; i < self->losses->len; i++)
    if (self->losses->pdata[i] != NULL)
      pst_stop_losses_clear (self->losses->pdata[i]);
  pst_stop_failures_reset (&self->failures);
  pst_stop_books_start (&self->books, get_context (self), &self->options, on_stale_book, self);
}

static void
pst_stop_conditions_release (PstStopConditions *self, const char *reason)
{
  const char *why = reason != NULL && reason[0] != '\0' ? reason : "operator";

  if (!self->breached || !pst_component_is_started (PST_COMPONENT (self)))
    return;
  pst_context_audit (get_context (self), PST_COMPONENT (self), "GUARD_RELEASED", why, self->reason, "");
  set_state (self, FALSE, "", why);
  keep_state (self);
  pst_component_raise_alert (PST_COMPONENT (self), PST_SEVERITY_WARNING, "risk", "Stop condition released", "%s", self->detail);
  begin (self);
}

/* What cannot be understood is a guard that stopped. A breach always has its reason. */
static gboolean
read_breach (PstStopConditions *self, PstStateFile *state, GError **error)
{
  g_autofree char *reason = NULL, *detail = NULL;
  g_autoptr (GError) cause = NULL;
  gboolean breached = FALSE;
  gint64 since_ns = 0;

  if (pst_state_file_get_boolean (state, "breached", &breached, &cause) && pst_state_file_get_time (state, "since", &since_ns, &cause)
      && pst_state_file_get_string (state, "reason", &reason, &cause) && pst_state_file_get_string (state, "detail", &detail, &cause)
      && (!breached || reason[0] != '\0'))
    {
      set_state (self, breached, reason, detail);
      self->since_ns = since_ns;
      return TRUE;
    }
  if (cause == NULL)
    g_set_error_literal (&cause, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT, "a breach without a reason");
  set_state (self, TRUE, "state_unreadable", cause->message);
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

/* A file that is not there is a guard that never stopped. */
static void
load_file (PstStopConditions *self)
{
  g_autoptr (PstStateFile) file = pst_state_file_new (self->path, GROUP);
  g_autoptr (GError) error = NULL;

  set_state (self, FALSE, "", "");
  if (!pst_state_file_load (file, &error))
    set_state (self, TRUE, "state_unreadable", error->message);
  else if (pst_state_file_is_empty (file) || read_breach (self, file, &error))
    return;
  pst_component_raise_alert (PST_COMPONENT (self), PST_SEVERITY_CRITICAL, "risk", "Stop condition met", "%s; it counts as breached", self->detail);
}

static void
pst_stop_conditions_save_state (PstComponent *component, PstStateFile *state)
{
  PstStopConditions *self = PST_STOP_CONDITIONS (component);
  gint64 now_ns = pst_context_now_ns (get_context (self));
  guint n_kept = 0;

  write_breach (self, state);
  pst_state_file_set_int64 (state, "failures", self->failures.n_failures);
  for (guint i = 0; i < self->losses->len && n_kept < EXCHANGES_KEPT_MAX; i++)
    if (self->losses->pdata[i] != NULL)
      n_kept += pst_stop_losses_save (self->losses->pdata[i], state, n_kept, name_exchange (self, i), now_ns, self->options.reconnect_window_ns);
}

static gboolean
load_losses (PstStopConditions *self, PstStateFile *state, GError **error)
{
  PstContext *context = get_context (self);

  for (guint i = 0; self->options.reconnect_limit > 0 && i < EXCHANGES_KEPT_MAX; i++)
    {
      g_autofree char *key = g_strdup_printf ("lost.%u", i), *name = NULL;
      PstComponent *component;

      if (!pst_state_file_get_string (state, key, &name, NULL))
        break;
      component = pst_context_find_component (context, PST_COMPONENT_KIND_EXCHANGE, name);
      if (component != NULL
          && !pst_stop_losses_load (find_losses (self, pst_component_get_index (component)), state, i, pst_context_now_ns (context), error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
load_counts (PstStopConditions *self, PstStateFile *state, GError **error)
{
  gint64 n_failures;

  if (pst_state_file_get_int64 (state, "failures", &n_failures, error) && load_losses (self, state, error))
    {
      self->failures.n_failures = (guint)CLAMP (n_failures, 0, (gint64)self->options.failures_limit);
      return TRUE;
    }
  set_state (self, TRUE, "state_unreadable", "what was counted cannot be understood");
  return FALSE;
}

/* The breach's own file, when there is one, knows better. */
static gboolean
pst_stop_conditions_load_state (PstComponent *component, PstStateFile *state, GError **error)
{
  PstStopConditions *self = PST_STOP_CONDITIONS (component);
  gboolean understood = (self->path != NULL || read_breach (self, state, error)) && load_counts (self, state, error);

  self->owes_halt = self->breached;
  return understood;
}

static void
follow_connections (PstStopConditions *self)
{
  PstComponent *component;

  g_ptr_array_set_size (self->losses, 0);
  for (guint32 i = 0; self->options.reconnect_limit > 0 && (component = pst_context_get_component (get_context (self), i)) != NULL; i++)
    if (PST_IS_EXCHANGE (component))
      find_losses (self, i)->connected = pst_exchange_get_connection (PST_EXCHANGE (component)) == PST_CONNECTION_CONNECTED;
}

static gboolean
pst_stop_conditions_start (PstComponent *component, GError **error)
{
  PstStopConditions *self = PST_STOP_CONDITIONS (component);

  self->path = pst_context_get_mode (get_context (self)) != PST_MODE_BACKTEST && self->options.state_file != NULL && *self->options.state_file != '\0'
                   ? self->options.state_file
                   : NULL;
  load_file (self);
  self->owes_halt = self->breached;
  follow_connections (self);
  begin (self);
  return TRUE;
}

static void
pst_stop_conditions_stop (PstComponent *component)
{
  pst_stop_books_stop (&PST_STOP_CONDITIONS (component)->books);
}

static void
pst_stop_conditions_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  if (!pst_stop_conditions_options_get (&PST_STOP_CONDITIONS (object)->options, property_id, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
pst_stop_conditions_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  if (!pst_stop_conditions_options_set (&PST_STOP_CONDITIONS (object)->options, property_id, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
pst_stop_conditions_finalize (GObject *object)
{
  PstStopConditions *self = PST_STOP_CONDITIONS (object);

  g_ptr_array_unref (self->latencies);
  g_ptr_array_unref (self->losses);
  pst_stop_failures_clear (&self->failures);
  pst_stop_books_clear (&self->books);
  pst_stop_conditions_options_clear (&self->options);
  g_free (self->reason);
  g_free (self->detail);
  G_OBJECT_CLASS (pst_stop_conditions_parent_class)->finalize (object);
}

static void
pst_stop_conditions_class_init (PstStopConditionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = pst_stop_conditions_get_property;
  object_class->set_property = pst_stop_conditions_set_property;
  object_class->finalize = pst_stop_conditions_finalize;
  PST_COMPONENT_CLASS (klass)->start = pst_stop_conditions_start;
  PST_COMPONENT_CLASS (klass)->stop = pst_stop_conditions_stop;
  PST_GUARD_CLASS (klass)->review = pst_stop_conditions_review;
  PST_GUARD_CLASS (klass)->on_frame = pst_stop_conditions_on_frame;
  PST_GUARD_CLASS (klass)->on_sent = pst_stop_conditions_on_sent;
  PST_GUARD_CLASS (klass)->on_order = pst_stop_conditions_on_order;
  PST_GUARD_CLASS (klass)->on_connection = pst_stop_conditions_on_connection;
  PST_COMPONENT_CLASS (klass)->save_state = pst_stop_conditions_save_state;
  PST_COMPONENT_CLASS (klass)->load_state = pst_stop_conditions_load_state;
  pst_stop_conditions_options_install (object_class);
  /**
   * PstStopConditions::release:
   * @self: the guard
   * @reason: (nullable): who releases it, and why
   *
   * Ends a breach and counts everything anew. The kill switch and the trading state are released apart. On the run's context.
   */
  g_signal_new_class_handler ("release", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, G_CALLBACK (pst_stop_conditions_release),
                              NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
free_latency (gpointer latency)
{
  if (latency != NULL)
    pst_stop_latency_free (latency);
}

static void
free_losses (gpointer losses)
{
  if (losses != NULL)
    pst_stop_losses_free (losses);
}

static void
pst_stop_conditions_init (PstStopConditions *self)
{
  self->latencies = g_ptr_array_new_with_free_func (free_latency);
  self->losses = g_ptr_array_new_with_free_func (free_losses);
  self->reason = g_strdup ("");
  self->detail = g_strdup ("");
  pst_stop_failures_init (&self->failures);
  pst_stop_books_init (&self->books);
}
