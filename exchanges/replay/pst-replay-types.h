/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Words that the parts of the replay feed share: choices of its options, and how a row can be bad. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* More columns than this is not a market data file. */
#define PST_REPLAY_COLUMNS_MAX 64
/* Readable bytes that must stand before and behind every buffer of rows: it is scanned 64 bytes at a time, and numbers are read from
 * their end. */
#define PST_REPLAY_PADDING 80
/* Bytes of a bad field that are quoted in its message. */
#define PST_REPLAY_TEXT_SIZE 64

typedef enum
{
  PST_REPLAY_KIND_AUTO,
  PST_REPLAY_KIND_BAR,
  PST_REPLAY_KIND_QUOTE,
  PST_REPLAY_KIND_TRADE,
} PstReplayKind;

typedef enum
{
  PST_REPLAY_HEADER_AUTO,
  PST_REPLAY_HEADER_YES,
  PST_REPLAY_HEADER_NO,
} PstReplayHeader;

typedef enum
{
  PST_REPLAY_TIME_AUTO,
  PST_REPLAY_TIME_ISO,
  PST_REPLAY_TIME_S,
  PST_REPLAY_TIME_MS,
  PST_REPLAY_TIME_US,
  PST_REPLAY_TIME_NS,
  PST_REPLAY_TIME_YYYYMMDD,
  PST_REPLAY_TIME_MS_OF_DAY,
} PstReplayTimeFormat;

typedef enum
{
  PST_REPLAY_LAYOUT_TIME,
  PST_REPLAY_LAYOUT_SYMBOL,
} PstReplayLayout;

typedef enum
{
  PST_REPLAY_STAMP_OPEN,
  PST_REPLAY_STAMP_CLOSE,
} PstReplayStamp;

typedef enum
{
  PST_REPLAY_BAD_ROW_FAIL,
  PST_REPLAY_BAD_ROW_SKIP,
  PST_REPLAY_BAD_ROW_STOP,
} PstReplayBadRow;

typedef enum
{
  PST_REPLAY_ZERO_VOLUME_ACCEPT,
  PST_REPLAY_ZERO_VOLUME_NAME,
  PST_REPLAY_ZERO_VOLUME_REJECT,
} PstReplayZeroVolume;

typedef enum
{
  PST_REPLAY_OTHER_SKIP,
  PST_REPLAY_OTHER_REJECT,
} PstReplayOtherSymbols;

typedef enum
{
  PST_REPLAY_LAST_LINE_ACCEPT,
  PST_REPLAY_LAST_LINE_REJECT,
} PstReplayLastLine;

/**
 * PstReplayReason:
 *
 * Why a row was rejected. Each has a word (pst_replay_reason_to_word()) under which the rows are counted.
 */
typedef enum
{
  PST_REPLAY_OK,
  PST_REPLAY_FIELDS,
  PST_REPLAY_QUOTING,
  PST_REPLAY_EMPTY_FIELD,
  PST_REPLAY_NOT_A_NUMBER,
  PST_REPLAY_NOT_FINITE,
  PST_REPLAY_DECIMALS,
  PST_REPLAY_OVERFLOW,
  PST_REPLAY_NOT_POSITIVE,
  PST_REPLAY_OFF_GRID,
  PST_REPLAY_HIGH_LOW,
  PST_REPLAY_NEGATIVE_SIZE,
  PST_REPLAY_ZERO_SIZE,
  PST_REPLAY_ZERO_VOLUME,
  PST_REPLAY_CROSSED,
  PST_REPLAY_TIME_SYNTAX,
  PST_REPLAY_TIME_BACKWARDS,
  PST_REPLAY_TIME_DUPLICATE,
  PST_REPLAY_SYMBOL_SYNTAX,
  PST_REPLAY_SYMBOL_UNKNOWN,
  PST_REPLAY_SIDE_SYNTAX,
  PST_REPLAY_ID_SYNTAX,
  PST_REPLAY_TOO_LONG,
  PST_REPLAY_NUL,
  PST_REPLAY_CUT_OFF,
  PST_REPLAY_NO_ROWS,
  PST_REPLAY_N_REASONS,
} PstReplayReason;

/**
 * PstReplayBad:
 * @reason: what is wrong
 * @line: number of the line in its file, from 1
 * @column: number of the byte in its line, from 1
 * @field: (nullable): the column's name; %NULL when the row as a whole is bad
 * @text: the field's bytes, made printable and cut
 *
 * One bad row, named.
 */
typedef struct
{
  PstReplayReason reason;
  guint64 line;
  guint column;
  const char *field;
  char text[PST_REPLAY_TEXT_SIZE];
} PstReplayBad;

/* "not-a-number": stable, for counting. */
const char *pst_replay_reason_to_word (PstReplayReason reason);
/* "is not a number": the end of a sentence that began with the field and its text. */
const char *pst_replay_reason_to_sentence (PstReplayReason reason);
/* Copies bytes that may be anything into @text as printable UTF-8, cut with "...". */
void pst_replay_printable (const char *bytes, gsize length, char text[PST_REPLAY_TEXT_SIZE]);

GType pst_replay_kind_get_type (void);
GType pst_replay_header_get_type (void);
GType pst_replay_time_format_get_type (void);
GType pst_replay_layout_get_type (void);
GType pst_replay_stamp_get_type (void);
GType pst_replay_bad_row_get_type (void);
GType pst_replay_zero_volume_get_type (void);
GType pst_replay_other_symbols_get_type (void);
GType pst_replay_last_line_get_type (void);

G_END_DECLS
