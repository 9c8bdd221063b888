/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two ways through a row. The fast one follows the columns' actions and gives up at the first byte that is not plain; the
 * careful one then splits the same row into fields and finds either the values or the reason. */
#include "pst-replay-parser.h"

#include "pst-replay-scan.h"

typedef struct
{
  gint64 time_ns;
  gint64 date_ns;   /* of a DATE column */
  gint64 of_day_ns; /* of a TIME_OF_DAY column */
  guint32 symbol;
  guint32 side;
  gboolean rounded;
  gint64 values[PST_REPLAY_N_SLOTS];
} Row;

/* Which field is at fault when the values of a row do not go together. */
typedef struct
{
  PstReplayReason reason;
  guint8 action;
  guint8 slot;
} Fault;

typedef enum
{
  ROW_EVENT,
  ROW_NOTICE,
  ROW_LEFT_OUT,
  ROW_PAST,
  ROW_BAD,
} Outcome;

void
pst_replay_parser_init (PstReplayParser *self, const PstReplayFormat *format, PstReplaySymbols *symbols, guint32 fixed_symbol)
{
  *self = (PstReplayParser){
    .format = format,
    .symbols = symbols,
    .fixed_symbol = fixed_symbol,
    .recent_symbol = PST_REPLAY_SYMBOL_NONE,
    .file_last_ns = G_MININT64,
  };
  pst_replay_times_init (&self->times, format->settings->zone, format->date_ns);
}

void
pst_replay_parser_clear (PstReplayParser *self)
{
  g_clear_pointer (&self->last_ns, g_free);
  self->n_last = 0;
}

static void
grow_last (PstReplayParser *self, guint32 symbol)
{
  guint n = MAX (64, symbol * 2 + 1);

  self->last_ns = g_renew (gint64, self->last_ns, n);
  for (guint i = self->n_last; i < n; i++)
    self->last_ns[i] = G_MININT64;
  self->n_last = n;
}

static guint32
find_symbol (PstReplayParser *self, const char *text, gsize length)
{
  if (self->recent_symbol != PST_REPLAY_SYMBOL_NONE)
    {
      const PstReplaySymbol *recent = pst_replay_symbols_get (self->symbols, self->recent_symbol);

      if (recent->length == length && memcmp (recent->text, text, length) == 0)
        return self->recent_symbol;
    }
  return self->recent_symbol = pst_replay_symbols_find (self->symbols, text, length);
}

/* -- checks on a row's values -- */

static gboolean
off_grid (gint64 price, gint64 step)
{
  return step != 1 && price % step != 0;
}

static Fault
check_bar (const PstReplayParser *self, const gint64 *v)
{
  const PstReplaySettings *settings = self->format->settings;
  gint64 open = v[PST_REPLAY_SLOT_OPEN], high = v[PST_REPLAY_SLOT_HIGH], low = v[PST_REPLAY_SLOT_LOW], close = v[PST_REPLAY_SLOT_CLOSE];

  if (G_LIKELY (low > 0 && low <= open && low <= close && high >= open && high >= close && v[PST_REPLAY_SLOT_VOLUME] > 0
                && settings->price_step == 1))
    return (Fault){ PST_REPLAY_OK, 0, 0 };
  for (guint8 i = PST_REPLAY_SLOT_OPEN; i <= PST_REPLAY_SLOT_CLOSE; i++)
    {
      if (G_UNLIKELY (v[i] <= 0))
        return (Fault){ PST_REPLAY_NOT_POSITIVE, PST_REPLAY_ACTION_PRICE, i };
      if (G_UNLIKELY (off_grid (v[i], settings->price_step)))
        return (Fault){ PST_REPLAY_OFF_GRID, PST_REPLAY_ACTION_PRICE, i };
    }
  if (G_UNLIKELY (high < low))
    return (Fault){ PST_REPLAY_HIGH_LOW, PST_REPLAY_ACTION_PRICE, PST_REPLAY_SLOT_HIGH };
  if (G_UNLIKELY (open < low || open > high))
    return (Fault){ PST_REPLAY_HIGH_LOW, PST_REPLAY_ACTION_PRICE, PST_REPLAY_SLOT_OPEN };
  if (G_UNLIKELY (close < low || close > high))
    return (Fault){ PST_REPLAY_HIGH_LOW, PST_REPLAY_ACTION_PRICE, PST_REPLAY_SLOT_CLOSE };
  if (v[PST_REPLAY_SLOT_VOLUME] > 0 || !self->format->has_volume)
    return (Fault){ PST_REPLAY_OK, 0, 0 };
  if (v[PST_REPLAY_SLOT_VOLUME] < 0)
    return (Fault){ PST_REPLAY_NEGATIVE_SIZE, PST_REPLAY_ACTION_VOLUME, PST_REPLAY_SLOT_VOLUME };
  /* Whether this is bad is for the caller to say. */
  return (Fault){ PST_REPLAY_ZERO_VOLUME, PST_REPLAY_ACTION_VOLUME, PST_REPLAY_SLOT_VOLUME };
}

