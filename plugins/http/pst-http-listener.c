/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libsoup's own listeners tell nothing of a connection before its first byte came, and nothing of a handshake: limits would begin too late. */

#include "pst-http-listener.h"

#include <errno.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Connections taken in one turn, so that who has one is served in between. */
#define TURN 64

typedef struct
{
  PstHttpListener *listener;
  GSocket *socket;
  GSource *source;
  guint port;
} Place;

struct _PstHttpListener
{
  GPtrArray *places;
  char *unix_path;
  gboolean tls;
  PstHttpAcceptFunc accept;
  gpointer user_data;
};

static void
stop_watching (Place *place)
{
  if (place->source != NULL)
    g_source_destroy (place->source);
  g_clear_pointer (&place->source, g_source_unref);
}

static void
place_free (gpointer data)
{
  Place *place = data;

  stop_watching (place);
  g_socket_close (place->socket, NULL);
  g_object_unref (place->socket);
  g_free (place);
}

/* 127.0.0.1 as it is; of IPv6 the network, since who has one address there has them all. */
static char *
name_peer (GSocket *socket)
{
  g_autoptr (GSocketAddress) address = g_socket_get_remote_address (socket, NULL);
  GInetAddress *inet;

  if (!G_IS_INET_SOCKET_ADDRESS (address))
    return g_strdup ("unix");
  inet = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address));
  if (g_inet_address_get_family (inet) == G_SOCKET_FAMILY_IPV6 && !g_inet_address_get_is_loopback (inet))
    {
      guint8 bytes[16] = { 0 };
      g_autoptr (GInetAddress) network = NULL;

      memcpy (bytes, g_inet_address_to_bytes (inet), 8);
      network = g_inet_address_new_from_bytes (bytes, G_SOCKET_FAMILY_IPV6);
      return g_inet_address_to_string (network);
    }
  return g_inet_address_to_string (inet);
}

static gboolean
on_ready (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  Place *place = user_data;

  for (guint i = 0; i < TURN; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GSocket) taken = g_socket_accept (socket, NULL, &error);
      g_autofree char *address = NULL;

      if (taken == NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        break;
      if (taken == NULL)
        {
          /* Most likely no descriptor is left: asking again at once would only burn the processor. */
          g_clear_pointer (&place->source, g_source_unref);
          return G_SOURCE_REMOVE;
        }
      if (place->port != 0)
        g_socket_set_option (taken, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
      address = name_peer (taken);
      place->listener->accept (taken, address, place->port, place->listener->user_data);
    }
  return G_SOURCE_CONTINUE;
}

void
pst_http_listener_resume (PstHttpListener *listener)
{
  for (guint i = 0; i < listener->places->len; i++)
    {
      Place *place = listener->places->pdata[i];

      if (place->source != NULL)
        continue;
      place->source = g_socket_create_source (place->socket, G_IO_IN, NULL);
      g_source_set_callback (place->source, G_SOURCE_FUNC (on_ready), place, NULL);
      g_source_attach (place->source, g_main_context_get_thread_default ());
    }
}

void
pst_http_listener_start (PstHttpListener *listener, PstHttpAcceptFunc accept, gpointer user_data)
{
  listener->accept = accept;
  listener->user_data = user_data;
  pst_http_listener_resume (listener);
}

static gboolean
add_place (PstHttpListener *listener, GSocketAddress *address, GError **error)
{
  g_autoptr (GSocket) socket = g_socket_new (g_socket_address_get_family (address), G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, error);
  g_autoptr (GSocketAddress) bound = NULL;
  Place *place;

  if (socket == NULL)
    return FALSE;
  if (g_socket_get_family (socket) == G_SOCKET_FAMILY_IPV6)
    g_socket_set_option (socket, IPPROTO_IPV6, IPV6_V6ONLY, TRUE, NULL);
  g_socket_set_blocking (socket, FALSE);
  g_socket_set_listen_backlog (socket, 1024);
  if (!g_socket_bind (socket, address, TRUE, error) || !g_socket_listen (socket, error))
    return FALSE;
  bound = g_socket_get_local_address (socket, error);
  if (bound == NULL)
    return FALSE;
  place = g_new0 (Place, 1);
  place->listener = listener;
  place->socket = g_steal_pointer (&socket);
  if (G_IS_INET_SOCKET_ADDRESS (bound))
    place->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  g_ptr_array_add (listener->places, place);
  return TRUE;
}

static gboolean
add_inet (PstHttpListener *listener, const char *text, guint port, GError **error)
{
  g_autoptr (GInetAddress) inet = g_inet_address_new_from_string (text);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (inet, (guint16)port);

  if (add_place (listener, address, error))
    return TRUE;
  g_prefix_error (error, "cannot listen on %s port %u: ", text, port);
  return FALSE;
}

/* What another process left behind is taken away; one that somebody listens on is not. */
static gboolean
take_over (const char *path, GSocketAddress *address, GError **error)
{
  g_autoptr (GSocket) socket = NULL;
  GStatBuf status;

  if (g_lstat (path, &status) != 0)
    return TRUE;
  if (!S_ISSOCK (status.st_mode) || status.st_uid != geteuid ())
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, "unix-socket \"%s\" is there and is not a socket of ours", path);
      return FALSE;
    }
  socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, error);
  if (socket == NULL)
    return FALSE;
  if (g_socket_connect (socket, address, NULL, NULL))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE, "unix-socket \"%s\": another process listens there", path);
      return FALSE;
    }
  g_unlink (path);
  return TRUE;
}

