/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A WebSocket's client of which every byte is known. */
#pragma once

#include "http-test-kit.h"

enum
{
  TEST_FRAME_TEXT = 1,
  TEST_FRAME_CLOSE = 8,
  TEST_FRAME_PING = 9,
  TEST_FRAME_PONG = 10,
};

static inline GIOStream *
test_open_socket (TestServer *server, const char *path, const char *token)
{
  g_autofree char *request = test_make_request (server, "GET", path, token,
                                                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
                                                NULL);
  GIOStream *stream = test_open (server);

  test_send (stream, request, -1);
  return stream;
}

/* Masked with zeroes, which is a mask too. */
static inline void
test_send_frame (GIOStream *stream, guint opcode, const char *payload)
{
  gsize length = strlen (payload);
  guint8 frame[6 + 125] = { (guint8)(0x80 | opcode), (guint8)(0x80 | length) };

  g_assert_cmpuint (length, <, 126);
  memcpy (frame + 6, payload, length);
  test_send (stream, (const char *)frame, 6 + (gssize)length);
}

/* (transfer full): the payload; opcode 0 at the end of the connection. */
static inline char *
test_read_frame (GIOStream *stream, guint *opcode)
{
  GInputStream *input = g_io_stream_get_input_stream (stream);
  guint8 head[4] = { 0 };
  gsize length, n = 0;
  char *payload;

  *opcode = 0;
  if (!g_input_stream_read_all (input, head, 2, &n, NULL, NULL) || n < 2)
    return g_strdup ("");
  length = head[1];
  if (length == 126)
    {
      g_input_stream_read_all (input, head + 2, 2, NULL, NULL, NULL);
      length = (gsize)head[2] << 8 | head[3];
    }
  payload = g_malloc0 (length + 1);
  g_input_stream_read_all (input, payload, length, NULL, NULL, NULL);
  *opcode = head[0] & 15;
  return payload;
}
