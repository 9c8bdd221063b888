/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: a venue's message that is cut, joined with another or taken for text when it is none, and memory to a peer that announces
 * more than is allowed. */
#include "pst-websocket-frames.h"

#include <string.h>

#define MESSAGE_MAX 1000

static void
add_frame (GByteArray *bytes, guint first, const char *data, gsize length)
{
  guint8 head[10] = { (guint8)first };
  guint n = 2;

  if (length < 126)
    head[1] = (guint8)length;
  else
    {
      head[1] = length <= G_MAXUINT16 ? 126 : 127;
      for (guint i = 0, n_bytes = length <= G_MAXUINT16 ? 2 : 8; i < n_bytes; i++)
        head[n++] = (guint8)((guint64)length >> (8 * (n_bytes - 1 - i)));
    }
  g_byte_array_append (bytes, head, n);
  g_byte_array_append (bytes, (const guint8 *)data, (guint)length);
}

/* Reads @bytes in pieces of @step and tells what came. */
static char *
read_all (const GByteArray *bytes, gsize step)
{
  g_autoptr (PstWebsocketReader) reader = pst_websocket_reader_new (MESSAGE_MAX);
  g_autoptr (GString) told = g_string_new (NULL);

  for (gsize at = 0; at < bytes->len; at += step)
    {
      gsize n = MIN (step, bytes->len - at);
      PstWebsocketStatus status;
      PstWebsocketItem item;

      memcpy (pst_websocket_reader_reserve (reader, n), bytes->data + at, n);
      pst_websocket_reader_commit (reader, n);
      while ((status = pst_websocket_reader_next (reader, &item)) == PST_WEBSOCKET_ITEM)
        {
          g_assert_cmpint (item.data[item.length], ==, '\0');
          g_string_append_printf (told, "%x:%.20s:%d:%u ", (guint)item.opcode, item.data, (int)item.length, item.code);
        }
      if (status == PST_WEBSOCKET_BROKEN)
        {
          g_string_append_printf (told, "broken %u: %s", item.code, item.why);
          /* For good. */
          g_assert_cmpint (pst_websocket_reader_next (reader, &item), ==, PST_WEBSOCKET_BROKEN);
          break;
        }
    }
  return g_string_free (g_steal_pointer (&told), FALSE);
}

/* However the network cuts the bytes, the same comes out. */
static void
expect (GByteArray *bytes, const char *told)
{
  const gsize steps[] = { 1, 2, 3, 7, 64, 100000 };

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autofree char *got = read_all (bytes, steps[i]);

      g_assert_cmpstr (got, ==, told);
    }
  g_byte_array_set_size (bytes, 0);
}

static void
test_messages (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *longer = g_strnfill (MESSAGE_MAX, 'x');

  add_frame (bytes, 0x81, "one", 3);
  add_frame (bytes, 0x81, "", 0);
  add_frame (bytes, 0x01, "t\xc3", 2);
  add_frame (bytes, 0x89, "are you there", 13);
  add_frame (bytes, 0x00, "", 0);
  add_frame (bytes, 0x80, "\xa4o", 2);
  add_frame (bytes, 0x8a, "", 0);
  add_frame (bytes, 0x81, longer, 126);
  add_frame (bytes, 0x81, longer, MESSAGE_MAX);
  add_frame (bytes, 0x81, "a\0b", 3);
  add_frame (bytes, 0x88, "\x03\xe8 bye", 6);
  expect (bytes, "1:one:3:0 1::0:0 9:are you there:13:0 1:t\xc3\xa4o:4:0 a::0:0 1:xxxxxxxxxxxxxxxxxxxx:126:0 1:xxxxxxxxxxxxxxxxxxxx:1000:0 1:a:3:0 "
                 "8: bye:4:1000 ");
  add_frame (bytes, 0x88, "", 0);
  expect (bytes, "8::0:0 ");
  add_frame (bytes, 0x88, "\x0f\xa0", 2);
  expect (bytes, "8::0:4000 ");
}

typedef struct
{
  guint first;
  const char *data;
  gsize length;
  const char *told;
} Bad;

