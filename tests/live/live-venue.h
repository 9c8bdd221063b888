/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A venue on a loopback port of the test that speaks Coinbase's protocol, and the command as its user runs it, in a folder of its own. Nothing waits
 * for time: every step waits for what the other side does. */
#pragma once

#include "../kit/test-command.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* A dollar buys 0.01 BTC, that buys 0.1 ETH, and that is worth 1.1 dollars: the fees are well below. */
#define LIVE_VENUE_N_PRODUCTS 3
extern const char *const live_venue_products[LIVE_VENUE_N_PRODUCTS];

typedef struct
{
  TestFolder *folder;
  SoupServer *server;
  guint port;
  SoupWebsocketConnection *connection; /* the last one */
  guint sequence;
  guint n_opened;
  guint n_subscribed; /* to books, over all connections */
  guint n_metadata;
  GSubprocess *process;
  TestOutcome outcome;
  gboolean ended;
} LiveVenue;

void live_venue_set_up (LiveVenue *venue, gconstpointer data);
void live_venue_tear_down (LiveVenue *venue, gconstpointer data);
/* A message of the channel, with the next sequence number. */
void live_venue_push (LiveVenue *venue, const char *channel, const char *event);
/* Sizes at the best bid and ask of a product. @type: "snapshot" or "update". */
void live_venue_push_level (LiveVenue *venue, guint product, const char *type, const char *bid_size, const char *ask_size);
/* Runs "penstock ARGUMENTS". */
void live_venue_begin (LiveVenue *venue, const char *const *arguments);
/* Until the command ends, with this exit code. */
void live_venue_wait_end (LiveVenue *venue, int exit_code);

/* Until a file in the command's folder holds the text: what the command wrote down it has done. */
void live_venue_wait_file (LiveVenue *venue, const char *name, const char *text);

/* Until it holds; a command that ends before is a failure and not a hang. */
#define live_venue_wait_until(venue, expression)                                                  \
  while (!(expression))                                                                           \
    {                                                                                             \
      if ((venue)->ended)                                                                         \
        test_assert_contains ((venue)->outcome.errors, "the command goes on until " #expression); \
      g_main_context_iteration (NULL, TRUE);                                                      \
    }

G_END_DECLS
