/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is said to Coinbase. Subscriptions must come within five seconds of the connection, one channel a message, at most eight messages a second:
 * books that are lost together are asked for together, and the next round waits. Heartbeats are always subscribed to: they come every second, so
 * that a connection that is silent for longer is dead, and quiet products are not closed by the venue. */
#include "pst-coinbase-private.h"

/* Rounds of two messages each, with what a new connection says stay below eight a second. */
#define ASK_INTERVAL_NS (PST_NS_PER_SECOND / 2)

/* {"type":"subscribe","product_ids":["BTC-USD"],"channel":"level2"} for all listings, or those that are pending. FALSE when it could not be sent. */
static gboolean
say (PstCoinbase *self, const char *type, const char *channel, gboolean only_pending)
{
  PstVenue *venue = PST_VENUE (self);
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = 0;

  g_string_printf (text, "{\"type\":\"%s\",\"product_ids\":[", type);
  for (guint i = 0; i < pst_venue_get_n_listings (venue); i++)
    {
      const PstListing *listing = pst_venue_get_listing (venue, i);

      if (listing->instrument != PST_INSTRUMENT_NONE && (!only_pending || self->pending[i]))
        g_string_append_printf (text, "%s\"%s\"", n++ > 0 ? "," : "", listing->symbol);
    }
  g_string_append_printf (text, "],\"channel\":\"%s\"}", channel);
  return n == 0 || pst_venue_send (venue, text->str);
}

static void
on_ask_due (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  PstCoinbase *self = user_data;

  self->ask_timer = 0;
  self->asked_ns = pst_venue_now_ns (PST_VENUE (self));
  if (!say (self, "unsubscribe", "level2", TRUE) || !say (self, "subscribe", "level2", TRUE))
    return;
  for (guint i = 0; i < pst_venue_get_n_listings (PST_VENUE (self)); i++)
    self->pending[i] = FALSE;
}

/* The venue sends a snapshot to who subscribes; asking in rounds keeps below its limit whatever is lost. */
void
pst_coinbase_resynchronise (PstVenue *venue, PstListing *listing)
{
  PstCoinbase *self = PST_COINBASE (venue);

  self->pending[listing->number] = TRUE;
  if (self->ask_timer == 0)
    self->ask_timer
        = pst_clock_add_timer (pst_transport_get_clock (pst_venue_get_transport (venue)), self->asked_ns + ASK_INTERVAL_NS, on_ask_due, self, NULL);
}

void
pst_coinbase_opened (PstVenue *venue)
{
  PstCoinbase *self = PST_COINBASE (venue);

  pst_coinbase_clear_timer (self);
  self->sequence = (PstCoinbaseSequence){ 0 };
  self->asked_ns = pst_venue_now_ns (venue);
  if (self->pending == NULL)
    self->pending = g_new0 (gboolean, pst_venue_get_n_listings (venue));
  memset (self->pending, 0, pst_venue_get_n_listings (venue) * sizeof *self->pending);
  if (!say (self, "subscribe", "heartbeats", FALSE) || ((self->wants & PST_COINBASE_WANT_BOOK) && !say (self, "subscribe", "level2", FALSE))
      || ((self->wants & PST_COINBASE_WANT_TRADES) && !say (self, "subscribe", "market_trades", FALSE))
      || ((self->wants & PST_COINBASE_WANT_TICKER) && !say (self, "subscribe", "ticker", FALSE)))
    return;
  for (guint i = 0; (self->wants & PST_COINBASE_WANT_BOOK) && i < pst_venue_get_n_listings (venue); i++)
    if (pst_venue_get_listing (venue, i)->instrument != PST_INSTRUMENT_NONE)
      pst_venue_await_book (venue, pst_venue_get_listing (venue, i));
  pst_venue_watch (venue, self->heartbeat_max_ns, "the venue is silent, though its heartbeat comes every second");
}

void
pst_coinbase_closed (PstVenue *venue)
{
  pst_coinbase_clear_timer (PST_COINBASE (venue));
}

void
pst_coinbase_clear_timer (PstCoinbase *self)
{
  PstTransport *transport = pst_venue_get_transport (PST_VENUE (self));

  if (self->ask_timer != 0 && transport != NULL)
    pst_clock_remove_timer (pst_transport_get_clock (transport), self->ask_timer);
  self->ask_timer = 0;
}
