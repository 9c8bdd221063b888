/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Makes the market data that the sample pipeline runs on: bars of invented symbols, as CSV. A seeded random walk in whole cents, whose
 * drift turns now and then, so that trends come and go; integers only, so that a seed gives the same bytes on every machine. */
#include <penstock.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#define PRICE_SCALE 2
#define PRICE_MIN 100       /* cents */
#define PRICE_MAX 100000000 /* cents */
#define DAY_NS G_GINT64_CONSTANT (86400000000000)
#define SYMBOLS_MAX 10000
#define BARS_MAX 100000000

static const char *const first_names[] = { "AURA", "BOLT", "CRUX", "DUNE", "ECHO", "FLUX", "GALE", "HALO" };

typedef struct
{
  int seed, symbols, bars, volatility_bp;
  char *start, *period, *output;
} Settings;

typedef struct
{
  char name[16];
  PstRandom random;
  gint64 price;    /* cents */
  gint64 drift_bp; /* of the price, each bar */
  int drift_bars;  /* until the drift turns */
} Walk;

typedef struct
{
  gint64 open, high, low, close, volume;
} Bar;

static gint64
draw (PstRandom *random, gint64 low, gint64 high)
{
  return low + (gint64)pst_random_below (random, (guint64)(high - low + 1));
}

static void
walk_init (Walk *walk, const Settings *settings, int index)
{
  if (index < (int)G_N_ELEMENTS (first_names))
    g_strlcpy (walk->name, first_names[index], sizeof walk->name);
  else
    g_snprintf (walk->name, sizeof walk->name, "SYM%d", index);
  pst_random_init (&walk->random, (guint64)settings->seed, walk->name);
  walk->price = draw (&walk->random, 2000, 40000);
  walk->drift_bars = 0;
}

/* Three draws together look more like returns than one does. */
static gint64
noise_bp (Walk *walk, gint64 width)
{
  return (draw (&walk->random, -width, width) + draw (&walk->random, -width, width) + draw (&walk->random, -width, width)) / 2;
}

static void
walk_step (Walk *walk, const Settings *settings, Bar *bar)
{
  gint64 width = settings->volatility_bp, reach;

  if (walk->drift_bars-- == 0)
    {
      walk->drift_bp = draw (&walk->random, -width / 12, width / 11);
      walk->drift_bars = (int)draw (&walk->random, 20, 90);
    }
  bar->open = CLAMP (walk->price + walk->price * noise_bp (walk, width / 4) / 10000, PRICE_MIN, PRICE_MAX);
  bar->close = CLAMP (bar->open + bar->open * (walk->drift_bp + noise_bp (walk, width)) / 10000, PRICE_MIN, PRICE_MAX);
  reach = bar->open * width / 20000 + 1;
  bar->high = MIN (MAX (bar->open, bar->close) + draw (&walk->random, 0, reach), PRICE_MAX);
  bar->low = MAX (MIN (bar->open, bar->close) - draw (&walk->random, 0, reach), PRICE_MIN);
  bar->volume = draw (&walk->random, 100, 900) * 1000;
  walk->price = bar->close;
}

static gboolean
write_bar (FILE *file, const char *time, const Bar *bar, const char *symbol)
{
  char open[PST_DECIMAL_TEXT_SIZE], high[PST_DECIMAL_TEXT_SIZE], low[PST_DECIMAL_TEXT_SIZE], close[PST_DECIMAL_TEXT_SIZE];

  pst_mantissa_print (bar->open, PRICE_SCALE, open);
  pst_mantissa_print (bar->high, PRICE_SCALE, high);
  pst_mantissa_print (bar->low, PRICE_SCALE, low);
  pst_mantissa_print (bar->close, PRICE_SCALE, close);
  return fprintf (file, "%s,%s,%s,%s,%s,%" G_GINT64_FORMAT ",%s\n", time, open, high, low, close, bar->volume, symbol) > 0;
}

static gboolean
is_weekend (gint64 time_ns)
{
  /* 1970-01-01 was a Thursday. */
  gint64 weekday = (time_ns / DAY_NS + 4) % 7;

  return weekday == 0 || weekday == 6;
}

