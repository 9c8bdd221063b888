/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* [pipeline], declared once. The property order is the order of the documents. */

#include "pst-pipeline-options.h"

#include <string.h>

#include "../engine/pst-audit-trail.h"
#include "pst-problem.h"

#define SNAPSHOTS_DEFAULT 1000000
#define SNAPSHOTS_MAX G_GUINT64_CONSTANT (1000000000000)

enum
{
  PROP_0,
  PROP_NAME,
  PROP_DESCRIPTION,
  PROP_MODE,
  PROP_USER,
  PROP_RUN_ID,
  PROP_CURRENCY,
  PROP_SEED,
  PROP_GUARDS,
  PROP_CANCEL_ON_HALT,
  PROP_FLATTEN_ON_END,
  PROP_TICK_INTERVAL,
  PROP_AUDIT,
  PROP_SNAPSHOT_INTERVAL,
  PROP_SNAPSHOT_LEVELS,
  PROP_SNAPSHOTS_MAX,
  PROP_STATE_FILE,
  PROP_STATE_INTERVAL,
  N_PROPS,
};

/* What guards= says: nothing special, or that an empty chain is meant. */
enum
{
  GUARDS_REQUIRED,
  GUARDS_NONE,
};

static GType guards_get_type (void);
G_DEFINE_ENUM_TYPE (PstPipelineGuards, guards, G_DEFINE_ENUM_VALUE (GUARDS_REQUIRED, "required"), G_DEFINE_ENUM_VALUE (GUARDS_NONE, "none"))

/* What audit= says; by itself, orders are audited in paper and live only. */
#define AUDIT_AUTO (-1)

static GType audit_get_type (void);
G_DEFINE_ENUM_TYPE (PstPipelineAudit, audit, G_DEFINE_ENUM_VALUE (AUDIT_AUTO, "auto"), G_DEFINE_ENUM_VALUE (PST_AUDIT_OFF, "off"),
                    G_DEFINE_ENUM_VALUE (PST_AUDIT_STATE, "state"), G_DEFINE_ENUM_VALUE (PST_AUDIT_ORDERS, "orders"))

G_DEFINE_FINAL_TYPE (PstPipelineOptions, pst_pipeline_options, G_TYPE_OBJECT)

static void
take_string (char **field, const GValue *value)
{
  g_free (*field);
  *field = g_value_dup_string (value);
}

/* What is recorded besides trading. */
static void
set_record_option (PstPipelineOptions *self, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_AUDIT:
      self->audit = g_value_get_enum (value);
      break;
    case PROP_SNAPSHOT_INTERVAL:
      self->snapshot_interval_ns = g_value_get_int64 (value);
      break;
    case PROP_SNAPSHOT_LEVELS:
      self->snapshot_levels = g_value_get_uint (value);
      break;
    case PROP_SNAPSHOTS_MAX:
      self->snapshots_max = g_value_get_uint64 (value);
      break;
    case PROP_STATE_FILE:
      take_string (&self->state_file, value);
      break;
    case PROP_STATE_INTERVAL:
      self->state_interval_ns = g_value_get_int64 (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (self, id, pspec);
    }
}

static void
get_record_option (PstPipelineOptions *self, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_AUDIT:
      g_value_set_enum (value, self->audit);
      break;
    case PROP_SNAPSHOT_INTERVAL:
      g_value_set_int64 (value, self->snapshot_interval_ns);
      break;
    case PROP_SNAPSHOT_LEVELS:
      g_value_set_uint (value, self->snapshot_levels);
      break;
    case PROP_SNAPSHOTS_MAX:
      g_value_set_uint64 (value, self->snapshots_max);
      break;
    case PROP_STATE_FILE:
      g_value_set_string (value, self->state_file);
      break;
    case PROP_STATE_INTERVAL:
      g_value_set_int64 (value, self->state_interval_ns);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (self, id, pspec);
    }
}

