/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names that only this machine answers to are always fine: no page elsewhere is served from them. */

#include "pst-http-origin.h"

#include <gio/gio.h>
#include <string.h>

/* "name" or "name:port" as a name and a port; FALSE for anything else. Port 0: there is none. */
static gboolean
split (const char *host, char **name, guint *port)
{
  const char *end = *host == '[' ? strchr (host, ']') : NULL, *colon;
  guint64 number = 0;

  if (*host == '[' && end == NULL)
    return FALSE;
  colon = strchr (end != NULL ? end : host, ':');
  if (colon != NULL && !g_ascii_string_to_unsigned (colon + 1, 10, 1, 65535, &number, NULL))
    return FALSE;
  *port = (guint)number;
  *name = colon != NULL ? g_strndup (host, (gsize)(colon - host)) : g_strdup (host);
  return **name != '\0';
}

gboolean
pst_http_host_is_allowed (const char *host, guint port, const char *const *names)
{
  static const char *const own[] = { "localhost", "127.0.0.1", "[::1]", NULL };
  g_autofree char *name = NULL;
  guint wanted;

  if (host == NULL || !split (host, &name, &wanted))
    return FALSE;
  if (wanted == 0 || port == 0 || wanted == port)
    for (guint i = 0; own[i] != NULL; i++)
      if (g_ascii_strcasecmp (name, own[i]) == 0)
        return TRUE;
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    if (g_ascii_strcasecmp (host, names[i]) == 0 || (g_ascii_strcasecmp (name, names[i]) == 0 && (wanted == 0 || wanted == port)))
      return TRUE;
  return FALSE;
}

gboolean
pst_http_address_is_loopback (const char *address)
{
  g_autoptr (GInetAddress) parsed = g_inet_address_new_from_string (address);

  return parsed != NULL && g_inet_address_get_is_loopback (parsed);
}
