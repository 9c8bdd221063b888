/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The venue of the live tests, and the command that trades on it. */

#include "live-venue.h"

#include <string.h>

#ifdef __SANITIZE_ADDRESS__
/* libsoup's server loses an address with each listener and what its last connections had: its memory, not ours. What we do is watched where
 * the venue is a bare listener, and in the command. */
int __lsan_is_turned_off (void);

int
__lsan_is_turned_off (void)
{
  return 1;
}
#endif

#define PRODUCT(id, price_step)                                                                    \
  "{\"product_id\":\"" id "\",\"base_increment\":\"0.00000001\",\"price_increment\":\"" price_step \
  "\",\"quote_min_size\":\"0.0001\",\"base_min_size\":\"0.00000001\",\"status\":\"online\"}"
#define PRODUCTS "{\"products\":[" PRODUCT ("BTC-USD", "0.01") "," PRODUCT ("ETH-USD", "0.01") "," PRODUCT ("ETH-BTC", "0.00001") "]}"

const char *const live_venue_products[LIVE_VENUE_N_PRODUCTS] = { "BTC-USD", "ETH-USD", "ETH-BTC" };
static const char *const bids[] = { "99.99", "11.00", "0.09999" };
static const char *const asks[] = { "100.00", "11.01", "0.10000" };

void
live_venue_push (LiveVenue *venue, const char *channel, const char *event)
{
  g_autofree char *text
      = g_strdup_printf ("{\"channel\":\"%s\",\"client_id\":\"\",\"timestamp\":\"2026-08-09T21:05:48.483587501Z\",\"sequence_num\":%u,"
                         "\"events\":[%s]}",
                         channel, venue->sequence++, event);

  if (soup_websocket_connection_get_state (venue->connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_send_text (venue->connection, text);
}

void
live_venue_push_level (LiveVenue *venue, guint product, const char *type, const char *bid_size, const char *ask_size)
{
  g_autofree char *event
      = g_strdup_printf ("{\"type\":\"%s\",\"product_id\":\"%s\",\"updates\":["
                         "{\"side\":\"bid\",\"event_time\":\"2026-08-09T21:05:48.1Z\",\"price_level\":\"%s\",\"new_quantity\":\"%s\"},"
                         "{\"side\":\"offer\",\"event_time\":\"2026-08-09T21:05:48.1Z\",\"price_level\":\"%s\",\"new_quantity\":\"%s\"}]}",
                         type, live_venue_products[product], bids[product], bid_size, asks[product], ask_size);

  live_venue_push (venue, "l2_data", event);
}

static void
on_text (SoupWebsocketConnection *connection, int type, GBytes *message, gpointer user_data)
{
  LiveVenue *venue = user_data;
  const char *text = g_bytes_get_data (message, NULL);

  if (strstr (text, "\"channel\":\"level2\"") != NULL && strstr (text, "\"type\":\"subscribe\"") != NULL)
    {
      venue->n_subscribed++;
      for (guint i = 0; i < LIVE_VENUE_N_PRODUCTS; i++)
        if (strstr (text, live_venue_products[i]) != NULL)
          live_venue_push_level (venue, i, "snapshot", "1000", "1000");
    }
  live_venue_push (venue, "subscriptions", "{\"subscriptions\":{}}");
}

static void
on_websocket (SoupServer *server, SoupServerMessage *message, const char *path, SoupWebsocketConnection *connection, gpointer user_data)
{
  LiveVenue *venue = user_data;

  venue->n_opened++;
  venue->sequence = 0;
  g_set_object (&venue->connection, connection);
  g_signal_connect (connection, "message", G_CALLBACK (on_text), venue);
}

static void
on_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  LiveVenue *venue = user_data;

  venue->n_metadata++;
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_STATIC, PRODUCTS, strlen (PRODUCTS));
  soup_server_message_set_status (message, 200, NULL);
}

void
live_venue_set_up (LiveVenue *venue, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  GSList *uris;

  venue->folder = test_folder_new ();
  venue->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (venue->server, "/products", on_request, venue, NULL);
  soup_server_add_websocket_handler (venue->server, "/feed", NULL, NULL, on_websocket, venue, NULL);
  soup_server_listen_local (venue->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (venue->server);
  venue->port = (guint)g_uri_get_port (uris->data);
  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);
}

void
live_venue_tear_down (LiveVenue *venue, gconstpointer data)
{
  g_clear_object (&venue->connection);
  soup_server_disconnect (venue->server);
  g_object_unref (venue->server);
  g_clear_object (&venue->process);
  g_free (venue->outcome.output);
  g_free (venue->outcome.errors);
  test_folder_free (venue->folder);
}

static void
on_ended (GObject *source, GAsyncResult *result, gpointer user_data)
{
  LiveVenue *venue = user_data;
  g_autoptr (GError) error = NULL;

  g_subprocess_communicate_utf8_finish (venue->process, result, &venue->outcome.output, &venue->outcome.errors, &error);
  g_assert_no_error (error);
  venue->outcome.exit_code = g_subprocess_get_if_exited (venue->process) ? g_subprocess_get_exit_status (venue->process) : -1;
  venue->ended = TRUE;
}

void
live_venue_begin (LiveVenue *venue, const char *const *arguments)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autofree char *program = g_build_filename (g_getenv ("PENSTOCK_BUILD_DIR"), "framework", "tools", "penstock", NULL);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (argv, program);
  for (gsize i = 0; arguments[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer)arguments[i]);
  g_ptr_array_add (argv, NULL);
  g_subprocess_launcher_set_cwd (launcher, venue->folder->path);
  venue->ended = FALSE;
  g_clear_object (&venue->process);
  venue->process = g_subprocess_launcher_spawnv (launcher, (const char *const *)argv->pdata, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8_async (venue->process, NULL, NULL, on_ended, venue);
}

void
live_venue_wait_end (LiveVenue *venue, int exit_code)
{
  while (!venue->ended)
    g_main_context_iteration (NULL, TRUE);
  test_assert_exit (&venue->outcome, exit_code);
}

static gboolean
has_text (const char *path, const char *text)
{
  g_autofree char *bytes = NULL;
  gsize length;

  return g_file_get_contents (path, &bytes, &length, NULL) && memmem (bytes, length, text, strlen (text)) != NULL;
}

void
live_venue_wait_file (LiveVenue *venue, const char *name, const char *text)
{
  g_autofree char *path = test_folder_path (venue->folder, name);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileMonitor) monitor = g_file_monitor_file (file, G_FILE_MONITOR_NONE, NULL, &error);

  g_assert_no_error (error);
  g_file_monitor_set_rate_limit (monitor, 0);
  live_venue_wait_until (venue, has_text (path, text));
}
