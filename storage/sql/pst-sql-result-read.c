/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One statement brings a result without its long parts; those come in pages, each as one text. Who asks for one result by its key gets all but the
 * long parts from the result's own row. */
#include "pst-sql-result-read.h"

#include "pst-sql-result-text.h"
#include "pst-sql-rows.h"

#define PAGE_ROWS 5000
#define BLOCK_POINTS 1000
#define PAGE_BLOCKS 50

/* The columns of result-head.sql. */
typedef enum
{
  COLUMN_NUMBER,
  COLUMN_INITIAL_EQUITY,
  COLUMN_CREATED,
  COLUMN_FROM,
  COLUMN_TO,
  COLUMN_TOOK,
  COLUMN_N_SETS,
  COLUMN_N_BARS,
  COLUMN_N_FILLS,
  COLUMN_N_TRADES,
  COLUMN_N_POINTS,
  COLUMN_SCALE,
  COLUMN_USER,
  COLUMN_KEY,
  COLUMN_NAME,
  COLUMN_ENGINE,
  COLUMN_DATA_HASH,
  COLUMN_CURRENCY,
  COLUMN_STRATEGIES,
  COLUMN_PLUGINS,
  COLUMN_PARAMETERS,
  COLUMN_INSTRUMENTS,
  COLUMN_STATISTICS,
  N_COLUMNS
} Column;

#define N_NUMBERS ((gint)COLUMN_USER)
#define N_TEXTS (N_COLUMNS - N_NUMBERS)

/* The same, read. */
typedef struct
{
  gint64 numbers[N_NUMBERS];
  const char *texts[N_TEXTS];
} Head;

typedef struct
{
  guint n_fills, n_trades, n_points;
} Lengths;

/* A page of a part: FALSE when its text is not what it should be. */
typedef gboolean (*TakeRow) (PstBacktestResult *result, const gint64 *values);

static gint64
get_integer (GdaDataModel *model, gint column, gint row)
{
  const GValue *value = gda_data_model_get_value_at (model, column, row, NULL);

  return value != NULL && G_VALUE_HOLDS_INT64 (value) ? g_value_get_int64 (value) : 0;
}

static const char *
get_text (GdaDataModel *model, gint column, gint row)
{
  const GValue *value = gda_data_model_get_value_at (model, column, row, NULL);
  const char *text = value != NULL && G_VALUE_HOLDS_STRING (value) ? g_value_get_string (value) : NULL;

  return text != NULL ? text : "";
}

static gboolean
fail (const PstBacktestResult *result, const char *what, GError **error)
{
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT,
               "result %.8s of user \"%s\" is damaged: %s; penstock db check tells more, penstock results prune removes it",
               result->key != NULL ? result->key : "", result->user_id != NULL ? result->user_id : "", what);
  return FALSE;
}

/* (transfer full) (nullable): texts of one column, or of two with @separator between; what is left out is left out with it. */
static char **
read_texts (const char *cursor, const char *separator)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  while (!pst_sql_texts_is_end (cursor))
    {
      g_autofree char *first = pst_sql_texts_next (&cursor), *second = NULL, *joined = NULL;

      if (first == NULL || (separator != NULL && !pst_sql_texts_next_optional (&cursor, &second)))
        return NULL;
      joined = second != NULL ? g_strconcat (first, separator, second, NULL) : NULL;
      g_strv_builder_add (builder, joined != NULL ? joined : first);
    }
  return g_strv_builder_end (builder);
}

static PstInstrument *
read_instrument (const char **cursor)
{
  g_autofree char *id = pst_sql_texts_next (cursor), *symbol = pst_sql_texts_next (cursor), *venue = pst_sql_texts_next (cursor);
  g_autofree char *settlement = pst_sql_texts_next (cursor), *base = NULL, *quote = NULL;
  gboolean has_base = pst_sql_texts_next_optional (cursor, &base);
  gint64 values[9];
  PstInstrument draft = { .id = id, .symbol = symbol, .venue = venue };

  quote = pst_sql_texts_next (cursor);
  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      if (!pst_sql_texts_next_integer (cursor, &values[i]))
        return NULL;
    }
  if (id == NULL || symbol == NULL || venue == NULL || settlement == NULL || !has_base || quote == NULL || values[0] < 0 || values[0] > 18
      || values[1] < 0 || values[1] > 18)
    return NULL;
  draft.settlement = g_str_equal (settlement, "DELIVERY") ? PST_SETTLEMENT_DELIVERY : PST_SETTLEMENT_POSITION;
  draft.base = base != NULL ? pst_currency_get (base, NULL) : NULL;
  draft.quote = pst_currency_get (quote, NULL);
  draft.price_scale = (guint8)values[0];
  draft.size_scale = (guint8)values[1];
  draft.price_step = values[2];
  draft.size_step = values[3];
  draft.size_min = values[4];
  draft.size_max = values[5];
  draft.notional_min = values[6];
  draft.maker_fee = values[7];
  draft.taker_fee = values[8];
  return draft.quote != NULL ? pst_instrument_new (&draft, NULL) : NULL;
}

