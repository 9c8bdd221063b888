/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shared by the component's own files: pst-coinbase.c has the options and what the base asks for, pst-coinbase-session.c what is said to the venue,
 * pst-coinbase-message.c what it says. */
#pragma once

#include "pst-coinbase-parser.h"
#include "pst-coinbase-sequence.h"
#include "pst-coinbase.h"

G_BEGIN_DECLS

typedef enum
{
  PST_COINBASE_WANT_BOOK = 1,
  PST_COINBASE_WANT_TRADES = 2,
  PST_COINBASE_WANT_TICKER = 4,
} PstCoinbaseWants;

struct _PstCoinbase
{
  PstVenue parent_instance;

  char **channels;
  gint64 heartbeat_max_ns;

  guint wants;        /* PstCoinbaseWants */
  GPtrArray *aliases; /* char *, by listing number; NULL where there is none, or no products were told */
  PstCoinbaseParser parser;
  PstCoinbaseSequence sequence;
  PstCoinbaseCounts counts;

  gboolean *pending; /* by listing number: its book is to be asked for */
  gint64 asked_ns;   /* when messages were last sent */
  guint ask_timer;
};

/* The listing of a product id: its own, or that of the book on which it is traded. */
PstListing *pst_coinbase_find (gpointer self, const char *product, gsize length);

void pst_coinbase_message (PstVenue *venue, const PstMessage *message);

void pst_coinbase_opened (PstVenue *venue);
void pst_coinbase_closed (PstVenue *venue);
void pst_coinbase_resynchronise (PstVenue *venue, PstListing *listing);
void pst_coinbase_clear_timer (PstCoinbase *self);

G_END_DECLS
