/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files are hashed anew each time, by their bytes: a time of change or a size would be cheaper to ask for, and may lie. Columns on the disk are not:
 * their bars are mapped and hashed as they are, which costs some nanoseconds each and sees what was changed by hand. */
#include "pst-run-data.h"

#include "../backtest/pst-bar-hash.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_BYTES (64 * 1024)

typedef struct
{
  guint64 a, b, n_bytes;
} BytesHash;

/* Whole words; what is left over stands at the end of the file, padded with zeros, and its length is part of the sum. */
static void
add_bytes (BytesHash *hash, const guint8 *bytes, gsize length)
{
  for (gsize i = 0; i < length; i += sizeof (gint64))
    {
      gint64 word = 0;

      memcpy (&word, bytes + i, MIN (sizeof word, length - i));
      hash->a = pst_bar_hash_mix (hash->a, word, G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));
      hash->b = pst_bar_hash_mix (hash->b + 1, word, G_GUINT64_CONSTANT (0xc2b2ae3d27d4eb4f));
    }
  hash->n_bytes += length;
}

/* Fills the buffer to its end, so that words are cut alike however the bytes come. */
static gssize
read_full (int fd, guint8 *buffer)
{
  gsize at = 0;
  gssize n = 1;

  while (at < BUFFER_BYTES && n > 0)
    {
      do
        n = read (fd, buffer + at, BUFFER_BYTES - at);
      while (n < 0 && errno == EINTR);
      at += (gsize)MAX (n, 0);
    }
  return n < 0 ? -1 : (gssize)at;
}

static gboolean
hash_file (const char *path, GChecksum *sum)
{
  guint8 buffer[BUFFER_BYTES];
  g_autofree char *name = g_path_get_basename (path), *line = NULL;
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  BytesHash hash = { 0 };
  struct stat status;
  gssize n = BUFFER_BYTES;

  if (fd < 0)
    return FALSE;
  if (fstat (fd, &status) != 0 || !S_ISREG (status.st_mode))
    n = -1;
  while (n == BUFFER_BYTES)
    {
      n = read_full (fd, buffer);
      add_bytes (&hash, buffer, (gsize)MAX (n, 0));
    }
  close (fd);
  /* A symbol may be taken from the name. */
  line = g_strdup_printf ("%s %016" G_GINT64_MODIFIER "x%016" G_GINT64_MODIFIER "x %" G_GUINT64_FORMAT "\n", name, hash.a, hash.b, hash.n_bytes);
  g_checksum_update (sum, (const guchar *)line, -1);
  return n >= 0;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* A file, or a pattern of files. */
static gboolean
hash_pattern (const char *pattern, GChecksum *sum)
{
  glob_t found = { 0 };
  gboolean good;

  if (strpbrk (pattern, "*?[\\") == NULL)
    return hash_file (pattern, sum);
  good = glob (pattern, GLOB_NOSORT | GLOB_ERR, NULL, &found) == 0 && found.gl_pathc > 0;

  if (good)
    qsort (found.gl_pathv, found.gl_pathc, sizeof (char *), compare_names);
  for (gsize i = 0; good && i < found.gl_pathc; i++)
    good = hash_file (found.gl_pathv[i], sum);
  globfree (&found);
  return good;
}

static gboolean
hash_option (PstComponent *feed, GParamSpec *option, GChecksum *sum)
{
  g_auto (GValue) value = G_VALUE_INIT;
  const char *one[2] = { NULL, NULL };
  const char *const *patterns = one;
  g_autofree char *line = g_strdup_printf ("%s.%s\n", pst_component_get_name (feed), option->name);

  g_value_init (&value, G_PARAM_SPEC_VALUE_TYPE (option));
  g_object_get_property (G_OBJECT (feed), option->name, &value);
  if (G_VALUE_HOLDS (&value, G_TYPE_STRV))
    patterns = g_value_get_boxed (&value);
  else if (G_VALUE_HOLDS_STRING (&value))
    one[0] = g_value_get_string (&value);
  else
    return FALSE;
  g_checksum_update (sum, (const guchar *)line, -1);
  for (guint i = 0; patterns != NULL && patterns[i] != NULL; i++)
    if (*patterns[i] != '\0' && !hash_pattern (patterns[i], sum))
      return FALSE;
  return TRUE;
}

static gboolean
hash_feed (PstComponent *feed, GChecksum *sum)
{
  guint n_options, n_paths = 0;
  g_autofree GParamSpec **options = pst_option_list (G_OBJECT_TYPE (feed), &n_options);

  for (guint i = 0; i < n_options; i++)
    {
      if ((options[i]->flags & PST_OPTION_PATH) == 0)
        continue;
      if (!hash_option (feed, options[i], sum))
        return FALSE;
      n_paths++;
    }
  return n_paths > 0;
}

/**
 * pst_run_hash_sources:
 * @run: a run with all its components
 *
 * Reads all files that its feeds play. On the run's context.
 *
 * Returns: (transfer full) (nullable): SHA-256 in hex; %NULL when a feed plays something other than files that can be read, or comes by itself
 */
char *
pst_run_hash_sources (PstRun *run)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  guint n_feeds = 0;

  if (pst_run_get_settings (run)->mode != PST_MODE_BACKTEST)
    return NULL;
  for (guint i = 0; i < pst_run_get_n_components (run); i++)
    {
      PstComponent *component = pst_run_get_component (run, i);

      if (!PST_IS_EXCHANGE (component) || !pst_exchange_is_feed (PST_EXCHANGE (component)))
        continue;
      if (!hash_feed (component, sum))
        return NULL;
      n_feeds++;
    }
  return n_feeds > 0 ? g_strdup (g_checksum_get_string (sum)) : NULL;
}