static void
pst_pipeline_options_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PstPipelineOptions *self = PST_PIPELINE_OPTIONS (object);

  switch (id)
    {
    case PROP_NAME:
      take_string (&self->name, value);
      break;
    case PROP_DESCRIPTION:
      take_string (&self->description, value);
      break;
    case PROP_MODE:
      self->mode = (PstMode)g_value_get_enum (value);
      break;
    case PROP_USER:
      take_string (&self->user, value);
      break;
    case PROP_RUN_ID:
      take_string (&self->run_id, value);
      break;
    case PROP_CURRENCY:
      take_string (&self->currency, value);
      break;
    case PROP_SEED:
      self->seed = g_value_get_uint64 (value);
      break;
    case PROP_GUARDS:
      self->guards_none = g_value_get_enum (value) == GUARDS_NONE;
      break;
    case PROP_CANCEL_ON_HALT:
      self->cancel_on_halt = g_value_get_boolean (value);
      break;
    case PROP_FLATTEN_ON_END:
      self->flatten_on_end = g_value_get_boolean (value);
      break;
    case PROP_TICK_INTERVAL:
      self->tick_interval_ns = g_value_get_int64 (value);
      break;
    default:
      set_record_option (self, id, value, pspec);
    }
}

static void
pst_pipeline_options_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PstPipelineOptions *self = PST_PIPELINE_OPTIONS (object);

  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_DESCRIPTION:
      g_value_set_string (value, self->description);
      break;
    case PROP_MODE:
      g_value_set_enum (value, (int)self->mode);
      break;
    case PROP_USER:
      g_value_set_string (value, self->user);
      break;
    case PROP_RUN_ID:
      g_value_set_string (value, self->run_id);
      break;
    case PROP_CURRENCY:
      g_value_set_string (value, self->currency);
      break;
    case PROP_SEED:
      g_value_set_uint64 (value, self->seed);
      break;
    case PROP_GUARDS:
      g_value_set_enum (value, self->guards_none ? GUARDS_NONE : GUARDS_REQUIRED);
      break;
    case PROP_CANCEL_ON_HALT:
      g_value_set_boolean (value, self->cancel_on_halt);
      break;
    case PROP_FLATTEN_ON_END:
      g_value_set_boolean (value, self->flatten_on_end);
      break;
    case PROP_TICK_INTERVAL:
      g_value_set_int64 (value, self->tick_interval_ns);
      break;
    default:
      get_record_option (self, id, value, pspec);
    }
}

static void
pst_pipeline_options_finalize (GObject *object)
{
  PstPipelineOptions *self = PST_PIPELINE_OPTIONS (object);

  g_free (self->name);
  g_free (self->description);
  g_free (self->user);
  g_free (self->run_id);
  g_free (self->currency);
  g_free (self->state_file);
  G_OBJECT_CLASS (pst_pipeline_options_parent_class)->finalize (object);
}

static void
install_names (GObjectClass *object_class)
{
  const GParamFlags flags = PST_OPTION_READWRITE | G_PARAM_CONSTRUCT;

  g_object_class_install_property (object_class, PROP_NAME,
                                   g_param_spec_string ("name", "Name",
                                                        "The pipeline's name, from which run ids are made: up to 48 of a-z, 0-9 and '-'", NULL,
                                                        PST_OPTION_READWRITE | PST_OPTION_REQUIRED));
  g_object_class_install_property (
      object_class, PROP_DESCRIPTION,
      g_param_spec_string ("description", "Description", "What the pipeline is for, in a line; nothing depends on it", NULL, flags));
  g_object_class_install_property (object_class, PROP_MODE,
                                   g_param_spec_enum ("mode", "Mode",
                                                      "Historical data and simulated time (backtest), live data and simulated fills (paper), "
                                                      "or live data and real orders (live)",
                                                      PST_TYPE_MODE, PST_MODE_BACKTEST, flags));
  g_object_class_install_property (
      object_class, PROP_USER,
      g_param_spec_string ("user", "User", "Whose run it is: up to 63 letters, digits, '-', '_', '.' and '@'", "local", flags));
  g_object_class_install_property (
      object_class, PROP_RUN_ID,
      g_param_spec_string ("run-id", "Run id",
                           "The run's name in every store: up to 63 letters, digits, '-', '_' and '.'; auto: NAME-1, NAME-2, "
                           "..., the first that no store has",
                           PST_RUN_ID_AUTO, flags));
  g_object_class_install_property (object_class, PROP_CURRENCY,
                                   g_param_spec_string ("currency", "Base currency", "The currency in which equity is told", "USD", flags));
}

