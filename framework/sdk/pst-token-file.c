/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who holds a secret is known by its hash, which is worth nothing to who reads the file; a secret has 256 random bits, so no salt and no slow hash
 * are needed. A file that others may read or write, or that cannot be understood, lets nobody in. */

#include "pst-token-file.h"

#include "pst-controller.h"
#include "pst-text-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

/**
 * PstTokenFile:
 *
 * The tokens of a host's users. One thread at a time; several processes may have the same file.
 */
struct _PstTokenFile
{
  GObject parent_instance;

  char *path;
  GArray *tokens;   /* PstToken */
  struct stat seen; /* of the file that was read */
  gboolean loaded;
};

G_DEFINE_FINAL_TYPE (PstTokenFile, pst_token_file, G_TYPE_OBJECT)

#define SECRET_BYTES 32
#define GROUP "token "

static const char *const scope_names[] = { "read", "trade", "admin" };

static void
pst_token_file_finalize (GObject *object)
{
  PstTokenFile *file = PST_TOKEN_FILE (object);

  g_free (file->path);
  g_array_unref (file->tokens);
  G_OBJECT_CLASS (pst_token_file_parent_class)->finalize (object);
}

static void
pst_token_file_class_init (PstTokenFileClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pst_token_file_finalize;
}

static void
pst_token_file_init (PstTokenFile *file)
{
  file->tokens = g_array_new (FALSE, TRUE, sizeof (PstToken));
}

/**
 * pst_token_file_new:
 * @path: (type filename): where the tokens are kept
 *
 * Makes the object; nothing is read yet. Any thread.
 *
 * Returns: (transfer full): it
 */
PstTokenFile *
pst_token_file_new (const char *path)
{
  PstTokenFile *file;

  g_return_val_if_fail (path != NULL, NULL);

  file = g_object_new (PST_TYPE_TOKEN_FILE, NULL);
  file->path = g_strdup (path);
  return file;
}

static gboolean fail (PstTokenFile *file, GError **error, PstStoreError code, const char *format, ...) G_GNUC_PRINTF (4, 5);

static gboolean
fail (PstTokenFile *file, GError **error, PstStoreError code, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, PST_STORE_ERROR, code, "token file \"%s\" %s", file->path, text);
  return FALSE;
}

#define CORRUPT(file, error, ...) fail ((file), (error), PST_STORE_ERROR_CORRUPT, __VA_ARGS__)

/* The descriptor that is read is the one that is examined: nobody can change what it stands for in between. */
static gboolean
check_status (PstTokenFile *file, const struct stat *status, GError **error)
{
  if (!S_ISREG (status->st_mode))
    return fail (file, error, PST_STORE_ERROR_IO, "is not a plain file");
  if ((status->st_mode & 077) != 0)
    return fail (file, error, PST_STORE_ERROR_IO, "may be read or written by others (mode %04o): chmod 600 it, and revoke its tokens if in doubt",
                 status->st_mode & 07777);
  if (status->st_uid != geteuid () && status->st_uid != 0)
    return fail (file, error, PST_STORE_ERROR_IO, "belongs to user %u, not to us (%u)", (guint)status->st_uid, (guint)geteuid ());
  if (status->st_size > PST_TOKEN_FILE_BYTES_MAX)
    return CORRUPT (file, error, "is larger than %d bytes", PST_TOKEN_FILE_BYTES_MAX);
  return TRUE;
}

static char *
read_open (PstTokenFile *file, int fd, struct stat *status, gsize *length, GError **error)
{
  g_autofree char *text = NULL;
  gsize n_read = 0;
  gssize n = 1;

  if (fstat (fd, status) != 0)
    fail (file, error, PST_STORE_ERROR_IO, "cannot be examined: %s", g_strerror (errno));
  else if (check_status (file, status, error))
    text = g_malloc ((gsize)status->st_size + 1);
  if (text == NULL)
    return NULL;
  while (n != 0 && n_read < (gsize)status->st_size)
    {
      n = read (fd, text + n_read, (gsize)status->st_size - n_read);
      if (n < 0 && errno != EINTR)
        {
          fail (file, error, PST_STORE_ERROR_IO, "cannot be read: %s", g_strerror (errno));
          return NULL;
        }
      n_read += n > 0 ? (gsize)n : 0;
    }
  text[n_read] = '\0';
  *length = n_read;
  return g_steal_pointer (&text);
}

