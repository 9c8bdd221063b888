/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a venue sends over a WebSocket: the same comes out however the network cuts it, within the limit, as UTF-8 with a NUL behind. */

#include <penstock.h>

#include <string.h>

#include "fuzz.h"
#include "host/pst-websocket-frames.h"

#define MESSAGE_MAX 512

static void
read_in_steps (const guint8 *data, gsize size, gsize step, GString *told)
{
  g_autoptr (PstWebsocketReader) reader = pst_websocket_reader_new (MESSAGE_MAX);
  PstWebsocketStatus status = PST_WEBSOCKET_MORE;

  for (gsize at = 0; at < size && status != PST_WEBSOCKET_BROKEN; at += step)
    {
      gsize n = MIN (step, size - at);
      PstWebsocketItem item;

      memcpy (pst_websocket_reader_reserve (reader, n), data + at, n);
      pst_websocket_reader_commit (reader, n);
      while ((status = pst_websocket_reader_next (reader, &item)) == PST_WEBSOCKET_ITEM)
        {
          g_assert_cmpint (item.data[item.length], ==, 0);
          g_assert_cmpuint (item.length, <=, item.opcode == PST_WEBSOCKET_TEXT ? MESSAGE_MAX : PST_WEBSOCKET_CONTROL_MAX);
          g_string_append_printf (told, "%x %u ", (guint)item.opcode, item.code);
          g_string_append_len (told, item.data, (gssize)item.length);
        }
    }
  g_string_append_printf (told, "%d", (int)status);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GString) whole = g_string_new (NULL), cut = g_string_new (NULL);

  if (size < 1)
    return 0;
  /* The first byte says where it is cut. */
  read_in_steps (data + 1, size - 1, size, whole);
  read_in_steps (data + 1, size - 1, data[0] % 64 + 1, cut);
  g_assert_cmpmem (whole->str, whole->len, cut->str, cut->len);
  return 0;
}