static Fault
check_quote_side (const PstReplayParser *self, gint64 *v, guint8 price, guint8 size)
{
  if (v[size] < 0)
    return (Fault){ PST_REPLAY_NEGATIVE_SIZE, PST_REPLAY_ACTION_SIZE, size };
  /* An absent side: nobody can trade with a size of zero, so that whatever price stands there says nothing. */
  if (v[size] == 0)
    {
      v[price] = 0;
      return (Fault){ PST_REPLAY_OK, 0, 0 };
    }
  if (v[price] <= 0)
    return (Fault){ PST_REPLAY_NOT_POSITIVE, PST_REPLAY_ACTION_PRICE, price };
  if (off_grid (v[price], self->format->settings->price_step))
    return (Fault){ PST_REPLAY_OFF_GRID, PST_REPLAY_ACTION_PRICE, price };
  return (Fault){ PST_REPLAY_OK, 0, 0 };
}

static Fault
check_quote (const PstReplayParser *self, gint64 *v)
{
  Fault fault = check_quote_side (self, v, PST_REPLAY_SLOT_BID, PST_REPLAY_SLOT_BID_SIZE);

  if (fault.reason == PST_REPLAY_OK)
    fault = check_quote_side (self, v, PST_REPLAY_SLOT_ASK, PST_REPLAY_SLOT_ASK_SIZE);
  if (fault.reason == PST_REPLAY_OK && v[PST_REPLAY_SLOT_ASK] != 0 && v[PST_REPLAY_SLOT_BID] >= v[PST_REPLAY_SLOT_ASK])
    return (Fault){ PST_REPLAY_CROSSED, PST_REPLAY_ACTION_PRICE, PST_REPLAY_SLOT_BID };
  return fault;
}

static Fault
check_trade (const PstReplayParser *self, const gint64 *v)
{
  if (v[PST_REPLAY_SLOT_PRICE] <= 0)
    return (Fault){ PST_REPLAY_NOT_POSITIVE, PST_REPLAY_ACTION_PRICE, PST_REPLAY_SLOT_PRICE };
  if (off_grid (v[PST_REPLAY_SLOT_PRICE], self->format->settings->price_step))
    return (Fault){ PST_REPLAY_OFF_GRID, PST_REPLAY_ACTION_PRICE, PST_REPLAY_SLOT_PRICE };
  if (v[PST_REPLAY_SLOT_SIZE] < 0)
    return (Fault){ PST_REPLAY_NEGATIVE_SIZE, PST_REPLAY_ACTION_SIZE, PST_REPLAY_SLOT_SIZE };
  if (v[PST_REPLAY_SLOT_SIZE] == 0)
    return (Fault){ PST_REPLAY_ZERO_SIZE, PST_REPLAY_ACTION_SIZE, PST_REPLAY_SLOT_SIZE };
  return (Fault){ PST_REPLAY_OK, 0, 0 };
}

static PstReplayReason
check_time (const PstReplayParser *self, const Row *row)
{
  gint64 last = self->last_ns[row->symbol];

  if (G_UNLIKELY (row->time_ns < last))
    return PST_REPLAY_TIME_BACKWARDS;
  if (G_UNLIKELY (row->time_ns == last && self->format->kind == PST_REPLAY_KIND_BAR))
    return PST_REPLAY_TIME_DUPLICATE;
  if (G_UNLIKELY (row->time_ns < self->file_last_ns && self->format->settings->layout == PST_REPLAY_LAYOUT_TIME))
    return PST_REPLAY_TIME_BACKWARDS;
  return PST_REPLAY_OK;
}

