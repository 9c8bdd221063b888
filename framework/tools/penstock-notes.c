/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A service of the command's own: hears the run's records like any other. */

#include "penstock-rejected.h"

#include <string.h>

struct _PenstockRejected
{
  PstService parent_instance;
};

G_DEFINE_FINAL_TYPE (PenstockRejected, penstock_rejected, PST_TYPE_SERVICE)

static void
penstock_rejected_on_record (PstService *service, const PstRecord *record)
{
  if (record->kind == PST_RECORD_NOTE && strcmp (record->note.name, "ROW_REJECTED") == 0)
    g_printerr ("%s\n", record->note.detail);
}

static void
penstock_rejected_class_init (PenstockRejectedClass *klass)
{
  PST_SERVICE_CLASS (klass)->on_record = penstock_rejected_on_record;
}

static void
penstock_rejected_init (PenstockRejected *self)
{
}
