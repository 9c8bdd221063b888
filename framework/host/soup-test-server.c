/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The venues of the socket tests. */
#include "soup-test-server.h"

#include <glib/gstdio.h>
#include <string.h>

/* A venue that behaves */

static void
on_text (SoupWebsocketConnection *connection, int type, GBytes *message, gpointer user_data)
{
  TestVenue *venue = user_data;
  gsize length;
  const char *text = g_bytes_get_data (message, &length);

  g_ptr_array_add (venue->received, g_strndup (text, length));
  if (length > 5 && memcmp (text, "echo ", 5) == 0)
    soup_websocket_connection_send_text (connection, venue->received->pdata[venue->received->len - 1]);
}

static void
on_connection_closed (SoupWebsocketConnection *connection, gpointer user_data)
{
  ((TestVenue *)user_data)->n_closed++;
}

static void
on_websocket (SoupServer *server, SoupServerMessage *message, const char *path, SoupWebsocketConnection *connection, gpointer user_data)
{
  TestVenue *venue = user_data;

  venue->n_opened++;
  soup_websocket_connection_set_max_incoming_payload_size (connection, 0);
  g_set_object (&venue->connection, connection);
  g_signal_connect (connection, "message", G_CALLBACK (on_text), venue);
  g_signal_connect (connection, "closed", G_CALLBACK (on_connection_closed), venue);
}

static void
on_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  TestVenue *venue = user_data;
  g_autofree char *line = g_strdup_printf ("%s %s", soup_server_message_get_method (message), path);
  SoupMessageBody *body = soup_server_message_get_request_body (message);

  g_ptr_array_add (venue->requests, g_strdup (line));
  if (strcmp (path, "/busy") == 0)
    {
      soup_message_headers_append (soup_server_message_get_response_headers (message), "Retry-After", "7");
      soup_server_message_set_status (message, 429, "Slow Down");
    }
  else if (strcmp (path, "/down") == 0)
    soup_server_message_set_status (message, 503, NULL);
  else if (strcmp (path, "/moved") == 0)
    soup_server_message_set_redirect (message, 302, "http://elsewhere.invalid/");
  else if (strcmp (path, "/secret") == 0)
    {
      soup_message_headers_append (soup_server_message_get_response_headers (message), "WWW-Authenticate", "Basic realm=\"x\"");
      soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_STATIC, "no", 2);
      soup_server_message_set_status (message, 401, NULL);
    }
  else if (strcmp (path, "/echo") == 0)
    {
      const char *key = soup_message_headers_get_one (soup_server_message_get_request_headers (message), "X-Key");

      soup_message_headers_append (soup_server_message_get_response_headers (message), "X-Key", key != NULL ? key : "none");
      soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_COPY, body->length > 0 ? body->data : "", (gsize)body->length);
      soup_server_message_set_status (message, 200, NULL);
    }
  else
    {
      soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_COPY, line, strlen (line));
      soup_server_message_set_status (message, 200, NULL);
    }
}

void
test_venue_init (TestVenue *venue, GTlsCertificate *certificate)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GUri) uri = NULL;
  GSList *uris;

  *venue = (TestVenue){ .received = g_ptr_array_new_with_free_func (g_free), .requests = g_ptr_array_new_with_free_func (g_free) };
  venue->server = soup_server_new ("tls-certificate", certificate, NULL);
  soup_server_add_handler (venue->server, NULL, on_request, venue, NULL);
  soup_server_add_websocket_handler (venue->server, "/feed", NULL, NULL, on_websocket, venue, NULL);
  soup_server_listen_local (venue->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY | (certificate != NULL ? SOUP_SERVER_LISTEN_HTTPS : 0), &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (venue->server);
  uri = g_uri_ref (uris->data);
  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);
  venue->ws_url = g_strdup_printf ("%s://127.0.0.1:%d/feed", certificate != NULL ? "wss" : "ws", g_uri_get_port (uri));
  venue->http_url = g_strdup_printf ("%s://127.0.0.1:%d", certificate != NULL ? "https" : "http", g_uri_get_port (uri));
}

void
test_venue_clear (TestVenue *venue)
{
  if (venue->connection != NULL)
    g_signal_handlers_disconnect_by_data (venue->connection, venue);
  g_clear_object (&venue->connection);
  if (venue->server != NULL)
    soup_server_disconnect (venue->server);
  g_clear_object (&venue->server);
  g_ptr_array_unref (venue->received);
  g_ptr_array_unref (venue->requests);
  g_free (venue->ws_url);
  g_free (venue->http_url);
}

