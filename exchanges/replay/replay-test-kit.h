/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the tests of the replay feed share: files of every packing made on the spot, and a feed played from them as text. */
#pragma once

#include <archive.h>
#include <archive_entry.h>
#include <glib/gstdio.h>
#include <penstock-check.h>
#include <zlib.h>
#include <zstd.h>

G_BEGIN_DECLS

const PstPluginEntry *penstock_plugin_entry (void);

/**
 * Play:
 * @frames: one frame a line: "TIME SYMBOL NUMBERS; SYMBOL NUMBERS"
 * @error: (nullable): why prepare, start or pull failed
 * @notes: one note a line: "NAME DETAIL"; alerts as "ALERT MESSAGE"
 * @counts: at the end
 * @fraction: at the end
 *
 * What playing a feed gave.
 */
typedef struct
{
  GString *frames;
  GString *notes;
  GError *error;
  PstFeedCounts counts;
  double fraction;
} Play;

static inline void
play_free (Play *play)
{
  g_string_free (play->frames, TRUE);
  g_string_free (play->notes, TRUE);
  g_clear_error (&play->error);
  g_free (play);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Play, play_free)

/* A folder of the test's own; removed by folder_free(). */
static inline char *
folder_new (void)
{
  char *folder = g_dir_make_tmp ("replay-test-XXXXXX", NULL);

  g_assert_nonnull (folder);
  return folder;
}

static inline void
folder_free (char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_free (folder);
}

static inline void
write_bytes (const char *folder, const char *name, const char *bytes, gsize length)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  FILE *file = g_fopen (path, "wb");

  /* Not g_file_set_contents(), which syncs what it replaces: thousands of small files are written here. */
  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (bytes, 1, length, file), ==, length);
  g_assert_cmpint (fclose (file), ==, 0);
}

static inline void
write_text (const char *folder, const char *name, const char *text)
{
  write_bytes (folder, name, text, strlen (text));
}

static inline void
write_gzip (const char *folder, const char *name, const char *mode, const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  gzFile file = gzopen (path, mode);

  g_assert_nonnull (file);
  g_assert_cmpint (gzwrite (file, text, (guint)strlen (text)), ==, (int)strlen (text));
  g_assert_cmpint (gzclose (file), ==, Z_OK);
}

/* With a checksum, as the zstd command writes it. */
static inline void
write_zstd (const char *folder, const char *name, const char *text)
{
  gsize bound = ZSTD_compressBound (strlen (text)), length;
  g_autofree char *bytes = g_malloc (bound);
  ZSTD_CCtx *context = ZSTD_createCCtx ();

  ZSTD_CCtx_setParameter (context, ZSTD_c_checksumFlag, 1);
  length = ZSTD_compress2 (context, bytes, bound, text, strlen (text));
  g_assert_false (ZSTD_isError (length));
  ZSTD_freeCCtx (context);
  write_bytes (folder, name, bytes, length);
}

/* Members are pairs of name and text up to NULL. */
static inline void
write_zip (const char *folder, const char *name, const char *const *members)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  struct archive *archive = archive_write_new ();

  archive_write_set_format_zip (archive);
  g_assert_cmpint (archive_write_open_filename (archive, path), ==, ARCHIVE_OK);
  for (; members[0] != NULL; members += 2)
    {
      struct archive_entry *entry = archive_entry_new ();

      archive_entry_set_pathname (entry, members[0]);
      archive_entry_set_filetype (entry, AE_IFREG);
      archive_entry_set_perm (entry, 0644);
      archive_entry_set_size (entry, (gint64)strlen (members[1]));
      g_assert_cmpint (archive_write_header (archive, entry), ==, ARCHIVE_OK);
      g_assert_cmpint (archive_write_data (archive, members[1], strlen (members[1])), ==, (int)strlen (members[1]));
      archive_entry_free (entry);
    }
  g_assert_cmpint (archive_write_close (archive), ==, ARCHIVE_OK);
  archive_write_free (archive);
}

