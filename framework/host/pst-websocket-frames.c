/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A message in one frame, which is nearly every one, is handed out where it lies in the buffer. Lengths are checked when a frame announces them,
 * before a byte of it is waited for: the buffer never grows beyond the largest message that is allowed, also when it comes in a million
 * fragments. */
#include "pst-websocket-frames.h"

#include <string.h>

/* A buffer that once held a large message is given back. */
#define BUFFER_KEPT_MAX (1024u * 1024u)
#define FRAGMENTS_KEPT_MAX (64u * 1024u)

struct _PstWebsocketReader
{
  gsize message_bytes_max;
  guint8 *buffer;
  gsize size;  /* allocated, without the room for a NUL */
  gsize start; /* of what is not read yet */
  gsize end;
  gsize nul; /* where a NUL stands in place of @behind */
  guint8 behind;
  gboolean has_nul;
  gboolean in_message; /* fragments of one are in @message */
  gboolean broken;
  GByteArray *message;
};

/**
 * pst_websocket_reader_new:
 * @message_bytes_max: the largest message that is allowed, in bytes
 *
 * Returns: (transfer full): a reader
 */
PstWebsocketReader *
pst_websocket_reader_new (gsize message_bytes_max)
{
  PstWebsocketReader *reader = g_new0 (PstWebsocketReader, 1);

  reader->message_bytes_max = message_bytes_max;
  reader->message = g_byte_array_new ();
  return reader;
}

/**
 * pst_websocket_reader_free:
 * @reader: (transfer full): a reader
 */
void
pst_websocket_reader_free (PstWebsocketReader *reader)
{
  g_byte_array_unref (reader->message);
  g_free (reader->buffer);
  g_free (reader);
}

/* The byte that a NUL stood for. */
static void
restore (PstWebsocketReader *reader)
{
  if (reader->has_nul)
    reader->buffer[reader->nul] = reader->behind;
  reader->has_nul = FALSE;
}

/**
 * pst_websocket_reader_reserve:
 * @reader: a reader
 * @size: how many bytes may come
 *
 * Returns: (transfer none): where to put them
 */
guint8 *
pst_websocket_reader_reserve (PstWebsocketReader *reader, gsize size)
{
  gsize waiting = reader->end - reader->start;

  restore (reader);
  if (waiting > 0 && reader->start > 0)
    memmove (reader->buffer, reader->buffer + reader->start, waiting);
  reader->start = 0;
  reader->end = waiting;
  if (reader->size < waiting + size || (waiting == 0 && reader->size > BUFFER_KEPT_MAX && size <= BUFFER_KEPT_MAX))
    {
      reader->size = MAX (waiting + size, MIN (waiting * 2, reader->message_bytes_max));
      reader->buffer = g_realloc (reader->buffer, reader->size + 1);
    }
  return reader->buffer + reader->end;
}

/**
 * pst_websocket_reader_commit:
 * @reader: a reader
 * @size: how many bytes came, no more than were reserved
 */
void
pst_websocket_reader_commit (PstWebsocketReader *reader, gsize size)
{
  reader->end += size;
}

/**
 * pst_websocket_reader_peek:
 * @reader: a reader
 * @length: (out): how many bytes
 *
 * Returns: (array length=length): what came and was not read
 */
const char *
pst_websocket_reader_peek (PstWebsocketReader *reader, gsize *length)
{
  restore (reader);
  *length = reader->end - reader->start;
  return *length > 0 ? (const char *)reader->buffer + reader->start : "";
}

/**
 * pst_websocket_reader_skip:
 * @reader: a reader
 * @length: how many bytes are read, no more than are there
 */
void
pst_websocket_reader_skip (PstWebsocketReader *reader, gsize length)
{
  reader->start += length;
}

/* What stands before a frame's payload. */
typedef struct
{
  PstWebsocketOpcode opcode;
  gboolean last;
  gsize head;
  guint64 length;
} Frame;

static PstWebsocketStatus
fail (PstWebsocketReader *reader, PstWebsocketItem *item, guint code, const char *why)
{
  reader->broken = TRUE;
  *item = (PstWebsocketItem){ .data = "", .code = code, .why = why };
  return PST_WEBSOCKET_BROKEN;
}

