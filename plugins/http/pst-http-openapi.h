/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The API's description (OpenAPI 3.0.3), made from the routes and the table of verbs, so that it cannot say anything else than the server does. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* (transfer full): JSON */
char *pst_http_openapi_new (const char *version);

G_END_DECLS
