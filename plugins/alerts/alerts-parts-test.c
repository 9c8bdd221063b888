/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of the alerts by themselves: texts that receivers read, filters, and the thread that delivers. */

#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <penstock-check.h>
#include <string.h>

#include "pst-alert-filter.h"
#include "pst-alert-text.h"
#include "pst-alert-worker.h"

static PstRecord
make_record (PstSeverity severity, const char *title, const char *message)
{
  PstRecord record = { .kind = PST_RECORD_ALERT, .sequence = 7 };

  record.alert.severity = severity;
  record.alert.component = G_MAXUINT32;
  g_strlcpy (record.alert.category, "risk", sizeof record.alert.category);
  g_strlcpy (record.alert.title, title, sizeof record.alert.title);
  g_strlcpy (record.alert.message, message, sizeof record.alert.message);
  return record;
}

static PstAlert *
make_alert (PstSeverity severity, const char *title, const char *message)
{
  PstRecord record = make_record (severity, title, message);
  PstRunRecord run = { .mode = PST_MODE_LIVE, .user_id = "local", .run_id = "arb-1", .pipeline = "arb" };

  return pst_alert_new (&record, &run, "kill");
}

/* Texts. */

static void
check_json (const PstAlert *alert, PstAlertFormat format, const char *expected)
{
  g_autofree char *json = pst_alert_to_json (alert, format, "-100");

  g_assert_cmpstr (json, ==, expected);
}

static void
test_formats (void)
{
  g_autoptr (PstAlert) alert = make_alert (PST_SEVERITY_CRITICAL, "Kill switch engaged", "spread > 5 & @everyone");

  check_json (alert, PST_ALERT_FORMAT_GENERIC,
              "{\"time\":\"1970-01-01T00:00:00Z\",\"severity\":\"critical\",\"category\":\"risk\",\"title\":\"Kill switch engaged\","
              "\"message\":\"spread > 5 & @everyone\",\"details\":{\"component\":\"kill\",\"user\":\"local\",\"run\":\"arb-1\",\"pipeline\":\"arb\","
              "\"mode\":\"live\",\"sequence\":7,\"dropped\":0}}");
#define TAIL "\\n\\ncategory: risk\\ncomponent: kill\\nrun: arb-1 of local (arb, live)\\ntime: 1970-01-01T00:00:00Z\""
  check_json (alert, PST_ALERT_FORMAT_SLACK, "{\"text\":\"CRITICAL Kill switch engaged\\nspread &gt; 5 &amp; @everyone" TAIL "}");
  check_json (alert, PST_ALERT_FORMAT_DISCORD,
              "{\"content\":\"CRITICAL Kill switch engaged\\nspread > 5 & @everyone" TAIL ",\"allowed_mentions\":{\"parse\":[]}}");
  check_json (alert, PST_ALERT_FORMAT_TELEGRAM,
              "{\"text\":\"CRITICAL Kill switch engaged\\nspread > 5 & @everyone" TAIL ",\"chat_id\":\"-100\",\"disable_web_page_preview\":true}");
}

/* Bytes that are no text, quotes and line breaks must neither break the JSON nor forge a header. */
static void
test_hostile_text (void)
{
  g_autoptr (PstAlert) alert = make_alert (PST_SEVERITY_ERROR, "a\r\nBcc: x@y.z \xff\"", "\x01\"\\\xc3\x28");
  g_autofree char *json = pst_alert_to_json (alert, PST_ALERT_FORMAT_GENERIC, NULL);
  g_autofree char *mail = pst_alert_to_mail (alert, NULL, (char *[]){ (char *)"root", NULL });
  g_autoptr (JsonParser) parser = json_parser_new ();

  g_assert_true (g_utf8_validate (json, -1, NULL));
  g_assert_true (json_parser_load_from_data (parser, json, -1, NULL));
  g_assert_null (strchr (json, '\n'));
  g_assert_null (strstr (mail, "\nBcc:"));
  g_assert_null (strchr (mail, '\r'));
}

