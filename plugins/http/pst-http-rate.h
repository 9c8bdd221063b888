/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How often somebody may come: a bucket for each, which fills again with time. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Those beyond share one bucket: memory is bounded, whoever comes. */
#define PST_HTTP_RATE_KEYS_MAX 4096

typedef struct _PstHttpRate PstHttpRate;

/* @per_second: how fast a bucket fills; it holds two seconds' worth. */
PstHttpRate *pst_http_rate_new (guint per_second);
void pst_http_rate_free (PstHttpRate *rate);
/* Takes @cost out of a bucket. 0: it was there; else in how many seconds it will be. @now_us: monotonic. */
guint pst_http_rate_take (PstHttpRate *rate, const char *key, guint cost, gint64 now_us);
guint pst_http_rate_get_n_keys (PstHttpRate *rate);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstHttpRate, pst_http_rate_free)

G_END_DECLS
