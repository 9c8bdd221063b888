/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One JSON line an alert, to a file or to standard error. */
#pragma once

#include "pst-alert-worker.h"

G_BEGIN_DECLS

/* @path NULL: standard error. The file is made, for its owner and group only, and appended to. */
PstAlertWorker *pst_alert_log_new (const char *path, guint queue_max, GError **error);

G_END_DECLS