/* FALSE when its length is not there yet. */
static gboolean
read_head (const guint8 *bytes, gsize n_bytes, Frame *frame)
{
  guint length;

  if (n_bytes < 2)
    return FALSE;
  length = bytes[1] & 0x7f;
  frame->opcode = bytes[0] & 0x0f;
  frame->last = (bytes[0] & 0x80) != 0;
  frame->head = 2 + (length == 126 ? 2 : (length == 127 ? 8 : 0));
  frame->length = length;
  if (length < 126)
    return TRUE;
  if (n_bytes < frame->head)
    return FALSE;
  frame->length = 0;
  for (gsize i = 2; i < frame->head; i++)
    frame->length = frame->length << 8 | bytes[i];
  return TRUE;
}

/* NULL when the frame may stand here. */
static const char *
check_frame (const PstWebsocketReader *reader, const guint8 *bytes, const Frame *frame)
{
  gboolean control = (frame->opcode & 0x8) != 0;

  if ((bytes[0] & 0x70) != 0)
    return "used an extension that was not agreed on";
  if ((bytes[1] & 0x80) != 0)
    return "masked a frame, which only clients do";
  if ((frame->head == 4 && frame->length < 126) || (frame->head == 10 && (frame->length <= G_MAXUINT16 || frame->length > G_MAXINT64)))
    return "wrote a frame's length in a form that is not allowed";
  if (control)
    {
      if (frame->opcode > PST_WEBSOCKET_PONG)
        return "sent a frame of an unknown kind";
      if (!frame->last || frame->length > PST_WEBSOCKET_CONTROL_MAX)
        return "sent a ping, pong or close that is too long or in parts";
      return NULL;
    }
  if (frame->opcode > PST_WEBSOCKET_BINARY)
    return "sent a frame of an unknown kind";
  if (reader->in_message != (frame->opcode == PST_WEBSOCKET_CONTINUATION))
    return reader->in_message ? "began a message within another" : "went on with a message that it had not begun";
  return NULL;
}

static gboolean
is_text (const char *text, gsize length)
{
  /* A NUL is UTF-8 but ends GLib's check. */
  for (gsize at = 0; at < length;)
    {
      const char *nul = memchr (text + at, '\0', length - at);
      gsize part = nul != NULL ? (gsize)(nul - text) - at : length - at;

      if (!g_utf8_validate_len (text + at, part, NULL))
        return FALSE;
      at += part + 1;
    }
  return TRUE;
}

static gboolean
is_close_code (guint code)
{
  return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) || (code >= 3000 && code <= 4999);
}

static PstWebsocketStatus
take_close (PstWebsocketReader *reader, PstWebsocketItem *item)
{
  const guint8 *payload = (const guint8 *)item->data;

  if (item->length == 0)
    return PST_WEBSOCKET_ITEM;
  if (item->length == 1 || !is_close_code (item->code = (guint)payload[0] << 8 | payload[1]))
    return fail (reader, item, PST_WEBSOCKET_PROTOCOL_ERROR, "closed with a code that is none");
  item->data += 2;
  item->length -= 2;
  if (!is_text (item->data, item->length))
    return fail (reader, item, PST_WEBSOCKET_BAD_TEXT, "closed with a reason that is no UTF-8");
  return PST_WEBSOCKET_ITEM;
}

/* The payload where it lies, with a NUL behind it for as long as it is borrowed. */
static void
lend (PstWebsocketReader *reader, gsize at, gsize length, PstWebsocketItem *item)
{
  reader->nul = at + length;
  reader->behind = reader->buffer[reader->nul];
  reader->has_nul = TRUE;
  reader->buffer[reader->nul] = '\0';
  item->data = (const char *)reader->buffer + at;
  item->length = length;
}

