/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One statement a table and two megabytes: a curve of a million points must not stand in memory twice more. */
#include "pst-sql-result-write.h"

#include "pst-sql-result-text.h"
#include "pst-sql-rows.h"

#include <string.h>

/* As in the migration. */
#define BLOCK_POINTS 1000
#define TEXT_BYTES (2 * 1024 * 1024)

/* Rows of one table on their way. */
typedef struct
{
  PstSqlConnection *connection;
  PstSqlStatement statement;
  gint64 result;
  gint64 position; /* of the next row */
  PstSqlRows rows;
} Table;

static void
table_init (Table *table, PstSqlConnection *connection, PstSqlStatement statement, gint64 result)
{
  *table = (Table){ .connection = connection, .statement = statement, .result = result };
  pst_sql_rows_init (&table->rows, PST_SQL_ROWS_JSON);
}

static void
begin_row (Table *table)
{
  pst_sql_rows_begin (&table->rows);
  pst_sql_rows_add_integer (&table->rows, table->result);
  pst_sql_rows_add_integer (&table->rows, table->position++);
}

static gboolean
flush (Table *table, GError **error)
{
  gboolean done = table->rows.n_rows == 0
                  || pst_sql_connection_execute (table->connection, table->statement, NULL, NULL, pst_sql_rows_finish (&table->rows), error);

  pst_sql_rows_clear (&table->rows);
  pst_sql_rows_init (&table->rows, PST_SQL_ROWS_JSON);
  return done;
}

static gboolean
end_row (Table *table, GError **error)
{
  pst_sql_rows_end (&table->rows);
  return table->rows.text->len < TEXT_BYTES || flush (table, error);
}

static gboolean
table_finish (Table *table, gboolean done, GError **error)
{
  done = done && flush (table, error);
  pst_sql_rows_clear (&table->rows);
  return done;
}

/* "id version": in two columns where @separator is, the second NULL where it is not. */
static gboolean
write_texts (PstSqlConnection *connection, PstSqlStatement statement, gint64 number, char **texts, char separator, GError **error)
{
  Table table;
  gboolean done = TRUE;

  table_init (&table, connection, statement, number);
  for (guint i = 0; done && texts != NULL && texts[i] != NULL; i++)
    {
      const char *split = separator != '\0' ? strchr (texts[i], separator) : NULL;
      g_autofree char *first = split != NULL ? g_strndup (texts[i], (gsize)(split - texts[i])) : g_strdup (texts[i]);

      begin_row (&table);
      pst_sql_rows_add_text (&table.rows, first);
      if (separator != '\0')
        pst_sql_rows_add_text (&table.rows, split != NULL ? split + 1 : NULL);
      done = end_row (&table, error);
    }
  return table_finish (&table, done, error);
}

static void
add_currency (PstSqlRows *rows, GHashTable *seen, const PstCurrency *currency)
{
  if (currency == NULL || !g_hash_table_add (seen, (gpointer)currency))
    return;
  pst_sql_rows_begin (rows);
  pst_sql_rows_add_text (rows, currency->code);
  pst_sql_rows_add_integer (rows, currency->scale);
  pst_sql_rows_end (rows);
}

static gboolean
write_currencies (PstSqlConnection *connection, const PstBacktestResult *result, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  PstSqlRows rows;
  gboolean done;

  pst_sql_rows_init (&rows, PST_SQL_ROWS_JSON);
  add_currency (&rows, seen, result->currency);
  for (guint i = 0; i < result->instruments->len; i++)
    {
      const PstInstrument *instrument = result->instruments->pdata[i];

      add_currency (&rows, seen, instrument->base);
      add_currency (&rows, seen, instrument->quote);
    }
  done = pst_sql_connection_execute (connection, PST_SQL_INSERT_CURRENCIES, NULL, NULL, pst_sql_rows_finish (&rows), error);
  pst_sql_rows_clear (&rows);
  return done;
}

