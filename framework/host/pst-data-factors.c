/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lean's factor files: "YYYYMMDD,price factor,split factor[,reference price]", one file a symbol; a row holds for the days up to and with its own. */
#include "pst-data-import-private.h"

#include <glob.h>
#include <string.h>

#define FACTORS_BYTES_MAX (16 * 1024 * 1024)

static gboolean
bad (const char *file, guint line, gsize column, const char *what, GError **error)
{
  g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA,
               "%s:%u:%" G_GSIZE_FORMAT ": %s; a row of factors is YYYYMMDD,price factor,split factor", file, line, column, what);
  return FALSE;
}

static gboolean
parse_day (const char *text, gint64 *day)
{
  guint64 number;
  guint month, date;

  if (strlen (text) != 8 || !g_ascii_string_to_unsigned (text, 10, 19000101, 99991231, &number, NULL))
    return FALSE;
  month = (guint)(number / 100 % 100);
  date = (guint)(number % 100);
  if (month < 1 || month > 12 || !g_date_valid_dmy ((GDateDay)date, (GDateMonth)month, (GDateYear)(number / 10000)))
    return FALSE;
  *day = pst_time_days_from_civil ((gint)(number / 10000), month, date);
  return TRUE;
}

/* Lean's last row stands for ever; nanoseconds end in 2262. */
static gint64
end_of_day (GTimeZone *zone, gint64 day)
{
  gint64 local = MIN (day + 1, 100000) * PST_SECONDS_PER_DAY;
  gint interval = g_time_zone_find_interval (zone, G_TIME_TYPE_STANDARD, local);

  return (local - (interval >= 0 ? g_time_zone_get_offset (zone, interval) : 0)) * PST_NS_PER_SECOND;
}

static gboolean
add_line (PstDataRows *rows, GTimeZone *zone, const char *file, guint32 number, guint line, const char *text, GError **error)
{
  g_auto (GStrv) fields = g_strsplit (text, ",", 5);
  guint n = g_strv_length (fields);
  gint64 values[3], day;
  gsize column = 1;

  if (n < 3 || n > 4)
    return bad (file, line, 1, "the row does not have three or four fields", error);
  if (!parse_day (g_strstrip (fields[0]), &day))
    return bad (file, line, 1, "the first field is no date", error);
  values[0] = end_of_day (zone, day);
  for (guint i = 1; i <= 2; i++)
    {
      column += strlen (fields[i - 1]) + 1;
      if (!pst_mantissa_parse (g_strstrip (fields[i]), -1, PST_FACTOR_SCALE, &values[i], NULL) || values[i] <= 0)
        return bad (file, line, column, "the factor is no number above zero with 10 decimals at most", error);
    }
  if (rows->n_rows > 0 && rows->columns[0][rows->n_rows - 1] >= values[0])
    return bad (file, line, 1, "the date is not behind that of the row above", error);
  pst_data_rows_add_values (rows, values, number, line);
  return TRUE;
}

/* "brk.b" of "a/brk.b.csv"; and the series of bars that it is about. */
static const PstDatasetSeries *
find_bars (PstDataWork *work, const char *path)
{
  PstDataset *set = pst_dataset_writer_get_dataset (work->writer);
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *symbol = NULL;
  char *end = g_strrstr (name, ".csv");

  if (end != NULL)
    *end = '\0';
  symbol = g_ascii_strup (name, -1);
  for (guint i = 0; set != NULL && i < pst_dataset_get_n_series (set); i++)
    {
      const PstDatasetSeries *series = pst_dataset_get_series (set, i);

      if (series->kind == PST_SERIES_KIND_BARS && strcmp (series->instrument->symbol, symbol) == 0)
        return series;
    }
  return NULL;
}

static gboolean
read_file (PstDataWork *work, const char *path, GChecksum *checksum, GError **error)
{
  const PstDatasetSeries *bars = find_bars (work, path);
  g_autoptr (GTimeZone) zone = NULL;
  g_autofree char *text = NULL, *name = g_path_get_basename (path);
  g_autoptr (PstDataRows) rows = NULL;
  g_auto (GStrv) lines = NULL;
  gsize length;

  /* Factors of what the dataset does not have are of no use to it. */
  if (bars == NULL)
    return TRUE;
  if (!g_file_get_contents (path, &text, &length, error))
    return FALSE;
  if (length > FACTORS_BYTES_MAX || memchr (text, '\0', length) != NULL)
    return bad (name, 1, 1, "this is no file of factors", error);
  g_checksum_update (checksum, (const guchar *)text, (gssize)length);
  g_ptr_array_add (work->files, g_strdup (name));
  rows = pst_data_rows_new (bars->instrument, PST_SERIES_KIND_FACTORS);
  zone = g_time_zone_new_identifier (bars->time_zone != NULL ? bars->time_zone : "UTC");
  if (zone == NULL)
    zone = g_time_zone_new_utc ();
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (*g_strchomp (lines[i]) != '\0' && !add_line (rows, zone, name, work->files->len - 1, i + 1, lines[i], error))
      return FALSE;
  g_free (work->time_zone);
  work->time_zone = g_strdup (bars->time_zone);
  if (rows->n_rows > 0)
    g_ptr_array_add (work->series, g_steal_pointer (&rows));
  return TRUE;
}

gboolean
pst_data_work_read_factors (PstDataWork *work, const char *pattern, GChecksum *checksum, GError **error)
{
  glob_t found = { 0 };
  gboolean good = TRUE;

  if (pst_dataset_writer_get_dataset (work->writer) == NULL)
    {
      g_set_error_literal (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, "factors belong to bars; import the bars first");
      return FALSE;
    }
  if (glob (pattern, 0, NULL, &found) != 0)
    {
      globfree (&found);
      g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_FOUND, "no file is there for --factors \"%s\"", pattern);
      return FALSE;
    }
  for (gsize i = 0; good && i < found.gl_pathc; i++)
    good = read_file (work, found.gl_pathv[i], checksum, error);
  globfree (&found);
  if (good && work->series->len == 0)
    {
      g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "--factors \"%s\": none of the files is named as an instrument of the dataset",
                   pattern);
      return FALSE;
    }
  return good;
}
