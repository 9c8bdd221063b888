/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the forms of a report share. */
#pragma once

#include "pst-report.h"

G_BEGIN_DECLS

/* A day with a return. */
typedef struct
{
  gint64 day_ns;
  gint64 equity;
  double value;
} PstReportDay;

typedef struct
{
  guint price, size, money;
} PstReportScales;

/* NULL-terminated. */
extern const char *const pst_report_trade_columns[];
extern const char *const pst_report_fill_columns[];

guint pst_report_get_money_scale (const PstReport *report);
PstReportScales pst_report_get_scales (const PstReport *report, guint32 instrument);
/* (nullable) */
const char *pst_report_get_strategy (const PstReport *report, guint strategy);
gint64 pst_report_get_final_equity (const PstReport *report);
/* (transfer full) (element-type guint): points of the equity that are shown */
GArray *pst_report_pick_points (const PstReport *report);
/* (transfer full) (element-type PstReportBar): not more than are shown; neighbours are one bar */
GArray *pst_report_merge_bars (const PstReport *report, const GArray *bars);
/* (transfer full) (element-type PstReportDay) */
GArray *pst_report_list_days (const PstReport *report);
/* NaN before there are @n_days. */
double pst_report_get_rolling_sharpe (const PstReport *report, const GArray *days, guint index, guint n_days);
void pst_report_put_number (GString *text, double value, const char *format);
void pst_report_put_mantissa (GString *text, gint64 mantissa, guint scale);
void pst_report_put_time (GString *text, gint64 time_ns);

G_END_DECLS
