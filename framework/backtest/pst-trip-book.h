/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From fills and bars to round trips, with the worst and the best that each stood at. Both engines tell it the same in the same order: a frame's
 * fills on the way to its strategies, then its bars, then the fills that its strategies bring about at once. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

typedef struct _PstTripBook PstTripBook;

PstTripBook *pst_trip_book_new (void);
void pst_trip_book_free (PstTripBook *book);
/* As it was when it was new, but for what it has allocated. */
void pst_trip_book_reset (PstTripBook *book);
/* @fill: its instrument is a place of @instrument's, its strategy that of the result. FALSE on overflow. */
gboolean pst_trip_book_add_fill (PstTripBook *book, const PstInstrument *instrument, guint16 strategy, const PstFill *fill);
/* A bar of the instrument at @place; FALSE on overflow. */
gboolean pst_trip_book_add_bar (PstTripBook *book, guint32 place, gint64 time_ns, const PstBar *bar);
/* Instead of telling each bar, where excursions are of no interest: how many bars there were when a fill comes, and the last one at the end. */
void pst_trip_book_set_n_bars (PstTripBook *book, guint32 place, guint64 n_bars);
void pst_trip_book_set_last (PstTripBook *book, guint32 place, guint64 n_bars, gint64 time_ns, gint64 price);
/* Adds all round trips, those that are open too, in order of their entry. */
gboolean pst_trip_book_finish (PstTripBook *book, GArray *round_trips);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstTripBook, pst_trip_book_free)

G_END_DECLS
