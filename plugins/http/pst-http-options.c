/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One table of options; what must not be, such as other machines' addresses without TLS, is refused before anything is opened. */

#include "pst-http-options.h"

#include <gio/gio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pst-http-origin.h"

typedef enum
{
  TEXT,
  LIST,
  NUMBER,
  DURATION,
} OptionKind;

typedef struct
{
  const char *name;
  const char *nick;
  const char *blurb;
  OptionKind kind;
  gsize offset;
  GParamFlags flags;
  guint minimum, maximum, standard;
  const char *shortest, *longest, *usual;
} Option;

#define TEXT_AT(member, flags) TEXT, G_STRUCT_OFFSET (PstHttpOptions, member), flags, 0, 0, 0, NULL, NULL, NULL
#define LIST_AT(member) LIST, G_STRUCT_OFFSET (PstHttpOptions, member), 0, 0, 0, 0, NULL, NULL, NULL
#define NUMBER_AT(member, minimum, maximum, standard) \
  NUMBER, G_STRUCT_OFFSET (PstHttpOptions, member), 0, minimum, maximum, standard, NULL, NULL, NULL
#define DURATION_AT(member, shortest, longest, usual) DURATION, G_STRUCT_OFFSET (PstHttpOptions, member), 0, 0, 0, 0, shortest, longest, usual

static const Option table[] = {
  { "listen", "Addresses", "Addresses to listen on; 127.0.0.1 and ::1 when not set. Others need TLS", LIST_AT (listen) },
  { "port", "Port", "Port to listen on, the same on each address; 0 takes any that is free", NUMBER_AT (port, 0, 65535, 8440) },
  { "unix-socket", "UNIX socket", "Socket file to listen on too, for its owner and group", TEXT_AT (unix_socket, PST_OPTION_PATH) },
  { "token-file", "Tokens", "The file that penstock token made; only its owner may read it",
    TEXT_AT (token_file, PST_OPTION_PATH | PST_OPTION_REQUIRED) },
  { "tls-certificate", "TLS certificate", "PEM file with the certificate and its chain", TEXT_AT (tls_certificate, PST_OPTION_PATH) },
  { "tls-key", "TLS key", "PEM file with the certificate's key; only its owner may read it", TEXT_AT (tls_key, PST_OPTION_PATH) },
  { "allowed-hosts", "Names", "Names that requests may be for, besides this machine's own: NAME or NAME:PORT", LIST_AT (allowed_hosts) },
  { "allowed-origins", "Origins", "Pages of a browser that may ask: https://dashboard.example.com", LIST_AT (allowed_origins) },
  { "body-max", "Longest body", "Bytes of a request's body", NUMBER_AT (body_max, 1024, 16777216, 262144) },
  { "header-max", "Longest head", "Bytes of a request's line and headers", NUMBER_AT (header_max, 1024, 65536, 16384) },
  { "connections-max", "Most connections", "Connections at a time; one more is told to come later", NUMBER_AT (connections_max, 1, 100000, 2048) },
  { "connections-per-address", "Connections of an address", "Connections at a time from one address; all behind one proxy are one address",
    NUMBER_AT (connections_per_address, 1, 100000, 1024) },
  { "rate-per-token", "Rate of a token", "Requests a second of one token, with twice as many at once", NUMBER_AT (rate_per_token, 1, 100000, 50) },
  { "rate-per-address", "Rate of an address", "Requests a second from one address; a wrong token counts as ten",
    NUMBER_AT (rate_per_address, 1, 100000, 200) },
  { "header-timeout", "Time for a head", "How long a client may take for TLS, and for a request's head",
    DURATION_AT (header_timeout_ns, "100ms", "5m", "10s") },
  { "request-timeout", "Time for a body", "How long a client may take for a request's body, and to read the answer",
    DURATION_AT (request_timeout_ns, "100ms", "10m", "30s") },
  { "idle-timeout", "Idle time", "How long a connection is kept for the next request", DURATION_AT (idle_timeout_ns, "100ms", "1h", "1m") },
  { "idempotency-time", "Memory of keys", "How long the answer to an Idempotency-Key is kept", DURATION_AT (idempotency_time_ns, "1s", "1d", "1h") },
  { "state-folder", "State folder",
    "Where Idempotency-Keys are kept over a restart. penstockd gives its own when not set; elsewhere they are in memory alone then",
    TEXT_AT (state_folder, PST_OPTION_PATH) },
  { "stream-clients-max", "Most stream clients", "WebSockets at a time", NUMBER_AT (stream_clients_max, 0, 100000, 1024) },
  { "stream-clients-per-token", "Stream clients of a token", "WebSockets at a time of one token",
    NUMBER_AT (stream_clients_per_token, 0, 100000, 64) },
  { "stream-clients-per-address", "Stream clients of an address", "WebSockets at a time from one address; all behind one proxy are one address",
    NUMBER_AT (stream_clients_per_address, 0, 100000, 512) },
  { "stream-queue-max", "Queue of a stream client", "Events that wait for one WebSocket; more are counted and told as lost",
    NUMBER_AT (stream_queue_max, 1, 100000, 1000) },
  { "stream-ping", "Pings", "The time between two pings of a WebSocket; silent for two and a half, it is ended",
    DURATION_AT (stream_ping_ns, "1s", "1h", "30s") },
};

