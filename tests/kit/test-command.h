/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Running programs as a user does: in a folder of the test's own, with their output and exit code kept. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  int exit_code; /* -1: ended by a signal */
  char *output;
  char *errors;
} TestOutcome;

void test_outcome_free (TestOutcome *outcome);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestOutcome, test_outcome_free)

/* A folder that is removed, with all that is in it, by test_folder_free(). Its ledgers are looked at first (pst_check_ledger_assert_folder()). */
typedef struct
{
  char *path;
} TestFolder;

TestFolder *test_folder_new (void);
void test_folder_free (TestFolder *folder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestFolder, test_folder_free)

/* (transfer full) */
char *test_folder_path (const TestFolder *folder, const char *name);
void test_folder_write (const TestFolder *folder, const char *name, const char *text);
/* (transfer full): the file's text, or a failed test */
char *test_folder_read (const TestFolder *folder, const char *name);

/* Runs the arguments up to NULL in @folder with the variables "NAME=VALUE" of @variables (nullable) added to the environment. */
TestOutcome *test_run (const TestFolder *folder, const char *const *variables, ...) G_GNUC_NULL_TERMINATED;
TestOutcome *test_run_argv (const TestFolder *folder, const char *const *variables, const char *const *argv);
/* The same with the build's penstock command in front. */
TestOutcome *test_penstock (const TestFolder *folder, ...) G_GNUC_NULL_TERMINATED;

/* Fails the test with the program's whole output when the exit code is another. */
#define test_assert_exit(outcome, code) test_check_exit (outcome, code, G_STRFUNC, __LINE__)
void test_check_exit (const TestOutcome *outcome, int exit_code, const char *function, int line);
/* Fails the test, showing the text, when @part is not in it. */
#define test_assert_contains(text, part) test_check_contains (text, part, G_STRFUNC, __LINE__)
void test_check_contains (const char *text, const char *part, const char *function, int line);

G_END_DECLS