static gboolean
write_all (FILE *file, const Settings *settings, gint64 time_ns, gint64 period_ns)
{
  g_autofree Walk *walks = g_new0 (Walk, settings->symbols);

  for (int i = 0; i < settings->symbols; i++)
    walk_init (&walks[i], settings, i);
  if (fprintf (file, "date,open,high,low,close,volume,symbol\n") < 0)
    return FALSE;
  for (int n = 0; n < settings->bars; time_ns += period_ns)
    {
      g_autofree char *time = NULL;

      if (period_ns >= DAY_NS && is_weekend (time_ns))
        continue;
      time = pst_time_to_string (time_ns);
      if (period_ns >= DAY_NS)
        time[strlen ("2020-01-01")] = '\0';
      for (int i = 0; i < settings->symbols; i++)
        {
          Bar bar;

          walk_step (&walks[i], settings, &bar);
          if (!write_bar (file, time, &bar, walks[i].name))
            return FALSE;
        }
      n++;
    }
  return TRUE;
}

static gboolean
check_settings (const Settings *settings, gint64 *time_ns, gint64 *period_ns, GError **error)
{
  if (settings->symbols < 1 || settings->symbols > SYMBOLS_MAX || settings->bars < 1 || settings->bars > BARS_MAX || settings->volatility_bp < 5
      || settings->volatility_bp > 1000)
    {
      g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_RANGE, "--symbols is from 1 to %d, --bars from 1 to %d, --volatility from 5 to 1000",
                   SYMBOLS_MAX, BARS_MAX);
      return FALSE;
    }
  if (!pst_time_parse (settings->start != NULL ? settings->start : "2019-01-01", -1, time_ns, error)
      || !pst_duration_parse (settings->period != NULL ? settings->period : "1d", period_ns, error))
    return FALSE;
  if (*time_ns < 0 || *period_ns < 1 || *period_ns > 7 * DAY_NS || *period_ns > (G_MAXINT64 - *time_ns) / 2 / settings->bars)
    {
      g_set_error_literal (error, PST_VALUE_ERROR, PST_VALUE_ERROR_RANGE, "--start is from 1970 on, --period up to 7d, and the last bar before 2262");
      return FALSE;
    }
  return TRUE;
}

static gboolean
write_file (const Settings *settings, GError **error)
{
  gint64 time_ns, period_ns;
  FILE *file = stdout;
  gboolean done;

  if (!check_settings (settings, &time_ns, &period_ns, error))
    return FALSE;
  if (settings->output != NULL)
    file = fopen (settings->output, "w");
  done = file != NULL && write_all (file, settings, time_ns, period_ns);
  if (file != NULL)
    done = (file == stdout ? fflush (file) : fclose (file)) == 0 && done;
  if (!done)
    g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_IO, "cannot write \"%s\": %s",
                 settings->output != NULL ? settings->output : "standard output", g_strerror (errno));
  return done;
}

int
main (int argc, char **argv)
{
  Settings settings = { .seed = 1, .symbols = 8, .bars = 1300, .volatility_bp = 100 };
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &settings.output, "Write to FILE, not to standard output", "FILE" },
    { "seed", 0, 0, G_OPTION_ARG_INT, &settings.seed, "The walk's seed (1)", "N" },
    { "symbols", 0, 0, G_OPTION_ARG_INT, &settings.symbols, "How many symbols (8)", "N" },
    { "bars", 0, 0, G_OPTION_ARG_INT, &settings.bars, "How many bars of each (1300)", "N" },
    { "start", 0, 0, G_OPTION_ARG_STRING, &settings.start, "When the first bar begins (2019-01-01)", "TIME" },
    { "period", 0, 0, G_OPTION_ARG_STRING, &settings.period, "How long a bar is (1d, weekends left out; 1m, ...)", "DURATION" },
    { "volatility", 0, 0, G_OPTION_ARG_INT, &settings.volatility_bp, "How wide a bar is, in hundredths of a percent (100)", "BP" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  int status = EXIT_SUCCESS;

  setlocale (LC_ALL, "");
  g_option_context_set_summary (context, "Writes invented bars as CSV: date,open,high,low,close,volume,symbol.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || !write_file (&settings, &error))
    {
      g_printerr ("%s: %s\n", g_get_prgname (), error->message);
      status = EXIT_FAILURE;
    }
  g_free (settings.start);
  g_free (settings.period);
  g_free (settings.output);
  return status;
}
