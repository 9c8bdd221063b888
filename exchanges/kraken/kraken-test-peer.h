/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A Kraken in memory: true books, changes by lot, answers to requests, in both protocols. A change sends what the venue sends: the level, and in its
 * stead the one that comes into the depth; never one that leaves it. */
#pragma once

#include "kraken-test-kit.h"
#include "pst-kraken.h"

G_BEGIN_DECLS

#define PEER_MARKETS_MAX 4u
#define PEER_PRICE_SCALE 2
#define PEER_SIZE_SCALE 8

typedef struct
{
  const char *symbol; /* the venue's */
  PstBook *book;      /* all that is true */
  gboolean subscribed;
  GHashTable *seen; /* text of the ten best to the last time it was true, in changes */
  guint64 n_changes;
} PeerMarket;

typedef struct
{
  PstSimulatedTransport *wire;
  PstKrakenProtocol protocol;
  PeerMarket markets[PEER_MARKETS_MAX];
  guint n_markets;
  guint depth;
  gint64 tick;   /* the venue's time, in microseconds since the test began */
  GString *sent; /* what the session sent, a line each */
  PstRandom random;
  guint64 trade_id;
} Peer;

static inline void
peer_level_text (const Peer *peer, GString *text, const PstBookLevel *level, gint64 time_us, gboolean republished)
{
  char price[PST_DECIMAL_TEXT_SIZE], size[PST_DECIMAL_TEXT_SIZE];

  pst_mantissa_print (level->price, PEER_PRICE_SCALE, price);
  pst_mantissa_print (level->size, PEER_SIZE_SCALE, size);
  if (text->len > 0 && text->str[text->len - 1] != '[')
    g_string_append_c (text, ',');
  if (peer->protocol == PST_KRAKEN_V1)
    g_string_append_printf (text, "[\"%s\",\"%s\",\"16%08" G_GINT64_FORMAT ".%06" G_GINT64_FORMAT "\"%s]", price, size, time_us / 1000000,
                            time_us % 1000000, republished ? ",\"r\"" : "");
  else
    g_string_append_printf (text, "{\"price\":%s,\"qty\":%s}", price, size);
}

static inline PstBookLevel
peer_level (gint64 price, gint64 size)
{
  return (PstBookLevel){ price, size, PEER_PRICE_SCALE, PEER_SIZE_SCALE };
}

/* The ten best as text: what a strategy must only see if it was true. */
static inline char *
peer_top_text (const PstBook *book)
{
  GString *text = g_string_new (NULL);

  for (PstSide side = PST_SIDE_BUY; side <= PST_SIDE_SELL; side++)
    for (guint n = 0; n < 10 && n < pst_book_get_n_levels (book, side); n++)
      {
        const PstBookLevel *level = pst_book_get_level (book, side, n);

        g_string_append_printf (text, "%d:%" G_GINT64_FORMAT "x%" G_GINT64_FORMAT " ", (int)side, level->price, level->size);
      }
  return g_string_free (text, FALSE);
}

static inline void
peer_remember (PeerMarket *market)
{
  market->n_changes++;
  g_hash_table_insert (market->seen, peer_top_text (market->book), GSIZE_TO_POINTER (market->n_changes));
}

static inline void
peer_push_book (Peer *peer, PeerMarket *market, gboolean snapshot, const char *bids, const char *asks)
{
  guint32 checksum = kit_slow_checksum (market->book, PEER_PRICE_SCALE, PEER_SIZE_SCALE);
  g_autoptr (GString) text = g_string_new (NULL);

  if (peer->protocol == PST_KRAKEN_V2)
    g_string_printf (text,
                     "{\"channel\":\"book\",\"type\":\"%s\",\"data\":[{\"symbol\":\"%s\",\"bids\":[%s],\"asks\":[%s],\"checksum\":%u,"
                     "\"timestamp\":\"2026-01-01T%02u:%02u:%02u.%06uZ\"}]}",
                     snapshot ? "snapshot" : "update", market->symbol, bids, asks, checksum, (guint)(peer->tick / 3600000000 % 24),
                     (guint)(peer->tick / 60000000 % 60), (guint)(peer->tick / 1000000 % 60), (guint)(peer->tick % 1000000));
  else if (snapshot)
    g_string_printf (text, "[7,{\"as\":[%s],\"bs\":[%s]},\"book-%u\",\"%s\"]", asks, bids, peer->depth, market->symbol);
  else
    g_string_printf (text, "[7,{\"%s\":[%s],\"c\":\"%u\"},\"book-%u\",\"%s\"]", *bids != '\0' ? "b" : "a", *bids != '\0' ? bids : asks, checksum,
                     peer->depth, market->symbol);
  pst_simulated_transport_push (peer->wire, text->str, -1);
}

