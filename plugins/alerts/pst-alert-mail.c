/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The program gets the message as a file that nobody else sees, so that one that does not read it cannot break a pipe under us; the recipients as
 * arguments behind "--"; and an environment without the secrets of ours. */

#include "pst-alert-mail.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pst-alert-text.h"

typedef struct
{
  char *sendmail;
  char *from;
  char **to;
  gint64 timeout_us;
} Mail;

static void
mail_free (gpointer data)
{
  Mail *mail = data;

  g_free (mail->sendmail);
  g_free (mail->from);
  g_strfreev (mail->to);
  g_free (mail);
}

/* user@host, or a user of this machine. */
static gboolean
is_address (const char *address)
{
  for (const char *c = address; *c != '\0'; c++)
    if (!g_ascii_isgraph (*c) || strchr (",;<>()\"\\", *c) != NULL)
      return FALSE;
  return g_ascii_isalnum (address[0]) || address[0] == '_';
}

static gboolean
fail (GError **error, const char *option, const char *value)
{
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "%s \"%s\" is no mail address; write user@host, or a user of this machine", option,
               value);
  return FALSE;
}

gboolean
pst_alert_mail_check (const char *sendmail, const char *from, char *const *to, GError **error)
{
  if (to == NULL || to[0] == NULL)
    {
      g_set_error_literal (error, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING, "email-to is not set, and sinks lists email; say who gets it");
      return FALSE;
    }
  for (guint i = 0; to[i] != NULL; i++)
    if (!is_address (to[i]))
      return fail (error, "email-to", to[i]);
  if (from != NULL && from[0] != '\0' && !is_address (from))
    return fail (error, "email-from", from);
  if (sendmail != NULL && g_path_is_absolute (sendmail) && g_access (sendmail, X_OK) == 0)
    return TRUE;
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE,
               "sendmail \"%s\" is no program that can be run; install a mail transfer agent, or name its sendmail by its whole path",
               sendmail != NULL ? sendmail : "");
  return FALSE;
}

static int
make_file (const char *text, GError **error)
{
  gsize length = strlen (text);
  int fd = memfd_create ("alert", MFD_CLOEXEC);

  if (fd >= 0 && write (fd, text, length) == (gssize)length && lseek (fd, 0, SEEK_SET) == 0)
    return fd;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "the message cannot be kept in memory: %s", g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return -1;
}

static GSubprocess *
spawn (const Mail *mail, const char *text, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  char *environment[] = { (char *)"PATH=/usr/sbin:/usr/bin:/sbin:/bin", (char *)"LC_ALL=C.UTF-8", NULL };
  int fd = make_file (text, error);

  if (fd < 0)
    return NULL;
  g_subprocess_launcher_set_environ (launcher, environment);
  g_subprocess_launcher_take_stdin_fd (launcher, fd);
  g_ptr_array_add (arguments, mail->sendmail);
  g_ptr_array_add (arguments, (char *)"-i");
  g_ptr_array_add (arguments, (char *)"--");
  for (guint i = 0; mail->to[i] != NULL; i++)
    g_ptr_array_add (arguments, mail->to[i]);
  g_ptr_array_add (arguments, NULL);
  return g_subprocess_launcher_spawnv (launcher, (const char *const *)arguments->pdata, error);
}

typedef struct
{
  gboolean over;
  gboolean late;
} Wait;

static void
on_over (GObject *process, GAsyncResult *result, gpointer user_data)
{
  g_subprocess_wait_finish (G_SUBPROCESS (process), result, NULL);
  ((Wait *)user_data)->over = TRUE;
}

static gboolean
on_late (gpointer user_data)
{
  ((Wait *)user_data)->late = TRUE;
  return G_SOURCE_REMOVE;
}

/* Until it ends, is too slow, or is not wanted any more; then it is killed. */
static gboolean
wait_for (GSubprocess *process, gint64 timeout_us, GCancellable *cancellable)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GSource) timer = g_timeout_source_new ((guint)(timeout_us / 1000));
  Wait wait = { 0 };

  g_main_context_push_thread_default (context);
  g_source_set_callback (timer, on_late, &wait, NULL);
  g_source_attach (timer, context);
  g_subprocess_wait_async (process, cancellable, on_over, &wait);
  while (!wait.over && !wait.late)
    g_main_context_iteration (context, TRUE);
  if (!wait.over || g_cancellable_is_cancelled (cancellable))
    g_subprocess_force_exit (process);
  while (!wait.over)
    g_main_context_iteration (context, TRUE);
  g_source_destroy (timer);
  g_main_context_pop_thread_default (context);
  return !wait.late && !g_cancellable_is_cancelled (cancellable);
}

static gboolean
deliver (gpointer data, const PstAlert *alert, GCancellable *cancellable, GError **error)
{
  const Mail *mail = data;
  g_autofree char *text = pst_alert_to_mail (alert, mail->from, mail->to);
  g_autoptr (GSubprocess) process = spawn (mail, text, error);

  if (process == NULL)
    return FALSE;
  if (!wait_for (process, mail->timeout_us, cancellable))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "%s did not end in time", mail->sendmail);
  else if (!g_subprocess_get_if_exited (process))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s was killed", mail->sendmail);
  else if (g_subprocess_get_exit_status (process) != 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s ended with status %d", mail->sendmail, g_subprocess_get_exit_status (process));
  else
    return TRUE;
  return FALSE;
}

PstAlertWorker *
pst_alert_mail_new (const char *sendmail, const char *from, char *const *to, gint64 timeout_us, guint queue_max)
{
  Mail *mail = g_new0 (Mail, 1);

  mail->sendmail = g_strdup (sendmail);
  mail->from = from != NULL && from[0] != '\0' ? g_strdup (from) : NULL;
  mail->to = g_strdupv ((char **)to);
  mail->timeout_us = timeout_us;
  return pst_alert_worker_new ("alert-mail", queue_max, deliver, mail, mail_free);
}
