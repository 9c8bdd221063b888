/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: a pipeline that trades in every test and not on a socket. The command runs as its user runs it; the venue is a server of the
 * test's, which speaks Coinbase's protocol on a loopback port. Nothing waits for time: every step waits for what the other side does. */

#include "../kit/test-command.h"

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>
#include <penstock.h>
#include <signal.h>
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

/* A dollar buys 0.01 BTC, that buys 0.1 ETH, and that is worth 1.1 dollars: the fees are well below. */
static const char *const products[] = { "BTC-USD", "ETH-USD", "ETH-BTC" };
static const char *const bids[] = { "99.99", "11.00", "0.09999" };
static const char *const asks[] = { "100.00", "11.01", "0.10000" };

typedef struct
{
  TestFolder *folder;
  SoupServer *server;
  guint port;
  SoupWebsocketConnection *connection; /* the last one */
  guint sequence;
  guint n_opened;
  guint n_subscribed; /* to books, over all connections */
  guint n_metadata;
  GSubprocess *process;
  TestOutcome outcome;
  gboolean ended;
} Fixture;

static void
push (Fixture *fixture, const char *channel, const char *event)
{
  g_autofree char *text
      = g_strdup_printf ("{\"channel\":\"%s\",\"client_id\":\"\",\"timestamp\":\"2026-08-09T21:05:48.483587501Z\",\"sequence_num\":%u,"
                         "\"events\":[%s]}",
                         channel, fixture->sequence++, event);

  if (soup_websocket_connection_get_state (fixture->connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_send_text (fixture->connection, text);
}

static void
push_level (Fixture *fixture, guint product, const char *type, const char *bid_size, const char *ask_size)
{
  g_autofree char *event
      = g_strdup_printf ("{\"type\":\"%s\",\"product_id\":\"%s\",\"updates\":["
                         "{\"side\":\"bid\",\"event_time\":\"2026-08-09T21:05:48.1Z\",\"price_level\":\"%s\",\"new_quantity\":\"%s\"},"
                         "{\"side\":\"offer\",\"event_time\":\"2026-08-09T21:05:48.1Z\",\"price_level\":\"%s\",\"new_quantity\":\"%s\"}]}",
                         type, products[product], bids[product], bid_size, asks[product], ask_size);

  push (fixture, "l2_data", event);
}

static void
on_text (SoupWebsocketConnection *connection, int type, GBytes *message, gpointer user_data)
{
  Fixture *fixture = user_data;
  const char *text = g_bytes_get_data (message, NULL);

  if (strstr (text, "\"channel\":\"level2\"") != NULL && strstr (text, "\"type\":\"subscribe\"") != NULL)
    {
      fixture->n_subscribed++;
      for (guint i = 0; i < G_N_ELEMENTS (products); i++)
        if (strstr (text, products[i]) != NULL)
          push_level (fixture, i, "snapshot", "1000", "1000");
    }
  push (fixture, "subscriptions", "{\"subscriptions\":{}}");
}

static void
on_websocket (SoupServer *server, SoupServerMessage *message, const char *path, SoupWebsocketConnection *connection, gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->n_opened++;
  fixture->sequence = 0;
  g_set_object (&fixture->connection, connection);
  g_signal_connect (connection, "message", G_CALLBACK (on_text), fixture);
}

static void
on_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->n_metadata++;
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_STATIC, PRODUCTS, strlen (PRODUCTS));
  soup_server_message_set_status (message, 200, NULL);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  GSList *uris;

  fixture->folder = test_folder_new ();
  fixture->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (fixture->server, "/products", on_request, fixture, NULL);
  soup_server_add_websocket_handler (fixture->server, "/feed", NULL, NULL, on_websocket, fixture, NULL);
  soup_server_listen_local (fixture->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (fixture->server);
  fixture->port = (guint)g_uri_get_port (uris->data);
  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->connection);
  soup_server_disconnect (fixture->server);
  g_object_unref (fixture->server);
  g_clear_object (&fixture->process);
  g_free (fixture->outcome.output);
  g_free (fixture->outcome.errors);
  test_folder_free (fixture->folder);
}

