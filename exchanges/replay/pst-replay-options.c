/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Options as a table: what is added here is installed, set, read and freed without another line of code. */
#include <string.h>

#include "pst-replay-options.h"

typedef enum
{
  OPTION_STRING,
  OPTION_LIST,
  OPTION_ENUM,
  OPTION_UINT,
  OPTION_UINT64,
  OPTION_DURATION,
  OPTION_DECIMAL,
} OptionType;

typedef struct
{
  const char *name, *nick, *blurb;
  OptionType type;
  gsize offset;
  GParamFlags flags;
  GType (*enum_type) (void);
  guint64 minimum, maximum, fallback;
  const char *text; /* default of a string; minimum of a decimal */
} Option;

#define AT(member) G_STRUCT_OFFSET (PstReplayOptions, member)
#define MIB (1024 * 1024)

static const Option options[] = {
  { "path", "Files", "CSV files to play: names and patterns such as data/*.csv.gz; plain, gzip, zstd or zip", OPTION_LIST, AT (path),
    PST_OPTION_PATH | PST_OPTION_REQUIRED },
  { "member", "Member of a zip", "pattern for the one file of a zip that is read; needed when a zip holds several", OPTION_STRING, AT (member) },
  { "columns", "Columns",
    "name of each column, in order: time, date, open, high, low, close, volume, price, size, bid, bid-size, ask, ask-size, symbol, side, trade-id, "
    "or - for one to ignore; "
    "not needed when the files have a header that says so",
    OPTION_LIST, AT (columns) },
  { "header", "Header", "whether the first line holds names; auto: when none of its fields begins like a number", OPTION_ENUM, AT (header), 0,
    pst_replay_header_get_type },
  { "delimiter", "Delimiter", "what stands between fields: one character, or tab, space, semicolon, pipe", OPTION_STRING, AT (delimiter),
    .text = "," },
  { "kind", "Kind of rows", "what a row is; auto: a bar when there is a close, a quote when there is a bid, a trade when there is a price",
    OPTION_ENUM, AT (kind), 0, pst_replay_kind_get_type },
  { "time-format", "Format of times",
    "how times are written; auto: told from each file's first row. s, ms, us, ns count since 1970; ms-of-day counts since midnight of the option "
    "date",
    OPTION_ENUM, AT (time_format), 0, pst_replay_time_format_get_type },
  { "time-zone", "Time zone", "IANA name of the zone of dates, times without a zone and ms-of-day, such as America/New_York", OPTION_STRING,
    AT (time_zone), .text = "UTC" },
  { "date", "Date", "the day of ms-of-day times, YYYY-MM-DD or YYYYMMDD; not set: from each file's name", OPTION_STRING, AT (date) },
  { "symbol", "Symbol", "symbol of all rows when no column names it; {file}: each file's name without folder and ending, in upper case",
    OPTION_STRING, AT (symbol) },
  { "symbols", "Wanted symbols", "only rows of these symbols are played; one without any row is an error", OPTION_LIST, AT (symbols) },
  { "symbols-file", "File of wanted symbols", "like symbols, one a line; blank lines and lines that begin with # are passed over", OPTION_STRING,
    AT (symbols_file), PST_OPTION_PATH },
  { "other-symbols", "Other symbols", "whether rows of symbols that are not wanted are passed over or rejected", OPTION_ENUM, AT (other_symbols), 0,
    pst_replay_other_symbols_get_type },
  { "venue", "Venue", "venue of the instruments; not set: the component's name in upper case", OPTION_STRING, AT (venue) },
  { "base", "Base asset", "what is bought, for settlement=delivery; not set: what stands before the / of a symbol", OPTION_STRING, AT (base) },
  { "quote", "Quote currency", "what is paid; not set: what stands behind the / of a symbol, otherwise USD", OPTION_STRING, AT (quote) },
  { "settlement", "Settlement", "whether a fill moves a position (shares) or exchanges base for quote (spot)", OPTION_ENUM, AT (settlement), 0,
    pst_settlement_get_type },
  { "price-scale", "Decimals of prices", "decimals that a price can have; a price with more is a bad row", OPTION_UINT, AT (price_scale), 0, NULL, 0,
    PST_SCALE_MAX, 4 },
  { "size-scale", "Decimals of sizes", "decimals that a size can have; a size with more is a bad row, a bar's volume is rounded half-even",
    OPTION_UINT, AT (size_scale), 0, NULL, 0, PST_SCALE_MAX, 0 },
  { "price-step", "Grid of prices", "prices must be multiples of it; 0: one unit of the last decimal", OPTION_DECIMAL, AT (price_step), .text = "0" },
  { "size-step", "Grid of order sizes", "sizes of orders must be multiples of it; 0: one unit of the last decimal", OPTION_DECIMAL, AT (size_step),
    .text = "0" },
  { "size-min", "Least order size", "the least size of an order; 0: none", OPTION_DECIMAL, AT (size_min), .text = "0" },
  { "price-unit", "Unit of prices", "by what the files' prices are multiplied: 0.0001 when they count ten-thousandths", OPTION_DECIMAL,
    AT (price_unit), .text = "1" },
  { "size-unit", "Unit of sizes", "by what the files' sizes and volumes are multiplied", OPTION_DECIMAL, AT (size_unit), .text = "1" },
  { "default-size", "Size when there is none", "size of quotes and trades whose files have no sizes; 0: sizes are required", OPTION_DECIMAL,
    AT (default_size), .text = "0" },
  { "layout", "Order of rows",
    "time: rows are in order of time and are streamed; symbol: they are grouped by symbol, are read at the start and sorted in memory", OPTION_ENUM,
    AT (layout), 0, pst_replay_layout_get_type },
  { "bar-period", "Period of bars", "length of a bar; 0: one day when the column is named date, otherwise it must be set unless bar-timestamp=close",
    OPTION_DURATION, AT (bar_period) },
  { "bar-timestamp", "Meaning of a bar's time", "whether a bar is labelled with the time it opens or closes at; it is played when it closes",
    OPTION_ENUM, AT (bar_timestamp), 0, pst_replay_stamp_get_type },
  { "zero-volume", "Bars without volume", "accept: played; name: played, counted and named in the run's records; reject: a bad row", OPTION_ENUM,
    AT (zero_volume), 0, pst_replay_zero_volume_get_type, .fallback = PST_REPLAY_ZERO_VOLUME_NAME },
  { "on-bad-row", "On a bad row", "fail: the run ends in error; skip: the row is dropped, counted and named; stop: the data end before it, in order",
    OPTION_ENUM, AT (on_bad_row), 0, pst_replay_bad_row_get_type },
  { "last-line", "Last line without newline", "accept: it is a row when it is good, and named; reject: a bad row, as the file may have been cut off",
    OPTION_ENUM, AT (last_line), 0, pst_replay_last_line_get_type },
  { "from", "From", "rows before this time are passed over: 2015-01-12 or 2015-01-12T09:30:00Z, of bars the time they are labelled with",
    OPTION_STRING, AT (from) },
  { "to", "To", "rows at this time and after it are passed over", OPTION_STRING, AT (to) },
  { "max-row-bytes", "Longest row", "bytes of a row; a longer one is bad", OPTION_UINT, AT (max_row_bytes), 0, NULL, 64, MIB, 4096 },
  { "block-bytes", "Block", "bytes that are read at a time from each open file", OPTION_UINT, AT (block_bytes), 0, NULL, 64, 64 * MIB, 256 * 1024 },
  { "rows-max", "Rows in memory", "rows that layout=symbol may keep in memory, at 48 bytes each", OPTION_UINT64, AT (rows_max), 0, NULL, 1,
    G_MAXINT64, 10000000 },
  { "files-max", "Files", "how many files path may mean", OPTION_UINT, AT (files_max), 0, NULL, 1, 1000000, 10000 },
  { "open-files-max", "Open files", "how many files that overlap in time may be open at once", OPTION_UINT, AT (open_files_max), 0, NULL, 1, 100000,
    500 },
  { "symbols-max", "Symbols", "how many symbols the files may name", OPTION_UINT, AT (symbols_max), 0, NULL, 1, 10000000, 100000 },
  { "named-rows-max", "Named rows", "how many bad and odd rows are named in the run's records; all are counted", OPTION_UINT, AT (named_rows_max), 0,
    NULL, 0, 10000000, 10000 },
  { "pace", "Pace", "on paper, play in real time: a frame each so long, at the present; 0: as fast as it goes, at the time of the data",
    OPTION_DURATION, AT (pace) },
};