static void
write_event (const PstReplayParser *self, const Row *row, guint32 instrument, PstEvent *event)
{
  const gint64 *v = row->values;

  event->venue_time_ns = row->time_ns;
  event->receive_time_ns = row->time_ns + self->format->shift_ns;
  event->instrument = instrument;
  event->flags = 0;
  if (G_LIKELY (self->format->kind == PST_REPLAY_KIND_BAR))
    {
      event->kind = PST_EVENT_BAR;
      event->bar
          = (PstBar){ v[PST_REPLAY_SLOT_OPEN], v[PST_REPLAY_SLOT_HIGH], v[PST_REPLAY_SLOT_LOW], v[PST_REPLAY_SLOT_CLOSE], v[PST_REPLAY_SLOT_VOLUME] };
    }
  else if (self->format->kind == PST_REPLAY_KIND_QUOTE)
    {
      event->kind = PST_EVENT_QUOTE;
      event->quote = (PstQuote){ v[PST_REPLAY_SLOT_BID], v[PST_REPLAY_SLOT_BID_SIZE], v[PST_REPLAY_SLOT_ASK], v[PST_REPLAY_SLOT_ASK_SIZE] };
    }
  else
    {
      event->kind = PST_EVENT_TRADE;
      event->trade = (PstTrade){ v[PST_REPLAY_SLOT_PRICE], v[PST_REPLAY_SLOT_SIZE], (guint64)v[PST_REPLAY_SLOT_ID], row->side, 0 };
    }
}

static Fault
check_values (const PstReplayParser *self, Row *row)
{
  if (G_LIKELY (self->format->kind == PST_REPLAY_KIND_BAR))
    return check_bar (self, row->values);
  return self->format->kind == PST_REPLAY_KIND_QUOTE ? check_quote (self, row->values) : check_trade (self, row->values);
}

/* The row's fields are read: what becomes of it? Changes nothing but the room for times. */
static inline Outcome
judge_row (PstReplayParser *self, Row *row, Fault *fault)
{
  const PstReplaySettings *settings = self->format->settings;
  PstReplaySymbol *symbol = pst_replay_symbols_get (self->symbols, row->symbol);
  PstReplayReason reason;

  if (G_UNLIKELY (symbol->use != PST_REPLAY_SYMBOL_WANTED))
    {
      *fault = (Fault){ PST_REPLAY_SYMBOL_UNKNOWN, PST_REPLAY_ACTION_SYMBOL, 0 };
      return symbol->use == PST_REPLAY_SYMBOL_LEFT_OUT ? ROW_LEFT_OUT : ROW_BAD;
    }
  if (G_UNLIKELY (row->time_ns < settings->from_ns || row->time_ns >= settings->to_ns))
    {
      symbol->seen = TRUE;
      return row->time_ns >= settings->to_ns && settings->layout == PST_REPLAY_LAYOUT_TIME ? ROW_PAST : ROW_LEFT_OUT;
    }
  if (G_UNLIKELY (row->symbol >= self->n_last))
    grow_last (self, row->symbol);
  reason = check_time (self, row);
  if (G_UNLIKELY (reason != PST_REPLAY_OK))
    {
      *fault = (Fault){ reason, PST_REPLAY_ACTION_TIME, 0 };
      return ROW_BAD;
    }
  *fault = check_values (self, row);
  if (G_LIKELY (fault->reason == PST_REPLAY_OK))
    return ROW_EVENT;
  if (fault->reason != PST_REPLAY_ZERO_VOLUME || settings->zero_volume == PST_REPLAY_ZERO_VOLUME_REJECT)
    return ROW_BAD;
  return ROW_NOTICE;
}

/* A row that judge_row() lets through becomes an event. */
static inline void
accept_row (PstReplayParser *self, const Row *row, PstEvent *event)
{
  PstReplaySymbol *symbol = pst_replay_symbols_get (self->symbols, row->symbol);

  self->last_ns[row->symbol] = row->time_ns;
  self->file_last_ns = MAX (self->file_last_ns, row->time_ns);
  symbol->seen = TRUE;
  write_event (self, row, symbol->instrument, event);
}

/* -- the fast way -- */