static inline void
peer_snapshot (Peer *peer, PeerMarket *market)
{
  g_autoptr (GString) bids = g_string_new (NULL), asks = g_string_new (NULL);

  for (PstSide side = PST_SIDE_BUY; side <= PST_SIDE_SELL; side++)
    for (guint n = 0; n < peer->depth && n < pst_book_get_n_levels (market->book, side); n++)
      peer_level_text (peer, side == PST_SIDE_BUY ? bids : asks, pst_book_get_level (market->book, side, n), peer->tick, FALSE);
  peer_push_book (peer, market, TRUE, bids->str, asks->str);
}

/* Sets one level, and tells it where it is in scope. */
static inline void
peer_set (Peer *peer, PeerMarket *market, PstSide side, gint64 price, gint64 size)
{
  const PstBookLevel level = peer_level (price, size), *last, *entered;
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean in_scope;
  gint64 edge, sign = side == PST_SIDE_BUY ? 1 : -1;

  last = pst_book_get_level (market->book, side, peer->depth - 1);
  edge = last != NULL ? last->price : side == PST_SIDE_BUY ? 0 : G_MAXINT64;
  in_scope = price * sign >= edge * sign;
  pst_book_set_level (market->book, side, &level);
  peer->tick++;
  peer_remember (market);
  if (!in_scope || !market->subscribed)
    return;
  peer_level_text (peer, text, &level, peer->tick, FALSE);
  entered = pst_book_get_level (market->book, side, peer->depth - 1);
  if (entered != NULL && entered->price * sign < edge * sign)
    peer_level_text (peer, text, entered, peer->tick - 1, TRUE);
  peer_push_book (peer, market, FALSE, side == PST_SIDE_BUY ? text->str : "", side == PST_SIDE_BUY ? "" : text->str);
}

/* A change by lot: near the touch mostly, sometimes a removal, never crossing. */
static inline void
peer_change (Peer *peer, PeerMarket *market)
{
  PstSide side = pst_random_below (&peer->random, 2) ? PST_SIDE_BUY : PST_SIDE_SELL;
  gint64 away = (gint64)pst_random_below (&peer->random, pst_random_below (&peer->random, 3) ? 12 : 40);
  gint64 price = side == PST_SIDE_BUY ? 10000 - away : 10001 + away;

  peer_set (peer, market, side, price, pst_random_below (&peer->random, 4) ? 1 + (gint64)pst_random_below (&peer->random, 1000000000) : 0);
}

static inline void
peer_ack (Peer *peer, PeerMarket *market, const char *channel, gboolean subscribe)
{
  g_autofree char *text
      = peer->protocol == PST_KRAKEN_V2
            ? g_strdup_printf ("{\"method\":\"%s\",\"result\":{\"channel\":\"%s\",\"symbol\":\"%s\"},\"success\":true}",
                               subscribe ? "subscribe" : "unsubscribe", channel, market->symbol)
            : g_strdup_printf ("{\"event\":\"subscriptionStatus\",\"pair\":\"%s\",\"status\":\"%s\",\"subscription\":{\"name\":\"%s\"}}",
                               market->symbol, subscribe ? "subscribed" : "unsubscribed", channel);

  pst_simulated_transport_push (peer->wire, text, -1);
}

static inline void
peer_push_instruments (Peer *peer)
{
  g_autoptr (GString) text = g_string_new ("{\"channel\":\"instrument\",\"type\":\"snapshot\",\"data\":{\"assets\":[],\"pairs\":[");

  for (guint i = 0; i < peer->n_markets; i++)
    g_string_append_printf (text,
                            "%s{\"symbol\":\"%s\",\"status\":\"online\",\"qty_precision\":8,\"qty_increment\":1e-8,\"price_precision\":2,"
                            "\"cost_min\":0.5,\"price_increment\":0.01,\"qty_min\":0.0001}",
                            i > 0 ? "," : "", peer->markets[i].symbol);
  g_string_append (text, "]}}");
  pst_simulated_transport_push (peer->wire, text->str, -1);
}