/* A part of a message, or the whole of it. MORE: it is not whole. */
static PstWebsocketStatus
take_part (PstWebsocketReader *reader, const Frame *frame, PstWebsocketItem *item)
{
  gsize at = reader->start - (gsize)frame->length;

  item->opcode = PST_WEBSOCKET_TEXT;
  if (frame->last && !reader->in_message)
    {
      lend (reader, at, (gsize)frame->length, item);
    }
  else
    {
      if (!reader->in_message)
        g_byte_array_set_size (reader->message, 0);
      g_byte_array_append (reader->message, reader->buffer + at, (guint)frame->length);
      reader->in_message = !frame->last;
      if (reader->in_message)
        return PST_WEBSOCKET_MORE;
      g_byte_array_append (reader->message, (const guint8 *)"", 1);
      item->data = (const char *)reader->message->data;
      item->length = reader->message->len - 1;
    }
  return is_text (item->data, item->length) ? PST_WEBSOCKET_ITEM : fail (reader, item, PST_WEBSOCKET_BAD_TEXT, "sent a text that is no UTF-8");
}

/**
 * pst_websocket_reader_next:
 * @reader: a reader
 * @item: (out caller-allocates): what came
 *
 * Reads on to the next whole message, ping, pong or close.
 *
 * Returns: whether there is one, or never will be
 */
PstWebsocketStatus
pst_websocket_reader_next (PstWebsocketReader *reader, PstWebsocketItem *item)
{
  restore (reader);
  if (!reader->in_message && reader->message->len > FRAGMENTS_KEPT_MAX)
    {
      g_byte_array_unref (reader->message);
      reader->message = g_byte_array_new ();
    }
  for (;;)
    {
      const guint8 *bytes = reader->buffer + reader->start;
      PstWebsocketStatus status;
      const char *refusal;
      Frame frame;

      *item = (PstWebsocketItem){ .data = "" };
      if (reader->broken)
        return fail (reader, item, PST_WEBSOCKET_PROTOCOL_ERROR, "went on after it broke the rules");
      if (!read_head (bytes, reader->end - reader->start, &frame))
        return PST_WEBSOCKET_MORE;
      refusal = check_frame (reader, bytes, &frame);
      if (refusal != NULL)
        return fail (reader, item, PST_WEBSOCKET_PROTOCOL_ERROR, refusal);
      if (frame.opcode == PST_WEBSOCKET_BINARY)
        return fail (reader, item, PST_WEBSOCKET_UNSUPPORTED, "sent a binary message; only text is understood");
      if (frame.length > reader->message_bytes_max - (reader->in_message ? reader->message->len : 0) && frame.opcode < PST_WEBSOCKET_CLOSE)
        return fail (reader, item, PST_WEBSOCKET_TOO_BIG, "sent a message that is larger than allowed");
      if (reader->end - reader->start - frame.head < frame.length)
        return PST_WEBSOCKET_MORE;
      reader->start += frame.head + (gsize)frame.length;
      if (frame.opcode < PST_WEBSOCKET_CLOSE)
        {
          status = take_part (reader, &frame, item);
          if (status != PST_WEBSOCKET_MORE)
            return status;
          continue;
        }
      item->opcode = frame.opcode;
      lend (reader, reader->start - (gsize)frame.length, (gsize)frame.length, item);
      return frame.opcode == PST_WEBSOCKET_CLOSE ? take_close (reader, item) : PST_WEBSOCKET_ITEM;
    }
}

/**
 * pst_websocket_append_frame:
 * @bytes: where to
 * @opcode: what it is
 * @data: (array length=length): its payload
 * @length: in bytes
 * @mask: (array fixed-size=4): bytes that nobody could foresee
 *
 * Writes a frame as a client does.
 */
void
pst_websocket_append_frame (GByteArray *bytes, PstWebsocketOpcode opcode, const guint8 *data, gsize length, const guint8 mask[4])
{
  guint8 head[14] = { 0x80 | (guint8)opcode, 0x80 };
  guint n = 2, at;

  if (length < 126)
    head[1] |= (guint8)length;
  else
    {
      guint n_bytes = length <= G_MAXUINT16 ? 2 : 8;

      head[1] |= n_bytes == 2 ? 126 : 127;
      for (guint i = 0; i < n_bytes; i++)
        head[n++] = (guint8)((guint64)length >> (8 * (n_bytes - 1 - i)));
    }
  memcpy (head + n, mask, 4);
  g_byte_array_append (bytes, head, n + 4);
  at = bytes->len;
  g_byte_array_set_size (bytes, at + (guint)length);
  for (gsize i = 0; i < length; i++)
    bytes->data[at + i] = data[i] ^ mask[i & 3];
}
