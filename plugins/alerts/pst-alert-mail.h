/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* E-mail by the machine's own sendmail, which queues and tries again. */
#pragma once

#include "pst-alert-worker.h"

G_BEGIN_DECLS

/* Whether the addresses can be addresses and the program can be run; the error names the option. */
gboolean pst_alert_mail_check (const char *sendmail, const char *from, char *const *to, GError **error);
PstAlertWorker *pst_alert_mail_new (const char *sendmail, const char *from, char *const *to, gint64 timeout_us, guint queue_max);

G_END_DECLS
