/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who asks, by the token that they show. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

typedef struct
{
  PstTokenFile *file;
  PstClock *clock;
} PstHttpAccess;

/* @header: (nullable): of Authorization. FALSE with a PST_HTTP_ERROR: 401, or 503 when the token file cannot be used; no error says a token's text.
 */
gboolean pst_http_access_authenticate (PstHttpAccess *access, const char *header, PstCaller *caller, guint *token, GError **error);
/* Whether a token that was good is so still. */
gboolean pst_http_access_is_valid (PstHttpAccess *access, guint token);

G_END_DECLS