static PstReplayReason
read_side (const char *text, gsize length, guint32 *side)
{
  static const struct
  {
    const char *text;
    guint8 length, side;
  } sides[] = {
    { "", 0, PST_SIDE_NONE },     { "buy", 3, PST_SIDE_BUY }, { "b", 1, PST_SIDE_BUY },    { "bid", 3, PST_SIDE_BUY },
    { "sell", 4, PST_SIDE_SELL }, { "s", 1, PST_SIDE_SELL },  { "ask", 3, PST_SIDE_SELL }, { "a", 1, PST_SIDE_SELL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (sides); i++)
    if (sides[i].length == length && g_ascii_strncasecmp (sides[i].text, text, length) == 0)
      {
        *side = sides[i].side;
        return PST_REPLAY_OK;
      }
  return PST_REPLAY_SIDE_SYNTAX;
}

static inline void
start_row (const PstReplayParser *self, Row *row)
{
  *row = (Row){ .symbol = self->fixed_symbol };
  if (self->format->kind == PST_REPLAY_KIND_QUOTE)
    row->values[PST_REPLAY_SLOT_BID_SIZE] = row->values[PST_REPLAY_SLOT_ASK_SIZE] = self->format->settings->default_size;
  else if (self->format->kind == PST_REPLAY_KIND_TRADE)
    row->values[PST_REPLAY_SLOT_SIZE] = self->format->settings->default_size;
}

static inline gboolean
read_field_fast (PstReplayParser *self, const PstReplayColumn *column, const char *start, const char *end, Row *row)
{
  switch (column->action)
    {
    case PST_REPLAY_ACTION_PRICE:
    case PST_REPLAY_ACTION_SIZE:
    case PST_REPLAY_ACTION_VOLUME:
      return column->fast_scale >= 0 && pst_replay_number_between (start, end, (guint)column->fast_scale, &row->values[column->slot]);
    case PST_REPLAY_ACTION_TIME:
      return pst_replay_time_between (&self->times, self->format->time_format, start, end, &row->time_ns);
    case PST_REPLAY_ACTION_SKIP:
      return TRUE;
    case PST_REPLAY_ACTION_SYMBOL:
      row->symbol = start < end ? find_symbol (self, start, (gsize)(end - start)) : PST_REPLAY_SYMBOL_NONE;
      return row->symbol != PST_REPLAY_SYMBOL_NONE;
    case PST_REPLAY_ACTION_SIDE:
      return read_side (start, (gsize)(end - start), &row->side) == PST_REPLAY_OK;
    case PST_REPLAY_ACTION_ID:
      return pst_replay_epoch_fast (&start, 0, &row->values[column->slot]) && start == end;
    default:
      return FALSE;
    }
}

/* TRUE with *@cursor behind the newline. FALSE: the row wants care. */
static inline gboolean
read_row_fast (PstReplayParser *self, const char **cursor, const char *end, Row *row)
{
  const PstReplayFormat *format = self->format;
  const char *ends[PST_REPLAY_COLUMNS_MAX];
  const char *start = *cursor, *newline;
  guint n = format->n_columns;

  if (G_UNLIKELY (!pst_replay_find_ends (start, end, format->settings->delimiter, n, format->settings->row_bytes_max, ends)))
    return FALSE;
  newline = ends[n - 1];
  if (newline > start && newline[-1] == '\r')
    ends[n - 1]--;
  for (guint i = 0; i < n; i++)
    {
      if (G_UNLIKELY (!read_field_fast (self, &format->columns[i], start, ends[i], row)))
        return FALSE;
      start = ends[i] + 1;
    }
  *cursor = newline + 1;
  return TRUE;
}

/* -- the careful way -- */

static PstReplayReason
read_id (const PstReplayField *field, gint64 *value)
{
  guint64 id = 0;

  if (field->length > 20)
    return PST_REPLAY_ID_SYNTAX;
  for (gsize i = 0; i < field->length; i++)
    if (!g_ascii_isdigit (field->text[i]) || __builtin_mul_overflow (id, (guint64)10, &id)
        || __builtin_add_overflow (id, (guint64)(field->text[i] - '0'), &id))
      return PST_REPLAY_ID_SYNTAX;
  *value = (gint64)id;
  return PST_REPLAY_OK;
}

static PstReplayReason
read_number (const PstReplayParser *self, const PstReplayColumn *column, const PstReplayField *field, Row *row)
{
  const PstReplaySettings *settings = self->format->settings;
  const PstReplayScale *scale = column->action == PST_REPLAY_ACTION_PRICE  ? &settings->price
                                : column->action == PST_REPLAY_ACTION_SIZE ? &settings->size
                                                                           : &settings->volume;
  gboolean rounded = FALSE;
  PstReplayReason reason;

  /* A side of a quote that is left empty is absent. */
  if (field->length == 0 && self->format->kind == PST_REPLAY_KIND_QUOTE)
    {
      row->values[column->slot] = 0;
      if (column->action == PST_REPLAY_ACTION_PRICE)
        row->values[column->slot + 1] = 0;
      return PST_REPLAY_OK;
    }
  reason = pst_replay_number_parse (field->text, field->length, scale, &row->values[column->slot], &rounded);
  row->rounded |= rounded;
  return reason;
}

static gboolean
read_time (PstReplayParser *self, const PstReplayColumn *column, const PstReplayField *field, Row *row)
{
  PstReplayTimeFormat format = self->format->time_format;

  if (column->action == PST_REPLAY_ACTION_TIME)
    return pst_replay_time_parse (&self->times, format, field->text, field->length, &row->time_ns);
  if (column->action == PST_REPLAY_ACTION_DATE)
    return pst_replay_date_parse (field->text, field->length, &row->date_ns);
  if (format == PST_REPLAY_TIME_ISO)
    return pst_replay_time_of_day_parse (field->text, field->length, &row->of_day_ns);
  return pst_replay_number_parse (field->text, field->length, &(PstReplayScale){ .unit = 1, .scale = 6 }, &row->of_day_ns, NULL) == PST_REPLAY_OK
         && row->of_day_ns >= 0 && row->of_day_ns < PST_NS_PER_DAY;
}

static PstReplayReason
read_field (PstReplayParser *self, const PstReplayColumn *column, const PstReplayField *field, Row *row)
{
  if (column->action == PST_REPLAY_ACTION_SKIP)
    return PST_REPLAY_OK;
  if (field->length > 0 && field->text[0] == '"')
    return PST_REPLAY_QUOTING;
  switch (column->action)
    {
    case PST_REPLAY_ACTION_TIME:
    case PST_REPLAY_ACTION_DATE:
    case PST_REPLAY_ACTION_TIME_OF_DAY:
      if (field->length == 0)
        return PST_REPLAY_EMPTY_FIELD;
      return read_time (self, column, field, row) ? PST_REPLAY_OK : PST_REPLAY_TIME_SYNTAX;
    case PST_REPLAY_ACTION_SYMBOL:
      if (field->length == 0)
        return PST_REPLAY_EMPTY_FIELD;
      row->symbol = find_symbol (self, field->text, field->length);
      return PST_REPLAY_OK;
    case PST_REPLAY_ACTION_SIDE:
      return read_side (field->text, field->length, &row->side);
    case PST_REPLAY_ACTION_ID:
      return read_id (field, &row->values[column->slot]);
    default:
      return read_number (self, column, field, row);
    }
}

static void
name_bad (PstReplayParser *self, PstReplayReason reason, const PstReplayField *field, const char *name)
{
  self->bad = (PstReplayBad){ .reason = reason, .line = self->line, .column = field->column, .field = name };
  pst_replay_printable (field->text, field->length, self->bad.text);
}

void
pst_replay_parser_reject (PstReplayParser *self, PstReplayReason reason, const char *text, gsize length)
{
  const PstReplayField whole = { text, length, 1 };

  self->line++;
  self->n_rows++;
  self->n_rejected++;
  name_bad (self, reason, &whole, NULL);
}

/* Two passes, so that a row of a symbol or a time that is not wanted is left out whatever else is wrong with it. */
static gboolean
read_fields (PstReplayParser *self, const PstReplayField *fields, Row *row, PstReplayReason *first, guint *at)
{
  const PstReplayFormat *format = self->format;
  gboolean has_of_day = FALSE, time_is_good = TRUE;

  *first = PST_REPLAY_OK;
  for (guint i = 0; i < format->n_columns; i++)
    {
      guint action = format->columns[i].action;
      PstReplayReason reason = read_field (self, &format->columns[i], &fields[i], row);

      has_of_day |= action == PST_REPLAY_ACTION_TIME_OF_DAY;
      if (reason == PST_REPLAY_OK)
        continue;
      if (action == PST_REPLAY_ACTION_TIME || action == PST_REPLAY_ACTION_DATE || action == PST_REPLAY_ACTION_TIME_OF_DAY)
        time_is_good = FALSE;
      /* A symbol that is none says that the row is bad whatever its other fields. */
      if (*first == PST_REPLAY_OK || action == PST_REPLAY_ACTION_SYMBOL)
        {
          *first = reason;
          *at = i;
        }
    }
  if (has_of_day && time_is_good)
    row->time_ns = pst_replay_zone_to_utc (&self->times.zone, row->date_ns + row->of_day_ns);
  return time_is_good;
}

gboolean
pst_replay_parser_peek_time (PstReplayParser *self, const char *line, gsize length, gint64 *time_ns)
{
  PstReplayField fields[PST_REPLAY_COLUMNS_MAX];
  PstReplayReason first;
  guint n_fields, at;
  Fault fault;
  Row row;

  if (!pst_replay_split (line, length, self->format->settings->delimiter, fields, self->format->n_columns, &n_fields)
      || n_fields != self->format->n_columns)
    return FALSE;
  start_row (self, &row);
  read_fields (self, fields, &row, &first, &at);
  if (first != PST_REPLAY_OK)
    return FALSE;
  fault = check_values (self, &row);
  if (fault.reason != PST_REPLAY_OK && fault.reason != PST_REPLAY_ZERO_VOLUME)
    return FALSE;
  *time_ns = row.time_ns;
  return TRUE;
}

static gboolean
is_left_out (PstReplayParser *self, const Row *row, gboolean time_is_good)
{
  const PstReplaySettings *settings = self->format->settings;

  if (row->symbol != PST_REPLAY_SYMBOL_NONE && pst_replay_symbols_get (self->symbols, row->symbol)->use == PST_REPLAY_SYMBOL_LEFT_OUT)
    return TRUE;
  return time_is_good && (row->time_ns < settings->from_ns || row->time_ns >= settings->to_ns);
}

static void
name_fault (PstReplayParser *self, const Fault *fault, const PstReplayField *fields)
{
  const PstReplayFormat *format = self->format;

  for (guint i = 0; i < format->n_columns; i++)
    {
      const PstReplayColumn *column = &format->columns[i];
      gboolean is_time = column->action == PST_REPLAY_ACTION_DATE || column->action == PST_REPLAY_ACTION_TIME;

      if (fault->action == PST_REPLAY_ACTION_TIME ? is_time : column->action == fault->action && column->slot == fault->slot)
        {
          name_bad (self, fault->reason, &fields[i], column->name);
          return;
        }
    }
  name_bad (self, fault->reason, &fields[0], NULL);
}

/* A line without its newline, not blank. FALSE when its symbol has to be added first. */
static gboolean
read_row_careful (PstReplayParser *self, const char *line, gsize length, PstEvent *event, Outcome *outcome)
{
  const PstReplayFormat *format = self->format;
  const PstReplayField whole = { line, length, 1 };
  PstReplayField fields[PST_REPLAY_COLUMNS_MAX];
  PstReplayReason first;
  guint n_fields, at = 0;
  Row row;
  Fault fault;
  gboolean time_is_good;

  *outcome = ROW_BAD;
  if (length >= format->settings->row_bytes_max || memchr (line, '\0', length) != NULL)
    {
      name_bad (self, length >= format->settings->row_bytes_max ? PST_REPLAY_TOO_LONG : PST_REPLAY_NUL, &whole, NULL);
      return TRUE;
    }
  if (!pst_replay_split (line, length, format->settings->delimiter, fields, format->n_columns, &n_fields) || n_fields != format->n_columns)
    {
      name_bad (self, PST_REPLAY_FIELDS, &whole, NULL);
      return TRUE;
    }
  start_row (self, &row);
  time_is_good = read_fields (self, fields, &row, &first, &at);
  /* A bad row of a new symbol does not make an instrument, but where symbols are listed it may be one that is passed over. */
  if (row.symbol == PST_REPLAY_SYMBOL_NONE
      && (first == PST_REPLAY_OK || (format->settings->symbols_listed && format->columns[at].action != PST_REPLAY_ACTION_SYMBOL)))
    {
      for (guint i = 0; i < n_fields; i++)
        if (format->columns[i].action == PST_REPLAY_ACTION_SYMBOL)
          self->symbol = fields[i];
      return FALSE;
    }
  if (first == PST_REPLAY_OK)
    *outcome = judge_row (self, &row, &fault);
  else if (is_left_out (self, &row, time_is_good))
    *outcome = ROW_LEFT_OUT;
  else
    name_bad (self, first, &fields[at], format->columns[at].name);
  if (first == PST_REPLAY_OK && (*outcome == ROW_BAD || *outcome == ROW_NOTICE))
    name_fault (self, &fault, fields);
  if (*outcome == ROW_EVENT || *outcome == ROW_NOTICE)
    {
      self->n_rounded += row.rounded;
      self->n_zero_volume += *outcome == ROW_NOTICE;
      accept_row (self, &row, event);
      if (format->settings->zero_volume == PST_REPLAY_ZERO_VOLUME_ACCEPT)
        *outcome = ROW_EVENT;
    }
  return TRUE;
}

static PstReplayParse
run_careful (PstReplayParser *self, const char **cursor, const char *end, PstEvent *event, Outcome *outcome)
{
  const char *newline = memchr (*cursor, '\n', (gsize)(end - *cursor));
  const char *stop = newline != NULL ? newline : end;
  gsize length = (gsize)(stop - *cursor);

  if (length > 0 && stop[-1] == '\r')
    length--;
  self->line++;
  *outcome = ROW_LEFT_OUT;
  if (length == 0)
    {
      *cursor = MIN (stop + 1, end);
      return PST_REPLAY_PARSE_BYTES;
    }
  if (!read_row_careful (self, *cursor, length, event, outcome))
    {
      self->line--;
      return PST_REPLAY_PARSE_SYMBOL;
    }
  self->n_rows++;
  self->n_left_out += *outcome == ROW_LEFT_OUT || *outcome == ROW_PAST;
  self->n_rejected += *outcome == ROW_BAD;
  *cursor = MIN (stop + 1, end);
  return PST_REPLAY_PARSE_BYTES;
}

void
pst_replay_parser_refuse_symbol (PstReplayParser *self, const char **cursor, const char *end)
{
  const char *newline = memchr (*cursor, '\n', (gsize)(end - *cursor));

  self->line++;
  self->n_rows++;
  self->n_rejected++;
  name_bad (self, PST_REPLAY_SYMBOL_SYNTAX, &self->symbol, "symbol");
  *cursor = newline != NULL ? newline + 1 : end;
}

/* Rows as long as the fast way takes them. */
static inline void
run_fast (PstReplayParser *self, const char **cursor, const char *end, PstEvent *events, guint64 *lines, guint events_max, guint *n_events)
{
  guint n = *n_events;

  while (*cursor < end && n < events_max)
    {
      const char *p = *cursor;
      Outcome outcome;
      Fault fault;
      Row row;

      start_row (self, &row);
      if (G_UNLIKELY (!read_row_fast (self, &p, end, &row)))
        break;
      outcome = judge_row (self, &row, &fault);
      if (G_LIKELY (outcome == ROW_EVENT))
        {
          accept_row (self, &row, &events[n]);
          lines[n++] = self->line + 1;
        }
      else if (outcome == ROW_LEFT_OUT)
        self->n_left_out++;
      else
        break;
      self->line++;
      self->n_rows++;
      *cursor = p;
    }
  *n_events = n;
}

PstReplayParse
pst_replay_parser_run (PstReplayParser *self, const char **cursor, const char *end, PstEvent *events, guint64 *lines, guint events_max,
                       guint *n_events)
{
  for (;;)
    {
      Outcome outcome;

      run_fast (self, cursor, end, events, lines, events_max, n_events);
      if (*cursor >= end)
        return PST_REPLAY_PARSE_BYTES;
      if (*n_events == events_max)
        return PST_REPLAY_PARSE_FULL;
      if (run_careful (self, cursor, end, &events[*n_events], &outcome) == PST_REPLAY_PARSE_SYMBOL)
        return PST_REPLAY_PARSE_SYMBOL;
      if (outcome == ROW_EVENT || outcome == ROW_NOTICE)
        lines[(*n_events)++] = self->line;
      if (outcome == ROW_NOTICE)
        return PST_REPLAY_PARSE_NOTICE;
      if (outcome == ROW_BAD)
        return PST_REPLAY_PARSE_BAD;
      if (outcome == ROW_PAST)
        return PST_REPLAY_PARSE_PAST;
    }
}
