/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The options that one group of a pipeline file sets: checked all at once, applied when the run id is known. */
#pragma once

#include <penstock.h>

#include "pst-problem.h"
#include "pst-value-reference.h"

G_BEGIN_DECLS

/* KEY=VALUE as it stands in the file or on the command line. Borrowed strings. */
typedef struct
{
  PstPlace place;
  const char *text;
  gboolean broken; /* its problem is told already */
} PstAssignment;

/* What a value's type cannot say: NULL, or (transfer full) what is allowed. */
typedef char *(*PstOptionCheck) (const char *option, const char *text);

/**
 * PstOptionGroup:
 * @name: "strategy cross"
 * @line: of its header
 * @owner: whose options they are, for messages: "sma-cross"
 * @options: (array length=n_options): what may be set
 * @folder: of the pipeline file
 * @check: (nullable): a check of values besides their types
 *
 * What is to be set, and where it stands.
 */
typedef struct
{
  const char *name;
  guint line;
  const char *owner;
  GParamSpec **options;
  guint n_options;
  const char *folder;
  PstOptionCheck check;
} PstOptionGroup;

typedef struct _PstOptionSet PstOptionSet;

/* (transfer full): what could be read; everything that could not is in @problems. @assignments: of PstAssignment; a key "plugin" is passed over. */
PstOptionSet *pst_option_set_read (const PstOptionGroup *group, GPtrArray *assignments, GPtrArray *problems);
void pst_option_set_free (PstOptionSet *set);
/* Sets the options of a component. */
gboolean pst_option_set_apply (const PstOptionSet *set, PstComponent *component, const PstPlaceholders *values, GError **error);
/* Sets the properties of the [pipeline] group's object; placeholders stand for nothing there. */
gboolean pst_option_set_apply_to_object (const PstOptionSet *set, GObject *object, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstOptionSet, pst_option_set_free)

G_END_DECLS
