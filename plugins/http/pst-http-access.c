/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The file is looked at for each request, so that taking a token back works at once. Whatever is wrong with a token, the answer is the same. */

#include "pst-http-access.h"

#include "pst-http-route.h"

#include <string.h>

static gboolean
refresh (PstHttpAccess *access, GError **error)
{
  if (pst_token_file_refresh (access->file, NULL))
    return TRUE;
  g_set_error_literal (error, PST_HTTP_ERROR, 503, "the host's token file cannot be used; nobody is let in");
  return FALSE;
}

gboolean
pst_http_access_authenticate (PstHttpAccess *access, const char *header, PstCaller *caller, guint *token, GError **error)
{
  const PstToken *found;

  if (header == NULL || g_ascii_strncasecmp (header, "Bearer ", strlen ("Bearer ")) != 0)
    {
      g_set_error_literal (error, PST_HTTP_ERROR, 401, "this needs a token: Authorization: Bearer TOKEN");
      return FALSE;
    }
  if (!refresh (access, error))
    return FALSE;
  found = pst_token_file_find (access->file, header + strlen ("Bearer "));
  if (found == NULL || pst_token_get_state (found, pst_clock_now_ns (access->clock)) != PST_TOKEN_STATE_VALID)
    {
      g_set_error_literal (error, PST_HTTP_ERROR, 401, "the token is not valid: unknown, expired or revoked");
      return FALSE;
    }
  memset (caller, 0, sizeof *caller);
  g_strlcpy (caller->user_id, found->user_id, sizeof caller->user_id);
  caller->permissions = pst_token_get_permissions (found);
  g_snprintf (caller->origin, sizeof caller->origin, "http token %u", found->id);
  *token = found->id;
  return TRUE;
}

gboolean
pst_http_access_is_valid (PstHttpAccess *access, guint token)
{
  if (!refresh (access, NULL))
    return FALSE;
  for (guint i = 0; i < pst_token_file_get_n_tokens (access->file); i++)
    {
      const PstToken *known = pst_token_file_get_token (access->file, i);

      if (known->id == token)
        return pst_token_get_state (known, pst_clock_now_ns (access->clock)) == PST_TOKEN_STATE_VALID;
    }
  return FALSE;
}
