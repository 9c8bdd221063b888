/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* [bus] and [users], declared once. Names of groups and logins become numbers when the file is read: at a call nobody should wait for a directory
 * service, and a name that does not exist is an error of the file. */

#include "pst-bus-settings.h"

#include "../host/pst-option-set.h"
#include "../host/pst-pipeline-options.h"

#include <grp.h>
#include <pwd.h>
#include <string.h>

#define GROUP_BUS "bus"
#define GROUP_USERS "users"

enum
{
  PROP_0,
  PROP_POLKIT,
  PROP_POLKIT_TIMEOUT,
  PROP_INTERACTIVE_TIMEOUT,
  PROP_CALLS_MAX,
  PROP_SIGNALS_MAX,
  PROP_TRADE_GROUPS,
  PROP_RELEASE_GROUPS,
  PROP_ADMIN_GROUPS,
};

G_DEFINE_FINAL_TYPE (PstBusSettings, pst_bus_settings, G_TYPE_OBJECT)

static char ***
find_list (PstBusSettings *self, guint id)
{
  if (id == PROP_TRADE_GROUPS)
    return &self->trade_groups;
  return id == PROP_RELEASE_GROUPS ? &self->release_groups : &self->admin_groups;
}

static void
pst_bus_settings_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PstBusSettings *self = PST_BUS_SETTINGS (object);

  switch (id)
    {
    case PROP_POLKIT:
      self->polkit = g_value_get_boolean (value);
      break;
    case PROP_POLKIT_TIMEOUT:
      self->polkit_timeout_ns = g_value_get_int64 (value);
      break;
    case PROP_INTERACTIVE_TIMEOUT:
      self->interactive_timeout_ns = g_value_get_int64 (value);
      break;
    case PROP_CALLS_MAX:
      self->calls_max = g_value_get_uint (value);
      break;
    case PROP_SIGNALS_MAX:
      self->signals_max = g_value_get_uint (value);
      break;
    case PROP_TRADE_GROUPS:
    case PROP_RELEASE_GROUPS:
    case PROP_ADMIN_GROUPS:
      g_strfreev (*find_list (self, id));
      *find_list (self, id) = g_value_dup_boxed (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (self, id, pspec);
    }
}

static void
pst_bus_settings_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PstBusSettings *self = PST_BUS_SETTINGS (object);

  switch (id)
    {
    case PROP_POLKIT:
      g_value_set_boolean (value, self->polkit);
      break;
    case PROP_POLKIT_TIMEOUT:
      g_value_set_int64 (value, self->polkit_timeout_ns);
      break;
    case PROP_INTERACTIVE_TIMEOUT:
      g_value_set_int64 (value, self->interactive_timeout_ns);
      break;
    case PROP_CALLS_MAX:
      g_value_set_uint (value, self->calls_max);
      break;
    case PROP_SIGNALS_MAX:
      g_value_set_uint (value, self->signals_max);
      break;
    case PROP_TRADE_GROUPS:
    case PROP_RELEASE_GROUPS:
    case PROP_ADMIN_GROUPS:
      g_value_set_boxed (value, *find_list (self, id));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (self, id, pspec);
    }
}

static void
pst_bus_settings_finalize (GObject *object)
{
  PstBusSettings *self = PST_BUS_SETTINGS (object);

  g_strfreev (self->trade_groups);
  g_strfreev (self->release_groups);
  g_strfreev (self->admin_groups);
  g_hash_table_unref (self->permissions);
  g_hash_table_unref (self->users);
  G_OBJECT_CLASS (pst_bus_settings_parent_class)->finalize (object);
}

static void
install_groups (GObjectClass *object_class)
{
  g_object_class_install_property (object_class, PROP_TRADE_GROUPS,
                                   g_param_spec_boxed ("trade-groups", "Groups that trade",
                                                       "Unix groups whose members may create and start runs, close positions and change options, "
                                                       "without polkit being asked",
                                                       G_TYPE_STRV, PST_OPTION_READWRITE));
  g_object_class_install_property (object_class, PROP_RELEASE_GROUPS,
                                   g_param_spec_boxed ("release-groups", "Groups that release",
                                                       "Unix groups whose members may let trading go on that was halted, without polkit being asked",
                                                       G_TYPE_STRV, PST_OPTION_READWRITE));
  g_object_class_install_property (
      object_class, PROP_ADMIN_GROUPS,
      g_param_spec_boxed ("admin-groups", "Groups of administrators",
                          "Unix groups whose members may do everything, also with the runs of others, without polkit being asked", G_TYPE_STRV,
                          PST_OPTION_READWRITE));
}

