/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A pipeline file is run, a journal is read back. Which it is its first bytes say: a key file begins with text. */

#include "penstock-report-source.h"

#include "../backtest/pst-result-recorder.h"
#include "../host/pst-run-data.h"
#include "penstock-interrupt.h"
#include "penstock-pipeline.h"
#include "penstock-progress.h"
#include "penstock-result-store.h"

#include <string.h>

#define SNIFFED 64

/* Bars as the run's exchanges tell them, for the chart and for volumes: an array of GArray of PstReportBar by instrument, or NULL. */
static GPtrArray *
witness_new (void)
{
  return g_ptr_array_new ();
}

static void
witness_free (GPtrArray *witness)
{
  for (guint i = 0; i < witness->len; i++)
    if (witness->pdata[i] != NULL)
      g_array_unref (witness->pdata[i]);
  g_ptr_array_unref (witness);
}

static void
add_bar (GPtrArray *witness, guint32 instrument, gint64 time_ns, const PstBar *bar)
{
  PstReportBar own = { time_ns, bar->open, bar->high, bar->low, bar->close, bar->volume };

  if (witness->len <= instrument)
    g_ptr_array_set_size (witness, (int)instrument + 1);
  if (witness->pdata[instrument] == NULL)
    witness->pdata[instrument] = g_array_new (FALSE, FALSE, sizeof (PstReportBar));
  g_array_append_val (witness->pdata[instrument], own);
}

static void
on_frames (PstExchange *exchange, const PstFrameBlock *block, GPtrArray *witness)
{
  for (guint i = 0; i < block->n_frames; i++)
    for (guint j = 0; j < block->frames[i].n_events; j++)
      {
        const PstEvent *event = &block->frames[i].events[j];

        if (event->kind == PST_EVENT_BAR)
          add_bar (witness, event->instrument, block->frames[i].time_ns, &event->bar);
      }
}

static void
watch_exchanges (PstRun *run, GPtrArray *witness)
{
  for (guint i = 0; i < pst_run_get_n_components (run); i++)
    {
      PstComponent *component = pst_run_get_component (run, i);

      if (PST_IS_EXCHANGE (component))
        g_signal_connect (component, "frame-received", G_CALLBACK (on_frames), witness);
    }
}

static void
unwatch_exchanges (PstRun *run, GPtrArray *witness)
{
  for (guint i = 0; i < pst_run_get_n_components (run); i++)
    g_signal_handlers_disconnect_by_data (pst_run_get_component (run, i), witness);
}

static gboolean
execute (const PenstockReportSource *source, PstRun *run, GError **error)
{
  g_autoptr (PenstockInterrupt) interrupt = NULL;
  PenstockProgress progress;
  gboolean ended;

  penstock_progress_init (&progress, !source->quiet);
  pst_run_set_progress (run, penstock_progress_update, &progress);
  interrupt = penstock_interrupt_new (run);
  ended = pst_run_execute (run, error);
  penstock_progress_end (&progress);
  pst_run_set_progress (run, NULL, NULL);
  if (!ended || !penstock_interrupt_was_caught (interrupt))
    return ended;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "the run was interrupted");
  return FALSE;
}

static void
give_bars (PstReport *report, const GPtrArray *witness)
{
  for (guint i = 0; i < witness->len; i++)
    {
      const GArray *bars = witness->pdata[i];

      for (guint j = 0; bars != NULL && j < bars->len; j++)
        pst_report_add_bar (report, i, &g_array_index (bars, PstReportBar, j));
    }
}

/* Capacity is known only when the bars are. */
static PstReport *
make_report (const PenstockReportSource *source, const GPtrArray *witness, PstBacktestResult *result, GError **error)
{
  PstStatisticsOptions options = source->statistics;
  g_autoptr (PstReport) report = pst_report_new (result, &options);

  if (witness != NULL)
    give_bars (report, witness);
  if (source->benchmark != NULL && report->prices->len == 0)
    {
      g_set_error_literal (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT,
                           "--benchmark needs bars, which come with a pipeline file only, not with a journal or a kept result");
      return NULL;
    }
  if (source->benchmark != NULL && !pst_report_set_benchmark (report, source->benchmark, error))
    return NULL;
  if (report->prices->len == 0)
    return g_steal_pointer (&report);
  options.volume = pst_report_get_day_volume;
  options.volume_data = report;
  pst_statistics_compute (result, &options);
  return g_steal_pointer (&report);
}

