/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A head, then frames: length, the first half of a SHA-256, and a GVariant. Only the last frame can be torn, since each request is synced before it
 * is done; what is broken before it is damage, and nobody guesses what it said. */

#include "pst-http-once-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define NAME "idempotency-keys"
#define NAME_NEW NAME ".new"
#define HEAD "PST keys 1 "
#define HEAD_SIZE 16
#define FRAME_HEAD 20
#define FRAME_MAX (PST_HTTP_ONCE_BODY_MAX + 16384)
/* Beyond twice what is still needed and this it is written anew. */
#define SLACK ((guint64)1024 * 1024)
#define FILE_MAX ((guint64)512 * 1024 * 1024)
/* what, time, name, token, request; status, body, location, allow, seconds */
#define TYPE "(ytsuayuayssu)"
#define FORMAT "(ytsu@ayu@ayssu)"

typedef enum
{
  BEGUN = 1,
  ENDED,
  FORGOTTEN,
} What;

typedef struct
{
  char *name;
  guint token;
  guint8 request[PST_HTTP_ONCE_HASH_SIZE];
  gint64 time_ns;       /* of the wall's clock: when it was begun, or ended */
  PstHttpAnswer *reply; /* NULL: begun */
} Kept;

struct _PstHttpOnceFile
{
  char *path, *path_new;
  PstClock *clock; /* for stamps: any thread */
  gint64 keep_ns;

  GMutex lock; /* of all below */
  GHashTable *kept;
  PstFile *file; /* (nullable): NULL after a failure that left it in doubt */
  guint64 compact_at;
  gboolean good;
};

static void
kept_free (gpointer data)
{
  Kept *kept = data;

  g_clear_pointer (&kept->reply, pst_http_answer_unref);
  g_free (kept->name);
  g_free (kept);
}

static void
digest (const guint8 *bytes, gsize length, guint8 *hash)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize size = PST_HTTP_ONCE_HASH_SIZE;

  g_checksum_update (sum, bytes, (gssize)length);
  g_checksum_get_digest (sum, hash, &size);
}

static GVariant *
new_bytes (const void *bytes, gsize length)
{
  return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, bytes, length, 1);
}

static const char *
text_of (const char *text)
{
  return text != NULL ? text : "";
}

/* Frames */

static void
append_frame (GByteArray *frames, What what, const Kept *kept)
{
  const PstHttpAnswer *reply = what == ENDED ? kept->reply : NULL;
  g_autoptr (GVariant) value = NULL;
  guint8 hash[PST_HTTP_ONCE_HASH_SIZE];
  const char *body = "";
  gsize length = 0;
  guint32 size;

  if (reply != NULL)
    body = g_bytes_get_data (reply->body, &length);
  value = g_variant_ref_sink (g_variant_new (FORMAT, (guchar)what, (guint64)kept->time_ns, kept->name, kept->token,
                                             new_bytes (kept->request, sizeof kept->request), reply != NULL ? reply->status : 0,
                                             new_bytes (body, length), text_of (reply != NULL ? reply->location : NULL),
                                             text_of (reply != NULL ? reply->allow : NULL), reply != NULL ? reply->retry_after_s : 0));
  size = (guint32)g_variant_get_size (value);
  digest (g_variant_get_data (value), size, hash);
  size = GUINT32_TO_LE (size);
  g_byte_array_append (frames, (const guint8 *)&size, sizeof size);
  g_byte_array_append (frames, hash, FRAME_HEAD - sizeof size);
  g_byte_array_append (frames, g_variant_get_data (value), g_variant_get_size (value));
}