static GParamSpec *
make_pspec (const Option *option)
{
  GParamFlags flags = PST_OPTION_READWRITE | option->flags;

  switch (option->type)
    {
    case OPTION_LIST:
      return g_param_spec_boxed (option->name, option->nick, option->blurb, G_TYPE_STRV, flags);
    case OPTION_ENUM:
      return g_param_spec_enum (option->name, option->nick, option->blurb, option->enum_type (), (gint)option->fallback, flags);
    case OPTION_UINT:
      return g_param_spec_uint (option->name, option->nick, option->blurb, (guint)option->minimum, (guint)option->maximum, (guint)option->fallback,
                                flags);
    case OPTION_UINT64:
      return g_param_spec_uint64 (option->name, option->nick, option->blurb, option->minimum, option->maximum, option->fallback, flags);
    case OPTION_DURATION:
      return pst_param_spec_duration (option->name, option->nick, option->blurb, "0s", "366d", "0s", flags);
    case OPTION_DECIMAL:
      return pst_param_spec_decimal (option->name, option->nick, option->blurb, "0", "1000000000", option->text, flags);
    case OPTION_STRING:
    default:
      return g_param_spec_string (option->name, option->nick, option->blurb, option->text, flags);
    }
}

void
pst_replay_options_install (GObjectClass *klass)
{
  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    g_object_class_install_property (klass, i + 1, make_pspec (&options[i]));
}

