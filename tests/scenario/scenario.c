/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs scenarios, and holds each to what must be true of every run. */

#include "scenario.h"

#include "../kit/test-data.h"
#include "../kit/test-host.h"

#include <glib/gstdio.h>
#include <string.h>

/* When the clock of a run in real time begins: 2020-01-02T08:00:00Z. */
#define SCENARIO_START_NS (G_GINT64_CONSTANT (1577952000) * PST_NS_PER_SECOND)
#define STORES                                     \
  "\n[store ledger]\nplugin=sql\npath=ledger.db\n" \
  "[store journal]\nplugin=journal\npath=run.journal\n"

Scenario *
scenario_new (void)
{
  Scenario *scenario = g_new0 (Scenario, 1);

  scenario->files = g_ptr_array_new_with_free_func (g_free);
  scenario->scripts = g_ptr_array_new_with_free_func (g_free);
  scenario->heard = g_ptr_array_new_with_free_func (g_free);
  return scenario;
}

/* All but the folder and what is in it. */
static void
forget_run (Scenario *scenario)
{
  g_ptr_array_set_size (scenario->heard, 0);
  g_clear_pointer (&scenario->records, g_ptr_array_unref);
  g_clear_pointer (&scenario->summary, pst_summary_free);
  g_clear_error (&scenario->error);
}

void
scenario_free (Scenario *scenario)
{
  forget_run (scenario);
  g_clear_pointer (&scenario->ledger, g_free);
  g_clear_pointer (&scenario->folder, test_folder_free);
  g_ptr_array_unref (scenario->files);
  g_ptr_array_unref (scenario->scripts);
  g_ptr_array_unref (scenario->heard);
  g_free (scenario->market);
  g_free (scenario->answers);
  g_free (scenario->cash);
  g_free (scenario);
}

void
scenario_add_file (Scenario *scenario, const char *name, const char *text)
{
  g_ptr_array_add (scenario->files, g_strdup (name));
  g_ptr_array_add (scenario->files, g_strdup (text));
}

void
scenario_add_script (Scenario *scenario, const char *name, const char *text)
{
  g_ptr_array_add (scenario->scripts, g_strdup (name));
  g_ptr_array_add (scenario->scripts, g_strdup (text));
}

void
scenario_set_market (Scenario *scenario, const char *text)
{
  g_free (scenario->market);
  scenario->market = g_strdup (text);
}

void
scenario_set_live (Scenario *scenario, const char *cash, const char *answers)
{
  scenario->live = TRUE;
  scenario->cash = g_strdup (cash);
  scenario->answers = g_strdup (answers);
}

static ScenarioMarket *
add_market (Scenario *scenario, PstRun *run, PstSimulatedClock *clock)
{
  ScenarioMarket *market = scenario_market_new (scenario->market);
  g_autoptr (GError) error = NULL;

  if (scenario->live)
    {
      pst_run_set_clock (run, PST_CLOCK (clock));
      scenario_market_set_live (market, clock);
      scenario_market_set_cash (market, scenario->cash);
    }
  if (scenario->answers != NULL)
    scenario_market_set_answers (market, scenario->answers);
  pst_run_add (run, PST_COMPONENT (market), "market", "market", &error);
  g_assert_no_error (error);
  return market;
}

static PstRun *
build_run (Scenario *scenario, const char *pipeline, GPtrArray *scripts)
{
  g_autofree char *text = g_strconcat (pipeline, STORES, NULL);
  g_autofree char *path = test_folder_path (scenario->folder, "house.pipeline");
  g_autoptr (GError) error = NULL;
  PstRun *run;

  for (guint i = 0; i < scenario->files->len; i += 2)
    test_write_packed (scenario->folder, scenario->files->pdata[i], scenario->files->pdata[i + 1]);
  run = test_host_build (text, path);
  for (guint i = 0; i < scenario->scripts->len; i += 2)
    {
      ScenarioScript *script = scenario_script_new (scenario->scripts->pdata[i + 1]);

      g_ptr_array_add (scripts, script);
      pst_run_add (run, PST_COMPONENT (script), "script", scenario->scripts->pdata[i], &error);
      g_assert_no_error (error);
    }
  return run;
}

