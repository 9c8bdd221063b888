/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the host remembers. A run that a damaged file makes start, go on or vanish is money traded that nobody asked for. */

#include "pst-host-registry.h"

#include "pst-test-folder.h"

#define TEXT "[pipeline]\nname=p\n"

static PstHostRegistry *
open_registry (const char *folder)
{
  g_autoptr (GError) error = NULL;
  PstHostRegistry *registry = pst_host_registry_open (folder, &error);

  g_assert_no_error (error);
  return registry;
}

static PstHostEntry *
make_entry (const char *user, const char *run_id, PstRunState state)
{
  const char *const assignments[] = { "cross.fast=3", "cross.note=two\nlines; \"quotes\" \\ ", NULL };
  PstHostEntry *entry = g_new0 (PstHostEntry, 1);

  g_strlcpy (entry->user, user, sizeof entry->user);
  g_strlcpy (entry->run_id, run_id, sizeof entry->run_id);
  g_strlcpy (entry->pipeline, "p", sizeof entry->pipeline);
  entry->mode = PST_MODE_PAPER;
  entry->source = pst_host_source_new ("/etc/p.pipeline", TEXT, strlen (TEXT), assignments, FALSE, NULL);
  entry->state = state;
  entry->on_restart = PST_ON_RESTART_RESUME;
  entry->created_ns = 1700000000123456789;
  entry->started_ns = state > PST_RUN_STATE_CREATED ? entry->created_ns + 5 : 0;
  entry->reason = g_strdup ("");
  return entry;
}

static void
add (PstHostRegistry *registry, const char *user, const char *run_id, PstRunState state)
{
  g_autoptr (PstHostEntry) entry = make_entry (user, run_id, state);
  g_autoptr (GError) error = NULL;

  pst_host_registry_add (registry, entry, &error);
  g_assert_no_error (error);
}

static GPtrArray *
load (PstHostRegistry *registry)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *entries = pst_host_registry_load (registry, &error);

  g_assert_no_error (error);
  return entries;
}

static void
test_comes_back (void)
{
  g_autoptr (PstTestFolder) folder = pst_test_folder_new ();
  g_autoptr (PstHostRegistry) registry = open_registry (folder);
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (PstHostEntry) expected = make_entry ("anna@desk", "p-1", PST_RUN_STATE_RUNNING);
  const PstHostEntry *entry;

  add (registry, "anna@desk", "p-1", PST_RUN_STATE_RUNNING);
  entries = load (registry);
  g_assert_cmpuint (entries->len, ==, 1);
  entry = entries->pdata[0];
  g_assert_cmpstr (entry->user, ==, expected->user);
  g_assert_cmpstr (entry->run_id, ==, expected->run_id);
  g_assert_cmpint (entry->state, ==, PST_RUN_STATE_RUNNING);
  g_assert_cmpint (entry->on_restart, ==, PST_ON_RESTART_RESUME);
  g_assert_cmpint (entry->mode, ==, PST_MODE_PAPER);
  g_assert_cmpint (entry->created_ns, ==, expected->created_ns);
  g_assert_cmpint (entry->started_ns, ==, expected->started_ns);
  g_assert_cmpint (entry->ended_ns, ==, 0);
  g_assert_cmpstr (entry->source->text, ==, TEXT);
  g_assert_cmpstr (entry->source->path, ==, "/etc/p.pipeline");
  g_assert_true (g_strv_equal ((const char *const *)entry->source->assignments, (const char *const *)expected->source->assignments));
  g_assert_false (entry->source->privileged);
}

static void
test_files_are_private (void)
{
  g_autoptr (PstTestFolder) folder = pst_test_folder_new ();
  g_autoptr (PstHostRegistry) registry = open_registry (folder);
  const char *const names[] = { "runs", "runs/anna", "runs/anna/p-1.run", "runs/anna/p-1.pipeline" };

  add (registry, "anna", "p-1", PST_RUN_STATE_CREATED);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);
      struct stat status;

      g_assert_cmpint (lstat (path, &status), ==, 0);
      g_assert_cmpint (status.st_mode & 0777, ==, i < 2 ? 0700 : 0600);
    }
}

