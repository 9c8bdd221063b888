/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For tests of sweeps: a space of two options, a header, and what a set is worth without any bars. */
#pragma once

#include "pst-sweep-file.h"

#include <glib/gstdio.h>

G_BEGIN_DECLS

/* Where results go; the file is not there yet. */
typedef struct
{
  char *folder, *path;
} SweepKitFile;

static inline void
sweep_kit_file_set_up (SweepKitFile *file, gconstpointer data)
{
  file->folder = g_dir_make_tmp ("penstock-sweep-XXXXXX", NULL);
  file->path = g_build_filename (file->folder, "results.sweep", NULL);
}

static inline void
sweep_kit_file_tear_down (SweepKitFile *file, gconstpointer data)
{
  g_unlink (file->path);
  g_rmdir (file->folder);
  g_free (file->path);
  g_free (file->folder);
}

/* "t.a=1..A" by "t.b=1..B"; the statistics are "sharpe" and "max_drawdown". */
static inline PstSweepHeader *
sweep_kit_header (guint n_a, guint n_b)
{
  static const char *const statistics[] = { "sharpe", "max_drawdown", NULL };
  PstParameterSpace *space = pst_parameter_space_new ();
  GParamSpec *option = g_param_spec_ref_sink (g_param_spec_uint ("a", "A", "Any", 1, 1000000, 1, PST_OPTION_READWRITE));
  g_autofree char *a = g_strdup_printf ("1..%u", n_a), *b = g_strdup_printf ("1..%u", n_b);
  g_autoptr (GError) error = NULL;

  pst_parameter_space_add (space, pst_parameter_range_parse ("t.a", option, a, &error), &error);
  g_assert_no_error (error);
  pst_parameter_space_add (space, pst_parameter_range_parse ("t.b", option, b, &error), &error);
  g_assert_no_error (error);
  pst_parameter_space_set_method (space, PST_PARAMETER_METHOD_GRID, 0, 0, &error);
  g_assert_no_error (error);
  g_param_spec_unref (option);
  return pst_sweep_header_new ("test", "c0ffee", space, statistics);
}

G_END_DECLS
