/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Members come in a fixed order: the same build gives the same bytes. */

#include "pst-http-openapi.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "pst-http-once.h"
#include "pst-http-route.h"

static void
add_string (JsonBuilder *json, const char *name, const char *text)
{
  json_builder_set_member_name (json, name);
  json_builder_add_string_value (json, text);
}

static void
begin (JsonBuilder *json, const char *name)
{
  if (name != NULL)
    json_builder_set_member_name (json, name);
  json_builder_begin_object (json);
}

static void
end (JsonBuilder *json)
{
  json_builder_end_object (json);
}

static void
add_reference (JsonBuilder *json, const char *name, const char *target)
{
  g_autofree char *path = g_strconcat ("#/components/", target, NULL);

  begin (json, name);
  add_string (json, "$ref", path);
  end (json);
}

static void
add_schema (JsonBuilder *json, const char *name, const char *type)
{
  begin (json, name);
  if (strcmp (type, "b") == 0)
    add_string (json, "type", "boolean");
  else if (strcmp (type, "u") == 0)
    {
      add_string (json, "type", "integer");
      json_builder_set_member_name (json, "minimum");
      json_builder_add_int_value (json, 0);
      json_builder_set_member_name (json, "maximum");
      json_builder_add_int_value (json, G_MAXUINT32);
    }
  else if (strcmp (type, "as") == 0)
    {
      add_string (json, "type", "array");
      begin (json, "items");
      add_string (json, "type", "string");
      end (json);
    }
  else
    add_string (json, "type", "string");
  end (json);
}

static void
add_parameter (JsonBuilder *json, const PstVerbParameter *parameter, const char *where)
{
  begin (json, NULL);
  add_string (json, "name", parameter->name);
  add_string (json, "in", where);
  json_builder_set_member_name (json, "required");
  json_builder_add_boolean_value (json, parameter->required);
  add_string (json, "description", parameter->blurb);
  add_schema (json, "schema", parameter->type);
  end (json);
}

static void
add_parameters (JsonBuilder *json, const PstHttpRoute *route, const PstVerb *verb)
{
  json_builder_set_member_name (json, "parameters");
  json_builder_begin_array (json);
  for (guint i = 0; i < verb->n_parameters; i++)
    {
      const PstVerbParameter *parameter = &verb->parameters[i];

      if (pst_http_route_has (route, parameter->name))
        add_parameter (json, parameter, "path");
      else if (pst_http_route_queries (route, parameter->name))
        add_parameter (json, parameter, "query");
    }
  if (strcmp (route->method, "POST") == 0)
    add_reference (json, NULL, "parameters/IdempotencyKey");
  json_builder_end_array (json);
}

static gboolean
is_in_body (const PstHttpRoute *route, const PstVerbParameter *parameter)
{
  return !pst_http_route_has (route, parameter->name) && !pst_http_route_queries (route, parameter->name);
}

static void
add_body (JsonBuilder *json, const PstHttpRoute *route, const PstVerb *verb)
{
  guint n = 0, n_required = 0;

  for (guint i = 0; i < verb->n_parameters; i++)
    {
      n += is_in_body (route, &verb->parameters[i]);
      n_required += is_in_body (route, &verb->parameters[i]) && verb->parameters[i].required;
    }
  begin (json, "requestBody");
  json_builder_set_member_name (json, "required");
  json_builder_add_boolean_value (json, n_required > 0);
  begin (json, "content");
  begin (json, "application/json");
  begin (json, "schema");
  add_string (json, "type", "object");
  json_builder_set_member_name (json, "additionalProperties");
  json_builder_add_boolean_value (json, FALSE);
  begin (json, "properties");
  for (guint i = 0; i < verb->n_parameters; i++)
    if (is_in_body (route, &verb->parameters[i]))
      add_schema (json, verb->parameters[i].name, verb->parameters[i].type);
  end (json);
  if (n_required > 0)
    {
      json_builder_set_member_name (json, "required");
      json_builder_begin_array (json);
      for (guint i = 0; i < verb->n_parameters; i++)
        if (is_in_body (route, &verb->parameters[i]) && verb->parameters[i].required)
          json_builder_add_string_value (json, verb->parameters[i].name);
      json_builder_end_array (json);
    }
  end (json);
  end (json);
  end (json);
  end (json);
}

