/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is counted for each exchange: how late its data come, and how often its connection is lost. Each count costs the same whatever the limits are.
 */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* The last so many messages, and how many of them were late. */
typedef struct
{
  gint64 *times_ns;
  gboolean *late;
  guint size;
  guint next;
  guint count;
  guint n_late;
} PstStopLatency;

PstStopLatency *pst_stop_latency_new (guint size);
void pst_stop_latency_free (PstStopLatency *latency);
void pst_stop_latency_clear (PstStopLatency *latency);
/* TRUE when more than half of the last messages are late, all of which lie less than @window_ns back: their median is above the limit. */
gboolean pst_stop_latency_add (PstStopLatency *latency, gint64 now_ns, gboolean late, gint64 window_ns);
/* How late a frame is: what its newest event says. FALSE when it does not say: bars, statuses, snapshots, which are old by nature. */
gboolean pst_stop_latency_measure (const PstFrame *frame, gint64 *latency_ns);

/* The last so many losses of a connection. */
typedef struct
{
  gint64 *times_ns;
  guint size;
  guint next;
  guint count;
  gboolean connected;
} PstStopLosses;

PstStopLosses *pst_stop_losses_new (guint size, gboolean connected);
void pst_stop_losses_free (PstStopLosses *losses);
void pst_stop_losses_clear (PstStopLosses *losses);
/* TRUE when the connection was lost just now, for the @size-th time in less than @window_ns. */
gboolean pst_stop_losses_take (PstStopLosses *losses, PstConnection state, gint64 now_ns, gint64 window_ns);
/* Sets them for the @number-th exchange of a state; FALSE, and nothing, when there is none within the window. */
gboolean pst_stop_losses_save (const PstStopLosses *losses, PstStateFile *state, guint number, const char *exchange, gint64 now_ns, gint64 window_ns);
/* Takes them back; none is taken for later than @now_ns. */
gboolean pst_stop_losses_load (PstStopLosses *losses, PstStateFile *state, guint number, gint64 now_ns, GError **error);

G_END_DECLS