static void
test_names_are_taken_once (void)
{
  g_autoptr (PstTestFolder) folder = pst_test_folder_new ();
  g_autoptr (PstHostRegistry) registry = open_registry (folder);
  g_autoptr (PstHostEntry) entry = make_entry ("anna", "p-1", PST_RUN_STATE_CREATED);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) entries = NULL;

  add (registry, "anna", "p-1", PST_RUN_STATE_CREATED);
  add (registry, "bert", "p-1", PST_RUN_STATE_CREATED);
  g_assert_false (pst_host_registry_add (registry, entry, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_true (pst_host_registry_remove (registry, "anna", "p-1", &error));
  g_assert_true (pst_host_registry_remove (registry, "anna", "p-1", &error));
  entries = load (registry);
  g_assert_cmpuint (entries->len, ==, 1);
  g_assert_cmpstr (((PstHostEntry *)entries->pdata[0])->user, ==, "bert");
}

static void
test_one_host_a_folder (void)
{
  g_autoptr (PstTestFolder) folder = pst_test_folder_new ();
  g_autoptr (PstHostRegistry) registry = open_registry (folder);
  g_autoptr (GError) error = NULL;

  g_assert_null (pst_host_registry_open (folder, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_LOCKED);
}

/* Whatever is left of a file, the run is what it was, or it is in ERROR with its name: never another run, never one in another state. */
static void
check_damaged (PstHostRegistry *registry, const char *what)
{
  g_autoptr (GPtrArray) entries = load (registry);
  const PstHostEntry *entry = entries->pdata[0];

  g_test_message ("%s: %s", what, entry->reason);
  g_assert_cmpuint (entries->len, ==, 1);
  g_assert_cmpstr (entry->user, ==, "anna");
  g_assert_cmpstr (entry->run_id, ==, "p-1");
  g_assert_cmpint (entry->state, ==, PST_RUN_STATE_ERROR);
  g_assert_cmpstr (entry->reason, !=, "");
}

static void
damage_each_byte (const char *name)
{
  g_autoptr (PstTestFolder) folder = pst_test_folder_new ();
  g_autoptr (PstHostRegistry) registry = open_registry (folder);
  g_autofree char *path = g_build_filename (folder, "runs", "anna", name, NULL), *bytes = NULL;
  gsize length;

  add (registry, "anna", "p-1", PST_RUN_STATE_RUNNING);
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  for (gsize cut = 0; cut < length; cut++)
    {
      /* A last newline that is missing changes nothing that was said. */
      if (g_str_has_suffix (name, ".run") && cut == length - 1)
        continue;
      g_assert_true (g_file_set_contents (path, bytes, (gssize)cut, NULL));
      check_damaged (registry, "cut");
    }
  for (gsize i = 0; i < length; i++)
    {
      g_autofree char *other = g_memdup2 (bytes, length);

      other[i] ^= 0x01;
      g_assert_true (g_file_set_contents (path, other, (gssize)length, NULL));
      check_damaged (registry, "changed");
    }
}

static void
test_damaged_entry (void)
{
  damage_each_byte ("p-1.run");
}

static void
test_damaged_text (void)
{
  damage_each_byte ("p-1.pipeline");
}

static void
test_missing_text (void)
{
  g_autoptr (PstTestFolder) folder = pst_test_folder_new ();
  g_autoptr (PstHostRegistry) registry = open_registry (folder);
  g_autofree char *path = g_build_filename (folder, "runs", "anna", "p-1.pipeline", NULL);

  add (registry, "anna", "p-1", PST_RUN_STATE_RUNNING);
  g_assert_cmpint (g_unlink (path), ==, 0);
  check_damaged (registry, "text is gone");
}

/* A file that was copied to another name is not that run. */
static void
test_moved (void)
{
  g_autoptr (PstTestFolder) folder = pst_test_folder_new ();
  g_autoptr (PstHostRegistry) registry = open_registry (folder);
  g_autofree char *old_path = g_build_filename (folder, "runs", "anna", "p-9.run", NULL),
                  *path = g_build_filename (folder, "runs", "anna", "p-1.run", NULL);

  add (registry, "anna", "p-9", PST_RUN_STATE_RUNNING);
  g_assert_cmpint (g_rename (old_path, path), ==, 0);
  check_damaged (registry, "moved");
}

static void
test_assignments_have_limits (void)
{
  g_autofree char *large = g_strnfill (PST_HOST_ASSIGNMENTS_BYTES_MAX, 'x');
  const char *const too_large[] = { large, NULL }, *const user[] = { "pipeline.user=bert", NULL }, *const run[] = { "pipeline.run-id=x", NULL };
  const char *const *const all[] = { too_large, user, run };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (pst_host_source_new ("p", TEXT, strlen (TEXT), all[i], TRUE, &error));
      g_assert_error (error, PST_PIPELINE_ERROR, PST_PIPELINE_ERROR_INVALID);
    }
}

static void
test_hidden_options (void)
{
  static const char text[] = "[guard kill]\nreason=@env:WHY\n[strategy cross]\nnote=plain\n";
  const char *const assignments[] = { "kill.other=@file:/x", "strategy cross.more=@@literal", NULL };
  g_autoptr (PstHostSource) source = pst_host_source_new ("p", text, strlen (text), assignments, TRUE, NULL);

  g_assert_true (pst_host_source_hides (source, PST_COMPONENT_KIND_GUARD, "kill", "reason"));
  g_assert_true (pst_host_source_hides (source, PST_COMPONENT_KIND_GUARD, "kill", "other"));
  g_assert_false (pst_host_source_hides (source, PST_COMPONENT_KIND_STRATEGY, "cross", "note"));
  g_assert_false (pst_host_source_hides (source, PST_COMPONENT_KIND_STRATEGY, "cross", "more"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/host-registry/comes-back", test_comes_back);
  g_test_add_func ("/host-registry/files-are-private", test_files_are_private);
  g_test_add_func ("/host-registry/names-are-taken-once", test_names_are_taken_once);
  g_test_add_func ("/host-registry/one-host-a-folder", test_one_host_a_folder);
  g_test_add_func ("/host-registry/damaged-entry", test_damaged_entry);
  g_test_add_func ("/host-registry/damaged-text", test_damaged_text);
  g_test_add_func ("/host-registry/missing-text", test_missing_text);
  g_test_add_func ("/host-registry/moved", test_moved);
  g_test_add_func ("/host-registry/assignments-have-limits", test_assignments_have_limits);
  g_test_add_func ("/host-registry/hidden-options", test_hidden_options);
  return g_test_run ();
}
