/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How long commits took: counts in buckets a sixteenth of an octave wide, so that memory is fixed and a percentile is right to 6 %. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PST_SQL_LATENCY_BUCKETS 512

typedef struct
{
  guint64 n;
  gint64 max_us;
  guint32 counts[PST_SQL_LATENCY_BUCKETS];
} PstSqlLatency;

void pst_sql_latency_add (PstSqlLatency *latency, gint64 us);
void pst_sql_latency_merge (PstSqlLatency *latency, const PstSqlLatency *other);
/* The time within which @permille of the commits were done, rounded up to its bucket's end; 0 when there was none. */
gint64 pst_sql_latency_get_us (const PstSqlLatency *latency, guint permille);

G_END_DECLS