static void
install_behaviour (GObjectClass *object_class)
{
  const GParamFlags flags = PST_OPTION_READWRITE | G_PARAM_CONSTRUCT;

  g_object_class_install_property (
      object_class, PROP_SEED,
      g_param_spec_uint64 ("seed", "Seed", "Of all random numbers: the same seed and inputs give the same run", 0, G_MAXUINT64, 1, flags));
  g_object_class_install_property (object_class, PROP_GUARDS,
                                   g_param_spec_enum ("guards", "Guards",
                                                      "In paper and live at least one guard is required; none says that an empty chain is meant",
                                                      guards_get_type (), GUARDS_REQUIRED, flags));
  g_object_class_install_property (
      object_class, PROP_CANCEL_ON_HALT,
      g_param_spec_boolean ("cancel-on-halt", "Cancel on halt", "Whether resting orders are cancelled when trading is halted", TRUE, flags));
  g_object_class_install_property (
      object_class, PROP_FLATTEN_ON_END,
      g_param_spec_boolean ("flatten-on-end", "Flatten on end", "Whether positions are closed when the data end", FALSE, flags));
  g_object_class_install_property (
      object_class, PROP_TICK_INTERVAL,
      pst_param_spec_duration ("tick-interval", "Tick interval",
                               "The least logical time between two records of cash, mark-to-market and equity; 0s records each", "0s", "366d", "0s",
                               flags));
}

static void
install_records (GObjectClass *object_class)
{
  const GParamFlags flags = PST_OPTION_READWRITE | G_PARAM_CONSTRUCT;

  g_object_class_install_property (
      object_class, PROP_AUDIT,
      g_param_spec_enum ("audit", "Audit",
                         "What goes into the audit chain: nothing (off), what changes the run's state (state), also every "
                         "order that is sent, denied or refused (orders); auto: state in a backtest, else orders",
                         audit_get_type (), AUDIT_AUTO, flags));
  g_object_class_install_property (
      object_class, PROP_SNAPSHOT_INTERVAL,
      pst_param_spec_duration ("snapshot-interval", "Snapshot interval",
                               "The least logical time between two recorded snapshots of an order book; 0s records none. With it, opportunities have "
                               "the books of their cycle recorded too",
                               "0s", "366d", "0s", flags));
  g_object_class_install_property (object_class, PROP_SNAPSHOT_LEVELS,
                                   g_param_spec_uint ("snapshot-levels", "Snapshot levels", "Levels a side in a snapshot, the best first", 1,
                                                      PST_SNAPSHOT_LEVELS_MAX, PST_SNAPSHOT_LEVELS_MAX, flags));
  g_object_class_install_property (
      object_class, PROP_SNAPSHOTS_MAX,
      g_param_spec_uint64 ("snapshots-max", "Snapshots", "The most snapshots of order books in one run", 0, SNAPSHOTS_MAX, SNAPSHOTS_DEFAULT, flags));
  g_object_class_install_property (
      object_class, PROP_STATE_FILE,
      g_param_spec_string ("state-file", "State file",
                           "Where a paper or live run remembers its trading state, counters and guards over a restart. Unset: NAME@USER.state in the "
                           "folder of the first store that has a path; empty: nowhere",
                           NULL, flags | PST_OPTION_PATH));
  g_object_class_install_property (object_class, PROP_STATE_INTERVAL,
                                   pst_param_spec_duration ("state-interval", "State interval",
                                                            "The time between two recorded snapshots of that state; 0s: only one, at the end", "0s",
                                                            "366d", "1m", flags));
}

