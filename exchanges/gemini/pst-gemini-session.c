/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is said to Gemini. Each symbol's details are asked for one by one, slowly enough for the venue's limit on public requests, and the symbol is
 * subscribed to when they are there; a connection that is made again subscribes to all that are known at once. */
#include "pst-gemini-details.h"
#include "pst-gemini-private.h"

#define DETAILS_URL "https://api.gemini.com/v1/symbols/details"
/* 120 public requests a minute are allowed. */
#define DETAILS_INTERVAL_NS (PST_NS_PER_SECOND / 2)
#define DETAILS_RETRY_S 5

static void ask_next (PstGemini *self);

static PstClock *
clock_of (PstGemini *self)
{
  return pst_transport_get_clock (pst_venue_get_transport (PST_VENUE (self)));
}

/* {"type":"subscribe","subscriptions":[{"name":"l2","symbols":["BTCUSD"]}]} for one listing, or all that are known. */
static gboolean
say (PstGemini *self, const char *type, const PstListing *only)
{
  PstVenue *venue = PST_VENUE (self);
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = 0;

  g_string_printf (text, "{\"type\":\"%s\",\"subscriptions\":[{\"name\":\"l2\",\"symbols\":[", type);
  for (guint i = 0; i < pst_venue_get_n_listings (venue); i++)
    {
      const PstListing *listing = pst_venue_get_listing (venue, i);

      if (listing->instrument != PST_INSTRUMENT_NONE && (only == NULL || only == listing))
        g_string_append_printf (text, "%s\"%s\"", n++ > 0 ? "," : "", listing->symbol);
    }
  g_string_append (text, "]}]}");
  return n > 0 && pst_venue_send (venue, text->str);
}

/* Heartbeats begin with the first subscription. */
static void
watch (PstGemini *self)
{
  pst_venue_watch (PST_VENUE (self), self->heartbeat_max_ns, "the venue is silent, though its heartbeat comes every five seconds");
}

static void
clear_timer (PstGemini *self, guint *timer)
{
  if (*timer != 0 && pst_venue_get_transport (PST_VENUE (self)) != NULL)
    pst_clock_remove_timer (clock_of (self), *timer);
  *timer = 0;
}

void
pst_gemini_resynchronise (PstVenue *venue, PstListing *listing)
{
  if (say (PST_GEMINI (venue), "unsubscribe", listing))
    say (PST_GEMINI (venue), "subscribe", listing);
}

static void
on_details_due (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  PstGemini *self = user_data;

  self->details_timer = 0;
  ask_next (self);
}

static void
ask_after (PstGemini *self, gint64 delay_ns)
{
  if (self->details_timer == 0)
    self->details_timer = pst_clock_add_timer (clock_of (self), pst_venue_now_ns (PST_VENUE (self)) + delay_ns, on_details_due, self, NULL);
}

static gboolean
take_details (PstGemini *self, PstListing *listing, const PstHttpReply *reply, GError **error)
{
  PstVenue *venue = PST_VENUE (self);
  PstInstrumentStatus status;
  PstInstrument draft;

  if (!pst_gemini_details_read (reply->body, reply->length, listing->symbol, &draft, &status, error)
      || !pst_venue_list (venue, listing, &draft, error))
    return FALSE;
  pst_venue_begin (venue, reply->receive_time_ns);
  pst_venue_status (venue, listing, status, reply->receive_time_ns);
  pst_venue_end (venue);
  return TRUE;
}

/* One that the venue does not know, or tells nonsense of, is left out; the others go on. */
static void
refuse (PstGemini *self, PstListing *listing, const char *why)
{
  self->refused[listing->number] = TRUE;
  pst_component_raise_alert (PST_COMPONENT (self), PST_SEVERITY_ERROR, "venue", "Instrument is not known at the venue", "%s (%s there): %s",
                             listing->canonical, listing->symbol, why);
}