static gpointer
get_place (const PstHttpOptions *options, guint property_id)
{
  if (property_id == 0 || property_id > G_N_ELEMENTS (table))
    return NULL;
  return G_STRUCT_MEMBER_P (options, table[property_id - 1].offset);
}

gboolean
pst_http_options_get (const PstHttpOptions *options, guint property_id, GValue *value)
{
  gpointer place = get_place (options, property_id);

  if (place == NULL)
    return FALSE;
  switch (table[property_id - 1].kind)
    {
    case TEXT:
      g_value_set_string (value, *(char **)place);
      break;
    case LIST:
      g_value_set_boxed (value, *(char ***)place);
      break;
    case NUMBER:
      g_value_set_uint (value, *(guint *)place);
      break;
    case DURATION:
    default:
      g_value_set_int64 (value, *(gint64 *)place);
      break;
    }
  return TRUE;
}

gboolean
pst_http_options_set (PstHttpOptions *options, guint property_id, const GValue *value)
{
  gpointer place = get_place (options, property_id);

  if (place == NULL)
    return FALSE;
  switch (table[property_id - 1].kind)
    {
    case TEXT:
      g_free (*(char **)place);
      *(char **)place = g_value_dup_string (value);
      break;
    case LIST:
      g_strfreev (*(char ***)place);
      *(char ***)place = g_value_dup_boxed (value);
      break;
    case NUMBER:
      *(guint *)place = g_value_get_uint (value);
      break;
    case DURATION:
    default:
      *(gint64 *)place = g_value_get_int64 (value);
      break;
    }
  return TRUE;
}

void
pst_http_options_clear (PstHttpOptions *options)
{
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      gpointer place = G_STRUCT_MEMBER_P (options, table[i].offset);

      if (table[i].kind == TEXT)
        g_clear_pointer ((char **)place, g_free);
      if (table[i].kind == LIST)
        g_clear_pointer ((char ***)place, g_strfreev);
    }
}

static GParamSpec *
make_spec (const Option *option)
{
  GParamFlags flags = PST_OPTION_READWRITE | option->flags;

  switch (option->kind)
    {
    case TEXT:
      return g_param_spec_string (option->name, option->nick, option->blurb, NULL, flags);
    case LIST:
      return g_param_spec_boxed (option->name, option->nick, option->blurb, G_TYPE_STRV, flags);
    case NUMBER:
      return g_param_spec_uint (option->name, option->nick, option->blurb, option->minimum, option->maximum, option->standard,
                                flags | G_PARAM_CONSTRUCT);
    case DURATION:
    default:
      return pst_param_spec_duration (option->name, option->nick, option->blurb, option->shortest, option->longest, option->usual,
                                      flags | G_PARAM_CONSTRUCT);
    }
}

void
pst_http_options_install (GObjectClass *object_class)
{
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    g_object_class_install_property (object_class, (guint)i + 1, make_spec (&table[i]));
  g_object_class_install_property (
      object_class, PST_HTTP_PROP_URL,
      g_param_spec_string ("url", "Address", "Where it is reached while it runs", NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}

static gboolean
check_key (const char *path, GError **error)
{
  struct stat status;

  if (stat (path, &status) != 0 || !S_ISREG (status.st_mode))
    g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "tls-key \"%s\" is not a file that can be read", path);
  else if ((status.st_mode & 077) != 0 || (status.st_uid != geteuid () && status.st_uid != 0))
    g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "tls-key \"%s\" may be read by others, or is not ours: chmod 600 it", path);
  else
    return TRUE;
  return FALSE;
}

static gboolean
check_listen (const PstHttpOptions *options, GError **error)
{
  for (guint i = 0; options->listen != NULL && options->listen[i] != NULL; i++)
    {
      g_autoptr (GInetAddress) address = g_inet_address_new_from_string (options->listen[i]);

      if (address == NULL)
        {
          g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "listen \"%s\" is not an IP address", options->listen[i]);
          return FALSE;
        }
      if (options->tls_certificate == NULL && !g_inet_address_get_is_loopback (address))
        {
          g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT,
                       "listen \"%s\" is not this machine alone: without TLS anybody on the way could read the tokens; set tls-certificate and "
                       "tls-key, or take a loopback address",
                       options->listen[i]);
          return FALSE;
        }
    }
  return TRUE;
}

gboolean
pst_http_options_check (const PstHttpOptions *options, GError **error)
{
  for (guint i = 0; options->allowed_origins != NULL && options->allowed_origins[i] != NULL; i++)
    if (!g_str_has_prefix (options->allowed_origins[i], "http://") && !g_str_has_prefix (options->allowed_origins[i], "https://"))
      {
        g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "allowed-origins \"%s\" is not an origin like https://dashboard.example.com",
                     options->allowed_origins[i]);
        return FALSE;
      }
  if ((options->tls_certificate == NULL) != (options->tls_key == NULL))
    {
      g_set_error_literal (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, "tls-certificate and tls-key go together; one is not set");
      return FALSE;
    }
  return check_listen (options, error) && (options->tls_key == NULL || check_key (options->tls_key, error));
}
