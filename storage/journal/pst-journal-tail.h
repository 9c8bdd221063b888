/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tells a torn last record, which an interrupted write leaves, from damage, which nothing legal leaves. */
#pragma once

#include "pst-journal-format.h"

G_BEGIN_DECLS

/* Whether what stands from @offset to @length could be left by an interrupted write of the record numbered @sequence. On a read error
 * @error is set and FALSE returned. */
gboolean pst_journal_tail_is_torn (PstFile *file, guint64 offset, guint64 length, guint64 sequence, GError **error);

G_END_DECLS