static gboolean
write_instruments (PstSqlConnection *connection, const PstBacktestResult *result, gint64 number, GError **error)
{
  Table table;
  gboolean done = TRUE;

  table_init (&table, connection, PST_SQL_INSERT_BACKTEST_INSTRUMENTS, number);
  for (guint i = 0; done && i < result->instruments->len; i++)
    {
      const PstInstrument *instrument = result->instruments->pdata[i];

      begin_row (&table);
      pst_sql_rows_add_text (&table.rows, instrument->id);
      pst_sql_rows_add_text (&table.rows, instrument->symbol);
      pst_sql_rows_add_text (&table.rows, instrument->venue);
      pst_sql_rows_add_text (&table.rows, instrument->settlement == PST_SETTLEMENT_DELIVERY ? "DELIVERY" : "POSITION");
      pst_sql_rows_add_text (&table.rows, instrument->base != NULL ? instrument->base->code : NULL);
      pst_sql_rows_add_text (&table.rows, instrument->quote->code);
      pst_sql_rows_add_integer (&table.rows, instrument->price_scale);
      pst_sql_rows_add_integer (&table.rows, instrument->size_scale);
      pst_sql_rows_add_integer (&table.rows, instrument->price_step);
      pst_sql_rows_add_integer (&table.rows, instrument->size_step);
      pst_sql_rows_add_integer (&table.rows, instrument->size_min);
      pst_sql_rows_add_integer (&table.rows, instrument->size_max);
      pst_sql_rows_add_integer (&table.rows, instrument->notional_min);
      pst_sql_rows_add_integer (&table.rows, instrument->maker_fee);
      pst_sql_rows_add_integer (&table.rows, instrument->taker_fee);
      done = end_row (&table, error);
    }
  return table_finish (&table, done, error);
}

static gboolean
write_statistics (PstSqlConnection *connection, const PstBacktestResult *result, gint64 number, GError **error)
{
  Table table;
  gboolean done = TRUE;

  table_init (&table, connection, PST_SQL_INSERT_BACKTEST_STATISTICS, number);
  for (guint i = 0; done && i < result->statistics->len; i++)
    {
      const PstStatistic *statistic = result->statistics->pdata[i];
      char value[32];

      pst_sql_double_print (statistic->value, value);
      begin_row (&table);
      pst_sql_rows_add_text (&table.rows, statistic->group);
      pst_sql_rows_add_text (&table.rows, statistic->name);
      pst_sql_rows_add_text (&table.rows, value);
      done = end_row (&table, error);
    }
  return table_finish (&table, done, error);
}

static gboolean
write_fills (PstSqlConnection *connection, const PstBacktestResult *result, gint64 number, GError **error)
{
  Table table;
  gboolean done = TRUE;

  table_init (&table, connection, PST_SQL_INSERT_BACKTEST_FILLS, number);
  for (guint i = 0; done && i < result->fills->len; i++)
    {
      const PstBacktestFill *fill = &g_array_index (result->fills, PstBacktestFill, i);

      begin_row (&table);
      pst_sql_rows_add_integer (&table.rows, fill->time_ns);
      pst_sql_rows_add_integer (&table.rows, fill->strategy);
      pst_sql_rows_add_integer (&table.rows, fill->instrument);
      pst_sql_rows_add_text (&table.rows, fill->side == PST_SIDE_BUY ? "BUY" : fill->side == PST_SIDE_SELL ? "SELL" : "");
      pst_sql_rows_add_integer (&table.rows, fill->price);
      pst_sql_rows_add_integer (&table.rows, fill->size);
      pst_sql_rows_add_integer (&table.rows, fill->fee);
      done = end_row (&table, error);
    }
  return table_finish (&table, done, error);
}

