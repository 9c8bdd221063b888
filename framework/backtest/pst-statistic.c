/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One table, so that what a report's tooltip says is what the reference says. The formulas' letters are explained in pst-statistic-reference.c. */
#include "pst-statistic.h"

#include <math.h>
#include <string.h>

#define NEEDS_EQUITY PST_STATISTIC_NEEDS_EQUITY
#define NEEDS_RETURNS PST_STATISTIC_NEEDS_RETURNS
#define NEEDS_TRADES PST_STATISTIC_NEEDS_TRADES
#define NEEDS_FILLS PST_STATISTIC_NEEDS_FILLS
#define NEEDS_BENCHMARK PST_STATISTIC_NEEDS_BENCHMARK
#define NEEDS_VOLUMES PST_STATISTIC_NEEDS_VOLUMES
#define OF_PERIOD PST_STATISTIC_SCOPE_PERIOD
#define OF_PART PST_STATISTIC_SCOPE_PART

static const PstStatisticInfo statistics[PST_N_STATISTICS] = {
  [PST_STATISTIC_TOTAL_RETURN] = { "total_return", "Total return", "What the account gained over the whole time, as a share of what it began with",
                                   "E_end / E_0 - 1", PST_STATISTIC_UNIT_FRACTION, 1, NEEDS_EQUITY, OF_PERIOD },
  [PST_STATISTIC_ANNUAL_RETURN] = { "annual_return", "Annual return", "The return that, year after year, gives the total return (CAGR)",
                                    "(E_end / E_0)^(P / n) - 1", PST_STATISTIC_UNIT_FRACTION, 1, NEEDS_EQUITY, 0 },
  [PST_STATISTIC_NET_PROFIT]
  = { "net_profit", "Net profit", "Money gained or lost after fees; of an instrument or strategy the sum over its round trips", "E_end - E_0",
      PST_STATISTIC_UNIT_MONEY, 1, NEEDS_EQUITY, OF_PERIOD | OF_PART },
  [PST_STATISTIC_VOLATILITY] = { "volatility", "Volatility", "Standard deviation of the daily returns, annualised", "s * sqrt (P)",
                                 PST_STATISTIC_UNIT_FRACTION, -1, NEEDS_EQUITY, OF_PERIOD },
  [PST_STATISTIC_SHARPE]
  = { "sharpe", "Sharpe ratio", "Mean daily return for each unit of its standard deviation, annualised; the risk-free rate is taken as 0",
      "m / s * sqrt (P)", PST_STATISTIC_UNIT_RATIO, 1, NEEDS_EQUITY, OF_PERIOD },
  [PST_STATISTIC_SORTINO] = { "sortino", "Sortino ratio", "As the Sharpe ratio, with only the days of loss counted as risk",
                              "m / sqrt (sum (min (r_d, 0)^2) / n) * sqrt (P)", PST_STATISTIC_UNIT_RATIO, 1, NEEDS_EQUITY, 0 },
  [PST_STATISTIC_CALMAR] = { "calmar", "Calmar ratio", "Annual return for each unit of the deepest drawdown", "annual_return / max_drawdown",
                             PST_STATISTIC_UNIT_RATIO, 1, NEEDS_EQUITY, 0 },
  [PST_STATISTIC_OMEGA] = { "omega", "Omega ratio", "All daily gains over all daily losses, at a threshold of 0",
                            "sum (max (r_d, 0)) / sum (max (-r_d, 0))", PST_STATISTIC_UNIT_RATIO, 1, NEEDS_EQUITY, 0 },
  [PST_STATISTIC_MAX_DRAWDOWN]
  = { "max_drawdown", "Maximum drawdown", "The deepest fall of equity from a peak, as a share of the peak; at every logical time, not at days' ends",
      "max over t of (max over u <= t of E_u - E_t) / max over u <= t of E_u", PST_STATISTIC_UNIT_FRACTION, -1, NEEDS_EQUITY, OF_PERIOD },
  [PST_STATISTIC_DRAWDOWN_START] = { "drawdown_start", "Drawdown from", "The last time that equity stood at the peak before the deepest drawdown",
                                     "t of the peak", PST_STATISTIC_UNIT_TIME, 0, NEEDS_EQUITY, 0 },
  [PST_STATISTIC_DRAWDOWN_TROUGH]
  = { "drawdown_trough", "Drawdown trough", "When the deepest drawdown was deepest", "t of the trough", PST_STATISTIC_UNIT_TIME, 0, NEEDS_EQUITY, 0 },
  [PST_STATISTIC_DRAWDOWN_END]
  = { "drawdown_end", "Drawdown recovered", "When equity was back at the peak after the deepest drawdown; n/a when it never was",
      "first t after the trough with E_t >= the peak", PST_STATISTIC_UNIT_TIME, 0, NEEDS_EQUITY, 0 },
  [PST_STATISTIC_RECOVERY]
  = { "recovery", "Recovery", "How long it took from the trough of the deepest drawdown back to the peak; n/a when it did not get there",
      "drawdown_end - drawdown_trough", PST_STATISTIC_UNIT_DAYS, -1, NEEDS_EQUITY, 0 },
  [PST_STATISTIC_TIME_UNDER_WATER]
  = { "time_under_water", "Longest time under water", "The longest stretch from a peak until equity was back at it, or until the end",
      "max of (t of the return to a peak - t of the peak)", PST_STATISTIC_UNIT_DAYS, -1, NEEDS_EQUITY, 0 },
  [PST_STATISTIC_UNDER_WATER_SHARE]
  = { "under_water_share", "Share of time under water", "Share of the whole time during which equity was below an earlier peak",
      "time with E_t < max over u <= t of E_u / whole time", PST_STATISTIC_UNIT_FRACTION, -1, NEEDS_EQUITY, 0 },
  [PST_STATISTIC_VALUE_AT_RISK]
  = { "value_at_risk", "Value at risk (95 %)", "The daily loss that was exceeded on one day of twenty (historical, a loss is positive)",
      "-q(5 %) of r_d, linear between ranks", PST_STATISTIC_UNIT_FRACTION, -1, NEEDS_EQUITY | NEEDS_RETURNS, 0 },
  [PST_STATISTIC_EXPECTED_SHORTFALL]
  = { "expected_shortfall", "Expected shortfall (95 %)", "The mean daily loss on the days that were at least as bad as the value at risk",
      "-mean of r_d where r_d <= q(5 %)", PST_STATISTIC_UNIT_FRACTION, -1, NEEDS_EQUITY | NEEDS_RETURNS, 0 },
  [PST_STATISTIC_SKEW] = { "skew", "Skew", "Asymmetry of the daily returns: below 0 when the tail of losses is the longer one",
                           "n / ((n - 1) (n - 2)) * sum (((r_d - m) / s)^3)", PST_STATISTIC_UNIT_RATIO, 1, NEEDS_EQUITY, 0 },
  [PST_STATISTIC_KURTOSIS] = { "kurtosis", "Excess kurtosis", "Heaviness of the tails of the daily returns: 0 for a normal distribution",
                               "n (n + 1) / ((n - 1) (n - 2) (n - 3)) * sum (((r_d - m) / s)^4) - 3 (n - 1)^2 / ((n - 2) (n - 3))",
                               PST_STATISTIC_UNIT_RATIO, -1, NEEDS_EQUITY, 0 },
  [PST_STATISTIC_TAIL_RATIO] = { "tail_ratio", "Tail ratio", "A very good day compared with a very bad one", "|q(95 %)| / |q(5 %)|",
                                 PST_STATISTIC_UNIT_RATIO, 1, NEEDS_EQUITY | NEEDS_RETURNS, 0 },
  [PST_STATISTIC_BEST_DAY]
  = { "best_day", "Best day", "The highest daily return", "max (r_d)", PST_STATISTIC_UNIT_FRACTION, 1, NEEDS_EQUITY, OF_PERIOD },
  [PST_STATISTIC_WORST_DAY]
  = { "worst_day", "Worst day", "The lowest daily return", "min (r_d)", PST_STATISTIC_UNIT_FRACTION, 1, NEEDS_EQUITY, OF_PERIOD },
  [PST_STATISTIC_POSITIVE_DAYS] = { "positive_days", "Positive days", "Share of the days with a gain among the days with a gain or a loss",
                                    "count (r_d > 0) / count (r_d != 0)", PST_STATISTIC_UNIT_FRACTION, 1, NEEDS_EQUITY, OF_PERIOD },
  [PST_STATISTIC_DAYS] = { "days", "Days", "Daily returns that were counted", "n", PST_STATISTIC_UNIT_COUNT, 0, NEEDS_EQUITY, OF_PERIOD },
  [PST_STATISTIC_TRADES] = { "trades", "Round trips", "Positions from flat to flat; those still open are counted too", "count",
                             PST_STATISTIC_UNIT_COUNT, 0, NEEDS_TRADES, OF_PERIOD | OF_PART },
  [PST_STATISTIC_OPEN_TRADES] = { "open_trades", "Still open", "Positions that were open at the end; they are valued at the last mark",
                                  "count of open ones", PST_STATISTIC_UNIT_COUNT, 0, NEEDS_TRADES, OF_PART },
  [PST_STATISTIC_WIN_RATE] = { "win_rate", "Win rate", "Share of the round trips with a profit after fees", "count (p_i > 0) / count (p_i)",
                               PST_STATISTIC_UNIT_FRACTION, 1, NEEDS_TRADES, OF_PERIOD | OF_PART },
  [PST_STATISTIC_PROFIT_FACTOR] = { "profit_factor", "Profit factor", "Money won over money lost; infinite when nothing was lost",
                                    "sum (max (p_i, 0)) / sum (max (-p_i, 0))", PST_STATISTIC_UNIT_RATIO, 1, NEEDS_TRADES, OF_PERIOD | OF_PART },
  [PST_STATISTIC_EXPECTANCY] = { "expectancy", "Expectancy", "Mean profit of a round trip after fees", "sum (p_i) / count (p_i)",
                                 PST_STATISTIC_UNIT_MONEY, 1, NEEDS_TRADES, OF_PERIOD | OF_PART },
  [PST_STATISTIC_PAYOFF_RATIO] = { "payoff_ratio", "Payoff ratio", "Average win over average loss", "average_win / |average_loss|",
                                   PST_STATISTIC_UNIT_RATIO, 1, NEEDS_TRADES, OF_PART },
  [PST_STATISTIC_AVERAGE_WIN] = { "average_win", "Average win", "Mean profit of the round trips that won", "mean (p_i where p_i > 0)",
                                  PST_STATISTIC_UNIT_MONEY, 1, NEEDS_TRADES, OF_PART },
  [PST_STATISTIC_AVERAGE_LOSS] = { "average_loss", "Average loss", "Mean loss of the round trips that did not win; at most 0",
                                   "mean (p_i where p_i <= 0)", PST_STATISTIC_UNIT_MONEY, 1, NEEDS_TRADES, OF_PART },
  [PST_STATISTIC_LARGEST_WIN] = { "largest_win", "Largest win", "The best round trip", "max (p_i where p_i > 0)", PST_STATISTIC_UNIT_MONEY, 1,
                                  NEEDS_TRADES, OF_PERIOD | OF_PART },
  [PST_STATISTIC_LARGEST_LOSS] = { "largest_loss", "Largest loss", "The worst round trip; at most 0", "min (p_i where p_i <= 0)",
                                   PST_STATISTIC_UNIT_MONEY, 1, NEEDS_TRADES, OF_PERIOD | OF_PART },
  [PST_STATISTIC_WIN_STREAK] = { "win_streak", "Longest winning streak", "Most round trips in a row that won, in order of entry",
                                 "longest run of p_i > 0", PST_STATISTIC_UNIT_COUNT, 1, NEEDS_TRADES, OF_PART },
  [PST_STATISTIC_LOSS_STREAK] = { "loss_streak", "Longest losing streak", "Most round trips in a row that did not win, in order of entry",
                                  "longest run of p_i <= 0", PST_STATISTIC_UNIT_COUNT, -1, NEEDS_TRADES, OF_PART },
  [PST_STATISTIC_HOLDING_AVERAGE] = { "holding_average", "Average holding time", "Mean time from entry to exit", "mean (exit_i - entry_i)",
                                      PST_STATISTIC_UNIT_DAYS, 0, NEEDS_TRADES, OF_PART },
  [PST_STATISTIC_HOLDING_LONGEST] = { "holding_longest", "Longest holding time", "The longest time from entry to exit", "max (exit_i - entry_i)",
                                      PST_STATISTIC_UNIT_DAYS, 0, NEEDS_TRADES, OF_PART },
  [PST_STATISTIC_HOLDING_BARS] = { "holding_bars", "Average bars held", "Mean number of the instrument's bars from entry to exit", "mean (bars_i)",
                                   PST_STATISTIC_UNIT_RATIO, 0, NEEDS_TRADES, OF_PART },
  [PST_STATISTIC_MAE_AVERAGE]
  = { "mae_average", "Average adverse excursion", "Mean of the worst that a position stood at while it was held (MAE), before fees", "mean (MAE_i)",
      PST_STATISTIC_UNIT_MONEY, 1, NEEDS_TRADES, OF_PART },
  [PST_STATISTIC_MAE_WORST] = { "mae_worst", "Worst adverse excursion", "The worst that any position stood at, before fees", "min (MAE_i)",
                                PST_STATISTIC_UNIT_MONEY, 1, NEEDS_TRADES, OF_PART },
  [PST_STATISTIC_MFE_AVERAGE]
  = { "mfe_average", "Average favourable excursion", "Mean of the best that a position stood at while it was held (MFE), before fees", "mean (MFE_i)",
      PST_STATISTIC_UNIT_MONEY, 1, NEEDS_TRADES, OF_PART },
  [PST_STATISTIC_MFE_BEST] = { "mfe_best", "Best favourable excursion", "The best that any position stood at, before fees", "max (MFE_i)",
                               PST_STATISTIC_UNIT_MONEY, 1, NEEDS_TRADES, OF_PART },
  [PST_STATISTIC_FEES] = { "fees", "Fees", "All fees paid; of an instrument or strategy those of its round trips", "sum of the fills' fees",
                           PST_STATISTIC_UNIT_MONEY, -1, NEEDS_FILLS, OF_PART },
  [PST_STATISTIC_EXPOSURE]
  = { "exposure", "Exposure", "Mean of the positions' absolute value over equity, each logical time weighed by how long it lasted",
      "time-weighted mean (X_t / E_t)", PST_STATISTIC_UNIT_FRACTION, 0, NEEDS_EQUITY, 0 },
  [PST_STATISTIC_TIME_IN_MARKET] = { "time_in_market", "Time in the market", "Share of the whole time during which any position was held",
                                     "time with X_t > 0 / whole time", PST_STATISTIC_UNIT_FRACTION, 0, NEEDS_EQUITY, 0 },
  [PST_STATISTIC_FILLS] = { "fills", "Fills", "Orders that were filled", "count", PST_STATISTIC_UNIT_COUNT, 0, NEEDS_FILLS, 0 },
  [PST_STATISTIC_TURNOVER]
  = { "turnover", "Turnover",
      "How often a year the account was traded through: the value of all fills over mean equity (of the logical times) and years",
      "sum (price * size) / mean (E_t) / (n / P)", PST_STATISTIC_UNIT_RATIO, -1, NEEDS_EQUITY | NEEDS_FILLS, 0 },
  [PST_STATISTIC_CAPACITY] = { "capacity", "Capacity",
                               "How much could have begun with the account, had no fill been larger than 1 % of the instrument's volume on its UTC "
                               "day; 5 % of the fills, the worst, are left out",
                               "E_0 * q(5 %) of (0.01 * volume of the day / size)", PST_STATISTIC_UNIT_MONEY, 1, NEEDS_FILLS | NEEDS_VOLUMES, 0 },
  [PST_STATISTIC_BENCHMARK_RETURN] = { "benchmark_return", "Benchmark return", "What the benchmark gained over the whole time", "B_end / B_0 - 1",
                                       PST_STATISTIC_UNIT_FRACTION, 0, NEEDS_EQUITY | NEEDS_BENCHMARK, OF_PERIOD },
  [PST_STATISTIC_ALPHA] = { "alpha", "Alpha", "Mean daily return beyond what beta explains, annualised (Jensen, risk-free rate 0)",
                            "(m - beta * mean (b_d)) * P", PST_STATISTIC_UNIT_FRACTION, 1, NEEDS_EQUITY | NEEDS_BENCHMARK, 0 },
  [PST_STATISTIC_BETA] = { "beta", "Beta", "How much the account moves with the benchmark", "cov (r_d, b_d) / var (b_d)", PST_STATISTIC_UNIT_RATIO, 0,
                           NEEDS_EQUITY | NEEDS_BENCHMARK, 0 },
  [PST_STATISTIC_INFORMATION_RATIO]
  = { "information_ratio", "Information ratio", "Mean daily return above the benchmark's for each unit of its standard deviation, annualised",
      "mean (r_d - b_d) / sd (r_d - b_d) * sqrt (P)", PST_STATISTIC_UNIT_RATIO, 1, NEEDS_EQUITY | NEEDS_BENCHMARK, 0 },
  [PST_STATISTIC_UP_CAPTURE] = { "up_capture", "Up capture", "The account's mean return on days when the benchmark rose, over the benchmark's",
                                 "mean (r_d | b_d > 0) / mean (b_d | b_d > 0)", PST_STATISTIC_UNIT_FRACTION, 1, NEEDS_EQUITY | NEEDS_BENCHMARK, 0 },
  [PST_STATISTIC_DOWN_CAPTURE]
  = { "down_capture", "Down capture", "The account's mean return on days when the benchmark fell, over the benchmark's",
      "mean (r_d | b_d < 0) / mean (b_d | b_d < 0)", PST_STATISTIC_UNIT_FRACTION, -1, NEEDS_EQUITY | NEEDS_BENCHMARK, 0 },
  [PST_STATISTIC_PROBABILISTIC_SHARPE]
  = { "probabilistic_sharpe", "Probabilistic Sharpe ratio",
      "Probability that the true Sharpe ratio is above 0, given length, skew and tails of the sample (Bailey and Lopez de Prado 2012)",
      "Phi ((S - S*) * sqrt (n - 1) / sqrt (1 - g3 * S + (g4 - 1) / 4 * S^2)) with S* = 0", PST_STATISTIC_UNIT_FRACTION, 1, NEEDS_EQUITY, 0 },
  [PST_STATISTIC_DEFLATED_SHARPE] = { "deflated_sharpe", "Deflated Sharpe ratio",
                                      "As the probabilistic one, but above what the best of all parameter sets that were tried would show by luck "
                                      "alone (Bailey and Lopez de Prado 2014)",
                                      "the same with S* = sqrt (V) * ((1 - gamma) * Phi^-1 (1 - 1 / N) + gamma * Phi^-1 (1 - 1 / (N e)))",
                                      PST_STATISTIC_UNIT_FRACTION, 1, NEEDS_EQUITY, 0 },
};

