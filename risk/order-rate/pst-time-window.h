/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How often something happened lately: the last so many times, in a ring. More than its capacity need not be told apart. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* The largest capacity that an option allows. */
#define PST_TIME_WINDOW_MAX 100000

typedef struct
{
  gint64 *times;
  guint capacity;
  guint next;
  guint count;
} PstTimeWindow;

/* @capacity at least 1. */
PstTimeWindow *pst_time_window_new (guint capacity);
void pst_time_window_free (PstTimeWindow *window);
/* Keeps the latest times. What a window that grows may have forgotten counts as if it had been: too much for a while, never too little. */
void pst_time_window_resize (PstTimeWindow *window, guint capacity);
void pst_time_window_clear (PstTimeWindow *window);
/* Times do not go back. */
void pst_time_window_add (PstTimeWindow *window, gint64 time_ns);
/* How many of the times are less than @length_ns before @now_ns, at most the capacity. */
guint pst_time_window_count (const PstTimeWindow *window, gint64 now_ns, gint64 length_ns);
/* (transfer full): these times, of gint64, the oldest first. */
GArray *pst_time_window_list (const PstTimeWindow *window, gint64 now_ns, gint64 length_ns);
/* Adds times that pst_time_window_list() told; none is taken for later than @last_ns. */
void pst_time_window_fill (PstTimeWindow *window, const GArray *times, gint64 last_ns);

G_END_DECLS
