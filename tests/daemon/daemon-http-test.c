/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A real penstockd behind HTTP that is killed, and one whose runs do not end: what a client asked for is done once, and the daemon ends in time. */
#include "daemon-kit.h"

#include "host/pst-exit-code.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  TestFolder *folder;
  TestDaemon *daemon;
  char *token;
} Fixture;

static void
write_pipeline (Fixture *fixture, const char *name, const char *strategy)
{
  g_autofree char *bars = g_build_filename (g_getenv ("PENSTOCK_BUILD_DIR"), "data", "sample-bars.csv", NULL);
  g_autofree char *journal = test_folder_path (fixture->folder, "{user}-{run}.journal");
  g_autofree char *file = g_strdup_printf ("pipelines/%s.pipeline", name);
  g_autofree char *text = g_strdup_printf (
      "[pipeline]\nname=%s\nmode=paper\n[exchange data]\nplugin=replay\npath=%s\ncolumns=date,open,high,low,close,volume,symbol\npace=2ms\n"
      "[exchange broker]\nplugin=sim\nfeed=data\ncash=1000000 USD\n%s[guard kill]\nplugin=kill-switch\n[store journal]\nplugin=journal\npath=%s\n",
      name, bars, strategy, journal);

  test_folder_write (fixture->folder, file, text);
}

/* @host: lines of [host] */
static void
configure (Fixture *fixture, const char *host)
{
  g_autofree char *config = g_strdup_printf ("[daemon]\nbus=none\n[host]\nstate-folder=state\npipelines=pipelines\n%s"
                                             "[service api]\nplugin=http\nport=0\ntoken-file=tokens\nunix-socket=api.sock\n",
                                             host);

  test_folder_write (fixture->folder, "penstockd.conf", config);
}

static Fixture *
fixture_new (const char *host)
{
  Fixture *fixture = g_new0 (Fixture, 1);
  g_autoptr (TestOutcome) made = NULL;
  g_autofree char *pipelines = NULL;

  fixture->folder = test_folder_new ();
  fixture->daemon = test_daemon_new (fixture->folder);
  pipelines = test_folder_path (fixture->folder, "pipelines");
  g_mkdir (pipelines, 0700);
  configure (fixture, host);
  made = test_penstock (fixture->folder, "token", "create", "tokens", "--user=ann", "--scopes=trade", "--json", NULL);
  test_assert_exit (made, 0);
  {
    const char *secret = strstr (made->output, "pst_");

    g_assert_nonnull (secret);
    fixture->token = g_strndup (secret, strcspn (secret, "\""));
  }
  return fixture;
}

static void
fixture_free (Fixture *fixture)
{
  test_daemon_free (fixture->daemon);
  test_folder_free (fixture->folder);
  g_free (fixture->token);
  g_free (fixture);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

/* Sends a request; the answer is read with read_answer(). */
static GSocketConnection *
ask (Fixture *fixture, const char *method, const char *path, const char *key, const char *body)
{
  g_autofree char *file = test_folder_path (fixture->folder, "api.sock");
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (file);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, &error);
  g_autofree char *keyed = key != NULL ? g_strdup_printf ("Idempotency-Key: %s\r\n", key) : g_strdup ("");
  g_autofree char *typed
      = body != NULL ? g_strdup_printf ("Content-Type: application/json\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n", strlen (body)) : g_strdup ("");
  g_autofree char *request
      = g_strdup_printf ("%s /api/v1%s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nConnection: close\r\n%s%s\r\n%s", method, path,
                         fixture->token, keyed, typed, body != NULL ? body : "");

  g_assert_no_error (error);
  g_assert_true (g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), request, strlen (request), NULL, NULL, &error));
  return connection;
}

