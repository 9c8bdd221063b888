/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The words of the replay feed as text: option values, and the reasons for which rows are rejected. */
#include "pst-replay-types.h"

G_DEFINE_ENUM_TYPE (PstReplayKind, pst_replay_kind, G_DEFINE_ENUM_VALUE (PST_REPLAY_KIND_AUTO, "auto"),
                    G_DEFINE_ENUM_VALUE (PST_REPLAY_KIND_BAR, "bar"), G_DEFINE_ENUM_VALUE (PST_REPLAY_KIND_QUOTE, "quote"),
                    G_DEFINE_ENUM_VALUE (PST_REPLAY_KIND_TRADE, "trade"))

G_DEFINE_ENUM_TYPE (PstReplayHeader, pst_replay_header, G_DEFINE_ENUM_VALUE (PST_REPLAY_HEADER_AUTO, "auto"),
                    G_DEFINE_ENUM_VALUE (PST_REPLAY_HEADER_YES, "yes"), G_DEFINE_ENUM_VALUE (PST_REPLAY_HEADER_NO, "no"))

G_DEFINE_ENUM_TYPE (PstReplayTimeFormat, pst_replay_time_format, G_DEFINE_ENUM_VALUE (PST_REPLAY_TIME_AUTO, "auto"),
                    G_DEFINE_ENUM_VALUE (PST_REPLAY_TIME_ISO, "iso"), G_DEFINE_ENUM_VALUE (PST_REPLAY_TIME_S, "s"),
                    G_DEFINE_ENUM_VALUE (PST_REPLAY_TIME_MS, "ms"), G_DEFINE_ENUM_VALUE (PST_REPLAY_TIME_US, "us"),
                    G_DEFINE_ENUM_VALUE (PST_REPLAY_TIME_NS, "ns"), G_DEFINE_ENUM_VALUE (PST_REPLAY_TIME_YYYYMMDD, "yyyymmdd"),
                    G_DEFINE_ENUM_VALUE (PST_REPLAY_TIME_MS_OF_DAY, "ms-of-day"))

G_DEFINE_ENUM_TYPE (PstReplayLayout, pst_replay_layout, G_DEFINE_ENUM_VALUE (PST_REPLAY_LAYOUT_TIME, "time"),
                    G_DEFINE_ENUM_VALUE (PST_REPLAY_LAYOUT_SYMBOL, "symbol"))

G_DEFINE_ENUM_TYPE (PstReplayStamp, pst_replay_stamp, G_DEFINE_ENUM_VALUE (PST_REPLAY_STAMP_OPEN, "open"),
                    G_DEFINE_ENUM_VALUE (PST_REPLAY_STAMP_CLOSE, "close"))

G_DEFINE_ENUM_TYPE (PstReplayBadRow, pst_replay_bad_row, G_DEFINE_ENUM_VALUE (PST_REPLAY_BAD_ROW_FAIL, "fail"),
                    G_DEFINE_ENUM_VALUE (PST_REPLAY_BAD_ROW_SKIP, "skip"), G_DEFINE_ENUM_VALUE (PST_REPLAY_BAD_ROW_STOP, "stop"))

G_DEFINE_ENUM_TYPE (PstReplayZeroVolume, pst_replay_zero_volume, G_DEFINE_ENUM_VALUE (PST_REPLAY_ZERO_VOLUME_ACCEPT, "accept"),
                    G_DEFINE_ENUM_VALUE (PST_REPLAY_ZERO_VOLUME_NAME, "name"), G_DEFINE_ENUM_VALUE (PST_REPLAY_ZERO_VOLUME_REJECT, "reject"))

G_DEFINE_ENUM_TYPE (PstReplayOtherSymbols, pst_replay_other_symbols, G_DEFINE_ENUM_VALUE (PST_REPLAY_OTHER_SKIP, "skip"),
                    G_DEFINE_ENUM_VALUE (PST_REPLAY_OTHER_REJECT, "reject"))

G_DEFINE_ENUM_TYPE (PstReplayLastLine, pst_replay_last_line, G_DEFINE_ENUM_VALUE (PST_REPLAY_LAST_LINE_ACCEPT, "accept"),
                    G_DEFINE_ENUM_VALUE (PST_REPLAY_LAST_LINE_REJECT, "reject"))