static gboolean
is_name (const char *text)
{
  gsize length = strlen (text);

  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && strchr ("._-@", text[i]) == NULL)
      return FALSE;
  return length > 0 && length < PST_NAME_SIZE;
}

static gboolean
parse_hash (const char *text, guint8 *hash)
{
  if (strlen (text) != 64)
    return FALSE;
  for (guint i = 0; i < 32; i++)
    {
      int high = g_ascii_xdigit_value (text[2 * i]), low = g_ascii_xdigit_value (text[2 * i + 1]);

      if (high < 0 || low < 0)
        return FALSE;
      hash[i] = (guint8)(high << 4 | low);
    }
  return TRUE;
}

/* A key that is not there is @missing; %FALSE for one that is no time, and for none when there must be one. */
static gboolean
parse_time (GKeyFile *keys, const char *group, const char *key, gint64 missing, gint64 *time_ns)
{
  g_autofree char *text = g_key_file_get_string (keys, group, key, NULL);

  *time_ns = missing;
  return text == NULL ? missing >= 0 : pst_time_parse (text, -1, time_ns, NULL);
}

static gboolean
parse_token (PstTokenFile *file, GKeyFile *keys, const char *group, PstToken *token, GError **error)
{
  g_autofree char *user = g_key_file_get_string (keys, group, "user", NULL), *scopes = g_key_file_get_string (keys, group, "scopes", NULL);
  g_autofree char *hash = g_key_file_get_string (keys, group, "secret-sha256", NULL), *label = g_key_file_get_string (keys, group, "label", NULL);
  guint64 id;

  if (!g_str_has_prefix (group, GROUP) || !g_ascii_string_to_unsigned (group + strlen (GROUP), 10, 1, G_MAXINT32, &id, NULL))
    return CORRUPT (file, error, "has a group [%s] that is not [token NUMBER]", group);
  token->id = (guint)id;
  if (user == NULL || !is_name (user))
    return CORRUPT (file, error, "has no user of token %u", token->id);
  if (scopes == NULL || !pst_token_scopes_parse (scopes, &token->scopes, NULL))
    return CORRUPT (file, error, "has no scopes of token %u that are known", token->id);
  if (hash == NULL || !parse_hash (hash, token->hash))
    return CORRUPT (file, error, "has no hash of token %u", token->id);
  if (!parse_time (keys, group, "created", -1, &token->created_ns) || !parse_time (keys, group, "expires", G_MAXINT64, &token->expires_ns)
      || !parse_time (keys, group, "revoked", 0, &token->revoked_ns))
    return CORRUPT (file, error, "has a time of token %u that is none", token->id);
  g_strlcpy (token->user_id, user, sizeof token->user_id);
  pst_text_copy (token->label, sizeof token->label, label != NULL ? label : "");
  return TRUE;
}

static gboolean
parse (PstTokenFile *file, const char *text, gsize length, GError **error)
{
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  g_auto (GStrv) groups = NULL;

  if (memchr (text, '\0', length) != NULL || !g_utf8_validate_len (text, length, NULL)
      || !g_key_file_load_from_data (keys, text, length, G_KEY_FILE_NONE, NULL))
    return CORRUPT (file, error, "is not a key file");
  groups = g_key_file_get_groups (keys, NULL);
  if (g_strv_length (groups) > PST_TOKEN_FILE_TOKENS_MAX)
    return CORRUPT (file, error, "has more than %d tokens", PST_TOKEN_FILE_TOKENS_MAX);
  for (guint i = 0; groups[i] != NULL; i++)
    {
      PstToken token = { 0 };

      if (!parse_token (file, keys, groups[i], &token, error))
        return FALSE;
      g_array_append_val (file->tokens, token);
    }
  return TRUE;
}

