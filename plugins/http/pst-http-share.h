/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How many of something each client has at a time: nobody may take all of them. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _PstHttpShare PstHttpShare;

/* @most: for one key */
PstHttpShare *pst_http_share_new (guint most);
void pst_http_share_free (PstHttpShare *share);
/* FALSE: that one has as many as are allowed. */
gboolean pst_http_share_take (PstHttpShare *share, const char *key);
void pst_http_share_give_back (PstHttpShare *share, const char *key);
/* Of all keys together. */
guint pst_http_share_get_total (PstHttpShare *share);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstHttpShare, pst_http_share_free)

G_END_DECLS
