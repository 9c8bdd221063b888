/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock new: a plugin to begin with, copied from the template that the project itself builds and tests. */

#include "penstock-verb.h"

#include "pst-config.h"

#include <errno.h>
#include <string.h>

#define TEMPLATE_FILE_MAX (1 << 20)

/* What the template calls itself, and what the copy is called instead: in file names and texts alike. */
typedef struct
{
  char *from[5];
  char *to[5];
} Renaming;

static char *
to_camel_case (const char *id)
{
  g_auto (GStrv) words = g_strsplit (id, "-", -1);

  for (gsize i = 0; words[i]; i++)
    words[i][0] = g_ascii_toupper (words[i][0]);
  return g_strjoinv ("", words);
}

static char *
to_underscores (const char *id)
{
  return g_strdelimit (g_strdup (id), "-", '_');
}

/* "My limit", as the manifest's Name. */
static char *
to_title (const char *id)
{
  char *title = g_strdelimit (g_strdup (id), "-", ' ');

  title[0] = g_ascii_toupper (title[0]);
  return title;
}

static void
fill_forms (char **forms, const char *id)
{
  g_autofree char *underscores = to_underscores (id);

  forms[0] = g_strdup (id);
  forms[1] = g_strdup (underscores);
  forms[2] = to_camel_case (id);
  forms[3] = g_ascii_strup (underscores, -1);
  forms[4] = to_title (id);
}

static Renaming *
renaming_new (const char *kind, const char *id)
{
  Renaming *renaming = g_new0 (Renaming, 1);
  g_autofree char *template_id = g_strconcat ("template-", kind, NULL);

  fill_forms (renaming->from, template_id);
  fill_forms (renaming->to, id);
  return renaming;
}

static void
renaming_free (Renaming *renaming)
{
  for (gsize i = 0; i < G_N_ELEMENTS (renaming->from); i++)
    {
      g_free (renaming->from[i]);
      g_free (renaming->to[i]);
    }
  g_free (renaming);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Renaming, renaming_free)

static char *
rename_text (const Renaming *renaming, const char *text)
{
  GString *renamed = g_string_new (text);

  for (gsize i = 0; i < G_N_ELEMENTS (renaming->from); i++)
    g_string_replace (renamed, renaming->from[i], renaming->to[i], 0);
  return g_string_free (renamed, FALSE);
}

static gboolean copy_folder (const Renaming *renaming, const char *from, const char *to, GError **error);

static gboolean
copy_file (const Renaming *renaming, const char *from, const char *to, GError **error)
{
  g_autofree char *text = NULL, *renamed = NULL;
  gsize length;

  if (!g_file_get_contents (from, &text, &length, error))
    return FALSE;
  if (length > TEMPLATE_FILE_MAX || memchr (text, 0, length))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "template file \"%s\" is not a text of at most %d bytes", from, TEMPLATE_FILE_MAX);
      return FALSE;
    }
  renamed = rename_text (renaming, text);
  return g_file_set_contents (to, renamed, -1, error);
}

/* The template's own meson.build belongs to this tree; meson.build.standalone becomes the copy's. */
static char *
target_name (const Renaming *renaming, const char *name)
{
  if (strcmp (name, "meson.build") == 0)
    return NULL;
  if (strcmp (name, "meson.build.standalone") == 0)
    return g_strdup ("meson.build");
  return rename_text (renaming, name);
}

static gboolean
copy_entry (const Renaming *renaming, const char *from, const char *to, GError **error)
{
  return g_file_test (from, G_FILE_TEST_IS_DIR) ? copy_folder (renaming, from, to, error) : copy_file (renaming, from, to, error);
}

static gboolean
copy_folder (const Renaming *renaming, const char *from, const char *to, GError **error)
{
  g_autoptr (GDir) folder = g_dir_open (from, 0, error);
  const char *name;

  if (!folder)
    return FALSE;
  if (g_mkdir_with_parents (to, 0755) != 0)
    {
      g_set_error (error, G_FILE_ERROR, (int)g_file_error_from_errno (errno), "cannot make folder \"%s\": %s", to, g_strerror (errno));
      return FALSE;
    }
  while ((name = g_dir_read_name (folder)))
    {
      g_autofree char *target = target_name (renaming, name);
      g_autofree char *source_path = g_build_filename (from, name, NULL);
      g_autofree char *target_path = target ? g_build_filename (to, target, NULL) : NULL;

      if (target && !copy_entry (renaming, source_path, target_path, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_id (const char *id, GError **error)
{
  gboolean good = g_ascii_islower (*id) && strlen (id) < PST_PLUGIN_ID_SIZE - strlen ("template-");

  for (const char *c = id; good && *c; c++)
    good = g_ascii_islower (*c) || g_ascii_isdigit (*c) || (*c == '-' && c[1] && c[1] != '-');
  if (good)
    return TRUE;
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE,
               "\"%s\" cannot be a plugin's id: it begins with a-z, goes on with a-z, 0-9 and single '-', and has at most %d characters", id,
               (int)(PST_PLUGIN_ID_SIZE - strlen ("template-") - 1));
  return FALSE;
}

static gboolean
check_kind (const char *kind, GError **error)
{
  static const char *const kinds[] = { "exchange", "strategy", "guard", "store", "service", NULL };
  const char *nearest;

  if (g_strv_contains (kinds, kind))
    return TRUE;
  nearest = pst_nearest_name (kind, kinds);
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE,
               "\"%s\" is no kind of plugin; allowed: exchange, strategy, guard, store, service%s%s%s", kind, nearest ? "; did you mean \"" : "",
               nearest ? nearest : "", nearest ? "\"?" : "");
  return FALSE;
}

static gboolean
make_plugin (const char *kind, const char *id, const char *target, GError **error)
{
  const char *templates = g_getenv ("PENSTOCK_TEMPLATE_PATH");
  g_autofree char *source = g_build_filename (templates ? templates : PST_TEMPLATE_DIR, kind, NULL);
  g_autoptr (Renaming) renaming = renaming_new (kind, id);

  if (g_file_test (target, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_EXIST, "\"%s\" exists already; choose another --directory", target);
      return FALSE;
    }
  return copy_folder (renaming, source, target, error);
}

static int
run_new (const PenstockVerb *verb, int argc, char **argv)
{
  g_autofree char *directory = NULL;
  const GOptionEntry entries[] = {
    { "directory", 0, 0, G_OPTION_ARG_FILENAME, &directory, "Folder to make (default: ./ID)", "DIR" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GError) error = NULL;
  const char *target;
  int exit_code;

  if (!penstock_verb_parse (verb, entries, &argc, &argv, 2, 2, &exit_code))
    return exit_code;
  target = directory ? directory : argv[2];
  if (!check_kind (argv[1], &error) || !check_id (argv[2], &error))
    {
      penstock_verb_fail (verb, error);
      return PST_EXIT_USAGE;
    }
  if (!make_plugin (argv[1], argv[2], target, &error))
    return penstock_verb_fail (verb, error);
  g_print ("%s: a %s that builds, tests itself and loads. Next:\n"
           "  cd %s\n  meson setup build && meson test -C build\n  PENSTOCK_PLUGIN_PATH=$PWD/build penstock inspect %s\n",
           target, argv[1], target, argv[2]);
  return PST_EXIT_OK;
}

const PenstockVerb penstock_verb_new = {
  "new",
  "KIND ID",
  "Make a plugin from a template",
  "KIND is exchange, strategy, guard, store or service. The new folder builds outside of Penstock's tree with only\n"
  "the installed SDK (penstock-1, penstock-check-1). See the author's guide.",
  run_new,
};
