/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The daemon's key file: [daemon], [host], [bus], [users] and [service NAME]. Every group is read by who uses it; here it is seen that there is no
 * other. */

#include "penstockd.h"

#include "../host/pst-text-file.h"

#include <string.h>

#define CONFIG_SIZE_MAX ((gsize)256 * 1024)

static void
read_bus (PenstockdConfig *config, const PstKeyEntry *entry, const PstPlace *place, GPtrArray *problems)
{
  g_autofree char *quoted = pst_problem_quote (entry->value);

  if (strcmp (entry->value, "system") == 0)
    config->bus = PENSTOCKD_BUS_SYSTEM;
  else if (strcmp (entry->value, "user") == 0)
    config->bus = PENSTOCKD_BUS_USER;
  else if (strcmp (entry->value, "none") == 0)
    config->bus = PENSTOCKD_BUS_NONE;
  else
    pst_problem_add (problems, place, "%s is not allowed; allowed: system, user, none", quoted);
}

static void
read_shutdown (PenstockdConfig *config, const PstKeyEntry *entry, const PstPlace *place, GPtrArray *problems)
{
  g_autofree char *quoted = pst_problem_quote (entry->value);

  if (strcmp (entry->value, "stop") == 0)
    config->on_shutdown = PENSTOCKD_SHUTDOWN_STOP;
  else if (strcmp (entry->value, "leave") == 0)
    config->on_shutdown = PENSTOCKD_SHUTDOWN_LEAVE;
  else
    pst_problem_add (problems, place, "%s is not allowed; allowed: stop, leave", quoted);
}

static void
read_daemon (PenstockdConfig *config, const PstKeyGroup *group, GPtrArray *problems)
{
  static const char *const keys[] = { "bus", "on-shutdown", NULL };

  for (guint i = 0; group != NULL && i < group->entries->len; i++)
    {
      const PstKeyEntry *entry = group->entries->pdata[i];
      PstPlace place = { .line = entry->line, .group = group->name, .key = entry->key };
      g_autoptr (GString) hint = g_string_new (NULL);

      if (strcmp (entry->key, "bus") == 0)
        read_bus (config, entry, &place, problems);
      else if (strcmp (entry->key, "on-shutdown") == 0)
        read_shutdown (config, entry, &place, problems);
      else
        {
          pst_problem_append_nearest (hint, entry->key, keys);
          pst_problem_add (problems, &place, "unknown key; allowed: bus, on-shutdown%s", hint->str);
        }
    }
}

static void
check_groups (const PstKeyText *text, GPtrArray *problems)
{
  static const char *const names[] = { "daemon", "host", "bus", "users", NULL };

  for (guint i = 0; i < text->groups->len; i++)
    {
      const PstKeyGroup *group = text->groups->pdata[i];
      PstPlace place = { .line = group->line, .group = group->name };
      g_autoptr (GString) hint = g_string_new (NULL);

      if (g_strv_contains (names, group->name) || g_str_has_prefix (group->name, "service "))
        continue;
      pst_problem_append_nearest (hint, group->name, names);
      pst_problem_add (problems, &place, "unknown group; allowed: daemon, host, bus, users, service NAME%s", hint->str);
    }
}

PenstockdConfig *
penstockd_config_read (const char *path, char **problems)
{
  g_autoptr (PenstockdConfig) config = g_new0 (PenstockdConfig, 1);
  g_autoptr (GPtrArray) list = pst_problem_list_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *data = NULL;
  gsize length;

  data = pst_text_file_read (path, CONFIG_SIZE_MAX, &length, NULL, &error);
  if (data == NULL)
    {
      *problems = g_strdup (error->message);
      return NULL;
    }
  config->path = g_canonicalize_filename (path, NULL);
  config->folder = g_path_get_dirname (config->path);
  config->text = pst_key_text_parse (data, length);
  if (config->text->problems->len > 0)
    {
      *problems = pst_problem_list_to_string (config->text->problems, path);
      return NULL;
    }
  check_groups (config->text, list);
  read_daemon (config, pst_key_text_find (config->text, "daemon"), list);
  config->host = pst_host_settings_read (config->text, config->folder, list);
  config->bus_settings = pst_bus_settings_read (config->text, list);
  if (list->len == 0)
    return g_steal_pointer (&config);
  *problems = pst_problem_list_to_string (list, path);
  return NULL;
}

void
penstockd_config_free (PenstockdConfig *config)
{
  if (config == NULL)
    return;
  g_clear_object (&config->host);
  g_clear_object (&config->bus_settings);
  g_clear_pointer (&config->text, pst_key_text_free);
  g_free (config->folder);
  g_free (config->path);
  g_free (config);
}
