/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* State of components, for those few facts that must outlive the process without a store. Written to a temporary file beside it, synced and renamed.
 */

#include "pst-state-file.h"

#include "pst-file.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

/**
 * PstStateFile:
 *
 * A component's state as keys with values, and the file that keeps it. Used on one thread at a time.
 */
struct _PstStateFile
{
  GObject parent_instance;

  char *path; /* NULL: kept nowhere */
  char *group;
  GKeyFile *keys;
};

G_DEFINE_FINAL_TYPE (PstStateFile, pst_state_file, G_TYPE_OBJECT)

static void
pst_state_file_finalize (GObject *object)
{
  PstStateFile *file = PST_STATE_FILE (object);

  g_free (file->path);
  g_free (file->group);
  g_key_file_unref (file->keys);
  G_OBJECT_CLASS (pst_state_file_parent_class)->finalize (object);
}

static void
pst_state_file_class_init (PstStateFileClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pst_state_file_finalize;
}

static void
pst_state_file_init (PstStateFile *file)
{
  file->keys = g_key_file_new ();
}

/**
 * pst_state_file_new:
 * @path: (nullable) (type filename): where the state is kept; %NULL or empty for nowhere
 * @group: whose state it is: the plugin's id
 *
 * Makes an empty state; nothing is read yet. Any thread.
 *
 * Returns: (transfer full): the state
 */
PstStateFile *
pst_state_file_new (const char *path, const char *group)
{
  PstStateFile *file;

  g_return_val_if_fail (group != NULL && group[0] != '\0', NULL);

  file = g_object_new (PST_TYPE_STATE_FILE, NULL);
  file->path = path != NULL && path[0] != '\0' ? g_strdup (path) : NULL;
  file->group = g_strdup (group);
  return file;
}

static gboolean fail (PstStateFile *file, GError **error, PstStoreError code, const char *format, ...) G_GNUC_PRINTF (4, 5);

static gboolean
fail (PstStateFile *file, GError **error, PstStoreError code, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, PST_STORE_ERROR, code, "state file \"%s\" %s", file->path != NULL ? file->path : "(none)", text);
  return FALSE;
}

#define CORRUPT(file, error, ...) fail ((file), (error), PST_STORE_ERROR_CORRUPT, __VA_ARGS__)

/* All of a plain file, and one byte more than there may be, so that a file which grows is noticed. */
static char *
read_text (PstStateFile *file, gsize *length, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (PstFile) opened = pst_file_open_readonly (file->path, &failure);
  g_autofree guint8 *bytes = g_malloc (PST_STATE_FILE_BYTES_MAX + 1);
  gssize n_read = opened != NULL ? pst_file_read (opened, 0, bytes, PST_STATE_FILE_BYTES_MAX + 1, &failure) : -1;

  if (n_read < 0)
    fail (file, error, PST_STORE_ERROR_IO, "cannot be read: %s", failure->message);
  else if (n_read > PST_STATE_FILE_BYTES_MAX)
    CORRUPT (file, error, "is larger than %d bytes", PST_STATE_FILE_BYTES_MAX);
  else
    {
      *length = (gsize)n_read;
      return (char *)g_steal_pointer (&bytes);
    }
  return NULL;
}

static gboolean
parse (PstStateFile *file, const char *text, gsize length, GError **error)
{
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  g_auto (GStrv) groups = NULL;
  gsize n_groups;

  if (memchr (text, '\0', length) != NULL || !g_utf8_validate_len (text, length, NULL)
      || !g_key_file_load_from_data (keys, text, length, G_KEY_FILE_NONE, NULL))
    return CORRUPT (file, error, "is not a key file");
  groups = g_key_file_get_groups (keys, &n_groups);
  if (n_groups != 1 || !g_str_equal (groups[0], file->group))
    return CORRUPT (file, error, "does not have the one group [%s]; give each component a file of its own", file->group);
  g_key_file_unref (file->keys);
  file->keys = g_steal_pointer (&keys);
  return TRUE;
}

/* What was never saved has no file, but it has the file's folder: one that is not there may be a disk that is not mounted. */
static gboolean
was_never_saved (PstStateFile *file)
{
  g_autofree char *folder = g_path_get_dirname (file->path);
  GStatBuf status;

  return g_lstat (file->path, &status) != 0 && errno == ENOENT && g_file_test (folder, G_FILE_TEST_IS_DIR);
}

