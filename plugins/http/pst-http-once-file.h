/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Idempotency keys on the disk, so that what was asked before a crash is not done again after it. Appended to before a request is done and again
 * before it is answered; written anew without what is over when too much of that has come together. */
#pragma once

#include "pst-http-answer.h"

G_BEGIN_DECLS

#define PST_HTTP_ONCE_HASH_SIZE 32
/* Whoever was away for long asks again late: for so long at least a key is known over a restart. */
#define PST_HTTP_ONCE_AWAY_NS (24 * 3600 * PST_NS_PER_SECOND)
/* A longer answer is not kept over a restart; that it was done is. */
#define PST_HTTP_ONCE_BODY_MAX 65536

typedef struct _PstHttpOnceFile PstHttpOnceFile;

/* @name: user, token and key. @reply: (nullable): what is to be answered; NULL: begun, and never known to have ended. */
typedef void (*PstHttpOnceKeptFunc) (const char *name, guint token, const guint8 *request, PstHttpAnswer *reply, gpointer user_data);

/* Makes @folder when it is not there, reads what is kept and calls @func for each. @keep_ns: for how long answers are kept. NULL with a
 * PST_STORE_ERROR: LOCKED when another process uses it, CORRUPT for what is not ours. */
PstHttpOnceFile *pst_http_once_file_open (const char *folder, gint64 keep_ns, PstClock *clock, PstHttpOnceKeptFunc func, gpointer user_data,
                                          GError **error);
void pst_http_once_file_free (PstHttpOnceFile *file);
/* Any thread. The request is about to be done: on the disk, synced, when it returns TRUE; otherwise it must not be done. */
gboolean pst_http_once_file_begin (PstHttpOnceFile *file, const char *name, guint token, const guint8 *request, GError **error);
/* Any thread. @reply: (nullable): NULL when nothing was done. On the disk when it returns TRUE; otherwise a crash leaves the outcome unknown. */
gboolean pst_http_once_file_end (PstHttpOnceFile *file, const char *name, PstHttpAnswer *reply, GError **error);
/* Any thread. Whether the last write worked. */
gboolean pst_http_once_file_is_good (PstHttpOnceFile *file);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstHttpOnceFile, pst_http_once_file_free)

G_END_DECLS
