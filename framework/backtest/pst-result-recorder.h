/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Makes a result of the records of a run that are read back from a journal. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

typedef struct _PstResultRecorder PstResultRecorder;

PstResultRecorder *pst_result_recorder_new (void);
void pst_result_recorder_free (PstResultRecorder *recorder);
/* In order, from the first on. */
void pst_result_recorder_take (PstResultRecorder *recorder, const PstRecord *record);
/* (transfer full): what the records tell; without statistics. Once. PST_STORE_ERROR_CORRUPT when they are none of a run. */
PstBacktestResult *pst_result_recorder_finish (PstResultRecorder *recorder, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstResultRecorder, pst_result_recorder_free)

G_END_DECLS