static void
on_ended (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *fixture = user_data;
  g_autoptr (GError) error = NULL;

  g_subprocess_communicate_utf8_finish (fixture->process, result, &fixture->outcome.output, &fixture->outcome.errors, &error);
  g_assert_no_error (error);
  fixture->outcome.exit_code = g_subprocess_get_if_exited (fixture->process) ? g_subprocess_get_exit_status (fixture->process) : -1;
  fixture->ended = TRUE;
}

static void
begin (Fixture *fixture, const char *const *arguments)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autofree char *program = g_build_filename (g_getenv ("PENSTOCK_BUILD_DIR"), "framework", "tools", "penstock", NULL);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (argv, program);
  for (gsize i = 0; arguments[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer)arguments[i]);
  g_ptr_array_add (argv, NULL);
  g_subprocess_launcher_set_cwd (launcher, fixture->folder->path);
  fixture->ended = FALSE;
  g_clear_object (&fixture->process);
  fixture->process = g_subprocess_launcher_spawnv (launcher, (const char *const *)argv->pdata, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8_async (fixture->process, NULL, NULL, on_ended, fixture);
}

/* Until it holds; a command that ends before is a failure and not a hang. */
#define wait_until(fixture, expression)                                                             \
  while (!(expression))                                                                             \
    {                                                                                               \
      if ((fixture)->ended)                                                                         \
        test_assert_contains ((fixture)->outcome.errors, "the command goes on until " #expression); \
      g_main_context_iteration (NULL, TRUE);                                                        \
    }

static void
wait_end (Fixture *fixture, int exit_code)
{
  while (!fixture->ended)
    g_main_context_iteration (NULL, TRUE);
  test_assert_exit (&fixture->outcome, exit_code);
}

static void
write_pipeline (Fixture *fixture)
{
  g_autofree char *text = g_strdup_printf ("[pipeline]\n"
                                           "name=live\n"
                                           "mode=paper\n"
                                           "guards=none\n"
                                           "currency=USD\n"
                                           "[exchange coinbase]\n"
                                           "plugin=coinbase\n"
                                           "instruments=BTC/USD;ETH/USD;ETH/BTC\n"
                                           "url=ws://127.0.0.1:%u/feed\n"
                                           "metadata-url=http://127.0.0.1:%u/products\n"
                                           "reconnect-first=1ms\n"
                                           "record=session.jsonl\n"
                                           "[exchange paper]\n"
                                           "plugin=sim\n"
                                           "feed=coinbase\n"
                                           "cash=100000 USD\n"
                                           "[strategy triangle]\n"
                                           "plugin=triangular-arbitrage\n"
                                           "trade-capital=1000 USD\n"
                                           "cool-down=1h\n"
                                           "max-book-age=0s\n"
                                           "[store journal]\n"
                                           "plugin=journal\n"
                                           "path=run.journal\n",
                                           fixture->port, fixture->port);

  test_folder_write (fixture->folder, "live.pipeline", text);
}

/* How many lines of the journal have all of the words. */
static guint
count_lines (Fixture *fixture, const char *first, const char *second)
{
  g_autoptr (TestOutcome) dump = test_penstock (fixture->folder, "journal", "dump", "run.journal", NULL);
  g_auto (GStrv) lines = NULL;
  guint n = 0;

  test_assert_exit (dump, 0);
  lines = g_strsplit (dump->output, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++)
    n += strstr (lines[i], first) != NULL && strstr (lines[i], second) != NULL;
  return n;
}

static gint64
read_member (const char *json, const char *path)
{
  g_autoptr (JsonNode) root = json_from_string (json, NULL), found = NULL;
  JsonNode *match;
  gint64 value;

  g_assert_nonnull (root);
  found = json_path_query (path, root, NULL);
  g_assert_nonnull (found);
  g_assert_cmpuint (json_array_get_length (json_node_get_array (found)), >, 0);
  match = json_array_get_element (json_node_get_array (found), 0);
  value = json_node_get_int (match);
  return value;
}

/* A triangle is found and traded on paper, leg by leg, over a socket; the venue goes away and is found again; Ctrl-C ends it in order; and
 * what was recorded meanwhile is a backtest with the same trades. */
static void
test_paper (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestOutcome) again = NULL;
  gint64 n_fills;

  write_pipeline (fixture);
  begin (fixture, (const char *const[]){ "run", "live.pipeline", "--json", NULL });
  wait_until (fixture, fixture->n_subscribed == 1);
  push_level (fixture, 0, "update", "999", "999");
  /* The next connection comes when the command has dealt with all that came over this one. */
  soup_websocket_connection_close (fixture->connection, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, "restart");
  wait_until (fixture, fixture->n_subscribed == 2);
  g_assert_cmpuint (fixture->n_opened, ==, 2);
  push_level (fixture, 1, "update", "998", "998");
  /* And now the wire is cut. */
  g_io_stream_close (soup_websocket_connection_get_io_stream (fixture->connection), NULL, NULL);
  wait_until (fixture, fixture->n_subscribed == 3);
  g_subprocess_send_signal (fixture->process, SIGINT);
  wait_end (fixture, 130);
  g_assert_cmpuint (fixture->n_metadata, ==, 1);
  test_assert_contains (fixture->outcome.errors, "penstock run: coinbase: connected");
  test_assert_contains (fixture->outcome.errors, "penstock run: coinbase: not connected");

  g_assert_cmpuint (count_lines (fixture, "\"component\":0,\"name\":\"CONNECTION_CHANGED\"", "state=CONNECTED"), ==, 3);
  g_assert_cmpuint (count_lines (fixture, "CONNECTION_LOST", "restart"), ==, 1);
  g_assert_cmpuint (count_lines (fixture, "\"kind\":\"RUN\"", "STOPPED"), ==, 1);
  g_assert_cmpuint (count_lines (fixture, "CYCLE_COMPLETED", ""), ==, 1);
  n_fills = count_lines (fixture, "\"kind\":\"FILL\"", "");
  g_assert_cmpint (n_fills, ==, 3);

  again = test_penstock (fixture->folder, "run", "live.pipeline", "--json", "--set", "pipeline.mode=backtest", "--set",
                         "coinbase.capture=session.jsonl", "--set", "coinbase.record=", "--set", "journal.path=again.journal", NULL);
  test_assert_exit (again, 0);
  g_assert_cmpint (read_member (again->output, "$.total.fills"), ==, n_fills);
  g_assert_cmpint (read_member (again->output, "$.total.fills"), ==, read_member (fixture->outcome.output, "$.total.fills"));
}

