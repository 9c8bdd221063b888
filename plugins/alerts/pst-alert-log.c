/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The log. A line is written by one call, so that lines of several programs that append to one file do not mix. */

#include "pst-alert-log.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "pst-alert-text.h"

static gboolean
write_all (int fd, const char *text, gsize length, GError **error)
{
  while (length > 0)
    {
      gssize n = write (fd, text, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s", g_strerror (errno));
          return FALSE;
        }
      text += n;
      length -= (gsize)n;
    }
  return TRUE;
}

static gboolean
deliver (gpointer data, const PstAlert *alert, GCancellable *cancellable, GError **error)
{
  g_autofree char *json = pst_alert_to_json (alert, PST_ALERT_FORMAT_GENERIC, NULL), *line = g_strconcat (json, "\n", NULL);

  return write_all (*(int *)data, line, strlen (line), error);
}

static void
close_log (gpointer data)
{
  close (*(int *)data);
  g_free (data);
}

PstAlertWorker *
pst_alert_log_new (const char *path, guint queue_max, GError **error)
{
  int fd = path != NULL ? g_open (path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640) : fcntl (STDERR_FILENO, F_DUPFD_CLOEXEC, 3);

  if (fd < 0)
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "log-path \"%s\" cannot be written: %s", path != NULL ? path : "standard error",
                   g_strerror (errno));
      return NULL;
    }
  return pst_alert_worker_new ("alert-log", queue_max, deliver, g_memdup2 (&fd, sizeof fd), close_log);
}