static gpointer
member_of (const PstReplayOptions *self, const Option *option)
{
  return G_STRUCT_MEMBER_P (self, option->offset);
}

gboolean
pst_replay_options_set (PstReplayOptions *self, guint id, const GValue *value)
{
  const Option *option;
  gpointer member;

  if (id < 1 || id > G_N_ELEMENTS (options))
    return FALSE;
  option = &options[id - 1];
  member = member_of (self, option);
  switch (option->type)
    {
    case OPTION_LIST:
      g_strfreev (*(GStrv *)member);
      *(GStrv *)member = g_value_dup_boxed (value);
      break;
    case OPTION_ENUM:
      *(gint *)member = g_value_get_enum (value);
      break;
    case OPTION_UINT:
      *(guint *)member = g_value_get_uint (value);
      break;
    case OPTION_UINT64:
      *(guint64 *)member = g_value_get_uint64 (value);
      break;
    case OPTION_DURATION:
      *(gint64 *)member = g_value_get_int64 (value);
      break;
    case OPTION_DECIMAL:
      g_clear_pointer ((PstDecimal **)member, pst_decimal_free);
      *(PstDecimal **)member = g_value_dup_boxed (value);
      break;
    case OPTION_STRING:
    default:
      g_free (*(char **)member);
      *(char **)member = g_value_dup_string (value);
      break;
    }
  return TRUE;
}

gboolean
pst_replay_options_get (const PstReplayOptions *self, guint id, GValue *value)
{
  const Option *option;
  gpointer member;

  if (id < 1 || id > G_N_ELEMENTS (options))
    return FALSE;
  option = &options[id - 1];
  member = member_of (self, option);
  switch (option->type)
    {
    case OPTION_LIST:
    case OPTION_DECIMAL:
      g_value_set_boxed (value, *(gpointer *)member);
      break;
    case OPTION_ENUM:
      g_value_set_enum (value, *(gint *)member);
      break;
    case OPTION_UINT:
      g_value_set_uint (value, *(guint *)member);
      break;
    case OPTION_UINT64:
      g_value_set_uint64 (value, *(guint64 *)member);
      break;
    case OPTION_DURATION:
      g_value_set_int64 (value, *(gint64 *)member);
      break;
    case OPTION_STRING:
    default:
      g_value_set_string (value, *(char **)member);
      break;
    }
  return TRUE;
}