/**
 * pst_statistic_list:
 *
 * Returns: (array fixed-size=PST_N_STATISTICS) (transfer none): what each statistic is, by #PstStatisticId
 */
const PstStatisticInfo *
pst_statistic_list (void)
{
  return statistics;
}

/**
 * pst_statistic_lookup:
 * @name: "sharpe"
 *
 * Returns: (nullable) (transfer none): what it is; %NULL for an unknown name
 */
const PstStatisticInfo *
pst_statistic_lookup (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  for (guint i = 0; i < PST_N_STATISTICS; i++)
    if (strcmp (statistics[i].name, name) == 0)
      return &statistics[i];
  return NULL;
}

/**
 * pst_statistic_find:
 * @name: "sharpe"
 * @id: (out): its place in the table
 * @error: PST_OPTION_ERROR_UNKNOWN with the nearest name
 *
 * Returns: whether there is such a statistic
 */
gboolean
pst_statistic_find (const char *name, PstStatisticId *id, GError **error)
{
  const PstStatisticInfo *info = pst_statistic_lookup (name);
  const char *names[PST_N_STATISTICS + 1] = { NULL };
  const char *nearest;

  if (info != NULL)
    {
      *id = (PstStatisticId)(info - statistics);
      return TRUE;
    }
  for (guint i = 0; i < PST_N_STATISTICS; i++)
    names[i] = statistics[i].name;
  nearest = pst_nearest_name (name, names);
  if (nearest != NULL)
    g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN, "there is no statistic \"%s\"; did you mean \"%s\"?", name, nearest);
  else
    g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN,
                 "there is no statistic \"%s\"; all names stand in docs/reference/statistics.md, for example total_return, sharpe, max_drawdown",
                 name);
  return FALSE;
}