/* (transfer full) */
static PstHttpAnswer *
read_answer (guint status, GVariant *body, const char *location, const char *allow, guint retry_after_s)
{
  gsize length;
  const char *text = g_variant_get_fixed_array (body, &length, 1);
  PstHttpAnswer *reply = pst_http_answer_new (status,
                                              length == 0     ? NULL
                                              : status >= 400 ? PST_HTTP_PROBLEM
                                                              : PST_HTTP_JSON,
                                              length > 0 ? g_strndup (text, length) : NULL);

  reply->location = *location != '\0' ? g_strdup (location) : NULL;
  reply->allow = *allow != '\0' ? g_strdup (allow) : NULL;
  reply->retry_after_s = retry_after_s;
  return reply;
}

static void
take_frame (PstHttpOnceFile *file, GVariant *value)
{
  g_autoptr (GVariant) request = NULL, body = NULL;
  const char *name, *location, *allow;
  guint token, status, retry_after_s;
  const guint8 *hash;
  guint64 time_ns;
  guchar what;
  gsize n_hash;
  Kept *kept;

  g_variant_get (value, "(yt&su@ayu@ay&s&su)", &what, &time_ns, &name, &token, &request, &status, &body, &location, &allow, &retry_after_s);
  hash = g_variant_get_fixed_array (request, &n_hash, 1);
  if (what == FORGOTTEN || n_hash != PST_HTTP_ONCE_HASH_SIZE)
    {
      g_hash_table_remove (file->kept, name);
      return;
    }
  kept = g_new0 (Kept, 1);
  kept->name = g_strdup (name);
  kept->token = token;
  memcpy (kept->request, hash, sizeof kept->request);
  kept->time_ns = (gint64)time_ns;
  if (what == ENDED)
    kept->reply = read_answer (status, body, location, allow, retry_after_s);
  g_hash_table_replace (file->kept, kept->name, kept);
}

/* (transfer full) (nullable): the frame at @bytes; NULL: it is torn or damaged, or there is none. */
static GVariant *
read_frame (const guint8 *bytes, gsize length, gsize *used)
{
  g_autoptr (GBytes) copy = NULL;
  g_autoptr (GVariant) value = NULL;
  guint8 hash[PST_HTTP_ONCE_HASH_SIZE];
  guint32 size;

  if (length < FRAME_HEAD)
    return NULL;
  memcpy (&size, bytes, sizeof size);
  size = GUINT32_FROM_LE (size);
  if (size == 0 || size > FRAME_MAX || size > length - FRAME_HEAD)
    return NULL;
  digest (bytes + FRAME_HEAD, size, hash);
  if (memcmp (hash, bytes + sizeof size, FRAME_HEAD - sizeof size) != 0)
    return NULL;
  copy = g_bytes_new (bytes + FRAME_HEAD, size);
  value = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (TYPE), copy, FALSE));
  *used = FRAME_HEAD + size;
  return g_variant_is_normal_form (value) ? g_steal_pointer (&value) : NULL;
}

/* Only what was being written when the end came can be torn, and nothing is behind it. */
static gboolean
is_torn (const guint8 *bytes, gsize length)
{
  gsize used;

  if (length > FRAME_HEAD + FRAME_MAX)
    return FALSE;
  for (gsize i = 1; i < length; i++)
    {
      g_autoptr (GVariant) later = read_frame (bytes + i, length - i, &used);

      if (later != NULL)
        return FALSE;
    }
  return TRUE;
}

static gboolean
corrupt (const PstHttpOnceFile *file, const char *what, GError **error)
{
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT,
               "\"%s\": %s; what was asked before is not known any more: look what there is, then move the file away", file->path, what);
  return FALSE;
}

static void
make_head (guint8 *head)
{
  memset (head, 0, HEAD_SIZE);
  memcpy (head, HEAD, strlen (HEAD));
  /* Numbers in a GVariant are as the machine has them. */
  head[HEAD_SIZE - 1] = G_BYTE_ORDER == G_LITTLE_ENDIAN ? 'l' : 'b';
}

/* Reading */

