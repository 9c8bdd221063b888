/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the steps of an import share. */
#pragma once

#include "pst-data-import.h"

G_BEGIN_DECLS

typedef enum
{
  PST_DATA_KEEP,
  PST_DATA_REJECT,
  PST_DATA_FAIL,
  PST_DATA_IGNORE,
} PstDataTreatment;

typedef struct
{
  const PstDataImport *what;
  PstDataImported *result;
  PstDatasetWriter *writer;
  GPtrArray *files;  /* names */
  GPtrArray *series; /* PstDataRows */
  GHashTable *treatments;
  gint64 period_ns;
  char *time_zone, *calendar;
  PstDataHours hours;
  guint source;
  char *failed; /* the first finding that fails the import */
} PstDataWork;

/* What becomes of a finding; @kind that nobody chose is kept. */
PstDataTreatment pst_data_work_treat (PstDataWork *work, const char *kind);
/* Tells and counts one; fills its treatment. */
void pst_data_work_tell (PstDataWork *work, PstDataFinding *finding, PstDataTreatment treatment);
/* Puts a series in order and checks it. @findings: (out): "gap 3, frozen 12". */
void pst_data_work_check (PstDataWork *work, PstDataRows *rows, char **findings);
/* Puts a series beside what is there. */
gboolean pst_data_work_merge (PstDataWork *work, PstDataRows *rows, const char *findings, GError **error);
/* Reads factor files; the rows are series of their own in @work. */
gboolean pst_data_work_read_factors (PstDataWork *work, const char *pattern, GChecksum *checksum, GError **error);

G_END_DECLS
