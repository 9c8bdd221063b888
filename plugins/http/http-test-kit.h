/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A host that is none, the service in front of it on a free port, and a client that says exactly the bytes that a test wants. */
#pragma once

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <penstock-check.h>
#include <string.h>

const PstPluginEntry *penstock_plugin_entry (void);

/* The host: ann and bob have a run "r-1" each. */

#define TEST_TYPE_HOST (test_host_get_type ())
G_DECLARE_FINAL_TYPE (TestHost, test_host, TEST, HOST, GObject)

struct _TestHost
{
  GObject parent_instance;

  GMutex lock; /* of all below */
  GCond changed;
  guint n_calls;
  guint n_begun;
  gboolean held; /* calls wait */
  char *last;    /* "ann start r-1 reason" */
  char *origin;
};

static inline const char *
test_host_lookup (GVariant *parameters, const char *name, const char *missing)
{
  const char *text;

  return g_variant_lookup (parameters, name, "&s", &text) ? text : missing;
}

static inline GVariant *
test_host_call (PstController *controller, const PstCaller *caller, const PstVerb *verb, GVariant *parameters, GError **error)
{
  TestHost *host = TEST_HOST (controller);
  const char *run_id = test_host_lookup (parameters, "run-id", "-"), *user = test_host_lookup (parameters, "user", caller->user_id);
  gboolean list = verb->result_type[1] == 'a';
  GVariantDict dict;
  GVariant *one;

  g_mutex_lock (&host->lock);
  host->n_begun++;
  g_cond_broadcast (&host->changed);
  while (host->held)
    g_cond_wait (&host->changed, &host->lock);
  host->n_calls++;
  g_free (host->last);
  g_free (host->origin);
  host->last = g_strdup_printf ("%s %s %s %s", user, verb->name, run_id, test_host_lookup (parameters, "reason", "-"));
  host->origin = g_strdup (caller->origin);
  g_mutex_unlock (&host->lock);
  if (verb->of_run && strcmp (run_id, "r-1") != 0)
    {
      g_set_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_NOT_FOUND, "there is no run \"%s\"", run_id);
      return NULL;
    }
  if (strcmp (verb->name, "resume") == 0)
    {
      g_set_error_literal (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_STATE, "the run is not halted");
      return NULL;
    }
  if (list && !pst_caller_may_see (caller, user))
    return g_variant_new_array (G_VARIANT_TYPE_VARDICT, NULL, 0);
  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "user", "s", user);
  g_variant_dict_insert (&dict, "run-id", "s", strcmp (run_id, "-") == 0 ? "r-2" : run_id);
  g_variant_dict_insert (&dict, "equity", "s", "100000.00 USD");
  g_variant_dict_insert (&dict, "n-calls", "u", host->n_calls);
  one = g_variant_dict_end (&dict);
  return list ? g_variant_new_array (G_VARIANT_TYPE_VARDICT, &one, 1) : one;
}

static inline void
test_host_controller_init (PstControllerInterface *iface)
{
  iface->call = test_host_call;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestHost, test_host, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (PST_TYPE_CONTROLLER, test_host_controller_init))

static void
test_host_finalize (GObject *object)
{
  g_free (TEST_HOST (object)->last);
  g_free (TEST_HOST (object)->origin);
  g_mutex_clear (&TEST_HOST (object)->lock);
  g_cond_clear (&TEST_HOST (object)->changed);
  G_OBJECT_CLASS (test_host_parent_class)->finalize (object);
}

static void
test_host_class_init (TestHostClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_host_finalize;
}

static void
test_host_init (TestHost *host)
{
  g_mutex_init (&host->lock);
  g_cond_init (&host->changed);
}

static inline void
test_host_hold (TestHost *host, gboolean held)
{
  g_mutex_lock (&host->lock);
  host->held = held;
  g_cond_broadcast (&host->changed);
  g_mutex_unlock (&host->lock);
}

static inline guint
test_host_get_n_calls (TestHost *host)
{
  guint n_calls;

  g_mutex_lock (&host->lock);
  n_calls = host->n_calls;
  g_mutex_unlock (&host->lock);
  return n_calls;
}

static inline void
test_host_wait_begun (TestHost *host, guint n)
{
  g_mutex_lock (&host->lock);
  while (host->n_begun < n)
    g_cond_wait (&host->changed, &host->lock);
  g_mutex_unlock (&host->lock);
}

/* The service. */