static void
add_answer (JsonBuilder *json, const char *status, const char *description, const char *content_type, const char *schema)
{
  begin (json, status);
  add_string (json, "description", description);
  if (content_type != NULL)
    {
      begin (json, "content");
      begin (json, content_type);
      add_reference (json, "schema", schema);
      end (json);
      end (json);
    }
  end (json);
}

static void
add_operation (JsonBuilder *json, const PstHttpRoute *route)
{
  const PstVerb *verb = pst_verb_find (route->verb);
  g_autofree char *method = g_ascii_strdown (route->method, -1), *status = g_strdup_printf ("%u", route->status);

  begin (json, method);
  add_string (json, "operationId", route->verb);
  add_string (json, "summary", verb->blurb);
  add_string (json, "x-permission", pst_permission_to_string (verb->permission));
  add_parameters (json, route, verb);
  if (pst_http_route_takes_body (route))
    add_body (json, route, verb);
  begin (json, "responses");
  add_answer (json, status, "It was done.", "application/json",
              verb->result_type[0] == 'a' && verb->result_type[1] == 'a' ? "schemas/List" : "schemas/Object");
  add_reference (json, "default", "responses/Problem");
  end (json);
  end (json);
}

/* All operations of one path stand together. */
static void
add_paths (JsonBuilder *json)
{
  guint n_routes;
  const PstHttpRoute *routes = pst_http_route_list (&n_routes);

  for (guint i = 0; i < n_routes; i++)
    {
      g_autofree char *path = g_strconcat (PST_HTTP_BASE, routes[i].path, NULL);
      gboolean first = TRUE;

      for (guint before = 0; before < i; before++)
        first &= strcmp (routes[before].path, routes[i].path) != 0;
      if (!first)
        continue;
      begin (json, path);
      for (guint same = i; same < n_routes; same++)
        if (strcmp (routes[same].path, routes[i].path) == 0)
          add_operation (json, &routes[same]);
      end (json);
    }
}

static void
add_open_path (JsonBuilder *json, const char *path, const char *id, const char *summary)
{
  begin (json, path);
  begin (json, "get");
  add_string (json, "operationId", id);
  add_string (json, "summary", summary);
  json_builder_set_member_name (json, "security");
  json_builder_begin_array (json);
  json_builder_end_array (json);
  begin (json, "responses");
  add_answer (json, "200", "It is so.", "application/json", "schemas/Object");
  add_reference (json, "default", "responses/Problem");
  end (json);
  end (json);
  end (json);
}

static void
add_stream_path (JsonBuilder *json)
{
  static const PstVerbParameter filters[] = {
    { "user", "s", FALSE, "Only events of this user's runs." },
    { "run-id", "s", FALSE, "Only events of this run." },
    { "kind", "s", FALSE, "Only events of these kinds, separated by ';': run-state, trading-state, order, fill, alert, equity." },
  };

  begin (json, PST_HTTP_PATH_STREAM);
  begin (json, "get");
  add_string (json, "operationId", "stream");
  add_string (json, "summary",
              "A WebSocket: each text message is an event {user, run-id, kind, detail}. Kind lost tells in detail.count how many were left out.");
  json_builder_set_member_name (json, "parameters");
  json_builder_begin_array (json);
  for (gsize i = 0; i < G_N_ELEMENTS (filters); i++)
    add_parameter (json, &filters[i], "query");
  json_builder_end_array (json);
  begin (json, "responses");
  add_answer (json, "101", "The WebSocket is open.", NULL, NULL);
  add_reference (json, "default", "responses/Problem");
  end (json);
  end (json);
  end (json);
}

