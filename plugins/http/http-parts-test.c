/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts by themselves: routes against the table of verbs, strict reading, limits at their bounds. */

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <penstock-check.h>
#include <string.h>
#include <sys/stat.h>

#include "pst-http-access.h"
#include "pst-http-events.h"
#include "pst-http-once.h"
#include "pst-http-openapi.h"
#include "pst-http-options.h"
#include "pst-http-origin.h"
#include "pst-http-rate.h"
#include "pst-http-request.h"

/* Routes. */

/* A verb that is added to the SDK is there over HTTP too, or this fails. */
static void
test_routes_cover_verbs (void)
{
  guint n_verbs, n_routes;
  const PstVerb *verbs = pst_verb_list (&n_verbs);
  const PstHttpRoute *routes = pst_http_route_list (&n_routes);

  for (guint i = 0; i < n_verbs; i++)
    {
      guint n = 0;

      for (guint r = 0; r < n_routes; r++)
        n += strcmp (routes[r].verb, verbs[i].name) == 0;
      g_test_message ("%s", verbs[i].name);
      g_assert_cmpuint (n, ==, 1);
    }
  g_assert_cmpuint (n_routes, ==, n_verbs);
}

static void
test_routes_fit_verbs (void)
{
  guint n_routes;
  const PstHttpRoute *routes = pst_http_route_list (&n_routes);

  for (guint r = 0; r < n_routes; r++)
    {
      const PstVerb *verb = pst_verb_find (routes[r].verb);
      g_auto (GStrv) parts = g_strsplit (routes[r].path, "/", -1);

      /* What changes something is no GET. */
      g_assert_nonnull (verb);
      g_assert_true (!verb->changes || strcmp (routes[r].method, "GET") != 0);
      for (guint i = 0; parts[i] != NULL; i++)
        if (parts[i][0] == '{')
          {
            parts[i][strlen (parts[i]) - 1] = '\0';
            g_assert_nonnull (pst_verb_find_parameter (verb, parts[i] + 1));
          }
      g_assert_true (!verb->of_run || pst_http_route_has (&routes[r], "run-id"));
      for (guint other = 0; other < r; other++)
        g_assert_false (strcmp (routes[r].path, routes[other].path) == 0 && strcmp (routes[r].method, routes[other].method) == 0);
    }
}

static const PstHttpRoute *
match (const char *method, const char *path, char **run_id)
{
  g_auto (PstHttpArguments) arguments = { 0 };
  const PstHttpRoute *route = pst_http_route_match (method, path, &arguments, NULL, NULL);

  if (run_id != NULL)
    *run_id = arguments.n > 0 ? g_strdup (arguments.texts[0]) : NULL;
  return route;
}

static void
test_match (void)
{
  g_autofree char *slash = NULL, *umlaut = NULL;

  g_assert_cmpstr (match ("GET", "/api/v1/runs/a%2Fb", &slash)->verb, ==, "get-run");
  g_assert_cmpstr (slash, ==, "a/b"); /* an escaped slash separates nothing */
  g_assert_cmpstr (match ("HEAD", "/api/v1/runs/%C3%84", &umlaut)->verb, ==, "get-run");
  g_assert_cmpstr (umlaut, ==, "\303\204");
  g_assert_cmpstr (match ("POST", "/api/v1/runs/x/components/y/actions/z", NULL)->verb, ==, "act");
  g_assert_null (match ("GET", "/api/v1", NULL));
  g_assert_null (match ("GET", "/api/v1/runs/", NULL));
  g_assert_null (match ("GET", "/api/v1/run", NULL));
  g_assert_null (match ("GET", "/api/v1/runs/x/orders/", NULL));
  g_assert_null (match ("get", "/api/v1/runs", NULL));
  g_assert_null (match ("GET", "", NULL));
}

