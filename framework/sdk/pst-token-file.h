/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bearer tokens of users, as a key file that only its owner may read: no secret stands in it, only what a secret hashes to. Who makes tokens
 * (penstock token) and who checks them (a face of the host) share this. */
#pragma once

#include "../model/pst-time.h"
#include "pst-verb.h"

G_BEGIN_DECLS

/* Larger files are refused, and so is one token more. */
#define PST_TOKEN_FILE_BYTES_MAX (1024 * 1024)
#define PST_TOKEN_FILE_TOKENS_MAX 1000
/* What a secret's text begins with, so that people and scanners know it for one. */
#define PST_TOKEN_PREFIX "pst_"

/**
 * PstTokenScope:
 * @PST_TOKEN_SCOPE_READ: see one's own runs
 * @PST_TOKEN_SCOPE_TRADE: create, start, stop and halt one's own runs, close positions, change options
 * @PST_TOKEN_SCOPE_ADMIN: everything, for every user
 *
 * What a token is good for. Each holds those before it.
 */
typedef enum /*< flags prefix=PST_TOKEN_SCOPE >*/
{
  PST_TOKEN_SCOPE_READ = 1 << 0,
  PST_TOKEN_SCOPE_TRADE = 1 << 1,
  PST_TOKEN_SCOPE_ADMIN = 1 << 2,
} PstTokenScope;

/**
 * PstTokenState:
 * @PST_TOKEN_STATE_VALID: it is good
 * @PST_TOKEN_STATE_EXPIRED: its time is over
 * @PST_TOKEN_STATE_REVOKED: it was taken back
 *
 * How a token stands.
 */
typedef enum /*< prefix=PST_TOKEN_STATE >*/
{
  PST_TOKEN_STATE_VALID,
  PST_TOKEN_STATE_EXPIRED,
  PST_TOKEN_STATE_REVOKED,
} PstTokenState;

/**
 * PstToken: (skip)
 * @id: its number, never used again
 * @scopes: what it is good for
 * @user_id: whose it is
 * @label: what it was made for, in its maker's words; may be empty
 * @created_ns: when it was made
 * @expires_ns: when its time is over; %G_MAXINT64 for never
 * @revoked_ns: when it was taken back; 0 for not
 * @hash: SHA-256 of the secret's text
 *
 * A token as it is kept.
 */
typedef struct
{
  guint id;
  PstTokenScope scopes;
  char user_id[PST_NAME_SIZE];
  char label[PST_NAME_SIZE];
  gint64 created_ns;
  gint64 expires_ns;
  gint64 revoked_ns;
  guint8 hash[32];
} PstToken;

#define PST_TYPE_TOKEN_FILE (pst_token_file_get_type ())
PST_API
G_DECLARE_FINAL_TYPE (PstTokenFile, pst_token_file, PST, TOKEN_FILE, GObject)

/* Nothing is read yet: it has no tokens. */
PST_API PstTokenFile *pst_token_file_new (const char *path);
/* Reads the file if it is another than the one that was read. On error there are no tokens. */
PST_API gboolean pst_token_file_refresh (PstTokenFile *file, GError **error);
PST_API guint pst_token_file_get_n_tokens (PstTokenFile *file);
PST_API const PstToken *pst_token_file_get_token (PstTokenFile *file, guint index);
/* Compares with every token, always as long. */
PST_API const PstToken *pst_token_file_find (PstTokenFile *file, const char *secret);
/* (transfer full): the secret, which stands nowhere else. */
PST_API char *pst_token_file_create (PstTokenFile *file, const PstToken *token, GError **error);
PST_API gboolean pst_token_file_revoke (PstTokenFile *file, guint id, gint64 now_ns, GError **error);

PST_API PstTokenState pst_token_get_state (const PstToken *token, gint64 now_ns);
PST_API PstPermission pst_token_get_permissions (const PstToken *token);
/* "read;trade" */
PST_API char *pst_token_scopes_to_string (PstTokenScope scopes);
PST_API gboolean pst_token_scopes_parse (const char *text, PstTokenScope *scopes, GError **error);

G_END_DECLS
