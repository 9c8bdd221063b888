/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The frames of a WebSocket (RFC 6455), as its client reads and writes them: bytes in, whole messages out, and back. No I/O, so that
 * it can be tested byte by byte and fuzzed. No extension is ever agreed on: what comes is what was sent, and a small frame cannot unfold
 * into a large message. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* Longest payload of a ping, pong or close. */
#define PST_WEBSOCKET_CONTROL_MAX 125u

/* What both sides call frames. */
typedef enum
{
  PST_WEBSOCKET_CONTINUATION = 0x0,
  PST_WEBSOCKET_TEXT = 0x1,
  PST_WEBSOCKET_BINARY = 0x2,
  PST_WEBSOCKET_CLOSE = 0x8,
  PST_WEBSOCKET_PING = 0x9,
  PST_WEBSOCKET_PONG = 0xa,
} PstWebsocketOpcode;

/* Close codes that a client sends: RFC 6455 section 7.4.1. */
#define PST_WEBSOCKET_NORMAL 1000u
#define PST_WEBSOCKET_PROTOCOL_ERROR 1002u
#define PST_WEBSOCKET_UNSUPPORTED 1003u
#define PST_WEBSOCKET_BAD_TEXT 1007u
#define PST_WEBSOCKET_TOO_BIG 1009u

/**
 * PstWebsocketStatus:
 * @PST_WEBSOCKET_MORE: nothing whole is there: read on
 * @PST_WEBSOCKET_ITEM: a message, ping, pong or close
 * @PST_WEBSOCKET_BROKEN: what came breaks the rules; nothing further is read
 *
 * What reading gave.
 */
typedef enum
{
  PST_WEBSOCKET_MORE,
  PST_WEBSOCKET_ITEM,
  PST_WEBSOCKET_BROKEN,
} PstWebsocketStatus;

/**
 * PstWebsocketItem:
 * @opcode: TEXT (of a whole message), CLOSE, PING or PONG
 * @data: its payload without the close code, with a NUL behind; borrowed until the next call
 * @length: of @data, in bytes
 * @code: of a close: the peer's code, 0 when it sent none; when broken: the code to answer with
 * @why: when broken: a static phrase that goes on "the venue ..."
 *
 * What was read.
 */
typedef struct
{
  PstWebsocketOpcode opcode;
  const char *data;
  gsize length;
  guint code;
  const char *why;
} PstWebsocketItem;

/**
 * PstWebsocketReader:
 *
 * The state of reading one connection.
 */
typedef struct _PstWebsocketReader PstWebsocketReader;

PstWebsocketReader *pst_websocket_reader_new (gsize message_bytes_max);
void pst_websocket_reader_free (PstWebsocketReader *reader);
/* Where to put up to @size bytes; then say how many came. Borrowed items are gone. */
guint8 *pst_websocket_reader_reserve (PstWebsocketReader *reader, gsize size);
void pst_websocket_reader_commit (PstWebsocketReader *reader, gsize size);
/* What is not read yet, for the handshake that stands before the frames; and how much of it that was. */
const char *pst_websocket_reader_peek (PstWebsocketReader *reader, gsize *length);
void pst_websocket_reader_skip (PstWebsocketReader *reader, gsize length);
PstWebsocketStatus pst_websocket_reader_next (PstWebsocketReader *reader, PstWebsocketItem *item);
/* Appends one whole frame, masked with @mask as a client must. */
void pst_websocket_append_frame (GByteArray *bytes, PstWebsocketOpcode opcode, const guint8 *data, gsize length, const guint8 mask[4]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstWebsocketReader, pst_websocket_reader_free)

G_END_DECLS
