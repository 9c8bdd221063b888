/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The page of statistics: the table of pst-statistic.h. */

#include "pst-reference-statistics.h"

#include "../backtest/pst-statistic.h"

static const char *const units[] = {
  [PST_STATISTIC_UNIT_RATIO] = "ratio", [PST_STATISTIC_UNIT_FRACTION] = "fraction", [PST_STATISTIC_UNIT_MONEY] = "money",
  [PST_STATISTIC_UNIT_COUNT] = "count", [PST_STATISTIC_UNIT_DAYS] = "days",         [PST_STATISTIC_UNIT_TIME] = "time",
};

static const char head[]
    = "What a backtest came to, computed from its fills, round trips and equity. `penstock report`, `sweep` and `results` know them by these "
      "names.\n\n"
      "## Letters\n\n"
      "| letter | meaning |\n|---|---|\n"
      "| E_t | equity after logical time t: cash and all positions at their marks; E_0 the initial equity, E_end the last |\n"
      "| X_t | exposure: sum of the absolute values of all positions |\n"
      "| r_d | return of day d: the day's last equity over the day's before, less 1; the first day's over E_0. Days are of UTC; a day without a "
      "logical time has none |\n"
      "| n, m, s | number, mean and standard deviation (with n - 1) of r_d |\n"
      "| P | days with a return a year, as told to `--periods`; else 365 when Saturdays and Sundays are traded, else 252. `penstock run` "
      "always takes 252 |\n"
      "| q(x) | quantile of r_d, linear between ranks |\n"
      "| b_d, B | daily return and value of the benchmark; pairs are days on which both have a return |\n"
      "| p_i | profit of round trip i after fees; of one that is open what it would fetch at the last mark |\n"
      "| S, g3, g4 | m / s, skew and kurtosis (not excess) of r_d, as moments of the population |\n"
      "| N, V | how many parameter sets were tried; variance of their Sharpe ratios a day, or 1 / (n - 1) when it is not known |\n"
      "| gamma, e, Phi | Euler-Mascheroni constant, Euler's number, the standard normal distribution |\n\n"
      "What cannot be told is NaN, is shown as n/a and is null in JSON: a ratio of nothing, a deviation of fewer than two days, a ratio to a "
      "deviation of zero.\n\n"
      "## Of what they are told\n\n"
      "`total` has all. `year 2015` and `month 2015-03` have those marked *period*, where E_0 is the equity before the period and a round trip "
      "belongs "
      "to the period in which it ended; a time at midnight is the end of the day before. `instrument ID` and `strategy PLUGIN` (the second of one "
      "plugin is `PLUGIN#2`) have those marked *part*, "
      "from "
      "their round trips alone.\n\n"
      "## Statistics\n\n";

void
pst_reference_append_statistics (PstCatalogue *catalogue, GString *text)
{
  const PstStatisticInfo *list = pst_statistic_list ();

  g_string_append (text, head);
  g_string_append (text, "| name | meaning | formula | unit | better | told of |\n|---|---|---|---|---|---|\n");
  for (guint i = 0; i < PST_N_STATISTICS; i++)
    {
      const char *better = list[i].better > 0 ? "more" : list[i].better < 0 ? "less" : "neither";
      gboolean of_period = (list[i].scope & PST_STATISTIC_SCOPE_PERIOD) != 0, of_part = (list[i].scope & PST_STATISTIC_SCOPE_PART) != 0;
      g_auto (GStrv) bars = g_strsplit (list[i].formula, "|", -1);
      g_autofree char *formula = g_strjoinv ("\\|", bars);

      g_string_append_printf (text, "| `%s` | %s: %s. | `%s` | %s | %s | total%s%s |\n", list[i].name, list[i].title, list[i].blurb, formula,
                              units[list[i].unit], better, of_period ? ", period" : "", of_part ? ", part" : "");
    }
  g_string_append_c (text, '\n');
}
