/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* json-glib takes comments, single quotes and duplicate names; a request that moves money is read by the strict scanner instead. */

#include "pst-http-request.h"

#include <string.h>

static gboolean refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
refuse (GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  if (error != NULL)
    *error = g_error_new_valist (PST_HTTP_ERROR, 400, format, arguments);
  va_end (arguments);
  return FALSE;
}

/* What a verb says of a parameter is about the request. */
static gboolean
take_error (GError *failure, GError **error)
{
  g_propagate_error (error, g_error_new_literal (PST_HTTP_ERROR, 400, failure->message));
  g_error_free (failure);
  return FALSE;
}

static gboolean
add_text (const PstVerbParameter *parameter, const char *text, GVariantDict *parameters, GError **error)
{
  g_autoptr (GVariant) value = NULL;
  GError *failure = NULL;

  if (g_variant_dict_contains (parameters, parameter->name))
    return refuse (error, "parameter \"%s\" stands twice", parameter->name);
  value = pst_verb_parse_parameter (parameter, text, &failure);
  if (value == NULL)
    return take_error (failure, error);
  g_variant_dict_insert_value (parameters, parameter->name, value);
  return TRUE;
}

char **
pst_http_query_parse (const char *query, GError **error)
{
  g_autoptr (GPtrArray) pairs = g_ptr_array_new_with_free_func (g_free);

  while (query != NULL && *query != '\0')
    {
      gsize length = strcspn (query, "&"), name_length = strcspn (query, "=&");
      char *name, *text;

      if (name_length == 0 || name_length == length || pairs->len >= 2 * PST_HTTP_QUERY_MAX)
        {
          refuse (error, "the query is not up to %d times NAME=VALUE, separated by &", PST_HTTP_QUERY_MAX);
          return NULL;
        }
      name = pst_http_unescape (query, name_length, TRUE);
      text = pst_http_unescape (query + name_length + 1, length - name_length - 1, TRUE);
      if (name == NULL || text == NULL)
        {
          g_free (name);
          g_free (text);
          refuse (error, "the query is not escaped UTF-8");
          return NULL;
        }
      g_ptr_array_add (pairs, name);
      g_ptr_array_add (pairs, text);
      query += length;
      query += *query == '&';
    }
  g_ptr_array_add (pairs, NULL);
  return (char **)g_ptr_array_free (g_steal_pointer (&pairs), FALSE);
}

/* The parameter of that name among those that may come there. */
static const PstVerbParameter *
find (const PstHttpRoute *route, gboolean in_query, const char *name, GError **error)
{
  const PstVerb *verb = pst_verb_find (route->verb);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *all = NULL;
  const char *near;

  for (guint i = 0; i < verb->n_parameters; i++)
    {
      const PstVerbParameter *parameter = &verb->parameters[i];

      if (pst_http_route_has (route, parameter->name) || pst_http_route_queries (route, parameter->name) != in_query)
        continue;
      if (strcmp (parameter->name, name) == 0)
        return parameter;
      g_ptr_array_add (names, (gpointer)parameter->name);
    }
  g_ptr_array_add (names, NULL);
  all = g_strjoinv (", ", (char **)names->pdata);
  near = pst_nearest_name (name, (const char *const *)names->pdata);
  refuse (error, "the %s has \"%.64s\"%s%s%s; there %s%s", in_query ? "query" : "body", name, near != NULL ? "; did you mean \"" : "",
          near != NULL ? near : "", near != NULL ? "\"?" : "", names->len > 1 ? "may be " : "may be nothing", all);
  return NULL;
}

gboolean
pst_http_request_read_head (const PstHttpRoute *route, const PstHttpArguments *arguments, const char *query, GVariantDict *parameters, GError **error)
{
  const PstVerb *verb = pst_verb_find (route->verb);
  g_auto (GStrv) pairs = NULL;

  for (guint i = 0; i < arguments->n; i++)
    {
      g_autofree char *name = g_strndup (arguments->names[i], arguments->name_lengths[i]);

      if (!add_text (pst_verb_find_parameter (verb, name), arguments->texts[i], parameters, error))
        return FALSE;
    }
  pairs = pst_http_query_parse (query, error);
  for (guint i = 0; pairs != NULL && pairs[i] != NULL; i += 2)
    {
      const PstVerbParameter *parameter = find (route, TRUE, pairs[i], error);

      if (parameter == NULL || !add_text (parameter, pairs[i + 1], parameters, error))
        return FALSE;
    }
  return pairs != NULL;
}

