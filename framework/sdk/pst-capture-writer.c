/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The writer of captures. A line is built whole and handed to the file in one piece. */

#include "pst-capture-writer.h"

#include <string.h>

#include "../model/pst-decimal.h"

struct _PstCaptureWriter
{
  GObject parent_instance;

  PstFile *file;
  GString *line;
  gint64 last_ns;
};

/**
 * PstCaptureWriter:
 *
 * Writes a session as a capture.
 */

G_DEFINE_FINAL_TYPE (PstCaptureWriter, pst_capture_writer, G_TYPE_OBJECT)

static void
pst_capture_writer_finalize (GObject *object)
{
  PstCaptureWriter *writer = PST_CAPTURE_WRITER (object);

  g_clear_object (&writer->file);
  g_string_free (writer->line, TRUE);
  G_OBJECT_CLASS (pst_capture_writer_parent_class)->finalize (object);
}

static void
pst_capture_writer_class_init (PstCaptureWriterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pst_capture_writer_finalize;
}

static void
pst_capture_writer_init (PstCaptureWriter *writer)
{
  writer->line = g_string_new (NULL);
}

static void
append_text (GString *line, const char *name, const char *text, gsize length)
{
  g_string_append_printf (line, ",\"%s\":\"", name);
  for (gsize i = 0; i < length;)
    {
      gsize plain = i;

      while (plain < length && text[plain] != '"' && text[plain] != '\\' && (guchar)text[plain] >= ' ')
        plain++;
      g_string_append_len (line, text + i, (gssize)(plain - i));
      i = plain;
      if (i == length)
        break;
      if (text[i] == '"' || text[i] == '\\')
        g_string_append_printf (line, "\\%c", text[i]);
      else
        g_string_append_printf (line, "\\u%04x", (guint)(guchar)text[i]);
      i++;
    }
  g_string_append_c (line, '"');
}

static void
append_time (GString *line, const char *name, gint64 time_ns)
{
  char text[PST_DECIMAL_TEXT_SIZE];

  pst_mantissa_print (time_ns, 9, text);
  g_string_append_printf (line, ",\"%s\":%s", name, text);
}

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "cannot record: %s", why);
  return FALSE;
}

/**
 * pst_capture_writer_new:
 * @file: an empty file
 * @exchange: the venue's name, for the header
 * @time_ns: when recording begins, nanoseconds since the epoch, UTC
 * @error: return location; %PST_EXCHANGE_ERROR_DATA for a file that is not empty, and the errors of pst_file_append()
 *
 * Begins a capture with its header. Any thread; afterwards one thread at a time.
 *
 * Returns: (transfer full): the writer
 */
PstCaptureWriter *
pst_capture_writer_new (PstFile *file, const char *exchange, gint64 time_ns, GError **error)
{
  g_autoptr (PstCaptureWriter) writer = NULL;

  g_return_val_if_fail (PST_IS_FILE (file), NULL);
  g_return_val_if_fail (exchange != NULL && g_utf8_validate (exchange, -1, NULL), NULL);

  if (pst_file_get_length (file) != 0)
    {
      refuse (error, "the file is not empty; choose a new one");
      return NULL;
    }
  if (time_ns < 0)
    {
      refuse (error, "the time is before 1970");
      return NULL;
    }
  writer = g_object_new (PST_TYPE_CAPTURE_WRITER, NULL);
  writer->file = g_object_ref (file);
  writer->last_ns = time_ns;
  g_string_append (writer->line, "{\"t\":\"header\",\"format\":2");
  append_text (writer->line, "exchange", exchange, strlen (exchange));
  append_time (writer->line, "recorded", time_ns);
  g_string_append (writer->line, "}\n");
  if (!pst_file_append (file, (const guint8 *)writer->line->str, writer->line->len, error))
    return NULL;
  return g_steal_pointer (&writer);
}

static gboolean
check_item (PstCaptureWriter *writer, const PstCaptureItem *item, GError **error)
{
  if (item->kind == PST_CAPTURE_HEADER)
    return refuse (error, "a capture has one header, which is there");
  if (item->time_ns < writer->last_ns)
    return refuse (error, "the time is before that of the item before");
  if (!g_utf8_validate (item->connection, -1, NULL) || !g_utf8_validate (item->address, -1, NULL))
    return refuse (error, "the connection's name or address is no UTF-8");
  /* A NUL is UTF-8 but ends GLib's check. */
  for (gsize at = 0; at < item->length;)
    {
      const char *nul = memchr (item->text + at, '\0', item->length - at);
      gsize length = nul != NULL ? (gsize)(nul - item->text) - at : item->length - at;

      if (!g_utf8_validate_len (item->text + at, length, NULL))
        return refuse (error, "the text is no UTF-8");
      at += length + 1;
    }
  if ((item->kind == PST_CAPTURE_HTTP && (item->status < 100 || item->status > 599)) || item->length > PST_CAPTURE_LINE_MAX / 8)
    return refuse (error, "the status is not 100 to 599, or the text is longer than 16 MiB");
  return TRUE;
}

/**
 * pst_capture_writer_add:
 * @writer: a writer
 * @item: what happened; its line does not matter
 * @error: return location; %PST_EXCHANGE_ERROR_DATA for an item that could not be read back, and the errors of pst_file_append()
 *
 * Writes one item. One thread at a time.
 *
 * Returns: %FALSE with an error when it was not written, or not whole
 */
gboolean
pst_capture_writer_add (PstCaptureWriter *writer, const PstCaptureItem *item, GError **error)
{
  static const char *const kinds[] = { "header", "http", "connect", "send", "recv" };

  g_return_val_if_fail (PST_IS_CAPTURE_WRITER (writer), FALSE);
  g_return_val_if_fail (item != NULL && (guint)item->kind < G_N_ELEMENTS (kinds), FALSE);

  if (!check_item (writer, item, error))
    return FALSE;
  g_string_printf (writer->line, "{\"t\":\"%s\"", kinds[item->kind]);
  append_text (writer->line, "conn", item->connection, strlen (item->connection));
  append_time (writer->line, "ts", item->time_ns);
  if (item->kind == PST_CAPTURE_HTTP || item->kind == PST_CAPTURE_CONNECT || *item->address != '\0')
    append_text (writer->line, item->kind == PST_CAPTURE_HTTP ? "url" : "addr", item->address, strlen (item->address));
  if (item->kind == PST_CAPTURE_HTTP && item->status != 200)
    g_string_append_printf (writer->line, ",\"status\":%u", item->status);
  if (item->kind != PST_CAPTURE_CONNECT)
    append_text (writer->line, "data", item->text, item->length);
  g_string_append (writer->line, "}\n");
  if (!pst_file_append (writer->file, (const guint8 *)writer->line->str, writer->line->len, error))
    return FALSE;
  writer->last_ns = item->time_ns;
  return TRUE;
}