static void
test_broken (void)
{
  static const Bad bad[] = {
    { 0x82, "\x01", 1, "broken 1003: sent a binary message; only text is understood" },
    { 0xc1, "x", 1, "broken 1002: used an extension that was not agreed on" },
    { 0x83, "x", 1, "broken 1002: sent a frame of an unknown kind" },
    { 0x8b, "x", 1, "broken 1002: sent a frame of an unknown kind" },
    { 0x80, "x", 1, "broken 1002: went on with a message that it had not begun" },
    { 0x09, "x", 1, "broken 1002: sent a ping, pong or close that is too long or in parts" },
    { 0x88, "\x03", 1, "broken 1002: closed with a code that is none" },
    { 0x88, "\x03\xed", 2, "broken 1002: closed with a code that is none" },
    { 0x88, "\x03\xe8\xff", 3, "broken 1007: closed with a reason that is no UTF-8" },
    { 0x81, "\xff", 1, "broken 1007: sent a text that is no UTF-8" },
    { 0x81, "ab\xc3", 3, "broken 1007: sent a text that is no UTF-8" },
  };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *longer = g_strnfill (70000, 'x');

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      add_frame (bytes, bad[i].first, bad[i].data, bad[i].length);
      add_frame (bytes, 0x81, "after", 5);
      expect (bytes, bad[i].told);
    }
  add_frame (bytes, 0x89, longer, 126);
  expect (bytes, "broken 1002: sent a ping, pong or close that is too long or in parts");
  add_frame (bytes, 0x01, "x", 1);
  add_frame (bytes, 0x81, "y", 1);
  expect (bytes, "broken 1002: began a message within another");
  /* Masked, and lengths in too long a form. */
  g_byte_array_append (bytes, (const guint8 *)"\x81\x81mmmmx", 7);
  expect (bytes, "broken 1002: masked a frame, which only clients do");
  g_byte_array_append (bytes, (const guint8 *)"\x81\x7e\x00\x7d", 4);
  expect (bytes, "broken 1002: wrote a frame's length in a form that is not allowed");
  g_byte_array_append (bytes, (const guint8 *)"\x81\x7f\x00\x00\x00\x00\x00\x00\xff\xff", 10);
  expect (bytes, "broken 1002: wrote a frame's length in a form that is not allowed");
  g_byte_array_append (bytes, (const guint8 *)"\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff", 10);
  expect (bytes, "broken 1002: wrote a frame's length in a form that is not allowed");
}

/* Said when the length is announced, not when the bytes are there. */
static void
test_too_big (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *longer = g_strnfill (MESSAGE_MAX, 'x');

  g_byte_array_append (bytes, (const guint8 *)"\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", 10);
  expect (bytes, "broken 1009: sent a message that is larger than allowed");
  g_byte_array_append (bytes, (const guint8 *)"\x81\x7e\x03\xe9", 4);
  expect (bytes, "broken 1009: sent a message that is larger than allowed");
  add_frame (bytes, 0x01, longer, MESSAGE_MAX - 1);
  add_frame (bytes, 0x00, "x", 1);
  g_byte_array_append (bytes, (const guint8 *)"\x80\x01", 2);
  expect (bytes, "broken 1009: sent a message that is larger than allowed");
}

static void
test_written (void)
{
  const guint8 mask[4] = { 0x12, 0, 0xff, 0x80 };
  const gsize lengths[] = { 0, 1, 125, 126, 65535, 65536 };
  g_autofree char *text = g_strnfill (65536, 'y');

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      gsize head = lengths[i] < 126 ? 6 : (lengths[i] < 65536 ? 8 : 14);

      pst_websocket_append_frame (bytes, PST_WEBSOCKET_TEXT, (const guint8 *)text, lengths[i], mask);
      g_assert_cmpuint (bytes->len, ==, head + lengths[i]);
      g_assert_cmpuint (bytes->data[0], ==, 0x81);
      g_assert_cmpuint (bytes->data[1] & 0x80, ==, 0x80);
      g_assert_cmpmem (bytes->data + head - 4, 4, mask, 4);
      for (gsize n = 0; n < lengths[i]; n++)
        g_assert_cmpuint (bytes->data[head + n] ^ mask[n & 3], ==, 'y');
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/websocket-frames/messages", test_messages);
  g_test_add_func ("/websocket-frames/broken", test_broken);
  g_test_add_func ("/websocket-frames/too-big", test_too_big);
  g_test_add_func ("/websocket-frames/written", test_written);
  return g_test_run ();
}
