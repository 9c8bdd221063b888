/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* [host], declared once. The property order is the order of the documents. Every limit has its default here. */

#include "pst-host-settings.h"

#include <string.h>

#include "pst-option-set.h"

#define GROUP_HOST "host"

enum
{
  PROP_0,
  PROP_STATE_FOLDER,
  PROP_PIPELINES,
  PROP_ON_RESTART,
  PROP_RUNS_MAX,
  PROP_RUNS_PER_USER_MAX,
  PROP_FINISHED_PER_USER_MAX,
  PROP_VIEWS_MAX,
  PROP_LIST_MAX,
  PROP_EVENTS_MAX,
  PROP_EVENTS_PER_SECOND,
  PROP_START_TIMEOUT,
  PROP_STOP_TIMEOUT,
  PROP_COMMAND_TIMEOUT,
  N_PROPS,
};

G_DEFINE_ENUM_TYPE (PstOnRestart, pst_on_restart, G_DEFINE_ENUM_VALUE (PST_ON_RESTART_RESUME, "resume"),
                    G_DEFINE_ENUM_VALUE (PST_ON_RESTART_STOP, "stop"))

/**
 * pst_on_restart_to_string:
 * @policy: what becomes of a run
 *
 * Returns: (transfer none): "resume" or "stop"
 */
const char *
pst_on_restart_to_string (PstOnRestart policy)
{
  return policy == PST_ON_RESTART_STOP ? "stop" : "resume";
}

/**
 * pst_on_restart_from_string:
 * @text: "resume" or "stop"
 * @policy: (out): what it says
 *
 * Returns: %FALSE for any other text
 */
gboolean
pst_on_restart_from_string (const char *text, PstOnRestart *policy)
{
  *policy = strcmp (text, "stop") == 0 ? PST_ON_RESTART_STOP : PST_ON_RESTART_RESUME;
  return strcmp (text, pst_on_restart_to_string (*policy)) == 0;
}

G_DEFINE_FINAL_TYPE (PstHostSettings, pst_host_settings, G_TYPE_OBJECT)

/* Where a number option is kept; NULL for an option of another type. */
static guint *
find_number (PstHostSettings *self, guint id)
{
  switch (id)
    {
    case PROP_RUNS_MAX:
      return &self->runs_max;
    case PROP_RUNS_PER_USER_MAX:
      return &self->runs_per_user_max;
    case PROP_FINISHED_PER_USER_MAX:
      return &self->finished_per_user_max;
    case PROP_VIEWS_MAX:
      return &self->views_max;
    case PROP_LIST_MAX:
      return &self->list_max;
    case PROP_EVENTS_MAX:
      return &self->events_max;
    case PROP_EVENTS_PER_SECOND:
      return &self->events_per_second;
    default:
      return NULL;
    }
}

static gint64 *
find_duration (PstHostSettings *self, guint id)
{
  switch (id)
    {
    case PROP_START_TIMEOUT:
      return &self->start_timeout_ns;
    case PROP_STOP_TIMEOUT:
      return &self->stop_timeout_ns;
    case PROP_COMMAND_TIMEOUT:
      return &self->command_timeout_ns;
    default:
      return NULL;
    }
}

static void
pst_host_settings_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PstHostSettings *self = PST_HOST_SETTINGS (object);
  guint *number = find_number (self, id);
  gint64 *duration = find_duration (self, id);

  if (number != NULL)
    *number = g_value_get_uint (value);
  else if (duration != NULL)
    *duration = g_value_get_int64 (value);
  else if (id == PROP_ON_RESTART)
    self->on_restart = (PstOnRestart)g_value_get_enum (value);
  else if (id == PROP_STATE_FOLDER)
    {
      g_free (self->state_folder);
      self->state_folder = g_value_dup_string (value);
    }
  else if (id == PROP_PIPELINES)
    {
      g_free (self->pipelines);
      self->pipelines = g_value_dup_string (value);
    }
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (self, id, pspec);
}

