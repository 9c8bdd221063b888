/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Time is gint64 nanoseconds since the epoch, UTC. Text is ISO 8601, locale-free. */
#pragma once

#include "pst-error.h"

G_BEGIN_DECLS

#define PST_NS_PER_SECOND G_GINT64_CONSTANT (1000000000)
#define PST_NS_PER_MS G_GINT64_CONSTANT (1000000)
#define PST_NS_PER_DAY (G_GINT64_CONSTANT (86400) * PST_NS_PER_SECOND)
#define PST_TIME_TEXT_SIZE 40

/* "2015-01-12T00:00:00Z", with as many decimals of the second as are needed (0, 3, 6 or 9). Returns the length. */
PST_API gsize pst_time_print (gint64 time_ns, char *buffer);
PST_API char *pst_time_to_string (gint64 time_ns);
/* Dates, date-times with 'T' or ' ', optional fraction up to 9 digits, optional Z or +hh:mm; no zone means UTC. */
PST_API gboolean pst_time_parse (const char *text, gssize length, gint64 *time_ns, GError **error);
/* Midnight UTC at or before. Floors before 1970 too. */
PST_API gint64 pst_time_floor_day (gint64 time_ns);
/* Proleptic Gregorian civil date to days since the epoch; no checks. */
PST_API gint64 pst_time_days_from_civil (gint year, guint month, guint day);
/* Durations "1ns", "250us", "10ms", "5s", "1m", "2h", "1d"; a bare number is refused. */
PST_API gboolean pst_duration_parse (const char *text, gint64 *duration_ns, GError **error);

G_END_DECLS
