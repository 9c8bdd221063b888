/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who is at the terminal hears at once what components raise, and when a venue is lost and found. */

#include "penstock-alerts.h"

static void
on_alert (PstComponent *component, const PstRecord *record, gpointer user_data)
{
  const PstAlertRecord *alert = &record->alert;
  PenstockProgress *progress = user_data;

  penstock_progress_end (progress);
  g_printerr ("%s: %s: %s: %s\n", g_get_prgname (), pst_component_get_name (component), alert->title, alert->message);
}

static void
on_connection_changed (PstExchange *exchange, PstConnection state, gpointer user_data)
{
  PenstockProgress *progress = user_data;

  if (state == PST_CONNECTION_CONNECTING || !pst_exchange_is_live (exchange))
    return;
  penstock_progress_end (progress);
  g_printerr ("%s: %s: %s\n", g_get_prgname (), pst_component_get_name (PST_COMPONENT (exchange)),
              state == PST_CONNECTION_CONNECTED ? "connected" : "not connected");
}

void
penstock_alerts_watch (PstRun *run, PenstockProgress *progress)
{
  for (guint i = 0; i < pst_run_get_n_components (run); i++)
    {
      PstComponent *component = pst_run_get_component (run, i);

      g_signal_connect (component, "alert-raised", G_CALLBACK (on_alert), progress);
      if (PST_IS_EXCHANGE (component))
        g_signal_connect (component, "connection-changed", G_CALLBACK (on_connection_changed), progress);
    }
}

void
penstock_alerts_unwatch (PstRun *run, PenstockProgress *progress)
{
  for (guint i = 0; i < pst_run_get_n_components (run); i++)
    g_signal_handlers_disconnect_by_data (pst_run_get_component (run, i), progress);
}
