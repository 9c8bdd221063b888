/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A venue on a loopback port of this process, for tests of what connects: libsoup's server for HTTP and WebSockets that behave, and a bare listener
 * for those that do not. Both serve the thread's default context. */
#pragma once

#include <libsoup/soup.h>
#include <penstock.h>

G_BEGIN_DECLS

/**
 * TestVenue:
 *
 * libsoup's server, plain or with TLS, with what a test wants of it.
 */
typedef struct
{
  SoupServer *server;
  char *ws_url;                        /* ws://127.0.0.1:PORT/feed; wss:// with TLS */
  char *http_url;                      /* http://127.0.0.1:PORT */
  SoupWebsocketConnection *connection; /* the last one */
  GPtrArray *received;                 /* char *: texts that came */
  GPtrArray *requests;                 /* char *: "GET /path" that came */
  guint n_opened;
  guint n_closed;
} TestVenue;

/* @certificate: nullable. */
void test_venue_init (TestVenue *venue, GTlsCertificate *certificate);
void test_venue_clear (TestVenue *venue);

/* A certificate for 127.0.0.1 that signs itself, made now in a @folder that is to be removed; and those who trust it alone. NULL without the tool
 * openssl: skip. */
GTlsCertificate *test_make_certificate (GTlsDatabase **trust, char **folder);
void test_remove_certificate (char *folder);

/**
 * TestListener:
 *
 * A bare TCP server: a test says byte by byte what it answers.
 */
typedef struct
{
  GSocketService *service;
  GSocketConnection *connection; /* the last one */
  GString *received;
  const char *answer; /* to an HTTP head; $ACCEPT is replaced by the handshake's answer; NULL: none */
  gsize answer_length;
  gboolean hangs_up; /* behind the answer */
  gboolean deaf;     /* reads nothing behind the head */
  char *ws_url;
  char *http_url;
  guint n_connections;
} TestListener;

void test_listener_init (TestListener *listener);
void test_listener_clear (TestListener *listener);
/* Sends to the last connection. */
void test_listener_send (TestListener *listener, const char *bytes, gsize length);
void test_listener_hang_up (TestListener *listener);

/* Turns the default context until the expression holds; a test that waits for ever is ended by its runner. */
#define test_wait(expression) \
  while (!(expression))       \
  g_main_context_iteration (NULL, TRUE)

/* The head of an answer that accepts a handshake. */
#define TEST_ACCEPT "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: $ACCEPT\r\n\r\n"

G_END_DECLS
