/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two throttles. Messages: what goes to venues within a sliding window, cancels counted but never held back, with a reserve for them, because a venue
 * that bans us takes our cancels too. Repeats: a strategy that does the same again and again is broken until a person has looked at it, so that limit
 * latches. */

#include "pst-repeats.h"

#define GROUP "order-rate"
/* Messages that are told apart over a restart. */
#define MESSAGES_KEPT_MAX 40

#define PST_TYPE_ORDER_RATE (pst_order_rate_get_type ())
G_DECLARE_FINAL_TYPE (PstOrderRate, pst_order_rate, PST, ORDER_RATE, PstGuard)

struct _PstOrderRate
{
  PstGuard parent_instance;

  guint messages_max;
  guint cancel_reserve;
  gint64 window_ns;
  guint repeats_max; /* 0: no limit */
  gint64 repeat_window_ns;
  char *state_file;

  const char *path; /* where the latch is kept in this run */
  PstTimeWindow *messages;
  PstRepeats repeats;
  gboolean latched;
  gint64 since_ns;
  char reason[PST_REASON_SIZE];
};

G_DEFINE_FINAL_TYPE (PstOrderRate, pst_order_rate, PST_TYPE_GUARD)

PST_DEFINE_PLUGIN ("order-rate", GUARD, PstOrderRate, pst_order_rate_get_type)

enum
{
  PROP_MESSAGES_MAX = 1,
  PROP_CANCEL_RESERVE,
  PROP_WINDOW,
  PROP_REPEATS_MAX,
  PROP_REPEAT_WINDOW,
  PROP_STATE_FILE,
};

static gint64
now_ns (PstOrderRate *self)
{
  return pst_context_now_ns (pst_component_get_context (PST_COMPONENT (self)));
}

static void
pst_order_rate_on_sent (PstGuard *guard, const PstOrder *order)
{
  PstOrderRate *self = PST_ORDER_RATE (guard);

  pst_time_window_add (self->messages, now_ns (self));
  if (self->repeats_max > 0 && order->state == PST_ORDER_STATE_SUBMITTED)
    pst_time_window_add (pst_repeats_find (&self->repeats, order), now_ns (self));
}

static void
set_latched (PstOrderRate *self, gboolean latched, const char *reason)
{
  self->latched = latched;
  self->since_ns = now_ns (self);
  g_strlcpy (self->reason, reason, sizeof self->reason);
}

static void
write_latch (PstOrderRate *self, PstStateFile *state)
{
  pst_state_file_set_boolean (state, "latched", self->latched);
  pst_state_file_set_time (state, "since", self->since_ns);
  pst_state_file_set_string (state, "reason", self->reason);
}

/* What cannot be understood is a throttle that latched. */
static gboolean
read_latch (PstOrderRate *self, PstStateFile *state, GError **error)
{
  g_autofree char *reason = NULL;

  if (pst_state_file_get_boolean (state, "latched", &self->latched, error) && pst_state_file_get_time (state, "since", &self->since_ns, error)
      && pst_state_file_get_string (state, "reason", &reason, error))
    {
      g_strlcpy (self->reason, reason, sizeof self->reason);
      return TRUE;
    }
  set_latched (self, TRUE, "state_unreadable");
  return FALSE;
}

static void
keep_state (PstOrderRate *self)
{
  g_autoptr (PstStateFile) file = pst_state_file_new (self->path, GROUP);
  g_autoptr (GError) error = NULL;

  pst_guard_remember (PST_GUARD (self));
  write_latch (self, file);
  if (!pst_state_file_save (file, &error))
    pst_component_raise_alert (PST_COMPONENT (self), PST_SEVERITY_CRITICAL, "risk", "Order rate state not saved", "%s", error->message);
}

/* A file that is not there is a throttle that never latched. */
static void
load_file (PstOrderRate *self)
{
  g_autoptr (PstStateFile) file = pst_state_file_new (self->path, GROUP);
  g_autoptr (GError) error = NULL;

  set_latched (self, FALSE, "");
  if (!pst_state_file_load (file, &error))
    set_latched (self, TRUE, "state_unreadable");
  else if (pst_state_file_is_empty (file) || read_latch (self, file, &error))
    return;
  pst_component_raise_alert (PST_COMPONENT (self), PST_SEVERITY_CRITICAL, "risk", "Order rate latched", "%s; it counts as latched", error->message);
}

static void
pst_order_rate_save_state (PstComponent *component, PstStateFile *state)
{
  PstOrderRate *self = PST_ORDER_RATE (component);
  g_autoptr (GArray) messages = pst_time_window_list (self->messages, now_ns (self), self->window_ns);

  write_latch (self, state);
  pst_state_file_set_times (state, "messages", (const gint64 *)messages->data, messages->len, MESSAGES_KEPT_MAX);
  if (self->repeats_max > 0)
    pst_repeats_save (&self->repeats, state, now_ns (self), self->repeat_window_ns);
}

