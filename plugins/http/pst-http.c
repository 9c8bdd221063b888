/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The HTTP face of a host: options in, a server on a thread of its own out. */

#include "pst-http-server.h"

#define PST_TYPE_HTTP (pst_http_get_type ())
G_DECLARE_FINAL_TYPE (PstHttp, pst_http, PST, HTTP, PstService)

struct _PstHttp
{
  PstService parent_instance;

  PstHttpOptions options;
  PstHttpServer *server;
};

G_DEFINE_FINAL_TYPE (PstHttp, pst_http, PST_TYPE_SERVICE)

PST_DEFINE_PLUGIN ("http", SERVICE, PstHttp, pst_http_get_type)

static gboolean
pst_http_prepare (PstComponent *component, GError **error)
{
  PstHttp *self = PST_HTTP (component);

  if (pst_service_get_controller (PST_SERVICE (self)) == NULL)
    {
      g_set_error_literal (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT,
                           "http serves a host of many runs, and a pipeline's run has none: name it in penstockd's configuration instead");
      return FALSE;
    }
  return pst_http_options_check (&self->options, error);
}

static gboolean
pst_http_start (PstComponent *component, GError **error)
{
  PstHttp *self = PST_HTTP (component);
  g_autoptr (PstTokenFile) tokens = pst_token_file_new (self->options.token_file);

  /* A file that nobody could use is better told now than to each client. */
  if (!pst_token_file_refresh (tokens, error))
    return FALSE;
  self->server = pst_http_server_start (&self->options, pst_service_get_controller (PST_SERVICE (self)), error);
  return self->server != NULL;
}

static void
pst_http_stop (PstComponent *component)
{
  g_clear_pointer (&PST_HTTP (component)->server, pst_http_server_stop);
}

static void
pst_http_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  PstHttp *self = PST_HTTP (object);

  if (property_id == PST_HTTP_PROP_URL)
    g_value_set_string (value, self->server != NULL ? pst_http_server_get_url (self->server) : NULL);
  else if (!pst_http_options_get (&self->options, property_id, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
pst_http_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  if (!pst_http_options_set (&PST_HTTP (object)->options, property_id, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
pst_http_finalize (GObject *object)
{
  pst_http_options_clear (&PST_HTTP (object)->options);
  G_OBJECT_CLASS (pst_http_parent_class)->finalize (object);
}

static void
pst_http_class_init (PstHttpClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = pst_http_get_property;
  object_class->set_property = pst_http_set_property;
  object_class->finalize = pst_http_finalize;
  PST_COMPONENT_CLASS (klass)->prepare = pst_http_prepare;
  PST_COMPONENT_CLASS (klass)->start = pst_http_start;
  PST_COMPONENT_CLASS (klass)->stop = pst_http_stop;
  pst_http_options_install (object_class);
}

static void
pst_http_init (PstHttp *self)
{
}
