/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From what was sent to a verb's parameters. Strict: what is not exactly a request is refused with a sentence. */
#pragma once

#include "pst-http-route.h"

G_BEGIN_DECLS

#define PST_HTTP_QUERY_MAX 32

/* (transfer full): name and text of each part of a query, in a flat array ended by NULL. @query: (nullable). */
char **pst_http_query_parse (const char *query, GError **error);
/* The parameters that stand in path and query. FALSE with a PST_HTTP_ERROR. */
gboolean pst_http_request_read_head (const PstHttpRoute *route, const PstHttpArguments *arguments, const char *query, GVariantDict *parameters,
                                     GError **error);
/* Those in the body: a JSON object, or nothing. */
gboolean pst_http_request_read_body (const PstHttpRoute *route, const char *body, gsize length, GVariantDict *parameters, GError **error);

G_END_DECLS
