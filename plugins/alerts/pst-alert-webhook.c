/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The webhook. An alert that may have arrived is sent again: two are better than none. */

#include "pst-alert-webhook.h"

#include <string.h>

struct _PstAlertWebhook
{
  PstTransport *transport;
  char *url;
  char *authorization;
  char *chat;
  PstAlertFormat format;
  guint timeout_ms;
  guint queue_max;
  PstAlertFailureFunc failed;
  gpointer user_data;

  GQueue queue;       /* PstAlert; the head is the one that is under way */
  guint64 request_id; /* 0: none is under way */
  guint timer;        /* 0: nothing waits to be tried again */
  guint n_tries;      /* of the head */
  guint n_dropped;
  guint n_told; /* of these, what the head says */
  gboolean failing;
  gboolean ends;
};

static gboolean
is_this_machine (const char *host)
{
  return g_str_equal (host, "localhost") || g_str_equal (host, "127.0.0.1") || g_str_equal (host, "::1");
}

gboolean
pst_alert_webhook_check (const PstAlertWebhookOptions *options, GError **error)
{
  g_autoptr (GUri) uri = NULL;
  const char *host;

  if (options->url == NULL || options->url[0] == '\0')
    {
      g_set_error_literal (error, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING,
                           "webhook-url is not set, and sinks lists webhook; say where alerts go, from @env: or @file:");
      return FALSE;
    }
  uri = g_uri_parse (options->url, G_URI_FLAGS_NONE, NULL);
  host = uri != NULL ? g_uri_get_host (uri) : NULL;
  if (host == NULL || host[0] == '\0'
      || !(g_str_equal (g_uri_get_scheme (uri), "https") || (g_str_equal (g_uri_get_scheme (uri), "http") && is_this_machine (host))))
    {
      g_set_error_literal (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE,
                           "webhook-url is no https address (http is for this machine alone: the address holds a secret)");
      return FALSE;
    }
  if (options->format != PST_ALERT_FORMAT_TELEGRAM || (options->chat != NULL && options->chat[0] != '\0'))
    return TRUE;
  g_set_error_literal (error, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING,
                       "webhook-chat is not set, and webhook-format is telegram; name the chat's id");
  return FALSE;
}

PstAlertWebhook *
pst_alert_webhook_new (PstTransport *transport, const PstAlertWebhookOptions *options, PstAlertFailureFunc failed, gpointer user_data)
{
  PstAlertWebhook *webhook = g_new0 (PstAlertWebhook, 1);

  webhook->transport = g_object_ref (transport);
  webhook->url = g_strdup (options->url);
  webhook->authorization = g_strdup (options->authorization);
  webhook->chat = g_strdup (options->chat);
  webhook->format = options->format;
  webhook->timeout_ms = (guint)(options->timeout_ns / (PST_NS_PER_SECOND / 1000));
  webhook->queue_max = options->queue_max;
  webhook->failed = failed;
  webhook->user_data = user_data;
  g_queue_init (&webhook->queue);
  return webhook;
}

static void send_head (PstAlertWebhook *webhook);

static void
take_head_off (PstAlertWebhook *webhook)
{
  pst_alert_free (g_queue_pop_head (&webhook->queue));
  webhook->n_tries = 0;
  webhook->n_told = 0;
  send_head (webhook);
}

static void
lose_head (PstAlertWebhook *webhook, const char *why)
{
  gboolean was_failing = webhook->failing;

  webhook->n_dropped++;
  webhook->failing = TRUE;
  if (!was_failing && !webhook->ends)
    webhook->failed (why, webhook->user_data);
  take_head_off (webhook);
}

static void
on_timer (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  PstAlertWebhook *webhook = user_data;

  webhook->timer = 0;
  send_head (webhook);
}

static void
try_again (PstAlertWebhook *webhook, const char *why, guint retry_after_s)
{
  PstClock *clock = pst_transport_get_clock (webhook->transport);
  guint wait_s = retry_after_s > 0 ? MIN (retry_after_s, PST_ALERT_RETRY_MAX_S) : 1u << (webhook->n_tries - 1);
  gint64 due_ns;

  if (webhook->ends || webhook->n_tries >= PST_ALERT_TRIES_MAX || !pst_add_checked (pst_clock_now_ns (clock), wait_s * PST_NS_PER_SECOND, &due_ns))
    lose_head (webhook, why);
  else
    webhook->timer = pst_clock_add_timer (clock, due_ns, on_timer, webhook, NULL);
}

