/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: an alert that reaches a simulated wire and no real one; and a receiver that is slow or dead and holds a run up. The command
 * trades on the test's venue and posts its alerts to the test's server, over real sockets. */

#include "live-venue.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>

#define SECRET "T0KEN"

typedef struct
{
  LiveVenue venue;
  GPtrArray *bodies; /* char *: what came, in order */
  char *authorization;
  const char *script;         /* what the next requests get, a letter each: p paused, h hung up on, 4 404, 5 503; at its end 200 */
  SoupServerMessage *waiting; /* what was paused */
} Fixture;

static void
answer (SoupServerMessage *message, guint status)
{
  soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_STATIC, "ok", 2);
  soup_server_message_set_status (message, status, NULL);
}

static void
on_hook (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  Fixture *fixture = user_data;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  char what = *fixture->script != '\0' ? *fixture->script++ : '2';

  g_assert_cmpstr (soup_server_message_get_method (message), ==, "POST");
  g_assert_cmpstr (path, ==, "/hook/" SECRET);
  g_assert_cmpstr (soup_message_headers_get_one (headers, "Content-Type"), ==, "application/json; charset=utf-8");
  g_free (fixture->authorization);
  fixture->authorization = g_strdup (soup_message_headers_get_one (headers, "Authorization"));
  g_ptr_array_add (fixture->bodies, g_strndup (body->data, (gsize)body->length));
  if (what == 'p')
    {
      g_assert_null (fixture->waiting);
      fixture->waiting = g_object_ref (message);
      soup_server_message_pause (message);
    }
  else if (what == 'h')
    {
      g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);

      g_io_stream_close (stream, NULL, NULL);
    }
  else if (what == '5')
    {
      soup_message_headers_append (soup_server_message_get_response_headers (message), "Retry-After", "1");
      answer (message, 503);
    }
  else
    answer (message, what == '4' ? 404 : 200);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  live_venue_set_up (&fixture->venue, NULL);
  soup_server_add_handler (fixture->venue.server, "/hook", on_hook, fixture, NULL);
  fixture->bodies = g_ptr_array_new_with_free_func (g_free);
  fixture->script = "";
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->waiting);
  live_venue_tear_down (&fixture->venue, NULL);
  g_ptr_array_unref (fixture->bodies);
  g_free (fixture->authorization);
}

/* Lets the one that was paused go. */
static void
let_go (Fixture *fixture)
{
  answer (fixture->waiting, 200);
  soup_server_message_unpause (fixture->waiting);
  g_clear_object (&fixture->waiting);
}

static void
write_secret (Fixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = test_folder_path (fixture->venue.folder, name);

  test_folder_write (fixture->venue.folder, name, text);
  g_assert_cmpint (g_chmod (path, 0600), ==, 0);
}

static void
begin (Fixture *fixture, guint hook_port, const char *options)
{
  guint port = fixture->venue.port;
  g_autofree char *text = g_strdup_printf ("[pipeline]\nname=live\nmode=paper\ncurrency=USD\n"
                                           "[exchange coinbase]\nplugin=coinbase\ninstruments=BTC/USD;ETH/USD;ETH/BTC\n"
                                           "url=ws://127.0.0.1:%u/feed\nmetadata-url=http://127.0.0.1:%u/products\nreconnect-first=1ms\n"
                                           "[exchange paper]\nplugin=sim\nfeed=coinbase\ncash=100000 USD\n"
                                           "[strategy triangle]\nplugin=triangular-arbitrage\ntrade-capital=1000 USD\ncool-down=1h\nmax-book-age=0s\n"
                                           "[guard kill]\nplugin=kill-switch\n"
                                           "[store journal]\nplugin=journal\npath=run.journal\n"
                                           "[service alerts]\nplugin=alerts\nsinks=webhook;log\nlog-path=alerts.log\n"
                                           "webhook-url=@file:url\nwebhook-authorization=@file:key\n%s",
                                           port, port, options);
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/hook/" SECRET, hook_port);

  test_folder_write (fixture->venue.folder, "live.pipeline", text);
  write_secret (fixture, "url", url);
  write_secret (fixture, "key", "Bearer " SECRET);
  live_venue_begin (&fixture->venue, (const char *const[]){ "run", "live.pipeline", NULL });
  live_venue_wait_until (&fixture->venue, fixture->venue.n_subscribed == 1);
}

