/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A report of one backtest: one document of plain data, shown as JSON, as CSV tables, as one self-contained HTML page, and as a few lines of text. */
#pragma once

#include "pst-statistics.h"

G_BEGIN_DECLS

/**
 * PstReportBar:
 *
 * One bar's prices, as a chart shows them; at the instrument's scales.
 */
typedef struct
{
  gint64 time_ns;
  gint64 open, high, low, close, volume;
} PstReportBar;

/**
 * PstReportPrices:
 * @instrument: place in the result's instruments
 * @bars: (element-type PstReportBar): in order of time
 *
 * The bars of one instrument.
 */
typedef struct
{
  guint32 instrument;
  GArray *bars;
} PstReportPrices;

/**
 * PstReportSweep:
 * @name: where it is from, for people
 * @columns: (array zero-terminated=1): names: "set", "cross.fast", ..., "sharpe", ...
 * @n_columns: how many
 * @n_parameters: columns 1 to @n_parameters are parameters, those behind them statistics
 * @values: (element-type double): row by row, NaN for what is not known; of an option that is no number the place of its value among all that came
 * @n_sets: how many sets were tried; @values has fewer when there were too many to show
 * @sharpe_mean: of all that were tried
 * @sharpe_squares: sum of the squared deviations from it
 * @n_sharpes: how many had one
 *
 * The sets of a sweep and what they came to.
 */
typedef struct
{
  char *name;
  char **columns;
  guint n_columns, n_parameters;
  GArray *values;
  guint64 n_sets;
  double sharpe_mean, sharpe_squares, n_sharpes;
} PstReportSweep;

/**
 * PstReport:
 * @result: with its statistics
 * @periods_per_year: by which they are annualised
 * @n_sets: how many parameter sets were tried
 * @prices: (element-type PstReportPrices): may be empty
 * @sweep: (nullable): the sweep that it is from
 * @points_max: most points of a curve; 0: all. What is left out keeps the highest and lowest of its stretch
 *
 * What is reported.
 */
typedef struct
{
  PstBacktestResult *result;
  double periods_per_year;
  guint64 n_sets;
  GPtrArray *prices;
  PstReportSweep *sweep;
  guint points_max;
} PstReport;

/**
 * PstReportTable:
 * @PST_REPORT_TABLE_STATISTICS: group, name, value
 * @PST_REPORT_TABLE_TRADES: round trips
 * @PST_REPORT_TABLE_FILLS: fills
 * @PST_REPORT_TABLE_EQUITY: the account at each logical time
 * @PST_REPORT_TABLE_DAILY: daily returns
 *
 * What can be had as CSV.
 */
typedef enum
{
  PST_REPORT_TABLE_STATISTICS,
  PST_REPORT_TABLE_TRADES,
  PST_REPORT_TABLE_FILLS,
  PST_REPORT_TABLE_EQUITY,
  PST_REPORT_TABLE_DAILY,
} PstReportTable;

#define PST_REPORT_TABLE_LAST PST_REPORT_TABLE_DAILY

/* Takes a reference on @result; computes its statistics when it has none, and the groups that a store did not keep. */
PstReport *pst_report_new (PstBacktestResult *result, const PstStatisticsOptions *options);
void pst_report_free (PstReport *report);
/* Adds a bar; instruments come in any order, the bars of one in order of time. */
void pst_report_add_bar (PstReport *report, guint32 instrument, const PstReportBar *bar);
/* Holding an instrument (its id or symbol), or "all": equal parts of each at its first bar, becomes the benchmark of the result's equity; from the
 * report's bars. The caller computes statistics anew. PST_OPTION_ERROR_UNKNOWN with the nearest. */
gboolean pst_report_set_benchmark (PstReport *report, const char *benchmark, GError **error);
/* The report's bars as volumes; for PstStatisticsOptions. @user_data: the report. */
gint64 pst_report_get_day_volume (guint32 instrument, gint64 day_ns, gpointer report);

/* Appends the document; '<', '>' and '&' are escaped, so that it can stand in HTML. */
void pst_report_append_json (const PstReport *report, GString *text);
/* "statistics", "trades", ... */
const char *pst_report_table_to_string (PstReportTable table);
gboolean pst_report_table_from_string (const char *name, PstReportTable *table, GError **error);
void pst_report_append_csv (const PstReport *report, PstReportTable table, GString *text);
/* @chart_library: path of Chart.js (chart.min.js). PST_OPTION_ERROR_RANGE when it is not there or is none. */
gboolean pst_report_append_html (const PstReport *report, const char *chart_library, GString *text, GError **error);
/* A summary of some lines; the curve @width characters wide. */
void pst_report_append_text (const PstReport *report, guint width, GString *text);

/* The results file of a sweep, or its sets as CSV (see parse). PST_STORE_ERROR, PST_VALUE_ERROR_SYNTAX. */
PstReportSweep *pst_report_sweep_open (const char *path, GError **error);
/* Reads the sets of a sweep as CSV: "set", "state" (may be missing), options "component.option", statistics. PST_VALUE_ERROR_SYNTAX names line and
 * column. */
PstReportSweep *pst_report_sweep_parse (const char *name, const char *text, GError **error);
/* How many sets were tried, and how their Sharpe ratios differ: what the deflated one needs. */
void pst_report_sweep_measure (const PstReportSweep *sweep, PstStatisticsOptions *options);
void pst_report_sweep_free (PstReportSweep *sweep);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstReport, pst_report_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstReportSweep, pst_report_sweep_free)

G_END_DECLS