void
pst_replay_options_init (PstReplayOptions *self, GObjectClass *klass)
{
  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    pst_replay_options_set (self, i + 1, g_param_spec_get_default_value (g_object_class_find_property (klass, options[i].name)));
}

void
pst_replay_options_clear (PstReplayOptions *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    {
      gpointer member = member_of (self, &options[i]);

      if (options[i].type == OPTION_LIST)
        g_clear_pointer ((GStrv *)member, g_strfreev);
      else if (options[i].type == OPTION_DECIMAL)
        g_clear_pointer ((PstDecimal **)member, pst_decimal_free);
      else if (options[i].type == OPTION_STRING)
        g_clear_pointer ((char **)member, g_free);
    }
}

/* Of a file it matters what stands in it, not what it is called. */
static char *
hash_file (const char *path)
{
  g_autofree char *text = NULL;
  gsize length = 0;

  g_file_get_contents (path, &text, &length, NULL);
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *)(text != NULL ? text : ""), length);
}

char *
pst_replay_options_describe (const PstReplayOptions *self, GObjectClass *klass)
{
  static const char *const left_out[] = { "path", "block-bytes", "rows-max", "files-max", "open-files-max", "named-rows-max", "pace", NULL };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    {
      GParamSpec *pspec = g_object_class_find_property (klass, options[i].name);
      g_auto (GValue) value = G_VALUE_INIT;
      g_autofree char *now = NULL;

      g_value_init (&value, G_PARAM_SPEC_VALUE_TYPE (pspec));
      pst_replay_options_get (self, i + 1, &value);
      if (g_strv_contains (left_out, options[i].name) || g_param_value_defaults (pspec, &value))
        continue;
      now = g_str_equal (options[i].name, "symbols-file") ? hash_file (self->symbols_file) : pst_option_to_string (pspec, &value);
      g_string_append_printf (text, "%s%s=%s", text->len > 0 ? "; " : "", options[i].name, now != NULL ? now : "");
    }
  return g_string_free (text, FALSE);
}

/* -- compiling -- */

static gboolean
is_set (const char *text)
{
  return text != NULL && *text != '\0';
}

static gboolean
compile_delimiter (const PstReplayOptions *self, PstReplaySettings *settings, GError **error)
{
  static const struct
  {
    const char *name;
    char byte;
  } names[] = { { "tab", '\t' }, { "space", ' ' }, { "semicolon", ';' }, { "pipe", '|' }, { "comma", ',' }, { "\\t", '\t' } };
  const char *text = self->delimiter != NULL ? self->delimiter : "";

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i].name, text))
      {
        settings->delimiter = names[i].byte;
        return TRUE;
      }
  settings->delimiter = text[0];
  if (strlen (text) == 1 && g_ascii_isprint (text[0]) && !g_ascii_isalnum (text[0]) && strchr ("\"+-.:", text[0]) == NULL)
    return TRUE;
  g_set_error (
      error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE,
      "option \"delimiter\": \"%s\" is not allowed; one character that is no letter, digit or one of \"+-.: or the word tab, space, semicolon, pipe",
      text);
  return FALSE;
}

static gboolean
compile_times (const PstReplayOptions *self, PstReplaySettings *settings, GError **error)
{
  settings->time_format = (PstReplayTimeFormat)self->time_format;
  settings->date_ns = G_MININT64;
  if (is_set (self->date) && !pst_replay_date_parse (self->date, strlen (self->date), &settings->date_ns))
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_TYPE, "option \"date\": \"%s\" is not a date; such as 2013-10-07 or 20131007",
                   self->date);
      return FALSE;
    }
  if (!pst_option_parse_period (self->from, self->to, &settings->from_ns, &settings->to_ns, error))
    return FALSE;
  settings->zone = g_time_zone_new_identifier (is_set (self->time_zone) ? self->time_zone : "UTC");
  if (settings->zone != NULL)
    return TRUE;
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN,
               "option \"time-zone\": \"%s\" is not a time zone of this machine; such as UTC or America/New_York (package tzdata)", self->time_zone);
  return FALSE;
}