static gboolean
write_trades (PstSqlConnection *connection, const PstBacktestResult *result, gint64 number, GError **error)
{
  Table table;
  gboolean done = TRUE;

  table_init (&table, connection, PST_SQL_INSERT_BACKTEST_TRADES, number);
  for (guint i = 0; done && i < result->round_trips->len; i++)
    {
      const PstRoundTrip *trip = &g_array_index (result->round_trips, PstRoundTrip, i);

      begin_row (&table);
      pst_sql_rows_add_integer (&table.rows, trip->strategy);
      pst_sql_rows_add_integer (&table.rows, trip->instrument);
      pst_sql_rows_add_text (&table.rows, trip->direction > 0 ? "LONG" : trip->direction < 0 ? "SHORT" : "");
      pst_sql_rows_add_integer (&table.rows, trip->is_open != 0);
      pst_sql_rows_add_integer (&table.rows, trip->entry_time_ns);
      pst_sql_rows_add_integer (&table.rows, trip->exit_time_ns);
      pst_sql_rows_add_integer (&table.rows, (gint64)trip->n_bars);
      pst_sql_rows_add_integer (&table.rows, trip->size);
      pst_sql_rows_add_integer (&table.rows, trip->entry_price);
      pst_sql_rows_add_integer (&table.rows, trip->exit_price);
      pst_sql_rows_add_integer (&table.rows, trip->fees);
      pst_sql_rows_add_integer (&table.rows, trip->profit);
      pst_sql_rows_add_integer (&table.rows, trip->adverse);
      pst_sql_rows_add_integer (&table.rows, trip->favourable);
      done = end_row (&table, error);
    }
  return table_finish (&table, done, error);
}

static void
add_points (PstSqlRows *rows, const PstEquityPoint *points, guint n_points)
{
  PstSqlRows block;

  pst_sql_rows_init (&block, PST_SQL_ROWS_JSON);
  for (guint i = 0; i < n_points; i++)
    {
      pst_sql_rows_begin (&block);
      pst_sql_rows_add_integer (&block, points[i].time_ns);
      pst_sql_rows_add_integer (&block, points[i].equity);
      pst_sql_rows_add_integer (&block, points[i].cash);
      pst_sql_rows_add_integer (&block, points[i].exposure);
      pst_sql_rows_add_integer (&block, points[i].benchmark);
      pst_sql_rows_end (&block);
    }
  pst_sql_rows_add_text (rows, pst_sql_rows_finish (&block));
  pst_sql_rows_clear (&block);
}

static gboolean
write_equity (PstSqlConnection *connection, const PstBacktestResult *result, gint64 number, GError **error)
{
  Table table;
  gboolean done = TRUE;

  table_init (&table, connection, PST_SQL_INSERT_BACKTEST_EQUITY, number);
  for (guint i = 0; done && i < result->equity->len; i += BLOCK_POINTS)
    {
      const PstEquityPoint *points = &g_array_index (result->equity, PstEquityPoint, i);
      guint n_points = MIN (BLOCK_POINTS, result->equity->len - i);

      begin_row (&table);
      pst_sql_rows_add_integer (&table.rows, n_points);
      pst_sql_rows_add_integer (&table.rows, points[0].time_ns);
      pst_sql_rows_add_integer (&table.rows, points[n_points - 1].time_ns);
      add_points (&table.rows, points, n_points);
      done = end_row (&table, error);
    }
  return table_finish (&table, done, error);
}

static guint
count (char **texts)
{
  return texts != NULL ? g_strv_length (texts) : 0;
}

/* As the view backtest_text says it; bytes that are no UTF-8 are replaced as pst_sql_rows_add_text() does, for they are counted. */
static void
add_counted (GString *text, const char *mark, const char *value)
{
  g_autofree char *valid = g_utf8_validate (value, -1, NULL) ? NULL : g_utf8_make_valid (value, -1);
  const char *said = valid != NULL ? valid : value;

  g_string_append_printf (text, "%" G_GSIZE_FORMAT ":", strlen (mark) + strlen (said));
  g_string_append (text, mark);
  g_string_append (text, said);
}

static void
add_plain (GString *text, const char *value)
{
  add_counted (text, "", value);
}

static void
add_optional (GString *text, const char *value)
{
  add_counted (text, value != NULL ? "+" : "-", value != NULL ? value : "");
}

static void
add_number (GString *text, gint64 value)
{
  char digits[24];

  g_snprintf (digits, sizeof digits, "%" G_GINT64_FORMAT, value);
  add_plain (text, digits);
}

/* Puts @part, of which nothing is left, into @summary. */
static void
add_part (GString *summary, GString *part)
{
  add_plain (summary, part->str);
  g_string_truncate (part, 0);
}

static void
add_texts (GString *text, char **texts, char separator)
{
  for (guint i = 0; texts != NULL && texts[i] != NULL; i++)
    {
      const char *split = separator != '\0' ? strchr (texts[i], separator) : NULL;
      g_autofree char *first = split != NULL ? g_strndup (texts[i], (gsize)(split - texts[i])) : g_strdup (texts[i]);

      add_plain (text, first);
      if (separator != '\0')
        add_optional (text, split != NULL ? split + 1 : NULL);
    }
}