/**
 * pst_run_load_data:
 * @run: a prepared run of historical feeds
 * @hash: (out) (transfer full): hash of its data
 * @error: return location for an error
 *
 * As pst_run_load_bars(). Files that changed while they were read are known by their bars, and so by nobody who asks. On the run's context.
 *
 * Returns: (transfer full) (nullable): all bars that the run would see
 */
PstBarSet *
pst_run_load_data (PstRun *run, char **hash, GError **error)
{
  g_autofree char *before = pst_run_hash_sources (run), *after = NULL;
  PstBarSet *bars = pst_run_load_bars (run, error);

  *hash = NULL;
  if (bars == NULL)
    return NULL;
  after = before != NULL ? pst_run_hash_sources (run) : NULL;
  *hash = g_strdup (after != NULL && strcmp (after, before) == 0 ? after : pst_bar_set_get_hash (bars));
  return bars;
}

/* Of a run that is only asked about. Of files its components need not even be prepared. */
static char *
hash_data (PstRun *run, GError **error)
{
  char *hash = pst_run_hash_sources (run);
  g_autoptr (PstBarSet) bars = NULL;
  g_autoptr (GError) ignored = NULL;

  if (hash != NULL || !pst_run_prepare (run, error))
    return hash;
  bars = pst_run_load_bars (run, &ignored);
  return bars != NULL ? g_strdup (pst_bar_set_get_hash (bars)) : NULL;
}

static gboolean
take (PstBacktestResult *result, gpointer user_data, GError **error)
{
  PstBacktestResult **kept = user_data;

  *kept = pst_backtest_result_ref (result);
  return FALSE;
}

/**
 * pst_run_find_kept:
 * @file: a pipeline file that was not built yet; it is built bare
 * @catalogue: the plugins
 * @store: where results are kept
 * @whole: with fills, round trips and equity
 * @kept: (out) (transfer full) (nullable): the result that a run of @file would have
 * @error: return location for an error
 *
 * Asks for the key that follows from the plugins, their options and what their feeds read. On one thread.
 *
 * Errors: #PstPipelineError, %G_OPTION_ERROR_BAD_VALUE when it is no backtest, #PstStoreError, and what components say.
 *
 * Returns: whether it could be asked
 */
gboolean
pst_run_find_kept (PstPipelineFile *file, PstCatalogue *catalogue, PstResultStore *store, gboolean whole, PstBacktestResult **kept, GError **error)
{
  g_autoptr (PstBacktestResult) wanted = pst_backtest_result_new ();
  g_autoptr (PstRun) run = NULL;
  g_autoptr (GError) cause = NULL;
  g_autofree char *hash = NULL;
  PstResultQuery query = { .limit = 1, .whole = whole };

  *kept = NULL;
  pst_pipeline_file_set_bare (file);
  run = pst_pipeline_file_build (file, catalogue, error);
  if (run == NULL)
    return FALSE;
  if (pst_run_get_settings (run)->mode != PST_MODE_BACKTEST)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           "--results keeps results of backtests; the pipeline is none (mode=backtest)");
      return FALSE;
    }
  hash = hash_data (run, &cause);
  if (cause != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  if (hash == NULL)
    return TRUE;
  pst_run_describe (run, catalogue, hash, wanted);
  query.user_id = pst_run_get_settings (run)->user_id;
  query.key = wanted->key;
  if (pst_result_store_find (store, &query, take, kept, &cause) || *kept != NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}
