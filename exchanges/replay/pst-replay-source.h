/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file's bytes in big blocks, whatever it is packed with. Damage and truncation are errors, never an early end. */
#pragma once

#include "pst-replay-types.h"

G_BEGIN_DECLS

/**
 * PstReplaySource:
 *
 * An open file: plain, gzip, zstd or one member of a zip, told apart by its first bytes.
 */
typedef struct _PstReplaySource PstReplaySource;

/* @member: (nullable): glob for the one member of a zip that is wanted. Errors: PST_EXCHANGE_ERROR_NOT_FOUND, IO, DATA. */
PstReplaySource *pst_replay_source_open (const char *path, const char *member, GError **error);
void pst_replay_source_free (PstReplaySource *source);
/* Fills @buffer as far as the file goes: fewer than @length bytes only at its end. -1 with an error that names file and offset. */
gssize pst_replay_source_read (PstReplaySource *source, char *buffer, gsize length, GError **error);
/* How far in the file as it lies on disk, and its size. */
void pst_replay_source_get_progress (PstReplaySource *source, guint64 *done, guint64 *size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstReplaySource, pst_replay_source_free)

G_END_DECLS