static inline void
peer_on_opened (PstSimulatedTransport *wire, const char *url, gpointer user_data)
{
  Peer *peer = user_data;

  for (guint i = 0; i < peer->n_markets; i++)
    peer->markets[i].subscribed = FALSE;
  pst_simulated_transport_push (wire,
                                peer->protocol == PST_KRAKEN_V2 ? "{\"channel\":\"status\",\"type\":\"update\",\"data\":[{\"system\":\"online\"}]}"
                                                                : "{\"event\":\"systemStatus\",\"status\":\"online\"}",
                                -1);
}

static inline void
peer_on_sent (PstSimulatedTransport *wire, const char *text, gsize length, gpointer user_data)
{
  Peer *peer = user_data;
  gboolean subscribe = strstr (text, "unsubscribe") == NULL;

  g_string_append_printf (peer->sent, "%s\n", text);
  if (strstr (text, "\"instrument\"") != NULL)
    peer_push_instruments (peer);
  for (guint i = 0; i < peer->n_markets; i++)
    {
      PeerMarket *market = &peer->markets[i];
      g_autofree char *quoted = g_strdup_printf ("\"%s\"", market->symbol);

      if (strstr (text, quoted) == NULL)
        continue;
      if (strstr (text, "\"book\"") == NULL)
        {
          peer_ack (peer, market, strstr (text, "\"trade\"") != NULL ? "trade" : "ticker", subscribe);
          continue;
        }
      peer_ack (peer, market, "book", subscribe);
      if (subscribe && !market->subscribed)
        peer_snapshot (peer, market);
      market->subscribed = subscribe;
    }
}

static inline void
peer_on_request (PstSimulatedTransport *wire, const PstHttpRequest *request, PstHttpReply *reply, gpointer user_data)
{
  static GString *body = NULL;
  Peer *peer = user_data;

  if (body == NULL)
    body = g_string_new (NULL);
  g_string_assign (body, "{\"error\":[],\"result\":{");
  for (guint i = 0; i < peer->n_markets; i++)
    g_string_append_printf (body,
                            "%s\"X%u\":{\"wsname\":\"%s\",\"pair_decimals\":2,\"lot_decimals\":8,\"ordermin\":\"0.0001\",\"status\":\"online\"}",
                            i > 0 ? "," : "", i, peer->markets[i].symbol);
  g_string_append (body, "}}");
  reply->status = 200;
  reply->body = body->str;
  reply->length = body->len;
}

static inline void
peer_init (Peer *peer, PstSimulatedTransport *wire, PstKrakenProtocol protocol, guint depth, guint64 seed)
{
  static const char *const v1[] = { "XBT/USD", "ETH/USD", "ETH/XBT" }, *const v2[] = { "BTC/USD", "ETH/USD", "ETH/BTC" };

  *peer = (Peer){ .wire = wire, .protocol = protocol, .n_markets = 3, .depth = depth, .sent = g_string_new (NULL) };
  pst_random_init (&peer->random, seed, "peer");
  for (guint i = 0; i < peer->n_markets; i++)
    {
      PeerMarket *market = &peer->markets[i];

      market->symbol = protocol == PST_KRAKEN_V1 ? v1[i] : v2[i];
      market->book = pst_book_new (0);
      market->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      for (guint n = 0; n < 30; n++)
        for (PstSide side = PST_SIDE_BUY; side <= PST_SIDE_SELL; side++)
          {
            const PstBookLevel level = peer_level (side == PST_SIDE_BUY ? 10000 - n : 10001 + n, 100000000 + (gint64)n);

            pst_book_set_level (market->book, side, &level);
          }
      peer_remember (market);
    }
  pst_simulated_transport_set_peer (wire, &(PstSimulatedPeer){ .on_opened = peer_on_opened, .on_sent = peer_on_sent, .on_request = peer_on_request },
                                    peer);
}

static inline void
peer_clear (Peer *peer)
{
  for (guint i = 0; i < peer->n_markets; i++)
    {
      pst_book_free (peer->markets[i].book);
      g_hash_table_unref (peer->markets[i].seen);
    }
  g_string_free (peer->sent, TRUE);
}

G_END_DECLS
