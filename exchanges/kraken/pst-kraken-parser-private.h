/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the parsers of both protocols share. */
#pragma once

#include "pst-kraken-parser.h"

G_BEGIN_DECLS

gboolean pst_kraken_parse_v1 (PstKrakenParser *parser, PstScan *scan);
gboolean pst_kraken_parse_v2 (PstKrakenParser *parser, PstScan *scan);
gboolean pst_kraken_parser_grow (PstKrakenParser *parser, PstScan *scan);
/* Appends a zeroed item. NULL, and the scanner fails, when there are too many. */
gpointer pst_kraken_parser_add (PstScan *scan, GArray *items);

/* Room for one more level, not zeroed. NULL, and the scanner fails, when there are too many. */
static inline PstKrakenLevel *
pst_kraken_parser_add_level (PstKrakenParser *parser, PstScan *scan)
{
  if (G_UNLIKELY (parser->message.n_levels == parser->n_allocated) && !pst_kraken_parser_grow (parser, scan))
    return NULL;
  return &parser->message.levels[parser->message.n_levels++];
}

static inline PstKrakenBook *
pst_kraken_parser_add_book (PstKrakenParser *parser, PstScan *scan)
{
  PstKrakenMessage *message = &parser->message;

  if (G_UNLIKELY (message->n_books == PST_KRAKEN_BOOKS_MAX))
    {
      pst_scan_fail (scan, scan->at, "more than 64 books are in one message");
      return NULL;
    }
  message->books[message->n_books] = (PstKrakenBook){ .first = message->n_levels };
  return &message->books[message->n_books++];
}

static inline gboolean
pst_kraken_read_text (PstScan *scan, PstKrakenText *text)
{
  return pst_scan_string (scan, &text->text, &text->length);
}

/* A number, or a string that holds one: Kraken writes both. */
static inline gboolean
pst_kraken_read_number (PstScan *scan, PstKrakenText *number)
{
  if (pst_scan_peek (scan) == PST_SCAN_STRING ? !pst_scan_string (scan, &number->text, &number->length)
                                              : !pst_scan_number (scan, &number->text, &number->length))
    return FALSE;
  if (G_UNLIKELY (number->length == 0 || number->length > PST_KRAKEN_NUMBER_MAX))
    return pst_scan_fail (scan, number->text, "a number has no digits, or more than 40");
  return TRUE;
}

/* A whole number from 0 to @max. */
gboolean pst_kraken_read_unsigned (PstScan *scan, guint64 max, guint64 *value);
/* "1616492376.594123", in quotation marks. */
gboolean pst_kraken_read_seconds (PstScan *scan, gint64 *time_ns);
/* "2026-08-16T23:37:05.723653Z", in quotation marks. */
gboolean pst_kraken_read_time (PstScan *scan, gint64 *time_ns);

/* Whether member @bit of an object comes for the first time; the scanner fails when it came before. */
static inline gboolean
pst_kraken_once (PstScan *scan, guint *seen, guint bit)
{
  if (G_UNLIKELY ((*seen & bit) != 0))
    return pst_scan_fail (scan, scan->at, "a member comes twice");
  *seen |= bit;
  return TRUE;
}

G_END_DECLS
