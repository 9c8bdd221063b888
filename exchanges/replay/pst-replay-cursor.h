/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One file as a stream of events: source, lines and parser put together, a batch at a time, in flat memory. */
#pragma once

#include "pst-replay-parser.h"
#include "pst-replay-report.h"
#include "pst-replay-source.h"

G_BEGIN_DECLS

/* Small enough for the first cache, large enough to forget the cost of a call. */
#define PST_REPLAY_BATCH 128

/* A symbol stands in a row for the first time: adds it to the table. FALSE without an error: it can be no symbol. FALSE with one: the feed ends. */
typedef gboolean (*PstReplaySymbolFunc) (gpointer user_data, const char *text, gsize length, GError **error);

/**
 * PstReplayShared:
 * @settings: how files are read
 * @on_bad_row: what a bad row means
 * @member: (nullable): of zips
 * @symbols: the table of symbols
 * @report: takes bad rows
 * @add_symbol: adds to @symbols
 * @user_data: for @add_symbol
 *
 * What all files of a feed share. Borrowed.
 */
typedef struct
{
  PstReplaySettings settings;
  PstReplayBadRow on_bad_row;
  char *member;
  PstReplaySymbols *symbols;
  PstReplayReport *report;
  PstReplaySymbolFunc add_symbol;
  gpointer user_data;
} PstReplayShared;

/**
 * PstReplayCursor:
 * @events: the batch
 * @lines: of each event, its line
 * @n_events: how many
 * @next: the first that was not taken yet
 * @stopped: a bad row ended the feed, in order
 *
 * A file being read. The fields above are for reading, but @next.
 */
typedef struct
{
  PstEvent *events;
  guint64 *lines;
  guint n_events;
  guint next;
  gboolean stopped;
  /*< private >*/
  char *path;
  char *name;
  const PstReplayShared *shared;
  PstReplaySource *source;
  PstReplayFormat format;
  PstReplayParser parser;
  guint32 fixed_symbol;
  char *memory; /* the buffer with its padding */
  char *buffer;
  gsize block;
  const char *start; /* whole rows lie from here */
  const char *end;   /* to here, */
  gsize tail;        /* and behind them this many bytes of the next */
  gboolean at_end, discarding, unfinished, ended;
  char last_text[PST_REPLAY_TEXT_SIZE]; /* of a last row without a newline */
  GError *error;
} PstReplayCursor;

/* @fixed_symbol: of rows without a symbol column. @block_bytes: read at a time. */
PstReplayCursor *pst_replay_cursor_new (const PstReplayShared *shared, const char *path, guint32 fixed_symbol, guint block_bytes);
void pst_replay_cursor_free (PstReplayCursor *cursor);
/* Opens the file and looks at its first lines. */
gboolean pst_replay_cursor_open (PstReplayCursor *cursor, GError **error);
/* Reads the next batch when all events of the last were taken. FALSE: there are none; @error is set when the data failed. */
gboolean pst_replay_cursor_fill (PstReplayCursor *cursor, GError **error);
/* A row that turned out bad after it was parsed: counted and named; FALSE with an error when that ends the feed. */
gboolean pst_replay_cursor_reject (PstReplayCursor *cursor, const PstReplayBad *bad, GError **error);
/* (transfer full): the file's name without folder and the endings that say how it is packed: "BAC" of "a/BAC.csv.gz". */
char *pst_replay_cursor_stem (const char *path);
/* The time of the first good row, without counting or naming anything: no event of the file is known before. G_MININT64 when it cannot be
 * told. The file is closed again. */
gboolean pst_replay_cursor_peek (PstReplayCursor *cursor, gint64 *time_ns, GError **error);
/* Frees what reading took. The counts stay. */
void pst_replay_cursor_close (PstReplayCursor *cursor);
gboolean pst_replay_cursor_is_open (PstReplayCursor *cursor);
guint64 pst_replay_cursor_get_n_rows (PstReplayCursor *cursor);
/* Bars whose volume lost digits. */
guint64 pst_replay_cursor_get_n_rounded (PstReplayCursor *cursor);
void pst_replay_cursor_get_progress (PstReplayCursor *cursor, guint64 *done, guint64 *size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstReplayCursor, pst_replay_cursor_free)

G_END_DECLS