/* (transfer full): head and body, to the end of the connection */
static char *
read_answer (GSocketConnection *connection)
{
  GString *text = g_string_new (NULL);
  char buffer[4096];
  gssize n;

  while ((n = g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), buffer, sizeof buffer, NULL, NULL)) > 0)
    g_string_append_len (text, buffer, n);
  g_test_message ("%s", text->str);
  return g_string_free (text, FALSE);
}

static char *
request (Fixture *fixture, const char *method, const char *path, const char *key, const char *body)
{
  g_autoptr (GSocketConnection) connection = ask (fixture, method, path, key, body);

  return read_answer (connection);
}

static void
assert_status (const char *answer, guint status)
{
  g_assert_cmpuint (g_ascii_strtoull (answer + strlen ("HTTP/1.1 "), NULL, 10), ==, status);
}

static const char *
find_body (const char *answer)
{
  return strstr (answer, "\r\n\r\n") + 4;
}

static guint
count (const char *text, const char *part)
{
  guint n = 0;

  for (; (text = strstr (text, part)) != NULL; text += strlen (part))
    n++;
  return n;
}

#define SMA "[strategy cross]\nplugin=sma-cross\nfast=2\nslow=5\norder-value=1000 USD\n"

/* A client whose answer the crash took asks again with the same key: one run, not two, and the answers of before. */
static void
test_killed (void)
{
  g_autoptr (Fixture) fixture = fixture_new ("");
  g_autofree char *created = NULL, *started = NULL, *again = NULL, *started_again = NULL, *other = NULL, *runs = NULL;

  write_pipeline (fixture, "sma", SMA);
  test_daemon_start (fixture->daemon, NULL);
  created = request (fixture, "POST", "/runs", "new-run", "{\"pipeline\":\"sma\"}");
  assert_status (created, 201);
  started = request (fixture, "POST", "/runs/sma-1/start", "start-it", NULL);
  assert_status (started, 200);
  g_assert_cmpint (test_daemon_end (fixture->daemon, SIGKILL), ==, -SIGKILL);
  test_daemon_start (fixture->daemon, NULL);
  again = request (fixture, "POST", "/runs", "new-run", "{\"pipeline\":\"sma\"}");
  assert_status (again, 201);
  g_assert_cmpstr (find_body (again), ==, find_body (created));
  test_assert_contains (again, "Idempotency-Replayed: true");
  test_assert_contains (again, "Location: /api/v1/runs/sma-1");
  started_again = request (fixture, "POST", "/runs/sma-1/start", "start-it", NULL);
  assert_status (started_again, 200);
  g_assert_cmpstr (find_body (started_again), ==, find_body (started));
  other = request (fixture, "POST", "/runs", "new-run", "{\"pipeline\":\"sma\",\"run-id\":\"x\"}");
  assert_status (other, 422);
  runs = request (fixture, "GET", "/runs", NULL, NULL);
  g_assert_cmpuint (count (runs, "\"run-id\""), ==, 1);
  test_assert_contains (runs, "\"RUNNING\"");
  g_assert_cmpint (test_daemon_end (fixture->daemon, SIGTERM), ==, 0);
}

#define STUBBORN_MANIFEST                                                                     \
  "[Plugin]\nId=stubborn\nName=Stubborn\nKind=strategy\nModule=stubborn\nVersion=1\nAbi=%d\n" \
  "NumberFormat=%d\nDescription=Does not end\nAuthors=Tests\nLicense=LGPL-2.1-or-later\nWebsite=\n"