static gboolean
load_windows (PstOrderRate *self, PstStateFile *state, GError **error)
{
  g_autoptr (GArray) messages = g_array_new (FALSE, FALSE, sizeof (gint64));

  if (!pst_state_file_get_times (state, "messages", messages, PST_TIME_WINDOW_MAX, error)
      || (self->repeats_max > 0 && !pst_repeats_load (&self->repeats, state, now_ns (self), error)))
    {
      set_latched (self, TRUE, "state_unreadable");
      return FALSE;
    }
  pst_time_window_fill (self->messages, messages, now_ns (self));
  return TRUE;
}

/* The latch's own file, when there is one, knows better. */
static gboolean
pst_order_rate_load_state (PstComponent *component, PstStateFile *state, GError **error)
{
  PstOrderRate *self = PST_ORDER_RATE (component);

  return (self->path != NULL || read_latch (self, state, error)) && load_windows (self, state, error);
}

static gboolean
check_messages (PstOrderRate *self, PstVerdict *verdict)
{
  guint allowed = self->messages_max - self->cancel_reserve, count = pst_time_window_count (self->messages, now_ns (self), self->window_ns);

  if (count < allowed)
    return TRUE;
  pst_verdict_deny (verdict, "message_rate_exceeded", "messages=%u max=%u window_ns=%" G_GINT64_FORMAT, count, allowed, self->window_ns);
  return FALSE;
}

static void
latch (PstOrderRate *self, const PstReview *review, guint count)
{
  PstComponent *strategy = pst_context_get_component (pst_component_get_context (PST_COMPONENT (self)), review->order->strategy);
  g_autofree char *reason = g_strdup_printf ("%u orders of %s: %s %s", count, strategy != NULL ? pst_component_get_name (strategy) : "nobody",
                                             review->order->request.side == PST_SIDE_BUY ? "BUY" : "SELL", review->instrument->id);

  set_latched (self, TRUE, reason);
  keep_state (self);
  pst_guard_audit_breach (PST_GUARD (self), "repeat_limit_latched", "max-repeats", reason);
  pst_component_raise_alert (PST_COMPONENT (self), PST_SEVERITY_CRITICAL, "risk", "Order rate latched", "%s; nothing is opened until it is released",
                             self->reason);
}

static gboolean
check_repeats (PstOrderRate *self, const PstReview *review, PstVerdict *verdict)
{
  guint count;

  if (!self->latched && self->repeats_max > 0 && review->before == NULL)
    {
      count = pst_time_window_count (pst_repeats_find (&self->repeats, review->order), now_ns (self), self->repeat_window_ns);
      if (count >= self->repeats_max)
        latch (self, review, count);
    }
  if (!self->latched || pst_review_only_reduces (review))
    return TRUE;
  pst_verdict_deny (verdict, "repeat_limit_latched", "reason=%s", self->reason);
  return FALSE;
}

static void
pst_order_rate_review (PstGuard *guard, const PstReview *review, PstVerdict *verdict)
{
  PstOrderRate *self = PST_ORDER_RATE (guard);

  if (check_messages (self, verdict) && check_repeats (self, review, verdict))
    pst_verdict_pass (verdict);
}

static void
pst_order_rate_release (PstOrderRate *self, const char *reason)
{
  const char *why = reason != NULL && reason[0] != '\0' ? reason : "operator";

  if (!self->latched || !pst_component_is_started (PST_COMPONENT (self)))
    return;
  pst_context_audit (pst_component_get_context (PST_COMPONENT (self)), PST_COMPONENT (self), "GUARD_RELEASED", why, self->reason, "");
  set_latched (self, FALSE, why);
  pst_repeats_forget (&self->repeats);
  keep_state (self);
  pst_component_raise_alert (PST_COMPONENT (self), PST_SEVERITY_WARNING, "risk", "Order rate released", "%s", self->reason);
}

static gboolean
pst_order_rate_prepare (PstComponent *component, GError **error)
{
  PstOrderRate *self = PST_ORDER_RATE (component);

  if (self->cancel_reserve < self->messages_max)
    return TRUE;
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, "cancel-reserve is %u of max-messages %u, which leaves nothing for orders",
               self->cancel_reserve, self->messages_max);
  return FALSE;
}

/* A window that holds fewer times than the limit would count too little. */
static gboolean
pst_order_rate_check_options (PstComponent *component, GError **error)
{
  PstOrderRate *self = PST_ORDER_RATE (component);

  if (!pst_order_rate_prepare (component, error))
    return FALSE;
  pst_time_window_resize (self->messages, self->messages_max);
  return TRUE;
}

static gboolean
pst_order_rate_start (PstComponent *component, GError **error)
{
  PstOrderRate *self = PST_ORDER_RATE (component);

  g_clear_pointer (&self->messages, pst_time_window_free);
  self->messages = pst_time_window_new (self->messages_max);
  pst_repeats_start (&self->repeats, pst_component_get_context (component), self->repeats_max);
  self->path
      = pst_context_get_mode (pst_component_get_context (component)) != PST_MODE_BACKTEST && self->state_file != NULL && *self->state_file != '\0'
            ? self->state_file
            : NULL;
  load_file (self);
  return TRUE;
}

