/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The event engine's result is made from its run's records, the columnar one's from columns: nothing is shared but the SDK's rules of money. */
#include "parity-kit.h"

#include <string.h>

#include "host/pst-run-data.h"

PstCatalogue *
parity_get_catalogue (void)
{
  static gsize once = 0;

  if (g_once_init_enter (&once))
    {
      PstCatalogue *catalogue = pst_catalogue_new (NULL);

      pst_catalogue_scan (catalogue);
      g_once_init_leave (&once, (gsize)catalogue);
    }
  return (PstCatalogue *)once;
}

PstRun *
parity_build (const char *pipeline)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstPipelineFile) file = pst_pipeline_file_new_from_data (pipeline, -1, "parity.pipeline", &error);
  PstRun *run;

  g_assert_no_error (error);
  run = pst_pipeline_file_build (file, parity_get_catalogue (), &error);
  g_assert_no_error (error);
  return run;
}

PstBacktestResult *
parity_run_event (const char *pipeline)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstRun) run = parity_build (pipeline);
  g_autoptr (PstRunResult) watch = pst_run_result_new (run);
  PstBacktestResult *result;

  pst_run_execute (run, &error);
  g_assert_no_error (error);
  result = pst_run_result_finish (watch, &error);
  g_assert_no_error (error);
  pst_run_describe (run, parity_get_catalogue (), NULL, result);
  return result;
}

PstBacktestResult *
parity_run_columnar (const char *pipeline)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstRun) run = parity_build (pipeline);
  g_autoptr (PstBarSet) bars = NULL;
  g_autoptr (PstColumnar) columnar = NULL;
  g_autofree char *hash = NULL;
  PstBacktestResult *result;

  pst_run_prepare (run, &error);
  g_assert_no_error (error);
  bars = pst_run_load_data (run, &hash, &error);
  g_assert_no_error (error);
  columnar = pst_run_make_columnar (run, bars, &error);
  g_assert_no_error (error);
  result = pst_columnar_run (columnar, &error);
  g_assert_no_error (error);
  pst_run_describe (run, parity_get_catalogue (), hash, result);
  return result;
}

static void
compare_fills (const PstBacktestResult *event, const PstBacktestResult *columnar)
{
  for (guint i = 0; i < MIN (event->fills->len, columnar->fills->len); i++)
    {
      const PstBacktestFill *a = &g_array_index (event->fills, PstBacktestFill, i), *b = &g_array_index (columnar->fills, PstBacktestFill, i);

      if (memcmp (a, b, sizeof *a) != 0)
        g_error ("fill %u: event %" G_GINT64_FORMAT " i%u s%u st%u %" G_GINT64_FORMAT " x %" G_GINT64_FORMAT " fee %" G_GINT64_FORMAT
                 "; columnar %" G_GINT64_FORMAT " i%u s%u st%u %" G_GINT64_FORMAT " x %" G_GINT64_FORMAT " fee %" G_GINT64_FORMAT,
                 i, a->time_ns, a->instrument, a->side, a->strategy, a->price, a->size, a->fee, b->time_ns, b->instrument, b->side, b->strategy,
                 b->price, b->size, b->fee);
    }
  g_assert_cmpuint (event->fills->len, ==, columnar->fills->len);
}

static void
compare_equity (const PstBacktestResult *event, const PstBacktestResult *columnar)
{
  for (guint i = 0; i < MIN (event->equity->len, columnar->equity->len); i++)
    {
      const PstEquityPoint *a = &g_array_index (event->equity, PstEquityPoint, i), *b = &g_array_index (columnar->equity, PstEquityPoint, i);

      if (memcmp (a, b, sizeof *a) != 0)
        g_error ("tick %u: event %" G_GINT64_FORMAT " equity %" G_GINT64_FORMAT " cash %" G_GINT64_FORMAT " exposure %" G_GINT64_FORMAT
                 "; columnar %" G_GINT64_FORMAT " equity %" G_GINT64_FORMAT " cash %" G_GINT64_FORMAT " exposure %" G_GINT64_FORMAT,
                 i, a->time_ns, a->equity, a->cash, a->exposure, b->time_ns, b->equity, b->cash, b->exposure);
    }
  g_assert_cmpuint (event->equity->len, ==, columnar->equity->len);
}

static void
compare_trips (const PstBacktestResult *event, const PstBacktestResult *columnar)
{
  for (guint i = 0; i < MIN (event->round_trips->len, columnar->round_trips->len); i++)
    {
      const PstRoundTrip *a = &g_array_index (event->round_trips, PstRoundTrip, i), *b = &g_array_index (columnar->round_trips, PstRoundTrip, i);

      if (memcmp (a, b, sizeof *a) != 0)
        g_error ("trip %u of instrument %u: %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ", event %" G_GUINT64_FORMAT " bars, profit %" G_GINT64_FORMAT
                 ", worst %" G_GINT64_FORMAT "; columnar %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ", %" G_GUINT64_FORMAT ", %" G_GINT64_FORMAT
                 ", %" G_GINT64_FORMAT,
                 i, a->instrument, a->entry_time_ns, a->exit_time_ns, a->n_bars, a->profit, a->adverse, b->entry_time_ns, b->exit_time_ns, b->n_bars,
                 b->profit, b->adverse);
    }
  g_assert_cmpuint (event->round_trips->len, ==, columnar->round_trips->len);
}

void
parity_compare (const PstBacktestResult *event, const PstBacktestResult *columnar)
{
  g_assert_cmpuint (event->n_bars, ==, columnar->n_bars);
  g_assert_cmpstr (event->data_hash, ==, columnar->data_hash);
  compare_fills (event, columnar);
  compare_equity (event, columnar);
  compare_trips (event, columnar);
  g_assert_cmpint (event->initial_equity, ==, columnar->initial_equity);
  g_assert_cmpint (event->from_ns, ==, columnar->from_ns);
  g_assert_cmpint (event->to_ns, ==, columnar->to_ns);
  g_assert_cmpstr (event->key, ==, columnar->key);
}

PstBacktestResult *
parity_check (const char *title, const char *pipeline)
{
  PstBacktestResult *event = parity_run_event (pipeline);
  g_autoptr (PstBacktestResult) columnar = parity_run_columnar (pipeline);
  const PstEquityPoint *last = &g_array_index (event->equity, PstEquityPoint, event->equity->len - 1);
  PstMoney final = { event->currency, last->equity };
  g_autofree char *equity = pst_money_to_string (&final);

  parity_compare (event, columnar);
  g_test_message ("%-44s %9u fills %9u trades  %28s  event %6.0f ms, columnar %5.0f ms", title, event->fills->len, event->round_trips->len, equity,
                  (double)event->took_ns / 1e6, (double)columnar->took_ns / 1e6);
  return event;
}

GPtrArray *
parity_list_strategies (void)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *plugins;

  plugins = pst_catalogue_get_plugins (parity_get_catalogue ());
  for (guint i = 0; i < plugins->len; i++)
    {
      PstPlugin *known = plugins->pdata[i];
      PstPlugin *plugin = known->manifest != NULL && known->manifest->kind == PST_COMPONENT_KIND_STRATEGY
                              ? pst_catalogue_load (parity_get_catalogue (), known->manifest->id, PST_COMPONENT_KIND_STRATEGY, NULL)
                              : NULL;

      if (plugin != NULL && g_type_is_a (plugin->type, PST_TYPE_SIGNAL_STRATEGY))
        g_ptr_array_add (list, g_strdup (plugin->manifest->id));
    }
  return list;
}
