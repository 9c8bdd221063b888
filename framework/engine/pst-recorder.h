/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The run's one pen: numbers records and hands each to every store, then to every service. */
#pragma once

#include "pst-audit-trail.h"
#include "pst-expected.h"

G_BEGIN_DECLS

/* Records that wait while another is being handed out, or before the run is recorded at all. One more is an error of the run. */
#define PST_RECORDS_WAITING_MAX 4096

/**
 * PstRecorder:
 *
 * Used on the run's context.
 */
typedef struct _PstRecorder PstRecorder;

/* On the run's context; must not block. */
typedef void (*PstRecordListener) (const PstRecord *record, gpointer user_data);

/* The first record that is not expected. */
typedef void (*PstRecorderNews) (gpointer user_data);

PstRecorder *pst_recorder_new (PstClock *clock, PstInstrumentTable *instruments);
void pst_recorder_free (PstRecorder *recorder);
/* Who hosts the run hears every record last; it is no component and leaves no trace in the records. Before open. */
void pst_recorder_set_listener (PstRecorder *recorder, PstRecordListener listener, gpointer user_data);
/* Keeps an audit chain from now on; without, what components audit is dropped. Before open. */
void pst_recorder_set_audit (PstRecorder *recorder, PstAuditLevel level, const char *user_id, const char *run_id);
void pst_recorder_add_store (PstRecorder *recorder, PstStore *store);
void pst_recorder_add_service (PstRecorder *recorder, PstService *service);
gboolean pst_recorder_is_active (const PstRecorder *recorder);
void pst_recorder_open (PstRecorder *recorder);
void pst_recorder_release (PstRecorder *recorder);
void pst_recorder_close (PstRecorder *recorder);
/* The run goes on: takes note of a record that an earlier part of it recorded. In order, before open. */
void pst_recorder_restore (PstRecorder *recorder, const PstRecord *record);
/* What components say is dropped while it is quiet: they are shown the past again. Before open. */
void pst_recorder_set_quiet (PstRecorder *recorder, gboolean quiet);
/* A tick that was broken off is done again: what @expected has is not recorded a second time. (transfer full) (nullable). Before open. */
void pst_recorder_expect (PstRecorder *recorder, PstExpected *expected);
/* (nullable): what the run is going to do next, as far as the journal knows. */
const PstRecord *pst_recorder_peek (const PstRecorder *recorder);
void pst_recorder_skip (PstRecorder *recorder);
/* Called once when all that was expected of orders and money has come and something new is to be recorded: it opens the recorder. */
void pst_recorder_set_news (PstRecorder *recorder, PstRecorderNews news, gpointer user_data);
gboolean pst_recorder_has_diverged (const PstRecorder *recorder);
void pst_recorder_append (PstRecorder *recorder, PstRecord *record);
void pst_recorder_append_instruments (PstRecorder *recorder);
void pst_recorder_commit (PstRecorder *recorder, PstCommit why);
void pst_recorder_note (PstRecorder *recorder, guint32 component, const char *name, const char *format, ...) G_GNUC_PRINTF (4, 5);
const GError *pst_recorder_get_error (const PstRecorder *recorder);
guint64 pst_recorder_get_n_records (const PstRecorder *recorder);

/* Cuts a text to size without leaving half a character; what is no UTF-8 ends it. */
static inline void
pst_copy_text (char *copy, gsize size, const char *text)
{
  const char *end;

  g_strlcpy (copy, text != NULL ? text : "", size);
  if (!g_utf8_validate (copy, -1, &end))
    copy[end - copy] = '\0';
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstRecorder, pst_recorder_free)

G_END_DECLS
