/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The document says what the server does: requests are made from it, right ones and wrong ones, and each answer is held against it. */

#include "http-test-kit.h"

#include "pst-http-openapi.h"
#include "pst-http-route.h"

#define SEED 20260117
#define N_RIGHT 20
#define N_WRONG 40

typedef struct
{
  TestServer server;
  JsonParser *parser;
  JsonObject *document;
  PstRandom random;
  guint n_asked;
} Fixture;

static void
setup (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestAnswer) answer = NULL;
  g_autoptr (GError) error = NULL;

  test_server_init (&fixture->server);
  test_server_set (&fixture->server, "rate-per-token", "100000");
  test_server_set (&fixture->server, "rate-per-address", "100000");
  test_server_start (&fixture->server);
  answer = test_ask (&fixture->server, "GET", "/api/v1/openapi.json", NULL, NULL, NULL);
  g_assert_cmpuint (answer->status, ==, 200);
  fixture->parser = json_parser_new ();
  json_parser_load_from_data (fixture->parser, answer->body, -1, &error);
  g_assert_no_error (error);
  fixture->document = json_node_get_object (json_parser_get_root (fixture->parser));
  pst_random_init (&fixture->random, SEED, "openapi");
  g_test_message ("seed %d", SEED);
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->parser);
  test_server_clear (&fixture->server);
}

/* What "#/components/..." stands for. */
static JsonObject *
resolve (Fixture *fixture, JsonObject *object)
{
  g_auto (GStrv) parts = NULL;
  const char *target;

  if (!json_object_has_member (object, "$ref"))
    return object;
  target = json_object_get_string_member (object, "$ref");
  g_assert_true (g_str_has_prefix (target, "#/"));
  parts = g_strsplit (target + 2, "/", -1);
  object = fixture->document;
  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_assert_true (json_object_has_member (object, parts[i]));
      object = json_object_get_object_member (object, parts[i]);
    }
  return resolve (fixture, object);
}

/* Structure. */

static void
check_references (Fixture *fixture, JsonNode *node)
{
  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        check_references (fixture, json_array_get_element (array, i));
    }
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObject *object = json_node_get_object (node);
      g_autoptr (GList) members = json_object_get_members (object);

      g_assert_nonnull (resolve (fixture, object));
      for (GList *at = members; at != NULL; at = at->next)
        check_references (fixture, json_object_get_member (object, at->data));
    }
}

/* That each name in braces is a parameter, and each parameter is whole. */
static void
check_parameters (Fixture *fixture, const char *path, JsonObject *operation)
{
  JsonArray *parameters = json_object_has_member (operation, "parameters") ? json_object_get_array_member (operation, "parameters") : NULL;
  guint n_braces = 0, n_in_path = 0;

  for (const char *at = path; *at != '\0'; at++)
    n_braces += *at == '{';
  for (guint i = 0; parameters != NULL && i < json_array_get_length (parameters); i++)
    {
      JsonObject *parameter = resolve (fixture, json_array_get_object_element (parameters, i));
      g_autofree char *braced = g_strdup_printf ("{%s}", json_object_get_string_member (parameter, "name"));
      const char *where = json_object_get_string_member (parameter, "in");

      g_assert_nonnull (json_object_get_object_member (parameter, "schema"));
      g_assert_true (strcmp (where, "path") == 0 || strcmp (where, "query") == 0 || strcmp (where, "header") == 0);
      if (strcmp (where, "path") != 0)
        continue;
      n_in_path++;
      g_assert_nonnull (strstr (path, braced));
      g_assert_true (json_object_get_boolean_member (parameter, "required"));
    }
  g_assert_cmpuint (n_braces, ==, n_in_path);
}

static void
test_structure (Fixture *fixture, gconstpointer data)
{
  JsonObject *paths = json_object_get_object_member (fixture->document, "paths");
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);
  JsonObjectIter path_iter, method_iter;
  const char *path, *method;
  JsonNode *node;

  g_assert_true (g_str_has_prefix (json_object_get_string_member (fixture->document, "openapi"), "3.0."));
  g_assert_nonnull (json_object_get_string_member (json_object_get_object_member (fixture->document, "info"), "title"));
  g_assert_nonnull (json_object_get_string_member (json_object_get_object_member (fixture->document, "info"), "version"));
  check_references (fixture, json_parser_get_root (fixture->parser));
  json_object_iter_init (&path_iter, paths);
  while (json_object_iter_next (&path_iter, &path, &node))
    {
      g_assert_cmpint (path[0], ==, '/');
      json_object_iter_init (&method_iter, json_node_get_object (node));
      while (json_object_iter_next (&method_iter, &method, &node))
        {
          JsonObject *operation = json_node_get_object (node);

          g_assert_true (g_hash_table_add (ids, (gpointer)json_object_get_string_member (operation, "operationId")));
          g_assert_true (json_object_has_member (json_object_get_object_member (operation, "responses"), "default"));
          check_parameters (fixture, path, operation);
        }
    }
}

