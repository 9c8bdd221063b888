/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Snapshots are asked for one after the other, a few at a time, under a budget of weight: the venue bans an address that asks too much, and a host
 * with a hundred listings that reconnects would. Limits: rest-api.md, "LIMITS" and "Order book". */

#include "pst-binance-private.h"

/* Where the venue does not say how long to wait: 429, and 418, which is a ban of two minutes up to three days. */
#define PAUSE_S 60
#define BAN_S 120
/* The longest pause that is believed. */
#define PAUSE_MAX_S (4 * 86400)
/* Of the venue's own allowance what is left to others at this address. */
#define RESERVE_PERCENT 20

static void pump (PstBinance *self);

/* What a snapshot of up to @limit levels a side weighs. */
guint
pst_binance_snapshots_weight (guint limit)
{
  return limit <= 100 ? 5 : limit <= 500 ? 25 : limit <= 1000 ? 50 : 250;
}

static guint
weight_of (PstBinance *self)
{
  return self->snapshot_weight != 0 ? self->snapshot_weight : pst_binance_snapshots_weight (self->snapshot_limit);
}

static PstClock *
clock_of (PstBinance *self)
{
  return pst_transport_get_clock (pst_venue_get_transport (PST_VENUE (self)));
}

/* Asks again after a delay that doubles. The first failure in a row is noted. */
void
pst_binance_snapshots_retry (PstBinanceBook *book, const char *why)
{
  PstBinance *self = book->binance;
  gint64 now_ns = pst_venue_now_ns (PST_VENUE (self));

  if (pst_back_off_get_n_failures (book->back_off) == 0)
    pst_context_note (pst_component_get_context (PST_COMPONENT (self)), PST_COMPONENT (self), "SNAPSHOT_FAILED", "instrument=%s: %s",
                      book->listing->canonical, why);
  self->counts.n_failed++;
  pst_binance_book_set_timer (book, PST_BINANCE_STAGE_RETRY, pst_back_off_failed (book->back_off, now_ns, 0));
}

static guint64
read_header (const PstHttpReply *reply, const char *name, guint64 max, guint64 otherwise)
{
  const char *text = pst_http_reply_get_header (reply, name);
  guint64 value;

  return text != NULL && g_ascii_string_to_unsigned (text, 10, 0, max, &value, NULL) ? value : otherwise;
}

/* TRUE when the venue asked for a pause. */
static gboolean
heed (PstBinance *self, const PstHttpReply *reply)
{
  gint64 now_ns = pst_venue_now_ns (PST_VENUE (self));
  gboolean is_refused = reply->outcome == PST_HTTP_ANSWERED && (reply->status == 429 || reply->status == 418);
  guint64 used = read_header (reply, "X-MBX-USED-WEIGHT-1M", G_MAXINT32, 0), pause_s;

  if (self->venue_weight != 0 && used > (guint64)self->venue_weight * (100 - RESERVE_PERCENT) / 100)
    pst_binance_pace_block (&self->pace, now_ns + PST_BINANCE_PACE_SPAN_NS);
  if (!is_refused)
    return FALSE;
  pause_s = read_header (reply, "Retry-After", PAUSE_MAX_S, reply->status == 418 ? BAN_S : PAUSE_S);
  if (self->pace.blocked_until_ns <= now_ns)
    pst_component_raise_alert (PST_COMPONENT (self), PST_SEVERITY_WARNING, "venue", "The venue refuses requests",
                               "HTTP status %u: no snapshot is asked for in the next %" G_GUINT64_FORMAT " s", reply->status, pause_s);
  pst_binance_pace_block (&self->pace, now_ns + (gint64)MAX (pause_s, 1) * PST_NS_PER_SECOND);
  return TRUE;
}

