/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A manifest is few lines of text, and still it decides which code runs: it is read strictly, and every way in which it can be wrong
 * has its own code. No cache: reading fifty of them takes less time than checking whether a cache is stale. */

#include "pst-manifest.h"

#include <gmodule.h>

#include "pst-key-text.h"
#include "pst-kind.h"
#include "pst-text-file.h"

#define MANIFEST_SIZE_MAX (64 * 1024)
#define MANIFEST_SUFFIX ".plugin"
#define MANIFEST_GROUP "Plugin"

static const char *const known_keys[]
    = { "Id", "Name", "Kind", "Module", "Version", "Abi", "NumberFormat", "Description", "Authors", "License", "Website", NULL };
static const char *const required_keys[] = { "Id", "Name", "Kind", "Version", "Abi", "NumberFormat", "Description", NULL };

static gboolean fail (GError **error, PstRefusal refusal, const char *format, ...) G_GNUC_PRINTF (3, 4);

static gboolean
fail (GError **error, PstRefusal refusal, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  if (error != NULL)
    *error = g_error_new_valist (PST_PLUGIN_ERROR, (int)refusal, format, arguments);
  va_end (arguments);
  return FALSE;
}

static char *
read_text (const char *path, gsize *length, GError **error)
{
  g_autoptr (GError) cause = NULL;
  char *bytes = pst_text_file_read (path, MANIFEST_SIZE_MAX, length, NULL, &cause);
  gboolean too_large;

  if (bytes != NULL)
    return bytes;
  too_large = g_str_has_prefix (cause->message, "larger");
  if (too_large)
    fail (error, PST_REFUSAL_MANIFEST_SYNTAX, "manifest \"%s\" is %s; a manifest has a dozen lines", path, cause->message);
  else
    fail (error, PST_REFUSAL_MANIFEST_UNREADABLE, "manifest \"%s\": %s; make it a regular file that the host may read, or remove it", path,
          cause->message);
  return NULL;
}

/* One refusal has one sentence: the first problem, and how many there are besides. */
static gboolean
check_syntax (const PstKeyText *text, const char *path, GError **error)
{
  const PstProblem *first;

  if (text->problems->len == 0)
    return TRUE;
  first = text->problems->pdata[0];
  if (text->problems->len == 1)
    return fail (error, PST_REFUSAL_MANIFEST_SYNTAX, "manifest \"%s\", line %u: %s%s%s", path, first->line, first->key ? first->key : "",
                 first->key ? ": " : "", first->text);
  return fail (error, PST_REFUSAL_MANIFEST_SYNTAX, "manifest \"%s\", line %u: %s%s%s (and %u errors more)", path, first->line,
               first->key ? first->key : "", first->key ? ": " : "", first->text, text->problems->len - 1);
}

static const PstKeyGroup *
find_group (const PstKeyText *text, const char *path, GError **error)
{
  for (guint i = 0; i < text->groups->len; i++)
    {
      const PstKeyGroup *group = text->groups->pdata[i];
      g_autofree char *quoted = NULL;

      if (strcmp (group->name, MANIFEST_GROUP) == 0)
        continue;
      quoted = pst_problem_quote (group->name);
      fail (error, PST_REFUSAL_MANIFEST_SYNTAX, "manifest \"%s\", line %u: unknown group %s; the only group of a manifest is [Plugin]", path,
            group->line, quoted);
      return NULL;
    }
  if (text->groups->len == 0)
    fail (error, PST_REFUSAL_MANIFEST_SYNTAX, "manifest \"%s\" has no group [Plugin]; begin it with a line [Plugin]", path);
  return text->groups->len > 0 ? text->groups->pdata[0] : NULL;
}