static void
add_instrument (GString *text, const PstInstrument *instrument)
{
  add_plain (text, instrument->id);
  add_plain (text, instrument->symbol);
  add_plain (text, instrument->venue);
  add_plain (text, instrument->settlement == PST_SETTLEMENT_DELIVERY ? "DELIVERY" : "POSITION");
  add_optional (text, instrument->base != NULL ? instrument->base->code : NULL);
  add_plain (text, instrument->quote->code);
  add_number (text, instrument->price_scale);
  add_number (text, instrument->size_scale);
  add_number (text, instrument->price_step);
  add_number (text, instrument->size_step);
  add_number (text, instrument->size_min);
  add_number (text, instrument->size_max);
  add_number (text, instrument->notional_min);
  add_number (text, instrument->maker_fee);
  add_number (text, instrument->taker_fee);
}

static void
add_summary (PstSqlRows *rows, const PstBacktestResult *result)
{
  g_autoptr (GString) summary = g_string_new (NULL), part = g_string_new (NULL);

  add_texts (part, result->strategies, '\0');
  add_part (summary, part);
  add_texts (part, result->plugins, ' ');
  add_part (summary, part);
  add_texts (part, result->parameters, '=');
  add_part (summary, part);
  for (guint i = 0; i < result->instruments->len; i++)
    add_instrument (part, result->instruments->pdata[i]);
  add_part (summary, part);
  for (guint i = 0; i < result->statistics->len; i++)
    {
      const PstStatistic *statistic = result->statistics->pdata[i];
      char value[32];

      pst_sql_double_print (statistic->value, value);
      add_plain (part, statistic->group);
      add_plain (part, statistic->name);
      add_plain (part, value);
    }
  add_part (summary, part);
  pst_sql_rows_add_text (rows, summary->str);
}

static gboolean
write_run (PstSqlConnection *connection, const PstBacktestResult *result, gint64 number, GError **error)
{
  const guint64 counts[]
      = { result->n_sets,           result->n_bars,          count (result->strategies), count (result->plugins),  count (result->parameters),
          result->instruments->len, result->statistics->len, result->fills->len,         result->round_trips->len, result->equity->len };
  const char *texts[] = { result->user_id, result->key, result->name, result->engine, result->data_hash, result->currency->code };
  const gint64 times[] = { result->initial_equity, result->created_ns, result->from_ns, result->to_ns, result->took_ns };
  PstSqlRows rows;
  gboolean done;

  pst_sql_rows_init (&rows, PST_SQL_ROWS_JSON);
  pst_sql_rows_begin (&rows);
  pst_sql_rows_add_integer (&rows, number);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    pst_sql_rows_add_text (&rows, texts[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (times); i++)
    pst_sql_rows_add_integer (&rows, times[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (counts); i++)
    pst_sql_rows_add_integer (&rows, (gint64)counts[i]);
  add_summary (&rows, result);
  pst_sql_rows_end (&rows);
  done = pst_sql_connection_execute (connection, PST_SQL_INSERT_BACKTEST_RUN, NULL, NULL, pst_sql_rows_finish (&rows), error);
  pst_sql_rows_clear (&rows);
  return done;
}

gboolean
pst_sql_result_write (PstSqlConnection *connection, const PstBacktestResult *result, gint64 number, GError **error)
{
  return write_currencies (connection, result, error)
         && write_texts (connection, PST_SQL_INSERT_BACKTEST_STRATEGIES, number, result->strategies, '\0', error)
         && write_texts (connection, PST_SQL_INSERT_BACKTEST_PLUGINS, number, result->plugins, ' ', error)
         && write_texts (connection, PST_SQL_INSERT_BACKTEST_PARAMETERS, number, result->parameters, '=', error)
         && write_instruments (connection, result, number, error) && write_statistics (connection, result, number, error)
         && write_fills (connection, result, number, error) && write_trades (connection, result, number, error)
         && write_equity (connection, result, number, error) && write_run (connection, result, number, error);
}