static gboolean
load (PstTokenFile *file, GError **error)
{
  g_autofree char *text = NULL;
  gsize length = 0;
  int fd;

  g_array_set_size (file->tokens, 0);
  file->loaded = FALSE;
  do
    fd = open (file->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  while (fd < 0 && errno == EINTR);
  if (fd < 0)
    return fail (file, error, PST_STORE_ERROR_IO, "cannot be read: %s%s", g_strerror (errno),
                 errno == ENOENT ? "; \"penstock token create\" makes it" : "");
  text = read_open (file, fd, &file->seen, &length, error);
  close (fd);
  if (text == NULL)
    return FALSE;
  if (!parse (file, text, length, error))
    {
      g_array_set_size (file->tokens, 0);
      return FALSE;
    }
  file->loaded = TRUE;
  return TRUE;
}

/**
 * pst_token_file_refresh:
 * @file: a token file
 * @error: return location
 *
 * Reads the file when it is not the one that was read: cheap enough to be asked before each use of a token. On error there are no tokens. On one
 * thread at a time.
 *
 * Returns: %FALSE with a %PST_STORE_ERROR when it cannot be read, is not ours alone, or cannot be understood
 */
gboolean
pst_token_file_refresh (PstTokenFile *file, GError **error)
{
  struct stat status;
  gboolean same;

  g_return_val_if_fail (PST_IS_TOKEN_FILE (file), FALSE);

  /* A change of the mode alone changes st_ctim too. */
  same = file->loaded && stat (file->path, &status) == 0 && status.st_dev == file->seen.st_dev && status.st_ino == file->seen.st_ino
         && status.st_size == file->seen.st_size && memcmp (&status.st_mtim, &file->seen.st_mtim, sizeof status.st_mtim) == 0
         && memcmp (&status.st_ctim, &file->seen.st_ctim, sizeof status.st_ctim) == 0;
  return same || load (file, error);
}

/**
 * pst_token_file_get_n_tokens:
 * @file: a token file
 *
 * On one thread at a time.
 *
 * Returns: how many tokens there are, those that are no longer good included
 */
guint
pst_token_file_get_n_tokens (PstTokenFile *file)
{
  g_return_val_if_fail (PST_IS_TOKEN_FILE (file), 0);

  return file->tokens->len;
}

/**
 * pst_token_file_get_token: (skip)
 * @file: a token file
 * @index: from 0
 *
 * On one thread at a time.
 *
 * Returns: (transfer none): a token, until the file is refreshed
 */
const PstToken *
pst_token_file_get_token (PstTokenFile *file, guint index)
{
  g_return_val_if_fail (PST_IS_TOKEN_FILE (file) && index < file->tokens->len, NULL);

  return &g_array_index (file->tokens, PstToken, index);
}

static void
hash_secret (const char *secret, guint8 *hash)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize size = 32;

  g_checksum_update (sum, (const guchar *)secret, -1);
  g_checksum_get_digest (sum, hash, &size);
}

/**
 * pst_token_file_find: (skip)
 * @file: a token file
 * @secret: what somebody presents
 *
 * Finds whose secret this is. The time that it takes says nothing about how near it came. On one thread at a time.
 *
 * Returns: (transfer none) (nullable): the token, which may be expired or revoked; until the file is refreshed
 */
const PstToken *
pst_token_file_find (PstTokenFile *file, const char *secret)
{
  const PstToken *found = NULL;
  guint8 hash[32];

  g_return_val_if_fail (PST_IS_TOKEN_FILE (file) && secret != NULL, NULL);

  hash_secret (secret, hash);
  for (guint i = 0; i < file->tokens->len; i++)
    {
      const PstToken *token = &g_array_index (file->tokens, PstToken, i);
      volatile guint8 different = 0;

      for (guint byte = 0; byte < sizeof hash; byte++)
        different |= (guint8)(hash[byte] ^ token->hash[byte]);
      found = different == 0 ? token : found;
    }
  return found;
}

static void
add_token (GKeyFile *keys, const PstToken *token)
{
  g_autofree char *group = g_strdup_printf (GROUP "%u", token->id), *scopes = pst_token_scopes_to_string (token->scopes);
  const struct
  {
    const char *key;
    gint64 time_ns, none;
  } times[] = {
    { "created", token->created_ns, G_MAXINT64 },
    { "expires", token->expires_ns, G_MAXINT64 },
    { "revoked", token->revoked_ns, 0 },
  };
  char hash[65];

  for (guint i = 0; i < sizeof token->hash; i++)
    g_snprintf (hash + 2 * i, 3, "%02x", token->hash[i]);
  g_key_file_set_string (keys, group, "user", token->user_id);
  g_key_file_set_string (keys, group, "scopes", scopes);
  if (token->label[0] != '\0')
    g_key_file_set_string (keys, group, "label", token->label);
  g_key_file_set_string (keys, group, "secret-sha256", hash);
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      char text[PST_TIME_TEXT_SIZE];

      pst_time_print (times[i].time_ns, text);
      if (times[i].time_ns != times[i].none)
        g_key_file_set_string (keys, group, times[i].key, text);
    }
}

