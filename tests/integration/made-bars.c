/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A random walk in whole cents. Dirt is only ever added, so that what is good in a soiled file is the clean file. */

#include "made-bars.h"

#include <penstock.h>

#define FIRST_DAY "2015-01-12"
#define ROWS_APART 97 /* between bad rows; no divisor of anything, so that they meet all symbols and days */

static void
append_price (GString *text, gint64 cents)
{
  char buffer[PST_DECIMAL_TEXT_SIZE];

  pst_mantissa_print (cents, 2, buffer);
  g_string_append_printf (text, "%s,", buffer);
}

static void
append_bar (GString *text, PstRandom *random, gint64 *price)
{
  gint64 width = MAX (*price / 50, 2), prices[4];

  for (guint i = 0; i < G_N_ELEMENTS (prices); i++)
    prices[i] = MAX (*price + (gint64)pst_random_below (random, (guint64)width * 2 + 1) - width, 100);
  append_price (text, prices[0]);
  append_price (text, MAX (MAX (prices[0], prices[3]), MAX (prices[1], prices[2])));
  append_price (text, MIN (MIN (prices[0], prices[3]), MIN (prices[1], prices[2])));
  append_price (text, prices[3]);
  g_string_append_printf (text, "%" G_GUINT64_FORMAT ",", 1000 + pst_random_below (random, 1000000));
  append_price (text, prices[3]);
  *price = prices[3];
}

static GDateTime *
next_working_day (GDateTime *day)
{
  GDateTime *next = g_date_time_add_days (day, g_date_time_get_day_of_week (day) == 5 ? 3 : 1);

  g_date_time_unref (day);
  return next;
}

GString *
made_bars_new (guint64 seed, guint n_symbols, guint n_days)
{
  GString *text = g_string_new ("date,open,high,low,close,volume,adj_close,Name\n");
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();

  for (guint i = 0; i < n_symbols; i++)
    {
      GDateTime *day = g_date_time_new_from_iso8601 (FIRST_DAY "T00:00:00Z", utc);
      g_autofree char *symbol = g_strdup_printf ("S%03u", i);
      PstRandom random;
      gint64 price;

      pst_random_init (&random, seed, symbol);
      price = 1000 + (gint64)pst_random_below (&random, 20000);
      for (guint k = 0; k < n_days; k++)
        {
          g_autofree char *date = g_date_time_format (day, "%Y-%m-%d");

          g_string_append_printf (text, "%s,", date);
          append_bar (text, &random, &price);
          g_string_append_printf (text, "%s\n", symbol);
          day = next_working_day (day);
        }
      g_date_time_unref (day);
    }
  return text;
}

/* A bad row made of the good one above it: "%s" is that one's date (in the column that is not read, where the date itself is not to be what is
 * wrong), then its symbol. */
static const struct
{
  MadeDirt dirt;
  const char *row;
} kinds_of_dirt[] = {
  { { "not-positive", "\"0\" is not above zero", 7 }, "2030-01-01,0,11.00,10.00,10.50,5,%s,%s\n" },
  { { "not-positive", "\"-10.00\" is not above zero", 5 }, "2030-01-01,10.50,11.00,-10.00,10.50,5,%s,%s\n" },
  { { "not-finite", "\"NaN\" is not a finite number", 6 }, "2030-01-01,10.50,11.00,10.00,NaN,5,%s,%s\n" },
  { { "not-a-number", "\"n/a\" is not a number", 4 }, "2030-01-01,n/a,11.00,10.00,10.50,5,%s,%s\n" },
  { { "decimals", "\"10.00001\" has more decimals", 3 }, "2030-01-01,10.50,11.00,10.00001,10.50,5,%s,%s\n" },
  { { "high-low", "breaks low <= open, close <= high", 8 }, "2030-01-01,10.50,10.40,10.00,10.30,5,%s,%s\n" },
  { { "empty-field", "is empty", 2 }, "2030-01-01,10.50,,10.00,10.50,5,%s,%s\n" },
  { { "negative-size", "\"-5\" is below zero", 3 }, "2030-01-01,10.50,11.00,10.00,10.50,-5,%s,%s\n" },
  { { "fields", "number of fields", 5 }, "%s,10.50,11.00,10.00,%s\n" },
  { { "time-duplicate", "is the time of an earlier bar", 9 }, "%s,10.50,11.00,10.00,10.50,5,1,%s\n" },
  { { "time-backwards", "\"2014-12-31\" lies before the row above", 4 }, "2014-12-31,10.50,11.00,10.00,10.50,5,%s,%s\n" },
  { { "time-syntax", "\"2015-02-30\" is not a time", 2 }, "2015-02-30,10.50,11.00,10.00,10.50,5,%s,%s\n" },
  { { "overflow", "\"99999999999999999999\" does not fit", 1 }, "2030-01-01,99999999999999999999,11.00,10.00,10.50,5,%s,%s\n" },
};

static void
append_dirt (GString *soiled, const char *row_above, const char *row)
{
  g_auto (GStrv) fields = g_strsplit (row_above, ",", -1);
  g_auto (GStrv) pieces = g_strsplit (row, "%s", -1);

  g_string_append_printf (soiled, "%s%s%s%s%s", pieces[0], fields[0], pieces[1], fields[7], pieces[2]);
}

GString *
made_bars_soil (const GString *bars, const MadeDirt **kinds, guint *n_kinds)
{
  g_auto (GStrv) lines = g_strsplit (bars->str, "\n", -1);
  GString *soiled = g_string_sized_new (bars->len + bars->len / 8);
  MadeDirt *told = g_new (MadeDirt, G_N_ELEMENTS (kinds_of_dirt));
  guint kind = 0, n_done = 0;

  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      g_string_append_printf (soiled, "%s\n", lines[i]);
      if (i % ROWS_APART != 1 || kind == G_N_ELEMENTS (kinds_of_dirt))
        continue;
      append_dirt (soiled, lines[i], kinds_of_dirt[kind].row);
      if (++n_done < kinds_of_dirt[kind].dirt.n_rows)
        continue;
      kind++;
      n_done = 0;
    }
  /* All of it must have found a place. */
  g_assert_cmpuint (kind, ==, G_N_ELEMENTS (kinds_of_dirt));
  for (kind = 0; kind < G_N_ELEMENTS (kinds_of_dirt); kind++)
    told[kind] = kinds_of_dirt[kind].dirt;
  *kinds = told;
  *n_kinds = G_N_ELEMENTS (kinds_of_dirt);
  return soiled;
}
