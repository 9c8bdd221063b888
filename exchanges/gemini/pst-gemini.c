/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Gemini's market data, version 2, as a component: its options, and what the base of all venues asks for. */
#include "pst-gemini-private.h"

#define URL "wss://api.gemini.com/v2/marketdata"
#define SILENCE_MAX_MS 30000

/**
 * PstGemini:
 *
 * Listens to Gemini.
 */

G_DEFINE_FINAL_TYPE (PstGemini, pst_gemini, PST_TYPE_VENUE)

enum
{
  PROP_HEARTBEAT_MAX = 1,
};

static void
pst_gemini_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_HEARTBEAT_MAX)
    PST_GEMINI (object)->heartbeat_max_ns = g_value_get_int64 (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pst_gemini_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_HEARTBEAT_MAX)
    g_value_set_int64 (value, PST_GEMINI (object)->heartbeat_max_ns);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static gboolean
pst_gemini_prepare (PstComponent *component, GError **error)
{
  if (!PST_COMPONENT_CLASS (pst_gemini_parent_class)->prepare (component, error))
    return FALSE;
  if (pst_venue_get_depth (PST_VENUE (component)) == 0)
    return TRUE;
  g_set_error_literal (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT,
                       "depth: Gemini sends whole books and never tells again what was cut off; leave it at 0");
  return FALSE;
}

static void
pst_gemini_stop (PstComponent *component)
{
  pst_gemini_stop_session (PST_GEMINI (component));
  PST_COMPONENT_CLASS (pst_gemini_parent_class)->stop (component);
}

static char *
pst_gemini_format_symbol (PstVenue *venue, const char *base, const char *quote)
{
  return g_strconcat (base, quote, NULL);
}

static char *
pst_gemini_get_url (PstVenue *venue)
{
  return g_strdup (URL);
}

static PstListing *
find (gpointer data, const char *symbol, gsize length)
{
  PstListing *listing = pst_venue_find_listing (data, symbol, length);

  return listing != NULL && listing->instrument != PST_INSTRUMENT_NONE ? listing : NULL;
}

/**
 * pst_gemini_get_counts: (skip)
 * @self: a Gemini component
 *
 * Returns: (transfer none): what only this venue counts; the rest is pst_venue_get_counts()
 */
const PstGeminiCounts *
pst_gemini_get_counts (PstGemini *self)
{
  return &self->counts;
}

static void
pst_gemini_finalize (GObject *object)
{
  PstGemini *self = PST_GEMINI (object);

  pst_gemini_parser_clear (&self->parser);
  g_free (self->refused);
  G_OBJECT_CLASS (pst_gemini_parent_class)->finalize (object);
}

static void
pst_gemini_class_init (PstGeminiClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  PstComponentClass *component_class = PST_COMPONENT_CLASS (klass);
  PstVenueClass *venue_class = PST_VENUE_CLASS (klass);

  object_class->set_property = pst_gemini_set_property;
  object_class->get_property = pst_gemini_get_property;
  object_class->finalize = pst_gemini_finalize;
  component_class->prepare = pst_gemini_prepare;
  component_class->stop = pst_gemini_stop;
  venue_class->venue = "GEMINI";
  venue_class->maker_fee = "0.002";
  venue_class->taker_fee = "0.004";
  venue_class->silence_max_ms = SILENCE_MAX_MS;
  venue_class->format_symbol = pst_gemini_format_symbol;
  venue_class->get_url = pst_gemini_get_url;
  venue_class->opened = pst_gemini_opened;
  venue_class->message = pst_gemini_message;
  venue_class->resynchronise = pst_gemini_resynchronise;
  g_object_class_install_property (object_class, PROP_HEARTBEAT_MAX,
                                   pst_param_spec_duration ("heartbeat-max", "Longest silence",
                                                            "how long nothing may come, heartbeats included, before the connection is given up", "6s",
                                                            "1h", "15s", PST_OPTION_READWRITE));
}

static void
pst_gemini_init (PstGemini *self)
{
  self->heartbeat_max_ns = 15 * PST_NS_PER_SECOND;
  pst_gemini_parser_init (&self->parser, find, self);
}

PST_DEFINE_PLUGIN ("gemini", EXCHANGE, PstGemini, pst_gemini_get_type)
