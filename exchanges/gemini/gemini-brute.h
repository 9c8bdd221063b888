/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For tests: the triangle BTC, ETH, USD in a recorded session of Gemini, by brute force: json-glib and hash tables, every best price searched anew
 * after every message, exact integers. It shares nothing with the parser, the books or a strategy, and so can contradict them. */
#pragma once

#include <json-glib/json-glib.h>
#include <penstock.h>

G_BEGIN_DECLS

/* In ../shared beside the source tree. */
#define GEMINI_CAPTURE "market-data/triangle/gemini-20210417/GEMINI.ws.36.0"
#define GEMINI_CAPTURE_REPLIES "market-data/triangle/gemini-20210417/GEMINI.0"
/* Decimals of all prices here. */
#define GEMINI_SCALE 5

enum
{
  GEMINI_BTCUSD,
  GEMINI_ETHUSD,
  GEMINI_ETHBTC,
  GEMINI_N
};

static const char *const gemini_symbols[GEMINI_N] = { "BTCUSD", "ETHUSD", "ETHBTC" };

/* The three best prices after a message, and what the better direction returns: numerator / denominator. */
typedef struct
{
  gint64 bid[GEMINI_N], ask[GEMINI_N];
  gint64 numerator, denominator;
  gboolean forwards; /* USD -> BTC -> ETH -> USD; otherwise USD -> ETH -> BTC -> USD */
} GeminiState;

typedef struct
{
  GHashTable *sides[GEMINI_N][2]; /* prices that have a size, as text */
  gboolean known[GEMINI_N];
} GeminiBrute;

static inline gint64
gemini_mantissa (const char *text)
{
  gint64 value = 0;

  g_assert_true (pst_mantissa_parse (text, -1, GEMINI_SCALE, &value, NULL));
  return value;
}

static inline gint64
gemini_best (GHashTable *side, gboolean highest)
{
  GHashTableIter iter;
  gpointer key;
  gint64 best = 0;

  g_hash_table_iter_init (&iter, side);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      gint64 price = gemini_mantissa (key);

      if (best == 0 || (highest ? price > best : price < best))
        best = price;
    }
  return best;
}

/* Fills in what the better direction returns. */
static inline void
gemini_state_rate (GeminiState *state)
{
  const gint64 one = 100000; /* at GEMINI_SCALE */
  gint64 forwards = state->bid[GEMINI_ETHUSD] * one, forwards_cost = state->ask[GEMINI_BTCUSD] * state->ask[GEMINI_ETHBTC];
  gint64 backwards = state->bid[GEMINI_ETHBTC] * state->bid[GEMINI_BTCUSD], backwards_cost = state->ask[GEMINI_ETHUSD] * one;

  state->forwards = (__int128)forwards * backwards_cost > (__int128)backwards * forwards_cost;
  state->numerator = state->forwards ? forwards : backwards;
  state->denominator = state->forwards ? forwards_cost : backwards_cost;
}

/* Whether the message was about the three, all of which are known. */
static inline gboolean
gemini_brute_take (GeminiBrute *brute, JsonObject *message, GeminiState *state)
{
  const char *symbol = json_object_get_string_member_with_default (message, "symbol", "");
  JsonArray *changes;
  guint n = 0;

  while (n < GEMINI_N && strcmp (symbol, gemini_symbols[n]) != 0)
    n++;
  if (n == GEMINI_N || strcmp (json_object_get_string_member (message, "type"), "l2_updates") != 0)
    return FALSE;
  changes = json_object_get_array_member (message, "changes");
  for (guint i = 0; i < json_array_get_length (changes); i++)
    {
      JsonArray *change = json_array_get_array_element (changes, i);
      GHashTable *side = brute->sides[n][strcmp (json_array_get_string_element (change, 0), "sell") == 0];
      const char *price = json_array_get_string_element (change, 1), *size = json_array_get_string_element (change, 2);

      if (strspn (size, "0.") == strlen (size))
        g_hash_table_remove (side, price);
      else
        g_hash_table_add (side, g_strdup (price));
    }
  brute->known[n] = TRUE;
  for (guint i = 0; i < GEMINI_N; i++)
    {
      if (!brute->known[i])
        return FALSE;
      state->bid[i] = gemini_best (brute->sides[i][0], TRUE);
      state->ask[i] = gemini_best (brute->sides[i][1], FALSE);
    }
  gemini_state_rate (state);
  return TRUE;
}

/* (transfer full): GeminiState of each message about one of the three, once all are known. */
static inline GArray *
gemini_brute_read (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstCapture) capture = pst_capture_open (path, &error);
  GArray *states = g_array_new (FALSE, FALSE, sizeof (GeminiState));
  GeminiBrute brute = { 0 };
  PstCaptureItem item;

  g_assert_no_error (error);
  for (guint i = 0; i < GEMINI_N * 2; i++)
    brute.sides[i / 2][i % 2] = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  while (pst_capture_next (capture, &item, &error))
    {
      g_autoptr (JsonParser) json = json_parser_new ();
      GeminiState state = { 0 };

      if (item.kind != PST_CAPTURE_RECEIVED)
        continue;
      g_assert_true (json_parser_load_from_data (json, item.text, (gssize)item.length, NULL));
      if (gemini_brute_take (&brute, json_node_get_object (json_parser_get_root (json)), &state))
        g_array_append_val (states, state);
    }
  g_assert_no_error (error);
  for (guint i = 0; i < GEMINI_N * 2; i++)
    g_hash_table_unref (brute.sides[i / 2][i % 2]);
  return states;
}

G_END_DECLS
