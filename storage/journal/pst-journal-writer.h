/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Appends records to a journal file in groups. */
#pragma once

#include "pst-journal-format.h"

G_BEGIN_DECLS

typedef struct _PstJournalWriter PstJournalWriter;

/* @next_sequence 1: a new journal, whose header is written with the first group. @buffer_size: bytes that wait at most, but for one record. */
PstJournalWriter *pst_journal_writer_new (PstFile *file, const char *name, guint64 next_sequence, gsize buffer_size);
void pst_journal_writer_free (PstJournalWriter *writer);
/* Takes the record; writes when the buffer is full. After any error the writer stays failed and says so again: what is on the disk is not
 * known any more, and only what was confirmed before counts. */
gboolean pst_journal_writer_append (PstJournalWriter *writer, const PstRecord *record, GError **error);
/* Hands what waits to the system: it outlives the process. */
gboolean pst_journal_writer_flush (PstJournalWriter *writer, GError **error);
/* Flushes, and forces to the disk what was not yet: it outlives the machine. */
gboolean pst_journal_writer_sync (PstJournalWriter *writer, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstJournalWriter, pst_journal_writer_free)

G_END_DECLS