/* (transfer full) (nullable): a string of the scanner's as C has it. */
static char *
take_string (const char *text, gsize length, GError **error)
{
  g_autofree char *plain = g_malloc (length + 1);
  gsize written;

  if (!pst_scan_unescape (text, length, plain, length, &written) || memchr (plain, '\0', written) != NULL)
    {
      refuse (error, "a string in the body has a character that may not be there");
      return NULL;
    }
  plain[written] = '\0';
  return g_steal_pointer (&plain);
}

static GVariant *
read_strings (PstScan *scan, GError **error)
{
  g_autoptr (GPtrArray) strings = g_ptr_array_new_with_free_func (g_free);
  const char *text;
  gsize length;

  if (!pst_scan_begin_array (scan))
    return NULL;
  while (pst_scan_next_element (scan))
    {
      char *plain;

      if (!pst_scan_string (scan, &text, &length))
        return NULL;
      plain = take_string (text, length, error);
      if (plain == NULL)
        return NULL;
      g_ptr_array_add (strings, plain);
    }
  return scan->failure != NULL ? NULL : g_variant_new_strv ((const char *const *)strings->pdata, (gssize)strings->len);
}

static GVariant *
read_number (PstScan *scan, const char *name, GError **error)
{
  g_autofree char *digits = NULL;
  const char *text = NULL;
  gsize length = 0;
  guint64 number;

  if (!pst_scan_number (scan, &text, &length))
    return NULL;
  digits = g_strndup (text, length);
  if (g_ascii_string_to_unsigned (digits, 10, 0, G_MAXUINT32, &number, NULL))
    return g_variant_new_uint32 ((guint32)number);
  refuse (error, "parameter \"%s\" is not an integer from 0 to 4294967295", name);
  return NULL;
}

/* (transfer floating) (nullable): NULL when the scanner failed, or with an error. */
static GVariant *
read_value (PstScan *scan, const PstVerbParameter *parameter, GError **error)
{
  g_autofree char *plain = NULL;
  const char *text = NULL;
  gboolean flag = FALSE;
  gsize length = 0;

  if (strcmp (parameter->type, "as") == 0)
    return read_strings (scan, error);
  if (strcmp (parameter->type, "u") == 0)
    return read_number (scan, parameter->name, error);
  if (strcmp (parameter->type, "b") == 0)
    return pst_scan_boolean (scan, &flag) ? g_variant_new_boolean (flag) : NULL;
  if (!pst_scan_string (scan, &text, &length))
    return NULL;
  plain = take_string (text, length, error);
  return plain != NULL ? g_variant_new_take_string (g_steal_pointer (&plain)) : NULL;
}

static gboolean
read_member (PstScan *scan, const PstHttpRoute *route, const char *key, gsize key_length, GVariantDict *parameters, GError **error)
{
  g_autofree char *name = take_string (key, key_length, error);
  const PstVerbParameter *parameter;
  GVariant *value;

  if (name == NULL)
    return FALSE;
  parameter = find (route, FALSE, name, error);
  if (parameter == NULL)
    return FALSE;
  if (g_variant_dict_contains (parameters, name))
    return refuse (error, "the body has \"%s\" twice", name);
  value = read_value (scan, parameter, error);
  if (value == NULL)
    return FALSE;
  g_variant_dict_insert_value (parameters, name, value);
  return TRUE;
}

gboolean
pst_http_request_read_body (const PstHttpRoute *route, const char *body, gsize length, GVariantDict *parameters, GError **error)
{
  GError *failure = NULL;
  gsize key_length;
  const char *key;
  PstScan scan;

  if (length == 0)
    return TRUE;
  pst_scan_init (&scan, body, length);
  if (pst_scan_begin_object (&scan))
    while (pst_scan_next_member (&scan, &key, &key_length))
      if (!read_member (&scan, route, key, key_length, parameters, &failure))
        break;
  if (failure != NULL)
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  if (pst_scan_finish (&scan))
    return TRUE;
  pst_scan_set_error (&scan, &failure);
  refuse (error, "the body is not a JSON object of the right form: %s", failure->message);
  g_error_free (failure);
  return FALSE;
}