static void
pst_pipeline_options_class_init (PstPipelineOptionsClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->set_property = pst_pipeline_options_set_property;
  object_class->get_property = pst_pipeline_options_get_property;
  object_class->finalize = pst_pipeline_options_finalize;
  install_names (object_class);
  install_behaviour (object_class);
  install_records (object_class);
}

static void
pst_pipeline_options_init (PstPipelineOptions *self)
{
}

PstPipelineOptions *
pst_pipeline_options_new (void)
{
  return g_object_new (PST_TYPE_PIPELINE_OPTIONS, NULL);
}

static GPtrArray *
make_list (GParamSpec **specs, guint n_specs)
{
  GPtrArray *list = g_ptr_array_sized_new (n_specs);

  for (guint i = 0; i < n_specs; i++)
    g_ptr_array_add (list, specs[i]);
  g_free (specs);
  return list;
}

/**
 * pst_pipeline_options_list:
 * @n_options: (out): how many
 *
 * The options of the [pipeline] group, for messages and documents. Any thread.
 *
 * Returns: (transfer container) (array length=n_options): the options; free with g_free()
 */
GParamSpec **
pst_pipeline_options_list (guint *n_options)
{
  static GPtrArray *options;

  /* They are sorted once: every pipeline that is built asks. */
  if (g_once_init_enter (&options))
    {
      g_autoptr (GTypeClass) class = g_type_class_ref (PST_TYPE_PIPELINE_OPTIONS);
      guint n;
      GParamSpec **list = g_object_class_list_properties (G_OBJECT_CLASS (class), &n);

      g_once_init_leave (&options, make_list (list, n));
    }
  *n_options = options->len;
  return g_memdup2 (options->pdata, options->len * sizeof (GParamSpec *));
}

static gboolean
is_word (const char *text, const char *others, gsize length_max)
{
  gsize length = strlen (text);

  if (length == 0 || length > length_max || !g_ascii_isalnum (*text))
    return FALSE;
  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && strchr (others, *p) == NULL)
      return FALSE;
  return TRUE;
}

gboolean
pst_component_name_is_valid (const char *name)
{
  gsize length = strlen (name);

  return is_word (name, "-", PST_NAME_SIZE - 1) && strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

/**
 * pst_pipeline_options_check:
 * @option: an option of the [pipeline] group
 * @text: its value, which its type allows
 *
 * Checks what a string option's type cannot say.
 *
 * Returns: (transfer full) (nullable): what is allowed, when @text is not
 */
char *
pst_pipeline_options_check (const char *option, const char *text)
{
  if (strcmp (option, "name") == 0 && !(pst_component_name_is_valid (text) && strlen (text) <= 48))
    return g_strdup ("up to 48 of a-z, 0-9 and '-', beginning with a letter or digit");
  if (strcmp (option, "user") == 0 && !is_word (text, "-_.@", PST_NAME_SIZE - 1))
    return g_strdup ("up to 63 letters, digits, '-', '_', '.' and '@', beginning with a letter or digit");
  if (strcmp (option, "run-id") == 0 && !is_word (text, "-_.", PST_NAME_SIZE - 1))
    return g_strdup ("auto, or up to 63 letters, digits, '-', '_' and '.', beginning with a letter or digit");
  if (strcmp (option, "currency") == 0 && pst_currency_get (text, NULL) == NULL)
    return g_strdup ("currency code of 1 to 15 of A-Z, 0-9, '.', '_' and '-', like USD");
  return NULL;
}
