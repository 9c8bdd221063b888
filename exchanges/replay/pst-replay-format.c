/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From names of columns, or a file's header, to the list of actions that the parser follows. */
#include "pst-replay-format.h"

static const char *const column_names[] = {
  "time", "date",     "open", "high",     "low",    "close", "volume",   "price", "size",
  "bid",  "bid-size", "ask",  "ask-size", "symbol", "side",  "trade-id", "-",     NULL,
};

/* What other people's headers call them, in lower case with '-' for '_' and ' '. */
static const struct
{
  const char *alias, *name;
} aliases[] = {
  { "timestamp", "time" },   { "ts", "time" },       { "datetime", "time" },    { "date-time", "time" },
  { "open-time", "time" },   { "o", "open" },        { "h", "high" },           { "l", "low" },
  { "c", "close" },          { "v", "volume" },      { "vol", "volume" },       { "qty", "size" },
  { "quantity", "size" },    { "amount", "size" },   { "bid-price", "bid" },    { "bidsize", "bid-size" },
  { "bid-qty", "bid-size" }, { "ask-price", "ask" }, { "asksize", "ask-size" }, { "ask-qty", "ask-size" },
  { "name", "symbol" },      { "ticker", "symbol" }, { "tradeid", "trade-id" }, { "id", "trade-id" },
};

const char *const *
pst_replay_column_names (void)
{
  return column_names;
}

const char *
pst_replay_column_find (const char *name)
{
  for (guint i = 0; column_names[i] != NULL; i++)
    if (g_str_equal (column_names[i], name))
      return column_names[i];
  return NULL;
}

/* Where the quotation that opens at @i closes; a doubled mark is part of the text. */
static gsize
skip_quoted (const char *line, gsize length, gsize i)
{
  for (i++; i < length; i++)
    if (line[i] == '"')
      {
        if (i + 1 == length || line[i + 1] != '"')
          break;
        i++;
      }
  return i;
}

static void
trim (PstReplayField *field)
{
  while (field->length > 0 && (field->text[0] == ' ' || field->text[0] == '\t'))
    {
      field->text++;
      field->length--;
      field->column++;
    }
  while (field->length > 0 && (field->text[field->length - 1] == ' ' || field->text[field->length - 1] == '\t'))
    field->length--;
}

/* What is not plainly quoted keeps its mark, by which readers refuse it. */
static void
unquote (PstReplayField *field)
{
  if (field->length < 2 || field->text[0] != '"' || field->text[field->length - 1] != '"' || memchr (field->text + 1, '"', field->length - 2) != NULL)
    return;
  field->text++;
  field->length -= 2;
  field->column++;
}

gboolean
pst_replay_split (const char *line, gsize length, char delimiter, PstReplayField *fields, guint fields_max, guint *n_fields)
{
  gsize start = 0;

  *n_fields = 0;
  for (gsize i = 0; i <= length; i++)
    {
      if (i < length && line[i] == '"' && i == start)
        i = skip_quoted (line, length, i);
      if (i < length && line[i] != delimiter)
        continue;
      if (*n_fields == fields_max)
        return FALSE;
      fields[*n_fields] = (PstReplayField){ line + start, MIN (i, length) - start, (guint)start + 1 };
      trim (&fields[*n_fields]);
      unquote (&fields[*n_fields]);
      ++*n_fields;
      start = i + 1;
    }
  return TRUE;
}

/* The name a header's field stands for, NULL when it says nothing that we know. */
static const char *
header_name (const PstReplayField *field)
{
  char name[32];

  if (field->length == 0 || field->length >= sizeof name)
    return NULL;
  for (gsize i = 0; i < field->length; i++)
    name[i] = field->text[i] == '_' || field->text[i] == ' ' ? '-' : g_ascii_tolower (field->text[i]);
  name[field->length] = '\0';
  for (guint i = 0; i < G_N_ELEMENTS (aliases); i++)
    if (g_str_equal (aliases[i].alias, name))
      return pst_replay_column_find (aliases[i].name);
  return g_str_equal (name, "-") ? NULL : pst_replay_column_find (name);
}

