/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Makes a result of the records of a run: of one that goes on, as its listener, or of one that is read back from a journal. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

typedef struct _PstResultRecorder PstResultRecorder;

PstResultRecorder *pst_result_recorder_new (void);
void pst_result_recorder_free (PstResultRecorder *recorder);
/* In order, from the first on. */
void pst_result_recorder_take (PstResultRecorder *recorder, const PstRecord *record);
/* A bar of the market: excursions (MAE, MFE), bars held and exposure are known by these. @instrument: the run's index. Any time before finish, the
 * bars of one instrument in order. */
void pst_result_recorder_take_bar (PstResultRecorder *recorder, guint32 instrument, gint64 time_ns, gint64 high, gint64 low, gint64 close);
/* (transfer full): what the records tell; without statistics. Once. PST_STORE_ERROR_CORRUPT when they are none of a run. */
PstBacktestResult *pst_result_recorder_finish (PstResultRecorder *recorder, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstResultRecorder, pst_result_recorder_free)

G_END_DECLS