static JsonObject *
find_operation (Fixture *fixture, const PstHttpRoute *route)
{
  g_autofree char *path = g_strconcat (PST_HTTP_BASE, route->path, NULL), *method = g_ascii_strdown (route->method, -1);
  JsonObject *paths = json_object_get_object_member (fixture->document, "paths");

  g_assert_true (json_object_has_member (paths, path));
  g_assert_true (json_object_has_member (json_object_get_object_member (paths, path), method));
  return json_object_get_object_member (json_object_get_object_member (paths, path), method);
}

static void
test_every_route (Fixture *fixture, gconstpointer data)
{
  guint n_routes;
  const PstHttpRoute *routes = pst_http_route_list (&n_routes);

  for (guint i = 0; i < n_routes; i++)
    g_assert_cmpstr (json_object_get_string_member (find_operation (fixture, &routes[i]), "operationId"), ==, routes[i].verb);
}

/* Schemas: as much of them as the document uses. */

static void
check_schema (Fixture *fixture, JsonObject *schema, JsonNode *node)
{
  const char *type;

  schema = resolve (fixture, schema);
  type = json_object_get_string_member (schema, "type");
  if (strcmp (type, "object") == 0)
    {
      JsonArray *required = json_object_has_member (schema, "required") ? json_object_get_array_member (schema, "required") : NULL;
      JsonObject *properties = json_object_has_member (schema, "properties") ? json_object_get_object_member (schema, "properties") : NULL;
      JsonObjectIter iter;
      const char *name;
      JsonNode *member;

      g_assert_true (JSON_NODE_HOLDS_OBJECT (node));
      for (guint i = 0; required != NULL && i < json_array_get_length (required); i++)
        g_assert_true (json_object_has_member (json_node_get_object (node), json_array_get_string_element (required, i)));
      json_object_iter_init (&iter, json_node_get_object (node));
      while (json_object_iter_next (&iter, &name, &member))
        if (properties != NULL && json_object_has_member (properties, name))
          check_schema (fixture, json_object_get_object_member (properties, name), member);
    }
  else if (strcmp (type, "array") == 0)
    {
      g_assert_true (JSON_NODE_HOLDS_ARRAY (node));
      for (guint i = 0; i < json_array_get_length (json_node_get_array (node)); i++)
        check_schema (fixture, json_object_get_object_member (schema, "items"), json_array_get_element (json_node_get_array (node), i));
    }
  else if (strcmp (type, "string") == 0)
    g_assert_true (json_node_get_value_type (node) == G_TYPE_STRING);
  else
    g_assert_true (json_node_get_value_type (node) == (strcmp (type, "integer") == 0 ? G_TYPE_INT64 : G_TYPE_BOOLEAN));
}

static void
check_answer (Fixture *fixture, JsonObject *operation, const TestAnswer *answer)
{
  JsonObject *responses = json_object_get_object_member (operation, "responses");
  g_autofree char *status = g_strdup_printf ("%u", answer->status), *type = test_get_header (answer, "Content-Type");
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  JsonObject *response, *content;

  response = resolve (fixture, json_object_get_object_member (responses, json_object_has_member (responses, status) ? status : "default"));
  content = json_object_get_object_member (response, "content");
  g_assert_nonnull (type);
  g_assert_true (json_object_has_member (content, type));
  json_parser_load_from_data (parser, answer->body, -1, &error);
  g_assert_no_error (error);
  check_schema (fixture, json_object_get_object_member (json_object_get_object_member (content, type), "schema"), json_parser_get_root (parser));
}

/* Requests from the document. */

typedef struct
{
  GString *path;
  GString *query;
  JsonObject *body; /* (nullable) */
  gboolean keyed;
} Request;

static void
request_clear (Request *request)
{
  g_string_free (request->path, TRUE);
  g_string_free (request->query, TRUE);
  g_clear_pointer (&request->body, json_object_unref);
}

static const char *
choose_text (Fixture *fixture, const char *name)
{
  static const char *const texts[]
      = { "a", "two words", "caf\303\251", "\"quoted\"", "50%", "a/b", "x&y=z", "\\", "{\"json\":1}", "\360\237\220\213" };

  if (strcmp (name, "user") == 0)
    return pst_random_below (&fixture->random, 2) ? "ann" : "nobody";
  if (strcmp (name, "run-id") == 0 && pst_random_below (&fixture->random, 3) > 0)
    return "r-1";
  return texts[pst_random_below (&fixture->random, G_N_ELEMENTS (texts))];
}