typedef struct
{
  PstHarness *harness;
  TestHost *host;
  PstComponent *http;
  char *folder;
  char *tokens;
  char *ann;   /* scope trade */
  char *bob;   /* scope trade */
  char *eve;   /* scope read, of ann */
  char *admin; /* scope admin, of root */
  guint port;
  GTlsDatabase *trust; /* (nullable): asks over TLS */
} TestServer;

static inline char *
test_token (TestServer *server, const char *user, PstTokenScope scopes, gint64 expires_ns)
{
  g_autoptr (PstTokenFile) file = pst_token_file_new (server->tokens);
  PstToken token = { .scopes = scopes, .expires_ns = expires_ns };
  g_autoptr (GError) error = NULL;
  char *secret;

  g_strlcpy (token.user_id, user, sizeof token.user_id);
  secret = pst_token_file_create (file, &token, &error);
  g_assert_no_error (error);
  return secret;
}

static inline void
test_server_init (TestServer *server)
{
  *server = (TestServer){ .harness = pst_harness_new (),
                          .host = g_object_new (TEST_TYPE_HOST, NULL),
                          .folder = g_dir_make_tmp ("penstock-http-XXXXXX", NULL) };
  server->tokens = g_build_filename (server->folder, "tokens", NULL);
  server->ann = test_token (server, "ann", PST_TOKEN_SCOPE_TRADE, G_MAXINT64);
  server->bob = test_token (server, "bob", PST_TOKEN_SCOPE_TRADE, G_MAXINT64);
  server->eve = test_token (server, "ann", PST_TOKEN_SCOPE_READ, G_MAXINT64);
  server->admin = test_token (server, "root", PST_TOKEN_SCOPE_ADMIN, G_MAXINT64);
  server->http = pst_harness_add (server->harness, penstock_plugin_entry ()->get_type (), "http", "port", "0", "token-file", server->tokens, NULL);
  pst_service_set_controller (PST_SERVICE (server->http), PST_CONTROLLER (server->host));
}

static inline void
test_server_set (TestServer *server, const char *option, const char *text)
{
  g_autoptr (GError) error = NULL;

  pst_component_set_option (server->http, option, text, &error);
  g_assert_no_error (error);
}

static inline void
test_server_start (TestServer *server)
{
  g_autofree char *url = NULL;

  pst_harness_start (server->harness, server->http);
  g_object_get (server->http, "url", &url, NULL);
  server->port = (guint)g_ascii_strtoull (strrchr (url, ':') + 1, NULL, 10);
  g_assert_cmpuint (server->port, >, 0);
}

static inline void
test_server_clear (TestServer *server)
{
  g_autoptr (GDir) folder = g_dir_open (server->folder, 0, NULL);
  const char *name;

  if (pst_component_is_started (server->http))
    pst_harness_stop (server->harness, server->http);
  pst_harness_finish (server->harness);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (server->folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (server->folder);
  g_clear_object (&server->host);
  g_clear_object (&server->trust);
  g_free (server->folder);
  g_free (server->tokens);
  g_free (server->ann);
  g_free (server->bob);
  g_free (server->eve);
  g_free (server->admin);
}

/* The client: blocks, since the server has its own thread. */

typedef struct
{
  guint status; /* 0: the connection ended without an answer */
  char *head;
  char *body;
} TestAnswer;

static inline void
test_answer_free (TestAnswer *answer)
{
  g_free (answer->head);
  g_free (answer->body);
  g_free (answer);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestAnswer, test_answer_free)

static inline GSocketConnection *
test_connect (TestServer *server)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection;

  g_socket_client_set_timeout (client, 60); /* of a test that would hang */
  g_socket_client_set_enable_proxy (client, FALSE);
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", (guint16)server->port, NULL, &error);
  g_assert_no_error (error);
  return connection;
}

/* (transfer full): the connection, over TLS when there is trust */
static inline GIOStream *
test_open (TestServer *server)
{
  GSocketConnection *connection = test_connect (server);
  g_autoptr (GSocketConnectable) identity = NULL;
  g_autoptr (GError) error = NULL;
  GIOStream *tls;

  if (server->trust == NULL)
    return G_IO_STREAM (connection);
  identity = g_network_address_new ("127.0.0.1", (guint16)server->port);
  tls = g_tls_client_connection_new (G_IO_STREAM (connection), identity, &error);
  g_assert_no_error (error);
  g_tls_connection_set_database (G_TLS_CONNECTION (tls), server->trust);
  g_object_unref (connection);
  return tls;
}

/* FALSE: the server has ended it already. */
static inline gboolean
test_send (GIOStream *stream, const char *bytes, gssize length)
{
  gsize size = length < 0 ? strlen (bytes) : (gsize)length;

  return g_output_stream_write_all (g_io_stream_get_output_stream (stream), bytes, size, NULL, NULL, NULL);
}

