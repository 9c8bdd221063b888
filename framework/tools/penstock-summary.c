/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The summary at the end of penstock run. */

#include "penstock-summary.h"

#include "penstock-json.h"
#include "penstock-table.h"
#include "penstock-verb.h"

#include <math.h>
#include <string.h>

#define MONEY_DECIMALS 2

/* For people: two decimals, half-even, the digits grouped. JSON and ledger hold every digit. */
static char *
money_for_people (const PstMoney *money)
{
  char buffer[PST_DECIMAL_TEXT_SIZE];
  g_autofree char *grouped = NULL;
  gint64 amount;

  if (!money->currency)
    return g_strdup ("-");
  if (money->currency->scale <= MONEY_DECIMALS)
    pst_mantissa_print (money->amount, money->currency->scale, buffer);
  else if (pst_mantissa_rescale (money->amount, money->currency->scale, MONEY_DECIMALS, PST_ROUND_HALF_EVEN, &amount))
    pst_mantissa_print (amount, MONEY_DECIMALS, buffer);
  grouped = penstock_group_digits (buffer);
  return g_strdup_printf ("%s %s", grouped, money->currency->code);
}

static char *
number_for_people (double value, const char *format, double factor, const char *unit)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (!isfinite (value))
    return g_strdup ("-");
  g_ascii_formatd (buffer, sizeof buffer, format, value * factor);
  return g_strconcat (buffer, unit, NULL);
}

static char *
percent_of (const PstStrategySummary *strategy)
{
  PstDecimal best = { strategy->best_net_pct, PST_RETURN_PCT_SCALE };
  g_autofree char *text = pst_decimal_to_string (&best);

  /* The text has all ten decimals; people want four. */
  return g_strndup (text, strlen (text) - (PST_RETURN_PCT_SCALE - 4));
}

static void
add_opportunities (PenstockTable *table, const PstStrategySummary *strategy)
{
  g_autofree char *best = percent_of (strategy);

  if (strategy->n_opportunities == 0)
    return;
  penstock_table_take (table, g_strdup_printf ("Found by %s", strategy->name));
  penstock_table_take (table, g_strdup_printf ("%" G_GUINT64_FORMAT " opportunities, the best %s %% net", strategy->n_opportunities, best));
}

static void
append_head (GString *text, const PstSummary *summary)
{
  g_autoptr (PenstockTable) table = penstock_table_new ("ll");
  g_autofree char *first = pst_time_to_string (summary->first_time_ns), *last = pst_time_to_string (summary->last_time_ns);
  g_autofree char *initial = money_for_people (&summary->initial_equity), *final = money_for_people (&summary->final_equity);
  const PstRunRecord *run = &summary->run;
  /* An error is told in full on the error stream. */
  gboolean shows_reason = *run->reason && run->state != PST_RUN_STATE_ERROR;

  penstock_table_add (table, "Run");
  penstock_table_take (table, g_strdup_printf ("%s of user %s, %s, %s%s%s", run->run_id, run->user_id, penstock_nick (PST_TYPE_MODE, (int)run->mode),
                                               penstock_nick (PST_TYPE_RUN_STATE, (int)run->state), shows_reason ? ": " : "",
                                               shows_reason ? run->reason : ""));
  penstock_table_add (table, "Period");
  penstock_table_take (table, summary->n_frames ? g_strdup_printf ("%s to %s", first, last) : g_strdup ("no data"));
  penstock_table_add (table, "Frames");
  penstock_table_take (table, g_strdup_printf ("%" G_GUINT64_FORMAT " with %" G_GUINT64_FORMAT " events", summary->n_frames, summary->n_events));
  for (guint i = 0; i < summary->feeds->len; i++)
    {
      const PstFeedSummary *feed = summary->feeds->pdata[i];

      penstock_table_take (table, g_strdup_printf ("Rows of %s", feed->exchange));
      penstock_table_take (
          table, g_strdup_printf ("%" G_GUINT64_FORMAT " read, %" G_GUINT64_FORMAT " rejected", feed->counts.n_rows, feed->counts.n_rejected));
    }
  for (guint i = 0; i < summary->strategies->len; i++)
    add_opportunities (table, summary->strategies->pdata[i]);
  penstock_table_add (table, "Equity");
  penstock_table_take (table, g_strdup_printf ("%s to %s", initial, final));
  penstock_table_add (table, "Trading");
  penstock_table_add (table, penstock_nick (PST_TYPE_TRADING_STATE, (int)summary->trading_state));
  penstock_table_print (table, "", text);
  if (summary->n_unpriced)
    g_string_append_printf (text, "%u holdings have no price and are not part of the equity.\n", summary->n_unpriced);
}

