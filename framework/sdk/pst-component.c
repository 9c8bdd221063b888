/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What every plugin's object is: it keeps the order of a component's life, so that no plugin has to guard against a start()
 * without a prepare() or a second stop(). */

#include "pst-component.h"

#include "pst-context.h"
#include "pst-exchange-private.h"
#include "pst-guard.h"
#include "pst-option-field-private.h"
#include "pst-service.h"
#include "pst-store.h"
#include "pst-strategy.h"
#include "pst-text-private.h"

/**
 * PstComponent:
 *
 * One configured instance of a plugin. See the header for its life.
 */

typedef struct
{
  PstContext *context; /* weak */
  char *name;
  char *plugin;
  GHashTable *options_set; /* interned names of options that were set from text */
  guint32 index;
  gboolean prepared;
  gboolean started;
} PstComponentPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (PstComponent, pst_component, G_TYPE_OBJECT)

enum
{
  SIGNAL_ALERT_RAISED,
  N_SIGNALS
};

/* Interned ids of the type's signals: written once, by class_init. */
static guint signals[N_SIGNALS];

static PstComponentPrivate *
private_of (PstComponent *component)
{
  return pst_component_get_instance_private (component);
}

static void
forget_context (PstComponentPrivate *priv)
{
  g_clear_weak_pointer (&priv->context);
  priv->prepared = FALSE;
}

static void
pst_component_dispose (GObject *object)
{
  PstComponent *component = PST_COMPONENT (object);
  PstComponentPrivate *priv = private_of (component);

  if (priv->started)
    pst_component_stop (component);
  forget_context (priv);
  G_OBJECT_CLASS (pst_component_parent_class)->dispose (object);
}

static void
pst_component_finalize (GObject *object)
{
  pst_option_clear_fields (object);
  PstComponentPrivate *priv = private_of (PST_COMPONENT (object));

  g_clear_pointer (&priv->name, g_free);
  g_clear_pointer (&priv->plugin, g_free);
  g_clear_pointer (&priv->options_set, g_hash_table_unref);
  G_OBJECT_CLASS (pst_component_parent_class)->finalize (object);
}

