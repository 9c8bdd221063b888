/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was asked under which idempotency key, and what was answered: a client that did not hear the answer asks again, and nothing is done twice. */
#pragma once

#include "pst-http-once-file.h"

G_BEGIN_DECLS

#define PST_HTTP_ONCE_KEY_MAX 128
/* Of one token, and of all. A key is never forgotten before its time: what is more is refused. */
#define PST_HTTP_ONCE_TOKEN_MAX 10000
#define PST_HTTP_ONCE_MAX 50000
/* Of all answers together. */
#define PST_HTTP_ONCE_BYTES_MAX (64 * 1024 * 1024)

typedef struct _PstHttpOnce PstHttpOnce;
typedef struct _PstHttpOnceEntry PstHttpOnceEntry;

/* @keep_us: for how long an answer is kept */
PstHttpOnce *pst_http_once_new (gint64 keep_us);
/* Takes up what is kept in @folder, and keeps what comes there: FALSE with a PST_STORE_ERROR. Before anything was asked. @clock: the wall's; any
 * thread. */
gboolean pst_http_once_open (PstHttpOnce *once, const char *folder, PstClock *clock, gint64 now_us, GError **error);
void pst_http_once_free (PstHttpOnce *once);
/* 1 to 128 visible ASCII characters. */
gboolean pst_http_once_is_key (const char *key);
/* @request: (nullable): all that makes the request what it is. Three outcomes: an entry, then it is new and must be ended; NULL with *@reply, then it
 * was answered before; NULL with a PST_HTTP_ERROR: 409 while the first is in progress, 422 for another request, 429 when too many are kept. A request
 * that a crash of the host cut off was answered with 409: whether it was done is not known. */
PstHttpOnceEntry *pst_http_once_begin (PstHttpOnce *once, const char *user, guint token, const char *key, const char *request, gsize length,
                                       gint64 now_us, PstHttpAnswer **reply, GError **error);
/* Any thread, before the request of an entry is done: FALSE when that cannot be kept; it must not be done then. */
gboolean pst_http_once_keep_begun (PstHttpOnce *once, PstHttpOnceEntry *entry, GError **error);
/* Any thread, once after it was kept as begun and before it is answered. @reply: (nullable): NULL when nothing was done. */
void pst_http_once_keep_ended (PstHttpOnce *once, PstHttpOnceEntry *entry, PstHttpAnswer *reply);
/* Whether what is begun can be kept; any thread. */
gboolean pst_http_once_is_good (PstHttpOnce *once);
/* @reply: (nullable): NULL when nothing was done, so that it may be tried again. */
void pst_http_once_end (PstHttpOnce *once, PstHttpOnceEntry *entry, PstHttpAnswer *reply, gint64 now_us);
guint pst_http_once_get_n_entries (PstHttpOnce *once);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstHttpOnce, pst_http_once_free)

G_END_DECLS
