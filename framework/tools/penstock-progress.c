/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Drawing the progress bar. Wall time is the operator's here, never the run's. */

#include "penstock-progress.h"

#include <unistd.h>

#define BAR_WIDTH 30
#define REDRAW_US 100000

void
penstock_progress_init (PenstockProgress *progress, gboolean wanted)
{
  const char *terminal = g_getenv ("TERM");

  progress->enabled = wanted && isatty (STDERR_FILENO) && g_strcmp0 (terminal, "dumb") != 0;
  progress->start_us = g_get_monotonic_time ();
  progress->shown_us = 0;
  progress->drawn = FALSE;
}

static void
append_bar (GString *line, double fraction)
{
  guint full = (guint)(CLAMP (fraction, 0, 1) * BAR_WIDTH);

  g_string_append_c (line, '[');
  for (guint i = 0; i < BAR_WIDTH; i++)
    g_string_append_c (line, i < full ? '#' : '.');
  g_string_append_printf (line, "] %3d%%  ", (int)(CLAMP (fraction, 0, 1) * 100));
}

void
penstock_progress_update (PstRun *run, const PstFeedCounts *counts, double fraction, gint64 time_ns, gpointer user_data)
{
  PenstockProgress *progress = user_data;
  gint64 now_us = g_get_monotonic_time (), elapsed_us = MAX (now_us - progress->start_us, 1);
  g_autoptr (GString) line = NULL;
  char when[PST_TIME_TEXT_SIZE];

  if (!progress->enabled || now_us - progress->shown_us < REDRAW_US)
    return;
  progress->shown_us = now_us;
  progress->drawn = TRUE;
  line = g_string_new ("\r\033[K");
  if (fraction >= 0)
    append_bar (line, fraction);
  pst_time_print (time_ns, when);
  g_string_append_printf (line, "%s  %" G_GUINT64_FORMAT " events  %" G_GUINT64_FORMAT "/s", when, counts->n_events,
                          counts->n_events * G_USEC_PER_SEC / (guint64)elapsed_us);
  if (counts->n_rejected)
    g_string_append_printf (line, "  %" G_GUINT64_FORMAT " rejected", counts->n_rejected);
  if (fraction > 0 && fraction < 1)
    g_string_append_printf (line, "  %ds left", (int)(elapsed_us / 1e6 * (1 - fraction) / fraction + 0.5));
  g_printerr ("%s", line->str);
}

void
penstock_progress_end (PenstockProgress *progress)
{
  if (progress->drawn)
    g_printerr ("\r\033[K");
}
