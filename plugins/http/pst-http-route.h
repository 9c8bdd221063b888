/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which verb a method and a path stand for. The table names each verb of the SDK once; a test sees to that. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

#define PST_HTTP_BASE "/api/v1"
#define PST_HTTP_PATH_STREAM PST_HTTP_BASE "/stream"
#define PST_HTTP_PATH_OPENAPI PST_HTTP_BASE "/openapi.json"
#define PST_HTTP_PATH_HEALTH "/healthz"
#define PST_HTTP_PATH_READY "/readyz"

#define PST_HTTP_ARGUMENTS_MAX 3

/**
 * PstHttpRoute:
 * @method: "GET"
 * @path: below PST_HTTP_BASE; what is in braces is a parameter of the verb: "/runs/{run-id}/start"
 * @verb: the verb's name
 * @status: of an answer when it was done: 200, or 201 for what was made
 *
 * One operation.
 */
typedef struct
{
  const char *method;
  const char *path;
  const char *verb;
  guint status;
} PstHttpRoute;

/* The texts of the parameters in the path, decoded. */
typedef struct
{
  const char *names[PST_HTTP_ARGUMENTS_MAX]; /* not ended by NUL */
  gsize name_lengths[PST_HTTP_ARGUMENTS_MAX];
  char *texts[PST_HTTP_ARGUMENTS_MAX];
  guint n;
} PstHttpArguments;

/* Errors are of PST_HTTP_ERROR, whose codes are HTTP statuses. */
#define PST_HTTP_ERROR (pst_http_error_quark ())
GQuark pst_http_error_quark (void);

const PstHttpRoute *pst_http_route_list (guint *n_routes);
/* @path: as it was sent, without the query. 404, 405 with the methods that there are in @allow (GString, nullable), or 400. */
const PstHttpRoute *pst_http_route_match (const char *method, const char *path, PstHttpArguments *arguments, GString *allow, GError **error);
void pst_http_arguments_clear (PstHttpArguments *arguments);
/* Whether a parameter stands in the route's path. */
gboolean pst_http_route_has (const PstHttpRoute *route, const char *name);
/* Whether the verb's parameters come in a body. */
gboolean pst_http_route_takes_body (const PstHttpRoute *route);
/* Whether a parameter comes in the query: those of a GET, and whose run it is. */
gboolean pst_http_route_queries (const PstHttpRoute *route, const char *name);
/* (transfer full) (nullable): what percent escapes stand for; NULL when one is none, or what comes is not UTF-8 or has a NUL. */
char *pst_http_unescape (const char *text, gsize length, gboolean plus_is_blank);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PstHttpArguments, pst_http_arguments_clear)

G_END_DECLS