/* In the scenario's folder. */
static void
run_there (Scenario *scenario, const char *pipeline)
{
  g_autoptr (PstClock) clock = pst_simulated_clock_new (SCENARIO_START_NS);
  g_autoptr (GPtrArray) scripts = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (ScenarioMarket) market = NULL;
  g_autoptr (PstRun) run = NULL;
  g_autofree char *journal = test_folder_path (scenario->folder, "run.journal");

  forget_run (scenario);
  run = build_run (scenario, pipeline, scripts);
  if (scenario->market != NULL)
    market = add_market (scenario, run, PST_SIMULATED_CLOCK (clock));
  g_assert_cmpint (pst_run_execute (run, &scenario->error), ==, scenario->error == NULL);
  g_assert_cmpint (pst_run_get_state (run), ==, scenario->error == NULL ? PST_RUN_STATE_STOPPED : PST_RUN_STATE_ERROR);
  scenario->summary = pst_run_get_summary (run);
  if (scenario->error != NULL)
    g_test_message ("%s", scenario->error->message);
  for (guint i = 0; i < scripts->len; i++)
    {
      g_assert_cmpuint (scenario_script_get_n_left (scripts->pdata[i]), ==, 0);
      g_ptr_array_add (scenario->heard, g_strdup (scenario_script_get_heard (scripts->pdata[i])));
    }
  scenario->n_submitted = market != NULL ? scenario_market_get_n_orders (market) : 0;
  scenario->records = test_host_read_journal (journal);
}

static void
run_once (Scenario *scenario, const char *pipeline)
{
  g_clear_pointer (&scenario->folder, test_folder_free);
  g_clear_pointer (&scenario->ledger, g_free);
  scenario->folder = test_folder_new ();
  scenario->ledger = test_folder_path (scenario->folder, "ledger.db");
  run_there (scenario, pipeline);
}