gboolean
pst_replay_options_rescale (const char *option, const PstDecimal *decimal, guint scale, const char *scale_option, gint64 *mantissa, GError **error)
{
  g_autofree char *text = NULL;

  *mantissa = 0;
  if (decimal == NULL || pst_decimal_rescale (decimal, scale, PST_ROUND_EXACT, mantissa, NULL))
    return TRUE;
  text = pst_decimal_to_string (decimal);
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, "option \"%s\": %s cannot be held with %s=%u decimals; raise %s", option, text,
               scale_option, scale, scale_option);
  return FALSE;
}

static gboolean
compile_scale (const char *option, const PstDecimal *unit, guint decimals, gboolean round, PstReplayScale *scale, GError **error)
{
  *scale = (PstReplayScale){ .unit = 1, .scale = (guint8)decimals, .round = round };
  if (unit == NULL)
    return TRUE;
  if (unit->mantissa <= 0)
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "option \"%s\" must be above zero", option);
      return FALSE;
    }
  scale->unit = unit->mantissa;
  scale->unit_scale = unit->scale;
  /* 1.0 is 1: only a unit without superfluous zeros is read the fast way. */
  for (; scale->unit_scale > 0 && scale->unit % 10 == 0; scale->unit_scale--)
    scale->unit /= 10;
  return TRUE;
}

static gboolean
compile_numbers (const PstReplayOptions *self, PstReplaySettings *settings, GError **error)
{
  if (!compile_scale ("price-unit", self->price_unit, self->price_scale, FALSE, &settings->price, error)
      || !compile_scale ("size-unit", self->size_unit, self->size_scale, FALSE, &settings->size, error)
      || !compile_scale ("size-unit", self->size_unit, self->size_scale, TRUE, &settings->volume, error)
      || !pst_replay_options_rescale ("price-step", self->price_step, self->price_scale, "price-scale", &settings->price_step, error)
      || !pst_replay_options_rescale ("default-size", self->default_size, self->size_scale, "size-scale", &settings->default_size, error))
    return FALSE;
  settings->price_step = MAX (settings->price_step, 1);
  return TRUE;
}

static gboolean
compile_symbol (const PstReplayOptions *self, GError **error)
{
  gboolean has_column = self->columns != NULL && g_strv_contains ((const char *const *)self->columns, "symbol");

  if (self->columns != NULL && !has_column && !is_set (self->symbol))
    {
      g_set_error (
          error, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING,
          "rows name no symbol; set the option \"symbol\" (\"{file}\": the file's name) or name a column \"symbol\" in the option \"columns\"");
      return FALSE;
    }
  if (has_column && is_set (self->symbol))
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT,
                   "option \"symbol\" and a column \"symbol\" contradict each other; keep one of them");
      return FALSE;
    }
  return TRUE;
}

gboolean
pst_replay_options_compile (const PstReplayOptions *self, PstReplaySettings *settings, GError **error)
{
  GStrv columns = self->columns != NULL && self->columns[0] != NULL ? self->columns : NULL;

  *settings = (PstReplaySettings){
    .kind = (PstReplayKind)self->kind,
    .header = (PstReplayHeader)self->header,
    .columns = columns,
    .layout = (PstReplayLayout)self->layout,
    .period_ns = self->bar_period,
    .stamp = (PstReplayStamp)self->bar_timestamp,
    .zero_volume = (PstReplayZeroVolume)self->zero_volume,
    .row_bytes_max = self->max_row_bytes,
    .block_bytes = self->block_bytes,
    .last_line = (PstReplayLastLine)self->last_line,
  };
  return compile_delimiter (self, settings, error) && compile_times (self, settings, error) && compile_numbers (self, settings, error)
         && pst_replay_columns_check (settings, error) && compile_symbol (self, error);
}