static gboolean
check_keys (const PstKeyGroup *group, const char *path, GError **error)
{
  for (guint i = 0; i < group->entries->len; i++)
    {
      const PstKeyEntry *entry = group->entries->pdata[i];
      g_autoptr (GString) hint = g_string_new (NULL);

      if (g_strv_contains (known_keys, entry->key))
        continue;
      pst_problem_append_nearest (hint, entry->key, known_keys);
      if (hint->len == 0)
        g_string_append (hint, "; remove it");
      return fail (error, PST_REFUSAL_KEY_UNKNOWN, "manifest \"%s\", line %u: unknown key %s%s", path, entry->line, entry->key, hint->str);
    }
  for (guint i = 0; required_keys[i] != NULL; i++)
    {
      const PstKeyEntry *entry = pst_key_group_find (group, required_keys[i]);

      if (entry == NULL || *entry->value == '\0')
        return fail (error, PST_REFUSAL_KEY_MISSING, "manifest \"%s\" lacks the key %s; add %s=...", path, required_keys[i], required_keys[i]);
    }
  return TRUE;
}

/* Manifest texts reach terminals, tables and pages: one line each. */
static gboolean
check_values (const PstKeyGroup *group, const char *path, GError **error)
{
  for (guint i = 0; i < group->entries->len; i++)
    {
      const PstKeyEntry *entry = group->entries->pdata[i];

      for (const char *p = entry->value; *p != '\0'; p = g_utf8_next_char (p))
        if (g_unichar_iscntrl (g_utf8_get_char (p)))
          return fail (error, PST_REFUSAL_MANIFEST_SYNTAX,
                       "manifest \"%s\", line %u: %s holds a line break, tab or control character; write plain text", path, entry->line, entry->key);
    }
  return TRUE;
}

static char *
dup_value (const PstKeyGroup *group, const char *key)
{
  const PstKeyEntry *entry = pst_key_group_find (group, key);

  return g_strdup (entry ? entry->value : "");
}

static gboolean
read_number (const PstKeyGroup *group, const char *key, const char *path, guint *number, GError **error)
{
  const PstKeyEntry *entry = pst_key_group_find (group, key);
  g_autofree char *quoted = NULL;
  guint64 value;

  if (g_ascii_string_to_unsigned (entry->value, 10, 0, G_MAXUINT32, &value, NULL))
    {
      *number = (guint)value;
      return TRUE;
    }
  quoted = pst_problem_quote (entry->value);
  return fail (error, PST_REFUSAL_MANIFEST_SYNTAX, "manifest \"%s\", line %u: %s=%s is not a number; write a whole number", path, entry->line, key,
               quoted);
}

static gboolean
read_kind (PstManifest *manifest, const PstKeyGroup *group, GError **error)
{
  const PstKeyEntry *entry = pst_key_group_find (group, "Kind");
  g_autofree char *quoted = NULL;
  g_autoptr (GString) hint = g_string_new (NULL);

  manifest->kind = pst_kind_from_string (entry->value);
  if (manifest->kind != 0)
    return TRUE;
  quoted = pst_problem_quote (entry->value);
  pst_problem_append_nearest (hint, entry->value, pst_kind_words ());
  return fail (error, PST_REFUSAL_KIND_UNKNOWN, "manifest \"%s\", line %u: Kind=%s is none of exchange, strategy, guard, store, service%s",
               manifest->path, entry->line, quoted, hint->str);
}

