/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Values that do not stand in the pipeline file: @env:NAME and @file:PATH, so that no secret needs to. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PST_VALUE_FILE_SIZE_MAX (64 * 1024)

/* (transfer full): what @text stands for. "@@..." is a literal "@...". @folder: relative paths start there. @is_secret: the file must not be
 * readable by group or others. @is_reference (out): whether the value came from elsewhere, and so must not be shown.
 * NULL with @problem (out) (transfer full): what is wrong and what is allowed; it never holds the value. */
char *pst_value_reference_resolve (const char *text, const char *folder, gboolean is_secret, gboolean *is_reference, char **problem);

/* (transfer full): @path itself when it is absolute, or below @folder. */
char *pst_value_path_resolve (const char *path, const char *folder);

typedef struct
{
  const char *user;
  const char *run;
  const char *pipeline;
} PstPlaceholders;

/* (transfer full): {user}, {run} and {pipeline} replaced; other braces stay as they are. */
char *pst_placeholders_expand (const PstPlaceholders *values, const char *text);

G_END_DECLS