/* A message that makes no sense: a warning of category "venue", and no reason to stop trading. */
static void
push_nonsense (Fixture *fixture)
{
  live_venue_push (&fixture->venue, "nonsense", "{}");
}

static void
push_triangle (Fixture *fixture)
{
  live_venue_push_level (&fixture->venue, 0, "update", "999", "999");
}

/* By Ctrl-C; what was secret is nowhere. */
static void
end (Fixture *fixture)
{
  static const char *const files[] = { "run.journal", "alerts.log" };

  if (!fixture->venue.ended)
    g_subprocess_send_signal (fixture->venue.process, SIGINT);
  live_venue_wait_end (&fixture->venue, 130);
  g_assert_null (strstr (fixture->venue.outcome.errors, SECRET));
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = test_folder_path (fixture->venue.folder, files[i]), *bytes = NULL;
      gsize length;

      g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
      g_assert_null (memmem (bytes, length, SECRET, strlen (SECRET)));
    }
}

/* (transfer full): a text of a body, by JSONPath. */
static char *
read_text (Fixture *fixture, guint n, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = json_from_string (fixture->bodies->pdata[n], &error), found = NULL;
  JsonArray *matches;

  g_assert_no_error (error);
  found = json_path_query (path, root, &error);
  g_assert_no_error (error);
  matches = json_node_get_array (found);
  g_assert_cmpuint (json_array_get_length (matches), ==, 1);
  return json_node_get_value_type (json_array_get_element (matches, 0)) == G_TYPE_INT64
             ? g_strdup_printf ("%" G_GINT64_FORMAT, json_array_get_int_element (matches, 0))
             : g_strdup (json_array_get_string_element (matches, 0));
}

static void
assert_text (Fixture *fixture, guint n, const char *path, const char *expected)
{
  g_autofree char *text = read_text (fixture, n, path);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_generic (Fixture *fixture, gconstpointer data)
{
  begin (fixture, fixture->venue.port, "");
  push_nonsense (fixture);
  live_venue_wait_until (&fixture->venue, fixture->bodies->len == 1);
  end (fixture);
  g_assert_cmpuint (fixture->bodies->len, ==, 1);
  g_assert_cmpstr (fixture->authorization, ==, "Bearer " SECRET);
  assert_text (fixture, 0, "$.severity", "warning");
  assert_text (fixture, 0, "$.category", "venue");
  assert_text (fixture, 0, "$.details.component", "coinbase");
  assert_text (fixture, 0, "$.details.run", "live-1");
  assert_text (fixture, 0, "$.details.mode", "paper");
  assert_text (fixture, 0, "$.details.dropped", "0");
}

/* What each receiver shows to people. */
static void
check_chat (Fixture *fixture, const char *options, const char *path)
{
  g_autofree char *text = NULL;

  begin (fixture, fixture->venue.port, options);
  push_nonsense (fixture);
  live_venue_wait_until (&fixture->venue, fixture->bodies->len == 1);
  end (fixture);
  text = read_text (fixture, 0, path);
  g_assert_true (g_str_has_prefix (text, "WARNING "));
  test_assert_contains (text, "component: coinbase\n");
  test_assert_contains (text, "run: live-1 of ");
}

static void
test_slack (Fixture *fixture, gconstpointer data)
{
  check_chat (fixture, "webhook-format=slack\n", "$.text");
}

static void
test_discord (Fixture *fixture, gconstpointer data)
{
  check_chat (fixture, "webhook-format=discord\n", "$.content");
  test_assert_contains (fixture->bodies->pdata[0], "\"allowed_mentions\":{\"parse\":[]}");
}

static void
test_telegram (Fixture *fixture, gconstpointer data)
{
  check_chat (fixture, "webhook-format=telegram\nwebhook-chat=-42\n", "$.text");
  assert_text (fixture, 0, "$.chat_id", "-42");
}

/* The receiver took the alert and says nothing: a cycle is found and traded meanwhile. */
static void
test_slow (Fixture *fixture, gconstpointer data)
{
  fixture->script = "p";
  begin (fixture, fixture->venue.port, "");
  push_nonsense (fixture);
  live_venue_wait_until (&fixture->venue, fixture->waiting != NULL);
  push_triangle (fixture);
  live_venue_wait_file (&fixture->venue, "run.journal", "CYCLE_COMPLETED");
  g_assert_nonnull (fixture->waiting);
  let_go (fixture);
  end (fixture);
  g_assert_cmpuint (fixture->bodies->len, ==, 1);
}

/* The run is over while one alert is under way and another one waits: the end of the command waits for both, while the run's context turns. */
static void
test_end_waits (Fixture *fixture, gconstpointer data)
{
  fixture->script = "p";
  begin (fixture, fixture->venue.port, "stop-timeout=1m\n");
  push_nonsense (fixture);
  live_venue_wait_until (&fixture->venue, fixture->waiting != NULL);
  g_subprocess_send_signal (fixture->venue.process, SIGUSR1);
  /* Although nothing comes from the venue. */
  live_venue_wait_file (&fixture->venue, "run.journal", "KILL_SWITCH_ENGAGED");
  g_subprocess_send_signal (fixture->venue.process, SIGINT);
  live_venue_wait_file (&fixture->venue, "run.journal", "interrupted");
  g_assert_cmpuint (fixture->bodies->len, ==, 1);
  let_go (fixture);
  live_venue_wait_until (&fixture->venue, fixture->bodies->len == 2);
  live_venue_wait_end (&fixture->venue, 130);
  end (fixture);
  assert_text (fixture, 1, "$.title", "Kill switch engaged");
  assert_text (fixture, 1, "$.severity", "critical");
}

/* But not for ever. */
static void
test_end_gives_up (Fixture *fixture, gconstpointer data)
{
  fixture->script = "p";
  begin (fixture, fixture->venue.port, "stop-timeout=100ms\n");
  push_nonsense (fixture);
  live_venue_wait_until (&fixture->venue, fixture->waiting != NULL);
  end (fixture);
  g_assert_cmpuint (fixture->bodies->len, ==, 1);
}

/* Nobody listens there: trading does not mind, and neither does the end. */
static void
test_dead (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GError) error = NULL;
  guint port = g_socket_listener_add_any_inet_port (listener, NULL, &error);

  g_assert_no_error (error);
  g_socket_listener_close (listener);
  begin (fixture, port, "");
  push_nonsense (fixture);
  push_triangle (fixture);
  live_venue_wait_file (&fixture->venue, "run.journal", "CYCLE_COMPLETED");
  end (fixture);
  g_assert_cmpuint (fixture->bodies->len, ==, 0);
}

