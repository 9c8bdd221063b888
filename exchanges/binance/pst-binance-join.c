/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Kept diffs are always contiguous: where one is missing, what came before it can never be joined and is dropped. */

#include "pst-binance-join.h"

#include <string.h>

/* Before each kept text. */
typedef struct
{
  guint64 first_id;
  guint64 last_id;
  gint64 receive_time_ns;
  gsize length;
} Entry;

#define ENTRY_SIZE(length) (sizeof (Entry) + (((length) + 1 + 7) & ~(gsize)7))

/* Makes one, which waits for diffs and a snapshot. */
PstBinanceJoin *
pst_binance_join_new (gsize bytes_max, gint64 quiet_ns, gint64 behind_ns)
{
  PstBinanceJoin *join = g_new0 (PstBinanceJoin, 1);

  join->bytes_max = bytes_max;
  join->quiet_ns = quiet_ns;
  join->behind_ns = behind_ns;
  join->kept = g_byte_array_new ();
  return join;
}

/* Frees @join, which may be NULL. */
void
pst_binance_join_free (PstBinanceJoin *join)
{
  if (join == NULL)
    return;
  g_byte_array_unref (join->kept);
  g_free (join->snapshot);
  g_free (join);
}

/* Memory of what was kept goes back: most listings keep something once a day. */
static void
drop_kept (PstBinanceJoin *join)
{
  if (join->kept->len > 0)
    {
      g_byte_array_unref (join->kept);
      join->kept = g_byte_array_new ();
    }
  join->n_kept = 0;
}

/* Drops the snapshot alone: another is needed. */
void
pst_binance_join_drop_snapshot (PstBinanceJoin *join)
{
  g_clear_pointer (&join->snapshot, g_free);
  join->snapshot_length = 0;
}

/* Forgets everything. */
void
pst_binance_join_reset (PstBinanceJoin *join)
{
  drop_kept (join);
  pst_binance_join_drop_snapshot (join);
  join->is_joined = join->is_renewing = join->is_strict = FALSE;
  join->n_recent = 0;
}

/* What is kept from now on continues the book. */
void
pst_binance_join_renew (PstBinanceJoin *join)
{
  drop_kept (join);
  pst_binance_join_drop_snapshot (join);
  join->is_renewing = TRUE;
}

static void
append (PstBinanceJoin *join, const Entry *entry, const char *text)
{
  gsize at = join->kept->len;

  g_byte_array_set_size (join->kept, (guint)(at + ENTRY_SIZE (entry->length)));
  memcpy (join->kept->data + at, entry, sizeof *entry);
  memcpy (join->kept->data + at + sizeof *entry, text, entry->length);
  memset (join->kept->data + at + sizeof *entry + entry->length, 0, ENTRY_SIZE (entry->length) - sizeof *entry - entry->length);
}

/* Keeps a diff until a snapshot fits. One that all of what is kept covers is passed over. */
gboolean
pst_binance_join_keep (PstBinanceJoin *join, guint64 first_id, guint64 last_id, const char *text, gsize length, gint64 receive_time_ns)
{
  const Entry entry = { .first_id = first_id, .last_id = last_id, .receive_time_ns = receive_time_ns, .length = length };
  gboolean fits = TRUE;

  if (join->n_kept > 0 && last_id <= join->kept_last)
    return TRUE;
  if (join->n_kept > 0 && first_id != join->kept_last + 1)
    drop_kept (join);
  if (join->kept->len + ENTRY_SIZE (length) > join->bytes_max)
    {
      drop_kept (join);
      join->n_overflows++;
      fits = FALSE;
      if (ENTRY_SIZE (length) > join->bytes_max)
        return FALSE;
    }
  if (join->n_kept == 0)
    join->kept_first = first_id;
  append (join, &entry, text);
  join->kept_last = last_id;
  join->kept_ns = receive_time_ns;
  join->n_kept++;
  return fits;
}

/* A snapshot came. */
gboolean
pst_binance_join_offer (PstBinanceJoin *join, guint64 id, const char *text, gsize length, gint64 receive_time_ns)
{
  pst_binance_join_drop_snapshot (join);
  if (length > join->bytes_max)
    return FALSE;
  join->snapshot = g_malloc (length + 1);
  memcpy (join->snapshot, text, length);
  join->snapshot[length] = '\0';
  join->snapshot_length = length;
  join->snapshot_ns = receive_time_ns;
  join->snapshot_id = id;
  return TRUE;
}

