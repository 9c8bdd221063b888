/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A folder with generated bars and a pipeline over them. */
#pragma once

#include "../kit/test-command.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

G_BEGIN_DECLS

#define KIT_PIPELINE                                                                                  \
  "[pipeline]\nname=sample\nmode=backtest\ncurrency=USD\n\n"                                          \
  "[exchange data]\nplugin=replay\npath=bars.csv\ncolumns=date,open,high,low,close,volume,symbol\n\n" \
  "[exchange broker]\nplugin=sim\nfeed=data\ncash=1000000 USD\ntaker-fee=0.0005\nslippage=0.0002\n\n" \
  "[strategy cross]\nplugin=sma-cross\nfast=10\nslow=30\norder-value=150000 USD\n\n"

static inline void
kit_write (const TestFolder *folder, const char *more)
{
  g_autofree char *text = g_strconcat (KIT_PIPELINE, more, NULL);
  g_autofree char *bars = test_folder_path (folder, "bars.csv");
  g_autofree char *generator = g_build_filename (g_getenv ("PENSTOCK_BUILD_DIR"), "data", "penstock-sample-data", NULL);
  g_autoptr (TestOutcome) made = test_run (folder, NULL, generator, "--output", bars, NULL);

  test_assert_exit (made, 0);
  test_folder_write (folder, "sample.pipeline", text);
}

/* (transfer full) */
static inline GBytes *
kit_read (const TestFolder *folder, const char *name)
{
  g_autofree char *path = test_folder_path (folder, name);
  char *bytes;
  gsize length;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &bytes, &length, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (bytes, length);
}

static inline void
kit_assert_same (const TestFolder *folder, const char *a, const char *b)
{
  g_autoptr (GBytes) first = kit_read (folder, a), second = kit_read (folder, b);

  g_assert_true (g_bytes_equal (first, second));
}

G_END_DECLS
