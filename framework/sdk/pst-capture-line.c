/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lines of captures. Strict: what is not exactly of the form is an error, for a capture that is read wrongly proves nothing. */

#include "pst-capture-private.h"

#include <string.h>

#include "../model/pst-decimal.h"
#include "pst-scan.h"

#define SECONDS_SCALE 9

static gboolean
refuse (GError **error, const char *text)
{
  g_set_error_literal (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, text);
  return FALSE;
}

static gboolean
parse_seconds (const char *text, gsize length, gint64 *time_ns, GError **error)
{
  if (length == 0 || !g_ascii_isdigit (text[0]) || !pst_mantissa_parse (text, (gssize)length, SECONDS_SCALE, time_ns, NULL))
    return refuse (error, "a time must be seconds since 1970 with up to 9 decimals");
  return TRUE;
}

/* "1617666423.12: text" from @at on. */
static gboolean
parse_stamped (char *at, char *end, PstCaptureItem *item, GError **error)
{
  char *colon = memchr (at, ':', (gsize)(end - at));

  if (colon == NULL || colon + 1 == end || colon[1] != ' ')
    return refuse (error, "expected \": \" and a text behind the time");
  item->text = colon + 2;
  item->length = (gsize)(end - item->text);
  return parse_seconds (at, (gsize)(colon - at), &item->time_ns, error);
}

gboolean
pst_capture_parse_plain (char *line, gsize length, PstCaptureItem *item, GError **error)
{
  char *end = line + length, *space, *at;

  if (g_str_has_prefix (line, "configuration: "))
    {
      item->kind = PST_CAPTURE_HEADER;
      item->text = line + strlen ("configuration: ");
      item->length = (gsize)(end - item->text);
      return TRUE;
    }
  if (g_ascii_isdigit (*line))
    {
      item->kind = PST_CAPTURE_RECEIVED;
      return parse_stamped (line, end, item, error);
    }
  space = memchr (line, ' ', length);
  if (space == NULL || g_strstr_len (line, space - line, "://") == NULL)
    return refuse (error, "the line begins with neither a time nor an address nor \"configuration: \"");
  *space = '\0';
  item->address = line;
  at = space + 1;
  if (g_str_has_prefix (at, "<-> "))
    {
      item->kind = PST_CAPTURE_CONNECT;
      return parse_seconds (at + 4, (gsize)(end - at - 4), &item->time_ns, error);
    }
  if (!g_str_has_prefix (at, "<- ") && !g_str_has_prefix (at, "-> "))
    return refuse (error, "expected \"<->\", \"<-\" or \"->\" behind the address");
  item->kind = *at == '<' ? PST_CAPTURE_SENT : PST_CAPTURE_HTTP;
  return parse_stamped (at + 3, end, item, error);
}

/* Reads a string without its escapes into @into. */
static void
scan_text (PstScan *scan, GString *into)
{
  const char *text;
  gsize length, written = 0;

  if (!pst_scan_string (scan, &text, &length))
    return;
  g_string_set_size (into, length);
  if (!scan->escaped)
    memcpy (into->str, text, length);
  else if (!pst_scan_unescape (text, length, into->str, length, &written))
    pst_scan_fail (scan, text, "a string has a wrong escape");
  g_string_truncate (into, scan->escaped ? written : length);
}

static gboolean
seen_twice (PstScan *scan, guint *seen, guint member, const char *at)
{
  gboolean twice = (*seen & (1u << member)) != 0;

  *seen |= 1u << member;
  return twice && !pst_scan_fail (scan, at, "a member comes twice");
}

enum
{
  MEMBER_T,
  MEMBER_CONN,
  MEMBER_TS,
  MEMBER_URL,
  MEMBER_ADDR,
  MEMBER_DATA,
  MEMBER_STATUS,
  N_MEMBERS
};

/* In the order of the enumeration. */
static const char *const member_names[N_MEMBERS] = { "t", "conn", "ts", "url", "addr", "data", "status" };

typedef struct
{
  const char *name;
  PstCaptureKind kind;
  guint members; /* that must be there */
} LineKind;