/**
 * pst_state_file_load:
 * @file: a state
 * @error: return location
 *
 * Replaces all values by what the file says. A file that is not there is an empty state; one whose folder is not there either, or a link that
 * leads nowhere, is an error. On error no value is set. On one thread at a time;
 * reads from the disk.
 *
 * Returns: %FALSE with %PST_STORE_ERROR_CORRUPT or %PST_STORE_ERROR_IO: the caller must take the worst state for true
 */
gboolean
pst_state_file_load (PstStateFile *file, GError **error)
{
  g_autofree char *text = NULL;
  gsize length = 0;
  GStatBuf status;

  g_return_val_if_fail (PST_IS_STATE_FILE (file), FALSE);

  g_key_file_unref (file->keys);
  file->keys = g_key_file_new ();
  if (file->path == NULL)
    return TRUE;
  if (was_never_saved (file))
    return TRUE;
  if (g_stat (file->path, &status) != 0)
    return fail (file, error, PST_STORE_ERROR_IO, "cannot be read: %s", g_strerror (errno));
  if (!S_ISREG (status.st_mode))
    return fail (file, error, PST_STORE_ERROR_IO, "is not a plain file");
  text = read_text (file, &length, error);
  return text != NULL && parse (file, text, length, error);
}

/**
 * pst_state_file_save:
 * @file: a state
 * @error: return location
 *
 * Replaces the file by the values that are set now, with mode 0600, and syncs it. On one thread at a time; writes to the disk.
 *
 * Returns: whether it is on the disk; %FALSE with %PST_STORE_ERROR_IO, then the old file is as it was
 */
gboolean
pst_state_file_save (PstStateFile *file, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autofree char *text = NULL;
  gsize length;

  g_return_val_if_fail (PST_IS_STATE_FILE (file), FALSE);

  if (file->path == NULL)
    return TRUE;
  text = g_key_file_to_data (file->keys, &length, NULL);
  if (length > PST_STATE_FILE_BYTES_MAX)
    return fail (file, error, PST_STORE_ERROR_IO, "would be larger than %d bytes", PST_STATE_FILE_BYTES_MAX);
  if (g_file_set_contents_full (file->path, text, (gssize)length, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, &failure))
    return TRUE;
  return fail (file, error, PST_STORE_ERROR_IO, "cannot be written: %s", failure->message);
}

/**
 * pst_state_file_is_empty:
 * @file: a state
 *
 * Tells whether anything is remembered. On one thread at a time.
 *
 * Returns: whether no value is set
 */
gboolean
pst_state_file_is_empty (PstStateFile *file)
{
  g_auto (GStrv) groups = NULL;
  gsize n_groups;

  g_return_val_if_fail (PST_IS_STATE_FILE (file), TRUE);

  groups = g_key_file_get_groups (file->keys, &n_groups);
  return n_groups == 0;
}

/**
 * pst_state_file_set_string:
 * @file: a state
 * @key: what
 * @value: any text; what is not UTF-8 becomes '?'
 *
 * Sets a value; saved by pst_state_file_save(). On one thread at a time.
 */
void
pst_state_file_set_string (PstStateFile *file, const char *key, const char *value)
{
  g_autofree char *valid = NULL;

  g_return_if_fail (PST_IS_STATE_FILE (file));
  g_return_if_fail (key != NULL && value != NULL);

  valid = g_utf8_make_valid (value, -1);
  g_key_file_set_string (file->keys, file->group, key, valid);
}

/**
 * pst_state_file_set_boolean:
 * @file: a state
 * @key: what
 * @value: whether
 *
 * Sets a value; saved by pst_state_file_save(). On one thread at a time.
 */
void
pst_state_file_set_boolean (PstStateFile *file, const char *key, gboolean value)
{
  pst_state_file_set_string (file, key, value ? "true" : "false");
}

/**
 * pst_state_file_set_int64:
 * @file: a state
 * @key: what
 * @value: how much
 *
 * Sets a value; saved by pst_state_file_save(). On one thread at a time.
 */
void
pst_state_file_set_int64 (PstStateFile *file, const char *key, gint64 value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  pst_state_file_set_string (file, key, text);
}