static gboolean
id_is_valid (const char *id)
{
  gsize length = strlen (id);

  return length > 0 && length < PST_PLUGIN_ID_SIZE && g_ascii_islower (*id) && strspn (id, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

static gboolean
check_id (const PstManifest *manifest, const PstKeyGroup *group, GError **error)
{
  const PstKeyEntry *entry = pst_key_group_find (group, "Id");
  g_autofree char *quoted = pst_problem_quote (manifest->id);
  g_autofree char *file_name = g_path_get_basename (manifest->path);
  g_autofree char *expected = g_strconcat (manifest->id, MANIFEST_SUFFIX, NULL);

  if (!id_is_valid (manifest->id))
    return fail (error, PST_REFUSAL_MANIFEST_SYNTAX,
                 "manifest \"%s\", line %u: Id=%s is not an id; ids are up to %d of a-z, 0-9 and '-' and begin with a letter", manifest->path,
                 entry->line, quoted, PST_PLUGIN_ID_SIZE - 1);
  if (strcmp (file_name, expected) != 0)
    return fail (error, PST_REFUSAL_ID_MISMATCH, "manifest \"%s\", line %u: Id=%s does not match the file's name; name the file %s or mend the Id",
                 manifest->path, entry->line, manifest->id, expected);
  return TRUE;
}

static gboolean
read_module (PstManifest *manifest, const PstKeyGroup *group, GError **error)
{
  const PstKeyEntry *entry = pst_key_group_find (group, "Module");
  g_autofree char *folder = g_path_get_dirname (manifest->path);
  g_autofree char *quoted = NULL;

  manifest->module = g_strdup (entry && *entry->value ? entry->value : manifest->id);
  if (strchr (manifest->module, G_DIR_SEPARATOR) != NULL || *manifest->module == '.')
    {
      quoted = pst_problem_quote (manifest->module);
      return fail (error, PST_REFUSAL_MODULE_OUTSIDE,
                   "manifest \"%s\", line %u: Module=%s leaves the manifest's folder; write the module's name without folder or suffix",
                   manifest->path, entry->line, quoted);
    }
  manifest->module_path = g_strdup_printf ("%s/%s.%s", folder, manifest->module, G_MODULE_SUFFIX);
  return TRUE;
}

static gboolean
read_fields (PstManifest *manifest, const PstKeyGroup *group, GError **error)
{
  manifest->id = dup_value (group, "Id");
  manifest->name = dup_value (group, "Name");
  manifest->description = dup_value (group, "Description");
  manifest->version = dup_value (group, "Version");
  manifest->authors = dup_value (group, "Authors");
  manifest->license = dup_value (group, "License");
  manifest->website = dup_value (group, "Website");
  return check_id (manifest, group, error) && read_kind (manifest, group, error) && read_number (group, "Abi", manifest->path, &manifest->abi, error)
         && read_number (group, "NumberFormat", manifest->path, &manifest->number_format, error) && read_module (manifest, group, error);
}

/**
 * pst_manifest_load:
 * @path: a file ID.plugin
 * @error: where to say why it is refused: a %PST_PLUGIN_ERROR
 *
 * Reads a manifest and checks everything that can be seen in it alone; ABI, number format and module are the loader's matter. No code of
 * the plugin runs. Any thread; blocks on the disk.
 *
 * Returns: (transfer full) (nullable): the manifest
 */
PstManifest *
pst_manifest_load (const char *path, GError **error)
{
  g_autoptr (PstManifest) manifest = g_new0 (PstManifest, 1);
  g_autoptr (PstKeyText) text = NULL;
  g_autofree char *bytes = NULL;
  const PstKeyGroup *group;
  gsize length;

  manifest->path = g_canonicalize_filename (path, NULL);
  bytes = read_text (manifest->path, &length, error);
  if (bytes == NULL)
    return NULL;
  text = pst_key_text_parse (bytes, length);
  if (!check_syntax (text, manifest->path, error))
    return NULL;
  group = find_group (text, manifest->path, error);
  if (group == NULL || !check_keys (group, manifest->path, error) || !check_values (group, manifest->path, error)
      || !read_fields (manifest, group, error))
    return NULL;
  return g_steal_pointer (&manifest);
}

void
pst_manifest_free (PstManifest *manifest)
{
  if (manifest == NULL)
    return;
  g_free (manifest->path);
  g_free (manifest->id);
  g_free (manifest->name);
  g_free (manifest->description);
  g_free (manifest->version);
  g_free (manifest->authors);
  g_free (manifest->license);
  g_free (manifest->website);
  g_free (manifest->module);
  g_free (manifest->module_path);
  g_free (manifest);
}