static void
test_mail_text (void)
{
  g_autoptr (PstAlert) plain = make_alert (PST_SEVERITY_WARNING, "Late", "400 ms");
  g_autoptr (PstAlert) umlauts = make_alert (PST_SEVERITY_WARNING, "\xc3\x84rger", "x");
  char *to[] = { (char *)"root", (char *)"ops@example.com", NULL };
  g_autofree char *first = pst_alert_to_mail (plain, "desk@example.com", to), *second = pst_alert_to_mail (umlauts, NULL, to);

  g_assert_true (g_str_has_prefix (first, "From: desk@example.com\nTo: root, ops@example.com\nSubject: WARNING Late\nMIME-Version: 1.0\n"));
  g_assert_nonnull (strstr (first, "\nX-Penstock-Run: arb-1\n\n400 ms\n\ncategory: risk\n"));
  g_assert_true (g_str_has_prefix (second, "To: root, ops@example.com\nSubject: =?UTF-8?B?V0FSTklORyDDhHJnZXI=?=\n"));
}

/* The filter. */

static void
check_choice (PstAlertFilter *filter, PstSeverity severity, const char *message, gint64 time_s, PstAlertChoice expected)
{
  g_autoptr (PstAlert) alert = make_alert (severity, "t", message);

  alert->time_ns = time_s * PST_NS_PER_SECOND;
  g_assert_cmpint (pst_alert_filter_choose (filter, alert), ==, expected);
}

static void
test_filter (void)
{
  PstAlertFilter filter;

  pst_alert_filter_init (&filter, &(PstAlertFilterOptions){ PST_SEVERITY_WARNING, 2, 60 * PST_NS_PER_SECOND, 10 * PST_NS_PER_SECOND });
  check_choice (&filter, PST_SEVERITY_INFO, "a", 0, PST_ALERT_SPARED);
  check_choice (&filter, PST_SEVERITY_WARNING, "a", 0, PST_ALERT_TOLD);
  check_choice (&filter, PST_SEVERITY_WARNING, "a", 9, PST_ALERT_SPARED);
  check_choice (&filter, PST_SEVERITY_ERROR, "a", 9, PST_ALERT_TOLD);
  check_choice (&filter, PST_SEVERITY_WARNING, "a", 10, PST_ALERT_DROPPED);
  /* A flood of warnings does not hide that trading stopped. */
  check_choice (&filter, PST_SEVERITY_CRITICAL, "b", 10, PST_ALERT_TOLD);
  check_choice (&filter, PST_SEVERITY_CRITICAL, "c", 10, PST_ALERT_TOLD);
  check_choice (&filter, PST_SEVERITY_CRITICAL, "d", 10, PST_ALERT_DROPPED);
  check_choice (&filter, PST_SEVERITY_WARNING, "e", 59, PST_ALERT_DROPPED);
  check_choice (&filter, PST_SEVERITY_WARNING, "f", 60, PST_ALERT_TOLD);
  check_choice (&filter, PST_SEVERITY_WARNING, "g", 60, PST_ALERT_DROPPED);
  pst_alert_filter_clear (&filter);
}

/* Memory is bounded, whatever comes. */
static void
test_filter_bound (void)
{
  PstAlertFilter filter;

  pst_alert_filter_init (&filter, &(PstAlertFilterOptions){ PST_SEVERITY_INFO, 0, PST_NS_PER_SECOND, PST_NS_PER_DAY });
  for (guint i = 0; i < 3 * PST_ALERT_REPEATS_MAX; i++)
    {
      g_autofree char *message = g_strdup_printf ("%u", i);

      check_choice (&filter, PST_SEVERITY_INFO, message, 0, PST_ALERT_TOLD);
      check_choice (&filter, PST_SEVERITY_INFO, message, 0, PST_ALERT_SPARED);
      g_assert_cmpuint (g_hash_table_size (filter.told), <=, PST_ALERT_REPEATS_MAX);
    }
  pst_alert_filter_clear (&filter);
}

/* The worker. */

typedef struct
{
  GMutex lock;
  GCond changed;
  gboolean open;    /* deliveries may go on */
  gboolean entered; /* one is being made */
  gboolean fails;
  GString *told;
} Gate;