static PstBacktestResult *
run_events (const PenstockReportSource *source, PstRun *run, GPtrArray *witness, GError **error)
{
  g_autoptr (PstRunResult) follower = pst_run_result_new (run);
  gboolean ended;

  if (!pst_run_prepare (run, error))
    return NULL;
  watch_exchanges (run, witness);
  ended = execute (source, run, error);
  unwatch_exchanges (run, witness);
  return ended ? pst_run_result_finish (follower, error) : NULL;
}

static PstBacktestResult *
run_columns (PstRun *run, GPtrArray *witness, char **hash, GError **error)
{
  g_autoptr (PstBarSet) bars = NULL;
  g_autoptr (PstColumnar) columnar = NULL;

  if (!pst_run_prepare (run, error) || (bars = pst_run_load_data (run, hash, error)) == NULL
      || (columnar = pst_run_make_columnar (run, bars, error)) == NULL)
    return NULL;
  for (guint i = 0; i < pst_bar_set_get_n_instruments (bars); i++)
    {
      const PstBarColumns *columns = pst_bar_set_get_columns (bars, i);

      for (gsize j = 0; j < columns->n_bars; j++)
        {
          PstBar bar = { columns->open[j], columns->high[j], columns->low[j], columns->close[j], columns->volume != NULL ? columns->volume[j] : 0 };

          add_bar (witness, i, columns->time_ns[j], &bar);
        }
    }
  return pst_columnar_run (columnar, error);
}

static PstReport *
open_pipeline (const PenstockReportSource *source, PstCatalogue *catalogue, GError **error)
{
  g_autoptr (PstRun) run = penstock_pipeline_build (source->name, source->assignments, PST_RESUME_NONE, catalogue, error);
  g_autoptr (PstBacktestResult) result = NULL;
  g_autofree char *hash = NULL;
  GPtrArray *witness;
  PstReport *report = NULL;

  if (run == NULL)
    return NULL;
  witness = witness_new ();
  result = source->is_columnar ? run_columns (run, witness, &hash, error) : run_events (source, run, witness, error);
  if (result != NULL)
    {
      g_autofree char *own_hash = hash == NULL ? g_strdup (result->data_hash) : NULL;

      pst_run_describe (run, catalogue, hash != NULL ? hash : own_hash, result);
      report = make_report (source, witness, result, error);
    }
  witness_free (witness);
  return report;
}

static gboolean
on_replayed (const PstRecord *record, gpointer user_data, GError **error)
{
  pst_result_recorder_take (user_data, record);
  return TRUE;
}

static PstReport *
open_journal (const PenstockReportSource *source, PstCatalogue *catalogue, GError **error)
{
  PstPlugin *plugin = pst_catalogue_load (catalogue, "journal", PST_COMPONENT_KIND_STORE, error);
  g_autoptr (PstStore) store = NULL;
  g_autoptr (PstResultRecorder) recorder = pst_result_recorder_new ();
  g_autoptr (PstBacktestResult) result = NULL;
  PstStoreScan scan = { 0 };

  if (plugin == NULL)
    return NULL;
  store = g_object_new (plugin->type, NULL);
  if (!pst_component_set_option (PST_COMPONENT (store), "path", source->name, error)
      || !pst_store_replay (store, on_replayed, recorder, &scan, error))
    return NULL;
  result = pst_result_recorder_finish (recorder, error);
  return result != NULL ? make_report (source, NULL, result, error) : NULL;
}

/* What was kept has no bars: the chart joins fills, and volumes are not known. */
static PstReport *
open_kept (const PenstockReportSource *source, PstCatalogue *catalogue, GError **error)
{
  g_autoptr (PstResultStore) store = penstock_result_store_open (catalogue, NULL, source->ledger, error);
  g_autoptr (PstBacktestResult) result = NULL;

  if (store != NULL)
    result = penstock_result_store_get (store, source->user_id, source->name, TRUE, error);
  return result != NULL ? make_report (source, NULL, result, error) : NULL;
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
  if (source->ledger != NULL)
    return open_kept (source, catalogue, error);
  if (!g_file_test (source->name, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO,
                   "there is no file \"%s\": name a pipeline file, a run's journal, or with --results LEDGER a result's key", source->name);
      return NULL;
    }
  return is_key_file (source->name) ? open_pipeline (source, catalogue, error) : open_journal (source, catalogue, error);
}
