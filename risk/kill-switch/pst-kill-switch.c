/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The switch that ends all trading until a person says otherwise. It fails closed: what it cannot read counts as engaged, and what it cannot write
 * leaves it engaged in memory. */

#include "pst-kill-switch-state.h"

#include <string.h>

#define PST_TYPE_KILL_SWITCH (pst_kill_switch_get_type ())
G_DECLARE_FINAL_TYPE (PstKillSwitch, pst_kill_switch, PST, KILL_SWITCH, PstGuard)

struct _PstKillSwitch
{
  PstGuard parent_instance;

  gboolean wanted_active; /* the option, before start */
  char *reason;           /* the option */
  char *state_file;
  PstKillSwitchState state;
};

G_DEFINE_FINAL_TYPE (PstKillSwitch, pst_kill_switch, PST_TYPE_GUARD)

PST_DEFINE_PLUGIN ("kill-switch", GUARD, PstKillSwitch, pst_kill_switch_get_type)

enum
{
  PROP_ACTIVE = 1,
  PROP_REASON,
  PROP_STATE_FILE,
};

static gint64
now_ns (PstKillSwitch *self)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (self));

  return context ? pst_context_now_ns (context) : 0;
}

static void
keep_state (PstKillSwitch *self)
{
  g_autoptr (GError) error = NULL;

  pst_guard_remember (PST_GUARD (self));
  if (pst_kill_switch_state_save (self->state_file, &self->state, &error))
    return;
  pst_component_raise_alert (PST_COMPONENT (self), PST_SEVERITY_CRITICAL, "risk", "Kill switch state not saved", "%s", error->message);
}

static void
halt (PstKillSwitch *self)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (self));

  if (context && pst_component_is_started (PST_COMPONENT (self)))
    pst_context_request_trading_state (context, PST_COMPONENT (self), PST_TRADING_STATE_HALTED, self->state.reason);
}

static void
set_state (PstKillSwitch *self, gboolean active, const char *reason)
{
  self->state.active = active;
  self->state.since_ns = now_ns (self);
  g_strlcpy (self->state.reason, reason && *reason ? reason : "operator", sizeof self->state.reason);
}

static void
pst_kill_switch_engage (PstKillSwitch *self, const char *reason)
{
  if (self->state.active)
    return;
  set_state (self, TRUE, reason);
  keep_state (self);
  pst_component_raise_alert (PST_COMPONENT (self), PST_SEVERITY_CRITICAL, "risk", "Kill switch engaged", "%s", self->state.reason);
  pst_context_audit (pst_component_get_context (PST_COMPONENT (self)), PST_COMPONENT (self), "KILL_SWITCH_ENGAGED", self->state.reason, "released",
                     "engaged");
  halt (self);
}

static void
pst_kill_switch_release (PstKillSwitch *self, const char *reason)
{
  if (!self->state.active)
    return;
  set_state (self, FALSE, reason);
  keep_state (self);
  pst_component_raise_alert (PST_COMPONENT (self), PST_SEVERITY_WARNING, "risk", "Kill switch released", "%s", self->state.reason);
  pst_context_audit (pst_component_get_context (PST_COMPONENT (self)), PST_COMPONENT (self), "KILL_SWITCH_RELEASED", self->state.reason, "engaged",
                     "released");
}

static void
pst_kill_switch_review (PstGuard *guard, const PstReview *review, PstVerdict *verdict)
{
  PstKillSwitch *self = PST_KILL_SWITCH (guard);

  if (self->state.active)
    pst_verdict_deny (verdict, "kill_switch_active", "reason=%s", self->state.reason);
  else
    pst_verdict_pass (verdict);
}

static void
load_state (PstKillSwitch *self)
{
  g_autoptr (GError) error = NULL;

  if (pst_kill_switch_state_load (self->state_file, &self->state, &error))
    return;
  set_state (self, TRUE, "state_unreadable");
  pst_component_raise_alert (PST_COMPONENT (self), PST_SEVERITY_CRITICAL, "risk", "Kill switch engaged", "%s; it counts as engaged", error->message);
}

static gboolean
pst_kill_switch_start (PstComponent *component, GError **error)
{
  PstKillSwitch *self = PST_KILL_SWITCH (component);

  self->state = (PstKillSwitchState){ 0 };
  load_state (self);
  if (self->wanted_active && !self->state.active)
    {
      set_state (self, TRUE, self->reason);
      keep_state (self);
    }
  return TRUE;
}

static void
pst_kill_switch_save_state (PstComponent *component, PstStateFile *state)
{
  pst_kill_switch_state_write (&PST_KILL_SWITCH (component)->state, state);
}

