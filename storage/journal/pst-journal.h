/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The journal store: what happened, record by record, before anything else hears of it. Source of truth for recovery. */
#pragma once

#include "pst-journal-reader.h"
#include "pst-journal-writer.h"

G_BEGIN_DECLS

/**
 * PstJournalDurability:
 * @PST_JOURNAL_DURABILITY_AUTO: power when live, process otherwise
 * @PST_JOURNAL_DURABILITY_PROCESS: what was committed outlives the process
 * @PST_JOURNAL_DURABILITY_POWER: what was committed outlives the machine's power
 *
 * What a commit promises.
 */
typedef enum
{
  PST_JOURNAL_DURABILITY_AUTO,
  PST_JOURNAL_DURABILITY_PROCESS,
  PST_JOURNAL_DURABILITY_POWER,
} PstJournalDurability;

/**
 * PstJournalExisting:
 * @PST_JOURNAL_EXISTING_REFUSE: a file that holds a run is left alone and the start refused
 * @PST_JOURNAL_EXISTING_CONTINUE: the same run, when it has not ended, is verified and continued
 *
 * What to do with a file that holds a run already.
 */
typedef enum
{
  PST_JOURNAL_EXISTING_REFUSE,
  PST_JOURNAL_EXISTING_CONTINUE,
} PstJournalExisting;

#define PST_TYPE_JOURNAL_DURABILITY (pst_journal_durability_get_type ())
GType pst_journal_durability_get_type (void);
#define PST_TYPE_JOURNAL_EXISTING (pst_journal_existing_get_type ())
GType pst_journal_existing_get_type (void);

#define PST_TYPE_JOURNAL (pst_journal_get_type ())
G_DECLARE_FINAL_TYPE (PstJournal, pst_journal, PST, JOURNAL, PstStore)

/* For tests: used in place of opening the path. */
void pst_journal_set_file (PstJournal *journal, PstFile *file);

G_END_DECLS
