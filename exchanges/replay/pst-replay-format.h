/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the columns of a file mean: settings that hold for all files of a feed, and the format of one file, compiled from them
 * and its header so that the parser only follows a list of actions. */
#pragma once

#include "pst-replay-time.h"

G_BEGIN_DECLS

/**
 * PstReplaySettings:
 * @kind: bars, quotes or trades; AUTO: as the columns say
 * @header: whether files have one
 * @delimiter: the byte between fields
 * @columns: (nullable) (element-type utf8): names of the columns; %NULL: as the header says
 * @time_format: of the time column
 * @zone: (nullable): of times without a zone
 * @date_ns: for MS_OF_DAY, counted as if UTC; %G_MININT64: from the file's name
 * @price: how prices are read
 * @size: how sizes are read
 * @volume: how bars' volumes are read
 * @price_step: the grid of prices
 * @default_size: of quotes and trades whose files have no sizes; 0: sizes are required
 * @layout: order of the rows
 * @period_ns: of bars; 0: one day when the column is a date, required otherwise
 * @stamp: what a bar's time means
 * @zero_volume: what to do with bars without volume
 * @from_ns: rows before are left out
 * @to_ns: rows at or after are left out
 * @row_bytes_max: longer rows are bad
 * @block_bytes: read at a time
 * @last_line: whether the last line needs a newline
 * @symbols_listed: whether only some symbols are wanted
 *
 * What the options say about the files, checked.
 */
typedef struct
{
  PstReplayKind kind;
  PstReplayHeader header;
  char delimiter;
  GStrv columns;
  PstReplayTimeFormat time_format;
  GTimeZone *zone;
  gint64 date_ns;
  PstReplayScale price, size, volume;
  gint64 price_step;
  gint64 default_size;
  PstReplayLayout layout;
  gint64 period_ns;
  PstReplayStamp stamp;
  PstReplayZeroVolume zero_volume;
  gint64 from_ns, to_ns;
  guint row_bytes_max;
  guint block_bytes;
  PstReplayLastLine last_line;
  gboolean symbols_listed;
} PstReplaySettings;

typedef enum
{
  PST_REPLAY_ACTION_SKIP,
  PST_REPLAY_ACTION_TIME,
  PST_REPLAY_ACTION_DATE,
  PST_REPLAY_ACTION_TIME_OF_DAY,
  PST_REPLAY_ACTION_PRICE,
  PST_REPLAY_ACTION_SIZE,
  PST_REPLAY_ACTION_VOLUME,
  PST_REPLAY_ACTION_SYMBOL,
  PST_REPLAY_ACTION_SIDE,
  PST_REPLAY_ACTION_ID,
} PstReplayAction;

/**
 * PstReplayColumn:
 * @action: what to do with the field
 * @slot: where a number goes in the row's values
 * @fast_scale: decimals for the fast reader; -1 when only the careful one may read
 * @name: for messages
 *
 * One column, compiled.
 */
typedef struct
{
  guint8 action;
  guint8 slot;
  gint8 fast_scale;
  const char *name;
} PstReplayColumn;

/* Values of a row lie as the event's union has them. */
enum
{
  PST_REPLAY_SLOT_OPEN = 0,
  PST_REPLAY_SLOT_HIGH,
  PST_REPLAY_SLOT_LOW,
  PST_REPLAY_SLOT_CLOSE,
  PST_REPLAY_SLOT_VOLUME,
  PST_REPLAY_SLOT_BID = 0,
  PST_REPLAY_SLOT_BID_SIZE,
  PST_REPLAY_SLOT_ASK,
  PST_REPLAY_SLOT_ASK_SIZE,
  PST_REPLAY_SLOT_PRICE = 0,
  PST_REPLAY_SLOT_SIZE,
  PST_REPLAY_SLOT_ID,
  PST_REPLAY_SLOT_SIDE,
  PST_REPLAY_N_SLOTS = 5,
};

/**
 * PstReplayFormat:
 * @n_columns: how many fields a row has
 * @kind: BAR, QUOTE or TRADE
 * @time_format: of the time column, or of the time of day beside a date column; never AUTO
 * @has_header: whether the first line is one
 * @has_symbol: whether rows name their symbol
 * @has_volume: whether a volume column is there
 * @shift_ns: of bars, what their label is moved by to get the time at which they are known
 * @date_ns: of MS_OF_DAY
 * @columns: the actions
 *
 * The format of one file.
 */
typedef struct
{
  const PstReplaySettings *settings;
  guint n_columns;
  PstReplayKind kind;
  PstReplayTimeFormat time_format;
  gboolean has_header;
  gboolean has_symbol;
  gboolean has_volume;
  gint64 shift_ns;
  gint64 date_ns;
  PstReplayColumn columns[PST_REPLAY_COLUMNS_MAX];
} PstReplayFormat;

typedef struct
{
  const char *text;
  gsize length;
  guint column; /* of its first byte in the line, from 1 */
} PstReplayField;

/* Splits a line without its newline; quotation marks and blanks around a field are taken off. A field that is quoted in any other way keeps its
 * first mark. FALSE when there are more than @fields_max. */
gboolean pst_replay_split (const char *line, gsize length, char delimiter, PstReplayField *fields, guint fields_max, guint *n_fields);
/* NULL for a name that is no column's; "-" is the name of what is ignored. */
const char *pst_replay_column_find (const char *name);
/* (transfer none): all names a column can have. */
const char *const *pst_replay_column_names (void);
/* Whether the settings' columns, when given, make sense together: what can be said without a file. */
gboolean pst_replay_columns_check (const PstReplaySettings *settings, GError **error);
/* Looks at the first line of a file. @stem: of the file's name, for its date. The time format may still be AUTO then: it has to be guessed from a
 * row. Errors: PST_EXCHANGE_ERROR_DATA, PST_OPTION_ERROR; without the file's name. */
gboolean pst_replay_format_init (PstReplayFormat *format, const PstReplaySettings *settings, const char *stem, const char *first, gsize length,
                                 GError **error);
gboolean pst_replay_format_guess_time (PstReplayFormat *format, const char *line, gsize length, GError **error);
/* The date in a file's name, "20131007_quote" or "trades-2013-10-07"; FALSE when there is none. */
gboolean pst_replay_date_from_name (const char *stem, gint64 *local_ns);

G_END_DECLS
