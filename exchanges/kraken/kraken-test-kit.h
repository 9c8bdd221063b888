/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What Kraken's tests share: recorded sessions as messages in memory, texts of books, and a harness around a session. */
#pragma once

#include <string.h>

#include <penstock-check.h>

#include "pst-kraken-checksum.h"
#include "pst-kraken-listing.h"
#include "pst-kraken-parser.h"

G_BEGIN_DECLS

/* The guide's ten best levels, whose checksum is 3310070434: docs.kraken.com/api/docs/guides/spot-ws-book-v2. */
static const char *const kit_guide_bids[][2] = {
  { "45283.5", "0.10000000" }, { "45283.4", "1.54582015" }, { "45282.1", "0.10000000" }, { "45281.0", "0.10000000" }, { "45280.3", "1.54592586" },
  { "45279.0", "0.07990000" }, { "45277.6", "0.03310103" }, { "45277.5", "0.30000000" }, { "45277.3", "1.54602737" }, { "45276.6", "0.15445238" },
};
static const char *const kit_guide_asks[][2] = {
  { "45285.2", "0.00100000" }, { "45286.4", "1.54571953" }, { "45286.6", "1.54571109" }, { "45289.6", "1.54560911" }, { "45290.2", "0.15890660" },
  { "45291.8", "1.54553491" }, { "45294.7", "0.04454749" }, { "45296.1", "0.35380000" }, { "45297.5", "0.09945542" }, { "45299.5", "0.18772827" },
};
#define KIT_GUIDE_CHECKSUM 3310070434u

/* Scales that every recorded instrument fits. */
#define KIT_PRICE_SCALE 9
#define KIT_SIZE_SCALE 8

typedef struct
{
  gint64 time_ns;
  char *text;
  gsize length;
} KitMessage;

static inline void
kit_message_clear (gpointer data)
{
  g_free (((KitMessage *)data)->text);
}

/* (transfer full) (nullable): a file of the recorded sessions; without them the test is skipped. */
static inline char *
kit_recording (const char *name)
{
  const char *source = g_getenv ("PENSTOCK_SOURCE_DIR");
  g_autofree char *path = g_build_filename (source != NULL ? source : ".", "..", "shared", "market-data", "books", name, NULL);

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&path);
  g_test_skip ("the recorded sessions are not beside the source tree: ../shared/market-data/books");
  return NULL;
}

#define KIT_V1_BOOKS "kraken-v1-20210405/KRAKEN-c197c0.0"
#define KIT_V1_TRADES "kraken-v1-20210405/KRAKEN-82ac16.0"
#define KIT_V1_TICKERS "kraken-v1-20210405/KRAKEN-4b7396.0"
#define KIT_V2_BOOKS "kraken-v2-20260816/kraken_minagbp_d25_20260816.ndjson"
#define KIT_V1_INSTRUMENTS "ALGO/BTC;LSK/USD;USDC/GBP;FIL/BTC;WAVES/ETH;ICX/USD;AUD/USD;KAVA/USD;DASH/EUR;BTC/USD"

/* (transfer full): what the venue sent, as KitMessage. */
static inline GArray *
kit_load (const char *path)
{
  GArray *messages = g_array_new (FALSE, FALSE, sizeof (KitMessage));
  g_autoptr (GError) error = NULL;
  g_autoptr (PstCapture) capture = pst_capture_open (path, &error);
  PstCaptureItem item;

  g_assert_no_error (error);
  g_array_set_clear_func (messages, kit_message_clear);
  while (pst_capture_next (capture, &item, &error))
    if (item.kind == PST_CAPTURE_RECEIVED)
      {
        KitMessage message = { item.time_ns, g_memdup2 (item.text, item.length + 1), item.length };

        g_array_append_val (messages, message);
      }
  g_assert_no_error (error);
  return messages;
}

/* A message's level at the scales. */
static inline gboolean
kit_read_level (const PstKrakenLevel *level, guint price_scale, guint size_scale, PstBookLevel *out)
{
  return pst_venue_read_number (level->price, level->price_length, (guint8)price_scale, &out->price, &out->price_decimals)
         && pst_venue_read_number (level->size, level->size_length, (guint8)size_scale, &out->size, &out->size_decimals);
}

/* The checksum by the venue's own words, slowly: an oracle. */
static inline guint32
kit_slow_checksum (const PstBook *book, guint price_scale, guint size_scale)
{
  static const PstSide sides[] = { PST_SIDE_SELL, PST_SIDE_BUY };
  g_autoptr (GString) text = g_string_new (NULL);
  guint32 crc = G_MAXUINT32;

  for (guint s = 0; s < 2; s++)
    for (guint n = 0; n < 10 && n < pst_book_get_n_levels (book, sides[s]); n++)
      {
        const PstBookLevel *level = pst_book_get_level (book, sides[s], n);

        for (guint k = 0; k < 2; k++)
          {
            char number[PST_DECIMAL_TEXT_SIZE];
            g_autoptr (GString) digits = NULL;
            guint scale = k == 0 ? price_scale : size_scale, decimals = k == 0 ? level->price_decimals : level->size_decimals;
            const char *point, *at;

            pst_mantissa_print (k == 0 ? level->price : level->size, scale, number);
            digits = g_string_new (number);
            point = strchr (digits->str, '.');
            if (point == NULL && decimals > 0)
              g_string_append_c (digits, '.');
            while (decimals > scale)
              {
                g_string_append_c (digits, '0');
                scale++;
              }
            g_string_truncate (digits, digits->len - (scale - decimals));
            for (at = digits->str; *at == '0' || *at == '.'; at++)
              ;
            for (; *at != '\0'; at++)
              if (*at != '.')
                g_string_append_c (text, *at);
          }
      }
  for (gsize i = 0; i < text->len; i++)
    {
      crc ^= (guchar)text->str[i];
      for (guint bit = 0; bit < 8; bit++)
        crc = crc >> 1 ^ (0xedb88320u & -(crc & 1));
    }
  return ~crc;
}

G_END_DECLS
