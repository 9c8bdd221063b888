/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Running programs in tests. */

#include "test-command.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <penstock-check.h>
#include <string.h>
#include <sys/wait.h>

void
test_outcome_free (TestOutcome *outcome)
{
  g_free (outcome->output);
  g_free (outcome->errors);
  g_free (outcome);
}

TestFolder *
test_folder_new (void)
{
  TestFolder *folder = g_new0 (TestFolder, 1);

  folder->path = pst_check_folder_new ();
  return folder;
}

void
test_folder_free (TestFolder *folder)
{
  pst_check_ledger_assert_folder (folder->path);
  pst_check_folder_remove (folder->path);
  g_free (folder->path);
  g_free (folder);
}

char *
test_folder_path (const TestFolder *folder, const char *name)
{
  return g_build_filename (folder->path, name, NULL);
}

void
test_folder_write (const TestFolder *folder, const char *name, const char *text)
{
  g_autofree char *path = test_folder_path (folder, name);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

char *
test_folder_read (const TestFolder *folder, const char *name)
{
  g_autofree char *path = test_folder_path (folder, name);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

TestOutcome *
test_run_argv (const TestFolder *folder, const char *const *variables, const char *const *argv)
{
  TestOutcome *outcome = g_new0 (TestOutcome, 1);
  g_auto (GStrv) environment = g_get_environ ();
  g_autoptr (GError) error = NULL;
  int status;

  for (gsize i = 0; variables && variables[i]; i++)
    {
      g_auto (GStrv) pair = g_strsplit (variables[i], "=", 2);

      environment = g_environ_setenv (environment, pair[0], pair[1], TRUE);
    }
  g_spawn_sync (folder->path, (char **)argv, environment, G_SPAWN_SEARCH_PATH_FROM_ENVP, NULL, NULL, &outcome->output, &outcome->errors, &status,
                &error);
  g_assert_no_error (error);
  outcome->exit_code = WIFEXITED (status) ? WEXITSTATUS (status) : -1;
  return outcome;
}

static TestOutcome *
run_list (const TestFolder *folder, const char *const *variables, const char *program, va_list arguments)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  const char *argument;

  if (program)
    g_ptr_array_add (argv, (gpointer)program);
  while ((argument = va_arg (arguments, const char *)))
    g_ptr_array_add (argv, (gpointer)argument);
  g_ptr_array_add (argv, NULL);
  return test_run_argv (folder, variables, (const char *const *)argv->pdata);
}

TestOutcome *
test_run (const TestFolder *folder, const char *const *variables, ...)
{
  TestOutcome *outcome;
  va_list arguments;

  va_start (arguments, variables);
  outcome = run_list (folder, variables, NULL, arguments);
  va_end (arguments);
  return outcome;
}

TestOutcome *
test_penstock (const TestFolder *folder, ...)
{
  g_autofree char *program = g_build_filename (g_getenv ("PENSTOCK_BUILD_DIR"), "framework", "tools", "penstock", NULL);
  TestOutcome *outcome;
  va_list arguments;

  va_start (arguments, folder);
  outcome = run_list (folder, NULL, program, arguments);
  va_end (arguments);
  return outcome;
}

void
test_check_exit (const TestOutcome *outcome, int exit_code, const char *function, int line)
{
  if (outcome->exit_code == exit_code)
    return;
  g_test_message ("output:\n%s\nerrors:\n%s", outcome->output, outcome->errors);
  g_assertion_message (G_LOG_DOMAIN, __FILE__, line, function, "the exit code is another than expected; see the output above");
}

void
test_check_contains (const char *text, const char *part, const char *function, int line)
{
  if (strstr (text, part))
    return;
  g_test_message ("\"%s\" is not in:\n%s", part, text);
  g_assertion_message (G_LOG_DOMAIN, __FILE__, line, function, "a text is missing; see above");
}
