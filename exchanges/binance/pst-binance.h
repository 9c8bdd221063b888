/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Binance spot as a component. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* Streams of one connection, by the venue's documentation. */
#define PST_BINANCE_STREAMS_MAX 1024u

typedef enum
{
  PST_BINANCE_SITE_COM,
  PST_BINANCE_SITE_US,
  PST_BINANCE_SITE_DATA,
} PstBinanceSite;

/**
 * PstBinanceCounts:
 * @n_snapshots: snapshots asked for
 * @n_failed: of these, without a usable answer
 * @n_too_old: of these, older than the diffs that were kept
 * @n_ahead: of these, ahead of the stream for too long
 * @n_joins: books joined
 * @n_renewals: of these, books whose price moved out of the middle of what the snapshot had
 * @n_old: diffs that were in the book already
 * @n_overflows: times that more diffs had to be kept than allowed
 * @n_proofs: books whose touch was compared with the venue's ticker
 *
 * What its protocol went through.
 */
typedef struct
{
  guint64 n_snapshots;
  guint64 n_failed;
  guint64 n_too_old;
  guint64 n_ahead;
  guint64 n_joins;
  guint64 n_renewals;
  guint64 n_old;
  guint64 n_overflows;
  guint64 n_proofs;
} PstBinanceCounts;

#define PST_TYPE_BINANCE (pst_binance_get_type ())
G_DECLARE_FINAL_TYPE (PstBinance, pst_binance, PST, BINANCE, PstVenue)

const PstBinanceCounts *pst_binance_get_counts (PstBinance *binance);

G_END_DECLS
