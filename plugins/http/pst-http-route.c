/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The routes, and matching a path segment by segment. A path is compared before it is decoded: an escaped slash separates nothing. */

#include "pst-http-route.h"

#include <string.h>

#define RUN "/runs/{run-id}"

static const PstHttpRoute routes[] = {
  { "GET", "/host", "get-host", 200 },
  { "GET", "/users", "list-users", 200 },
  { "GET", "/plugins", "list-plugins", 200 },
  { "GET", "/pipelines", "list-pipelines", 200 },
  { "POST", "/check", "check", 200 },
  { "GET", "/runs", "list-runs", 200 },
  { "POST", "/runs", "create", 201 },
  { "GET", RUN, "get-run", 200 },
  { "DELETE", RUN, "remove", 200 },
  { "POST", RUN "/start", "start", 200 },
  { "POST", RUN "/stop", "stop", 200 },
  { "POST", RUN "/halt", "halt", 200 },
  { "POST", RUN "/reduce", "reduce", 200 },
  { "POST", RUN "/resume", "resume", 200 },
  { "POST", RUN "/flatten", "flatten", 200 },
  { "POST", RUN "/engage-kill-switch", "engage-kill-switch", 200 },
  { "POST", RUN "/release-kill-switch", "release-kill-switch", 200 },
  { "POST", RUN "/components/{component}/actions/{action}", "act", 200 },
  { "GET", RUN "/orders", "list-orders", 200 },
  { "GET", RUN "/fills", "list-fills", 200 },
  { "GET", RUN "/positions", "list-positions", 200 },
  { "GET", RUN "/equity", "list-equity", 200 },
  { "GET", RUN "/guards", "list-guards", 200 },
  { "GET", RUN "/alerts", "list-alerts", 200 },
  { "GET", RUN "/options", "list-options", 200 },
  { "PUT", RUN "/components/{component}/options/{option}", "set-option", 200 },
};

GQuark
pst_http_error_quark (void)
{
  return g_quark_from_static_string ("pst-http-error-quark");
}

const PstHttpRoute *
pst_http_route_list (guint *n_routes)
{
  *n_routes = G_N_ELEMENTS (routes);
  return routes;
}

void
pst_http_arguments_clear (PstHttpArguments *arguments)
{
  for (guint i = 0; i < arguments->n; i++)
    g_clear_pointer (&arguments->texts[i], g_free);
  arguments->n = 0;
}

char *
pst_http_unescape (const char *text, gsize length, gboolean plus_is_blank)
{
  g_autoptr (GString) plain = g_string_sized_new (length);

  for (gsize i = 0; i < length; i++)
    {
      int high, low;

      if (text[i] != '%')
        {
          g_string_append_c (plain, plus_is_blank && text[i] == '+' ? ' ' : text[i]);
          continue;
        }
      if (length - i < 3)
        return NULL;
      high = g_ascii_xdigit_value (text[i + 1]);
      low = g_ascii_xdigit_value (text[i + 2]);
      if (high < 0 || low < 0)
        return NULL;
      g_string_append_c (plain, (char)(high << 4 | low));
      i += 2;
    }
  if (memchr (plain->str, '\0', plain->len) != NULL || !g_utf8_validate_len (plain->str, plain->len, NULL))
    return NULL;
  return g_string_free (g_steal_pointer (&plain), FALSE);
}

/* Whether the path has the template's form; the segments that stand for parameters are noted as they are. */
static gboolean
match_path (const char *template, const char *path, const char **segments, gsize *lengths, PstHttpArguments *arguments)
{
  arguments->n = 0;
  while (*template == '/' && *path == '/')
    {
      gsize wanted = strcspn (++template, "/"), given = strcspn (++path, "/");

      if (given == 0)
        return FALSE;
      if (*template == '{')
        {
          arguments->names[arguments->n] = template + 1;
          arguments->name_lengths[arguments->n] = wanted - 2;
          segments[arguments->n] = path;
          lengths[arguments->n++] = given;
        }
      else if (wanted != given || memcmp (template, path, given) != 0)
        return FALSE;
      template += wanted;
      path += given;
    }
  return *template == '\0' && *path == '\0';
}

static gboolean
decode (PstHttpArguments *arguments, const char *const *segments, const gsize *lengths, GError **error)
{
  guint n = arguments->n;

  arguments->n = 0;
  for (guint i = 0; i < n; i++)
    {
      char *text = pst_http_unescape (segments[i], lengths[i], FALSE);

      if (text == NULL)
        {
          g_set_error (error, PST_HTTP_ERROR, 400, "part \"%.*s\" of the path is not escaped UTF-8", (int)arguments->name_lengths[i],
                       arguments->names[i]);
          pst_http_arguments_clear (arguments);
          return FALSE;
        }
      arguments->texts[i] = text;
      arguments->n = i + 1;
    }
  return TRUE;
}

const PstHttpRoute *
pst_http_route_match (const char *method, const char *path, PstHttpArguments *arguments, GString *allow, GError **error)
{
  const char *segments[PST_HTTP_ARGUMENTS_MAX];
  gsize lengths[PST_HTTP_ARGUMENTS_MAX];
  gboolean exists = FALSE;

  arguments->n = 0;
  for (gsize i = 0; g_str_has_prefix (path, PST_HTTP_BASE "/") && i < G_N_ELEMENTS (routes); i++)
    {
      if (!match_path (routes[i].path, path + strlen (PST_HTTP_BASE), segments, lengths, arguments))
        continue;
      exists = TRUE;
      if (strcmp (routes[i].method, method) == 0 || (strcmp (method, "HEAD") == 0 && strcmp (routes[i].method, "GET") == 0))
        return decode (arguments, segments, lengths, error) ? &routes[i] : NULL;
      if (allow != NULL)
        g_string_append_printf (allow, "%s, %s", routes[i].method, strcmp (routes[i].method, "GET") == 0 ? "HEAD, " : "");
    }
  arguments->n = 0;
  if (exists && allow != NULL)
    g_string_append (allow, "OPTIONS");
  if (exists)
    g_set_error_literal (error, PST_HTTP_ERROR, 405, "the path does not take this method; Allow lists those that it takes");
  else
    g_set_error_literal (error, PST_HTTP_ERROR, 404, "there is nothing at this path; " PST_HTTP_PATH_OPENAPI " lists what there is");
  return NULL;
}

gboolean
pst_http_route_has (const PstHttpRoute *route, const char *name)
{
  g_autofree char *braced = g_strdup_printf ("{%s}", name);

  return strstr (route->path, braced) != NULL;
}

gboolean
pst_http_route_takes_body (const PstHttpRoute *route)
{
  return strcmp (route->method, "POST") == 0 || strcmp (route->method, "PUT") == 0;
}

gboolean
pst_http_route_queries (const PstHttpRoute *route, const char *name)
{
  return !pst_http_route_has (route, name) && (!pst_http_route_takes_body (route) || strcmp (name, "user") == 0);
}
