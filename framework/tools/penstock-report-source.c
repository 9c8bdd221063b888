/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A pipeline file is run, a journal is read back. Which it is its first bytes say: a key file begins with text. */

#include "penstock-report-source.h"

#include "../backtest/pst-result-recorder.h"
#include "penstock-interrupt.h"
#include "penstock-pipeline.h"
#include "penstock-progress.h"

#include <string.h>

#define SNIFFED 64

/* Bars as the run's exchanges tell them: for the chart, and for what follows from highs and lows. */
typedef struct
{
  PstResultRecorder *recorder;
  GPtrArray *bars; /* GArray of PstReportBar by instrument, or NULL */
} Witness;

static void
witness_init (Witness *witness)
{
  *witness = (Witness){ pst_result_recorder_new (), g_ptr_array_new () };
}

static void
witness_clear (Witness *witness)
{
  pst_result_recorder_free (witness->recorder);
  for (guint i = 0; i < witness->bars->len; i++)
    if (witness->bars->pdata[i] != NULL)
      g_array_unref (witness->bars->pdata[i]);
  g_ptr_array_unref (witness->bars);
}

static void
on_record (const PstRecord *record, gpointer user_data)
{
  pst_result_recorder_take (((Witness *)user_data)->recorder, record);
}

static void
take_event (Witness *witness, const PstEvent *event, gint64 time_ns)
{
  PstReportBar bar = { time_ns, event->bar.open, event->bar.high, event->bar.low, event->bar.close, event->bar.volume };

  if (event->kind != PST_EVENT_BAR)
    return;
  if (witness->bars->len <= event->instrument)
    g_ptr_array_set_size (witness->bars, (int)event->instrument + 1);
  if (witness->bars->pdata[event->instrument] == NULL)
    witness->bars->pdata[event->instrument] = g_array_new (FALSE, FALSE, sizeof (PstReportBar));
  g_array_append_val (witness->bars->pdata[event->instrument], bar);
  pst_result_recorder_take_bar (witness->recorder, event->instrument, time_ns, bar.high, bar.low, bar.close);
}

static void
on_frames (PstExchange *exchange, const PstFrameBlock *block, Witness *witness)
{
  for (guint i = 0; i < block->n_frames; i++)
    for (guint j = 0; j < block->frames[i].n_events; j++)
      take_event (witness, &block->frames[i].events[j], block->frames[i].time_ns);
}

static void
watch_exchanges (PstRun *run, Witness *witness)
{
  for (guint i = 0; i < pst_run_get_n_components (run); i++)
    {
      PstComponent *component = pst_run_get_component (run, i);

      if (PST_IS_EXCHANGE (component))
        g_signal_connect (component, "frame-received", G_CALLBACK (on_frames), witness);
    }
}

static void
unwatch_exchanges (PstRun *run, Witness *witness)
{
  for (guint i = 0; i < pst_run_get_n_components (run); i++)
    g_signal_handlers_disconnect_by_data (pst_run_get_component (run, i), witness);
}

static gboolean
execute (const PenstockReportSource *source, PstRun *run, Witness *witness, GError **error)
{
  g_autoptr (PenstockInterrupt) interrupt = NULL;
  PenstockProgress progress;
  gboolean ended;

  if (!pst_run_prepare (run, error))
    return FALSE;
  pst_run_set_listener (run, on_record, witness);
  watch_exchanges (run, witness);
  penstock_progress_init (&progress, !source->quiet);
  pst_run_set_progress (run, penstock_progress_update, &progress);
  interrupt = penstock_interrupt_new (run);
  ended = pst_run_execute (run, error);
  penstock_progress_end (&progress);
  pst_run_set_progress (run, NULL, NULL);
  unwatch_exchanges (run, witness);
  if (!ended || !penstock_interrupt_was_caught (interrupt))
    return ended;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "the run was interrupted");
  return FALSE;
}