GTlsCertificate *
test_make_certificate (GTlsDatabase **trust, char **folder)
{
  g_autofree char *tool = g_find_program_in_path ("openssl"), *certificate = NULL, *key = NULL;
  g_autoptr (GError) error = NULL;
  GTlsCertificate *made;
  int status;

  if (tool == NULL)
    return NULL;
  *folder = g_dir_make_tmp ("penstock-tls-XXXXXX", &error);
  g_assert_no_error (error);
  certificate = g_build_filename (*folder, "certificate.pem", NULL);
  key = g_build_filename (*folder, "key.pem", NULL);
  {
    const char *const command[] = { tool,      "req", "-x509", "-newkey",       "rsa:2048", "-nodes",
                                    "-days",   "2",   "-subj", "/CN=127.0.0.1", "-addext",  "subjectAltName=IP:127.0.0.1",
                                    "-keyout", key,   "-out",  certificate,     NULL };

    g_spawn_sync (NULL, (char **)command, NULL, G_SPAWN_STDERR_TO_DEV_NULL | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, NULL, &status, &error);
  }
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  made = g_tls_certificate_new_from_files (certificate, key, &error);
  g_assert_no_error (error);
  *trust = g_tls_file_database_new (certificate, &error);
  g_assert_no_error (error);
  return made;
}

void
test_remove_certificate (char *folder)
{
  g_autofree char *certificate = g_build_filename (folder, "certificate.pem", NULL), *key = g_build_filename (folder, "key.pem", NULL);

  g_unlink (certificate);
  g_unlink (key);
  g_rmdir (folder);
  g_free (folder);
}

/* A venue that does as it likes */

static char *
make_answer (TestListener *listener)
{
  const char *key = strstr (listener->received->str, "Sec-WebSocket-Key: ");
  g_autoptr (GString) answer = g_string_new_len (listener->answer, (gssize)listener->answer_length);

  if (key != NULL)
    {
      g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA1);
      g_autofree char *accept = NULL;
      guint8 digest[20];
      gsize length = sizeof digest;

      key += strlen ("Sec-WebSocket-Key: ");
      g_checksum_update (sum, (const guchar *)key, (gssize)strcspn (key, "\r"));
      g_checksum_update (sum, (const guchar *)"258EAFA5-E914-47DA-95CA-C5AB0DC85B11", -1);
      g_checksum_get_digest (sum, digest, &length);
      accept = g_base64_encode (digest, length);
      g_string_replace (answer, "$ACCEPT", accept, 1);
    }
  listener->answer_length = answer->len;
  return g_string_free (g_steal_pointer (&answer), FALSE);
}

static gboolean
on_bytes (GObject *stream, gpointer user_data)
{
  TestListener *listener = user_data;
  char bytes[4096];
  gssize n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (stream), bytes, sizeof bytes, NULL, NULL);

  /* What a connection before this one still said does not matter any more. */
  if (n <= 0 || listener->connection == NULL || g_io_stream_get_input_stream (G_IO_STREAM (listener->connection)) != G_INPUT_STREAM (stream))
    return G_SOURCE_REMOVE;
  g_string_append_len (listener->received, bytes, n);
  if (listener->answer != NULL && strstr (listener->received->str, "\r\n\r\n") != NULL)
    {
      g_autofree char *answer = make_answer (listener);

      listener->answer = NULL;
      test_listener_send (listener, answer, listener->answer_length);
      if (listener->hangs_up)
        test_listener_hang_up (listener);
      return listener->connection != NULL && !listener->deaf;
    }
  return listener->connection != NULL;
}

static gboolean
on_incoming (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer user_data)
{
  TestListener *listener = user_data;
  GInputStream *stream = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  g_autoptr (GSource) readable = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (stream), NULL);

  listener->n_connections++;
  g_string_truncate (listener->received, 0);
  g_set_object (&listener->connection, connection);
  g_source_set_callback (readable, G_SOURCE_FUNC (on_bytes), listener, NULL);
  g_source_attach (readable, NULL);
  return TRUE;
}

void
test_listener_init (TestListener *listener)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new (loopback, 0), address = NULL;
  g_autoptr (GError) error = NULL;
  guint port;

  *listener = (TestListener){ .service = g_socket_service_new (), .received = g_string_new (NULL) };
  g_assert_true (g_socket_listener_add_address (G_SOCKET_LISTENER (listener->service), wanted, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL,
                                                &address, &error));
  g_assert_no_error (error);
  g_signal_connect (listener->service, "incoming", G_CALLBACK (on_incoming), listener);
  port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
  listener->ws_url = g_strdup_printf ("ws://127.0.0.1:%u/feed?x=1", port);
  listener->http_url = g_strdup_printf ("http://127.0.0.1:%u/answer", port);
}

void
test_listener_send (TestListener *listener, const char *bytes, gsize length)
{
  g_assert_cmpint (g_socket_send (g_socket_connection_get_socket (listener->connection), bytes, length, NULL, NULL), ==, (gssize)length);
}

void
test_listener_hang_up (TestListener *listener)
{
  g_io_stream_close (G_IO_STREAM (listener->connection), NULL, NULL);
  g_clear_object (&listener->connection);
}

void
test_listener_clear (TestListener *listener)
{
  if (listener->connection != NULL)
    test_listener_hang_up (listener);
  g_socket_service_stop (listener->service);
  g_socket_listener_close (G_SOCKET_LISTENER (listener->service));
  g_object_unref (listener->service);
  g_string_free (listener->received, TRUE);
  g_free (listener->ws_url);
  g_free (listener->http_url);
}
