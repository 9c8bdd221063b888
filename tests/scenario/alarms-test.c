/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Alerts of a whole pipeline: what people hear when a run breaks, and what they are told before they rely on it. */

#include <penstock-check.h>
#include <string.h>

#define URL "https://hooks.example.com/services/SECRET"

/* A webhook that cannot work says so before the first alert is lost. */
static void
test_webhook_on_historical_data (void)
{
  static const char pipeline[] = "[pipeline]\nname=t\nmode=paper\nguards=none\n[exchange data]\nplugin=replay\npath=bars.csv\n"
                                 "bar-period=1d\n[service alerts]\nplugin=alerts\nsinks=webhook\nwebhook-url=@env:PENSTOCK_TEST_WEBHOOK\n";
  g_autoptr (PstCheckRun) run
      = pst_check_run_pipeline (pipeline, "bars.csv", "time,open,high,low,close,volume,symbol\n2020-01-02T00:00:00Z,1.00,1.00,1.00,1.00,1,A\n", NULL);

  g_assert_error (run->error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (run->error->message, "sinks lists webhook"));
  g_assert_null (strstr (run->error->message, "SECRET"));
}

/* So many good minutes that the run is well under way, and one whose high is below its low. */
static char *
make_bars (void)
{
  GString *bars = g_string_new ("time,open,high,low,close,volume,symbol\n");

  for (guint i = 0; i <= 5000; i++)
    {
      g_autofree char *time = pst_time_to_string ((G_GINT64_CONSTANT (1577836800) + i * 60) * PST_NS_PER_SECOND);

      g_string_append_printf (bars, "%s,1.00,%s,1.00,1.00,1,A\n", time, i < 5000 ? "1.00" : "0.50");
    }
  return g_string_free (bars, FALSE);
}

/* A run that breaks in its midst: one critical alert, told before the run is over. */
static void
test_execution_exception (void)
{
  static const char pipeline[] = "[pipeline]\nname=t\n[exchange data]\nplugin=replay\npath=bars.csv\nbar-period=1m\n"
                                 "[service alerts]\nplugin=alerts\nsinks=log\nlog-path=alerts.log\nlog-min-severity=critical\n";
  g_autofree char *bars = make_bars (), *path = NULL, *text = NULL;
  g_autoptr (PstCheckRun) run = pst_check_run_pipeline (pipeline, "bars.csv", bars, NULL);
  g_auto (GStrv) lines = NULL;
  guint n_critical = 0;

  path = g_build_filename (run->folder, "alerts.log", NULL);
  g_assert_cmpint (run->state, ==, PST_RUN_STATE_ERROR);
  for (guint i = 0; i < run->records->len; i++)
    {
      const PstRecord *record = run->records->pdata[i];

      n_critical += record->kind == PST_RECORD_ALERT && record->alert.severity == PST_SEVERITY_CRITICAL;
    }
  g_assert_cmpuint (n_critical, ==, 1);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 2);
  g_assert_nonnull (strstr (lines[0], "\"severity\":\"critical\",\"category\":\"system\",\"title\":\"Critical execution exception\",\"message\":\""));
  g_assert_nonnull (strstr (lines[0], "\"component\":\"engine\""));
}

int
main (int argc, char **argv)
{
  g_setenv ("PENSTOCK_TEST_WEBHOOK", URL, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scenario/alarms/webhook-on-historical-data", test_webhook_on_historical_data);
  g_test_add_func ("/scenario/alarms/execution-exception", test_execution_exception);
  return g_test_run ();
}