static void
pst_component_class_init (PstComponentClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = pst_component_dispose;
  object_class->finalize = pst_component_finalize;

  /**
   * PstComponent::alert-raised:
   * @component: who raised it
   * @record: (type PstRecord): an ALERT record without a number; borrowed
   *
   * Something that people should know. The host numbers and records it.
   */
  signals[SIGNAL_ALERT_RAISED] = g_signal_new ("alert-raised", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                               PST_TYPE_RECORD | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
pst_component_init (PstComponent *component)
{
  PstComponentPrivate *priv = private_of (component);

  priv->index = G_MAXUINT32;
  priv->options_set = g_hash_table_new (g_str_hash, g_str_equal);
}

/**
 * pst_component_get_name:
 * @component: a component
 *
 * Tells its name in the pipeline file, "cross" of [strategy cross]. On the run's context.
 *
 * Returns: (transfer none): the name; empty before it was attached
 */
const char *
pst_component_get_name (PstComponent *component)
{
  g_return_val_if_fail (PST_IS_COMPONENT (component), "");

  return private_of (component)->name != NULL ? private_of (component)->name : "";
}

/**
 * pst_component_get_index:
 * @component: a component
 *
 * Tells its index among all components of the run. Asked at every frame, hence without a type check.
 *
 * Returns: the index; %G_MAXUINT32 before it was attached
 */
guint32
pst_component_get_index (PstComponent *component)
{
  return private_of (component)->index;
}

/**
 * pst_component_get_kind:
 * @component: a component
 *
 * Tells which of the five kinds it is. Any thread.
 *
 * Returns: the kind
 */
PstComponentKind
pst_component_get_kind (PstComponent *component)
{
  g_return_val_if_fail (PST_IS_COMPONENT (component), 0);

  if (PST_IS_EXCHANGE (component))
    return PST_COMPONENT_KIND_EXCHANGE;
  if (PST_IS_STRATEGY (component))
    return PST_COMPONENT_KIND_STRATEGY;
  if (PST_IS_GUARD (component))
    return PST_COMPONENT_KIND_GUARD;
  if (PST_IS_STORE (component))
    return PST_COMPONENT_KIND_STORE;
  if (PST_IS_SERVICE (component))
    return PST_COMPONENT_KIND_SERVICE;
  return 0;
}

/**
 * pst_component_get_plugin:
 * @component: a component
 *
 * Tells the id of the plugin that it is an instance of. On the run's context.
 *
 * Returns: (transfer none): the id; empty before it was attached
 */
const char *
pst_component_get_plugin (PstComponent *component)
{
  g_return_val_if_fail (PST_IS_COMPONENT (component), "");

  return private_of (component)->plugin != NULL ? private_of (component)->plugin : "";
}

/**
 * pst_component_get_context:
 * @component: a component
 *
 * Gives the run. Asked at every frame, hence without a type check.
 *
 * Returns: (transfer none) (nullable): the run, valid from prepare() on; %NULL before it was attached and after the run has gone
 */
PstContext *
pst_component_get_context (PstComponent *component)
{
  return private_of (component)->context;
}

/**
 * pst_component_attach:
 * @component: a component
 * @context: (transfer none): the run; not owned by the component
 * @plugin: the plugin's id
 * @name: the name in the pipeline file
 * @index: the index among the run's components
 *
 * Gives the component its place in a run. The host calls it once, before prepare(). On the run's context.
 */
void
pst_component_attach (PstComponent *component, PstContext *context, const char *plugin, const char *name, guint32 index)
{
  PstComponentPrivate *priv;

  g_return_if_fail (PST_IS_COMPONENT (component));
  g_return_if_fail (PST_IS_CONTEXT (context));
  g_return_if_fail (plugin != NULL && name != NULL);
  priv = private_of (component);
  g_return_if_fail (priv->context == NULL);

  g_set_weak_pointer (&priv->context, context);
  g_free (priv->name);
  g_free (priv->plugin);
  priv->name = g_strdup (name);
  priv->plugin = g_strdup (plugin);
  priv->index = index;
}

/**
 * pst_component_detach:
 * @component: a component that is not started
 *
 * Takes the component out of its run. The host calls it before the run goes. On the run's context.
 */
void
pst_component_detach (PstComponent *component)
{
  g_return_if_fail (PST_IS_COMPONENT (component));
  g_return_if_fail (!private_of (component)->started);

  forget_context (private_of (component));
}

static gboolean
option_is_set (PstComponent *component, GParamSpec *pspec)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autofree char *text = NULL;

  if (g_hash_table_contains (private_of (component)->options_set, pspec->name))
    return TRUE;
  g_value_init (&value, G_PARAM_SPEC_VALUE_TYPE (pspec));
  g_object_get_property (G_OBJECT (component), pspec->name, &value);
  text = pst_option_to_string (pspec, &value);
  return text[0] != '\0' && !g_param_value_defaults (pspec, &value);
}

static gboolean
check_required (PstComponent *component, GError **error)
{
  g_autofree GParamSpec **options = NULL;
  g_autoptr (GString) missing = g_string_new (NULL);
  guint n_options;

  options = pst_option_list (G_OBJECT_TYPE (component), &n_options);
  for (guint i = 0; i < n_options; i++)
    {
      g_autofree char *allowed = NULL;

      if ((options[i]->flags & PST_OPTION_REQUIRED) == 0 || option_is_set (component, options[i]))
        continue;
      allowed = pst_option_describe_allowed (options[i]);
      g_string_append_printf (missing, "%soption \"%s\" is required (%s)", missing->len > 0 ? "; " : "", options[i]->name, allowed);
    }
  if (missing->len == 0)
    return TRUE;
  g_set_error_literal (error, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING, missing->str);
  return FALSE;
}

/* Calls one step of a component's life; a failure without a word gets one. */
static gboolean
call_step (PstComponent *component, gboolean (*step) (PstComponent *, GError **), const char *what, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (step == NULL || step (component, &local_error))
    return TRUE;
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    g_set_error (error, PST_RUN_ERROR, PST_RUN_ERROR_COMPONENT,
                 "component \"%s\" of plugin \"%s\" failed to %s and did not say why; that is the plugin's defect",
                 pst_component_get_name (component), pst_component_get_plugin (component), what);
  return FALSE;
}

/**
 * pst_component_prepare:
 * @component: an attached component
 * @error: return location
 *
 * Checks that required options are set, then lets the component check its options against each other and read what others need from it.
 * Nothing is opened for writing. May be tried again after it failed. On the run's context.
 *
 * Returns: whether it is ready to start; otherwise %PST_OPTION_ERROR_MISSING or the component's error
 */
gboolean
pst_component_prepare (PstComponent *component, GError **error)
{
  PstComponentPrivate *priv;

  g_return_val_if_fail (PST_IS_COMPONENT (component), FALSE);
  priv = private_of (component);
  g_return_val_if_fail (priv->context != NULL, FALSE);
  g_return_val_if_fail (!priv->prepared && !priv->started, FALSE);

  if (!check_required (component, error) || (PST_IS_EXCHANGE (component) && !pst_exchange_prepare_calendar (PST_EXCHANGE (component), error)))
    return FALSE;
  priv->prepared = call_step (component, PST_COMPONENT_GET_CLASS (component)->prepare, "prepare", error);
  return priv->prepared;
}

/**
 * pst_component_start:
 * @component: a prepared component
 * @error: return location
 *
 * Starts it. One that fails is not started and is not stopped: it has to undo what it did. On the run's context.
 *
 * Returns: whether it runs now
 */
gboolean
pst_component_start (PstComponent *component, GError **error)
{
  PstComponentPrivate *priv;

  g_return_val_if_fail (PST_IS_COMPONENT (component), FALSE);
  priv = private_of (component);
  g_return_val_if_fail (priv->prepared && !priv->started, FALSE);

  priv->started = call_step (component, PST_COMPONENT_GET_CLASS (component)->start, "start", error);
  return priv->started;
}

/**
 * pst_component_stop:
 * @component: a started component
 *
 * Stops it. It may be started again without another prepare(). A started component that is disposed of is stopped too. On the
 * run's context.
 */
void
pst_component_stop (PstComponent *component)
{
  PstComponentPrivate *priv;

  g_return_if_fail (PST_IS_COMPONENT (component));
  priv = private_of (component);
  g_return_if_fail (priv->started);

  priv->started = FALSE;
  if (PST_COMPONENT_GET_CLASS (component)->stop != NULL)
    PST_COMPONENT_GET_CLASS (component)->stop (component);
}

/**
 * pst_component_is_started:
 * @component: a component
 *
 * Tells whether it is between start() and stop(). On the run's context.
 *
 * Returns: %TRUE when it is
 */
gboolean
pst_component_is_started (PstComponent *component)
{
  g_return_val_if_fail (PST_IS_COMPONENT (component), FALSE);

  return private_of (component)->started;
}

static gboolean
unknown_option (PstComponent *component, const char *option, GError **error)
{
  g_autofree GParamSpec **options = NULL;
  g_autofree const char **names = NULL;
  g_autofree char *list = NULL, *hint = NULL;
  const char *nearest;
  guint n_options;

  options = pst_option_list (G_OBJECT_TYPE (component), &n_options);
  names = g_new0 (const char *, n_options + 1);
  for (guint i = 0; i < n_options; i++)
    names[i] = options[i]->name;
  nearest = pst_nearest_name (option, names);
  hint = nearest != NULL ? g_strdup_printf ("; did you mean \"%s\"?", nearest) : g_strdup ("");
  list = g_strjoinv (", ", (char **)names);
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN, "unknown option \"%s\"%s (options: %s)", option, hint,
               n_options > 0 ? list : "none");
  return FALSE;
}

