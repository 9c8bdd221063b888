/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What Gemini says. It numbers nothing and sums nothing: a message that is missing cannot be noticed. What can be is a message that is not what it
 * must be, and a book that is crossed; each costs the symbol that it names, alone. */
#include "pst-gemini-private.h"

static const char *
kind_of (const PstGeminiParser *parser)
{
  static const char *const kinds[] = {
    [PST_GEMINI_KIND_UNKNOWN] = "message",     [PST_GEMINI_KIND_BOOK] = "l2_updates", [PST_GEMINI_KIND_TRADE] = "trade",
    [PST_GEMINI_KIND_HEARTBEAT] = "heartbeat", [PST_GEMINI_KIND_OTHER] = "other",     [PST_GEMINI_KIND_ERROR] = "error",
  };

  return kinds[parser->kind];
}

/* One that is waited for is asked for again by the base when it does not come. */
static void
lose (PstGemini *self, PstListing *listing, PstVenueLoss loss, const char *text)
{
  if (pst_book_get_state (listing->book) != PST_BOOK_SYNCING)
    pst_venue_lose (PST_VENUE (self), listing, loss, text);
}

/* A message that does not even name a symbol may have been about any. */
static void
take_failure (PstGemini *self, const PstMessage *message)
{
  const PstGeminiParser *parser = &self->parser;
  g_autofree char *why = g_strdup_printf ("byte %" G_GSIZE_FORMAT ": %s", parser->failure_offset + 1, parser->failure);

  pst_venue_refuse (PST_VENUE (self), kind_of (parser), why, message->text, message->length);
  if (parser->kind != PST_GEMINI_KIND_BOOK && parser->kind != PST_GEMINI_KIND_UNKNOWN)
    return;
  if (parser->listing != NULL)
    lose (self, parser->listing, PST_VENUE_LOSS_MALFORMED, parser->failure);
  else if (!parser->has_symbol)
    pst_venue_lose_all (PST_VENUE (self), PST_VENUE_LOSS_MALFORMED, parser->failure);
}

static void
take_error (PstGemini *self, const PstMessage *message)
{
  const PstGeminiParser *parser = &self->parser;
  g_autofree char *beginning = g_strndup (parser->text != NULL ? parser->text : "", MIN (parser->text_length, 80));
  g_autofree char *text = g_utf8_make_valid (beginning, -1);
  g_autofree char *kind = g_strdup_printf ("error %s", text);

  self->counts.n_errors++;
  pst_venue_unexpected (PST_VENUE (self), kind, message->text, message->length);
}

/* A type that nobody knows, about a symbol of ours: a damaged l2_updates, perhaps. */
static void
take_unknown (PstGemini *self, const PstMessage *message)
{
  pst_venue_unexpected (PST_VENUE (self), "unknown type", message->text, message->length);
  if (self->parser.listing != NULL)
    lose (self, self->parser.listing, PST_VENUE_LOSS_MALFORMED, "a message about it is of an unknown type");
}

/* Oldest first, whichever way the venue lists them. */
static void
add_trades (PstGemini *self, const PstMessage *message)
{
  const PstGeminiParser *parser = &self->parser;
  guint n = parser->n_trades;
  gboolean backwards = n > 1 && parser->trades[0].trade.trade_id > parser->trades[n - 1].trade.trade_id;

  if (parser->bad_trade != NULL)
    pst_venue_refuse (PST_VENUE (self), "trade", parser->bad_trade, message->text, message->length);
  for (guint i = 0; i < n; i++)
    {
      const PstGeminiTrade *trade = &parser->trades[backwards ? n - 1 - i : i];

      if (!pst_venue_trade (PST_VENUE (self), parser->listing, &trade->trade, trade->time_ns))
        pst_venue_refuse (PST_VENUE (self), "trade", "a trade's price is off the grid", message->text, message->length);
    }
}

static gboolean
add_levels (PstGemini *self)
{
  const PstGeminiParser *parser = &self->parser;

  for (guint i = 0; i < parser->n_levels; i++)
    if (G_UNLIKELY (!pst_venue_level (PST_VENUE (self), parser->listing, parser->levels[i].side, &parser->levels[i].level, 0)))
      return FALSE;
  return TRUE;
}

/* The answer to a subscription is the whole book, with a list of the last trades: that list tells it from a change that was on its way. */
static void
take_book (PstGemini *self, const PstMessage *message)
{
  PstVenue *venue = PST_VENUE (self);
  PstListing *listing = self->parser.listing;
  gboolean is_live = pst_book_get_state (listing->book) == PST_BOOK_LIVE, is_snapshot = !is_live && self->parser.has_trades;

  if (!is_live && !is_snapshot)
    {
      pst_venue_count_ignored (venue, self->parser.n_levels);
      return;
    }
  pst_venue_begin (venue, message->receive_time_ns);
  if (is_snapshot)
    pst_venue_begin_book (venue, listing);
  if (G_UNLIKELY (!add_levels (self)))
    {
      pst_venue_refuse (venue, "l2_updates", "a level is off the price grid, or there are too many", message->text, message->length);
      pst_venue_lose (venue, listing, PST_VENUE_LOSS_MALFORMED, "a level is off the price grid, or there are too many");
      return;
    }
  if (G_UNLIKELY (!pst_venue_settle (venue, listing, 0)))
    {
      pst_venue_lose (venue, listing, PST_VENUE_LOSS_CROSSED, "the best bid is not below the best ask");
      return;
    }
  if (is_snapshot)
    {
      pst_venue_complete_book (venue, listing, 0);
      self->counts.n_history += self->parser.n_trades;
    }
  else
    add_trades (self, message);
  pst_venue_end (venue);
}

void
pst_gemini_message (PstVenue *venue, const PstMessage *message)
{
  PstGemini *self = PST_GEMINI (venue);
  const PstGeminiParser *parser = &self->parser;

  if (G_UNLIKELY (!pst_gemini_parser_read (&self->parser, message->text, message->length)))
    {
      take_failure (self, message);
      return;
    }
  switch (parser->kind)
    {
    case PST_GEMINI_KIND_BOOK:
      if (parser->listing != NULL)
        take_book (self, message);
      return;
    case PST_GEMINI_KIND_TRADE:
      if (parser->listing == NULL)
        return;
      pst_venue_begin (venue, message->receive_time_ns);
      add_trades (self, message);
      pst_venue_end (venue);
      return;
    case PST_GEMINI_KIND_HEARTBEAT:
      self->counts.n_heartbeats++;
      return;
    case PST_GEMINI_KIND_ERROR:
      take_error (self, message);
      return;
    case PST_GEMINI_KIND_UNKNOWN:
      take_unknown (self, message);
      return;
    case PST_GEMINI_KIND_OTHER:
    default:
      return;
    }
}
