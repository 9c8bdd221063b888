/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The results of a sweep, all sets of them: a header that says which sweep it is, then blocks of sets, each at its place and with its digest. What is
 * not there, torn or damaged is simply not done, so a sweep goes on from whatever a crash, a full disk or Ctrl-C left. The same sweep makes the same
 * bytes, in whatever order its blocks were done. */
#pragma once

#include "pst-parameter-space.h"

G_BEGIN_DECLS

/* Statistics that are kept of each set. */
#define PST_SWEEP_STATISTICS_MAX 64
/* Sets of one block. */
#define PST_SWEEP_BLOCK_MAX 64

/**
 * PstSweepState:
 * @PST_SWEEP_STATE_OPEN: not tried yet
 * @PST_SWEEP_STATE_DONE: its statistics are there
 * @PST_SWEEP_STATE_REFUSED: a component refuses the combination ("fast must be below slow"): left out
 * @PST_SWEEP_STATE_OVERFLOW: it failed, because an amount does not fit 64 bits
 *
 * What became of a set; a byte in the file.
 */
typedef enum /*< prefix=PST_SWEEP_STATE >*/
{
  PST_SWEEP_STATE_OPEN,
  PST_SWEEP_STATE_DONE,
  PST_SWEEP_STATE_REFUSED,
  PST_SWEEP_STATE_OVERFLOW,
} PstSweepState;

/* "done", "refused", "failed: an amount does not fit 64 bits" */
const char *pst_sweep_state_to_string (PstSweepState state);

/**
 * PstSweepHeader:
 * @name: the pipeline's name
 * @key: hash of what results follow from besides the sets: plugins, options that are not varied, data
 * @space: the sets
 * @statistics: (array zero-terminated=1): what is kept of each
 * @first_set: the first set that is in this file: of a slice not 0
 * @n_sets: how many sets are in this file
 *
 * Which sweep it is.
 */
typedef struct
{
  char *name, *key;
  PstParameterSpace *space;
  char **statistics;
  guint64 first_set, n_sets;
} PstSweepHeader;

/* Takes @space; all of its sets. */
PstSweepHeader *pst_sweep_header_new (const char *name, const char *key, PstParameterSpace *space, const char *const *statistics);
void pst_sweep_header_free (PstSweepHeader *header);
/* Narrows it to slice @slice (from 1) of @n_slices: whole blocks, one after the other. */
gboolean pst_sweep_header_slice (PstSweepHeader *header, guint slice, guint n_slices, GError **error);
/* (transfer full) (nullable): what makes them different sweeps, in words; NULL when they are one. Slices count only with @with_slice. */
char *pst_sweep_header_compare (const PstSweepHeader *header, const PstSweepHeader *other, gboolean with_slice);
/* Sets of a block: follows from how many there are, so that few sets make work for many threads. */
guint pst_sweep_header_get_block_sets (const PstSweepHeader *header);
guint64 pst_sweep_header_get_n_blocks (const PstSweepHeader *header);
/* Sets of one block; @first: (out): its first set's number in the space. */
guint pst_sweep_header_get_block (const PstSweepHeader *header, guint64 block, guint64 *first);

typedef struct _PstSweepFile PstSweepFile;

/* Makes a new file, locked; takes @header. PST_STORE_ERROR_EXISTS, _LOCKED, _FULL, _IO. */
PstSweepFile *pst_sweep_file_create (const char *path, PstSweepHeader *header, GError **error);
/* Locked, to go on. PST_STORE_ERROR_CORRUPT or _VERSION when it is none, _LOCKED, _IO. */
PstSweepFile *pst_sweep_file_open (const char *path, GError **error);
/* For reading, without a lock. */
PstSweepFile *pst_sweep_file_open_readonly (const char *path, GError **error);
void pst_sweep_file_free (PstSweepFile *file);
const PstSweepHeader *pst_sweep_file_get_header (const PstSweepFile *file);
const char *pst_sweep_file_get_path (const PstSweepFile *file);
/* @states: #PstSweepState of each set of the block; @statistics: rows. A block that is not there or damaged is OPEN. FALSE: PST_STORE_ERROR_IO. */
gboolean pst_sweep_file_read_block (PstSweepFile *file, guint64 block, guint8 *states, double *statistics, GError **error);
/* Any thread, each block once at a time. PST_STORE_ERROR_FULL or _IO. */
gboolean pst_sweep_file_write_block (PstSweepFile *file, guint64 block, const guint8 *states, const double *statistics, GError **error);
gboolean pst_sweep_file_sync (PstSweepFile *file, GError **error);
/* Copies what @other, of the same sweep, has done of the sets that both hold: from a slice to the whole, or back. PST_VALUE_ERROR_RANGE when it is of
 * another sweep. */
gboolean pst_sweep_file_merge (PstSweepFile *file, PstSweepFile *other, GError **error);
/* How much of the file is written, 0 to 1: a glance that costs nothing, however large it is. */
double pst_sweep_file_get_fill (PstSweepFile *file);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstSweepHeader, pst_sweep_header_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstSweepFile, pst_sweep_file_free)

G_END_DECLS