static gboolean
looks_like_header (const PstReplayField *fields, guint n_fields)
{
  for (guint i = 0; i < n_fields; i++)
    if (fields[i].length > 0 && (g_ascii_isdigit (fields[i].text[0]) || strchr ("+-.", fields[i].text[0]) != NULL))
      return FALSE;
  return n_fields > 0;
}

static gboolean
decide_header (const PstReplaySettings *settings, const PstReplayField *fields, guint n_fields)
{
  if (settings->header == PST_REPLAY_HEADER_AUTO)
    return looks_like_header (fields, n_fields);
  return settings->header == PST_REPLAY_HEADER_YES;
}

static guint
find_name (const char *const *names, guint n, const char *name)
{
  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (names[i], name) == 0)
      return i;
  return G_MAXUINT;
}

static gboolean
has_all (const char *const *names, guint n, const char *const *wanted, const char **missing)
{
  for (; *wanted != NULL; wanted++)
    if (find_name (names, n, *wanted) == G_MAXUINT)
      {
        *missing = *wanted;
        return FALSE;
      }
  return TRUE;
}

static const char *const *
columns_of_kind (PstReplayKind kind, gboolean sizes)
{
  static const char *const bar[] = { "open", "high", "low", "close", NULL };
  static const char *const quote[] = { "bid", "ask", "bid-size", "ask-size", NULL };
  static const char *const quote_bare[] = { "bid", "ask", NULL };
  static const char *const trade[] = { "price", "size", NULL };
  static const char *const trade_bare[] = { "price", NULL };

  if (kind == PST_REPLAY_KIND_BAR)
    return bar;
  if (kind == PST_REPLAY_KIND_QUOTE)
    return sizes ? quote : quote_bare;
  return sizes ? trade : trade_bare;
}

static PstReplayKind
guess_kind (const char *const *names, guint n)
{
  if (find_name (names, n, "close") != G_MAXUINT)
    return PST_REPLAY_KIND_BAR;
  if (find_name (names, n, "bid") != G_MAXUINT || find_name (names, n, "ask") != G_MAXUINT)
    return PST_REPLAY_KIND_QUOTE;
  return find_name (names, n, "price") != G_MAXUINT ? PST_REPLAY_KIND_TRADE : PST_REPLAY_KIND_AUTO;
}

static const char *
kind_word (PstReplayKind kind)
{
  return kind == PST_REPLAY_KIND_BAR ? "bars" : kind == PST_REPLAY_KIND_QUOTE ? "quotes" : "trades";
}

static gboolean
check_names (const PstReplaySettings *settings, const char *const *names, guint n, PstReplayKind *kind, GError **error)
{
  const char *missing = NULL;

  for (guint i = 0; i < n; i++)
    {
      guint first = find_name (names, n, names[i]);

      if (first != i && !g_str_equal (names[i], "-"))
        {
          g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT,
                       "columns %u and %u are both \"%s\"; name each once in the option \"columns\" and \"-\" what is to be ignored", first + 1,
                       i + 1, names[i]);
          return FALSE;
        }
    }
  *kind = settings->kind != PST_REPLAY_KIND_AUTO ? settings->kind : guess_kind (names, n);
  if (*kind == PST_REPLAY_KIND_AUTO)
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING,
                   "the columns name neither bars (open, high, low, close), quotes (bid, ask) nor trades (price); set the option \"columns\"");
      return FALSE;
    }
  if (!has_all (names, n, columns_of_kind (*kind, settings->default_size == 0), &missing))
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING, "the columns lack \"%s\", which %s need%s", missing, kind_word (*kind),
                   g_str_has_suffix (missing, "size") ? "; name it in the option \"columns\" or set default-size"
                                                      : "; name it in the option \"columns\"");
      return FALSE;
    }
  if (find_name (names, n, "time") == G_MAXUINT && find_name (names, n, "date") == G_MAXUINT)
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING,
                   "no column is the time; name one \"time\" or \"date\" in the option \"columns\"");
      return FALSE;
    }
  return TRUE;
}