static void
add_strategy_row (PenstockTable *table, const PstStrategySummary *strategy)
{
  penstock_table_add (table, strategy->name ? strategy->name : "total");
  penstock_table_add_number (table, strategy->n_orders);
  penstock_table_add_number (table, strategy->n_denied + strategy->n_rejected);
  penstock_table_add_number (table, strategy->n_fills);
  penstock_table_add_number (table, strategy->n_trades);
  penstock_table_take (table, number_for_people (strategy->win_rate, "%.1f", 100, "%"));
  penstock_table_take (table, money_for_people (&strategy->fees));
  penstock_table_take (table, money_for_people (&strategy->net_profit));
  penstock_table_take (table, number_for_people (strategy->max_drawdown, "%.2f", 100, "%"));
  penstock_table_take (table, number_for_people (strategy->sharpe, "%.2f", 1, ""));
}

static void
append_strategies (GString *text, const PstSummary *summary)
{
  static const char *const titles[] = { "Strategy", "Orders", "Refused", "Fills", "Trades", "Won", "Fees", "Net profit", "Max drawdown", "Sharpe" };
  g_autoptr (PenstockTable) table = penstock_table_new ("lrrrrrrrrr");

  for (gsize i = 0; i < G_N_ELEMENTS (titles); i++)
    penstock_table_add (table, titles[i]);
  for (guint i = 0; i < summary->strategies->len; i++)
    add_strategy_row (table, summary->strategies->pdata[i]);
  if (summary->strategies->len != 1)
    add_strategy_row (table, &summary->total);
  g_string_append_c (text, '\n');
  penstock_table_print (table, "", text);
}

static void
append_denials (GString *text, const PstSummary *summary)
{
  g_autoptr (PenstockTable) table = penstock_table_new ("llr");

  if (!summary->denials->len)
    return;
  penstock_table_add (table, "Denied by");
  penstock_table_add (table, "Code");
  penstock_table_add (table, "Orders");
  for (guint i = 0; i < summary->denials->len; i++)
    {
      const PstDenialSummary *denial = summary->denials->pdata[i];

      penstock_table_add (table, denial->guard);
      penstock_table_add (table, denial->code);
      penstock_table_add_number (table, denial->n_denials);
    }
  g_string_append_c (text, '\n');
  penstock_table_print (table, "", text);
}

static void
append_alerts (GString *text, const PstSummary *summary)
{
  g_autoptr (PenstockTable) table = penstock_table_new ("lllr");

  if (!summary->alerts->len)
    return;
  penstock_table_add (table, "Alert of");
  penstock_table_add (table, "Severity");
  penstock_table_add (table, "What");
  penstock_table_add (table, "Times");
  for (guint i = 0; i < summary->alerts->len; i++)
    {
      const PstAlertSummary *alert = summary->alerts->pdata[i];

      penstock_table_add (table, alert->component);
      penstock_table_add (table, penstock_nick (PST_TYPE_SEVERITY, (int)alert->severity));
      penstock_table_take (table, g_strdup_printf ("%s: %s", alert->title, alert->message));
      penstock_table_add_number (table, alert->n_alerts);
    }
  g_string_append_c (text, '\n');
  penstock_table_print (table, "", text);
}

char *
penstock_summary_to_text (const PstSummary *summary)
{
  GString *text = g_string_new (NULL);

  append_head (text, summary);
  append_strategies (text, summary);
  append_denials (text, summary);
  append_alerts (text, summary);
  return g_string_free (text, FALSE);
}

static void
add_strategy_json (JsonBuilder *json, const PstStrategySummary *strategy)
{
  json_builder_begin_object (json);
  penstock_json_add_string (json, "name", strategy->name);
  penstock_json_add_integer (json, "orders", (gint64)strategy->n_orders);
  penstock_json_add_integer (json, "denied", (gint64)strategy->n_denied);
  penstock_json_add_integer (json, "rejected", (gint64)strategy->n_rejected);
  penstock_json_add_integer (json, "fills", (gint64)strategy->n_fills);
  penstock_json_add_integer (json, "opportunities", (gint64)strategy->n_opportunities);
  penstock_json_add_integer (json, "trades", (gint64)strategy->n_trades);
  penstock_json_add_integer (json, "wins", (gint64)strategy->n_wins);
  penstock_json_add_integer (json, "open_positions", strategy->n_open_positions);
  penstock_json_add_money (json, "fees", &strategy->fees);
  penstock_json_add_money (json, "gross_profit", &strategy->gross_profit);
  penstock_json_add_money (json, "net_profit", &strategy->net_profit);
  penstock_json_add_double (json, "win_rate", strategy->win_rate);
  penstock_json_add_double (json, "max_drawdown", strategy->max_drawdown);
  penstock_json_add_double (json, "sharpe", strategy->sharpe);
  json_builder_end_object (json);
}

