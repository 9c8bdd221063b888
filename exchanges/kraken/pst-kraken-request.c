/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Requests and names. v1 and REST say XBT and XDG for what v2 and everyone else call BTC and DOGE. */

#include "pst-kraken-request.h"

#include <string.h>

static const struct
{
  const char *old;
  const char *usual;
} aliases[] = {
  { "XBT", "BTC" },
  { "XDG", "DOGE" },
};

static const char *
channel_name (PstKrakenChannel channel)
{
  switch (channel)
    {
    case PST_KRAKEN_CHANNEL_BOOK:
      return "book";
    case PST_KRAKEN_CHANNEL_TRADE:
      return "trade";
    case PST_KRAKEN_CHANNEL_TICKER:
      return "ticker";
    case PST_KRAKEN_CHANNEL_INSTRUMENT:
    default:
      return "instrument";
    }
}

static char *
request_v1 (gboolean subscribe, PstKrakenChannel channel, const char *symbols, guint depth)
{
  g_autofree char *more = channel == PST_KRAKEN_CHANNEL_BOOK ? g_strdup_printf (",\"depth\":%u", depth) : g_strdup ("");

  return g_strdup_printf ("{\"event\":\"%s\",\"pair\":[%s],\"subscription\":{\"name\":\"%s\"%s}}", subscribe ? "subscribe" : "unsubscribe", symbols,
                          channel_name (channel), more);
}

/* Trades of the past are not asked for: they are no news. */
static char *
request_v2 (gboolean subscribe, PstKrakenChannel channel, const char *symbols, guint depth)
{
  g_autofree char *params = NULL;

  if (channel == PST_KRAKEN_CHANNEL_INSTRUMENT)
    params = g_strdup (",\"snapshot\":true");
  else if (channel == PST_KRAKEN_CHANNEL_BOOK)
    params = g_strdup_printf (",\"symbol\":[%s],\"depth\":%u%s", symbols, depth, subscribe ? ",\"snapshot\":true" : "");
  else if (channel == PST_KRAKEN_CHANNEL_TICKER)
    params = g_strdup_printf (",\"symbol\":[%s],\"event_trigger\":\"bbo\"%s", symbols, subscribe ? ",\"snapshot\":true" : "");
  else
    params = g_strdup_printf (",\"symbol\":[%s]%s", symbols, subscribe ? ",\"snapshot\":false" : "");
  return g_strdup_printf ("{\"method\":\"%s\",\"params\":{\"channel\":\"%s\"%s}}", subscribe ? "subscribe" : "unsubscribe", channel_name (channel),
                          params);
}

char *
pst_kraken_request (PstKrakenProtocol protocol, gboolean subscribe, PstKrakenChannel channel, const char *symbols, guint depth)
{
  return protocol == PST_KRAKEN_V1 ? request_v1 (subscribe, channel, symbols, depth) : request_v2 (subscribe, channel, symbols, depth);
}

static const char *
asset_name (PstKrakenProtocol protocol, const char *asset)
{
  for (guint i = 0; i < G_N_ELEMENTS (aliases); i++)
    if (strcmp (asset, aliases[i].old) == 0 || strcmp (asset, aliases[i].usual) == 0)
      return protocol == PST_KRAKEN_V1 ? aliases[i].old : aliases[i].usual;
  return asset;
}

char *
pst_kraken_symbol (PstKrakenProtocol protocol, const char *base, const char *quote)
{
  return g_strdup_printf ("%s/%s", asset_name (protocol, base), asset_name (protocol, quote));
}

char *
pst_kraken_symbol_from_v1 (PstKrakenProtocol protocol, const PstKrakenText *symbol)
{
  g_autofree char *text = g_strndup (symbol->length != 0 ? symbol->text : "", symbol->length);
  char *slash = strchr (text, '/');

  if (slash == NULL)
    return g_steal_pointer (&text);
  *slash = '\0';
  return pst_kraken_symbol (protocol, text, slash + 1);
}

gboolean
pst_kraken_depth_is_offered (guint depth)
{
  return depth == 10 || depth == 25 || depth == 100 || depth == 500 || depth == 1000;
}