static const struct
{
  const char *word;
  const char *sentence;
} reasons[PST_REPLAY_N_REASONS] = {
  [PST_REPLAY_OK] = { "ok", "is good" },
  [PST_REPLAY_FIELDS] = { "fields", "does not have the number of fields that the columns name" },
  [PST_REPLAY_QUOTING] = { "quoting", "has a quotation mark that is not closed before the delimiter" },
  [PST_REPLAY_EMPTY_FIELD] = { "empty-field", "is empty" },
  [PST_REPLAY_NOT_A_NUMBER] = { "not-a-number", "is not a number" },
  [PST_REPLAY_NOT_FINITE] = { "not-finite", "is not a finite number" },
  [PST_REPLAY_DECIMALS] = { "decimals", "has more decimals than its scale holds (option price-scale or size-scale)" },
  [PST_REPLAY_OVERFLOW] = { "overflow", "does not fit 64 bits at its scale (option price-scale or size-scale)" },
  [PST_REPLAY_NOT_POSITIVE] = { "not-positive", "is not above zero" },
  [PST_REPLAY_OFF_GRID] = { "off-grid", "is not a multiple of price-step" },
  [PST_REPLAY_HIGH_LOW] = { "high-low", "breaks low <= open, close <= high" },
  [PST_REPLAY_NEGATIVE_SIZE] = { "negative-size", "is below zero" },
  [PST_REPLAY_ZERO_SIZE] = { "zero-size", "is zero" },
  [PST_REPLAY_ZERO_VOLUME] = { "zero-volume", "is zero" },
  [PST_REPLAY_CROSSED] = { "crossed", "is not below the ask" },
  [PST_REPLAY_TIME_SYNTAX] = { "time-syntax", "is not a time of the expected format (option time-format)" },
  [PST_REPLAY_TIME_BACKWARDS] = { "time-backwards", "lies before the row above it" },
  [PST_REPLAY_TIME_DUPLICATE] = { "time-duplicate", "is the time of an earlier bar of the same symbol" },
  [PST_REPLAY_SYMBOL_SYNTAX] = { "symbol-syntax", "is not a symbol" },
  [PST_REPLAY_SYMBOL_UNKNOWN] = { "symbol-unknown", "is not among the symbols asked for" },
  [PST_REPLAY_SIDE_SYNTAX] = { "side-syntax", "is not a side: buy, sell, b, s, bid, ask or empty" },
  [PST_REPLAY_ID_SYNTAX] = { "id-syntax", "is not a whole number of at most 64 bits; name the column - to ignore it" },
  [PST_REPLAY_TOO_LONG] = { "too-long", "is longer than max-row-bytes" },
  [PST_REPLAY_NUL] = { "nul-byte", "holds a NUL byte" },
  [PST_REPLAY_CUT_OFF] = { "cut-off", "ends without a newline" },
  [PST_REPLAY_NO_ROWS] = { "no-rows", "holds no rows" },
};

const char *
pst_replay_reason_to_word (PstReplayReason reason)
{
  return reason < PST_REPLAY_N_REASONS ? reasons[reason].word : "unknown";
}

const char *
pst_replay_reason_to_sentence (PstReplayReason reason)
{
  return reason < PST_REPLAY_N_REASONS ? reasons[reason].sentence : "is bad";
}

void
pst_replay_printable (const char *bytes, gsize length, char text[PST_REPLAY_TEXT_SIZE])
{
  const gsize room = PST_REPLAY_TEXT_SIZE - 1, dots = 3;
  gsize used = 0, i = 0;

  while (i < length)
    {
      gunichar c = g_utf8_get_char_validated (bytes + i, length - i);
      gboolean valid = c != (gunichar)-1 && c != (gunichar)-2 && c != 0 && g_unichar_isprint (c);
      gsize step = valid ? g_utf8_skip[(guchar)bytes[i]] : 1, size = valid ? step : 4;
      char hex[5];

      if (used + size > room - (i + step < length ? dots : 0))
        break;
      g_snprintf (hex, sizeof hex, "\\x%02x", (guint)(guchar)bytes[i]);
      memcpy (text + used, valid ? bytes + i : hex, size);
      used += size;
      i += step;
    }
  if (i < length)
    {
      memcpy (text + used, "...", dots);
      used += dots;
    }
  text[used] = '\0';
}
