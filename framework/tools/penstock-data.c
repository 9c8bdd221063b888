/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock data: historical data as columns. Finds the action, hands over. */

#include "penstock-data.h"

#include <string.h>

static const struct
{
  const char *name;
  PenstockVerb verb;
  int (*run) (const PenstockVerb *verb, int argc, char **argv);
} actions[] = {
  { "import",
    { "data import", "FOLDER [OPTION=VALUE...]", "Bars, quotes and trades from CSV, gzip, zstd or zip into a folder of columns",
      "OPTION=VALUE are the options of the plugin that reads the files (\"penstock inspect replay\"): path is needed, columns, symbol, price-scale,\n"
      "time-zone and bar-period often are. Rows that are bad are left out and named (on-bad-row=fail refuses them); with calendar=nyse, gaps are\n"
      "counted against that market's sessions. The same source again changes nothing; a longer one adds what is new. All or nothing: whoever reads\n"
      "the folder meanwhile, or is left with it after a crash, has the data from before.\n\n"
      "  penstock data import sp500 path=sp500.csv.zst columns=date,open,high,low,close,volume,-,symbol venue=US calendar=nyse\n"
      "  penstock data import btc path='BTCUSD-*.csv.gz' columns=time,open,close,high,low,volume bar-period=1m symbol=BTC/USD \\\n"
      "    price-scale=8 size-scale=8\n"
      "  penstock data import lean path='daily/*.zip' columns=date,open,high,low,close,volume symbol={file} price-unit=0.0001 \\\n"
      "    time-zone=America/New_York\n"
      "  penstock data import lean --factors='factor_files/*.csv'" },
    penstock_data_import },
  { "list", { "data list", "FOLDER", "The series of a folder of columns, and where they came from", NULL }, penstock_data_list },
  { "check",
    { "data check", "FOLDER", "Compare every value with the index; exit code 6 when one is wrong",
      "With --bars, the bars themselves are looked at again: gaps, frozen prices, jumps. What is odd there is told and is no error." },
    penstock_data_check },
  { "export",
    { "data export", "FOLDER [NAME...]", "Columns back to CSV",
      "NAME is an instrument's id or symbol; without one, all. The text is canonical: imported again, it gives the same hash." },
    penstock_data_export },
  { "resample",
    { "data resample", "FOLDER [NAME...]", "Longer bars from shorter ones, beside them in the same folder",
      "With --calendar, a day is a session of that market and an hour begins with it; without, days and hours are those of UTC. A bar that does not\n"
      "have all of its period, at the begin and at the end of the data, is left out unless --partial=keep." },
    penstock_data_resample },
};

static int
run_data (const PenstockVerb *verb, int argc, char **argv)
{
  (void)verb;
  if (argc >= 2 && (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0))
    {
      g_print ("Usage: penstock data ACTION [OPTION...] FOLDER\n\n%s\n\nActions:\n", verb->summary);
      for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
        g_print ("  %-10s %s\n", actions[i].name, actions[i].verb.summary);
      g_print ("\npenstock data ACTION --help tells more.\n");
      return PST_EXIT_OK;
    }
  for (gsize i = 0; argc >= 2 && i < G_N_ELEMENTS (actions); i++)
    if (strcmp (argv[1], actions[i].name) == 0)
      {
        g_autofree char *program = g_strconcat ("penstock ", actions[i].verb.name, NULL);

        g_set_prgname (program);
        return actions[i].run (&actions[i].verb, argc - 1, argv + 1);
      }
  if (argc < 2)
    g_printerr ("penstock data: what? import, list, check, export or resample; penstock data --help tells more\n");
  else
    g_printerr ("penstock data: there is no \"%s\"; write import, list, check, export or resample\n", argv[1]);
  return PST_EXIT_USAGE;
}

const PenstockVerb penstock_verb_data = {
  "data", "import|list|check|export|resample FOLDER", "Historical data as columns: import, list, check, export, resample", NULL, run_data,
};