static void
add_run_json (JsonBuilder *json, const PstSummary *summary)
{
  const PstRunRecord *run = &summary->run;
  g_autofree char *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, run->seed);

  penstock_json_add_string (json, "user", run->user_id);
  penstock_json_add_string (json, "run", run->run_id);
  penstock_json_add_string (json, "pipeline", run->pipeline);
  penstock_json_add_string (json, "mode", penstock_nick (PST_TYPE_MODE, (int)run->mode));
  penstock_json_add_string (json, "state", penstock_nick (PST_TYPE_RUN_STATE, (int)run->state));
  penstock_json_add_string (json, "reason", *run->reason ? run->reason : NULL);
  penstock_json_add_string (json, "seed", seed);
  penstock_json_add_string (json, "trading_state", penstock_nick (PST_TYPE_TRADING_STATE, (int)summary->trading_state));
  penstock_json_add_time (json, "first_time", summary->first_time_ns);
  penstock_json_add_time (json, "last_time", summary->last_time_ns);
  penstock_json_add_integer (json, "frames", (gint64)summary->n_frames);
  penstock_json_add_integer (json, "events", (gint64)summary->n_events);
  penstock_json_add_integer (json, "ticks", (gint64)summary->n_ticks);
  penstock_json_add_integer (json, "records", (gint64)summary->n_records);
  penstock_json_add_money (json, "initial_equity", &summary->initial_equity);
  penstock_json_add_money (json, "final_equity", &summary->final_equity);
  penstock_json_add_integer (json, "unpriced_holdings", summary->n_unpriced);
}

static void
add_feeds_json (JsonBuilder *json, const PstSummary *summary)
{
  json_builder_set_member_name (json, "feeds");
  json_builder_begin_array (json);
  for (guint i = 0; i < summary->feeds->len; i++)
    {
      const PstFeedSummary *feed = summary->feeds->pdata[i];

      json_builder_begin_object (json);
      penstock_json_add_string (json, "exchange", feed->exchange);
      penstock_json_add_integer (json, "rows", (gint64)feed->counts.n_rows);
      penstock_json_add_integer (json, "events", (gint64)feed->counts.n_events);
      penstock_json_add_integer (json, "rejected", (gint64)feed->counts.n_rejected);
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
}

static void
add_denials_json (JsonBuilder *json, const PstSummary *summary)
{
  json_builder_set_member_name (json, "denials");
  json_builder_begin_array (json);
  for (guint i = 0; i < summary->denials->len; i++)
    {
      const PstDenialSummary *denial = summary->denials->pdata[i];

      json_builder_begin_object (json);
      penstock_json_add_string (json, "guard", denial->guard);
      penstock_json_add_string (json, "code", denial->code);
      penstock_json_add_integer (json, "orders", (gint64)denial->n_denials);
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
}

static void
add_alerts_json (JsonBuilder *json, const PstSummary *summary)
{
  json_builder_set_member_name (json, "alerts");
  json_builder_begin_array (json);
  for (guint i = 0; i < summary->alerts->len; i++)
    {
      const PstAlertSummary *alert = summary->alerts->pdata[i];

      json_builder_begin_object (json);
      penstock_json_add_string (json, "component", alert->component);
      penstock_json_add_string (json, "severity", penstock_nick (PST_TYPE_SEVERITY, (int)alert->severity));
      penstock_json_add_string (json, "title", alert->title);
      penstock_json_add_string (json, "message", alert->message);
      penstock_json_add_integer (json, "times", (gint64)alert->n_alerts);
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
}

void
penstock_summary_to_json (const PstSummary *summary, JsonBuilder *json)
{
  json_builder_begin_object (json);
  add_run_json (json, summary);
  json_builder_set_member_name (json, "total");
  add_strategy_json (json, &summary->total);
  json_builder_set_member_name (json, "strategies");
  json_builder_begin_array (json);
  for (guint i = 0; i < summary->strategies->len; i++)
    add_strategy_json (json, summary->strategies->pdata[i]);
  json_builder_end_array (json);
  add_feeds_json (json, summary);
  add_denials_json (json, summary);
  add_alerts_json (json, summary);
  json_builder_end_object (json);
}
