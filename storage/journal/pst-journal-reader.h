/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads a journal from its first byte to its last and verifies all of it. */
#pragma once

#include "pst-journal-format.h"

G_BEGIN_DECLS

typedef enum
{
  PST_JOURNAL_RECORD, /* a record was read */
  PST_JOURNAL_END,    /* no more; a torn last record was left out and is counted in the scan */
  PST_JOURNAL_ERROR,  /* damage, or the file cannot be read */
} PstJournalStatus;

typedef struct _PstJournalReader PstJournalReader;

/* @name stands in messages. What is appended to the file after this call is not read. */
PstJournalReader *pst_journal_reader_new (PstFile *file, const char *name);
void pst_journal_reader_free (PstJournalReader *reader);
PstJournalStatus pst_journal_reader_next (PstJournalReader *reader, PstRecord *record, GError **error);
/* What was read so far; n_bytes is where the next record begins. */
PstStoreScan pst_journal_reader_get_scan (const PstJournalReader *reader);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstJournalReader, pst_journal_reader_free)

G_END_DECLS