static void
test_unescape (void)
{
  static const struct
  {
    const char *text, *plain;
  } cases[] = { { "", "" },      { "a%20b", "a b" }, { "a+b", "a b" }, { "%", NULL },      { "%4", NULL },    { "%4g", NULL },
                { "%00", NULL }, { "%ff", NULL },    { "%c3", NULL },  { "%c0%80", NULL }, { "%41%42", "AB" } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *plain = pst_http_unescape (cases[i].text, strlen (cases[i].text), TRUE);

      g_assert_cmpstr (plain, ==, cases[i].plain);
    }
}

static char *
read_body (const char *verb, const char *body)
{
  g_autoptr (GVariantDict) dict = g_variant_dict_new (NULL);
  g_autoptr (GVariant) whole = NULL;
  guint n_routes, r = 0;
  const PstHttpRoute *routes = pst_http_route_list (&n_routes);

  while (strcmp (routes[r].verb, verb) != 0)
    r++;
  if (!pst_http_request_read_body (&routes[r], body, strlen (body), dict, NULL))
    return NULL;
  whole = g_variant_ref_sink (g_variant_dict_end (dict));
  return g_variant_print (whole, FALSE);
}

static void
test_body (void)
{
  g_autofree char *list = read_body ("check", " { \"set\" : [ \"a=\\u0031\" , \"\" ] } "), *empty = read_body ("check", "{}");
  g_autofree char *nested = read_body ("check", "{\"set\":[[\"a\"]]}"), *deep = g_strnfill (100000, '[');
  g_autofree char *unclosed = read_body ("check", deep);

  g_assert_cmpstr (list, ==, "{'set': <['a=1', '']>}");
  g_assert_cmpstr (empty, ==, "{}");
  g_assert_null (nested);
  g_assert_null (unclosed);
}

/* Limits. */

static void
test_rate (void)
{
  g_autoptr (PstHttpRate) rate = pst_http_rate_new (10);
  gint64 now_us = 1000;

  for (guint i = 0; i < 20; i++)
    g_assert_cmpuint (pst_http_rate_take (rate, "a", 1, now_us), ==, 0);
  g_assert_cmpuint (pst_http_rate_take (rate, "a", 1, now_us), ==, 1);
  g_assert_cmpuint (pst_http_rate_take (rate, "b", 1, now_us), ==, 0);
  g_assert_cmpuint (pst_http_rate_take (rate, "a", 1, now_us + 99999), ==, 1);
  g_assert_cmpuint (pst_http_rate_take (rate, "a", 1, now_us + 100000), ==, 0);
  g_assert_cmpuint (pst_http_rate_take (rate, "a", 1, now_us + 100000), ==, 1);
  /* A clock that goes back gives nothing. */
  g_assert_cmpuint (pst_http_rate_take (rate, "a", 1, now_us), ==, 1);
  for (guint i = 0; i < 20; i++)
    g_assert_cmpuint (pst_http_rate_take (rate, "a", 1, now_us + G_USEC_PER_SEC * 1000), ==, 0);
  g_assert_cmpuint (pst_http_rate_take (rate, "a", 1, now_us + G_USEC_PER_SEC * 1000), >, 0);
}

/* However many come, what is kept of them is bounded, and those that are known keep their budgets. */
static void
test_rate_bound (void)
{
  g_autoptr (PstHttpRate) rate = pst_http_rate_new (1);
  guint n_refused = 0;

  for (guint i = 0; i < 3 * PST_HTTP_RATE_KEYS_MAX; i++)
    {
      g_autofree char *key = g_strdup_printf ("%u", i);

      n_refused += pst_http_rate_take (rate, key, 1, 0) != 0;
      g_assert_cmpuint (pst_http_rate_get_n_keys (rate), <=, PST_HTTP_RATE_KEYS_MAX + 1);
    }
  g_assert_cmpuint (n_refused, >, PST_HTTP_RATE_KEYS_MAX);
  g_assert_cmpuint (pst_http_rate_take (rate, "0", 1, 0), ==, 0);
  g_assert_cmpuint (pst_http_rate_take (rate, "0", 1, 0), !=, 0);
  /* Once they are full again they are forgotten. */
  g_assert_cmpuint (pst_http_rate_take (rate, "new", 1, 10 * G_USEC_PER_SEC), ==, 0);
  g_assert_cmpuint (pst_http_rate_get_n_keys (rate), ==, 1);
}