static gboolean
read_instruments (PstBacktestResult *result, const char *cursor)
{
  while (!pst_sql_texts_is_end (cursor))
    {
      PstInstrument *instrument = read_instrument (&cursor);

      if (instrument == NULL)
        return FALSE;
      g_ptr_array_add (result->instruments, instrument);
    }
  return TRUE;
}

/* The texts become the statistic's own: this is most of the work of looking one up. */
static gboolean
read_statistics (PstBacktestResult *result, const char *cursor)
{
  while (!pst_sql_texts_is_end (cursor))
    {
      PstStatistic *statistic = g_new0 (PstStatistic, 1);

      g_ptr_array_add (result->statistics, statistic);
      statistic->group = pst_sql_texts_next (&cursor);
      statistic->name = pst_sql_texts_next (&cursor);
      if (statistic->group == NULL || statistic->name == NULL || !pst_sql_texts_next_double (&cursor, &statistic->value))
        return FALSE;
    }
  return TRUE;
}

static const char *
head_text (const Head *head, Column column)
{
  return head->texts[(gint)column - N_NUMBERS];
}

static gboolean
read_currency (PstBacktestResult *result, const Head *head, GError **error)
{
  gint64 scale = head->numbers[COLUMN_SCALE];

  result->currency = pst_currency_define (head_text (head, COLUMN_CURRENCY), (guint)scale, NULL);
  if (result->currency != NULL)
    return TRUE;
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_VERSION,
               "the ledger keeps %s at %" G_GINT64_FORMAT " decimals, this program does not: use the program that wrote it",
               head_text (head, COLUMN_CURRENCY), scale);
  return FALSE;
}

static void
read_plain (PstBacktestResult *result, Lengths *lengths, const Head *head)
{
  result->user_id = g_strdup (head_text (head, COLUMN_USER));
  result->key = g_strdup (head_text (head, COLUMN_KEY));
  result->name = g_strdup (head_text (head, COLUMN_NAME));
  result->engine = g_strdup (head_text (head, COLUMN_ENGINE));
  result->data_hash = g_strdup (head_text (head, COLUMN_DATA_HASH));
  result->initial_equity = head->numbers[COLUMN_INITIAL_EQUITY];
  result->created_ns = head->numbers[COLUMN_CREATED];
  result->from_ns = head->numbers[COLUMN_FROM];
  result->to_ns = head->numbers[COLUMN_TO];
  result->took_ns = head->numbers[COLUMN_TOOK];
  result->n_sets = (guint64)head->numbers[COLUMN_N_SETS];
  result->n_bars = (guint64)head->numbers[COLUMN_N_BARS];
  lengths->n_fills = (guint)CLAMP (head->numbers[COLUMN_N_FILLS], 0, G_MAXUINT);
  lengths->n_trades = (guint)CLAMP (head->numbers[COLUMN_N_TRADES], 0, G_MAXUINT);
  lengths->n_points = (guint)CLAMP (head->numbers[COLUMN_N_POINTS], 0, G_MAXUINT);
}

static gboolean
read_head (PstBacktestResult *result, Lengths *lengths, const Head *head, GError **error)
{
  read_plain (result, lengths, head);
  result->strategies = read_texts (head_text (head, COLUMN_STRATEGIES), NULL);
  result->plugins = read_texts (head_text (head, COLUMN_PLUGINS), " ");
  result->parameters = read_texts (head_text (head, COLUMN_PARAMETERS), "=");
  if (result->strategies == NULL || result->plugins == NULL || result->parameters == NULL)
    return fail (result, "its strategies, plugins or parameters cannot be read", error);
  if (!read_currency (result, head, error))
    return FALSE;
  if (!read_instruments (result, head_text (head, COLUMN_INSTRUMENTS)))
    return fail (result, "an instrument cannot be read", error);
  return read_statistics (result, head_text (head, COLUMN_STATISTICS)) || fail (result, "a statistic cannot be read", error);
}