gboolean
pst_replay_columns_check (const PstReplaySettings *settings, GError **error)
{
  PstReplayKind kind;
  guint n;

  if (settings->columns == NULL)
    return TRUE;
  n = g_strv_length (settings->columns);
  if (n > PST_REPLAY_COLUMNS_MAX)
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "option \"columns\" names %u columns; at most %d are allowed", n,
                   PST_REPLAY_COLUMNS_MAX);
      return FALSE;
    }
  for (guint i = 0; i < n; i++)
    if (pst_replay_column_find (settings->columns[i]) == NULL)
      {
        const char *nearest = pst_nearest_name (settings->columns[i], column_names);
        g_autofree char *allowed = g_strjoinv (", ", (GStrv)column_names);

        g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN, "option \"columns\": \"%s\" is not a column%s%s%s; allowed are %s",
                     settings->columns[i], nearest != NULL ? ", did you mean \"" : "", nearest != NULL ? nearest : "", nearest != NULL ? "\"" : "",
                     allowed);
        return FALSE;
      }
  return check_names (settings, (const char *const *)settings->columns, n, &kind, error);
}

/* A header that says high where the options say low is worth a refusal: nothing else would show it. */
static gboolean
check_header_agrees (const char *const *names, const PstReplayField *fields, guint n, GError **error)
{
  static const char *const telling[] = { "open", "high", "low", "close", "volume", "bid", "ask", "bid-size", "ask-size", NULL };

  for (guint i = 0; i < n; i++)
    {
      const char *said = header_name (&fields[i]);

      if (said == NULL || g_str_equal (said, names[i]) || !g_strv_contains (telling, said) || !g_strv_contains (telling, names[i]))
        continue;
      g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA,
                   "the header calls column %u \"%.*s\" but the option \"columns\" calls it \"%s\"; correct the option", i + 1, (int)fields[i].length,
                   fields[i].text, names[i]);
      return FALSE;
    }
  return TRUE;
}

static gboolean
name_columns (PstReplayFormat *format, const PstReplayField *fields, guint n_fields, const char **names, GError **error)
{
  const PstReplaySettings *settings = format->settings;
  guint n = settings->columns != NULL ? g_strv_length (settings->columns) : n_fields;

  if (settings->columns == NULL && !format->has_header)
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING, "the file has no header, so the option \"columns\" must name its columns");
      return FALSE;
    }
  for (guint i = 0; i < n; i++)
    {
      names[i] = settings->columns != NULL ? pst_replay_column_find (settings->columns[i]) : header_name (&fields[i]);
      if (names[i] == NULL)
        names[i] = "-";
    }
  format->n_columns = n;
  if (!format->has_header || settings->columns == NULL)
    return TRUE;
  if (n_fields != n)
    {
      g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA,
                   "the header has %u fields but the option \"columns\" names %u; correct the option", n_fields, n);
      return FALSE;
    }
  return check_header_agrees (names, fields, n, error);
}

static gint8
fast_scale (const PstReplayScale *scale)
{
  return scale->unit == 1 && scale->unit_scale <= scale->scale ? (gint8)(scale->scale - scale->unit_scale) : -1;
}

static PstReplayColumn
compile_number (const PstReplaySettings *settings, const char *name)
{
  static const struct
  {
    const char *name;
    guint8 action, slot;
  } numbers[] = {
    { "open", PST_REPLAY_ACTION_PRICE, PST_REPLAY_SLOT_OPEN },        { "high", PST_REPLAY_ACTION_PRICE, PST_REPLAY_SLOT_HIGH },
    { "low", PST_REPLAY_ACTION_PRICE, PST_REPLAY_SLOT_LOW },          { "close", PST_REPLAY_ACTION_PRICE, PST_REPLAY_SLOT_CLOSE },
    { "volume", PST_REPLAY_ACTION_VOLUME, PST_REPLAY_SLOT_VOLUME },   { "bid", PST_REPLAY_ACTION_PRICE, PST_REPLAY_SLOT_BID },
    { "bid-size", PST_REPLAY_ACTION_SIZE, PST_REPLAY_SLOT_BID_SIZE }, { "ask", PST_REPLAY_ACTION_PRICE, PST_REPLAY_SLOT_ASK },
    { "ask-size", PST_REPLAY_ACTION_SIZE, PST_REPLAY_SLOT_ASK_SIZE }, { "price", PST_REPLAY_ACTION_PRICE, PST_REPLAY_SLOT_PRICE },
    { "size", PST_REPLAY_ACTION_SIZE, PST_REPLAY_SLOT_SIZE },
  };
  PstReplayColumn column = { .action = PST_REPLAY_ACTION_SKIP, .fast_scale = -1, .name = name };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (g_str_equal (numbers[i].name, name))
      {
        column.action = numbers[i].action;
        column.slot = numbers[i].slot;
        column.fast_scale = fast_scale (column.action == PST_REPLAY_ACTION_PRICE  ? &settings->price
                                        : column.action == PST_REPLAY_ACTION_SIZE ? &settings->size
                                                                                  : &settings->volume);
      }
  return column;
}