static const char *const *
record_arguments (Fixture *fixture, GPtrArray *arguments, const char *duration)
{
  g_ptr_array_set_free_func (arguments, g_free);
  g_ptr_array_set_size (arguments, 0);
  for (const char *const *argument
       = (const char *const[]){ "record", "--exchange", "coinbase", "--output", "session.jsonl", "--set", "instruments=BTC/USD;ETH/USD", NULL };
       *argument != NULL; argument++)
    g_ptr_array_add (arguments, g_strdup (*argument));
  g_ptr_array_add (arguments, g_strdup ("--set"));
  g_ptr_array_add (arguments, g_strdup_printf ("url=ws://127.0.0.1:%u/feed", fixture->port));
  g_ptr_array_add (arguments, g_strdup ("--set"));
  g_ptr_array_add (arguments, g_strdup_printf ("metadata-url=http://127.0.0.1:%u/products", fixture->port));
  g_ptr_array_add (arguments, g_strdup ("--set"));
  g_ptr_array_add (arguments, g_strdup ("reconnect-first=1ms"));
  if (duration != NULL)
    {
      g_ptr_array_add (arguments, g_strdup ("--duration"));
      g_ptr_array_add (arguments, g_strdup (duration));
    }
  g_ptr_array_add (arguments, NULL);
  return (const char *const *)arguments->pdata;
}

static guint
count_items (const char *text, const char *kind)
{
  g_autofree char *start = g_strdup_printf ("{\"t\":\"%s\"", kind);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint n = 0;

  for (gsize i = 0; lines[i] != NULL; i++)
    n += g_str_has_prefix (lines[i], start);
  return n;
}