static gboolean
deliver_through_gate (gpointer data, const PstAlert *alert, GCancellable *cancellable, GError **error)
{
  Gate *gate = data;
  gboolean fails;

  g_mutex_lock (&gate->lock);
  gate->entered = TRUE;
  g_cond_broadcast (&gate->changed);
  while (!gate->open)
    g_cond_wait (&gate->changed, &gate->lock);
  fails = gate->fails;
  if (!fails)
    g_string_append_printf (gate->told, "%s(%u) ", alert->message, alert->n_dropped);
  g_mutex_unlock (&gate->lock);
  if (fails)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "out of order");
  return !fails;
}

static void
gate_init (Gate *gate)
{
  *gate = (Gate){ .told = g_string_new (NULL) };
  g_mutex_init (&gate->lock);
  g_cond_init (&gate->changed);
}

static void
gate_clear (Gate *gate)
{
  g_mutex_clear (&gate->lock);
  g_cond_clear (&gate->changed);
  g_string_free (gate->told, TRUE);
}

static void
gate_open (Gate *gate)
{
  g_mutex_lock (&gate->lock);
  gate->open = TRUE;
  g_cond_broadcast (&gate->changed);
  g_mutex_unlock (&gate->lock);
}

static void
push_message (PstAlertWorker *worker, const char *message)
{
  g_autoptr (PstAlert) alert = make_alert (PST_SEVERITY_ERROR, "t", message);

  pst_alert_worker_push (worker, alert);
}

/* While a sink hangs, alerts wait in order up to the bound; then they are counted, and the next one says so. */
static void
test_worker_bound (void)
{
  PstAlertWorker *worker;
  Gate gate;

  gate_init (&gate);
  worker = pst_alert_worker_new ("test", 2, deliver_through_gate, &gate, NULL);
  push_message (worker, "a");
  g_mutex_lock (&gate.lock);
  while (!gate.entered)
    g_cond_wait (&gate.changed, &gate.lock);
  g_mutex_unlock (&gate.lock);
  push_message (worker, "b");
  push_message (worker, "c");
  push_message (worker, "d");
  push_message (worker, "e");
  g_assert_cmpuint (pst_alert_worker_get_n_dropped (worker), ==, 2);
  gate_open (&gate);
  g_assert_cmpuint (pst_alert_worker_stop (worker, 60 * G_USEC_PER_SEC), ==, 0);
  g_assert_cmpstr (gate.told->str, ==, "a(0) b(2) c(0) ");
  gate_clear (&gate);
}

/* What failed is lost, counted with what it would have told, and said once. */
static void
test_worker_failure (void)
{
  g_autofree char *why = NULL;
  PstAlertWorker *worker;
  Gate gate;

  gate_init (&gate);
  gate.fails = TRUE;
  gate.open = TRUE;
  worker = pst_alert_worker_new ("test", 10, deliver_through_gate, &gate, NULL);
  pst_alert_worker_drop (worker);
  push_message (worker, "a");
  push_message (worker, "b");
  while (pst_alert_worker_get_n_dropped (worker) != 3)
    g_thread_yield ();
  g_assert_true (pst_alert_worker_take_failure (worker, &why));
  g_assert_cmpstr (why, ==, "out of order");
  g_assert_false (pst_alert_worker_take_failure (worker, &why));
  g_mutex_lock (&gate.lock);
  gate.fails = FALSE;
  g_mutex_unlock (&gate.lock);
  push_message (worker, "c");
  g_assert_cmpuint (pst_alert_worker_stop (worker, 60 * G_USEC_PER_SEC), ==, 0);
  g_assert_cmpstr (gate.told->str, ==, "c(3) ");
  gate_clear (&gate);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/alerts/formats", test_formats);
  g_test_add_func ("/alerts/hostile-text", test_hostile_text);
  g_test_add_func ("/alerts/mail-text", test_mail_text);
  g_test_add_func ("/alerts/filter", test_filter);
  g_test_add_func ("/alerts/filter-bound", test_filter_bound);
  g_test_add_func ("/alerts/worker-bound", test_worker_bound);
  g_test_add_func ("/alerts/worker-failure", test_worker_failure);
  return g_test_run ();
}