static gboolean
refuse_while_running (PstComponent *component, GParamSpec *pspec, GError **error)
{
  g_autofree GParamSpec **options = NULL;
  g_autoptr (GString) list = g_string_new (NULL);
  guint n_options;

  options = pst_option_list (G_OBJECT_TYPE (component), &n_options);
  for (guint i = 0; i < n_options; i++)
    if (options[i]->flags & PST_OPTION_LIVE)
      g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", options[i]->name);
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, "%s: cannot be changed while the run goes on; stop it first (what can be: %s)",
               pspec->name, list->len > 0 ? list->str : "nothing");
  return FALSE;
}

/* NULL with the error: no such option, not now, or no such value. */
static GParamSpec *
read_option (PstComponent *component, const char *option, const char *text, GValue *value, GError **error)
{
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (component), option);

  if (pspec == NULL || (pspec->flags & PST_OPTION) == 0 || g_strcmp0 (pspec->name, option) != 0)
    unknown_option (component, option, error);
  else if (private_of (component)->started && (pspec->flags & PST_OPTION_LIVE) == 0)
    refuse_while_running (component, pspec, error);
  else if (pst_option_parse (pspec, text, value, error))
    return pspec;
  return NULL;
}

/**
 * pst_component_check_option:
 * @component: a component
 * @option: the option's name
 * @text: its value as text
 * @error: return location
 *
 * Tells what pst_component_set_option() would say, but for what the other options say to it; changes nothing. Any thread.
 *
 * Returns: %FALSE with a %PST_OPTION_ERROR
 */
