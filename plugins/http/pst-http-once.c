/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Entries by token and key; those that ended stand in a queue in the order in which their time is over. */

#include "pst-http-once.h"

#include "pst-http-route.h"

#include <string.h>

struct _PstHttpOnceEntry
{
  char *name; /* user, token and key */
  guint token;
  guint8 request[PST_HTTP_ONCE_HASH_SIZE];
  PstHttpAnswer *reply; /* NULL: in progress */
  gint64 until_us;
};

struct _PstHttpOnce
{
  GHashTable *entries; /* name, PstHttpOnceEntry */
  GHashTable *counts;  /* token, how many */
  GQueue ended;
  gsize n_bytes; /* of the answers */
  gint64 keep_us;
  PstHttpOnceFile *file; /* (nullable) */
};

static void
entry_free (gpointer data)
{
  PstHttpOnceEntry *entry = data;

  g_clear_pointer (&entry->reply, pst_http_answer_unref);
  g_free (entry->name);
  g_free (entry);
}

PstHttpOnce *
pst_http_once_new (gint64 keep_us)
{
  PstHttpOnce *once = g_new0 (PstHttpOnce, 1);

  once->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, entry_free);
  once->counts = g_hash_table_new (NULL, NULL);
  g_queue_init (&once->ended);
  once->keep_us = keep_us;
  return once;
}

void
pst_http_once_free (PstHttpOnce *once)
{
  g_clear_pointer (&once->file, pst_http_once_file_free);
  g_queue_clear (&once->ended);
  g_hash_table_unref (once->counts);
  g_hash_table_unref (once->entries);
  g_free (once);
}

gboolean
pst_http_once_is_key (const char *key)
{
  gsize length = strlen (key);

  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isgraph (key[i]))
      return FALSE;
  return length > 0 && length <= PST_HTTP_ONCE_KEY_MAX;
}

static guint
count (PstHttpOnce *once, guint token)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (once->counts, GUINT_TO_POINTER (token)));
}

static void
set_count (PstHttpOnce *once, guint token, guint n)
{
  if (n > 0)
    g_hash_table_insert (once->counts, GUINT_TO_POINTER (token), GUINT_TO_POINTER (n));
  else
    g_hash_table_remove (once->counts, GUINT_TO_POINTER (token));
}

static void
forget (PstHttpOnce *once, PstHttpOnceEntry *entry)
{
  set_count (once, entry->token, count (once, entry->token) - 1);
  once->n_bytes -= entry->reply != NULL ? g_bytes_get_size (entry->reply->body) : 0;
  g_hash_table_remove (once->entries, entry->name);
}

static void
forget_old (PstHttpOnce *once, gint64 now_us)
{
  PstHttpOnceEntry *entry;

  while ((entry = g_queue_peek_head (&once->ended)) != NULL && entry->until_us <= now_us)
    forget (once, g_queue_pop_head (&once->ended));
}

static void
hash (const char *request, gsize length, guint8 *digest)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize size = PST_HTTP_ONCE_HASH_SIZE;

  g_checksum_update (sum, (const guchar *)request, (gssize)length);
  g_checksum_get_digest (sum, digest, &size);
}

/* Of what is known already. */
static void
answer (const PstHttpOnceEntry *entry, const guint8 *digest, PstHttpAnswer **reply, GError **error)
{
  if (memcmp (entry->request, digest, sizeof entry->request) != 0)
    g_set_error_literal (error, PST_HTTP_ERROR, 422, "this Idempotency-Key was used for another request; take a new one");
  else if (entry->reply == NULL)
    g_set_error_literal (error, PST_HTTP_ERROR, 409, "the first request with this Idempotency-Key is still in progress; ask again later");
  else
    *reply = pst_http_answer_ref (entry->reply);
}