static gboolean
add_unix (PstHttpListener *listener, const char *path, GError **error)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);

  if (!take_over (path, address, error))
    return FALSE;
  if (!add_place (listener, address, error) || g_chmod (path, 0660) != 0)
    {
      if (error != NULL && *error == NULL)
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "its mode cannot be set");
      g_prefix_error (error, "unix-socket \"%s\": ", path);
      return FALSE;
    }
  listener->unix_path = g_strdup (path);
  return TRUE;
}

/* A machine without IPv6 has no ::1, and that is all right when nobody asked for it. */
static gboolean
add_loopback (PstHttpListener *listener, guint port, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (!add_inet (listener, "127.0.0.1", port, error))
    return FALSE;
  if (!add_inet (listener, "::1", pst_http_listener_get_port (listener), &failure))
    g_debug ("http: only IPv4: %s", failure->message);
  return TRUE;
}

PstHttpListener *
pst_http_listener_open (const PstHttpOptions *options, GError **error)
{
  g_autoptr (PstHttpListener) listener = g_new0 (PstHttpListener, 1);
  gboolean fine = TRUE;

  listener->places = g_ptr_array_new_with_free_func (place_free);
  listener->tls = options->tls_certificate != NULL;
  if (options->listen == NULL || options->listen[0] == NULL)
    fine = add_loopback (listener, options->port, error);
  for (guint i = 0; fine && options->listen != NULL && options->listen[i] != NULL; i++)
    fine = add_inet (listener, options->listen[i], i > 0 ? pst_http_listener_get_port (listener) : options->port, error);
  if (fine && options->unix_socket != NULL)
    fine = add_unix (listener, options->unix_socket, error);
  return fine ? g_steal_pointer (&listener) : NULL;
}

guint
pst_http_listener_get_port (PstHttpListener *listener)
{
  return ((Place *)listener->places->pdata[0])->port;
}

char *
pst_http_listener_get_url (PstHttpListener *listener)
{
  Place *place = listener->places->pdata[0];
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (place->socket, NULL);
  g_autofree char *name = g_inet_address_to_string (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
  gboolean six = strchr (name, ':') != NULL;

  return g_strdup_printf ("%s://%s%s%s:%u", listener->tls ? "https" : "http", six ? "[" : "", name, six ? "]" : "", place->port);
}

void
pst_http_listener_free (PstHttpListener *listener)
{
  g_ptr_array_unref (listener->places);
  if (listener->unix_path != NULL)
    g_unlink (listener->unix_path);
  g_free (listener->unix_path);
  g_free (listener);
}