/* (transfer full): a value of a schema */
static JsonNode *
choose_value (Fixture *fixture, JsonObject *schema, const char *name)
{
  const char *type = json_object_get_string_member (schema, "type");
  JsonNode *node = json_node_new (JSON_NODE_VALUE);

  if (strcmp (type, "boolean") == 0)
    json_node_set_boolean (node, pst_random_below (&fixture->random, 2) == 1);
  else if (strcmp (type, "integer") == 0)
    json_node_set_int (node, (gint64)pst_random_below (&fixture->random, (guint64)G_MAXUINT32 + 1));
  else if (strcmp (type, "string") == 0)
    json_node_set_string (node, choose_text (fixture, name));
  else
    {
      JsonArray *array = json_array_new ();

      for (guint64 n = pst_random_below (&fixture->random, 4); n > 0; n--)
        json_array_add_element (array, choose_value (fixture, json_object_get_object_member (schema, "items"), name));
      json_node_free (node);
      node = json_node_new (JSON_NODE_ARRAY);
      json_node_take_array (node, array);
    }
  return node;
}

static char *
value_to_text (JsonNode *node)
{
  if (json_node_get_value_type (node) == G_TYPE_STRING)
    return json_node_dup_string (node);
  return json_to_string (node, FALSE);
}

static void
add_parameter (Fixture *fixture, JsonObject *parameter, Request *request)
{
  const char *name = json_object_get_string_member (parameter, "name"), *where = json_object_get_string_member (parameter, "in");
  g_autoptr (JsonNode) value = choose_value (fixture, json_object_get_object_member (parameter, "schema"), name);
  g_autofree char *text = value_to_text (value), *escaped = g_uri_escape_string (text, NULL, FALSE), *braced = g_strdup_printf ("{%s}", name);

  if (strcmp (where, "path") == 0)
    g_string_replace (request->path, braced, escaped, 1);
  else if (strcmp (where, "header") == 0)
    request->keyed = TRUE;
  else if (json_object_get_boolean_member (parameter, "required") || pst_random_below (&fixture->random, 2))
    g_string_append_printf (request->query, "%s%s=%s", request->query->len > 0 ? "&" : "?", name, escaped);
}

static JsonObject *
get_body_schema (JsonObject *operation)
{
  JsonObject *content;

  if (!json_object_has_member (operation, "requestBody"))
    return NULL;
  content = json_object_get_object_member (json_object_get_object_member (operation, "requestBody"), "content");
  return json_object_get_object_member (json_object_get_object_member (content, "application/json"), "schema");
}

static gboolean
is_required (JsonObject *schema, const char *name)
{
  JsonArray *required = json_object_has_member (schema, "required") ? json_object_get_array_member (schema, "required") : NULL;

  for (guint i = 0; required != NULL && i < json_array_get_length (required); i++)
    if (strcmp (json_array_get_string_element (required, i), name) == 0)
      return TRUE;
  return FALSE;
}

static void
make_right (Fixture *fixture, const PstHttpRoute *route, JsonObject *operation, Request *request)
{
  JsonArray *parameters = json_object_get_array_member (operation, "parameters");
  JsonObject *schema = get_body_schema (operation);
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;

  *request = (Request){ .path = g_string_new (PST_HTTP_BASE), .query = g_string_new (NULL) };
  g_string_append (request->path, route->path);
  for (guint i = 0; i < json_array_get_length (parameters); i++)
    add_parameter (fixture, resolve (fixture, json_array_get_object_element (parameters, i)), request);
  if (schema == NULL)
    return;
  request->body = json_object_new ();
  json_object_iter_init (&iter, json_object_get_object_member (schema, "properties"));
  while (json_object_iter_next (&iter, &name, &member))
    if (is_required (schema, name) || pst_random_below (&fixture->random, 2))
      json_object_set_member (request->body, name, choose_value (fixture, json_node_get_object (member), name));
}

static TestAnswer *
ask (Fixture *fixture, const PstHttpRoute *route, const Request *request, const char *raw_body)
{
  g_autofree char *url = g_strconcat (request->path->str, request->query->str, NULL), *body = g_strdup (raw_body);
  g_autofree char *key = request->keyed ? g_strdup_printf ("Idempotency-Key: key-%u\r\n", ++fixture->n_asked) : NULL;

  if (request->body != NULL && body == NULL)
    {
      g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

      json_node_set_object (node, request->body);
      body = json_to_string (node, FALSE);
    }
  g_test_message ("%s %s %s", route->method, url, body != NULL ? body : "");
  return test_ask (&fixture->server, route->method, url, fixture->server.admin, key, body);
}