static void
test_keys (void)
{
  g_autofree char *longest = g_strnfill (PST_HTTP_ONCE_KEY_MAX, 'k'), *longer = g_strnfill (PST_HTTP_ONCE_KEY_MAX + 1, 'k');

  g_assert_true (pst_http_once_is_key ("\"8e03978e\""));
  g_assert_true (pst_http_once_is_key (longest));
  g_assert_false (pst_http_once_is_key (longer));
  g_assert_false (pst_http_once_is_key (""));
  g_assert_false (pst_http_once_is_key ("a b"));
  g_assert_false (pst_http_once_is_key ("\303\204"));
}

static void
test_hosts (void)
{
  static const char *const names[] = { "trade.example.com", "proxy.example.com:443", NULL };
  static const struct
  {
    const char *host;
    gboolean fine;
  } cases[] = {
    { "localhost", TRUE },
    { "LOCALHOST:8440", TRUE },
    { "127.0.0.1:8440", TRUE },
    { "[::1]:8440", TRUE },
    { "[::1]", TRUE },
    { "localhost:80", FALSE },
    { "localhost.evil.com", FALSE },
    { "evil.com", FALSE },
    { "evil.com:8440", FALSE },
    { "", FALSE },
    { ":8440", FALSE },
    { "localhost:", FALSE },
    { "localhost:8440x", FALSE },
    { "[::1", FALSE },
    { "localhost, evil.com", FALSE },
    { "127.0.0.1.:8440", FALSE },
    { "trade.example.com", TRUE },
    { "Trade.Example.Com:8440", TRUE },
    { "trade.example.com:443", FALSE },
    { "proxy.example.com:443", TRUE },
    { "proxy.example.com", FALSE },
    { "127.1:8440", FALSE },
  };

  g_assert_false (pst_http_host_is_allowed (NULL, 8440, names));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].host);
      g_assert_cmpint (pst_http_host_is_allowed (cases[i].host, 8440, names), ==, cases[i].fine);
    }
}

/* Answers. */

static void
test_numbers (void)
{
  g_autoptr (GVariant) numbers
      = g_variant_ref_sink (g_variant_new_parsed ("{'x': <@x 9223372036854775807>, 'n': <@x -9223372036854775808>, 'b': <true>, "
                                                  "'m': <'0.10 USD'>, 'as': <['\"', '\\\\']>, 'l': <[{'a': <1>}]>}"));
  g_autofree char *json = pst_http_variant_to_json (numbers);

  g_assert_cmpstr (json, ==,
                   "{\"x\":9223372036854775807,\"n\":-9223372036854775808,\"b\":true,\"m\":\"0.10 USD\",\"as\":[\"\\\"\",\"\\\\\"],"
                   "\"l\":[{\"a\":1}]}");
}

/* Every error has its status, and the code that all faces say. */
static void
test_errors (void)
{
  static const guint statuses[PST_CONTROLLER_N_ERRORS] = { 403, 404, 400, 409, 409, 503, 500 };

  for (int code = 0; code < PST_CONTROLLER_N_ERRORS; code++)
    {
      g_autoptr (GError) error = g_error_new (PST_CONTROLLER_ERROR, code, "why \"%c\"", 0xff);
      g_autoptr (PstHttpAnswer) answer = pst_http_answer_new_error (error);
      g_autoptr (JsonParser) parser = json_parser_new ();
      gsize length;
      const char *body = g_bytes_get_data (answer->body, &length);
      JsonObject *object;

      g_assert_true (json_parser_load_from_data (parser, body, (gssize)length, NULL));
      object = json_node_get_object (json_parser_get_root (parser));
      g_assert_cmpuint (answer->status, ==, statuses[code]);
      g_assert_cmpint (json_object_get_int_member (object, "status"), ==, statuses[code]);
      g_assert_cmpstr (json_object_get_string_member (object, "code"), ==, pst_controller_error_to_string (error));
      g_assert_cmpuint (answer->retry_after_s, ==, code == PST_CONTROLLER_ERROR_BUSY ? 1 : 0);
    }
}