static void
pst_order_rate_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  PstOrderRate *self = PST_ORDER_RATE (object);

  if (property_id == PROP_MESSAGES_MAX)
    g_value_set_uint (value, self->messages_max);
  else if (property_id == PROP_CANCEL_RESERVE)
    g_value_set_uint (value, self->cancel_reserve);
  else if (property_id == PROP_WINDOW)
    g_value_set_int64 (value, self->window_ns);
  else if (property_id == PROP_REPEATS_MAX)
    g_value_set_uint (value, self->repeats_max);
  else if (property_id == PROP_REPEAT_WINDOW)
    g_value_set_int64 (value, self->repeat_window_ns);
  else if (property_id == PROP_STATE_FILE)
    g_value_set_string (value, self->state_file);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
pst_order_rate_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  PstOrderRate *self = PST_ORDER_RATE (object);

  if (property_id == PROP_MESSAGES_MAX)
    self->messages_max = g_value_get_uint (value);
  else if (property_id == PROP_CANCEL_RESERVE)
    self->cancel_reserve = g_value_get_uint (value);
  else if (property_id == PROP_WINDOW)
    self->window_ns = g_value_get_int64 (value);
  else if (property_id == PROP_REPEATS_MAX)
    self->repeats_max = g_value_get_uint (value);
  else if (property_id == PROP_REPEAT_WINDOW)
    self->repeat_window_ns = g_value_get_int64 (value);
  else if (property_id == PROP_STATE_FILE)
    {
      g_free (self->state_file);
      self->state_file = g_value_dup_string (value);
    }
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
pst_order_rate_finalize (GObject *object)
{
  PstOrderRate *self = PST_ORDER_RATE (object);

  g_free (self->state_file);
  g_clear_pointer (&self->messages, pst_time_window_free);
  pst_repeats_clear (&self->repeats);
  G_OBJECT_CLASS (pst_order_rate_parent_class)->finalize (object);
}

static void
install_options (GObjectClass *object_class)
{
  g_object_class_install_property (object_class, PROP_MESSAGES_MAX,
                                   g_param_spec_uint ("max-messages", "Messages", "Most orders, changes and cancels within the window", 1, 100000, 50,
                                                      PST_OPTION_READWRITE | PST_OPTION_LIVE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (object_class, PROP_CANCEL_RESERVE,
                                   g_param_spec_uint ("cancel-reserve", "Reserve for cancels", "How many of these only cancels may use", 0, 99999, 10,
                                                      PST_OPTION_READWRITE | PST_OPTION_LIVE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (object_class, PROP_WINDOW,
                                   pst_param_spec_duration ("window", "Window", "How far back messages count", "1ms", "1d", "1s",
                                                            PST_OPTION_READWRITE | PST_OPTION_LIVE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (
      object_class, PROP_REPEATS_MAX,
      g_param_spec_uint ("max-repeats", "Repeats", "Most orders of a strategy on one side of an instrument within the repeat window; 0 for no limit",
                         0, 100000, 0, PST_OPTION_READWRITE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (object_class, PROP_REPEAT_WINDOW,
                                   pst_param_spec_duration ("repeat-window", "Repeat window", "How far back repeats count", "1ms", "7d", "1m",
                                                            PST_OPTION_READWRITE | PST_OPTION_LIVE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (object_class, PROP_STATE_FILE,
                                   g_param_spec_string ("state-file", "State file",
                                                        "Where the latch is remembered over a restart; nowhere when not set, and in a backtest", NULL,
                                                        PST_OPTION_READWRITE | PST_OPTION_PATH));
}

static void
pst_order_rate_class_init (PstOrderRateClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = pst_order_rate_get_property;
  object_class->set_property = pst_order_rate_set_property;
  object_class->finalize = pst_order_rate_finalize;
  PST_COMPONENT_CLASS (klass)->prepare = pst_order_rate_prepare;
  PST_COMPONENT_CLASS (klass)->check_options = pst_order_rate_check_options;
  PST_COMPONENT_CLASS (klass)->start = pst_order_rate_start;
  PST_GUARD_CLASS (klass)->review = pst_order_rate_review;
  PST_GUARD_CLASS (klass)->on_sent = pst_order_rate_on_sent;
  PST_COMPONENT_CLASS (klass)->save_state = pst_order_rate_save_state;
  PST_COMPONENT_CLASS (klass)->load_state = pst_order_rate_load_state;
  install_options (object_class);
  /**
   * PstOrderRate::release:
   * @self: the guard
   * @reason: (nullable): who releases it, and why
   *
   * Ends a latch and counts repeats anew. On the run's context.
   */
  g_signal_new_class_handler ("release", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, G_CALLBACK (pst_order_rate_release), NULL,
                              NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
pst_order_rate_init (PstOrderRate *self)
{
  pst_repeats_init (&self->repeats);
}