static const LineKind line_kinds[] = {
  { "header", PST_CAPTURE_HEADER, 0 },
  { "http", PST_CAPTURE_HTTP, 1u << MEMBER_TS | 1u << MEMBER_URL | 1u << MEMBER_DATA },
  { "connect", PST_CAPTURE_CONNECT, 1u << MEMBER_CONN | 1u << MEMBER_TS | 1u << MEMBER_ADDR },
  { "send", PST_CAPTURE_SENT, 1u << MEMBER_CONN | 1u << MEMBER_TS | 1u << MEMBER_DATA },
  { "recv", PST_CAPTURE_RECEIVED, 1u << MEMBER_CONN | 1u << MEMBER_TS | 1u << MEMBER_DATA },
};

static void
scan_line_member (PstCaptureState *state, PstScan *scan, guint member, PstCaptureItem *item, GString *kind)
{
  const char *number;
  gsize length;
  gint64 status;

  switch (member)
    {
    case MEMBER_T:
      scan_text (scan, kind);
      break;
    case MEMBER_CONN:
      scan_text (scan, state->connection);
      break;
    case MEMBER_TS:
      if (pst_scan_number (scan, &number, &length) && !parse_seconds (number, length, &item->time_ns, NULL))
        pst_scan_fail (scan, number, "a time must be seconds since 1970 with up to 9 decimals");
      break;
    case MEMBER_URL:
    case MEMBER_ADDR:
      scan_text (scan, state->address);
      break;
    case MEMBER_DATA:
      scan_text (scan, state->text);
      break;
    default:
      if (!pst_scan_number (scan, &number, &length))
        break;
      if (!pst_mantissa_parse (number, (gssize)length, 0, &status, NULL) || status < 100 || status > 599)
        pst_scan_fail (scan, number, "a status must be 100 to 599");
      else
        item->status = (guint)status;
    }
}

static gboolean
settle_line (PstCaptureState *state, const char *kind, guint seen, PstCaptureItem *item, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (line_kinds); i++)
    if (strcmp (kind, line_kinds[i].name) == 0)
      {
        if ((seen & line_kinds[i].members) != line_kinds[i].members)
          return refuse (error,
                         "a member is missing: http has ts, url and data; connect has conn, ts and addr; send and recv have conn, ts and data");
        item->kind = line_kinds[i].kind;
        item->connection = state->connection->str;
        item->address = state->address->str;
        if (item->kind != PST_CAPTURE_HEADER)
          {
            item->text = state->text->str;
            item->length = state->text->len;
          }
        return TRUE;
      }
  return refuse (error, "\"t\" must be header, http, connect, send or recv");
}

static void
clear_texts (PstCaptureState *state)
{
  g_string_truncate (state->connection, 0);
  g_string_truncate (state->address, 0);
  g_string_truncate (state->text, 0);
}

gboolean
pst_capture_parse_lines (PstCaptureState *state, const char *line, gsize length, PstCaptureItem *item, GError **error)
{
  g_autoptr (GString) kind = g_string_new (NULL);
  guint seen = 0;
  const char *key;
  gsize key_length;
  PstScan scan;

  clear_texts (state);
  item->text = line;
  item->length = length;
  pst_scan_init (&scan, line, length);
  pst_scan_begin_object (&scan);
  while (pst_scan_next_member (&scan, &key, &key_length))
    {
      guint member = 0;

      while (member < N_MEMBERS && !pst_scan_equal (key, key_length, member_names[member]))
        member++;
      if (member == N_MEMBERS)
        pst_scan_skip (&scan);
      else if (!seen_twice (&scan, &seen, member, key))
        scan_line_member (state, &scan, member, item, kind);
    }
  if (!pst_scan_finish (&scan))
    {
      pst_scan_set_error (&scan, error);
      return FALSE;
    }
  return settle_line (state, kind->str, seen, item, error);
}

