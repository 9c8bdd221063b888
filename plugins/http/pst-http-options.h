/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The service's options. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

typedef struct
{
  char **listen;
  guint port;
  char *unix_socket;
  char *token_file;
  char *tls_certificate;
  char *tls_key;
  char **allowed_hosts;
  char **allowed_origins;
  guint body_max;
  guint header_max;
  guint connections_max;
  guint connections_per_address;
  guint rate_per_token;
  guint rate_per_address;
  gint64 header_timeout_ns;
  gint64 request_timeout_ns;
  gint64 idle_timeout_ns;
  gint64 idempotency_time_ns;
  char *state_folder;
  guint stream_clients_max;
  guint stream_clients_per_token;
  guint stream_clients_per_address;
  guint stream_queue_max;
  gint64 stream_ping_ns;
} PstHttpOptions;

void pst_http_options_install (GObjectClass *object_class);
/* FALSE: there is no such option. */
gboolean pst_http_options_get (const PstHttpOptions *options, guint property_id, GValue *value);
gboolean pst_http_options_set (PstHttpOptions *options, guint property_id, const GValue *value);
/* Those that depend on each other and on files. */
gboolean pst_http_options_check (const PstHttpOptions *options, GError **error);
void pst_http_options_clear (PstHttpOptions *options);
/* Not an option: where the service is reached. */
#define PST_HTTP_PROP_URL 1000

G_END_DECLS