/* Reads up to and with @end, or to the end of the connection. */
static inline GString *
test_read_until (GIOStream *stream, const char *end)
{
  GString *text = g_string_new (NULL);
  char byte;

  while (g_input_stream_read (g_io_stream_get_input_stream (stream), &byte, 1, NULL, NULL) == 1)
    {
      g_string_append_c (text, byte);
      if (end != NULL && text->len >= strlen (end) && strcmp (text->str + text->len - strlen (end), end) == 0)
        break;
    }
  return text;
}

static inline char *
test_get_header (const TestAnswer *answer, const char *name)
{
  g_autofree char *wanted = g_strdup_printf ("\r\n%s: ", name);
  const char *at = strstr (answer->head, wanted);

  return at != NULL ? g_strndup (at + strlen (wanted), strcspn (at + strlen (wanted), "\r")) : NULL;
}

/* One answer; the connection may go on. */
static inline TestAnswer *
test_read_answer (GIOStream *stream, gboolean has_body)
{
  TestAnswer *answer = g_new0 (TestAnswer, 1);
  g_autoptr (GString) head = test_read_until (stream, "\r\n\r\n");
  g_autofree char *length = NULL;
  gsize size = 0;

  answer->head = g_strdup (head->str);
  if (g_str_has_prefix (head->str, "HTTP/1.1 ") || g_str_has_prefix (head->str, "HTTP/1.0 "))
    answer->status = (guint)g_ascii_strtoull (head->str + strlen ("HTTP/1.1 "), NULL, 10);
  length = test_get_header (answer, "Content-Length");
  if (length != NULL && has_body)
    size = (gsize)g_ascii_strtoull (length, NULL, 10);
  answer->body = g_malloc0 (size + 1);
  if (size > 0)
    g_input_stream_read_all (g_io_stream_get_input_stream (stream), answer->body, size, NULL, NULL, NULL);
  return answer;
}

static inline TestAnswer *
test_raw (TestServer *server, const char *bytes, gssize length)
{
  g_autoptr (GIOStream) stream = test_open (server);

  test_send (stream, bytes, length);
  return test_read_answer (stream, TRUE);
}

static inline char *
test_make_request (TestServer *server, const char *method, const char *path, const char *token, const char *headers, const char *body)
{
  GString *request = g_string_new (NULL);

  g_string_append_printf (request, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n", method, path, server->port);
  if (token != NULL)
    g_string_append_printf (request, "Authorization: Bearer %s\r\n", token);
  if (headers != NULL)
    g_string_append (request, headers);
  if (body != NULL)
    g_string_append_printf (request, "Content-Type: application/json\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n", strlen (body));
  g_string_append (request, "\r\n");
  if (body != NULL)
    g_string_append (request, body);
  return g_string_free (request, FALSE);
}

/* @headers: (nullable): lines, each with its end */
static inline TestAnswer *
test_ask (TestServer *server, const char *method, const char *path, const char *token, const char *headers, const char *body)
{
  g_autofree char *request = test_make_request (server, method, path, token, headers, body);
  g_autoptr (GIOStream) stream = test_open (server);

  test_send (stream, request, -1);
  return test_read_answer (stream, strcmp (method, "HEAD") != 0);
}

/* A POST with a key of its own. */
static inline TestAnswer *
test_post (TestServer *server, const char *path, const char *token, const char *key, const char *body)
{
  g_autofree char *header = g_strdup_printf ("Idempotency-Key: %s\r\n", key);

  return test_ask (server, "POST", path, token, header, body);
}

/* That it is a problem document of this status and code. */
static inline void
test_assert_problem (const TestAnswer *answer, guint status, const char *code)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *type = test_get_header (answer, "Content-Type");
  g_autoptr (GError) error = NULL;
  JsonObject *object;

  g_test_message ("%u %s", answer->status, answer->body);
  g_assert_cmpuint (answer->status, ==, status);
  g_assert_cmpstr (type, ==, "application/problem+json");
  json_parser_load_from_data (parser, answer->body, -1, &error);
  g_assert_no_error (error);
  object = json_node_get_object (json_parser_get_root (parser));
  g_assert_cmpint (json_object_get_int_member (object, "status"), ==, status);
  g_assert_cmpstr (json_object_get_string_member (object, "code"), ==, code);
  g_assert_cmpuint (strlen (json_object_get_string_member (object, "detail")), >, 0);
}
