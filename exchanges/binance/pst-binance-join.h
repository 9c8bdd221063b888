/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a snapshot from one host and diffs from another become one book: a pure state of one listing, which is told identifiers and times and says
 * what to do. It keeps diffs until a snapshot fits them, within a limit, and knows neither a book nor a connection.
 *
 * The venue numbers every change of a book; a diff carries the first (U) and the last (u) of its changes, a snapshot the last change it holds. A
 * snapshot fits when the first diff that ends behind it begins at or before its next change: U <= lastUpdateId + 1 <= u. (The venue's own text asks
 * for lastUpdateId within [U, u], which most right joins fail: a diff often begins just behind the snapshot.) From then on U = u of the one before
 * + 1.
 *
 * What one damaged number could do decides the rest. A snapshot is believed when a diff has shown that it fits, or when the stream stayed silent for
 * a while; and a diff that looks old is taken for a repetition only when the same was seen before. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* Diffs that were applied last and are known when they come again. */
#define PST_BINANCE_JOIN_RECENT 8u

/**
 * PstBinanceVerdict:
 * @PST_BINANCE_APPLY: it is the next
 * @PST_BINANCE_OLD: all of it is in the book: ignore it
 * @PST_BINANCE_GAP: something is missing, or the numbers contradict what came before: the book is lost
 *
 * What a diff is to a joined book.
 */
typedef enum
{
  PST_BINANCE_APPLY,
  PST_BINANCE_OLD,
  PST_BINANCE_GAP,
} PstBinanceVerdict;

/**
 * PstBinanceFit:
 * @PST_BINANCE_FIT_WAITING: there is no snapshot
 * @PST_BINANCE_FIT_UNPROVEN: there is one; nothing came yet that shows whether it fits
 * @PST_BINANCE_FIT_PROVEN: it fits: pst_binance_join_take()
 * @PST_BINANCE_FIT_TOO_OLD: the diffs begin behind it: another snapshot is needed
 * @PST_BINANCE_FIT_AHEAD: it claims changes that the stream does not bring: another snapshot is needed
 *
 * What a snapshot is to the diffs that were kept.
 */
typedef enum
{
  PST_BINANCE_FIT_WAITING,
  PST_BINANCE_FIT_UNPROVEN,
  PST_BINANCE_FIT_PROVEN,
  PST_BINANCE_FIT_TOO_OLD,
  PST_BINANCE_FIT_AHEAD,
} PstBinanceFit;

/**
 * PstBinanceKept:
 * @first_id: U
 * @last_id: u
 * @receive_time_ns: when it came
 * @text: the message, with a NUL behind it
 * @length: its bytes
 *
 * A diff that waits for a snapshot.
 */
typedef struct
{
  guint64 first_id;
  guint64 last_id;
  gint64 receive_time_ns;
  const char *text;
  gsize length;
} PstBinanceKept;

/* Private but for reading n_kept, n_dropped. */
typedef struct
{
  gsize bytes_max;
  gint64 quiet_ns;
  gint64 behind_ns;

  gboolean is_joined;
  gboolean is_renewing; /* joined, and diffs are kept for another snapshot */
  gboolean is_strict;   /* a diff was applied: the next begins right behind it */
  guint64 id;           /* the last change in the book */
  guint64 snapshot_id;  /* the last change in the snapshot */
  gint64 snapshot_ns;   /* when the snapshot came */
  char *snapshot;
  gsize snapshot_length;

  GByteArray *kept; /* Entry, text, NUL, padding; again and again */
  guint n_kept;
  guint64 kept_first, kept_last;
  gint64 kept_ns;

  struct
  {
    guint64 first, last;
  } recent[PST_BINANCE_JOIN_RECENT];
  guint n_recent;
  guint64 n_overflows; /* times that more had to be kept than allowed */
} PstBinanceJoin;

/* @bytes_max: of diffs kept and of a snapshot, each; @quiet_ns: how long a stream that says nothing is taken for one that has nothing to say;
 * @behind_ns: how long a stream may be behind a snapshot. */
PstBinanceJoin *pst_binance_join_new (gsize bytes_max, gint64 quiet_ns, gint64 behind_ns);
void pst_binance_join_free (PstBinanceJoin *join);
/* Nothing is known: diffs are kept from now on. */
void pst_binance_join_reset (PstBinanceJoin *join);

/* It is joined and goes on; diffs are kept, too, for a snapshot that is to take its place. */
void pst_binance_join_renew (PstBinanceJoin *join);

/* Before it is joined, and while it is renewed. FALSE when it, or what was kept before it, had to be dropped for the limit. */
gboolean pst_binance_join_keep (PstBinanceJoin *join, guint64 first_id, guint64 last_id, const char *text, gsize length, gint64 receive_time_ns);
/* Copies the text. FALSE when it is longer than allowed. */
gboolean pst_binance_join_offer (PstBinanceJoin *join, guint64 id, const char *text, gsize length, gint64 receive_time_ns);
PstBinanceFit pst_binance_join_check (const PstBinanceJoin *join, gint64 now_ns);
/* When pst_binance_join_check() may say something else without anything coming; G_MAXINT64 for never. */
gint64 pst_binance_join_get_due_ns (const PstBinanceJoin *join, gint64 now_ns);
/* After PROVEN. Walks the kept diffs that are behind the snapshot: TRUE with the next, FALSE at the end. @offset begins at 0. */
gboolean pst_binance_join_next_kept (const PstBinanceJoin *join, gsize *offset, PstBinanceKept *kept);
/* After PROVEN: it is joined, or joined anew; kept diffs and snapshot are gone. */
void pst_binance_join_complete (PstBinanceJoin *join);
/* Drops the snapshot alone. */
void pst_binance_join_drop_snapshot (PstBinanceJoin *join);

/* After it is joined. @time_ns: the venue's, of the diff; its clock and ours may differ by less than @quiet_ns. APPLY is taken down as applied. */
PstBinanceVerdict pst_binance_join_judge (PstBinanceJoin *join, guint64 first_id, guint64 last_id, gint64 time_ns);

G_END_DECLS