/* Whether the answer settles the matter; one that does not is asked for again. */
static gboolean
take_reply (PstGemini *self, PstListing *listing, const PstHttpReply *reply)
{
  g_autofree char *why = g_strdup_printf ("HTTP status %u %s", reply->status, reply->text);
  g_autoptr (GError) error = NULL;

  if (reply->outcome == PST_HTTP_NOT_SENT && !pst_exchange_is_live (PST_EXCHANGE (self)))
    {
      if (!pst_venue_assume (PST_VENUE (self), listing))
        refuse (self, listing, "the assumed scales cannot be");
      return TRUE;
    }
  if (reply->outcome == PST_HTTP_ANSWERED && reply->status == 200)
    {
      if (!take_details (self, listing, reply, &error))
        refuse (self, listing, error->message);
      return TRUE;
    }
  if (reply->outcome == PST_HTTP_ANSWERED && (reply->status == 400 || reply->status == 404))
    {
      refuse (self, listing, why);
      return TRUE;
    }
  pst_venue_unexpected (PST_VENUE (self), "answer to a request for details", why, strlen (why));
  return FALSE;
}

static void
on_details (PstTransport *transport, const PstHttpReply *reply, gpointer user_data)
{
  PstGemini *self = user_data;
  PstListing *listing = pst_venue_get_listing (PST_VENUE (self), self->asked);
  const char *retry_after = pst_http_reply_get_header (reply, "Retry-After");
  guint64 wait_s = DETAILS_RETRY_S;

  self->is_asking = FALSE;
  if (!take_reply (self, listing, reply))
    {
      if (retry_after != NULL && !g_ascii_string_to_unsigned (retry_after, 10, 1, 3600, &wait_s, NULL))
        wait_s = 60;
      ask_after (self, (gint64)wait_s * PST_NS_PER_SECOND);
      return;
    }
  if (listing->instrument != PST_INSTRUMENT_NONE && say (self, "subscribe", listing))
    {
      pst_venue_await_book (PST_VENUE (self), listing);
      watch (self);
    }
  if (pst_exchange_is_live (PST_EXCHANGE (self)))
    ask_after (self, DETAILS_INTERVAL_NS);
  else
    ask_next (self); /* before the capture's first message */
}

/* The first listing that is not known yet. metadata-url stands in place of the venue's address, before the symbol. */
static void
ask_next (PstGemini *self)
{
  PstVenue *venue = PST_VENUE (self);
  g_autofree char *base = NULL, *url = NULL;
  guint n = 0;

  while (n < pst_venue_get_n_listings (venue) && (pst_venue_get_listing (venue, n)->instrument != PST_INSTRUMENT_NONE || self->refused[n]))
    n++;
  if (self->is_asking || n == pst_venue_get_n_listings (venue))
    return;
  g_object_get (self, "metadata-url", &base, NULL);
  url = g_strdup_printf ("%s/%s", base != NULL && base[0] != '\0' ? base : DETAILS_URL, pst_venue_get_listing (venue, n)->symbol);
  self->asked = n;
  self->is_asking = pst_venue_get (venue, url, on_details, self) != 0;
  if (!self->is_asking)
    ask_after (self, DETAILS_RETRY_S * PST_NS_PER_SECOND);
}

void
pst_gemini_opened (PstVenue *venue)
{
  PstGemini *self = PST_GEMINI (venue);

  if (self->refused == NULL)
    self->refused = g_new0 (gboolean, pst_venue_get_n_listings (venue));
  if (say (self, "subscribe", NULL))
    {
      for (guint i = 0; i < pst_venue_get_n_listings (venue); i++)
        if (pst_venue_get_listing (venue, i)->instrument != PST_INSTRUMENT_NONE)
          pst_venue_await_book (venue, pst_venue_get_listing (venue, i));
      watch (self);
    }
  if (self->details_timer == 0)
    ask_next (self);
}

void
pst_gemini_stop_session (PstGemini *self)
{
  clear_timer (self, &self->details_timer);
  self->is_asking = FALSE;
}