static gboolean
save (PstTokenFile *file, GError **error)
{
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  g_autoptr (GError) failure = NULL;
  g_autofree char *text = NULL;
  gsize length;

  for (guint i = 0; i < file->tokens->len; i++)
    add_token (keys, &g_array_index (file->tokens, PstToken, i));
  text = g_key_file_to_data (keys, &length, NULL);
  file->loaded = FALSE;
  if (g_file_set_contents_full (file->path, text, (gssize)length, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, &failure))
    return TRUE;
  return fail (file, error, PST_STORE_ERROR_IO, "cannot be written: %s", failure->message);
}

/* Two that change the file at once would lose one's change: they take turns at its folder. -1 on error. */
static int
lock_folder (PstTokenFile *file, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (file->path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), result = -1;

  if (fd >= 0)
    do
      result = flock (fd, LOCK_EX);
    while (result != 0 && errno == EINTR);
  if (result == 0)
    return fd;
  fail (file, error, PST_STORE_ERROR_IO, "has a folder that cannot be locked: %s", g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return -1;
}

/* (transfer full) (nullable) */
static char *
make_secret (PstTokenFile *file, GError **error)
{
  guint8 bytes[SECRET_BYTES];
  g_autofree char *base64 = NULL;
  char *secret;

  if (getrandom (bytes, sizeof bytes, 0) != (gssize)sizeof bytes)
    {
      fail (file, error, PST_STORE_ERROR_IO, "gets no token: the system has no random bytes");
      return NULL;
    }
  base64 = g_base64_encode (bytes, sizeof bytes);
  explicit_bzero (bytes, sizeof bytes);
  /* As in URLs, without the padding: nothing in it needs quoting anywhere. */
  g_strdelimit (base64, "+", '-');
  g_strdelimit (base64, "/", '_');
  base64[strcspn (base64, "=")] = '\0';
  secret = g_strconcat (PST_TOKEN_PREFIX, base64, NULL);
  explicit_bzero (base64, strlen (base64));
  return secret;
}

static gboolean
check_new (const PstToken *token, GError **error)
{
  if (!is_name (token->user_id))
    {
      g_set_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_INVALID,
                   "user \"%s\" is not a name: letters, digits and . _ - @, up to %d of them", token->user_id, PST_NAME_SIZE - 1);
      return FALSE;
    }
  if (token->scopes == 0 || token->expires_ns <= token->created_ns)
    {
      g_set_error_literal (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_INVALID,
                           token->scopes == 0 ? "a token needs a scope: read, trade or admin" : "a token must expire after it is made");
      return FALSE;
    }
  return TRUE;
}

static char *
create_locked (PstTokenFile *file, const PstToken *token, GError **error)
{
  g_autofree char *secret = NULL;
  PstToken made = *token;
  struct stat status;

  if ((stat (file->path, &status) == 0 || errno != ENOENT) && !load (file, error))
    return NULL;
  if (file->tokens->len >= PST_TOKEN_FILE_TOKENS_MAX)
    {
      fail (file, error, PST_STORE_ERROR_FULL, "has %d tokens already; take revoked ones out", PST_TOKEN_FILE_TOKENS_MAX);
      return NULL;
    }
  secret = make_secret (file, error);
  if (secret == NULL)
    return NULL;
  made.id = 1;
  made.revoked_ns = 0;
  for (guint i = 0; i < file->tokens->len; i++)
    made.id = MAX (made.id, g_array_index (file->tokens, PstToken, i).id + 1);
  hash_secret (secret, made.hash);
  g_array_append_val (file->tokens, made);
  return save (file, error) ? g_steal_pointer (&secret) : NULL;
}

/**
 * pst_token_file_create: (skip)
 * @file: a token file; made when it is not there
 * @token: whose, what for, since and until when; id and hash are made here
 * @error: return location
 *
 * Makes a token. It is on the disk when this returns; its secret stands nowhere but in what is returned. On one thread at a time; several processes
 * may do it at once.
 *
 * Returns: (transfer full): the secret; or %NULL with an error
 */
char *
pst_token_file_create (PstTokenFile *file, const PstToken *token, GError **error)
{
  char *secret;
  int lock;

  g_return_val_if_fail (PST_IS_TOKEN_FILE (file) && token != NULL, NULL);

  if (!check_new (token, error))
    return NULL;
  lock = lock_folder (file, error);
  if (lock < 0)
    return NULL;
  secret = create_locked (file, token, error);
  close (lock);
  return secret;
}

