/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: a pipeline that trades in every test and not on a socket. The command runs as its user runs it; the venue is a server of the
 * test's, which speaks Coinbase's protocol on a loopback port. Nothing waits for time: every step waits for what the other side does. */

#include "live-venue.h"

#include <json-glib/json-glib.h>
#include <penstock.h>
#include <signal.h>
#include <string.h>

static void
write_pipeline (LiveVenue *venue)
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
                                           venue->port, venue->port);

  test_folder_write (venue->folder, "live.pipeline", text);
}

/* How many lines of the journal have all of the words. */
static guint
count_lines (LiveVenue *venue, const char *first, const char *second)
{
  g_autoptr (TestOutcome) dump = test_penstock (venue->folder, "journal", "dump", "run.journal", NULL);
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
test_paper (LiveVenue *venue, gconstpointer data)
{
  g_autoptr (TestOutcome) again = NULL;
  gint64 n_fills;

  write_pipeline (venue);
  live_venue_begin (venue, (const char *const[]){ "run", "live.pipeline", "--json", NULL });
  live_venue_wait_until (venue, venue->n_subscribed == 1);
  live_venue_push_level (venue, 0, "update", "999", "999");
  /* The next connection comes when the command has dealt with all that came over this one. */
  soup_websocket_connection_close (venue->connection, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, "restart");
  live_venue_wait_until (venue, venue->n_subscribed == 2);
  g_assert_cmpuint (venue->n_opened, ==, 2);
  live_venue_push_level (venue, 1, "update", "998", "998");
  /* And now the wire is cut. */
  g_io_stream_close (soup_websocket_connection_get_io_stream (venue->connection), NULL, NULL);
  live_venue_wait_until (venue, venue->n_subscribed == 3);
  g_subprocess_send_signal (venue->process, SIGINT);
  live_venue_wait_end (venue, 130);
  g_assert_cmpuint (venue->n_metadata, ==, 1);
  test_assert_contains (venue->outcome.errors, "penstock run: coinbase: connected");
  test_assert_contains (venue->outcome.errors, "penstock run: coinbase: not connected");

  g_assert_cmpuint (count_lines (venue, "\"component\":0,\"name\":\"CONNECTION_CHANGED\"", "state=CONNECTED"), ==, 3);
  g_assert_cmpuint (count_lines (venue, "CONNECTION_LOST", "restart"), ==, 1);
  g_assert_cmpuint (count_lines (venue, "\"kind\":\"RUN\"", "STOPPED"), ==, 1);
  g_assert_cmpuint (count_lines (venue, "CYCLE_COMPLETED", ""), ==, 1);
  n_fills = count_lines (venue, "\"kind\":\"FILL\"", "");
  g_assert_cmpint (n_fills, ==, 3);

  again = test_penstock (venue->folder, "run", "live.pipeline", "--json", "--set", "pipeline.mode=backtest", "--set",
                         "coinbase.capture=session.jsonl", "--set", "coinbase.record=", "--set", "journal.path=again.journal", NULL);
  test_assert_exit (again, 0);
  g_assert_cmpint (read_member (again->output, "$.total.fills"), ==, n_fills);
  g_assert_cmpint (read_member (again->output, "$.total.fills"), ==, read_member (venue->outcome.output, "$.total.fills"));
}

/* The process is killed: what was sent within the duplicate window is known to the next one, which sees the same market and would send the same. */
static void
test_killed (LiveVenue *venue, gconstpointer data)
{
  g_autoptr (TestOutcome) dump = NULL;
  g_autofree char *text = NULL;

  write_pipeline (venue);
  text = test_folder_read (venue->folder, "live.pipeline");
  {
    g_autoptr (GString) guarded = g_string_new (text);

    g_string_replace (guarded, "guards=none\n", "state-file=house.state\n", 1);
    g_string_replace (guarded, "record=session.jsonl\n", "", 1);
    g_string_replace (guarded, "path=run.journal\n", "path={run}.journal\n", 1);
    g_string_append (guarded, "[guard checks]\nplugin=pre-trade\nduplicate-window=1h\n");
    test_folder_write (venue->folder, "live.pipeline", guarded->str);
  }
  live_venue_begin (venue, (const char *const[]){ "run", "live.pipeline", NULL });
  live_venue_wait_until (venue, venue->n_subscribed == 1);
  live_venue_push_level (venue, 0, "update", "999", "999");
  /* The third leg. */
  live_venue_wait_file (venue, "house.state", "intent.2=");
  g_subprocess_send_signal (venue->process, SIGKILL);
  live_venue_wait_end (venue, -1);

  live_venue_begin (venue, (const char *const[]){ "run", "live.pipeline", NULL });
  live_venue_wait_until (venue, venue->n_subscribed == 2);
  live_venue_push_level (venue, 0, "update", "999", "999");
  live_venue_wait_file (venue, "live-2.journal", "CYCLE_FAILED");
  g_subprocess_send_signal (venue->process, SIGINT);
  live_venue_wait_end (venue, 130);
  dump = test_penstock (venue->folder, "journal", "dump", "live-2.journal", "--kind", "verdict", NULL);
  test_assert_exit (dump, 0);
  test_assert_contains (dump->output, "duplicate_intent");
}

static const char *const *
record_arguments (LiveVenue *venue, GPtrArray *arguments, const char *duration)
{
  g_ptr_array_set_free_func (arguments, g_free);
  g_ptr_array_set_size (arguments, 0);
  for (const char *const *argument
       = (const char *const[]){ "record", "--exchange", "coinbase", "--output", "session.jsonl", "--set", "instruments=BTC/USD;ETH/USD", NULL };
       *argument != NULL; argument++)
    g_ptr_array_add (arguments, g_strdup (*argument));
  g_ptr_array_add (arguments, g_strdup ("--set"));
  g_ptr_array_add (arguments, g_strdup_printf ("url=ws://127.0.0.1:%u/feed", venue->port));
  g_ptr_array_add (arguments, g_strdup ("--set"));
  g_ptr_array_add (arguments, g_strdup_printf ("metadata-url=http://127.0.0.1:%u/products", venue->port));
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
test_record (LiveVenue *venue, gconstpointer data)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autoptr (TestOutcome) refused = NULL, replayed = NULL;
  g_autofree char *text = NULL;

  live_venue_begin (venue, record_arguments (venue, arguments, NULL));
  live_venue_wait_until (venue, venue->n_subscribed == 1);
  for (guint i = 0; i < 100; i++)
    live_venue_push_level (venue, i % 2, "update", "5", "6");
  soup_websocket_connection_close (venue->connection, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, "restart");
  live_venue_wait_until (venue, venue->n_subscribed == 2);
  g_subprocess_send_signal (venue->process, SIGINT);
  live_venue_wait_end (venue, 130);
  test_assert_contains (venue->outcome.output, "session.jsonl: ");
  test_assert_contains (venue->outcome.output, "It plays back with plugin=coinbase and capture=session.jsonl.");
  test_assert_contains (venue->outcome.errors, "restart");

  text = test_folder_read (venue->folder, "session.jsonl");
  g_assert_cmpuint (count_items (text, "header"), ==, 1);
  g_assert_cmpuint (count_items (text, "http"), ==, 1);
  g_assert_cmpuint (count_items (text, "connect"), ==, 2);
  g_assert_cmpuint (count_items (text, "send"), >=, 4);
  g_assert_cmpuint (count_items (text, "recv"), >=, 104);

  test_folder_write (venue->folder, "again.pipeline",
                     "[pipeline]\nname=again\n[exchange coinbase]\nplugin=coinbase\ninstruments=BTC/USD;ETH/USD\ncapture=session.jsonl\n");
  replayed = test_penstock (venue->folder, "run", "again.pipeline", "--json", NULL);
  test_assert_exit (replayed, 0);
  g_assert_cmpint (read_member (replayed->output, "$.feeds[0].rows"), ==, count_items (text, "recv"));
  g_assert_cmpint (read_member (replayed->output, "$.feeds[0].rejected"), ==, 0);

  /* What is there is not written over. */
  refused = test_penstock (venue->folder, "record", "--exchange", "coinbase", "--output", "session.jsonl", NULL);
  test_assert_exit (refused, 2);
  test_assert_contains (refused->errors, "\"session.jsonl\" is there already");
}

static void
test_record_duration (LiveVenue *venue, gconstpointer data)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autofree char *text = NULL;

  live_venue_begin (venue, record_arguments (venue, arguments, "1ms"));
  live_venue_wait_until (venue, venue->ended);
  /* So short that the venue may not have been reached: said, with its own exit code. */
  g_assert_true (venue->outcome.exit_code == 0 || venue->outcome.exit_code == 5);
  text = test_folder_read (venue->folder, "session.jsonl");
  g_assert_cmpuint (count_items (text, "header"), ==, 1);
}