gboolean
pst_component_check_option (PstComponent *component, const char *option, const char *text, GError **error)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_return_val_if_fail (PST_IS_COMPONENT (component), FALSE);
  g_return_val_if_fail (option != NULL && text != NULL, FALSE);

  return read_option (component, option, text, &value, error) != NULL;
}

/**
 * pst_component_set_option:
 * @component: a component
 * @option: the option's name
 * @text: its value as text
 * @error: return location
 *
 * Sets an option from text, as pipeline files and --set do. After start() only options with %PST_OPTION_LIVE may be set, and the component looks
 * whether it goes together with the others. Paths are taken as they are: the host resolves them before. On the run's context.
 *
 * Returns: %FALSE with a %PST_OPTION_ERROR that names option, value, what is allowed and the nearest known name; nothing has changed then
 */
gboolean
pst_component_set_option (PstComponent *component, const char *option, const char *text, GError **error)
{
  g_auto (GValue) value = G_VALUE_INIT, before = G_VALUE_INIT;
  GParamSpec *pspec;

  g_return_val_if_fail (PST_IS_COMPONENT (component), FALSE);
  g_return_val_if_fail (option != NULL && text != NULL, FALSE);

  pspec = read_option (component, option, text, &value, error);
  if (pspec == NULL)
    return FALSE;
  g_value_init (&before, G_PARAM_SPEC_VALUE_TYPE (pspec));
  if (private_of (component)->started)
    g_object_get_property (G_OBJECT (component), pspec->name, &before);
  g_object_set_property (G_OBJECT (component), pspec->name, &value);
  if (private_of (component)->started && PST_COMPONENT_GET_CLASS (component)->check_options != NULL
      && !PST_COMPONENT_GET_CLASS (component)->check_options (component, error))
    {
      g_object_set_property (G_OBJECT (component), pspec->name, &before);
      PST_COMPONENT_GET_CLASS (component)->check_options (component, NULL);
      return FALSE;
    }
  g_hash_table_add (private_of (component)->options_set, (gpointer)pspec->name);
  return TRUE;
}

/**
 * pst_component_raise_alert:
 * @component: an attached component
 * @severity: how bad it is
 * @category: what it is about, lower_case_words
 * @title: one line
 * @format: printf format of the message
 * @...: its values
 *
 * Tells people: emits #PstComponent::alert-raised. What is too long for the record is cut. On the run's context.
 */