/* The columns of result-summary.sql. */
static gboolean
read_summary (PstBacktestResult *result, GdaDataModel *model, GError **error)
{
  const char *numbers = get_text (model, 0, 0), *cursor = get_text (model, 1, 0);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  gboolean done;
  Lengths lengths;
  Head head;

  for (guint i = 0; i < N_TEXTS; i++)
    {
      head.texts[i] = pst_sql_texts_next (&cursor);
      if (head.texts[i] == NULL)
        return fail (result, "its summary cannot be read", error);
      g_ptr_array_add (texts, (gpointer)head.texts[i]);
    }
  done = pst_sql_texts_is_end (cursor) && pst_sql_integers_next (&numbers, head.numbers, N_NUMBERS);
  return done ? read_head (result, &lengths, &head, error) : fail (result, "its summary cannot be read", error);
}

static GdaDataModel *
select_page (PstSqlConnection *connection, PstSqlStatement statement, gint64 number, guint from, guint to, GType *types, GError **error)
{
  PstSqlRows rows;
  GdaDataModel *model;

  pst_sql_rows_init (&rows, PST_SQL_ROWS_JSON);
  pst_sql_rows_begin (&rows);
  pst_sql_rows_add_integer (&rows, number);
  pst_sql_rows_add_integer (&rows, from);
  pst_sql_rows_add_integer (&rows, to);
  pst_sql_rows_end (&rows);
  model = pst_sql_connection_select (connection, statement, NULL, NULL, pst_sql_rows_finish (&rows), types, error);
  pst_sql_rows_clear (&rows);
  return model;
}

static gboolean
take_fill (PstBacktestResult *result, const gint64 *values)
{
  const PstBacktestFill fill = { .time_ns = values[0],
                                 .strategy = (guint16)values[1],
                                 .instrument = (guint32)values[2],
                                 .side = values[3] == 1 ? PST_SIDE_BUY : PST_SIDE_SELL,
                                 .price = values[4],
                                 .size = values[5],
                                 .fee = values[6] };

  g_array_append_val (result->fills, fill);
  return values[1] >= 0 && values[1] <= G_MAXUINT16 && values[2] >= 0 && values[2] < result->instruments->len;
}

static gboolean
take_trade (PstBacktestResult *result, const gint64 *values)
{
  const PstRoundTrip trip = { .strategy = (guint16)values[0],
                              .instrument = (guint32)values[1],
                              .direction = values[2] > 0 ? 1 : -1,
                              .is_open = values[3] != 0,
                              .entry_time_ns = values[4],
                              .exit_time_ns = values[5],
                              .n_bars = (guint64)values[6],
                              .size = values[7],
                              .entry_price = values[8],
                              .exit_price = values[9],
                              .fees = values[10],
                              .profit = values[11],
                              .adverse = values[12],
                              .favourable = values[13] };

  g_array_append_val (result->round_trips, trip);
  return values[0] >= 0 && values[0] <= G_MAXUINT16 && values[1] >= 0 && values[1] < result->instruments->len;
}

/* @n rows of @n_values integers, a page at a time. */
static gboolean
read_rows (PstSqlConnection *connection, PstSqlStatement statement, gint64 number, PstBacktestResult *result, guint n, guint n_values, TakeRow take,
           GError **error)
{
  GType types[] = { G_TYPE_STRING, G_TYPE_NONE };
  gint64 values[16];

  for (guint from = 0; from < n; from += PAGE_ROWS)
    {
      g_autoptr (GdaDataModel) page = select_page (connection, statement, number, from, from + PAGE_ROWS, types, error);
      const char *cursor;

      if (page == NULL)
        return FALSE;
      cursor = gda_data_model_get_n_rows (page) > 0 ? get_text (page, 0, 0) : "";
      for (guint i = from; i < MIN (n, from + PAGE_ROWS); i++)
        if (!pst_sql_integers_next (&cursor, values, n_values) || !take (result, values))
          return fail (result, "fills or trades are missing or cannot be read", error);
      if (!pst_sql_integers_is_end (cursor))
        return fail (result, "it has more fills or trades than it counts", error);
    }
  return TRUE;
}