static GBytes *
read_bytes (const Scenario *scenario, const char *name)
{
  g_autofree char *path = test_folder_path (scenario->folder, name);
  g_autoptr (GError) error = NULL;
  char *data;
  gsize length;

  g_file_get_contents (path, &data, &length, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (data, length);
}

/* The journal begins and ends as a run does, its records are numbered, and time never goes back in it. */
static void
check_journal (const Scenario *scenario)
{
  const PstRecord *first = scenario->records->pdata[0], *last = scenario->records->pdata[scenario->records->len - 1];
  gint64 time_ns = first->time_ns;

  g_assert_cmpint (first->kind, ==, PST_RECORD_RUN);
  g_assert_cmpint (first->run.state, ==, PST_RUN_STATE_CREATED);
  g_assert_cmpint (last->kind, ==, PST_RECORD_RUN);
  g_assert_cmpint (last->run.state, ==, scenario->error == NULL ? PST_RUN_STATE_STOPPED : PST_RUN_STATE_ERROR);
  g_assert_cmpuint (scenario->summary->n_records, ==, scenario->records->len);
  for (guint i = 0; i < scenario->records->len; i++)
    {
      const PstRecord *record = scenario->records->pdata[i];

      g_assert_cmpuint (record->sequence, ==, i + 1);
      g_assert_cmpint (record->time_ns, >=, time_ns);
      time_ns = record->time_ns;
    }
}

/* Ledger and journal tell the same story. */
static void
check_ledger (const Scenario *scenario)
{
  g_autofree char *dump = test_ledger_dump (scenario->ledger);
  g_autofree char *path = test_folder_path (scenario->folder, "rebuilt.db");
  g_autofree char *rebuilt = test_host_rebuild_ledger (scenario->records, path), *counts = NULL;

  g_assert_cmpuint (test_ledger_check (scenario->ledger), >=, 6);
  g_assert_cmpstr (rebuilt, ==, dump);
  counts
      = g_strdup_printf ("%u\n%u\n%u\n%u\n", scenario_count_records (scenario, PST_RECORD_FILL), scenario_count_records (scenario, PST_RECORD_INTENT),
                         scenario_count_records (scenario, PST_RECORD_TICK), scenario_count_records (scenario, PST_RECORD_VERDICT));
  test_assert_sql (scenario->ledger,
                   "SELECT count (*) FROM paper_trade; SELECT count (*) FROM paper_order; SELECT count (*) FROM mtm_ledger; "
                   "SELECT count (*) FROM event_ledger WHERE kind = 'VERDICT'",
                   counts);
}

void
scenario_run (Scenario *scenario, const char *pipeline)
{
  g_autoptr (GBytes) first_journal = NULL, journal = NULL;
  g_autofree char *first_dump = NULL, *dump = NULL;

  run_once (scenario, pipeline);
  first_journal = read_bytes (scenario, "run.journal");
  first_dump = test_ledger_dump (scenario->ledger);
  run_once (scenario, pipeline);
  journal = read_bytes (scenario, "run.journal");
  dump = test_ledger_dump (scenario->ledger);
  g_assert_true (g_bytes_equal (first_journal, journal));
  g_assert_cmpstr (first_dump, ==, dump);
  check_journal (scenario);
  check_ledger (scenario);
}

void
scenario_restart (Scenario *scenario, const char *pipeline, const char *market, const char *script)
{
  g_autofree char *journal = test_folder_path (scenario->folder, "run.journal");
  g_autofree char *aside = g_strdup_printf ("%s.%u", journal, ++scenario->n_restarts);

  g_assert_no_errno (g_rename (journal, aside));
  scenario_set_market (scenario, market);
  g_ptr_array_set_size (scenario->scripts, 0);
  if (script != NULL)
    scenario_add_script (scenario, "script", script);
  run_there (scenario, pipeline);
  g_assert_no_error (scenario->error);
  check_journal (scenario);
  g_assert_cmpuint (test_ledger_check (scenario->ledger), >=, 6);
}

Scenario *
scenario_play (const char *bars, const char *broker_options, const char *script)
{
  Scenario *scenario = scenario_new ();
  g_autofree char *text = g_strconcat (SCENARIO_HEADER, bars, NULL);
  g_autofree char *pipeline = g_strconcat (SCENARIO_PIPELINE SCENARIO_BARS SCENARIO_BROKER, broker_options, NULL);

  scenario_add_file (scenario, "bars.csv", text);
  scenario_add_script (scenario, "script", script);
  scenario_run (scenario, pipeline);
  g_assert_no_error (scenario->error);
  return scenario;
}

guint
scenario_count_records (const Scenario *scenario, PstRecordKind kind)
{
  guint n = 0;

  for (guint i = 0; i < scenario->records->len; i++)
    n += ((const PstRecord *)scenario->records->pdata[i])->kind == kind;
  return n;
}

char *
scenario_list_records (const Scenario *scenario, const char *time)
{
  g_autoptr (GEnumClass) kinds = g_type_class_ref (PST_TYPE_RECORD_KIND);
  g_autoptr (GError) error = NULL;
  GString *list = g_string_new (NULL);
  gint64 time_ns = 0;

  if (time != NULL)
    pst_time_parse (time, -1, &time_ns, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < scenario->records->len; i++)
    {
      const PstRecord *record = scenario->records->pdata[i];
      g_autofree char *word = g_ascii_strup (g_enum_get_value (kinds, (int)record->kind)->value_nick, -1);

      if (time == NULL || record->time_ns == time_ns)
        g_string_append_printf (list, "%s%s", list->len > 0 ? " " : "", word);
    }
  return g_string_free (list, FALSE);
}