static void
refuse_record (LiveVenue *venue, int exit_code, const char *text, const char *first, const char *second, const char *third)
{
  g_autoptr (TestOutcome) outcome
      = test_penstock (venue->folder, "record", "--output", "never.jsonl", first, second, third, third != NULL ? "x" : NULL, NULL);
  g_autofree char *path = test_folder_path (venue->folder, "never.jsonl");

  test_assert_exit (outcome, exit_code);
  test_assert_contains (outcome->errors, text);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

static void
test_record_refusals (LiveVenue *venue, gconstpointer data)
{
  refuse_record (venue, 2, "--exchange and --output are needed", NULL, NULL, NULL);
  refuse_record (venue, 2, "--duration \"x\"", "--exchange", "kraken", "--duration");
  refuse_record (venue, 2, "--max-size \"x\" is no size", "--exchange", "kraken", "--max-size");
  refuse_record (venue, 4, "kraken", "--exchange", "krakem", NULL);
  refuse_record (venue, 3, "\"sim\" is no venue with a connection", "--exchange", "sim", NULL);
  refuse_record (venue, 3, "instruments", "--exchange", "kraken", NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/live/paper", LiveVenue, NULL, live_venue_set_up, test_paper, live_venue_tear_down);
  g_test_add ("/live/killed", LiveVenue, NULL, live_venue_set_up, test_killed, live_venue_tear_down);
  g_test_add ("/live/record", LiveVenue, NULL, live_venue_set_up, test_record, live_venue_tear_down);
  g_test_add ("/live/record-duration", LiveVenue, NULL, live_venue_set_up, test_record_duration, live_venue_tear_down);
  g_test_add ("/live/record-refusals", LiveVenue, NULL, live_venue_set_up, test_record_refusals, live_venue_tear_down);
  return g_test_run ();
}