static void
pst_host_settings_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PstHostSettings *self = PST_HOST_SETTINGS (object);
  const guint *number = find_number (self, id);
  const gint64 *duration = find_duration (self, id);

  if (number != NULL)
    g_value_set_uint (value, *number);
  else if (duration != NULL)
    g_value_set_int64 (value, *duration);
  else if (id == PROP_ON_RESTART)
    g_value_set_enum (value, (int)self->on_restart);
  else if (id == PROP_STATE_FOLDER)
    g_value_set_string (value, self->state_folder);
  else if (id == PROP_PIPELINES)
    g_value_set_string (value, self->pipelines);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (self, id, pspec);
}

static void
pst_host_settings_finalize (GObject *object)
{
  PstHostSettings *self = PST_HOST_SETTINGS (object);

  g_free (self->state_folder);
  g_free (self->pipelines);
  G_OBJECT_CLASS (pst_host_settings_parent_class)->finalize (object);
}

static void
install_places (GObjectClass *object_class)
{
  g_object_class_install_property (
      object_class, PROP_STATE_FOLDER,
      g_param_spec_string ("state-folder", "State folder",
                           "Where the host remembers its runs; made with mode 0700 when it is not there. One host a folder", NULL,
                           PST_OPTION_READWRITE | PST_OPTION_REQUIRED | PST_OPTION_PATH));
  g_object_class_install_property (
      object_class, PROP_PIPELINES,
      g_param_spec_string (
          "pipelines", "Pipelines",
          "The folder of the pipelines that may be run by name: NAME.pipeline for all users, USER/NAME.pipeline for one. Unset: none", NULL,
          PST_OPTION_READWRITE | PST_OPTION_PATH));
  g_object_class_install_property (
      object_class, PROP_ON_RESTART,
      g_param_spec_enum ("on-restart", "On restart",
                         "What becomes of runs that a crash of the host cut off, unless they say it themselves: they go on (resume), or what they "
                         "left open is cancelled and they end (stop)",
                         pst_on_restart_get_type (), PST_ON_RESTART_RESUME, PST_OPTION_READWRITE | G_PARAM_CONSTRUCT));
}

static void
install_number (GObjectClass *object_class, guint id, const char *name, const char *nick, const char *blurb, guint maximum, guint standard)
{
  g_object_class_install_property (object_class, id,
                                   g_param_spec_uint (name, nick, blurb, 1, maximum, standard, PST_OPTION_READWRITE | G_PARAM_CONSTRUCT));
}

static void
install_limits (GObjectClass *object_class)
{
  install_number (object_class, PROP_RUNS_MAX, "max-runs", "Runs", "The most runs that have not ended, of all users", 10000, 200);
  install_number (object_class, PROP_RUNS_PER_USER_MAX, "max-runs-per-user", "Runs of a user", "The most runs of one user that have not ended", 1000,
                  20);
  install_number (object_class, PROP_FINISHED_PER_USER_MAX, "max-finished-per-user", "Ended runs of a user",
                  "The most runs of one user that ended and are remembered; beyond, the oldest is forgotten, its ledger and journal stay", 100000,
                  1000);
  install_number (object_class, PROP_VIEWS_MAX, "max-views", "Lists of ended runs",
                  "How many ended runs keep their lists of orders, fills, positions, equity and alerts: the newest", 10000, 50);
  install_number (object_class, PROP_LIST_MAX, "max-list", "Lists",
                  "How many closed orders, fills, points of equity and alerts of a run are kept for lists, of each the newest", 10000, 1000);
  install_number (object_class, PROP_EVENTS_MAX, "max-events", "Events", "The most events of one run that wait to be published; more are lost",
                  100000, 1000);
  install_number (object_class, PROP_EVENTS_PER_SECOND, "max-events-per-second", "Rate of events",
                  "The most events of one run that are published in a second", 100000, 200);
}

