/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Results and problems as JSON (RFC 9457). */

#include "pst-http-answer.h"

#include "pst-http-route.h"

#include <json-glib/json-glib.h>

static const struct
{
  guint status;
  const char *title;
  const char *code;
} statuses[] = {
  { 400, "Bad Request", "invalid" },
  { 401, "Unauthorized", "denied" },
  { 403, "Forbidden", "denied" },
  { 404, "Not Found", "not-found" },
  { 405, "Method Not Allowed", "invalid" },
  { 408, "Request Timeout", "busy" },
  { 409, "Conflict", "state" },
  { 413, "Content Too Large", "invalid" },
  { 415, "Unsupported Media Type", "invalid" },
  { 421, "Misdirected Request", "invalid" },
  { 422, "Unprocessable Content", "invalid" },
  { 426, "Upgrade Required", "invalid" },
  { 429, "Too Many Requests", "busy" },
  { 431, "Request Header Fields Too Large", "invalid" },
  { 500, "Internal Server Error", "failed" },
  { 503, "Service Unavailable", "busy" },
};

PstHttpAnswer *
pst_http_answer_ref (PstHttpAnswer *reply)
{
  g_atomic_ref_count_inc (&reply->references);
  return reply;
}

void
pst_http_answer_unref (PstHttpAnswer *reply)
{
  if (!g_atomic_ref_count_dec (&reply->references))
    return;
  g_bytes_unref (reply->body);
  g_free (reply->location);
  g_free (reply->allow);
  g_free (reply);
}

PstHttpAnswer *
pst_http_answer_new (guint status, const char *content_type, char *body)
{
  PstHttpAnswer *reply = g_new0 (PstHttpAnswer, 1);

  g_atomic_ref_count_init (&reply->references);
  reply->status = status;
  reply->content_type = content_type;
  reply->body = body != NULL ? g_bytes_new_take (body, strlen (body)) : g_bytes_new_static ("", 0);
  return reply;
}

char *
pst_http_variant_to_json (GVariant *variant)
{
  return json_gvariant_serialize_data (variant, NULL);
}

PstHttpAnswer *
pst_http_answer_new_result (guint status, GVariant *result)
{
  return pst_http_answer_new (status, PST_HTTP_JSON, pst_http_variant_to_json (result));
}

const char *
pst_http_status_to_code (guint status)
{
  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++)
    if (statuses[i].status == status)
      return statuses[i].code;
  return "failed";
}

const char *
pst_http_status_to_title (guint status)
{
  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++)
    if (statuses[i].status == status)
      return statuses[i].title;
  return status == 201 ? "Created" : status == 204 ? "No Content" : "OK";
}

guint
pst_http_status_from_error (const GError *error)
{
  static const guint of_code[PST_CONTROLLER_N_ERRORS] = {
    [PST_CONTROLLER_ERROR_DENIED] = 403, [PST_CONTROLLER_ERROR_NOT_FOUND] = 404, [PST_CONTROLLER_ERROR_INVALID] = 400,
    [PST_CONTROLLER_ERROR_STATE] = 409,  [PST_CONTROLLER_ERROR_EXISTS] = 409,    [PST_CONTROLLER_ERROR_BUSY] = 503,
    [PST_CONTROLLER_ERROR_FAILED] = 500,
  };

  if (error->domain == PST_HTTP_ERROR)
    return (guint)error->code;
  if (error->domain == PST_CONTROLLER_ERROR && error->code >= 0 && error->code < PST_CONTROLLER_N_ERRORS)
    return of_code[error->code];
  return 500;
}

static PstHttpAnswer *
make_problem (guint status, const char *code, const char *detail)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *type = g_strconcat ("urn:penstock:error:", code, NULL), *valid = g_utf8_make_valid (detail, -1);
  PstHttpAnswer *reply;

  json_builder_begin_object (json);
  json_builder_set_member_name (json, "type");
  json_builder_add_string_value (json, type);
  json_builder_set_member_name (json, "title");
  json_builder_add_string_value (json, pst_http_status_to_title (status));
  json_builder_set_member_name (json, "status");
  json_builder_add_int_value (json, status);
  json_builder_set_member_name (json, "code");
  json_builder_add_string_value (json, code);
  json_builder_set_member_name (json, "detail");
  json_builder_add_string_value (json, valid);
  json_builder_end_object (json);
  root = json_builder_get_root (json);
  json_generator_set_root (generator, root);
  reply = pst_http_answer_new (status, PST_HTTP_PROBLEM, json_generator_to_data (generator, NULL));
  reply->retry_after_s = status == 503 || status == 429 ? 1 : 0;
  return reply;
}

PstHttpAnswer *
pst_http_answer_new_problem (guint status, const char *detail)
{
  return make_problem (status, pst_http_status_to_code (status), detail);
}

PstHttpAnswer *
pst_http_answer_new_error (const GError *error)
{
  guint status = pst_http_status_from_error (error);

  if (error->domain == PST_HTTP_ERROR)
    return pst_http_answer_new_problem (status, error->message);
  return make_problem (status, pst_controller_error_to_string (error), error->message);
}

char *
pst_http_answer_to_text (const PstHttpAnswer *reply)
{
  gsize length;
  const char *body = g_bytes_get_data (reply->body, &length);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "HTTP/1.1 %u %s\r\n", reply->status, pst_http_status_to_title (reply->status));
  if (reply->retry_after_s > 0)
    g_string_append_printf (text, "Retry-After: %u\r\n", reply->retry_after_s);
  g_string_append_printf (text,
                          "Content-Type: %s\r\nContent-Length: %" G_GSIZE_FORMAT "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
                          "Connection: close\r\n\r\n",
                          reply->content_type, length);
  g_string_append_len (text, body, (gssize)length);
  return g_string_free (text, FALSE);
}
