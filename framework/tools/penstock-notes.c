/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A service of the command's own: hears the run's records like any other. */

#include "penstock-notes.h"

#include <string.h>

struct _PenstockNotes
{
  PstService parent_instance;

  const char *name;
  PenstockProgress *progress;
};

G_DEFINE_FINAL_TYPE (PenstockNotes, penstock_notes, PST_TYPE_SERVICE)

static void
penstock_notes_on_record (PstService *service, const PstRecord *record)
{
  PenstockNotes *notes = PENSTOCK_NOTES (service);

  if (record->kind != PST_RECORD_NOTE || strcmp (record->note.name, notes->name) != 0)
    return;
  if (notes->progress != NULL)
    penstock_progress_end (notes->progress);
  g_printerr ("%s\n", record->note.detail);
}

static void
penstock_notes_class_init (PenstockNotesClass *klass)
{
  PST_SERVICE_CLASS (klass)->on_record = penstock_notes_on_record;
}

static void
penstock_notes_init (PenstockNotes *notes)
{
}

PstComponent *
penstock_notes_new (const char *name, PenstockProgress *progress)
{
  PenstockNotes *notes = g_object_new (PENSTOCK_TYPE_NOTES, NULL);

  notes->name = name;
  notes->progress = progress;
  return PST_COMPONENT (notes);
}
