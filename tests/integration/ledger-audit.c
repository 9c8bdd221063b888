/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Audits by integers only. */

#include "ledger-audit.h"

#include "../kit/test-ledger.h"

#include <string.h>

#define DAY_NS G_GINT64_CONSTANT (86400000000000)
#define CLOSE_UNIT 10000 /* closes have four decimals, USD have eight, sizes none */

static void
assert_none (const char *ledger, const char *query)
{
  test_assert_sql (ledger, query, "0\n");
}

static void
audit_positions (const char *ledger)
{
  assert_none (ledger, "WITH held AS (SELECT strategy, instrument, quantity, n_fills FROM paper_position),"
                       " filled AS (SELECT strategy, instrument, sum (CASE side WHEN 'BUY' THEN quantity ELSE -quantity END) AS quantity,"
                       "  count (*) AS n_fills FROM paper_trade GROUP BY strategy, instrument)"
                       " SELECT (SELECT count (*) FROM (SELECT * FROM held WHERE n_fills > 0 EXCEPT SELECT * FROM filled))"
                       "  + (SELECT count (*) FROM (SELECT * FROM filled EXCEPT SELECT * FROM held))");
}

static void
audit_cash (const char *ledger)
{
  assert_none (ledger,
               "WITH moves AS ("
               "  SELECT logical_time AS t, 0 AS is_row, (CASE side WHEN 'BUY' THEN -notional ELSE notional END) - fee AS amount, NULL AS cash"
               "  FROM paper_trade"
               "  UNION ALL SELECT logical_time, 1, 0, cash FROM mtm_ledger),"
               " sums AS (SELECT is_row, cash, (SELECT sum (amount) FROM run_cash WHERE currency = 'USD')"
               "  + sum (amount) OVER (ORDER BY t, is_row) AS expected FROM moves)"
               " SELECT count (*) FROM sums WHERE is_row AND cash <> expected");
}

void
ledger_audit_sums (const char *ledger)
{
  g_autofree char *has_rows = test_sql (ledger, "SELECT count (*) > 0 FROM mtm_ledger");

  g_assert_cmpstr (has_rows, ==, "1\n");
  audit_positions (ledger);
  audit_cash (ledger);
  assert_none (ledger, "SELECT count (*) FROM mtm_ledger WHERE equity <> cash + mark_to_market");
  assert_none (ledger, "SELECT count (*) FROM mtm_ledger m WHERE fees <> (SELECT ifnull (sum (fee), 0) FROM paper_trade t"
                       " WHERE t.logical_time <= m.logical_time) AND tick % 100 = 0");
  g_assert_cmpuint (test_ledger_check (ledger), >=, 6);
}

void
ledger_audit_prices (const char *ledger, guint price_scale, guint fee_bp)
{
  g_autofree char *unit = g_strnfill (8 - price_scale, '0');
  g_autofree char *notionals = g_strdup_printf ("SELECT count (*) FROM paper_trade WHERE notional <> price * quantity * 1%s", unit);
  g_autofree char *fees = g_strdup_printf ("SELECT count (*) FROM paper_trade WHERE fee <> (notional * %u + 9999) / 10000", fee_bp);

  assert_none (ledger, notionals);
  assert_none (ledger, fees);
}

/* Closes by day and instrument. */
typedef struct
{
  GHashTable *instruments; /* symbol to number + 1 */
  GHashTable *days;        /* time of the end of a day to GArray of closes by instrument */
  guint n_instruments;
} Closes;

static gint64
read_integer (const char *text)
{
  gint64 value;
  g_autoptr (GError) error = NULL;

  g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, &value, &error);
  g_assert_no_error (error);
  return value;
}

/* "40.1" is 401000. */
static gint64
read_close (const char *text)
{
  const char *point = strchr (text, '.');
  g_autofree char *whole = point != NULL ? g_strndup (text, (gsize)(point - text)) : g_strdup (text);
  g_autofree char *digits = g_strdup_printf ("%.4s", point != NULL ? point + 1 : "");
  gint64 fraction = *digits != '\0' ? read_integer (digits) : 0;

  for (gsize i = strlen (digits); i < 4; i++)
    fraction *= 10;
  return read_integer (whole) * CLOSE_UNIT + fraction;
}

