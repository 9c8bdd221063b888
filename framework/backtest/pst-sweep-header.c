/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which sweep a results file holds, and how its sets fall into blocks. The text form is a key file's. */
#include "pst-sweep-header-private.h"

#include <string.h>

#define GROUP "sweep"
/* Sets fall into about as many blocks as these, until blocks are full. */
#define BLOCKS_WANTED 64

PstSweepHeader *
pst_sweep_header_new (const char *name, const char *key, PstParameterSpace *space, const char *const *statistics)
{
  PstSweepHeader *header = g_new0 (PstSweepHeader, 1);

  header->name = g_strdup (name);
  header->key = g_strdup (key);
  header->space = space;
  header->statistics = g_strdupv ((char **)statistics);
  header->n_sets = pst_parameter_space_get_n_sets (space);
  return header;
}

void
pst_sweep_header_free (PstSweepHeader *header)
{
  if (header == NULL)
    return;
  g_free (header->name);
  g_free (header->key);
  pst_parameter_space_free (header->space);
  g_strfreev (header->statistics);
  g_free (header);
}

guint
pst_sweep_header_get_block_sets (const PstSweepHeader *header)
{
  return (guint)CLAMP (pst_parameter_space_get_n_sets (header->space) / BLOCKS_WANTED, 1, PST_SWEEP_BLOCK_MAX);
}

guint64
pst_sweep_header_get_n_blocks (const PstSweepHeader *header)
{
  guint block_sets = pst_sweep_header_get_block_sets (header);

  return (header->n_sets + block_sets - 1) / block_sets;
}

guint
pst_sweep_header_get_block (const PstSweepHeader *header, guint64 block, guint64 *first)
{
  guint block_sets = pst_sweep_header_get_block_sets (header);

  *first = header->first_set + block * block_sets;
  return (guint)MIN (block_sets, header->n_sets - block * block_sets);
}

/**
 * pst_sweep_header_slice:
 * @header: of a whole sweep
 * @slice: which part, from 1
 * @n_slices: of how many
 * @error: where to say why not
 *
 * Narrows a sweep to one of several parts that are as large as whole blocks allow. The thread that owns @header.
 *
 * Returns: %FALSE with %PST_VALUE_ERROR_RANGE when there is no such slice, or nothing in it
 */
gboolean
pst_sweep_header_slice (PstSweepHeader *header, guint slice, guint n_slices, GError **error)
{
  guint64 n_blocks = pst_sweep_header_get_n_blocks (header), block_sets = pst_sweep_header_get_block_sets (header), from, to;

  if (slice < 1 || slice > n_slices || n_slices > n_blocks)
    {
      g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_RANGE,
                   "there is no slice %u/%u: slices count from 1, and %" G_GUINT64_FORMAT " sets can be cut into %" G_GUINT64_FORMAT " at most",
                   slice, n_slices, header->n_sets, n_blocks);
      return FALSE;
    }
  from = n_blocks * (slice - 1) / n_slices * block_sets;
  to = MIN (n_blocks * slice / n_slices * block_sets, header->n_sets);
  header->first_set += from;
  header->n_sets = to - from;
  return TRUE;
}

static gboolean
ranges_equal (const PstParameterSpace *space, const PstParameterSpace *other)
{
  if (pst_parameter_space_get_n_ranges (space) != pst_parameter_space_get_n_ranges (other))
    return FALSE;
  for (guint i = 0; i < pst_parameter_space_get_n_ranges (space); i++)
    {
      g_autofree char *text = pst_parameter_range_to_string (pst_parameter_space_get_range (space, i));
      g_autofree char *other_text = pst_parameter_range_to_string (pst_parameter_space_get_range (other, i));

      if (strcmp (text, other_text) != 0)
        return FALSE;
    }
  return TRUE;
}

char *
pst_sweep_header_compare (const PstSweepHeader *header, const PstSweepHeader *other, gboolean with_slice)
{
  if (strcmp (header->name, other->name) != 0)
    return g_strdup_printf ("the pipeline is \"%s\" there", header->name);
  if (!ranges_equal (header->space, other->space))
    return g_strdup ("other options or values are varied");
  if (pst_parameter_space_get_method (header->space) != pst_parameter_space_get_method (other->space)
      || pst_parameter_space_get_seed (header->space) != pst_parameter_space_get_seed (other->space)
      || pst_parameter_space_get_n_sets (header->space) != pst_parameter_space_get_n_sets (other->space))
    return g_strdup ("method, samples or seed are others");
  if (strcmp (header->key, other->key) != 0)
    return g_strdup ("data, plugins or options that are not varied are others");
  if (!g_strv_equal ((const char *const *)header->statistics, (const char *const *)other->statistics))
    return g_strdup ("other statistics are kept");
  if (with_slice && (header->first_set != other->first_set || header->n_sets != other->n_sets))
    return g_strdup ("it is another slice");
  return NULL;
}