/* Columns that belong to another kind than the file's are ignored: a trade file may well name a volume. */
static gboolean
belongs (PstReplayKind kind, const char *name)
{
  static const char *const bar[] = { "open", "high", "low", "close", "volume", NULL };
  static const char *const quote[] = { "bid", "bid-size", "ask", "ask-size", NULL };
  static const char *const trade[] = { "price", "size", "side", "trade-id", NULL };

  if (kind != PST_REPLAY_KIND_BAR && g_strv_contains (bar, name))
    return FALSE;
  if (kind != PST_REPLAY_KIND_QUOTE && g_strv_contains (quote, name))
    return FALSE;
  return kind == PST_REPLAY_KIND_TRADE || !g_strv_contains (trade, name);
}

static void
compile_columns (PstReplayFormat *format, const char *const *names)
{
  const PstReplaySettings *settings = format->settings;
  gboolean both = find_name (names, format->n_columns, "time") != G_MAXUINT && find_name (names, format->n_columns, "date") != G_MAXUINT;

  for (guint i = 0; i < format->n_columns; i++)
    {
      const char *name = names[i];
      PstReplayColumn column = belongs (format->kind, name) ? compile_number (settings, name) : (PstReplayColumn){ .name = name };

      if (g_str_equal (name, "date"))
        column.action = both ? PST_REPLAY_ACTION_DATE : PST_REPLAY_ACTION_TIME;
      else if (g_str_equal (name, "time"))
        column.action = both ? PST_REPLAY_ACTION_TIME_OF_DAY : PST_REPLAY_ACTION_TIME;
      else if (g_str_equal (name, "symbol"))
        column.action = PST_REPLAY_ACTION_SYMBOL;
      else if (g_str_equal (name, "side") && format->kind == PST_REPLAY_KIND_TRADE)
        column.action = PST_REPLAY_ACTION_SIDE;
      else if (g_str_equal (name, "trade-id") && format->kind == PST_REPLAY_KIND_TRADE)
        {
          column.action = PST_REPLAY_ACTION_ID;
          column.slot = PST_REPLAY_SLOT_ID;
        }
      format->has_symbol |= column.action == PST_REPLAY_ACTION_SYMBOL;
      format->has_volume |= column.action == PST_REPLAY_ACTION_VOLUME;
      format->columns[i] = column;
    }
}

static gboolean
choose_period (PstReplayFormat *format, const char *const *names, GError **error)
{
  const PstReplaySettings *settings = format->settings;
  gboolean daily = find_name (names, format->n_columns, "time") == G_MAXUINT;
  gint64 period = settings->period_ns != 0 ? settings->period_ns : daily ? PST_NS_PER_DAY : 0;

  if (format->kind != PST_REPLAY_KIND_BAR || settings->stamp == PST_REPLAY_STAMP_CLOSE)
    return TRUE;
  if (period == 0)
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING,
                   "option \"bar-period\" must be set (such as 1m or 1d) for bars that are labelled with the time they open at; "
                   "for times at which bars close set bar-timestamp=close");
      return FALSE;
    }
  format->shift_ns = period;
  return TRUE;
}

static guint
time_column (const PstReplayFormat *format, gboolean *of_day)
{
  guint column = 0;

  *of_day = FALSE;
  for (guint i = 0; i < format->n_columns; i++)
    if (format->columns[i].action == PST_REPLAY_ACTION_TIME || format->columns[i].action == PST_REPLAY_ACTION_TIME_OF_DAY)
      {
        column = i;
        *of_day = format->columns[i].action == PST_REPLAY_ACTION_TIME_OF_DAY;
      }
  return column;
}

