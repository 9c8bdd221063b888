/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The plugin under the conformance tests, shared by the files that make them. */
#pragma once

#include "pst-check-conformance.h"
#include "pst-harness-private.h"

G_BEGIN_DECLS

typedef struct
{
  char *id;
  GType type;          /* 0 until the module is loaded */
  GPtrArray *options;  /* name, text, name, text ... */
  char *folder;        /* during a test case */
  PstController *host; /* the same; for services */
} PstCheckSubject;

/* A new component with its options set, in the harness. */
PstComponent *pst_check_subject_make (PstCheckSubject *subject, PstHarness *harness, const char *name);
/* The same, started. When it cannot start: an error that must be a good one ends the test if the test gave options, and
 * skips it (NULL) if it did not. */
PstComponent *pst_check_subject_start (PstCheckSubject *subject, PstHarness *harness, const char *name);
/* A text that the option takes. */
char *pst_check_option_example (GParamSpec *pspec, const char *folder);

/* One of the tests, at once. */
void pst_check_conformance_run (const PstPluginEntry *entry, const char *name, ...) G_GNUC_NULL_TERMINATED;

void pst_check_conform_options (PstCheckSubject *subject);
void pst_check_conform_kind (PstCheckSubject *subject);

G_END_DECLS