void
pst_component_raise_alert (PstComponent *component, PstSeverity severity, const char *category, const char *title, const char *format, ...)
{
  PstComponentPrivate *priv;
  g_autofree char *message = NULL;
  PstRecord record = { .kind = PST_RECORD_ALERT };
  va_list arguments;

  g_return_if_fail (PST_IS_COMPONENT (component));
  g_return_if_fail (category != NULL && title != NULL && format != NULL);
  priv = private_of (component);

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  record.time_ns = priv->context != NULL ? pst_context_now_ns (priv->context) : 0;
  record.alert.severity = severity;
  record.alert.component = priv->index;
  pst_text_copy (record.alert.category, sizeof record.alert.category, category);
  pst_text_copy (record.alert.title, sizeof record.alert.title, title);
  pst_text_copy (record.alert.message, sizeof record.alert.message, message);
  g_signal_emit (component, signals[SIGNAL_ALERT_RAISED], 0, &record);
}

static gboolean
is_action (guint id)
{
  GSignalQuery query;

  g_signal_query (id, &query);
  return (query.signal_flags & G_SIGNAL_ACTION) != 0 && query.return_type == G_TYPE_NONE && query.n_params == 1
         && (query.param_types[0] & ~G_SIGNAL_TYPE_STATIC_SCOPE) == G_TYPE_STRING;
}

/**
 * pst_component_has_action:
 * @component: a component
 * @action: a name, for example "release"
 *
 * Tells whether pst_component_act() can have it done. Any thread.
 *
 * Returns: whether its type has that action
 */
gboolean
pst_component_has_action (PstComponent *component, const char *action)
{
  guint id;

  g_return_val_if_fail (PST_IS_COMPONENT (component), FALSE);
  g_return_val_if_fail (action != NULL, FALSE);

  id = g_signal_lookup (action, G_OBJECT_TYPE (component));
  return id != 0 && is_action (id);
}

/* The names of a type's actions, base class first; "none" when it has none. */
static char *
list_actions (GType type)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (; g_type_is_a (type, PST_TYPE_COMPONENT); type = g_type_parent (type))
    {
      g_autofree guint *ids = NULL;
      guint n_ids;

      ids = g_signal_list_ids (type, &n_ids);
      for (guint i = 0; i < n_ids; i++)
        if (is_action (ids[i]))
          g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", g_signal_name (ids[i]));
    }
  return names->len > 0 ? g_string_free (g_steal_pointer (&names), FALSE) : g_strdup ("none");
}

/**
 * pst_component_act:
 * @component: a component
 * @action: the action's name, for example "release"
 * @reason: why, and who wants it; for people and records
 * @error: return location
 *
 * Has the component do it, at once. On the run's context. Errors: %PST_OPTION_ERROR_UNKNOWN, which names its actions; %PST_RUN_ERROR_STATE.
 *
 * Returns: whether it was called
 */
gboolean
pst_component_act (PstComponent *component, const char *action, const char *reason, GError **error)
{
  g_autofree char *actions = NULL;

  g_return_val_if_fail (PST_IS_COMPONENT (component), FALSE);
  g_return_val_if_fail (action != NULL && reason != NULL, FALSE);

  if (!pst_component_has_action (component, action))
    {
      actions = list_actions (G_OBJECT_TYPE (component));
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN, "\"%s\" has no action \"%s\" (actions: %s)", pst_component_get_name (component),
                   action, actions);
      return FALSE;
    }
  if (!private_of (component)->started)
    {
      g_set_error (error, PST_RUN_ERROR, PST_RUN_ERROR_STATE, "\"%s\" is not started, so there is nothing to \"%s\"",
                   pst_component_get_name (component), action);
      return FALSE;
    }
  g_signal_emit (component, g_signal_lookup (action, G_OBJECT_TYPE (component)), 0, reason);
  return TRUE;
}
