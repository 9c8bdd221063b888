/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the server and its exchanges share. All on the server's thread, but for what is said otherwise. */
#pragma once

#include <libsoup/soup.h>

#include "pst-http-access.h"
#include "pst-http-events.h"
#include "pst-http-once.h"
#include "pst-http-rate.h"
#include "pst-http-route.h"
#include "pst-http-server.h"
#include "pst-http-share.h"

G_BEGIN_DECLS

/* Verbs that are done at a time: each takes a thread of GLib's pool, which all of the process share. */
#define PST_HTTP_CALLS_MAX 4
/* Requests that wait for their turn. */
#define PST_HTTP_WAITING_MAX 256
/* What is read and thrown away of a body that is too long, so that the client gets to hear it. */
#define PST_HTTP_WASTE_MAX (32 * 1024 * 1024)
/* More than a head may come with it in one read. */
#define PST_HTTP_SLACK 16384

struct _PstHttpServer
{
  gatomicrefcount references; /* the service's and the thread's */
  PstHttpOptions options;
  PstController *controller;
  PstHttpListener *listener;
  GTlsCertificate *certificate;
  char *url;
  GMainContext *context;
  GThread *thread;

  GMainLoop *loop;
  SoupServer *soup;
  GSocket *anchor[2];
  GHashTable *streams; /* PstHttpStream */
  GQueue handshakes;   /* PstHttpStream: those that wait for their turn */
  guint n_handshakes;
  PstHttpAccess access;
  PstHttpRate *by_token;
  PstHttpRate *by_address;
  PstHttpShare *connections_by_address;
  PstHttpShare *streams_by_token;
  PstHttpShare *streams_by_address;
  PstHttpOnce *once;
  PstHttpEvents *events;
  PstHttpAnswer *openapi;
  GQueue waiting; /* PstHttpExchange */
  guint n_calls;
  guint sweep;
  gboolean stopping;

  GMutex lock; /* of all below; any thread */
  GCond changed;
  gboolean ended;
};

typedef struct _PstHttpExchange PstHttpExchange;

/* One request and its answer. */
struct _PstHttpExchange
{
  grefcount references;
  PstHttpServer *server;
  PstHttpStream *stream;
  SoupServerMessage *message;
  PstCaller caller;
  guint token;
  const PstHttpRoute *route;
  GVariantDict *parameters;
  PstHttpFilter filter;
  PstHttpOnceEntry *entry;
  gboolean streams; /* it wants to become a WebSocket */
};

/* The head of a request is there. */
void pst_http_exchange_begin (PstHttpServer *server, PstHttpStream *stream, SoupServerMessage *message);
/* All of it is there. */
void pst_http_exchange_go_on (SoupServerMessage *message);
/* It is a WebSocket now. */
void pst_http_exchange_upgrade (SoupServerMessage *message, SoupWebsocketConnection *socket);
/* What stands in every answer. */
void pst_http_answer_send (SoupServerMessage *message, const PstHttpAnswer *reply, gboolean tls);
/* For when no call may be waited for any more. */
void pst_http_exchange_refuse_waiting (PstHttpServer *server);
void pst_http_server_check_end (PstHttpServer *server);

G_END_DECLS