/**
 * pst_state_file_set_time:
 * @file: a state
 * @key: what
 * @time_ns: when, nanoseconds since the epoch
 *
 * Sets a value; saved by pst_state_file_save(). On one thread at a time.
 */
void
pst_state_file_set_time (PstStateFile *file, const char *key, gint64 time_ns)
{
  char text[PST_TIME_TEXT_SIZE];

  pst_time_print (time_ns, text);
  pst_state_file_set_string (file, key, text);
}

/**
 * pst_state_file_set_money:
 * @file: a state
 * @key: what
 * @money: how much
 *
 * Sets a value; saved by pst_state_file_save(). On one thread at a time.
 */
void
pst_state_file_set_money (PstStateFile *file, const char *key, const PstMoney *money)
{
  g_autofree char *text = pst_money_to_string (money);

  pst_state_file_set_string (file, key, text);
}

/**
 * pst_state_file_get_string:
 * @file: a state
 * @key: what
 * @value: (out) (transfer full): the text
 * @error: return location
 *
 * Reads a value. On one thread at a time.
 *
 * Returns: %FALSE with %PST_STORE_ERROR_CORRUPT when there is none
 */
gboolean
pst_state_file_get_string (PstStateFile *file, const char *key, char **value, GError **error)
{
  g_return_val_if_fail (PST_IS_STATE_FILE (file), FALSE);
  g_return_val_if_fail (key != NULL && value != NULL, FALSE);

  *value = g_key_file_get_string (file->keys, file->group, key, NULL);
  return *value != NULL || CORRUPT (file, error, "lacks the key %s", key);
}

/**
 * pst_state_file_get_boolean:
 * @file: a state
 * @key: what
 * @value: (out): whether
 * @error: return location
 *
 * Reads a value. On one thread at a time.
 *
 * Returns: %FALSE with %PST_STORE_ERROR_CORRUPT when there is none, or when it is neither true nor false
 */
gboolean
pst_state_file_get_boolean (PstStateFile *file, const char *key, gboolean *value, GError **error)
{
  g_autofree char *text = NULL;

  if (!pst_state_file_get_string (file, key, &text, error))
    return FALSE;
  *value = g_str_equal (text, "true");
  return *value || g_str_equal (text, "false") || CORRUPT (file, error, "says neither true nor false for %s", key);
}

/**
 * pst_state_file_get_int64:
 * @file: a state
 * @key: what
 * @value: (out): how much
 * @error: return location
 *
 * Reads a value. On one thread at a time.
 *
 * Returns: %FALSE with %PST_STORE_ERROR_CORRUPT when there is none, or when it is no whole number of 64 bits
 */
gboolean
pst_state_file_get_int64 (PstStateFile *file, const char *key, gint64 *value, GError **error)
{
  g_autofree char *text = NULL;

  if (!pst_state_file_get_string (file, key, &text, error))
    return FALSE;
  return g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, value, NULL) || CORRUPT (file, error, "has no whole number for %s", key);
}

/**
 * pst_state_file_get_time:
 * @file: a state
 * @key: what
 * @time_ns: (out): when, nanoseconds since the epoch
 * @error: return location
 *
 * Reads a value. On one thread at a time.
 *
 * Returns: %FALSE with %PST_STORE_ERROR_CORRUPT when there is none, or when it is no time
 */
gboolean
pst_state_file_get_time (PstStateFile *file, const char *key, gint64 *time_ns, GError **error)
{
  g_autofree char *text = NULL;

  if (!pst_state_file_get_string (file, key, &text, error))
    return FALSE;
  return pst_time_parse (text, -1, time_ns, NULL) || CORRUPT (file, error, "has no time for %s", key);
}

/**
 * pst_state_file_get_money:
 * @file: a state
 * @key: what
 * @money: (out caller-allocates): how much
 * @error: return location
 *
 * Reads a value. On one thread at a time.
 *
 * Returns: %FALSE with %PST_STORE_ERROR_CORRUPT when there is none, or when it is no amount of money
 */
gboolean
pst_state_file_get_money (PstStateFile *file, const char *key, PstMoney *money, GError **error)
{
  g_autofree char *text = NULL;

  if (!pst_state_file_get_string (file, key, &text, error))
    return FALSE;
  return pst_money_parse (text, money, NULL) || CORRUPT (file, error, "has no amount of money for %s", key);
}