static inline void
print_event (GString *text, PstContext *context, const PstEvent *event)
{
  const PstInstrument *instrument = pst_instrument_table_get (pst_context_get_instruments (context), event->instrument);
  static const char *const sides[] = { "-", "buy", "sell" };
  gint64 prices[4];
  guint n = 0;

  g_assert_nonnull (instrument);
  g_string_append (text, instrument->symbol);
  if (event->kind == PST_EVENT_BAR)
    {
      const gint64 bar[] = { event->bar.open, event->bar.high, event->bar.low, event->bar.close };

      for (n = 0; n < 4; n++)
        prices[n] = bar[n];
    }
  else if (event->kind == PST_EVENT_QUOTE)
    {
      prices[n++] = event->quote.bid_price;
      prices[n++] = event->quote.ask_price;
    }
  else
    prices[n++] = event->trade.price;
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *price = pst_instrument_price_to_string (instrument, prices[i]);

      g_string_append_printf (text, " %s", price);
    }
  if (event->kind == PST_EVENT_BAR)
    g_string_append_printf (text, " %" G_GINT64_FORMAT, event->bar.volume);
  else if (event->kind == PST_EVENT_QUOTE)
    g_string_append_printf (text, " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, event->quote.bid_size, event->quote.ask_size);
  else
    g_string_append_printf (text, " %" G_GINT64_FORMAT " %s %" G_GUINT64_FORMAT, event->trade.size, sides[event->trade.aggressor],
                            event->trade.trade_id);
}

static inline void
print_frames (GString *text, PstHarness *harness)
{
  for (guint i = 0; i < pst_harness_get_n_frames (harness); i++)
    {
      const PstFrame *frame = pst_harness_get_frame (harness, i);
      char time[PST_TIME_TEXT_SIZE];

      pst_time_print (frame->time_ns, time);
      g_assert_cmpuint (frame->sequence, ==, i + 1);
      g_string_append (text, time);
      for (guint j = 0; j < frame->n_events; j++)
        {
          g_assert_cmpint (frame->events[j].receive_time_ns, ==, frame->time_ns);
          g_string_append (text, j > 0 ? "; " : " ");
          print_event (text, PST_CONTEXT (harness), &frame->events[j]);
        }
      g_string_append_c (text, '\n');
    }
}

static inline void
print_notes (GString *text, PstHarness *harness)
{
  for (guint i = 0; i < pst_harness_get_n_records (harness); i++)
    {
      const PstRecord *record = pst_harness_get_record (harness, i);

      if (record->kind == PST_RECORD_NOTE)
        g_string_append_printf (text, "%s %s\n", record->note.name, record->note.detail);
      else if (record->kind == PST_RECORD_ALERT)
        g_string_append_printf (text, "ALERT %s\n", record->alert.message);
    }
}

/* @options: "name=value" a line; '@' stands for the folder. */
static inline gboolean
set_options (PstComponent *replay, const char *folder, const char *options, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (options, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *equals = strchr (lines[i], '=');
      g_auto (GStrv) parts = NULL;
      g_autofree char *value = NULL;

      if (equals == NULL)
        continue;
      *equals = '\0';
      parts = g_strsplit (equals + 1, "@/", -1);
      value = g_strjoinv ("", (char *[]){ "", NULL });
      for (guint j = 0; parts[j] != NULL; j++)
        {
          char *more = g_strconcat (value, j > 0 ? folder : "", j > 0 ? "/" : "", parts[j], NULL);

          g_free (value);
          value = more;
        }
      if (!pst_component_set_option (replay, lines[i], value, error))
        return FALSE;
    }
  return TRUE;
}

static inline Play *
play (const char *folder, const char *options)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *replay = g_object_new (penstock_plugin_entry ()->get_type (), NULL);
  Play *result = g_new0 (Play, 1);

  result->frames = g_string_new (NULL);
  result->notes = g_string_new (NULL);
  if (set_options (replay, folder, options, &result->error))
    {
      pst_harness_adopt (harness, replay, "feed");
      if (pst_component_prepare (replay, &result->error) && pst_component_start (replay, &result->error))
        {
          pst_harness_pull_all (harness, PST_EXCHANGE (replay), &result->error);
          pst_component_stop (replay);
        }
      pst_exchange_get_progress (PST_EXCHANGE (replay), &result->counts, &result->fraction);
      print_frames (result->frames, harness);
      print_notes (result->notes, harness);
    }
  g_object_unref (replay);
  pst_harness_finish (harness);
  return result;
}

static inline void
assert_frames (const Play *result, const char *frames)
{
  g_assert_no_error (result->error);
  g_assert_cmpstr (result->frames->str, ==, frames);
}

/* The sentence must hold every part, parts being separated by '|'. */
static inline void
assert_error (const Play *result, GQuark domain, int code, const char *parts)
{
  g_auto (GStrv) wanted = g_strsplit (parts, "|", -1);

  g_assert_error (result->error, domain, code);
  for (guint i = 0; wanted[i] != NULL; i++)
    {
      if (strstr (result->error->message, wanted[i]) == NULL)
        g_test_message ("\"%s\" does not say \"%s\"", result->error->message, wanted[i]);
      g_assert_nonnull (strstr (result->error->message, wanted[i]));
    }
}

G_END_DECLS
