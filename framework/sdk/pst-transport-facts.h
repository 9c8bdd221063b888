/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What passes between a venue's session and its transport: whole messages, the ends of connections, HTTP requests and their outcomes. Plain
 * structures that are borrowed during the call that hands them over; a copy is deep. */
#pragma once

#include "../model/pst-error.h"

G_BEGIN_DECLS

#define PST_TYPE_OPENED (pst_opened_get_type ())

/**
 * PstOpened:
 * @url: where the connection leads
 * @time_ns: the run's clock when it stood
 *
 * A connection stands.
 */
typedef struct
{
  const char *url;
  gint64 time_ns;
} PstOpened;

PST_API GType pst_opened_get_type (void);
PST_API PstOpened *pst_opened_copy (const PstOpened *opened);
PST_API void pst_opened_free (PstOpened *opened);

#define PST_TYPE_MESSAGE (pst_message_get_type ())

/**
 * PstMessage:
 * @text: (array length=length): the message's bytes; a NUL follows them that @length does not count
 * @length: how many, in bytes
 * @receive_time_ns: the run's clock when the last byte was there
 *
 * One whole message of the venue. Never a part of one.
 */
typedef struct
{
  const char *text;
  gsize length;
  gint64 receive_time_ns;
} PstMessage;

PST_API GType pst_message_get_type (void);
PST_API PstMessage *pst_message_copy (const PstMessage *message);
PST_API void pst_message_free (PstMessage *message);

/**
 * PstCloseReason:
 * @PST_CLOSE_REQUESTED: we closed it
 * @PST_CLOSE_BY_PEER: the venue closed it and said so; look at code and text
 * @PST_CLOSE_REFUSED: it never stood: name not found, nobody listens, or the handshake was answered with an HTTP status
 * @PST_CLOSE_TLS: it never stood: the certificate or the handshake of TLS is bad. Trying again will not help
 * @PST_CLOSE_LOST: it was cut; nobody said goodbye
 * @PST_CLOSE_TIMED_OUT: it did not open in time, or stayed silent for too long
 * @PST_CLOSE_LIMIT: a message was larger than allowed, or too much waited to be sent
 * @PST_CLOSE_PROTOCOL: what came was no legal WebSocket traffic
 * @PST_CLOSE_END: of a recorded session: there is no more
 *
 * Why a connection is not there any more.
 */
typedef enum /*< prefix=PST_CLOSE >*/
{
  PST_CLOSE_REQUESTED,
  PST_CLOSE_BY_PEER,
  PST_CLOSE_REFUSED,
  PST_CLOSE_TLS,
  PST_CLOSE_LOST,
  PST_CLOSE_TIMED_OUT,
  PST_CLOSE_LIMIT,
  PST_CLOSE_PROTOCOL,
  PST_CLOSE_END,
} PstCloseReason;

#define PST_TYPE_CLOSED (pst_closed_get_type ())

/**
 * PstClosed:
 * @reason: why
 * @clean: whether both sides said goodbye, so that nothing sent before was lost on the way
 * @code: the peer's close code, RFC 6455 section 7.4; 0 when it sent none
 * @http_status: the status with which a handshake was refused (429, 503 ...); 0 when there was none
 * @retry_after_s: seconds that the peer asked to wait (Retry-After); 0 when it did not
 * @text: a sentence for people, never %NULL
 * @time_ns: the run's clock when we knew
 *
 * A connection is over, or never came about.
 */
typedef struct
{
  PstCloseReason reason;
  gboolean clean;
  guint code;
  guint http_status;
  guint retry_after_s;
  const char *text;
  gint64 time_ns;
} PstClosed;

PST_API GType pst_closed_get_type (void);
PST_API PstClosed *pst_closed_copy (const PstClosed *closed);
PST_API void pst_closed_free (PstClosed *closed);

/**
 * PstHttpRequest:
 * @method: "GET", "POST", "DELETE" ...; %NULL for GET
 * @url: http or https
 * @headers: (nullable) (array zero-terminated=1): name, value, name, value ..., %NULL
 * @body: (nullable) (array length=body_length): what is sent
 * @body_length: in bytes
 * @timeout_ms: how long the whole answer may take; 0 for the transport's limit
 * @reply_bytes_max: how large the answer's body may be, unpacked; 0 for the transport's limit
 *
 * One HTTP request. Copied by the call that takes it.
 */
typedef struct
{
  const char *method;
  const char *url;
  const char *const *headers;
  const guint8 *body;
  gsize body_length;
  guint timeout_ms;
  gsize reply_bytes_max;
} PstHttpRequest;

/**
 * PstHttpOutcome:
 * @PST_HTTP_ANSWERED: there is a status and a body. A status of 500 and above still tells nothing about what happened
 * @PST_HTTP_NOT_SENT: certainly nothing reached the venue
 * @PST_HTTP_TIMED_OUT: no whole answer in time: unknown whether it was done
 * @PST_HTTP_LOST: the connection broke before the answer was whole: unknown whether it was done
 * @PST_HTTP_TOO_LARGE: the answer was larger than allowed: unknown what it said
 *
 * What became of a request.
 */
typedef enum /*< prefix=PST_HTTP >*/
{
  PST_HTTP_ANSWERED,
  PST_HTTP_NOT_SENT,
  PST_HTTP_TIMED_OUT,
  PST_HTTP_LOST,
  PST_HTTP_TOO_LARGE,
} PstHttpOutcome;

#define PST_TYPE_HTTP_REPLY (pst_http_reply_get_type ())

/**
 * PstHttpReply:
 * @outcome: what became of the request
 * @status: the HTTP status; 0 without an answer
 * @headers: (nullable) (array zero-terminated=1): name, value, name, value ..., %NULL, as the venue wrote them
 * @body: (array length=length): the answer's bytes; a NUL follows them that @length does not count. Never %NULL
 * @length: how many, in bytes
 * @text: a sentence for people that says what went wrong; "" for an answer
 * @receive_time_ns: the run's clock when we knew
 *
 * The outcome of an HTTP request.
 */
typedef struct
{
  PstHttpOutcome outcome;
  guint status;
  const char *const *headers;
  const char *body;
  gsize length;
  const char *text;
  gint64 receive_time_ns;
} PstHttpReply;

PST_API GType pst_http_reply_get_type (void);
PST_API PstHttpReply *pst_http_reply_copy (const PstHttpReply *reply);
PST_API void pst_http_reply_free (PstHttpReply *reply);
/* Case of @name does not matter. */
PST_API const char *pst_http_reply_get_header (const PstHttpReply *reply, const char *name);
/* Whether it is open if the request was carried out: no answer after it was sent, or a 5xx. */
PST_API gboolean pst_http_reply_is_unknown (const PstHttpReply *reply);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstOpened, pst_opened_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstMessage, pst_message_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstClosed, pst_closed_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstHttpReply, pst_http_reply_free)

G_END_DECLS