/* Only where the switch has no file of its own. What the pipeline file engages stays engaged. */
static gboolean
pst_kill_switch_load_state (PstComponent *component, PstStateFile *file, GError **error)
{
  PstKillSwitch *self = PST_KILL_SWITCH (component);
  PstKillSwitchState state = { 0 };

  if (self->state_file != NULL && *self->state_file != '\0')
    return TRUE;
  if (!pst_kill_switch_state_read (&state, file, error))
    {
      set_state (self, TRUE, "state_unreadable");
      return FALSE;
    }
  if (state.active)
    self->state = state;
  return TRUE;
}

/* Orders are denied from the first one on; the halt itself is asked for at the first frame, when the run is under way. */
static void
pst_kill_switch_on_frame (PstGuard *guard, const PstFrame *frame)
{
  PstKillSwitch *self = (PstKillSwitch *)guard;

  if (G_LIKELY (!self->state.active))
    return;
  if (pst_context_get_trading_state (pst_component_get_context (PST_COMPONENT (guard))) != PST_TRADING_STATE_HALTED)
    halt (self);
}

static void
pst_kill_switch_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  PstKillSwitch *self = PST_KILL_SWITCH (object);

  if (property_id == PROP_ACTIVE)
    g_value_set_boolean (value, pst_component_is_started (PST_COMPONENT (self)) ? self->state.active : self->wanted_active);
  else if (property_id == PROP_REASON)
    g_value_set_string (value, self->reason);
  else if (property_id == PROP_STATE_FILE)
    g_value_set_string (value, self->state_file);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
set_active (PstKillSwitch *self, gboolean active)
{
  self->wanted_active = active;
  if (!pst_component_is_started (PST_COMPONENT (self)))
    return;
  if (active)
    pst_kill_switch_engage (self, self->reason);
  else
    pst_kill_switch_release (self, self->reason);
}

static void
pst_kill_switch_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  PstKillSwitch *self = PST_KILL_SWITCH (object);

  if (property_id == PROP_ACTIVE)
    {
      set_active (self, g_value_get_boolean (value));
    }
  else if (property_id == PROP_REASON)
    {
      g_free (self->reason);
      self->reason = g_value_dup_string (value);
    }
  else if (property_id == PROP_STATE_FILE)
    {
      g_free (self->state_file);
      self->state_file = g_value_dup_string (value);
    }
  else
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
pst_kill_switch_finalize (GObject *object)
{
  PstKillSwitch *self = PST_KILL_SWITCH (object);

  g_free (self->reason);
  g_free (self->state_file);
  G_OBJECT_CLASS (pst_kill_switch_parent_class)->finalize (object);
}

static void
install_options (GObjectClass *object_class)
{
  g_object_class_install_property (object_class, PROP_ACTIVE,
                                   g_param_spec_boolean ("active", "Active", "Whether every order is blocked; may be set while running", FALSE,
                                                         PST_OPTION_READWRITE | PST_OPTION_LIVE));
  g_object_class_install_property (object_class, PROP_REASON,
                                   g_param_spec_string ("reason", "Reason", "What is recorded when active is set", "operator",
                                                        PST_OPTION_READWRITE | PST_OPTION_LIVE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (object_class, PROP_STATE_FILE,
                                   g_param_spec_string ("state-file", "State file",
                                                        "Where the switch remembers its state over a restart; nowhere when not set", NULL,
                                                        PST_OPTION_READWRITE | PST_OPTION_PATH));
}

/* Called by name, from wherever the host lets operators in, so that nothing outside knows this type. */
static void
install_actions (GType type)
{
  /**
   * PstKillSwitch::engage:
   * @self: the switch
   * @reason: (nullable): why
   *
   * Blocks every order and halts trading. On the run's context.
   */
  g_signal_new_class_handler ("engage", type, G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, G_CALLBACK (pst_kill_switch_engage), NULL, NULL, NULL, G_TYPE_NONE,
                              1, G_TYPE_STRING);
  /**
   * PstKillSwitch::release:
   * @self: the switch
   * @reason: (nullable): who released it, and why
   *
   * Lets orders pass again. Trading stays halted until an operator makes it active. On the run's context.
   */
  g_signal_new_class_handler ("release", type, G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, G_CALLBACK (pst_kill_switch_release), NULL, NULL, NULL,
                              G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
pst_kill_switch_class_init (PstKillSwitchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = pst_kill_switch_get_property;
  object_class->set_property = pst_kill_switch_set_property;
  object_class->finalize = pst_kill_switch_finalize;
  PST_COMPONENT_CLASS (klass)->start = pst_kill_switch_start;
  PST_GUARD_CLASS (klass)->review = pst_kill_switch_review;
  PST_GUARD_CLASS (klass)->on_frame = pst_kill_switch_on_frame;
  PST_COMPONENT_CLASS (klass)->save_state = pst_kill_switch_save_state;
  PST_COMPONENT_CLASS (klass)->load_state = pst_kill_switch_load_state;
  install_options (object_class);
  install_actions (G_TYPE_FROM_CLASS (klass));
}

static void
pst_kill_switch_init (PstKillSwitch *self)
{
}
