/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From bytes to events: a pure function of the bytes, the format and what came before. It opens nothing, allocates nothing for
 * a row and knows no run, so that it can be fuzzed alone. */
#pragma once

#include "pst-replay-format.h"
#include "pst-replay-symbols.h"

G_BEGIN_DECLS

/**
 * PstReplayParse:
 * @PST_REPLAY_PARSE_BYTES: all bytes are used up
 * @PST_REPLAY_PARSE_FULL: there is no more room for events
 * @PST_REPLAY_PARSE_BAD: a row was rejected: see bad; it is used up
 * @PST_REPLAY_PARSE_NOTICE: an event was made of a row that is odd: see bad
 * @PST_REPLAY_PARSE_SYMBOL: a row of a symbol that is not in the table: add it, then call again; the row is not used up
 * @PST_REPLAY_PARSE_PAST: a row at or behind the end of the wanted time; nothing wanted follows in a file in time order
 *
 * Why the parser returned.
 */
typedef enum
{
  PST_REPLAY_PARSE_BYTES,
  PST_REPLAY_PARSE_FULL,
  PST_REPLAY_PARSE_BAD,
  PST_REPLAY_PARSE_NOTICE,
  PST_REPLAY_PARSE_SYMBOL,
  PST_REPLAY_PARSE_PAST,
} PstReplayParse;

/**
 * PstReplayParser:
 * @line: number of the line that was used up last
 * @n_rows: rows used up, without header and blank lines
 * @n_rejected: of these, bad ones
 * @n_left_out: of these, outside the wanted time or symbols
 * @n_zero_volume: of the events, bars without volume
 * @n_rounded: of the events, bars whose volume lost digits
 * @bad: the row that BAD and NOTICE mean
 * @symbol: the field that SYMBOL means
 *
 * The state of reading one file. The fields above are for reading.
 */
typedef struct
{
  guint64 line;
  guint64 n_rows, n_rejected, n_left_out, n_zero_volume, n_rounded;
  PstReplayBad bad;
  PstReplayField symbol;
  /*< private >*/
  const PstReplayFormat *format;
  PstReplaySymbols *symbols;
  PstReplayTimes times;
  gint64 *last_ns; /* by symbol */
  guint n_last;
  gint64 file_last_ns;
  guint32 fixed_symbol;
  guint32 recent_symbol;
} PstReplayParser;

/* @fixed_symbol: of rows that do not name one. Everything is borrowed. */
void pst_replay_parser_init (PstReplayParser *parser, const PstReplayFormat *format, PstReplaySymbols *symbols, guint32 fixed_symbol);
void pst_replay_parser_clear (PstReplayParser *parser);
/* Reads rows from *@cursor, each closed by a newline; @end stands behind the last newline; PST_REPLAY_PADDING bytes before *@cursor
 * and behind @end can be read.
 * @lines gets each event's line number. */
PstReplayParse pst_replay_parser_run (PstReplayParser *parser, const char **cursor, const char *end, PstEvent *events, guint64 *lines,
                                      guint events_max, guint *n_events);
/* After SYMBOL: the row's symbol cannot be added; the row is used up as a bad one. */
void pst_replay_parser_refuse_symbol (PstReplayParser *parser, const char **cursor, const char *end);
/* The time of one line, without any effect but on what is remembered of dates; FALSE when the line is bad. */
gboolean pst_replay_parser_peek_time (PstReplayParser *parser, const char *line, gsize length, gint64 *time_ns);
/* Names a row as a whole as bad, for what only the reader of the file can see. The row counts. */
void pst_replay_parser_reject (PstReplayParser *parser, PstReplayReason reason, const char *text, gsize length);

G_END_DECLS