static gboolean
choose_time_format (PstReplayFormat *format, GError **error)
{
  gboolean of_day;

  time_column (format, &of_day);
  format->time_format = format->settings->time_format;
  if (!of_day)
    return TRUE;
  if (format->time_format == PST_REPLAY_TIME_AUTO)
    format->time_format = PST_REPLAY_TIME_ISO;
  if (format->time_format == PST_REPLAY_TIME_ISO || format->time_format == PST_REPLAY_TIME_MS_OF_DAY)
    return TRUE;
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT,
               "beside a date column the time is a time of day: option \"time-format\" must be iso (hh:mm:ss) or ms-of-day");
  return FALSE;
}

gboolean
pst_replay_format_guess_time (PstReplayFormat *format, const char *line, gsize length, GError **error)
{
  PstReplayField fields[PST_REPLAY_COLUMNS_MAX];
  char shown[PST_REPLAY_TEXT_SIZE] = "";
  guint n_fields, column;
  gboolean of_day;

  column = time_column (format, &of_day);
  pst_replay_split (line, length, format->settings->delimiter, fields, G_N_ELEMENTS (fields), &n_fields);
  if (column < n_fields)
    {
      format->time_format = pst_replay_time_guess (fields[column].text, fields[column].length);
      pst_replay_printable (fields[column].text, fields[column].length, shown);
    }
  if (format->time_format != PST_REPLAY_TIME_AUTO)
    return TRUE;
  g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA,
               "the first row's time \"%s\" (column %u) is of no format that can be told from it; correct the row or set time-format", shown,
               column + 1);
  return FALSE;
}

gboolean
pst_replay_date_from_name (const char *stem, gint64 *local_ns)
{
  gsize length = strlen (stem);

  for (gsize i = 0; i + 8 <= length; i++)
    {
      if (i > 0 && g_ascii_isdigit (stem[i - 1]))
        continue;
      if (i + 10 <= length && !g_ascii_isdigit (stem[i + 10]) && pst_replay_date_parse (stem + i, 10, local_ns))
        return TRUE;
      if (!g_ascii_isdigit (stem[i + 8]) && pst_replay_date_parse (stem + i, 8, local_ns))
        return TRUE;
    }
  return FALSE;
}

static gboolean
set_date (PstReplayFormat *format, const char *stem, GError **error)
{
  format->date_ns = 0;
  for (guint i = 0; i < format->n_columns; i++)
    if (format->columns[i].action == PST_REPLAY_ACTION_DATE)
      return TRUE;
  if (format->time_format != PST_REPLAY_TIME_MS_OF_DAY)
    return TRUE;
  format->date_ns = format->settings->date_ns;
  if (format->date_ns != G_MININT64 || pst_replay_date_from_name (stem, &format->date_ns))
    return TRUE;
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING,
               "times are milliseconds of a day, but the file's name \"%s\" holds no date YYYYMMDD; set the option \"date\"", stem);
  return FALSE;
}

gboolean
pst_replay_format_init (PstReplayFormat *format, const PstReplaySettings *settings, const char *stem, const char *first, gsize length, GError **error)
{
  PstReplayField fields[PST_REPLAY_COLUMNS_MAX];
  const char *names[PST_REPLAY_COLUMNS_MAX];
  guint n_fields = 0;

  *format = (PstReplayFormat){ .settings = settings };
  if (!pst_replay_split (first, length, settings->delimiter, fields, G_N_ELEMENTS (fields), &n_fields))
    {
      g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "the first line has more than %d fields", PST_REPLAY_COLUMNS_MAX);
      return FALSE;
    }
  format->has_header = decide_header (settings, fields, n_fields);
  if (!name_columns (format, fields, n_fields, names, error) || !check_names (settings, names, format->n_columns, &format->kind, error))
    return FALSE;
  compile_columns (format, names);
  return choose_period (format, names, error) && choose_time_format (format, error) && set_date (format, stem, error);
}
