/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How long each watched book has not been live, or has not changed. Silence makes no frames, so a timer stands at the earliest moment at which a
 * limit could be reached. */
#pragma once

#include "pst-stop-conditions-options.h"

G_BEGIN_DECLS

/* Called once for the first book that reached a limit; then it stands still until it is started again. */
typedef void (*PstStopBookFunc) (const char *instrument, gint64 age_ns, gboolean live, gpointer user_data);

typedef struct
{
  const PstStopConditionsOptions *options;
  PstContext *context;
  GArray *watched; /* Watched */
  GArray *slots;   /* guint by instrument: one more than its place among the watched; 0: not watched */
  guint timer;
  PstStopBookFunc func;
  gpointer user_data;
} PstStopBooks;

void pst_stop_books_init (PstStopBooks *books);
void pst_stop_books_clear (PstStopBooks *books);
/* From now on, as if every watched book had just changed. */
void pst_stop_books_start (PstStopBooks *books, PstContext *context, const PstStopConditionsOptions *options, PstStopBookFunc func,
                           gpointer user_data);
void pst_stop_books_stop (PstStopBooks *books);
void pst_stop_books_take_frame (PstStopBooks *books, const PstFrame *frame);

G_END_DECLS