static guint
get_retry_after (const PstHttpReply *reply)
{
  const char *text = pst_http_reply_get_header (reply, "Retry-After");
  guint64 seconds;

  return text != NULL && g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT, &seconds, NULL) ? (guint)seconds : 0;
}

static void
on_reply (PstTransport *transport, const PstHttpReply *reply, gpointer user_data)
{
  static const char *const outcomes[] = { "", "it could not be reached", "no answer in time", "the connection broke", "the answer was too large" };
  PstAlertWebhook *webhook = user_data;
  g_autofree char *why = NULL;

  webhook->request_id = 0;
  if (reply->outcome == PST_HTTP_ANSWERED && reply->status >= 200 && reply->status < 300)
    {
      webhook->failing = FALSE;
      webhook->n_dropped -= webhook->n_told;
      take_head_off (webhook);
      return;
    }
  why = reply->outcome == PST_HTTP_ANSWERED ? g_strdup_printf ("it answered with status %u", reply->status)
                                            : g_strdup (reply->outcome < G_N_ELEMENTS (outcomes) ? outcomes[reply->outcome] : "");
  /* What it refuses once it refuses always, unless it says that it is busy. */
  if (reply->outcome == PST_HTTP_ANSWERED && reply->status < 500 && reply->status != 429 && reply->status != 408)
    lose_head (webhook, why);
  else
    try_again (webhook, why, get_retry_after (reply));
}

static void
send_head (PstAlertWebhook *webhook)
{
  const char *headers[]
      = { "Content-Type", "application/json; charset=utf-8", webhook->authorization != NULL ? "Authorization" : NULL, webhook->authorization, NULL };
  PstHttpRequest request = { .method = "POST", .url = webhook->url, .headers = headers, .timeout_ms = webhook->timeout_ms, .reply_bytes_max = 65536 };
  PstAlert *head = g_queue_peek_head (&webhook->queue);
  g_autofree char *body = NULL;

  if (head == NULL || webhook->request_id != 0 || webhook->timer != 0)
    return;
  head->n_dropped = webhook->n_told = webhook->n_dropped;
  body = pst_alert_to_json (head, webhook->format, webhook->chat);
  request.body = (const guint8 *)body;
  request.body_length = strlen (body);
  webhook->n_tries++;
  webhook->request_id = pst_transport_request (webhook->transport, &request, on_reply, webhook, NULL);
  if (webhook->request_id == 0)
    try_again (webhook, "it could not be asked", 0);
}

void
pst_alert_webhook_push (PstAlertWebhook *webhook, const PstAlert *alert)
{
  if (g_queue_get_length (&webhook->queue) >= webhook->queue_max)
    {
      webhook->n_dropped++;
      return;
    }
  g_queue_push_tail (&webhook->queue, pst_alert_copy (alert));
  send_head (webhook);
}

void
pst_alert_webhook_drop (PstAlertWebhook *webhook)
{
  webhook->n_dropped++;
}

guint
pst_alert_webhook_get_n_dropped (PstAlertWebhook *webhook)
{
  return webhook->n_dropped;
}

static gboolean
on_patience (gpointer user_data)
{
  *(gboolean *)user_data = TRUE;
  return G_SOURCE_REMOVE;
}

/* The run is over, and nobody else turns its context any more. */
static void
wait_until_sent (PstAlertWebhook *webhook, gint64 patience_us)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  g_autoptr (GSource) timer = g_timeout_source_new ((guint)(patience_us / 1000));
  gboolean over = FALSE;

  if (!PST_IS_SYSTEM_CLOCK (pst_transport_get_clock (webhook->transport)))
    return;
  g_source_set_callback (timer, on_patience, &over, NULL);
  g_source_attach (timer, context);
  while (!over && webhook->request_id != 0)
    g_main_context_iteration (context, TRUE);
  g_source_destroy (timer);
}

void
pst_alert_webhook_stop (PstAlertWebhook *webhook, gint64 patience_us)
{
  webhook->ends = TRUE;
  if (webhook->timer != 0)
    {
      pst_clock_remove_timer (pst_transport_get_clock (webhook->transport), webhook->timer);
      webhook->timer = 0;
      send_head (webhook);
    }
  wait_until_sent (webhook, patience_us);
  if (webhook->request_id != 0)
    pst_transport_cancel_request (webhook->transport, webhook->request_id);
  g_queue_clear_full (&webhook->queue, (GDestroyNotify)pst_alert_free);
  g_object_unref (webhook->transport);
  g_free (webhook->url);
  g_free (webhook->authorization);
  g_free (webhook->chat);
  g_free (webhook);
}