/* Since when nothing came, of both. */
static gint64
quiet_since_ns (const PstBinanceJoin *join)
{
  return join->n_kept > 0 ? MAX (join->kept_ns, join->snapshot_ns) : join->snapshot_ns;
}

/* Judges the snapshot by what was kept. */
PstBinanceFit
pst_binance_join_check (const PstBinanceJoin *join, gint64 now_ns)
{
  if (join->snapshot == NULL)
    return PST_BINANCE_FIT_WAITING;
  if (join->n_kept > 0 && join->snapshot_id < join->kept_first && join->kept_first - join->snapshot_id > 1)
    return PST_BINANCE_FIT_TOO_OLD;
  if (join->n_kept > 0 && join->kept_last > join->snapshot_id)
    return PST_BINANCE_FIT_PROVEN;
  if (join->is_renewing && join->n_kept == 0 && join->snapshot_id < join->id)
    return PST_BINANCE_FIT_TOO_OLD;
  if (now_ns - quiet_since_ns (join) >= join->quiet_ns)
    return PST_BINANCE_FIT_PROVEN;
  return now_ns - join->snapshot_ns >= join->behind_ns ? PST_BINANCE_FIT_AHEAD : PST_BINANCE_FIT_UNPROVEN;
}

/* When silence proves the snapshot, or the stream has been behind it for too long. */
gint64
pst_binance_join_get_due_ns (const PstBinanceJoin *join, gint64 now_ns)
{
  if (pst_binance_join_check (join, now_ns) != PST_BINANCE_FIT_UNPROVEN)
    return G_MAXINT64;
  return MIN (quiet_since_ns (join) + join->quiet_ns, join->snapshot_ns + join->behind_ns);
}

/* Walks what is to be applied on top of the snapshot. */
gboolean
pst_binance_join_next_kept (const PstBinanceJoin *join, gsize *offset, PstBinanceKept *kept)
{
  while (*offset < join->kept->len)
    {
      const Entry *entry = (const Entry *)(gconstpointer)(join->kept->data + *offset);
      const char *text = (const char *)(entry + 1);

      *offset += ENTRY_SIZE (entry->length);
      if (entry->last_id <= join->snapshot_id)
        continue;
      *kept = (PstBinanceKept){ entry->first_id, entry->last_id, entry->receive_time_ns, text, entry->length };
      return TRUE;
    }
  return FALSE;
}

static void
remember (PstBinanceJoin *join, guint64 first_id, guint64 last_id)
{
  guint at = join->n_recent++ % PST_BINANCE_JOIN_RECENT;

  join->recent[at].first = first_id;
  join->recent[at].last = last_id;
}

static gboolean
is_known (const PstBinanceJoin *join, guint64 first_id, guint64 last_id)
{
  for (guint i = 0; i < MIN (join->n_recent, PST_BINANCE_JOIN_RECENT); i++)
    if (join->recent[i].first == first_id && join->recent[i].last == last_id)
      return TRUE;
  return FALSE;
}

/* The book is joined: the snapshot and what was kept are in it. */
void
pst_binance_join_complete (PstBinanceJoin *join)
{
  gsize offset = 0;
  PstBinanceKept kept;

  if (!join->is_renewing)
    join->n_recent = 0;
  join->is_strict = join->n_kept > 0 && join->kept_last > join->snapshot_id;
  while (!join->is_renewing && pst_binance_join_next_kept (join, &offset, &kept))
    remember (join, kept.first_id, kept.last_id);
  join->id = join->is_strict ? join->kept_last : join->snapshot_id;
  drop_kept (join);
  pst_binance_join_drop_snapshot (join);
  join->is_joined = TRUE;
  join->is_renewing = FALSE;
}

/* A snapshot that silence proved may overtake what it holds: a diff of before it comes late. One of after it that claims to be older shows that the
 * snapshot's number is wrong. */
static gboolean
is_late (const PstBinanceJoin *join, gint64 time_ns)
{
  return !join->is_strict && time_ns - join->snapshot_ns < join->quiet_ns;
}

/* Judges the next diff of a joined book. */
PstBinanceVerdict
pst_binance_join_judge (PstBinanceJoin *join, guint64 first_id, guint64 last_id, gint64 time_ns)
{
  if (last_id <= join->id)
    return is_known (join, first_id, last_id) || is_late (join, time_ns) ? PST_BINANCE_OLD : PST_BINANCE_GAP;
  if (first_id != join->id + 1 && (join->is_strict || first_id > join->id))
    return PST_BINANCE_GAP;
  remember (join, first_id, last_id);
  join->id = last_id;
  join->is_strict = TRUE;
  return PST_BINANCE_APPLY;
}