char *
pst_sweep_header_to_string (const PstSweepHeader *header)
{
  g_autoptr (GKeyFile) text = g_key_file_new ();
  g_autoptr (GPtrArray) ranges = g_ptr_array_new_with_free_func (g_free);
  guint64 n_samples = pst_parameter_space_get_n_sets (header->space);

  for (guint i = 0; i < pst_parameter_space_get_n_ranges (header->space); i++)
    g_ptr_array_add (ranges, pst_parameter_range_to_string (pst_parameter_space_get_range (header->space, i)));
  g_key_file_set_string (text, GROUP, "name", header->name);
  g_key_file_set_string (text, GROUP, "key", header->key);
  g_key_file_set_string_list (text, GROUP, "vary", (const char *const *)ranges->pdata, ranges->len);
  g_key_file_set_string (text, GROUP, "method", pst_parameter_method_to_string (pst_parameter_space_get_method (header->space)));
  g_key_file_set_uint64 (text, GROUP, "samples", pst_parameter_space_get_method (header->space) == PST_PARAMETER_METHOD_GRID ? 0 : n_samples);
  g_key_file_set_uint64 (text, GROUP, "seed", pst_parameter_space_get_seed (header->space));
  g_key_file_set_string_list (text, GROUP, "statistics", (const char *const *)header->statistics, g_strv_length (header->statistics));
  g_key_file_set_uint64 (text, GROUP, "first-set", header->first_set);
  g_key_file_set_uint64 (text, GROUP, "sets", header->n_sets);
  return g_key_file_to_data (text, NULL, NULL);
}

static PstParameterSpace *
read_space (GKeyFile *text, GError **error)
{
  g_autoptr (PstParameterSpace) space = pst_parameter_space_new ();
  g_auto (GStrv) ranges = g_key_file_get_string_list (text, GROUP, "vary", NULL, error);
  g_autofree char *method_name = g_key_file_get_string (text, GROUP, "method", NULL);
  PstParameterMethod method;

  for (guint i = 0; ranges != NULL && ranges[i] != NULL; i++)
    {
      PstParameterRange *range = pst_parameter_range_from_string (ranges[i], error);

      if (range == NULL || !pst_parameter_space_add (space, range, error))
        return NULL;
    }
  if (ranges == NULL || !pst_parameter_method_parse (method_name ? method_name : "", &method, error)
      || !pst_parameter_space_set_method (space, method, g_key_file_get_uint64 (text, GROUP, "samples", NULL),
                                          g_key_file_get_uint64 (text, GROUP, "seed", NULL), error))
    return NULL;
  return g_steal_pointer (&space);
}

static gboolean
is_sound (const PstSweepHeader *header)
{
  guint64 n_all = pst_parameter_space_get_n_sets (header->space);

  return header->name != NULL && header->key != NULL && header->statistics != NULL && header->statistics[0] != NULL
         && g_strv_length (header->statistics) <= PST_SWEEP_STATISTICS_MAX && header->n_sets > 0 && header->n_sets <= n_all
         && header->first_set <= n_all - header->n_sets && header->first_set % pst_sweep_header_get_block_sets (header) == 0;
}

PstSweepHeader *
pst_sweep_header_from_string (const char *data, GError **error)
{
  g_autoptr (GKeyFile) text = g_key_file_new ();
  g_autoptr (PstSweepHeader) header = g_new0 (PstSweepHeader, 1);
  PstParameterSpace *space;

  if (!g_key_file_load_from_data (text, data, (gsize)-1, G_KEY_FILE_NONE, error))
    return NULL;
  space = read_space (text, error);
  if (space == NULL)
    return NULL;
  header->space = space;
  header->name = g_key_file_get_string (text, GROUP, "name", NULL);
  header->key = g_key_file_get_string (text, GROUP, "key", NULL);
  header->statistics = g_key_file_get_string_list (text, GROUP, "statistics", NULL, NULL);
  header->first_set = g_key_file_get_uint64 (text, GROUP, "first-set", NULL);
  header->n_sets = g_key_file_get_uint64 (text, GROUP, "sets", NULL);
  if (is_sound (header))
    return g_steal_pointer (&header);
  g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_SYNTAX, "its header contradicts itself");
  return NULL;
}