static void
take (PstBinanceBook *book, const PstHttpReply *reply)
{
  PstBinance *self = book->binance;
  PstBinanceMessage message;
  gboolean ok;

  if (reply->outcome != PST_HTTP_ANSWERED)
    {
      pst_binance_snapshots_retry (book, reply->text);
      return;
    }
  ok = pst_binance_parse (&self->kept_parser, reply->body, reply->length, &message);
  if (reply->status != 200)
    {
      g_autofree char *why = g_strdup_printf ("HTTP status %u: %.*s", reply->status, ok ? (int)MIN (message.text.length, 200) : 0,
                                              ok && message.text.text != NULL ? message.text.text : "");

      pst_binance_snapshots_retry (book, why);
    }
  else if (!ok || message.kind != PST_BINANCE_SNAPSHOT)
    {
      pst_venue_refuse (PST_VENUE (self), "snapshot", ok ? "it is none" : message.failure, reply->body, reply->length);
      pst_binance_snapshots_retry (book, "it is malformed");
    }
  else
    pst_binance_book_offer (book, message.last_id, reply);
}

static void
on_reply (PstTransport *transport, const PstHttpReply *reply, gpointer user_data)
{
  PstBinanceBook *book = user_data;
  PstBinance *self = book->binance;
  gboolean is_refused = heed (self, reply);

  self->n_under_way--;
  book->is_under_way = FALSE;
  if (book->is_forgotten)
    {
      book->is_forgotten = FALSE;
      if (book->stage == PST_BINANCE_STAGE_ASKED)
        pst_binance_snapshots_ask (book);
    }
  else if (is_refused)
    {
      self->counts.n_failed++;
      pst_binance_snapshots_ask (book);
    }
  else
    take (book, reply);
  pump (self);
}

static void
ask_now (PstBinanceBook *book)
{
  PstBinance *self = book->binance;
  g_autofree char *rest = pst_binance_get_rest_url (self);
  g_autofree char *url = g_strdup_printf ("%s/depth?symbol=%s&limit=%u", rest, book->listing->symbol, self->snapshot_limit);

  pst_binance_pace_spend (&self->pace, pst_venue_now_ns (PST_VENUE (self)), weight_of (self));
  self->counts.n_snapshots++;
  book->stage = PST_BINANCE_STAGE_ASKED;
  if (pst_venue_get (PST_VENUE (self), url, on_reply, book) == 0)
    {
      pst_binance_snapshots_retry (book, "the request could not be sent");
      return;
    }
  book->is_under_way = TRUE;
  self->n_under_way++;
}

static void
on_pump_due (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  PstBinance *self = user_data;

  self->pump_timer = 0;
  pump (self);
}

/* Asks for as many as may be. */
static void
pump (PstBinance *self)
{
  gint64 now_ns = pst_venue_now_ns (PST_VENUE (self)), allowed_ns;

  while (!g_queue_is_empty (&self->queue) && self->n_under_way < PST_BINANCE_SNAPSHOTS_AT_ONCE)
    {
      allowed_ns = pst_binance_pace_get_allowed_ns (&self->pace, now_ns, weight_of (self));
      if (allowed_ns > now_ns)
        {
          if (self->pump_timer != 0)
            pst_clock_remove_timer (clock_of (self), self->pump_timer);
          self->pump_timer = pst_clock_add_timer (clock_of (self), allowed_ns, on_pump_due, self, NULL);
          return;
        }
      ask_now (g_queue_pop_head (&self->queue));
    }
}

/* Queues the book for a snapshot. An answer that is still under way for a connection that is gone is waited for first. */
void
pst_binance_snapshots_ask (PstBinanceBook *book)
{
  if (book->stage == PST_BINANCE_STAGE_QUEUED)
    return;
  pst_binance_book_set_timer (book, book->is_under_way ? PST_BINANCE_STAGE_ASKED : PST_BINANCE_STAGE_QUEUED, G_MAXINT64);
  if (book->is_under_way)
    return;
  g_queue_push_tail (&book->binance->queue, book);
  pump (book->binance);
}

/* The connection is gone, or the run ends: nobody waits any more. */
void
pst_binance_snapshots_clear (PstBinance *self)
{
  g_queue_clear (&self->queue);
  if (self->pump_timer != 0)
    pst_clock_remove_timer (clock_of (self), self->pump_timer);
  self->pump_timer = 0;
}
