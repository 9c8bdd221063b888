/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Puts together a WebSocket and HTTP requests. States, limits of size and time, and the rule that nothing is told inside a call are the
 * base's and the parts'; what remains here is what happens to the one when the other ends. */
#include "pst-soup-transport.h"

#include "pst-soup-requests.h"
#include "pst-websocket-client.h"

#define AGENT "penstock/" PST_VERSION

struct _PstSoupTransport
{
  PstTransport parent_instance;

  GTlsDatabase *trust;
  PstWebsocketClient *client; /* NULL while CLOSED, and when it was given up while it was opened */
  PstSoupRequests *requests;  /* from the first on */
  GSource *unopened;          /* tells that opening was given up */
};

G_DEFINE_FINAL_TYPE (PstSoupTransport, pst_soup_transport, PST_TYPE_TRANSPORT)

/* Where Debian, Fedora, SUSE, Alpine and the BSDs keep the authorities that the system trusts. */
static const char *const bundles[] = {
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
};

/* Read once and shared by all transports: a connection that is left to GnuTLS's default reads and keeps its own copy, 3.8 MB each. NULL when
 * there is no such file: then the default must do. */
static GTlsDatabase *
get_system_trust (void)
{
  static gsize once; /* written once */
  static GTlsDatabase *trust;

  if (g_once_init_enter (&once))
    {
      for (guint i = 0; i < G_N_ELEMENTS (bundles) && trust == NULL; i++)
        if (g_file_test (bundles[i], G_FILE_TEST_IS_REGULAR))
          trust = g_tls_file_database_new (bundles[i], NULL);
      g_once_init_leave (&once, 1);
    }
  return trust;
}

static GTlsDatabase *
get_trust (PstSoupTransport *transport)
{
  return transport->trust != NULL ? transport->trust : get_system_trust ();
}

static void
on_opened (gpointer user_data)
{
  g_autoptr (PstTransport) transport = g_object_ref (user_data);

  pst_transport_take_opened (transport);
}

static void
on_life (gpointer user_data)
{
  pst_transport_take_life (user_data);
}

static void
on_message (const char *text, gsize length, gpointer user_data)
{
  g_autoptr (PstTransport) transport = g_object_ref (user_data);

  pst_transport_take_message (transport, text, length);
}

static void
on_closed (const PstClosed *closed, gpointer user_data)
{
  g_autoptr (PstSoupTransport) transport = g_object_ref (user_data);
  g_autoptr (PstWebsocketClient) client = g_steal_pointer (&transport->client);

  pst_transport_take_closed (PST_TRANSPORT (transport), closed);
}

static gboolean
pst_soup_transport_open (PstTransport *base, const char *url, GError **error)
{
  static const PstWebsocketHandlers handlers = { on_opened, on_life, on_message, on_closed };
  PstSoupTransport *transport = PST_SOUP_TRANSPORT (base);
  gboolean secure = g_ascii_strncasecmp (url, "wss:", 4) == 0;

  transport->client = pst_websocket_client_new (url, pst_transport_get_limits (base), pst_transport_get_clock (base),
                                                secure ? get_trust (transport) : NULL, AGENT, &handlers, transport);
  return TRUE;
}

static gboolean
pst_soup_transport_send (PstTransport *base, const char *text, gsize length, GError **error)
{
  return pst_websocket_client_send (PST_SOUP_TRANSPORT (base)->client, text, length, error);
}

static void
drop_unopened (PstSoupTransport *transport)
{
  if (transport->unopened != NULL)
    g_source_destroy (transport->unopened);
  g_clear_pointer (&transport->unopened, g_source_unref);
}

static gboolean
on_unopened (gpointer user_data)
{
  g_autoptr (PstSoupTransport) transport = g_object_ref (user_data);
  PstClosed closed = { .reason = PST_CLOSE_REQUESTED, .text = "closed before it was open" };

  drop_unopened (transport);
  pst_transport_take_closed (PST_TRANSPORT (transport), &closed);
  return G_SOURCE_REMOVE;
}

