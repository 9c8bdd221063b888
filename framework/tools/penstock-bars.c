/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading a pipeline's bars at once. */
#include "penstock-bars.h"

PstBarSet *
penstock_bars_load (PstRun *run, GError **error)
{
  g_autoptr (GPtrArray) feeds = g_ptr_array_new ();

  for (guint i = 0; i < pst_run_get_n_components (run); i++)
    {
      PstComponent *component = pst_run_get_component (run, i);

      if (PST_IS_EXCHANGE (component) && pst_exchange_is_feed (PST_EXCHANGE (component)))
        g_ptr_array_add (feeds, component);
    }
  if (feeds->len > 0)
    return pst_bar_set_new_from_feeds ((PstExchange *const *)feeds->pdata, feeds->len, error);
  g_set_error (error, PST_RUN_ERROR, PST_RUN_ERROR_WIRING, "the pipeline has no historical feed: nothing to evaluate strategies over");
  return NULL;
}

PstBar *
penstock_bars_gather (const PstBarColumns *columns)
{
  PstBar *bars = g_new (PstBar, columns->n_bars + 1);

  for (gsize i = 0; i < columns->n_bars; i++)
    bars[i] = (PstBar){ columns->open[i], columns->high[i], columns->low[i], columns->close[i], columns->volume[i] };
  return bars;
}
