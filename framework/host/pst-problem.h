/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is wrong with a file, collected so that all of it is told at once, each with its place. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many problems are told; the rest is counted. */
#define PST_PROBLEM_MAX 100
/* How much of a value from outside is quoted. */
#define PST_PROBLEM_QUOTE_MAX 80

/**
 * PstPlace:
 * @line: in the file, from 1; 0 for none
 * @override: (nullable): "--set cross.fast" when the value came from the command line: stands instead of file and line
 * @group: (nullable): "strategy cross"
 * @key: (nullable): "fast"
 *
 * Where something stands. Borrowed strings.
 */
typedef struct
{
  guint line;
  const char *override;
  const char *group;
  const char *key;
} PstPlace;

typedef struct
{
  guint line;
  char *override;
  char *group;
  char *key;
  char *text;
  int refusal; /* PstRefusal when a plugin's refusal is all that is wrong here; -1 otherwise */
} PstProblem;

/* (transfer full): an empty list. */
GPtrArray *pst_problem_list_new (void);
PstProblem *pst_problem_add (GPtrArray *problems, const PstPlace *place, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* (transfer full): one line each, in the file's order, those of overrides last: "FILE:LINE: [group] key: text". */
char *pst_problem_list_to_string (GPtrArray *problems, const char *path);
/* (transfer full): @value in quotes, control characters escaped, cut when long. */
char *pst_problem_quote (const char *value);
/* Appends "; did you mean "NEAREST"?" when one of @names is near @name. */
void pst_problem_append_nearest (GString *text, const char *name, const char *const *names);

G_END_DECLS
