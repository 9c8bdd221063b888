/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the options path and symbols-file point at: files found by pattern, and a list of symbols. */
#include <errno.h>
#include <glob.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pst-replay-options.h"

#define SYMBOLS_FILE_BYTES_MAX (16 * 1024 * 1024)
/* Of a recorded session, until one with an address. */
#define CAPTURE_ITEMS_MAX 100

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static gboolean
expand (const char *pattern, GPtrArray *files, GError **error)
{
  glob_t found = { 0 };
  int status = glob (pattern, GLOB_NOSORT | GLOB_ERR, NULL, &found);

  if (status == 0)
    for (gsize i = 0; i < found.gl_pathc; i++)
      g_ptr_array_add (files, g_strdup (found.gl_pathv[i]));
  globfree (&found);
  if (status == 0)
    return TRUE;
  if (status == GLOB_NOMATCH)
    g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_FOUND, "no file is there for \"%s\"; check the option \"path\"", pattern);
  else
    g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_IO, "cannot look for \"%s\": %s; check the folder's permissions", pattern,
                 errno != 0 ? g_strerror (errno) : "out of memory");
  return FALSE;
}

static gboolean
check_file (const char *path, GError **error)
{
  struct stat status;

  if (stat (path, &status) != 0 || access (path, R_OK) != 0)
    {
      g_set_error (error, PST_EXCHANGE_ERROR, errno == ENOENT ? PST_EXCHANGE_ERROR_NOT_FOUND : PST_EXCHANGE_ERROR_IO,
                   "cannot read \"%s\": %s; check the option \"path\" and the file's permissions", path, g_strerror (errno));
      return FALSE;
    }
  if (S_ISREG (status.st_mode))
    return TRUE;
  g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_IO,
               "\"%s\" is not a regular file; the option \"path\" names files or patterns such as \"data/*.csv\"", path);
  return FALSE;
}

/* (transfer full) (nullable): "kraken" of "wss://ws.kraken.com/v2". */
static char *
name_venue (const char *address)
{
  g_autoptr (GUri) uri = g_uri_parse (address, G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;
  g_auto (GStrv) labels = host != NULL && !g_hostname_is_ip_address (host) ? g_strsplit (host, ".", -1) : NULL;
  guint n = labels != NULL ? g_strv_length (labels) : 0;

  return n >= 2 ? g_ascii_strdown (labels[n - 2], -1) : NULL;
}

/* A venue's recorded session is not rows: only the venue's own plugin can read its messages, and has an option for it. */
static gboolean
refuse_capture (const char *path, GError **error)
{
  g_autoptr (PstCapture) capture = NULL;
  g_autofree char *venue = NULL;
  PstCaptureItem item;
  gboolean is_capture = FALSE;

  if (!g_str_has_suffix (path, ".jsonl") && !g_str_has_suffix (path, ".ndjson") && !g_str_has_suffix (path, ".0"))
    return TRUE;
  capture = pst_capture_open (path, NULL);
  for (guint n = 0; capture != NULL && venue == NULL && n < CAPTURE_ITEMS_MAX && pst_capture_next (capture, &item, NULL); n++)
    {
      is_capture = TRUE;
      venue = item.address[0] != '\0' ? name_venue (item.address) : NULL;
    }
  if (!is_capture)
    return TRUE;
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT,
               "option \"path\": \"%s\" is a recorded session of a venue, which is played by that venue's plugin: write plugin=%s and capture=%s",
               path, venue != NULL ? venue : "VENUE", path);
  return FALSE;
}

static void
drop_doubles (GPtrArray *files)
{
  g_ptr_array_sort (files, compare_names);
  for (guint i = 1; i < files->len;)
    if (g_str_equal (files->pdata[i], files->pdata[i - 1]))
      g_ptr_array_remove_index (files, i);
    else
      i++;
}

GPtrArray *
pst_replay_options_find_files (const PstReplayOptions *self, GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);

  if (self->path == NULL || self->path[0] == NULL)
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING, "option \"path\" must name the files to play");
      return NULL;
    }
  for (guint i = 0; self->path[i] != NULL; i++)
    {
      /* A name that is there is that file, whatever characters it has. */
      if (access (self->path[i], F_OK) == 0 || strpbrk (self->path[i], "*?[") == NULL)
        g_ptr_array_add (files, g_strdup (self->path[i]));
      else if (!expand (self->path[i], files, error))
        return NULL;
    }
  drop_doubles (files);
  if (files->len > self->files_max)
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE,
                   "option \"path\" means %u files, more than files-max=%u; choose fewer or raise files-max", files->len, self->files_max);
      return NULL;
    }
  for (guint i = 0; i < files->len; i++)
    if (!check_file (files->pdata[i], error) || !refuse_capture (files->pdata[i], error))
      return NULL;
  return g_steal_pointer (&files);
}

static gboolean
read_symbols_file (const char *path, GPtrArray *symbols, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  struct stat status;

  if (stat (path, &status) == 0 && status.st_size > SYMBOLS_FILE_BYTES_MAX)
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "option \"symbols-file\": \"%s\" is larger than %d bytes", path,
                   SYMBOLS_FILE_BYTES_MAX);
      return FALSE;
    }
  if (!g_file_get_contents (path, &text, NULL, &local))
    {
      g_set_error (error, PST_EXCHANGE_ERROR,
                   g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOENT) ? PST_EXCHANGE_ERROR_NOT_FOUND : PST_EXCHANGE_ERROR_IO,
                   "option \"symbols-file\": %s", local->message);
      return FALSE;
    }
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_strstrip (lines[i]);
      if (lines[i][0] != '\0' && lines[i][0] != '#')
        g_ptr_array_add (symbols, g_strdup (lines[i]));
    }
  return TRUE;
}

GPtrArray *
pst_replay_options_read_symbols (const PstReplayOptions *self, GError **error)
{
  g_autoptr (GPtrArray) symbols = g_ptr_array_new_with_free_func (g_free);
  gboolean has_file = self->symbols_file != NULL && self->symbols_file[0] != '\0';

  for (guint i = 0; self->symbols != NULL && self->symbols[i] != NULL; i++)
    g_ptr_array_add (symbols, g_strdup (self->symbols[i]));
  if (has_file && !read_symbols_file (self->symbols_file, symbols, error))
    return NULL;
  if (has_file && symbols->len == 0)
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "option \"symbols-file\": \"%s\" names no symbol", self->symbols_file);
      return NULL;
    }
  return g_steal_pointer (&symbols);
}