static gboolean
read_block (PstBacktestResult *result, GdaDataModel *model, gint row)
{
  const char *cursor = get_text (model, 1, row);
  gint64 n_points = get_integer (model, 0, row), values[5];

  for (gint64 i = 0; i < n_points; i++)
    {
      PstEquityPoint point;

      if (!pst_sql_integers_next (&cursor, values, G_N_ELEMENTS (values)))
        return FALSE;
      point = (PstEquityPoint){ .time_ns = values[0], .equity = values[1], .cash = values[2], .exposure = values[3], .benchmark = values[4] };
      g_array_append_val (result->equity, point);
    }
  return pst_sql_integers_is_end (cursor);
}

static gboolean
read_equity (PstSqlConnection *connection, gint64 number, PstBacktestResult *result, guint n_points, GError **error)
{
  GType types[] = { G_TYPE_INT64, G_TYPE_STRING, G_TYPE_NONE };
  guint n_blocks = n_points / BLOCK_POINTS + (n_points % BLOCK_POINTS != 0);

  for (guint from = 0; from < n_blocks; from += PAGE_BLOCKS)
    {
      g_autoptr (GdaDataModel) page = select_page (connection, PST_SQL_RESULT_EQUITY, number, from, from + PAGE_BLOCKS, types, error);

      if (page == NULL)
        return FALSE;
      for (gint row = 0; row < gda_data_model_get_n_rows (page); row++)
        if (!read_block (result, page, row))
          return fail (result, "its equity curve cannot be read", error);
    }
  return result->equity->len == n_points || fail (result, "points of its equity curve are missing", error);
}

gboolean
pst_sql_result_look_up (PstSqlConnection *connection, const char *user_id, const char *key, PstBacktestResult **result, GError **error)
{
  GType types[] = { G_TYPE_STRING, G_TYPE_STRING, G_TYPE_NONE };
  g_autoptr (GdaDataModel) model = NULL;
  g_autoptr (PstBacktestResult) found = NULL;
  PstSqlRows rows;

  *result = NULL;
  pst_sql_rows_init (&rows, PST_SQL_ROWS_JSON);
  pst_sql_rows_begin (&rows);
  pst_sql_rows_add_text (&rows, key);
  pst_sql_rows_end (&rows);
  model = pst_sql_connection_select (connection, PST_SQL_RESULT_SUMMARY, user_id, NULL, pst_sql_rows_finish (&rows), types, error);
  pst_sql_rows_clear (&rows);
  if (model == NULL)
    return FALSE;
  if (gda_data_model_get_n_rows (model) == 0)
    return TRUE;
  found = pst_backtest_result_new ();
  if (!read_summary (found, model, error))
    return FALSE;
  *result = g_steal_pointer (&found);
  return TRUE;
}

PstBacktestResult *
pst_sql_result_read (PstSqlConnection *connection, const char *user_id, gint64 number, gboolean whole, GError **error)
{
  GType types[N_COLUMNS + 1];
  g_autoptr (GdaDataModel) model = NULL;
  g_autoptr (PstBacktestResult) result = NULL;
  Lengths lengths;
  PstSqlRows rows;
  Head head;

  for (gint i = 0; i < N_COLUMNS; i++)
    types[i] = i < N_NUMBERS ? G_TYPE_INT64 : G_TYPE_STRING;
  types[N_COLUMNS] = G_TYPE_NONE;
  pst_sql_rows_init (&rows, PST_SQL_ROWS_JSON);
  pst_sql_rows_begin (&rows);
  pst_sql_rows_add_integer (&rows, number);
  pst_sql_rows_end (&rows);
  model
      = pst_sql_connection_select (connection, PST_SQL_RESULT_HEAD, user_id != NULL ? user_id : "", NULL, pst_sql_rows_finish (&rows), types, error);
  pst_sql_rows_clear (&rows);
  if (model == NULL || gda_data_model_get_n_rows (model) == 0)
    return NULL;
  result = pst_backtest_result_new ();
  for (gint i = 0; i < N_NUMBERS; i++)
    head.numbers[i] = get_integer (model, i, 0);
  for (gint i = 0; i < N_TEXTS; i++)
    head.texts[i] = get_text (model, N_NUMBERS + i, 0);
  if (!read_head (result, &lengths, &head, error))
    return NULL;
  if (whole
      && (!read_rows (connection, PST_SQL_RESULT_FILLS, number, result, lengths.n_fills, 7, take_fill, error)
          || !read_rows (connection, PST_SQL_RESULT_TRADES, number, result, lengths.n_trades, 14, take_trade, error)
          || !read_equity (connection, number, result, lengths.n_points, error)))
    return NULL;
  return g_steal_pointer (&result);
}