/* Whatever the document allows is done, or found not to be there or not possible now; never is it called wrong. */
static void
test_right (Fixture *fixture, gconstpointer data)
{
  guint n_routes, n_done = 0;
  const PstHttpRoute *routes = pst_http_route_list (&n_routes);

  for (guint i = 0; i < n_routes * N_RIGHT; i++)
    {
      const PstHttpRoute *route = &routes[i % n_routes];
      JsonObject *operation = find_operation (fixture, route);
      Request request;
      g_autoptr (TestAnswer) answer = NULL;

      make_right (fixture, route, operation, &request);
      answer = ask (fixture, route, &request, NULL);
      g_test_message ("%u %s", answer->status, answer->body);
      g_assert_true (answer->status == route->status || answer->status == 404 || answer->status == 409);
      check_answer (fixture, operation, answer);
      n_done += answer->status == route->status;
      request_clear (&request);
    }
  g_test_message ("%u of %u done", n_done, n_routes * N_RIGHT);
  g_assert_cmpuint (n_done, >, n_routes * N_RIGHT / 3);
}

/* One thing made wrong. FALSE: there is nothing of that kind in it. (transfer full): a body in place of the request's, or NULL. */
static gboolean
spoil (Fixture *fixture, JsonObject *operation, Request *request, char **raw)
{
  static const char *const broken[] = { "{", "[]", "nul", "{\"a\":1,}", "{\"a\" 1}", "\"text\"", "{}{}", "{\"\":\"\"}", "{\"reason\":\"\\ud800\"}" };
  JsonObject *schema = get_body_schema (operation);

  switch (pst_random_below (&fixture->random, 6))
    {
    case 0:
      g_string_append_printf (request->query, "%sunheard-of=1", request->query->len > 0 ? "&" : "?");
      return TRUE;
    case 1:
      g_string_append (request->query, request->query->len > 0 ? "&limit=99999999999" : "?open=maybe");
      return TRUE;
    case 2:
      *raw = g_strdup (broken[pst_random_below (&fixture->random, G_N_ELEMENTS (broken))]);
      return TRUE;
    case 3:
      if (request->body != NULL)
        json_object_set_int_member (request->body, "unheard-of", 1);
      return request->body != NULL;
    case 4:
      if (schema == NULL || !json_object_has_member (schema, "required"))
        return FALSE;
      json_object_remove_member (request->body, json_array_get_string_element (json_object_get_array_member (schema, "required"), 0));
      return TRUE;
    default:
      if (!request->keyed)
        return FALSE;
      request->keyed = FALSE;
      return TRUE;
    }
}

/* Whatever is wrong is refused with a document that says so, and the host does not hear of it. */
static void
test_wrong (Fixture *fixture, gconstpointer data)
{
  guint n_routes, n_asked = 0;
  const PstHttpRoute *routes = pst_http_route_list (&n_routes);

  for (guint i = 0; i < n_routes * N_WRONG; i++)
    {
      const PstHttpRoute *route = &routes[i % n_routes];
      JsonObject *operation = find_operation (fixture, route);
      Request request;
      g_autoptr (TestAnswer) answer = NULL;
      g_autofree char *raw = NULL;

      make_right (fixture, route, operation, &request);
      if (spoil (fixture, operation, &request, &raw))
        {
          answer = ask (fixture, route, &request, raw);
          test_assert_problem (answer, 400, "invalid");
          check_answer (fixture, operation, answer);
          n_asked++;
        }
      request_clear (&request);
    }
  g_test_message ("%u wrong requests", n_asked);
  g_assert_cmpuint (n_asked, >, n_routes * N_WRONG / 2);
  g_assert_cmpuint (test_host_get_n_calls (fixture->server.host), ==, 0);
}

/* Each operation without a token, and with one that has no scope for it. */
static void
test_uninvited (Fixture *fixture, gconstpointer data)
{
  guint n_routes;
  const PstHttpRoute *routes = pst_http_route_list (&n_routes);

  for (guint i = 0; i < n_routes; i++)
    {
      JsonObject *operation = find_operation (fixture, &routes[i]);
      g_autofree char *path = g_strconcat (PST_HTTP_BASE, routes[i].path, NULL);
      g_autoptr (TestAnswer) none = test_ask (&fixture->server, routes[i].method, path, NULL, NULL, NULL);
      g_autoptr (TestAnswer) reader = test_ask (&fixture->server, routes[i].method, path, fixture->server.eve, NULL, NULL);

      test_assert_problem (none, 401, "denied");
      check_answer (fixture, operation, none);
      check_answer (fixture, operation, reader);
      if (strcmp (json_object_get_string_member (operation, "x-permission"), "read") != 0)
        test_assert_problem (reader, 403, "denied");
    }
}

#define ADD(name, function) g_test_add ("/http-openapi/" name, Fixture, NULL, setup, function, teardown)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("structure", test_structure);
  ADD ("every-route", test_every_route);
  ADD ("right", test_right);
  ADD ("wrong", test_wrong);
  ADD ("uninvited", test_uninvited);
  return g_test_run ();
}