static void
install_durations (GObjectClass *object_class)
{
  const GParamFlags flags = PST_OPTION_READWRITE | G_PARAM_CONSTRUCT;

  g_object_class_install_property (
      object_class, PROP_START_TIMEOUT,
      pst_param_spec_duration ("start-timeout", "Start timeout", "How long start waits until the run is RUNNING", "1ms", "1h", "30s", flags));
  g_object_class_install_property (object_class, PROP_STOP_TIMEOUT,
                                   pst_param_spec_duration ("stop-timeout", "Stop timeout",
                                                            "How long stop, and the host when it ends, wait for a run to end in order", "1ms", "1h",
                                                            "30s", flags));
  g_object_class_install_property (
      object_class, PROP_COMMAND_TIMEOUT,
      pst_param_spec_duration ("command-timeout", "Command timeout", "How long a command waits until the run has obeyed", "1ms", "1m", "2s", flags));
}

static void
pst_host_settings_class_init (PstHostSettingsClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->set_property = pst_host_settings_set_property;
  object_class->get_property = pst_host_settings_get_property;
  object_class->finalize = pst_host_settings_finalize;
  install_places (object_class);
  install_limits (object_class);
  install_durations (object_class);
}

static void
pst_host_settings_init (PstHostSettings *self)
{
}

/**
 * pst_host_settings_new:
 *
 * Returns: (transfer full): settings at their defaults, without folders
 */
PstHostSettings *
pst_host_settings_new (void)
{
  return g_object_new (PST_TYPE_HOST_SETTINGS, NULL);
}

/**
 * pst_host_settings_list:
 * @n_options: (out): how many
 *
 * The options of the [host] group, for messages and documents. Any thread.
 *
 * Returns: (transfer container) (array length=n_options): the options; free with g_free()
 */
GParamSpec **
pst_host_settings_list (guint *n_options)
{
  g_autoptr (GTypeClass) class = g_type_class_ref (PST_TYPE_HOST_SETTINGS);

  return g_object_class_list_properties (G_OBJECT_CLASS (class), n_options);
}

static void
resolve (char **path, const char *folder)
{
  char *resolved = *path != NULL && **path != '\0' ? pst_value_path_resolve (*path, folder) : NULL;

  g_free (*path);
  *path = resolved;
}

/**
 * pst_host_settings_read:
 * @text: a key file
 * @folder: where relative paths start
 * @problems: where to add what is wrong
 *
 * Reads the group [host]. Blocks on the disk for values from files.
 *
 * Returns: (transfer full): what could be read, everything else at its default
 */
PstHostSettings *
pst_host_settings_read (const PstKeyText *text, const char *folder, GPtrArray *problems)
{
  const PstKeyGroup *group = pst_key_text_find (text, GROUP_HOST);
  g_autoptr (GPtrArray) assignments = g_ptr_array_new_with_free_func (g_free);
  PstHostSettings *settings = pst_host_settings_new ();
  PstOptionGroup options = { .name = GROUP_HOST, .owner = "[host]", .folder = folder };
  g_autofree GParamSpec **list = pst_host_settings_list (&options.n_options);
  g_autoptr (PstOptionSet) set = NULL;

  options.options = list;
  options.line = group != NULL ? group->line : 0;
  for (guint i = 0; group != NULL && i < group->entries->len; i++)
    {
      const PstKeyEntry *entry = group->entries->pdata[i];
      PstAssignment *assignment = g_new0 (PstAssignment, 1);

      *assignment = (PstAssignment){ { .line = entry->line, .group = GROUP_HOST, .key = entry->key }, entry->value, entry->broken };
      g_ptr_array_add (assignments, assignment);
    }
  set = pst_option_set_read (&options, assignments, problems);
  pst_option_set_apply_to_object (set, G_OBJECT (settings), NULL); /* every value was read before */
  resolve (&settings->state_folder, folder);
  resolve (&settings->pipelines, folder);
  return settings;
}
