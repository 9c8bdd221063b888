/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A progress bar on a terminal's error stream; nothing at all when it is piped. */
#pragma once

#include "../engine/pst-run.h"

G_BEGIN_DECLS

typedef struct
{
  gboolean enabled;
  gint64 start_us; /* monotonic */
  gint64 shown_us;
  gboolean drawn;
} PenstockProgress;

void penstock_progress_init (PenstockProgress *progress, gboolean wanted);
/* A #PstProgressFunc; @user_data is the #PenstockProgress. */
void penstock_progress_update (PstRun *run, const PstFeedCounts *counts, double fraction, gint64 time_ns, gpointer user_data);
/* The same for any other work: @text stands behind the bar; at most ten times a second, and no wider than the terminal. */
void penstock_progress_show (PenstockProgress *progress, double fraction, const char *text);
/* Seconds since it began. */
double penstock_progress_get_seconds (const PenstockProgress *progress);
/* Removes the bar. */
void penstock_progress_end (PenstockProgress *progress);

G_END_DECLS