static gboolean
revoke_locked (PstTokenFile *file, guint id, gint64 now_ns, GError **error)
{
  if (!load (file, error))
    return FALSE;
  for (guint i = 0; i < file->tokens->len; i++)
    {
      PstToken *token = &g_array_index (file->tokens, PstToken, i);

      if (token->id != id)
        continue;
      if (token->revoked_ns != 0)
        return TRUE;
      token->revoked_ns = now_ns;
      return save (file, error);
    }
  g_set_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_NOT_FOUND, "there is no token %u in \"%s\"", id, file->path);
  return FALSE;
}

/**
 * pst_token_file_revoke:
 * @file: a token file
 * @id: which token
 * @now_ns: the time
 * @error: return location
 *
 * Takes a token back. Whoever checks tokens refuses it from the next time that they refresh the file. On one thread at a time; several processes may
 * do it at once.
 *
 * Returns: %FALSE with an error: there is no such token, or the file cannot be read or written
 */
gboolean
pst_token_file_revoke (PstTokenFile *file, guint id, gint64 now_ns, GError **error)
{
  gboolean revoked;
  int lock;

  g_return_val_if_fail (PST_IS_TOKEN_FILE (file), FALSE);

  lock = lock_folder (file, error);
  if (lock < 0)
    return FALSE;
  revoked = revoke_locked (file, id, now_ns, error);
  close (lock);
  return revoked;
}

/**
 * pst_token_get_state: (skip)
 * @token: a token
 * @now_ns: the time
 *
 * Any thread.
 *
 * Returns: how it stands
 */
PstTokenState
pst_token_get_state (const PstToken *token, gint64 now_ns)
{
  if (token->revoked_ns != 0)
    return PST_TOKEN_STATE_REVOKED;
  return now_ns >= token->expires_ns ? PST_TOKEN_STATE_EXPIRED : PST_TOKEN_STATE_VALID;
}

/**
 * pst_token_get_permissions: (skip)
 * @token: a token
 *
 * Any thread.
 *
 * Returns: what its scopes permit
 */
PstPermission
pst_token_get_permissions (const PstToken *token)
{
  PstPermission permissions = 0;

  if ((token->scopes & PST_TOKEN_SCOPE_READ) != 0)
    permissions |= PST_PERMISSION_READ;
  if ((token->scopes & PST_TOKEN_SCOPE_TRADE) != 0)
    permissions |= PST_PERMISSION_READ | PST_PERMISSION_HALT | PST_PERMISSION_TRADE;
  if ((token->scopes & PST_TOKEN_SCOPE_ADMIN) != 0)
    permissions |= PST_PERMISSION_ALL;
  return permissions;
}

/**
 * pst_token_scopes_to_string:
 * @scopes: scopes
 *
 * Any thread.
 *
 * Returns: (transfer full): their names, separated by ';'
 */
char *
pst_token_scopes_to_string (PstTokenScope scopes)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (scope_names); i++)
    if ((scopes & 1u << i) != 0)
      g_string_append_printf (text, "%s%s", text->len > 0 ? ";" : "", scope_names[i]);
  return g_string_free (text, FALSE);
}

/**
 * pst_token_scopes_parse:
 * @text: names, separated by ';' or ','
 * @scopes: (out): the scopes
 * @error: return location
 *
 * Any thread.
 *
 * Returns: %FALSE with %PST_CONTROLLER_ERROR_INVALID when a name is none, or there is none
 */
gboolean
pst_token_scopes_parse (const char *text, PstTokenScope *scopes, GError **error)
{
  g_auto (GStrv) names = NULL;

  g_return_val_if_fail (text != NULL && scopes != NULL, FALSE);

  *scopes = 0;
  names = g_strsplit_set (text, ";,", -1);
  for (guint n = 0; names[n] != NULL; n++)
    {
      guint i = 0;

      while (i < G_N_ELEMENTS (scope_names) && strcmp (g_strstrip (names[n]), scope_names[i]) != 0)
        i++;
      if (i == G_N_ELEMENTS (scope_names))
        {
          g_set_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_INVALID, "scope \"%s\" is none of read, trade, admin", names[n]);
          return FALSE;
        }
      *scopes |= (PstTokenScope)(1u << i);
    }
  if (*scopes == 0)
    g_set_error_literal (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_INVALID, "a token needs a scope: read, trade or admin");
  return *scopes != 0;
}