static void
pst_soup_transport_close (PstTransport *base)
{
  PstSoupTransport *transport = PST_SOUP_TRANSPORT (base);

  if (pst_websocket_client_is_open (transport->client))
    {
      pst_websocket_client_close (transport->client);
      return;
    }
  g_clear_pointer (&transport->client, pst_websocket_client_drop);
  transport->unopened = g_idle_source_new ();
  g_source_set_static_name (transport->unopened, "[penstock] unopened");
  g_source_set_priority (transport->unopened, G_PRIORITY_DEFAULT);
  g_source_set_callback (transport->unopened, on_unopened, transport, NULL);
  g_source_attach (transport->unopened, g_main_context_get_thread_default ());
}

static void
pst_soup_transport_cut (PstTransport *base)
{
  PstSoupTransport *transport = PST_SOUP_TRANSPORT (base);

  drop_unopened (transport);
  g_clear_pointer (&transport->client, pst_websocket_client_drop);
}

static void
on_reply (guint64 id, const PstHttpReply *reply, gpointer user_data)
{
  g_autoptr (PstTransport) transport = g_object_ref (user_data);

  pst_transport_take_reply (transport, id, reply);
}

static gboolean
pst_soup_transport_request (PstTransport *base, guint64 id, const PstHttpRequest *request, GError **error)
{
  PstSoupTransport *transport = PST_SOUP_TRANSPORT (base);

  if (transport->requests == NULL)
    transport->requests = pst_soup_requests_new (pst_transport_get_limits (base), get_trust (transport), AGENT, on_reply, transport);
  return pst_soup_requests_send (transport->requests, id, request, error);
}

static void
pst_soup_transport_cancel_request (PstTransport *base, guint64 id)
{
  pst_soup_requests_cancel (PST_SOUP_TRANSPORT (base)->requests, id);
}

static void
pst_soup_transport_dispose (GObject *object)
{
  PstSoupTransport *transport = PST_SOUP_TRANSPORT (object);

  /* The base cuts what is open and forgets what is under way. */
  G_OBJECT_CLASS (pst_soup_transport_parent_class)->dispose (object);
  drop_unopened (transport);
  g_clear_pointer (&transport->client, pst_websocket_client_drop);
  g_clear_pointer (&transport->requests, pst_soup_requests_free);
  g_clear_object (&transport->trust);
}

static void
pst_soup_transport_class_init (PstSoupTransportClass *klass)
{
  PstTransportClass *transport_class = PST_TRANSPORT_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pst_soup_transport_dispose;
  transport_class->open = pst_soup_transport_open;
  transport_class->send = pst_soup_transport_send;
  transport_class->close = pst_soup_transport_close;
  transport_class->cut = pst_soup_transport_cut;
  transport_class->request = pst_soup_transport_request;
  transport_class->cancel_request = pst_soup_transport_cancel_request;
}

static void
pst_soup_transport_init (PstSoupTransport *transport)
{
}

/**
 * pst_soup_transport_new:
 * @clock: stamps and time limits
 *
 * Returns: (transfer full) (type PstSoupTransport): a transport that is not open, on the thread's default context
 */
PstTransport *
pst_soup_transport_new (PstClock *clock)
{
  return g_object_new (PST_TYPE_SOUP_TRANSPORT, "clock", clock, NULL);
}

/**
 * pst_soup_transport_set_trust:
 * @transport: a transport that is CLOSED and was asked for nothing
 * @trust: (nullable): whom TLS trusts; %NULL for the system's authorities
 *
 * For tests, whose server has a certificate of their own making.
 */
void
pst_soup_transport_set_trust (PstSoupTransport *transport, GTlsDatabase *trust)
{
  g_set_object (&transport->trust, trust);
}
