/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Posts alerts to one URL, in order, one at a time, over the run's own transport. Everything happens on the run's context, and nothing waits. */
#pragma once

#include "pst-alert-text.h"

G_BEGIN_DECLS

/* How often one alert is tried, with 1, 2 and 4 seconds between, or what the receiver asks for by Retry-After. */
#define PST_ALERT_TRIES_MAX 4
#define PST_ALERT_RETRY_MAX_S 60

typedef struct
{
  const char *url;
  const char *authorization; /* nullable: of the header of that name */
  const char *chat;
  PstAlertFormat format;
  gint64 timeout_ns;
  guint queue_max;
} PstAlertWebhookOptions;

typedef struct _PstAlertWebhook PstAlertWebhook;

/* Delivery begins to fail. @why names no address: it is a secret. */
typedef void (*PstAlertFailureFunc) (const char *why, gpointer user_data);

/* Whether the options can be used; the error names the option and never its value. */
gboolean pst_alert_webhook_check (const PstAlertWebhookOptions *options, GError **error);
PstAlertWebhook *pst_alert_webhook_new (PstTransport *transport, const PstAlertWebhookOptions *options, PstAlertFailureFunc failed,
                                        gpointer user_data);
void pst_alert_webhook_push (PstAlertWebhook *webhook, const PstAlert *alert);
void pst_alert_webhook_drop (PstAlertWebhook *webhook);
guint pst_alert_webhook_get_n_dropped (PstAlertWebhook *webhook);
/* Delivers what waits, for @patience_us of real time at most, by turning the context; at once when the transport's time is not the machine's. Nothing
 * is tried again. Frees it. */
void pst_alert_webhook_stop (PstAlertWebhook *webhook, gint64 patience_us);

G_END_DECLS
