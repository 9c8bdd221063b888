/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The bars of many instruments and the order in which a run would see them: by time, at one time as their feed tells them. Made once, read by as many
 * threads as there are, never changed. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

#define PST_BAR_SET_ERROR (pst_bar_set_error_quark ())
GQuark pst_bar_set_error_quark (void);

/**
 * PstBarSetError:
 * @PST_BAR_SET_ERROR_EMPTY: there is no bar
 * @PST_BAR_SET_ERROR_DATA: bars contradict each other, or the feed failed
 * @PST_BAR_SET_ERROR_NOT_SUPPORTED: the feed tells what is no bar
 *
 * Why there is no bar set.
 */
typedef enum /*< prefix=PST_BAR_SET_ERROR >*/
{
  PST_BAR_SET_ERROR_EMPTY,
  PST_BAR_SET_ERROR_DATA,
  PST_BAR_SET_ERROR_NOT_SUPPORTED,
} PstBarSetError;

/**
 * PstBarFrame:
 * @time_ns: when its bars are known
 * @first: place of its first bar in the set's order
 * @n_bars: how many
 *
 * Bars that a run sees together.
 */
typedef struct
{
  gint64 time_ns;
  gsize first;
  guint n_bars;
} PstBarFrame;

typedef struct _PstBarSet PstBarSet;

/* Copies columns; instruments in the order in which a frame tells them. PST_BAR_SET_ERROR. */
PstBarSet *pst_bar_set_new (const PstBarColumns *columns, guint n_instruments, GError **error);
/* Of columns that live as long as @owner is held (a dataset's memory map): nothing is copied. @free_owner: called once, by the last unref. */
PstBarSet *pst_bar_set_new_static (const PstBarColumns *columns, guint n_instruments, gpointer owner, GDestroyNotify free_owner, GError **error);
/* Pulls historical feeds to their end, as a run merges them. They are attached and prepared, and not started: this starts and stops them. */
PstBarSet *pst_bar_set_new_from_feeds (PstExchange *const *feeds, guint n_feeds, GError **error);
PstBarSet *pst_bar_set_ref (PstBarSet *set);
void pst_bar_set_unref (PstBarSet *set);

guint pst_bar_set_get_n_instruments (const PstBarSet *set);
/* (transfer none): of one instrument; places are those of instruments in results. */
const PstBarColumns *pst_bar_set_get_columns (const PstBarSet *set, guint place);
/* Bars of all instruments. */
guint64 pst_bar_set_get_n_bars (const PstBarSet *set);
const PstBarFrame *pst_bar_set_get_frames (const PstBarSet *set, gsize *n_frames);
/* (array): of each bar, in the order in which frames tell them, its instrument's place. */
const guint32 *pst_bar_set_get_order (const PstBarSet *set);
/* Hash in hex of everything that the bars say, whatever they were read from. */
const char *pst_bar_set_get_hash (PstBarSet *set);
/* A part of the time, both ends included, without copying bars: for walk-forward, truncated data and varied starts. Instruments without bars in it
 * stay, with none. (transfer full); PST_BAR_SET_ERROR_EMPTY. */
PstBarSet *pst_bar_set_slice (PstBarSet *set, gint64 from_ns, gint64 to_ns, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstBarSet, pst_bar_set_unref)

G_END_DECLS
