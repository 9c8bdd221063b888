/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Recorded sessions with a venue, read item by item. Three forms of file are understood, told apart by their first line:
 *
 *   `URL -> ts: body`, `URL <-> ts`, `URL <- ts: text`, `ts: text`, `configuration: {...}`      (cryptofeed, *.0)
 *   {"t":"header|http|connect|send|recv","conn":...,"ts":...,"url|addr":...,"data":"..."}       (cryptofeed format 2, *.jsonl; what we write)
 *   {"captured_at":...,"url":...} then {"rx_ns":...,"dir":"tx","frame":{...}}                   (*.ndjson) */
#pragma once

#include "../model/pst-time.h"

G_BEGIN_DECLS

/* Longest line, in bytes: a venue's whole list of instruments is 6 MB. */
#define PST_CAPTURE_LINE_MAX (128u << 20)

/**
 * PstCaptureKind:
 * @PST_CAPTURE_HEADER: what the file says of itself; its text is JSON
 * @PST_CAPTURE_HTTP: the answer to a request
 * @PST_CAPTURE_CONNECT: a WebSocket connection was opened
 * @PST_CAPTURE_SENT: a message of ours
 * @PST_CAPTURE_RECEIVED: a message of the venue
 *
 * What was recorded.
 */
typedef enum /*< prefix=PST_CAPTURE >*/
{
  PST_CAPTURE_HEADER,
  PST_CAPTURE_HTTP,
  PST_CAPTURE_CONNECT,
  PST_CAPTURE_SENT,
  PST_CAPTURE_RECEIVED,
} PstCaptureKind;

/**
 * PstCaptureItem:
 * @kind: what it is
 * @time_ns: when, nanoseconds since the epoch, UTC; never before the item before. 0 for a header without a time
 * @connection: which connection, by the file's name for it; "" where the file knows only one
 * @address: its URL; "" where the file does not say
 * @text: (array length=length): the message or body, UTF-8, with a NUL behind; "" for a connect
 * @length: bytes of @text
 * @status: the HTTP status of an answer; 200 where the file does not say
 * @line: the line it stands on, from 1
 *
 * One line of a capture. Borrowed until the next one is read.
 */
typedef struct
{
  PstCaptureKind kind;
  gint64 time_ns;
  const char *connection;
  const char *address;
  const char *text;
  gsize length;
  guint status;
  guint64 line;
} PstCaptureItem;

#define PST_TYPE_CAPTURE (pst_capture_get_type ())
PST_API
G_DECLARE_FINAL_TYPE (PstCapture, pst_capture, PST, CAPTURE, GObject)

PST_API PstCapture *pst_capture_open (const char *path, GError **error);
/* FALSE without an error at the end. */
PST_API gboolean pst_capture_next (PstCapture *capture, PstCaptureItem *item, GError **error);
PST_API const char *pst_capture_get_path (PstCapture *capture);

G_END_DECLS