static void
pst_bus_settings_class_init (PstBusSettingsClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  const GParamFlags flags = PST_OPTION_READWRITE | G_PARAM_CONSTRUCT;

  object_class->set_property = pst_bus_settings_set_property;
  object_class->get_property = pst_bus_settings_get_property;
  object_class->finalize = pst_bus_settings_finalize;
  g_object_class_install_property (
      object_class, PROP_POLKIT,
      g_param_spec_boolean ("polkit", "polkit", "Whether polkit is asked, on the system bus, for what no group grants; otherwise it is denied", TRUE,
                            flags));
  g_object_class_install_property (object_class, PROP_POLKIT_TIMEOUT,
                                   pst_param_spec_duration ("polkit-timeout", "polkit timeout",
                                                            "How long polkit's answer is waited for; then the call is denied", "1ms", "1m", "5s",
                                                            flags));
  g_object_class_install_property (object_class, PROP_INTERACTIVE_TIMEOUT,
                                   pst_param_spec_duration ("interactive-timeout", "Interactive timeout",
                                                            "The same when polkit may ask people for a password", "1s", "10m", "2m", flags));
  g_object_class_install_property (object_class, PROP_CALLS_MAX,
                                   g_param_spec_uint ("max-calls", "Calls",
                                                      "The most calls of one user that are not answered yet; more are told to come back", 1, 1000, 32,
                                                      flags));
  g_object_class_install_property (object_class, PROP_SIGNALS_MAX,
                                   g_param_spec_uint ("max-signals", "Signals",
                                                      "The most signals of one kind and run a second; how many were left out is told", 1, 10000, 50,
                                                      flags));
  install_groups (object_class);
}

static void
pst_bus_settings_init (PstBusSettings *self)
{
  self->permissions = g_hash_table_new (NULL, NULL);
  self->users = g_hash_table_new_full (NULL, NULL, NULL, g_free);
}

/**
 * pst_bus_settings_new:
 *
 * Returns: (transfer full): settings at their defaults: polkit, no groups, login names
 */
PstBusSettings *
pst_bus_settings_new (void)
{
  return g_object_new (PST_TYPE_BUS_SETTINGS, NULL);
}

/**
 * pst_bus_settings_list:
 * @n_options: (out): how many
 *
 * The options of the [bus] group, for messages and documents. Any thread.
 *
 * Returns: (transfer container) (array length=n_options): the options; free with g_free()
 */
GParamSpec **
pst_bus_settings_list (guint *n_options)
{
  g_autoptr (GTypeClass) class = g_type_class_ref (PST_TYPE_BUS_SETTINGS);

  return g_object_class_list_properties (G_OBJECT_CLASS (class), n_options);
}

static gboolean
find_gid (const char *name, gid_t *gid)
{
  char buffer[16384];
  struct group entry, *found = NULL;

  if (getgrnam_r (name, &entry, buffer, sizeof buffer, &found) != 0 || found == NULL)
    return FALSE;
  *gid = found->gr_gid;
  return TRUE;
}

static gboolean
find_uid (const char *name, uid_t *uid)
{
  char buffer[16384];
  struct passwd entry, *found = NULL;
  guint64 number;

  if (g_ascii_string_to_unsigned (name, 10, 0, G_MAXUINT32 - 1, &number, NULL))
    {
      *uid = (uid_t)number;
      return TRUE;
    }
  if (getpwnam_r (name, &entry, buffer, sizeof buffer, &found) != 0 || found == NULL)
    return FALSE;
  *uid = found->pw_uid;
  return TRUE;
}

