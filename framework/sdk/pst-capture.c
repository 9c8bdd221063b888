/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The file behind a capture: lines out of a buffer that grows to the longest line and no further, never more of the file in memory. */

#include "pst-capture.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pst-capture-private.h"

#define READ_SIZE (256u << 10)

typedef enum
{
  FORM_UNKNOWN,
  FORM_PLAIN,
  FORM_LINES,
  FORM_FRAMES,
} Form;

struct _PstCapture
{
  GObject parent_instance;

  char *path;
  int fd;
  Form form;
  PstCaptureState state;
  gboolean connect_due; /* *.ndjson: the metadata stand for a connect, too */
  gint64 last_ns;
  guint64 line;
  guint64 blank_line; /* the first blank one, 0 for none: only the end may be blank */
  char *buffer;
  gsize allocated;
  gsize begin;
  gsize end;
  gboolean at_end;
  GError *failure; /* sticky */
};

/**
 * PstCapture:
 *
 * A recorded session with a venue, read item by item.
 */

G_DEFINE_FINAL_TYPE (PstCapture, pst_capture, G_TYPE_OBJECT)

static void
pst_capture_finalize (GObject *object)
{
  PstCapture *capture = PST_CAPTURE (object);

  if (capture->fd >= 0)
    close (capture->fd);
  g_clear_pointer (&capture->path, g_free);
  g_clear_pointer (&capture->buffer, g_free);
  g_string_free (capture->state.connection, TRUE);
  g_string_free (capture->state.address, TRUE);
  g_string_free (capture->state.text, TRUE);
  g_clear_error (&capture->failure);
  G_OBJECT_CLASS (pst_capture_parent_class)->finalize (object);
}

static void
pst_capture_class_init (PstCaptureClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pst_capture_finalize;
}

static void
pst_capture_init (PstCapture *capture)
{
  capture->fd = -1;
  capture->allocated = READ_SIZE + 1;
  capture->buffer = g_malloc (capture->allocated);
  capture->state.connection = g_string_new (NULL);
  capture->state.address = g_string_new (NULL);
  capture->state.text = g_string_new (NULL);
}

/**
 * pst_capture_open:
 * @path: (type filename): the file
 * @error: return location; %PST_EXCHANGE_ERROR_NOT_FOUND or %PST_EXCHANGE_ERROR_IO
 *
 * Opens a capture. Any thread; afterwards one thread at a time.
 *
 * Returns: (transfer full): the capture, before its first item
 */
PstCapture *
pst_capture_open (const char *path, GError **error)
{
  g_autoptr (PstCapture) capture = NULL;
  struct stat status;

  g_return_val_if_fail (path != NULL, NULL);

  capture = g_object_new (PST_TYPE_CAPTURE, NULL);
  capture->path = g_strdup (path);
  capture->fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (capture->fd < 0 || fstat (capture->fd, &status) != 0)
    {
      g_set_error (error, PST_EXCHANGE_ERROR, errno == ENOENT ? PST_EXCHANGE_ERROR_NOT_FOUND : PST_EXCHANGE_ERROR_IO,
                   "cannot open capture \"%s\": %s", path, g_strerror (errno));
      return NULL;
    }
  if (!S_ISREG (status.st_mode))
    {
      g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_IO, "cannot open capture \"%s\": it is no regular file", path);
      return NULL;
    }
  return g_steal_pointer (&capture);
}

/**
 * pst_capture_get_path:
 * @capture: a capture
 *
 * Gets the file's name. Any thread.
 *
 * Returns: (transfer none) (type filename): as it was opened
 */
const char *
pst_capture_get_path (PstCapture *capture)
{
  g_return_val_if_fail (PST_IS_CAPTURE (capture), NULL);

  return capture->path;
}

/* More bytes behind @end. FALSE on error. */
static gboolean
fill (PstCapture *capture, GError **error)
{
  gssize got;

  if (capture->begin > 0)
    {
      memmove (capture->buffer, capture->buffer + capture->begin, capture->end - capture->begin);
      capture->end -= capture->begin;
      capture->begin = 0;
    }
  if (capture->end > PST_CAPTURE_LINE_MAX)
    {
      g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "the line is longer than the %u bytes that are allowed", PST_CAPTURE_LINE_MAX);
      return FALSE;
    }
  if (capture->allocated < capture->end + READ_SIZE + 1)
    {
      capture->allocated = MAX (2 * capture->allocated, capture->end + READ_SIZE + 1);
      capture->buffer = g_realloc (capture->buffer, capture->allocated);
    }
  do
    got = read (capture->fd, capture->buffer + capture->end, capture->allocated - capture->end - 1);
  while (got < 0 && errno == EINTR);
  if (got < 0)
    {
      g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_IO, "reading failed: %s", g_strerror (errno));
      return FALSE;
    }
  capture->end += (gsize)got;
  capture->at_end = got == 0;
  return TRUE;
}