/* With all options that the file sets, so that the report says what was run. */
static void
add_parameters (PstBacktestResult *result, const char *path)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GPtrArray) parameters = g_ptr_array_new ();
  g_auto (GStrv) groups = NULL;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL))
    return;
  groups = g_key_file_get_groups (file, NULL);
  for (guint i = 0; groups[i] != NULL; i++)
    {
      g_auto (GStrv) keys = g_key_file_get_keys (file, groups[i], NULL, NULL);
      const char *space = strchr (groups[i], ' ');

      for (guint j = 0; keys != NULL && keys[j] != NULL; j++)
        {
          g_autofree char *value = g_key_file_get_value (file, groups[i], keys[j], NULL);

          if (value != NULL)
            g_ptr_array_add (parameters, g_strdup_printf ("%s.%s=%s", space != NULL ? space + 1 : groups[i], keys[j], value));
        }
    }
  g_ptr_array_add (parameters, NULL);
  g_strfreev (result->parameters);
  result->parameters = (char **)g_ptr_array_free (g_steal_pointer (&parameters), FALSE);
}

static void
give_bars (PstReport *report, const Witness *witness)
{
  for (guint i = 0; i < witness->bars->len; i++)
    {
      const GArray *bars = witness->bars->pdata[i];

      for (guint j = 0; bars != NULL && j < bars->len; j++)
        pst_report_add_bar (report, i, &g_array_index (bars, PstReportBar, j));
    }
}

/* Capacity is known only when the bars are. */
static PstReport *
make_report (const PenstockReportSource *source, const Witness *witness, PstBacktestResult *result)
{
  PstStatisticsOptions options = source->statistics;
  PstReport *report = pst_report_new (result, &options);

  if (witness->bars->len == 0)
    return report;
  give_bars (report, witness);
  options.volume = pst_report_get_day_volume;
  options.volume_data = report;
  pst_statistics_compute (result, &options);
  return report;
}

static PstReport *
open_pipeline (const PenstockReportSource *source, PstCatalogue *catalogue, GError **error)
{
  g_autoptr (PstRun) run = penstock_pipeline_build (source->name, source->assignments, PST_RESUME_NONE, catalogue, error);
  g_autoptr (PstBacktestResult) result = NULL;
  PstReport *report = NULL;
  Witness witness;

  if (run == NULL)
    return NULL;
  witness_init (&witness);
  if (execute (source, run, &witness, error))
    result = pst_result_recorder_finish (witness.recorder, error);
  if (result != NULL)
    {
      add_parameters (result, source->name);
      report = make_report (source, &witness, result);
    }
  witness_clear (&witness);
  return report;
}

static gboolean
on_replayed (const PstRecord *record, gpointer user_data, GError **error)
{
  on_record (record, user_data);
  return TRUE;
}

static PstReport *
open_journal (const PenstockReportSource *source, PstCatalogue *catalogue, GError **error)
{
  PstPlugin *plugin = pst_catalogue_load (catalogue, "journal", PST_COMPONENT_KIND_STORE, error);
  g_autoptr (PstStore) store = NULL;
  g_autoptr (PstBacktestResult) result = NULL;
  PstStoreScan scan = { 0 };
  PstReport *report = NULL;
  Witness witness;

  if (plugin == NULL)
    return NULL;
  store = g_object_new (plugin->type, NULL);
  if (!pst_component_set_option (PST_COMPONENT (store), "path", source->name, error))
    return NULL;
  witness_init (&witness);
  if (pst_store_replay (store, on_replayed, &witness, &scan, error))
    result = pst_result_recorder_finish (witness.recorder, error);
  if (result != NULL)
    report = make_report (source, &witness, result);
  witness_clear (&witness);
  return report;
}

/* A key file is text from its first line on; a journal begins with bytes that are none. */
static gboolean
is_key_file (const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, NULL);
  char bytes[SNIFFED];
  gsize n = 0;

  if (stream == NULL || !g_input_stream_read_all (G_INPUT_STREAM (stream), bytes, sizeof bytes, &n, NULL, NULL))
    return FALSE;
  return memchr (bytes, '\0', n) == NULL;
}

PstReport *
penstock_report_open (const PenstockReportSource *source, PstCatalogue *catalogue, GError **error)
{
  if (!g_file_test (source->name, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, "there is no file \"%s\": name a pipeline file or a run's journal", source->name);
      return NULL;
    }
  return is_key_file (source->name) ? open_pipeline (source, catalogue, error) : open_journal (source, catalogue, error);
}
