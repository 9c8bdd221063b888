/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The daemon tells us, as its service manager, when it is ready: nobody has to ask again and again. */

#include "daemon-kit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

TestDaemon *
test_daemon_new (TestFolder *folder)
{
  TestDaemon *daemon = g_new0 (TestDaemon, 1);
  struct sockaddr_un address = { .sun_family = AF_UNIX };

  daemon->folder = folder;
  daemon->notify_socket = test_folder_path (folder, "notify");
  g_strlcpy (address.sun_path, daemon->notify_socket, sizeof address.sun_path);
  daemon->notify_fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (daemon->notify_fd, (struct sockaddr *)&address, sizeof address), ==, 0);
  return daemon;
}

void
test_daemon_free (TestDaemon *daemon)
{
  if (daemon->pid != 0)
    test_daemon_end (daemon, SIGKILL);
  close (daemon->notify_fd);
  g_free (daemon->notify_socket);
  g_free (daemon);
}

static void
child_setup (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

void
test_daemon_wait_for (TestDaemon *daemon, const char *wanted)
{
  char buffer[1024];
  gssize n;

  do
    {
      n = recv (daemon->notify_fd, buffer, sizeof buffer - 1, 0);
      g_assert_cmpint ((int)n, >, 0);
      buffer[n] = '\0';
      g_test_message ("%s", buffer);
    }
  while (strstr (buffer, wanted) == NULL);
}

void
test_daemon_start (TestDaemon *daemon, const char *const *variables)
{
  g_autofree char *program = g_build_filename (g_getenv ("PENSTOCK_BUILD_DIR"), "framework", "tools", "penstockd", NULL);
  g_autofree char *config = test_folder_path (daemon->folder, "penstockd.conf"), *log = test_folder_path (daemon->folder, "log");
  const char *command[] = { program, "--config", config, NULL };
  g_auto (GStrv) environment = g_get_environ ();
  g_autoptr (GError) error = NULL;
  int fd = open (log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

  environment = g_environ_setenv (environment, "NOTIFY_SOCKET", daemon->notify_socket, TRUE);
  for (guint i = 0; variables != NULL && variables[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (variables[i], "=", 2);

      environment = g_environ_setenv (environment, parts[0], parts[1], TRUE);
    }
  g_spawn_async_with_fds (daemon->folder->path, (char **)command, environment, G_SPAWN_DO_NOT_REAP_CHILD, child_setup, NULL, &daemon->pid, -1, fd, fd,
                          &error);
  g_assert_no_error (error);
  close (fd);
  test_daemon_wait_for (daemon, "READY=1");
}

int
test_daemon_wait (TestDaemon *daemon)
{
  int status;

  while (waitpid (daemon->pid, &status, 0) < 0 && errno == EINTR)
    ;
  daemon->pid = 0;
  return WIFEXITED (status) ? WEXITSTATUS (status) : -WTERMSIG (status);
}

int
test_daemon_end (TestDaemon *daemon, int signal)
{
  kill (daemon->pid, signal);
  return test_daemon_wait (daemon);
}