static PstHttpOnceEntry *
add (PstHttpOnce *once, const char *name, guint token, const guint8 *request)
{
  PstHttpOnceEntry *entry = g_new0 (PstHttpOnceEntry, 1);

  entry->name = g_strdup (name);
  entry->token = token;
  memcpy (entry->request, request, sizeof entry->request);
  g_hash_table_insert (once->entries, entry->name, entry);
  set_count (once, token, count (once, token) + 1);
  return entry;
}

PstHttpOnceEntry *
pst_http_once_begin (PstHttpOnce *once, const char *user, guint token, const char *key, const char *request, gsize length, gint64 now_us,
                     PstHttpAnswer **reply, GError **error)
{
  g_autofree char *name = g_strdup_printf ("%s %u %s", user, token, key);
  guint8 digest[PST_HTTP_ONCE_HASH_SIZE];
  const PstHttpOnceEntry *entry;

  forget_old (once, now_us);
  hash (request, length, digest);
  entry = g_hash_table_lookup (once->entries, name);
  if (entry != NULL)
    {
      answer (entry, digest, reply, error);
      return NULL;
    }
  if (count (once, token) < PST_HTTP_ONCE_TOKEN_MAX && g_hash_table_size (once->entries) < PST_HTTP_ONCE_MAX
      && once->n_bytes < PST_HTTP_ONCE_BYTES_MAX)
    return add (once, name, token, digest);
  g_set_error_literal (error, PST_HTTP_ERROR, 429, "too many Idempotency-Keys are remembered; nothing was done; ask again later");
  return NULL;
}

void
pst_http_once_end (PstHttpOnce *once, PstHttpOnceEntry *entry, PstHttpAnswer *reply, gint64 now_us)
{
  if (reply == NULL)
    {
      forget (once, entry);
      return;
    }
  entry->reply = pst_http_answer_ref (reply);
  entry->until_us = now_us + once->keep_us;
  once->n_bytes += g_bytes_get_size (reply->body);
  g_queue_push_tail (&once->ended, entry);
}

gboolean
pst_http_once_keep_begun (PstHttpOnce *once, PstHttpOnceEntry *entry, GError **error)
{
  return once->file == NULL || pst_http_once_file_begin (once->file, entry->name, entry->token, entry->request, error);
}

void
pst_http_once_keep_ended (PstHttpOnce *once, PstHttpOnceEntry *entry, PstHttpAnswer *reply)
{
  /* It was done, so it is answered; what could not be kept is an outcome that is not known after a crash. */
  if (once->file != NULL)
    pst_http_once_file_end (once->file, entry->name, reply, NULL);
}

gboolean
pst_http_once_is_good (PstHttpOnce *once)
{
  return once->file == NULL || pst_http_once_file_is_good (once->file);
}

typedef struct
{
  PstHttpOnce *once;
  gint64 now_us;
} Opening;

/* The time that the host was away does not count, since who waits for an answer waits for the host. */
static void
take_up (const char *name, guint token, const guint8 *request, PstHttpAnswer *reply, gpointer user_data)
{
  const Opening *opening = user_data;
  g_autoptr (PstHttpAnswer) unknown = pst_http_answer_new_problem (
      409, "the host ended while this was being done; whether it was done is not known, and it is not done again: look "
           "what there is, and ask for what is missing with a new Idempotency-Key");

  pst_http_once_end (opening->once, add (opening->once, name, token, request), reply != NULL ? reply : unknown, opening->now_us);
}

gboolean
pst_http_once_open (PstHttpOnce *once, const char *folder, PstClock *clock, gint64 now_us, GError **error)
{
  Opening opening = { once, now_us };

  g_assert (once->file == NULL && g_hash_table_size (once->entries) == 0);
  once->file = pst_http_once_file_open (folder, once->keep_us * 1000, clock, take_up, &opening, error);
  return once->file != NULL;
}

guint
pst_http_once_get_n_entries (PstHttpOnce *once)
{
  return g_hash_table_size (once->entries);
}