/* (transfer full): PENSTOCK_PLUGIN_PATH=... */
static char *
add_stubborn (Fixture *fixture)
{
  g_autofree char *built = g_build_filename (g_getenv ("PENSTOCK_BUILD_DIR"), "tests", "daemon", "stubborn.so", NULL);
  g_autofree char *module = test_folder_path (fixture->folder, "plugins/stubborn.so"), *bytes = NULL;
  g_autofree char *manifest = g_strdup_printf (STUBBORN_MANIFEST, PST_ABI, PST_NUMBER_FORMAT),
                  *folder = test_folder_path (fixture->folder, "plugins");
  g_autoptr (GError) error = NULL;
  gsize length;

  test_folder_write (fixture->folder, "plugins/stubborn.plugin", manifest);
  g_file_get_contents (built, &bytes, &length, &error);
  g_file_set_contents_full (module, bytes, (gssize)length, G_FILE_SET_CONTENTS_NONE, 0755, &error);
  g_assert_no_error (error);
  return g_strdup_printf ("PENSTOCK_PLUGIN_PATH=%s:%s", folder, g_getenv ("PENSTOCK_PLUGIN_PATH"));
}

/* A strategy that never comes back holds up neither the daemon's end nor the other runs, is told by name, and after the next start the run is what
 * its policy says. What a client asked for that the end cut off is not done again. */
static void
test_stubborn (gconstpointer policy)
{
  g_autoptr (Fixture) fixture = fixture_new ("stop-timeout=200ms\n");
  g_autofree char *path = add_stubborn (fixture), *pipe = test_folder_path (fixture->folder, "pipe");
  g_autofree char *strategy = g_strdup_printf (SMA "[strategy hold]\nplugin=stubborn\npipe=%s\n", pipe);
  g_autofree char *body = g_strdup_printf ("{\"pipeline\":\"held\",\"run-id\":\"one\",\"on-restart\":\"%s\"}", (const char *)policy);
  g_autofree char *created = NULL, *started = NULL, *stopped = NULL, *log = NULL, *after = NULL, *again = NULL, *waited = NULL;
  const char *const variables[] = { path, NULL };
  gboolean resumes = strcmp (policy, "resume") == 0;
  int fd;

  write_pipeline (fixture, "held", strategy);
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  test_daemon_start (fixture->daemon, variables);
  created = request (fixture, "POST", "/runs", "create", body);
  assert_status (created, 201);
  started = request (fixture, "POST", "/runs/one/start", "start", NULL);
  assert_status (started, 200);
  /* From here on it is in its frame, and stays there. */
  fd = open (pipe, O_WRONLY | O_CLOEXEC);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (g_unlink (pipe), ==, 0);
  stopped = request (fixture, "POST", "/runs/one/stop", "stop", "{\"reason\":\"enough\"}");
  assert_status (stopped, 200);
  test_assert_contains (stopped, "\"RUNNING\"");
  test_assert_contains (stopped, "\"stopping\":\"enough");
  g_assert_cmpint (test_daemon_end (fixture->daemon, SIGTERM), ==, PST_EXIT_FAILURE);
  close (fd);
  log = test_folder_read (fixture->folder, "log");
  test_assert_contains (log, "A run did not end in time");
  test_assert_contains (log, "\"penstock_run\":\"one\"");
  /* Time enough for whoever waits for it. */
  configure (fixture, "stop-timeout=5m\n");
  test_daemon_start (fixture->daemon, variables);
  again = request (fixture, "POST", "/runs/one/stop", "stop", "{\"reason\":\"enough\"}");
  test_assert_contains (again, "Idempotency-Replayed: true");
  /* Where the policy ends it, another stop waits for that, or comes too late. */
  if (!resumes)
    waited = request (fixture, "POST", "/runs/one/stop", "stop-again", "{\"reason\":\"enough\"}");
  after = request (fixture, "GET", "/runs/one", NULL, NULL);
  test_assert_contains (after, resumes ? "\"RUNNING\"" : "\"STOPPED\"");
  g_assert_null (strstr (after, "\"stopping\""));
  g_assert_cmpint (test_daemon_end (fixture->daemon, SIGTERM), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/daemon-http/killed", test_killed);
  g_test_add_data_func ("/daemon-http/stubborn/resume", "resume", test_stubborn);
  g_test_add_data_func ("/daemon-http/stubborn/stop", "stop", test_stubborn);
  return g_test_run ();
}
