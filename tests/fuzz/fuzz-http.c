/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A request to the HTTP API: method, path, query and body, a line each, the body last. What is taken fits the table of verbs; nothing else gets
 * through. */

#include "fuzz.h"
#include "pst-http-events.h"
#include "pst-http-origin.h"
#include "pst-http-request.h"

static void
read_request (const char *method, char *path, const char *body, gsize length)
{
  char *query = strchr (path, '?');
  g_auto (PstHttpArguments) arguments = { 0 };
  g_autoptr (GVariantDict) dict = g_variant_dict_new (NULL);
  g_autoptr (GVariant) parameters = NULL;
  g_autoptr (GError) error = NULL;
  const PstHttpRoute *route;

  if (query != NULL)
    *query++ = '\0';
  route = pst_http_route_match (method, path, &arguments, NULL, &error);
  g_assert_true ((route == NULL) == (error != NULL));
  if (route == NULL || !pst_http_request_read_head (route, &arguments, query, dict, &error)
      || !pst_http_request_read_body (route, body, length, dict, &error))
    {
      g_assert_error (error, PST_HTTP_ERROR, error->code);
      g_assert_true (g_utf8_validate (error->message, -1, NULL) || !g_utf8_validate (path, -1, NULL));
      return;
    }
  parameters = g_variant_ref_sink (g_variant_dict_end (dict));
  if (!pst_verb_check (pst_verb_find (route->verb), parameters, &error))
    g_assert_nonnull (strstr (error->message, "is missing"));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", 3);
  g_auto (PstHttpFilter) filter = { 0 };

  if (g_strv_length (lines) < 3)
    return 0;
  read_request (lines[0], lines[1], lines[2], strlen (lines[2]));
  pst_http_filter_parse (&filter, lines[2], NULL);
  pst_http_host_is_allowed (lines[2], 8440, NULL);
  return 0;
}
