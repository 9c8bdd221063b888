/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* sd_notify(3) is one datagram to a socket that the environment names. libsystemd would be a library for that alone, and is not there where there is
 * no systemd. */

#include "penstockd.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void
penstockd_notify (const char *format, ...)
{
  const char *path = g_getenv ("NOTIFY_SOCKET");
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  g_autofree char *text = NULL;
  va_list arguments;
  gboolean must_arrive;
  gsize length;
  int fd;

  if (path == NULL || (path[0] != '/' && path[0] != '@') || strlen (path) >= sizeof address.sun_path)
    return;
  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  length = strlen (path);
  memcpy (address.sun_path, path, length);
  /* An abstract socket. */
  if (path[0] == '@')
    address.sun_path[0] = '\0';
  fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return;
  /* Only what must arrive waits for a service manager that is slow: the main loop has better to do. */
  must_arrive = !g_str_has_prefix (text, "WATCHDOG") && !g_str_has_prefix (text, "STATUS") && !g_str_has_prefix (text, "EXTEND");
  if (sendto (fd, text, strlen (text), MSG_NOSIGNAL | (must_arrive ? 0 : MSG_DONTWAIT), (struct sockaddr *)&address,
              (socklen_t)(offsetof (struct sockaddr_un, sun_path) + length))
      < 0)
    g_debug ("the service manager does not listen: %s", g_strerror (errno));
  close (fd);
}

guint64
penstockd_notify_get_watchdog_us (void)
{
  const char *text = g_getenv ("WATCHDOG_USEC"), *pid = g_getenv ("WATCHDOG_PID");
  guint64 interval_us, wanted;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 1, G_MAXINT64, &interval_us, NULL))
    return 0;
  /* Meant for another process. */
  if (pid != NULL && (!g_ascii_string_to_unsigned (pid, 10, 1, G_MAXINT32, &wanted, NULL) || wanted != (guint64)getpid ()))
    return 0;
  return interval_us;
}
