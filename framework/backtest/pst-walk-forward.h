/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Walking forward: search in one window of time, trade the best of it in the next, move on (Pardo 1992). What was traded never saw the data that
 * chose it. Here stand the windows and the curve that the traded ones make together; searching and trading are others' work. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* Windows of one walk. */
#define PST_WALK_WINDOWS_MAX 10000

/**
 * PstWalkLength:
 * @n_bars: so many logical times; 0: it is a duration
 * @duration_ns: or so long
 *
 * How long a window is.
 */
typedef struct
{
  guint64 n_bars;
  gint64 duration_ns;
} PstWalkLength;

/**
 * PstWalkWindow:
 * @in_from_ns: first logical time that is searched
 * @in_to_ns: the last
 * @out_from_ns: first logical time that is traded
 * @out_to_ns: the last
 * @out_first: place of @out_from_ns in the times
 *
 * One step; all ends are included.
 */
typedef struct
{
  gint64 in_from_ns, in_to_ns, out_from_ns, out_to_ns;
  gsize out_first;
} PstWalkWindow;

/* "500" (bars) or "365d". PST_VALUE_ERROR. */
gboolean pst_walk_length_parse (const char *what, const char *text, PstWalkLength *length, GError **error);
/* (transfer full) (element-type PstWalkWindow): @times: all logical times in order. The last window may be shorter. PST_VALUE_ERROR_RANGE when there
 * is not a whole in-sample window with something behind it. */
GArray *pst_walk_windows (const gint64 *times, gsize n_times, gboolean is_anchored, const PstWalkLength *in_sample,
                          const PstWalkLength *out_of_sample, GError **error);
/* Appends the points of @window's result to @curve (element-type PstEquityPoint), scaled so that it goes on where @curve stands; what came before
 * @window is left out. @initial: equity with which the walk begins. FALSE: an amount does not fit. */
gboolean pst_walk_join (GArray *curve, const PstBacktestResult *result, const PstWalkWindow *window, gint64 initial);

G_END_DECLS