/* The next line without its end, NUL-terminated. FALSE without an error at the end of the file. */
static gboolean
next_line (PstCapture *capture, char **line, gsize *length, GError **error)
{
  gsize looked = 0;

  for (;;)
    {
      gsize left = capture->end - capture->begin;
      char *from = capture->buffer + capture->begin;
      char *newline = left > looked ? memchr (from + looked, '\n', left - looked) : NULL;

      if (newline == NULL && !capture->at_end)
        {
          looked = left;
          if (!fill (capture, error))
            {
              capture->line++;
              return FALSE;
            }
          continue;
        }
      if (newline == NULL && left == 0)
        return FALSE;
      *line = from;
      *length = newline != NULL ? (gsize)(newline - from) : left;
      from[*length] = '\0';
      capture->begin += *length + (newline != NULL);
      capture->line++;
      return TRUE;
    }
}

static gboolean
parse (PstCapture *capture, char *line, gsize length, PstCaptureItem *item, GError **error)
{
  if (capture->form == FORM_UNKNOWN && *line == '{')
    capture->form = pst_capture_is_lines (line, length) ? FORM_LINES : FORM_FRAMES;
  else if (capture->form == FORM_UNKNOWN)
    capture->form = FORM_PLAIN;

  switch (capture->form)
    {
    case FORM_LINES:
      return pst_capture_parse_lines (&capture->state, line, length, item, error);
    case FORM_FRAMES:
      if (capture->line > 1)
        return pst_capture_parse_frame (&capture->state, line, length, item, error);
      capture->connect_due = TRUE;
      return pst_capture_parse_metadata (&capture->state, line, length, item, error);
    case FORM_UNKNOWN:
    case FORM_PLAIN:
    default:
      return pst_capture_parse_plain (line, length, item, error);
    }
}

static gboolean
check_order (PstCapture *capture, const PstCaptureItem *item, GError **error)
{
  if (item->kind == PST_CAPTURE_HEADER && item->time_ns == 0)
    return TRUE;
  if (item->time_ns < capture->last_ns)
    {
      g_set_error_literal (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "its time is before that of the line before");
      return FALSE;
    }
  capture->last_ns = item->time_ns;
  return TRUE;
}

static gboolean
next_item (PstCapture *capture, PstCaptureItem *item, GError **error)
{
  char *line;
  gsize length;

  if (capture->connect_due)
    {
      capture->connect_due = FALSE;
      item->kind = PST_CAPTURE_CONNECT;
      item->time_ns = capture->last_ns;
      item->address = capture->state.address->str;
      return TRUE;
    }
  do
    {
      if (!next_line (capture, &line, &length, error))
        return FALSE;
      if (length == 0 && capture->blank_line == 0)
        capture->blank_line = capture->line;
    }
  while (length == 0);
  item->line = capture->line;
  if (capture->blank_line != 0)
    {
      capture->line = capture->blank_line;
      g_set_error_literal (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "the line is blank, and more follow");
      return FALSE;
    }
  if (!g_utf8_validate_len (line, length, NULL))
    {
      g_set_error_literal (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "the line is no UTF-8");
      return FALSE;
    }
  return parse (capture, line, length, item, error) && check_order (capture, item, error);
}

/**
 * pst_capture_next:
 * @capture: a capture
 * @item: (out caller-allocates): what stands next in the file; borrowed until the next call
 * @error: return location; %PST_EXCHANGE_ERROR_DATA names file and line, %PST_EXCHANGE_ERROR_IO
 *
 * Reads on. After an error every further call gives it again. One thread at a time.
 *
 * Returns: %FALSE at the end, without an error, and on failure, with one
 */
gboolean
pst_capture_next (PstCapture *capture, PstCaptureItem *item, GError **error)
{
  g_return_val_if_fail (PST_IS_CAPTURE (capture), FALSE);
  g_return_val_if_fail (item != NULL, FALSE);

  *item = (PstCaptureItem){ .connection = "", .address = "", .text = "", .status = 200, .line = capture->line };
  if (capture->failure == NULL && next_item (capture, item, &capture->failure))
    return TRUE;
  if (capture->failure != NULL && error != NULL)
    *error = g_error_new (PST_EXCHANGE_ERROR, capture->failure->domain == PST_EXCHANGE_ERROR ? capture->failure->code : PST_EXCHANGE_ERROR_DATA,
                          "capture \"%s\" line %" G_GUINT64_FORMAT ": %s", capture->path, capture->line, capture->failure->message);
  return FALSE;
}