/* All that passes is in the file, also a second connection, and the file plays back. */
static void
test_record (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autoptr (TestOutcome) refused = NULL, replayed = NULL;
  g_autofree char *text = NULL;

  begin (fixture, record_arguments (fixture, arguments, NULL));
  wait_until (fixture, fixture->n_subscribed == 1);
  for (guint i = 0; i < 100; i++)
    push_level (fixture, i % 2, "update", "5", "6");
  soup_websocket_connection_close (fixture->connection, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, "restart");
  wait_until (fixture, fixture->n_subscribed == 2);
  g_subprocess_send_signal (fixture->process, SIGINT);
  wait_end (fixture, 130);
  test_assert_contains (fixture->outcome.output, "session.jsonl: ");
  test_assert_contains (fixture->outcome.output, "It plays back with plugin=coinbase and capture=session.jsonl.");
  test_assert_contains (fixture->outcome.errors, "restart");

  text = test_folder_read (fixture->folder, "session.jsonl");
  g_assert_cmpuint (count_items (text, "header"), ==, 1);
  g_assert_cmpuint (count_items (text, "http"), ==, 1);
  g_assert_cmpuint (count_items (text, "connect"), ==, 2);
  g_assert_cmpuint (count_items (text, "send"), >=, 4);
  g_assert_cmpuint (count_items (text, "recv"), >=, 104);

  test_folder_write (fixture->folder, "again.pipeline",
                     "[pipeline]\nname=again\n[exchange coinbase]\nplugin=coinbase\ninstruments=BTC/USD;ETH/USD\ncapture=session.jsonl\n");
  replayed = test_penstock (fixture->folder, "run", "again.pipeline", "--json", NULL);
  test_assert_exit (replayed, 0);
  g_assert_cmpint (read_member (replayed->output, "$.feeds[0].rows"), ==, count_items (text, "recv"));
  g_assert_cmpint (read_member (replayed->output, "$.feeds[0].rejected"), ==, 0);

  /* What is there is not written over. */
  refused = test_penstock (fixture->folder, "record", "--exchange", "coinbase", "--output", "session.jsonl", NULL);
  test_assert_exit (refused, 2);
  test_assert_contains (refused->errors, "\"session.jsonl\" is there already");
}

static void
test_record_duration (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autofree char *text = NULL;

  begin (fixture, record_arguments (fixture, arguments, "1ms"));
  wait_until (fixture, fixture->ended);
  /* So short that the venue may not have been reached: said, with its own exit code. */
  g_assert_true (fixture->outcome.exit_code == 0 || fixture->outcome.exit_code == 5);
  text = test_folder_read (fixture->folder, "session.jsonl");
  g_assert_cmpuint (count_items (text, "header"), ==, 1);
}

static void
refuse_record (Fixture *fixture, int exit_code, const char *text, const char *first, const char *second, const char *third)
{
  g_autoptr (TestOutcome) outcome
      = test_penstock (fixture->folder, "record", "--output", "never.jsonl", first, second, third, third != NULL ? "x" : NULL, NULL);
  g_autofree char *path = test_folder_path (fixture->folder, "never.jsonl");

  test_assert_exit (outcome, exit_code);
  test_assert_contains (outcome->errors, text);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

static void
test_record_refusals (Fixture *fixture, gconstpointer data)
{
  refuse_record (fixture, 2, "--exchange and --output are needed", NULL, NULL, NULL);
  refuse_record (fixture, 2, "--duration \"x\"", "--exchange", "kraken", "--duration");
  refuse_record (fixture, 2, "--max-size \"x\" is no size", "--exchange", "kraken", "--max-size");
  refuse_record (fixture, 4, "kraken", "--exchange", "krakem", NULL);
  refuse_record (fixture, 3, "\"sim\" is no venue with a connection", "--exchange", "sim", NULL);
  refuse_record (fixture, 3, "instruments", "--exchange", "kraken", NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/live/paper", Fixture, NULL, set_up, test_paper, tear_down);
  g_test_add ("/live/record", Fixture, NULL, set_up, test_record, tear_down);
  g_test_add ("/live/record-duration", Fixture, NULL, set_up, test_record_duration, tear_down);
  g_test_add ("/live/record-refusals", Fixture, NULL, set_up, test_record_refusals, tear_down);
  return g_test_run ();
}