static gint64
end_of_day (const char *date)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) day = g_date_time_new_from_iso8601 (date, utc);
  g_autofree char *with_time = day == NULL ? g_strconcat (date, "T00:00:00Z", NULL) : NULL;

  if (day == NULL)
    day = g_date_time_new_from_iso8601 (with_time, utc);
  g_assert_nonnull (day);
  return g_date_time_to_unix (day) * G_GINT64_CONSTANT (1000000000) + DAY_NS;
}

static void
read_instruments (Closes *closes, const char *ledger)
{
  g_autofree char *text = test_sql (ledger, "SELECT instrument, substr (id, 1, instr (id, '.DATA') - 1) FROM instrument ORDER BY instrument");
  g_auto (GStrv) lines = g_strsplit (g_strchomp (text), "\n", -1);

  for (; lines[closes->n_instruments] != NULL; closes->n_instruments++)
    {
      const char *symbol = strchr (lines[closes->n_instruments], ' ') + 1;

      g_hash_table_insert (closes->instruments, g_strdup (symbol), GUINT_TO_POINTER (closes->n_instruments + 1));
    }
}

/* The days by their text first: each comes hundreds of times. */
static GArray *
find_day (Closes *closes, GHashTable *by_date, const char *date)
{
  GArray *day = g_hash_table_lookup (by_date, date);
  gint64 *time_ns;

  if (day != NULL)
    return day;
  time_ns = g_new (gint64, 1);
  *time_ns = end_of_day (date);
  day = g_array_sized_new (FALSE, TRUE, sizeof (gint64), closes->n_instruments);
  g_array_set_size (day, closes->n_instruments);
  g_hash_table_insert (by_date, g_strdup (date), day);
  g_hash_table_insert (closes->days, time_ns, day);
  return day;
}

/* Line by line: g_strsplit() of a large text takes minutes under sanitizers, which measure the rest of it at each line. */
static void
read_closes (Closes *closes, const char *bars)
{
  g_autoptr (GHashTable) by_date = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char *end = bars + strlen (bars), *next;

  for (const char *start = bars; start < end; start = next + 1)
    {
      g_autofree char *line = NULL;
      g_auto (GStrv) fields = NULL;
      guint instrument;

      next = memchr (start, '\n', (gsize)(end - start));
      g_assert_nonnull (next);
      line = g_strndup (start, (gsize)(next - start));
      instrument = GPOINTER_TO_UINT (g_hash_table_lookup (closes->instruments, strrchr (line, ',') + 1));
      if (instrument == 0)
        continue;
      fields = g_strsplit (line, ",", -1);
      g_array_index (find_day (closes, by_date, fields[0]), gint64, instrument - 1) = read_close (fields[4]);
    }
}

/* Trades and rows of the books together, in order of time, trades first: "TIME INSTRUMENT QUANTITY" or "TIME - MARK-TO-MARKET". */
static char *
read_story (const char *ledger)
{
  return test_sql (ledger, "SELECT t, i, v FROM (SELECT logical_time AS t, 0 AS is_row, instrument AS i,"
                           " CASE side WHEN 'BUY' THEN quantity ELSE -quantity END AS v FROM paper_trade"
                           " UNION ALL SELECT logical_time, 1, NULL, mark_to_market FROM mtm_ledger) ORDER BY t, is_row");
}

static gint64
value_of (const gint64 *held, const GArray *day)
{
  gint64 value = 0;

  g_assert_nonnull (day);
  for (guint i = 0; i < day->len; i++)
    {
      g_assert_true (held[i] == 0 || g_array_index (day, gint64, i) > 0);
      value += held[i] * g_array_index (day, gint64, i) * CLOSE_UNIT;
    }
  return value;
}

void
ledger_audit_marks (const char *ledger, const char *bars)
{
  Closes closes = { .instruments = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
                    .days = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)g_array_unref) };
  g_autofree char *story = read_story (ledger);
  g_auto (GStrv) lines = g_strsplit (g_strchomp (story), "\n", -1);
  g_autofree gint64 *held = NULL;

  read_instruments (&closes, ledger);
  read_closes (&closes, bars);
  held = g_new0 (gint64, closes.n_instruments);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) fields = g_strsplit (lines[i], " ", -1);
      gint64 time_ns = read_integer (fields[0]), value = read_integer (fields[2]);

      if (strcmp (fields[1], "-") != 0)
        held[read_integer (fields[1])] += value;
      else
        g_assert_cmpint (value, ==, value_of (held, g_hash_table_lookup (closes.days, &time_ns)));
    }
  g_hash_table_unref (closes.instruments);
  g_hash_table_unref (closes.days);
}
