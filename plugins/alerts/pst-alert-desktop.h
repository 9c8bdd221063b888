/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Notifications of the desktop, by org.freedesktop.Notifications. */
#pragma once

#include "pst-alert-worker.h"

G_BEGIN_DECLS

/* @address NULL: the session bus. An error names the option. */
gboolean pst_alert_desktop_check (const char *address, GError **error);
PstAlertWorker *pst_alert_desktop_new (const char *address, gint64 timeout_us, guint queue_max);

G_END_DECLS