static void
grant (PstBusSettings *self, char **groups, const char *key, PstPermission permission, const PstKeyGroup *group, GPtrArray *problems)
{
  const PstKeyEntry *entry = group != NULL ? pst_key_group_find (group, key) : NULL;
  PstPlace place = { .line = entry != NULL ? entry->line : 0, .group = GROUP_BUS, .key = key };
  gid_t gid;

  for (gsize i = 0; groups != NULL && groups[i] != NULL; i++)
    {
      g_autofree char *quoted = pst_problem_quote (groups[i]);
      guint known;

      if (!find_gid (groups[i], &gid))
        {
          pst_problem_add (problems, &place, "there is no group %s on this machine", quoted);
          continue;
        }
      known = GPOINTER_TO_UINT (g_hash_table_lookup (self->permissions, GUINT_TO_POINTER (gid)));
      g_hash_table_insert (self->permissions, GUINT_TO_POINTER (gid), GUINT_TO_POINTER (known | (guint)permission));
    }
}

static void
read_bus (PstBusSettings *self, const PstKeyGroup *group, GPtrArray *problems)
{
  g_autoptr (GPtrArray) assignments = g_ptr_array_new_with_free_func (g_free);
  PstOptionGroup options = { .name = GROUP_BUS, .owner = "[bus]", .line = group != NULL ? group->line : 0 };
  g_autofree GParamSpec **list = pst_bus_settings_list (&options.n_options);
  g_autoptr (PstOptionSet) set = NULL;

  options.options = list;
  for (guint i = 0; group != NULL && i < group->entries->len; i++)
    {
      const PstKeyEntry *entry = group->entries->pdata[i];
      PstAssignment *assignment = g_new0 (PstAssignment, 1);

      *assignment = (PstAssignment){ { .line = entry->line, .group = GROUP_BUS, .key = entry->key }, entry->value, entry->broken };
      g_ptr_array_add (assignments, assignment);
    }
  set = pst_option_set_read (&options, assignments, problems);
  pst_option_set_apply_to_object (set, G_OBJECT (self), NULL); /* every value was read before */
  grant (self, self->trade_groups, "trade-groups", PST_PERMISSION_TRADE, group, problems);
  grant (self, self->release_groups, "release-groups", PST_PERMISSION_RELEASE, group, problems);
  grant (self, self->admin_groups, "admin-groups", PST_PERMISSION_ALL, group, problems);
}

static void
read_users (PstBusSettings *self, const PstKeyGroup *group, GPtrArray *problems)
{
  for (guint i = 0; group != NULL && i < group->entries->len; i++)
    {
      const PstKeyEntry *entry = group->entries->pdata[i];
      PstPlace place = { .line = entry->line, .group = GROUP_USERS, .key = entry->key };
      g_autofree char *allowed = pst_pipeline_options_check ("user", entry->value), *quoted = pst_problem_quote (entry->value);
      uid_t uid;

      if (entry->broken)
        continue;
      if (allowed != NULL)
        pst_problem_add (problems, &place, "%s is no user; allowed: %s", quoted, allowed);
      else if (!find_uid (entry->key, &uid))
        pst_problem_add (problems, &place, "there is no login of this name on this machine; a number is taken as a uid");
      else if (!g_hash_table_insert (self->users, GUINT_TO_POINTER (uid), g_strdup (entry->value)))
        pst_problem_add (problems, &place, "this uid is named already");
    }
}

/**
 * pst_bus_settings_read:
 * @text: a key file
 * @problems: where to add what is wrong
 *
 * Reads the groups [bus] and [users]. Blocks on the machine's directory of users and groups.
 *
 * Returns: (transfer full): what could be read, everything else at its default
 */
PstBusSettings *
pst_bus_settings_read (const PstKeyText *text, GPtrArray *problems)
{
  PstBusSettings *settings = pst_bus_settings_new ();

  read_bus (settings, pst_key_text_find (text, GROUP_BUS), problems);
  read_users (settings, pst_key_text_find (text, GROUP_USERS), problems);
  return settings;
}

/**
 * pst_bus_settings_get_granted:
 * @settings: settings
 * @gids: (array length=n_gids): groups
 * @n_gids: how many
 *
 * Tells what members of these groups are granted without polkit. Any thread.
 *
 * Returns: permissions, 0 for none
 */
PstPermission
pst_bus_settings_get_granted (PstBusSettings *settings, const guint32 *gids, gsize n_gids)
{
  guint granted = 0;

  for (gsize i = 0; i < n_gids; i++)
    granted |= GPOINTER_TO_UINT (g_hash_table_lookup (settings->permissions, GUINT_TO_POINTER (gids[i])));
  return (PstPermission)granted;
}
