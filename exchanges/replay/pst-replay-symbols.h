/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Symbols as they stand in rows, found by their bytes without a copy. */
#pragma once

#include "pst-replay-types.h"

G_BEGIN_DECLS

typedef enum
{
  PST_REPLAY_SYMBOL_WANTED,   /* rows become events */
  PST_REPLAY_SYMBOL_LEFT_OUT, /* rows are passed over */
  PST_REPLAY_SYMBOL_REFUSED,  /* rows are bad */
} PstReplaySymbolUse;

/**
 * PstReplaySymbol:
 * @text: as in the file
 * @length: of @text
 * @instrument: index in the run's table; %PST_INSTRUMENT_NONE when its rows are not wanted
 * @use: what becomes of its rows
 * @seen: whether a good row named it
 *
 * One symbol.
 */
typedef struct
{
  char *text;
  gsize length;
  guint32 instrument;
  PstReplaySymbolUse use;
  gboolean seen;
} PstReplaySymbol;

#define PST_REPLAY_SYMBOL_NONE G_MAXUINT32

/**
 * PstReplaySymbols:
 *
 * A table of symbols, numbered in the order they were added.
 */
typedef struct
{
  /*< private >*/
  PstReplaySymbol *symbols;
  guint n_symbols, n_allocated;
  guint32 *slots; /* index + 1; 0 is free */
  guint mask;
} PstReplaySymbols;

PstReplaySymbols *pst_replay_symbols_new (void);
void pst_replay_symbols_free (PstReplaySymbols *symbols);
/* Index or PST_REPLAY_SYMBOL_NONE. */
guint32 pst_replay_symbols_find (const PstReplaySymbols *symbols, const char *text, gsize length);
/* @text must not be there yet. */
guint32 pst_replay_symbols_add (PstReplaySymbols *symbols, const char *text, gsize length, guint32 instrument, PstReplaySymbolUse use);
guint pst_replay_symbols_get_size (const PstReplaySymbols *symbols);
/* (transfer none) (nullable): the nearest wanted symbol to @text, for messages. */
const char *pst_replay_symbols_nearest (PstReplaySymbols *symbols, const char *text, PstReplaySymbolUse use);

/* (transfer none): valid until the next add. */
static inline PstReplaySymbol *
pst_replay_symbols_get (const PstReplaySymbols *symbols, guint32 index)
{
  return &symbols->symbols[index];
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstReplaySymbols, pst_replay_symbols_free)

G_END_DECLS