static gboolean
read_all (PstHttpOnceFile *file, const guint8 *bytes, gsize length, GError **error)
{
  guint8 head[HEAD_SIZE];
  gsize at = HEAD_SIZE, used;

  make_head (head);
  /* Nothing was ever kept, or the making of the file was cut off. */
  if (length < HEAD_SIZE)
    return TRUE;
  if (memcmp (bytes, head, HEAD_SIZE) != 0)
    return corrupt (file, "it is not a file of idempotency keys of this program", error);
  while (at < length)
    {
      g_autoptr (GVariant) value = read_frame (bytes + at, length - at, &used);

      if (value == NULL)
        return is_torn (bytes + at, length - at) || corrupt (file, "it is damaged", error);
      take_frame (file, value);
      at += used;
    }
  return TRUE;
}

static gboolean
load (PstHttpOnceFile *file, PstFile *old, GError **error)
{
  guint64 length = pst_file_get_length (old);
  g_autofree guint8 *bytes = length <= FILE_MAX ? g_try_malloc (length + 1) : NULL;
  gssize n;

  if (bytes == NULL)
    return corrupt (file, "it is too long", error);
  n = pst_file_read (old, 0, bytes, length, error);
  return n >= 0 && read_all (file, bytes, (gsize)n, error);
}

/* Writing: under the lock. */

static gint64
get_age_ns (PstHttpOnceFile *file, const Kept *kept)
{
  gint64 age_ns;

  /* A clock that was set back makes nothing old. */
  return pst_subtract_checked (pst_clock_now_ns (file->clock), kept->time_ns, &age_ns) ? MAX (age_ns, 0) : G_MAXINT64;
}

/* What is not known to have ended is as old as its answer would be. */
static void
drop_old (PstHttpOnceFile *file, gint64 keep_ns, gboolean begun_too)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, file->kept);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if ((begun_too || ((Kept *)value)->reply != NULL) && get_age_ns (file, value) > keep_ns)
      g_hash_table_iter_remove (&iter);
}

static gboolean
sync_folder (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), number;
  gboolean synced = fd >= 0 && (fsync (fd) == 0 || errno == EINVAL);

  number = errno;
  if (fd >= 0)
    close (fd);
  if (!synced)
    g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, "\"%s\": %s", folder, g_strerror (number));
  return synced;
}

static GByteArray *
collect (PstHttpOnceFile *file)
{
  GByteArray *frames = g_byte_array_new ();
  guint8 head[HEAD_SIZE];
  GHashTableIter iter;
  gpointer value;

  make_head (head);
  g_byte_array_append (frames, head, sizeof head);
  g_hash_table_iter_init (&iter, file->kept);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    append_frame (frames, ((Kept *)value)->reply != NULL ? ENDED : BEGUN, value);
  return frames;
}

/* A file with what is needed in the place of the old one: a crash leaves the one or the other, both whole. */
static gboolean
write_anew (PstHttpOnceFile *file, GError **error)
{
  g_autoptr (GByteArray) frames = collect (file);
  g_autoptr (PstFile) made = NULL;

  g_unlink (file->path_new);
  made = pst_file_open (file->path_new, error);
  if (made == NULL || !pst_file_append (made, frames->data, frames->len, error) || !pst_file_sync (made, error))
    return FALSE;
  if (g_rename (file->path_new, file->path) != 0)
    {
      g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, "\"%s\": %s", file->path, g_strerror (errno));
      return FALSE;
    }
  g_set_object (&file->file, made);
  file->compact_at = 2 * (guint64)frames->len + SLACK;
  return sync_folder (file->path, error);
}

/* All of a frame or nothing of it; where that cannot be said, a new file says it next time. */
static gboolean
write_frame (PstHttpOnceFile *file, What what, const Kept *kept, GError **error)
{
  g_autoptr (GByteArray) frame = g_byte_array_new ();
  guint64 length;

  if (file->file == NULL || pst_file_get_length (file->file) >= file->compact_at)
    {
      drop_old (file, file->keep_ns, FALSE);
      if (!write_anew (file, error))
        return file->good = FALSE;
    }
  length = pst_file_get_length (file->file);
  append_frame (frame, what, kept);
  file->good = pst_file_append (file->file, frame->data, frame->len, error) && pst_file_sync (file->file, error);
  if (!file->good && !pst_file_truncate (file->file, length, NULL))
    g_clear_object (&file->file);
  return file->good;
}