static char *
format_number (double value, const char *format, const char *unit)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  /* What rounds to nothing has no sign. */
  g_ascii_formatd (buffer, sizeof buffer, format, value);
  if (*buffer == '-' && strspn (buffer, "-0.") == strlen (buffer))
    g_ascii_formatd (buffer, sizeof buffer, format, 0);
  return g_strconcat (buffer, unit, NULL);
}

static char *
format_time (double value)
{
  char text[PST_TIME_TEXT_SIZE];

  /* Days are what people look for in a report; the exact time stands in the JSON form. Midnight ends the day before. */
  pst_time_print ((gint64)(value * 1e9) - 1, text);
  return g_strndup (text, strlen ("2015-08-24"));
}

/**
 * pst_statistic_format:
 * @id: which
 * @value: its value
 *
 * For people: two to four digits, "n/a" for NaN. Money comes without its currency.
 *
 * Returns: (transfer full): the text
 */
char *
pst_statistic_format (PstStatisticId id, double value)
{
  g_return_val_if_fail (id < PST_N_STATISTICS, NULL);

  if (isnan (value))
    return g_strdup ("n/a");
  if (isinf (value))
    return g_strdup (value > 0 ? "infinite" : "-infinite");
  switch (statistics[id].unit)
    {
    case PST_STATISTIC_UNIT_FRACTION:
      return format_number (value * 100, "%.2f", " %");
    case PST_STATISTIC_UNIT_COUNT:
      return format_number (value, "%.0f", "");
    case PST_STATISTIC_UNIT_DAYS:
      return format_number (value, fabs (value) < 1 ? "%.3f" : "%.1f", " d");
    case PST_STATISTIC_UNIT_TIME:
      return format_time (value);
    case PST_STATISTIC_UNIT_RATIO:
    case PST_STATISTIC_UNIT_MONEY:
    default:
      return format_number (value, "%.2f", "");
    }
}