/* Filters of streams. */

static void
test_filter (void)
{
  g_auto (PstHttpFilter) filter = { 0 }, none = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (pst_http_filter_parse (&none, NULL, NULL));
  g_assert_null (none.kinds);
  g_assert_true (pst_http_filter_parse (&filter, "run-id=r%201&kind=order;fill&user=ann", &error));
  g_assert_no_error (error);
  g_assert_cmpstr (filter.run_id, ==, "r 1");
  g_assert_cmpstr (filter.user, ==, "ann");
  g_assert_cmpstr (filter.kinds[1], ==, "fill");
  pst_http_filter_clear (&filter);
  g_assert_false (pst_http_filter_parse (&filter, "run=r", NULL));
  g_assert_false (pst_http_filter_parse (&filter, "user=a&user=b", &error));
  g_assert_error (error, PST_HTTP_ERROR, 400);
}

/* Options that must not be. */

static void
refuse (PstHttpOptions *options, const char *says)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (pst_http_options_check (options, &error));
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, says));
}

static void
test_options (void)
{
  const char *everywhere[] = { "127.0.0.1", "0.0.0.0", NULL }, *name[] = { "localhost", NULL }, *loopback[] = { "127.0.0.2", "::1", NULL };
  const char *path[] = { "example.com", NULL };
  g_autofree char *folder = g_dir_make_tmp ("penstock-http-XXXXXX", NULL), *key = g_build_filename (folder, "key.pem", NULL);
  PstHttpOptions options = { 0 };

  g_assert_true (pst_http_options_check (&options, NULL));
  options.listen = (char **)loopback;
  g_assert_true (pst_http_options_check (&options, NULL));
  options.listen = (char **)everywhere;
  refuse (&options, "\"0.0.0.0\" is not this machine alone");
  options.listen = (char **)name;
  refuse (&options, "not an IP address");
  options.listen = (char **)everywhere;
  options.tls_certificate = (char *)"cert.pem";
  refuse (&options, "go together");
  options.tls_key = key;
  refuse (&options, "not a file");
  g_assert_true (g_file_set_contents (key, "key", -1, NULL));
  g_assert_cmpint (chmod (key, 0640), ==, 0);
  refuse (&options, "chmod 600");
  g_assert_cmpint (chmod (key, 0600), ==, 0);
  g_assert_true (pst_http_options_check (&options, NULL));
  options.allowed_origins = (char **)path;
  refuse (&options, "not an origin");
  g_assert_cmpint (g_unlink (key), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* A pipeline's run has no host. */
static void
test_no_host (void)
{
  const PstPluginEntry *penstock_plugin_entry (void);
  PstHarness *harness = pst_harness_new ();
  PstComponent *http = pst_harness_add (harness, penstock_plugin_entry ()->get_type (), "http", "token-file", "/nonexistent", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (pst_harness_try_start (harness, http, &error));
  g_assert_nonnull (strstr (error->message, "penstockd's configuration"));
  pst_harness_finish (harness);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http-parts/routes-cover-verbs", test_routes_cover_verbs);
  g_test_add_func ("/http-parts/routes-fit-verbs", test_routes_fit_verbs);
  g_test_add_func ("/http-parts/match", test_match);
  g_test_add_func ("/http-parts/unescape", test_unescape);
  g_test_add_func ("/http-parts/body", test_body);
  g_test_add_func ("/http-parts/rate", test_rate);
  g_test_add_func ("/http-parts/rate-bound", test_rate_bound);
  g_test_add_func ("/http-parts/keys", test_keys);
  g_test_add_func ("/http-parts/hosts", test_hosts);
  g_test_add_func ("/http-parts/numbers", test_numbers);
  g_test_add_func ("/http-parts/errors", test_errors);
  g_test_add_func ("/http-parts/filter", test_filter);
  g_test_add_func ("/http-parts/options", test_options);
  g_test_add_func ("/http-parts/no-host", test_no_host);
  return g_test_run ();
}