/* What is refused is lost, once: the log and the run's records say so, and the next alert that arrives says how many. */
static void
test_refused (Fixture *fixture, gconstpointer data)
{
  fixture->script = "4";
  begin (fixture, fixture->venue.port, "");
  push_nonsense (fixture);
  live_venue_wait_file (&fixture->venue, "alerts.log", "Alert sink failed: webhook");
  push_triangle (fixture);
  live_venue_wait_file (&fixture->venue, "run.journal", "CYCLE_COMPLETED");
  live_venue_wait_file (&fixture->venue, "run.journal", "it answered with status 404");
  g_subprocess_send_signal (fixture->venue.process, SIGUSR1);
  live_venue_wait_until (&fixture->venue, fixture->bodies->len == 2);
  end (fixture);
  assert_text (fixture, 1, "$.title", "Kill switch engaged");
  assert_text (fixture, 1, "$.details.dropped", "1");
}

/* A receiver that is busy, and one that goes away without a word, are asked again: the same alert arrives. */
static void
test_asked_again (Fixture *fixture, gconstpointer data)
{
  fixture->script = "5h";
  begin (fixture, fixture->venue.port, "");
  push_nonsense (fixture);
  live_venue_wait_until (&fixture->venue, fixture->bodies->len == 3);
  end (fixture);
  g_assert_cmpstr (fixture->bodies->pdata[0], ==, fixture->bodies->pdata[1]);
  g_assert_cmpstr (fixture->bodies->pdata[0], ==, fixture->bodies->pdata[2]);
}

#define ADD(name, func) g_test_add ("/webhook/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("generic", test_generic);
  ADD ("slack", test_slack);
  ADD ("discord", test_discord);
  ADD ("telegram", test_telegram);
  ADD ("slow", test_slow);
  ADD ("end-waits", test_end_waits);
  ADD ("end-gives-up", test_end_gives_up);
  ADD ("dead", test_dead);
  ADD ("refused", test_refused);
  ADD ("asked-again", test_asked_again);
  return g_test_run ();
}