static void
add_problem_schema (JsonBuilder *json)
{
  static const char *const texts[] = { "type", "title", "code", "detail" };

  begin (json, "Problem");
  add_string (json, "type", "object");
  json_builder_set_member_name (json, "required");
  json_builder_begin_array (json);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    json_builder_add_string_value (json, texts[i]);
  json_builder_add_string_value (json, "status");
  json_builder_end_array (json);
  begin (json, "properties");
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      begin (json, texts[i]);
      add_string (json, "type", "string");
      if (strcmp (texts[i], "code") == 0)
        {
          json_builder_set_member_name (json, "enum");
          json_builder_begin_array (json);
          for (int code = 0; code < PST_CONTROLLER_N_ERRORS; code++)
            {
              g_autoptr (GError) error = g_error_new_literal (PST_CONTROLLER_ERROR, code, "");

              json_builder_add_string_value (json, pst_controller_error_to_string (error));
            }
          json_builder_end_array (json);
        }
      end (json);
    }
  begin (json, "status");
  add_string (json, "type", "integer");
  end (json);
  end (json);
  end (json);
}

static void
add_schemas (JsonBuilder *json)
{
  begin (json, "schemas");
  begin (json, "Object");
  add_string (json, "type", "object");
  json_builder_set_member_name (json, "additionalProperties");
  json_builder_add_boolean_value (json, TRUE);
  end (json);
  begin (json, "List");
  add_string (json, "type", "array");
  add_reference (json, "items", "schemas/Object");
  end (json);
  add_problem_schema (json);
  end (json);
}

static void
add_components (JsonBuilder *json)
{
  begin (json, "components");
  begin (json, "securitySchemes");
  begin (json, "token");
  add_string (json, "type", "http");
  add_string (json, "scheme", "bearer");
  end (json);
  end (json);
  begin (json, "parameters");
  begin (json, "IdempotencyKey");
  add_string (json, "name", "Idempotency-Key");
  add_string (json, "in", "header");
  json_builder_set_member_name (json, "required");
  json_builder_add_boolean_value (json, TRUE);
  add_string (json, "description",
              "Made by the client, new for each thing to be done; with the same key again the same answer comes and nothing is done twice.");
  begin (json, "schema");
  add_string (json, "type", "string");
  json_builder_set_member_name (json, "minLength");
  json_builder_add_int_value (json, 1);
  json_builder_set_member_name (json, "maxLength");
  json_builder_add_int_value (json, PST_HTTP_ONCE_KEY_MAX);
  end (json);
  end (json);
  end (json);
  begin (json, "responses");
  add_answer (json, "Problem", "It was not done; the document says why.", PST_HTTP_PROBLEM, "schemas/Problem");
  end (json);
  add_schemas (json);
  end (json);
}

char *
pst_http_openapi_new (const char *version)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;

  begin (json, NULL);
  add_string (json, "openapi", "3.0.3");
  begin (json, "info");
  add_string (json, "title", "Penstock");
  add_string (json, "version", version);
  add_string (json, "description", "Runs of a Penstock host. Money, prices and sizes are strings, exact.");
  end (json);
  json_builder_set_member_name (json, "security");
  json_builder_begin_array (json);
  begin (json, NULL);
  json_builder_set_member_name (json, "token");
  json_builder_begin_array (json);
  json_builder_end_array (json);
  end (json);
  json_builder_end_array (json);
  begin (json, "paths");
  add_open_path (json, PST_HTTP_PATH_HEALTH, "health", "Whether the server answers.");
  add_open_path (json, PST_HTTP_PATH_READY, "ready", "Whether the server can do what it is for.");
  add_open_path (json, PST_HTTP_PATH_OPENAPI, "openapi", "This document.");
  add_stream_path (json);
  add_paths (json);
  end (json);
  add_components (json);
  end (json);
  root = json_builder_get_root (json);
  json_generator_set_root (generator, root);
  return json_generator_to_data (generator, NULL);
}