gboolean
pst_http_once_file_begin (PstHttpOnceFile *file, const char *name, guint token, const guint8 *request, GError **error)
{
  Kept *kept = g_new0 (Kept, 1);
  gboolean written;

  kept->name = g_strdup (name);
  kept->token = token;
  kept->time_ns = pst_clock_now_ns (file->clock);
  memcpy (kept->request, request, sizeof kept->request);
  g_mutex_lock (&file->lock);
  written = write_frame (file, BEGUN, kept, error);
  if (written)
    g_hash_table_replace (file->kept, kept->name, kept);
  else
    kept_free (kept);
  g_mutex_unlock (&file->lock);
  return written;
}

/* (transfer full): what is kept of the answer. */
static PstHttpAnswer *
shorten (PstHttpAnswer *reply)
{
  PstHttpAnswer *rest;

  if (g_bytes_get_size (reply->body) <= PST_HTTP_ONCE_BODY_MAX)
    return pst_http_answer_ref (reply);
  rest = pst_http_answer_new_problem (409, "this was done, and answered, before the host was started again; the answer was too long to be kept");
  return rest;
}

gboolean
pst_http_once_file_end (PstHttpOnceFile *file, const char *name, PstHttpAnswer *reply, GError **error)
{
  gboolean written;
  Kept *kept;

  g_mutex_lock (&file->lock);
  kept = g_hash_table_lookup (file->kept, name);
  g_assert (kept != NULL);
  kept->time_ns = pst_clock_now_ns (file->clock);
  kept->reply = reply != NULL ? shorten (reply) : NULL;
  written = write_frame (file, reply != NULL ? ENDED : FORGOTTEN, kept, error);
  if (reply == NULL)
    g_hash_table_remove (file->kept, name);
  g_mutex_unlock (&file->lock);
  return written;
}

gboolean
pst_http_once_file_is_good (PstHttpOnceFile *file)
{
  gboolean good;

  g_mutex_lock (&file->lock);
  good = file->good;
  g_mutex_unlock (&file->lock);
  return good;
}

void
pst_http_once_file_free (PstHttpOnceFile *file)
{
  g_clear_object (&file->file);
  g_clear_pointer (&file->kept, g_hash_table_unref);
  g_clear_object (&file->clock);
  g_mutex_clear (&file->lock);
  g_free (file->path);
  g_free (file->path_new);
  g_free (file);
}

PstHttpOnceFile *
pst_http_once_file_open (const char *folder, gint64 keep_ns, PstClock *clock, PstHttpOnceKeptFunc func, gpointer user_data, GError **error)
{
  g_autoptr (PstHttpOnceFile) file = g_new0 (PstHttpOnceFile, 1);
  g_autoptr (PstFile) old = NULL;
  GHashTableIter iter;
  gpointer value;

  g_mutex_init (&file->lock);
  file->kept = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, kept_free);
  file->clock = g_object_ref (clock);
  file->keep_ns = keep_ns;
  file->path = g_build_filename (folder, NAME, NULL);
  file->path_new = g_build_filename (folder, NAME_NEW, NULL);
  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, "state-folder \"%s\": %s", folder, g_strerror (errno));
      return NULL;
    }
  old = pst_file_open (file->path, error);
  if (old == NULL || !load (file, old, error))
    return NULL;
  drop_old (file, MAX (keep_ns, PST_HTTP_ONCE_AWAY_NS), TRUE);
  if (!write_anew (file, error))
    return NULL;
  file->good = TRUE;
  g_hash_table_iter_init (&iter, file->kept);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Kept *kept = value;

      func (kept->name, kept->token, kept->request, kept->reply, user_data);
    }
  return g_steal_pointer (&file);
}