gboolean
pst_capture_is_lines (const char *line, gsize length)
{
  const char *key;
  gsize key_length;
  gboolean found = FALSE;
  PstScan scan;

  pst_scan_init (&scan, line, length);
  pst_scan_begin_object (&scan);
  while (!found && pst_scan_next_member (&scan, &key, &key_length))
    {
      found = pst_scan_equal (key, key_length, "t");
      pst_scan_skip (&scan);
    }
  return found;
}

gboolean
pst_capture_parse_metadata (PstCaptureState *state, const char *line, gsize length, PstCaptureItem *item, GError **error)
{
  guint seen = 0;
  const char *key;
  gsize key_length;
  PstScan scan;

  clear_texts (state);
  pst_scan_init (&scan, line, length);
  pst_scan_begin_object (&scan);
  while (pst_scan_next_member (&scan, &key, &key_length))
    if (pst_scan_equal (key, key_length, "captured_at") && !seen_twice (&scan, &seen, 0, key))
      scan_text (&scan, state->text);
    else if (pst_scan_equal (key, key_length, "url") && !seen_twice (&scan, &seen, 1, key))
      scan_text (&scan, state->address);
    else
      pst_scan_skip (&scan);
  if (!pst_scan_finish (&scan))
    {
      pst_scan_set_error (&scan, error);
      return FALSE;
    }
  if (seen != 3)
    return refuse (error, "the first line must say \"captured_at\" and \"url\" (or have a \"t\")");
  if (!pst_time_parse (state->text->str, (gssize)state->text->len, &state->start_ns, error))
    return FALSE;
  state->first_count_ns = -1;
  item->kind = PST_CAPTURE_HEADER;
  item->time_ns = state->start_ns;
  item->address = state->address->str;
  item->text = line;
  item->length = length;
  return TRUE;
}

gboolean
pst_capture_parse_frame (PstCaptureState *state, const char *line, gsize length, PstCaptureItem *item, GError **error)
{
  g_autoptr (GString) direction = g_string_new ("rx");
  guint seen = 0;
  gint64 count_ns = 0;
  const char *key, *frame = NULL;
  gsize key_length, frame_length = 0;
  PstScan scan;

  pst_scan_init (&scan, line, length);
  pst_scan_begin_object (&scan);
  while (pst_scan_next_member (&scan, &key, &key_length))
    if (pst_scan_equal (key, key_length, "rx_ns") && !seen_twice (&scan, &seen, 0, key))
      {
        const char *number;
        gsize digits;

        if (pst_scan_number (&scan, &number, &digits) && (!pst_mantissa_parse (number, (gssize)digits, 0, &count_ns, NULL) || count_ns < 0))
          pst_scan_fail (&scan, number, "rx_ns must be a count of nanoseconds");
      }
    else if (pst_scan_equal (key, key_length, "dir") && !seen_twice (&scan, &seen, 2, key))
      scan_text (&scan, direction);
    else if (pst_scan_equal (key, key_length, "frame") && !seen_twice (&scan, &seen, 1, key))
      pst_scan_value (&scan, &frame, &frame_length);
    else
      pst_scan_skip (&scan);
  if (!pst_scan_finish (&scan))
    {
      pst_scan_set_error (&scan, error);
      return FALSE;
    }
  if ((seen & 3) != 3)
    return refuse (error, "a member is missing: a line has rx_ns and frame");
  if (strcmp (direction->str, "rx") != 0 && strcmp (direction->str, "tx") != 0)
    return refuse (error, "\"dir\" must be rx or tx");
  if (state->first_count_ns < 0)
    state->first_count_ns = count_ns;
  item->kind = direction->str[0] == 't' ? PST_CAPTURE_SENT : PST_CAPTURE_RECEIVED;
  if (!pst_add_checked (state->start_ns, count_ns - state->first_count_ns, &item->time_ns))
    return refuse (error, "rx_ns is too large");
  g_string_truncate (state->text, 0);
  g_string_append_len (state->text, frame, (gssize)frame_length);
  item->address = state->address->str;
  item->text = state->text->str;
  item->length = state->text->len;
  return TRUE;
}