/* So many groups fit into the value of a STATE record. */
#define GROUPS_PER_VALUE 8

/**
 * pst_state_file_set_times:
 * @file: a state
 * @key: what happened
 * @times_ns: (array length=n_times): when, nanoseconds since the epoch, the oldest first
 * @n_times: how often
 * @n_groups_max: how many are told apart, above 0
 *
 * Sets values "TIME*COUNT TIME*COUNT" for the keys KEY.0, KEY.1 and so on; saved by pst_state_file_save(). On one thread at a time.
 */
void
pst_state_file_set_times (PstStateFile *file, const char *key, const gint64 *times_ns, guint n_times, guint n_groups_max)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint size, n_groups = 0;

  g_return_if_fail (PST_IS_STATE_FILE (file));
  g_return_if_fail (key != NULL && n_groups_max > 0);

  size = n_times > 0 ? (n_times - 1) / n_groups_max + 1 : 1;
  for (guint first = 0; first < n_times; first += size)
    {
      guint count = MIN (size, n_times - first);
      gboolean full = ++n_groups % GROUPS_PER_VALUE == 0 || first + count == n_times;

      g_string_append_printf (text, "%s%" G_GINT64_FORMAT "*%u", text->len > 0 ? " " : "", times_ns[first + count - 1], count);
      if (full)
        {
          g_autofree char *numbered = g_strdup_printf ("%s.%u", key, (n_groups - 1) / GROUPS_PER_VALUE);

          pst_state_file_set_string (file, numbered, text->str);
          g_string_truncate (text, 0);
        }
    }
}

static gboolean
read_group (const char *text, GArray *times, guint first, guint n_times_max)
{
  const char *star = text != NULL ? strchr (text, '*') : NULL;
  g_autofree char *time = star != NULL ? g_strndup (text, (gsize)(star - text)) : NULL;
  guint64 count;
  gint64 time_ns;

  if (time == NULL || !g_ascii_string_to_signed (time, 10, G_MININT64, G_MAXINT64, &time_ns, NULL)
      || !g_ascii_string_to_unsigned (star + 1, 10, 1, n_times_max, &count, NULL) || times->len - first + count > n_times_max
      || (times->len > first && time_ns < g_array_index (times, gint64, times->len - 1)))
    return FALSE;
  for (guint64 i = 0; i < count; i++)
    g_array_append_val (times, time_ns);
  return TRUE;
}

/**
 * pst_state_file_get_times:
 * @file: a state
 * @key: what happened
 * @times: (inout) (element-type gint64): an array of its own to append to
 * @n_times_max: more are an error
 * @error: return location
 *
 * Reads what pst_state_file_set_times() set; nothing when there is nothing. On one thread at a time.
 *
 * Returns: %FALSE with %PST_STORE_ERROR_CORRUPT when there is something else
 */
gboolean
pst_state_file_get_times (PstStateFile *file, const char *key, GArray *times, guint n_times_max, GError **error)
{
  guint first;

  g_return_val_if_fail (PST_IS_STATE_FILE (file), FALSE);
  g_return_val_if_fail (key != NULL && times != NULL, FALSE);

  first = times->len;
  for (guint n = 0;; n++)
    {
      g_autofree char *numbered = g_strdup_printf ("%s.%u", key, n), *text = g_key_file_get_string (file->keys, file->group, numbered, NULL);
      g_auto (GStrv) groups = text != NULL ? g_strsplit (text, " ", -1) : NULL;

      if (text == NULL)
        return TRUE;
      for (char **group = groups; *group != NULL || group == groups; group++)
        if (!read_group (*group, times, first, n_times_max))
          {
            g_array_set_size (times, first);
            return CORRUPT (file, error, "has no times in order for %s", numbered);
          }
    }
}

/**
 * pst_state_file_list_keys:
 * @file: a state
 *
 * Lists what is remembered. On one thread at a time.
 *
 * Returns: (transfer full): the keys, ended by %NULL
 */
char **
pst_state_file_list_keys (PstStateFile *file)
{
  char **keys;

  g_return_val_if_fail (PST_IS_STATE_FILE (file), NULL);

  keys = g_key_file_get_keys (file->keys, file->group, NULL, NULL);
  return keys != NULL ? keys : g_new0 (char *, 1);
}
