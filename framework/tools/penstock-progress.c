/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Drawing the progress bar. Wall time is the operator's here, never the run's. */

#include "penstock-progress.h"

#include <sys/ioctl.h>
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

/* Asked each time, as terminals are resized; a line that wraps cannot be taken back. */
static void
cut_to_terminal (GString *line)
{
  struct winsize size;

  if (ioctl (STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 && line->len > size.ws_col - 1u)
    g_string_truncate (line, size.ws_col - 1u);
}

static void
draw (PenstockProgress *progress, GString *line)
{
  cut_to_terminal (line);
  progress->drawn = TRUE;
  g_printerr ("\r\033[K%s", line->str);
}

/* Whether a new line is due. */
static gboolean
is_due (PenstockProgress *progress)
{
  gint64 now_us = g_get_monotonic_time ();

  if (!progress->enabled || now_us - progress->shown_us < REDRAW_US)
    return FALSE;
  progress->shown_us = now_us;
  return TRUE;
}

void
penstock_progress_show (PenstockProgress *progress, double fraction, const char *text)
{
  g_autoptr (GString) line = NULL;

  if (!is_due (progress))
    return;
  line = g_string_new (NULL);
  append_bar (line, fraction);
  g_string_append (line, text);
  draw (progress, line);
}

double
penstock_progress_get_seconds (const PenstockProgress *progress)
{
  return (double)(g_get_monotonic_time () - progress->start_us) / G_USEC_PER_SEC;
}

void
penstock_progress_update (PstRun *run, const PstFeedCounts *counts, double fraction, gint64 time_ns, gpointer user_data)
{
  PenstockProgress *progress = user_data;
  gint64 elapsed_us = MAX (g_get_monotonic_time () - progress->start_us, 1);
  g_autoptr (GString) line = NULL;
  char when[PST_TIME_TEXT_SIZE];

  if (!is_due (progress))
    return;
  line = g_string_new (NULL);
  if (fraction >= 0)
    append_bar (line, fraction);
  pst_time_print (time_ns, when);
  g_string_append_printf (line, "%s  %" G_GUINT64_FORMAT " events  %" G_GUINT64_FORMAT "/s", when, counts->n_events,
                          counts->n_events * G_USEC_PER_SEC / (guint64)elapsed_us);
  if (counts->n_rejected)
    g_string_append_printf (line, "  %" G_GUINT64_FORMAT " rejected", counts->n_rejected);
  if (fraction > 0 && fraction < 1)
    g_string_append_printf (line, "  %ds left", (int)(elapsed_us / 1e6 * (1 - fraction) / fraction + 0.5));
  draw (progress, line);
}

void
penstock_progress_end (PenstockProgress *progress)
{
  if (progress->drawn)
    g_printerr ("\r\033[K");
}
